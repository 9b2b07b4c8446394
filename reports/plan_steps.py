"""The steps of a plan and those beyond it as one list: until here the mark is reached, until there it is sure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.mending_plan import PlanStep
from duibiao.reports.words import N_

STAGES = (N_("the plan"), N_("beyond it"))


@dataclass(frozen=True, slots=True)
class PlacedStep:
    """A step with its number in the list, from 1, and whether it lies beyond the plan.

    ``chance`` 0..1 is how often the official draw reaches the mark after it: known after the last step of the plan and
    after the last of all, where the draw can be foretold.
    """

    number: int
    step: PlanStep
    beyond: bool
    chance: Fraction | None

    @property
    def stage(self) -> str:
        """The word for where it lies, to be translated."""
        return STAGES[self.beyond]


def plan_steps(assessment: Assessment) -> tuple[PlacedStep, ...]:
    """All steps in their order; none without a plan."""
    plan, sure = assessment.plan, assessment.assurance
    own = plan.steps if plan is not None else ()
    more = sure.more.steps if sure is not None and sure.more is not None else ()
    known = {len(own): sure.planned, len(own) + len(more): sure.reached} if sure is not None else {}
    return tuple(
        PlacedStep(number, step, number > len(own), known.get(number)) for number, step in enumerate((*own, *more), 1)
    )
