"""rule-engine: all rules as one text, parsed once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

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


def make(rules: Sequence[Rule]) -> rule_engine.Rule:
    """The rules as one parsed text."""
    context = rule_engine.Context(resolver=rule_engine.resolve_item)
    return rule_engine.Rule(as_list(rules, Language()), context=context)


def ready(made: rule_engine.Rule, frame: pl.DataFrame) -> list[dict[str, object]]:
    """A mapping for each row."""
    return [
        {key: Decimal(value) if isinstance(value, float) else value for key, value in row.items()}
        for row in frame.iter_rows(named=True)
    ]


def judge(made: rule_engine.Rule, data: list[dict[str, object]]) -> Iterator[bytes]:
    """Row after row."""
    yield from by_rule([made.evaluate(row) for row in data])
