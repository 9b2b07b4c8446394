"""The section 逐项查询 and the site panel in a real browser: addresses, search, sorting, export, sums, the keyboard."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from duibiao.criteria.language import translations
from duibiao.evaluator.assessment import Assessment, Gains
from duibiao.evaluator.document import document
from duibiao.reports.addresses import address, site_address
from duibiao.reports.figures import half_up
from duibiao.reports.html import render_city, write_pages
from duibiao.reports.view import city_view
from tests.assessments import SITES, Site, assessment
from tests.city import assessed, make_catalogue, make_submission
from tests.test_page_browser import CONTRAST, LONG, PHONE, WIDE, browser, hostile, open_page, out, pytestmark
from tests.test_pages import looked_up

__all__ = ["browser", "hostile", "out", "pytestmark"]
CROSSING = "周口市/川汇区/七一路街道/大庆路口"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The city page of 50 crossings with 100 gaps."""
    sites = [
        Site(f"S-{n:03}", f"路口{n}", "crossing", f"周口市/川汇区/街道{n % 7}", {"helmet": n / 100, "adverts": 0.5})
        for n in range(50)
    ]
    folder = tmp_path_factory.mktemp("many")
    write_pages(assessment(sites), folder, "none")
    return folder / "index.html"


@pytest.fixture
def city(browser: Browser, out: Path) -> Page:
    """The page of the invented city."""
    return open_page(browser, out / "index.html").page


def go(page: Page, told: str) -> None:
    """Follow an address, as a link does, and wait until the page has answered."""
    page.evaluate(
        """told => new Promise(done => {
            const before = location.href;
            addEventListener('hashchange', () => setTimeout(done), {once: true});
            location.hash = told;
            if (location.href === before) done();
        })""",
        told,
    )


def closed(page: Page, told: str) -> None:
    """Wait until the panel is closed and the address is that one."""
    page.wait_for_function(
        "told => location.hash === told && !document.getElementById('panel').open", arg=told, timeout=10_000
    )


def counted(page: Page, table: str, told: str) -> None:
    """Wait until a table says so."""
    page.wait_for_function(
        "([table, told]) => document.querySelector(`#${table} .count`).textContent === told",
        arg=[table, told],
        timeout=10_000,
    )


