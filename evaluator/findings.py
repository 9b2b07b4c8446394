"""Codes -> one row a finding, for the words, tables and pages of people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from duibiao.evaluator.codes import STATUS_OF, Codes
from duibiao.evaluator.columns import padded
from duibiao.evaluator.visits import VISIT

# One row a finding; ``value`` is the score in billionths, or where ``loses`` the points lost in billionths of a
# point. ``status`` is the one before waivers where ``waived`` is true.
COLUMNS: Final[dict[str, pl.DataType]] = {
    VISIT: pl.String(),
    "site": pl.String(),
    "site_type": pl.String(),
    "at": pl.Datetime("us"),
    "criterion": pl.String(),
    "status": pl.String(),
    "code": pl.UInt8(),
    "value": pl.Int64(),
    "loses": pl.Boolean(),
    "measure": pl.Float64(),
    "judged_by_hand": pl.Boolean(),
    "waived": pl.Boolean(),
}


def findings_of(tables: Mapping[str, Codes], frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """All findings, by site, visit and criterion."""
    parts = [_of_kind(table, frames[name]) for name, table in tables.items()]
    found = pl.concat(parts) if parts else pl.DataFrame(schema=COLUMNS)
    return found.sort("site", VISIT, "criterion")


def _of_kind(table: Codes, frame: pl.DataFrame) -> pl.DataFrame:
    measures = _measures(table, frame)
    names = pl.Series(STATUS_OF, dtype=pl.String)
    parts = []
    for criterion, meaning in table.meanings.items():
        visits, status = table.visits(criterion), table.beneath(criterion)
        measure = measures[criterion].gather(visits) if criterion in measures.columns else None
        parts.append(
            pl.DataFrame(
                {
                    "row": visits,
                    "site": table.rows["site"],
                    "code": table.codes[criterion],
                    "value": table.value(criterion),
                    "#status": status,
                    "status": names.gather(status),
                    "waived": table.is_waived(criterion),
                }
            ).with_columns(
                pl.lit(table.kind.site_type.id).alias("site_type"),
                pl.lit(criterion).alias("criterion"),
                pl.lit(meaning.loses).alias("loses"),
                measure.alias("measure") if measure is not None else pl.lit(None, pl.Float64()).alias("measure"),
            )
        )
    found = pl.concat(parts)
    seen = frame.select(VISIT, "at")[found["row"]]
    by_hand = table.by_hand.with_columns(pl.lit(value=True).alias("judged_by_hand"))
    found = found.hstack(seen).join(by_hand, on=["row", "criterion"], how="left", maintain_order="left")
    return found.with_columns(
        pl.col("judged_by_hand").fill_null(value=False),
        pl.when(pl.col("judged_by_hand")).then("#status").otherwise("code").alias("code"),
    ).select(COLUMNS.keys())


def _measures(table: Codes, frame: pl.DataFrame) -> pl.DataFrame:
    """What the words of findings tell beside the score, a row a visit: rates, or how many of n are met."""
    told = [each.measure for each in table.kind.criteria if each.measure is not None]
    stages, _ = table.kind.steps.behind(told)
    frame = padded(frame)
    for stage in stages:
        frame = frame.with_columns(stage)
    return frame.select(told)
