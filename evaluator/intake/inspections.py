"""Rows that speak of a site -> the columns of visits, of long checks, of problem lists and of waivers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

import polars as pl

from duibiao.criteria.models import Field
from duibiao.evaluator.intake.frames import frame
from duibiao.evaluator.intake.headers import STANDARD, Vocabulary
from duibiao.evaluator.intake.names import clean
from duibiao.evaluator.intake.points import points_lost, verdict_of
from duibiao.evaluator.intake.reading import Reading
from duibiao.evaluator.intake.reasons import Wrong, note
from duibiao.evaluator.intake.rounds import Rounds
from duibiao.evaluator.intake.sites import Site, Sites
from duibiao.evaluator.intake.units import read_units, unit_ids
from duibiao.evaluator.intake.values import (
    read_date,
    read_moment,
    read_optional,
    read_text,
    read_verdict,
    read_word,
    read_yes_no,
    reader,
    text_of,
)
from duibiao.evaluator.intake.verdicts import Asked
from duibiao.evaluator.intake.who import Who
from duibiao.evaluator.submission import CHECKS, PROBLEMS, WAIVERS, visit_columns

Columns = dict[str, list[object]]


@dataclass(frozen=True, slots=True)
class Context:
    """What rows are read against."""

    vocabulary: Vocabulary
    asked: Asked
    sites: Sites
    rounds: Rounds


def _sites(reading: Reading, people: Sequence[Who], sites: Sites) -> list[Site | None]:
    """The site that each row means; a row that means none is rejected."""
    found: list[Site | None] = []
    for row, who in enumerate(people):
        site: Site | None = None
        if row not in reading.raw.odd:
            try:
                site = sites.find(who)
            except Wrong as wrong:
                reading.reject(row, wrong)
        found.append(site)
    return found


def _lead_units(reading: Reading, people: Sequence[Who], places: Sequence[Site | None], sites: Sites) -> Columns:
    """Who is responsible, where the rows say so.

    In lists of checks and problems 单位 is the lead unit, unless the unit itself is the site.
    """
    units = sites.units
    lead = read_units(reading, "lead_unit", units)
    supporting = read_units(reading, "supporting_units", units)
    by_unit = reading.shape in {"checks", "problems"} and "lead_unit" not in reading.columns
    columns: Columns = {"lead_units": [], "supporting_units": []}
    for row, (who, site) in enumerate(zip(people, places, strict=True)):
        area = site.area if site else None
        named = lead[row]
        if by_unit and who.unit is not None and site is not None and site.unit is None:
            try:
                named = units.several(who.unit, "unit")
            except Wrong as wrong:
                reading.reject(row, wrong)
        for name, each in (("lead_units", named), ("supporting_units", supporting[row])):
            meaning = "lead_unit" if name == "lead_units" else name
            columns[name].append(unit_ids(reading, row, each, meaning, area, units) or None)
    columns["leader"] = reading.read("leader", read_optional)
    columns["deadline"] = reading.read("deadline", partial(read_date, workbook=reading.raw.workbook))
    return columns


def _visits(reading: Reading, people: Sequence[Who], places: Sequence[Site | None], context: Context) -> Columns:
    """Which visit each row speaks of, who is responsible, and where the row stands."""
    workbook = reading.raw.workbook
    moments = reading.read("date", partial(read_moment, workbook=workbook))
    names = reading.read("round", read_word)
    complete = reading.read("complete", read_yes_no)
    given = reading.given
    rounds: list[object] = []
    for row, (name, at) in enumerate(zip(names, moments, strict=True)):
        moment = at if isinstance(at, datetime) else None
        try:
            if reading.unread("date", row) or reading.unread("round", row) or row in reading.raw.odd:
                rounds.append("")
            else:
                rounds.append(context.rounds.of(str(name) if name else None, given.round, moment))
        except Wrong as wrong:
            reading.reject(row, wrong)
            rounds.append("")
    return {
        "site": [site.key if site else None for site in places],
        "site_type": [site.site_type if site else None for site in places],
        "at": moments,
        "round": rounds,
        "inspector": reading.read("inspector", read_word),
        "complete": [given.complete if each is None else each for each in complete],
        **_lead_units(reading, people, places, context.sites),
        **_origin(reading),
    }


def _origin(reading: Reading) -> Columns:
    return {"table": [reading.number] * len(reading), "row": list(reading.raw.rows)}


def _fields(
    reading: Reading, rows: Sequence[int], site_type: str, form: Mapping[str, Field], vocabulary: Vocabulary
) -> Columns:
    """The values of the fields of one site type in some of the rows."""
    columns: Columns = {}
    for key, numbers in reading.fields(partial(vocabulary.field, site_type=site_type)).items():
        reading.use(key, numbers)
        field = form[key]
        columns[key] = reading.read_field(key, numbers, reader(field, reading.raw.workbook), rows)
        if field.kind == "percent" and not (field.unit and clean(field.unit) == "%"):
            _note_large_share(reading, key, numbers, rows, columns[key])
    return columns


def _check_untyped(reading: Reading, rows: Sequence[int], vocabulary: Vocabulary) -> None:
    """Say what is wrong in rows whose type is not known, as a field means the same at every type."""
    for number, name in enumerate(reading.raw.names):
        found = None if number in reading.standard else vocabulary.field_of_any_type(name)
        if found is not None:
            key, field = found
            reading.read_field(key, (number,), reader(field, reading.raw.workbook), rows)


def _note_large_share(
    reading: Reading, key: str, numbers: tuple[int, ...], rows: Sequence[int], values: Sequence[object]
) -> None:
    """Say so where a bare number above 1 was read as a share: 88 is 8800 %."""
    cells = reading.cells(key, numbers)
    assert cells is not None
    for row, value in zip(rows, values, strict=True):
        if isinstance(value, float) and value > 1 and not clean(text_of(cells[row])).endswith("%"):
            header = reading.raw.headers[numbers[0]]
            place = f"{reading.raw.place}!{reading.address(row, numbers[0])}"
            percent = text_of(value * 100)
            reading.notes.append(
                note("percent-above-one", place, value=text_of(cells[row]), header=header, percent=percent)
            )
            return


def read_wide(reading: Reading, people: Sequence[Who], context: Context) -> dict[str, pl.DataFrame]:
    """The visits in a table of wide inspections, by site type."""
    places = _sites(reading, people, context.sites)
    common = _visits(reading, people, places, context)
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, (who, site) in enumerate(zip(people, places, strict=True)):
        known = site.site_type if site else who.types[0] if who.stated else who.hint
        if known is not None and row not in reading.raw.odd:
            rows_of[known].append(row)
    untyped = sorted(set(range(len(reading))).difference(reading.raw.odd, *rows_of.values()))
    if untyped:
        _check_untyped(reading, untyped, context.vocabulary)
    forms = context.vocabulary.forms
    fields = {
        kind: _fields(reading, rows, kind, forms[kind], context.vocabulary) for kind, rows in sorted(rows_of.items())
    }
    frames: dict[str, pl.DataFrame] = {}
    for kind, columns in fields.items():
        rows = rows_of[kind]
        kept = [place for place, row in enumerate(rows) if row not in reading.wrong]
        chosen = {key: [values[place] for place in kept] for key, values in columns.items()}
        chosen |= {key: [values[rows[place]] for place in kept] for key, values in common.items()}
        frames[kind] = frame(chosen, visit_columns(forms[kind]))
    return frames


def _criteria(
    reading: Reading, criteria: Sequence[object], people: Sequence[Who], places: Sequence[Site | None], asked: Asked
) -> list[str | None]:
    """The criterion of each row; one that is not asked at the row's site rejects it."""
    reading.require("criterion", criteria)
    found: list[str | None] = []
    for row, (several, who, site) in enumerate(zip(criteria, people, places, strict=True)):
        criterion: str | None = None
        if isinstance(several, tuple):
            known = site.site_type if site else who.types[0] if who.stated else None
            try:
                criterion = asked.one(several, known)
            except Wrong as wrong:
                reading.reject(row, wrong)
        found.append(criterion)
    return found


