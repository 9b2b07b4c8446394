"""The rules judged in plain Python, a row at a time: slow, short, and what every engine's answers are held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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
    Yes,
)

Row = Mapping[str, object]


def holds(condition: Condition, row: Row) -> bool | None:
    """Whether a condition holds at a row; None where it cannot be told."""
    match condition:
        case Both(first, second):
            told = (holds(first, row), holds(second, row))
            return False if False in told else None if None in told else True
        case Either(first, second):
            told = (holds(first, row), holds(second, row))
            return True if True in told else None if None in told else False
        case Share(part, whole, at_least):
            below, above = row[whole], row[part]
            if below is None or above is None or below == 0:
                return None
            return above / below >= at_least  # type: ignore[operator, no-any-return]
    value = row[condition.column]
    if value is None:
        return None
    match condition:
        case Limit(_, "<=", limit):
            return value <= limit  # type: ignore[operator]
        case Limit(_, ">=", limit):
            return value >= limit  # type: ignore[operator]
        case Limit(_, _, limit):
            return value > limit  # type: ignore[operator]
        case Range(_, low, high):
            return low <= value <= high  # type: ignore[operator]
        case Word(_, word):
            return value == word
        case Yes():
            return value is True


def status(rule: Rule, row: Row) -> int:
    """The status of a rule at a row."""
    if rule.applies is not None:
        applies = holds(rule.applies, row)
        if applies is not True:
            return UNOBSERVED if applies is None else NOT_APPLICABLE
    found = holds(rule.condition, row)
    return UNOBSERVED if found is None else MET if found else MISSED


def statuses(rules: Iterable[Rule], rows: Sequence[Row]) -> list[bytes]:
    """For every rule the statuses of all rows, a byte each."""
    return [bytes(status(rule, row) for row in rows) for rule in rules]
