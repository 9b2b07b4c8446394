"""A column of lists is what polars itself makes of them, however many rows share one."""

from __future__ import annotations

import polars as pl
import pytest

from duibiao.evaluator.list_column import list_column


@pytest.mark.parametrize(
    "lists",
    [
        [],
        [[]],
        [["甲"], [], ["乙", "甲"], ["甲"], ["甲", "乙"], []],
        [("甲", "乙"), ["甲", "乙"]],
    ],
)
def test_rows_keep_their_lists_and_their_order(lists: list[list[str]]) -> None:
    made = list_column("units", iter(lists))
    plain = pl.Series("units", [list(each) for each in lists], dtype=pl.List(pl.String))
    assert (made.name, made.dtype, made.to_list()) == (plain.name, plain.dtype, plain.to_list())
