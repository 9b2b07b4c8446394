"""The map and the lists beside it, as values: what is drawn where, what is said of what is not, who is on a list."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import cos, dist, radians

import polars as pl
import pytest

from duibiao.criteria.language import translations
from duibiao.evaluator.assessment import Assessment, Tally
from duibiao.evaluator.submission import SITES as COLUMNS
from duibiao.reports.figures import Figure
from duibiao.reports.html import render_city
from duibiao.reports.map_view import EARTH, OUTLINE_BYTES, WIDTH, Drawing, MapView, map_section
from duibiao.reports.outlines import Outlines, outlines_of
from duibiao.reports.reading import Reading
from duibiao.reports.red_black_view import RedBlackView, red_black
from duibiao.reports.view import city
from tests.assessments import Site, assessment, submission
from tests.test_outlines import collection, feature

ENGLISH = translations("en")
EAST = [[114.6, 33.6], [114.8, 33.6], [114.8, 33.8], [114.6, 33.8], [114.6, 33.6]]
WEST = [[114.4, 33.6], [114.6, 33.6], [114.6, 33.8], [114.4, 33.8], [114.4, 33.6]]
PLACES = {
    "M-01": (114.70, 33.70),
    "M-02": (114.50, 33.70),
    "M-03": (114.65, 33.65),
    "周口市/川汇区/七一路街道/大庆路口": (114.75, 33.75),
}


def placed(made: Assessment, places: Mapping[str, tuple[float, float]], crs: str | None = "wgs84") -> Assessment:
    """An assessment whose sites lie at these places."""
    rows = [
        {
            "site": each.site,
            "name": each.name,
            "site_type": each.site_type,
            "lon": lon,
            "lat": lat,
            "crs": crs and (lon and crs),
        }
        for each in made.sites
        for lon, lat in [places.get(each.site, (None, None))]
    ]
    return replace(made, submission=replace(made.submission, sites=pl.DataFrame(rows, schema=COLUMNS)))


def section(made: Assessment, outlines: Outlines | None = None) -> MapView:
    """The map of an assessment."""
    return map_section(Reading(made, ENGLISH, "all", None, outlines))


def drawn(made: Assessment, outlines: Outlines | None = None) -> Drawing:
    """What is drawn."""
    drawing = section(made, outlines).drawing
    assert drawing is not None
    return drawing


def told(lines: Sequence[Sequence[str | Figure]]) -> str:
    """Sentences as a reader sees them."""
    return " ".join("".join(piece if isinstance(piece, str) else piece.text for piece in line) for line in lines)


def units(drawing: Drawing) -> dict[int, tuple[int, int]]:
    """Where each site is drawn."""
    return {
        int(site): (int(x), int(y))
        for points in drawing.points
        for site, (x, y) in zip(points.sites.split(), re.findall(r"M(\d+) (\d+)", points.path), strict=True)
    }


def test_without_positions_there_is_a_sentence_and_no_map() -> None:
    view = section(assessment())
    assert view.drawing is None
    assert (
        told(view.lines) == "No map: the register says of no site where it lies. Columns 经度 and 纬度 in it make one."
    )


def test_without_crs_the_report_says_why_there_is_no_map() -> None:
    view = section(placed(assessment(), PLACES, None))
    assert view.drawing is None
    assert told(view.lines).startswith(
        "No map: the register gives 4 positions, and nobody says in what they are counted. Say it: --crs"
    )


def test_points_lie_as_on_the_ground() -> None:
    made = placed(assessment(), PLACES)
    drawing = drawn(made)
    at = units(drawing)
    assert len(at) == 4
    lon, lat = 114.625, 33.70  # the middle of all of them
    ground = {
        number: ((x - lon) * cos(radians(lat)), y - lat)
        for number, site in enumerate(made.sites)
        if site.site in PLACES
        for x, y in [PLACES[site.site]]
    }
    scale = WIDTH * float(drawing.scale.width) / 100 / drawing.scale.metres  # units a metre
    for one in at:
        for other in at:
            metres = radians(dist(ground[one], ground[other])) * EARTH
            assert dist(at[one], at[other]) == pytest.approx(metres * scale, abs=1.5)
            if PLACES[made.sites[one].site][1] > PLACES[made.sites[other].site][1]:
                assert at[one][1] < at[other][1]  # north is up
    assert all(0 < x < WIDTH and 0 < y < drawing.height for x, y in at.values())


@pytest.mark.parametrize("crs", ["gcj02", "bd09"])
def test_sites_counted_in_another_way_lie_where_they_do(crs: str) -> None:
    """Of a shift that is nearly the same for all nothing is seen; beside one site that says it right it shows."""
    made = placed(assessment(), PLACES)
    sites = made.submission.sites.with_columns(crs=pl.when(pl.col("site") == "M-01").then(pl.lit(crs)).otherwise("crs"))
    moved = units(drawn(replace(made, submission=replace(made.submission, sites=sites))))
    kept = units(drawn(made))
    assert {number for number in kept if dist(kept[number], moved[number]) > 20} == {0}


def test_levels_are_drawn_from_none_to_the_worst_and_listed_from_the_best() -> None:
    drawing = drawn(placed(assessment(), PLACES))
    assert [(each.mark.word, each.count.text) for each in drawing.points] == [
        ("not visited", "1"),
        ("优秀", "1"),
        ("不达标", "2"),
    ]
    assert [each.mark.word for each in drawing.legend] == ["优秀", "不达标", "not visited"]


def test_no_dot_is_a_line_without_length() -> None:
    """Chromium leaves such lines out of a PDF where their ends are square: the worst sites would be missing on paper."""
    lengths = {
        step
        for each in drawn(placed(assessment(), PLACES)).points
        for step in re.findall(r"M\d+ \d+([^M]+)", each.path)
    }
    assert lengths == {"h1", "l1 1"}


def test_what_is_not_on_the_map_is_counted() -> None:
    made = placed(assessment(), {**PLACES, "T-1": (87.6, 43.8)})
    sites = made.submission.sites.with_columns(crs=pl.when(pl.col("site") == "M-03").then(None).otherwise("crs"))
    view = section(replace(made, submission=replace(made.submission, sites=sites)))
    assert told(view.lines) == (
        "3 of 7 sites that are places. North is up; each point has the colour and shape of its level. "
        "Of 2 sites the register does not say where they lie. "
        "Of 1 positions nobody says in what they are counted (--crs, or `crs` in mapping.yaml). "
        "1 positions are far away from all others and are not drawn; correct them: 市场公厕"
    )


def test_outlines_have_names_and_scores_where_there_is_room() -> None:
    far = feature("远方", [[x + 0.7, y] for x, y in WEST])
    outlines = outlines_of(collection(feature("川汇区", EAST), feature("淮阳", WEST), far), "o.geojson")
    made = placed(assessment(), PLACES)
    shapes = drawn(made, outlines).shapes
    assert [(each.name, each.score is not None, bool(each.left)) for each in shapes] == [
        ("川汇区", True, True), ("淮阳", False, True), ("远方", False, True),
    ]  # fmt: skip
    score = shapes[0].score
    assert score is not None
    assert score.path == f"areas.{outlines.areas(made)[0]}.score"
    said = told(section(made, outlines).lines)
    assert "2 outlines are called as no area, or as several, and have no score: 淮阳 (perhaps 淮阳区), 远方" in said
    assert said.endswith(f"Outlines: o.geojson, sha256 {outlines.sha256[:12]}")


def test_a_name_stands_inside_its_outline_and_not_on_a_point() -> None:
    made = placed(assessment(), PLACES)
    drawing = drawn(made, outlines_of(collection(feature("川汇区", EAST), feature("淮阳区", WEST)), "o"))
    for shape, (left, right) in zip(drawing.shapes, ((0.5, 1), (0, 0.5)), strict=True):
        x, y = float(shape.left) / 100 * WIDTH, float(shape.top) / 100 * drawing.height
        assert left < x / WIDTH < right
        assert min(dist((x, y), point) for point in units(drawing).values()) > 110


def test_an_outline_without_room_has_no_name_and_small_rings_are_left_out() -> None:
    dot = [[114.45, 33.65], [114.45001, 33.65], [114.45001, 33.65001], [114.45, 33.65]]
    outlines = outlines_of(
        collection(
            feature("川汇区", EAST),
            feature("淮阳区", [[x, 33.6 + (y - 33.6) / 50] for x, y in WEST], kind="Polygon"),
            feature("点", dot),
        ),
        "o",
    )
    shapes = drawn(placed(assessment(), PLACES), outlines).shapes
    assert [(bool(each.left), bool(each.path)) for each in shapes] == [(True, True), (False, True), (False, False)]


def test_outlines_are_simplified_until_they_are_small_and_stay_neighbours() -> None:
    """A border with 10,000 corners between two areas."""
    border = [[114.6 + 0.002 * (number % 2), 33.6 + number * 0.2 / 10_000] for number in range(10_001)]
    east = [*border, [114.8, 33.8], [114.8, 33.6], border[0]]
    west = [*border, [114.4, 33.8], [114.4, 33.6], border[0]]
    shapes = drawn(
        placed(assessment(), PLACES), outlines_of(collection(feature("川汇区", east), feature("淮阳区", west)), "o")
    ).shapes
    assert 0 < sum(len(each.path) for each in shapes) <= OUTLINE_BYTES


def test_outlines_may_be_counted_in_another_way_than_sites() -> None:
    made = placed(assessment(), PLACES)
    paths = [
        drawn(made, outlines_of(collection(feature("川汇区", EAST), feature("淮阳区", WEST)), "o", crs)).shapes[0].path
        for crs in (None, "wgs84", "gcj02")
    ]
    assert paths[0] == paths[1]
    assert paths[1] != paths[2]


def test_one_site_alone_has_a_map() -> None:
    drawing = drawn(placed(assessment(), {"M-01": (114.7, 33.7)}))
    assert list(units(drawing).values()) == [(WIDTH // 2, drawing.height // 2)]
    assert (drawing.scale.text, drawing.scale.metres) == ("100 m", 100)


def test_five_thousand_sites_take_little_room() -> None:
    made = assessment()
    sites = tuple(replace(made.sites[number % 2], site=f"M-{number:05}") for number in range(5000))
    large = placed(
        replace(made, sites=sites, gaps=(), open=()),
        {each.site: (114.4 + n % 71 / 100, 33.6 + n % 83 / 200) for n, each in enumerate(sites)},
    )
    with_map = render_city(city(Reading(large, ENGLISH, "none")))
    bare = replace(large, submission=submission())
    without = render_city(city(Reading(bare, ENGLISH, "none")))
    assert 'class="map dense"' in with_map
    assert 60_000 < len(with_map.encode()) - len(without.encode()) < 150_000


# --- red and black list -----------------------------------------------------------------------------------------------------


def lists(*scores: str, **more: object) -> RedBlackView:
    """The lists of markets with these scores, each of five findings."""
    base = assessment([Site("M-00", "零", "market", "周口市/川汇区", {"food_safe": 1})])
    (model,) = base.sites
    assert model.card is not None
    card = replace(model.card, tally=Tally(met=5))
    sites = tuple(
        replace(model, site=f"M-{number:02}", name=f"{number}号", card=replace(card, score=Fraction(score), **more))  # type: ignore[arg-type]
        for number, score in enumerate(scores)
    )
    return red_black(Reading(replace(base, sites=sites), ENGLISH, "none"))


def shown(view: RedBlackView) -> list[list[tuple[str, str, str]]]:
    """Place, name and score of each row of each list."""
    return [
        [(row.place, row.site.name, row.score.text if row.score else "") for row in each.rows] for each in view.lists
    ]


def test_the_best_and_the_worst_five() -> None:
    view = lists(*(str(90 - number) for number in range(12)))
    assert [each.title for each in view.lists] == ["Red list: the highest scores", "Black list: the lowest scores"]
    best, worst = shown(view)
    assert best == [(str(n + 1), f"{n}号", f"{90 - n}.00") for n in range(5)]
    assert worst == [(str(n + 1), f"{11 - n}号", f"{79 + n}.00") for n in range(5)]
    assert view.lists[0].rows[1].score == Figure("89.00", "sites.1.card.score")
    assert told([view.rule]).startswith("Of 12 places that were visited")


def test_equal_scores_share_a_place_and_stand_there_together() -> None:
    """Equal are scores that look equal; in the order of their keys."""
    best, worst = shown(lists("90", "80", "80.001", "70", "70", "70", "70", "60", "50", "40", "30", "20"))
    assert [(place, name) for place, name, _score in best] == [
        ("1", "0号"), ("2", "1号"), ("2", "2号"), ("4", "3号"), ("4", "4号"), ("4", "5号"), ("4", "6号"),
    ]  # fmt: skip
    assert [place for place, *_rest in worst] == ["1", "2", "3", "4", "5"]


def test_a_place_that_too_many_share_is_told_and_not_cut() -> None:
    view = lists("100", *["90"] * 20, "50")
    best, worst = view.lists
    assert [row.site.name for row in best.rows] == ["0号"]
    assert best.rest is not None
    assert told([best.rest]) == "20 sites share place 2 with 90.00"
    assert [each.name for each in best.names] == [f"{number}号" for number in range(1, 21)]
    assert [row.site.name for row in worst.rows] == ["21号"]
    assert worst.rest == best.rest
    assert best.most_seen == "Most was seen of: 1号, 2号, 3号, 4号, 5号"


def test_of_those_who_share_a_place_those_are_named_of_which_most_was_seen() -> None:
    made = assessment([Site("M-00", "零", "market", "周口市/川汇区", {"food_safe": 1})])
    (model,) = made.sites
    assert model.card is not None
    sites = tuple(
        replace(model, site=f"M-{n:02}", name=f"{n}号", card=replace(model.card, tally=Tally(met=5 + n)))
        for n in range(20)
    )
    best, *_none = red_black(Reading(replace(made, sites=sites), ENGLISH, "none")).lists
    assert best.most_seen == "Most was seen of: 19号, 18号, 17号, 16号, 15号"


def test_no_site_is_on_both_lists() -> None:
    assert shown(lists("90", "80", "70")) == [[("1", "0号", "90.00")], [("1", "2号", "70.00")]]
    assert shown(lists("90")) == [[("1", "0号", "90.00")]]
    assert shown(lists("90", "90")) == [[("1", "0号", "90.00"), ("1", "1号", "90.00")]]


@pytest.mark.parametrize("more", [{"tally": Tally(met=4, unobserved=9)}, {"withheld": True}])
def test_sites_of_which_too_little_was_seen_are_not_compared(more: dict[str, object]) -> None:
    view = lists("90", "80", **more)
    assert view.lists == ()
    assert told([view.rule]).startswith("Of 0 places")


def test_areas_that_are_sites_themselves_and_sites_without_score_are_on_no_list() -> None:
    view = red_black(Reading(assessment(), ENGLISH, "none"))
    assert view.lists == ()
