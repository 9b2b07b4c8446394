"""The Word templates that are shipped, written from here: ``python -m duibiao.reports.word_templates``.

The page is laid out as GB/T 9704 asks of official letters: A4, margins 37, 26, 35 and 28 mm, the title in 22 points
of 小标宋, the text in 16 points of 仿宋 on lines of 28 points, headings in 黑体, the number of the page outside below.
What stands between ``{{ }}`` and ``{% %}`` is filled in by docxtpl; docs/commands.md lists the names.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal
from xml.sax.saxutils import escape

from duibiao.criteria.language import Language, translations
from duibiao.reports.words import N_

Document = Literal["notice", "bulletin"]
Translate = Callable[[str], str]
DOCUMENTS: Final[tuple[Document, ...]] = ("notice", "bulletin")
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
_MM: Final = 1440 / 25.4  # twips
_TEXT_WIDTH: Final = round((210 - 28 - 26) * _MM)
_STAMP: Final = (1980, 1, 1, 0, 0, 0)
_W: Final = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"

# Style: font for Chinese, half points, what its paragraphs are like, bold.
_STYLES: Final[tuple[tuple[str, str, int, str, bool], ...]] = (
    ("Title", "方正小标宋简体", 44, '<w:jc w:val="center"/>', False),
    ("Subtitle", "楷体_GB2312", 32, '<w:jc w:val="center"/>', False),
    ("Number", "仿宋_GB2312", 32, '<w:jc w:val="center"/>', False),
    ("Heading", "黑体", 32, '<w:ind w:firstLineChars="200" w:firstLine="640"/>', False),
    ("Text", "仿宋_GB2312", 32, '<w:ind w:firstLineChars="200" w:firstLine="640"/><w:jc w:val="both"/>', False),
    ("Closing", "仿宋_GB2312", 32, '<w:ind w:firstLineChars="200" w:firstLine="640"/><w:jc w:val="both"/>', False),
    ("Rest", "仿宋_GB2312", 24, '<w:spacing w:line="240" w:lineRule="exact"/>', False),
    ("Warning", "黑体", 32, '<w:ind w:firstLineChars="200" w:firstLine="640"/>', False),
    ("Signature", "仿宋_GB2312", 32, '<w:ind w:rightChars="400" w:right="1280"/><w:jc w:val="right"/>', False),
    ("Cell", "仿宋_GB2312", 21, "", False),
    ("Figure", "仿宋_GB2312", 21, '<w:jc w:val="right"/>', False),
    ("Middle", "仿宋_GB2312", 21, '<w:jc w:val="center"/>', False),
    ("Head", "黑体", 21, '<w:jc w:val="center"/>', False),
    ("PageRight", "宋体", 28, '<w:ind w:rightChars="100" w:right="280"/><w:jc w:val="right"/>', False),
    ("PageLeft", "宋体", 28, '<w:ind w:leftChars="100" w:left="280"/><w:jc w:val="left"/>', False),
)
# Where one of the fonts is not there, the one to take instead.
_INSTEAD: Final = {"方正小标宋简体": "宋体", "仿宋_GB2312": "仿宋", "楷体_GB2312": "楷体"}
# What stays on the page of what follows it: no page has a seal and a date alone.
_KEPT: Final = {"Title", "Heading", "Closing", "Rest", "Signature"}
_SMALL: Final = {"Cell", "Figure", "Middle", "Head"}


def shipped_template(document: Document, language: Language) -> bytes:
    """A template as it is installed with the program."""
    return (files("duibiao.reports") / "templates" / "word" / f"{document}.{language}.docx").read_bytes()


def made_template(document: Document, language: Language) -> bytes:
    """A template as this file writes it."""
    say = translations(language).gettext
    return _package(_notice(say) if document == "notice" else _bulletin(say))


def main() -> None:
    """Write all of them into the source tree."""
    folder = Path(__file__).parent / "templates" / "word"
    for document in DOCUMENTS:
        for language in LANGUAGES:
            (folder / f"{document}.{language}.docx").write_bytes(made_template(document, language))


# paragraphs and tables


def _paragraph(text: str, style: str = "Text") -> str:
    run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{run}</w:p>'


def _only(condition: str, *paragraphs: str) -> str:
    """Paragraphs that stand there only under a condition."""
    return _paragraph(f"{{%p if {condition} %}}") + "".join(paragraphs) + _paragraph("{%p endif %}")


def _cell(text: str, width: int, style: str) -> str:
    lines = "".join(_paragraph(line, style) for line in text.split("\n"))
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{lines}</w:tc>'


def _row(cells: Iterable[tuple[str, int, str]], head: bool = False) -> str:
    header = "<w:tblHeader/>" if head else ""
    inside = "".join(_cell(*each) for each in cells)
    return f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{inside}</w:tr>"


def _table(
    each: str,
    columns: Sequence[tuple[str, str, str, int]],
    last: Sequence[str] = (),
    between: tuple[str, Sequence[str]] | None = None,
) -> str:
    """A table with a row for each of a list: header, value, style and width of each column; and a last row, if any.

    ``between``: another list with the values of its rows, which stand before the last one.
    """
    whole = sum(share for *_rest, share in columns)
    widths = [round(_TEXT_WIDTH * share / whole) for *_rest, share in columns]
    styles = [style for _header, _value, style, _share in columns]
    spanned = [("", width, "Cell") for width in widths]
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    rows = [_row([(column[0], width, "Head") for column, width in zip(columns, widths, strict=True)], head=True)]
    lists = [(each, [value for _header, value, *_rest in columns])]
    for name, values in lists if between is None else [*lists, between]:
        rows += [
            _row([(f"{{%tr for each in {name} %}}", widths[0], "Cell"), *spanned[1:]]),
            _row(zip(values, widths, styles, strict=True)),
            _row([("{%tr endfor %}", widths[0], "Cell"), *spanned[1:]]),
        ]
    if last:
        rows.append(_row(zip(last, widths, styles, strict=True)))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{lines}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


# the two documents

NOTICE: Final = N_(
    "In round {round} of the self-assessment against {catalogue} (edition {edition}), as of {day}, {gaps} gaps were "
    "found that your unit has to mend. They are set out below; please mend them as follows."
)
FEW: Final = 3  # gaps that need no table by severity before they are listed, so that their letter is one page
REST: Final = N_(
    "The first {shown} gaps of the list that comes with this notice, the most severe first; {rest} others stand in it."
)
REPORT: Final = N_(
    "Please report by ____________ what has been mended, to ____________ (contact, telephone: ____________)."
)
REPLY: Final = N_(
    "Return the list with the state of every gap filled in. A gap that was judged wrongly is marked as “asks to be "
    "struck off”, with the reason in the note."
)


def _filled(text: str, *names: str) -> str:
    """A text whose places are those that a template fills in."""
    return text.format(**{name: f"{{{{ {name} }}}}" for name in names})


def _notice(_: Translate) -> str:
    severities = _table(
        "severities",
        [
            (_("Severity"), "{{ each.word }}", "Middle", 2),
            (_("Number of gaps"), "{{ each.gaps }}", "Middle", 2),
            (_("Earliest deadline"), "{{ each.deadline }}", "Middle", 3),
            (_("Latest deadline"), "{{ each.last }}", "Middle", 4),
            (_("overdue"), "{{ each.overdue }}", "Middle", 2),
        ],
        [_("Together"), "{{ gaps }}", "", "", "{{ overdue }}"],
    )
    lines = _table(
        "lines",
        [
            (_("No."), "{{ each.number }}", "Middle", 10),
            (_("Ledger no."), "{{ each.ledger }}", "Middle", 14),
            (_("Site"), "{{ each.site }}", "Cell", 23),
            (_("What was seen"), "{{ each.criterion }}{{ colon }}{{ each.seen }}", "Cell", 44),
            (_("How it is mended"), "{{ each.remedy }}", "Cell", 33),
            (_("Severity"), "{{ each.severity }}", "Middle", 10),
            (_("Deadline"), "{{ each.day }}\n{{ each.left }}", "Middle", 26),
        ],
    )  # fmt: skip
    return "".join(
        (
            _paragraph(_("Notice of gaps to mend"), "Title"),
            _paragraph(_("No. ______"), "Number"),
            _paragraph("", "Small"),
            _paragraph(_filled(_("To {unit}:"), "unit"), "Recipient"),
            _only("provisional", _paragraph("{{ provisional }}", "Warning")),
            _paragraph(_filled(_(NOTICE), "round", "catalogue", "edition", "day", "gaps")),
            _paragraph(_("1. By when"), "Heading"),
            _paragraph("{{ deadlines }}"),
            _only(f"gaps > {FEW}", severities, _paragraph("", "Small")),
            _paragraph(_("2. What to mend"), "Heading"),
            _only(
                "rest",
                _paragraph(_filled(_(REST), "shown", "rest")),
            ),
            lines,
            _paragraph("", "Small"),
            _paragraph(_("3. Reply"), "Heading"),
            _paragraph(_(REPORT), "Closing"),
            _paragraph(_(REPLY), "Closing"),
            _paragraph(_filled(_("Enclosed: {workbook}"), "workbook"), "Closing"),
            _paragraph("", "Rest"),
            _paragraph(_("Issued by: ____________"), "Signature"),
            _paragraph(_("(seal of the office)"), "Signature"),
            _paragraph(_("Date: ____________"), "Signature"),
        )
    )  # fmt: skip


def _bulletin(_: Translate) -> str:
    parts = _table(
        "parts",
        [
            (_("Part"), "{{ each.title }}", "Cell", 30),
            (_("Weight"), "{{ each.weight }}", "Figure", 16),
            (_("Score"), "{{ each.score }}", "Figure", 18),
            (_("met"), "{{ each.met }}", "Figure", 16),
            (_("partly met"), "{{ each.partial }}", "Figure", 18),
            (_("missed"), "{{ each.missed }}", "Figure", 16),
            (_("others"), "{{ each.aside }}", "Figure", 18),
        ],
        [
            "{{ total_name }}", "100%", "{{ score }}", "{{ findings.met }}", "{{ findings.partial }}",
            "{{ findings.missed }}", "{{ findings.aside }}",
        ],
        ("lines", ["{{ each.title }}", "", "{{ each.score }}", "", "", "", ""]),
    )  # fmt: skip
    areas = _table(
        "areas",
        [
            (_("Rank"), "{{ each.rank }}", "Middle", 14),
            (_("Area"), "{{ each.title }}", "Cell", 36),
            (_("Score"), "{{ each.score }}", "Figure", 18),
            (_("Since the last round"), "{{ each.change }}", "Figure", 24),
            (_("Level"), "{{ each.level }}", "Middle", 22),
            (_("Number of gaps"), "{{ each.gaps }}", "Figure", 16),
            (_("Points lost"), "{{ each.lost }}", "Figure", 18),
        ],
    )
    problems = _table(
        "problems",
        [
            (_("No."), "{{ each.number }}", "Middle", 12),
            (_("Criterion"), "{{ each.title }}", "Cell", 66),
            (_("Part"), "{{ each.part }}", "Cell", 28),
            (_("Number of gaps"), "{{ each.gaps }}", "Figure", 16),
            (_("Points lost"), "{{ each.lost }}", "Figure", 22),
        ],
    )
    units = _table(
        "units",
        [
            (_("No."), "{{ each.number }}", "Middle", 12),
            (_("Unit"), "{{ each.title }}", "Cell", 62),
            (_("Number of gaps"), "{{ each.gaps }}", "Figure", 18),
            (_("overdue"), "{{ each.overdue }}", "Figure", 18),
            (_("Points lost"), "{{ each.lost }}", "Figure", 22),
        ],
    )
    overdue = _table(
        "overdue",
        [
            (_("Ledger no."), "{{ each.number }}", "Middle", 13),
            (_("Site"), "{{ each.site }}", "Cell", 33),
            (_("Criterion"), "{{ each.criterion }}", "Cell", 39),
            (_("Lead unit"), "{{ each.unit }}", "Cell", 35),
            (_("Deadline"), "{{ each.deadline }}", "Middle", 28),
        ],
    )
    closing = _("Every gap with its site, its remedy and its deadline stands in gaps.xlsx and in the units' lists.")
    return "".join(
        (
            _paragraph(_("Bulletin of the self-assessment"), "Title"),
            _paragraph(_filled(_("{round}, as of {day}"), "round", "day"), "Subtitle"),
            _paragraph("", "Small"),
            _only("provisional", _paragraph("{{ provisional }}", "Warning")),
            _paragraph("{{ headings.total }}", "Heading"),
            _paragraph("{{ total_sentence }}"),
            _only("changes_sentence", _paragraph("{{ changes_sentence }}")),
            _paragraph("{{ sites_sentence }}"),
            _paragraph("{{ findings_sentence }}"),
            _paragraph("{{ gaps_sentence }}"),
            _paragraph("{{ headings.parts }}", "Heading"),
            parts,
            _paragraph("{{ aside_sentence }}"),
            _only(
                "areas",
                _paragraph("{{ headings.areas }}", "Heading"),
                areas,
                _paragraph("{{ areas_sentence }}"),
            ),
            _only(
                "problems",
                _paragraph("{{ headings.problems }}", "Heading"),
                _paragraph("{{ problems_sentence }}"),
                problems,
                _paragraph("", "Small"),
            ),
            _only(
                "units",
                _paragraph("{{ headings.units }}", "Heading"),
                _paragraph("{{ units_sentence }}"),
                units,
                _paragraph("", "Small"),
            ),
            _paragraph("{{ headings.overdue }}", "Heading"),
            _paragraph("{{ deadlines }}"),
            _paragraph("{{ overdue_sentence }}"),
            _only("overdue", overdue),
            _paragraph("", "Small"),
            _paragraph(closing, "Closing"),
            _paragraph("", "Rest"),
            _paragraph(_("(seal of the office)"), "Signature"),
            _paragraph(_("Date: ____________"), "Signature"),
        )
    )


# the package around them


def _fonts(name: str) -> str:
    return f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{name}" w:cs="Times New Roman"/>'


def _styles() -> str:
    pitch = '<w:spacing w:before="0" w:after="0" w:line="560" w:lineRule="exact"/>'
    made = [
        f'<w:docDefaults><w:rPrDefault><w:rPr>{_fonts("仿宋_GB2312")}<w:sz w:val="32"/><w:szCs w:val="32"/>'
        '<w:lang w:val="en-GB" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>',
        f'<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:pPr>'
        f'<w:snapToGrid w:val="0"/>{pitch}</w:pPr></w:style>',
        '<w:style w:type="paragraph" w:styleId="Recipient"><w:name w:val="Recipient"/>'
        '<w:basedOn w:val="Normal"/></w:style>',
        '<w:style w:type="paragraph" w:styleId="Small"><w:name w:val="Small"/><w:basedOn w:val="Normal"/><w:pPr>'
        '<w:spacing w:line="240" w:lineRule="exact"/></w:pPr></w:style>',
    ]
    for name, font, size, paragraphs, bold in _STYLES:
        small = '<w:spacing w:before="20" w:after="20" w:line="280" w:lineRule="exact"/>' if name in _SMALL else ""
        small = '<w:spacing w:line="640" w:lineRule="exact"/>' if name == "Title" else small
        kept = "<w:keepNext/>" if name in _KEPT else ""
        weight = "<w:b/>" if bold else ""
        made.append(
            f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
            f"<w:pPr>{kept}{small}{paragraphs}</w:pPr>"
            f'<w:rPr>{_fonts(font)}{weight}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
        )
    return f"{_HEAD}<w:styles {_W}>{''.join(made)}</w:styles>"


def _footer(style: str) -> str:
    field = "".join(
        f"<w:r>{each}</w:r>"
        for each in (
            '<w:t xml:space="preserve">— </w:t>',
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
            '<w:t xml:space="preserve"> —</w:t>',
        )
    )
    return f'{_HEAD}<w:ftr {_W}><w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{field}</w:p></w:ftr>'


def _section() -> str:
    top, right, bottom, left, foot = (round(each * _MM) for each in (37, 26, 35, 28, 25))
    return (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>'
        '<w:pgSz w:w="11906" w:h="16838"/>'
        f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}" w:header="851" '
        f'w:footer="{foot}" w:gutter="0"/></w:sectPr>'
    )


def _font_table() -> str:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in _INSTEAD.items()
    )
    return f"{_HEAD}<w:fonts {_W}>{fonts}</w:fonts>"


def _relations(*targets: tuple[str, str]) -> str:
    inside = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def _package(body: str) -> bytes:
    """The archive of a document; nothing in it tells when or where it was made."""
    types = "".join(
        f'<Override PartName="/{part}" ContentType="{_TYPE}.{kind}+xml"/>'
        for part, kind in (
            ("word/document.xml", "document.main"),
            ("word/styles.xml", "styles"),
            ("word/settings.xml", "settings"),
            ("word/fontTable.xml", "fontTable"),
            ("word/footer1.xml", "footer"),
            ("word/footer2.xml", "footer"),
        )
    )
    parts = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
        "_rels/.rels": _relations(
            (f"{_OFFICE}/officeDocument", "word/document.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>duibiao</dc:creator></cp:coreProperties>',
        "word/document.xml": f"{_HEAD}<w:document {_W}><w:body>{body}{_section()}</w:body></w:document>",
        "word/styles.xml": _styles(),
        "word/settings.xml": f"{_HEAD}<w:settings {_W}><w:evenAndOddHeaders/></w:settings>",
        "word/fontTable.xml": _font_table(),
        "word/footer1.xml": _footer("PageRight"),
        "word/footer2.xml": _footer("PageLeft"),
        "word/_rels/document.xml.rels": _relations(
            (f"{_OFFICE}/styles", "styles.xml"),
            (f"{_OFFICE}/settings", "settings.xml"),
            (f"{_OFFICE}/fontTable", "fontTable.xml"),
            (f"{_OFFICE}/footer", "footer1.xml"),
            (f"{_OFFICE}/footer", "footer2.xml"),
        ),
    }
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            archive.writestr(entry, text.encode())
    return raw.getvalue()


if __name__ == "__main__":
    main()
