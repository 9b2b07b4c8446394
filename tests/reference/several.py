"""Several inspections of one site (5): how the visits' judgements on one criterion become one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from .data import in_time
from .findings import COUNTED
from .look import Look
from .numeric import BILLION, EXACT
from .rules import NOT_APPLICABLE, Judgement, Rule

LOWER_FIRST = ("invalid", "missed", "partial", "met", NOT_APPLICABLE)


class Judged(NamedTuple):
    """One visit and what it says of the criterion."""

    look: Look
    judgement: Judgement


def latest(judged: Sequence[Judged], _: Rule) -> Judged:
    """The last visit whose status is anything but unobserved; at the same time, the lower."""
    seen = [each for each in judged if each.judgement.status != "unobserved"] or judged
    last = max(in_time(each.look.visit) for each in seen)
    tied = [each for each in seen if in_time(each.look.visit) == last]
    return tied[-1] if seen is judged else min(tied, key=rank)


def rank(judged: Judged) -> tuple[int, Fraction]:
    """The order in which one of two visits of the same time is the lower."""
    return LOWER_FIRST.index(judged.judgement.status), judged.judgement.score or Fraction(0)


def worst(judged: Sequence[Judged], _: Rule) -> Judged:
    """Missed if any visit is missed, else invalid if any is, else the lowest that counts; of equals the last."""
    for status in ("missed", "invalid"):
        if found := of_status(judged, status):
            return found[-1]
    counted = [each for each in judged if each.judgement.status in COUNTED]
    if counted:
        least = min(scored(each) for each in counted)
        return [each for each in counted if scored(each) == least][-1]
    return (of_status(judged, NOT_APPLICABLE) or judged)[-1]


def mean(judged: Sequence[Judged], rule: Rule) -> Judged:
    """Invalid if any visit is; else the mean of those that count, in whole billionths half up."""
    if found := of_status(judged, "invalid"):
        return found[-1]
    counted = [each for each in judged if each.judgement.status in COUNTED]
    if not counted:
        return (of_status(judged, NOT_APPLICABLE) or judged)[-1]
    statuses = {each.judgement.status for each in counted}
    status = statuses.pop() if len(statuses) == 1 else "partial"
    score = mean_score([scored(each) for each in counted], rule)
    compared = counted[0].judgement.compared if len(counted) == 1 else ()  # a mean stands on no one limit
    return Judged(counted[-1].look, Judgement(status, score, compared))


def mean_score(scores: Sequence[Fraction], rule: Rule) -> Fraction:
    """The mean of scores, of a deduction the mean of the points lost: (2 sum + n) // (2 n) billionths."""
    if not rule.deducts:
        return Fraction(half_up(sum(scores, Fraction(0)) * BILLION, len(scores)), BILLION)
    points = EXACT.billionths(rule.points)
    return 1 - Fraction(half_up(sum((1 - score for score in scores), Fraction(0)) * points, len(scores)), points)


def half_up(whole: Fraction, count: int) -> int:
    """The mean of so many whole numbers that add up to this."""
    assert whole.denominator == 1, "every value is in whole billionths"
    return (2 * whole.numerator + count) // (2 * count)


def of_status(judged: Sequence[Judged], status: str) -> list[Judged]:
    """The visits with this status."""
    return [each for each in judged if each.judgement.status == status]


def scored(judged: Judged) -> Fraction:
    """The score of a visit that counts."""
    assert judged.judgement.score is not None
    return judged.judgement.score


WAYS: dict[str, Callable[[Sequence[Judged], Rule], Judged]] = {"latest": latest, "worst": worst, "mean": mean}
