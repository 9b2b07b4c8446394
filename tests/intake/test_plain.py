"""Columns that are stored as what they mean are read at once, to the very values that each cell is read to by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from duibiao.criteria.models import Catalogue, Field
from duibiao.evaluator.intake.column import Column, Stored, column_of, distinct
from duibiao.evaluator.intake.headers import Recognised
from duibiao.evaluator.intake.mapping import NOTHING_GIVEN
from duibiao.evaluator.intake.percents import read_values
from duibiao.evaluator.intake.plain import day, moment, plain_of, read_plainly
from duibiao.evaluator.intake.reading import Reading
from duibiao.evaluator.intake.records import records_of
from duibiao.evaluator.intake.tables import where_blank, where_silent
from duibiao.evaluator.intake.values import Reader, is_blank, read_date, read_moment, says_nothing
from duibiao.evaluator.submission import COLUMN_OF_KIND

FIELDS = ("stalls", "noise", "priced", "tested", "clean", "cleaned_on", "stench", "drains", "services", "remark")
WHOLE = (pl.Int8(), pl.Int16(), pl.Int32(), pl.Int64(), pl.UInt8(), pl.UInt16(), pl.UInt32(), pl.UInt64(), pl.Int128())
_HUGE = [2**53 + 1, 2**63 - 1, -(2**63), 2**64 - 1]
_FLOATS = [0.0, -0.0, 1.0, -1.0, 0.5, 3.0, 88.0, 1e15, 1e16, 1e300, 5e-324, float("nan"), float("inf"), 79.2, 0.792]
_DAYS = [
    date(2026, 3, 6),
    date(1900, 1, 1),
    date(1899, 12, 31),
    date(2199, 12, 31),
    date(2200, 1, 1),
    date(9999, 12, 31),
]
_STORED_DAYS = [0, 20518, -(10**6), 10**7, 2**31 - 1, -(2**31)]


@st.composite
def columns(draw: st.DrawFn) -> pl.Series:
    """A column of a parquet file, of any type that a field may have there."""
    kind = draw(st.sampled_from(["whole", "float", "float32", "decimal", "yes_no", "day", "stored day", "moment", "zone", "text", "word", "null"]))  # fmt: skip
    match kind:
        case "whole":
            whole = draw(st.sampled_from(WHOLE))
            found = draw(st.lists(st.none() | st.sampled_from([0, 1, 2, 3, -1, 100, *_HUGE]), max_size=8))
            return pl.Series(found, dtype=pl.Int128()).cast(whole, strict=False)
        case "float" | "float32":
            real = pl.Float64() if kind == "float" else pl.Float32()
            return pl.Series(draw(st.lists(st.none() | st.sampled_from(_FLOATS) | st.floats(), max_size=8)), dtype=pl.Float64()).cast(real)  # fmt: skip
        case "decimal":
            return pl.Series(draw(st.lists(st.none() | st.sampled_from(["0.79", "3", "-1"]), max_size=8)), dtype=pl.String()).cast(pl.Decimal(10, 2))  # fmt: skip
        case "yes_no":
            return pl.Series(draw(st.lists(st.none() | st.booleans(), max_size=8)), dtype=pl.Boolean())
        case "day":
            return pl.Series(
                draw(st.lists(st.none() | st.sampled_from(_DAYS) | st.dates(), max_size=8)), dtype=pl.Date()
            )
        case "stored day":
            return pl.Series(draw(st.lists(st.none() | st.sampled_from(_STORED_DAYS), max_size=8)), dtype=pl.Int32()).cast(pl.Date())  # fmt: skip
        case "moment" | "zone":
            unit: Any = draw(st.sampled_from(["ms", "us", "ns"]))
            stored = draw(
                st.lists(
                    st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(17 * 10**17, 18 * 10**17), max_size=8
                )
            )
            return pl.Series(stored, dtype=pl.Int64()).cast(
                pl.Datetime(unit, "Asia/Shanghai" if kind == "zone" else None)
            )
        case "text" | "word":
            words = [
                "是",
                "否",
                "3",
                " 3 ",
                "三处",
                "79%",
                "2026-03-06",
                "无",
                "A",
                "寄存",
                "/",
                "",
                "\x01",
                "晴",
                "０.５",
            ]
            texts = pl.Series(draw(st.lists(st.none() | st.sampled_from(words), max_size=8)), dtype=pl.String())
            return texts if kind == "text" else texts.cast(pl.Categorical())
        case _:
            return pl.Series([None] * draw(st.integers(0, 3)), dtype=pl.Null())


def reading_of(series: pl.Series) -> Reading:
    """A table with this column, under a header that is no field, and nothing else."""
    table = records_of(pl.DataFrame({"甲": pl.Series(["x"] * len(series), dtype=pl.String()), "乙": series})).table(
        "w", ""
    )
    return Reading(table, Recognised("wide", {}, {}), NOTHING_GIVEN, 0)


def rejected(reading: Reading) -> list[tuple[object, ...]]:
    """What is rejected, in its order."""
    return [(each.row, each.cell, each.code, each.value, each.reason) for each in reading.rejects]


@pytest.mark.parametrize("key", FIELDS)
@settings(max_examples=150, deadline=None)
@given(series=columns(), some=st.booleans())
@example(series=pl.Series([3.0, 2.5, -1.0, None, -0.0]), some=True)
@example(series=pl.Series([True, None, False]), some=False)
def test_a_column_at_once_is_its_cells_one_by_one(
    key: str, catalogue: Catalogue, series: pl.Series, some: bool
) -> None:
    form = catalogue.form("market")
    at_once, one_by_one = reading_of(series), reading_of(series)
    rows = at_once.every.gather_every(2) if some else at_once.every
    values = read_values(at_once, key, (1,), form, rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("duibiao.evaluator.intake.percents.plain_of", lambda _: None)
        expected = read_values(one_by_one, key, (1,), form, rows)
    kind = COLUMN_OF_KIND[form[key].kind]
    assert values.series("v", kind).equals(expected.series("v", kind), null_equal=True)
    assert signs(values, kind) == signs(expected, kind)
    assert list(values) == list(expected)
    assert rejected(at_once) == rejected(one_by_one)
    assert at_once.unread(key) == one_by_one.unread(key)


def signs(values: Column[object], kind: pl.DataType) -> list[str]:
    """The values as text: -0.0 is no 0.0 there."""
    return [repr(each) for each in values.series("v", kind).to_list()]


@pytest.mark.parametrize(("read", "plain"), [(read_moment, moment), (read_date, day)], ids=["moment", "day"])
@settings(max_examples=150, deadline=None)
@given(series=columns())
def test_days_at_once_are_those_one_by_one(
    read: Callable[..., object], plain: Callable[..., object], series: pl.Series
) -> None:
    at_once, one_by_one = reading_of(series), reading_of(series)
    for each in (at_once, one_by_one):
        each.columns["date"] = (1,)
    reader: Reader = partial(read, epoch=None)
    assert list(at_once.read("date", reader, plain)) == list(one_by_one.read("date", reader))  # type: ignore[arg-type]
    assert rejected(at_once) == rejected(one_by_one)


@settings(max_examples=200, deadline=None)
@given(series=columns())
def test_what_is_blank_is_seen_without_looking(series: pl.Series) -> None:
    column = reading_of(series).raw.columns[1]
    cells = column_of(list(column))
    assert where_blank(column).to_list() == cells.where(is_blank).to_list()
    assert where_silent(column).to_list() == cells.where(says_nothing).to_list()


@settings(max_examples=200, deadline=None)
@given(series=columns())
def test_distinct_values_and_their_numbers(series: pl.Series) -> None:
    values, numbers = distinct(series)
    assert values.gather(numbers).equals(series, null_equal=True)
    assert (values[0], numbers.dtype, len(values)) == (None, pl.UInt32(), series.drop_nulls().n_unique() + 1)


PLAIN: list[tuple[str, pl.Series, list[object] | None]] = [  # field, column, values; None where each cell is looked at
    ("stalls", pl.Series([3, 0, None]), [3.0, 0.0, None]), ("stalls", pl.Series([3.0, None]), [3.0, None]),
    ("stalls", pl.Series(["3"]), None), ("stalls", pl.Series([True]), None), ("stalls", pl.Series([date(2026, 3, 6)]), None),
    ("noise", pl.Series([60.5, -0.0, None]), [60.5, 0.0, None]), ("noise", pl.Series([3], dtype=pl.Int8), [3.0]),
    ("noise", pl.Series(["0.5"]).cast(pl.Decimal(3, 1)), None), ("priced", pl.Series([0.5, 2.0]), [0.5, 2.0]),
    ("tested", pl.Series([95.0]), None), ("clean", pl.Series([True, None]), [True, None]), ("clean", pl.Series([1, 0]), [True, False]),
    ("clean", pl.Series([1.0]), None), ("cleaned_on", pl.Series([date(2026, 3, 6)]), [date(2026, 3, 6)]),
    ("cleaned_on", pl.Series([datetime(2026, 3, 6, 23, 59)]), [date(2026, 3, 6)]),
    ("cleaned_on", pl.Series([datetime(2026, 3, 6)]).cast(pl.Datetime("ns")), None),
    ("cleaned_on", pl.Series([datetime(2026, 3, 6)]).dt.replace_time_zone("UTC"), None),
    ("cleaned_on", pl.Series([3]), None), ("stench", pl.Series([1]), None), ("remark", pl.Series([1]), None),
]  # fmt: skip


@pytest.mark.parametrize(("key", "series", "values"), PLAIN)
def test_what_is_plain(catalogue: Catalogue, key: str, series: pl.Series, values: list[object] | None) -> None:
    found = read_plainly(reading_of(series).raw.columns[1], plain_of(field(catalogue, key)))
    assert (None if found is None else (found[0].to_list(), found[1].to_list())) == (
        None if values is None else (values, [])
    )


ODD: list[tuple[str, pl.Series, list[int]]] = [  # field, column, the rows that are looked at
    ("stalls", pl.Series([3, -1, None, -2]), [1, 3]), ("stalls", pl.Series([3.0, 2.5, -1.0]), [1, 2]), ("clean", pl.Series([1, 2, None]), [1]),
    ("cleaned_on", pl.Series([date(1899, 12, 31), date(1900, 1, 1), date(2199, 12, 31), date(2200, 1, 1)]), [0, 3]),
]  # fmt: skip


@pytest.mark.parametrize(("key", "series", "rows"), ODD)
def test_what_is_looked_at(catalogue: Catalogue, key: str, series: pl.Series, rows: list[int]) -> None:
    found = read_plainly(reading_of(series).raw.columns[1], plain_of(field(catalogue, key)))
    assert found is not None
    assert found[1].to_list() == rows


def field(catalogue: Catalogue, key: str) -> Field:
    """A field of markets."""
    return catalogue.form("market")[key]


def test_cells_of_other_files_are_looked_at(catalogue: Catalogue) -> None:
    assert read_plainly(column_of([3, 4]), plain_of(field(catalogue, "stalls"))) is None


def test_a_stored_column_looks_its_values_up_once() -> None:
    looked: list[int] = []

    def coded(series: pl.Series) -> Column[object]:
        looked.append(len(series))
        values, numbers = distinct(series)
        return Column(values.to_list(), numbers)

    column = Stored(pl.Series([3, 4, 3]), coded)
    assert (len(column), column.take([2, 1]).series("x", pl.Int64()).to_list(), looked) == (3, [3, 4], [])
    assert (list(column), column[1], list(column[1:]), looked) == ([3, 4, 3], 4, [4, 3], [3])
    assert (list(column.take([2, 1])), looked) == ([3, 4], [3])
