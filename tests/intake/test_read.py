"""A folder of data -> a Submission: visits, rounds, checks, problems, waivers; the same whatever the format and order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import pytest

from duibiao.criteria.language import use
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.read import read_submission
from duibiao.evaluator.intake.reasons import NOTES, UnreadableData
from duibiao.evaluator.submission import (
    AREAS as AREA_COLUMNS,
)
from duibiao.evaluator.submission import (
    CHECKS,
    ORIGIN,
    PROBLEMS,
    ROUNDS,
    SITES,
    UNITS,
    WAIVERS,
    visit_columns,
)
from tests.intake.city import (
    AREAS,
    REGISTER,
    cells,
    codes,
    notes,
    only,
    read,
    write,
)

BASE: Mapping[str, object] = {"areas.csv": AREAS, "register.csv": REGISTER}
ROUND_ROWS = [
    {"轮次": "r1", "标题": "第一轮", "开始": "2026-03-01", "结束": "2026-03-07"},
    {"轮次": "r2", "标题": "第二轮", "开始": "2026-03-08", "结束": "2026-03-14"},
]


# --- what is in a submission ------------------------------------------------------------------------------------------------


def test_the_columns_are_those_of_the_contract(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, BASE)
    contract = {
        "areas": AREA_COLUMNS,
        "units": UNITS,
        "rounds": ROUNDS,
        "sites": SITES,
        "checks": CHECKS,
        "problems": PROBLEMS,
        "waivers": WAIVERS,
    }
    for name, columns in contract.items():
        assert dict(getattr(submission, name).schema) == dict(columns), name
    assert submission.visits.keys() == submission.values.keys() == catalogue.site_types.keys()
    for name, frame in submission.visits.items():
        assert dict(frame.schema) == visit_columns(catalogue.form(name))


def test_a_wide_row(tmp_path: Path, catalogue: Catalogue) -> None:
    row = {
        "点位": "人民市场", "日期": "2026/3/6 08:30", "轮次": "甲", "检查人": "一组 张某", "已查全": "是", "责任单位": "文明办", "配合单位": "交警大队、市场监管局",
        "责任人": "李某", "整改期限": "2026年3月9日", "摊位数": "1,200 个", "持证摊位数": "１１００", "明码标价率": "79.2%", "抽检合格率": "98.5", "噪声": "55.5分贝",
        "地面干净": "√", "异味": "轻微", "便民服务": "饮水、公平秤", "排水": "b", "备注": " 一切　正常 ", "清洗日期": "2026.3.5", "秩序良好": "不达标", "服务周到": "中", "标识规范": "1.5",
    }  # fmt: skip
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": [row]})
    assert submission.visits["market"].row(0, named=True) == {
        "site": "M1", "site_type": "market", "at": datetime(2026, 3, 6, 8, 30), "round": "甲", "inspector": "一组 张某", "complete": True,
        "stalls": 1200.0, "licensed": 1100.0, "priced": 0.792, "tested": 0.985, "noise": 55.5, "clean": True, "stench": "轻微",
        "services": ["公平秤", "饮水"], "drains": "B", "remark": "一切 正常", "cleaned_on": date(2026, 3, 5),
        "market_order": False, "market_service": "中", "market_signs": 1.5, "market_smoke": None,
        "lead_units": ["office"], "supporting_units": ["police", "bureau"], "leader": None, "in_charge": "李某", "deadline": date(2026, 3, 9), "table": 2, "row": 2,
    }  # fmt: skip


def test_values_outside_their_limits_are_kept(tmp_path: Path, catalogue: Catalogue) -> None:
    row = {"点位": "人民市场", "摊位数": "3", "持证摊位数": "5", "明码标价率": "120%"}
    frame = read(tmp_path, catalogue, {**BASE, "w.csv": [row]}).visits["market"]
    assert frame.select("licensed", "priced").row(0) == (5.0, 1.2)


def test_a_table_of_several_types(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {"点位": "人民市场", "日期": "2026-03-06", "摊位数": "3", "骑行人数": "", "秩序良好": "是"}, {"点位": "人民路口", "日期": "2026-03-06", "摊位数": "", "骑行人数": "9", "秩序良好": "否"},
    ]  # fmt: skip
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": rows})
    assert submission.visits["market"].select("stalls", "market_order").rows() == [(3.0, True)]
    assert submission.visits["crossing"].select("riders", "crossing_order").rows() == [(9.0, False)]
    assert submission.tables[2].cell(3, "crossing_order") == "w.csv!E3"


@pytest.mark.parametrize(
    ("name", "extra", "type_column"),
    [("市场.csv", {}, {}), ("market.csv", {}, {}), ("x.csv", {}, {"类型": "菜市场"}), ("x.csv", {"mapping.yaml": "files: {x.csv: {type: market}}\n"}, {}), ("sub/农贸市场.csv", {}, {})],
)  # fmt: skip
def test_where_the_type_comes_from_without_a_register(
    tmp_path: Path, catalogue: Catalogue, name: str, extra: dict[str, str], type_column: dict[str, str]
) -> None:
    submission = read(
        tmp_path, catalogue, {name: [{"点位": "甲", "日期": "2026-03-06", "摊位数": "3", **type_column}], **extra}
    )
    assert submission.visits["market"]["site"].to_list() == ["甲"]


def test_a_sheet_is_named_after_a_type(tmp_path: Path, catalogue: Catalogue) -> None:
    sheets = {"菜市场": [{"点位": "甲", "摊位数": 3}], "路口": [{"点位": "乙", "骑行人数": 3}]}
    submission = read(tmp_path, catalogue, {"3月.xlsx": sheets})
    assert (submission.visits["market"].height, submission.visits["crossing"].height) == (1, 1)


def test_the_register_wins_over_the_name_of_a_file(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "路口.csv": [{"点位": "人民市场", "摊位数": "3"}]})
    assert submission.visits["market"].height == 1


def test_mapping_wins_over_nothing_but_is_wrong_where_the_register_differs(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    tables = {**BASE, "w.csv": [{"点位": "人民市场", "摊位数": "3"}], "mapping.yaml": "files: {w.csv: {type: 路口}}\n"}
    assert codes(read(tmp_path, catalogue, tables)) == ["type-differs"]


def test_problems_of_fields_are_told_though_the_site_is_unknown(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "市场.csv": [{"点位": "没有这个", "摊位数": "八"}]})
    assert cells(submission) == [("A2", "unknown-site"), ("B2", "unreadable-count")]


def test_two_columns_of_one_meaning(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {"点位": "人民市场", "名称": "", "摊位数": "", "摊位总数": "3"},
        {"点位": "", "名称": "建设市场", "摊位数": "4", "摊位总数": "4"},
    ]
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": rows})
    assert submission.visits["market"].select("site", "stalls").rows() == [("M1", 3.0), ("M2", 4.0)]


def test_of_two_people_in_charge_the_first_column_counts_and_neither_is_the_leader(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    rows = [
        {"点位": "人民市场", "摊位数": "1", "责任领导": "丁", "整改责任人": "甲", "责任人": "乙"},
        {"点位": "人民市场", "摊位数": "1", "责任领导": "", "整改责任人": "", "责任人": "丙"},
    ]
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": rows})
    assert submission.visits["market"].select("leader", "in_charge").rows() == [(None, "丙"), ("丁", "甲")]
    assert notes(submission) == ["second-column"]


@pytest.mark.parametrize("header", ["责任领导", "责任人", "整改责任人"])
def test_who_answers_for_a_unit_leads_it(tmp_path: Path, catalogue: Catalogue, header: str) -> None:
    rows = [{"单位": "市场监管局", "属地": "川汇区", header: "甲"}]
    assert read(tmp_path, catalogue, {**BASE, "u.csv": rows}).units["leader"].to_list() == ["甲"]


# --- complete, rounds, mapping ----------------------------------------------------------------------------------------------


def test_whether_a_visit_is_complete(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {"点位": "人民市场", "日期": f"2026-03-0{n}", "摊位数": "1", "已查全": each}
        for n, each in enumerate(["是", "否", ""], 1)
    ]
    assert read(tmp_path / "a", catalogue, {**BASE, "w.csv": rows}).visits["market"]["complete"].to_list() == [
        True,
        False,
        None,
    ]
    mapped = {**BASE, "w.csv": rows, "mapping.yaml": "files: {w.csv: {complete: true}}\n"}
    assert read(tmp_path / "b", catalogue, mapped).visits["market"]["complete"].to_list() == [True, False, True]


@pytest.mark.parametrize(
    ("row", "rounds", "mapping", "by", "expected"),
    [
        ({"轮次": "三月", "日期": "2026-03-06"}, False, None, None, "三月"), ({"轮次": "第一轮", "日期": "2026-03-10"}, True, None, None, "r1"),
        ({"轮次": "R2", "日期": ""}, True, None, None, "r2"), ({"轮次": "", "日期": "2026-03-07"}, True, None, None, "r1"),
        ({"轮次": "", "日期": "2026-03-08 23:59"}, True, None, "day", "r2"), ({"轮次": "", "日期": "2026-03-06"}, False, None, "day", "2026-03-06"),
        ({"轮次": "", "日期": "2026-03-06"}, False, None, "week", "2026-W10"), ({"轮次": "", "日期": "2027-01-01"}, False, None, "week", "2026-W53"),
        ({"轮次": "", "日期": "2026-03-06"}, False, None, "month", "2026-03"), ({"轮次": "", "日期": "2026-03-06"}, False, None, None, ""),
        ({"轮次": "", "日期": ""}, False, None, None, ""), ({"轮次": "", "日期": "2026-03-06"}, False, "2026-03", None, "2026-03"),
        ({"轮次": "四月", "日期": "2026-03-06"}, False, "2026-03", None, "四月"), ({"轮次": "", "日期": "2026-03-06"}, True, "第二轮", None, "r2"),
    ],
)  # fmt: skip
def test_the_round_of_a_row(
    tmp_path: Path,
    catalogue: Catalogue,
    row: dict[str, str],
    rounds: bool,
    mapping: str | None,
    by: str | None,
    expected: str,
) -> None:
    tables: dict[str, object] = {**BASE, "w.csv": [{"点位": "人民市场", "摊位数": "1", **row}]}
    tables |= {"rounds.csv": ROUND_ROWS} if rounds else {}
    tables |= {"mapping.yaml": f"files: {{w.csv: {{round: '{mapping}'}}}}\n"} if mapping else {}
    submission = read(tmp_path, catalogue, tables, round_by=by)  # type: ignore[arg-type]
    assert submission.visits["market"]["round"].to_list() == [expected]


def test_one_round_needs_no_date(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(
        tmp_path, catalogue, {**BASE, "rounds.csv": ROUND_ROWS[:1], "w.csv": [{"点位": "人民市场", "摊位数": "1"}]}
    )
    assert submission.visits["market"]["round"].to_list() == ["r1"]
    assert submission.rounds.rows() == [("r1", "第一轮", date(2026, 3, 1), date(2026, 3, 7))]


def test_rounds_by_day_need_a_date(tmp_path: Path, catalogue: Catalogue) -> None:
    assert cells(
        read(tmp_path, catalogue, {**BASE, "w.csv": [{"点位": "人民市场", "摊位数": "1"}]}, round_by="day")
    ) == [("row 2", "missing-date")]


def test_an_unreadable_date_is_said_once(tmp_path: Path, catalogue: Catalogue) -> None:
    tables = {
        **BASE,
        "rounds.csv": ROUND_ROWS,
        "w.csv": [{"点位": "人民市场", "日期": "去年", "轮次": "a\x07", "摊位数": "1"}],
    }
    assert cells(read(tmp_path, catalogue, tables)) == [("B2", "unreadable-date"), ("C2", "control-character")]


def test_of_rounds_that_overlap_the_same_is_kept_whatever_the_order(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        *ROUND_ROWS,
        {"轮次": "r3", "标题": "", "开始": "2026-03-05", "结束": "2026-03-09"},
        {"轮次": "r0", "开始": "2026-04-01", "结束": ""},
    ]
    for name, each in (("a", rows), ("b", rows[::-1])):
        submission = read(tmp_path / name, catalogue, {**BASE, "rounds.csv": each})
        assert submission.rounds["round"].to_list() == ["r1", "r2"]
        assert sorted(codes(submission)) == ["missing-value", "rounds-overlap"]


def test_mapping_of_a_sheet_and_of_a_folder(tmp_path: Path, catalogue: Catalogue) -> None:
    sheets = {"一": [{"点位": "甲", "摊位数": 3}], "二": [{"点位": "乙", "骑行人数": 3}]}
    mapping = "files:\n  w.xlsx: {type: 市场, round: 2026-03}\n  w.xlsx!二: {type: crossing}\n"
    submission = read(tmp_path, catalogue, {"sub/w.xlsx": sheets, "sub/mapping.yml": mapping})
    assert submission.visits["market"].select("site", "round").rows() == [("甲", "2026-03")]
    assert submission.visits["crossing"].select("site", "round").rows() == [("乙", "2026-03")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("files: {x.csv: {type: market}}", "no file or sheet is called 'x.csv'; did you mean 'w.csv'?"),
        ("files: {w.csv: {type: markt}}", "'markt' is no site type; did you mean 'market'?"),
        ("files: {w.csv: {typ: market}}", "'typ' is not a known key here; did you mean 'type'?"),
        ("files: {w.csv: {complete: 1}}", "`complete` is true or false"), ("files: {w.csv: {round: [1]}}", "`round` is the id or the title"),
        ("file: {}", "'file' is not a known key here; did you mean 'files'?"), ("files: {w.csv: {complete: yes}}", "write true or false"),
        ("files: [", "line 2: not valid YAML"), ("- 1", "write `files: {name: {type"),
    ],
)  # fmt: skip
def test_mistakes_in_mapping(tmp_path: Path, catalogue: Catalogue, text: str, told: str) -> None:
    write(tmp_path, {**BASE, "w.csv": [{"点位": "人民市场", "摊位数": "3"}], "mapping.yaml": text})
    with pytest.raises(UnreadableData) as caught:
        read_submission([tmp_path], catalogue)
    assert {each.code for each in caught.value.refusals} == {"mapping"}
    assert told in str(caught.value)


# --- checks, problems, waivers ----------------------------------------------------------------------------------------------


def test_long_checks(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {"点位": "人民市场", "日期": "2026-03-06", "标准": "秩序良好", "结果": "符合", "等级": "", "扣分": "", "问题": "无", "照片": "", "单位": "川汇区市场监管局"},
        {"点位": "人民市场", "日期": "2026-03-06", "标准": "服务周到", "结果": "", "等级": "差", "扣分": "", "问题": "态度差", "照片": "1.jpg", "单位": ""},
        {"点位": "人民市场", "日期": "2026-03-06", "标准": "market_signs", "结果": "", "等级": "", "扣分": "1.5分", "问题": "", "照片": "", "单位": "文明办"},
        {"点位": "人民市场", "日期": "2026-03-06", "标准": "排水通畅", "结果": "", "等级": "a", "扣分": "", "问题": "", "照片": "", "单位": ""},
        {"点位": "人民路口", "日期": "", "标准": "秩序良好", "结果": "不适用", "等级": "", "扣分": "", "问题": "", "照片": "", "单位": ""},
    ]  # fmt: skip
    submission = read(tmp_path, catalogue, {**BASE, "c.csv": rows})
    assert codes(submission) == []
    assert submission.checks.select(
        "site", "criterion", "result", "grade", "deducted", "problem", "photo", "lead_units"
    ).rows() == [
        ("M1", "market_drains", None, "A", None, None, None, None),
        ("M1", "market_order", "met", None, None, None, None, ["bureau"]),
        ("M1", "market_service", None, "差", None, "态度差", "1.jpg", None),
        ("M1", "market_signs", None, None, 1.5, None, None, ["office"]),
        ("周口市/示范区/人民路口", "crossing_order", "not_applicable", None, None, None, None, None),
    ]


def test_a_unit_of_another_area_is_not_responsible(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [{"点位": "人民市场", "标准": "秩序良好", "结果": "是", "单位": "示范区市场监管局"}]
    assert cells(read(tmp_path, catalogue, {**BASE, "c.csv": rows})) == [("D2", "unit-area")]


def test_a_problem_list(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {"编号": "M1", "日期": "2026-03-06", "标准": "无乱扔垃圾", "问题": "门口纸屑", "扣分": "1", "照片": "a.jpg", "责任人": "甲", "整改期限": "2026-03-09"},
        {"编号": "M1", "日期": "", "标准": "litter", "问题": "烟头", "扣分": "", "照片": "", "责任人": "", "整改期限": ""},
    ]  # fmt: skip
    submission = read(tmp_path, catalogue, {**BASE, "p.csv": rows})
    assert submission.problems.select("site", "site_type", "at", "criterion", "deducted", "problem", "deadline").rows() == [
        ("M1", "market", None, "litter", None, "烟头", None), ("M1", "market", datetime(2026, 3, 6), "litter", 1.0, "门口纸屑", date(2026, 3, 9)),
    ]  # fmt: skip


def test_an_unreadable_problem_is_said_once(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(
        tmp_path, catalogue, {**BASE, "p.json": [{"点位": "人民市场", "标准": "litter", "问题": {"a": 1}}, "小计"]}
    )
    assert cells(submission) == [("问题#1", "unreadable-text"), ("row 2", "not-a-record")]


def test_waivers(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {
            "点位": "人民市场",
            "属地": "",
            "标准": "市场干净",
            "豁免理由": "装修",
            "批准人": "高某",
            "有效期至": "2026-03-31",
        },
        {"点位": "", "属地": "川汇区", "标准": "志愿者比例", "豁免理由": "统计口径变了", "批准人": "", "有效期至": ""},
        {"点位": "人民市厂", "属地": "", "标准": "市场干净", "豁免理由": "装修", "批准人": "", "有效期至": "明年"},
    ]
    submission = read(tmp_path, catalogue, {**BASE, "豁免.csv": rows})
    assert submission.waivers.drop(ORIGIN).rows() == [
        ("M1", "market_clean", "装修", "高某", date(2026, 3, 31)), ("statistics:周口市/川汇区", "volunteer_rate", "统计口径变了", None, None),
    ]  # fmt: skip
    assert cells(submission) == [("A4", "unknown-site"), ("F4", "unreadable-date")]
    assert notes(submission) == ["no-approver"]


# --- notes --------------------------------------------------------------------------------------------------------------------


def test_columns_that_are_not_used(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [{"点位": "人民市场", "摊位": "3", "摊位数": "3", "建筑面积": "5", "照片": "a.jpg", "单位": "某超市"}]
    register = [{"点位": "新市场", "点位类型": "市场", "摊位数": "7", "备注": "x"}]
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": rows, "more.csv": register})
    assert [(note.code, note.place, note.text.split(";")[0]) for note in submission.notes] == [
        ("field-in-register", "more.csv", "the column '摊位数' is not used: a table with 点位类型 and without 日期 or 轮次 is a register"),
        ("register-column", "w.csv", "the column '建筑面积' belongs in the register of sites and is not used here"),
        ("unused-column", "w.csv", "the column '单位' is not used"), ("unused-column", "more.csv", "the column '备注' is not used"),
        ("unused-column", "w.csv", "the column '摊位' is not used"), ("unused-column", "w.csv", "the column '照片' is not used"),
    ]  # fmt: skip
    assert submission.tables[-1].unused_columns == ("摊位", "建筑面积", "照片", "单位")
    assert "did you mean '摊位数'?" in submission.notes[4].text


def test_no_more_points_are_lost_than_a_criterion_has(tmp_path: Path, catalogue: Catalogue) -> None:
    """Of the 5 points of 标识规范: 6 in a column of its own, 7 and 8 in checks; only the first of each table is noted."""
    data = {
        "w.csv": [{"点位": "人民市场", "标识规范": each} for each in ("5", "6")],
        "checks.csv": [{"点位": "人民市场", "测评标准": "标识规范", "扣分": each} for each in ("5", "7", "8")],
    }
    submission = read(tmp_path, catalogue, {**BASE, **data})
    assert [(note.code, note.place) for note in submission.notes] == [
        ("deducted-too-much", "w.csv!B3"),
        ("deducted-too-much", "checks.csv!C3"),
    ]
    assert submission.notes[0].text == "more points are lost than '标识规范' has (5): 6; no more than those count"


def test_points_of_problems_that_decide_nothing(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {"点位": "人民市场", "标准": title, "问题": "脏", "扣分": points}
        for title, points in (
            ("标识规范", "1"),
            ("标识规范", "0"),
            ("市场干净", "0.5"),
            ("市场干净", "1"),
            ("无乱扔垃圾", "1"),
        )
    ]
    submission = read(tmp_path, catalogue, {**BASE, "problems.csv": rows})
    assert [(note.code, note.place) for note in submission.notes] == [("points-not-counted", "problems.csv")] * 2
    assert [note.text.partition(";")[0] for note in submission.notes] == [
        "the points lost of 1 rows count for nothing: problems do not decide '标识规范'",
        "the points lost of 2 rows count for nothing: problems do not decide '市场干净'",
    ]


def test_cells_that_are_not_seen_at_their_site(tmp_path: Path, catalogue: Catalogue) -> None:
    """What is written of a crossing below headers of markets is told; a row with nothing else is rejected."""
    rows = [
        {"点位": "人民路口", "摊位数": "3", "戴头盔": "", "骑行人数": "9"},
        {"点位": "人民路口", "摊位数": "/", "戴头盔": "", "骑行人数": "8"},
        {"点位": "人民路口", "摊位数": "0", "戴头盔": "", "骑行人数": ""},
        {"点位": "人民路口", "摊位数": "", "戴头盔": "", "骑行人数": ""},
        {"点位": "不知道", "摊位数": "2", "戴头盔": "", "骑行人数": ""},
    ]
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": rows})
    assert [(reject.cell, reject.code) for reject in submission.rejects] == [
        ("B4", "fields-elsewhere"),
        ("A6", "unknown-site"),
    ]
    found = next(note for note in submission.notes if note.code == "cells-elsewhere")
    assert found.text == (
        "1 cells are not used: what their columns ask is not seen at a 交通路口; the first is B2 (column '摊位数')"
    )


def test_a_bare_number_above_1_in_a_column_of_shares(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [{"点位": "人民市场", "明码标价率": each, "抽检合格率": each} for each in ("0.9", "120%", "1", "88", "90")]
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": rows})
    (note,) = submission.notes
    assert (note.code, note.place) == ("percent-above-one", "w.csv!B5")
    assert note.text.startswith("88 in the column '明码标价率' was read as 8800%")


def test_a_bare_number_above_1_is_noted_in_either_of_two_columns(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {"点位": "人民市场", "明码标价率": "", "priced": "88"},
        {"点位": "人民市场", "明码标价率": "90%", "priced": ""},
    ]
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": rows})
    assert notes(submission) == ["percent-above-one"]
    assert sorted(submission.visits["market"]["priced"]) == [0.9, 88.0]


def test_a_grade_is_looked_up_once_a_criterion(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [{"点位": each, "标准": "服务周到", "等级": "好"} for each in ("人民市场", "建设市场")]
    assert read(tmp_path, catalogue, {**BASE, "c.csv": rows}).checks["grade"].to_list() == ["好", "好"]


def test_every_note_is_made_by_some_test() -> None:
    """Codes of notes stand in these tests as text."""
    here = Path(__file__).parent
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(here.rglob("test_*.py")))
    assert {code for code in NOTES if f'"{code}"' not in text} == set()


def test_messages_are_in_the_language_in_force(
    tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("duibiao.evaluator.intake.reasons._", lambda text: f"«{text}»")
    reject = only(read(tmp_path, catalogue, {**BASE, "w.csv": [{"点位": "人民市场", "摊位数": "八"}]}))
    assert reject.reason == "«'八' cannot be read as a count (column '摊位数')»"
    use("en")
