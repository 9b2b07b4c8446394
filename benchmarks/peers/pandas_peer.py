"""pandas, written by hand: two masks a rule, where it surely holds and where it surely fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
import polars as pl

from benchmarks.peers.rules import (
    MET,
    MISSED,
    UNOBSERVED,
    WORDS,
    Both,
    Condition,
    Either,
    Limit,
    Range,
    Rule,
    Share,
    Word,
)

NAME: Final = "pandas by hand"
PACKAGES: Final = ("pandas", "numpy")
HOW: Final = "vectorised comparisons of whole columns, numbers as float64, words as categories"
NULLS: Final = (
    "NaN compares as false, so every rule keeps two masks, where it surely holds and where it surely fails; "
    "`and` and `or` are written for both, what is in neither is unobserved"
)
Masks: TypeAlias = tuple[Any, Any]


def make(rules: Sequence[Rule]) -> list[Callable[[pd.DataFrame], Any]]:
    """A function for every rule."""
    return [lambda frame, rule=rule: _status(rule, frame) for rule in rules]  # type: ignore[misc]


def ready(made: list[Callable[[pd.DataFrame], Any]], frame: pl.DataFrame) -> pd.DataFrame:
    """The rows as pandas holds them best: NaN for a blank number, yes/no as 1 and 0, words as categories."""
    columns: dict[str, Any] = {}
    for column in frame:
        if column.name.startswith("c"):
            codes = column.cast(pl.Enum(WORDS)).to_physical().cast(pl.Int8).fill_null(-1)
            columns[column.name] = pd.Categorical.from_codes(codes.to_numpy(), categories=list(WORDS))
        else:
            columns[column.name] = column.cast(float).to_numpy()
    return pd.DataFrame(columns, copy=False)


def judge(made: list[Callable[[pd.DataFrame], Any]], data: pd.DataFrame) -> Iterator[Any]:
    """The statuses of one rule after the other."""
    for rule in made:
        yield rule(data)


def masks(condition: Condition, frame: pd.DataFrame) -> Masks:
    """Where a condition surely holds, and where it surely fails."""
    match condition:
        case Both(first, second):
            (yes, no), (too, nor) = masks(first, frame), masks(second, frame)
            return yes & too, no | nor
        case Either(first, second):
            (yes, no), (too, nor) = masks(first, frame), masks(second, frame)
            return yes | too, no & nor
        case Limit(column, "<=", limit):
            return (frame[column] <= limit).to_numpy(), (frame[column] > limit).to_numpy()
        case Limit(column, ">=", limit):
            return (frame[column] >= limit).to_numpy(), (frame[column] < limit).to_numpy()
        case Limit(column, _, limit):
            return (frame[column] > limit).to_numpy(), (frame[column] <= limit).to_numpy()
        case Range(column, low, high):
            value = frame[column]
            return value.between(low, high).to_numpy(), ((value < low) | (value > high)).to_numpy()
        case Share(part, whole, at_least):  # 0 / 0 is NaN, which is neither; the rule does not apply there
            share = frame[part] / frame[whole]
            return (share >= at_least).to_numpy(), (share < at_least).to_numpy()
        case Word(column, word):
            codes, wanted = frame[column].cat.codes, frame[column].cat.categories.get_loc(word)
            same = (codes == wanted).to_numpy()
            return same, (codes >= 0).to_numpy() & ~same
        case _:
            return (frame[condition.column] == 1).to_numpy(), (frame[condition.column] == 0).to_numpy()


def _status(rule: Rule, frame: pd.DataFrame) -> Any:
    yes, no = masks(rule.condition, frame)
    outside: Any = None
    if rule.applies is not None:
        applies, outside = masks(rule.applies, frame)
        yes, no = yes & applies, no & applies
    found = yes.view(np.uint8) * np.uint8(MET - UNOBSERVED) + no.view(np.uint8) * np.uint8(MISSED - UNOBSERVED)
    found += np.uint8(UNOBSERVED)
    return found if outside is None else found - outside.view(np.uint8)
