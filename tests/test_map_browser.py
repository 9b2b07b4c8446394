"""The map in a real browser: points and the scale are where and as long as they say, levels can be hidden, sites open."""

from __future__ import annotations

from collections.abc import Iterator
from math import asin, cos, dist, radians, sin, sqrt
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from duibiao.evaluator.assessment import Assessment
from duibiao.reports.html import write_pages
from duibiao.reports.outlines import outlines_of
from tests.assessments import Site, assessment
from tests.test_map_view import EAST, PLACES, WEST, placed
from tests.test_outlines import collection, feature
from tests.test_page_browser import PHONE, WIDE, browser, open_page, pytestmark

__all__ = ["browser", "pytestmark"]

# Where each dot is painted: a point of its path in pixels of the page, found by the browser.
DOTS = """() => Object.fromEntries([...document.querySelectorAll('#site-map [data-sites]')].flatMap((group) => {
    const path = group.querySelector('path'), matrix = path.getScreenCTM();
    const at = [...path.getAttribute('d').matchAll(/M(\\d+) (\\d+)/g)];
    return group.dataset.sites.split(' ').map((site, place) => {
        const point = new DOMPoint(Number(at[place][1]), Number(at[place][2])).matrixTransform(matrix);
        const hit = document.elementsFromPoint(point.x, point.y).find((each) => each.closest('[data-sites]'));
        return [site, [point.x, point.y, hit ? hit.closest('[data-sites]').dataset.word : '', group.dataset.word]];
    });
}))"""


@pytest.fixture(scope="module")
def made() -> Assessment:
    """The invented city with places for four of its sites."""
    return placed(assessment(), PLACES, "gcj02")


