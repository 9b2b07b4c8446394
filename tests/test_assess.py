"""The assessment as a whole: rounds, days, who is responsible, gaps with what the data add, what stays open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from duibiao.criteria.diagnostics import CatalogueError
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.assess import page_name
from duibiao.evaluator.assessment import UnitLeader
from duibiao.evaluator.explain import explain
from duibiao.evaluator.judgement import UnknownRound
from duibiao.evaluator.submission import TAKEN, Table
from duibiao.evaluator.visits import NoDate, rounds_of
from tests.city import EAST, TOP, assessed, make_catalogue, make_submission, one_rule

FEBRUARY, MARCH = datetime(2026, 2, 3), datetime(2026, 3, 2)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return one_rule(tmp_path_factory.mktemp("catalogue"), "pass: a > 0")


def test_the_last_round_by_date_is_scored_and_the_others_are_history(catalogue: Catalogue) -> None:
    visits = {"spot": [{"at": MARCH, "round": "乙", "a": 1.0}, {"at": FEBRUARY, "round": "甲", "a": 0.0}]}
    rounds = [{"round": "甲", "title": "第一轮", "start": date(2026, 2, 1), "end": date(2026, 2, 28)}]
    city = assessed(catalogue, make_submission(catalogue, visits, rounds=rounds))
    assert (city.round.id, city.as_of, city.total.score) == ("乙", date(2026, 3, 2), Fraction(100))
    assert [(each.id, each.title) for each in city.earlier_rounds] == [("甲", "第一轮")]
    first = assessed(catalogue, make_submission(catalogue, visits, rounds=rounds), round_id="甲")
    assert (first.round.title, first.as_of, first.earlier_rounds) == ("第一轮", date(2026, 2, 3), ())
    assert first.total.score == 0
    with pytest.raises(UnknownRound) as raised:
        assessed(catalogue, make_submission(catalogue, visits), round_id="丙")
    assert raised.value.known == ["甲", "乙"]


def test_rounds_without_a_date_come_first(catalogue: Catalogue) -> None:
    rows: list[dict[str, object]] = [
        {"round": "b", "at": None, "a": 1.0},
        {"round": "a", "at": None, "a": 1.0},
        {"round": "c", "at": FEBRUARY, "a": 1.0},
    ]
    started: list[dict[str, object]] = [
        {"round": "b", "title": None, "start": date(2026, 12, 1), "end": date(2026, 12, 31)},
        {"round": "z", "title": "没有数据", "start": date(2027, 1, 1), "end": date(2027, 1, 31)},
    ]
    assert rounds_of(make_submission(catalogue, {"spot": rows})) == ["a", "b", "c"]
    assert rounds_of(make_submission(catalogue, {"spot": rows}, rounds=started)) == ["a", "c", "b"]


def test_the_day_is_the_last_inspection_or_the_end_of_the_round_or_given(catalogue: Catalogue) -> None:
    undated = {"spot": [{"at": None, "round": "b", "a": 1.0}]}
    ended = [{"round": "b", "title": "乙", "start": date(2026, 3, 1), "end": date(2026, 3, 31)}]
    assert assessed(catalogue, make_submission(catalogue, undated, rounds=ended)).as_of == date(2026, 3, 31)
    assert assessed(catalogue, make_submission(catalogue, undated), as_of=date(2026, 1, 1)).as_of == date(2026, 1, 1)
    with pytest.raises(NoDate):
        assessed(catalogue, make_submission(catalogue, undated))


def test_no_visit_at_all_gives_no_finding_and_no_score(catalogue: Catalogue) -> None:
    city = assessed(catalogue, make_submission(catalogue, {}), as_of=date(2026, 1, 1))
    assert (city.total.score, city.total.tally.total, city.findings.height) == (None, 0, 0)


UNITS = """
site_type: spot
title: 点
lead_unit: office
supporting_units: [bureau]
fields: {a: {label: 甲, kind: count}}
criteria:
  - {id: of_type, title: 一, place: Ⅲ-1, pass: a > 0}
  - {id: of_criterion, title: 二, place: Ⅲ-1, lead_unit: bureau, pass: a > 0, severity: high}