def rows(page: Page, table: str) -> list[list[str]]:
    """The cells that a table shows."""
    found: list[list[str]] = page.eval_on_selector_all(
        f"#{table} tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )
    return found


def count(page: Page, table: str) -> str:
    """The line that says how many rows there are."""
    return page.locator(f"#{table} .count").inner_text()


CHINESE = translations("zh")
TABLES = ("gaps", "sites", "records", "criteria")
NARROWED = [
    (address("gaps"), "共 6 条"),
    (address("gaps", criterion="adverts"), "共 2 条（全部 6 条）"),
    (address("gaps", unit="market_bureau"), "共 3 条（全部 6 条）"),
    (address("gaps", unit="market_bureau@周口市/川汇区"), "共 2 条（全部 6 条）"),
    (address("gaps", area="周口市/川汇区"), "共 5 条（全部 6 条）"),
    (address("gaps", area="周口市/川汇区/七一路街道", severity="low"), "共 1 条（全部 6 条）"),
    (address("gaps", area="-"), "共 1 条（全部 6 条）"),
    (address("gaps", due="overdue"), "共 1 条（全部 6 条）"),
    (address("gaps", due="week", severity="medium"), "共 3 条（全部 6 条）"),
    (address("gaps", due="later"), "共 0 条（全部 6 条）"),
    (address("gaps", q="农贸 张某"), "共 2 条（全部 6 条）"),
    (address("gaps", criterion="queue"), "共 0 条（全部 6 条）"),
    (address("sites", type="market"), "共 3 条（全部 7 条）"),
    (address("sites", area="周口市/淮阳区", level="优秀"), "共 2 条（全部 7 条）"),
    (address("sites", level="未到访"), "共 1 条（全部 7 条）"),
    (address("records"), "共 2 条"),
    (address("records", type="documents", area="周口市/淮阳区"), "共 1 条（全部 2 条）"),
    (address("criteria", place="Ⅰ-1"), "共 3 条（全部 6 条）"),
    (address("criteria", unit="city_works"), "共 2 条（全部 6 条）"),
]
IN_VAIN = [
    ("#gaps?unit=nobody", "gaps", "unit=nobody"),
    ("#gaps?colour=red&severity=dire", "gaps", "colour=red、severity=dire"),
    ("#sites?sort=weight&page=-1", "sites", "sort=weight、page=-1"),
    ("#criteria?place=%E0%A4%A", "criteria", "place="),
    ("#sites?level=<img src=x>", "sites", "level=<img src=x>"),
    ("#site=nowhere", "sites", "nowhere"),
    ("#site=%E0%A4%A", "sites", "%E0%A4%A"),
]

# --- addresses --------------------------------------------------------------------------------------------------------


def test_an_address_narrows_a_table(city: Page) -> None:
    for told, expected in NARROWED:
        go(city, told)
        table = told.removeprefix("#").partition("?")[0]
        assert count(city, table) == expected, told
        top = city.evaluate("id => document.getElementById(id).getBoundingClientRect().top", table)
        assert 0 <= top < 900


def test_an_address_says_what_it_sorts_by_and_which_page(browser: Browser, many: Path) -> None:
    page = open_page(browser, many).page
    go(page, address("gaps", criterion="helmet", sort="-site", page=2))
    assert [row[1].split("\n")[0] for row in rows(page, "gaps")] == [f"路口{n}" for n in range(34, 19, -1)]
    assert page.locator("#gaps .pager span").inner_text() == "2 / 4"
    go(page, address("gaps", page=999))
    assert page.locator("#gaps .pager span").inner_text() == "7 / 7"


def test_an_address_holds_from_the_start_and_the_way_back(browser: Browser, out: Path) -> None:
    page = open_page(browser, out / "index.html").page
    page.goto((out / "index.html").as_uri() + address("gaps", criterion="helmet", q="大庆"))
    assert count(page, "gaps") == "共 1 条（全部 6 条）"
    assert page.locator("#gaps input").input_value() == "大庆"
    page.locator("#criteria").get_by_role("link", name="公益广告").click()
    counted(page, "gaps", "共 2 条（全部 6 条）")
    page.go_back()
    counted(page, "gaps", "共 1 条（全部 6 条）")
    assert page.locator("#gaps input").input_value() == "大庆"


def test_what_an_address_names_in_vain_is_told(city: Page) -> None:
    for told, table, named in IN_VAIN:
        go(city, told)
        assert named in count(city, table)
        assert city.locator(f"#{table} .count.hot").is_visible()
        assert city.locator("#panel").is_hidden()


def test_addresses_are_encoded_and_know_their_filters() -> None:
    assert (
        address("gaps", unit="a@周口市/川汇区", q="")
        == "#gaps?unit=a%40%E5%91%A8%E5%8F%A3%E5%B8%82%2F%E5%B7%9D%E6%B1%87%E5%8C%BA"
    )
    assert address("sites", q="1 + 1 & 2", page=2) == "#sites?q=1%20%2B%201%20%26%202&page=2"
    assert site_address("a/b c#d") == "#site=a%2Fb%20c%23d"
    with pytest.raises(ValueError, match="sites has no filter 'unit'"):
        address("sites", unit="x")


# --- search, facets, order, pages -------------------------------------------------------------------------------------


def test_search_filters_the_sites(city: Page) -> None:
    before = city.evaluate("history.length")
    for words, found in [
        ("路口", 3 + 1), ("川汇 市场", 3), ("t-1", 1), ("Ｍ－０１", 1), ("未到访", 1), ("没有这个", 0), ("", 7)
    ]:  # fmt: skip
        city.locator("#sites input").fill(words)
        assert len([row for row in rows(city, "sites") if len(row) > 1]) == found, words
        assert count(city, "sites").startswith(f"共 {found} 条")
        assert city.evaluate("location.hash") == address("sites", q=words)
    assert city.evaluate("history.length") == before


def test_a_facet_narrows_and_can_be_widened(city: Page) -> None:
    facet = city.get_by_label("严重程度", exact=True)
    facet.select_option(label="高")
    assert count(city, "gaps") == "共 1 条（全部 6 条）"
    assert city.evaluate("location.hash") == "#gaps?severity=high"
    facet.select_option("")
    assert count(city, "gaps") == "共 6 条"


def test_gaps_are_sorted_by_status_deadline_and_gain(browser: Browser, tmp_path: Path) -> None:
    """By keyboard; what brings nothing that is known comes last either way, and the address says the order."""
    made = assessment()
    brings = [Fraction(2), Fraction(1, 10**6), None, Fraction(10), Fraction(9, 10), Fraction(1, 2)]
    gaps = [
        replace(gap, gains=Gains(None, None, (), None, gain, ("food_safe",) if gain == 10 else ()))
        for gap, gain in zip(made.gaps, brings, strict=True)
    ]
    (tmp_path / "index.html").write_text(render_city(city_view(replace(made, gaps=tuple(gaps)), CHINESE)), "utf-8")
    page = open_page(browser, tmp_path / "index.html").page
    for head, key, column, first, second in (
        ("补齐后可得", "gain", 7, ["+10\n仍被一票否决封顶：无问题食品", "+2", "+0.9", "+0.5", "+<0.0001", "—"],
         ["+<0.0001", "+0.5", "+0.9", "+2", "+10\n仍被一票否决封顶：无问题食品", "—"]),
        ("状态", "status", 3, ["不符合"] * 2 + ["部分符合"] * 4, ["部分符合"] * 4 + ["不符合"] * 2),
    ):  # fmt: skip
        for order, told, expected in (("-", "descending", first), ("", "ascending", second)):
            button = page.locator("#gaps thead").get_by_role("button", name=head)
            button.focus()
            page.keyboard.press("Enter")
            assert [row[column] for row in rows(page, "gaps")] == expected
            assert page.evaluate("location.hash") == address("gaps", sort=order + key)
            assert page.locator(f"#gaps th[aria-sort={told}]").inner_text().startswith(head)
    go(page, address("gaps", sort="due"))
    days = [row[5][:10] for row in rows(page, "gaps")]
    assert days == sorted(days)
    assert "补齐后可得" in page.locator("#gaps .sorts").inner_text()


def test_the_panel_and_the_page_tell_what_several_visits_found_differently(browser: Browser, tmp_path: Path) -> None:
    form = "site_type: spot\ntitle: 点\npart: on_site\nfields: {a: {label: 甲, kind: number}}\ncriteria:\n"
    form += "  - {id: low, title: 甲够, place: Ⅲ-1, points: 1, pass: a > 1}\n"
    catalogue = make_catalogue(tmp_path, {"spot": form})
    rows = [
        {"site": "S1", "at": datetime(2026, 3, 1), "inspector": "甲某", "a": 0.0},
        {"site": "S1", "at": datetime(2026, 3, 2, 7, 30), "a": 2.0},
        {"site": "S2", "at": datetime(2026, 3, 2), "a": 2.0},
    ]
    made = assessed(catalogue, make_submission(catalogue, {"spot": rows}))
    write_pages(made, tmp_path, "all", "zh")
    page = open_page(browser, tmp_path / "index.html").page
    go(page, site_address("S1"))
    told = page.locator("#panel .visits")
    assert told.locator("dt").all_inner_texts() == ["2026-03-01 · 甲某", "2026-03-02 07:30"]
    assert [text.split(" ")[:2] for text in told.locator("dd").all_inner_texts()] == [
        ["甲够", "不符合"],
        ["甲够", "符合"],
    ]
    go(page, site_address("S2"))
    assert told.count() == 0
    page.goto((tmp_path / "site" / "S1.html").as_uri())
    assert "本轮各次到访 (2)" in page.locator("main").inner_text()


def test_nothing_found_says_what_to_loosen(city: Page) -> None:
    go(city, address("gaps", severity="high", due="later", q="没有"))
    assert "请放宽：“没有”、严重程度、整改期限" in rows(city, "gaps")[0][0]
    city.get_by_role("button", name="全部清除").click()
    assert count(city, "gaps") == "共 6 条"
    assert city.evaluate("[location.hash, document.activeElement.type]") == ["#gaps", "search"]


@pytest.mark.parametrize("table", ["gaps", "sites", "criteria"])
def test_every_column_sorts_both_ways(city: Page, table: str) -> None:
    heads = city.locator(f"#{table} thead button")
    for number in range(heads.count()):
        told = []
        for _turn in range(2):
            heads.nth(number).click()
            sort = city.locator(f"#{table} th").nth(number).get_attribute("aria-sort")
            told.append((sort, [row[number].split("\n")[0] for row in rows(city, table)]))
        assert {sort for sort, _cells in told} == {"ascending", "descending"}
        assert city.locator(f"#{table} th[aria-sort]").count() == 1
        for sort, cells in told:
            numbers = [float(found[0]) for cell in cells if (found := re.match(r"[\d.]+(?=%|\s|$)", cell))]
            if len(numbers) == len([cell for cell in cells if cell != "—"]):
                assert numbers == sorted(numbers, reverse=sort == "descending")
                assert cells == [cell for cell in cells if cell != "—"] + [cell for cell in cells if cell == "—"]
        assert sorted(told[0][1]) == sorted(told[1][1])


def test_pages_are_turned_by_the_keyboard(browser: Browser, many: Path) -> None:
    page = open_page(browser, many).page
    assert (count(page, "sites"), len(rows(page, "sites"))) == ("共 50 条", 15)
    following = page.locator("#sites .pager button").nth(1)
    following.focus()
    for expected in ("2 / 4", "3 / 4", "4 / 4"):
        page.keyboard.press("Enter")
        assert page.locator("#sites .pager span").inner_text() == expected
    assert page.evaluate("document.activeElement.textContent") == "上一页"
    assert len(rows(page, "sites")) == 5
    assert page.evaluate("location.hash") == "#sites?page=4"


def test_the_head_is_reached_and_turned_by_the_keyboard(city: Page) -> None:
    city.locator("#sites .tools button").focus()
    city.keyboard.press("Tab")
    city.keyboard.press("Enter")
    assert city.locator("#sites th").first.get_attribute("aria-sort") == "ascending"
    assert city.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_phone_has_short_pages_and_a_list_of_orders(browser: Browser, many: Path) -> None:
    page = open_page(browser, many, PHONE).page
    assert len(rows(page, "gaps")) == 8
    page.locator("#gaps .sorts").select_option("-site")
    assert rows(page, "gaps")[0][1].startswith("路口49")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


# --- export -----------------------------------------------------------------------------------------------------------


def exported(page: Page, table: str) -> list[list[str]]:
    """The rows of the file that a table saves."""
    with page.expect_download() as waiting:
        page.locator(f"#{table} .tools button").click()
    raw = Path(waiting.value.path()).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_the_filtered_rows_are_saved(city: Page) -> None:
    go(city, address("gaps", area="周口市/川汇区", sort="-lost"))
    head, *lines = exported(city, "gaps")
    assert head[:4] == ["测评标准", "编码", "状态", "现场情况"]
    assert [line[1] for line in lines] == ["food_safe", "helmet", "drainage", "adverts", "archive"]
    assert lines[0][4:8] == ["七一路农贸市场", "M-01", "农贸市场", "川汇区 · 七一路街道"]
    assert len(exported(city, "sites")) + len(exported(city, "records")) == 2 + len(SITES)
    assert {line[1] for line in exported(city, "records")[1:]} == {""}  # an area itself has no number
    assert exported(city, "criteria")[0][0] == "测评标准"


def test_no_saved_cell_is_a_formula(browser: Browser, tmp_path: Path) -> None:
    names = [f"{sign}cmd|'/c calc'!A0" for sign in "=+-@＝＋－＠"]
    sites = [Site(f"S-{n}", name, "crossing", None, {"helmet": 0}) for n, name in enumerate(names)]
    (tmp_path / "index.html").write_text(render_city(city_view(assessment(sites), translations("zh"))), "utf-8")
    lines = exported(open_page(browser, tmp_path / "index.html").page, "sites")
    assert [line[0] for line in lines[1:]] == [f"'{name}" for name in names]


# --- the panel --------------------------------------------------------------------------------------------------------


def test_a_row_opens_the_panel_and_gives_the_focus_back(city: Page) -> None:
    go(city, address("gaps", criterion="food_safe"))
    city.locator("#gaps tbody tr td").nth(2).click()
    panel = city.locator("#panel")
    panel.wait_for()
    assert panel.locator("h3").inner_text() == "七一路农贸市场"
    assert city.evaluate("location.hash") == "#site=M-01"
    assert city.evaluate("document.activeElement.className") == "close"
    city.keyboard.press("Escape")
    closed(city, address("gaps", criterion="food_safe"))
    assert city.evaluate("document.activeElement.textContent") == "七一路农贸市场"
    assert count(city, "gaps") == "共 1 条（全部 6 条）"


def test_the_keyboard_opens_the_panel_and_the_way_back_closes_it(city: Page) -> None:
    link = city.locator("#sites tbody a").first
    link.focus()
    city.keyboard.press("Enter")
    city.locator("#panel").wait_for()
    city.go_back()
    closed(city, "")
    assert link.evaluate("link => link === document.activeElement")


def test_an_event_with_the_place_of_a_site_opens_it(city: Page) -> None:
    places = [site.site for site in assessment().sites]
    city.evaluate(
        "place => document.dispatchEvent(new CustomEvent('duibiao:site', {detail: place}))", places.index(CROSSING)
    )
    city.locator("#panel").wait_for()
    assert city.locator("#panel h3").inner_text() == "大庆路口"
    assert city.evaluate("location.hash") == site_address(CROSSING)
    city.locator("#panel .close").click()
    closed(city, "")


def test_the_panel_leads_on_and_closing_it_leads_back(city: Page) -> None:
    go(city, address("sites", q="公厕"))
    city.locator("#sites tbody a").click()
    city.locator("#panel dl.known a").click()
    assert city.locator("#panel h3").inner_text() == "七一路农贸市场"
    assert city.evaluate("location.hash") == "#site=M-01"
    assert city.locator("#panel .there a").get_attribute("href") == "site/M-01.html"
    city.keyboard.press("Escape")
    closed(city, address("sites", q="公厕"))


def test_a_panel_opened_by_its_address_closes_to_the_list(browser: Browser, out: Path) -> None:
    page = open_page(browser, out / "index.html").page
    page.goto((out / "index.html").as_uri() + "#site=M-03")
    assert "本轮未到访。" in page.locator("#panel").inner_text()
    page.locator("#panel .close").click()
    closed(page, "#sites")


def test_the_panel_says_what_was_seen_and_how_to_mend_it(city: Page) -> None:
    go(city, "#site=M-01")
    text = city.locator("#panel").inner_text()
    for words in (
        "M-01 · 农贸市场 · 川汇区 · 七一路街道", "距及格线 85 分还差 55 分", "现场判定 missed，无问题食品", "2026-03-06",
        "摊位出售过期食品 2 件", "现场看无问题食品。", "立即整改：无问题食品。", "川汇区市场监管局 · 张某 · 点位负责人 李某", "公安交警支队",
        "2026-03-07（已逾期 2 日）", "失 3 分，本项 3 分",
    ):  # fmt: skip
        assert words in text, words


def test_the_panel_is_as_wide_as_a_phone(browser: Browser, out: Path) -> None:
    for width, expected in ((PHONE, PHONE), (WIDE, 600)):
        page = open_page(browser, out / "index.html", width).page
        go(page, "#site=M-01")
        box = page.locator("#panel").bounding_box()
        assert box is not None
        assert (box["width"], box["x"] + box["width"], box["height"]) == (expected, width, 900)
        assert page.locator("#panel").evaluate("panel => panel.scrollWidth <= panel.clientWidth")


SUMS = """keys => keys.map(key => {
    history.replaceState(null, "", "#site=" + encodeURIComponent(key));
    dispatchEvent(new HashChangeEvent("hashchange"));
    const text = selector => [...document.querySelectorAll("#panel .calculation " + selector)].map(each => each.textContent);
    return {
        score: document.querySelector("#panel .standing .num").textContent,
        points: text("tbody td:nth-child(2)"), lost: text("tbody td:nth-child(4)"),
        sum: text("tfoot td.num"), formula: text("p").join(""), result: text(".result").join(""),
    };
})"""


def added_up(told: dict[str, Any]) -> tuple[Fraction, Fraction]:
    """What a reader adds up from the lines of the panel: points possible and points lost."""
    possible, lost = (sum(Fraction(each) for each in told[name] if each != "—") for name in ("points", "lost"))
    assert told["sum"] == [trimmed(possible), trimmed(lost)]
    return Fraction(possible), Fraction(lost)


def trimmed(value: Fraction | int) -> str:
    """A number without zeros at the end."""
    return half_up(Fraction(value), 12).rstrip("0").rstrip(".")


def test_the_lines_of_the_panel_add_up_to_the_score(city: Page) -> None:
    made = assessment()
    scored = [site for site in made.sites if site.card is not None and site.card.score is not None]
    for site, told in zip(scored, city.evaluate(SUMS, [site.site for site in scored]), strict=True):
        assert site.card is not None
        possible, lost = added_up(told)
        assert (possible - lost, possible) == (site.card.earned, site.card.possible)
        assert told["result"] == told["score"] == half_up(100 * (possible - lost) / possible, 2)
        assert (
            told["formula"] == f"得 {trimmed(possible - lost)} 分 ÷ 应得 {trimmed(possible)} 分 × 100 = {told['score']}"
        )


SPOT = """
site_type: spot
title: 点
fields: {a: {label: 甲, kind: number}, b: {label: 乙, kind: number}}
criteria:
  - {id: held, title: 否决项, place: Ⅲ-1, points: 1, pass: a > 1, veto: {site: 60}}
  - {id: other, title: 别的项, place: Ⅲ-1, points: 7, pass: b > 1}
  - {id: large, title: 大项, place: Ⅲ-2, points: 9.25, rate: a / 3, levels: [{at_least: 1, score: 1}, {at_least: 0, score: 0.66}]}
  - {id: line, title: 加减项, place: Ⅲ-2, points: 1, pass: a > 1, adjust_total: -1}
"""
ZERO = """
catalogue: test
title: 试验目录
edition: "1"
area_levels: {city: 市, district: 区县, subdistrict: 街道}
parts: {on_site: 实地}
score: {unobserved: zero, levels: [{name: 达标, at_least: 85}, {name: 不达标}], total: [{part: on_site, weight: 100, combine: pooled}]}
"""


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """Two sites where what was not observed counts as nothing, and a veto holds at 60; one criterion is worth nothing
    at a site."""
    catalogue = make_catalogue(tmp_path_factory.mktemp("strict"), {"spot": SPOT}, head=ZERO)
    visits = [{"site": "S1", "a": 1.0, "b": 2.0}, {"site": "S2", "a": 3.0}]
    return assessed(catalogue, make_submission(catalogue, {"spot": visits}))


def test_vetoes_and_what_was_not_observed_stand_in_the_sum(
    browser: Browser, strict: Assessment, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text(render_city(city_view(strict, translations("en"))), "utf-8")
    page = open_page(browser, tmp_path / "index.html").page
    held, open_ = page.evaluate(SUMS, ["S1", "S2"])
    possible, lost = added_up(held)
    assert (possible, lost) == (Fraction("17.25"), 1 + Fraction("9.25") * Fraction("0.34"))
    assert held["formula"].endswith("= 75.97Held at 60 by the veto of 否决项: 60.00")
    assert held["score"] == held["result"] == "60.00"
    possible, lost = added_up(open_)
    assert (possible, lost) == (Fraction("17.25"), Fraction(7))
    assert open_["score"] == open_["result"] == half_up(100 * (possible - lost) / possible, 2)


OUTLINE = "tree: [{id: Ⅰ-1, title: 一, combine: geometric, under: [{id: Ⅲ-1, title: 甲}, {id: Ⅲ-2, title: 乙}]}]"


def test_a_score_along_the_outline_can_be_followed(browser: Browser, tmp_path: Path) -> None:
    head = ZERO.replace("score: {", "score: {site: tree, ")
    catalogue = make_catalogue(tmp_path / "outline", {"spot": SPOT, "tree": OUTLINE}, head=head)
    made = assessed(catalogue, make_submission(catalogue, {"spot": [{"site": "S2", "a": 1.5, "b": 1.0}]}))
    (tmp_path / "index.html").write_text(render_city(city_view(made, translations("en"))), "utf-8")
    page = open_page(browser, tmp_path / "index.html").page
    go(page, "#site=S2")
    lines = page.eval_on_selector_all(
        "#panel .outline tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    assert lines == [
        ["I-1 一", "1", "geometric mean by weight", "28.7228"],  # √(0.125 × 0.66)
        ["III-1 甲", "1", "mean by weight", "12.5000"],
        ["否决项", "1", "", "100.0000"],
        ["别的项", "7", "", "0.0000"],
        ["III-2 乙", "1", "mean by weight", "66.0000"],
        ["大项", "9.25", "", "66.0000"],
    ]
    assert page.locator("#panel .standing .num").inner_text() == "28.72"


# --- figures ----------------------------------------------------------------------------------------------------------


def figures(page: Page, place: str) -> Iterator[tuple[str, str]]:
    """The figures that are shown there, with their places in assessment.json."""
    found = page.eval_on_selector_all(
        f"{place} [data-path]", "all => all.map(each => [each.dataset.path, each.firstChild.textContent.trim()])"
    )
    yield from ((path, text) for path, text in found)


def test_every_figure_that_the_script_shows_stands_in_the_document(city: Page) -> None:
    made = assessment()
    told = document(made)
    shown = {table: list(figures(city, f"#{table} tbody")) for table in TABLES}
    for site in made.sites:
        go(city, site_address(site.site))
        shown[site.site] = list(figures(city, "#panel"))
    assert {table: len(found) for table, found in shown.items() if table in TABLES} == {
        "gaps": 6, "sites": 12, "records": 4, "criteria": 17,
    }  # fmt: skip
    assert len(shown["M-01"]) >= 9
    for path, text in (figure for found in shown.values() for figure in found):
        known = looked_up(told, path)
        exact = Fraction(int(known["num"]), int(known["den"]))
        assert text == half_up(exact, len(text.partition(".")[2])), path


# --- hostile names ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [PHONE, WIDE])
def test_hostile_names_stay_text_in_tables_and_panel(browser: Browser, hostile: Path, width: int) -> None:
    opened = open_page(browser, hostile / "index.html", width)
    page = opened.page
    assert "</script>" not in page.locator("#query-data").inner_html()
    names = set()
    for number in range(3):
        go(page, f"#site=S-{number}")
        assert page.locator("#panel").evaluate("panel => panel.scrollWidth <= panel.clientWidth")
        names.add(page.locator("#panel h3").text_content())
    assert names == {"</script><img src=x onerror=document.title='hit'>", "\u202e\u2066路口", LONG}
    page.locator("#sites input").fill("</script><img")
    assert opened.complaints == []
    assert len(opened.requests) == 1
    assert page.title() != "hit"
    assert page.locator("img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_turned_name_turns_nothing_beside_it(browser: Browser, hostile: Path) -> None:
    page = open_page(browser, hostile / "index.html").page
    go(page, "#site=S-1")
    bare = page.evaluate(
        """() => {
            const turned = /[\\u202a-\\u202e\\u2066-\\u2069]/, found = [];
            for (const place of document.querySelectorAll('#query table, #panel')) {
                const walk = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
                while (walk.nextNode()) {
                    const above = walk.currentNode.parentElement;
                    const alone = above.childNodes.length === 1 && getComputedStyle(above).display !== 'inline';
                    if (turned.test(walk.currentNode.data) && !alone && !above.closest('bdi')) found.push(above.outerHTML);
                }
            }
            return found;
        }"""
    )
    assert bare == []


# --- colours, print, contents -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_of_the_script_have_contrast(browser: Browser, out: Path, scheme: str) -> None:
    page = open_page(browser, out / "index.html", scheme=scheme).page
    go(page, "#site=M-01")
    texts = ", ".join(
        f"#query {each}, #panel {each}" for each in "button:enabled select p td th dt dd small span a".split()
    )
    found = page.evaluate(CONTRAST, texts)
    assert len(found) > 100
    assert [each for each in found if each[1] < 4.5] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_button_turns_light_and_dark_on_the_screen_only(browser: Browser, out: Path, scheme: str) -> None:
    page = open_page(browser, out / "index.html", scheme=scheme).page
    background = "getComputedStyle(document.body).backgroundColor"
    light, dark = "rgb(243, 244, 241)", "rgb(16, 21, 26)"
    assert page.evaluate(background) == (dark if scheme == "dark" else light)
    page.get_by_role("button", name="明暗").click()
    assert page.evaluate(background) == (light if scheme == "dark" else dark)
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == (
        "light" if scheme == "dark" else "dark"
    )
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(background) == "rgb(255, 255, 255)"
    page.emulate_media(media="screen")
    page.get_by_role("button", name="明暗").click()
    assert page.evaluate(background) == (dark if scheme == "dark" else light)
    assert page.evaluate("Object.keys(localStorage).length + document.cookie.length") == 0


def test_the_button_prints(city: Page) -> None:
    city.evaluate("() => { window.print = () => { document.title = 'printed'; }; }")
    city.get_by_role("button", name="打印").click()
    assert city.title() == "printed"


def test_print_has_the_first_rows_and_says_how_many_there_are(browser: Browser, many: Path) -> None:
    page = open_page(browser, many).page
    go(page, address("gaps", sort="-site", page=3))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert [len(rows(page, table)) for table in ("gaps", "sites", "criteria")] == [40, 40, 6]
    assert count(page, "gaps") == "共 100 条 这里打印前 40 条，全部差距见 gaps.xlsx。"
    assert count(page, "criteria") == "共 6 条"
    assert page.locator("#gaps thead button").first.is_hidden()
    assert page.locator("#gaps thead .printed").first.is_visible()
    assert page.locator("#acts").is_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert len(rows(page, "gaps")) == 15
    assert page.locator("#gaps .pager span").text_content() == "3 / 7"


def test_the_bar_shows_which_section_is_read(city: Page) -> None:
    for section in ("query", "method"):
        city.evaluate("id => document.getElementById(id).scrollIntoView()", section)
        city.wait_for_function(
            "id => document.querySelector('.toc [aria-current]')?.hash === '#' + id", arg=section, timeout=5_000
        )
    assert city.locator(".toc [aria-current]").count() == 1


def test_a_city_without_gaps_says_so(browser: Browser, tmp_path: Path) -> None:
    made = assessment([Site("S-1", "路口", "crossing", None, {"helmet": 1})])
    (tmp_path / "index.html").write_text(render_city(city_view(replace(made), translations("zh"))), "utf-8")
    page = open_page(browser, tmp_path / "index.html").page
    assert rows(page, "gaps") == [["没有记录。"]]
    go(page, "#site=S-1")
    assert "没有差距" in page.locator("#panel").inner_text()
