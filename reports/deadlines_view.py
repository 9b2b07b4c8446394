"""Who mends, and by when, as values: what cannot wait, and a row for each unit with its gaps on their due dates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Final

from duibiao.evaluator.assess import page_name
from duibiao.evaluator.assessment import Gap
from duibiao.evaluator.units import unit_title
from duibiao.reports.addresses import address
from duibiao.reports.deadline_rule import deadline_rule
from duibiao.reports.due_strip import Axis, DueBar, axis_of, bars_of, scaled
from duibiao.reports.figures import Figure, Sentence, loss_digits, loss_text, plain, say, say_text
from duibiao.reports.reading import NONE, Reading, SiteLink, share

URGENT_SHOWN: Final = 8
UNITS_SHOWN: Final = 15
ROWS_SHOWN: Final = 60  # units with a strip; further ones are named
NAMED: Final = 2  # units of one gap that are named in a line

_Counts = Callable[[Gap], bool]


@dataclass(frozen=True, slots=True)
class UrgentRow:
    """One gap that cannot wait. ``caps`` say what its veto holds down."""

    site: SiteLink
    area: str
    criterion: str
    caps: tuple[Sentence, ...]
    units: str
    due: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Urgent:
    """What cannot wait: missed vetoes, or without any the gaps of high severity that are due first."""

    title: Sentence
    rows: tuple[UrgentRow, ...]
    rest: Sentence | None


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
        urgent=_urgent(reading),
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
            "{n} gaps: {late} overdue, {now} due today, {soon} due later, {open} without a deadline. Units whose gaps "
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


def _vetoed(reading: Reading, gap: Gap) -> bool:
    """Whether a gap is a veto that acts: it caps its site or the total while it is missed."""
    rule = reading.assessment.method.rules[gap.criterion]
    return gap.status == "missed" and (rule.site_cap is not None or rule.total_cap is not None)


# --- what cannot wait -------------------------------------------------------------------------------------------------


def _urgent(reading: Reading) -> Urgent | None:
    _, gaps = reading.word, reading.assessment.gaps
    found = [gap for gap in gaps if _vetoed(reading, gap)]
    title = _("Vetoes first: mend these {n}")
    if not found:
        found = [gap for gap in gaps if gap.severity == "high"]
        title = _("Of high severity and due first: mend these {n}")
    if not found:
        return None
    found.sort(key=lambda gap: (gap.deadline is None, gap.deadline or date.max))  # else the costliest first
    shown = found[:URGENT_SHOWN]
    rest = _("{n} more stand in gaps.xlsx and on the pages of their units.")
    if reading.pages == "none":
        rest = _("{n} more stand in gaps.xlsx.")
    return Urgent(
        title=say(title, n=Figure(str(len(shown)), made_from="gaps")),
        rows=tuple(_urgent_row(reading, gap) for gap in shown),
        rest=say(rest, n=Figure(str(len(found) - len(shown)), made_from="gaps")) if len(found) > len(shown) else None,
    )


def _urgent_row(reading: Reading, gap: Gap) -> UrgentRow:
    _, assessment = reading.word, reading.assessment
    site = assessment.sites[reading.places_of[gap.site]]
    itself = site.area is not None and site.area.split("/")[-1] == site.name
    units = gap.lead_units or gap.supporting_units
    named = reading.unit_text(units[:NAMED])
    if len(units) > NAMED:
        named = say_text(_("{units} and {n} more"), units=named, n=str(len(units) - NAMED))
    return UrgentRow(
        site=reading.link(gap.site),
        area="" if itself else reading.area_text(site.area),
        criterion=reading.criteria[gap.criterion, site.site_type].title,
        caps=tuple(_caps(reading, gap)) if _vetoed(reading, gap) else (),
        units=named,
        due=_("by {day}").format(day=gap.deadline.isoformat())
        if gap.deadline is not None and gap.deadline > assessment.as_of
        else _left(reading, gap.deadline),
        overdue=reading.overdue(gap),
    )


def _caps(reading: Reading, gap: Gap) -> Sequence[Sentence]:
    """What a missed veto holds down, and at how many points."""
    _, rules = reading.word, reading.assessment.method.rules
    rule, place = rules[gap.criterion], list(rules).index(gap.criterion)
    texts = {"site": _("site at most {cap}"), "total": _("total at most {cap}")}
    caps = {"site": rule.site_cap, "total": rule.total_cap}
    return [
        say(texts[what], cap=Figure(plain(cap), made_from=f"method.criteria.{place}.veto.{what}"))
        for what, cap in caps.items()
        if cap is not None
    ]


def _left(reading: Reading, day: date | None) -> str:
    """How far a deadline is from the day of the assessment."""
    _ = reading.word
    if day is None:
        return _("none set")
    left = (day - reading.assessment.as_of).days
    if not left:
        return _("due today")
    return _("{days} d left").format(days=left) if left > 0 else _("{days} d overdue").format(days=-left)


# --- a row for each unit ----------------------------------------------------------------------------------------------


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
        axis=_axis(reading, axis) if axis is not None else None,
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
    vetoes = _count(gaps, lambda gap: _vetoed(reading, gap))
    undated = _count(gaps, lambda gap: gap.deadline is None)
    return UnitRow(
        title=_title(reading, unit),
        page=_page(reading, unit),
        vetoes=say(_("vetoes {n}"), n=vetoes) if vetoes.text != "0" else None,
        lost=lost,
        gaps=_count(gaps, lambda gap: True),
        overdue=_some(_count(gaps, reading.overdue)),
        high=_some(_count(gaps, lambda gap: gap.severity == "high")),
        earliest=min(days).isoformat() if days else NONE,
        left=_left(reading, min(days)) if days else "",
        undated=say(_("{n} without a deadline"), n=undated) if undated.text != "0" else None,
        mended=_mended(reading, unit),
        query=address("gaps", unit=unit),
        query_overdue=address("gaps", unit=unit, due="overdue"),
        strip=_strip(reading, axis, gaps) if axis is not None and days else None,
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


def _strip(reading: Reading, axis: Axis, gaps: Sequence[Gap]) -> Strip:
    _, today = reading.word, reading.assessment.as_of
    dated = [
        (gap.deadline, gap.severity == "high" or _vetoed(reading, gap)) for gap in gaps if gap.deadline is not None
    ]
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


def _axis(reading: Reading, axis: Axis) -> AxisView:
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
