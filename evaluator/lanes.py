"""Tables of whole numbers, several columns side by side in one number, so that many columns are added up at once.

Every column is divided by what all its numbers share, and has as many bits as its largest sum needs. What stands in a
lane stays below 2**53: float64 holds it exactly, too, in whatever order it is added up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from duibiao.evaluator.chance import Numbers

BITS: Final = 53


@dataclass(frozen=True, slots=True)
class Column:
    """Where a column stands: its lane, how many bits are below it, how many it has, and by what it was divided."""

    lane: int
    below: int
    bits: int
    divisor: int


@dataclass(frozen=True)
class Lanes:
    """The table: a row a row, a column a lane."""

    packed: Numbers
    columns: tuple[Column, ...]

    def sums(self, rows: Numbers) -> Numbers:
        """The sums over the rows that stand in each column of ``rows``: a row for each column of the table."""
        whole = np.zeros((rows.shape[1], self.packed.shape[1]), dtype=np.int64)
        for held in rows:
            whole += self.packed[held]
        return self._apart(whole.T)

    def sums_by(self, groups: Numbers, rows: Numbers, number: int) -> Numbers:
        """The sums over ``rows`` by the group 0 to ``number`` - 1 that stands beside each."""
        return self._apart(
            np.array([np.bincount(groups, lane[rows], number) for lane in self.packed.T], dtype=np.int64)
        )

    def _apart(self, whole: Numbers) -> Numbers:
        """The columns of sums, a lane a row."""
        found = [(whole[each.lane] >> each.below & (1 << each.bits) - 1) * each.divisor for each in self.columns]
        return np.array(found, dtype=np.int64)


def lanes(table: Numbers, most: int) -> Lanes:
    """A table of numbers of 0 and more, of which ``most`` rows are added up; no such sum has more than 53 bits."""
    columns: list[Column] = []
    lane, below = 0, 0
    for values in table.T:
        divisor = max(1, int(np.gcd.reduce(values)))
        bits = (int(values.max(initial=0)) // divisor * most).bit_length()
        if below + bits > BITS:
            lane, below = lane + 1, 0
        columns.append(Column(lane, below, bits, divisor))
        below += bits
    packed = np.zeros((table.shape[0], lane + 1), dtype=np.int64)
    for values, each in zip(table.T, columns, strict=True):
        packed[:, each.lane] += values // each.divisor << each.below
    return Lanes(packed, tuple(columns))
