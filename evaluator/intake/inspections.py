"""Rows that speak of a site -> the columns of visits, of long checks, of problem lists and of waivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import polars as pl

from duibiao.criteria.models import Field
from duibiao.evaluator.intake.column import Column, Stored, zipped
from duibiao.evaluator.intake.frames import frame
from duibiao.evaluator.intake.headers import STANDARD, Vocabulary
from duibiao.evaluator.intake.names import clean
from duibiao.evaluator.intake.noted import Noted
from duibiao.evaluator.intake.percents import adds_percent, is_share, read_values
from duibiao.evaluator.intake.plain import as_it_is, day, moment
from duibiao.evaluator.intake.points import check_deductions, note_points_not_counted, points_lost, verdict_of
from duibiao.evaluator.intake.reading import Reading
from duibiao.evaluator.intake.reasons import Wrong, note
from duibiao.evaluator.intake.rounds import Rounds
from duibiao.evaluator.intake.sites import Site, Sites
from duibiao.evaluator.intake.tables import where_silent
from duibiao.evaluator.intake.taken import photos_named, photos_taken
from duibiao.evaluator.intake.units import Named, misplaced, read_units, unit_ids
from duibiao.evaluator.intake.values import (
    is_blank,
    read_date,
    read_moment,
    read_optional,
    read_text,
    read_verdict,
    read_word,
    read_yes_no,
    text_of,
)
from duibiao.evaluator.intake.verdicts import Asked
from duibiao.evaluator.intake.who import Who
from duibiao.evaluator.submission import CHECKS, PROBLEMS, WAIVERS, visit_columns
from duibiao.evaluator.uniform import uniform

Columns = dict[str, Column[Any]]


@dataclass(frozen=True, slots=True)
class Context:
    """What rows are read against."""

    vocabulary: Vocabulary
    asked: Asked
    sites: Sites
    rounds: Rounds

    def kinds(self, who: Who) -> list[str | None]:
        """What is each a site, a level of area or ``unit``, where a row means no site with a name of its own."""
        return [self.sites.catalogue.site_types[key].each for key in self.sites.each.of(who)]


def _lead_units(reading: Reading, people: Column[Who], places: Column[Site | None], sites: Sites) -> Columns:
    """Who is responsible, where the rows say so.

    In lists of checks and problems 单位 is the lead unit, unless the unit itself is the site.
    """
    units = sites.units
    lead = read_units(reading, "lead_unit", units)
    if reading.shape in {"checks", "problems"} and "lead_unit" not in reading.columns:

        def unit_of(row: tuple[tuple[Named, ...], Who, Site | None]) -> tuple[Named, ...]:
            named, who, site = row
            by_unit = who.unit is not None and site is not None and site.unit is None
            return units.several(who.unit, "unit") if by_unit and who.unit is not None else named

        lead = reading.judge(zipped(lead, people, places), unit_of).map(lambda named: named or ())
    columns: Columns = {}
    for name, meaning, named in (
        ("lead_units", "lead_unit", lead),
        ("supporting_units", "supporting_units", read_units(reading, "supporting_units", units)),
    ):

        def wrong_of(row: tuple[tuple[Named, ...], Site | None], meaning: str = meaning) -> list[Wrong]:
            return misplaced(row[0], meaning, row[1].area if row[1] else None, units)

        if any(named.values):
            reading.reject_each(zipped(named, places).map(wrong_of))
        columns[name] = named.map(lambda each: unit_ids(each) or None)
    columns["leader"] = reading.read("leader", read_optional)
    columns["in_charge"] = reading.read("in_charge", read_optional)
    columns["deadline"] = reading.read("deadline", partial(read_date, epoch=reading.raw.epoch), day)
    return columns


def _visits(reading: Reading, people: Column[Who], places: Column[Site | None], context: Context) -> Columns:
    """Which visit each row speaks of, who is responsible, and where the row stands."""
    given = reading.given
    moments = reading.read("date", partial(read_moment, epoch=reading.raw.epoch), moment)
    days = Stored(moments.source.dt.truncate("1d"), as_it_is) if isinstance(moments, Stored) else moments
    names = reading.read("round", read_word)
    complete = reading.read("complete", read_yes_no)
    return {
        "site": places.map(lambda site: site.key if site else None),
        "site_type": places.map(lambda site: site.site_type if site else None),
        "at": moments,
        "round": reading.judge(
            zipped(names, days),
            lambda row: context.rounds.of(row[0], given.round, row[1]),
            but=reading.unread("date", "round"),
        ),
        "inspector": reading.read("inspector", read_word),
        "complete": complete.map(lambda each: given.complete if each is None else each),
        **_lead_units(reading, people, places, context.sites),
        **reading.origin,
    }


def fields_of(reading: Reading, site_type: str, vocabulary: Vocabulary) -> dict[str, tuple[int, ...]]:
    """The columns of each field of a site type in a table; they count as used."""
    found = reading.fields(partial(vocabulary.field, site_type=site_type))
    for key, numbers in found.items():
        reading.use(key, numbers)
    return found


def _fields(
    reading: Reading, rows: pl.Series, site_type: str, form: Mapping[str, Field], vocabulary: Vocabulary, asked: Asked
) -> Columns:
    """The values of the fields of one site type in some of the rows."""
    columns: Columns = {}
    for key, numbers in fields_of(reading, site_type, vocabulary).items():
        columns[key] = read_values(reading, key, numbers, form, rows)
        if key in asked.types and asked.deducts(key, site_type):
            check_deductions(reading, key, site_type, columns[key], rows, numbers[0], asked)
        if is_share(form[key]):
            _note_large_share(reading, key, site_type, numbers, rows, columns[key])
    return columns


def _check_elsewhere(
    reading: Reading, site_type: str, rows: pl.Series, places: Column[Site | None], context: Context
) -> None:
    """Reject rows that hold only what is not seen at their site; where they hold both, note what is not used."""
    vocabulary = context.vocabulary
    title = context.sites.catalogue.site_types[site_type].title
    others = [
        number
        for number, name in enumerate(reading.raw.names)
        if name
        and number not in reading.standard
        and vocabulary.seen(name)
        and vocabulary.field(name, site_type) is None
    ]
    if not others:
        return
    told = uniform(False, len(rows), pl.Boolean())
    for numbers in fields_of(reading, site_type, vocabulary).values():
        for number in numbers:
            told |= ~where_silent(reading.raw.columns[number].take(rows))
    idle = [~where_silent(reading.raw.columns[number].take(rows)) for number in others]
    unread = [(place, number) for number, filled in zip(others, idle, strict=True) for place in filled.arg_true()]
    for place, number in unread:
        row, site = rows[place], places[rows[place]]
        if not told[place] and site is not None and row not in reading.wrong:
            reading.reject(row, Wrong("fields-elsewhere", None, site=site.name, type=title), number)
    both = sorted((rows[place], number) for place, number in unread if told[place])
    if both:
        row, number = both[0]
        first, place = (reading.raw.rows[row], number), reading.raw.place
        values = {"type": title, "cell": reading.address(row, number), "header": reading.raw.headers[number]}
        reading.noted.append(Noted("cells-elsewhere", (site_type,), first, len(both), place, values))


def _check_untyped(reading: Reading, rows: pl.Series, vocabulary: Vocabulary) -> None:
    """Say what is wrong in rows whose type is not known, as a field means the same at every type."""
    for number, name in enumerate(reading.raw.names):
        found = None if number in reading.standard else vocabulary.field_of_any_type(name)
        if found is not None:
            key, field = found
            read_values(reading, key, (number,), {key: field}, rows)


def _note_large_share(
    reading: Reading, key: str, site_type: str, numbers: tuple[int, ...], rows: pl.Series, values: Column[object]
) -> None:
    """Say so where a bare number above 1 was read as a share: 88 is 8800 %."""
    if isinstance(values, Stored) and not (values.source > 1).any():
        return
    numbers = tuple(number for number in numbers if not adds_percent(reading, number))
    cells = reading.cells(key, numbers, rows)
    if cells is None:
        return
    shares = zipped(values, cells)
    large = shares.where(
        lambda pair: (
            isinstance(pair[0], float)
            and pair[0] > 1
            and not is_blank(pair[1])
            and not clean(text_of(pair[1])).endswith("%")
        )
    ).arg_true()
    if len(large):
        value, cell = shares[large[0]]
        row, header = rows[large[0]], reading.raw.headers[numbers[0]]
        place = f"{reading.raw.place}!{reading.address(row, numbers[0])}"
        told = {"value": text_of(cell), "percent": text_of(value * 100), "header": header}
        first = (reading.raw.rows[row], numbers[0])
        reading.noted.append(Noted("percent-above-one", (site_type, key), first, 1, place, told))


def read_wide(reading: Reading, people: Column[Who], context: Context) -> dict[str, pl.DataFrame]:
    """The visits in a table of wide inspections, by site type."""
    places = reading.judge(people, context.sites.find)
    common = _visits(reading, people, places, context)
    known = Column(list(map(_type_of, people.values, places.values)), people.numbers)
    odd = pl.Series(list(reading.raw.odd), dtype=pl.UInt32())

    def rows_of(kind: str | None) -> pl.Series:
        rows = known.where(lambda each: each == kind).arg_true()
        return rows.filter(~rows.is_in(odd.implode())) if len(odd) else rows

    untyped = rows_of(None)
    if len(untyped):
        _check_untyped(reading, untyped, context.vocabulary)
    forms = context.vocabulary.forms
    rows = {kind: rows_of(kind) for kind in sorted({each for each in known.values if each})}
    fields = {
        kind: _fields(reading, each, kind, forms[kind], context.vocabulary, context.asked)
        for kind, each in rows.items()
        if len(each)
    }
    for kind in fields:
        _check_elsewhere(reading, kind, rows[kind], places, context)
    frames: dict[str, pl.DataFrame] = {}
    for kind, columns in fields.items():
        kept = rows[kind].is_in(reading.accepted.implode()).arg_true()
        chosen = {key: values.among(kept) for key, values in columns.items()}
        chosen |= {key: values.among(rows[kind].gather(kept)) for key, values in common.items()}
        frames[kind] = frame(chosen, visit_columns(forms[kind]))
    return frames


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a table of wide inspections comes to: the visits by site type, and the photos that accepted rows name."""

    visits: Mapping[str, pl.DataFrame]
    taken: pl.DataFrame


