"""Intervals in a real browser: dot, ends and limits stand where their values are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from duibiao.evaluator.assessment import Assessment
from duibiao.reports.html import write_pages
from tests.test_estimates_page import catalogue, city
from tests.test_page_browser import PHONE, WIDE, browser, open_page, pytestmark

__all__ = ["browser", "catalogue", "city", "pytestmark"]

MEASURE = """
plots => plots.map(plot => {
    const box = element => { const at = element.getBoundingClientRect(); return [at.x, at.x + at.width]; };
    return {
        who: plot.closest('tr').querySelector('th bdi').textContent, label: plot.getAttribute('aria-label'),
        track: box(plot.querySelector('.track')), range: box(plot.querySelector('.range')), dot: box(plot.querySelector('circle')),
        limits: [...plot.querySelectorAll('.limit')].map(box),
    };
})
"""


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_plots_are_drawn_to_scale(city: Assessment, tmp_path: Path, browser: Browser, width: int) -> None:
    write_pages(city, tmp_path / "out", "none")
    page = open_page(browser, tmp_path / "out" / "index.html", width).page
    page.eval_on_selector_all("#questionnaires details", "all => all.forEach(each => { each.open = true; })")
    plots = page.eval_on_selector_all("#questionnaires .whiskers", MEASURE)
    known = [
        each
        for each in city.estimates
        if each.low is not None and each.kind != "total" and (each.key in {"support", "safety"} or not each.area)
    ]
    assert len(plots) == len(known) == 8
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for plot in plots:
        value, low, high = (float(each) / 100 for each in re.findall(r"[\d.]+(?=%)", plot["label"]))
        start, end = plot["track"]
        assert sum(plot["dot"]) / 2 == pytest.approx(start + (end - start) * value, abs=0.5)
        assert plot["range"] == pytest.approx([start + (end - start) * share for share in (low, high)], abs=0.5)
        bounds = [start + (end - start) * bound for bound in (0.5, 0.7, 0.75, 0.9, 1)]
        assert all(any(limit[0] == pytest.approx(bound, abs=0.5) for bound in bounds) for limit in plot["limits"])
