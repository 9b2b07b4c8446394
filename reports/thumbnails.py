"""Thumbnails: small pictures of the data that stand inside a page, which asks for nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from duibiao.evaluator.intake.photos import photo_names, read_photo
from duibiao.evaluator.submission import Photo
from duibiao.reports.picture import SIDE, NoPicture, thumbnail
from duibiao.reports.words import PICTURES

LARGEST: Final = 50_000_000  # bytes of a file that is opened
BUDGET: Final = 1_000_000  # bytes of all thumbnails of a page


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photo by name; ``source`` is its thumbnail as a data URI, else ``why`` says why there is none."""

    name: str
    source: str = ""
    why: str = ""


def photos_by_name(photos: Iterable[Photo]) -> Mapping[str, tuple[Photo, ...]]:
    """What each name of a photo led to: several where files of one name differ, or are not found everywhere."""
    found: dict[str, dict[tuple[str, str], Photo]] = {}
    for photo in photos:
        found.setdefault(photo.name, {}).setdefault((photo.state, photo.sha256), photo)
    return {name: tuple(each.values()) for name, each in found.items()}


class Pictures:
    """The pictures of one page, as many as its budget allows."""

    def __init__(
        self,
        photos: Mapping[str, tuple[Photo, ...]],
        say: Callable[[str], str],
        budget: int | None = None,
        side: int = SIDE,
    ) -> None:
        self._photos, self._say, self._side = photos, say, side
        self._left = BUDGET if budget is None else budget  # bytes that its thumbnails may still take

    def of(self, cells: Iterable[str]) -> tuple[PhotoView, ...]:
        """The photos that some cells name; those that were not found are told once, in the data check-up."""
        names = dict.fromkeys(name for cell in cells for name in photo_names(cell))
        return tuple(self._view(name) for name in names if self._found(name))

    def _found(self, name: str) -> bool:
        return any(photo.state == "found" for photo in self._photos.get(name, ()))

    def _view(self, name: str) -> PhotoView:
        try:
            raw = self._thumbnail(name)
        except _NotShown as reason:
            return PhotoView(name, why=self._say(str(reason)))
        return PhotoView(name, f"data:image/jpeg;base64,{base64.b64encode(raw).decode()}")

    def _thumbnail(self, name: str) -> bytes:
        photos = self._photos[name]
        if len(photos) > 1:
            raise _NotShown(PICTURES["ambiguous"])
        try:
            raw = thumbnail(_unchanged(photos[0]), self._side)
        except NoPicture as error:
            raise _NotShown(PICTURES[error.flaw]) from None
        if len(raw) > self._left:
            raise _NotShown(PICTURES["page-full"])
        self._left -= len(raw)
        return raw


class _NotShown(Exception):
    """Why a photo is only named, as a message id."""


def _unchanged(photo: Photo) -> bytes:
    """The bytes of a file that was found and is still the same; raises ``_NotShown``."""
    try:
        raw = read_photo(photo, LARGEST + 1)
    except OSError:
        raise _NotShown(PICTURES["changed"]) from None
    if len(raw) > LARGEST:
        raise _NotShown(PICTURES["too-large"])
    if hashlib.sha256(raw).hexdigest() != photo.sha256:
        raise _NotShown(PICTURES["changed"])
    return raw
