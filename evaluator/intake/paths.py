"""Paths as people have them: names in other encodings, links that lead in a circle."""

from __future__ import annotations

import os
from pathlib import Path, PurePath

_ENCODINGS = ("utf-8", "gb18030")


def path_text(path: PurePath) -> str:
    """A path as a text, with ``/`` between its parts. A name in GB18030, as unzip leaves it on Linux, is read as such;
    in one that is neither, what cannot be read is replaced."""
    text = path.as_posix()
    try:
        text.encode()
        return text
    except UnicodeEncodeError:
        return "/".join(map(_decoded, text.split("/")))


def _decoded(name: str) -> str:
    raw = os.fsencode(name)
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode(errors="replace")


def resolved(path: Path) -> Path:
    """Where a path leads to; links in a circle lead nowhere, and stay what they are."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()
