"""What is written down for a criterion: its fields with what belongs there, how it is found out, and other names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from duibiao.criteria.formula import types_of
from duibiao.criteria.models import Asked, Criterion, Field, Information, SiteType
from duibiao.evaluator.formula_words import FormulaWords
from duibiao.evaluator.rules import FROM_PROBLEMS, reads
from duibiao.reports.figures import say_text
from duibiao.reports.form import Form, expected
from duibiao.reports.handbook import Handbook


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field; ``words`` are those that may be written, ``aliases`` the other headers that are understood."""

    label: str
    expected: str
    words: str = ""
    method: str = ""
    aliases: str = ""


def field_rows(book: Handbook, form: Form, criterion: Criterion) -> Iterator[FieldRow]:
    """The fields that a criterion reads, in the order of the form, then those made from others or read elsewhere."""
    _, kind = book.say, form.kind
    read = fields_of(kind, criterion)
    for key, field in form.fields.items():
        if key in read:
            yield _recorded(book, form, key, field)
    for key, field in kind.fields.items():
        if key in read and key not in form.fields:
            yield _made(book, kind, field)
    if read & FROM_PROBLEMS:
        yield FieldRow(_("problem list"), _("a row for each problem found, with its photo and points taken off"))


def fields_of(kind: SiteType, criterion: Criterion) -> frozenset[str]:
    """The fields of a site type that a criterion reads, and problems or deducted.

    Those of a questionnaire's rate count where the questionnaire is that site type.
    """
    read = reads(criterion, types_of(kind.fields), kind.fields)
    match criterion:
        case Asked(ask=ask):
            form, _, rate = ask.partition(".")
            text = kind.rates.get(rate) if form == kind.id else None
        case Information(show=text):
            pass
        case _:
            text = None
    return read | FormulaWords(kind, str).reads(text) if text is not None else read


def _recorded(book: Handbook, form: Form, key: str, field: Field) -> FieldRow:
    _ = book.say
    told = expected(form, key, _, lambda other: form.fields[other].label)
    if field.unit is not None:
        told += say_text(_(", in {unit}"), unit=field.unit)
    words = field.options or tuple(field.scale)
    return FieldRow(field.label, told, book.listed(words), field.method or "", book.listed(field.aliases))


def _made(book: Handbook, kind: SiteType, field: Field) -> FieldRow:
    _ = book.say
    if field.formula is not None:
        told = say_text(_("made from others: {formula}"), formula=FormulaWords(kind, _).written(field.formula))
    elif field.from_ == "site":
        told = _("taken from the site register")
    else:
        level = book.catalogue.head.area_levels.get(field.from_ or "", "")
        told = say_text(_("taken from what is recorded for the {level} above"), level=level)
    return FieldRow(field.label, told, "", field.method or "", book.listed(field.aliases))
