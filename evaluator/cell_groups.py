"""The sums of cells (``subtotals.py``) grouped along the areas, units, site types and places of the outline."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import cached_property

import polars as pl

from duibiao.evaluator.assessment import STATUSES, Tally
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.subtotals import CELL, Subtotals
from duibiao.evaluator.sums import Ends, Group, PartOf, Sum
from duibiao.evaluator.units import UNASSIGNED, Responsibility, Responsible

Named = Callable[[pl.DataFrame], pl.DataFrame]


class CellGroups:
    """Groups subtotals. Of the judgement the criteria, register, areas and units are read, and no finding."""

    def __init__(self, judgement: Judgement, whole: Subtotals) -> None:
        self.judgement, self.method, self.catalogue = judgement, judgement.method, judgement.catalogue
        self.cells = whole.cells
        kinds = whole.cells.select(CELL, "site_type")
        self.tallies = whole.tallies.join(kinds, on=CELL, how="left", maintain_order="left")
        self.values = whole.values.join(kinds, on=CELL, how="left", maintain_order="left")
        records = pl.col("site_type").is_in(list(self.method.records))
        self.records = int(whole.cells.filter(records)["sites"].sum())
        self.places = int(whole.cells.filter(~records)["sites"].sum())

    def kind(self, dimension: str, name: str) -> str:
        """The kind that a member ranks in: the level of an area, the depth of a place."""
        if dimension == "area":
            return self.judgement.geography.levels.get(name, "")
        if dimension == "place":
            return str(len(self.catalogue.places()[name]))
        return ""

    # ------------------------------------------------------------------ along a dimension

    def by_type(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Each cell under its site type."""
        return frame.with_columns(pl.col("site_type").alias("name"))

    def by_area(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Each cell under its area and every area above."""
        geography = self.judgement.geography
        listed = [
            (cell, [each for each in geography.way(area) if each in geography.levels] if area else [""])
            for cell, area in self.cells.select(CELL, "area").iter_rows()
        ]
        return self._listed(frame, listed, [CELL])

    def by_place(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Each criterion under its place and every place above."""
        ways = self.catalogue.places()
        listed = [(rule.id, [each.id for each in ways[rule.place]]) for rule in self.method.rules.values()]
        return self._listed(frame, listed, ["criterion"])

    def by_unit(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Each criterion of each cell under its units. Criteria that name the same ones are asked once."""
        first: dict[tuple[object, ...], str] = {}
        same: list[tuple[str, str, str]] = []  # type, criterion, the first one that names the same units
        kinds = sorted(self.cells["site_type"].unique())
        for name in kinds:
            for rule in self.judgement.plan.rules_of[name].values():
                named = first.setdefault((name, rule.lead_unit, rule.supporting_units), rule.id)
                same.append((name, rule.id, named))
        asked = {name: sorted({one for of, _, one in same if of == name}) for name in kinds}
        listed = [
            (cell, one, self.units_of(speaker, one))
            for cell, name, speaker in self.cells.select(CELL, "site_type", "speaker").iter_rows()
            for one in asked[name]
        ]
        schema = {key: pl.String() for key in ("site_type", "criterion", "asked")}
        frame = frame.join(pl.DataFrame(same, schema=schema, orient="row"), on=["site_type", "criterion"], how="inner")
        return self._listed(frame, listed, [CELL, "asked"])

    @cached_property
    def _who(self) -> Responsibility:
        return self._speaking(self.cells["speaker"])

    def _speaking(self, sites: pl.Series) -> Responsibility:
        """Who is responsible at these sites: no row names units of its own (see ``subtotals``)."""
        of = self.judgement
        named = pl.concat([sites, of.submission.sites["part_of"].drop_nulls()]).unique()
        known = of.submission.sites.filter(pl.col("site").is_in(named.implode()))
        nobody = replace(of.visits, frames={}, checks=of.visits.checks.clear(), problems=of.visits.problems.clear())
        return Responsibility(of.plan, replace(of.submission, sites=known), nobody, of.geography)

    def units_of(self, speaker: str, criterion: str) -> list[str]:
        """The units whose figures a finding counts in, at the sites for which ``speaker`` speaks."""
        return self._units(self._who.of(speaker, "", criterion))

    def _units(self, found: Responsible) -> list[str]:
        roles = self.method.score.unit_roles
        told = [unit for role in roles for unit in (found.lead if role == "lead" else found.supporting)]
        return list(dict.fromkeys(told)) or list(found.lead or found.supporting) or [UNASSIGNED]

    def areas_and_units(
        self, findings: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], tuple[str | None, tuple[str, ...]]]:
        """The area of each of some findings (site, criterion), and the units whose figures it counts in."""
        sites = pl.Series("site", sorted({site for site, _ in findings}), dtype=pl.String)
        who = self._speaking(sites)
        known = self.judgement.submission.sites.filter(pl.col("site").is_in(sites.implode()))
        areas = dict(known.select("site", "area").iter_rows())
        return {
            (site, criterion): (areas[site], tuple(self._units(who.of(site, "", criterion))))
            for site, criterion in findings
        }

    @staticmethod
    def _listed(frame: pl.DataFrame, listed: Iterable[tuple[object, ...]], keys: list[str]) -> pl.DataFrame:
        schema = {**dict.fromkeys(keys, pl.String()), "name": pl.List(pl.String())}
        names = pl.DataFrame(list(listed), schema=schema, orient="row")
        return frame.join(names, on=keys, how="inner").explode("name")

    # ------------------------------------------------------------------ sums

    def groups(self, named: Named) -> dict[str, Group]:
        """The sums of every member of a dimension; ``named`` puts a column ``name`` to the cells."""
        keys = ["name", "site_type", "criterion"]
        added = named(self.tallies).group_by(keys).agg(pl.col(*STATUSES, "value").sum()).sort(keys)
        values = self._values(named)
        found: dict[str, dict[PartOf, Sum]] = {}
        part_of, rules = self.method.part_of, self.method.rules
        for member, site_type, criterion, *statuses, value in added.select(*keys, *STATUSES, "value").iter_rows():
            tally = Tally(*statuses)
            opened = tally.unobserved + tally.invalid
            ends = (Ends(*rules[criterion].ends[site_type], opened),) if opened else ()
            own = Sum(tally, value, ends, tuple(values.get((member, site_type, criterion), ())))
            key, sums = (part_of[site_type], criterion), found.setdefault(member, {})
            sums[key] = sums[key] + own if key in sums else own
        return {member: Group(sums, {}) for member, sums in found.items()}

    def _values(self, named: Named) -> dict[tuple[str, str, str], list[tuple[int, int]]]:
        found: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
        if not self.values.is_empty():
            keys = ["name", "site_type", "criterion", "value"]
            added = named(self.values).group_by(keys).agg(pl.col("number").sum()).sort(keys)
            for member, site_type, criterion, value, number in added.iter_rows():
                found.setdefault((member, site_type, criterion), []).append((value, number))
        return found

    def sites(self, named: Named) -> dict[str, tuple[int, int]]:
        """How many places and how many records have findings in every member of a dimension."""
        if self.cells.is_empty():
            return {}
        of_member = named(self.tallies.select(CELL, "site_type", "criterion")).select(CELL, "name").unique()
        counted = of_member.join(self.cells.select(CELL, "site_type", "sites"), on=CELL)
        record = pl.col("site_type").is_in(list(self.method.records))
        numbers = counted.group_by("name").agg(
            pl.col("sites").filter(~record).sum().alias("places"), pl.col("sites").filter(record).sum().alias("records")
        )
        return {name: (places, records) for name, places, records in numbers.iter_rows()}
