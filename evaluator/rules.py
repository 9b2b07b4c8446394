"""The kinds of rule as columns: what each makes of its fields.

``code`` is the outcome, ``value`` the score or loss where it is not one of a few. A score that grows or falls with
one number is full, or none, from some number on: these limits are found beforehand, so that codes need no scores.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import Final, assert_never

import polars as pl
from polars.expr.whenthen import ChainedThen, Then

from duibiao.criteria.formula import Type, names_in
from duibiao.criteria.models import (
    Asked,
    Banded,
    Criterion,
    Deducted,
    Field,
    Graded,
    Information,
    Judged,
    Level,
    Linear,
    NOfM,
    TwoMethods,
    YesNo,
)
from duibiao.evaluator.columns import (
    E9,
    LARGEST,
    ONE,
    Columns,
    asked_column,
    bad,
    billionths_of,
    compare,
    deducted_column,
    exact_e9,
    fields_read,
    finite,
    formula,
    half_up,
    normal,
    partly_column,
    problems_column,
    scaled,
    stretch,
)

NOT_APPLICABLE, UNOBSERVED, INVALID, FIRST_LEVEL = 0, 1, 2, 3
FROM_PROBLEMS: Final = frozenset({"problems", "deducted"})


@dataclass(frozen=True, slots=True)
class CompiledCriterion:
    """A criterion as columns over a prepared frame with the steps that they read.

    ``code`` is UInt8: 0 not applicable, 1 unobserved, 2 invalid, 3+k the k-th level. ``scores`` has the billionths of
    each level. Where the score is not one of a few, ``scores`` is empty and ``value`` (Int64) has the billionths: of
    the score, or for deductions (``loses``) of the points lost; then the levels are full, partial and none.
    ``measure`` (Float64) is for the words of a finding: the rate, or of n of m how many are met.
    """

    criterion: Criterion
    code: pl.Expr
    value: pl.Expr | None
    scores: tuple[int, ...]
    measure: pl.Expr | None
    loses: bool
    reads: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a rule makes of its fields: 3+k for the k-th level, unobserved where it cannot be told."""

    code: pl.Expr
    scores: tuple[int, ...] = ()
    value: pl.Expr | None = None
    measure: pl.Expr | None = None
    loses: bool = False


@cache
def _code(code: int) -> pl.Expr:
    return pl.lit(code, dtype=pl.UInt8)


def _first_of(levels: Sequence[tuple[pl.Expr, int]]) -> pl.Expr:
    """The code of the first level that holds, unobserved where none does; an unknown condition does not hold."""
    (holds, level), *rest = levels
    chain: Then | ChainedThen = pl.when(holds).then(_code(FIRST_LEVEL + level))
    for holds, level in rest:
        chain = chain.when(holds).then(_code(FIRST_LEVEL + level))
    return chain.otherwise(_code(UNOBSERVED))


def _banded(rate: pl.Expr, levels: Sequence[Level]) -> _Outcome:
    chain = [(_in_level(rate, level), index) for index, level in enumerate(levels)]
    scores = (*(exact_e9(level.score) for level in levels), 0)
    return _Outcome(_first_of([*chain, (rate.is_not_null(), len(levels))]), scores, measure=rate)


def _in_level(rate: pl.Expr, level: Level) -> pl.Expr:
    holds: list[pl.Expr] = []
    if level.at_least is not None:
        holds.append(compare(">=", rate, float(level.at_least)))
    if level.above is not None:
        holds.append(compare(">", rate, float(level.above)))
    if level.at_most is not None:
        holds.append(compare("<=", rate, float(level.at_most)))
    if level.below is not None:
        holds.append(compare("<", rate, float(level.below)))
    return pl.all_horizontal(holds)


def _of_value(value: pl.Expr, full: int, none: int) -> pl.Expr:
    """The code of a score or loss that may be anything between: full, partial or none."""
    return _first_of([(value == full, 0), (value == none, 2), (value.is_not_null(), 1)])


def _where(number: pl.Expr, holds: Callable[[float], bool], inside: float) -> pl.Expr:
    """Whether a number lies in the stretch around ``inside`` in which a condition holds."""
    limits = stretch(holds, inside)
    if limits is None:
        return pl.lit(value=False)
    low, high = limits
    tests = [number >= low] if low > -LARGEST else []
    tests += [number <= high] if high < LARGEST else []
    return pl.all_horizontal(tests) if tests else number.is_not_null()


def _linear(columns: Columns, criterion: str, rate: pl.Expr, full_at: float, zero_at: float) -> _Outcome:
    run = full_at - zero_at

    def value(x: float) -> int | None:
        share = (x - zero_at) / run
        return billionths_of(share) if math.isfinite(share) else None

    def share() -> pl.Expr:
        return finite(columns.shared("line", criterion, lambda: (rate - zero_at) / (pl.lit(run) * pl.col(ONE))))

    code = _first_of(
        [
            (_where(rate, lambda x: value(x) == E9, full_at), 0),
            (_where(rate, lambda x: value(x) == 0, zero_at), 2),
            (_where(rate, lambda x: value(x) is not None, full_at), 1),
        ]
    )
    return _Outcome(code, (), _whole(columns, criterion, share, 1.0), measure=rate)


