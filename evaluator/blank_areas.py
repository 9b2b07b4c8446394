"""Where nobody has looked: sites not visited and criteria not checked by type and area, quotas, sites without area or
unit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.areas import Geography
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.strata import quota_strata

Lack = Literal["area", "unit"]


@dataclass(frozen=True, slots=True)
class Blank:
    """What nobody has looked at among the sites of one type in one area ('' for those without area).

    ``unchecked`` are criteria that no visited site there observed; where none was visited, nothing is listed.
    ``record``: these are areas or units that hand in records; nobody goes there.
    """

    site_type: str
    area: str
    registered: int
    visited: int
    unvisited: tuple[str, ...]
    unchecked: tuple[str, ...]
    record: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """How many sites of a type an area should have had inspected, has on its register, and had inspected."""

    site_type: str
    area: str
    wanted: int
    registered: int
    visited: int

    @property
    def reached(self) -> bool:
        """Whether the quota is reached."""
        return self.visited >= self.wanted


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A site that lacks its area, or for which no unit is responsible; ``cell`` is that of the register, if any."""

    site: str
    name: str
    site_type: str
    lacks: tuple[Lack, ...]
    cell: str


def compared_level(catalogue: Catalogue, geography: Geography) -> str | None:
    """The highest level that has several areas: districts within a city."""
    counts = Counter(geography.levels.values())
    return next((level for level in catalogue.head.area_levels if counts[level] > 1), None)


def blank_areas(judgement: Judgement) -> tuple[Blank, ...]:
    """What nobody has looked at, by type in the order of the catalogue and by area."""
    level = compared_level(judgement.catalogue, judgement.geography)
    visited = judgement.visits.sites
    placed: dict[str, str] = {}
    sites: dict[tuple[str, str], list[str]] = defaultdict(list)
    for site, kind, area in judgement.submission.sites.select("site", "site_type", "area").sort("site").iter_rows():
        placed[site] = (judgement.geography.at(area, level) if level is not None else None) or area or ""
        sites[kind, placed[site]].append(site)
    unchecked = _unchecked(judgement, placed)
    order = {name: number for number, name in enumerate(judgement.catalogue.site_types)}
    found = []
    for kind, area in sorted(sites, key=lambda each: (order[each[0]], each[1])):
        here = sites[kind, area]
        missing = tuple(site for site in here if site not in visited)
        blank = Blank(
            site_type=kind,
            area=area,
            registered=len(here),
            visited=len(here) - len(missing),
            unvisited=missing,
            unchecked=tuple(sorted(unchecked.get((kind, area), ()))),
            record=bool(judgement.catalogue.site_types[kind].each),
        )
        if blank.unvisited or blank.unchecked:
            found.append(blank)
    return tuple(found)


def _unchecked(judgement: Judgement, placed: Mapping[str, str]) -> dict[tuple[str, str], set[str]]:
    """The criteria that no visited site of a type in an area observed."""
    rows = judgement.rows.select(
        "site_type",
        "criterion",
        pl.col("site").replace_strict(placed, return_dtype=pl.String, default="").alias("area"),
        pl.col("status").is_in(["unobserved", "invalid"]).alias("open"),
    )
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    blank = rows.group_by("site_type", "area", "criterion").agg(pl.col("open").all()).filter("open")
    for kind, area, criterion in blank.select("site_type", "area", "criterion").iter_rows():
        found[kind, area].add(criterion)
    return found


def quotas(judgement: Judgement) -> tuple[Reached, ...]:
    """The quota of every type that has one, in every area of its level."""
    visited = judgement.visits.sites
    return tuple(
        Reached(each.site_type, each.area, each.wanted, len(each.sites), len(visited.intersection(each.sites)))
        for each in quota_strata(judgement.catalogue, judgement.submission.sites, judgement.geography)
        if each.area
    )


def unassigned_sites(judgement: Judgement) -> tuple[Unassigned, ...]:
    """The sites without area, and those for which some criterion finds no responsible unit anywhere."""
    submission, kinds = judgement.submission, judgement.catalogue.site_types
    needy = {
        name
        for name, rules in judgement.plan.rules_of.items()
        if not kinds[name].lead_unit and any(rule.kind != "show" and not rule.lead_unit for rule in rules.values())
    }
    led = set(submission.sites.filter((pl.col("lead_units").list.len() > 0) | pl.col("unit").is_not_null())["site"])
    found = []
    for row in submission.sites.sort("site").iter_rows(named=True):
        alone = row["site_type"] in needy and row["site"] not in led and row["part_of"] not in led
        lacking: tuple[tuple[Lack, bool], ...] = (("area", not row["area"]), ("unit", alone))
        lacks = tuple(lack for lack, missing in lacking if missing)
        if lacks:
            cell = submission.tables[row["table"]].row(row["row"]) if row["table"] is not None else ""
            found.append(Unassigned(row["site"], row["name"] or row["site"], row["site_type"], lacks, cell))
    return tuple(found)
