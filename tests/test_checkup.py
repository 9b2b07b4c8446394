"""The data check-up: what it finds, with the cells where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from duibiao.criteria.language import use
from duibiao.criteria.load import load_catalogue
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.blank_areas import Blank, Reached, Unassigned
from duibiao.evaluator.checkup import Checkup, Contradiction, Incomplete, Reason, check_up, checkup_of
from duibiao.evaluator.judgement import judge_round
from duibiao.evaluator.repeated import Differing, Repeated
from duibiao.evaluator.unknown_columns import unknown_columns
from tests.intake.city import AREAS, FILES, REGISTER, read, xlsx_bytes

BASE: Mapping[str, object] = {"areas.csv": AREAS, "register.csv": REGISTER}
WIDE = {"点位": "人民市场", "日期": "2026-03-06", "摊位数": "3", "地面干净": "是"}
MORE = {
    "lead_unit: bureau": "lead_unit: bureau\nquota: {per: district, sites: 1}",
    "车道数, kind: count,": "车道数, kind: count, at_most: 8,",
}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The catalogue of the intake's tests, with a quota of markets and at most 8 lanes."""
    folder = tmp_path_factory.mktemp("catalogue")
    for name, text in FILES.items():
        for old, new in MORE.items():
            text = text.replace(old, new)
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return load_catalogue(folder)


@pytest.fixture(autouse=True)
def _english() -> None:
    use("en")


def checked(
    folder: Path,
    catalogue: Catalogue,
    files: Mapping[str, object],
    round_id: str | None = None,
    as_of: date | None = None,
) -> Checkup:
    """The check-up of these files beside areas and register."""
    return check_up(catalogue, read(folder, catalogue, {**BASE, **files}), round_id, as_of, str)


# --- rows ---------------------------------------------------------------------------------------------------------------------


def test_reasons_add_up_to_the_rejected_rows(tmp_path: Path, catalogue: Catalogue) -> None:
    rows: list[dict[str, Any]] = [
        WIDE,
        WIDE | {"点位": "人民市厂", "摊位数": "八"},
        WIDE | {"摊位数": "八"},
        WIDE | {"点位": "没有"},
    ]
    found = checked(tmp_path, catalogue, {"w.csv": rows})
    assert (found.read, found.used, found.rejected, found.replaced) == (13, 10, 3, 0)
    assert found.reasons == (Reason("unknown-site", 2, 0), Reason("unreadable-count", 1, 1))
    assert sum(each.rows for each in found.reasons) == found.rejected


def test_data_in_order_have_nothing_to_say(tmp_path: Path, catalogue: Catalogue) -> None:
    row = WIDE | {"排水": "A", "秩序良好": "是", "服务周到": "好", "标识规范": "0", "无人吸烟": "是", "已查全": "是"}
    rows = [row | {"点位": name} for name in ("人民市场", "建设市场")]
    (crossing,) = [
        {"点位": "人民路口", "日期": "2026-03-06", "骑行人数": 4, "戴头盔人数": 4, "秩序良好": "是", "已查全": "是"}
    ]
    register = [REGISTER[0], REGISTER[1], {**REGISTER[2], "责任单位": "交警大队"}]
    each = {
        "区县统计.csv": [
            {"区县": name, "常住人口": "5", "志愿者人数": "1", "资料齐全": "是"} for name in ("川汇区", "示范区")
        ]
    }
    each |= {"全市统计.csv": [{"市": "周口市", "活动场次": "5", "资料齐全": "是"}]}
    each |= {
        "市民问卷.csv": [
            {"区县": name, "抽取户数": "5", "入户数": "5", "资料齐全": "是"} for name in ("川汇区", "示范区")
        ]
    }
    files = {"register.csv": register, "农贸市场.csv": rows, "路口.json": [crossing], **each}
    found = checked(tmp_path, catalogue, files)
    assert (found.rejected, found.unknown, found.repeated, found.differing) == (0, (), (), ())
    assert (found.contradictions, found.incomplete, found.blank) == ((), (), ())
    assert [each.site_type for each in found.unassigned] == ["citizens"] * 2 + ["statistics"] * 2 + ["yearly"]


