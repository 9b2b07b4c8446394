"""The likely result of the official draw on the city page: a histogram of draws beside the marks, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final

from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.forecast import Forecast
from duibiao.evaluator.official_draws import NoForecast
from duibiao.reports.figures import Bar, Figure, Sentence, half_up, plain, say, say_text, width
from duibiao.reports.forecast_words import (
    REASONS,
    assumptions,
    chance_figure,
    chance_text,
    counted,
    left_out,
    share_figure,
    within_error,
)
from duibiao.reports.reading import Reading

LEAST: Final = Fraction(1, 2000)  # of the variance; below it a visit narrows nothing
SHOWN: Final = 8  # types and sites in the lists


@dataclass(frozen=True, slots=True)
class DrawBar:
    """One bar of the histogram: where it stands and how high it is, in per cent of the drawing; with its number."""

    x: str
    width: str
    y: str
    height: str
    count: int


@dataclass(frozen=True, slots=True)
class DrawMark:
    """An upright line at ``x`` per cent: the pass mark, a level, or the total now."""

    x: str
    text: str
    tone: str
    anchor: str


@dataclass(frozen=True, slots=True)
class DrawPlot:
    """The histogram from ``start`` to ``end``, the 90 % of the draws as a bar beneath it, and the marks."""

    bars: tuple[DrawBar, ...]
    interval: Bar
    marks: tuple[DrawMark, ...]
    start: str
    end: str
    label: str


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A site to visit next, with its key where that is not its name."""

    name: str
    key: str
    kind: str
    area: str
    narrows: Figure


@dataclass(frozen=True, slots=True)
class ForecastView:
    """The section; ``reason`` says why there is no forecast, and then nothing else stands there."""

    reason: str
    sentence: Sentence
    shift: Sentence  # why the draws lie below the total now, where they do
    left_out: Sentence
    chances: tuple[tuple[str, Figure], ...]
    counted: Sentence  # what the chance of a level counts, where parts have marks of their own
    plot: DrawPlot | None
    types: tuple[tuple[str, Sentence, Figure, Figure], ...]
    asking: Figure | None
    more: tuple[Sentence, ...]
    visits: tuple[VisitRow, ...]
    ask: Sentence  # instead of visits, where most of the spread comes from who is asked
    assumptions: tuple[Sentence, ...]


def forecast_section(reading: Reading) -> ForecastView | None:
    """The section, or None where no forecast was asked for."""
    forecast = reading.assessment.forecast
    if forecast is None:
        return None
    if isinstance(forecast, NoForecast):
        return ForecastView(reading.word(REASONS[forecast.reason]), (), (), (), (), (), None, (), None, (), (), (), ())
    ask = _ask(reading, forecast)
    return ForecastView(
        reason="",
        sentence=_sentence(reading, forecast),
        shift=_shift(reading, forecast),
        left_out=left_out(forecast, reading.assessment.catalogue, reading.word),
        chances=tuple(_chances(reading, forecast)),
        counted=counted(
            reading.assessment.method.score, reading.assessment.method.part_titles, reading.listed, reading.word
        ),
        plot=draw_plot(reading, forecast),
        types=tuple(_types(reading.assessment, forecast)),
        asking=share_figure(forecast.asking, "forecast.asking") if forecast.asking else None,
        more=() if ask else tuple(_more(reading, forecast)),
        visits=() if ask else tuple(_visits(reading, forecast)),
        ask=ask,
        assumptions=(
            *assumptions(forecast, reading.assessment.catalogue, reading.word),
            *within_error(reading.assessment.estimates, reading.word),
        ),
    )


def _sentence(reading: Reading, forecast: Forecast) -> Sentence:
    _, last = reading.word, len(forecast.quantiles) - 1
    return say(
        _(
            "If assessors drew their sites now, the total would likely be {mean}: in 90 of 100 draws from {low} to "
            "{high}. The chance to reach the pass mark is {chance}."
        ),
        mean=Figure(half_up(forecast.mean, reading.digits), "forecast.mean"),
        low=Figure(half_up(forecast.quantiles[0].score, reading.digits), "forecast.quantiles.0.score"),
        high=Figure(half_up(forecast.quantiles[last].score, reading.digits), f"forecast.quantiles.{last}.score"),
        chance=chance_figure(0, forecast.marks[0], forecast.draws),
    )


def _shift(reading: Reading, forecast: Forecast) -> Sentence:
    """Why the draws lie below the total now: limits that are met narrowly turn more easily than others."""
    _, now = reading.word, reading.assessment.total.score
    if now is None or now - forecast.mean <= forecast.sd or 2 * forecast.asking <= 1:
        return ()
    return say(
        _(
            "That is {n} below the total now: some limits of questionnaires are met narrowly and by chance, and where "
            "other people are asked they are not."
        ),
        n=Figure(half_up(now - forecast.mean, reading.digits), made_from="total.score forecast.mean"),
    )


