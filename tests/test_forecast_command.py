"""`duibiao forecast` and the section of the city page: what they say, that every number is the engine's, bad input."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner, Result

from duibiao.cli import main
from duibiao.criteria import language
from duibiao.criteria.language import translations
from duibiao.evaluator.archive import write_inputs
from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.document import document, forecast_document
from duibiao.evaluator.estimates import Estimate, Threshold
from duibiao.evaluator.forecast import Forecast, forecast_of
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.official_draws import NoForecast, Reason
from duibiao.evaluator.thresholds import Limit
from duibiao.evaluator.unvisited import Extreme, Unvisited
from duibiao.reports.columns_text import width
from duibiao.reports.forecast_text import forecast_text
from duibiao.reports.forecast_view import draw_plot, forecast_section
from duibiao.reports.forecast_words import chance_text, plain_sentence
from duibiao.reports.html import render_city
from duibiao.reports.reading import Reading
from duibiao.reports.view import city_view
from tests.city import EAST, WEST, make_catalogue
from tests.test_forecast import PARTS, SMALL, VISITED, city
from tests.test_scoring import form, head

ENGLISH: Final = translations("en")


@pytest.fixture(scope="module")
def judgement(tmp_path_factory: pytest.TempPathFactory) -> Judgement:
    """The small city."""
    return city(tmp_path_factory.mktemp("city"), SMALL)


@pytest.fixture(scope="module")
def made(judgement: Judgement) -> Assessment:
    """The small city with its forecast."""
    return replace(assess_judgement(judgement, "en"), forecast=forecast_of(judgement, draws=1000))


@pytest.fixture(scope="module")
def out(made: Assessment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result of check, as far as a forecast needs it."""
    folder = tmp_path_factory.mktemp("out")
    write_inputs(folder / "inputs", made.catalogue, made.submission, made.round.id, made.as_of)
    return folder


def run(*words: object) -> Result:
    """The command line in English."""
    try:
        return CliRunner().invoke(main, ["forecast", *map(str, words), "--lang", "en"])
    finally:
        language.use("en")


def test_the_command_says_and_writes_what_the_engine_found(out: Path, judgement: Judgement, tmp_path: Path) -> None:
    told = run("--in", out, "--draws", 500, "--seed", 7, "--donors", 2, "--json", tmp_path / "f.json")
    assert told.exit_code == 0, told.output
    found = forecast_of(judgement, draws=500, seed=7, donors=2)
    assert isinstance(found, Forecast)
    written = json.loads((tmp_path / "f.json").read_text("utf-8"))
    assert written == forecast_document(found, judgement.catalogue.score)
    lines = told.output.splitlines()
    assert lines[0].startswith("Total now: ")
    assert f"likely to give {float(found.mean):.2f} (standard deviation {float(found.sd):.2f})" in lines[1]
    assert f"Chance to reach the pass mark, 70: {chance_text(found.marks[0].probability)}" in lines[2]
    assert [line.split()[1] for line in lines if "试验市/" in line] == ["m7", "m3", "m4"]
    assert "A checklist for the first: duibiao checklist --site m7 --in OUT" in lines
    assert "Drawn 500 times (seed 7)" in told.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--sites", "markt=2", "--sites", "0"], ["No site type 'markt'", "--sites 0: write a whole number"]),
        (["--draws", "99"], ["99 is not in the range"]),
        (["--per", "planet"], ["No level of area 'planet'"]),
        (["--sites", "market=0"], ["write a whole number"]),
        (["--seed", "seven"], ["'seven' is not a valid integer"]),
        (["--json", __file__], ["is already there"]),
    ],
)
def test_bad_input(out: Path, words: list[str], told: list[str]) -> None:
    """Everything that is wrong is said at once."""
    found = run("--in", out, *words)
    assert found.exit_code == 2
    assert all(each in found.output for each in told), found.output


def test_a_folder_without_the_inputs_of_a_result(tmp_path: Path) -> None:
    found = run("--in", tmp_path)
    assert (found.exit_code, "is no output folder of `duibiao check -o`" in found.output) == (2, True)


def test_what_cannot_be_foretold(tmp_path: Path) -> None:
    made = city(tmp_path / "c", VISITED)
    write_inputs(tmp_path / "out" / "inputs", made.catalogue, made.submission, made.round_id, made.as_of)
    found = run("--in", tmp_path / "out")
    assert (found.exit_code, "Not estimable: there is no register" in found.output) == (2, True)


def test_all_are_drawn_where_more_are_asked_for(out: Path) -> None:
    found = run("--in", out, "--sites", "market=9", "--draws", 100)
    assert "11 sites fewer are on the register than the quotas want" in found.output


