"""A list of drawn sites as a table: to sort, to filter and to fill in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, get_args

from duibiao.criteria.language import Language, translations
from duibiao.evaluator.intake.delimited import decode
from duibiao.evaluator.intake.reasons import Refused
from duibiao.evaluator.intake.rejects import plain
from duibiao.reports.draw_list import DrawList
from duibiao.reports.plain_text import plain_text
from duibiao.reports.words import N_


class NotADraw(Exception):
    """A file that is no list of drawn sites as CSV."""


Cell = str | float | int | None
# Header, width, and whether somebody fills it in.
COLUMNS: Final = (
    (N_("No."), 7, False),
    (N_("Drawn or reserve"), 9, False),
    (N_("Site type"), 16, False),
    (N_("Area"), 28, False),
    (N_("Site number"), 14, False),
    (N_("Site"), 28, False),
    (N_("Belongs to"), 20, False),
    (N_("Longitude"), 11, False),
    (N_("Latitude"), 11, False),
    (N_("Coordinates"), 11, False),
    (N_("Inspected on"), 12, True),
    (N_("Inspector"), 12, True),
    (N_("Remarks"), 20, True),
)
TYPED: Final = sum(typed for _header, _width, typed in COLUMNS)
MADE: Final = datetime(2000, 1, 1)  # the same list makes the same bytes
_DRAWN: Final = 1  # the columns that are read again
_KEY: Final = 4
HEADER: Final = 3  # above it stand the title, what was drawn, and what is to be said of it
_A4: Final = 9
_LINE_HEIGHT: Final = 14


def draw_csv(view: DrawList) -> bytes:
    """The list as CSV: UTF-8 with BOM, no cell is a formula; the seed and the register stand in every row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    said = view.words.gettext
    writer.writerow([*(said(header) for header, _width, _typed in COLUMNS), said("Seed"), said("Register sha256")])
    for row in _rows(view):
        cells = [plain(each) if isinstance(each, str) else each for each in row]
        writer.writerow([*cells, *[""] * TYPED, view.seed, view.digest])
    return out.getvalue().encode("utf-8-sig")


def drawn_sites(raw: bytes) -> tuple[str, ...]:
    """The drawn sites of a list as CSV, without the reserves, as ``key_text`` writes their keys. Raises NotADraw."""
    try:
        rows = list(csv.reader(io.StringIO(decode(raw))))
    except (Refused, csv.Error) as error:
        raise NotADraw from error
    for spoken in get_args(Language):
        said = translations(spoken).gettext
        headers = [said(header) for header, _width, typed in COLUMNS if not typed]
        if rows and rows[0][: len(headers)] == headers:
            return tuple(row[_KEY] for row in rows[1:] if row[_DRAWN : _DRAWN + 1] == [said("drawn")])
    raise NotADraw


def key_text(key: str) -> str:
    """The key of a site as a list writes it."""
    return plain(plain_text(key))


def _rows(view: DrawList) -> Iterator[tuple[Cell, ...]]:
    """What stands in the cells that nobody fills in."""
    words = view.words.gettext("drawn"), view.words.gettext("reserve")
    for section, _group, line in view.lines:
        texts = (words[line.reserve], section.title, line.area, line.key, line.name, line.whole)
        yield (line.number, *map(plain_text, texts), line.lon, line.lat, line.crs)


def draw_workbook(view: DrawList) -> bytes:
    """The list as a workbook with a filter, set up to print. The same list gives the same bytes."""
    import xlsxwriter  # type: ignore[import-untyped]

    raw = io.BytesIO()
    text = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(raw, {"in_memory": True, **text}) as book:
        book.set_properties({"title": view.title, "created": MADE})
        _write(book, book.add_worksheet(view.title[:31]), view)
    return raw.getvalue()


def _write(book: Any, sheet: Any, view: DrawList) -> None:
    said = view.words.gettext
    cell = {"border": 1, "border_color": "#BFBFBF", "valign": "top", "text_wrap": True, "font_size": 10}
    header = book.add_format(cell | {"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF"})
    text, number = book.add_format(cell | {"num_format": "@"}), book.add_format(cell)
    reserve = book.add_format(cell | {"num_format": "@", "font_color": "#595959", "italic": True})
    blank = book.add_format(cell | {"bg_color": "#FFFBE8"})
    facts = said("Seed {seed}, register {digest}: {counted}").format(
        seed=view.seed, digest=view.digest, counted=view.counted
    )
    sheet.write_string(0, 0, view.title, book.add_format({"bold": True, "font_size": 16}))
    told = book.add_format({"font_size": 10, "font_color": "#595959", "text_wrap": True, "valign": "top"})
    for place, words in enumerate((f"{view.catalogue} · {facts}", " ".join([*view.notes, view.undrawn])), 1):
        sheet.merge_range(place, 0, place, len(COLUMNS) - 1, plain_text(words), told)
        sheet.set_row(
            place, _LINE_HEIGHT * (1 + len(words.encode()) // sum(width for _header, width, _typed in COLUMNS))
        )
    for column, (title, width, _typed) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(HEADER, column, said(title), header)
    row = HEADER
    for row, (cells, (_section, _group, line)) in enumerate(zip(_rows(view), view.lines, strict=True), HEADER + 1):
        for column, value in enumerate(cells):
            if isinstance(value, str):
                sheet.write_string(row, column, value, reserve if line.reserve else text)
            elif value is None:
                sheet.write_blank(row, column, None, number)
            else:
                sheet.write_number(row, column, value, number)
        for column in range(len(cells), len(COLUMNS)):
            sheet.write_blank(row, column, None, blank)
    sheet.freeze_panes(HEADER + 1, 0)
    sheet.autofilter(HEADER, 0, max(row, HEADER + 1), len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER)
    sheet.print_area(0, 0, row, len(COLUMNS) - 1)
    sheet.set_footer(f"&L{said('Seed')} {view.seed} · {view.digest[:12]}&R&P / &N")
