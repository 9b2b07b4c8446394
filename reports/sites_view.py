"""All sites as values, and what nobody looked at or what does not count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from duibiao.evaluator.areas import upwards
from duibiao.evaluator.assessment import OpenFinding, Status
from duibiao.reports.cards_view import others_line, ranking
from duibiao.reports.figures import Figure, Sentence, say_text
from duibiao.reports.reading import Mark, Reading, SiteLink, share

LISTED: Final = 50


@dataclass(frozen=True, slots=True)
class BlankRow:
    """Sites of one type or area that nobody visited in this round, or records of one type that nobody handed in."""

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


def blank_rows(reading: Reading, by: Literal["site_type", "area", "record"]) -> tuple[BlankRow, ...]:
    """Sites not visited, by type and where they are, or by area and of which type they are; records by type."""
    assessment = reading.assessment
    levels = {card.id: card.title for _index, card in ranking(assessment)}
    counts: dict[str, Counter[str]] = {}
    registered: Counter[str] = Counter()
    for site in assessment.sites:
        if reading.record(site) != (by == "record"):
            continue
        kind = reading.kind(site.site_type)
        area = next((levels[path] for path in upwards(site.area) if path in levels), reading.area_text(site.area))
        row, column = (area, kind) if by == "area" else (kind, area)
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
