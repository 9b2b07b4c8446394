"""Due dates as bars around the day of an assessment: one axis and one scale, every gap on one bar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from duibiao.reports.figures import plain, width

DAY: Final = timedelta(days=1)
SHOWN: Final = 14 * DAY  # on either side; what is due earlier or later is gathered on a bar of its own
LEAST: Final = 3 * DAY  # on either side, so that there is room for words
APART: Final = Fraction(3, 2)  # a gathered bar takes a column, half a column away from the days
MARGIN: Final = Fraction(3, 20)  # free on either side of a bar, in columns
STEPS: Final = (2, 3, 7)  # days from one date on the axis to the next
DATES: Final = 5  # for how many there is room


@dataclass(frozen=True, slots=True)
class DueBar:
    """The gaps due in one column of the axis, ``urgent`` of them of high severity or missed vetoes.

    Urgent gaps stand below the ``others``. ``x`` is the left edge of the bar in columns, ``top`` and ``urgent_top``
    are the gaps by which it and its lower piece fall short of the tallest bar; ``middle`` and ``top_share`` are places
    in per cent of the axis and of the tallest bar. ``late`` bars are overdue.
    """

    column: date
    count: int
    urgent: int
    late: bool
    x: str
    top: int
    urgent_top: int
    middle: str
    top_share: str
    title: str = ""

    @property
    def others(self) -> int:
        """The gaps that are not urgent."""
        return self.count - self.urgent


@dataclass(frozen=True, slots=True)
class Axis:
    """Columns of one day each from ``first`` to ``last``, and one at an end for what is due ``earlier`` or ``later``.

    The column of all days outside is named after the day before the first, or after the last. ``largest`` is the
    number of gaps on the tallest bar, to whose scale all are drawn.
    """

    as_of: date
    first: date
    last: date
    earlier: bool
    later: bool
    largest: int = 0

    def column(self, day: date) -> date:
        """The column in which a day stands."""
        return min(max(day, self.first - DAY), self.last + DAY)

    def left(self, column: date) -> Fraction:
        """The left edge of a column."""
        start = APART if self.earlier else Fraction(0)
        if column < self.first:
            return Fraction(0)
        return start + (column - self.first).days + (APART - 1 if column > self.last else 0)

    @property
    def columns(self) -> Fraction:
        """The length of the axis."""
        return self.left(self.last + DAY if self.later else self.last) + 1

    def share(self, at: Fraction) -> str:
        """A place on the axis in per cent of its length."""
        return width(at / self.columns)

    @property
    def dates(self) -> Sequence[date]:
        """The days that are written on the axis: the day of the assessment, and others at even steps from it."""
        days = (self.last - self.first).days + 1
        step = next(each for each in STEPS if days <= DATES * each)
        before = (self.as_of - self.first).days // step
        return [self.first + DAY * each for each in range((self.as_of - self.first).days - before * step, days, step)]


def axis_of(as_of: date, deadlines: Sequence[date]) -> Axis | None:
    """The axis for deadlines around a day, as long as they need; None where there are none."""
    if not deadlines:
        return None
    earliest, latest = min(deadlines), max(deadlines)
    first = max(as_of - SHOWN, min(as_of - LEAST, earliest))
    last = min(as_of + SHOWN, max(as_of + LEAST, latest))
    return Axis(as_of, first, last, earlier=earliest < first, later=latest > last)


def scaled(axis: Axis, units: Iterable[Sequence[date]]) -> Axis:
    """The axis with the scale of the deadlines of some units."""
    counts = (max(Counter(map(axis.column, own)).values(), default=0) for own in units)
    return replace(axis, largest=max(counts, default=0))


def bars_of(axis: Axis, gaps: Iterable[tuple[date, bool]]) -> tuple[DueBar, ...]:
    """The bars of one unit from the deadline of each gap and whether it is urgent, the earliest first."""
    all_: Counter[date] = Counter()
    urgent: Counter[date] = Counter()
    for day, is_urgent in gaps:
        all_[axis.column(day)] += 1
        urgent[axis.column(day)] += is_urgent
    return tuple(
        DueBar(
            column=column,
            count=count,
            urgent=urgent[column],
            late=column < axis.as_of,
            x=plain(axis.left(column) + MARGIN),
            top=axis.largest - count,
            urgent_top=axis.largest - urgent[column],
            middle=axis.share(axis.left(column) + Fraction(1, 2)),
            top_share=width(1 - Fraction(count, axis.largest)),
        )
        for column, count in sorted(all_.items())
    )
