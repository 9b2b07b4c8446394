"""Sums over tables of codes, without a row for every finding: by group and criterion, by row, and where gaps are.

All sums are whole numbers, so that no order of rows changes them. A group is a whole number for every row of a table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from math import lcm, prod
from typing import TYPE_CHECKING, Final

import polars as pl

from duibiao.evaluator.codes import MET, MISSED, PARTIAL, STATUS_OF, WAIVED, Codes, Meaning
from duibiao.evaluator.columns import E9
from duibiao.evaluator.rules import FIRST_LEVEL, INVALID, UNOBSERVED
from duibiao.evaluator.sums import INT64_MAX, TooLarge

if TYPE_CHECKING:
    from duibiao.evaluator.inspections import Bytes, Flags, Numbers, Whole

COUNTED: Final = (MET, PARTIAL, MISSED)
OPEN: Final = (UNOBSERVED, INVALID)
GAPS: Final = (PARTIAL, MISSED)
BLOCK: Final = 131_072  # rows that are added up at a time: few enough for the cache, enough for threads not to queue
ENTRIES: Final = 4_096  # of a table that is looked up, so that it stays there too
BINS: Final = 65_536  # of a table in which is counted


@dataclass(frozen=True, slots=True)
class Tallies:
    """The findings of every group by criterion.

    ``counts[c, g, s]`` is how many findings of criterion c in group g have status s (numbers as in ``STATUS_OF``);
    ``values[c, g]`` the sum in billionths (scores, or points lost) of those that are met, partial or missed.
    """

    criteria: tuple[str, ...]
    counts: Whole
    values: Whole

    def frame(self) -> pl.DataFrame:
        """criterion, group (UInt32), a column (Int64) for each status, value (Int64); without empty ones."""
        number, groups = self.values.shape
        columns = {name: self.counts[:, :, status].ravel() for status, name in enumerate(STATUS_OF)}
        where = pl.select(
            pl.Series("criterion", self.criteria, dtype=pl.String).repeat_by(groups).explode(),
            pl.int_range(number * groups, dtype=pl.UInt32).mod(groups).alias("group"),
        )
        found = where.with_columns(**{key: pl.Series(each) for key, each in columns.items()})
        found = found.with_columns(value=pl.Series(self.values.ravel()))
        return found.filter(pl.sum_horizontal(STATUS_OF) > 0)


def tallies(codes: Codes, groups: Numbers, number: int) -> Tallies:
    """Add up a table by ``groups`` (for every row 0 to ``number`` - 1). Raises TooLarge."""
    import numpy as np

    group = np.asarray(groups).astype(np.uint32)
    size = np.bincount(group, minlength=number)
    valued = any(not meaning.scores for meaning in codes.meanings.values())
    order = np.argsort(group, kind="stable") if valued else group[:0]
    filled = np.flatnonzero(size)
    starts = (np.cumsum(size) - size)[filled]
    shape = (len(codes.meanings), number)
    counts, values = np.zeros((*shape, len(STATUS_OF)), np.int64), np.zeros(shape, np.int64)
    most, largest = max(meaning.most for meaning in codes.meanings.values()), int(size.max())
    if most * largest > INT64_MAX:
        raise TooLarge(f"{largest} x {most}")

    def add(together: Sequence[Counted]) -> None:
        bins = number * prod(each.size for each in together)
        cells = np.zeros(bins, np.int64)
        for start in range(0, len(group), 4 * bins):
            at = group[start : start + 4 * bins]
            for each in together:
                at = at * np.uint32(each.size) + _code(codes, each.criterion, start, len(at))
            cells += np.bincount(at, minlength=bins)
        by_code = cells.reshape(number, *(each.size for each in together))
        for axis, each in enumerate(together, 1):
            others = tuple(other for other in range(1, by_code.ndim) if other != axis)
            of_code = by_code.sum(axis=others)
            meaning = codes.meanings[each.criterion]
            for code, status in enumerate((*meaning.statuses, WAIVED)):
                counts[each.index, :, status] += of_code[:, code]
            if meaning.scores:
                values[each.index] = of_code[:, FIRST_LEVEL:-1] @ np.array(meaning.scores, np.int64)
            elif len(filled):
                told = _values(codes, each.criterion)
                values[each.index, filled] = np.add.reduceat(told[order], starts)

    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        list(pool.map(add, _together(codes, number)))
    return Tallies(tuple(codes.meanings), counts, values)


@dataclass(frozen=True, slots=True)
class Counted:
    """A criterion whose codes are counted: its place among all, and how many codes it has."""

    index: int
    criterion: str
    size: int


def _together(codes: Codes, groups: int) -> Iterator[list[Counted]]:
    """The criteria, as many together as can be counted in one table of ``BINS``; one at least."""
    some: list[Counted] = []
    for index, (criterion, meaning) in enumerate(codes.meanings.items()):
        size = len(meaning.statuses) + 1  # with waived
        if some and groups * prod(each.size for each in some) * size > BINS:
            yield some
            some = []
        some.append(Counted(index, criterion, size))
    yield some


def _code(codes: Codes, criterion: str, start: int, number: int) -> Bytes:
    """The codes of a criterion at ``number`` rows from ``start`` on; waived findings have the code after the last.

    What lies in one chunk is not copied.
    """
    import numpy as np

    code = codes.codes[criterion].slice(start, number).to_numpy()
    if criterion not in codes.waived.columns:
        return code
    waived = codes.waived[criterion].slice(start, number).to_numpy()
    return np.where(waived, np.uint8(len(codes.meanings[criterion].statuses)), code)


def _values(codes: Codes, criterion: str) -> Whole:
    """The billionths beside the codes of a criterion; 0 where nothing counts."""
    import numpy as np

    told = codes.values[criterion].fill_null(0).to_numpy()
    return np.where(codes.waived[criterion], 0, told) if criterion in codes.waived.columns else told


def values_by_group(codes: Codes, criterion: str, groups: Numbers) -> pl.DataFrame:
    """group (UInt32), value (Int64), number (UInt32): how often each value stands among the counted findings."""
    counted = codes.statuses(criterion).is_in(COUNTED)
    told = pl.DataFrame({"group": pl.Series(groups, dtype=pl.UInt32), "value": codes.value(criterion)}).filter(counted)
    return told.group_by("group", "value").agg(pl.len().alias("number")).sort("group", "value")


# ------------------------------------------------------------------ by row


@dataclass(frozen=True, slots=True)
class Terms:
    """What the findings of criteria add to a sum: one of criterion c and status s ``by_status[c][s]``, and where it is
    met, partial or missed its value (billionths of its score, or of points lost) times ``by_value[c]``."""

    by_status: Mapping[str, Sequence[int]]
    by_value: Mapping[str, int]

    def table(self, criterion: str, meaning: Meaning) -> list[int]:
        """What every code adds, and at the end what a waived finding adds; values that stand beside aside."""
        told, times = self.by_status.get(criterion, (0,) * len(STATUS_OF)), self.by_value.get(criterion, 0)
        table = [told[status] for status in meaning.statuses]
        for code, score in enumerate(meaning.scores, FIRST_LEVEL):
            table[code] += times * score
        return [*table, told[WAIVED]]

    def bound(self, criterion: str, meaning: Meaning) -> int:
        """What one finding adds at most, in size."""
        return max(map(abs, self.table(criterion, meaning))) + abs(self.by_value.get(criterion, 0)) * meaning.most


def row_sums(codes: Codes, wanted: Sequence[Terms]) -> list[pl.Series]:
    """For every row some sums (Int64) over its findings. Raises TooLarge."""
    import numpy as np

    for each in wanted:
        bound = sum(each.bound(criterion, meaning) for criterion, meaning in codes.meanings.items())
        if bound > INT64_MAX:
            raise TooLarge(str(bound))

    counting = [
        name for name in codes.meanings if any(name in each.by_status or name in each.by_value for each in wanted)
    ]
    bundles = list(_bundled(codes, counting, wanted))
    valued = [
        (index, each.by_value[name], _values(codes, name))
        for name in counting
        if not codes.meanings[name].scores
        for index, each in enumerate(wanted)
        if name in each.by_value
    ]
    total = np.zeros((codes.height, len(wanted)), np.int64)

    def add(start: int) -> None:
        own = total[start : start + BLOCK]
        for bundle in bundles:
            own += bundle.sums(codes, start, len(own))
        for index, times, values in valued:
            own[:, index] += times * values[start : start + BLOCK]

    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        list(pool.map(add, range(0, codes.height, BLOCK)))
    return [pl.Series(np.ascontiguousarray(total[:, index]), dtype=pl.Int64) for index in range(len(wanted))]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Some criteria with the number of codes of each, and in ``table`` what they add to each sum, looked up at once for
    all of them."""

    criteria: Mapping[str, int]
    table: Whole

    def sums(self, codes: Codes, start: int, number: int) -> Whole:
        """What these criteria add at some rows."""
        import numpy as np

        together = np.zeros(number, np.uint16)
        for criterion, size in self.criteria.items():
            together = together * np.uint16(size) + _code(codes, criterion, start, number)
        return self.table.take(together, axis=0)


