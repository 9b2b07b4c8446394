"""What a formula comes to at one visit is what the columns say of all visits at once."""

from __future__ import annotations

import math
from datetime import date

import polars as pl
import pytest

from duibiao.criteria.formula import Type, names_in
from duibiao.evaluator.columns import Columns, formula, padded
from duibiao.evaluator.seen import Seen, resolved

TYPES: dict[str, Type] = {
    "a": "number", "b": "number", "y": "yes_no", "z": "yes_no", "w": "text", "s": "texts", "d": "date",
    "problems": "number", "deducted": "number", "site_type": "text",
}  # fmt: skip
ROWS: list[dict[str, object]] = [
    {"a": 3.0, "b": 4.0, "y": True, "z": False, "w": "好", "s": ["茶", "书"], "d": date(2026, 1, 1)},
    {"a": 0.0, "b": -2.5, "y": False, "z": True, "w": "差", "s": [], "d": date(2025, 12, 31)},
    {"a": 0.3, "b": 0.1, "y": True, "z": True, "w": "好", "s": ["茶"], "d": date(2026, 1, 2)},
    {"a": 1e308, "b": 1e308, "y": None, "z": False, "w": None, "s": None, "d": None},
    {"a": None, "b": 1.0, "y": None, "z": True, "w": "中", "s": ["书"], "d": date(2026, 1, 1)},
]
FORMULAS = [
    "a + b", "a - b", "a * b", "a / b", "-a", "b / a", "(a + b) * 2 - 1", "a * a * a",
    "a >= 0.3", "a > 0.3", "a <= 3", "a < 3", "a == 3", "a != 3", "a / b >= 0.75", "3 * b <= a", "0.1 + 0.2 == a",
    "a in [1, 3, -2]", "b in [1, -2.5]", "w == '好'", "w != '好'", "w in ['好', '中']", "'茶' in s",
    "d >= '2026-01-01'", "d > '2026-01-01'", "d <= '2026-01-01'", "d < '2026-01-01'", "d == '2026-01-01'",
    "y", "not y", "y and z", "y or z", "not (y and a > 1)", "y and (z or a > 1)", "y == z",
    "a if y else b", "(a if y else b) >= 1", "(1 if w == '好' else 2) * a", "max(a if y else b, 1) + 1",
    "observed(a)", "not observed(y)", "count_true(y, a > 1)", "min(a, b)", "max(a, 1)", "abs(b)", "floor(b)",
    "floor(a * 10)", "round(b)", "round(a, 1)", "round(b, 0)", "round(a, 6)", "log(a)", "log(b)", "site_type == 'spot'",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_one_visit_says_what_the_columns_say(text: str) -> None:
    node = formula(text, TYPES, "any")
    types = {"a": pl.Float64, "b": pl.Float64, "y": pl.Boolean, "z": pl.Boolean, "w": pl.String, "d": pl.Date}
    frame = padded(pl.DataFrame(ROWS, schema=types | {"s": pl.List(pl.String)}))
    names = {key: pl.col(key) for key in frame.columns} | {"site_type": pl.lit("spot")}
    told = frame.select(pl.repeat(0, pl.len()), Columns(names).expression(node).alias("told"))["told"].to_list()
    for row, wanted in zip(ROWS, told, strict=True):
        seen = Seen(row, "spot")
        taken, decided = resolved(node, seen)
        for value in (seen.value(node), seen.value(taken)):
            if isinstance(wanted, float):
                assert isinstance(value, int | float)
                assert math.isclose(value, wanted, rel_tol=1e-12)
            else:
                assert value == wanted
        assert not decided or names_in(node) > names_in(taken) or names_in(node) >= {"y"}


def test_problems_are_those_of_the_criterion_and_a_rate_that_of_the_questionnaire() -> None:
    row = {"#problems:litter": 2.0, "#deducted:litter": 0.5, "rate": 7.0}
    seen = Seen(row, "spot", "litter", 0.8)
    assert [seen.named(key) for key in ("problems", "deducted", "rate")] == [2.0, 0.5, 0.8]
    assert Seen(row, "spot").named("rate") == 7.0  # a field of that name
