"""``duibiao new``: a small example city and an overlay of the national catalogue, copied to a folder of one's own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

STARTER: Final = Path(__file__).resolve().parent.parent / "examples" / "starter"


class FolderTaken(Exception):
    """The folder is already there."""


def make_starter(folder: Path) -> list[Path]:
    """Copy the starter to ``folder`` and list its files. Raises FolderTaken and OSError."""
    if folder.exists():
        raise FolderTaken(str(folder))
    shutil.copytree(STARTER, folder)
    return sorted(path for path in folder.rglob("*") if path.is_file())
