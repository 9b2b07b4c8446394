"""Every kind of page in a real browser: it asks for nothing, its policy refuses all else, and everybody can use it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from duibiao import reports
from tests.axe import CONTRAST, violations
from tests.every_page import NAMES, PAGES, write_every_page
from tests.test_page_browser import PHONE, WIDE, browser, open_page, pytestmark

__all__ = ["browser", "pytestmark"]


# Bars without a header in its tables; the mark fails, and goes, as soon as the page has none.


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every kind of page."""
    folder = tmp_path_factory.mktemp("pages")
    write_every_page(folder, tmp_path_factory.mktemp("work"))
    return folder


def test_no_kind_of_page_is_left_out() -> None:
    templates = Path(reports.__file__).parent / "templates"
    assert {path.relative_to(templates).as_posix() for path in templates.rglob("*.html.j2")} == set(PAGES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_asks_for_itself_only_and_its_policy_refuses_all_else(browser: Browser, out: Path, name: str) -> None:
    opened = open_page(browser, out / name)
    page = opened.page
    page.eval_on_selector_all("details", "all => all.forEach(each => { each.open = true; })")
    assert opened.requests == [(out / name).as_uri()]
    assert opened.complaints == []
    policy = page.locator('meta[http-equiv="Content-Security-Policy"]').get_attribute("content") or ""
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    refused = page.evaluate(
        """async () => {
            const script = document.createElement('script');
            script.textContent = "document.title = 'hit'";
            document.head.append(script);
            document.body.insertAdjacentHTML('beforeend', '<i id="planted" style="color:red" onclick="document.title=1">x</i>');
            document.getElementById('planted').click();
            const colour = getComputedStyle(document.getElementById('planted')).color;
            const asked = await fetch('http://127.0.0.1:9/').catch(error => error.name);
            return [document.title === 'hit' || document.title === '1', colour === 'rgb(255, 0, 0)', asked];
        }"""
    )
    assert refused == [False, False, "TypeError"]
    assert sum("Content Security Policy" in each for each in opened.complaints) >= 4


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_to_mend(browser: Browser, out: Path, name: str) -> None:
    page = open_page(browser, out / name).page
    page.eval_on_selector_all("details", "all => all.forEach(each => { each.open = true; })")
    for width in (WIDE, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="light")
        assert violations(page) == []
        page.emulate_media(color_scheme="dark")
        assert violations(page, CONTRAST) == []


def test_axe_finds_what_is_wrong(browser: Browser, out: Path) -> None:
    page = open_page(browser, out / "site/M-01.html").page
    page.evaluate(
        """() => {
            document.documentElement.lang = '';
            const pale = document.createElement('p');
            pale.textContent = 'pale';
            pale.style.color = '#999';
            document.querySelector('main').append(pale, document.createElement('button'));
        }"""
    )
    assert {each.split(":")[0] for each in violations(page)} == {"html-has-lang", "color-contrast", "button-name"}
