"""What cannot wait, as values: vetoes that act, or without any the gaps of high severity that are due first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from duibiao.evaluator.assessment import Gap
from duibiao.reports.addresses import address
from duibiao.reports.due_view import left_text
from duibiao.reports.figures import Figure, Sentence, plain, say, say_text
from duibiao.reports.reading import Reading, SiteLink

URGENT_SHOWN: Final = 8
NAMED: Final = 2  # units of one gap that are named in a line


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
    """What cannot wait: missed vetoes, or without any the gaps of high severity that are due first.

    ``chosen`` and ``rest`` stand only where not all are shown; ``query`` is the address of all in the ledger.
    """

    title: Sentence
    chosen: Sentence | None
    rows: tuple[UrgentRow, ...]
    rest: Sentence | None
    query: str


def urgent_view(reading: Reading) -> Urgent | None:
    """The first of what cannot wait; None where every gap can."""
    _, gaps = reading.word, reading.assessment.gaps
    found = [gap for gap in gaps if vetoed(reading, gap)]
    title, query = _("Vetoes first: mend these {n}"), address("gaps")
    if not found:
        found = [gap for gap in gaps if gap.severity == "high"]
        title, query = _("Of high severity and due first: mend these {n}"), address("gaps", severity="high")
    if not found:
        return None
    found.sort(key=lambda gap: (gap.deadline is None, gap.deadline or date.max))  # else the costliest first
    shown = found[:URGENT_SHOWN]
    more = Figure(str(len(found) - len(shown)), made_from="gaps")
    return Urgent(
        title=say(title, n=Figure(str(len(shown)), made_from="gaps")),
        chosen=_chosen(reading, found) if len(found) > len(shown) else None,
        rows=tuple(_urgent_row(reading, gap) for gap in shown),
        rest=say(_("{n} more stand in the ledger of gaps and in gaps.xlsx."), n=more)
        if len(found) > len(shown)
        else None,
        query=query,
    )


def _chosen(reading: Reading, found: Sequence[Gap]) -> Sentence:
    """By what the first are chosen of all that are found, which stand in order."""
    _, day = reading.word, found[0].deadline
    due = sum(gap.deadline == day for gap in found)
    if day is None or due < URGENT_SHOWN:
        return (_("In the order of their deadlines; of those due on one day the costliest come first."),)
    return say(
        _("Of the {n} due first, on {day}, the {shown} that cost most."),
        n=Figure(str(due), made_from="gaps"),
        day=Figure(day.isoformat(), made_from="gaps"),
        shown=str(URGENT_SHOWN),
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
        caps=tuple(_caps(reading, gap)) if vetoed(reading, gap) else (),
        units=named,
        due=_("by {day}").format(day=gap.deadline.isoformat())
        if gap.deadline is not None and gap.deadline > assessment.as_of
        else left_text(reading, gap.deadline, gap.next_round),
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


def vetoed(reading: Reading, gap: Gap) -> bool:
    """Whether a gap is a veto that acts: it caps its site or the total while it is missed."""
    rule = reading.assessment.method.rules[gap.criterion]
    return gap.status == "missed" and (rule.site_cap is not None or rule.total_cap is not None)
