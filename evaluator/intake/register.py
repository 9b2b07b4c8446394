"""The register of sites (点位台账): its rows as sites, and those that are rejected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import polars as pl

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.coordinates import read_positions
from duibiao.evaluator.intake.headers import Vocabulary
from duibiao.evaluator.intake.names import Names
from duibiao.evaluator.intake.percents import read_values
from duibiao.evaluator.intake.reading import Reading
from duibiao.evaluator.intake.reasons import Wrong
from duibiao.evaluator.intake.sites import Site, key_of
from duibiao.evaluator.intake.units import Units, misplaced, read_units, unit_ids
from duibiao.evaluator.intake.values import read_optional
from duibiao.evaluator.intake.who import Who


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the register that is in order by itself."""

    site: Site
    parent: str | None  # the site that it belongs to, as written
    reading: Reading
    row: int

    @property
    def content(self) -> tuple[str, ...]:
        """What the row says, to put rows in an order that is not that of the file."""
        site = self.site
        said = (site.id, site.name, site.area, site.site_type, self.parent, site.lead_units, site.supporting_units)
        placed = (site.lon, site.lat, site.crs)
        return tuple(map(str, (*said, site.leader, sorted(site.values.items()), *placed)))

    def reject(self, code: str, meaning: str, **values: object) -> None:
        """Reject the row."""
        self.reading.reject(self.row, Wrong(code, meaning, **values))


def _register_values(reading: Reading, people: Sequence[Who], vocabulary: Vocabulary) -> list[dict[str, object]]:
    """The register's own fields of each row, by the type of its site."""
    values: list[dict[str, object]] = [{} for _ in people]
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, who in enumerate(people):
        for key in who.types:
            rows_of[key].append(row)
    for site_type, rows in rows_of.items():
        for key, numbers in reading.fields(partial(vocabulary.register_field, site_type=site_type)).items():
            reading.use(key, numbers)
            places = pl.Series(rows, dtype=pl.UInt32())
            of_field = read_values(reading, key, numbers, vocabulary.registers[site_type], places)
            for row, value in zip(rows, of_field, strict=True):
                values[row][key] = value
    return values


def _entries(
    reading: Reading, people: Sequence[Who], vocabulary: Vocabulary, catalogue: Catalogue, units: Units
) -> list[Entry]:
    areas = units.areas
    lead, supporting = (list(read_units(reading, meaning, units)) for meaning in ("lead_unit", "supporting_units"))
    leaders = list(reading.read("leader", read_optional))
    values = _register_values(reading, people, vocabulary)
    positions = read_positions(reading)
    entries: list[Entry] = []
    for row, who in enumerate(people):
        area: str | None = None
        try:
            area = areas.find(who.area) if who.area else None
        except Wrong as wrong:
            reading.reject(row, wrong)
        if not who.called and row not in reading.raw.odd:
            reading.reject(row, Wrong("missing-value", "site"))
        if not who.types and not who.unclear and row not in reading.raw.odd:
            reading.reject(row, Wrong("missing-site-type", "site_type"))
        elif who.types and catalogue.site_types[who.types[0]].each:
            title = catalogue.site_types[who.types[0]].title
            reading.reject(row, Wrong("type-without-register", "site_type", value=title))
        for each in (
            *misplaced(lead[row], "lead_unit", area, units),
            *misplaced(supporting[row], "supporting_units", area, units),
        ):
            reading.reject(row, each)
        if row in reading.wrong:
            continue
        leader = leaders[row]
        position = positions[row]
        lon, lat = position or (None, None)
        site = Site(
            "",
            who.called,
            who.types[0],
            who.id,
            area,
            lead_units=unit_ids(lead[row]),
            supporting_units=unit_ids(supporting[row]),
            leader=str(leader) if leader else None,
            lon=lon,
            lat=lat,
            crs=reading.given.crs if position else None,
            values=values[row],
            table=reading.number,
            row=reading.raw.rows[row],
        )
        entries.append(Entry(site, who.part_of, reading, row))
    return entries


def sites_of_register(
    people: Mapping[Reading, Sequence[Who]], vocabulary: Vocabulary, catalogue: Catalogue, units: Units
) -> tuple[list[Site], dict[str, str]]:
    """The sites of the registers, and the names of rejected rows with the place of each.

    Of rows with the same key the first by content is kept, so that their order changes nothing.
    """
    entries = [
        entry for reading, each in people.items() for entry in _entries(reading, each, vocabulary, catalogue, units)
    ]
    entries.sort(key=lambda entry: entry.content)
    kept: dict[str, Entry] = {}
    for entry in _with_parents(entries, catalogue):
        first = kept.setdefault(entry.site.key, entry)
        if first is not entry:
            place = first.reading.place(first.row)
            entry.reject("duplicate-site", "site", value=entry.site.key, kept=place)
    rejected = {
        name: reading.place(row)
        for reading, each in people.items()
        for row in sorted(reading.wrong)
        for name in (each[row].name, each[row].id)
        if name is not None
    }
    return [kept[key].site for key in sorted(kept)], rejected


def _with_parents(entries: Sequence[Entry], catalogue: Catalogue) -> list[Entry]:
    """The entries with their keys, and with the key and area of the site that each belongs to; others are rejected."""
    named: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        site = entry.site
        for name in dict.fromkeys((site.name, site.id or site.name, key_of(None, site.area, site.name))):
            named[name].append(entry)
    known = Names((name, name) for name in named)
    done: dict[int, Entry] = {}
    waiting = list(entries)
    while waiting:
        left: list[Entry] = []
        for entry in waiting:
            if entry.parent is None:
                done[id(entry)] = _placed(entry, None)
                continue
            try:
                parent = _parent(entry, named, known, catalogue)
            except Wrong as wrong:
                entry.reading.reject(entry.row, wrong)
                continue
            if id(parent) in done:
                done[id(entry)] = _placed(entry, done[id(parent)].site)
            else:
                left.append(entry)
        if len(left) == len(waiting):
            for entry in left:
                entry.reject("part-of-circle", "part_of", value=entry.parent)
            break
        waiting = left
    return [done[id(entry)] for entry in entries if id(entry) in done]


def _placed(entry: Entry, parent: Site | None) -> Entry:
    site = entry.site
    area = site.area or (parent.area if parent else None)
    key = key_of(site.id, area, site.name)
    return replace(entry, site=replace(site, key=key, area=area, part_of=parent.key if parent else None))


def _parent(entry: Entry, named: Mapping[str, Sequence[Entry]], known: Names[str], catalogue: Catalogue) -> Entry:
    """The entry that a site belongs to: of an allowed type, and where several are called so, in the same area."""
    text = entry.parent or ""
    called = named.get(text, ())
    if not called:
        raise Wrong("unknown-site", "part_of", value=text, advice=known.advise(text))
    kind = catalogue.site_types[entry.site.site_type]
    allowed = [each for each in called if each.site.site_type in kind.part_of]
    if not allowed:
        other = catalogue.site_types[called[0].site.site_type].title
        raise Wrong("part-of-type", "part_of", value=text, type=kind.title, other=other)
    near = [each for each in allowed if entry.site.area in {None, each.site.area}] if len(allowed) > 1 else allowed
    if len({_placed(each, None).site.key for each in near or allowed}) > 1:
        keys = sorted(_placed(each, None).site.key for each in allowed)
        raise Wrong("ambiguous-site", "part_of", value=text, sites=", ".join(keys))
    return (near or allowed)[0]
