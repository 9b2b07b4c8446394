"""`duibiao recount`: count a result again, independently."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from duibiao.commands import options
from duibiao.commands.reading import refuse_large
from duibiao.criteria.language import Language
from duibiao.criteria.language import gettext as _


@click.command(
    short_help=_("Count a result again, independently."),
    help=_(
        "Count the result OUT again from its findings and its printed method, by a program of one file that shares "
        "nothing with this one; it lies in OUT too (python3 OUT/recount.py).\n\n"
        "\b\nExample:\n  duibiao recount out"
    ),
)
@click.argument("out", type=options.PATH)
@options.lang(_("Language of the answer."))
def recount(out: Path, lang: Language | None) -> None:
    """Count a result again, independently."""
    from duibiao.evaluator.recount import main

    options.speak(lang)
    refuse_large([out])
    sys.exit(main([str(out), *(["--lang", lang] if lang is not None else [])]))
