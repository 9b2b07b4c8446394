"""Small pictures stand inside the page of their site, as many as the page has room for; others are named with why."""

from __future__ import annotations

import base64
import hashlib
import io
import random
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from duibiao.criteria.language import translations
from duibiao.evaluator.submission import Photo
from duibiao.reports import thumbnails
from duibiao.reports.html import render_site
from duibiao.reports.picture import SIDE, NoPicture, thumbnail
from duibiao.reports.site_view import site_view
from duibiao.reports.thumbnails import PhotoView, Pictures, photos_by_name
from tests.assessments import assessment

ORIENTATION, GPS = 0x0112, 0x8825
UPRIGHT, TURNED = 1, 6  # 6: the camera was held so that the picture has to be turned a quarter to the right


def drawn(kind: str = "JPEG", size: tuple[int, int] = (1200, 900), mode: str = "RGB", **more: object) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    picture.convert(mode).save(out, kind, **more)
    return out.getvalue()


def taken(orientation: int) -> Image.Exif:
    """The EXIF of a phone: how it was held, who made it, and where."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[0x010F] = orientation, "SECRET-MAKER"
    exif.get_ifd(GPS).update({1: "N", 2: (33.0, 37.0, 12.0)})
    return exif


def claiming(width: int, height: int) -> bytes:
    """A PNG of few bytes that says to have this size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def opened(raw: bytes) -> Image.Image:
    """A thumbnail as a picture."""
    return Image.open(io.BytesIO(raw), formats=("JPEG",))


JPEG, PNG = drawn(), drawn("PNG", (40, 30))


def photo(folder: Path, name: str, raw: bytes, named: str = "") -> Photo:
    """A photo that was found below ``folder``."""
    path = folder / name
    path.write_bytes(raw)
    return Photo(named or name, "found", name, hashlib.sha256(raw).hexdigest(), "p.csv!E2", path)


def pictures(*photos: Photo) -> Pictures:
    return Pictures(photos_by_name(photos), str)


@pytest.mark.parametrize(
    ("raw", "size"),
    [
        (drawn(), (SIDE, 270)), (drawn(quality=95, progressive=True), (SIDE, 270)), (drawn("PNG"), (SIDE, 270)), (drawn("WEBP"), (SIDE, 270)),
        (drawn(size=(4000, 3000)), (SIDE, 270)), (drawn(size=(900, 1200)), (270, SIDE)), (drawn(size=(20, 10)), (20, 10)), (drawn(size=(3000, 2)), (SIDE, 1)),
        (drawn(exif=taken(UPRIGHT)), (SIDE, 270)), (drawn(exif=taken(TURNED)), (270, SIDE)), (drawn("WEBP", exif=taken(TURNED)), (270, SIDE)), (drawn("PNG", exif=taken(TURNED)), (270, SIDE)),
        (drawn(exif=b"Exif\0\0 broken"), (SIDE, 270)),
        *((drawn("PNG", mode=mode), (SIDE, 270)) for mode in ("1", "L", "LA", "P", "RGBA", "I;16")), (drawn(mode="CMYK"), (SIDE, 270)),
    ],
)  # fmt: skip
def test_the_size_of_a_thumbnail(raw: bytes, size: tuple[int, int]) -> None:
    made = opened(thumbnail(raw))
    assert (made.size, made.mode) == (size, "RGB")
    assert len(thumbnail(raw)) < 30_000


