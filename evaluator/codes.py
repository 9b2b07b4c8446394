"""The engine's inner form: a table of codes for each kind of site, one UInt8 a row and criterion.

A row is a site, or where every visit counts by itself a visit. The codes of design section 3: 0 not applicable,
1 unobserved, 2 invalid, 3+k the k-th level. Where a score is not one of a few, 3 is met, 4 partial, 5 missed, and the
billionths stand beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from duibiao.criteria.models import Inspections, TwoMethods
from duibiao.evaluator.columns import E9, exact_e9
from duibiao.evaluator.compile import SiteTypePlan
from duibiao.evaluator.rules import INVALID, NOT_APPLICABLE, UNOBSERVED, CompiledCriterion
from duibiao.evaluator.uniform import uniform

# The statuses as numbers. The first six are also the codes of criteria whose score is not one of a few.
MET, PARTIAL, MISSED, WAIVED = 3, 4, 5, 6
STATUS_OF: Final = ("not_applicable", "unobserved", "invalid", "met", "partial", "missed", "waived")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the codes of one criterion mean.

    ``scores`` are the billionths of codes 3, 4, ...; none where they stand in a column of their own, where the codes
    are the statuses. ``most`` is what such a column holds at most: 1 in billionths, or where the criterion ``loses``
    its points in billionths.
    """

    scores: tuple[int, ...]
    loses: bool
    most: int

    @property
    def statuses(self) -> tuple[int, ...]:
        """The status of every code, from 0 on."""
        by_score = {E9: MET, 0: MISSED}
        levels = [by_score.get(score, PARTIAL) for score in self.scores] or [MET, PARTIAL, MISSED]
        return (NOT_APPLICABLE, UNOBSERVED, INVALID, *levels)

    def good(self, value: int) -> int:
        """How good a value is: billionths, more is better."""
        return self.most - value if self.loses else value


def meaning_at_visits(each: CompiledCriterion) -> Meaning:
    """What the codes of a criterion mean at its visits; of a criterion of two methods only whether it applies.

    The levels are followed by full and none where no level gives them: a verdict of a long check may.
    """
    if not each.scores:
        return meaning_of_values(each)
    return Meaning((*each.scores, *(score for score in (E9, 0) if score not in each.scores)), each.loses, E9)


def meaning_of_findings(each: CompiledCriterion, mode: Inspections) -> Meaning:
    """What the codes of a criterion mean in the table of findings: a mean and the lower of two may be any number."""
    any_number = mode == "mean" or isinstance(each.criterion, TwoMethods)
    return meaning_of_values(each) if any_number else meaning_at_visits(each)


def meaning_of_values(each: CompiledCriterion) -> Meaning:
    """What the codes of a criterion mean where they are statuses, with values beside them."""
    return Meaning((), each.loses, exact_e9(each.criterion.points) if each.loses else E9)


@dataclass(frozen=True, slots=True)
class Codes:
    """The findings of one kind of site as codes.

    ``rows``: site (text) and last (UInt32, a number of ``order``); a row a site, or under ``by_visit`` a visit, in no
    order that means anything.
    ``order``: the numbers (UInt32) of the visits in their frame; those of one site stand together, by time.
    ``codes``: a UInt8 column for every scored criterion, in the order of the plan, named by its id.
    ``values``: Int64 billionths (scores, or points lost) of the criteria without ``meaning.scores``; null below 3.
    ``back``: for every criterion how many visits before ``last`` the chosen one stands in ``order`` (whole numbers);
    no columns where it is always the last.
    ``waived``: Boolean, of the criteria that are waived at any row; never where a code is 0.
    ``by_hand``: row (UInt32, the visit's number in its frame) and criterion of what a long check decided.
    """

    kind: SiteTypePlan
    by_visit: bool
    meanings: Mapping[str, Meaning]
    rows: pl.DataFrame
    order: pl.Series
    codes: pl.DataFrame
    values: pl.DataFrame
    back: pl.DataFrame
    waived: pl.DataFrame
    by_hand: pl.DataFrame

    @property
    def height(self) -> int:
        """The number of rows."""
        return self.rows.height

    def at(self, rows: pl.Series) -> Codes:
        """Some rows of the table, by their numbers."""
        every = ("rows", "codes", "values", "back", "waived")
        some = {name: frame[rows] if (frame := getattr(self, name)).width else frame for name in every}
        return replace(self, **some)

    def visits(self, criterion: str) -> pl.Series:
        """The numbers (UInt32) of the chosen visits of a criterion in the frame of visits."""
        last = self.rows["last"]
        return self.order.gather(last - self.back[criterion] if criterion in self.back.columns else last)

    def value(self, criterion: str, rows: pl.Series | None = None) -> pl.Series:
        """The billionths (Int64) of a criterion (at some rows): of its score, or of the points lost; null below code
        3."""
        own = criterion in self.values.columns
        found = (self.values if own else self.codes)[criterion]
        found = found if rows is None else found.gather(rows)
        return found if own else looked_up(found, (None, None, None, *self.meanings[criterion].scores), pl.Int64())

    def beneath(self, criterion: str) -> pl.Series:
        """The statuses (UInt8) of a criterion as they would be without waivers."""
        if not self.meanings[criterion].scores:
            return self.codes[criterion]
        return looked_up(self.codes[criterion], self.meanings[criterion].statuses, pl.UInt8())

    def is_waived(self, criterion: str) -> pl.Series:
        """Whether a criterion is waived."""
        if criterion in self.waived.columns:
            return self.waived[criterion]
        return uniform(False, self.height, pl.Boolean()).alias(criterion)

    def statuses(self, criterion: str) -> pl.Series:
        """The statuses (UInt8) of a criterion, waived where it is."""
        beneath = self.beneath(criterion)
        return beneath.set(self.is_waived(criterion), WAIVED) if criterion in self.waived.columns else beneath


def looked_up(codes: pl.Series, table: Sequence[int | None], kind: pl.DataType) -> pl.Series:
    """What ``table`` has for every code."""
    return pl.Series(codes.name, table, dtype=kind).gather(codes)
