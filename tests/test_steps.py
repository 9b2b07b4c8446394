"""What is worked out once: columns that several expressions read, in stages that each read only those before."""

from __future__ import annotations

import polars as pl
import pytest

from duibiao.criteria.formula import Type
from duibiao.evaluator.columns import Columns, Steps, formula, padded

TYPES: dict[str, Type] = {**dict.fromkeys(("a", "b", "c", "problems"), "number"), "d": "yes_no"}
NAMES = {name: pl.col(name) for name in TYPES}


def columns(steps: Steps | None, criterion: str = "one") -> Columns:
    """Columns in which ``a`` and ``b`` are counts, ``c`` any number, and ``problems`` each criterion's own."""
    return Columns(NAMES, frozenset({"a", "b"}), steps, frozenset({"problems"}), criterion)


def test_stages_read_only_what_is_before_them() -> None:
    steps = Steps()
    one = steps.column("one", lambda: pl.col("a") + 1)
    two = steps.column("two", lambda: one * pl.col("b"))
    three = steps.column("three", lambda: two + one)
    still = steps.column("still", lambda: pl.lit(7))
    steps.column("unread", lambda: pl.col("z"))
    stages, others = steps.behind([three, still + pl.col("c"), two])
    assert [sorted(each.meta.output_name() for each in stage) for stage in stages] == [
        sorted([one.meta.output_name(), still.meta.output_name()]),
        [two.meta.output_name()],
        [three.meta.output_name()],
    ]
    assert others == {"a", "b", "c"}


def test_without_steps_there_are_no_stages() -> None:
    assert Steps().behind([pl.lit(1)]) == ([], set())
    assert Steps().behind([pl.col("a") + pl.col("b")]) == ([], {"a", "b"})


WORKED_OUT = [  # formula, how many columns of its own it needs when it is read more than once
    ("a", 0),
    ("3", 0),
    ("a / b", 1),  # of counts nothing overflows
    ("a / c", 3),  # the quotient, where it is finite, and what is read
    ("a + b", 3),
    ("a > 1", 1),
]


@pytest.mark.parametrize(("text", "number"), WORKED_OUT)
def test_what_is_read_more_than_once(text: str, number: int) -> None:
    steps = Steps()
    told = columns(steps)
    found = told.column(formula(text, TYPES, "any"))
    assert len(steps.expressions) == number
    assert told.column(formula(text, TYPES, "any")).meta.eq(found)  # the second time nothing is added
    assert len(steps.expressions) == number


SHARED = [("a > 1", True), ("problems > 1", False), ("problems > a", False), ("d", True)]


@pytest.mark.parametrize(("text", "shared"), SHARED)
def test_criteria_share_what_means_the_same_in_each(text: str, shared: bool) -> None:
    steps = Steps()
    one, other = (columns(steps, name).column(formula(text, TYPES, "any")) for name in ("one", "other"))
    assert one.meta.eq(other) == shared


def test_without_a_place_for_steps_an_expression_stands_for_itself() -> None:
    found = columns(None).column(formula("a > 1", TYPES, "any"))
    assert found.meta.root_names() == ["a"]


NUMBERS = ["a", "3", "a + b", "a / b", "count_true(d)", "count_true(d, a > 1)", "min(a, 3)", "floor(a)", "round(a, 1)"]


@pytest.mark.parametrize("text", NUMBERS)
def test_every_number_is_a_float(text: str) -> None:
    frame = padded(pl.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0], "d": [True, False]}))
    assert frame.select(columns(None).expression(formula(text, TYPES, "number"))).dtypes == [pl.Float64]
