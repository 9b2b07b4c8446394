"""What others would answer: shares and means against scipy, and that marginal distributions stay as they are."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import sqrt
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest
from scipy.stats import betabinom, kstest

from duibiao.evaluator.alike import Common
from duibiao.evaluator.asked_anew import MOST, AskedAnew, known, means, shares
from duibiao.evaluator.estimates import Estimate, Kind
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.proportion import mean_interval, wilson
from tests.city import EAST, WEST
from tests.test_other_answers import poll
from tests.worlds import Truth, World, city, own_round

MIDDLES = (np.arange(1000) + 0.5) / 1000
FIRST = np.zeros(1000, dtype=np.int64)


def estimate(key: str, kind: Kind, value: Fraction, effective: Fraction, area: str = EAST) -> Estimate:
    return Estimate("poll", key, kind, area, "", "", Fraction(95, 100), value=value, effective=effective)


@pytest.mark.parametrize(
    ("share", "answers", "asked"),
    [("1/2", "50", 50), ("9/10", "100", 100), ("1", "20", 20), ("0", "3", 3), ("4/5", "33.4", 33), ("1/3", "0.2", 1)],
)
def test_shares_are_beta_binomial(share: str, answers: str, asked: int) -> None:
    value, number = Fraction(share), Fraction(answers)
    two = Common(np.array([2.0, 9.0]), np.array([3.0, 1.0]), np.arange(1000) % 2)
    rates, outcome = shares(estimate("know", "rate", value, number), two, MIDDLES)
    expected = [
        int(betabinom.ppf(chance, asked, float(number * value) + yes, float(number * (1 - value)) + no))
        for chance, (yes, no) in zip(MIDDLES.tolist(), [(2, 3), (9, 1)] * 500, strict=True)
    ]
    assert (rates[outcome] * asked).round().astype(int).tolist() == expected


def test_of_few_people_others_differ_less() -> None:
    """40 of 80 say half as much again of the other 40, and 40 others of them lie half as far from the share of all."""
    half = replace(estimate("know", "rate", Fraction(9, 10), Fraction(40)), answers=40, population=80)
    rates, outcome = shares(half, Common.nothing(1000), MIDDLES)
    expected = [int(betabinom.ppf(each, 80, 72.5, 8.5)) for each in MIDDLES.tolist()]
    assert (rates[outcome] * 80).round().astype(int).tolist() == expected


def test_of_everybody_who_was_asked_others_say_the_same(judgement: Judgement) -> None:
    everybody = replace(
        estimate("know", "rate", Fraction(9, 10), Fraction(40)), answers=40, population=40, low=0.9, high=0.9
    )
    assert AskedAnew.of(judgement, [everybody], 5, 100).told == {}


@pytest.mark.parametrize(("kind", "spread"), [("share", "9/100"), ("mean", "9/100"), ("mean", "0")])
def test_answers_of_one_cluster_are_no_surer_than_if_all_were_drawn_alone(
    judgement: Judgement, kind: Kind, spread: str
) -> None:
    """Knowing less never makes a forecast narrower."""
    told = replace(
        estimate("know", kind, Fraction(9, 10), Fraction(0)), answers=40, effective=None, reason="one-cluster",
        population=40,
    )  # fmt: skip
    (found,) = AskedAnew.of(judgement, [replace(told, spread=Fraction(spread))], 5, 100).told.values()
    expected = mean_interval(0.9, sqrt(0.09 / 39), 39) if kind == "mean" and spread != "0" else wilson(0.9, 40)
    assert (found.effective, found.low, found.high) == (Fraction(40), expected.low, expected.high)
    assert known(found) == 40  # a population that was asked whole, or beyond it, makes nothing surer


def test_a_rate_without_answers_stays(judgement: Judgement) -> None:
    told = replace(estimate("know", "rate", Fraction(9, 10), Fraction(0)), effective=None, reason="not-counts")
    assert AskedAnew.of(judgement, [told], 5, 100).told == {}


def test_no_more_people_are_asked_anew_than_assessors_ask() -> None:
    rates, outcome = shares(estimate("know", "rate", Fraction(1, 2), Fraction(10**7)), Common.nothing(1000), MIDDLES)
    counts = rates[outcome] * MOST
    assert counts.round().tolist() == pytest.approx(counts.tolist(), abs=1e-6)
    assert np.std(counts) == pytest.approx(sqrt(MOST) / 2, rel=0.02)


def test_means_have_twice_our_variance_and_stay_on_their_scale() -> None:
    told = estimate("safety", "mean", Fraction(3, 5), Fraction(40))
    wide = means(replace(told, low=0.5, high=0.7), (0.2, 1.0)).tolist()
    error = 0.1 / 2.022691  # the t quantile of 39 degrees of freedom
    assert fmean(wide) == pytest.approx(0.6)
    assert sqrt(fmean((each - 0.6) ** 2 for each in wide)) == pytest.approx(sqrt(2) * error, rel=0.01)
    high = means(replace(told, value=Fraction(99, 100), low=0.9, high=1.0), (0.2, 1.0)).tolist()
    assert (max(high), min(high) >= 0.2) == (1.0, True)


@pytest.fixture
def judgement(tmp_path: Path) -> Judgement:
    return poll(tmp_path)


def anew(judgement: Judgement) -> AskedAnew:
    """Two questions of which numbers were counted in two districts."""
    told = [
        replace(estimate(key, "rate", Fraction(number, 100), Fraction(100), area), low=0.0, high=1.0)
        for key, numbers in zip(("know", "like"), [(70, 80), (60, 75)], strict=True)
        for area, number in zip((EAST, WEST), numbers, strict=True)
    ]
    return AskedAnew.of(judgement, told, 5, 4_000)


def test_answers_to_other_questions_change_no_distribution_but_go_together(judgement: Judgement) -> None:
    made = anew(judgement)
    chances = made._together(made.told["poll.know", EAST], "answers", "poll.know", EAST)
    assert kstest(chances, "uniform").pvalue > 0.01
    know, like, there = (
        rates[outcome]
        for rates, outcome in map(made.answers, [("poll.know", EAST), ("poll.like", EAST), ("poll.like", WEST)])
    )
    assert float(np.corrcoef(know, like)[0, 1]) > 0.15  # the same people
    assert abs(float(np.corrcoef(know, there)[0, 1])) < 0.15


def test_rows_tell_how_far_answers_go_together_and_counts_are_by_themselves(tmp_path: Path) -> None:
    """Of one questionnaire some answers come a row each, and of other questions only numbers."""
    world = World("", areas=2, questions=3, asked=400, joint=0.5, counted=False)
    chance = np.random.default_rng(4)
    truth = Truth.drawn(world, chance)
    told = truth.answers(chance)
    judgement = own_round(city(tmp_path, world), truth, told)
    apart = (told - told.mean(axis=1, keepdims=True)).reshape(-1, 3)
    rows = judgement.evaluation.estimates
    counts = [replace(each, key=f"k{each.key}", kind="rate") for each in rows]
    found = AskedAnew.of(judgement, [*rows, *counts], 5, 1_000)._correlations
    assert list(found) == [("poll", False), ("poll", True)]
    assert len(set(found["poll", False].tolist())) == 1
    pairs = np.corrcoef(apart.T)[np.triu_indices(3, 1)]
    assert float(found["poll", False][0]) == pytest.approx(pairs.mean(), abs=1e-6)
    assert len(set(found["poll", True].tolist())) > 10


def test_areas_of_one_question_lend_each_other_what_they_have_in_common(judgement: Judgement) -> None:
    """70 and 80 of 100 are by chance too low and too high, so that others say less than ten points apart; a question
    that one district was asked, a mean, and the answers of everybody lend nothing."""
    made = anew(judgement)
    alone = replace(estimate("alone", "rate", Fraction(7, 10), Fraction(100)), low=0.0, high=1.0)
    whole = replace(made.told["poll.know", EAST], area="")
    means_of_both = [
        replace(estimate("safety", "mean", Fraction(3, 5), Fraction(40), area), low=0.5, high=0.7)
        for area in (EAST, WEST)
    ]
    more = AskedAnew.of(judgement, [*made.told.values(), alone, whole, *means_of_both], 5, 4_000)
    assert {ask: [each.area for each in own] for ask, own in more._areas.items()} == {
        "poll.know": [EAST, WEST],
        "poll.like": [EAST, WEST],
    }
    east, west, by_itself = (
        float(rates[outcome].mean())
        for rates, outcome in map(more.answers, [("poll.know", EAST), ("poll.know", WEST), ("poll.alone", EAST)])
    )
    assert 0.705 < east < west < 0.795
    assert by_itself == pytest.approx(0.7, abs=0.006)


def test_the_same_seed_gives_the_same(judgement: Judgement) -> None:
    first, second = (anew(judgement).answers(("poll.like", WEST)) for _ in range(2))
    assert first[1].tolist() == second[1].tolist()


def test_a_mean_is_asked_anew_beside_shares(judgement: Judgement) -> None:
    told = replace(estimate("safety", "mean", Fraction(3, 5), Fraction(40)), low=0.5, high=0.7)
    rates, outcome = AskedAnew.of(judgement, [told], 5, 4_000).answers(("poll.safety", EAST))
    assert rates[outcome].mean() == pytest.approx(0.6, abs=0.005)
    assert (rates.min() >= 0.2, rates.max() <= 1) == (True, True)
