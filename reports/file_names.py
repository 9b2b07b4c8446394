"""Names of files that people get, made from names that people gave: legal on Windows, never two alike, never a path."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 60
# What Windows refuses in a name, what is not seen, and what turns the direction of writing.
_REFUSED: Final = re.compile(
    r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]'
)
_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\..*)?")


def file_name(text: str, longest: int = LONGEST) -> str:
    """``text`` as the name of a file or folder; what Windows refuses is replaced by ``_``.

    >>> file_name("../a:b?"), file_name("CON"), file_name(" . ")
    ('.._a_b_', '_CON', '_')
    """
    name = _REFUSED.sub("_", unicodedata.normalize("NFC", text)).strip()[:longest].rstrip(". ")
    return f"_{name}"[:longest] if not name or _RESERVED.fullmatch(name) else name


class FileNames:
    """Gives every file of a set a name of its own; where two would be alike, the later one has its id in it."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def name(self, folder: str, stem: str, identity: str, ending: str) -> str:
        """The path of a file below ``folder``, which is a path of legal names, or ''."""
        room = LONGEST - len(ending)
        name = file_name(stem, room)
        if self._key(folder, name, ending) in self._taken:
            tail = "_" + file_name(identity)
            name = file_name(stem, room - len(tail)) + tail
        number = 2
        while self._key(folder, name, ending) in self._taken:
            tail = f"_{number}"
            name, number = file_name(stem, room - len(tail)) + tail, number + 1
        self._taken.add(self._key(folder, name, ending))
        return f"{folder}/{name}{ending}" if folder else name + ending

    def _key(self, folder: str, name: str, ending: str) -> str:
        return f"{folder}/{name}{ending}".casefold()
