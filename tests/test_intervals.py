"""What formulas can be over the limits of their fields: a table, and samples that must lie inside what is claimed."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from duibiao.criteria.formula import parse_formula, types_of
from duibiao.criteria.intervals import Interval, World, world_of
from duibiao.criteria.levels import shown_range
from duibiao.criteria.models import Field
from duibiao.evaluator.samples import samples

pytestmark = pytest.mark.usefixtures("english")

INF = math.inf


def field(**keys: Any) -> Field:
    return Field.model_validate({"label": "x", **keys})


FIELDS = {
    "riders": field(kind="count"),
    "helmets": field(kind="count", at_most="riders"),
    "kids": field(kind="count", at_most="helmets"),
    "few": field(kind="count", at_least=2, at_most=9),
    "share": field(kind="percent", at_least=0, at_most=1),
    "growth": field(kind="percent"),
    "metres": field(kind="number", at_least=Decimal("0.5")),
    "below": field(kind="number", at_most=-1),
    "floor_of": field(kind="number", at_least="few"),
    "lit": field(kind="yes_no"),
    "wet": field(kind="yes_no"),
    "state": field(kind="choice", options=["完好", "破损"]),
    "grade": field(kind="grade", scale={"A": 1, "B": 0}),
    "signs": field(kind="choices", options=["水深", "电话"]),
    "note": field(kind="text"),
    "day": field(kind="date"),
    "bare": field(kind="count", formula="riders - helmets"),
    "rate_of": field(kind="percent", formula="helmets / riders"),
    "capped": field(kind="count", at_least=0, at_most=5, formula="few - 4"),
    "busy": field(kind="yes_no", formula="riders > 10"),
    "surely": field(kind="yes_no", formula="riders >= 0"),
    "twice": field(kind="number", formula="rate_of + rate_of"),
    "loop": field(kind="number", formula="loop + 1"),
    "broken": field(kind="number", formula="nothing + 1"),
}
NAMES = types_of(FIELDS)
WORLD = world_of(FIELDS, "market")


@pytest.mark.parametrize(
    ("text", "low", "high", "whole"),
    [
        ("riders", 0, INF, True),
        ("few", 2, 9, True),
        ("growth", -INF, INF, False),
        ("floor_of", 2, INF, False),
        ("-few", -9, -2, True),
        ("few + share - 1", 1, 9, False),
        ("few - few", 0, 0, True),
        ("few * few", 4, 81, True),
        ("few * -2", -18, -4, True),
        ("2 * few / 4", 1, "9/2", False),
        ("few / 0", -INF, INF, False),
        ("share * growth", -INF, INF, False),
        ("1 / few", "1/9", "1/2", False),
        ("1 / share", 1, INF, False),
        ("1 / -share", -INF, -1, False),
        ("1 / below", -1, 0, False),
        ("1 / riders", 0, 1, False),
        ("1 / -riders", -1, 0, False),
        ("1 / growth", -INF, INF, False),
        ("helmets / riders", 0, 1, False),
        ("kids / riders", 0, 1, False),
        ("kids / riders * 100", 0, 100, False),
        ("100 * kids / riders", 0, 100, False),
        ("1 - helmets / riders", 0, 1, False),
        ("(riders - helmets) / riders", 0, 1, False),
        ("-helmets / riders", -1, 0, False),
        ("riders / helmets", 1, INF, False),
        ("helmets / -riders", -1, 0, False),
        ("helmets / (helmets + few)", 0, 1, False),
        ("helmets - riders", -INF, 0, True),
        ("2 * riders - helmets", 0, INF, True),
        ("helmets - few", -9, INF, True),
        ("bare", 0, INF, True),
        ("rate_of", 0, 1, False),
        ("twice", 0, 2, False),
        ("capped", 0, 5, True),
        ("loop", -INF, INF, False),
        ("broken_name", -INF, INF, False),
        ("min(few, 3)", 2, 3, True),
        ("max(few, 3, share)", 3, 9, False),
        ("abs(below)", 1, INF, False),
        ("abs(few - 5)", 0, 4, True),
        ("abs(growth)", 0, INF, False),
        ("floor(share * 3)", 0, 3, True),
        ("floor(growth)", -INF, INF, True),
        ("round(share, 1)", 0, 1, False),
        ("round(few / 2)", 1, 5, True),
        ("round(growth)", -INF, INF, True),
        ("count_true(lit, riders >= 0, riders < 0)", 1, 2, True),
        ("few if lit else share", 0, 9, False),
        ("few if riders >= 0 else share", 2, 9, True),
        ("few if riders >= 0 and riders < 0 else share", 0, 1, False),
        ("problems", 0, INF, True),
        ("deducted", 0, INF, False),
    ],
)
def test_the_values_of_a_number(text: str, low: Any, high: Any, whole: bool) -> None:
    expression, _ = parse_formula(text, {**NAMES, "broken_name": "number"}, "number")
    assert expression is not None
    found = WORLD.interval(expression)
    assert (found.low, found.high, found.whole) == tuple(
        Fraction(e) if isinstance(e, str) else e for e in (low, high)
    ) + (whole,)


@pytest.mark.parametrize("text", ["log(few)", "log(share)", "log(growth)", "log(below)"])
def test_logarithms_are_wrapped_not_rounded(text: str) -> None:
    expression, _ = parse_formula(text, NAMES, "number")
    assert expression is not None
    found = WORLD.interval(expression)
    assert found.low <= math.log(2) if text == "log(few)" else found.low == -INF
    assert found.high >= math.log(9) if text == "log(few)" else True


YES, NO, OPEN = (True, False), (False, True), (True, True)


@pytest.mark.parametrize(
    ("text", "can"),
    [
        ("lit", OPEN),
        ("not lit", OPEN),
        ("lit and not lit", NO),
        ("lit or not lit", YES),
        ("lit and wet", OPEN),
        ("lit == wet", OPEN),
        ("lit == lit", YES),
        ("lit != lit", NO),
        ("(lit if wet else lit) and not lit", NO),
        ("(riders < 0) if lit else (riders < 0)", NO),
        ("busy and riders < 5", NO),
        ("busy and not busy", NO),
        ("surely", YES),
        ("surely and riders >= 0", YES),
        ("riders >= 0", YES),
        ("riders < 0", NO),
        ("riders > 0", OPEN),
        ("riders > 0 and riders < 1", NO),
        ("riders == 0.5", NO),
        ("riders != 0.5", YES),
        ("riders == 3 and riders != 3", NO),
        ("riders != 0 and riders <= 0", NO),
        ("few != 9 and few > 8", NO),
        ("few == 2 or few > 2", YES),
        ("few > 9", NO),
        ("few >= 9", OPEN),
        ("few < 2", NO),
        ("few <= 2", OPEN),
        ("9 < few", NO),
        ("10 != few", YES),
        ("few in [1, 10]", NO),
        ("few in [9, 10]", OPEN),
        ("few in [3]", OPEN),
        ("few + 0 in [1]", NO),
        ("few in [3, 4] and few > 4", NO),
        ("few not in [2] and few < 3", NO),
        ("share > 1", NO),
        ("share >= 1", OPEN),
        ("share >= 1.000000000001", OPEN),
        ("share > 0.999999999999", NO),
        ("share < 0.5 and share > 0.5", NO),
        ("helmets > riders", NO),
        ("helmets <= riders", YES),
        ("kids > riders", NO),
        ("helmets / riders > 1", NO),
        ("helmets / riders >= 95", NO),
        ("helmets / riders >= 0.95", OPEN),
        ("floor_of < few", NO),
        ("floor_of < 2", NO),
        ("state == '完好' and state == '破损'", NO),
        ("state != '完好' and state != '破损'", NO),
        ("state == '完好' or state == '破损'", YES),
        ("state in ['完好', '破损']", YES),
        ("state in ['完好']", OPEN),
        ("state in ['完 好']", NO),
        ("state not in ['完好', '破损']", NO),
        ("'完好' == '完好'", YES),
        ("'完好' != '完好'", NO),
        ("('完好' if lit else '破损') == '新'", NO),
        ("('完好' if lit else note) == '新'", OPEN),
        ("state == grade", NO),
        ("note == 'x' and note == 'y'", NO),
        ("note in ['x', 'y']", OPEN),
        ("site_type == 'park'", NO),
        ("site_type == 'market'", YES),
        ("'水深' in signs and not '水深' in signs", NO),
        ("'水深' in signs and not '电话' in signs", OPEN),
        ("observed(lit)", OPEN),
        ("day >= '2026-01-01'", OPEN),
        ("count_true(lit, wet) > 2", NO),
        ("count_true(lit, wet) >= 0", YES),
        ("riders > growth", OPEN),
    ],
)  # fmt: skip
def test_whether_a_condition_can_be_true_and_can_be_false(text: str, can: tuple[bool, bool]) -> None:
    expression, mistakes = parse_formula(text, NAMES, "yes_no")
    assert expression is not None, mistakes
    found = tuple(WORLD.assume(expression, truth) is not None for truth in (True, False))
    assert found == can


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (Interval(), "any number"),
        (Interval(Fraction(0)), "at least 0"),
        (Interval(high=Fraction(1, 2)), "at most 0.5"),
        (Interval(Fraction(0), Fraction(1)), "between 0 and 1"),
        (Interval(Fraction(3), Fraction(3)), "always 3"),
    ],
)
def test_how_a_range_is_said(interval: Interval, text: str) -> None:
    assert shown_range(interval) == text


@pytest.mark.parametrize(
    "text",
    [
        "growth/(" * 40 + "riders" + ")" * 40,
        "(lit and (wet or " * 20 + "lit" + "))" * 20,
        "(lit if (wet if " * 12 + "lit" + " else wet) else lit)" * 12,
        "abs(share - " * 24 + "1" + ")" * 24,
    ],
)
def test_deep_formulas_are_worked_out_at_once(text: str) -> None:
    expression, mistakes = parse_formula(text, NAMES, "any")
    assert expression is not None, mistakes
    if text.startswith("("):
        assert WORLD.assume(expression, True) is not None
    else:
        assert WORLD.interval(expression).low <= WORLD.interval(expression).high


def test_limits_that_exclude_each_other_are_not_used() -> None:
    fields = {"a": field(kind="number", at_least=5, at_most="b"), "b": field(kind="number", at_most=1)}
    assert world_of(fields, "market").numbers["a"] == Interval(Fraction(5))
    assert World().interval(parse_formula("a", types_of(fields), "number")[0]) == Interval()  # type: ignore[arg-type]


# ------------------------------------------------------------------ against samples


NUMBERS = ["riders", "helmets", "kids", "few", "share", "growth", "metres", "below", "1", "0.5", "3", "-2"]
CONDITIONS = ["lit", "wet", "state == '完好'", "'水深' in signs", "state in ['完好', '新']"]


def number(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(NUMBERS)
    one, other = number(rng, depth - 1), number(rng, depth - 1)
    return rng.choice(
        [
            f"({one} + {other})", f"({one} - {other})", f"({one} * {other})", f"({one} / {other})",
            f"min({one}, {other})", f"max({one}, {other})", f"abs({one})", f"floor({one})", f"-({one})",
            f"({one} if {condition(rng, depth - 1)} else {other})",
            f"count_true({condition(rng, depth - 1)}, {condition(rng, depth - 1)})",
        ]
    )  # fmt: skip


def condition(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(CONDITIONS)
    sign = rng.choice(["<", "<=", ">", ">=", "==", "!="])
    one, other = condition(rng, depth - 1), condition(rng, depth - 1)
    return rng.choice(
        [
            f"{number(rng, depth - 1)} {sign} {number(rng, depth - 1)}",
            f"({one} and {other})", f"({one} or {other})", f"(not {one})", f"({one} if {condition(rng, 0)} else {other})",
        ]
    )  # fmt: skip


def rows() -> Iterator[dict[str, Any]]:
    asked = {key: each for key, each in FIELDS.items() if each.formula is None}
    exact = {"floor": math.floor, "abs": abs, "min": min, "max": max, "count_true": lambda *each: sum(each)}
    for row in samples(asked, 3, 150).to_dicts():
        yield exact | {k: Fraction(v).limit_denominator(10**6) if isinstance(v, float) else v for k, v in row.items()}


ROWS = list(rows())


@pytest.mark.parametrize("seed", range(8))
def test_no_sample_lies_outside_what_is_claimed(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(40):
        text = number(rng, 3)
        expression, mistakes = parse_formula(text, NAMES, "number")
        assert expression is not None, mistakes
        claimed = WORLD.interval(expression)
        code = compile(text, text, "eval")
        for row in ROWS:
            try:
                value = eval(code, {"__builtins__": {}}, row)
            except ZeroDivisionError:
                continue
            assert claimed.low - 1e-9 <= value <= claimed.high + 1e-9, (text, row)
            if claimed.whole:
                assert value == int(value), (text, row)


@pytest.mark.parametrize("seed", range(8))
def test_no_sample_does_what_is_claimed_impossible(seed: int) -> None:
    rng = random.Random(100 + seed)
    proven = 0
    for _ in range(60):
        text = condition(rng, 3)
        expression, mistakes = parse_formula(text, NAMES, "yes_no")
        assert expression is not None, mistakes
        impossible = [truth for truth in (True, False) if WORLD.assume(expression, truth) is None]
        proven += len(impossible)
        code = compile(text, text, "eval")
        for row in ROWS if impossible else ():
            try:
                value = eval(code, {"__builtins__": {}}, row)
            except ZeroDivisionError:
                continue
            assert value not in impossible, (text, row)
    assert proven
