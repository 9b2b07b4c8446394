"""From the sums of a group to its figures: parts by their ways, the parts by weight, caps and adjustments of the total.

A figure can be asked as things are (``now``), with every open finding at its lowest or highest (the bounds), and each
of these with a change: one finding mended, or the open findings of one site settled. Figures are 0..100, exact.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final

from duibiao.evaluator.assessment import Adjustment, Bounds, Coverage, Made, PartScore, Tally
from duibiao.evaluator.exact import Ratio, mean_of, ratio_of, times
from duibiao.evaluator.method import Method, Rule
from duibiao.evaluator.site_figure import SiteFigure, around
from duibiao.evaluator.sums import Count, Group, Move, PartOf, Sum, Sums, View
from duibiao.evaluator.ways import WAYS, PartWay

ZERO: Final = Fraction(0)
HUNDRED: Final = Fraction(100)


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to findings of one site: for some criteria of its part a move of their sums."""

    site: str
    part: str
    moves: Mapping[str, Move]


def counted(method: Method, sums: Sums, view: View) -> dict[PartOf, Count]:
    """What counts of each criterion in a view; those of which nothing counts are left out."""
    rules, zero = method.rules, method.zero
    found: dict[PartOf, Count] = {}
    for key, each in sums.items():
        count = each.count(rules[key[1]], view, zero=zero)
        if count is not None:
            found[key] = count
    return found


def of_part(counts: Mapping[PartOf, Count], part: str) -> dict[str, Count]:
    """The counts of the criteria of one part."""
    return {criterion: count for (each, criterion), count in counts.items() if each == part}


@dataclass(frozen=True, slots=True)
class Moved:
    """The sums that a change leads to: of the criteria that it touches in the whole group, and of those at its site."""

    site: str
    whole: Sums
    own: Sums


UNMOVED: Final = Moved("", {}, {})


def moved(method: Method, sums: Sums, change: Change) -> dict[PartOf, Sum]:
    """The sums of the criteria that a change touches, after it."""
    return {
        (change.part, criterion): move(sums[change.part, criterion], method.rules[criterion])
        for criterion, move in change.moves.items()
        if (change.part, criterion) in sums
    }


class _MeanOfSites:
    """Each site's score, their mean by type, and the mean of the types by weight."""

    def __init__(self, method: Method, part: str, group: Group, view: View) -> None:
        self.method, self.group, self.view = method, group, view
        self.figures = {
            site: SiteFigure(method, sums, view)
            for site, (kind, sums) in group.sites.items()
            if method.part_of[kind] == part
        }
        self.scores = {site: figure.after().score for site, figure in self.figures.items()}
        self.by_type: dict[str, tuple[Fraction, int]] = {}  # type -> sum of scores, number of sites with one
        for site, score in self.scores.items():
            self._count(group.sites[site][0], score, 1)

    def after(self, change: Moved) -> Fraction | None:
        """The figure 0..100 after a change; None without a site that has a score."""
        types = dict(self.by_type)
        if change.own:
            kind, old = self.group.sites[change.site][0], self.scores[change.site]
            new = self.figures[change.site].after(change.own).score
            total, number = types.get(kind, (ZERO, 0))
            total += (new or ZERO) - (old or ZERO)
            types[kind] = (total, number + (new is not None) - (old is not None))
        return self._mean(types)

    def with_sites(self, group: Group, sites: Collection[str]) -> _MeanOfSites:
        """The figure of findings that differ at these sites only; the others are not made anew."""
        new = copy(self)
        new.group, new.figures, new.scores, new.by_type = group, {**self.figures}, {**self.scores}, {**self.by_type}
        for site in self.figures.keys() & sites:
            kind, sums = group.sites[site]
            new.figures[site] = SiteFigure(self.method, sums, self.view)
            new.scores[site] = new.figures[site].after().score
            new._count(kind, self.scores[site], -1)
            new._count(kind, new.scores[site], 1)
        return new

    def _count(self, kind: str, score: Fraction | None, number: int) -> None:
        """Take the score of one site of a type in (1) or out (-1)."""
        if score is not None:
            total, sites = self.by_type.get(kind, (ZERO, 0))
            self.by_type[kind] = (total + number * score, sites + number)

    def reweighted(self, criterion: str, factor: Fraction) -> Ratio | None:
        """The figure 0..100 with the points of one criterion times ``factor`` at every site."""
        types: dict[str, tuple[Fraction, int]] = {}
        for site, score in self.scores.items():
            kind, sums = self.group.sites[site]
            key = next((key for key in sums if key[1] == criterion), None)
            if key is not None:
                score = self.figures[site].reweighted(key, factor).score
            if score is not None:
                total, number = types.get(kind, (ZERO, 0))
                types[kind] = (total + score, number + 1)
        return ratio_of(self._mean(types))

    def _mean(self, types: Mapping[str, tuple[Fraction, int]]) -> Fraction | None:
        """The mean of the types' mean scores, by their weights."""
        weights = self.method.type_weights
        return mean_of((weights[kind], total / number) for kind, (total, number) in types.items() if number)


