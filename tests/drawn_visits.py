"""A form with every kind of rule and drawn visits of it, for tests that compare the engine with plain Python."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.submission import Submission
from tests.city import make_catalogue, make_submission

FORM = """
site_type: spot
title: 点
several_inspections: {mode}
fields:
  a: {{label: 甲, kind: count}}
  b: {{label: 乙, kind: count, at_most: a}}
  c: {{label: 丙, kind: count}}
  x: {{label: 丁, kind: yes_no}}
  y: {{label: 戊, kind: yes_no}}
  g: {{label: 级, kind: grade, scale: {{好: 1, 中: 0.5, 差: 0}}}}
criteria:
  - {{id: passed, title: 过, place: Ⅲ-1, pass: c <= 2}}
  - id: banded
    title: 率
    place: Ⅲ-1
    points: 3
    applies: a > 0
    rate: b / a
    levels: [{{at_least: 0.9, score: 1}}, {{at_least: 0.5, score: 0.6}}, {{at_least: 0.3, score: 0.6}}]
  - {{id: linear, title: 线, place: Ⅲ-1, points: 0.5, rate: c, full_at: 0, zero_at: 3}}
  - {{id: graded, title: 等, place: Ⅲ-1, grade: g}}
  - {{id: lost, title: 扣, place: Ⅲ-2, points: 2, applies: x or y, deduct: {{each: c, points: 0.7}}}}
  - id: three
    title: 三
    place: Ⅲ-2
    of: [x, y, c < 3]
    levels: [{{missing: 0, score: 1}}, {{missing: 1, score: 0.66}}]
  - {{id: seen, title: 判, place: Ⅲ-2, judged: yes_no}}
  - {{id: taken, title: 判扣, place: Ⅲ-2, points: 1.5, judged: deduction}}
  - {{id: lower, title: 两法, place: Ⅲ-2, points: 4, applies: y, both: [banded, lost]}}
"""
CRITERIA = ("passed", "banded", "linear", "graded", "lost", "three", "seen", "taken", "lower")
WAIVED = ("banded", "linear", "graded", "lost", "three", "seen", "lower")  # at some sites


def drawn_catalogue(folder: Path, mode: str) -> Catalogue:
    """The form, with one way of taking several inspections."""
    return make_catalogue(folder, {"spot": FORM.format(mode=mode)})


def drawn_submission(catalogue: Catalogue, seed: int, sites: int = 60) -> Submission:
    """Visits of some sites: up to six a site on four days, so that many are of the same time; some are told of by
    long checks only, some criteria are waived."""
    random = Random(seed)
    visits: list[dict[str, object]] = []
    checks: list[dict[str, object]] = []
    for number in range(sites):
        for _ in range(random.choice((1, 1, 2, 3, 6))):
            where: dict[str, object] = {"site": f"S{number:02}", "at": _day(random)}
            a = random.choice((None, 0.0, 10.0, 10.0))
            row: dict[str, object] = {
                "a": a,
                "b": random.choice((None, 0.0, 3.0, 5.0, 9.0, 11.0)),
                "c": random.choice((None, None, 0.0, 1.0, 2.0, 3.0)),
                "x": random.choice((None, True, False)),
                "y": random.choice((None, True, True, False)),
                "g": random.choice((None, "好", "中", "差")),
                "seen": random.choice((None, True, False)),
                "taken": random.choice((None, 0.0, 0.4, 1.5)),
            }
            visits.append(where | row)
            if random.random() < 0.5:
                criterion = random.choice(("passed", "banded", "linear", "graded", "lost", "seen"))
                result = random.choice(("met", "missed", "not_applicable"))
                checks.append(where | {"criterion": criterion, "result": result})
    waivers = [
        {"site": f"S{random.randrange(sites):02}", "criterion": random.choice(WAIVED), "reason": "改造"}
        for _ in range(sites // 2)
    ]
    return make_submission(catalogue, {"spot": visits}, checks=checks, waivers=waivers)


def _day(random: Random) -> datetime | None:
    return random.choice((None, *(datetime(2026, 3, 1) + timedelta(days=days) for days in range(3))))
