"""What the official draw is likely to give: the total over many draws of the sites that assessors may draw.

Sites that were visited bring their findings; the others are modelled (``evaluator/known_sites.py``), and so is what
nobody observed at a visited site, since assessors look. What is not drawn holds as it is. Totals are whole billionths,
so that means, shares and quantiles over draws are exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isqrt, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duibiao.criteria.models import Quota
from duibiao.evaluator.chance import Numbers
from duibiao.evaluator.columns import E9
from duibiao.evaluator.drawn_totals import DrawnSums, Floats, drawn_totals
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.known_sites import Found, KnownType
from duibiao.evaluator.method import Method
from duibiao.evaluator.official_draws import DONORS, DRAWS, SEED, Draws, NoForecast, draws_of, quantile
from duibiao.evaluator.other_answers import OtherAnswers
from duibiao.evaluator.spread import Known, Pool, Spread, Step, next_visits, spread
from duibiao.evaluator.sums import PartOf
from duibiao.evaluator.unvisited import ENDS, Extreme, Unvisited, at_end

MORE: Final = (10, 25, 50)  # visits more
SHARES: Final = (5, 25, 50, 75, 95)  # of draws, in per cent
BARS: Final = 40  # of the histogram, at most
STEP: Final = 1e-3  # of one site, to tell what it adds to the total


@dataclass(frozen=True, slots=True)
class Quantile:
    """The total that ``share`` per cent of the draws do not exceed."""

    share: int
    score: Fraction


@dataclass(frozen=True, slots=True)
class Reached:
    """In what share of the draws the total reaches a mark, with the standard error of that.

    ``name`` is the level, which wants that every part reaches its own mark too, or '' for the pass mark.
    """

    name: str
    at_least: Fraction
    probability: Fraction
    error: Fraction


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many draws give a total from ``start`` + i * ``step`` to below the next."""

    start: Fraction
    step: Fraction
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DrawnType:
    """One drawn type: its sites on the register, those drawn and those visited.

    ``from_area`` of the others take from donors in the area for which they are drawn, ``from_elsewhere`` from further
    ones. ``drawing`` and ``not_knowing`` are its shares of the whole variance: from the draw, and from not knowing.
    """

    site_type: str
    sites: int
    drawn: int
    visited: int
    from_area: int
    from_elsewhere: int
    drawing: Fraction
    not_knowing: Fraction


@dataclass(frozen=True, slots=True)
class MoreVisits:
    """What is to be expected of so many visits more, placed best: the standard deviation, and 90 % of the draws."""

    number: int
    sd: Fraction
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class NextVisit:
    """A site to visit next, and by what share its visit narrows the variance, after those before it."""

    site: str
    site_type: str
    area: str
    narrows: Fraction


