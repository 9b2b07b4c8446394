"""Where a city stands, without a row or a word for every finding: every figure of a round from its tables of codes.

For millions of inspections: the total, the scorecards of areas, site types, units and places, the score and place of
every site as columns, how many gaps there are, and what mending the costliest ones brings. The figures are those of
``assess``; what needs findings one by one (means of sites, scores along the outline, rows that name units of their own)
is not done here and raises ``OneByOne``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Final

import polars as pl

from duibiao.evaluator.assessment import COUNTED, STATUSES, Gains, Made, Scorecard, Status, Tally
from duibiao.evaluator.codes import STATUS_OF, Codes
from duibiao.evaluator.columns import E9
from duibiao.evaluator.figures import TotalFigure
from duibiao.evaluator.gains import GainsOf
from duibiao.evaluator.histograms import GAPS, points_of_rows, positions, tallies, values_by_group
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.losses import Losses, losses_of
from duibiao.evaluator.method import Method, Rule
from duibiao.evaluator.rollup import Member, scorecards, total_card
from duibiao.evaluator.sums import INT64_MAX, NOTHING, Ends, Group, PartOf, Sum, TooLarge
from duibiao.evaluator.units import UNASSIGNED, Responsibility

RESPONSIBLE: Final = ("lead_units", "supporting_units")


class OneByOne(Exception):
    """These figures need the findings one by one; says why."""


@dataclass(frozen=True, slots=True)
class ShownGap:
    """One of the costliest gaps: a missed or partial finding of a site, and what mending it brings."""

    site: str
    criterion: str
    status: Status
    value: int  # billionths of its score, or of a deduction of points lost
    lost: Fraction  # points of the total
    gains: Gains


@dataclass(frozen=True, slots=True)
class Standing:
    """The figures of one round.

    ``sites``: site, site_type, earned (Int64, billionths of 1 / unit of a point), possible (Int64, 1 / unit of a
    point), unit (Int64), score (Int64, in units of the last declared digit; null without a counted finding) and place.
    """

    total: Scorecard
    made: Made
    areas: tuple[Scorecard, ...]
    site_types: tuple[Scorecard, ...]
    units: tuple[Scorecard, ...]
    places: tuple[Scorecard, ...]
    sites: pl.DataFrame
    gaps: int
    costliest: tuple[ShownGap, ...]


def standing(judgement: Judgement, shown: int = 100) -> Standing:
    """Every figure of a round, and the ``shown`` costliest gaps. Raises OneByOne and TooLarge."""
    _possible(judgement)
    with ThreadPoolExecutor(1) as pool:  # sites are columns, which need no interpreter; cards are made by it
        sites = pool.submit(_sites, judgement)
        return replace(_figures(judgement, shown), sites=sites.result())


def _figures(judgement: Judgement, shown: int) -> Standing:
    """Everything but the sites."""
    method = judgement.method
    cells = _Cells(judgement)
    city = cells.groups(lambda frame: frame.with_columns(pl.lit("").alias("name"))).get("", NOTHING)
    figure = TotalFigure(method, city)
    losses = losses_of(figure)
    areas, units = cells.groups(cells.by_area), cells.groups(cells.by_unit)
    total, made = total_card(figure, Member("", sites=cells.seen - cells.records, records=cells.records), losses)

    def cards(dimension: str, groups: Mapping[str, Group]) -> tuple[Scorecard, ...]:
        members = {name: Member(name, cells.kind(dimension, name)) for name in sorted(groups)}
        return scorecards(method, dimension, groups, members, losses)  # type: ignore[arg-type]

    gaps, costliest = _costliest(judgement, losses, shown)
    gains = GainsOf(method, figure, areas, units, _sites_of(judgement, costliest))
    return Standing(
        total=total,
        made=made,
        areas=cards("area", areas),
        site_types=cards("site_type", cells.groups(cells.by_type)),
        units=cards("unit", units),
        places=cards("place", cells.groups(cells.by_place)),
        sites=pl.DataFrame(),
        gaps=gaps,
        costliest=tuple(_with_gains(judgement, cells, gains, each) for each in costliest),
    )


def _possible(judgement: Judgement) -> None:
    method = judgement.method
    for dimension in ("total", "area", "unit", "site_type", "place"):
        if method.by_site(dimension):
            raise OneByOne("mean_of_sites")
    if method.score.site == "tree":
        raise OneByOne("site: tree")
    rows = [judgement.visits.checks, judgement.visits.problems, *judgement.visits.frames.values()]
    if any(frame[column].null_count() < frame.height for frame in rows for column in RESPONSIBLE):
        raise OneByOne("rows with units of their own")
    if any(codes.by_visit for codes in judgement.evaluation.codes.values()):
        raise OneByOne("each")


# ------------------------------------------------------------------ groups


class _Cells:
    """Sites that share type, area and units: what a finding of one is counted for, so is that of all."""

    def __init__(self, judgement: Judgement) -> None:
        self.judgement, self.method = judgement, judgement.method
        self.catalogue = judgement.catalogue
        sites = judgement.submission.sites.select("site", "area", "unit", "part_of", *RESPONSIBLE)
        parts: list[pl.DataFrame] = []
        lowest: list[pl.DataFrame] = []
        self.members: dict[str, pl.DataFrame] = {}  # type -> the cells: group, a site of it, area
        self.groups_of: dict[str, pl.Series] = {}  # type -> the group of every row of its table
        self.seen, self.records = 0, 0
        self.wholes = set(sites["part_of"].drop_nulls().unique())
        for name, codes in judgement.evaluation.codes.items():
            rows = codes.rows.select("site").join(sites, on="site", how="left", maintain_order="left")
            keys = [pl.col("area"), *(pl.col(each).list.join(";") for each in RESPONSIBLE)]
            alone = pl.when(pl.any_horizontal(pl.col("unit", "part_of").is_not_null())).then("site")
            marked = rows.select("site", "area", pl.struct(*keys, alone.alias("own")).rank("dense").alias("group") - 1)
            groups = self.groups_of[name] = marked["group"].cast(pl.UInt32)
            self.members[name] = (
                marked.group_by("group").agg(pl.col("site").min(), pl.col("area").first()).sort("group")
            )
            number = self.members[name].height
            found = tallies(codes, groups.to_numpy(), number).frame()
            parts.append(found.with_columns(pl.lit(name).alias("site_type")))
            for rule in self.method.rules.values():
                if rule.over_sites == "lowest" and rule.id in codes.meanings:
                    told = values_by_group(codes, rule.id, groups.to_numpy())
                    lowest.append(
                        told.with_columns(pl.lit(rule.id).alias("criterion"), pl.lit(name).alias("site_type"))
                    )
            self.seen += codes.height
            self.records += codes.height if name in self.method.records else 0
        self.tallies = pl.concat(parts) if parts else pl.DataFrame()
        self.values = pl.concat(lowest) if lowest else pl.DataFrame()
        self.cells = [
            (name, group, site, area)
            for name, frame in self.members.items()
            for group, site, area in frame.select("group", "site", "area").iter_rows()
        ]

    def kind(self, dimension: str, name: str) -> str:
        """The kind that a member ranks in: the level of an area, the depth of a place."""
        if dimension == "area":
            return self.judgement.geography.levels.get(name, "")
        if dimension == "place":
            return str(len(self.catalogue.places()[name]))
        return ""

    def by_type(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Each cell under its site type."""
        return frame.with_columns(pl.col("site_type").alias("name"))

    def by_area(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Each cell under its area and every area above."""
        geography = self.judgement.geography
        listed = [
            (name, group, [each for each in geography.way(area) if each in geography.levels] if area else [""])
            for name, group, _, area in self.cells
        ]
        return self._listed(frame, listed, ["site_type", "group"])

    def by_place(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Each criterion under its place and every place above."""
        ways = self.catalogue.places()
        listed = [(rule.id, [each.id for each in ways[rule.place]]) for rule in self.method.rules.values()]
        return self._listed(frame, listed, ["criterion"])

    def by_unit(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Each criterion of each cell under its units. Criteria that name the same ones are asked once."""
        first: dict[tuple[object, ...], str] = {}
        same: list[tuple[str, str, str]] = []  # type, criterion, the first one that names the same units
        for name in self.members:
            for rule in self.judgement.plan.rules_of[name].values():
                named = first.setdefault((name, rule.lead_unit, rule.supporting_units), rule.id)
                same.append((name, rule.id, named))
        asked = {name: sorted({one for of, _, one in same if of == name}) for name in self.members}
        listed = [
            (name, group, one, self.units_of(site, one)) for name, group, site, _ in self.cells for one in asked[name]
        ]
        schema = {key: pl.String() for key in ("site_type", "criterion", "asked")}
        frame = frame.join(pl.DataFrame(same, schema=schema, orient="row"), on=["site_type", "criterion"], how="inner")
        return self._listed(frame, listed, ["site_type", "group", "asked"])

    @cached_property
    def _who(self) -> Responsibility:
        """No row names units of its own (see ``_possible``), so that a site of each cell speaks for all of them."""
        of = self.judgement
        named = {site for _, _, site, _ in self.cells} | self.wholes
        sites = of.submission.sites.filter(pl.col("site").is_in(sorted(named)))
        nobody = replace(of.visits, frames={}, checks=of.visits.checks.clear(), problems=of.visits.problems.clear())
        return Responsibility(of.plan, replace(of.submission, sites=sites), nobody, of.geography)

    def spokesman(self, name: str, row: int) -> tuple[str, str | None]:
        """The site that speaks for the one of this row of a type's table, and their area."""
        _, site, area = self.members[name].row(self.groups_of[name][row])
        return site, area

    def units_of(self, site: str, criterion: str) -> list[str]:
        """The units whose figures a finding counts in."""
        found = self._who.of(site, "", criterion)
        roles = self.method.score.unit_roles
        told = [unit for role in roles for unit in (found.lead if role == "lead" else found.supporting)]
        return list(dict.fromkeys(told)) or list(found.lead or found.supporting) or [UNASSIGNED]

    @staticmethod
    def _listed(frame: pl.DataFrame, listed: Iterable[tuple[object, ...]], keys: list[str]) -> pl.DataFrame:
        kinds = {"site_type": pl.String(), "group": pl.UInt32(), "criterion": pl.String(), "asked": pl.String()}
        schema = {**{key: kinds[key] for key in keys}, "name": pl.List(pl.String())}
        names = pl.DataFrame(list(listed), schema=schema, orient="row")
        return frame.with_columns(pl.col("group").cast(pl.UInt32)).join(names, on=keys, how="inner").explode("name")

    def groups(self, named: Callable[[pl.DataFrame], pl.DataFrame]) -> dict[str, Group]:
        """The sums of every member of a dimension; ``named`` puts a column ``name`` to the cells."""
        if self.tallies.is_empty():
            return {}
        frame = named(self.tallies)
        keys = ["name", "site_type", "criterion"]
        added = frame.group_by(keys).agg(pl.col(*STATUSES, "value").sum()).sort(keys)
        values = self._values(named)
        found: dict[str, dict[PartOf, Sum]] = {}
        part_of, rules = self.method.part_of, self.method.rules
        told: tuple[tuple[int, int], ...] = ()
        for member, site_type, criterion, *statuses, value in added.select(*keys, *STATUSES, "value").iter_rows():
            tally = Tally(*statuses)
            opened = tally.unobserved + tally.invalid
            ends = (Ends(*rules[criterion].ends[site_type], opened),) if opened else ()
            if values:
                told = tuple(values.get((member, site_type, criterion), ()))
            own, key, sums = (
                Sum(tally, value, ends, told),
                (part_of[site_type], criterion),
                found.setdefault(member, {}),
            )
            sums[key] = sums[key] + own if key in sums else own
        return {member: Group(sums, {}) for member, sums in found.items()}

    def _values(
        self, named: Callable[[pl.DataFrame], pl.DataFrame]
    ) -> dict[tuple[str, str, str], list[tuple[int, int]]]:
        found: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
        if not self.values.is_empty():
            keys = ["name", "site_type", "criterion", "value"]
            added = named(self.values).group_by(keys).agg(pl.col("number").sum()).sort(keys)
            for member, site_type, criterion, value, number in added.iter_rows():
                found.setdefault((member, site_type, criterion), []).append((value, number))
        return found


# ------------------------------------------------------------------ sites


def _sites(judgement: Judgement) -> pl.DataFrame:
    """The score and the shared place of every site, among those of its type."""
    method = judgement.method
    weights = {name: rule.weight for name, rule in method.rules.items() if rule.weight}
    scale = 100 * 10**method.score.rounding.digits
    parts = []
    for name, codes in judgement.evaluation.codes.items():
        points = points_of_rows(codes, weights)
        possible = points.possible + points.open if method.zero else points.possible
        caps = _caps(method, codes, name)
        most = max((weights[each] for each in codes.meanings if each in weights), default=0) * len(codes.meanings)
        if most * points.unit * E9 * 2 * scale > INT64_MAX:
            raise TooLarge(f"{most} x {points.unit}")
        frame = pl.DataFrame(
            {"site": codes.rows["site"], "earned": points.earned, "possible": possible, "cap": caps},
        ).with_columns(pl.lit(name).alias("site_type"), pl.lit(points.unit, pl.Int64()).alias("unit"))
        whole = pl.col("possible") * E9
        rounded = (2 * scale * pl.col("earned") + whole) // (2 * whole)
        score = pl.when(pl.col("possible") > 0).then(pl.min_horizontal(rounded, "cap"))
        parts.append(frame.with_columns(score.alias("score")))
    found = pl.concat(parts) if parts else pl.DataFrame(schema={"site": pl.String(), "site_type": pl.String()})
    if not parts:
        return found
    place = pl.col("score").rank("min", descending=True).over("site_type").alias("place")
    columns = ["site", "site_type", "earned", "possible", "unit", "score"]
    return found.select(*columns, place)


def _caps(method: Method, codes: Codes, site_type: str) -> pl.Series:
    """The lowest cap of every row in units of the last declared digit, half up; null without one."""
    caps = pl.Series("cap", [None], dtype=pl.Int64).new_from_index(0, codes.height)
    for rule in method.rules.values():
        if rule.site_cap is None or rule.id not in codes.meanings:
            continue
        shown = rule.site_cap * 10**method.score.rounding.digits
        cap = (2 * shown.numerator + shown.denominator) // (2 * shown.denominator)
        missing = ["missed", *(("unobserved", "invalid") if method.zero else ())]
        held = codes.statuses(rule.id).is_in([STATUS_OF.index(each) for each in missing])
        caps = pl.select(pl.min_horizontal(caps, pl.when(held).then(cap))).to_series()
    return caps


# ------------------------------------------------------------------ gaps


@dataclass(frozen=True, slots=True)
class _Gap:
    type: str
    row: int
    site: str
    criterion: str
    value: int
    lost: Fraction


def _costliest(judgement: Judgement, losses: Losses, shown: int) -> tuple[int, list[_Gap]]:
    """How many gaps there are, and those that cost the total most; of equals the first by criterion and site."""
    method, number = judgement.method, 0
    found: list[_Gap] = []
    least = Fraction(0)  # what the last of the costliest so far lost
    for name, codes in judgement.evaluation.codes.items():
        part = method.part_of[name]
        for criterion, rows in positions(codes, GAPS):
            rule = method.rules[criterion]
            if not rule.to_mend:
                continue
            number += len(rows)
            factor = losses.factor(part, criterion, "") * rule.weight
            if not len(rows) or (len(found) == shown and factor < least):
                continue
            values = codes.value(criterion).gather(rows)
            worst = values.top_k(shown).min() if rule.loses else values.bottom_k(shown).max()
            kept = (values >= worst) if rule.loses else (values <= worst)
            told = pl.DataFrame({"row": rows, "value": values}).filter(kept)
            told = told.with_columns(codes.rows["site"].gather(told["row"]).alias("site"))
            told = told.sort("value", "site", descending=[rule.loses, False]).head(shown)
            lost = {value: factor * (1 - rule.score(value)) for value in told["value"].unique()}
            found += [_Gap(name, row, site, criterion, value, lost[value]) for row, value, site in told.iter_rows()]
            found = sorted(found, key=lambda each: (-each.lost, each.criterion, each.site))[:shown]
            least = found[-1].lost
    return number, found


def _with_gains(judgement: Judgement, cells: _Cells, gains: GainsOf, gap: _Gap) -> ShownGap:
    method = judgement.method
    rule = method.rules[gap.criterion]
    site, area = cells.spokesman(gap.type, gap.row)
    status: Status = "missed" if rule.score(gap.value) == 0 else "partial"
    units = tuple(cells.units_of(site, gap.criterion))
    part = method.part_of[gap.type]
    brought = gains.gap(gap.site, area, units, part, gap.criterion, status, gap.value)
    return ShownGap(gap.site, gap.criterion, status, gap.value, gap.lost, brought)


def _sites_of(judgement: Judgement, gaps: Iterable[_Gap]) -> dict[str, Group]:
    """The findings of the sites of some gaps."""
    rows: dict[str, set[int]] = defaultdict(set)
    for gap in gaps:
        rows[gap.type].add(gap.row)
    found: dict[str, Group] = {}
    for name, numbers in rows.items():
        codes = judgement.evaluation.codes[name].at(pl.Series(sorted(numbers), dtype=pl.UInt32))
        sums: list[dict[PartOf, Sum]] = [{} for _ in numbers]
        for criterion in codes.meanings:
            rule, key = judgement.method.rules[criterion], (judgement.method.part_of[name], criterion)
            told = zip(sums, codes.statuses(criterion), codes.value(criterion), strict=True)
            for own, status, value in told:
                own[key] = _of_one(rule, name, STATUS_OF[status], value)
        found |= {site: Group(own, {}) for site, own in zip(codes.rows["site"], sums, strict=True)}
    return found


def _of_one(rule: Rule, site_type: str, status: str, value: int | None) -> Sum:
    """A single finding added up."""
    counted = value if status in COUNTED and value is not None else 0
    ends = (Ends(*rule.ends[site_type], 1),) if status in {"unobserved", "invalid"} else ()
    told = ((counted, 1),) if rule.over_sites == "lowest" and status in COUNTED else ()
    return Sum(Tally(**{status: 1}), counted, ends, told)
