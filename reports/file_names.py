"""Names of files that are sent to people: they say what is inside, and every system takes them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Final

from duibiao.reports.plain_text import plain_text

LONGEST: Final = 60  # characters, the ending included
_REFUSED: Final = re.compile(r'[<>:"/\\|?*\s\N{REPLACEMENT CHARACTER}]+')  # by Windows, or read as a way to a folder
_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\..*)?")  # by Windows, for devices
_ID: Final = 12


def safe_name(text: str) -> str:
    """``text`` as a part of a file's name.

    >>> safe_name("../川汇区:市场监管局?"), safe_name("...")
    ('川汇区_市场监管局', '')
    """
    return _REFUSED.sub("_", plain_text(text)).strip("._- ")


def folder_name(text: str) -> str:
    """The name of a folder of its own, never empty.

    >>> folder_name("川汇区"), folder_name("CON"), folder_name(" .. ")
    ('川汇区', '_CON', '_')
    """
    name = safe_name(text)[:LONGEST].rstrip("._- ")
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name


def file_names(what: str, titles: Iterable[tuple[str, str]], about: str, ending: str) -> dict[str, str]:
    """A name for each id by its title, as 整改清单_川汇区市场监管局_2025-W10.xlsx; no two alike on any system.

    Where two would be, or nothing of a title can be used, twelve digits of the id's hash are added.
    """
    asked = {key: safe_name(title) for key, title in titles}
    made = {key: _joined(what, title, "", about, ending) for key, title in asked.items()}
    folded: dict[str, int] = {}
    for name in made.values():
        folded[name.casefold()] = folded.get(name.casefold(), 0) + 1
    return {
        key: name
        if folded[name.casefold()] == 1 and asked[key]
        else _joined(what, asked[key], hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:_ID], about, ending)
        for key, name in made.items()
    }


def file_name(what: str, about: str, ending: str, title: str = "") -> str:
    """The name of what there is one of: 通报_2025-W10.docx."""
    return _joined(what, safe_name(title), "", about, ending)


def _joined(what: str, title: str, added: str, about: str, ending: str) -> str:
    """The pieces in a row; of a long one the title is cut first, then the round."""
    first, about = safe_name(what), safe_name(about)[: LONGEST // 3]
    rest = [each for each in (added, about) if each]
    room = LONGEST - len("_".join([first, "", *rest])) - len(ending)
    return "_".join(each for each in (first, title[: max(room, 0)].rstrip("._- "), *rest) if each) + ending
