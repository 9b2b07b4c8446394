"""Percentages under a header that says so, 占比（％） or 比例/%, where the field itself is written as a share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import polars as pl

from duibiao.criteria.models import Field
from duibiao.evaluator.intake.column import Column, zipped
from duibiao.evaluator.intake.names import clean
from duibiao.evaluator.intake.plain import plain_of
from duibiao.evaluator.intake.reading import Reading
from duibiao.evaluator.intake.reasons import Wrong
from duibiao.evaluator.intake.values import Cell, read_percent, reader, text_of

_SAID: Final = re.compile(r"(?:.*[^\d.\s])?\s*%\s*\)?")  # behind a digit it is a limit: 合格率≥95%


def is_share(field: Field) -> bool:
    """Whether a bare number of a field is a share: 0.88, where its unit does not say 88."""
    return field.kind == "percent" and clean(field.unit or "") != "%"


def says_percent(header: str) -> bool:
    """Whether a header says that what stands below it is in per cent."""
    return _SAID.fullmatch(clean(header).rstrip("* ")) is not None


def read_values(
    reading: Reading, key: str, numbers: tuple[int, ...], form: Mapping[str, Field], rows: pl.Series
) -> Column[object]:
    """The values of a field of ``form`` in some of the rows of a table, from the columns ``numbers``.

    Columns whose header adds % to the name of a share are read as percentages. What they say must be what the other
    columns of the field say, else the row is rejected.
    """
    field, raw = form[key], reading.raw
    usual = reader(field, raw.epoch)
    in_percent = tuple(number for number in numbers if is_share(field) and adds_percent(reading, number))
    others = tuple(number for number in numbers if number not in in_percent)
    if not in_percent:
        return reading.read_field(key, numbers, usual, rows, plain_of(field))
    percentages = reading.read_field(key, in_percent, _read_percentage, rows)
    if not others:
        return percentages
    both = zipped(reading.read_field(key, others, usual, rows), percentages)
    first = raw.headers[others[0]]
    for place, number in both.rows_of([each for each, pair in enumerate(both.values) if _differ(*pair)]):
        one, value = (f"{text_of(100 * each)}%" for each in both.values[number])
        reading.reject(rows[place], Wrong("columns-differ", key, first=first, one=one, value=value), in_percent[0])
    return both.map(lambda pair: pair[1] if pair[0] is None else pair[0])


def adds_percent(reading: Reading, number: int) -> bool:
    """Whether the % of a header is no part of the name that the column is recognised by."""
    header, name = reading.raw.headers[number], reading.raw.names[number]
    return says_percent(header) and not says_percent(name)


def _read_percentage(cell: Cell) -> object:
    """A percentage; a bare number up to 1 may be a share all the same, and is refused."""
    share = read_percent(cell, "%", workbook=True)
    if share is not None and 0 < abs(share) <= 0.01 and not clean(text_of(cell)).endswith("%"):
        raise Wrong("ambiguous-percent")
    return share


def _differ(one: object, other: object) -> bool:
    return one is not None and other is not None and one != other
