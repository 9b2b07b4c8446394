"""What must hold of every figure, whatever the method and whatever was found.

Methods and findings are drawn and added up below the words and pages, so that thousands of figures take seconds; at
the end stand whole assessments, one for every way x unobserved x veto x inspections.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from random import Random
from typing import Final, Literal, get_args

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from duibiao.criteria.models import (
    Catalogue,
    Inspections,
    PartShare,
    Place,
    RollUp,
    Score,
    ScoreLevel,
    Veto,
    Way,
)
from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.assessment import OPEN, Assessment, Bounds, Coverage, Gains, Gap, Scorecard, Tally
from duibiao.evaluator.columns import E9
from duibiao.evaluator.comparison import compare
from duibiao.evaluator.figures import Figures, TotalFigure, counted
from duibiao.evaluator.gains import GainsOf
from duibiao.evaluator.judgement import Judgement, judge_round
from duibiao.evaluator.losses import Losses, losses_of
from duibiao.evaluator.method import Method, Rule, method_of
from duibiao.evaluator.rollup import Member, total_card
from duibiao.evaluator.site_figure import site_bounds, site_coverage, site_score
from duibiao.evaluator.submission import Submission
from duibiao.evaluator.sums import NOTHING, Group, add_up
from tests.city import DAY, EAST, WEST, make_catalogue, make_submission

pytestmark = pytest.mark.untraced

WAYS: Final[tuple[Way, ...]] = get_args(Way)
UNOBSERVED: Final = ("leave_out", "zero")
VETOES: Final = ("none", "site", "total")
INSPECTIONS: Final[tuple[Inspections, ...]] = get_args(Inspections)
COMBINATIONS: Final = list(itertools.product(WAYS, UNOBSERVED, VETOES))
EVERY_COMBINATION = pytest.mark.parametrize(("way", "unobserved", "veto"), COMBINATIONS)
HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
TYPES: Final = {"market": "on_site", "road": "on_site", "records": "documents"}  # site type -> part of the total
HOLDS_ON: Final = {
    "one": ("market",),
    "two": ("market", "road"),
    "three": ("road",),
    "four": ("records",),
    "five": ("market", "records"),  # stands in both parts
}
PLACE_OF: Final = {"one": "Ⅱ-1", "two": "Ⅱ-2", "three": "Ⅱ-2", "four": "Ⅰ-2", "five": "Ⅰ-2"}
ABOVE: Final = {"Ⅱ-1": ("Ⅱ-1", "Ⅰ-1"), "Ⅱ-2": ("Ⅱ-2", "Ⅰ-1"), "Ⅰ-2": ("Ⅰ-2",)}
UNITS_OF: Final = {"one": ["a"], "two": ["a", "b"], "three": ["b"], "four": [""], "five": ["b"]}
AREAS: Final = ("东区", "西区", None)
COLUMNS: Final = {
    **dict.fromkeys(("site", "visit", "site_type", "part", "area", "criterion", "status"), pl.String()),
    "value": pl.Int64(),
    "groups": pl.List(pl.String()),
}

# What a finding can be: status, and the score where it has one. The last two are what a mean may round to.
FINDINGS: Final[tuple[tuple[str, Fraction | None], ...]] = (
    ("met", Fraction(1)),
    ("missed", Fraction(0)),
    ("partial", HALF),
    ("partial", THIRD),
    ("unobserved", None),
    ("invalid", None),
    ("met", Fraction(1)),
    ("missed", Fraction(0)),
    ("waived", Fraction(0)),
    ("waived", None),
    ("not_applicable", None),
    ("partial", Fraction(0)),
    ("partial", Fraction(1)),
)


# ------------------------------------------------------------------ what is drawn


def rule_of(draw: st.DrawFn, name: str, veto: str) -> Rule:
    """A rule with its weight, caps, lines after the total and what it can give at each site type."""
    caps = st.sampled_from([None, Fraction(59), Fraction(30), Fraction(0)])
    cap = draw(caps) if veto != "none" else None
    adjusts = draw(st.sampled_from([None, None, None, Fraction(-3), Fraction(5), Fraction(-60), Fraction(60)]))
    weightless = [Fraction(0)] if cap is not None or adjusts is not None else []
    points = draw(st.sampled_from([Fraction(1), Fraction(3), HALF, Fraction(2), *weightless]))
    loses = bool(points) and draw(st.booleans())
    ranges = st.sampled_from([(Fraction(0), Fraction(1)), (THIRD, Fraction(1)), (Fraction(0), Fraction(4, 5))])
    return Rule(
        id=name,
        title=name,
        kind="deduct" if loses else "banded",
        place=PLACE_OF[name],
        points=points,
        counts=adjusts is not None or draw(st.integers(0, 5)) > 0,
        loses=loses,
        over_sites=draw(st.sampled_from(["mean", "lowest"])),
        site_cap=cap if veto == "site" else None,
        total_cap=cap if veto == "total" else None,
        adjusts=adjusts,
        ranges={kind: (Fraction(0), Fraction(1)) if loses else draw(ranges) for kind in HOLDS_ON[name]},
    )


def tree_of(draw: st.DrawFn) -> tuple[Place, ...]:
    """An outline of two levels, with weights or without."""
    how: st.SearchStrategy[Literal["mean", "geometric", "lowest"]] = st.sampled_from(["mean", "geometric", "lowest"])
    weights = draw(st.sampled_from([(None, None, None, None), (Decimal(60), Decimal(45), Decimal(15), Decimal(40))]))
    upper, first, second, last = weights
    under = (
        Place(id="Ⅱ-1", title="一一", weight=first, combine=draw(how)),
        Place(id="Ⅱ-2", title="一二", weight=second, combine=draw(how)),
    )
    return (
        Place(id="Ⅰ-1", title="一", weight=upper, combine=draw(how), under=under),
        Place(id="Ⅰ-2", title="二", weight=last, combine=draw(how)),
    )


def score_of(draw: st.DrawFn, way: Way, unobserved: str) -> Score:
    """The score section; the first part and, where the draw says so, some dimensions go by ``way``."""
    dimension = st.sampled_from([None, None, way, "mean_of_sites"])
    return Score(
        levels=(ScoreLevel(name="优", at_least=Decimal(75)), ScoreLevel(name="良", at_least=Decimal(40)),
                ScoreLevel(name="差")),
        unobserved=unobserved,  # type: ignore[arg-type]
        site=draw(st.sampled_from(["pooled", "tree"])),
        total=(
            PartShare(part="on_site", weight=Decimal(60), combine=way),
            PartShare(part="documents", weight=Decimal(40), combine=draw(st.sampled_from(WAYS)), at_least=Decimal(50)),
        ),
        empty_part=draw(st.sampled_from(["leave_out", "leave_out", "no_total"])),
        roll_up=RollUp(area=draw(dimension), unit=draw(dimension), place=draw(dimension)),
    )  # fmt: skip


@st.composite
def cities(draw: st.DrawFn, way: Way, unobserved: str, veto: str) -> City:
    """A method and two to five sites, each with the findings of its criteria; some with several visits."""
    method = Method(
        score=score_of(draw, way, unobserved),
        part_titles={"on_site": "实地", "documents": "材料"},
        rules={name: rule_of(draw, name, veto) for name in HOLDS_ON},
        tree=tree_of(draw),
        part_of=TYPES,
        type_titles={name: name for name in TYPES},
        type_weights={"market": Fraction(1), "road": Fraction(5, 2), "records": Fraction(1)},
        inspections=dict.fromkeys(TYPES, "latest"),
    )
    sites = draw(st.lists(st.tuples(st.sampled_from(list(TYPES)), st.integers(1, 2), st.sampled_from(AREAS)),
                          min_size=2, max_size=5))  # fmt: skip
    rows: list[dict[str, object]] = []
    for number, (kind, visits, area) in enumerate(sites):
        for visit, name in itertools.product(range(visits), HOLDS_ON):
            if kind in HOLDS_ON[name]:
                status, score = draw(st.sampled_from(FINDINGS))
                rows.append(row(method, f"S{number}", f"S{number}@{visit}", kind, area, name, status, score))
    return City(method, pl.DataFrame(rows, schema=COLUMNS))


def row(
    method: Method, site: str, visit: str, kind: str, area: str | None, name: str, status: str, score: Fraction | None
) -> dict[str, object]:
    """One finding, with every group that it counts in."""
    groups = ["total:", f"site:{site}", f"visit:{visit}", f"site_type:{kind}", f"area:{area or ''}"]
    groups += [f"place:{place}" for place in ABOVE[PLACE_OF[name]]] + [f"unit:{unit}" for unit in UNITS_OF[name]]
    value = method.rules[name].value(score) if score is not None else None
    return {"site": site, "visit": visit, "site_type": kind, "part": TYPES[kind], "area": area, "criterion": name,
            "status": status, "value": value, "groups": groups}  # fmt: skip


# ------------------------------------------------------------------ what is looked at

Where = tuple[str, str, str]  # dimension, member, part ('' for all parts together)


@dataclass(frozen=True)
class City:
    """Findings and the method that they are added up by."""

    method: Method
    findings: pl.DataFrame

    @cached_property
    def groups(self) -> dict[str, dict[str, Group]]:
        """The findings added up: dimension -> member -> group."""
        found: dict[str, dict[str, Group]] = {}
        rows = self.findings.explode("groups")
        for name, group in add_up(self.method, rows, "groups", by_site=True).items():
            dimension, _, member = name.partition(":")
            found.setdefault(dimension, {})[member] = group
        return found

    @cached_property
    def total(self) -> TotalFigure:
        """The city's figure."""
        return TotalFigure(self.method, self.groups.get("total", {}).get("", NOTHING))

    def _figures(self) -> Iterator[tuple[str, str, Figures]]:
        for dimension, groups in self.groups.items():
            if dimension not in {"total", "site", "visit"}:
                for member, group in groups.items():
                    yield dimension, member, Figures(self.method, dimension, group)

    @cached_property
    def scores(self) -> dict[Where, Fraction | None]:
        """Every figure there is."""
        found: dict[Where, Fraction | None] = {("total", "", ""): self.total.total()}
        found |= {("total", "", part): self.total.part(part) for part in ("on_site", "documents")}
        for dimension, member, figures in self._figures():
            found[dimension, member, ""] = figures.combined()
            found |= {(dimension, member, part): figures.part(part) for part in ("on_site", "documents")}
        for dimension in ("site", "visit"):
            for member, group in self.groups[dimension].items():
                found[dimension, member, ""] = site_score(self.method, group.sums, "now")
        return found

    @cached_property
    def bounds(self) -> dict[Where, Bounds | None]:
        """The bounds of every figure."""
        found: dict[Where, Bounds | None] = {("total", "", ""): self.total.whole_bounds()}
        found |= {("total", "", part.part): part.bounds for part in self.total.parts()}
        for dimension, member, figures in self._figures():
            found[dimension, member, ""] = figures.bounds()
            found |= {(dimension, member, part): figures.bounds(part) for part in ("on_site", "documents")}
        for dimension in ("site", "visit"):
            for member, group in self.groups[dimension].items():
                found[dimension, member, ""] = site_bounds(
                    self.method, group.sums, site_score(self.method, group.sums, "now")
                )
        return found

    @cached_property
    def coverage(self) -> dict[Where, Coverage | None]:
        """The coverage of every figure."""
        found: dict[Where, Coverage | None] = {("total", "", ""): self.total.coverage()}
        for dimension, member, figures in self._figures():
            found[dimension, member, ""] = figures.coverage()
        for member, group in self.groups["site"].items():
            found["site", member, ""] = site_coverage(self.method, group.sums)
        return found

    @cached_property
    def card(self) -> Scorecard:
        """The city's scorecard."""
        return total_card(self.total, Member("城市"), Losses(self.method, {}, {}))[0]

    def gains(self) -> GainsOf:
        """Answers what mending brings."""
        groups = {name: self.groups.get(name, {}) for name in ("area", "unit", "site")}
        return GainsOf(self.method, self.total, groups["area"], groups["unit"], groups["site"])

    def found(self, statuses: tuple[str, ...]) -> list[int]:
        """The rows of findings with one of these statuses."""
        return [index for index, each in enumerate(self.findings["status"]) if each in statuses]

    def at(self, index: int) -> dict[str, object]:
        """One finding."""
        return self.findings.row(index, named=True)

    def having(self, told: Mapping[int, tuple[str, int | None]]) -> City:
        """The same city with other statuses and values at some rows."""
        status, value = self.findings["status"].to_list(), self.findings["value"].to_list()
        for index, (new, number) in told.items():
            status[index], value[index] = new, number
        columns = {"status": pl.Series(status, dtype=pl.String), "value": pl.Series(value, dtype=pl.Int64)}
        return City(self.method, self.findings.with_columns(**columns))

    def mended(self, index: int) -> City:
        """The same city with one finding met."""
        rule = self.method.rules[str(self.at(index)["criterion"])]
        return self.having({index: ("met", 0 if rule.loses else E9)})

    def settled(self, choose: Callable[[int, tuple[Fraction, Fraction]], Fraction], site: str | None = None) -> City:
        """The same city with its open findings (or those of one site) counted, at the score that ``choose`` says."""
        told: dict[int, tuple[str, int | None]] = {}
        for index in self.found(OPEN):
            each = self.at(index)
            if site in {None, each["site"]}:
                rule = self.method.rules[str(each["criterion"])]
                score = choose(index, rule.ranges[str(each["site_type"])])
                status = "met" if score == 1 else "missed" if score == 0 else "partial"
                told[index] = (status, rule.value(score))
        return self.having(told)


