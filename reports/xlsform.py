"""A form as an XLSForm, for ODK Collect and KoboCollect: the sheets survey, choices and settings of a workbook.

Names of questions are the keys of fields, and names of options are ASCII codes, so that what comes back from a phone
is read without a mapping. What is no column of a visit has a capital in its name, which no field has. Every label
stands in Chinese and in English.
"""

from __future__ import annotations

import hashlib
import io
import json
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

import xlsxwriter  # type: ignore[import-untyped]

from duibiao.criteria.formula import names_in, parse_formula, types_of
from duibiao.criteria.language import translations
from duibiao.criteria.models import Criterion, Field
from duibiao.evaluator.assess import page_name
from duibiao.evaluator.intake.headers import PHOTO, STANDARD
from duibiao.evaluator.intake.names import option_code
from duibiao.reports.form import Form, english, expected, in_percent
from duibiao.reports.form_workbook import MADE
from duibiao.reports.words import N_
from duibiao.reports.xpath import TRUE, plain_number, possible

Row = dict[str, str]

ZH: Final = translations("zh").gettext
EN: Final = translations("en").gettext
CHINESE: Final = "中文 (zh)"
ENGLISH: Final = "English (en)"
SURVEY: Final = (
    "type", "name", f"label::{CHINESE}", f"label::{ENGLISH}", f"hint::{CHINESE}", f"hint::{ENGLISH}", "required",
    "relevant", "constraint", f"constraint_message::{CHINESE}", f"constraint_message::{ENGLISH}", "appearance",
    "default", "calculation", "parameters",
)  # fmt: skip
CHOICES: Final = ("list_name", "name", f"label::{CHINESE}", f"label::{ENGLISH}", "site_id", "site", "area", "unit")
SETTINGS: Final = ("form_title", "form_id", "version", "default_language", "instance_name")
_YES_NO: Final = (("yes", N_("yes")), ("no", N_("no")))
_VERDICT: Final = (("yes", N_("met")), ("no", N_("missed")))
NONE: Final = ("none", N_("none of them"))
CHOOSE: Final = N_("Choose the site")
REST: Final = N_("Further observations")
_TYPES: Final = {"count": "integer", "number": "decimal", "percent": "decimal", "text": "text", "date": "date"}
_WHO_IN_ENGLISH: Final = {"site_id": "Site number", "site": "Site", "area": "Area", "unit": "Unit"}
_SHEETS: Final = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS}


def xlsform(form: Form) -> bytes:
    """The workbook of an XLSForm. The same form gives the same bytes, and another one another version."""
    rows = xlsform_rows(form)
    raw = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(raw, {"in_memory": True, **plain}) as book:
        book.set_properties({"title": form.kind.title, "created": MADE})
        for name, columns in _SHEETS.items():
            sheet = book.add_worksheet(name)
            for place, values in enumerate([dict(zip(columns, columns, strict=True)), *rows[name]]):
                for number, column in enumerate(columns):
                    if values.get(column):
                        sheet.write_string(place, number, values[column])
            sheet.set_column(0, len(columns) - 1, 22)
            sheet.freeze_panes(1, 0)
    return raw.getvalue()


def xlsform_rows(form: Form) -> dict[str, list[Row]]:
    """The rows of the three sheets, by sheet and column."""
    survey = [*_who(form), *_questions(form), *_closing()]
    choices = list(_choices(form))
    head = form.catalogue.head
    content = json.dumps([survey, choices, form.catalogue.sha256], ensure_ascii=False, sort_keys=True)
    settings = {
        "form_title": _plain(f"{form.kind.title} {head.edition}"),
        "form_id": f"duibiao_{head.catalogue}_{form.kind.id}",
        "version": f"{head.edition}-{hashlib.sha256(content.encode()).hexdigest()[:8]}",
        "default_language": CHINESE,
        "instance_name": f"concat(${{{form.called}}}, ' ', ${{date}})",
    }
    return {"survey": survey, "choices": choices, "settings": [settings]}