def inspected(reading: Reading, people: Column[Who], context: Context) -> Inspected:
    """Judge the rows of a table of wide inspections; where no row means the unit of a site, its column is not used."""
    named = photos_named(reading)
    visits = read_wide(reading, people, context)
    if "unit" in reading.columns and not any("unit" in context.kinds(who) for who in people.values):
        del reading.columns["unit"]
    return Inspected(visits, photos_taken(reading, named))


def _type_of(who: Who, site: Site | None) -> str | None:
    """The type of the site that a row means, as far as it is known."""
    return site.site_type if site else who.types[0] if who.stated else who.hint


def _criteria(
    reading: Reading, criteria: Column[object], people: Column[Who], places: Column[Site | None], asked: Asked
) -> Column[str | None]:
    """The criterion of each row; one that is not asked at the row's site rejects it."""
    reading.require("criterion", criteria)

    def one(row: tuple[object, Who, Site | None]) -> str | None:
        several, who, site = row
        known = site.site_type if site else who.types[0] if who.stated else None
        return asked.one(several, known) if isinstance(several, tuple) else None

    return reading.judge(zipped(criteria, people, places), one)


def _grades(
    reading: Reading, criteria: Column[str | None], places: Column[Site | None], asked: Asked
) -> Column[str | None]:
    """The grade of each row, as the scale of its criterion has it."""

    def grade(row: tuple[object, str | None, Site | None]) -> str | None:
        text, criterion, site = row
        if text is None or criterion is None or site is None:
            return None
        return asked.grade(str(text), criterion, site.site_type)

    return reading.judge(zipped(reading.read("grade", read_word), criteria, places), grade)


