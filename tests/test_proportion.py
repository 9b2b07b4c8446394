"""Intervals of shares and means against published tables and exact coverage, and how many answers a margin needs."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import comb, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duibiao.evaluator.proportion import (
    Interval,
    NoSuchSample,
    answers_needed,
    answers_to_settle,
    clopper_pearson,
    mean_interval,
    normal_quantile,
    t_quantile,
    wilson,
)

# Newcombe 1998, Statistics in Medicine 17, table I: method 3 (score) and method 5 (Clopper-Pearson), 95 %.
NEWCOMBE = [
    (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
    (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
    (0, 20, (0.0000, 0.1611), (0.0000, 0.1684)),
    (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
]


@pytest.mark.parametrize(("yes", "answers", "score", "exact"), NEWCOMBE)
def test_published_intervals(yes: int, answers: int, score: tuple[float, float], exact: tuple[float, float]) -> None:
    for way, printed in ((wilson, score), (clopper_pearson, exact)):
        for share, low, high in ((yes / answers, *printed), (1 - yes / answers, 1 - printed[1], 1 - printed[0])):
            found = way(share, answers)
            assert (round(found.low, 4), round(found.high, 4)) == pytest.approx((low, high), abs=1e-9)


@pytest.mark.parametrize(
    ("confidence", "freedom", "z", "t"),
    [(0.95, 9, 1.959964, 2.262157), (0.9, 30, 1.644854, 1.697261), (0.99, 1, 2.575829, 63.656741)],
)
def test_quantiles_of_the_printed_tables(confidence: float, freedom: int, z: float, t: float) -> None:
    assert normal_quantile(confidence) == pytest.approx(z, abs=1e-6)
    assert t_quantile(confidence, freedom) == pytest.approx(t, abs=1e-5)


@pytest.mark.parametrize("answers", [50, 100, 400])
@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_simulated_coverage_is_that_of_the_formula(share: float, answers: int) -> None:
    """Exactly: the probabilities of all numbers of yes whose interval holds the share, added up."""
    held = [_holds(wilson(yes / answers, answers), share) for yes in range(answers + 1)]
    exact = sum(
        comb(answers, yes) * share**yes * (1 - share) ** (answers - yes) for yes in range(answers + 1) if held[yes]
    )
    draws = 4000
    people = np.random.Generator(np.random.PCG64(20250310)).random((draws, answers)) < share
    covered = np.array(held)[people.sum(axis=1)].mean()
    assert covered == pytest.approx(exact, abs=3 * sqrt(exact * (1 - exact) / draws))
    assert 0.9 < exact < 1


def test_clopper_pearson_never_covers_less_than_it_says() -> None:
    for share in (0.02, 0.3, 0.5, 0.9, 0.99):
        covered = sum(
            comb(40, yes) * share**yes * (1 - share) ** (40 - yes)
            for yes in range(41)
            if _holds(clopper_pearson(yes / 40, 40), share)
        )
        assert covered >= 0.95


def _holds(interval: Interval, share: float) -> bool:
    return interval.low <= share <= interval.high


@given(
    yes=st.integers(0, 500),
    no=st.integers(0, 500),
    effect=st.floats(1, 20),
    open_share=st.just(0.0) | st.floats(1e-10, 1),  # of as many people as a sample may be drawn from
    confidence=st.floats(0.5, 0.999),
    way=st.sampled_from([wilson, clopper_pearson]),
)
def test_an_interval_is_within_0_and_1_and_around_the_share(
    yes: int, no: int, effect: float, open_share: float, confidence: float, way: Callable[..., Interval]
) -> None:
    answers = max(yes + no, 1)
    share = yes / answers
    found = way(share, answers / effect, confidence, open_share)
    assert 0 <= found.low <= share <= found.high <= 1
    wider = way(share, answers / effect / 2, confidence, open_share)
    assert wider.low <= found.low + 1e-12
    assert wider.high >= found.high - 1e-12


@pytest.mark.parametrize("way", [wilson, clopper_pearson])
def test_where_half_the_variance_is_left_twice_as_many_answers_would_say_as_much(way: Callable[..., Interval]) -> None:
    for share, answers in ((0.3, 20), (0.3, 25), (0.0, 20), (1.0, 20), (0.25, 10.5)):
        assert way(share, answers, 0.95, 0.5) == way(share, 2 * answers)


def test_where_everybody_was_asked_the_interval_is_the_share() -> None:
    for way in (wilson, clopper_pearson):
        assert way(0.25, 8, 0.95, 0.0) == Interval(0.25, 0.25)


def test_a_mean_and_its_t_interval() -> None:
    found = mean_interval(0.5, 0.1, 9)
    assert [found.low, found.high] == pytest.approx([0.2737843, 0.7262157])
    assert mean_interval(0.95, 0.1, 9).high == 1
    assert mean_interval(0.05, 0.1, 9).low == 0


# Cochran 1977, 4.4, and the tables that poll takers print: ± 5 % at 95 %, share 0.5.
@pytest.mark.parametrize(
    ("margin", "share", "confidence", "population", "effect", "number"),
    [
        (0.05, 0.5, 0.95, None, 1.0, 385), (0.05, 0.5, 0.95, 2000, 1.0, 323), (0.05, 0.5, 0.95, None, 1.5, 577), (0.03, 0.5, 0.95, None, 1.0, 1068),
        (0.05, 0.9, 0.95, None, 1.0, 139), (0.05, 0.5, 0.99, None, 1.0, 664), (0.05, 0.5, 0.95, 100, 1.0, 80), (0.05, 0.5, 0.95, 100, 3.0, 100),
        (0.99, 0.5, 0.5, None, 1.0, 1), (0.05, 0.5, 0.95, 1, 1.0, 1), (0.5, 0.5, 0.95, 4, 1.0, 3), (0.35, 0.5, 0.95, 7, 1.0, 4),
        (0.99, 0.5, 0.95, None, 1e-12, 1), (1e-6, 0.5, 0.95, 10**10, 1000.0, 10**10),
    ],
)  # fmt: skip
def test_answers_for_a_margin(
    margin: float, share: float, confidence: float, population: int | None, effect: float, number: int
) -> None:
    assert answers_needed(margin, share, confidence, population, effect) == number


def test_a_margin_that_a_whole_number_brings_takes_no_answer_more() -> None:
    """However the last digit of a float ends: 100 answers bring half a percentage point of share times z / sqrt(100)."""
    for number in (22, 26, 50, 52, 100):
        assert answers_needed(normal_quantile(0.95) / 2 / sqrt(number)) == number


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("margin", 9e-7), ("population", 10**10 + 1), ("design_effect", 1000.5), ("margin", 0.0), ("margin", 1.0), ("margin", float("nan")), ("share", 0.0), ("share", 1.0), ("confidence", 0.0), ("confidence", 1.0),
        ("population", 0), ("design_effect", 0.0), ("design_effect", float("inf")),
    ],
)  # fmt: skip
def test_samples_that_cannot_be_planned(name: str, value: float) -> None:
    with pytest.raises(NoSuchSample) as told:
        answers_needed(**{"margin": 0.05, name: value})  # type: ignore[arg-type]
    assert told.value.names == told.value.args == (name,)


@pytest.mark.parametrize(
    ("value", "limit", "effect", "population"),
    [
        ("0.83", "0.8", 1.0, None),
        ("0.79", "0.8", 1.0, None),
        ("0.83", "0.8", 1.7, None),
        ("0.83", "0.8", 1.7, 900),
        ("0.5", "0.9", 1.0, None),
    ],
)
def test_answers_that_settle_a_limit(value: str, limit: str, effect: float, population: int | None) -> None:
    """With so many answers Wilson's interval of the same share leaves the limit out, and with one less it does not."""
    share, bound = Fraction(value), Fraction(limit)
    number = answers_to_settle(share, bound, float(bound * (1 - bound)), 0.95, effect, population)
    assert number is not None

    def settled(answers: int) -> bool:
        left = 1 - answers / population if population is not None else 1.0
        found = wilson(float(share), answers / effect, 0.95, left)
        return found.low > float(bound) if share > bound else found.high < float(bound)

    assert settled(number)
    assert not settled(number - 1)


@pytest.mark.parametrize("number", [22, 26, 50, 52, 100])
def test_on_a_whole_number_of_answers_one_more_settles_a_limit(number: int) -> None:
    """With just so many the interval ends on the limit, however the last digit of a float ends."""
    apart = Fraction(normal_quantile(0.95) / 2 / sqrt(number))
    assert answers_to_settle(Fraction(1, 2), Fraction(1, 2) - apart, 0.25, 0.95) == number + 1
    assert answers_to_settle(Fraction(1, 2), Fraction(1, 2) - apart, 0.25, 0.95, population=number) == number // 2 + 1


def test_a_value_on_its_limit_is_settled_by_nobody_or_by_everybody() -> None:
    assert answers_to_settle(Fraction(4, 5), Fraction("0.8"), 0.16, 0.95) is None
    assert answers_to_settle(Fraction(4, 5), Fraction("0.8"), 0.16, 0.95, 1.0, 900) == 900
