"""Columns that hold one value throughout: polars plans a query for each `repeat`, which takes thirty times as long."""

from __future__ import annotations

import polars as pl


def uniform(value: object, length: int, kind: pl.DataType) -> pl.Series:
    """A column of ``length`` times one value."""
    return pl.Series([value], dtype=kind).new_from_index(0, length)
