"""Made data for measuring: a catalogue with criteria of every kind, and visits as columns, by hashes of row numbers.

About as the first row of the bars (design section 10) says: five visits a site on five days, some of them twice on
one day; a quarter of the cells blank, a tenth of the findings missed, one in a hundred contradictory or waived;
``applies`` on three criteria of ten; 180 districts, eight responsible units.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import polars as pl
import xlsxwriter

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
LEAD_UNITS: Final = 8
FIRST_DAY: Final = datetime(2026, 3, 2)
AS_OF: Final = date(2026, 3, 31)
PAIRS, COUNTS, CONDITIONS, GRADES = 12, 16, 14, 4  # fields of each kind; the criteria share them
_HEAD: Final = """catalogue: made
title: Made for measuring
edition: "1"
language: en
area_levels: {city: City, district: District}
parts: {on_site: On site, questionnaires: Questionnaires}
score:
  rounding: {digits: 2, mode: half_up}
  pass_mark: 85
  levels: [{name: good, at_least: 90}, {name: poor}]
  total:
    - {part: on_site, weight: 80, combine: mean_of_criteria}
    - {part: questionnaires, weight: 20, combine: pooled}
"""
_PEOPLE: Final = """questionnaire: people
title: people
part: questionnaires
each: district
fields:
  asked: {label: asked, kind: count}
  content: {label: content, kind: count, at_most: asked}
  aware: {label: aware, kind: count, at_most: asked}
rates: {content: content / asked, aware: aware / asked}
criteria:
  - {id: people_aware, title: people aware, place: one, points: 1, ask: people.aware, pass: rate >= 0.6}
