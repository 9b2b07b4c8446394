"""Mean and variance of what drawn sites add up to, against counting out every sample and every donor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, product

import pytest

from duibiao.evaluator.spread import Known, Pool, Spread, next_visits, not_knowing, spread

# name -> values of its donors
Donors = Mapping[str, Sequence[float]]


def counted_out(strata: Sequence[Known], donors: Donors) -> Spread:
    """Every completed city (each resample of the donors, each pick of a receiver) and every sample in it."""
    receivers = [
        (at, name) for at, each in enumerate(strata) for name, number in each.others.items() for _ in range(number)
    ]
    names = sorted({name for _, name in receivers})
    means, drawing = [], []
    for resamples in product(*(product(donors[name], repeat=max(1, len(donors[name]) - 3)) for name in names)):
        resample = dict(zip(names, resamples, strict=True))
        for taken in product(*(resample[name] for _, name in receivers)):
            cities = [
                [*each.values, *(value for (place, _), value in zip(receivers, taken, strict=True) if place == at)]
                for at, each in enumerate(strata)
            ]
            of_samples = [
                [sum(each) for each in combinations(city, min(stratum.wanted, len(city)))]
                for city, stratum in zip(cities, strata, strict=True)
            ]
            means.append(sum(mean(each) for each in of_samples))
            drawing.append(sum(variance(each) for each in of_samples))
    return Spread(mean(means), mean(drawing), variance(means))


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def variance(values: Sequence[float]) -> float:
    return mean([(each - mean(values)) ** 2 for each in values])


@pytest.mark.parametrize(
    ("strata", "donors"),
    [
        pytest.param([Known(2, (1, 4, 9, 16), {})], {}, id="all visited: Cochran"),
        pytest.param([Known(1, (1, 4, 9), {})], {}, id="a third is drawn"),
        pytest.param([Known(5, (1, 4), {})], {}, id="all are drawn"),
        pytest.param([Known(1, (7,), {})], {}, id="a single site"),
        pytest.param([Known(2, (1, 4), {"a": 2})], {"a": (1, 4)}, id="donors of the stratum"),
        pytest.param([Known(3, (1, 4), {"a": 1})], {"a": (1, 4)}, id="no chance in the draw, only in the unknown"),
        pytest.param([Known(1, (), {"a": 3})], {"a": (1, 4, 10)}, id="nobody visited any"),
        pytest.param([Known(2, (3,), {"a": 3})], {"a": (1, 4, 10, 2, 7)}, id="five donors, of which two are taken"),
        pytest.param(
            [Known(1, (1,), {"a": 1}), Known(2, (2,), {"a": 2, "b": 1})], {"a": (1, 5), "b": (3,)},
            id="strata that share a pool, and one with two",
        ),
    ],
)  # fmt: skip
def test_the_formula_is_what_counting_out_gives(strata: list[Known], donors: Donors) -> None:
    found = spread(strata, {name: Pool.of(values) for name, values in donors.items()})
    expected = counted_out(strata, donors)
    assert found.mean == pytest.approx(expected.mean)
    assert found.drawing == pytest.approx(expected.drawing)
    assert found.not_knowing == pytest.approx(expected.not_knowing)


def test_visits_go_where_they_narrow_most() -> None:
    """Each step is the best of all that can be made, by trying every one; and they end where nothing is unknown."""
    strata = [Known(1, (1,), {"a": 1, "b": 1}), Known(2, (2, 3), {"b": 2}), Known(1, (0,) * 5, {"a": 2})]
    pools = {"a": Pool.of((0, 6, 9, 2, 8)), "b": Pool.of((1, 2, 5)), "c": Pool.of((4, 4))}
    steps = next_visits(strata, pools, 99)
    assert len(steps) == 6  # every unvisited site
    left, known = list(strata), dict(pools)
    for step in steps:
        tried = {}
        for at, each in enumerate(left):
            for name, number in each.others.items():
                if number:
                    pool = known[name]
                    fewer = Known(each.wanted, (*each.values, pool.mean), {**each.others, name: number - 1})
                    after = [*left[:at], fewer, *left[at + 1 :]]
                    surer = Pool(pool.number + 1, pool.mean, pool.variance)
                    gain = not_knowing(name, pool, left) - not_knowing(name, surer, after)
                    tried[at, name] = gain, after, surer
        best = max(gain for gain, _, _ in tried.values())
        assert step.narrows == pytest.approx(best)
        _, left, known[step.pool] = tried[step.stratum, step.pool]
    assert sum(step.narrows for step in steps) == pytest.approx(spread(strata, pools).not_knowing)


@pytest.mark.parametrize(
    ("strata", "number", "steps"),
    [
        ([Known(1, (1, 2), {})], 5, 0),
        ([Known(1, (2, 2), {"a": 3})], 5, 0),  # donors alike: nothing is to be learnt
        ([Known(1, (1, 3), {"b": 3})], 2, 2),
    ],
)
def test_no_visit_that_narrows_nothing(strata: list[Known], number: int, steps: int) -> None:
    assert len(next_visits(strata, {"a": Pool.of((2, 2)), "b": Pool.of((1, 3))}, number)) == steps