class _OverCriteria:
    """A way that goes by the criteria of the whole group."""

    def __init__(self, method: Method, way: str, part: str, counts: Mapping[PartOf, Count], view: View) -> None:
        self.method, self.part, self.view = method, part, view
        self.way: PartWay = WAYS[way](method, of_part(counts, part))

    def after(self, change: Moved) -> Fraction | None:
        """The figure 0..100 after a change; None where nothing counts."""
        share = self.way.after(of_part(counted(self.method, change.whole, self.view), self.part))
        return 100 * share if share is not None else None

    def reweighted(self, criterion: str, factor: Fraction) -> Ratio | None:
        """The figure 0..100 with the points of one counted criterion times ``factor``."""
        share = self.way.reweighted(criterion, factor)
        return times(HUNDRED, share) if share is not None else None


@dataclass(frozen=True, slots=True)
class _Last:
    """The change that was asked last, and the figures of its part after it: one is asked for the part, for the total,
    and in several views, one after the other."""

    change: Change
    moved: Moved
    figures: dict[View, Fraction | None]


class Figures:
    """Every figure of one group along one dimension (total, area, unit, site_type, place)."""

    def __init__(self, method: Method, dimension: str, group: Group) -> None:
        self.method, self.dimension, self.group = method, dimension, group
        self._ways: dict[tuple[str, View], _MeanOfSites | _OverCriteria] = {}
        self._counted: dict[View, dict[PartOf, Count]] = {}
        self._unchanged: dict[tuple[str | None, View], Fraction | None] = {}
        self._last: _Last | None = None

    @cached_property
    def settled(self) -> bool:
        """Whether no finding is open, so that the bounds are the figure itself."""
        return not any(each.open for each in self.group.sums.values())

    def counted(self, view: View = "now") -> Mapping[PartOf, Count]:
        """What counts of each criterion."""
        if view not in self._counted:
            self._counted[view] = counted(self.method, self.group.sums, view)
        return self._counted[view]

    def _way(self, part: str, view: View) -> _MeanOfSites | _OverCriteria:
        if self.settled:
            view = "now"
        found = self._ways.get((part, view))
        if found is None:
            way = self.method.way(part, self.dimension)
            if way == "mean_of_sites":
                found = _MeanOfSites(self.method, part, self.group, view)
            else:
                found = _OverCriteria(self.method, way, part, self.counted(view), view)
            self._ways[part, view] = found
        return found

    def _after(self, change: Change) -> _Last:
        if self._last is None or self._last.change is not change:
            whole = moved(self.method, self.group.sums, change)
            _, own = self.group.sites.get(change.site, ("", {}))
            self._last = _Last(change, Moved(change.site, whole, moved(self.method, own, change)), {})
        return self._last

    def part(self, part: str, view: View = "now", change: Change | None = None) -> Fraction | None:
        """The figure of one part."""
        if change is not None and change.part == part:
            last = self._after(change)
            if view not in last.figures:
                last.figures[view] = self._way(part, view).after(last.moved)
            return last.figures[view]
        if (part, view) not in self._unchanged:
            self._unchanged[part, view] = self._way(part, view).after(UNMOVED)
        return self._unchanged[part, view]

    def reweighted(self, part: str, criterion: str, factor: Fraction) -> Ratio | None:
        """The figure of one part with the points of one of its counted criteria times ``factor`` (0 leaves it out); not
        reduced."""
        return self._way(part, "now").reweighted(criterion, factor)

    def combined(self, view: View = "now", change: Change | None = None) -> Fraction | None:
        """The parts' figures by weight, over the parts that have one; None where none has."""
        if change is None and (None, view) in self._unchanged:
            return self._unchanged[None, view]
        parts = ((weight, self.part(part, view, change)) for part, weight in self.method.part_weights.items())
        found = mean_of((weight, figure) for weight, figure in parts if figure is not None)
        if change is None:
            self._unchanged[None, view] = found
        return found

    def bounds(self, part: str | None = None) -> Bounds | None:
        """What the figure of a part, or of all parts, would be with every open finding at its worst and best."""
        now, low, high = (
            self.combined(view) if part is None else self.part(part, view) for view in ("now", "low", "high")
        )
        return around(now, low, high)

    @cached_property
    def _tallies(self) -> Mapping[str, Mapping[str, Tally]]:
        """The tallies by part and criterion."""
        found: dict[str, dict[str, Tally]] = {}
        for (part, criterion), each in self.group.sums.items():
            found.setdefault(part, {})[criterion] = each.tally
        return found

    def coverage(self, part: str | None = None) -> Coverage | None:
        """Points of criteria that any finding observed, of criteria that any finding is of."""
        covered = [each for name, each in self._covered.items() if part in (None, name)]
        observed, whole = sum(each for each, _ in covered), sum(each for _, each in covered)
        return Coverage(Fraction(observed, self.method.unit), Fraction(whole, self.method.unit)) if whole else None

    @cached_property
    def _covered(self) -> Mapping[str, tuple[int, int]]:
        """By part, in 1 / ``method.unit`` of a point: those of criteria that any finding observed, and of all."""
        found: dict[str, tuple[int, int]] = {}
        for part, tallies in self._tallies.items():
            observed = whole = 0
            for criterion, tally in tallies.items():
                points = self.method.units[criterion]
                observed += points if tally.counted else 0
                whole += points if tally.counted or tally.unobserved or tally.invalid else 0
            found[part] = (observed, whole)
        return found

    def parts(self) -> tuple[PartScore, ...]:
        """Every part with its figure."""
        return tuple(self._part_score(index) for index in range(len(self.method.score.total)))

    def _part_score(self, index: int) -> PartScore:
        share = self.method.score.total[index]
        bounds = self.bounds(share.part)
        if bounds is None and self.dimension == "total":
            bounds = Bounds(ZERO, HUNDRED)
        return PartScore(
            part=share.part,
            title=self.method.part_titles[share.part],
            weight=self.method.part_weights[share.part],
            combine=self.method.way(share.part, self.dimension),
            score=self.part(share.part),
            tally=Tally.of(self._tallies.get(share.part, {}).values()),
            bounds=bounds,
            coverage=self.coverage(share.part),
            at_least=Fraction(share.at_least) if share.at_least is not None else None,
        )


