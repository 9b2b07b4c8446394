"""Every reason to reject a row: where it points, what it says; and rejects.csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

import pytest

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.reasons import NOTES, REASONS, REFUSALS
from duibiao.evaluator.intake.rejects import rejects_csv
from tests.intake.awkward.sheets import Sheet, workbook
from tests.intake.city import AREAS, REGISTER, only, read

BASE: Mapping[str, object] = {"areas.csv": AREAS, "register.csv": REGISTER}
UNITS = [{"单位": "市场监管局", "属地": "川汇区"}, {"单位": "文明办"}]
ROUNDS = [
    {"轮次": "r1", "标题": "第一轮", "开始": "2026-03-01", "结束": "2026-03-07"},
    {"轮次": "r2", "标题": "第二轮", "开始": "2026-03-08", "结束": "2026-03-14"},
]
LONG = "字" * 32_768


def market(**row: object) -> dict[str, object]:
    """A table of wide inspections with one row at the people's market, more or other columns as given."""
    return {"wide.csv": [{"点位": "人民市场", "日期": "2026-03-06", "摊位数": "3", **row}]}


def check(**row: object) -> dict[str, object]:
    """A table of long checks with one row."""
    return {"checks.csv": [{"点位": "人民市场", "测评标准": "market_order", "结果": "符合", **row}]}


def asked_twice(*populations: int) -> dict[str, object]:
    """A table of answers of people of one district, each with a population."""
    return {
        "answers.csv": [
            {"属地": "川汇区", "您支持本市参评吗": "支持", "权数": "1", "总体数": each} for each in populations
        ]
    }


def register(*rows: Mapping[str, object]) -> dict[str, object]:
    """Another register with these rows."""
    return {"more.csv": [{"编号": "X1", "点位": "新市场", "点位类型": "农贸市场", **row} for row in rows]}


def mended(*numbers: str, sheet: str = "") -> dict[str, object]:
    """A wrong row, and mended ones for these numbers of rows of its file as it was before."""
    row = {"点位": "人民市场", "摊位数": "3", "来源文件": "wide.csv", "来源工作表": sheet, "来源sha256": ""}
    return market(摊位数="八") | {"z.csv": [row | {"来源行": number} for number in numbers]}


def answers(**row: object) -> dict[str, object]:
    """A table of answers with one respondent; a column that is None is left out."""
    whole = {"属地": "川汇区", "参评态度": "支持", "日期": "2026-03-06", **row}
    return {"answers.csv": [{key: value for key, value in whole.items() if value is not None}]}


