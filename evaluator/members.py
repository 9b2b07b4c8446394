"""The members of each dimension (areas, site types, units, places), and the findings grouped by them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl

from duibiao.criteria.diagnostics import N_
from duibiao.criteria.models import Place
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
        return Member(title, sites=self.findings["site"].n_unique(), registered=self.submission.sites.height)

    def _visited(self) -> set[str]:
        return set(self.findings["site"])

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
        order = {level: index for index, level in enumerate(self.plan.catalogue.head.area_levels)}
        visited = self._visited()
        here: Counter[str] = Counter()
        seen: Counter[str] = Counter()
        for site, area in self.submission.sites.select("site", "area").iter_rows():
            for each in self.geography.way(area) if area is not None else [""]:
                here[each] += 1
                seen[each] += site in visited
        listed = sorted(
            self.geography.levels, key=lambda area: (order.get(self.geography.levels[area], len(order)), area)
        )
        members = {
            area: Member(
                area.rpartition("/")[2],
                self.geography.levels[area],
                area.rpartition("/")[0] or None,
                seen[area],
                here[area],
            )
            for area in listed
        }
        if here[""]:
            members[""] = Member(self.say(NO_AREA), "", None, seen[""], here[""])
        return members

    def site_types(self) -> dict[str, Member]:
        """Site types in the order of the catalogue; those without site and without criterion are left out."""
        visited = self._visited()
        rows = list(self.submission.sites.select("site", "site_type").iter_rows())
        here = Counter(kind for _, kind in rows)
        seen = Counter(kind for site, kind in rows if site in visited)
        return {
            name: Member(kind.title, "", None, seen[name], here[name])
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
            unit: Member(
                unit_title(catalogue, unit), "", unit.partition("@")[2] or None, len(sites[unit]), len(sites[unit])
            )
            for unit in sorted(sites)
            if unit
        }
        if UNASSIGNED in sites:
            members[UNASSIGNED] = Member(self.say(NO_UNIT), sites=len(sites[UNASSIGNED]))
        return members

    def by_place(self) -> pl.DataFrame:
        """Each finding once for its place of the outline and every place above."""
        ways = {place: [each.id for each in way] for place, way in self.plan.catalogue.places().items()}
        groups = (ways[place] for place in self.findings["place"])
        return self.findings.with_columns(list_column("group", groups)).explode("group")

    def places(self) -> dict[str, Member]:
        """Places of the outline that a criterion in force hangs on or under, in the order of the outline."""
        used = {each.place for each in self.plan.criteria.values() if each.kind != "show"}
        ways = self.plan.catalogue.places()
        wanted = {each.id for place in used for each in ways[place]}
        sites: dict[str, set[str]] = defaultdict(set)
        for site, place in self.findings.select("site", "place").unique().iter_rows():
            for each in ways[place]:
                sites[each.id].add(site)

        def listed(nodes: tuple[Place, ...], parent: str | None, depth: int) -> list[tuple[str, Member]]:
            rows: list[tuple[str, Member]] = []
            for node in nodes:
                if node.id in wanted:
                    rows.append(
                        (node.id, Member(node.title, str(depth), parent, len(sites[node.id]), len(sites[node.id])))
                    )
                    rows += listed(node.under, node.id, depth + 1)
            return rows

        return dict(listed(self.plan.catalogue.tree, None, 1))
