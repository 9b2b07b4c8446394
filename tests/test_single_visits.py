"""What each visit found where several visits of a site make one finding."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from duibiao.evaluator.assessment import Assessment, SingleVisit
from tests.city import assessed, make_catalogue, make_submission

FORM = """
site_type: spot
title: 点
part: on_site
several_inspections: {way}
fields: {{a: {{label: 甲, kind: number}}, b: {{label: 乙, kind: number}}, c: {{label: 丙, kind: number}}}}
criteria:
  - {{id: low, title: 低, place: Ⅲ-1, points: 1, pass: a > 1}}
  - {{id: same, title: 同, place: Ⅲ-1, points: 1, pass: b > 1}}
  - {{id: once, title: 一次, place: Ⅲ-1, points: 1, pass: c > 1}}
"""
FIRST, SECOND = datetime(2026, 3, 1), datetime(2026, 3, 2, 7, 30)
TWICE = [
    {"site": "S1", "at": SECOND, "inspector": "乙某", "a": 1.0, "b": 2.0, "c": 0.0},
    {"site": "S1", "at": FIRST, "a": 2.0, "b": 3.0},
]
ONCE = [{"site": "S2", "at": FIRST, "a": 0.0, "b": 2.0}]


def made(folder: Path, way: str, rows: list[dict[str, object]]) -> Assessment:
    catalogue = make_catalogue(folder, {"spot": FORM.format(way=way)})
    return assessed(catalogue, make_submission(catalogue, {"spot": rows}))


@pytest.mark.parametrize("way", ["latest", "worst", "mean"])
def test_what_visits_found_differently_stands_with_each(tmp_path: Path, way: str) -> None:
    """``same`` is alike at both, and ``once`` was seen by one of them only."""
    found = made(tmp_path, way, [*TWICE, *ONCE]).single_visits
    assert list(found) == ["S1"]
    first, second = found["S1"]
    assert (first.visit, first.inspector) == ("S1@2026-03-01", "")
    assert (second.visit, second.inspector) == ("S1@2026-03-02T07:30", "乙某")
    assert [[(each.criterion, each.status) for each in visit.seen] for visit in (first, second)] == [
        [("low", "met")],
        [("low", "missed")],
    ]
    assert "1" in second.seen[0].because


def test_visits_that_found_the_same_are_listed_without_findings(tmp_path: Path) -> None:
    rows = [row | {"a": 2.0, "c": None} for row in TWICE]
    found = made(tmp_path, "latest", rows).single_visits
    assert found == {"S1": (SingleVisit("S1@2026-03-01", "", ()), SingleVisit("S1@2026-03-02T07:30", "乙某", ()))}


@pytest.mark.parametrize(("way", "rows"), [("latest", ONCE), ("each", TWICE)])
def test_nothing_is_told_of_one_visit_or_where_each_counts(
    tmp_path: Path, way: str, rows: list[dict[str, object]]
) -> None:
    assert made(tmp_path, way, rows).single_visits == {}
