"""Accepted rows -> polars frames, in an order that is that of what they say and not that of the files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from duibiao.evaluator.intake.column import Column, constant
from duibiao.evaluator.submission import ORIGIN, empty

Columns = Mapping[str, Column[object] | Sequence[object]]
_JOIN: Final = "\x1f"


def frame(columns: Columns, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """The frame of these columns; a column that is not given is null throughout."""
    length = len(next(iter(columns.values())))
    return pl.DataFrame([_series(name, columns.get(name), kind, length) for name, kind in schema.items()])


def _series(name: str, column: Column[object] | Sequence[object] | None, kind: pl.DataType, length: int) -> pl.Series:
    if column is None:
        column = constant(None, length)
    if isinstance(column, Column):
        return column.series(name, kind)
    return pl.Series(name, column, kind, strict=True)


def gathered(frames: Sequence[pl.DataFrame], schema: Mapping[str, pl.DataType], keys: Sequence[str]) -> pl.DataFrame:
    """All rows of ``frames``, sorted by ``keys``, and where those are equal by everything that the rows say.

    Only rows that say the same throughout are in the order of the tables that they came from. The frames are taken
    apart on the way, a column at a time, so that rows are never held twice.
    """
    if not frames:
        return empty(schema)
    whole = pl.concat(frames)
    order = whole.select(pl.arg_sort_by(keys)).to_series()
    tied = whole.select(keys)[order].is_duplicated().arg_true()
    if len(tied):
        lists = [name for name, kind in schema.items() if isinstance(kind, pl.List)]
        names = (*(name for name in schema if name not in ORIGIN), *ORIGIN)
        said = [
            pl.col(name).list.join(_JOIN, ignore_nulls=True) if name in lists else pl.col(name)
            for name in names
            if name in schema
        ]
        among = whole[order[tied]].select(pl.arg_sort_by([*keys, *said])).to_series()
        order = order.scatter(tied, order[tied][among])
    del whole
    return pl.DataFrame([pl.concat([each.drop_in_place(name) for each in frames]).gather(order) for name in schema])
