"""The histogram of the official draw in a real browser: what is drawn stands where the numbers say, on every screen."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from duibiao.criteria.language import translations
from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.forecast import Forecast, forecast_of
from duibiao.reports.html import render_city
from duibiao.reports.view import city_view
from tests.axe import CONTRAST, violations
from tests.test_forecast import city
from tests.test_page_browser import PHONE, WIDE, browser, open_page, pytestmark

__all__ = ["browser", "pytestmark"]

MEASURE = """section => {
    const box = each => { const at = each.getBoundingClientRect(); return [at.x, at.y, at.width, at.height]; };
    const plot = section.querySelector('.draws > svg');
    return {
        plot: box(plot),
        bars: [...plot.querySelectorAll('.bars rect')].map(bar => [Number(bar.dataset.count), box(bar)]),
        interval: box(plot.querySelector('.interval')),
        lines: Object.fromEntries([...plot.querySelectorAll('line')].map(line => [line.getAttribute('class'), box(line)])),
        texts: [...plot.querySelectorAll('text')].map(text => [text.textContent, box(text)]),
        colours: [...plot.querySelectorAll('.bars rect, .interval')].map(each => getComputedStyle(each).fill),
        swatch: getComputedStyle(section.querySelector('.most'), '::before').backgroundColor,
        ends: [...section.querySelectorAll('.ends span')].map(each => each.textContent),
    };
}"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Forecast, float]:
    """The page of the small city, its forecast, and its total now."""
    judgement = city(tmp_path_factory.mktemp("city"))
    found = forecast_of(judgement, draws=1000, donors=2)
    assert isinstance(found, Forecast)
    assessment = replace(assess_judgement(judgement, "en"), forecast=found)
    assert assessment.total.score is not None
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_text(render_city(city_view(assessment, translations("en"), "none")), "utf-8")
    return path, found, float(assessment.total.score)


def measured(page: Page) -> Any:
    return page.eval_on_selector("#forecast", MEASURE)


def holds(told: Any, found: Forecast, now: float) -> None:
    """Whether bars, interval and lines stand where their numbers say, on the scale that is written beneath."""
    x, _y, across, _height = told["plot"]
    most = max(found.histogram.counts)
    first, step = float(found.histogram.start), float(found.histogram.step)
    # the scale from the two lines, whose numbers are known
    pass_x, now_x = (told["lines"][each][0] for each in ("mark", "now"))
    scale = (now_x - pass_x) / (now - 70)

    def place(score: float) -> object:
        return pytest.approx(pass_x + (score - 70) * scale, abs=0.7)

    bars = {at: count for at, count in enumerate(found.histogram.counts) if count}
    assert [count for count, _ in told["bars"]] == list(bars.values())
    floor = {round(box[1] + box[3]) for _, box in told["bars"]}
    assert len(floor) == 1
    for (at, count), (_, (left, _top, width, height)) in zip(bars.items(), told["bars"], strict=True):
        assert height == pytest.approx(150 * count / most, abs=0.3)
        assert left == place(first + at * step)
        assert width == pytest.approx(step * scale, abs=0.7)
    low, high = (found.quantiles[at].score for at in (0, -1))
    assert told["interval"][0] == place(float(low))
    assert told["interval"][0] + told["interval"][2] == place(float(high))
    start, end = float(told["ends"][0]), float(told["ends"][-1])
    assert (x, x + across) == (place(start), place(end))
    for _, (left, _top, width, _high) in told["texts"]:
        assert x - 1 <= left
        assert left + width <= x + across + 1
    # no word stands on a bar or on another word
    tops, boxes = min(box[1] for _, box in told["bars"]), [box for _, box in told["texts"]]
    assert max(top + height for _left, top, _width, height in boxes) <= tops
    assert all(upper[1] + upper[3] <= lower[1] + 1 for upper, lower in pairwise(boxes))
    assert told["swatch"] == told["colours"][-1]  # the legend shows the colour of the interval


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, WIDE])
def test_what_is_drawn_stands_where_the_numbers_say(
    browser: Browser, made: tuple[Path, Forecast, float], width: int, scheme: str
) -> None:
    path, found, now = made
    opened = open_page(browser, path, width=width, scheme=scheme)
    assert (opened.requests, opened.complaints) == ([path.as_uri()], [])
    told = measured(opened.page)
    holds(told, found, now)
    assert [words for words, _ in told["texts"]] == ["pass mark 70", f"now {now:.2f}"]
    assert len(set(told["colours"])) == 2  # the interval is no bar
    assert opened.page.evaluate("document.documentElement.scrollWidth") == width
    assert violations(opened.page, CONTRAST) == []


def test_paper_has_the_same_drawing(browser: Browser, made: tuple[Path, Forecast, float]) -> None:
    path, found, now = made
    page = open_page(browser, path, width=794).page  # A4
    page.emulate_media(media="print")
    holds(measured(page), found, now)
