"""Findings as rows: their columns and order, what they measured, and what is waived where."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from duibiao.evaluator.areas import geography_of
from duibiao.evaluator.compile import SiteTypePlan, compile_plan
from duibiao.evaluator.evaluate import COLUMNS, by_visit
from duibiao.evaluator.evaluate import judge as judge_prepared
from duibiao.evaluator.findings import findings_of
from duibiao.evaluator.observations import observations
from duibiao.evaluator.visits import round_visits
from tests.city import HEAD, judge, make_catalogue, make_submission, one_rule
from tests.drawn_visits import drawn_catalogue, drawn_submission

FIRST, SECOND = datetime(2026, 3, 1), datetime(2026, 3, 2)
FORMS = {
    "spot": """
site_type: spot
title: 点
fields: {a: {label: 甲, kind: count}, b: {label: 乙, kind: count}, c: {label: 丙, kind: count}}
criteria:
  - {id: rate, title: 率, place: Ⅲ-1, rate: b / a, levels: [{at_least: 0.9, score: 1}, {at_least: 0.5, score: 0.5}]}
  - {id: line, title: 线, place: Ⅲ-1, rate: b / a, full_at: 1, zero_at: 0}
  - {id: lost, title: 扣, place: Ⅲ-2, points: 4, deduct: {each: c, points: 1}}
  - {id: three, title: 三, place: Ⅲ-2, of: [a > 0, b > 3, c < 2], levels: [{missing: 0, score: 1}]}
  - {id: passed, title: 过, place: Ⅲ-2, pass: c < 1}
""",
    "other": """
