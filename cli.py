"""How it is called: parse, call, print, exit code. 0 done; 1 below a mark or findings; 2 wrong use or bad input."""

from __future__ import annotations

import gc
import signal
from contextlib import suppress
from types import FrameType
from typing import Final

import click

from duibiao.commands.catalogue import catalogue
from duibiao.commands.check import check
from duibiao.commands.checklist import checklist
from duibiao.commands.compare import compare
from duibiao.commands.draw import draw
from duibiao.commands.explain import explain
from duibiao.commands.forecast import forecast
from duibiao.commands.form import form
from duibiao.commands.inspect import inspect
from duibiao.commands.lint import lint
from duibiao.commands.new import new
from duibiao.commands.plan import plan
from duibiao.commands.questionnaires import questionnaires
from duibiao.commands.ranking import ranking
from duibiao.commands.recount import recount
from duibiao.commands.sample_size import sample_size
from duibiao.commands.what_if import what_if
from duibiao.criteria.language import gettext as _

# When Python looks for garbage in circles. A command makes hundreds of thousands of values that live until it ends, and
# as often as Python looks by itself, it would spend a tenth of its time on going through them. A million values that
# nobody needs any more are some 100 MB; a small city never gets there.
COLLECT: Final = (1_000_000, 20, 20)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=_("Hold a city's inspection data against the criteria of the National Civilized City evaluation."),
)
@click.version_option(package_name="duibiao", prog_name="duibiao")
def main() -> None:
    """对标: hold a city's inspection data against the criteria of the 全国文明城市 evaluation."""
    gc.set_threshold(*COLLECT)
    with suppress(ValueError):  # only the main thread is told of signals
        signal.signal(signal.SIGTERM, _ended)


def _ended(number: int, _frame: FrameType | None) -> None:
    """End as after an error, so that what is half made is cleared away."""
    raise SystemExit(128 + number)


for command in (
    catalogue, check, checklist, compare, draw, explain, forecast, form, inspect, lint, new, plan,
    questionnaires, ranking, recount, sample_size, what_if,
):  # fmt: skip
    main.add_command(command)

if __name__ == "__main__":
    main()
