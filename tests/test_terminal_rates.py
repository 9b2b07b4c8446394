"""`duibiao questionnaires` and `duibiao ranking`: the same figures as the page, of every area and group."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from duibiao.cli import main
from duibiao.criteria import language
from duibiao.criteria.language import translations
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.archive import write_inputs
from duibiao.evaluator.assessment import Assessment, Firmness, Kept, Stability
from duibiao.reports.figures import half_up
from duibiao.reports.html import write_pages
from duibiao.reports.reading import Reading
from duibiao.reports.terminal_questionnaires import questionnaires_text
from duibiao.reports.terminal_ranking import ranking_text
from tests.assessments import assessment
from tests.intake.city import AREAS
from tests.test_estimates import POLL, WEST, assessed, made, people

DISTRICTS = [*AREAS, *({"属地": name, "上级": "周口市", "层级": "区县"} for name in ("淮阳区", "港区"))]
COUNTS = [
    {"属地": name, "日期": "2026-03-06", "抽取户数": drawn, "入户数": entered}
    for name, drawn, entered in (("川汇区", 200, 183), ("示范区", 10, 20), ("淮阳区", 100, 97))
]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return made(tmp_path_factory.mktemp("catalogue"), POLL)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Assessment:
    """Answers of three districts by sex, of one of them too few; counts of three, of which one contradicts itself, and
    none of the fourth."""
    rows = [row | {"性别": "男女"[at % 2]} for at, row in enumerate(people("川汇区", "y" * 30 + "n" * 10 + "x-"))]
    rows += people("示范区", "yn", 性别="男") + people("淮阳区", "yyyyn", 性别="女")
    rows += people("港区", "yyyy", 性别="女")
    files = {"areas.csv": DISTRICTS, "入户登记.csv": COUNTS}
    return assessed(tmp_path_factory.mktemp("city"), catalogue, rows, **files)


def lines(text: str) -> list[list[str]]:
    """The cells of each line: what two blanks part, without what makes heads bold."""
    plain = re.sub("\x1b\\[[0-9]*m", "", text)
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in plain.splitlines() if line.strip()]


def english(told: Assessment) -> Reading:
    return Reading(told, translations("en"), "none")


@pytest.mark.usefixtures("english")
def test_every_rate_with_its_interval_by_area_and_group(city: Assessment) -> None:
    told = lines(questionnaires_text(english(city)))
    assert told[0] == ["入户问卷", "Intervals of 95% for chance alone, by Wilson; means ± t standard errors."]
    support = told[told.index(["支持率, 摊位支持率", "您支持参评吗"]) :]
    assert support[2] == ["Of whom", "Share or mean", "Interval", "Answers", "Remarks"]
    by_whom = {row[0]: row[1:] for row in support[: support.index(["您安全吗"])]}
    assert by_whom["川汇区"][:3] == ["75.0%", "59.8–85.8%", "40"]
    assert by_whom["示范区"][:3] == by_whom["港区"][:3] == ["-", "-", "-"]  # one is too few, and the other goes with it
    assert by_whom["性别: 女"][:3] == ["79.3%", "61.6–90.2%", "29"]


@pytest.mark.usefixtures("english")
def test_a_rate_names_the_areas_that_it_says_nothing_of(city: Assessment) -> None:
    """One is contradictory, of others nobody was counted."""
    text = " ".join(questionnaires_text(english(city)).split())
    assert "without 港区, 示范区, of which there is no rate" in text
    assert "not estimable: the counts contradict each other" in text
    entry = {
        row[0]: row[1:4] for row in lines(questionnaires_text(english(city))) if row[1:2] in (["91.5%"], ["93.3%"])
    }
    assert entry == {"Everybody": ["93.3%", "89.9–95.6%", "300"], "川汇区": ["91.5%", "86.8–94.6%", "200"]}


def test_the_page_of_an_area_has_what_its_people_answered(city: Assessment, tmp_path: Path) -> None:
    write_pages(city, tmp_path, "all", "en")
    pages = {path.read_text("utf-8") for path in (tmp_path / "area").glob("*.html")}
    (east,) = (page for page in pages if "<h1><bdi>川汇区</bdi></h1>" in page)
    assert [text in east for text in ("您支持参评吗", ">75.0%<", ">91.5%<")] == [True] * 3
    (west,) = (page for page in pages if "<h1><bdi>示范区</bdi></h1>" in page)
    assert "not shown: too few people" in west
    assert "75.0%" not in west


@pytest.mark.usefixtures("english")
def test_where_nobody_was_asked_it_is_said(city: Assessment) -> None:
    told = replace(city, estimates=())
    assert questionnaires_text(english(told)) == "No questionnaire has answers or counts in this round.\n"


@pytest.mark.usefixtures("english")
def test_places_and_how_firm_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    kept = (Kept("left_out", 4, 5), Kept("points", 10, 10))
    areas = (
        Firmness("周口市/淮阳区", 1, kept, 1, 2, ("helmet",)),
        Firmness("周口市/川汇区", 2, kept, 2, 2, ()),
    )
    city = replace(assessment(), stability=Stability("district", areas))
    told = lines(ranking_text(english(city)))
    assert told[0] == [
        "Rank", "Area", "Score", "Level", "Points of the total lost", "Place kept", "Places it may get",
    ]  # fmt: skip
    scores = {card.title: half_up(card.score, 2) for card in city.areas if card.score is not None}
    assert [row[:3] for row in told[2:4]] == [
        [str(place), name, scores[name]] for place, name in ((1, "淮阳区"), (2, "川汇区"))
    ]
    assert told[2][-2:] == ["93.3%", "places 1 to 2"]
    assert told[3][-2:] == ["93.3%", "-"]
    notes = ranking_text(english(city))
    assert "Not firm are places 1, 2" in notes
    assert "淮阳区: 1 criteria or parts alone can move its place" in notes


@pytest.mark.usefixtures("english")
def test_without_several_areas_nothing_is_ranked() -> None:
    told = ranking_text(english(replace(assessment(), areas=(), stability=None)))
    assert told == "There is no level with several areas, so nothing is ranked.\n"


@pytest.mark.parametrize("command", ["questionnaires", "ranking"])
def test_the_commands_read_a_result(city: Assessment, tmp_path: Path, command: str) -> None:
    write_inputs(tmp_path / "inputs", city.catalogue, city.submission, city.round.id, city.as_of)
    try:
        found = CliRunner().invoke(main, [command, "--in", str(tmp_path), "--lang", "en"])
        wrong = CliRunner().invoke(main, [command, "--in", str(tmp_path / "nowhere"), "--lang", "en"])
    finally:
        language.use()
    assert (found.exit_code, wrong.exit_code) == (0, 2)
    shown = {"questionnaires": questionnaires_text, "ranking": ranking_text}[command]
    assert WEST.rpartition("/")[2] in found.output
    assert shown.__name__.removesuffix("_text") == command
