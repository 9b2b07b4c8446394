"""Findings -> scorecards along areas, site types, units and the outline; levels and shared ranks.

All sums are whole numbers (``evaluator/sums.py``); every figure above is an exact fraction (``evaluator/figures.py``),
so that the order of rows changes nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from duibiao.criteria.models import Catalogue, Criterion
from duibiao.evaluator.assessment import Coverage, CriterionResult, Dimension, Made, Scorecard, Tally
from duibiao.evaluator.exact import Ratio, exact_sum
from duibiao.evaluator.figures import Figures, TotalFigure, counted
from duibiao.evaluator.losses import Losses
from duibiao.evaluator.method import Method
from duibiao.evaluator.site_figure import SiteFigure, site_bounds, site_coverage
from duibiao.evaluator.sums import NOTHING, Count, Group, PartOf


def half_up(value: Fraction, digits: int) -> int:
    """``value`` in units of its ``digits``-th decimal, halves away from zero; in whole numbers throughout."""
    return ratio_half_up(value.as_integer_ratio(), digits)


def ratio_half_up(value: Ratio, digits: int) -> int:
    """The same of a ratio that need not be reduced."""
    above, below = value[0] * 10**digits, value[1]
    whole: int = (2 * abs(above) + below) // (2 * below)
    return whole if above >= 0 else -whole


def level(method: Method, score: Fraction | None) -> str | None:
    """The level of an exact figure."""
    if score is None:
        return None
    levels = method.score.levels
    return next((each.name for each in levels if each.at_least is None or score >= each.at_least), None)


def withheld(method: Method, coverage: Coverage | None) -> bool:
    """Whether too little was looked at for a level and a place."""
    least = method.score.minimum_coverage
    return least is not None and (coverage is None or coverage.share < Fraction(least))


@dataclass(frozen=True, slots=True)
class Member:
    """What is known of a member of a dimension before its figures: its names, and the places and records it counts."""

    title: str
    kind: str = ""
    parent: str | None = None
    sites: int = 0
    registered: int = 0
    records: int = 0
    records_known: int = 0


def scorecards(
    method: Method, dimension: Dimension, groups: Mapping[str, Group], members: Mapping[str, Member], losses: Losses
) -> tuple[Scorecard, ...]:
    """A scorecard for every member, in their order: the parts by their ways, combined by weight."""
    cards = []
    for key, member in members.items():
        group = groups.get(key, NOTHING)
        figures = Figures(method, dimension, group)
        coverage, score = figures.coverage(), figures.combined()
        card = replace(
            _card(method, dimension, key, member, group, figures.counted(), losses),
            score=score,
            parts=figures.parts(),
            bounds=figures.bounds(),
        )
        cards.append(_judged(method, card, coverage))
    return ranked(method, cards)


def total_card(figure: TotalFigure, member: Member, losses: Losses) -> tuple[Scorecard, Made]:
    """The city's own scorecard, and how its total came."""
    method, made = figure.method, figure.made()
    card = replace(
        _card(method, "total", "", member, figure.group, figure.counted(), losses),
        score=made.score,
        parts=figure.parts(),
        bounds=figure.whole_bounds(),
    )
    if made.held:
        card = replace(card, cap=made.cap, capped_by=made.capped_by)
    card = _judged(method, card, figure.coverage())
    if made.gates_failed and card.level is not None:
        card = replace(card, level=method.score.levels[-1].name)
    return card, made


def site_cards(
    method: Method, groups: Mapping[str, Group], members: Mapping[str, Member], losses: Losses
) -> tuple[Scorecard, ...]:
    """A scorecard for every site (or visit): its own findings, capped by its vetoes. It has no parts."""
    cards = []
    for key, member in members.items():
        group = groups.get(key, NOTHING)
        found = SiteFigure(method, group.sums, "now").after()
        card = replace(
            _card(method, "site", key, member, group, counted(method, group.sums, "now"), losses),
            score=found.score,
            bounds=site_bounds(method, group.sums, found.score),
        )
        if found.held_by:
            card = replace(card, cap=found.score, capped_by=found.held_by)
        cards.append(_judged(method, card, site_coverage(method, group.sums)))
    return ranked(method, cards)


def _card(
    method: Method, dimension: Dimension, key: str, member: Member, group: Group, counts: Mapping[PartOf, Count],
    losses: Losses,
) -> Scorecard:  # fmt: skip
    """The card of a member without what depends on the way of its figure."""
    units = [(method.units[name], count) for (_, name), count in counts.items()]
    return Scorecard(
        dimension=dimension,
        id=key,
        title=member.title,
        kind=member.kind,
        parent=member.parent,
        score=None,
        level=None,
        rank=None,
        ranked=0,
        parts=(),
        tally=group.tally,
        earned=exact_sum((each * count.above, count.below) for each, count in units) / method.unit,
        possible=Fraction(sum(each * count.n for each, count in units), method.unit),
        sites=member.sites,
        registered=member.registered,
        records=member.records,
        records_known=member.records_known,
        lost=losses.of(group, counts),
    )


def _judged(method: Method, card: Scorecard, coverage: Coverage | None) -> Scorecard:
    kept = withheld(method, coverage)
    return replace(card, coverage=coverage, withheld=kept, level=None if kept else level(method, card.score))


def ranked(method: Method, cards: Iterable[Scorecard]) -> tuple[Scorecard, ...]:
    """The cards with their places among those of one kind, given on the rounded figure; ties share a place.

    Cards keep their order; a withheld figure has no place.
    """
    digits = method.score.rounding.digits
    figures = [
        (card, half_up(card.score, digits) if card.score is not None and card.id and not card.withheld else None)
        for card in cards
    ]
    rivals: dict[str, list[int]] = {}
    for card, figure in figures:
        if figure is not None:
            rivals.setdefault(card.kind, []).append(-figure)
    for each in rivals.values():
        each.sort()
    placed = []
    for card, figure in figures:
        others = rivals.get(card.kind, [])
        place = 1 + bisect_left(others, -figure) if figure is not None else None
        placed.append(replace(card, rank=place, ranked=len(others)))
    return tuple(placed)


def criterion_results(
    method: Method, group: Group, losses: Losses, catalogue: Catalogue, criteria: Mapping[str, Criterion]
) -> tuple[CriterionResult, ...]:
    """Every scored criterion in force with its figure and what it costs the total, costliest first."""
    results = []
    for rule in method.rules.values():
        criterion = criteria[rule.id]
        parts = [part for part, name in group.sums if name == rule.id]
        for part in parts or {method.part_of[each] for each in criterion.site_types}:
            key: PartOf = (part, rule.id)
            own = group.sums.get(key)
            count = own.count(rule, "now", zero=method.zero) if own is not None else None
            results.append(
                CriterionResult(
                    id=rule.id,
                    title=criterion.title,
                    place=criterion.place,
                    part=part,
                    points=rule.points,
                    site_types=tuple(each for each in criterion.site_types if catalogue.site_types[each].part == part),
                    counts=rule.counts,
                    score=100 * count.m if count is not None else None,
                    tally=own.tally if own is not None else Tally(),
                    lost=losses.of_criterion(group, key) if own is not None else Fraction(0),
                    proposed=criterion.proposed,
                )
            )
    return tuple(sorted(results, key=lambda each: (-each.lost, each.id, each.part)))
