"""Who is listed along each dimension, with how many sites; and where each finding is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl
import pytest

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.areas import geography_of
from duibiao.evaluator.compile import compile_plan
from duibiao.evaluator.members import Members
from duibiao.evaluator.rollup import Member
from duibiao.evaluator.submission import AREAS
from tests.city import DAY, EAST, HEAD, TOP, WEST, make_catalogue, make_submission

STREET: Final = f"{EAST}/一街"
FORMS: Final = {
    "tree": """
tree:
  - {id: Ⅰ-1, title: 一, under: [
      {id: Ⅱ-1, title: 一一, under: [{id: Ⅲ-1, title: 甲}, {id: Ⅲ-2, title: 乙}]},
      {id: Ⅱ-2, title: 一二}]}
  - {id: Ⅰ-2, title: 二, under: [{id: Ⅱ-3, title: 二一}]}
  - {id: Ⅰ-3, title: 三}
""",
    "spot": """
site_type: spot
title: 点
fields: {a: {label: 甲, kind: number}}
criteria:
  - {id: first, title: 一, place: Ⅲ-2, pass: a > 1}
  - {id: second, title: 二, place: Ⅱ-2, pass: a > 1}
  - {id: third, title: 三, place: Ⅰ-3, pass: a > 1}
  - {id: told, title: 看, place: Ⅱ-3, show: a}
