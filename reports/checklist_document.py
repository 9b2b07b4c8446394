"""A checklist as a Word document: a table whose rows are not torn, a header on every page, fonts of Word and WPS."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

import docx
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree  # type: ignore[import-untyped]

from duibiao.reports.checklist import Checklist, Entry, Sheet
from duibiao.reports.checklist_lines import (
    BOX,
    LINE,
    about,
    answer_lines,
    blank_line,
    boxes,
    facts,
    heading,
    question_title,
    running,
    seen_line,
    told,
    visible,
)

MADE: Final = datetime(2000, 1, 1)
ZIPPED: Final = (1980, 1, 1, 0, 0, 0)
BODY: Final = "仿宋_GB2312"
HEAD: Final = "黑体"
LATIN: Final = "Times New Roman"
# Widths in twentieths of a point; together the width of an A4 page between margins of 12 mm.
_COLUMNS: Final = (1750, 5950, 2845)
_FACTS: Final = (2636, 2636, 2636, 2637)
_STYLES: Final[dict[str, tuple[str, float, bool]]] = {  # name -> font, size, bold
    "Checklist Title": (HEAD, 16, False),
    "Checklist Note": (BODY, 8, False),
    "Checklist Fact": (BODY, 9.5, False),
    "Checklist Part": (HEAD, 13, False),
    "Checklist Head": (HEAD, 8, False),
    "Checklist Criterion": (HEAD, 9.5, False),
    "Checklist Text": (BODY, 9, False),
    "Checklist Box": (BODY, 9, False),
    "Checklist Question": (HEAD, 10.5, False),
    "Checklist Answer": (BODY, 10.5, False),
}
_ROOM: Final = {"Checklist Box": 2, "Checklist Question": 7}  # points above a paragraph
# What a new document of python-docx brings along and nothing here refers to.
_UNUSED: Final = frozenset(("thumbnail", "customXml", "numbering", "stylesWithEffects", "webSettings"))


def checklist_document(checklist: Checklist) -> bytes:
    """The document. The same checklist gives the same bytes."""
    document: Any = docx.Document(io.BytesIO(_styled()))
    _name(document, checklist)
    following = (*checklist.sheets[1:], None)
    for place, (sheet, after) in enumerate(zip(checklist.sheets, following, strict=True)):
        if not sheet.inside:
            section = document.sections[0] if not place else document.add_section(WD_SECTION.NEW_PAGE)
            _page(section, running(sheet))
        _sheet(document, checklist, sheet)
        if after is None or not after.inside:
            _end(document, checklist)
    if checklist.questions:
        _quiz(document, checklist)
    raw = io.BytesIO()
    document.save(raw)
    return _dated(raw.getvalue())


# the page


@cache
def _styled() -> bytes:
    """An empty document with our page and our styles alone, made once: a city has a thousand checklists."""
    document: Any = docx.Document()
    styles = document.styles.element
    for each in list(styles):
        if each.tag == qn("w:latentStyles") or (each.tag == qn("w:style") and each.get(qn("w:default")) is None):
            styles.remove(each)
    for relations in (document.part.rels, document.part.package.rels):
        for name, each in list(relations.items()):
            if each.reltype.rpartition("/")[2] in _UNUSED:
                del relations[name]
    _font(document.styles["Normal"], BODY, 8.5)
    for name, (font, size, bold) in _STYLES.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        _font(style, font, size)
        style.font.bold = bold
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(_ROOM.get(name, 0)), Pt(0)
        style.paragraph_format.keep_together = True
        style.paragraph_format.page_break_before = name == "Checklist Part"
        style.paragraph_format.line_spacing = 1.0
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(12)
    section.top_margin, section.bottom_margin = Mm(15), Mm(13)
    section.header_distance = section.footer_distance = Mm(7)
    raw = io.BytesIO()
    document.save(raw)
    return raw.getvalue()


def _name(document: Any, checklist: Checklist) -> None:
    properties = document.core_properties
    properties.title = visible(checklist.title)[:255]
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = MADE
    properties.language = checklist.language


def _font(style: Any, name: str, size: float) -> None:
    style.font.name, style.font.size = LATIN, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), name)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)


def _page(section: Any, text: str) -> None:
    section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
    for part in (section.header._element, section.footer._element):
        part.clear()
    _text(_paragraph(section.header._element, "Checklist Note"), text)
    foot = _paragraph(section.footer._element, "Checklist Note")
    _child(foot[0], "w:jc", val="right")
    for word in ("PAGE", " / ", "NUMPAGES"):
        _text(_child(foot, "w:fldSimple", instr=word) if word.isupper() else foot, "1" if word.isupper() else word)


# sheets


def _sheet(document: Any, checklist: Checklist, sheet: Sheet) -> None:
    say = checklist.words.gettext
    if sheet.inside:
        _line(document, heading(sheet, say), "Checklist Part", kept=True)
    else:
        _line(document, heading(sheet, say), "Checklist Title", kept=True)
        _line(document, f"{checklist.catalogue} · {checklist.basis}", "Checklist Note", kept=True)
    table = _table(document, _FACTS)
    known = facts(sheet, say)
    for start in range(0, len(known), len(_FACTS)):
        row = _row(table)
        for (label, value), width in zip(known[start : start + len(_FACTS)], _FACTS, strict=True):
            cell = _cell(row, width)
            paragraph = _paragraph(cell, "Checklist Fact", kept=True)
            _text(paragraph, f"{label}{say(': ')}")
            _text(paragraph, value, bold=True)
    if sheet.told:
        _line(document, f"{say('Last findings')}{say(': ')}{sheet.told}", "Checklist Note", kept=True)
    _line(document, "", "Checklist Note", kept=True)
    table = _table(document, _COLUMNS)
    head = _row(table, repeated=True)
    headers = (say("Criterion"), say("What is looked at, and what counts"), say("Found"))
    for text, width in zip(headers, _COLUMNS, strict=True):
        cell = _cell(head, width, shade="E7ECF2")
        _text(_paragraph(cell, "Checklist Head", kept=True), text)
    for entry in sheet.entries:
        _entry(table, checklist, entry)


def _end(document: Any, checklist: Checklist) -> None:
    say = checklist.words.gettext
    note = f"{say('Leave blank what nobody looked at.')} "
    note += say("Examples are cases of the catalogue, not reports of this site.")
    _line(document, f"{note} sha256 {checklist.digest[:12]}", "Checklist Note")


def _entry(table: Any, checklist: Checklist, entry: Entry) -> None:
    say = checklist.words.gettext
    row = _row(table)
    left, middle, right = (_cell(row, width) for width in _COLUMNS)
    _text(_paragraph(left, "Checklist Criterion"), f"{entry.number}. {entry.title}")
    for text in about(entry, say):
        _text(_paragraph(left, "Checklist Note"), text)
    for line in told(entry, say):
        paragraph = _paragraph(middle, "Checklist Text")
        _text(paragraph, f"【{line.label}】", font=HEAD)
        _text(paragraph, line.text, bold=line.strong)
    for ticks in boxes(checklist):
        _text(_paragraph(right, "Checklist Box"), ticks)
    for blank in entry.blanks:
        _text(_paragraph(right, "Checklist Box"), blank_line(blank, say))
    if entry.evidence:
        _text(_paragraph(right, "Checklist Note"), f"{say('Evidence')}{say(': ')}{entry.evidence}")
    _text(_paragraph(right, "Checklist Box"), f"{say('Notes')} " + "_" * 22)


def _quiz(document: Any, checklist: Checklist) -> None:
    say = checklist.words.gettext
    _page(document.add_section(WD_SECTION.NEW_PAGE), f"{say('Questions')} · {checklist.title}")
    _line(document, say("Questions"), "Checklist Title", kept=True)
    _line(document, f"{say('Person')} {LINE * 2}    {say('Right answers')} {LINE}", "Checklist Question", kept=True)
    _line(document, f"{checklist.title} · {say('How is this judged? Tick one box.')}", "Checklist Note")
    for each in checklist.questions:
        texts = (f"{each.number}. {question_title(each)}", f"{say('Seen')}{say(': ')}{seen_line(each)}",
                 "   ".join(f"{BOX}{choice}" for choice in each.choices))  # fmt: skip
        _kept(document, texts)
    _page(document.add_section(WD_SECTION.NEW_PAGE), f"{say('Quiz answers')} · {checklist.title}")
    _line(document, say("Quiz answers"), "Checklist Title", kept=True)
    for each in checklist.questions:
        answer = " · ".join(part for part in (f"{each.number}. {each.answer}", each.points, each.title) if part)
        _kept(document, (answer, *answer_lines(each, say)))


def _kept(document: Any, texts: Sequence[str]) -> None:
    """Paragraphs that stand on one page, the first of them in bold."""
    for place, text in enumerate(texts):
        style = "Checklist Answer" if place else "Checklist Question"
        _line(document, text, style, kept=place < len(texts) - 1)


# the elements of a document


_named = cache(qn)


def _child(parent: Any, tag: str, **attributes: str) -> Any:
    return etree.SubElement(parent, _named(tag), {_named(f"w:{name}"): value for name, value in attributes.items()})


def _line(document: Any, text: str, style: str, *, kept: bool = False) -> None:
    """A paragraph of its own; one that is ``kept`` stands on the page of what follows."""
    body = document.element.body
    paragraph = _paragraph(body, style, kept=kept)
    if text:
        _text(paragraph, text)
    body.insert(len(body) - 2, paragraph)  # the last element of a body is its page


def _table(document: Any, widths: Iterable[int]) -> Any:
    """An empty table with fixed columns, in front of the properties of the last section."""
    body = document.element.body
    table = _child(body, "w:tbl")
    body.insert(len(body) - 2, table)
    properties = _child(table, "w:tblPr")
    _child(properties, "w:tblW", w=str(sum(widths := tuple(widths))), type="dxa")
    borders = _child(properties, "w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        _child(borders, f"w:{side}", val="single", sz="4", space="0", color="7F7F7F")
    _child(properties, "w:tblLayout", type="fixed")
    margins = _child(properties, "w:tblCellMar")
    for side, width in (("top", "20"), ("left", "60"), ("bottom", "20"), ("right", "60")):
        _child(margins, f"w:{side}", w=width, type="dxa")
    grid = _child(table, "w:tblGrid")
    for each in widths:
        _child(grid, "w:gridCol", w=str(each))
    return table


def _row(table: Any, *, repeated: bool = False) -> Any:
    row = _child(table, "w:tr")
    properties = _child(row, "w:trPr")
    _child(properties, "w:cantSplit")
    if repeated:
        _child(properties, "w:tblHeader")
    return row


def _cell(row: Any, width: int, shade: str = "") -> Any:
    cell = _child(row, "w:tc")
    properties = _child(cell, "w:tcPr")
    _child(properties, "w:tcW", w=str(width), type="dxa")
    if shade:
        _child(properties, "w:shd", val="clear", color="auto", fill=shade)
    return cell


def _paragraph(parent: Any, style: str, *, kept: bool = False) -> Any:
    paragraph = _child(parent, "w:p")
    properties = _child(paragraph, "w:pPr")
    _child(properties, "w:pStyle", val=style.replace(" ", ""))
    if kept:
        _child(properties, "w:keepNext")
    return paragraph


def _text(parent: Any, text: str, *, bold: bool = False, font: str = "") -> None:
    """A run of text; whatever it says, it stays text."""
    run = _child(parent, "w:r")
    if bold or font:
        properties = _child(run, "w:rPr")
        if font:
            _child(properties, "w:rFonts", eastAsia=font)
        if bold:
            _child(properties, "w:b")
    element = _child(run, "w:t")
    element.text = visible(text)
    element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _dated(raw: bytes) -> bytes:
    """The same document with the time of writing taken out of its zip file."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, ZIPPED)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 3
            new.writestr(part, old.read(name))
    return made.getvalue()
