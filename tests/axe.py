"""axe-core in a real browser: what it finds on a page that people with disabilities cannot use."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from playwright.sync_api import Page

# Every rule of WCAG 2.0 to 2.2 at the levels A and AA, contrast included, and what axe calls best practice.
RULES: Final = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}


CONTRAST: Final = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}


def violations(page: Page, rules: Mapping[str, Any] = RULES) -> list[str]:
    """What axe-core finds wrong, a line for each element: the rule, the element, and how to mend it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_script())  # through the debugging protocol, which the page's policy does not bind
    found: list[dict[str, Any]] = page.evaluate("rules => axe.run(rules).then(told => told.violations)", rules)
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {' '.join(node['failureSummary'].split())}"
        for rule in found
        for node in rule["nodes"]
    ]


@cache
def _script() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