def _grades(
    reading: Reading, criteria: Sequence[str | None], places: Sequence[Site | None], asked: Asked
) -> list[object]:
    """The grade of each row, as the scale of its criterion has it."""
    grades: list[object] = []
    for row, (text, criterion, site) in enumerate(zip(reading.read("grade", read_word), criteria, places, strict=True)):
        grade: str | None = None
        if text is not None and criterion is not None and site is not None:
            try:
                grade = asked.grade(str(text), criterion, site.site_type)
            except Wrong as wrong:
                reading.reject(row, wrong)
        grades.append(grade)
    return grades


def _verdicts(
    reading: Reading,
    criteria: Sequence[str | None],
    places: Sequence[Site | None],
    lost: Sequence[Decimal | None],
    asked: Asked,
) -> Columns:
    """The result and the grade of each row; a result that is a word of the criterion's scale is a grade.

    Where neither is told, and the criterion is not judged by deductions, the points say it.
    """
    told = reading.read("result", read_verdict)
    grades = _grades(reading, criteria, places, asked)
    columns: Columns = {"result": [], "grade": []}
    for row, (said, grade, criterion, site, points) in enumerate(
        zip(told, grades, criteria, places, lost, strict=True)
    ):
        verdict: tuple[object, object] = (None, grade)
        if criterion is not None and site is not None:
            try:
                verdict = _verdict(said, grade, criterion, site, asked)
                if verdict == (None, None) and points is not None and not asked.deducts(criterion, site.site_type):
                    verdict = verdict_of(points, criterion, site, asked)
            except Wrong as wrong:
                reading.reject(row, wrong)
        columns["result"].append(verdict[0])
        columns["grade"].append(verdict[1])
    return columns


