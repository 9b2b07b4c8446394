"""The section 逐项查询 as values: the tables that stand there without script, and the data for the one with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from duibiao.evaluator.assessment import Gap, SiteResult
from duibiao.reports.addresses import address
from duibiao.reports.figures import Figure, Sentence, loss_digits, loss_text, plain, say
from duibiao.reports.losses_view import CriterionRow, gain_figure, held_text
from duibiao.reports.query_data import led_by, query_data
from duibiao.reports.reading import NONE, Mark, Reading, SiteLink
from duibiao.reports.roman import plain_roman

GAPS_SHOWN: Final = 40  # gaps that stand in the page without script
SEVERITIES: Final = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class GapRow:
    """One gap: where, what, who, until when."""

    site: SiteLink
    where: str
    criterion: str
    status: Mark
    because: str
    remedy: str
    severity: Mark
    units: str
    deadline: Sentence
    overdue: bool
    lost: Figure
    gain: Figure | None  # what mending it alone brings
    held: str  # which veto then still holds the total or the site down


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One site in the list of all sites; ``path`` is where its card stands in assessment.json."""

    path: str
    site: SiteLink
    key: str
    kind: str
    score: str
    band: Mark
    gaps: str
    lost: str


@dataclass(frozen=True, slots=True)
class AreaSites:
    """The sites of one area."""

    title: str
    rows: tuple[SiteRow, ...]


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One criterion over the city, with its place on the outline and its points. ``address`` leads to its gaps."""

    row: CriterionRow
    address: str
    place: str
    units: str
    points: Figure


@dataclass(frozen=True, slots=True)
class QueryView:
    """The whole section; ``data`` is JSON, safe inside a script element."""

    gaps_sentence: Sentence
    gaps: tuple[GapRow, ...]
    sites_sentence: Sentence
    sites: tuple[AreaSites, ...]
    records_sentence: Sentence
    records: tuple[AreaSites, ...]
    criteria: tuple[CriterionLine, ...]
    data: str


def query_section(reading: Reading, criteria: Sequence[CriterionRow]) -> QueryView:
    """Everything that the section shows."""
    cards = [site.card for site in reading.assessment.sites if site.card is not None]
    digits = loss_digits((card.lost for card in cards if card.lost is not None), reading.digits)

    def by_area(*, records: bool) -> tuple[AreaSites, ...]:
        return tuple(
            AreaSites(reading.area_text(area), tuple(_site_rows(reading, sites, digits)))
            for area, sites in sites_by_area(reading, records=records).items()
        )

    return QueryView(
        gaps_sentence=_gaps_sentence(reading),
        gaps=tuple(_gap_rows(reading)),
        sites_sentence=_sites_sentence(reading),
        sites=by_area(records=False),
        records_sentence=_records_sentence(reading),
        records=by_area(records=True),
        criteria=tuple(_criterion_lines(reading, criteria)),
        data=query_data(reading),
    )


def urgency(reading: Reading, gap: Gap) -> tuple[int, bool]:
    """What must be mended first comes first: by severity, and what is overdue before what is not."""
    return SEVERITIES.index(gap.severity), not reading.overdue(gap)


def _gaps_sentence(reading: Reading) -> Sentence:
    _, gaps = reading.word, reading.assessment.gaps
    if not gaps:
        return (_("No gaps: nothing that was observed is missed or only partly met."),)
    count = Figure(str(len(gaps)), made_from="gaps")
    if len(gaps) <= GAPS_SHOWN:
        return say(_("All {n} gaps, the most urgent first."), n=count)
    return say(_("The {shown} most urgent of {n} gaps; gaps.xlsx has all."), shown=str(GAPS_SHOWN), n=count)


def _gap_rows(reading: Reading) -> Iterator[GapRow]:
    """The most urgent gaps: of high severity and overdue first, of equals the costliest."""
    assessment = reading.assessment
    digits = loss_digits((gap.lost for gap in assessment.gaps), reading.digits)
    for index, gap in sorted(enumerate(assessment.gaps), key=lambda each: urgency(reading, each[1]))[:GAPS_SHOWN]:
        site = assessment.sites[reading.places_of[gap.site]]
        criterion = reading.criteria[gap.criterion, site.site_type]
        yield GapRow(
            site=reading.link(gap.site),
            where=reading.placed(site),
            criterion=criterion.title,
            status=reading.status(gap.status),
            because=gap.because,
            remedy=criterion.remedy or "",
            severity=reading.severity(gap.severity),
            units=reading.unit_text(gap.lead_units or gap.supporting_units),
            deadline=reading.deadline(gap.deadline, gap.next_round),
            overdue=reading.overdue(gap),
            lost=Figure(loss_text(gap.lost, digits), f"gaps.{index}.lost"),
            gain=gain_figure(gap, index),
            held=held_text(reading, gap),
        )


def _sites_sentence(reading: Reading) -> Sentence:
    """How many sites there are and how many were visited."""
    _, total = reading.word, reading.assessment.total
    return say(
        _("{all} sites on the register, {visited} visited in this round."),
        all=Figure(str(total.registered), "total.registered"),
        visited=Figure(str(total.sites), "total.sites"),
    )


def _records_sentence(reading: Reading) -> Sentence:
    """How many records there are, and how many were handed in."""
    _, total = reading.word, reading.assessment.total
    return say(
        _(
            "Statistics, documents and questionnaires by area or unit: {all} known, {found} handed in for this round. "
            "They count in every score, and neither in the pass rate nor among the sites visited."
        ),
        all=Figure(str(total.records_known), "total.records_known"),
        found=Figure(str(total.records), "total.records"),
    )


def sites_by_area(reading: Reading, *, records: bool) -> dict[str | None, list[int]]:
    """Where all places (or all records) stand in ``Assessment.sites`` by area, those without one last. In an area the
    lowest score comes first, then what has no score, then what was not visited."""
    found: dict[str | None, list[int]] = {}
    sites = reading.assessment.sites
    for index, site in sorted(enumerate(sites), key=lambda each: _worst_first(each[1])):
        if reading.record(site) == records:
            found.setdefault(site.area or None, []).append(index)
    return dict(sorted(found.items(), key=lambda each: (each[0] is None, each[0] or "")))


def _worst_first(site: SiteResult) -> tuple[int, Fraction, str]:
    if site.card is None:
        return (2, Fraction(0), site.site)
    return (0, site.card.score, site.site) if site.card.score is not None else (1, Fraction(0), site.site)


def _site_rows(reading: Reading, indices: list[int], digits: int) -> Iterator[SiteRow]:
    _, assessment = reading.word, reading.assessment
    for index in indices:
        site = assessment.sites[index]
        card = site.card
        none = _("not handed in") if reading.record(site) else _("not visited")
        band = reading.band(card) if card is not None else Mark("none", none)
        score = reading.score(card.score, "") if card is not None else None
        lost = card.lost if card is not None else None
        yield SiteRow(
            path=f"sites.{index}.card",
            site=reading.link(site.site),
            key=reading.key_text(site),
            kind=reading.kind(site.site_type),
            score=score.text if score is not None else NONE,
            band=band or Mark("none", _("no score")),
            gaps=str(len(reading.gaps_of.get(site.site, ()))) if card else NONE,
            lost=loss_text(lost, digits) if lost is not None else NONE,
        )


def _criterion_lines(reading: Reading, criteria: Sequence[CriterionRow]) -> Iterator[CriterionLine]:
    for index, (row, result) in enumerate(zip(criteria, reading.assessment.results, strict=True)):
        way = reading.ways.get(result.place, ())
        yield CriterionLine(
            row=row,
            address=address("gaps", criterion=result.id),
            units=reading.listed(reading.unit_kind(each) for each in led_by(reading, result)) or NONE,
            place=" · ".join(dict.fromkeys([plain_roman(result.place), *(node.title for node in way[:1])])),
            points=Figure(plain(result.points), f"results.{index}.points"),
        )