""",
    "booth": "site_type: booth\ntitle: 亭\n",
    "shop": "site_type: shop\ntitle: 店\n",
}
LEVELS: Final = [  # not in order
    (STREET, "一街", "subdistrict", EAST, None),
    (WEST, "西区", "district", TOP, None),
    (EAST, "东区", "district", TOP, None),
    (TOP, "试验市", "city", None, None),
    (f"{TOP}/园区", "园区", "zone", TOP, None),  # of a level that the catalogue does not know: last
]
SITES: Final = [
    ("S1", "spot", STREET),
    ("S2", "spot", EAST),
    ("S3", "spot", WEST),  # never visited
    ("S4", "booth", None),
    ("S5", "booth", None),  # never visited
]
Found = tuple[str, str | None, list[str], str]  # site, area, units, place
FOUND: Final[list[Found]] = [
    ("S1", STREET, ["bureau@" + EAST], "Ⅲ-2"),
    ("S1", STREET, ["bureau@" + EAST, "office"], "Ⅱ-2"),
    ("S2", EAST, ["bureau@" + EAST], "Ⅲ-2"),
    ("S4", None, [""], "Ⅰ-3"),
]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return make_catalogue(tmp_path_factory.mktemp("catalogue"), FORMS, HEAD)


def members(
    catalogue: Catalogue,
    sites: Sequence[tuple[str, str, str | None]] = SITES,
    found: Sequence[Found] = FOUND,
    levels: Sequence[tuple[object, ...]] = LEVELS,
) -> Members:
    frame = pl.DataFrame(list(levels), schema=AREAS, orient="row")
    rows = [{"site": site, "name": site, "site_type": kind, "area": area} for site, kind, area in sites]
    submission = make_submission(catalogue, {}, sites=rows, levels=frame)
    schema = {"site": pl.String(), "area": pl.String(), "units": pl.List(pl.String()), "place": pl.String()}
    findings = pl.DataFrame(list(found), schema=schema, orient="row")
    return Members(
        compile_plan(catalogue, DAY.date()), submission, geography_of(frame), lambda text: f"<{text}>", findings
    )


def listed(of: Mapping[str, Member]) -> list[tuple[str, Member]]:
    """The members with their names, in their order."""
    return list(of.items())


def test_the_city_has_the_name_of_its_only_top_area(catalogue: Catalogue) -> None:
    assert members(catalogue).city() == Member("试验市", sites=3, registered=5)
    two = [*LEVELS, ("邻市", "邻市", "city", None, None)]
    assert members(catalogue, levels=two).city().title == "<the whole city>"
    assert members(catalogue, levels=[]).city().title == "<the whole city>"


def test_areas_from_the_top_down_then_by_path_and_sites_without_one_last(catalogue: Catalogue) -> None:
    assert listed(members(catalogue).areas()) == [
        (TOP, Member("试验市", "city", None, 2, 3)),
        (EAST, Member("东区", "district", TOP, 2, 2)),
        (WEST, Member("西区", "district", TOP, 0, 1)),
        (STREET, Member("一街", "subdistrict", EAST, 1, 1)),
        (f"{TOP}/园区", Member("园区", "zone", TOP, 0, 0)),
        ("", Member("<no area given>", "", None, 1, 2)),
    ]
    assert "" not in members(catalogue, sites=SITES[:3]).areas()


def test_site_types_in_the_order_of_the_catalogue_where_there_are_sites(catalogue: Catalogue) -> None:
    found = members(catalogue).site_types()
    assert found == {"spot": Member("点", "", None, 2, 3), "booth": Member("亭", "", None, 1, 2)}
    assert list(found) == [name for name in catalogue.site_types if name != "shop"]


def test_units_by_name_with_their_areas_and_findings_without_one_last(catalogue: Catalogue) -> None:
    more: list[Found] = [*FOUND, ("S2", EAST, ["office"], "Ⅱ-2")]
    assert listed(members(catalogue, found=more).units()) == [
        (f"bureau@{EAST}", Member("东区市场监管局", "", EAST, 2, 2)),
        ("office", Member("文明办", "", None, 2, 2)),
        ("", Member("<no unit given>", "", None, 1, 1)),
    ]
    assert "" not in members(catalogue, found=FOUND[:3]).units()
    one: list[Found] = [("S1", EAST, ["office", "", "bureau@" + WEST, "bureau@" + EAST], "Ⅲ-2")]
    assert list(members(catalogue, found=one).units()) == [f"bureau@{EAST}", f"bureau@{WEST}", "office", ""]


def test_places_that_a_scored_criterion_hangs_on_or_under_in_the_order_of_the_outline(catalogue: Catalogue) -> None:
    assert listed(members(catalogue).places()) == [
        ("Ⅰ-1", Member("一", "1", None, 2, 2)),
        ("Ⅱ-1", Member("一一", "2", "Ⅰ-1", 2, 2)),
        ("Ⅲ-2", Member("乙", "3", "Ⅱ-1", 2, 2)),
        ("Ⅱ-2", Member("一二", "2", "Ⅰ-1", 1, 1)),
        ("Ⅰ-3", Member("三", "1", None, 1, 1)),
    ]


def grouped(frame: pl.DataFrame) -> list[tuple[str, str]]:
    """Site and group of every row."""
    return list(frame.select("site", "group").iter_rows())


def test_a_finding_counts_in_its_area_and_every_one_above(catalogue: Catalogue) -> None:
    of_street = [("S1", STREET), ("S1", EAST), ("S1", TOP)]
    assert grouped(members(catalogue).by_area()) == [
        *of_street, *of_street, ("S2", EAST), ("S2", TOP), ("S4", "")]  # fmt: skip
    # only in areas that are listed; none of them is none
    assert grouped(members(catalogue, levels=LEVELS[2:4]).by_area())[-3:] == [("S2", EAST), ("S2", TOP), ("S4", "")]
    assert grouped(members(catalogue, levels=LEVELS[2:4]).by_area())[:1] == [("S1", "")]
    gap = [each for each in LEVELS if each[0] != EAST]
    assert grouped(members(catalogue, levels=gap).by_area())[:2] == [("S1", STREET), ("S1", TOP)]


def test_a_finding_counts_for_each_of_its_units(catalogue: Catalogue) -> None:
    assert grouped(members(catalogue).by_unit()) == [
        ("S1", f"bureau@{EAST}"), ("S1", f"bureau@{EAST}"), ("S1", "office"), ("S2", f"bureau@{EAST}"), ("S4", "")]  # fmt: skip


def test_a_finding_counts_on_its_place_and_every_one_above(catalogue: Catalogue) -> None:
    of_first = ["Ⅲ-2", "Ⅱ-1", "Ⅰ-1"]
    found = [set(each) for each in zip(*grouped(members(catalogue, found=FOUND[:1]).by_place()), strict=True)]
    assert found == [{"S1"}, set(of_first)]
    every = grouped(members(catalogue).by_place())
    assert len(every) == 3 + 2 + 3 + 1
    assert every[-1] == ("S4", "Ⅰ-3")
