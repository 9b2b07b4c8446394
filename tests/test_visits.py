"""Visits: their names, which rows of long checks and problems belong to which, and what verdicts say of fields."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.submission import CHECKS, PROBLEMS, Note, Submission, answer_columns
from duibiao.evaluator.visits import NoDate, RoundVisits, last_day, round_visits, rounds_of
from tests.city import DAY, EAST, WEST, areas, make_catalogue, make_submission, one_rule

FORM = """
site_type: spot
title: 点
fields:
  a: {label: 甲, kind: count}
  x: {label: 乙, kind: yes_no}
  signs: {label: 牌, kind: choices, options: [宣传, 警示, 指路]}
criteria:
  - {id: seen, title: 看, place: Ⅲ-1, judged: yes_no}
  - {id: graded, title: 等, place: Ⅲ-1, judged: grade, scale: {优: 1, 良: 0.6, 差: 0}}
  - {id: partial, title: 半, place: Ⅲ-1, judged: grade, scale: {良: 0.6, 差: 0.1}}
  - {id: taken, title: 扣, place: Ⅲ-2, points: 2, judged: deduction}
  - {id: clean, title: 净, place: Ⅲ-2, pass: problems == 0}
"""
OTHER = """
site_type: other
title: 它
fields: {b: {label: 丙, kind: count}}
criteria: [{id: also, title: 也, place: Ⅲ-2, judged: yes_no}]
"""
MORNING, NOON, NEXT = datetime(2026, 3, 1, 8), datetime(2026, 3, 1, 12), datetime(2026, 3, 2)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return make_catalogue(tmp_path_factory.mktemp("catalogue"), {"spot": FORM, "other": OTHER})


def visits(catalogue: Catalogue, rows: list[dict[str, object]], round_id: str = "", **more: object) -> RoundVisits:
    """The visits of a round of ``spot``."""
    return round_visits(catalogue, make_submission(catalogue, {"spot": rows}, **more), round_id)  # type: ignore[arg-type]


# ------------------------------------------------------------------ names


NAMES = [  # time, the name of the visit
    (None, "S1@"),
    (datetime(2026, 3, 2), "S1@2026-03-02"),
    (datetime(2026, 3, 2, 8, 5), "S1@2026-03-02T08:05"),
    (datetime(2026, 3, 2, 0, 0, 7), "S1@2026-03-02T00:00:07"),  # of one minute, and still two visits
    (datetime(2026, 3, 2, 8, 5, 7, 250_000), "S1@2026-03-02T08:05:07.250"),
]


def test_a_visit_is_named_by_its_site_and_time(catalogue: Catalogue) -> None:
    frame = visits(catalogue, [{"at": at} for at, _ in NAMES]).frames["spot"]
    assert frame["visit"].to_list() == [name for _, name in NAMES]


def test_a_row_belongs_to_the_visit_of_its_second(catalogue: Catalogue) -> None:
    times = [datetime(2026, 3, 2, 8, 5, second) for second in (10, 40)]
    checks = [{"site_type": "spot", "criterion": "seen", "result": "met", "at": times[1]}]
    found = visits(catalogue, [{"at": at} for at in times], checks=checks)
    assert found.frames["spot"]["seen"].to_list() == [None, True]
    assert found.checks["visit"].to_list() == ["S1@2026-03-02T08:05:40"]


ALIKE: list[dict[str, object]] = [  # rows of one site and time in the order of their content, as text without blanks
    {"a": 1.0, "x": False},
    {"a": 2.0, "x": True},
    {"x": False},
    {"signs": ["宣传"]},
    {"signs": ["宣传"], "deadline": date(2026, 4, 1)},
    {"signs": ["宣传", "警示"]},
    {"a": 1.0, "inspector": "李"},
]
OTHERS: list[dict[str, object]] = [{"site": "S2", "a": 7.0}, {"site": "S1", "at": NEXT, "a": 8.0}, {"site": "S0"}]
AGAIN: list[dict[str, object]] = [{"site": "S3", "at": NOON, "a": 2.0}, {"site": "S3", "at": NOON, "a": 1.0}]


@pytest.mark.parametrize("turn", range(len(ALIKE)))
def test_rows_alike_are_numbered_by_their_content(catalogue: Catalogue, turn: int) -> None:
    at: dict[str, object] = {"at": MORNING}
    expected = visits(catalogue, [AGAIN[0], *({**at, **row} for row in ALIKE), *OTHERS, AGAIN[1]]).frames["spot"]
    names = ["S1@2026-03-01T08:00", *(f"S1@2026-03-01T08:00#{number}" for number in range(2, len(ALIKE) + 1))]
    others = ["S2@2026-03-02", "S1@2026-03-02", "S0@2026-03-02"]
    assert expected["visit"].to_list() == ["S3@2026-03-01T12:00#2", *names, *others, "S3@2026-03-01T12:00"]
    rows: list[dict[str, object]] = [{**at, **row} for row in ALIKE]
    rows = [OTHERS[0], *rows[turn:], *AGAIN, OTHERS[1], *rows[:turn], OTHERS[2]]
    rows = [{**row, "row": number} for number, row in enumerate(rows)]  # where a row came from is not content
    found = visits(catalogue, rows).frames["spot"]
    assert found["row"].to_list() == list(range(len(rows)))  # rows stay where they are
    assert found.drop("row").sort("visit").equals(expected.drop("row").sort("visit"))


# ------------------------------------------------------------------ rows of long checks and problems

SPOT = {"site_type": "spot"}


def test_the_last_visit_of_the_day_is_joined_wherever_it_stands(catalogue: Catalogue) -> None:
    rows: list[dict[str, object]] = [{"at": NOON}, {"at": MORNING}, {"at": None}]
    problems = [{**SPOT, "criterion": "clean", "problem": "破损", "at": at} for at in (datetime(2026, 3, 1, 18), None)]
    found = visits(catalogue, rows, problems=problems)
    assert found.problems["visit"].to_list() == ["S1@2026-03-01T12:00", "S1@2026-03-01T12:00"]
    assert found.frames["spot"].height == 3


def test_of_visits_alike_a_row_joins_the_first_of_its_time_and_else_the_last(catalogue: Catalogue) -> None:
    rows: list[dict[str, object]] = [{"at": MORNING, "a": 1.0}, {"at": MORNING, "a": 2.0}, {"site": "S2", "at": NEXT}]
    for at, name in ((MORNING, "T08:00"), (NOON, "T08:00#2"), (None, "T08:00#2")):
        problems = [{**SPOT, "criterion": "clean", "problem": "破损", "at": at}]
        assert visits(catalogue, rows, problems=problems).problems["visit"].to_list() == [f"S1@2026-03-01{name}"]


def test_rows_without_a_visit_make_one_of_their_site_and_time(catalogue: Catalogue) -> None:
    rows: list[dict[str, object]] = [{"site": "S1", "at": MORNING, "inspector": "王", "a": 1.0}]
    made = {**SPOT, "criterion": "seen", "result": "met", "lead_units": ["bureau"], "deadline": date(2026, 4, 1)}
    checks = [
        {**made, "site": "S2", "at": NEXT, "inspector": "李"},
        {**made, "site": "S2", "at": NEXT, "inspector": "陈", "criterion": "taken", "result": None, "deducted": 1.0},
        {**made, "site": "S1", "at": NEXT, "complete": False},
        {**made, "site": "S1", "at": MORNING},
        {**made, "site": "M1", "at": NEXT, "site_type": "other", "criterion": "also"},
    ]
    problems = [
        {**SPOT, "site": "S3", "at": None, "criterion": "clean", "problem": "破损", "complete": True},
        {**SPOT, "site": "S2", "at": NEXT, "criterion": "clean", "problem": "破损"},
    ]
    found = visits(catalogue, rows, checks=checks, problems=problems)
    columns = ["visit", "site", "site_type", "at", "round", "inspector", "complete", "a", "seen", "taken", "lead_units"]
    frame = found.frames["spot"].with_columns(pl.col("complete").fill_null(value=False))
    assert frame.select(columns).rows() == [
        ("S1@2026-03-01T08:00", "S1", "spot", MORNING, "", "王", False, 1.0, True, None, None),
        ("S1@2026-03-02", "S1", "spot", NEXT, "", None, False, None, True, None, None),
        (
            "S2@2026-03-02",
            "S2",
            "spot",
            NEXT,
            "",
            "李",
            False,
            None,
            True,
            1.0,
            None,
        ),  # of several inspectors the first
        ("S3@", "S3", "spot", None, "", None, True, None, None, None, None),
    ]
    assert found.frames["other"].select("visit", "b", "also").rows() == [("M1@2026-03-02", None, True)]
    assert found.checks["visit"].to_list() == [
        "M1@2026-03-02",
        "S1@2026-03-01T08:00",
        "S1@2026-03-02",
        "S2@2026-03-02",
        "S2@2026-03-02",
    ]
    assert {*found.checks.columns} == {*CHECKS, "visit"}
    assert {*found.problems.columns} == {*PROBLEMS, "visit"}
    assert found.problems.select("visit", "site").rows() == [("S2@2026-03-02", "S2"), ("S3@", "S3")]


COMPLETE = [  # the wide row, its long check, its problem row; the visit
    (None, None, None, None),
    (None, True, None, True),
    (None, None, True, True),
    (False, True, None, True),
    (True, False, False, True),
    (False, False, None, False),
]


@pytest.mark.parametrize(("wide", "check", "problem", "visit"), COMPLETE)
def test_a_visit_is_complete_where_any_row_says_so(
    catalogue: Catalogue, wide: bool | None, check: bool | None, problem: bool | None, visit: bool | None
) -> None:
    rows: list[dict[str, object]] = [{"complete": wide}, {"site": "S2"}]
    checks = [{**SPOT, "criterion": "seen", "result": result, "complete": check} for result in ("met", "missed")]
    problems = [{**SPOT, "criterion": "clean", "problem": "破损", "complete": problem}]
    found = visits(catalogue, rows, checks=checks, problems=problems).frames
    assert found["spot"]["complete"].to_list() == [visit, None]
    assert found["spot"].columns == [*visits(catalogue, rows).frames["spot"].columns]


def test_visits_that_rows_make_stand_by_site_and_time(catalogue: Catalogue) -> None:
    """However many there are: what groups rows keeps no order of its own."""
    made = [(f"S{number:02}", at) for number in range(20) for at in (None, MORNING, NEXT)]
    checks = [{**SPOT, "site": site, "at": at, "criterion": "seen", "result": "met"} for site, at in made]
    for told in (checks, checks[::-1]):
        assert visits(catalogue, [], checks=told).frames["spot"].select("site", "at").rows() == made


def test_rows_are_ordered_by_content(catalogue: Catalogue) -> None:
    rows: list[dict[str, object]] = [{"site": "S1"}, {"site": "S2"}]
    checks: list[dict[str, object]] = [
        {"site": "S1", "criterion": "graded", "problem": "乙", "grade": "优"},
        {"site": "S1", "criterion": "graded", "problem": "乙", "grade": None},
        {"site": "S1", "criterion": "seen", "problem": "甲", "photo": "1.jpg", "result": "met"},
        {"site": "S1", "criterion": "seen", "problem": "甲", "photo": "2.jpg", "result": "met"},
        {"site": "S1", "criterion": "seen", "problem": "甲", "result": "met"},
        {"site": "S1", "criterion": "seen", "problem": "甲", "result": "missed"},
        {"site": "S1", "criterion": "seen", "problem": None, "result": "met"},
        {"site": "S1", "criterion": "taken", "deducted": 0.5},
        {"site": "S1", "criterion": "taken", "deducted": 1.0},
        {"site": "S2", "criterion": "seen", "result": "met"},
    ]
    problems: list[dict[str, object]] = [
        {"site": "S1", "criterion": "clean", "problem": "乙"},
        {"site": "S1", "criterion": "clean", "problem": "甲", "photo": "1.jpg", "deducted": 1.0},
        {"site": "S1", "criterion": "clean", "problem": "甲", "photo": "1.jpg", "deducted": 2.0},
        {"site": "S1", "criterion": "clean", "problem": "甲"},
        {"site": "S2", "criterion": "clean", "problem": "丙"},
    ]
    columns = ["site", "criterion", "problem", "photo", "deducted"]
    for turn in range(3):
        found = visits(
            catalogue,
            rows,
            checks=[{**SPOT, **row} for row in (*checks[turn:], *checks[:turn])],
            problems=[{**SPOT, **row} for row in (*problems[turn:], *problems[:turn])],
        )
        told = found.checks.select(*columns, "result", "grade").rows(named=True)
        assert [{key: value for key, value in row.items() if value is not None} for row in told] == [
            {key: value for key, value in row.items() if value is not None} for row in checks
        ]
        told = found.problems.select(columns).rows(named=True)
        assert [{key: value for key, value in row.items() if value is not None} for row in told] == [
            {key: value for key, value in row.items() if value is not None} for row in problems
        ]


def test_only_rows_of_the_round_are_taken(catalogue: Catalogue) -> None:
    rows: list[dict[str, object]] = [{"round": "甲", "a": 1.0}, {"round": None, "a": 2.0, "at": NEXT}]
    checks = [{**SPOT, "criterion": "seen", "result": "met", "round": each} for each in ("甲", None)]
    problems = [{**SPOT, "criterion": "clean", "problem": "破损", "round": each} for each in ("甲", None)]
    for round_id, a in (("甲", 1.0), ("", 2.0)):
        found = visits(catalogue, rows, round_id, checks=checks, problems=problems)
        assert found.frames["spot"].select("a", "seen").rows() == [(a, True)]
        assert (found.checks.height, found.problems.height) == (1, 1)


# ------------------------------------------------------------------ answers

ASKED_OF_ALL = """
questionnaire: all
title: 全市卷
fields: {}
questions: {know: {text: 您知道吗, choices: [知道, 不知道], yes: [知道]}}
criteria: [{id: known, title: 知晓, place: Ⅲ-2, ask: all.know, pass: rate > 0.5}]
"""
ASKED_BY_DISTRICT = """
questionnaire: poll
title: 分区卷
each: district
fields: {calls: {label: 来电数, kind: count}}
questions: {know: {text: 您知道吗, choices: [知道, 不知道], yes: [知道]}}
criteria: [{id: told, title: 听说, place: Ⅲ-2, ask: poll.know, pass: rate > 0.5}]
"""
POLLS = {"all": ASKED_OF_ALL, "poll": ASKED_BY_DISTRICT, "spot": FORM, "other": OTHER}
STREET = f"{EAST}/人民街道"


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Submission:
    """Answers of two rounds in two questionnaires; the east counted calls in the second round, too."""
    catalogue = make_catalogue(tmp_path_factory.mktemp("answered"), POLLS)
    sites = [{"site": f"poll:{area}", "name": area, "site_type": "poll", "area": area} for area in (EAST, WEST)]
    sites += [{"site": f"S:{area}", "name": area, "site_type": "spot", "area": area} for area in (EAST, WEST)]
    counted = [{"site": f"poll:{EAST}", "round": "乙", "at": NEXT, "calls": 9.0}]
    submission = make_submission(catalogue, {"poll": counted}, sites=sites, levels=with_street())
    rows = [
        (WEST, MORNING, "甲"),
        (STREET, NOON, "甲"),
        (EAST, MORNING, "甲"),
        (EAST, MORNING, "乙"),
        (WEST, None, "乙"),
    ]
    told = [dict(zip(("area", "at", "round"), row, strict=True)) for row in rows]
    answers = {
        name: pl.DataFrame(told if name == "poll" else told[:1], schema=answer_columns(catalogue.site_types[name]))
        for name in ("all", "poll")
    }
    return replace(submission, answers=answers)


def with_street() -> pl.DataFrame:
    known = areas()
    street = pl.DataFrame([(STREET, "人民街道", "subdistrict", EAST, None)], schema=known.schema, orient="row")
    return pl.concat([known, street])


def test_an_area_of_whose_people_some_answered_is_visited_when_the_last_of_them_did(
    answered: Submission, tmp_path: Path
) -> None:
    """A row that counts in the same round stands for it; a questionnaire for everybody has no area to visit."""
    catalogue = make_catalogue(tmp_path, POLLS)
    expected: dict[str, list[tuple[object, ...]]] = {
        "甲": [(f"poll:{EAST}@2026-03-01T12:00", f"poll:{EAST}", NOON, None),
               (f"poll:{WEST}@2026-03-01T08:00", f"poll:{WEST}", MORNING, None)],
        "乙": [(f"poll:{EAST}@2026-03-02", f"poll:{EAST}", NEXT, 9.0), (f"poll:{WEST}@", f"poll:{WEST}", None, None)],
        "丙": [],
    }  # fmt: skip
    for round_id, rows in expected.items():
        found = round_visits(catalogue, answered, round_id)
        frame = found.frames["poll"]
        assert frame.select("visit", "site", "at", "calls").rows() == rows
        assert frame["round"].to_list() == [round_id] * len(rows)
        assert "area" not in frame.columns
        assert frame["site_type"].to_list() == ["poll"] * len(rows)
        assert found.frames["all"].is_empty()
        assert found.frames["spot"].is_empty()
        assert found.sites == {row[1] for row in rows}
        assert {name: each["round"].unique().to_list() for name, each in found.answers.items() if each.height} == {
            name: [round_id] for name in ("all", "poll") if rows and (name == "poll" or round_id == "甲")
        }


def test_rounds_and_days_are_also_those_of_answers(answered: Submission) -> None:
    only = replace(answered, visits={})
    assert (rounds_of(only), last_day(only, "甲")) == (["乙", "甲"], date(2026, 3, 1))
    assert rounds_of(replace(only, answers={})) == []


# ------------------------------------------------------------------ rounds and days


def test_rounds_are_told_by_the_first_day_of_any_row(catalogue: Catalogue) -> None:
    rows: list[dict[str, object]] = [
        {"round": "丙", "at": datetime(2026, 3, 9)},
        {"round": "甲", "at": datetime(2026, 3, 8)},
        {"round": None, "at": datetime(2026, 3, 7)},
    ]
    checks = [{**SPOT, "criterion": "seen", "round": "丙", "at": datetime(2026, 3, 1)}]
    problems = [{**SPOT, "criterion": "clean", "round": "丁", "at": datetime(2026, 3, 2)}]
    submission = make_submission(catalogue, {"spot": rows}, checks=checks, problems=problems)
    assert rounds_of(submission) == ["丙", "丁", "", "甲"]
    started: list[dict[str, object]] = [
        {"round": "丁", "start": date(2026, 3, 31), "end": date(2026, 4, 30)},
        {"round": "甲", "start": None, "end": date(2026, 4, 30)},
        {"round": "戊", "start": date(2026, 1, 1), "end": None},  # nobody visited anything
    ]
    submission = make_submission(catalogue, {"spot": rows}, checks=checks, problems=problems, rounds=started)
    assert rounds_of(submission) == ["丙", "", "甲", "丁"]
    later = [{**problems[0], "round": "丙", "at": datetime(2026, 4, 1)}]
    assert rounds_of(make_submission(catalogue, {"spot": rows}, problems=later)) == ["", "甲", "丙"]


def test_the_last_day_is_that_of_any_row_of_the_round(catalogue: Catalogue) -> None:
    rows: list[dict[str, object]] = [
        {"round": "甲", "at": datetime(2026, 3, 1, 8)},
        {"round": "甲", "at": None},
        {"round": None, "at": datetime(2026, 3, 2)},
    ]
    checks = [{**SPOT, "criterion": "seen", "round": "甲", "at": datetime(2026, 3, 3, 9)}]
    problems = [{**SPOT, "criterion": "clean", "round": "甲", "at": datetime(2026, 3, 4, 10)}]
    rounds: list[dict[str, object]] = [
        {"round": "甲", "start": date(2026, 3, 1), "end": date(2026, 3, 31)},
        {"round": "乙", "start": date(2026, 4, 1), "end": date(2026, 4, 30)},
        {"round": "丙", "start": date(2026, 5, 1), "end": None},
    ]
    days = {
        "甲": (rows, checks, problems, date(2026, 3, 4)),
        "甲 without problems": (rows, checks, [], date(2026, 3, 3)),
        "甲 without checks": (rows, [], [], date(2026, 3, 1)),
        "": (rows, checks, problems, date(2026, 3, 2)),
        "乙": (rows, checks, problems, date(2026, 4, 30)),  # nothing is dated: the end of the round
    }
    for name, (wide, long, found, day) in days.items():
        submission = make_submission(catalogue, {"spot": wide}, checks=long, problems=found, rounds=rounds)
        assert last_day(submission, name.partition(" ")[0]) == day
    with pytest.raises(NoDate):
        last_day(make_submission(catalogue, {"spot": rows}, rounds=rounds), "丙")


# ------------------------------------------------------------------ verdicts on judged criteria


VERDICTS = [  # criterion, rows of the long check, the value of its column, notes
    ("seen", [{"result": "met"}], True, []),
    ("seen", [{"result": "met"}, {"result": "missed"}], False, ["verdicts-differ"]),
    ("seen", [{"result": "met"}, {"result": "met"}], True, []),
    ("seen", [{"problem": "只有文字"}], None, []),
    ("seen", [{"problem": "只有文字"}, {"result": "missed"}], False, []),  # words alone are no verdict
    ("graded", [{"problem": "只有文字"}, {"grade": "良"}], "良", []),
    ("seen", [{"result": "not_applicable"}], None, []),
    ("seen", [{"result": "not_applicable"}, {"result": "met"}], True, []),
    ("graded", [{"grade": "良"}], "良", []),
    ("graded", [{"grade": "优"}, {"grade": "差"}, {"grade": "良"}], "差", ["verdicts-differ"]),
    ("graded", [{"grade": "优"}, {"grade": "良"}], "良", ["verdicts-differ"]),
    ("graded", [{"grade": "良"}, {"grade": "良"}], "良", []),
    ("graded", [{"result": "met"}], "优", []),
    ("graded", [{"result": "missed"}], "差", []),
    ("graded", [{"grade": "良", "result": "met"}], "良", []),
    ("partial", [{"result": "met"}], None, []),  # no word of the scale is full score, and none is 0
    ("partial", [{"result": "missed"}], None, []),
    ("partial", [{"grade": "差"}], "差", []),
    ("taken", [{"deducted": 0.5}, {"deducted": 0.25}], 0.75, []),  # deductions add up
    ("taken", [{"problem": "只有文字"}], None, []),  # and a blank is no 0
    ("taken", [{"problem": "只有文字"}, {"deducted": 0.5}], 0.5, []),
    ("taken", [{"result": "met"}], 0.0, []),
    ("taken", [{"result": "missed"}], 2.0, []),
    ("taken", [{"deducted": 0.5, "result": "missed"}], 0.5, []),
]


@pytest.mark.parametrize(("criterion", "rows", "value", "notes"), VERDICTS)
def test_verdicts_fill_the_columns_of_their_visits(
    catalogue: Catalogue, criterion: str, rows: list[dict[str, object]], value: object, notes: list[str]
) -> None:
    several = [*rows[1:], rows[0]]
    for told in (rows, several):
        checks = [{**SPOT, "criterion": criterion, **row} for row in told]
        found = visits(catalogue, [{"at": DAY}, {"site": "S2"}], checks=checks)
        assert found.frames["spot"][criterion].to_list() == [value, None]
        assert list(found.notes) == [Note(code, criterion, "S1@2026-03-02") for code in notes]
        assert found.frames["spot"].columns == visits(catalogue, [{}]).frames["spot"].columns


def test_what_the_fields_say_stands_and_a_verdict_that_differs_is_noted(catalogue: Catalogue) -> None:
    rows: list[dict[str, object]] = [
        {"site": "S1", "seen": True, "graded": "良", "taken": 0.5},
        {"site": "S2", "seen": False, "graded": "差", "taken": 2.0},
        {"site": "S3"},
    ]
    checks = [
        {**SPOT, "site": site, "criterion": criterion, "result": "missed"}
        for site in ("S2", "S1")
        for criterion in ("seen", "graded", "taken")
    ]
    found = visits(catalogue, rows, checks=checks)
    assert found.frames["spot"].select("seen", "graded", "taken").rows() == [
        (True, "良", 0.5),
        (False, "差", 2.0),
        (None, None, None),
    ]
    assert found.notes == tuple(
        Note("verdict-differs", criterion, "S1@2026-03-02") for criterion in ("graded", "seen", "taken")
    )


def test_verdicts_on_criteria_that_fields_decide_fill_nothing(catalogue: Catalogue) -> None:
    checks = [{**SPOT, "criterion": "clean", "result": result} for result in ("met", "not_applicable", None)]
    found = visits(catalogue, [{}], checks=checks)
    assert found.frames["spot"].equals(visits(catalogue, [{}]).frames["spot"])
    assert found.notes == ()


def test_what_does_not_apply_fills_nothing_whatever_the_row_says_beside_it(catalogue: Catalogue) -> None:
    checks = [
        {**SPOT, "criterion": "graded", "result": "not_applicable", "grade": "良"},
        {**SPOT, "criterion": "taken", "result": "not_applicable", "deducted": 1.0},
    ]
    assert visits(catalogue, [{}], checks=checks).frames["spot"].select("graded", "taken").rows() == [(None, None)]


def test_verdicts_are_told_apart_by_site_type_and_visit(tmp_path: Path) -> None:
    forms = {
        "spot": "site_type: spot\ntitle: 点\n",
        "other": "site_type: other\ntitle: 它\n",
        "shared": "criteria: [{id: seen, title: 看, place: Ⅲ-1, judged: yes_no, site_types: [spot, other]}]\n",
    }
    catalogue = make_catalogue(tmp_path, forms)
    checks = [
        {"site": "S1", "site_type": "spot", "criterion": "seen", "result": "met"},
        {"site": "S2", "site_type": "spot", "criterion": "seen", "result": "missed"},
        {"site": "M1", "site_type": "other", "criterion": "seen", "result": "missed"},
    ]
    found = round_visits(catalogue, make_submission(catalogue, {}, checks=checks), "")
    assert found.frames["spot"].select("site", "seen").rows() == [("S1", True), ("S2", False)]
    assert found.frames["other"].select("site", "seen").rows() == [("M1", False)]
    assert found.notes == ()


def test_a_round_without_rows_has_no_visits(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path, "judged: yes_no")
    found = round_visits(catalogue, make_submission(catalogue, {}), "")
    assert [*found.frames] == ["spot"]
    assert (found.frames["spot"].height, found.checks.height, found.problems.height, found.notes) == (0, 0, 0, ())
    assert {"visit", "a", "rule"} <= {*found.frames["spot"].columns}


def test_verdicts_that_differ_from_each_other_and_from_the_fields_are_noted_twice(catalogue: Catalogue) -> None:
    checks = [{**SPOT, "criterion": "seen", "result": result} for result in ("met", "missed")]
    found = visits(catalogue, [{"seen": True}], checks=checks)
    assert found.frames["spot"]["seen"].to_list() == [True]
    assert [note.code for note in found.notes] == ["verdict-differs", "verdicts-differ"]
