"""Standard errors of designs: against samplics, by hand, and whatever the order of rows and the unit of weights."""

from __future__ import annotations

import warnings
from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import sqrt
from random import Random
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from duibiao.evaluator.proportion import wilson
from duibiao.evaluator.sample_design import Stratum, design_effect, spread_of


class Person(NamedTuple):
    stratum: str
    cluster: str
    weight: int
    value: int


POPULATION = {"东": 400, "西": 900, "北": 150}


def people(seed: int = 5) -> list[Person]:
    """Three strata with 4 to 6 clusters each of unequal sizes, weights and answers."""
    rng = Random(seed)
    made = []
    for stratum, clusters in (("东", 4), ("西", 6), ("北", 5)):
        for number in range(clusters):
            leaning = rng.random()
            for _ in range(rng.randint(3, 9)):
                made.append(Person(stratum, f"{stratum}{number}", rng.randint(1, 4), int(rng.random() < leaning)))
    return made


def strata_of(
    asked: Sequence[Person], *, stratified: bool, clustered: bool, corrected: bool, population: int = 1450
) -> list[Stratum]:
    sums: dict[str, dict[object, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    heads: Counter[str] = Counter()
    for number, each in enumerate(asked):
        stratum = each.stratum if stratified else ""
        cluster: object = each.cluster if clustered else number
        heads[stratum] += 1
        sums[stratum][cluster][0] += each.weight * each.value
        sums[stratum][cluster][1] += each.weight
    known = POPULATION if stratified else {"": population}
    return [
        Stratum(heads[name], known[name] if corrected else None, Counter((a, b) for a, b in clusters.values()))
        for name, clusters in sums.items()
    ]


@pytest.fixture(scope="module")
def estimator() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from samplics.estimation import TaylorEstimator
        from samplics.utils.types import PopParam

    return lambda: TaylorEstimator(PopParam.mean)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("corrected", [False, True])
@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("stratified", [False, True])
def test_as_samplics_has_it(estimator: Any, stratified: bool, clustered: bool, corrected: bool, weighted: bool) -> None:
    asked = people() if weighted else [each._replace(weight=1) for each in people()]
    heads = Counter(each.stratum for each in asked)
    fpc: Any = 1.0
    if corrected:
        by_stratum = {name: 1 - heads[name] / POPULATION[name] for name in sorted(POPULATION)}
        fpc = by_stratum if stratified else 1 - len(asked) / 1450
    oracle = estimator()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        oracle.estimate(
            y=[each.value for each in asked],
            samp_weight=[each.weight for each in asked],
            stratum=[each.stratum for each in asked] if stratified else None,
            psu=[each.cluster for each in asked] if clustered else None,
            fpc=fpc,
        )
    found = spread_of(strata_of(asked, stratified=stratified, clustered=clustered, corrected=corrected))
    error = sqrt(found.variance * found.open_share)
    assert error == pytest.approx(float(oracle.stderror), rel=1e-9)


def test_a_simple_sample_has_the_variance_of_the_textbook() -> None:
    asked = [Person("", "", 1, 1)] * 15 + [Person("", "", 1, 0)] * 5
    found = spread_of(strata_of(asked, stratified=False, clustered=False, corrected=True, population=100))
    assert found.variance == Fraction(3, 4) * Fraction(1, 4) / 19
    assert (found.open_share, found.freedom, found.alone) == (Fraction(4, 5), 19, 0)
    assert design_effect(found.variance, Fraction(3, 16), 20, [(1, 20)]) == 1


def test_clusters_that_answer_alike_count_as_one_answer_each() -> None:
    """Ten villages of five, all of a village alike: ten answers' worth, so that the effect is near 5."""
    asked = [Person("", str(village), 1, int(village < 6)) for village in range(10) for _ in range(5)]
    found = spread_of(strata_of(asked, stratified=False, clustered=True, corrected=False))
    assert found.variance == Fraction(6, 10) * Fraction(4, 10) / 9
    assert design_effect(found.variance, Fraction(24, 100), 50, [(1, 50)]) == Fraction(49, 9)


def test_a_stratum_with_one_cluster_is_held_against_the_mean_of_all() -> None:
    """By hand: R = 6/11; e of the lone cluster is 1 - 3 R, squared over 11²; the other stratum has two clusters."""
    strata = [Stratum(3, None, {(1, 3): 1}), Stratum(8, None, {(4, 4): 1, (1, 4): 1})]
    found = spread_of(strata)
    ratio = Fraction(6, 11)
    assert Fraction(1 + 4 + 1, 11) == ratio
    one, two, three = 1 - 3 * ratio, 4 - 4 * ratio, 1 - 4 * ratio
    middle = (two + three) / 2
    assert found.variance == (one**2 + 2 * ((two - middle) ** 2 + (three - middle) ** 2)) / 121
    assert (found.freedom, found.alone) == (1, 1)


def test_people_outside_of_the_group_stay_in_their_stratum() -> None:
    """Of four people two are of the group: their sums are (0, 0) for the others, who count in m and in n, and who say
    nothing of how people of the group differ."""
    found = spread_of([Stratum(4, 40, {(0, 0): 2, (1, 1): 1, (0, 1): 1})])
    assert found.variance == Fraction(4, 3) * (Fraction(1, 4) + Fraction(1, 4)) / 4
    assert (found.open_share, found.freedom) == (Fraction(9, 10), 1)


def test_a_stratum_without_an_answer_that_counts_says_nothing() -> None:
    silent = Stratum(5, None, {(0, 0): 5})
    told = Stratum(4, 40, {(1, 1): 2, (0, 1): 2})
    assert spread_of([silent, told]) == spread_of([told])


@pytest.mark.parametrize(
    ("strata", "left"),
    [
        ([Stratum(4, 16, {(1, 1): 4})], Fraction(3, 4)),
        ([Stratum(4, 16, {(1, 1): 4}), Stratum(4, 4, {(1, 1): 4})], Fraction(12, 20)),
        ([Stratum(4, 16, {(1, 1): 4}), Stratum(4, None, {(1, 1): 4})], Fraction(1)),
    ],
)
def test_the_correction_where_all_answer_alike(strata: list[Stratum], left: Fraction) -> None:
    found = spread_of(strata)
    assert found.variance == 0
    assert found.open_share == left


@pytest.mark.parametrize(
    ("variance", "plain", "answers", "weights", "effect"),
    [
        ("0.02", "0.25", 26, [(1, 26)], "2"),
        ("0.02", "0.25", 26, [(1, 25), (51, 1)], "17069/1444"),  # one heavy answer: 26 · 2626 / 76², more than seen
        ("0.02", "0.25", 26, [(1, 13), (3, 13)], "2"),  # the weights alone: 5/4
        ("0.005", "0.25", 26, [(1, 26)], "1"),  # strata that did better than chance are not credited
        ("0", "0", 4, [(1, 4)], "1"),
        ("0", "0", 4, [(1, 2), (3, 2)], "5/4"),  # 4 · 20 / 64
        ("0", "0", 1, [(7, 1)], "1"),
    ],
)
def test_design_effects(variance: str, plain: str, answers: int, weights: list[tuple[int, int]], effect: str) -> None:
    assert design_effect(Fraction(variance), Fraction(plain), answers, weights) == Fraction(effect)


@pytest.mark.parametrize(
    ("heavy", "weight", "light"),
    [(5, 100, 95), (10, 10, 90), (20, 5, 80), (0, 1, 100)],
)
def test_coverage_holds_where_few_answers_weigh_most(heavy: int, weight: int, light: int) -> None:
    """Exactly, over every number of yes of the heavy and of the light: 95 % of them say yes."""
    share, covered = 0.95, 0.0
    number, whole = heavy + light, heavy * weight + light
    for some, many in product(range(heavy + 1), range(light + 1)):
        value = Fraction(some * weight + many, whole)
        clusters = {(weight, weight): some, (0, weight): heavy - some} if heavy else {}
        one = {(1, 1): many, (0, 1): light - many}
        found = spread_of([Stratum(number, None, Counter(clusters) + Counter(one))])
        effect = design_effect(found.variance, value * (1 - value), number, [(weight, heavy), (1, light)])
        interval = wilson(float(value), number / float(effect))
        chance = binom.pmf(some, heavy, share) * binom.pmf(many, light, share)
        covered += chance if interval.low <= share <= interval.high else 0.0
    assert covered > 0.93


@given(seed=st.integers(0, 10**6), unit=st.integers(1, 10**6), shuffle=st.integers(0, 10**6))
def test_neither_order_nor_the_unit_of_weights_matters(seed: int, unit: int, shuffle: int) -> None:
    asked = people(seed)
    other = [each._replace(weight=each.weight * unit) for each in asked]
    Random(shuffle).shuffle(other)
    for stratified, clustered in ((False, False), (True, False), (False, True), (True, True)):
        one, two = (
            strata_of(some, stratified=stratified, clustered=clustered, corrected=True) for some in (asked, other)
        )
        assert spread_of(one) == spread_of(two)