# code -> tables beside areas and register, and the one cell that is named.
CASES: dict[str, list[tuple[dict[str, object], str]]] = {
    "unreadable-number": [(market(噪声="八成"), "D2"), (check(扣分="两分"), "D2")],
    "unreadable-count": [(market(摊位数="3.5"), "C2"), (market(摊位数="-1"), "C2"), (market(摊位数="八"), "C2")],
    "unreadable-percent": [(market(明码标价率="八成"), "D2"), (market(抽检合格率="1e400"), "D2")],
    "ambiguous-percent": [({"wide.xlsx": [{"点位": "人民市场", "抽检合格率": 0.88}]}, "B2")],
    "unreadable-yes-no": [(market(地面干净="大概"), "D2"), (market(已查全="也许"), "D2")],
    "unreadable-date": [(market(日期="去年"), "B2"), (market(清洗日期="2026-02-30"), "D2"), (market(整改期限="尽快"), "D2")],
    "zoned-date": [({"wide.parquet": [{"点位": "人民市场", "日期": datetime(2026, 3, 6, tzinfo=UTC), "摊位数": 3}]}, "日期#1")],
    "unreadable-text": [({"wide.json": [{"点位": "人民市场", "备注": each}]}, "备注#1") for each in ({"甲": 1}, [["甲"], "乙"])],
    "unknown-option": [
        (market(异味="臭"), "D2"), (market(便民服务="公平秤、雨伞"), "D2"), (market(排水="D"), "D2"),
        (market(服务周到="优"), "D2"), (check(测评标准="服务周到", 等级="优"), "D2"), (check(测评标准="排水通畅", 等级="D"), "D2"),
    ],
    "unreadable-result": [(check(结果="部分符合"), "C2")],
    "text-too-long": [(market(备注=LONG), "D2"), (market(检查人=LONG), "D2")],
    "control-character": [(market(备注="a\x07b"), "D2"), (market(点位="人民\x1b市场"), "A2")],
    "digits-lost": [({"wide.xlsx": [{"编号": 4.1140200100200301e17, "摊位数": 3}]}, "A2")],
    "formula-without-value": [({"wide.xlsx": {"农贸市场": [{"点位": "人民市场", "摊位数": ("=1/0", "#DIV/0!")}]}}, "B2")],
    "missing-value": [
        (market(点位=""), "A2"), (check(测评标准="—"), "B2"), (register({"点位": "", "编号": ""}), "B2"),
        ({"waivers.csv": [{"点位": "人民市场", "标准": "市场干净", "豁免理由": ""}]}, "C2"),
        ({"区县统计.csv": [{"区县": "", "常住人口": "5"}]}, "A2"), ({"单位培训.csv": [{"单位": "", "属地": "川汇区", "明白人人数": "2"}]}, "A2"),
        ({"单位培训.csv": [{"单位": "市场监管局", "属地": "", "明白人人数": "2"}]}, "B2"), ({"units.csv": [{"单位": "-", "属地": "川汇区"}]}, "A2"),
        ({"rounds.csv": [{"轮次": "", "开始": "2026-03-01", "结束": "2026-03-07"}]}, "A2"), ({"areas2.csv": [{"名称": "", "上级": "周口市"}]}, "A2"),
    ],
    "columns-differ": [({"wide.csv": [{"点位": "人民市场", "名称": "建设市场", "摊位数": "3"}]}, "B2"), (market(摊位总数="4"), "D2")],
    "extra-cells": [({"wide.csv": "点位,摊位数\n人民市场,1,234\n".encode()}, "row 2")],
    "not-a-record": [({"wide.json": [{"点位": "人民市场", "摊位数": 3}, "小计"]}, "row 2")],
    "submission-differs": [
        ({"central.csv": [{"KEY": "uuid:a", "SubmissionDate": "", "site": "人民市场", "g-stalls": each} for each in "34"]}, "row 3"),
        ({name: [{"_id": "1", "_uuid": "a", "site": "人民市场", "stalls": each}] for name, each in (("a.csv", "3"), ("b.csv", "4"))}, "row 2"),
    ],
    "origin-missing": [(mended("2", sheet="甲"), "row 2"), (mended("第二"), "row 2")],
    "origin-changed": [
        (market(摊位数="八") | {"z.csv": [{"点位": "人民市场", "摊位数": "3", "来源文件": "wide.csv", "来源工作表": "", "来源行": "2", "来源sha256": "0"}]}, "row 2"),
    ],
    "mended-twice": [(mended("2", "2"), "row 3")],
    "unknown-site": [
        (market(点位="人民市厂"), "A2"), (market(编号="M9"), "D2"), (market(街道="川汇区/中心街道"), "A2"),
        (register({"所属点位": "没有市场", "点位类型": "公共厕所"}), "D2"),
    ],
    "ambiguous-site": [
        (register({"编号": "X1", "点位": "人民市场"}) | market(), "A2"),
        (register({"点位": "双胞胎"}, {"编号": "X2", "点位": "双胞胎"}, {"编号": "X3", "点位类型": "公共厕所", "所属点位": "双胞胎"}), "D4"),
    ],
    "site-differs": [(market(编号="M2"), "A2"), (market(编号="M1", 街道="川汇区/中心街道"), "D2")],
    "part-of-differs": [
        (market(所属点位="建设市场"), "D2"),
        (register({"点位": "厕一", "点位类型": "公共厕所", "所属点位": "人民市场"}) | {"厕.csv": [{"点位": "厕一", "所属点位": "人民市扬", "厕位数": "4"}]}, "B2"),
    ],
    "site-rejected": [(register({"建筑面积": "很大"}) | market(点位="新市场"), "A2")],
    "duplicate-site": [(register({"编号": "M1", "点位": "人民市场"}), "B2"), (register({"编号": "", "点位": "人民路口", "属地": "示范区"}), "B2")],
    "unknown-site-type": [(market(类型="市厂"), "D2"), (register({"点位类型": "市厂"}), "C2")],
    "missing-site-type": [
        (register({"点位类型": ""}), "C2"),
        ({"checks.csv": [{"属地": "川汇区", "标准": "资料齐全", "结果": "是"}]}, "row 2"),
        ({"checks.csv": [{"点位": "甲", "标准": "无乱扔垃圾", "结果": "是"}], "register.csv": None}, "row 2"),
        ({"w.csv": [{"编号": "甲", "摊位数": "2"}], "register.csv": None}, "row 2"),
    ],
    "type-differs": [(market(类型="路口"), "A2")],
    "type-without-register": [(register({"点位类型": "区县统计"}), "C2")],
    "part-of-type": [(register({"点位类型": "公共厕所", "所属点位": "人民路口"}), "D2")],
    "part-of-circle": [
        (register({"所属点位": "人民市场"}, {"编号": "X2", "点位": "厕一", "点位类型": "公共厕所", "所属点位": "新市场"}), "D3"),
    ],
    "unknown-area": [(market(区县="川江区"), "D2"), (market(属地="周口市/川江区"), "D2"), ({"areas2.csv": [{"名称": "新街道", "上级": "川江区"}]}, "B2")],
    "ambiguous-area": [(market(属地="中心街道"), "D2"), ({"areas2.csv": [{"名称": "新社区", "上级": "中心街道"}]}, "B2")],
    "area-level": [
        ({"区县统计.csv": [{"属地": "七一路街道", "常住人口": "5"}]}, "A2"), ({"区县统计.csv": [{"街道": "七一路街道", "常住人口": "5"}]}, "A2"),
        ({"单位培训.csv": [{"单位": "市场监管局", "属地": "周口市", "明白人人数": "2"}]}, "B2"),
    ],
    "area-depth": [(market(属地="甲/乙/丙/丁/戊"), "D2"), ({"areas2.csv": [{"名称": "甲社区", "上级": "七一路街道"}, {"名称": "一号楼", "上级": "甲社区"}]}, "A3")],
    "area-order": [({"areas2.csv": [{"名称": "新区", "上级": "七一路街道", "层级": "区县"}]}, "C2")],
    "area-without-top": [({"areas2.csv": [{"名称": "甲", "上级": "乙"}, {"名称": "乙", "上级": "甲"}]}, "B2"), ],
    "duplicate-area": [({"areas2.csv": [{"名称": "川汇区", "上级": "周口市", "层级": "区县", "责任领导": "赵某"}]}, "A2")],
    "unknown-level": [({"areas2.csv": [{"名称": "新区", "上级": "周口市", "层级": "乡"}]}, "C2")],
    "unknown-unit": [
        (market(责任单位="市场监管所"), "D2"), (market(配合单位="文明办、环卫处"), "D2"), ({"units.csv": [{"单位": "环卫处"}]}, "A2"),
        ({"单位培训.csv": [{"单位": "环卫处", "属地": "川汇区", "明白人人数": "2"}]}, "A2"), (check(单位="环卫处"), "D2"),
    ],
    "unlisted-unit": [({"units.csv": UNITS, "单位培训.csv": [{"单位": "市场监管局", "属地": "示范区", "明白人人数": "2"}]}, "A2")],
    "unit-area": [
        (market(责任单位="示范区市场监管局"), "D2"), ({"单位培训.csv": [{"单位": "川汇区市场监管局", "属地": "示范区", "明白人人数": "2"}]}, "A2"),
        ({"units.csv": [{"单位": "文明办", "属地": "川汇区"}]}, "A2"), (register({"属地": "川汇区", "责任单位": "示范区交警大队"}), "E2"),
    ],
    "duplicate-unit": [({"units.csv": [{"单位": "交警大队", "属地": "川汇区"}, {"单位": "police", "属地": "川汇区", "责任人": "甲"}]}, "A3")],
    "unknown-criterion": [(check(测评标准="市场干净整洁"), "B2")],
    "ambiguous-criterion": [({"checks.csv": [{"编号": "M9", "标准": "秩序良好", "结果": "是"}]}, "B2")],
    "criterion-elsewhere": [(check(测评标准="戴头盔"), "B2"), (check(测评标准="helmet", 类型="市场"), "B2")],
    "no-scale": [(check(等级="A"), "D2"), (check(测评标准="市场干净", 等级="A"), "D2")],
    "negative-deduction": [(check(扣分="-2"), "D2"), ({"p.csv": [{"点位": "人民市场", "标准": "无乱扔垃圾", "问题": "纸屑", "扣分": "-1"}]}, "D2"), ({"w.csv": [{"点位": "人民市场", "标识规范": "-1"}]}, "B2")],
    "verdicts-contradict": [
        (check(扣分="1"), "D2"), (check(结果="不符合", 扣分="0"), "D2"), (check(结果="不适用", 扣分="1"), "D2"), (check(测评标准="标识规范", 扣分="1"), "D2"),
        (check(测评标准="服务周到", 结果="不符合", 等级="好"), "D2"), (check(测评标准="服务周到", 等级="中"), "D2"), (check(测评标准="服务周到", 结果="不适用", 等级="中"), "D2"),
        (check(测评标准="服务周到", 结果="", 等级="好", 扣分="1"), "E2"), (check(测评标准="服务周到", 结果="中", 扣分="0"), "D2"),
    ],
    "fields-elsewhere": [({"w.csv": [{"点位": "人民路口", "摊位数": "3"}]}, "B2")],
    "merged-points": [({"checks.xlsx": workbook({"甲": Sheet(["点位 | 标准 | 得分", "人民市场 | 秩序良好 | =1", "人民市场 | 标识规范"], "C2:C3")})}, "C3")],
    "points-differ": [(check(分值="9"), "D2")],
    "points-do-not-add-up": [(check(测评标准="标识规范", 结果="", 扣分="2", 得分="2"), "E2"), (check(测评标准="无人吸烟", 扣分="2", 得分="2"), "E2")],
    "points-changed": [(check(测评标准="无人吸烟", 结果="", 得分="2"), "D2")],
    "earned-too-much": [(check(得分="6"), "D2")],
    "points-between": [(check(结果="", 扣分="0.5"), "D2"), (check(测评标准="服务周到", 结果="", 扣分="0.1"), "D2")],
    "missing-problem": [({"p.csv": [{"点位": "人民市场", "标准": "无乱扔垃圾", "问题": "无"}]}, "C2")],
    "unclear-questionnaire": [(answers(您觉得安全吗="安全", 参评态度=None), "row 2")],
    "unknown-answer": [(answers(参评态度="支待"), "B2"), (answers(您觉得安全吗="很安全"), "D2"), (answers(参评态度="A"), "B2")],
    "number-as-answer": [(answers(参评态度="1"), "B2"), (answers(parks="3"), "D2")],
    "missing-weight": [(answers(权数=""), "D2"), (answers(权数="/"), "D2")],
    "population-differs": [(asked_twice(9, 8), "D3")],
    "more-answers-than-people": [(asked_twice(1, 1), "D3")],
    "not-above-zero": [(answers(权数="0"), "D2"), (answers(权数="-1.5"), "D2")],
    "unreadable-population": [(answers(总体数=each), "D2") for each in ("0", "-5", "1.5", "五百")],
    "unknown-round": [({"rounds.csv": ROUNDS} | market(轮次="r3"), "D2")],
    "outside-rounds": [({"rounds.csv": ROUNDS} | market(日期="2026-04-01"), "B2")],
    "missing-date": [({"rounds.csv": ROUNDS} | market(日期=""), "B2")],
    "dates-order": [({"rounds.csv": [{"轮次": "r1", "开始": "2026-03-07", "结束": "2026-03-01"}]}, "C2")],
    "duplicate-round": [({"rounds.csv": [*ROUNDS, {"轮次": "r1", "开始": "2026-05-01", "结束": "2026-05-02"}]}, "A4")],
    "rounds-overlap": [({"rounds.csv": [*ROUNDS, {"轮次": "r3", "开始": "2026-03-14", "结束": "2026-03-20"}]}, "C4")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "tables", "cell"),
    [
        pytest.param(code, tables, cell, id=f"{code}-{n}")
        for code, each in CASES.items()
        for n, (tables, cell) in enumerate(each)
    ],
)
def test_the_row_is_rejected_with_its_cell(
    tmp_path: Path, catalogue: Catalogue, code: str, tables: dict[str, object], cell: str
) -> None:
    submission = read(tmp_path, catalogue, {**BASE, **tables})
    found = [reject for reject in submission.rejects if (reject.code, reject.cell) == (code, cell)]
    assert found, submission.rejects
    assert found[0].reason
    assert found[0].suggestion
    assert "{" not in found[0].suggestion.replace("{...}", "")


