"""`duibiao questionnaires`: what people answered, with how far it can be trusted."""

from __future__ import annotations

from pathlib import Path

import click

from duibiao.commands import options
from duibiao.commands.reading import read_judgement
from duibiao.criteria import language
from duibiao.criteria.language import Language, translations
from duibiao.criteria.language import gettext as _


@click.command(
    short_help=_("What people answered, and how far that can be trusted."),
    help=_(
        "Every question and rate of the questionnaires in the result OUT: of everybody, of each area and of each group "
        "the value with its interval, how many answers it rests on, and which limits it misses or holds within the "
        "error. Of fewer people than the questionnaire's minimum nothing is said.\n\n"
        "\b\nExample:\n  duibiao check examples/zhoukou -o out\n  duibiao questionnaires --in out"
    ),
)
@click.option("--in", "out", type=options.PATH, required=True, help=_("The result of `duibiao check -o`."))
@options.lang(_("Language of the answer."))
def questionnaires(out: Path, lang: Language | None) -> None:
    """What people answered, and how far that can be trusted."""
    from duibiao.evaluator.assess import assess_judgement
    from duibiao.reports.reading import Reading
    from duibiao.reports.terminal_questionnaires import questionnaires_text

    options.speak(lang)
    judgement = read_judgement(out)
    spoken = lang or judgement.catalogue.head.language
    language.use(spoken)
    reading = Reading(assess_judgement(judgement, spoken), translations(spoken), "none")
    click.echo(questionnaires_text(reading), nl=False)
