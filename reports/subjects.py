"""Whom checklists are for: the sites that a result or data know, with their units and what was last found there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

import polars as pl

from duibiao.criteria.models import Catalogue, Criterion
from duibiao.evaluator.areas import geography_of
from duibiao.evaluator.assess import page_name
from duibiao.evaluator.assessment import Assessment, Gap, Status
from duibiao.evaluator.cases import latest_day
from duibiao.evaluator.compile import compile_plan
from duibiao.evaluator.intake.names import Names
from duibiao.evaluator.submission import Submission
from duibiao.evaluator.units import Responsibility, unit_title
from duibiao.evaluator.visits import VISIT, RoundVisits


def edition_day(catalogue: Catalogue) -> date:
    """The day whose criteria are shown where nobody says one: the newest that begin within the year of the edition.

    An edition that is not named by its year has its newest ones.
    """
    edition = catalogue.head.edition
    until = date(int(edition), 12, 31) if re.fullmatch(r"[12]\d{3}", edition) else None
    return latest_day(catalogue, until)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was last found of one criterion at one site; ``day`` is '' where no row says it."""

    status: Status
    day: str
    because: str
    problems: tuple[str, ...] = ()
    lost: Fraction = Fraction(0)  # points of the total


@dataclass(frozen=True, slots=True)
class Subject:
    """One site: ``units`` has who leads on each of its criteria, as unit@area; ``found`` what was last found.

    ``whole`` is the key of the site that it belongs to, else ''.
    """

    key: str
    name: str
    kind: str
    area: str
    units: Mapping[str, tuple[str, ...]]
    found: Mapping[str, Finding]
    whole: str = ""

    @property
    def number(self) -> str:
        """Its number, where it has one of its own."""
        made = "/" in self.key or "@" in self.key or self.key == self.name
        return "" if made else self.key

    @property
    def page(self) -> str:
        """What a file may be called by where its name alone does not tell it from others."""
        return page_name(self.key)


