"""A form as a workbook: a row per site, a column per field, a list for problems, and a sheet that says how to look."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name, xl_range_abs  # type: ignore[import-untyped]

from duibiao.criteria.models import Criterion, Field
from duibiao.evaluator.intake.guide import GUIDE
from duibiao.evaluator.intake.headers import STANDARD, Vocabulary
from duibiao.reports.form import Form, ListedSite, Translate, expected
from duibiao.reports.words import N_

BLANK_ROWS: Final = 100  # to fill in where the sites are not known
MADE: Final = datetime(2000, 1, 1)  # the same form has the same bytes
YES_NO: Final = ("是", "否")
VERDICT: Final = ("符合", "不符合")
_A4: Final = 9
_ANY_NUMBER: Final = Decimal(10) ** 15
_NUMBERS: Final = {"count": "0", "number": "General", "percent": "0.0%", "date": "yyyy-mm-dd"}
_TEXT: Final = "@"  # what is typed stays as it is typed: 007, 1-2
_WIDTHS: Final = {"site": 20, "area": 26, "unit": 20, "text": 24, "choices": 24, "criterion": 24}
_WIDTH: Final = 12
_EXPECTED: Final = {
    "date": N_("a date such as 2026-03-06"),
    "yes_no": N_("yes or no"),
    "criterion": N_("one of the words"),
    "points": N_("points lost"),
}
# What a workbook can hold in a sheet's name, and in the title and the text of a message beside a cell.
_SHEET_NAME: Final = 31
_NOT_IN_SHEET_NAMES: Final = frozenset("[]:*?/\\'")
_TITLE: Final = 32
_MESSAGE: Final = 255
_GUIDE_WIDTHS: Final = (22, 26, 52, 52, 16)
_LISTS: Final = 8  # the column of the guide from which on the words of the drop-downs stand, hidden


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the form: a standard one by its meaning, or that of a field."""

    key: str
    header: str
    kind: str
    field: Field | None = None
    judged: bool = False


class _Formats:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        shared = {"border": 1, "valign": "vcenter", "text_wrap": True}
        self.header = book.add_format({**shared, "bold": True, "bg_color": "#E7ECF2", "align": "center"})
        self.site = book.add_format({**shared, "bg_color": "#F4F4F4", "num_format": _TEXT})
        self.words = book.add_format({**shared, "valign": "top"})
        numbers = {_TEXT, *_NUMBERS.values()}
        self._entries = {
            each: book.add_format({**shared, "locked": False, "num_format": each}) for each in sorted(numbers)
        }

    def entry(self, kind: str) -> Any:
        """The format of a cell to fill in; only these can be changed."""
        return self._entries[_NUMBERS.get(kind, _TEXT)]


def form_workbook(form: Form, say: Translate) -> bytes:
    """The workbook of a form. The same form gives the same bytes; no text of it is ever a formula or a link."""
    raw = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(raw, {"in_memory": True, **plain}) as book:
        book.set_properties({"title": form.kind.title, "created": MADE})
        formats = _Formats(book)
        columns = _columns(form)
        tables = [(book.add_worksheet(_sheet_name(form)), columns, form.sites)]
        if form.by_problems:
            tables.append((book.add_worksheet(say("problem list")), _problem_columns(form), ()))
        lists = _write_guide(book.add_worksheet(say("How to look")), form, columns, formats, say)
        for sheet, each, sites in tables:
            _write_table(sheet, form, each, sites, formats, say)
            _write_checks(sheet, form, each, len(sites) or BLANK_ROWS, lists, say)
            _set_up_print(sheet, form, each, len(sites) or BLANK_ROWS, say)
    return raw.getvalue()


def _sheet_name(form: Form) -> str:
    """The first name of the site type that can name a sheet: by it the intake knows what the sheet is about."""
    kind = form.kind
    fitting = (
        name
        for name in (kind.title, *kind.aliases, kind.id)
        if len(name) <= _SHEET_NAME and not _NOT_IN_SHEET_NAMES & set(name)
    )
    return next(fitting, kind.id[:_SHEET_NAME])


