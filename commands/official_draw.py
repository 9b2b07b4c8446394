"""The official draw that forecast and plan simulate: how often, from what seed, and how many sites of which types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.core import ParameterSource

from duibiao.commands import options, quotas
from duibiao.commands.ending import fail
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.criteria.models import Quota
    from duibiao.evaluator.forecast import Forecast
    from duibiao.evaluator.judgement import Judgement
    from duibiao.evaluator.official_draws import NoForecast

_OPTIONS = (
    click.option(
        "--draws",
        type=click.IntRange(100, 1_000_000),
        default=10_000,
        show_default=True,
        help=_("How many times the draw is made."),
    ),
    options.seed(_("The number that decides all draws.")),
    click.option(
        "--donors",
        type=click.IntRange(1, 1_000),
        default=3,
        show_default=True,
        help=_("So many visited sites an area must have for its others to be like them; else those of the area above."),
    ),
    quotas.sites,
    quotas.per,
    quotas.table,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says of the draw, under the names of its parameters."""

    draws: int
    seed: int
    donors: int
    asked: tuple[str, ...]
    per: str | None
    table: Path | None

    def of(self, judgement: Judgement) -> Draw:
        """The draw of a round that is asked for."""
        read = quotas.read_quotas(self.asked, self.per, judgement.catalogue, judgement.geography, self.table)
        return Draw(self.draws, self.seed, self.donors, read.of, read.mistakes)


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw with the quotas that hold in it, by site type, and what is wrong with those that are asked for."""

    draws: int
    seed: int
    donors: int
    quotas: Mapping[str, Quota]
    mistakes: tuple[str, ...]

    def forecast(self, judgement: Judgement) -> Forecast | NoForecast:
        """What it is likely to give."""
        from duibiao.evaluator.forecast import forecast_of

        return forecast_of(judgement, draws=self.draws, seed=self.seed, donors=self.donors, asked=self.quotas)

    def nowhere(self, judgement: Judgement) -> str:
        """The line that names the types which are wanted and of which the register has no site; '' for none."""
        registered = set(judgement.submission.sites["site_type"])
        kinds = judgement.catalogue.site_types
        titles = [kinds[name].title for name in self.quotas if name not in registered]
        line = _("Not drawn, as the register has no site of them: {types}")
        return line.format(types=", ".join(titles)) + "\n" if titles else ""


def simulated(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of ``Asked``, for a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def told() -> tuple[str, ...]:
    """The options of the draw that stand on the command line of this run, as --sites."""
    context = click.get_current_context()
    names = {each.name for each in fields(Asked)}
    return tuple(
        each.opts[0]
        for each in context.command.params
        if each.name in names and context.get_parameter_source(each.name) is ParameterSource.COMMANDLINE
    )


def refuse(unknown: NoForecast) -> NoReturn:
    """Say why the draw cannot be simulated, and what to write where that helps; end with 2."""
    from duibiao.reports.forecast_words import REASONS

    advice = [_("Say how many are drawn: --sites market=2")] if unknown.reason == "no_quota" else []
    fail("\n".join([_(REASONS[unknown.reason]), *advice]))
