"""Every kind of rule beside every other: the cases of test_rules and the edges below, judged in one city at once.

What a rule gives alone it gives among others too, and a run of all cases takes no longer than one. The edges are where
a rule's value turns: at, just below and just above a limit, by the limit rule's t (design 4.3), and where it is cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tests.city import judge, make_catalogue, make_submission
from tests.test_rules import CASES, DATES, DEDUCTIONS, KLEENE, LIMITS, PROBLEMS, STATUS, THREE, TYPED

E9 = 1_000_000_000
A = "{a: {label: 甲, kind: number}}"
AB = "{a: {label: 甲, kind: number}, b: {label: 乙, kind: number}}"


@dataclass(frozen=True)
class Case:
    """A rule as YAML, what was seen, and the status, value and measure (None: not asked) that it must give."""

    rule: str
    seen: Mapping[str, object]
    status: str
    value: int | None = None
    fields: str = A
    points: str = "1"
    problems: int = 0
    measure: float | None = None

    def __str__(self) -> str:
        return f"{self.rule} | {dict(self.seen)} | {self.problems or ''}"


def row(seen: object) -> dict[str, object]:
    """What was seen, with dates for the texts of the two date fields."""
    assert isinstance(seen, dict)
    return {key: date.fromisoformat(value) if key in {"d", "e"} else value for key, value in seen.items()}


KNOWN: list[Case] = [
    *(Case(rule, row(seen), status, value, fields) for rule, fields, seen, status, value in CASES),
    *(Case(rule, seen, status, value, AB, "2") for rule, seen, status, value in DEDUCTIONS),
    *(Case(rule, seen, status) for rule, seen, status in LIMITS),
    *(Case(rule, row(seen), status, fields=DATES) for rule, seen, status in TYPED),
    *(Case("pass: x and y", {"x": x, "y": y}, STATUS[both], fields=THREE) for x, y, both, _ in KLEENE),
    *(Case("pass: x or y", {"x": y, "y": x}, STATUS[either], fields=THREE) for x, y, _, either in KLEENE),
    *(
        Case("deduct: {each: problems, points: 0.5}", {"complete": complete}, status, problems=rows)
        for rows, complete, status in PROBLEMS
    ),
]

NUMBERS: list[tuple[str, float | None, float | None]] = [  # formula, a, its value; not finite is unknown
    ("a + a", 1.5, 3.0),
    ("a + a", 1e308, None),
    ("a - 1", 1.5, 0.5),
    ("a - 1e308", -1e308, None),
    ("a * 3", 1.5, 4.5),
    ("a * a", 1e200, None),
    ("a * a * 0", 1e200, None),
    ("-a", 1.5, -1.5),
    ("1 + -a", 1.5, -0.5),
    ("2 * -(a - 1)", 1.5, -1.0),
    ("1 / a", -2.0, -0.5),
    ("1 / a", 0.0, None),
    ("1 / a", 1e-11, None),  # a divisor within 1e-11 of 0 is 0
    ("1 / a", -1e-11, None),
    ("1 / a", 1.01e-11, 1 / 1.01e-11),
    ("1 / a", -1.01e-11, 1 / -1.01e-11),
    ("1e300 / a", 1e-10, None),
    ("a / 49", 1.0, 1.0 / 49),
    ("a / 49", 3.0, 3.0 / 49),  # as Python divides, not times 1 / 49
    ("a / (50 - 1)", 3.0, 3.0 / 49),
    ("floor(a)", 2.5, 2.0),
    ("floor(a)", -2.5, -3.0),
    ("floor(a)", 2.99999999998, 3.0),  # within t = 1e-11 x 2.99...
    ("floor(a)", 2.99999999996, 2.0),
    ("floor(a)", 1.7976931348623157e308, None),  # t takes it beyond all numbers
    ("round(a, 1)", 0.25, 0.3),
    ("round(a, 1)", -0.25, -0.3),
    ("round(a, 1)", -0.24, -0.2),
    ("round(a)", 1.5, 2.0),
    ("round(a)", 1.4, 1.0),
    ("round(a)", 1.49999999999, 2.0),  # within t = 1e-11 x 1.49...
    ("round(a)", 1.49999999997, 1.0),
    ("round(a)", 0.0, 0.0),
    ("round(a, 2)", 1e308, None),
    ("abs(a)", -2.5, 2.5),
    ("abs(a)", 2.5, 2.5),
    ("log(a)", 1.0, 0.0),
    ("log(a)", 0.0, None),
    ("log(a)", -0.5, None),
    ("min(a, 3)", 0.0, 0.0),
    ("min(a, 3)", 4.0, 3.0),
    ("min(a, 3)", None, None),
    ("max(3, a, 1)", 0.0, 3.0),
    ("max(3, a, 1)", 4.0, 4.0),
    ("max(3, a)", None, None),
    ("count_true(a > 0)", 1.0, 1.0),
    ("count_true(a > 0, a > 1, a > 2)", 1.0, 1.0),
    ("count_true(a > 0, a > 1, a > 2)", 2.0, 2.0),
    ("count_true(a > 0, a > 1, a > 2)", 3.0, 3.0),
    ("count_true(a > 0, a > 1)", None, None),
    ("a if a > 1 else 5", 2.0, 2.0),
    ("a if a > 1 else 5", 1.0, 5.0),
]
ANY = "levels: [{at_least: -1e300, score: 1}]"
LINEAR, FALLING = "rate: a, full_at: 1, zero_at: 0", "rate: a, full_at: 2, zero_at: 12"
ONE, TWO = "deduct: {each: a, points: 1}", "deduct: [{each: a, points: 0.3}, {each: b, points: 1, at_most: 0.5}]"
SCORES: list[tuple[str, dict[str, object], str, int | None]] = [  # points 2; half up in billionths with their own t
    (LINEAR, {"a": 0.1234567894}, "partial", 123456789),
    (LINEAR, {"a": 0.1234567896}, "partial", 123456790),
    (LINEAR, {"a": 0.49999999950}, "partial", 500000000),
    (LINEAR, {"a": 0.499999999496}, "partial", 500000000),  # t is 0.005 of a billionth
    (LINEAR, {"a": 0.499999999494}, "partial", 499999999),
    (LINEAR, {"a": 5e-10}, "partial", 1),
    (LINEAR, {"a": 4.9e-10}, "missed", 0),
    (LINEAR, {"a": 0.0}, "missed", 0),
    (LINEAR, {"a": -0.7}, "missed", 0),
    (LINEAR, {"a": 0.9999999995}, "met", E9),
    (LINEAR, {"a": 0.99999999948}, "partial", E9 - 1),
    (LINEAR, {"a": 1.0}, "met", E9),
    (LINEAR, {"a": 1.7}, "met", E9),
    (LINEAR, {"a": 1e300}, "met", E9),
    (LINEAR, {"a": None}, "unobserved", None),
    ("rate: a, full_at: 0.5, zero_at: 0", {"a": 1e308}, "unobserved", None),  # twice that is beyond all numbers
    (FALLING, {"a": 2.0}, "met", E9),
    (FALLING, {"a": -1.0}, "met", E9),
    (FALLING, {"a": 2.000000006}, "partial", E9 - 1),
    (FALLING, {"a": 3.0}, "partial", 900_000_000),
    (FALLING, {"a": 12.0}, "missed", 0),
    (FALLING, {"a": 11.999999990}, "partial", 1),
    ("rate: a, full_at: 49, zero_at: 0", {"a": 3.0}, "partial", 61224490),
    (ONE, {"a": 0.0}, "met", 0),
    (ONE, {"a": -3.0}, "met", 0),
    (ONE, {"a": 4.9e-10}, "met", 0),
    (ONE, {"a": 5e-10}, "partial", 1),
    (ONE, {"a": 1.25}, "partial", 1_250_000_000),
    (ONE, {"a": 1.9999999995}, "missed", 2 * E9),
    (ONE, {"a": 1.99999999945}, "partial", 2 * E9 - 1),
    (ONE, {"a": 2.0}, "missed", 2 * E9),
    (ONE, {"a": 3.0}, "missed", 2 * E9),
    (TWO, {"a": 1.0, "b": 0.25}, "partial", 550_000_000),
    (TWO, {"a": 1.0, "b": 3.0}, "partial", 800_000_000),
    (TWO, {"a": -1.0, "b": 0.25}, "partial", 250_000_000),  # nothing is won back
    (TWO, {"a": 0.0, "b": 0.0}, "met", 0),
    (TWO, {"a": 7.0, "b": 0.0}, "missed", 2 * E9),
    (TWO, {"a": 7.0, "b": 1.0}, "missed", 2 * E9),  # no more than there is
    (TWO, {"a": 7.0}, "missed", 2 * E9),
    (TWO, {"a": 6.0}, "unobserved", None),
    (TWO, {"b": 1.0}, "unobserved", None),
    ("rate: a, levels: [{at_least: 3, below: 5, score: 1}]", {"a": 5.0}, "missed", 0),
    ("rate: a, levels: [{at_least: 3, below: 5, score: 1}]", {"a": 3.0}, "met", E9),
    ("rate: a, levels: [{above: 3, at_most: 5, score: 0.5}]", {"a": 5.0}, "partial", E9 // 2),
    ("rate: a, levels: [{above: 3, at_most: 5, score: 0.5}]", {"a": 3.0}, "missed", 0),
    ("rate: a, levels: [{above: 3, at_most: 5, score: 0.5}]", {"a": 6.0}, "missed", 0),
    ("rate: a, levels: [{at_least: 3, score: 1}, {at_least: 1, score: 0.6666666665}]", {"a": 1.0}, "partial", 666666667),
    (f"rate: a / b, {ANY}", {"a": 3.0, "b": -2.0}, "met", E9),
    (f"rate: a / b, {ANY}", {"a": 1e300, "b": 1e-10}, "unobserved", None),  # not finite
    ("pass: a >= b", {"a": 3.0, "b": 3.0}, "met", E9),
    ("pass: a > b", {"a": 3.0, "b": 3.0}, "missed", 0),
    ("pass: a > b", {"a": 3.0}, "unobserved", None),
    ("of: [a > 1, a > 2, b > 1], levels: [{missing: 0, score: 1}, {missing: 2, score: 0.5}]", {"a": 2.0, "b": 1.0}, "partial", E9 // 2),
    ("of: [a > 1, a > 2, b > 1], levels: [{missing: 0, score: 1}, {missing: 2, score: 0.5}]", {"a": 2.0}, "partial", E9 // 2),
    ("of: [a > 1, a > 2, b > 1], levels: [{missing: 0, score: 1}, {missing: 2, score: 0.5}]", {"a": 3.0}, "unobserved", None),
    ("of: [a > 1, a > 2, b > 1], levels: [{missing: 0, score: 1}, {missing: 2, score: 0.5}]", {"a": 1.0}, "unobserved", None),
    ("of: [a > 1, a > 2, b > 1], levels: [{missing: 0, score: 1}, {missing: 2, score: 0.5}]", {"a": 1.0, "b": 1.0}, "missed", 0),
]  # fmt: skip
PROBLEMS_OF_EACH = [  # rows of one criterion do not count for another that reads `problems` in the same way
    ("deduct: {each: problems * 2, points: 0.1}", 1, 200_000_000),
    ("deduct: {each: problems * 2, points: 0.2}", 2, 800_000_000),
    ("deduct: {each: 2 * problems, points: 0.1}", 3, 600_000_000),
]
MEASURES: list[tuple[str, dict[str, object], float | None]] = [  # what the words of a finding tell
    ("of: [a > 1, a > 2, b > 1]", {"a": 2.0, "b": 2.0}, 2.0),  # how many are met, or may be
    ("of: [a > 1, a > 2, b > 1]", {"a": 1.0, "b": 2.0}, 1.0),
    ("of: [a > 1, a > 2, b > 1]", {"a": 3.0, "b": 2.0}, 3.0),
    (ONE, {"a": 1.25}, 1.25),
    (LINEAR, {"a": 0.25}, 0.25),
]
WORDS: list[tuple[str, dict[str, object], str]] = [  # texts compare after NFKC, without the blanks around them
    ("pass: t == ' Ａ '", {"t": "A"}, "met"),
    ("pass: t != 'Ａ'", {"t": "A"}, "missed"),
    ("pass: \"t in ['Ｂ', 'Ａ']\"", {"t": "A"}, "met"),
    ("pass: \"t in ['B']\"", {"t": "A"}, "missed"),
    ("pass: \"'Ａ1' in s\"", {"s": ["A1"]}, "met"),
    ("pass: d <= e", {"d": "2026-01-01", "e": "2026-01-01"}, "met"),
    ("pass: d <= e", {"d": "2026-01-02", "e": "2026-01-01"}, "missed"),
    ("pass: d > e", {"d": "2026-01-01", "e": "2026-01-01"}, "missed"),
    ("pass: d > e", {"d": "2026-01-02", "e": "2026-01-01"}, "met"),
    ("pass: d >= e", {"d": "2025-01-01", "e": "2026-01-01"}, "missed"),
    ("pass: d < e", {"d": "2025-01-01", "e": "2026-01-01"}, "met"),
    ("pass: d == e", {"d": "2025-01-01", "e": "2026-01-01"}, "missed"),
    ("pass: d != e", {"d": "2025-01-01", "e": "2026-01-01"}, "met"),
]
OTHERS = "{d: {label: 日, kind: date}, e: {label: 止, kind: date}, s: {label: 项, kind: choices, options: [A1, B1]}, t: {label: 文, kind: text}}"  # fmt: skip
GRADES = "{g: {label: 级, kind: grade, scale: {Ａ级: 1, B: 0.5, C: 0}}}"
EDGES: list[Case] = [
    *(
        Case(f'rate: "{formula}", {ANY}', {"a": a}, "unobserved" if value is None else "met", measure=value)
        for formula, a, value in NUMBERS
    ),
    *(Case(rule, seen, status, value, AB, "2") for rule, seen, status, value in SCORES),
    *(Case(rule, {"complete": True}, "partial", value, problems=rows) for rule, rows, value in PROBLEMS_OF_EACH),
    *(Case(rule, seen, "", fields=AB, points="2", measure=measure) for rule, seen, measure in MEASURES),
    *(Case(rule, row(seen), status, fields=OTHERS) for rule, seen, status in WORDS),
    Case("grade: g", {"g": "A级"}, "met", E9, GRADES),
    Case("grade: g", {"g": "C"}, "missed", 0, GRADES),
]
ALL = KNOWN + EDGES
COLUMNS = ("site", "criterion", "status", "value", "measure", "loses")
Found = tuple[str, int | None, float | None, bool]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Found]:
    """What each case gives, by its index: a city for all cases of the same fields and points, a site for each."""
    told: dict[int, Found] = {}
    for fields, points in sorted({(case.fields, case.points) for case in ALL}):
        cases = {index: case for index, case in enumerate(ALL) if (case.fields, case.points) == (fields, points)}
        told |= _one_city(tmp_path_factory.mktemp("catalogue"), fields, points, cases)
    return told


def _one_city(folder: Path, fields: str, points: str, cases: Mapping[int, Case]) -> dict[int, Found]:
    rules = list(dict.fromkeys(case.rule for case in cases.values()))
    criteria = "".join(
        f"  - {{id: rule_{index}, title: 规则{index}, place: Ⅲ-1, points: {points}, {rule}}}\n"
        for index, rule in enumerate(rules)
    )
    form = f"site_type: spot\ntitle: 点\nfields: {fields}\ncriteria:\n{criteria}"
    catalogue = make_catalogue(folder, {"spot": form})
    asked = {index: f"rule_{rules.index(case.rule)}" for index, case in cases.items()}
    visits = [
        {"site": f"S{index}", **{asked[index] if key == "rule" else key: value for key, value in case.seen.items()}}
        for index, case in cases.items()
    ]
    problems = [
        {"site": f"S{index}", "criterion": asked[index], "problem": f"第{number}处"}
        for index, case in cases.items()
        for number in range(case.problems)
    ]
    findings = judge(catalogue, make_submission(catalogue, {"spot": visits}, problems=problems)).findings
    told = {(site, criterion): found for site, criterion, *found in findings.select(COLUMNS).rows()}
    return {index: tuple(told[f"S{index}", criterion]) for index, criterion in asked.items()}


@pytest.mark.parametrize(("index", "case"), list(enumerate(ALL)), ids=str)
def test_each_case_among_all_others(found: dict[int, Found], index: int, case: Case) -> None:
    status, value, measure, loses = found[index]
    assert case.status in {"", status}
    assert (value is None) == (status in {"unobserved", "invalid", "not_applicable"})
    assert loses == ("deduct" in case.rule)  # else the value is a score
    assert case.value is None or value == case.value
    if case.measure is not None:
        assert str(measure) == str(case.measure)  # as text 0.0 is not -0.0
