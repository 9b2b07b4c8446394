"""JsonLogic in pure Python (panzi-json-logic): each rule a tree of operations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from json_logic import jsonLogic

from benchmarks.peers.rules import Limit, Question, Range, Rule, Share, Word, questions

if TYPE_CHECKING:
    import polars as pl

NAME: Final = "json-logic"
PACKAGES: Final = ("panzi-json-logic",)
HOW: Final = "panzi-json-logic, a tree of `if` a rule, applied to a mapping for each row"
NULLS: Final = (
    "null counts as 0 in comparisons, and `0 == null` is true; so every column is asked `=== null` before it is read"
)


def make(rules: Sequence[Rule]) -> list[Any]:
    """The rules as trees."""
    return [_logic(questions(rule)) for rule in rules]


def ready(made: list[Any], frame: pl.DataFrame) -> list[dict[str, object]]:
    """A mapping for each row."""
    return frame.to_dicts()


def judge(made: list[Any], data: list[dict[str, object]]) -> Iterator[bytes]:
    """The statuses of one rule after the other."""
    for rule in made:
        yield bytes([jsonLogic(rule, row) for row in data])


def _logic(question: Question | int) -> Any:
    if isinstance(question, int):
        return question
    ways = [_test(question), _logic(question.yes), _logic(question.no)]
    if question.blank:
        blank = [{"===": [{"var": column}, None]} for column in question.blank]
        ways = [blank[0] if len(blank) == 1 else {"or": blank}, _logic(question.unknown), *ways]
    return {"if": ways}


def _test(question: Question) -> Any:
    match question.leaf:
        case Limit(column, is_, limit):
            return {is_: [{"var": column}, limit]}
        case Range(column, low, high):
            return {"<=": [low, {"var": column}, high]}
        case Share(part, whole, at_least):
            return {">=": [{"/": [{"var": part}, {"var": whole}]}, at_least]}
        case Word(column, word):
            return {"===": [{"var": column}, word]}
        case yes:
            return {"var": yes.column}
