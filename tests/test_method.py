"""What the method of an assessment says of itself: rules with weights, values and ends; the outline; the ways."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest

from duibiao.criteria.models import Place, RollUp, Way
from duibiao.evaluator.assessment import Made
from duibiao.evaluator.compile import compile_plan
from duibiao.evaluator.evaluate import judge
from duibiao.evaluator.method import Method, Rule, loses, method_of
from duibiao.evaluator.what_if import _capped
from tests.city import DAY, HEAD, TREE, make_catalogue, make_submission
from tests.methods import E9, PARTS, exact, method, rule

FORM = "site_type: spot\ntitle: 点\nfields: {a: {label: 甲, kind: number}}\ncriteria:\n  - {id: r, title: 规, place: Ⅲ-1, pass: a > 1}\n"


# ------------------------------------------------------------------ one rule

WEIGHTS: list[tuple[Rule, str]] = [
    (rule("plain", "3"), "3"),
    (rule("member", "3", counts=False), "0"),
    (rule("line", "3", adjusts="-2"), "0"),
    (rule("honour", "3", adjusts="0"), "0"),  # a line of its own, whatever it brings
    (rule("veto", "0", site_cap="59"), "0"),
]


@pytest.mark.parametrize(("of", "weight"), WEIGHTS, ids=[each.id for each, _ in WEIGHTS])
def test_members_and_lines_have_no_weight_in_figures(of: Rule, weight: str) -> None:
    assert of.weight == Fraction(weight)


MENDED: list[tuple[Rule, bool]] = [  # whether what falls short of it is a gap (docs/adr/0023)
    (rule("plain", "3"), True),
    (rule("worthless", "0"), True),
    (rule("member", "3", counts=False), False),
    (rule("veto", "0", counts=False, site_cap="59"), True),
    (rule("veto of all", "0", counts=False, total_cap="59"), True),
    (rule("taken", "0", adjusts="-0.5"), True),
    (rule("nothing", "0", adjusts="0"), False),
    (rule("won", "0", adjusts="0.5"), False),
    (rule("won, and a veto", "0", adjusts="5", total_cap="59"), True),
    (rule("taken of a member", "0", counts=False, adjusts="-5"), False),
]


@pytest.mark.parametrize(("of", "gap"), MENDED, ids=[each.id for each, _ in MENDED])
def test_what_is_to_be_mended(of: Rule, gap: bool) -> None:
    assert of.to_mend is gap


VALUES: list[tuple[str, bool, str, int]] = [  # points, whether points lost are carried, score -> value
    ("4", False, "1", E9),
    ("4", False, "0", 0),
    ("4", False, "1/4", 250_000_000),
    ("4", True, "1", 0),
    ("4", True, "0", 4 * E9),
    ("4", True, "3/4", E9),
    ("4", False, "1/3", 333_333_333),
    ("4", False, "2/3", 666_666_667),
    ("4", False, "0.0000000005", 1),  # half a billionth: up
    ("4", False, "0.00000000049", 0),
    ("1/2", True, "1/3", 333_333_333),  # 2/3 of half a point
    ("1/3", True, "0", 333_333_333),
    ("2/3", True, "0", 666_666_667),
]


@pytest.mark.parametrize(("points", "losing", "score", "value"), VALUES)
def test_values_are_whole_billionths_half_up(points: str, losing: bool, score: str, value: int) -> None:
    assert rule("r", points, loses=losing).value(Fraction(score)) == value


SCORES = [("4", False, 250_000_000, "1/4"), ("4", True, E9, "3/4"), ("4", True, 4 * E9, "0"), ("1/2", True, 0, "1")]


@pytest.mark.parametrize(("points", "losing", "value", "score"), SCORES)
def test_scores_of_values(points: str, losing: bool, value: int, score: str) -> None:
    assert rule("r", points, loses=losing).score(value) == Fraction(score)


GRAINS = [("4", False, ("1", "0.25", "0")), ("4", True, ("1", "0.25", "0")), ("2/3", True, ("0", "1"))]


@pytest.mark.parametrize(("points", "losing", "scores"), GRAINS)
def test_scores_of_many_findings_follow_from_the_sum_of_their_values(
    points: str, losing: bool, scores: tuple[str, ...]
) -> None:
    of = rule("r", points, loses=losing)
    each_of, of_value, below = of.grain
    values = sum(of.value(Fraction(score)) for score in scores)
    together = Fraction(len(scores) * each_of + of_value * values, below)
    assert abs(together - sum(map(Fraction, scores))) < Fraction(1, E9)  # values are whole billionths of a point


def test_a_rule_knows_the_values_of_all_and_of_nothing_and_its_ends_by_site_type() -> None:
    scored, lost = rule("scored", "4", ends=("0.25", "0.75")), rule("lost", "4", loses=True)
    assert (scored.full, scored.nothing) == (E9, 0)
    assert (lost.full, lost.nothing) == (0, 4 * E9)
    apart = replace(scored, ranges={"market": (Fraction(1, 4), Fraction(3, 4)), "road": (Fraction(0), Fraction(1))})
    assert apart.ends == {"market": (E9 // 4, 3 * E9 // 4), "road": (0, E9)}
    assert lost.ends == dict.fromkeys(PARTS, (4 * E9, 0))


def test_rules_are_kept_as_they_are_and_told_apart_by_themselves() -> None:
    one, other = rule("r"), rule("r")
    assert {one: 1, other: 2}[one] == 1
    with pytest.raises(FrozenInstanceError):
        one.points = Fraction(2)  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        HANGING.rules = {}  # type: ignore[misc]


# ------------------------------------------------------------------ the outline

OUTLINE: Final = (
    Place(id="Ⅰ-1", title="一", under=(
        Place(id="Ⅱ-1", title="一一", under=(Place(id="Ⅲ-1", title="甲"), Place(id="Ⅲ-2", title="乙"))),
        Place(id="Ⅱ-2", title="一二"))),
    Place(id="Ⅰ-2", title="二", under=(Place(id="Ⅱ-3", title="二一", under=(Place(id="Ⅲ-3", title="丙"),)),)),
    Place(id="Ⅰ-3", title="三", weight=Decimal(9), under=(Place(id="Ⅱ-4", title="三一"),)),
)  # fmt: skip
HANGING: Final = method(
    rule("one", place="Ⅲ-2"), rule("two", place="Ⅱ-2"), rule("three", place="Ⅲ-2"), rule("four", place="Ⅰ-3"),
    tree=OUTLINE,
)  # fmt: skip


def test_criteria_by_the_place_that_they_hang_on() -> None:
    assert HANGING.on_place == {"Ⅲ-2": ("one", "three"), "Ⅱ-2": ("two",), "Ⅰ-3": ("four",)}


def test_the_outline_is_told_without_places_that_nothing_hangs_on_or_under() -> None:
    def names(places: tuple[Place, ...]) -> list[Any]:
        return [(place.id, names(place.under)) for place in places]

    assert names(HANGING.places) == [("Ⅰ-1", [("Ⅱ-1", [("Ⅲ-2", [])]), ("Ⅱ-2", [])]), ("Ⅰ-3", [])]
    assert HANGING.places[1].weight == 9  # all else of a place stays


def test_the_places_above_each_criterion() -> None:
    assert HANGING.above == {
        "one": {"Ⅰ-1", "Ⅱ-1", "Ⅲ-2"},
        "two": {"Ⅰ-1", "Ⅱ-2"},
        "three": {"Ⅰ-1", "Ⅱ-1", "Ⅲ-2"},
        "four": {"Ⅰ-3"},
    }


# ------------------------------------------------------------------ weights, parts, ways


def test_every_weight_is_a_whole_number_of_the_smallest_share_of_a_point() -> None:
    assert method(rule("a", "3")).unit == 1
    assert method(rule("a", "1/2"), rule("b", "4/3"), rule("c", "1/4")).unit == 12
    assert method(rule("a", "1/2"), rule("member", "1/7", counts=False)).unit == 2  # of no weight
    assert method().unit == 1
    weighed = method(rule("a", "1/2"), rule("b", "4/3"), rule("member", "1/7", counts=False), rule("line", adjusts="1"))
    assert weighed.units == {"a": 3, "b": 8, "member": 0, "line": 0}


def test_parts_with_their_weights_and_ways() -> None:
    of = method(way="tree", weights=(60, 40), roll_up=RollUp(area="mean_of_sites", place="pooled"))
    assert of.part_weights == {"on_site": 60, "documents": 40}
    assert of.part_marks == {}
    assert method(weights=(60, 40), gate=70).part_marks == {"on_site": 70}
    ways: dict[str, tuple[Way, Way]] = {
        "total": ("tree", "pooled"),
        "area": ("mean_of_sites", "mean_of_sites"),
        "unit": ("tree", "pooled"),
        "site_type": ("tree", "pooled"),
        "place": ("pooled", "pooled"),
    }
    assert {each: (of.way("on_site", each), of.way("documents", each)) for each in ways} == ways
    assert [each for each in ways if of.by_site(each)] == ["area"]
    sites = method(way="mean_of_sites", weights=(60, 40), roll_up=RollUp(unit="pooled"))
    assert [each for each in ways if sites.by_site(each)] == [
        "total",
        "area",
        "site_type",
        "place",
    ]  # one part is enough


@pytest.mark.parametrize(("unobserved", "zero"), [("leave_out", False), ("zero", True)])
def test_whether_what_nobody_looked_at_counts(unobserved: str, zero: bool) -> None:
    assert method(unobserved=unobserved).zero is zero


LOWER: Final = (Place(id="Ⅰ-1", title="一", under=(
    Place(id="Ⅲ-1", title="甲", combine="lowest"), Place(id="Ⅲ-2", title="乙"))),)  # fmt: skip
PLAIN: Final = rule("a")
ADDITIVE: list[tuple[str, Method, bool]] = [
    ("pooled", method(PLAIN), True),
    ("means of criteria", method(PLAIN, way="mean_of_criteria"), True),
    ("a cap on sites", method(PLAIN, rule("b", site_cap="59")), False),
    ("a cap on the total", method(PLAIN, rule("b", total_cap="59")), False),
    ("a line", method(PLAIN, rule("b", adjusts="5")), False),
    ("the lowest of all sites", method(PLAIN, rule("b", lowest=True)), False),
    ("unobserved counts", method(PLAIN, unobserved="zero"), False),
    ("an outline of means", method(PLAIN, way="tree"), True),
    ("a lowest in the outline", method(PLAIN, way="tree", tree=LOWER), False),
    ("in that of sites", method(PLAIN, site="tree", tree=LOWER), False),
    ("where nothing goes along it", method(PLAIN, tree=LOWER), True),
    ("where nothing hangs", method(rule("a", place="Ⅲ-2"), way="tree", tree=LOWER), True),
    (
        "on the top place",
        method(PLAIN, way="tree", tree=(LOWER[0].model_copy(update={"combine": "geometric"}),)),
        False,
    ),
]


@pytest.mark.parametrize(("of", "additive"), [each[1:] for each in ADDITIVE], ids=[each[0] for each in ADDITIVE])
def test_whether_gaps_together_bring_back_what_they_lost(of: Method, additive: bool) -> None:
    assert of.additive is additive


TREES = [(TREE, True), (TREE.replace("title: 一,", "title: 一, combine: lowest,"), False)]


@pytest.mark.parametrize(("tree", "additive"), TREES)
def test_a_tree_of_means_is_additive_and_one_with_a_lowest_is_not(tree: str, additive: bool, tmp_path: Path) -> None:
    head = HEAD.replace("mean_of_criteria", "tree")
    catalogue = make_catalogue(tmp_path, {"spot": FORM, "tree": tree}, head)
    assert method_of(compile_plan(catalogue, DAY.date())).additive is additive


# ------------------------------------------------------------------ the method of a catalogue

FORMS: Final = {
    "spot": """
