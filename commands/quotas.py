"""How many sites of which type are asked for in every area of which level: ``--sites``, ``--per``, ``--quotas``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duibiao.commands import options
from duibiao.commands.ending import fail, reason
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.criteria.models import Catalogue, Quota
    from duibiao.evaluator.areas import Geography
    from duibiao.evaluator.intake.quota_table import Wanted

sites = click.option(
    "--sites",
    "asked",
    multiple=True,
    help=_("How many in every area, as market=2, or 2 for every type; in place of the catalogue's quota; repeatable."),
)
table = click.option(
    "--quotas",
    "table",
    type=options.PATH,
    help=_(
        "A .csv file with a row a site type: type, level of area, number. What --sites and --per name goes before it."
    ),
)
per = click.option("--per", help=_("The level of area, by key or name; that of the type's quota otherwise."))


@dataclass(frozen=True, slots=True)
class Quotas:
    """The quotas that hold, by site type, and what is wrong on the command line."""

    of: dict[str, Quota]
    mistakes: tuple[str, ...]


def read_quotas(
    asked: tuple[str, ...], level: str | None, catalogue: Catalogue, geography: Geography, table: Path | None = None
) -> Quotas:
    """The catalogue's quotas with what is asked for in their place; only site types that are places have any.

    What names a type on the command line goes before the ``table``, and that before a number for every type. Where a
    type has no quota and nobody names a level, the highest level that has several areas is meant.
    """
    from duibiao.criteria.models import Quota
    from duibiao.evaluator.blank_areas import compared_level
    from duibiao.evaluator.intake.names import level_names
    from duibiao.evaluator.intake.quota_table import Wanted
    from duibiao.evaluator.strata import place_types

    numbers, mistakes = _numbers(asked, catalogue)
    listed, wrong = _table(table, catalogue)
    levels = level_names(catalogue)
    if level is not None and not levels.get(level):
        wrong = [*wrong, _("No level of area '{name}'; {advice}").format(name=level, advice=levels.advise(level))]
    named = next(iter(levels.get(level)), None) if level is not None else None
    usual = compared_level(catalogue, geography) or next(iter(catalogue.head.area_levels))
    found = {}
    for name, kind in place_types(catalogue).items():
        row = listed.get(name, Wanted(numbers.get("", kind.quota.sites if kind.quota is not None else 0)))
        number = numbers.get(name, row.sites)
        if number:
            own = kind.quota.per if kind.quota is not None else usual
            found[name] = Quota(per=named or row.per or own, sites=number)
    return Quotas(found, (*mistakes, *wrong))


def _table(path: Path | None, catalogue: Catalogue) -> tuple[dict[str, Wanted], list[str]]:
    """What a table of quotas wants, and what is wrong in it."""
    from duibiao.evaluator.intake.quota_table import read_quota_table

    if path is None:
        return {}, []
    try:
        return read_quota_table(path.read_bytes(), path.name, catalogue)
    except OSError as error:
        fail(_("'{path}' cannot be read: {reason}").format(path=path, reason=reason(error)))


def _numbers(asked: tuple[str, ...], catalogue: Catalogue) -> tuple[dict[str, int], list[str]]:
    """The numbers by site type, '' for every other type, and what is wrong with them."""
    from duibiao.evaluator.intake.quota_table import NUMBER, place_names

    types = place_names(catalogue)
    found: dict[str, int] = {}
    mistakes: list[str] = []
    for each in asked:
        name, _equals, number = each.rpartition("=")
        ids = types.get(name) if name else [""]
        if not NUMBER.fullmatch(number):
            mistakes.append(_("--sites {text}: write a whole number from 1, as market=2 or 2").format(text=each))
        elif not ids:
            advice = types.advise(name)
            mistakes.append(_("No site type '{name}' that is a place; {advice}").format(name=name, advice=advice))
        elif ids[0] in found:
            mistakes.append(_("--sites {text}: this type is named twice").format(text=each))
        else:
            found[ids[0]] = int(number)
    return found, mistakes
