"""Numbers as people read them. A rounded one never looks to meet a limit that it misses, or the reverse."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Final

from duibiao.evaluator.columns import TOLERANCE

_LONG: Final = Context(prec=400, rounding=ROUND_HALF_UP)
_MOST_DECIMALS: Final = 15


def number(value: object) -> str:
    """A number as people write it: 170, 0.85, 0.843575; six decimals at most."""
    if isinstance(value, Decimal):
        return _bare(format(value, "f"))
    assert isinstance(value, int | float)
    if value and not 1e-4 <= abs(value) < 1e15:
        return f"{value:.6g}"
    text = _bare(f"{value:.6f}")
    return "0" if text == "-0" else text


def share(value: int) -> str:
    """Billionths as a number: 600000000 is 0.6."""
    return number(Decimal(value) / 1_000_000_000)


def percent(value: Decimal) -> str:
    """A share in per cent: 0.85 is 85%."""
    return f"{number(value * 100)}%"


def rounded(value: float | Fraction, limits: Iterable[Decimal] = (), *, as_percent: bool = False) -> str:
    """What was worked out, with four decimals (two of a per cent): more where it would seem to be on a limit or 0.

    A value that is on one of the ``limits``, by the limit rule, may be shown as being on it.
    """
    whole = Fraction(value)
    if abs(whole) >= 10**15:
        return f"{float(value):.6g}"
    exact = _LONG.divide(Decimal(whole.numerator), Decimal(whole.denominator))
    factor = 100 if as_percent else 1
    marks = [Decimal(0), *limits, *([Decimal(1)] if as_percent else [])]
    tries = (
        (exact * factor).quantize(Decimal(1).scaleb(-decimals), context=_LONG)
        for decimals in range(2 if as_percent else 4, _MOST_DECIMALS)
    )
    settled = (each for each in tries if all(_side(each / factor, mark) == _side(exact, mark) for mark in marks))
    shown = next(settled, exact * factor)
    text = _bare(format(shown, "f"))
    text = "0" if text == "-0" else text
    return f"{text}%" if as_percent else text


def _side(value: Decimal, limit: Decimal) -> int:
    """Below a limit (-1), on it by the limit rule (0), or above (1)."""
    near = Decimal(TOLERANCE) * max(Decimal(1), abs(limit))
    return -1 if value < limit - near else 1 if value > limit + near else 0


def _bare(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
