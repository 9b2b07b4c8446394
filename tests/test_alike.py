"""What areas of a question have in common: the lattice against a fine one with scipy's beta-binomial distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import betabinom

from duibiao.evaluator.alike import Alike, Common, Question, drawn

Floats = NDArray[np.float64]
Answers = Sequence[tuple[int, int]]  # yes, of
FINE = 200


def question(answers: Answers) -> Question:
    yes, of = np.array(answers, dtype=float).T
    return Question(yes / of, of)


def counted_out(questions: Mapping[str, Answers]) -> tuple[tuple[float, float], Mapping[str, tuple[float, float]]]:
    """Mean and standard deviation of how unlike areas are, and of the rate of each question, evenly beforehand: the
    one from 0 to 1, the others on the scale of their error."""
    halves = (np.arange(FINE) + 0.5) / FINE
    unlike, rates = halves, np.sin(halves * np.pi / 2) ** 2
    apart = (unlike**-2 - 1)[:, None]
    likely = {
        name: np.prod([betabinom.pmf(yes, of, apart * rates, apart * (1 - rates)) for yes, of in answers], axis=0)
        for name, answers in questions.items()
    }
    whole = np.prod([each.sum(axis=1) for each in likely.values()], axis=0)
    of_rates = {}
    for name, each in likely.items():
        rest = whole / each.sum(axis=1)
        of_rates[name] = moments(rates, (each * rest[:, None]).sum(axis=0))
    return moments(unlike, whole), of_rates


def moments(values: Floats, weights: Floats) -> tuple[float, float]:
    told = ~np.isnan(values)
    mean = float(np.average(values[told], weights=weights[told]))
    return mean, float(np.sqrt(np.average((values[told] - mean) ** 2, weights=weights[told])))


@pytest.mark.parametrize(
    "questions",
    [
        pytest.param({"a": [(17, 20), (26, 30)]}, id="two areas, one question"),
        pytest.param({"a": [(80, 100), (85, 100), (92, 100)], "b": [(40, 90), (55, 100), (60, 110)]}, id="three, two"),
        pytest.param({"a": [(95, 100)] * 6, "b": [(50, 100)] * 6}, id="all alike"),
        pytest.param({"a": [(20, 20), (10, 10)]}, id="everybody says yes"),
        pytest.param({"a": [(5, 100), (95, 100)]}, id="as unlike as can be"),
        pytest.param({"a": [(1, 1), (0, 1)]}, id="two people"),
    ],
)
def test_the_lattice_says_what_a_fine_one_says(questions: Mapping[str, Answers]) -> None:
    found = Alike.of({name: question(answers) for name, answers in questions.items()})
    unlike, rates = counted_out(questions)
    assert moments(found.unlike, found.chances) == pytest.approx(unlike, rel=0.04, abs=0.002)
    for name, (points, chances) in found.rates.items():
        assert moments(points.ravel(), (chances * found.chances[:, None]).ravel()) == pytest.approx(
            rates[name], rel=0.04, abs=0.002
        )


def test_what_is_drawn_has_these_chances() -> None:
    """A hundred thousand chances, evenly: points of unlike and of rates come as often as they are likely."""
    alike = Alike.of({"a": question([(17, 20), (26, 30), (10, 20)])})
    number = 100_000
    even = (np.arange(number) + 0.5) / number
    unlike = alike.drawn_unlike(even)
    assert np.bincount(unlike, minlength=alike.unlike.size) / number == pytest.approx(alike.chances, abs=1e-4)
    mixed = np.random.default_rng(1).permutation(even)
    common = alike.drawn_rates("a", unlike, mixed)
    rate = (common.yes / (common.yes + common.no))[common.point]
    points, chances = alike.rates["a"]
    mean, deviation = moments(points.ravel(), (chances * alike.chances[:, None]).ravel())
    assert abs(rate.mean() - mean) < 3 * deviation / np.sqrt(number)
    assert np.std(rate) == pytest.approx(deviation, rel=0.02)
    assert 1 / (common.yes + common.no + 1)[common.point] == pytest.approx(alike.unlike[unlike] ** 2)


def test_deviations_by_hand() -> None:
    """8 of 10 and 15 of 30 around 23 of 40, areas unlike by 0.4."""
    mean = 23 / 40
    errors = [mean * (1 - mean) * (1 / of + 0.16 * (of - 1) / of) * (40 - of) / 40 for of in (10, 30)]
    expected = [(share - mean) / np.sqrt(error) for share, error in zip((0.8, 0.5), errors, strict=True)]
    assert question([(8, 10), (15, 30)]).deviations(0.4) == pytest.approx(expected)


def test_deviations_have_a_variance_of_one() -> None:
    """Shares of areas around a rate, in standard errors: 4,000 cities of five areas, drawn from the model."""
    chance = np.random.default_rng(7)
    found = []
    for _ in range(4_000):
        of = np.array([20, 50, 100, 100, 200])
        rates = chance.beta(0.8 * 24, 0.2 * 24, 5)
        found.append(Question(chance.binomial(of, rates) / of, of.astype(float)).deviations(0.2))
    assert np.mean(np.array(found) ** 2) == pytest.approx(1, abs=0.1)


def test_nobody_deviates_where_all_answer_alike() -> None:
    assert question([(10, 10), (20, 20)]).deviations(0.1).tolist() == [0, 0]


def test_a_single_area_has_nothing_in_common_with_others() -> None:
    found = Common.nothing(3)
    assert (found.yes.tolist(), found.no.tolist(), found.point.tolist()) == ([0.5], [0.5], [0, 0, 0])


def test_places_in_rows() -> None:
    chances = np.array([[0.5, 0.5, 0.0], [0.0, 0.25, 0.75]])
    rows, at = np.array([0, 0, 1, 1, 1]), np.array([0.5, 0.51, 0.01, 0.26, 0.999999])
    assert drawn(chances, rows, at).tolist() == [0, 1, 1, 2, 2]


AREAS = st.lists(
    st.tuples(st.floats(0, 1), st.one_of(st.floats(0.1, 10_000), st.just(1e9))), min_size=2, max_size=6
)  # share, of so many answers: few effective ones, and everybody


@given(st.lists(AREAS, min_size=1, max_size=3))
def test_whatever_is_answered_something_is_likely(cities: list[list[tuple[float, float]]]) -> None:
    questions = {str(at): Question(*np.array(areas).T) for at, areas in enumerate(cities)}
    found = Alike.of(questions)
    assert found.chances.sum() == pytest.approx(1)
    assert (found.unlike.min() > 0, found.unlike.max() < 1) == (True, True)
    for name, (rates, chances) in found.rates.items():
        assert chances.sum(axis=1) == pytest.approx(1)
        assert np.isfinite(rates[chances > 0]).all()
        assert np.isfinite(found.deviations(questions[name])).all()
