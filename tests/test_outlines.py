"""Outlines of areas: which files hold some, and to which areas they belong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from duibiao.reports.outlines import UnusableOutlines, outlines_of
from tests.assessments import assessment

SQUARE = [[114.5, 33.5], [114.7, 33.5], [114.7, 33.7], [114.5, 33.7], [114.5, 33.5]]


def feature(name: object, *rings: object, kind: str = "Polygon") -> dict[str, Any]:
    """A feature called ``name``."""
    return {"type": "Feature", "properties": {"name": name}, "geometry": {"type": kind, "coordinates": list(rings)}}


def collection(*features: object) -> bytes:
    """A file with these features."""
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_shapes_have_their_names() -> None:
    whole = feature("淮阳区", [SQUARE], [[[x + 1, y] for x, y in SQUARE]], kind="MultiPolygon")
    found = outlines_of(collection(feature(" 川汇区 ", SQUARE), whole), "o.geojson", "bd09")
    assert [each.name for each in found.shapes] == ["川汇区", "淮阳区"]
    assert [round(each.shape.area, 6) for each in found.shapes] == [0.04, 0.08]
    assert (found.file, found.crs, len(found.sha256)) == ("o.geojson", "bd09", 64)


def test_a_border_that_crosses_itself_is_mended() -> None:
    bow = [[114.5, 33.5], [114.7, 33.7], [114.7, 33.5], [114.5, 33.7], [114.5, 33.5]]
    (shape,) = outlines_of(collection(feature("川汇区", bow)), "o").shapes
    assert shape.shape.is_valid
    assert shape.shape.area == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"no json", "it is no JSON"), (b"[" * 100_000, "it is no JSON"), (b"\xff\xfe", "it is no JSON"),
        (b"[]", "it has no `features`"), (b'{"features": []}', "it has no `features`"),
        (collection(1), "feature 1 has no property `name`"), (collection(feature("", SQUARE)), "feature 1 has no property `name`"),
        (collection(feature(None, SQUARE)), "feature 1 has no property `name`"), (collection({"properties": 3}), "feature 1 has no"),
        (collection(feature("甲", SQUARE), {"properties": {"name": "乙"}, "geometry": None}), "'乙' is no polygon"),
        (collection(feature("甲", 114.5, 33.5, kind="Point")), "'甲' is no polygon"),
        (collection(feature("甲", "x")), "'甲' is no polygon"), (collection(feature("甲", SQUARE, kind="Circle")), "'甲' is no polygon"),
        (collection(feature("甲", [[y, x] for x, y in SQUARE])), "'甲' lies outside of China"),
        (collection(feature("甲", [[x * 1e5, y * 1e5] for x, y in SQUARE])), "'甲' lies outside of China"),
    ],
)  # fmt: skip
def test_what_is_no_outline_is_refused_with_the_reason(english: None, raw: bytes, reason: str) -> None:
    with pytest.raises(UnusableOutlines, match=reason):
        outlines_of(raw, "o.geojson")


def test_areas_are_found_by_name_or_path_and_the_nearest_is_told() -> None:
    made = assessment()
    names = ["淮阳区", "周口市/川汇区", "川汇", "无人区域甲", "川汇区"]
    found = outlines_of(collection(*(feature(name, SQUARE) for name in names)), "o")
    titles = [None if area is None else made.areas[area].title for area in found.areas(made)]
    assert titles == ["淮阳区", "川汇区", None, None, "川汇区"]
    assert found.unmatched(made)[0] == ("川汇", "川汇区")
    assert [name for name, _near in found.unmatched(made)] == ["川汇", "无人区域甲"]
