"""What stands beside a visit before anything is judged: its site's own values, those of its area, rates and problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from random import Random
from typing import Any

import polars as pl
import pytest

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.areas import geography_of
from duibiao.evaluator.columns import (
    ONE,
    asked_column,
    bad,
    deducted_column,
    estimate_columns,
    partly_column,
    problems_column,
)
from duibiao.evaluator.compile import Plan, compile_plan
from duibiao.evaluator.estimates import Estimate, Kind
from duibiao.evaluator.observations import REGISTERED, SITE, observations
from duibiao.evaluator.submission import visit_columns
from duibiao.evaluator.visits import VISIT, round_visits
from tests.city import EAST, TOP, WEST, make_catalogue, make_submission

FORMS = {
    "ages": """
site_type: ages
title: 人口表
part: statistics
each: district
fields: {over_60: {label: 老人, kind: count}}
criteria:
  - {id: many, title: 多, place: Ⅲ-2, pass: over_60 > 5}
""",
    "spot": """
site_type: spot
title: 点
fields:
  floor_m2: {label: 面积, kind: number, from: site}
  keeper: {label: 店主, kind: text, from: site}
  target: {label: 指标, kind: percent, from: district, at_most: 1}
  goal: {label: 目标, kind: percent, from: city}
  a: {label: 甲, kind: count}
criteria:
  - {id: rule, title: 规则, place: Ⅲ-1, applies: floor_m2 > 100, pass: a >= target}
  - {id: kept, title: 有主, place: Ⅲ-1, pass: keeper != '无' and goal > 0.5}
  - {id: tidy, title: 整洁, place: Ⅲ-1, pass: problems == 0}
  - {id: lost, title: 扣分, place: Ⅲ-1, deduct: {each: deducted, points: 1}}
  - {id: told, title: 听说, place: Ⅲ-1, ask: others.heard, pass: rate > 0.5}
  - {id: known, title: 知晓, place: Ⅲ-1, ask: people.aware, pass: rate > 0.5}
""",
    "figures": """
site_type: figures
title: 指标表
part: statistics
each: district
fields:
  goal: {label: 目标, kind: percent, from: city}
  target: {label: 指标, kind: percent, at_most: 1}
  most: {label: 上限, kind: percent, formula: target + goal}
criteria:
  - {id: on_target, title: 达标, place: Ⅲ-2, pass: target > 0.5}
""",
    "aims": """
site_type: aims
title: 目标表
part: statistics
each: city
fields: {goal: {label: 目标, kind: percent}, target: {label: 指标, kind: percent, at_most: 1}}
criteria:
  - {id: ambitious, title: 高远, place: Ⅲ-2, pass: goal > target}
""",
    "people": """
questionnaire: people
title: 问卷
part: statistics
fields:
  asked: {label: 问, kind: count}
  aware: {label: 知, kind: count, at_most: asked}
  sure: {label: 确知, kind: count, at_most: aware}
rates: {aware: aware / asked if asked > 1 else sure / asked}
criteria:
  - {id: aware_rate, title: 知晓率, place: Ⅲ-2, ask: people.aware, pass: rate >= 0.8}
  - {id: heard_rate, title: 听说率, place: Ⅲ-2, ask: others.heard, pass: rate >= 0.8}
""",
    "others": """
questionnaire: others
title: 另卷
part: statistics
fields: {asked: {label: 问, kind: count}, heard: {label: 闻, kind: count}}
rates: {heard: heard / asked}
criteria:
  - {id: heard_of, title: 听闻, place: Ⅲ-2, ask: others.heard, pass: rate >= 0.8}
