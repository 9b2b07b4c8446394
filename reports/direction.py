"""Names that are written from right to left, or hold marks of direction: within a sentence they turn nothing else."""

from __future__ import annotations

import re
from typing import Final

MARKS: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TURNING: Final = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]|" + MARKS.pattern
)
_ISOLATE, _POP = "\u2068", "\u2069"


def isolated(text: str) -> str:
    r"""``text`` as it can stand in a line; its own marks of direction go, as one too many would end the isolation.

    >>> isolated("川汇区"), isolated("\u202eabc") == "\u2068abc\u2069"
    ('川汇区', True)
    """
    return f"{_ISOLATE}{MARKS.sub('', text)}{_POP}" if _TURNING.search(text) else text
