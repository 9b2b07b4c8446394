"""Great Expectations on pandas: its own expectations for single columns, a custom one for what reads several."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # it would report its use

import great_expectations as gx
import great_expectations.expectations as gxe
import numpy as np
import pandas as pd
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import MulticolumnMapMetricProvider
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (
    multicolumn_condition_partial,
)

from benchmarks.peers import pandas_peer
from benchmarks.peers.rules import (
    MET,
    MISSED,
    NOT_APPLICABLE,
    UNOBSERVED,
    Both,
    Condition,
    Either,
    Limit,
    Range,
    Rule,
    Share,
    Word,
    columns_of,
)

if TYPE_CHECKING:
    import polars as pl

NAME: Final = "great_expectations"
PACKAGES: Final = ("great-expectations", "pandas")
HOW: Final = (
    "pandas engine, one suite of all expectations, `batch.validate` with `COMPLETE` results and no progress bars; "
    "between / in set / not null as shipped, a custom multicolumn expectation for and, or, shares"
)
NULLS: Final = (
    "column expectations pass over null, so a second one, not null, finds what is unobserved; the custom ones return "
    "where a rule surely fails, cannot be told, and does not apply"
)
_RULES: Final[dict[str, Rule]] = {}
_FAILS, _UNTOLD, _OUTSIDE = "fails", "cannot be told", "does not apply"


class RuleMetric(MulticolumnMapMetricProvider):  # type: ignore[misc]
    """Where a rule does not have an outcome."""

    condition_metric_name = "multicolumn_values.rule_outcome"
    condition_domain_keys = ("batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if")
    condition_value_keys = ("rule", "outcome")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[misc]
    def _pandas(cls, column_list: pd.DataFrame, rule: str, outcome: str, **_: Any) -> pd.Series:
        told = _RULES[rule]
        yes, no = pandas_peer.masks(told.condition, column_list)
        if told.applies is not None:
            within, outside = pandas_peer.masks(told.applies, column_list)
            if outcome == _OUTSIDE:
                return pd.Series(~outside, index=column_list.index)
            yes, no = (yes & within) | outside, no & within
        return pd.Series(~no if outcome == _FAILS else yes | no, index=column_list.index)


class ExpectRule(MulticolumnMapExpectation):  # type: ignore[misc]
    """Expect that a rule does not have an outcome at any row."""

    rule: str
    outcome: str
    ignore_row_if: str = "never"
    map_metric: ClassVar[str] = "multicolumn_values.rule_outcome"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "rule", "outcome")


@dataclass(frozen=True)
class Suite:
    """The rules, and for each the numbers of its expectations by outcome."""

    rules: list[Rule]
    expectations: list[Any]
    places: list[dict[str, int]]


def make(rules: Sequence[Rule]) -> Suite:
    """The expectations of all rules, each said once."""
    expectations: list[Any] = []
    known: dict[str, int] = {}
    places: list[dict[str, int]] = []
    for rule in rules:
        _RULES[rule.name] = rule
        told: dict[str, int] = {}
        if rule.applies is None and not isinstance(rule.condition, Both | Either):
            told[_FAILS] = len(expectations)
            expectations.append(_of_column(rule.condition))
            [column] = columns_of(rule.condition)
            if column not in known:
                known[column] = len(expectations)
                expectations.append(gxe.ExpectColumnValuesToNotBeNull(column=column))
            told[_UNTOLD] = known[column]
        else:
            read = columns_of(rule.condition if rule.applies is None else Both(rule.condition, rule.applies))
            for outcome in (_FAILS, _UNTOLD, *([_OUTSIDE] if rule.applies is not None else [])):
                told[outcome] = len(expectations)
                expectations.append(ExpectRule(column_list=list(read), rule=rule.name, outcome=outcome))
        places.append(told)
    for number, expectation in enumerate(expectations):
        expectation.meta = {"number": number}
    return Suite(list(rules), expectations, places)


def _of_column(condition: Condition) -> Any:
    match condition:
        case Limit(column, "<=", limit):
            return gxe.ExpectColumnValuesToBeBetween(column=column, max_value=limit)
        case Limit(column, is_, limit):
            return gxe.ExpectColumnValuesToBeBetween(column=column, min_value=limit, strict_min=is_ == ">")
        case Range(column, low, high):
            return gxe.ExpectColumnValuesToBeBetween(column=column, min_value=low, max_value=high)
        case Word(column, word):
            return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=[word])
        case Share() | Both() | Either():
            raise TypeError(condition)
        case _:
            return gxe.ExpectColumnValuesToBeInSet(column=condition.column, value_set=[1.0])


def ready(made: Suite, frame: pl.DataFrame) -> Any:
    """The rows as a batch of pandas."""
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("made").add_dataframe_asset("rows")
    batch = asset.add_batch_definition_whole_dataframe("all")
    suite = gx.ExpectationSuite("rules", expectations=made.expectations)
    return batch.get_batch({"dataframe": pandas_peer.ready([], frame)}), suite, frame.height


def judge(made: Suite, data: Any) -> Iterator[Any]:
    """Validate once, then lay what is unexpected over what is met."""
    batch, suite, height = data
    asked = {"result_format": "COMPLETE", "return_unexpected_index_query": False, "include_unexpected_rows": False}
    told = batch.validate(suite, result_format=asked).results  # in an order of its own
    results = {result.expectation_config.meta["number"]: result for result in told}
    for places in made.places:
        found = np.full(height, MET, np.uint8)
        for outcome, status in ((_FAILS, MISSED), (_UNTOLD, UNOBSERVED), (_OUTSIDE, NOT_APPLICABLE)):
            if outcome in places:
                found[_unexpected(results[places[outcome]])] = status
        yield found


def _unexpected(result: Any) -> list[int]:
    if result.exception_info.get("raised_exception", False):
        raise RuntimeError(result.exception_info["exception_message"])
    return result.result.get("unexpected_index_list") or []
