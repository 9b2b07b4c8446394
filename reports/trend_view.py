"""The totals of the last rounds as a line, in per cent of the drawing's width and height."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from duibiao.reports.figures import plain, say_text, width
from duibiao.reports.reading import Reading


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One round: where it stands, its total, its name. ``hollow``: scored by another method than this round."""

    x: str
    y: str
    text: str
    path: str
    name: str
    anchor: str
    hollow: bool


@dataclass(frozen=True, slots=True)
class TrendView:
    """The points, the stretches between neighbours that can be compared, and the pass mark's height."""

    points: tuple[TrendPoint, ...]
    lines: tuple[tuple[TrendPoint, TrendPoint], ...]
    mark: str
    mark_text: str
    label: str
    hollow: bool


def trend_view(reading: Reading) -> TrendView | None:
    """The rounds with a total, the oldest first; None where there is nothing before this one.

    The height runs from the lowest to the highest of the totals and the pass mark with a margin, not from 0: every
    point has its number beside it.
    """
    _ = reading.word
    shown = [
        (each, figure)
        for index, each in enumerate(reading.assessment.trend)
        if (figure := reading.score(each.score, f"trend.{index}.score")) is not None
    ]
    if len(shown) < 2:
        return None
    values = [Fraction(figure.text) for _each, figure in shown]
    low, high = min(*values, reading.pass_mark), max(*values, reading.pass_mark)
    margin = max((high - low) / 4, Fraction(1))

    def height(value: Fraction) -> str:
        return width((high + margin - value) / (high - low + 2 * margin))

    last = len(shown) - 1
    points = tuple(
        TrendPoint(
            x=width(Fraction(8, 100) + Fraction(84, 100) * Fraction(index, last)),
            y=height(value),
            text=figure.text,
            path=figure.path,
            name=each.round.title or each.round.id or each.as_of.isoformat(),
            anchor="start" if index == 0 else "end" if index == last else "middle",
            hollow=not each.comparable,
        )
        for index, ((each, figure), value) in enumerate(zip(shown, values, strict=True))
    )
    return TrendView(
        points=points,
        lines=tuple((one, two) for one, two in pairwise(points) if not (one.hollow or two.hollow)),
        mark=height(reading.pass_mark),
        mark_text=say_text(_("pass mark {mark}"), mark=plain(reading.pass_mark)),
        label=reading.listed(f"{each.name}: {each.text}" for each in points),
        hollow=any(each.hollow for each in points),
    )
