"""YAML text to nodes: places, traps, and files that mean harm."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duibiao.criteria.diagnostics import Diagnostic
from duibiao.criteria.yaml_text import MAX_BYTES, MAX_DEPTH, Node, parse_yaml, read_yaml

pytestmark = pytest.mark.usefixtures("english")


def codes(found: list[Diagnostic]) -> list[tuple[str, int, int]]:
    return [(each.code, each.line, each.column) for each in found]


def root(text: str) -> Node:
    node, found = parse_yaml(text, "f.yaml")
    assert found == []
    assert node is not None
    return node


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-3", -3),
        ("+3", 3),
        ("0", 0),
        ("0.95", Decimal("0.95")),
        ("-0.5", Decimal("-0.5")),
        ("true", True),
        ("false", False),
        ("", None),
        ("~", None),
        ("null", None),
        ("2026-01-31", date(2026, 1, 31)),
        ("'yes'", "yes"),
        ('"0123"', "0123"),
        ("'12:30'", "12:30"),
        ("路口", "路口"),
        ("1e5", "1e5"),
        ("a: b", {"a": "b"}),
        ("y", "y"),
        ("- 1\n- x", [1, "x"]),
        ("2026: a\n2026-01-01: b\n1.50: c", {"2026": "a", "2026-01-01": "b", "1.50": "c"}),
    ],
)
def test_values_are_read_exactly(text: str, value: object) -> None:
    assert root(f"k:\n  {text}" if "\n" not in text else text).plain() == ({"k": value} if "\n" not in text else value)


@pytest.mark.parametrize(
    "word",
    "yes no on off Yes NO On OFF True FALSE Null NULL 0123 0x1F 0b11 1_000 12:30 1:30.5 .5 5. .inf -.inf .NaN 1.5e+3"
    " 2026-01-31T08:30:00 2026-02-30 = <<".split(),
)
def test_traps_are_refused_where_they_stand(word: str) -> None:
    _, found = parse_yaml(f"key: {word}\n", "f.yaml")
    assert codes(found) == [("yaml-trap", 1, 6)]
    assert word in found[0].message
    assert parse_yaml(f"key: '{word}'\n", "f.yaml")[1] == []


@pytest.mark.parametrize("key", ["yes", "on", "0123", "12:30"])
def test_a_key_can_be_a_trap_too(key: str) -> None:
    assert codes(parse_yaml(f"{key}: 1\n", "f.yaml")[1]) == [("yaml-trap", 1, 1)]


def test_places_count_characters_from_one() -> None:
    node = root("标题: 路口\n列表: [甲, {乙: 丙}]\n")
    assert (node.position("标题").line, node.position("标题").column) == (1, 5)
    assert (node.position("列表", 1, "乙").line, node.position("列表", 1, "乙").column) == (2, 13)
    assert node.position("列表", 1, "乙", of_key=True).column == 10
    assert node.position("列表", 7, "乙") == node.position("列表")
    assert node.find("列表", 7) is None
    assert node.find("nothing", "below") is None
    assert node.position("标题", 0) == node.position("标题")


def test_an_entry_written_without_the_list_around_it_is_its_first() -> None:
    node = root("deduct: {each: x}\n")
    assert node.position("deduct", 0, "each") == node.position("deduct", "each")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("k: a + b\n", {0: (1, 4), 4: (1, 8)}),
        ("k: 'a + b'\n", {0: (1, 5), 4: (1, 9)}),
        ("k: '''x'' in a'\n", {0: (1, 5), 1: (1, 7), 2: (1, 8), 4: (1, 11)}),
        ('k: "\\"x\\" in a"\n', {0: (1, 5), 1: (1, 7), 4: (1, 11)}),
        ('k: "\\u4e2d + a"\n', {0: (1, 5), 2: (1, 12)}),
        ("k: >-\n  a +\n  b\n", {0: (2, 3), 2: (2, 5), 4: (3, 3)}),
        ("k: |\n  a +\n  b\n", {0: (2, 3), 4: (3, 3)}),
        ("k: a +\n   b\n", {0: (1, 4), 4: (2, 4)}),
        ("k: 'a +\n  b'\n", {0: (1, 5), 4: (2, 3)}),
        ("k: >-\n  >-1 + a\n\n  + b\n", {0: (2, 3), 8: (4, 3)}),
    ],
)
def test_every_character_of_a_text_has_its_place(text: str, places: dict[int, tuple[int, int]]) -> None:
    node = root(text).mapping["k"]
    found = {offset: (at.line, at.column) for offset in places for at in [node.character(offset)]}
    assert found == places


def test_a_long_text_has_the_place_of_its_start() -> None:
    block = root("k: |\n" + "  words\n" * 400).mapping["k"]
    assert (block.character(0).line, block.character(0).column) == (1, 4)
    quoted = root("k: '" + "x''" * 600 + "'\n").mapping["k"]
    assert quoted.character(0).column == 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", [("yaml-duplicate-key", 3, 1)]),
        ("{a: 1, a: {b: 1, b: 2}}\n", [("yaml-duplicate-key", 1, 8), ("yaml-duplicate-key", 1, 18)]),
        ("a: &x 1\nb: *x\n", [("yaml-alias", 1, 4), ("yaml-alias", 2, 4)]),
        ("a: !!python/object:os.system x\n", [("yaml-alias", 1, 4)]),
        ("a: !!str 1\n", [("yaml-alias", 1, 4)]),
        ("a: &x [1]\n", [("yaml-alias", 1, 4)]),
        ("? [1, 2]\n: x\n", [("wrong-type", 1, 3)]),
        ("? {a: b}\n: x\nc: d\n", [("wrong-type", 1, 3)]),
        ("? \n: x\n", [("wrong-type", 1, 2)]),
        ("a: 1\n---\nb: 2\n", [("yaml-syntax", 2, 1)]),
        ("a: [1\n", [("yaml-syntax", 2, 1)]),
        ("a: 'x\n", [("yaml-syntax", 2, 1)]),
        ("a:\n\t- b\n", [("yaml-syntax", 2, 1)]),
        ("a: b: c\n", [("yaml-syntax", 1, 5)]),
        ("a: %x\n", [("yaml-syntax", 1, 4)]),
        ("a: \x00b\n", [("yaml-syntax", 1, 4)]),
        ("文\n甲: \x07\n", [("yaml-syntax", 2, 4)]),
        ("a: 1" + "0" * 60 + "\n", [("yaml-too-large", 1, 4)]),
        ("a: 0." + "1" * 60 + "\n", [("yaml-too-large", 1, 4)]),
        ("a: {rate: min(b, c)}\n", [("formula-cut", 1, 11)]),
        ("a: {of: [max(b, c), d]}\n", [("formula-cut", 1, 10)]),
        ("rates: {x: max(b, c)}\n", [("formula-cut", 1, 12)]),
        ("a: {pass: b in ['c', 'd']}\n", [("yaml-syntax", 1, 16), ("formula-cut", 1, 11)]),
        ("a: {name: 1) 甲 (乙, label: ((}\n", []),
        ("rate: min(b, c)\n", []),
        ("a: {rate: 'min(b, c)'}\n", []),
        ("", []),
        ("# nothing\n", []),
    ],
)
def test_what_yaml_allows_and_criteria_do_not(text: str, expected: list[tuple[str, int, int]]) -> None:
    _, found = parse_yaml(text, "f.yaml")
    assert codes(found) == expected


def test_line_ends_of_other_systems() -> None:
    assert root("a: 1\r\nb: x y\r\n").plain() == {"a": 1, "b": "x y"}
    assert root("a: >-\r\n  x\r\n  + y\r\n").mapping["a"].character(4).line == 3


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "{a: " * 100_000, "? " * 50_000])
def test_a_deep_file_stops_at_the_limit(text: str) -> None:
    node, found = parse_yaml(text, "f.yaml")
    assert node is None
    assert found[-1].code in {"yaml-too-large", "yaml-syntax"}


def test_the_limit_of_depth_is_met_exactly() -> None:
    assert codes(parse_yaml("[" * MAX_DEPTH + "]" * MAX_DEPTH, "f.yaml")[1]) == []
    assert codes(parse_yaml("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "f.yaml")[1]) == [
        ("yaml-too-large", 1, MAX_DEPTH + 1)
    ]


def test_a_bomb_of_aliases_stays_small() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    node, found = parse_yaml("\n".join(lines), "f.yaml")
    assert {each.code for each in found} == {"yaml-alias"}
    assert node is not None
    assert len(str(node.plain())) < 10_000


def written(folder: Path, content: bytes) -> Path:
    path = folder / "f.yaml"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("甲: 乙\n丙: 丁\n".encode("gbk"), [("unreadable", 1, 1)]),
        ("a: b\n丙: 丁\n".encode("gbk"), [("unreadable", 2, 1)]),
        ("a: b\n".encode("utf-16"), [("unreadable", 1, 1)]),
        (b"\xef\xbb\xbfa: b\n", []),
        (b"a: " + b"x" * MAX_BYTES, [("yaml-too-large", 1, 1)]),
        (b"", []),
        (b"\xff" * 100, [("unreadable", 1, 1)]),
    ],
)
def test_files_of_other_encodings_and_sizes(
    content: bytes, expected: list[tuple[str, int, int]], tmp_path: Path
) -> None:
    _, found = read_yaml(written(tmp_path, content), "f.yaml")
    assert codes(found) == expected


def test_a_large_file_within_the_limit_is_read(tmp_path: Path) -> None:
    line = b"- {a: 1, b: x}\n"
    node, found = read_yaml(written(tmp_path, line * 20_000), "f.yaml")
    assert found == []
    assert node is not None
    assert len(node.items) == 20_000


def test_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    for name in ("folder.yaml", "pipe.yaml", "loop.yaml", "none.yaml", "long" * 100):
        node, found = read_yaml(tmp_path / name, name)
        assert node is None
        assert [each.code for each in found] == ["unreadable"]


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_args: object, **_kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = written(tmp_path, b"a: 1\n")
    monkeypatch.setattr(Path, "open", refused)
    _, found = read_yaml(path, "f.yaml")
    assert codes(found) == [("unreadable", 1, 1)]
    assert "Permission denied" in found[0].message


@given(st.text(alphabet=st.sampled_from(list("ab:-[]{}'\",#&*!|>?%@ \n\t0.1甲\x85\u2028")), max_size=60))
@settings(max_examples=400, deadline=None)
def test_no_text_breaks_the_parser(text: str) -> None:
    node, found = parse_yaml(text, "f.yaml")
    for each in found:
        assert each.line >= 1
        assert each.column >= 1
        assert each.message
    if node is None:
        assert (
            found
            or not text.strip(" \n\t\x85\u2028").split("\n")[0].strip()
            or "#" in text
            or "-" in text
            or "." in text
        )