def _verdict(said: object, grade: object, criterion: str, site: Site, asked: Asked) -> tuple[object, object]:
    if not isinstance(said, tuple):
        return None, grade
    result, text = said
    words = asked.words(criterion, site.site_type)
    word = words.get(text) if words is not None and result != "not_applicable" else None
    if word is None:
        if result is None:
            raise Wrong("unreadable-result", "result", value=text)
        return result, grade
    if grade not in (None, word):
        raise Wrong("columns-differ", "result", first=STANDARD["grade"][0], one=grade, value=text)
    return None, word


def read_verdicts(
    reading: Reading, people: Sequence[Who], criteria: Sequence[object], context: Context
) -> pl.DataFrame:
    """The rows of a table of long checks, or of problems."""
    places = _sites(reading, people, context.sites)
    rules = _criteria(reading, criteria, people, places, context.asked)
    columns = _visits(reading, people, places, context) | {
        "criterion": list(rules),
        "problem": reading.read("problem", read_optional),
        "photo": reading.read("photo", read_optional),
    }
    lost = points_lost(reading, rules, context.asked)
    columns["deducted"] = [None if each is None else float(each) for each in lost]
    if reading.shape == "checks":
        columns |= _verdicts(reading, rules, places, lost, context.asked)
    else:
        for row, problem in enumerate(columns["problem"]):
            if problem is None and not reading.unread("problem", row) and row not in reading.raw.odd:
                reading.reject(row, Wrong("missing-problem", "problem"))
    return _kept(reading, columns, CHECKS if reading.shape == "checks" else PROBLEMS)


def read_waivers(reading: Reading, people: Sequence[Who], criteria: Sequence[object], context: Context) -> pl.DataFrame:
    """The rows of a table of waivers; without an end they hold until further notice."""
    places = _sites(reading, people, context.sites)
    rules = _criteria(reading, criteria, people, places, context.asked)
    reasons = reading.read("reason", read_text)
    reading.require("reason", reasons)
    approvers = reading.read("approver", read_optional)
    for row, (site, rule, approver) in enumerate(zip(places, rules, approvers, strict=True)):
        if approver is None and site is not None and rule is not None:
            place = f"{reading.raw.place}!{reading.address(row, None)}"
            reading.notes.append(note("no-approver", place, criterion=rule, site=site.name))
    columns: Columns = {
        "site": [site.key if site else None for site in places],
        "criterion": list(rules),
        "reason": reasons,
        "approver": approvers,
        "until": reading.read("until", partial(read_date, workbook=reading.raw.workbook)),
        **_origin(reading),
    }
    return _kept(reading, columns, WAIVERS)


def _kept(reading: Reading, columns: Columns, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return frame({key: reading.keep(values) for key, values in columns.items()}, schema)
