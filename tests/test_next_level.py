"""The next level of a finding: where it is, how far, and that a plan which stops there comes true in the data."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest
from pydantic import TypeAdapter

from duibiao.criteria.models import Criterion, Field
from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.judgement import Judgement, judge_round
from duibiao.evaluator.linear import Limits
from duibiao.evaluator.mending_plan import Aim, Budget, MendingPlan, plan_of
from duibiao.evaluator.next_level import next_level
from tests.city import EAST, make_catalogue, make_submission

DATE: Final = date(2026, 3, 2)
CRITERION: Final[TypeAdapter[Criterion]] = TypeAdapter(Criterion)
FIELDS: Final = {"g": Field(label="g", kind="grade", scale={"好": Decimal(1), "中": Decimal("0.6"), "差": Decimal(0)})}
RATE: Final = {"kind": "banded", "rate": "a / b"}
UP: Final = {**RATE, "levels": [{"at_least": "0.9", "score": 1}, {"at_least": "0.6", "score": "0.6"}]}
DOWN: Final = {**RATE, "levels": [{"at_most": "0.1", "score": 1}, {"below": "0.3", "score": "0.5"}]}
MIDDLE: Final = {**RATE, "levels": [{"above": "0.4", "below": "0.6", "score": 1}, {"at_least": "0.2", "score": "0.5"}]}
NO_FULL: Final = {**RATE, "levels": [{"at_least": "0.9", "score": "0.8"}, {"at_least": "0.6", "score": "0.6"}]}
SAME: Final = {**RATE, "levels": [{"at_least": "0.6", "score": 1}, {"at_least": "0.6", "score": "0.6"}]}
THREE: Final = {
    "kind": "of",
    "of": ["a", "b", "c"],
    "levels": [{"missing": 0, "score": 1}, {"missing": 1, "score": "0.5"}],
}
ALL: Final = {"kind": "of", "of": ["a", "b", "c"]}
GRADE: Final = {"kind": "grade", "grade": "g"}
JUDGED: Final = {"kind": "judged", "judged": "grade", "scale": {"好": 1, "中": "0.6", "较差": "0.3", "差": 0}}
ASKED: Final = {"kind": "ask", "ask": "people.rate", "levels": UP["levels"]}
CASES: Final[list[tuple[dict[str, Any], str, float | None, tuple[str, str] | None]]] = [
    (UP, "0", 0.3, ("0.6", "1/2")),
    (UP, "0", 0.1 + 0.2, ("0.6", "1/2")),
    (UP, "0.6", 0.7, None),  # the next is full score
    (UP, "0", None, None),  # the rate is not known
    (DOWN, "0", 0.5, ("0.5", "1/2")),
    (MIDDLE, "0", 0.0, ("0.5", "1/2")),
    (NO_FULL, "0", 0.3, None),  # no full score to measure the way by
    (SAME, "0", 0.3, None),  # both at once
    (ASKED, "0", 0.3, ("0.6", "1/2")),
    (THREE, "0", 0.0, ("0.5", "2/3")),
    (THREE, "0.5", 2.0, None),
    (ALL, "0", 1.0, None),
    (GRADE, "0", None, ("0.6", "1/2")),
    (GRADE, "0.6", None, None),
    (JUDGED, "0", None, ("0.3", "1/3")),
    ({"kind": "pass", "pass": "a >= 1"}, "0", None, None),
    ({"kind": "judged", "judged": "yes_no"}, "0", None, None),
    ({"kind": "linear", "rate": "a", "full_at": 1, "zero_at": 0}, "0.5", 0.5, None),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "score", "measure", "expected"), CASES)
def test_where_the_next_level_is(
    rule: dict[str, Any], score: str, measure: float | None, expected: tuple[str, str] | None
) -> None:
    criterion = CRITERION.validate_python({"id": "x", "title": "x", "place": "Ⅲ-1", **rule})
    found = next_level(criterion, FIELDS, int(Fraction(score) * 10**9), measure)
    told = (Fraction(found.value, 10**9), found.share) if found is not None else None
    assert told == (None if expected is None else (Fraction(expected[0]), Fraction(expected[1])))


HEAD: Final = """
catalogue: test
title: 试验目录
edition: "1"
area_levels: {city: 市, district: 区县}
parts: {on_site: 实地}
score:
  levels: [{name: 达标, at_least: 85}, {name: 不达标}]
  total: [{part: on_site, weight: 100, combine: WAY}]
