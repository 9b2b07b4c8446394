"""What stands in a Word document, for tests."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def part(raw: bytes, name: str = "word/document.xml") -> ElementTree.Element:
    """One part of the archive, parsed."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return ElementTree.fromstring(archive.read(name))


def texts(raw: bytes, name: str = "word/document.xml") -> list[str]:
    """The text of every paragraph that has one, those of tables too."""
    found = ("".join(run.text or "" for run in each.iter(f"{W}t")) for each in part(raw, name).iter(f"{W}p"))
    return [each for each in found if each]


def tables(raw: bytes) -> list[list[list[str]]]:
    """Every table as rows of texts."""
    return [
        [
            ["".join(run.text or "" for run in cell.iter(f"{W}t")) for cell in row.iter(f"{W}tc")]
            for row in table.iter(f"{W}tr")
        ]
        for table in part(raw).iter(f"{W}tbl")
    ]
