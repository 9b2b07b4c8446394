"""The page of a large round says what its sums say: every number on it is one of the assessment, in both languages."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from duibiao.criteria.language import Language, translations
from duibiao.evaluator.assessment import STATUSES, Assessment
from duibiao.reports.large_page import FigureTable, large_view, render_large
from duibiao.reports.terminal import summary_of_large
from tests.city import make_catalogue
from tests.test_large_round import in_large
from tests.test_standing import FORMS, drawn


@pytest.fixture(scope="module")
def round_(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    return in_large(drawn(make_catalogue(tmp_path_factory.mktemp("city"), FORMS), 1), 3, shown=7)[0]


def table(assessment: Assessment, name: str, language: Language = "en") -> FigureTable:
    return next(each for each in large_view(assessment, language).tables if each.id == name)


def test_the_top(round_: Assessment) -> None:
    view = large_view(round_, "en")
    assert round_.large is not None
    assert round_.total.score is not None
    assert view.score == f"{float(round_.total.score):.2f}"
    assert f"This round has {round_.large.gaps} gaps. The {len(round_.gaps)} costliest" in view.told[-1]
    assert "The 7 costliest" in view.told[-1]
    assert view.told[-2].startswith(f"Sites visited {round_.total.sites} of ")
    assert view.told[0].startswith("held at 70 by the veto of 火")
    assert view.told[-3].startswith("Bounds ")
    assert view.verdict.startswith(f"{float(85 - round_.total.score):.2f} below the pass mark 85")
    assert view.provisional == ""


@pytest.mark.parametrize(("name", "cards"), [("units", "units"), ("types", "site_types"), ("outline", "places")])
def test_rows_are_cards(name: str, cards: str, round_: Assessment) -> None:
    rows = {row[0].strip("　"): row for row in table(round_, name).rows}
    for card in getattr(round_, cards):
        row = rows[card.title]
        assert list(row[-len(STATUSES) :]) == [str(getattr(card.tally, status)) for status in STATUSES]
        assert row[4] == f"{card.sites} / {card.registered}"


def test_areas_stand_in_their_places(round_: Assessment) -> None:
    rows = table(round_, "area-district").rows
    assert [row[2] for row in rows] == ["1 / 2", "2 / 2"]


def test_the_costliest_gaps(round_: Assessment) -> None:
    rows = table(round_, "gaps").rows
    assert len(rows) == 7
    assert [row[3] for row in rows] == [gap.because for gap in round_.gaps]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_asks_for_nothing_and_is_spoken_in_one_language(language: Language, round_: Assessment) -> None:
    page = render_large(round_, language)
    assert "http" not in page.replace("http-equiv", "")
    assert ("The 7 costliest" in page) == (language == "en")
    assert page.count("<h2>") == len([each for each in large_view(round_, language).tables if each.rows])


def test_what_is_not_known_is_not_said(round_: Assessment) -> None:
    none = replace(round_.total, score=None, bounds=None, level=None)
    view = large_view(replace(round_, total=none), "en")
    assert (view.score, view.verdict, view.level) == ("—", "no score", "")
    assert not any(line.startswith("Bounds") for line in view.told)


def test_above_the_mark(round_: Assessment) -> None:
    above = replace(round_, total=replace(round_.total, score=Fraction(90)))
    assert large_view(above, "en").verdict == "above the pass mark 85"


def test_the_terminal_says_how_many_gaps_there_are(round_: Assessment) -> None:
    assert round_.large is not None
    lines = summary_of_large(round_, translations("en").gettext).splitlines()
    assert lines[-1] == f"Gaps: {round_.large.gaps}; the 7 costliest are told"
    assert not any("check-up" in line for line in lines)


def test_nothing_is_written_beside(tmp_path: Path, round_: Assessment) -> None:
    from duibiao.reports.large_results import write_large_results

    write_large_results(tmp_path, round_, "en")
    assert {path.name for path in tmp_path.iterdir()} == {"index.html", "assessment.json", "rejects.csv"}
