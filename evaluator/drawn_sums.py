"""The official draw, many times: which sites each draw holds, whose findings stand for them, and their sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import numpy as np

from duibiao.evaluator.chance import Chance, Numbers, donors, samples
from duibiao.evaluator.columns import E9
from duibiao.evaluator.drawn_totals import NOWHERE, DrawnSums, Floats
from duibiao.evaluator.known_sites import Found, KnownType
from duibiao.evaluator.lanes import lanes
from duibiao.evaluator.other_answers import OtherAnswers
from duibiao.evaluator.sums import PartOf


def drawn_sums(known: Sequence[KnownType], standing: Mapping[str, Found], seed: int, draws: int) -> DrawnSums:
    """What was found in each draw, with what stands as it is beside it. A type without any visited site is left out."""
    keys = tuple(sorted({key for each in _all(known, standing) for key in each.keys}))
    sums = _Adding(keys, draws)
    for kind, found in standing.items():
        sums.add(kind, found, np.arange(found.number.shape[0])[:, None])  # every site, in every draw
    for own in known:
        if own.visited:
            rows = stand_ins(own, seed, draw_sites(own, seed, draws))
            sums.add(own.site_type, own.found, rows)
            sums.fill(own, seed, rows)
    return sums.made()


def with_standing(drawn: DrawnSums, standing: Mapping[str, Found]) -> DrawnSums:
    """The same draws with more that stands as it is in each of them."""
    sums = _Adding.more(drawn, {key for each in standing.values() for key in each.keys})
    for kind, found in standing.items():
        sums.add(kind, found, np.arange(found.number.shape[0])[:, None])
    return sums.made()


def with_answers(drawn: DrawnSums, others: Sequence[OtherAnswers]) -> DrawnSums:
    """The same draws with what other people would answer in each of them."""
    sums = _Adding.more(drawn, {key for each in others for key in each.keys})
    for each in others:
        for key, values, worst in zip(
            each.keys, each.values[:, each.outcome], each.worst[:, each.outcome], strict=True
        ):
            at = sums.at[key]
            sums.number[at] += 1
            sums.value[at] += values
            sums.missed[at] += values == 0
            sums.worst[at] = np.maximum(sums.worst[at], worst)
    return sums.made()


def draw_sites(own: KnownType, seed: int, draws: int) -> Numbers:
    """The sites of one type that each draw holds, a draw a column: places in ``own.sites``."""
    drawn, start = [], 0
    for each in own.strata:
        chance = Chance(seed, "draw", each.site_type, each.area)
        drawn.append(start + samples(chance, len(each.sites), each.wanted, draws))
        start += len(each.sites)
    return np.vstack(drawn)


def stand_ins(own: KnownType, seed: int, drawn: Numbers) -> Numbers:
    """For each site drawn the visited one whose findings count: itself or its donor."""
    rows = own.rows[drawn].ravel()
    _, *receivers = _where_each(own.pools[drawn] + 1, len(own.pool_areas) + 1)
    for area, able, at in zip(own.pool_areas, own.pool_donors, receivers, strict=True):
        chance = Chance(seed, "donor", own.site_type, area)
        rows[at] = able[donors(chance, at % drawn.shape[1], able.size)]
    return rows.reshape(drawn.shape)


def _where_each(labels: Numbers, number: int) -> list[Numbers]:
    """The places in ``labels``, read row by row, of each of the labels 0 to ``number`` - 1."""
    order = np.argsort(labels.ravel().astype(np.min_scalar_type(number)), kind="stable")
    return np.split(order, np.cumsum(np.bincount(labels.ravel(), minlength=number))[:-1])


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

    @staticmethod
    def more(drawn: DrawnSums, keys: Set[PartOf]) -> _Adding:
        """Sums as they were, with room for more criteria."""
        sums = _Adding(tuple(sorted({*drawn.keys, *keys})), drawn.number.shape[1])
        columns = [sums.at[key] for key in drawn.keys]
        sums.number[columns], sums.value[columns] = drawn.number, drawn.value
        sums.missed[columns], sums.worst[columns] = drawn.missed, drawn.worst
        sums.scores |= drawn.scores
        return sums

    def made(self) -> DrawnSums:
        """The sums as they are now."""
        return DrawnSums(self.keys, self.number, self.value, self.missed, self.worst, self.scores)

    def add(self, kind: str, found: Found, rows: Numbers) -> None:
        """Add to each draw the rows of ``found`` that it holds."""
        whole = lanes(found.table, len(rows)).sums(rows)
        columns, width = np.array([self.at[key] for key in found.keys], dtype=np.int64), len(found.keys)
        for number, sums in enumerate((self.number, self.value, self.missed)):
            sums[columns] += whole[number * width : (number + 1) * width]
        for column in found.lowest:
            at = columns[column]
            self.worst[at] = np.maximum(self.worst[at], found.worst[:, column][rows].max(axis=0))
        every = np.zeros(self.draws)
        self.scores[kind] = whole[-2] / E9 + every, whole[-1] + every

    def fill(self, own: KnownType, seed: int, rows: Numbers) -> None:
        """Add what nobody observed at the sites that draws hold: findings of donors that were observed."""
        found = own.found
        draws_of = [each % self.draws for each in _where_each(rows, len(found.open))]
        for column in np.flatnonzero(found.open.any(axis=0)):
            able = own.lenders[~found.open[own.lenders, column]]
            draw = np.concatenate([draws_of[each] for each in np.flatnonzero(found.open[:, column])])
            if able.size and draw.size:
                key = found.keys[column]
                at = self.at[key]
                taken = donors(Chance(seed, "finding", own.site_type, key[1]), draw, able.size)
                told = np.column_stack([found.number[:, column], found.value[:, column], found.missed[:, column]])[able]
                sums = lanes(told, len(rows)).sums_by(draw, taken, self.draws)
                for whole, more in zip((self.number, self.value, self.missed), sums, strict=True):
                    whole[at] += more
                if column in found.lowest:
                    np.maximum.at(self.worst[at], draw, found.worst[able, column][taken])
