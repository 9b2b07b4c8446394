"""A column as its distinct values and, for each row, the number of one: of a million rows most say what others say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count, repeat
from typing import Any, Final, TypeVar, cast, overload

import polars as pl

from duibiao.evaluator.uniform import uniform

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")

_NUMBERS: Final = frozenset({bool, int, float, Decimal})  # 1, 1.0 and True are equal, and not the same cell
_LARGEST: Final = 1 << 62


@dataclass(frozen=True, slots=True, eq=False)
class Column(Sequence[T_co]):
    """One column, dictionary-encoded: row ``i`` holds ``values[numbers[i]]``; ``numbers`` is UInt32, without nulls.

    A value may stand in ``values`` twice, or in no row.
    """

    values: Sequence[T_co]
    numbers: pl.Series

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[T_co]:
        if len(self.values) == 1:
            return repeat(self.values[0], len(self))
        return map(self.values.__getitem__, self.numbers.to_list())

    @overload
    def __getitem__(self, row: int) -> T_co: ...
    @overload
    def __getitem__(self, row: slice) -> Column[T_co]: ...
    def __getitem__(self, row: int | slice) -> T_co | Column[T_co]:
        if isinstance(row, slice):
            return Column(self.values, self.numbers[row])
        return self.values[int(self.numbers[row])]

    def map(self, change: Callable[[T_co], U]) -> Column[U]:
        """The column with every value changed; equal ones are changed once."""
        return Column(list(map(change, self.values)), self.numbers)

    def take(self, rows: pl.Series | list[int]) -> Column[T_co]:
        """Some of the rows, in this order."""
        return Column(self.values, self.numbers.gather(rows))

    def among(self, rows: pl.Series) -> Column[T_co]:
        """Some of the rows, each once and in the order in which they stand."""
        return self if len(rows) == len(self) else self.take(rows)

    def where(self, test: Callable[[T_co], object]) -> pl.Series:
        """In which rows the value passes a test: a Boolean for each row."""
        return self._among([number for number, value in enumerate(self.values) if test(value)])

    def rows_of(self, numbers: Collection[int]) -> Iterator[tuple[int, int]]:
        """The rows that hold one of the values with these ``numbers``, each with its number."""
        if not numbers:
            return iter(())
        rows = self._among(numbers).arg_true()
        return zip(rows, self.numbers.gather(rows), strict=True)

    def _among(self, numbers: Collection[int]) -> pl.Series:
        if len(numbers) in {0, len(self.values)}:
            return uniform(bool(numbers), len(self), pl.Boolean())
        return self.numbers.is_in(pl.Series(list(numbers), dtype=pl.UInt32()).implode())

    def series(self, name: str, kind: pl.DataType) -> pl.Series:
        """The column as polars has it; raises ``TypeError`` for a value that is not of this kind."""
        return pl.Series(name, self.values, kind, strict=True).gather(self.numbers)


class Stored(Column[T_co]):
    """A column as polars stores it; ``coded`` gives its distinct values and their numbers where those are asked for."""

    __slots__ = ("_coded", "_column", "source")

    def __init__(self, source: pl.Series, coded: Callable[[pl.Series], Column[T_co]]) -> None:
        for name, value in (("source", source), ("_coded", coded), ("_column", None)):
            object.__setattr__(self, name, value)

    source: pl.Series
    _coded: Callable[[pl.Series], Column[T_co]]
    _column: Column[T_co] | None

    @property
    def column(self) -> Column[T_co]:
        """The column with its distinct values looked up."""
        if self._column is None:
            object.__setattr__(self, "_column", self._coded(self.source))
        assert self._column is not None
        return self._column

    @property
    def values(self) -> Sequence[T_co]:
        """The distinct values."""
        return self.column.values

    @property
    def numbers(self) -> pl.Series:
        """The number of the value of each row."""
        return self.column.numbers

    def __len__(self) -> int:
        return len(self.source)

    def take(self, rows: pl.Series | list[int]) -> Column[T_co]:
        """Some of the rows, in this order."""
        if self._column is not None:
            return self._column.take(rows)
        return Stored(self.source[rows], self._coded)

    def series(self, name: str, kind: pl.DataType) -> pl.Series:
        """The column as polars has it."""
        return self.source.cast(kind).alias(name)


def distinct(series: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The distinct values of a stored column, of which the first is null, and the number of the one in each row."""
    if series.dtype == pl.String:
        values = series.drop_nulls().unique(maintain_order=True)
        numbers = series.cast(pl.Enum(values)).to_physical().cast(pl.UInt32()) + 1
    else:
        first = series.arg_unique().filter(series.gather(series.arg_unique()).is_not_null())
        numbers = series.rank("dense").cast(pl.UInt32())
        values = series.gather(first.gather(numbers.gather(first).arg_sort()))
    return pl.concat([series.clear(1), values]), numbers.fill_null(0)


def column_of(cells: Sequence[T]) -> Column[T]:
    """The column of these cells, which can be hashed."""
    known: defaultdict[object, int] = defaultdict(count().__next__)
    numbers = list(map(known.__getitem__, cells))
    values: list[Any] = list(known)
    if not _NUMBERS.isdisjoint(map(type, values)) and len(_NUMBERS.intersection(map(type, cells))) > 1:
        known = defaultdict(count().__next__)
        numbers = [known[type(cell), cell] for cell in cells]
        values = [cell for _, cell in cast(dict[tuple[type, T], int], known)]
    return Column(values, pl.Series(numbers, dtype=pl.UInt32()))


def constant(value: T, length: int) -> Column[T]:
    """A column that holds one value throughout."""
    return Column([value], uniform(0, length, pl.UInt32()))


def zipped(*columns: Column[Any]) -> Column[tuple[Any, ...]]:
    """The rows of several columns of one length; every combination that occurs is one value."""
    key, size = columns[0].numbers.cast(pl.UInt64()), len(columns[0].values)
    for column in columns[1:]:
        if len(column.values) > 1:
            if size * len(column.values) > _LARGEST:
                key, size = _dense(key), len(key)
            key, size = key * len(column.values) + column.numbers, size * len(column.values)
    first = key.arg_unique()
    numbers = _dense(key).cast(pl.UInt32())
    in_order = first.gather(numbers.gather(first).arg_sort())
    return Column(list(zip(*(column.take(in_order) for column in columns), strict=True)), numbers)


def _dense(key: pl.Series) -> pl.Series:
    """The same groups of rows, numbered from 0."""
    return (key.rank("dense") - 1).cast(pl.UInt64())
