"""Plain polars, written by hand: what is left when there is no rule engine at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from benchmarks.peers.expressions import status
from benchmarks.peers.rules import Rule

NAME: Final = "polars by hand"
PACKAGES: Final = ("polars",)
HOW: Final = "one expression a rule, all in one `select`, streaming engine"
NULLS: Final = "polars' null follows Kleene's logic; which status a null becomes is written out in `when`"


def make(rules: Sequence[Rule]) -> list[pl.Expr]:
    """An expression for every rule."""
    return [status(rule) for rule in rules]


def ready(made: list[pl.Expr], frame: pl.DataFrame) -> pl.DataFrame:
    """The rows as they are."""
    return frame


def judge(made: list[pl.Expr], data: pl.DataFrame) -> Iterator[pl.Series]:
    """All statuses at once."""
    yield from data.lazy().select(made).collect(engine="streaming")
