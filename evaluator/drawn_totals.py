"""The totals of many draws at a time, made as ``evaluator/figures.py`` makes one.

Numbers are float64, worked out element by element in a fixed order, and rounded to billionths before they are held
against a mark: so a total that reaches a mark exactly reaches it here too, on any machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duibiao.criteria.models import Place
from duibiao.evaluator.columns import E9
from duibiao.evaluator.method import Method, Rule
from duibiao.evaluator.sums import PartOf

Floats = NDArray[np.float64]
Branch = tuple[float | Floats, Floats]
NOWHERE: Final = -(2**62)  # the worst finding where there is none


@dataclass(frozen=True)
class DrawnSums:
    """What was found in each draw (a column each), by criterion of a part (a row each) and by site type: whole numbers.

    ``worst`` is the value of the worst finding: points lost, or the score with a minus before it. ``scores`` has by
    type the sum of the sites' scores 0..100 and their number.
    """

    keys: tuple[PartOf, ...]
    number: Floats
    value: Floats
    missed: Floats
    worst: Floats
    scores: Mapping[str, tuple[Floats, Floats]]


@dataclass(frozen=True)
class DrawnTotals:
    """The total of every draw 0..100 (nan: there is none), before caps and lines of its own too (``combined`` has the
    lines), and by part the figure of those that have a mark to reach (nan: there is none)."""

    combined: Floats
    score: Floats
    parts: Mapping[str, Floats]


def drawn_totals(method: Method, sums: DrawnSums) -> DrawnTotals:
    """The totals of draws."""
    means = {key: _mean_score(method.rules[key[1]], sums, at) for at, key in enumerate(sums.keys)}
    parts = {share.part: 100 * _part(method, share.part, sums, means) for share in method.score.total}
    draws = sums.number.shape[1]
    combined = _mean(((float(weight), parts[part]) for part, weight in method.part_weights.items()), draws)
    if method.score.empty_part == "no_total":
        for figure in parts.values():
            combined = np.where(np.isnan(figure), np.nan, combined)
    cap, lines = np.full(combined.size, np.inf), np.zeros(combined.size)
    for at, (_, name) in enumerate(sums.keys):
        rule = method.rules[name]
        if rule.total_cap is not None:
            cap = np.where(sums.missed[at] > 0, np.minimum(cap, float(rule.total_cap)), cap)
        if rule.adjusts is not None:
            earned = _earned(rule, sums, at)
            lines = lines + float(rule.adjusts) * (earned if rule.adjusts > 0 else sums.number[at] - earned)
    score = np.minimum(np.maximum(np.minimum(combined, cap) + lines, 0.0), 100.0)
    return DrawnTotals(combined + lines, np.minimum(score, cap), {part: parts[part] for part in method.part_marks})


def billionths(figures: Floats) -> NDArray[np.int64]:
    """Figures as whole billionths; what is no number is far below all of them."""
    return np.where(np.isnan(figures), NOWHERE, np.rint(np.nan_to_num(figures) * E9)).astype(np.int64)


def _earned(rule: Rule, sums: DrawnSums, at: int) -> Floats:
    """The sum of the scores 0..1 of the findings of one criterion."""
    number: Floats = sums.number[at]
    value: Floats = sums.value[at] / (float(rule.points * E9) if rule.loses else E9)
    return number - value if rule.loses else value


def _mean_score(rule: Rule, sums: DrawnSums, at: int) -> Floats:
    """The score 0..1 of one criterion: the mean of its findings, or the lowest where that decides; nan without one."""
    if rule.over_sites == "lowest":
        worst = sums.worst[at]
        score = 1 - worst / float(rule.points * E9) if rule.loses else -worst / E9
        return np.where(sums.number[at] > 0, score, np.nan)
    return _divided(_earned(rule, sums, at), sums.number[at])


def _divided(above: Floats, below: Floats) -> Floats:
    found: Floats = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return found


def _part(method: Method, part: str, sums: DrawnSums, means: Mapping[PartOf, Floats]) -> Floats:
    """The figure 0..1 of one part by its way."""
    own, draws = {name: means[part, name] for each, name in sums.keys if each == part}, sums.number.shape[1]
    way = method.way(part, "total")
    if way == "mean_of_sites":
        kinds = [kind for kind in sums.scores if method.part_of[kind] == part]
        return _mean(((float(method.type_weights[kind]), _divided(*sums.scores[kind]) / 100) for kind in kinds), draws)
    if way == "tree":
        return _place(method, Place(id="-", title="-", under=method.places), own, draws)
    weighted = []
    for at, (each, name) in enumerate(sums.keys):
        if each == part:
            weight = float(method.rules[name].weight)
            weighted.append((weight * sums.number[at] if way == "pooled" else weight, own[name]))
    return _mean(weighted, draws)


def _place(method: Method, place: Place, means: Mapping[str, Floats], draws: int) -> Floats:
    """The figure of a place of the outline, from what hangs on it and lies under it."""
    branches: list[Branch] = [
        (float(method.rules[name].weight), means[name])
        for name in method.on_place.get(place.id, ())
        if name in means and method.rules[name].weight
    ]
    for under in place.under:
        weight = float(under.weight) if under.weight is not None else 1.0
        branches.append((weight, _place(method, under, means, draws)))
    if place.combine == "lowest":
        lowest = np.full(draws, np.nan)
        for _, figure in branches:
            lowest = np.fmin(lowest, figure)
        return lowest
    if place.combine == "geometric":
        several = sum(~np.isnan(figure) for _, figure in branches) > 1
        with np.errstate(divide="ignore"):
            figure = np.exp(_mean(((weight, np.log(figure)) for weight, figure in branches), draws))
        return np.where(several, np.rint(figure * E9) / E9, figure)  # as evaluator/ways.py has it
    return _mean(branches, draws)


def _mean(branches: Iterable[Branch], draws: int) -> Floats:
    """The mean of figures by weight over those that there are; nan without one."""
    above = below = np.zeros(draws)
    for weight, figure in branches:
        known = ~np.isnan(figure)
        above = above + np.where(known, weight * figure, 0.0)
        below = below + np.where(known, weight, 0.0)
    return _divided(above, below)
