"""A checklist as a workbook: a sheet a site, drop-downs for what was found, pages that print with their header."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any, Final

import xlsxwriter  # type: ignore[import-untyped]

from duibiao.reports.checklist import Blank, Checklist, Entry, Sheet
from duibiao.reports.checklist_lines import (
    BOX,
    about,
    answer_lines,
    facts,
    heading,
    last,
    question_title,
    running,
    seen_line,
    visible,
)

MADE: Final = datetime(2000, 1, 1)
_A4: Final = 9
_SHEET_NAME: Final = 31
_NOT_IN_SHEET_NAMES: Final = frozenset("[]:*?/\\")
_LIST: Final = 255  # characters that the words of one drop-down may have
_HEADER: Final = 200
_WIDTHS: Final = (4, 16, 25, 31, 18, 22, 21, 11, 13)
_LOOK, _LAST, _FOUND, _NOTES = 2, 6, 7, 8


class _Formats:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        cell = {
            "font_name": "仿宋",
            "font_size": 10,
            "border": 1,
            "valign": "top",
            "text_wrap": True,
            "num_format": "@",
        }
        self.title = book.add_format({"font_name": "黑体", "font_size": 16})
        self.note = book.add_format({"font_name": "仿宋", "font_size": 9, "font_color": "#5A6672"})
        self.fact = book.add_format({**cell, "valign": "vcenter"})
        self.label = book.add_format({**cell, "valign": "vcenter", "bg_color": "#F4F4F4"})
        self.header = book.add_format({**cell, "font_name": "黑体", "bg_color": "#E7ECF2", "valign": "vcenter"})
        self.text = book.add_format(cell)
        self.bold = book.add_format({"font_name": "黑体", "font_size": 10, "bold": True})
        self.plain = book.add_format({"font_name": "仿宋", "font_size": 9})
        self.strong = book.add_format({**cell, "bold": True})
        self.blank = book.add_format({**cell, "font_color": "#3C4650", "valign": "vcenter"})
        self.entry = book.add_format({**cell, "bg_color": "#FFFBE8", "locked": False, "valign": "vcenter"})
        self.number = book.add_format(
            {**cell, "bg_color": "#FFFBE8", "locked": False, "valign": "vcenter", "num_format": "General"}
        )


def checklist_workbook(checklist: Checklist) -> bytes:
    """The workbook. The same checklist gives the same bytes; no text of it is ever a formula or a link."""
    raw = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(raw, {"in_memory": True, **plain}) as book:
        book.set_properties({"title": visible(checklist.title)[:_LIST], "created": MADE})
        formats, taken = _Formats(book), set[str]()
        for sheet in checklist.sheets:
            page = book.add_worksheet(_sheet_name(sheet.name or sheet.kind, taken))
            _write_sheet(page, checklist, sheet, formats)
        if checklist.questions:
            _write_quiz(book, checklist, formats, taken)
    return raw.getvalue()


def _sheet_name(text: str, taken: set[str]) -> str:
    """A name that Excel takes, and that no other sheet has."""
    stem = "".join("_" if each in _NOT_IN_SHEET_NAMES else each for each in visible(text)).strip().strip("'")
    stem = stem if stem and stem.casefold() != "history" else f"_{stem}"
    name, number = stem[:_SHEET_NAME].rstrip("' "), 2
    while name.casefold() in taken:
        tail = f" {number}"
        name, number = stem[: _SHEET_NAME - len(tail)] + tail, number + 1
    taken.add(name.casefold())
    return name


def _write_sheet(page: Any, checklist: Checklist, sheet: Sheet, formats: _Formats) -> None:
    say = checklist.words.gettext
    told = any(each.last is not None for each in sheet.entries)
    for column, width in enumerate(_WIDTHS):
        page.set_column(column, column, width, None, {"hidden": column == _LAST and not told})
    page.write_string(0, 0, visible(heading(sheet, say)), formats.title)
    page.write_string(1, 0, visible(f"{checklist.catalogue} · {checklist.basis}"), formats.note)
    row = _write_facts(page, checklist, sheet, formats)
    texts_of = [_texts(entry, checklist) for entry in sheet.entries]
    headers = (
        say("No."), say("Criterion"), say("Look"), say("Counts"), say("Examples"), say("Mending"), say("Last findings"),
        say("Found"), say("Notes"),
    )  # fmt: skip
    for column, text in enumerate(headers):
        page.write_string(row, column, text, formats.header)
    head = row
    ticks = "\n".join(f"{BOX}{word}" for word in checklist.verdicts)  # for paper; on a screen the drop-down
    for entry, texts in zip(sheet.entries, texts_of, strict=True):
        row += 1
        lines = max(_lines(text, width) for text, width in zip((*texts, ticks), _WIDTHS, strict=False))
        page.set_row(row, 12.6 * lines + 3)
        for column, text in enumerate(texts):
            page.write_string(row, column, visible(text), formats.strong if column == _LOOK else formats.text)
        title, _, more = visible(texts[1]).partition("\n")
        page.write_rich_string(row, 1, formats.bold, title, formats.plain, f"\n{more}", formats.text)
        page.write_string(row, _FOUND, visible(ticks), formats.entry)
        page.write_blank(row, _NOTES, None, formats.entry)
        page.data_validation(row, _FOUND, row, _FOUND, {"validate": "list", "source": list(checklist.verdicts)})
        for blank in (each for each in entry.blanks if not each.see):
            row += 1
            _write_blank(page, row, entry.number, blank, formats)
    page.freeze_panes(head + 1, 2)
    page.protect("", {"format_columns": True, "format_rows": True})
    _set_up_print(page, checklist, sheet, head, row)


def _texts(entry: Entry, checklist: Checklist) -> tuple[str, ...]:
    """What stands in the cells of an entry that are not filled in."""
    say = checklist.words.gettext
    beside = [*about(entry, say), f"{say('Evidence')}{say(': ')}{entry.evidence}" if entry.evidence else ""]
    return (
        str(entry.number),
        "\n".join((" ".join(entry.title.split("\n")), *(each for each in beside if each))),
        entry.look_for,
        entry.rule.text,
        "；".join(entry.examples),
        entry.remedy,
        last(entry),
    )


def _write_facts(page: Any, checklist: Checklist, sheet: Sheet, formats: _Formats) -> int:
    """Who and when, two rows of four; returns the row of the headers."""
    known = facts(sheet, checklist.words.gettext)
    spans = ((0, 2), (3, 3), (4, 5), (6, 8))  # columns, merged where they are several
    for place, (label, value) in enumerate(known):
        row, (first, end) = 2 + place // 4, spans[place % 4]
        text = visible(f"{label}{checklist.words.gettext(': ')}{value}")
        format_ = formats.label if value else formats.entry
        if first == end:
            page.write_string(row, first, text, format_)
        else:
            page.merge_range(row, first, row, end, "", format_)
            page.write_string(row, first, text, format_)
        page.set_row(row, 24)
    if sheet.told:
        text = visible(f"{checklist.words.gettext('Last findings')}{checklist.words.gettext(': ')}{sheet.told}")
        page.write_string(4, 0, text, formats.note)
    return 5


def _write_blank(page: Any, row: int, number: int, blank: Blank, formats: _Formats) -> None:
    """A row for what is written down: what it is, the cell, and its unit."""
    method = f"  {blank.method}" if blank.method else ""
    page.write_blank(row, 0, None, formats.blank)
    page.merge_range(row, 1, row, _LAST, "", formats.blank)
    page.write_string(row, 1, visible(f"{number} · {blank.label}{method}"), formats.blank)
    page.write_blank(row, _FOUND, None, formats.number if blank.kind == "number" else formats.entry)
    words = [visible(each) for each in blank.words]
    if words and len(",".join(words)) <= _LIST and not any("," in each for each in words):
        page.data_validation(row, _FOUND, row, _FOUND, {"validate": "list", "source": words, "error_type": "warning"})
    elif blank.kind == "number":
        limits = {"validate": "decimal", "criteria": ">=", "value": 0, "error_type": "warning"}
        page.data_validation(row, _FOUND, row, _FOUND, limits)
    choice = blank.unit or "、".join(blank.words)
    page.write_string(row, _NOTES, visible(choice), formats.blank)
    page.set_row(row, 12.6 * _lines(choice, _WIDTHS[_NOTES]) + 5)


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column; what is not ASCII is two characters wide."""
    return sum(-(-sum(1 if each.isascii() else 2 for each in part) // (width - 1)) or 1 for part in text.split("\n"))


def _set_up_print(page: Any, checklist: Checklist, sheet: Sheet, head: int, row: int) -> None:
    page.set_landscape()
    page.set_paper(_A4)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.5)
    page.repeat_rows(head)
    page.fit_to_pages(1, 0)
    page.print_area(0, 0, row, len(_WIDTHS) - 1)
    named = visible(f"{running(sheet)}  {checklist.catalogue}")[: _HEADER // 2].replace("&", "&&")
    page.set_header(f"&L{named}&R&P/&N")
    page.set_footer("&L" + checklist.words.gettext("Leave blank what nobody looked at.").replace("&", "&&"))


def _write_quiz(book: Any, checklist: Checklist, formats: _Formats, taken: set[str]) -> None:
    """The questions on a sheet with drop-downs, the answers on a sheet of their own."""
    say = checklist.words.gettext
    asked, answered = (book.add_worksheet(_sheet_name(each, taken)) for each in (say("Questions"), say("Quiz answers")))
    for page, headers, widths in (
        (asked, (say("No."), say("Criterion"), say("Seen"), say("How is this judged? Tick one box.")), (5, 28, 70, 30)),
        (answered, (say("No."), say("Quiz answers"), say("Points"), say("Why")), (5, 20, 24, 84)),
    ):
        for column, (text, width) in enumerate(zip(headers, widths, strict=True)):
            page.set_column(column, column, width)
            page.write_string(0, column, text, formats.header)
        page.set_landscape()
        page.set_paper(_A4)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        page.print_area(0, 0, len(checklist.questions), 3)
    for each in checklist.questions:
        row = each.number
        for column, text in enumerate((str(each.number), question_title(each), seen_line(each))):
            asked.write_string(row, column, visible(text), formats.text)
        asked.write_blank(row, 3, None, formats.entry)
        asked.data_validation(row, 3, row, 3, {"validate": "list", "source": list(each.choices)})
        texts = (str(each.number), each.answer, each.points, "\n".join(answer_lines(each, say)))
        for column, text in enumerate(texts):
            answered.write_string(row, column, visible(text), formats.text)
