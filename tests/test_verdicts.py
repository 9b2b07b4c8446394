"""Verdicts of long checks: what the rows of one visit say of a criterion, and where it decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
import pytest

from duibiao.evaluator.codes import MET, MISSED, PARTIAL, STATUS_OF, Meaning
from duibiao.evaluator.compile import Plan, compile_plan
from duibiao.evaluator.rules import INVALID, NOT_APPLICABLE, UNOBSERVED
from duibiao.evaluator.submission import Note
from duibiao.evaluator.verdicts import VERDICTS, settle, verdicts
from duibiao.evaluator.visits import round_visits
from tests.city import make_catalogue, make_submission

E9 = 1_000_000_000
FORMS = {
    "spot": """
site_type: spot
title: 点
fields:
  a: {label: 甲, kind: count}
  g: {label: 级, kind: grade, scale: {Ａ级: 1, 中: 0.5, 低: 0.25, 差: 0}}
criteria:
  - {id: graded, title: 分级, place: Ⅲ-1, grade: g}
  - {id: lost, title: 扣分, place: Ⅲ-1, points: 2, deduct: {each: a, points: 1}}
  - {id: seen, title: 人看, place: Ⅲ-1, judged: yes_no}
  - {id: taken, title: 人扣, place: Ⅲ-1, points: 2, judged: deduction}
  - {id: lower, title: 两法, place: Ⅲ-2, both: [passed, graded]}
""",
    "road": "site_type: road\ntitle: 路\n",
    "shared": """
fields: {b: {label: 乙, kind: count}}
criteria:
  - {id: passed, title: 合格, place: Ⅲ-1, site_types: [spot, road], pass: b > 0}
