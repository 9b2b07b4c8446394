"""The child process that opens a workbook: reads it from stdin, writes its cells to stdout as a pickle.

A workbook can be made so that opening it needs more memory than any machine has, and a damaged one can end the process
of the library that reads it, or lose rows without a word. So it is opened here, with limits, by a script that imports
nothing of ours; and a second witness is heard: the checksums of a zipped workbook, and for the old format, which has
none, a second library.
"""

from __future__ import annotations

import io
import pickle
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from struct import unpack_from
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Records of the old format (MS-XLS, 2.3.1), and what the first one of a worksheet says that it begins (2.4.21).
DIMENSIONS, BEGIN, END = 0x0200, 0x0809, 0x000A
WORKSHEET = 0x0010
# A cell as Excel and most others write it: its place comes first. A sheet in which one is written otherwise, or that
# has a prefix for the names of spreadsheets, is parsed, which takes longer.
_PLACE = rb'r="([A-Z]{1,3})([0-9]{1,7})"'
_CELL = re.compile(rb"<c %s((?:[^<>]*[^<>/])?)>(.*?)</c>" % _PLACE, re.DOTALL)
_OTHERWISE = re.compile(rb'<c(?! r="[A-Z])[\s/>]')
_IS_ERROR, _IS_TEXT = (re.compile(rb"""=\s*["']%s["']""" % kind) for kind in (b"e", b"str"))
_PREFIXED = re.compile(
    rb"""xmlns:[^\s=]+\s*=\s*["']http://(?:schemas\.openxmlformats\.org/spreadsheetml/2006|"""
    rb"""purl\.oclc\.org/ooxml/spreadsheetml)/main["']"""
)
_REFERENCE = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")
_FORMULA = re.compile(rb"<f\b[^>]*/>|<f\b[^>]*>([^<]*)</f>")
_VALUE = re.compile(rb"<v\b[^>]*>([^<]+)</v>")
_OPEN = "{urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE = f"{_OPEN}table:1.0}}", f"{_OPEN}office:1.0}}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_PERCENT_FORMATS = {"9", "10"}  # 0% and 0.00% (ECMA-376, part 1, 18.8.30)
_IN_QUOTES = re.compile(r'"[^"]*"|\\.')

_EPOCHS = (date(1899, 12, 30), date(1904, 1, 1))  # the day 0 of the two date systems (ECMA-376, part 1, 18.17.4.1)
_WIDEST = 16_384  # columns of a sheet

Place = tuple[int, int]  # row and column from 0
Broken = list[tuple[int, int, str]]
Merged = list[tuple[Place, Place]]  # the first and the last cell of each range


@dataclass(slots=True)
class Beside:
    """What stands in a sheet beside its values: broken cells, cells shown as percentages, and merged ranges where the
    library gives none."""

    broken: Broken = field(default_factory=list)
    percentages: list[Place] = field(default_factory=list)
    merged: Merged = field(default_factory=list)


class Unreadable(Exception):
    """Why a workbook is not read: the code of a refusal, and its values."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.values = {"code": code, **values}


def limit_resources(memory: int, seconds: int) -> None:
    """Let this process end rather than take the machine's memory; Windows has no such limits."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


# ------------------------------------------------------------------ what a zipped workbook says beside its values


def parts_of(archive: zipfile.ZipFile) -> dict[str, str]:
    """The parts by what the library finds them by: in small letters, and with / where a program wrote a backslash."""
    return {name.replace("\\", "/").lower(): name for name in archive.namelist()}