def _verdicts(
    reading: Reading,
    criteria: Column[str | None],
    places: Column[Site | None],
    lost: Column[Decimal | None],
    asked: Asked,
) -> Columns:
    """The result and the grade of each row; a result that is a word of the criterion's scale is a grade.

    Where neither is told, and the criterion is not judged by deductions, the points say it.
    """

    def verdict(row: tuple[object, str | None, str | None, Site | None, Decimal | None]) -> tuple[object, object]:
        said, grade, criterion, site, points = row
        if criterion is None or site is None:
            return None, grade
        told = _verdict(said, grade, points, criterion, site, asked)
        if told == (None, None) and points is not None and not asked.deducts(criterion, site.site_type):
            return verdict_of(points, criterion, site, asked)
        return told

    told = reading.read("result", read_verdict)
    grades = _grades(reading, criteria, places, asked)
    both = reading.judge(zipped(told, grades, criteria, places, lost), verdict)
    return {
        "result": both.map(lambda each: each[0] if each else None),
        "grade": both.map(lambda each: each[1] if each else None),
    }


def _verdict(
    said: object, grade: str | None, lost: Decimal | None, criterion: str, site: Site, asked: Asked
) -> tuple[object, object]:
    """The result and the grade that a row tells, by its result, its grade and its points; raises ``Wrong``."""
    result: object = None
    if isinstance(said, tuple):
        result, text = said
        words = asked.words(criterion, site.site_type)
        word = words.get(text) if words is not None and result != "not_applicable" else None
        if word is None and result is None:
            raise Wrong("unreadable-result", "result", value=text)
        if word is not None:
            if grade not in (None, word):
                raise Wrong("columns-differ", "result", first=STANDARD["grade"][0], one=grade, value=text)
            result, grade = None, word
        _agree(str(text), result, grade if word is None else None, lost, criterion, site, asked)
    score = asked.scores(criterion, site.site_type).get(grade) if grade is not None else None
    if score is not None and lost is not None and (score == 1) != (lost == 0):
        raise _contradiction("grade", grade, lost)
    return result, grade


