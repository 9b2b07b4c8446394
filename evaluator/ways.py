"""The four ways from findings to the figure of one part (design section 4.5). Figures here are shares 0..1, exact.

Each way is made once from the counts of a group and answers ``after``: the figure with some criteria counted
otherwise, without going through all of the others again where that can be avoided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Final, Protocol

from duibiao.criteria.models import Place
from duibiao.evaluator.exact import Ratio, mean_of, ratio_of, whole_sum
from duibiao.evaluator.method import Method
from duibiao.evaluator.sums import Count

Counts = Mapping[str, Count]  # criterion -> what counts of it; only those of one part
Changes = Mapping[str, Count]
Factors = Mapping[str, Fraction]  # criterion -> what its points are multiplied by
Branch = tuple[Fraction, Fraction]  # of a place: its weight and its figure 0..1
NO_FACTORS: Final[Factors] = {}
LONG: Final = Context(prec=60, rounding=ROUND_HALF_UP)
NEARLY: Final = Decimal("1e-40")
BILLIONTH: Final = Decimal("1e-9")


class PartWay(Protocol):
    """One way, over the counts of one part in one group."""

    def after(self, changes: Changes) -> Fraction | None:
        """The figure 0..1 with some criteria counted otherwise; None where nothing counts."""

    def reweighted(self, criterion: str, factor: Fraction) -> Ratio | None:
        """The figure 0..1 with the points of one counted criterion times ``factor``; times 0 leaves it out. Not
        reduced: where thousands are asked for, that takes most of the time."""


class Pooled:
    """Points earned of points possible, over all findings."""

    def __init__(self, method: Method, counts: Counts) -> None:
        self.method, self.counts = method, counts
        self.earned = whole_sum(self._earned(key, each) for key, each in counts.items())
        self.possible = sum(method.units[key] * each.n for key, each in counts.items())

    def _earned(self, criterion: str, count: Count, sign: int = 1) -> Ratio:
        """What the findings of one criterion earned, in 1 / ``method.unit`` of a point."""
        above, below = count.ratio
        return sign * self.method.units[criterion] * count.n * above, below

    def after(self, changes: Changes) -> Fraction | None:
        """The figure 0..1 with some criteria counted otherwise."""
        earned, possible = [self.earned], self.possible
        for key, new in changes.items():
            old, weight = self.counts.get(key), self.method.units[key]
            if old is not None:
                earned.append(self._earned(key, old, -1))
                possible -= weight * old.n
            earned.append(self._earned(key, new))
            possible += weight * new.n
        return _share(earned, possible)

    def reweighted(self, criterion: str, factor: Fraction) -> Ratio | None:
        """The figure 0..1 with the points of one counted criterion times ``factor``."""
        count = self.counts[criterion]
        own = self.method.units[criterion] * count.n
        return _reweighted(self.earned, self.possible, self._earned(criterion, count), own, factor)


class MeanOfCriteria:
    """The mean of the criteria's own means, weighted by points."""

    def __init__(self, method: Method, counts: Counts) -> None:
        self.method, self.counts = method, counts
        self.earned = whole_sum(self._earned(key, each) for key, each in counts.items())
        self.possible = sum(method.units[key] for key in counts)

    def _earned(self, criterion: str, count: Count, sign: int = 1) -> Ratio:
        """What one criterion earned, in 1 / ``method.unit`` of a point."""
        above, below = count.ratio
        return sign * self.method.units[criterion] * above, below

    def after(self, changes: Changes) -> Fraction | None:
        """The figure 0..1 with some criteria counted otherwise."""
        earned, possible = [self.earned], self.possible
        for key, new in changes.items():
            old, weight = self.counts.get(key), self.method.units[key]
            if old is not None:
                earned.append(self._earned(key, old, -1))
                possible -= weight
            earned.append(self._earned(key, new))
            possible += weight
        return _share(earned, possible)

    def reweighted(self, criterion: str, factor: Fraction) -> Ratio | None:
        """The figure 0..1 with the points of one counted criterion times ``factor``."""
        own = self._earned(criterion, self.counts[criterion])
        return _reweighted(self.earned, self.possible, own, self.method.units[criterion], factor)


