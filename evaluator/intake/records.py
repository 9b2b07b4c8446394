"""JSON, YAML and parquet -> records by columns."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl

from duibiao.criteria.language import gettext as _
from duibiao.criteria.yaml_text import MAX_BYTES as MAX_YAML_BYTES
from duibiao.criteria.yaml_text import parse_yaml
from duibiao.evaluator.intake.child import open_in_child
from duibiao.evaluator.intake.column import Column, Stored, column_of, distinct
from duibiao.evaluator.intake.delimited import decode
from duibiao.evaluator.intake.families import Family, family_of
from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.names import clean
from duibiao.evaluator.intake.names import distinct as told_apart
from duibiao.evaluator.intake.part_files import read_rows
from duibiao.evaluator.intake.reasons import Refused
from duibiao.evaluator.intake.tables import RawTable, Remark, blank_rows
from duibiao.evaluator.intake.values import Cell, Opaque, text_of
from duibiao.evaluator.intake.xform import is_page, unwrapped

_REPORTED: Final = 5
_HALF: Final = re.compile("[\ud800-\udfff]")
_MOST_ODD: Final = 1_000  # items of a list that are no records, and are rejected one by one
_DAY: Final = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
_DAY_0: Final = date(1970, 1, 1).toordinal()
_SMALLEST, _LARGEST = -(1 << 63), (1 << 63) - 1
_LONGEST_INTEGER: Final = 300  # int() of more digits takes long, or is refused by Python


@dataclass(frozen=True, slots=True)
class Records:
    """A list of records by columns; ``odd`` has the texts of what is no record, ``name`` is that of the list.

    ``families`` are those of the columns of a parquet file.
    """

    name: str | None
    headers: tuple[str, ...]
    columns: tuple[Column[Cell], ...]
    length: int
    odd: Mapping[int, str] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    families: tuple[Family, ...] = ()

    def table(self, file: str, sha256: str) -> RawTable:
        """The table of these records; records that are blank throughout are left out."""
        whole = RawTable(
            file,
            self.name,
            sha256,
            self.headers,
            self.columns,
            range(1, self.length + 1),
            lettered=False,
            odd=self.odd,
            remarks=self.remarks,
            families=self.families,
        )
        blank = blank_rows(self.columns, self.length).arg_true().to_list()
        return whole.without(set(blank).difference(self.odd)) if blank else whole


def _number(text: str) -> Decimal | str:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond anything that Decimal knows
        return text


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) < _LONGEST_INTEGER else Decimal(text)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        names = [pair[0] for pair in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(_("the key '{key}' stands twice in one object").format(key=_printable(twice)))
    return entries


def _printable(name: str) -> str:
    """A name for a message; half a character in it is written as the file writes it, ``\\ud800``."""
    return name.encode(errors="backslashreplace").decode()


def _cell(value: object) -> Cell:
    match value:
        case bool():
            return str(value).lower()
        case str() | int() | float() | Decimal() | date() | time() | timedelta() | Opaque() | None:
            return value
        case list():
            if any(isinstance(each, list | dict) for each in value):
                return Opaque("[...]")
            return tuple(text_of(_cell(each)) for each in value)
        case _:
            return Opaque("{...}")


def _records(name: str | None, items: Sequence[object], limits: Limits) -> Records:
    other = sum(item is not None and not isinstance(item, dict) for item in items)
    if other > _MOST_ODD and 2 * other > len(items):
        raise Refused("records-shape", what=_("the file") if name is None else f"'{name}'")
    found = [item if isinstance(item, dict) else {} for item in items]
    keys = list(dict.fromkeys(key for item in found for key in item))
    limits.check(len(items), len(keys))
    odd = {
        place: text_of(_cell(item))
        for place, item in enumerate(items)
        if item is not None and not isinstance(item, dict)
    }
    columns = tuple(column_of([_cell(item.get(key)) for item in found]) for key in keys)
    return Records(name, tuple(map(clean, keys)), columns, len(items), odd)


def _lists(value: object, limits: Limits) -> list[Records]:
    """The lists of records in a document: one without a name, or several by name."""
    if isinstance(value, list):
        return [_records(None, value, limits)]
    if not isinstance(value, dict):
        raise Refused("records-shape", what=_("the file"))
    for name, items in value.items():
        if not isinstance(items, list):
            raise Refused("records-shape", what=f"'{_printable(name)}'")
    names = told_apart(list(map(clean, value)))
    return [_records(name, items, limits) for name, items in zip(names, value.values(), strict=True)]


def read_json(raw: bytes, limits: Limits) -> list[Records]:
    """The records of a JSON file: a list of objects, or an object of such lists. Numbers stay exact.

    The answer of Central's or Kobo's API is one such list, whatever stands around it.
    """
    text = decode(raw)
    try:
        value = json.loads(text, parse_float=_number, parse_int=_integer, parse_constant=str, object_pairs_hook=_object)
    except ValueError as error:  # JSONDecodeError is one
        raise Refused("json-syntax", reason=str(error)) from None
    except RecursionError:
        raise Refused("json-syntax", reason=_("nested too deep")) from None
    remarks: tuple[Remark, ...] = (("page-of-export", {}),) if is_page(value) else ()
    found = [replace(records, remarks=remarks) for records in _lists(unwrapped(value), limits)]
    half = next((name for each in found for name in (each.name or "", *each.headers) if _HALF.search(name)), None)
    if half is not None:
        reason = _("the key '{key}' holds half a character; write the whole character")
        raise Refused("json-syntax", reason=reason.format(key=_printable(half)))
    return found


def read_yaml_records(raw: bytes, name: str, limits: Limits) -> list[Records]:
    """The records of a YAML file, read as strictly as criteria files: no aliases, no tags, no second meaning."""
    if len(raw) > MAX_YAML_BYTES:
        raise Refused("file-too-large", size=len(raw), limit=MAX_YAML_BYTES)
    node, found = parse_yaml(decode(raw), name)
    if found:
        shown = [f"{each.line}:{each.column}: {each.message}" for each in sorted(found)[:_REPORTED]]
        raise Refused("yaml-syntax", reason="; ".join(shown))
    if node is None:
        raise Refused("empty-file")
    return _lists(node.plain(), limits)


def _column(series: pl.Series) -> Column[Cell]:
    """The cells of one parquet column; in one of numbers NaN is blank, as programs write it where there is none."""
    dtype = series.dtype
    if isinstance(dtype, pl.Struct) or dtype == pl.Binary:
        return column_of([None if blank else Opaque("{...}") for blank in series.is_null()])
    if dtype.is_nested():
        inner = dtype.inner  # type: ignore[attr-defined]
        if inner.is_nested() or inner.is_temporal():
            return column_of([None if blank else Opaque("[...]") for blank in series.is_null()])
        return column_of([None if value is None else _cell(list(value)) for value in series.to_list()])
    if dtype.is_float():
        series = series.fill_nan(None)
    if dtype in {pl.Float16, pl.Float32}:  # 0.3, and not the number of 64 bits that is nearest to the one of 32
        series = series.cast(pl.String).cast(pl.Float64)
    return Stored(series, _coded)


def _coded(series: pl.Series) -> Column[Cell]:
    """The cells of a column of single values, each looked up once."""
    values, numbers = distinct(series)
    return Column([_cell(value) for value in _items(values)], numbers)


def _items(series: pl.Series) -> list[object]:
    """What stands in a column of single values; days and times beyond those that Python knows are opaque."""
    dtype = series.dtype
    if not dtype.is_temporal():
        return series.to_list()
    stored = series.to_physical().cast(pl.Int64)
    first, last = _known_to_python(dtype)
    beyond = ((stored < max(first, _SMALLEST)) | (stored > min(last, _LARGEST))).fill_null(False)
    items: list[object] = series.set(beyond, None).to_list()
    for place in beyond.arg_true():
        items[place] = Opaque(f"{stored[place]} {getattr(dtype, 'time_unit', 'd')}")
    return items


def _known_to_python(dtype: pl.DataType) -> tuple[int, int]:
    """The first and the last day, time or duration that Python knows, as they are stored."""
    first, last = (day.toordinal() - _DAY_0 for day in (date.min, date.max))
    match dtype:
        case pl.Date():
            return first, last
        case pl.Datetime(time_unit=unit, time_zone=zone):
            shift = 1 if zone else 0  # the day there may be the one before or after
            return (first + shift) * _DAY[unit], (last + 1 - shift) * _DAY[unit] - 1
        case pl.Duration(time_unit=unit):
            return timedelta.min.days * _DAY[unit], (timedelta.max.days + 1) * _DAY[unit] - 1
        case _:
            return 0, _DAY["ns"] - 1


def read_parquet(raw: bytes, limits: Limits) -> list[Records]:
    """The one table of a parquet file."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "cells.arrow"
        open_in_child("parquet", raw, limits, str(path))
        frame = read_rows(path)
    return [records_of(frame)]


def records_of(frame: pl.DataFrame) -> Records:
    """The rows of a parquet file as records."""
    columns = tuple(_column(series) for series in frame.get_columns())
    families = tuple(map(family_of, frame.dtypes))
    return Records(None, tuple(clean(name) for name in frame.columns), columns, frame.height, families=families)