""",
}
FIRST, SECOND, THIRD = datetime(2026, 3, 1), datetime(2026, 3, 2), datetime(2026, 3, 3)
SPOTS: dict[str, str | None] = {"S3": WEST, "S1": EAST, "S4": None, "S2": EAST}  # in no order
Row = Mapping[str, object]


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return compile_plan(make_catalogue(tmp_path_factory.mktemp("catalogue"), FORMS), date(2026, 3, 2))


def seen(
    plan: Plan,
    visits: Mapping[str, Sequence[Row]],
    areas: Mapping[str, str | None] = SPOTS,
    values: Mapping[str, Sequence[Row]] | None = None,
    problems: Sequence[Row] = (),
    estimates: Sequence[Estimate] = (),
) -> dict[str, pl.DataFrame]:
    """The visits of all forms with what stands beside them; a site is where ``areas`` says, else the area itself."""
    catalogue: Catalogue = plan.catalogue
    named = {str(row["site"]): kind for kind, rows in visits.items() for row in rows}
    sites: list[Row] = [
        {"site": site, "site_type": kind, "area": areas.get(site, site), "name": f"{site}号"}
        for site, kind in sorted(named.items())
    ]
    submission = make_submission(catalogue, visits, sites=sites, values=values, problems=problems)
    geography = geography_of(submission.areas)
    return observations(plan, submission, round_visits(catalogue, submission, ""), geography, estimates)


# ------------------------------------------------------------------ the register


def test_every_visit_has_its_site_s_numbers_area_and_own_values(plan: Plan) -> None:
    """#registered counts all sites from 0, #site those of the kind from 1."""
    floors = {"S1": 100.0, "S2": None, "S3": 300.0, "S4": 400.0}
    own = [{"site": site, "floor_m2": floor, "keeper": f"{site}主", "age": 7} for site, floor in floors.items()]
    rows = [{"site": site, "a": 1.0, "at": at} for at in (FIRST, SECOND) for site in SPOTS]
    others = [{"site": site} for site in ("R1", "S2x")]
    frame = seen(plan, {"spot": rows, "others": others}, values={"spot": own})["spot"]
    assert frame.schema[SITE] == frame.schema[REGISTERED] == pl.UInt32
    columns = ["visit", REGISTERED, SITE, "area", "floor_m2", "keeper"]
    numbered = [("S3", 4, 3), ("S1", 1, 1), ("S4", 5, 4), ("S2", 2, 2)]
    assert frame.select(columns).rows() == [
        (f"{site}@{at:%Y-%m-%d}", registered, number, SPOTS[site], floors[site], f"{site}主")
        for at in (FIRST, SECOND)
        for site, registered, number in numbered
    ]


def test_many_sites_in_any_order_keep_what_is_theirs(plan: Plan) -> None:
    sites = [f"S{number:03}" for number in range(300)]
    floors = {site: float(number) for number, site in enumerate(sites)}
    rows = [{"site": site, "a": 1.0} for site in Random(5).sample(sites, 200)]
    own = [{"site": site, "floor_m2": floor} for site, floor in floors.items()]
    areas = {site: (EAST, WEST)[number % 2] for number, site in enumerate(sites)}
    frame = seen(plan, {"spot": rows}, areas, values={"spot": own})["spot"]
    assert frame["floor_m2"].to_list() == [floors[str(row["site"])] for row in rows]
    assert frame["area"].to_list() == [areas[str(row["site"])] for row in rows]


def test_nothing_else_stands_beside_a_visit(plan: Plan) -> None:
    own = [{"site": "S1", "floor_m2": 1.0, "keeper": "某", "age": 7}]
    frames = seen(plan, {"spot": [{"site": "S1", "a": 1.0}]}, values={"spot": own})
    frame = frames["spot"]
    read = ["floor_m2", "keeper", "target", "goal"]
    counted = [
        name(criterion) for criterion in ("tidy", "lost") for name in (problems_column, deducted_column, partly_column)
    ]
    asked = [asked_column(ask) for ask in ("others.heard", "people.aware")]
    prepared = [name for key in (*read, "a") for name in (f"#raw:{key}", bad(key))]
    visit = visit_columns(plan.catalogue.form("spot"))
    beside = [VISIT, REGISTERED, SITE, "area", *read, *prepared, *asked, *map(bad, asked), *counted, ONE]
    assert sorted(frame.columns) == sorted([*visit, *beside])
    assert {name for each in frames.values() for name in each.columns if "above" in name} == set()


REGISTERS: list[Mapping[str, Sequence[Row]]] = [{}, {"spot": [{"site": "S1", "keeper": "某"}]}]


