"""The kinds of rule as columns: what each makes of its fields, in three stages that each read the one before.

``inputs`` are the formulas' results, ``value`` the score or loss where it is not one of a few, ``code`` the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
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
    ONE,
    Columns,
    asked_column,
    bad,
    billionths,
    compare,
    deducted_column,
    exact_e9,
    fields_read,
    finite,
    formula,
    normal,
    partly_column,
    problems_column,
)

NOT_APPLICABLE, UNOBSERVED, INVALID, FIRST_LEVEL = 0, 1, 2, 3
FROM_PROBLEMS: Final = frozenset({"problems", "deducted"})


@dataclass(frozen=True, slots=True)
class CompiledCriterion:
    """A criterion as columns. ``code`` is UInt8: 0 not applicable, 1 unobserved, 2 invalid, 3+k the k-th level.

    ``scores`` has the billionths of each level. Where the score is not one of a few, ``scores`` is empty and
    ``value`` (Int64) has the billionths: of the score, or for deductions (``loses``) of the points lost; then the
    levels are full, partial and none. ``measure`` (Float64) is for the words of a finding: the rate, or of n of m
    how many are met.
    """

    criterion: Criterion
    inputs: tuple[pl.Expr, ...]  # each named; read the fields of a prepared frame
    value: pl.Expr | None  # named; reads the inputs
    code: pl.Expr  # named; reads the inputs and the value
    scores: tuple[int, ...]
    measure: pl.Expr | None  # reads the inputs
    loses: bool
    reads: frozenset[str]


def code_column(criterion: str) -> str:
    """The column with a criterion's codes."""
    return f"#code:{criterion}"


def value_column(criterion: str) -> str:
    """The column with a criterion's score or loss, where that is not one of a few."""
    return f"#value:{criterion}"


