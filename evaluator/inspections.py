"""Several inspections of one site in a round: per site and criterion one finding, by latest, worst or mean.

Visits stand one behind the other by site and time, and every step takes whole columns: a site with a million visits
costs what a million sites with one do. NumPy folds stretches of a column several times quicker than polars groups rows,
and is imported only where a site has more than one visit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from duibiao.evaluator.codes import MET, MISSED, PARTIAL, Meaning
from duibiao.evaluator.rules import FIRST_LEVEL, INVALID, NOT_APPLICABLE, UNOBSERVED
from duibiao.evaluator.sums import INT64_MAX

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Flags = NDArray[np.bool_]
    Whole = NDArray[np.int64]
    Numbers = NDArray[np.integer[Any]]
    Told = Callable[[Numbers], Whole]  # the values of a criterion at visits, by their numbers; 0 where unknown

STEPS: Final = 8  # visits of a site that are looked at from the last back, before all of them are


@dataclass(frozen=True, slots=True)
class Stretches:
    """Visits one behind the other, in stretches that belong together; ``first`` and ``last`` are their ends."""

    first: Numbers
    last: Numbers

    def each(self, of_stretches: Whole) -> Whole:
        """What is said of every stretch, said of each of its visits."""
        import numpy as np

        return np.repeat(of_stretches, self.last - self.first + 1)

    def first_of(self, held: Flags) -> Numbers:
        """The place of the first visit of every stretch of which something holds; it holds of one at least."""
        import numpy as np

        places = np.flatnonzero(held)
        return places[np.searchsorted(places, self.first)]

    def last_of(self, held: Flags) -> Numbers:
        """The place of the last visit of every stretch of which something holds; where of none, of the last."""
        import numpy as np

        places = np.concatenate(([-1], np.flatnonzero(held)))
        found = places[np.searchsorted(places, self.last, side="right") - 1]
        return np.where(found >= self.first, found, self.last)


@dataclass(frozen=True, slots=True)
class Visits:
    """The visits of some sites, one stretch a site, by time.

    ``rows`` are the numbers of the visits in their frame. ``moments`` is the same number for visits of the same site at
    the same time, and grows; ``shared`` tells of which visits there is another one at that time.
    """

    sites: Stretches
    rows: Numbers
    moments: Numbers
    shared: Flags

    def at_same_time(self, places: Numbers) -> tuple[Stretches, Numbers]:
        """The visits at the times of some others: a stretch for each of these, and their own places."""
        import numpy as np

        start = np.searchsorted(self.moments, self.moments[places], side="left")
        sizes = np.searchsorted(self.moments, self.moments[places], side="right") - start
        first = np.cumsum(sizes) - sizes
        return Stretches(first, first + sizes - 1), np.arange(sizes.sum()) + np.repeat(start - first, sizes)


@dataclass(frozen=True, slots=True)
class Chosen:
    """One criterion at every site: code, value, and how many visits before the last the chosen one is.

    ``differing`` are the numbers of chosen visits beside which another of the same time says otherwise.
    """

    codes: Bytes
    values: Whole | None
    back: Numbers
    differing: Numbers


Choice = Callable[["Bytes", "Told | None", Meaning, Visits], Chosen]


def visits_of(counts: Numbers, rows: Numbers, moments: Numbers) -> Visits:
    """The visits of sites that have ``counts`` visits each (one at least), from their numbers by site and time and a
    number for each, the same for the same site and time."""
    import numpy as np

    end = np.cumsum(counts)
    again = moments[1:] == moments[:-1]
    shared = np.concatenate(([False], again)) | np.concatenate((again, [False]))
    return Visits(Stretches(end - counts, end - 1), rows, moments, shared)


# ------------------------------------------------------------------ the ways


def latest(codes: Bytes, values: Told | None, meaning: Meaning, visits: Visits) -> Chosen:
    """The last visit that observed it; of several at the same time the lower, and of equals the first."""
    import numpy as np

    at = _last_observed(codes, visits)
    several = np.flatnonzero(visits.shared[at])
    if not len(several):
        return _chosen(codes, values, visits, at)
    same, places = visits.at_same_time(at[several])
    rows = visits.rows[places]
    rank = _ranks(codes[rows], values(rows) if values is not None else None, meaning, (INVALID,))
    lowest = rank == same.each(np.minimum.reduceat(rank, same.first))
    at[several] = places[same.first_of(lowest)]
    differ = np.logical_or.reduceat(~lowest & (codes[rows] != UNOBSERVED), same.first)
    return _chosen(codes, values, visits, at, at[several][differ])


def _last_observed(codes: Bytes, visits: Visits) -> Numbers:
    """The place of the last visit of every site that observed it; where none did, of its last."""
    import numpy as np

    sites, rows = visits.sites, visits.rows
    at = sites.last.copy()
    open_ = np.flatnonzero(codes[rows[at]] == UNOBSERVED)
    for _ in range(STEPS):  # mostly one of the last did
        open_ = open_[at[open_] > sites.first[open_]]
        if not len(open_):
            return np.where(codes[rows[at]] == UNOBSERVED, sites.last, at)
        at[open_] -= 1
        open_ = open_[codes[rows[at[open_]]] == UNOBSERVED]
    return sites.last_of(codes[rows] != UNOBSERVED)


def _chosen(codes: Bytes, values: Told | None, visits: Visits, at: Numbers, differing: Numbers | None = None) -> Chosen:
    """The choice of the visits at some places, one a site."""
    rows = visits.rows[at]
    told = values(rows) if values is not None else None
    return Chosen(codes[rows], told, _back(visits, at), visits.rows[at[:0] if differing is None else differing])


def _back(visits: Visits, at: Numbers) -> Numbers:
    """How many visits before the last of its site each of some places is, in few bytes."""
    import numpy as np

    sites = visits.sites
    return (sites.last - at).astype(np.min_scalar_type((sites.last - sites.first).max()))


def worst(codes: Bytes, values: Told | None, meaning: Meaning, visits: Visits) -> Chosen:
    """Missed if any visit is; else invalid if any is; else the lowest counted; else not applicable if any is; else
    unobserved. Of equals the last visit."""
    import numpy as np

    told = values(visits.rows) if values is not None else None
    rank = _ranks(codes[visits.rows], told, meaning, (MISSED, INVALID))
    sites = visits.sites
    at = sites.last_of(rank == sites.each(np.minimum.reduceat(rank, sites.first)))
    return Chosen(codes[visits.rows[at]], told[at] if told is not None else None, _back(visits, at), at[:0])


def mean(codes: Bytes, values: Told | None, meaning: Meaning, visits: Visits) -> Chosen:
    """Invalid if any visit is; else the mean of the counted ones, half up: met if all are, missed if all are, else
    partial; else not applicable if any is; else unobserved. The last visit of those that decide. Codes are statuses,
    with a value for every counted finding."""
    import numpy as np

    sites = visits.sites
    of_visits = codes[visits.rows]
    status = np.array(meaning.statuses, np.uint8)[of_visits]
    scores = np.array((*meaning.statuses[:FIRST_LEVEL], *meaning.scores), np.int64)  # the first are not read
    told = values(visits.rows) if values is not None else scores[of_visits]
    counted = status >= FIRST_LEVEL

    def number(held: Flags) -> Whole:
        return np.add.reduceat(held, sites.first, dtype=np.int64)

    wide = object if 2 * meaning.most * len(of_visits) > INT64_MAX else np.int64
    total, count = np.add.reduceat(np.where(counted, told, 0).astype(wide), sites.first), number(counted)
    deciding = [status == INVALID, counted, status == NOT_APPLICABLE]
    found = [number(held) > 0 for held in deciding]
    of_counted = np.where(
        number(status == MET) == count, MET, np.where(number(status == MISSED) == count, MISSED, PARTIAL)
    )
    code = np.select(found, [INVALID, of_counted, NOT_APPLICABLE], UNOBSERVED).astype(np.uint8)
    at = np.select(found, [sites.last_of(held) for held in deciding], sites.last)
    divisor = np.maximum(count, 1)
    value = ((2 * total + divisor) // (2 * divisor)).astype(np.int64)
    return Chosen(code, value, _back(visits, at), at[:0])


WAYS: Final[Mapping[str, Choice]] = {"latest": latest, "worst": worst, "mean": mean}


def _ranks(codes: Bytes, values: Whole | None, meaning: Meaning, lowest: Sequence[int]) -> Whole:
    """The lower, the worse: the statuses ``lowest`` in their order, else by score, then not applicable, then
    unobserved."""
    import numpy as np

    ranks = {status: place - len(lowest) for place, status in enumerate(lowest)}
    ranks |= {status: meaning.most + place for place, status in enumerate((MET, NOT_APPLICABLE, UNOBSERVED))}
    scores = dict(enumerate(meaning.scores, FIRST_LEVEL))
    table = [ranks.get(status, scores.get(code, status)) for code, status in enumerate(meaning.statuses)]
    found = np.array(table, np.int64)[codes]
    if values is None:
        return found
    by_value = np.array([status not in ranks for status in meaning.statuses])[codes]
    return np.where(by_value, meaning.most - values if meaning.loses else values, found)
