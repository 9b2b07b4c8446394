"""Sentences filled in: in Chinese a space stands between characters and numbers or letters, and nowhere else."""

from __future__ import annotations

import string
from functools import cache
from typing import Final

_LATIN: Final = frozenset(string.ascii_letters + string.digits + "%+−-")


def fitted(template: str, **parts: object) -> str:
    """``template.format(**parts)``, with the spaces around the parts set as Chinese has them in a Chinese template."""
    pieces = _pieces(template)
    if pieces is None:
        return template.format(**parts)
    text = ""
    for literal, name in pieces:
        text = _beside(text, literal)
        if name is not None:
            text = _beside(text, str(parts[name]))
    return text


@cache
def _pieces(template: str) -> tuple[tuple[str, str | None], ...] | None:
    """The words of a Chinese template, each with the named place behind it, if there is one; None of any other."""
    if not any(map(_chinese, template)):
        return None
    return tuple((literal, name) for literal, name, _, _ in string.Formatter().parse(template))


def _beside(text: str, more: str) -> str:
    """Two pieces of a sentence set one beside the other."""
    one, other = text.rstrip(" "), more.lstrip(" ")
    if not one or not other:
        return text + more
    last, first = one[-1], other[0]
    if _as_wide(last) and _as_wide(first):
        return one + other
    mixed = (_chinese(last) and first in _LATIN) or (last in _LATIN and _chinese(first))
    return f"{one} {other}" if mixed else text + more


def _chinese(sign: str) -> bool:
    return "\u3400" <= sign <= "\u9fff"


def _as_wide(sign: str) -> bool:
    """Whether no space stands between a sign and a Chinese one: Chinese itself, or its punctuation."""
    return _chinese(sign) or "\u3000" <= sign <= "\u303f" or "\uff00" <= sign <= "\uffef" or sign in "“”"
