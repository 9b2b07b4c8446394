"""Findings of visits: several inspections, verdicts, waivers, two methods, values read elsewhere, joined rows."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from tests.city import DAY, EAST, TOP, WEST, assessed, judge, make_catalogue, make_submission, one_rule, outcome

FIRST, SECOND = datetime(2026, 3, 1), datetime(2026, 3, 2)
BAND = "rate: b / a, applies: a > 0, levels: [{at_least: 0.9, score: 1}, {at_least: 0.5, score: 0.5}]"
AB = "{a: {label: 甲, kind: count}, b: {label: 乙, kind: count, at_most: a}}"
MET, PARTIAL, MISSED = {"a": 10.0, "b": 9.0}, {"a": 10.0, "b": 5.0}, {"a": 10.0, "b": 0.0}
BLANK, INVALID, NONE = {"a": None}, {"a": 10.0, "b": 11.0}, {"a": 0.0, "b": 0.0}
LATEST = [  # first day, second day (None: no visit), the status that stands
    (MET, MISSED, "missed"),
    (MISSED, MET, "met"),
    (MET, BLANK, "met"),  # a visit that did not observe it erases nothing
    (MET, INVALID, "invalid"),  # an earlier good value never hides a later contradiction
    (MET, NONE, "not_applicable"),
    (INVALID, MET, "met"),
    (BLANK, BLANK, "unobserved"),
]


@pytest.mark.parametrize(("first", "second", "status"), LATEST)
def test_latest_is_taken_per_criterion(
    tmp_path: Path, first: dict[str, object], second: dict[str, object], status: str
) -> None:
    catalogue = one_rule(tmp_path, BAND, AB)
    submission = make_submission(catalogue, {"spot": [{"at": SECOND, **second}, {"at": FIRST, **first}]})
    assert judge(catalogue, submission).findings["status"].to_list() == [status]


def test_two_criteria_may_come_from_two_visits(tmp_path: Path) -> None:
    form = """
site_type: spot
title: 点
fields: {a: {label: 甲, kind: count}, b: {label: 乙, kind: count}}
criteria:
  - {id: one, title: 一, place: Ⅲ-1, pass: a > 0}
  - {id: two, title: 二, place: Ⅲ-2, pass: b > 0}
"""
    catalogue = make_catalogue(tmp_path, {"spot": form})
    submission = make_submission(catalogue, {"spot": [{"at": FIRST, "a": 1.0, "b": 0.0}, {"at": SECOND, "b": 2.0}]})
    found = judge(catalogue, submission).findings.select("criterion", "status", "visit").rows()
    assert found == [("one", "met", "S1@2026-03-01"), ("two", "met", "S1@2026-03-02")]


SAME_TIME = [(MET, PARTIAL, "partial"), (PARTIAL, MISSED, "missed"), (MISSED, INVALID, "invalid"), (NONE, MET, "met")]


@pytest.mark.parametrize(("one", "other", "status"), SAME_TIME)
def test_at_the_same_time_the_lower_counts_with_a_note(
    tmp_path: Path, one: dict[str, object], other: dict[str, object], status: str
) -> None:
    catalogue = one_rule(tmp_path, BAND, AB)
    for rows in ([one, other], [other, one]):
        evaluation = judge(catalogue, make_submission(catalogue, {"spot": rows}))
        assert evaluation.findings["status"].to_list() == [status]
        assert [note.code for note in evaluation.notes] == ["same-time"]


def test_each_visit_counts_by_itself(tmp_path: Path) -> None:
    head = """
site_type: spot
title: 点
several_inspections: each
fields: {a: {label: 甲, kind: count}}
criteria:
  - {id: rule, title: 规则, place: Ⅲ-1, pass: a > 0}