""",
}
Row = dict[str, object]


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return compile_plan(make_catalogue(tmp_path_factory.mktemp("catalogue"), FORMS), date(2026, 3, 2))


def said(plan: Plan, kind: str, checks: Sequence[Row]) -> tuple[pl.DataFrame, list[Note]]:
    """The verdicts on the visits of one kind of site, of which S1 is the second."""
    rows = {"spot": [{"site": "S0"}, {"site": "S1"}], "road": [{"site": "R1"}]}
    told = [{"site_type": "spot", **each} for each in checks]
    visits = round_visits(plan.catalogue, make_submission(plan.catalogue, rows, checks=told), "")
    return verdicts(plan.site_types[kind], visits.checks, visits.frames[kind])


YES: Row = {"result": "met"}
NO: Row = {"result": "missed"}
NOT_HERE: Row = {"result": "not_applicable"}
WORDS: Row = {"problem": "只有文字"}
Verdict = tuple[str, int | None] | None
SAID: list[tuple[str, list[Row], Verdict, bool]] = [  # criterion, the rows on it, its verdict, whether they differ
    ("passed", [YES], ("met", E9), False),
    ("passed", [NO], ("missed", 0), False),
    ("passed", [NOT_HERE], ("not_applicable", None), False),
    ("passed", [WORDS], None, False),  # says nothing of the result
    ("passed", [YES, YES], ("met", E9), False),
    ("passed", [YES, WORDS], ("met", E9), False),
    ("passed", [YES, NO], ("missed", 0), True),  # the lower counts
    ("passed", [YES, NOT_HERE], ("met", E9), True),
    ("passed", [NOT_HERE, NOT_HERE], ("not_applicable", None), False),
    ("graded", [{"grade": "A级"}], ("met", E9), False),
    ("graded", [{"grade": "中"}], ("partial", 500_000_000), False),
    ("graded", [{"grade": "差"}], ("missed", 0), False),
    ("graded", [{"grade": "中"}, {"grade": "低"}], ("partial", 250_000_000), True),
    ("graded", [YES], ("met", E9), False),
    ("graded", [{"grade": "中", **YES}], ("partial", 500_000_000), False),  # the grade says more
    ("graded", [WORDS], None, False),
    ("graded", [{"grade": "中", **NOT_HERE}, YES], ("partial", 500_000_000), True),  # the grade speaks too
    ("graded", [{"grade": "中"}, WORDS], ("partial", 500_000_000), False),
    ("lost", [{"deducted": 0.5}, {"deducted": 0.25}], ("partial", 750_000_000), False),  # deductions add up
    ("lost", [{"deducted": 0.5}, WORDS], ("partial", 500_000_000), False),
    ("lost", [{"deducted": 1.5}, {"deducted": 1.5}], ("missed", 2 * E9), False),  # no more than there is
    ("lost", [{"deducted": 0.0}], ("met", 0), False),
    ("lost", [YES], ("met", 0), False),
    ("lost", [NO], ("missed", 2 * E9), False),
    ("lost", [NO, NO], ("missed", 2 * E9), False),
    ("lost", [{"deducted": 0.5, **NO}], ("partial", 500_000_000), False),
    ("lost", [NOT_HERE], ("not_applicable", None), False),
    ("lost", [WORDS], None, False),
    ("seen", [YES], None, False),  # stands in a column of the visit
    ("seen", [NOT_HERE], ("not_applicable", None), False),
    ("taken", [{"deducted": 0.5}], None, False),
    ("taken", [NOT_HERE], ("not_applicable", None), False),
    ("lower", [YES], None, False),  # is worked out from its members
]


@pytest.mark.parametrize(("criterion", "rows", "verdict", "differ"), SAID)
def test_what_the_rows_of_a_visit_say(
    plan: Plan, criterion: str, rows: list[Row], verdict: Verdict, differ: bool
) -> None:
    elsewhere = [{"site": "R1", "site_type": "road", "criterion": "passed", **each} for each in (YES, NO)]
    found, notes = said(plan, "spot", [*({"criterion": criterion, **row} for row in rows), *elsewhere])
    assert found.schema == VERDICTS
    expected = [] if verdict is None else [(1, criterion, STATUS_OF.index(verdict[0]), verdict[1])]
    assert found.rows() == expected
    assert notes == [Note("verdicts-differ", criterion, "S1@2026-03-02")] * differ


def test_each_kind_of_site_has_its_own_verdicts(plan: Plan) -> None:
    road: Row = {"site": "R1", "site_type": "road"}
    checks: list[Row] = [
        {"criterion": "passed", **NO},
        {"criterion": "graded", "grade": "中"},
        {**road, "criterion": "passed", **YES},
    ]
    assert said(plan, "road", checks)[0].rows() == [(0, "passed", MET, E9)]
    assert sorted(said(plan, "spot", checks)[0].rows()) == [
        (1, "graded", PARTIAL, 500_000_000),
        (1, "passed", MISSED, 0),
    ]


# ------------------------------------------------------------------ where a verdict decides

SCORES = (E9, 500_000_000, 250_000_000, 0)  # of the codes 3, 4, 5 and 6
Place = tuple[int, int | None, int, int | None, int, bool, bool]
OF_LEVELS: list[Place] = [  # the code, (its value), the verdict's status and value, the code then, by hand, a note
    (UNOBSERVED, None, MET, E9, 3, True, False),
    (UNOBSERVED, None, PARTIAL, 250_000_000, 5, True, False),
    (UNOBSERVED, None, MISSED, 0, 6, True, False),
    (UNOBSERVED, None, NOT_APPLICABLE, None, NOT_APPLICABLE, True, False),
    (3, None, MET, E9, 3, False, False),
    (3, None, MISSED, 0, 3, False, True),  # what was seen counts
    (3, None, NOT_APPLICABLE, None, 3, False, True),
    (4, None, PARTIAL, 500_000_000, 4, False, False),
    (4, None, PARTIAL, 250_000_000, 4, False, True),
    (NOT_APPLICABLE, None, NOT_APPLICABLE, None, NOT_APPLICABLE, False, False),
    (NOT_APPLICABLE, None, MET, E9, NOT_APPLICABLE, False, True),
    (INVALID, None, MET, E9, INVALID, False, False),  # contradictory data stay so, and say nothing to differ from
    (INVALID, None, NOT_APPLICABLE, None, INVALID, False, False),
]
OF_VALUES: list[Place] = [  # the same of a deduction of two points
    (UNOBSERVED, None, MET, 0, MET, True, False),
    (UNOBSERVED, 7, PARTIAL, 500_000_000, PARTIAL, True, False),
    (UNOBSERVED, None, MISSED, 2 * E9, MISSED, True, False),
    (UNOBSERVED, None, NOT_APPLICABLE, None, NOT_APPLICABLE, True, False),
    (MET, 0, MET, 0, MET, False, False),
    (PARTIAL, 500_000_000, PARTIAL, 500_000_000, PARTIAL, False, False),
    (PARTIAL, 500_000_000, PARTIAL, 750_000_000, PARTIAL, False, True),
    (MISSED, 2 * E9, MET, 0, MISSED, False, True),
    (NOT_APPLICABLE, 7, NOT_APPLICABLE, None, NOT_APPLICABLE, False, False),  # its value is not read
    (INVALID, 7, MET, 0, INVALID, False, False),
]
OF_JUDGED: list[Place] = [  # only what a long check calls not applicable is told of a judged criterion
    (UNOBSERVED, None, NOT_APPLICABLE, None, NOT_APPLICABLE, True, False),
    (3, None, NOT_APPLICABLE, None, NOT_APPLICABLE, True, False),
    (6, None, NOT_APPLICABLE, None, NOT_APPLICABLE, True, False),
    (INVALID, None, NOT_APPLICABLE, None, NOT_APPLICABLE, True, False),
]
KINDS = [(OF_LEVELS, SCORES, False), (OF_VALUES, (), False), (OF_JUDGED, SCORES, True)]


@pytest.mark.parametrize(("places", "scores", "judged"), KINDS, ids=["levels", "values", "judged"])
def test_where_a_verdict_decides(places: list[Place], scores: tuple[int, ...], judged: bool) -> None:
    numbers = [2 * index + 1 for index in range(len(places))][::-1]  # a visit without a verdict stands before each
    codes = pl.Series("rule", [3] * (2 * len(places)), dtype=pl.UInt8).scatter(numbers, [each[0] for each in places])
    before = codes.to_list()
    told = pl.DataFrame(
        [(number, "rule", status, value) for number, (_, _, status, value, *_) in zip(numbers, places, strict=True)],
        schema=VERDICTS,
        orient="row",
    )
    values = None if scores else pl.Series("rule", [each[1] for each in places], dtype=pl.Int64)
    meaning = Meaning(scores, loses=not scores, most=E9 if scores else 2 * E9)
    found = settle(codes=codes, values=values, meaning=meaning, told=told, judged=judged)
    expected = dict(zip(numbers, places, strict=True))
    assert found.codes.to_list() == [expected[at][4] if at in expected else 3 for at in range(len(codes))]
    assert found.codes.dtype == pl.UInt8
    assert set(found.by_hand["row"]) == {at for at, place in expected.items() if place[5]}
    assert set(found.differing) == {at for at, place in expected.items() if place[6]}
    assert codes.to_list() == before
