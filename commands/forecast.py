"""`duibiao forecast`: what the official draw is likely to give."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from duibiao.commands import options, quotas
from duibiao.commands.ending import fail
from duibiao.commands.reading import read_judgement
from duibiao.commands.writing import write_new
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
@click.option("--in", "out", type=options.PATH, required=True, help=_("The result of `duibiao check -o`."))
@click.option(
    "--draws",
    type=click.IntRange(100, 1_000_000),
    default=10_000,
    show_default=True,
    help=_("How many times the draw is made."),
)
@options.seed(_("The number that decides all draws."))
@click.option(
    "--donors",
    type=click.IntRange(1, 1_000),
    default=3,
    show_default=True,
    help=_("So many visited sites an area must have for its others to be like them; else those of the area above."),
)
@quotas.sites
@quotas.per
@click.option("--json", "json_file", type=options.PATH, help=_("Write the forecast into this new file, as JSON."))
@options.lang(_("Language of the answer."))
def forecast(
    out: Path, draws: int, seed: int, donors: int, asked: tuple[str, ...], per: str | None, json_file: Path | None,
    lang: Language | None,
) -> None:  # fmt: skip
    """What the official draw is likely to give."""
    from duibiao.evaluator.document import forecast_document, to_json
    from duibiao.evaluator.forecast import forecast_of
    from duibiao.evaluator.official_draws import NoForecast
    from duibiao.reports.forecast_words import REASONS

    options.speak(lang)
    judgement = read_judgement(out)
    catalogue = judgement.catalogue
    language.use(lang or catalogue.head.language)
    wanted = quotas.read_quotas(asked, per, catalogue, judgement.geography)
    if wanted.mistakes:
        fail("\n".join(wanted.mistakes))
    found = forecast_of(judgement, draws=draws, seed=seed, donors=donors, asked=wanted.of)
    if isinstance(found, NoForecast):
        fail(_(REASONS[found.reason]))
    if json_file is not None:
        raw = to_json(forecast_document(found, catalogue.score))
        write_new(json_file, raw, _("'{path}' is already there; choose another name"))
    click.echo(_told(judgement, found), nl=False)


def _told(judgement: Judgement, found: Forecast) -> str:
    """The forecast in words, with the total of now."""
    from duibiao.reports.forecast_text import forecast_text

    total, names = judgement.total, dict(judgement.submission.sites.select("site", "name").iter_rows())
    return forecast_text(found, total.total(), total.whole_bounds(), judgement.catalogue, names, _)