"""


def test_a_photo_of_an_inspection_stands_with_the_gap_of_its_criterion(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, {"spot": UNITS})
    origin: dict[str, object] = {"table": 0, "row": 2}
    problem: dict[str, object] = {"criterion": "of_type", "problem": "破损", "photo": "1.jpg"}
    visits: list[dict[str, object]] = [{"a": 0.0, **origin}, {"site": "S2", "a": 0.0, **origin, "row": 3}]
    submission = make_submission(catalogue, {"spot": visits}, problems=[problem])
    taken = [("of_criterion", "3.jpg", 0, 2), ("of_type", "1.jpg", 0, 2), ("of_type", "2.jpg", 0, 2)]
    taken += [("of_type", "4.jpg", 0, 3), ("of_type", "5.jpg", 1, 3)]  # the last of a row that is no visit of the round
    submission = replace(submission, taken=pl.DataFrame(taken, schema=TAKEN, orient="row"))
    photos = {(gap.site, gap.criterion): gap.photos for gap in assessed(catalogue, submission).gaps}
    assert photos == {
        ("S1", "of_type"): ("1.jpg", "2.jpg"),
        ("S1", "of_criterion"): ("3.jpg",),
        ("S2", "of_type"): ("4.jpg",),
        ("S2", "of_criterion"): (),
    }


def test_the_first_that_says_who_is_responsible_wins(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, {"spot": UNITS})
    sites: list[dict[str, object]] = [{"site": f"S{number}", "site_type": "spot"} for number in range(4)]
    sites[1] |= {"lead_units": ["bureau"], "leader": "册上的人"}
    visits: list[dict[str, object]] = [{"site": f"S{number}", "a": 0.0} for number in range(4)]
    visits[2] |= {
        "lead_units": ["bureau", "office"],
        "leader": "行里的人",
        "in_charge": "办事的人",
        "deadline": date(2026, 3, 9),
    }
    problems: list[dict[str, object]] = [
        {
            "site": "S3",
            "criterion": "of_type",
            "problem": "破损",
            "photo": "1.jpg",
            "lead_units": ["bureau"],
            "in_charge": "整改的人",
            "deadline": date(2026, 4, 1),
        }
    ]
    units: list[dict[str, object]] = [
        {"unit": "bureau", "area": EAST, "leader": "局长"},
        {"unit": "office", "area": TOP, "leader": "主任"},
        {"unit": "office", "area": None, "leader": None},
    ]
    submission = make_submission(catalogue, {"spot": visits}, sites=sites, problems=problems, units=units)
    gaps = {(gap.site, gap.criterion): gap for gap in assessed(catalogue, submission).gaps}
    bureau = f"bureau@{EAST}"
    told = {key: (gap.lead_units, gap.leader, gap.deadline) for key, gap in gaps.items()}
    site_leaders = {key[0]: gap.site_leader for key, gap in gaps.items()}
    medium, high = date(2026, 3, 5), date(2026, 3, 3)
    assert told == {
        ("S0", "of_type"): (("office",), None, medium),
        ("S0", "of_criterion"): ((bureau,), None, high),
        ("S1", "of_type"): ((bureau,), None, medium),
        ("S1", "of_criterion"): ((bureau,), None, high),
        ("S2", "of_type"): ((bureau, "office"), "行里的人", date(2026, 3, 9)),
        ("S2", "of_criterion"): ((bureau, "office"), "行里的人", date(2026, 3, 9)),
        ("S3", "of_type"): ((bureau,), None, date(2026, 4, 1)),
        ("S3", "of_criterion"): ((bureau,), None, high),
    }
    assert {gap.in_charge for key, gap in gaps.items() if key[0] == "S2"} == {"办事的人"}
    assert {gap.in_charge for key, gap in gaps.items() if key[0] != "S2"} == {"整改的人", None}
    assert gaps["S3", "of_type"].in_charge == "整改的人"
    assert site_leaders == {"S0": None, "S1": "册上的人", "S2": None, "S3": None}
    assert gaps["S0", "of_type"].unit_leaders == (UnitLeader("office", "主任"),)
    assert gaps["S2", "of_type"].unit_leaders == (UnitLeader(bureau, "局长"), UnitLeader("office", "主任"))
    assert gaps["S3", "of_type"].problems == ("破损",)
    assert gaps["S3", "of_type"].photos == ("1.jpg",)
    assert gaps["S0", "of_type"].supporting_units == (bureau,)


def test_a_finding_without_lead_unit_counts_for_the_supporting_ones(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, {"spot": UNITS.replace("lead_unit: office\n", "")})
    city = assessed(catalogue, make_submission(catalogue, {"spot": [{"a": 1.0}]}))
    assert [(each.id, each.tally.met) for each in city.units] == [(f"bureau@{EAST}", 2)]


def test_a_unit_that_is_a_site_answers_for_itself(tmp_path: Path) -> None:
    form = "site_type: unit_site\ntitle: 单位\neach: unit\nfields: {a: {label: 甲, kind: count}}\ncriteria: [{id: rule, title: 规则, place: Ⅲ-1, pass: a > 0}]\n"
    catalogue = make_catalogue(tmp_path, {"unit_site": form})
    sites = [{"site": "U1", "name": "东区市场监管局", "site_type": "unit_site", "unit": "bureau", "area": EAST}]
    city = assessed(catalogue, make_submission(catalogue, {"unit_site": [{"site": "U1", "a": 0.0}]}, sites=sites))
    assert city.gaps[0].lead_units == (f"bureau@{EAST}",)


def test_an_area_without_leader_takes_that_of_the_area_above(catalogue: Catalogue) -> None:
    sites = [{"site": "S1", "site_type": "spot", "area": "试验市/西区"}]
    (gap, *_others) = assessed(catalogue, make_submission(catalogue, {"spot": [{"a": 0.0}]}, sites=sites)).gaps
    assert (gap.leader, gap.unit_leaders, gap.area_leader) == (None, (), "市长")


def test_what_was_chosen_of_a_list_is_said_once(tmp_path: Path) -> None:
    fields = "{s: {label: 设施, kind: choices, options: [椅, 灯, 伞]}, y: {label: 有人, kind: yes_no}}"
    catalogue = one_rule(
        tmp_path, "pass: \"count_true('椅' in s, '灯' in s, '伞' in s) + count_true(y, '灯' in s) > 4\"", fields
    )
    submission = make_submission(catalogue, {"spot": [{"s": ["椅", "灯"], "y": True}]})
    told = "count_true(“椅”, “灯”, “伞” ∈ {0}) + count_true({1}, “灯” ∈ {0}) > 4"
    (found,) = explain(catalogue, submission, "", date(2026, 3, 2), "S1", "rule", str)
    assert found.calculation == (f"{told.format('设施', '有人')}: {told.format('椅 / 灯', 'yes')}",)


def test_what_stays_open_says_why_and_where(tmp_path: Path) -> None:
    fields = "{a: {label: 甲, kind: count}, b: {label: 乙, kind: count, at_most: a, at_least: 1}}"
    catalogue = one_rule(tmp_path, "pass: b > 2", fields)
    rows: list[dict[str, object]] = [
        {"site": "S1", "a": 3.0, "b": 4.0, "table": 0, "row": 7},
        {"site": "S2", "a": 3.0},
        {"site": "S3", "a": 9.0, "b": 1.0},
        {"site": "S4", "a": 9.0, "b": 11.0},
    ]
    waivers = [{"site": "S3", "criterion": "rule", "reason": "改造", "approver": "某主任", "until": date(2026, 12, 31)}]
    submission = make_submission(catalogue, {"spot": rows}, waivers=waivers)
    from dataclasses import replace

    table = Table("3月.xlsx", "社区", "0" * 64, "wide", 4, 4, 0, {"b": "D"})
    city = assessed(catalogue, replace(submission, tables=(table,)))
    assert [(each.site, each.status, each.because, each.cells, each.score_e9) for each in city.open] == [
        ("S1", "invalid", "乙 4 is outside at least 1, at most 甲 3", ("3月.xlsx!社区!D7",), None),
        ("S2", "unobserved", "not observed: 乙", (), None),
        (
            "S3",
            "waived",
            "waived: 改造 (approved by 某主任, until 2026-12-31); it would have been: 乙 1, should be more than 2",
            (),
            0,
        ),
        ("S4", "invalid", "乙 11 is outside at least 1, at most 甲 9", (), None),
    ]
    assert (city.submission.read, city.submission.used, city.provisional) == (4, 4, 0)
    assert table.cell(7, "b") == "3月.xlsx!社区!D7"
    assert replace(table, sheet=None).cell(2, "a") == "3月.xlsx!2"


def test_figures_for_information_come_from_the_last_visit_that_has_one(tmp_path: Path) -> None:
    form = """
