"""Marks added up (4.5): the four ways from findings to a figure, and the parts combined. Shares of 0..1 but where said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from .findings import Mark
from .method import Method, Node, Part

Share = Fraction | None

# --- criteria ---------------------------------------------------------------------------------------------------------


def by_criterion(marks: Iterable[Mark]) -> dict[str, list[Mark]]:
    """The marks that count with points, by criterion."""
    found: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        if mark.score is not None and mark.finding.terms.weight:
            found[mark.finding.criterion].append(mark)
    return found


def weight(several: Sequence[Mark]) -> Fraction:
    """p: the points of the criterion."""
    return several[0].finding.terms.weight


def level_of(several: Sequence[Mark], over_sites: bool) -> Fraction:
    """m: the mean of the scores; the lowest of them where the criterion says so and it is asked."""
    scores = [mark.score for mark in several if mark.score is not None]
    if len(scores) == 1:
        return scores[0]
    if over_sites and several[0].finding.terms.over_sites == "lowest":
        return min(scores)
    return add(scores) / len(scores)


def add(values: Iterable[Fraction]) -> Fraction:
    """An exact sum, over one common denominator."""
    ratios = [value.as_integer_ratio() for value in values]
    common = lcm(*(below for _, below in ratios))
    return Fraction(sum(above * (common // below) for above, below in ratios), common)


# --- the four ways ----------------------------------------------------------------------------------------------------


def pooled(marks: Iterable[Mark], _: Method | None = None, over_sites: bool = True) -> Share:
    """sum(p n m) / sum(p n); None without a mark that counts."""
    criteria = list(by_criterion(marks).values())
    possible = add(weight(several) * len(several) for several in criteria)
    earned = add(weight(several) * len(several) * level_of(several, over_sites) for several in criteria)
    return earned / possible if criteria else None


def mean_of_criteria(marks: Iterable[Mark], _: Method | None = None, over_sites: bool = True) -> Share:
    """sum(p m) / sum(p)."""
    criteria = list(by_criterion(marks).values())
    possible = add(weight(several) for several in criteria)
    return add(weight(several) * level_of(several, over_sites) for several in criteria) / possible if criteria else None


class Branch(NamedTuple):
    """A criterion or a place with its figure, as one child of the place above."""

    key: str
    weight: Fraction
    figure: Fraction


def tree(marks: Iterable[Mark], method: Method, over_sites: bool = True) -> Share:
    """Every place from what hangs on it, up to one implied root."""
    hanging: dict[str, list[Branch]] = defaultdict(list)
    for criterion, several in by_criterion(marks).items():
        branch = Branch(criterion, weight(several), level_of(several, over_sites))
        hanging[several[0].finding.place].append(branch)
    return figure_of(method.root, hanging)


def figure_of(node: Node, hanging: Mapping[str, list[Branch]]) -> Share:
    """A place from its criteria and the places under it; branches without a figure are left out."""
    below = [(child, figure_of(child, hanging)) for child in node.under]
    branches = [Branch(child.id, child.weight, figure) for child, figure in below if figure is not None]
    branches += hanging.get(node.id, [])
    return COMBINE[node.combine](branches) if branches else None


def mean(branches: Sequence[Branch]) -> Fraction:
    """By weight."""
    return add(each.weight * each.figure for each in branches) / add(each.weight for each in branches)


def lowest(branches: Sequence[Branch]) -> Fraction:
    """The least."""
    return min(each.figure for each in branches)


SIXTY = Context(prec=60)


def geometric(branches: Sequence[Branch]) -> Fraction:
    """exp(sum(w ln x) / sum(w)) in whole billionths, half up; 0 if one is 0, and a single branch stays as it is.

    The detour over 40 decimals makes the root of equal values the value itself, before it is rounded half up.
    """
    if len(branches) == 1:
        return branches[0].figure
    if any(each.figure == 0 for each in branches):
        return Fraction(0)
    logarithm = Decimal(0)
    for each in sorted(branches):
        logarithm = SIXTY.add(logarithm, SIXTY.multiply(decimal(each.weight), SIXTY.ln(decimal(each.figure))))
    root = SIXTY.exp(SIXTY.divide(logarithm, decimal(add(each.weight for each in branches))))
    forty = root.quantize(Decimal(1).scaleb(-40), context=SIXTY)
    return Fraction(forty.quantize(Decimal(1).scaleb(-9), ROUND_HALF_UP, context=SIXTY))


def decimal(value: Fraction) -> Decimal:
    """A fraction in 60 digits."""
    return SIXTY.divide(Decimal(value.numerator), Decimal(value.denominator))


COMBINE = {"mean": mean, "geometric": geometric, "lowest": lowest}


def mean_of_sites(marks: Iterable[Mark], method: Method, _: bool = True) -> Share:
    """Each site's score, the mean by type, the mean over types by the type's weight; sites without a score left out."""
    scores: dict[str, list[Fraction]] = defaultdict(list)
    for (form, _site), several in by_site(marks).items():
        score = site_share(several, method)
        if score is not None:
            scores[form].append(score)
    weights = add(method.weight_of(form) for form in scores)
    means = [method.weight_of(form) * add(several) / len(several) for form, several in scores.items()]
    return add(means) / weights if scores else None


def by_site(marks: Iterable[Mark]) -> dict[tuple[str, str], list[Mark]]:
    """The marks of each site, by its form and key."""
    found: dict[tuple[str, str], list[Mark]] = defaultdict(list)
    for mark in marks:
        found[mark.finding.form, mark.finding.site].append(mark)
    return found


def site_share(marks: Sequence[Mark], method: Method) -> Share:
    """A site's score: pooled or by the tree over its own findings, and no more than the lowest cap that acts."""
    return capped(uncapped(marks, method), site_caps(marks))


