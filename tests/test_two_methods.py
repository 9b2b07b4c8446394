"""Two methods of which one stands on another kind of site: read at the nearest area that has a finding of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from duibiao.evaluator.areas import geography_of
from duibiao.evaluator.compile import compile_plan
from duibiao.evaluator.evaluate import judge as judge_alone
from duibiao.evaluator.two_methods import Elsewhere, share_e9, shares
from tests.city import EAST, TOP, WEST, areas, assessed, judge, make_catalogue, make_submission

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
fields: {m: {label: 又, kind: count}}
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


def test_each_site_reads_its_own_area(tmp_path: Path) -> None:
    """Whatever the order of rows and visits."""
    catalogue = make_catalogue(tmp_path, FORMS)
    homes = {"S3": WEST, "S1": EAST, "S2": EAST, EAST: EAST, WEST: WEST}
    sites = [
        {"site": of, "site_type": "district_form" if of == area else "spot", "area": area} for of, area in homes.items()
    ]
    seen: list[dict[str, object]] = [
        {"site": site, "a": 1.0, "at": at} for at in DAYS[1::-1] for site in ("S3", "S1", "S2")
    ]
    visits: dict[str, list[dict[str, object]]] = {
        "spot": [*seen[:4], {"site": "S2", "a": None, "at": DAYS[2]}, *seen[4:]],
        "district_form": [{"site": EAST, "n": 0.0, "at": DAYS[0]}, {"site": WEST, "n": 2.0, "at": DAYS[0]}],
    }
    made = judge(catalogue, make_submission(catalogue, visits, sites=sites))
    found = made.findings.filter(criterion="lower").select("site", "status", "value").rows()
    assert found == [("S1", "met", E9), ("S2", "met", E9), ("S3", "partial", 333_333_333)]
    assert set(made.codes["spot"].codes.dtypes) == {pl.UInt8}
    assert set(made.codes["spot"].values.dtypes) == {pl.Int64}
    elsewhere = Elsewhere(made.codes, made.frames, geography_of(areas()))
    assert elsewhere.member("seen", pl.Series([EAST])) is None  # a site in an area speaks for itself only


def test_a_finding_without_a_date_is_before_any(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, FORMS)
    rows = [{"site": EAST, "n": 0.0, "at": DAYS[0]}, {"site": EAST, "n": 9.0, "at": None}]
    sites = [{"site": EAST, "site_type": "district_form"}, {"site": "S1", "site_type": "spot"}]
    visits = {"spot": [{"site": "S1", "a": 1.0}], "district_form": rows}
    found = judge(catalogue, make_submission(catalogue, visits, sites=sites)).findings
    assert found.filter(criterion="lower")["status"].to_list() == ["met"]


def test_without_other_kinds_of_site_a_member_there_is_unobserved(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, FORMS)
    plan = compile_plan(catalogue, DAYS[0].date())
    frame = judge(catalogue, make_submission(catalogue, {"spot": [{"a": 1.0}]})).frames["spot"]
    found = judge_alone(plan.site_types["spot"], frame)
    assert found.filter(criterion="lower")["status"].to_list() == ["unobserved"]


OWN = """
site_type: spot
title: 点
several_inspections: mean
fields: {a: {label: 甲, kind: count}, b: {label: 乙, kind: number}}
criteria:
  - {id: one, title: 一, place: Ⅲ-1, rate: a / 10, levels: [{at_least: 0.9, score: 1}, {at_least: 0.5, score: 0.5}]}
  - {id: two, title: 二, place: Ⅲ-1, points: 10, deduct: {each: b, points: 1}}
  - {id: lower, title: 两法, place: Ⅲ-2, points: 3, both: [one, two]}
  - {id: upper, title: 又两法, place: Ⅲ-2, applies: a < 100, both: [two, one]}
"""
MEANS = [  # a and b of two visits, the findings of `one`, `two` (points lost) and `lower`
    ((9.0, 9.0), (0.0, 0.0), ("met", E9), ("met", 0), ("met", E9)),
    ((9.0, 5.0), (0.0, 0.0), ("partial", 750_000_000), ("met", 0), ("partial", 750_000_000)),
    ((9.0, 5.0), (6.0, 1.0), ("partial", 750_000_000), ("partial", 3_500_000_000), ("partial", 650_000_000)),
    ((9.0, 9.0), (3.5e-8, 3.5e-8), ("met", E9), ("partial", 35), ("partial", 999_999_997)),  # exactly, and half up
    ((0.0, 0.0), (6.0, 1.0), ("missed", 0), ("partial", 3_500_000_000), ("missed", 0)),
]


@pytest.mark.parametrize(("a", "b", "one", "two", "both"), MEANS)
def test_the_lower_of_means(
    tmp_path: Path,
    a: tuple[float, float],
    b: tuple[float, float],
    one: tuple[str, int],
    two: tuple[str, int],
    both: tuple[str, int],
) -> None:
    catalogue = make_catalogue(tmp_path, {"spot": OWN})
    rows = [{"a": a[day], "b": b[day], "at": DAYS[day]} for day in range(2)]
    made = judge(catalogue, make_submission(catalogue, {"spot": rows}))
    found = made.findings
    told = {name: tuple(rest) for name, *rest in found.select("criterion", "status", "value").rows()}
    assert told == {"one": one, "two": two, "lower": both, "upper": both}
    assert shares(made.codes["spot"], "two").to_list() == [share_e9(two[1], 10 * E9, loses=True)]


def test_the_lower_of_two_applies_only_where_it_says_so(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, {"spot": OWN})
    rows = [{"site": site, "a": a, "b": 1.0} for site, a in (("S1", 100.0), ("S2", None), ("S3", 9.0))]
    found = judge(catalogue, make_submission(catalogue, {"spot": rows})).findings.filter(criterion="upper")
    assert found.select("status", "value").rows() == [
        ("not_applicable", None),
        ("unobserved", None),
        ("partial", 900_000_000),
    ]


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
    """The words name both criteria, or what falls short of them; of a contradiction they say that it is one."""
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
        ("not_applicable", "the lower of “一” and “二”"),
        ("missed", "the lower of two counts: 二 (missed): 甲 2, should be more than 2"),
        ("invalid", "contradictory data"),
    ]


SHARES = [  # value, points in billionths, loses, share
    (600_000_000, E9, False, 600_000_000),
    (0, 3 * E9, True, E9),
    (E9, 3 * E9, True, 666_666_667),
    (3 * E9, 3 * E9, True, 0),
    (50_000 * E9, 100_000 * E9, True, 500_000_000),
    (35, 10 * E9, True, 999_999_997),  # half up, and exactly
]


@pytest.mark.parametrize(("value", "points", "loses", "share"), SHARES)
def test_the_share_of_a_finding(value: int, points: int, loses: bool, share: int) -> None:
    assert share_e9(value=value, points=points, loses=loses) == share
