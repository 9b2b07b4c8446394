"""Which site, area and unit a row means: with a register, without one, and where areas and units are sites themselves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.submission import Submission
from tests.intake.city import AREAS, REGISTER, cells, codes, named, notes, only, read

BASE: Mapping[str, object] = {"areas.csv": AREAS, "register.csv": REGISTER}


def sites(submission: Submission, *columns: str) -> list[tuple[object, ...]]:
    """Chosen columns of the sites with a name of their own."""
    return submission.sites.filter(~submission.sites["site"].str.contains(":")).select(columns).rows()


# --- the register -----------------------------------------------------------------------------------------------------------


def test_the_register(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, BASE)
    assert sites(submission, "site", "name", "site_type", "area", "leader") == [
        ("M1", "人民市场", "market", "周口市/川汇区/七一路街道", "张某"),
        ("M2", "建设市场", "market", "周口市/川汇区/中心街道", None),
        ("周口市/示范区/人民路口", "人民路口", "crossing", "周口市/示范区", None),
    ]
    assert submission.values["market"].rows() == [("M1", 1200.0, None), ("M2", None, True)]
    assert submission.values["crossing"].rows() == [("周口市/示范区/人民路口", 4.0)]
    assert submission.values["toilet"].columns == ["site"]


def test_units_of_the_register(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {
            "编号": "X",
            "点位": "新市场",
            "点位类型": "market",
            "属地": "七一路街道",
            "责任单位": "川汇区市场监督局",
            "配合单位": "文明办、交警大队 文明办",
        }
    ]
    submission = read(tmp_path, catalogue, {**BASE, "more.csv": rows})
    row = submission.sites.row(by_predicate=pl.col("site") == "X", named=True)
    assert (row["lead_units"], row["supporting_units"]) == (["bureau"], ["office", "police"])


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"编号": "M1"}, "M1"), ({"编号": "M1", "点位": "人民市场"}, "M1"), ({"点位": "人民市场"}, "M1"), ({"点位": " 人民市场　"}, "M1"),
        ({"点位": "周口市/示范区/人民路口"}, "周口市/示范区/人民路口"), ({"名称": "人民路口", "区县": "示范区"}, "周口市/示范区/人民路口"),
        ({"点位": "M2"}, "M2"),
    ],
)  # fmt: skip
def test_a_row_names_a_site(tmp_path: Path, catalogue: Catalogue, columns: dict[str, str], found: str) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": [{**columns, "摊位数": "1", "骑行人数": "2"}]})
    assert [*named(submission), *named(submission, "crossing")] == [found]


def test_what_is_forgotten_is_found_again(
    tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of millions of sites not every answer is kept."""
    monkeypatch.setattr("duibiao.evaluator.intake.sites._REMEMBERED", 0)
    rows = [{"编号": each, "摊位数": "1", "骑行人数": "2"} for each in ("M1", "M2", "M1")]
    assert sorted(map(str, named(read(tmp_path, catalogue, {**BASE, "w.csv": rows})))) == ["M1", "M1", "M2"]


