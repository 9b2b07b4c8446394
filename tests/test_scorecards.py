"""Scorecards of made groups: what stands on them, levels, what is withheld, places, caps of sites and of the total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest

from duibiao.evaluator.assessment import Bounds, Coverage, Scorecard, Tally
from duibiao.evaluator.compile import compile_plan
from duibiao.evaluator.figures import Figures, TotalFigure
from duibiao.evaluator.losses import Losses, losses_of
from duibiao.evaluator.method import Method, method_of
from duibiao.evaluator.rollup import (
    Member,
    criterion_results,
    half_up,
    level,
    ranked,
    scorecards,
    site_cards,
    total_card,
    withheld,
)
from duibiao.evaluator.sums import NOTHING, Group
from tests.city import DAY, make_catalogue
from tests.methods import City, exact, group, method, number, rule

RULES: Final = (
    rule("clean", "1/2"),
    rule("safe", "3"),
    rule("lost", "2", loses=True),
    rule("fire", "0", site_cap="59", total_cap="70"),
    rule("food", "0", site_cap="30", total_cap="40"),
    rule("member", "4", counts=False),
    rule("bonus", "7", adjusts="5"),
    rule("archive", "5"),
)
NONE: Final = Losses(method(), {}, {})


def of_rules(**more: Any) -> Method:
    return method(*RULES, **more)


def cards(of: Method, cities: Mapping[str, City], members: Mapping[str, Member]) -> dict[str, Scorecard]:
    """The scorecards of areas by name."""
    found = scorecards(of, "area", {name: group(of, city) for name, city in cities.items()}, members, NONE)
    return {each.id: each for each in found}


def total(of: Method, city: City) -> tuple[Scorecard, bool]:
    """The city's scorecard, and whether a cap holds the total down."""
    card, made = total_card(TotalFigure(of, group(of, city)), Member("城市"), NONE)
    return card, made.held


# ------------------------------------------------------------------ what stands on a card


def test_a_scorecard_of_an_area() -> None:
    of = of_rules(weights=(60, 40))
    city: City = {"market-1": {"clean": "0.5 -", "safe": "1", "lost": "0.25", "member": "1", "bonus": "1", "fire": "0"}}
    whole = group(of, city)
    losses = losses_of(Figures(of, "total", whole))
    member = Member("东区", "district", "试验市", 1, 4, 2, 3)
    (card,) = scorecards(of, "area", {"east": whole}, {"east": member}, losses)
    figures = Figures(of, "area", whole)
    # 1/4 + 3 + 1/2 of 5.5 points; of 6 with clean open
    assert card == Scorecard(
        dimension="area",
        id="east",
        title="东区",
        kind="district",
        parent="试验市",
        score=Fraction(750, 11),
        level="良",
        rank=1,
        ranked=1,
        parts=figures.parts(),
        tally=Tally(met=3, partial=2, missed=1, unobserved=1),
        earned=Fraction("3.75"),
        possible=Fraction("5.5"),
        sites=1,
        registered=4,
        records=2,
        records_known=3,
        lost=Fraction(350, 11),
        bounds=Bounds(Fraction("62.5"), Fraction(425, 6)),
        coverage=Coverage(Fraction("5.5"), Fraction("5.5")),
    )


def test_members_keep_their_order_and_those_without_findings_have_no_figure() -> None:
    of = of_rules()
    found = cards(of, {"west": {"market-1": {"safe": "1"}}}, {"east": Member("东区"), "west": Member("西区")})
    assert [(name, each.score, each.level, each.rank) for name, each in found.items()] == [
        ("east", None, None, None),
        ("west", 100, "优", 1),
    ]
    empty = found["east"]
    assert (empty.earned, empty.possible) == exact(0, 0)
    assert (empty.tally, empty.bounds, empty.coverage) == (Tally(), None, None)
    assert (empty.sites, empty.registered, empty.kind, empty.parent) == (0, 0, "", None)


def test_points_that_count_under_zero() -> None:
    of = of_rules(unobserved="zero")
    card = cards(of, {"east": {"market-1": {"safe": "1 -", "lost": "x"}}}, {"east": Member("东区")})["east"]
    assert (card.earned, card.possible, card.score) == exact(3, 8, "37.5")


# ------------------------------------------------------------------ levels, and what is withheld

LEVELS = [("100", "优"), ("90", "优"), ("89.999999999", "良"), ("60", "良"), ("59.99", "差"), ("0", "差"), (None, None)]


@pytest.mark.parametrize(("score", "name"), LEVELS)
def test_levels(score: str | None, name: str | None) -> None:
    assert level(of_rules(), number(score)) == name


WITHHELD = [  # minimum coverage, observed of what could be -> withheld
    (None, None, False),
    (None, ("0", "1"), False),
    ("0.75", ("3", "4"), False),
    ("0.75", ("2.9", "4"), True),
    ("0.75", None, True),
    ("0", ("0", "4"), False),
    ("0", None, True),
]


