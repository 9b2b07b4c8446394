"""The sites and the gaps of a share as rows of tables, with exact points; no words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import polars as pl

from duibiao.evaluator.columns import exact_e9
from duibiao.evaluator.histograms import GAPS, positions
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.shares import NO_ROWS, Ground
from duibiao.evaluator.site_scores import SITES, site_scores
from duibiao.evaluator.subtotals import cells_of
from duibiao.evaluator.two_methods import share_e9
from duibiao.evaluator.units import Responsibility
from duibiao.evaluator.visits import VISIT

PLACED: Final[dict[str, pl.DataType]] = {"round": pl.String(), "area": pl.String()}
SITE_ROWS: Final[dict[str, pl.DataType]] = {**PLACED, **SITES}
# A gap as findings.parquet has it, without words; ``seen`` is the time of the visit.
GAP_ROWS: Final[dict[str, pl.DataType]] = {
    **PLACED,
    "visit": pl.String(),
    "seen": pl.Datetime("us"),
    "site": pl.String(),
    "site_type": pl.String(),
    "part": pl.String(),
    "place": pl.String(),
    "criterion": pl.String(),
    "severity": pl.String(),
    "status": pl.String(),
    "score_e9": pl.Int64(),
    "earned_num": pl.String(),
    "earned_den": pl.String(),
    "possible": pl.String(),
    "lead_units": pl.List(pl.String()),
}


@dataclass(frozen=True, slots=True)
class Tables:
    """Sites (``SITE_ROWS``) and gaps (``GAP_ROWS``) as rows."""

    sites: pl.DataFrame
    gaps: pl.DataFrame


def tables_of(judgement: Judgement, scores: pl.DataFrame, kinds: Collection[str]) -> Tables:
    """The sites of some kinds, with their ``scores``, and their gaps."""
    return Tables(site_rows(judgement, scores), gap_rows(judgement, kinds))


def tables_of_ground(ground: Ground) -> Tables:
    """The areas and units that are sites themselves, and their gaps."""
    judgement = ground.judge(NO_ROWS)
    return tables_of(judgement, site_scores(judgement.method, judgement.evaluation.codes), judgement.evaluation.codes)


def site_rows(judgement: Judgement, scores: pl.DataFrame) -> pl.DataFrame:
    """The scores of sites with their areas, sorted by site."""
    areas = judgement.submission.sites.select("site", "area")
    found = scores.join(areas, on="site", how="left").with_columns(pl.lit(judgement.round_id or None).alias("round"))
    return found.select(pl.col(key).cast(kind) for key, kind in SITE_ROWS.items()).sort("site")


def gap_rows(judgement: Judgement, kinds: Collection[str]) -> pl.DataFrame:
    """The gaps at some kinds of site, sorted by site, visit and criterion."""
    method, plan = judgement.method, judgement.plan
    parts = [pl.DataFrame(schema=GAP_ROWS)]
    who = Responsibility(plan, judgement.submission, judgement.visits, judgement.geography)
    for name, codes in judgement.evaluation.codes.items():
        if name not in kinds:
            continue
        cells = cells_of(judgement, name, codes)
        areas = cells.frame["area"].gather(cells.numbers)
        frame = judgement.evaluation.frames[name].select(VISIT, "at")
        for criterion, rows in positions(codes, GAPS):
            rule, declared = method.rules[criterion], plan.rules_of[name][criterion]
            if not rule.to_mend or not len(rows):
                continue
            at = pl.Series(rows, dtype=pl.UInt32)
            values = codes.value(criterion).gather(at)
            visits = frame[codes.visits(criterion).gather(at)]
            told = pl.DataFrame([codes.rows["site"].gather(at), areas.gather(at), values.alias("value")])
            told = told.hstack([visits[VISIT].alias("visit"), visits["at"].alias("seen")])
            scored = _scored(judgement, criterion, told["value"].unique().to_list())
            told = told.join(scored, on="value", how="left", maintain_order="left")
            lead = [list(who.of(site, "", criterion).lead) for site in cells.frame["speaker"]]
            units = pl.Series("lead_units", lead, dtype=pl.List(pl.String()))
            told = told.with_columns(
                units.gather(cells.numbers.gather(at)),
                pl.lit(judgement.round_id or None).alias("round"),
                pl.lit(name).alias("site_type"),
                pl.lit(method.part_of[name]).alias("part"),
                pl.lit(rule.place).alias("place"),
                pl.lit(criterion).alias("criterion"),
                pl.lit(declared.severity).alias("severity"),
                pl.lit(f"{declared.points:f}").alias("possible"),
            )
            parts.append(told.select(pl.col(key).cast(kind) for key, kind in GAP_ROWS.items()))
    return pl.concat(parts).sort("site", "visit", "criterion")


def _scored(judgement: Judgement, criterion: str, values: list[int]) -> pl.DataFrame:
    """Status, billionths and exact points of each value of a criterion."""
    rule, points = judgement.method.rules[criterion], exact_e9(judgement.plan.criteria[criterion].points)
    earned = [rule.points * rule.score(value) for value in values]
    return pl.DataFrame(
        {
            "value": pl.Series(values, dtype=pl.Int64()),
            "status": ["missed" if rule.score(value) == 0 else "partial" for value in values],
            "score_e9": [share_e9(value, points, loses=rule.loses) for value in values],
            "earned_num": [str(each.numerator) for each in earned],
            "earned_den": [str(each.denominator) for each in earned],
        }
    )
