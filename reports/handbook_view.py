"""The first page of a handbook: how much there is, every site type, how the total is made, and the search."""

from __future__ import annotations

import gettext as gnu
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from duibiao.criteria.models import SiteType
from duibiao.evaluator.numerals import number
from duibiao.reports import words as vocabulary
from duibiao.reports.figures import say_text
from duibiao.reports.handbook import Handbook, Link
from duibiao.reports.handbook_frame import Frame, frame
from duibiao.reports.handbook_search import search_index
from duibiao.reports.rule_words import points_text


@dataclass(frozen=True, slots=True)
class TypeEntry:
    """A site type in the list, with how much is asked there."""

    page: Link
    criteria: int


@dataclass(frozen=True, slots=True)
class Group:
    """The site types under one heading."""

    title: str
    types: tuple[TypeEntry, ...]


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of the total: weight, way, the mark that it must reach, and what belongs to it."""

    title: str
    weight: str
    way: str
    gate: str
    types: int
    criteria: int
    points: str


@dataclass(frozen=True, slots=True)
class HandbookView:
    """Everything on the first page."""

    words: gnu.NullTranslations
    frame: Frame
    title: str
    edition: str
    extends: str
    facts: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]
    parts: tuple[PartRow, ...]
    score: tuple[tuple[str, str, bool], ...]
    proposed_total: bool
    index: Markup


def handbook_view(book: Handbook) -> HandbookView:
    """The first page."""
    _, catalogue = book.say, book.catalogue
    proposed = sum(bool(book.newest(each).proposed) for each in book.dated)
    return HandbookView(
        words=book.words,
        frame=frame(book, _("Handbook"), "index"),
        title=catalogue.head.title,
        edition=say_text(_("edition {edition}"), edition=catalogue.head.edition),
        extends=book.listed(catalogue.extends),
        facts=(
            (_("Site types"), str(len(catalogue.site_types))),
            (_("Criteria"), str(len(catalogue.criteria))),
            (_("Worked examples"), str(len({id(each.case) for each in book.worked}))),
            (_("Sources"), str(len(catalogue.sources))),
            (_("With proposed values"), str(proposed)),
        ),
        groups=tuple(_groups(book)),
        parts=tuple(_parts(book)),
        score=tuple(_score(book)),
        proposed_total="total" in catalogue.score.proposed,
        index=search_index(book),
    )


def _groups(book: Handbook) -> Iterator[Group]:
    """The groups in the order of the parts of the total, of each part the ones with most criteria first."""
    _, parts = book.say, list(book.catalogue.head.parts)
    found: dict[str | None, list[SiteType]] = {}
    for kind in book.catalogue.site_types.values():
        found.setdefault(kind.group, []).append(kind)

    def counted(kinds: list[SiteType]) -> int:
        return sum(len(book.criteria_of[each.id]) for each in kinds)

    def place(group: str | None) -> tuple[bool, int, int, str]:
        kinds = found[group]
        return group is None, min(parts.index(each.part) for each in kinds), -counted(kinds), group or ""

    for group in sorted(found, key=place):
        kinds = sorted(found[group], key=lambda each: (-len(book.criteria_of[each.id]), each.id))
        yield Group(
            group or _("Other"),
            tuple(TypeEntry(book.to_type(each.id), len(book.criteria_of[each.id])) for each in kinds),
        )


def _parts(book: Handbook) -> Iterator[PartRow]:
    _, head = book.say, book.catalogue.head
    for share in head.score.total:
        kinds = {each.id for each in book.catalogue.site_types.values() if each.part == share.part}
        rules = [book.newest(each.id) for each in book.catalogue.criteria if kinds & set(book.types_of[each.id])]
        points = sum((Fraction(each.points) for each in rules), Fraction(0))
        yield PartRow(
            title=head.parts[share.part],
            weight=f"{number(share.weight)}%",
            way=_(vocabulary.COMBINE[share.combine]),
            gate=number(share.at_least) if share.at_least is not None else "",
            types=len(kinds),
            criteria=len(rules),
            points=points_text(points),
        )


def _score(book: Handbook) -> Iterator[tuple[str, str, bool]]:
    """What else decides the total: name, value, whether no source gives it."""
    _, score = book.say, book.catalogue.score
    levels = (
        say_text(_("{level} from {mark} on"), level=each.name, mark=number(each.at_least))
        if each.at_least is not None
        else say_text(_("{level} below"), level=each.name)
        for each in score.levels
    )
    days = (
        say_text(_("{severity} {days} d"), severity=_(vocabulary.SEVERITY[severity]), days=str(count))
        for severity, count in score.deadlines.items()
    )
    yield _("Pass mark"), number(score.pass_mark), "pass_mark" in score.proposed
    if score.levels:
        yield _("Levels"), book.listed(levels), "levels" in score.proposed
    yield _("Deadlines by severity"), book.listed(days), "deadlines" in score.proposed
    yield _("Not observed"), _(vocabulary.UNOBSERVED[score.unobserved]), "unobserved" in score.proposed
    yield (
        _("Several inspections"),
        _(vocabulary.INSPECTIONS[score.several_inspections]),
        "several_inspections" in score.proposed,
    )
    yield _("Parts without data"), _(vocabulary.EMPTY_PART[score.empty_part]), "empty_part" in score.proposed
