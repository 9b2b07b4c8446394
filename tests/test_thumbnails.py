"""Small pictures stand inside the page of their site, as many as the page has room for; others are only named."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from duibiao.criteria.language import translations
from duibiao.evaluator.submission import Photo
from duibiao.reports import thumbnails
from duibiao.reports.html import render_site
from duibiao.reports.site_view import site_view
from duibiao.reports.thumbnails import Pictures, photos_by_name
from tests.assessments import assessment

JPEG = b"\xff\xd8\xff\xe0" + b"a" * 20
PNG = b"\x89PNG\r\n\x1a\n" + b"b" * 20


def photo(folder: Path, name: str, raw: bytes, named: str = "") -> Photo:
    """A photo that was found below ``folder``."""
    path = folder / name
    path.write_bytes(raw)
    return Photo(named or name, "found", name, hashlib.sha256(raw).hexdigest(), "p.csv!E2", path)


@pytest.mark.parametrize(
    ("raw", "source"),
    [
        (JPEG, "data:image/jpeg;base64,/9j/4GFhYWFhYWFhYWFhYWFhYWFhYWFh"), (PNG, "data:image/png;base64,iVBORw0KGgpiYmJiYmJiYmJiYmJiYmJiYmJiYg=="),
        (b"<svg onload=alert(1)>", ""), (b"", ""), (JPEG + b"a" * 200, ""),
    ],
)  # fmt: skip
def test_what_a_picture_is_its_bytes_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raw: bytes, source: str
) -> None:
    monkeypatch.setattr(thumbnails, "LARGEST", 200)
    found = photos_by_name([photo(tmp_path, "a.jpg", raw)])
    (shown,) = Pictures(found).of(["a.jpg"])
    assert (shown.name, shown.source) == ("a.jpg", source)


def test_a_page_has_a_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thumbnails, "BUDGET", 60)
    pictures = Pictures(photos_by_name(photo(tmp_path, f"{name}.jpg", JPEG) for name in "abc"))
    assert [bool(each.source) for each in pictures.of(["a.jpg、b.jpg", "b.jpg; c.jpg"])] == [True, True, False]


def test_a_file_that_changed_or_went_is_not_shown(tmp_path: Path) -> None:
    found = [photo(tmp_path, "a.jpg", JPEG), photo(tmp_path, "b.jpg", JPEG)]
    (tmp_path / "a.jpg").write_bytes(JPEG + b"!")
    (tmp_path / "b.jpg").unlink()
    assert [each.source for each in Pictures(photos_by_name(found)).of(["a.jpg", "b.jpg"])] == ["", ""]


def test_a_name_of_two_files_shows_neither_unless_they_are_the_same(tmp_path: Path) -> None:
    one, other = photo(tmp_path, "1.jpg", JPEG, "a.jpg"), photo(tmp_path, "2.png", PNG, "a.jpg")
    assert photos_by_name([one, replace(one, cell="p.csv!E3")]) == {"a.jpg": one}
    assert photos_by_name([one, other, one]) == {}
    assert photos_by_name([Photo("b.jpg", "missing", "", "", "p.csv!E2")]) == {}


def test_the_page_of_a_site_shows_its_photos(tmp_path: Path) -> None:
    made = assessment()
    gap = next(gap for gap in made.gaps if gap.photos)
    found = photo(tmp_path, "a.jpg", JPEG, gap.photos[0])
    made = replace(made, submission=replace(made.submission, photos=(found,)))
    page = render_site(site_view(made, gap.site, translations("en")))
    assert f'<img src="data:image/jpeg;base64,/9j/4GFhYWFhYWFhYWFhYWFhYWFhYWFh" alt="{gap.photos[0]}"' in page
    assert f"<bdi>{gap.photos[1]}</bdi>" in page
    assert str(tmp_path) not in page