"""


def _fields() -> Iterator[str]:
    for n in range(PAIRS):
        yield f"  t{n}: {{label: t{n}, kind: count}}"
        yield f"  p{n}: {{label: p{n}, kind: count, at_most: t{n}}}"
    for n in range(COUNTS):
        limit = ", at_most: 100" if n % 4 == 0 else ""
        yield f"  n{n}: {{label: n{n}, kind: count{limit}}}"
    for n in range(CONDITIONS):
        yield f"  b{n}: {{label: b{n}, kind: yes_no}}"
    for n in range(GRADES):
        yield f"  g{n}: {{label: g{n}, kind: grade, scale: {{good: 1, fair: 0.5, bad: 0}}}}"


def _rule(number: int) -> list[str]:
    """The keys of the ``number``-th criterion: the kinds take turns, three of ten say where they apply."""
    turn, tens = number % 10, number // 10
    pair, count, condition = number % PAIRS, (number * 7) % COUNTS, (number * 5) % CONDITIONS
    rate = f"p{pair} / t{pair}"
    match turn:
        case 0:
            return [f"pass: n{count} <= {86 + tens % 6}"]
        case 1:
            return [f"applies: b{condition}", f"pass: n{count} <= {88 + tens % 6} or b{(condition + 3) % CONDITIONS}"]
        case 2:
            return [f"pass: n{count} + n{(count + 1) % COUNTS} <= {150 + tens % 9}"]
        case 3 | 4:
            bands = f"[{{at_least: 0.{85 + tens % 10}, score: 1}}, {{at_least: 0.5, score: 0.6}}]"
            return [f"applies: t{pair} > 0", f"rate: {rate}", f"levels: {bands}"]
        case 5:
            bands = f"[{{below: {20 + tens % 5}, score: 1}}, {{below: 60, score: 0.8}}, {{at_most: 90, score: 0.3}}]"
            return [f"rate: n{count}", f"levels: {bands}"]
        case 6:
            return [f"rate: n{count}", "full_at: 5", f"zero_at: {90 + tens % 6}"]
        case 7:
            return [f"grade: g{tens % GRADES}"]
        case 8:
            three = ", ".join(f"b{(condition + step) % CONDITIONS}" for step in (0, 1, 3))
            return [f"of: [{three}]", "levels: [{missing: 0, score: 1}, {missing: 1, score: 0.66}]"]
        case _:
            return _rarer(tens)


def _rarer(tens: int) -> list[str]:
    """The kinds that are rarer, and a figure for information among them."""
    first = tens * 10
    match tens % 10:
        case 0:
            return ["judged: yes_no"]
        case 1 | 6:
            return [f"deduct: {{each: n{tens % COUNTS}, points: 0.02}}"]
        case 2:
            return ["ask: people.content", "levels: [{at_least: 0.8, score: 1}, {at_least: 0.6, score: 0.5}]"]
        case 3:
            return [f"both: [k{first + 3}, k{first + 7}]"]
        case 4:
            return ["judged: grade", "scale: {A: 1, B: 0.66, C: 0.33, D: 0}"]
        case 5:
            return ["deduct: [{each: problems, points: 0.5}]"]
        case 7:
            return ["judged: deduction"]
        case 8:
            return [f"both: [k{first + 4}, people_aware]"]  # of which one is read in the district above
        case _:
            return [f"show: n{tens % COUNTS}"]


def write_catalogue(folder: Path, criteria: int) -> Catalogue:
    """Write a catalogue of ``criteria`` criteria for one kind of site, and a questionnaire; load it."""
    rules: list[str] = []
    for number in range(criteria):
        keys = [f"id: k{number}", f"title: criterion {number}", "place: one", f"lead_unit: u{number % LEAD_UNITS}"]
        keys += [f"points: {1 + number % 4}", *_rule(number)]
        rules += [f"  - {keys[0]}", *(f"    {key}" for key in keys[1:])]
    units = [f"u{n}: {{title: unit {n}}}" for n in range(LEAD_UNITS)]
    files = {
        "catalogue": _HEAD,
        "tree": "tree: [{id: one, title: One}]\n",
        "units": "\n".join(units) + "\n",
        "people": _PEOPLE,
        "spot": "\n".join(["site_type: spot", "title: spot", "fields:", *_fields(), "criteria:", *rules]) + "\n",
    }
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return load_catalogue(folder)


# ------------------------------------------------------------------ visits


def _value(key: str, field: Field, number: pl.Expr, seed: int) -> pl.Expr:
    """About a quarter blank, a tenth low, a hundredth beyond the limit where the field has one."""
    drawn = number.hash(seed)
    share = (drawn % 1000).cast(pl.Int32)
    value: pl.Expr
    if field.kind == "yes_no":
        value = share >= 70
    elif field.kind == "grade":
        worst, *others = sorted(field.scale, key=lambda word: field.scale[word])
        value = pl.when(share < 100).then(pl.lit(worst)).otherwise(pl.lit(others[-1]))
        value = pl.when((share >= 100) & (share < 300)).then(pl.lit(others[0])).otherwise(value)
    elif key.startswith("t"):
        value = pl.when(share < 30).then(0.0).otherwise(100.0)
    elif key.startswith("p"):
        some = (80 + share % 21).cast(pl.Float64)
        value = pl.when(share < 20).then(120.0).when(share < 100).then(30.0).otherwise(some)
    elif key.startswith("n"):
        value = pl.when(share < 20).then(101.0).otherwise((share % 100).cast(pl.Float64))
    else:  # a judged deduction
        value = pl.when(share < 300).then((share % 10).cast(pl.Float64) / 4).otherwise(0.0)
    return pl.when((drawn // 1000) % 4 > 0).then(value).alias(key)


def visits(
    catalogue: Catalogue, count: int, visits_a_site: int = VISITS_A_SITE, only: range | None = None
) -> pl.DataFrame:
    """``count`` visits with every field as inspections come in: all sites on one day, then all on the next; or ``only``
    some of them, by their numbers from 0."""
    form = catalogue.form("spot")
    some = only or range(count)
    number = pl.int_range(some.start, some.stop)
    sites = max(1, count // visits_a_site)
    day = number // sites - (number % 997 == 7).cast(pl.Int64) * (number // sites > 0).cast(pl.Int64)
    columns = {
        "site": pl.format("S{}", number % sites),
        "site_type": pl.lit("spot"),
        "at": pl.lit(FIRST_DAY) + day * timedelta(days=1),
        "round": pl.lit(""),
        "complete": pl.lit(value=True),
        "table": pl.lit(0),
        "row": number + 2,
    }
    values = [_value(key, field, number, seed) for seed, (key, field) in enumerate(form.items())]
    wanted = visit_columns(form)
    frame = pl.DataFrame({"#": pl.Series([None] * len(some), dtype=pl.Null)})
    frame = frame.with_columns(*(each.alias(key) for key, each in columns.items()), *values)
    missing = [pl.lit(None, dtype=kind).alias(key) for key, kind in wanted.items() if key not in frame.columns]
    return frame.with_columns(missing).select(pl.col(key).cast(kind) for key, kind in wanted.items())


def districts() -> list[str]:
    """The paths of the districts."""
    return [f"City/D{number}" for number in range(DISTRICTS)]


def _people(catalogue: Catalogue) -> pl.DataFrame:
    """The questionnaire, counted in every district but the last."""
    rows = [
        {"site": f"people:{area}", "site_type": "people", "at": FIRST_DAY, "round": "", "complete": True, "table": 1,
         "row": number + 2, "asked": 100.0, "content": 50.0 + number % 50, "aware": 40.0 + number % 60}
        for number, area in enumerate(districts()[:-1])
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=visit_columns(catalogue.form("people")))


def _filled(frame: pl.DataFrame, kinds: Mapping[str, pl.DataType]) -> pl.DataFrame:
    missing = [pl.lit(None, dtype=kind).alias(key) for key, kind in kinds.items() if key not in frame.columns]
    return frame.with_columns(missing).select(pl.col(key).cast(kind) for key, kind in kinds.items())


def submission(catalogue: Catalogue, frame: pl.DataFrame) -> Submission:
    """The visits as a submission: sites in 180 districts, two of two hundred criteria waived at each, problem rows."""
    rules = [each.id for each in catalogue.criteria_of("spot", AS_OF) if each.kind != "show"]
    sites = frame.select(pl.col("site").unique(maintain_order=True))
    number = pl.int_range(pl.len())
    spots = sites.with_columns(
        pl.col("site").alias("name"),
        pl.lit("spot").alias("site_type"),
        pl.format("City/D{}", number % DISTRICTS).alias("area"),
    )
    people = pl.DataFrame({"area": districts()}).select(
        pl.format("people:{}", "area").alias("site"), pl.lit("people").alias("site_type"), "area"
    )
    few = max(1, round(len(rules) / 100))
    waived = [
        sites.select("site", ((number * 7 + step * 31) % len(rules)).alias("#")).with_columns(
            pl.col("#").replace_strict(list(range(len(rules))), rules).alias("criterion"),
            pl.lit("works").alias("reason"),
        )
        for step in range(few)
    ]
    told = [rule for rule in rules if rule == "k59"]  # counts problem rows
    problems = [
        frame.select("site", "site_type", "at", "round").gather_every(100).with_columns(
            pl.lit(rule).alias("criterion"), pl.lit("broken").alias("problem")
        )
        for rule in told
    ]  # fmt: skip
    areas = [("City", "City", "city", None, None)]
    areas += [(area, area.rpartition("/")[2], "district", "City", None) for area in districts()]
    return Submission(
        areas=pl.DataFrame(areas, schema=AREAS, orient="row"),
        units=empty(UNITS),
        rounds=empty(ROUNDS),
        sites=pl.concat([_filled(spots, SITES), _filled(people, SITES)]),
        values={},
        visits={"spot": frame, "people": _people(catalogue)},
        checks=empty(CHECKS),
        problems=_filled(pl.concat(problems), PROBLEMS) if problems else empty(PROBLEMS),
        waivers=_filled(pl.concat(waived).unique(["site", "criterion"], maintain_order=True), WAIVERS),
        tables=(
            Table("made", None, "", "wide", frame.height, frame.height, 0),
            Table("people", None, "", "wide", DISTRICTS - 1, DISTRICTS - 1, 0),
        ),
    )


# ------------------------------------------------------------------ as people would send it


def _as_written(form: Mapping[str, Field]) -> list[pl.Expr]:
    return [
        pl.when(pl.col(key)).then(pl.lit("是")).when(~pl.col(key)).then(pl.lit("否")).alias(key)
        if field.kind == "yes_no"
        else pl.col(key).cast(pl.Int64)
        if field.kind == "count"
        else pl.col(key)
        for key, field in form.items()
    ]


def write_csv(folder: Path, catalogue: Catalogue, data: Submission, sites: pl.Series, *, people: bool = True) -> None:
    """A data folder as people would send it: everything that ``data`` has of ``sites``, and of the ``people``."""
    folder.mkdir(parents=True)
    wanted = pl.col("site").is_in(sites.implode())
    day = pl.col("at").dt.date().alias("日期")
    area = data.sites.select(pl.col("site"), pl.col("area").alias("属地"))

    def write(name: str, table: pl.DataFrame) -> None:
        table.write_csv(folder / f"{name}.csv", include_bom=True)

    def of_sites(table: pl.DataFrame) -> pl.DataFrame:
        return table.filter(wanted).join(area, on="site", maintain_order="left")

    spot = [pl.col("site").alias("编号"), pl.col("site").alias("点位"), pl.col("属地")]
    complete = pl.lit("是").alias("已查全")
    seen = of_sites(data.visits["spot"])
    write("spot", seen.select(*spot, day, complete, *_as_written(catalogue.form("spot"))))
    if people:
        told = data.visits["people"].join(area, on="site", maintain_order="left")
        write("people", told.select("属地", day, complete, *_as_written(catalogue.form("people"))))
        names = [each.rpartition("/")[2] for each in districts()]
        above, levels = [None, *["City"] * DISTRICTS], ["City", *["District"] * DISTRICTS]
        write("areas", pl.DataFrame({"属地": ["City", *names], "上级": above, "级别": levels}))
    kind = pl.lit("spot").alias("点位类型")
    rule = pl.col("criterion").alias("测评标准")
    waivers = of_sites(data.waivers).select(*spot, kind, rule, pl.col("reason").alias("豁免理由"))
    problems = of_sites(data.problems).select(*spot, kind, rule, pl.col("problem").alias("问题"), day)
    for name, table in (("waivers", waivers), ("problems", problems)):
        if table.height:
            write(name, table)


def as_sent(catalogue: Catalogue, frame: pl.DataFrame, fields: int) -> tuple[list[str], pl.DataFrame]:
    """The headers and rows of a table of visits: site, type, area, date, the first ``fields`` fields of the form."""
    form = dict(list(catalogue.form("spot").items())[:fields])
    area = pl.col("site").str.slice(1).cast(pl.Int64) % DISTRICTS
    who = [pl.col("site"), pl.lit("spot").alias("type"), pl.format("City/D{}", area).alias("area"), pl.col("at")]
    headers = ["点位", "点位类型", "属地", "日期", *(field.label for field in form.values())]
    return headers, frame.select(*who, *_as_written(form))


def write_workbook(path: Path, catalogue: Catalogue, frame: pl.DataFrame, fields: int) -> None:
    """The visits as a workbook."""
    headers, rows = as_sent(catalogue, frame, fields)
    with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("visits")
        sheet.write_row(0, 0, headers)
        for number, row in enumerate(rows.iter_rows(), 1):
            sheet.write_row(number, 0, row)


def write_parquet(path: Path, catalogue: Catalogue, frame: pl.DataFrame, fields: int) -> None:
    """The visits as parquet."""
    headers, rows = as_sent(catalogue, frame, fields)
    rows.rename(dict(zip(rows.columns, headers, strict=True))).write_parquet(path)