def parsed_part(archive: zipfile.ZipFile, name: str) -> ElementTree.Element | None:
    """A part as XML, None where there is none of this name."""
    part = parts_of(archive).get(name)
    return None if part is None else ElementTree.fromstring(archive.read(part))


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The name of each sheet -> its part of the archive, where the archive is laid out as programs do it."""
    parts = parts_of(archive)
    about, related = (parsed_part(archive, f"xl/{name}") for name in ("workbook.xml", "_rels/workbook.xml.rels"))
    if about is None or related is None:
        return {}
    links = {link.get("Id"): "xl/" + link.get("Target", "").lower().removeprefix("/xl/") for link in related}
    sheets: dict[str, str] = {}
    for element in about.iter():
        link = next((value for key, value in element.attrib.items() if key.endswith("}id")), None)
        if element.tag.endswith("}sheet") and links.get(link) in parts:
            sheets[element.get("name", "")] = parts[links[link]]
    return sheets


def epoch_of(archive: zipfile.ZipFile) -> date:
    """The day from which an .xlsx counts the numbers of days."""
    about = parsed_part(archive, "xl/workbook.xml")
    settings = None if about is None else about.find("{*}workbookPr")
    return _EPOCHS[settings is not None and settings.get("date1904") in {"1", "true", "on"}]


def beside_cells(part: bytes, styles: frozenset[bytes]) -> Beside:
    """What stands beside the values of a sheet: broken cells, and those with one of the ``styles`` of percentages."""
    if _OTHERWISE.search(part) or _PREFIXED.search(part):
        return parsed_cells(part, styles)
    return Beside(broken_cells(part), styled_cells(part, styles))


def place_of(letters: bytes, number: bytes) -> Place:
    """Where the cell A1 stands, given A and 1."""
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return int(number) - 1, column - 1


def parsed_cells(part: bytes, styles: frozenset[bytes]) -> Beside:
    """``beside_cells`` of a sheet however it is written; a row or cell that does not say where it stands follows the
    one before it."""
    found = Beside()
    row = -1
    for _, line in ElementTree.iterparse(io.BytesIO(part)):
        if line.tag.rpartition("}")[2] != "row":
            continue
        row = int(line.get("r", row + 2)) - 1
        place = row, -1
        for cell in line.iterfind("{*}c"):
            told = cell.get("r")
            place = (row, place[1] + 1) if told is None else referred(told)
            kind, formula, value = cell.get("t"), cell.find("{*}f"), cell.findtext("{*}v")
            if kind == "e" or (formula is not None and not value and kind != "str"):
                text = value or "=" + ((formula.text if formula is not None else None) or "")
                found.broken.append((*place, text[:100]))
            if cell.get("s", "0").encode() in styles:
                found.percentages.append(place)
        line.clear()
    return found


def referred(reference: str) -> Place:
    """Where the cell of a reference stands."""
    parts = _REFERENCE.fullmatch(reference.upper().encode())
    if parts is None:
        raise ValueError(f"r={reference}")
    return place_of(*parts.groups())


def broken_cells(part: bytes) -> Broken:
    """Cells whose formula shows an error, or was never computed, and what stands there.

    The library gives both as blank, which would turn a mistake into something that nobody observed.
    """
    if b"<f" not in part and not _IS_ERROR.search(part):
        return []
    broken: Broken = []
    for letters, number, attributes, inside in _CELL.findall(part):
        formula, value = _FORMULA.search(inside), _VALUE.search(inside)
        uncomputed = formula is not None and value is None and not _IS_TEXT.search(attributes)
        if uncomputed or _IS_ERROR.search(attributes):
            text = value[1] if value else b"=" + ((formula[1] if formula else None) or b"")
            broken.append((*place_of(letters, number), text.decode(errors="replace")[:100]))
    return broken


def percent_styles(archive: zipfile.ZipFile) -> frozenset[bytes]:
    """The numbers of the cell styles that show a number as a percentage."""
    styles = parsed_part(archive, "xl/styles.xml")
    if styles is None:
        return frozenset()
    formats = _PERCENT_FORMATS | {
        each.get("numFmtId", "") for each in styles.iterfind(".//{*}numFmt") if is_percent(each.get("formatCode", ""))
    }
    cells = styles.find("{*}cellXfs")
    return frozenset(
        str(number).encode()
        for number, each in enumerate(cells if cells is not None else ())
        if each.get("numFmtId") in formats
    )


def is_percent(code: str) -> bool:
    """Whether a number format shows a percentage: a % that is not in quotes or behind a backslash."""
    return "%" in _IN_QUOTES.sub("", code)


def styled_cells(part: bytes, styles: frozenset[bytes]) -> list[Place]:
    """Where the cells with one of these styles stand."""
    if not styles:
        return []
    styled = re.compile(rb"""<c %s[^<>]*\ss\s*=\s*["'](?:%s)["']""" % (_PLACE, b"|".join(sorted(styles))))
    return [place_of(*place) for place in styled.findall(part)]


def beside_open_document(content: bytes) -> tuple[dict[str, Beside], date]:
    """What stands beside the values, by sheet of an OpenDocument spreadsheet, and the day from which it counts days.

    An error stands in it as a text without a value, which the library gives as blank.
    """
    sheets: dict[str, Beside] = {}
    document = ElementTree.fromstring(content)
    for table in document.iter(f"{_TABLE}table"):
        sheet = sheets.setdefault(table.get(f"{_TABLE}name", ""), Beside())
        spanned: list[tuple[range, range, int, int]] = []
        row = end = 0
        for line in table.iter(f"{_TABLE}table-row"):
            rows = range(row, row + int(line.get(f"{_TABLE}number-rows-repeated", 1)))
            row, column = rows.stop, 0
            for cell in line:
                columns = range(column, column + int(cell.get(f"{_TABLE}number-columns-repeated", 1)))
                column = columns.stop
                height, width = (int(cell.get(f"{_TABLE}number-{each}-spanned", 1)) for each in ("rows", "columns"))
                if height > 1 or width > 1:
                    spanned.append((rows, columns, height, min(width, _WIDEST)))
                kind = cell.get(f"{_OFFICE}value-type")
                if kind is not None or len(cell):
                    end = row
                if cell.get(f"{_CALC}value-type") == "error":
                    text = "".join(cell.itertext())[:100]
                    sheet.broken += [(each, other, text) for each in rows for other in columns]
                elif kind == "percentage":
                    sheet.percentages += [(each, other) for each in rows for other in columns]
        sheet.merged += merged_ranges(spanned, end)
    epochs = (each.get(f"{_TABLE}date-value") for each in document.iter(f"{_TABLE}null-date"))
    return sheets, next((date.fromisoformat(epoch[:10]) for epoch in epochs if epoch), _EPOCHS[0])


def merged_ranges(spanned: Sequence[tuple[range, range, int, int]], end: int) -> Iterator[tuple[Place, Place]]:
    """The merged ranges that begin above row ``end``, below which no cell is filled: there, rows formatted alike may be
    written once for all that a sheet can have.

    ``spanned`` has the rows and the columns in which a range begins, its height and its width.
    """
    for rows, columns, height, width in spanned:
        for row in range(rows.start, min(rows.stop, end)):
            for column in columns:
                yield (row, column), (row + height - 1, column + width - 1)


def beside_zipped(raw: bytes, unpacked: int) -> tuple[dict[str, Beside], bool, date]:
    """What stands beside the values, by sheet, whether the workbook reads from others, and from where it counts days.

    Every part is read to its end, so that its checksum is held against what it says.
    """
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if sum(each.file_size for each in archive.infolist()) > unpacked:
            raise Unreadable("workbook-too-large")
        styles, parts = percent_styles(archive), {part: name for name, part in sheet_parts(archive).items()}
        sheets: dict[str, Beside] = {}
        epoch = epoch_of(archive)
        for part in archive.namelist():
            content = archive.read(part)
            if part == "content.xml":
                sheets, epoch = beside_open_document(content)
            elif part in parts:
                sheets[parts[part]] = beside_cells(content, styles)
        return sheets, any("/externallinks/" in name for name in parts_of(archive)), epoch


# ------------------------------------------------------------------ the old format, which has no checksums


class Witness:
    """A workbook of the old format as the second library reads it."""

    def __init__(self, raw: bytes) -> None:
        import xlrd

        self.errors = xlrd.error_text_from_code
        told_nobody = io.StringIO()  # else the library writes what it doubts to stdout
        try:
            self.book = xlrd.open_workbook(
                file_contents=raw, logfile=told_nobody, formatting_info=True, ragged_rows=True, on_demand=True
            )
        except xlrd.XLRDError as error:
            code = "workbook-protected" if "encrypted" in str(error) else "workbook-damaged"
            raise Unreadable(code, reason=str(error)[:200]) from None

    def beside(self, name: str, rows: Sequence[Sequence[object]]) -> tuple[Broken, list[Place]]:
        """The broken cells and those shown as percentages; raises ``Unreadable`` where the two libraries do not see
        values in the same cells."""
        sheet = self.book.sheet_by_name(name)
        broken: Broken = []
        percentages: list[Place] = []
        seen: set[Place] = set()
        for row in range(sheet.nrows):
            for column in range(sheet.row_len(row)):
                kind = sheet.cell_type(row, column)
                if kind in {0, 6} or (kind == 1 and not sheet.cell_value(row, column)):
                    continue
                seen.add((row, column))
                if kind == 5:
                    broken.append((row, column, self.errors.get(sheet.cell_value(row, column), "#?")))
                elif kind == 2 and is_percent(self._format(sheet.cell_xf_index(row, column))):
                    percentages.append((row, column))
        found = {(row, column) for row, cells in enumerate(rows) for column, cell in enumerate(cells) if cell != ""}
        differing = (found | {(row, column) for row, column, _ in broken}) ^ seen
        if differing:
            row, column = min(differing)
            raise Unreadable("workbook-damaged", reason=f"{name} R{row + 1}C{column + 1}")
        return broken, percentages

    def check_records(self, name: str) -> None:
        """Raise ``Unreadable`` where no record says how far a sheet reaches (DIMENSIONS), as one does in all: one of
        a wrong length has swallowed others."""
        place = self.book._sh_abs_posn[self.book.sheet_names().index(name)]
        kind = None
        while kind != DIMENSIONS:
            kind, size = unpack_from("<HH", self.book.mem, place)
            place += 4 + size
            if kind == END:
                raise Unreadable("workbook-damaged", reason=name)

    def check_sheets(self) -> None:
        """Raise ``Unreadable`` where a worksheet stands in the workbook that its list of sheets does not have."""
        place, end = self.book.base, self.book.base + self.book.stream_len
        depth = 0  # charts stand within sheets
        while place + 8 <= end:
            kind, size, _, begun = unpack_from("<HHHH", self.book.mem, place)
            if kind == BEGIN:
                if depth == 0 and begun == WORKSHEET and place not in self.book._sh_abs_posn:
                    raise Unreadable("workbook-damaged", reason=f"{len(self.book._sh_abs_posn)} + 1 sheets")
                depth += 1
            elif kind == END:
                depth -= 1
            place += 4 + size

    def declared(self, name: str) -> int | None:
        """How many rows a sheet says that it has, where its cells do not end there."""
        sheet = self.book.sheet_by_name(name)
        found = max((row + 1 for row in range(sheet.nrows) if sheet.row_len(row)), default=0)
        told = int(sheet._dimnrows)  # the record DIMENSIONS, which the library has under no other name
        return told if told != found else None

    def _format(self, style: int) -> str:
        return str(self.book.format_map[self.book.xf_list[style].format_key].format_str)


# ------------------------------------------------------------------ all of them


def sheets_of(raw: bytes, columns: int, rows: int, cells: int, unpacked: int) -> dict[str, object]:
    """``sheets``, each with name, hidden, rows, merged, broken and percentages; ``links``, whether the workbook reads
    from others; and ``epoch``, the day from which it counts the numbers of days."""
    old = raw.startswith(COMPOUND)
    witness = Witness(raw) if old else None
    if witness is not None:
        witness.check_sheets()
        known, links, epoch = dict[str, Beside](), False, _EPOCHS[witness.book.datemode]
    else:
        known, links, epoch = beside_zipped(raw, unpacked)
    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    if not book.sheets_metadata:  # every program writes one, so its record was damaged
        raise Unreadable("workbook-damaged", reason="0 sheets")
    sheets: list[dict[str, object]] = []
    for number, about in enumerate(book.sheets_metadata):
        hidden = about.visible != SheetVisibleEnum.Visible
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        beside = known.get(about.name, Beside())
        found: dict[str, object] = {"name": about.name, "hidden": hidden, "rows": [], "merged": []}
        found |= {"broken": beside.broken, "percentages": beside.percentages}
        if not hidden:
            sheet = book.get_sheet_by_index(number)
            check(sheet, columns, rows, cells)
            found["rows"] = values = sheet.to_python(skip_empty_area=False) if sheet.start else []
            found["merged"] = sheet.merged_cell_ranges or beside.merged
            if witness is not None:
                witness.check_records(about.name)
                found["broken"], found["percentages"] = witness.beside(about.name, values)
                found["declared"] = witness.declared(about.name)
        sheets.append(found)
    return {"sheets": sheets, "links": links, "epoch": epoch}


def check(sheet: CalamineSheet, columns: int, rows: int, cells: int) -> None:
    """Raise ``Unreadable`` for a sheet beyond the limits, before its cells are made."""
    height, width = sheet.total_height + 1, sheet.total_width + 1
    if width > columns:
        raise Unreadable("too-many-columns", count=width, limit=columns)
    if height > rows:
        raise Unreadable("too-many-rows", count=height, limit=rows)
    if height * width > cells:
        raise Unreadable("too-many-cells", limit=cells)


def read(raw: bytes, columns: int, rows: int, cells: int, unpacked: int) -> dict[str, object]:
    """What ``sheets_of`` finds, or ``{"code": ..., ...}``: what refuses the workbook."""
    try:
        return sheets_of(raw, columns, rows, cells, unpacked)
    except Unreadable as wrong:
        return wrong.values
    except MemoryError:
        return {"code": "workbook-too-large"}
    except (CalamineError, zipfile.BadZipFile, zlib.error, ElementTree.ParseError, OSError, ValueError) as error:
        return {"code": "workbook-damaged", "reason": str(error)[:200]}
    except Exception as error:  # noqa: BLE001  # whatever the two libraries raise of a damaged file
        return {"code": "workbook-damaged", "reason": f"{type(error).__name__} {error}".strip()[:200]}


def main() -> None:
    """Read a workbook from stdin; the limits are the arguments."""
    memory, seconds, unpacked, columns, rows, cells = (int(each) for each in sys.argv[1:7])
    limit_resources(memory, seconds)
    found = read(sys.stdin.buffer.read(), columns, rows, cells, unpacked)
    pickle.dump(found, sys.stdout.buffer, protocol=5)


if __name__ == "__main__":
    main()
