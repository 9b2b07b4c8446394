"""`duibiao compare`: why the score changed between two results."""

from __future__ import annotations

from pathlib import Path

import click

from duibiao.commands import options, scoring
from duibiao.commands.reading import read_judgement
from duibiao.criteria import language
from duibiao.criteria.language import Language
from duibiao.criteria.language import gettext as _


@click.command(
    short_help=_("Why the score changed between two results."),
    help=_(
        "Split the change of the total from the result OLD to the result NEW exactly into its causes, and name what "
        "was met before and is missed now. Results of different methods are not compared.\n\n"
        "\b\nExample:\n  duibiao check examples/zhoukou --round 2025-W09 -o out-w09\n  duibiao compare out-w09 out"
    ),
)
@click.argument("old", type=options.PATH)
@click.argument("new", type=options.PATH)
@options.text_or_json
@options.lang(_("Language of the answer."))
def compare(old: Path, new: Path, format_: str, lang: Language | None) -> None:
    """Why the score changed between two results."""
    from duibiao.evaluator.document import to_json
    from duibiao.reports.changes_text import comparison_document, comparison_text

    options.speak(lang)
    before, after = read_judgement(old), read_judgement(new)
    language.use(lang or after.catalogue.head.language)
    found = scoring.compare(before, after)
    told = to_json(comparison_document(found)).decode() if format_ == "json" else comparison_text(found, _)
    click.echo(told, nl=False)