def _bundled(codes: Codes, criteria: Sequence[str], wanted: Sequence[Terms]) -> Iterator[Bundle]:
    """The criteria in bundles whose tables have at most ``ENTRIES``."""
    import numpy as np

    bundle: Bundle | None = None
    for criterion in criteria:
        own = np.column_stack([np.array(each.table(criterion, codes.meanings[criterion]), np.int64) for each in wanted])
        if bundle is not None and len(bundle.table) * len(own) > ENTRIES:
            yield bundle
            bundle = None
        if bundle is None:
            bundle = Bundle({criterion: len(own)}, own)
        else:
            table = (bundle.table[:, np.newaxis] + own).reshape(len(bundle.table) * len(own), len(wanted))
            bundle = Bundle({**bundle.criteria, criterion: len(own)}, table)
    if bundle is not None:
        yield bundle


@dataclass(frozen=True, slots=True)
class Points:
    """Points of every row (Int64): ``possible`` and ``open`` in units of 1 / ``unit`` of a point, ``earned`` in
    billionths of that. ``possible`` are those of met, partial and missed findings, ``open`` of unobserved and invalid
    ones."""

    earned: pl.Series
    possible: pl.Series
    open: pl.Series
    unit: int


def points_of_rows(codes: Codes, points: Mapping[str, Fraction]) -> Points:
    """What the findings of every row earned of what they could; criteria not among ``points`` count nothing.

    Raises TooLarge.
    """
    own = {name: points[name] for name in codes.meanings if name in points}
    unit = lcm(*(each.denominator for each in own.values()))
    whole = {name: int(each * unit) for name, each in own.items()}
    loses = {name for name in own if codes.meanings[name].loses}
    earned = Terms(
        {name: _where(COUNTED, whole[name] * E9) for name in loses},
        {name: -unit if name in loses else each for name, each in whole.items()},
    )
    possible = Terms({name: _where(COUNTED, each) for name, each in whole.items()}, {})
    open_ = Terms({name: _where(OPEN, each) for name, each in whole.items()}, {})
    sums = row_sums(codes, [earned, possible, open_])
    return Points(earned=sums[0], possible=sums[1], open=sums[2], unit=unit)


def _where(statuses: Collection[int], points: int) -> list[int]:
    return [points if status in statuses else 0 for status in range(len(STATUS_OF))]


# ------------------------------------------------------------------ single findings


def positions(codes: Codes, statuses: Collection[int] = GAPS) -> Iterator[tuple[str, Numbers]]:
    """The rows of the findings with one of ``statuses`` (not waived), a criterion at a time."""
    import numpy as np

    for criterion, meaning in codes.meanings.items():
        wanted = [code for code, status in enumerate(meaning.statuses) if status in statuses]
        yield criterion, np.flatnonzero(held(codes, criterion, wanted))


def held(codes: Codes, criterion: str, wanted: Collection[int], rows: Numbers | None = None) -> Flags:
    """Which findings of a criterion (at some rows) have one of some codes and are not waived."""
    import numpy as np

    code, waived = codes.codes[criterion], codes.is_waived(criterion) if criterion in codes.waived.columns else None
    if rows is not None:
        at = pl.Series(rows)
        code, waived = code.gather(at), waived.gather(at) if waived is not None else None
    told = code.to_numpy()
    found = np.zeros(len(told), np.bool_)
    for each in wanted:
        found |= told == each
    return found if waived is None else found & ~waived.to_numpy()
