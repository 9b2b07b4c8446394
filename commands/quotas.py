"""How many sites of which type are asked for in every area of which level: ``--sites`` and ``--per``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.criteria.models import Catalogue, Quota
    from duibiao.evaluator.areas import Geography

sites = click.option(
    "--sites",
    "asked",
    multiple=True,
    help=_("How many in every area, as market=2, or 2 for every type; in place of the catalogue's quota; repeatable."),
)
per = click.option("--per", help=_("The level of area, by key or name; that of the type's quota otherwise."))


@dataclass(frozen=True, slots=True)
class Quotas:
    """The quotas that hold, by site type, and what is wrong on the command line."""

    of: dict[str, Quota]
    mistakes: tuple[str, ...]


def read_quotas(asked: tuple[str, ...], level: str | None, catalogue: Catalogue, geography: Geography) -> Quotas:
    """The catalogue's quotas with what is asked for in their place; only site types that are places have any.

    Where a type has no quota and nobody names a level, the highest level that has several areas is meant.
    """
    from duibiao.criteria.models import Quota
    from duibiao.evaluator.blank_areas import compared_level
    from duibiao.evaluator.intake.names import level_names
    from duibiao.evaluator.strata import place_types

    numbers, mistakes = _numbers(asked, catalogue)
    levels = level_names(catalogue)
    if level is not None and not levels.get(level):
        mistakes.append(_("No level of area '{name}'; {advice}").format(name=level, advice=levels.advise(level)))
    named = next(iter(levels.get(level)), None) if level is not None else None
    usual = compared_level(catalogue, geography) or next(iter(catalogue.head.area_levels))
    found = {}
    for name, kind in place_types(catalogue).items():
        number = numbers.get(name, numbers.get("", kind.quota.sites if kind.quota is not None else None))
        if number is not None:
            found[name] = Quota(per=named or (kind.quota.per if kind.quota is not None else usual), sites=number)
    return Quotas(found, tuple(mistakes))


def _numbers(asked: tuple[str, ...], catalogue: Catalogue) -> tuple[dict[str, int], list[str]]:
    """The numbers by site type, '' for every other type, and what is wrong with them."""
    from duibiao.evaluator.intake.names import Names
    from duibiao.evaluator.strata import place_types

    kinds = place_types(catalogue).items()
    types = Names((name, key) for key, kind in kinds for name in (kind.title, *kind.aliases, key))
    found: dict[str, int] = {}
    mistakes: list[str] = []
    for each in asked:
        name, _equals, number = each.rpartition("=")
        ids = types.get(name) if name else [""]
        if not re.fullmatch(r"0*[1-9][0-9]{0,5}", number):
            mistakes.append(_("--sites {text}: write a whole number from 1, as market=2 or 2").format(text=each))
        elif not ids:
            advice = types.advise(name)
            mistakes.append(_("No site type '{name}' that is a place; {advice}").format(name=name, advice=advice))
        elif ids[0] in found:
            mistakes.append(_("--sites {text}: this type is named twice").format(text=each))
        else:
            found[ids[0]] = int(number)
    return found, mistakes
