"""What mending brings: of each gap at its site, area, units, part and the total; and what settling a site's open
findings does to the bounds. Every answer is a figure after minus the figure now, caps and denominators included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from duibiao.evaluator.assessment import Gains, Status, Tally
from duibiao.evaluator.figures import Change, Figures, TotalFigure, moved
from duibiao.evaluator.method import Method
from duibiao.evaluator.site_figure import SiteFigure, SiteScore
from duibiao.evaluator.sums import End, Group, Mended, Settled, Sums

Key = tuple[object, ...]


@dataclass
class GainsOf:
    """Answers for gaps of one city; equal questions are worked out once.

    ``sites`` has the sums of every visited site (under ``each`` over all of its visits), ``areas`` and ``units`` the
    groups of their dimensions.
    """

    method: Method
    total: TotalFigure
    areas: Mapping[str, Group]
    units: Mapping[str, Group]
    sites: Mapping[str, Group]
    _figures: dict[tuple[str, str], Figures] = field(default_factory=dict)
    _sites: dict[str, SiteFigure] = field(default_factory=dict)
    _known: dict[Key, Fraction | None] = field(default_factory=dict)

    def gap(
        self, site: str, area: str | None, units: tuple[str, ...], part: str, criterion: str, status: Status, value: int
    ) -> Gains:
        """What each figure gains if this finding were met and all others stayed as they are."""
        move = Mended(status, value)
        change = Change(site, part, {criterion: move})
        key: Key = (part, criterion, move)
        before, after = self._site(change)
        return Gains(
            site=difference(before.score, after.score),
            area=self._group("area", self.areas, area, change, key) if area is not None else None,
            units=tuple((unit, self._group("unit", self.units, unit, change, key)) for unit in units),
            part=self._gain(self.total, "part", "", change, key),
            total=self._gain(self.total, "total", "", change, key),
            held_by=self._held_by(after, change),
        )

    def _group(
        self, dimension: str, groups: Mapping[str, Group], name: str, change: Change, key: Key
    ) -> Fraction | None:
        figures = self._figures.get((dimension, name))
        if figures is None:
            figures = self._figures[dimension, name] = Figures(self.method, dimension, groups[name])
        return self._gain(figures, dimension, name, change, key)

    def _gain(self, figures: Figures, what: str, name: str, change: Change, key: Key) -> Fraction | None:
        by_site = self.method.way(change.part, figures.dimension) == "mean_of_sites"
        asked = (what, name, key, change.site if by_site else "")
        if asked not in self._known:
            before, after = (self._ask(figures, what, change.part, each) for each in (None, change))
            self._known[asked] = difference(before, after)
        return self._known[asked]

    @staticmethod
    def _ask(figures: Figures, what: str, part: str, change: Change | None) -> Fraction | None:
        if what == "part":
            return figures.part(part, "now", change)
        if isinstance(figures, TotalFigure):
            return figures.total("now", change)
        return figures.combined("now", change)

    def _site(self, change: Change) -> tuple[SiteScore, SiteScore]:
        """The score of the change's site before and after it."""
        sums = self.sites[change.site].sums
        if change.site not in self._sites:
            self._sites[change.site] = SiteFigure(self.method, sums, "now")
        figure = self._sites[change.site]
        return figure.after(), figure.after(moved(self.method, sums, change))

    def _held_by(self, site: SiteScore, change: Change) -> tuple[str, ...]:
        """The criteria whose caps would still hold the site's score or the total down."""
        held = site.held_by
        if self.total.capped:
            made = self.total.made("now", change)
            held += made.capped_by if made.held else ()
        return tuple(dict.fromkeys(held))

    def visit(self, site: str) -> Fraction | None:
        """By how much at least the total's bounds close if what is open at a site is settled; None if nothing is."""
        sums = self.sites[site].sums
        open_ = {key: each for key, each in sums.items() if each.open}
        if not open_:
            return None
        part = next(iter(open_))[0]
        signature = tuple((key, each.open, each.tally.unobserved, each.tally.invalid) for key, each in open_.items())
        by_site = self.method.way(part, "total") == "mean_of_sites"
        asked: Key = ("visit", signature, site if by_site else "")
        if asked not in self._known:
            widths = [self._width(site, part, open_, "low"), self._width(site, part, open_, "high")]
            bounds = self.total.whole_bounds()
            self._known[asked] = bounds.high - bounds.low - max(widths)
        return self._known[asked]

    def _width(self, site: str, part: str, open_: Sums, end: End) -> Fraction:
        """How far apart the total's bounds are once the open findings of a site are settled at one end."""
        moves = {
            criterion: Settled(each.open, Tally(unobserved=each.tally.unobserved, invalid=each.tally.invalid), end)
            for (_, criterion), each in open_.items()
        }
        bounds = self.total.whole_bounds(Change(site, part, moves), end)
        return bounds.high - bounds.low


def difference(before: Fraction | None, after: Fraction | None) -> Fraction | None:
    """After minus before; None where there is no figure."""
    return after - before if before is not None and after is not None else None
