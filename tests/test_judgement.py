"""One round judged: which round and day, what stands in its rows, and gaps that are taken as met."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.judgement import Judgement, UnknownRound, judge_round, total_of
from duibiao.evaluator.visits import NoDate
from tests.city import EAST, make_catalogue, make_submission

FORMS = {
    "spot": """
site_type: spot
title: 点
fields: {a: {label: 甲, kind: count, at_most: 9}, c: {label: 丙, kind: count}}
criteria:
  - {id: band, title: 档, place: Ⅲ-1, rate: a, levels: [{at_least: 5, score: 1}, {at_least: 2, score: 0.4}]}
  - {id: lost, title: 扣, place: Ⅲ-2, points: 4, deduct: {each: c, points: 1}}
""",
    "figures": """
site_type: figures
title: 指标
part: statistics
each: district
fields: {r: {label: 率, kind: percent}}
criteria: [{id: reached, title: 达标, place: Ⅲ-2, pass: r > 0.5}]
""",
    "never": """
site_type: never
title: 无
fields: {x: {label: 丁, kind: yes_no}}
criteria: [{id: unseen, title: 未, place: Ⅲ-1, pass: x}]
""",
}
E9 = 1_000_000_000


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return make_catalogue(tmp_path_factory.mktemp("catalogue"), FORMS)


@pytest.fixture(scope="module")
def judgement(catalogue: Catalogue) -> Judgement:
    visits: dict[str, list[dict[str, object]]] = {
        "spot": [
            {"site": "S1", "a": 3.0, "c": 1.0},
            {"site": "S2", "a": 0.0, "c": 0.0},
            {"site": "S3", "a": 11.0},
            {"site": "S4", "a": 1.0, "c": 9.0},
        ],
        "figures": [{"site": EAST, "r": 0.2}],
    }
    waivers = [{"site": "S4", "criterion": "band", "reason": "改造"}]
    return judge_round(catalogue, make_submission(catalogue, visits, waivers=waivers))


FOUND = [  # site, criterion, part, status, beneath, value
    ("S1", "band", "on_site", "partial", "partial", 400_000_000),
    ("S1", "lost", "on_site", "partial", "partial", E9),
    ("S2", "band", "on_site", "missed", "missed", 0),
    ("S2", "lost", "on_site", "met", "met", 0),
    ("S3", "band", "on_site", "invalid", "invalid", None),
    ("S3", "lost", "on_site", "unobserved", "unobserved", None),
    ("S4", "band", "on_site", "waived", "missed", 0),
    ("S4", "lost", "on_site", "missed", "missed", 4 * E9),
    (EAST, "reached", "statistics", "missed", "missed", 0),
]
COLUMNS = ["site", "criterion", "part", "status", "beneath", "value"]


def test_rows_say_what_was_found_and_what_is_beneath_a_waiver(judgement: Judgement) -> None:
    assert judgement.rows.select(COLUMNS).rows() == FOUND


MENDED = {  # what closing does to findings: only to gaps that count
    ("S1", "band"): ("met", "met", E9),
    ("S1", "lost"): ("met", "met", 0),
    ("S2", "band"): ("met", "met", E9),
    ("S4", "lost"): ("met", "met", 0),
    (EAST, "reached"): ("met", "met", E9),
}


@pytest.mark.parametrize("closed", FOUND, ids=[f"{site}:{criterion}" for site, criterion, *_ in FOUND])
def test_a_closed_gap_is_met_in_full_and_nothing_else_changes(
    judgement: Judgement, closed: tuple[str, str, str, str, str, int | None]
) -> None:
    site, criterion, part, *_ = closed
    expected = [
        (*row[:3], *MENDED.get((site, criterion), row[3:])) if row[:3] == (site, criterion, part) else row
        for row in FOUND
    ]
    then = judgement.with_closed([f"{site}@2026-03-02:{criterion}"])
    assert then.rows.select(COLUMNS).rows() == expected
    assert judgement.rows.select(COLUMNS).rows() == FOUND


def test_gaps_are_closed_beside_those_that_are(judgement: Judgement) -> None:
    first, second = "S1@2026-03-02:band", "S4@2026-03-02:lost"
    then = judgement.with_closed([first]).with_closed([first, second])
    assert then.closed == {first, second}
    assert then.rows.equals(judgement.with_closed([second, first]).rows)


RAISED = {  # what is found where gaps are mended as far as 3/5: a score, or of 4 points the 1.6 that are still lost
    ("S1", "band"): ("partial", "partial", 600_000_000),
    ("S1", "lost"): ("partial", "partial", 1_600_000_000),
    ("S2", "band"): ("partial", "partial", 600_000_000),
    ("S4", "lost"): ("partial", "partial", 1_600_000_000),
    (EAST, "reached"): ("partial", "partial", 600_000_000),
}


@pytest.mark.parametrize("raised", FOUND, ids=[f"{site}:{criterion}" for site, criterion, *_ in FOUND])
def test_a_raised_gap_has_that_score_and_nothing_else_changes(
    judgement: Judgement, raised: tuple[str, str, str, str, str, int | None]
) -> None:
    site, criterion, *_ = raised
    expected = [
        (*row[:3], *RAISED[row[:2]]) if row[:2] == (site, criterion) and row[:2] in RAISED else row for row in FOUND
    ]
    gap = f"{site}@2026-03-02:{criterion}"
    then = judgement.with_raised({gap: Fraction(3, 5)})
    assert then.rows.select(COLUMNS).rows() == expected
    assert then.mended == {gap}


def test_a_gap_that_is_raised_to_full_score_is_closed(judgement: Judgement) -> None:
    first, second, third = "S1@2026-03-02:band", "S2@2026-03-02:band", "S4@2026-03-02:lost"
    then = judgement.with_closed([first]).with_raised({second: Fraction(1), third: Fraction(0)})
    assert then.closed == {first, second}
    assert then.raised == {third: 0}
    again = then.with_raised({first: Fraction(1, 2)})
    assert again.raised == {third: 0, first: Fraction(1, 2)}
    assert again.mended == {first, second, third}


def test_what_is_mended_leads_back_to_the_round_as_it_was_found(judgement: Judgement) -> None:
    then = judgement.with_closed(["S4@2026-03-02:lost"]).with_raised({"S2@2026-03-02:band": Fraction(2, 5)})
    assert then.before is judgement
    assert judgement.before is judgement


def test_the_total_is_that_of_all_rows(judgement: Judgement) -> None:
    # on site: the mean of 0.2 (band; what is waived or open is left out) and of (3 + 4 + 0) / 12 for 1 and 4 points
    on_site = (Fraction(2, 10) + 4 * Fraction(7, 12)) / 5
    assert judgement.total.total() == 60 * on_site
    assert judgement.with_closed([f"{EAST}@2026-03-02:reached"]).total.total() == 60 * on_site + 40
    assert judgement.total.group.sites == {}  # only where the scores of sites are needed
    spots = judgement.rows.filter(pl.col("part") == "on_site")
    assert total_of(judgement.method, spots).total() == 100 * on_site
    assert total_of(judgement.method, judgement.rows.clear()).total() is None


def test_the_total_by_sites_is_the_mean_of_their_scores(tmp_path: Path) -> None:
    head = """
