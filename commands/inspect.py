"""`duibiao inspect`: how files are understood, before anything is scored."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from duibiao.commands import options
from duibiao.commands.reading import read_catalogue
from duibiao.commands.writing import write_new
from duibiao.criteria.language import Language
from duibiao.criteria.language import gettext as _


@click.command(
    short_help=_("How files are understood, before anything is scored."),
    help=_(
        "Show how DATA (files or folders) is understood: the shape of each table, its headers, what each column is "
        "taken for, how many cells are filled, and which cannot be read.\n\n"
        "\b\nExample:\n  duibiao inspect examples/zhoukou"
    ),
)
@options.data
@options.catalogue
@options.encoding
@click.option("--write-mapping", "draft", type=options.PATH, help=_("Write a mapping.yaml to start from."))
@options.limits
@options.text_or_json
@options.lang(_("Language of the answer."))
def inspect(
    data: tuple[Path, ...],
    name: str,
    encoding: str | None,
    draft: Path | None,
    factor: float,
    format_: str,
    lang: Language | None,
) -> None:
    """How files are understood, before anything is scored."""
    from duibiao.evaluator.document import to_json
    from duibiao.evaluator.intake.limits import Limits
    from duibiao.evaluator.intake.understanding import understand
    from duibiao.reports.understanding_text import understanding_document, understanding_text

    options.speak(lang)
    found = understand(data, read_catalogue(name), encoding, Limits().times(factor))
    told = to_json(understanding_document(found)).decode() if format_ == "json" else understanding_text(found, _)
    click.echo(told, nl=False)
    if draft is not None:
        from duibiao.reports.mapping_draft import mapping_draft

        text = mapping_draft(found, draft, _)
        write_new(draft, text.encode(), _("'{path}' is already there; choose a name that is not"))
        click.echo(_("Mapping: {path}").format(path=draft), err=True)
    if not found.whole:
        sys.exit(2)
