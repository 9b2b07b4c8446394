"""The same rules as a catalogue of duibiao, and the same rows as visits: one visit a site, so every row is judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

import polars as pl

from benchmarks.peers.rows import column_names
from benchmarks.peers.rules import WORDS, Both, Condition, Either, Limit, Range, Rule, Share, Word
from duibiao.criteria.load import load_catalogue
from duibiao.criteria.models import Catalogue
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

DAY: Final = date(2026, 3, 31)
DISTRICTS: Final = 180
LEAD_UNITS: Final = 8
_HEAD: Final = """catalogue: peers
title: The rules of the comparison
edition: "1"
language: en
area_levels: {city: City, district: District}
parts: {on_site: On site}
score:
  rounding: {digits: 2, mode: half_up}
  pass_mark: 85
  levels: [{name: good, at_least: 90}, {name: poor}]
  total: [{part: on_site, weight: 100, combine: mean_of_criteria}]
"""


def formula(condition: Condition) -> str:
    """A condition as a formula of a criteria file."""
    match condition:
        case Both(first, second):
            return f"({formula(first)} and {formula(second)})"
        case Either(first, second):
            return f"({formula(first)} or {formula(second)})"
        case Limit(column, is_, limit):
            return f"{column} {is_} {limit}"
        case Range(column, low, high):
            return f"({column} >= {low} and {column} <= {high})"
        case Share(part, whole, at_least):
            return f"{part} / {whole} >= {at_least}"
        case Word(column, word):
            return f"{column} == '{word}'"
        case _:
            return condition.column


def _field(name: str) -> str:
    kinds = {"b": "kind: yes_no", "c": f"kind: choice, options: [{', '.join(WORDS)}]"}
    return f"  {name}: {{label: {name}, {kinds.get(name[0], 'kind: count')}}}"


def _criterion(number: int, rule: Rule) -> Iterator[str]:
    yield f"  - id: {rule.name}"
    yield f"    title: criterion {rule.name}"
    yield "    place: one"
    yield f"    lead_unit: u{number % LEAD_UNITS}"
    yield f"    points: {1 + number % 4}"
    if rule.applies is not None:
        yield f"    applies: {formula(rule.applies)}"
    if isinstance(rule.condition, Share):
        yield f"    rate: {rule.condition.part} / {rule.condition.whole}"
        yield f"    levels: [{{at_least: {rule.condition.at_least}, score: 1}}]"
    else:
        yield f'    pass: "{formula(rule.condition)}"'


def write(folder: Path, rules: Sequence[Rule]) -> None:
    """Write the rules as criteria files."""
    fields = [_field(name) for name in column_names()]
    criteria = [line for number, rule in enumerate(rules) for line in _criterion(number, rule)]
    spot = ["site_type: spot", "title: spot", "fields:", *fields, "criteria:", *criteria]
    folder.mkdir(parents=True)
    (folder / "catalogue.yaml").write_text(_HEAD, "utf-8")
    (folder / "tree.yaml").write_text("tree: [{id: one, title: One}]\n", "utf-8")
    units = [f"u{number}: {{title: unit {number}}}" for number in range(LEAD_UNITS)]
    (folder / "units.yaml").write_text("\n".join(units) + "\n", "utf-8")
    (folder / "spot.yaml").write_text("\n".join(spot) + "\n", "utf-8")


def catalogue(folder: Path, rules: Sequence[Rule]) -> Catalogue:
    """The rules as a catalogue that was written to ``folder`` and read from there."""
    write(folder, rules)
    return load_catalogue(folder)


def submission(made: Catalogue, frame: pl.DataFrame) -> Submission:
    """Rows as a submission: a site for each row, in 180 districts."""
    number = pl.int_range(pl.len())
    who = {
        "site": pl.format("S{}", number),
        "site_type": pl.lit("spot"),
        "at": pl.lit(datetime(DAY.year, DAY.month, DAY.day)),
        "round": pl.lit(""),
        "complete": pl.lit(value=True),
        "table": pl.lit(0),
        "row": number + 2,
    }
    wanted = visit_columns(made.form("spot"))
    visits = _filled(frame.with_columns(expression.alias(key) for key, expression in who.items()), wanted)
    sites = visits.select(
        "site", pl.col("site").alias("name"), "site_type", pl.format("City/D{}", number % DISTRICTS).alias("area")
    )
    districts = [(f"City/D{each}", f"D{each}", "district", "City", None) for each in range(DISTRICTS)]
    return Submission(
        areas=pl.DataFrame([("City", "City", "city", None, None), *districts], schema=AREAS, orient="row"),
        units=empty(UNITS),
        rounds=empty(ROUNDS),
        sites=_filled(sites, SITES),
        values={},
        visits={"spot": visits},
        checks=empty(CHECKS),
        problems=empty(PROBLEMS),
        waivers=empty(WAIVERS),
        tables=(Table("made", None, "", "wide", frame.height, frame.height, 0),),
    )


def _filled(frame: pl.DataFrame, kinds: dict[str, pl.DataType]) -> pl.DataFrame:
    """The frame with all columns of ``kinds``, blank where it has none."""
    missing = [pl.lit(None, dtype=kind).alias(key) for key, kind in kinds.items() if key not in frame.columns]
    return frame.with_columns(missing).select(pl.col(key).cast(kind) for key, kind in kinds.items())
