"""What a criterion reads, and what the rows of problems say on a visit that was not finished: a lower bound."""

from __future__ import annotations

from pathlib import Path

import pytest

from duibiao.criteria.formula import types_of
from duibiao.evaluator.columns import asked_column
from duibiao.evaluator.rules import reads
from tests.city import make_catalogue, one_rule, outcome

FIELDS = """{
  a: {label: 甲, kind: count},
  b: {label: 乙, kind: count},
  c: {label: 丙, kind: yes_no},
  g: {label: 级, kind: grade, scale: {好: 1, 差: 0}},
  share: {label: 率, kind: number, formula: b / a},
}"""
READS = [  # rule, the names that it reads
    ("pass: a > 1", {"a"}),
    ("pass: a > 1, applies: c", {"a", "c"}),
    ("pass: share > 0.5", {"share", "a", "b"}),
    ("pass: problems == 0", {"problems"}),
    ("pass: problems == 0 or a > deducted", {"a", "problems", "deducted"}),
    ("rate: b, levels: [{at_least: 1, score: 1}]", {"b"}),
    ("rate: share, full_at: 1, zero_at: 0", {"share", "a", "b"}),
    ("deduct: [{each: a, points: 0.1}, {each: problems, points: 0.1}]", {"a", "problems"}),
    ("of: [a > 1, c]", {"a", "c"}),
    ("grade: g", {"g"}),
    ("judged: yes_no", {"rule"}),
]


@pytest.mark.parametrize(("rule", "names"), READS)
def test_the_names_that_a_rule_reads(tmp_path: Path, rule: str, names: set[str]) -> None:
    catalogue = one_rule(tmp_path, rule, FIELDS)
    fields = catalogue.site_types["spot"].fields
    assert reads(catalogue.criteria[0].versions[0].criterion, types_of(fields), fields) == names


def test_a_question_and_two_methods_read_no_field_of_the_site(tmp_path: Path) -> None:
    people = """
questionnaire: people
title: 问卷
part: statistics
each: city
fields: {asked: {label: 问, kind: count}, aware: {label: 知, kind: count, at_most: asked}}
rates: {aware: aware / asked}
"""
    spot = """
site_type: spot
title: 点
fields: {a: {label: 甲, kind: count}, c: {label: 丙, kind: yes_no}}
criteria:
  - {id: known, title: 知晓, place: Ⅲ-1, ask: people.aware, pass: rate >= 0.8}
  - {id: seen, title: 所见, place: Ⅲ-1, pass: a > 1}
  - {id: lower, title: 两法, place: Ⅲ-2, both: [known, seen]}
"""
    catalogue = make_catalogue(tmp_path, {"people": people, "spot": spot})
    fields = catalogue.site_types["spot"].fields
    found = {each.id: reads(each.versions[0].criterion, types_of(fields), fields) for each in catalogue.criteria}
    assert found == {"known": {asked_column("people.aware")}, "seen": {"a"}, "lower": frozenset()}


BANDS = "rate: problems, levels: [{at_most: 0, score: 1}, {at_most: 2, score: 0.5}]"
UNFINISHED = [  # rule, rows of problems, the visit is complete, status: only what more rows could not change stands
    ("pass: problems == 0", 1, False, "missed"),
    ("pass: problems == 0", 0, True, "met"),
    ("pass: problems <= 1", 1, False, "unobserved"),
    ("pass: problems <= 1", 1, True, "met"),
    ("pass: problems <= 1", 2, False, "missed"),
    (BANDS, 1, False, "unobserved"),
    (BANDS, 1, True, "partial"),
    (BANDS, 3, False, "missed"),
    ("rate: problems, full_at: 0, zero_at: 2", 1, False, "unobserved"),
    ("rate: problems, full_at: 0, zero_at: 2", 2, False, "missed"),
    ("rate: problems, full_at: 0, zero_at: 2", 1, True, "partial"),
]


@pytest.mark.parametrize(("rule", "rows", "complete", "status"), UNFINISHED)
def test_problems_of_an_unfinished_visit(tmp_path: Path, rule: str, rows: int, complete: bool, status: str) -> None:
    catalogue = one_rule(tmp_path, rule, "{}")
    problems = [{"criterion": "rule", "problem": f"第{number}处"} for number in range(rows)]
    assert outcome(catalogue, {"complete": complete}, problems=problems)[0] == status