# --- unknown names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"责任单位": "市场监管所"}, ("unit", "市场监管所", "市场监管局", "units.yaml", "bureau: {title: 市场监管局, level: district, aliases: [市场监督局, 市场监管所]}", ("w.csv!E2",))),
        ({"责任单位": "文明办公室"}, ("unit", "文明办公室", "文明办", "units.yaml", "office: {title: 文明办, aliases: [创文办, 文明办公室]}", ("w.csv!E2",))),
        ({"类型": "农贸市厂"}, ("site_type", "农贸市厂", "农贸市场", "market.yaml", "aliases: [市场, 菜市场, 农贸市厂]", ("w.csv!E2",))),
        ({"区县": "川江区"}, ("area", "川江区", "川汇区", "", "", ("w.csv!E2",))),
        ({"点位": "人民市厂"}, ("site", "人民市厂", "人民市场", "", "", ("w.csv!A2",))),
        ({"点位": "xyz"}, ("site", "xyz", None, "", "", ("w.csv!A2",))),
    ],
    ids=lambda each: next(iter(each.values())) if isinstance(each, dict) else "",
)  # fmt: skip
def test_unknown_names(tmp_path: Path, catalogue: Catalogue, row: dict[str, str], told: tuple[object, ...]) -> None:
    (found,) = checked(tmp_path, catalogue, {"w.csv": [WIDE | row]}).unknown
    shown = (found.kind, found.name, found.nearest, found.where.rpartition("/")[2], found.line, found.cells)
    assert shown == told


@pytest.mark.parametrize(
    ("name", "column", "nearest", "line", "where", "alias"),
    [
        ("w.csv", "摊位个数", "摊位数", "摊位个数: 摊位数", "market.yaml, fields: stalls", "aliases: [摊位总数, 摊位个数]"),
        ("w.csv", "地面很干净吗", "地面干净", "地面很干净吗: 地面干净", "market.yaml, fields: clean", "aliases: [地面很干净吗]"),
        ("w.csv", "服务很周到", "服务周到", "服务很周到: 服务周到", "market.yaml, id: market_service", "aliases: [服务很周到]"),
        ("w.csv", "总建筑面积", "建筑面积", "总建筑面积: 建筑面积", "market.yaml, fields: floor_area", "aliases: [总建筑面积]"),
        ("w.csv", "秩序很良好", "秩序良好", "秩序很良好: 秩序良好", "", ""),
        ("w.csv", "检查的日期", "检查日期", "检查的日期: 检查日期", "", ""),
        ("w.csv", "所在区县", "区县", "所在区县: 区县", "", ""),
        ("w.csv", "xyz", None, "xyz: null", "", ""),
        ("w.csv", "a: b, {c", None, "'a: b, {c': null", "", ""),
        ("三月/w 1.xlsx", "摊位个数", "摊位数", "摊位个数: 摊位数", "market.yaml, fields: stalls", "aliases: [摊位总数, 摊位个数]"),
    ],
)  # fmt: skip
def test_unknown_columns(
    tmp_path: Path,
    catalogue: Catalogue,
    name: str,
    column: str,
    nearest: str | None,
    line: str,
    where: str,
    alias: str,
) -> None:
    rows = [WIDE | {column: "1"}]
    (tmp_path / "三月").mkdir()
    (found,) = checked(tmp_path, catalogue, {name: xlsx_bytes({"市场": rows}) if "xlsx" in name else rows}).columns
    shown = (found.header, found.nearest, found.line, found.where.rpartition("/")[2], found.alias)
    assert shown == (column, nearest, line, where, alias)
    assert found.table == (f"{name}!市场" if "xlsx" in name else name)


@pytest.mark.parametrize(
    "columns", ["摊位个数", "摊位个数|检查的日期|xyz", "秩序很良好", "a: b, {c|yes|null|2026|#|- x|'\""]
)
def test_the_lines_for_unknown_columns_do_what_they_say(tmp_path: Path, catalogue: Catalogue, columns: str) -> None:
    files = {"w.csv": [{"点位": "人民市场", "地面干净": "是"} | dict.fromkeys(columns.split("|"), "")]}
    found = checked(tmp_path, catalogue, files).columns
    lines = "".join(f"      {each.line}\n" for each in found)
    mapping = f"files:\n  w.csv:\n    columns:\n{lines}"
    submission = read(tmp_path, catalogue, {**BASE, **files, "mapping.yaml": mapping})
    assert [each.code for each in submission.notes if each.code == "unused-column"] == []
    assert unknown_columns(catalogue, submission) == ()


