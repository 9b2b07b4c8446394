"""Rows of raw cells -> RawTable: the headers, the columns below them, and how people call each cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

from duibiao.evaluator.intake.headers import Vocabulary
from duibiao.evaluator.intake.layout import Layout, Range, lay_out
from duibiao.evaluator.intake.reasons import Refused
from duibiao.evaluator.intake.values import Cell, is_blank

_LISTED: Final = 10

# A note that a table brings along: its code and its values.
Remark = tuple[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class RawTable:
    """One table as it was sent, by columns. Rows that are blank throughout are left out.

    ``rows`` has the number of each row as people count: lines of a sheet with the headers, or records from 1.
    ``surplus`` has what stands beyond the last header, and ``odd`` what is no record, by the place in ``rows``.
    ``called`` has the names by which columns are recognised where those are not their headers, '' for not at all;
    ``filled`` the places in ``rows`` at which a column has the value of a merged cell above.
    """

    file: str
    sheet: str | None
    sha256: str
    headers: tuple[str, ...]
    columns: tuple[Sequence[Cell], ...]
    rows: Sequence[int]
    lettered: bool
    workbook: bool = False
    surplus: Mapping[int, Sequence[Cell]] = field(default_factory=dict)
    odd: Mapping[int, str] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    called: Mapping[int, str] = field(default_factory=dict)
    filled: Mapping[int, Sequence[int]] = field(default_factory=dict)
    layout: Layout | None = None
    encoding: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What each column is recognised by."""
        return self.called_by(self.called)

    def called_by(self, called: Mapping[int, str]) -> tuple[str, ...]:
        """The headers, with the names ``called`` in place of those that have one."""
        return tuple(called.get(number, header) for number, header in enumerate(self.headers))

    @property
    def place(self) -> str:
        """The file, and the sheet where there is one: ``3月.xlsx!社区``."""
        return f"{self.file}!{self.sheet}" if self.sheet else self.file

    def letter(self, column: int) -> str:
        """What stands before the row in the address of a cell: D of D7, or ``日期#`` of ``日期#7`` among records."""
        return letters(column) if self.lettered else f"{self.headers[column]}#"


def letters(column: int) -> str:
    """The letters of a column of a sheet: 0 is A, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _blank_row(row: Sequence[Cell]) -> bool:
    return all(is_blank(cell) for cell in row)


def _without_booleans(column: Sequence[object]) -> Sequence[Cell]:
    """1 and True are equal in Python, but not in a table: True becomes a text."""
    if bool in set(map(type, column)):
        return [str(cell).lower() if isinstance(cell, bool) else cell for cell in column]  # type: ignore[misc]
    return column  # type: ignore[return-value]


def table_of_rows(
    file: str,
    sheet: str | None,
    sha256: str,
    rows: Sequence[Sequence[Cell]],
    vocabulary: Vocabulary,
    *,
    workbook: bool = False,
    merged: Sequence[Range] = (),
    header_rows: Sequence[int] = (),
    encoding: str | None = None,
) -> RawTable | None:
    """The table in the rows of a sheet or of a CSV file, or None where nothing stands in it.

    ``merged`` has the merged ranges of a sheet, ``header_rows`` the rows of the headers (from 0) where they are given.
    Raises ``Refused`` where the sheet holds several tables.
    """
    layout = lay_out(rows, merged, vocabulary, header_rows)
    if layout is None:
        return None
    headers, data = layout.names, layout.data
    _refuse_side_by_side(headers)
    width = len(headers)
    columns: list[Sequence[object]] = [[] for _ in headers]
    if data:
        columns = list(zip_longest(*(rows[number][:width] for number in data)))
        columns = [*columns, *([[None] * len(data)] * (width - len(columns)))]
    filled: dict[int, list[int]] = defaultdict(list)
    if layout.filled:
        places = {number: place for place, number in enumerate(data)}
        for (number, column), cell in layout.filled.items():
            if column not in filled:
                columns[column] = list(columns[column])
            columns[column][places[number]] = cell  # type: ignore[index]
            filled[column].append(places[number])
    beyond = ((place, rows[number][width:]) for place, number in enumerate(data) if len(rows[number]) > width)
    return RawTable(
        file,
        sheet,
        sha256,
        headers,
        tuple(_without_booleans(column) for column in columns),
        [number + 1 for number in data],
        lettered=True,
        workbook=workbook,
        surplus={place: cells for place, cells in beyond if not _blank_row(cells)},
        remarks=tuple(_remarks(layout, filled)),
        filled=filled,
        layout=layout,
        encoding=encoding,
    )


def _remarks(layout: Layout, filled: Mapping[int, Sequence[int]]) -> Iterator[Remark]:
    """What a reader must know of how the sheet is laid out."""
    if layout.titles:
        yield "title-rows", {"count": len(layout.titles)}
    if len(layout.headers) > 1:
        yield "header-rows", {"rows": listed(layout.headers)}
    if layout.summaries:
        yield "summary-rows", {"rows": listed(layout.summaries)}
    if layout.remarks:
        yield "remark-rows", {"rows": listed(layout.remarks)}
    if layout.repeated:
        yield "repeated-headers", {"rows": listed(layout.repeated)}
    if layout.across:
        yield "merged-cells", {"count": layout.across}
    if filled:
        names = ", ".join(f"'{layout.names[column]}' {len(places)}" for column, places in sorted(filled.items()))
        yield "filled-down", {"count": sum(map(len, filled.values())), "columns": names}


def listed(rows: Sequence[int]) -> str:
    """Rows from 0 as people count them, in a line."""
    shown = ", ".join(str(row + 1) for row in rows[:_LISTED])
    return shown + (" ..." if len(rows) > _LISTED else "")


def _refuse_side_by_side(names: Sequence[str]) -> None:
    """Refuse two tables beside each other: a column without header, and behind it the first header again."""
    first = next((column for column, name in enumerate(names) if name), 0)
    for column in range(first + 2, len(names)):
        if names[column] and names[column] == names[first] and not names[column - 1]:
            raise Refused("tables-beside", header=names[column], letter=letters(column))
