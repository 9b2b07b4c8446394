"""Sums and means of fractions that are exact, over one common denominator."""

from __future__ import annotations

from fractions import Fraction

import pytest

from duibiao.evaluator.exact import Ratio, exact_sum, mean_of, mean_ratio, ratio_of, times
from tests.methods import number

SUMS: list[tuple[list[Ratio], str]] = [
    ([], "0"),
    ([(3, 4)], "3/4"),
    ([(2, 4)], "1/2"),  # they need not be reduced
    ([(1, 2), (1, 3)], "5/6"),
    ([(1, 6), (1, 4), (-1, 12)], "1/3"),
    ([(0, 5), (0, 7)], "0"),
    ([(10**30 + 1, 10**30), (-1, 1)], "1/" + "1" + "0" * 30),
]


@pytest.mark.parametrize(("terms", "whole"), SUMS)
def test_sums(terms: list[Ratio], whole: str) -> None:
    assert exact_sum(iter(terms)) == Fraction(whole)


def test_a_fraction_times_a_ratio() -> None:
    assert Fraction(*times(Fraction(2, 3), (5, 7))) == Fraction(10, 21)
    assert Fraction(*times(Fraction(2, 3), (0, 7))) == 0


MEANS: list[tuple[list[tuple[str, str]], str | None]] = [
    ([], None),
    ([("2", "10")], "10"),
    ([("2", "10"), ("3", "20")], "16"),
    ([("2", "10"), ("1", "20")], "40/3"),
    ([("1/2", "0"), ("1/2", "0")], "0"),
]


@pytest.mark.parametrize(("weighted", "mean"), MEANS)
def test_means_by_weight(weighted: list[tuple[str, str]], mean: str | None) -> None:
    known = [(Fraction(weight), Fraction(figure)) for weight, figure in weighted]
    assert mean_of(known) == number(mean)
    twice = mean_ratio((weight, (2 * each.numerator, 2 * each.denominator)) for weight, each in known)  # not reduced
    assert (Fraction(*twice) if twice is not None else None) == number(mean)


def test_a_figure_as_a_ratio() -> None:
    assert ratio_of(Fraction(6, 8)) == (3, 4)
    assert ratio_of(Fraction(0)) == (0, 1)
    assert ratio_of(None) is None
