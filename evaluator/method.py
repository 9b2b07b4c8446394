"""The method of one assessment: how its findings become figures, as plain values; all of it is printed with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Literal

from duibiao.criteria.models import Criterion, Deducted, Inspections, Judged, Place, Score, Way
from duibiao.criteria.score_range import Range, score_range
from duibiao.evaluator.columns import E9
from duibiao.evaluator.compile import Plan


@dataclass(frozen=True, eq=False)
class Rule:
    """What of one criterion decides figures. Points are exact; caps and adjustments are in per cent of a figure.

    ``counts`` is False for members of a two-methods criterion. ``ranges`` has the lowest and highest score 0..1 that
    the rule can give on each site type.
    """

    id: str
    title: str
    kind: str
    place: str
    points: Fraction
    counts: bool
    loses: bool
    over_sites: Literal["mean", "lowest"]
    site_cap: Fraction | None
    total_cap: Fraction | None
    adjusts: Fraction | None
    ranges: Mapping[str, Range]

    @cached_property
    def weight(self) -> Fraction:
        """The points with which the criterion stands in figures: 0 for members and for adjustments of the total."""
        return self.points if self.counts and self.adjusts is None else Fraction(0)

    @cached_property
    def to_mend(self) -> bool:
        """Whether a finding below full score is a gap: it costs points, lets a cap act, or takes from the total.

        An honour not won and a member of two methods are none, unless a veto stands with them (docs/adr/0023).
        """
        vetoes = self.site_cap is not None or self.total_cap is not None
        return vetoes or (self.counts and (self.adjusts is None or self.adjusts < 0))

    @cached_property
    def full(self) -> int:
        """The value of a finding with full score: a score in billionths, or no points lost."""
        return 0 if self.loses else E9

    @cached_property
    def nothing(self) -> int:
        """The value of a finding with no score: 0, or all points lost."""
        return self.value(Fraction(0))

    @cached_property
    def grain(self) -> tuple[int, int, int]:
        """How the scores of n findings follow from their values: (n * first + second * sum of values) / third."""
        if not self.loses:
            return 0, 1, E9
        return E9 * self.points.numerator, -self.points.denominator, E9 * self.points.numerator

    @cached_property
    def ends(self) -> Mapping[str, tuple[int, int]]:
        """The values of a finding at its lowest and at its highest, by site type."""
        return {kind: (self.value(low), self.value(high)) for kind, (low, high) in self.ranges.items()}

    def score(self, value: int) -> Fraction:
        """The score 0..1 of a value: billionths, or of a deduction billionths of a point lost."""
        return 1 - Fraction(value, E9) / self.points if self.loses else Fraction(value, E9)

    def value(self, score: Fraction) -> int:
        """The value of a score; the other way round."""
        exact = (1 - score) * self.points * E9 if self.loses else score * E9
        return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


@dataclass(frozen=True)
class Method:
    """How findings become figures: the score section, the rules in force, the outline and the weights of site types."""

    score: Score
    part_titles: Mapping[str, str]
    rules: Mapping[str, Rule]
    tree: tuple[Place, ...]
    part_of: Mapping[str, str]  # site type -> part of the total
    type_titles: Mapping[str, str]
    type_weights: Mapping[str, Fraction]
    inspections: Mapping[str, Inspections]
    records: frozenset[str] = frozenset()  # site types whose sites are areas or units, and no places

    @cached_property
    def on_place(self) -> Mapping[str, tuple[str, ...]]:
        """The criteria that hang on each place of the outline."""
        found: dict[str, list[str]] = {}
        for rule in self.rules.values():
            found.setdefault(rule.place, []).append(rule.id)
        return {place: tuple(ids) for place, ids in found.items()}

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The outline without the places that no criterion hangs on or under."""

        def used(nodes: tuple[Place, ...]) -> tuple[Place, ...]:
            pruned = [node.model_copy(update={"under": used(node.under)}) for node in nodes]
            return tuple(node for node in pruned if node.under or node.id in self.on_place)

        return used(self.tree)

    @cached_property
    def above(self) -> Mapping[str, frozenset[str]]:
        """The places of the outline that each criterion hangs on or under."""
        found: dict[str, frozenset[str]] = {}

        def walk(nodes: tuple[Place, ...], above: frozenset[str]) -> None:
            for node in nodes:
                here = above.union([node.id])
                found.update(dict.fromkeys(self.on_place.get(node.id, ()), here))
                walk(node.under, here)

        walk(self.places, frozenset())
        return found

    @cached_property
    def unit(self) -> int:
        """How finely points are divided: every weight is a whole number of 1 / ``unit`` of a point."""
        return lcm(*(rule.weight.denominator for rule in self.rules.values()))

    @cached_property
    def units(self) -> Mapping[str, int]:
        """The weight of every criterion in 1 / ``unit`` of a point."""
        return {name: int(rule.weight * self.unit) for name, rule in self.rules.items()}

    @property
    def zero(self) -> bool:
        """Whether unobserved and invalid findings count, with the score 0."""
        return self.score.unobserved == "zero"

    @cached_property
    def part_weights(self) -> Mapping[str, Fraction]:
        """The weight of every part of the total, in their order."""
        return {share.part: Fraction(share.weight) for share in self.score.total}

    @cached_property
    def part_marks(self) -> Mapping[str, Fraction]:
        """The marks that parts must reach for a level above the lowest."""
        return {share.part: Fraction(share.at_least) for share in self.score.total if share.at_least is not None}

    @cached_property
    def _declared(self) -> Mapping[str, Way]:
        return {share.part: share.combine for share in self.score.total}

    def way(self, part: str, dimension: str) -> Way:
        """How the figure of one part is made along a dimension (total, area, unit, site_type, place)."""
        told: Way | None = getattr(self.score.roll_up, dimension, None)
        return told if told is not None else self._declared[part]

    def by_site(self, dimension: str) -> bool:
        """Whether any part's figure along a dimension is made from scores of sites."""
        return any(self.way(share.part, dimension) == "mean_of_sites" for share in self.score.total)

    @cached_property
    def additive(self) -> bool:
        """Whether the total is a plain weighted mean, so that mending several gaps brings back what they lost."""
        caps = any(rule.site_cap is not None or rule.total_cap is not None for rule in self.rules.values())
        lines = any(rule.adjusts is not None or rule.over_sites == "lowest" for rule in self.rules.values())
        tree = any(share.combine == "tree" for share in self.score.total) or self.score.site == "tree"
        return not (caps or lines or self.zero or (tree and _uneven(self.places)))


