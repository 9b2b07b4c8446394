"""What `duibiao check` does with a round too large for a word on every finding."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from duibiao.commands.ending import fail
from duibiao.commands.progress import Step
from duibiao.commands.rejects import refuse
from duibiao.commands.scoring import below, inconsistent, too_large
from duibiao.commands.sent import LargeRound
from duibiao.commands.writing import replace_result
from duibiao.criteria.language import Language
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from duibiao.commands.check_run import Asked
    from duibiao.evaluator.assessment import Assessment


def score_large(asked: Asked, data: LargeRound, spoken: Language, step: Step) -> None:
    """Score a round in shares, write what there is of it and say what came of it."""
    _refuse_what_needs_words(asked)
    if data.submission.rejected and not asked.keep_going:
        refuse(data.submission, asked.out)
    step(_("scoring"))
    assessment, numbers = _assessed(data, spoken)
    if asked.out is not None:
        step(_("writing pages"))
        out = asked.out
        replace_result(out, lambda folder: _fill(folder, data, assessment, numbers, spoken))
    _tell(asked, assessment)


def _refuse_what_needs_words(asked: Asked) -> None:
    given = {
        "--baseline": asked.baseline is not None,
        "--previous": bool(asked.previous),
        "--handout": asked.handout,
        "--notice-template": asked.letter is not None,
        "--gaps-format": bool(asked.gap_formats),
        "--pdf": asked.printed,
        "--outlines": asked.outlines_file is not None,
    }
    wrong = ", ".join(name for name, is_given in given.items() if is_given)
    if wrong and asked.large:
        fail(
            _("{options} need a word on every finding, and with --large there is none; leave one of them out").format(
                options=wrong
            )
        )
    if wrong:
        fail(
            _(
                "{options} need a word on every finding, and this round has too many; score one area, or leave them out"
            ).format(options=wrong)
        )


def _assessed(data: LargeRound, spoken: Language) -> tuple[Assessment, pl.DataFrame]:
    from duibiao.evaluator.large_round import assess_large
    from duibiao.evaluator.subtotals import OneByOne
    from duibiao.evaluator.sums import TooLarge
    from duibiao.evaluator.totals import Inconsistent

    try:
        return assess_large(data.ground, data.shares, spoken, data.earlier)
    except OneByOne as error:
        fail(
            _("A round of this size cannot be scored with '{what}', which needs its findings one by one").format(
                what=error
            )
        )
    except TooLarge as error:
        too_large(error)
    except Inconsistent as error:
        inconsistent(error)


def _fill(folder: Path, data: LargeRound, assessment: Assessment, numbers: pl.DataFrame, spoken: Language) -> None:
    from duibiao.evaluator.share_rows import tables_of_ground
    from duibiao.reports.large_results import write_large_results

    write_large_results(folder, assessment, spoken)
    data.shares.write(tables_of_ground(data.ground), numbers, folder.resolve())
    _see_all_arrived(folder, assessment)


def _see_all_arrived(folder: Path, assessment: Assessment) -> None:
    """Where executors do not see the folder of this machine, what they write goes elsewhere, or nowhere."""
    import polars as pl

    assert assessment.large is not None
    for name, wanted in (("sites", assessment.large.sites), ("gaps", assessment.large.gaps)):
        files = sorted((folder / name).rglob("*.parquet"))
        found = pl.scan_parquet(files, glob=False).select(pl.len()).collect().item() if files else 0
        if found != wanted:
            fail(
                _("Of {wanted} rows of '{name}' {found} arrived; write into a folder that all machines share").format(
                    wanted=wanted, found=found, name=name
                )
            )


def _tell(asked: Asked, assessment: Assessment) -> None:
    from duibiao.reports.terminal import summary_of_large

    click.echo(summary_of_large(assessment, _), nl=False)
    if asked.out is not None:
        click.echo(_("Report: {path}").format(path=asked.out / "index.html"))
        click.echo(_("Tables of sites and gaps, by round and area: {path}").format(path=asked.out))
    if asked.fail_under is not None and below(assessment, asked.fail_under):
        click.echo(_("The total is below {mark}.").format(mark=asked.fail_under), err=True)
        sys.exit(1)
