"""Numbers for the eye: rounded half up in integers, with the place in assessment.json where they can be looked up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from string import Formatter
from typing import Final

from duibiao.reports.direction import isolated

MOST_DIGITS: Final = 12
CHANGE_DIGITS: Final = 4
MOVES_KEPT: Final = 4096  # thousands of gaps bring the total the same


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is shown.

    ``path`` is where exactly this number stands in assessment.json; a number that is made of others names theirs in
    ``made_from``, separated by spaces. ``of`` has numerator and denominator, where the number is a share.
    """

    text: str
    path: str = ""
    made_from: str = ""
    of: str = ""


Sentence = tuple[str | Figure, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: ``width`` in per cent of the whole, as an attribute takes it; ``tone`` names its colour."""

    width: str
    tone: str = ""
    start: str = "0"


def half_up(value: Fraction, digits: int) -> str:
    """``value`` with so many decimals, half away from zero, without a float in between.

    >>> half_up(Fraction(2, 3), 2), half_up(Fraction(-1, 8), 2), half_up(Fraction(-1, 1000), 1)
    ('0.67', '-0.13', '0.0')
    """
    rounded = _rounded(value, digits)
    sign = "-" if rounded < 0 else ""
    before, after = divmod(abs(rounded), 10**digits)
    return f"{sign}{before}.{after:0{digits}d}" if digits else f"{sign}{before}"


def _rounded(value: Fraction, digits: int) -> int:
    """``value`` in units of its last decimal, half away from zero."""
    above, below = value.as_integer_ratio()
    whole: int = (2 * abs(above) * 10**digits + below) // (2 * below)
    return -whole if above < 0 else whole


def plain(value: Fraction) -> str:
    """A declared number as it was declared, as far as it is a decimal: 60, 7.5."""
    return half_up(value, MOST_DIGITS).rstrip("0").rstrip(".")


def score_text(value: Fraction, digits: int, bounds: Iterable[Fraction]) -> str:
    """A score with so many decimals, and more where it would look equal to a bound that it did not reach.

    >>> score_text(Fraction(84_996, 1000), 2, [Fraction(85)])
    '84.996'
    """
    nearest = min((bound for bound in bounds if value < bound), default=None)
    if nearest is not None:
        above, below = nearest.as_integer_ratio()
        while digits < MOST_DIGITS and _rounded(value, digits) * below >= above * 10**digits:
            digits += 1
    return half_up(value, min(digits, MOST_DIGITS))


def signed(value: Fraction) -> str:
    """A change with its sign and at most 4 decimals.

    >>> signed(Fraction(4, 7)), signed(Fraction(-6, 5)), signed(Fraction(0)), signed(Fraction(1, 10**9))
    ('+0.5714', '-1.2', '0', '+<0.0001')
    """
    text = half_up(abs(value), CHANGE_DIGITS)
    text = text.rstrip("0").rstrip(".")
    if value and not text.strip("0."):
        text = "0." + "0" * (CHANGE_DIGITS - 1) + "1"
        return ("+<" if value > 0 else "->") + text
    return ("+" if value > 0 else "-" if value < 0 else "") + (text or "0")


@lru_cache(MOVES_KEPT)
def moved(before: Fraction, by: Fraction, least: int, bounds: tuple[Fraction, ...]) -> tuple[str, str, str]:
    """A score, what it becomes, and the change with its sign: ``least`` decimals, more where no change would show.

    >>> moved(Fraction("84.67"), Fraction("0.0101"), 2, ()), moved(Fraction("84.671"), Fraction("0.002"), 2, ())
    (('84.67', '84.68', '+0.01'), ('84.671', '84.673', '+0.002'))
    """
    after, sign = before + by, "-" if by < 0 else "+"
    for digits in range(least, MOST_DIGITS):
        change = half_up(abs(by), digits)
        told = score_text(before, digits, bounds), score_text(after, digits, bounds), f"{sign}{change}"
        if told[0] != told[1] and change.strip("0."):
            return told
    return score_text(before, least, bounds), score_text(after, least, bounds), signed(by)


def loss_digits(values: Iterable[Fraction], least: int) -> int:
    """How many decimals a column of losses needs, so that its largest shows two digits that say something."""
    largest = max(values, default=Fraction(0))
    digits = least
    while 0 < largest * 10**digits < 10 and digits < MOST_DIGITS:
        digits += 1
    return digits


def loss_text(value: Fraction, digits: int) -> str:
    """A loss with so many decimals, and more where it would look like none."""
    for more in range(digits, MOST_DIGITS):
        text = half_up(value, more)
        if not value or text.strip("-.0"):
            return text
    return half_up(value, MOST_DIGITS)


def width(share: Fraction) -> str:
    """The length of a bar in per cent with three decimals, never beyond 0 and 100."""
    return half_up(min(max(share, Fraction(0)), Fraction(1)) * 100, 3)


def say(text: str, **pieces: str | Figure) -> Sentence:
    """A translated sentence with its named places filled; figures stay figures.

    >>> say("{n} short of the pass mark", n=Figure("1.79", "x"))
    (Figure(text='1.79', path='x', made_from='', of=''), ' short of the pass mark')
    """
    said: list[str | Figure] = []
    for words, name in _pieces(text):
        if words:
            said.append(words)
        if name is not None:
            piece = pieces[name]
            said.append(isolated(piece) if isinstance(piece, str) else piece)
    return tuple(said)


@cache
def _pieces(text: str) -> tuple[tuple[str, str | None], ...]:
    """The words of a sentence, each with the named place behind it, if there is one."""
    return tuple((words, name) for words, name, _, _ in Formatter().parse(text))


def say_text(text: str, **pieces: str) -> str:
    """A translated sentence without figures, as one text."""
    return "".join(str(each) for each in say(text, **pieces))
