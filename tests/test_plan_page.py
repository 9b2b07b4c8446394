"""What to mend first on the city page: its figures stand in the document, and its stairs are where their values are."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser

from duibiao.criteria.language import translations
from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.document import document
from duibiao.evaluator.mending_plan import Aim, Budget, plan_of
from duibiao.evaluator.plan_request import next_aim
from duibiao.reports import plan_view
from duibiao.reports.figure_markup import commands
from duibiao.reports.html import render_city
from duibiao.reports.view import city_view
from tests.test_mending import LOW, judged
from tests.test_page_browser import browser, pytestmark
from tests.test_pages import elements, looked_up

__all__ = ["browser", "pytestmark"]

MEASURE: Final = """
stairs => { const frame = stairs.querySelector('svg').getBoundingClientRect();
  return [...stairs.querySelectorAll('.stair')].map(stair => {
    const at = stair.querySelectorAll('line')[1].getBoundingClientRect();
    return [stair.dataset.step, (at.x + at.width / 2 - stairs.getBoundingClientRect().x)
      / stairs.getBoundingClientRect().width, at.y]; }); }
"""


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    judgement = judged(tmp_path_factory.mktemp("page") / "c", {**LOW, "M2": {"a": 0.0, "b": 0.0, "d": 1.0}})
    made = assess_judgement(judgement)
    aim = next_aim(made)
    assert aim is not None
    return replace(made, plan=plan_of(judgement, made.gaps, aim))


def page(made: Assessment) -> str:
    return render_city(city_view(made, translations("zh"), "none"))


def test_every_figure_of_the_plan_stands_in_the_document(planned: Assessment) -> None:
    told, shown = document(planned), 0
    for _tag, attributes, texts in elements(page(planned)).found:
        path = attributes.get("data-path") or ""
        for source in (attributes.get("data-from") or "").split():
            looked_up(told, source)
        if path.startswith("plan."):
            shown += 1
            known = looked_up(told, path)
            text = "".join(texts).strip()
            if isinstance(known, dict):
                assert abs(Fraction(text) - Fraction(int(known["num"]), int(known["den"]))) <= Fraction(1, 200), path
            else:
                assert text == str(known)
    assert shown >= 10


def test_stairs_stand_where_their_values_are(planned: Assessment, browser: Browser, tmp_path: Path) -> None:
    plan = planned.plan
    assert plan is not None
    (tmp_path / "index.html").write_text(page(planned), "utf-8")
    shown = browser.new_page(viewport={"width": 1000, "height": 800})
    shown.goto((tmp_path / "index.html").as_uri())
    measured = shown.locator("svg.stairs").evaluate(MEASURE)
    shown.close()
    days, tops = Fraction(0), []
    for step, (path, x, y) in zip(plan.steps, measured, strict=True):
        days += step.days
        assert looked_up(document(planned), path)["num"] == str(step.total.numerator)
        assert x == pytest.approx(float(days / plan.days), abs=0.003)
        tops.append((y, step.total))
    (first, low), (last, high) = tops[0], tops[-1]
    for y, total in tops:
        assert y == pytest.approx(first + (last - first) * float((total - low) / (high - low)), abs=1.5)


def test_a_mark_out_of_reach_and_no_plan_are_told(planned: Assessment, tmp_path: Path) -> None:
    judgement = judged(tmp_path / "c", LOW)
    made = assess_judgement(judgement)
    level = Aim("level", Fraction(85), "达标")
    far = replace(made, plan=plan_of(judgement, made.gaps, level, Budget(Fraction(1))))
    assert "仍差" in page(far)
    assert 'id="plan"' not in page(made)


def test_a_command_is_shown_as_one(planned: Assessment) -> None:
    shown = page(planned)
    section = shown[shown.index('<section id="plan"') :].partition("</section>")[0]
    assert "<code>duibiao plan</code>" in section
    assert "`" not in section


def test_what_is_no_command_stays_text() -> None:
    assert commands("a `b <i>` c` <u>") == "a <code>b &lt;i&gt;</code> c` &lt;u&gt;"


def test_of_many_steps_some_are_drawn_and_the_last_of_the_plan_and_of_all_always() -> None:
    drawn = plan_view._drawn(301, 50)
    assert len(drawn) <= plan_view.DRAWN
    assert {49, 300} <= drawn
