"""The figures of one group: parts by their ways and by weight, bounds, coverage, the total, and what a change makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final, get_args

import pytest

from duibiao.criteria.models import RollUp, Way
from duibiao.evaluator.assessment import Adjustment, Bounds, Coverage, Made, PartScore, Status, Tally
from duibiao.evaluator.figures import Change, Figures, TotalFigure, counted, moved, of_part
from duibiao.evaluator.method import Method
from duibiao.evaluator.site_figure import SiteFigure
from duibiao.evaluator.sums import NOTHING, Count, End, Mended, Settled, Sums, View
from duibiao.evaluator.ways import WAYS as PART_WAYS
from duibiao.evaluator.ways import Pooled
from tests.methods import City, exact, found, group, instead, method, number, rule, value

WAYS: Final[tuple[Way, ...]] = get_args(Way)
VIEWS: Final[tuple[View, ...]] = get_args(View)
ENDS: Final[tuple[End, ...]] = get_args(End)
RULES: Final = (
    rule("clean", "1"),
    rule("safe", "3", place="Ⅲ-2"),
    rule("lines", "2"),
    rule("lost", "4", loses=True, place="Ⅲ-2"),
    rule("strict", "2", lowest=True),
    rule("fire", "0", site_cap="50"),
    rule("archive", "5", ends=("0.25", "0.75")),
)
WEIGHTS: Final = (60, 40)
#: The same findings in every way; papers are pooled. Nothing is open.
SEEN: Final[City] = {
    "market-1": {"clean": "0.5", "safe": "1"},
    "market-2": {"clean": "1", "safe": "0"},
    "road-1": {"lines": "0.25"},
    "papers-1": {"archive": "0.8"},
}
#: Some of everything: two visits, open findings, a criterion in both parts, a veto, a lowest, a deduction.
MIXED: Final[City] = {
    "market-1": {"clean": "0.5 -", "safe": "1 0.25", "fire": "0", "strict": "0.5"},
    "market-2": {"clean": "1", "safe": "x", "lost": "0.5", "strict": "1"},
    "road-1": {"lines": "0.25", "strict": "-", "lost": "-"},
    "road-2": {"lines": "- x"},  # a site without a score
    "papers-1": {"archive": "0.8 -", "clean": "0"},
}


def figures(city: City, way: Way = "pooled", dimension: str = "area", **more: Any) -> Figures:
    of = method(*RULES, way=way, weights=WEIGHTS, **more)
    return Figures(of, dimension, group(of, city))


def bounds(low: str | int, high: str | int) -> Bounds:
    return Bounds(Fraction(low), Fraction(high))


# ------------------------------------------------------------------ parts, and the parts together

BY_WAY: list[tuple[Way, str, str]] = [  # way of the first part, its figure, and 60 % of it with 40 % of 80
    # (1 x 1/2 + 3 x 1 + 1 x 1 + 3 x 0 + 2 x 1/4) / 10
    ("pooled", "50", "62"),
    # clean 3/4, safe 1/2, lines 1/4: (1 x 3/4 + 3 x 1/2 + 2 x 1/4) / 6
    ("mean_of_criteria", "275/6", "59.5"),
    # markets 7/8 and 1/4, mean 9/16; the road 1/4 weighs 3: (9/16 + 3/4) / 4
    ("mean_of_sites", "32.8125", "51.6875"),
    # Ⅲ-1 (1 x 3/4 + 2 x 1/4) / 3 = 5/12, Ⅲ-2 1/2; their mean 11/24
    ("tree", "1100/24", "59.5"),
]


@pytest.mark.parametrize(("way", "part", "whole"), BY_WAY)
def test_parts_by_their_ways_and_together_by_weight(way: Way, part: str, whole: str) -> None:
    of = figures(SEEN, way)
    assert (of.part("on_site"), of.part("documents"), of.combined()) == exact(part, 80, whole)
    assert of.bounds() == bounds(whole, whole)
    assert of.bounds("on_site") == bounds(part, part)


def test_a_way_named_for_a_dimension_holds_there_alone() -> None:
    named = RollUp(area="mean_of_criteria")
    assert figures(SEEN, roll_up=named).part("on_site") == Fraction(275, 6)
    assert figures(SEEN, dimension="unit", roll_up=named).part("on_site") == 50


def test_an_empty_part_is_left_out_and_nothing_gives_no_figure() -> None:
    only = figures({"papers-1": {"archive": "0.8"}})
    assert (only.part("on_site"), only.combined()) == exact(None, 80)
    assert (only.bounds("on_site"), only.bounds()) == (None, bounds(80, 80))
    for city in ({}, {"market-1": {"fire": "0", "clean": "w"}}):
        none = figures(city)
        assert (none.part("on_site"), none.combined(), none.bounds(), none.coverage()) == (None, None, None, None)


def test_sites_without_a_score_and_their_types_are_left_out() -> None:
    """The market's 1/4 alone; with the road's 3/4 of weight 3 (1/4 + 9/4) / 4."""
    city: dict[str, dict[str, str]] = {
        "market-1": {"clean": "0.25"},
        "market-2": {"clean": "w"},
        "road-1": {"lines": "-"},
    }
    assert figures(city, "mean_of_sites").part("on_site") == 25
    assert figures(city | {"road-2": {"lines": "0.75"}}, "mean_of_sites").part("on_site") == Fraction("62.5")


def test_what_counts_of_each_criterion_of_all_parts_or_of_one() -> None:
    city: City = {"market-1": {"clean": "0.5 -"}, "papers-1": {"archive": "1 0.8", "safe": "w"}}
    of = method(*RULES, weights=WEIGHTS)
    sums = group(of, city).sums
    now = counted(of, sums, "now")
    told = {key: (each.n, each.s, each.missed) for key, each in now.items()}
    assert told == {("on_site", "clean"): (1, Fraction(1, 2), 0), ("documents", "archive"): (2, Fraction(9, 5), 0)}
    assert of_part(now, "on_site") == {"clean": now["on_site", "clean"]}
    assert of_part(now, "documents") == {"archive": now["documents", "archive"]}
    zero = method(*RULES, weights=WEIGHTS, unobserved="zero")
    for each in (counted(of, sums, "low"), counted(zero, sums, "now")):
        clean = each["on_site", "clean"]
        assert (clean.n, clean.s, clean.missed) == (2, Fraction(1, 2), 1)


# ------------------------------------------------------------------ bounds and coverage

OPEN: list[tuple[Way, str, str, str]] = [  # way -> the figure of the first part, its lowest and its highest
    # now (1/2 + 2 x 1/4) / 3; with a clean and a lines more, missed or met, 1 and 4 points of 6
    ("pooled", "100/3", "100/6", "400/6"),
    # (1/2 + 2 x 1/4) / 3; (1/4 + 2 x 1/8) / 3; (3/4 + 2 x 5/8) / 3
    ("mean_of_criteria", "100/3", "100/6", "200/3"),
    # (1/2 + 3 x 1/4) / 4; (1/4 + 3 x 1/8) / 4; (3/4 + 3 x 5/8) / 4
    ("mean_of_sites", "31.25", "15.625", "65.625"),
    ("tree", "100/3", "100/6", "200/3"),  # all on one place
]


@pytest.mark.parametrize(("way", "now", "low", "high"), OPEN)
def test_bounds_put_what_is_open_at_its_ends(way: Way, now: str, low: str, high: str) -> None:
    city: City = {
        "market-1": {"clean": "0.5"},
        "market-2": {"clean": "-"},
        "road-1": {"lines": "0.25"},
        "road-2": {"lines": "x"},
    }
    of = figures(city, way)
    assert of.part("on_site") == Fraction(now)
    assert of.bounds("on_site") == of.bounds() == bounds(low, high)
    assert {view: of.part("on_site", view) for view in VIEWS} == dict(zip(VIEWS, exact(now, low, high), strict=True))


def test_bounds_hold_the_figure_itself() -> None:
    """Of 0.8 and one that cannot do better than 0.75 or worse than 0.25; 0.1 alone is below that."""
    assert figures({"papers-1": {"archive": "0.8 -"}}).bounds() == bounds("52.5", 80)
    assert figures({"papers-1": {"archive": "0.1 -"}}).bounds("documents") == bounds(10, "42.5")


COVERED: list[tuple[City, str | None, tuple[str, str] | None]] = [  # found, of which part -> observed, of
    ({"market-1": {"clean": "1", "safe": "-"}}, None, ("1", "4")),
    ({"market-1": {"clean": "1 -", "safe": "x"}, "market-2": {"safe": "0"}}, None, ("4", "4")),  # once is enough
    ({"market-1": {"clean": "w", "safe": "0.5"}, "papers-1": {"archive": "-"}}, None, ("3", "8")),
    ({"market-1": {"clean": "w", "safe": "0.5"}, "papers-1": {"archive": "-"}}, "on_site", ("3", "3")),
    ({"market-1": {"clean": "w", "safe": "0.5"}, "papers-1": {"archive": "-"}}, "documents", ("0", "5")),
    ({"market-1": {"clean": "x", "fire": "1"}}, None, ("0", "1")),  # fire has no points
    ({"market-1": {"fire": "1"}}, None, None),
    ({"market-1": {"clean": "w n"}}, None, None),
    ({"market-1": {"clean": "1"}, "papers-1": {"clean": "-"}}, None, ("1", "2")),  # it stands in both parts
]


@pytest.mark.parametrize(("city", "part", "covered"), COVERED)
def test_coverage_goes_by_criteria(city: City, part: str | None, covered: tuple[str, str] | None) -> None:
    expected = Coverage(Fraction(covered[0]), Fraction(covered[1])) if covered is not None else None
    assert figures(city).coverage(part) == expected


def test_parts_tell_all_that_is_known_of_them() -> None:
    city: City = {"market-1": {"clean": "0.5 -", "safe": "w"}}
    told = {"part": "on_site", "title": "实地", "weight": Fraction(60), "combine": "pooled", "score": Fraction(50)}
    known = PartScore(**told, tally=Tally(partial=1, unobserved=1, waived=1), bounds=bounds(25, 75),  # type: ignore[arg-type]
                      coverage=Coverage(Fraction(1), Fraction(1)), at_least=Fraction(70))  # fmt: skip
    empty = PartScore("documents", "材料", Fraction(40), "pooled", None, Tally())
    assert figures(city, gate=70).parts() == (known, empty)
    (_, of_total) = figures(city, dimension="total").parts()
    assert of_total.bounds == bounds(0, 100)  # only for the city is an empty part anything from 0 to 100


# ------------------------------------------------------------------ what a change makes

MENDING: list[tuple[str, str, str]] = [  # site, criterion, what was found there
    ("market-1", "clean", "0.5"),
    ("market-1", "safe", "0.25"),
    ("market-1", "fire", "0"),  # its cap on the site goes
    ("market-1", "strict", "0.5"),
    ("market-2", "lost", "0.5"),
    ("road-1", "lines", "0.25"),
    ("papers-1", "archive", "0.8"),
    ("papers-1", "clean", "0"),
]


def mending(of: Method, site: str, criterion: str, score: str) -> Change:
    """One finding of a site is met."""
    status: Status = "missed" if score == "0" else "partial"
    part = of.part_of[site.partition("-")[0]]
    return Change(site, part, {criterion: Mended(status, value(of.rules[criterion], score))})


def settling(of: Method, city: City, site: str, end: End) -> Change:
    """All that is open at a site comes out at one end."""
    kind = site.partition("-")[0]
    own = {name: found(of.rules[name], seen, kind) for name, seen in city[site].items()}
    moves = {
        name: Settled(each.open, Tally(unobserved=each.tally.unobserved, invalid=each.tally.invalid), end)
        for name, each in own.items()
        if each.open
    }
    return Change(site, of.part_of[kind], moves)


def settled(of: Method, city: City, site: str, end: int) -> City:
    """The city where all that is open at a site came out at one end."""
    seen = {}
    for name, each in city[site].items():
        low_high = next(iter(of.rules[name].ranges.values()))
        seen[name] = " ".join(str(low_high[end]) if one in "-x" else one for one in each.split())
    return {**city, site: seen}


def same(changed: Figures, change: Change, then: Figures) -> None:
    """What a change makes is what is found in the city after it."""
    for view in VIEWS:
        for part in ("on_site", "documents"):
            assert changed.part(part, view, change) == then.part(part, view), (part, view)
        assert changed.combined(view, change) == then.combined(view), view


@pytest.mark.parametrize("unobserved", ["leave_out", "zero"])
@pytest.mark.parametrize("way", WAYS)
def test_one_finding_mended_gives_the_figures_of_the_city_then(way: Way, unobserved: str) -> None:
    now = figures(MIXED, way, unobserved=unobserved)
    before = [now.combined(view) for view in VIEWS]
    for site, criterion, score in MENDING:
        change = mending(now.method, site, criterion, score)
        same(now, change, figures(instead(MIXED, site, criterion, score, "1"), way, unobserved=unobserved))
    assert [now.combined(view) for view in VIEWS] == before


@pytest.mark.parametrize("way", WAYS)
def test_open_findings_settled_give_the_figures_of_the_city_then(way: Way) -> None:
    now = figures(MIXED, way)
    for site in MIXED:
        for index, end in enumerate(ENDS):
            same(now, settling(now.method, MIXED, site, end), figures(settled(now.method, MIXED, site, index), way))


def test_a_type_whose_first_score_comes_with_a_change_joins_the_others() -> None:
    """The market has 50; the road, of weight 3, has a score only when what is open there is settled."""
    city: City = {"market-1": {"clean": "0.5"}, "road-1": {"lines": "-"}}
    now = figures(city, "mean_of_sites")
    for end, part in zip(ENDS, ("12.5", "87.5"), strict=True):
        assert now.part("on_site", "now", settling(now.method, city, "road-1", end)) == Fraction(part)
    assert now.part("on_site") == 50


def test_a_change_is_of_its_own_part() -> None:
    """Clean stands in both parts; mended at the market it is still missed among the papers."""
    now = figures(MIXED)
    change = mending(now.method, "market-1", "clean", "0.5")
    assert now.part("documents", "now", change) == now.part("documents")
    sums = now.group.sums
    clean = now.method.rules["clean"]
    assert moved(now.method, sums, change) == {("on_site", "clean"): found(clean, "1 - 1")}
    (move,) = change.moves.values()
    elsewhere = Change("papers-1", "documents", {"archive": move, "safe": move})  # safe stands in the other part only
    assert moved(now.method, sums, elsewhere).keys() == {("documents", "archive")}


def test_two_changes_alike_are_asked_one_after_the_other() -> None:
    """Each is answered for itself, however often and in whatever order they are asked."""
    now = figures(SEEN, "mean_of_sites")
    one, other = mending(now.method, "market-1", "clean", "0.5"), mending(now.method, "market-2", "safe", "0")
    # market 1 to 1: (1 + 1/4) / 2 = 5/8; market 2 to 1: (7/8 + 1) / 2 = 15/16; with the road (x + 3/4) / 4
    for change, part in ((one, "34.375"), (other, "42.1875"), (one, "34.375"), (other, "42.1875")):
        assert now.part("on_site", "now", change) == Fraction(part)
        assert now.combined("now", change) == Fraction(part) * Fraction(6, 10) + 32
    assert now.part("on_site") == Fraction("32.8125")


# ------------------------------------------------------------------ other points

FACTORS: Final = ("0", "0.5", "2.5")


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize(("way", "site"), [*((way, "pooled") for way in WAYS), ("mean_of_sites", "tree")])
def test_points_of_a_criterion_times_a_factor_give_the_figure_of_a_method_with_those_points(
    way: Way, site: str, factor: str
) -> None:
    """Times 0 is as if the criterion had never been: its veto goes too."""
    now = figures(MIXED, way, site=site)
    without = factor == "0"
    for part, criterion in now.counted():
        rules = [
            replace(each, points=each.points * Fraction(factor)) if each.id == criterion else each for each in RULES
        ]
        seen = {
            site: {name: each for name, each in own.items() if not (without and name == criterion)}
            for site, own in MIXED.items()
        }
        of = method(*(RULES if without else rules), way=way, weights=WEIGHTS, site=site)
        told = now.reweighted(part, criterion, Fraction(factor))
        then = Figures(of, "area", group(of, seen)).part(part)
        assert (Fraction(*told) if told is not None else None) == then, (part, criterion)


@pytest.mark.parametrize("way", WAYS)
def test_a_part_without_its_only_criterion_has_no_figure(way: Way) -> None:
    of = figures({"market-1": {"clean": "0.5"}, "market-2": {"clean": "1"}, "market-3": {"clean": "-"}}, way)
    assert of.reweighted("on_site", "clean", Fraction(0)) is None
    assert Fraction(*of.reweighted("on_site", "clean", Fraction(3)) or (0, 1)) == 75


# ------------------------------------------------------------------ the total

SPECIAL: Final = (
    rule("line", "1"),
    rule("fire", "0", total_cap="59"),
    rule("food", "0", total_cap="40"),
    rule("smoke", "0", total_cap="40"),
    rule("bonus", "0", adjusts="5"),
    rule("malus", "7", adjusts="-6"),
    rule("praise", "0", adjusts="1"),
    rule("slip", "0", adjusts="-0.5"),
    rule("archive", "1"),
)
TOTALS: list[tuple[dict[str, str], str, str | None, tuple[str, ...], dict[str, str], str]] = [
    # found -> the parts combined, the cap, who set it, the lines, the total
    ({"line": "0.8"}, "80", None, (), {}, "80"),
    ({"line": "0.8", "fire": "1", "food": "0.1"}, "80", None, (), {}, "80"),  # partial is not missed
    ({"line": "0.8", "fire": "0"}, "80", "59", ("fire",), {}, "59"),
    ({"line": "0.8", "fire": "0", "smoke": "0", "food": "0"}, "80", "40", ("food", "smoke"), {}, "40"),
    ({"line": "0.3", "fire": "0"}, "30", "59", ("fire",), {}, "30"),
    ({"line": "0.8", "bonus": "1"}, "80", None, (), {"bonus": "5"}, "85"),
    ({"line": "0.8", "bonus": "0.5 1"}, "80", None, (), {"bonus": "7.5"}, "87.5"),
    ({"line": "0.8", "malus": "0.25 1"}, "80", None, (), {"malus": "-4.5"}, "75.5"),
    ({"line": "0.8", "bonus": "1", "malus": "0"}, "80", None, (), {"bonus": "5", "malus": "-6"}, "79"),
    ({"line": "0.8", "praise": "0.25", "slip": "0.25"}, "80", None, (), {"praise": "0.25", "slip": "-0.375"}, "79.875"),
    ({"line": "0.8", "fire": "0", "malus": "0"}, "80", "59", ("fire",), {"malus": "-6"}, "53"),  # first the cap
    ({"line": "0.57", "fire": "0", "bonus": "1"}, "57", "59", ("fire",), {"bonus": "5"}, "59"),  # and once more
    ({"line": "0.98", "bonus": "1"}, "98", None, (), {"bonus": "5"}, "100"),
    ({"line": "0.04", "malus": "0"}, "4", None, (), {"malus": "-6"}, "0"),
    ({"line": "0.04", "malus": "0", "bonus": "1"}, "4", None, (), {"malus": "-6", "bonus": "5"}, "3"),
    ({"line": "0.8", "fire": "-", "malus": "x", "bonus": "w"}, "80", None, (), {}, "80"),  # open: they do nothing
]


def city_total(seen: City, **more: Any) -> TotalFigure:
    of = method(*SPECIAL, **more)
    return TotalFigure(of, group(of, seen))


@pytest.mark.parametrize(("seen", "combined", "cap", "by", "lines", "score"), TOTALS)
def test_a_total_is_combined_capped_adjusted_and_capped_again(
    seen: dict[str, str], combined: str, cap: str | None, by: tuple[str, ...], lines: dict[str, str], score: str
) -> None:
    told = city_total({"market-1": seen}).made()
    each = {of.id: of.adjusts for of in SPECIAL if of.adjusts is not None}
    adjusted = tuple(
        Adjustment(name, each[name], len(seen[name].split()), Fraction(lines[name])) for name in each if name in lines
    )
    assert told == Made(Fraction(combined), number(cap), by, adjusted, (), Fraction(score))


def test_a_veto_and_a_line_count_over_all_parts() -> None:
    total = city_total({"market-1": {"line": "1", "malus": "0"}, "papers-1": {"line": "1", "malus": "0.5", "fire": "0"}},
                       weights=WEIGHTS)  # fmt: skip
    assert total.made().adjustments == (Adjustment("malus", Fraction(-6), 2, Fraction(-9)),)
    assert (total.made().cap, total.total(), total.capped) == (*exact(59, 50), True)
    assert not city_total({"market-1": {"line": "1"}}).capped


GATES = [  # the gate of the first part, what was found there, in the other -> the parts that fail
    (80, "0.8", "1", ()),
    (80, "0.79", "1", ("on_site",)),
    (80, "-", "1", ()),
    (0, "0", "1", ()),
    (None, "0", "0", ()),
]


@pytest.mark.parametrize(("gate", "first", "second", "failed"), GATES)
def test_parts_below_their_gates_fail(gate: int | None, first: str, second: str, failed: tuple[str, ...]) -> None:
    city = {"market-1": {"line": first}, "papers-1": {"archive": second}}
    assert city_total(city, weights=WEIGHTS, gate=gate).made().gates_failed == failed


EMPTY = [("leave_out", "90"), ("no_total", None)]


@pytest.mark.parametrize(("empty_part", "score"), EMPTY)
def test_bounds_of_the_total_take_in_caps_lines_and_empty_parts(empty_part: str, score: str | None) -> None:
    """60 % of 90 and 40 % of anything: 54 to 94; the open veto caps the lower end at 40, and the line takes 6."""
    total = city_total({"market-1": {"line": "0.9", "food": "-", "malus": "-"}}, weights=WEIGHTS, empty_part=empty_part)
    assert total.total() == number(score)
    assert total.whole_bounds() == bounds(34, 94)
    assert (total.total("low"), total.total("high")) == exact(34, 94)


def test_without_any_finding_the_total_is_anything() -> None:
    nothing = TotalFigure(method(*SPECIAL), NOTHING)
    assert nothing.made() == Made(None, None, (), (), (), None)
    assert (nothing.total(), nothing.capped, nothing.whole_bounds()) == (None, False, bounds(0, 100))


CITY: Final[City] = {
    "market-1": {"line": "0.8 -", "fire": "0", "malus": "0.5", "bonus": "- 0"},
    "market-2": {"line": "0.5", "food": "0", "smoke": "x", "malus": "0"},
    "papers-1": {"archive": "0.5 -", "fire": "0", "malus": "0.25 -"},
    "papers-2": {"archive": "-"},
}
CHANGED = [
    ("market-1", "line", "0.8"),
    ("market-1", "fire", "0"),  # missed among the papers too
    ("market-1", "malus", "0.5"),
    ("market-1", "bonus", "0"),
    ("market-2", "food", "0"),
    ("market-2", "line", "0.5"),
    ("papers-1", "archive", "0.5"),
    ("papers-1", "fire", "0"),
    ("papers-1", "malus", "0.25"),
]


@pytest.mark.parametrize("unobserved", ["leave_out", "zero"])
@pytest.mark.parametrize("way", WAYS)
def test_a_change_makes_the_total_of_the_city_then(way: Way, unobserved: str) -> None:
    more: dict[str, Any] = {"way": way, "weights": WEIGHTS, "unobserved": unobserved}
    now = city_total(CITY, **more)
    before = [now.made(view) for view in VIEWS]
    for site, criterion, score in CHANGED:
        change = mending(now.method, site, criterion, score)
        then = city_total(instead(CITY, site, criterion, score, "1"), **more)
        assert [now.made(view, change) for view in VIEWS] == [then.made(view) for view in VIEWS]
        assert now.whole_bounds(change) == then.whole_bounds()
        assert now.total("now", change) == then.total()
    for site in CITY:
        for index, end in enumerate(ENDS):
            change = settling(now.method, CITY, site, end)
            then = city_total(settled(now.method, CITY, site, index), **more)
            assert now.whole_bounds(change) == now.whole_bounds(change, end) == then.whole_bounds()
    assert [now.made(view) for view in VIEWS] == before


# ------------------------------------------------------------------ one mending after the other

STEPS = [  # the sites at which a criterion is met next, with what was found there
    ("line", {"market-1": "0.8", "market-2": "0.5"}),
    ("fire", {"market-1": "0", "papers-1": "0"}),  # missed in both parts: the cap goes
    ("archive", {"papers-1": "0.5"}),
    ("malus", {"market-1": "0.5"}),
    ("malus", {"market-2": "0", "papers-1": "0.25"}),
    ("bonus", {"market-1": "0"}),
    ("food", {"market-2": "0"}),
]


def told(total: TotalFigure) -> list[object]:
    """Everything that a total can be asked."""
    return [
        *(total.made(view) for view in VIEWS),
        *(total.combined(view) for view in VIEWS),
        *(dict(total.counted(view)) for view in VIEWS),
        *(total.part(part, view) for part in ("on_site", "documents") for view in VIEWS),
        total.parts(),
        total.whole_bounds(),
    ]


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("unobserved", ["leave_out", "zero"])
@pytest.mark.parametrize("way", WAYS)
def test_what_is_mended_one_after_the_other_gives_the_total_of_the_city_then(
    way: Way, unobserved: str, asked: bool
) -> None:
    """A total that goes on from the one before is that of a city that was found so, whatever that one was asked."""
    more: dict[str, Any] = {"way": way, "weights": WEIGHTS, "unobserved": unobserved}
    city, figure = CITY, city_total(CITY, **more)
    for criterion, sites in STEPS:
        before = told(figure) if asked else None
        for site, score in sites.items():
            city = instead(city, site, criterion, score, "1")
        keys = {(figure.method.part_of[site.partition("-")[0]], criterion) for site in sites}
        after = figure.with_sums(group(figure.method, city), keys, sites)
        assert before is None or told(figure) == before
        assert told(after) == told(city_total(city, **more)), criterion
        figure = after
    assert figure.made() == city_total(city, **more).made()


def test_what_a_mending_does_not_touch_is_not_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    class Site(SiteFigure):
        def __init__(self, method: Method, sums: Sums, view: View) -> None:
            super().__init__(method, sums, view)
            made.append("site")

    class Papers(Pooled):
        def __init__(self, method: Method, counts: Mapping[str, Count]) -> None:
            super().__init__(method, counts)
            made.append("papers")

    monkeypatch.setattr("duibiao.evaluator.figures.SiteFigure", Site)
    monkeypatch.setitem(PART_WAYS, "pooled", Papers)
    figure = city_total(CITY, way="mean_of_sites", weights=WEIGHTS)
    assert figure.total() is not None
    assert made == ["site", "site", "papers"]
    made.clear()
    city = instead(CITY, "market-2", "line", "0.5", "1")
    figure = figure.with_sums(group(figure.method, city), {("on_site", "line")}, {"market-2"})
    assert figure.total() is not None
    assert made == ["site"]
