"""What to mend first, on the city page: what is promised, the steps to it with exact totals, and the units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from duibiao.evaluator.assurance import Assurance
from duibiao.evaluator.mending_plan import MendingPlan, PlanStep, UnitShare
from duibiao.evaluator.repairs import answers_alone
from duibiao.evaluator.units import unit_title
from duibiao.reports.addresses import address
from duibiao.reports.figures import Figure, Sentence, half_up, plain, say, say_text, score_text, signed, width
from duibiao.reports.forecast_words import chance_text
from duibiao.reports.reading import Reading

STEPS: Final = 12  # rows of the table; the drawing and gaps.xlsx have the others
UNITS: Final = 12
DRAWN: Final = 120  # steps of the drawing; of more every second, third ... is drawn


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step: what is mended by whom, how long it takes, and the total after it."""

    criterion: str
    level: Sentence | None
    query: str
    unit: str
    gaps: Figure
    days: Figure
    gain: Figure
    rate: Figure
    total: Figure


@dataclass(frozen=True, slots=True)
class UnitRow:
    """What a unit has to do, beyond the plan too."""

    unit: str
    told: Sentence


@dataclass(frozen=True, slots=True)
class Stair:
    """One step as it is drawn: after ``x0`` to ``x`` per cent of the person-days the total rises from ``y0`` to ``y``
    per cent of the height, counted from above. ``path`` is where the total after it stands."""

    x0: str
    x: str
    y0: str
    y: str
    path: str
    title: str
    beyond: bool  # a step beyond the plan


@dataclass(frozen=True, slots=True)
class Stairs:
    """The drawing of all steps; ``mark`` is the height of what is aimed at, where that stands in it."""

    stairs: tuple[Stair, ...]
    mark: str | None
    mark_text: str
    low: str
    high: str
    days: str
    label: str


@dataclass(frozen=True, slots=True)
class Further:
    """What makes the mark sure: the steps beyond the plan, of which ``more`` are left out."""

    sentence: Sentence
    steps: tuple[StepRow, ...]
    more: int


@dataclass(frozen=True, slots=True)
class PlanView:
    """The section; ``notes`` say how it was worked out, ``more`` and ``more_units`` count what the lists leave out."""

    title: str
    sentences: tuple[Sentence, ...]
    notes: tuple[Sentence, ...]
    stairs: Stairs
    steps: tuple[StepRow, ...]
    more: int
    further: Further | None
    units: tuple[UnitRow, ...]
    more_units: int


def plan_view(reading: Reading) -> PlanView | None:
    """The plan of an assessment; None where there is none or nothing is to be done."""
    plan = reading.assessment.plan
    if plan is None or not plan.steps:
        return None
    units = _units(reading, plan)
    return PlanView(
        title=plan_title(reading, plan),
        sentences=tuple(promise(reading, plan)),
        notes=tuple(_how(reading, plan)),
        stairs=_stairs(reading, plan),
        steps=tuple(_step(reading, plan, f"plan.steps.{at}", step) for at, step in enumerate(plan.steps[:STEPS])),
        more=max(0, len(plan.steps) - STEPS),
        further=_further(reading),
        units=units[:UNITS],
        more_units=max(0, len(units) - UNITS),
    )


def plan_title(reading: Reading, plan: MendingPlan) -> str:
    """What a plan is the best way to."""
    _ = reading.word
    titles = {
        ("pass", True): _("The cheapest way to the pass mark"),
        ("pass", False): _("As near to the pass mark as mending leads"),
        ("level", True): _("The cheapest way to the level {level}"),
        ("level", False): _("As near to the level {level} as mending leads"),
    }
    highest = _("The highest total for the person-days there are")
    return say_text(titles.get((plan.aim, plan.reached is not False), highest), level=plan.level or "")


