"""A figure with what stands beside it (5): parts, bounds, coverage, whether it is withheld, its level, the cap on it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from .findings import COUNTED, LEFT_OUT, OPEN, Finding, Marks
from .method import Method
from .rollup import Share, add, capped, combined, part_shares, percent, site_caps, site_share, uncapped
from .total import Made, made

Figure = Fraction | None
Shares = Mapping[str, Share]


@dataclass(frozen=True)
class Bounds:
    """What a figure would be if everything open came out as bad, and as good, as it can; 0..100."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True)
class Coverage:
    """Points observed, of the points that might have been."""

    observed: Fraction
    of: Fraction


@dataclass(frozen=True)
class PartCard:
    """One part of a figure, 0..100."""

    score: Figure
    bounds: Bounds | None
    coverage: Coverage | None


@dataclass(frozen=True)
class Card:
    """A figure, 0..100; `cap` and `capped_by` only where a cap holds it down."""

    score: Figure
    level: str | None
    bounds: Bounds | None
    coverage: Coverage | None
    withheld: bool
    cap: Fraction | None = None
    capped_by: tuple[str, ...] = ()
    parts: Mapping[str, PartCard] | None = None


# --- bounds and coverage ----------------------------------------------------------------------------------------------


def bounds(score: Figure, low: Figure, high: Figure) -> Bounds | None:
    """The bounds always hold the score itself; none where there is nothing with points, counted or open."""
    if low is None or high is None:
        return None
    known = [] if score is None else [score]
    return Bounds(min([low, *known]), max([high, *known]))


def coverage_of_site(findings: Iterable[Finding]) -> Coverage | None:
    """Points of what was observed, of that and of what is open."""
    listed = list(findings)
    observed = add(each.terms.weight for each in listed if each.status in COUNTED)
    whole = observed + add(each.terms.weight for each in listed if each.status in OPEN)
    return Coverage(observed, whole) if whole else None


def coverage_of_figure(findings: Iterable[Finding]) -> Coverage | None:
    """Points of criteria that somebody observed, of criteria that somebody might have; once for each part."""
    asked = [each for each in findings if each.status not in LEFT_OUT]
    points = {(each.part, each.criterion): each.terms.weight for each in asked}
    seen = {(each.part, each.criterion) for each in asked if each.status in COUNTED}
    whole = add(points.values())
    return Coverage(add(points[key] for key in seen), whole) if whole else None


def withheld(coverage: Coverage | None, method: Method) -> bool:
    """Whether too little was seen for a level and a place."""
    if method.minimum_coverage is None:
        return False
    return coverage is None or coverage.observed < method.minimum_coverage * coverage.of


# --- cards ------------------------------------------------------------------------------------------------------------


def site_card(marks: Marks, method: Method) -> Card:
    """The card of a site, or of one visit: its own findings, capped by its own vetoes."""
    free, caps = uncapped(marks.now, method), site_caps(marks.now)
    score = percent(capped(free, caps))
    coverage = coverage_of_site(marks.findings)
    cap = score if score != percent(free) else None
    return Card(
        score=score,
        level=level_unless(withheld(coverage, method), score, method),
        bounds=bounds(score, percent(site_share(marks.low, method)), percent(site_share(marks.high, method))),
        coverage=coverage,
        withheld=withheld(coverage, method),
        cap=cap,
        capped_by=tuple(sorted({criterion for criterion, each in caps if each == cap})),
    )


def figure_card(marks: Marks, method: Method, dimension: str) -> Card:
    """The card of an area, unit, site type or place."""
    now, low, high = (part_shares(each, method, dimension) for each in marks)
    score = combined(now, method)
    coverage = coverage_of_figure(marks.findings)
    return Card(
        score=score,
        level=level_unless(withheld(coverage, method), score, method),
        bounds=bounds(score, combined(low, method), combined(high, method)),
        coverage=coverage,
        withheld=withheld(coverage, method),
        parts=part_cards(marks, now, low, high),
    )


def part_cards(marks: Marks, now: Shares, low: Shares, high: Shares) -> dict[str, PartCard]:
    """The parts of a figure from their shares now, at the lowest and at the highest."""
    return {
        part: PartCard(
            score=percent(now[part]),
            bounds=bounds(percent(now[part]), percent(low[part]), percent(high[part])),
            coverage=coverage_of_figure(each for each in marks.findings if each.part == part),
        )
        for part in now
    }


def total_card(marks: Marks, method: Method) -> tuple[Card, Made]:
    """The card of the total, and how it was made; a part without data may still come out at 0 or at 100."""
    now = part_shares(marks.now, method)
    low, high = bounding_shares(marks, method)
    came = made(now, marks.now, method)
    coverage = coverage_of_figure(marks.findings)
    hidden = withheld(coverage, method)
    level = level_unless(hidden, came.score, method)
    card = Card(
        score=came.score,
        level=method.levels[-1][0] if level is not None and came.gates_failed else level,
        bounds=total_bounds(came, marks, low, high, method),
        coverage=coverage,
        withheld=hidden,
        cap=came.cap if came.holds else None,
        capped_by=came.capped_by if came.holds else (),
        parts=part_cards(marks, now, low, high),
    )
    return card, came


def bounding_shares(marks: Marks, method: Method) -> tuple[Shares, Shares]:
    """The parts of the total at the lowest and at the highest, those without data at 0 and at 1."""
    low, high = part_shares(marks.low, method), part_shares(marks.high, method)
    return filled(low, Fraction(0)), filled(high, Fraction(1))


def filled(shares: Shares, share: Fraction) -> Shares:
    """The parts, those without data at this share."""
    return {part: share if each is None else each for part, each in shares.items()}


def total_bounds(now: Made, marks: Marks, low: Shares, high: Shares, method: Method) -> Bounds | None:
    """The total made anew of the parts at their lowest and at their highest."""
    return bounds(now.score, made(low, marks.low, method).score, made(high, marks.high, method).score)


# --- levels and places ------------------------------------------------------------------------------------------------


def level_unless(hidden: bool, score: Figure, method: Method) -> str | None:
    """The level of a figure that is not withheld."""
    return None if hidden else level_name(score, method.levels)


def level_name(value: Figure, levels: Iterable[tuple[str, Fraction]]) -> str | None:
    """The first level whose limit the exact figure reaches."""
    return None if value is None else next(name for name, at_least in levels if value >= at_least)


def rounded(value: Fraction, digits: int) -> Fraction:
    """Half up, exactly."""
    return Fraction(math.floor(value * 10**digits + Fraction(1, 2)), 10**digits)


def places(figures: Mapping[str, Figure], digits: int) -> dict[str, int]:
    """Ranks on the rounded value, highest first; ties share a place (1, 2, 2, 4), who has no figure has none."""
    values = {key: rounded(value, digits) for key, value in figures.items() if value is not None}
    place: dict[Fraction, int] = {}
    for passed, value in enumerate(sorted(values.values(), reverse=True)):
        place.setdefault(value, passed + 1)
    return {key: place[value] for key, value in values.items()}