def _input(criterion: str, number: int) -> str:
    return f"#in:{criterion}:{number}"


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a rule makes of its fields: the level reached (0, 1, ...), unknown where it cannot be told."""

    inputs: tuple[pl.Expr, ...]
    level: pl.Expr
    scores: tuple[int, ...] = ()
    value: pl.Expr | None = None
    measure: pl.Expr | None = None
    loses: bool = False


def _condition(holds: pl.Expr, own: pl.Expr) -> _Outcome:
    return _Outcome((holds,), pl.when(own).then(0).when(~own).then(1), (E9, 0))


def _banded(rate: pl.Expr, own: pl.Expr, levels: Sequence[Level]) -> _Outcome:
    chain: Then | ChainedThen = pl.when(own.is_null()).then(None)
    for index, level in enumerate(levels):
        chain = chain.when(_in_level(own, level)).then(index)
    scores = (*(exact_e9(level.score) for level in levels), 0)
    return _Outcome((rate,), chain.otherwise(len(levels)), scores, measure=own)


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
    """The level of a score or loss that may be anything between: full, partial or none."""
    return pl.when(value == full).then(0).when(value == none).then(2).when(value.is_not_null()).then(1)


def _linear(rate: pl.Expr, own: pl.Expr, value: pl.Expr, full_at: float, zero_at: float) -> _Outcome:
    share = (own - zero_at) / (pl.lit(full_at - zero_at) * pl.col(ONE))
    return _Outcome((rate,), _of_value(value, E9, 0), (), billionths(finite(share)), measure=own)


def _scaled(grade: pl.Expr, own: pl.Expr, scale: Mapping[str, Decimal]) -> _Outcome:
    chain: Then | ChainedThen = pl.when(own.is_null()).then(None)
    for index, word in enumerate(scale):
        chain = chain.when(own == normal(word)).then(index)
    return _Outcome((grade,), chain.otherwise(None), tuple(exact_e9(each) for each in scale.values()))


def _lost(
    points: Decimal, value: pl.Expr, entries: Sequence[tuple[pl.Expr, pl.Expr, Decimal, Decimal | None]]
) -> _Outcome:
    """Points lost; a blank entry leaves it unknown unless the known ones already take all."""
    most = exact_e9(points)
    parts: list[pl.Expr] = []
    for _, own, per_one, cap in entries:
        limit = float(min(points, cap) if cap is not None else points)
        lost = own.clip(lower_bound=0.0) * float(per_one)
        parts.append(billionths(lost.clip(upper_bound=limit), float(points)))
    known = pl.sum_horizontal(parts).clip(0, most)
    all_known = pl.all_horizontal([part.is_not_null() for part in parts])
    settled = pl.when(all_known | (known == most)).then(known)
    inputs = tuple(each for each, *_ in entries)
    return _Outcome(
        inputs, _of_value(value, 0, most), (), settled, measure=entries[0][1] if len(entries) == 1 else None, loses=True
    )


def missing_scores(criterion: NOfM) -> list[int]:
    """The billionths for 0, 1, ... m conditions missing: the first level that holds, else 0."""
    return [
        next((exact_e9(level.score) for level in criterion.levels if missing <= level.missing), 0)
        for missing in range(len(criterion.of) + 1)
    ]


def _n_of_m(criterion: NOfM, conditions: Sequence[pl.Expr], own: Sequence[pl.Expr]) -> _Outcome:
    by_missing = missing_scores(criterion)
    scores = tuple(dict.fromkeys(by_missing))
    same_up_to = [
        max(end for end in range(start, len(by_missing)) if len(set(by_missing[start : end + 1])) == 1)
        for start in range(len(by_missing))
    ]
    missing = pl.sum_horizontal([(~each).fill_null(value=False).cast(pl.Int16) for each in own])
    unknown = pl.sum_horizontal([each.is_null().cast(pl.Int16) for each in own])
    counts = list(range(len(by_missing)))
    settled = missing + unknown <= missing.replace_strict(counts, same_up_to, return_dtype=pl.Int16)
    level = missing.replace_strict(counts, [scores.index(each) for each in by_missing], return_dtype=pl.Int32)
    met = pl.lit(float(len(own))) - missing.cast(pl.Float64)
    return _Outcome(tuple(conditions), pl.when(settled).then(level), scores, measure=met)


def _outcome(
    criterion: Criterion, columns: Columns, types: Mapping[str, Type], fields: Mapping[str, Field]
) -> _Outcome:
    def number(text: str) -> pl.Expr:
        return columns.expression(formula(text, types, "number"))

    def condition(text: str) -> pl.Expr:
        return columns.expression(formula(text, types, "yes_no"))

    assert not isinstance(criterion, Information)  # it gives no finding
    own = pl.col(_input(criterion.id, 0))
    value = pl.col(value_column(criterion.id))
    match criterion:
        case YesNo(pass_=text):
            return _condition(condition(text), own)
        case Banded(rate=text, levels=levels):
            return _banded(number(text), own, levels)
        case Linear(rate=text, full_at=full_at, zero_at=zero_at):
            return _linear(number(text), own, value, float(full_at), float(zero_at))
        case Graded(grade=key):
            return _scaled(columns.names[key], own, fields[key].scale)
        case Deducted(deduct=entries):
            told = [
                (number(each.each), pl.col(_input(criterion.id, index)), each.points, each.at_most)
                for index, each in enumerate(entries)
            ]
            return _lost(criterion.points, value, told)
        case NOfM(of=texts):
            conditions = [condition(each) for each in texts]
            return _n_of_m(criterion, conditions, [pl.col(_input(criterion.id, i)) for i in range(len(texts))])
        case Judged(judged="yes_no"):
            return _condition(pl.col(criterion.id), own)
        case Judged(judged="grade"):
            return _scaled(pl.col(criterion.id), own, criterion.scale)
        case Judged():
            return _lost(criterion.points, value, [(pl.col(criterion.id), own, Decimal(1), None)])
        case Asked(ask=ask, levels=levels, pass_=None):
            return _banded(pl.col(asked_column(ask)), own, levels)
        case Asked(ask=ask, pass_=text):
            holds = Columns({"rate": own}, frozenset()).expression(formula(str(text), {"rate": "number"}, "yes_no"))
            level = pl.when(holds).then(0).when(~holds).then(1)
            return _Outcome((pl.col(asked_column(ask)),), level, (E9, 0), measure=own)
        case TwoMethods():  # worked out from its members' findings; here only whether it applies
            return _Outcome((), pl.when(pl.col(ONE).is_not_null()).then(0), (E9,))
        case _:
            assert_never(criterion)


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
    criterion: Criterion, columns: Columns, types: Mapping[str, Type], fields: Mapping[str, Field]
) -> CompiledCriterion:
    """One criterion as columns over the prepared visits of one site type."""
    own = {
        "problems": pl.col(problems_column(criterion.id)),
        "deducted": pl.col(deducted_column(criterion.id)),
    }
    columns = Columns({**columns.names, **own}, columns.plain)
    read = reads(criterion, types, fields)
    outcome = _outcome(criterion, columns, types, fields)
    inputs = [each.alias(_input(criterion.id, index)) for index, each in enumerate(outcome.inputs)]
    level = outcome.level.cast(pl.UInt8)
    if read & FROM_PROBLEMS:  # on an incomplete visit the known problems are a lower bound
        none = [index for index, score in enumerate(outcome.scores) if score == 0] if outcome.scores else [2]
        open_ = pl.col(partly_column(criterion.id)) & ~level.is_in(none)
        level = pl.when(~open_).then(level)
    code = (level + FIRST_LEVEL).fill_null(UNOBSERVED)
    contradicted = [pl.col(bad(key)) for key in sorted(read - FROM_PROBLEMS)]
    applies = pl.col(f"#applies:{criterion.id}")
    if criterion.applies is not None:
        inputs.append(columns.expression(formula(criterion.applies, types, "yes_no")).alias(f"#applies:{criterion.id}"))
        code = pl.when(applies.is_not_null()).then(code).otherwise(UNOBSERVED)
    if contradicted:
        code = pl.when(pl.any_horizontal(contradicted)).then(INVALID).otherwise(code)
    if criterion.applies is not None:
        code = pl.when(~applies).then(NOT_APPLICABLE).otherwise(code)
    return CompiledCriterion(
        criterion=criterion,
        inputs=tuple(inputs),
        value=outcome.value.alias(value_column(criterion.id)) if outcome.value is not None else None,
        code=code.cast(pl.UInt8).alias(code_column(criterion.id)),
        scores=outcome.scores,
        measure=outcome.measure,
        loses=outcome.loses,
        reads=read,
    )


def coded(frame: pl.DataFrame, criteria: Sequence[CompiledCriterion]) -> pl.DataFrame:
    """A prepared frame with the inputs, values and codes of ``criteria``."""
    frame = frame.with_columns([each for criterion in criteria for each in criterion.inputs])
    frame = frame.with_columns([criterion.value for criterion in criteria if criterion.value is not None])
    return frame.with_columns([criterion.code for criterion in criteria])
