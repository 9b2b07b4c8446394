"""Numbers as the design compares them (4.3): exact fractions for short decimals, floats beyond, one limit rule."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Any

Number = Fraction | float

BILLION = 10**9
LARGEST = 1023  # bits: what is larger is not finite in a float64, hence unknown


def short(decimal: Decimal) -> bool:
    """Whether at most 7 digits and 4 decimals say it; for these the reference computes with exact fractions."""
    parts = decimal.normalize().as_tuple()
    exponent = parts.exponent
    if not isinstance(exponent, int):  # NaN and infinities carry a letter here
        return False
    return exponent >= -4 and len(parts.digits) + max(0, exponent) <= 7


@lru_cache(maxsize=200_000)
def exact_or_float(text: str) -> Number | None:
    """A decimal text as an exact fraction if it is short, else as the nearest float; None if no finite number is meant.

    A percentage is shifted, never divided: `79.2%` is the decimal 0.792 (4.3).
    """
    text = text.strip()
    try:
        decimal = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        return None
    if text.endswith("%"):
        decimal = decimal.scaleb(-2)
    return Fraction(decimal) if short(decimal) else finite(float(decimal))


def finite(value: Number) -> Number | None:
    """The value, or None (unknown) where it is NaN, infinite or beyond any float64 (4.3)."""
    if isinstance(value, Fraction):
        return value if value.numerator.bit_length() - value.denominator.bit_length() < LARGEST else None
    return value if math.isfinite(value) else None


@dataclass(frozen=True)
class Arithmetic:
    """How numbers are read and compared: `EXACT` is the reference; the others exist so that tests can doubt it."""

    exact: bool = True
    tolerance: Fraction = Fraction(1, 10**11)

    def read(self, text: str) -> Number | None:
        """The number that a cell or a literal says, None if it says none."""
        value = exact_or_float(text)
        return value if self.exact or value is None else float(value)

    def slack(self, b: Number) -> Number:
        """The design's t for a comparison with b: 1e-11 x max(1, |b|), in b's own arithmetic."""
        if isinstance(b, Fraction):
            return self.tolerance * abs(b) if abs(b.numerator) > b.denominator else self.tolerance
        return float(self.tolerance) * max(1.0, abs(b))

    def at_least(self, a: Number, b: Number) -> bool:
        """a >= b: a may fall short by t."""
        a, b = alike(a, b)
        return bool(a >= b or a >= b - self.slack(b))

    def above(self, a: Number, b: Number) -> bool:
        """a > b: a must pass b by more than t."""
        a, b = alike(a, b)
        return bool(a > b and a > b + self.slack(b))

    def holds(self, a: Number, operator: str, b: Number) -> bool:
        """One comparison; `<=` is not `>`, `<` is not `>=`, `==` is both `>=` and `<=` (4.3)."""
        match operator:
            case ">=":
                return self.at_least(a, b)
            case ">":
                return self.above(a, b)
            case "<=":
                return not self.above(a, b)
            case "<":
                return not self.at_least(a, b)
            case "==":
                return self.at_least(a, b) and not self.above(a, b)
            case "!=":
                return not self.holds(a, "==", b)
        raise ValueError(operator)

    def divide(self, a: Number, b: Number) -> Number | None:
        """a / b; a divisor within 1e-11 of 0 is x/0, which is unknown."""
        if size(b) <= (self.tolerance if isinstance(b, Fraction) else float(self.tolerance)):
            return None
        return finite(a / b)

    def floor(self, x: Number) -> Number:
        """Down to a whole number, after adding t: floor(0.29*100) is 29 (5, settled details)."""
        whole = math.floor(x + self.slack(x))
        return Fraction(whole) if isinstance(x, Fraction) else float(whole)

    def round(self, x: Number, digits: int) -> Number | None:
        """Half away from zero at so many decimals, after adding t."""
        power = Fraction(10) ** digits
        y = finite(size(x) * power)
        if y is None:
            return None
        half = Fraction(1, 2) if isinstance(y, Fraction) else 0.5
        whole = math.floor(y + half + self.slack(y))
        away = Fraction(whole) / power if isinstance(x, Fraction) else whole / float(power)
        return finite(-away if x < 0 else away)

    def billionths(self, x: Number) -> int:
        """x in whole billionths, half up with the limit rule's t (4.5, exact sums)."""
        y = x * BILLION
        half = Fraction(1, 2) if isinstance(y, Fraction) else 0.5
        return math.floor(y + half + self.slack(y))

    def score(self, x: Number) -> Fraction:
        """A score 0..1 as the billionths that count for it, clipped to 0..1."""
        return Fraction(min(BILLION, max(0, self.billionths(x))), BILLION)


def size(x: Number) -> Number:
    """|x|."""
    return -x if x < 0 else x


def alike(a: Number, b: Number) -> tuple[Any, Any]:
    """Both exact, or both floats."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a, b
    return float(a), float(b)


EXACT = Arithmetic()
WITHOUT_T = Arithmetic(tolerance=Fraction(0))  # exact fractions, no t: must agree with EXACT on short decimals
FLOAT = Arithmetic(exact=False)  # what the design asks of an engine: float64 with t
NAIVE = Arithmetic(exact=False, tolerance=Fraction(0))  # plain float64: falls into every trap of 4.3
