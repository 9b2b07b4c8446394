"""The known name that somebody may have meant: one that a slip of the pen, a word more or less, or an abbreviation is
away."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Final

LIKE: Final = 0.4  # difflib's ratio, below which names are not compared closely
COMPARED: Final = 5  # how many of the likest are
LONGEST: Final = 300  # characters that are compared


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The likest of ``known`` that may be meant by ``name``; None where likeness is chance, as of nope in
    window_process."""
    near = difflib.get_close_matches(name[:LONGEST], known, n=COMPARED, cutoff=LIKE)
    return next((each for each in near if _meant(name[:LONGEST].casefold(), each.casefold())), None)


def _meant(name: str, known: str) -> bool:
    short, long = sorted((name, known), key=len)
    if short in long or sorted(short) == sorted(long):  # a part of it, or letters that changed places
        return True
    if not short.isascii() and _within(short, long):  # 市监局 for 市场监管局
        return True
    slips, one_in = _slips(name, known), 3 if short.isascii() else 2  # a Chinese character says more than a letter
    return slips < len(short) and (slips == 1 or one_in * slips <= len(long))


def _within(short: str, long: str) -> bool:
    """Whether all characters of one text stand in the other in their order."""
    rest = iter(long)
    return all(each in rest for each in short)


def _slips(one: str, other: str) -> int:
    """How many characters are wrong, missing or too many."""
    changes = difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return sum(max(to - at, end - start) for kind, at, to, start, end in changes if kind != "equal")