def _uneven(places: tuple[Place, ...]) -> bool:
    """Whether a place of the outline takes anything but the mean of what is under it."""
    return any(place.combine != "mean" or _uneven(place.under) for place in places)


def method_of(plan: Plan) -> Method:
    """The method of a catalogue as it stands on the day of the plan."""
    catalogue = plan.catalogue
    ranges: dict[str, dict[str, Range]] = {}
    for two_methods in (False, True):  # what takes the lower of two goes by what its members can give
        for name, criteria in plan.rules_of.items():
            for each in criteria.values():
                if (each.kind == "both") == two_methods:
                    members = {member: _widest(known) for member, known in ranges.items()} if two_methods else None
                    own = score_range(each, catalogue.site_types[name].fields, members)
                    ranges.setdefault(each.id, {})[name] = own
    scored = [each for each in plan.criteria.values() if each.kind != "show"]
    rules = {each.id: _rule(each, each.id not in plan.members, ranges.get(each.id, {})) for each in scored}
    return Method(
        score=catalogue.score,
        part_titles=catalogue.head.parts,
        rules=rules,
        tree=catalogue.tree,
        part_of={name: kind.part for name, kind in catalogue.site_types.items()},
        type_titles={name: kind.title for name, kind in catalogue.site_types.items()},
        inspections={name: catalogue.inspections(name) for name in catalogue.site_types},
        type_weights={name: Fraction(kind.weight) for name, kind in catalogue.site_types.items()},
        records=frozenset(name for name, kind in catalogue.site_types.items() if kind.each),
    )


def _rule(criterion: Criterion, counts: bool, ranges: Mapping[str, Range]) -> Rule:
    veto = criterion.veto
    return Rule(
        id=criterion.id,
        title=criterion.title,
        kind=criterion.kind,
        place=criterion.place,
        points=Fraction(criterion.points),
        counts=counts,
        loses=loses(criterion),
        over_sites=criterion.over_sites,
        site_cap=Fraction(veto.site) if veto is not None and veto.site is not None else None,
        total_cap=Fraction(veto.total) if veto is not None and veto.total is not None else None,
        adjusts=Fraction(criterion.adjust_total) if criterion.adjust_total is not None else None,
        ranges=ranges,
    )


def loses(criterion: Criterion) -> bool:
    """Whether the findings of a criterion carry points lost instead of a score."""
    return isinstance(criterion, Deducted) or (isinstance(criterion, Judged) and criterion.judged == "deduction")


def _widest(ranges: Mapping[str, Range]) -> Range:
    return min(low for low, _ in ranges.values()), max(high for _, high in ranges.values())