@pytest.fixture(scope="module")
def out(made: Assessment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its pages, with outlines."""
    folder = tmp_path_factory.mktemp("map")
    outlines = outlines_of(collection(feature("川汇区", EAST), feature("淮阳区", WEST)), "outlines.geojson")
    write_pages(made, folder, "all", "en", None, outlines)
    return folder / "index.html"


@pytest.fixture
def page(browser: Browser, out: Path) -> Iterator[Page]:
    """The page, scrolled to the map, with what it opens kept in ``window.opened``."""
    opened = open_page(browser, out)
    page = opened.page
    page.evaluate(
        "() => { window.opened = []; document.addEventListener('duibiao:site', (e) => window.opened.push(e.detail)); }"
    )
    page.locator("#map h2").scroll_into_view_if_needed()
    page.locator("#site-map .stage").scroll_into_view_if_needed()
    yield page
    assert opened.complaints == []


def haversine(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres along the ground between two positions of WGS-84."""
    (lon, lat), (east, north) = (tuple(map(radians, each)) for each in (one, other))
    half = sin((north - lat) / 2) ** 2 + cos(lat) * cos(north) * sin((east - lon) / 2) ** 2
    return 2 * 6_371_008.8 * asin(sqrt(half))


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_dots_and_scale_are_true_to_the_ground(browser: Browser, out: Path, made: Assessment, width: int) -> None:
    page = open_page(browser, out, width).page
    page.locator("#site-map .stage").evaluate("(each) => each.scrollIntoView({block: 'center'})")
    bar = page.locator("#site-map .scale rect").first.bounding_box()
    assert bar is not None
    metres = int(page.locator("#site-map .scale").get_attribute("data-metres") or 0)
    assert page.locator("#site-map .scale text").text_content() == f"{metres // 1000} km"
    dots = page.evaluate(DOTS)
    at = {made.sites[int(site)].site: dot for site, dot in dots.items()}
    assert at.keys() == PLACES.keys()
    for one, (x, y, hit, word) in at.items():
        assert hit == word, one  # a dot of this level is painted there
        for other, (left, top, *_words) in at.items():
            ground = haversine(PLACES[one], PLACES[other])  # GCJ-02 moves all of them by nearly the same
            assert dist((x, y), (left, top)) / bar["width"] * metres == pytest.approx(ground, rel=0.01, abs=120)
            if PLACES[one][0] > PLACES[other][0]:
                assert x > left
            if PLACES[one][1] > PLACES[other][1]:
                assert y < top
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_dots_keep_their_size_on_a_phone(browser: Browser, out: Path) -> None:
    sizes = []
    for width in (WIDE, PHONE):
        page = open_page(browser, out, width).page
        sizes.append(
            page.locator("#site-map [data-sites] path").last.evaluate(
                "(e) => parseFloat(getComputedStyle(e).strokeWidth)"
            )
        )
        assert (
            page.locator("#site-map [data-sites] path").last.evaluate("(e) => getComputedStyle(e).vectorEffect")
            == "non-scaling-stroke"
        )
    assert sizes[0] == sizes[1] > 6


def test_names_and_scores_stand_on_the_outlines(page: Page) -> None:
    boxes = {}
    for text in page.locator("#site-map .over text").all():
        boxes[(text.text_content() or "").strip()] = text.bounding_box()
    assert len(boxes) == 2
    lands = [each.bounding_box() for each in page.locator("#site-map .land").all()]
    for (name, box), land in zip(boxes.items(), lands, strict=True):
        assert box is not None
        assert land is not None
        assert land["x"] < box["x"] < box["x"] + box["width"] < land["x"] + land["width"], name
        assert name[:3] in {"川汇区", "淮阳区"}
        assert float(name[3:]) > 0


def test_a_level_can_be_hidden(page: Page) -> None:
    box = page.get_by_label("不达标 2")
    group = page.locator('#site-map [data-word="不达标"]')
    assert group.is_visible()
    box.uncheck()
    assert not group.is_visible()
    box.check()
    assert group.is_visible()


def close_panel(page: Page, name: str) -> None:
    """The panel of a site that a dot opened."""
    expect(page.locator("dialog[open]").get_by_role("heading", name=name).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_dot_tells_its_site_and_opens_it(page: Page, made: Assessment) -> None:
    dots = page.evaluate(DOTS)
    tip = page.locator("#site-map .tip")
    for site, (x, y, _hit, word) in dots.items():
        page.mouse.move(x + 2, y - 2)
        assert word in tip.inner_text()
        assert made.sites[int(site)].name in tip.inner_text()
        page.mouse.click(x, y)
        close_panel(page, made.sites[int(site)].name)
    assert page.evaluate("window.opened") == [int(site) for site in dots]
    page.mouse.move(5, 5)
    page.keyboard.press("Escape")
    assert not tip.is_visible()


def test_arrow_keys_go_from_dot_to_dot_and_enter_opens(page: Page, made: Assessment) -> None:
    stage = page.locator("#site-map .stage")
    stage.focus()
    seen = []
    for key in ("ArrowDown", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
        page.keyboard.press("Enter")
        site = made.sites[page.evaluate("window.opened").pop()]
        close_panel(page, site.name)  # then the map has the keys again
        seen.append(site.site)
    assert PLACES[seen[1]][0] < PLACES[seen[0]][0]
    assert "M-02" in seen  # the one in the west
    assert PLACES[seen[-1]][0] > PLACES[seen[-2]][0]
    page.keyboard.press("Escape")
    assert page.locator("#site-map .tip").is_hidden()


def test_without_script_the_map_is_there(browser: Browser, out: Path) -> None:
    page = open_page(browser, out, script=False).page
    assert page.locator("#site-map .land").first.is_visible()
    assert len(page.evaluate(DOTS)) == len(PLACES)
    assert page.locator("#site-map input").first.is_hidden()
    assert page.locator("#site-map figcaption").is_visible()


def test_hostile_names_on_the_map_stay_text(browser: Browser, tmp_path: Path) -> None:
    name = "</script><img src=x onerror=document.title='hit'>\u202e=cmd()"
    sites = [Site("M-01", name, "market", "周口市/x", {"food_safe": 0}, page="M-01")]
    outlines = outlines_of(collection(feature(name, EAST)), name)
    write_pages(placed(assessment(sites), PLACES), tmp_path, "all", "en", None, outlines)
    opened = open_page(browser, tmp_path / "index.html")
    page = opened.page
    page.locator("#site-map .stage").evaluate("(each) => each.scrollIntoView({block: 'center'})")
    ((x, y, *_words),) = page.evaluate(DOTS).values()
    page.mouse.move(x, y)
    assert name in (page.locator("#site-map .tip").text_content() or "")
    assert name in (page.locator("#site-map .over text").text_content() or "")
    assert name.replace("\u202e", "") in (page.locator("#map .note").last.text_content() or "")
    assert page.title() != "hit"
    assert opened.requests == [(tmp_path / "index.html").as_uri()]
    assert opened.complaints == []
