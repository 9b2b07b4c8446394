"""What the command line prints of a plan: what it promises, its steps, and what it asks of each unit."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Final

from duibiao.criteria.language import Language
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.assurance import Assurance
from duibiao.evaluator.document import document, to_json
from duibiao.evaluator.forecast import Forecast
from duibiao.evaluator.mending_plan import MendingPlan, PlanStep
from duibiao.evaluator.official_draws import NoForecast
from duibiao.evaluator.repairs import answers_alone
from duibiao.evaluator.units import unit_title
from duibiao.reports.figures import half_up, plain, score_text, signed
from duibiao.reports.forecast_words import REASONS, chance_text, fewer, plain_sentence

Translate = Callable[[str], str]
SHOWN: Final = 30
WIDTH: Final = 110


def plan_document(assessment: Assessment, _spoken: Language) -> bytes:
    """The plan as it stands in assessment.json, alone, how sure it makes its mark, and in what draw."""
    made = document(assessment)
    told = {name: made[name] for name in ("plan", "assurance", "forecast")}
    return to_json({"schema": "duibiao/plan/1", **told})


def plan_text(assessment: Assessment, say: Translate) -> str:
    """The plan in words and two tables; without a total why there is none."""
    if assessment.plan is None:
        return say("Cannot be planned: there is no total.") + "\n"
    head = "".join(f"{line}\n" for line in _head(assessment, assessment.plan, say))
    told = head + _steps(assessment, assessment.plan, say) + _units(assessment, assessment.plan, say)
    return told + _assurance(assessment, assessment.plan, say)


def _head(assessment: Assessment, plan: MendingPlan, say: Translate) -> Iterator[str]:
    digits = assessment.catalogue.score.rounding.digits
    bounds = [plan.mark] if plan.mark is not None else []
    values = {
        "now": score_text(plan.now, digits, bounds),
        "total": score_text(plan.total, digits, bounds),
        "days": plain(plan.days),
        "gaps": str(plan.gaps),
        "mark": plain(plan.mark or Fraction(0)),
        "level": plan.level or "",
    }
    heads = {
        ("pass", True): say("The cheapest way to the pass mark {mark}:"),
        ("pass", False): say("The pass mark {mark} is out of reach; the highest total instead:"),
        ("level", True): say("The cheapest way to the level {level} ({mark}):"),
        ("level", False): say("The level {level} ({mark}) is out of reach; the highest total instead:"),
    }
    unmarked = say("The highest total for the person-days there are:")
    yield heads.get((plan.aim, plan.reached is not False), unmarked).format(**values)
    yield say("Total {now} -> {total}: {gaps} gaps, {days} person-days").format(**values)
    if plan.reached is False:
        yield say(
            "The mark is out of reach so: {missing} points are missing; all gaps that may be mended bring {most}."
        ).format(missing=half_up(plan.missing or Fraction(0), digits + 2), most=score_text(plan.most, digits, bounds))
        if any(answers_alone(assessment.criteria[gap.criterion]) for gap in assessment.gaps):
            yield say("What people answer is mended only where --efforts says in how many person-days.")
    other = plan.by_gain
    alone = say("By gain per person-day alone, each gap mended whole: total {total}, {gaps} gaps, {days} person-days")
    yield alone.format(total=score_text(other.total, digits, bounds), gaps=other.gaps, days=plain(other.days))
    proved = say("No plan is better by more than {share} % (proved by the solver)")
    yield proved.format(share=plain(plan.distance * 100))
    if plan.ended == "stopped":
        yield say("The search was ended by its limit before it was done.")


def _assurance(assessment: Assessment, plan: MendingPlan, say: Translate) -> str:
    """How often the official draw reaches the mark, and the steps beyond the plan; why that cannot be said."""
    sure, forecast = assessment.assurance, assessment.forecast
    if isinstance(forecast, NoForecast):
        return say("Official draw: {reason}").format(reason=say(REASONS[forecast.reason])) + "\n"
    if sure is None or forecast is None:
        told = say("How often the official draw reaches the mark is said of plans that reach it.")
        return told + "\n" if plan.reached is False else ""
    told = chance_line(sure, say)
    told += "".join(f"\n  {each}" for each in _drawn(forecast, say))
    if sure.more is None:
        if sure.reached >= sure.share:
            return told + "\n"
        more = say("Nothing more can be mended within what is asked: {share} is not reached.")
        return f"{told}\n{more.format(share=chance_text(sure.share))}\n"
    more = say("Until {share} of the draws reach it: {gaps} gaps more, {days} person-days; that makes {reached}")
    if sure.reached < sure.share:
        more = say("{gaps} gaps more, {days} person-days, make {reached}; {share} is not reached within what is asked")
    line = more.format(
        share=chance_text(sure.share),
        gaps=sure.more.gaps,
        days=plain(sure.more.days),
        reached=chance_text(sure.reached),
    )
    held = say("Budgets, deadline, and what cannot be mended hold for these steps too:")
    tables = _steps(assessment, sure.more, say, len(plan.steps)) + _units(assessment, sure.more, say)
    return f"{told}\n{line}\n{held}\n{tables}"


def chance_line(sure: Assurance, say: Translate) -> str:
    """How often the official draw reaches the mark, now and with the plan."""
    told = say("Official draw, chance to reach the mark: {now} now, {planned} with the plan carried out")
    return told.format(now=chance_text(sure.now), planned=chance_text(sure.planned))


def _drawn(forecast: Forecast, say: Translate) -> Iterator[str]:
    """The draw that the chance holds in."""
    drawn = say("Drawn {draws} times (seed {seed}): {drawn} of {sites} sites whose types have a quota")
    yield drawn.format(draws=forecast.draws, seed=forecast.seed, drawn=forecast.drawn, sites=forecast.sites)
    yield from (plain_sentence(each) for each in fewer(forecast, say))


def _steps(assessment: Assessment, plan: MendingPlan, say: Translate, before: int = 0) -> str:
    """The steps of a plan that follow so many others."""
    digits = assessment.catalogue.score.rounding.digits
    bounds = [plan.mark] if plan.mark is not None else []
    rows = [
        (
            str(number),
            step_title(assessment.criteria[step.criterion].title, step, say),
            unit_name(assessment, step.unit, say),
            str(len(step.gaps)),
            plain(step.days),
            signed(step.gain),
            signed(step.gain / step.days),
            score_text(step.total, digits, bounds),
        )
        for number, step in enumerate(plan.steps[:SHOWN], before + 1)
    ]
    heads = [say("Step"), say("Criterion"), say("Unit"), say("Gaps"), say("Person-days"), say("Gain")]
    heads += [say("a person-day"), say("Total after")]
    more = len(plan.steps) - SHOWN
    told = say("... and {count} more").format(count=more) + "\n" if more > 0 else ""
    return _table(heads, rows, texts=(1, 2)) + told


def _units(assessment: Assessment, plan: MendingPlan, say: Translate) -> str:
    rows = [
        (
            unit_name(assessment, each.unit, say),
            str(each.gaps),
            plain(each.days),
            plain(each.budget) if each.budget is not None else "-",
        )
        for each in plan.units
    ]
    heads = [say("Unit"), say("Gaps"), say("Person-days"), say("Budget")]
    return _table(heads, rows, texts=(0,))


def step_title(title: str, step: PlanStep, say: Translate) -> str:
    """What a step mends; where it leads to a level below full score it says so."""
    if step.reaches == 1:
        return title
    return say("{title} (to the level of {score} %)").format(title=title, score=plain(100 * step.reaches))


def unit_name(assessment: Assessment, unit: str, say: Translate) -> str:
    """A unit by its title; gaps without one say so."""
    return unit_title(assessment.catalogue, unit) if unit else say("no unit")


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], texts: Sequence[int]) -> str:
    """A table of texts, without colour: what is printed is the same wherever it goes."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, head in enumerate(heads):
        table.add_column(head, justify="left" if number in texts else "right", overflow="fold")
    for row in rows:
        table.add_row(*row)
    told = io.StringIO()
    Console(file=told, width=WIDTH, color_system=None, markup=False, highlight=False, emoji=False).print(table)
    return "".join(f"{line.rstrip()}\n" for line in told.getvalue().splitlines())
