"""Estimates: what a questionnaire says of everybody, of each area and group, and how far that can be trusted.

Values are exact fractions. Intervals are float64, rounded to 9 decimals so that every build of scipy gives the same
bytes. What cannot be given has no value or no interval, and a ``reason``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal

import polars as pl

from duibiao.criteria.formula import Arithmetic, Name, types_of
from duibiao.criteria.models import Asked, Catalogue, Criterion, SiteType
from duibiao.evaluator.answers import Counted, answers_of_round
from duibiao.evaluator.areas import Geography
from duibiao.evaluator.columns import asked_column, bad, formula
from duibiao.evaluator.proportion import (
    Interval,
    answers_to_settle,
    clopper_pearson,
    mean_interval,
    t_quantile,
    wilson,
)
from duibiao.evaluator.sample_design import Spread, design_effect, spread_of
from duibiao.evaluator.thresholds import Limit, limits_with_sides
from duibiao.evaluator.visits import VISIT

Kind = Literal["share", "mean", "total", "rate"]
Reason = Literal["hidden", "nobody", "one-cluster", "more-than-population", "not-counts", "contradictory"]
DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit of a criterion that asks for an estimate: whether the value ``holds`` it, whether another sample might
    well have said otherwise (``in_error``; None: there is no interval), and about how many ``more`` answers would
    settle it (None: no number)."""

    criterion: str
    limit: Limit
    holds: bool
    in_error: bool | None
    more: int | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """One figure of a questionnaire.

    ``key`` is the question or rate; ``area`` '' is everybody; ``group`` and ``member`` are '' where it is of no group.
    ``value`` = ``yes`` / ``of``, of a total times the population; who is left out of a share says no in a total.
    ``answers`` people count in it, ``left_out`` and ``blank`` ones do not (None: not told, as they or what is left of
    others could be too few). ``spread`` is the variance of one answer.
    ``effective`` is answers / ``design_effect``, fewer where few clusters tell it: so many stand behind the interval,
    ``low`` to ``high``, of ``confidence``. ``alone`` are strata with a single cluster. Of a ``hidden`` one nothing is
    told.
    """

    questionnaire: str
    key: str
    kind: Kind
    area: str
    group: str
    member: str
    confidence: Fraction
    value: Fraction | None = None
    yes: Fraction | None = None
    of: Fraction | None = None
    answers: int | None = None
    left_out: int | None = None
    blank: int | None = None
    population: int | None = None
    spread: Fraction | None = None
    design_effect: Fraction | None = None
    effective: Fraction | None = None
    low: float | None = None
    high: float | None = None
    alone: int = 0
    reason: Reason | None = None
    hidden: bool = False
    thresholds: tuple[Threshold, ...] = ()

    @property
    def ask(self) -> str:
        """How criteria ask for it: citizens.support."""
        return f"{self.questionnaire}.{self.key}"


# -------------------------------------------------------------------- answers


def answer_estimates(
    catalogue: Catalogue, answers: Mapping[str, pl.DataFrame], geography: Geography
) -> tuple[Estimate, ...]:
    """The estimates of every question that was asked, in the order of the catalogue, everybody first."""
    found: list[Estimate] = []
    for counted in answers_of_round(catalogue, answers, geography):
        kind = catalogue.site_types[counted.questionnaire]
        estimate = _of_answers(kind, counted)
        found.append(estimate)
        if counted.population is not None and estimate.kind == "share":
            found.append(_total(_of_everybody(kind, counted, estimate), counted.population))
    return tuple(found)


