"""Findings added up by group, part and criterion: whole numbers, from which every figure is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal, NamedTuple

import polars as pl

from duibiao.evaluator.assessment import COUNTED, OPEN, STATUSES, Status, Tally
from duibiao.evaluator.exact import Ratio
from duibiao.evaluator.method import Method, Rule

INT64_MAX: Final = 2**63 - 1
GROUP: Final = "#group"
View = Literal["now", "low", "high"]
End = Literal["low", "high"]
PartOf = tuple[str, str]  # part, criterion


class TooLarge(Exception):
    """A sum would leave the whole numbers that can be held exactly."""


@dataclass(frozen=True, slots=True)
class Ends:
    """``count`` open findings whose values are ``low`` at the lowest score that they can get and ``high`` at the
    highest."""

    low: int
    high: int
    count: int


class Count(NamedTuple):
    """What counts of one criterion in one group: ``n`` findings, whose scores 0..1 are ``above / below`` together;
    ``missed`` of them have none. ``lowest`` is the lowest score where that decides, else None."""

    n: int
    above: int
    below: int
    missed: int
    lowest: Fraction | None = None

    @property
    def s(self) -> Fraction:
        """The sum of the scores."""
        return Fraction(self.above, self.below)

    @property
    def m(self) -> Fraction:
        """The score of the criterion: the mean, or the lowest where that decides."""
        return Fraction(*self.ratio)

    @property
    def ratio(self) -> Ratio:
        """The score of the criterion, not reduced."""
        if self.lowest is not None:
            return self.lowest.numerator, self.lowest.denominator
        return self.above, self.below * self.n


@dataclass(frozen=True, slots=True)
class Sum:
    """The findings of one criterion in one group.

    ``value`` is the sum of what the met, partial and missed ones carry: scores in billionths, or of a deduction points
    lost in billionths. ``open`` are the unobserved and invalid ones. ``values`` has each value with its number where
    the lowest of them decides, else nothing.
    """

    tally: Tally
    value: int
    open: tuple[Ends, ...] = ()
    values: tuple[tuple[int, int], ...] = ()

    def __add__(self, other: Sum) -> Sum:
        ends: dict[tuple[int, int], int] = {}
        for each in (*self.open, *other.open):
            ends[each.low, each.high] = ends.get((each.low, each.high), 0) + each.count
        values: dict[int, int] = {}
        for value, number in (*self.values, *other.values):
            values[value] = values.get(value, 0) + number
        return Sum(
            self.tally + other.tally,
            self.value + other.value,
            tuple(Ends(*pair, count) for pair, count in sorted(ends.items())),
            tuple(sorted(values.items())),
        )

    def count(self, rule: Rule, view: View, *, zero: bool) -> Count | None:
        """What counts here: as things are (``zero``: open findings too, with nothing earned), or with every open
        finding at its lowest or its highest. None where nothing counts."""
        n, value, missed = self.tally.counted, self.value, self.tally.missed
        ends: list[int] = []
        for each in self.open if view != "now" or zero else ():
            end = rule.nothing if view == "now" else each.low if view == "low" else each.high
            n, value = n + each.count, value + each.count * end
            if end == rule.nothing:
                missed += each.count
            ends.append(end)
        if n == 0:
            return None
        lowest = None
        if rule.over_sites == "lowest":
            lowest = min(rule.score(each) for each in [*ends, *(each for each, _ in self.values)])
        each_of, of_value, below = rule.grain
        return Count(n, n * each_of + of_value * value, below, missed, lowest)


@dataclass(frozen=True, slots=True)
class Mended:
    """One finding of ``status`` and ``value`` becomes met, all others as they are."""

    status: Status
    value: int

    def __call__(self, old: Sum, rule: Rule) -> Sum:
        """The sum with that finding met."""
        tally = replace(old.tally, **{self.status: getattr(old.tally, self.status) - 1})
        values = dict(old.values)
        if values:
            values[self.value] -= 1
            values[rule.full] = values.get(rule.full, 0) + 1
        return Sum(
            replace(tally, met=tally.met + 1),
            old.value - self.value + rule.full,
            old.open,
            tuple(sorted((value, number) for value, number in values.items() if number)),
        )


@dataclass(frozen=True, slots=True)
class Settled:
    """Some open findings come out at one end of what they can be, all others as they are."""

    opened: tuple[Ends, ...]
    tally: Tally  # of those findings
    end: End

    def __call__(self, old: Sum, rule: Rule) -> Sum:
        """The sum with those findings counted."""
        tally, value = old.tally, old.value
        met = partial = missed = 0
        left = {(each.low, each.high): each.count for each in old.open}
        values = dict(old.values)
        for each in self.opened:
            end = each.low if self.end == "low" else each.high
            if end == rule.full:
                met += each.count
            elif end == rule.nothing:
                missed += each.count
            else:
                partial += each.count
            value += end * each.count
            left[each.low, each.high] -= each.count
            if rule.over_sites == "lowest":
                values[end] = values.get(end, 0) + each.count
        settled = replace(
            tally,
            met=tally.met + met,
            partial=tally.partial + partial,
            missed=tally.missed + missed,
            unobserved=tally.unobserved - self.tally.unobserved,
            invalid=tally.invalid - self.tally.invalid,
        )
        return Sum(
            settled,
            value,
            tuple(Ends(*pair, count) for pair, count in left.items() if count),
            tuple(sorted(values.items())),
        )


Move = Mended | Settled
Sums = Mapping[PartOf, Sum]


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one member of a dimension: added up, and where scores of sites are needed by site too."""

    sums: Sums
    sites: Mapping[str, tuple[str, Sums]]  # site -> its type, its findings in this group

    @property
    def tally(self) -> Tally:
        """How many findings of each status."""
        return Tally.of(each.tally for each in self.sums.values())


