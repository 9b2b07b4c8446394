"""`duibiao what-if`: what the score would be if something were mended."""

from __future__ import annotations

from pathlib import Path

import click

from duibiao.commands import options
from duibiao.commands.ending import fail
from duibiao.commands.reading import read_inputs
from duibiao.criteria import language
from duibiao.criteria.language import Language
from duibiao.criteria.language import gettext as _


@click.command(
    short_help=_("What the score would be if something were mended."),
    help=_(
        "Recompute the result OUT with gaps mended (--close) or values otherwise (--set): the total before and after, "
        "each part of the difference, and every other figure that changes.\n\n"
        "\b\nExample:\n  duibiao what-if out --close 光华农贸市场:fire_lane"
    ),
)
@click.argument("out", type=options.PATH)
@click.option("--close", multiple=True, help=_("A gap, as site:criterion or by its id; may be repeated."))
@click.option("--set", "settings", multiple=True, help=_("site.field=value; may be repeated."))
@options.text_or_json
@options.lang(_("Language of the answer."))
def what_if(out: Path, close: tuple[str, ...], settings: tuple[str, ...], format_: str, lang: Language | None) -> None:
    """What the score would be if something were mended."""
    from duibiao.evaluator.document import to_json
    from duibiao.evaluator.what_if import WrongQuestion
    from duibiao.evaluator.what_if import what_if as answered
    from duibiao.reports.changes_text import what_if_document, what_if_text

    options.speak(lang)
    if not close and not settings:
        fail(_("Say what would be otherwise: --close site:criterion, or --set site.field=value"))
    catalogue, submission, round_id, as_of = read_inputs(out)
    spoken = lang or catalogue.head.language
    language.use(spoken)
    try:
        answer = answered(catalogue, submission, round_id, as_of, close, settings, spoken)
    except WrongQuestion as error:
        fail("\n".join(_(text).format(**values) for text, values in error.mistakes))
    told = to_json(what_if_document(answer)).decode() if format_ == "json" else what_if_text(answer, _)
    click.echo(told, nl=False)
