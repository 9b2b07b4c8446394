"""pandera on its polars backend: every rule as checks, called one after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

import pandera.polars as pa
import polars as pl

from benchmarks.peers.expressions import expression
from benchmarks.peers.rules import MET, MISSED, NOT_APPLICABLE, UNOBSERVED, Rule, columns_of

NAME: Final = "pandera"
PACKAGES: Final = ("pandera", "polars")
HOW: Final = (
    "polars backend, conditions as polars expressions, every `Check` called on the rows by itself; rows are read from "
    "its `check_output`"
)
NULLS: Final = (
    "a check has two outcomes; a rule is checked twice, with `ignore_na` true and false: what passes the first only "
    "is unobserved; a third check says where a rule applies"
)
BLANKS_PASS, BLANKS_FAIL, APPLIES = "blanks pass", "blanks fail", "applies"


def _holds(expr: pl.Expr, data: pa.PolarsData) -> pl.LazyFrame:
    return data.lazyframe.select(expr)


def make(rules: Sequence[Rule]) -> tuple[list[Rule], pa.DataFrameSchema]:
    """A schema with two checks for every rule, three where it says where it applies."""
    checks: dict[str, list[pa.Check]] = defaultdict(list)
    for rule in rules:
        holds = expression(rule.condition)
        told = [(BLANKS_PASS, holds, True), (BLANKS_FAIL, holds, False)]
        if rule.applies is not None:
            applies = expression(rule.applies)
            within = pl.when(applies).then(holds)
            told = [(BLANKS_PASS, within, True), (BLANKS_FAIL, within, False), (APPLIES, applies, True)]
        checks[columns_of(rule.condition)[0]] += [
            pa.Check(partial(_holds, expr), ignore_na=blanks, name=f"{rule.name} {what}", n_failure_cases=1)
            for what, expr, blanks in told
        ]
    columns = {column: pa.Column(checks=of_column, nullable=True) for column, of_column in checks.items()}
    return list(rules), pa.DataFrameSchema(columns)


def ready(made: tuple[list[Rule], pa.DataFrameSchema], frame: pl.DataFrame) -> pl.DataFrame:
    """The rows as they are."""
    return frame


def judge(made: tuple[list[Rule], pa.DataFrameSchema], data: pl.DataFrame) -> Iterator[pl.Series]:
    """Call the checks of one rule after the other."""
    rules, schema = made
    rows = data.lazy()
    checks = {check.name: (check, name) for name, column in schema.columns.items() for check in column.checks}

    def outcome(name: str) -> pl.Series:
        check, column = checks[name]
        return check(rows, column).check_output.collect().to_series()

    for rule in rules:
        yield status(rule, outcome)


def status(rule: Rule, outcome: Callable[[str], pl.Series]) -> pl.Series:
    """The statuses of a rule by the outcomes of its checks."""
    byte = {value: pl.lit(value, dtype=pl.UInt8) for value in (NOT_APPLICABLE, UNOBSERVED, MET, MISSED)}
    found = pl.when(BLANKS_FAIL).then(byte[MET]).when(BLANKS_PASS).then(byte[UNOBSERVED]).otherwise(byte[MISSED])
    names = [BLANKS_PASS, BLANKS_FAIL]
    if rule.applies is not None:
        found = pl.when(APPLIES).then(found).otherwise(byte[NOT_APPLICABLE])
        names.append(APPLIES)
    return pl.DataFrame({name: outcome(f"{rule.name} {name}") for name in names}).select(found).to_series()
