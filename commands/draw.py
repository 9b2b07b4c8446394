"""`duibiao draw`: draw sites for inspection, as assessors do."""

from __future__ import annotations

from typing import Any

import click

from duibiao.commands import options, quotas
from duibiao.criteria.language import gettext as _


@click.command(
    short_help=_("Draw sites for inspection, as assessors do."),
    help=_(
        "Draw sites from the register in DATA, or from that of a result of check: as many of each type in every area "
        "as its quota says, and reserves in their order. The same register and seed draw the same sites on every "
        "machine. The list is printed, and written to files to print, tick and sort.\n\n"
        "\b\nExample:\n  duibiao draw out --seed 7 --sites market=2 --per district -o draw.html"
    ),
)
@options.data
@options.seed(_("The number that decides who is drawn."))
@click.option(
    "--reserve",
    type=click.IntRange(0, 1_000_000),
    default=1,
    show_default=True,
    help=_("How many sites of each type and area stand in for others."),
)
@quotas.sites
@quotas.per
@quotas.table
@click.option("--type", "site_types", multiple=True, help=_("List this site type only; may be repeated."))
@click.option("--area", "areas", multiple=True, help=_("List this area only, by name or path; may be repeated."))
@click.option("--fresh", is_flag=True, help=_("Leave out the sites that the round has visited."))
@click.option(
    "--catalogue", "name", help=_("A shipped catalogue or a folder; that of the result, else national, otherwise.")
)
@click.option(
    "-o", "--out", multiple=True, type=options.PATH, help=_("A file to write, .html, .xlsx or .csv; may be repeated.")
)
@options.lang(_("Language of the list; the catalogue's otherwise."))
def draw(**words: Any) -> None:
    """Draw sites for inspection."""
    from duibiao.commands.draw_run import Asked, run

    run(Asked(**words))