site_type: spot
title: 点
fields: {a: {label: 甲, kind: count}, b: {label: 乙, kind: count}}
criteria:
  - {id: rule, title: 规则, place: Ⅲ-1, pass: a > 0}
  - {id: shown, title: 比, place: Ⅲ-1, show: a / b}
"""
    catalogue = make_catalogue(tmp_path, {"spot": form})
    rows: list[dict[str, object]] = [
        {"site": "S1", "at": FEBRUARY, "a": 1.0, "b": 4.0},
        {"site": "S1", "at": MARCH, "a": 1.0},
        {"site": "S2", "a": 1.0, "b": 0.0},
    ]
    city = assessed(catalogue, make_submission(catalogue, {"spot": rows}))
    assert [(each.site, each.value, each.because) for each in city.shown] == [
        ("S1", 0.25, "甲 ÷ 乙: 1 ÷ 4 = 0.25"), ("S2", None, "甲 ÷ 乙: 1 ÷ 0 = blank")]  # fmt: skip
    assert city.findings["criterion"].unique().to_list() == ["rule"]


def test_under_each_every_visit_has_a_card(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path, "rate: a, full_at: 1, zero_at: 0", points="2")
    from duibiao.criteria.models import Catalogue as Model

    each = Model.model_validate(
        catalogue.model_dump(by_alias=True)
        | {
            "head": catalogue.head.model_dump()
            | {"score": catalogue.score.model_dump() | {"several_inspections": "each"}}
        }
    )
    rows = [{"at": FEBRUARY, "a": 0.5}, {"at": MARCH, "a": 1.0}, {"site": "S2", "at": MARCH, "a": 0.0}]
    city = assessed(each, make_submission(each, {"spot": rows}))
    cards = {
        site.site: (site.card.score if site.card else None, [card.score for card in site.visit_cards])
        for site in city.sites
    }
    assert cards == {"S1": (Fraction(75), [Fraction(50), Fraction(100)]), "S2": (Fraction(0), [Fraction(0)])}
    assert city.total.tally.total == 3


PAGES = [("ZK-001", "ZK-001"), ("a" * 40, "a" * 40), ("市/甲", None), ("a" * 41, None), ("../x", None), ("", None)]


@pytest.mark.parametrize(("key", "page"), PAGES)
def test_pages_are_named_by_plain_keys_or_a_hash(key: str, page: str | None) -> None:
    name = page_name(key)
    assert name == page or (page is None and len(name) == 12 and set(name) <= set("0123456789abcdef"))


DEADLINES = """
site_type: spot
title: 点
{of_type}
fields: {a: {label: 甲, kind: count}}
criteria:
  - {id: rule, title: 一, place: Ⅲ-1, pass: a > 0{of_rule}}
