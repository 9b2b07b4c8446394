"""Checklists in a real browser: nothing is requested, nothing overflows, paper has few pages and no torn criterion."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from duibiao.reports.checklist_page import checklist_page
from tests.checklists import hostile_checklist, hostile_texts, national_maker, small_maker
from tests.test_page_browser import PHONE, WIDE, browser, open_page, pytestmark

__all__ = ["browser", "pytestmark"]

TAGS = frozenset(
    "main article header section p h1 h2 dl div dt dd table colgroup col thead tbody tr th td b bdi span small ol li".split()
)


def legible(text: str) -> str:
    """A text without blanks and without what no browser shows."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\ufffd\uffff]", "", text)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The blank checklist of a market, with its quiz."""
    path = tmp_path_factory.mktemp("market") / "market.html"
    path.write_bytes(checklist_page(national_maker(quiz=True).of_types(["market"])))
    return path


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thousand texts that are attacks, or hundreds of characters long, in every place."""
    path = tmp_path_factory.mktemp("hostile") / "hostile.html"
    path.write_bytes(checklist_page(hostile_checklist(tmp_path_factory.mktemp("criteria"), hostile_texts())))
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_checklist_asks_for_itself_only(browser: Browser, market: Path, scheme: str) -> None:
    opened = open_page(browser, market, scheme=scheme)
    assert opened.requests == [market.as_uri()]
    assert opened.complaints == []


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_nothing_is_wider_than_the_screen(browser: Browser, market: Path, hostile: Path, width: int) -> None:
    for path in (market, hostile):
        page = open_page(browser, path, width=width).page
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_names_run_nothing(browser: Browser, hostile: Path) -> None:
    opened = open_page(browser, hostile)
    assert opened.page.title() != "hit"
    tags = opened.page.evaluate("[...new Set([...document.querySelectorAll('body *')].map(e => e.localName))]")
    assert set(tags) <= TAGS
    shown = legible(opened.page.evaluate("document.body.textContent"))
    assert [each for each in hostile_texts() if legible(each) not in shown] == []
    assert opened.requests == [hostile.as_uri()]
    assert opened.complaints == []


def test_a_turned_name_turns_nothing_beside_it(browser: Browser, hostile: Path) -> None:
    page = open_page(browser, hostile).page
    bare = page.evaluate(
        """() => {
            const turned = /[\\u202a-\\u202e\\u2066-\\u2069]/, found = [];
            const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walk.nextNode())
                if (turned.test(walk.currentNode.data) && !walk.currentNode.parentElement.closest('bdi'))
                    found.push(walk.currentNode.parentElement.outerHTML);
            return found;
        }"""
    )
    assert bare == []


def test_every_box_can_be_read_in_the_dark(browser: Browser, market: Path) -> None:
    page = open_page(browser, market, scheme="dark").page
    shown, behind = page.evaluate(
        """() => [getComputedStyle(document.querySelector('.box'), '::before').borderTopColor,
                  getComputedStyle(document.querySelector('.sheet')).backgroundColor]"""
    )
    assert shown == "rgb(231, 235, 238)"
    assert behind == "rgb(23, 30, 37)"


def test_what_belongs_to_a_site_follows_it_on_the_same_page(browser: Browser, tmp_path: Path) -> None:
    maker = small_maker(tmp_path / "criteria", parts={"C1": "M1"})
    path = tmp_path / "market.html"
    path.write_bytes(checklist_page(maker.of_sites([each for each in maker.known.subjects if each.key == "M1"])))
    page = open_page(browser, path).page
    assert page.locator("main").count() == page.locator("h1").count() == page.locator(".end").count() == 1
    assert page.locator("h2").all_inner_texts() == ["Attached site 路口C1"]
    page.pdf(path=str(tmp_path / "market.pdf"), prefer_css_page_size=True)
    told = subprocess.run(["pdfinfo", tmp_path / "market.pdf"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Pages: +1\n", told)


def test_a_market_is_five_pages_and_the_answers_stand_apart(browser: Browser, market: Path, tmp_path: Path) -> None:
    page = open_page(browser, market).page
    page.pdf(path=str(tmp_path / "market.pdf"), prefer_css_page_size=True)
    told = subprocess.run(["pdfinfo", tmp_path / "market.pdf"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Page size: +59[45]\S* x 84[12]", told)
    pages = re.search(r"Pages: +(\d+)", told)
    assert pages is not None
    assert 5 <= int(pages[1]) <= 7  # with a page of questions and one of answers
    raw = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "market.pdf", "-"], capture_output=True, text=True, check=True
    )
    sheets = [" ".join(each.split()) for each in raw.stdout.rstrip("\f").split("\f")]
    assert "Quiz answers" in sheets[-1]
    assert "How is this judged" in sheets[-2]
    assert "Quiz answers" not in sheets[-2]
    for place, text in enumerate(sheets[:-2], 1):
        assert text.replace(" ", "").endswith(f"{place}/{pages[1]}")
        assert "农贸市场" in text
        assert "Found" in text  # the headers are repeated


def test_no_criterion_is_torn_on_paper(browser: Browser, market: Path) -> None:
    page = open_page(browser, market).page
    page.emulate_media(media="print")
    kept = page.evaluate("[...document.querySelectorAll('.entry, .keep')].map(e => getComputedStyle(e).breakInside)")
    assert len(kept) > 40
    assert set(kept) == {"avoid"}
