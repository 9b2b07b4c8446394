"""Workbooks: sheets, dates, formulas, limits, and the process of its own in which they are opened."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake import workbook_cells
from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.values import Broken, Percentage
from duibiao.evaluator.intake.workbook import read_workbook
from tests.intake.city import AREAS, REGISTER, Rows, cells, read, refused, xlsx_bytes

ROWS = [
    {"点位": "人民市场", "日期": "2026-03-06", "摊位数": "3", "备注": "晴"},
    {"点位": "建设市场", "日期": "2026-03-07", "摊位数": "4", "备注": "雨"},
]
BASE: Mapping[str, object] = {"areas.csv": AREAS, "register.csv": REGISTER}


def test_every_visible_sheet_is_read_from_a1(tmp_path: Path, catalogue: Catalogue) -> None:
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw) as book:
        sheet = book.add_worksheet("3月")
        sheet.merge_range("B2:E2", "农贸市场检查表")
        sheet.write_row("B4", ["点位", "日期", "摊位数", "地面干净", "", "备注"])
        sheet.write_row("B5", ["人民市场", None, "八成", True, "旁注", 12])
        sheet.write_row("B6", ["建设市场", "2026年3月6日", 4, False, None, "x"])
        sheet.merge_range("C9:C10", "2026-03-06")
        sheet.write_row("B9", ["人民市场"])
        sheet.write_row("D9", [5])
        book.add_worksheet("空")
        hidden = book.add_worksheet("旧")
        hidden.write_row(0, 0, ["不认得"])
        hidden.hide()
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "='3月'!$D$5:$D$6"})
        book.add_chartsheet("图").set_chart(chart)
    submission = read(tmp_path, catalogue, {**BASE, "3月.xlsx": raw.getvalue()})
    assert cells(submission) == [("D5", "unreadable-count")]
    assert [(note.code, note.place) for note in submission.notes] == [
        ("empty-sheet", "3月.xlsx!空"), ("hidden-sheet", "3月.xlsx!旧"), ("title-rows", "3月.xlsx!3月"),
        ("unnamed-column", "3月.xlsx!3月"),
    ]  # fmt: skip
    assert submission.tables[0].cell(6, "stalls") == "3月.xlsx!3月!D6"
    frame = submission.visits["market"].sort("row")
    assert frame["stalls"].to_list() == [4.0, 5.0]
    assert frame["at"].to_list() == [datetime(2026, 3, 6), datetime(2026, 3, 6)]
    assert frame["clean"].to_list() == [False, None]


def test_dates_of_workbooks(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {
            "点位": "人民市场",
            "日期": datetime(2026, 3, 6, 8, 30),
            "清洗日期": date(2026, 3, 1),
            "备注": date(2026, 3, 1),
        },
        {"点位": "建设市场", "日期": 46087, "清洗日期": 46082, "备注": 46082},
    ]
    frame = read(tmp_path, catalogue, {**BASE, "w.xlsx": rows}).visits["market"].sort("site")
    assert frame["at"].to_list() == [datetime(2026, 3, 6, 8, 30), datetime(2026, 3, 6)]
    assert frame["cleaned_on"].to_list() == [date(2026, 3, 1), date(2026, 3, 1)]
    assert frame["remark"].to_list() == ["2026-03-01", "46082"]


def patched(raw: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook with its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    return out.getvalue()


def test_formulas_count_by_their_stored_results(tmp_path: Path, catalogue: Catalogue) -> None:
    rows: Rows = [
        {"点位": "人民市场", "摊位数": ("=1+1", 2), "备注": ("=A1&B1", "甲乙"), "噪声": ("=1/0", "#DIV/0!")},
        {"点位": "建设市场", "摊位数": ("=1+1", "NOTHING"), "备注": ("=NA()", "#N/A"), "噪声": ('=IF(1,"",0)', "")},
    ]
    raw = patched(
        xlsx_bytes({"甲": rows}),
        lambda name, part: part.replace(b' t="str"><f>1+1</f><v>NOTHING</v>', b"><f>1+1</f>").replace(
            b'<c r="D3">', b'<c r="D3" t="str">'
        ),
    )
    submission = read(tmp_path, catalogue, {**BASE, "w.xlsx": raw})
    assert [(each.cell, each.code, each.value) for each in submission.rejects] == [
        ("D2", "formula-without-value", "#DIV/0!"), ("B3", "formula-without-value", "=1+1"), ("C3", "formula-without-value", "#N/A"),
    ]  # fmt: skip


def test_cells_without_value_are_found_in_the_part() -> None:
    part = (
        b'<row><c r="A1"/><c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="C1" s="1"><f t="shared" si="0"/></c>'
        b'<c r="D1" t="str"><f>IF(1,"",0)</f><v></v></c><c r="E1"><f>1+1</f><v></v></c><c r="AB12"><f>2</f><v>2</v></c>'
        b'<c r="F1" t=\'e\'></c><c r="G1"><v>1</v></c></row>'
    )
    assert workbook_cells.broken_cells(part) == [(0, 1, "#DIV/0!"), (0, 2, "="), (0, 4, "=1+1"), (0, 5, "=")]
    assert workbook_cells.broken_cells(b'<c r="A1"><v>1</v></c>') == []


_BOTH = (
    "http://schemas.openxmlformats.org/",
    "http://purl.oclc.org/ooxml/",
)  # what names begin with, and in ISO Strict


def prefixed(text: str) -> str:
    """A part with a prefix for all names that have none."""
    return re.sub(r"<(/?)([a-zA-Z])", r"<\1x:\2", text.replace("xmlns=", "xmlns:x="))


WRITERS: dict[str, Callable[[str, str], str]] = {  # the name of a part and its text -> as others write it
    "prefixes": lambda name, text: prefixed(text) if "theme" not in name else text,
    "prefixes of cells": lambda name, text: prefixed(text) if "/sheet" in name else text,
    "ISO Strict": lambda _, text: text.replace(f"{_BOTH[0]}spreadsheetml/2006", f"{_BOTH[1]}spreadsheetml").replace(
        f"{_BOTH[0]}officeDocument/2006", f"{_BOTH[1]}officeDocument"
    ),
    "no places": lambda _, text: re.sub(r'(<(?:c|row)) r="[A-Z0-9]+"', r"\1", text),
    "no places of cells": lambda _, text: re.sub(r'<c r="[A-Z0-9]+"', "<c", text),
    "no places of rows": lambda _, text: re.sub(r'<row r="[0-9]+"', "<row", text),
    "places last": lambda _, text: re.sub(r'<c( r="[A-Z0-9]+")([^<>/]*)>', r"<c\2\1>", text),
    "small letters": lambda _, text: re.sub(r'<c r="[A-Z0-9]+"', lambda found: found[0].lower(), text),
    "single quotes": lambda name, text: text.replace('"', "'") if "/sheet" in name else text,
    "spaces": lambda _, text: re.sub(r' ([st])="', r' \1 = "', text),
    "lines": lambda _, text: text.replace("<c ", "<c\n"),
}


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_workbooks_as_other_programs_write_them(write: Callable[[str, str], str]) -> None:
    """Errors, formulas that were never computed, percentages and merged cells are found in each."""
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw) as book:
        sheet = book.add_worksheet("甲")
        percent = book.add_format({"num_format": "0.0%"})
        sheet.write_row(0, 0, ["点位", "率", "数", "和"])
        sheet.write(1, 0, "人民市场")
        sheet.write(1, 1, 1.2, percent)
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 3, "=1+1", percent, "")
        sheet.write_row(2, 0, ["建设市场", 3, 4])
        sheet.write_formula(2, 3, '=""', None, "")
        sheet.merge_range("A4:B4", "注", percent)  # with a format the cell that is covered is written
        sheet.write_formula(3, 2, "=A1", None, "点位")
    plain = patched(raw.getvalue(), lambda _, part: part.replace(b'<c r="D3">', b'<c r="D3" t="str">'))
    told = read_workbook(patched(plain, lambda name, part: write(name, part.decode()).encode()), Limits()).sheets
    assert told == read_workbook(plain, Limits()).sheets
    assert told[0].rows[1] == ["人民市场", Percentage(1.2), Broken("#DIV/0!"), Broken("=1+1")]
    assert told[0].rows[2:] == [["建设市场", 3.0, 4.0, ""], ["注", "", "点位", ""]]
    assert told[0].merged == [((3, 0), (3, 1))]


@pytest.mark.parametrize("change", [str.lower, str.upper, lambda name: name.replace("/", "\\")])
def test_names_of_parts_as_other_programs_write_them(change: Callable[[str], str]) -> None:
    """The library finds the parts all the same."""
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, {"date_1904": True}) as book:
        sheet = book.add_worksheet("甲")
        sheet.write(0, 0, 0.5, book.add_format({"num_format": "0%"}))
        sheet.write_formula(0, 1, "=1/0", None, "#DIV/0!")
    with zipfile.ZipFile(raw) as archive:
        names = archive.namelist()
    renamed = raw.getvalue()
    for name in names:
        renamed = renamed.replace(name.encode(), change(name).encode())
    book = read_workbook(renamed, Limits())
    assert book.sheets[0].rows == [[Percentage(0.5), Broken("#DIV/0!")]]
    assert book.epoch == date(1904, 1, 1)


def test_cells_that_do_not_say_where_they_stand_follow_the_one_before() -> None:
    part = (
        b'<a><row><c t="e"><v>1</v></c><c r="C1" s="3"/><c s="3"/><c t="e"/></row><row r="4"><c s="3"/></row>'
        b'<row><c s="0"/><c r="aa5"><f/></c><c><f>1</f></c><c t="str"><f/></c><c><f>1</f><v>1</v></c></row></a>'
    )
    found = workbook_cells.beside_cells(part, frozenset({b"3"}))
    assert found.broken == [(0, 0, "1"), (0, 4, "="), (4, 26, "="), (4, 27, "=1")]
    assert found.percentages == [(0, 2), (0, 3), (3, 0)]
    with pytest.raises(ValueError, match="r=A0x"):
        workbook_cells.beside_cells(b'<a><row><c r="A0x"/><c t="e"/></row></a>', frozenset())


def test_a_workbook_laid_out_otherwise_is_read_all_the_same(tmp_path: Path) -> None:
    raw = xlsx_bytes({"甲": [{"点位": "人民市场", "摊位数": ("=1/0", "#DIV/0!")}]})
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert workbook_cells.sheet_parts(archive) == {"甲": "xl/worksheets/sheet1.xml"}
    bare = io.BytesIO()
    with zipfile.ZipFile(bare, "w") as target:
        target.writestr("other.xml", "<a/>")
    with zipfile.ZipFile(bare) as archive:
        assert workbook_cells.sheet_parts(archive) == {}
    renamed = patched(raw, lambda name, part: part.replace(b'Target="worksheets/', b'Target="/xl/worksheets/'))
    (sheet,) = read_workbook(renamed, Limits()).sheets
    assert sheet.rows[1][1] == Broken("#DIV/0!")
    lost = patched(
        raw,
        lambda name, part: (
            part.replace(b'Target="worksheets/', b'Target="./worksheets/')
            if name.endswith("workbook.xml.rels")
            else part
        ),
    )
    assert workbook_cells.read(lost, 10, 10, 10, 10**6).keys() <= {"sheets", "links", "epoch", "code", "reason"}


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ((1, 10, 10), "too-many-columns"),
        ((2, 2, 10), "too-many-rows"),
        ((2, 3, 5), "too-many-cells"),
        ((2, 3, 6), None),
    ],
)
def test_limits_of_sheets(limits: tuple[int, int, int], code: str | None) -> None:
    raw = xlsx_bytes({"甲": [{"点位": "人民市场", "摊位数": 1}, {"点位": "建设市场", "摊位数": 2}]})
    assert workbook_cells.read(raw, *limits, 10**6).get("code") == code


def test_a_sheet_that_reaches_to_the_last_cell_ends_only_the_child(tmp_path: Path, catalogue: Catalogue) -> None:
    """Opened in our own process it would take 550 GB, and end the process."""
    raw = patched(
        xlsx_bytes({"甲": ROWS}),
        lambda name, part: part.replace(b'r="D3"', b'r="XFD1048576"') if name.endswith("sheet1.xml") else part,
    )
    assert refused(tmp_path, catalogue, {"w.xlsx": raw})[0][1] in {
        "workbook-too-large",
        "too-many-columns",
    }


def test_hidden_sheets_and_charts_are_not_opened() -> None:
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw) as book:
        book.add_worksheet("甲").write(0, 0, 1)
        book.add_worksheet("乙").hide()
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=甲!$A$1"})
        book.add_chartsheet("图").set_chart(chart)
    found = workbook_cells.read(raw.getvalue(), 10, 10, 10, 10**6)
    assert isinstance(found["sheets"], list)
    assert [(sheet["name"], sheet["hidden"], sheet["rows"]) for sheet in found["sheets"]] == [
        ("甲", False, [[1.0]]),
        ("乙", True, []),
    ]


def test_a_zip_bomb_is_refused_before_it_is_opened() -> None:
    assert workbook_cells.read(xlsx_bytes({"甲": ROWS}), 100, 100, 100, 2_000) == {"code": "workbook-too-large"}