def _plain(text: str) -> str:
    """A text in which nothing refers to a question."""
    return text.replace("${", "$ {")


def _labels(chinese: str, english_: str, what: str = "label") -> Row:
    return {f"{what}::{CHINESE}": _plain(chinese), f"{what}::{ENGLISH}": _plain(english_)}


# who, when and where


def _who(form: Form) -> Iterator[Row]:
    yield {"type": "start", "name": "Start"}
    yield {"type": "calculate", "name": "site_type", "calculation": f"'{form.kind.id}'"}
    if form.sites:
        chosen = _labels(ZH(CHOOSE), EN(CHOOSE))
        yield {
            "type": "select_one site_list",
            "name": "Site_choice",
            **chosen,
            "required": "yes",
            "appearance": "minimal",
        }
        for meaning in form.who:
            if any(getattr(site, meaning) for site in form.sites):
                value = "/".join(("instance('site_list')", "root", "item[name=${Site_choice}]", meaning))
                yield {"type": "calculate", "name": meaning, "calculation": value}
    else:
        for meaning in form.who:
            needed = {"required": "yes"} if meaning == form.called else {}
            yield {"type": "text", "name": meaning, **_labels(STANDARD[meaning][0], _WHO_IN_ENGLISH[meaning]), **needed}
    yield {
        "type": "date", "name": "date", **_labels(STANDARD["date"][0], "Date"), "required": "yes", "default": "today()"
    }  # fmt: skip
    yield {"type": "text", "name": "round", **_labels(STANDARD["round"][0], "Round")}
    yield {"type": "text", "name": "inspector", **_labels(STANDARD["inspector"][0], "Inspector")}
    yield {"type": "geopoint", "name": "Position", **_labels("位置", "Position")}


def _closing() -> Iterator[Row]:
    yield {
        "type": "select_one yes_no",
        "name": "complete",
        **_labels(STANDARD["complete"][0], "All was looked at"),
    }


# what is asked


def _questions(form: Form) -> Iterator[Row]:
    """The groups by places of the outline; a question stands with the first criterion that reads it."""
    places = form.catalogue.places()
    of_place: dict[str | None, list[Criterion | None]] = {}
    for criterion in form.criteria:
        of_place.setdefault(criterion.place, []).append(criterion)
    of_place[None] = [None]
    for place, criteria in of_place.items():
        inside = [row for criterion in criteria for row in _of_criterion(form, criterion)]
        if not inside:
            continue
        title = f"{place} {places[place][-1].title}" if place is not None else ZH(REST)
        in_english = title if place is not None else EN(REST)
        name = _group_name(place or "rest")
        yield {"type": "begin_group", "name": name, **_labels(title, in_english), "appearance": "field-list"}
        yield from inside
        yield {"type": "end_group", "name": name}


def _group_name(place: str) -> str:
    """The ASCII name of a group: Ⅲ-48 is Group_iii_48; a place in other letters is named by its code."""
    plain = unicodedata.normalize("NFKC", place).lower().replace("-", "_")
    named = plain.isascii() and plain.replace("_", "").isalnum()
    return f"Group_{plain}" if named else f"Group_{option_code(place)}"


def _of_criterion(form: Form, criterion: Criterion | None) -> Iterator[Row]:
    """The questions of the fields that no earlier criterion reads, and its photo."""
    reader = None if criterion is None else criterion.id
    keys = [key for key in form.fields if form.first_reader(key) == reader]
    for number, key in enumerate(keys):
        yield _question(form, key, criterion if number == 0 else None)
    if criterion is not None and "photo" in criterion.evidence:
        chinese, in_english = f"照片：{criterion.title}", f"Photo: {english(criterion.id)}"
        named = {"type": "image", "name": PHOTO + criterion.id, "parameters": "max-pixels=1600"}
        versions = [each for each in form.versions if each.id == criterion.id]
        yield named | _labels(chinese, in_english) | _relevant(form, versions, "")