def test_a_picture_stands_upright() -> None:
    turned = opened(thumbnail(drawn(exif=taken(TURNED))))
    colours = [turned.getpixel(place) for place in ((135, 20), (135, SIDE - 20))]  # red left is red above
    assert [max(range(3), key=lambda band: colour[band]) for colour in colours if isinstance(colour, tuple)] == [0, 2]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_of_the_camera_goes_along(kind: str) -> None:
    raw = drawn(kind, exif=taken(TURNED), icc_profile=b"SECRET-PROFILE", comment=b"SECRET-COMMENT")
    assert b"SECRET" in raw
    made = thumbnail(raw)
    assert b"SECRET" not in made
    assert b"Exif" not in made
    assert not opened(made).getexif()
    assert opened(made).info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_what_is_transparent_is_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 30), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(thumbnail(out.getvalue())).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("raw", "flaw"),
    [
        (b"", "no-picture"), (b"<svg onload=alert(1)>", "no-picture"), (drawn("GIF"), "no-picture"), (drawn("BMP"), "no-picture"), (JPEG[:3], "no-picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"), (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "heic"), (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "no-picture"),
        (JPEG[: len(JPEG) // 2], "damaged"), (drawn("PNG")[:200], "damaged"), (drawn("WEBP")[:200], "damaged"), (claiming(30, 30), "damaged"),
        (claiming(10_000, 9_000), "too-many-pixels"), (claiming(60_000, 60_000), "too-many-pixels"), (claiming(2**31 - 1, 2**31 - 1), "too-many-pixels"),
    ],
)  # fmt: skip
def test_what_has_no_thumbnail(raw: bytes, flaw: str) -> None:
    with pytest.raises(NoPicture) as caught:
        thumbnail(raw)
    assert caught.value.flaw == flaw


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_damaged_picture_ends_nothing(kind: str) -> None:
    rng = random.Random(kind)
    whole = drawn(kind, (200, 150), exif=taken(TURNED))
    told: set[str] = set()
    for _ in range(300):
        raw = bytearray(whole)
        for _ in range(rng.choice((1, 4, 40))):
            raw[rng.randrange(len(raw))] = rng.randrange(256)
        try:
            assert opened(thumbnail(bytes(raw[: rng.choice((len(raw), rng.randrange(len(raw))))])))
        except NoPicture as error:
            told.add(error.flaw)
    assert "damaged" in told


def test_a_page_has_a_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thumbnails, "BUDGET", 2 * len(thumbnail(JPEG)))
    made = pictures(*(photo(tmp_path, f"{name}.jpg", JPEG) for name in "abc"))
    shown = made.of(["a.jpg、b.jpg", "b.jpg; c.jpg"])
    assert [each.why for each in shown] == ["", "", "no room left on this page"]
    assert [base64.b64decode(each.source.removeprefix("data:image/jpeg;base64,")) for each in shown[:2]] == [
        thumbnail(JPEG)
    ] * 2


def test_a_file_that_changed_went_or_is_too_large_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thumbnails, "LARGEST", len(JPEG))
    found = [photo(tmp_path, f"{name}.jpg", JPEG) for name in "abcd"]
    (tmp_path / "a.jpg").write_bytes(JPEG[:-1] + b"!")
    (tmp_path / "b.jpg").unlink()
    (tmp_path / "c.jpg").write_bytes(JPEG + b"!")
    found[3] = replace(found[3], path=None)  # as OUT keeps it
    assert [each.why for each in pictures(*found).of(["a.jpg", "b.jpg", "c.jpg", "d.jpg"])] == [
        "gone or changed since the data were read", "gone or changed since the data were read", "a file of more than 50 MB", "gone or changed since the data were read",
    ]  # fmt: skip


def test_a_picture_that_cannot_be_shown_is_named(tmp_path: Path) -> None:
    found = pictures(photo(tmp_path, "a.heic", b"\0\0\0\x18ftypheic"), photo(tmp_path, "b.jpg", b"?"))
    assert found.of(["a.heic、b.jpg"]) == (
        PhotoView("a.heic", why="HEIC is not shown; save it as JPEG"),
        PhotoView("b.jpg", why="no picture in JPEG, PNG or WebP"),
    )


def test_photos_that_were_not_found_are_left_to_the_check_up(tmp_path: Path) -> None:
    lost = (Photo(f"{state}.jpg", state, "", "", "p.csv!E2") for state in ("missing", "outside", "elsewhere"))
    found = pictures(photo(tmp_path, "a.jpg", JPEG), *lost)
    shown = found.of(["missing.jpg、a.jpg、outside.jpg", "elsewhere.jpg、unheard-of.jpg"])
    assert [each.name for each in shown] == ["a.jpg"]


def test_a_name_of_two_files_shows_neither_unless_they_are_the_same(tmp_path: Path) -> None:
    one, other = photo(tmp_path, "1.jpg", JPEG, "a.jpg"), photo(tmp_path, "2.png", PNG, "a.jpg")
    (shown,) = pictures(one, replace(one, cell="p.csv!E3")).of(["a.jpg"])
    assert shown.source
    for second in (other, Photo("a.jpg", "missing", "", "", "q.csv!E2")):
        (named,) = pictures(one, second, one).of(["a.jpg"])
        assert named == PhotoView("a.jpg", why="the name does not mean one file")


def test_the_page_of_a_site_shows_its_photos(tmp_path: Path) -> None:
    made = assessment()
    gap = next(gap for gap in made.gaps if gap.photos)
    found = photo(tmp_path, "a.jpg", JPEG, gap.photos[0])
    made = replace(made, submission=replace(made.submission, photos=(found,)))
    page = render_site(site_view(made, gap.site, translations("en")))
    shown = base64.b64encode(thumbnail(JPEG)).decode()
    assert f'<img src="data:image/jpeg;base64,{shown}" alt="{gap.photos[0]}">' in page
    assert gap.photos[1] not in page
    assert str(tmp_path) not in page