"""
    catalogue = make_catalogue(tmp_path, {"spot": head})
    submission = make_submission(catalogue, {"spot": [{"at": FIRST, "a": 1.0}, {"at": SECOND, "a": 0.0}]})
    found = judge(catalogue, submission).findings.select("visit", "status").rows()
    assert found == [("S1@2026-03-01", "met"), ("S1@2026-03-02", "missed")]


WAIVERS = [  # until, status of what is waived
    (date(2026, 3, 2), "waived"),  # both ends count
    (date(2026, 3, 1), "missed"),
    (None, "waived"),
]


@pytest.mark.parametrize(("until", "status"), WAIVERS)
def test_a_waiver_holds_until_its_day(tmp_path: Path, until: date | None, status: str) -> None:
    catalogue = one_rule(tmp_path, BAND, AB)
    waivers = [{"site": "S1", "criterion": "rule", "reason": "改造", "approver": "某", "until": until}]
    found = judge(catalogue, make_submission(catalogue, {"spot": [MISSED]}, waivers=waivers)).findings
    assert found["waived"].to_list() == [status == "waived"]
    assert found["status"].to_list() == ["missed"]  # what it would have been


def test_not_applicable_wins_over_waived_and_waived_over_invalid(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path, BAND, AB)
    waivers = [{"site": site, "criterion": "rule", "reason": "改造"} for site in ("S1", "S2")]
    rows = [{"site": "S1", **NONE}, {"site": "S2", **INVALID}]
    found = judge(catalogue, make_submission(catalogue, {"spot": rows}, waivers=waivers)).findings
    assert found.select("status", "waived").rows() == [("not_applicable", False), ("invalid", True)]


# ------------------------------------------------------------------ verdicts of long checks


VERDICTS = [  # what the fields say, the long check, status, value, by hand, notes
    (BLANK, {"result": "met"}, "met", 1_000_000_000, True, []),
    (BLANK, {"result": "missed"}, "missed", 0, True, []),
    (BLANK, {"result": "not_applicable"}, "not_applicable", None, True, []),
    (MET, {"result": "met"}, "met", 1_000_000_000, False, []),
    (MET, {"result": "missed"}, "met", 1_000_000_000, False, ["verdict-differs"]),  # the fields count
    (INVALID, {"result": "met"}, "invalid", None, False, []),
]


@pytest.mark.parametrize(("seen", "check", "status", "value", "by_hand", "notes"), VERDICTS)
def test_a_verdict_decides_only_what_the_fields_leave_open(
    tmp_path: Path,
    seen: dict[str, object],
    check: dict[str, object],
    status: str,
    value: int | None,
    by_hand: bool,
    notes: list[str],
) -> None:
    catalogue = one_rule(tmp_path, BAND, AB)
    submission = make_submission(catalogue, {"spot": [seen]}, checks=[{"criterion": "rule", **check}])
    evaluation = judge(catalogue, submission)
    assert evaluation.findings.select("status", "value", "judged_by_hand").rows() == [(status, value, by_hand)]
    assert [note.code for note in evaluation.notes] == notes


def test_a_verdict_that_decided_is_told_as_one(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path, BAND, AB)
    checks = [{"criterion": "rule", "result": "missed"}]
    made = assessed(catalogue, make_submission(catalogue, {"spot": [BLANK]}, checks=checks))
    assert made.findings["because"].to_list() == ["verdict of the inspector: missed"]


def test_differing_verdicts_on_one_criterion_count_low_with_a_note(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path, BAND, AB)
    checks = [{"criterion": "rule", "result": "met"}, {"criterion": "rule", "result": "missed"}]
    evaluation = judge(catalogue, make_submission(catalogue, {"spot": [BLANK]}, checks=checks))
    assert evaluation.findings["status"].to_list() == ["missed"]
    assert [note.code for note in evaluation.notes] == ["verdicts-differ"]


JUDGED = [  # kind of verdict, rows of the long check, status, value
    ("judged: yes_no", [{"result": "met"}], "met", 1_000_000_000),
    ("judged: yes_no", [{"result": "missed"}], "missed", 0),
    ("judged: yes_no", [{"result": "met"}, {"result": "missed"}], "missed", 0),
    ("judged: yes_no", [{"result": "not_applicable"}], "not_applicable", None),
    ("judged: grade, scale: {A: 1, B: 0.66, D: 0}", [{"grade": "B"}], "partial", 660_000_000),
    ("judged: grade, scale: {A: 1, B: 0.66, D: 0}", [{"grade": "B"}, {"grade": "D"}], "missed", 0),
    ("judged: grade, scale: {A: 1, B: 0.66, D: 0}", [{"result": "met"}], "met", 1_000_000_000),
    ("judged: deduction", [{"deducted": 0.5}, {"deducted": 0.25}], "partial", 750_000_000),
    ("judged: deduction", [{"result": "met"}], "met", 0),
    ("judged: deduction", [{"result": "missed"}], "missed", 2_000_000_000),
    ("deduct: {each: a, points: 1}", [{"deducted": 0.5}, {"deducted": 0.25}], "partial", 750_000_000),
    ("deduct: {each: a, points: 1}", [{"result": "missed"}], "missed", 2_000_000_000),
    ("deduct: {each: a, points: 1}", [{"problem": "只有文字"}], "unobserved", None),
    ("grade: g", [{"grade": "好"}], "met", 1_000_000_000),
    ("grade: g", [{"grade": "中"}], "partial", 500_000_000),
]


@pytest.mark.parametrize(("rule", "checks", "status", "value"), JUDGED)
def test_long_checks_make_a_visit(
    tmp_path: Path, rule: str, checks: list[dict[str, object]], status: str, value: int | None
) -> None:
    fields = "{a: {label: 甲, kind: count}, g: {label: 级, kind: grade, scale: {好: 1, 中: 0.5, 差: 0}}}"
    catalogue = one_rule(tmp_path, rule, fields, points="2")
    submission = make_submission(catalogue, {"spot": []}, checks=[{"criterion": "rule", **each} for each in checks])
    found = judge(catalogue, submission).findings
    assert found.select("visit", "status", "value").rows() == [("S1@2026-03-02", status, value)]


def test_a_wide_row_and_a_verdict_that_differ_on_a_judged_criterion(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path, "judged: yes_no")
    submission = make_submission(
        catalogue, {"spot": [{"rule": True}]}, checks=[{"criterion": "rule", "result": "missed"}]
    )
    from duibiao.evaluator.visits import round_visits

    visits = round_visits(catalogue, submission, "")
    assert visits.frames["spot"]["rule"].to_list() == [True]
    assert [note.code for note in visits.notes] == ["verdict-differs"]


# ------------------------------------------------------------------ which visit a row belongs to


JOINS = [  # time of the problem row, the visit it joins
    (datetime(2026, 3, 1, 8), "S1@2026-03-01T08:00"),  # the same time
    (datetime(2026, 3, 1, 9), "S1@2026-03-01T10:00"),  # the last of the same day
    (None, "S1@2026-03-02"),  # no date: the last of the round
    (datetime(2026, 3, 5), "S1@2026-03-05"),  # no visit: it makes one
]


@pytest.mark.parametrize(("at", "visit"), JOINS)
def test_a_problem_row_joins_its_visit(tmp_path: Path, at: datetime | None, visit: str) -> None:
    from duibiao.evaluator.visits import round_visits

    catalogue = one_rule(tmp_path, "pass: problems == 0", "{}")
    rows = [{"at": datetime(2026, 3, 1, 8)}, {"at": datetime(2026, 3, 1, 10)}, {"at": SECOND}]
    problems = [{"criterion": "rule", "problem": "破损", "at": at}]
    visits = round_visits(catalogue, make_submission(catalogue, {"spot": rows}, problems=problems), "")
    assert visits.problems["visit"].to_list() == [visit]
    assert visit in visits.frames["spot"]["visit"].to_list()


def test_a_visit_made_of_problem_rows_is_not_complete(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path, "deduct: {each: problems, points: 0.5}", "{}", points="2")
    problems = [{"criterion": "rule", "problem": "破损"}]
    found = judge(catalogue, make_submission(catalogue, {"spot": []}, problems=problems)).findings
    assert found["status"].to_list() == ["unobserved"]
    told = [{**problems[0], "complete": True}]
    found = judge(catalogue, make_submission(catalogue, {"spot": []}, problems=told)).findings
    assert found["status"].to_list() == ["partial"]


def test_rows_alike_are_two_visits_in_a_fixed_order(tmp_path: Path) -> None:
    from duibiao.evaluator.visits import round_visits

    catalogue = one_rule(tmp_path, "pass: a > 0")
    for rows in ([{"a": 1.0}, {"a": 2.0}], [{"a": 2.0}, {"a": 1.0}]):
        frame = round_visits(catalogue, make_submission(catalogue, {"spot": rows}), "").frames["spot"]
        assert frame.select("visit", "a").sort("visit").rows() == [("S1@2026-03-02", 1.0), ("S1@2026-03-02#2", 2.0)]


@pytest.mark.parametrize("recorded", [[], [{"site": "C", "a": None}], [{"site": "C", "a": 99.0}]], ids=str)
@pytest.mark.parametrize("condition", ["2 != a", "a == 2", "2 == a or b", "1 - a <= 3"])
def test_what_is_known_of_no_site_is_unknown_at_every_visit(
    tmp_path: Path, condition: str, recorded: list[dict[str, object]]
) -> None:
    """Also where polars knows that the whole column is one value: nobody recorded it, it is blank, it broke a limit."""
    city = "site_type: city_form\ntitle: 市表\npart: statistics\neach: city\nfields: {a: {label: 甲, kind: count, at_most: 9}}\n"
    spot = f"""
