"""A list of drawn sites as values: by type and area, who is drawn, who stands in, and what there was to draw from."""

from __future__ import annotations

import gettext as gnu
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from duibiao.criteria.models import Catalogue, Quota
from duibiao.evaluator.draw import Drawn, register_digest
from duibiao.evaluator.strata import place_types
from duibiao.reports.direction import isolated


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of a draw. ``round`` is the one whose visited sites were left out, None where none was.

    ``areas`` and ``site_types`` say what of the draw is listed; none: all of it.
    """

    seed: int
    reserve: int
    quotas: Mapping[str, Quota]
    round: str | None = None
    site_types: Collection[str] = ()
    areas: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One site. ``number`` counts the drawn ones through the list, and the reserves within their area."""

    number: int
    reserve: bool
    mark: str  # 7, or 备 1
    key: str
    own: str  # its number on the register, where it has one
    name: str
    area: str
    below: str  # the area below that of the group
    whole: str  # the name of the site that it belongs to
    position: str
    lon: float | None
    lat: float | None
    crs: str


@dataclass(frozen=True, slots=True)
class Group:
    """What was drawn of one type in one area; ``remarks`` say what is missing or was left out."""

    area: str
    counted: str
    remarks: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """What was drawn of one site type; ``empty`` has the areas in which there was nothing to draw."""

    site_type: str
    title: str
    asked: str
    counted: str
    groups: tuple[Group, ...]
    empty: str


@dataclass(frozen=True)
class DrawList:
    """The whole list, and how it can be drawn again."""

    title: str
    catalogue: str
    seed: int
    digest: str
    counted: str
    again: str
    crs: str  # what all positions are counted in; '' where there are none, or several kinds
    notes: tuple[str, ...]
    sections: tuple[Section, ...]
    undrawn: str
    words: gnu.NullTranslations

    @property
    def language(self) -> str:
        """The language of the page: zh-CN or en."""
        return "zh-CN" if isinstance(self.words, gnu.GNUTranslations) else "en"

    @property
    def lines(self) -> Iterator[tuple[Section, Group, Line]]:
        """Every site of the list."""
        return ((section, group, line) for section in self.sections for group in section.groups for line in group.lines)


def draw_list(
    catalogue: Catalogue, sites: pl.DataFrame, drawn: Sequence[Drawn], asked: Asked, words: gnu.NullTranslations
) -> DrawList:
    """The list of what was drawn from the sites of a register, or of what of it is asked for."""
    return _Writer(catalogue, sites, drawn, asked, words).list()