"""
MARKET: Final = """
site_type: market
title: 市场
fields:
  a: {label: 甲, kind: count}
  b: {label: 乙, kind: yes_no}
  c: {label: 丙, kind: yes_no}
  d: {label: 丁, kind: yes_no}
  g: {label: 等, kind: grade, scale: {好: 1, 中: 0.6, 差: 0}}
criteria:
  - {id: rate, title: 率, place: Ⅲ-1, points: 4, rate: a / 100, veto: {total: 70}, effort: 3,
     levels: [{at_least: 0.9, score: 1}, {at_least: 0.6, score: 0.6}]}
  - {id: three, title: 三项, place: Ⅲ-2, points: 2, of: [b, c, d], effort: 1.5,
     levels: [{missing: 0, score: 1}, {missing: 1, score: 0.5}]}
  - {id: grade, title: 等级, place: Ⅲ-2, points: 2, grade: g, over_sites: lowest}
"""
NOW: Final[dict[str, dict[str, object]]] = {
    "M1": {"a": 50, "b": False, "c": False, "d": True, "g": "差"},
    "M2": {"a": 70, "b": False, "c": False, "d": False, "g": "差"},
    "M3": {"a": 95, "b": True, "c": True, "d": True, "g": "中"},
}
# What stands in the data of a site when a finding has this score.
MENDED: Final[dict[tuple[str, Fraction], dict[str, object]]] = {
    ("rate", Fraction(1)): {"a": 90},
    ("rate", Fraction(3, 5)): {"a": 60},
    ("three", Fraction(1)): {"b": True, "c": True, "d": True},
    ("three", Fraction(1, 2)): {"c": True, "d": True},
    ("grade", Fraction(1)): {"g": "好"},
    ("grade", Fraction(3, 5)): {"g": "中"},
}


def judged(folder: Path, seen: dict[str, dict[str, object]], way: str) -> Judgement:
    catalogue = make_catalogue(folder, {"market": MARKET}, HEAD.replace("WAY", way))
    sites = [{"site": site, "name": site, "site_type": "market", "area": EAST} for site in seen]
    visits = {"market": [{"site": site, **row} for site, row in seen.items()]}
    return judge_round(catalogue, make_submission(catalogue, visits, sites=sites), "", DATE)


def mended_data(plan: MendingPlan, steps: int) -> dict[str, dict[str, object]]:
    """The data when so many steps are done."""
    then = {site: dict(row) for site, row in NOW.items()}
    for step in plan.steps[:steps]:
        for gap in step.gaps:
            then[gap.partition(":")[0].partition("@")[0]].update(MENDED[step.criterion, step.reaches])
    return then


@pytest.mark.parametrize("way", ["pooled", "mean_of_sites"])
def test_what_is_promised_after_each_step_is_the_total_of_the_data_then(tmp_path: Path, way: str) -> None:
    now = judged(tmp_path / "now", NOW, way)
    gaps = assess_judgement(now).gaps
    to_levels = 0
    for number, half_days in enumerate((2, 5, 7, 12)):
        budget = Budget(Fraction(half_days, 2))
        plan = plan_of(now, gaps, Aim("total"), budget, limits=Limits(gap=0.0))
        assert plan is not None
        assert plan.days <= Fraction(half_days, 2)
        to_levels += sum(step.reaches < 1 for step in plan.steps)
        for steps in range(len(plan.steps) if half_days != 5 else 0, len(plan.steps) + 1):
            then = judged(tmp_path / f"{number}-{steps}", mended_data(plan, steps), way)
            total = assess_judgement(then).total.score
            assert total == (plan.steps[steps - 1].total if steps else plan.now)
        assert plan.total == total
    assert to_levels >= 3


def test_a_cap_lifts_where_the_veto_is_no_longer_missed_and_a_level_may_do(tmp_path: Path) -> None:
    now = judged(tmp_path / "now", {**NOW, "M1": {**NOW["M3"], "a": 50}, "M2": NOW["M3"], "M3": NOW["M3"]}, "pooled")
    made = assess_judgement(now)
    plan = plan_of(now, made.gaps, Aim("pass", Fraction(80)))
    assert plan is not None
    assert plan.now == 70
    step = next(step for step in plan.steps if step.criterion == "rate")
    assert (step.reaches, step.days, step.sites) == (Fraction(3, 5), Fraction(4, 5), 1)  # 10 of 40 per cent of 3 days
    cheapest = plan.cheapest
    assert cheapest is not None
    assert cheapest.mark == 80
    assert (cheapest.total, cheapest.days) == (plan.total, plan.days)
    assert cheapest.first == plan.steps[:3]
