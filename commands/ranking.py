"""`duibiao ranking`: the places of areas, and how firm they are."""

from __future__ import annotations

from pathlib import Path

import click

from duibiao.commands import options
from duibiao.commands.reading import read_judgement
from duibiao.criteria import language
from duibiao.criteria.language import Language, translations
from duibiao.criteria.language import gettext as _


@click.command(
    short_help=_("The places of areas, and how firm they are."),
    help=_(
        "The areas of the result OUT in their places, each with how often it keeps its own where a criterion is left "
        "out or weights move by 10 %, which places it may get then, and what moves it.\n\n"
        "\b\nExample:\n  duibiao check examples/zhoukou -o out\n  duibiao ranking --in out"
    ),
)
@click.option("--in", "out", type=options.PATH, required=True, help=_("The result of `duibiao check -o`."))
@options.lang(_("Language of the answer."))
def ranking(out: Path, lang: Language | None) -> None:
    """The places of areas, and how firm they are."""
    from duibiao.evaluator.assess import assess_judgement
    from duibiao.reports.reading import Reading
    from duibiao.reports.terminal_ranking import ranking_text

    options.speak(lang)
    judgement = read_judgement(out)
    spoken = lang or judgement.catalogue.head.language
    language.use(spoken)
    reading = Reading(assess_judgement(judgement, spoken), translations(spoken), "none")
    click.echo(ranking_text(reading), nl=False)
