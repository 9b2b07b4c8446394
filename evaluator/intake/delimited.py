"""CSV and TSV text -> rows, whatever the encoding: a byte order mark, else UTF-8, else GB18030."""

from __future__ import annotations

import codecs
import csv
import io
from typing import Final

from duibiao.evaluator.intake.formats import Format
from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.reasons import Refused

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS: Final = (",", "\t", ";")


def _line(raw: bytes, position: int) -> int:
    return raw.count(b"\n", 0, position) + 1


def decode(raw: bytes) -> str:
    """The text of a file. Damaged UTF-8 is refused rather than read as GB18030."""
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    try:
        text = raw.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding:
            raise Refused("damaged-text", line=_line(raw, error.start)) from None
        text = _decode_national(raw, error.start)
    if "\0" in text:
        raise Refused("not-text")
    return text


def _decode_national(raw: bytes, broken: int) -> str:
    lenient = raw.decode("utf-8", "replace")
    # In GB18030 hardly anything happens to be three bytes of UTF-8; in damaged UTF-8 nearly everything is.
    if sum(each >= "\u0800" and each != "\ufffd" for each in lenient) > 2 * lenient.count("\ufffd"):
        raise Refused("damaged-text", line=_line(raw, broken))
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError as error:
        code = "not-text" if b"\0" in raw else "encoding"
        raise Refused(code, line=_line(raw, error.start)) from None


def _delimiter(text: str) -> str:
    """The delimiter of the first line: a comma, unless there is none and a tab or semicolon stands instead."""
    first = next((line for line in text[:100_000].splitlines() if line.strip()), "")
    return next((each for each in _DELIMITERS if each in first), ",")


def read_delimited(raw: bytes, form: Format, limits: Limits) -> list[list[str]]:
    """The rows of a CSV file, or of a TSV file by its ``form``; a lone double quote is refused, not guessed at."""
    text = decode(raw)
    rows: list[list[str]] = []
    cells = 0
    limit = csv.field_size_limit(len(text) + 1)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter="\t" if form == "tsv" else _delimiter(text), strict=True
    )
    try:
        for row in reader:
            rows.append(row)
            cells += len(row)
            if cells > limits.cells:
                raise Refused("too-many-cells", limit=limits.cells)
    except csv.Error as error:
        raise Refused("csv-syntax", line=reader.line_num, reason=str(error)) from None
    finally:
        csv.field_size_limit(limit)
    limits.check(1, max(map(len, rows), default=0))
    limits.check(len(rows), 1)
    return rows
