"""What to mend first, of a round: what is asked, and what cannot be, told all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from duibiao.commands import official_draw
from duibiao.commands.ending import fail
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.commands.official_draw import Draw
    from duibiao.evaluator.assessment import Assessment
    from duibiao.evaluator.judgement import Judgement
    from duibiao.evaluator.linear import Limits
    from duibiao.evaluator.plan_request import Mistake, Wish

ALREADY_TOLD: Final = "{wrong}"


def with_plan(judgement: Judgement, assessment: Assessment) -> Assessment:
    """The assessment with the cheapest way to the pass mark, or where that is reached to the next level; and beside a
    forecast with how sure that makes it."""
    from duibiao.evaluator.assurance import assurance_of
    from duibiao.evaluator.forecast import Forecast
    from duibiao.evaluator.mending_plan import plan_of
    from duibiao.evaluator.plan_request import next_aim

    aim, forecast = next_aim(assessment), assessment.forecast
    plan = plan_of(judgement, assessment.gaps, aim) if aim is not None else None
    if aim is None or plan is None or not isinstance(forecast, Forecast):
        return replace(assessment, plan=plan)
    return replace(assessment, plan=plan, assurance=assurance_of(judgement, assessment.gaps, aim, plan, forecast))


def planned(
    judgement: Judgement,
    assessment: Assessment,
    wish: Wish,
    unread: Sequence[Mistake],
    draw: Draw,
    limits: Limits,
) -> Assessment:
    """The assessment with the plan that is asked for, and with how sure it makes its mark in the ``draw`` that is asked
    for, where that can be foretold; ``unread`` could not be read of what was asked."""
    from duibiao.evaluator.assurance import SURE, assurance_of
    from duibiao.evaluator.forecast import Forecast
    from duibiao.evaluator.mending_plan import TooDear, plan_of
    from duibiao.evaluator.plan_request import request_of, too_dear
    from duibiao.evaluator.what_if import WrongQuestion

    try:
        asked = request_of(assessment, wish, [*unread, *((ALREADY_TOLD, {"wrong": each}) for each in draw.mistakes)])
        try:
            plan = plan_of(
                judgement,
                assessment.gaps,
                asked.aim,
                asked.budget,
                efforts=asked.efforts,
                must=asked.must,
                fixed=asked.fixed,
                limits=limits,
            )
        except TooDear as error:
            raise too_dear(assessment, wish, error) from error
    except WrongQuestion as error:
        fail("\n".join(_(text).format(**values) for text, values in error.mistakes))
    if plan is None or asked.aim.mark is None:
        return replace(assessment, plan=plan)
    forecast = draw.forecast(judgement)
    if not isinstance(forecast, Forecast):
        if wish.of_draw:
            official_draw.refuse(forecast)
        return replace(assessment, plan=plan, forecast=forecast)
    assurance = assurance_of(
        judgement,
        assessment.gaps,
        asked.aim,
        plan,
        forecast,
        asked=draw.quotas,
        share=wish.chance or SURE,
        budget=asked.budget,
        efforts=asked.efforts,
        fixed=asked.fixed,
        limits=limits,
    )
    return replace(assessment, plan=plan, forecast=forecast, assurance=assurance)
