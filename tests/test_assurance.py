"""How sure a plan makes its mark, against counting out every sample and every donor of a small city."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import sqrt
from pathlib import Path

import pytest

from duibiao.criteria.language import Language
from duibiao.criteria.models import Quota
from duibiao.evaluator import assurance
from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.assessment import Gap
from duibiao.evaluator.assurance import Assurance, assurance_of
from duibiao.evaluator.judgement import Judgement, judge_round
from duibiao.evaluator.mending_plan import Aim, Budget, MendingPlan, plan_of
from tests.city import EAST, make_catalogue, make_submission
from tests.test_forecast import SMALL, WAYS, city, counted_out, forecast
from tests.test_scoring import form, head

SPOKEN: Language = "en"


def gaps_of(judgement: Judgement) -> tuple[Gap, ...]:
    return tuple(assess_judgement(judgement, SPOKEN).gaps)


def planned(judgement: Judgement, aim: Aim) -> MendingPlan:
    found = plan_of(judgement, gaps_of(judgement), aim)
    assert found is not None
    return found


def held_to(judgement: Judgement, aim: Aim) -> Judgement:
    """A city whose pass mark, or level and marks of parts, are those that are aimed at."""
    score = judgement.method.score
    if aim.level is not None:
        levels = [each.model_copy(update={"at_least": aim.mark}) for each in score.levels if each.name == aim.level]
        parts = [each.model_copy(update={"at_least": aim.gates.get(each.part)}) for each in score.total]
        score = score.model_copy(update={"levels": tuple(levels), "total": tuple(parts)})
    elif aim.mark is not None:
        score = score.model_copy(update={"pass_mark": aim.mark})
    return replace(judgement, method=replace(judgement.method, score=score))


def assured(judgement: Judgement, aim: Aim, share: Fraction = Fraction(9, 10)) -> Assurance:
    held = held_to(judgement, aim)
    found = assurance_of(held, gaps_of(held), aim, planned(held, aim), forecast(held), share=share)
    assert found is not None
    return found


def mended(plan: MendingPlan | None) -> dict[str, Fraction]:
    return {gap: step.reaches for step in plan.steps for gap in step.gaps} if plan is not None else {}


def chance(judgement: Judgement, mark: Fraction, wanted: int = 2) -> float:
    """Of all samples of so many sites a district, and all donors of what nobody visited, those that reach a mark."""
    return float(sum(share for score, share in counted_out(judgement, SMALL, wanted).items() if score >= mark))


@pytest.mark.parametrize("mark", [75, 85])
@pytest.mark.parametrize("way", WAYS)
def test_chances_are_what_counting_out_gives(tmp_path: Path, way: str, mark: int) -> None:
    """Sites that nobody visited stay as they are: their donors are taken as they were found."""
    judgement, aim = city(tmp_path, way=way), Aim("pass", Fraction(mark))
    plan, found = planned(judgement, aim), assured(judgement, aim)
    carried_out = judgement.with_raised(mended(plan))
    for told, scene in (
        (found.now, judgement),
        (found.planned, carried_out),
        (found.reached, carried_out.with_raised(mended(found.more))),
    ):
        exact = chance(scene, Fraction(mark))
        assert abs(float(told) - exact) <= 3 * sqrt(exact * (1 - exact) / 10_000) + 1e-12
    assert found.now <= found.planned <= found.reached


def test_chances_are_those_of_the_draw_that_is_asked_for(tmp_path: Path) -> None:
    """One market a district, in place of the two of the catalogue's quota."""
    judgement, aim = city(tmp_path), Aim("pass", Fraction(75))
    plan, one = planned(judgement, aim), {"market": Quota(per="district", sites=1)}
    told = forecast(held_to(judgement, aim), asked=one)
    found = assurance_of(judgement, gaps_of(judgement), aim, plan, told, asked=one)
    assert found is not None
    carried_out = judgement.with_raised(mended(plan))
    both = carried_out.with_raised(mended(found.more))
    for share, scene in ((found.now, judgement), (found.planned, carried_out), (found.reached, both)):
        exact = chance(scene, Fraction(75), 1)
        error = sqrt(exact * (1 - exact) / 10_000)
        assert abs(float(share) - exact) <= 3 * error + 1e-12
    assert abs(float(found.planned) - chance(carried_out, Fraction(75), 2)) > 0.02


def test_what_is_mended_beyond_makes_it_sure(tmp_path: Path) -> None:
    judgement, aim = city(tmp_path), Aim("pass", Fraction(75))
    plan, found = planned(judgement, aim), assured(judgement, aim)
    assert found.planned < found.share <= found.reached
    assert found.more is not None
    assert not mended(plan).keys() & mended(found.more).keys()
    closed = judgement.with_raised({**mended(plan), **mended(found.more)})
    assert found.more.total == closed.total.total()
    assert found.more.now == plan.total


