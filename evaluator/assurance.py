"""How sure a plan makes the pass mark: the chance that the official draw reaches it, as things stand, with the plan,
and with what is to be mended beyond it so that so many of 100 draws do.

A plan that just reaches the mark in the city's own data passes about every second draw. What it takes beyond is found
by aiming higher, by what the draws lack to the mark, until enough of them reach it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from duibiao.evaluator.assessment import Gap
from duibiao.evaluator.forecast import Forecast, NoForecast, forecast_of
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.linear import Limits
from duibiao.evaluator.mending_plan import USUAL, Aim, MendingPlan, plan_of

SURE: Final = Fraction(9, 10)
TRIES: Final = 6  # of aiming higher; the spread hardly changes with what is mended, so that two are usual
Draw = Callable[[Judgement], "Forecast | NoForecast"]


@dataclass(frozen=True, slots=True)
class Assurance:
    """Chances 0..1 that the official draw reaches the mark of a plan: ``now``, ``planned`` with the plan mended,
    ``reached`` with ``more`` mended too (None: the plan is enough, or nothing more can be mended). ``share`` is what
    was wanted."""

    share: Fraction
    now: Fraction
    planned: Fraction
    reached: Fraction
    more: MendingPlan | None


def assurance_of(
    judgement: Judgement,
    gaps: Sequence[Gap],
    aim: Aim,
    plan: MendingPlan,
    forecast: Forecast,
    draw: Draw = forecast_of,
    *,
    share: Fraction = SURE,
    limits: Limits = USUAL,
) -> Assurance | None:
    """How sure a plan makes its mark, and what more it takes; None where the plan does not reach it by itself.

    ``forecast`` is that of things as they stand; ``draw`` makes one of a round with gaps mended.
    """
    if not plan.reached or aim.mark is None:
        return None
    mended = judgement.with_closed(gap for step in plan.steps for gap in step.gaps)
    done = _drawn(draw, mended)
    assurance = Assurance(share, _chance(forecast, aim), _chance(done, aim), _chance(done, aim), None)
    left = [gap for gap in gaps if gap.id not in mended.closed]
    margin = Fraction(0)
    for _ in range(TRIES):
        if assurance.reached >= share:
            break
        margin += max(Fraction(1, 1000), aim.mark - _low(done, share))
        more = plan_of(mended, left, replace(aim, mark=aim.mark + margin), limits=limits)
        if more is None or not more.steps:
            break
        done = _drawn(draw, mended.with_closed(gap for step in more.steps for gap in step.gaps))
        assurance = replace(assurance, reached=_chance(done, aim), more=more)
        if not more.reached:
            break
    return assurance
