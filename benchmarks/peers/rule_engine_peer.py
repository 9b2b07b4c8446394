"""rule-engine: all rules as one text, parsed once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import rule_engine

from benchmarks.peers.by_row import as_list, by_rule
from benchmarks.peers.language import Language
from benchmarks.peers.rules import Rule

if TYPE_CHECKING:
    import polars as pl

NAME: Final = "rule-engine"
PACKAGES: Final = ("rule-engine",)
HOW: Final = "all rules as one list in one `Rule`, parsed once; numbers given as Decimal, which it counts in"
NULLS: Final = "comparing null raises an error, so every column is asked `== null` before it is read"


def make(rules: Sequence[Rule]) -> tuple[rule_engine.Rule, int]:
    """The rules as one parsed text, and how many they are."""
    context = rule_engine.Context(resolver=rule_engine.resolve_item)
    return rule_engine.Rule(as_list(rules, Language()), context=context), len(rules)


def ready(made: tuple[rule_engine.Rule, int], frame: pl.DataFrame) -> list[dict[str, object]]:
    """A mapping for each row."""
    return [
        {key: Decimal(value) if isinstance(value, float) else value for key, value in row.items()}
        for row in frame.iter_rows(named=True)
    ]


def judge(made: tuple[rule_engine.Rule, int], data: list[dict[str, object]]) -> Iterator[Any]:
    """Row after row."""
    program, width = made
    yield from by_rule((program.evaluate(row) for row in data), width)
