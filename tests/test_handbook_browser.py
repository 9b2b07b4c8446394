"""The handbook in a real browser: the search finds and leads, nothing is requested, nothing overflows, it prints."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from duibiao.criteria.load import read_catalogue
from duibiao.reports.handbook import read_handbook
from duibiao.reports.handbook_pages import write_handbook
from tests.handbook_catalogue import ATTACK, FILES, write_catalogue
from tests.test_page_browser import CONTRAST, LONG, PHONE, WIDE, browser, open_page, pytestmark

__all__ = ["browser", "pytestmark"]

NAMES = ["index.html", "type/market.html", "outline.html", "units.html", "sources.html", "terms.html"]
TEXTS = "body, .org, h1, h2, h3, p, dt, dd, th, td, small, a, .tag, .v, .b, .gives, li, code, output, label"


@pytest.fixture(scope="module")
def out(national_handbook: Path) -> Path:
    """The handbook of the national catalogue."""
    return national_handbook


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The handbook of a catalogue whose titles are attacks, or 200 characters long."""
    market = FILES["sites/market.yaml"].replace("title: 农贸市场", f"title: {LONG}")
    market = market.replace("排队间距", LONG).replace("下架", LONG)
    folder = write_catalogue(tmp_path_factory.mktemp("catalogue"), market=market)
    out = tmp_path_factory.mktemp("hostile")
    write_handbook(out, read_handbook(read_catalogue(folder)))
    return out


def search(page: Page, words: str) -> list[str]:
    """What stands in the list after typing."""
    page.get_by_role("searchbox").fill(words)
    return page.locator("#found li > a").all_inner_texts()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_asks_for_itself_only_and_nothing_is_refused(browser: Browser, out: Path, name: str) -> None:
    opened = open_page(browser, out / name)
    assert opened.requests == [(out / name).as_uri()]
    assert opened.complaints == []


def test_the_search_finds_while_one_types_and_asks_for_nothing(browser: Browser, out: Path) -> None:
    opened = open_page(browser, out / "index.html")
    page, count = opened.page, opened.page.locator("#search output")
    assert search(page, "无问题食品")[0] == "无问题食品"
    assert search(page, "农贸市场")[0] == "农贸市场"  # the site type itself
    assert "无问题食品" in search(page, "市场 食品 冷柜")
    assert search(page, "food_safe")[0] == "无问题食品"
    assert search(page, "ＦＯＯＤ_safe")[0] == "无问题食品"
    assert len(search(page, "交警")) > 3
    assert search(page, "没有这样的词") == []
    assert count.inner_text() == "没有找到"
    assert search(page, "") == []
    assert count.inner_text() == ""
    assert len(search(page, "有")) == 40
    assert page.locator("#found .note").inner_text().startswith("还有 ")
    assert len(opened.requests) == 1
    assert opened.complaints == []


def test_a_search_for_a_type_and_a_word_shows_that_type_first(browser: Browser, out: Path) -> None:
    page = open_page(browser, out / "index.html").page
    search(page, "公益广告数量 农贸市场")
    found = page.locator("#found li").filter(has_text="公益广告数量").first
    assert found.locator("small a").first.inner_text() == "农贸市场"
    assert str(found.locator("a").first.get_attribute("href")).endswith("type/market.html#public_adverts")


def test_the_keyboard_is_enough(browser: Browser, out: Path) -> None:
    page = open_page(browser, out / "index.html").page
    page.keyboard.press("/")
    page.keyboard.type("食品")
    assert page.get_by_role("searchbox").input_value() == "食品"
    links = page.locator("#found li > a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert links.nth(1).evaluate("link => link === document.activeElement")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.get_by_role("searchbox").evaluate("box => box === document.activeElement")
    page.keyboard.press("Escape")
    assert page.get_by_role("searchbox").input_value() == ""
    page.keyboard.type("food_safe")
    page.keyboard.press("Enter")
    page.wait_for_url("**/type/market.html#food_safe")
    assert page.locator("#food_safe h2").inner_text().endswith("无问题食品")


def test_clicks_lead_through_the_handbook(browser: Browser, out: Path) -> None:
    page = open_page(browser, out / "index.html").page
    search(page, "无问题食品")
    page.locator("#found li > a").first.click()
    article = page.locator("#food_safe")
    assert article.is_visible()
    article.get_by_role("link", name="Ⅲ-65").click()
    assert page.locator("h1").inner_text() == "提纲"
    page.locator('[id="Ⅲ-65"]').get_by_role("link", name="无问题食品").click()
    article.get_by_role("link", name="市场监管局").first.click()
    assert page.locator("h1").inner_text() == "责任单位"
    page.get_by_role("link", name="查找").click()
    assert page.get_by_role("searchbox").evaluate("box => box === document.activeElement")


def test_without_script_all_but_the_search_is_there(browser: Browser, out: Path) -> None:
    page = open_page(browser, out / "index.html", script=False).page
    assert page.locator("#search").is_hidden()
    page.locator("#types").get_by_role("link", name="农贸市场", exact=True).click()
    assert page.locator("#food_safe").is_visible()


@pytest.mark.parametrize("width", [320, PHONE, WIDE])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_has_to_be_scrolled_sideways(browser: Browser, out: Path, name: str, width: int) -> None:
    page = open_page(browser, out / name, width).page
    if name == "index.html":
        search(page, "公益广告")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [PHONE, WIDE])
@pytest.mark.parametrize("name", NAMES)
def test_hostile_and_endless_names_harm_nothing(browser: Browser, hostile: Path, name: str, width: int) -> None:
    opened = open_page(browser, hostile / name, width)
    if name == "index.html":
        assert ATTACK in search(opened.page, "script")
        search(opened.page, LONG)
    assert opened.complaints == []
    assert len(opened.requests) == 1
    assert opened.page.title() != "hit"
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_texts_have_contrast(browser: Browser, out: Path, name: str, scheme: str) -> None:
    page = open_page(browser, out / name, scheme=scheme).page
    if name == "index.html":
        search(page, "公益广告")
    found = page.evaluate(CONTRAST, TEXTS)
    assert len(found) > 30
    assert [each for each in found if each[1] < 4.5][:5] == []


def test_a_type_prints_as_a_handout(browser: Browser, out: Path, tmp_path: Path) -> None:
    opened = open_page(browser, out / "type" / "market.html", scheme="dark")
    page = opened.page
    page.emulate_media(media="print")
    for part in (".toc", ".contents", ".self"):
        assert page.locator(part).first.is_hidden(), part
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator(".rule").first.evaluate("rule => getComputedStyle(rule).breakInside") == "avoid"
    page.pdf(path=str(tmp_path / "market.pdf"), prefer_css_page_size=True)
    told = subprocess.run(["pdfinfo", str(tmp_path / "market.pdf")], capture_output=True, text=True, check=True).stdout
    assert "(A4)" in told
    count = next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pages:"))
    assert count < page.locator(".rule").count()
    text = subprocess.run(["pdftotext", str(tmp_path / "market.pdf"), "-"], capture_output=True, text=True, check=True)
    assert "无问题食品" in text.stdout
    assert "查找" not in text.stdout
