"""Random numbers that anybody can repeat: golden streams, samples without replacement, donors."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product
from math import sqrt

import numpy as np
import pytest
from scipy.stats import t

from duibiao.evaluator.chance import CELLS, Chance, donors, samples, taken


@pytest.mark.parametrize(
    ("seed", "names", "numbers"),
    [
        (2026, (), [255, 363, 987, 384, 943, 106, 720, 717]),
        (2026, ("market", "东区"), [40, 138, 894, 249, 932, 239, 870, 429]),
        (2027, ("market", "东区"), [668, 991, 186, 723, 363, 879, 473, 680]),
        (-1, ("\ud800",), [498, 865, 319, 479, 114, 791, 75, 511]),
    ],
)
def test_a_seed_and_names_give_the_same_numbers_for_ever(seed: int, names: tuple[str, ...], numbers: list[int]) -> None:
    assert Chance(seed, *names).below(1000, 8).tolist() == numbers


def within(found: int, share: float, number: int) -> bool:
    """Whether a count is within four standard errors of what is expected of it."""
    return abs(found - share * number) <= 4 * sqrt(number * share * (1 - share))


@pytest.mark.parametrize("limit", [1, 2, 7, 5000])
def test_numbers_are_below_their_limit_and_alike(limit: int) -> None:
    found = Chance(1, "limit").below(limit, 20_000)
    assert 0 <= found.min() <= found.max() < limit
    assert within(int((found < (limit + 1) // 2).sum()), (limit + 1) // 2 / limit, 20_000)


@pytest.mark.parametrize(("population", "wanted"), [(5, 1), (5, 2), (6, 3), (5, 4)])
def test_every_sample_is_alike(population: int, wanted: int) -> None:
    draws = 6_001
    found = Counter(tuple(sorted(each)) for each in samples(Chance(3), population, wanted, draws).T.tolist())
    every = list(combinations(range(population), wanted))
    assert sorted(found) == every
    assert all(within(found[each], 1 / len(every), draws) for each in every)


@pytest.mark.parametrize("wanted", [3, 9])
def test_all_are_drawn_where_there_are_no_more(wanted: int) -> None:
    assert samples(Chance(3), 3, wanted, 2).T.tolist() == [[0, 1, 2], [0, 1, 2]]


def test_large_populations_are_drawn_from_a_few_draws_at_a_time() -> None:
    population = CELLS // 2
    found = samples(Chance(3), population, 40, 5)
    assert all(len(set(each)) == 40 for each in found.T.tolist())
    assert (found.min() >= 0, found.max() < population) == (True, True)
    assert found[:, 0].tolist() != found[:, 2].tolist()  # of two blocks


def test_donors_come_from_donors_drawn_with_replacement() -> None:
    """Three receivers and five donors, of which two are taken: every outcome as often as counting all of them says."""
    expected: Counter[tuple[int, ...]] = Counter()
    for resample in product(range(5), repeat=2):
        for picks in product(range(2), repeat=3):
            expected[tuple(resample[each] for each in picks)] += 1
    draws = 20_000
    found = Counter(map(tuple, donors(Chance(5), np.repeat(np.arange(draws), 3), 5).reshape(draws, 3).tolist()))
    assert sorted(found) == sorted(expected)
    assert all(within(found[each], expected[each] / 200, draws) for each in expected)


@pytest.mark.parametrize("number", [6, 10, 50])
def test_so_many_donors_are_taken_that_their_mean_varies_as_that_of_all_sites(number: int) -> None:
    """Student's t with n - 1 degrees of freedom, around the mean of n values with variance s² (over n - 1)."""
    of_donors = (number - 1) / number / taken(number)  # s² (n - 1) / n over those taken
    assert of_donors == pytest.approx(t(number - 1).var() / number)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_one_donor_at_least_is_taken(number: int) -> None:
    assert taken(number) == 1
