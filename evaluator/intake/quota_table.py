"""A table of quotas, as an office keeps it in a spreadsheet: a row a site type, how many sites, in which areas."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from duibiao.criteria.language import gettext as _
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.delimited import read_delimited
from duibiao.evaluator.intake.headers import STANDARD
from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.names import Names, clean, fold, level_names
from duibiao.evaluator.intake.reasons import Refused
from duibiao.evaluator.strata import place_types

HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "site_type": ("site_type", *STANDARD["site_type"]),
    "per": ("per", *STANDARD["level"]),
    "sites": ("sites", "数量", "点位数", "抽取数"),
}
NUMBER: Final = re.compile(r"0*[1-9][0-9]{0,5}")  # of sites


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many sites of a type are wanted in every area of a level; None: of whichever level counts otherwise."""

    sites: int
    per: str | None = None


def place_names(catalogue: Catalogue) -> Names[str]:
    """The site types that are places, by id, title and alias."""
    kinds = place_types(catalogue).items()
    return Names((name, key) for key, kind in kinds for name in (kind.title, *kind.aliases, key))


def read_quota_table(raw: bytes, name: str, catalogue: Catalogue) -> tuple[dict[str, Wanted], list[str]]:
    """What a CSV file wants, by site type, and everything that is wrong with it, each with its row."""
    try:
        rows, _encoding = read_delimited(raw, "csv", Limits())
    except Refused as error:
        return {}, [str(error.at(name))]
    filled = [(number, [clean(cell) for cell in row]) for number, row in enumerate(rows, 1) if any(map(clean, row))]
    columns = _columns(filled[0][1]) if filled else {}
    if (told := _no_table(name, filled, columns)) is not None:
        return {}, [told]
    types, levels = place_names(catalogue), level_names(catalogue)
    found: dict[str, Wanted] = {}
    mistakes: list[str] = []
    for number, row in filled[1:]:
        kind, per, sites = (_cell(row, columns.get(key)) for key in HEADERS)
        ids, wrong = types.get(kind), []
        if not ids:
            wrong.append(
                _("No site type '{name}' that is a place; {advice}").format(name=kind, advice=types.advise(kind))
            )
        elif ids[0] in found:
            wrong.append(_("'{name}' stands in a row above").format(name=kind))
        if per and not levels.get(per):
            wrong.append(_("No level of area '{name}'; {advice}").format(name=per, advice=levels.advise(per)))
        if not NUMBER.fullmatch(sites):
            wrong.append(_("'{text}' is no number of sites; write a whole number from 1").format(text=sites))
        if wrong:
            mistakes += [_("{file}, row {row}: {wrong}").format(file=name, row=number, wrong=each) for each in wrong]
        else:
            found[ids[0]] = Wanted(int(sites), next(iter(levels.get(per)), None))
    return found, mistakes


def _no_table(name: str, filled: Sequence[tuple[int, Sequence[str]]], columns: Mapping[str, int]) -> str | None:
    """Why rows are no table of quotas, and what to write instead; None where they are one."""
    wanted = ",".join(names[1] for names in HEADERS.values())
    lacking = [HEADERS[key][1] for key in ("site_type", "sites") if key not in columns]
    if not filled:
        told = _("{file} is empty; write a first line as {wanted}, and below it a row a site type")
        return told.format(file=name, wanted=wanted)
    if lacking:
        number, headers = filled[0]
        told = _(
            "{file}, row {row}: no column {names}, but {headers}; write a first line as {wanted}, and below it a row a "
            "site type"
        )
        seen = ", ".join(f"'{header}'" for header in headers)
        return told.format(file=name, row=number, names=", ".join(lacking), headers=seen, wanted=wanted)
    if len(filled) == 1:
        return _("{file} has headers only; write a row a site type below them").format(file=name)
    return None


def _columns(headers: Sequence[str]) -> dict[str, int]:
    """Where each meaning stands; of two columns that say the same, the first."""
    meant = {fold(name): key for key, names in HEADERS.items() for name in names}
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        key = meant.get(fold(header))
        if key is not None:
            found.setdefault(key, place)
    return found


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""
