"""pointblank on polars: every rule as steps of one plan, interrogated at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pointblank as pb
import polars as pl

from benchmarks.peers.expressions import expression
from benchmarks.peers.rows import column_names, frame
from benchmarks.peers.rules import MET, MISSED, NOT_APPLICABLE, UNOBSERVED, Rule

NAME: Final = "pointblank"
PACKAGES: Final = ("pointblank", "polars")
HOW: Final = (
    "on polars, one plan of `col_vals_expr` steps with polars expressions, made once and given the rows by `set_tbl`; "
    "`interrogate(collect_extracts=False)`, rows are read from the checked tables"
)
NULLS: Final = (
    "a null fails a step of `col_vals_expr`; a rule has a second step where it passes: what passes only that "
    "is unobserved; a third step says where a rule applies"
)
GOOD: Final = "pb_is_good_"


def make(rules: Sequence[Rule]) -> tuple[list[Rule], pb.Validate]:
    """A plan of two steps for every rule, three where it says where it applies."""
    plan = pb.Validate(frame(1).select(column_names()))
    for rule in rules:
        holds = expression(rule.condition)
        applies = None if rule.applies is None else expression(rule.applies)
        if applies is not None:
            holds = pl.when(applies).then(holds)
        plan = plan.col_vals_expr(holds).col_vals_expr(holds.fill_null(value=True))
        if applies is not None:
            plan = plan.col_vals_expr(applies.fill_null(value=True))
    return list(rules), plan


def ready(made: tuple[list[Rule], pb.Validate], frame: pl.DataFrame) -> pl.DataFrame:
    """The rows as they are."""
    return frame


def judge(made: tuple[list[Rule], pb.Validate], data: pl.DataFrame) -> Iterator[pl.Series]:
    """Interrogate once, then read every rule's statuses from its steps."""
    rules, plan = made
    steps = iter(plan.set_tbl(data).interrogate(collect_extracts=False).validation_info)
    byte = {value: pl.lit(value, dtype=pl.UInt8) for value in (NOT_APPLICABLE, UNOBSERVED, MET, MISSED)}
    for rule in rules:
        seen = {"met": next(steps).tbl_checked[GOOD], "met or blank": next(steps).tbl_checked[GOOD]}
        found = pl.when("met").then(byte[MET]).when("met or blank").then(byte[UNOBSERVED]).otherwise(byte[MISSED])
        if rule.applies is not None:
            seen["applies"] = next(steps).tbl_checked[GOOD]
            found = pl.when("applies").then(found).otherwise(byte[NOT_APPLICABLE])
        yield pl.DataFrame(seen).select(found).to_series()