def _of_answers(kind: SiteType, counted: Counted) -> Estimate:
    scaled = bool(kind.questions[counted.question].scale)
    domain = counted.domain
    confidence = Fraction(kind.confidence)
    empty = Estimate(
        counted.questionnaire, counted.question, "mean" if scaled else "share", domain.area, domain.group,
        domain.member, confidence,
    )  # fmt: skip
    if counted.hidden:
        return replace(empty, reason="hidden", hidden=True)
    told = replace(
        empty, yes=counted.yes, of=counted.of, answers=counted.answers, left_out=counted.left_out, blank=counted.blank,
        population=counted.population, spread=counted.spread,
    )  # fmt: skip
    if not counted.answers:
        return replace(told, reason="nobody")
    told = replace(told, value=counted.yes / counted.of)
    if counted.overfull:
        return replace(told, reason="more-than-population")
    spread = spread_of(counted.strata)
    effect = design_effect(spread.variance, counted.spread, counted.answers, counted.weights)
    told = replace(told, design_effect=effect, alone=spread.alone)
    if not spread.freedom:
        return replace(told, reason="one-cluster")
    effective = counted.answers / effect * _few(kind, counted.answers, spread)
    interval = _interval(kind, replace(told, effective=effective), spread)
    return replace(told, effective=effective, low=round(interval.low, DIGITS), high=round(interval.high, DIGITS))


def _of_everybody(kind: SiteType, counted: Counted, share: Estimate) -> Estimate:
    """The share of all who said anything, of which a total is made; of whom a share is not told, that one.

    Where the numbers of those who are left out are not told, the total would tell them.
    """
    if share.value is not None and kind.questions[counted.question].leave_out and counted.left_out is None:
        return _of_answers(kind, replace(counted, hidden=True))
    return share if share.value is None or counted.of_all is None else _of_answers(kind, counted.of_all)


def _few(kind: SiteType, answers: int, spread: Spread) -> Fraction:
    """What is left of the effective number of answers where few clusters tell the spread (Korn & Graubard 1998)."""
    if spread.freedom >= answers - 1:
        return Fraction(1)
    confidence = float(kind.confidence)
    share = (t_quantile(confidence, answers - 1) / t_quantile(confidence, spread.freedom)) ** 2
    return Fraction(round(share, DIGITS)).limit_denominator(10**DIGITS)


def _interval(kind: SiteType, told: Estimate, spread: Spread) -> Interval:
    """A mean has its t interval; a share, and a mean of answers that are all alike, that of a share on the effective
    number of answers."""
    assert told.value is not None
    assert told.effective is not None
    assert told.design_effect is not None
    assert told.spread is not None
    assert told.answers is not None
    value, confidence = float(told.value), float(kind.confidence)
    if told.kind == "mean" and told.spread:
        variance = told.design_effect * told.spread / (told.answers - 1)
        error = float(variance * spread.open_share) ** 0.5
        return mean_interval(value, error, spread.freedom, confidence)
    way = clopper_pearson if kind.interval == "clopper_pearson" else wilson
    return way(value, float(told.effective), confidence, float(spread.open_share))


def _total(share: Estimate, population: int) -> Estimate:
    """How many people of all would say so."""

    def of_all(end: float | None) -> float | None:
        return end * population if end is not None else None

    value = share.value * population if share.value is not None else None
    return replace(share, kind="total", value=value, low=of_all(share.low), high=of_all(share.high))


# -------------------------------------------------------------------- rates of counts


def rate_estimates(
    catalogue: Catalogue, frames: Mapping[str, pl.DataFrame], geography: Geography
) -> tuple[Estimate, ...]:
    """The rates that questionnaires make of counts: of each area as its last row says, and of all areas together."""
    found: list[Estimate] = []
    for name, frame in sorted(frames.items()):
        kind = catalogue.site_types[name]
        if not kind.rates or kind.each in {None, "unit"}:
            continue
        last = frame.sort("at", VISIT, nulls_last=False)
        for key, text in kind.rates.items():
            found += _of_counts(kind, key, text, last, geography)
    return tuple(found)


