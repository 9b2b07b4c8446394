"""`duibiao forecast`: what the official draw is likely to give."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from duibiao.commands import official_draw, options
from duibiao.commands.ending import fail
from duibiao.commands.reading import read_judgement
from duibiao.commands.writing import write_answer
from duibiao.criteria import language
from duibiao.criteria.language import Language
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.evaluator.forecast import Forecast
    from duibiao.evaluator.judgement import Judgement


@click.command(
    short_help=_("What the official draw is likely to give."),
    help=_(
        "Draw sites as assessors do many times over, from what the result OUT knows of them: the likely total, the "
        "chance to pass and to reach each level, which site types the spread comes from, and which sites to visit "
        "next. Sites that nobody visited are like visited ones of their type nearby.\n\n"
        "\b\nExample:\n  duibiao check examples/zhoukou -o out\n  duibiao forecast --in out --sites market=2"
    ),
)
@options.result
@official_draw.simulated
@click.option("--json", "json_file", type=options.PATH, help=_("Write the forecast into this new file, as JSON."))
@options.lang(_("Language of the answer."))
def forecast(out: Path, json_file: Path | None, lang: Language | None, **drawn: Any) -> None:
    """What the official draw is likely to give."""
    from duibiao.evaluator.document import forecast_document, to_json
    from duibiao.evaluator.official_draws import NoForecast

    options.speak(lang)
    judgement = read_judgement(out)
    catalogue = judgement.catalogue
    language.use(lang or catalogue.head.language)
    draw = official_draw.Asked(**drawn).of(judgement)
    if draw.mistakes:
        fail("\n".join(draw.mistakes))
    found = draw.forecast(judgement)
    if isinstance(found, NoForecast):
        official_draw.refuse(found)
    if json_file is not None:
        write_answer(json_file, to_json(forecast_document(found, catalogue.score)))
    click.echo(_told(judgement, found) + draw.nowhere(judgement), nl=False)


def _told(judgement: Judgement, found: Forecast) -> str:
    """The forecast in words, with the total of now."""
    from duibiao.reports.forecast_text import forecast_text

    total, names = judgement.total, dict(judgement.submission.sites.select("site", "name").iter_rows())
    return forecast_text(found, total.total(), total.whole_bounds(), judgement.catalogue, names, _)