@pytest.mark.parametrize(("least", "covered", "held"), WITHHELD)
def test_too_little_looked_at_withholds(least: str | None, covered: tuple[str, str] | None, held: bool) -> None:
    of = of_rules(minimum_coverage=Decimal(least) if least is not None else None)
    coverage = Coverage(Fraction(covered[0]), Fraction(covered[1])) if covered is not None else None
    assert withheld(of, coverage) is held


def test_what_is_withheld_has_its_score_and_neither_level_nor_place() -> None:
    of = of_rules(minimum_coverage=Decimal("0.5"))
    cities: dict[str, City] = {
        "east": {"market-1": {"clean": "1", "safe": "-"}},
        "west": {"market-1": {"clean": "-", "safe": "0.5"}},
    }
    found = cards(of, cities, {name: Member(name) for name in cities})
    assert {name: each.score for name, each in found.items()} == {"east": 100, "west": 50}
    told = {name: (each.withheld, each.level, each.rank, each.ranked) for name, each in found.items()}
    assert told == {"east": (True, None, None, 1), "west": (False, "差", 1, 1)}


# ------------------------------------------------------------------ places

PLACES: list[tuple[list[tuple[str | None, str]], list[tuple[int | None, int]]]] = [
    # (score, kind) -> (place, how many have one)
    ([("90", ""), ("80", ""), ("80", ""), ("70", "")], [(1, 4), (2, 4), (2, 4), (4, 4)]),
    ([("70", ""), ("90", ""), ("80", "")], [(3, 3), (1, 3), (2, 3)]),
    ([("80.004", ""), ("80.001", ""), ("79.99", "")], [(1, 3), (1, 3), (3, 3)]),  # on the rounded figure
    ([("80.005", ""), ("80.004", "")], [(1, 2), (2, 2)]),  # half up
    ([("80", ""), (None, ""), ("90", "")], [(2, 2), (None, 2), (1, 2)]),
    ([("80", "a"), ("90", "b"), ("70", "a")], [(1, 2), (1, 1), (2, 2)]),  # each kind by itself
    ([(None, "a"), ("90", "b")], [(None, 0), (1, 1)]),
    ([("0", ""), ("100", "")], [(2, 2), (1, 2)]),
]


@pytest.mark.parametrize(("told", "places"), PLACES)
def test_places_are_shared_within_a_kind(
    told: list[tuple[str | None, str]], places: list[tuple[int | None, int]]
) -> None:
    of = of_rules()
    (some,) = cards(of, {"east": {"market-1": {"safe": "1"}}}, {"east": Member("东区")}).values()
    row = [replace(some, id=f"m{at}", kind=kind, score=number(score)) for at, (score, kind) in enumerate(told)]
    assert [(each.rank, each.ranked) for each in ranked(of, row)] == places
    assert [each.id for each in ranked(of, row)] == [each.id for each in row]


def test_what_has_no_name_or_is_withheld_is_not_ranked() -> None:
    of = of_rules()
    (some,) = cards(of, {"east": {"market-1": {"safe": "1"}}}, {"east": Member("东区")}).values()
    row = [replace(some, id=""), replace(some, id="a", withheld=True), replace(some, id="b", score=Fraction(50))]
    assert [(each.rank, each.ranked) for each in ranked(of, iter(row))] == [(None, 1), (None, 1), (1, 1)]


def test_the_method_says_how_finely_figures_are_ranked() -> None:
    of = of_rules(rounding={"digits": 0})
    (some,) = cards(of, {"east": {"market-1": {"safe": "1"}}}, {"east": Member("东区")}).values()
    row = [replace(some, id=name, score=Fraction(score)) for name, score in (("a", "80.4"), ("b", "79.5"))]
    assert [each.rank for each in ranked(of, row)] == [1, 1]


ROUNDED = [("84.996", 2, 8500), ("84.994", 2, 8499), ("0.125", 2, 13), ("-0.125", 2, -13), ("-0.124", 2, -12),
           ("1/3", 4, 3333), ("2/3", 1, 7), ("2.5", 0, 3), ("0", 3, 0), ("7", 3, 7000)]  # fmt: skip


@pytest.mark.parametrize(("value", "digits", "whole"), ROUNDED)
def test_half_up_in_whole_numbers(value: str, digits: int, whole: int) -> None:
    assert half_up(Fraction(value), digits) == whole


# ------------------------------------------------------------------ criteria

