"""What mending one finding gains, and what visiting a site again tells (5): scored anew, figure minus figure.

A finding stands in one part only, so of a whole city only that part is scored anew; the others stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from .cards import Shares, filled, total_bounds
from .findings import OPEN, Finding, Mark, Marks, mark_met, mark_now, settled
from .method import Method
from .rollup import figure, part_share, part_shares, percent, site_share
from .total import made

Figure = Fraction | None
Groups = Mapping[str, Sequence[int]]  # the positions of each group's findings


@dataclass(frozen=True)
class Gains:
    """Figure with the finding met minus figure now, 0..100; None where there is no figure."""

    site: Figure
    area: Figure
    units: Mapping[str, Figure]
    part: Figure
    total: Figure


@dataclass(frozen=True)
class Whole:
    """All findings of a city and the groups that figures are made of, by dimension."""

    marks: Marks
    groups: Mapping[str, Groups]
    method: Method

    @cached_property
    def shares(self) -> tuple[Shares, Shares, Shares]:
        """The parts of the total now, at the lowest and at the highest."""
        now, low, high = (part_shares(marks, self.method) for marks in self.marks)
        return now, low, high

    def anew(self, shares: Shares, part: str, marks: Sequence[Mark]) -> Shares:
        """The parts, this one scored anew."""
        (changed,) = [each for each in self.method.parts if each.name == part]
        return {**shares, part: part_share(changed, marks, self.method)}

    def gains(self, position: int, units: Iterable[str]) -> Gains:
        """Of the finding at this position: at its own site, area and part, at these units, and at the total."""
        now, finding = self.marks.now, self.marks.now[position].finding
        then = [*now[:position], mark_met(finding), *now[position + 1 :]]
        shares = self.anew(self.shares[0], finding.part, then)

        def gain(dimension: str, key: str, score: Callable[[Sequence[Mark]], Figure]) -> Figure:
            positions = self.groups[dimension][key]
            return difference(score([then[i] for i in positions]), score([now[i] for i in positions]))

        return Gains(
            site=gain("sites", finding.site, lambda marks: percent(site_share(marks, self.method))),
            area=gain("areas", finding.area, lambda marks: figure(marks, self.method, "area")),
            units={key: gain("units", key, lambda marks: figure(marks, self.method, "unit")) for key in units},
            part=difference(percent(shares[finding.part]), percent(self.shares[0][finding.part])),
            total=difference(made(shares, then, self.method).score, made(self.shares[0], now, self.method).score),
        )

    def visit_value(self, site: str) -> Figure:
        """By how much the total's bounds draw together, at the least, when all that is open at a site is seen.

        None where nothing is open: W - max(width with its open findings at their lowest, at their highest).
        """
        positions = [i for i in self.groups["sites"][site] if self.marks.now[i].finding.status in OPEN]
        if not positions:
            return None
        worst = self.width({i: at_lowest(self.marks.now[i].finding) for i in positions})
        best = self.width({i: at_highest(self.marks.now[i].finding) for i in positions})
        return self.width({}) - max(worst, best)

    def width(self, seen: Mapping[int, Mark]) -> Fraction:
        """How much of the total is not known, when these findings have come out like this."""
        marks = Marks(*([seen.get(i, mark) for i, mark in enumerate(each)] for each in self.marks))
        parts = {mark.finding.part for mark in seen.values()}
        shares = self.shares
        for part in parts:
            now, low, high = (self.anew(each, part, of) for each, of in zip(shares, marks, strict=True))
            shares = (now, low, high)
        came = made(shares[0], marks.now, self.method)
        low, high = filled(shares[1], Fraction(0)), filled(shares[2], Fraction(1))
        bounds = total_bounds(came, marks, low, high, self.method)
        assert bounds is not None  # no part is without a share here
        return bounds.high - bounds.low


def at_lowest(finding: Finding) -> Mark:
    """An open finding seen, and as bad as it can be."""
    return mark_now(settled(finding, finding.terms.lowest), False)


def at_highest(finding: Finding) -> Mark:
    """An open finding seen, and as good as it can be."""
    return mark_now(settled(finding, finding.terms.highest), False)


def difference(then: Figure, now: Figure) -> Figure:
    """Then minus now."""
    return None if then is None or now is None else then - now