def test_every_code_has_a_case() -> None:
    assert set(CASES) == set(REASONS)


def test_every_text_can_be_filled(tmp_path: Path, catalogue: Catalogue) -> None:
    """A place of a text that nobody fills would be an error when it is needed; here each table's texts are parsed."""
    for text in (*(each for pair in REASONS.values() for each in pair), *REFUSALS.values(), *NOTES.values()):
        fields = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        assert all(name.isidentifier() for name in fields), text


# --- rejects.csv --------------------------------------------------------------------------------------------------------------


def lines(raw: bytes) -> list[list[str]]:
    """The lines of a CSV file with a byte order mark."""
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_rejects_csv(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(
        tmp_path, catalogue, {**BASE, "3月.xlsx": {"市场": [{"点位": "人民市场", "摊位数": "八成,\n“多”"}]}}
    )
    assert lines(rejects_csv(submission)) == [
        ["file", "sheet", "row", "cell", "code", "value", "reason", "suggestion"],
        [
            "3月.xlsx", "市场", "2", "B2", "unreadable-count", "八成,\n“多”", "'八成,\n“多”' cannot be read as a count (column '摊位数')",
            "write a whole number from 0, such as 12; leave the cell blank if nothing was counted",
        ],
    ]  # fmt: skip


def test_without_rejects_there_is_a_header(tmp_path: Path, catalogue: Catalogue) -> None:
    assert len(lines(rejects_csv(read(tmp_path, catalogue, BASE)))) == 1


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－八", "＠a"]
)
def test_no_cell_is_a_formula(text: str, tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "=w.json": [{"点位": text, "摊位数": 1}]})
    for line in lines(rejects_csv(submission))[1:]:
        assert line[5].startswith("'")
        assert line[0] == "'=w.json"
        assert not any(each.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")) for each in line)


def test_hostile_names_are_only_names(tmp_path: Path, catalogue: Catalogue) -> None:
    """A site called ../../etc is a site of that name; nothing is opened, nothing is run."""
    rows = [
        {"点位": each, "属地": "川汇区", "摊位数": "1"}
        for each in ("../../etc/passwd", "<script>alert(1)</script>", "=1+1", "{0}", "%s", "a\nb")
    ]
    submission = read(tmp_path, catalogue, {"areas.csv": AREAS, "市场.csv": rows})
    assert submission.rejects == ()
    assert "周口市/川汇区/../../etc/passwd" in submission.sites["site"].to_list()


def test_long_values_are_cut(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, **market(摊位数="八" * 5000)})
    assert len(only(submission).value) == 200
