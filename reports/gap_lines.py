"""Gaps as lines for lists and letters: what was seen, what is asked, who mends it by when. Numbered over the city."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Final

from duibiao.criteria.models import Severity
from duibiao.evaluator.assessment import Gap, Status
from duibiao.evaluator.units import unit_title
from duibiao.reports.leaders import leader_of_each, leader_text
from duibiao.reports.plain_text import plain_text
from duibiao.reports.reading import Reading

SEVERITIES: Final[tuple[Severity, ...]] = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class GapLine:
    """One gap in words. ``number`` is its place in its list; ``ledger`` that among all gaps of the city, in every list.

    ``left`` are days from the day of the assessment to the deadline, below 0 where it has passed. ``points`` are the
    criterion's own that are lost, ``lost`` points of the total; ``gain`` is what mending this gap alone brings the
    total, None where there is no total or nobody worked it out.
    """

    number: int
    ledger: int
    site: str
    key: str
    kind: str
    area: str
    criterion: str
    status: Status
    status_word: str
    seen: str
    seen_on: date | None
    asked: str
    remedy: str
    severity: Severity
    severity_word: str
    leader: str
    in_charge: str
    site_leader: str
    area_leader: str
    lead: str
    supporting: str
    deadline: date | None
    next_round: bool
    left: int | None
    points: Fraction
    lost: Fraction
    gain: Fraction | None
    photos: str
    units: Mapping[str, str]  # who mends it, each with its leader

    @property
    def overdue(self) -> bool:
        """Whether the deadline has passed."""
        return self.left is not None and self.left < 0


@dataclass(frozen=True, slots=True)
class UnitGaps:
    """The gaps that one unit mends, numbered in their order; ``unit`` is empty for those that no unit is named for."""

    unit: str
    title: str
    lines: tuple[GapLine, ...]

    @property
    def overdue(self) -> int:
        """How many deadlines have passed."""
        return sum(each.overdue for each in self.lines)

    @property
    def lost(self) -> Fraction:
        """Points of the total that these gaps lose."""
        return sum((each.lost for each in self.lines), Fraction(0))


def gap_lines(reading: Reading) -> tuple[GapLine, ...]:
    """Every gap of an assessment, the costliest first."""
    return tuple(_line(reading, number, gap) for number, gap in enumerate(reading.assessment.gaps, 1))


def _line(reading: Reading, number: int, gap: Gap) -> GapLine:
    assessment = reading.assessment
    site = assessment.sites[reading.places_of[gap.site]]
    criterion = reading.criteria[gap.criterion, site.site_type]
    told = (gap.because, *(each for each in gap.problems if each not in gap.because))
    return GapLine(
        number=number,
        ledger=number,
        site=plain_text(site.name),
        key=plain_text(reading.key_text(site)),
        kind=plain_text(reading.kind(site.site_type)),
        area=plain_text(reading.area_text(site.area)),
        criterion=plain_text(criterion.title),
        status=gap.status,
        status_word=reading.status(gap.status).word,
        seen=plain_text(("；" if reading.language == "zh-CN" else "; ").join(each for each in told if each)),
        seen_on=gap.seen,
        asked=plain_text(criterion.look_for or ""),
        remedy=plain_text(criterion.remedy or ""),
        severity=gap.severity,
        severity_word=reading.severity(gap.severity).word,
        leader=plain_text(leader_text(reading, gap)),
        in_charge=plain_text(gap.in_charge or ""),
        site_leader=plain_text(gap.site_leader or ""),
        area_leader=plain_text(gap.area_leader or ""),
        lead=_units(reading, gap.lead_units),
        supporting=_units(reading, gap.supporting_units),
        deadline=gap.deadline,
        next_round=gap.next_round,
        left=(gap.deadline - assessment.as_of).days if gap.deadline is not None else None,
        points=gap.lost_points,
        lost=gap.lost,
        gain=gap.gains.total if gap.gains is not None else None,
        photos=plain_text(reading.listed(gap.photos)),
        units={unit: plain_text(leader) for unit, leader in leader_of_each(gap).items()},
    )


def _units(reading: Reading, units: Iterable[str]) -> str:
    return plain_text(reading.listed(unit_title(reading.assessment.catalogue, each) for each in units))


def by_unit(reading: Reading, lines: Sequence[GapLine]) -> tuple[UnitGaps, ...]:
    """The gaps of each lead unit (where there is none, of each supporting one), the unit that loses most first.

    A gap stands with each of its units, under the unit's own leader: the most severe first, of one severity the
    earliest deadline and last what has none, of one deadline the costliest. What no unit is named for comes last, so
    that every gap stands somewhere.
    """
    _ = reading.word
    found: dict[str, list[GapLine]] = {}
    for line in lines:
        for unit in line.units or ("",):
            found.setdefault(unit, []).append(replace(line, leader=line.units.get(unit, line.leader)))
    catalogue = reading.assessment.catalogue
    groups = [
        UnitGaps(unit, plain_text(unit_title(catalogue, unit)) if unit else _("no unit named"), _numbered(own))
        for unit, own in found.items()
    ]
    return tuple(sorted(groups, key=lambda each: (not each.unit, -each.lost, -len(each.lines), each.unit)))


def _numbered(lines: Sequence[GapLine]) -> tuple[GapLine, ...]:
    """Lines in the order in which a unit works through them, numbered from 1."""
    ordered = sorted(
        lines, key=lambda line: (SEVERITIES.index(line.severity), line.deadline is None, line.deadline or date.max)
    )
    return tuple(replace(line, number=number) for number, line in enumerate(ordered, 1))