@pytest.mark.parametrize("values", REGISTERS, ids=["no values", "other values"])
def test_what_the_register_does_not_say_is_unknown(plan: Plan, values: Mapping[str, Sequence[Row]]) -> None:
    frame = seen(plan, {"spot": [{"site": "S1", "a": 1.0}]}, values=values)["spot"]
    assert frame["floor_m2"].to_list() == [None]
    assert frame.select("floor_m2", "keeper").dtypes == [pl.Float64, pl.String]
    assert frame["keeper"].to_list() == ["某" if values else None]


# ------------------------------------------------------------------ values of areas

UNKNOWN = (None, False)
BROKEN = (None, True)
Told = tuple[object, datetime | None]
RECORDED: list[tuple[str, dict[str, list[Told]], tuple[float | None, bool], tuple[float | None, bool]]] = [
    ("nobody", {}, UNKNOWN, UNKNOWN),
    ("each its own", {EAST: [(0.6, FIRST)], WEST: [(0.7, FIRST)]}, (0.6, False), (0.7, False)),
    ("one only", {EAST: [(0.6, FIRST)]}, (0.6, False), UNKNOWN),
    ("the last", {EAST: [(0.6, THIRD), (0.5, FIRST), (0.4, SECOND)]}, (0.6, False), UNKNOWN),
    ("no date is before any", {EAST: [(0.6, FIRST), (0.5, None)]}, (0.6, False), UNKNOWN),
    ("a blank erases nothing", {EAST: [(None, SECOND), (0.5, FIRST)]}, (0.5, False), UNKNOWN),
    ("nothing is a value", {EAST: [(0.0, SECOND), (0.5, FIRST)]}, (0.0, False), UNKNOWN),
    ("a contradiction stands", {EAST: [(1.5, SECOND), (0.5, FIRST)], WEST: [(0.7, FIRST)]}, BROKEN, (0.7, False)),
    ("a contradiction mended", {EAST: [(0.5, SECOND), (1.5, FIRST)]}, (0.5, False), UNKNOWN),
    ("only blank", {EAST: [(None, FIRST)], WEST: [(0.7, FIRST)]}, UNKNOWN, (0.7, False)),
]


@pytest.mark.parametrize(("_name", "told", "east", "west"), RECORDED, ids=[name for name, *_ in RECORDED])
def test_the_last_value_recorded_of_a_district(
    plan: Plan,
    _name: str,
    told: dict[str, list[Told]],
    east: tuple[float | None, bool],
    west: tuple[float | None, bool],
) -> None:
    figures = [{"site": area, "target": value, "at": at} for area, rows in told.items() for value, at in rows]
    aims = [{"site": TOP, "goal": 0.9, "target": 0.3}]  # a target of the city is no district's
    spots = [{"site": site, "a": 1.0} for site in SPOTS]
    frame = seen(plan, {"spot": spots, "figures": figures, "aims": aims})["spot"]
    assert frame.schema["target"] == pl.Float64
    found = {site: rest for site, *rest in frame.select("site", "target", bad("target"), "goal").rows()}
    goal = 0.9
    assert found == {"S1": [*east, goal], "S2": [*east, goal], "S3": [*west, goal], "S4": [*UNKNOWN, None]}


# ------------------------------------------------------------------ rates

Answers = tuple[float | None, float | None, float | None, datetime | None]  # asked, aware, sure, when
RATES: list[tuple[str, dict[str, list[Answers]], tuple[float | None, bool], tuple[float | None, bool]]] = [
    ("nobody", {}, UNKNOWN, UNKNOWN),
    ("each its own", {EAST: [(8, 6, 0, FIRST)], WEST: [(8, 4, 0, FIRST)]}, (0.75, False), (0.5, False)),
    ("the nearest above", {EAST: [(8, 6, 0, FIRST)], TOP: [(8, 2, 0, FIRST)]}, (0.75, False), (0.25, False)),
    ("the last", {TOP: [(8, 6, 0, THIRD), (8, 2, 0, FIRST), (8, 4, 0, SECOND)]}, (0.75, False), (0.75, False)),
    ("no date is before any", {TOP: [(8, 6, 0, FIRST), (8, 2, 0, None)]}, (0.75, False), (0.75, False)),
    ("a blank erases nothing", {EAST: [(8, None, 0, SECOND), (8, 6, 0, FIRST)]}, (0.75, False), UNKNOWN),
    ("a blank is nobody's", {EAST: [(8, None, 0, SECOND)], TOP: [(8, 6, 0, FIRST)]}, (0.75, False), (0.75, False)),
    ("a contradiction stands", {EAST: [(8, 9, 0, SECOND), (8, 6, 0, FIRST)], TOP: [(8, 4, 0, FIRST)]}, BROKEN, (0.5, False)),
    ("a rate that does not need it", {TOP: [(8, 6, 7, SECOND), (8, 4, 0, FIRST)]}, (0.75, True), (0.75, True)),
]  # fmt: skip


