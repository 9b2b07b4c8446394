"""Units (责任单位): which one a name means, and the table of those that a city has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from duibiao.criteria.models import Unit
from duibiao.evaluator.intake.areas import Areas, Written, areas_in
from duibiao.evaluator.intake.column import Column
from duibiao.evaluator.intake.names import Names, clean
from duibiao.evaluator.intake.reading import Reading
from duibiao.evaluator.intake.reasons import Wrong
from duibiao.evaluator.intake.values import Cell, read_optional, read_word, split_names

# A unit as a row names it: its id in units.yaml, and the area where the name has one (川汇区市场监管局).
Named = tuple[str, str | None]


class Units:
    """The units of a catalogue, by title and alias, alone or behind the name of their area."""

    def __init__(self, units: Mapping[str, Unit], areas: Areas) -> None:
        self.units, self.areas = units, areas
        self._names = Names(
            (name, key)
            for key, unit in units.items()
            for name in (unit.title, *unit.by_ending.values(), *unit.aliases, key)
        )
        self._found: dict[str, Named | None] = {}

    def find(self, text: str, meaning: str) -> Named:
        """The unit that a text names; raises ``Wrong``, to be shown at ``meaning``."""
        if text not in self._found:
            self._found[text] = self._find(text)
        found = self._found[text]
        if found is None:
            raise Wrong("unknown-unit", meaning, value=text, advice=self._names.advise(text))
        return found

    def _find(self, text: str) -> Named | None:
        known = self._names.get(text)
        if known:
            return known[0], None
        for area in self.areas.by_path.values():
            if text.startswith(area.name):
                for key in self._names.get(text.removeprefix(area.name)):
                    if area.level is not None and self.units[key].level == area.level:
                        return key, area.path
        return None

    def several(self, text: str, meaning: str) -> tuple[Named, ...]:
        """The units in a cell that may name several: 公安局、城管局."""
        if self._find(text) is not None:
            return (self.find(text, meaning),)
        return tuple(dict.fromkeys(self.find(part, meaning) for part in split_names(text)))

    def place(self, unit: Named, area: str | None, meaning: str) -> str | None:
        """The area whose unit is meant in a row that names ``area``: that of the unit's level, at or above it.

        None where no areas are known. Raises ``Wrong`` where the two do not agree, or nothing tells which one it is.
        """
        key, own = unit
        level = self.units[key].level
        if level is None:
            if area is not None and area != self.areas.top:
                raise Wrong("unit-area", meaning, value=self.units[key].title, area=area)
            return self.areas.top
        if own is not None:
            if not self.areas.agree(area, own):
                raise Wrong("unit-area", meaning, value=self.title(key, own), area=area)
            return own
        if area is not None:
            found = self.areas.above(area, level)
            if found is None:
                raise Wrong("area-level", "area", value=area, level=self.areas.titles[level])
            return found
        candidates = self.areas.at(level)
        if len(candidates) != 1 and self.areas.by_path:
            raise Wrong("missing-value", "area")
        return candidates[0].path if candidates else None

    def title(self, key: str, area: str | None) -> str:
        """How people call the unit of an area: 川汇区市场监管局."""
        unit = self.units[key]
        of_area = area if area and unit.level else None
        return self.areas.by_path[of_area].name + clean(unit.title_in(of_area)) if of_area else clean(unit.title)


def read_units(reading: Reading, meaning: str, units: Units) -> Column[tuple[Named, ...]]:
    """The units that each row names in a column, () where it names none."""

    def read(cell: Cell) -> tuple[Named, ...]:
        text = read_optional(cell)
        return units.several(text, meaning) if text else ()

    return reading.read(meaning, read).map(lambda each: each if isinstance(each, tuple) else ())


def unit_ids(named: Iterable[Named]) -> tuple[str, ...]:
    """The ids of the units that a row names, each once."""
    return tuple(dict.fromkeys(key for key, _ in named))


def misplaced(named: Iterable[Named], meaning: str, area: str | None, units: Units) -> list[Wrong]:
    """What is wrong with the units that a row names: those that are not units of the site's area."""
    return [
        Wrong("unit-area", meaning, value=units.title(key, own), area=area)
        for key, own in named
        if own is not None and area is not None and not units.areas.contains(own, area)
    ]


@dataclass(frozen=True, slots=True, order=True)
class ListedUnit:
    """A unit that the city has: its id, the path of its area ('' where it has none), and who leads it."""

    unit: str
    area: str
    leader: str
    reading: Reading = field(compare=False)
    row: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A row of a table of units as it is written."""

    name: str | None
    leader: str | None
    area: Written


def rows_of_units(reading: Reading, levels: Sequence[str]) -> list[UnitRow]:
    """The rows of a table of units; those that name no unit are rejected."""
    names, leaders = reading.read("unit", read_word), reading.read("leader", read_optional)
    reading.require("unit", names)
    return [
        UnitRow(str(name) if name else None, str(leader) if leader else None, area)
        for name, leader, area in zip(names, leaders, areas_in(reading, levels), strict=True)
    ]


def units_of_rows(tables: Mapping[Reading, Sequence[UnitRow]], units: Units) -> list[ListedUnit]:
    """The units that the tables of units list, by id and area. Unknown and repeated ones are rejected.

    Of several rows for one unit the first by content is kept, so that their order changes nothing.
    """
    listed = [
        unit
        for reading, rows in tables.items()
        for row, each in enumerate(rows)
        if (unit := _listed(reading, row, each, units)) is not None
    ]
    kept: dict[tuple[str, str], ListedUnit] = {}
    for each in sorted(listed):
        first = kept.setdefault((each.unit, each.area), each)
        if first is not each:
            place = first.reading.place(first.row)
            title = units.title(each.unit, each.area or None)
            each.reading.reject(each.row, Wrong("duplicate-unit", "unit", value=title, kept=place))
    return list(kept.values())


def _listed(reading: Reading, row: int, each: UnitRow, units: Units) -> ListedUnit | None:
    """The unit of a row, or None where the row is rejected; both its unit and its area are looked up."""
    found: Named | None = None
    path: str | None = None
    try:
        found = units.find(each.name, "unit") if each.name else None
    except Wrong as wrong:
        reading.reject(row, wrong)
    try:
        path = units.areas.find(each.area) if each.area else None
        place = units.place(found, path, "unit") if found else None
    except Wrong as wrong:
        reading.reject(row, wrong)
    if found is None or row in reading.wrong:
        return None
    return ListedUnit(found[0], place or "", each.leader or "", reading, row)