def _units(reading: Reading, plan: MendingPlan) -> tuple[UnitRow, ...]:
    """What each unit does in the plan and beyond it, those with most person-days in the plan first."""
    _, sure = reading.word, reading.assessment.assurance
    plans = [("plan", plan)]
    if sure is not None and sure.more is not None:
        plans.append(("assurance.more", sure.more))
    shares: dict[str, list[tuple[str, UnitShare]]] = {}
    for path, each in plans:
        for index, share in enumerate(each.units):
            shares.setdefault(share.unit, []).append((f"{path}.units.{index}", share))
    return tuple(
        UnitRow(
            unit=unit_text(reading, unit),
            told=say(
                _("{gaps} gaps, {days} person-days"),
                gaps=Figure(
                    str(sum(each.gaps for _path, each in own)),
                    made_from=" ".join(f"{path}.gaps" for path, _each in own),
                ),
                days=Figure(
                    plain(sum((each.days for _path, each in own), Fraction(0))),
                    made_from=" ".join(f"{path}.days" for path, _each in own),
                ),
            ),
        )
        for unit, own in shares.items()
    )


def _score(reading: Reading, plan: MendingPlan, score: Fraction, path: str) -> Figure:
    bounds = (*reading.bounds, plan.mark) if plan.mark is not None else reading.bounds
    return Figure(score_text(score, reading.digits, bounds), path)


def promise(reading: Reading, plan: MendingPlan) -> Iterator[Sentence]:
    """What a plan takes and where it leads, and what it leaves missing of its mark."""
    _ = reading.word
    told = {
        "gaps": Figure(str(plan.gaps), "plan.gaps"),
        "days": Figure(plain(plan.days), "plan.days"),
        "now": _score(reading, plan, plan.now, "plan.now"),
        "total": _score(reading, plan, plan.total, "plan.total"),
    }
    yield say(_("{gaps} gaps mended in {days} person-days take the total from {now} to {total}."), **told)
    if plan.reached is False:
        missing = Figure(half_up(plan.missing or Fraction(0), reading.digits + 2), made_from="plan.mark plan.total")
        lacks = _("The mark is out of reach: {missing} points are missing with everything mended that may be.")
        yield (*say(lacks, missing=missing), *not_planned(reading))


def _how(reading: Reading, plan: MendingPlan) -> Iterator[Sentence]:
    """What the plan saves, and on what it rests."""
    _ = reading.word
    proved = _(
        "By gain per person-day alone, each gap mended whole, it would take {days} person-days. With these efforts no "
        "plan is cheaper."
    )
    if plan.distance:
        proved = _(
            "By gain per person-day alone, each gap mended whole, it would take {days} person-days. "
            "Another plan may be cheaper by {distance} % at most."
        )
    yield say(
        proved,
        days=Figure(plain(plan.by_gain.days), "plan.by_gain.days"),
        distance=Figure(plain(100 * plan.distance), made_from="plan.distance"),
    )
    yield (
        _(
            "Every total is worked out anew with these gaps met, or raised to the level that is named, and all else as "
            "it is. Person-days are the catalogue's proposed efforts, for a level the share of the way to it; what "
            "people answer has none and is not planned. `duibiao plan` takes your own efforts, and budgets."
        ),
    )


def not_planned(reading: Reading) -> Sentence:
    """That what people answer is not in a plan, behind a sentence that it may seem to contradict; nothing where no gap
    is one of answers."""
    _, assessment = reading.word, reading.assessment
    planned = {gap for step in assessment.plan.steps for gap in step.gaps} if assessment.plan is not None else set()
    gaps = sum(answers_alone(assessment.criteria[gap.criterion]) and gap.id not in planned for gap in assessment.gaps)
    if not gaps:
        return ()
    told = _("The plan is without the {n} gaps in what people answer: no person-days are known for them.")
    between = "" if reading.language == "zh-CN" else " "
    return between, *say(told, n=Figure(str(gaps), made_from="gaps plan.steps"))


def beyond(reading: Reading, sure: Assurance, more: MendingPlan) -> Sentence:
    """What is to be mended beyond the plan, and how sure that makes the mark."""
    path, _ = "assurance.more", reading.word
    told = _("Beyond it, until {share} of the draws reach the mark: {gaps} gaps, {days} person-days, chance {reached}")
    if sure.reached < sure.share:
        told = _("Beyond it: {gaps} gaps, {days} person-days; {reached} of the draws reach the mark, not yet {share}")
    return say(
        told,
        share=Figure(plain(100 * sure.share) + "%", made_from="assurance.share"),
        gaps=Figure(str(more.gaps), f"{path}.gaps"),
        days=Figure(plain(more.days), f"{path}.days"),
        reached=Figure(chance_text(sure.reached), made_from="assurance.reached"),
    )


