"""Gaps as JUnit XML and SARIF: read back by validators from outside, added up again, safe whatever the data hold."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from junitparser import Failure, JUnitXml, Skipped
from sarif.loader import load_sarif_file

from duibiao.cli import main
from duibiao.commands.check import GAP_FORMATS as CHOICES
from duibiao.criteria.language import Language, translations
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.cells import Cell
from duibiao.reports.gap_formats import GAP_FORMATS, write_gap_formats
from duibiao.reports.gaps_junit import gaps_junit
from duibiao.reports.gaps_sarif import gaps_sarif
from duibiao.reports.reading import Reading
from tests.assessments import SITES, assessment
from tests.hostile import TEXTS, hostile_city
from tests.intake.city import AREAS, REGISTER, load_test_catalogue, write
from tests.tiny_catalogue import catalogue, criterion
from tests.validators import junit_mistakes, sarif_mistakes

FOOD, DRAINAGE = "M-01:food_safe", "M-01:drainage"
CELLS = {
    FOOD: (Cell("3月.xlsx", "3月.xlsx!市场!D7"), Cell("3月.xlsx", "3月.xlsx!市场!E7"), Cell("台账.csv", "台账.csv!F2")),
    DRAINAGE: (Cell("/a b/3月.csv", "/a b/3月.csv!D7"),),
}


@pytest.fixture(scope="module")
def made() -> Assessment:
    """The invented city."""
    return assessment()


def reading(of: Assessment, language: Language = "zh") -> Reading:
    return Reading(of, translations(language), "none")


def log(of: Assessment, language: Language = "zh") -> Any:
    """The one run of the SARIF log."""
    return json.loads(gaps_sarif(reading(of, language), CELLS))["runs"][0]


def suites(of: Assessment, language: Language = "zh") -> ElementTree.Element:
    return ElementTree.fromstring(gaps_junit(reading(of, language), CELLS))


def result(run: Any, gap: str) -> Any:
    return next(each for each in run["results"] if each["properties"]["gap"] == gap)


# --- SARIF ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_sarif_holds_against_the_official_schema(made: Assessment, language: Language) -> None:
    assert sarif_mistakes(gaps_sarif(reading(made, language), CELLS)) == []


def test_every_gap_is_a_result_in_order_and_every_criterion_a_rule(made: Assessment) -> None:
    run = log(made)
    rules = run["tool"]["driver"]["rules"]
    assert [each["properties"]["gap"] for each in run["results"]] == [gap.id for gap in made.gaps]
    assert [rule["id"] for rule in rules] == list(made.criteria)
    assert {rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"]} == {True}
    assert Counter(each["properties"]["status"] for each in run["results"]) == {
        status: number for status, number in run["properties"]["findings"].items() if status in {"missed", "partial"}
    }


def test_a_rule_says_what_is_asked_how_it_is_mended_and_who_says_so(made: Assessment) -> None:
    rule = next(each for each in log(made)["tool"]["driver"]["rules"] if each["id"] == "food_safe")
    assert rule["shortDescription"] == {"text": "无问题食品"}
    assert rule["fullDescription"] == {"text": "现场看无问题食品。"}
    assert rule["help"] == {"text": "立即整改：无问题食品。"}
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert rule["properties"]["points"] == 3
    assert "4.2.1" in rule["properties"]["sources"][0]


def test_a_rule_without_words_and_with_an_address(made: Assessment) -> None:
    source = replace_source(made, url="https://example.org/a")
    rule = next(each for each in log(source)["tool"]["driver"]["rules"] if each["id"] == "food_safe")
    assert rule["helpUri"] == "https://example.org/a"
    bare = {key: each.model_copy(update={"look_for": None, "remedy": None}) for key, each in made.criteria.items()}
    rules = log(replace(made, criteria=bare))["tool"]["driver"]["rules"]
    assert {"fullDescription", "help", "helpUri"} & {key for rule in rules for key in rule} == set()


def replace_source(of: Assessment, **changes: object) -> Assessment:
    book = of.catalogue.sources["book"].model_copy(update=changes)
    return replace(of, catalogue=of.catalogue.model_copy(update={"sources": {**of.catalogue.sources, "book": book}}))


def test_a_result_says_what_was_seen_where_who_mends_it_and_what_it_costs(made: Assessment) -> None:
    found = result(log(made), FOOD)
    text = found["message"]["text"]
    assert text.startswith("七一路农贸市场（川汇区 · 七一路街道）：无问题食品：")
    assert "牵头单位：川汇区市场监管局" in text
    assert "失分：3 / 3；失去总分：" in text
    assert "整改期限：" in text
    assert (found["kind"], found["level"]) == ("fail", "error")
    assert found["properties"]["pointsLost"] == 3
    english = result(log(made, "en"), FOOD)["message"]["text"]
    assert english.startswith("七一路农贸市场 (川汇区 · 七一路街道): 无问题食品: ")
    assert "; Points lost: 3 / 3; " in english


def test_a_result_stands_at_its_cells_a_location_for_each_file(made: Assessment) -> None:
    run = log(made)
    places = result(run, FOOD)["locations"]
    files = [each["physicalLocation"]["artifactLocation"] for each in places]
    assert files == [
        {"uri": "3%E6%9C%88.xlsx", "uriBaseId": "DATA"},
        {"uri": "%E5%8F%B0%E8%B4%A6.csv", "uriBaseId": "DATA"},
    ]
    names = [[each["fullyQualifiedName"] for each in place["logicalLocations"]] for place in places]
    assert names == [["M-01", "3月.xlsx!市场!D7", "3月.xlsx!市场!E7"], ["M-01", "台账.csv!F2"]]
    assert [each["name"] for each in places[0]["logicalLocations"]] == ["七一路农贸市场", "D7", "E7"]
    (alone,) = result(run, DRAINAGE)["locations"]
    assert alone["physicalLocation"]["artifactLocation"] == {"uri": "file:///a%20b/3%E6%9C%88.csv"}


def test_a_gap_without_a_cell_stands_in_the_file_of_its_criterion(made: Assessment) -> None:
    (place,) = next(each for each in log(made)["results"] if each["ruleId"] == "helmet")["locations"]
    file = {each.id: each.file for each in made.catalogue.criteria}["helmet"]
    assert place["physicalLocation"]["artifactLocation"] == {"uri": file, "uriBaseId": "CRITERIA"}
    assert place["logicalLocations"][1]["fullyQualifiedName"] == "helmet"


def test_a_fingerprint_is_that_of_site_and_criterion_in_every_round(made: Assessment) -> None:
    later = replace(
        made, gaps=tuple(replace(gap, visit=gap.visit.replace("03", "04"), because="另一次") for gap in made.gaps)
    )
    now, then = ([each["fingerprints"] for each in log(of)["results"]] for of in (made, later))
    assert now == then
    assert len({each["siteAndCriterion/v1"] for each in now}) == len(made.gaps)
    partial = [each["partialFingerprints"]["primaryLocationLineHash"] for each in log(made)["results"]]
    assert partial == [each["siteAndCriterion/v1"] for each in now]


def test_where_every_visit_counts_each_has_a_fingerprint_and_a_test_of_its_own(made: Assessment) -> None:
    score = made.catalogue.score.model_copy(update={"several_inspections": "each"})
    head = made.catalogue.head.model_copy(update={"score": score})
    each = replace(made, catalogue=made.catalogue.model_copy(update={"head": head}))
    usual, apart = (result(log(of), FOOD)["fingerprints"] for of in (made, each))
    assert usual != apart
    names = [case.get("name") for case in suites(each).iter("testcase")]
    assert "无问题食品 (food_safe) 2026-03-06" in names


def test_files_are_told_with_their_hashes_and_the_run_with_its_round(made: Assessment) -> None:
    run = log(made)
    assert [(each["location"]["uri"], each["hashes"]["sha-256"][0]) for each in run["artifacts"]] == [
        ("%E7%82%B9%E4%BD%8D%E5%8F%B0%E8%B4%A6.xlsx", "1"),
        ("3%E6%9C%88.csv", "2"),
    ]
    assert run["automationDetails"]["id"] == "duibiao/tiny/2026-03"
    told = run["properties"]
    assert (told["round"], told["asOf"], told["rejectedRows"]) == ("2026-03", "2026-03-09", 0)
    assert (told["sitesVisited"], told["sitesRegistered"]) == (made.total.sites, made.total.registered)
    assert sum(told["findings"].values()) == made.findings.height


# --- JUnit ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_junit_holds_against_the_schema(made: Assessment, language: Language) -> None:
    assert junit_mistakes(gaps_junit(reading(made, language), CELLS)) == []


def test_every_finding_is_one_test_and_the_counts_add_up(made: Assessment) -> None:
    root = suites(made)
    tally = made.total.tally
    open_ = tally.unobserved + tally.not_applicable + tally.waived + tally.invalid
    assert len(list(root.iter("testcase"))) == tally.total == made.findings.height
    assert len(list(root.iter("failure"))) == len(made.gaps) == tally.partial + tally.missed
    assert len(list(root.iter("skipped"))) == open_ > 0
    for each in (root, *root):
        counted = [str(len(list(each.iter(name)))) for name in ("testcase", "failure", "skipped")]
        assert [each.get(name) for name in ("tests", "failures", "skipped")] == counted
    tests = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(tests)) == len(tests)


def test_a_suite_is_a_site_type_and_tells_who_was_not_visited(made: Assessment) -> None:
    root = suites(made)
    assert root.get("name") == f"{made.catalogue.head.title} 2026年3月"
    told = {
        suite.get("name"): {each.get("name"): each.get("value") for each in suite.iter("property")} for suite in root
    }
    assert told == {
        card.title: {
            "sites visited": str(card.sites), "sites registered": str(card.registered),
            "records handed in": str(card.records), "records known": str(card.records_known),
        }
        for card in made.site_types
    }  # fmt: skip
    assert told["农贸市场"]["records known"] == "0"
    assert told["区级材料"]["records known"] == "2"


def test_a_test_is_named_by_criterion_and_site() -> None:
    keys = {"M-01": "market.七一路农贸市场 M-01", "周口市/川汇区": "documents.周口市/川汇区"}
    sites = [site for site in SITES if site.key in keys]
    assert {case.get("classname") for case in suites(assessment(sites)).iter("testcase")} == set(keys.values())


def test_a_failure_says_everything_about_its_gap(made: Assessment) -> None:
    case = next(each for each in suites(made).iter("testcase") if each.get("name") == "无问题食品 (food_safe)")
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("type") == "missed"
    assert failure.get("message", "").startswith("现场判定")
    lines = dict(line.split("：", 1) for line in (failure.text or "").splitlines())
    assert list(lines)[:4] == ["严重程度", "检查要点", "整改措施", "牵头单位"]
    assert lines["位置"] == "3月.xlsx!市场!D7、3月.xlsx!市场!E7、台账.csv!F2"
    assert lines["失分"] == "3 / 3"


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ("unobserved", "未检查：现场判定"),
        ("waived", "豁免："),
        ("invalid", "数据矛盾："),
        ("not_applicable", "不适用："),
    ],
)
def test_what_does_not_count_is_skipped_with_its_reason(made: Assessment, status: str, message: str) -> None:
    wanted = made.findings.filter(made.findings["status"] == status)["criterion"].to_list()
    found = [
        skipped.get("message", "")
        for case in suites(made).iter("testcase")
        if any(f"({key})" in str(case.get("name")) for key in wanted)
        for skipped in case.iter("skipped")
    ]
    assert any(each.startswith(message) for each in found)


# --- as other programs read them --------------------------------------------------------------------------------------


def test_sarif_tools_reads_every_gap_with_its_level_its_words_and_its_file(tmp_path: Path, made: Assessment) -> None:
    path = tmp_path / "gaps.sarif"
    path.write_text(gaps_sarif(reading(made), CELLS), "utf-8")
    read = load_sarif_file(str(path))
    assert read.get_distinct_tool_names() == ["duibiao"]
    records = read.get_records()
    assert len(records) == read.get_result_count() == len(made.gaps)
    levels = Counter(each["level"] for each in log(made)["results"])
    assert Counter(each["Severity"] for each in records) == levels
    assert read.get_report().get_issue_count_for_severity("error") == levels["error"] > 0
    titles = {key: each.title for key, each in made.criteria.items()}
    for record, gap in zip(records, made.gaps, strict=True):
        assert record["Code"] == gap.criterion
        assert titles[gap.criterion] in record["Description"]
        assert record["Location"]
    (food,) = (each for each in records if each["Code"] == "food_safe" and "七一路农贸市场" in each["Description"])
    assert food["Location"] == "3%E6%9C%88.xlsx"


def test_junitparser_reads_what_failed_what_was_skipped_and_the_counts(tmp_path: Path, made: Assessment) -> None:
    path = tmp_path / "gaps.junit.xml"
    path.write_text(gaps_junit(reading(made), CELLS), "utf-8")
    read, tally = JUnitXml.fromfile(str(path)), made.total.tally
    open_ = tally.unobserved + tally.not_applicable + tally.waived + tally.invalid
    wanted = (tally.total, tally.partial + tally.missed, 0, open_)
    assert (read.tests, read.failures, read.errors, read.skipped) == wanted
    cases = [case for suite in read for case in suite]
    kinds = Counter(type(each) for case in cases for each in case.result)
    assert kinds == {Failure: len(made.gaps), Skipped: open_}
    assert sum(case.is_passed for case in cases) == tally.met
    before = read.tests, read.failures, read.skipped
    read.update_statistics()  # type: ignore[no-untyped-call]  # counted again by the reader
    assert (read.tests, read.failures, read.skipped) == before


def test_gitlab_and_jenkins_find_what_they_show_of_a_test(made: Assessment) -> None:
    """GitLab tells tests apart by suite, class and name, and shows the text of a failure; Jenkins its message and type,
    and takes what stands before the last dot of a class for its package."""
    read = JUnitXml.fromstring(gaps_junit(reading(made), CELLS).encode())
    assert all(suite.name and suite.tests == len(list(suite)) for suite in read)
    cases = [(suite.name, case) for suite in read for case in suite]
    assert len({(name, case.classname, case.name) for name, case in cases}) == len(cases) == made.findings.height
    kinds = {site.site: site.site_type for site in made.sites}
    assert {case.classname.partition(".")[0] for _, case in cases} == {kinds[site] for site in made.findings["site"]}
    failures = [each for _, case in cases for each in case.result if isinstance(each, Failure)]
    assert all(each.message and each.type in {"missed", "partial"} and each.text for each in failures)
    assert len(failures) == len(made.gaps)


# --- whatever the data hold -------------------------------------------------------------------------------------------

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def shown(text: str) -> None:
    """Both formats of the city of this text can be written, read back, and give no orders."""
    of = hostile_city(text)
    cells = {gap.id: (Cell(text, f"{text}!D7"),) for gap in of.gaps}
    report, sarif = gaps_junit(reading(of), cells), gaps_sarif(reading(of), cells)
    for each in (report, sarif):
        each.encode()
        assert not CONTROL.search(each)
    assert junit_mistakes(report) == []
    assert sarif_mistakes(sarif) == []
    assert len(list(ElementTree.fromstring(report).iter("failure"))) == len(of.gaps) > 0


@pytest.mark.parametrize(
    "text", [*TEXTS.values(), "[hit](https://example.invalid)", "]]><x/>"], ids=[*TEXTS, "md", "cdata"]
)
def test_hostile_texts_are_only_texts(text: str) -> None:
    shown(text)


@settings(max_examples=60)
@given(st.text(st.characters(), min_size=1))
def test_any_text_can_be_written_and_read_back(text: str) -> None:
    gap, *others = HOSTILE.gaps
    of = replace(HOSTILE, gaps=(replace(gap, because=text, leader=text, photos=(text,)), *others))
    report, sarif = gaps_junit(reading(of), {}), gaps_sarif(reading(of), {})
    assert ElementTree.fromstring(report.encode()).get("tests") == str(of.findings.height)
    assert len(json.loads(sarif.encode())["runs"][0]["results"]) == len(of.gaps)
    assert not CONTROL.search(report + sarif)


HOSTILE = hostile_city("名")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[点我](https://a.invalid)", "[点我] (https://a.invalid)"),
        ("{0} 与 {1}", "{{0}} 与 {{1}}"),
        ("a] (b)", "a] (b)"),
    ],
)
def test_a_text_is_no_link_and_no_place_to_fill_in(text: str, expected: str) -> None:
    run = log(assessment(SITES[:1], of=catalogue([criterion(key, text, ["market"]) for key in SITES[0].found])))
    assert {rule["shortDescription"]["text"] for rule in run["tool"]["driver"]["rules"]} == {expected}
    assert all(expected in each["message"]["text"] for each in run["results"])


# --- the files and the command ----------------------------------------------------------------------------------------


def test_each_format_is_written_once_under_its_name(tmp_path: Path, made: Assessment) -> None:
    names = list(write_gap_formats(tmp_path, reading(made), CELLS, ["sarif", "junit", "sarif"]))
    assert names == ["gaps.sarif", "gaps.junit.xml"]
    first = {name: (tmp_path / name).read_bytes() for name in names}
    list(write_gap_formats(tmp_path, reading(assessment()), CELLS, names := list(GAP_FORMATS)))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first


WIDE = {"点位": "人民市场", "日期": "2026-03-06", "地面干净": "否", "排水": "B"}


def check(folder: Path, *words: object) -> Result:
    """Score a market in which two things are amiss."""
    (folder / "criteria").mkdir()
    load_test_catalogue(folder / "criteria")
    data = write(folder / "data", {"areas.csv": AREAS, "register.csv": REGISTER, "3月.xlsx": {"市场": [WIDE]}})
    command = ["check", str(data), "--catalogue", str(folder / "criteria"), "--lang", "en", *map(str, words)]
    return CliRunner().invoke(main, command)


@pytest.mark.parametrize("asked", [[], ["sarif"], ["junit", "sarif"]], ids=str)
def test_check_writes_the_formats_that_are_asked_for(tmp_path: Path, asked: list[str]) -> None:
    assert list(CHOICES) == list(GAP_FORMATS)
    out = tmp_path / "out"
    told = check(tmp_path, "-o", out, *(word for name in asked for word in ("--gaps-format", name)))
    assert told.exit_code == 0, told.output
    names = {GAP_FORMATS[name][0] for name in asked}
    assert {path.name for path in out.glob("gaps.*")} == {"gaps.xlsx", *names}
    assert [line.rpartition("/")[2] for line in told.output.splitlines() if line.startswith("Gaps for other")] == [
        GAP_FORMATS[name][0] for name in asked
    ]
    gaps = json.loads((out / "assessment.json").read_bytes())["gaps"]
    for name in names:
        text = (out / name).read_text("utf-8")
        assert (sarif_mistakes(text) if name == "gaps.sarif" else junit_mistakes(text)) == []
        assert text.count('"ruleIndex"' if name == "gaps.sarif" else "<failure ") == len(gaps) == 2
        assert "3月.xlsx!市场!C2" in text
        assert str(tmp_path) not in text


def test_check_without_a_folder_cannot_write_them(tmp_path: Path) -> None:
    told = check(tmp_path, "--gaps-format", "sarif")
    assert told.exit_code == 2
    assert "-o OUT" in told.output
