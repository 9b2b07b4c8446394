"""The table of codes: what it tells of every finding is what the rows of findings tell, and what codes mean."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from duibiao.criteria.models import Inspections
from duibiao.evaluator.codes import STATUS_OF, Codes, Meaning, meaning_at_visits, meaning_of_findings
from duibiao.evaluator.compile import compile_plan
from duibiao.evaluator.evaluate import Evaluation
from duibiao.evaluator.submission import Note
from tests.city import judge, make_catalogue, make_submission, one_rule
from tests.drawn_visits import CRITERIA, drawn_catalogue, drawn_submission

E9 = 1_000_000_000
FIRST, SECOND = datetime(2026, 3, 1), datetime(2026, 3, 2)
MODES: tuple[Inspections, ...] = ("latest", "worst", "mean", "each")


@pytest.fixture(scope="module", params=MODES)
def evaluation(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    catalogue = drawn_catalogue(tmp_path_factory.mktemp(request.param), request.param)
    return judge(catalogue, drawn_submission(catalogue, 7))


def told_by(table: Codes, frame: pl.DataFrame) -> pl.DataFrame:
    """Everything that the table tells, a row a finding, in the order of findings."""
    parts = []
    for criterion in table.codes.columns:
        columns = {
            "visit": frame["visit"].gather(table.visits(criterion)),
            "site": table.rows["site"],
            "status": pl.Series([STATUS_OF[status] for status in table.beneath(criterion)]),
            "value": table.value(criterion),
            "waived": table.is_waived(criterion),
            "shown": pl.Series([STATUS_OF[status] for status in table.statuses(criterion)]),
        }
        parts.append(pl.DataFrame(columns).with_columns(pl.lit(criterion).alias("criterion")))
    return pl.concat(parts).sort("site", "visit", "criterion")


def test_the_table_tells_what_the_findings_tell(evaluation: Evaluation) -> None:
    table, frame = evaluation.codes["spot"], evaluation.frames["spot"]
    told = told_by(table, frame)
    found = evaluation.findings.sort("site", "visit", "criterion")
    shown = pl.when("waived").then(pl.lit("waived")).otherwise("status").alias("shown")
    assert told.equals(found.with_columns(shown).select(told.columns))
    assert set(told["shown"]) == {*STATUS_OF}


def test_the_columns_of_a_table(evaluation: Evaluation) -> None:
    table, frame = evaluation.codes["spot"], evaluation.frames["spot"]
    assert table.by_visit == (table.kind.site_type.several_inspections == "each")
    assert dict(table.rows.schema) == {"site": pl.String(), "last": pl.UInt32()}
    assert dict(table.codes.schema) == dict.fromkeys(CRITERIA, pl.UInt8())
    assert set(table.values.schema.dtypes()) == {pl.Int64()}
    assert set(table.values.columns) == {name for name, meaning in table.meanings.items() if not meaning.scores}
    assert table.order.dtype == pl.UInt32()
    assert table.order.sort().to_list() == list(range(frame.height))
    assert dict(table.by_hand.schema) == {"row": pl.UInt32(), "criterion": pl.String()}
    assert table.height == (frame.height if table.by_visit else frame["site"].n_unique())
    assert list(table.meanings) == list(CRITERIA)
    assert set(table.codes["lost"].filter(table.values["lost"].is_null())) == {0, 1}
    for criterion in CRITERIA:
        assert table.is_waived(criterion).name == criterion
        assert table.visits(criterion).dtype == pl.UInt32()


def test_visits_of_one_site_stand_together_by_time(evaluation: Evaluation) -> None:
    table, frame = evaluation.codes["spot"], evaluation.frames["spot"]
    if table.by_visit:
        return
    ordered = frame[table.order]
    again = frame.sort("site", "at", "visit", nulls_last=False)
    assert ordered.select("visit").equals(again.select("visit"))
    last = ordered["site"].gather(table.rows["last"])
    assert last.to_list() == table.rows["site"].to_list()


@pytest.mark.parametrize("mode", ["latest", "worst"])
def test_the_chosen_visit_of_a_criterion(tmp_path: Path, mode: str) -> None:
    form = f"""
site_type: spot
title: 点
several_inspections: {mode}
fields: {{a: {{label: 甲, kind: count}}, b: {{label: 乙, kind: count}}}}
criteria:
  - {{id: one, title: 一, place: Ⅲ-1, pass: a > 0}}
  - {{id: two, title: 二, place: Ⅲ-2, pass: b > 0}}
