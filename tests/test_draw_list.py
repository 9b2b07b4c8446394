"""The list of drawn sites: what it says of a small register, that it adds up, and that names stay names."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from duibiao.reports.draw_list import DrawList
from duibiao.reports.draw_page import draw_page
from duibiao.reports.draw_table import HEADER, draw_csv, draw_workbook
from duibiao.reports.draw_text import draw_text
from tests.drawn import EAST, REGISTER, WEST, drawn, listed, register
from tests.hostile import TEXTS


def text(view: DrawList) -> list[str]:
    return draw_text(view, str).splitlines()


def test_the_list_on_the_terminal() -> None:
    view = listed()
    assert text(view) == [
        f"Seed 7, register {view.digest[:12]}: 5 drawn of 6, 1 reserves; 2 missing",
        "  2 sites fewer than asked for: there are no more, and all of them are drawn.",
        "  1 sites lie in no area of the level that counts for them; they are drawn among themselves.",
        "农贸市场: in every 区县: 2; 3 drawn of 4, 1 reserves; 1 missing",
        "  1   光华市场  M1  川汇区 · 2 drawn of 3",
        "  2   新市场    M3",
        "  R1  安居市场  M2",
        "  3   西市场        示范区 · 1 drawn of 1 · 1 missing",
        "交通路口: in every 区县: 1; 2 drawn of 2, 0 reserves; 1 missing",
        "  4  市场门口  C1  川汇区 · 1 drawn of 1",
        "  5  路口      C2  in no 区县 · 1 drawn of 1",
        "  Nothing to draw in: 示范区",
        "Not drawn, as nothing says how many (sites): 公共厕所 1.",
    ]


@pytest.mark.parametrize(
    ("asked", "notes", "sections"),
    [
        pytest.param(
            {},
            (
                "2 sites fewer than asked for: there are no more, and all of them are drawn.",
                "1 sites lie in no area of the level that counts for them; they are drawn among themselves.",
            ),
            ["market", "crossing"],
            id="everything",
        ),
        pytest.param({"site_types": ["crossing"], "areas": [EAST]}, (), ["crossing"], id="one type in one area"),
        pytest.param(
            {"areas": [f"{EAST}/七一路"]},
            ("Drawn for larger areas than these, so not listed: 农贸市场, 交通路口.",),
            [],
            id="an area below the level of the quota",
        ),
        pytest.param(
            {"left_out": frozenset({"M1", "C1"}), "round": "第一轮", "areas": [EAST]},
            (
                "1 sites fewer than asked for: there are no more, and all of them are drawn.",
                "Left out as visited in round 第一轮: 2 sites.",
            ),
            ["market", "crossing"],
            id="visited sites are left out",
        ),
        pytest.param(
            {"round": "", "areas": [EAST]}, ("Left out as visited in round -: 0 sites.",), ["market", "crossing"],
            id="a round without a name",
        ),
    ],
)  # fmt: skip
def test_what_is_said(asked: dict[str, Any], notes: tuple[str, ...], sections: list[str]) -> None:
    view = listed(**asked)
    assert view.notes == notes
    assert [each.site_type for each in view.sections] == sections
    assert bool(view.undrawn) == ("site_types" not in asked)


def test_narrowing_the_list_changes_nobody_who_is_drawn() -> None:
    whole = {(section.site_type, line.key, line.reserve) for section, _group, line in listed().lines}
    part = {(section.site_type, line.key, line.reserve) for section, _group, line in listed(areas=[EAST]).lines}
    assert part == {each for each in whole if each[1] in {"M1", "M2", "M3", "C1"}}
    assert listed(areas=[EAST]).digest == listed().digest


def test_where_all_were_visited_nothing_is_drawn() -> None:
    section = listed(left_out=frozenset({"C1"}), round="1").sections[1]
    assert section.empty == "川汇区 (all 1 visited), 示范区"
    assert [group.area for group in section.groups] == ["in no 区县"]
    market = listed(left_out=frozenset({"M2"}), round="1").sections[0].groups[0]
    assert market.remarks == ("1 visited and left out",)


def test_positions_say_what_they_are_counted_in() -> None:
    def positions(view: DrawList) -> set[str]:
        return {line.position for _section, _group, line in view.lines} - {""}

    assert listed().crs == "gcj02"
    assert positions(listed()) == {"114.65000, 33.62000"}
    other = {"lon": 114.7, "lat": 33.6, "crs": "wgs84"}
    mixed = listed(register((REGISTER[0], {**REGISTER[1], **other}, *REGISTER[2:])))
    assert mixed.crs == ""
    assert positions(mixed) == {"114.65000, 33.62000 (gcj02)", "114.70000, 33.60000 (wgs84)"}
    unsaid = listed(register(({**REGISTER[0], "crs": None}, *REGISTER[1:])))
    assert (unsaid.crs, positions(unsaid)) == ("", {"114.65000, 33.62000"})


def test_the_list_adds_up() -> None:
    """Lines, groups, sections and tables hold what was drawn, each site once."""
    view, found = listed(), drawn(register())
    lines = [line for _section, _group, line in view.lines]
    assert sorted(line.key for line in lines if not line.reserve) == sorted(
        site for each in found for site in each.drawn
    )
    assert sorted(line.key for line in lines if line.reserve) == sorted(
        site for each in found for site in each.reserves
    )
    assert [line.number for line in lines if not line.reserve] == list(
        range(1, sum(len(each.drawn) for each in found) + 1)
    )
    rows = list(csv.reader(io.StringIO(draw_csv(view).decode("utf-8-sig"))))
    assert [row[4] for row in rows[1:]] == [line.key for line in lines]
    assert {(row[-2], row[-1]) for row in rows[1:]} == {("7", view.digest)}
    sheet = openpyxl.load_workbook(io.BytesIO(draw_workbook(view))).active
    cells = list(sheet.iter_rows(min_row=HEADER + 1, values_only=True))
    assert [[str(each) if each is not None else "" for each in row] for row in cells] == [row[:-2] for row in rows]


@pytest.mark.parametrize("make", [draw_page, draw_csv, draw_workbook])
def test_the_order_of_the_register_changes_no_byte(make: Any) -> None:
    assert make(listed(register().reverse())) == make(listed())


@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_names_stay_names(spoken: Any) -> None:
    """A name is no formula in a table, no tag on a page, and turns nothing beside it."""
    names = list(TEXTS.values())
    rows = tuple(
        {"site": f"N{place}", "name": name, "site_type": "market", "area": WEST} for place, name in enumerate(names)
    )
    view = listed(register(rows), reserve=len(names), spoken=spoken)
    assert sorted(line.name for _section, _group, line in view.lines) == sorted(names)
    cells = [cell for row in csv.reader(io.StringIO(draw_csv(view).decode("utf-8-sig"))) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "@", "-"))] == []
    sheet = openpyxl.load_workbook(io.BytesIO(draw_workbook(view))).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    page = draw_page(view).decode("utf-8", "surrogatepass")
    assert "<script" not in page
    assert "<img" not in page


def test_a_list_of_nothing_can_be_written() -> None:
    view = listed(areas=[f"{EAST}/七一路"])
    assert list(view.lines) == []
    assert text(view)[0].endswith("0 drawn of 0, 0 reserves")
    assert openpyxl.load_workbook(io.BytesIO(draw_workbook(view))).active.max_row == HEADER + 1
    assert "<table" not in draw_page(view).decode()
