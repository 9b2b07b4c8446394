"""The geography of a city: areas as paths (周口市/川汇区/...), their levels, and what lies above what."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl


@dataclass(frozen=True)
class Geography:
    """Which area is of which level. ``levels`` maps an area's path to the key of its level; ``leaders`` to a name."""

    levels: Mapping[str, str]
    leaders: Mapping[str, str]

    @cached_property
    def _above(self) -> dict[str, dict[str, str]]:
        return {
            area: {self.levels[each]: each for each in self.way(area) if each in self.levels} for area in self.levels
        }

    def way(self, area: str) -> Iterator[str]:
        """The area and every area above it, from the lowest up."""
        while area:
            yield area
            area = area.rpartition("/")[0]

    def at(self, area: str | None, level: str) -> str | None:
        """The area of one level at or above ``area``."""
        return self._above.get(area, {}).get(level) if area is not None else None

    def column(self, areas: pl.Series, level: str) -> pl.Series:
        """The area of one level at or above each of ``areas``."""
        return pl.Series("area", [self.at(area, level) for area in areas], dtype=pl.String)

    def nearest(self, areas: pl.Series, known: Collection[str]) -> pl.Series:
        """The nearest area at or above each of ``areas`` that is among ``known``."""
        found = [
            next((each for each in self.way(area) if each in known), None) if area is not None else None
            for area in areas
        ]
        return pl.Series("area", found, dtype=pl.String)


def geography_of(areas: pl.DataFrame) -> Geography:
    """The geography of a submission's areas."""
    levels: dict[str, str] = dict(areas.select("area", "level").iter_rows())
    leaders = {area: leader for area, leader in areas.select("area", "leader").iter_rows() if leader is not None}
    return Geography(levels, leaders)


def upwards(path: str | None) -> Iterator[str]:
    """The areas above and at ``path`` from the top; one empty path where there is no area."""
    names = path.split("/") if path else [""]
    return ("/".join(names[: depth + 1]) for depth in range(len(names)))
