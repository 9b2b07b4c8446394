"""The page of one site as values: only its gaps at first, then what else was found there."""

from __future__ import annotations

import gettext as gnu
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import polars as pl

from duibiao.criteria.models import Criterion, SourceRef
from duibiao.evaluator.assessment import Assessment, Gap, SiteResult, Status
from duibiao.reports import words as vocabulary
from duibiao.reports.figures import (
    Bar,
    Figure,
    Sentence,
    half_up,
    loss_digits,
    loss_text,
    moved,
    plain,
    say,
    say_text,
)
from duibiao.reports.leaders import people_text
from duibiao.reports.reading import NONE, Mark, Pages, Reading, SiteLink, StatusCount, trimmed
from duibiao.reports.roman import plain_roman
from duibiao.reports.score_view import RateView
from duibiao.reports.sites_view import would_have_been
from duibiao.reports.thumbnails import PhotoView, Pictures
from duibiao.reports.visit_time import visit_time

PROBLEMS_OF_SHORT: Final = 3
FINDING_COLUMNS = ("site", "criterion", "status", "score_e9", "earned_num", "earned_den", "possible", "because")


# Findings that are no gap, in the order in which a page lists them; missed and partly met are of those that are not to
# mend by themselves.
OTHERS: Final[tuple[Status, ...]] = (
    "invalid",
    "unobserved",
    "waived",
    "missed",
    "partial",
    "met",
    "not_applicable",
)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A site that belongs to this one."""

    site: SiteLink
    kind: str
    score: Figure | None
    band: Mark | None
    gaps: str


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit, where every visit counts by itself."""

    day: str
    score: Figure | None
    band: Mark | None


@dataclass(frozen=True, slots=True)
class GapCard:
    """One gap: what was seen, what is asked, how to mend it, who, until when, and on what it rests."""

    title: str
    id: str
    status: Mark
    severity: Mark
    seen: str
    because: str
    look_for: str
    remedy: str
    lead: str
    supporting: str
    leader: str
    deadline: Sentence
    overdue: bool
    points: Sentence
    lost: Sentence
    gain: Sentence | None
    problems: tuple[str, ...]
    photos: tuple[PhotoView, ...]
    place: str
    sources: tuple[str, ...]
    proposed: str
    basis: str  # place, sources and proposed values in one line, as paper has it
    short: bool  # not to be split over two sheets of paper


@dataclass(frozen=True, slots=True)
class FindingRow:
    """Any other finding."""

    criterion: str
    status: Mark
    points: str
    because: str
    would_be: Mark | None


@dataclass(frozen=True, slots=True)
class SeenRow:
    """What one visit found where another found something else."""

    criterion: str
    status: Mark
    because: str


@dataclass(frozen=True, slots=True)
class SingleVisitRow:
    """One of several visits of the round that count together: when, who, and what another visit found otherwise."""

    day: str
    inspector: str
    seen: tuple[SeenRow, ...]


@dataclass(frozen=True, slots=True)
class InformedRow:
    """A figure for information, not scored."""

    title: str
    value: str
    because: str


