"""Three sentences that a leader can act on: how sure the mark is, what to mend first, where to look again."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from duibiao.evaluator.forecast import Forecast
from duibiao.evaluator.units import unit_title
from duibiao.reports.figures import Figure, Sentence, half_up, plain, say, score_text
from duibiao.reports.forecast_words import chance_text
from duibiao.reports.reading import Reading

FIRST: Final = 4  # steps that are named
LOOK: Final = 3  # sites that are named


@dataclass(frozen=True, slots=True)
class Advice:
    """A sentence with the section that backs it: its name and address."""

    sentence: Sentence
    backed_by: str
    address: str


def advice_of(reading: Reading) -> tuple[Advice, ...]:
    """The sentences that this round gives: none about a forecast or plan that there is not."""
    return tuple(each for each in (_sure(reading), _first(reading), _look(reading)) if each is not None)


def cheapest_way(reading: Reading) -> Sentence | None:
    """What the plan asks for and promises; None where no plan reaches a mark."""
    plan = reading.assessment.plan
    if plan is None or not plan.reached or not plan.steps:
        return None
    _ = reading.word
    pieces = {
        "gaps": Figure(str(plan.gaps), "plan.gaps"),
        "days": Figure(plain(plan.days), "plan.days"),
        "total": _score(reading, plan.total, "plan.total"),
    }
    if plan.aim == "level":
        told = _(
            "The pass mark is reached. To mend for “{level}”: {gaps} of the gaps, {days} person-days, total {total}."
        )
        return say(told, level=plan.level or "", **pieces)
    return say(_("Our own total passes with {gaps} of the gaps mended: {days} person-days, total {total}."), **pieces)


def likely(reading: Reading) -> Sentence:
    """The interval of the total and the chance to pass, as they stand beneath the total; nothing without a forecast."""
    forecast = reading.assessment.forecast
    if not isinstance(forecast, Forecast):
        return ()
    _ = reading.word
    return say(_("Official draw: {low} to {high} in 9 of 10, chance to pass {chance}"), **_draws(reading, forecast))


def _draws(reading: Reading, forecast: Forecast) -> dict[str, Figure]:
    last = len(forecast.quantiles) - 1
    return {
        "low": Figure(half_up(forecast.quantiles[0].score, reading.digits), "forecast.quantiles.0.score"),
        "high": Figure(half_up(forecast.quantiles[last].score, reading.digits), f"forecast.quantiles.{last}.score"),
        "chance": Figure(
            chance_text(forecast.marks[0].probability, forecast.draws), made_from="forecast.marks.0.probability"
        ),
    }


def _sure(reading: Reading) -> Advice | None:
    """How likely the official draw reaches what the plan aims at: now, with the plan, with more."""
    _, assessment = reading.word, reading.assessment
    plan, sure = assessment.plan, assessment.assurance
    if sure is None or plan is None or plan.mark is None:
        return None
    chances = {
        name: Figure(chance_text(value), made_from=f"assurance.{name}")
        for name, value in (("now", sure.now), ("planned", sure.planned), ("reached", sure.reached))
    }
    mark = Figure(plain(plan.mark), "plan.mark")
    if sure.more is None:
        told = _(
            "The chance that the official draw gives {mark} is {now} as things stand and {planned} with the plan "
            "carried out."
        )
        return Advice(say(told, mark=mark, **chances), _("Forecast"), "#forecast")
    told = _(
        "To reach {mark} in our own data is not to be sure of it: the chance that the official draw gives it is {now} "
        "as things stand and {planned} with the plan; with {gaps} gaps mended in all ({days} person-days, to {total}) "
        "it is {reached}."
    )
    return Advice(
        say(
            told,
            mark=mark,
            gaps=Figure(str(plan.gaps + sure.more.gaps), made_from="plan.gaps assurance.more.gaps"),
            days=Figure(plain(plan.days + sure.more.days), made_from="plan.days assurance.more.days"),
            total=_score(reading, sure.more.total, "assurance.more.total"),
            **chances,
        ),
        _("Forecast"),
        "#forecast",
    )


def _first(reading: Reading) -> Advice | None:
    """The first steps of the plan, with who takes them and the total after them."""
    _, plan = reading.word, reading.assessment.plan
    if plan is None or not plan.steps:
        return None
    steps = plan.steps[:FIRST]
    pieces: list[str | Figure] = []
    for at, step in enumerate(steps):
        told = _("{unit} mends “{criterion}” (gaps: {gaps}, person-days: {days})")
        if step.reaches < 1:
            told = _("{unit} raises “{criterion}” to {level} (gaps: {gaps}, person-days: {days})")
        pieces += [
            _("; ") if at else "",
            *say(
                told,
                unit=_unit(reading, step.unit),
                criterion=reading.assessment.method.rules[step.criterion].title,
                gaps=Figure(str(len(step.gaps)), made_from=f"plan.steps.{at}.gaps"),
                days=Figure(plain(step.days), f"plan.steps.{at}.days"),
                level=Figure(plain(100 * step.reaches) + "%", made_from=f"plan.steps.{at}.reaches"),
            ),
        ]
    last = len(steps) - 1
    ending = _(": that takes the total from {now} to {total}.")
    sentence = (
        _("First: "),
        *pieces,
        *say(
            ending,
            now=_score(reading, plan.now, "plan.now"),
            total=_score(reading, steps[last].total, f"plan.steps.{last}.total"),
        ),
    )
    return Advice(tuple(each for each in sentence if each != ""), _("Plan"), "#plan")


def _unit(reading: Reading, unit: str) -> str:
    return unit_title(reading.assessment.catalogue, unit) if unit else reading.word("no unit named")


def _look(reading: Reading) -> Advice | None:
    """What makes the answer surer: people who are asked, where most of the spread comes from them; else visits."""
    forecast = reading.assessment.forecast
    if not isinstance(forecast, Forecast):
        return None
    return _ask(reading, forecast) if 2 * forecast.asking > 1 else _visit(reading, forecast)


def advised_limit(reading: Reading) -> tuple[int, int] | None:
    """The limit of an area's estimate that is missed within the error and brings most where it is met: the places of
    the estimate and, in it, of the limit; None where the advice names none."""
    forecast, estimates = reading.assessment.forecast, reading.assessment.estimates
    if not isinstance(forecast, Forecast) or 2 * forecast.asking <= 1:
        return None
    lost: dict[tuple[str, str], Fraction] = {}
    areas = {site.site: site.area for site in reading.assessment.sites}
    for gap in reading.assessment.gaps:
        key = gap.criterion, areas[gap.site] or ""
        lost[key] = max(lost.get(key, Fraction(0)), gap.lost)
    near = [
        (lost.get((limit.criterion, each.area), Fraction(0)), -at, -number)
        for at, each in enumerate(estimates)
        if each.area
        for number, limit in enumerate(each.thresholds)
        if limit.in_error and limit.more and not limit.holds
    ]
    if not near:
        return None
    _lost, at, number = max(near)
    return -at, -number


def _ask(reading: Reading, forecast: Forecast) -> Advice | None:
    """The question of which a limit is missed narrowly, and how many limits are within the error."""
    _, estimates, found = reading.word, reading.assessment.estimates, advised_limit(reading)
    if found is None:
        return None
    at, number = found
    each = estimates[at]
    limits = [limit for each in estimates if each.area for limit in each.thresholds]
    told = _(
        "Questionnaires are the least sure ({share} of the spread): {close} of {all} limits lie within the error. "
        "“{question}” in {area} falls short by less than that: go to people there first; about {more} more answers "
        "would show where it stands."
    )
    sentence = say(
        told,
        share=Figure(half_up(100 * forecast.asking, 0) + "%", made_from="forecast.asking"),
        close=Figure(str(sum(bool(limit.in_error) for limit in limits)), made_from="estimates"),
        all=Figure(str(len(limits)), made_from="estimates"),
        more=Figure(str(each.thresholds[number].more), f"estimates.{at}.thresholds.{number}.more"),
        area=reading.area_text(each.area),
        question=reading.assessment.method.rules[each.thresholds[number].criterion].title,
    )
    return Advice(sentence, reading.word("Questionnaires"), "#questionnaires")


def _visit(reading: Reading, forecast: Forecast) -> Advice | None:
    """Where a visit narrows what the draw may give most."""
    _ = reading.word
    if not forecast.next:
        return None
    sites = reading.assessment.sites
    named = forecast.next[:LOOK]
    names = reading.listed(sites[reading.places_of[each.site]].name for each in named)
    most, narrowed = forecast.more[0], sum((each.narrows for each in named), Fraction(0))
    return Advice(
        say(
            _(
                "Look at {sites} before the assessors do: these visits take {share} of the uncertainty away; with {n} "
                "visits 9 of 10 draws lie from {low} to {high}."
            ),
            sites=names,
            share=Figure(half_up(100 * narrowed, 0) + "%", made_from="forecast.next"),
            n=Figure(str(most.number), "forecast.more.0.number"),
            low=Figure(half_up(most.low, reading.digits), "forecast.more.0.low"),
            high=Figure(half_up(most.high, reading.digits), "forecast.more.0.high"),
        ),
        _("Forecast"),
        "#forecast",
    )


def _score(reading: Reading, score: Fraction, path: str) -> Figure:
    plan = reading.assessment.plan
    bounds = (*reading.bounds, plan.mark) if plan is not None and plan.mark is not None else reading.bounds
    return Figure(score_text(score, reading.digits, bounds), path)
