"""Names in the data that nobody knows: each with the nearest known one, and the line that would make it an alias."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.names import Names, criterion_names, level_names, site_type_names
from duibiao.evaluator.submission import Submission
from duibiao.evaluator.yaml_line import flow

Kind = Literal["site", "area", "unit", "site_type", "criterion", "level", "round"]
# Reasons to reject a row that say that a name is not known.
KINDS: Final[Mapping[str, Kind]] = {
    "unknown-site": "site",
    "unknown-area": "area",
    "unknown-unit": "unit",
    "unknown-site-type": "site_type",
    "unknown-criterion": "criterion",
    "unknown-level": "level",
    "unknown-round": "round",
}


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name that nobody knows, the nearest known one, and the cells where it stands.

    ``line`` is what would make it an alias of that one, and ``where`` the file and the entry in which it belongs; both
    are empty for names that have no aliases.
    """

    kind: Kind
    name: str
    nearest: str | None
    where: str
    line: str
    cells: tuple[str, ...]


def unknown_names(catalogue: Catalogue, submission: Submission) -> tuple[UnknownName, ...]:
    """The unknown names in rejected rows, by kind and name."""
    cells: dict[tuple[Kind, str], list[str]] = {}
    for reject in submission.rejects:
        if reject.code in KINDS:
            cells.setdefault((KINDS[reject.code], reject.value), []).append(reject.place)
    known = _known(catalogue, submission)
    return tuple(_unknown(catalogue, kind, name, known[kind], at) for (kind, name), at in sorted(cells.items()))


def _known(catalogue: Catalogue, submission: Submission) -> dict[Kind, Names[str]]:
    """Every known name by kind; it leads to the id of what it names."""
    units = catalogue.units.items()
    sites = submission.sites.select("site", "name").iter_rows()
    areas = submission.areas.select("area", "name").iter_rows()
    rounds = submission.rounds.select("round", "title").iter_rows()

    def named(rows: Sequence[tuple[str, str | None]]) -> Names[str]:
        return Names((name, key) for key, title in rows for name in (title, key) if name)

    return {
        "site": named(list(sites)),
        "area": named(list(areas)),
        "unit": Names((name, key) for key, unit in units for name in (unit.title, *unit.aliases, key)),
        "site_type": site_type_names(catalogue),
        "criterion": criterion_names(catalogue),
        "level": level_names(catalogue),
        "round": named(list(rounds)),
    }


def _unknown(catalogue: Catalogue, kind: Kind, name: str, known: Names[str], cells: Sequence[str]) -> UnknownName:
    nearest = known.near(name)
    where, line = _alias(catalogue, kind, known.get(nearest)[0], name) if nearest is not None else ("", "")
    return UnknownName(kind, name, nearest, where, line, tuple(dict.fromkeys(cells)))


def _alias(catalogue: Catalogue, kind: Kind, key: str, name: str) -> tuple[str, str]:
    """Where an alias belongs, and the line that replaces the one with the aliases so far."""
    if kind == "unit":
        unit = catalogue.units[key]
        told = {"title": unit.title} | ({"level": unit.level} if unit.level else {})
        return "units.yaml", f"{key}: {flow(told | {'aliases': [*unit.aliases, name]})}"
    if kind == "site_type":
        form = catalogue.site_types[key]
        return form.file, f"aliases: {flow([*form.aliases, name])}"
    if kind == "criterion":
        dated = next(each for each in catalogue.criteria if each.id == key)
        return f"{dated.file}, id: {key}", f"aliases: {flow([*dated.versions[-1].criterion.aliases, name])}"
    return "", ""
