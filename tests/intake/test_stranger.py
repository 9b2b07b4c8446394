"""A stranger's workbook: three sheets, merged headers, text in GBK beside it, ten mistakes; mended, it gives a score."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from click.testing import CliRunner

from duibiao.cli import main
from tests.intake.city import AREAS, FILES, REGISTER, csv_bytes, write

MISTAKES: list[tuple[str, object, object, str]] = [  # the cell, what stands there, what is meant, what must be said
    ("三月检查.xlsx!农贸市场!A4", "人民市厂", "人民市场", "人民市场"),
    ("三月检查.xlsx!农贸市场!B5", "3月7日", "2026年3月7日", "3月7日"),
    ("三月检查.xlsx!农贸市场!C4", "八", 8, "八"),
    ("三月检查.xlsx!农贸市场!F5", "八成", "80%", "八成"),
    ("三月检查.xlsx!交通路口!C2", "三十几", 33, "三十几"),
    ("三月检查.xlsx!交通路口!D3", -1, 1, "-1"),
    ("三月检查.xlsx!第三方!B3", "市场很干净", "市场干净", "市场干净"),
    ("三月检查.xlsx!第三方!E4", "半分", "是", "半分"),
    ("公厕.csv!C2", "4.5", "4", "4.5"),
    ("公厕.csv!A3", "西门公侧", "西门公厕", "西门公厕"),
]


def workbook(cells: Mapping[str, object]) -> bytes:
    """The workbook, with what ``cells`` says of some of its cells."""
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw) as book:
        sheet = book.add_worksheet("农贸市场")
        sheet.merge_range("A1:F1", "三月农贸市场检查情况表")
        for column, header in (("A", "点位"), ("B", "检查日期")):
            sheet.merge_range(f"{column}2:{column}3", header)
        sheet.merge_range("C2:D2", "经营")
        sheet.merge_range("E2:F2", "环境")
        sheet.write_row("C3", ["摊位数", "持证摊位数", "地面干净", "明码标价率"])
        sheet.write_row("A4", ["人民市场", "2026.3.6", 10, 9, "是", "85%"])
        sheet.write_row("A5", ["建设市场", "2026.3.7", 12, 12, "否", "90%"])
        crossing = book.add_worksheet("交通路口")
        crossing.write_row("A1", ["点位", "日期", "骑行人数", "戴头盔人数"])
        crossing.write_row("A2", ["人民路口", "2026/3/6", 40, 39])
        crossing.write_row("A3", ["人民路口", "2026/3/7", 20, 19])
        third = book.add_worksheet("第三方")
        third.merge_range("A1:E1", "第三方测评扣分表")
        third.write_row("A2", ["序号", "测评内容", "考察点位", "检查日期", "结果"])
        third.write_row("A3", [1, "市场干净", "人民市场", "2026-03-06", "达标"])
        third.write_row("A4", [2, "秩序良好", "建设市场", "2026-03-07", "不达标"])
        for place, value in cells.items():
            name, cell = place.split("!")
            book.get_worksheet_by_name(name).write(cell, value)
    return raw.getvalue()


def folder(where: Path, values: Mapping[str, object]) -> Path:
    """The data of the city as it was sent, ``values`` being what stands in the ten cells."""
    of_book = {place.partition("!")[2]: value for place, value in values.items() if place.startswith("三月检查")}
    toilets = [
        {"点位": "东门公厕", "所属点位": "人民市场", "厕位数": values["公厕.csv!C2"], "日期": "2026-03-06"},
        {"点位": values["公厕.csv!A3"], "所属点位": "人民市场", "厕位数": "6", "日期": "2026-03-06"},
    ]
    register = [
        *REGISTER,
        *({"编号": f"T{n}", "点位": name, "点位类型": "公共厕所", "所属点位": "人民市场"} for n, name in enumerate(("东门公厕", "西门公厕"))),
    ]  # fmt: skip
    return write(
        where,
        {
            "属地.csv": AREAS,
            "点位台账.csv": register,
            "三月检查.xlsx": workbook(of_book),
            "公厕.csv": csv_bytes(toilets, "gbk"),
        },
    )


@pytest.fixture
def catalogue_folder(tmp_path: Path) -> Path:
    """The catalogue of these tests as files."""
    return write(tmp_path / "criteria", {f"{name}.yaml": text for name, text in FILES.items()})


def mend(rejects: Path, values: Mapping[str, object]) -> Path:
    """A copy of rejects.xlsx with these cells of the files corrected where their rows stand in it."""
    book = openpyxl.load_workbook(rejects)
    for sheet in book:
        headers = [cell.value for cell in sheet[1]]
        file, table, row = (headers.index(name) for name in ("来源文件", "来源工作表", "来源行"))
        for line in sheet.iter_rows(min_row=2):
            place = "!".join(str(line[column].value) for column in (file, table) if line[column].value)
            for cell in line:
                right = values.get(f"{place}!{cell.column_letter}{int(line[row].value)}")
                if right is not None:
                    cell.value = right
    path = rejects.parent.parent / "rejects-mended.xlsx"
    book.save(path)
    return path


def test_ten_mistakes_give_ten_messages_and_mended_a_score(tmp_path: Path, catalogue_folder: Path) -> None:
    def check(*data: Path) -> tuple[int, str, str]:
        words = [
            "check",
            *map(str, data),
            "--catalogue",
            str(catalogue_folder),
            "-o",
            str(tmp_path / "out"),
            "--lang",
            "zh",
        ]
        told = CliRunner().invoke(main, words)
        return told.exit_code, told.stdout, told.stderr

    code, _, told = check(folder(tmp_path / "sent", {place: wrong for place, wrong, _, _ in MISTAKES}))
    assert code == 2
    lines = [line for line in told.splitlines() if line.startswith(("三月检查.xlsx!", "公厕.csv!"))]
    assert sorted(line.partition(":")[0] for line in lines) == sorted(place for place, _, _, _ in MISTAKES)
    for place, _, _, said in MISTAKES:
        (line,) = (each for each in lines if each.startswith(f"{place}:"))
        assert said in line
    assert not (tmp_path / "out" / "assessment.json").exists()

    mended = mend(tmp_path / "out" / "rejects.xlsx", {place: right for place, _, right, _ in MISTAKES})
    code, with_mended, _ = check(tmp_path / "sent", mended)
    assert code == 0
    code, from_the_start, errors = check(folder(tmp_path / "right", {place: right for place, _, right, _ in MISTAKES}))
    assert (code, errors) == (0, "")
    assert (tmp_path / "out" / "assessment.json").exists()
    totals = [next(line for line in told.splitlines() if "总分" in line) for told in (with_mended, from_the_start)]
    assert totals[0] == totals[1]
