"""The lower of two methods (4.2), whose members may be judged on another kind of site: on the nearest area above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction

from .data import Visit, in_time, upward
from .findings import LEFT_OUT
from .numeric import EXACT
from .rules import NOT_APPLICABLE, Judgement, status_of

Found = tuple[datetime, str, Judgement]  # when, at which visit, what


class OnAreas:
    """What was found of criteria on the areas that are sites themselves."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], list[Found]] = defaultdict(list)

    def add(self, criterion: str, visit: Visit, judgement: Judgement) -> None:
        """Remember one finding of an area, waivers applied."""
        when = in_time(visit)
        self.found[criterion, visit.site.area].append((when, f"{visit.site.key}@{visit.name}", judgement))

    def nearest(self, criterion: str, area: str) -> Judgement:
        """The last finding, by time and then by visit, at the nearest area at or above this one; else unobserved."""
        for each in upward(area):
            if (criterion, each) in self.found:
                return max(self.found[criterion, each], key=lambda found: found[:2])[2]
        return Judgement("unobserved", None)


def lower_of(members: Iterable[Judgement]) -> Judgement:
    """The lower of two: 0 wins, then a contradiction, then the unknown; what is left out says nothing (4.2)."""
    counted = [each for each in members if each.status not in LEFT_OUT]
    statuses = {each.status for each in counted}
    if not counted:
        return Judgement(NOT_APPLICABLE, None)
    for status in ("missed", "invalid", "unobserved"):
        if status in statuses:
            return Judgement(status, Fraction(0) if status == "missed" else None)
    score = EXACT.score(least(counted))  # no deduction: billionths
    return Judgement(status_of(score), score)


def least(judgements: Sequence[Judgement]) -> Fraction:
    """The least score."""
    return min(each.score for each in judgements if each.score is not None)
