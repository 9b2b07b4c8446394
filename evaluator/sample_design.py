"""The standard error of a weighted share or mean under the design of its sample: Taylor linearisation, exactly.

A share or mean is the ratio R = Σ w y / Σ w over the answers that count. Of every cluster (of every respondent, where
the sample has none) only two sums matter: Σ w y and Σ w. With e = (Σ w y) - R (Σ w), which is 0 for clusters without an
answer that counts, the variance of R is

    1 / (Σ w)² · Σ over strata (1 - n / N) · m / (m - 1) · Σ over the m clusters (e - ē)²

(Cochran 1977, 6.13 and 11; Kish 1965, 6; Woodruff 1971). People who did not answer, or are not of the group asked
about, stay in their stratum with 0, as they would have to (Cochran 1977, 2.13: domains); but how people of a group
differ only the clusters with an answer that counts can tell (Korn & Graubard 1999, Analysis of Health Surveys, 5.2).

All of it is whole numbers and fractions, so the order of rows changes nothing, and equal weights give a design effect
of exactly 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from duibiao.evaluator.exact import Ratio, exact_sum

Sums = tuple[int, int]  # Σ w y and Σ w of one cluster over the answers that count, in whole units of the weights


@dataclass(frozen=True, slots=True)
class Stratum:
    """The sample of one stratum: ``people`` who answered the question of so many (``population``, None: not known), and
    how many ``clusters`` have each pair of sums."""

    people: int
    population: int | None
    clusters: Mapping[Sums, int]

    @property
    def number(self) -> int:
        """How many clusters."""
        return sum(self.clusters.values())

    @property
    def telling(self) -> int:
        """How many clusters have an answer that counts."""
        return sum(count for (_, weight), count in self.clusters.items() if weight)

    @property
    def open_share(self) -> Fraction:
        """1 - n / N; 1 where the population is not known."""
        return Fraction(1) if self.population is None else 1 - Fraction(self.people, self.population)


@dataclass(frozen=True, slots=True)
class Spread:
    """How a ratio would vary from sample to sample.

    ``variance`` is without the finite population correction and ``open_share`` what that leaves of it. ``freedom`` is
    clusters less strata, and less than the clusters with an answer that counts. ``alone`` are strata with a single
    cluster: as nothing can be said of the spread within them, their cluster is held against the mean of all.
    """

    variance: Fraction
    open_share: Fraction
    freedom: int
    alone: int


def spread_of(strata: Sequence[Stratum]) -> Spread:
    """The spread of R over the strata in which anything counts; the sum of weights must be above 0."""
    asked = [each for each in strata if any(weight for _, weight in each.clusters)]
    above = sum(yes * count for each in asked for (yes, _), count in each.clusters.items())
    whole = sum(weight * count for each in asked for (_, weight), count in each.clusters.items())
    parts = [(_deviations(each, above, whole), each) for each in asked]
    variance = exact_sum(part.as_integer_ratio() for part, _ in parts)
    left = exact_sum((part * each.open_share).as_integer_ratio() for part, each in parts)
    return Spread(
        variance=variance / whole**4,
        open_share=left / variance if variance else _open_share(asked),
        freedom=min(sum(each.number - 1 for each in asked), sum(each.telling for each in asked) - 1),
        alone=sum(each.number == 1 for each in asked),
    )


def _deviations(stratum: Stratum, above: int, whole: int) -> Fraction:
    """m / (m - 1) Σ (e - ē)², in units of 1 / whole²; of a single cluster e², as all e together are 0."""
    number = stratum.number
    total = squares = 0
    for (yes, weight), count in stratum.clusters.items():
        deviation = yes * whole - above * weight
        total += deviation * count
        squares += deviation * deviation * count
    if number == 1:
        return Fraction(squares)
    return Fraction(squares * number - total * total, number - 1)


def _open_share(strata: Sequence[Stratum]) -> Fraction:
    """What the correction leaves where all answer alike: 1 - n / N over all, if N is known everywhere."""
    people = sum(each.people for each in strata)
    populations = [each.population for each in strata if each.population is not None]
    return 1 - Fraction(people, sum(populations)) if len(populations) == len(strata) else Fraction(1)


def design_effect(variance: Fraction, plain: Fraction, answers: int, weights: Sequence[Ratio]) -> Fraction:
    """By how much the variance is that of a simple random sample of so many answers (Kish 1965); at least 1.

    ``plain`` is the variance of one answer, p (1 - p) for a share. A design is never credited with less than its
    weights (w, how many answers have it) cost by themselves, n Σ w² / (Σ w)² (Kish 1992), which is 1 where all are
    equal: with few answers a smaller effect is chance (Korn & Graubard 1998 truncate at 1). So the effective number of
    answers is at most their number, and a few heavy answers that are all alike do not pass for many.
    """
    whole = sum(weight * count for weight, count in weights)
    unequal = Fraction(answers * sum(weight * weight * count for weight, count in weights), whole * whole)
    return max(unequal, variance * (answers - 1) / plain) if plain else unequal
