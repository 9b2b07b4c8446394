"""The units of a handbook: what each leads and supports, by site type."""

from __future__ import annotations

import gettext as gnu
from dataclasses import dataclass

from duibiao.criteria.models import Unit
from duibiao.reports.handbook import Handbook, Link
from duibiao.reports.handbook_frame import Frame, frame


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A site type with the criteria on which a unit leads, and those that it supports."""

    kind: Link
    leads: tuple[Link, ...]
    supports: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """A unit with its duties."""

    id: str
    title: str
    aliases: str
    level: str
    rows: tuple[UnitRow, ...]
    leads: int
    supports: int


@dataclass(frozen=True, slots=True)
class UnitsView:
    """Everything on the page of units; ``nobody`` has the criteria for which no unit is named."""

    words: gnu.NullTranslations
    frame: Frame
    units: tuple[UnitEntry, ...]
    nobody: tuple[UnitRow, ...]


def units_view(book: Handbook) -> UnitsView:
    """The page of units, those with most to lead first."""
    duties: dict[str, dict[str, tuple[list[Link], list[Link]]]] = {name: {} for name in book.catalogue.units}
    nobody: dict[str, list[Link]] = {}
    for kind in book.catalogue.site_types.values():
        for dated in book.criteria_of[kind.id]:
            criterion, link = book.newest(dated.id, kind.id), book.to_criterion(dated.id, kind.id)
            lead, supporting = book.lead(criterion, kind), book.supporting(criterion, kind)
            for role, units in enumerate((lead, supporting)):
                for unit in units:
                    duties.setdefault(unit, {}).setdefault(kind.id, ([], []))[role].append(link)
            if not lead and not supporting:
                nobody.setdefault(kind.id, []).append(link)
    entries = [_entry(book, name, book.catalogue.units.get(name), rows) for name, rows in duties.items()]
    return UnitsView(
        words=book.words,
        frame=frame(book, book.say("Responsible units"), "units"),
        units=tuple(sorted(entries, key=lambda each: (-each.leads, -each.supports, each.id))),
        nobody=tuple(UnitRow(book.to_type(kind), tuple(links), ()) for kind, links in nobody.items()),
    )


def _entry(book: Handbook, name: str, unit: Unit | None, rows: dict[str, tuple[list[Link], list[Link]]]) -> UnitEntry:
    levels = book.catalogue.head.area_levels
    return UnitEntry(
        id=name,
        title=unit.title if unit is not None else name,
        aliases=book.listed(unit.aliases) if unit is not None else "",
        level=levels.get(unit.level or "", "") if unit is not None else "",
        rows=tuple(
            UnitRow(book.to_type(kind), tuple(leads), tuple(supports)) for kind, (leads, supports) in rows.items()
        ),
        leads=sum(len(leads) for leads, _ in rows.values()),
        supports=sum(len(supports) for _, supports in rows.values()),
    )