@pytest.mark.parametrize("way", WAYS)
def test_what_is_mended_beyond_makes_the_mark_of_a_part_sure(tmp_path: Path, way: str) -> None:
    """The part is 60 % of the total and the other 40 % score 80: with the part at 70 the total is 74, above its mark."""
    aim = Aim("level", Fraction(60), "达标", {"on_site": Fraction(70)})
    judgement = held_to(city(tmp_path, way=way), aim)
    plan, found = planned(judgement, aim), assured(judgement, aim)
    carried_out = judgement.with_raised(mended(plan))
    assert found.planned < found.share <= found.reached
    assert found.more is not None
    assert found.more.mark == aim.mark  # the draws lack to the mark of the part alone
    for told, scene in (
        (found.now, judgement),
        (found.planned, carried_out),
        (found.reached, carried_out.with_raised(mended(found.more))),
    ):
        exact = chance(scene, Fraction(74))
        assert abs(float(told) - exact) <= 3 * sqrt(exact * (1 - exact) / 10_000) + 1e-12


@pytest.mark.parametrize("mark", [75, 80])
def test_both_marks_at_once_are_made_sure(tmp_path: Path, mark: int) -> None:
    """Markets and stations are drawn apart: where nine draws of ten reach each mark, fewer reach both."""
    seen = [Fraction(each, 20) for each in range(8, 20)]
    kinds = {"market": "on_site", "station": "statistics"}
    forms = {
        kind: form(kind, {kind[0]: ""}, part=part, quota="{per: district, sites: 5}") for kind, part in kinds.items()
    }
    parts = "[{part: on_site, weight: 50, combine: WAY}, {part: statistics, weight: 50, combine: WAY}]"
    catalogue = make_catalogue(tmp_path, forms, head(parts))
    visits = {
        kind: [{"site": f"{kind}{at}", f"f_{kind[0]}": float(each)} for at, each in enumerate(seen)] for kind in kinds
    }
    sites = [
        {"site": f"{kind}{at}", "name": f"{kind}{at}", "site_type": kind, "area": EAST}
        for kind in kinds
        for at in range(len(seen) + 1)
    ]
    aim = Aim("level", Fraction(70), "达标", dict.fromkeys(kinds.values(), Fraction(mark)))
    found = assured(judge_round(catalogue, make_submission(catalogue, visits, sites=sites)), aim)
    assert found.planned < found.share <= found.reached
    assert found.more is not None
    assert found.more.reached


def test_beyond_the_plan_hold_the_budget_and_what_is_fixed(tmp_path: Path) -> None:
    judgement, aim = city(tmp_path), Aim("pass", Fraction(75))
    plan, free = planned(judgement, aim), assured(judgement, aim).more
    assert free is not None
    fixed = free.steps[0].gaps
    told = forecast(held_to(judgement, aim))
    for budget in (Budget(whole=plan.days), Budget(of_others=max(each.days for each in plan.units))):
        found = assurance_of(judgement, gaps_of(judgement), aim, plan, told, budget=budget, fixed=fixed)
        assert found is not None
        days = plan.days + (found.more.days if found.more is not None else 0)
        assert budget.whole is None or days == plan.days
        own = {each.unit: each.days for each in plan.units}
        for each in found.more.units if found.more is not None else ():
            own[each.unit] = own.get(each.unit, Fraction(0)) + each.days
        assert budget.of_others is None or max(own.values()) <= budget.of_others
        assert not mended(found.more).keys() & set(fixed)


def test_after_the_last_try_the_chance_is_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assurance, "TRIES", 0)
    found = assured(city(tmp_path), Aim("pass", Fraction(75)))
    assert found.more is None
    assert found.reached == found.planned < found.share


def test_a_plan_that_is_sure_needs_no_more(tmp_path: Path) -> None:
    judgement, aim = city(tmp_path), Aim("pass", Fraction(75))
    found = assured(judgement, aim, share=Fraction(1, 100))
    assert (found.more, found.reached) == (None, found.planned)


def test_with_nothing_left_to_mend_the_chance_is_what_it_is(tmp_path: Path) -> None:
    """Every gap is mended and three markets nobody visited may still be bad."""
    judgement, aim = city(tmp_path), Aim("pass", Fraction(92))
    found = assured(judgement, aim)
    everything = judgement.with_closed([gap.id for gap in gaps_of(judgement)])
    assert found.reached < found.share
    assert mended(planned(judgement, aim)).keys() | mended(found.more).keys() <= everything.closed


@pytest.mark.parametrize("mark", [Fraction(101), None], ids=["out of reach", "no mark"])
def test_nothing_is_said(tmp_path: Path, mark: Fraction | None) -> None:
    judgement = city(tmp_path)
    aim = Aim("pass", mark) if mark is not None else Aim("total")
    found = assurance_of(judgement, gaps_of(judgement), aim, planned(judgement, aim), forecast(judgement))
    assert found is None


def test_nothing_mended_is_the_forecast_itself(tmp_path: Path) -> None:
    """A mark that is reached already: the plan is empty, and now and then are the same."""
    judgement, aim = city(tmp_path), Aim("pass", Fraction(60))
    found = assured(judgement, aim, share=Fraction(1, 100))
    assert planned(judgement, aim).steps == ()
    assert found.now == found.planned == found.reached
    assert replace(found, more=None) == found
