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
CELLS: Final = 2**23  # draws times places that are kept at a time: bounds the memory that a large stratum takes


class Chance:
    """A stream of random numbers of its own for a seed and some names."""

    def __init__(self, seed: int, *names: str) -> None:
        told = sha256(ascii((seed, *names)).encode()).digest()
        self._bits = np.random.PCG64(int.from_bytes(told[:16], "big"))

    def below(self, limit: int | Numbers, *shape: int) -> Numbers:
        """Whole numbers from 0 to ``limit`` - 1, of like chance to within ``limit`` / 2**32."""
        raw = np.asarray(self._bits.random_raw(shape), dtype=np.uint64) >> np.uint64(32)
        raw *= np.asarray(limit, dtype=np.uint64)
        raw >>= np.uint64(32)
        return raw.view(np.int64)


def samples(chance: Chance, population: int, wanted: int, draws: int) -> Numbers:
    """Simple random samples without replacement, one a column: places 0 to ``population`` - 1; all where more are
    wanted.

    Each place but the last ones is picked at random; where the pick is in the sample already, the last takes its place,
    so that all samples are alike (Floyd; in Bentley 1987). For many draws at a time.
    """
    if wanted >= population:
        return np.tile(np.arange(population, dtype=np.int64)[:, None], (1, draws))
    drawn = np.empty((wanted, draws), dtype=np.int64)
    limits = np.arange(population - wanted + 1, population + 1)[:, None]
    block = max(1, CELLS // population)
    for start in range(0, draws, block):
        size = min(block, draws - start)
        picks, taken = chance.below(limits, wanted, size), np.zeros(size * population, dtype=np.bool_)
        first = np.arange(0, size * population, population)
        for step, pick in enumerate(picks):
            new = np.where(taken[first + pick], population - wanted + step, pick)
            taken[first + new] = True
            drawn[step, start : start + size] = new
    return drawn


def donors(chance: Chance, draw: Numbers, number: int) -> Numbers:
    """A donor 0 to ``number`` - 1 for each receiver, told by its draw: an approximate Bayesian bootstrap.

    In every draw donors are drawn with replacement, ``taken`` of them, and receivers take from those (Rubin and
    Schenker 1986): a few donors may not be like the rest, and the answer is wider for it. Who stands at a place among
    the donors drawn is a number mixed from draw and place, so that no draw has to keep all.
    """
    key = chance.below(2**32, 2).view(np.uint64)
    mixed = (draw * number + chance.below(taken(number), draw.size)).view(np.uint64)
    mixed += key[0] << np.uint64(32) | key[1]
    _mix(mixed)
    mixed >>= np.uint64(32)
    mixed *= np.uint64(number)
    mixed >>= np.uint64(32)
    return mixed.view(np.int64)


def taken(number: int) -> int:
    """How many of so many donors each draw takes: three fewer, but one at least.

    With v their variance over n, the mean of n - 3 drawn varies by v / (n - 3): that is the variance of the mean of all
    sites given n of them, Student's with n - 1 degrees of freedom. With n of n it would be that of a variance known.
    """
    return max(1, number - 3)


def _mix(numbers: NDArray[np.uint64]) -> None:
    """Make of states what SplitMix64 makes of them (Steele, Lea and Flood 2014)."""
    numbers *= np.uint64(0x9E3779B97F4A7C15)
    numbers ^= numbers >> np.uint64(30)
    numbers *= np.uint64(0xBF58476D1CE4E5B9)
    numbers ^= numbers >> np.uint64(27)
    numbers *= np.uint64(0x94D049BB133111EB)
    numbers ^= numbers >> np.uint64(31)
