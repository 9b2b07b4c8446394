"""Verdicts of long checks (人工判定): what a row says of a criterion whose fields leave it open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from duibiao.criteria.models import Deducted, Graded, Judged, TwoMethods
from duibiao.evaluator.codes import MET, MISSED, PARTIAL, Meaning, looked_up
from duibiao.evaluator.columns import E9, billionths, exact_e9, normal
from duibiao.evaluator.compile import SiteTypePlan
from duibiao.evaluator.rules import FIRST_LEVEL, INVALID, NOT_APPLICABLE, UNOBSERVED, CompiledCriterion
from duibiao.evaluator.submission import Note
from duibiao.evaluator.visits import VISIT

# Verdicts on a kind of site: the number of the visit in its frame, the criterion, the status and the billionths.
VERDICTS: Final[dict[str, pl.DataType]] = {
    "row": pl.UInt32(),
    "criterion": pl.String(),
    "status": pl.UInt8(),
    "value": pl.Int64(),
}
BY_HAND: Final[dict[str, pl.DataType]] = {"row": pl.UInt32(), "criterion": pl.String()}


def verdicts(kind: SiteTypePlan, checks: pl.DataFrame, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Note]]:
    """The verdicts on visits of ``frame``, a row a visit and criterion; a note where several rows differ."""
    notes: list[Note] = []
    told: list[pl.DataFrame] = []
    of_kind = checks.filter(pl.col("site_type") == kind.site_type.id)
    for each in kind.criteria if of_kind.height else ():
        rows = of_kind.filter(pl.col("criterion") == each.criterion.id)
        if isinstance(each.criterion, Judged):  # a visit's own column has what else they say
            rows = rows.filter(pl.col("result") == "not_applicable")
        if rows.height and not isinstance(each.criterion, TwoMethods):
            found, differing = _of_criterion(kind, each, rows)
            told.append(found)
            notes += differing
    if not told:
        return pl.DataFrame(schema=VERDICTS), notes
    visits = frame.select(VISIT).with_row_index("row")
    return pl.concat(told).join(visits, on=VISIT, how="inner").select(*VERDICTS), notes


def _of_criterion(kind: SiteTypePlan, each: CompiledCriterion, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Note]]:
    """visit, criterion, status, value; the lower where rows differ, but deductions add up."""
    criterion, points = each.criterion, exact_e9(each.criterion.points)
    full, none = (0, points) if each.loses else (E9, 0)
    value = pl.when(pl.col("result") == "met").then(full).when(pl.col("result") == "missed").then(none)
    if isinstance(criterion, Graded):
        scale = {normal(word): exact_e9(score) for word, score in kind.site_type.fields[criterion.grade].scale.items()}
        graded = pl.col("grade").replace_strict(scale, default=None, return_dtype=pl.Int64)
        value = pl.coalesce(graded, value)  # type: ignore[assignment]
    rows = rows.with_columns(value.cast(pl.Int64).alias("value"))
    told = pl.col("value").min()
    if isinstance(criterion, Deducted):
        lost = billionths(pl.col("deducted"), float(criterion.points))
        rows = rows.with_columns(pl.coalesce(lost, "value").alias("value"))
        told = pl.when(pl.col("value").is_not_null().any()).then(pl.col("value").sum().clip(upper_bound=points))
    speaks = pl.col("value").is_not_null() | pl.col("result").eq_missing("not_applicable")
    grouped = rows.group_by(VISIT).agg(
        told,
        pl.col("result").eq_missing("not_applicable").all().alias("none"),
        pl.col("value").filter(speaks).n_unique().alias("different"),
    )
    notes = [
        Note("verdicts-differ", criterion.id, str(visit))
        for visit in grouped.filter(pl.col("different") > 1)[VISIT]
        if not isinstance(criterion, Deducted)
    ]
    status = (
        pl.when("none").then(NOT_APPLICABLE)
        .when(pl.col("value").is_null()).then(UNOBSERVED)
        .when(pl.col("value") == full).then(MET)
        .when(pl.col("value") == none).then(MISSED)
        .otherwise(PARTIAL)
    )  # fmt: skip
    grouped = grouped.with_columns(pl.lit(criterion.id).alias("criterion"), status.cast(pl.UInt8).alias("status"))
    return grouped.filter(pl.col("status") != UNOBSERVED), notes


@dataclass(frozen=True, slots=True)
class Settled:
    """One criterion's codes after its verdicts: those that decided, and the visits whose fields say otherwise."""

    codes: pl.Series
    by_hand: pl.DataFrame
    differing: pl.Series


def settle(
    codes: pl.Series, values: pl.Series | None, meaning: Meaning, told: pl.DataFrame, *, judged: bool
) -> Settled:
    """Let the verdicts ``told`` decide what the fields leave open.

    ``codes`` are those of all visits, ``values`` those of the visits that are told of, of a criterion without
    ``meaning.scores``. Of a judged criterion only those are told of that call it not applicable, which it then is,
    whatever was seen.
    """
    now = codes.gather(told["row"])
    value = values if values is not None else looked_up(now, (None, None, None, *meaning.scores), pl.Int64())
    told = told.with_columns(now.alias("now"), value.alias("seen"))
    decides = (pl.col("now") == UNOBSERVED) | judged
    seen = pl.when(pl.col("now") >= FIRST_LEVEL).then("seen")
    other = (pl.col("now") != INVALID) & seen.ne_missing(pl.col("value"))
    differing = told.filter(~decides & other)["row"]
    told = told.filter(decides)
    code = pl.col("status")
    if values is None:
        levels = {score: FIRST_LEVEL + index for index, score in enumerate(meaning.scores)}
        code = pl.col("value").replace_strict(levels, default=NOT_APPLICABLE, return_dtype=pl.UInt8)
    settled = codes.clone().scatter(told["row"], told.select(code.alias("code"))["code"])
    return Settled(settled, told, differing)
