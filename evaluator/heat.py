"""Where in the city what fails: the score of each area of one level for each place of the outline, two deep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.assessment import HeatCell, Scorecard
from duibiao.evaluator.figures import Figures
from duibiao.evaluator.method import Method
from duibiao.evaluator.sums import Group, add_up

DEPTH: Final = 2
_CELL: Final = "#cell"
PlacesIn = Callable[[str], Mapping[str, Group]]


def heat_of(
    method: Method, catalogue: Catalogue, areas: tuple[Scorecard, ...], places_in: PlacesIn
) -> tuple[HeatCell, ...]:
    """The cells in which anything was to be found, by area and place in their orders.

    ``places_in`` gives what was found in an area, by place. A cell's score is made as that of a place is: the parts by
    their ways, combined by weight.
    """
    level = compared_level(catalogue, areas)
    ordered = [place for place, way in catalogue.places().items() if len(way) <= DEPTH]
    found: list[HeatCell] = []
    for area in [card.id for card in areas if level and card.kind == level]:
        groups = places_in(area)
        found += [
            HeatCell(area, place, Figures(method, "place", groups[place]).combined(), groups[place].tally)
            for place in ordered
            if place in groups
        ]
    return tuple(found)


def places_of_findings(method: Method, catalogue: Catalogue, by_area: pl.DataFrame) -> PlacesIn:
    """What was found in an area by place, of findings that stand once for each area above them (column group)."""
    ways = {place: [each.id for each in way[:DEPTH]] for place, way in catalogue.places().items()}
    cells = by_area.with_columns(pl.col("place").replace_strict(ways, return_dtype=pl.List(pl.String)).alias(_CELL))

    def places_in(area: str) -> Mapping[str, Group]:
        own = cells.filter(pl.col("group") == area).explode(_CELL)
        return add_up(method, own, _CELL, by_site=method.by_site("place"))

    return places_in


def compared_level(catalogue: Catalogue, areas: tuple[Scorecard, ...]) -> str:
    """The highest level that has several areas, as districts within a city; '' where none has."""
    kinds = [card.kind for card in areas]
    return next((level for level in catalogue.head.area_levels if kinds.count(level) > 1), "")
