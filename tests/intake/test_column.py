"""Columns by distinct values: whatever is done to one is what is done to the list of its cells."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duibiao.evaluator.intake.column import Column, column_of, constant, zipped

CELLS = st.one_of(
    st.none(),
    st.sampled_from(["", "是", "否", "1"]),
    st.sampled_from([0, 1, 1.0, 0.0, True, False, Decimal(1), Decimal("0.5"), 0.5]),
    st.sampled_from([datetime(2026, 3, 1), ("a", "b"), ()]),
)
LISTS = st.lists(CELLS, max_size=30)


def typed(cells: object) -> list[tuple[type, object]]:
    """Cells with their types, as 1 and True are equal."""
    assert isinstance(cells, list | Column | tuple)
    return [(type(cell), cell) for cell in cells]


@given(LISTS)
def test_a_column_holds_its_cells(cells: list[object]) -> None:
    column = column_of(cells)
    assert typed(column) == typed(cells)
    assert typed([column[row] for row in range(len(column))]) == typed(cells)
    assert typed(column[1:3]) == typed(cells[1:3])
    assert len(set(typed(tuple(column.values)))) == len(column.values)


@given(LISTS, st.data())
def test_some_rows_of_a_column(cells: list[object], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(cells) - 1), max_size=40) if cells else st.just([]))
    assert typed(column_of(cells).take(rows)) == typed([cells[row] for row in rows])


@given(LISTS, st.data())
def test_several_columns_as_one(cells: list[object], data: st.DataObject) -> None:
    others = data.draw(st.lists(CELLS, min_size=len(cells), max_size=len(cells)))
    both = zipped(column_of(cells), constant("x", len(cells)), column_of(others))
    assert [typed(row) for row in both] == [typed(row) for row in zip(cells, "x" * len(cells), others, strict=True)]
    assert (
        len({tuple(typed(row)) for row in both.values}) == len(both.values) == len({tuple(typed(row)) for row in both})
    )


def test_so_many_combinations_that_no_number_counts_them() -> None:
    """Seven columns of a thousand values: a thousand to the power of seven is more than 64 bits hold."""
    columns = [[(row * step) % 1009 for row in range(1000)] for step in (1, 2, 3, 5, 7, 11, 13)]
    assert list(zipped(*map(column_of, columns))) == list(zip(*columns, strict=True))


@given(LISTS)
def test_where_a_value_is_blank(cells: list[object]) -> None:
    column = column_of(cells)
    assert column.where(lambda cell: cell is None).to_list() == [cell is None for cell in cells]
    numbers = [number for number, value in enumerate(column.values) if value is None]
    assert [row for row, _ in column.rows_of(numbers)] == [row for row, cell in enumerate(cells) if cell is None]


def test_equal_cells_are_changed_once() -> None:
    seen: list[str] = []

    def doubled(cell: str) -> str:
        seen.append(cell)
        return cell * 2

    assert list(column_of(["1", "x", "1", "x"]).map(doubled)) == ["11", "xx", "11", "xx"]
    assert seen == ["1", "x"]


def test_a_column_of_polars_is_strict() -> None:
    column = column_of(["a", None, "a"])
    assert column.series("site", pl.String()).to_list() == ["a", None, "a"]
    with pytest.raises(TypeError):
        column_of([1.5, "a"]).series("count", pl.Float64())


def test_some_of_the_rows_in_their_order() -> None:
    column = column_of(["a", "b", "a"])
    assert list(column.among(pl.Series([0, 2], dtype=pl.UInt32()))) == ["a", "a"]
    assert column.among(pl.Series([0, 1, 2], dtype=pl.UInt32())) is column