def _question(form: Form, key: str, criterion: Criterion | None) -> Row:
    field = form.fields[key]
    row = {"type": _type(form, key), "name": key, **_labels(field.label, english(key))}
    look_for = criterion.look_for if criterion is not None else None
    hints = [each for each in (field.unit and f"（{field.unit}）", field.method, look_for) if each]
    shares = (ZH, EN) if field.kind == "percent" and not in_percent(field) else ()
    told = [" ".join([*hints, say("as a share: 0.88 for 88 %")]) for say in shares] or [" ".join(hints)] * 2
    if told[0]:
        row |= _labels(told[0], told[1], what="hint")
    return row | _relevant(form, form.rules[key], key) | _constraint(form, key)


def _type(form: Form, key: str) -> str:
    field = form.fields[key]
    match field.kind:
        case "yes_no":
            return "select_one verdict" if key in form.verdicts else "select_one yes_no"
        case "choice" | "grade":
            return f"select_one {key}"
        case "choices":
            return f"select_multiple {key}"
        case _:
            return _TYPES[field.kind]


def _relevant(form: Form, rules: Sequence[Criterion], key: str) -> Row:
    """When a question is shown: wherever one of the rules that read it may apply."""
    if not rules:
        return {}
    parts: list[str] = []
    for rule in rules:
        expression = parse_formula(rule.applies, types_of(form.kind.fields), "yes_no")[0] if rule.applies else None
        part = possible(expression, form.fields, form.kind.id) if expression is not None else None
        if expression is None or part is None or part == TRUE or key in names_in(expression):
            return {}
        parts.append(part)
    return {"relevant": " or ".join(dict.fromkeys(parts))}


def _constraint(form: Form, key: str) -> Row:
    """The limits of a field; one that is another question holds once that is answered."""
    field = form.fields[key]
    if field.kind == "choices":
        told = [say("'none of them' goes alone") for say in (ZH, EN)]
        alone = f"not(selected(., '{NONE[0]}')) or count-selected(.) = 1"
        return {"constraint": alone, **_labels(told[0], told[1], what="constraint_message")}
    lowest = Decimal(0) if field.kind == "count" and field.at_least is None else field.at_least
    parts = [_limit(form, field, sign, limit) for sign, limit in ((">=", lowest), ("<=", field.at_most))]
    said = " and ".join(part for part in parts if part)
    if not said:
        return {}
    chinese = expected(form, key, ZH, lambda other: form.fields[other].label)
    return {"constraint": said, **_labels(chinese, expected(form, key, EN, english), what="constraint_message")}


def _limit(form: Form, field: Field, sign: str, limit: Decimal | str | None) -> str:
    if isinstance(limit, Decimal):
        return f". {sign} {plain_number(limit * 100 if in_percent(field) else limit)}"
    if limit in form.fields and in_percent(form.fields[str(limit)]) == in_percent(field):
        return f"(${{{limit}}} = '' or . {sign} ${{{limit}}})"
    return ""


# the choices


def _choices(form: Form) -> Iterator[Row]:
    yield from _words("yes_no", _YES_NO)
    if any(each.kind == "yes_no" for key, each in form.fields.items() if key in form.verdicts):
        yield from _words("verdict", _VERDICT)
    for key, field in form.fields.items():
        for word in (*field.options, *field.scale):
            yield {"list_name": key, "name": option_code(word), **_labels(word, word)}
        if field.kind == "choices":
            yield from _words(key, (NONE,))
    for site in form.sites:
        called = site.site or site.unit or site.area
        label = " ".join(dict.fromkeys(each for each in (called, site.area.rpartition("/")[2]) if each))
        known = {meaning: getattr(site, meaning) for meaning in ("site_id", "site", "area", "unit")}
        yield {"list_name": "site_list", "name": page_name(site.key), **_labels(label, label), **known}


def _words(list_name: str, words: Sequence[tuple[str, str]]) -> Iterator[Row]:
    for name, text in words:
        yield {"list_name": list_name, "name": name, **_labels(ZH(text), EN(text))}