@dataclass(frozen=True, slots=True)
class Outlook:
    """A forecast in short: the mean total, and ``low`` to ``high``, in which ``share`` per cent of the draws lie.

    In what share of the draws the total reaches the pass mark, and each level that has a limit, the highest first.
    """

    draws: int
    mean: Fraction
    share: int
    low: Fraction
    high: Fraction
    passed: Reached
    levels: tuple[Reached, ...]
    unvisited: Unvisited | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The official draw, simulated. ``unvisited`` has drawn types of which no site was visited: they are left out.

    ``types`` come by their share of the variance; ``asking`` is that of other people who are asked. ``short`` are sites
    that the quotas want and the register lacks.
    """

    seed: int
    draws: int
    donors: int
    drawn: int
    visited: int
    sites: int
    short: int
    mean: Fraction
    sd: Fraction
    quantiles: tuple[Quantile, ...]
    marks: tuple[Reached, ...]
    histogram: Histogram
    types: tuple[DrawnType, ...]
    asking: Fraction
    more: tuple[MoreVisits, ...]
    next: tuple[NextVisit, ...]
    unvisited: Unvisited | None

    @property
    def outlook(self) -> Outlook:
        """What is to be said of it first."""
        first, last = self.quantiles[0], self.quantiles[-1]
        passed, *levels = self.marks
        share = last.share - first.share
        return Outlook(self.draws, self.mean, share, first.score, last.score, passed, tuple(levels), self.unvisited)


def forecast_of(
    judgement: Judgement,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    donors: int = DONORS,
    asked: Mapping[str, Quota] = {},
) -> Forecast | NoForecast:
    """Simulate the official draw for a round. ``asked`` quotas stand in place of the catalogue's."""
    found = draws_of(judgement, draws=draws, seed=seed, donors=donors, asked=asked)
    if isinstance(found, NoForecast):
        return found
    method, known, sums, scores = judgement.method, found.known, found.sums, found.scores
    mean, sd = moments(scores)
    quantiles = tuple(Quantile(share, quantile(scores, Fraction(share, 100))) for share in SHARES)
    seen = [each for each in known if each.visited]
    spreads = _Spreads.of(method, seen, sums, found.others)
    steps = spreads.next_visits(MORE[-1])
    return Forecast(
        seed=seed,
        draws=draws,
        donors=donors,
        drawn=sum(each.drawn for each in known),
        visited=sum(len(each.visited) for each in known),
        sites=sum(len(each.sites) for each in known),
        short=sum(each.short for each in found.strata),
        mean=mean,
        sd=sd,
        quantiles=quantiles,
        marks=_marks(method, found),
        histogram=histogram(scores),
        types=spreads.types(),
        asking=_rounded(spreads.asking / (spreads.variance or 1.0)),
        more=tuple(
            spreads.more(steps[:number], mean, sd, quantiles)
            for number in sorted({min(each, len(steps)) for each in MORE} - {0})
        ),
        next=spreads.named(steps),
        unvisited=_unvisited(method, found),
    )


def _unvisited(method: Method, draws: Draws) -> Unvisited | None:
    """What nobody visited, with the totals at both ends of what may be found there."""
    blank = [each for each in draws.known if not each.visited]
    if not blank:
        return None
    worst, best = (
        _beside(method, draws, {each.site_type: at_end(method, each, end) for each in blank}) for end in ENDS
    )
    return Unvisited(tuple(each.site_type for each in blank), worst, best)


def _beside(method: Method, draws: Draws, found: Mapping[str, Found]) -> Extreme:
    """The totals of the draws with more findings in each of them."""
    more = draws.with_standing(method, found)
    return Extreme(moments(more.scores)[0], more.chance(Fraction(method.score.pass_mark)))