def worst(_index: int, ends: tuple[Fraction, Fraction]) -> Fraction:
    """The lowest that a rule can give."""
    return ends[0]


def best(_index: int, ends: tuple[Fraction, Fraction]) -> Fraction:
    """The highest that a rule can give."""
    return ends[1]


def with_empty_parts_at(city: City, score: int) -> dict[Where, Fraction | None]:
    """The figures of a city without open findings; in the total a part without data has ``score``."""
    found = dict(city.scores)
    parts = {share.part: city.scores["total", "", share.part] for share in city.method.score.total}
    if None in parts.values():
        found |= {("total", "", part): Fraction(score) for part, figure in parts.items() if figure is None}
        made = city.total.made()
        combined = sum((Fraction(share.weight) * found["total", "", share.part] / 100  # type: ignore[operator]
                        for share in city.method.score.total), Fraction(0))  # fmt: skip
        whole = combined if made.cap is None else min(combined, made.cap)
        whole = max(Fraction(0), min(Fraction(100), whole + sum(line.amount for line in made.adjustments)))
        found["total", "", ""] = whole if made.cap is None else min(whole, made.cap)
    return found


def drawn(examples: int) -> settings:
    """So many cities for each combination."""
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
        phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    )


# ------------------------------------------------------------------ by the book


