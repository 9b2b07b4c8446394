"""The lowest and the highest score that a rule can give: levels and scales say so, everything else is 0 to 1.

Bounds put an unobserved or contradictory finding at these two (design section 5); a veto needs a lowest of 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from duibiao.criteria.models import (
    Asked,
    Banded,
    Criterion,
    Field,
    Graded,
    Judged,
    NOfM,
    TwoMethods,
)

Range = tuple[Fraction, Fraction]
WHOLE: Range = (Fraction(0), Fraction(1))


def score_range(criterion: Criterion, fields: Mapping[str, Field], members: Mapping[str, Range] | None = None) -> Range:
    """The lowest and highest score 0..1 of a criterion as it stands on one site type.

    ``fields`` are those of the site type; ``members`` has the ranges of what a two-methods criterion compares, whose
    own range goes from the lowest of their lowest to the highest of their highest.
    """
    match criterion:
        case Banded(levels=levels) | Asked(levels=levels, pass_=None):
            return _ends([Fraction(0), *(Fraction(level.score) for level in levels)])
        case Graded(grade=key):
            return _ends([Fraction(score) for score in fields[key].scale.values()])
        case Judged(judged="grade", scale=scale):
            return _ends([Fraction(score) for score in scale.values()])
        case NOfM(of=conditions):
            return _ends([missing_score(criterion, missing) for missing in range(len(conditions) + 1)])
        case TwoMethods(both=both):
            known = [each for name in both if (each := (members or {}).get(name)) is not None]
            return _ends([end for each in known for end in each]) if known else WHOLE
    return WHOLE


def missing_score(criterion: NOfM, missing: int) -> Fraction:
    """The score with ``missing`` conditions not met: that of the first level that holds, else 0."""
    return next((Fraction(level.score) for level in criterion.levels if missing <= level.missing), Fraction(0))


def _ends(scores: list[Fraction]) -> Range:
    return min(scores), max(scores)
