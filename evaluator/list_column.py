"""A column of lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl


def list_column(name: str, lists: Iterable[Sequence[str]]) -> pl.Series:
    """A column of lists of names; as most rows share theirs with others, each different list is made only once."""
    places: dict[tuple[str, ...], int] = {}
    rows = [places.setdefault(tuple(each), len(places)) for each in lists]
    different = pl.Series(name, [list(each) for each in places], dtype=pl.List(pl.String))
    return different.gather(pl.Series(rows, dtype=pl.UInt32))