@EVERY_COMBINATION
@drawn(4)
@given(data=st.data())
def test_figures_are_what_the_design_says(way: Way, unobserved: str, veto: str, data: st.DataObject) -> None:
    """Every figure once more from its rows, by the formulas of design 4.5 as they stand there."""
    city = data.draw(cities(way, unobserved, veto))
    upper = city.method.tree[0]
    roots = "geometric" in {each.combine for each in (*city.method.tree, *upper.under)}  # worked out in floats here
    for (dimension, member, part), figure in city.scores.items():
        rows = [each for each in counting(city) if f"{dimension}:{member}" in each.groups]
        if dimension in {"site", "visit"}:
            said = at_site(city.method, rows)
        elif part:
            own = [each for each in rows if each.part == part]
            said = of_part(city.method, own, city.method.way(part, dimension))
        else:
            continue
        assert (figure is None) == (said is None), (dimension, member, part)
        if figure is not None and said is not None:
            assert abs(figure - 100 * said) <= (Fraction(1, 10**5) if roots else 0), (dimension, member, part)


@dataclass(frozen=True)
class Counted:
    """A finding that counts: its score 0..1, and the weight of its criterion."""

    site: str
    kind: str
    part: str
    criterion: str
    groups: list[str]
    s: Fraction
    p: Fraction
    missed: bool


