"""How soon the city page of 5,000 sites with 15,000 gaps is ready in Chromium, and how soon it answers a keystroke.

Run in a process of its own by ``bench.py``; prints JSON. Needs Playwright and Debian's chromium, as the tests do.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from typing import Final

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from duibiao.criteria.language import translations
from duibiao.reports.html import render_city
from duibiao.reports.view import city_view
from tests.large_city import large_city
from tests.test_page_browser import ARGUMENTS, CHROMIUM

RUNS: Final = 7
TABLES: Final = ("gaps", "sites", "criteria")
TYPED: Final = ("农", "农贸", "农贸 1", "农贸 12", "农贸 123", "site-0", "第3区 人民路", "没有这个", "")
READY: Final = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
KEYSTROKES: Final = """([table, typed]) => typed.map(words => {
    const box = document.querySelector('#' + table + ' input');
    box.value = words;
    const start = performance.now();
    box.dispatchEvent(new Event('input'));
    document.body.getBoundingClientRect();
    return performance.now() - start;
})"""
PANEL: Final = """place => {
    const start = performance.now();
    document.dispatchEvent(new CustomEvent('duibiao:site', {detail: place}));
    dispatchEvent(new HashChangeEvent('hashchange'));
    document.body.getBoundingClientRect();
    return performance.now() - start;
}"""


def measured(page: Page, path: Path) -> dict[str, float]:
    """One visit: milliseconds until the page is ready (its script has run), the slowest keystroke of each table with
    its layout, and a panel."""
    page.goto(path.as_uri())
    found = {"ready": float(page.evaluate(READY))}
    for table in TABLES:
        found[table] = max(page.evaluate(KEYSTROKES, [table, TYPED]))
    return found | {"panel": float(page.evaluate(PANEL, 17))}


def main(path: Path) -> None:
    """Write the page and print its size and the medians of several visits."""
    path.write_text(render_city(city_view(large_city(), translations("zh"), "all")), "utf-8", newline="\n")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        visits = [measured(browser.new_context().new_page(), path) for _ in range(RUNS)]
        browser.close()
    told = {name: median(each[name] for each in visits) for name in visits[0]}
    print(json.dumps(told | {"bytes": path.stat().st_size}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
