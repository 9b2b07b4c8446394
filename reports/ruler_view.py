"""The ruler under the total: levels, pass mark, the last round, this one, and what mending would reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from duibiao.reports.figures import Bar, Figure, plain, say_text, width
from duibiao.reports.reading import Reading


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the ruler at ``at`` per cent of its length; ``tone`` is empty for a mark of the scale."""

    at: str
    text: str
    name: str
    anchor: str
    tone: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Ruler:
    """The score on a line with the levels and the pass mark. ``pins`` are scores, each in a row of its own."""

    zones: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    pins: tuple[Tick, ...]
    label: str


def ruler(reading: Reading, figure: Figure | None) -> Ruler:
    """The line from a round number below everything that is shown to 100; the total is shown as ``figure``."""
    _, levels, mark = reading.word, reading.assessment.catalogue.score.levels, reading.pass_mark
    scores = list(_scores(reading, figure))
    limits = sorted({Fraction(each.at_least) for each in levels if each.at_least is not None} | {mark})
    lowest = min([limits[0], *(Fraction(each.text) for _tone, _name, each in scores)])
    start = max(Fraction(0), Fraction((lowest - 5) // 10 * 10))
    span = 100 - start

    def at(value: Fraction) -> Fraction:
        return (value - start) / span

    names = sorted((Fraction(each.at_least or 0), each.name) for each in levels)
    ends = [limit for limit, _name in names[1:]] + [Fraction(100)][: len(names)]
    zones = tuple(
        Bar(width(at(end) - at(max(begin, start))), reading.tones[name], width(at(max(begin, start))))
        for (begin, name), end in zip(names, ends, strict=True)
        if end > start
    )
    ticks = tuple(
        Tick(width(at(value)), plain(value), _("pass mark") if value == mark else "", anchor)
        for value, anchor in [(start, "start"), *((limit, "middle") for limit in limits), (Fraction(100), "end")]
    )
    pins = tuple(
        Tick(width(at(value)), each.text, name, _anchor(at(value)), tone, each.path)
        for tone, name, each in scores
        for value in [Fraction(each.text)]
    )
    told = reading.listed(f"{pin.name} {pin.text}" for pin in pins)
    scale = say_text(_("{start} to 100, with levels and pass mark"), start=plain(start))
    return Ruler(zones, ticks, pins, f"{scale}: {told}" if told else scale)


def _scores(reading: Reading, figure: Figure | None) -> Iterator[tuple[str, str, Figure]]:
    """The last round, what the plan (without one: mending the costliest) reaches, and this round: nearest to the line
    comes last."""
    _, assessment = reading.word, reading.assessment
    previous, mending, plan = assessment.previous, assessment.mending, assessment.plan
    if previous is not None and not previous.differing:
        before = reading.score(previous.total.score, "previous.total.score")
        if before is not None:
            yield "then", _("last round"), before
    if plan is not None and plan.reached and plan.steps:
        after = reading.score(plan.total, "plan.total")
        if after is not None:
            yield "after", _("with the plan"), after
    elif mending is not None and mending.needed:
        index = next(index for index, step in enumerate(mending.steps) if step.number == mending.needed)
        after = reading.score(mending.steps[index].total, f"mending.steps.{index}.total")
        if after is not None:
            yield "after", say_text(_("first {n} mended"), n=str(mending.needed)), after
    if figure is not None:
        yield "now", _("this round"), figure


def _anchor(at: Fraction) -> str:
    return "start" if at * 6 < 1 else "end" if at * 6 > 5 else "middle"