@dataclass(frozen=True)
class Known:
    """What checklists are made from: the criteria of a day, and the sites of data or of a result."""

    catalogue: Catalogue
    as_of: date
    submission: Submission | None = None
    assessment: Assessment | None = None

    def criteria(self, kind: str) -> tuple[Criterion, ...]:
        """The scored criteria of a site type that are in force."""
        return tuple(each for each in self.catalogue.criteria_of(kind, self.as_of) if each.kind != "show")

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """Every site on the register or visited, by area, type and name."""
        order = {name: place for place, name in enumerate(self.catalogue.site_types)}
        return tuple(sorted(self._subjects(), key=lambda each: (each.area, order[each.kind], each.name, each.key)))

    def _subjects(self) -> Iterator[Subject]:
        if self.submission is None:
            return
        plan = compile_plan(self.catalogue, self.as_of, ())
        texts = dict.fromkeys((VISIT, "criterion", "leader", "in_charge"), pl.String())
        nothing = {**texts, "deadline": pl.Date()}
        blank = pl.DataFrame(schema=nothing | dict.fromkeys(("lead_units", "supporting_units"), pl.List(pl.String())))
        visits = RoundVisits({}, blank, blank, ())
        who = Responsibility(plan, self.submission, visits, geography_of(self.submission.areas))
        found, units = self._found, self._units
        rules = {kind: self.criteria(kind) for kind in self.submission.sites["site_type"].unique().to_list()}
        for row in self.submission.sites.iter_rows(named=True):
            key = row["site"]
            told: dict[str, tuple[str, ...]] = {}
            for each in rules[row["site_type"]]:
                responsible = who.of(key, "", each.id)
                told[each.id] = units.get((key, each.id)) or responsible.lead or responsible.supporting
            name, area = row["name"] or key, row["area"] or ""
            yield Subject(key, name, row["site_type"], area, told, found.get(key, {}), row["part_of"] or "")

    # -------------------------------------------------------------- sites that belong to others

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The name of each site."""
        return {each.key: each.name for each in self.subjects}

    @cached_property
    def _parts(self) -> Mapping[str, Sequence[Subject]]:
        """The sites that belong to another one, by that one."""
        parts: dict[str, list[Subject]] = {}
        for each in self.subjects:
            if each.whole:
                parts.setdefault(each.whole, []).append(each)
        return parts

    def parts(self, key: str) -> Iterator[Subject]:
        """What belongs to a site, each followed by what belongs to it in turn."""
        for each in self._parts.get(key, ()):
            yield each
            yield from self.parts(each.key)

    def with_parts(self, subjects: Iterable[Subject]) -> tuple[Subject, ...]:
        """These sites, each followed by what belongs to it; what belongs to one of them stands there alone."""
        asked = tuple(subjects)
        inside = {part.key for each in asked for part in self.parts(each.key)}
        return tuple(found for each in asked if each.key not in inside for found in (each, *self.parts(each.key)))

    @cached_property
    def _units(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """Who leads where something was found, as the rows of the round say."""
        if self.assessment is None:
            return {}
        rows = self.assessment.findings.select("site", "criterion", "lead_units").iter_rows()
        return {(site, criterion): tuple(units or ()) for site, criterion, units in rows}

    @cached_property
    def _found(self) -> Mapping[str, Mapping[str, Finding]]:
        """By site and criterion the finding of the last visit, and what all its gaps there cost."""
        if self.assessment is None:
            return {}
        gaps: dict[tuple[str, str], list[Gap]] = {}
        for gap in self.assessment.gaps:
            gaps.setdefault((gap.site, gap.criterion), []).append(gap)
        columns = ("site", "visit", "criterion", "status", "because")
        found: dict[str, dict[str, Finding]] = {}
        rows: Any = self.assessment.findings.sort("site", "visit", "criterion").select(columns).iter_rows()
        for site, visit, criterion, status, because in rows:
            of_both = gaps.get((site, criterion), [])
            problems = next((gap.problems for gap in of_both if gap.visit == visit), ())
            lost = sum((gap.lost for gap in of_both), Fraction(0))
            day = str(visit).rpartition("@")[2][:10]
            found.setdefault(site, {})[criterion] = Finding(status, day, because or "", problems, lost)
        return found

    # -------------------------------------------------------------- by name

    @cached_property
    def site_names(self) -> Names[str]:
        """Sites by number and by name."""
        return Names((name, each.key) for each in self.subjects for name in (each.name, each.key))

    @cached_property
    def unit_names(self) -> Names[str]:
        """Units with something to do, as unit@area: each by its full name, all of a kind by the name of the kind."""
        acting = sorted({unit for each in self.subjects for units in each.units.values() for unit in units})
        pairs: list[tuple[str, str]] = [(unit_title(self.catalogue, unit), unit) for unit in acting]
        for unit in acting:
            name = unit.partition("@")[0]
            known = self.catalogue.units.get(name)
            pairs += [(each, unit) for each in ((known.title, *known.aliases, name) if known else (name,))]
        return Names(pairs)

    @cached_property
    def area_names(self) -> Names[str]:
        """Areas by name and by path, those above the sites among them."""
        paths: dict[str, None] = {}
        for each in self.subjects:
            names = each.area.split("/") if each.area else []
            paths |= dict.fromkeys("/".join(names[: place + 1]) for place in range(len(names)))
        return Names((name, path) for path in paths for name in (path.rpartition("/")[2], path))

    def in_area(self, subject: Subject, areas: list[str]) -> bool:
        """Whether a site lies in or below one of these areas."""
        return any(subject.area == area or subject.area.startswith(f"{area}/") for area in areas)

    @cached_property
    def city(self) -> str:
        """The one area at the top, which every reader knows; '' where there are several."""
        tops = {each.area.split("/")[0] for each in self.subjects if each.area}
        return tops.pop() if len(tops) == 1 and any("/" in each.area for each in self.subjects) else ""

    def area_path(self, subject: Subject) -> tuple[str, ...]:
        """The names of the areas of a site from the top, without the city."""
        names = tuple(subject.area.split("/")) if subject.area else ()
        return names[1:] if self.city and len(names) > 1 else names
