"""common-expression-language: CEL in Rust, all rules as one compiled program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import cel

from benchmarks.peers.by_row import as_list, by_rule
from benchmarks.peers.language import Language
from benchmarks.peers.rules import Rule

if TYPE_CHECKING:
    import polars as pl

NAME: Final = "CEL in Rust"
PACKAGES: Final = ("common-expression-language",)
HOW: Final = "common-expression-language, all rules as one list in one compiled program"
NULLS: Final = "comparing null is an error, so every column is asked `== null` before it is read"
_LANGUAGE: Final = Language(number="{}.0", and_="&&", or_="||")


def make(rules: Sequence[Rule]) -> tuple[Any, int]:
    """The rules as one compiled program, and how many they are."""
    return cel.compile(as_list(rules, _LANGUAGE)), len(rules)


def ready(made: tuple[Any, int], frame: pl.DataFrame) -> list[dict[str, object]]:
    """A mapping for each row."""
    return frame.to_dicts()


def judge(made: tuple[Any, int], data: list[dict[str, object]]) -> Iterator[Any]:
    """Row after row."""
    program, width = made
    yield from by_rule((program.execute(row) for row in data), width)
