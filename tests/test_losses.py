"""What the total lacks, shared out among the findings that lost points: by hand in every way, and added up again."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, get_args

import pytest

from duibiao.criteria.models import Place, Way
from duibiao.evaluator.figures import Figures, counted
from duibiao.evaluator.losses import Losses, losses_of, lost_points
from duibiao.evaluator.sums import Group
from tests.methods import City, found, group, method, rule

OUTLINE: Final = (
    Place(id="Ⅰ-1", title="一", under=(
        Place(id="Ⅲ-1", title="甲", weight=Decimal(3)), Place(id="Ⅲ-2", title="乙"), Place(id="Ⅲ-3", title="丙"))),
)  # fmt: skip
RULES: Final = (
    rule("clean", "1"),
    rule("safe", "3", place="Ⅲ-2"),
    rule("lines", "2"),
    rule("lost", "4", loses=True, place="Ⅲ-2"),
    rule("strict", "2", lowest=True),
    rule("fire", "0", site_cap="50"),
    rule("listed", "0", total_cap="59"),
    rule("member", "4", counts=False, place="Ⅲ-3"),
    rule("archive", "5"),
)
SEEN: Final[City] = {
    "market-1": {"clean": "0.5", "safe": "1"},
    "market-2": {"clean": "1", "safe": "0"},
    "road-1": {"lines": "0.25"},
    "papers-1": {"archive": "0.8", "member": "0"},
}
Factors = dict[tuple[str, str], str]  # site, criterion -> points of the total for each lost point there


def city(seen: City, way: Way = "pooled", weights: tuple[int, int] | None = (60, 40), **more: Any) -> Figures:
    of = method(*RULES, way=way, weights=weights, tree=OUTLINE, **more)
    return Figures(of, "total", group(of, seen))


def factors(losses: Losses, seen: City) -> dict[tuple[str, str], Fraction]:
    """What one lost point costs at every site."""
    parts = losses.method.part_of
    return {
        (site, name): losses.factor(parts[site.partition("-")[0]], name, site) for site in seen for name in seen[site]
    }


def lost_in(losses: Losses, of_group: Group) -> Fraction:
    """Points of the total that the findings of a group lost."""
    return losses.of(of_group, counted(losses.method, of_group.sums, "now"))


OF_PAPERS: Final[Factors] = {("papers-1", "archive"): "8", ("papers-1", "member"): "0"}  # 40 / 5 points
BY_WAY: list[tuple[Way, Factors]] = [
    # 60 over 10 points
    ("pooled", {("market-1", "clean"): "6", ("market-1", "safe"): "6", ("market-2", "clean"): "6",
                ("market-2", "safe"): "6", ("road-1", "lines"): "6"}),
    # each of the six points makes 10, and clean and safe have two findings
    ("mean_of_criteria", {("market-1", "clean"): "5", ("market-1", "safe"): "5", ("market-2", "clean"): "5",
                          ("market-2", "safe"): "5", ("road-1", "lines"): "10"}),
    # markets make 15, each of two 7.5, over 4 points; the road makes 45 over 2
    ("mean_of_sites", {("market-1", "clean"): "1.875", ("market-1", "safe"): "1.875", ("market-2", "clean"): "1.875",
                       ("market-2", "safe"): "1.875", ("road-1", "lines"): "22.5"}),
    # Ⅲ-1 makes 45, a third of it clean (two findings), the rest lines; Ⅲ-2 makes 15, all safe (3 points, two findings)
    ("tree", {("market-1", "clean"): "7.5", ("market-1", "safe"): "2.5", ("market-2", "clean"): "7.5",
              ("market-2", "safe"): "2.5", ("road-1", "lines"): "15"}),
]  # fmt: skip


@pytest.mark.parametrize(("way", "expected"), BY_WAY)
def test_what_one_lost_point_costs(way: Way, expected: Factors) -> None:
    of = city(SEEN, way)
    losses = losses_of(of)
    assert factors(losses, SEEN) == {key: Fraction(each) for key, each in (expected | OF_PAPERS).items()}
    whole = of.combined()
    assert whole is not None
    assert lost_in(losses, of.group) == 100 - whole  # where figures are plain means nothing has to be scaled
    # what lost: half of clean, all three points of safe, 1.5 points of lines, one point of archive
    shares = {("market-1", "clean"): "1/2", ("market-2", "safe"): "3", ("road-1", "lines"): "3/2"}
    of_criteria = {
        (site, name): sum((Fraction(shares[key]) * Fraction(expected[key]) for key in shares if key[1] == name), Fraction(0))
        for site, name in shares
    }  # fmt: skip
    for (_, name), lost in of_criteria.items():
        assert losses.of_criterion(of.group, ("on_site", name)) == lost
    assert losses.of_criterion(of.group, ("documents", "archive")) == 8
    assert losses.of_criterion(of.group, ("documents", "member")) == 0


@pytest.mark.parametrize(("way", "expected"), BY_WAY)
def test_where_nothing_is_lost_a_point_would_cost_as_much(way: Way, expected: Factors) -> None:
    met = {site: dict.fromkeys(seen, "1") for site, seen in SEEN.items()}
    losses = losses_of(city(met, way))
    assert factors(losses, met) == {key: Fraction(each) for key, each in (expected | OF_PAPERS).items()}


def test_visits_of_one_site_share_its_weight() -> None:
    """Each market makes half: two visits of the first one 25 a point, the only one of the second 50."""
    losses = losses_of(
        city({"market-1": {"clean": "0.5 1"}, "market-2": {"clean": "0.5"}}, "mean_of_sites", weights=None)
    )
    assert losses.by_site == {("market-1", "clean"): 25, ("market-2", "clean"): 50}


def test_criteria_beside_places_share_with_them() -> None:
    """Two points beside a place of weight 3 on which one point hangs: 40 and 60 of the figure."""
    of = method(rule("beside", "2", place="Ⅰ-1"), rule("clean", "1"), way="tree", tree=OUTLINE)
    losses = losses_of(Figures(of, "total", group(of, {"market-1": {"beside": "0.5", "clean": "0.5"}})))
    assert losses.by_criterion == {("on_site", "beside"): 20, ("on_site", "clean"): 60}


def test_a_part_of_the_city_has_its_share_of_the_loss() -> None:
    for way, told in BY_WAY:
        of = city(SEEN, way)
        losses = losses_of(of)
        of_market = Fraction(told["market-1", "clean"]) / 2
        assert lost_in(losses, group(of.method, {"market-1": SEEN["market-1"]})) == of_market
        both = group(of.method, {name: SEEN[name] for name in ("market-1", "papers-1")})
        assert lost_in(losses, both) == of_market + 8
        assert lost_in(losses, Group({}, {})) == 0


def test_what_is_unknown_costs_nothing() -> None:
    losses = losses_of(city(SEEN))
    assert losses.factor("on_site", "archive", "market-1") == 0
    assert losses.factor("on_site", "lost", "market-1") == 0


def test_an_empty_part_lacks_nothing_and_the_other_has_all_the_weight() -> None:
    of = city({"market-1": {"clean": "0.5", "safe": "-"}, "papers-1": {"archive": "-"}})
    losses = losses_of(of)
    assert losses.by_criterion == {("on_site", "clean"): 100}
    assert lost_in(losses, of.group) == 50
    other = city({"market-1": {"clean": "-"}, "papers-1": {"archive": "0.8"}})
    assert losses_of(other).by_criterion == {("documents", "archive"): 20}
    nothing = city({})
    assert losses_of(nothing) == Losses(nothing.method, {}, {})


POINTS = [  # criterion, what was found, unobserved: zero -> points lost
    ("safe", "0.5 0 1", False, "4.5"),
    ("lost", "0.75 0", False, "5"),
    ("safe", "1 - x", False, "0"),
    ("safe", "1 - x", True, "6"),
    ("safe", "w n", False, "0"),
    ("safe", "w n", True, "0"),
    ("member", "0", False, "0"),
    ("strict", "0.5 1", False, "1"),  # each by its own, whatever the lowest is
]


@pytest.mark.parametrize(("name", "seen", "zero", "lost"), POINTS)
def test_points_lost_by_the_findings_that_count(name: str, seen: str, zero: bool, lost: str) -> None:
    of = method(*RULES, unobserved="zero" if zero else "leave_out")
    assert lost_points(of, name, found(of.rules[name], seen)) == Fraction(lost)


SCALED: list[tuple[str, City, Way, str, Factors]] = [
    # what decides, what was found, way -> all that is lacking, and what one lost point costs
    # strict counts by its lowest, 1/2 of 4 points; one of four points was lost, and 50 are lacking
    ("the lowest of all sites", {"market-1": {"strict": "0.5"}, "market-2": {"strict": "1"}}, "pooled", "50",
     {("market-1", "strict"): "50", ("market-2", "strict"): "50"}),
    # (3 x 1/2 + 2 x 1/2) / 5; plain 3/2 and 1 points of 7, so 250/7 of 50 that are lacking
    ("and of one criterion", {"market-1": {"safe": "0.5", "strict": "0.5 1"}}, "mean_of_criteria", "50",
     {("market-1", "safe"): "25", ("market-1", "strict"): "12.5"}),
    # capped at 50: a fifth of a point was lost
    ("a cap on the site", {"market-1": {"clean": "0.8", "fire": "0"}}, "mean_of_sites", "50",
     {("market-1", "clean"): "250", ("market-1", "fire"): "0"}),
    # nothing lost a point: a point would cost what it does by plain means
    ("only a cap", {"market-1": {"clean": "1", "fire": "0"}}, "mean_of_sites", "0",
     {("market-1", "clean"): "100", ("market-1", "fire"): "0"}),
    ("nothing", {"market-1": {"clean": "1"}}, "pooled", "0", {("market-1", "clean"): "100"}),
    # caps and lines of the total stand aside
    ("a cap on the total", {"market-1": {"clean": "0.5", "listed": "0"}}, "pooled", "50",
     {("market-1", "clean"): "100", ("market-1", "listed"): "0"}),
]  # fmt: skip


@pytest.mark.parametrize(("seen", "way", "lacking", "expected"), [each[1:] for each in SCALED],
                         ids=[each[0] for each in SCALED])  # fmt: skip
def test_shares_are_scaled_to_what_is_lacking(seen: City, way: Way, lacking: str, expected: Factors) -> None:
    of = city(seen, way, weights=None)
    losses = losses_of(of)
    assert factors(losses, seen) == {key: Fraction(each) for key, each in expected.items()}
    assert lost_in(losses, of.group) == Fraction(lacking)


def test_a_lowest_in_the_outline_shares_by_plain_means() -> None:
    """Ⅲ-1 0.5, Ⅲ-2 1, the lowest 50. Plainly Ⅲ-1 weighs 3 of 4, and clean lost 37.5 of the 50 that are lacking."""
    lowest = (OUTLINE[0].model_copy(update={"combine": "lowest"}),)
    of = method(*RULES, way="tree", tree=lowest)
    figures = Figures(of, "total", group(of, {"market-1": {"clean": "0.5", "safe": "1"}}))
    losses = losses_of(figures)
    assert lost_in(losses, figures.group) == 50
    assert losses.by_criterion == {("on_site", "clean"): 100, ("on_site", "safe"): Fraction(100, 9)}


def test_sites_along_the_outline_share_along_it() -> None:
    """Ⅲ-1 makes three quarters of the market, half of it clean; Ⅲ-2 a quarter, over 3 points."""
    seen: City = {"market-1": {"clean": "0.5", "strict": "1", "safe": "0", "member": "0"}}
    of = city(seen, "mean_of_sites", weights=None, site="tree")
    losses = losses_of(of)
    expected = {"clean": "25", "strict": "25", "safe": "25/3"}
    assert losses.by_site == {("market-1", name): Fraction(each) for name, each in expected.items()}
    assert lost_in(losses, of.group) == Fraction("37.5")


def test_sites_and_types_without_anything_that_counts_take_no_share() -> None:
    """The road has no score and the second market nothing of weight: the first market makes it all."""
    seen: City = {"market-1": {"clean": "0.5"}, "market-2": {"fire": "1"}, "road-1": {"lines": "-"}}
    of = city(seen, "mean_of_sites", weights=None)
    losses = losses_of(of)
    assert losses.by_site == {("market-1", "clean"): 100}
    assert lost_in(losses, of.group) == 50


MIXED: Final[City] = {
    "market-1": {"clean": "0.5 -", "safe": "1 0.25", "fire": "0", "strict": "0.5"},
    "market-2": {"clean": "1", "safe": "x", "lost": "0.5", "strict": "1", "member": "0"},
    "road-1": {"lines": "0.25", "strict": "-", "lost": "-"},
    "road-2": {"lines": "- x"},
    "papers-1": {"archive": "0.8 -", "clean": "0"},  # clean stands in both parts
}


@pytest.mark.parametrize("unobserved", ["leave_out", "zero"])
@pytest.mark.parametrize("way", get_args(Way))
def test_losses_add_up_to_what_the_parts_lack_however_they_are_grouped(way: Way, unobserved: str) -> None:
    of = city(MIXED, way, unobserved=unobserved)
    losses, whole = losses_of(of), of.combined()
    assert whole is not None
    assert lost_in(losses, of.group) == 100 - whole
    assert sum(lost_in(losses, group(of.method, {site: MIXED[site]})) for site in MIXED) == 100 - whole
    assert sum(losses.of_criterion(of.group, key) for key in of.group.sums) == 100 - whole
    assert sum(losses.factor(key[0], key[1], site) * lost_points(of.method, key[1], each)
               for site, (_, sums) in of.group.sites.items() for key, each in sums.items()) == 100 - whole  # fmt: skip
