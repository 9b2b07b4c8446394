"""Charts of scores in a real browser: every pin, point, step and share is where its value says."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from duibiao.evaluator.assessment import Assessment, Followed, Previous
from duibiao.reports.html import write_pages
from tests.rounds import two_rounds
from tests.test_page_browser import PHONE, WIDE, browser, open_page, pytestmark

__all__ = ["browser", "pytestmark"]
CENTRES = """
(selector) => [...document.querySelectorAll(selector)].map(each => {
  const box = each.getBoundingClientRect(), whole = each.ownerSVGElement.getBoundingClientRect();
  return {x: 100 * (box.x + box.width / 2 - whole.x) / whole.width, y: 100 * (box.y + box.height / 2 - whole.y) / whole.height,
          left: 100 * (box.x - whole.x) / whole.width, width: 100 * box.width / whole.width,
          tone: each.getAttribute('class'), top: box.y, bottom: box.bottom};
})
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    return two_rounds(tmp_path_factory.mktemp("rounds"))


@pytest.fixture(scope="module")
def out(made: Assessment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    write_pages(made, folder, "none")
    return folder


@pytest.fixture(params=[PHONE, WIDE])
def page(request: pytest.FixtureRequest, browser: Browser, out: Path) -> Page:
    opened = open_page(browser, out / "index.html", request.param)
    return opened.page


def centres(page: Page, selector: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(CENTRES, selector)
    return found


def previous_of(made: Assessment) -> Previous:
    assert made.previous is not None
    return made.previous


def test_the_ruler_points_at_every_score(page: Page, made: Assessment) -> None:
    """The scale begins at a round number below all that is shown, and ends at 100."""
    start = float(page.locator(".ruler text").first.text_content() or "")
    pins = {each["tone"].split()[-1]: start + (100 - start) * each["x"] / 100 for each in centres(page, ".ruler .pin")}
    assert made.mending is not None
    then = previous_of(made).total.score
    after = next(step.total for step in made.mending.steps if step.number == made.mending.needed)
    assert set(pins) == {"then", "after", "now"}
    for tone, score in (("then", then), ("after", after), ("now", made.total.score)):
        assert score is not None
        assert pins[tone] == pytest.approx(float(score), abs=0.1)


def test_labels_of_the_ruler_do_not_lie_on_each_other(page: Page) -> None:
    boxes = page.eval_on_selector_all(
        ".ruler text",
        "all => all.map(each => { const b = each.getBoundingClientRect(); return [b.left, b.right, b.top, b.bottom]; })",
    )
    assert len(boxes) > 5
    for index, (left, right, top, bottom) in enumerate(boxes):
        for other in boxes[index + 1 :]:
            apart = right <= other[0] + 1 or other[1] <= left + 1 or bottom <= other[2] + 4 or other[3] <= top + 4
            assert apart, (boxes[index], other)


def test_points_of_the_trend_are_as_high_as_their_totals(page: Page, made: Assessment) -> None:
    points = centres(page, ".trend circle")
    mark = centres(page, ".trend line.mark")[0]["y"]
    scores = [float(each.score) for each in made.trend if each.score is not None]
    assert len(points) == len(scores) == 2
    slope = (points[1]["y"] - points[0]["y"]) / (scores[1] - scores[0])
    assert slope < 0
    assert points[0]["y"] + slope * (85 - scores[0]) == pytest.approx(mark, abs=0.6)
    assert points[0]["x"] < points[1]["x"]


def test_steps_begin_where_the_one_before_ends(page: Page, made: Assessment) -> None:
    change = previous_of(made).change
    assert change is not None
    bars = centres(page, ".fall rect:not(.track)")
    assert len(bars) == len(change.steps)
    ends = [each for step in change.steps for each in (step.before, step.after)]
    low, span = min(ends), max(ends) - min(ends)
    for bar, step in zip(bars, change.steps, strict=True):
        assert bar["left"] == pytest.approx(float(100 * (min(step.before, step.after) - low) / span), abs=0.6)
        assert bar["width"] == pytest.approx(float(100 * abs(step.change) / span), abs=0.6)
        assert (bar["tone"] == "up") == (step.change > 0)


def test_fates_of_gaps_fill_their_bar(page: Page, made: Assessment) -> None:
    followed = previous_of(made).followed
    assert followed == Followed(gaps=9, mended=2, left=6, unsettled=1, new=2)
    widths = [each["width"] for each in centres(page, ".followed rect")]
    shares = [Fraction(100 * each, followed.gaps) for each in (followed.mended, followed.left, followed.unsettled)]
    assert widths == [pytest.approx(float(each), abs=0.5) for each in shares]


def test_the_dashed_line_stands_below_the_criterion_that_reaches_the_mark(page: Page, made: Assessment) -> None:
    assert made.mending is not None
    rows = page.locator(".costliest tbody tr")
    styles = rows.evaluate_all(
        """rows => rows.map(row => [row, ...row.children].some(each => getComputedStyle(each).borderBottomStyle === 'dashed'))"""
    )
    assert [number for number, dashed in enumerate(styles, 1) if dashed] == [made.mending.needed]


def test_only_cells_below_the_pass_mark_are_coloured(page: Page) -> None:
    cells = page.eval_on_selector_all(
        ".heat td", "all => all.map(each => [each.textContent.trim(), getComputedStyle(each).backgroundColor])"
    )
    plain = "rgba(0, 0, 0, 0)"
    told = [(float(text), colour) for text, colour in cells if text != "—"]
    assert len({colour for _score, colour in told}) >= 3
    for score, colour in told:
        assert (colour == plain) == (score >= 85), (score, colour)


def test_numbers_lead_to_their_gaps(page: Page, made: Assessment) -> None:
    """From a criterion, a unit and an area to the table of gaps with only theirs."""
    rows = page.locator("#gaps tbody tr:visible")
    first = made.results[0]
    page.locator(".costliest tbody a").first.click()
    expect(rows).to_have_count(sum(gap.criterion == first.id for gap in made.gaps))
    unit = page.locator(".dues tbody tr").first
    count = unit.locator("td[data-t] a").first
    expected = int(count.inner_text())
    count.click()
    expect(rows).to_have_count(expected)
    area = page.locator(".cards a[href^='#gaps?area=']").first
    expected = int(area.inner_text())
    area.click()
    expect(rows).to_have_count(expected)


def test_the_table_of_sites_says_how_each_score_moved(page: Page, made: Assessment) -> None:
    previous = previous_of(made)
    cells = page.locator("#sites tbody tr:visible").evaluate_all(
        "rows => rows.map(row => [row.querySelector('bdi').textContent, row.cells[4].textContent.trim()])"
    )
    told = dict(cells)
    moved = 0
    for site, earlier in zip(made.sites, previous.sites, strict=True):
        if site.name not in told or "@" in site.site or ":" in site.site:
            continue  # on a later page, or a district with its figures
        now = site.card.score if site.card is not None else None
        if now is None or earlier is None or earlier.score is None:
            assert told[site.name] == "—"
        else:
            assert float(told[site.name]) == pytest.approx(float(now - earlier.score), abs=0.011)
            moved += 1
    assert moved >= 4
