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

# A stored column -> the values of its rows, and which of them are plainly right; null is nothing observed.
Plain = Callable[[pl.Series], tuple[pl.Series, pl.Series] | None]
_WHOLE: Final = frozenset({pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64})
_DAY: Final = {"d": 1, "ms": 86_400_000, "us": 86_400_000_000}
_FIRST, _LAST = (day.toordinal() - date(1970, 1, 1).toordinal() for day in (date(1900, 1, 1), date(2199, 12, 31)))


def _number(source: pl.Series) -> tuple[pl.Series, pl.Series] | None:
    """A finite number; what is stored of others is null already."""
    if source.dtype not in _WHOLE and source.dtype != pl.Float64:
        return None
    values = source.cast(pl.Float64)
    return values.set(values == 0, 0.0), pl.repeat(True, len(source), dtype=pl.Boolean(), eager=True)


def _count(source: pl.Series) -> tuple[pl.Series, pl.Series] | None:
    """A whole number from 0."""
    found = _number(source)
    if found is None:
        return None
    above = source >= 0
    return found[0], above if source.dtype in _WHOLE else above & (source == source.floor())


def _yes_no(source: pl.Series) -> tuple[pl.Series, pl.Series] | None:
    if source.dtype == pl.Boolean:
        return source, pl.repeat(True, len(source), dtype=pl.Boolean(), eager=True)
    if source.dtype in _WHOLE:
        return source == 1, source.is_between(0, 1)
    return None


def moment(source: pl.Series) -> tuple[pl.Series, pl.Series] | None:
    """A day, or a time on it by the clock of the place."""
    dtype = source.dtype
    unit = (
        "d" if dtype == pl.Date else dtype.time_unit if isinstance(dtype, pl.Datetime) and not dtype.time_zone else ""
    )
    if unit not in _DAY:
        return None
    known = source.to_physical().is_between(_FIRST * _DAY[unit], (_LAST + 1) * _DAY[unit] - 1)
    return source.set(~known, None).cast(pl.Datetime("us")), known


def day(source: pl.Series) -> tuple[pl.Series, pl.Series] | None:
    """A day; a time of day behind it is left out."""
    found = moment(source)
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
    found = plain(cells.source)
    if found is None:
        return None
    values, right = found
    return values, (~(right | cells.source.is_null())).arg_true()
