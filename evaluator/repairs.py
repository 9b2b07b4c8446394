"""Gaps as a plan sees them: what each takes to mend, who does it, and the findings of a group with some of them met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil
from typing import Final

import polars as pl

from duibiao.criteria.models import Asked, Criterion
from duibiao.evaluator.assessment import Gap, Status
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.method import Rule
from duibiao.evaluator.next_level import NextLevel, next_level
from duibiao.evaluator.sums import Group, PartOf, Sum, Sums
from duibiao.evaluator.units import UNASSIGNED
from duibiao.evaluator.visits import VISIT

ZERO: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class Repair:
    """One gap mended: what its finding was, who mends it in so many person-days, and what that alone brings the total.

    ``lost`` is the gap's share of what the total lacks to 100. ``to`` is the value that the finding has then; None
    where it is met. ``instead`` mends it to its next level only, for fewer person-days.
    """

    gap: str
    site: str
    part: str
    criterion: str
    status: Status
    value: int
    unit: str
    days: Fraction
    gain: Fraction
    lost: Fraction
    to: int | None = None
    instead: Repair | None = None

    def after(self, rule: Rule) -> int:
        """The value of its finding when it is mended."""
        return rule.full if self.to is None else self.to

    def rise(self, rule: Rule) -> Fraction:
        """By how much the score 0..1 of its finding rises."""
        return rule.score(self.after(rule)) - rule.score(self.value)


@dataclass(frozen=True, slots=True)
class Efforts:
    """Person-days that are not those of the catalogue: by criterion, and before that by gap."""

    criteria: Mapping[str, Fraction] = field(default_factory=dict)
    gaps: Mapping[str, Fraction] = field(default_factory=dict)


def repairs_of(judgement: Judgement, gaps: Sequence[Gap], efforts: Efforts | None = None) -> tuple[Repair, ...]:
    """Every gap of a round that person-days mend, in the order of ``gaps``.

    They fall on its first lead unit; without one on its first supporting unit. What people answer in a questionnaire
    has person-days only where its criterion, or who asks, says so: a severity does not know them.
    """
    told = efforts or Efforts()
    found = judgement.rows.filter(pl.col("status").is_in(["partial", "missed"]))
    columns = ("site_type", "part", "value", "measure")
    rows = {
        (visit, name): row for visit, name, *row in found.select(VISIT, "criterion", *columns).iter_rows()
    }  # fmt: skip
    known: dict[tuple[str, str], Fraction] = {}
    repairs = []
    for gap in gaps:
        kind, part, value, measure = rows[gap.visit, gap.criterion]
        criterion = judgement.plan.rules_of[kind][gap.criterion]
        if answers_alone(criterion) and gap.id not in told.gaps and gap.criterion not in told.criteria:
            continue
        if (kind, gap.criterion) not in known:
            known[kind, gap.criterion] = judgement.catalogue.effort(criterion)
        days = told.gaps.get(gap.id, told.criteria.get(gap.criterion, known[kind, gap.criterion]))
        unit = next(iter(gap.lead_units or gap.supporting_units), UNASSIGNED)
        gain = gap.gains.total if gap.gains is not None else None
        whole = Repair(gap.id, gap.site, part, gap.criterion, gap.status, value, unit, days, gain or ZERO, gap.lost)
        step = next_level(criterion, judgement.catalogue.site_types[kind].fields, value, measure)
        repairs.append(whole if step is None else replace(whole, instead=part_way(whole, step)))
    return tuple(repairs)


def answers_alone(criterion: Criterion) -> bool:
    """Whether a criterion rests on what people answer, and says no person-days of its own."""
    return isinstance(criterion, Asked) and criterion.effort is None


def part_way(whole: Repair, step: NextLevel) -> Repair | None:
    """The repair of a gap to its next level only, in whole tenths of a person-day; None where it takes as long."""
    days = Fraction(ceil(whole.days * step.share * 10), 10)
    return replace(whole, days=days, to=step.value) if days < whole.days else None


def mended(rules: Mapping[str, Rule], group: Group, repairs: Iterable[Repair]) -> Group:
    """The findings of a group with the gaps of ``repairs`` mended and all others as they are."""
    whole: dict[PartOf, list[Repair]] = {}
    own: dict[str, dict[PartOf, list[Repair]]] = {}
    for each in repairs:
        key = (each.part, each.criterion)
        whole.setdefault(key, []).append(each)
        if each.site in group.sites:
            own.setdefault(each.site, {}).setdefault(key, []).append(each)
    sites = {site: (group.sites[site][0], _mended(rules, group.sites[site][1], met)) for site, met in own.items()}
    return Group(_mended(rules, group.sums, whole), {**group.sites, **sites})


def _mended(rules: Mapping[str, Rule], sums: Sums, repairs: Mapping[PartOf, Sequence[Repair]]) -> Sums:
    return {**sums, **{key: _met(sums[key], rules[key[1]], each) for key, each in repairs.items()}}


def _met(old: Sum, rule: Rule, repairs: Sequence[Repair]) -> Sum:
    """The sum of one criterion with some of its findings mended."""
    number, were = len(repairs), Counter(each.status for each in repairs)
    met = sum(each.to is None for each in repairs)
    tally = replace(
        old.tally,
        met=old.tally.met + met,
        partial=old.tally.partial - were["partial"] + number - met,
        missed=old.tally.missed - were["missed"],
    )
    value = old.value + sum(each.after(rule) - each.value for each in repairs)
    if not old.values:
        return replace(old, tally=tally, value=value)
    left = Counter(dict(old.values))
    left.subtract(each.value for each in repairs)
    left.update(each.after(rule) for each in repairs)
    return replace(old, tally=tally, value=value, values=tuple(sorted((each, n) for each, n in left.items() if n)))
