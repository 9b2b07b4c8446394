"""Where a score turns: the stretch of numbers in which a condition holds, and the billionths of one number."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from duibiao.evaluator.columns import LARGEST, billionths, billionths_of, stretch
from tests.city import judge, make_catalogue, make_submission

E9 = 1_000_000_000
TINY = math.ulp(0.0)  # the least float above 0
STRETCHES: list[tuple[str, Callable[[float], bool], float, tuple[float, float] | None]] = [
    ("from 0.3 on", lambda x: x >= 0.3, 1.0, (0.3, LARGEST)),
    ("from 0.3 on, seen from it", lambda x: x >= 0.3, 0.3, (0.3, LARGEST)),
    ("from above 0.3 on", lambda x: x > 0.3, 1.0, (math.nextafter(0.3, 1), LARGEST)),
    ("up to -0.3", lambda x: x <= -0.3, -5.0, (-LARGEST, -0.3)),
    ("around 0", lambda x: -0.3 <= x <= 0.7, 0.0, (-0.3, 0.7)),
    ("above 0", lambda x: x > 0, 1.0, (TINY, LARGEST)),
    ("below 0", lambda x: x < 0, -1.0, (-LARGEST, -TINY)),
    ("from 0 on", lambda x: x >= 0, 1.0, (0.0, LARGEST)),
    ("one number", lambda x: x == 7.5, 7.5, (7.5, 7.5)),
    ("every number", lambda _: True, 0.0, (-LARGEST, LARGEST)),
    ("not there", lambda x: x > 2, 1.0, None),
]


@pytest.mark.parametrize(("name", "holds", "inside", "ends"), STRETCHES, ids=[name for name, *_ in STRETCHES])
def test_a_stretch_ends_with_the_last_number_that_holds(
    name: str, holds: Callable[[float], bool], inside: float, ends: tuple[float, float] | None
) -> None:
    assert stretch(holds, inside) == ends, name


NUMBERS = [  # number, the most, whole billionths
    (4.99999999993e-10, 1.0, 1),  # t is 1e-11 of a billionth below one
    (4.99999999985e-10, 1.0, 0),
    (0.6666666666, 1.0, 666_666_667),
    (0.499999999496, 1.0, 500_000_000),
    (0.499999999494, 1.0, 499_999_999),
    (-0.5, 1.0, 0),
    (1.5, 1.0, E9),
    (1.5, 2.0, 1_500_000_000),
    (100.0, 100.0, 100 * E9),
    (64.02, 64.02, 64_020_000_000),
    (LARGEST, 1.0, E9),
]


@pytest.mark.parametrize(("number", "most", "whole"), NUMBERS)
def test_one_number_and_a_column_of_it_have_the_same_billionths(number: float, most: float, whole: int) -> None:
    assert billionths_of(number, most) == whole
    assert isinstance(billionths_of(number, most), int)
    assert pl.DataFrame({"a": [number]}).select(billionths(pl.col("a"), most))["a"].to_list() == [whole]


def test_where_nothing_else_is_said_the_most_is_one() -> None:
    assert billionths_of(1.5) == E9


TURNS = [  # a rule with points 64.02, and numbers in rising order with the status of each
    (
        "rate: a, full_at: 1, zero_at: 0",
        [(4.99999999985e-10, "missed"), (4.99999999993e-10, "partial"), (0.99999999948, "partial"), (0.9999999995, "met")],
    ),
    ("deduct: {each: a, points: 1}", [(4.99999999985e-10, "met"), (4.99999999993e-10, "partial"), (64.02, "missed")]),
    ("deduct: {each: a, points: 1, at_most: 1}", [(-1.0, "met"), (0.5, "partial"), (1e300, "partial")]),
    ("deduct: {each: a, points: 0.5}", [(0.0, "met"), (128.0, "partial"), (128.04, "missed"), (LARGEST, "missed")]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "told"), TURNS)
def test_the_status_turns_where_the_score_does(tmp_path: Path, rule: str, told: list[tuple[float, str]]) -> None:
    form = "site_type: spot\ntitle: 点\nfields: {a: {label: 甲, kind: number}}\ncriteria:\n"
    form += f"  - {{id: rule, title: 规则, place: Ⅲ-1, points: 64.02, {rule}}}\n"
    catalogue = make_catalogue(tmp_path, {"spot": form})
    rows = [{"site": f"S{index}", "a": number} for index, (number, _) in enumerate(told)]
    findings = judge(catalogue, make_submission(catalogue, {"spot": rows})).findings
    assert findings["status"].to_list() == [status for _, status in told]


ENDS = [  # a rule, its billionths of a number, which of them, a number of the stretch in which it gives so many
    ("rate: a, full_at: 1, zero_at: 0", billionths_of, E9, 1.0),
    ("rate: a, full_at: 1, zero_at: 0", billionths_of, 0, 0.0),
    ("rate: a, full_at: 0, zero_at: 1", lambda x: billionths_of(1 - x), E9, 0.0),
    ("rate: a, full_at: 0, zero_at: 1", lambda x: billionths_of(1 - x), 0, 1.0),
]


@pytest.mark.parametrize(("rule", "score", "whole", "inside"), ENDS)
def test_the_status_turns_at_the_very_number(
    tmp_path: Path, rule: str, score: Callable[[float], int], whole: int, inside: float
) -> None:
    ends = stretch(lambda x: score(x) == whole, inside)
    assert ends is not None
    end, outside = next((end, out) for end, out in zip(ends, (-math.inf, math.inf), strict=True) if abs(end) < LARGEST)
    form = "site_type: spot\ntitle: 点\nfields: {a: {label: 甲, kind: number}}\ncriteria:\n"
    catalogue = make_catalogue(tmp_path, {"spot": f"{form}  - {{id: rule, title: 规则, place: Ⅲ-1, {rule}}}\n"})
    rows = [{"site": "S0", "a": end}, {"site": "S1", "a": math.nextafter(end, outside)}]
    findings = judge(catalogue, make_submission(catalogue, {"spot": rows})).findings
    assert findings["status"].to_list() == ["met" if whole else "missed", "partial"]
    assert findings["value"].to_list() == [whole, abs(whole - 1)]
