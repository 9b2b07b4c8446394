"""The result of a round: what was scored, what is written beside its figures, and what is said of that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from duibiao.commands.ending import fail
from duibiao.commands.letters import write_letters
from duibiao.commands.outlines import unmatched
from duibiao.commands.pdf import write_pdf
from duibiao.commands.progress import Step
from duibiao.commands.writing import replace_result
from duibiao.criteria import language
from duibiao.criteria.language import Language
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.evaluator.assessment import Assessment
    from duibiao.evaluator.checkup import Checkup
    from duibiao.evaluator.comparison import Comparison
    from duibiao.evaluator.judgement import Judgement
    from duibiao.reports.outlines import Outlines
    from duibiao.reports.reading import Pages
    from duibiao.reports.word_document import WordTemplate


@dataclass(frozen=True, slots=True)
class Scored:
    """A round scored, in the language that is ``spoken``; ``compared`` with the baseline, where there is one."""

    judgement: Judgement
    assessment: Assessment
    checkup: Checkup
    compared: Comparison | None
    spoken: Language


@dataclass(frozen=True, slots=True)
class Enclosures:
    """What goes into a result beside its figures. ``browser`` prints the city page, where it is asked for."""

    pages: Pages
    gap_formats: tuple[str, ...]
    sent: bool
    template: WordTemplate | None
    browser: Path | None
    outlines: Outlines | None


@dataclass(frozen=True, slots=True)
class Written:
    """What is said of a result that was written; ``unprinted`` says why there is no PDF that was asked for."""

    lines: tuple[str, ...]
    unprinted: str


def write_result(out: Path, scored: Scored, enclosures: Enclosures, step: Step) -> Written:
    """Write a result into ``out``; where nothing comes of the PDF, all else is kept."""
    from duibiao.evaluator.totals import Inconsistent
    from duibiao.reports.browser import NotPrinted

    lines: list[str] = []
    unprinted = ""

    def fill(folder: Path) -> None:
        nonlocal unprinted
        lines.extend(_fill(folder, out, scored, enclosures, step))
        if enclosures.browser is None:
            return
        step(_("printing the city page"))
        try:
            lines.append(write_pdf(folder, out, scored.assessment, scored.spoken, enclosures.browser))
        except NotPrinted as error:
            unprinted = _("No PDF: {browser} printed nothing ({reason}). Everything else is written.").format(
                browser=enclosures.browser, reason=error
            )

    step(_("writing pages"))
    try:
        replace_result(out, fill)
    except Inconsistent as error:
        fail(_("The figures do not add up; nothing was written: {error}").format(error=error))
    if enclosures.outlines is not None:
        lines.extend(unmatched(enclosures.outlines, scored.assessment))
    return Written(tuple(lines), unprinted)


def _fill(folder: Path, out: Path, scored: Scored, enclosures: Enclosures, step: Step) -> Iterator[str]:
    """Write all but the PDF into ``folder``, which will be ``out``, and say what is to be said of it."""
    from duibiao.reports.results import write_results

    assessment, spoken = scored.assessment, scored.spoken
    if not write_results(folder, assessment, scored.checkup, enclosures.pages, spoken, enclosures.outlines):
        yield _("gaps.xlsx was not written: there are more gaps than a sheet holds")
    if enclosures.sent:
        step(_("writing letters"))
        yield from write_letters(folder, out, assessment, spoken, enclosures.template)
    if enclosures.gap_formats:
        yield from _write_gaps(folder, out, scored, enclosures.gap_formats)


def _write_gaps(folder: Path, out: Path, scored: Scored, formats: tuple[str, ...]) -> Iterator[str]:
    from duibiao.evaluator.cells import gap_cells
    from duibiao.reports.gap_formats import write_gap_formats
    from duibiao.reports.reading import Reading

    reading = Reading(scored.assessment, language.translations(scored.spoken), "none")
    cells = gap_cells(scored.judgement, scored.assessment.gaps)
    for name in write_gap_formats(folder, reading, cells, formats):
        yield _("Gaps for other programs: {path}").format(path=out / name)