def counting(city: City) -> list[Counted]:
    """The findings that count; under zero the open ones too, with nothing earned."""
    found = []
    for index in city.found(("met", "partial", "missed", *(OPEN if city.method.zero else ()))):
        each, rule = city.at(index), city.method.rules[str(city.at(index)["criterion"])]
        value = each["value"]
        if not isinstance(value, int):
            score = Fraction(0)
        elif rule.loses:
            score = 1 - Fraction(value, E9) / rule.points
        else:
            score = Fraction(value, E9)
        missed = each["status"] == "missed" or value is None
        p = rule.points if rule.counts and rule.adjusts is None else Fraction(0)
        site, kind, part = (str(each[key]) for key in ("site", "site_type", "part"))
        found.append(Counted(site, kind, part, rule.id, list(each["groups"]), score, p, missed))  # type: ignore[call-overload]
    return found


def mean(weighed: list[tuple[Fraction, Fraction]]) -> Fraction | None:
    """The mean of figures by weight."""
    whole = sum((weight for weight, _ in weighed), Fraction(0))
    return sum((weight * figure for weight, figure in weighed), Fraction(0)) / whole if whole else None


def by_criterion(method: Method, rows: list[Counted], *, lowest: bool) -> dict[str, tuple[Fraction, int, Fraction]]:
    """Criterion -> its points, how many findings, and their mean (or the lowest, where that decides)."""
    found = {}
    for name in dict.fromkeys(each.criterion for each in rows if each.p):
        own = [each.s for each in rows if each.criterion == name]
        strict = lowest and method.rules[name].over_sites == "lowest"
        found[name] = (method.rules[name].points, len(own), min(own) if strict else sum(own, Fraction(0)) / len(own))
    return found


def along(place: Place, criteria: Mapping[str, tuple[Fraction, int, Fraction]]) -> Fraction | None:
    """The figure of a place: of the criteria on it and the places under it."""
    branches = [(name, p, m) for name, (p, _, m) in criteria.items() if PLACE_OF[name] == place.id]
    for under in place.under:
        figure = along(under, criteria)
        if figure is not None:
            branches.append((under.id, Fraction(under.weight or 1), figure))
    if len(branches) < 2 or place.combine == "mean":
        return mean([(weight, figure) for _, weight, figure in branches])
    if place.combine == "lowest":
        return min(figure for _, _, figure in branches)
    if min(figure for _, _, figure in branches) == 0:
        return Fraction(0)
    whole = sum(weight for _, weight, _ in branches)
    product = math.prod(float(figure) ** float(weight / whole) for _, weight, figure in branches)
    return Fraction(round(product * E9), E9)


def in_one(method: Method, rows: list[Counted], way: str, *, lowest: bool = True) -> Fraction | None:
    """Pooled, by criteria, or along the outline."""
    criteria = by_criterion(method, rows, lowest=lowest)
    if way == "pooled":
        return mean([(p * n, m) for p, n, m in criteria.values()])
    if way == "mean_of_criteria":
        return mean([(p, m) for p, _, m in criteria.values()])
    return along(Place(id="-", title="-", under=method.tree), criteria)


def at_site(method: Method, rows: list[Counted]) -> Fraction | None:
    """A site's own figure: nothing of other sites decides it, and its vetoes cap it."""
    share = in_one(method, rows, method.score.site, lowest=False)
    caps = [cap / 100 for each in rows if each.missed and (cap := method.rules[each.criterion].site_cap) is not None]
    return min([share, *caps]) if share is not None else None


