"""Two methods of which one stands on another kind of site: read at the nearest area that has a finding of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from duibiao.evaluator.two_methods import share_e9
from tests.city import EAST, TOP, WEST, assessed, judge, make_catalogue, make_submission

E9 = 1_000_000_000
FORMS = {
    "spot": """
site_type: spot
title: 点
fields: {a: {label: 甲, kind: count}}
criteria:
  - {id: seen, title: 看, place: Ⅲ-1, pass: a > 0}
  - {id: lower, title: 两法, place: Ⅲ-2, both: [seen, asked]}
  - {id: later, title: 后两法, place: Ⅲ-2, both: [seen, ended]}
""",
    "district_form": """
site_type: district_form
title: 区表
part: statistics
each: district
several_inspections: each
""",
    "city_form": """
site_type: city_form
title: 市表
part: statistics
each: city
""",
    "shared": """
fields: {n: {label: 数, kind: count}}
criteria:
  - id: asked
    title: 问
    place: Ⅲ-1
    points: 3
    site_types: [district_form, city_form]
    applies: n < 100
    deduct: {each: n, points: 1}
  - {id: ended, title: 止, place: Ⅲ-1, site_types: [district_form], pass: n > 0, effective: {until: 2020-12-31}}
""",
}
DAYS = (datetime(2026, 3, 1), datetime(2026, 3, 2), datetime(2026, 3, 3))
Counts = tuple[float | None, ...]


def lower(
    folder: Path, seen: float | None, figures: Mapping[str, Counts], area: str | None, waived: str = ""
) -> tuple[str, int | None]:
    """The finding of ``lower`` at a site in ``area``; ``figures`` are the counts of areas on several days."""
    catalogue = make_catalogue(folder, FORMS)
    kinds = {TOP: "city_form", EAST: "district_form", WEST: "district_form"}
    visits: dict[str, list[dict[str, object]]] = {"spot": [{"site": "S1", "a": seen, "at": DAYS[0]}]}
    for of, counts in figures.items():
        rows: list[dict[str, object]] = [
            {"site": of, "n": count, "at": at} for count, at in zip(counts, DAYS, strict=False)
        ]
        visits.setdefault(kinds[of], []).extend(rows[::-1])
    sites: list[dict[str, object]] = [{"site": of, "site_type": kind, "area": of} for of, kind in kinds.items()]
    sites.append({"site": "S1", "site_type": "spot", "area": area})
    waivers = [{"site": waived, "criterion": "asked", "reason": "改造"}] if waived else []
    found = judge(catalogue, make_submission(catalogue, visits, sites=sites, waivers=waivers)).findings
    [(status, value)] = found.filter(site="S1", criterion="lower").select("status", "value").rows()
    return status, value


BOTH = [  # seen here, counts by area, the site's area, status, value
    (1.0, {EAST: (0.0,)}, EAST, "met", E9),
    (1.0, {EAST: (1.0,)}, EAST, "partial", 666_666_667),
    (0.0, {EAST: (0.0,)}, EAST, "missed", 0),
    (1.0, {EAST: (9.0,)}, EAST, "missed", 0),
    (1.0, {EAST: (None,)}, EAST, "unobserved", None),
    (0.0, {EAST: (None,)}, EAST, "missed", 0),  # 0 with unknown is 0
    (1.0, {EAST: (100.0,)}, EAST, "met", E9),  # what does not apply is left out
    (1.0, {WEST: (0.0,)}, EAST, "unobserved", None),  # nobody looked at or above the site's own area
    (1.0, {WEST: (9.0,), TOP: (0.0,)}, EAST, "met", E9),  # the nearest above is the city
    (1.0, {EAST: (None,), TOP: (0.0,)}, EAST, "unobserved", None),  # the nearest has a finding, and says nothing
    (1.0, {EAST: (9.0, 2.0, 1.0)}, EAST, "partial", 666_666_667),  # of several the last
    (1.0, {EAST: (0.0,)}, None, "unobserved", None),  # it is in no area
    (1.0, {}, EAST, "unobserved", None),
]


@pytest.mark.parametrize(("seen", "figures", "area", "status", "value"), BOTH)
def test_a_member_on_another_kind_of_site(
    tmp_path: Path,
    seen: float | None,
    figures: Mapping[str, Counts],
    area: str | None,
    status: str,
    value: int | None,
) -> None:
    assert lower(tmp_path, seen, figures, area) == (status, value)


def test_a_member_that_is_waived_there_is_left_out(tmp_path: Path) -> None:
    assert lower(tmp_path, 1.0, {EAST: (9.0,)}, EAST, waived=EAST) == ("met", E9)


def test_a_member_that_is_not_in_force_is_left_out(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, FORMS)
    found = judge(catalogue, make_submission(catalogue, {"spot": [{"a": 1.0}]})).findings
    assert found.filter(criterion="later")["status"].to_list() == ["met"]


def test_a_waived_criterion_of_two_methods_that_does_not_apply_is_not_waived(tmp_path: Path) -> None:
    form = """
site_type: spot
title: 点
fields: {a: {label: 甲, kind: count}}
criteria:
  - {id: one, title: 一, place: Ⅲ-1, applies: a > 0, pass: a > 1}
  - {id: two, title: 二, place: Ⅲ-1, applies: a > 0, pass: a > 2}
  - {id: lower, title: 两法, place: Ⅲ-2, both: [one, two]}
"""
    catalogue = make_catalogue(tmp_path, {"spot": form})
    waivers = [{"site": site, "criterion": "lower", "reason": "改造"} for site in ("S1", "S2")]
    rows = [{"site": "S1", "a": 0.0}, {"site": "S2", "a": 2.0}]
    found = judge(catalogue, make_submission(catalogue, {"spot": rows}, waivers=waivers)).findings
    assert found.filter(criterion="lower").select("status", "waived").rows() == [
        ("not_applicable", False),
        ("missed", True),
    ]


def test_the_words_of_the_lower_of_two(tmp_path: Path) -> None:
    """Whatever came of it, the words name both criteria; of a contradiction they say that it is one."""
    form = """
site_type: spot
title: 点
fields: {a: {label: 甲, kind: count, at_most: 10}}
criteria:
  - {id: one, title: 一, place: Ⅲ-1, applies: a > 0, pass: a > 1}
  - {id: two, title: 二, place: Ⅲ-1, applies: a > 0, pass: a > 2}
  - {id: lower, title: 两法, place: Ⅲ-2, both: [one, two]}
"""
    catalogue = make_catalogue(tmp_path, {"spot": form})
    rows = [{"site": f"S{number}", "a": seen} for number, seen in enumerate((0.0, 2.0, 11.0))]
    found = assessed(catalogue, make_submission(catalogue, {"spot": rows})).findings.filter(criterion="lower")
    assert found.sort("site").select("status", "because").rows() == [
        ("not_applicable", "the lower of one and two"),
        ("missed", "the lower of one and two"),
        ("invalid", "contradictory data"),
    ]


SHARES = [  # value, points in billionths, loses, share
    (600_000_000, E9, False, 600_000_000),
    (0, 3 * E9, True, E9),
    (E9, 3 * E9, True, 666_666_667),
    (3 * E9, 3 * E9, True, 0),
    (50_000 * E9, 100_000 * E9, True, 500_000_000),
]


@pytest.mark.parametrize(("value", "points", "loses", "share"), SHARES)
def test_the_share_of_a_finding(value: int, points: int, loses: bool, share: int) -> None:
    assert share_e9(value, points, loses=loses) == share
