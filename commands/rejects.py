"""What is said where rows were rejected."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from duibiao.commands.ending import fail
from duibiao.commands.reading import tell_check_up
from duibiao.commands.writing import replace_result
from duibiao.criteria.language import Language
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.criteria.models import Catalogue
    from duibiao.evaluator.submission import Submission

SHOWN: Final = 10


def reject(
    submission: Submission,
    catalogue: Catalogue,
    round_id: str | None,
    as_of: date | None,
    data: tuple[Path, ...],
    out: Path | None,
    spoken: Language,
    *,
    undated: bool = False,
) -> NoReturn:
    """Say what is to be mended, write the check-up and the rejects into ``out``, and end with 2; ``undated`` where no
    date is left without the rejected rows."""
    from duibiao.evaluator.intake.paths import path_text
    from duibiao.reports.results import write_check_up

    checkup = tell_check_up(submission, catalogue, round_id, as_of)
    if out is not None:
        replace_result(out, lambda folder: write_check_up(folder, checkup, catalogue, submission, spoken))
        _tell_rejects(out)
        click.echo(
            _("To mend: {path}. Save it under another name and check it with the data: {command}").format(
                path=out / "rejects.xlsx", command=f"duibiao check {' '.join(map(path_text, data))} rejects-mended.xlsx"
            ),
            err=True,
        )
    _no_score(undated)


def refuse(submission: Submission, out: Path | None, *, undated: bool = False) -> NoReturn:
    """The same where single rows are not looked into: write the rejects into ``out``, and end with 2."""
    from duibiao.reports.check_up_text import rows_text
    from duibiao.reports.results import write_rejects

    click.echo(rows_text(submission.read, submission.used, submission.rejected, _), err=True)
    for each in submission.rejects[:SHOWN]:
        click.echo(f"  {each.place}: {each.reason} {each.suggestion}".rstrip(), err=True)
    if out is not None:
        replace_result(out, lambda folder: write_rejects(folder, submission))
        _tell_rejects(out)
    _no_score(undated)


def _tell_rejects(out: Path) -> None:
    click.echo(_("Every rejected row with its cell: {path}").format(path=out / "rejects.csv"), err=True)


def _no_score(undated: bool) -> NoReturn:
    if undated:
        fail(
            _(
                "No score: no accepted row of this round carries a date; mend the rejected rows, or say which day's "
                "criteria hold: --as-of 2026-03-31"
            )
        )
    fail(_("No score: mend the rejected rows, or add --keep-going for a provisional score without them."))
