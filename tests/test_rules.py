"""Every kind of rule, a line a case: what was seen, and the status and value that it must give (design 4.2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.city import make_submission, one_rule, outcome

E9 = 1_000_000_000
AB = "{a: {label: 甲, kind: count}, b: {label: 乙, kind: count, at_most: a}, c: {label: 丙, kind: yes_no}}"
GRADE = "{g: {label: 级, kind: grade, scale: {A: 1, B: 0.66, C: 0.33, D: 0}}}"
BANDS = "rate: b / a, applies: a > 0, levels: [{at_least: 0.95, score: 1}, {at_least: 0.85, score: 0.6}]"
THREE = "{x: {label: 甲, kind: yes_no}, y: {label: 乙, kind: yes_no}, z: {label: 丙, kind: yes_no}}"
OF = "of: [x, y, z], levels: [{missing: 0, score: 1}, {missing: 1, score: 0.66}]"

CASES = [
    # yes/no
    ("pass: a >= 3", AB, {"a": 3.0}, "met", E9),
    ("pass: a >= 3", AB, {"a": 2.0}, "missed", 0),
    ("pass: a >= 3", AB, {}, "unobserved", None),
    ("pass: c", AB, {"c": True}, "met", E9),
    ("pass: not c", AB, {"c": True}, "missed", 0),
    # rate, banded
    (BANDS, AB, {"a": 200.0, "b": 190.0}, "met", E9),
    (BANDS, AB, {"a": 200.0, "b": 170.0}, "partial", 600_000_000),
    (BANDS, AB, {"a": 200.0, "b": 169.0}, "missed", 0),
    (BANDS, AB, {"a": 0.0, "b": 0.0}, "not_applicable", None),
    (BANDS, AB, {"a": 200.0}, "unobserved", None),
    (BANDS, AB, {"b": 5.0}, "unobserved", None),
    (BANDS, AB, {"a": 200.0, "b": 201.0}, "invalid", None),
    (BANDS, AB, {"a": 0.0, "b": 1.0}, "not_applicable", None),  # applies is false without the contradiction
    ("rate: a, levels: [{above: 3, below: 5, score: 1}]", AB, {"a": 3.0}, "missed", 0),
    ("rate: a, levels: [{above: 3, below: 5, score: 1}]", AB, {"a": 4.0}, "met", E9),
    ("rate: a, levels: [{at_most: 3, score: 1}, {at_most: 5, score: 0.5}]", AB, {"a": 5.0}, "partial", E9 // 2),
    # rate, linear, in either direction
    ("rate: a, full_at: 0, zero_at: 10", AB, {"a": 0.0}, "met", E9),
    ("rate: a, full_at: 0, zero_at: 10", AB, {"a": 4.0}, "partial", 600_000_000),
    ("rate: a, full_at: 0, zero_at: 10", AB, {"a": 12.0}, "missed", 0),
    ("rate: b / a, full_at: 0.9, zero_at: 0.6", AB, {"a": 10.0, "b": 7.0}, "partial", 333_333_333),
    ("rate: b / a, full_at: 0.9, zero_at: 0.6", AB, {"a": 0.0, "b": 0.0}, "unobserved", None),
    # grade
    ("grade: g", GRADE, {"g": "A"}, "met", E9),
    ("grade: g", GRADE, {"g": "B"}, "partial", 660_000_000),
    ("grade: g", GRADE, {"g": "D"}, "missed", 0),
    ("grade: g", GRADE, {}, "unobserved", None),
    # n of m
    (OF, THREE, {"x": True, "y": True, "z": True}, "met", E9),
    (OF, THREE, {"x": True, "y": False, "z": True}, "partial", 660_000_000),
    (OF, THREE, {"x": False, "y": False, "z": True}, "missed", 0),
    (OF, THREE, {"x": False, "y": False}, "missed", 0),  # the blank one changes nothing any more
    (OF, THREE, {"x": True, "y": True}, "unobserved", None),
    ("of: [x, y]", THREE, {"x": False}, "missed", 0),  # without levels all or nothing
    ("of: [x, y]", THREE, {"x": True}, "unobserved", None),
    # judged
    ("judged: yes_no", AB, {"rule": True}, "met", E9),
    ("judged: yes_no", AB, {"rule": False}, "missed", 0),
    ("judged: yes_no", AB, {}, "unobserved", None),
    ("judged: grade, scale: {好: 1, 中: 0.5, 差: 0}", AB, {"rule": "中"}, "partial", E9 // 2),
]
DEDUCTIONS = [  # points 2; value is what is lost, in billionths of a point
    ("deduct: {each: a, points: 0.5}", {"a": 0.0}, "met", 0),
    ("deduct: {each: a, points: 0.5}", {"a": 3.0}, "partial", 1_500_000_000),
    ("deduct: {each: a, points: 0.5}", {"a": 4.0}, "missed", 2_000_000_000),
    ("deduct: {each: a, points: 0.5}", {"a": 40.0}, "missed", 2_000_000_000),
    ("deduct: {each: a, points: 0.5, at_most: 1}", {"a": 40.0}, "partial", 1_000_000_000),
    ("deduct: {each: a - 5, points: 0.5}", {"a": 3.0}, "met", 0),  # below 0 counts 0
    ("deduct: [{each: a, points: 1}, {each: b, points: 1}]", {"a": 1.0}, "unobserved", None),
    (
        "deduct: [{each: a, points: 1}, {each: b, points: 1}]",
        {"a": 2.0},
        "missed",
        2_000_000_000,
    ),  # known ones take all
    ("deduct: {each: a, points: 0.5}", {}, "unobserved", None),
    ("judged: deduction", {"rule": 0.5}, "partial", 500_000_000),
    ("judged: deduction", {"rule": 7.0}, "missed", 2_000_000_000),
    ("judged: deduction", {"rule": 0.0}, "met", 0),
]


@pytest.mark.parametrize(("rule", "fields", "seen", "status", "value"), CASES)
def test_rule(tmp_path: Path, rule: str, fields: str, seen: dict[str, object], status: str, value: int | None) -> None:
    assert outcome(one_rule(tmp_path, rule, fields), seen) == (status, value)


@pytest.mark.parametrize(("rule", "seen", "status", "value"), DEDUCTIONS)
def test_deduction(tmp_path: Path, rule: str, seen: dict[str, object], status: str, value: int | None) -> None:
    fields = "{a: {label: 甲, kind: number}, b: {label: 乙, kind: number}}"
    assert outcome(one_rule(tmp_path, rule, fields, points="2"), seen) == (status, value)


PROBLEMS = [  # rows, complete, status: design section 6 and 'Settled details'
    (0, True, "met"),
    (0, False, "unobserved"),
    (0, None, "unobserved"),
    (1, True, "partial"),
    (1, False, "unobserved"),  # a lower bound: more may be found
    (2, False, "missed"),  # already takes all points
    (2, True, "missed"),
]


@pytest.mark.parametrize(("rows", "complete", "status"), PROBLEMS)
def test_problem_rows(tmp_path: Path, rows: int, complete: bool | None, status: str) -> None:
    catalogue = one_rule(tmp_path, "deduct: {each: problems, points: 0.5}", "{}")
    problems = [{"criterion": "rule", "problem": f"第{number}处"} for number in range(rows)]
    assert outcome(catalogue, {"complete": complete}, problems=problems)[0] == status


def test_deducted_is_the_sum_of_the_problem_rows(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path, "deduct: {each: deducted, points: 1}", "{}")
    problems = [
        {"criterion": "rule", "problem": "甲", "deducted": 0.25},
        {"criterion": "rule", "problem": "乙", "deducted": 0.5},
    ]
    assert outcome(catalogue, {"complete": True}, problems=problems) == ("partial", 750_000_000)


LIMITS = [  # a value exactly on a limit meets it, however it was computed (design 4.3)
    ("pass: 1 - a / 50 >= 0.66", {"a": 17.0}, "met"),
    ("pass: a / 100 * 100 >= 57", {"a": 57.0}, "met"),
    ("pass: a + 0.2 <= 0.3", {"a": 0.1}, "met"),
    ("pass: a + 0.2 < 0.3", {"a": 0.1}, "missed"),
    ("pass: a + 0.2 == 0.3", {"a": 0.1}, "met"),
    ("pass: a + 0.2 != 0.3", {"a": 0.1}, "missed"),
    ("pass: a + 0.2 > 0.3", {"a": 0.1}, "missed"),
    ('pass: "a + 0.2 in [0.3, 7]"', {"a": 0.1}, "met"),
    ("pass: floor(a * 100) == 29", {"a": 0.29}, "met"),
    ('pass: "round(a, 2) == 1.01"', {"a": 1.005}, "met"),
    ('pass: "round(a, 0) == -3"', {"a": -2.5}, "met"),
    ("pass: a / 0 > 1", {"a": 1.0}, "unobserved"),
    ("pass: a / (a - a) > 1 or a == 1", {"a": 1.0}, "met"),
    ("pass: a * a > 0", {"a": 1e200}, "unobserved"),  # not finite is unknown
    ("pass: log(a) < 0", {"a": 0.5}, "met"),
    ("pass: log(a) < 0", {"a": 0.0}, "unobserved"),
    ("pass: observed(a)", {}, "missed"),
    ('pass: "max(a, 3) == 3"', {}, "unobserved"),
    ('pass: "min(a, 3) == 3"', {"a": 4.0}, "met"),
    ("pass: abs(a) == 2", {"a": -2.0}, "met"),
    ('pass: "count_true(a > 1, a > 2) == 1"', {"a": 2.0}, "met"),
    ("pass: (a if a > 1 else 5) == 5", {"a": 1.0}, "met"),
    ("pass: (5 if a > 1 else 5) == 5", {}, "unobserved"),
    ("pass: site_type == 'spot'", {}, "met"),
    ('pass: "-a in [-2]"', {"a": 2.0}, "met"),
    ("pass: \"site_type in ['spot'] and not site_type != 'spot'\"", {}, "met"),
]


@pytest.mark.parametrize(("rule", "seen", "status"), LIMITS)
def test_limit_rule(tmp_path: Path, rule: str, seen: dict[str, object], status: str) -> None:
    assert outcome(one_rule(tmp_path, rule), seen)[0] == status


DATES = """{
  d: {label: 日, kind: date},
  e: {label: 止, kind: date},
  s: {label: 项, kind: choices, options: [书, 茶]},
  t: {label: 文, kind: text},
}"""
TYPED = [
    ("pass: d >= '2026-01-01'", {"d": "2026-01-01"}, "met"),
    ("pass: d < e", {"d": "2026-01-01", "e": "2026-01-01"}, "missed"),
    ("pass: d == e", {"d": "2026-01-01", "e": "2026-01-01"}, "met"),
    ("pass: d != e", {"d": "2026-01-01"}, "unobserved"),
    ("pass: d <= '2026-01-01' and d > '2025-01-01'", {"d": "2025-06-01"}, "met"),
    ("pass: \"'书' in s\"", {"s": ["书"]}, "met"),
    ("pass: \"'茶' in s\"", {"s": ["书"]}, "missed"),
    ("pass: \"'茶' in s\"", {}, "unobserved"),
    ("pass: t == 'Ａ'", {"t": "A"}, "met"),  # texts compare after NFKC
    ("pass: t != 'A'", {"t": "A"}, "missed"),
]


@pytest.mark.parametrize(("rule", "seen", "status"), TYPED)
def test_texts_dates_and_choices(tmp_path: Path, rule: str, seen: dict[str, object], status: str) -> None:
    from datetime import date

    row = {
        key: date.fromisoformat(value) if key in "de" and isinstance(value, str) else value
        for key, value in seen.items()
    }
    assert outcome(one_rule(tmp_path, rule, DATES), row)[0] == status


KLEENE = [  # x, y -> and, or; None is unknown
    (True, True, True, True),
    (True, False, False, True),
    (True, None, None, True),
    (False, False, False, False),
    (False, None, False, None),
    (None, None, None, None),
]
STATUS = {True: "met", False: "missed", None: "unobserved"}


@pytest.mark.parametrize(("x", "y", "both", "either"), KLEENE)
def test_unknowns_follow_kleene(
    tmp_path: Path, x: bool | None, y: bool | None, both: bool | None, either: bool | None
) -> None:
    for one, other in ((x, y), (y, x)):
        seen = {"x": one, "y": other}
        assert outcome(one_rule(tmp_path / "and", "pass: x and y", THREE), seen)[0] == STATUS[both]
        assert outcome(one_rule(tmp_path / "or", "pass: x or y", THREE), seen)[0] == STATUS[either]
        assert outcome(one_rule(tmp_path / "not", "pass: not (x or y)", THREE), seen)[0] == {
            "met": "missed", "missed": "met", "unobserved": "unobserved"}[STATUS[either]]  # fmt: skip


DERIVED = """{
  a: {label: 甲, kind: count},
  b: {label: 乙, kind: count, at_most: a},
  share: {label: 率, kind: number, formula: b / a, at_most: 0.9},
}"""


def test_a_contradiction_is_inherited_through_derived_fields(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path, "pass: share >= 0.5", DERIVED)
    assert outcome(catalogue, {"a": 10.0, "b": 6.0})[0] == "met"
    assert outcome(catalogue, {"a": 10.0, "b": 11.0})[0] == "invalid"
    assert outcome(catalogue, {"a": 100.0, "b": 95.0})[0] == "invalid"  # the derived field's own limit
    assert outcome(catalogue, {"a": 100.0, "b": 90.0})[0] == "met"  # exactly on it


def test_one_row_is_judged_as_in_a_batch(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path, "rate: a / 49, levels: [{at_least: 0.0001, score: 1}]")
    rows = [{"site": f"S{number}", "a": float(number) / 7} for number in range(300)]
    from tests.city import judge

    batch = judge(catalogue, make_submission(catalogue, {"spot": rows})).findings
    alone = [judge(catalogue, make_submission(catalogue, {"spot": [row]})).findings["measure"][0] for row in rows]
    assert sorted(batch["measure"].to_list()) == sorted(alone)
    assert alone == [number / 7 / 49 for number in range(300)]