catalogue: test
title: 试验目录
edition: "1"
area_levels: {city: 市, district: 区县, subdistrict: 街道}
parts: {on_site: 实地, statistics: 统计}
score: {total: [{part: on_site, weight: 100, combine: mean_of_sites}]}
"""
    forms = {"spot": FORMS["spot"].replace("part: statistics\n", "")}
    catalogue = make_catalogue(tmp_path, forms, head)
    rows: list[dict[str, object]] = [{"site": "S1", "a": 9.0, "c": 0.0}, {"site": "S2", "a": 0.0}]
    total = judge_round(catalogue, make_submission(catalogue, {"spot": rows})).total
    assert {*total.group.sites} == {"S1", "S2"}
    assert total.total() == 50  # and not (5 + 0) / 6 of the points


ROUNDS = {
    "spot": [
        {"site": "S1", "at": datetime(2026, 3, 2), "round": "乙", "a": 5.0},
        {"site": "S1", "at": datetime(2026, 2, 3), "round": "甲", "a": 2.0},
        {"site": "S1", "at": datetime(2026, 1, 4), "round": "丙", "a": 0.0},
    ]
}
ASKED = [  # the round asked for and the day, the round, the day, the status
    (None, None, "乙", date(2026, 3, 2), "met"),
    ("甲", None, "甲", date(2026, 2, 3), "partial"),
    ("丙", None, "丙", date(2026, 1, 4), "missed"),
    ("甲", date(2026, 5, 1), "甲", date(2026, 5, 1), "partial"),
    (None, date(2026, 5, 1), "乙", date(2026, 5, 1), "met"),
]


@pytest.mark.parametrize(("asked", "as_of", "round_id", "day", "status"), ASKED)
def test_a_round_is_judged_on_its_last_day(
    catalogue: Catalogue, asked: str | None, as_of: date | None, round_id: str, day: date, status: str
) -> None:
    found = judge_round(catalogue, make_submission(catalogue, ROUNDS), asked, as_of)
    assert (found.round_id, found.as_of, found.plan.as_of) == (round_id, day, day)
    assert found.rows.filter(criterion="band")["status"].to_list() == [status]


def test_a_round_that_is_not_in_the_data_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownRound, match="丁") as refused:
        judge_round(catalogue, make_submission(catalogue, ROUNDS), "丁")
    assert (str(refused.value), refused.value.asked, refused.value.known) == ("丁", "丁", ["丙", "甲", "乙"])
    with pytest.raises(UnknownRound) as refused:
        judge_round(catalogue, make_submission(catalogue, {}), "丁")
    assert refused.value.known == [""]


def test_without_rows_the_day_must_be_told(catalogue: Catalogue) -> None:
    with pytest.raises(NoDate):
        judge_round(catalogue, make_submission(catalogue, {}))
    found = judge_round(catalogue, make_submission(catalogue, {}), as_of=date(2026, 1, 1))
    assert (found.round_id, found.rows.height, found.total.total()) == ("", 0, None)


def test_only_kinds_of_sites_that_were_visited_are_compiled(judgement: Judgement) -> None:
    assert set(judgement.plan.site_types) == {"spot", "figures"}
    assert judgement.geography.levels[EAST] == "district"
    assert judgement.evaluation.findings["criterion"].n_unique() == 3
