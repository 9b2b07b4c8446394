"""Text in columns, aligned as terminals show it: a Chinese character is as wide as two Latin ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

_WIDE: Final = frozenset("WF")
_UNSEEN: Final = frozenset(("Mn", "Me", "Cf"))


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(
        2 if unicodedata.east_asian_width(each) in _WIDE else unicodedata.category(each) not in _UNSEEN for each in text
    )


def aligned(rows: Sequence[Sequence[str]], indent: str = "", right: Sequence[int] = ()) -> Iterator[str]:
    """The rows as lines, each column as wide as its widest cell; the columns ``right`` are aligned to the right."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells: list[str] = []
        for number, (text, most) in enumerate(zip(row, widths, strict=True)):
            blanks = " " * (most - width(text))
            cells.append(blanks + text if number in right else text + blanks)
        yield (indent + "  ".join(cells)).rstrip()
