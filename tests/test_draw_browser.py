"""The list of drawn sites in a real browser: nothing is requested, nothing overflows, paper has every site with a box."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from duibiao.reports.draw_page import draw_page
from tests.drawn import EAST, WEST, listed, register
from tests.hostile import TEXTS
from tests.test_page_browser import PHONE, WIDE, browser, open_page, pytestmark

__all__ = ["browser", "pytestmark"]

COUNT = 80


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The list of all of eighty markets, so that it takes several pages; some names are attacks."""
    names = [*TEXTS.values(), *(f"第{number}农贸市场" for number in range(COUNT - len(TEXTS)))]
    rows = tuple(
        {
            "site": f"M{place}",
            "name": name,
            "site_type": "market",
            "area": (EAST, WEST)[place % 2],
            "lon": 1.0,
            "lat": 2.0,
        }
        for place, name in enumerate(names)
    )
    path = tmp_path_factory.mktemp("draw") / "draw.html"
    path.write_bytes(draw_page(listed(register(rows), reserve=COUNT)))
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_list_asks_for_itself_only_and_fits(browser: Browser, written: Path, width: int, scheme: str) -> None:
    opened = open_page(browser, written, width=width, scheme=scheme)
    assert opened.requests == [written.as_uri()]
    assert opened.complaints == []
    assert opened.page.title() == "Sites drawn for inspection"
    assert opened.page.evaluate("document.documentElement.scrollWidth") == width
    assert opened.page.locator("tr.drawn").count() == 4
    assert opened.page.locator("tr.reserve .box").count() == COUNT - 4
    assert opened.page.locator("tr.drawn .fill").first.is_visible() == (width == WIDE)


def test_paper_has_every_site_under_a_repeated_header(browser: Browser, written: Path, tmp_path: Path) -> None:
    page = open_page(browser, written).page
    page.pdf(path=str(tmp_path / "draw.pdf"), prefer_css_page_size=True)
    told = subprocess.run(["pdfinfo", tmp_path / "draw.pdf"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Page size: +59[45]\S* x 84[12]", told)
    raw = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "draw.pdf", "-"], capture_output=True, text=True, check=True
    )
    sheets = ["".join(each.split()) for each in raw.stdout.rstrip("\f").split("\f")]
    assert 2 <= len(sheets) <= 5
    for place, text in enumerate(sheets, 1):
        assert text.endswith(f"{place}/{len(sheets)}")
        assert re.search(r"农贸市场·Seed7·[0-9a-f]{12}No\.Site", text)
    assert len(set(re.findall(r"\bM\d+\b", raw.stdout))) == COUNT
