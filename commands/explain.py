"""`duibiao explain`: show why one finding is what it is."""

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
    short_help=_("Show why one finding is what it is."),
    help=_(
        "Show why CRITERION at SITE was judged so: the formula with its values, the level that held, the source, and "
        "what the next better level takes.\n\n"
        "\b\nExample:\n  duibiao explain 华耀城商贸市场 fire_lane --in out"
    ),
)
@click.argument("site")
@click.argument("criterion")
@click.option("--in", "folder", type=options.PATH, required=True, help=_("An output folder of check."))
@options.lang(_("Language of the answer."))
def explain(site: str, criterion: str, folder: Path, lang: Language | None) -> None:
    """Show why one finding is what it is."""
    from duibiao.evaluator.explain import NoFinding
    from duibiao.evaluator.explain import explain as explained
    from duibiao.reports.terminal import explanation

    catalogue, submission, round_id, as_of = read_inputs(folder)
    language.use(lang or catalogue.head.language)
    try:
        found = explained(catalogue, submission, round_id, as_of, site, criterion, _)
    except NoFinding as error:
        fail(_("No finding for '{name}'; {advice}").format(name=error.asked, advice=error.advice))
    click.echo("\n".join(explanation(each, catalogue, _) for each in found), nl=False)
