"""What `duibiao check` does."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duibiao.commands import planning, scoring
from duibiao.commands.ending import fail
from duibiao.commands.engines import Engine, EngineName, engine
from duibiao.commands.large_run import score_large
from duibiao.commands.letters import read_template
from duibiao.commands.outlines import read_outlines
from duibiao.commands.pdf import find_browser
from duibiao.commands.progress import Step, progress
from duibiao.commands.reading import read_catalogue, read_judgement
from duibiao.commands.rejects import reject
from duibiao.commands.result import Enclosures, Scored, Written, write_result
from duibiao.commands.sent import LargeRound, sent
from duibiao.criteria import language
from duibiao.criteria.language import Language
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.criteria.models import Catalogue
    from duibiao.evaluator.assessment import Assessment
    from duibiao.evaluator.intake.rounds import Period
    from duibiao.evaluator.judgement import Judgement
    from duibiao.evaluator.submission import Crs, Submission
    from duibiao.reports.outlines import Outlines
    from duibiao.reports.reading import Pages


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says, under the names of its parameters."""

    data: tuple[Path, ...]
    name: str
    out: Path | None
    round_id: str | None
    round_by: Period | None
    as_of: date | None
    fail_under: float | None
    baseline: Path | None
    previous: tuple[Path, ...]
    encoding: str | None
    crs: Crs | None
    outlines_file: Path | None
    outlines_crs: Crs | None
    no_forecast: bool
    keep_going: bool
    pages: Pages
    handout: bool
    letter: Path | None
    pdf: bool
    browser: str | None
    gap_formats: tuple[str, ...]
    engine_name: EngineName
    master: str | None
    spark_conf: tuple[str, ...]
    large: bool
    no_plan: bool
    factor: float
    lang: Language | None

    @property
    def sent(self) -> bool:
        """Whether what is sent to units is written."""
        return self.handout or self.letter is not None

    @property
    def printed(self) -> bool:
        """Whether the city page is printed."""
        return self.pdf or self.browser is not None


def run(asked: Asked) -> None:
    """Score the data, write the result and say what came of it."""
    enclosures = _enclosures(asked)
    with progress(3 + (asked.out is not None) + asked.sent + asked.printed) as step:
        step(_("reading criteria"))
        catalogue = read_catalogue(asked.name)
        spoken = asked.lang or catalogue.head.language
        language.use(spoken)
        step(_("reading data"))
        with engine(asked.engine_name, asked.master, asked.spark_conf) as found_by, sent(
            asked, catalogue, found_by
        ) as data:  # fmt: skip
            if isinstance(data, LargeRound):
                score_large(asked, data, spoken, step)
                return
            scored = _scored(asked, catalogue, data, spoken, found_by, enclosures.outlines, step)
        written = write_result(asked.out, scored, enclosures, step) if asked.out is not None else None
    _tell(asked, scored, written)


def _enclosures(asked: Asked) -> Enclosures:
    """What is asked for beside the figures, tried before anything is scored."""
    if asked.sent and asked.out is None:
        raise click.UsageError(_("What is sent to units is written into a folder; say which: -o OUT"))
    if (asked.printed or asked.gap_formats) and asked.out is None:
        raise click.UsageError(
            _("The PDF and the gaps for other programs are written into a folder; say which: -o OUT")
        )
    return Enclosures(
        pages=asked.pages,
        gap_formats=asked.gap_formats,
        sent=asked.sent,
        template=read_template(asked.letter) if asked.letter is not None else None,
        browser=find_browser(asked.browser) if asked.printed else None,
        outlines=read_outlines(asked.outlines_file, asked.outlines_crs, asked.data),
    )


def _scored(
    asked: Asked,
    catalogue: Catalogue,
    submission: Submission,
    spoken: Language,
    found_by: Engine,
    outlines: Outlines | None,
    step: Step,
) -> Scored:
    """The round that is asked for, in its language; rejected rows end it, if they are not passed over."""
    from duibiao.evaluator.checkup import checkup_of

    if outlines is not None and not outlines.crs and submission.sites["crs"].drop_nulls().n_unique() > 1:
        raise click.UsageError(_("Sites are counted in several ways; say in which the outlines: --outlines-crs"))
    undated = asked.keep_going and scoring.is_undated(submission, asked.round_id, asked.as_of)
    if submission.rejected and (undated or not asked.keep_going):
        reject(submission, catalogue, asked.round_id, asked.as_of, asked.data, asked.out, spoken, undated=undated)
    step(_("scoring"))
    earlier = [read_judgement(each) for each in asked.previous]
    judgement, assessment = scoring.score(
        catalogue, submission, asked.round_id, asked.as_of, spoken, earlier, found_by.evaluate
    )
    if asked.out is not None:  # a summary alone is there at once
        assessment = _foretold(asked, judgement, assessment)
    before = read_judgement(asked.baseline) if asked.baseline is not None else None
    compared = scoring.compare(before, judgement) if before is not None else None
    return Scored(judgement, assessment, checkup_of(judgement, _), compared, spoken)


def _foretold(asked: Asked, judgement: Judgement, assessment: Assessment) -> Assessment:
    """The assessment with what the official draw is likely to give and what to mend first, as far as asked for."""
    from duibiao.evaluator.forecast import forecast_of

    if not asked.no_forecast:
        assessment = replace(assessment, forecast=forecast_of(judgement))
    return assessment if asked.no_plan else planning.with_plan(judgement, assessment)


def _tell(asked: Asked, scored: Scored, written: Written | None) -> None:
    """The summary on stdout, and the exit code: 2 without a PDF that was asked for, 1 below a mark."""
    from duibiao.reports.terminal import summary

    click.echo(summary(scored.assessment, scored.checkup, _), nl=False)
    if asked.out is not None and written is not None:
        from duibiao.reports.advice_text import advice_text

        click.echo(advice_text(scored.assessment, scored.spoken), nl=False)
        click.echo(_("Report: {path}").format(path=asked.out / "index.html"))
        for line in written.lines:
            click.echo(line)
    failed = False
    if scored.compared is not None:
        from duibiao.reports.changes_text import comparison_text

        click.echo(_("Against {path}:").format(path=asked.baseline))
        click.echo(comparison_text(scored.compared, _), nl=False)
        failed = bool(scored.compared.regressions)
    if asked.fail_under is not None and scoring.below(scored.assessment, asked.fail_under):
        click.echo(_("The total is below {mark}.").format(mark=asked.fail_under), err=True)
        failed = True
    if written is not None and written.unprinted:
        fail(written.unprinted)
    if failed:
        sys.exit(1)
