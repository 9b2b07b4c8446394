"""A site's own score: all of its findings pooled, or along the outline, capped by its vetoes. 0..100, exact.

There are many sites, and each is asked often: for its bounds, and for what every one of its gaps would bring. So a
figure is made once and then told what changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from duibiao.evaluator.assessment import Bounds, Coverage
from duibiao.evaluator.columns import E9
from duibiao.evaluator.method import Method
from duibiao.evaluator.sums import Count, PartOf, Sum, Sums, View
from duibiao.evaluator.ways import Tree

UNCHANGED: Final[Sums] = {}


@dataclass(frozen=True, slots=True)
class SiteScore:
    """A site's score 0..100 before its vetoes (None where nothing counts), and the caps that hold then, lowest first,
    with the criteria that set them."""

    uncapped: Fraction | None
    caps: tuple[tuple[Fraction, str], ...]

    @property
    def score(self) -> Fraction | None:
        """The score 0..100."""
        if self.uncapped is None or not self.caps:
            return self.uncapped
        return min(self.uncapped, self.caps[0][0])

    @property
    def held_by(self) -> tuple[str, ...]:
        """The criteria whose cap holds the score down."""
        if self.uncapped is None:
            return ()
        return tuple(name for cap, name in self.caps if self.uncapped > cap == self.caps[0][0])


class SiteFigure:
    """One site's score in a view, and what it would be with other sums of some criteria."""

    def __init__(self, method: Method, sums: Sums, view: View) -> None:
        self.method, self.view = method, view
        self.way = _Outline(method, sums, view) if method.score.site == "tree" else _Pooled(method, sums, view)
        self.caps = self._caps(sums)

    def after(self, changed: Sums = UNCHANGED) -> SiteScore:
        """The score with the criteria of ``changed`` added up otherwise."""
        caps = {key: cap for key, cap in self.caps.items() if key not in changed} | self._caps(changed)
        return SiteScore(self.way.after(changed), tuple(sorted((cap, name) for (_, name), cap in caps.items())))

    def reweighted(self, key: PartOf, factor: Fraction) -> SiteScore:
        """The score with the points of one of its criteria times ``factor``; times 0 leaves it and its veto out."""
        caps = {each: cap for each, cap in self.caps.items() if factor or each != key}
        return SiteScore(
            self.way.reweighted(key, factor), tuple(sorted((cap, name) for (_, name), cap in caps.items()))
        )

    def _caps(self, sums: Sums) -> dict[PartOf, Fraction]:
        """The caps of the criteria that are missed."""
        found: dict[PartOf, Fraction] = {}
        for key, each in sums.items():
            rule = self.method.rules[key[1]]
            if rule.site_cap is not None:
                count = each.count(rule, self.view, zero=self.method.zero)
                if count is not None and count.missed:
                    found[key] = rule.site_cap
        return found


class _Pooled:
    """Points earned of points possible, in whole numbers: billionths of 1 / ``method.unit`` of a point."""

    def __init__(self, method: Method, sums: Sums, view: View) -> None:
        self.method, self.view = method, view
        self.own = {key: self._points(key[1], each) for key, each in sums.items()}
        self.earned = sum(earned for earned, _ in self.own.values())
        self.possible = sum(possible for _, possible in self.own.values())

    def after(self, changed: Sums) -> Fraction | None:
        earned, possible = self.earned, self.possible
        for key, each in changed.items():
            before, after = self.own[key], self._points(key[1], each)
            earned, possible = earned + after[0] - before[0], possible + after[1] - before[1]
        return Fraction(100 * earned, possible) if possible else None

    def reweighted(self, key: PartOf, factor: Fraction) -> Fraction | None:
        earned, possible = self.own[key]
        whole = self.possible + (factor - 1) * possible
        return 100 * (self.earned + (factor - 1) * earned) / whole if whole else None

    def _points(self, criterion: str, each: Sum) -> tuple[int, int]:
        """What the findings of one criterion earned, and what they could have."""
        method = self.method
        rule, n, value = method.rules[criterion], each.tally.counted, each.value
        if not rule.weight:
            return 0, 0
        for ends in each.open if self.view != "now" or method.zero else ():
            end = rule.nothing if self.view == "now" else ends.low if self.view == "low" else ends.high
            n, value = n + ends.count, value + ends.count * end
        weight = method.units[criterion]
        return weight * n * E9 - method.unit * value if rule.loses else weight * value, weight * n * E9


class _Outline:
    """Along the outline, with the mean of each criterion's findings."""

    def __init__(self, method: Method, sums: Sums, view: View) -> None:
        self.method, self.view = method, view
        self.tree = Tree(method, self._counts(sums))

    def after(self, changed: Sums) -> Fraction | None:
        share = self.tree.after(self._counts(changed))
        return 100 * share if share is not None else None

    def reweighted(self, key: PartOf, factor: Fraction) -> Fraction | None:
        if key[1] not in self.tree.counts:  # nothing of it counts at this site
            return self.after(UNCHANGED)
        share = self.tree.reweighted(key[1], factor)
        return 100 * Fraction(*share) if share is not None else None

    def _counts(self, sums: Sums) -> dict[str, Count]:
        found = {}
        for (_, name), each in sums.items():
            count = each.count(self.method.rules[name], self.view, zero=self.method.zero)
            if count is not None:
                found[name] = count._replace(lowest=None)  # the mean of a site's own findings
        return found


def site_score(method: Method, sums: Sums, view: View) -> Fraction | None:
    """A site's own score 0..100."""
    return SiteFigure(method, sums, view).after().score


def site_bounds(method: Method, sums: Sums, now: Fraction | None) -> Bounds | None:
    """The bounds of a site's own score, which is ``now``."""
    if not any(each.open for each in sums.values()):
        return Bounds(now, now) if now is not None else None
    return around(now, site_score(method, sums, "low"), site_score(method, sums, "high"))


def around(now: Fraction | None, low: Fraction | None, high: Fraction | None) -> Bounds | None:
    """Bounds that hold the figure itself; None where there are none."""
    if low is None or high is None:
        return None
    return Bounds(min(low, now), max(high, now)) if now is not None else Bounds(low, high)


def site_coverage(method: Method, sums: Sums) -> Coverage | None:
    """Points observed of points that could have been, over a site's findings."""
    observed = whole = 0
    for (_, criterion), each in sums.items():
        weight, tally = method.units[criterion], each.tally
        observed += weight * tally.counted
        whole += weight * (tally.counted + tally.unobserved + tally.invalid)
    return Coverage(Fraction(observed, method.unit), Fraction(whole, method.unit)) if whole else None
