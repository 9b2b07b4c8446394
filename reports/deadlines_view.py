"""Who mends, and by when, as values: what cannot wait, and a row for each unit with its gaps on their due dates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from duibiao.evaluator.assess import page_name
from duibiao.evaluator.assessment import Gap
from duibiao.evaluator.units import unit_title
from duibiao.reports.addresses import address
from duibiao.reports.deadline_rule import deadline_rule
from duibiao.reports.due_strip import Axis, axis_of, scaled
from duibiao.reports.due_view import AxisView, Strip, axis_view, left_text, strip_view
from duibiao.reports.figures import Figure, Sentence, loss_digits, loss_text, say
from duibiao.reports.reading import NONE, Reading, share
from duibiao.reports.urgent_view import Urgent, urgent_view, vetoed

UNITS_SHOWN: Final = 15
ROWS_SHOWN: Final = 60  # units with a strip; further ones are named

_Counts = Callable[[Gap], bool]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit with gaps; ``page`` is empty where none is written."""

    title: str
    page: str
    vetoes: Sentence | None
    lost: Figure | None
    gaps: Figure
    overdue: Figure | None
    high: Figure | None
    earliest: str
    left: str
    undated: Sentence | None
    mended: Figure | None  # of the gaps of the last round
    query: str  # the address of its gaps in the table of all gaps; of a unit without name that of all gaps
    query_overdue: str
    strip: Strip | None


