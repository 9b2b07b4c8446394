"""`duibiao sample-size`: how many answers a questionnaire needs."""

from __future__ import annotations

import click

from duibiao.commands.ending import fail
from duibiao.criteria.language import gettext as _


@click.command(
    "sample-size",
    short_help=_("How many answers a questionnaire needs."),
    help=_(
        "Say how many people must answer so that a share is known within ± MARGIN. Plan for more people than that: not "
        "everybody answers.\n\n"
        "\b\nExample:\n  duibiao sample-size --margin 0.05 --population 2000 --design-effect 1.5"
    ),
)
@click.option("--margin", type=float, required=True, help=_("How far off the share may be, between 0 and 1: 0.05."))
@click.option(
    "--share",
    type=float,
    default=0.5,
    show_default=True,
    help=_("What the share is expected to be, between 0 and 1; 0.5 needs most answers, so it is the safe choice."),
)
@click.option("--population", type=int, help=_("Of how many people the sample is drawn; it counts where they are few."))
@click.option(
    "--design-effect",
    type=float,
    default=1.0,
    show_default=True,
    help=_(
        "How many times the answers of a simple random sample are needed: above 1 for clusters and unequal weights."
    ),
)
@click.option(
    "--confidence",
    type=float,
    default=0.95,
    show_default=True,
    help=_("How often such an interval holds the share of all people, between 0 and 1."),
)
def sample_size(margin: float, share: float, population: int | None, design_effect: float, confidence: float) -> None:
    """Say how many people must answer."""
    from duibiao.evaluator.proportion import LEAST_MARGIN, MOST_EFFECT, MOST_PEOPLE, NoSuchSample, answers_needed

    try:
        click.echo(answers_needed(margin, share, confidence, population, design_effect))
    except NoSuchSample as wrong:
        ranges = {
            "margin": _("write a number from {least} to below 1").format(least=f"{LEAST_MARGIN:f}"),
            "population": _("write a whole number above 0, at most {most}").format(most=MOST_PEOPLE),
            "design_effect": _("write a number above 0, at most {most}").format(most=MOST_EFFECT),
        }
        lines = [
            _("{option}: {advice}").format(
                option="--" + name.replace("_", "-"), advice=ranges.get(name, _("write a number between 0 and 1"))
            )
            for name in wrong.names
        ]
        fail("\n".join(lines))