site_type: other
title: 它
fields: {x: {label: 丁, kind: yes_no}}
criteria: [{id: also, title: 也, place: Ⅲ-1, pass: x}]
""",
}


def test_findings_stand_by_site_visit_and_criterion(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, FORMS)
    visits: dict[str, list[dict[str, object]]] = {
        "spot": [{"site": "S2"}, {"site": "S1"}, {"site": "S3"}],
        "other": [{"site": "S21", "x": True}, {"site": "S11"}],
    }
    found = judge(catalogue, make_submission(catalogue, visits)).findings
    assert dict(found.schema) == COLUMNS
    spot = ["line", "lost", "passed", "rate", "three"]
    assert found.select("site", "criterion").rows() == [
        *(("S1", criterion) for criterion in spot),
        ("S11", "also"),
        *(("S2", criterion) for criterion in spot),
        ("S21", "also"),
        *(("S3", criterion) for criterion in spot),
    ]
    assert found.filter(site="S21").rows() == [
        ("S21@2026-03-02", "S21", "other", SECOND, "also", "met", 3, 10**9, False, None, False, False)
    ]


def test_each_visit_has_its_findings_in_order(tmp_path: Path) -> None:
    catalogue = drawn_catalogue(tmp_path, "each")
    rows = [{"site": site, "at": at} for site in ("S2", "S1") for at in (SECOND, FIRST)]
    found = judge(catalogue, make_submission(catalogue, {"spot": rows})).findings
    keys = found.select("site", "visit", "criterion").rows()
    assert keys == sorted(keys)
    assert found.filter(criterion="passed").select("visit", "at").rows() == [
        ("S1@2026-03-01", FIRST),
        ("S1@2026-03-02", SECOND),
        ("S2@2026-03-01", FIRST),
        ("S2@2026-03-02", SECOND),
    ]


def test_without_findings_the_columns_are_there() -> None:
    assert findings_of({}, {}).equals(pl.DataFrame(schema=COLUMNS))


SEEN = [  # a, b, c; (code, status, value, what was measured) by criterion
    (
        (10.0, 6.0, 3.0),
        {
            "rate": (4, "partial", 500_000_000, 0.6),
            "line": (4, "partial", 600_000_000, 0.6),
            "lost": (4, "partial", 3_000_000_000, 3.0),
            "three": (4, "missed", 0, 2.0),
            "passed": (4, "missed", 0, None),
        },
    ),
    (
        (49.0, 49.0, 0.0),
        {
            "rate": (3, "met", 10**9, 1.0),  # 49 times the reciprocal of 49 is less than 1
            "line": (3, "met", 10**9, 1.0),
            "lost": (3, "met", 0, 0.0),
            "three": (3, "met", 10**9, 3.0),
            "passed": (3, "met", 10**9, None),
        },
    ),
    (
        (0.0, None, None),
        {
            "rate": (1, "unobserved", None, None),
            "line": (1, "unobserved", None, None),
            "lost": (1, "unobserved", None, None),
            "three": (4, "missed", 0, 2.0),
            "passed": (1, "unobserved", None, None),
        },
    ),
]
Told = tuple[int, str, int | None, float | None]


def told(found: pl.DataFrame, site: str) -> dict[str, Told]:
    rows = found.filter(site=site).select("criterion", "code", "status", "value", "measure").iter_rows()
    return {criterion: (code, status, value, measure) for criterion, code, status, value, measure in rows}


@pytest.mark.parametrize(("seen", "expected"), SEEN)
def test_codes_and_measures(tmp_path: Path, seen: tuple[float, ...], expected: dict[str, Told]) -> None:
    catalogue = make_catalogue(tmp_path, FORMS)
    row: dict[str, object] = dict(zip("abc", seen, strict=True))
    for others in (0, 2):  # alone, and beside others
        rows: list[dict[str, object]] = [row, *({"site": f"S{n + 2}", "a": 7.0, "b": 7.0} for n in range(others))]
        found = judge(catalogue, make_submission(catalogue, {"spot": rows})).findings
        assert told(found, "S1") == expected


BY_HAND = [  # the verdict of a long check on a criterion of two levels, the code and status of its row
    ("met", 3, "met"),
    ("missed", 5, "missed"),  # the status, and not the second level, which says 4
    ("not_applicable", 0, "not_applicable"),
]


@pytest.mark.parametrize(("result", "code", "status"), BY_HAND)
def test_what_is_decided_by_hand_has_its_status_as_code(tmp_path: Path, result: str, code: int, status: str) -> None:
    catalogue = make_catalogue(tmp_path, FORMS)
    rows: list[dict[str, object]] = [{"site": "S1"}, {"site": "S2", "c": 1.0}, {"site": "S3"}]
    checks = [{"site": site, "site_type": "spot", "criterion": "passed", "result": result} for site in ("S1", "S3")]
    found = judge(catalogue, make_submission(catalogue, {"spot": rows}, checks=checks)).findings
    of_passed = found.filter(criterion="passed").select("site", "code", "status", "judged_by_hand").rows()
    assert of_passed == [("S1", code, status, True), ("S2", 4, "missed", False), ("S3", code, status, True)]
    assert found.filter(pl.col("criterion") != "passed")["judged_by_hand"].any() is False


def test_the_measure_is_that_of_the_chosen_visit(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, FORMS)
    rows: list[dict[str, object]] = [
        {"site": "S1", "at": SECOND, "c": 2.0},
        {"site": "S2", "at": SECOND, "a": 10.0, "b": 8.0},
        {"site": "S1", "at": FIRST, "a": 10.0, "b": 6.0, "c": 1.0},
    ]
    found = judge(catalogue, make_submission(catalogue, {"spot": rows})).findings
    of_rate = found.filter(criterion="rate").select("visit", "at", "measure").rows()
    assert of_rate == [("S1@2026-03-01", FIRST, 0.6), ("S2@2026-03-02", SECOND, 0.8)]
    assert found.filter(criterion="lost")["measure"].to_list() == [2.0, None]


@pytest.mark.parametrize("mode", ["latest", "worst", "mean"])
def test_what_every_visit_of_some_sites_found_by_itself(tmp_path: Path, mode: str) -> None:
    """Whatever is made of several inspections; sites that are not asked for, and forms without criteria, give nothing."""
    head = HEAD + f"  several_inspections: {mode}\n"
    catalogue = make_catalogue(tmp_path, FORMS, head)
    seen = {("S1", FIRST): 0.0, ("S1", SECOND): 2.0, ("S2", FIRST): 0.0, ("S2", SECOND): 3.0, ("S3", FIRST): 0.0}
    rows = [{"site": site, "at": at, "c": c} for (site, at), c in seen.items()]
    waivers = [{"site": "S1", "criterion": "passed", "reason": "改造"}]
    visits = {"spot": rows, "other": [{"site": "T1", "at": at, "x": at == FIRST} for at in (FIRST, SECOND)]}
    submission = make_submission(catalogue, visits, waivers=waivers)
    evaluation = judge(catalogue, submission)
    plan, of_round = compile_plan(catalogue, date(2026, 3, 2)), round_visits(catalogue, submission, "")
    sites = {"spot": ["S1", "S3"], "other": ["T1"]}
    alone = by_visit(evaluation, plan, submission, of_round, geography_of(submission.areas), sites)
    assert alone.findings.filter(pl.col("criterion").is_in(["passed", "also"])).select(
        "site", "at", "criterion", "status", "waived"
    ).rows() == [
        ("S1", FIRST, "passed", "met", True),
        ("S1", SECOND, "passed", "missed", True),
        ("S3", FIRST, "passed", "met", False),
        ("T1", FIRST, "also", "met", False),
        ("T1", SECOND, "also", "missed", False),
    ]
    none = replace(plan, site_types={**plan.site_types, "other": replace(plan.site_types["other"], criteria=())})
    assert list(by_visit(evaluation, none, submission, of_round, geography_of(submission.areas), sites).codes) == [
        "spot"
    ]


# ------------------------------------------------------------------ waivers


def test_a_waiver_holds_at_its_site_and_for_its_criterion(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, FORMS)
    rows = [{"site": site, "c": 1.0} for site in ("S1", "S2", "S3")]
    waivers: list[dict[str, object]] = [
        {"site": "S2", "criterion": "passed", "reason": "改造"},
        {"site": "S3", "criterion": "lost", "reason": "改造"},
        {"site": "S3", "criterion": "passed", "reason": "改造", "until": date(2026, 3, 1)},  # over
        {"site": "S1", "criterion": "also", "reason": "改造"},  # not asked there
        {"site": "S9", "criterion": "passed", "reason": "改造"},  # not visited
    ]
    evaluation = judge(catalogue, make_submission(catalogue, {"spot": rows}, waivers=waivers))
    waived = evaluation.findings.filter("waived").select("site", "criterion").rows()
    assert waived == [("S2", "passed"), ("S3", "lost")]
    assert sorted(evaluation.codes["spot"].waived.columns) == ["lost", "passed"]


OVERLAID = [  # what was seen of c, until when it is waived, status, waived
    (1.0, date(2026, 3, 2), "missed", True),  # the last day counts
    (1.0, date(2026, 3, 1), "missed", False),
    (1.0, None, "missed", True),
    (0.0, None, "met", True),
    (None, None, "unobserved", True),
    (9.0, None, "invalid", True),
    (5.0, None, "not_applicable", False),  # what does not apply is not waived
]


@pytest.mark.parametrize(("seen", "until", "status", "waived"), OVERLAID)
def test_a_waiver_is_laid_over_what_comes_out(
    tmp_path: Path, seen: float | None, until: date | None, status: str, waived: bool
) -> None:
    fields = "{c: {label: 丙, kind: count, at_most: 8}}"
    catalogue = one_rule(tmp_path, "pass: c < 1, applies: c != 5", fields)
    waivers = [{"site": "S1", "criterion": "rule", "reason": "改造", "until": until}]
    found = judge(catalogue, make_submission(catalogue, {"spot": [{"c": seen}]}, waivers=waivers)).findings
    assert found.select("status", "waived").rows() == [(status, waived)]


# ------------------------------------------------------------------ notes and two methods


def test_notes_stand_in_order_and_once(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, FORMS)
    sites = [f"S{number}" for number in range(6)]
    rows = [{"site": site, "a": 10.0, "b": 9.0, "c": c} for c in (0.0, 2.0, 2.0) for site in sites]
    checks = [
        {"site": site, "site_type": "spot", "criterion": "rate", "result": result}
        for site in sites
        for result in ("met", "missed")
    ]
    notes = judge(catalogue, make_submission(catalogue, {"spot": rows}, checks=checks)).notes
    assert {note.code for note in notes} == {"same-time", "verdict-differs", "verdicts-differ"}
    assert list(notes) == sorted(set(notes))


def test_the_lower_of_two_is_worked_out_from_both(tmp_path: Path) -> None:
    form = """