@pytest.mark.parametrize(("_name", "told", "east", "west"), RATES, ids=[name for name, *_ in RATES])
def test_the_rate_of_the_nearest_area(
    plan: Plan,
    _name: str,
    told: dict[str, list[Answers]],
    east: tuple[float | None, bool],
    west: tuple[float | None, bool],
) -> None:
    people = [
        {"site": area, "asked": asked, "aware": aware, "sure": sure, "at": at}
        for area, rows in told.items()
        for asked, aware, sure, at in rows
    ]
    spots = [{"site": site, "a": 1.0} for site in SPOTS]
    frames = seen(plan, {"spot": spots, "people": people})
    rate = asked_column("people.aware")
    assert frames["spot"].schema[rate] == pl.Float64
    found = {site: tuple(rest) for site, *rest in frames["spot"].select("site", rate, bad(rate)).rows()}
    assert found == {"S1": east, "S2": east, "S3": west, "S4": UNKNOWN}
    heard = asked_column("others.heard")
    assert set(frames["spot"].select(heard, bad(heard)).rows()) == {UNKNOWN}


def test_what_forms_that_are_not_asked_would_say_is_unknown(plan: Plan) -> None:
    alone = compile_plan(plan.catalogue, plan.as_of, only={"spot"})
    frame = seen(alone, {"spot": [{"site": "S1", "a": 1.0}]})["spot"]
    for name in ("target", "goal", asked_column("people.aware")):
        assert frame.select(name, bad(name)).rows() == [UNKNOWN]
        assert frame.select(name, bad(name)).dtypes == [pl.Float64, pl.Boolean]


# ------------------------------------------------------------------ answers

POLLS = {
    "poll": """
questionnaire: poll
title: 民调
part: statistics
each: district
fields: {calls: {label: 来电数, kind: count}}
questions:
  support: {text: 您支持参评吗, choices: [支持, 不支持], yes: [支持]}
  mood: {text: 您安全吗, scale: {安全: 1, 不安全: 0}}
criteria:
  - {id: supported, title: 支持率, place: Ⅲ-2, ask: poll.support, pass: rate >= 0.5}
  - {id: felt_safe, title: 安全感, place: Ⅲ-2, ask: poll.mood, pass: rate >= 0.5}
""",
    "stall": """
site_type: stall
title: 摊位
fields: {a: {label: 甲, kind: count}}
criteria:
  - {id: stall_support, title: 摊位支持率, place: Ⅲ-1, ask: poll.support, pass: rate >= 0.5}
""",
}
FEW = 4
NOBODY = (None, False, None, None, None, None)


def estimate(area: str, value: str | None, kind: Kind = "share", **more: Any) -> Estimate:
    told: dict[str, Any] = {"group": "", "member": "", "confidence": Fraction(95, 100)} | more
    return Estimate("poll", "support", kind, area, value=Fraction(value) if value is not None else None, **told)


EAST_TELLS = estimate(EAST, "0.75", answers=40, low=0.6, high=0.9)
ESTIMATES: list[tuple[str, list[Estimate], tuple[object, ...]]] = [  # what the last visit of the east has of it
    ("nobody", [], NOBODY),
    ("its own", [EAST_TELLS, estimate(WEST, "0.5")], (0.75, False, 40, 0.6, 0.9, None)),
    ("a mean", [estimate(EAST, "0.5", "mean", answers=3)], (0.5, False, 3, None, None, None)),
    ("none, with a reason", [estimate(EAST, None, answers=FEW, reason="one-cluster")],
     (None, False, FEW, None, None, "one-cluster")),
    ("a total is no rate", [estimate(EAST, "400", "total", answers=40)], NOBODY),
    ("a rate is counted", [estimate(EAST, "0.4", "rate")], NOBODY),
    ("everybody's is no area's", [estimate("", "0.75")], NOBODY),
    ("a group's is not all", [estimate(EAST, "0.75", group="gender", member="女")], NOBODY),
    ("other questions are others", [replace(EAST_TELLS, key="mood")], NOBODY),
]  # fmt: skip


