"""The members of each dimension (areas, site types, units, places), and the findings grouped by them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from duibiao.criteria.diagnostics import N_
from duibiao.criteria.models import Catalogue, Place
from duibiao.evaluator.areas import Geography
from duibiao.evaluator.compile import Plan
from duibiao.evaluator.list_column import list_column
from duibiao.evaluator.rollup import Member
from duibiao.evaluator.submission import Submission
from duibiao.evaluator.units import UNASSIGNED, unit_title

NO_AREA: Final = N_("no area given")
NO_UNIT: Final = N_("no unit given")
WHOLE_CITY: Final = N_("the whole city")


@dataclass
class Members:
    """Who the members of each dimension are, and the findings grouped by them."""

    plan: Plan
    submission: Submission
    geography: Geography
    say: Callable[[str], str]
    findings: pl.DataFrame

    def city(self) -> Member:
        """The whole city."""
        tops = [area for area in self.geography.levels if "/" not in area]
        title = tops.pop() if len(tops) == 1 else self.say(WHOLE_CITY)
        return self._member(title, "", None, self.submission.sites["site"])

    @cached_property
    def _visited(self) -> frozenset[str]:
        return frozenset(self.findings["site"])

    @cached_property
    def _records(self) -> frozenset[str]:
        kinds = [name for name, kind in self.plan.catalogue.site_types.items() if kind.each]
        return frozenset(self.submission.sites.filter(pl.col("site_type").is_in(kinds))["site"])

    def _member(self, title: str, kind: str, parent: str | None, sites: Iterable[str]) -> Member:
        """A member with these sites: places and records are counted apart, those with findings and all."""
        known = frozenset(sites)
        seen, records = known & self._visited, known & self._records
        return Member(title, kind, parent, len(seen - records), len(known - records), len(seen & records), len(records))

    def by_area(self) -> pl.DataFrame:
        """Each finding once for its area and every area above; '' where the site has none (未归属)."""
        ways = {
            area: [each for each in self.geography.way(area) if each in self.geography.levels]
            for area in self.geography.levels
        }
        groups = (ways.get(area, [""]) if area is not None else [""] for area in self.findings["area"])
        return self.findings.with_columns(list_column("group", groups)).explode("group")

    def areas(self) -> dict[str, Member]:
        """Areas from the top down by level, then by path; 未归属 last where a site has no area."""
        here: dict[str, list[str]] = defaultdict(list)
        for site, area in self.submission.sites.select("site", "area").iter_rows():
            for each in self.geography.way(area) if area is not None else [""]:
                here[each].append(site)
        members = {
            area: self._member(
                area.rpartition("/")[2], self.geography.levels[area], area.rpartition("/")[0] or None, here[area]
            )
            for area in in_order(self.plan.catalogue, self.geography)
        }
        if here[""]:
            members[""] = self._member(self.say(NO_AREA), "", None, here[""])
        return members

    def site_types(self) -> dict[str, Member]:
        """Site types in the order of the catalogue; those without site and without criterion are left out."""
        here: dict[str, list[str]] = defaultdict(list)
        for site, kind in self.submission.sites.select("site", "site_type").iter_rows():
            here[kind].append(site)
        return {
            name: self._member(kind.title, "", None, here[name])
            for name, kind in self.plan.catalogue.site_types.items()
            if here[name]
        }

    def by_unit(self) -> pl.DataFrame:
        """Each finding in full for each of its units."""
        return self.findings.with_columns(pl.col("units").alias("group")).explode("group")

    def units(self) -> dict[str, Member]:
        """Units that any finding names, by id; those without a unit last."""
        sites: dict[str, set[str]] = defaultdict(set)
        for site, units in self.findings.select("site", "units").unique().iter_rows():
            for unit in units:
                sites[unit].add(site)
        catalogue = self.plan.catalogue
        members = {
            unit: self._member(unit_title(catalogue, unit), "", unit.partition("@")[2] or None, sites[unit])
            for unit in sorted(sites)
            if unit
        }
        if UNASSIGNED in sites:
            members[UNASSIGNED] = self._member(self.say(NO_UNIT), "", None, sites[UNASSIGNED])
        return members

    def by_place(self) -> pl.DataFrame:
        """Each finding once for its place of the outline and every place above."""
        ways = {place: [each.id for each in way] for place, way in self.plan.catalogue.places().items()}
        groups = (ways[place] for place in self.findings["place"])
        return self.findings.with_columns(list_column("group", groups)).explode("group")

    def places(self) -> dict[str, Member]:
        """Places of the outline that a criterion in force hangs on or under, in the order of the outline."""
        ways = self.plan.catalogue.places()
        sites: dict[str, set[str]] = defaultdict(set)
        for site, place in self.findings.select("site", "place").unique().iter_rows():
            for each in ways[place]:
                sites[each.id].add(site)
        return {
            place.id: self._member(place.title, str(depth), parent, sites[place.id])
            for place, depth, parent in outline_in_use(self.plan)
        }


def in_order(catalogue: Catalogue, geography: Geography) -> list[str]:
    """The areas from the top down by level, then by path."""
    order = {level: index for index, level in enumerate(catalogue.head.area_levels)}
    return sorted(geography.levels, key=lambda area: (order.get(geography.levels[area], len(order)), area))


def outline_in_use(plan: Plan) -> Iterator[tuple[Place, int, str | None]]:
    """The places of the outline on or under which a criterion in force hangs, in the order of the outline, each with
    how deep it is and what it is under."""
    ways = plan.catalogue.places()
    wanted = {each.id for rule in plan.criteria.values() if rule.kind != "show" for each in ways[rule.place]}

    def listed(nodes: tuple[Place, ...], parent: str | None, depth: int) -> Iterator[tuple[Place, int, str | None]]:
        for node in nodes:
            if node.id in wanted:
                yield node, depth, parent
                yield from listed(node.under, node.id, depth + 1)

    return listed(plan.catalogue.tree, None, 1)
