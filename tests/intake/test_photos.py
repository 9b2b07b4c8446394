"""Photos are files beside the data: found whatever the way their name is written, and never outside."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.archive import read_inputs, write_inputs
from duibiao.evaluator.intake.photos import photo_names, read_photo
from duibiao.evaluator.intake.read import read_submission
from duibiao.evaluator.submission import Photo, Submission
from tests.intake.city import AREAS, REGISTER, csv_bytes, notes, read, write, zipped

BASE: Mapping[str, object] = {"areas.csv": AREAS, "register.csv": REGISTER}
JPEG = b"\xff\xd8\xff\xe0 a photo"
SHA256 = hashlib.sha256(JPEG).hexdigest()


def problem(photo: str) -> list[dict[str, str]]:
    """A problem list of one row with this cell 照片, which is E2."""
    return [{"点位": "人民市场", "日期": "2026-03-06", "标准": "无乱扔垃圾", "问题": "烟头", "照片": photo}]


def told(submission: Submission) -> list[tuple[str, str, str]]:
    """Name, state and file of each photo."""
    return [(photo.name, photo.state, photo.file) for photo in submission.photos]


@pytest.mark.parametrize(
    ("photo", "file"),
    [
        ("a.jpg", "a.jpg"), ("a.jpg", "photos/a.jpg"), ("a.jpg", "照片/a.jpg"), ("照片/a.jpg", "照片/a.jpg"), (r"照片\\a.jpg", "照片/a.jpg"), ("./a.jpg", "照片/a.jpg"),
        ("三月/a.jpg", "photos/三月/a.jpg"), ("a（1）.jpg", "a（1）.jpg"), ("ａ.jpg", "a.jpg"), ("a b.jpg", "a b.jpg"),
    ],
)  # fmt: skip
def test_a_photo_is_found(tmp_path: Path, catalogue: Catalogue, photo: str, file: str) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "p.csv": problem(photo.replace("\\\\", "\\")), file: JPEG})
    (found,) = submission.photos
    assert (found.state, found.sha256, found.cell) == ("found", SHA256, "p.csv!E2")
    assert found.path == (tmp_path / file).resolve()
    assert notes(submission) == []


def test_beside_its_own_file_comes_first(tmp_path: Path, catalogue: Catalogue) -> None:
    files = {
        **BASE,
        "甲/p.csv": problem("a.jpg"),
        "乙/q.csv": [problem("a.jpg")[0] | {"问题": "纸屑"}],
        "a.jpg": JPEG,
        "甲/照片/a.jpg": b"other",
    }
    assert told(read(tmp_path, catalogue, files)) == [("a.jpg", "found", "a.jpg"), ("a.jpg", "found", "甲/照片/a.jpg")]


def test_beside_a_file_that_was_named_itself(tmp_path: Path, catalogue: Catalogue) -> None:
    data = write(tmp_path, {f"data/{name}": rows for name, rows in BASE.items()}) / "data"
    more = write(tmp_path, {"p.csv": problem("a.jpg、b.jpg"), "照片/a.jpg": JPEG, "data/b.jpg": JPEG})
    submission = read_submission([data, more / "p.csv"], catalogue)
    assert told(submission) == [("a.jpg", "found", "照片/a.jpg"), ("b.jpg", "found", "data/b.jpg")]


@pytest.mark.parametrize(
    ("photo", "state"),
    [
        ("b.jpg", "missing"), ("~b.jpg", "missing"), ("照片", "missing"), ("a.jpg/b.jpg", "missing"), ("../a.jpg", "outside"), ("照片/../../a.jpg", "outside"), (r"..\a.jpg", "outside"),
        ("/etc/passwd", "outside"), (r"C:\a.jpg", "outside"), ("~/a.jpg", "outside"), ("https://a.b/a.jpg", "elsewhere"), ("file:///etc/passwd", "elsewhere"),
    ],
)  # fmt: skip
def test_a_photo_is_not_found(tmp_path: Path, catalogue: Catalogue, photo: str, state: str) -> None:
    data = tmp_path / "data"
    write(tmp_path, {"a.jpg": JPEG, "data/a.jpg": JPEG, "data/照片/x.jpg": JPEG})
    submission = read(data, catalogue, {**BASE, "p.csv": problem(photo)})
    assert submission.photos == (Photo(photo, state, "", "", "p.csv!E2"),)  # type: ignore[arg-type]
    assert submission.rejected == 0


def test_a_link_does_not_lead_out_of_the_data(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "data").mkdir()
    write(tmp_path, {"secret.jpg": JPEG})
    (tmp_path / "data" / "a.jpg").symlink_to(tmp_path / "secret.jpg")
    submission = read(tmp_path / "data", catalogue, {**BASE, "p.csv": problem("a.jpg")})
    assert told(submission) == [("a.jpg", "outside", "")]


def test_several_photos_of_one_row_and_of_checks(tmp_path: Path, catalogue: Catalogue) -> None:
    check = {
        "点位": "人民市场",
        "标准": "秩序良好",
        "结果": "否",
        "照片": "a.jpg; b.jpg，c.jpg|d.jpg",
        "日期": "2026-03-06",
    }
    submission = read(
        tmp_path, catalogue, {**BASE, "c.csv": [check, check | {"照片": ""}], "c.jpg": JPEG, "d.jpg": JPEG}
    )
    assert [(photo.name, photo.state, photo.cell) for photo in submission.photos] == [
        ("a.jpg", "missing", "c.csv!D2"), ("b.jpg", "missing", "c.csv!D2"), ("c.jpg", "found", "c.csv!D2"), ("d.jpg", "found", "c.csv!D2"),
    ]  # fmt: skip


def test_names_in_a_cell() -> None:
    assert photo_names(" a b.jpg ; c.jpg、、d/e.jpg\nf.jpg ,") == ["a b.jpg", "c.jpg", "d/e.jpg", "f.jpg"]


def test_a_photo_that_nobody_names_is_noted(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "p.csv": problem("a.jpg"), "a.jpg": JPEG, "照片/b.jpg": JPEG})
    assert [(note.code, note.place) for note in submission.notes] == [("skipped-file", "照片/b.jpg")]


def test_a_photo_that_cannot_be_read_has_no_hash(
    tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("duibiao.evaluator.intake.photos.hashlib.file_digest", refuse)
    submission = read(tmp_path, catalogue, {**BASE, "p.csv": problem("a.jpg"), "a.jpg": JPEG})
    assert [(photo.state, photo.sha256) for photo in submission.photos] == [("found", "")]


def test_photos_are_kept_with_the_inputs(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "p.csv": problem("a.jpg、../b.jpg"), "a.jpg": JPEG})
    write_inputs(tmp_path / "inputs", catalogue, submission, "", date(2026, 3, 6))
    assert read_inputs(tmp_path / "inputs")[1].photos == submission.photos
    assert str(tmp_path) not in (tmp_path / "inputs" / "run.json").read_text("utf-8")


ZIPPED = zipped({"表/p.csv": csv_bytes(problem("a.jpg")), "照片/a.jpg": JPEG})


@pytest.mark.parametrize(
    ("files", "file"),
    [
        ({"d.zip": zipped({"p.csv": csv_bytes(problem("a.jpg")), "a.jpg": JPEG})}, "d.zip/a.jpg"),
        ({"d.zip": zipped({"p.csv": csv_bytes(problem("照片/a.jpg")), "照片/a.jpg": JPEG})}, "d.zip/照片/a.jpg"),
        ({"d.zip": ZIPPED}, "d.zip/照片/a.jpg"),
        ({"三月/d.zip": ZIPPED, "a.jpg": JPEG + b"!"}, "三月/d.zip/照片/a.jpg"),
        ({"d.zip": zipped({"三月/表/p.csv": csv_bytes(problem("a.jpg")), "三月/photos/a.jpg": JPEG, "a.jpg": b"!"})}, "d.zip/三月/photos/a.jpg"),
        ({"d.zip": zipped({"p.csv": csv_bytes(problem("a.jpg"))}), "a.jpg": JPEG}, "a.jpg"),
        ({"三月/d.zip": zipped({"p.csv": csv_bytes(problem("a.jpg"))}), "三月/照片/a.jpg": JPEG}, "三月/照片/a.jpg"),
        ({"p.csv": problem("a.jpg"), "d.zip": zipped({"照片/a.jpg": JPEG})}, "d.zip/照片/a.jpg"),
        ({"p.csv": problem("三月/a.jpg"), "d.zip": zipped({"三月/a.jpg": JPEG})}, "d.zip/三月/a.jpg"),
        ({"p.csv": problem("a.jpg"), "a.jpg": JPEG, "d.zip": zipped({"a.jpg": b"!"})}, "a.jpg"),
    ],
)  # fmt: skip
def test_a_photo_in_a_zip_file(tmp_path: Path, catalogue: Catalogue, files: Mapping[str, object], file: str) -> None:
    submission = read(tmp_path, catalogue, {**BASE, **files})
    (found,) = submission.photos
    assert (found.state, found.file, found.sha256) == ("found", file, SHA256)
    assert read_photo(found, 1000) == JPEG
    assert file not in {note.place for note in submission.notes}


@pytest.mark.parametrize(
    ("photo", "state"),
    [("b.jpg", "missing"), ("a.jpg/b.jpg", "missing"), ("照片", "missing"), ("../a.jpg", "outside"), ("https://a.b/a.jpg", "elsewhere")],
)  # fmt: skip
def test_a_photo_that_is_not_in_the_zip_file(tmp_path: Path, catalogue: Catalogue, photo: str, state: str) -> None:
    packed = zipped({"p.csv": csv_bytes(problem(photo)), "照片/a.jpg": JPEG})
    submission = read(tmp_path, catalogue, {**BASE, "d.zip": packed})
    assert submission.photos == (Photo(photo, state, "", "", "d.zip/p.csv!E2"),)  # type: ignore[arg-type]
    assert [(note.code, note.place) for note in submission.notes] == [("skipped-file", "d.zip/照片/a.jpg")]


def test_a_photo_in_a_zip_file_as_windows_packs_it(tmp_path: Path, catalogue: Catalogue) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("p.csv", csv_bytes(problem("照片/a.jpg")))
        archive.writestr("ab/a.jpg", JPEG)
        archive.writestr("abcd/a.jpg", JPEG)
    raw = packed.getvalue().replace(b"abcd/a", "照片".encode("gb18030") + b"/a")
    (found,) = read(tmp_path, catalogue, {**BASE, "d.zip": raw}).photos
    assert (found.state, found.file) == ("found", "d.zip/照片/a.jpg")
    assert read_photo(found, 5) == JPEG[:5]


def test_a_photo_of_a_zip_file_that_changed_is_gone(tmp_path: Path, catalogue: Catalogue) -> None:
    (found,) = read(tmp_path, catalogue, {**BASE, "d.zip": ZIPPED}).photos
    for raw in (zipped({"a.jpg": JPEG}), ZIPPED[:-30]):
        (tmp_path / "d.zip").write_bytes(raw)
        with pytest.raises(OSError, match=r".+"):
            read_photo(found, 1000)
    (tmp_path / "d.zip").unlink()
    with pytest.raises(OSError, match="No such file"):
        read_photo(found, 1000)


def test_photos_of_a_zip_file_are_kept_with_the_inputs(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "d.zip": ZIPPED})
    write_inputs(tmp_path / "inputs", catalogue, submission, "", date(2026, 3, 6))
    (kept,) = read_inputs(tmp_path / "inputs")[1].photos
    assert (kept, kept.path, kept.member) == (submission.photos[0], None, "")
