"""`duibiao catalogue`: list, show and compare catalogues, make a handbook of one, print their JSON Schema."""

from __future__ import annotations

from pathlib import Path

import click

from duibiao.commands import options
from duibiao.commands.ending import fail
from duibiao.commands.reading import read_catalogue, read_sources
from duibiao.commands.writing import replace
from duibiao.criteria.language import Language
from duibiao.criteria.language import gettext as _


@click.group(help=_("List, show and compare catalogues; make a handbook of one; print their JSON Schema."))
def catalogue() -> None:
    """List, show and compare catalogues; make a handbook of one; print their JSON Schema."""


@catalogue.command(
    "list",
    short_help=_("The catalogues that come with the program."),
    help=_("List the catalogues that come with the program.\n\n\b\nExample:\n  duibiao catalogue list"),
)
def catalogue_list() -> None:
    """The catalogues that come with the program."""
    from duibiao.criteria.load import shipped_catalogues
    from duibiao.reports.terminal import catalogue_line

    for name in shipped_catalogues():
        click.echo(catalogue_line(read_catalogue(name), _))


@catalogue.command(
    "show",
    short_help=_("Show a catalogue, a site type or a criterion."),
    help=_(
        "Show what the catalogue NAME asks; with WHAT, one site type or one criterion in full.\n\n"
        "\b\nExample:\n  duibiao catalogue show national market"
    ),
)
@click.argument("name", default="national")
@click.argument("what", required=False)
def catalogue_show(name: str, what: str | None) -> None:
    """Show what a catalogue asks; with WHAT, one site type or one criterion in full."""
    from duibiao.criteria.diagnostics import advise
    from duibiao.reports.terminal import catalogue_overview, criterion_text, site_type_text

    shown = read_catalogue(name)
    criteria = {each.id: each for each in shown.criteria}
    if what is None:
        click.echo(catalogue_overview(shown, _), nl=False)
    elif what in shown.site_types:
        click.echo(site_type_text(shown, shown.site_types[what], _), nl=False)
    elif what in criteria:
        click.echo(criterion_text(shown, criteria[what], _), nl=False)
    else:
        fail(
            _("No site type or criterion '{name}'; {advice}").format(
                name=what, advice=advise(what, [*shown.site_types, *criteria])
            )
        )


@catalogue.command(
    "diff",
    short_help=_("What one catalogue changes in another."),
    help=_(
        "Print what NEW adds, drops and changes against OLD, criterion by criterion, with the points.\n\n"
        "\b\nExample:\n  duibiao catalogue diff national my-city/criteria"
    ),
)
@click.argument("old")
@click.argument("new")
def catalogue_diff(old: str, new: str) -> None:
    """Print what NEW adds, drops and changes against OLD, criterion by criterion, with the points."""
    from duibiao.criteria.difference import compare_catalogues
    from duibiao.reports.terminal import difference_text

    click.echo(difference_text(compare_catalogues(read_catalogue(old), read_catalogue(new)), _), nl=False)


@catalogue.command(
    "handbook",
    short_help=_("Make a handbook of a catalogue: pages to teach and to look things up."),
    help=_(
        "Make a handbook of the catalogue NAME: a page for each site type with what is looked at, how it is scored, "
        "worked examples, remedy, unit and source of each criterion; pages by outline, unit and source; a search. The "
        "pages make no request.\n\n"
        "\b\nExample:\n  duibiao catalogue handbook national -o handbook"
    ),
)
@click.argument("name", default="national")
@click.option("-o", "--out", type=options.PATH, required=True, help=_("Where it goes; replaced as a whole."))
@options.lang(_("Language of the handbook; the catalogue's otherwise."))
def catalogue_handbook(name: str, out: Path, lang: Language | None) -> None:
    """Make a handbook of the catalogue NAME."""
    from duibiao.criteria.diagnostics import CatalogueError
    from duibiao.reports.folder import HANDBOOK
    from duibiao.reports.handbook import read_handbook
    from duibiao.reports.handbook_pages import write_handbook

    try:
        book = read_handbook(read_sources(name), lang)
    except CatalogueError as error:
        fail(f"{error}\n" + _("The catalogue has mistakes; no handbook was made."))
    foreign = _("'{path}' is not a handbook of duibiao and is not overwritten; choose another folder")
    replace(out, lambda folder: write_handbook(folder, book), HANDBOOK, foreign)
    click.echo(_("Handbook: {path}").format(path=out / "index.html"))


@catalogue.command(
    "schema",
    short_help=_("The JSON Schema of criteria files, for editors."),
    help=_(
        "Print the JSON Schema (draft-07) of criteria files, for editors.\n\n"
        "\b\nExample:\n  duibiao catalogue schema > criteria.schema.json"
    ),
)
def catalogue_schema() -> None:
    """Print the JSON Schema (draft-07) of criteria files, for editors."""
    import json

    from duibiao.criteria.schema import criteria_schema

    click.echo(json.dumps(criteria_schema(), ensure_ascii=False, indent=2))
