"""Due dates in a real browser: bars are as high as their values, stand where their days are, and add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from duibiao.reports.html import write_pages
from tests.assessments import DAY
from tests.test_deadlines import busy_city, led, with_veto
from tests.test_page_browser import PHONE, WIDE, browser, open_page, pytestmark

__all__ = ["browser", "pytestmark"]

A4 = 688  # pixels between the margins of a page
FIRST, LAST = DAY - timedelta(14), DAY + timedelta(14)
MEASURE = """
strips => strips.map(strip => {
    const box = element => { const at = element.getBoundingClientRect(); return [at.x, at.y, at.width, at.height]; };
    return {
        unit: strip.closest('tr').querySelector('th bdi').textContent,
        line: box(strip.querySelector('.today')),
        base: box(strip.querySelector('.base')),
        marks: [...strip.querySelectorAll('use')].map(mark => [mark.getAttribute('href'), box(mark)]),
        most: [strip.querySelector('.most text').textContent, box(strip.querySelector('.most text'))],
        bars: [...strip.querySelectorAll('g')].map(bar => ({
            day: bar.dataset.day, value: Number(bar.dataset.value), box: box(bar),
            pieces: [...bar.querySelectorAll('rect')].map(each => [each.getAttribute('class'), box(each)]),
            colours: [...bar.querySelectorAll('rect')].map(each => getComputedStyle(each).fill),
        })),
    };
})
"""


@dataclass(frozen=True)
class Wanted:
    """What the strip of one unit has to show, counted by hand: gaps by column, and the urgent ones among them."""

    gaps: Counter[date]
    urgent: Counter[date]


@pytest.fixture(scope="module")
def wanted() -> dict[str, Wanted]:
    """By the title of the unit; what is due earlier or later than the axis goes stands beside its ends."""
    made, found = busy_city(), {}
    for card in made.units:
        due = [gap for gap in led(made, card.id) if gap.deadline is not None]
        columns = [min(max(gap.deadline or DAY, FIRST - timedelta(1)), LAST + timedelta(1)) for gap in due]
        urgent = [column for gap, column in zip(due, columns, strict=True) if gap.severity == "high"]
        found[card.title] = Wanted(Counter(columns), Counter(urgent))
    return found


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The city page of the invented city with many gaps, some of them missed vetoes."""
    folder = tmp_path_factory.mktemp("busy")
    write_pages(with_veto(busy_city(), site=60, total=59), folder, "none")
    return folder / "index.html"


def near(value: float) -> object:
    return pytest.approx(value, abs=0.3)


@pytest.mark.parametrize("width", [PHONE, WIDE])
def test_bars_are_as_high_as_their_values_and_add_up(
    browser: Browser, busy: Path, wanted: dict[str, Wanted], width: int
) -> None:
    strips = open_page(browser, busy, width).page.eval_on_selector_all(".strip", MEASURE)
    assert {strip["unit"] for strip in strips} == {unit for unit, each in wanted.items() if each.gaps}
    largest = max(max(each.gaps.values(), default=0) for each in wanted.values())
    for strip in strips:
        own = wanted[strip["unit"]]
        assert {bar["day"]: bar["value"] for bar in strip["bars"]} == {
            day.isoformat(): count for day, count in own.gaps.items()
        }
        floor = strip["base"][1]
        for bar in strip["bars"]:
            urgent = own.urgent[date.fromisoformat(bar["day"])]
            heights = {kind or "others": box[3] for kind, box in bar["pieces"]}
            assert heights.get("urgent", 0) == near(33 * urgent / largest)
            assert heights.get("others", 0) == near(33 * (bar["value"] - urgent) / largest)
            assert bar["box"][3] == near(33 * bar["value"] / largest)
            assert floor - 1 < bar["box"][1] + bar["box"][3] < floor + 1
        tallest = max(strip["bars"], key=lambda bar: bar["value"])
        number, (x, y, across, down) = strip["most"]
        assert number == str(tallest["value"])
        assert x + across / 2 == near(tallest["box"][0] + tallest["box"][2] / 2)
        assert abs(tallest["box"][1] - (y + down)) < 4