def _standard(meaning: str, kind: str) -> _Column:
    return _Column(meaning, STANDARD[meaning][0], kind)


def _columns(form: Form) -> list[_Column]:
    vocabulary = Vocabulary(form.catalogue)
    fields = [
        _Column(key, form.header(key, vocabulary), each.kind, each, key in form.verdicts)
        for key, each in form.fields.items()
    ]
    return [
        *(_standard(meaning, meaning) for meaning in form.who),
        _standard("date", "date"),
        _standard("round", "word"),
        _standard("inspector", "word"),
        *fields,
        _standard("complete", "yes_no"),
    ]


def _problem_columns(form: Form) -> list[_Column]:
    return [
        *(_standard(meaning, meaning) for meaning in form.who),
        _standard("date", "date"),
        _standard("round", "word"),
        _standard("criterion", "criterion"),
        _standard("problem", "text"),
        _standard("deduction", "points"),
        _standard("photo", "text"),
    ]


# the tables


def _write_table(
    sheet: Any,
    form: Form,
    columns: Sequence[_Column],
    sites: Sequence[ListedSite],
    formats: _Formats,
    say: Translate,
) -> None:
    sheet.set_default_row(22)
    sheet.set_row(0, 48)
    for number, column in enumerate(columns):
        sheet.set_column(number, number, _WIDTHS.get(column.kind, _WIDTH))
        sheet.write_string(0, number, column.header, formats.header)
        if column.field is not None:
            told = _comment(form, column.key, say)
            sheet.write_comment(
                0, number, told, {"width": 280, "height": 20 + 16 * (len(told) // 20 + told.count("\n"))}
            )
        for row in range(1, (len(sites) or BLANK_ROWS) + 1):
            if sites and column.key in form.who:
                sheet.write_string(row, number, getattr(sites[row - 1], column.key), formats.site)
            else:
                sheet.write_blank(row, number, None, formats.entry(column.kind))
    sheet.freeze_panes(1, len(form.who))
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _label(form: Form) -> Any:
    return lambda key: form.fields[key].label


def _comment(form: Form, key: str, say: Translate) -> str:
    """What is said at the header of a column: what belongs there, how it is counted, what is looked for."""
    field = form.fields[key]
    lines = [expected(form, key, say, _label(form))]
    if field.unit is not None:
        lines.append(say("Unit: {unit}").format(unit=field.unit))
    if field.method is not None:
        lines.append(field.method)
    newest = {each.id: each for each in form.rules[key]}
    lines += [f"{each.title}：{each.look_for}" for each in newest.values() if each.look_for is not None]
    return "\n".join(lines)


def _write_checks(
    sheet: Any, form: Form, columns: Sequence[_Column], rows: int, lists: dict[str, str], say: Translate
) -> None:
    """What the cells of each column take; a cell may always stay blank."""
    letters = {column.key: xl_col_to_name(number) for number, column in enumerate(columns)}
    for number, column in enumerate(columns):
        check = _check(column, letters, lists)
        if check is None:
            continue
        if column.field is not None:
            told = expected(form, column.key, say, _label(form))
            if column.field.options:
                told += say(": {words}").format(words="、".join(column.field.options))
        else:
            told = say(_EXPECTED[column.kind])
        told = say("{expected}. Leave it blank where nobody looked.").format(expected=told)[:_MESSAGE]
        title = column.header[:_TITLE]
        if check["validate"] == "any":
            check |= {"input_title": title, "input_message": told}
        else:
            check |= {"error_title": title, "error_message": told}
        sheet.data_validation(1, number, rows, number, check)


def _check(column: _Column, letters: dict[str, str], lists: dict[str, str]) -> dict[str, Any] | None:
    field = column.field
    match column.kind:
        case "count" | "number" | "percent":
            assert field is not None
            lowest = Decimal(0) if column.kind == "count" else -_ANY_NUMBER
            return {
                "validate": "integer" if column.kind == "count" else "decimal",
                "criteria": "between",
                "minimum": _bound(field.at_least, lowest, letters),
                "maximum": _bound(field.at_most, _ANY_NUMBER, letters),
            }
        case "points":
            return {"validate": "decimal", "criteria": ">=", "value": 0}
        case "date":
            return {"validate": "date", "criteria": ">=", "value": date(2000, 1, 1)}
        case "yes_no":
            return {"validate": "list", "source": list(VERDICT if column.judged else YES_NO)}
        case "choice" | "grade" | "criterion":
            return {"validate": "list", "source": lists[column.key]}
        case "choices":
            return {"validate": "any"}
        case _:
            return None


def _bound(limit: Decimal | str | None, otherwise: Decimal, letters: dict[str, str]) -> str:
    """A limit as a workbook has it: a number, or the cell of another column of the row, once that is filled in."""
    if isinstance(limit, Decimal):
        return f"{limit:f}"
    if limit in letters:
        cell = f"{letters[str(limit)]}2"
        return f"=IF(ISBLANK({cell}),{otherwise:f},{cell})"
    return f"{otherwise:f}"


def _set_up_print(sheet: Any, form: Form, columns: Sequence[_Column], rows: int, say: Translate) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.5)
    sheet.repeat_rows(0)
    sheet.repeat_columns(form.who.index(form.called))
    if any(column.field is not None for column in columns):
        sheet.set_print_scale(75)
    else:
        sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, rows, len(columns) - 1)
    head = form.catalogue.head
    named = f"{form.kind.title}  {head.title} {head.edition}".replace("&", "&&")
    sheet.set_header(f"&L{named}&R&P/&N")
    sheet.set_footer("&L" + say("Leave blank what nobody looked at.").replace("&", "&&"))


