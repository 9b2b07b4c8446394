"""Numbers for the eye: rounded, but never onto a limit that they are not on."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duibiao.evaluator.numerals import number, percent, rounded, share
from duibiao.evaluator.spacing import fitted

ROUNDED = [  # value, limits, in per cent, as it is shown
    (0.5, (), False, "0.5"),
    (5 / 3, (), False, "1.6667"),
    (2.0, (), False, "2"),
    (-0.75, (), False, "-0.75"),
    (0.0, (), False, "0"),
    (170 / 200, ("0.85",), True, "85%"),
    (600 / 700, ("0.85",), True, "85.71%"),
    (0.0, (), True, "0%"),
    (1.0, (), True, "100%"),
    (99999 / 100000, (), True, "99.999%"),  # not 100%
    (1 / 100000, (), True, "0.001%"),  # not 0%
    (0.849999, ("0.85",), True, "84.9999%"),  # below 85%, and seen to be
    (0.850001, ("0.85",), True, "85.0001%"),
    (1.07999, ("1.08",), False, "1.07999"),
    (1.08001, ("1.08",), False, "1.08001"),
    (0.1 + 0.2, ("0.3",), False, "0.3"),  # on the limit by the limit rule
    (Fraction(1, 3), (), False, "0.3333"),
    (1e-7, (), False, "0.0000001"),
    (3e20, (), False, "3e+20"),
]


@pytest.mark.parametrize(("value", "limits", "as_percent", "shown"), ROUNDED)
def test_what_was_worked_out(value: float | Fraction, limits: tuple[str, ...], as_percent: bool, shown: str) -> None:
    assert rounded(value, map(Decimal, limits), as_percent=as_percent) == shown


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.decimals(0, 2, places=4))
def test_no_rounding_crosses_a_limit(part: int, whole: int, limit: Decimal) -> None:
    value = part / whole
    shown = Fraction(rounded(value, (limit,)))
    if abs(value - float(limit)) > 1e-9:
        assert (shown > limit, shown < limit) == (value > limit, value < limit)
    assert abs(shown - Fraction(value)) <= Fraction(1, 20000) or value >= 1e15


def test_what_was_written_down_stays_as_it_is() -> None:
    assert [number(each) for each in (170, 0.85, 1e-9, Decimal("1.50"), -0.0000001, Decimal(20), 1e20)] == [
        "170", "0.85", "1e-09", "1.5", "-1e-07", "20", "1e+20"]  # fmt: skip
    assert number(-0.0) == "0"
    assert (share(600_000_000), percent(Decimal("0.85"))) == ("0.6", "85%")


FITTED = [  # a sentence, what goes in, how it reads
    ("{left}不低于 {right}", "充电桩数 × 10", "楼栋数", "充电桩数 × 10 不低于楼栋数"),
    ("{left}不低于 {right}", "楼栋数", "3 栋", "楼栋数不低于 3 栋"),
    ("{left}为 {right}", "类别", "“甲”", "类别为“甲”"),
    ("{left}（{right}）", "甲", "3", "甲（3）"),
    ("甲{left}{right}", "", "乙", "甲乙"),
    ("{left} is {right}", "楼栋数", "甲", "楼栋数 is 甲"),
]


@pytest.mark.parametrize(("sentence", "left", "right", "reads"), FITTED)
def test_chinese_has_spaces_beside_numbers_only(sentence: str, left: str, right: str, reads: str) -> None:
    assert fitted(sentence, left=left, right=right) == reads