def _of_counts(kind: SiteType, key: str, text: str, frame: pl.DataFrame, geography: Geography) -> Iterator[Estimate]:
    counts = _counts_of(kind, text)
    column = asked_column(f"{kind.id}.{key}")
    known = pl.col(column).is_not_null() | pl.col(bad(column))
    known |= pl.all_horizontal([pl.col(each).is_not_null() for each in counts]) if counts else pl.lit(value=False)
    last = frame.filter(known).group_by("area").agg(pl.col(*counts, column, bad(column)).last())
    sums: list[tuple[int, int]] = []
    for row in last.sort("area").iter_rows(named=True):
        empty = Estimate(kind.id, key, "rate", row["area"], "", "", Fraction(kind.confidence))
        if row[bad(column)] or (counts and row[counts[0]] > row[counts[1]]):
            yield replace(empty, reason="contradictory")
        elif not counts:
            yield replace(empty, value=Fraction(repr(row[column])), reason="not-counts")
        else:
            yes, of = (int(row[each]) for each in counts)
            sums.append((yes, of))
            yield _rate(kind, empty, yes, of)
    if len(sums) > 1:
        everybody = Estimate(kind.id, key, "rate", "", "", "", Fraction(kind.confidence))
        yield _rate(kind, everybody, sum(yes for yes, _ in sums), sum(of for _, of in sums))


def _counts_of(kind: SiteType, text: str) -> tuple[str, ...]:
    """The two counts of which a rate is the share: one divided by the other, which it cannot pass."""
    match formula(text, types_of(kind.fields), "number"):
        case Arithmetic(op="/", left=Name(key=yes), right=Name(key=of)):
            fields = kind.fields
            if fields[yes].kind == fields[of].kind == "count" and of in _at_most(kind, yes):
                return yes, of
    return ()


def _at_most(kind: SiteType, key: str) -> set[str]:
    """The fields that a field cannot pass, directly or through others."""
    found: set[str] = set()
    limit = kind.fields[key].at_most
    while isinstance(limit, str) and limit not in found:
        found.add(limit)
        limit = kind.fields[limit].at_most
    return found


def _rate(kind: SiteType, empty: Estimate, yes: int, of: int) -> Estimate:
    """A share of people who were counted, as if each was drawn by chance."""
    told = replace(empty, yes=Fraction(yes), of=Fraction(of), answers=of)
    if not of:
        return replace(told, reason="nobody")
    way = clopper_pearson if kind.interval == "clopper_pearson" else wilson
    found = way(yes / of, of, float(kind.confidence))
    return replace(
        told, value=Fraction(yes, of), design_effect=Fraction(1), effective=Fraction(of),
        low=round(found.low, DIGITS), high=round(found.high, DIGITS),
    )  # fmt: skip


# -------------------------------------------------------------------- thresholds


def with_thresholds(estimates: Iterable[Estimate], criteria: Iterable[Criterion]) -> tuple[Estimate, ...]:
    """The same with the limits of the criteria that ask for them."""
    asking: dict[str, list[tuple[str, Limit]]] = defaultdict(list)
    for each in criteria:
        if isinstance(each, Asked):
            asking[each.ask] += [(each.id, limit) for limit in limits_with_sides(each)]
    return tuple(
        replace(each, thresholds=tuple(_thresholds(each, asking[each.ask]))) if each.ask in asking else each
        for each in estimates
    )


def _thresholds(estimate: Estimate, limits: Iterable[tuple[str, Limit]]) -> Iterator[Threshold]:
    if estimate.value is None or estimate.kind == "total":
        return
    for criterion, limit in limits:
        in_error = None
        if estimate.low is not None and estimate.high is not None:
            in_error = limit.within(estimate.low, estimate.high)
        more = _more(estimate, limit) if in_error else None
        yield Threshold(criterion, limit, limit.holds(estimate.value), in_error, more)


def _more(estimate: Estimate, limit: Limit) -> int | None:
    """About how many more answers, drawn in the same way and answered in the same way, would settle a limit."""
    assert estimate.value is not None
    assert estimate.answers is not None
    assert estimate.effective is not None
    spread = estimate.spread if estimate.kind == "mean" else limit.at * (1 - limit.at)
    assert spread is not None
    number = answers_to_settle(
        estimate.value, limit.at, float(spread), float(estimate.confidence),
        float(estimate.answers / estimate.effective),
        estimate.population,
    )  # fmt: skip
    return max(1, number - estimate.answers) if number is not None else None
