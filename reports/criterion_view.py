"""One criterion as a handbook shows it on the page of a site type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from duibiao.criteria.models import Criterion, DatedCriterion, SiteType
from duibiao.evaluator.numerals import number
from duibiao.reports import words as vocabulary
from duibiao.reports.example_view import Example, examples
from duibiao.reports.field_rows import FieldRow, field_rows
from duibiao.reports.figures import say_text
from duibiao.reports.form import Form
from duibiao.reports.handbook import Handbook, Link
from duibiao.reports.reading import Mark
from duibiao.reports.rule_words import RuleWords, rule_words

ROOT: Final = "../"  # from the page of a site type to the handbook


@dataclass(frozen=True, slots=True)
class Earlier:
    """How a criterion was scored before its newest version."""

    period: str
    rule: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """Where a criterion comes from."""

    source: Link
    cited: str


@dataclass(frozen=True, slots=True)
class CriterionView:
    """Everything that the handbook says of one criterion on one site type."""

    id: str
    title: str
    aliases: str
    points: str
    severity: Mark
    editions: tuple[str, ...]
    period: str
    since: str
    proposed: tuple[str, ...]
    place: Link
    look_for: str
    fields: tuple[FieldRow, ...]
    rule: RuleWords
    checked: tuple[Link, ...]
    examples: tuple[Example, ...]
    evidence: str
    remedy: str
    lead: tuple[Link, ...]
    supporting: tuple[Link, ...]
    sources: tuple[SourceRow, ...]
    earlier: tuple[Earlier, ...]
    elsewhere: tuple[Link, ...]


def criterion_view(book: Handbook, form: Form, dated: DatedCriterion) -> CriterionView:
    """A criterion of the site type of ``form``, as it stands there last."""
    _, kind = book.say, form.kind
    criterion = dated.versions[-1].on(kind.id)
    rule = rule_words(book.catalogue, kind, criterion, _)
    editions = dict.fromkeys(each.edition for each in criterion.source if each.edition)
    start = dated.versions[-1].start
    return CriterionView(
        id=criterion.id,
        title=criterion.title,
        aliases=book.listed(criterion.aliases),
        points=points_at_stake(book, criterion),
        severity=Mark(f"v-{criterion.severity}", _(vocabulary.SEVERITY[criterion.severity])),
        editions=tuple(say_text(_("edition {edition}"), edition=each) for each in editions),
        period=period_text(book, criterion.effective.from_, criterion.effective.until),
        since=period_text(book, start, None),
        proposed=book.keys(criterion.proposed),
        place=book.to_place(criterion.place, ROOT),
        look_for=criterion.look_for or "",
        fields=tuple(field_rows(book, form, criterion)),
        rule=rule,
        checked=tuple(
            book.to_criterion(each.criterion, book.home(each.criterion, kind.id), ROOT)
            if each.criterion
            else Link(each.text, "")
            for each in rule.items
        ),
        examples=tuple(examples(book, kind, dated)),
        evidence=book.listed(_(vocabulary.EVIDENCE.get(each, each)) for each in criterion.evidence),
        remedy=criterion.remedy or "",
        lead=tuple(book.to_unit(each, ROOT) for each in book.lead(criterion, kind)),
        supporting=tuple(book.to_unit(each, ROOT) for each in book.supporting(criterion, kind)),
        sources=tuple(SourceRow(book.to_source(each.ref, ROOT), book.cited(each)) for each in criterion.source),
        earlier=tuple(_earlier(book, kind, dated)),
        elsewhere=tuple(
            Link(book.to_type(each, ROOT).text, book.to_criterion(dated.id, each, ROOT).href)
            for each in book.types_of[dated.id]
            if each != kind.id
        ),
    )


def points_at_stake(book: Handbook, criterion: Criterion) -> str:
    """What is at stake: its points, or what it does to the total."""
    _, adjusts = book.say, criterion.adjust_total
    if adjusts is not None:
        sign = "+" if adjusts > 0 else "−"
        return say_text(_("total {sign}{points}"), sign=sign, points=number(abs(adjusts)))
    if criterion.kind == "show":
        return _("not scored")
    if criterion.id in book.members:
        return _("counts through another")
    if not criterion.points:
        return _("cap")
    return say_text(_("{points} points"), points=number(criterion.points))


def period_text(book: Handbook, start: date | None, until: date | None) -> str:
    """From when to when something holds; '' where it always does."""
    _ = book.say
    if start is not None and until is not None:
        return say_text(_("from {start} to {until}"), start=start.isoformat(), until=until.isoformat())
    if start is not None:
        return say_text(_("from {start} on"), start=start.isoformat())
    return say_text(_("until {until}"), until=until.isoformat()) if until is not None else ""


def _earlier(book: Handbook, kind: SiteType, dated: DatedCriterion) -> Iterator[Earlier]:
    """The versions before the newest, the last of them first."""
    starts = [version.start for version in dated.versions]
    for place, version in reversed(list(enumerate(dated.versions[:-1]))):
        next_start = starts[place + 1]
        assert next_start is not None
        old = version.on(kind.id)
        told = rule_words(book.catalogue, kind, old, book.say).text
        if old.look_for != dated.versions[-1].on(kind.id).look_for and old.look_for:
            told = f"{old.look_for} {told}"
        yield Earlier(period_text(book, version.start, next_start - timedelta(days=1)), told)