def moments(scores: Numbers) -> tuple[Fraction, Fraction]:
    """The mean of scores in billionths and their standard deviation, exact to a billionth."""
    number, whole = scores.size, int(scores.sum())
    squares = sum(int(each) ** 2 for each in scores.tolist())
    return Fraction(whole, number * E9), Fraction(isqrt((number * squares - whole**2) // number**2), E9)


def _marks(method: Method, draws: Draws) -> tuple[Reached, ...]:
    """The pass mark and every level with a limit, the highest first."""
    score, gates, number = method.score, method.part_marks, draws.scores.size
    levels = [(each.name, Fraction(each.at_least), gates) for each in score.levels if each.at_least is not None]
    return tuple(
        Reached(name, mark, draws.chance(mark, own), standard_error(draws.reached(mark, own), number))
        for name, mark, own in [("", Fraction(score.pass_mark), {}), *levels]
    )


def standard_error(reached: int, draws: int) -> Fraction:
    """The standard error of a share of draws, to a billionth: sqrt(p (1 - p) / draws)."""
    return Fraction(isqrt(reached * (draws - reached) * E9**2 // draws**3), E9)


def histogram(scores: Numbers) -> Histogram:
    """Scores in billionths, in at most ``BARS`` bars of 1, 2 or 5 times a power of ten."""
    low, high = int(scores.min()), int(scores.max())
    step = next(
        each
        for power in range(12)
        for each in (10**power, 2 * 10**power, 5 * 10**power)
        if high // each - low // each < BARS
    )
    counted = Counter((scores // step - low // step).tolist())
    counts = tuple(counted[at] for at in range(high // step - low // step + 1))
    return Histogram(Fraction(low // step * step, E9), Fraction(step, E9), counts)


@dataclass(frozen=True)
class _Spreads:
    """Mean and variance of what every type adds to the total, as far as a total is linear in its sites."""

    known: tuple[KnownType, ...]
    strata: tuple[tuple[Known, ...], ...]
    pools: tuple[Mapping[str, Pool], ...]
    each: tuple[Spread, ...]
    asking: float

    @staticmethod
    def of(method: Method, known: Sequence[KnownType], sums: DrawnSums, others: Sequence[OtherAnswers]) -> _Spreads:
        made = []
        for own, effects in zip(known, _effects(method, known, sums), strict=True):
            pools = {
                area: Pool.of(effects[donors].tolist())
                for area, donors in zip(own.pool_areas, own.pool_donors, strict=True)
            }
            made.append((_known(own, effects), pools))
        spreads = tuple(spread(strata, pools) for strata, pools in made)
        asking = _asking(method, sums, {key for each in others for key in each.keys})
        return _Spreads(tuple(known), tuple(one for one, _ in made), tuple(two for _, two in made), spreads, asking)

    @property
    def variance(self) -> float:
        """That of all types, and of asking others; the draws of one do not depend on those of another."""
        return self.asking + sum(each.drawing + each.not_knowing for each in self.each)

    def types(self) -> tuple[DrawnType, ...]:
        """The types by their share of the variance."""
        whole = self.variance or 1.0
        found = []
        for own, each in zip(self.known, self.each, strict=True):
            from_area = _from_area(own)
            found.append(
                DrawnType(
                    site_type=own.site_type,
                    sites=len(own.sites),
                    drawn=own.drawn,
                    visited=len(own.visited),
                    from_area=from_area,
                    from_elsewhere=own.unvisited - from_area,
                    drawing=_rounded(each.drawing / whole),
                    not_knowing=_rounded(each.not_knowing / whole),
                )
            )
        return tuple(sorted(found, key=lambda each: (-each.drawing - each.not_knowing, each.site_type)))

    def next_visits(self, number: int) -> tuple[tuple[int, Step], ...]:
        """The visits that narrow the total most, each with the place of its type."""
        steps = [
            (at, step) for at, strata in enumerate(self.strata) for step in next_visits(strata, self.pools[at], number)
        ]
        return tuple(sorted(steps, key=lambda each: -each[1].narrows)[:number])

    def named(self, steps: Sequence[tuple[int, Step]]) -> tuple[NextVisit, ...]:
        """The sites of the steps: in a stratum in the order of their keys."""
        left: dict[tuple[int, int, str], list[str]] = {}
        found = []
        for at, step in steps:
            own, key = self.known[at], (at, step.stratum, step.pool)
            stratum = own.strata[step.stratum]
            if key not in left:
                start = sum(len(each.sites) for each in own.strata[: step.stratum])
                pool = own.pool_areas.index(step.pool)
                left[key] = [site for place, site in enumerate(stratum.sites, start) if own.pools[place] == pool][::-1]
            site = left[key].pop()
            found.append(NextVisit(site, own.site_type, stratum.area, _rounded(step.narrows / self.variance)))
        return tuple(found)

    def more(
        self, steps: Sequence[tuple[int, Step]], mean: Fraction, sd: Fraction, quantiles: Sequence[Quantile]
    ) -> MoreVisits:
        """What is to be expected of some visits more: all distances from the mean shrink alike."""
        narrowed = sum(step.narrows for _, step in steps)
        factor = _rounded(sqrt(max(0.0, 1 - narrowed / self.variance)))
        low, high = (mean + factor * (each.score - mean) for each in (quantiles[0], quantiles[-1]))
        return MoreVisits(len(steps), factor * sd, low, high)


def _from_area(own: KnownType) -> int:
    """How many sites that nobody visited take from donors in the area for which they are drawn."""
    number, start = 0, 0
    for stratum in own.strata:
        pools = own.pools[start : start + len(stratum.sites)]
        areas = (own.pool_areas[each] for each in pools[pools >= 0].tolist())
        number += sum(f"{area}/".startswith(f"{stratum.area}/") for area in areas if stratum.area)
        start += len(stratum.sites)
    return number


def _known(own: KnownType, effects: Floats) -> tuple[Known, ...]:
    """The strata of one type with what each of their sites adds to the total."""
    found, start = [], 0
    for stratum in own.strata:
        places = slice(start, start + len(stratum.sites))
        rows, pools = own.rows[places], own.pools[places]
        others = Counter(own.pool_areas[each] for each in pools[pools >= 0].tolist())
        found.append(Known(stratum.wanted, tuple(effects[rows[rows >= 0]].tolist()), dict(sorted(others.items()))))
        start += len(stratum.sites)
    return tuple(found)


def _effects(method: Method, known: Sequence[KnownType], sums: DrawnSums) -> list[Floats]:
    """What one more site like each visited one adds to the mean draw's total before caps, by type: its slope there.

    A finding that nobody observed counts as the mean of those of its type.
    """
    at = {key: place for place, key in enumerate(sums.keys)}
    middle = _middle(sums)
    found = []
    for own in known:
        table, number = own.found, len(own.found.number)
        columns = [at[key] for key in table.keys]
        slopes = np.zeros(number)
        for step in (STEP, -STEP):
            total, count = middle.scores[own.site_type]
            scores = total + step * table.scores / E9, count + step * table.scored
            draw = replace(
                middle,
                number=_with(middle.number, columns, step * _filled(table.number, table.open)),
                value=_with(middle.value, columns, step * _filled(table.value, table.open)),
                missed=np.tile(middle.missed, (1, number)),
                worst=np.tile(middle.worst, (1, number)),
                scores={**middle.scores, own.site_type: scores},
            )
            slopes += drawn_totals(method, draw).combined / (2 * step)
        found.append(slopes)
    return found


def _filled(rows: Numbers, unseen: NDArray[np.bool_]) -> Floats:
    """What was found, with the mean of a criterion where nobody observed it; nothing where nobody did anywhere."""
    seen = ~unseen
    means = np.where(seen, rows, 0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    return np.where(seen, rows, means)


def _with(middle: Floats, columns: list[int], more: Floats) -> Floats:
    """The mean draw with each row of ``more`` added to it, a column each."""
    whole = np.tile(middle, (1, more.shape[0]))
    whole[columns] += more.T
    return whole


def _asking(method: Method, sums: DrawnSums, keys: Set[PartOf]) -> float:
    """The variance of the total before caps where only what others answer differs from draw to draw."""
    if not keys:
        return 0.0
    at = [place for place, key in enumerate(sums.keys) if key in keys]
    middle, draws = _middle(sums), sums.number.shape[1]
    number, value, missed, worst = (
        np.tile(each, (1, draws)) for each in (middle.number, middle.value, middle.missed, middle.worst)
    )
    number[at], value[at], missed[at], worst[at] = (
        each[at] for each in (sums.number, sums.value, sums.missed, sums.worst)
    )
    return float(
        np.var(drawn_totals(method, replace(middle, number=number, value=value, missed=missed, worst=worst)).combined)
    )


def _middle(sums: DrawnSums) -> DrawnSums:
    """The mean of all draws as one draw; of the worst finding the median."""
    draws = sums.number.shape[1]
    number, value = ((each.sum(axis=1) / draws)[:, None] for each in (sums.number, sums.value))
    scores = {kind: (_mean(total), _mean(count)) for kind, (total, count) in sums.scores.items()}
    worst = np.sort(sums.worst, axis=1)[:, [draws // 2]]
    return DrawnSums(sums.keys, number, value, np.zeros(number.shape), worst, scores)


def _mean(of_draws: Floats) -> Floats:
    return np.array([of_draws.sum() / of_draws.size])


def _rounded(value: float) -> Fraction:
    return Fraction(round(value * E9), E9)
