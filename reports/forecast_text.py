"""A forecast of the official draw on the command line."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.assessment import Bounds
from duibiao.evaluator.forecast import Forecast
from duibiao.reports.figures import half_up, plain
from duibiao.reports.forecast_words import assumptions, chance_text, counted, left_out, plain_sentence
from duibiao.reports.plain_text import plain_text
from duibiao.reports.terminal_table import table_text

Translate = Callable[[str], str]
SHOWN: Final = 10


def forecast_text(
    forecast: Forecast, now: Fraction | None, bounds: Bounds, catalogue: Catalogue,
    names: dict[str, str], say: Translate,
) -> str:  # fmt: skip
    """The total now and what the official draw is likely to make of it; ``names`` are those of sites."""
    return "".join(
        f"{block.rstrip()}\n"
        for block in (
            _now(now, bounds, catalogue, say),
            *_likely(forecast, catalogue, say),
            *_types(forecast, catalogue, say),
            *_visits(forecast, catalogue, names, say),
            say("What this rests on:"),
            *(f"  {plain_sentence(each)}" for each in assumptions(forecast, catalogue, say)),
        )
    )


def _now(now: Fraction | None, bounds: Bounds, catalogue: Catalogue, say: Translate) -> str:
    digits = catalogue.score.rounding.digits
    return say("Total now: {score} (with what nobody observed at its worst and best: {low} to {high})").format(
        score=half_up(now, digits) if now is not None else "-",
        low=half_up(bounds.low, digits),
        high=half_up(bounds.high, digits),
    )


def _likely(forecast: Forecast, catalogue: Catalogue, say: Translate) -> Iterator[str]:
    digits = catalogue.score.rounding.digits
    low, high = (half_up(forecast.quantiles[at].score, digits) for at in (0, -1))
    told = say(
        "The official draw is likely to give {mean} (standard deviation {sd}); in 90 of 100 draws {low} to {high}"
    )
    yield told.format(mean=half_up(forecast.mean, digits), sd=half_up(forecast.sd, digits), low=low, high=high)
    passed, *levels = forecast.marks
    for mark in (passed, *(each for each in levels if each.at_least != passed.at_least)):
        name = say("level {name}").format(name=mark.name) if mark.name else say("pass mark")
        told = say("  Chance to reach the {name}, {mark}: {chance} (standard error {error} %)")
        if mark.probability in {0, 1}:  # then the error of the draws is not 0, but not known from them
            told = say("  Chance to reach the {name}, {mark}: {chance} (none of {draws} draws reaches it)")
            if mark.probability:
                told = say("  Chance to reach the {name}, {mark}: {chance} (all of {draws} draws reach it)")
        yield told.format(
            name=name, mark=plain(mark.at_least), chance=chance_text(mark.probability, forecast.draws),
            error=half_up(100 * mark.error, 2), draws=forecast.draws,
        )  # fmt: skip
    if gates := counted(catalogue.score, catalogue.head.parts, ", ".join, say):
        yield f"  {plain_sentence(gates)}"
    if forecast.unvisited is not None:
        yield plain_sentence(left_out(forecast, catalogue, say))


def _types(forecast: Forecast, catalogue: Catalogue, say: Translate) -> Iterator[str]:
    yield say("What the spread comes from, in per cent of the variance:")
    heads = (say("Site type"), say("Sites"), say("drawn"), say("visited"), say("by the draw"), say("by not knowing"))
    rows = [
        (
            catalogue.site_types[each.site_type].title, str(each.sites), str(each.drawn), str(each.visited),
            half_up(100 * each.drawing, 1), half_up(100 * each.not_knowing, 1),
        )
        for each in forecast.types[:SHOWN]
    ]  # fmt: skip
    if forecast.asking:
        rows.append((say("Other people asked (questionnaires)"), "", "", "", half_up(100 * forecast.asking, 1), ""))
    yield table_text(heads, rows, right=(1, 2, 3, 4, 5))


def _visits(forecast: Forecast, catalogue: Catalogue, names: dict[str, str], say: Translate) -> Iterator[str]:
    digits = catalogue.score.rounding.digits
    if not forecast.next:
        yield say("No visit more would narrow it.")
        return
    for each in forecast.more:
        yield say("With {n} visits more, placed best: in 90 of 100 draws {low} to {high}").format(
            n=each.number, low=half_up(each.low, digits), high=half_up(each.high, digits)
        )
    yield say("Visit next (per cent of the variance that goes with it):")
    heads = ("%", say("Site"), say("Key"), say("Site type"), say("Area"))
    rows = [
        (
            half_up(100 * each.narrows, 1), plain_text(names[each.site]), plain_text(each.site),
            catalogue.site_types[each.site_type].title,
            plain_text(each.area),
        )
        for each in forecast.next[:SHOWN]
    ]  # fmt: skip
    yield table_text(heads, rows, right=(0,))
    first = shlex.quote(plain_text(forecast.next[0].site))
    yield say("A checklist for the first: {command}").format(command=f"duibiao checklist --site {first} --in OUT")