def of_part(method: Method, rows: list[Counted], way: str) -> Fraction | None:
    """A part by its way."""
    if way != "mean_of_sites":
        return in_one(method, rows, way)
    kinds: list[tuple[Fraction, Fraction]] = []
    for kind in TYPES:
        sites = dict.fromkeys(each.site for each in rows if each.kind == kind)
        scores = [at_site(method, [each for each in rows if each.site == site]) for site in sites]
        figure = mean([(Fraction(1), score) for score in scores if score is not None])
        if figure is not None:
            kinds.append((method.type_weights[kind], figure))
    return mean(kinds)


# ------------------------------------------------------------------ bounds


@EVERY_COMBINATION
@drawn(5)
@given(data=st.data())
def test_bounds_hold_whatever_comes_out(way: Way, unobserved: str, veto: str, data: st.DataObject) -> None:
    """They hold the score; they are the score with everything open at its worst and best; nothing passes them."""
    city = data.draw(cities(way, unobserved, veto))
    assert city.bounds.keys() == city.scores.keys()
    low, high = with_empty_parts_at(city.settled(worst), 0), with_empty_parts_at(city.settled(best), 100)
    choices = {index: data.draw(st.integers(0, 2)) for index in city.found(OPEN)}
    other = city.settled(lambda index, ends: (ends[0], (ends[0] + ends[1]) / 2, ends[1])[choices[index]])
    for where, bounds in city.bounds.items():
        now, worse, better = city.scores[where], low[where], high[where]
        if bounds is None:
            assert now is None
            assert worse is None
            continue
        assert worse is not None
        assert better is not None
        assert 0 <= bounds.low <= bounds.high <= 100
        assert bounds.low == min(each for each in (worse, now) if each is not None), where
        assert bounds.high == max(each for each in (better, now) if each is not None), where
        then = other.scores[where]
        assert then is None or bounds.low <= then <= bounds.high, where


@drawn(30)
@given(data=st.data(), way=st.sampled_from(WAYS), unobserved=st.sampled_from(UNOBSERVED), veto=st.sampled_from(VETOES))
def test_a_visit_closes_the_bounds_by_its_value(way: Way, unobserved: str, veto: str, data: st.DataObject) -> None:
    city = data.draw(cities(way, unobserved, veto))
    gains = city.gains()

    def width(of: City) -> Fraction:
        bounds = of.total.whole_bounds()
        return bounds.high - bounds.low

    for site in city.groups["site"]:
        ends = [width(city.settled(end, site)) for end in (worst, best)]
        opened = any(city.at(index)["site"] == site for index in city.found(OPEN))
        assert gains.visit(site) == (width(city) - max(ends) if opened else None)


# ------------------------------------------------------------------ gaps


@EVERY_COMBINATION
@drawn(4)
@given(data=st.data())
def test_mending_never_lowers_a_figure_and_brings_its_gain(
    way: Way, unobserved: str, veto: str, data: st.DataObject
) -> None:
    """At every scope the gain is the difference of two runs; no figure falls, none passes 100, no level is lost."""
    city = data.draw(cities(way, unobserved, veto))
    gaps = city.found(("partial", "missed"))
    if not gaps:
        return
    gains = city.gains()
    order = [level.name for level in city.method.score.levels]
    for index in {gaps[0], data.draw(st.sampled_from(gaps))}:
        then = city.mended(index)
        for where, now in city.scores.items():
            after = then.scores[where]
            assert (now is None) == (after is None)
            assert now is None or (after is not None and now <= after <= 100), where
        if city.card.level is not None and then.card.level is not None:
            assert order.index(then.card.level) <= order.index(city.card.level)
        assert then.card.earned <= then.card.possible
        assert then.card.possible == city.card.possible
        assert asked(gains, city.at(index)) == expected(city, then, city.at(index))


def asked(gains: GainsOf, gap: Mapping[str, object]) -> Gains:
    """What the program says that mending a gap brings."""
    units = tuple(UNITS_OF[str(gap["criterion"])])
    area = gap["area"] if isinstance(gap["area"], str) else None
    value, part, criterion = gap["value"], str(gap["part"]), str(gap["criterion"])
    assert isinstance(value, int)
    status = "missed" if gap["status"] == "missed" else "partial"
    return gains.gap(str(gap["site"]), area, units, part, criterion, status, value)  # type: ignore[arg-type]


def expected(city: City, then: City, gap: Mapping[str, object]) -> Gains:
    """The same from two runs."""

    def gain(dimension: str, member: object, part: str = "") -> Fraction | None:
        now, after = (each.scores[dimension, str(member), part] for each in (city, then))
        return after - now if now is not None and after is not None else None

    return Gains(
        site=gain("site", gap["site"]),
        area=gain("area", gap["area"]) if gap["area"] is not None else None,
        units=tuple((unit, gain("unit", unit)) for unit in UNITS_OF[str(gap["criterion"])]),
        part=gain("total", "", str(gap["part"])),
        total=gain("total", ""),
        held_by=holding(then, str(gap["site"])),
    )


