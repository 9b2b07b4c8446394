"""What mending several gaps together brings the total: all gaps of the costliest criteria at once, exact.

Losses shared out among criteria add up only where the total is a plain weighted mean; here every total is made anew
with the gaps met and all other findings held, caps, lines after the total and denominators included.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from fractions import Fraction
from typing import Final

from duibiao.evaluator.assessment import CriterionResult, Gap, Mended, Mending
from duibiao.evaluator.figures import TotalFigure
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.method import Method
from duibiao.evaluator.sums import Group, Sums

SHOWN: Final = 10  # so many steps are told, and the one that reaches the pass mark


def mending_of(
    judgement: Judgement, now: TotalFigure, gaps: Sequence[Gap], results: Sequence[CriterionResult]
) -> Mending | None:
    """The total with all gaps of the first, the first two ... criteria met: those whose veto caps the total, the lowest
    cap first, then by points lost. None where there is no total.

    Mending never lowers a figure, so how many criteria reach the pass mark is looked for by halves.
    """
    method = judgement.method
    met = judgement.with_closed([each.id for each in gaps]).total
    order = _order(method, {each.criterion for each in gaps}, results)

    def total(number: int) -> Fraction | None:
        return TotalFigure(method, _mixed(now.group, met.group, set(order[:number]))).total()

    def reached(number: int) -> bool:
        found = total(number)
        return found is not None and found >= method.score.pass_mark

    whole = met.total()
    if whole is None:
        return None
    needed = _first(reached, len(order))
    told = {*range(1, min(len(order), SHOWN) + 1), needed or 1}
    steps = tuple(Mended(order[number - 1], number, total(number)) for number in sorted(told) if number <= len(order))
    return Mending(steps, needed, whole)


def _order(method: Method, open_: Collection[str], results: Sequence[CriterionResult]) -> list[str]:
    caps = sorted((rule.total_cap, rule.id) for rule in method.rules.values() if rule.total_cap is not None)
    first = [name for _, name in caps if name in open_]
    return first + [each.id for each in results if each.lost and each.id in open_ and each.id not in first]


def _first(reached: Callable[[int], bool], most: int) -> int | None:
    """The least number of 0..``most`` that reaches the mark; None where not even ``most`` does."""
    if not reached(most):
        return None
    return bisect_left(range(most), True, key=reached)


def _mixed(now: Group, met: Group, criteria: Collection[str]) -> Group:
    """The findings as they are, those of some criteria with every gap met."""

    def mixed(old: Sums, new: Sums) -> Sums:
        return {key: new[key] if key[1] in criteria else each for key, each in old.items()}

    sites = {site: (kind, mixed(sums, met.sites[site][1])) for site, (kind, sums) in now.sites.items()}
    return Group(mixed(now.sums, met.sums), sites)
