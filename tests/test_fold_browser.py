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
