"""What was rejected -> rejects.csv, safe to open in a spreadsheet program."""

from __future__ import annotations

import csv
import io
from dataclasses import fields
from operator import attrgetter
from typing import Final

from duibiao.evaluator.submission import Reject, Submission

# Spreadsheet programs take a text that begins so for a formula; an apostrophe before it makes it a text.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def plain(text: str) -> str:
    """``text``, with an apostrophe before what a spreadsheet program would compute."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def rejects_csv(submission: Submission) -> bytes:
    """rejects.csv: one line a reason, UTF-8 with a byte order mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    names = [each.name for each in fields(Reject)]
    values = attrgetter(*names)
    writer.writerow(names)
    for reject in submission.rejects:
        writer.writerow(plain(each) if isinstance(each, str) else each for each in values(reject))
    return text.getvalue().encode("utf-8-sig")
