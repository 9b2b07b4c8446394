"""Visits in layers, and what each way of taking several inspections makes of them: worked cases, without a catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from duibiao.evaluator.codes import Meaning
from duibiao.evaluator.inspections import WAYS, Chosen, Layers, layers_of

if TYPE_CHECKING:
    from duibiao.evaluator.inspections import Numbers, Whole

E9 = 1_000_000_000
NONE, BLANK, BAD = 0, 1, 2  # does not apply, not observed, contradictory
FULL, HALF, ZERO = 3, 4, 5
LEVELS = Meaning((E9, E9 // 2, 0), loses=False, most=E9)
SHARE = Meaning((), loses=False, most=E9)
LOST = Meaning((), loses=True, most=2 * E9)
Visit = tuple[int, int, int]  # day (0: none), code, value


def layers(sites: Sequence[Sequence[Visit]]) -> tuple[Layers, Any, Any]:
    """The visits of some sites in layers, and the codes and values of their visits in their own order.

    The visits stand in their frame backwards, so that a number of a visit is never its place.
    """
    counts = np.array([len(site) for site in sites])
    told = [visit for site in sites for visit in site]
    numbers = np.arange(len(told))[::-1]
    moments = np.array([100 * number + day for number, site in enumerate(sites) for day, _, _ in site])
    block = layers_of(np.cumsum(counts) - 1, counts, numbers, moments)
    codes, values = np.array([code for _, code, _ in told], np.uint8), np.array([value for _, _, value in told])
    return block, codes[numbers], values[numbers]


def chosen(mode: str, sites: Sequence[Sequence[Visit]], meaning: Meaning) -> Chosen:
    """What comes out of one criterion, sites in their order; with its values where the meaning has no scores."""
    block, codes, values = layers(sites)

    def told(rows: Numbers) -> Whole:
        found: Whole = values[rows]
        return found

    of_visits = codes[block.rows]
    before, tied = of_visits.copy(), block.tied()
    read = told if not meaning.scores else None
    found = WAYS[mode](of_visits, read, meaning, block, tied)
    assert (of_visits == before).all()
    assert found.codes.dtype == np.uint8
    assert (WAYS[mode](codes[block.rows], read, meaning, block, tied).codes == found.codes).all()  # nothing was changed
    return Chosen(
        block.by_site(found.codes),
        block.by_site(found.values) if found.values is not None else None,
        block.by_site(found.back),
        found.differing,
    )


# ------------------------------------------------------------------ layers

COUNTS = [  # the numbers of visits of the sites, sites by number of visits, sizes of the layers, their starts
    ((1, 3, 2), (1, 2, 0), (3, 2, 1), (0, 3, 5)),
    ((2, 3), (1, 0), (2, 2, 1), (0, 2, 4)),
    ((1, 2), (1, 0), (2, 1), (0, 2)),
    ((2, 2), (0, 1), (2, 2), (0, 2)),
    ((1, 1, 4), (2, 0, 1), (3, 1, 1, 1), (0, 3, 4, 5)),
]


@pytest.mark.parametrize(("counts", "order", "sizes", "starts"), COUNTS)
def test_visits_stand_in_layers(
    counts: tuple[int, ...], order: tuple[int, ...], sizes: tuple[int, ...], starts: tuple[int, ...]
) -> None:
    names = [[f"{site}{number}" for number in range(count)] for site, count in enumerate(counts)]
    block = layers_of(np.cumsum(counts) - 1, np.array(counts), np.arange(sum(counts)) + 50, np.arange(sum(counts)) + 70)
    flat = [name for of_site in names for name in of_site]
    expected = [names[site][-1 - k] for k in range(max(counts)) for site in order if counts[site] > k]
    assert [flat[row - 50] for row in block.rows] == expected
    assert [flat[moment - 70] for moment in block.moments] == expected
    assert (block.order.tolist(), block.sizes, block.starts.tolist()) == (list(order), sizes, list(starts))
    earlier = [(k, slice(starts[k], starts[k] + sizes[k]), sizes[k]) for k in range(1, len(sizes))]
    assert list(block.earlier()) == earlier
    assert block.none_back().tolist() == [0] * len(counts)
    first = np.array([counts[site] - 1 for site in order])  # so many before the last is the first visit of each site
    assert [expected[place] for place in block.places(first)] == [f"{site}0" for site in order]
    assert block.by_site(np.array([f"s{site}" for site in order])).tolist() == [f"s{n}" for n in range(len(counts))]


def test_the_number_of_a_layer_has_room() -> None:
    for number, kind in ((2, np.uint8), (255, np.uint8), (256, np.uint16)):
        block = layers_of(np.array([number - 1]), np.array([number]), np.arange(number), np.arange(number))
        assert block.none_back().dtype == kind


TIED = [  # the days of the visits of some sites, the sites with two visits of one time, the sizes of their layers
    (((1, 2), (1, 2, 3)), (), ()),
    (((1, 1), (1, 2, 3)), (0,), (1, 1)),
    (((1, 2), (1, 2, 2)), (1,), (1, 1, 1)),
    (((1, 2), (2, 2, 3)), (1,), (1, 1, 1)),
    (((1,), (1, 1), (2, 2, 3), (1, 2, 3)), (1, 2), (2, 2, 1)),
    (((5,), (5, 5, 5)), (1,), (1, 1, 1)),
]


@pytest.mark.parametrize(("days", "sites", "sizes"), TIED)
def test_sites_with_two_visits_at_one_time(
    days: tuple[tuple[int, ...], ...], sites: tuple[int, ...], sizes: tuple[int, ...]
) -> None:
    block, codes, _ = layers([[(day, 10 * site + day, 0) for day in of_site] for site, of_site in enumerate(days)])
    tied = block.tied()
    if tied is None:
        assert not sites
        return
    assert sorted(block.order[tied.sites].tolist()) == list(sites)
    few = tied.layers
    assert few.sizes[: len(sizes)] == sizes
    assert not sum(few.sizes[len(sizes) :])
    longest = sorted(sites, key=lambda site: -len(days[site]))
    expected = [10 * site + days[site][-1 - k] for k in range(len(sizes)) for site in longest if len(days[site]) > k]
    assert codes[few.rows].tolist() == expected
    assert (few.rows == block.rows[tied.inside]).all()
    assert (few.moments == block.moments[tied.inside]).all()
    assert few.starts.tolist()[: len(sizes)] == [sum(sizes[:k]) for k in range(len(sizes))]


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


def test_latest_notes_the_visit_that_it_took() -> None:
    for site, _, back, noted in LATEST:
        block, _, _ = layers([ALONE, site])
        found = chosen("latest", [ALONE, site], LEVELS)
        number = block.rows[found.differing]
        assert number.tolist() == ([back] if noted else [])  # numbers run backwards: the last visit is 0


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