def holding(city: City, site: str) -> tuple[str, ...]:
    """Whose caps hold a site or the total down: without caps they would be higher, and these are the lowest."""
    rules = {name: replace(rule, site_cap=None, total_cap=None) for name, rule in city.method.rules.items()}
    free = City(replace(city.method, rules=rules), city.findings)
    missing = ("missed", *OPEN) if city.method.zero else ("missed",)
    found: list[str] = []
    for where, here in ((("site", site, ""), {site}), (("total", "", ""), set(city.groups["site"]))):
        now, high = city.scores[where], free.scores[where]
        missed = {str(city.at(index)["criterion"]) for index in city.found(missing) if city.at(index)["site"] in here}
        told = [(city.method.rules[name].site_cap if where[0] == "site" else city.method.rules[name].total_cap, name)
                for name in missed]  # fmt: skip
        caps = sorted((cap, name) for cap, name in told if cap is not None)
        if now is not None and high is not None and high > now:
            found += [name for cap, name in caps if cap == caps[0][0]]
    return tuple(dict.fromkeys(found))


# ------------------------------------------------------------------ statuses, vetoes, order


@EVERY_COMBINATION
@drawn(4)
@given(data=st.data())
def test_statuses_add_up_order_is_nothing_and_invalid_never_pays(
    way: Way, unobserved: str, veto: str, data: st.DataObject
) -> None:
    city = data.draw(cities(way, unobserved, veto))
    rows = city.findings.height
    assert city.card.tally.total == rows
    for dimension in ("site", "visit", "site_type", "area"):
        tallies = (group.tally for group in city.groups[dimension].values())
        assert sum(tallies, Tally()) == city.card.tally
    assert sum((part.tally for part in city.total.parts()), Tally()) == city.card.tally
    assert city.coverage == {where: covered(city, where) for where in city.coverage}
    # rows in another order
    mixed = City(city.method, city.findings[data.draw(st.permutations(range(rows)))])
    assert (mixed.scores, mixed.bounds, mixed.coverage) == (city.scores, city.bounds, city.coverage)
    assert mixed.total.made() == city.total.made()
    # invalid counts exactly as unobserved
    open_ = city.found(OPEN)
    for status in OPEN:
        alike = city.having(dict.fromkeys(open_, (status, None)))
        assert (alike.scores, alike.bounds, alike.coverage) == (city.scores, city.bounds, city.coverage)
        assert (alike.card.earned, alike.card.possible, alike.card.level) == (
            city.card.earned, city.card.possible, city.card.level)  # fmt: skip
    # what does not apply or is waived might as well not be there
    counting = [index for index in range(rows) if index not in city.found(("not_applicable", "waived"))]
    without = City(city.method, city.findings[counting])
    if counting:
        assert {where: score for where, score in city.scores.items() if score is not None} == {
            where: score for where, score in without.scores.items() if score is not None
        }


def covered(city: City, where: Where) -> Coverage | None:
    """Coverage from the rows: of a site finding by finding, of all else criterion by criterion."""
    rows = [city.at(index) for index in range(city.findings.height)]
    own = [each for each in rows if f"{where[0]}:{where[1]}" in each["groups"]]  # type: ignore[operator]
    could = [each for each in own if each["status"] not in {"not_applicable", "waived"}]
    did = [each for each in could if each["status"] not in OPEN]
    if where[0] == "site":
        names = [[str(each["criterion"]) for each in found] for found in (did, could)]
    else:
        names = [
            [name for _, name in {(each["part"], str(each["criterion"])) for each in found}] for found in (did, could)
        ]
    observed, of = (sum((city.method.rules[name].weight for name in each), Fraction(0)) for each in names)
    return Coverage(observed, of) if of else None


@drawn(30)
@given(data=st.data(), way=st.sampled_from(WAYS), unobserved=st.sampled_from(UNOBSERVED))
def test_nothing_under_a_veto_passes_its_cap(way: Way, unobserved: str, data: st.DataObject) -> None:
    for veto in ("site", "total"):
        city = data.draw(cities(way, unobserved, veto))
        missing = ("missed", *OPEN) if unobserved == "zero" else ("missed",)
        missed = [city.at(index) for index in city.found(missing)]
        rules = city.method.rules
        total = city.scores["total", "", ""]
        for each in missed:
            rule, site = rules[str(each["criterion"])], city.scores["site", str(each["site"]), ""]
            assert rule.total_cap is None or total is None or total <= rule.total_cap
            assert rule.site_cap is None or site is None or site <= rule.site_cap
        caps = [cap for each in missed if (cap := rules[str(each["criterion"])].total_cap) is not None]
        assert city.total.made().cap == min(caps, default=None)
        assert (city.card.cap is None) or (total is not None and total <= city.card.cap)


# ------------------------------------------------------------------ losses


