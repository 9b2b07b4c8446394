"""All sites as values, and what nobody looked at or what does not count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from duibiao.evaluator.areas import upwards
from duibiao.evaluator.assessment import OpenFinding, SiteResult, Status
from duibiao.reports.cards_view import others_line, ranking
from duibiao.reports.figures import Figure, Sentence, loss_digits, loss_text, say, say_text
from duibiao.reports.reading import NONE, Mark, Reading, SiteLink, share

LISTED: Final = 50


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One site in the list of all sites; ``index`` is its place in ``Assessment.sites``."""

    index: int
    site: SiteLink
    key: str
    where: str
    score: Figure | None
    band: Mark
    gaps: str
    lost: str


@dataclass(frozen=True, slots=True)
class BlankRow:
    """Sites of one type or area that nobody visited in this round."""

    title: str
    count: Figure
    where: str


@dataclass(frozen=True, slots=True)
class UncheckedRow:
    """A criterion that no visited site observed."""

    title: str
    types: str
    why: str


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A finding that is contradictory, waived or was not observed."""

    site: SiteLink
    criterion: str
    because: str
    cells: str
    would_be: Mark | None
    score: Figure | None


@dataclass(frozen=True, slots=True)
class Listing:
    """The first rows of a longer list, and a line that says how many there are and where the rest is."""

    count: Figure
    rows: tuple[OpenRow, ...]
    rest: Sentence | None


def sites_sentence(reading: Reading) -> Sentence:
    """How many sites there are and how many were visited."""
    _, total = reading.word, reading.assessment.total
    return say(
        _("{all} sites on the register, {visited} visited in this round."),
        all=Figure(str(total.registered), "total.registered"),
        visited=Figure(str(total.sites), "total.sites"),
    )


def site_rows(reading: Reading) -> Iterator[SiteRow]:
    """All sites: the lowest score first, then those without a score, then those that were not visited."""
    _, assessment = reading.word, reading.assessment
    losses = [site.card.lost for site in assessment.sites if site.card is not None and site.card.lost is not None]
    digits = loss_digits(losses, reading.digits)
    for index, site in sorted(enumerate(assessment.sites), key=lambda each: _worst_first(each[1])):
        card = site.card
        band = reading.band(card) if card is not None else Mark("none", _("not visited"))
        lost = card.lost if card is not None else None
        yield SiteRow(
            index=index,
            site=reading.link(site.site),
            key=reading.key_text(site),
            where=reading.placed(site),
            score=reading.score(card.score, f"sites.{index}.card.score") if card else None,
            band=band or Mark("none", _("no score")),
            gaps=str(len(reading.gaps_of.get(site.site, ()))) if card else NONE,
            lost=loss_text(lost, digits) if lost is not None else NONE,
        )


def _worst_first(site: SiteResult) -> tuple[int, Fraction, str]:
    if site.card is None:
        return (2, Fraction(0), site.site)
    return (0, site.card.score, site.site) if site.card.score is not None else (1, Fraction(0), site.site)


def blank_rows(reading: Reading, by: str) -> tuple[BlankRow, ...]:
    """Sites not visited, by type and where they are, or by area and of which type they are."""
    assessment = reading.assessment
    levels = {card.id: card.title for _index, card in ranking(assessment)}
    counts: dict[str, Counter[str]] = {}
    registered: Counter[str] = Counter()
    for site in assessment.sites:
        kind = reading.kind(site.site_type)
        area = next((levels[path] for path in upwards(site.area) if path in levels), reading.area_text(site.area))
        row, column = (kind, area) if by == "site_type" else (area, kind)
        registered[row] += 1
        if site.card is None:
            counts.setdefault(row, Counter())[column] += 1
    rows = sorted(counts.items(), key=lambda each: (-each[1].total(), each[0]))
    return tuple(
        BlankRow(
            title=row,
            count=Figure(f"{found.total()} / {registered[row]}", made_from="sites"),
            where=reading.listed(
                f"{name} {count}" for name, count in sorted(found.items(), key=lambda each: (-each[1], each[0]))
            ),
        )
        for row, found in rows
    )


def unchecked_rows(reading: Reading) -> tuple[UncheckedRow, ...]:
    """Criteria in force that no visited site observed."""
    _, assessment = reading.word, reading.assessment
    rows = []
    for key in assessment.unchecked:
        criterion = assessment.criteria[key]
        found = [each for each in assessment.results if each.id == key]  # one for each part of the total
        names = [name for each in found for name in each.site_types] if found else criterion.site_types
        titles = [reading.kind(name) for name in names]
        times = sum(each.tally.total for each in found)
        why = say_text(_("{n} findings, none observed"), n=str(times)) if times else _("no such site was visited")
        rows.append(UncheckedRow(criterion.title, reading.listed(titles), why))
    return tuple(rows)


def listing(reading: Reading, status: Status, shown: int = LISTED) -> Listing:
    """The first findings of one open status; ``shown`` 0 gives only their number."""
    assessment = reading.assessment
    found = [(index, each) for index, each in enumerate(assessment.open) if each.status == status]
    rest = others_line(reading, shown, len(found)) if 0 < shown < len(found) else None
    rows = tuple(_open_row(reading, index, each) for index, each in found[:shown])
    return Listing(Figure(str(len(found)), f"total.tally.{status}"), rows, rest)


def _open_row(reading: Reading, index: int, finding: OpenFinding) -> OpenRow:
    site = reading.assessment.sites[reading.places_of[finding.site]]
    criterion = reading.criteria[finding.criterion, site.site_type]
    would_be, score = None, None
    if finding.status == "waived" and finding.score_e9 is not None:
        would_be = reading.status(would_have_been(finding.score_e9))
        share_e9, points = Fraction(finding.score_e9, 10**9), Fraction(criterion.points)
        score = share(share_e9 * points, points, f"open.{index}.score_e9")
    return OpenRow(
        reading.link(finding.site), criterion.title, finding.because, " ".join(finding.cells), would_be, score
    )


def would_have_been(score_e9: int) -> Status:
    """The status that goes with a score in billionths."""
    return "met" if score_e9 == 10**9 else "partial" if score_e9 else "missed"


def unobserved_by_criterion(reading: Reading) -> tuple[tuple[str, Figure], ...]:
    """How often each criterion was not observed at visited sites, the most frequent first."""
    found = [
        (each.title, Figure(str(each.tally.unobserved), f"results.{index}.tally.unobserved"))
        for index, each in enumerate(reading.assessment.results)
        if each.tally.unobserved
    ]
    return tuple(sorted(found, key=lambda each: -int(each[1].text)))
