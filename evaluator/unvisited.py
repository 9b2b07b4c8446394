"""Drawn types of which nobody visited a site. Nothing is known of them: they are held at both ends of what may be."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

import numpy as np

from duibiao.evaluator.columns import E9
from duibiao.evaluator.drawn_totals import NOWHERE
from duibiao.evaluator.known_sites import Found, KnownType, speaking
from duibiao.evaluator.method import Method

End = Literal["worst", "best"]
ENDS: Final[tuple[End, End]] = ("worst", "best")


@dataclass(frozen=True, slots=True)
class Extreme:
    """The mean total, and in what share of the draws it reaches the pass mark (and every part its own)."""

    mean: Fraction
    passed: Fraction


@dataclass(frozen=True, slots=True)
class Unvisited:
    """Types that nobody visited, and the total with everything found there at its worst (0 %) and best (100 %)."""

    types: tuple[str, ...]
    worst: Extreme
    best: Extreme


def at_end(method: Method, own: KnownType, end: End) -> Found:
    """Every criterion at all sites drawn of a type, at one end of what it can give; one row for all of them."""
    kind, sites, at = own.site_type, own.drawn, ENDS.index(end)
    felt = speaking(method)
    ends = [(rule, rule.ends[kind][at]) for rule in method.rules.values() if rule.id in felt and kind in rule.ends]
    values = np.array([value for _, value in ends], dtype=np.int64)
    missed = np.array([value == rule.nothing for rule, value in ends], dtype=np.int64)
    worst = [(value if rule.loses else -value) if rule.over_sites == "lowest" else NOWHERE for rule, value in ends]
    weight = sum(rule.weight for rule, _ in ends)
    earned = sum(rule.weight * rule.score(value) for rule, value in ends)
    caps = [rule.site_cap for rule, value in ends if value == rule.nothing and rule.site_cap is not None]
    score = min([100 * earned / weight, *caps]) if weight else Fraction(0)
    return Found(
        keys=tuple((method.part_of[kind], rule.id) for rule, _ in ends),
        number=np.full((1, len(ends)), sites),
        value=sites * values[None, :],
        missed=sites * missed[None, :],
        worst=np.array([worst], dtype=np.int64),
        open=np.zeros((1, len(ends)), dtype=np.bool_),
        scores=np.array([round(sites * score * E9)]),
        scored=np.array([sites if weight else 0]),
    )
