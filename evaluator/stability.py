"""How firmly each area holds its place in the ranking: whether it would keep it if the method were a little different.

Each scenario changes one thing and leaves the findings as they are: a criterion is left out; its points are a tenth
more or less; the weight of a part is. Every scenario is worked out exactly and ranked as the areas themselves are, so
there is no chance in it (one factor at a time: OECD and JRC, Handbook on Constructing Composite Indicators, 2008,
chapter 7).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.assessment import CHANGED, Changed, Firmness, Kept, Scorecard, Stability
from duibiao.evaluator.exact import Ratio, mean_ratio, ratio_of
from duibiao.evaluator.figures import Figures
from duibiao.evaluator.heat import compared_level
from duibiao.evaluator.method import Method
from duibiao.evaluator.rollup import ratio_half_up
from duibiao.evaluator.sums import Group

TENTH: Final = (Fraction(9, 10), Fraction(11, 10))


@dataclass(frozen=True, slots=True)
class Scenario:
    """One change: ``factor`` (0 leaves out) on the points of a criterion or on the weight of a part."""

    changed: Changed
    name: str
    factor: Fraction


def stability_of(
    method: Method, catalogue: Catalogue, cards: Sequence[Scorecard], groups: Mapping[str, Group]
) -> Stability | None:
    """How firmly the areas of the highest level with several hold their places; None where fewer than two have one."""
    level = compared_level(catalogue, tuple(cards))
    placed = [card for card in cards if level and card.kind == level and card.rank is not None]
    if len(placed) < 2:
        return None
    figures = [_Area(method, groups[card.id]) for card in placed]
    now = [card.rank or 0 for card in placed]
    ranked = [(each, _places(method, [area.score(each) for area in figures])) for each in _scenarios(method, figures)]
    return Stability(level, tuple(_firmness(card.id, now[at], at, ranked) for at, card in enumerate(placed)))


def _scenarios(method: Method, figures: Sequence[_Area]) -> Iterator[Scenario]:
    """A scenario for every criterion that counts in any of the areas, and for every part."""
    counting = {name for area in figures for _part, name in area.keys}
    names = [rule.id for rule in method.rules.values() if rule.weight and rule.id in counting]
    yield from (Scenario("left_out", name, Fraction(0)) for name in names)
    yield from (Scenario("points", name, factor) for name in names for factor in TENTH)
    if len(method.part_weights) > 1:
        yield from (Scenario("part_weights", part, factor) for part in method.part_weights for factor in TENTH)


class _Area:
    """The figure of one area under scenarios."""

    def __init__(self, method: Method, group: Group) -> None:
        self.method, self.figures = method, Figures(method, "area", group)
        self.keys = frozenset(self.figures.counted())

    def score(self, scenario: Scenario) -> Ratio | None:
        """The score under one scenario, not reduced; None where nothing counts any more."""
        of_part: Callable[[str], Ratio | None] = self._part
        weights = self.method.part_weights
        if scenario.changed == "part_weights":
            weights = {**weights, scenario.name: weights[scenario.name] * scenario.factor}
        elif not any((part, scenario.name) in self.keys for part in weights):
            return ratio_of(self.figures.combined())
        else:
            of_part = self._reweighted(scenario)
        known = ((weight, of_part(part)) for part, weight in weights.items())
        return mean_ratio((weight, figure) for weight, figure in known if figure is not None)

    def _part(self, part: str) -> Ratio | None:
        return ratio_of(self.figures.part(part))

    def _reweighted(self, scenario: Scenario) -> Callable[[str], Ratio | None]:
        def of_part(part: str) -> Ratio | None:
            if (part, scenario.name) in self.keys:
                return self.figures.reweighted(part, scenario.name, scenario.factor)
            return self._part(part)

        return of_part


def _places(method: Method, scores: Sequence[Ratio | None]) -> list[int | None]:
    """The place of each score among the others, on the rounded figure; ties share one."""
    digits = method.score.rounding.digits
    rounded = [-ratio_half_up(score, digits) if score is not None else None for score in scores]
    rivals = sorted(each for each in rounded if each is not None)
    return [1 + bisect_left(rivals, each) if each is not None else None for each in rounded]


def _firmness(
    area: str, place: int, at: int, ranked: Sequence[tuple[Scenario, Sequence[int | None]]]
) -> Firmness:  # fmt: skip
    kept = tuple(
        Kept(changed, sum(places[at] == place for _, places in own), len(own))
        for changed in CHANGED
        if (own := [(scenario, places) for scenario, places in ranked if scenario.changed == changed])
    )
    found = [found for _, places in ranked if (found := places[at]) is not None]
    moving = (scenario.name for scenario, places in ranked if places[at] != place)
    return Firmness(area, place, kept, min(found), max(found), tuple(dict.fromkeys(moving)))
