"""A checklist says what the catalogue asks and what was found, and its quiz has the answers of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from duibiao.criteria.load import catalogue_folder, read_catalogue
from duibiao.criteria.models import Information, Judged
from duibiao.evaluator.cases import read_cases
from duibiao.evaluator.units import unit_title
from duibiao.reports.checklist import Entry, Maker, Sheet
from duibiao.reports.field_rows import fields_of
from duibiao.reports.form import form_of
from duibiao.reports.quiz import CHOICES
from tests.checklists import ATTACK, national_maker, small_maker

KINDS = ("market", "crossing", "public_toilet", "community", "park", "bus_stop")


@pytest.fixture(scope="module")
def national() -> Maker:
    return national_maker(*KINDS, quiz=True)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    return small_maker(tmp_path_factory.mktemp("small"), quiz=True)


def sheet_of(maker: Maker, key: str, *units: str) -> Sheet:
    """The sheet of one site."""
    (sheet,) = maker.of_sites([each for each in maker.known.subjects if each.key == key], units).sheets
    return sheet


def entry_of(sheet: Sheet, criterion: str) -> Entry:
    return next(each for each in sheet.entries if each.id == criterion)


# ------------------------------------------------------------------ what is asked


def test_every_site_type_has_every_criterion_in_force_with_its_words(national: Maker) -> None:
    catalogue = national.book.catalogue
    for kind in catalogue.site_types:
        (sheet,) = national.of_types([kind]).sheets
        rules = {
            each.id: each
            for each in catalogue.criteria_of(kind, national.known.as_of)
            if not isinstance(each, Information)
        }
        assert {each.id for each in sheet.entries} == rules.keys(), kind
        assert [each.number for each in sheet.entries] == list(range(1, len(rules) + 1))
        for entry in sheet.entries:
            rule = rules[entry.id]
            assert (entry.title, entry.look_for, entry.remedy) == (rule.title, rule.look_for, rule.remedy)
            assert entry.proposed == bool(rule.proposed)
            assert entry.rule.text


def test_entries_follow_the_outline(national: Maker) -> None:
    places = list(national.book.ways)
    (sheet,) = national.of_types(["market"]).sheets
    found = [places.index(each.place) for each in sheet.entries]
    assert found == sorted(found)
    assert len(found) > 25


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_written_down_once_and_named_where_it_counts_again(national: Maker, kind: str) -> None:
    form = form_of(national.book.catalogue, kind, None, national.known.as_of)
    (sheet,) = national.of_types([kind]).sheets
    first: dict[str, int] = {}
    rules = {each.id: each for each in form.criteria}
    for entry in sheet.entries:
        rule = rules[entry.id]
        wanted = [
            key for key in form.fields if key in fields_of(form.kind, rule) and form.verdicts.get(key) != "yes_no"
        ]
        labels = {form.fields[key].label: key for key in wanted if key != entry.id}
        for blank in entry.blanks:
            if blank.label in labels:
                key = labels[blank.label]
                assert blank.see == first.get(key, 0)
                assert (blank.unit or None) in {form.fields[key].unit, "%"}
                first.setdefault(key, entry.number)
        assert len(entry.blanks) == len(wanted) + (entry.id in form.by_problems)
    assert first


def test_the_whole_is_asked_before_its_parts(national: Maker) -> None:
    (sheet,) = national.of_types(["crossing"]).sheets
    labels = [each.label for each in entry_of(sheet, "ebike_helmet").blanks]
    assert labels == ["电动自行车骑行人数", "其中佩戴头盔人数"]


def test_mistakes_are_cases_that_are_not_met(national: Maker) -> None:
    told = 0
    for kind in KINDS:
        for entry in national.of_types([kind]).sheets[0].entries:
            worked = national.book.worked_of.get(entry.id, ())
            names = {each.case.name: each for each in worked if each.status in {"missed", "partial"}}
            for mistake in entry.mistakes:
                told += 1
                name = mistake if mistake in names else mistake.partition(": ")[2]
                elsewhere = national.book.catalogue.site_types[names[name].case.site_type].title
                assert mistake in {name, f"{elsewhere}: {name}"}
            own = [each for each in names.values() if each.case.site_type == kind]
            if own and entry.mistakes:
                assert all(": " not in each or each in names for each in entry.mistakes)
    assert told > 100


# ------------------------------------------------------------------ what was found


def test_a_blank_sheet_knows_nothing_of_findings(small: Maker, tmp_path: Path) -> None:
    blank = small_maker(tmp_path, filled=False)
    sheet = sheet_of(blank, "M1")
    assert (sheet.told, {each.last for each in sheet.entries}, {each.lost for each in sheet.entries}) == (
        "",
        {None},
        {""},
    )
    assert blank.of_types(["market"]).basis == "criteria of 2026-03-02"
    assert small.of_types(["market"]).basis == "findings of round all data, as of 2026-03-02"


def test_a_filled_sheet_says_what_was_found_last(small: Maker) -> None:
    assessment = small.known.assessment
    assert assessment is not None
    for key in ("M1", "M2"):
        sheet = sheet_of(small, key)
        rows = assessment.findings.filter(pl.col("site") == key).iter_rows(named=True)
        found = {row["criterion"]: row for row in rows}
        assert {each.id for each in sheet.entries} == found.keys()
        for entry in sheet.entries:
            assert entry.last is not None
            assert entry.last.mark is not None
            assert entry.last.mark.tone == f"s-{found[entry.id]['status']}"
            assert (entry.last.day, entry.last.because) == ("2026-03-02", found[entry.id]["because"])
    assert sheet_of(small, "M1").told == "partly met 1, missed 1"
    assert sheet_of(small, "M2").told == "met 2"
    unseen = sheet_of(small, "M3")
    assert (unseen.told, [each.last for each in unseen.entries]) == ("", [None, None])


def test_a_problem_is_told_beside_what_was_found(small: Maker) -> None:
    last = entry_of(sheet_of(small, "M1"), "food_safe").last
    assert last is not None
    assert last.problems == ("=cmd|' /C calc'!A0",)


def test_a_type_counts_its_sites(small: Maker) -> None:
    (sheet,) = small.of_types(["market"]).sheets
    assert sheet.told == "2 of 3 sites visited"
    last = entry_of(sheet, "food_safe").last
    assert last is not None
    assert (last.mark, last.because) == (None, "of 2 sites: met 1, missed 1")


def test_what_loses_most_comes_first(tmp_path: Path) -> None:
    maker = small_maker(tmp_path, order="points")
    assessment = maker.known.assessment
    assert assessment is not None
    lost = {each.id: each.lost for each in assessment.results}
    (sheet,) = maker.of_types(["market"]).sheets
    assert [each.id for each in sheet.entries] == sorted(
        lost.keys() & {e.id for e in sheet.entries}, key=lambda id: -lost[id]
    )
    assert [bool(each.lost) for each in sheet.entries] == [True, True]
    by_outline = small_maker(tmp_path / "again").of_types(["market"]).sheets[0]
    assert [each.id for each in by_outline.entries] != [each.id for each in sheet.entries]


# ------------------------------------------------------------------ whom it is for


def test_sites_are_found_by_number_and_name(small: Maker) -> None:
    assert small.known.site_names.get("M1") == small.known.site_names.get(" 光华市场") == ["M1"]
    sheet = sheet_of(small, "M1")
    assert (sheet.name, sheet.number, sheet.kind, sheet.area) == ("光华市场", "M1", "农贸市场", "东区")
    assert sheet.unit == "东区市场监管局"


def test_units_are_found_by_full_name_and_by_kind(small: Maker) -> None:
    names = small.known.unit_names
    assert [unit_title(small.book.catalogue, each) for each in names.get("东区市场监管局")] == ["东区市场监管局"]
    assert len(names.get("市场监管局")) == len(names.get("市监局")) == 2
    east = sheet_of(small, "M1", *names.get("东区市场监管局"))
    assert {each.id for each in east.entries} == {"adverts", "food_safe"}
    west = small.of_sites([each for each in small.known.subjects if each.key == "M2"], names.get("东区市场监管局"))
    assert west.sheets == ()


def test_areas_hold_what_lies_below_them(small: Maker) -> None:
    names = small.known.area_names

    def sites(area: str) -> list[str]:
        return sorted(each.key for each in small.known.subjects if small.known.in_area(each, names.get(area)))

    assert sites("东区") == ["M1", "M3"]
    assert sites("试验市") == ["M1", "M2", "M3"]
    assert sites("试验市/西区") == ["M2"]


def test_an_area_is_not_above_one_whose_name_only_begins_alike(small: Maker) -> None:
    subject = small.known.subjects[0]
    assert not small.known.in_area(subject, [subject.area[:-1]])


# ------------------------------------------------------------------ the quiz


def expected(told: object, points: float) -> str:
    """The status that a case expects, read from its file and not from the engine."""
    if isinstance(told, Mapping):
        lost = float(str(told["lost"].value if hasattr(told["lost"], "value") else told["lost"]))
        return "met" if lost == 0 else "missed" if lost >= points else "partial"
    if isinstance(told, str) and told in CHOICES:
        return told
    score = float(str(told))
    return "met" if score == 1 else "missed" if score == 0 else "partial"


def test_each_answer_is_what_the_case_expects(national: Maker) -> None:
    folder = catalogue_folder("national")
    assert folder is not None
    cases = {(each.name, key): each for each in read_cases(read_catalogue(folder), []) for key in each.expect}
    seen = set()
    for kind in KINDS:
        questions = national.of_types([kind]).questions
        assert len(questions) == 10
        rules = {}
        for each in questions:
            rule = rules[each.criterion] = national.book.newest(each.criterion, kind)
            case = cases[each.case, each.criterion]
            assert each.status == expected(case.expect[each.criterion], float(rule.points)), each
            assert each.answer[2:] == each.choices[CHOICES.index(each.status)][2:]
            assert each.answer in each.choices
            seen.add(each.status)
        # Where the verdict itself is what was seen, nothing else being left to ask.
        judged = [isinstance(rules[each.criterion], Judged) for each in questions]
        assert kind == "public_toilet" or not any(judged)
    assert seen >= {"met", "partial", "missed", "not_applicable"}


def test_a_quiz_is_the_same_each_time_and_asks_about_ten_things(national: Maker) -> None:
    questions = national.of_types(["market"]).questions
    assert questions == national_maker("market", quiz=True).of_types(["market"]).questions
    assert len({each.criterion for each in questions}) == 10
    assert [each.number for each in questions] == list(range(1, 11))


def test_few_cases_make_few_questions(small: Maker) -> None:
    questions = small.of_types(["market"]).questions
    assert [(each.title, each.case, each.status) for each in questions] == [
        ("公益广告", "一处得一半", "partial"),
        (ATTACK, "两件不合格", "missed"),
        ("公益广告", "三处满分", "met"),
        (ATTACK, "一件也合格", "met"),
        ("公益广告", "一处也没有", "missed"),
    ]


def test_without_a_quiz_there_are_no_questions(tmp_path: Path) -> None:
    assert small_maker(tmp_path).of_types(["market"]).questions == ()