"""
    catalogue = make_catalogue(tmp_path, {"spot": form})
    rows: list[dict[str, object]] = [
        {"site": "S1", "at": SECOND, "b": 2.0},
        {"site": "S2", "at": FIRST, "a": 0.0, "b": 0.0},
        {"site": "S1", "at": FIRST, "a": 1.0, "b": 3.0},
        {"site": "S2", "at": None, "a": 0.0},
        {"site": "S0", "at": SECOND, "a": 1.0},
    ]
    table = judge(catalogue, make_submission(catalogue, {"spot": rows})).codes["spot"]
    chosen = {name: dict(zip(table.rows["site"], table.visits(name), strict=True)) for name in ("one", "two")}
    assert chosen == {"one": {"S0": 4, "S1": 2, "S2": 1}, "two": {"S0": 4, "S1": 0, "S2": 1}}


def test_some_rows_of_a_table(evaluation: Evaluation) -> None:
    table = evaluation.codes["spot"]
    rows = pl.Series([3, 0], dtype=pl.UInt32)
    some = table.at(rows)
    assert some.height == 2
    assert some.rows.equals(table.rows[rows])
    for name in table.meanings:
        assert some.statuses(name).to_list() == table.statuses(name).gather(rows).to_list()
        assert some.value(name).to_list() == table.value(name).gather(rows).to_list()
        assert some.visits(name).to_list() == table.visits(name).gather(rows).to_list()


def test_of_many_visits_alike_the_last_is_the_one_with_the_highest_number(tmp_path: Path) -> None:
    catalogue = drawn_catalogue(tmp_path, "worst")
    rows = [{"c": 1.0, "inspector": f"{number:02}"} for number in range(12)]
    found = judge(catalogue, make_submission(catalogue, {"spot": rows})).findings.filter(criterion="passed")
    assert found["visit"].to_list() == ["S1@2026-03-02#12"]


def test_slices_change_nothing(evaluation: Evaluation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = evaluation.codes["spot"].kind.site_type
    catalogue = drawn_catalogue(tmp_path, str(kind.several_inspections))
    monkeypatch.setattr("duibiao.evaluator.evaluate.SLICE", 7)  # visits
    for together in (1, 300):  # codes: one criterion at a time, and two
        monkeypatch.setattr("duibiao.evaluator.coding.TOGETHER", together)
        some = judge(catalogue, drawn_submission(catalogue, 7))
        assert some.findings.equals(evaluation.findings)
        assert some.notes == evaluation.notes


def test_visits_of_the_same_time_that_differ_are_noted(tmp_path: Path) -> None:
    catalogue = drawn_catalogue(tmp_path, "latest")
    seen = {"a": 10.0, "b": 9.0, "g": "好"}
    rows: list[dict[str, object]] = [
        {"site": "S1", "at": None, **seen, "c": 0.0},
        {"site": "S1", "at": SECOND, **seen, "c": 1.0},
        {"site": "S1", "at": SECOND, **seen, "c": 2.0},
        {"site": "S2", "at": None, **seen, "c": 0.0},
        {"site": "S2", "at": None, **seen, "c": 3.0},
        {"site": "S2", "at": FIRST, **seen},
        {"site": "S3", "at": SECOND, **seen, "c": 1.0},
        {"site": "S4", "at": FIRST, **seen, "c": 1.0},
        {"site": "S4", "at": SECOND, **seen, "c": 2.0},
    ]
    evaluation = judge(catalogue, make_submission(catalogue, {"spot": rows}))
    assert evaluation.notes == (
        Note("same-time", "linear", "S1@2026-03-02#2"),
        Note("same-time", "linear", "S2@#2"),
        Note("same-time", "passed", "S2@#2"),
    )
    found = evaluation.findings.filter(criterion="linear").select("visit", "value").rows()
    thirds = (333_333_333, 0, 666_666_667, 333_333_333)
    assert found == [*zip(("S1@2026-03-02#2", "S2@#2", "S3@2026-03-02", "S4@2026-03-02"), thirds, strict=True)]


# ------------------------------------------------------------------ meanings


STATUSES = [  # scores of the levels, the statuses of all codes
    ((E9, 0), "not_applicable unobserved invalid met missed"),
    ((E9, 600_000_000, 0), "not_applicable unobserved invalid met partial missed"),
    ((1, E9 - 1), "not_applicable unobserved invalid partial partial"),
    ((), "not_applicable unobserved invalid met partial missed"),
]


@pytest.mark.parametrize(("scores", "statuses"), STATUSES)
def test_the_status_of_every_code(scores: tuple[int, ...], statuses: str) -> None:
    meaning = Meaning(scores, loses=False, most=E9)
    assert " ".join(STATUS_OF[status] for status in meaning.statuses) == statuses


def test_how_good_a_value_is() -> None:
    assert Meaning((), loses=False, most=E9).good(7) == 7
    assert Meaning((), loses=True, most=2 * E9).good(7) == 2 * E9 - 7


MEANINGS = [  # rule, scores at visits, scores of findings under latest, points lost, most
    ("pass: a > 0", (E9, 0), (E9, 0), False, E9),
    ("grade: g", (800_000_000, 300_000_000, E9, 0), (800_000_000, 300_000_000, E9, 0), False, E9),
    ("rate: a, full_at: 1, zero_at: 0", (), (), False, E9),
    ("deduct: {each: a, points: 1}", (), (), True, 2_500_000_000),
    ("judged: deduction", (), (), True, 2_500_000_000),
]


@pytest.mark.parametrize(("rule", "at_visits", "of_findings", "loses", "most"), MEANINGS)
def test_what_the_codes_of_a_criterion_mean(
    tmp_path: Path, rule: str, at_visits: tuple[int, ...], of_findings: tuple[int, ...], loses: bool, most: int
) -> None:
    fields = "{a: {label: 甲, kind: number}, g: {label: 级, kind: grade, scale: {好: 0.8, 差: 0.3}}}"
    catalogue = one_rule(tmp_path, rule, fields, points="2.5")
    [each] = compile_plan(catalogue, date(2026, 3, 2)).site_types["spot"].criteria
    assert meaning_at_visits(each) == Meaning(at_visits, loses, most)
    for mode in MODES:  # a mean may be anything between
        assert meaning_of_findings(each, mode) == Meaning(() if mode == "mean" else of_findings, loses, most)


def test_the_lower_of_two_may_be_anything_between(tmp_path: Path) -> None:
    catalogue = drawn_catalogue(tmp_path, "latest")
    criteria = {
        each.criterion.id: each for each in compile_plan(catalogue, date(2026, 3, 2)).site_types["spot"].criteria
    }
    assert meaning_at_visits(criteria["lower"]).scores == (E9, 0)  # of a visit only whether it applies
    assert meaning_of_findings(criteria["lower"], "latest") == Meaning((), loses=False, most=E9)


# ------------------------------------------------------------------ verdicts beside levels


BESIDE = [  # the verdict, status, value, code of a finding that is told as a row
    ("met", "met", E9, 3),
    ("missed", "missed", 0, 5),
    ("not_applicable", "not_applicable", None, 0),
]


@pytest.mark.parametrize(("result", "status", "value", "code"), BESIDE)
def test_a_verdict_may_give_what_no_level_does(
    tmp_path: Path, result: str, status: str, value: int | None, code: int
) -> None:
    fields = "{g: {label: 级, kind: grade, scale: {好: 0.8, 差: 0.3}}}"
    catalogue = one_rule(tmp_path, "grade: g", fields)
    checks = [{"criterion": "rule", "result": result, "site": site} for site in ("S1", "S2", "S3")]
    rows: list[dict[str, object]] = [{"site": "S1"}, {"site": "S2", "g": "差"}, {"site": "S3"}, {"site": "S4"}]
    evaluation = judge(catalogue, make_submission(catalogue, {"spot": rows}, checks=checks))
    found = evaluation.findings.select("site", "status", "value", "code", "judged_by_hand").rows()
    assert found == [
        ("S1", status, value, code, True),
        ("S2", "partial", 300_000_000, 4, False),
        ("S3", status, value, code, True),
        ("S4", "unobserved", None, 1, False),
    ]
    assert evaluation.notes == (Note("verdict-differs", "rule", "S2@2026-03-02"),)


@pytest.mark.parametrize("mode", ["latest", "worst", "mean"])
def test_verdicts_count_among_several_visits(tmp_path: Path, mode: str) -> None:
    """Points that long checks took off stand beside those that were counted, at the visit that is chosen."""
    form = f"""
