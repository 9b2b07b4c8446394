"""Sites: those of the register, those that are areas or units themselves, or, without a register, those as written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.areas import SEPARATOR, Areas, Written, shown
from duibiao.evaluator.intake.names import Names, clean, list_known
from duibiao.evaluator.intake.reasons import Wrong
from duibiao.evaluator.intake.units import ListedUnit, Units
from duibiao.evaluator.intake.who import Who

_LISTED: Final = 8
_REMEMBERED: Final = 1 << 18  # answers, so that a register of millions is not held twice
_UNKNOWN: Final = Wrong("")  # nobody asked yet


@dataclass(frozen=True, slots=True)
class Site:
    """One site. ``key`` is its 编号, else the path of its area and its name.

    Under ``each`` it is type:area or type:unit@area: an area may be the site of several types.
    """

    key: str
    name: str
    site_type: str
    id: str | None = None
    area: str | None = None
    unit: str | None = None
    part_of: str | None = None
    lead_units: tuple[str, ...] = ()
    supporting_units: tuple[str, ...] = ()
    leader: str | None = None
    lon: float | None = None
    lat: float | None = None
    crs: str | None = None
    values: Mapping[str, object] = field(default_factory=dict, hash=False)
    table: int | None = None
    row: int | None = None


def key_of(site_id: str | None, area: str | None, name: str) -> str:
    """The key of a site: its 编号, else the path of its area and its name."""
    return site_id or (f"{area}{SEPARATOR}{name}" if area else name)


def _by_key(named: Iterable[tuple[str, Site]]) -> dict[str, Sequence[Site]]:
    """The sites under each key. There may be millions, most of them alone, for which a tuple takes least memory."""
    found: dict[str, Sequence[Site]] = {}
    for key, site in named:
        known = found.get(key)
        if isinstance(known, list):
            known.append(site)
        else:
            found[key] = (site,) if known is None else [*known, site]
    return found


class EachTypes:
    """Tells which rows mean an area or a unit that is a site itself. ``registered`` where there is a register."""

    def __init__(self, catalogue: Catalogue, registered: bool) -> None:
        self._kinds, self._registered = catalogue.site_types, registered
        self._found: dict[tuple[tuple[str, ...], str | None, bool], list[str]] = {}

    def of(self, who: Who) -> list[str]:
        """The types with ``each`` whose site a row may mean; [] where it means a site with a name of its own."""
        key = (who.types, who.hint, bool(who.called))
        if key not in self._found:
            self._found[key] = self._of(*key)
        return self._found[key]

    def _of(self, types: tuple[str, ...], hint: str | None, called: bool) -> list[str]:
        if not types and hint and (self._kinds[hint].each or not self._registered):
            types = (hint,)
        each = [key for key in types if self._kinds[key].each]
        return each if len(each) == len(types) or not called else []


class Sites:
    """Finds the site that a row means."""

    def __init__(
        self,
        sites: Iterable[Site],
        catalogue: Catalogue,
        areas: Areas,
        units: Units,
        listed: Sequence[ListedUnit] | None,
        registered: bool,
        rejected: Mapping[str, str],
    ) -> None:
        self.catalogue, self.areas, self.units, self.registered = catalogue, areas, units, registered
        self.sites = list(sites)
        self._rejected = rejected
        self.each = EachTypes(catalogue, registered)
        self._by_id = _by_key((site.id, site) for site in self.sites if site.id is not None)
        self._by_name = _by_key((name, site) for site in self.sites for name in {site.name, site.key})
        self._listed = {(each.unit, each.area) for each in listed} if listed is not None else None
        titles = (self.units.title(key, area or None) for key, area in sorted(self._listed or ()))
        self._listed_names = Names((title, title) for title in titles)
        self._found: dict[Who, Site | Wrong | None] = {}
        # Sites of units that rows name, by key and type, where no table of units lists them.
        self.met: dict[tuple[str, str], Site] = {}

    @cached_property
    def _ids(self) -> Names[str]:
        return Names(((key, key) for key in self._by_id), clean)

    @cached_property
    def _names(self) -> Names[str]:
        return Names(((site.name, site.key) for site in self.sites), clean)

    def find(self, who: Who) -> Site | None:
        """The site that a row means, or None where that was rejected already; raises ``Wrong``."""
        found = self._found.get(who, _UNKNOWN)
        if found is _UNKNOWN:
            if len(self._found) > _REMEMBERED:
                self._found.clear()
            try:
                found = self._find(who)
            except Wrong as wrong:
                found = wrong
            self._found[who] = found
        if isinstance(found, Wrong):
            raise found.with_traceback(None)
        return found

    def _find(self, who: Who) -> Site | None:
        each = self.each.of(who)
        if each:
            return self._area_or_unit(who, each)
        if not who.called:
            raise Wrong("missing-value", "site")
        area = self.areas.find(who.area) if who.area else None
        site = self._by_its_id(who, area) if who.id else self._by_its_name(who, area)
        if site is not None and who.part_of is not None and site.part_of not in self._parents(who.part_of):
            if self.registered:
                raise Wrong("part-of-differs", "part_of", site=site.name, value=who.part_of, parent=site.part_of or "-")
            raise Wrong("unknown-site", "part_of", value=who.part_of, advice=self._names.advise(who.part_of))
        return site

    # sites with a name of their own

    def _by_its_id(self, who: Who, area: str | None) -> Site | None:
        assert who.id is not None
        found = self._by_id.get(who.id, ())
        if not found:
            self._refuse_unknown(who, who.id, "site_id")
            return None
        site = self._of_type(found, who)
        named = who.name in {None, site.name, site.key}
        placed = self.areas.agree(area, site.area)
        if self.registered and not (named and placed):
            value = SEPARATOR.join(each for each in (area, who.name) if each)
            raise Wrong(
                "site-differs",
                "site_id" if named else "site",
                id=who.id,
                name=site.name,
                area=site.area or "-",
                value=value,
            )
        return site

    def _by_its_name(self, who: Who, area: str | None) -> Site | None:
        assert who.name is not None
        called = self._by_name.get(who.name, ())
        if not called:
            self._refuse_unknown(who, who.name, "site")
            return None
        found = called
        if area is not None:
            found = [site for site in called if self.areas.contains(area, site.area)]
            found = found or [site for site in called if self.areas.agree(area, site.area)]
            if not found:
                advice = list_known(sorted(site.key for site in called))
                raise Wrong("unknown-site", "site", value=f"{shown(who.area)}{SEPARATOR}{who.name}", advice=advice)
        return self._of_type(self._of_parent(found, who), who, area)

    def _refuse_unknown(self, who: Who, text: str, meaning: str) -> None:
        """Say that no site is called so; without a register only a waiver can name a site that no other row names."""
        if text in self._rejected:
            raise Wrong("site-rejected", meaning, value=text, place=self._rejected[text])
        if self.registered or len(who.types) == 1 or who.hint:
            names = self._ids if meaning == "site_id" else self._names
            raise Wrong("unknown-site", meaning, value=text, advice=names.advise(text))
        if not who.unclear:
            raise Wrong("missing-site-type", "site_type")

    def _of_parent(self, found: Sequence[Site], who: Who) -> Sequence[Site]:
        if len(found) < 2 or who.part_of is None:
            return found
        parents = self._parents(who.part_of)
        return [site for site in found if site.part_of in parents] or found

    def _parents(self, text: str) -> set[str]:
        """The keys of the sites that 所属点位 may mean."""
        return {site.key for site in (*self._by_name.get(text, ()), *self._by_id.get(text, ()))}

    def _of_type(self, found: Sequence[Site], who: Who, area: str | None = None) -> Site:
        """The one of several sites that the row's type, the file's name or the very area tells."""
        if who.types:
            fitting = [site for site in found if site.site_type in who.types]
            if not fitting and who.stated:
                raise Wrong(
                    "type-differs",
                    "site",
                    value=who.called,
                    registered=self._title(found[0].site_type),
                    type=self._title(who.types[0]),
                )
            found = fitting or found
        if len(found) > 1:
            found = [site for site in found if site.site_type == who.hint] or found
        if len(found) > 1 and (area is not None or not self.registered):
            found = [site for site in found if site.area == area] or found
        if len(found) > 1:
            keys = sorted(f"{site.key} ({self._title(site.site_type)})" for site in found)
            raise Wrong("ambiguous-site", "site", value=who.called, sites=", ".join(keys[:_LISTED]))
        return found[0]

    def _title(self, site_type: str) -> str:
        return self.catalogue.site_types[site_type].title

    # areas and units that are sites

    def _area_or_unit(self, who: Who, types: Sequence[str]) -> Site:
        kinds = self.catalogue.site_types
        of_units = [key for key in types if kinds[key].each == "unit"]
        fitting = of_units if who.unit and of_units else [key for key in types if key not in of_units] or list(types)
        if len(fitting) > 1 and who.area:
            level = self.areas.by_path[self.areas.find(who.area)].level
            fitting = [key for key in fitting if kinds[key].each == level] or fitting
        if len(fitting) > 1:
            raise Wrong("missing-site-type", "site_type")
        (site_type,) = fitting
        return self._unit(who, site_type) if fitting[0] in of_units else self._area(who, site_type)

    def _area(self, who: Who, site_type: str) -> Site:
        level = self.catalogue.site_types[site_type].each
        assert level is not None
        area = area_of_each(who, level)
        if not area:
            raise Wrong("missing-value", "area")
        try:
            path = self.areas.find(area)
        except Wrong:
            path = self.areas.find((*area[:-1], (None, area[-1][1])))
        if self.areas.by_path[path].level != level:
            raise Wrong("area-level", "area", value=path, level=self.areas.titles[level])
        return self.of_area(path, site_type)

    def of_area(self, path: str, site_type: str) -> Site:
        """The site that an area is."""
        area = self.areas.by_path[path]
        return Site(f"{site_type}:{path}", area.name, site_type, area=path)

    def _unit(self, who: Who, site_type: str) -> Site:
        text = who.unit or who.name
        if text is None:
            raise Wrong("missing-value", "unit")
        unit = self.units.find(text, "unit")
        area = self.units.place(unit, self.areas.find(who.area) if who.area else None, "unit")
        site = self.of_unit(unit[0], area, site_type)
        if self._listed is None:
            self.met[site.key, site_type] = site
        elif (unit[0], area or "") not in self._listed:
            raise Wrong("unlisted-unit", "unit", value=site.name, advice=self._listed_names.advise(site.name))
        return site

    def of_unit(self, unit: str, area: str | None, site_type: str) -> Site:
        """The site that the unit of an area is."""
        key = f"{site_type}:{unit}@{area}" if area else f"{site_type}:{unit}"
        return Site(key, self.units.title(unit, area), site_type, area=area, unit=unit)

    def of_listed(self, unit: ListedUnit, site_type: str) -> Site:
        """The site that a unit of the table of units is."""
        site = self.of_unit(unit.unit, unit.area or None, site_type)
        row = unit.reading.raw.rows[unit.row]
        return replace(site, table=unit.reading.number, row=row)


def area_of_each(who: Who, level: str) -> Written:
    """The area that is the site, as a row writes it: its lowest is of ``level``, unless its column says otherwise."""
    area = who.area
    if who.name and (not area or area[-1][1] != who.name):
        area = (*area, (None, who.name))
    return (*area[:-1], (area[-1][0] or level, area[-1][1])) if area else ()
