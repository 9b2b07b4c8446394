"""Visits by site and time, and what each way of taking several inspections makes of them: worked cases, without a
catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duibiao.evaluator.codes import Meaning
from duibiao.evaluator.inspections import STEPS, WAYS, Chosen, Stretches, Visits, visits_of

if TYPE_CHECKING:
    from duibiao.evaluator.inspections import Numbers, Whole

E9 = 1_000_000_000
NONE, BLANK, BAD = 0, 1, 2  # does not apply, not observed, contradictory
FULL, HALF, ZERO = 3, 4, 5
LEVELS = Meaning((E9, E9 // 2, 0), loses=False, most=E9)
SHARE = Meaning((), loses=False, most=E9)
LOST = Meaning((), loses=True, most=2 * E9)
Visit = tuple[int, int, int]  # day (0: none), code, value


def in_time(sites: Sequence[Sequence[Visit]]) -> tuple[Visits, Any, Any]:
    """The visits of some sites, and the codes and values of their visits in their own order.

    The visits stand in their frame backwards, so that a number of a visit is never its place.
    """
    counts = np.array([len(site) for site in sites])
    told = [visit for site in sites for visit in site]
    numbers = np.arange(len(told))[::-1]
    moments = np.array([100_000 * number + day for number, site in enumerate(sites) for day, _, _ in site])
    codes, values = np.array([code for _, code, _ in told], np.uint8), np.array([value for _, _, value in told])
    return visits_of(counts, numbers, moments), codes[numbers], values[numbers]


def chosen(mode: str, sites: Sequence[Sequence[Visit]], meaning: Meaning) -> Chosen:
    """What comes out of one criterion, sites in their order; with its values where the meaning has no scores."""
    visits, codes, values = in_time(sites)

    def told(rows: Numbers) -> Whole:
        found: Whole = values[rows]
        return found

    before = codes.copy()
    found = WAYS[mode](codes, told if not meaning.scores else None, meaning, visits)
    assert (codes == before).all()  # nothing was changed
    assert found.codes.dtype == np.uint8
    return found


# ------------------------------------------------------------------ by site and time


def test_stretches() -> None:
    three = Stretches(np.array([0, 1, 4]), np.array([0, 3, 5]))
    assert three.each(np.array([7, 8, 9])).tolist() == [7, 8, 8, 8, 9, 9]
    held = np.array([True, False, True, True, True, False])
    assert three.first_of(held).tolist() == [0, 2, 4]
    assert three.last_of(held).tolist() == [0, 3, 4]
    assert three.last_of(np.array([False, True, False, False, False, False])).tolist() == [0, 1, 5]  # else its last
    assert three.last_of(np.zeros(6, bool)).tolist() == [0, 3, 5]
    assert Stretches(np.array([0]), np.array([2])).last_of(np.zeros(3, bool)).tolist() == [2]


SHARED = [  # the days of the visits of some sites, which visits share their time with another
    (((1, 2), (1, 2, 3)), "-- ---"),
    (((1, 1), (1, 2, 3)), "++ ---"),
    (((1, 2), (1, 2, 2)), "-- -++"),
    (((1, 2), (2, 2, 3)), "-- ++-"),
    (((1,), (1, 1), (2, 2, 3), (1, 2, 3)), "- ++ ++- ---"),
    (((5,), (5, 5, 5)), "- +++"),
]


@pytest.mark.parametrize(("days", "shared"), SHARED)
def test_visits_at_one_time(days: tuple[tuple[int, ...], ...], shared: str) -> None:
    visits, _, _ = in_time([[(day, FULL, 0) for day in of_site] for of_site in days])
    flat = shared.replace(" ", "")
    assert visits.shared.tolist() == [each == "+" for each in flat]
    assert visits.sites.last.tolist() == [sum(map(len, days[: k + 1])) - 1 for k in range(len(days))]
    assert visits.sites.first.tolist() == [sum(map(len, days[:k])) for k in range(len(days))]
    asked = np.flatnonzero(visits.shared)
    if not len(asked):
        return
    same, places = visits.at_same_time(asked)
    for place, first, last in zip(asked, same.first, same.last, strict=True):
        found = places[first : last + 1].tolist()
        assert found == [k for k in range(len(flat)) if visits.moments[k] == visits.moments[place]]


# ------------------------------------------------------------------ the ways


def visits(*codes: int) -> list[Visit]:
    """One visit a day."""
    return [(day, code, 0) for day, code in enumerate(codes, 1)]


LATEST = [  # the visits of a site, the code, how many before the last, whether it is noted
    (visits(FULL, ZERO), ZERO, 0, False),
    (visits(ZERO, FULL, BLANK), FULL, 1, False),
    (visits(ZERO, BLANK, BLANK), ZERO, 2, False),
    (visits(FULL, BAD, BLANK), BAD, 1, False),
    (visits(FULL, NONE), NONE, 0, False),
    (visits(BLANK, BLANK), BLANK, 0, False),
    ([(1, FULL, 0), (1, HALF, 0)], HALF, 0, True),
    ([(1, HALF, 0), (1, FULL, 0)], HALF, 1, True),
    ([(1, ZERO, 0), (1, BAD, 0)], BAD, 0, True),
    ([(1, BAD, 0), (1, ZERO, 0)], BAD, 1, True),
    ([(1, NONE, 0), (1, FULL, 0)], FULL, 0, True),
    ([(1, FULL, 0), (1, NONE, 0)], FULL, 1, True),
    ([(1, FULL, 0), (1, FULL, 0)], FULL, 1, False),  # of equals the first
    ([(1, BLANK, 0), (1, FULL, 0)], FULL, 0, False),
    ([(1, FULL, 0), (1, BLANK, 0)], FULL, 1, False),
    ([(1, BLANK, 0), (1, BLANK, 0)], BLANK, 1, False),
    ([(1, ZERO, 0), (2, BLANK, 0), (2, BLANK, 0)], ZERO, 2, False),
    ([(1, ZERO, 0), (2, FULL, 0), (2, BLANK, 0)], FULL, 1, False),
    ([(1, ZERO, 0), (2, FULL, 0), (2, FULL, 0)], FULL, 1, False),
    ([(1, ZERO, 0), (1, FULL, 0), (2, BLANK, 0)], ZERO, 2, True),
    ([(1, ZERO, 0), (1, FULL, 0), (2, HALF, 0)], HALF, 0, False),
    ([(1, BLANK, 0), (2, HALF, 0), (2, FULL, 0)], HALF, 1, True),
    ([(1, FULL, 0), (1, HALF, 0), (1, ZERO, 0)], ZERO, 0, True),
    ([(1, ZERO, 0), (1, HALF, 0), (1, FULL, 0)], ZERO, 2, True),
    ([(0, FULL, 0), (0, ZERO, 0), (1, BLANK, 0), (1, BLANK, 0)], ZERO, 2, True),
]
WORST = [  # the visits of a site, the code, how many before the last
    (visits(FULL, HALF, FULL), HALF, 1),
    (visits(HALF, FULL, HALF), HALF, 0),  # of equals the last
    (visits(ZERO, BAD, FULL), ZERO, 2),
    (visits(BAD, ZERO, FULL), ZERO, 1),
    (visits(FULL, BAD, HALF), BAD, 1),
    (visits(NONE, FULL, NONE), FULL, 1),
    (visits(FULL, NONE), FULL, 1),
    (visits(NONE, BLANK), NONE, 1),
    (visits(BLANK, NONE), NONE, 0),
    (visits(BLANK, BLANK), BLANK, 0),
    (visits(FULL, BLANK), FULL, 1),
    ([(1, HALF, 0), (1, FULL, 0)], HALF, 1),
]
MEAN = [  # the visits of a site, the code, how many before the last, the value
    (visits(FULL, HALF), HALF, 0, 750_000_000),
    (visits(FULL, FULL), FULL, 0, E9),
    (visits(ZERO, ZERO), ZERO, 0, 0),
    (visits(FULL, ZERO), HALF, 0, 500_000_000),
    (visits(HALF, HALF), HALF, 0, 500_000_000),
    (visits(FULL, FULL, ZERO), HALF, 0, 666_666_667),
    (visits(FULL, BLANK, NONE), FULL, 2, E9),
    (visits(HALF, FULL, BLANK), HALF, 1, 750_000_000),
    (visits(BAD, FULL), BAD, 1, None),
    (visits(BAD, BAD, NONE), BAD, 1, None),
    (visits(NONE, BLANK), NONE, 1, None),
    (visits(NONE, NONE, BLANK), NONE, 1, None),
    (visits(BLANK, BLANK), BLANK, 0, None),
]
ALONE: list[Visit] = [(7, FULL, 0)]  # a site with one visit beside the others


def test_latest() -> None:
    for site, code, back, noted in LATEST:
        for sites in ([site], [site, site], [ALONE, site]):
            found = chosen("latest", sites, LEVELS)
            assert (found.codes[-1], found.back[-1], len(found.differing)) == (
                code,
                back,
                noted * sites.count(site),
            ), site
    sites = [site for site, *_ in LATEST]
    found = chosen("latest", [ALONE, *sites], LEVELS)
    assert found.codes.tolist() == [FULL, *(code for _, code, _, _ in LATEST)]
    assert found.back.tolist() == [0, *(back for _, _, back, _ in LATEST)]
    assert found.values is None


@pytest.mark.parametrize("before", [STEPS - 1, STEPS, STEPS + 1, 130, 70_000])
def test_latest_looks_back_as_far_as_it_must(before: int) -> None:
    blanks = visits(*[BLANK] * before)
    sites = [ALONE, [(0, ZERO, 0), *blanks], blanks, [(0, FULL, 0), (0, HALF, 0), *blanks], visits(FULL, BLANK)]
    found = chosen("latest", sites, LEVELS)
    assert found.codes.tolist() == [FULL, ZERO, BLANK, HALF, FULL]
    assert found.back.tolist() == [0, before, 0, before, 1]
    assert found.back.dtype == (np.uint8 if before < 255 else np.uint32)  # no wider than the most visits of a site need
    assert len(found.differing) == 1


def test_latest_notes_the_visit_that_it_took() -> None:
    for site, _, back, noted in LATEST:
        found = chosen("latest", [ALONE, site], LEVELS)
        assert found.differing.tolist() == ([back] if noted else [])  # numbers run backwards: the last visit is 0


def test_worst() -> None:
    for site, code, back in WORST:
        for sites in ([site], [site, site], [ALONE, site]):
            found = chosen("worst", sites, LEVELS)
            assert (found.codes[-1], found.back[-1]) == (code, back), site
            assert not len(found.differing)
    found = chosen("worst", [ALONE, *(site for site, _, _ in WORST)], LEVELS)
    assert found.codes.tolist() == [FULL, *(code for _, code, _ in WORST)]
    assert found.back.tolist() == [0, *(back for _, _, back in WORST)]
    assert found.values is None


def test_mean() -> None:
    for site, code, back, value in MEAN:
        for sites in ([site], [site, site], [ALONE, site]):
            found = chosen("mean", sites, LEVELS)
            assert (found.codes[-1], found.back[-1]) == (code, back), site
            assert found.values is not None
            assert value in {None, found.values[-1]}, site
            assert not len(found.differing)
    found = chosen("mean", [ALONE, *(site for site, *_ in MEAN)], LEVELS)
    assert found.codes.tolist() == [FULL, *(code for _, code, _, _ in MEAN)]
    assert found.back.tolist() == [0, *(back for _, _, back, _ in MEAN)]


VALUED = [  # way, meaning, visits, code, value, how many before the last, whether it is noted
    ("latest", SHARE, [(1, FULL, E9), (2, HALF, 7)], HALF, 7, 0, False),
    ("latest", SHARE, [(1, HALF, 7), (2, BLANK, 0)], HALF, 7, 1, False),
    ("latest", SHARE, [(1, HALF, 7), (1, HALF, 8)], HALF, 7, 1, True),
    ("latest", SHARE, [(1, HALF, 8), (1, HALF, 7)], HALF, 7, 0, True),
    ("latest", SHARE, [(1, HALF, 7), (1, HALF, 7)], HALF, 7, 1, False),
    ("latest", SHARE, [(1, BAD, 9), (1, ZERO, 0)], BAD, 9, 1, True),
    ("latest", SHARE, [(1, NONE, 0), (1, FULL, E9)], FULL, E9, 0, True),
    ("latest", LOST, [(1, HALF, 8), (1, HALF, 7)], HALF, 8, 1, True),  # the more lost the lower
    ("latest", LOST, [(1, FULL, 0), (1, HALF, 7)], HALF, 7, 0, True),
    ("latest", LOST, [(1, ZERO, 2 * E9), (1, BAD, 0)], BAD, 0, 0, True),
    ("worst", SHARE, [(1, HALF, 8), (2, HALF, 7), (3, FULL, E9)], HALF, 7, 1, False),
    ("worst", SHARE, [(1, ZERO, 0), (2, BAD, 5)], ZERO, 0, 1, False),
    ("worst", SHARE, [(1, HALF, 5), (2, BAD, 9)], BAD, 9, 0, False),
    ("worst", SHARE, [(1, NONE, 0), (2, FULL, E9)], FULL, E9, 0, False),
    ("worst", LOST, [(1, HALF, 7), (2, HALF, 8), (3, FULL, 0)], HALF, 8, 1, False),
    ("worst", LOST, [(1, ZERO, 2 * E9), (2, HALF, 8)], ZERO, 2 * E9, 1, False),
    ("worst", LOST, [(1, FULL, 0), (2, NONE, 0)], FULL, 0, 1, False),
    ("mean", SHARE, [(1, HALF, 8), (2, HALF, 7)], HALF, 8, 0, False),  # half up
    ("mean", SHARE, [(1, FULL, E9), (2, BLANK, 9), (3, NONE, 9)], FULL, E9, 2, False),
    ("mean", LOST, [(1, FULL, 0), (2, HALF, 9)], HALF, 5, 0, False),
]


@pytest.mark.parametrize("several", [1, 2])
def test_ways_with_values_of_their_own(several: int) -> None:
    for mode, meaning, site, code, value, back, noted in VALUED:
        found = chosen(mode, [ALONE, *[site] * several], meaning)
        assert found.values is not None
        assert (found.codes[-1], found.values[-1], found.back[-1], len(found.differing)) == (
            code,
            value,
            back,
            noted * several,
        ), (mode, site)


def test_a_mean_of_values_beyond_64_bits_is_exact() -> None:
    third = 3 * 10**18
    for visits_ in ([third, third], [third - 1, third - 1], [third, third - 1], [third, third, third, 0]):
        meaning = Meaning((), loses=True, most=third)
        found = chosen("mean", [[(day, HALF, value) for day, value in enumerate(visits_)], ALONE], meaning)
        assert found.values is not None
        assert found.values.dtype == np.int64
        n = len(visits_)
        assert found.values.tolist() == [(2 * sum(visits_) + n) // (2 * n), 0]


# ------------------------------------------------------------------ against plain Python

LOWER_FIRST = (BAD, ZERO, HALF, FULL, NONE, BLANK)
drawn = st.lists(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(LOWER_FIRST), st.just(0)), min_size=1, max_size=14).map(
        lambda visits: sorted(visits, key=lambda visit: visit[0])
    ),
    min_size=1,
    max_size=5,
)


def plain_latest(site: Sequence[Visit]) -> tuple[int, int]:
    """The code and how many before the last."""
    day = max((day for day, code, _ in site if code != BLANK), default=site[-1][0])
    there = [k for k, visit in enumerate(site) if visit[0] == day]
    lowest = min(there, key=lambda k: (LOWER_FIRST.index(site[k][1]), k))
    return site[lowest][1], len(site) - 1 - lowest


def plain_worst(site: Sequence[Visit]) -> tuple[int, int]:
    worst = (ZERO, BAD, HALF, FULL, NONE, BLANK)
    lowest = min(range(len(site)), key=lambda k: (worst.index(site[k][1]), -k))
    return site[lowest][1], len(site) - 1 - lowest


def plain_mean(site: Sequence[Visit]) -> tuple[int, int]:
    codes = [code for _, code, _ in site]
    counted = [code for code in codes if code in {FULL, HALF, ZERO}]
    of_counted = counted[0] if set(counted) in ({FULL}, {ZERO}) else HALF
    for held, code in (([BAD], BAD), ([FULL, HALF, ZERO], of_counted if counted else HALF), ([NONE], NONE)):
        if any(each in held for each in codes):
            return code, next(k for k, each in enumerate(reversed(codes)) if each in held)
    return BLANK, 0


PLAIN = {"latest": plain_latest, "worst": plain_worst, "mean": plain_mean}


@pytest.mark.parametrize("mode", PLAIN)
@given(sites=drawn)
def test_ways_against_plain_python(mode: str, sites: list[list[Visit]]) -> None:
    found = chosen(mode, sites, LEVELS)
    told = [PLAIN[mode](site) for site in sites]
    assert list(zip(found.codes.tolist(), found.back.tolist(), strict=True)) == told
