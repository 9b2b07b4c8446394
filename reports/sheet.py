"""What the sheets of our workbooks have in common: how their cells look, what a cell takes, and how they are printed.

Numbers, dates and texts only: no cell is a formula or a link, whatever the data hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

from duibiao.reports.figures import half_up
from duibiao.reports.reading import Reading

Cell = str | int | float | date | None
Look = dict[str, str | int | bool]

MADE: Final = datetime(2000, 1, 1)  # the same values make the same bytes
DECIMALS: Final = 6
TITLE: Final[Look] = {"bold": True, "font_size": 16}
SAID: Final[Look] = {"font_size": 10, "font_color": "#595959"}
CELL: Final[Look] = {"border": 1, "border_color": "#BFBFBF", "valign": "top", "text_wrap": True, "font_size": 10}
CENTRED: Final[Look] = CELL | {"align": "center"}
HEAD: Final[Look] = CENTRED | {"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "valign": "vcenter"}
TEXT: Final[Look] = {"num_format": "@"}
_A4: Final = 9
_TITLE_HEIGHT, _SAID_HEIGHT, _HEAD_HEIGHT = 26, 18, 32
_LINE_HEIGHT: Final = 13.5
_AIR: Final = 4.5
_HIGHEST: Final = 409.0  # points; no row can be higher


def number(value: Fraction | None, decimals: int = DECIMALS) -> float | None:
    """A figure as a cell holds it."""
    return None if value is None else float(half_up(value, decimals))


def begin(book: Any, sheet: Any, title: str, said: Sequence[str], headers: Sequence[tuple[str, int]]) -> int:
    """Write the title, what is said of the list, and the headers, each with the width of its column.

    Returns the row of the headers.
    """
    title_look, said_look, head_look = (book.add_format(each) for each in (TITLE, SAID, HEAD))
    head = 1 + len(said)
    sheet.set_row(0, _TITLE_HEIGHT)
    sheet.write_string(0, 0, title, title_look)
    for row, each in enumerate(said, 1):
        sheet.set_row(row, _SAID_HEIGHT)
        sheet.write_string(row, 0, each, said_look)
    sheet.set_row(head, max(_HEAD_HEIGHT, height(headers)))
    for column, (header, width) in enumerate(headers):
        sheet.set_column(column, column, width)
        sheet.write_string(head, column, header, head_look)
    return head


def put(sheet: Any, row: int, column: int, value: Cell, look: Any) -> None:
    """Write a value as what it is; nothing leaves the cell blank."""
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, look)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, look)
    elif value:
        sheet.write_string(row, column, value, look)
    else:
        sheet.write_blank(row, column, None, look)


def height(texts: Iterable[tuple[str, int]]) -> float:
    """How high a row must be to show the whole of its texts in columns of these widths, as far as a row can be."""
    longest = max(sum(_lines(line, width) for line in text.split("\n")) for text, width in texts)
    return min(_LINE_HEIGHT * longest + _AIR, _HIGHEST)


def _lines(text: str, width: int) -> int:
    """How many lines a text takes: a Chinese character, three bytes, is as wide as two figures."""
    return max(1, -(-((len(text) + len(text.encode())) // 2) // (width - 1)))


def end(sheet: Any, reading: Reading, title: str, head: int, last: int, frozen: int, paper: int, columns: int) -> None:
    """Freeze the rows to ``head`` and some columns, filter to row ``last``, and set up the first columns to print."""
    sheet.freeze_panes(head + 1, frozen)
    sheet.autofilter(head, 0, last, columns - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    sheet.print_area(0, 0, last, paper - 1)
    # a header or footer takes 255 characters; & is its sign for fields
    sheet.set_footer(f"&L{title[:80].replace('&', '&&')}&C{reading.assessment.as_of.isoformat()}&R&P / &N")
