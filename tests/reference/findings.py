"""One finding (5), and what it puts into sums: as things are, and at the lowest and the highest that it may come out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from .numeric import Number

COUNTED = frozenset({"met", "partial", "missed"})
OPEN = frozenset({"unobserved", "invalid"})
LEFT_OUT = frozenset({"not_applicable", "waived"})
NOUGHT, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Terms:
    """What a criterion says of sums (4.2), and the lowest and highest score 0..1 that its rule can give on one form."""

    points: Fraction
    member: bool = False  # of a `both`: it keeps its finding, but its points count there
    over_sites: str = "mean"
    veto_site: Fraction | None = None
    veto_total: Fraction | None = None
    adjust_total: Fraction | None = None
    lowest: Fraction = NOUGHT
    highest: Fraction = ONE

    @cached_property
    def weight(self) -> Fraction:
        """The points that count in figures: none of a member, none of a line of its own after the total."""
        return NOUGHT if self.member or self.adjust_total is not None else self.points

    @property
    def to_mend(self) -> bool:
        """Whether what falls short is a gap: no honour is, and no member of a `both`, unless it has a veto."""
        vetoes = self.veto_site is not None or self.veto_total is not None
        return vetoes or not (self.member or (self.adjust_total or 0) > 0)


@dataclass(frozen=True)
class Finding:
    """One criterion at one site (at one visit where every visit counts): score 0..1, points possible."""

    visit: str
    site: str
    form: str
    part: str
    area: str
    place: str
    criterion: str
    kind: str
    status: str
    score: Fraction | None
    terms: Terms
    lead_units: tuple[str, ...] = ()
    supporting_units: tuple[str, ...] = ()
    compared: tuple[tuple[Number, Number], ...] = ()
    seen: str = ""  # the visit that it comes from, by its time

    @property
    def possible(self) -> Fraction:
        """The criterion's points."""
        return self.terms.points

    @property
    def earned(self) -> Fraction | None:
        """Points earned; None where it was not observed."""
        return self.possible * self.score if self.status in COUNTED and self.score is not None else None


class Mark(NamedTuple):
    """What one finding puts into sums: a score 0..1, None where it does not count, and whether its vetoes act."""

    finding: Finding
    score: Fraction | None
    missed: bool


def mark_now(finding: Finding, zero: bool) -> Mark:
    """As things are; under `unobserved: zero` what is open counts as missed."""
    if finding.status in COUNTED:
        return Mark(finding, finding.score, finding.status == "missed")
    if zero and finding.status in OPEN:
        return Mark(finding, NOUGHT, True)
    return Mark(finding, None, False)


def mark_lowest(finding: Finding) -> Mark:
    """What is open at the lowest score that its rule can give; at 0 it is missed."""
    if finding.status in OPEN:
        return Mark(finding, finding.terms.lowest, finding.terms.lowest == 0)
    return mark_now(finding, False)


def mark_highest(finding: Finding) -> Mark:
    """What is open at the highest score that its rule can give; its vetoes do not act."""
    if finding.status in OPEN:
        return Mark(finding, finding.terms.highest, False)
    return mark_now(finding, False)


def mark_met(finding: Finding) -> Mark:
    """The finding mended."""
    return Mark(finding, ONE, False)


class Marks(NamedTuple):
    """The same findings three times: as things are, at the lowest and at the highest."""

    now: Sequence[Mark]
    low: Sequence[Mark]
    high: Sequence[Mark]

    def among(self, positions: Iterable[int]) -> Marks:
        """Those at some positions."""
        chosen = list(positions)
        return Marks([self.now[i] for i in chosen], [self.low[i] for i in chosen], [self.high[i] for i in chosen])

    def in_part(self, part: str) -> Marks:
        """Those of one part of the total."""
        return self.among(i for i, mark in enumerate(self.now) if mark.finding.part == part)

    @property
    def findings(self) -> list[Finding]:
        """The findings themselves."""
        return [mark.finding for mark in self.now]


def marks_of(findings: Sequence[Finding], zero: bool) -> Marks:
    """Every finding, three times."""
    return Marks(
        [mark_now(each, zero) for each in findings],
        [mark_lowest(each) for each in findings],
        [mark_highest(each) for each in findings],
    )


def settled(finding: Finding, score: Fraction) -> Finding:
    """An open finding as it would be if a visit gave it this score."""
    return replace(finding, status={ONE: "met", NOUGHT: "missed"}.get(score, "partial"), score=score)
