"""From the sums of a group to its figures: parts by their ways, the parts by weight, caps and adjustments of the total.

A figure can be asked as things are (``now``), with every open finding at its lowest or highest (the bounds), and each
of these with a change: one finding mended, or the open findings of one site settled. Figures are 0..100, exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final

from duibiao.evaluator.assessment import Adjustment, Bounds, Coverage, Made, PartScore, Tally
from duibiao.evaluator.method import Method, Rule
from duibiao.evaluator.sums import E9, Count, Group, Move, Sum, Sums, View
from duibiao.evaluator.ways import WAYS, Changes, PartWay, Tree

ZERO: Final = Fraction(0)
HUNDRED: Final = Fraction(100)


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to findings of one site: for some criteria of its part a move of their sums."""

    site: str
    part: str
    moves: Mapping[str, Move]


def counts_of(method: Method, sums: Sums, part: str | None, view: View) -> dict[str, Count]:
    """What counts of each criterion (of one part, or of all) in a view."""
    found = {}
    for (of_part, criterion), each in sums.items():
        if part is None or of_part == part:
            count = each.count(method.rules[criterion], view, zero=method.zero)
            if count is not None:
                found[criterion] = count
    return found


def moved(method: Method, sums: Sums, change: Change) -> dict[str, Sum]:
    """The sums of the criteria that a change touches, after it; criterion -> sum."""
    return {
        criterion: move(sums[change.part, criterion], method.rules[criterion])
        for criterion, move in change.moves.items()
        if (change.part, criterion) in sums
    }


def site_score(method: Method, sums: Sums, view: View) -> Fraction | None:
    """A site's own score 0..100: all of its findings (pooled, or along the outline), capped by its vetoes."""
    score, caps = uncapped(method, sums, view)
    return min([score, *(cap for cap, _ in caps)]) if score is not None else None


def uncapped(method: Method, sums: Sums, view: View) -> tuple[Fraction | None, list[tuple[Fraction, str]]]:
    """A site's score 0..100 before its vetoes, and the caps that hold then (see ``site_caps``)."""
    if method.score.site == "tree":
        counts = counts_of(method, sums, None, view)
        own = {key: Count(each.n, each.s, each.s / each.n, each.missed) for key, each in counts.items()}
        share = Tree(method, own).after({})
        return (100 * share if share is not None else None), site_caps(method, counts)
    return _pooled_site(method, sums, view)


