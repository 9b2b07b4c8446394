"""Sentences filled in: in Chinese a space stands between characters and numbers or letters, and nowhere else."""

from __future__ import annotations

import re
from string import Formatter
from typing import Final

_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_NO_SPACE_BESIDE: Final = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef“”、]")
_LATIN: Final = re.compile(r"[A-Za-z0-9%+−-]")


def fitted(template: str, **parts: object) -> str:
    """``template.format(**parts)``, with the spaces around the parts set as Chinese has them in a Chinese template."""
    if not _CHINESE.search(template):
        return template.format(**parts)
    text = ""
    for literal, name, _, _ in Formatter().parse(template):
        text = _beside(text, literal)
        if name is not None:
            text = _beside(text, str(parts[name]))
    return text


def _beside(text: str, more: str) -> str:
    """Two pieces of a sentence set one beside the other."""
    one, other = text.rstrip(" "), more.lstrip(" ")
    if not one or not other:
        return text + more
    last, first = one[-1], other[0]
    if _NO_SPACE_BESIDE.match(last) and _NO_SPACE_BESIDE.match(first):
        return one + other
    mixed = (_CHINESE.match(last) and _LATIN.match(first)) or (_LATIN.match(last) and _CHINESE.match(first))
    return f"{one} {other}" if mixed else text + more
