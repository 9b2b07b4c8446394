"""A plan as a workbook: its gaps and those beyond it in their order, with step, unit and person-days before the usual
columns."""

from __future__ import annotations

from duibiao.criteria.language import Language, translations
from duibiao.evaluator.assessment import Assessment
from duibiao.reports.gap_lines import gap_lines
from duibiao.reports.gaps_workbook import COLUMNS, Column, gaps_workbook
from duibiao.reports.plain_text import plain_text
from duibiao.reports.plan_steps import plan_steps
from duibiao.reports.plan_view import unit_text
from duibiao.reports.reading import Reading
from duibiao.reports.words import N_


def plan_workbook(assessment: Assessment, spoken: Language) -> bytes:
    """The workbook, with a sheet of the steps; without a plan it has no rows."""
    reading = Reading(assessment, translations(spoken), "none")
    _ = reading.word
    ledger = {gap.id: number for number, gap in enumerate(assessment.gaps, 1)}
    place = {ledger[gap]: each for each in plan_steps(assessment) for gap in each.step.gaps}
    lines = sorted(
        (line for line in gap_lines(reading) if line.ledger in place),
        key=lambda line: (place[line.ledger].number, line.ledger),
    )
    columns = (
        Column(N_("Step"), 5, "whole", lambda line: place[line.ledger].number),
        Column(N_("Stage"), 8, "text", lambda line: _(place[line.ledger].stage)),
        Column(
            N_("Who mends it"), 14, "text", lambda line: plain_text(unit_text(reading, place[line.ledger].step.unit))
        ),
        Column(N_("Person-days of the step"), 8, "number", lambda line: float(place[line.ledger].step.days)),
        Column(N_("Score then, %"), 6, "number", lambda line: float(100 * place[line.ledger].step.reaches)),
        *COLUMNS,
    )
    made = gaps_workbook(reading, _("What to mend first"), lines, columns, planned=True)
    assert made is not None  # no more than a sheet holds: plans of so many gaps are not made
    return made