# the guide


def _write_guide(
    sheet: Any, form: Form, columns: Sequence[_Column], formats: _Formats, say: Translate
) -> dict[str, str]:
    """What to look for, criterion by criterion; returns where the words of each drop-down stand, by field."""
    sheet.write_string(0, 0, GUIDE)
    headers = (say("Criterion"), say("Columns"), say("What to look for"), say("How to mend it"), say("Evidence"))
    for number, (header, width) in enumerate(zip(headers, _GUIDE_WIDTHS, strict=True)):
        sheet.set_column(number, number, width)
        sheet.write_string(1, number, header, formats.header)
    named = {column.key: column.header for column in columns}
    for row, criterion in enumerate(form.criteria, 2):
        read = [named[key] for key, rules in form.rules.items() if criterion.id in {each.id for each in rules}]
        if criterion.id in form.by_problems:
            read.append(say("(a row of a problem list for each problem)"))
        texts = (
            _titled(criterion, say),
            "、".join(read),
            criterion.look_for or "",
            criterion.remedy or "",
            "、".join(criterion.evidence),
        )
        sheet.set_row(row, 17 * max(map(_lines, texts, _GUIDE_WIDTHS)))
        for number, text in enumerate(texts):
            sheet.write_string(row, number, text, formats.words)
    sheet.freeze_panes(2, 1)
    sheet.protect()
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.print_area(0, 0, len(form.criteria) + 1, len(headers) - 1)
    return _write_lists(sheet, form, columns)


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column; what is not ASCII is two characters wide."""
    return -(-sum(1 if each.isascii() else 2 for each in text) // (width - 2)) or 1


def _titled(criterion: Criterion, say: Translate) -> str:
    until = criterion.effective.until
    return criterion.title if until is None else say("{title} (until {day})").format(title=criterion.title, day=until)


def _write_lists(sheet: Any, form: Form, columns: Sequence[_Column]) -> dict[str, str]:
    words = {each.key: tuple(each.field.scale) or each.field.options for each in columns if each.field is not None}
    words["criterion"] = tuple(each.title for each in form.criteria)
    lists: dict[str, str] = {}
    for key, each in words.items():
        if each:
            place = _LISTS + len(lists)
            for row, word in enumerate(each):
                sheet.write_string(row, place, word)
            lists[key] = f"='{sheet.get_name()}'!{xl_range_abs(0, place, len(each) - 1, place)}"
    if lists:
        sheet.set_column(_LISTS, _LISTS + len(lists) - 1, None, None, {"hidden": True})
    return lists