"""


@pytest.mark.parametrize(
    ("of_type", "of_rule", "row", "day", "next_round"),
    [
        ("", "", None, date(2026, 3, 5), False),
        ("deadline: 30", "", None, date(2026, 4, 1), False),
        ("deadline: next_round", "", None, None, True),
        ("deadline: next_round", ", deadline: 0", None, date(2026, 3, 2), False),
        ("deadline: 30", ", deadline: next_round", None, None, True),
        ("", ", deadline: next_round", date(2026, 3, 9), date(2026, 3, 9), False),
    ],
    ids=["severity", "type", "type: next round", "criterion", "criterion: next round", "data row"],
)
def test_the_first_that_says_by_when_wins(
    tmp_path: Path, of_type: str, of_rule: str, row: date | None, day: date | None, next_round: bool
) -> None:
    form = DEADLINES.replace("{of_type}", of_type).replace("{of_rule}", of_rule)
    catalogue = make_catalogue(tmp_path, {"spot": form})
    visit: dict[str, object] = {"a": 0.0, "deadline": row}
    (gap,) = assessed(catalogue, make_submission(catalogue, {"spot": [visit]})).gaps
    assert (gap.deadline, gap.next_round) == (day, next_round)


@pytest.mark.parametrize("wrong", ["-1", "1.5", "soon", "true"])
def test_a_deadline_is_days_or_the_next_round(tmp_path: Path, wrong: str) -> None:
    form = DEADLINES.replace("{of_type}", f"deadline: {wrong}").replace("{of_rule}", "")
    with pytest.raises(CatalogueError, match=r"a deadline is a whole number of days|整改期限应写"):
        make_catalogue(tmp_path, {"spot": form})


def test_a_deduction_without_a_word_on_what_is_wrong_says_so_and_is_noted(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path, "judged: deduction", "{}", "2")
    rows: list[dict[str, object]] = [{"site": site, "rule": lost} for site, lost in (("S1", 0.5), ("S2", 0.0))]
    checks: list[dict[str, object]] = [
        {"site": "S3", "criterion": "rule", "deducted": 2.0},
        {"site": "S4", "criterion": "rule", "deducted": 0.5, "problem": "灭火器压力不足"},
    ]
    city = assessed(catalogue, make_submission(catalogue, {"spot": rows}, checks=checks))
    silent = "the record does not say what is wrong, {} of 2 points lost; ask the inspector"
    assert {each.site: each.because for each in city.gaps} == {
        "S1": silent.format("0.5"), "S3": silent.format("2"), "S4": "0.5 of 2 points lost",
    }  # fmt: skip
    assert [(each.code, each.text, each.place.partition("@")[0]) for each in city.notes] == [
        ("problem-not-written", "rule", "S1"), ("problem-not-written", "rule", "S3"),
    ]  # fmt: skip


def test_problem_rows_that_stand_there_again_are_told_with_the_count(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path, "deduct: {each: problems, points: 0.5}", "{}", "2")
    row = {"criterion": "rule", "problem": "飞线", "complete": True}
    problems = [
        {"site": "S1", **row},
        {"site": "S1", **row},
        {"site": "S1", **row, "problem": "蜘蛛网线"},
        {"site": "S2", **row},
    ]
    city = assessed(catalogue, make_submission(catalogue, {"spot": [{}, {}]}, problems=problems))
    assert {each.site: each.because for each in city.gaps} == {
        "S1": "number of problems 3, 1.5 of 2 points lost (rows that stand there again: 1)",
        "S2": "number of problems 1, 0.5 of 2 points lost",
    }
