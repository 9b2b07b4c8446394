"""Who must mend a finding: the first that says something wins (data row, register, by_type, criterion, site type)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.areas import Geography
from duibiao.evaluator.compile import Plan
from duibiao.evaluator.submission import Submission
from duibiao.evaluator.visits import VISIT, RoundVisits

UNASSIGNED: Final = ""  # findings without any unit


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who is responsible for one finding; units as ``unit@area``, or ``unit`` where the city has one.

    ``leader`` is the leader whom the rows of the finding name, ``in_charge`` the person who mends it. ``unit_leaders``
    are those of each lead unit (without any, of each supporting one) in the table of units, empty where it names none.
    Who leads the site or its area is another person, and stands for no unit.
    """

    lead: tuple[str, ...]
    supporting: tuple[str, ...]
    leader: str | None
    in_charge: str | None
    unit_leaders: tuple[str, ...]
    site_leader: str | None
    area_leader: str | None
    deadline: date | None


def unit_title(catalogue: Catalogue, unit: str) -> str:
    """川汇区市场监管局: the name of the unit's area (the city aside) and the unit's own, as it is called there."""
    name, _, area = unit.partition("@")
    known = catalogue.units.get(name)
    title = known.title_in(area) if known is not None else name
    return area.rpartition("/")[2] + title if area else title


class Responsibility:
    """Answers who is responsible for a finding, from the rows of a round, the register and the catalogue."""

    def __init__(self, plan: Plan, submission: Submission, visits: RoundVisits, geography: Geography) -> None:
        self.plan = plan
        self.geography = geography
        self._rows: dict[tuple[str, str], dict[str, object]] = {}
        columns = ["lead_units", "supporting_units", "leader", "in_charge", "deadline"]
        for rows in (visits.problems, visits.checks):
            for visit, criterion, *told in rows.select(VISIT, "criterion", *columns).iter_rows():
                known = self._rows.setdefault((visit, criterion), {})
                known.update({key: value for key, value in zip(columns, told, strict=True) if value})
        self._visits: dict[str, dict[str, object]] = {}
        for frame in visits.frames.values():
            for visit, *told in frame.select(VISIT, *columns).iter_rows():
                self._visits[visit] = dict(zip(columns, told, strict=True))
        self._sites: dict[str, dict[str, object]] = {
            row["site"]: row for row in submission.sites.drop("table", "row").iter_rows(named=True)
        }
        self._known: dict[tuple[str, object], str] = {}  # the unit of an area
        self._leaders: dict[str, str] = {}
        for unit, area, leader in submission.units.select("unit", "area", "leader").iter_rows():
            if leader:
                leveled = unit in plan.catalogue.units and plan.catalogue.units[unit].level is not None
                self._leaders[f"{unit}@{area}" if leveled and area else unit] = leader

    def of(self, site: str, visit: str, criterion: str) -> Responsible:
        """The lead and supporting units, the leaders and the deadline that the data give."""
        row, seen, site_row = self._rows.get((visit, criterion), {}), self._visits.get(visit, {}), self._sites[site]
        kind = self.plan.catalogue.site_types[str(site_row["site_type"])]
        rule = self.plan.rules_of[kind.id][criterion]
        whole = self._sites.get(str(site_row["part_of"]), {})  # a part takes the units of the site it belongs to
        area = site_row["area"]
        own = [str(site_row["unit"])] if site_row["unit"] else []
        lead = _first(
            row.get("lead_units"), seen.get("lead_units"), site_row["lead_units"], whole.get("lead_units"),
            rule.lead_unit, kind.lead_unit, own,
        )  # fmt: skip
        supporting = _first(
            row.get("supporting_units"), seen.get("supporting_units"), site_row["supporting_units"],
            whole.get("supporting_units"), rule.supporting_units, kind.supporting_units,
        )  # fmt: skip
        leading = tuple(self._at(each, area) for each in lead)
        others = tuple(self._at(each, area) for each in supporting)
        leader, site_leader = row.get("leader") or seen.get("leader"), site_row["leader"] or whole.get("leader")
        in_charge = row.get("in_charge") or seen.get("in_charge")
        deadline = row.get("deadline") or seen.get("deadline")
        return Responsible(
            leading,
            others,
            str(leader) if leader else None,
            str(in_charge) if in_charge else None,
            tuple(self._leaders.get(each, "") for each in leading or others),
            str(site_leader) if site_leader else None,
            self._area_leader(area),
            deadline if isinstance(deadline, date) else None,
        )

    def _at(self, unit: str, area: object) -> str:
        if (unit, area) not in self._known:
            self._known[unit, area] = self._looked_up(unit, area)
        return self._known[unit, area]

    def _looked_up(self, unit: str, area: object) -> str:
        level = self.plan.catalogue.units[unit].level if unit in self.plan.catalogue.units else None
        found = self.geography.at(str(area), level) if area is not None and level is not None else None
        return f"{unit}@{found}" if found is not None else unit

    def _area_leader(self, area: object) -> str | None:
        """That of the area, else of the nearest one above it that has one."""
        way = self.geography.way(area) if isinstance(area, str) else ()
        return next((self.geography.leaders[each] for each in way if each in self.geography.leaders), None)


def _first(*told: object) -> tuple[str, ...]:
    for each in told:
        if isinstance(each, list | tuple | pl.Series) and len(each):
            return tuple(str(name) for name in each)
    return ()
