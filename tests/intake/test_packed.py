"""Zip files: what is read of them, and the ways in which they can be meant to harm."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.names import clean
from duibiao.evaluator.intake.packed import unpack
from duibiao.evaluator.intake.reasons import Refused
from tests.intake.city import AREAS, REGISTER, csv_bytes, read, refused, text_only, zipped

ROWS = [{"点位": "人民市场", "日期": "2026-03-06", "摊位数": "3"}]
USUAL = Limits()


NINE = zipped({"a.csv": b"0123456789" * 9})


def named(name: bytes, flags: int = 0) -> bytes:
    """A zip file with one member whose name stands in it as these bytes."""
    raw = zipped({"x" * len(name): b"1"}).replace(b"x" * len(name), name)
    flagged = bytearray(raw)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = raw.index(mark) + offset
        flagged[place : place + 2] = struct.pack("<H", flags)
    return bytes(flagged)


def changed(raw: bytes, place: int) -> bytes:
    """The same bytes but for one."""
    return raw[:place] + bytes([raw[place] ^ 0xFF]) + raw[place + 1 :]


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        (zipped({"b.csv": b"1", "a/c.csv": b"2"}), ["a/c.csv", "b.csv"]),
        (zipped({"a/": b"", ".DS_Store": b"1", "a/.git/x.csv": b"1", "~$a.xlsx": b"1", "__MACOSX/a.csv": b"1"}), []),
        (named("3月.csv".encode("gb18030")), ["3月.csv"]),  # as Windows in China packs
        (named("3月.csv".encode()), ["3月.csv"]),  # UTF-8 without its mark, as some programs on Linux pack
        (named("3月.csv".encode(), 0x800), ["3月.csv"]),
        (named(b"\xff\xff.csv"), ["\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}.csv".strip("\N{NO-BREAK SPACE}")]),
        (named(b"a\\b.csv"), ["a/b.csv"]),
    ],
    ids=text_only,
)
def test_names_of_members(raw: bytes, names: list[str]) -> None:
    assert [name.strip() for name, _ in unpack(raw, USUAL)] == names


@pytest.mark.parametrize(
    ("raw", "limits", "code"),
    [
        (zipped({"../a.csv": b"1"}), USUAL, "zip-path"),
        (zipped({"a/../../b.csv": b"1"}), USUAL, "zip-path"),
        (zipped({"/etc/a.csv": b"1"}), USUAL, "zip-path"),
        (zipped({"C:\\a.csv": b"1"}), USUAL, "zip-path"),
        (named(b"..\\a.csv"), USUAL, "zip-path"),
        (named(b"a.csv", 0x1), USUAL, "zip-protected"),
        (zipped({"a.csv": b"0" * 10_000_000}), Limits(unpacked=9_999_999), "zip-too-large"),  # 10 KB that become 10 MB
        (zipped({"a.csv": b"0" * 60, "b.csv": b"0" * 60}), Limits(unpacked=100), "zip-too-large"),
        (zipped({"a.csv": b"", "b.csv": b""}), Limits(members=1), "zip-too-large"),
        (NINE[:60], USUAL, "zip-damaged"),
        (changed(NINE, 36), USUAL, "zip-damaged"),  # its stream
        (changed(NINE, NINE.index(b"PK\x01\x02") + 16), USUAL, "zip-damaged"),  # its checksum
    ],
    ids=text_only,
)  # fmt: skip
def test_what_is_refused(raw: bytes, limits: Limits, code: str) -> None:
    with pytest.raises(Refused, match=code):
        list(unpack(raw, limits))


def test_exactly_as_much_as_the_limit(tmp_path: Path) -> None:
    assert list(unpack(zipped({"a.csv": b"12", "b.csv": b"3"}), Limits(unpacked=3, members=2))) == [
        ("a.csv", b"12"),
        ("b.csv", b"3"),
    ]


def test_a_packed_folder_is_read_as_the_folder(tmp_path: Path, catalogue: Catalogue) -> None:
    """With its mapping, which speaks of the files beside it, and with cells that name the zip file."""
    files = {
        "areas.csv": csv_bytes(AREAS),
        "register.csv": csv_bytes(REGISTER),
        "三月/w.csv": csv_bytes([*ROWS, {**ROWS[0], "摊位数": "八"}]),
        "三月/mapping.yaml": "files: {w.csv: {round: 第一轮}}".encode(),
        "rounds.csv": csv_bytes([{"轮次": "第一轮", "开始": "2026-03-01", "结束": "2026-03-31"}]),
    }
    submission = read(tmp_path, catalogue, {"城.zip": zipped(files)})
    assert [table.file for table in submission.tables] == [
        "城.zip/areas.csv", "城.zip/register.csv", "城.zip/rounds.csv", "城.zip/三月/w.csv", "城.zip/三月/mapping.yaml",
    ]  # fmt: skip
    assert [(each.file, each.cell) for each in submission.rejects] == [("城.zip/三月/w.csv", "C3")]
    assert submission.visits["market"]["round"].to_list() == ["第一轮"]


def test_what_stops_a_packed_folder(tmp_path: Path, catalogue: Catalogue) -> None:
    content = {
        "a.zip": zipped({"b.zip": zipped({"c.csv": b"1"})}),
        "d.zip": zipped({"e.csv": b"\x80\xff"}),
        "f.zip": zipped({"g.xlsx": b"<html>"}),
    }
    assert refused(tmp_path, catalogue, content) == [
        ("a.zip/b.zip", "zip-in-zip"),
        ("d.zip/e.csv", "encoding"),
        ("f.zip/g.xlsx", "page-as-workbook"),
    ]


@pytest.mark.parametrize(
    "names",
    [
        ("农贸市场.csv", "农贸市场.csv"), ("东城区（一）/农贸市场.csv", "东城区(一)/农贸市场.csv"), ("e\u0301/农贸市场.csv", "é/农贸市场.csv"),
        (" 农贸市场.csv", "农贸市场.csv"),
    ],
    ids=("twice", "width", "normal form", "blank"),
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(tmp_path: Path, catalogue: Catalogue, names: tuple[str, str]) -> None:
    """One of them would be lost otherwise."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for number, name in enumerate(names):
            archive.writestr(name, csv_bytes([{**ROWS[0], "摊位数": number}]))
    assert refused(tmp_path, catalogue, {"a.zip": raw.getvalue()}) == [(f"a.zip/{clean(names[0])}", "same-name")]
