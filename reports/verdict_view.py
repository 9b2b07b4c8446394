"""What is said of the total: how far it is from the pass mark, what closes the distance, what else to know first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from duibiao.evaluator.assessment import Mending
from duibiao.reports.advice_view import Advice, advice_of, cheapest_way, likely
from duibiao.reports.cards_view import ranking
from duibiao.reports.figures import Figure, Sentence, half_up, loss_text, plain, say, signed
from duibiao.reports.plan_view import not_planned
from duibiao.reports.reading import NONE, Reading

NAMED: Final = 3  # criteria that are named where so few reach the pass mark


@dataclass(frozen=True, slots=True)
class Verdict:
    """The distance to the pass mark, the sentence that says what closes it, and the points beneath it."""

    verdict: Sentence
    likely: Sentence  # what the official draw may give; nothing without a forecast
    headline: Sentence
    advice: tuple[Advice, ...]
    points: tuple[Sentence, ...]


def verdict_of(reading: Reading, figure: Figure | None) -> Verdict:
    """The words beside the total, which is shown as ``figure``."""
    _, assessment = reading.word, reading.assessment
    score, mark = assessment.total.score, reading.pass_mark
    if score is None or figure is None:
        without = [part.title for part in assessment.total.parts if part.score is None]
        why = say(_("No total: {parts} without data."), parts=reading.listed(without))
        return Verdict(why, (), (_("There is no total in this round."),), (), tuple(_open_points(reading)))
    # From the shown score, so that score, mark and distance add up for the reader too.
    distance = Figure(
        half_up(abs(Fraction(figure.text) - mark), len(figure.text.partition(".")[2])),
        made_from="total.score method.pass_mark",
    )
    told = _("{n} above the pass mark of {mark}") if score >= mark else _("{n} short of the pass mark of {mark}")
    verdict = say(told, n=distance, mark=Figure(plain(mark), "method.pass_mark"))
    mending = assessment.mending
    headline = (_("The pass mark is reached."),) if score >= mark else _headline(reading, mending)
    plan = assessment.plan
    if plan is not None and plan.aim == "pass" and plan.reached is False and mending and mending.needed is not None:
        headline = (*headline, *not_planned(reading))
    if (cheapest := cheapest_way(reading)) is not None:
        headline = cheapest
    made, mended = tuple(_made(reading)), tuple(_mended(reading, mending))
    first = (*made, *mended) if assessment.made.held else (*mended, *made)
    points = (*first, *moved(reading, figure), *_open_points(reading))
    return Verdict(verdict, likely(reading), headline, advice_of(reading), points)


def _headline(reading: Reading, mending: Mending | None) -> Sentence:
    """What closes the distance: so many criteria mended together, worked out anew and not added up from losses."""
    _ = reading.word
    if mending is None:
        return (_("The pass mark is not reached."),)
    if mending.needed is None:
        return (_("Mending every gap does not reach the pass mark."),)
    at = [step.number for step in mending.steps].index(mending.needed)
    after = reading.score(mending.steps[at].total, f"mending.steps.{at}.total") or NONE
    if mending.needed <= NAMED:
        titles = [reading.assessment.method.rules[step.criterion].title for step in mending.steps[: at + 1]]
        told = _("With all gaps of {criteria} mended the total would be {score}: that reaches the pass mark.")
        return say(told, criteria=reading.listed(f"“{title}”" for title in titles), score=after)
    told = _(
        "With all gaps of the {n} costliest criteria mended the total would be {score}: that reaches the pass mark."
    )
    if reading.assessment.made.capped_by:
        told = _(
            "With all gaps of the vetoes and the costliest criteria, {n} in all, mended the total would be {score}: "
            "that reaches the pass mark."
        )
    return say(told, n=Figure(str(mending.needed), "mending.needed"), score=after)


def _mended(reading: Reading, mending: Mending | None) -> Iterator[Sentence]:
    """The total without any gap, where even that does not reach the pass mark."""
    _ = reading.word
    if mending is None or mending.needed is not None:
        return
    after = reading.score(mending.whole, "mending.whole")
    if after is not None:
        yield say(_("With every gap mended the total would be {score}: see what was not observed."), score=after)


def moved(reading: Reading, figure: Figure) -> Iterator[Sentence]:
    """How the total moved since the last round, where the two can be compared."""
    _, previous = reading.word, reading.assessment.previous
    if previous is None:
        return
    named = previous.round.title or previous.round.id or previous.as_of.isoformat()
    if previous.differing:
        yield (_("The last round was scored by another method; the two are not compared."),)
        return
    before = reading.score(previous.total.score, "previous.total.score")
    if before is None:
        return
    change = Fraction(figure.text) - Fraction(before.text)
    digits = max(len(each.text.partition(".")[2]) for each in (figure, before))
    texts = {1: _("{n} more than in {round} ({before})."), -1: _("{n} less than in {round} ({before}).")}
    text = texts.get((change > 0) - (change < 0), _("The same as in {round} ({before})."))
    told = say(
        text,
        n=Figure(half_up(abs(change), digits), made_from="total.score previous.total.score"),
        round=named,
        before=before,
    )
    scored = {part.part for part in reading.assessment.total.parts if part.score is not None}
    unlike = scored != set(previous.parts)
    between = "" if reading.language == "zh-CN" else " "
    yield (*told, between, _("That round had other parts of the total than this one.")) if unlike else told


def _made(reading: Reading) -> Iterator[Sentence]:
    """What stands between the parts and the total: caps, adjustments, gates, too little coverage."""
    _, assessment = reading.word, reading.assessment
    total, made = assessment.total, assessment.made
    titles = {name: rule.title for name, rule in assessment.method.rules.items()}
    if total.withheld:
        yield (_("Too little was looked at for a level and a place."),)
    if total.cap is not None and made.combined is not None:
        yield say(
            _("Held at {cap} by the veto of {criteria}; the parts alone give {score}."),
            cap=Figure(plain(total.cap), "made.cap"),
            criteria=reading.listed(titles[each] for each in total.capped_by),
            score=Figure(half_up(made.combined, reading.digits), made_from="made.combined"),
        )
    for index, line in enumerate(made.adjustments):
        if line.amount:
            yield say(
                _("{title}: {amount} after the total."),
                title=titles[line.criterion],
                amount=Figure(signed(line.amount), made_from=f"made.adjustments.{index}.amount"),
            )
    for index, gate in enumerate(assessment.total.parts):
        mark, low = gate.at_least, gate.bounds.low if gate.bounds is not None else None
        if mark is not None and gate.score is not None and low is not None and low < mark <= gate.score:
            yield say(
                _(
                    "{part} must reach {mark}, else the level is the lowest: it has {score}, and {low} at the worst of "
                    "what nobody observed."
                ),
                part=gate.title,
                mark=Figure(plain(mark), f"total.parts.{index}.at_least"),
                score=Figure(half_up(gate.score, reading.digits), f"total.parts.{index}.score"),
                low=Figure(half_up(low, reading.digits), made_from=f"total.parts.{index}.bounds.low"),
            )
    for part in made.gates_failed:
        yield say(
            _("{part} is below the mark that it must reach: the level is the lowest."),
            part=assessment.method.part_titles[part],
        )


def _open_points(reading: Reading) -> Iterator[Sentence]:
    """What the counts beneath do not say: the lowest area, and where one more visit tells most."""
    _, assessment = reading.word, reading.assessment
    ranked = [(index, card) for index, card in ranking(assessment) if card.score is not None]
    if len(ranked) > 1:
        index, lowest = min(ranked, key=lambda each: (each[1].score or 0, each[1].id))
        figure = reading.score(lowest.score, f"areas.{index}.score")
        if figure is not None:
            yield say(_("Lowest area: {area}, {score}."), area=lowest.title, score=figure)
    valued = [(site.visit_value, site) for site in assessment.sites if site.visit_value]
    if valued:
        value, site = max(valued, key=lambda each: (each[0], each[1].site))
        index = reading.places_of[site.site]
        yield say(
            _(
                "Most of what nobody observed weighs at {site} ({kind}): one more visit there closes the bounds of "
                "the total by {n}."
            ),
            site=site.name,
            kind=reading.kind(site.site_type),
            n=Figure(loss_text(value, reading.digits), made_from=f"sites.{index}.visit_value"),
        )
