"""Areas against the outline: each cell is the score of what was found in that area for that place."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final

from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.judgement import judge_round
from duibiao.evaluator.submission import AREAS, empty
from tests.city import EAST, TOP, WEST, make_catalogue, make_submission

TREE: Final = """
tree:
  - {id: Ⅰ-1, title: 一, under: [{id: Ⅱ-1, title: 甲, under: [{id: Ⅲ-1, title: 子}]}, {id: Ⅱ-2, title: 乙}]}
  - {id: Ⅰ-2, title: 二}
"""
MARKET: Final = """
site_type: market
title: 市场
fields: {a: {label: 甲, kind: number}, b: {label: 乙, kind: number}}
criteria:
  - {id: clean, title: 干净, place: Ⅲ-1, points: 1, rate: a, full_at: 1, zero_at: 0}
  - {id: safe, title: 安全, place: Ⅱ-2, points: 3, pass: b >= 1}
"""
SEEN: Final = [
    ("M1", EAST, {"a": 0.5, "b": 1.0}),
    ("M2", WEST, {"a": 1.0, "b": 0.0}),
    ("M3", TOP, {"a": 0.0, "b": 0.0}),
]


def cells(folder: Path, *seen: tuple[str, str | None, dict[str, float]]) -> dict[tuple[str, str], tuple[Fraction | None, int, int]]:  # fmt: skip
    catalogue = make_catalogue(folder, {"market": MARKET, "tree": TREE})
    visits = {"market": [{"site": site, **row} for site, _area, row in seen]}
    sites = [{"site": site, "name": site, "site_type": "market", "area": area} for site, area, _row in seen]
    submission = make_submission(catalogue, visits, sites=sites)
    made = assess_judgement(judge_round(catalogue, submission, "", date(2026, 3, 2)))
    return {(each.area, each.place): (each.score, each.tally.met, each.tally.counted) for each in made.heat}


def test_each_cell_is_scored_by_itself(tmp_path: Path) -> None:
    """What belongs to the city itself stands in no district; places of the third depth count in those above."""
    assert cells(tmp_path, *SEEN) == {
        (EAST, "Ⅰ-1"): (Fraction(350, 4), 1, 2),
        (EAST, "Ⅱ-1"): (Fraction(50), 0, 1),
        (EAST, "Ⅱ-2"): (Fraction(100), 1, 1),
        (WEST, "Ⅰ-1"): (Fraction(25), 1, 2),
        (WEST, "Ⅱ-1"): (Fraction(100), 1, 1),
        (WEST, "Ⅱ-2"): (Fraction(0), 0, 1),
    }


def test_what_was_not_observed_has_a_cell_and_no_score(tmp_path: Path) -> None:
    found = cells(tmp_path, ("M1", EAST, {"a": 1.0}), ("M2", WEST, {"a": 1.0, "b": 1.0}))
    assert found[EAST, "Ⅱ-2"] == (None, 0, 0)


def test_without_several_areas_there_is_nothing_to_compare(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, {"market": MARKET, "tree": TREE})
    sites = [{"site": "M1", "name": "M1", "site_type": "market", "area": None}]
    submission = make_submission(catalogue, {"market": [{"site": "M1", "a": 1.0}]}, sites=sites, levels=empty(AREAS))
    assert assess_judgement(judge_round(catalogue, submission, "", date(2026, 3, 2))).heat == ()