def test_a_table_of_chinese_stands_in_columns(out: Path) -> None:
    """Every cell of the list of visits begins in the same column of the terminal; and what is piped is plain."""
    lines = run("--in", out, "--draws", 100).output.splitlines()
    rows = [line for line in lines if "试验市/" in line]
    assert len({width(line[: line.index("试验市")]) for line in rows}) == 1
    assert all(line.isprintable() for line in lines)


def test_types_that_nobody_visited_are_told_with_both_ends(made: Assessment) -> None:
    forecast = made.forecast
    assert isinstance(forecast, Forecast)
    blank = Unvisited(("papers",), Extreme(Fraction(41), Fraction(0)), Extreme(Fraction(87), Fraction(1)))
    told = replace(made, forecast=replace(forecast, unvisited=blank))
    section = forecast_section(Reading(told, translations("en"), "none"))
    assert section is not None
    words = plain_sentence(section.left_out)
    assert "nobody visited a site: papers." in words
    assert "at its worst (0 %) the mean is 41.00 and the chance to pass <0.3%; at its best (100 %) 87.00" in words
    assert document(told)["forecast"]["unvisited"]["types"] == ["papers"]  # type: ignore[index]
    text = forecast_text(told.forecast, None, told.total.bounds, told.catalogue, {s: s for s in SMALL}, str)  # type: ignore[arg-type]
    assert words in text
    assert text.startswith("Total now: -")


def test_limits_of_questionnaires_within_the_error_are_told(made: Assessment) -> None:
    """Two areas and everybody; only areas are scored. Of four limits one may turn."""
    limit = Limit(Fraction(1, 2), ">=")
    sure, close = (Threshold("people_aware", limit, True, error, None) for error in (False, True))
    asked = Estimate("people", "aware", "share", EAST, "", "", Fraction(95, 100), thresholds=(sure, close))
    estimates = (asked, replace(asked, area=WEST, thresholds=(sure, sure)), replace(asked, area=""))
    told = replace(made, estimates=estimates)
    section = forecast_section(Reading(told, translations("en"), "none"))
    assert section is not None
    assert plain_sentence(section.assumptions[-1]).startswith("1 of 4 limits of questionnaires are met or missed")
    sure_of_all = replace(made, estimates=estimates[1:2])
    calm = forecast_section(Reading(sure_of_all, translations("en"), "none"))
    assert calm is not None
    assert len(calm.assumptions) == len(section.assumptions) - 1


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (Fraction(0), "<0.1%"), (Fraction(1), ">99.9%"), (Fraction(1, 1000), "0.1%"), (Fraction(999, 1000), "99.9%"),
        (Fraction(1, 3), "33.3%"), (Fraction(9999, 10_000), ">99.9%"),
    ],
)  # fmt: skip
def test_a_chance_is_never_none_or_certain(probability: Fraction, text: str) -> None:
    assert chance_text(probability) == text


@pytest.mark.parametrize(
    ("reached", "draws", "told"),
    [
        (0, 100, "<3.0% (none of 100 draws reaches it)"),
        (0, 10_000, "<0.1% (none of 10000 draws reaches it)"),
        (1, 100, ">97.0% (all of 100 draws reach it)"),
        (Fraction(1, 100), 100, "1.0% (standard error 1.00 %)"),
    ],
)
def test_where_none_or_all_of_the_draws_reach_a_mark_its_error_is_not_none(
    made: Assessment, reached: Fraction, draws: int, told: str
) -> None:
    """With 95 % confidence fewer than 3 in so many draws reach what none of them reached."""
    forecast = made.forecast
    assert isinstance(forecast, Forecast)
    error = Fraction("0.00995") if 0 < reached < 1 else Fraction(0)
    marks = (replace(forecast.marks[0], probability=Fraction(reached), error=error),)
    text = said(made, replace(forecast, marks=marks, draws=draws))
    assert f"  Chance to reach the pass mark, 70: {told}\n" in text
    view = forecast_section(
        Reading(replace(made, forecast=replace(forecast, marks=marks, draws=draws)), ENGLISH, "none")
    )
    assert view is not None
    assert [figure.text for _, figure in view.chances] == [told.partition(" ")[0]]


