"""The official draw, many times: which sites each draw holds, whose findings stand for them, and their sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from duibiao.evaluator.chance import Chance, Numbers, donors, samples
from duibiao.evaluator.columns import E9
from duibiao.evaluator.drawn_totals import NOWHERE, DrawnSums, Floats
from duibiao.evaluator.known_sites import Found, KnownType
from duibiao.evaluator.sums import PartOf


def drawn_sums(known: Sequence[KnownType], standing: Mapping[str, Found], seed: int, draws: int) -> DrawnSums:
    """What was found in each draw, with what stands as it is beside it. A type without any visited site is left out."""
    keys = tuple(sorted({key for each in _all(known, standing) for key in each.keys}))
    sums = _Adding(keys, draws)
    for kind, found in standing.items():
        sums.add(kind, found, np.arange(found.number.shape[0])[None, :])  # every site, in every draw
    for own in known:
        if own.visited:
            rows = stand_ins(own, seed, draw_sites(own, seed, draws))
            sums.add(own.site_type, own.found, rows)
            sums.fill(own, seed, rows)
    return DrawnSums(keys, sums.number, sums.value, sums.missed, sums.worst, sums.scores)


def draw_sites(own: KnownType, seed: int, draws: int) -> Numbers:
    """The sites of one type that each draw holds, a draw a row: places in ``own.sites``."""
    drawn, start = [], 0
    for each in own.strata:
        chance = Chance(seed, "draw", each.site_type, each.area)
        drawn.append(start + samples(chance, len(each.sites), each.wanted, draws))
        start += len(each.sites)
    return np.hstack(drawn)


def stand_ins(own: KnownType, seed: int, drawn: Numbers) -> Numbers:
    """For each site drawn the visited one whose findings count: itself or its donor."""
    rows, pools = own.rows[drawn], own.pools[drawn]
    for pool, area in enumerate(own.pool_areas):
        draw, at = np.nonzero(pools == pool)
        chance, able = Chance(seed, "donor", own.site_type, area), own.pool_donors[pool]
        rows[draw, at] = able[donors(chance, draw, able.size)]
    return rows


def _all(known: Sequence[KnownType], standing: Mapping[str, Found]) -> list[Found]:
    return [*standing.values(), *(each.found for each in known if each.visited)]


class _Adding:
    """Sums that grow type by type: whole numbers below 2**53, which float64 holds exactly, in whatever order."""

    def __init__(self, keys: tuple[PartOf, ...], draws: int) -> None:
        self.keys, self.draws = keys, draws
        self.at = {key: at for at, key in enumerate(keys)}
        self.number, self.value, self.missed = (np.zeros((len(keys), draws)) for _ in range(3))
        self.worst = np.full((len(keys), draws), float(NOWHERE))
        self.scores: dict[str, tuple[Floats, Floats]] = {}

    def add(self, kind: str, found: Found, rows: Numbers) -> None:
        """Add to each draw the rows of ``found`` that it holds."""
        whole = np.zeros((rows.shape[0], found.table.shape[1]), dtype=np.int64)
        worst = np.full((rows.shape[0], len(found.keys)), NOWHERE, dtype=np.int64)
        for at in range(rows.shape[1]):
            whole += found.table[rows[:, at]]
            if found.lowest:
                np.maximum(worst, found.worst[rows[:, at]], out=worst)
        columns, width = [self.at[key] for key in found.keys], len(found.keys)
        for number, sums in enumerate((self.number, self.value, self.missed)):
            sums[columns] += whole[:, number * width : (number + 1) * width].T
        self.worst[columns] = np.maximum(self.worst[columns], worst.T)
        every = np.zeros(self.draws)
        self.scores[kind] = whole[:, -2] / E9 + every, whole[:, -1] + every

    def fill(self, own: KnownType, seed: int, rows: Numbers) -> None:
        """Add what nobody observed at the sites that draws hold: findings of donors that were observed."""
        found, wide = own.found, rows.shape[1]
        for column in np.flatnonzero(found.open.any(axis=0)):
            able = np.flatnonzero(~found.open[:, column])
            draw = np.flatnonzero(found.open[:, column][rows].ravel()) // wide
            if able.size and draw.size:
                key = found.keys[column]
                at = self.at[key]
                taken = able[donors(Chance(seed, "finding", own.site_type, key[1]), draw, able.size)]
                for sums, values in (
                    (self.number, found.number), (self.value, found.value), (self.missed, found.missed),
                ):  # fmt: skip
                    sums[at] += np.bincount(draw, values[taken, column], self.draws)
                if (found.worst[able, column] > NOWHERE).any():
                    np.maximum.at(self.worst[at], draw, found.worst[taken, column])
