"""Findings -> scorecards: along the total, areas, site types, units and the outline; levels and shared ranks.

All sums are whole numbers (billionths) per criterion and group; everything above is exact fractions, so that the
order of rows changes nothing. Every figure is made the same way: the parts by their own way, then their weights,
scaled over the parts that have a counted finding (design 4.5).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Final

import polars as pl

from duibiao.criteria.models import Catalogue, Criterion, Score
from duibiao.evaluator.assessment import COUNTED, STATUSES, CriterionResult, Dimension, PartScore, Scorecard, Tally
from duibiao.evaluator.columns import E9
from duibiao.evaluator.compile import Plan

INT64_MAX: Final = 2**63 - 1


class TooLarge(Exception):
    """A sum would leave the whole numbers that can be held exactly."""


@dataclass(frozen=True, slots=True)
class Sum:
    """The findings of one criterion in one group: how many of each status, and the sum of their values.

    ``value`` is the sum of scores in billionths, or where the criterion ``loses`` of points lost in billionths.
    """

    tally: Tally
    value: int
    loses: bool

    def earned(self, points: Fraction) -> Fraction:
        """Points earned over the counted findings."""
        if self.loses:
            return points * self.tally.counted - Fraction(self.value, E9)
        return points * Fraction(self.value, E9)


Group = str
PartOf = tuple[str, str]  # part, criterion
Sums = Mapping[Group, Mapping[PartOf, Sum]]


def points_of(criterion: Criterion) -> Fraction:
    """A criterion's points, exact."""
    return Fraction(criterion.points)


def add_up(findings: pl.DataFrame, group: str) -> dict[Group, dict[PartOf, Sum]]:
    """Sum ``findings`` by the text column ``group``, part and criterion.

    Needs the columns part, criterion, status (with waived in it), value and loses. Raises TooLarge.
    """
    largest = findings["value"].abs().max()
    if isinstance(largest, int) and largest * findings.height > INT64_MAX:
        raise TooLarge(f"{findings.height} x {largest}")
    counted = pl.col("status").is_in(COUNTED)
    table = findings.group_by(group, "part", "criterion", "loses").agg(
        *[(pl.col("status") == name).sum().alias(name) for name in STATUSES],
        pl.col("value").filter(counted).sum().alias("sum"),
    )
    sums: dict[Group, dict[PartOf, Sum]] = {}
    for key, part, criterion, loses, *rest in table.sort(group, "part", "criterion").iter_rows():
        sums.setdefault(key or "", {})[part, criterion] = Sum(Tally(*rest[:-1]), rest[-1] or 0, loses)
    return sums


@dataclass(frozen=True)
class Scoring:
    """How sums become figures under one plan."""

    plan: Plan

    @cached_property
    def _points(self) -> dict[str, Fraction]:
        counted = {name: points_of(each) for name, each in self.plan.criteria.items()}
        return counted | dict.fromkeys(self.plan.members, Fraction(0))

    @property
    def score(self) -> Score:
        """What the catalogue says of the total."""
        return self.plan.catalogue.score

    def points(self, criterion: str) -> Fraction:
        """The points that count: 0 for members of a two-methods criterion."""
        return self._points[criterion]

    def part(self, sums: Mapping[PartOf, Sum], part: str) -> Fraction | None:
        """One part's figure, 0..100, or None without a counted finding."""
        share = next(each for each in self.score.total if each.part == part)
        earned = possible = Fraction(0)
        for (name, criterion), each in sums.items():
            points = self.points(criterion)
            count = each.tally.counted
            if name != part or not count or not points:
                continue
            if share.combine == "pooled":
                earned, possible = earned + each.earned(points), possible + points * count
            else:
                earned, possible = earned + each.earned(points) / count, possible + points
        return 100 * earned / possible if possible else None

    def parts(self, sums: Mapping[PartOf, Sum]) -> tuple[PartScore, ...]:
        """Every part of the total with its figure and statuses."""
        titles = self.plan.catalogue.head.parts
        return tuple(
            PartScore(
                share.part, titles[share.part], Fraction(share.weight), share.combine,
                self.part(sums, share.part),
                sum((each.tally for (name, _), each in sums.items() if name == share.part), Tally()),
            )
            for share in self.score.total
        )  # fmt: skip

    def combined(self, parts: Sequence[PartScore]) -> Fraction | None:
        """The parts' figures by weight over the parts that have one; None where none has."""
        scored = [(part.score, part.weight) for part in parts if part.score is not None]
        weight = sum((weight for _, weight in scored), Fraction(0))
        return sum((score * weight for score, weight in scored), Fraction(0)) / weight if scored else None

    def total(self, parts: Sequence[PartScore]) -> Fraction | None:
        """The city's total: as ``combined``, but none at all where a part is empty and that is not left out."""
        if self.score.empty_part == "no_total" and any(part.score is None for part in parts):
            return None
        return self.combined(parts)

    def level(self, score: Fraction | None) -> str | None:
        """The level of an exact figure."""
        if score is None:
            return None
        return next((each.name for each in self.score.levels if each.at_least is None or score >= each.at_least), None)

    def rounded(self, score: Fraction) -> int:
        """A figure in units of the last declared digit, half up."""
        return half_up(score, self.score.rounding.digits)

    def loss_factors(self, sums: Mapping[PartOf, Sum]) -> dict[PartOf, Fraction]:
        """By how many points of the total one lost point of a criterion's finding lowers it.

        Over all findings the losses add up to what the total lacks to 100.
        """
        parts = self.parts(sums)
        weight = sum((part.weight for part in parts if part.score is not None), Fraction(0))
        factors: dict[PartOf, Fraction] = {}
        for part in parts:
            counted = {key: each for key, each in sums.items() if key[0] == part.part and each.tally.counted}
            if part.combine == "pooled":
                possible = sum((self.points(key[1]) * each.tally.counted for key, each in counted.items()), Fraction(0))
            else:
                possible = sum((self.points(key[1]) for key in counted), Fraction(0))
            for key, each in counted.items():
                if self.points(key[1]):
                    per_finding = 1 if part.combine == "pooled" else each.tally.counted
                    factors[key] = 100 * part.weight / weight / possible / per_finding
        return factors


