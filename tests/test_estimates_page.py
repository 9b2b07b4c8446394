"""What the questionnaires say on the city page: figures that stand in the document, and plots drawn to scale."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from duibiao.criteria.language import translations
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.assess import assess
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.checkup import checkup_of
from duibiao.evaluator.document import document, to_json
from duibiao.evaluator.judgement import judge_round
from duibiao.reports import estimates_view
from duibiao.reports.estimates_view import EstimateRow, questionnaires_view
from duibiao.reports.figures import Sentence, half_up
from duibiao.reports.html import write_pages
from duibiao.reports.reading import Reading
from duibiao.reports.terminal import summary
from tests.intake.city import read
from tests.test_estimates import BASE, POLL, assessed, made, people
from tests.test_pages import elements, looked_up

ROOT = Path(__file__).parents[1]
COUNTS = [
    {"属地": "川汇区", "日期": "2026-03-06", "抽取户数": 200, "入户数": 183, "来电数": 4},
    {"属地": "示范区", "日期": "2026-03-06", "抽取户数": 100, "入户数": 97, "来电数": 250},
]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return made(tmp_path_factory.mktemp("catalogue"), POLL)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Assessment:
    """川汇区 with everything there is to say, 示范区 with few people of whom nothing is said, both with counts."""
    rows = people("川汇区", "y" * 56 + "n" * 19 + "ddxx---", 层="甲", 总体数="900")
    for number, row in enumerate(rows):
        row |= {"小区": f"小区{number // 6}", "性别": "男女"[number % 2], "您安全吗": ("安全", "一般")[number % 3 == 0]}
    rows += people("示范区", "yyn", 层="乙", 小区="村", 总体数="40", 性别="女")
    return assessed(tmp_path_factory.mktemp("city"), catalogue, rows, **{"入户登记.csv": COUNTS})


def text(sentence: Sentence) -> str:
    return "".join(piece if isinstance(piece, str) else piece.text for piece in sentence)


def rows_of(assessment: Assessment, key: str) -> dict[str, EstimateRow]:
    (view,) = questionnaires_view(Reading(assessment, translations("en"), "all"))
    found = [each for each in (*view.questions, *view.rest) if each.text == key]  # in sight, and in the fold
    return {row.who: row for each in found for row in each.rows}


def test_everybody_and_what_is_at_stake_then_areas_then_groups(city: Assessment) -> None:
    rows = rows_of(city, "您支持参评吗")
    assert [(who, row.inner, row.value.text if row.value else "") for who, row in rows.items()] == [
        ("Everybody", False, "72.5%"), ("性别: 女", True, "73.1%"), ("性别: 男", True, "71.8%"), ("川汇区", True, ""), ("示范区", True, ""),
    ]  # fmt: skip
    assert [text(note) for note in rows["示范区"].notes] == [
        "not shown: too few people, or the figures of too few could be reckoned back"
    ]
    everybody = rows["Everybody"]
    assert [mark.word for mark in everybody.verdicts] == [
        "≥ 50%: reached, but within the error",
        "≥ 75%: not reached, but within the error",
    ]
    notes = [text(note) for note in everybody.notes]
    assert re.fullmatch(r"answers like these that would settle 50%: about \d+ more", notes[0])
    assert notes[1:] == [
        "no answer: 3", "count neither way: 2", "design effect 5.31", "strata with a single cluster, held against the mean of all: 1",
        "about 665 of 940 people",
    ]  # fmt: skip


def test_what_is_at_stake_stands_first_and_the_rest_is_folded(city: Assessment) -> None:
    (view,) = questionnaires_view(Reading(city, translations("en"), "all"))
    assert [(each.criteria, [row.who for row in each.rows]) for each in view.questions] == [
        ("支持率, 摊位支持率", ["Everybody", "性别: 女", "性别: 男"]),
        ("入户率", ["Everybody"]),
    ]
    assert [(each.criteria or each.text, len(each.rows)) for each in view.rest] == [
        ("支持率, 摊位支持率", 2), ("安全感", 5), ("来电数 ÷ 抽取户数", 2), ("抽取户数 ÷ 入户数", 2), ("100% − 入户数 ÷ 抽取户数", 2),
    ]  # fmt: skip
    assert text(view.chosen).startswith("First the 2 of 6 questions with a limit that is missed or lies within")
    assert text(view.folded) == "The other 13 rows"


def test_the_costliest_stands_first_and_a_limit_that_is_clearly_missed_is_told(city: Assessment) -> None:
    dear = replace(
        city,
        results=tuple(replace(each, lost=Fraction(each.id == "entry_rate")) for each in city.results),
        estimates=tuple(
            replace(each, thresholds=tuple(replace(limit, holds=False, in_error=False) for limit in each.thresholds))
            for each in city.estimates
        ),
    )
    (view,) = questionnaires_view(Reading(dear, translations("en"), "all"))
    assert [each.criteria for each in view.questions] == ["入户率", "支持率, 摊位支持率", "安全感"]
    assert [mark.word for mark in view.questions[0].rows[0].verdicts] == ["> 90%: not reached"]


def test_where_nothing_is_at_stake_everybody_stands_first(city: Assessment) -> None:
    clear = replace(
        city,
        estimates=tuple(
            replace(each, thresholds=tuple(replace(limit, holds=True, in_error=False) for limit in each.thresholds))
            for each in city.estimates
        ),
    )
    (view,) = questionnaires_view(Reading(clear, translations("en"), "all"))
    assert [row.who for each in view.questions for row in each.rows] == ["Everybody"] * 3
    assert text(view.chosen) == ""
    assert sum(len(each.rows) for each in view.questions + view.rest) == 17
    assert all(each.rows for each in view.questions + view.rest)
    assert text(view.folded) == "The other 14 rows"


def test_the_question_that_the_advice_names_stands_in_sight(city: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    named = next(at for at, each in enumerate(city.estimates) if each.key == "safety")
    monkeypatch.setattr(estimates_view, "advised_limit", lambda reading: (named, 0))
    (view,) = questionnaires_view(Reading(city, translations("en"), "all"))
    assert {"安全感": ["Everybody"]}.items() <= {
        each.criteria: [row.who for row in each.rows] for each in view.questions
    }.items()


def test_few_rows_are_not_folded(tmp_path: Path, catalogue: Catalogue) -> None:
    few = assessed(tmp_path, catalogue, people("川汇区", "yyyyn"))
    (view,) = questionnaires_view(Reading(few, translations("en"), "all"))
    assert [(each.text, len(each.rows)) for each in view.questions] == [("您支持参评吗", 2), ("您安全吗", 2)]
    assert (view.chosen, view.rest, view.folded) == ((), (), ())


def test_a_limit_that_is_reached_within_the_error(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = rows_of(assessed(tmp_path, catalogue, people("川汇区", "yyyyn")), "您支持参评吗")
    assert [mark.word for mark in rows["川汇区"].verdicts] == [
        "≥ 50%: reached, but within the error",
        "≥ 75%: reached, but within the error",
    ]
    assert rows["川汇区"].whiskers is not None
    assert rows["川汇区"].whiskers.label == "80.0%, from 37.6% to 96.4%"


def test_rates_of_counts_are_told_of_everybody(city: Assessment) -> None:
    (row,) = rows_of(city, "入户数 as a share of 抽取户数").values()
    assert row.value is not None
    assert (row.value.text, row.value.of) == ("93.3%", "280 / 300")
    assert text(row.notes[-1]) == "a limit lies within the error in 川汇区"
    told = rows_of(city, "来电数 ÷ 抽取户数")
    assert [text(row.notes[0]) for row in told.values()] == [
        "no interval: this is no share of people who were counted"
    ] * 2
    assert [row.whiskers for row in told.values()] == [None, None]


def test_a_rate_whose_limits_are_all_clear(tmp_path: Path, catalogue: Catalogue) -> None:
    counts = [row | {"入户数": 1} for row in COUNTS]
    (row,) = rows_of(
        assessed(tmp_path, catalogue, people("川汇区", "yyyy"), **{"入户登记.csv": counts}),
        "入户数 as a share of 抽取户数",
    ).values()
    assert row.notes == ()


def test_the_exact_way_is_named(tmp_path: Path) -> None:
    exact = made(tmp_path, POLL.replace("minimum_group: 4", "minimum_group: 4\ninterval: clopper_pearson"))
    (view,) = questionnaires_view(
        Reading(assessed(tmp_path / "city", exact, people("川汇区", "yyyn")), translations("en"), "all")
    )
    assert (
        text(view.sentence) == "Intervals of 95% for chance alone, by Clopper and Pearson; means ± t standard errors."
    )


def test_the_document_is_as_its_schema_says_and_the_summary_counts_limits(city: Assessment) -> None:
    told = json.loads(to_json(document(city)))
    schema = json.loads((ROOT / "docs" / "assessment.schema.json").read_text("utf-8"))
    validator = Draft202012Validator(schema["$defs"]["estimate"] | {"$defs": schema["$defs"]})
    assert [each.message for estimate in told["estimates"] for each in validator.iter_errors(estimate)] == []
    assert len(told["estimates"]) == 22
    judgement = judge_round(city.catalogue, city.submission)
    line = "Questionnaires: 1 of 3 limits lie within the error, see the report\n"
    assert line in summary(city, checkup_of(judgement, str), str)


def test_nothing_is_said_of_few_people_anywhere(city: Assessment, tmp_path: Path) -> None:
    told = json.loads(to_json(document(city)))
    gone = [each for each in told["estimates"] if each["hidden"]]
    assert {(each["area"], each["key"]) for each in gone} == {
        ("周口市/示范区", "support"),
        ("周口市/川汇区", "support"),
    }
    for each in gone:
        assert {
            each[key] for key in ("value", "yes", "of", "answers", "blank", "left_out", "low", "high", "effective")
        } == {None}
    write_pages(city, tmp_path / "out")
    pages = "".join(path.read_text("utf-8") for path in (tmp_path / "out").rglob("*.html"))
    section = pages[pages.index('<section id="questionnaires">') :].partition("</section>")[0]
    for share in (Fraction(2, 3), Fraction(56, 77)):
        assert not any(f"{half_up(share * 100, digits)}%" in section for digits in (1, 2))
    assert f"{half_up(Fraction(56, 77) * 100, 1)}%" not in pages
    assert set(city.findings.filter(city.findings["criterion"] == "supported")["status"]) == {"unobserved"}


def test_every_figure_of_the_section_stands_in_the_document(city: Assessment, tmp_path: Path) -> None:
    write_pages(city, tmp_path / "out", "none")
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    section = page[page.index('<section id="questionnaires">') :].partition("</section>")[0]
    told, checked = document(city), 0
    for _, attributes, texts in elements(section).found:
        for path in (attributes.get("data-path") or attributes.get("data-from") or "").split():
            known, shown = looked_up(told, path), "".join(texts).strip()
            checked += 1
            if isinstance(known, list):  # a count of estimates, or of what stands in them
                assert 0 < int(shown) <= len(known)
                continue
            if not isinstance(known, dict):
                assert shown == str(known)
                continue
            exact = Fraction(int(known["num"]), int(known["den"]))
            percent = shown.endswith("%")
            ends = shown.rstrip("%").split("–")
            assert half_up(exact * (100 if percent else 1), len(ends[0].partition(".")[2])) in ends, path
    assert checked > 40


def test_a_city_without_questionnaires_has_no_such_section(tmp_path: Path, catalogue: Catalogue) -> None:
    stalls = [{"点位": "甲", "属地": "川汇区", "日期": "2026-03-06", "干净": "是"}]
    write_pages(assess(catalogue, read(tmp_path, catalogue, {**BASE, "摊位.csv": stalls})), tmp_path / "out", "none")
    assert 'id="questionnaires"' not in (tmp_path / "out" / "index.html").read_text("utf-8")