def _further(reading: Reading) -> Further | None:
    sure = reading.assessment.assurance
    if sure is None or sure.more is None:
        return None
    more, path = sure.more, "assurance.more"
    steps = tuple(_step(reading, more, f"{path}.steps.{at}", step) for at, step in enumerate(more.steps[:STEPS]))
    return Further(beyond(reading, sure, more), steps, max(0, len(more.steps) - STEPS))


def _step(reading: Reading, plan: MendingPlan, at: str, step: PlanStep) -> StepRow:
    parts = sum(each.id == step.criterion for each in reading.assessment.results)
    return StepRow(
        criterion=reading.assessment.method.rules[step.criterion].title,
        level=_level(reading, step, f"{at}.reaches"),
        query=address("gaps", criterion=step.criterion) if parts == 1 else "",
        unit=unit_text(reading, step.unit),
        gaps=Figure(str(len(step.gaps)), made_from=f"{at}.gaps"),
        days=Figure(plain(step.days), f"{at}.days"),
        gain=Figure(signed(step.gain), made_from=f"{at}.gain"),
        rate=Figure(signed(step.gain / step.days), made_from=f"{at}.gain {at}.days"),
        total=_score(reading, plan, step.total, f"{at}.total"),
    )


def _level(reading: Reading, step: PlanStep, path: str) -> Sentence | None:
    """Where a step leads below full score only."""
    if step.reaches == 1:
        return None
    _ = reading.word
    return say(_("to the level of {score} %"), score=Figure(plain(100 * step.reaches), made_from=path))


def unit_text(reading: Reading, unit: str) -> str:
    """A unit by its title; gaps without one say so."""
    return unit_title(reading.assessment.catalogue, unit) if unit else reading.word("no unit named")


def _stairs(reading: Reading, plan: MendingPlan) -> Stairs:
    """All steps over their person-days, those beyond the plan too, from the total of now to the highest."""
    _, sure = reading.word, reading.assessment.assurance
    more = sure.more if sure is not None else None
    steps = [(f"plan.steps.{at}", step, False) for at, step in enumerate(plan.steps)]
    steps += [(f"assurance.more.steps.{at}", step, True) for at, step in enumerate(more.steps if more else ())]
    whole, end = steps[-1][1].total, plan.days + (more.days if more else 0)
    top = max(whole, plan.mark or whole)
    span = top - plan.now or Fraction(1)

    def height(total: Fraction) -> str:
        return width(1 - (total - plan.now) / span)

    stairs = []
    days, before, drawn = Fraction(0), plan.now, Fraction(0)
    drawn_steps = _drawn(len(steps), len(plan.steps))
    for index, (path, step, beyond) in enumerate(steps):
        days += step.days
        if index in drawn_steps:
            text = score_text(step.total, reading.digits, reading.bounds)
            stairs.append(
                Stair(
                    x0=width(drawn / end),
                    x=width(days / end),
                    y0=height(before),
                    y=height(step.total),
                    path=f"{path}.total",
                    title=say_text(_("{days} person-days: {total}"), days=plain(days), total=text),
                    beyond=beyond,
                )
            )
            before, drawn = step.total, days
    now, high = (score_text(each, reading.digits, reading.bounds) for each in (plan.now, top))
    return Stairs(
        stairs=tuple(stairs),
        mark=height(plan.mark) if plan.mark is not None else None,
        mark_text=say_text(_("mark {mark}"), mark=plain(plan.mark)) if plan.mark is not None else "",
        low=say_text(_("now {score}"), score=now),
        high=high,
        days=plain(end),
        label=say_text(
            _("The total over person-days, from {now} to {total} in {n} steps"),
            now=now, total=score_text(whole, reading.digits, reading.bounds), n=str(len(steps)),
        ),
    )  # fmt: skip


def _drawn(steps: int, planned: int) -> frozenset[int]:
    """Which of so many steps are drawn: all, or every second, third ...; the last always, and the last of the plan."""
    every = -(-steps // DRAWN)
    return frozenset({*range(every - 1, steps, every), planned - 1, steps - 1})