HEAD: Final = """
catalogue: test
title: 试验目录
edition: "1"
area_levels: {city: 市, district: 区县}
parts: {on_site: 实地, documents: 材料}
score:
  levels: [{name: 优, at_least: 90}, {name: 差}]
  total: [{part: on_site, weight: 60, combine: pooled}, {part: documents, weight: 40, combine: pooled}]
"""
FORMS: Final = {
    "market": """
site_type: market
title: 市场
fields: {a: {label: 甲, kind: number}}
criteria:
  - {id: clean, title: 干净, place: Ⅲ-1, points: 2.5, pass: a > 1, proposed: [points]}
  - {id: none, title: 无, place: Ⅲ-2, points: 0, pass: a > 1, veto: {total: 50}}
""",
    "road": "site_type: road\ntitle: 道路\n",
    "papers": "site_type: papers\ntitle: 材料\npart: documents\n",
    "shared": """
fields: {b: {label: 乙, kind: number}}
criteria:
  - {id: both_parts, title: 两处, place: Ⅲ-2, points: 1, site_types: [papers, market, road], pass: b > 1}
  - {id: member, title: 员, place: Ⅲ-1, points: 4, site_types: [market], pass: b > 1}
  - {id: second, title: 又, place: Ⅲ-1, site_types: [market], pass: b > 2}
  - {id: lower, title: 低, place: Ⅲ-1, points: 1, site_types: [market], both: [member, second]}
  - {id: unasked, title: 未问, place: Ⅲ-1, points: 1, site_types: [market, papers], pass: b > 1}
  - {id: told, title: 看, place: Ⅲ-1, site_types: [market], show: b}
""",
}


def test_results_of_every_scored_criterion_by_part_costliest_first(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, FORMS, HEAD)
    plan = compile_plan(catalogue, DAY.date())
    of = method_of(plan)
    city: City = {
        "market-1": {"clean": "0", "both_parts": "0", "member": "0.5", "lower": "-"},
        "market-2": {"clean": "1", "both_parts": "0.75", "none": "0"},
        "papers-1": {"both_parts": "0.25"},
    }
    whole = group(of, city)
    losses = losses_of(Figures(of, "total", whole))
    found = criterion_results(of, whole, losses, catalogue, plan.criteria)
    # 60 over 7 points: clean lost 2.5, both_parts 1.25; 40 over one point, of which 3/4 are lost
    assert [(each.id, each.part, each.score, each.lost) for each in found] == [
        ("both_parts", "documents", 25, 30),
        ("clean", "on_site", 50, Fraction(150, 7)),
        ("both_parts", "on_site", Fraction("37.5"), Fraction(75, 7)),
        ("lower", "on_site", None, 0),
        ("member", "on_site", 50, 0),
        ("none", "on_site", 0, 0),
        ("second", "on_site", None, 0),
        ("unasked", "documents", None, 0),  # at both of its parts, though nobody was asked
        ("unasked", "on_site", None, 0),
    ]
    clean = found[1]
    assert (clean.title, clean.place, clean.points, clean.site_types) == ("干净", "Ⅲ-1", Fraction("2.5"), ("market",))
    assert (clean.counts, clean.tally, clean.proposed) == (True, Tally(met=1, missed=1), ("points",))
    by_part = {each.part: (each.site_types, each.tally) for each in found if each.id == "both_parts"}
    assert by_part == {
        "on_site": (("market", "road"), Tally(partial=1, missed=1)),
        "documents": (("papers",), Tally(partial=1)),
    }
    assert [each.id for each in found if not each.counts] == ["member", "second"]
    assert [each.tally for each in found if each.id in {"lower", "unasked"}] == [Tally(unobserved=1), Tally(), Tally()]


def test_under_zero_what_nobody_looked_at_is_in_the_figure_of_its_criterion(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, FORMS, HEAD + "  unobserved: zero\n")
    plan = compile_plan(catalogue, DAY.date())
    of = method_of(plan)
    whole = group(of, {"market-1": {"clean": "1 - -"}})
    found = criterion_results(of, whole, losses_of(Figures(of, "total", whole)), catalogue, plan.criteria)
    assert (found[0].id, found[0].score, found[0].lost) == ("clean", Fraction(100, 3), Fraction(200, 3))


# ------------------------------------------------------------------ sites, and the city

SITES: list[tuple[dict[str, str], str | None, str | None, tuple[str, ...], tuple[str, str] | None]] = [
    # found -> score, cap, who set it, bounds
    ({"safe": "1", "fire": "1"}, "100", None, (), ("100", "100")),
    ({"safe": "1", "fire": "0"}, "59", "59", ("fire",), ("59", "59")),
    ({"safe": "1", "fire": "0", "food": "0"}, "30", "30", ("food",), ("30", "30")),
    ({"safe": "0.5", "fire": "0"}, "50", None, (), ("50", "50")),  # it is lower by itself
    ({"safe": "1", "fire": "-"}, "100", None, (), ("59", "100")),
    ({"fire": "0"}, None, None, (), None),
]


