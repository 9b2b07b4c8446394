"""Several inspections of one site in a round: per site and criterion one finding, by latest, worst or mean.

Visits stand in layers: first the last visit of every site, then the last but one, and so on, sites with more visits
first. So every step takes whole columns, whatever the numbers of visits are. NumPy does this several times quicker
than polars and is imported only where a site has more than one visit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from duibiao.evaluator.codes import MET, MISSED, PARTIAL, Meaning
from duibiao.evaluator.rules import FIRST_LEVEL, INVALID, NOT_APPLICABLE, UNOBSERVED
from duibiao.evaluator.sums import INT64_MAX

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Whole = NDArray[np.int64]
    Numbers = NDArray[np.integer[Any]]
    Told = Callable[[Numbers], Whole]  # the values of a criterion at visits, by their numbers; 0 where unknown
    Array = TypeVar("Array", bound=NDArray[np.generic])


@dataclass(frozen=True, slots=True)
class Layers:
    """The visits of some sites in layers.

    ``sizes[k]`` says how many sites have a layer k, ``starts[k]`` where it starts. ``rows`` are the numbers of the
    visits in their frame. ``moments`` is the same number for visits of the same site at the same time. ``order[i]`` is
    the number of the site that stands at place i of every layer.
    """

    sizes: tuple[int, ...]
    starts: Numbers
    rows: Numbers
    moments: Numbers
    order: Numbers

    def earlier(self) -> Iterator[tuple[int, slice, int]]:
        """Every layer but the first: its number, where it stands and how many sites it has."""
        for k, size in enumerate(self.sizes[1:], 1):
            start = int(self.starts[k])
            yield k, slice(start, start + size), size

    def none_back(self) -> Numbers:
        """A zero for every site, wide enough for the number of any layer."""
        import numpy as np

        return np.zeros(self.sizes[0], np.min_scalar_type(len(self.sizes)))

    def places(self, back: Numbers) -> Numbers:
        """Where the visits stand that are so many before the last of every site."""
        import numpy as np

        return self.starts[back] + np.arange(len(back))

    def by_site(self, chosen: Array) -> Array:
        """What stands at the places of a layer, in the order of the sites."""
        if self.sizes[-1] == self.sizes[0]:  # all sites have as many visits, and stand in their order
            return chosen
        sorted_ = chosen.copy()
        sorted_[self.order] = chosen
        return sorted_

    def tied(self) -> Tied | None:
        """The sites that have two visits at the same time."""
        import numpy as np

        found: list[Numbers] = []
        later = 0
        for _, here, size in self.earlier():
            found.append(np.flatnonzero(self.moments[here] == self.moments[later : later + size]))
            later = here.start
        sites = np.unique(np.concatenate(found))
        if not len(sites):
            return None
        sizes = np.searchsorted(sites, self.sizes)
        inside = np.concatenate([self.starts[k] + sites[:size] for k, size in enumerate(sizes)])
        few = Layers(tuple(map(int, sizes)), _starts(sizes), self.rows[inside], self.moments[inside], sites)
        return Tied(sites, inside, few)


@dataclass(frozen=True, slots=True)
class Tied:
    """Sites with visits at the same time: their places, where their visits stand, and these as layers."""

    sites: Numbers
    inside: Numbers
    layers: Layers


@dataclass(frozen=True, slots=True)
class Chosen:
    """One criterion at the sites of a block: code, value, and how many visits before the last the chosen one is.

    ``differing`` are the places, in the layers, of chosen visits beside which another of the same time says otherwise.
    """

    codes: Bytes
    values: Whole | None
    back: Numbers
    differing: Numbers


Choice = Callable[["Bytes", "Told | None", Meaning, Layers, "Tied | None"], Chosen]


def layers_of(last: Numbers, counts: Numbers, visits: Numbers, moments: Numbers) -> Layers:
    """The layers of sites that have ``counts`` visits each (one at least).

    ``visits`` are the numbers of the visits by site and time, ``last`` where each site's last one stands among them,
    and ``moments`` a number for each, the same for the same site and time.
    """
    import numpy as np

    order = np.argsort(-counts, kind="stable")
    last, counts = last[order], counts[order]
    sizes = len(counts) - np.searchsorted(counts[::-1], np.arange(counts[0]), side="right")
    at = np.concatenate([last[:size] - k for k, size in enumerate(sizes)])
    return Layers(tuple(map(int, sizes)), _starts(sizes), visits[at], moments[at], order)


def _starts(sizes: Numbers) -> Numbers:
    """Where layers of these sizes start that stand one behind the other."""
    import numpy as np

    return np.cumsum(sizes) - sizes


# ------------------------------------------------------------------ the ways


def latest(codes: Bytes, values: Told | None, meaning: Meaning, block: Layers, tied: Tied | None) -> Chosen:
    """The last visit that observed it; of several at the same time the lower, and of equals the first."""
    chosen, back = codes[: block.sizes[0]].copy(), block.none_back()
    for _, here, size in block.earlier():
        open_ = (chosen[:size] == UNOBSERVED).view(chosen.dtype)
        chosen[:size] += open_ * (codes[here] - chosen[:size])  # a few times quicker than copying where open
        back[:size] += open_
    back[chosen == UNOBSERVED] = 0
    if tied is None:
        return _chosen(chosen, values, back, block)
    told = values(tied.layers.rows) if values is not None else None
    settled = _lower_of_tied(codes[tied.inside], told, meaning, tied.layers)
    chosen[tied.sites], back[tied.sites] = settled.codes, settled.back
    return _chosen(chosen, values, back, block, tied.inside[settled.differing])


def _chosen(
    codes: Bytes, values: Told | None, back: Numbers, block: Layers, differing: Numbers | None = None
) -> Chosen:
    """The choice of the visits so many ``back``, with their values."""
    if differing is None:
        differing = block.order[:0]
    return Chosen(codes, values(block.rows[block.places(back)]) if values is not None else None, back, differing)


def _lower_of_tied(codes: Bytes, values: Whole | None, meaning: Meaning, block: Layers) -> Chosen:
    """What ``latest`` takes at tied sites; ``codes`` are written over."""
    import numpy as np

    first = len(block.order)
    rank = _ranks(codes, values, meaning, (INVALID,))
    chosen, best, at = codes[:first], rank[:first], block.moments[:first].copy()
    back, differ = block.none_back(), np.zeros(first, np.bool_)
    for k, here, size in block.earlier():
        code, ranked, moment = codes[here], rank[here], block.moments[here]
        observed, open_ = code != UNOBSERVED, chosen[:size] == UNOBSERVED
        same = moment == at[:size]
        rival = observed & same
        differ[:size] |= rival & ~open_ & (ranked != best[:size])
        take = np.where(open_, observed | same, rival & (ranked <= best[:size]))
        for old, new in ((chosen, code), (best, ranked), (at, moment)):
            np.copyto(old[:size], new, where=take)
        back[:size][take] = k
    return Chosen(chosen, None, back, block.places(back)[differ])


def worst(codes: Bytes, values: Told | None, meaning: Meaning, block: Layers, tied: Tied | None) -> Chosen:
    """Missed if any visit is; else invalid if any is; else the lowest counted; else not applicable if any is; else
    unobserved. Of equals the last visit; ``tied`` says nothing here."""
    import numpy as np

    first = block.sizes[0]
    told = values(block.rows) if values is not None else None
    rank = _ranks(codes, told, meaning, (MISSED, INVALID))
    chosen, best, back = codes[:first].copy(), rank[:first], block.none_back()
    for k, here, size in block.earlier():
        take = rank[here] < best[:size]
        np.minimum(best[:size], rank[here], out=best[:size])
        np.copyto(chosen[:size], codes[here], where=take)
        back[:size][take] = k
    found = told[block.places(back)] if told is not None else None
    return Chosen(chosen, found, back, block.order[:0])


def mean(codes: Bytes, values: Told | None, meaning: Meaning, block: Layers, tied: Tied | None) -> Chosen:
    """Invalid if any visit is; else the mean of the counted ones, half up: met if all are, missed if all are, else
    partial; else not applicable if any is; else unobserved. The last visit of those that decide; ``tied`` says
    nothing here. Codes are statuses, with a value for every counted finding."""
    import numpy as np

    first, none = block.sizes[0], len(block.sizes)
    status = np.array(meaning.statuses, np.uint8)[codes]
    scores = np.array((*meaning.statuses[:FIRST_LEVEL], *meaning.scores), np.int64)  # the first are not read
    told = values(block.rows) if values is not None else scores[codes]
    wide = object if 2 * meaning.most * none > INT64_MAX else np.int64
    total, count = np.zeros(first, wide), np.zeros(first, np.int64)
    met, missed = np.zeros(first, np.int64), np.zeros(first, np.int64)
    backs = {each: np.full(first, none, np.int64) for each in (INVALID, MET, NOT_APPLICABLE)}
    for k, here, size in [(0, slice(0, first), first), *block.earlier()]:
        each = status[here]
        counted = each >= FIRST_LEVEL
        total[:size] += np.where(counted, told[here], 0)
        count[:size] += counted
        met[:size] += each == MET
        missed[:size] += each == MISSED
        for wanted, held in ((INVALID, each == INVALID), (MET, counted), (NOT_APPLICABLE, each == NOT_APPLICABLE)):
            own = backs[wanted][:size]
            own[held & (own == none)] = k
    deciding = [backs[INVALID] < none, backs[MET] < none, backs[NOT_APPLICABLE] < none]
    of_counted = np.where(met == count, MET, np.where(missed == count, MISSED, PARTIAL))
    code = np.select(deciding, [INVALID, of_counted, NOT_APPLICABLE], UNOBSERVED).astype(np.uint8)
    back = np.select(deciding, [backs[INVALID], backs[MET], backs[NOT_APPLICABLE]], 0)
    divisor = np.maximum(count, 1)
    found = ((2 * total + divisor) // (2 * divisor)).astype(np.int64)
    return Chosen(code, found, back, block.order[:0])


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