def _whole(columns: Columns, key: str, value: Callable[[], pl.Expr], most: float) -> pl.Expr:
    """Whole billionths, with what is read several times as a step."""
    return half_up(columns.shared("scaled", key, lambda: scaled(value(), most)), most)


def _scaled(columns: Columns, grade: str, scale: Mapping[str, Decimal]) -> _Outcome:
    own = columns.names[grade] if grade in columns.names else pl.col(grade)

    def given(word: str) -> pl.Expr:
        return columns.shared("grade", (grade, word), lambda: own == normal(word))

    chain = [(given(word), index) for index, word in enumerate(scale)]
    return _Outcome(_first_of(chain), tuple(exact_e9(each) for each in scale.values()))


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of a deduction: points lost for each of a number, and never more than ``limit``."""

    number: pl.Expr
    per_one: float
    limit: float
    points: float

    def lost(self, columns: Columns, key: str) -> pl.Expr:
        """Points lost in billionths."""
        return _whole(columns, key, lambda: (self.number * self.per_one).clip(upper_bound=self.limit), self.points)

    def lost_of(self, number: float) -> int:
        """The same of one number."""
        return billionths_of(min(max(number, 0.0) * self.per_one, self.limit), self.points)


def _lost(
    columns: Columns, criterion: Criterion, entries: Sequence[tuple[pl.Expr, Decimal, Decimal | None]]
) -> _Outcome:
    """Points lost; a blank entry leaves it unknown unless the known ones already take all."""
    points = criterion.points
    told = [
        _Entry(number, float(per_one), float(min(points, cap) if cap is not None else points), float(points))
        for number, per_one, cap in entries
    ]
    most = exact_e9(points)
    if len(told) == 1:
        only = told[0]
        code = _first_of(
            [
                (_where(only.number, lambda x: only.lost_of(x) == 0, 0.0), 0),
                (_where(only.number, lambda x: only.lost_of(x) == most, LARGEST), 2),
                (only.number.is_not_null(), 1),
            ]
        )
        return _Outcome(code, (), only.lost(columns, criterion.id), measure=only.number, loses=True)
    parts = [each.lost(columns, f"{criterion.id}:{index}") for index, each in enumerate(told)]
    known = pl.sum_horizontal(parts).clip(0, most)
    all_known = pl.all_horizontal([each.number.is_not_null() for each in told])
    settled = columns.shared("settled", criterion.id, lambda: pl.when(all_known | (known == most)).then(known))
    return _Outcome(_of_value(settled, 0, most), (), settled, loses=True)


def missing_scores(criterion: NOfM) -> list[int]:
    """The billionths for 0, 1, ... m conditions missing: the first level that holds, else 0."""
    return [
        next((exact_e9(level.score) for level in criterion.levels if missing <= level.missing), 0)
        for missing in range(len(criterion.of) + 1)
    ]


def _n_of_m(criterion: NOfM, conditions: Sequence[pl.Expr]) -> _Outcome:
    """``missing`` are known to be; with the unknown ones they are ``most``: settled where both give one score."""
    by_missing = missing_scores(criterion)
    scores = tuple(dict.fromkeys(by_missing))
    missing = _how_many([~each for each in conditions])
    most = _code(len(conditions)) - _how_many(conditions)
    chain: list[tuple[pl.Expr, int]] = []
    start = 0
    for score, run in groupby(by_missing):
        end = start + len(list(run)) - 1
        chain.append(((missing >= start) & (most <= end), scores.index(score)))
        start = end + 1
    measure = pl.lit(float(len(conditions))) - missing.cast(pl.Float64)
    return _Outcome(_first_of(chain), scores, measure=measure)


def _how_many(conditions: Sequence[pl.Expr]) -> pl.Expr:
    """How many conditions are known to hold."""
    first, *rest = [pl.when(each).then(_code(1)).otherwise(_code(0)) for each in conditions]
    total: pl.Expr = first
    for each in rest:
        total = total + each
    return total


def _outcome(
    criterion: Criterion, columns: Columns, types: Mapping[str, Type], fields: Mapping[str, Field]
) -> _Outcome:
    def number(text: str) -> pl.Expr:
        return columns.column(formula(text, types, "number"))

    def condition(text: str) -> pl.Expr:
        return columns.column(formula(text, types, "yes_no"))

    def met_or_missed(holds: pl.Expr) -> _Outcome:
        return _Outcome(_first_of([(holds, 0), (~holds, 1)]), (E9, 0))

    assert not isinstance(criterion, Information)  # it gives no finding
    match criterion:
        case YesNo(pass_=text):
            return met_or_missed(condition(text))
        case Banded(rate=text, levels=levels):
            return _banded(number(text), levels)
        case Linear(rate=text, full_at=full_at, zero_at=zero_at):
            return _linear(columns, criterion.id, number(text), float(full_at), float(zero_at))
        case Graded(grade=key):
            return _scaled(columns, key, fields[key].scale)
        case Deducted(deduct=entries):
            return _lost(columns, criterion, [(number(each.each), each.points, each.at_most) for each in entries])
        case NOfM(of=texts):
            return _n_of_m(criterion, [condition(each) for each in texts])
        case Judged(judged="yes_no"):
            return met_or_missed(pl.col(criterion.id))
        case Judged(judged="grade"):
            return _scaled(columns, criterion.id, criterion.scale)
        case Judged():
            return _lost(columns, criterion, [(pl.col(criterion.id), Decimal(1), None)])
        case Asked(ask=ask, levels=levels, pass_=None):
            return _banded(pl.col(asked_column(ask)), levels)
        case Asked(ask=ask, pass_=text):
            rate = pl.col(asked_column(ask))
            holds = Columns({"rate": rate}).expression(formula(str(text), {"rate": "number"}, "yes_no"))
            told = met_or_missed(columns.shared("ask", criterion.id, lambda: holds))
            return replace(told, measure=rate)
        case TwoMethods():  # worked out from its members' findings; here only whether it applies
            return _Outcome(_first_of([(pl.col(ONE).is_not_null(), 0)]), (E9,))
        case _:
            assert_never(criterion)


def asked_scores(criterion: Asked, rates: Sequence[float]) -> list[int]:
    """The scores in billionths that a criterion gives to rates of its questionnaire."""
    column = asked_column(criterion.ask)
    outcome = _outcome(criterion, Columns({column: pl.col(column)}), {}, {})
    codes = pl.DataFrame({column: rates}, schema={column: pl.Float64}).select(outcome.code).to_series()
    return [outcome.scores[code - FIRST_LEVEL] for code in codes]


def reads(criterion: Criterion, types: Mapping[str, Type], fields: Mapping[str, Field]) -> frozenset[str]:
    """The names that a criterion reads: fields (through derived ones too) and problems, deducted."""
    texts: list[str] = [criterion.applies] if criterion.applies is not None else []
    names: set[str] = set()
    match criterion:
        case YesNo(pass_=text):
            texts.append(text)
        case Banded(rate=text) | Linear(rate=text):
            texts.append(text)
        case Deducted(deduct=entries):
            texts += [entry.each for entry in entries]
        case NOfM(of=conditions):
            texts += conditions
        case Graded(grade=key):
            names.add(key)
        case Judged():
            names.add(criterion.id)
        case Asked(ask=ask):
            names.add(asked_column(ask))
        case TwoMethods() | Information():
            pass
        case _:
            assert_never(criterion)
    for text in texts:
        expression = formula(text, types, "any")
        names |= fields_read(expression, fields, types) | (names_in(expression) & FROM_PROBLEMS)
    return frozenset(names)


def compile_criterion(
    criterion: Criterion,
    columns: Columns,
    types: Mapping[str, Type],
    fields: Mapping[str, Field],
    may_break: Collection[str],
) -> CompiledCriterion:
    """One criterion as columns over the prepared visits of one site type.

    ``may_break`` are the fields and rates whose values can break a limit; all others never contradict anything.
    """
    own = {
        "problems": pl.col(problems_column(criterion.id)),
        "deducted": pl.col(deducted_column(criterion.id)),
    }
    columns = replace(columns, names={**columns.names, **own}, own=FROM_PROBLEMS, criterion=criterion.id)
    read = reads(criterion, types, fields)
    outcome = _outcome(criterion, columns, types, fields)
    code = outcome.code
    if read & FROM_PROBLEMS:  # on an incomplete visit the known problems are a lower bound
        none = [index for index, score in enumerate(outcome.scores) if score == 0] if outcome.scores else [2]
        open_ = pl.col(partly_column(criterion.id)) & ~code.is_in([FIRST_LEVEL + index for index in none])
        code = pl.when(open_).then(_code(UNOBSERVED)).otherwise(code)
    contradicted = [pl.col(bad(key)) for key in sorted(read.intersection(may_break))]
    if criterion.applies is not None:
        applies = columns.column(formula(criterion.applies, types, "yes_no"))
        code = pl.when(applies).then(code).otherwise(_code(UNOBSERVED))
    if contradicted:
        code = pl.when(pl.any_horizontal(contradicted)).then(_code(INVALID)).otherwise(code)
    if criterion.applies is not None:
        code = pl.when(~applies).then(_code(NOT_APPLICABLE)).otherwise(code)
    return CompiledCriterion(
        criterion=criterion,
        code=code.alias(criterion.id),
        value=outcome.value.alias(criterion.id) if outcome.value is not None else None,
        scores=outcome.scores,
        measure=outcome.measure.alias(criterion.id) if outcome.measure is not None else None,
        loses=outcome.loses,
        reads=read,
    )
