"""The official draw, many times: the total of each, in whole billionths, so that shares and quantiles are exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from duibiao.criteria.models import Quota
from duibiao.evaluator.chance import Numbers
from duibiao.evaluator.columns import E9
from duibiao.evaluator.drawn_sums import drawn_sums, with_answers, with_standing
from duibiao.evaluator.drawn_totals import DrawnSums, billionths, drawn_totals
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.known_sites import Found, KnownType, known_types, standing
from duibiao.evaluator.method import Method
from duibiao.evaluator.other_answers import OtherAnswers, other_answers, without
from duibiao.evaluator.strata import Stratum, strata

SEED: Final = 2026
DRAWS: Final = 10_000
DONORS: Final = 3

Reason = Literal["no_quota", "no_register", "nothing_visited", "no_total"]


@dataclass(frozen=True, slots=True)
class NoForecast:
    """Why nothing can be said of the official draw."""

    reason: Reason


@dataclass(frozen=True)
class Draws:
    """Many draws: what is drawn from, what each holds, its total, and whether a part stays below the mark that it must
    reach."""

    strata: tuple[Stratum, ...]
    known: tuple[KnownType, ...]
    others: tuple[OtherAnswers, ...]
    sums: DrawnSums
    scores: Numbers
    gate_failed: NDArray[np.bool_]

    def reached(self, mark: Fraction, *, gated: bool) -> int:
        """How many draws reach a mark; with ``gated`` also every part that has a mark its own, as a level wants."""
        found = self.scores >= -int(-mark * E9 // 1)
        return int((found & ~self.gate_failed if gated else found).sum())

    def chance(self, mark: Fraction, *, gated: bool) -> Fraction:
        """The share of such draws."""
        return Fraction(self.reached(mark, gated=gated), self.scores.size)

    def quantile(self, share: Fraction) -> Fraction:
        """The lowest total that at least ``share`` (above 0, at most 1) of the draws do not exceed."""
        return quantile(self.scores, share)

    def with_standing(self, method: Method, found: Mapping[str, Found]) -> Draws:
        """The same draws with more that stands as it is in each of them."""
        sums = with_standing(self.sums, found)
        totals = drawn_totals(method, sums)
        return replace(self, sums=sums, scores=billionths(totals.score), gate_failed=totals.gate_failed)


def quantile(scores: Numbers, share: Fraction) -> Fraction:
    """The lowest of scores in billionths that at least ``share`` of all do not exceed."""
    return Fraction(int(np.sort(scores)[-int(-share * scores.size // 1) - 1]), E9)


def draws_of(
    judgement: Judgement,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    donors: int = DONORS,
    asked: Mapping[str, Quota] = {},
) -> Draws | NoForecast:
    """Simulate the official draw for a round. ``asked`` quotas stand in place of the catalogue's.

    Where some gaps are taken as closed, sites that nobody visited are modelled after what was found, not after what is
    mended.
    """
    method, submission, rows = judgement.method, judgement.submission, judgement.rows
    registered = submission.sites
    drawn = tuple(each for each in strata(judgement.catalogue, registered, judgement.geography, asked) if each.sites)
    if not drawn:
        return NoForecast("no_quota")
    areas = dict(registered.select("site", "area").iter_rows())
    before = judgement.before.rows if judgement.mended else None
    known = known_types(method, rows, drawn, areas, judgement.geography, donors, before)
    if not any(each.visited for each in known):
        return NoForecast("nothing_visited")
    listed = any(table.shape == "register" for table in submission.tables)
    if not listed and not any(each.unvisited for each in known):
        return NoForecast("no_register")
    kinds = {each.site_type for each in drawn}
    others = other_answers(judgement, kinds, seed, draws)
    fixed = standing(method, without(rows, others), kinds)
    sums = with_answers(drawn_sums(known, fixed, seed, draws), others)
    totals = drawn_totals(method, sums)
    if np.isnan(totals.score).any():
        return NoForecast("no_total")
    return Draws(drawn, known, others, sums, billionths(totals.score), totals.gate_failed)
