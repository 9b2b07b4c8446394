"""Mean and variance of what drawn sites add up to, exact for sums: from the draw, and from not knowing the others.

For stratified simple random samples without replacement (Cochran 1977, 5.3, 2.6: with the finite population
correction), where a site that nobody visited is like a donor drawn by an approximate Bayesian bootstrap: its variance
is that of the donors, and two sites of one pool have the ``taken``-th part of it in common.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum

from duibiao.evaluator.chance import taken


@dataclass(frozen=True, slots=True)
class Pool:
    """Donors: how many, their mean and their variance (over their number)."""

    number: int
    mean: float
    variance: float

    @property
    def taken(self) -> int:
        """How many donors each draw takes."""
        return taken(self.number)

    @staticmethod
    def of(values: Sequence[float]) -> Pool:
        """The pool of donors with these values."""
        mean = fsum(values) / len(values)
        return Pool(len(values), mean, fsum((each - mean) ** 2 for each in values) / len(values))


@dataclass(frozen=True, slots=True)
class Known:
    """One stratum: how many of its sites are drawn, what each visited one brings, and how many of the others take
    from each pool."""

    wanted: int
    values: tuple[float, ...]
    others: Mapping[str, int]

    @property
    def size(self) -> int:
        """How many sites it has."""
        return len(self.values) + sum(self.others.values())

    @property
    def share(self) -> float:
        """The chance of each of its sites to be drawn."""
        return min(self.wanted, self.size) / self.size


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean and variance of a sum over drawn sites; the variance from the draw and from not knowing."""

    mean: float
    drawing: float
    not_knowing: float


def spread(strata: Sequence[Known], pools: Mapping[str, Pool]) -> Spread:
    """Mean and variance of the sum over the drawn sites of all strata."""
    mean = fsum(each.share * _expected(each, pools) for each in strata)
    return Spread(
        mean,
        fsum(_drawing(each, pools) for each in strata),
        fsum(not_knowing(name, pool, strata) for name, pool in pools.items()),
    )


def not_knowing(name: str, pool: Pool, strata: Sequence[Known]) -> float:
    """The variance that comes from the sites that take from one pool."""
    shares = [(each.share, each.others.get(name, 0)) for each in strata]
    own = fsum(share**2 * number for share, number in shares)
    together = fsum(share * number for share, number in shares)
    return pool.variance * (own * (1 - 1 / pool.taken) + together**2 / pool.taken)


def _expected(stratum: Known, pools: Mapping[str, Pool]) -> float:
    return fsum([*stratum.values, *(number * pools[name].mean for name, number in stratum.others.items())])


def _drawing(stratum: Known, pools: Mapping[str, Pool]) -> float:
    """Cochran's variance of the sum of a sample, expected over what the sites that nobody visited may be."""
    size, share = stratum.size, stratum.share
    if share == 1:
        return 0.0
    squares = fsum(each**2 for each in stratum.values)
    whole = _expected(stratum, pools) ** 2
    for name, number in stratum.others.items():
        pool = pools[name]
        squares += number * (pool.variance + pool.mean**2)
        whole += pool.variance * (number * (1 - 1 / pool.taken) + number**2 / pool.taken)
    return share * size * (1 - share) * (squares - whole / size) / (size - 1)


@dataclass(frozen=True, slots=True)
class Step:
    """One more visit: in which stratum, instead of taking from which pool, and by how much it narrows the variance."""

    stratum: int
    pool: str
    narrows: float


def next_visits(strata: Sequence[Known], pools: Mapping[str, Pool], number: int) -> tuple[Step, ...]:
    """So many visits, each where it narrows the expected variance most after those before it; ends where none does.

    The site that is visited is then known, and one donor more makes the pool surer; the donors' variance stays.
    """
    left, known = list(strata), dict(pools)
    best = {name: _best(name, known[name], left) for name in known}
    steps: list[Step] = []
    while len(steps) < number:
        able = (each for each in best.values() if each is not None)
        step = max(able, key=lambda each: each.narrows, default=None)
        if step is None or step.narrows <= 0:
            break
        steps.append(step)
        left[step.stratum] = _visited(left[step.stratum], step.pool, known[step.pool])
        known[step.pool] = replace(known[step.pool], number=known[step.pool].number + 1)
        best[step.pool] = _best(step.pool, known[step.pool], left)
    return tuple(steps)


def _visited(stratum: Known, name: str, pool: Pool) -> Known:
    others = {**stratum.others, name: stratum.others[name] - 1}
    return replace(stratum, values=(*stratum.values, pool.mean), others=others)


def _best(name: str, pool: Pool, strata: Sequence[Known]) -> Step | None:
    """The stratum where one site less that takes from a pool narrows most: where sites are likeliest to be drawn. None
    where no site takes from it."""
    able = [at for at, each in enumerate(strata) if each.others.get(name, 0)]
    if not able:
        return None
    at = max(able, key=lambda each: strata[each].share)
    after = [_visited(each, name, pool) if place == at else each for place, each in enumerate(strata)]
    surer = replace(pool, number=pool.number + 1)
    return Step(at, name, not_knowing(name, pool, strata) - not_knowing(name, surer, after))
