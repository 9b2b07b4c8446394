"""Made data for measuring: a catalogue of any number of criteria, and visits as columns, by hashes of row numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import polars as pl

from duibiao.criteria.load import load_catalogue
from duibiao.criteria.models import Catalogue, Field
from duibiao.evaluator.submission import (
    AREAS,
    CHECKS,
    PROBLEMS,
    ROUNDS,
    SITES,
    UNITS,
    WAIVERS,
    Submission,
    Table,
    empty,
    visit_columns,
)

VISITS_A_SITE: Final = 5
DISTRICTS: Final = 180
FIRST_DAY: Final = datetime(2026, 3, 2)
AS_OF: Final = date(2026, 3, 31)
_HEAD: Final = """catalogue: made
title: Made for measuring
edition: "1"
language: en
area_levels: {city: City, district: District}
parts: {on_site: On site}
score: {total: [{part: on_site, weight: 100, combine: mean_of_criteria}]}
"""


def _criterion(number: int) -> tuple[list[str], list[str]]:
    """The fields and the rule of the ``number``-th criterion: the kinds take turns, about 30 % have ``applies``."""
    c, t = f"c{number}", f"t{number}"
    count = f"  {c}: {{label: {c}, kind: count}}"
    total = f"  {t}: {{label: {t}, kind: count}}"
    part = f"  {c}: {{label: {c}, kind: count, at_most: {t}}}"
    grade = f"  {c}: {{label: {c}, kind: grade, scale: {{good: 1, fair: 0.5, bad: 0}}}}"
    yes_no = [f"  {c}{each}: {{label: {c}{each}, kind: yes_no}}" for each in "abc"]
    steps = "{missing: 0, score: 1}, {missing: 1, score: 0.66}"
    bands = "{at_least: 0.9, score: 1}, {at_least: 0.5, score: 0.6}"
    match number % 10:
        case 0 | 1:
            return [count], [f"pass: {c} <= 90"]
        case 2 | 3 | 4:
            return [total, part], [f"applies: {t} > 0", f"rate: {c} / {t}", f"levels: [{bands}]"]
        case 5:
            return [count], [f"rate: {c}", "full_at: 0", "zero_at: 100"]
        case 6 | 7:
            return [grade], [f"grade: {c}"]
        case 8:
            return yes_no, [f"of: [{c}a, {c}b, {c}c]", f"levels: [{steps}]"]
        case _:
            return [count], [f"deduct: {{each: {c}, points: 0.01}}"]


def write_catalogue(folder: Path, criteria: int) -> Catalogue:
    """Write a catalogue with one site type of ``criteria`` criteria to ``folder``, and load it."""
    fields: list[str] = []
    rules: list[str] = []
    for number in range(criteria):
        declared, rule = _criterion(number)
        fields += declared
        rules += [
            f"  - id: k{number}",
            f"    title: criterion {number}",
            "    place: one",
            *(f"    {key}" for key in rule),
        ]
    folder.mkdir(parents=True)
    (folder / "catalogue.yaml").write_text(_HEAD)
    (folder / "tree.yaml").write_text("tree: [{id: one, title: One}]\n")
    form = ["site_type: spot", "title: spot", "fields:", *fields, "criteria:", *rules]
    (folder / "spot.yaml").write_text("\n".join(form) + "\n")
    return load_catalogue(folder)


def _value(key: str, field: Field, seed: int) -> pl.Expr:
    """About a quarter blank, a tenth low, a hundredth beyond the limit."""
    drawn = pl.int_range(pl.len()).hash(seed)
    share = (drawn % 1000).cast(pl.Int32)
    value: pl.Expr
    if field.kind == "yes_no":
        value = share >= 100
    elif field.kind == "grade":
        value = (
            pl.when(share < 100).then(pl.lit("bad")).when(share < 300).then(pl.lit("fair")).otherwise(pl.lit("good"))
        )
    elif field.at_most is not None:
        value = pl.when(share < 10).then(120.0).when(share < 100).then(30.0).otherwise(95.0)
    else:
        value = pl.when(share < 100).then(100.0).otherwise((drawn % 90).cast(pl.Float64))
    if key.startswith("t"):
        value = pl.when(share < 30).then(0.0).otherwise(100.0)
    return pl.when((drawn // 1000) % 4 > 0).then(value).alias(key)


def visits(catalogue: Catalogue, count: int) -> pl.DataFrame:
    """``count`` visits with every field, five to a site on five days."""
    form = catalogue.form("spot")
    number = pl.int_range(pl.len())
    day = pl.lit(FIRST_DAY) + (number % VISITS_A_SITE) * timedelta(days=1)
    columns = {
        "site": pl.format("S{}", number // VISITS_A_SITE),
        "site_type": pl.lit("spot"),
        "at": day,
        "round": pl.lit(""),
        "complete": pl.lit(value=True),
        "table": pl.lit(0),
        "row": number + 2,
    }
    values = [_value(key, field, seed) for seed, (key, field) in enumerate(form.items())]
    wanted = visit_columns(form)
    frame = pl.DataFrame({"#": pl.Series([None] * count, dtype=pl.Null)})
    frame = frame.with_columns(*(each.alias(key) for key, each in columns.items()), *values)
    missing = [pl.lit(None, dtype=kind).alias(key) for key, kind in wanted.items() if key not in frame.columns]
    return frame.with_columns(missing).select(pl.col(key).cast(kind) for key, kind in wanted.items())


def _districts() -> Iterator[tuple[str, str, str, str | None, None]]:
    yield "City", "City", "city", None, None
    for number in range(DISTRICTS):
        yield f"City/D{number}", f"D{number}", "district", "City", None


def submission(frame: pl.DataFrame, criteria: int) -> Submission:
    """The visits as a submission: sites in 180 districts, 1 % of the findings waived."""
    sites = frame.select("site").unique().sort("site")
    number = pl.int_range(pl.len())
    listed = sites.select(
        "site",
        pl.col("site").alias("name"),
        pl.lit("spot").alias("site_type"),
        pl.format("City/D{}", number % DISTRICTS).alias("area"),
    )
    rest = [pl.lit(None, dtype=kind).alias(key) for key, kind in SITES.items() if key not in listed.columns]
    waived = sites.select(
        "site", pl.format("k{}", number % criteria).alias("criterion"), pl.lit("works").alias("reason")
    )
    waived = waived.head(max(1, sites.height * criteria // 100 // VISITS_A_SITE))
    more = [pl.lit(None, dtype=kind).alias(key) for key, kind in WAIVERS.items() if key not in waived.columns]
    return Submission(
        areas=pl.DataFrame(list(_districts()), schema=AREAS, orient="row"),
        units=empty(UNITS),
        rounds=empty(ROUNDS),
        sites=listed.with_columns(rest).select(SITES.keys()),
        values={},
        visits={"spot": frame},
        checks=empty(CHECKS),
        problems=empty(PROBLEMS),
        waivers=waived.with_columns(more).select(WAIVERS.keys()),
        tables=(Table("made", None, "", "wide", frame.height, frame.height, 0),),
    )


def write_csv(folder: Path, catalogue: Catalogue, sites: int) -> None:
    """A data folder as people would send it: one visit to each of ``sites`` sites, with all fields."""
    form = catalogue.form("spot")
    frame = visits(catalogue, sites * VISITS_A_SITE).gather_every(VISITS_A_SITE)
    words = [
        pl.when(pl.col(key)).then(pl.lit("是")).when(~pl.col(key)).then(pl.lit("否")).alias(key)
        if field.kind == "yes_no"
        else pl.col(key).cast(pl.Int64)
        if field.kind == "count"
        else pl.col(key)
        for key, field in form.items()
    ]
    who = [
        pl.col("site").alias("点位"),
        pl.format("City/D{}", pl.int_range(pl.len()) % DISTRICTS).alias("属地"),
        pl.col("at").dt.date().alias("日期"),
    ]
    folder.mkdir(parents=True)
    frame.select(*who, *words).write_csv(folder / "spot.csv", include_bom=True)
