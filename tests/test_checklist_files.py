"""Checklists as files: a page, a Word document and a workbook hold the same, are the same each time, and are only text."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import docx
import openpyxl  # type: ignore[import-untyped]
import pytest
from docx.oxml.ns import qn

from duibiao.reports.checklist import Checklist, Maker
from duibiao.reports.checklist_lines import visible
from duibiao.reports.checklist_set import checklist_file
from tests.checklists import ATTACK, HOSTILE, hostile_maker, national_maker

FORMATS = ("html", "docx", "xlsx")
SOFFICE = shutil.which("soffice")


@pytest.fixture(scope="module")
def market() -> Checklist:
    return national_maker("market", quiz=True).of_types(["market"])


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Checklist:
    maker = hostile_maker(tmp_path_factory.mktemp("hostile"))
    return maker.of_sites(maker.known.subjects)


def document(checklist: Checklist) -> Any:
    return docx.Document(io.BytesIO(checklist_file(checklist, "docx")))


def workbook(checklist: Checklist) -> Any:
    return openpyxl.load_workbook(io.BytesIO(checklist_file(checklist, "xlsx")), rich_text=False)


def words_of(document: Any) -> str:
    """All text of a document, tables, headers and footers too."""
    parts = [document.element.body]
    for section in document.sections:
        parts += [section.header._element, section.footer._element]
    return "\n".join(
        "".join(run.text or "" for run in p.iter(qn("w:t"))) for part in parts for p in part.iter(qn("w:p"))
    )


def cells_of(book: Any) -> list[Any]:
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


# ------------------------------------------------------------------ the same words in each


def test_every_format_says_what_is_asked(market: Checklist) -> None:
    page = checklist_file(market, "html").decode()
    texts = {
        "html": page,
        "docx": words_of(document(market)),
        "xlsx": "\n".join(str(cell.value) for cell in cells_of(workbook(market))),
    }
    for name, text in texts.items():
        for entry in market.sheets[0].entries:
            for told in (entry.title, entry.look_for, entry.remedy, *entry.mistakes, *(b.label for b in entry.blanks)):
                assert told in text, (name, told)
        for question in market.questions:
            assert question.case in text, (name, question.case)
        for word in () if name == "xlsx" else ("met", "partly met", "missed", "not observed", "not applicable"):
            assert word in text, (name, word)


@pytest.mark.parametrize("format_", FORMATS)
def test_the_same_checklist_has_the_same_bytes(market: Checklist, format_: Any) -> None:
    assert checklist_file(market, format_) == checklist_file(market, format_)


def test_no_file_has_a_time_of_today(market: Checklist) -> None:
    for format_ in ("docx", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(checklist_file(market, format_))) as file:
            assert {each.date_time[0] for each in file.infolist()} == {1980}
            assert b"2000-01-01" in file.read("docProps/core.xml")


# ------------------------------------------------------------------ Word


def test_in_word_no_criterion_is_torn_and_headers_are_repeated(market: Checklist) -> None:
    tables = document(market).tables
    rows = tables[1].rows
    assert len(rows) == len(market.sheets[0].entries) + 1
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in rows] == [True] + [False] * (len(rows) - 1)


def test_word_is_a4_with_page_numbers_and_chinese_fonts(market: Checklist) -> None:
    made = document(market)
    section = made.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    fields = [each.get(qn("w:instr")) for each in section.footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    fonts = {
        style.element.rPr.rFonts.get(qn("w:eastAsia"))
        for style in made.styles
        if style.name.startswith("Checklist") or style.name == "Normal"
    }
    assert fonts == {"仿宋_GB2312", "黑体"}
    assert "Inspector (signature)" in words_of(made)


def test_each_site_has_pages_of_its_own_in_word(hostile: Checklist) -> None:
    made = document(hostile)
    assert len(made.sections) == len(hostile.sheets) + 2  # questions, answers
    heads = [section.header.paragraphs[0].text for section in made.sections]
    assert all(visible(sheet.name) in head for sheet, head in zip(hostile.sheets, heads, strict=False))


# ------------------------------------------------------------------ Excel


def test_a_workbook_prints_and_has_drop_downs(market: Checklist) -> None:
    sheet = workbook(market).worksheets[0]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert sheet.print_title_rows == "$6:$6"
    assert sheet.print_area.startswith("'农贸市场'!$A$1:$I$")
    assert sheet.column_dimensions["G"].hidden  # nothing was found yet
    lists = [each for each in sheet.data_validations.dataValidation if each.type == "list"]
    verdicts = '"met,partly met,missed,not observed,not applicable"'
    # Equal drop-downs are joined where a file is read.
    assert sum(len(each.sqref.ranges) for each in lists if each.formula1 == verdicts) > 0
    assert any("A,B,C,D" in each.formula1 for each in lists)


def test_only_what_is_filled_in_can_be_changed(market: Checklist) -> None:
    sheet = workbook(market).worksheets[0]
    assert sheet.protection.sheet
    unlocked = [cell for row in sheet.iter_rows(min_row=7) for cell in row if not cell.protection.locked]
    assert {cell.column_letter for cell in unlocked} == {"H", "I"}
    assert {cell.value for cell in unlocked} == {None}


def test_sheets_have_names_that_excel_takes_and_no_two_alike(hostile: Checklist) -> None:
    names = workbook(hostile).sheetnames
    assert len(names) == len(hostile.sheets) + 2
    assert len({each.casefold() for each in names}) == len(names)
    assert [
        each for each in names if len(each) > 31 or re.search(r"[\[\]:*?/\\]", each) or each.strip("'") != each
    ] == []


# ------------------------------------------------------------------ hostile names


def test_no_cell_is_a_formula_or_a_link(hostile: Checklist) -> None:
    book = workbook(hostile)
    cells = cells_of(book)
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.hyperlink for cell in cells} == {None}
    texts = "\n".join(str(cell.value) for cell in cells)
    for name in HOSTILE:
        assert visible(name) in texts
    with zipfile.ZipFile(io.BytesIO(checklist_file(hostile, "xlsx"))) as file:
        for part in file.namelist():
            if part.startswith("xl/worksheets/"):
                assert b"<f>" not in file.read(part)


def test_names_are_only_text_in_word(hostile: Checklist) -> None:
    made = document(hostile)
    text = words_of(made)
    for name in HOSTILE:
        assert visible(name) in text
    assert ATTACK in text
    instructions = {
        each.get(qn("w:instr")) for part in made.sections for each in part.footer._element.iter(qn("w:fldSimple"))
    }
    assert instructions == {"PAGE", "NUMPAGES"}
    assert list(made.element.body.iter(qn("w:fldSimple"), qn("w:instrText"), qn("w:hyperlink"))) == []


@pytest.mark.parametrize("format_", ["docx", "xlsx"])
def test_no_mark_turns_the_text_behind_it(hostile: Checklist, format_: Any) -> None:
    with zipfile.ZipFile(io.BytesIO(checklist_file(hostile, format_))) as file:
        whole = "".join(file.read(name).decode("utf-8", "ignore") for name in file.namelist() if name.endswith(".xml"))
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", whole)
    assert "\ufffdevil\ufffd 右" in whole


def test_a_page_has_names_as_text_only(hostile: Checklist) -> None:
    page = checklist_file(hostile, "html").decode()
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;/script&gt;&lt;img src=x" in page
    assert "default-src &#39;none&#39;" in page


# ------------------------------------------------------------------ other programs open them


@pytest.mark.skipif(SOFFICE is None, reason="no LibreOffice on this machine")
@pytest.mark.parametrize(("format_", "most"), [("docx", 7), ("xlsx", 10)])
def test_libreoffice_opens_and_prints_them(market: Checklist, tmp_path: Path, format_: Any, most: int) -> None:
    path = tmp_path / f"market.{format_}"
    path.write_bytes(checklist_file(market, format_))
    command = [str(SOFFICE), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
               "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    told = subprocess.run(["pdfinfo", tmp_path / "market.pdf"], capture_output=True, text=True, check=True).stdout
    pages = re.search(r"Pages: +(\d+)", told)
    assert pages is not None
    assert 4 <= int(pages[1]) <= most
    text = subprocess.run(
        ["pdftotext", tmp_path / "market.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "农贸市场" in text


def test_sheets_of_a_maker_without_sites_are_blank(tmp_path: Path) -> None:
    maker: Maker = national_maker("crossing")
    assert maker.known.subjects == ()
    (sheet,) = maker.of_types(["crossing"]).sheets
    assert (sheet.name, sheet.number, sheet.area, sheet.told) == ("", "", "", "")