def test_a_field_of_several_types_is_mended_where_it_is_shared(tmp_path: Path) -> None:
    """No type names the file of a shared field, so only its key is said."""
    shared = {
        "crossing": FILES["crossing"].replace(
            "riders:", "stalls: {label: 摊位数, kind: count, unit: 个, aliases: [摊位总数]}\n  riders:", 1
        )
    }
    for name, text in (FILES | shared).items():
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    (tmp_path / "data").mkdir()
    (found,) = checked(tmp_path / "data", load_catalogue(tmp_path), {"w.csv": [WIDE | {"摊位个数": ""}]}).columns
    assert (found.where, found.alias) == ("fields: stalls", "aliases: [摊位总数, 摊位个数]")


def test_columns_that_are_left_out_on_purpose_are_not_unknown(tmp_path: Path, catalogue: Catalogue) -> None:
    """Numbers of rows, what means nothing in this table, what the register has, and what mapping.yaml leaves out."""
    row = WIDE | {"序号": "1", "批准人": "x", "建筑面积": "3", "怪列": "x"}
    files = {"w.csv": [row], "mapping.yaml": "files:\n  w.csv: {columns: {怪列: null}}\n"}
    assert checked(tmp_path, catalogue, files).columns == ()


def test_unknown_names_of_other_tables(tmp_path: Path, catalogue: Catalogue) -> None:
    files = {
        "areas2.csv": [{"名称": "新区", "上级": "周口市", "层级": "区县级"}],
        "c.csv": [
            {"点位": "人民市场", "日期": "2026-03-06", "标准": "秩序优良", "结果": "是", "轮次": each}
            for each in ("第一轮", "第一伦")
        ],
        "rounds.csv": [{"轮次": "r1", "标题": "第一轮", "开始": "2026-03-01", "结束": "2026-03-31"}],
    }
    found = checked(tmp_path, catalogue, files).unknown
    assert [(each.kind, each.name, each.nearest, each.cells) for each in found] == [
        ("criterion", "秩序优良", "秩序良好", ("c.csv!C2", "c.csv!C3")), ("level", "区县级", "区县", ("areas2.csv!C2",)), ("round", "第一伦", "第一轮", ("c.csv!E3",)),
    ]  # fmt: skip
    assert found[0].where.endswith("market.yaml, id: market_order") or found[0].where.endswith(
        "crossing.yaml, id: crossing_order"
    )
    assert found[0].line == "aliases: [秩序优良]"


# --- rows that stand twice, or differ -----------------------------------------------------------------------------------------


def test_rows_that_stand_twice(tmp_path: Path, catalogue: Catalogue) -> None:
    problem = {"点位": "人民市场", "日期": "2026-03-06", "标准": "无乱扔垃圾", "问题": "烟头"}
    files = {
        "农贸市场.csv": [WIDE, WIDE, WIDE | {"点位": "建设市场"}],
        "p.csv": [problem, problem | {"问题": "纸屑"}, problem],
    }
    found = checked(tmp_path, catalogue, files)
    assert found.repeated == (
        Repeated("M1", "2026-03-06", ("p.csv!A2", "p.csv!A4")),
        Repeated("M1", "2026-03-06", ("农贸市场.csv!A2", "农贸市场.csv!A3")),
    )
    assert found.differing == ()


