"""Codes -> one row a finding, for the words, tables and pages of people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from duibiao.evaluator.codes import STATUS_OF, Codes
from duibiao.evaluator.columns import padded
from duibiao.evaluator.rules import FIRST_LEVEL
from duibiao.evaluator.uniform import uniform
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
    found = _long(table.codes, "code").join(
        _meanings(table), on=["criterion", "code"], how="left", maintain_order="left"
    )
    for columns, name, kind in (
        (table.values, "own", pl.Int64()),
        (table.back, "back", pl.UInt32()),
        (table.waived, "waived", pl.Boolean()),
    ):
        if columns.width:
            found = found.join(_long(columns, name), on=["place", "criterion"], how="left", maintain_order="left")
        else:
            found = found.hstack([uniform(None, found.height, kind).alias(name)])
    last = table.rows["last"].gather(found["place"])
    found = found.with_columns(
        table.rows["site"].gather(found["place"]),
        table.order.gather(last - found["back"].fill_null(0)).alias("row"),
    )
    found = found.hstack(frame.select(VISIT, "at")[found["row"]])
    by_hand = table.by_hand.with_columns(pl.lit(value=True).alias("judged_by_hand"))
    measures = _measures(table, frame, found["row"].unique())
    for told in (by_hand, measures):
        found = found.join(told, on=["row", "criterion"], how="left", maintain_order="left")
    return found.with_columns(
        pl.lit(table.kind.site_type.id).alias("site_type"),
        pl.coalesce("own", "score").alias("value"),
        pl.col("waived", "judged_by_hand").fill_null(value=False),
        pl.when(pl.col("judged_by_hand")).then("#status").otherwise("code").alias("code"),
    ).select(COLUMNS.keys())


def _long(columns: pl.DataFrame, name: str) -> pl.DataFrame:
    """place (the row of the table), criterion and what the columns have there."""
    return columns.with_row_index("place").unpivot(index="place", variable_name="criterion", value_name=name)


def _meanings(table: Codes) -> pl.DataFrame:
    """For every criterion and code the status (its number and its name), the score and whether points are lost."""
    rows = [
        (name, code, status, STATUS_OF[status], dict(enumerate(meaning.scores, FIRST_LEVEL)).get(code), meaning.loses)
        for name, meaning in table.meanings.items()
        for code, status in enumerate(meaning.statuses)
    ]
    return pl.DataFrame(rows, orient="row", schema={
        "criterion": pl.String(), "code": pl.UInt8(), "#status": pl.UInt8(), "status": pl.String(),
        "score": pl.Int64(), "loses": pl.Boolean(),
    })  # fmt: skip


def _measures(table: Codes, frame: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """What the words of findings tell beside the score: rates, or how many of n are met; by row and criterion, of some
    ``rows`` of the visits."""
    told = [each.measure for each in table.kind.criteria if each.measure is not None]
    if not told:
        return pl.DataFrame(schema={"row": pl.UInt32(), "criterion": pl.String(), "measure": pl.Float64()})
    stages, _ = table.kind.steps.behind(told)
    seen = padded(frame[rows])
    for stage in stages:
        seen = seen.with_columns(stage)
    found = _long(seen.select(told).head(len(rows)), "measure")
    return found.select(rows.gather(found["place"]).alias("row"), "criterion", "measure")
