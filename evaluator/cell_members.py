"""Who the members of each dimension are where findings are sums of cells: how many sites each has, by numbers."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from duibiao.evaluator.cell_groups import CellGroups
from duibiao.evaluator.members import NO_AREA, NO_UNIT, WHOLE_CITY, in_order, outline_in_use
from duibiao.evaluator.rollup import Member
from duibiao.evaluator.units import UNASSIGNED, unit_title

Numbers = tuple[int, int]  # of places, of records
NONE: Numbers = (0, 0)


class CellMembers:
    """The members of the dimensions of grouped cells, in the orders of ``members.Members``."""

    def __init__(self, cells: CellGroups, say: Callable[[str], str]) -> None:
        self.cells, self.say = cells, say
        self.judgement, self.catalogue = cells.judgement, cells.catalogue
        record = pl.col("site_type").is_in(list(cells.method.records))
        self._known = self.judgement.submission.sites.select("site", "site_type", "area", record.alias("record"))

    def city(self) -> Member:
        """The whole city."""
        tops = [area for area in self.judgement.geography.levels if "/" not in area]
        title = tops.pop() if len(tops) == 1 else self.say(WHOLE_CITY)
        return _member(title, "", None, (self.cells.places, self.cells.records), _numbers(self._known))

    def areas(self) -> dict[str, Member]:
        """Areas from the top down by level, then by path; 未归属 last where a site has no area."""
        geography, seen = self.judgement.geography, self.cells.sites(self.cells.by_area)
        known: dict[str, Numbers] = {}
        for (area,), sites in self._known.group_by("area"):
            for each in geography.way(str(area)) if area is not None else [""]:
                known[each] = _plus(known.get(each, NONE), _numbers(sites))
        members = {
            area: _member(
                area.rpartition("/")[2],
                geography.levels[area],
                area.rpartition("/")[0] or None,
                seen.get(area, NONE),
                known.get(area, NONE),
            )
            for area in in_order(self.catalogue, geography)
        }
        if "" in known:
            members[""] = _member(self.say(NO_AREA), "", None, seen.get("", NONE), known[""])
        return members

    def site_types(self) -> dict[str, Member]:
        """Site types in the order of the catalogue; those without site are left out."""
        seen = self.cells.sites(self.cells.by_type)
        known = {str(kind): _numbers(sites) for (kind,), sites in self._known.group_by("site_type")}
        return {
            name: _member(kind.title, "", None, seen.get(name, NONE), known[name])
            for name, kind in self.catalogue.site_types.items()
            if name in known
        }

    def units(self) -> dict[str, Member]:
        """Units that any finding names, by id; those without a unit last. Of their sites those with findings count."""
        seen = self.cells.sites(self.cells.by_unit)
        members = {
            unit: _member(unit_title(self.catalogue, unit), "", unit.partition("@")[2] or None, seen[unit], seen[unit])
            for unit in sorted(seen)
            if unit
        }
        if UNASSIGNED in seen:
            members[UNASSIGNED] = _member(self.say(NO_UNIT), "", None, seen[UNASSIGNED], seen[UNASSIGNED])
        return members

    def places(self) -> dict[str, Member]:
        """Places of the outline that a criterion in force hangs on or under, in the order of the outline."""
        seen = self.cells.sites(self.cells.by_place)
        return {
            place.id: _member(place.title, str(depth), parent, seen.get(place.id, NONE), seen.get(place.id, NONE))
            for place, depth, parent in outline_in_use(self.judgement.plan)
        }


def _numbers(sites: pl.DataFrame) -> Numbers:
    records = int(sites["record"].sum())
    return sites.height - records, records


def _plus(one: Numbers, other: Numbers) -> Numbers:
    return one[0] + other[0], one[1] + other[1]


def _member(title: str, kind: str, parent: str | None, seen: Numbers, known: Numbers) -> Member:
    return Member(title, kind, parent, seen[0], known[0], seen[1], known[1])
