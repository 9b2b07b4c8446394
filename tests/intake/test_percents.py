"""A header that adds % to the name of a share: bare numbers below it are percentages, and what may be either is not
guessed at."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from duibiao.criteria.load import load_catalogue
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.percents import says_percent
from tests.intake.city import AREAS, FILES, REGISTER, cells, notes, read, xlsx_bytes

BASE: Mapping[str, object] = {"areas.csv": AREAS, "register.csv": REGISTER}
HEADERS = (
    "明码标价率(%)",
    "明码标价率（％）",
    "明码标价率 （单位：%）",
    "明码标价率/%",
    "明码标价率%",
    "组/明码标价率(%)",
    "*明码标价率(%)",
)


def row(**cells_: object) -> dict[str, object]:
    return {"点位": "人民市场", "日期": "2026-03-06", **cells_}


@pytest.mark.parametrize(
    ("header", "said"),
    [
        *((header, True) for header in HEADERS), ("%", True), ("占比 %", True),
        ("明码标价率", False), ("明码标价率(个)", False), ("合格率≥95%", False), ("合格率≥95 %", False), ("(%)占比", False), ("%以上", False), ("", False),
    ],
)  # fmt: skip
def test_what_a_header_says(header: str, said: bool) -> None:
    assert says_percent(header) is said


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("name", ["w.csv", "w.json", "w.xlsx"])
def test_a_bare_number_is_a_percentage(tmp_path: Path, catalogue: Catalogue, name: str, header: str) -> None:
    rows = [row(**{header: number}) for number in (88, 79.2, 100, 0, 1.5)]
    submission = read(tmp_path, catalogue, {**BASE, name: xlsx_bytes({"市场": rows}) if name == "w.xlsx" else rows})
    assert submission.rejects == ()
    assert sorted(submission.visits["market"]["priced"]) == [0.0, 0.015, 0.792, 0.88, 1.0]
    assert notes(submission) == []


@pytest.mark.parametrize(
    ("cell", "priced"),
    [("88%", 0.88), ("0.88%", 0.0088), ("８８", 0.88), ("", None), ("/", None), ("120", 1.2), ("0", 0.0), ("-5", -0.05), ("1.01", 0.0101)],
)  # fmt: skip
def test_what_is_typed_below_it(tmp_path: Path, catalogue: Catalogue, cell: str, priced: float | None) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": [row(**{"明码标价率(%)": cell})]})
    assert submission.visits["market"]["priced"].to_list() == [priced]


@pytest.mark.parametrize("cell", ["0.88", "1", "0.5", "-0.88", "1.0"])
@pytest.mark.parametrize("name", ["w.csv", "w.json", "w.xlsx"])
def test_what_may_be_a_share_all_the_same_is_refused(
    tmp_path: Path, catalogue: Catalogue, name: str, cell: str
) -> None:
    typed = cell if name == "w.csv" else float(cell)
    rows = [row(**{"明码标价率(%)": typed})]
    submission = read(tmp_path, catalogue, {**BASE, name: xlsx_bytes({"市场": rows}) if name == "w.xlsx" else rows})
    (reject,) = submission.rejects
    assert (reject.code, reject.reason) == (
        "ambiguous-percent",
        f"{reject.value} may be {reject.value}%, or {reject.value} x 100% (column '明码标价率(%)')",
    )


def test_a_cell_that_shows_a_percentage_is_one(tmp_path: Path, catalogue: Catalogue) -> None:
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, {"in_memory": True}) as book:
        sheet, shown = book.add_worksheet("市场"), book.add_format({"num_format": "0.0%"})
        sheet.write_row(0, 0, ["点位", "明码标价率(%)"])
        for line, share in enumerate((0.88, 0.005), 1):
            sheet.write_string(line, 0, "人民市场")
            sheet.write_number(line, 1, share, shown)
    submission = read(tmp_path, catalogue, {**BASE, "w.xlsx": raw.getvalue()})
    assert sorted(submission.visits["market"]["priced"]) == [0.005, 0.88]


@pytest.mark.parametrize(
    ("share", "percentage", "priced", "wrong"),
    [
        ("0.88", "88", 0.88, []), ("88%", "88", 0.88, []), ("0.88", "", 0.88, []), ("", "88", 0.88, []), ("", "", None, []),
        ("0.88", "80", None, [("D2", "columns-differ")]), ("88", "88", None, [("D2", "columns-differ")]), ("0.88", "0.88", None, [("D2", "ambiguous-percent")]),
    ],
)  # fmt: skip
def test_beside_a_column_of_shares(
    tmp_path: Path,
    catalogue: Catalogue,
    share: str,
    percentage: str,
    priced: float | None,
    wrong: list[tuple[str, str]],
) -> None:
    rows = [row(**{"明码标价率": share, "明码标价率(%)": percentage})]
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": rows})
    assert cells(submission) == wrong
    assert submission.visits["market"]["priced"].to_list() == ([] if wrong else [priced])


def test_two_columns_that_differ_are_told_as_percentages(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [row(**{"明码标价率": "0.88", "明码标价率(%)": "80"})]
    (reject,) = read(tmp_path, catalogue, {**BASE, "w.csv": rows}).rejects
    assert reject.reason == "the columns '明码标价率' and '明码标价率(%)' mean the same and differ: '88%' and '80%'"


def test_a_large_share_beside_it_is_told_all_the_same(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        row(**{"明码标价率": "", "明码标价率(%)": "200"}),
        row(**{"明码标价率": "3", "明码标价率(%)": "", "日期": "2026-03-07"}),
    ]
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": rows})
    assert [(note.code, note.place) for note in submission.notes] == [("percent-above-one", "w.csv!C3")]


@pytest.mark.parametrize(
    ("header", "tested"), [("抽检合格率(%)", 0.005), ("抽检合格率", 0.005), ("抽检合格率/%", 0.005)]
)
def test_a_field_in_per_cent_is_read_as_ever(tmp_path: Path, catalogue: Catalogue, header: str, tested: float) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": [row(**{header: "0.5"})]})
    assert submission.visits["market"]["tested"].to_list() == [tested]


@pytest.mark.parametrize("header", ["摊位数(%)", "噪声/%", "地面干净%"])
def test_per_cent_of_what_is_no_percentage_is_not_guessed_at(tmp_path: Path, catalogue: Catalogue, header: str) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": [row(**{"异味": "无", header: "88"})]})
    assert notes(submission) == ["unused-column"]


def test_what_mapping_calls_so_is_read_as_its_header_says(tmp_path: Path, catalogue: Catalogue) -> None:
    files = {
        "w.csv": [row(**{"标价占比（％）": "88"})],
        "mapping.yaml": "files: {w.csv: {columns: {标价占比（％）: 明码标价率}}}\n",
    }
    assert read(tmp_path, catalogue, {**BASE, **files}).visits["market"]["priced"].to_list() == [0.88]


def test_a_row_whose_type_is_not_known_is_judged_too(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {"w.csv": [{"点位": "新市场", "明码标价率(%)": "0.88"}]})
    assert ("B2", "ambiguous-percent") in cells(submission)


def test_a_field_of_the_register(tmp_path: Path) -> None:
    more = "green: {label: 绿地率, kind: percent, from: site}\n  floor_area: {"
    for name, text in FILES.items():
        (tmp_path / f"{name}.yaml").write_text(text.replace("floor_area: {", more), "utf-8")
    catalogue = load_catalogue(tmp_path)
    data = tmp_path / "data"
    data.mkdir()
    register = [{"编号": "M1", "点位": "人民市场", "点位类型": "农贸市场", "绿地率（％）": "35"}]
    submission = read(data, catalogue, {"register.csv": register, "w.csv": [row(摊位数="3")]})
    assert submission.values["market"]["green"].to_list() == [0.35]
