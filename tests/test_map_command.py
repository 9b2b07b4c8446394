"""``check`` with positions and outlines: what is drawn, what is asked for, what is told; and the example city's map."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from shapely import Point, coverage_is_valid, from_geojson

from duibiao.evaluator.intake.files import OUTLINES
from tests.test_cli import ROOT, STARTER, _speak_english, check, run
from tests.test_map_view import EAST, WEST
from tests.test_outlines import collection, feature

__all__ = ["_speak_english"]

pytestmark = pytest.mark.untraced

DRAWN = 'id="site-map"'


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data of the starter, whose sites lie somewhere."""
    shutil.copytree(STARTER, tmp_path / "my-city")
    monkeypatch.chdir(tmp_path)
    register = tmp_path / "my-city" / "data" / "点位台账.csv"
    with register.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    placed = [[*header, "经度", "纬度"], *([*row, f"114.{50 + 3 * n}", "33.7"] for n, row in enumerate(rows))]
    with register.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(placed)
    return register.parent


def page() -> str:
    """The city page."""
    return Path("out/index.html").read_text("utf-8")


def test_positions_are_drawn_where_it_is_said_in_what_they_are_counted(data: Path) -> None:
    assert check("-o", "out", "--pages", "none").exit_code == 0
    assert DRAWN not in page()
    assert "nobody says in what they are counted" in page()
    assert check("-o", "out", "--crs", "bd09", "--pages", "none").exit_code == 0
    assert DRAWN in page()
    assert 'class="land"' not in page()


def test_outlines_in_the_folder_or_by_name_are_drawn_and_names_without_area_are_told(data: Path) -> None:
    (data / OUTLINES).write_bytes(collection(feature("东城区", EAST), feature("西城", WEST)))
    told = check("-o", "out", "--crs", "wgs84")
    assert "outlines.geojson: no one area is called '西城'; did you mean '西城区'?" in told.stdout
    assert page().count('class="land"') == 2
    Path("one.json").write_bytes(collection(feature("东城区", EAST)))
    told = check("-o", "out", "--crs", "wgs84", "--outlines", "one.json", "--outlines-crs", "gcj02")
    assert "no one area" not in told.stdout
    assert page().count('class="land"') == 1
    assert "one.json, sha256" in page()


def test_the_same_data_make_the_same_map_and_what_rests_on_out_works(data: Path) -> None:
    (data / OUTLINES).write_bytes(collection(feature("东城区", EAST), feature("西城区", WEST)))
    pages: list[str] = []
    for _ in range(2):
        assert check("-o", "out", "--crs", "gcj02").exit_code == 0
        pages.append(page())
    assert pages[0] == pages[1]
    assert run("recount", "out").exit_code == 0
    assert run("compare", "out", "out").exit_code == 0
    assert run("explain", "SF-01", "reading_room_seats", "--in", "out", "--lang", "en").exit_code == 0


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--outlines", "none.json"], "'none.json' cannot be read"),
        (["--outlines", "my-city/data/点位台账.csv"], "cannot be outlines: it is no JSON"),
        (["my-city/more"], "There are several files of outlines; say which one counts: --outlines FILE"),
        (["--crs", "gps"], "Invalid value for '--crs'"),
        ([], "Sites are counted in several ways; say in which the outlines: --outlines-crs"),
    ],
)
def test_what_cannot_be_drawn_is_told_before_anything_is_scored(data: Path, options: Sequence[str], told: str) -> None:
    outlines = collection(feature("东城区", EAST))
    (data / OUTLINES).write_bytes(outlines)
    (data.parent / "more").mkdir()
    (data.parent / "more" / OUTLINES).write_bytes(outlines)
    second = '编号,点位名称,点位类型,区县,经纬度\nX-1,新市场,农贸市场,东城区,"114.6,33.7"\n'
    (data / "新台账.csv").write_text(second, "utf-8")
    (data / "mapping.yaml").write_text("files: {新台账.csv: {crs: wgs84}, 点位台账.csv: {crs: gcj02}}", "utf-8")
    result = check("-o", "out", *options)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not Path("out").exists()


# --- the example city -------------------------------------------------------------------------------------------------------

CITY = ROOT / "examples" / "zhoukou"


def test_every_site_of_the_example_lies_in_the_outline_of_its_district() -> None:
    features = json.loads((CITY / OUTLINES).read_text("utf-8"))["features"]
    shapes = {each["properties"]["name"]: from_geojson(json.dumps(each["geometry"])) for each in features}
    assert coverage_is_valid(list(shapes.values()))
    book = CalamineWorkbook.from_path(str(CITY / "点位台账.xlsx"))
    nowhere = set()
    seen = 0
    for name in book.sheet_names:
        header, *rows = book.get_sheet_by_name(name).to_python()
        for row in rows:
            site = dict(zip(map(str, header), row, strict=True))
            pair = [site["经度"], site["纬度"]] if "经度" in site else str(site["经纬度"]).split(",")
            if pair == ["", ""]:
                nowhere.add(site["点位类型"])
                continue
            seen += 1
            lon, lat = (float(str(each)) for each in pair)
            assert shapes[str(site["区县"])].contains(Point(lon, lat)), site["编号"]
    assert seen > 500
    assert nowhere == {"公交车", "出租车", "服务举报热线"}
