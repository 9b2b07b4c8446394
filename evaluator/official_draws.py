"""The official draw, many times: the total of each, in whole billionths, so that shares and quantiles are exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal

import numpy as np

from duibiao.criteria.models import Quota
from duibiao.evaluator.chance import Numbers
from duibiao.evaluator.columns import E9
from duibiao.evaluator.drawn_sums import drawn_sums, with_answers, with_standing
from duibiao.evaluator.drawn_totals import NOWHERE, DrawnSums, DrawnTotals, billionths, drawn_totals
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.known_sites import Found, KnownType, known_types, standing
from duibiao.evaluator.method import Method
from duibiao.evaluator.other_answers import OtherAnswers, other_answers, without
from duibiao.evaluator.strata import Stratum, place_types, strata

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
    """Many draws: what is drawn from, what each holds, its total, and by part the figure of those that have a mark to
    reach, where there is one in each draw."""

    strata: tuple[Stratum, ...]
    known: tuple[KnownType, ...]
    others: tuple[OtherAnswers, ...]
    sums: DrawnSums
    scores: Numbers
    parts: Mapping[str, Numbers]

    def reached(self, mark: Fraction, gates: Mapping[str, Fraction] = {}) -> int:
        """How many draws reach a mark, and ``gates``, the marks of parts, as a level wants."""
        found = self.scores >= _whole(mark)
        for part, gate in gates.items():
            found &= self.parts[part] >= _whole(gate)
        return int(found.sum())

    def chance(self, mark: Fraction, gates: Mapping[str, Fraction] = {}) -> Fraction:
        """The share of such draws."""
        return Fraction(self.reached(mark, gates), self.scores.size)

    def with_standing(self, method: Method, found: Mapping[str, Found]) -> Draws:
        """The same draws with more that stands as it is in each of them."""
        sums = with_standing(self.sums, found)
        totals = drawn_totals(method, sums)
        return replace(self, sums=sums, scores=billionths(totals.score), parts=_parts(totals))


def _parts(totals: DrawnTotals) -> Mapping[str, Numbers]:
    """Figures of parts in billionths; one that is not there stays below no mark."""
    return {part: np.where(np.isnan(figures), -NOWHERE, billionths(figures)) for part, figures in totals.parts.items()}


def _whole(mark: Fraction) -> int:
    """The least billionths that reach a mark."""
    return -int(-mark * E9 // 1)


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
    listed = any(table.shape == "register" for table in submission.tables)
    if not drawn:
        quotas = [asked.get(name, kind.quota) for name, kind in place_types(judgement.catalogue).items()]
        return NoForecast("no_register" if any(quotas) and not listed else "no_quota")
    areas = dict(registered.select("site", "area").iter_rows())
    before = judgement.before.rows if judgement.mended else None
    known = known_types(method, rows, drawn, areas, judgement.geography, donors, before)
    if not any(each.visited for each in known):
        return NoForecast("nothing_visited")
    if not listed and not any(each.unvisited for each in known):
        return NoForecast("no_register")
    kinds = {each.site_type for each in drawn}
    others = other_answers(judgement, kinds, seed, draws)
    fixed = standing(method, without(rows, others), kinds)
    sums = with_answers(drawn_sums(known, fixed, seed, draws), others)
    totals = drawn_totals(method, sums)
    if np.isnan(totals.score).any():
        return NoForecast("no_total")
    return Draws(drawn, known, others, sums, billionths(totals.score), _parts(totals))
