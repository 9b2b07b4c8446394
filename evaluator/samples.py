"""Made-up visits of one form, seeded: values near the limits of its fields and the numbers of its formulas."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, assert_never

import polars as pl

from duibiao.criteria.formula import Number, Word, names_in, parse_formula, types_of, walk
from duibiao.criteria.models import Field
from duibiao.evaluator.submission import COLUMN_OF_KIND

NUMBERS: Final = frozenset({"count", "number", "percent"})
SOME_DAYS: Final = (date(2020, 1, 1), date(2026, 6, 30))
Value = float | bool | str | list[str] | date


def samples(fields: Mapping[str, Field], seed: int, n: int, formulas: Iterable[str] = ()) -> pl.DataFrame:
    """``n`` rows with a value for every field that is not derived, within its limits as far as they can be kept.

    The same arguments give the same rows. Each row has a mood (nearly nothing, even, nearly everything), so that
    conditions that must hold together do so now and then.
    """
    rng = random.Random(seed)
    asked = {key: field for key, field in fields.items() if field.formula is None}
    literals = _literals(fields, formulas)
    order = _limits_first(asked)
    rows: list[dict[str, Value]] = []
    for _ in range(n):
        mood = rng.choice((0.03, 0.5, 0.5, 0.97))
        row: dict[str, Value] = {}
        for key in order:
            row[key] = _value(rng, asked[key], literals.get(key, ()), row, mood)
        rows.append(row)
    columns = {key: COLUMN_OF_KIND[field.kind] for key, field in asked.items()}
    return pl.DataFrame({key: pl.Series([row[key] for row in rows], dtype=kind) for key, kind in columns.items()})


def _literals(fields: Mapping[str, Field], formulas: Iterable[str]) -> dict[str, list[float | str]]:
    """For every field the numbers and texts of the formulas that read it, through derived fields too."""
    names = types_of(fields)
    derived = [field.formula for field in fields.values() if field.formula is not None]
    found: dict[str, set[float | str]] = {}
    for text in [*formulas, *derived]:
        expression, _ = parse_formula(text, names, "any")
        if expression is None:
            continue
        said: set[float | str] = set()
        for part in walk(expression):
            if isinstance(part, Number):
                said.add(float(part.value))
            elif isinstance(part, Word):
                said.add(part.value)
        for key in names_in(expression):
            found.setdefault(key, set()).update(said)
    for _ in range(len(derived)):  # what is said of a derived field is said of those it reads
        for key, field in fields.items():
            expression, _ = parse_formula(field.formula or "", names, "any")
            for name in names_in(expression) if expression is not None else ():
                found.setdefault(name, set()).update(found.get(key, ()))
    return {key: sorted(each, key=lambda value: (isinstance(value, str), value)) for key, each in found.items()}


def _limits_first(fields: Mapping[str, Field]) -> list[str]:
    """The fields, each after those that limit it; a circle of limits as it comes."""
    order: list[str] = []
    waiting = dict.fromkeys(fields)
    while waiting:
        limits = {key: {fields[key].at_least, fields[key].at_most} & waiting.keys() for key in waiting}
        ready = [key for key in waiting if not limits[key]] or list(waiting)
        order += ready
        waiting = {key: None for key in waiting if key not in set(ready)}
    return order


def _value(
    rng: random.Random, field: Field, literals: Sequence[float | str], row: Mapping[str, Value], mood: float
) -> Value:
    words = [each for each in literals if isinstance(each, str)]
    match field.kind:
        case "yes_no":
            return rng.random() < mood
        case "choice" | "grade":
            return rng.choice([*field.options, *field.scale])
        case "choices":
            return [each for each in field.options if rng.random() < mood]
        case "text":
            return rng.choice([*words, "甲", "乙"])
        case "date":
            return _day(rng, words)
        case "count" | "number" | "percent":
            numbers = [each for each in literals if not isinstance(each, str)]
            return _number(rng, field, numbers, row, mood)
        case _:
            assert_never(field.kind)


def _day(rng: random.Random, words: Sequence[str]) -> date:
    first, last = SOME_DAYS
    days = [first + timedelta(days=rng.randrange((last - first).days))]
    for word in words:
        try:
            days += [date.fromisoformat(word) + timedelta(days=step) for step in (-1, 0, 1)]
        except (ValueError, OverflowError):
            continue
    return rng.choice(days)


def _number(rng: random.Random, field: Field, numbers: Sequence[float], row: Mapping[str, Value], mood: float) -> float:
    low, high = _limit(field.at_least, row, -math.inf), _limit(field.at_most, row, math.inf)
    if field.kind == "count":
        low = max(low, 0.0)
    step = 1.0 if field.kind == "count" else 0.001
    if isinstance(field.at_most, str) and math.isfinite(high):
        shares = [0.0, 1.0, rng.random(), mood, *(each for each in numbers if 0 <= each <= 1)]
        value = rng.choice([*shares, *(1 - each for each in numbers if 0 <= each <= 1)]) * high
    else:
        ends = [each for each in (low, high) if math.isfinite(each)]
        near = [each + way * step for each in (*numbers, *ends) for way in (-1, 0, 1)]
        wide = [0.0, 1.0, rng.random(), rng.uniform(0, 20), 10 ** rng.uniform(0, 4)]
        within = [rng.uniform(low, high)] if len(ends) == 2 else []
        value = 0.0 if mood < 0.1 and rng.random() < 0.7 else rng.choice([*near, *wide, *within])
    if field.kind == "count":
        value = float(round(value) + rng.choice((-1, 0, 0, 1)))
    return min(max(value, low), high) if low <= high else value


def _limit(limit: object, row: Mapping[str, Value], otherwise: float) -> float:
    value = row.get(limit, otherwise) if isinstance(limit, str) else otherwise if limit is None else limit
    return float(value)  # type: ignore[arg-type]
