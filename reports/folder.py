"""The output folder: written beside and swapped in by two renames, so that it is the old result whole or the new one.

A run that was stopped between the renames leaves the old result set aside; the next one puts it back.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Final

RESULTS: Final = ("assessment.json", "rejects.csv")  # one of them lies in every result of ``check``
HANDBOOK: Final = ("handbook.json",)
CHECKLISTS: Final = ("checklists.json",)


class ForeignFolder(Exception):
    """The folder holds something that is not a result of ours, which is not overwritten."""


class InUse(Exception):
    """Another run is writing the folder at this moment."""


def _beside(folder: Path, what: str) -> Path:
    return folder.with_name(f".{folder.name}.{what}")


def restore(folder: Path) -> None:
    """Put back an old result that a stopped run had set aside, and clear away what it left half made."""
    aside, half = _beside(folder, "old"), _beside(folder, "new")
    if aside.exists():
        if folder.exists():
            shutil.rmtree(aside)
        else:
            aside.rename(folder)
    if half.exists():
        with _held(half):
            shutil.rmtree(half)


@contextmanager
def _held(half: Path) -> Iterator[None]:
    """A folder that is being made, for one run alone: nobody holds what a stopped run left. Raises InUse."""
    folder = os.open(half, os.O_RDONLY)
    try:
        try:
            flock(folder, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise InUse from None
        yield
    finally:
        os.close(folder)


def replace_folder(folder: Path, fill: Callable[[Path], None], marks: Sequence[str] = RESULTS) -> None:
    """Fill a new folder and put it in the place of ``folder``.

    Raises ForeignFolder where ``folder`` is no folder, cannot be renamed (a mount point), or holds files and none
    called as one of ``marks``, InUse where another run is writing it, and OSError where writing fails; ``folder`` is
    then as it was.
    """
    folder = folder.resolve()
    restore(folder)
    taken = not folder.is_dir() or folder.is_mount() or (any(folder.iterdir()) and not _ours(folder, marks))
    if folder.exists() and taken:
        raise ForeignFolder(str(folder))
    new, aside = _beside(folder, "new"), _beside(folder, "old")
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        new.mkdir()
    except FileExistsError:
        raise InUse from None
    try:
        with _held(new):
            fill(new)
            _to_disk(new)
        if folder.exists():
            folder.rename(aside)
        new.rename(folder)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        if aside.exists() and not folder.exists():
            aside.rename(folder)
        raise
    if aside.exists():
        shutil.rmtree(aside)


def _ours(folder: Path, marks: Sequence[str]) -> bool:
    return any((folder / mark).is_file() for mark in marks)


def _to_disk(folder: Path) -> None:
    """Have every file on the disk before the folder takes its place, so that a full disk shows now."""

    def synced(path: Path) -> None:
        with path.open("rb") as file:
            os.fsync(file.fileno())

    with ThreadPoolExecutor() as disk:
        for _ in disk.map(synced, [path for path in folder.rglob("*") if path.is_file()]):
            pass
