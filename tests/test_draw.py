"""Drawing sites: who is drawn at a seed, how likely each is, and what changes nothing."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duibiao.evaluator.draw import Drawn, draw, register_digest
from duibiao.evaluator.strata import Stratum

EAST, WEST = "周口市/川汇区", "周口市/示范区"
MARKETS = tuple(f"M{number}" for number in range(1, 8))


def markets(sites: tuple[str, ...] = MARKETS, wanted: int = 2, area: str = EAST) -> Stratum:
    return Stratum("market", area, sites, wanted)


def drawn_of(stratum: Stratum, seed: int, reserve: int = 0) -> Drawn:
    (found,) = draw([stratum], seed, reserve)
    return found


# What these seeds draw, once and for ever: whoever kept a list must be able to draw it again.
@pytest.mark.parametrize(
    ("seed", "area", "drawn", "reserves"),
    [
        (0, EAST, ("M2", "M7"), ("M6", "M5")),
        (0, WEST, ("M5", "M4"), ("M6", "M1")),
        (1, EAST, ("M4", "M1"), ("M7", "M2")),
        (1, WEST, ("M4", "M5"), ("M6", "M7")),
        (2026, EAST, ("M1", "M3"), ("M2", "M5")),
        (2026, WEST, ("M1", "M6"), ("M4", "M3")),
        (-5, EAST, ("M3", "M5"), ("M4", "M1")),
        (-5, WEST, ("M1", "M3"), ("M4", "M2")),
        (2**70, EAST, ("M4", "M3"), ("M6", "M5")),
        (2**70, WEST, ("M5", "M6"), ("M1", "M2")),
    ],
)
def test_a_seed_draws_the_same_for_ever(
    seed: int, area: str, drawn: tuple[str, ...], reserves: tuple[str, ...]
) -> None:
    found = drawn_of(markets(area=area), seed, 2)
    assert (found.drawn, found.reserves) == (drawn, reserves)


def test_names_are_kept_apart() -> None:
    """Neither a separator in a name nor a name that no file can hold makes two sites one."""
    odd = ("a", 'a","b', "a\x00", "\ud800", "a\n", "甲")
    found = drawn_of(markets(tuple(sorted(odd)), wanted=len(odd)), 1)
    assert sorted(found.drawn) == sorted(odd)


@pytest.mark.parametrize(
    ("sites", "wanted", "left_out", "drawn", "reserves", "short"),
    [
        pytest.param(7, 2, (), 2, 3, 0, id="enough"),
        pytest.param(7, 6, (), 6, 1, 0, id="fewer reserves than asked for"),
        pytest.param(2, 3, (), 2, 0, 1, id="all are drawn, and one is missing"),
        pytest.param(0, 3, (), 0, 0, 3, id="no site at all"),
        pytest.param(7, 3, MARKETS[1:6], 2, 0, 1, id="what is left out leaves too few"),
        pytest.param(3, 1, MARKETS[3:], 1, 2, 0, id="sites of other strata are left out elsewhere"),
    ],
)
def test_how_many(sites: int, wanted: int, left_out: tuple[str, ...], drawn: int, reserves: int, short: int) -> None:
    (found,) = draw([markets(MARKETS[:sites], wanted)], 2026, 3, frozenset(left_out))
    assert (len(found.drawn), len(found.reserves), found.short) == (drawn, reserves, short)
    assert found.left_out == tuple(each for each in MARKETS[:sites] if each in left_out)
    assert found.population == sites - len(found.left_out)
    assert not set(left_out) & {*found.drawn, *found.reserves}


@given(
    sites=st.sets(st.text(max_size=4), max_size=12).map(lambda names: tuple(sorted(names))),
    wanted=st.integers(1, 14),
    reserve=st.integers(0, 4),
    seed=st.integers(),
    new=st.text(max_size=4),
)
def test_a_draw_is_a_part_of_the_stratum_and_a_new_site_displaces_one_at_most(
    sites: tuple[str, ...], wanted: int, reserve: int, seed: int, new: str
) -> None:
    found = drawn_of(markets(sites, wanted), seed, reserve)
    taken = [*found.drawn, *found.reserves]
    assert len(taken) == len(set(taken)) == min(len(sites), wanted + reserve)
    assert set(taken) <= set(sites)
    assert len(found.drawn) == min(len(sites), wanted)
    more = drawn_of(markets(tuple(sorted({*sites, new})), wanted), seed, reserve)
    assert len(set(found.drawn) - set(more.drawn)) <= 1
    assert set(more.drawn) - set(found.drawn) <= {new}


def test_strata_are_drawn_independently() -> None:
    """What is drawn of one stratum is the same whatever the others hold, and differs between areas and types."""
    here = markets(area=EAST)
    alone = draw([here], 2026, 1)[0]
    for other in (markets(area=WEST), markets(("X",), 5, WEST), Stratum("crossing", EAST, MARKETS, 3)):
        assert draw([other, here], 2026, 1)[1] == alone
    # Over many seeds two strata of the same keys agree as often as chance has them agree: 1 in 21.
    same = Counter(
        set(drawn_of(markets(area=EAST), seed).drawn) == set(drawn_of(markets(area=WEST), seed).drawn)
        for seed in range(2_100)
    )
    assert 65 <= same[True] <= 135  # 100 expected; 3.6 standard deviations


def chi_square(counts: list[int], expected: float) -> float:
    return sum((count - expected) ** 2 / expected for count in counts)


def test_each_set_of_sites_is_as_likely_as_any_other() -> None:
    """Seeds 0 to 20,999, so the test cannot fail by chance; the limits are the 0.1 % points of chi-square."""
    seeds, wanted = 21_000, 2
    sets: Counter[frozenset[str]] = Counter()
    places = [Counter[str](), Counter[str](), Counter[str]()]
    for seed in range(seeds):
        found = drawn_of(markets(wanted=wanted), seed, 1)
        sets[frozenset(found.drawn)] += 1
        for counts, site in zip(places, (*found.drawn, *found.reserves), strict=True):
            counts[site] += 1
    every = [frozenset(each) for each in combinations(MARKETS, wanted)]
    assert chi_square([sets[each] for each in every], seeds / comb(len(MARKETS), wanted)) < 45.3  # 20 degrees
    for counts in places:  # the first and the second drawn, and the reserve
        assert chi_square([counts[each] for each in MARKETS], seeds / len(MARKETS)) < 22.5  # 6 degrees
    share = sum(count for each, count in sets.items() if "M3" in each) / seeds
    assert abs(share - wanted / len(MARKETS)) < 0.01


def test_the_digest_says_what_was_drawn_from() -> None:
    """It changes with the sites, the areas, what is wanted and what is left out, and not with the seed."""
    base = draw([markets()], 1)
    same = draw([markets()], 2, 3)
    other = [
        draw([markets(MARKETS[1:])], 1),
        draw([markets(area=WEST)], 1),
        draw([markets(wanted=3)], 1),
        draw([Stratum("crossing", EAST, MARKETS, 2)], 1),
        draw([markets()], 1, 0, {"M1"}),
    ]
    assert register_digest(same) == register_digest(base)
    assert len({register_digest(each) for each in (base, *other)}) == 1 + len(other)
    assert register_digest(base) == "1d67dc302e74bc6e67b5ee5d052f552ce96ffba5142a20d02535ee87bbfa385d"
