"""How sure a plan makes its mark: the chance that the official draw reaches it as things stand, with the plan carried
out, and with what is to be mended beyond it until enough draws do.

A plan that just reaches a mark in the city's own data reaches it in about every second draw. What it takes beyond is
found by aiming higher, by what the draws lack to the mark, and for a level to the marks of parts too, until enough of
them reach it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from duibiao.criteria.models import Quota
from duibiao.evaluator.assessment import Gap
from duibiao.evaluator.forecast import Forecast
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.linear import Limits
from duibiao.evaluator.mending_plan import BOUNDLESS, USUAL, Aim, Budget, MendingPlan, plan_of
from duibiao.evaluator.official_draws import Draws, NoForecast, draws_of, quantile
from duibiao.evaluator.repairs import Efforts

SURE: Final = Fraction(9, 10)
TRIES: Final = 5  # of aiming higher; what is mended hardly changes the spread, so that one or two are usual
LEAST: Final = Fraction(1, 1000)  # by which is aimed higher


@dataclass(frozen=True, slots=True)
class Assurance:
    """Chances 0..1 that the official draw reaches the mark of a plan, and for a level those of parts too: ``now``,
    ``planned`` with the plan carried out, ``reached`` with ``more`` as well.

    ``share`` is what was wanted. It is not reached where nothing is left that can be mended.
    """

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
    *,
    asked: Mapping[str, Quota] = {},
    share: Fraction = SURE,
    budget: Budget = BOUNDLESS,
    efforts: Efforts | None = None,
    fixed: Collection[str] = (),
    limits: Limits = USUAL,
) -> Assurance | None:
    """How sure ``plan`` makes ``aim``, and what makes it ``share`` sure; None where the plan does not reach its mark.

    ``forecast`` is that of the round as it stands, with the number of draws, the seed and the donors for all others;
    ``asked`` are the quotas that it was asked for, in place of the catalogue's.
    What holds for the plan holds beyond it too: ``budget`` is that of both, ``fixed`` gaps are mended in neither.
    """
    if aim.mark is None or not plan.reached:
        return None

    def draw(scene: Judgement) -> Draws:
        found = draws_of(scene, draws=forecast.draws, seed=forecast.seed, donors=forecast.donors, asked=asked)
        assert not isinstance(found, NoForecast)  # mending never takes away what is known
        return found

    carried_out = judgement.with_raised(_reached(plan))
    now = next(each.probability for each in forecast.marks if each.name == (aim.level or ""))
    done = draw(carried_out)
    planned = done.chance(aim.mark, aim.gates)
    assurance = Assurance(share, now, planned, planned, None)
    left = [gap for gap in gaps if gap.id not in carried_out.mended]
    rest, scene, aimed = budget.after(plan), carried_out, aim
    for _ in range(TRIES):
        if assurance.reached >= share:
            break
        aimed = _higher(aimed, aim, scene, done, 1 - share)
        more = plan_of(carried_out, left, aimed, rest, efforts=efforts, fixed=fixed, limits=limits)
        if more is None or not more.steps:
            break
        scene = carried_out.with_raised(_reached(more))
        done = draw(scene)
        assurance = replace(assurance, reached=done.chance(aim.mark, aim.gates), more=more)
        if not more.reached:
            break
    return assurance


def _higher(aimed: Aim, aim: Aim, scene: Judgement, done: Draws, misses: Fraction) -> Aim:
    """What is aimed at next: above the figures of ``scene``, by what all but a share of its draws lack to each mark of
    ``aim``.

    Where all but that share reach each mark, yet not all marks at once, fewer may miss each.
    """
    assert aim.mark is not None
    lacks = aim.mark - quantile(done.scores, misses)
    of_parts = {part: gate - quantile(done.parts[part], misses) for part, gate in aim.gates.items()}
    if max([lacks, *of_parts.values()]) <= 0:
        return _higher(aimed, aim, scene, done, misses / 2)
    gates = {part: _above(scene.total.part(part), each) for part, each in of_parts.items() if each > 0}
    mark = _above(scene.total.total(), lacks) if lacks > 0 else aimed.mark
    return replace(aimed, mark=mark, gates={**aimed.gates, **gates})


def _above(figure: Fraction | None, lacks: Fraction) -> Fraction:
    """What lies above a figure of the city by what draws lack."""
    return (figure or Fraction(0)) + max(LEAST, lacks)


def _reached(plan: MendingPlan) -> dict[str, Fraction]:
    """The scores that the gaps of a plan reach."""
    return {gap: step.reaches for step in plan.steps for gap in step.gaps}