site_type: spot
title: 点
several_inspections: {mode}
fields: {{a: {{label: 甲, kind: count}}}}
criteria: [{{id: rule, title: 规则, place: Ⅲ-1, points: 4, deduct: {{each: a, points: 1}}}}]
"""
    catalogue = make_catalogue(tmp_path, {"spot": form})
    rows: list[dict[str, object]] = [
        {"site": "S1", "at": FIRST, "a": 1.0},
        {"site": "S1", "at": SECOND},
        {"site": "S2", "at": FIRST, "a": 3.0},
        {"site": "S2", "at": SECOND, "a": 1.0},
        {"site": "S3", "at": FIRST},
        {"site": "S3", "at": SECOND},
    ]
    checks = [
        {"site": "S1", "at": SECOND, "criterion": "rule", "deducted": 2.0},
        {"site": "S2", "at": SECOND, "criterion": "rule", "deducted": 2.0},
        {"site": "S3", "at": FIRST, "criterion": "rule", "deducted": 3.0},
    ]
    evaluation = judge(catalogue, make_submission(catalogue, {"spot": rows}, checks=checks))
    lost = {"latest": (2, 1, 3), "worst": (2, 3, 3), "mean": (1.5, 2, 3)}[mode]
    visit = {"latest": (2, 2, 1), "worst": (2, 1, 1), "mean": (2, 2, 1)}[mode]
    by_hand = (True, False, True)
    assert evaluation.findings.select("visit", "status", "value", "judged_by_hand").rows() == [
        (f"S{n}@2026-03-0{visit[n - 1]}", "partial", lost[n - 1] * E9, by_hand[n - 1]) for n in (1, 2, 3)
    ]
    assert evaluation.notes == (Note("verdict-differs", "rule", "S2@2026-03-02"),)


def test_one_visit_a_site_is_taken_as_it_is_in_every_way(tmp_path: Path) -> None:
    rows = [{"site": f"S{number}", "a": 10.0, "b": float(number), "c": 1.0, "g": "中"} for number in range(12)]
    found = {}
    for mode in MODES:
        catalogue = drawn_catalogue(tmp_path / mode, mode)
        found[mode] = judge(catalogue, make_submission(catalogue, {"spot": rows})).findings.drop("code")
    assert all(each.equals(found["latest"]) for each in found.values())