site_type: spot
title: 点
fields: {a: {label: 甲, kind: count}, c: {label: 丙, kind: count}}
criteria:
  - {id: one, title: 一, place: Ⅲ-1, pass: a > 0}
  - {id: two, title: 二, place: Ⅲ-1, points: 4, deduct: {each: c, points: 1}}
  - {id: lower, title: 两法, place: Ⅲ-2, both: [one, two]}
"""
    catalogue = make_catalogue(tmp_path, {"spot": form})
    rows = [{"site": "S1", "a": 1.0, "c": 1.0}, {"site": "S2", "a": 0.0, "c": 1.0}, {"site": "S3", "a": 1.0}]
    evaluation = judge(catalogue, make_submission(catalogue, {"spot": rows}))
    assert evaluation.findings.filter(criterion="lower").select("status", "value").rows() == [
        ("partial", 750_000_000),
        ("missed", 0),
        ("unobserved", None),
    ]


# ------------------------------------------------------------------ prepared visits by themselves


def prepared_visits(tmp_path: Path) -> tuple[SiteTypePlan, pl.DataFrame, pl.DataFrame]:
    """A kind of site, its visits as they are prepared, and the findings of these."""
    catalogue = drawn_catalogue(tmp_path, "each")
    submission = replace(drawn_submission(catalogue, 3, sites=8), waivers=make_submission(catalogue, {}).waivers)
    submission = replace(submission, checks=submission.checks.clear())
    plan, visits = compile_plan(catalogue, date(2026, 3, 2)), round_visits(catalogue, submission, "")
    frame = observations(plan, submission, visits, geography_of(submission.areas))["spot"]
    return plan.site_types["spot"], frame, judge(catalogue, submission).findings


def test_prepared_visits_are_judged_one_by_one(tmp_path: Path) -> None:
    kind, frame, expected = prepared_visits(tmp_path)
    assert judge_prepared(kind, frame).equals(expected)


def test_without_criteria_or_visits_nothing_is_found(tmp_path: Path) -> None:
    kind, frame, _ = prepared_visits(tmp_path)
    nothing = pl.DataFrame(schema=COLUMNS)
    assert judge_prepared(replace(kind, criteria=()), frame).equals(nothing)
    assert judge_prepared(kind, frame.clear()).equals(nothing)


def test_a_kind_of_site_without_criteria_in_force_has_no_table(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path, "pass: a > 0, effective: {until: 2020-12-31}")
    evaluation = judge(catalogue, make_submission(catalogue, {"spot": [{"a": 1.0}]}))
    assert (dict(evaluation.codes), evaluation.findings.height, evaluation.notes) == ({}, 0, ())
    assert evaluation.frames["spot"].height == 1
