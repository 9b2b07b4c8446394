"""Texts of the data as a workbook, a letter or the name of a file can hold them: one line, without what is not seen."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from duibiao.reports.figures import Sentence

LONGEST: Final = 32_767  # characters that a cell of a workbook holds
_BLANK: Final = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
# What turns or hides its neighbours: marks of writing direction, and blanks without a width.
_UNSEEN: Final = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_IMPOSSIBLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def plain_text(text: str) -> str:
    """``text`` in one line; what no document can hold becomes a visible mark, marks of direction go.

    >>> plain_text("第一行\\n第二行\u202e"), plain_text("a\\x00b")
    ('第一行 第二行', 'a�b')
    """
    line = _UNSEEN.sub("", _BLANK.sub(" ", text)).strip()
    return _IMPOSSIBLE.sub("\N{REPLACEMENT CHARACTER}", line)[:LONGEST]


def sentence_text(sentence: Sentence) -> str:
    """A sentence with its figures, as one text."""
    return plain_text("".join(each if isinstance(each, str) else each.text for each in sentence))


def day_text(day: date, language: str) -> str:
    """A day as letters write it.

    >>> day_text(date(2025, 3, 8), "zh-CN"), day_text(date(2025, 3, 8), "en")
    ('2025年3月8日', '2025-03-08')
    """
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh-CN" else day.isoformat()