class TotalFigure(Figures):
    """The city's total: the parts combined, what vetoes cap, and the adjustments that stand on lines of their own."""

    def __init__(self, method: Method, group: Group) -> None:
        super().__init__(method, "total", group)
        self._speaking = {
            rule: [(part, name) for part, name in group.sums if name == rule.id]
            for rule in method.rules.values()
            if rule.total_cap is not None or rule.adjusts is not None
        }
        self._before: dict[View, Made] = {}
        self._counts: dict[tuple[Rule, View], Count | None] = {}

    def with_sums(self, group: Group, keys: Collection[PartOf], sites: Collection[str]) -> TotalFigure:
        """The figure of findings that differ in these criteria at these sites only; what they do not touch is not made
        anew."""
        new = TotalFigure(self.method, group)
        parts = {part for part, _ in keys}
        changed = counted(self.method, {key: group.sums[key] for key in keys}, "now")
        new._counted["now"] = {**self.counted(), **changed}
        for (part, view), way in self._ways.items():
            if part not in parts:
                new._ways[part, view] = way
            elif isinstance(way, _MeanOfSites):
                new._ways[part, view] = way.with_sites(group, sites)
        return new

    @property
    def capped(self) -> bool:
        """Whether any veto of the total is missed."""
        return self.made().cap is not None

    def total(self, view: View = "now", change: Change | None = None) -> Fraction | None:
        """The total; None without data, and where a part is empty and there is no total then."""
        return self.made(view, change).score

    def made(self, view: View = "now", change: Change | None = None) -> Made:
        """How the total comes about, from the parts to the last line."""
        if change is not None:
            return self._made(view, change)
        if view not in self._before:
            self._before[view] = self._made(view, None)
        return self._before[view]

    def _made(self, view: View, change: Change | None) -> Made:
        parts = {share.part: self.part(share.part, view, change) for share in self.method.score.total}
        combined = self._whole(parts, view)
        counts = [(rule, self._count(rule, view, change)) for rule in self._speaking]
        caps = sorted(
            (rule.total_cap, rule.id)
            for rule, count in counts
            if rule.total_cap is not None and count is not None and count.missed
        )
        cap = caps[0][0] if caps else None
        lines = tuple(
            Adjustment(
                rule.id, rule.adjusts, count.n, rule.adjusts * (count.s if rule.adjusts > 0 else count.n - count.s)
            )
            for rule, count in counts
            if rule.adjusts is not None and count is not None
        )
        score = combined
        if score is not None:
            score = min(score, cap) if cap is not None else score
            score = max(ZERO, min(HUNDRED, score + sum((line.amount for line in lines), ZERO)))
            score = min(score, cap) if cap is not None else score
        failed = tuple(
            share.part
            for share in self.method.score.total
            if share.at_least is not None and (figure := parts[share.part]) is not None and figure < share.at_least
        )
        return Made(combined, cap, tuple(name for at, name in caps if at == cap), lines, failed, score)

    def _whole(self, parts: Mapping[str, Fraction | None], view: View) -> Fraction | None:
        scored: list[tuple[Fraction, Fraction]] = []
        for part, weight in self.method.part_weights.items():
            figure = parts[part]
            if figure is None and view != "now":
                figure = ZERO if view == "low" else HUNDRED
            if figure is None and self.method.score.empty_part == "no_total":
                return None
            if figure is not None:
                scored.append((weight, figure))
        return mean_of(scored)

    def _count(self, rule: Rule, view: View, change: Change | None) -> Count | None:
        """What counts of one criterion in the whole city, over the parts that it stands in."""
        if change is not None and rule.id in change.moves:
            return self._total_count(rule, view, self._after(change).moved.whole)
        if (rule, view) not in self._counts:
            self._counts[rule, view] = self._total_count(rule, view, {})
        return self._counts[rule, view]

    def _total_count(self, rule: Rule, view: View, changed: Sums) -> Count | None:
        own = [changed.get(key, self.group.sums[key]) for key in self._speaking[rule]]
        return sum(own[1:], own[0]).count(rule, view, zero=self.method.zero) if own else None

    def whole_bounds(self, change: Change | None = None, settled: View = "now") -> Bounds:
        """The total's bounds; a part without data is anything from 0 to 100 in them.

        A change that settles open findings at their ``settled`` end moves nothing in the bound where they are there.
        """
        moves: dict[View, Change | None] = {"now": change, "low": change, "high": change}
        if settled != "now":
            moves[settled] = None
        now, low, high = (self.total(view, each) for view, each in moves.items())
        found = around(now, low, high)
        assert found is not None  # empty parts have bounds too
        return found
