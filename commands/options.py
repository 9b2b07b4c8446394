"""Options that several commands have, each declared once."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import click

from duibiao.criteria import language
from duibiao.criteria.language import Language
from duibiao.criteria.language import gettext as _

Option = Callable[[Callable[..., Any]], Callable[..., Any]]
PATH: Final = click.Path(path_type=Path)
ENCODINGS: Final = ("utf-8", "gb18030", "big5")


class Number(click.FloatRange):
    """A number within a range; nan, which compares with nothing, and what is infinite are none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number of what is written."""
        found = float(super().convert(value, param, ctx))
        if not math.isfinite(found):
            self.fail(_("'{value}' is no number; write it in digits").format(value=value), param, ctx)
        return found


data = click.argument("data", nargs=-1, required=True, type=PATH)
result = click.option("--in", "out", type=PATH, required=True, help=_("A result of `duibiao check -o`."))
catalogue = click.option(
    "--catalogue", "name", default="national", show_default=True, help=_("A shipped catalogue or a folder.")
)
encoding = click.option(
    "--encoding", type=click.Choice(ENCODINGS), help=_("Encoding of .csv and .tsv files; found out otherwise.")
)
limits = click.option(
    "--limits",
    "factor",
    type=Number(1),
    default=1,
    help=_("How many times the usual limits of size, memory and time a file may take."),
)
text_or_json = click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True
)


def lang(told: str) -> Option:
    """``--lang``; ``told`` is what is in that language."""
    return click.option("--lang", type=click.Choice(["zh", "en"]), help=told)


def seed(told: str) -> Option:
    """``--seed``; ``told`` is what the number decides."""
    return click.option("--seed", type=int, default=2026, show_default=True, help=told)


def as_of(told: str, name: str = "--as-of") -> Option:
    """``--as-of``, a day; ``told`` is what the day decides."""
    return click.option(name, callback=_day, help=told)


def speak(chosen: Language | None) -> None:
    """Go on in the language that was chosen, if one was."""
    if chosen is not None:
        language.use(chosen)


def _day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%d").date()
    except ValueError as error:
        raise click.BadParameter(_("'{value}' is no date; write it as 2026-03-31").format(value=value)) from error
