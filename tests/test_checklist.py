"""A checklist says what the catalogue asks and what was found, and its quiz has the answers of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from duibiao.criteria.load import load_catalogue
from duibiao.criteria.models import Information, Judged
from duibiao.evaluator.cases import Case
from duibiao.evaluator.units import unit_title
from duibiao.reports.checklist import Entry, Maker, Sheet
from duibiao.reports.checklist_lines import about
from duibiao.reports.example_view import seen_values
from duibiao.reports.field_rows import fields_of
from duibiao.reports.form import form_of
from duibiao.reports.quiz import CHOICES
from duibiao.reports.subjects import edition_day
from tests.checklists import KINDS, national_maker, small_maker
from tests.handbook_catalogue import ATTACK, FILES, write_catalogue


@pytest.fixture(scope="module")
def national() -> Maker:
    return national_maker(quiz=True)


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


def test_examples_are_what_was_seen_in_cases_about_one_criterion(national: Maker) -> None:
    told = 0
    for kind in KINDS:
        for entry in national.of_types([kind]).sheets[0].entries:
            seen = {
                f"{', '.join(f'{label} {value}' for label, value in seen_values(national.book, each))} → {word}"
                for each in national.book.worked_of.get(entry.id, ())
                for status, word in (("missed", "missed"), ("partial", "partly met"))
                if each.status == status and set(each.case.expect) == {entry.id}
            }
            assert set(entry.examples) <= seen
            told += len(entry.examples)
    assert told > 50


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
            row = found[entry.id]
            because = "" if row["status"] == "met" else row["because"]
            assert (entry.last.day, entry.last.because) == ("2026-03-02", because)
    assert sheet_of(small, "M1").told == "partly met 1, missed 1"
    assert sheet_of(small, "M2").told == "met 2"
    unseen = sheet_of(small, "M3")
    assert (unseen.told, [each.last for each in unseen.entries]) == ("", [None, None])


def test_what_was_met_has_no_severity(small: Maker) -> None:
    """M2 is met throughout; of a type, and on a blank sheet, every criterion keeps its severity."""
    for sheet in (sheet_of(small, "M1"), sheet_of(small, "M2"), *small.of_types(["market"]).sheets):
        for entry in sheet.entries:
            met = entry.last is not None and entry.last.mark is not None and entry.last.mark.tone == "s-met"
            assert (entry.severity is None) == met
    severity = "severity:"
    assert [severity in " ".join(about(each, str)) for each in sheet_of(small, "M2").entries] == [False, False]
    assert any(severity in " ".join(about(each, str)) for each in sheet_of(small, "M1").entries)


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


def test_what_belongs_to_a_site_is_a_section_of_its_checklist(tmp_path: Path) -> None:
    """C1 belongs to M1, C2 stands for itself."""
    maker = small_maker(tmp_path, parts={"C1": "M1", "C2": ""})

    def sheets(*keys: str, units: tuple[str, ...] = ()) -> list[tuple[str, bool]]:
        asked = [each for each in maker.known.subjects if each.key in keys]
        return [(each.key, each.inside) for each in maker.of_sites(asked, units).sheets]

    assert sheets("M1") == sheets("M1", "C1") == [("M1", False), ("C1", True)]
    assert sheets("C1") == [("C1", False)]
    assert sheets("M3", "C2") == [("C2", False), ("M3", False)]
    # The police leads at crossings and not at markets: what is left stands for itself.
    assert sheets("M1", units=("police",)) == [("C1", False)]
    made = maker.of_sites([each for each in maker.known.subjects if each.key == "M1"])
    assert made.title == "Checklist: 光华市场"
    assert [each.area for each in made.sheets] == ["东区", "东区 · 光华市场"]
    assert [each.number for each in made.sheets[1].entries] == [1]


@pytest.mark.parametrize(
    ("edition", "starts", "day"),
    [
        ("2026", ("2024-01-01", "2027-01-01"), "2024-01-01"),  # next year's criteria are not asked yet
        ("2026", ("2024-01-01", "2026-12-31"), "2026-12-31"),
        ("试行", ("2024-01-01", "2027-01-01"), "2027-01-01"),
        ("99999", ("2024-01-01",), "2024-01-01"),
    ],
)
def test_a_blank_sheet_has_the_criteria_of_its_edition(
    tmp_path: Path, edition: str, starts: tuple[str, ...], day: str
) -> None:
    changes = "".join(f"\n      - {{from: {each}, pass: bad_items <= 1}}" for each in starts)
    folder = write_catalogue(
        tmp_path,
        catalogue=FILES["catalogue.yaml"].replace('"2026"', f'"{edition}"'),
        market=FILES["sites/market.yaml"].replace("\n      - {from: 2024-01-01, pass: bad_items <= 1}", changes),
    )
    assert edition_day(load_catalogue(folder)).isoformat() == day


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
    cases: dict[object, list[Case]] = {}
    for worked in national.book.worked:
        seen_there = tuple(seen_values(national.book, worked))
        cases.setdefault((worked.criterion.id, seen_there), []).append(worked.case)
    seen = set()
    for kind in KINDS:
        questions = national.of_types([kind]).questions
        assert len(questions) == 10
        rules = {}
        for each in questions:
            rule = rules[each.criterion] = national.book.newest(each.criterion, kind)
            named = cases[each.criterion, each.seen]
            told = {expected(case.expect[each.criterion], float(rule.points)) for case in named}
            assert each.status in told, each
            assert each.answer[2:] == each.choices[CHOICES.index(each.status)][2:]
            assert each.answer in each.choices
            seen.add(each.status)
        # Where the verdict itself is what was seen, nothing else being left to ask.
        judged = [isinstance(rules[each.criterion], Judged) for each in questions]
        assert kind == "public_toilet" or not any(judged)
        assert {each.kind for each in questions} == {""}
    assert seen >= {"met", "partial", "missed", "not_applicable"}


def test_a_quiz_is_the_same_each_time_and_asks_about_ten_things(national: Maker) -> None:
    questions = national.of_types(["market"]).questions
    assert questions == national_maker(quiz=True).of_types(["market"]).questions
    assert len({each.criterion for each in questions}) == 10
    assert [each.number for each in questions] == list(range(1, 11))


def test_few_cases_make_few_questions(small: Maker) -> None:
    questions = small.of_types(["market"]).questions
    assert [(each.title, each.status) for each in questions] == [
        ("公益广告", "partial"),
        (ATTACK, "missed"),
        ("公益广告", "met"),
        (ATTACK, "met"),
        ("公益广告", "missed"),
    ]


def test_without_a_quiz_there_are_no_questions(tmp_path: Path) -> None:
    assert small_maker(tmp_path).of_types(["market"]).questions == ()
