"""The rules as polars expressions, whose null follows Kleene's logic: for polars, and for peers that take them."""

from __future__ import annotations

import polars as pl

from benchmarks.peers.rules import (
    MET,
    MISSED,
    NOT_APPLICABLE,
    UNOBSERVED,
    Both,
    Condition,
    Either,
    Limit,
    Range,
    Rule,
    Share,
    Word,
)


def expression(condition: Condition) -> pl.Expr:
    """A condition: true, false or null. A share is null where its whole is 0."""
    match condition:
        case Both(first, second):
            return expression(first) & expression(second)
        case Either(first, second):
            return expression(first) | expression(second)
        case Limit(column, "<=", limit):
            return pl.col(column) <= limit
        case Limit(column, ">=", limit):
            return pl.col(column) >= limit
        case Limit(column, _, limit):
            return pl.col(column) > limit
        case Range(column, low, high):
            return pl.col(column).is_between(low, high)
        case Share(part, whole, at_least):  # x / 0 cannot be: the rule applies only above 0
            return pl.col(part) / pl.col(whole) >= at_least
        case Word(column, word):
            return pl.col(column) == word
        case _:
            return pl.col(condition.column)


def _byte(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.UInt8)


def status(rule: Rule) -> pl.Expr:
    """The status of a rule (UInt8), named after it."""
    holds = expression(rule.condition)
    found = pl.when(holds.is_null()).then(_byte(UNOBSERVED)).when(holds).then(_byte(MET)).otherwise(_byte(MISSED))
    if rule.applies is not None:
        applies = expression(rule.applies)
        found = pl.when(applies).then(found).when(applies.is_null()).then(_byte(UNOBSERVED))
        found = found.otherwise(_byte(NOT_APPLICABLE))
    return found.alias(rule.name)