site_type: spot
title: 点
fields: {{a: {{label: 甲, kind: count, from: city, at_most: 9}}, b: {{label: 乙, kind: yes_no}}}}
criteria:
  - {{id: rule, title: 规则, place: Ⅲ-1, pass: {condition}}}
"""
    catalogue = make_catalogue(tmp_path, {"city_form": city, "spot": spot})
    visits = {"spot": [{"site": f"S{number}", "b": False} for number in range(3)], "city_form": recorded}
    sites = [{"site": f"S{number}", "name": str(number), "site_type": "spot"} for number in range(3)]
    sites.append({"site": "C", "name": "市", "site_type": "city_form", "area": TOP})
    found = judge(catalogue, make_submission(catalogue, visits, sites=sites)).findings
    expected = "invalid" if recorded and recorded[0]["a"] else "unobserved"
    assert found["status"].to_list() == [expected] * 3


# ------------------------------------------------------------------ two methods


BOTH = """
site_type: spot
title: 点
fields: {a: {label: 甲, kind: count}, b: {label: 乙, kind: count, at_most: a}, c: {label: 丙, kind: count}}
criteria:
  - id: one
    title: 一
    place: Ⅲ-1
    rate: b / a
    applies: a > 0
    levels: [{at_least: 0.9, score: 1}, {at_least: 0.5, score: 0.5}]
  - {id: two, title: 二, place: Ⅲ-1, points: 4, applies: c < 100, deduct: {each: c, points: 1}}
  - {id: lower, title: 两法, place: Ⅲ-2, points: 3, both: [one, two]}
