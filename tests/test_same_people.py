"""How far answers of the same people go together, against numpy's correlations and scipy's normal distribution."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from scipy.stats import beta, multivariate_normal

from duibiao.criteria.models import Question, SiteType
from duibiao.evaluator.same_people import CORRELATIONS, of_areas, of_rows

KEYS = ("a", "b", "c")
POLL = SiteType(
    id="poll", title="问卷", file="poll.yaml",
    questions={key: Question.model_validate({"text": key, "choices": ["是", "否"], "yes": ["是"], "leave_out": ["不知道"]})
               for key in KEYS},
)  # fmt: skip
WORDS = {"y": "是", "n": "否", "x": "不知道", "-": None}


def rows(*people: str) -> pl.DataFrame:
    """``E yn-``: somebody in E who says yes, no, and nothing."""
    told = [(each[0], *(WORDS[word] for word in each[2:])) for each in people]
    return pl.DataFrame(told, schema=["area", *KEYS], orient="row")


def test_the_correlation_is_the_mean_of_all_pairs() -> None:
    people = ("E yyn", "E yyy", "E nnn", "E nyn", "E ynn", "E nny")
    table = np.array([[word == "y" for word in each[2:]] for each in people], dtype=float)
    pairs = np.corrcoef(table.T)[np.triu_indices(3, 1)]
    assert of_rows(POLL, rows(*people), KEYS) == pytest.approx(pairs.mean(), abs=1e-6)


@pytest.mark.parametrize(
    ("people", "correlation"),
    [
        (("E yyy", "E nnn"), 1.0),
        (("E yny", "E nyn"), 0.0),  # against each other: never below none
        (("E yyy", "E yyy"), 0.0),  # all alike: nothing differs
        (("E yyy", "W nnn"), 0.0),  # areas differ, and not people
        (("E yyy", "E nnn", "W nnn", "W yyy"), 1.0),
        (("E yyy", "E nny"), 0.333333),  # to c all say yes
        (("E yy-", "E nn-", "E yyy", "E nnn"), 0.804738),  # (1 + 2 sqrt(1/2)) / 3: to c half of them
        (("E yx-", "E nx-", "E -yy", "E -nn"), 0.333333),  # b and c by the same two people, a by others
    ],
)
def test_what_goes_together(people: Sequence[str], correlation: float) -> None:
    assert of_rows(POLL, rows(*people), KEYS) == correlation


def test_areas_tell_it_where_only_numbers_are_known() -> None:
    """The chances are those of scipy's normal density at the likeliest spread, on four of five areas' freedom, times
    Beta(1, 4), each point as wide as its distance from the next."""
    areas = [np.array(each) for each in ([1.2, 0.8, 1.5], [-0.3, 0.2, -0.9], [0.4, 0.9], [-1.1, -1.9, -0.2], [7.0])]

    def likely(correlation: float) -> float:
        told = [(each, (1 - correlation) * np.eye(each.size) + correlation) for each in areas if each.size > 1]
        spread = sum(each @ np.linalg.solve(shape, each) for each, shape in told) / sum(each.size for each, _ in told)
        return float(sum(multivariate_normal.logpdf(each, cov=spread * shape) for each, shape in told))

    expected = np.exp(np.array([likely(each) for each in CORRELATIONS]) * 3 / 4)
    expected *= beta.pdf(CORRELATIONS, 1, 4) * np.sqrt(CORRELATIONS)
    assert of_areas(areas) == pytest.approx(expected / expected.sum())


@pytest.mark.parametrize("areas", [[], [[0.3, 0.5]], [[0.0, 0.0], [0.0, 0.0]], [[1.0], [2.0]]])
def test_where_areas_tell_nothing_it_is_what_is_usual(areas: Sequence[Sequence[float]]) -> None:
    found = of_areas([np.array(each) for each in areas])
    assert found @ CORRELATIONS == pytest.approx(0.2, abs=0.002)


def test_many_areas_and_questions_leave_something_likely() -> None:
    chance = np.random.default_rng(2)
    found = of_areas([chance.normal() * np.sqrt(0.3) + chance.normal(size=40) * np.sqrt(0.7) for _ in range(80)])
    assert found.sum() == pytest.approx(1)
    assert found @ CORRELATIONS == pytest.approx(0.3, abs=0.06)
