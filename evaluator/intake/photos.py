"""Photos that rows name: files beside the data, found and hashed. Nothing outside is opened, nothing is loaded."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from duibiao.evaluator.intake.names import clean
from duibiao.evaluator.submission import Photo, PhotoState, Submission

FOLDERS: Final = ("", "photos", "照片")  # where photos may lie, below the folder of a file and that of the data
_SEPARATORS: Final = re.compile(r"[、,;|\n\t]+")
_ABSOLUTE: Final = re.compile(r"(~|[A-Za-z]:)?[/\\]")
_ELSEWHERE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def photo_names(text: str) -> list[str]:
    """The names in a cell that may hold several."""
    return [name for part in _SEPARATORS.split(text) if (name := part.strip())]


def data_roots(paths: Sequence[Path]) -> dict[Path, str]:
    """The folders that hold the data, with what stands before the names of files in them; no photo lies outside."""
    several = len(paths) > 1
    folders = {path.resolve(): f"{path.resolve().name}/" if several else "" for path in paths if path.is_dir()}
    return {path.resolve().parent: "" for path in paths if not path.is_dir()} | folders


def photos_of(submission: Submission, folders: Mapping[str, Path], roots: Mapping[Path, str]) -> tuple[Photo, ...]:
    """The photos that checks and problems name, with where they were found.

    ``folders`` has the folder of each file of the data. A photo is looked for there first, then in ``roots``.
    """
    search = _Search(roots)
    rows = pl.concat(
        [frame.select("photo", "table", "row").drop_nulls() for frame in (submission.checks, submission.problems)]
    )
    found: list[Photo] = []
    for text, table, row in rows.unique().iter_rows():
        known = submission.tables[table]
        for name in photo_names(text):
            found.append(search.photo(name, folders.get(known.file), known.cell(row, "photo")))
    return tuple(sorted(found))


class _Search:
    """Looks for photos; every folder is listed, and every file read, once."""

    def __init__(self, roots: Mapping[Path, str]) -> None:
        self.roots = roots
        self._listed = cache(_listed)
        self._sha256 = cache(_sha256)

    def photo(self, name: str, folder: Path | None, cell: str) -> Photo:
        """The photo of a name in a cell of a file in ``folder``."""
        if _ELSEWHERE.match(name):
            return Photo(name, "elsewhere", "", "", cell)
        parts = [part for part in re.split(r"[/\\]", name) if part not in {"", "."}]
        if _ABSOLUTE.match(name) or ".." in parts:
            return Photo(name, "outside", "", "", cell)
        state: PhotoState = "missing"
        for path in self._candidates(parts, folder):
            real = path.resolve()
            root = next((root for root in self.roots if real.is_relative_to(root)), None)
            if root is None:  # a link that leads out of the data
                state = "outside"
            elif real.is_file():
                file = clean(self.roots[root] + real.relative_to(root).as_posix())
                return Photo(name, "found", file, self._sha256(real), cell, real)
        return Photo(name, state, "", "", cell)

    def _candidates(self, parts: Sequence[str], folder: Path | None) -> Iterator[Path]:
        for start in dict.fromkeys((*([folder] if folder is not None else []), *self.roots)):
            for below in FOLDERS:
                path: Path | None = start / below
                for part in parts:
                    path = self._listed(path).get(clean(part)) if path is not None else None
                if path is not None:
                    yield path


def _listed(folder: Path) -> dict[str, Path]:
    """What lies in a folder by its clean names; nothing where it cannot be read."""
    try:
        return {clean(path.name): path for path in sorted(folder.iterdir(), reverse=True)}
    except OSError:
        return {}


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
