"""zen-engine, written in Rust: all rules as one compiled expression."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import zen

from benchmarks.peers.by_row import as_list, by_rule
from benchmarks.peers.language import Language
from benchmarks.peers.rules import Rule

if TYPE_CHECKING:
    import polars as pl

NAME: Final = "zen-engine"
PACKAGES: Final = ("zen-engine",)
HOW: Final = (
    "all rules as one list in one `compile_expression`, rows given as JSON, which it reads fastest; "
    "a decision graph by `evaluate_batch` gives the same answers and took longer"
)
NULLS: Final = "comparing null is an error, so every column is asked `== null` before it is read"


def make(rules: Sequence[Rule]) -> tuple[Any, int]:
    """The rules as one compiled expression, and how many they are."""
    return zen.compile_expression(as_list(rules, Language())), len(rules)


def ready(made: tuple[Any, int], frame: pl.DataFrame) -> list[str]:
    """A JSON text for each row."""
    return [json.dumps(row) for row in frame.iter_rows(named=True)]


def judge(made: tuple[Any, int], data: list[str]) -> Iterator[Any]:
    """Row after row."""
    program, width = made
    yield from by_rule((program.evaluate(row) for row in data), width)