def half_up(value: Fraction, digits: int) -> int:
    """``value`` in units of its ``digits``-th decimal, halves away from zero; in whole numbers throughout."""
    scaled = abs(value) * 10**digits
    whole: int = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return whole if value >= 0 else -whole


@dataclass(frozen=True, slots=True)
class Member:
    """What is known of a member of a dimension before its figures: its names, and the sites that it counts."""

    title: str
    kind: str = ""
    parent: str | None = None
    sites: int = 0
    registered: int = 0


def scorecards(
    scoring: Scoring,
    dimension: Dimension,
    sums: Sums,
    members: Mapping[str, Member],
    factors: Mapping[PartOf, Fraction],
    figure: Callable[[Mapping[PartOf, Sum]], Fraction | None] | None = None,
) -> tuple[Scorecard, ...]:
    """A scorecard for every member, in their order; ``figure`` is another way to the score than parts by weight.

    A site's card has no parts: its findings are of one part, and its score is pooled.
    """
    cards = []
    for key, member in members.items():
        own = sums.get(key, {})
        parts = scoring.parts(own) if dimension != "site" else ()
        score = figure(own) if figure is not None else scoring.combined(parts)
        cards.append(
            Scorecard(
                dimension=dimension,
                id=key,
                title=member.title,
                kind=member.kind,
                parent=member.parent,
                score=score,
                level=scoring.level(score),
                rank=None,
                ranked=0,
                parts=parts,
                tally=sum((each.tally for each in own.values()), Tally()),
                earned=sum(
                    (each.earned(scoring.points(k[1])) for k, each in own.items() if scoring.points(k[1])), Fraction(0)
                ),
                possible=sum((scoring.points(k[1]) * each.tally.counted for k, each in own.items()), Fraction(0)),
                sites=member.sites,
                registered=member.registered,
                lost=sum((lost(scoring, k, each) * factors[k] for k, each in own.items() if k in factors), Fraction(0)),
            )
        )
    return ranked(scoring, cards)


def lost(scoring: Scoring, key: PartOf, each: Sum) -> Fraction:
    """The points that the counted findings of one criterion lost."""
    points = scoring.points(key[1])
    return points * each.tally.counted - each.earned(points)


def pooled(scoring: Scoring, sums: Mapping[PartOf, Sum]) -> Fraction | None:
    """Points earned of points possible over all findings, 0..100: a site's own figure."""
    possible = sum((scoring.points(key[1]) * each.tally.counted for key, each in sums.items()), Fraction(0))
    earned = sum(
        (each.earned(scoring.points(key[1])) for key, each in sums.items() if scoring.points(key[1])), Fraction(0)
    )
    return 100 * earned / possible if possible else None


def ranked(scoring: Scoring, cards: Iterable[Scorecard]) -> tuple[Scorecard, ...]:
    """The cards with their places among those of one kind, given on the rounded figure; ties share a place.

    Cards keep their order.
    """
    cards = list(cards)
    figures = [scoring.rounded(card.score) if card.score is not None and card.id else None for card in cards]
    rivals: dict[str, list[int]] = {}
    for card, figure in zip(cards, figures, strict=True):
        if figure is not None:
            rivals.setdefault(card.kind, []).append(-figure)
    for each in rivals.values():
        each.sort()
    placed = []
    for card, figure in zip(cards, figures, strict=True):
        others = rivals.get(card.kind, [])
        place = 1 + bisect_left(others, -figure) if figure is not None else None
        placed.append(replace(card, rank=place, ranked=len(others)))
    return tuple(placed)


def criterion_results(
    scoring: Scoring, sums: Mapping[PartOf, Sum], factors: Mapping[PartOf, Fraction], catalogue: Catalogue
) -> tuple[CriterionResult, ...]:
    """Every scored criterion in force with its figure and what it costs the total, costliest first."""
    results = []
    for criterion in scoring.plan.criteria.values():
        if criterion.kind == "show":
            continue
        by_part: dict[str, Sum] = {part: each for (part, name), each in sums.items() if name == criterion.id}
        parts = list(by_part) or sorted({catalogue.site_types[each].part for each in criterion.site_types})
        for part in parts:
            own = by_part.get(part)
            points = points_of(criterion)
            count = own.tally.counted if own is not None else 0
            score = 100 * own.earned(points) / (points * count) if own is not None and count else None
            key = (part, criterion.id)
            cost = lost(scoring, key, own) * factors.get(key, Fraction(0)) if own is not None else Fraction(0)
            results.append(
                CriterionResult(
                    id=criterion.id,
                    title=criterion.title,
                    place=criterion.place,
                    part=part,
                    points=points,
                    site_types=tuple(each for each in criterion.site_types if catalogue.site_types[each].part == part),
                    counts=criterion.id not in scoring.plan.members,
                    score=score,
                    tally=own.tally if own is not None else Tally(),
                    lost=cost,
                    proposed=criterion.proposed,
                )
            )
    return tuple(sorted(results, key=lambda each: (-each.lost, each.id, each.part)))