def test_the_nearest_site_is_named(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": [{"点位": "人民市厂", "摊位数": "1"}]})
    reject = only(submission)
    assert reject.reason == "no site is called '人民市厂' (column '点位')"
    assert reject.suggestion == "did you mean '人民市场'? (or add it to the register)"


TWINS = [
    {"编号": "T1", "点位": "一号", "点位类型": "农贸市场", "属地": "川汇区"},
    {"编号": "T2", "点位": "一号", "点位类型": "路口", "属地": "川汇区"},
    {"编号": "T3", "点位": "一号", "点位类型": "农贸市场", "属地": "七一路街道"},
    {"编号": "T4", "点位": "公厕", "点位类型": "公共厕所", "所属点位": "T1"},
    {"编号": "T5", "点位": "公厕", "点位类型": "公共厕所", "所属点位": "人民市场"},
]


@pytest.mark.parametrize(
    ("name", "row", "found"),
    [
        ("w.csv", {"点位": "一号", "点位类型": "路口"}, "T2"), ("路口.csv", {"点位": "一号"}, "T2"), ("w.csv", {"点位": "一号", "街道": "七一路街道"}, "T3"),
        ("市场.csv", {"点位": "一号", "区县": "川汇区"}, "T1"), ("w.csv", {"点位": "公厕", "所属点位": "一号"}, "T4"), ("w.csv", {"点位": "公厕", "所属点位": "M1"}, "T5"),
        ("w.csv", {"点位": "一号"}, None), ("市场.csv", {"点位": "一号"}, None), ("w.csv", {"点位": "公厕"}, None), ("w.csv", {"点位": "公厕", "所属点位": "无此"}, None),
    ],
)  # fmt: skip
def test_several_sites_of_one_name(
    tmp_path: Path, catalogue: Catalogue, name: str, row: dict[str, str], found: str | None
) -> None:
    submission = read(
        tmp_path,
        catalogue,
        {
            **BASE,
            "more.csv": TWINS,
            name: [{**row, "日期": "2026-03-06", "摊位数": "1", "骑行人数": "1", "厕位数": "1"}],
        },
    )
    assert [site for kind in ("market", "crossing", "toilet") for site in named(submission, kind)] == (
        [found] if found else []
    )
    assert codes(submission) == ([] if found else ["ambiguous-site"])


def test_a_site_takes_the_area_of_the_one_that_it_belongs_to(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "more.csv": TWINS})
    assert {row[:3] for row in sites(submission, "site", "area", "part_of") if row[2]} == {
        ("T4", "周口市/川汇区", "T1"), ("T5", "周口市/川汇区/七一路街道", "M1"),
    }  # fmt: skip


