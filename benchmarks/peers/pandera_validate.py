"""pandera as most use it: one schema, validated with ``lazy=True``; the same checks as in ``pandera_peer``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from benchmarks.peers.pandera_peer import NULLS, make, ready, status
from benchmarks.peers.rules import Rule

__all__ = ["HOW", "NAME", "NULLS", "PACKAGES", "judge", "make", "ready"]

NAME: Final = "pandera (validate)"
PACKAGES: Final = ("pandera", "polars")
HOW: Final = (
    "the same checks, one `DataFrameSchema`, `validate(lazy=True)`, `n_failure_cases=1`, so that it need not list "
    "each failing cell; rows are read from the errors' `check_output`"
)


def judge(made: tuple[list[Rule], pa.DataFrameSchema], data: pl.DataFrame) -> Iterator[pl.Series]:
    """Validate once, then read every rule's statuses from the outcomes of its checks."""
    rules, schema = made
    failed: dict[str, pl.Series] = {}
    try:
        schema.validate(data, lazy=True)
    except SchemaErrors as errors:
        failed = {str(error.check.name): error.check_output.to_series() for error in errors.schema_errors}
    passed = pl.repeat(value=True, n=data.height, dtype=pl.Boolean, eager=True)
    for rule in rules:
        yield status(rule, lambda name: failed.get(name, passed))
