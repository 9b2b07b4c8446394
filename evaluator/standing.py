"""Where a city stands, without a row or a word for every finding: every figure of a round from sums of its codes.

For millions of inspections: the total, the scorecards of areas, site types, units and places, the score and place of
every site as columns, how many gaps there are, and what mending the costliest ones brings. The figures are those of
``assess``; what needs findings one by one (means of sites, scores along the outline, rows that name units of their own)
is not done here and raises ``OneByOne``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, partial
from typing import Final

import polars as pl

from duibiao.evaluator.assessment import COUNTED, Gains, Made, Scorecard, Status, Tally
from duibiao.evaluator.cell_groups import CellGroups
from duibiao.evaluator.codes import STATUS_OF
from duibiao.evaluator.figures import TotalFigure
from duibiao.evaluator.gains import GainsOf
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.losses import Losses, losses_of
from duibiao.evaluator.method import Method, Rule
from duibiao.evaluator.rollup import Member, scorecards, total_card
from duibiao.evaluator.site_scores import with_places
from duibiao.evaluator.subtotals import OneByOne, Subtotals, subtotals
from duibiao.evaluator.sums import NOTHING, Ends, Group, PartOf, Sum

__all__ = ["OneByOne", "ShownGap", "Standing", "standing"]
SHOWN: Final = 100


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


def standing(judgement: Judgement, shown: int = SHOWN) -> Standing:
    """Every figure of a round, and the ``shown`` costliest gaps. Raises OneByOne and TooLarge."""
    whole, scores = subtotals(judgement, shown)
    return replace(standing_of(judgement, whole, judgement, shown), sites=with_places(scores, whole.scores))


def standing_of(judgement: Judgement, whole: Subtotals, costly: Judgement, shown: int = SHOWN) -> Standing:
    """The figures that sums make, without the sites. Of ``judgement`` no finding is read; ``costly`` has those of the
    sites with the costliest gaps."""
    method = judgement.method
    cells = CellGroups(judgement, whole)
    figure = total_figure(cells)
    losses = losses_of(figure)
    areas, units = cells.groups(cells.by_area), cells.groups(cells.by_unit)
    total, made = total_card(figure, Member("", sites=cells.places, records=cells.records), losses)

    def cards(dimension: str, groups: Mapping[str, Group]) -> tuple[Scorecard, ...]:
        members = {name: Member(name, cells.kind(dimension, name)) for name in sorted(groups)}
        return scorecards(method, dimension, groups, members, losses)  # type: ignore[arg-type]

    costliest = costliest_gaps(method, whole, losses, shown)
    gains = GainsOf(method, figure, areas, units, groups_of_sites(costly, costliest))
    where = cells.areas_and_units([(gap.site, gap.criterion) for gap in costliest])
    return Standing(
        total=total,
        made=made,
        areas=cards("area", areas),
        site_types=cards("site_type", cells.groups(cells.by_type)),
        units=cards("unit", units),
        places=cards("place", cells.groups(cells.by_place)),
        sites=pl.DataFrame(),
        gaps=whole.gaps,
        costliest=tuple(_with_gains(method, gains, gap, *where[gap.site, gap.criterion]) for gap in costliest),
    )


def total_figure(cells: CellGroups) -> TotalFigure:
    """The figure of the whole city."""
    city = cells.groups(lambda frame: frame.with_columns(pl.lit("").alias("name"))).get("", NOTHING)
    return TotalFigure(cells.method, city)


# ------------------------------------------------------------------ gaps


@dataclass(frozen=True, slots=True)
class CostlyGap:
    """A gap, the billionths of its score (of a deduction: of points lost), and what it costs the total."""

    type: str
    site: str
    criterion: str
    value: int
    lost: Fraction


def costliest_gaps(method: Method, whole: Subtotals, losses: Losses, shown: int) -> list[CostlyGap]:
    """Those gaps that cost the total most; of equals the first by criterion and site."""
    found: list[CostlyGap] = []
    least = Fraction(0)  # what the last of the costliest so far lost
    for (name, criterion), worst in whole.costliest.group_by("site_type", "criterion", maintain_order=True):
        rule = method.rules[str(criterion)]
        factor = losses.factor(method.part_of[str(name)], rule.id, "") * rule.weight
        if len(found) == shown and factor < least:
            continue
        lost = {value: factor * (1 - rule.score(value)) for value in worst["value"].unique()}
        told = worst.select("site", "value").iter_rows()
        found += [CostlyGap(str(name), site, rule.id, value, lost[value]) for site, value in told]
        found = sorted(found, key=lambda each: (-each.lost, each.criterion, each.site))[:shown]
        least = found[-1].lost
    return found


def _with_gains(
    method: Method, gains: GainsOf, gap: CostlyGap, area: str | None, units: tuple[str, ...]
) -> ShownGap:  # fmt: skip
    rule = method.rules[gap.criterion]
    status: Status = "missed" if rule.score(gap.value) == 0 else "partial"
    brought = gains.gap(gap.site, area, units, method.part_of[gap.type], gap.criterion, status, gap.value)
    return ShownGap(gap.site, gap.criterion, status, gap.value, gap.lost, brought)


def groups_of_sites(judgement: Judgement, gaps: Iterable[CostlyGap]) -> dict[str, Group]:
    """The findings of the sites of some gaps."""
    sites: dict[str, set[str]] = defaultdict(set)
    for gap in gaps:
        sites[gap.type].add(gap.site)
    found: dict[str, Group] = {}
    for name, wanted in sites.items():
        table = judgement.evaluation.codes[name]
        codes = table.at(table.rows["site"].is_in(list(wanted)).arg_true())
        sums: list[dict[PartOf, Sum]] = [{} for _ in range(codes.height)]
        for criterion in codes.meanings:
            rule, key = judgement.method.rules[criterion], (judgement.method.part_of[name], criterion)
            one = cache(partial(_of_one, rule, name))
            told = zip(sums, codes.statuses(criterion), codes.value(criterion), strict=True)
            for own, status, value in told:
                own[key] = one(STATUS_OF[status], value)
        found |= {site: Group(own, {}) for site, own in zip(codes.rows["site"], sums, strict=True)}
    return found


def _of_one(rule: Rule, site_type: str, status: str, value: int | None) -> Sum:
    """A single finding added up."""
    counted = value if status in COUNTED and value is not None else 0
    ends = (Ends(*rule.ends[site_type], 1),) if status in {"unobserved", "invalid"} else ()
    told = ((counted, 1),) if rule.over_sites == "lowest" and status in COUNTED else ()
    return Sum(Tally(**{status: 1}), counted, ends, told)
