"""Shapes: what must come out of each awkward file, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pytest

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.submission import Submission
from tests.intake.awkward.sheets import Sheet, text, workbook
from tests.intake.city import AREAS, REGISTER, cells, read, refused

BASE: Mapping[str, object] = {"areas.csv": AREAS, "register.csv": REGISTER}
SITES = "site stalls"
CHECK = "site criterion result grade deducted"


@dataclass(frozen=True)
class Case:
    """A file, and what must come out: rows accepted, cells rejected, notes (without those on unused columns).

    ``seen`` are the columns of market visits that are compared (of checks or problems for a long table), a row a line.
    """

    name: str
    sheet: Sheet | str | bytes
    shape: str = "wide"
    seen: str = SITES
    rows: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    mapping: str = ""
    refused: str = ""
    more: Mapping[str, object] = field(default_factory=dict)


CASES = [
    Case(
        "two header rows, groups merged across, the rest merged down",
        Sheet(
            ["点位 | 日期 | 摊位 | | 备注", " | | 摊位数 | 持证摊位数 |", "人民市场 | 2026-03-06 | =12 | =3 | x", "建设市场 | 2026-03-07 | =4 | | y"],
            "A1:A2 B1:B2 C1:D1 E1:E2",
        ),
        rows=("M1 12", "M2 4"), notes=("header-rows",),
    ),
    Case(
        "two header rows, nothing merged down: the second is blank beside the groups",
        Sheet(["点位 | 摊位 | | 备注", " | 摊位数 | 持证摊位数 |", "人民市场 | =12 | =3 | x"], "B1:C1"),
        rows=("M1 12",), notes=("header-rows",),
    ),
    Case(
        "two header rows, every column below a group",
        Sheet(["基本情况 | | 摊位 |", "点位 | 日期 | 摊位数 | 持证摊位数", "人民市场 | 2026-03-06 | =12 | =3"], "A1:B1 C1:D1"),
        rows=("M1 12",), notes=("header-rows",),
    ),
    Case(
        "three header rows under a title over the whole width",
        Sheet(
            ["农贸市场实地考察表", "点位 | 摊位 | | | 排水", " | 数量 | | 其他 |", " | 摊位数 | 持证摊位数 | 噪声 |", "人民市场 | =12 | =3 | =60.5 | A"],
            "A1:E1 A2:A4 B2:D2 B3:C3 E2:E4",
        ),
        seen="site stalls licensed noise drains", rows=("M1 12 3 60.5 A",), notes=("header-rows", "title-rows"),
    ),
    Case(
        "the same last part under two groups is not guessed at",
        Sheet(["点位 | 上午 | 下午 | 摊位数", " | 噪声 | 噪声 |", "人民市场 | =50 | =60 | =7"], "A1:A2 D1:D2"),
        seen="site stalls noise", rows=("M1 7 -",), notes=("ambiguous-header", "ambiguous-header", "header-rows"),
    ),
    Case(
        "the same last part under two groups, settled by mapping.yaml",
        Sheet(["点位 | 上午 | 下午 | 摊位数", " | 噪声 | 噪声 |", "人民市场 | =50 | =60 | =7"], "A1:A2 D1:D2"),
        seen="site stalls noise", rows=("M1 7 60",), notes=("header-rows",), mapping="columns: {上午/噪声: null, 下午/噪声: 噪声}",
    ),
    Case(
        "a general word below another: the number of the unit is no number of the site",
        Sheet(["点位 | 责任单位 | | 摊位数", " | 名称 | 编号 |", "人民市场 | 文明办 | 77 | =7"], "A1:A2 B1:C1 D1:D2"),
        rows=("M1 7",), notes=("ambiguous-header", "ambiguous-header", "header-rows"),
    ),
    Case(
        "titles of several cells above the headers, and a blank row",
        Sheet(["周口市农贸市场检查表", "填报单位:文明办 | | | 2026年3月", "", "序号 | 点位 | 日期 | 摊位数 | 备注", "=1 | 人民市场 | 2026-03-06 | =3 | x"], "A1:E1"),
        rows=("M1 3",), notes=("title-rows",),
    ),
    Case(
        "a title in one cell of a file without merged cells",
        text(["农贸市场检查表", "点位 | 摊位数", "人民市场 | 3"]), rows=("M1 3",), notes=("title-rows",),
    ),
    Case(
        "empty columns and a column of numbers before the table",
        Sheet(["", " | 序号 | 点位 | | 摊位数", " | =1 | 人民市场 | | =3", " | =2 | 建设市场 | | =4"]), rows=("M1 3", "M2 4"),
    ),
    Case(
        "totals among and below the rows, remarks at the end",
        Sheet(
            ["点位 | 属地 | 摊位数 | 备注", "人民市场 | 七一路街道 | =3 | x", "小 计 | | =3 |", "建设市场 | 川汇区 | =4 | y", "合计: | | =7 |", "", "填表人:张三 | | 审核人:李四 |", "注:本表一式三份"],
            "A8:D8",
        ),
        rows=("M1 3", "M2 4"), notes=("remark-rows", "summary-rows"),
    ),
    Case(
        "a total behind the area that it is of",
        Sheet(["属地 | 点位 | 摊位数", "七一路街道 | 人民市场 | =3", "七一路街道 | 小计 | =3"]), rows=("M1 3",), notes=("summary-rows",),
    ),
    Case(
        "a last row over the whole width without a word that is known",
        Sheet(["点位 | 摊位数 | 备注", "人民市场 | =3 | x", "以上数据由第三方提供"], "A3:C3"), rows=("M1 3",), notes=("remark-rows",),
    ),
    Case(
        "a last row that nothing marks as a remark is a row",
        Sheet(["点位 | 摊位数 | 备注", "人民市场 | =3 | x", "以上数据由第三方提供"]), rows=("M1 3",), rejected=("A3 unknown-site",),
    ),
    Case(
        "cells of one row merged across two columns",
        Sheet(["点位 | 摊位数 | 备注 | 噪声", "人民市场 | =3 | 停业 |", "建设市场 | =4 | | =60"], "C2:D2"),
        seen="site stalls remark noise", rows=("M1 3 停业 -", "M2 4 - 60"), notes=("merged-cells",),
    ),
    Case(
        "the headers again on the second page",
        Sheet(["点位 | 日期 | 摊位数", "人民市场 | 2026-03-06 | =3", "点位 | 日期 | 摊位数", "建设市场 | 2026-03-06 | =4"]),
        rows=("M1 3", "M2 4"), notes=("repeated-headers",),
    ),
    Case(
        "two tables below each other",
        Sheet(["点位 | 摊位数", "人民市场 | =3", "", "表二", "点位 | 测评标准 | 结果", "人民市场 | 秩序良好 | 是"]), refused="several-tables",
    ),
    Case(
        "two tables beside each other",
        Sheet(["点位 | 摊位数 | | 点位 | 骑行人数", "人民市场 | =3 | | 人民路口 | =9"]), refused="tables-beside",
    ),
    Case(
        "a third-party sheet: points lost and earned, area and unit merged down",
        Sheet(
            [
                "第三方测评扣分明细", "序号 | 项目 | 考察点位 | 扣分 | 得分 | 区域 | 责任单位", "=1 | 标识规范 | 人民市场 | =2 | =3 | 七一路街道 | 市场监管局",
                "=2 | 秩序良好 | 人民市场 | =0 | =1 | | ", "=3 | 服务周到 | 人民市场 | =0.5 | =0.5 | | ", "=4 | 无乱扔垃圾 | 建设市场 | | =3 | 川汇区 | 文明办",
            ],
            "A1:G1 F3:F5 G3:G5",
        ),
        shape="checks", seen=f"{CHECK} lead_units",
        rows=("M1 market_signs - - 2 bureau", "M1 market_order met - 0 bureau", "M1 market_service - 中 0.5 bureau", "M2 litter - - 1 office"),
        notes=("filled-down", "title-rows"),
    ),
    Case(
        "points that do not add up, beyond the criterion's, or between its verdicts",
        Sheet(
            [
                "点位 | 测评内容 | 分值 | 扣分 | 得分", "人民市场 | 标识规范 | =5 | =2 | =2", "人民市场 | 标识规范 | =10 | =2 | =8", "人民市场 | 标识规范 | | | =6",
                "人民市场 | 秩序良好 | | =0.5 | ", "人民市场 | 秩序良好 | =1 | | =0", "人民市场 | 标识规范 | | =-1 | ",
            ]
        ),
        shape="checks", seen=CHECK, rows=("M1 market_order missed - 1",),
        rejected=("E2 points-do-not-add-up", "C3 points-differ", "E4 earned-too-much", "D5 points-between", "D7 negative-deduction"),
    ),
    Case(
        "points in a cell over several rows",
        Sheet(["点位 | 项目 | 扣分", "人民市场 | 标识规范 | =2", "人民市场 | 无乱扔垃圾 | ", "建设市场 | 标识规范 | =1", "建设市场 | 无乱扔垃圾 | ", "建设市场 | 秩序良好 | =1"], "C2:C3 C4:C5"),
        shape="checks", seen=CHECK, rows=("M2 market_order missed - 1",),
        rejected=("C2 merged-points", "C3 merged-points", "C4 merged-points", "C5 merged-points"), notes=("filled-down",),
    ),
    Case(
        "the outline beside the criterion: the more exact header counts",
        Sheet(["测评项目 | 测评内容 | 检查日期 | 检查时间 | 点位 | 测评结果", "公共秩序 | 秩序良好 | 2026-03-06 | 08:30 | 人民市场 | 达标"]),
        shape="checks", seen=CHECK, rows=("M1 market_order met - -",), notes=("less-exact-column", "less-exact-column"),
    ),
    Case(
        "words of a scale in the column of results",
        Sheet(["点位 | 测评标准 | 结果 | 等级", "人民市场 | 服务周到 | 中 |", "人民市场 | 排水通畅 | b | B", "人民市场 | 排水通畅 | B | A", "人民市场 | 秩序良好 | 基本达标 |", "人民市场 | 服务周到 | 不适用 |", "人民市场 | 服务周到 | | 好"]),
        shape="checks", seen=CHECK, rows=("M1 market_drains - B -", "M1 market_service - 中 -", "M1 market_service not_applicable - -", "M1 market_service - 好 -"),
        rejected=("C4 columns-differ", "C5 unreadable-result"),
    ),
    Case(
        "problems of one site in a merged cell",
        Sheet(["考察点位 | 项目 | 存在问题 | 整改时限 | 现场图片", "人民市场 | 无乱扔垃圾 | 东门 | 2026-03-09 | 1.jpg", " | 无乱扔垃圾 | 西门 | | 2.jpg", "建设市场 | 无乱扔垃圾 | 北门 | | "], "A2:A3"),
        shape="problems", seen="site problem photo", rows=("M1 东门 1.jpg", "M1 西门 2.jpg", "M2 北门 -"), notes=("filled-down",),
    ),
    Case(
        "a problem list that mapping.yaml calls checks",
        Sheet(["点位 | 项目 | 问题 | 扣分", "人民市场 | 标识规范 | | =0", "建设市场 | 标识规范 | 无标识 | =2"]), shape="checks", seen=CHECK,
        rows=("M1 market_signs - - 0", "M2 market_signs - - 2"), mapping="shape: checks",
    ),
    Case(
        "units in brackets and stars of a form",
        Sheet(["*点位(必填) | 摊位数（个） | 噪声(分贝) | 抽检合格率(%) | 持证摊位数(家)", "人民市场 | =3 | =60 | 88 | =1"]),
        seen="site stalls noise tested licensed", rows=("M1 3 60 0.88 -",),
    ),
    Case(
        "headers that nobody knows, named by header and by letter",
        Sheet(["市场 | 个数 | 说明", "人民市场 | =3 | x"]), seen="site stalls remark", rows=("M1 3 x",), mapping="columns: {市场: 点位, B: stalls, C: 备注}",
    ),
    Case(
        "two header rows of a .csv file, which has no merged cells",
        text(["表", "点位 | 摊位 | | 备注", " | 摊位数 | 持证摊位数 |", "人民市场 | 3 | 2 | x"]), seen="site stalls licensed remark", rows=("M1 3 2 x",),
        notes=("header-rows", "title-rows"), mapping="header_rows: [2, 3]",
    ),
    Case(
        "a header row far below",
        Sheet([*(f"说明第{each}行 | 一 | 二" for each in range(9)), "点位 | 摊位数 | 备注", "人民市场 | =3 | x"]), rows=("M1 3",), notes=("title-rows",), mapping="header_row: 10",
    ),
    Case(
        "a sheet that is all about one site",
        Sheet(["测评标准 | 结果", "秩序良好 | √", "标识规范 | ×"]), shape="checks", seen=CHECK,
        rows=("M1 market_order met - -", "M1 market_signs missed - -"), mapping="site: 人民市场",
    ),
    Case(
        "a sheet that is all about one area",
        Sheet(["点位 | 摊位数", "建设市场 | =3"]), rows=("M2 3",), mapping="area: 川汇区/中心街道",
    ),
    Case(
        "a text file in Big5",
        text(["点位 | 日期 | 備註", "人民市場 | 2026-03-06 | 無"]).replace("点位", "點位").encode("big5"), refused="perhaps-big5",
    ),
    Case(
        "a text file in GB18030 that is no table, in Big5 neither",
        text(["甲甲 | 乙乙", "丙 | 丁"]).encode("gb18030"), refused="unknown-shape",
    ),
    Case(
        "a text file in GB18030 whose bytes are none of Big5",
        text(["㙍囧 | 镕镕", "€ | 丁"]).encode("gb18030"), refused="unknown-shape",
    ),
    Case(
        "a text file in Big5, as mapping.yaml says",
        text(["點位 | 日期 | 攤位數", "M1 | 2026-03-06 | 3"]).encode("big5"), rows=("M1 3",), mapping="encoding: big5\n    columns: {點位: 编号, 攤位數: 摊位数}",
    ),
    Case(
        "numbers and dates as people type them",
        Sheet(["点位 | 日期 | 摊位数 | 明码标价率 | 抽检合格率 | 地面干净", "人民市场 | 2026年3月6日(周五) | １２ | 79.2% | ８５％ | √", "建设市场 | 2026年3月7号 | / | 0.88 | — | ×", "人民市场 | 2026.3.8 | 三处 | | 88 | 无", "人民市场 | 3月8日 | | 八成 | | 一般"]),
        seen="site stalls priced tested clean", rows=("M1 12 0.792 0.85 True", "M2 - 0.88 - False"),
        rejected=("C4 unreadable-count", "B5 unreadable-date", "D5 unreadable-percent", "F5 unreadable-yes-no"),
    ),
]  # fmt: skip


def shown(frame: pl.DataFrame, columns: str) -> list[str]:
    """Rows in a line each; a blank is ``-``, whole numbers have no point."""

    def word(value: object) -> str:
        if isinstance(value, list):
            return "+".join(map(str, value))
        return "-" if value is None else f"{value:g}" if isinstance(value, float) else str(value)

    return [" ".join(map(word, row)) for row in frame.sort("row").select(columns.split()).iter_rows()]


def files_of(case: Case) -> dict[str, object]:
    """The data folder of a case."""
    name, content = (
        ("表.xlsx", workbook({"甲": case.sheet})) if isinstance(case.sheet, Sheet) else ("表.csv", case.sheet)
    )
    said = f"files:\n  {name}:\n    {case.mapping}\n" if case.mapping else None
    return {**BASE, name: content, "mapping.yaml": said, **case.more}


def noted(submission: Submission) -> tuple[str, ...]:
    return tuple(note.code for note in submission.notes if note.code != "unused-column" and note.place.startswith("表"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_comes_out(tmp_path: Path, catalogue: Catalogue, case: Case) -> None:
    if case.refused:
        assert [code for _, code in refused(tmp_path, catalogue, files_of(case))] == [case.refused]
        return
    submission = read(tmp_path, catalogue, files_of(case))
    frames = {"wide": submission.visits["market"], "checks": submission.checks, "problems": submission.problems}
    assert [table.shape for table in submission.tables if table.file.startswith("表")] == [case.shape]
    assert sorted(shown(frames[case.shape], case.seen)) == sorted(case.rows)
    assert [f"{cell} {code}" for cell, code in cells(submission)] == list(case.rejected)
    assert noted(submission) == case.notes


def test_there_are_enough_of_them_and_each_is_another() -> None:
    assert len({case.name for case in CASES}) == len(CASES) > 30
