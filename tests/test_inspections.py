"""Several inspections of one site: latest, worst and mean, held against the same choice in plain Python."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from duibiao.evaluator.submission import Note
from tests.city import judge, make_catalogue, make_submission
from tests.drawn_visits import drawn_catalogue, drawn_submission

FIRST, SECOND, THIRD = datetime(2026, 3, 1), datetime(2026, 3, 2), datetime(2026, 3, 3)
FORM = """
site_type: spot
title: 点
several_inspections: {mode}
fields: {{a: {{label: 甲, kind: count}}, b: {{label: 乙, kind: count, at_most: a}}}}
criteria:
  - id: rule
    title: 规则
    place: Ⅲ-1
    rate: b / a
    applies: a > 0
    levels: [{{at_least: 0.9, score: 1}}, {{at_least: 0.5, score: 0.5}}]
"""
MET, HALF, MISSED = {"a": 10.0, "b": 9.0}, {"a": 10.0, "b": 5.0}, {"a": 10.0, "b": 0.0}
BLANK, INVALID, NONE = {"a": None}, {"a": 10.0, "b": 11.0}, {"a": 0.0, "b": 0.0}
WORST = [  # the visits of three days, the status, which visit it is taken from
    ((MET, HALF, MET), "partial", 1),
    ((MET, MET, BLANK), "met", 1),  # of equals the last
    ((MISSED, INVALID, MET), "missed", 0),
    ((MET, INVALID, MET), "invalid", 1),
    ((NONE, MET, NONE), "met", 1),
    ((NONE, BLANK, BLANK), "not_applicable", 0),
    ((BLANK, BLANK, BLANK), "unobserved", 2),
]
MEAN = [  # the same with the value in billionths
    ((MET, HALF, MET), "partial", 833_333_333, 2),
    ((MET, MET, BLANK), "met", 1_000_000_000, 1),
    ((MISSED, BLANK, MISSED), "missed", 0, 2),
    ((HALF, HALF, NONE), "partial", 500_000_000, 1),
    ((MET, MISSED, MISSED), "partial", 333_333_333, 2),
    ((HALF, MISSED, MISSED), "partial", 166_666_667, 2),  # half up
    ((MET, INVALID, MISSED), "invalid", None, 1),
    ((NONE, BLANK, BLANK), "not_applicable", None, 0),
    ((BLANK, BLANK, BLANK), "unobserved", None, 2),
]


def found(folder: Path, mode: str, visits: tuple[dict[str, float | None], ...]) -> tuple[str, int | None, int]:
    catalogue = make_catalogue(folder, {"spot": FORM.format(mode=mode)})
    rows = [{"at": at, **seen} for at, seen in zip((FIRST, SECOND, THIRD), visits, strict=True)]
    row = judge(catalogue, make_submission(catalogue, {"spot": rows[::-1]})).findings.row(0, named=True)
    return row["status"], row["value"], ("S1@2026-03-01", "S1@2026-03-02", "S1@2026-03-03").index(row["visit"])


@pytest.mark.parametrize(("visits", "status", "visit"), WORST)
def test_worst(tmp_path: Path, visits: tuple[dict[str, float | None], ...], status: str, visit: int) -> None:
    told, _, taken = found(tmp_path, "worst", visits)
    assert (told, taken) == (status, visit)


@pytest.mark.parametrize(("visits", "status", "value", "visit"), MEAN)
def test_mean(
    tmp_path: Path, visits: tuple[dict[str, float | None], ...], status: str, value: int | None, visit: int
) -> None:
    assert found(tmp_path, "mean", visits) == (status, value, visit)


# ------------------------------------------------------------------ against plain Python

Row = dict[str, Any]
LOWER_FIRST = ("invalid", "missed", "partial", "met", "not_applicable", "unobserved")
COUNTED = ("met", "partial", "missed")
MOST = {"lost": 2_000_000_000, "taken": 1_500_000_000}  # what the deductions can take


def good(row: Row) -> int:
    return int(MOST[row["criterion"]] - row["value"] if row["loses"] else row["value"])


def latest(rows: list[Row]) -> tuple[str, int | None, str]:
    seen = [row for row in rows if row["status"] != "unobserved"] or rows
    at = max((row["at"] for row in seen if row["at"] is not None), default=None)
    last = [row for row in seen if row["at"] == at]
    if seen is not rows:
        last.sort(key=lambda row: (LOWER_FIRST.index(row["status"]), good(row) if row["status"] in COUNTED else 0))
    return last[0]["status"], last[0]["value"], last[0]["visit"]


def worst(rows: list[Row]) -> tuple[str, int | None, str]:
    def rank(row: Row) -> tuple[int, int]:
        order = {"missed": 0, "invalid": 1, "not_applicable": 3, "unobserved": 4}
        return order.get(row["status"], 2), good(row) if row["status"] in COUNTED else 0

    least = min(map(rank, rows))
    row = [row for row in rows if rank(row) == least][-1]
    return row["status"], row["value"], row["visit"]


def mean(rows: list[Row]) -> tuple[str, int | None, str]:
    for status in ("invalid", "counted", "not_applicable", "unobserved"):
        decide = [row for row in rows if row["status"] == status or (status == "counted" and row["status"] in COUNTED)]
        if not decide:
            continue
        visit = decide[-1]["visit"]
        if status != "counted":
            return status, None, visit
        n = len(decide)
        statuses = {row["status"] for row in decide}
        only = statuses.pop() if len(statuses) == 1 else "partial"
        return only, (2 * sum(row["value"] for row in decide) + n) // (2 * n), visit
    raise AssertionError(rows)


def in_time(row: Row) -> tuple[bool, datetime, str]:
    return row["at"] is not None, row["at"] or FIRST, row["visit"]


WAYS = {"latest": latest, "worst": worst, "mean": mean}
# what takes the lower of two does so at the site, from its members' findings
OWN = ("passed", "banded", "linear", "graded", "lost", "three", "seen", "taken")


@pytest.mark.parametrize("mode", WAYS)
@pytest.mark.parametrize("seed", range(3))
def test_the_choice_is_that_of_plain_python(tmp_path: Path, mode: str, seed: int) -> None:
    each = drawn_catalogue(tmp_path / "each", "each")
    rows = sorted(judge(each, drawn_submission(each, seed)).findings.iter_rows(named=True), key=in_time)
    visits: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        visits.setdefault((row["site"], row["criterion"]), []).append(row)
    expected = {key: WAYS[mode](of_site) for key, of_site in visits.items() if key[1] in OWN}

    catalogue = drawn_catalogue(tmp_path / mode, mode)
    evaluation = judge(catalogue, drawn_submission(catalogue, seed))
    columns = ["site", "criterion", "status", "value", "visit"]
    told = {
        (site, criterion): tuple(rest)
        for site, criterion, *rest in evaluation.findings.select(columns).iter_rows()
        if criterion in OWN
    }
    assert told == expected
    assert {status for status, *_ in told.values()} == set(LOWER_FIRST)


@pytest.mark.parametrize("seed", range(3))
def test_visits_of_the_same_time_that_differ_are_noted(tmp_path: Path, seed: int) -> None:
    each = drawn_catalogue(tmp_path / "each", "each")
    findings = judge(each, drawn_submission(each, seed)).findings.filter(pl.col("criterion").is_in(OWN))
    visits: dict[tuple[str, str], list[Row]] = {}
    for row in findings.iter_rows(named=True):
        visits.setdefault((row["site"], row["criterion"]), []).append(row)
    expected = set()
    for (_, criterion), rows in visits.items():
        status, value, visit = latest(sorted(rows, key=in_time))
        at = next(row["at"] for row in rows if row["visit"] == visit)
        rivals = [row for row in rows if row["at"] == at and row["status"] != "unobserved"]
        if status != "unobserved" and any((row["status"], row["value"]) != (status, value) for row in rivals):
            expected.add(Note("same-time", criterion, visit))
    catalogue = drawn_catalogue(tmp_path / "latest", "latest")
    notes = judge(catalogue, drawn_submission(catalogue, seed)).notes
    assert {note for note in notes if note.code == "same-time" and note.text in OWN} == expected
    assert expected


def test_a_mean_beyond_64_bits_is_exact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = drawn_catalogue(tmp_path, "mean")
    submission = drawn_submission(catalogue, 1)
    expected = judge(catalogue, submission).findings
    monkeypatch.setattr("duibiao.evaluator.inspections.INT64_MAX", 1)
    assert judge(catalogue, submission).findings.equals(expected)


@pytest.mark.parametrize("mode", ["latest", "worst", "mean", "each"])
def test_slices_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    catalogue = drawn_catalogue(tmp_path, mode)
    submission = drawn_submission(catalogue, 5)
    whole = judge(catalogue, submission)
    monkeypatch.setattr("duibiao.evaluator.evaluate.SLICE", 7)
    monkeypatch.setattr("duibiao.evaluator.coding.TOGETHER", 300)  # codes: a criterion or two at a time
    some = judge(catalogue, submission)
    assert some.findings.equals(whole.findings)
    assert some.notes == whole.notes
