"""Checklists as files: a page, a Word document and a workbook hold the same, are the same each time, and are only text."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import docx
import openpyxl  # type: ignore[import-untyped]
import pytest
from docx.oxml.ns import qn
from openpyxl.utils.escape import unescape  # type: ignore[import-untyped]

from duibiao.reports.checklist import Checklist
from duibiao.reports.checklist_lines import visible
from duibiao.reports.checklist_set import Format, checklist_file
from tests.checklists import hostile_checklist, hostile_texts, national_maker, small_maker
from tests.office import WRITER, converted
from tests.word_text import W, part

FORMATS = ("html", "docx", "xlsx")


@pytest.fixture(scope="module")
def market() -> Checklist:
    return national_maker(quiz=True).of_types(["market"])


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Checklist:
    """A thousand texts that are attacks in every place."""
    return hostile_checklist(tmp_path_factory.mktemp("hostile"), hostile_texts())


@cache
def made(checklist: Checklist, format_: Format) -> bytes:
    """A checklist as a file, written once for all tests."""
    return checklist_file(checklist, format_)


def document(checklist: Checklist) -> Any:
    return docx.Document(io.BytesIO(made(checklist, "docx")))


@cache
def workbook(checklist: Checklist) -> Any:
    return openpyxl.load_workbook(io.BytesIO(made(checklist, "xlsx")), rich_text=False)


def legible(text: str) -> str:
    """A text without blanks and without the sign for what no file can hold."""
    return re.sub(r"[\s\x7f-\x9f\ufffd]", "", visible(text))


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
    page = made(market, "html").decode()
    texts = {
        "html": page,
        "docx": words_of(document(market)),
        "xlsx": "\n".join(str(cell.value) for cell in cells_of(workbook(market))),
    }
    for name, text in texts.items():
        for entry in market.sheets[0].entries:
            for told in (entry.title, entry.look_for, entry.remedy, *entry.examples, *(b.label for b in entry.blanks)):
                assert told in text, (name, told)
        for question in market.questions:
            assert question.because in text, (name, question.because)
            assert question.rule in text, (name, question.rule)
        for word in ("met", "partly met", "missed", "not observed", "not applicable"):
            assert word in text, (name, word)


@pytest.mark.parametrize("format_", FORMATS)
def test_the_same_checklist_has_the_same_bytes(market: Checklist, format_: Any) -> None:
    assert checklist_file(market, format_) == made(market, format_)


def test_no_file_has_a_time_of_today(market: Checklist) -> None:
    formats: tuple[Format, ...] = ("docx", "xlsx")
    for format_ in formats:
        with zipfile.ZipFile(io.BytesIO(made(market, format_))) as file:
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
    opened = document(market)
    section = opened.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    fields = [each.get(qn("w:instr")) for each in section.footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    fonts = {
        style.element.rPr.rFonts.get(qn("w:eastAsia"))
        for style in opened.styles
        if style.name.startswith("Checklist") or style.name == "Normal"
    }
    assert fonts == {"仿宋_GB2312", "黑体"}
    assert "Inspector (signature)" in words_of(opened)


def test_each_site_has_pages_of_its_own_in_word(hostile: Checklist) -> None:
    opened = document(hostile)
    assert len(opened.sections) == len(hostile.sheets) + 2  # questions, answers
    heads = [legible(section.header.paragraphs[0].text) for section in opened.sections]
    assert all(legible(sheet.name) in head for sheet, head in zip(hostile.sheets, heads, strict=False))


def test_what_belongs_to_a_site_follows_it(tmp_path: Path) -> None:
    maker = small_maker(tmp_path, parts={"C1": "M1"})
    checklist = maker.of_sites([each for each in maker.known.subjects if each.key == "M1"])
    opened = document(checklist)
    titles = [(each.style.name, each.text) for each in opened.paragraphs if each.style.name.endswith(("Title", "Part"))]
    assert titles == [("Checklist Title", "Checklist 光华市场"), ("Checklist Part", "Attached site 路口C1")]
    assert len(opened.sections) == 1
    assert words_of(opened).count("sha256") == 1
    assert workbook(checklist).sheetnames == ["光华市场", "路口C1"]


def test_no_heading_in_word_stands_alone_at_the_foot_of_a_page(market: Checklist) -> None:
    kept: dict[str, set[bool]] = {}
    for each in part(made(market, "docx")).iter(f"{W}p"):
        style = each.find(f"{W}pPr/{W}pStyle")
        if style is not None:  # the paragraph that ends a section has none
            kept.setdefault(style.attrib[f"{W}val"], set()).add(each.find(f"{W}pPr/{W}keepNext") is not None)
    for name in ("Title", "Fact", "Head", "Question"):
        assert kept[f"Checklist{name}"] == {True}


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
    assert sheet["H7"].value == "□met\n□partly met\n□missed\n□not observed\n□not applicable"
    # Equal drop-downs are joined where a file is read.
    assert sum(len(each.sqref.ranges) for each in lists if each.formula1 == verdicts) > 0
    assert any("A,B,C,D" in each.formula1 for each in lists)


def test_only_what_is_filled_in_can_be_changed(market: Checklist) -> None:
    sheet = workbook(market).worksheets[0]
    assert sheet.protection.sheet
    unlocked = [cell for row in sheet.iter_rows(min_row=7) for cell in row if not cell.protection.locked]
    assert {cell.column_letter for cell in unlocked} == {"H", "I"}
    assert {cell.value for cell in unlocked} == {None, sheet["H7"].value}  # boxes to tick on paper


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
    # openpyxl takes the marks of Excel for what XML cannot hold out of plain cells, and leaves them in rich ones.
    shown = legible("\n".join(f"{cell.value}\n{unescape(str(cell.value))}" for cell in cells) + book.properties.title)
    assert [each for each in hostile_texts() if legible(each) not in shown] == []
    with zipfile.ZipFile(io.BytesIO(made(hostile, "xlsx"))) as file:
        for part in file.namelist():
            if part.startswith("xl/worksheets/"):
                assert b"<f>" not in file.read(part)


def test_names_are_only_text_in_word(hostile: Checklist) -> None:
    opened = document(hostile)
    shown = legible(words_of(opened))
    assert [each for each in hostile_texts() if legible(each) not in shown] == []
    instructions = {
        each.get(qn("w:instr")) for part in opened.sections for each in part.footer._element.iter(qn("w:fldSimple"))
    }
    assert instructions == {"PAGE", "NUMPAGES"}
    assert list(opened.element.body.iter(qn("w:fldSimple"), qn("w:instrText"), qn("w:hyperlink"))) == []


@pytest.mark.parametrize("format_", ["docx", "xlsx"])
def test_no_mark_turns_the_text_behind_it(hostile: Checklist, format_: Any) -> None:
    with zipfile.ZipFile(io.BytesIO(made(hostile, format_))) as file:
        whole = "".join(file.read(name).decode("utf-8", "ignore") for name in file.namelist() if name.endswith(".xml"))
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", whole)
    assert "\ufffdevil\ufffd 右#7" in whole


def test_a_page_has_names_as_text_only(hostile: Checklist) -> None:
    page = made(hostile, "html").decode()
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;/script&gt;&lt;img src=x" in page
    assert "default-src &#39;none&#39;" in page


# ------------------------------------------------------------------ other programs open them


@pytest.mark.skipif(not WRITER, reason="no LibreOffice on this machine")
@pytest.mark.parametrize(("format_", "most"), [("docx", 7), ("xlsx", 10)])
def test_libreoffice_opens_and_prints_them(market: Checklist, tmp_path: Path, format_: Any, most: int) -> None:
    path = tmp_path / f"market.{format_}"
    path.write_bytes(made(market, format_))
    told = subprocess.run(
        ["pdfinfo", converted(path, tmp_path, "pdf")], capture_output=True, text=True, check=True
    ).stdout
    pages = re.search(r"Pages: +(\d+)", told)
    assert pages is not None
    assert 4 <= int(pages[1]) <= most
    text = subprocess.run(
        ["pdftotext", tmp_path / "market.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "农贸市场" in text


def test_sheets_of_a_maker_without_sites_are_blank() -> None:
    maker = national_maker()
    assert maker.known.subjects == ()
    (sheet,) = maker.of_types(["crossing"]).sheets
    assert (sheet.name, sheet.number, sheet.area, sheet.told) == ("", "", "", "")
