"""Where sites lie: what a register may write, what is noted, and that nothing of it costs a row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.archive import read_inputs, write_inputs
from duibiao.evaluator.intake.coordinates import _degrees, lies_in_china
from duibiao.evaluator.intake.read import read_submission
from duibiao.evaluator.intake.reasons import UnreadableData
from duibiao.evaluator.submission import Submission
from tests.intake.city import AREAS, notes, read, write

SITE = {"编号": "M1", "点位": "人民市场", "点位类型": "农贸市场", "属地": "七一路街道"}
HERE = (114.65, 33.62)


def register(tmp_path: Path, catalogue: Catalogue, **cells: object) -> Submission:
    """The submission of a register of one site with these cells."""
    return read(
        tmp_path, catalogue, {"areas.csv": AREAS, "r.csv": [SITE | cells], "w.csv": [{"编号": "M1", "摊位数": 3}]}
    )


def position(submission: Submission) -> tuple[object, ...]:
    """Where the one site lies."""
    return submission.sites.filter(submission.sites["site"] == "M1").select("lon", "lat", "crs").row(0)


@pytest.mark.parametrize(
    "cells",
    [
        {"经度": "114.65", "纬度": "33.62"}, {"LON": "114.65", "lat": "33.62"}, {"longitude": "114.650", "Latitude": "33.62000"},
        {"经度": "114.65°", "纬度": "33.62°"}, {"经度": "东经114.65", "纬度": "北纬33.62"}, {"经度": "114.65E", "纬度": "N33.62"},
        {"经度": "114°39′", "纬度": "33°37′12″"}, {"经度": "１１４°３９′０″E", "纬度": "33°37'12\"N"}, {"东经": "114度39分", "北纬": "33度37分12秒"},
        {"经纬度": "114.65,33.62"}, {"坐标": "114.65，33.62"}, {"经纬度": "114.65 33.62"}, {"经纬度": "E114°39′, N33°37′12″"}, {"lonlat": "114.65/33.62"},
        {"经度": "114.65", "纬度": "33.62", "lng": "999"},
    ],
)  # fmt: skip
def test_a_position_is_read(tmp_path: Path, catalogue: Catalogue, cells: Mapping[str, object]) -> None:
    submission = register(tmp_path, catalogue, **cells)
    assert position(submission) == (*HERE, None)
    assert notes(submission) == (["second-column"] if "lng" in cells else [])


def test_numbers_of_a_workbook_and_of_records_are_read(tmp_path: Path, catalogue: Catalogue) -> None:
    for name in ("r.xlsx", "r.json"):
        rows = {
            "areas.csv": AREAS,
            name: [SITE | {"经度": 114.65, "纬度": 33.62}],
            "w.csv": [{"编号": "M1", "摊位数": 3}],
        }
        assert position(read(tmp_path / name, catalogue, rows)) == (*HERE, None)
    pairs = {"areas.csv": AREAS, "r.json": [SITE | {"经纬度": [114.65, 33.62]}], "w.csv": [{"编号": "M1", "摊位数": 3}]}
    assert position(read(tmp_path / "pairs", catalogue, pairs)) == (*HERE, None)


@pytest.mark.parametrize(
    ("cells", "code", "value"),
    [
        ({"经度": "114.65", "纬度": ""}, "coordinates-half", "114.65"),
        ({"经度": "/", "纬度": "33.62"}, "coordinates-half", "33.62"),
        ({"经纬度": "114.65"}, "coordinates-half", "114.65"),
        ({"经纬度": "114.65,"}, "coordinates-half", "114.65,"),
        ({"经度": "33.62", "纬度": "114.65"}, "coordinates-swapped", "33.62 114.65"),
        ({"坐标": "33.62,114.65"}, "coordinates-swapped", "33.62,114.65"),
        ({"经度": "0", "纬度": "0"}, "coordinates-outside", "0 0"),
        ({"经度": "14.65", "纬度": "33.62"}, "coordinates-outside", "14.65 33.62"),
        ({"经度": "114.65", "纬度": "95"}, "coordinates-outside", "114.65 95"),
        ({"经度": "-114.65", "纬度": "33.62"}, "coordinates-outside", "-114.65 33.62"),
        ({"经度": "市场门口", "纬度": "33.62"}, "coordinates-unreadable", "市场门口 33.62"),
        ({"经度": "114°70′", "纬度": "33.62"}, "coordinates-unreadable", "114°70′ 33.62"),
        ({"经度": "114.65N", "纬度": "33.62"}, "coordinates-unreadable", "114.65N 33.62"),
        ({"经纬度": "114.65,33.62,55"}, "coordinates-unreadable", "114.65,33.62,55"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_noted_and_costs_nothing(
    tmp_path: Path, catalogue: Catalogue, english: None, cells: Mapping[str, object], code: str, value: str
) -> None:
    submission = register(tmp_path, catalogue, **cells)
    assert position(submission) == (None, None, None)
    assert submission.rejected == 0
    (note,) = submission.notes
    assert note.code == code
    assert note.place == "r.csv!E2"
    assert f"'{value}'" in note.text


def test_a_note_counts_the_positions_of_a_table_and_shows_the_first(
    tmp_path: Path, catalogue: Catalogue, english: None
) -> None:
    rows = [{"点位": f"市场{n}", "点位类型": "农贸市场", "经度": "x", "纬度": n} for n in (1, 2, 3)]
    submission = read(
        tmp_path, catalogue, {"areas.csv": AREAS, "r.csv": rows, "w.csv": [{"点位": "市场1", "摊位数": 3}]}
    )
    (note,) = submission.notes
    assert (note.place, note.text.split(";")[0]) == ("r.csv!C2", "3 positions cannot be read and are not on the map")


def test_nothing_written_is_nothing_to_note(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = register(tmp_path, catalogue, 经度="", 纬度="/", 经纬度="")
    assert position(submission) == (None, None, None)
    assert notes(submission) == ["less-exact-column"]


def test_two_columns_count_before_one_for_both(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = register(tmp_path, catalogue, 经纬度="115,34", 经度="114.65", 纬度="33.62")
    assert position(submission) == (*HERE, None)
    assert notes(submission) == ["less-exact-column"]


def test_a_position_among_inspections_is_told_to_belong_in_the_register(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = {
        "areas.csv": AREAS,
        "r.csv": [SITE],
        "w.csv": [{"编号": "M1", "摊位数": 3, "经度": "114.65", "纬度": "33.62"}],
    }
    submission = read(tmp_path, catalogue, rows)
    assert notes(submission) == ["register-column", "register-column"]
    assert position(submission) == (None, None, None)


# --- what it is counted in --------------------------------------------------------------------------------------------------

TWO = {
    "areas.csv": AREAS,
    "a.csv": [SITE | {"经度": "114.65", "纬度": "33.62"}],
    "b.csv": [
        {
            "编号": "M2",
            "点位": "建设市场",
            "点位类型": "农贸市场",
            "属地": "川汇区/中心街道",
            "经度": "114.7",
            "纬度": "33.7",
        }
    ],
    "c.csv": [{"编号": "M3", "点位": "第三市场", "点位类型": "农贸市场", "属地": "川汇区/中心街道"}],
    "w.csv": [{"编号": "M1", "摊位数": 3}],
}


def test_mapping_says_it_for_a_file_and_the_command_for_the_others(tmp_path: Path, catalogue: Catalogue) -> None:
    folder = write(tmp_path, {**TWO, "mapping.yaml": 'files: {"a.csv": {crs: gcj02}, "c.csv": {crs: bd09}}'})
    for said, other in ((None, None), ("bd09", "bd09")):
        submission = read_submission([folder], catalogue, crs=said)  # type: ignore[arg-type]
        found = {site: crs for site, crs in submission.sites.select("site", "crs").iter_rows() if site.startswith("M")}
        assert found == {"M1": "gcj02", "M2": other, "M3": None}


def test_an_unknown_one_is_refused_with_those_that_there_are(
    tmp_path: Path, catalogue: Catalogue, english: None
) -> None:
    folder = write(tmp_path, {**TWO, "mapping.yaml": 'files: {"a.csv": {crs: wgs}}'})
    with pytest.raises(UnreadableData, match="'wgs' is no `crs`; did you mean 'wgs84'"):
        read_submission([folder], catalogue)


def test_positions_are_kept_in_out(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read_submission([write(tmp_path / "data", TWO)], catalogue, crs="wgs84")
    write_inputs(tmp_path / "out", catalogue, submission, "", date(2026, 3, 6))
    _, again, _, _ = read_inputs(tmp_path / "out")
    assert position(again) == (*HERE, "wgs84")


def test_the_order_of_rows_changes_nothing(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [SITE | {"经度": "114.65", "纬度": "33.62"}, SITE | {"经度": "114.7", "纬度": "33.7"}]
    found = [
        position(
            read(
                tmp_path / name, catalogue, {"areas.csv": AREAS, "r.csv": order, "w.csv": [{"编号": "M1", "摊位数": 3}]}
            )
        )
        for name, order in (("one", rows), ("two", rows[::-1]))
    ]
    assert found[0] == found[1]


@given(st.integers(0, 179), st.integers(0, 59), st.integers(0, 59))
def test_degrees_minutes_and_seconds_are_what_they_say(degrees: int, minutes: int, seconds: int) -> None:
    read = _degrees(f"{degrees}°{minutes}′{seconds}″", "lon")
    assert read == pytest.approx(degrees + minutes / 60 + seconds / 3600, abs=1e-12)


@given(st.floats(-200, 200), st.floats(-200, 200))
def test_a_position_and_the_swapped_one_never_lie_in_china_both(lon: float, lat: float) -> None:
    assert not (lies_in_china(lon, lat) and lies_in_china(lat, lon))