@dataclass(frozen=True, slots=True)
class UnitTable:
    """Units whose strips have one scale; ``axis`` is None where no gap has a deadline."""

    rows: tuple[UnitRow, ...]
    axis: AxisView | None
    scale: Sentence | None


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit that stands in no table, with its number of gaps."""

    title: str
    page: str
    gaps: Figure


@dataclass(frozen=True, slots=True)
class DeadlinesView:
    """Everything in the section; ``further`` units have gaps and stand in no table, ``without`` have none."""

    told: Sentence
    urgent: Urgent | None
    units: UnitTable
    other_units: UnitTable
    further: tuple[NamedUnit, ...]
    without: tuple[NamedUnit, ...]


def deadlines_section(reading: Reading) -> DeadlinesView:
    """Units whose gaps cost the most first; each gap stands with each of its lead units."""
    assessment = reading.assessment
    gaps_of: dict[str, list[Gap]] = {card.id: [] for card in assessment.units}
    for gap in assessment.gaps:
        for unit in gap.lead_units or gap.supporting_units or ("",):
            gaps_of.setdefault(unit, []).append(gap)
    units = sorted(gaps_of, key=_costliest_first(reading, gaps_of))
    busy = [unit for unit in units if gaps_of[unit]]
    axis = axis_of(assessment.as_of, _deadlines(assessment.gaps))
    shown, others = (
        _table(reading, {unit: gaps_of[unit] for unit in part}, axis)
        for part in (busy[:UNITS_SHOWN], busy[UNITS_SHOWN:ROWS_SHOWN])
    )
    return DeadlinesView(
        told=_told(reading),
        urgent=urgent_view(reading),
        units=shown,
        other_units=others,
        further=tuple(_named(reading, unit, gaps_of[unit]) for unit in busy[ROWS_SHOWN:]),
        without=tuple(_named(reading, unit, ()) for unit in units if not gaps_of[unit]),
    )


def _costliest_first(
    reading: Reading, gaps_of: Mapping[str, Sequence[Gap]]
) -> Callable[[str], tuple[bool, Fraction, int, str]]:
    losses = {card.id: card.lost for card in reading.assessment.units if card.lost is not None}
    return lambda unit: (unit not in losses, -losses.get(unit, Fraction(0)), -len(gaps_of[unit]), unit)


def _deadlines(gaps: Sequence[Gap]) -> Sequence[date]:
    return [gap.deadline for gap in gaps if gap.deadline is not None]


def _count(gaps: Sequence[Gap], counts: _Counts) -> Figure:
    return Figure(str(sum(map(counts, gaps))), made_from="gaps")


def _told(reading: Reading) -> Sentence:
    """All gaps of the city by how their deadlines stand."""
    _, gaps, today = reading.word, reading.assessment.gaps, reading.assessment.as_of
    if not gaps:
        return (_("No gaps: nothing that was observed is missed or only partly met."),)
    told = say(
        _(
            "{n} gaps: {late} overdue, {now} due today, {soon} due later, {open} without a day. Units whose gaps "
            "cost the most come first."
        ),
        n=_count(gaps, lambda gap: True),
        late=_count(gaps, reading.overdue),
        now=_count(gaps, lambda gap: gap.deadline == today),
        soon=_count(gaps, lambda gap: gap.deadline is not None and gap.deadline > today),
        open=_count(gaps, lambda gap: gap.deadline is None),
    )
    between = "" if reading.language == "zh-CN" else " "
    return (*told, between, *deadline_rule(reading, today.isoformat()))


def _table(reading: Reading, gaps_of: Mapping[str, Sequence[Gap]], axis: Axis | None) -> UnitTable:
    _, assessment = reading.word, reading.assessment
    losses = {card.id: card.lost for card in assessment.units if card.lost is not None}
    digits = loss_digits(losses.values(), reading.digits)
    if axis is not None:
        axis = scaled(axis, [_deadlines(own) for own in gaps_of.values()])
    return UnitTable(
        rows=tuple(
            _row(
                reading,
                unit,
                gaps,
                axis,
                Figure(loss_text(losses[unit], digits), f"units.{reading.unit_places[unit]}.lost")
                if unit in losses
                else None,
            )
            for unit, gaps in gaps_of.items()
        ),
        axis=axis_view(reading, axis) if axis is not None else None,
        scale=say(
            _(
                "Each bar is the number of gaps due on its day, drawn to one scale: the tallest here is {n}. The line "
                "is the day of the assessment."
            ),
            n=Figure(str(axis.largest), made_from="gaps"),
        )
        if axis is not None
        else None,
    )


def _title(reading: Reading, unit: str) -> str:
    _ = reading.word
    return unit_title(reading.assessment.catalogue, unit) if unit else _("no unit named")


def _page(reading: Reading, unit: str) -> str:
    written = unit in reading.unit_places and unit in reading.written_units
    return f"unit/{page_name(unit)}.html" if written else ""


def _named(reading: Reading, unit: str, gaps: Sequence[Gap]) -> NamedUnit:
    return NamedUnit(_title(reading, unit), _page(reading, unit), _count(gaps, lambda gap: True))


def _row(reading: Reading, unit: str, gaps: Sequence[Gap], axis: Axis | None, lost: Figure | None) -> UnitRow:
    _, days = reading.word, _deadlines(gaps)
    vetoes = _count(gaps, lambda gap: vetoed(reading, gap))
    undated = _count(gaps, lambda gap: gap.deadline is None)
    dated = [(gap.deadline, gap.severity == "high" or vetoed(reading, gap)) for gap in gaps if gap.deadline is not None]
    return UnitRow(
        title=_title(reading, unit),
        page=_page(reading, unit),
        vetoes=say(_("vetoes {n}"), n=vetoes) if vetoes.text != "0" else None,
        lost=lost,
        gaps=_count(gaps, lambda gap: True),
        overdue=_some(_count(gaps, reading.overdue)),
        high=_some(_count(gaps, lambda gap: gap.severity == "high")),
        earliest=min(days).isoformat() if days else NONE,
        left=left_text(reading, min(days), False) if days else "",
        undated=say(_("{n} without a deadline"), n=undated) if undated.text != "0" else None,
        mended=_mended(reading, unit),
        query=address("gaps", unit=unit),
        query_overdue=address("gaps", unit=unit, due="overdue"),
        strip=strip_view(reading, axis, dated) if axis is not None and days else None,
    )


def _mended(reading: Reading, unit: str) -> Figure | None:
    """How many of the last round's gaps of a unit are mended; None without any."""
    index, previous = reading.unit_places.get(unit), reading.assessment.previous
    if index is None or previous is None or not previous.followed_units[index].gaps:
        return None
    path, followed = f"previous.followed_units.{index}", previous.followed_units[index]
    return share(followed.mended, followed.gaps, f"{path}.mended {path}.gaps")


def _some(count: Figure) -> Figure | None:
    return count if count.text != "0" else None