def _reweighted(earned: Ratio, possible: int, own: Ratio, own_possible: int, factor: Fraction) -> Ratio | None:
    """Points earned of points possible, where those of one criterion are its ``own`` times ``factor``; None where none
    are possible. In whole numbers throughout: thousands are asked for."""
    above, below = factor.as_integer_ratio()
    more = above - below  # factor - 1, times below
    whole = possible * below + more * own_possible
    if not whole:
        return None
    share, of = whole_sum([earned, (more * own[0], below * own[1])])
    return share * below, of * whole


def _share(earned: Iterable[Ratio], possible: int) -> Fraction | None:
    """Points earned of points possible; None where none are."""
    if not possible:
        return None
    above, below = whole_sum(earned)
    return Fraction(above, below * possible)


class Tree:
    """Along the outline: at every place the mean, geometric mean or lowest of what hangs on it and lies under it."""

    def __init__(self, method: Method, counts: Counts) -> None:
        self.method, self.counts = method, counts
        self.top = Place(id="-", title="-", under=method.places)
        self._figures: dict[str, Fraction | None] = {}  # of the places, as things are
        self._figures["-"] = self._figure(self.top, {}, None)

    def after(self, changes: Changes) -> Fraction | None:
        """The figure 0..1 with some criteria counted otherwise."""
        touched = frozenset().union(*(self.method.above[name] for name in changes))
        return self._figure(self.top, changes, touched) if touched else self._figures["-"]

    def reweighted(self, criterion: str, factor: Fraction) -> Ratio | None:
        """The figure 0..1 with the points of one counted criterion times ``factor`` among what hangs on its place."""
        return ratio_of(self._figure(self.top, {}, self.method.above[criterion], {criterion: factor}))

    def _figure(
        self, place: Place, changes: Changes, touched: frozenset[str] | None, factors: Factors = NO_FACTORS
    ) -> Fraction | None:
        """The figure of a place; only places that are ``touched`` are worked out anew, or all of them (None)."""
        branches: list[Branch] = []
        for criterion in self.method.on_place.get(place.id, ()):
            weight = self.method.rules[criterion].weight * factors.get(criterion, 1)
            count = changes.get(criterion) or self.counts.get(criterion)
            if count is not None and weight:
                branches.append((weight, count.m))
        for under in place.under:
            if touched is None:
                self._figures[under.id] = self._figure(under, changes, touched)
            anew = touched is not None and under.id in touched
            figure = self._figure(under, changes, touched, factors) if anew else self._figures[under.id]
            if figure is not None:
                branches.append((Fraction(under.weight if under.weight is not None else 1), figure))
        return combined(place.combine, branches)


def combined(how: str, branches: Sequence[Branch]) -> Fraction | None:
    """The figure of a place from its branches; None without one. A single branch keeps its own value."""
    if not branches:
        return None
    if how == "lowest" or len(branches) == 1:
        return min(figure for _, figure in branches)
    if how == "geometric":
        return _geometric(branches)
    return mean_of(branches)


def _geometric(branches: Sequence[Branch]) -> Fraction:
    """The weighted geometric mean, rounded to 9 decimals: decimals of 60 digits give every machine the same.

    The logarithm of 0 is minus infinity, so that one branch of 0 makes it 0.
    """
    logs, weights = Decimal(0), Decimal(0)
    for weight, figure in branches:
        share = _decimal(weight)
        logs = LONG.add(logs, LONG.multiply(share, LONG.ln(_decimal(figure))))
        weights = LONG.add(weights, share)
    mean = LONG.exp(LONG.divide(logs, weights))
    return Fraction(LONG.quantize(LONG.quantize(mean, NEARLY), BILLIONTH))


def _decimal(value: Fraction) -> Decimal:
    return LONG.divide(Decimal(value.numerator), Decimal(value.denominator))


WAYS: Final[dict[str, type[Pooled] | type[MeanOfCriteria] | type[Tree]]] = {
    "pooled": Pooled,
    "mean_of_criteria": MeanOfCriteria,
    "tree": Tree,
}
