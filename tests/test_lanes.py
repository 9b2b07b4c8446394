"""Columns side by side in one number add up as they do alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from duibiao.evaluator.lanes import BITS, lanes

CELLS = st.one_of(
    st.integers(0, 1), st.integers(0, 3).map(lambda each: each * 250_000_000), st.integers(0, 100 * 10**9)
)


@given(
    st.integers(0, 6).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1)),
    st.data(),
)
def test_sums_are_those_of_each_column(table: list[list[int]], data: st.DataObject) -> None:
    whole = np.array(table, dtype=np.int64).reshape(len(table), -1)
    places = st.integers(0, len(table) - 1)
    draws = data.draw(st.lists(st.tuples(places, places, places), min_size=1, max_size=5))
    rows = np.array(draws, dtype=np.int64).T
    expected = [[sum(table[row][column] for row in draw) for draw in draws] for column in range(whole.shape[1])]
    packed = lanes(whole, 3)
    assert packed.sums(rows).tolist() == expected
    groups = np.tile(np.arange(len(draws)), 3)
    assert packed.sums_by(groups, rows.ravel(), len(draws)).tolist() == expected


def test_what_is_small_shares_a_lane_and_nothing_takes_no_room() -> None:
    table = np.array([[1, 0, 10**9, 10**11 + 1], [0, 0, 0, 10**11]], dtype=np.int64)
    packed = lanes(table, 200)
    assert [(each.lane, each.bits) for each in packed.columns] == [(0, 8), (0, 0), (0, 8), (1, 45)]
    assert packed.packed.shape == (2, 2)
    assert all(each.below + each.bits <= BITS for each in packed.columns)
