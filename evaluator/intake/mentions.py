"""Where there is no register: the sites that rows name, by their name and area as written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.areas import Areas
from duibiao.evaluator.intake.reasons import Wrong, note
from duibiao.evaluator.intake.sites import EachTypes, Site, key_of
from duibiao.evaluator.intake.who import Who
from duibiao.evaluator.submission import Note


@dataclass(frozen=True, slots=True)
class Mention:
    """A site as one row names it. ``area`` is a path."""

    site_type: str
    id: str | None
    name: str | None
    area: str | None
    part_of: str | None


@dataclass(slots=True)
class _Group:
    """What rows say of one site."""

    id: str | None = None
    names: set[str] = field(default_factory=set)
    areas: set[str] = field(default_factory=set)
    parents: set[str] = field(default_factory=set)

    def add(self, mention: Mention) -> None:
        for values, value in ((self.names, mention.name), (self.areas, mention.area), (self.parents, mention.part_of)):
            if value is not None:
                values.add(value)


_Key = tuple[str, str]  # a type, and a key or a name


class _Placed:
    """The groups so far, by the type and name of their sites."""

    def __init__(self, groups: Mapping[_Key, _Group], areas: Areas) -> None:
        self._areas = areas
        self._named: dict[_Key, list[tuple[str, frozenset[str]]]] = defaultdict(list)
        for (site_type, key), group in groups.items():
            for name in group.names:
                self._named[site_type, name].append((key, frozenset(group.areas)))

    def only(self, mention: Mention) -> str | None:
        """The key of the one group that a mention fits by type, name and area."""
        fitting = [
            key
            for key, places in self._named.get((mention.site_type, mention.name or ""), ())
            if not places or any(self._areas.agree(mention.area, place) for place in places)
        ]
        return fitting[0] if len(fitting) == 1 else None


def sites_as_written(people: Iterable[Who], catalogue: Catalogue, areas: Areas) -> tuple[list[Site], list[Note]]:
    """The sites that rows name, with notes on those that are written in several ways.

    A row with a name and no area, or no 编号, means the one site of that type and name that another row says more of.
    Where sites of two types are written alike, the type stands before their keys.
    """
    each = EachTypes(catalogue, registered=False)
    mentions = {mention for who in people if not each.of(who) for mention in _mentions(who, catalogue, areas)}
    groups: dict[_Key, _Group] = defaultdict(_Group)
    for mention in mentions:
        if mention.id is not None:
            group = groups[mention.site_type, mention.id]
            group.id = mention.id
            group.add(mention)
    nameless = [mention for mention in mentions if mention.id is None]
    of_ids = _Placed(groups if nameless else {}, areas)
    for mention in nameless:
        if mention.area is not None and of_ids.only(mention) is None:
            groups[mention.site_type, key_of(None, mention.area, mention.name or "")].add(mention)
    placed = _Placed(groups if any(mention.area is None for mention in nameless) else {}, areas)
    for mention in nameless:
        known = (placed if mention.area is None else of_ids).only(mention)
        groups[mention.site_type, known or key_of(None, mention.area, mention.name or "")].add(mention)
    notes: list[Note] = []
    sites = {key: _site(key, groups[key], areas, notes) for key in sorted(groups)}
    shared = Counter(key for _, key in groups)
    sites = {
        (site_type, key): replace(site, key=f"{site_type}:{key}") if shared[key] > 1 else site
        for (site_type, key), site in sites.items()
    }
    called: dict[str, list[Site]] = defaultdict(list)
    for site in sites.values():
        for name in sorted({site.key, site.name}):
            called[name].append(site)
    return [_with_parent(site, groups[key], called, catalogue) for key, site in sites.items()], notes


def _mentions(who: Who, catalogue: Catalogue, areas: Areas) -> list[Mention]:
    if not who.called:
        return []
    types = who.types or ((who.hint,) if who.hint else ())
    plain = [key for key in types if not catalogue.site_types[key].each]
    try:
        area = areas.find(who.area) if who.area else None
    except Wrong:  # told of where the row is judged
        return []
    return [Mention(plain[0], who.id, who.name, area, who.part_of)] if len(plain) == 1 else []


def _site(key: _Key, group: _Group, areas: Areas, notes: list[Note]) -> Site:
    """The site of a group; of several names or areas the first is kept, of an area and one within it the latter."""
    names = sorted(group.names)
    lowest = [
        place
        for place in sorted(group.areas)
        if not any(areas.contains(place, other) for other in group.areas - {place})
    ]
    for ways in (names, lowest):
        if len(ways) > 1:
            notes.append(note("site-as-written", "", site=key[1], ways=", ".join(ways), kept=ways[0]))
    return Site(key[1], names[0] if names else key[1], key[0], group.id, lowest[0] if lowest else None)


def _with_parent(site: Site, group: _Group, called: Mapping[str, Sequence[Site]], catalogue: Catalogue) -> Site:
    """The site with the one that it belongs to, and with its area where no row gives one."""
    allowed = catalogue.site_types[site.site_type].part_of
    parents = {
        parent.key: parent
        for name in sorted(group.parents)
        for parent in called.get(name, ())
        if parent.site_type in allowed and parent.key != site.key
    }
    if len(parents) != 1:
        return site
    (parent,) = parents.values()
    return replace(site, part_of=parent.key, area=site.area or parent.area)
