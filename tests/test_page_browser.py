"""The pages in a real browser: nothing is requested, nothing overflows, bars are as long as their values."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

from duibiao.evaluator.assess import page_name
from duibiao.reports.html import write_pages
from tests.assessments import SITES, Site, assessment
from tests.tiny_catalogue import CRITERIA, catalogue, criterion

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
WIDE, PHONE = 1280, 390
LONG = "长" * 200

pytestmark = [
    pytest.mark.browser,
    pytest.mark.untraced,
    pytest.mark.skipif(
        not CHROMIUM.exists() and os.environ.get("DUIBIAO_BROWSER") != "required", reason="no chromium on this machine"
    ),
    # Playwright's own event loop; it is closed at the end of the module.
    pytest.mark.filterwarnings("default::ResourceWarning"),
]


@dataclass
class Opened:
    """A page with everything that it asked for and complained about."""

    page: Page
    requests: list[str]
    complaints: list[str]

    def closed(self, dialog: Dialog) -> None:
        """Close a dialog, which no page of ours opens."""
        self.complaints.append(dialog.message)
        dialog.dismiss()


PAGES = ["index.html", "site/M-01.html", f"area/{page_name('周口市/川汇区')}.html", "unit/traffic_police.html"]
HOSTILE_GROUPS = [
    f"area/{page_name(f'周口市/{LONG}')}.html",
    f"unit/{page_name(f'market_bureau@周口市/{LONG}')}.html",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of the invented city."""
    folder = tmp_path_factory.mktemp("out")
    write_pages(assessment(), folder, "all")
    return folder


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of a city whose names are attacks, or 200 characters long."""
    names = ["</script><img src=x onerror=document.title='hit'>", "\u202e\u2066路口", LONG]
    kinds = [criterion("food_safe", names[0], ["market"]), criterion("helmet", LONG, ["crossing"])]
    sites = [
        Site(f"S-{number}", name, kind, f"周口市/{name.replace('/', '／')}", {found: value}, page=f"S-{number}")
        for number, name in enumerate(names)
        for kind, found, value in [("crossing", "helmet", 0.5) if number else ("market", "food_safe", 0)]
    ]
    folder = tmp_path_factory.mktemp("hostile")
    made = assessment(sites, of=catalogue(kinds))
    gaps = tuple(replace(gap, because=names[0] + LONG, problems=(names[0],), photos=(LONG,)) for gap in made.gaps)
    write_pages(replace(made, gaps=gaps), folder, "all")
    return folder


def open_page(browser: Browser, path: Path, width: int = WIDE, scheme: str = "light", script: bool = True) -> Opened:
    """Open a file the way a reader does, and listen; what was open before is closed."""
    for earlier in browser.contexts:
        earlier.close()
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=script,
    )
    page = context.new_page()
    opened = Opened(page, [], [])
    page.on("request", lambda request: opened.requests.append(request.url))
    page.on("console", lambda message: opened.complaints.append(message.text))
    page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    page.on("dialog", opened.closed)
    page.goto(path.as_uri())
    return opened


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_asks_for_itself_only_and_nothing_is_refused(
    browser: Browser, out: Path, name: str, scheme: str
) -> None:
    opened = open_page(browser, out / name, scheme=scheme)
    assert opened.requests == [(out / name).as_uri()]
    assert opened.complaints == []


def test_the_policy_refuses_what_is_added(browser: Browser, out: Path) -> None:
    opened = open_page(browser, out / "index.html")
    opened.page.evaluate(
        """() => {
            document.body.insertAdjacentHTML('beforeend', '<img src="http://127.0.0.1:9/x"><p id="x" style="color:red">x</p>');
            const script = document.createElement('script');
            script.textContent = "document.title = 'hit'";
            document.body.append(script);
        }"""
    )
    opened.page.wait_for_timeout(100)
    assert opened.page.title() != "hit"
    assert opened.page.evaluate("getComputedStyle(document.getElementById('x')).color") != "rgb(255, 0, 0)"
    assert any("Content Security Policy" in complaint for complaint in opened.complaints)


def test_the_score_is_what_a_reader_sees_first(browser: Browser, out: Path) -> None:
    page = open_page(browser, out / "index.html").page
    score = page.locator('[data-path="total.score"]').first
    assert score.is_visible()
    assert score.inner_text() == "75.86"
    box = score.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 900
    assert box["height"] > 60


def test_everything_is_there_without_script(browser: Browser, out: Path) -> None:
    page = open_page(browser, out / "index.html", script=False).page
    assert page.locator(":is(#sites, #records) tbody tr:not(.area):visible").count() == len(SITES)
    assert page.locator("#sites tbody .area:visible").count() == 3
    assert page.locator("#gaps tbody tr:visible").count() == 6
    assert page.locator("#criteria tbody tr:visible").count() == len(CRITERIA)
    assert page.locator("#acts").is_hidden()
    assert page.locator("main input, main select, main button").count() == 0


def test_links_lead_to_sites_and_back(browser: Browser, out: Path) -> None:
    page = open_page(browser, out / "index.html", script=False).page
    page.locator("#sites").get_by_role("link", name="七一路农贸市场").click()
    assert page.locator("h1").inner_text() == "七一路农贸市场"
    assert page.locator(".total").inner_text() == "30.00"
    page.get_by_role("link", name="市场公厕").click()
    assert page.locator("h1").inner_text() == "市场公厕"
    page.get_by_role("link", name="七一路农贸市场").click()
    page.get_by_role("link", name="全市报告").click()
    assert page.locator("#score").is_visible()


def test_every_section_can_be_reached_from_the_bar(browser: Browser, out: Path) -> None:
    page = open_page(browser, out / "index.html").page
    targets = page.eval_on_selector_all(".toc a", "links => links.map(link => link.getAttribute('href'))")
    assert len(targets) == 12
    assert all(page.locator(target).count() == 1 for target in targets)
    assert page.eval_on_selector_all("main > section", "all => all.map(each => '#' + each.id)") == targets


@pytest.mark.parametrize("width", [320, PHONE, 768, WIDE])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_has_to_be_scrolled_sideways(browser: Browser, out: Path, name: str, width: int) -> None:
    page = open_page(browser, out / name, width).page
    page.eval_on_selector_all("details", "all => all.forEach(each => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [PHONE, WIDE])
@pytest.mark.parametrize("name", ["index.html", "site/S-0.html", "site/S-1.html", "site/S-2.html", *HOSTILE_GROUPS])
def test_hostile_and_endless_names_harm_nothing(browser: Browser, hostile: Path, name: str, width: int) -> None:
    opened = open_page(browser, hostile / name, width)
    page = opened.page
    page.eval_on_selector_all("details", "all => all.forEach(each => { each.open = true; })")
    assert opened.complaints == []
    assert len(opened.requests) == 1
    assert page.title() != "hit"
    assert page.locator("img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_bidi_mark_in_a_name_does_not_turn_its_neighbours(browser: Browser, hostile: Path) -> None:
    page = open_page(browser, hostile / "site/S-1.html").page
    turned = page.evaluate(
        """() => [...document.querySelectorAll('h1, h1 bdi')].map(each => getComputedStyle(each).unicodeBidi)"""
    )
    assert all(value == "isolate" for value in turned)


@pytest.mark.parametrize("width", [PHONE, WIDE])
def test_bars_are_as_long_as_their_values(browser: Browser, out: Path, width: int) -> None:
    page = open_page(browser, out / "index.html", width).page
    bars = page.eval_on_selector_all(
        "svg.bar",
        """bars => bars.map(bar => {
            const [track, value] = bar.querySelectorAll('rect');
            return [Number(bar.dataset.value), 100 * value.getBoundingClientRect().width / track.getBoundingClientRect().width];
        })""",
    )
    assert len(bars) == 5
    assert max(value for value, _measured in bars) == 100
    for value, measured in bars:
        assert measured == pytest.approx(value, abs=0.5)


@pytest.mark.parametrize("width", [PHONE, WIDE])
def test_shares_of_statuses_fill_their_bar(browser: Browser, out: Path, width: int) -> None:
    page = open_page(browser, out / "index.html", width).page
    parts = page.locator(".parts svg.tally").last
    measured = parts.evaluate(
        "bar => [...bar.querySelectorAll('rect')].map(each => each.getBoundingClientRect().width)"
    )
    whole = parts.evaluate("bar => bar.getBoundingClientRect().width")
    # met, partly met, missed, and not observed with contradictory data, out of 17
    assert [round(17 * each / whole, 1) for each in measured] == [7, 4, 2, 4]


TEXTS = "body, .org, h1, .sub, .lead, .verdict, .b, .say li, dt, dd, th, td, small, a, .note, .tag, .v, .hot, .hash, summary"
CONTRAST = """
selector => {
  const channel = value => { value /= 255; return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const colour = text => text.match(/[\\d.]+/g).map(Number);
  const behind = element => {
    for (; element; element = element.parentElement) {
      const found = colour(getComputedStyle(element).backgroundColor);
      if (found.length === 3 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll(selector)]
    .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
    .map(element => {
      const [one, other] = [light(colour(getComputedStyle(element).color)), light(behind(element))];
      return [element.className + '<' + element.tagName, (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)];
    });
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_texts_have_contrast(browser: Browser, out: Path, name: str, scheme: str) -> None:
    page = open_page(browser, out / name, scheme=scheme).page
    found = page.evaluate(CONTRAST, TEXTS)
    assert len(found) > 15
    assert [each for each in found if each[1] < 4.5] == []


def test_dark_is_dark(browser: Browser, out: Path) -> None:
    for scheme, dark in [("light", False), ("dark", True)]:
        page = open_page(browser, out / "index.html", scheme=scheme).page
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", background))) < 200) == dark


def test_bands_and_statuses_differ_in_shape_and_word_not_only_in_colour(browser: Browser, out: Path) -> None:
    page = open_page(browser, out / "index.html").page
    shapes = page.eval_on_selector_all(
        ".parts thead .b",
        """marks => marks.map(mark => {
            const style = getComputedStyle(mark, '::before');
            return [style.borderRadius, style.clipPath, style.transform, style.height, style.borderTopWidth].join('|');
        })""",
    )
    assert len(set(shapes)) == 7
    assert all(page.eval_on_selector_all(".b", "marks => marks.map(mark => mark.textContent.trim())"))


def test_the_keyboard_shows_where_it_is(browser: Browser, out: Path) -> None:
    page = open_page(browser, out / "index.html").page
    page.keyboard.press("Tab")
    focused = page.evaluate(
        "() => [document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]"
    )
    assert focused == ["BUTTON", "solid"]


def test_print_leaves_out_what_only_a_screen_can_use(browser: Browser, out: Path) -> None:
    page = open_page(browser, out / "index.html", scheme="dark").page
    page.emulate_media(media="print")
    assert page.locator(".toc").is_hidden()
    assert page.locator(".tools:visible").count() == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