@dataclass(frozen=True, slots=True)
class SiteView:
    """Everything on the page of one site; ``words`` are the language of the template's own labels."""

    words: gnu.NullTranslations
    language: str
    name: str
    key: str
    where: str
    catalogue: str
    round: Sentence
    provisional: Sentence | None
    score: Figure | None
    band: Mark | None
    verdict: Sentence
    trust: Sentence
    rates: tuple[RateView, ...]
    counts: tuple[StatusCount, ...]
    bars: tuple[Bar, ...]
    parent: SiteLink | None
    members: tuple[MemberRow, ...]
    visits: tuple[VisitRow, ...]
    gaps: tuple[GapCard, ...]
    single_visits: tuple[SingleVisitRow, ...]
    findings: tuple[FindingRow, ...]
    informed: tuple[InformedRow, ...]


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One row of ``Assessment.findings``, as far as a page shows it."""

    criterion: str
    status: Status
    score_e9: int | None
    earned: Fraction | None
    possible: str
    because: str


def site_view(assessment: Assessment, site: str, words: gnu.NullTranslations, pages: Pages = "gaps") -> SiteView:
    """The page of one visited site by its key. Raises KeyError for an unknown one."""
    found = findings_of(assessment.findings.filter(pl.col("site") == site))
    return site_page(Reading(assessment, words, pages), site, found.get(site, ()))


def findings_of(findings: pl.DataFrame) -> Mapping[str, tuple[FoundRow, ...]]:
    """All findings by site, in their order."""
    found: dict[str, list[FoundRow]] = {}
    for site, criterion, status, score, num, den, possible, because in findings.select(FINDING_COLUMNS).iter_rows():
        earned = Fraction(int(num), int(den)) if num is not None and den is not None else None
        found.setdefault(site, []).append(FoundRow(criterion, status, score, earned, possible or "", because or ""))
    return {site: tuple(rows) for site, rows in found.items()}


def site_page(reading: Reading, key: str, found: tuple[FoundRow, ...]) -> SiteView:
    """The page of one site, with its findings at hand."""
    _, assessment = reading.word, reading.assessment
    index = reading.places_of[key]
    site = assessment.sites[index]
    card = site.card
    head = assessment.catalogue.head
    path = f"sites.{index}.card"
    figure = reading.score(card.score, f"{path}.score") if card else None
    return SiteView(
        words=reading.words,
        language=reading.language,
        name=site.name,
        key=reading.key_text(site),
        where=reading.placed(site),
        catalogue=say_text(_("{title}, edition {edition}"), title=head.title, edition=head.edition),
        round=say(
            _("Round {round}, as of {day}"),
            round=reading.round(),
            day=assessment.as_of.isoformat(),
        ),
        provisional=reading.provisional(),
        score=figure,
        band=reading.band(card) if card else None,
        verdict=_verdict(reading, site, figure),
        trust=_trust(reading, site, index),
        rates=(
            RateView(
                _("Conformity rate"),
                reading.conformity(card.tally, f"{path}.tally"),
                _("findings met / findings met, partly met or missed"),
            ),
        )
        if card
        else (),
        counts=reading.counts(card.tally, f"{path}.tally") if card else (),
        bars=reading.tally_bars(card.tally) if card else (),
        parent=reading.link(site.part_of) if site.part_of is not None and site.part_of in reading.places_of else None,
        members=tuple(_members(reading, key)),
        visits=tuple(_visits(reading, index)),
        gaps=tuple(_gaps(reading, site)),
        single_visits=tuple(_single_visits(reading, site)),
        findings=tuple(_others(reading, site, found)),
        informed=tuple(_informed(reading, key)),
    )


def _visits(reading: Reading, index: int) -> Iterator[VisitRow]:
    for number, visit in enumerate(reading.assessment.sites[index].visit_cards):
        yield VisitRow(
            day=visit_time(visit.title),
            score=reading.score(visit.score, f"sites.{index}.visit_cards.{number}.score"),
            band=reading.band(visit),
        )


def _single_visits(reading: Reading, site: SiteResult) -> Iterator[SingleVisitRow]:
    """The visits that make one finding of each criterion together, and where they differ."""
    for each in reading.assessment.single_visits.get(site.site, ()):
        seen = [
            SeenRow(reading.criteria[own.criterion, site.site_type].title, reading.status(own.status), own.because)
            for own in each.seen
        ]
        yield SingleVisitRow(visit_time(each.visit), each.inspector, tuple(seen))


def _informed(reading: Reading, key: str) -> Iterator[InformedRow]:
    for each in reading.shown_of.get(key, ()):
        value = f"{each.value:.10g}" if each.value is not None else NONE
        yield InformedRow(reading.assessment.criteria[each.criterion].title, value, each.because)


def _verdict(reading: Reading, site: SiteResult, figure: Figure | None) -> Sentence:
    _, card = reading.word, site.card
    if card is None:
        return (_("Not visited in this round."),)
    if figure is None or card.score is None:
        return (_("No score: nothing that counts was observed."),)
    distance = Figure(
        half_up(abs(Fraction(figure.text) - reading.pass_mark), len(figure.text.partition(".")[2])),
        made_from=f"{figure.path} method.pass_mark",
    )
    mark = Figure(plain(reading.pass_mark), "method.pass_mark")
    made = say(
        _("{earned} of {possible} points"),
        earned=Figure(trimmed(card.earned), figure.path.replace("score", "earned")),
        possible=Figure(trimmed(card.possible), figure.path.replace("score", "possible")),
    )
    text = (
        _("{n} above the pass mark of {mark}")
        if card.score >= reading.pass_mark
        else _("{n} short of the pass mark of {mark}")
    )
    return (*say(text, n=distance, mark=mark), " · ", *made)


def _members(reading: Reading, key: str) -> Iterator[MemberRow]:
    _ = reading.word
    for index in reading.members_of.get(key, ()):
        site = reading.assessment.sites[index]
        card = site.card
        yield MemberRow(
            site=reading.link(site.site),
            kind=reading.kind(site.site_type),
            score=reading.score(card.score, f"sites.{index}.card.score") if card else None,
            band=reading.band(card) if card else Mark("none", _("not visited")),
            gaps=str(len(reading.gaps_of.get(site.site, ()))) if card else "",
        )


def _gaps(reading: Reading, site: SiteResult) -> Iterator[GapCard]:
    _ = reading.word
    gaps = reading.gaps_of.get(site.site, ())
    digits = loss_digits((gap.lost for _index, gap in gaps), reading.digits)
    ways, pictures = reading.ways, Pictures(reading.photos, _)
    for index, gap in gaps:
        criterion = reading.criteria[gap.criterion, site.site_type]
        points, photos = Fraction(criterion.points), pictures.of(gap.photos)
        yield GapCard(
            title=criterion.title,
            id=criterion.id,
            status=reading.status(gap.status),
            severity=reading.severity(gap.severity),
            seen=gap.seen.isoformat() if gap.seen else "",
            because=gap.because,
            look_for=criterion.look_for or "",
            remedy=criterion.remedy or "",
            lead=reading.unit_text(gap.lead_units),
            supporting=reading.unit_text(gap.supporting_units) if gap.supporting_units else "",
            leader=people_text(reading, gap),
            deadline=reading.deadline(gap.deadline, gap.next_round),
            overdue=reading.overdue(gap),
            points=say(
                _("{lost} of {points} points"),
                lost=Figure(trimmed(gap.lost_points), f"gaps.{index}.lost_points"),
                points=trimmed(points),
            ),
            lost=say(_("{lost} of the city's total"), lost=Figure(loss_text(gap.lost, digits), f"gaps.{index}.lost")),
            gain=_gain(reading, site, gap, index),
            problems=gap.problems,
            photos=photos,
            place=" › ".join(f"{plain_roman(node.id)} {node.title}" for node in ways.get(criterion.place, ())),
            sources=tuple(_source(reading, each) for each in criterion.source),
            proposed=reading.proposed(criterion.proposed),
            basis=_basis(reading, criterion),
            short=not photos and len(gap.problems) <= PROBLEMS_OF_SHORT,
        )


def _basis(reading: Reading, criterion: Criterion) -> str:
    """The place in the outline, the first source and how many there are, and which values are proposed."""
    _ = reading.word
    parts = [f"{plain_roman(node.id)} {node.title}" for node in reading.ways.get(criterion.place, ())[-1:]]
    if criterion.source:
        first = criterion.source[0]
        source = reading.assessment.catalogue.sources.get(first.ref)
        parts += [source.title if source else first.ref, first.clause or ""]
        if len(criterion.source) > 1:
            parts.append(say_text(_("the first of {n} sources"), n=str(len(criterion.source))))
    if proposed := reading.proposed(criterion.proposed):
        parts.append(say_text(_("proposed values: {values}"), values=proposed))
    return " · ".join(part for part in parts if part)


def _trust(reading: Reading, site: SiteResult, index: int) -> Sentence:
    """Bounds and coverage of the site, and by how much one more visit closes the bounds of the total."""
    _ = reading.word
    if site.card is None:
        return ()
    told = reading.trust(site.card, f"sites.{index}.card")
    if site.card.cap is not None:
        rules = reading.assessment.method.rules
        cap = Figure(plain(site.card.cap), made_from=f"sites.{index}.card.cap")
        held = reading.listed(rules[each].title for each in site.card.capped_by)
        told = (*told, " · ", *say(_("held at {cap} by the veto of {criteria}"), cap=cap, criteria=held))
    if site.visit_value:
        value = Figure(loss_text(site.visit_value, reading.digits), made_from=f"sites.{index}.visit_value")
        told = (*told, " · ", *say(_("one more visit closes the bounds of the total by {n}"), n=value))
    return told


def _gain(reading: Reading, site: SiteResult, gap: Gap, index: int) -> Sentence | None:
    """From where to where mending it alone brings this site's score and the total, and which veto holds it down."""
    _, gains = reading.word, gap.gains
    own = site.card.score if site.card else None
    if gains is None or gains.site is None or own is None:
        return None
    path = f"gaps.{index}.gains"
    before, after, _change = moved(own, gains.site, reading.digits, reading.bounds)
    place = f"sites.{reading.places_of[gap.site]}.card.score"
    told = say(
        _("this site from {before} to {after}"),
        before=Figure(before, place),
        after=Figure(after, made_from=f"{place} {path}.site"),
    )
    total = reading.assessment.total.score
    if gains.total is not None and total is not None:
        before, after, change = moved(total, gains.total, reading.digits, reading.bounds)
        whole = say(
            _("the total from {before} to {after} ({change})"),
            before=Figure(before, "total.score"),
            after=Figure(after, made_from=f"total.score {path}.total"),
            change=Figure(change, made_from=f"{path}.total"),
        )
        told = (*told, _("; "), *whole)
    if gains.held_by:
        held = reading.listed(reading.assessment.method.rules[each].title for each in gains.held_by)
        told = (*told, _("; "), *say(_("held down by the veto of {criteria}"), criteria=held))
    return told


