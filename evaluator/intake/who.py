"""Whom a row speaks of, as it is written: the site, its type as far as the row tells, its area, its unit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from duibiao.evaluator.intake.areas import Written, areas_in, written
from duibiao.evaluator.intake.column import Column, column_of, constant, zipped
from duibiao.evaluator.intake.names import Names
from duibiao.evaluator.intake.reading import Reading
from duibiao.evaluator.intake.reasons import Wrong
from duibiao.evaluator.intake.values import Cell, read_optional, read_word


@dataclass(frozen=True, slots=True)
class Who:
    """Whom one row speaks of, before names are looked up.

    ``types`` has the site types that the row allows, () for any: ``stated`` by the row or mapping.yaml, else those of
    its criterion. ``hint`` is the type that the file or sheet is named after. ``unclear`` where a type or criterion was
    rejected already: then nothing more is said of the type.
    """

    id: str | None
    name: str | None
    area: Written
    unit: str | None
    part_of: str | None
    types: tuple[str, ...]
    stated: bool
    hint: str | None
    unclear: bool

    @property
    def called(self) -> str:
        """How the row calls its site."""
        return self.name or self.id or ""


def whos(
    reading: Reading,
    names: Names[str],
    levels: Sequence[str],
    hint: str | None,
    asked: Column[Collection[str] | None] | None = None,
) -> Column[Who]:
    """Whom each row of a table speaks of; ``asked`` has the site types of each row's criterion, None if unknown."""

    def type_of(cell: Cell) -> str | None:
        text = read_word(cell)
        found = names.get(text) if text else []
        if text and not found:
            raise Wrong("unknown-site-type", value=text, advice=names.advise(text))
        return found[0] if found else None

    read = {"site_id": read_word, "site": read_word, "unit": read_optional, "part_of": read_optional}
    columns = [reading.read(meaning, each) for meaning, each in read.items()]
    if reading.given.site is not None:
        columns[1] = zipped(*columns[:2]).map(lambda pair: pair[1] or (None if pair[0] else reading.given.site))
    types = reading.read("site_type", type_of)
    everywhere = written((), reading.given.area)
    areas = areas_in(reading, levels).map(lambda area: area or everywhere)
    asked = constant((), len(reading)) if asked is None else asked
    unclear = reading.unread("site_type")
    doubtful = column_of([row in unclear for row in range(len(reading))]) if unclear else constant(False, len(reading))
    return zipped(*columns, areas, types, asked, doubtful).map(partial(_who, reading, hint))


def _who(reading: Reading, hint: str | None, key: tuple[Any, ...]) -> Who:
    *named, area, site_type, asked, doubtful = key
    stated = site_type or reading.given.site_type
    types = (str(stated),) if stated else tuple(sorted(asked or ()))
    id_, name, unit, part_of = (None if each is None else str(each) for each in named)
    return Who(id_, name, area, unit, part_of, types, bool(stated), hint, doubtful or asked is None)
