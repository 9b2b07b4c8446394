"""Columns whose stored type says what is read: numbers, yes or no, days. What is not plainly right is told apart.

Whatever stands here is read by ``values.py`` to the same value, a cell at a time; what does not is left to that.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

import polars as pl

from duibiao.criteria.models import Field
from duibiao.evaluator.intake.column import Column, Stored, distinct
from duibiao.evaluator.intake.names import clean

# The type of a stored column -> the values of its rows, and which of them are plainly right, as expressions of CELL, or
# None where each cell has to be looked at. Null is nothing observed.
Plain = Callable[[pl.DataType], tuple[pl.Expr, pl.Expr] | None]
CELL: Final = pl.col("cell")
_WHOLE: Final = frozenset({pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64})
_DAY: Final = {"d": 1, "ms": 86_400_000, "us": 86_400_000_000}
_FIRST, _LAST = (day.toordinal() - date(1970, 1, 1).toordinal() for day in (date(1900, 1, 1), date(2199, 12, 31)))


def _number(dtype: pl.DataType) -> tuple[pl.Expr, pl.Expr] | None:
    """A finite number; others are looked at, and refused there."""
    if dtype in _WHOLE:
        return CELL.cast(pl.Float64), pl.lit(True)
    return (pl.when(CELL == 0).then(0.0).otherwise(CELL), CELL.is_finite()) if dtype == pl.Float64 else None


def _count(dtype: pl.DataType) -> tuple[pl.Expr, pl.Expr] | None:
    """A whole number from 0."""
    found = _number(dtype)
    if found is None:
        return None
    values, right = found[0], found[1] & (CELL >= 0)
    return values, right if dtype in _WHOLE else right & (CELL.floor() == CELL)


def _yes_no(dtype: pl.DataType) -> tuple[pl.Expr, pl.Expr] | None:
    if dtype == pl.Boolean:
        return CELL, pl.lit(True)
    return (CELL == 1, CELL.is_between(0, 1)) if dtype in _WHOLE else None


def moment(dtype: pl.DataType) -> tuple[pl.Expr, pl.Expr] | None:
    """A day, or a time on it by the clock of the place."""
    match dtype:
        case pl.Date():
            unit = "d"
        case pl.Datetime(time_unit="ms" | "us" as unit, time_zone=None):
            pass
        case _:
            return None
    known = CELL.to_physical().is_between(_FIRST * _DAY[unit], (_LAST + 1) * _DAY[unit] - 1)
    return pl.when(known).then(CELL).cast(pl.Datetime("us")), known


def day(dtype: pl.DataType) -> tuple[pl.Expr, pl.Expr] | None:
    """A day; a time of day behind it is left out."""
    found = moment(dtype)
    return None if found is None else (found[0].dt.date(), found[1])


def plain_of(field: Field) -> Plain | None:
    """How the stored columns of a field are read; None where each cell has to be looked at."""
    match field.kind:
        case "count":
            return _count
        case "number":
            return _number
        case "percent" if clean(field.unit or "") != "%":
            return _number
        case "yes_no":
            return _yes_no
        case "date":
            return day
        case _:
            return None


def as_it_is(values: pl.Series) -> Column[object]:
    """The distinct values of a column that was read."""
    found, numbers = distinct(values)
    return Column(found.to_list(), numbers)


def read_plainly(cells: Column[object], plain: Plain | None) -> tuple[pl.Series, pl.Series] | None:
    """The values of a stored column, and the rows (from 0) that each have to be looked at; None where that is all."""
    if plain is None or not isinstance(cells, Stored):
        return None
    found = plain(cells.source.dtype)
    if found is None:
        return None
    values, right = found
    read = cells.source.to_frame("cell").select(values.alias("value"), (~right).fill_null(False).alias("other"))
    return read["value"], read["other"].arg_true()