def _source(reading: Reading, ref: SourceRef) -> str:
    _ = reading.word
    source = reading.assessment.catalogue.sources.get(ref.ref)
    parts = [
        source.title if source else ref.ref,
        source.publisher if source else None,
        source.date if source else None,
        say_text(_("edition {edition}"), edition=ref.edition) if ref.edition else None,
        ref.clause,
        _(vocabulary.SCOPE[ref.scope]),
        _(vocabulary.CONFIDENCE[ref.confidence]),
        ref.note,
    ]
    return " · ".join(part for part in parts if part)


def _others(reading: Reading, site: SiteResult, found: tuple[FoundRow, ...]) -> Iterator[FindingRow]:
    """Findings that are no gap: what is open first, then what is waived, not won, met or does not apply."""
    gaps = {(gap.criterion, gap.status) for _, gap in reading.gaps_of.get(site.site, ())}
    rows = [row for row in found if (row.criterion, row.status) not in gaps]
    for row in sorted(rows, key=lambda each: OTHERS.index(each.status)):
        criterion: Criterion = reading.criteria[row.criterion, site.site_type]
        waived = row.status == "waived" and row.score_e9 is not None
        yield FindingRow(
            criterion=criterion.title,
            status=reading.status(row.status),
            points=f"{trimmed(row.earned)} / {plain(Fraction(row.possible))}" if row.earned is not None else "",
            because=row.because,
            would_be=reading.status(would_have_been(row.score_e9 or 0)) if waived else None,
        )
