"""Of few people nothing is told, nor can it be reckoned back from what is told of others."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from duibiao.evaluator.suppression import EVERYBODY, Domain, hidden, suppressed

MINIMUM = 5
# a city: how many people answered of no district; of each district so many of no street, and of each street
City = tuple[int, tuple[tuple[int, tuple[int, ...]], ...]]


@pytest.mark.parametrize(
    ("sizes", "rest", "gone"),
    [
        ([12, 11], 0, []), ([12, 9], 0, [9, 12]), ([30, 12, 9], 0, [9, 12]), ([30, 12, 9, 8], 0, [8, 9]), ([30, 12, 1, 2], 0, [1, 2, 12]),
        ([30, 0, 12], 0, []), ([30, 0, 2], 0, [2, 30]), ([3], 0, [3]), ([], 0, []), ([12, 12, 3], 0, [3, 12]), ([30, 10], 0, []),
        ([30, 12], 1, [12]), ([30, 12], 9, [12]), ([30, 12], 10, []), ([30, 12, 9], 1, [9]), ([30, 12, 8], 1, [8, 12]), ([30, 12, 3], 40, [3]),
    ],
)  # fmt: skip
def test_of_a_whole_that_is_shown_two_are_missing(sizes: list[int], rest: int, gone: list[int]) -> None:
    named = {Domain(area=str(number)): size for number, size in enumerate(sizes)}
    assert sorted(named[each] for each in hidden(named, 10, rest, shown=True)) == gone


@pytest.mark.parametrize(
    ("sizes", "rest", "gone"),
    [([12, 11], 0, [11]), ([12, 11], 2, [11]), ([12, 11], 10, []), ([12, 3], 0, [3, 12]), ([3, 2], 0, [2, 3]), ([30, 12, 8, 2], 0, [2, 8]), ([0], 0, [])],
)  # fmt: skip
def test_of_a_whole_that_is_not_shown_one_is_missing(sizes: list[int], rest: int, gone: list[int]) -> None:
    named = {Domain(area=str(number)): size for number, size in enumerate(sizes)}
    assert sorted(named[each] for each in hidden(named, 10, rest, shown=False)) == gone


def people_of(city: City) -> tuple[dict[Domain, frozenset[str]], dict[str, str], dict[str, int]]:
    """Which of the smallest parts each domain has, the area above each area, and how many people are of each part."""
    elsewhere, districts = city
    parts, parents, numbers = {EVERYBODY: frozenset({"rest"})}, {}, {"rest": elsewhere}
    for one, (rest, streets) in enumerate(districts):
        district = f"d{one}"
        own = {f"{district}.rest": rest} | {f"{district}.s{other}": size for other, size in enumerate(streets)}
        parts[Domain(district)], parents[district] = frozenset(own), ""
        for street in list(own)[1:]:
            parts[Domain(street)], parents[street] = frozenset({street}), district
        parts[EVERYBODY] |= frozenset(own)
        numbers |= own
    return parts, parents, numbers


few = st.integers(0, 12)


@given(st.tuples(few, st.lists(st.tuples(few, st.lists(few, max_size=3).map(tuple)), max_size=3).map(tuple)))
@example((1, ((0, (20, 30)), (0, (40, 8)))))
@example((0, ((2, (2,)), (0, (10, 10)), (30, ()))))
def test_nothing_of_few_people_can_be_reckoned_back(city: City) -> None:
    """No sum or difference of shown figures is the figure of fewer people than the minimum."""
    parts, parents, numbers = people_of(city)
    sizes = {domain: sum(numbers[each] for each in inside) for domain, inside in parts.items()}
    gone = suppressed(sizes, parents, MINIMUM)
    known = [name for name, number in numbers.items() if number]
    rows = [[float(each in inside) for each in known] for domain, inside in parts.items() if domain not in gone]
    told = np.array(rows).reshape(len(rows), len(known))
    rank = np.linalg.matrix_rank(told) if told.size else 0
    for some in chain.from_iterable(combinations(known, number) for number in range(1, MINIMUM)):
        if sum(numbers[each] for each in some) < MINIMUM:
            wanted = np.array([[float(each in some) for each in known]])
            assert np.linalg.matrix_rank(np.vstack([told, wanted])) > rank, some


@pytest.mark.parametrize(
    ("city", "gone"),
    [
        ((0, ((0, (20, 30)), (0, (40, 8)))), set()),
        ((1, ((0, (20, 30)), (0, (40, 8)))), {"d1", "d1.s1"}),  # one person of no district hides the next smallest
        ((0, ((0, (2, 20, 30)), (0, (60,)))), {"d0.s0", "d0.s1"}),
        ((0, ((3, ()), (0, (10, 20)), (40, ()))), {"d0", "d1", "d1.s0"}),
        ((1, ((0, (1,)), (2, ()))), {"", "d0", "d0.s0", "d1"}),
        ((0, ((0, (5, 7)), (0, ()))), set()),
        ((0, ((0, (5,)),)), set()),
    ],
)
def test_areas_from_the_top(city: City, gone: set[str]) -> None:
    parts, parents, numbers = people_of(city)
    sizes = {domain: sum(numbers[each] for each in inside) for domain, inside in parts.items()}
    assert {each.area for each in suppressed(sizes, parents, MINIMUM)} == gone
