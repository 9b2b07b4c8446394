"""CSV and TSV text -> rows, whatever the encoding: a byte order mark, else UTF-8, else GB18030.

Big5 cannot be told from GB18030 by its bytes, so it is read only where somebody says so.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from duibiao.evaluator.intake.formats import Format
from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.reasons import Refused

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NATIONAL: Final = "gb18030"
# What may be said of a file -> how Python calls it.
ENCODINGS: Final = {"utf-8": "utf-8-sig", NATIONAL: NATIONAL, "big5": "big5hkscs"}
_DELIMITERS: Final = (",", "\t", ";")
_BREAK: Final = re.compile(r"\r\n|\r|\n")


def line_breaks(cell: str) -> int:
    """How many line breaks a cell holds."""
    return len(_BREAK.findall(cell))


def _line(raw: bytes, position: int) -> int:
    return raw.count(b"\n", 0, position) + 1


def decode(raw: bytes) -> str:
    """The text of a file. Damaged UTF-8 is refused rather than read as GB18030."""
    return decoded(raw)[0]


def decoded(raw: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text of a file and its encoding: ``encoding``, one of ``ENCODINGS``, where it is said, else as above.

    A byte order mark wins over what is said.
    """
    found = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    told = found or ENCODINGS.get(encoding or "")
    try:
        text = raw.decode(told or "utf-8")
        name = found or encoding or "utf-8"
    except UnicodeDecodeError as error:
        if found:
            raise Refused("damaged-text", line=_line(raw, error.start)) from None
        if encoding:
            raise Refused("other-encoding", encoding=encoding, line=_line(raw, error.start)) from None
        text, name = _decode_national(raw, error.start), NATIONAL
    if "\0" in text:
        raise Refused("not-text")
    return text, name.removesuffix("-sig")


def _decode_national(raw: bytes, broken: int) -> str:
    lenient = raw.decode("utf-8", "replace")
    # In GB18030 hardly anything happens to be three bytes of UTF-8; in damaged UTF-8 nearly everything is.
    if sum(each >= "\u0800" and each != "\ufffd" for each in lenient) > 2 * lenient.count("\ufffd"):
        raise Refused("damaged-text", line=_line(raw, broken))
    try:
        return raw.decode(NATIONAL)
    except UnicodeDecodeError as error:
        code = "not-text" if b"\0" in raw else "encoding"
        raise Refused(code, line=_line(raw, error.start)) from None


def _delimiter(text: str) -> str:
    """The delimiter of the first line: a comma, unless there is none and a tab or semicolon stands instead."""
    first = next((line for line in text[:100_000].splitlines() if line.strip()), "")
    return next((each for each in _DELIMITERS if each in first), ",")


def read_delimited(
    raw: bytes, form: Format, limits: Limits, encoding: str | None = None
) -> tuple[list[list[str]], str]:
    """The rows of a CSV file, or of a TSV file by its ``form``, and the encoding that they were read in.

    A lone double quote is refused, not guessed at; so are two that make one cell of the rows between them.
    """
    text, encoding = decoded(raw, encoding)
    rows: list[list[str]] = []
    lines: dict[int, int] = {}
    cells = 0
    limit = csv.field_size_limit(len(text) + 1)
    delimiter = "\t" if form == "tsv" else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            if reader.line_num > line:
                lines[len(rows)] = line
            line = reader.line_num + 1
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
    _refuse_rows_in_cells(rows, lines, delimiter)
    return rows, encoding


def _refuse_rows_in_cells(rows: Sequence[Sequence[str]], lines: Mapping[int, int], delimiter: str) -> None:
    """Refuse a cell with line breaks whose lines hold as many delimiters as a row has.

    ``lines`` has the first line of each row that has line breaks.
    """
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return
    usual = widths.most_common(1)[0][0] - 1
    for number, line in lines.items():
        for cell in rows[number]:
            counts = [each.count(delimiter) for each in _BREAK.split(cell)]
            if len(counts) > 1 and max([counts[0] + counts[-1], *counts[1:-1]]) >= usual:
                raise Refused("rows-in-cell", line=line)
            line += len(counts) - 1
