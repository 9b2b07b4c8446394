"""How files are understood, as text and as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.document import to_json
from duibiao.evaluator.intake.reasons import NOTES
from duibiao.evaluator.intake.understanding import Taken, Understanding, understand
from duibiao.reports.understanding_text import (
    TAKEN_WORDS,
    ranges,
    understanding_document,
    understanding_text,
)
from tests.intake.awkward.sheets import Sheet, workbook
from tests.intake.city import AREAS, REGISTER, load_test_catalogue, write

FILES = {
    "areas.csv": AREAS,
    "register.csv": REGISTER,
    "w.xlsx": workbook(
        {
            "农贸市场": Sheet(
                ["检查表", "序号 | 点位 | 日期 | 摊位数 | 噪声 | 噪音", "=1 | 人民市场 | 2026-03-06 | 八处 | / | x", "=2 | 建设市场 | 3月7日 | =4 | =60 | ", "合计 | | | =12 | | "],
                "A1:F1",
            ),
            "甲": Sheet(["项目 | 扣分", "标识规范 | =1"]),
            "旧": Sheet(["甲"], hidden=True),
        }
    ),
    "说明.txt": "x",
}  # fmt: skip


def plain(text: str) -> str:
    """No translation."""
    return text


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return load_test_catalogue(tmp_path_factory.mktemp("catalogue"))


@pytest.fixture
def found(tmp_path: Path, catalogue: Catalogue, english: None) -> Understanding:
    return understand([write(tmp_path, FILES)], catalogue)


def test_text(found: Understanding) -> None:
    told = understanding_text(found, plain)
    workbook_told = told[told.index("w.xlsx") :]
    assert workbook_told.splitlines() == [
        "w.xlsx (workbook)",
        "  sheet 农贸市场: inspections, a row a visit (wide)",
        "    rows: titles 1; headers 2; none of them 5",
        "    Rows read 2 = used 0 + rejected 2",
        "    column  header  meaning                                    filled  blank  rejected  the first rejected",
        "    A       序号    left out                                        2      0         0",
        "    B       点位    点位 (site)                                     2      0         0",
        "    C       日期    日期 (date)                                     2      0         1  C4: '3月7日' cannot be read as a date (column '日期')",
        "    D       摊位数  field 摊位数 (stalls)                           2      0         1  D3: '八处' cannot be read as a count (column '摊位数')",
        "    E       噪声    field 噪声 (noise)                              1      1         0",
        "    F       噪音    not used: not known; did you mean '噪声'?       1      1         0",
        "  sheet 甲: not recognised",
        "    nearest: inspections, a row a criterion; it lacks 点位|编号|属地|单位",
        "    rows: headers 1",
        "    rows of data: 1",
        "    column  header  meaning               filled  blank",
        "    A       项目    测评标准 (criterion)       1      0",
        "    B       扣分    扣分 (deduction)           1      0",
        "  Cannot be used: " + str(found.files[2].refusals[0]),
        "  Note: w.xlsx!旧: the sheet is hidden and was not read",
        f"Note: 说明.txt: {NOTES['skipped-file']}",
    ]  # fmt: skip


def test_document(found: Understanding) -> None:
    told = understanding_document(found)
    assert to_json(told)
    files = told["files"]
    assert isinstance(files, list)
    assert [each["file"] for each in files] == ["areas.csv", "register.csv", "w.xlsx"]
    table = files[2]["tables"][0]
    assert (table["sheet"], table["shape"], table["rows"]) == (
        "农贸市场", "wide", {"titles": [1], "headers": [2], "no_data": [5]},
    )  # fmt: skip
    assert (table["read"], table["used"], table["rejected"]) == (2, 0, 2)
    stalls = table["columns"][3]
    assert (stalls["column"], stalls["used"], stalls["keys"], stalls["first"]["cell"]) == ("D", True, ["stalls"], "D3")
    assert files[2]["tables"][1]["nearest"] == {"shape": "checks", "lacks": ["点位|编号|属地|单位"]}
    assert [each["used"] for each in files[2]["tables"][1]["columns"]] == [False, False]
    assert [each["code"] for each in files[2]["refusals"]] == ["unknown-shape"]


def test_files_that_cannot_be_used(tmp_path: Path, catalogue: Catalogue, english: None) -> None:
    found = understand([write(tmp_path, {"w.json": [{"甲": 1}]}) / "w.json", Path("none.csv")], catalogue)
    assert understanding_text(found, plain).splitlines() == [
        "w.json (json)",
        "  table: not recognised",
        "    rows of data: 1",
        "    column  header  meaning              filled  blank",
        "            甲      not used: not known       1      0",
        f"  Cannot be used: {found.files[0].refusals[0]}",
        "Cannot be used: none.csv: there is no such file or folder; check the name",
    ]


@pytest.mark.parametrize(
    ("rows", "told"), [((), ""), ((3,), "3"), ((1, 2), "1-2"), ((1, 2, 3, 7, 9, 10), "1-3, 7, 9-10")]
)
def test_ranges(rows: tuple[int, ...], told: str) -> None:
    assert ranges(rows) == told


def test_every_kind_of_column_has_words() -> None:
    assert set(TAKEN_WORDS) == set(Taken.__args__)  # type: ignore[attr-defined]
