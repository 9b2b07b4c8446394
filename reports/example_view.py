"""Worked examples of a criterion, made from the cases beside it: what was seen, what comes out, what a report says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from duibiao.criteria.models import (
    Asked,
    Banded,
    Criterion,
    DatedCriterion,
    Deducted,
    Judged,
    Linear,
    NOfM,
    SiteType,
    TwoMethods,
)
from duibiao.evaluator.assessment import Status
from duibiao.evaluator.columns import asked_column
from duibiao.evaluator.formula_words import FormulaWords
from duibiao.evaluator.numerals import number, percent
from duibiao.evaluator.worked import Worked
from duibiao.reports import words as vocabulary
from duibiao.reports.field_rows import fields_of
from duibiao.reports.figures import say_text
from duibiao.reports.handbook import Handbook
from duibiao.reports.reading import Mark
from duibiao.reports.rule_words import points_text

EXAMPLES: Final = 4
OUTCOMES: Final[tuple[Status, ...]] = ("met", "partial", "missed", "not_applicable", "invalid", "unobserved")
# What may differ between site types, or between dates, without another score for the same values.
DESCRIBED: Final = frozenset(
    "title aliases severity look_for remedy evidence lead_unit supporting_units source proposed effective"
    " site_types".split()
)


@dataclass(frozen=True, slots=True)
class Example:
    """One case: its sentence, what was seen by label, the status and score, and the line that a report would have."""

    name: str
    seen: tuple[tuple[str, str], ...]
    status: Mark
    result: str
    because: str


def examples(book: Handbook, kind: SiteType, dated: DatedCriterion) -> Iterator[Example]:
    """One example for each outcome; those of this site type first, then those about few criteria."""
    newest = dated.versions[-1].on(kind.id)
    fitting = [each for each in book.worked_of.get(dated.id, ()) if holds_on(each, newest, kind)]
    found: dict[Status, Worked] = {}
    for each in sorted(fitting, key=lambda each: (each.case.site_type != kind.id, len(each.case.expect))):
        found.setdefault(each.status, each)
    for status in [status for status in OUTCOMES if status in found][:EXAMPLES]:
        yield _example(book, found[status])


def holds_on(worked: Worked, newest: Criterion, kind: SiteType) -> bool:
    """Whether what came out in a case comes out on this site type, by this version of its criterion."""
    rule = worked.criterion.model_dump(exclude=set(DESCRIBED))
    if worked.case.site_type != kind.id and "site_type" in repr(rule):
        return False
    return rule == newest.model_dump(exclude=set(DESCRIBED))


def _example(book: Handbook, worked: Worked) -> Example:
    _, criterion = book.say, worked.criterion
    result = ""
    if worked.earned is None:
        result = _("not scored")
    elif criterion.points and criterion.id not in book.members:
        earned, points = points_text(worked.earned), number(criterion.points)
        result = say_text(_("{earned} of {points} points"), earned=earned, points=points)
    return Example(
        worked.case.name,
        tuple(seen_values(book, worked)),
        Mark(f"s-{worked.status.replace('_', '-')}", _(vocabulary.STATUS[worked.status])),
        result,
        worked.because if worth_telling(book, worked) else "",
    )


def worth_telling(book: Handbook, worked: Worked) -> bool:
    """Whether the line of the report says more than the values beside it: a sum, what is missing, what is wrong."""
    if isinstance(worked.criterion, Asked):
        counted = asked_column(worked.criterion.ask) not in worked.case.seen
        return counted and worked.status not in {"unobserved", "not_applicable"}
    if worked.status in {"invalid", "unobserved"}:
        return not isinstance(worked.criterion, TwoMethods)
    match worked.criterion:
        case Banded(rate=text) | Linear(rate=text):
            return text not in book.catalogue.site_types[worked.case.site_type].fields
        case NOfM():
            return worked.status != "met"
        case Deducted():
            return worked.status != "not_applicable"
        case _:
            return False


def seen_values(book: Handbook, worked: Worked) -> Iterator[tuple[str, str]]:
    """What the case says of what the criterion reads, by label."""
    _, case = book.say, worked.case
    kind = book.catalogue.site_types[case.site_type]
    rules = [worked.criterion]
    if isinstance(worked.criterion, TwoMethods):
        rules += [book.newest(each, book.home(each, kind.id)) for each in worked.criterion.both]
    labels: dict[str, tuple[str, bool]] = {}
    for rule in rules:
        labels |= _labels(book, kind, rule)
    for key, value in case.seen.items():
        if key in labels:
            label, share = labels[key]
            yield label, _value(book, kind, key, value, share=share)
    for rule in rules:
        if rule.id in case.problems:
            yield _("number of problems"), number(case.problems[rule.id])
        if rule.id in case.deducted:
            yield _("points deducted in the problem list"), number(case.deducted[rule.id])
    if not case.complete:
        yield _("problem list"), _("not marked complete")


def _labels(book: Handbook, kind: SiteType, rule: Criterion) -> Mapping[str, tuple[str, bool]]:
    """What a criterion reads at a site of ``kind``: key -> its label, and whether it is a share."""
    read: dict[str, tuple[str, bool]] = {}
    if kind.id in rule.site_types:
        read = _fields(kind, fields_of(kind, rule))
    if isinstance(rule, Judged):
        read[rule.id] = (rule.title, False)
    if isinstance(rule, Asked):
        form, _, rate = rule.ask.partition(".")
        questionnaire = book.catalogue.site_types[form]
        read[asked_column(rule.ask)] = (book.say("rate of the questionnaire"), True)
        if rate in questionnaire.rates:
            read |= _fields(questionnaire, FormulaWords(questionnaire, str).reads(questionnaire.rates[rate]))
    return read


def _fields(kind: SiteType, keys: frozenset[str]) -> dict[str, tuple[str, bool]]:
    known = {key: kind.fields[key] for key in keys if key in kind.fields}
    return {key: (field.label, field.kind == "percent") for key, field in known.items()}


def _value(book: Handbook, kind: SiteType, key: str, value: object, *, share: bool) -> str:
    _, field = book.say, kind.fields.get(key)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return book.listed(map(str, value)) or _("none of them")
    if not isinstance(value, int | float):
        return str(value)
    if share:
        return percent(Decimal(str(value)))
    unit = field.unit if field is not None else None
    return f"{number(value)} {unit}" if unit else number(value)