site_type: spot
title: 点
weight: 2.5
several_inspections: mean
fields: {a: {label: 甲, kind: number}, g: {label: 等, kind: grade, scale: {好: 0.8, 差: 0.3}}}
criteria:
  - {id: passed, title: 过, place: Ⅲ-1, points: 2.5, pass: a > 1, veto: {site: 59, total: 70.5}, over_sites: lowest}
  - {id: site_only, title: 点否, place: Ⅲ-1, points: 0, pass: a > 1, veto: {site: 30}}
  - {id: total_only, title: 总否, place: Ⅲ-1, points: 0, pass: a > 1, veto: {total: 40}}
  - {id: lost, title: 扣, place: Ⅲ-2, points: 4, deduct: {each: a, points: 1}}
  - {id: verdict, title: 判, place: Ⅲ-2, points: 3, judged: deduction}
  - {id: graded, title: 级, place: Ⅲ-2, grade: g}
  - {id: line, title: 附, place: Ⅲ-1, points: 1, pass: a > 1, adjust_total: -0.5}
  - {id: lower, title: 低, place: Ⅲ-1, both: [graded, banded]}
  - {id: graded_both, title: 两级, place: Ⅲ-1, both: [graded, both_types]}
  - {id: told, title: 看, place: Ⅲ-1, show: a}
  - {id: over, title: 旧, place: Ⅲ-1, pass: a > 1, effective: {until: 2020-12-31}}
