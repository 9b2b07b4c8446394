"""Every format by its content: the same rows from each, and what is said of files that are not what they seem."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]
import xlwt  # type: ignore[import-untyped]

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake import workbook_cells
from duibiao.evaluator.intake.formats import format_of
from duibiao.evaluator.intake.layout import Range
from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.reasons import Refused
from duibiao.evaluator.intake.workbook import read_workbook
from tests import damage
from tests.intake.city import (
    AREAS,
    REGISTER,
    Rows,
    cells,
    csv_bytes,
    notes,
    ods_bytes,
    read,
    refused,
    text_only,
    xls_bytes,
    xlsx_bytes,
    zipped,
)

ROWS: Rows = [
    {"点位": "人民市场", "日期": date(2026, 3, 6), "摊位数": 3, "明码标价率": 0.879, "抽检合格率": "95%", "备注": "晴"},
    {
        "点位": "建设市场",
        "日期": date(2026, 3, 7),
        "摊位数": 4,
        "明码标价率": 0.5,
        "抽检合格率": "0.5%",
        "备注": "=1+1",
    },
]
BASE: Mapping[str, object] = {"areas.csv": AREAS, "register.csv": REGISTER}
OF_SITES = [("M1", 3.0, 0.879, 0.95, "晴"), ("M2", 4.0, 0.5, 0.005, "=1+1")]


XLSX, XLS, CSV = xlsx_bytes({"3月": ROWS}), xls_bytes({"3月": ROWS}), csv_bytes(ROWS)
SEEN: list[tuple[str, bytes, list[str]]] = [  # name, content, the notes on it
    ("w.xlsx", XLSX, []),
    ("w.XLSX", XLSX, []),
    ("w.xls", XLS, []),
    ("w.et", XLS, []),
    ("w.ods", ods_bytes(ROWS), []),
    ("w.xls", XLSX, []),  # an ending that is a workbook's, and another kind of workbook
    ("w.et", XLSX, []),
    ("w.xlsx", XLS, []),
    ("w.csv", XLSX, ["other-ending"]),
    ("w.json", XLS, ["other-ending"]),
    ("w.xls", CSV, ["text-as-workbook"]),
    ("w.xls", csv_bytes(ROWS, "gb18030", "\t"), ["text-as-workbook"]),
    ("w.xlsx", csv_bytes(ROWS, "utf-16"), ["text-as-workbook"]),
    ("w.zip", zipped({"3月/w.csv": CSV}), []),
    ("w.zip", zipped({"3月/w.xls": XLS, "3月/": b"", "__MACOSX/3月/._w.xls": b"x", "~$w.xlsx": b"x"}), []),
    ("w.zip", zipped({"w.et": XLSX, "说明.docx": b"x"}), ["skipped-file"]),
]


@pytest.mark.parametrize(("name", "raw", "noted"), SEEN, ids=text_only)
def test_the_same_rows_from_every_format(
    tmp_path: Path, catalogue: Catalogue, name: str, raw: bytes, noted: list[str]
) -> None:
    submission = read(tmp_path, catalogue, {**BASE, name: raw})
    frame = submission.visits["market"].sort("site")
    assert frame.select("site", "stalls", "priced", "tested", "remark").rows() == OF_SITES
    assert [each.date() for each in frame["at"]] == [date(2026, 3, 6), date(2026, 3, 7)]
    assert notes(submission) == noted


def test_a_cell_that_shows_a_percentage_is_one(tmp_path: Path, catalogue: Catalogue) -> None:
    """Excel keeps 95% as 0.95; only the format of the cell tells. Without it, 0.95 under the unit % is refused."""
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw) as book:
        sheet = book.add_worksheet("3月")
        percent = [
            book.add_format({"num_format": code}) for code in ("0%", "0.00%", '0.0"分%"', "0.0\\%", '[红]0.0%;"-"')
        ]
        sheet.write_row(0, 0, ["点位", "抽检合格率", "摊位数", "备注"])
        for row, form in enumerate(percent, 1):
            sheet.write(row, 0, "人民市场")
            sheet.write(row, 1, 0.95, form)
        sheet.write_row(6, 0, ["人民市场", None, 1])
        sheet.write(6, 3, 0.885, percent[0])
        sheet.write_row(7, 0, ["人民市场"])
        sheet.write(7, 2, 1, percent[0])
    submission = read(tmp_path, catalogue, {**BASE, "w.xlsx": raw.getvalue()})
    assert cells(submission) == [("B4", "ambiguous-percent"), ("B5", "ambiguous-percent"), ("C8", "unreadable-count")]
    frame = submission.visits["market"].sort("row")
    assert frame["tested"].to_list() == [0.95, 0.95, 0.95, None]
    assert frame["remark"].to_list()[-1] == "88.5%"


def test_percentages_and_errors_of_the_old_format(tmp_path: Path, catalogue: Catalogue) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("3月")
    for column, header in enumerate(["点位", "抽检合格率", "摊位数"]):
        sheet.write(0, column, header)
    sheet.write(1, 0, "人民市场")
    sheet.write(1, 1, 0.95, xlwt.easyxf(num_format_str="0%"))
    sheet.write(2, 0, "人民市场")
    sheet.write(2, 1, 0.95)
    sheet.row(3).write(0, "人民市场")
    sheet.row(3).set_cell_error(2, "#DIV/0!")
    raw = io.BytesIO()
    book.save(raw)
    submission = read(tmp_path, catalogue, {**BASE, "w.xls": raw.getvalue()})
    assert [(each.cell, each.code, each.value) for each in submission.rejects] == [
        ("B3", "ambiguous-percent", "0.95"),
        ("C4", "formula-without-value", "#DIV/0!"),
    ]
    assert submission.visits["market"]["tested"].to_list() == [0.95]


def dated(date_1904: bool) -> bytes:
    """6 March 2026 as a number and as a date, in a workbook that counts from 1904 or as usual."""
    raw = io.BytesIO()
    number = 44625 if date_1904 else 46087
    with xlsxwriter.Workbook(raw, {"date_1904": date_1904}) as book:
        sheet = book.add_worksheet("3月")
        sheet.write_row(0, 0, ["点位", "备注", "日期"])
        sheet.write_row(1, 0, ["人民市场", "晴", number])
        sheet.write_row(2, 0, ["建设市场", "晴"])
        sheet.write(2, 2, number, book.add_format({"num_format": "yyyy-mm-dd"}))
    return raw.getvalue()


def dated_xls(date_1904: bool) -> bytes:
    """The same in the old format."""
    raw = io.BytesIO()
    number = 44625 if date_1904 else 46087
    book = xlwt.Workbook()
    book.dates_1904 = date_1904
    sheet = book.add_sheet("3月")
    for row, line in enumerate([("点位", "备注", "日期"), ("人民市场", "晴", number), ("建设市场", "晴")]):
        for column, cell in enumerate(line):
            sheet.write(row, column, cell)
    sheet.write(2, 2, number, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    book.save(raw)
    return raw.getvalue()


def dated_ods(null_date: str, number: int) -> bytes:
    """The same in an OpenDocument spreadsheet, which keeps dates as such."""
    rows: Rows = [
        {"点位": "人民市场", "备注": "晴", "日期": number}, {"点位": "建设市场", "备注": "晴", "日期": date(2026, 3, 6)}
    ]  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(ods_bytes(rows))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    start = "<office:spreadsheet>"
    settings = f"{start}<table:calculation-settings>{null_date}</table:calculation-settings>"
    return zipped({name: part.replace(start.encode(), settings.encode()) for name, part in parts.items()})


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("w.xlsx", dated(False)),
        ("w.xlsx", dated(True)),
        ("w.xls", dated_xls(False)),
        ("w.xls", dated_xls(True)),
        ("w.ods", dated_ods('<table:null-date table:date-value="1904-01-01"/>', 44625)),
        ("w.ods", dated_ods('<table:null-date table:date-value="1899-12-30T00:00:00"/>', 46087)),
        ("w.ods", dated_ods("<table:null-date/>", 46087)),
    ],
    ids=text_only,
)
def test_numbers_of_days_count_from_where_the_workbook_says(
    tmp_path: Path, catalogue: Catalogue, name: str, raw: bytes
) -> None:
    visits = read(tmp_path, catalogue, {**BASE, name: raw}).visits["market"]
    assert [each.date() for each in visits["at"]] == [date(2026, 3, 6)] * 2


# ------------------------------------------------------------------ what is refused, and what it says


def with_part(raw: bytes, name: str, part: bytes = b"<a/>") -> bytes:
    """A zip file with one more member."""
    with zipfile.ZipFile(held := io.BytesIO(raw), "a") as archive:
        archive.writestr(name, part)
    return held.getvalue()


PAGE = b"<html xmlns:x='urn:schemas-microsoft-com:office:excel'><body><table><tr><td>1</td></tr></table></body></html>"
XML = b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook/>'
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
REFUSED: list[tuple[str, bytes, str]] = [
    ("w.xls", PAGE, "page-as-workbook"),
    ("w.csv", b"\xef\xbb\xbf\r\n <!DOCTYPE html><p>", "page-as-workbook"),
    ("w.xls", PAGE.decode().encode("utf-16"), "page-as-workbook"),
    ("w.xls", XML, "xml-workbook"),
    ("w.xlsx", COMPOUND + "EncryptedPackage".encode("utf-16-le"), "workbook-protected"),
    ("w.xlsx", XLSX[:2000], "workbook-damaged"),
    ("w.xlsx", b"\0\1\2 no workbook", "workbook-damaged"),
    ("w.zip", XLSX[:2000], "zip-damaged"),
    ("w.zip", b"no zip", "zip-damaged"),
    ("w.parquet", b"no parquet", "parquet-damaged"),
    ("w.xlsx", with_part(XLSX, "xl/workbook.bin"), "workbook-binary"),
    ("w.docx", zipped({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}), "no-workbook"),
    ("w.odt", zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "no-workbook"),
    ("w.txt", b"a,b", "unknown-format"),
]


@pytest.mark.parametrize(("name", "raw", "code"), REFUSED, ids=text_only)
def test_what_is_no_table(name: str, raw: bytes, code: str) -> None:
    with pytest.raises(Refused, match=code):
        format_of(raw, Path(name).suffix)


@pytest.mark.parametrize(
    ("name", "raw", "form"),
    [
        ("a", XLSX, "workbook"),
        ("a", XLS, "workbook"),
        ("a", zipped({"[Content_Types].xml": b"", "XL\\Workbook.xml": b""}), "workbook"),
        ("a", b"PAR1", "parquet"),
        ("a.csv", b"a,<table>", "csv"),
        ("a.csv", b"<5\xe5\xb2\x81,1", "csv"),
        ("a.zip", zipped({}), "zip"),
    ],
    ids=text_only,
)
def test_what_is_one(name: str, raw: bytes, form: str) -> None:
    assert format_of(raw, Path(name).suffix) == form


def test_values_of_other_workbooks_are_told_of(tmp_path: Path, catalogue: Catalogue) -> None:
    raw = with_part(XLSX, "xl/externalLinks/externalLink1.xml")
    assert notes(read(tmp_path, catalogue, {**BASE, "w.xlsx": raw})) == ["external-links"]


def test_a_changed_byte_of_a_zipped_workbook_is_found(tmp_path: Path, catalogue: Catalogue) -> None:
    place = XLSX.index(b"xl/worksheets/sheet1.xml") + 200
    damaged = bytearray(XLSX)
    damaged[place] ^= 1
    (tmp_path / "w.xlsx").write_bytes(damaged)
    assert [code for _, code in refused(tmp_path, catalogue, BASE)] == ["workbook-damaged"]


def test_a_sheet_of_the_old_format_that_says_to_have_more_rows_is_told_of(tmp_path: Path, catalogue: Catalogue) -> None:
    """Its record DIMENSIONS (MS-XLS, 2.4.90) has the first row, and the row after the last."""
    told = b"\x00\x02\x0e\x00" + (0).to_bytes(4, "little")
    place = XLS.index(told) + len(told)
    raw = XLS[:place] + (9).to_bytes(4, "little") + XLS[place + 4 :]
    submission = read(tmp_path, catalogue, {**BASE, "w.xls": raw})
    assert [(each.code, each.place) for each in submission.notes] == [("rows-missing", "w.xls!3月")]
    assert "9 rows, and 3 were found" in submission.notes[0].text


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda rows: rows[2].__setitem__(5, ""), "R3C6"),
        (lambda rows: rows[0].append("x"), "R1C7"),
        (lambda rows: rows.pop(), "R3C1"),
    ],
)
def test_what_the_two_libraries_see_differently_is_damage(
    change: Callable[[list[list[object]]], object], place: str
) -> None:
    rows: list[list[object]] = [list(ROWS[0]), *(list(row.values()) for row in ROWS)]
    witness = workbook_cells.Witness(XLS)
    assert witness.beside("3月", rows) == ([], [(1, 3), (2, 3)])
    change(rows)
    with pytest.raises(workbook_cells.Unreadable) as caught:
        witness.beside("3月", rows)
    assert caught.value.values == {"code": "workbook-damaged", "reason": f"3月 {place}"}


def test_blank_formulas_and_merged_cells_of_the_old_format_are_blank(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("3月")
    sheet.write_merge(0, 0, 0, 2, "标题")
    sheet.write(1, 1, "")
    sheet.write(2, 1, xlwt.Formula('""'))
    raw = io.BytesIO()
    book.save(raw)
    (found,) = read_workbook(raw.getvalue(), Limits()).sheets
    assert [cell for row in found.rows for cell in row if cell != ""] == ["标题"]
    assert found.merged == [((0, 0), (0, 2))]


def test_damaged_workbooks_are_refused_or_whole() -> None:
    """Twenty of the twenty thousand of ``make soak``, and two that lost records of sheets."""
    found = [damage.outcome(number) for number in (*range(1, 21), 1155, 2811)]
    assert {each.verdict for each in found} >= {"workbook-damaged"}
    assert [each for each in found if each.verdict == "lost"] == []


# ------------------------------------------------------------------ what the child finds, read in this process

LIMITS = (100, 1_000, 10_000, 1_000_000)  # columns, rows, cells, unpacked


def found_in(raw: bytes) -> dict[str, Any]:
    """What the child says of the first sheet of a workbook."""
    found: dict[str, Any] = workbook_cells.read(raw, *LIMITS)
    first: dict[str, Any] = found["sheets"][0]
    return first


def test_what_is_found_beside_the_values_of_a_sheet() -> None:
    assert found_in(xls_bytes({"3月": ROWS}))["percentages"] == [(1, 3), (2, 3)]
    assert found_in(xls_bytes({"3月": ROWS}))["declared"] is None
    assert found_in(xls_bytes({"3月": []}))["declared"] is None
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [0.1, 0.2])
        sheet.write(1, 1, 0.3, book.add_format({"num_format": "0%"}))
    assert found_in(raw.getvalue())["percentages"] == [(1, 1)]
    assert found_in(ods_bytes(ROWS))["percentages"] == [(1, 3), (2, 3)]
    old = xlwt.Workbook()
    old.add_sheet("3月").row(1).set_cell_error(2, "#DIV/0!")
    old.get_sheet(0).write(0, 0, "")
    raw = io.BytesIO()
    old.save(raw)
    assert found_in(raw.getvalue())["broken"] == [(1, 2, "#DIV/0!")]


def test_errors_and_percentages_of_an_open_document() -> None:
    """As LibreOffice writes them: an error is a text that is blank, and cells alike are written once."""
    cell = '<table:table-cell office:value-type="percentage" office:value="0.5" table:number-columns-repeated="2"/>'
    error = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" '
        'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    rows = f'<table:table-row/><table:table-row table:number-rows-repeated="2">{cell}<table:table-cell/>{error}</table:table-row>'
    found = found_in(ods_bytes([], f"{rows}<table:table-row>{error}</table:table-row>"))
    assert found["percentages"] == [(1, 0), (1, 1), (2, 0), (2, 1)]
    assert found["broken"] == [(1, 3, "#DIV/0!"), (2, 3, "#DIV/0!"), (3, 0, "#DIV/0!")]


def ods_line(text: str, repeated: int = 1) -> str:
    """A row as LibreOffice writes it: ``x|`` is a cell merged over two columns, ``x_`` over two rows, ``~`` covered."""
    cells = ""
    for each in text.split():
        word = each.rstrip("|_")
        spans = "".join(
            f' table:number-{name}-spanned="{2 if sign in each else 1}"'
            for name, sign in (("columns", "|"), ("rows", "_"))
        )
        filled = f' office:value-type="string"><text:p>{word}</text:p></table:table-cell>' if word else "/>"
        cells += "<table:covered-table-cell/>" if each == "~" else f"<table:table-cell{spans}{filled}"
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row>'


@pytest.mark.parametrize(
    ("lines", "merged"),
    [
        ([("a b", 1)], []),
        ([("a| ~ b", 1), ("c d_ e", 1), ("f ~ g", 1)], [((0, 0), (0, 1)), ((1, 1), (2, 1))]),
        ([("a|_ ~", 1), ("~ ~ b", 1)], [((0, 0), (1, 1))]),
        ([("| ~", 2), ("a", 1)], [((0, 0), (0, 1)), ((1, 0), (1, 1))]),
        ([("a", 1), ("| ~", 1_048_575)], []),  # to the last row of the sheet, which nobody wrote anything in
        ([("a| ~", 2), ("| ~", 1_048_574)], [((0, 0), (0, 1)), ((1, 0), (1, 1))]),
    ],
)
def test_merged_cells_of_an_open_document(lines: list[tuple[str, int]], merged: list[Range]) -> None:
    body = "".join(ods_line(*each) for each in lines)
    assert found_in(ods_bytes([], body))["merged"] == merged


def test_columns_repeated_are_merged_each() -> None:
    cell = '<table:table-cell table:number-columns-repeated="2" table:number-rows-spanned="2"/>'
    body = f'<table:table-row>{cell}<table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
    assert found_in(ods_bytes([], body))["merged"] == [((0, 0), (1, 0)), ((0, 1), (1, 1))]


def test_merged_cells_of_an_open_document_count_as_those_of_excel(tmp_path: Path, catalogue: Catalogue) -> None:
    """Headers of two rows are joined, areas filled down, and points over several rows rejected."""
    body = [
        "点位_ 点位类型_ 位置| ~ 标准_ 结果_ 扣分_", "~ ~ 区县 街道 ~ ~ ~", "甲市场 农贸市场 川汇区_ 中心街道_ 标识规范 否 1",
        "乙市场 农贸市场 ~ ~ 标识规范 否 2_", "丙市场 农贸市场 川汇区 中心街道 标识规范 否 ~",
    ]  # fmt: skip
    raw = ods_bytes([], "".join(map(ods_line, body)))
    submission = read(tmp_path, catalogue, {"areas.csv": AREAS, "w.ods": raw})
    assert cells(submission) == [("G4", "merged-points"), ("G5", "merged-points")]
    assert submission.tables[-1].columns["subdistrict"] == "D"
    told = {each.code: each.text for each in submission.notes}
    assert told.keys() >= {"header-rows", "filled-down"}
    assert "'位置/区县' 1, '位置/街道' 1, '扣分' 1" in told["filled-down"]


def test_cells_of_a_style_are_found_in_the_part() -> None:
    part = b'<c r="A1" s="3"/><c r="B1" s="13"><v>1</v></c><c r="AA7" t="n" s=\'3\'><v>1</v></c><cols/>'
    assert workbook_cells.styled_cells(part, frozenset({b"3"})) == [(0, 0), (6, 26)]
    assert workbook_cells.styled_cells(part, frozenset()) == []


@pytest.mark.parametrize(
    ("styles", "found"),
    [
        (None, set()),
        ("<cellXfs><xf numFmtId='0'/><xf numFmtId='9'/><xf numFmtId='10'/></cellXfs>", {b"1", b"2"}),
        (
            "<numFmts><numFmt numFmtId='164' formatCode='0.0%'/></numFmts><cellXfs><xf numFmtId='164'/></cellXfs>",
            {b"0"},
        ),
        ("<cellStyleXfs><xf numFmtId='9'/></cellStyleXfs>", set()),
    ],
)
def test_styles_that_show_percentages(styles: str | None, found: set[bytes]) -> None:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts = {} if styles is None else {"xl/styles.xml": f'<styleSheet xmlns="{space}">{styles}</styleSheet>'.encode()}
    with zipfile.ZipFile(io.BytesIO(zipped(parts))) as archive:
        assert workbook_cells.percent_styles(archive) == found


def test_a_part_that_does_not_match_its_checksum() -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    changed = raw.getvalue().replace(b"<workbook/>", b"<workhook/>")
    assert workbook_cells.read(changed, *LIMITS) == {
        "code": "workbook-damaged",
        "reason": "Bad CRC-32 for file 'xl/workbook.xml'",
    }


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (XLS.replace(b"\x5c\0\x70\0", b"\x2f\0\x70\0"), "workbook-protected"),  # the record FILEPASS (MS-XLS, 2.4.117)
        (XLS[:600], "workbook-damaged"),
        (COMPOUND + b"\0" * 600, "workbook-damaged"),
    ],
    ids=text_only,
)
def test_workbooks_of_the_old_format_that_are_not_read(raw: bytes, code: str) -> None:
    assert workbook_cells.read(raw, *LIMITS)["code"] == code


def test_a_workbook_without_sheets_is_damaged() -> None:
    """Its records BOUNDSHEET (MS-XLS, 2.4.28) under a number that nobody knows, which both libraries read over."""
    place = XLS.index(b"\x85\0", 512)
    raw = XLS[:place] + b"\x86\x0f" + XLS[place + 2 :]
    assert workbook_cells.read(raw, *LIMITS) == {"code": "workbook-damaged", "reason": "0 + 1 sheets"}


def test_a_zipped_workbook_without_sheets_is_damaged() -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(XLSX)) as whole, zipfile.ZipFile(raw, "w") as damaged:
        for name in whole.namelist():
            part = whole.read(name)
            damaged.writestr(name, re.sub(rb"<sheet .*?/>", b"", part) if name == "xl/workbook.xml" else part)
    assert workbook_cells.read(raw.getvalue(), *LIMITS) == {"code": "workbook-damaged", "reason": "0 sheets"}


def test_a_sheet_that_does_not_say_how_far_it_reaches_is_damaged() -> None:
    raw = XLS.replace(b"\x00\x02\x0e\x00", b"\x86\x0f\x0e\x00")  # DIMENSIONS under a number that nobody knows
    assert raw != XLS
    assert workbook_cells.read(raw, *LIMITS) == {"code": "workbook-damaged", "reason": "3月"}


def test_a_sheet_that_the_list_of_sheets_does_not_have() -> None:
    """One of two records BOUNDSHEET under a number that nobody knows: the sheet is there, and no library finds it."""
    raw = xls_bytes({"3月": ROWS, "4月": ROWS})
    place = raw.index(b"\x85\0", raw.index(b"\x85\0", 512) + 2)
    damaged = raw[:place] + b"\x86\x0f" + raw[place + 2 :]
    assert [sheet.name for sheet in read_workbook(raw, Limits()).sheets] == ["3月", "4月"]
    assert workbook_cells.read(damaged, *LIMITS) == {"code": "workbook-damaged", "reason": "1 + 1 sheets"}
