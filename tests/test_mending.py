"""Mending together: every total is that of the round judged anew with those gaps met; vetoes first; how many it takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final

import pytest

from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.assessment import Mending
from duibiao.evaluator.judgement import Judgement, judge_round
from tests.city import EAST, WEST, make_catalogue, make_submission

DATE: Final = date(2026, 3, 2)
HEAD: Final = """
catalogue: test
title: 试验目录
edition: "1"
area_levels: {city: 市, district: 区县}
parts: {on_site: 实地, statistics: 统计}
score:
  levels: [{name: 达标, at_least: 85}, {name: 不达标}]
  total: [{part: on_site, weight: 60, combine: WAY}, {part: statistics, weight: 40, combine: mean_of_criteria}]
"""
MARKET: Final = """
site_type: market
title: 市场
fields: {a: {label: 甲, kind: number}, b: {label: 乙, kind: number}, d: {label: 丁, kind: number}}
criteria:
  - {id: clean, title: 干净, place: Ⅲ-1, points: 4, rate: a, full_at: 1, zero_at: 0}
  - {id: safe, title: 安全, place: Ⅲ-2, points: 1, pass: b >= 1, veto: {total: 55}}
  - {id: legal, title: 合法, place: Ⅲ-2, points: 1, pass: d >= 1, veto: {total: 50}}
"""
FIGURES: Final = """
site_type: figures
title: 指标
part: statistics
each: district
fields: {c: {label: 丙, kind: number}}
criteria:
  - {id: share, title: 率, place: Ⅲ-2, points: 2, rate: c, full_at: 1, zero_at: 0}
"""
Seen = Mapping[str, Mapping[str, object]]
LOW: Final = {"M1": {"a": 0.5, "b": 1.0, "d": 1.0}, "M2": {"a": 0.0, "b": 1.0, "d": 1.0}, "F1": {"c": 0.5}}
# What is missed of each criterion, which criteria are mended in which order, how many reach 85.
CASES: Final[list[tuple[str, Seen, list[str], int | None]]] = [
    ("the pass mark is reached", {"M1": {"a": 1.0, "b": 1.0, "d": 1.0}, "F1": {"c": 0.9}}, ["share"], 0),
    ("the costliest comes first", LOW, ["clean", "share"], 2),
    ("a veto comes before what costs more", {**LOW, "M2": {"a": 0.0, "b": 0.0, "d": 1.0}}, ["safe", "clean", "share"], 3),
    (
        "of two vetoes the lower cap comes first",
        {**LOW, "M2": {"a": 1.0, "b": 0.0, "d": 0.0}, "F1": {"c": 1.0}},
        ["legal", "safe", "clean"],
        2,
    ),
    ("what nobody looked at cannot be mended", {"M1": {"b": 1.0}, "F1": {"c": 0.5}}, ["share"], 1),
]  # fmt: skip


def judged(folder: Path, seen: Seen, way: str = "mean_of_criteria", head: str = HEAD) -> Judgement:
    catalogue = make_catalogue(folder, {"market": MARKET, "figures": FIGURES}, head.replace("WAY", way))
    visits: dict[str, list[dict[str, object]]] = {}
    sites = []
    for number, (site, row) in enumerate(seen.items()):
        kind = {"M": "market", "F": "figures"}[site[0]]
        visits.setdefault(kind, []).append({"site": site, **row})
        sites.append({"site": site, "name": site, "site_type": kind, "area": (EAST, WEST)[number % 2]})
    return judge_round(catalogue, make_submission(catalogue, visits, sites=sites), "", DATE)


def mended(judgement: Judgement) -> Mending:
    found = assess_judgement(judgement).mending
    assert found is not None
    return found


@pytest.mark.parametrize("way", ["mean_of_criteria", "pooled", "mean_of_sites"])
@pytest.mark.parametrize(("seen", "order", "needed"), [each[1:] for each in CASES], ids=[each[0] for each in CASES])
def test_every_total_is_that_of_the_round_with_those_gaps_met(
    tmp_path: Path, seen: Seen, order: list[str], needed: int | None, way: str
) -> None:
    judgement = judged(tmp_path, seen, way)
    made = assess_judgement(judgement)
    found = made.mending
    assert found is not None
    assert sorted(step.criterion for step in found.steps) == sorted(order)
    mark = judgement.method.score.pass_mark
    for step, before in zip(found.steps, [made.total.score, *(step.total for step in found.steps)], strict=False):
        criteria = [each.criterion for each in found.steps[: step.number]]
        closed = judgement.with_closed([gap.id for gap in made.gaps if gap.criterion in criteria])
        assert step.total == closed.total.total()
        assert step.total is not None
        assert before is not None
        assert step.total >= before
        assert (step.total >= mark) == (found.needed is not None and step.number >= found.needed)
    assert found.whole == judgement.with_closed([gap.id for gap in made.gaps]).total.total()
    if way == "mean_of_criteria":
        assert ([step.criterion for step in found.steps], found.needed) == (order, needed)


def test_by_hand(tmp_path: Path) -> None:
    """Clean 1 of 2 markets' points, 4 of 6: on site 100 - 4 x 0.75 x 100 / 6 = 50; 60 % of it and 40 % of 50."""
    found = mended(judged(tmp_path, LOW))
    assert [(step.criterion, step.number, step.total) for step in found.steps] == [
        ("clean", 1, Fraction(80)),
        ("share", 2, Fraction(100)),
    ]
    assert found.needed == 2
    assert found.whole == 100


def test_where_all_gaps_do_not_reach_the_mark_it_says_so(tmp_path: Path) -> None:
    """Open findings count as 0 here: nothing of market 2 was looked at."""
    head = HEAD.replace("score:\n", "score:\n  unobserved: zero\n")
    found = mended(judged(tmp_path, {**LOW, "M2": {}}, head=head))
    assert found.needed is None
    assert found.whole < 85


def test_without_a_total_there_is_nothing_to_work_out(tmp_path: Path) -> None:
    head = HEAD.replace("score:\n", "score:\n  empty_part: no_total\n")
    assert assess_judgement(judged(tmp_path, {"F1": {"c": 0.5}}, head=head)).mending is None


def test_of_many_criteria_the_first_ten_and_the_one_that_reaches_the_mark_are_told(tmp_path: Path) -> None:
    rules = "".join(
        f"  - {{id: c{number:02}, title: 项{number}, place: Ⅲ-1, points: 1, pass: a >= 1}}\n" for number in range(20)
    )
    form = f"site_type: market\ntitle: 市场\nfields: {{a: {{label: 甲, kind: number}}}}\ncriteria:\n{rules}"
    catalogue = make_catalogue(tmp_path, {"market": form}, HEAD.replace("WAY", "pooled"))
    sites = [{"site": "M1", "name": "M1", "site_type": "market", "area": EAST}]
    submission = make_submission(catalogue, {"market": [{"site": "M1", "a": 0.0}]}, sites=sites)
    found = mended(judge_round(catalogue, submission, "", DATE))
    assert found.needed == 17
    assert [step.number for step in found.steps] == [*range(1, 11), 17]
    assert found.steps[-1].total == 85