def uncapped(marks: Sequence[Mark], method: Method) -> Share:
    """A site's score without its vetoes; `over_sites` says nothing of one site."""
    return (tree if method.site == "tree" else pooled)(marks, method, False)


def capped(share: Share, caps: Iterable[tuple[str, Fraction]]) -> Share:
    """A share under its lowest cap."""
    return None if share is None else min([share, *(cap / 100 for _, cap in caps)])


def site_caps(marks: Iterable[Mark]) -> list[tuple[str, Fraction]]:
    """The caps on sites that act, 0..100, each with its criterion."""
    return [
        (mark.finding.criterion, mark.finding.terms.veto_site)
        for mark in marks
        if mark.missed and mark.finding.terms.veto_site is not None
    ]


Way = Callable[[Iterable[Mark], Method], Share]
WAYS: dict[str, Way] = {
    "pooled": pooled,
    "mean_of_criteria": mean_of_criteria,
    "mean_of_sites": mean_of_sites,
    "tree": tree,
}

# --- parts ------------------------------------------------------------------------------------------------------------


def part_share(part: Part, marks: Iterable[Mark], method: Method, dimension: str = "") -> Share:
    """One part of a figure along a dimension, from the marks of that part among these."""
    return WAYS[method.way(part, dimension)]([mark for mark in marks if mark.finding.part == part.name], method)


def part_shares(marks: Sequence[Mark], method: Method, dimension: str = "") -> dict[str, Share]:
    """Every part of a figure."""
    return {part.name: part_share(part, marks, method, dimension) for part in method.parts}


def combined(shares: Mapping[str, Share], method: Method) -> Fraction | None:
    """The parts by their weights, scaled over those that have a score; 0..100."""
    known = [(part.weight, share) for part in method.parts if (share := shares[part.name]) is not None]
    whole = add(weight for weight, _ in known)
    return 100 * add(weight * share for weight, share in known) / whole if known else None


def figure(marks: Sequence[Mark], method: Method, dimension: str = "") -> Fraction | None:
    """The figure of an area, unit, type or place from its own findings, 0..100."""
    return combined(part_shares(marks, method, dimension), method)


def percent(share: Share) -> Fraction | None:
    """0..1 as 0..100."""
    return None if share is None else 100 * share
