"""Levels of a rule: which of them hold where, whether they overlap or stand out of order, and what can be reached."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from duibiao.criteria.intervals import Interval
from duibiao.criteria.language import gettext
from duibiao.criteria.models import Level, MissingLevel


@dataclass(frozen=True, slots=True)
class LevelMistake:
    """What is wrong with the level at ``index`` (from 0): a diagnostic code and its message's values."""

    code: str
    index: int
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is wrong with the levels of a rule, and the scores that it can give."""

    mistakes: tuple[LevelMistake, ...]
    scores: frozenset[Fraction]


def shown_range(interval: Interval) -> str:
    """``between 0 and 1`` and the like."""
    low, high = _shown(interval.low), _shown(interval.high)
    if interval.low == interval.high:
        return gettext("always {value}").format(value=low)
    if math.isinf(interval.low):
        return gettext("any number") if math.isinf(interval.high) else gettext("at most {high}").format(high=high)
    if math.isinf(interval.high):
        return gettext("at least {low}").format(low=low)
    return gettext("between {low} and {high}").format(low=low, high=high)


def _shown(number: Fraction | float) -> str:
    return f"{float(number):.10g}"


def holds(level: Level, number: Fraction) -> bool:
    """Whether a number lies in the band of a level, exactly."""
    return (
        (level.at_least is None or number >= Fraction(level.at_least))
        and (level.above is None or number > Fraction(level.above))
        and (level.at_most is None or number <= Fraction(level.at_most))
        and (level.below is None or number < Fraction(level.below))
    )


def judge_levels(levels: Sequence[Level], rate: Interval) -> Judgement:
    """What is wrong with the bands of a rate that can take the values of ``rate``, and which scores it can give.

    Between two bounds nothing changes, so that one number for each bound and each gap stands for all.
    """
    bounds = sorted({Fraction(each) for level in levels for each in _bounds(level)})
    everywhere = _examples(bounds, Interval())
    bands = [frozenset(number for number in everywhere if holds(level, number)) for level in levels]
    firsts = {number: _first(levels, number) for number in everywhere}
    mistakes = [*_unreachable(levels, bands, firsts, bounds, rate), *_crossing(levels, bands, everywhere, bounds)]
    reached = {_first(levels, number) for number in _examples(bounds, rate)}
    scores = frozenset(Fraction(0) if index is None else Fraction(levels[index].score) for index in reached)
    return Judgement(tuple(mistakes), scores)


def _bounds(level: Level) -> list[Fraction]:
    given = (level.at_least, level.above, level.at_most, level.below)
    return [Fraction(each) for each in given if each is not None]


def _examples(bounds: Sequence[Fraction], within: Interval) -> list[Fraction]:
    """A number for every bound and every gap between and beside them, within an interval."""
    ends = [Fraction(each) for each in (within.low, within.high) if not math.isinf(each)]
    points = sorted({*bounds, *ends})
    between = [(one + other) / 2 for one, other in itertools.pairwise(points)]
    found = {*points, *between, *((points[0] - 1, points[-1] + 1) if points else (Fraction(0),))}
    if within.whole:
        found = {Fraction(each + step) for point in found for each in (math.floor(point),) for step in (-1, 0, 1, 2)}
    return sorted(each for each in found if within.low <= each <= within.high)


def _first(levels: Sequence[Level], number: Fraction) -> int | None:
    return next((index for index, level in enumerate(levels) if holds(level, number)), None)


def _unreachable(
    levels: Sequence[Level],
    bands: Sequence[frozenset[Fraction]],
    firsts: dict[Fraction, int | None],
    bounds: Sequence[Fraction],
    rate: Interval,
) -> list[LevelMistake]:
    found = []
    reached = {_first(levels, number) for number in _examples(bounds, rate)}
    for index in range(len(levels)):
        if not bands[index]:
            reason = gettext("no number is in its band")
        elif index not in firsts.values():
            reason = gettext("the levels before it take all of its band")
        elif index not in reached:
            reason = gettext("the rate is {range}").format(range=shown_range(rate))
        else:
            continue
        found.append(LevelMistake("levels-unreachable", index, (("number", str(index + 1)), ("reason", reason))))
    return found


def _crossing(
    levels: Sequence[Level],
    bands: Sequence[frozenset[Fraction]],
    everywhere: Sequence[Fraction],
    bounds: Sequence[Fraction],
) -> list[LevelMistake]:
    """Levels that overlap (a later band may only lie around an earlier one), and scores that do not fall."""
    found = []
    for index in range(1, len(levels)):
        for other in range(index):
            both = bands[index] & bands[other]
            if both and not bands[index] <= bands[other] and not bands[other] <= bands[index]:
                value = min(both & frozenset(bounds) or both, key=lambda number: (abs(number), number))
                values = (("number", str(index + 1)), ("other", str(other + 1)), ("value", _shown(value)))
                found.append(LevelMistake("levels-overlap", index, values))
        same = levels[index].score == levels[index - 1].score
        one_band = _touch(bands[index - 1], bands[index], everywhere)
        if levels[index].score > levels[index - 1].score or (same and one_band):
            found.append(LevelMistake("levels-order", index, (("number", str(index + 1)), ("other", str(index)))))
    return found


def _touch(one: frozenset[Fraction], other: frozenset[Fraction], everywhere: Sequence[Fraction]) -> bool:
    """Whether two bands make one band together."""
    places = [index for index, number in enumerate(everywhere) if number in one or number in other]
    return bool(places) and places[-1] - places[0] + 1 == len(places)


def judge_missing(levels: Sequence[MissingLevel], conditions: int, fewest: int, most: int) -> Judgement:
    """The same for levels by how many of ``conditions`` are missing, which can be ``fewest`` to ``most``."""
    found = []
    for index, level in enumerate(levels):
        number = (("number", str(index + 1)),)
        before = [each.missing for each in levels[:index]]
        if before and level.missing <= max(before):
            reason = gettext("the levels before it take all of its band")
            found.append(LevelMistake("levels-unreachable", index, (*number, ("reason", reason))))
        elif level.missing > conditions:
            reason = gettext("there are only {number} conditions").format(number=conditions)
            found.append(LevelMistake("levels-unreachable", index, (*number, ("reason", reason))))
        if before and level.score >= levels[index - 1].score:
            found.append(LevelMistake("levels-order", index, (*number, ("other", str(index)))))
    scores = frozenset(
        next((Fraction(level.score) for level in levels if missing <= level.missing), Fraction(0))
        for missing in range(fewest, most + 1)
    )
    return Judgement(tuple(found), scores)
