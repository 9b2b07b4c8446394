"""A number beside its limit (design 4.3): with t = 1e-11 x max(1, |limit|), within t it stands on the limit.

And what columns are made with: whole billionths, texts as they are compared, frames, the fields that a formula reads.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path

import polars as pl
import pytest

from duibiao.criteria.formula import Type
from duibiao.criteria.models import Asked, Field, NOfM
from duibiao.evaluator.columns import (
    ONE,
    billionths,
    billionths_of,
    exact_e9,
    fields_read,
    finite,
    formula,
    normal,
    padded,
)
from duibiao.evaluator.rules import asked_scores, missing_scores
from tests.city import judge, make_catalogue, make_submission, one_rule

LIMITS = (0.0, 0.5, 1.0, 1.5, 100.0, -3.0)
SIDES = {-1.5: "below", -0.8: "on", 0.0: "on", 0.8: "on", 1.5: "above"}  # how many t from the limit
HOLDS = {
    ">=": {"on", "above"},
    ">": {"above"},
    "<=": {"below", "on"},
    "<": {"below"},
    "==": {"on"},
    "!=": {"below", "above"},
}
LEVELS = {"at_least": ">=", "above": ">", "at_most": "<=", "below": "<"}


def rules(limit: float) -> dict[str, str]:
    """The comparisons with a limit in every form, as YAML, with the operator that each must follow."""
    told = {f"pass: a {op} {limit}": op for op in HOLDS}
    told |= {f"pass: a {op} b": op for op in HOLDS}
    told |= {f"rate: a, levels: [{{{key}: {limit}, score: 1}}]": op for key, op in LEVELS.items()}
    return told | {f'pass: "a in [-77, {limit}]"': "=="}


Place = tuple[float, float]  # the limit, how many t from it
PLACES: list[Place] = [(limit, side) for limit in LIMITS for side in SIDES]
PLACES += [(0.0, -1.0), (0.0, 1.0)]  # exactly t from the limit: still on it


@pytest.fixture(scope="module")
def statuses(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[Place, str], str]:
    """The status of every comparison at every place."""
    every = list(dict.fromkeys(rule for limit in LIMITS for rule in rules(limit)))
    criteria = "".join(
        f"  - {{id: rule_{number}, title: 规则{number}, place: Ⅲ-1, {rule}}}\n" for number, rule in enumerate(every)
    )
    fields = "{a: {label: 甲, kind: number}, b: {label: 乙, kind: number}}"
    form = f"site_type: spot\ntitle: 点\nfields: {fields}\ncriteria:\n{criteria}"
    catalogue = make_catalogue(tmp_path_factory.mktemp("limits"), {"spot": form})
    visits = [
        {"site": f"S{number}", "a": limit + side * 1e-11 * max(1.0, abs(limit)), "b": limit}
        for number, (limit, side) in enumerate(PLACES)
    ]
    findings = judge(catalogue, make_submission(catalogue, {"spot": visits})).findings
    return {
        (PLACES[int(site[1:])], every[int(criterion[5:])]): status
        for site, criterion, status in findings.select("site", "criterion", "status").rows()
    }


@pytest.mark.parametrize(("limit", "side"), PLACES)
def test_a_number_beside_its_limit(statuses: dict[tuple[Place, str], str], limit: float, side: float) -> None:
    where = SIDES.get(side, "on")
    for rule, op in rules(limit).items():
        wanted = "met" if where in HOLDS[op] else "missed"
        assert statuses[(limit, side), rule] == wanted, rule


BILLIONTHS = [  # value, the most, whole billionths: half up with their own t, never beyond 0 and the most
    (0.6666666666, 1.0, 666_666_667),
    (0.6666666664, 1.0, 666_666_666),
    (0.6, 1.0, 600_000_000),
    (0.49999999950, 1.0, 500_000_000),
    (0.499999999496, 1.0, 500_000_000),
    (0.499999999494, 1.0, 499_999_999),
    (1.5, 1.0, 1_000_000_000),
    (1.5, 2.0, 1_500_000_000),
    (2.5, 2.0, 2_000_000_000),
    (-0.5, 1.0, 0),
    (100.0, 100.0, 100_000_000_000),
    (64.02, 64.02, 64_020_000_000),
    (None, 1.0, None),
]


@pytest.mark.parametrize(("value", "most", "whole"), BILLIONTHS)
def test_whole_billionths(value: float | None, most: float, whole: int | None) -> None:
    frame = pl.DataFrame({"a": [value]}, schema={"a": pl.Float64})
    found = frame.select(billionths(pl.col("a"), most))["a"]
    assert found.dtype == pl.Int64
    assert found.to_list() == [whole]


def test_every_simple_fraction_becomes_whole_by_the_exact_rule() -> None:
    """Half a billionth less t and more goes up; 50 / 121 and 250 / 253 stand exactly there, which floats alone miss."""
    fractions = [Fraction(above, below) for below in (3, 7, 11, 23, 121, 242, 253, 400) for above in range(below + 1)]
    exact = [each * 10**9 for each in fractions]
    whole = [floor(each + Fraction(1, 2) + max(each, Fraction(1)) / 10**11) for each in exact]
    floats = [float(each) for each in fractions]
    found = pl.DataFrame({"x": floats}).select(billionths(pl.col("x"))).to_series().to_list()
    assert found == [min(each, 10**9) for each in whole]
    assert [billionths_of(each) for each in floats] == found


def test_scores_are_at_most_one_where_nothing_else_is_said() -> None:
    assert pl.DataFrame({"a": [1.5]}).select(billionths(pl.col("a")))["a"].to_list() == [1_000_000_000]


DECLARED = [("0.66", 660_000_000), ("1", 1_000_000_000), ("0.6666666665", 666_666_667), ("0.66666666649", 666_666_666)]


@pytest.mark.parametrize(("written", "whole"), DECLARED)
def test_a_declared_score_is_exact(written: str, whole: int) -> None:
    assert exact_e9(Decimal(written)) == whole


def test_what_is_not_finite_is_unknown() -> None:
    numbers = [1.0, -1.7976931348623157e308, 1.7976931348623157e308, float("inf"), float("-inf"), float("nan"), None]
    found = pl.DataFrame({"a": numbers}, strict=False).select(finite(pl.col("a")))["a"].to_list()
    assert found == [*numbers[:3], None, None, None, None]


def test_texts_compare_in_half_width_without_blanks() -> None:
    assert normal(" \u3000Ａ１（甲）\n") == "A1(甲)"


@pytest.mark.parametrize(("height", "then"), [(0, 0), (1, 2), (2, 2), (3, 3)])
def test_no_frame_has_a_single_row(height: int, then: int) -> None:
    frame = padded(pl.DataFrame({"a": [7.0] * height}, schema={"a": pl.Float64}))
    assert frame["a"].to_list() == [7.0] * height + [None] * (then - height)
    assert frame[ONE].to_list() == [1.0] * height + [None] * (then - height)


def test_the_fields_that_a_formula_reads() -> None:
    fields = {
        "a": Field(label="甲", kind="count"),
        "b": Field(label="乙", kind="count"),
        "c": Field(label="丙", kind="count"),
        "share": Field(label="率", kind="number", formula="b / a"),
        "more": Field(label="多", kind="number", formula="share + share * a"),
    }
    types: dict[str, Type] = {**dict.fromkeys(fields, "number"), "problems": "number"}
    read = {text: fields_read(formula(text, types, "any"), fields, types) for text in ("c + problems", "share", "more")}
    assert read == {"c + problems": {"c"}, "share": {"share", "a", "b"}, "more": {"more", "share", "a", "b"}}


@pytest.mark.parametrize("divisor", ["49", "(50 - 1)", "k"])
def test_a_division_is_that_of_python_for_one_row_and_for_many(tmp_path: Path, divisor: str) -> None:
    fields = "{a: {label: 甲, kind: number}, k: {label: 常, kind: number, formula: 50 - 1}}"
    rule = f"{{id: rule, title: 规则, place: Ⅲ-1, rate: a / {divisor}, levels: [{{at_least: 0, score: 1}}]}}"
    form = f"site_type: spot\ntitle: 点\nfields: {fields}\ncriteria:\n  - {rule}\n"
    catalogue = make_catalogue(tmp_path, {"spot": form})
    numbers = [number / 7 for number in range(20)]
    rows = [{"site": f"S{number:02}", "a": value} for number, value in enumerate(numbers)]
    together = judge(catalogue, make_submission(catalogue, {"spot": rows})).findings["measure"].to_list()
    alone = judge(catalogue, make_submission(catalogue, {"spot": rows[3:4]})).findings["measure"].to_list()
    assert together == [value / 49 for value in numbers]
    assert alone == [numbers[3] / 49]


MISSING = [  # levels of three conditions, scores in billionths for 0, 1, 2 and 3 of them missing
    ("", [1_000_000_000, 0, 0, 0]),
    (", levels: [{missing: 0, score: 1}, {missing: 2, score: 0.5}]", [1_000_000_000, 500_000_000, 500_000_000, 0]),
    (", levels: [{missing: 1, score: 1}, {missing: 3, score: 0.25}]", [1_000_000_000, 1_000_000_000, 250_000_000, 250_000_000]),
]  # fmt: skip


@pytest.mark.parametrize(("levels", "scores"), MISSING)
def test_the_score_for_each_number_missing(tmp_path: Path, levels: str, scores: list[int]) -> None:
    catalogue = one_rule(tmp_path, f"of: [a > 1, a > 2, a > 3]{levels}")
    criterion = catalogue.criteria[0].versions[0].criterion
    assert isinstance(criterion, NOfM)
    assert missing_scores(criterion) == scores


POLL = """
questionnaire: poll
title: 民调
part: statistics
each: district
fields: {{asked: {{label: 问, kind: count}}, aware: {{label: 知, kind: count}}}}
rates: {{aware: aware / asked}}
criteria:
  - {{id: told, title: 知晓率, place: Ⅲ-2, ask: poll.aware, {rule}}}
"""
ASKED = [  # the rule, rates, the billionths that it gives to each
    ("levels: [{at_least: 0.9, score: 1}, {at_least: 0.6, score: 0.5}]", [0.95, 0.7, 0.1, 0.9], [10**9, 5 * 10**8, 0, 10**9]),
    ("levels: [{at_least: 0.9, score: 0.8}]", [0.95], [8 * 10**8]),
    ("pass: rate >= 0.5 and rate <= 0.75", [0.4, 0.5, 0.8], [0, 10**9, 0]),
    ("pass: rate >= 0.5", [], []),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "rates", "scores"), ASKED)
def test_the_scores_of_rates(tmp_path: Path, rule: str, rates: list[float], scores: list[int]) -> None:
    catalogue = make_catalogue(tmp_path, {"poll": POLL.format(rule=rule)})
    [criterion] = (each.versions[-1].criterion for each in catalogue.criteria)
    assert isinstance(criterion, Asked)
    assert asked_scores(criterion, rates) == scores