"""
LOWER = [  # a, b, c, status, value
    (10.0, 9.0, 0.0, "met", 1_000_000_000),
    (10.0, 5.0, 0.0, "partial", 500_000_000),
    (10.0, 9.0, 3.0, "partial", 250_000_000),
    (10.0, 5.0, 1.0, "partial", 500_000_000),
    (10.0, 0.0, None, "missed", 0),  # 0 with unknown is 0
    (10.0, 9.0, None, "unobserved", None),
    (10.0, 11.0, 0.0, "invalid", None),
    (10.0, 11.0, 4.0, "missed", 0),
    (0.0, 0.0, 1.0, "partial", 750_000_000),  # what does not apply is left out
    (0.0, 0.0, 100.0, "not_applicable", None),
]


@pytest.mark.parametrize(("a", "b", "c", "status", "value"), LOWER)
def test_two_methods_take_the_lower(
    tmp_path: Path, a: float, b: float, c: float | None, status: str, value: int | None
) -> None:
    catalogue = make_catalogue(tmp_path, {"spot": BOTH})
    found = judge(catalogue, make_submission(catalogue, {"spot": [{"a": a, "b": b, "c": c}]})).findings
    assert found.filter(pl.col("criterion") == "lower").select("status", "value").rows() == [(status, value)]


def test_a_waived_member_is_left_out(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, {"spot": BOTH})
    waivers = [{"site": "S1", "criterion": "one", "reason": "改造"}]
    submission = make_submission(catalogue, {"spot": [{"a": 10.0, "b": 0.0, "c": 2.0}]}, waivers=waivers)
    found = judge(catalogue, submission).findings.filter(pl.col("criterion") == "lower")
    assert found.select("status", "value").rows() == [("partial", 500_000_000)]


# ------------------------------------------------------------------ values read elsewhere


ELSEWHERE = {
    "spot": """
site_type: spot
title: 点
fields:
  floor_m2: {label: 面积, kind: number, from: site}
  target: {label: 指标, kind: percent, from: district, at_most: 1}
  a: {label: 甲, kind: percent}
criteria:
  - {id: rule, title: 规则, place: Ⅲ-1, applies: floor_m2 > 100, pass: a >= target}
  - {id: known, title: 知晓, place: Ⅲ-1, ask: people.aware, levels: [{at_least: 0.9, score: 1}]}
""",
    "figures": """
site_type: figures
title: 指标表
part: statistics
each: district
fields: {target: {label: 指标, kind: percent, at_most: 1}}
criteria:
  - {id: met_target, title: 达标, place: Ⅲ-2, pass: target > 0.5}
""",
    "people": """
questionnaire: people
title: 问卷
part: statistics
each: city
fields: {asked: {label: 问, kind: count}, aware: {label: 知, kind: count, at_most: asked}}
rates: {aware: aware / asked}
criteria:
  - {id: aware_city, title: 全市知晓, place: Ⅲ-2, ask: people.aware, pass: rate >= 0.8}
