"""Whom a row speaks of, as it is written: the site, its type as far as the row tells, its area, its unit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from duibiao.evaluator.intake.areas import Written, areas_in, written
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
    asked: Sequence[Collection[str] | None] | None = None,
) -> list[Who]:
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
        columns[1] = [name or (None if id_ else reading.given.site) for id_, name in zip(*columns[:2], strict=True)]
    types = reading.read("site_type", type_of)
    everywhere = written((), reading.given.area)
    areas = [area or everywhere for area in areas_in(reading, levels)]
    seen: dict[tuple[object, ...], Who] = {}
    found: list[Who] = []
    for row, key in enumerate(zip(*columns, areas, types, strict=True)):
        of_criterion = asked[row] if asked is not None else ()
        doubtful = of_criterion is None or reading.unread("site_type", row)
        whole = (*key, doubtful, *(of_criterion or ()))
        if whole not in seen:
            seen[whole] = _who(reading, key, hint, of_criterion or (), doubtful)
        found.append(seen[whole])
    return found


def _who(reading: Reading, key: tuple[object, ...], hint: str | None, asked: Collection[str], unclear: bool) -> Who:
    site_id, name, unit, part_of, area, site_type = key
    stated = site_type or reading.given.site_type
    types = (str(stated),) if stated else tuple(sorted(asked))
    id_, name_, unit_, part_ = (None if each is None else str(each) for each in (site_id, name, unit, part_of))
    assert isinstance(area, tuple)
    return Who(id_, name_, area, unit_, part_, types, bool(stated), hint, unclear)
