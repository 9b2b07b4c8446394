"""How the total came (4.5): the parts combined, the lowest cap, the adjustments, the gates; 0..100."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .findings import ONE, Mark
from .method import Method
from .rollup import Share, add, combined, part_shares


@dataclass(frozen=True)
class Made:
    """The total and what it was made of; `cap` is the lowest that acts, whether or not it `holds` the total down."""

    combined: Fraction | None
    cap: Fraction | None
    capped_by: tuple[str, ...]
    adjustments: Mapping[str, Fraction]  # by criterion
    gates_failed: tuple[str, ...]
    score: Fraction | None
    holds: bool


def total(marks: Sequence[Mark], method: Method) -> Made:
    """The total; under `empty_part: no_total` there is none while a part has no score."""
    return made(part_shares(marks, method), marks, method)


def made(shares: Mapping[str, Share], marks: Iterable[Mark], method: Method) -> Made:
    """The total from the shares of its parts and the marks that cap and adjust it."""
    listed = list(marks)
    together = None if method.no_total and None in shares.values() else combined(shares, method)
    caps, adjustments = total_caps(listed), adjustments_of(listed)
    cap, adjustment = min((each for _, each in caps), default=None), add(adjustments.values())
    score = final(together, cap, adjustment)
    return Made(
        combined=together,
        cap=cap,
        capped_by=tuple(sorted({criterion for criterion, each in caps if each == cap})),
        adjustments=adjustments,
        gates_failed=tuple(gates_failed(shares, method)),
        score=score,
        holds=score != final(together, None, adjustment),
    )


def final(together: Fraction | None, cap: Fraction | None, adjustment: Fraction) -> Fraction | None:
    """The total after the lowest cap and the adjustments, and never above the cap."""
    if together is None or cap is None:
        return None if together is None else clamped(together + adjustment)
    return min(cap, clamped(min(together, cap) + adjustment))


def clamped(value: Fraction) -> Fraction:
    """Within 0..100."""
    return min(max(value, Fraction(0)), Fraction(100))


def total_caps(marks: Iterable[Mark]) -> list[tuple[str, Fraction]]:
    """The caps on the total that act, each with its criterion."""
    return [
        (mark.finding.criterion, mark.finding.terms.veto_total)
        for mark in marks
        if mark.missed and mark.finding.terms.veto_total is not None
    ]


def adjustments_of(marks: Iterable[Mark]) -> dict[str, Fraction]:
    """What each criterion adds to the total (a > 0, for what is met) or takes from it (a < 0, for what is not)."""
    by_criterion: dict[str, list[Fraction]] = defaultdict(list)
    for mark in marks:
        each = mark.finding.terms.adjust_total
        if each is not None and mark.score is not None and not mark.finding.terms.member:
            by_criterion[mark.finding.criterion].append(each * (mark.score if each > 0 else ONE - mark.score))
    return {criterion: add(amounts) for criterion, amounts in by_criterion.items()}


def gates_failed(shares: Mapping[str, Share], method: Method) -> list[str]:
    """The parts below the mark that they must reach."""
    gates = [(part, shares[part.name]) for part in method.parts if part.at_least is not None]
    return [part.name for part, share in gates if share is not None and 100 * share < (part.at_least or 0)]