NOTHING: Final = Group({}, {})


def add_up(method: Method, findings: pl.DataFrame, group: str, *, by_site: bool = False) -> dict[str, Group]:
    """Add up ``findings`` by the text column ``group``.

    Needs the columns site, site_type, part, criterion, status (with waived in it) and value. Raises TooLarge.
    """
    largest = findings["value"].abs().max()
    if isinstance(largest, int) and largest * findings.height > INT64_MAX:
        raise TooLarge(f"{findings.height} x {largest}")
    needed = ["site", "site_type", "part", "criterion", "status", "value"]
    findings = findings.select(pl.col(group).alias(GROUP), *needed)
    whole = _summed(method, findings, [GROUP])
    parts: dict[str, dict[str, tuple[str, Sums]]] = {}
    if by_site:
        kinds = dict(findings.select("site", "site_type").unique().iter_rows())
        for (key, site), sums in _summed(method, findings, [GROUP, "site"]).items():
            parts.setdefault(key, {})[site] = (kinds[site], sums)
    return {key: Group(sums, parts.get(key, {})) for (key,), sums in whole.items()}


def _summed(method: Method, findings: pl.DataFrame, keys: list[str]) -> dict[tuple[str, ...], dict[PartOf, Sum]]:
    counted, open_ = pl.col("status").is_in(COUNTED), pl.col("status").is_in(OPEN)
    table = findings.group_by(*keys, "part", "criterion", "site_type").agg(
        *[(pl.col("status") == name).sum().alias(name) for name in STATUSES],
        pl.col("value").filter(counted).sum(),
        open_.sum(),
    )
    lowest = [rule.id for rule in method.rules.values() if rule.over_sites == "lowest"]
    values: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    if lowest:
        of_lowest = findings.filter(counted & pl.col("criterion").is_in(lowest))
        numbers = of_lowest.group_by(*keys, "part", "criterion", "site_type", "value").agg(pl.len())
        for *where, value, number in numbers.sort("value").iter_rows():
            values.setdefault(tuple(each or "" for each in where), []).append((value, number))
    sums: dict[tuple[str, ...], dict[PartOf, Sum]] = {}
    width = len(keys)
    for row in table.sort(*keys, "part", "criterion", "site_type").iter_rows():
        key = tuple(each or "" for each in row[:width])
        part, criterion, site_type, *tally = row[width : width + 3 + len(STATUSES)]
        total, number = row[-2:]
        ends = (Ends(*method.rules[criterion].ends[site_type], number),) if number else ()
        told = tuple(values.get((*key, part, criterion, site_type), ()))
        own = Sum(Tally(*tally), total or 0, ends, told)
        of_group = sums.setdefault(key, {})
        of_group[part, criterion] = of_group[part, criterion] + own if (part, criterion) in of_group else own
    return sums