def _pooled_site(method: Method, sums: Sums, view: View) -> tuple[Fraction | None, list[tuple[Fraction, str]]]:
    """Points earned of points possible, in whole billionths: there are many sites, and each is asked often."""
    earned = possible = 0
    caps: list[tuple[Fraction, str]] = []
    for (_, name), each in sums.items():
        rule, n, value, missed = method.rules[name], each.tally.counted, each.value, each.tally.missed
        for ends in each.open if view != "now" or method.zero else ():
            end = rule.value(ZERO) if view == "now" else ends.low if view == "low" else ends.high
            n, value = n + ends.count, value + ends.count * end
            missed += ends.count if rule.score(end) == 0 else 0
        if missed and rule.site_cap is not None:
            caps.append((rule.site_cap, name))
        if rule.weight:
            weight = rule.weight.numerator * (method.unit // rule.weight.denominator)
            earned += weight * n * E9 - method.unit * value if rule.loses else weight * value
            possible += weight * n
    return (Fraction(100 * earned, possible * E9) if possible else None), sorted(caps)


def site_caps(method: Method, counts: Mapping[str, Count]) -> list[tuple[Fraction, str]]:
    """The caps that hold a site's score, lowest first, with the criteria that set them."""
    held = [
        (rule.site_cap, rule.id)
        for key, count in counts.items()
        if count.missed and (rule := method.rules[key]).site_cap is not None
    ]
    return sorted((cap, name) for cap, name in held if cap is not None)


class _MeanOfSites:
    """Each site's score, their mean by type, and the mean of the types by weight."""

    def __init__(self, method: Method, part: str, group: Group, view: View) -> None:
        self.method, self.part, self.group, self.view = method, part, group, view
        self.scores: dict[str, Fraction | None] = {}
        self.by_type: dict[str, tuple[Fraction, int]] = {}  # type -> sum of scores, number of sites with one
        for site, (kind, sums) in group.sites.items():
            if method.part_of[kind] == part:
                score = self.scores[site] = site_score(method, sums, view)
                if score is not None:
                    total, number = self.by_type.get(kind, (ZERO, 0))
                    self.by_type[kind] = (total + score, number + 1)

    def after(self, change: Change | None) -> Fraction | None:
        """The figure 0..100 after a change; None without a site that has a score."""
        types = dict(self.by_type)
        if change is not None and change.site in self.scores:
            kind, sums = self.group.sites[change.site]
            changed = {(change.part, key): each for key, each in moved(self.method, sums, change).items()}
            old, new = self.scores[change.site], site_score(self.method, {**sums, **changed}, self.view)
            total, number = types.get(kind, (ZERO, 0))
            total += (new or ZERO) - (old or ZERO)
            types[kind] = (total, number + (new is not None) - (old is not None))
        weights = self.method.type_weights
        scored = [(weights[kind], total / number) for kind, (total, number) in types.items() if number]
        whole = sum((weight for weight, _ in scored), ZERO)
        return sum((weight * mean for weight, mean in scored), ZERO) / whole if scored else None


class _OverCriteria:
    """A way that goes by the criteria of the whole group."""

    def __init__(self, method: Method, way: str, part: str, group: Group, view: View) -> None:
        self.method, self.part, self.group, self.view = method, part, group, view
        self.way: PartWay = WAYS[way](method, counts_of(method, group.sums, part, view))

    def after(self, change: Change | None) -> Fraction | None:
        """The figure 0..100 after a change; None where nothing counts."""
        changes: Changes = {}
        if change is not None and change.part == self.part:
            method, view = self.method, self.view
            sums = moved(method, self.group.sums, change)
            changes = {
                key: count
                for key, each in sums.items()
                if (count := each.count(method.rules[key], view, zero=method.zero)) is not None
            }
        share = self.way.after(changes)
        return 100 * share if share is not None else None


class Figures:
    """Every figure of one group along one dimension (total, area, unit, site_type, place)."""

    def __init__(self, method: Method, dimension: str, group: Group) -> None:
        self.method, self.dimension, self.group = method, dimension, group
        self._ways: dict[tuple[str, View], _MeanOfSites | _OverCriteria] = {}
        self._unchanged: dict[tuple[str, View], Fraction | None] = {}

    @cached_property
    def settled(self) -> bool:
        """Whether no finding is open, so that the bounds are the figure itself."""
        return not any(each.open for each in self.group.sums.values())

    def _way(self, part: str, view: View) -> _MeanOfSites | _OverCriteria:
        if self.settled:
            view = "now"
        found = self._ways.get((part, view))
        if found is None:
            way = self.method.way(part, self.dimension)
            if way == "mean_of_sites":
                found = _MeanOfSites(self.method, part, self.group, view)
            else:
                found = _OverCriteria(self.method, way, part, self.group, view)
            self._ways[part, view] = found
        return found

    def part(self, part: str, view: View = "now", change: Change | None = None) -> Fraction | None:
        """The figure of one part."""
        if change is not None and change.part == part:
            return self._way(part, view).after(change)
        if (part, view) not in self._unchanged:
            self._unchanged[part, view] = self._way(part, view).after(None)
        return self._unchanged[part, view]

    def combined(self, view: View = "now", change: Change | None = None) -> Fraction | None:
        """The parts' figures by weight, over the parts that have one; None where none has."""
        scored = [
            (Fraction(share.weight), score)
            for share in self.method.score.total
            if (score := self.part(share.part, view, change)) is not None
        ]
        whole = sum((weight for weight, _ in scored), ZERO)
        return sum((weight * score for weight, score in scored), ZERO) / whole if scored else None

    def bounds(self, part: str | None = None) -> Bounds | None:
        """What the figure of a part, or of all parts, would be with every open finding at its worst and best."""
        now, low, high = (
            self.combined(view) if part is None else self.part(part, view) for view in ("now", "low", "high")
        )
        return _around(now, low, high)

    def coverage(self, part: str | None = None) -> Coverage | None:
        """Points of criteria that any finding observed, of criteria that any finding is of."""
        observed = whole = ZERO
        for (of_part, criterion), each in self.group.sums.items():
            if part is None or of_part == part:
                weight, tally = self.method.rules[criterion].weight, each.tally
                observed += weight if tally.counted else 0
                whole += weight if tally.counted + tally.unobserved + tally.invalid else 0
        return Coverage(observed, whole) if whole else None

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
            weight=Fraction(share.weight),
            combine=self.method.way(share.part, self.dimension),
            score=self.part(share.part),
            tally=sum((each.tally for (part, _), each in self.group.sums.items() if part == share.part), Tally()),
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

    @property
    def capped(self) -> bool:
        """Whether any veto of the total is missed."""
        return self.made().cap is not None

    def total(self, view: View = "now", change: Change | None = None) -> Fraction | None:
        """The total; None without data, and where a part is empty and there is no total then."""
        return self.made(view, change).score

    def made(self, view: View = "now", change: Change | None = None) -> Made:
        """How the total comes about, from the parts to the last line."""
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
        for share in self.method.score.total:
            figure = parts[share.part]
            if figure is None and view != "now":
                figure = ZERO if view == "low" else HUNDRED
            if figure is None and self.method.score.empty_part == "no_total":
                return None
            if figure is not None:
                scored.append((Fraction(share.weight), figure))
        whole = sum((weight for weight, _ in scored), ZERO)
        return sum((weight * score for weight, score in scored), ZERO) / whole if scored else None

    def _count(self, rule: Rule, view: View, change: Change | None) -> Count | None:
        """What counts of one criterion in the whole city, over the parts that it stands in."""
        found: Sum | None = None
        for part, criterion in self._speaking[rule]:
            own = self.group.sums[part, criterion]
            if change is not None and change.part == part and criterion in change.moves:
                own = change.moves[criterion](own, rule)
            found = own if found is None else found + own
        return found.count(rule, view, zero=self.method.zero) if found is not None else None

    def whole_bounds(self, change: Change | None = None) -> Bounds:
        """The total's bounds; a part without data is anything from 0 to 100 in them."""
        now, low, high = (self.total(view, change) for view in ("now", "low", "high"))
        found = _around(now, low, high)
        assert found is not None  # empty parts have bounds too
        return found


def _around(now: Fraction | None, low: Fraction | None, high: Fraction | None) -> Bounds | None:
    """Bounds that hold the figure itself."""
    if low is None or high is None:
        return None
    return Bounds(min(low, now), max(high, now)) if now is not None else Bounds(low, high)


def site_bounds(method: Method, sums: Sums) -> Bounds | None:
    """The bounds of a site's own score."""
    now = site_score(method, sums, "now")
    if not any(each.open for each in sums.values()):
        return Bounds(now, now) if now is not None else None
    return _around(now, site_score(method, sums, "low"), site_score(method, sums, "high"))


def site_coverage(method: Method, sums: Sums) -> Coverage | None:
    """Points observed of points that could have been, over a site's findings."""
    observed = whole = ZERO
    for (_, criterion), each in sums.items():
        weight, tally = method.rules[criterion].weight, each.tally
        observed += weight * tally.counted
        whole += weight * (tally.counted + tally.unobserved + tally.invalid)
    return Coverage(observed, whole) if whole else None
