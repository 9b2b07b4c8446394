"""A picture -> a small JPEG of it, upright, that says nothing of where and by whom it was taken."""

from __future__ import annotations

import io
import warnings
from contextlib import suppress
from typing import Final, Literal

from PIL import Image, ImageOps, UnidentifiedImageError

Flaw = Literal["heic", "no-picture", "too-many-pixels", "damaged"]

SIDE: Final = 360  # pixels of the longer side: twice what the page shows, for screens with fine pixels
QUALITY: Final = 75
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_HEIC: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})  # brands of ISO/IEC 23008-12


class NoPicture(Exception):
    """Why there is no thumbnail of a file."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


def thumbnail(raw: bytes, side: int = SIDE) -> bytes:
    """A JPEG of at most ``side`` x ``side`` pixels of a JPEG, PNG or WebP picture. Raises ``NoPicture``.

    It is painted anew, so that no EXIF (GPS), comment or colour profile goes along. A picture has at most as many
    pixels as Pillow thinks harmless (``Image.MAX_IMAGE_PIXELS``).
    """
    if raw[4:8] == b"ftyp" and raw[8:12] in _HEIC:
        raise NoPicture("heic")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=_FORMATS) as picture:
                return _jpeg(picture, side)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise NoPicture("too-many-pixels") from None
    except UnidentifiedImageError:
        raise NoPicture("no-picture") from None
    except Exception:  # noqa: BLE001  # whatever Pillow raises of a damaged picture
        raise NoPicture("damaged") from None


def _jpeg(picture: Image.Image, side: int) -> bytes:
    picture.draft("RGB", (2 * side, 2 * side))  # a large JPEG is decoded smaller at once
    picture = picture.convert("RGBA")
    picture.thumbnail((side, side))
    with suppress(Exception):  # without a readable EXIF it stays as it lies
        picture = ImageOps.exif_transpose(picture)
    painted = Image.new("RGB", picture.size, "white")
    painted.paste(picture, mask=picture)
    out = io.BytesIO()
    painted.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
