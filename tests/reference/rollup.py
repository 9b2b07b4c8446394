"""Findings added up (4.5): figures of sites, parts, areas, types, units and places, the total, and shared ranks (5)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from .catalogue import Record
from .numeric import Number

COUNTED = frozenset({"met", "partial", "missed"})


@dataclass(frozen=True)
class Finding:
    """One criterion at one site (at one visit where every visit counts): score 0..1, points possible."""

    visit: str
    site: str
    form: str
    part: str
    area: str
    place: str
    criterion: str
    kind: str
    status: str
    score: Fraction | None
    possible: Fraction
    member: bool  # of a `both`: it keeps its finding, but its points count there
    lead_units: tuple[str, ...]
    supporting_units: tuple[str, ...]
    compared: tuple[tuple[Number, Number], ...]

    @property
    def counts(self) -> bool:
        """Whether it stands in the denominator; `unobserved: leave_out` keeps all but three statuses out."""
        return self.status in COUNTED and not self.member

    @property
    def earned(self) -> Fraction | None:
        """Points earned; None where nothing counts."""
        return self.possible * self.score if self.status in COUNTED and self.score is not None else None


def pooled(findings: Iterable[Finding]) -> Fraction | None:
    """sum(p s) / sum(p), 0..1; None without a counted finding."""
    counted = [each for each in findings if each.counts]
    possible = sum((each.possible for each in counted), Fraction(0))
    return add(each.earned for each in counted) / possible if counted else None


def mean_of_criteria(findings: Iterable[Finding]) -> Fraction | None:
    """Each criterion by its mean over the sites, weighted by its points (4.5)."""
    by_criterion: dict[str, list[Finding]] = defaultdict(list)
    for each in findings:
        if each.counts:
            by_criterion[each.criterion].append(each)
    points = [several[0].possible for several in by_criterion.values()]
    means = [add(each.score for each in several) / len(several) for several in by_criterion.values()]
    return add(p * mean for p, mean in zip(points, means, strict=True)) / sum(points) if points else None


WAYS = {"pooled": pooled, "mean_of_criteria": mean_of_criteria}


def add(values: Iterable[Fraction | None]) -> Fraction:
    """An exact sum, quick where many values share a denominator."""
    numerators: dict[int, int] = defaultdict(int)
    for value in values:
        if value is not None:
            numerators[value.denominator] += value.numerator
    return sum((Fraction(above, below) for below, above in numerators.items()), Fraction(0))


def part_figures(findings: Iterable[Finding], score: Record) -> dict[str, Fraction | None]:
    """Each part of the total by its own way, 0..1."""
    by_part: dict[str, list[Finding]] = defaultdict(list)
    for each in findings:
        by_part[each.part].append(each)
    return {entry["part"]: WAYS[entry["combine"]](by_part[entry["part"]]) for entry in score["total"]}


def combined(parts: Mapping[str, Fraction | None], score: Record) -> Fraction | None:
    """The parts by their weights, scaled over the parts that have data; 0..100."""
    weights = {entry["part"]: Fraction(entry["weight"]) for entry in score["total"] if parts[entry["part"]] is not None}
    whole = sum(weights.values(), Fraction(0))
    return 100 * add(weight * (parts[part] or 0) for part, weight in weights.items()) / whole if whole else None


def figure(findings: Iterable[Finding], score: Record) -> Fraction | None:
    """The figure of an area, type, unit or place from its own findings, 0..100."""
    return combined(part_figures(findings, score), score)


def total(findings: Iterable[Finding], score: Record) -> Fraction | None:
    """The total, 0..100; under `empty_part: no_total` there is none while a part has no data."""
    parts = part_figures(findings, score)
    if score.get("empty_part") == "no_total" and None in parts.values():
        return None
    return combined(parts, score)


def percent(share: Fraction | None) -> Fraction | None:
    """0..1 as 0..100."""
    return None if share is None else 100 * share


def rounded(value: Fraction, digits: int) -> Fraction:
    """Half up, exactly."""
    return Fraction(math.floor(value * 10**digits + Fraction(1, 2)), 10**digits)


def places(figures: Mapping[str, Fraction | None], digits: int) -> dict[str, int]:
    """Ranks on the rounded value, highest first; ties share a place (1, 2, 2, 4), who has no figure has none."""
    values = {key: rounded(value, digits) for key, value in figures.items() if value is not None}
    place: dict[Fraction, int] = {}
    for passed, value in enumerate(sorted(values.values(), reverse=True)):
        place.setdefault(value, passed + 1)
    return {key: place[value] for key, value in values.items()}


def level_name(value: Fraction | None, levels: Iterable[Record]) -> str | None:
    """The first level whose `at_least` the exact figure reaches; the last one asks for nothing."""
    if value is None:
        return None
    return next(str(level["name"]) for level in levels if value >= Fraction(level.get("at_least", "0")))
