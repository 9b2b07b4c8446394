"""The child process that opens a workbook: reads it from stdin, writes its cells to stdout as a pickle.

A workbook can be made so that opening it needs more memory than any machine has, and the library that reads it then
ends its process. So it is opened here, with limits, by a script that imports nothing of ours.
"""

from __future__ import annotations

import io
import pickle
import re
import sys
import zipfile
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MEMORY = 2 << 30
SECONDS = 300
UNPACKED = 1 << 30  # what a workbook says that it holds; one that lies meets the limit of memory
_CELL = re.compile(rb"<c\b([^>]*[^>/])>(.*?)</c>", re.DOTALL)
_REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_FORMULA = re.compile(rb"<f\b[^>]*/>|<f\b[^>]*>([^<]*)</f>")
_VALUE = re.compile(rb"<v\b[^>]*>([^<]+)</v>")

Broken = list[tuple[int, int, str]]


def limit_resources() -> None:
    """Let this process end rather than take the machine's memory; Windows has no such limits."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The name of each sheet -> its part of the archive, where the archive is laid out as programs do it."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    links = {
        link.get("Id"): "xl/" + link.get("Target", "").removeprefix("/xl/")
        for link in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    parts: dict[str, str] = {}
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        link = next((value for key, value in element.attrib.items() if key.endswith("}id")), None)
        if element.tag.endswith("}sheet") and links.get(link) in names:
            parts[element.get("name", "")] = links[link]
    return parts


def broken_cells(part: bytes) -> Broken:
    """Cells whose formula shows an error, or was never computed: row and column from 0, and what stands there.

    The library gives both as blank, which would turn a mistake into something that nobody observed.
    """
    if b't="e"' not in part and b"<f" not in part:
        return []
    broken: Broken = []
    for attributes, inside in _CELL.findall(part):
        formula, value = _FORMULA.search(inside), _VALUE.search(inside)
        reference = _REFERENCE.search(attributes)
        error = b't="e"' in attributes
        uncomputed = formula is not None and value is None and b't="str"' not in attributes
        if reference is None or not (error or uncomputed):
            continue
        text = (value[1] if error and value else b"=" + ((formula[1] if formula else None) or b"")).decode(
            errors="replace"
        )
        column = 0
        for letter in reference[1]:
            column = column * 26 + letter - 64
        broken.append((int(reference[2]) - 1, column - 1, text[:100]))
    return broken


def read(raw: bytes, columns: int, rows: int, cells: int) -> dict[str, object]:
    """Every sheet of a workbook with its cells from A1 on, or what refuses it.

    Returns ``{"sheets": [...]}``, each with name, hidden, rows, merged and broken, or ``{"code": ..., ...}``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            unpacked = sum(each.file_size for each in archive.infolist())
            if unpacked > UNPACKED:
                return {"code": "workbook-too-large"}
            broken = {name: broken_cells(archive.read(part)) for name, part in sheet_parts(archive).items()}
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        sheets: list[dict[str, object]] = []
        for number, about in enumerate(book.sheets_metadata):
            hidden = about.visible != SheetVisibleEnum.Visible
            if about.typ != SheetTypeEnum.WorkSheet:
                continue
            if hidden:
                sheets.append({"name": about.name, "hidden": True, "rows": [], "merged": [], "broken": []})
                continue
            sheet = book.get_sheet_by_index(number)
            height, width = sheet.total_height + 1, sheet.total_width + 1
            if width > columns:
                return {"code": "too-many-columns", "count": width, "limit": columns}
            if height > rows:
                return {"code": "too-many-rows", "count": height, "limit": rows}
            if height * width > cells:
                return {"code": "too-many-cells", "limit": cells}
            sheets.append(
                {
                    "name": about.name,
                    "hidden": False,
                    "rows": sheet.to_python(skip_empty_area=False) if sheet.start else [],
                    "merged": list(sheet.merged_cell_ranges or []),
                    "broken": broken.get(about.name, []),
                }
            )
    except (CalamineError, zipfile.BadZipFile, ElementTree.ParseError, OSError, ValueError) as error:
        return {"code": "workbook-damaged", "reason": str(error)[:200]}
    return {"sheets": sheets}


def main() -> None:
    """Read a workbook from stdin; the limits of columns, rows and cells are the arguments."""
    limit_resources()
    columns, rows, cells = (int(each) for each in sys.argv[1:4])
    pickle.dump(read(sys.stdin.buffer.read(), columns, rows, cells), sys.stdout.buffer, protocol=5)


if __name__ == "__main__":
    main()