@dataclass(frozen=True)
class _Writer:
    """What the texts of one list are made from."""

    catalogue: Catalogue
    sites: pl.DataFrame
    drawn: Sequence[Drawn]
    asked: Asked
    words: gnu.NullTranslations

    @cached_property
    def rows(self) -> Mapping[str, Mapping[str, Any]]:
        return {row["site"]: row for row in self.sites.iter_rows(named=True)}

    @cached_property
    def city(self) -> str:
        """The one area at the top; '' where there are several."""
        tops = {area.split("/")[0] for area in self.sites["area"].drop_nulls()}
        return tops.pop() if len(tops) == 1 else ""

    @cached_property
    def crs(self) -> str:
        """What all positions are counted in; '' where nobody says it of one, or they differ."""
        kinds = self.sites.filter(pl.col("lon").is_not_null())["crs"].unique().to_list()
        return kinds[0] or "" if len(kinds) == 1 else ""

    def say(self, text: str, **values: object) -> str:
        return self.words.gettext(text).format(**values)

    def listed(self, texts: Iterable[str]) -> str:
        return ("、" if isinstance(self.words, gnu.GNUTranslations) else ", ").join(texts)

    def list(self) -> DrawList:
        shown = [each for each in self.drawn if self._shown(each)]
        head = self.catalogue.head
        return DrawList(
            title=self.say("Sites drawn for inspection"),
            catalogue=self.say("{title}, edition {edition}", title=head.title, edition=head.edition),
            seed=self.asked.seed,
            digest=register_digest(self.drawn),
            counted=self._counted(shown),
            again=self.say("The same register, numbers and seed draw the same sites on every machine."),
            crs=self.crs,
            notes=tuple(self._notes(shown)),
            sections=tuple(self._sections(shown)),
            undrawn=self._undrawn(),
            words=self.words,
        )

    def _shown(self, each: Drawn) -> bool:
        kinds, areas = self.asked.site_types, self.asked.areas
        area = each.stratum.area
        inside = not areas or any(area == above or area.startswith(f"{above}/") for above in areas)
        return inside and (not kinds or each.stratum.site_type in kinds)

    def _counted(self, shown: Sequence[Drawn]) -> str:
        """How many were drawn, from how many, and how many are missing."""
        told = self.say(
            "{drawn} drawn of {all}, {reserves} reserves",
            drawn=sum(len(each.drawn) for each in shown),
            all=sum(each.population for each in shown),
            reserves=sum(len(each.reserves) for each in shown),
        )
        short = sum(each.short for each in shown)
        return told + self.say("; ") + self.say("{n} missing", n=short) if short else told

    def _notes(self, shown: Sequence[Drawn]) -> Iterator[str]:
        short = sum(each.short for each in shown)
        if short:
            yield self.say("{n} sites fewer than asked for: there are no more, and all of them are drawn.", n=short)
        out = sum(len(each.left_out) for each in shown)
        if self.asked.round is not None:
            yield self.say(
                "Left out as visited in round {round}: {n} sites.", round=isolated(self.asked.round) or "-", n=out
            )
        placeless = sum(len(each.stratum.sites) for each in shown if not each.stratum.area)
        if placeless:
            yield self.say(
                "{n} sites lie in no area of the level that counts for them; they are drawn among themselves.",
                n=placeless,
            )
        listed = {each.stratum.site_type for each in shown}
        above = [
            isolated(self.catalogue.site_types[name].title)
            for name in self.asked.site_types or self.asked.quotas
            if self.asked.areas and name not in listed
        ]
        if above:
            yield self.say("Drawn for larger areas than these, so not listed: {types}.", types=self.listed(above))

    def _undrawn(self) -> str:
        """The types that nobody asks for although there are sites of them."""
        counts = Counter(self.sites["site_type"])
        missing = [
            f"{isolated(kind.title)} {counts[name]}"
            for name, kind in place_types(self.catalogue).items()
            if counts[name] and name not in self.asked.quotas
        ]
        if not missing or self.asked.site_types:
            return ""
        return self.say("Not drawn, as nothing says how many (sites): {types}.", types=self.listed(missing))

    def _sections(self, shown: Sequence[Drawn]) -> Iterator[Section]:
        number = 0
        for name, quota in self.asked.quotas.items():
            of = [each for each in shown if each.stratum.site_type == name]
            if not of:
                continue
            groups = []
            for each in of:
                if each.population:
                    groups.append(self._group(each, number))
                    number += len(each.drawn)
            yield Section(
                name,
                self.catalogue.site_types[name].title,
                self.say("in every {level}: {n}", level=self.catalogue.head.area_levels[quota.per], n=quota.sites),
                self._counted(of),
                tuple(groups),
                self.listed(self._empty(each) for each in of if not each.population),
            )

    def _empty(self, each: Drawn) -> str:
        """An area in which there is nothing to draw, and how many sites were left out there."""
        visited = self.say(" (all {n} visited)", n=len(each.left_out)) if each.left_out else ""
        return isolated(self._area(each)) + visited

    def _group(self, each: Drawn, before: int) -> Group:
        remarks = []
        if each.short:
            remarks.append(self.say("{n} missing", n=each.short))
        if each.left_out:
            remarks.append(self.say("{n} visited and left out", n=len(each.left_out)))
        lines = [self._line(each, site, before + place, False) for place, site in enumerate(each.drawn, 1)]
        lines += [self._line(each, site, place, True) for place, site in enumerate(each.reserves, 1)]
        counted = self.say("{n} drawn of {all}", n=len(each.drawn), all=each.population)
        return Group(self._area(each), counted, tuple(remarks), tuple(lines))

    def _line(self, each: Drawn, site: str, number: int, reserve: bool) -> Line:
        row = self.rows[site]
        area = row["area"] or ""
        above = each.stratum.area
        whole = self.rows.get(row["part_of"] or "")
        lon, lat, crs = row["lon"], row["lat"], row["crs"] or ""
        position = "" if lon is None else f"{lon:.5f}, {lat:.5f}" + (f" ({crs})" if crs != self.crs else "")
        return Line(
            number=number,
            reserve=reserve,
            mark=self.say("R{n}", n=number) if reserve else str(number),
            key=site,
            own="" if "/" in site or site == row["name"] else site,
            name=row["name"] or site,
            area=area,
            below=area.removeprefix(f"{above}/") if area != above else "",
            whole=(whole["name"] or whole["site"]) if whole is not None else "",
            position=position,
            lon=lon,
            lat=lat,
            crs=crs,
        )

    def _area(self, each: Drawn) -> str:
        """An area without the city, which every reader knows."""
        area = each.stratum.area
        if not area:
            level = self.catalogue.head.area_levels[self.asked.quotas[each.stratum.site_type].per]
            return self.say("in no {level}", level=level)
        return area.removeprefix(f"{self.city}/") if self.city else area
