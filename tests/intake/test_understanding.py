"""How files are understood, before anything is scored."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.understanding import Understanding, UnderstoodTable, understand
from tests.intake.awkward.sheets import Sheet, text, workbook
from tests.intake.city import AREAS, REGISTER, Rows, write

BASE = {"areas.csv": AREAS, "register.csv": REGISTER}
LONG = Sheet(
    [
        "扣分明细", "序号 | 测评项目 | 测评内容 | 考察点位 | 区域 | 扣分 | 怪列 | 责任单位 | | ", " | | | | | | | 名称 | 编号 | ",
        "=1 | 秩序 | 标识规范 | 人民市场 | 七一路街道 | =9 | x | 文明办 | 7 | y", "=2 | | 市容 | 建设市场 | | 两分 | | | | ", "合计 | | | | | =9 | | | | ",
    ],
    "A1:J1 A2:A3 B2:B3 C2:C3 D2:D3 E2:E3 F2:F3 G2:G3 H2:I2",
)  # fmt: skip


def understood(folder: Path, catalogue: Catalogue, files: Mapping[str, object]) -> Understanding:
    return understand([write(folder, files)], catalogue)


def table_of(found: Understanding, name: str) -> UnderstoodTable:
    """The one table of a file."""
    (table,) = next(each.tables for each in found.files if each.name == name)
    return table


def test_a_table_and_its_columns(tmp_path: Path, catalogue: Catalogue) -> None:
    found = understood(tmp_path, catalogue, {**BASE, "表.xlsx": workbook({"甲": LONG})})
    table = table_of(found, "表.xlsx")
    assert (table.place, table.shape, table.encoding, table.nearest) == ("表.xlsx!甲", "checks", None, None)
    assert (table.titles, table.headers, table.no_data) == ((1,), (2, 3), (6,))
    assert (table.read, table.used, table.rejected) == (2, 1, 1)
    assert [(each.letter, each.header, each.taken, each.keys, each.title) for each in table.columns] == [
        ("A", "序号", "left_out", (), ""), ("B", "测评项目", "less_exact", (), ""), ("C", "测评内容", "standard", ("criterion",), "测评标准"),
        ("D", "考察点位", "standard", ("site",), "点位"), ("E", "区域", "standard", ("area",), "属地"), ("F", "扣分", "standard", ("deduction",), "扣分"),
        ("G", "怪列", "unknown", (), ""), ("H", "责任单位/名称", "ambiguous", (), ""), ("I", "责任单位/编号", "ambiguous", (), ""), ("J", "", "unnamed", (), ""),
    ]  # fmt: skip
    lost = table.columns[5]
    assert (lost.filled, lost.blank, lost.rejected) == (2, 0, 1)
    assert lost.first is not None
    assert (lost.first.cell, lost.first.value, lost.first.code) == ("F5", "两分", "unreadable-number")
    assert (table.columns[4].filled, table.columns[4].blank) == (1, 1)
    assert [each.nearest for each in table.columns if each.taken == "unknown"] == [None]
    assert found.whole


@pytest.mark.parametrize(
    ("name", "rows", "taken"),
    [
        ("农贸市场.csv", [{"点位": "人民市场", "街道": "", "摊位数": "/", "秩序良好": "是", "建筑面积": "3", "车道数": "2", "怪": "x"}], "standard level field criterion idle idle unknown"),
        ("w.csv", [{"点位": "新", "秩序良好": "是", "摊位数": "1", "露天": "是"}], "standard criterion field idle"),
        ("more.csv", [{"点位": "新市场", "点位类型": "农贸市场", "建筑面积": "3", "摊位数": "1", "日子": "x"}], "standard standard field idle unknown"),
        ("w.json", [{"点位": "人民市场", "摊位数": 1}], "standard field"),
        ("w.csv", [{"点位": "新", "摊位数": "1", "Photo_litter": "a.jpg", "Photo_gone": "b.jpg"}], "standard field photo unknown"),
        ("c.csv", [{"点位": "新", "标准": "无乱扔垃圾", "结果": "是", "Photo_litter": "a.jpg"}], "standard standard standard idle"),
    ],
)  # fmt: skip
def test_what_columns_are_taken_for(tmp_path: Path, catalogue: Catalogue, name: str, rows: Rows, taken: str) -> None:
    table = table_of(understood(tmp_path, catalogue, {**BASE, name: rows}), name)
    assert [each.taken for each in table.columns] == taken.split()
    assert (table.columns[0].letter == "") == name.endswith(".json")


def test_a_judged_criterion_of_each_type_of_site(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [{"点位": each, "秩序良好": "是"} for each in ("人民市场", "人民路口")]
    column = table_of(understood(tmp_path, catalogue, {**BASE, "w.csv": rows}), "w.csv").columns[1]
    assert (sorted(column.keys), column.title, column.taken) == (
        ["crossing_order", "market_order"],
        "秩序良好",
        "criterion",
    )


def test_what_is_not_recognised_says_what_is_missing(tmp_path: Path, catalogue: Catalogue) -> None:
    found = understood(
        tmp_path,
        catalogue,
        {
            **BASE,
            "w.csv": text(["序号 | 项目 | 扣分 | 摊位数 | 怪", "1 | 标识规范 | 2 | 3 | x"]),
            "v.csv": "甲,乙\n1,2\n",
        },
    )
    table = table_of(found, "w.csv")
    assert (table.shape, table.used, table.rejected, table.read) == (None, None, None, 1)
    assert table.nearest == ("checks", ["点位|编号|属地|单位"])
    assert [each.taken for each in table.columns] == ["left_out", "standard", "standard", "field", "unknown"]
    assert table_of(found, "v.csv").nearest is None
    assert not found.whole
    assert [each.code for file in found.files for each in file.refusals] == ["unknown-shape", "unknown-shape"]
    assert table_of(found, "areas.csv").used == 6


def test_nothing_recognised_at_all(tmp_path: Path, catalogue: Catalogue) -> None:
    found = understood(tmp_path, catalogue, {"w.csv": "甲,乙\n1,2\n", "README.md": "x", "x.csv": b""})
    assert [(each.name, len(each.tables)) for each in found.files] == [("w.csv", 1), ("x.csv", 0)]
    assert [each.code for each in found.notes] == ["skipped-file"]


def test_a_file_that_is_not_there(tmp_path: Path, catalogue: Catalogue) -> None:
    found = understand([tmp_path / "none.xlsx"], catalogue)
    assert (found.files, [each.code for each in found.refusals], found.whole) == ((), ["not-found"], False)


def test_mended_rows_stand_where_they_came_from(tmp_path: Path, catalogue: Catalogue) -> None:
    """And what cannot be put anywhere is refused."""
    sent = [{"点位": "人民市场", "摊位数": "八"}, {"点位": "建设市场", "摊位数": "4"}]
    origin = {"来源文件": "农贸市场.csv", "来源工作表": "", "来源行": "2", "来源sha256": ""}
    files = {**BASE, "农贸市场.csv": sent, "mended.csv": [{"点位": "人民市场", "摊位数": "8", **origin}]}
    found = understood(tmp_path / "one", catalogue, files)
    tables = {name: table_of(found, name) for name in ("农贸市场.csv", "mended.csv")}
    assert {name: (each.shape, each.used, each.rejected) for name, each in tables.items()} == {
        "农贸市场.csv": ("wide", 1, 0), "mended.csv": ("wide", 1, 0)
    }  # fmt: skip
    lost = {"甲": "人民市场", **origin, "来源文件": "别处.csv"}
    found = understood(tmp_path / "two", catalogue, {**files, "mended.csv": [lost]})
    assert [each.code for file in found.files for each in file.refusals] == ["unknown-shape"]
    assert not found.whole


def test_files_in_a_zip_file_lie_as_in_a_folder(tmp_path: Path, catalogue: Catalogue) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("农贸市场.csv", "点位,摊位数\n人民市场,3\n")
        archive.writestr("sub/w.csv", "甲,乙\n1,2\n")
    found = understood(tmp_path, catalogue, {**BASE, "all.zip": raw.getvalue(), "none.zip": b"PK\x05\x06"})
    told = {each.name: each for each in found.files}
    assert list(told) == ["all.zip/sub/w.csv", "all.zip/农贸市场.csv", "areas.csv", "none.zip", "register.csv"]
    assert told["all.zip/农贸市场.csv"].path == tmp_path / "all.zip" / "农贸市场.csv"
    assert [told[name].format for name in told] == ["csv", "csv", "csv", None, "csv"]
    assert [each.code for each in told["none.zip"].refusals] == ["zip-damaged"]


def test_sheets_that_were_not_read_and_encodings(tmp_path: Path, catalogue: Catalogue) -> None:
    sheets = {"农贸市场": Sheet(["点位 | 摊位数", "人民市场 | =3"]), "空": Sheet([]), "旧": Sheet(["甲"], hidden=True)}
    files = {
        **BASE,
        "w.xlsx": workbook(sheets),
        "v.csv": "点位,摊位数\n人民市场,3\n".encode("gbk"),
        "mapping.yaml": "files: {v.csv: {type: market}}",
    }
    found = understood(tmp_path, catalogue, files)
    told = {each.name: each for each in found.files}
    assert [(each.code, each.place) for each in told["w.xlsx"].notes] == [
        ("empty-sheet", "w.xlsx!空"),
        ("hidden-sheet", "w.xlsx!旧"),
    ]
    assert told["w.xlsx"].tables[0].named_after == "market"
    assert (told["v.csv"].tables[0].encoding, told["v.csv"].tables[0].given.site_type) == ("gb18030", "market")
    assert told["mapping.yaml"].tables == ()