@drawn(30)
@given(data=st.data(), way=st.sampled_from(WAYS), unobserved=st.sampled_from(UNOBSERVED), veto=st.sampled_from(VETOES))
def test_losses_add_up_to_what_the_parts_lack(way: Way, unobserved: str, veto: str, data: st.DataObject) -> None:
    """But for parts where nothing but a cap costs something."""
    city = data.draw(cities(way, unobserved, veto))
    losses = losses_of(city.total)
    scored = [part for part in city.total.parts() if part.score is not None]
    whole = sum((part.weight for part in scored), Fraction(0))
    for part in scored:
        own = [losses.of_criterion(city.total.group, key) for key in city.total.group.sums if key[0] == part.part]
        assert part.score is not None
        assert all(each >= 0 for each in own)
        if any(own):
            assert sum(own) == part.weight * (100 - part.score) / whole
    of_sites = ((group, counted(city.method, group.sums, "now")) for group in city.groups["site"].values())
    sites = sum((losses.of(group, counts) for group, counts in of_sites), Fraction(0))
    assert sites == losses.of(city.total.group, city.total.counted())


# ------------------------------------------------------------------ whole assessments

FORMS: Final = {
    "spot": """
site_type: spot
title: 点
lead_unit: bureau
fields: {a: {label: 甲, kind: number, at_most: 2}, b: {label: 乙, kind: number}, c: {label: 丙, kind: number, at_most: b}}
criteria:
  - {id: line, title: 线, place: Ⅲ-1, points: 2, rate: a, full_at: 1, zero_at: 0}
  - {id: lost, title: 扣, place: Ⅲ-2, points: 3, deduct: {each: b, points: 1}}
  - {id: sure, title: 定, place: Ⅲ-2, points: 1, applies: b >= 1, pass: c >= 1, over_sites: lowest, supporting_units: [office]}
""",
    "figures": """
site_type: figures
title: 指标
part: statistics
each: district
fields: {d: {label: 丁, kind: number}}
criteria:
  - {id: share, title: 率, place: Ⅲ-2, points: 3, rate: d, full_at: 1, zero_at: 0}
  - {id: black, title: 黑, place: Ⅲ-1, points: 1, pass: d >= 0.1, adjust_total: -4}
""",
}


def with_method(catalogue: Catalogue, way: Way, unobserved: str, veto: str, inspections: Inspections) -> Catalogue:
    """The catalogue with another score section, and with a veto on two of its criteria."""
    shares = tuple(share.model_copy(update={"combine": way}) for share in catalogue.score.total)
    score = catalogue.score.model_copy(
        update={"total": shares, "unobserved": unobserved, "several_inspections": inspections}
    )
    cap = {"none": None, "site": Veto(site=Decimal(59)), "total": Veto(total=Decimal(59))}[veto]
    vetoed = tuple(
        dated.model_copy(
            update={
                "versions": tuple(
                    version.model_copy(update={"criterion": version.criterion.model_copy(update={"veto": cap})})
                    for version in dated.versions
                )
            }
        )
        if dated.id in {"line", "sure"}
        else dated
        for dated in catalogue.criteria
    )
    head = catalogue.head.model_copy(update={"score": score})
    return catalogue.model_copy(update={"head": head, "criteria": vetoed})


def city_of(catalogue: Catalogue, random: Random) -> Submission:
    """Three spots with up to three visits each and a district with figures; blanks and contradictions in between."""
    rows: list[dict[str, object]] = []
    sites: list[dict[str, object]] = []
    for number in range(3):
        sites.append({"site": f"S{number}", "name": f"点{number}", "site_type": "spot",
                      "area": random.choice([EAST, WEST, None])})  # fmt: skip
        for day in range(random.choice([2, 3] if number == 0 else [1, 2, 3])):
            rows.append({"site": f"S{number}", "at": DAY - timedelta(days=day),
                         "a": random.choice([None, 0.0, 0.0, 0.4, 0.6, 1.0, 3.0]),
                         "b": random.choice([0.0, 1.0, 2.0, 4.0]),
                         "c": random.choice([None, 0.0, 1.0, 1.0, 9.0])})  # fmt: skip
    sites.append({"site": "F1", "name": "东区", "site_type": "figures", "area": EAST})
    figures: list[dict[str, object]] = [{"site": "F1", "d": random.choice([0.0, 0.3, 1.0])}]
    waivers = [{"site": "S1", "criterion": "line", "reason": "改造", "approver": "某主任", "until": None}]
    return make_submission(catalogue, {"spot": rows, "figures": figures}, sites=sites, waivers=waivers)


def shuffled(submission: Submission, random: Random) -> Submission:
    """The same rows in another order."""

    def mix(frame: pl.DataFrame) -> pl.DataFrame:
        return frame[random.sample(range(frame.height), frame.height)]

    visits = {name: mix(frame) for name, frame in submission.visits.items()}
    return replace(submission, visits=visits, sites=mix(submission.sites))


