"""`duibiao plan`: what to mend first."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from duibiao.commands import official_draw, options, planning
from duibiao.commands.reading import read_judgement
from duibiao.commands.writing import refuse_unwritable, write_answer, write_form
from duibiao.criteria import language
from duibiao.criteria.language import Language
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.evaluator.mending_plan import AimKind


@click.command(
    short_help=_("What to mend first."),
    help=_(
        "Of the gaps of a result choose those to mend first: the fewest person-days to the pass mark (or a level), or "
        "the highest total for the person-days there are. Levels, vetoes and budgets are held; the total that is "
        "promised is the exact figure with these gaps met. Beside it stands how often the official draw reaches the "
        "mark, and what to mend beyond the plan until it does so often enough.\n\n"
        "Files of person-days are .csv (name, person-days) or .yaml (name: person-days).\n\n"
        "\b\nExample:\n  duibiao plan --in out\n  duibiao plan --in out --aim total --budget 40 --xlsx plan.xlsx\n"
        "  duibiao plan --in out --chance 0.95 --sites market=2 --per district"
    ),
)
@options.result
@click.option("--aim", type=click.Choice(["total", "pass", "level"]), default="pass", show_default=True,
              help=_("The highest total within the budget, or a mark with the fewest person-days."))  # fmt: skip
@click.option("--level", help=_("The level that --aim level is to reach."))
@click.option("--chance", help=_("How often the official draw is to reach the mark, as 0.95 or 95%; otherwise 0.9."))
@official_draw.simulated
@click.option("--budget", help=_("Person-days in all."))
@click.option("--budgets", type=options.PATH, help=_("A file of person-days by unit."))
@options.as_of(_("The last day of mending: each other unit has the working days (Mon-Fri) until then."), "--until")
@click.option("--persons", default="1", show_default=True, help=_("Persons of each unit, with --until."))
@click.option("--efforts", type=options.PATH, help=_("A file of person-days a gap, by criterion or by gap."))
@click.option(
    "--must",
    multiple=True,
    help=_("A gap (site:criterion or its id) or a criterion that must be mended, or a file of such; repeatable."),
)
@click.option("--fixed", multiple=True, help=_("The same for what cannot be mended."))
@click.option("--mip-gap", type=options.Number(0, 0.01), default=0.0001, show_default=True,
              help=_("How far from the best the answer may stay, as a share; at most 0.01."))  # fmt: skip
@click.option(
    "--time-limit",
    type=options.Number(0, min_open=True),
    help=_("Seconds for the search; the answer may then differ from run to run."),
)
@click.option("--json", "json_file", type=options.PATH, help=_("Write the plan into this new file, as JSON."))
@click.option(
    "--xlsx", type=options.PATH, help=_("Write a new workbook with the gaps of the plan and beyond it, in their order.")
)
@options.lang(_("Language of the answer."))
def plan(
    out: Path,
    aim: AimKind,
    level: str | None,
    chance: str | None,
    budget: str | None,
    budgets: Path | None,
    until: date | None,
    persons: str,
    efforts: Path | None,
    must: tuple[str, ...],
    fixed: tuple[str, ...],
    mip_gap: float,
    time_limit: float | None,
    json_file: Path | None,
    xlsx: Path | None,
    lang: Language | None,
    **drawn: Any,
) -> None:
    """What to mend first."""
    from duibiao.evaluator.assess import assess_judgement
    from duibiao.evaluator.linear import Limits
    from duibiao.evaluator.plan_files import Reading
    from duibiao.evaluator.plan_request import Wish
    from duibiao.reports.plan_workbook import plan_workbook
    from duibiao.reports.terminal_plan import plan_document, plan_text

    options.speak(lang)
    refuse_unwritable((json_file, xlsx))
    judgement = read_judgement(out)
    spoken = lang or judgement.catalogue.head.language
    language.use(spoken)
    reading = Reading()
    persons_each = reading.number("persons", persons)
    wish = Wish(
        aim=aim,
        level=level,
        chance=reading.share("chance", chance),
        drawn=official_draw.told(),
        budget=reading.number("budget", budget),
        budgets=reading.days("budgets", budgets),
        until=until,
        persons=Fraction(1) if persons_each is None else persons_each,
        efforts=reading.days("efforts", efforts),
        must=reading.names("must", must),
        fixed=reading.names("fixed", fixed),
        places=reading.places,
    )
    limits = Limits(gap=mip_gap, seconds=time_limit)
    draw = official_draw.Asked(**drawn).of(judgement)
    assessment = planning.planned(judgement, assess_judgement(judgement, spoken), wish, reading.mistakes, draw, limits)
    if json_file is not None:
        write_answer(json_file, plan_document(assessment, spoken))
    if xlsx is not None:
        write_form(xlsx, plan_workbook(assessment, spoken))
    told = draw.nowhere(judgement) if assessment.assurance is not None else ""
    click.echo(plan_text(assessment, _) + told, nl=False)