def test_the_command_line_says_that_a_level_wants_the_marks_of_parts(made: Assessment, tmp_path: Path) -> None:
    """Else its chance is lower than the histogram, and the totals alone, let expect."""
    forecast = made.forecast
    assert isinstance(forecast, Forecast)
    assert "A level counts the draws" not in said(made, forecast)
    forms = {"market": form("market", {"a": "points: 2", "b": "place: Ⅲ-2"}), "papers": form("papers", {"p": ""})}
    gated = make_catalogue(tmp_path, forms, head(PARTS.replace("combine: WAY", "combine: pooled, at_least: 65")))
    told = "  A level counts the draws in which the parts reach their marks too (实地 65); the pass mark the total alone.\n"
    assert told in said(replace(made, catalogue=gated), forecast)


def said(made: Assessment, forecast: Forecast) -> str:
    """What the command line prints."""
    assert made.total.bounds is not None
    return forecast_text(forecast, None, made.total.bounds, made.catalogue, {site: site for site in SMALL}, str)


def test_the_bars_stand_where_the_draws_are(made: Assessment) -> None:
    """From the drawing back to numbers: every bar has its place and its height, the marks theirs."""
    forecast = made.forecast
    assert isinstance(forecast, Forecast)
    plot = draw_plot(Reading(made, translations("en"), "none"), forecast)
    told = forecast.histogram
    assert sum(bar.count for bar in plot.bars) == forecast.draws
    highest = max(bar.count for bar in plot.bars)
    scale = float(told.step) / float(plot.bars[0].width)  # of a score for one per cent
    left = float(told.start) - float(plot.bars[0].x) * scale
    bars = {at: count for at, count in enumerate(told.counts) if count}
    for (at, count), bar in zip(bars.items(), plot.bars, strict=True):
        assert bar.count == count
        assert float(bar.height) == pytest.approx(100 * count / highest, abs=0.001)
        assert float(bar.y) + float(bar.height) == pytest.approx(100, abs=0.002)
        assert left + float(bar.x) * scale == pytest.approx(float(told.start + at * told.step), abs=0.01)
    low = left + float(plot.interval.start) * scale
    assert low == pytest.approx(float(forecast.quantiles[0].score), abs=0.01)
    assert low + float(plot.interval.width) * scale == pytest.approx(float(forecast.quantiles[-1].score), abs=0.01)
    assert [left + float(mark.x) * scale for mark in plot.marks] == pytest.approx(
        [70, float(made.total.score or 0)], abs=0.01
    )


def test_marks_far_off_are_not_drawn(made: Assessment) -> None:
    forecast = made.forecast
    assert isinstance(forecast, Forecast)
    nowhere = replace(made, total=replace(made.total, score=None))
    far = replace(forecast, histogram=replace(forecast.histogram, start=Fraction(1), step=Fraction(1, 100)))
    assert draw_plot(Reading(nowhere, translations("en"), "none"), far).marks == ()


def looked_up(told: Any, path: str) -> Any:
    for step in path.split("."):
        told = told[int(step)] if isinstance(told, list) else told[step]
    return told


@pytest.mark.parametrize("spoken", ["en", "zh"])
def test_every_figure_of_the_section_stands_in_the_document(made: Assessment, spoken: language.Language) -> None:
    section = forecast_section(Reading(made, translations(spoken), "none"))
    assert section is not None
    told = document(made)
    pieces = [section.sentence, *section.more, *section.assumptions, *(row[1] for row in section.types)]
    assert section.left_out == ()
    figures = [piece for each in pieces for piece in each if not isinstance(piece, str)]
    figures += [figure for *_, figure in section.chances] + [each.narrows for each in section.visits]
    assert len(figures) > 20
    for figure in figures:
        if figure.path:
            known = looked_up(told, figure.path)
            exact = Fraction(int(known["num"]), int(known["den"])) if isinstance(known, dict) else Fraction(known)
            assert abs(Fraction(figure.text) - exact) <= Fraction(1, 200)
        else:
            looked_up(told, figure.made_from)


def test_the_section_stands_on_the_page(made: Assessment) -> None:
    page = render_city(city_view(made, translations("en"), "none"))
    assert page.count('<section id="forecast" class="counted">') == page.count('<a href="#forecast"') == 1
    assert "<bdi>m7</bdi>" in page
    without = render_city(city_view(replace(made, forecast=None), translations("en"), "none"))
    assert '#forecast"' not in without


@pytest.mark.parametrize("reason", ["no_quota", "no_register", "nothing_visited", "no_total"])
def test_a_reason_stands_alone(made: Assessment, reason: Reason) -> None:
    page = render_city(city_view(replace(made, forecast=NoForecast(reason)), translations("en"), "none"))
    section = page.partition('<section id="forecast" class="counted">')[2].partition("</section>")[0]
    assert "Not estimable: " in section
    assert "<svg" not in section
