"""The next better level of a finding that falls short, and how far it is on the way to full score.

A rate with levels pays only when its next level is reached; so does n of m with levels, and a grade. A straight line,
a deduction and a yes or no have no level between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from duibiao.criteria.models import Asked, Banded, Criterion, Field, Graded, Judged, Level, NOfM
from duibiao.evaluator.columns import E9, exact_e9

FINE: Final = 10**6  # a rate is a share of whole numbers, not what float64 makes of it


@dataclass(frozen=True, slots=True)
class NextLevel:
    """The score of a level in billionths, and which share 0..1 of the way to full score leads there."""

    value: int
    share: Fraction


def next_level(
    criterion: Criterion, fields: Mapping[str, Field], value: int, measure: float | None
) -> NextLevel | None:
    """The next level above a finding with a score of ``value`` billionths, of which ``measure`` is the rate or how
    many of m are met; None where the next level is full score, or the way there is not known.

    The way is that of the rate or of what is missing, and for grades their number.
    """
    match criterion:
        case Banded(levels=levels) | Asked(levels=levels) if levels and measure is not None:
            return _of_ways(value, [(exact_e9(each.score), _to_level(each, measure)) for each in levels])
        case NOfM(levels=counts, of=conditions) if measure is not None:
            missing = len(conditions) - round(measure)
            return _of_ways(value, [(exact_e9(each.score), Fraction(missing - each.missing)) for each in counts])
        case Graded(grade=key):
            return _of_grades(value, fields[key].scale.values())
        case Judged(judged="grade", scale=scale):
            return _of_grades(value, scale.values())
        case _:
            return None


def _to_level(level: Level, rate: float) -> Fraction:
    """How far a rate is from a level."""
    now = Fraction(rate).limit_denominator(FINE)
    low, high = (_first(level.at_least, level.above), _first(level.at_most, level.below))
    above = low - now if low is not None else Fraction(0)
    below = now - high if high is not None else Fraction(0)
    return max(above, below, Fraction(0))


def _first(*limits: Decimal | None) -> Fraction | None:
    return next((Fraction(each) for each in limits if each is not None), None)


def _of_grades(value: int, scale: Iterable[Decimal]) -> NextLevel | None:
    scores = sorted({exact_e9(each) for each in scale})
    better = [each for each in scores if each > value]
    return _of_ways(value, [(each, Fraction(number)) for number, each in enumerate(better, 1)])


def _of_ways(value: int, levels: Sequence[tuple[int, Fraction]]) -> NextLevel | None:
    """The nearest better level; of equally near ones the best."""
    better = [(score, way) for score, way in levels if score > value and way > 0]
    whole = min((way for score, way in better if score == E9), default=None)
    score, way = min(better, key=lambda each: (each[1], -each[0]), default=(E9, Fraction(0)))
    if whole is None or score == E9 or way >= whole:
        return None
    return NextLevel(score, way / whole)