@pytest.mark.parametrize(("seen", "score", "cap", "by", "ends"), SITES)
def test_scorecards_of_sites(
    seen: dict[str, str], score: str | None, cap: str | None, by: tuple[str, ...], ends: tuple[str, str] | None
) -> None:
    of = of_rules()
    groups = {"market-1": group(of, {"market-1": seen}), "market-2": group(of, {"market-2": {"safe": "0.25"}})}
    members = {name: Member(name, "market", "东区", 1, 1) for name in ("market-1", "market-2", "market-3")}
    one, other, blank = site_cards(of, groups, members, NONE)
    assert (one.score, one.cap, one.capped_by) == (*exact(score, cap), by)
    assert one.bounds == (Bounds(Fraction(ends[0]), Fraction(ends[1])) if ends is not None else None)
    assert (one.dimension, one.kind, one.parent, one.parts) == ("site", "market", "东区", ())
    assert (other.score, other.earned, other.possible) == exact(25, "3/4", 3)
    assert other.level == "差"
    assert (other.rank, other.ranked) == ((2, 2) if score is not None else (1, 1))
    assert (blank.score, blank.rank, blank.coverage, blank.tally) == (None, None, None, Tally())
    assert other.coverage == Coverage(Fraction(3), Fraction(3))


def test_a_site_counts_as_much_as_its_findings_cost_the_total() -> None:
    of = of_rules(way="mean_of_sites")
    city: City = {"market-1": {"safe": "0"}, "market-2": {"safe": "0.5"}}
    whole = group(of, city)
    losses = losses_of(Figures(of, "total", whole))
    groups = {name: group(of, {name: seen}) for name, seen in city.items()}
    assert [each.lost for each in site_cards(of, groups, {name: Member(name) for name in city}, losses)] == [50, 25]


TOTALS: list[tuple[dict[str, str], str | None, str | None, tuple[str, ...], str | None]] = [
    # found -> score, cap, who set it, level
    ({"safe": "1", "fire": "1"}, "100", None, (), "优"),
    ({"safe": "1", "fire": "0"}, "70", "70", ("fire",), "良"),
    ({"safe": "1", "fire": "0", "food": "0"}, "40", "40", ("food",), "差"),
    ({"safe": "0.5", "fire": "0"}, "50", None, (), "差"),  # the cap does not hold it
    ({"safe": "0.68", "fire": "0", "bonus": "1"}, "70", "70", ("fire",), "良"),  # it holds a line back
    ({"safe": "0.6", "bonus": "1"}, "65", None, (), "良"),
    ({"safe": "-"}, None, None, (), None),
]


@pytest.mark.parametrize(("seen", "score", "cap", "by", "name"), TOTALS)
def test_the_scorecard_of_the_city(
    seen: dict[str, str], score: str | None, cap: str | None, by: tuple[str, ...], name: str | None
) -> None:
    card, held = total(of_rules(), {"market-1": seen})
    assert (card.score, card.cap, card.capped_by, card.level) == (*exact(score, cap), by, name)
    assert (card.dimension, card.id, card.title, card.rank, card.ranked) == ("total", "", "城市", None, 0)
    assert held is (cap is not None)
    assert len(card.parts) == 1


def test_the_city_has_the_bounds_and_the_coverage_of_its_total() -> None:
    card, _ = total(of_rules(weights=(60, 40)), {"market-1": {"safe": "0.9", "clean": "-"}})
    # 2.7 of 3 points, 2.7 to 3.2 of 3.5; 40 % anything
    assert card.bounds == Bounds(Fraction(60 * 27, 35), Fraction(60 * 32, 35) + 40)
    assert card.coverage == Coverage(Fraction(3), Fraction("3.5"))
    assert [part.bounds for part in card.parts][1] == Bounds(Fraction(0), Fraction(100))


GATES = [  # the gate of the first part, minimum coverage -> level
    (None, None, "良"),
    (80, None, "良"),
    (81, None, "差"),
    (81, "0.9", None),  # withheld: no level to lower
]


@pytest.mark.parametrize(("gate", "least", "name"), GATES)
def test_a_failed_gate_takes_the_level(gate: int | None, least: str | None, name: str | None) -> None:
    of = of_rules(gate=gate, minimum_coverage=Decimal(least) if least is not None else None)
    card, _ = total(of, {"market-1": {"safe": "0.8", "clean": "-"}})
    assert (card.score, card.level) == (Fraction(80), name)


def test_nothing_found_gives_cards_without_figures() -> None:
    card, made = total_card(TotalFigure(of_rules(), NOTHING), Member("城市"), NONE)
    assert (card.score, card.level, made.score, made.held) == (None, None, None, False)
    assert scorecards(of_rules(), "unit", {}, {}, NONE) == ()
    assert site_cards(of_rules(), {"market-1": Group({}, {})}, {}, NONE) == ()
