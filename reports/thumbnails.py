"""Thumbnails: small pictures of the data that stand inside a page, which asks for nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from duibiao.evaluator.intake.photos import photo_names
from duibiao.evaluator.submission import Photo

LARGEST: Final = 100_000  # bytes of a file that is shown; larger ones are only named
BUDGET: Final = 1_000_000  # bytes of all pictures of a page
_KINDS: Final = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photo by name; ``source`` is the picture itself as a data URI, empty where only its name is shown."""

    name: str
    source: str


def photos_by_name(photos: Iterable[Photo]) -> Mapping[str, Photo]:
    """The photos that were found and are meant by one name each: files of one name that differ are shown by none."""
    found: dict[str, Photo | None] = {}
    for photo in photos:
        if photo.path is not None:
            first = found.setdefault(photo.name, photo)
            if first is not None and first.sha256 != photo.sha256:
                found[photo.name] = None
    return {name: photo for name, photo in found.items() if photo is not None}


class Pictures:
    """The pictures of one page, as many as its budget allows."""

    def __init__(self, photos: Mapping[str, Photo]) -> None:
        self._photos, self._left = photos, BUDGET

    def of(self, cells: Iterable[str]) -> tuple[PhotoView, ...]:
        """The photos that some cells name."""
        names = dict.fromkeys(name for cell in cells for name in photo_names(cell))
        return tuple(PhotoView(name, self._source(name)) for name in names)

    def _source(self, name: str) -> str:
        photo = self._photos.get(name)
        raw = _small(photo) if photo is not None else b""
        kind = next((kind for start, kind in _KINDS.items() if raw.startswith(start)), None)
        if kind is None or len(raw) > self._left:
            return ""
        self._left -= len(raw)
        return f"data:{kind};base64,{base64.b64encode(raw).decode()}"


def _small(photo: Photo) -> bytes:
    """The bytes of a small photo; nothing where it is large, or not the one that was found any more."""
    assert photo.path is not None
    try:
        if photo.path.stat().st_size > LARGEST:
            return b""
        raw = photo.path.read_bytes()
    except OSError:
        return b""
    return raw if hashlib.sha256(raw).hexdigest() == photo.sha256 else b""
