"""The page of a large round says what its sums say: every number on it is one of the assessment, in both languages."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from duibiao.criteria.language import Language, translations
from duibiao.evaluator.assessment import STATUSES, Assessment
from duibiao.evaluator.estimates import Estimate, Threshold
from duibiao.evaluator.thresholds import Limit
from duibiao.reports.large_page import FigureTable, large_view, render_large
from duibiao.reports.terminal import summary_of_large
from tests.city import EAST, make_catalogue
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


def test_areas_of_one_name_are_told_apart_by_what_is_above_them(round_: Assessment) -> None:
    districts = [card for card in round_.areas if card.kind == "district"]
    alike = tuple(
        replace(card, id=f"甲市/{place}/新城区", title="新城区") if card in districts else card
        for place, card in enumerate(round_.areas)
    )
    rows = table(replace(round_, areas=alike), "area-district").rows
    assert sorted(row[0] for row in rows) == sorted(
        f"{place} · 新城区" for place, card in enumerate(round_.areas) if card in districts
    )
    assert [row[0] for row in table(round_, "area-district").rows] == [
        card.title for card in sorted(districts, key=lambda card: card.rank or 0)
    ]


def test_a_criterion_of_several_parts_is_told_with_its_part(round_: Assessment) -> None:
    [first, *_] = round_.results
    other = next(part for part in round_.method.part_titles if part != first.part)
    twice = replace(round_, results=(first, replace(first, part=other)))
    parts = round_.method.part_titles
    told = [f"{first.title} ({first.id}) · {parts[part]}" for part in (first.part, other)]
    assert [row[0] for row in table(twice, "losses").rows] == told
    assert all(each in summary_of_large(twice, str) for each in told)
    assert table(round_, "losses").rows[0][0] == f"{first.title} ({first.id})"


def test_sites_of_one_name_are_told_with_their_numbers(round_: Assessment) -> None:
    told = {gap.site for gap in round_.gaps}
    assert len(told) > 1
    alike = replace(round_, sites=tuple(replace(each, name="人民路") for each in round_.sites))
    assert all(f"  人民路 ({site}): " in summary_of_large(alike, str) for site in told)
    assert "(S" not in summary_of_large(round_, str).partition("Gaps whose mending")[2].partition(":")[0]


def test_what_is_only_counted_of_the_inspections(round_: Assessment) -> None:
    assert round_.large is not None
    counted = replace(round_, large=replace(round_.large, notes={"same-time": 3, "problem-not-written": 12}))
    rows = table(counted, "row-notes").rows
    assert [row[1] for row in rows] == ["3", "12"]
    assert rows[1][0] == "points are taken off, and no row says what is wrong; ask the inspectors"
    assert f"Notes on inspections (12): {rows[1][0]}\n" in summary_of_large(counted, str)
    assert table(counted, "row-notes", "zh").rows[0][0] == "同一时间的检查结果不一致，取低的"


def test_criteria_that_nobody_checked(round_: Assessment) -> None:
    name = next(iter(round_.criteria))
    rows = table(replace(round_, unchecked=(name,)), "unchecked").rows
    assert [row[0] for row in rows] == [f"{round_.criteria[name].title} ({name})"]
    assert rows[0][1] in round_.method.part_titles.values()


POLL = """
questionnaire: poll
title: 民调
each: district
fields: {}
questions:
  support: {text: 您支持参评吗, choices: [支持, 不支持], yes: [支持]}
criteria:
  - {id: supported, title: 支持率, place: Ⅲ-1, ask: poll.support, pass: rate >= 0.8}
"""


def test_what_the_questionnaires_say(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, {**FORMS, "poll": POLL})
    large = in_large(drawn(catalogue, 1), 3, shown=7)[0]
    of = {"group": "", "member": "", "confidence": Fraction(95, 100), "answers": 40}
    limit = Threshold("supported", Limit(Fraction(4, 5), ">="), holds=False, in_error=True, more=None)
    city = Estimate("poll", "support", "share", "", value=Fraction(3, 4), low=0.6, high=0.86, thresholds=(limit,), **of)  # type: ignore[arg-type]
    east = Estimate("poll", "support", "share", EAST, **of)  # type: ignore[arg-type]
    told = replace(large, estimates=(city, east))
    assert table(told, "estimates").rows == (
        ("民调", "您支持参评吗", "Everybody", "≥ 80%: not reached, but within the error", "75.0%", "60.0–86.0%", "40"),
        ("民调", "您支持参评吗", EAST.rpartition("/")[2], "—", "—", "—", "40"),
    )
    assert "1 of 1 limits" not in summary_of_large(told, str)  # of an area
    assert f'<section id="estimates">\n<h2>{translations("en").gettext("Questionnaires")} (2)' in render_large(
        told, "en"
    )
