"""The total of a city as a mixed integer programme over the gaps that can be mended: the model of ``mending_plan``.

Means are sums, as mending never changes a denominator. A cap is lifted by a column of 0 or 1 that may be 1 only where
every missed finding of its veto is met; the lowest of criteria, of places or of what is found at all sites is at most
each of them. A geometric mean lies below each of its tangents: the programme is answered again with the tangent at what
it found until that says nothing new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import exp, inf, log
from typing import Final

from duibiao.criteria.models import Place
from duibiao.evaluator.linear import CONSTANT, Expression, Limits, Programme, Solution, added, at, scaled
from duibiao.evaluator.method import Method
from duibiao.evaluator.repairs import Repair
from duibiao.evaluator.site_figure import SiteFigure
from duibiao.evaluator.sums import Group, PartOf, Sum, Sums

ONE: Final = Fraction(1)
HUNDRED: Final = Fraction(100)
ROUNDS: Final = 30  # so often the tangents of geometric means are made finer
NEARLY: Final = 1e-9
LEAST: Final = 1e-6  # tangents touch no lower
Branch = tuple[Fraction, Expression]


@dataclass(frozen=True, slots=True)
class Kind:
    """Gaps that are the same for every figure and budget: so many may be mended, the first ones first and wholly, then
    those that are mended to their next level."""

    repairs: tuple[Repair, ...]

    @property
    def one(self) -> Repair:
        """Any of them."""
        return self.repairs[0]

    @property
    def most(self) -> int:
        """How many there are."""
        return len(self.repairs)

    @property
    def ways(self) -> tuple[Repair, ...]:
        """How any of them can be mended: wholly, or to its next level."""
        return (self.one,) if self.one.instead is None else (self.one, self.one.instead)


@dataclass(frozen=True, slots=True)
class _Mend:
    """A column of the programme: how many gaps of a kind are mended in one way."""

    column: int
    kind: Kind
    repair: Repair


def kinds_of(method: Method, repairs: Sequence[Repair], by_unit: bool) -> tuple[Kind, ...]:
    """Repairs, those together that are the same. Sites are told apart where their own scores count."""
    found: dict[object, list[Repair]] = {}
    for each in repairs:
        site = each.site if method.way(each.part, "total") == "mean_of_sites" else ""
        unit = each.unit if by_unit else ""
        way = (each.instead.days, each.instead.to) if each.instead is not None else None
        key = (each.part, each.criterion, each.status, each.value, each.days, way, unit, site)
        found.setdefault(key, []).append(each)
    return tuple(Kind(tuple(each)) for each in found.values())


@dataclass(frozen=True, slots=True)
class _Curve:
    """A geometric mean: its column 0..1 and what it is the mean of."""

    column: int
    branches: tuple[Branch, ...]

    def tangent(self, values: Sequence[float]) -> Expression:
        """What the mean never exceeds: its tangent where the branches have these values."""
        points = [(float(weight), max(LEAST, at(each, values)), each) for weight, each in self.branches]
        whole = sum(weight for weight, _, _ in points)
        height = exp(sum(weight * log(point) for weight, point, _ in points) / whole)
        return added([scaled(Fraction(height * weight / whole / point), each) for weight, point, each in points])


class MendingModel:
    """``gain`` (of the total over ``now``) and ``parts`` as expressions over columns.

    The first columns are the ways of mending the kinds of repairs, in their order.
    """

    def __init__(self, method: Method, group: Group, kinds: Sequence[Kind], now: Fraction) -> None:
        self.method, self.group, self.kinds, self.now = method, group, kinds, now
        self.programme = Programme()
        self.curves: list[_Curve] = []
        self.mends = [
            _Mend(self.programme.column(kind.most, whole=True), kind, way) for kind in kinds for way in kind.ways
        ]
        self._of: dict[PartOf, list[_Mend]] = {}
        self._at: dict[tuple[str, PartOf], list[_Mend]] = {}
        for each in self.mends:
            one = each.repair
            key = (one.part, one.criterion)
            self._of.setdefault(key, []).append(each)
            if method.way(one.part, "total") == "mean_of_sites":
                self._at.setdefault((one.site, key), []).append(each)
        for kind, ways in self._by_kind(self.mends):
            if len(ways) > 1:
                self.programme.at_least({CONSTANT: Fraction(kind.most)}, dict.fromkeys(ways, ONE))
        self.days: Expression = {each.column: each.repair.days for each in self.mends}
        self.parts = {share.part: self._part(share.part) for share in method.score.total}
        self.gain = self._gain()

    def days_of(self, unit: str) -> Expression:
        """The person-days of one unit."""
        return {each.column: each.repair.days for each in self.mends if each.repair.unit == unit}

    def least(self, aim: Expression, further: Sequence[Expression], limits: Limits) -> Solution:
        """The programme with ``aim`` as small as it can be and ``further`` rows."""
        solution = self.programme.least(aim, further, limits)
        rounds = 0
        while (missed := self._missed(solution)) and rounds < ROUNDS:
            for curve in missed:
                self.programme.at_least(curve.tangent(solution.values), {curve.column: ONE})
            solution = self.programme.least(aim, further, limits)
            rounds += 1
        return solution

    def _missed(self, solution: Solution) -> list[_Curve]:
        """The geometric means that a solution takes for higher than they are."""
        values = solution.values
        return [
            curve
            for curve in self.curves
            if values and values[curve.column] > at(curve.tangent(values), values) + NEARLY
        ]

    def taken(self, solution: Solution) -> tuple[Repair, ...]:
        """The repairs that a solution makes."""
        taken: list[Repair] = []
        for kind, columns in self._by_kind(self.mends) if solution.values else ():
            whole, *part = (round(solution.values[column]) for column in columns)
            taken += kind.repairs[:whole]
            for number in part:
                taken += [each.instead for each in kind.repairs[whole : whole + number] if each.instead is not None]
        return tuple(taken)

    @staticmethod
    def _by_kind(mends: Iterable[_Mend]) -> list[tuple[Kind, list[int]]]:
        """Kinds with their columns, in their order."""
        found: dict[int, tuple[Kind, list[int]]] = {}
        for each in mends:
            found.setdefault(id(each.kind), (each.kind, []))[1].append(each.column)
        return list(found.values())

    # -------------------------------------------------------------- the total

    def _gain(self) -> Expression:
        method = self.method
        shares = [(weight, self.parts[part]) for part, weight in method.part_weights.items()]
        total = _mean([(weight, each) for weight, each in shares if each is not None])
        caps = [self._cap(rule.total_cap, self._everywhere(rule.id)) for rule in method.rules.values()]
        limits = [each for each in caps if each is not None]
        below = self._lowest([total, *limits]) if limits else total
        adjusted = added([below, *(self._adjusted(name) for name in method.rules)])
        gain = self.programme.column(float(HUNDRED - self.now), lower=-inf)
        for each in (adjusted, *limits):
            self.programme.at_least(each, {gain: ONE, CONSTANT: self.now})
        return {gain: ONE}

    def _everywhere(self, criterion: str) -> list[tuple[Sum, list[_Mend]]]:
        return [(each, self._of.get(key, [])) for key, each in self.group.sums.items() if key[1] == criterion]

    def _cap(self, cap: Fraction | None, found: Sequence[tuple[Sum, Sequence[_Mend]]]) -> Expression | None:
        """The cap of a veto while a finding of it is missed, and 100 where all of these are met."""
        if cap is None:
            return None
        missed = 0
        for each, _ in found:
            open_ = each.tally.unobserved + each.tally.invalid if self.method.zero else 0
            missed += each.tally.missed + open_
        if not missed:
            return None
        mends = [each for _, of in found for each in of if each.repair.status == "missed"]
        if sum(kind.most for kind, _ in self._by_kind(mends)) < missed:
            return {CONSTANT: cap}
        return {CONSTANT: cap, self._all_of(mends): HUNDRED - cap}

    def _all_of(self, mends: Sequence[_Mend]) -> int:
        """A column that may be 1 only where all gaps of these kinds are mended in one of these ways."""
        lifted = self.programme.column(1, whole=True)
        for kind, columns in self._by_kind(mends):
            self.programme.at_least(dict.fromkeys(columns, ONE), {lifted: Fraction(kind.most)})
        return lifted

    def _adjusted(self, criterion: str) -> Expression:
        """What a line after the total adds or takes."""
        rule = self.method.rules[criterion]
        if rule.adjusts is None:
            return {}
        lines: list[Expression] = []
        for found, mends in self._everywhere(criterion):
            count = found.count(rule, "now", zero=self.method.zero)
            if count is not None:
                lines.append({CONSTANT: rule.adjusts * (count.s if rule.adjusts > 0 else count.n - count.s)})
            lines += [{each.column: abs(rule.adjusts) * each.repair.rise(rule)} for each in mends]
        return added(lines)

    def _lowest(self, expressions: Sequence[Expression], upper: float = 100.0) -> Expression:
        """A column that is at most each of these; what is made as large as it can be is then the lowest of them."""
        column = self.programme.column(upper)
        for each in expressions:
            self.programme.at_least(each, {column: ONE})
        return {column: ONE}

    # -------------------------------------------------------------- parts

    def _part(self, part: str) -> Expression | None:
        way = self.method.way(part, "total")
        if way == "mean_of_sites":
            return self._mean_of_sites(part)
        sums = {key: each for key, each in self.group.sums.items() if key[0] == part}
        found = self._over(way, sums, lambda key: self._of.get(key, []), lowest=True)
        return scaled(HUNDRED, found) if found is not None else None

    def _over(
        self, way: str, sums: Sums, mends: Callable[[PartOf], Sequence[_Mend]], *, lowest: bool
    ) -> Expression | None:
        """The figure 0..1 of findings by a way that goes by criteria."""
        method = self.method
        means: dict[str, Expression] = {}
        numbers: dict[str, int] = {}
        for key, each in sums.items():
            rule = method.rules[key[1]]
            count = each.count(rule, "now", zero=method.zero)
            if count is None or not rule.weight:
                continue
            numbers[key[1]] = count.n
            if lowest and rule.over_sites == "lowest":
                means[key[1]] = self._lowest_found(key[1], each, mends(key))
            else:
                mended = [{mend.column: mend.repair.rise(rule) / count.n} for mend in mends(key)]
                means[key[1]] = added([{CONSTANT: count.s / count.n}, *mended])
        if way == "tree":
            return self._place(Place(id="-", title="-", under=method.places), means)
        weights = {name: method.rules[name].weight for name in means}
        if way == "pooled":
            weights = {name: weight * numbers[name] for name, weight in weights.items()}
        return _mean([(weights[name], mean) for name, mean in means.items()]) if means else None

    def _lowest_found(self, criterion: str, found: Sum, mends: Sequence[_Mend]) -> Expression:
        """The lowest score that was found: it rises to the next one when all that are as low are mended above it."""
        rule = self.method.rules[criterion]
        numbers = {rule.score(value): number for value, number in found.values}
        if self.method.zero:
            for ends in found.open:
                numbers[Fraction(0)] = numbers.get(Fraction(0), 0) + ends.count
        reached = {rule.score(each.repair.after(rule)) for each in mends}
        scores = sorted({*numbers, *reached, ONE})
        lowest: Expression = {CONSTANT: min(numbers)}
        low = 0
        for score, above in pairwise(each for each in scores if each >= min(numbers)):
            low += numbers.get(score, 0)
            here = [
                each for each in mends if rule.score(each.repair.value) <= score < rule.score(each.repair.after(rule))
            ]
            if sum(kind.most for kind, _ in self._by_kind(here)) < low:
                break
            lowest[self._all_of(here)] = above - score
        return lowest

    def _place(self, place: Place, means: Mapping[str, Expression]) -> Expression | None:
        branches = [
            (self.method.rules[name].weight, means[name])
            for name in self.method.on_place.get(place.id, ())
            if name in means
        ]
        for under in place.under:
            figure = self._place(under, means)
            if figure is not None:
                branches.append((Fraction(under.weight if under.weight is not None else 1), figure))
        if not branches:
            return None
        if len(branches) == 1 or place.combine == "mean":
            return _mean(branches)
        if place.combine == "lowest":
            return self._lowest([each for _, each in branches], 1.0)
        curve = _Curve(self.programme.column(1), tuple(branches))
        self.curves.append(curve)
        return {curve.column: ONE}

    # -------------------------------------------------------------- sites

    def _mean_of_sites(self, part: str) -> Expression | None:
        types: dict[str, list[Expression]] = {}
        mendable = {site for site, _ in self._at}
        for site, (kind, sums) in self.group.sites.items():
            if self.method.part_of[kind] != part:
                continue
            if site in mendable:
                score = self._site(site, sums)
            else:
                fixed = SiteFigure(self.method, sums, "now").after().score
                score = {CONSTANT: fixed} if fixed is not None else None
            if score is not None:
                types.setdefault(kind, []).append(score)
        weights = self.method.type_weights
        means = [(weights[kind], scaled(Fraction(1, len(each)), added(each))) for kind, each in types.items()]
        return _mean(means) if means else None

    def _site(self, site: str, sums: Sums) -> Expression | None:
        way = "tree" if self.method.score.site == "tree" else "pooled"
        share = self._over(way, sums, lambda key: self._at.get((site, key), []), lowest=False)
        if share is None:
            return None
        score = scaled(HUNDRED, share)
        caps = [
            self._cap(self.method.rules[key[1]].site_cap, [(each, self._at.get((site, key), []))])
            for key, each in sums.items()
        ]
        limits = [each for each in caps if each is not None]
        return self._lowest([score, *limits]) if limits else score


def _mean(branches: Sequence[Branch]) -> Expression:
    """The mean of expressions by weight."""
    whole = sum((weight for weight, _ in branches), Fraction(0))
    return added([scaled(weight / whole, each) for weight, each in branches])
