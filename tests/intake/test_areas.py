"""Areas: the tree of them from a table or as rows write them, and the area that a row means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.areas import Written, areas_as_written, written
from duibiao.evaluator.intake.reasons import Wrong
from tests.intake.city import AREAS, REGISTER, cells, codes, named, read

BASE: Mapping[str, object] = {"areas.csv": AREAS, "register.csv": REGISTER}
LEVELS = {"city": "市", "district": "区县", "subdistrict": "街道", "community": "社区"}


@pytest.mark.parametrize(
    ("levels", "area", "expected"),
    [
        ([("district", "川汇区")], None, (("district", "川汇区"),)),
        ([("city", "周口市"), ("district", None), ("subdistrict", "七一路")], None, (("city", "周口市"), ("subdistrict", "七一路"))),
        ([], "周口市/川汇区", ((None, "周口市"), (None, "川汇区"))),
        ([], " 周口市 / 川汇区/", ((None, "周口市"), (None, "川汇区"))),
        ([("district", "川汇区")], "七一路", (("district", "川汇区"), (None, "七一路"))),
        ([("district", "川汇区")], "周口市/川汇区/七一路", ((None, "周口市"), ("district", "川汇区"), (None, "七一路"))),
        ([("subdistrict", "川汇区/七一路")], None, ((None, "川汇区"), ("subdistrict", "七一路"))),
        ([("district", None)], None, ()),
    ],
)  # fmt: skip
def test_columns_and_path_say_one_area(
    levels: Sequence[tuple[str, str | None]], area: str | None, expected: Written
) -> None:
    assert written(levels, area) == expected


def as_written(*mentions: str) -> dict[str, str | None]:
    """Areas and their levels; 区县:川汇区 gives the level of a name."""
    titles = {"市": "city", "区县": "district", "街道": "subdistrict", "社区": "community"}
    parts = [
        tuple(
            (titles.get(each.partition(":")[0]) if ":" in each else None, each.rpartition(":")[2])
            for each in m.split("/")
        )
        for m in mentions
    ]
    return {path: area.level for path, area in areas_as_written(parts, LEVELS).by_path.items()}


@pytest.mark.parametrize(
    ("mentions", "expected"),
    [
        (["周口市/川汇区"], {"周口市": "city", "周口市/川汇区": "district"}),
        (["川汇区"], {"川汇区": None}),
        (["区县:川汇区"], {"川汇区": "district"}),
        (["区县:川汇区", "周口市/川汇区/七一路"], {"周口市": "city", "周口市/川汇区": "district", "周口市/川汇区/七一路": "subdistrict"}),
        (["川汇区/街道:七一路"], {"川汇区": "district", "川汇区/七一路": "subdistrict"}),
        (["区县:川汇区/七一路", "七一路/甲社区"], {"川汇区": "district", "川汇区/七一路": "subdistrict", "川汇区/七一路/甲社区": "community"}),
        (["市:周口市/区县:川汇区", "区县:川汇区/社区:甲"], {"周口市": "city", "周口市/川汇区": "district", "周口市/川汇区/甲": "community"}),
        (["甲/中心", "乙/中心", "中心"], {"甲": "city", "甲/中心": "district", "乙": "city", "乙/中心": "district"}),
        (["甲/乙", "乙/甲"], {"甲": "city", "甲/乙": "district", "乙": "city", "乙/甲": "district"}),
        (["甲/乙/丙/丁/戊"], {}),
        (["甲/乙/丙", "丙/丁/戊"], {"甲": "city", "甲/乙": "district", "甲/乙/丙": "subdistrict", "甲/乙/丙/丁": "community"}),
        (["社区:甲/乙"], {"甲": "community", "甲/乙": None}),
        (["市:甲", "区县:甲"], {"甲": "city"}),
        ([], {}),
    ],
)  # fmt: skip
def test_areas_as_written(mentions: list[str], expected: dict[str, str | None]) -> None:
    assert as_written(*mentions) == expected
    assert as_written(*reversed(mentions)) == expected


def test_the_table_of_areas(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, BASE)
    assert submission.areas.select("area", "level", "parent", "leader").rows() == [
        ("周口市", "city", None, None),
        ("周口市/川汇区", "district", "周口市", "王某"),
        ("周口市/川汇区/七一路街道", "subdistrict", "周口市/川汇区", None),
        ("周口市/川汇区/中心街道", "subdistrict", "周口市/川汇区", None),
        ("周口市/示范区", "district", "周口市", None),
        ("周口市/示范区/中心街道", "subdistrict", "周口市/示范区", None),
    ]


def test_a_city_without_a_row_of_its_own_is_implied(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {"名称": "川汇区", "上级": "周口市"},
        {"名称": "川汇区/七一路街道", "上级": ""},
        {"名称": "示范区", "上级": "周口市"},
    ]
    submission = read(tmp_path, catalogue, {"areas.csv": rows})
    assert submission.areas["area"].to_list() == [
        "周口市",
        "周口市/川汇区",
        "周口市/川汇区/七一路街道",
        "周口市/示范区",
    ]
    assert submission.areas["level"].to_list() == ["city", "district", "subdistrict", "district"]


def test_a_parent_of_the_same_name_is_told_by_its_level(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {"名称": "中心", "上级": "", "层级": "区县"}, {"名称": "中心", "上级": "中心", "层级": "街道"}, {"名称": "一", "上级": "中心", "层级": "社区"},
        {"名称": "二", "上级": "中心"}, {"名称": "三", "上级": "中心", "层级": "街道"}, {"名称": "四", "上级": "中心/中心"},
    ]  # fmt: skip
    submission = read(tmp_path, catalogue, {"areas.csv": rows})
    assert submission.areas["area"].to_list() == ["中心", "中心/三", "中心/中心", "中心/中心/一", "中心/中心/四"]
    assert cells(submission) == [("B5", "ambiguous-area")]


def test_rows_below_a_rejected_area_are_rejected_too(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [{"名称": "市", "上级": ""}, {"名称": "甲", "上级": "市", "层级": "市"}, {"名称": "乙", "上级": "甲"}]
    assert codes(read(tmp_path, catalogue, {"areas.csv": rows})) == ["area-order", "area-without-top"]


def test_repeated_areas_are_rejected_whatever_their_order(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {"名称": "市", "上级": "", "责任人": "乙"},
        {"名称": "市", "上级": "", "责任人": "丙"},
        {"名称": "区", "上级": "市", "责任人": ""},
        {"名称": "区", "上级": "市", "责任人": ""},
    ]
    for name, each in (("a", rows), ("b", rows[::-1])):
        submission = read(tmp_path / name, catalogue, {"areas.csv": each})
        assert codes(submission) == ["duplicate-area", "duplicate-area"]
        assert submission.areas["leader"].to_list() == ["丙", None]


@pytest.mark.parametrize(
    ("columns", "site"),
    [
        ({"属地": "七一路街道"}, "M1"), ({"属地": "周口市/七一路街道"}, "M1"), ({"属地": "川汇区/七一路街道"}, "M1"), ({"区县": "川汇区"}, "M1"),
        ({"市": "周口市", "街道": "七一路街道"}, "M1"), ({"area": "周口市/川汇区/七一路街道"}, "M1"), ({}, "M1"),
    ],
)  # fmt: skip
def test_an_area_may_be_written_shorter(
    tmp_path: Path, catalogue: Catalogue, columns: dict[str, str], site: str
) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": [{"点位": "人民市场", "摊位数": "1", **columns}]})
    assert named(submission) == [site]


def test_levels_that_no_column_gives_are_noted(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {"农贸市场.csv": [{"点位": "甲市场", "属地": "川汇区", "摊位数": "1"}]})
    assert [(note.code, note.text.split(";")[0]) for note in submission.notes] == [
        ("area-without-level", "the level of '川汇区' is not known")
    ]
    assert submission.areas.rows() == [("川汇区", "川汇区", None, None, None)]


def test_a_wrong_area_carries_its_column() -> None:
    areas = areas_as_written({((None, "甲"), (None, "乙"))}, LEVELS)
    with pytest.raises(Wrong) as caught:
        areas.find((("district", "丙"),))
    assert caught.value.meaning == "@district"