def test_a_parent_of_several_is_told_by_the_area(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [*TWINS[:3], {"编号": "T6", "点位": "公厕", "点位类型": "公共厕所", "所属点位": "一号", "属地": "川汇区"}]
    submission = read(tmp_path, catalogue, {**BASE, "more.csv": rows})
    assert ("T6", "T1") in sites(submission, "site", "part_of")
    far = [*TWINS[:3], {"编号": "T6", "点位": "公厕", "点位类型": "公共厕所", "所属点位": "一号", "属地": "示范区"}]
    assert codes(read(tmp_path, catalogue, {**BASE, "more.csv": far})) == ["ambiguous-site"]


def test_of_repeated_sites_the_same_is_kept_whatever_the_order(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [{"编号": "X", "点位": "新市场", "点位类型": "市场", "建筑面积": each} for each in ("3", "1", "2")]
    for name, each in (("a", rows), ("b", rows[::-1]), ("c", rows[1:] + rows[:1])):
        submission = read(tmp_path / name, catalogue, {**BASE, "more.csv": each})
        assert codes(submission) == ["duplicate-site", "duplicate-site"]
        assert submission.values["market"]["floor_area"].to_list() == [1200.0, None, 1.0]


def test_all_reasons_of_a_row_are_given(tmp_path: Path, catalogue: Catalogue) -> None:
    row = {
        "点位": "没有",
        "日期": "昨天",
        "摊位数": "八",
        "地面干净": "大概",
        "街道": "某街道",
        "责任单位": "某局",
        "点位类型": "市场",
        "整改期限": "尽快",
    }
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": [row]})
    assert cells(submission) == [
        ("B2", "unreadable-date"), ("C2", "unreadable-count"), ("D2", "unreadable-yes-no"), ("E2", "unknown-area"), ("F2", "unknown-unit"), ("H2", "unreadable-date"),
    ]  # fmt: skip
    assert submission.rejected == 1


def test_all_reasons_of_a_row_of_the_register_are_given(tmp_path: Path, catalogue: Catalogue) -> None:
    row = {"编号": "", "点位": "", "点位类型": "市场", "属地": "某街道", "责任单位": "某局", "建筑面积": "大"}
    assert cells(read(tmp_path, catalogue, {**BASE, "more.csv": [row]})) == [
        ("B2", "missing-value"), ("D2", "unknown-area"), ("E2", "unknown-unit"), ("F2", "unreadable-number"),
    ]  # fmt: skip


# --- areas and units that are sites --------------------------------------------------------------------------------------------


def test_every_area_of_the_level_is_a_site(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, BASE)
    found = submission.sites.filter(submission.sites["site_type"].is_in(["statistics", "yearly", "citizens"]))
    assert found.select("site", "name", "area", "leader").rows() == [
        ("citizens:周口市/川汇区", "川汇区", "周口市/川汇区", None), ("citizens:周口市/示范区", "示范区", "周口市/示范区", None),
        ("statistics:周口市/川汇区", "川汇区", "周口市/川汇区", None), ("statistics:周口市/示范区", "示范区", "周口市/示范区", None),
        ("yearly:周口市", "周口市", "周口市", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "row",
    [
        {"区县": "川汇区"},
        {"属地": "川汇区"},
        {"属地": "周口市/川汇区"},
        {"点位": "川汇区"},
        {"名称": "川汇区", "市": "周口市"},
        {"名称": "川汇区", "区县": "川汇区"},
    ],
)
@pytest.mark.parametrize("register", [True, False])
def test_a_row_names_the_area_that_is_the_site(
    tmp_path: Path, catalogue: Catalogue, row: dict[str, str], register: bool
) -> None:
    base = BASE if register else {"areas.csv": AREAS}
    submission = read(tmp_path, catalogue, {**base, "区县统计.csv": [{**row, "常住人口": "100"}]})
    assert named(submission, "statistics") == ["statistics:周口市/川汇区"]


def test_areas_that_are_sites_may_be_those_as_written(tmp_path: Path, catalogue: Catalogue) -> None:
    tables = {
        "区县统计.csv": [{"属地": "川汇区", "常住人口": "100"}, {"属地": "示范区", "常住人口": "50"}],
        "农贸市场.csv": [{"市": "周口市", "区县": "川汇区", "点位": "甲", "摊位数": "1"}],
    }
    submission = read(tmp_path, catalogue, tables)
    assert named(submission, "statistics") == ["statistics:周口市/川汇区", "statistics:示范区"]
    assert submission.areas.select("area", "level").rows() == [
        ("周口市", "city"),
        ("周口市/川汇区", "district"),
        ("示范区", "district"),
    ]


def test_with_a_register_and_no_table_of_areas_an_unknown_area_is_rejected(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    register = [{"点位": "甲", "点位类型": "市场", "市": "周口市", "区县": "川汇区"}]
    submission = read(
        tmp_path,
        catalogue,
        {
            "r.csv": register,
            "w.csv": [{"点位": "甲", "区县": "川江区", "摊位数": "1"}],
            "区县统计.csv": [{"区县": "川汇区", "常住人口": "1"}],
        },
    )
    assert cells(submission) == [("B2", "unknown-area")]
    assert named(submission, "statistics") == ["statistics:周口市/川汇区"]


def test_the_criterion_tells_which_area_is_meant(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {"属地": "川汇区", "标准": "资料齐全", "结果": "是", "点位类型": "市民问卷"},
        {"属地": "周口市", "标准": "资料齐全", "结果": "否", "点位类型": ""},
        {"属地": "示范区", "标准": "志愿者比例", "结果": "是", "点位类型": ""},
    ]
    submission = read(tmp_path, catalogue, {**BASE, "c.csv": rows})
    assert submission.checks["site"].to_list() == [
        "citizens:周口市/川汇区",
        "statistics:周口市/示范区",
        "yearly:周口市",
    ]


UNITS = [
    {"单位": "市场监管局", "属地": "川汇区", "责任领导": "赵某"},
    {"单位": "示范区市场监管局"},
    {"单位": "创文办"},
    {"单位": "police", "区县": "示范区"},
]


def test_every_unit_of_the_table_is_a_site(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "units.csv": UNITS})
    assert submission.units.rows() == [
        ("bureau", "周口市/川汇区", "赵某"), ("bureau", "周口市/示范区", None), ("office", "周口市", None), ("police", "周口市/示范区", None),
    ]  # fmt: skip
    found = submission.sites.filter(submission.sites["site_type"] == "training")
    assert found.select("site", "name", "area", "unit", "leader", "row").rows() == [
        ("training:bureau@周口市/川汇区", "川汇区市场监管局", "周口市/川汇区", "bureau", None, 2),
        ("training:bureau@周口市/示范区", "示范区市场监管局", "周口市/示范区", "bureau", None, 3),
        ("training:office@周口市", "文明办", "周口市", "office", None, 4),
        ("training:police@周口市/示范区", "示范区交警大队", "周口市/示范区", "police", None, 5),
    ]


@pytest.mark.parametrize(
    ("row", "site"),
    [
        ({"单位": "市场监管局", "属地": "川汇区"}, "training:bureau@周口市/川汇区"), ({"单位": "川汇区市场监管局"}, "training:bureau@周口市/川汇区"),
        ({"单位": "川汇区市场监管局", "属地": "周口市"}, "training:bureau@周口市/川汇区"), ({"单位": "市场监督局", "街道": "七一路街道"}, "training:bureau@周口市/川汇区"),
        ({"单位": "川汇区市场监管局", "街道": "七一路街道"}, "training:bureau@周口市/川汇区"),
        ({"单位": "文明办"}, "training:office@周口市"), ({"单位": "文明办", "属地": "周口市"}, "training:office@周口市"), ({"点位": "文明办"}, "training:office@周口市"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("units", [True, False])
def test_a_row_names_the_unit_that_is_the_site(
    tmp_path: Path, catalogue: Catalogue, row: dict[str, str], site: str, units: bool
) -> None:
    tables = {**BASE, "单位培训.csv": [{**row, "明白人人数": "2"}]} | ({"units.csv": UNITS} if units else {})
    submission = read(tmp_path, catalogue, tables)
    assert named(submission, "training") == [site]
    assert site in submission.sites["site"].to_list()


def test_units_without_any_area(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(
        tmp_path,
        catalogue,
        {"单位培训.csv": [{"单位": "文明办", "明白人人数": "2"}, {"单位": "交警大队", "明白人人数": "2"}]},
    )
    assert named(submission, "training") == ["training:office", "training:police"]


def test_the_area_of_a_unit_is_of_its_level(tmp_path: Path, catalogue: Catalogue) -> None:
    tables = {
        "单位培训.csv": [{"单位": "交警大队", "属地": "川汇区", "明白人人数": "2"}],
        "units.csv": [{"单位": "市场监管局", "属地": "示范区"}, {"单位": "交警大队", "属地": "川汇区"}],
    }
    submission = read(tmp_path, catalogue, tables)
    assert submission.areas.select("area", "level").rows() == [("川汇区", "district"), ("示范区", "district")]


def test_one_area_of_the_level_needs_no_name(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(
        tmp_path, catalogue, {"areas.csv": AREAS[:2], "单位培训.csv": [{"单位": "交警大队", "明白人人数": "2"}]}
    )
    assert named(submission, "training") == ["training:police@周口市/川汇区"]


def test_a_unit_and_an_area_may_both_be_unknown(tmp_path: Path, catalogue: Catalogue) -> None:
    assert cells(read(tmp_path, catalogue, {**BASE, "units.csv": [{"单位": "某局", "属地": "某区"}]})) == [
        ("A2", "unknown-unit"),
        ("B2", "unknown-area"),
    ]


# --- without a register --------------------------------------------------------------------------------------------------------


def test_without_a_register_a_site_is_its_name_and_area_as_written(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {"编号": "", "点位": "甲市场", "区县": "川汇区", "摊位数": "1"}, {"编号": "", "点位": "乙市场", "区县": "", "摊位数": "2"},
        {"编号": "M9", "点位": "丙市场", "区县": "川汇区", "摊位数": "3"}, {"编号": "M8", "点位": "", "区县": "", "摊位数": "4"},
    ]  # fmt: skip
    submission = read(tmp_path, catalogue, {"农贸市场.csv": rows})
    assert sites(submission, "site", "name", "site_type", "area") == [
        ("M8", "M8", "market", None), ("M9", "丙市场", "market", "川汇区"), ("乙市场", "乙市场", "market", None), ("川汇区/甲市场", "甲市场", "market", "川汇区"),
    ]  # fmt: skip
    assert submission.visits["market"]["site"].to_list() == ["M8", "M9", "乙市场", "川汇区/甲市场"]


def test_a_name_alone_means_the_site_that_another_row_says_more_of(tmp_path: Path, catalogue: Catalogue) -> None:
    tables = {
        "农贸市场.csv": [
            {"编号": "M9", "点位": "丙市场", "区县": "川汇区", "摊位数": "3"},
            {"编号": "", "点位": "甲市场", "区县": "川汇区", "摊位数": "1"},
        ],
        "c.csv": [
            {"点位": "丙市场", "标准": "秩序良好", "结果": "是", "街道": ""},
            {"点位": "甲市场", "标准": "无乱扔垃圾", "结果": "否", "街道": ""},
            {"点位": "丙市场", "标准": "市场干净", "结果": "否", "街道": "川汇区/七一路"},
        ],
        "豁免.csv": [{"点位": "甲市场", "标准": "市场干净", "豁免理由": "装修"}],
    }
    submission = read(tmp_path, catalogue, tables)
    assert submission.checks["site"].to_list() == ["M9", "M9", "川汇区/甲市场"]
    assert submission.waivers["site"].to_list() == ["川汇区/甲市场"]
    assert sites(submission, "site", "area") == [("M9", "川汇区/七一路"), ("川汇区/甲市场", "川汇区")]


def test_a_name_of_several_sites_stands_for_itself(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [{"点位": "一号", "区县": each, "摊位数": "1"} for each in ("川汇区", "示范区", "")]
    submission = read(tmp_path, catalogue, {"农贸市场.csv": rows})
    assert named(submission) == ["一号", "川汇区/一号", "示范区/一号"]


def test_sites_of_two_types_that_are_written_alike(tmp_path: Path, catalogue: Catalogue) -> None:
    tables = {
        "农贸市场.csv": [{"点位": "一号", "摊位数": "1"}],
        "路口.csv": [{"点位": "一号", "骑行人数": "1"}],
        "c.csv": [
            {"点位": "一号", "标准": "戴头盔", "结果": "是"},
            {"点位": "一号", "标准": "无乱扔垃圾", "结果": "是"},
        ],
    }
    submission = read(tmp_path, catalogue, tables)
    assert (named(submission), named(submission, "crossing")) == (["market:一号"], ["crossing:一号"])
    assert submission.checks["site"].to_list() == ["crossing:一号"]
    assert codes(submission) == ["ambiguous-site"]


def test_several_ways_of_writing_a_site_are_noted(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {"编号": "M9", "点位": name, "区县": area, "摊位数": "1"}
        for name, area in (("丙市场", "川汇区"), ("丙农贸市场", "示范区"))
    ]
    submission = read(tmp_path, catalogue, {"农贸市场.csv": rows})
    assert notes(submission) == ["site-as-written", "site-as-written"]
    assert sites(submission, "name", "area") == [("丙农贸市场", "川汇区")]


def test_the_type_of_a_site_comes_from_the_criterion_or_from_another_row(tmp_path: Path, catalogue: Catalogue) -> None:
    tables = {
        "p.csv": [
            {"点位": "甲", "标准": "市场干净", "问题": "积水"},
            {"点位": "甲", "标准": "无乱扔垃圾", "问题": "纸屑"},
            {"点位": "乙", "标准": "无乱扔垃圾", "问题": "纸屑"},
        ]
    }
    submission = read(tmp_path, catalogue, tables)
    assert submission.problems.select("site", "site_type").rows() == [("甲", "market"), ("甲", "market")]
    assert cells(submission) == [("row 4", "missing-site-type")]


def test_a_part_of_a_site_as_written(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {"点位": "厕一", "所属点位": "甲市场", "厕位数": "4"},
        {"点位": "厕二", "所属点位": "无名市场", "厕位数": "4"},
        {"点位": "厕一", "所属点位": "另一个市场", "厕位数": "4"},
    ]
    submission = read(
        tmp_path,
        catalogue,
        {"公共厕所.csv": rows, "农贸市场.csv": [{"点位": "甲市场", "区县": "川汇区", "摊位数": "1"}]},
    )
    assert cells(submission) == [("B3", "unknown-site"), ("B4", "unknown-site")]
    assert ("厕一", "川汇区/甲市场", "川汇区") in sites(submission, "site", "part_of", "area")


def test_an_ambiguous_area_without_a_register_is_rejected(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [{"点位": "甲", "属地": each, "摊位数": "1"} for each in ("东区/中心", "西区/中心", "中心")]
    submission = read(tmp_path, catalogue, {"农贸市场.csv": rows})
    assert cells(submission) == [("B4", "ambiguous-area")]


def test_an_unknown_type_is_said_once(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {"点位": "甲", "点位类型": "市厂", "日期": "2026-03-06", "摊位数": "1"},
        {"点位": "乙", "点位类型": "市场", "日期": "2026-03-06", "摊位数": "1"},
    ]
    assert cells(read(tmp_path, catalogue, {"w.csv": rows})) == [("B2", "unknown-site-type")]


def test_an_unknown_type_hides_no_other_reason(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {"编号": "甲", "点位类型": "市厂", "日期": "去年", "摊位数": "1"},
        {"编号": "", "点位类型": "市场", "日期": "2026-03-06", "摊位数": "1"},
    ]
    assert cells(read(tmp_path, catalogue, {"w.csv": rows})) == [
        ("B2", "unknown-site-type"),
        ("C2", "unreadable-date"),
        ("A3", "missing-value"),
    ]


@pytest.mark.parametrize("unit", ["川汇区文明", "七一路街道交警大队", "周口市交警大队", "川汇区"])
def test_what_is_no_unit_of_an_area(tmp_path: Path, catalogue: Catalogue, unit: str) -> None:
    assert codes(read(tmp_path, catalogue, {**BASE, "units.csv": [{"单位": unit}]})) == ["unknown-unit"]


def test_an_unknown_unit_as_written_is_said_once(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {"单位培训.csv": [{"单位": "某局", "属地": "川汇区", "明白人人数": "2"}]})
    assert cells(submission) == [("A2", "unknown-unit")]


def test_a_waiver_names_a_site_that_other_rows_name(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [{"点位": each, "标准": "市场干净", "豁免理由": "装修", "批准人": "高某"} for each in ("甲市场", "乙市场")]
    submission = read(tmp_path, catalogue, {"农贸市场.csv": [{"点位": "甲市场", "摊位数": "1"}], "v.csv": rows})
    assert submission.waivers["site"].to_list() == ["甲市场"]
    assert cells(submission) == [("A3", "unknown-site")]


def test_fields_are_read_though_the_type_is_not_known(tmp_path: Path, catalogue: Catalogue) -> None:
    """A field means the same at every type; 秩序良好 is another criterion at each, and is left alone."""
    rows = [
        {"点位": "没有这个", "摊位数": "八", "骑行人数": "-1", "秩序良好": "大概", "怪列": "x"},
        {"点位": "人民市场", "摊位数": "3", "骑行人数": "", "秩序良好": "是", "怪列": ""},
    ]
    assert cells(read(tmp_path, catalogue, {**BASE, "w.csv": rows})) == [
        ("A2", "unknown-site"), ("B2", "unreadable-count"), ("C2", "unreadable-count"),
    ]  # fmt: skip
