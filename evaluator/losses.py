"""What the total lacks to 100 (caps and adjustments aside), shared out among the findings that lost points.

Where figures are plain weighted means the share of a finding is exactly what it costs. Where a lowest, a geometric mean
or a site's cap decides, shares go by the plain means and are scaled to what the part lacks; gains tell what mending one
finding brings (``evaluator/gains.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Final

from duibiao.criteria.models import Place
from duibiao.evaluator.exact import exact_sum
from duibiao.evaluator.figures import Figures, counted, of_part
from duibiao.evaluator.method import Method
from duibiao.evaluator.sums import Count, Group, PartOf, Sum, Sums

ZERO: Final = Fraction(0)


@dataclass(frozen=True)
class Losses:
    """By how many points of the total one lost point of a finding lowers it: by part and criterion, or where scores
    of sites count by site and criterion."""

    method: Method
    by_criterion: Mapping[PartOf, Fraction]
    by_site: Mapping[tuple[str, str], Fraction]

    def factor(self, part: str, criterion: str, site: str) -> Fraction:
        """Points of the total for each lost point of one finding; 0 where it counts for nothing."""
        found = self.by_criterion.get((part, criterion))
        return found if found is not None else self.by_site.get((site, criterion), ZERO)

    def of(self, group: Group, counts: Mapping[PartOf, Count]) -> Fraction:
        """Points of the total that the findings of a group, which count so, lost."""
        factors, below = self._of_score
        shared = ((factors[key], each) for key, each in counts.items() if key in factors)
        whole = exact_sum((factor * _short(each), each.below) for factor, each in shared) / below
        for site, (_, sums) in group.sites.items():
            whole += sum(
                (self._lost(key, each, site) for key, each in sums.items() if key not in self.by_criterion), ZERO
            )
        return whole

    @cached_property
    def _of_score(self) -> tuple[Mapping[PartOf, int], int]:
        """Points of the total for each lost score 0..1 of a finding, where scores of sites do not count: over one
        denominator, as every card asks for all of them."""
        exact = {key: factor * self.method.rules[key[1]].weight for key, factor in self.by_criterion.items()}
        common = lcm(*(each.denominator for each in exact.values()))
        return {key: each.numerator * (common // each.denominator) for key, each in exact.items()}, common

    def of_criterion(self, group: Group, key: PartOf) -> Fraction:
        """Points of the total that one criterion lost in a part."""
        if key in self.by_criterion:
            return self._lost(key, group.sums[key], "")
        return sum((self._lost(key, sums[key], site) for site, (_, sums) in group.sites.items() if key in sums), ZERO)

    def _lost(self, key: PartOf, each: Sum, site: str) -> Fraction:
        factor = self.factor(*key, site)
        return factor * lost_points(self.method, key[1], each) if factor else ZERO


def lost_points(method: Method, criterion: str, each: Sum) -> Fraction:
    """The points that the counted findings of one criterion lost."""
    rule = method.rules[criterion]
    count = each.count(rule, "now", zero=method.zero)
    return rule.weight * Fraction(_short(count), count.below) if count is not None else ZERO


def _short(count: Count) -> int:
    """What the scores of findings lack to 1 together, times ``count.below``."""
    return count.n * count.below - count.above


def losses_of(figures: Figures) -> Losses:
    """The shares of loss in the whole city."""
    method, group = figures.method, figures.group
    scores = {share.part: figures.part(share.part) for share in method.score.total}
    weight = sum((Fraction(each.weight) for each in method.score.total if scores[each.part] is not None), ZERO)
    by_criterion: dict[PartOf, Fraction] = {}
    by_site: dict[tuple[str, str], Fraction] = {}
    for share in method.score.total:
        score = scores[share.part]
        if score is None:
            continue
        worth = Fraction(share.weight) / weight
        if method.way(share.part, "total") == "mean_of_sites":
            raw = {(site, name): 100 * each for site, name, each in _of_sites(method, share.part, group)}
            part = {key: lost_points(method, key[1], group.sites[key[0]][1][share.part, key[1]]) for key in raw}
            scale = _scale(worth * (100 - score), worth * sum((raw[key] * part[key] for key in raw), ZERO))
            by_site |= {key: worth * scale * each for key, each in raw.items()}
        else:
            counts = of_part(figures.counted(), share.part)
            plain = {name: 100 * each for name, each in _of_criteria(method, share.combine, counts).items()}
            lost = {name: lost_points(method, name, group.sums[share.part, name]) for name in plain}
            scale = _scale(worth * (100 - score), worth * sum((plain[name] * lost[name] for name in plain), ZERO))
            by_criterion |= {(share.part, name): worth * scale * each for name, each in plain.items()}
    return Losses(method, by_criterion, by_site)


def _scale(lacking: Fraction, shared: Fraction) -> Fraction:
    return lacking / shared if shared else Fraction(1)


def _of_criteria(method: Method, way: str, counts: Mapping[str, Count]) -> dict[str, Fraction]:
    """What one lost point takes from a figure 0..1 made by plain means."""
    weights = {name: method.rules[name].weight for name in counts if method.rules[name].weight}
    if not weights:
        return {}
    if way == "pooled":
        whole = sum((weights[name] * counts[name].n for name in weights), ZERO)
        return dict.fromkeys(weights, 1 / whole)
    if way == "mean_of_criteria":
        whole = sum(weights.values(), ZERO)
        return {name: 1 / whole / counts[name].n for name in weights}
    shares = _shares(method, Place(id="-", title="-", under=method.places), counts) or {}
    return {name: share / counts[name].n / weights[name] for name, share in shares.items()}


def _shares(method: Method, place: Place, counts: Mapping[str, Count]) -> dict[str, Fraction] | None:
    """How much of a place's figure each criterion on it or under it makes, by plain means; None without one."""
    branches: list[tuple[Fraction, dict[str, Fraction]]] = []
    for name in method.on_place.get(place.id, ()):
        if name in counts and method.rules[name].weight:
            branches.append((method.rules[name].weight, {name: Fraction(1)}))
    for under in place.under:
        found = _shares(method, under, counts)
        if found is not None:
            branches.append((Fraction(under.weight if under.weight is not None else 1), found))
    whole = sum((weight for weight, _ in branches), ZERO)
    return {name: weight * each / whole for weight, found in branches for name, each in found.items()} or None


def _of_sites(method: Method, part: str, group: Group) -> list[tuple[str, str, Fraction]]:
    """Site, criterion, and what one lost point takes from the mean of sites 0..1."""
    counted: dict[str, list[tuple[str, dict[str, Fraction]]]] = {}
    way = "tree" if method.score.site == "tree" else "pooled"
    for site, (kind, sums) in group.sites.items():
        if method.part_of[kind] == part:
            own = _of_criteria(method, way, _plain(method, sums))
            if own:
                counted.setdefault(kind, []).append((site, own))
    whole = sum((method.type_weights[kind] for kind in counted), ZERO)
    return [
        (site, name, method.type_weights[kind] / whole / len(sites) * each)
        for kind, sites in counted.items()
        for site, own in sites
        for name, each in own.items()
    ]


def _plain(method: Method, sums: Sums) -> dict[str, Count]:
    return {criterion: count for (_, criterion), count in counted(method, sums, "now").items()}
