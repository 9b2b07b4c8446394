"""`duibiao new`: make a small example city and an overlay to start from."""

from __future__ import annotations

from pathlib import Path

import click

from duibiao.commands import options
from duibiao.commands.ending import fail, unwritable
from duibiao.criteria.language import gettext as _


@click.command(
    short_help=_("Make a small example city and an overlay to start from."),
    help=_(
        "Make FOLDER with a small example city and an overlay of the national catalogue to start from.\n\n"
        "\b\nExample:\n  duibiao new my-city"
    ),
)
@click.argument("folder", type=options.PATH)
def new(folder: Path) -> None:
    """Make a small example city and an overlay to start from."""
    from duibiao.criteria.starter import FolderTaken, make_starter

    try:
        written = make_starter(folder)
    except FolderTaken:
        fail(_("'{path}' is already there; choose a name that is not").format(path=folder))
    except OSError as error:
        unwritable(folder, error)
    for path in written:
        click.echo(path)
    click.echo(
        _("Now: duibiao check {data} --catalogue {criteria} -o out").format(
            data=folder / "data", criteria=folder / "criteria"
        )
    )
