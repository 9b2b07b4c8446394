"""Small catalogues and submissions for tests: a catalogue from YAML text, a submission from rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import polars as pl

from duibiao.criteria.load import load_catalogue
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.areas import geography_of
from duibiao.evaluator.assess import assess
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.compile import compile_plan
from duibiao.evaluator.evaluate import Evaluation, evaluate
from duibiao.evaluator.submission import (
    AREAS,
    CHECKS,
    PROBLEMS,
    ROUNDS,
    SITES,
    UNITS,
    WAIVERS,
    Submission,
    empty,
    visit_columns,
)
from duibiao.evaluator.visits import round_visits

HEAD = """
catalogue: test
title: 试验目录
edition: "1"
area_levels: {city: 市, district: 区县, subdistrict: 街道}
parts: {on_site: 实地, statistics: 统计}
score:
  levels: [{name: 优秀, at_least: 95}, {name: 达标, at_least: 85}, {name: 不达标}]
  total: [{part: on_site, weight: 60, combine: mean_of_criteria}, {part: statistics, weight: 40, combine: pooled}]
"""
TREE = "tree: [{id: Ⅰ-1, title: 一, under: [{id: Ⅲ-1, title: 甲}, {id: Ⅲ-2, title: 乙}]}]\n"
UNITS_FILE = """
office: {title: 文明办}
bureau: {title: 市场监管局, level: district}
"""
DAY = datetime(2026, 3, 2)
TOP, EAST, WEST = "试验市", "试验市/东区", "试验市/西区"


def make_catalogue(folder: Path, forms: Mapping[str, str], head: str = HEAD, units: str = UNITS_FILE) -> Catalogue:
    """Write a catalogue with these form files (name -> YAML) below ``folder`` and load it."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"catalogue": head, "tree": TREE, "units": units, "sources": "book: {title: 书}\n", **forms}
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_catalogue(folder)


def one_rule(folder: Path, rule: str, fields: str = "{a: {label: 甲, kind: number}}", points: str = "1") -> Catalogue:
    """A catalogue of one site type ``spot`` with one criterion ``rule``; ``rule`` is its YAML after the common keys."""
    criterion = f"{{id: rule, title: 规则, place: Ⅲ-1, points: {points}, {rule}}}"
    return make_catalogue(
        folder, {"spot": f"site_type: spot\ntitle: 点\nfields: {fields}\ncriteria:\n  - {criterion}\n"}
    )


def areas() -> pl.DataFrame:
    """A city with two districts."""
    rows = [
        (TOP, TOP, "city", None, "市长"),
        (EAST, "东区", "district", TOP, "东区长"),
        (WEST, "西区", "district", TOP, None),
    ]
    return pl.DataFrame(rows, schema=AREAS, orient="row")


def make_submission(
    catalogue: Catalogue,
    visits: Mapping[str, Sequence[Mapping[str, object]]],
    *,
    sites: Sequence[Mapping[str, object]] | None = None,
    checks: Sequence[Mapping[str, object]] = (),
    problems: Sequence[Mapping[str, object]] = (),
    waivers: Sequence[Mapping[str, object]] = (),
    units: Sequence[Mapping[str, object]] = (),
    rounds: Sequence[Mapping[str, object]] = (),
    values: Mapping[str, Sequence[Mapping[str, object]]] | None = None,
    levels: pl.DataFrame | None = None,
) -> Submission:
    """A submission from rows; a visit without ``site`` is at site S1, without ``at`` on DAY. Sites default to those
    that rows name, in the eastern district."""
    frames = {}
    named: dict[str, str] = {}
    for site_type, rows in visits.items():
        full = [{"site": "S1", "site_type": site_type, "at": DAY, "round": "", **row} for row in rows]
        named |= {str(row["site"]): site_type for row in full}
        frames[site_type] = pl.DataFrame(full, schema=visit_columns(catalogue.form(site_type)))
    only = next(iter(catalogue.site_types))
    told = {"site": "S1", "site_type": only, "at": DAY, "round": ""}
    for row in (*checks, *problems):
        named.setdefault(str(row.get("site", "S1")), str(row.get("site_type", only)))
    listed = (
        sites
        if sites is not None
        else [{"site": site, "name": site, "site_type": kind} for site, kind in named.items()]
    )
    rows_of_sites = [{"area": EAST, **row} for row in listed]
    return Submission(
        areas=areas() if levels is None else levels,
        units=pl.DataFrame(list(units), schema=UNITS) if units else empty(UNITS),
        rounds=pl.DataFrame(list(rounds), schema=ROUNDS) if rounds else empty(ROUNDS),
        sites=pl.DataFrame(rows_of_sites, schema=SITES) if rows_of_sites else empty(SITES),
        values={name: pl.DataFrame(list(rows)) for name, rows in (values or {}).items()},
        visits=frames,
        checks=pl.DataFrame([{**told, **row} for row in checks], schema=CHECKS) if checks else empty(CHECKS),
        problems=pl.DataFrame([{**told, **row} for row in problems], schema=PROBLEMS) if problems else empty(PROBLEMS),
        waivers=pl.DataFrame(list(waivers), schema=WAIVERS) if waivers else empty(WAIVERS),
    )


def judge(catalogue: Catalogue, submission: Submission, as_of: date = date(2026, 3, 2)) -> Evaluation:
    """The findings of a submission's only round."""
    plan = compile_plan(catalogue, as_of)
    visits = round_visits(catalogue, submission, "")
    return evaluate(plan, submission, visits, geography_of(submission.areas))


def outcome(catalogue: Catalogue, row: Mapping[str, object], **more: object) -> tuple[str, int | None]:
    """The status and value of the criterion ``rule`` at one visit of ``spot``."""
    evaluation = judge(catalogue, make_submission(catalogue, {"spot": [row]}, **more))  # type: ignore[arg-type]
    found = evaluation.findings.filter(pl.col("criterion") == "rule")
    status, value = found.select("status", "value").row(0)
    return str(status), value


def assessed(catalogue: Catalogue, submission: Submission, **more: object) -> Assessment:
    """The assessment of a submission, in English."""
    return assess(catalogue, submission, language="en", **more)  # type: ignore[arg-type]
