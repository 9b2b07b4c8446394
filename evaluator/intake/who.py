"""Whom a row speaks of, as it is written: the site, its type as far as the row tells, its area, its unit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

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

    def __hash__(self) -> int:
        return hash((self.id, self.name, self.area, self.unit))

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
    told = reading.given.site_type
    rows = zipped(*columns, areas, types, asked, doubtful)
    return Column([_who(told, hint, *row) for row in rows.values], rows.numbers)


@lru_cache(maxsize=1 << 18)  # whom a row speaks of, others speak of in table after table
def _who(
    given: str | None,
    hint: str | None,
    id_: str | None,
    name: str | None,
    unit: str | None,
    part_of: str | None,
    area: Written,
    site_type: str | None,
    asked: Collection[str] | None,
    doubtful: bool,
) -> Who:
    stated = site_type or given
    types = (stated,) if stated else tuple(sorted(asked or ()))
    return Who(id_, name, area, unit, part_of, types, bool(stated), hint, doubtful or asked is None)