""",
}


def _elsewhere(tmp_path: Path, target: object, aware: float) -> dict[tuple[str, str], str]:
    catalogue = make_catalogue(tmp_path, ELSEWHERE)
    sites: list[dict[str, object]] = [
        {"site": "S1", "site_type": "spot", "area": EAST},
        {"site": "S2", "site_type": "spot", "area": WEST},
        {"site": "S3", "site_type": "spot", "area": None},
        {"site": EAST, "site_type": "figures", "area": EAST},
        {"site": TOP, "site_type": "people", "area": TOP},
    ]
    visits: dict[str, list[dict[str, object]]] = {
        "spot": [{"site": site, "a": 0.7} for site in ("S1", "S2", "S3")],
        "figures": [{"site": EAST, "target": target}],
        "people": [{"site": TOP, "asked": 10.0, "aware": aware}],
    }
    floors = {"S1": 200.0, "S2": 300.0, "S3": 50.0}
    values = {"spot": [{"site": site, "floor_m2": floor} for site, floor in floors.items()]}
    found = judge(catalogue, make_submission(catalogue, visits, sites=sites, values=values)).findings
    return {(site, criterion): status for site, criterion, status in found.select("site", "criterion", "status").rows()}


def test_register_and_area_values_are_read_where_they_are_recorded(tmp_path: Path) -> None:
    found = _elsewhere(tmp_path, 0.6, 9.0)
    assert found["S1", "rule"] == "met"
    assert found["S2", "rule"] == "unobserved"  # the western district recorded nothing
    assert found["S3", "rule"] == "not_applicable"
    assert found["S1", "known"] == found["S2", "known"] == "met"  # the nearest area above is the city
    assert found["S3", "known"] == "unobserved"  # it is in no area
    assert found[TOP, "aware_city"] == "met"


def test_a_register_without_the_value_leaves_it_unknown(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, ELSEWHERE)
    found = judge(catalogue, make_submission(catalogue, {"spot": [{"a": 0.7}]})).findings
    assert found.filter(pl.col("criterion") == "rule")["status"].to_list() == ["unobserved"]


def test_a_contradiction_recorded_elsewhere_is_one_here(tmp_path: Path) -> None:
    found = _elsewhere(tmp_path, 1.5, 11.0)
    assert found["S1", "rule"] == "invalid"
    assert found[EAST, "met_target"] == "invalid"
    assert found["S1", "known"] == "invalid"
    assert found[TOP, "aware_city"] == "invalid"


# ------------------------------------------------------------------ dated values


DATED = """
site_type: spot
title: 点
fields: {a: {label: 甲, kind: count}}
criteria:
  - id: rule
    title: 规则
    place: Ⅲ-1
    pass: a >= 3
    effective: {from: 2025-01-01, until: 2026-12-31}
    changes: [{from: 2026-01-01, pass: a >= 5}]
"""


@pytest.mark.parametrize(
    ("day", "statuses"),
    [
        (date(2024, 12, 31), []),
        (date(2025, 1, 1), ["met"]),
        (date(2025, 12, 31), ["met"]),
        (date(2026, 1, 1), ["missed"]),
        (date(2026, 12, 31), ["missed"]),
        (date(2027, 1, 1), []),
    ],
)
def test_the_day_decides_which_values_hold(tmp_path: Path, day: date, statuses: list[str]) -> None:
    catalogue = make_catalogue(tmp_path, {"spot": DATED})
    found = judge(catalogue, make_submission(catalogue, {"spot": [{"a": 4.0}]}), day).findings
    assert found["status"].to_list() == statuses


def test_a_visit_of_another_round_is_history(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path, "pass: a > 0")
    submission = make_submission(catalogue, {"spot": [{"a": 0.0}, {"a": 1.0, "at": FIRST, "round": "R0"}]})
    assert judge(catalogue, submission).findings["status"].to_list() == ["missed"]
    assert DAY == SECOND
    assert outcome(catalogue, {"a": 1.0})[0] == "met"


def test_slices_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = make_catalogue(tmp_path, {"spot": BOTH})
    rows = [{"site": f"S{n:02}", "a": 10.0, "b": float(n % 12), "c": float(n % 5)} for n in range(22)]
    whole = judge(catalogue, make_submission(catalogue, {"spot": rows})).findings
    monkeypatch.setattr("duibiao.evaluator.evaluate.SLICE", 7)  # the last slice is a single row
    monkeypatch.setattr("duibiao.evaluator.coding.TOGETHER", 1)  # a criterion at a time
    assert judge(catalogue, make_submission(catalogue, {"spot": rows})).findings.equals(whole)