""",
    "papers": """
site_type: papers
title: 材料
part: statistics
fields: {a: {label: 甲, kind: number}}
""",
    "shared": """
criteria:
  - {id: banded, title: 档, place: Ⅲ-1, site_types: [spot, papers], rate: a, levels: [{at_least: 1, score: 0.9}],
     by_type: {papers: {rate: a, levels: [{at_least: 1, score: 0.6}]}}}
  - {id: both_types, title: 双, place: Ⅲ-2, site_types: [spot, papers], judged: grade, scale: {好: 0.8, 差: 0.3},
     by_type: {papers: {judged: grade, scale: {好: 1, 差: 0.1}}}}
  - {id: lower_there, title: 彼, place: Ⅲ-1, site_types: [papers], both: [banded, both_types]}
""",
}


@pytest.fixture(scope="module")
def of_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Method:
    catalogue = make_catalogue(tmp_path_factory.mktemp("catalogue"), FORMS)
    return method_of(compile_plan(catalogue, DAY.date()))


def test_a_method_has_the_scored_criteria_in_force(of_catalogue: Method) -> None:
    assert set(of_catalogue.rules) == {
        "passed", "site_only", "total_only", "lost", "verdict", "graded", "line", "lower",
        "graded_both", "banded", "both_types", "lower_there"}  # fmt: skip
    assert all(name == each.id for name, each in of_catalogue.rules.items())
    assert [name for name, each in of_catalogue.rules.items() if each.loses] == ["lost", "verdict"]
    members = {name for name, each in of_catalogue.rules.items() if not each.counts}
    assert members == {"graded", "banded", "both_types"}


def test_a_rule_has_what_its_criterion_says(of_catalogue: Method) -> None:
    passed = of_catalogue.rules["passed"]
    assert (passed.title, passed.kind, passed.place, passed.over_sites) == ("过", "pass", "Ⅲ-1", "lowest")
    assert (passed.points, passed.site_cap, passed.total_cap, passed.adjusts) == exact("2.5", 59, "70.5", None)
    caps = {name: (each.site_cap, each.total_cap) for name, each in of_catalogue.rules.items()}
    assert caps["site_only"] == exact(30, None)
    assert caps["total_only"] == exact(None, 40)
    assert caps["lost"] == caps["line"] == (None, None)
    assert of_catalogue.rules["line"].adjusts == Fraction(-1, 2)
    assert of_catalogue.rules["lost"].over_sites == "mean"


RANGES: dict[str, dict[str, tuple[str, str]]] = {
    "passed": {"spot": ("0", "1")},
    "graded": {"spot": ("3/10", "8/10")},
    "banded": {"spot": ("0", "9/10"), "papers": ("0", "6/10")},
    "both_types": {"spot": ("3/10", "8/10"), "papers": ("1/10", "1")},
    # of two methods: from the lowest of the lowest to the highest of the highest, at whatever type they stand
    "lower": {"spot": ("0", "9/10")},
    "graded_both": {"spot": ("1/10", "1")},
    "lower_there": {"papers": ("0", "1")},
}


def test_a_rule_knows_what_it_can_give_at_each_site_type(of_catalogue: Method) -> None:
    ranges = {name: of_catalogue.rules[name].ranges for name in RANGES}
    assert ranges == {
        name: {kind: (Fraction(low), Fraction(high)) for kind, (low, high) in told.items()}
        for name, told in RANGES.items()
    }


def test_a_method_knows_its_parts_and_site_types(of_catalogue: Method) -> None:
    assert of_catalogue.part_titles == {"on_site": "实地", "statistics": "统计"}
    assert of_catalogue.part_of == {"spot": "on_site", "papers": "statistics"}
    assert of_catalogue.type_titles == {"spot": "点", "papers": "材料"}
    assert of_catalogue.type_weights == {"spot": Fraction(5, 2), "papers": Fraction(1)}
    assert of_catalogue.inspections == {"spot": "mean", "papers": "latest"}
    assert [place.id for place in of_catalogue.tree] == ["Ⅰ-1"]
    assert [share.part for share in of_catalogue.score.total] == ["on_site", "statistics"]


LOSING = [("deduct: {each: a, points: 1}", True), ("judged: deduction", True), ("judged: yes_no", False),
          ("judged: grade, scale: {好: 1}", False), ("pass: a > 1", False)]  # fmt: skip


@pytest.mark.parametrize(("told", "losing"), LOSING)
def test_deductions_carry_points_lost_and_all_else_scores(told: str, losing: bool, tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, {"spot": FORM.replace("pass: a > 1", told)})
    (version,) = catalogue.versions(DAY.date())
    assert loses(version.criterion) is losing


# ------------------------------------------------------------------ beside the method


def test_no_visit_gives_no_finding(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, {"spot": FORM})
    frame = make_submission(catalogue, {"spot": [{"a": 2.0}]}).visits["spot"].clear()
    assert judge(compile_plan(catalogue, DAY.date()).site_types["spot"], frame).is_empty()


def test_without_a_total_caps_do_nothing() -> None:
    assert _capped(Made(None, None, (), (), (), None)) == 0
