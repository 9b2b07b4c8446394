"""A plan as a workbook: its gaps in their order, with step, unit and person-days before the usual columns."""

from __future__ import annotations

from duibiao.criteria.language import Language, translations
from duibiao.evaluator.assessment import Assessment
from duibiao.reports.gap_lines import gap_lines
from duibiao.reports.gaps_workbook import COLUMNS, Column, gaps_workbook
from duibiao.reports.reading import Reading
from duibiao.reports.terminal_plan import unit_name
from duibiao.reports.words import N_


def plan_workbook(assessment: Assessment, spoken: Language) -> bytes:
    """The workbook; without a plan it has no rows."""
    reading = Reading(assessment, translations(spoken), "none")
    _ = reading.word
    steps = assessment.plan.steps if assessment.plan is not None else ()
    ledger = {gap.id: number for number, gap in enumerate(assessment.gaps, 1)}
    place = {ledger[gap]: (number, step) for number, step in enumerate(steps, 1) for gap in step.gaps}
    lines = sorted(
        (line for line in gap_lines(reading) if line.ledger in place),
        key=lambda line: (place[line.ledger][0], line.ledger),
    )
    columns = (
        Column(N_("Step"), 6, "whole", lambda line: place[line.ledger][0]),
        Column(N_("Who mends it"), 18, "text", lambda line: unit_name(assessment, place[line.ledger][1].unit, _)),
        Column(N_("Person-days of the step"), 10, "number", lambda line: float(place[line.ledger][1].days)),
        Column(N_("Score then, %"), 8, "number", lambda line: float(100 * place[line.ledger][1].reaches)),
        *COLUMNS,
    )
    made = gaps_workbook(reading, _("What to mend first"), lines, columns)
    assert made is not None  # no more than a sheet holds: plans of so many gaps are not made
    return made
