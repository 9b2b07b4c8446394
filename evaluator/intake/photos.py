"""Photos that rows name: files beside the data, found and hashed. Nothing outside is opened, nothing is loaded."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path, PurePath, PurePosixPath
from typing import Final

import polars as pl

from duibiao.evaluator.intake.headers import PHOTO
from duibiao.evaluator.intake.names import clean
from duibiao.evaluator.intake.packed import Member, read_member
from duibiao.evaluator.intake.paths import path_text, resolved
from duibiao.evaluator.submission import Photo, Submission

# Where photos may lie, below the folder of a file and that of the data; ODK Central exports them to ``media``.
FOLDERS: Final = ("", "photos", "照片", "media")
_SEPARATORS: Final = re.compile(r"[、,;|\n\t]+")
_ABSOLUTE: Final = re.compile(r"(~|[A-Za-z]:)?[/\\]")
_ELSEWHERE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def photo_names(text: str) -> list[str]:
    """The names in a cell that may hold several."""
    return [name for part in _SEPARATORS.split(text) if (name := part.strip())]


def data_roots(paths: Sequence[Path]) -> dict[Path, str]:
    """The folders that hold the data, with what stands before the names of files in them; no photo lies outside."""
    several = len(paths) > 1
    folders = {
        path.resolve(): f"{path_text(PurePath(path.resolve().name))}/" if several else ""
        for path in paths
        if path.is_dir()
    }
    return {path.resolve().parent: "" for path in paths if not path.is_dir()} | folders


def photos_of(
    submission: Submission, folders: Mapping[str, Path], roots: Mapping[Path, str], packed: Mapping[str, Member]
) -> tuple[Photo, ...]:
    """The photos that inspections, checks and problems name, with where they were found.

    ``folders`` has the folder of each file of the data, and ``packed`` what lies in its zip files. A photo is looked
    for beside its file and in its zip file first, then in ``roots``, then in the other zip files.
    """
    search = _Search(folders, roots, packed)
    listed = [frame.with_columns(pl.lit("photo").alias("key")) for frame in (submission.checks, submission.problems)]
    taken = submission.taken.with_columns((PHOTO + pl.col("criterion")).alias("key"))
    rows = pl.concat([frame.select("photo", "table", "row", "key").drop_nulls() for frame in (*listed, taken)])
    found: list[Photo] = []
    for text, table, row, key in rows.unique().iter_rows():
        known = submission.tables[table]
        for name in photo_names(text):
            found.append(search.photo(name, known.file, known.cell(row, key)))
    return tuple(sorted(found))


def read_photo(photo: Photo, most: int) -> bytes:
    """At most ``most`` bytes of a photo that was found; raises OSError where it is gone."""
    if photo.path is None:
        raise FileNotFoundError(photo.name)
    if photo.member:
        return read_member(photo.path, photo.member, most)
    with photo.path.open("rb") as file:
        return file.read(most)


class _Search:
    """Looks for photos; every folder is listed, and every file read, once."""

    def __init__(self, folders: Mapping[str, Path], roots: Mapping[Path, str], packed: Mapping[str, Member]) -> None:
        self.folders, self.roots, self.packed = folders, roots, packed
        self._zips = tuple(dict.fromkeys(name.removesuffix(f"/{each.name}") for name, each in packed.items()))
        self._listed = cache(_listed)
        self._sha256 = cache(_sha256)

    def photo(self, name: str, file: str, cell: str) -> Photo:
        """The photo of a name in a cell of a file of the data."""
        if _ELSEWHERE.match(name):
            return Photo(name, "elsewhere", "", "", cell)
        parts = [part for part in re.split(r"[/\\]", name) if part not in {"", "."}]
        if _ABSOLUTE.match(name) or ".." in parts:
            return Photo(name, "outside", "", "", cell)
        above = [str(each) for each in PurePosixPath(file).parents]
        own = next((each for each in above if each in self.folders), None)  # the zip file that holds the file
        inside = above[: above.index(own) + 1] if own is not None else []
        return (
            self._in_zips(name, parts, inside, cell)
            or self._on_disk(name, parts, self.folders.get(own or file), cell)
            or self._in_zips(name, parts, self._zips, cell)
            or Photo(name, "missing", "", "", cell)
        )

    def _in_zips(self, name: str, parts: Sequence[str], starts: Sequence[str], cell: str) -> Photo | None:
        """The photo below one of the folders ``starts`` of zip files."""
        for start in starts:
            for below in FOLDERS:
                file = "/".join((start, *filter(None, (below,)), *map(clean, parts)))
                member = self.packed.get(file)
                if member is not None:
                    return Photo(name, "found", file, member.sha256, cell, member.path, member.name)
        return None

    def _on_disk(self, name: str, parts: Sequence[str], folder: Path | None, cell: str) -> Photo | None:
        """The photo below ``folder`` or a root; also one that a link leads out to."""
        outside: Photo | None = None
        for path in self._candidates(parts, folder):
            real = resolved(path)
            root = next((root for root in self.roots if real.is_relative_to(root)), None)
            if root is None:  # a link that leads out of the data
                outside = Photo(name, "outside", "", "", cell)
            elif real.is_file():
                file = clean(self.roots[root] + path_text(real.relative_to(root)))
                return Photo(name, "found", file, self._sha256(real), cell, real)
        return outside

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
        return {clean(path_text(PurePath(path.name))): path for path in sorted(folder.iterdir(), reverse=True)}
    except OSError:
        return {}


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
