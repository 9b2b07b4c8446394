"""`duibiao checklist`: make checklists to print and tick."""

from __future__ import annotations

from typing import Any, Final

import click

from duibiao.commands import options
from duibiao.criteria.language import gettext as _

FORMATS: Final = ("html", "docx", "xlsx")


@click.command(
    short_help=_("Make checklists to print and tick."),
    help=_(
        "Make checklists: what is looked at, what counts as met, which evidence, examples, what mending "
        "takes, with boxes to tick. By site type they stand for any site of it; by site, unit or area for the sites "
        "that --in knows, and a result of check fills in what was last found there. What belongs to a site, as a "
        "public toilet to a market, stands on its checklist.\n\n"
        "\b\nExample:\n  duibiao checklist --type market --quiz -o market.html"
    ),
)
@click.option("--type", "site_types", multiple=True, help=_("A site type, by id, title or alias; may be repeated."))
@click.option("--site", help=_("A site, by number or name."))
@click.option("--unit", help=_("A unit, by name: only what it leads on."))
@click.option("--area", help=_("An area, by name or path: every site in it."))
@click.option("--draw", "drawn", type=options.PATH, help=_("A list of `duibiao draw`, as .csv: every drawn site."))
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help=_("A file for every site that belongs to no other, in folders by area below -o."),
)
@click.option(
    "--in",
    "given",
    multiple=True,
    type=options.PATH,
    help=_("A result folder of check, or data with the register; data may be repeated."),
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="html",
    show_default=True,
    help=_("A page, a Word document or a workbook."),
)
@click.option("--blank", is_flag=True, help=_("Without what was last found."))
@click.option(
    "--order",
    type=click.Choice(["outline", "points"]),
    default="outline",
    show_default=True,
    help=_("By the outline, or what lost most points first."),
)
@click.option(
    "--quiz", "quizzed", is_flag=True, help=_("Ten questions at the end, the answers on a page of their own.")
)
@click.option(
    "--catalogue", "name", help=_("A shipped catalogue or a folder; that of the result, else national, otherwise.")
)
@click.option("-o", "--out", type=options.PATH, help=_("The file to write, or with --all the folder."))
@options.as_of(_("The day whose criteria hold, as 2026-03-31; not with a result."))
@options.lang(_("Language of the checklist; the catalogue's otherwise."))
def checklist(**words: Any) -> None:
    """Make checklists."""
    from duibiao.commands.checklist_run import Asked, run

    run(Asked(**words))
