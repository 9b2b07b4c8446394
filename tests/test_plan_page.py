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
from duibiao.evaluator.judgement import judge_round
from duibiao.evaluator.mending_plan import Aim, Budget, plan_of
from duibiao.evaluator.plan_request import mark_of, next_aim
from duibiao.evaluator.repairs import Efforts
from duibiao.reports import plan_view
from duibiao.reports.figure_markup import commands
from duibiao.reports.forecast_words import plain_sentence
from duibiao.reports.html import render_city
from duibiao.reports.terminal_plan import plan_text
from duibiao.reports.view import city_view
from tests.test_estimates import POLL, people, submitted
from tests.test_estimates import made as made_catalogue
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


@pytest.mark.parametrize(
    ("aim", "days", "title"),
    [
        (Aim("pass", Fraction(85)), None, "到及格线最省的路"),
        (Aim("pass", Fraction(85)), 1, "及格线够不着，整改后最接近的做法"),
        (Aim("level", Fraction(85), "达标"), None, "到“达标”最省的路"),
        (Aim("level", Fraction(85), "达标"), 1, "“达标”够不着，整改后最接近的做法"),
    ],
)
def test_a_plan_is_headed_by_where_it_leads(tmp_path: Path, aim: Aim, days: int | None, title: str) -> None:
    judgement = judged(tmp_path / "c", LOW)
    made = assess_judgement(judgement)
    budget = Budget(Fraction(days) if days is not None else None)
    view = city_view(replace(made, plan=plan_of(judgement, made.gaps, aim, budget)), translations("zh"), "none").plan
    assert view is not None
    assert view.title == title


def asked(folder: Path, efforts: int) -> Assessment:
    """Two districts answered badly, a gap each; for so many of them somebody says person-days."""
    (folder / "c").mkdir()
    catalogue = made_catalogue(folder / "c", POLL)
    rows = [row for district in ("川汇区", "示范区") for row in people(district, "nnnnnnnnyy")]
    judgement = judge_round(catalogue, submitted(folder / "data", catalogue, rows))
    made = assess_judgement(judgement, "en")
    told = Efforts(gaps={gap.id: Fraction(1) for gap in made.gaps[:efforts]})
    return replace(made, plan=plan_of(judgement, made.gaps, mark_of(made, "pass"), efforts=told))


@pytest.mark.parametrize(("efforts", "left"), [(0, "2 gaps"), (1, "1 gaps"), (2, "")])
def test_what_people_answer_is_mended_in_the_headline_and_not_in_the_plan(
    tmp_path: Path, efforts: int, left: str
) -> None:
    """The sentence that reaches the mark with every gap and the plan that does not would contradict each other."""
    told = f" The plan is without the {left} in what people answer: no person-days are known for them."
    view = city_view(asked(tmp_path, efforts), translations("en"), "none")
    headline = plain_sentence(view.score.headline)
    sentences = [plain_sentence(each) for each in view.plan.sentences] if view.plan is not None else []
    if left:
        assert headline == (
            "With all gaps of “支持率” mended the total would be 100.00: that reaches the pass mark." + told
        )
    else:
        assert "The plan is without" not in headline
    assert [each.endswith(told) for each in sentences if "out of reach" in each] == [True] * (efforts == 1)


def test_the_command_line_says_what_plans_answers(tmp_path: Path) -> None:
    for efforts, told in ((0, True), (2, False)):
        (tmp_path / str(efforts)).mkdir()
        text = plan_text(asked(tmp_path / str(efforts), efforts), translations("en").gettext)
        assert ("What people answer is mended only where --efforts says" in text) == told
        assert text.startswith("The pass mark 85 is out of reach" if told else "The cheapest way to the pass mark 85:")


def test_of_many_steps_some_are_drawn_and_the_last_of_the_plan_and_of_all_always() -> None:
    drawn = plan_view._drawn(301, 50)
    assert len(drawn) <= plan_view.DRAWN
    assert {49, 300} <= drawn