def _agree(
    text: str, result: object, grade: str | None, lost: Decimal | None, criterion: str, site: Site, asked: Asked
) -> None:
    """Raise ``Wrong`` where a grade or points contradict a result; 不符合 may lose some of the points only."""
    score = asked.scores(criterion, site.site_type).get(grade) if grade is not None else None
    wanted = {"met": Decimal(1), "missed": Decimal(0), "not_applicable": None}.get(str(result))
    if result is not None and grade is not None and score != wanted:
        raise Wrong("verdicts-contradict", "grade", first=STANDARD["result"][0], one=text, value=grade)
    if result is not None and lost is not None and (lost == 0 if result == "missed" else lost > 0):
        raise _contradiction("result", text, lost)


def _contradiction(meaning: str, one: str | None, lost: Decimal) -> Wrong:
    return Wrong("verdicts-contradict", "deduction", first=STANDARD[meaning][0], one=one, value=text_of(lost))


def read_verdicts(reading: Reading, people: Column[Who], criteria: Column[object], context: Context) -> pl.DataFrame:
    """The rows of a table of long checks, or of problems."""
    places = reading.judge(people, context.sites.find)
    rules = _criteria(reading, criteria, people, places, context.asked)
    columns = _visits(reading, people, places, context) | {
        "criterion": rules,
        "problem": reading.read("problem", read_optional),
        "photo": reading.read("photo", read_optional),
    }
    lost = points_lost(reading, rules, context.asked)
    columns["deducted"] = lost.map(lambda each: None if each is None else float(each))
    if reading.shape == "checks":
        columns |= _verdicts(reading, rules, places, lost, context.asked)
    else:
        note_points_not_counted(reading, zipped(lost, rules, places), context.asked)
        reading.reject_where(columns["problem"].where(lambda each: each is None), Wrong("missing-problem", "problem"))
    return _kept(reading, columns, CHECKS if reading.shape == "checks" else PROBLEMS)


def read_waivers(reading: Reading, people: Column[Who], criteria: Column[object], context: Context) -> pl.DataFrame:
    """The rows of a table of waivers; without an end they hold until further notice."""
    places = reading.judge(people, context.sites.find)
    rules = _criteria(reading, criteria, people, places, context.asked)
    reasons = reading.read("reason", read_text)
    reading.require("reason", reasons)
    approvers = reading.read("approver", read_optional)
    for row, (site, rule, approver) in enumerate(zip(places, rules, approvers, strict=True)):
        if approver is None and site is not None and rule is not None:
            place = f"{reading.raw.place}!{reading.address(row, None)}"
            reading.notes.append(note("no-approver", place, criterion=rule, site=site.name))
    columns: Columns = {
        "site": places.map(lambda site: site.key if site else None),
        "criterion": rules,
        "reason": reasons,
        "approver": approvers,
        "until": reading.read("until", partial(read_date, epoch=reading.raw.epoch)),
        **reading.origin,
    }
    return _kept(reading, columns, WAIVERS)


def _kept(reading: Reading, columns: Columns, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    kept = reading.accepted
    return frame({key: values.take(kept) for key, values in columns.items()}, schema)
