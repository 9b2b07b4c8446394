"""What is a gap: what is to be mended; honours are points to be won, and two methods are one gap (docs/adr/0023)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from duibiao.criteria.language import translations
from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.judgement import Judgement, judge_round
from duibiao.evaluator.method import Rule
from duibiao.evaluator.standing import standing
from duibiao.evaluator.submission import Submission
from duibiao.reports.gaps_junit import gaps_junit
from duibiao.reports.losses_view import criterion_rows
from duibiao.reports.plain_text import sentence_text
from duibiao.reports.reading import Reading
from duibiao.reports.score_view import score_section
from duibiao.reports.site_view import site_view
from tests.city import EAST, TOP, make_catalogue, make_submission

FORMS = {
    "toilet": """
site_type: toilet
title: 公厕
fields: {built: {label: 有, kind: yes_no}, open: {label: 开放, kind: yes_no}, bad: {label: 臭, kind: count}}
criteria:
  - {id: has, title: 设有, place: Ⅲ-1, pass: built}
  - {id: works, title: 能用, place: Ⅲ-1, pass: open}
  - {id: lower, title: 有且能用, place: Ⅲ-1, points: 3, both: [has, works]}
  - {id: known_too, title: 能用且知晓, place: Ⅲ-2, points: 2, both: [works, known]}
  - {id: fouled, title: 脏臭, place: Ⅲ-2, points: 0, pass: bad == 0, adjust_total: -2}
""",
    "city_form": """
site_type: city_form
title: 全市
part: statistics
each: city
fields: {won: {label: 荣誉, kind: count}, share: {label: 知晓, kind: percent}}
criteria:
  - {id: honour, title: 荣誉加分, place: Ⅲ-1, points: 0, rate: won, full_at: 4, zero_at: 0, adjust_total: 4}
  - {id: known, title: 知晓率, place: Ⅲ-2, rate: share, full_at: 1, zero_at: 0}
""",
}
SEEN = {"T1": (True, True, 0.0), "T2": (True, False, 1.0), "T3": (False, False, 0.0)}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Submission:
    catalogue = make_catalogue(tmp_path_factory.mktemp("catalogue"), FORMS)
    toilets = [{"site": site, "built": a, "open": b, "bad": c} for site, (a, b, c) in SEEN.items()]
    sites = [{"site": site, "name": site, "site_type": "toilet", "area": EAST} for site in SEEN]
    sites.append({"site": "全市", "name": "全市", "site_type": "city_form", "area": TOP})
    problems = [{"site": "T2", "site_type": "toilet", "criterion": "works", "problem": "上锁"}]
    visits = {"toilet": toilets, "city_form": [{"site": "全市", "won": 1.0, "share": 0.9}]}
    return make_submission(catalogue, visits, sites=sites, problems=problems)


@pytest.fixture(scope="module")
def judgement(data: Submission, tmp_path_factory: pytest.TempPathFactory) -> Judgement:
    return judge_round(make_catalogue(tmp_path_factory.mktemp("again"), FORMS), data)


@pytest.fixture(scope="module")
def made(judgement: Judgement) -> Assessment:
    return assess_judgement(judgement, "en")


def test_only_what_is_to_be_mended_is_a_gap(judgement: Judgement, made: Assessment) -> None:
    """Of 4 findings of has and works that are missed, and an honour partly won, none; known is a member too."""
    assert sorted((gap.site, gap.criterion) for gap in made.gaps) == [
        ("T1", "known_too"), ("T2", "fouled"), ("T2", "known_too"), ("T2", "lower"), ("T3", "known_too"),
        ("T3", "lower")]  # fmt: skip
    tally = made.total.tally
    assert tally.partial + tally.missed == len(made.gaps) + 5
    assert standing(judgement).gaps == len(made.gaps)


def test_a_gap_of_two_methods_says_which_member_falls_short(judgement: Judgement, made: Assessment) -> None:
    because = {(gap.site, gap.criterion): gap.because for gap in made.gaps}
    assert because["T2", "lower"] == "the lower of two counts: 能用 (missed): 开放: no"
    assert because["T3", "lower"] == (
        "the lower of two counts: 设有 (missed): 有: no; 能用 (missed): 开放: no")  # fmt: skip
    assert because["T1", "known_too"] == "the lower of two counts: 知晓率 is judged for the area"
    problems = {(gap.site, gap.criterion): gap.problems for gap in made.gaps}
    assert problems["T2", "lower"] == problems["T2", "known_too"] == ("上锁",)
    # with its member taken as met nothing is left to name
    [visit] = next(each.visits for each in made.sites if each.site == "T2")
    mended = assess_judgement(judgement.with_closed([f"{visit}:works"]), "en")
    [told] = [gap.because for gap in mended.gaps if (gap.site, gap.criterion) == ("T2", "lower")]
    assert told.startswith("the lower of ")
    assert "two counts" not in told


@pytest.mark.parametrize(
    ("counts", "adjusts", "caps", "gap"),
    [
        (True, None, (None, None), True),
        (True, Fraction(-3), (None, None), True),  # what takes from the total is to be mended
        (True, Fraction(4), (None, None), False),
        (False, None, (None, None), False),
        (True, Fraction(4), (None, Fraction(60)), True),  # a veto acts whoever it stands with
        (False, None, (Fraction(60), None), True),
        (False, None, (None, Fraction(60)), True),
    ],
)
def test_what_of_a_rule_is_to_be_mended(
    judgement: Judgement,
    counts: bool,
    adjusts: Fraction | None,
    caps: tuple[Fraction | None, Fraction | None],
    gap: bool,
) -> None:
    rule: Rule = judgement.method.rules["lower"]
    found = replace(rule, counts=counts, adjusts=adjusts, site_cap=caps[0], total_cap=caps[1])
    assert found.to_mend is gap


def test_honours_stand_as_points_to_be_won(made: Assessment) -> None:
    section = score_section(Reading(made, translations("en"), "none"))
    assert [sentence_text(each) for each in section.to_win] == ["荣誉加分: +1 now, +4 possible"]


def test_what_is_no_gap_stands_among_the_other_findings(made: Assessment) -> None:
    """Of the site: members that fall short before what is met; rows of criteria count gaps only."""
    page = site_view(made, "T2", translations("en"), "all")
    assert sorted(each.id for each in page.gaps) == ["fouled", "known_too", "lower"]
    assert [(each.criterion, each.status.word) for each in page.findings] == [("能用", "missed"), ("设有", "met")]
    rows = criterion_rows(Reading(made, translations("en"), "none"))
    gaps = {each.id: each.gaps.text for each in rows}
    assert gaps == {
        "lower": "2",
        "known_too": "3",
        "fouled": "1",
        "has": "0",
        "works": "0",
        "known": "0",
        "honour": "0",
    }


def test_other_programs_skip_what_is_no_gap(made: Assessment) -> None:
    root = ElementTree.fromstring(gaps_junit(Reading(made, translations("en"), "none"), {}))
    assert [root.get(name) for name in ("tests", "failures", "skipped")] == ["17", "6", "5"]
    assert len(root.findall(".//failure")) == 6
    assert len(root.findall(".//skipped")) == 5