def figures_of(assessment: Assessment) -> dict[Where, Fraction | None]:
    """Every score of an assessment."""
    cards = [*assessment.areas, *assessment.units, *assessment.site_types, *assessment.places]
    cards += [site.card for site in assessment.sites if site.card is not None]
    cards += [card for site in assessment.sites for card in site.visit_cards]
    found: dict[Where, Fraction | None] = {("total", "", ""): assessment.total.score}
    for card in [assessment.total, *cards]:
        found[card.dimension, card.id, ""] = card.score
        found |= {(card.dimension, card.id, part.part): part.score for part in card.parts}
    return found


def brought(before: Mapping[Where, Fraction | None], after: Mapping[Where, Fraction | None], gap: Gap, area: str | None,
              part: str, units: tuple[str, ...]) -> Gains:  # fmt: skip
    """What mending a gap brought, from two runs."""

    def gain(*where: str) -> Fraction | None:
        now, then = before[where], after[where]  # type: ignore[index]
        return then - now if now is not None and then is not None else None

    return Gains(
        site=gain("site", gap.site, ""),
        area=gain("area", area, "") if area is not None else None,
        units=tuple((unit, gain("unit", unit, "")) for unit in units),
        part=gain("total", "", part),
        total=gain("total", "", ""),
        held_by=(),
    )


def added_up(judgement: Judgement, way: Way, unobserved: str, veto: str) -> Judgement:
    """The same findings under another method."""
    asked = judgement.catalogue
    catalogue = with_method(asked, way, unobserved, veto, asked.score.several_inspections)
    plan = replace(judgement.plan, catalogue=catalogue,
                   criteria={version.criterion.id: version.criterion for version in catalogue.versions(DAY.date())})  # fmt: skip
    return replace(judgement, catalogue=catalogue, plan=plan, method=method_of(plan))


@pytest.fixture(scope="module")
def judgement_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Inspections, int], Judgement]:
    """Drawn cities by inspections and number, judged once."""
    catalogue = make_catalogue(tmp_path_factory.mktemp("catalogue"), FORMS)

    @cache
    def judged(inspections: Inspections, number: int) -> Judgement:
        asking = with_method(catalogue, "pooled", "leave_out", "none", inspections)
        return judge_round(asking, city_of(asking, Random(number)))

    return judged


@pytest.mark.parametrize("inspections", INSPECTIONS)
@EVERY_COMBINATION
def test_whole_assessments(
    judgement_of: Callable[[Inspections, int], Judgement],
    way: Way, unobserved: str, veto: str, inspections: Inspections,
) -> None:  # fmt: skip
    """A city for every combination; ``check_totals`` looks at each assessment that is made."""
    random = Random(f"{way} {unobserved} {veto} {inspections}")
    judgement = added_up(judgement_of(inspections, random.randrange(4)), way, unobserved, veto)
    before = assess_judgement(judgement, "en")
    visits = judgement.submission.visits["spot"].height if inspections == "each" else 3
    assert before.total.tally.total == 3 * visits + 2
    # what is no gap cannot be closed
    others = judgement.rows.filter(~pl.col("status").is_in(["partial", "missed"])).select("visit", "criterion")
    assert judgement.with_closed([f"{visit}:{name}" for visit, name in others.iter_rows()]).rows.equals(judgement.rows)
    # a result held against itself, and against another
    same = compare(judgement, judgement)
    assert {(step.change, step.number) for step in same.steps} == {(Fraction(0), 0)}
    assert (same.old, same.new, same.regressions) == (before.total.score, before.total.score, ())
    other = added_up(judgement_of(inspections, 4), way, unobserved, veto)
    changed = compare(judgement, other)
    assert sum(step.change for step in changed.steps) == changed.new - changed.old
    assert [step.before for step in changed.steps[1:]] == [step.after for step in changed.steps[:-1]]
    assert (changed.steps[0].before, changed.steps[-1].after) == (before.total.score, other.total.total())
    # a gap mended, by the gain and by two runs
    gap = random.choice(before.gaps)
    assert gap.gains is not None
    after = assess_judgement(judgement.with_closed([gap.id]), "en")
    areas = {site.site: site.area for site in before.sites}
    types = {site.site: site.site_type for site in before.sites}
    part = judgement.method.part_of[types[gap.site]]
    units = tuple(unit for unit, _ in gap.gains.units)
    assert units == (gap.lead_units or gap.supporting_units or ("",))
    now, then = figures_of(before), figures_of(after)
    assert replace(gap.gains, held_by=()) == brought(now, then, gap, areas[gap.site], part, units)
    assert [where for where, score in now.items() if score is not None and score > (then[where] or 0)] == []


@pytest.mark.parametrize("inspections", INSPECTIONS)
def test_the_order_of_rows_is_nothing(
    judgement_of: Callable[[Inspections, int], Judgement], inspections: Inspections
) -> None:
    judgement = judgement_of(inspections, 0)
    mixed = judge_round(judgement.catalogue, shuffled(judgement.submission, Random(1)))
    assert mixed.rows.equals(judgement.rows)
    assert mixed.total.made() == judgement.total.made()
