"""The worst gaps of a criterion among millions. Mostly more are equally bad than wanted: the first of these by site are
found by looking at some sites in their order, without sorting all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import polars as pl

from duibiao.evaluator.codes import Codes
from duibiao.evaluator.histograms import GAPS, held
from duibiao.evaluator.rules import FIRST_LEVEL

if TYPE_CHECKING:
    from duibiao.evaluator.inspections import Flags, Numbers

STEP: Final = 8  # so many times as many sites are looked at next where too few had the gap
FIRST_LOOK: Final = 64  # so many sites for each gap that is wanted are looked at before all are


def worst_gaps(codes: Codes, criterion: str, by_site: Numbers, shown: int) -> Numbers:
    """The rows of the ``shown`` worst gaps of a criterion, in no order; of equals those of the first sites. ``by_site``
    are the rows of the table in the order of their sites."""
    import numpy as np

    found = _worst_of_all(codes, criterion, by_site[: FIRST_LOOK * shown], shown)
    if len(found) == shown:
        return found
    found = found[:0]
    for flags in _from_the_worst(codes, criterion, shown):
        wanted = shown - len(found)
        rows = np.flatnonzero(flags) if np.count_nonzero(flags) <= wanted else _first(flags, by_site, wanted)
        found = np.concatenate((found, rows))
        if len(found) == shown:
            break
    return found


def _worst_of_all(codes: Codes, criterion: str, some: Numbers, shown: int) -> Numbers:
    """The first of some rows whose gaps are as bad as any level can be; no more than ``shown``."""
    meaning = codes.meanings[criterion]
    scores = dict(enumerate(meaning.scores, FIRST_LEVEL))
    worst = [code for code, score in scores.items() if score == min(scores.values()) and meaning.statuses[code] in GAPS]
    return some[held(codes, criterion, worst, some)][:shown]


def _from_the_worst(codes: Codes, criterion: str, shown: int) -> Iterator[Flags]:
    """Which rows have gaps, the worst first; equals together. Of values of their own none that are not shown."""
    import numpy as np

    meaning = codes.meanings[criterion]
    gaps = [code for code, status in enumerate(meaning.statuses) if status in GAPS]
    if meaning.scores:
        scores = {code: meaning.scores[code - FIRST_LEVEL] for code in gaps}
        for score in sorted(set(scores.values())):
            yield held(codes, criterion, [code for code in gaps if scores[code] == score])
        return
    every = held(codes, criterion, gaps)
    rows = np.flatnonzero(every)
    if not len(rows):
        return
    values = codes.value(criterion, pl.Series(rows)).to_numpy()
    good = meaning.most - values if meaning.loses else values
    last = min(shown, len(rows)) - 1
    limit = np.partition(good, last)[last]
    for chosen in (good < limit, good == limit):
        flags = np.zeros_like(every)
        flags[rows[chosen]] = True
        yield flags


def _first(flags: Flags, by_site: Numbers, wanted: int) -> Numbers:
    """The first rows by site that are flagged; there are so many at least."""
    size = wanted
    while True:
        some = by_site[:size]
        rows = some[flags[some]]
        if len(rows) >= wanted:
            return rows[:wanted]
        size *= STEP
