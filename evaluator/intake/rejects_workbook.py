"""What was rejected -> rejects.xlsx: the rows as they were sent, to be mended there and checked again with the data.

One sheet a table, its own headers, wrong cells marked; behind them the columns that ``mended.py`` reads.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from duibiao.evaluator.intake.mended import ORIGIN, REASON, SHA256
from duibiao.evaluator.intake.values import LONGEST_TEXT, Cell, is_blank, shown
from duibiao.evaluator.submission import RejectedRow, RejectedTable, Submission

if TYPE_CHECKING:
    from xlsxwriter.format import Format  # type: ignore[import-untyped]
    from xlsxwriter.workbook import Workbook  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

ROWS: Final = 1_000_000  # rows of a sheet; a table with more of them takes several sheets
COMMENTS: Final = 5_000  # of a sheet; the column 原因 says the same of every row
CREATED: Final = datetime(2000, 1, 1)  # the same rejects make the same bytes
_NAME: Final = 31  # characters of the name of a sheet
_REFUSED: Final = re.compile(r"[\[\]:*?/\\]")
_WIDTHS: Final = (8, 40)
_MARKED: Final = "#F8CBAD"
_ADDED: Final = "#E7E6E6"
_FIRST_DAY: Final = date(1900, 3, 1)  # before it, the days of spreadsheet programs are not those of the calendar
_TEXT: Final = "@"  # what is typed into such a cell stays as it was typed
_DATES: Final = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm:ss", time: "hh:mm:ss", timedelta: "[h]:mm:ss"}


def rejects_workbook(submission: Submission) -> bytes:
    """rejects.xlsx. No text becomes a formula or a link."""
    import xlsxwriter  # type: ignore[import-untyped]

    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": CREATED})
        formats = _Formats(book)
        parts = list(_parts(table for table in submission.rejected_tables if table.rows))
        for name, (table, rows) in zip(sheet_names([table for table, _ in parts]), parts, strict=True):
            _write(book.add_worksheet(name), table, rows, formats)
    return raw.getvalue()


def _parts(tables: Iterable[RejectedTable]) -> Iterator[tuple[RejectedTable, Sequence[RejectedRow]]]:
    for table in tables:
        for start in range(0, len(table.rows), ROWS):
            yield table, table.rows[start : start + ROWS]


def sheet_names(tables: Iterable[RejectedTable]) -> list[str]:
    """A name for the sheet of each table, as spreadsheet programs allow it: after its sheet, else its file; no two
    alike."""
    names: list[str] = []
    taken: set[str] = set()
    for table in tables:
        plain = _REFUSED.sub("_", shown(table.sheet or table.file)).strip("' ")[:_NAME] or "-"
        name, number = plain, 1
        while name.casefold() in taken:
            number += 1
            name = f"{plain[: _NAME - len(str(number)) - 1]}~{number}"
        taken.add(name.casefold())
        names.append(name)
    return names


class _Formats:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, str], Format] = {}
        self.header = book.add_format({"bold": True, "bottom": 1, "num_format": _TEXT})
        self.added = book.add_format({"bold": True, "bottom": 1, "bg_color": _ADDED})

    def of(self, number: str, fill: str = "") -> Format:
        """The format of a kind of number, on a ground."""
        if (number, fill) not in self._made:
            look = {"num_format": number} | ({"bg_color": fill} if fill else {})
            self._made[number, fill] = self._book.add_format(look)
        return self._made[number, fill]


def _width(table: RejectedTable, rows: Sequence[RejectedRow]) -> int:
    """How many columns are written: without those at the end that have neither header nor value."""
    width = len(table.headers)
    while width and not table.headers[width - 1] and all(is_blank(row.cells[width - 1]) for row in rows):
        width -= 1
    return width


def _write(sheet: Worksheet, table: RejectedTable, rows: Sequence[RejectedRow], formats: _Formats) -> None:
    width = _width(table, rows)
    for column, header in enumerate(table.headers[:width]):
        sheet.write_string(0, column, shown(header), formats.header)
        sheet.set_column(column, column, min(max(2 * len(header) + 2, _WIDTHS[0]), _WIDTHS[1]))
    for column, header in enumerate(ORIGIN, width):
        sheet.write_string(0, column, header, formats.added)
        wide = _WIDTHS[1] if header == REASON else _WIDTHS[0] * 2
        sheet.set_column(column, column, wide, None, {"hidden": header == SHA256})
    sheet.freeze_panes(1, 0)
    comments = 0
    for line, row in enumerate(rows, 1):
        marked = {column for column, _ in row.causes if column is not None}
        for column in range(width):
            _put(sheet, line, column, row.cells[column], formats, _MARKED if column in marked else "")
        for column in sorted(marked):
            if comments < COMMENTS:
                sheet.write_comment(line, column, "\n".join(text for at, text in row.causes if at == column))
                comments += 1
        origin: tuple[Cell, ...] = (
            table.file,
            table.sheet or "",
            row.number,
            table.sha256,
            "\n".join(text for _, text in row.causes),
        )
        for column, value in enumerate(origin, width):
            _put(sheet, line, column, value, formats, _ADDED if column < width + len(ORIGIN) - 1 or marked else _MARKED)
        for column, cell in enumerate(row.surplus, width + len(ORIGIN)):
            _put(sheet, line, column, cell, formats, _MARKED)


def _put(sheet: Worksheet, line: int, column: int, cell: Cell, formats: _Formats, fill: str) -> None:
    """Write a cell as it was typed; what a workbook cannot hold as it is becomes its text."""
    if isinstance(cell, int | float | Decimal) and _holds(cell):
        sheet.write_number(line, column, float(cell), formats.of(_TEXT if fill == _MARKED else "General", fill))
    elif isinstance(cell, date | time | timedelta) and _is_day(cell):
        sheet.write_datetime(line, column, cell, formats.of(_DATES[type(cell)], fill))
    elif is_blank(cell):
        sheet.write_blank(line, column, None, formats.of(_TEXT, fill))
    else:
        sheet.write_string(line, column, shown(cell)[:LONGEST_TEXT], formats.of(_TEXT, fill))


def _holds(number: float | Decimal) -> bool:
    """Whether a workbook, which writes 16 digits of a float, gives a number back that is shown as it was."""
    try:
        back = float(f"{float(number):.16G}")
        return math.isfinite(back) and Decimal(repr(back)) == Decimal(
            repr(number) if isinstance(number, float) else number
        )
    except OverflowError:
        return False


def _is_day(cell: date | time | timedelta) -> bool:
    """Whether a workbook gives a day or a time back as it was."""
    if isinstance(cell, datetime):
        return cell.tzinfo is None and not cell.microsecond and cell.date() >= _FIRST_DAY
    if isinstance(cell, time):
        return cell.tzinfo is None and not cell.microsecond
    if isinstance(cell, timedelta):
        return timedelta(0) <= cell < timedelta(days=10_000) and not cell.microseconds
    return cell >= _FIRST_DAY
