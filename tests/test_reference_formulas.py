"""The reference's numbers and formulas held to the worked examples of the design, 4.3."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

import pytest

from tests.reference import formula
from tests.reference.coverage import position
from tests.reference.formula import Value
from tests.reference.numeric import EXACT, FLOAT, NAIVE, WITHOUT_T, Arithmetic, Number


@dataclass
class Names:
    """A scope made of a few texts: numbers as decimals, other words as they are; what is not named is unknown."""

    texts: dict[str, str | bool | date | frozenset[str]] = field(default_factory=dict)
    arithmetic: Arithmetic = EXACT
    compared: list[tuple[Number, Number]] = field(default_factory=list)

    def value(self, name: str) -> Value:
        """The value of a name."""
        value = self.texts.get(name)
        if not isinstance(value, str):
            return value
        read = self.arithmetic.read(value)
        return formula.plain(value) if read is None else read


def value_of(text: str, arithmetic: Arithmetic = EXACT, **names: str | bool | date | frozenset[str]) -> Value:
    """The value of a formula over named values."""
    return formula.evaluate(text, Names(names, arithmetic))


LIMITS = [
    ("170 / 200 >= 0.85", True),
    ("170 / 200 > 0.85", False),
    ("170 / 200 <= 0.85", True),
    ("170 / 200 < 0.85", False),
    ("170 / 200 == 0.85", True),
    ("170 / 200 != 0.85", False),
    ("169 / 200 >= 0.85", False),
    ("171 / 200 <= 0.85", False),
    ("1 - 17 / 50 >= 0.66", True),
    ("1 - 17 / 50 > 0.66", False),
    ("57 / 100 * 100 >= 57", True),
    ("57 / 100 * 100 < 57", False),
    ("0.1 + 0.2 <= 0.3", True),
    ("0.1 + 0.2 > 0.3", False),
    ("0.1 + 0.2 == 0.3", True),
    ("0.1 + 0.2 in [0.1, 0.3]", True),
    ("0.1 + 0.2 in [0.1, 0.2]", False),
    ("0.7 + 0.1 - 0.8 == 0", True),
    ("1 / 3 + 1 / 3 + 1 / 3 == 1", True),
    ("9999799 / 9999800 >= 0.9999", True),
    ("0.1 * 3 <= 0.3", True),
    ("4.35 * 100 >= 435", True),
    ("1.1 * 1.1 <= 1.21", True),
]


@pytest.mark.parametrize("arithmetic", [EXACT, WITHOUT_T, FLOAT], ids=["exact", "without t", "float with t"])
@pytest.mark.parametrize(("text", "holds"), LIMITS)
def test_a_value_exactly_on_a_limit_meets_it(text: str, holds: bool, arithmetic: Arithmetic) -> None:
    assert value_of(text, arithmetic) is holds


@pytest.mark.parametrize(
    "text", ["1 - 17 / 50 >= 0.66", "57 / 100 * 100 >= 57", "0.1 + 0.2 <= 0.3", "4.35 * 100 >= 435"]
)
def test_plain_floats_fall_into_these_traps(text: str) -> None:
    assert value_of(text, NAIVE) is False


FUNCTIONS = [
    ("floor(0.29 * 100)", "29"),
    ("floor(2.9999)", "2"),
    ("floor(-0.5)", "-1"),
    ("round(2.5)", "3"),
    ("round(-2.5)", "-3"),
    ("round(0.285, 2)", "0.29"),
    ("round(1.005, 2)", "1.01"),
    ("round(-1.005, 2)", "-1.01"),
    ("round(170 / 200 * 100, 0)", "85"),
    ("min(3, 1, 2)", "1"),
    ("max(3, 1, 2)", "3"),
    ("abs(0.2 - 0.3)", "0.1"),
    ("count_true(1 > 0, 0 > 1, 2 > 1)", "2"),
    ("-(2 - 5)", "3"),
    ("+4", "4"),
    ("1 if 2 > 1 else 0", "1"),
]


@pytest.mark.parametrize("arithmetic", [EXACT, FLOAT], ids=["exact", "float with t"])
@pytest.mark.parametrize(("text", "number"), FUNCTIONS)
def test_functions(text: str, number: str, arithmetic: Arithmetic) -> None:
    value = formula.as_number(value_of(text, arithmetic))
    assert value == Fraction(number) if arithmetic.exact else math.isclose(value, float(number), rel_tol=1e-14)


def test_plain_floats_floor_and_round_wrongly() -> None:
    assert value_of("floor(0.29 * 100)", NAIVE) == 28
    assert value_of("round(1.005, 2)", NAIVE) == 1.0


def test_log_is_natural_and_unknown_at_zero_and_below() -> None:
    assert value_of("log(1)") == 0.0
    assert value_of("log(2)") == math.log(2)
    assert value_of("log(0)") is None
    assert value_of("log(-1)") is None


@pytest.mark.parametrize(
    "text",
    ["1 / 0", "0 / 0", "1 / (0.3 - 0.1 - 0.2)", "1 / 0.00000000001", "x + 1", "-x", "min(1, x)", "max(x, 1)", "abs(x)"]
    + ["floor(x)", "round(x, 2)", "log(x)", "count_true(1 > 0, x > 0)", "1 if x > 0 else 1", "x in [1, 2]", "x == x"]
    + ["big * 10", "big + big", "big * big - big * big", "x * 0", "not x > 0", "round(big, 4)", "1e400", "a / (a - a)"],
)
def test_unknown(text: str) -> None:
    assert value_of(text, big="1e308", a="0.1") is None
    assert value_of(text, FLOAT, big="1e308", a="0.1") is None


def test_a_huge_product_of_short_numbers_is_unknown_too() -> None:
    product = " * ".join(["a"] * 60)
    assert value_of(product, a="9999999") is None
    assert value_of(product, FLOAT, a="9999999") is None


def test_small_divisors_and_signed_zero() -> None:
    assert value_of("1 / 0.0001") == 10000
    assert value_of("1 / tiny", tiny="0.00000000002") == 1 / 2e-11
    assert value_of("zero == 0", zero="-0.0") is True
    assert value_of("1 / zero", FLOAT, zero="-0.0") is None
    assert value_of("huge > 0", huge="1e308") is True
    assert value_of("huge - huge == 0", huge="1e308") is True


KLEENE = [
    ("t and t", True), ("t and f", False), ("t and u", None), ("f and u", False), ("u and f", False), ("u and u", None),
    ("f or f", False), ("t or f", True), ("t or u", True), ("u or t", True), ("f or u", None), ("u or u", None),
    ("not t", False), ("not f", True), ("not u", None),
    ("observed(t)", True), ("observed(f)", True), ("observed(u)", False),
    ("t and not u or f", None), ("count_true(t, f, t) == 2", True), ("count_true(t, u) >= 1", None),
    ("t if f else f", False), ("u if f else t", True), ("t if t else u", True), ("t if u else t", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), KLEENE)
def test_unknown_follows_kleene(text: str, value: bool | None) -> None:
    assert value_of(text, t=True, f=False) is value


TEXTS = [
    ("road == '主干道'", True),
    ("road == ' 主干道 '", True),
    ("letters == 'ABC'", True),
    ("road != '支路'", True),
    ("road in ['支路', '主干道']", True),
    ("road in ['支路']", False),
    ("missing == '支路'", None),
    ("'读书角' in services", True),
    ("'母婴室' in services", False),
    ("'母婴室' in nothing", None),
    ("day >= '2026-03-06'", True),
    ("day > '2026-03-06'", False),
    ("'2026-03-07' > day", True),
    ("day == '2026-03-06'", True),
    ("(road if day > '2026-01-01' else letters) == '主干道'", True),
]


@pytest.mark.parametrize(("text", "value"), TEXTS)
def test_texts_options_and_dates(text: str, value: bool | None) -> None:
    services = frozenset({"读书角", "饮水机"})
    assert value_of(text, road="主干道", letters="ＡＢＣ", services=services, day=date(2026, 3, 6)) is value


@pytest.mark.parametrize("text", ["road > 'a'", "1 + road", "f + 1", "a.b", "f(1)", "[1]", "a < 1 < 2", "x[0]"])
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises((TypeError, SyntaxError)):
        value_of(text, road="主干道", f=True, a="0")


@pytest.mark.parametrize(
    ("text", "number"),
    [("79.2%", Fraction(792, 1000)), ("85%", Fraction(85, 100)), ("1234567", Fraction(1234567)), ("1E2", Fraction(100))]
    + [("123.4567", Fraction(1234567, 10000)), ("12345678", 12345678.0), ("0.12345", 0.12345), ("1e308", 1e308)]
    + [("nan", None), ("inf", None), ("-inf", None), ("1e999", None), ("八成", None), ("", None)],
)
def test_cells_are_read_as_decimals_and_rounded_once(text: str, number: Number | None) -> None:
    assert EXACT.read(text) == number
    assert type(EXACT.read(text)) is type(number)
    assert FLOAT.read(text) == (None if number is None else float(number))


def test_the_limit_rule_never_matters_for_one_division_of_counts() -> None:
    """Below 9,999,800 a ratio of counts next to a limit of 4 decimals is told apart, with t and without, in floats too."""
    for riders in (9_999_799, 9_999_791, 1_234_567, 100_003, 9973):
        tenthousandths = pow(riders, -1, 10_000)  # then 10000 a - limit x riders is 1: nothing lies between
        worn = (tenthousandths * riders - 1) // 10_000
        limit = Fraction(tenthousandths, 10_000)
        text = f"worn / riders >= {float(limit)}"
        assert Fraction(worn, riders) < limit
        for arithmetic in (EXACT, WITHOUT_T, FLOAT):
            assert value_of(text, arithmetic, worn=str(worn), riders=str(riders)) is False
            assert value_of(text, arithmetic, worn=str(worn + 1), riders=str(riders)) is True


@pytest.mark.parametrize(
    ("a", "b", "where"),
    [("0.85", "0.85", "on"), ("0.8499", "0.85", "below"), ("0.8501", "0.85", "above"), ("0.84", "0.85", "")]
    + [("2", "3", "below"), ("4", "3", "above"), ("1", "3", ""), ("57.001", "57", "above"), ("-2.0001", "-2", "below")],
)
def test_position(a: str, b: str, where: str) -> None:
    assert position(formula.as_number(EXACT.read(a)), formula.as_number(EXACT.read(b))) == where
