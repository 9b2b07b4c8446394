"""Due dates as values: how far off they are, the axis that they stand on, and the strip of bars of one unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from duibiao.reports.due_strip import Axis, DueBar, bars_of
from duibiao.reports.figures import Figure, plain, say_text
from duibiao.reports.reading import Reading


@dataclass(frozen=True, slots=True)
class AxisDate:
    """A date on the axis at ``at`` per cent of its length; ``anchor`` says which end of the text stands there."""

    text: str
    at: str
    anchor: str
    today: bool


@dataclass(frozen=True, slots=True)
class AxisView:
    """The axis above the strips. ``today`` is where the day of the assessment begins: all bars left of it are late.

    ``columns`` and ``largest`` are the units in which bars are drawn; ``start`` and ``end`` enclose the single days.
    """

    said: str
    columns: str
    largest: int
    today: str
    start: str
    end: str
    dates: tuple[AxisDate, ...]
    earlier: str
    later: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The due dates of one unit as bars, in words too, and its tallest bar with its number."""

    said: str
    bars: tuple[DueBar, ...]
    tallest: DueBar
    most: Figure


def left_text(reading: Reading, day: date | None, next_round: bool) -> str:
    """How far a deadline is from the day of the assessment."""
    _ = reading.word
    if day is None:
        return _("before the next round") if next_round else _("none set")
    left = (day - reading.assessment.as_of).days
    if not left:
        return _("due today")
    return _("{days} d left").format(days=left) if left > 0 else _("{days} d overdue").format(days=-left)


def strip_view(reading: Reading, axis: Axis, dated: Sequence[tuple[date, bool]]) -> Strip:
    """The deadlines of one unit, each with whether it is urgent."""
    _, today = reading.word, reading.assessment.as_of
    bars = tuple(replace(bar, title=_bar_title(reading, axis, bar)) for bar in bars_of(axis, dated))
    tallest = max(bars, key=lambda bar: bar.count)
    said = say_text(
        _("{n} gaps with a deadline: {late} overdue, {now} due today, {soon} due later; most of them {most}."),
        n=str(len(dated)),
        late=str(sum(day < today for day, _urgent in dated)),
        now=str(sum(day == today for day, _urgent in dated)),
        soon=str(sum(day > today for day, _urgent in dated)),
        most=tallest.title,
    )
    return Strip(said, bars, tallest, Figure(str(tallest.count), made_from="gaps"))


def _bar_title(reading: Reading, axis: Axis, bar: DueBar) -> str:
    _ = reading.word
    when = _short(reading, bar.column)
    if bar.column < axis.first:
        when = _("before {day}").format(day=_short(reading, axis.first))
    if bar.column > axis.last:
        when = _("after {day}").format(day=_short(reading, axis.last))
    if bar.urgent:
        return _("{day}: {n}, of them {urgent} urgent").format(day=when, n=bar.count, urgent=bar.urgent)
    return _("{day}: {n}").format(day=when, n=bar.count)


def _short(reading: Reading, day: date) -> str:
    """A day near the day of the assessment, without its year."""
    return f"{day.month}月{day.day}日" if reading.language == "zh-CN" else f"{day:%m-%d}"


def axis_view(reading: Reading, axis: Axis) -> AxisView:
    """The axis with its words."""
    _ = reading.word
    start, end = axis.left(axis.first), axis.left(axis.last) + 1
    ends = {axis.first: ("start", start), axis.as_of: ("start", axis.left(axis.as_of)), axis.last: ("end", end)}
    dates = [(day, *ends.get(day, ("middle", axis.left(day) + Fraction(1, 2)))) for day in axis.dates]
    return AxisView(
        said=_("Gaps by due date, {first} to {last}; the line is {day}, the day of the assessment.").format(
            first=axis.first.isoformat(), last=axis.last.isoformat(), day=axis.as_of.isoformat()
        ),
        columns=plain(axis.columns),
        largest=axis.largest,
        today=axis.share(axis.left(axis.as_of)),
        start=axis.share(start),
        end=axis.share(end),
        dates=tuple(
            AxisDate(_short(reading, day), axis.share(at), anchor, today=day == axis.as_of) for day, anchor, at in dates
        ),
        earlier=_("earlier") if axis.earlier else "",
        later=_("later") if axis.later else "",
    )
