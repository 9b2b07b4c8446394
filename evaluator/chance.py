"""Chance that can be repeated: the same seed and names give the same numbers on any machine, for ever.

Only the raw stream of PCG64 is used, which numpy keeps as it is; what is made of it is made here. Every stratum and
pool has a stream of its own, so that a site more elsewhere changes nothing here.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
BLOCK: Final = 2_000  # draws that are shuffled at a time: bounds the memory that a large stratum takes


class Chance:
    """A stream of random numbers of its own for a seed and some names."""

    def __init__(self, seed: int, *names: str) -> None:
        told = sha256(ascii((seed, *names)).encode()).digest()
        self._bits = np.random.PCG64(int.from_bytes(told[:16], "big"))

    def below(self, limit: int, size: int) -> Numbers:
        """``size`` whole numbers from 0 to ``limit`` - 1, of like chance to within ``limit`` / 2**32."""
        raw = np.asarray(self._bits.random_raw(size), dtype=np.uint64)
        return ((raw >> np.uint64(32)) * np.uint64(limit) >> np.uint64(32)).astype(np.int64)


def samples(chance: Chance, population: int, wanted: int, draws: int) -> Numbers:
    """Simple random samples without replacement, one a row: places 0 to ``population`` - 1; all where more are wanted.

    The first steps of a shuffle (Fisher and Yates; Durstenfeld 1964), for many draws at a time.
    """
    if wanted >= population:
        return np.tile(np.arange(population, dtype=np.int64), (draws, 1))
    drawn = np.empty((draws, wanted), dtype=np.int64)
    for start in range(0, draws, BLOCK):
        size = min(BLOCK, draws - start)
        order = np.tile(np.arange(population, dtype=np.int32), (size, 1))
        rows = np.arange(size)
        for step in range(wanted):
            at = step + chance.below(population - step, size)
            drawn[start : start + size, step] = order[rows, at]
            order[rows, at] = order[:, step]
    return drawn


def donors(chance: Chance, draw: Numbers, number: int) -> Numbers:
    """A donor 0 to ``number`` - 1 for each receiver, told by its draw: an approximate Bayesian bootstrap.

    In every draw the donors themselves are drawn with replacement from the ``number`` that there are, and receivers
    take from those (Rubin and Schenker 1986): a few donors may not be like the rest, and the answer is wider for it.
    Who stands at a place among the donors drawn is a number mixed from draw and place, so that no draw has to keep all.
    """
    key = chance.below(2**32, 2).astype(np.uint64)
    places = (draw * number + chance.below(number, draw.size)).astype(np.uint64)
    mixed = _mixed(places + (key[0] << np.uint64(32) | key[1]))
    return ((mixed >> np.uint64(32)) * np.uint64(number) >> np.uint64(32)).astype(np.int64)


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """What SplitMix64 makes of its states (Steele, Lea and Flood 2014)."""
    numbers = numbers * np.uint64(0x9E3779B97F4A7C15)
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))