def _chances(reading: Reading, forecast: Forecast) -> Iterator[tuple[str, Figure]]:
    """The chance of the pass mark and of each level that has another mark."""
    _, (passed, *_levels) = reading.word, forecast.marks
    for at, mark in enumerate(forecast.marks):
        same = mark.at_least == passed.at_least and chance_text(mark.probability) == chance_text(passed.probability)
        if mark is not passed and same:
            continue
        name = mark.name or _("Pass mark")
        yield say_text("{name} ≥ {mark}", name=name, mark=plain(mark.at_least)), chance_figure(at, mark, forecast.draws)


def _types(assessment: Assessment, forecast: Forecast) -> Iterator[tuple[str, Sentence, Figure, Figure]]:
    for at, each in enumerate(forecast.types[:SHOWN]):
        path = f"forecast.types.{at}"
        counts: Sentence = (
            Figure(str(each.drawn), f"{path}.drawn"), " / ", Figure(str(each.visited), f"{path}.visited"), " / ",
            Figure(str(each.sites), f"{path}.sites"),
        )  # fmt: skip
        yield (
            assessment.catalogue.site_types[each.site_type].title, counts,
            share_figure(each.drawing, f"{path}.drawing"),
            share_figure(each.not_knowing, f"{path}.not_knowing"),
        )  # fmt: skip


def _more(reading: Reading, forecast: Forecast) -> Iterator[Sentence]:
    _ = reading.word
    for at, each in enumerate(forecast.more):
        path = f"forecast.more.{at}"
        yield say(
            _("With {n} visits more, placed best, 90 of 100 draws would lie from {low} to {high}."),
            n=Figure(str(each.number), f"{path}.number"),
            low=Figure(half_up(each.low, reading.digits), f"{path}.low"),
            high=Figure(half_up(each.high, reading.digits), f"{path}.high"),
        )


def _ask(reading: Reading, forecast: Forecast) -> Sentence:
    """That visits hardly narrow the spread, where most of it comes from who is asked; else nothing."""
    if 2 * forecast.asking <= 1:
        return ()
    _ = reading.word
    if not forecast.next:
        return (_("No visit narrows what the draw may give: most of it comes from who is asked. Ask more people."),)
    return say(
        _(
            "No visit narrows the variance of the draws by more than {most}: {share} of it comes from who is asked. "
            "Asking more people narrows it."
        ),
        most=Figure(half_up(100 * forecast.next[0].narrows, 1) + "%", made_from="forecast.next.0.narrows"),
        share=share_figure(forecast.asking, "forecast.asking"),
    )


def _visits(reading: Reading, forecast: Forecast) -> Iterator[VisitRow]:
    kinds, sites = reading.assessment.catalogue.site_types, reading.assessment.sites
    for at, each in enumerate(forecast.next[:SHOWN]):
        if each.narrows < LEAST:
            break
        narrows = Figure(half_up(100 * each.narrows, 1) + "%", made_from=f"forecast.next.{at}.narrows")
        site = sites[reading.places_of[each.site]]
        area = reading.area_text(each.area) if each.area else ""
        key = each.site if each.site != site.name else ""
        yield VisitRow(site.name, key, kinds[each.site_type].title, area, narrows)


def draw_plot(reading: Reading, forecast: Forecast) -> DrawPlot:
    """The histogram; it runs as far as the draws, the total now and, where that is near, the pass mark."""
    _, told = reading.word, forecast.histogram
    low, high = told.start, told.start + told.step * len(told.counts)
    now = reading.assessment.total.score
    reach, margin = max(2 * (high - low), Fraction(2)), max((high - low) / 20, Fraction(1, 20))
    near = [each for each in (now, reading.pass_mark) if each is not None and low - reach < each < high + reach]
    start, end = min([low, *near]) - margin, max([high, *near]) + margin

    def at(value: Fraction) -> Fraction:
        return (value - start) / (end - start)

    most = max(told.counts)
    edges = [low + told.step * number for number in range(len(told.counts) + 1)]
    bars = tuple(
        DrawBar(width(at(left)), width(at(right) - at(left)), width(1 - Fraction(count, most)),
                width(Fraction(count, most)), count)
        for (left, right), count in zip(pairwise(edges), told.counts, strict=True)
        if count
    )  # fmt: skip
    first, last = forecast.quantiles[0].score, forecast.quantiles[-1].score
    marks = [(reading.pass_mark, say_text(_("pass mark {mark}"), mark=plain(reading.pass_mark)), "mark")]
    if now is not None:
        marks.append((now, say_text(_("now {score}"), score=half_up(now, reading.digits)), "now"))
    label = say_text(
        _("Totals of {draws} draws; 90 of 100 lie from {low} to {high}"),
        draws=str(forecast.draws), low=half_up(first, reading.digits), high=half_up(last, reading.digits),
    )  # fmt: skip
    return DrawPlot(
        bars=bars,
        interval=Bar(width(at(last) - at(first)), "", width(at(first))),
        marks=tuple(
            DrawMark(width(at(value)), text, tone, "start" if at(value) * 2 < 1 else "end")
            for value, text, tone in marks
            if 0 <= at(value) <= 1
        ),
        start=half_up(start, reading.digits),
        end=half_up(end, reading.digits),
        label=label,
    )