def test_rows_without_a_date_may_stand_twice_but_do_not_differ(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [WIDE | {"日期": "", "摊位数": each} for each in ("3", "3", "4")]
    found = checked(tmp_path, catalogue, {"农贸市场.csv": rows}, as_of=date(2026, 3, 6))
    assert found.repeated == (Repeated("M1", "", ("农贸市场.csv!A2", "农贸市场.csv!A3")),)
    assert found.differing == ()


def test_files_that_differ_about_one_site(tmp_path: Path, catalogue: Catalogue) -> None:
    other = [WIDE | {"摊位数": "4", "地面干净": "", "便民服务": "寄存", "责任单位": "文明办"}]
    mine = [WIDE | {"便民服务": "公平秤", "责任单位": "川汇区市场监管局"}, WIDE | {"日期": "2026-03-07"}]
    found = checked(tmp_path, catalogue, {"甲/农贸市场.csv": mine, "乙/农贸市场.csv": other})
    at = ("M1", "2026-03-06")
    assert found.differing == (
        Differing(*at, "Lead unit", (("市场监管局", "甲/农贸市场.csv!F2"), ("文明办", "乙/农贸市场.csv!F2"))),
        Differing(*at, "便民服务", (("公平秤", "甲/农贸市场.csv!E2"), ("寄存", "乙/农贸市场.csv!E2"))),
        Differing(*at, "摊位数", (("3", "甲/农贸市场.csv!C2"), ("4", "乙/农贸市场.csv!C2"))),
    )  # fmt: skip
    assert found.differing[0].files == ("甲/农贸市场.csv", "乙/农贸市场.csv")


def test_two_visits_at_one_time_that_differ_in_nothing_seen(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [WIDE | {"检查人": each} for each in ("甲", "乙")]
    (found,) = checked(tmp_path, catalogue, {"农贸市场.csv": rows}).differing
    assert (found.what, {cell for _, cell in found.values}) == ("", {"农贸市场.csv!A2", "农贸市场.csv!A3"})


def test_verdicts_that_differ(tmp_path: Path, catalogue: Catalogue) -> None:
    row = {"点位": "人民市场", "日期": "2026-03-06 08:30", "标准": "秩序良好", "结果": "是", "等级": ""}
    rows = [
        row,
        row | {"结果": "否"},
        row | {"标准": "服务周到", "结果": "", "等级": "好"},
        row | {"标准": "服务周到", "结果": "", "等级": "差"},
    ]
    same = [row | {"标准": "排水通畅", "问题": each} for each in ("甲", "乙")]
    found = checked(tmp_path, catalogue, {"c.csv": rows, "d.csv": same}).differing
    assert [(each.at, each.what, each.values) for each in found] == [
        ("2026-03-06 08:30:00", "服务周到", (("好", "c.csv!E4"), ("差", "c.csv!E5"))),
        ("2026-03-06 08:30:00", "秩序良好", (("met", "c.csv!D2"), ("missed", "c.csv!D3"))),
    ]


def test_a_row_that_names_another_unit_than_the_register(tmp_path: Path, catalogue: Catalogue) -> None:
    register = [{**REGISTER[0], "责任单位": "市场监管局"}, {**REGISTER[1], "责任单位": "文明办、交警大队"}]
    rows = [
        WIDE | {"责任单位": "文明办"},
        WIDE | {"点位": "建设市场", "责任单位": "交警大队、文明办"},
        WIDE | {"日期": "2026-03-07", "责任单位": ""},
    ]
    found = checked(tmp_path, catalogue, {"register.csv": register, "农贸市场.csv": rows}).differing
    assert found == (
        Differing("M1", "2026-03-06", "Lead unit", (("市场监管局", "register.csv!G2"), ("文明办", "农贸市场.csv!E2"))),
    )


# --- limits, complete visits --------------------------------------------------------------------------------------------------


def test_values_beyond_a_limit(tmp_path: Path, catalogue: Catalogue) -> None:
    found = checked(
        tmp_path,
        catalogue,
        {"农贸市场.csv": [WIDE | {"持证摊位数": "5"}, WIDE | {"点位": "建设市场", "持证摊位数": "3"}]},
    )
    assert found.contradictions == (
        Contradiction("M1", "M1@2026-03-06", "持证摊位数 5 is outside at most 摊位数 3 个", "农贸市场.csv!E2"),
    )


def test_a_value_of_the_register_beyond_a_limit_stands_there_once(tmp_path: Path, catalogue: Catalogue) -> None:
    register = [*REGISTER[:2], {**REGISTER[2], "车道数": "9"}]
    rows = [{"点位": "人民路口", "日期": f"2026-03-0{day}", "骑行人数": "1"} for day in (6, 7)]
    found = checked(tmp_path, catalogue, {"register.csv": register, "路口.csv": rows})
    assert found.contradictions == (
        Contradiction("周口市/示范区/人民路口", "", "车道数 9 is outside at most 8", "register.csv!H4"),
    )


def test_problem_lists_of_visits_not_called_complete(tmp_path: Path, catalogue: Catalogue) -> None:
    problem = {"点位": "人民市场", "日期": "2026-03-06", "标准": "无乱扔垃圾", "问题": "烟头"}
    others = [problem | {"点位": each} for each in ("建设市场", "人民路口", "人民路口")]
    files = {"农贸市场.csv": [WIDE, WIDE | {"点位": "建设市场", "已查全": "是"}], "p.csv": [problem, *others]}
    found = checked(tmp_path, catalogue, files)
    assert found.incomplete == (
        Incomplete("M1", "M1@2026-03-06", ("p.csv!A2",)),
        Incomplete("周口市/示范区/人民路口", "周口市/示范区/人民路口@2026-03-06", ("p.csv!A4", "p.csv!A5")),
    )  # fmt: skip


# --- where nobody has looked --------------------------------------------------------------------------------------------------


def test_blank_areas_by_type_and_area(tmp_path: Path, catalogue: Catalogue) -> None:
    found = checked(tmp_path, catalogue, {"农贸市场.csv": [WIDE]})
    of_markets = [each for each in found.blank if each.site_type in {"market", "crossing"}]
    assert of_markets == [
        Blank("crossing", "周口市/示范区", 1, 0, ("周口市/示范区/人民路口",), ()),
        Blank("market", "周口市/川汇区", 2, 1, ("M2",), ("litter", "market_drains", "market_order", "market_service", "market_signs", "market_smoke")),
    ]  # fmt: skip
    of_records = {each.site_type for each in found.blank if each.record}
    assert of_records == {each.site_type for each in found.blank} - {"market", "crossing"}
    assert "statistics" in of_records


def test_without_areas_all_sites_are_of_one(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [WIDE | {"点位": "甲"}]
    submission = read(tmp_path, catalogue, {"农贸市场.csv": rows})
    found = checkup_of(judge_round(catalogue, submission), str)
    assert [(each.site_type, each.area, each.registered) for each in found.blank] == [("market", "", 1)]
    assert found.quotas == ()
    assert found.unassigned == (Unassigned("甲", "甲", "market", ("area",), ""),)


def test_quotas(tmp_path: Path, catalogue: Catalogue) -> None:
    found = checked(tmp_path, catalogue, {"农贸市场.csv": [WIDE]}).quotas
    assert found == (Reached("market", "周口市/川汇区", 1, 2, 1), Reached("market", "周口市/示范区", 1, 0, 0))
    assert [each.reached for each in found] == [True, False]


def test_sites_without_area_or_unit(tmp_path: Path, catalogue: Catalogue) -> None:
    """A market has the unit of its type; a crossing none, unless the register or the site it belongs to says one."""
    register = [
        {"编号": "A", "点位": "甲", "点位类型": "农贸市场", "责任单位": "", "所属点位": ""},
        {"编号": "B", "点位": "乙", "点位类型": "路口", "责任单位": "", "所属点位": ""},
        {"编号": "C", "点位": "丙", "点位类型": "路口", "属地": "川汇区", "责任单位": "交警大队", "所属点位": ""},
        {"编号": "D", "点位": "丁", "点位类型": "公共厕所", "责任单位": "", "所属点位": "A", "属地": ""},
        {"编号": "E", "点位": "戊", "点位类型": "农贸市场", "责任单位": "文明办", "属地": "川汇区"},
        {"编号": "F", "点位": "己", "点位类型": "公共厕所", "所属点位": "E"},
    ]
    rows = [WIDE | {"点位": "甲"}]
    found = checked(tmp_path, catalogue, {"register.csv": register, "农贸市场.csv": rows}).unassigned
    assert [each for each in found if len(each.site) == 1] == [
        Unassigned("A", "甲", "market", ("area",), "register.csv!B2"), Unassigned("B", "乙", "crossing", ("area", "unit"), "register.csv!B3"),
        Unassigned("D", "丁", "toilet", ("area", "unit"), "register.csv!B5"),
    ]  # fmt: skip


# --- which round --------------------------------------------------------------------------------------------------------------


def test_the_round_that_was_asked_for_or_the_last(tmp_path: Path, catalogue: Catalogue) -> None:
    files = {
        "农贸市场.csv": [
            WIDE | {"轮次": "甲轮"},
            WIDE | {"轮次": "乙轮", "日期": "2026-04-06"},
            WIDE | {"轮次": "乙轮", "日期": "2026-04-06"},
        ]
    }
    found = {asked: checked(tmp_path, catalogue, files, asked) for asked in (None, "甲轮", "丙轮")}
    assert {asked: (each.round, len(each.repeated)) for asked, each in found.items()} == {
        None: ("乙轮", 1),
        "甲轮": ("甲轮", 0),
        "丙轮": ("乙轮", 1),
    }


def test_data_of_which_nothing_is_left(tmp_path: Path, catalogue: Catalogue) -> None:
    found = checked(tmp_path, catalogue, {"农贸市场.csv": [WIDE | {"摊位数": "八"}]})
    assert (found.round, found.used, found.rejected) == ("", 9, 1)
    assert {(each.visited, each.unchecked) for each in found.blank} == {(0, ())}