@pytest.mark.parametrize("width", [PHONE, WIDE])
def test_bars_and_dates_stand_where_their_days_are(browser: Browser, busy: Path, width: int) -> None:
    page = open_page(browser, busy, width).page
    strips = page.eval_on_selector_all(".strip", MEASURE)
    assert len(strips) == 4
    for strip in strips:
        start, _y, length, _height = strip["base"]
        column = length / 29
        assert strip["line"][0] == near(start + 14 * column)
        for bar, (_shape, mark) in zip(strip["bars"], strip["marks"], strict=True):
            day = date.fromisoformat(bar["day"])
            middle = start + ((day - FIRST).days + 0.5) * column
            middle += -column / 2 if day < FIRST else column / 2 if day > LAST else 0  # gathered: half a column away
            assert bar["box"][0] + bar["box"][2] / 2 == near(middle)
            assert bar["box"][2] == near(0.7 * column)
            assert mark[0] + mark[2] / 2 == near(middle)
            assert (middle < strip["line"][0]) == (day < DAY)
    start, _y, length, _height = strips[0]["base"]
    found = _dates(page)
    assert list(found) == ["2月23日", "3月2日", "3月9日", "3月16日", "3月23日"]
    assert found["3月2日"][0] + found["3月2日"][1] / 2 == near(start + 7.5 * length / 29)
    assert found["3月16日"][0] + found["3月16日"][1] / 2 == near(start + 21.5 * length / 29)
    assert found["2月23日"][0] == near(start)
    assert found["3月23日"][0] + found["3月23日"][1] == near(start + length)
    assert found["3月9日"][0] == near(strips[0]["line"][0] + 6)


def _dates(page: Page) -> dict[str, tuple[float, float]]:
    """The dates on the axis with their left edge and width."""
    found = page.eval_on_selector_all(
        ".axis text[y='31']",
        "all => all.map(each => { const at = each.getBoundingClientRect(); return [each.textContent, at.x, at.width]; })",
    )
    return {words: (x, across) for words, x, across in found}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_late_due_and_urgent_bars_differ_in_colour_and_urgent_ones_in_shape(
    browser: Browser, busy: Path, scheme: str
) -> None:
    strips = open_page(browser, busy, scheme=scheme).page.eval_on_selector_all(".strip", MEASURE)
    colours: dict[str, set[str]] = {}
    for strip in strips:
        for bar, (shape, _box) in zip(strip["bars"], strip["marks"], strict=True):
            kinds = [kind or ("late" if bar["day"] < DAY.isoformat() else "due") for kind, _box in bar["pieces"]]
            assert (shape == "#urgent") == ("urgent" in kinds)
            for kind, colour in zip(kinds, bar["colours"], strict=True):
                colours.setdefault(kind, set()).add(colour)
    assert colours.keys() == {"late", "due", "urgent"}
    assert len(set.union(*colours.values())) == 3


@pytest.mark.parametrize("width", [320, PHONE, WIDE])
def test_the_section_fits_its_page_without_script(browser: Browser, busy: Path, width: int) -> None:
    opened = open_page(browser, busy, width, script=False)
    assert opened.complaints == []
    assert opened.page.locator(".strip:visible").count() == 4
    assert opened.page.locator(".axis").first.is_visible()
    assert opened.page.locator("html").evaluate("page => page.scrollWidth") <= width


def test_bars_are_printed_to_scale(browser: Browser, busy: Path) -> None:
    page = open_page(browser, busy, A4, scheme="dark").page
    page.emulate_media(media="print")
    strips = page.eval_on_selector_all(".strip", MEASURE)
    assert len(strips) == 4
    assert page.locator(".axis").first.is_visible()
    largest = max(bar["value"] for strip in strips for bar in strip["bars"])
    for strip in strips:
        assert strip["base"][2] > 150
        assert [bar["box"][3] for bar in strip["bars"]] == [near(33 * bar["value"] / largest) for bar in strip["bars"]]


def test_strips_are_told_in_words(browser: Browser, busy: Path) -> None:
    page = open_page(browser, busy).page
    told = page.get_by_role("img", name="有期限的差距").all()
    assert len(told) == 4
    assert page.get_by_role("img", name="竖线是测评当天 2026-03-09").count() == 1