@pytest.fixture(scope="module")
def polled(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return compile_plan(make_catalogue(tmp_path_factory.mktemp("polls"), POLLS), date(2026, 3, 2))


@pytest.mark.parametrize(("_name", "told", "east"), ESTIMATES, ids=[name for name, *_ in ESTIMATES])
def test_an_estimate_stands_beside_the_last_visit_of_its_area_and_is_the_rate_of_all_sites_there(
    polled: Plan, _name: str, told: list[Estimate], east: tuple[object, ...]
) -> None:
    """Of the west nothing was told, or only half of all support it."""
    days = {EAST: (SECOND, None, FIRST), WEST: (FIRST,)}
    calls = [{"site": area, "calls": 1.0, "at": at} for area, dates in days.items() for at in dates]
    stalls = [{"site": site, "a": 1.0} for site in SPOTS]
    frames = seen(polled, {"poll": calls, "stall": stalls}, estimates=told)
    rate = asked_column("poll.support")
    beside = [rate, bad(rate), *estimate_columns("poll.support")]
    told_as = [pl.Float64, pl.Boolean, pl.Int64, pl.Float64, pl.Float64, pl.String]
    assert frames["poll"].select(beside).dtypes == told_as
    assert "area_right" not in frames["poll"].columns
    west = (0.5, *NOBODY[1:]) if len(told) == 2 else NOBODY
    assert frames["poll"].select("site", "at", *beside).rows() == [
        (EAST, SECOND, *east), (EAST, None, *NOBODY), (EAST, FIRST, *NOBODY), (WEST, FIRST, *west),
    ]  # fmt: skip
    found = {
        row["site"]: tuple(row.get(name) for name in beside)  # no column where nothing is told
        for row in frames["stall"].iter_rows(named=True)
    }
    assert found == {"S1": east, "S2": east, "S3": west, "S4": NOBODY}


# ------------------------------------------------------------------ rows of problems

PROBLEMS: list[tuple[list[float | None], bool | None, float | None, float | None, bool]] = [
    # points deducted row by row, the visit is complete -> how many, points in all, a lower bound only
    ([], True, 0.0, 0.0, False),
    ([], False, None, None, False),
    ([], None, None, None, False),
    ([0.5], True, 1.0, 0.5, False),
    ([0.5], False, 1.0, 0.5, True),
    ([0.5], None, 1.0, 0.5, True),
    ([0.5, 0.25], True, 2.0, 0.75, False),
    ([0.5, None], True, 2.0, None, False),  # points that one row does not say are unknown
    ([None, None], False, 2.0, None, True),
]


@pytest.mark.parametrize(("deducted", "complete", "number", "points", "partly"), PROBLEMS)
def test_the_rows_of_problems_of_a_visit(
    plan: Plan,
    deducted: list[float | None],
    complete: bool | None,
    number: float | None,
    points: float | None,
    partly: bool,
) -> None:
    rows: list[Row] = [
        {"criterion": "lost", "problem": f"第{index}处", "deducted": each} for index, each in enumerate(deducted)
    ]
    rows += [{"criterion": "tidy", "problem": "乱", "deducted": 9.0, "site": "S2"}]  # of another visit and criterion
    spots: list[Row] = [{"site": "S1", "complete": complete}, {"site": "S2", "complete": True}]
    frame = seen(plan, {"spot": spots}, problems=rows)["spot"]
    names = [
        name(criterion) for criterion in ("lost", "tidy") for name in (problems_column, deducted_column, partly_column)
    ]
    assert frame.select(names).dtypes == 2 * [pl.Float64, pl.Float64, pl.Boolean]
    none = (0.0, 0.0, False) if complete else (None, None, False)
    assert frame.select(names).rows() == [(number, points, partly, *none), (0.0, 0.0, False, 1.0, 9.0, False)]
