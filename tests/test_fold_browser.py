"""What a phone shows of the example city's long tables: the first rows and a button, and all that a wide table holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import LAST_ROUND
from tests.test_page_browser import PHONE, WIDE, browser, open_page, pytestmark

__all__ = ["browser", "pytestmark"]
ROWS = "#types > .cards:first-of-type > tbody > tr"


@pytest.fixture(scope="module")
def city(zhoukou: Callable[[str], Path]) -> Path:
    """The city page of the example city."""
    return zhoukou(LAST_ROUND) / "index.html"


def shown(page: Page) -> int:
    """How many rows of the table of site types can be seen."""
    return page.locator(f"{ROWS}:visible").count()


def test_a_phone_shows_six_rows_and_the_others_when_asked(browser: Browser, city: Path) -> None:
    page = open_page(browser, city, PHONE).page
    rows = page.locator(ROWS).count()
    assert rows > 8
    assert shown(page) == 6
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height < 35_000  # of which forecast, plan and questionnaires are 5,000
    more = page.locator("#types > .cards:first-of-type + .more")
    assert more.text_content() == f"展开全部 {rows} 行"
    more.press("Enter")
    assert shown(page) == rows
    assert more.count() == 0
    assert page.evaluate(f"[...document.querySelectorAll('{ROWS}')][6].contains(document.activeElement)")


@pytest.mark.parametrize(
    ("width", "script", "media"), [(WIDE, True, "screen"), (PHONE, False, "screen"), (PHONE, True, "print")]
)
def test_wide_without_script_and_on_paper_all_rows_stand_there(
    browser: Browser, city: Path, width: int, script: bool, media: str
) -> None:
    page = open_page(browser, city, width, script=script).page
    page.emulate_media(media=media)  # type: ignore[arg-type]
    assert shown(page) == page.locator(ROWS).count()
    assert page.locator(".more:visible").count() == 0


@pytest.mark.parametrize("width", [PHONE, WIDE])
def test_of_questionnaires_what_is_at_stake_stands_first_and_the_rest_unfolds(
    browser: Browser, city: Path, width: int
) -> None:
    page = open_page(browser, city, width).page
    folds = page.locator("#questionnaires details")
    assert folds.count() == 2  # of citizens and of pupils
    height = page.locator("#questionnaires").evaluate("each => each.offsetHeight")
    assert height < (2_000 if width == PHONE else 2_800)  # unfolded 5,700 on wide pages
    seen = "#questionnaires > .estimates > tbody"
    verdicts = page.locator(seen).evaluate_all("all => all.map(each => each.querySelectorAll('.b').length)")
    assert len(verdicts) == 22
    assert min(verdicts) > 0
    for number in (0, 1):
        fold, rows = folds.nth(number), folds.nth(number).locator("tbody tr:not(.asked)")
        summary = fold.locator("summary")
        assert rows.first.is_hidden()
        assert summary.inner_text() == f"其余 {rows.count()} 行"
        summary.press("Enter")
        assert rows.last.is_visible()
        assert rows.locator(":scope:visible").count() == rows.count()
        assert fold.locator(".more").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_paper_says_that_the_rest_of_the_questionnaires_is_not_on_it(browser: Browser, city: Path) -> None:
    page = open_page(browser, city).page
    told = page.locator("#questionnaires .paper")
    assert told.locator(":scope:visible").count() == 0
    page.emulate_media(media="print")
    assert told.locator(":scope:visible").count() == 2
    assert page.locator("#questionnaires summary:visible").count() == 0
    page.locator("#questionnaires details").first.evaluate("each => { each.open = true; }")
    assert told.locator(":scope:visible").count() == 1
    assert page.locator("#questionnaires details tbody:visible").count() > 10


def test_the_question_of_the_advice_stands_in_sight(browser: Browser, city: Path) -> None:
    page = open_page(browser, city).page
    advice = page.locator(".advice li:has(a[href='#questionnaires'])")
    named = advice.inner_text().split("“")[1].split("”")[0]
    assert page.locator("#questionnaires > .estimates th bdi:visible", has_text=named).count() >= 1


@pytest.mark.parametrize("width", [901, 1024, 1150, WIDE])
def test_the_widest_table_of_places_and_their_firmness_stays_on_the_page(
    browser: Browser, city: Path, width: int
) -> None:
    page = open_page(browser, city, width).page
    assert page.locator("#areas .cards").first.locator("thead th").count() >= 11
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_nothing_on_paper_is_so_wide_that_all_is_shrunk(browser: Browser, city: Path) -> None:
    sheet = 688  # pixels between the margins of A4
    page = open_page(browser, city, sheet).page
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") == sheet


def test_a_wide_table_fades_at_the_edge_and_can_be_read_to_its_end(browser: Browser, city: Path) -> None:
    page = open_page(browser, city, PHONE).page
    scroll = page.locator(".scroll").first
    assert "gradient" in scroll.evaluate("each => getComputedStyle(each).maskImage")
    scroll.evaluate("each => { each.scrollLeft = each.scrollWidth; }")
    edge, last = scroll.bounding_box(), scroll.locator("thead th").last.bounding_box()
    assert edge
    assert last
    assert last["x"] + last["width"] <= edge["x"] + edge["width"] - 39
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE
