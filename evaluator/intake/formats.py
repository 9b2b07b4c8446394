"""Bytes -> what kind of file they are. The content decides; the ending only where the content is text."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final, Literal

from duibiao.criteria.language import gettext as _
from duibiao.evaluator.intake.reasons import Refused

Format = Literal["workbook", "parquet", "zip", "json", "yaml", "csv", "tsv"]

COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, .et, .doc, and the wrapping of a protected .xlsx
ZIPPED: Final = (b"PK\x03\x04", b"PK\x05\x06")
PARQUET: Final = b"PAR1"
TEXTS: Final[dict[str, Format]] = {".csv": "csv", ".tsv": "tsv", ".json": "json", ".yaml": "yaml", ".yml": "yaml"}
BINARY: Final[dict[str, Format]] = {
    ".xlsx": "workbook",
    ".xlsm": "workbook",
    ".xls": "workbook",
    ".et": "workbook",
    ".ods": "workbook",
    ".parquet": "parquet",
    ".zip": "zip",
}
ENDINGS: Final = {**TEXTS, **BINARY}
_HEAD: Final = 4_000  # bytes in which a page or an XML workbook says what it is
_PAGE: Final = re.compile(rb"<(?:!doctype html|html|head|body|table|meta)\b", re.IGNORECASE)
_XML: Final = re.compile(rb"<\?mso-application|urn:schemas-microsoft-com:office:spreadsheet")
_OPEN_DOCUMENT: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_PROTECTED: Final = "EncryptedPackage".encode("utf-16-le")


def format_of(raw: bytes, ending: str) -> Format:
    """The format of a file, whose ``ending`` has small letters and its dot; raises ``Refused`` for what is not read."""
    if raw.startswith(COMPOUND):
        if _PROTECTED in raw:
            raise Refused("workbook-protected")
        return "workbook"
    if raw.startswith(ZIPPED):
        try:
            return _zipped(raw)
        except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
            damaged = "workbook-damaged" if ENDINGS.get(ending) == "workbook" else "zip-damaged"
            raise Refused(damaged, reason=str(error)[:200]) from None
    if raw.startswith(PARQUET):
        return "parquet"
    expected = ENDINGS.get(ending)
    if expected in {"parquet", "zip"}:
        raise Refused(f"{expected}-damaged", reason=_("no such file begins like this"))
    head = raw.replace(b"\0", b"")[:_HEAD].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")  # a page may be UTF-16
    if head.startswith(b"<"):
        if _XML.search(head):
            raise Refused("xml-workbook")
        if _PAGE.search(head):
            raise Refused("page-as-workbook")
    if expected == "workbook":  # programs write text and call it .xls; a spreadsheet program opens it all the same
        if b"\0" in raw[:_HEAD] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise Refused("workbook-damaged", reason=_("no such file begins like this"))
        return "csv"
    if expected is None:
        raise Refused("unknown-format", ending=ending)
    return expected


def _zipped(raw: bytes) -> Format:
    """What a zip file is: a workbook of either kind, or a packed folder."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if "mimetype" in archive.namelist():
            if archive.open("mimetype").read(100).startswith(_OPEN_DOCUMENT):
                return "workbook"
            raise Refused("no-workbook")
        # As the library finds them: in small letters, and with / where a program wrote a backslash.
        names = {name.replace("\\", "/").lower() for name in archive.namelist()}
    if any(name.startswith("xl/") for name in names):
        if "xl/workbook.bin" in names:
            raise Refused("workbook-binary")
        return "workbook"
    if "[content_types].xml" in names:
        raise Refused("no-workbook")
    return "zip"
