"""A site's own score: pooled or along the outline, capped by its vetoes, with bounds, coverage and what a change makes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import pytest

from duibiao.criteria.models import Place
from duibiao.evaluator.assessment import Bounds, Coverage
from duibiao.evaluator.method import Method
from duibiao.evaluator.site_figure import SiteFigure, SiteScore, around, site_bounds, site_coverage, site_score
from duibiao.evaluator.sums import Sums, View
from tests.methods import exact, group, method, number, rule

Seen = Mapping[str, str]  # criterion -> what was found
RULES: Final = (
    rule("clean", "3"),
    rule("half", "1/2", place="Ⅲ-2"),  # so that points are divided into sixths
    rule("third", "4/3"),
    rule("lost", "2", loses=True, place="Ⅲ-2"),
    rule("scale", "1", ends=("0.25", "0.75")),
    rule("fire", "1", site_cap="59"),
    rule("food", "0", site_cap="30", place="Ⅲ-2"),
    rule("smoke", "0", site_cap="30"),
    rule("strict", "1", lowest=True),
    rule("member", "4", counts=False),
    rule("bonus", "7", adjusts="5"),
)
OUTLINE: Final = (
    Place(id="Ⅲ-1", title="甲", weight=Decimal(75)),
    Place(id="Ⅲ-2", title="乙", weight=Decimal(25), combine="lowest"),
)


def made(**score: Any) -> Method:
    return method(*RULES, tree=OUTLINE, **score)


def sums(of: Method, seen: Seen) -> Sums:
    """What was found at one market."""
    return group(of, {"market-1": seen}).sums


SCORES: list[tuple[Seen, View, bool, str | None, str | None]] = [
    # what was found, view, unobserved: zero -> by hand, pooled and along the outline
    ({"clean": "1"}, "now", False, "100", "100"),
    ({"clean": "0.5 1"}, "now", False, "75", "75"),  # two visits that count by themselves
    # (3 x 1 + 1/2 x 0 + 4/3 x 1/4) / (29/6) = 20/29; Ⅲ-1 (3 + 1/3) / (13/3) = 10/13, Ⅲ-2 0
    ({"clean": "1", "half": "0", "third": "0.25"}, "now", False, "2000/29", "750/13"),
    # (3/2 + 3/2) / 5: a quarter of two points is lost; 3/4 x 1/2 + 1/4 x 3/4
    ({"clean": "0.5", "lost": "0.75"}, "now", False, "60", "56.25"),
    # (3 x 1/2 + 2 x (1 + 1/2)) / 7; 3/4 x 1/2 + 1/4 x 3/4
    ({"clean": "0.5", "lost": "1 0.5"}, "now", False, "450/7", "56.25"),
    ({"clean": "0.5", "strict": "1 0"}, "now", False, "250/5", "50"),  # the lowest of all sites decides no site
    ({"member": "1", "bonus": "1"}, "now", False, None, None),
    ({"clean": "w n -"}, "now", False, None, None),
    ({}, "now", False, None, None),
    # open findings: as things are, under zero, at the lowest and at the highest
    ({"clean": "1 -", "lost": "x"}, "now", False, "100", "100"),
    ({"clean": "1 -", "lost": "x"}, "now", True, "300/8", "37.5"),
    ({"clean": "1 -", "lost": "x"}, "low", False, "300/8", "37.5"),
    ({"clean": "1 -", "lost": "x"}, "high", False, "100", "100"),
    ({"clean": "1", "scale": "-"}, "low", False, "325/4", "325/4"),
    ({"clean": "1", "scale": "- -"}, "high", False, "90", "375/4"),  # (3 + 3/4 + 3/4) / 5; (3 + 3/4) / 4
    ({"clean": "1", "scale": "-"}, "now", True, "75", "75"),
    ({"clean": "1", "scale": "-"}, "high", True, "375/4", "375/4"),
]


@pytest.mark.parametrize(("seen", "view", "zero", "pooled", "tree"), SCORES)
def test_scores_of_a_site(seen: Seen, view: View, zero: bool, pooled: str | None, tree: str | None) -> None:
    for way, score in (("pooled", pooled), ("tree", tree)):
        of = made(site=way, unobserved="zero" if zero else "leave_out")
        assert site_score(of, sums(of, seen), view) == number(score)


CAPS: list[tuple[Seen, View, bool, str | None, str | None, tuple[str, ...]]] = [
    # found, view, zero -> before the caps, after them, and who holds it down
    ({"clean": "1", "fire": "1"}, "now", False, "100", "100", ()),
    ({"clean": "1", "fire": "0"}, "now", False, "75", "59", ("fire",)),
    ({"clean": "1", "fire": "0.1"}, "now", False, "77.5", "77.5", ()),  # partial is not missed
    ({"clean": "1", "fire": "0", "food": "0"}, "now", False, "75", "30", ("food",)),  # the lowest
    ({"clean": "1", "food": "0", "smoke": "0"}, "now", False, "100", "30", ("food", "smoke")),
    ({"clean": "0.1", "food": "0"}, "now", False, "10", "10", ()),
    ({"clean": "0.3", "food": "0"}, "now", False, "30", "30", ()),  # 30 by itself
    ({"clean": "1", "fire": "1 0"}, "now", False, "80", "59", ("fire",)),  # one of two visits is enough
    ({"clean": "1", "fire": "-", "food": "x"}, "now", False, "100", "100", ()),
    ({"clean": "1", "fire": "-"}, "now", True, "75", "59", ("fire",)),
    ({"clean": "1", "food": "x"}, "low", False, "100", "30", ("food",)),
    ({"clean": "1", "food": "x"}, "high", False, "100", "100", ()),
    ({"clean": "1", "food": "w"}, "low", False, "100", "100", ()),
    ({"food": "0"}, "now", False, None, None, ()),  # nothing counts: there is nothing to hold
]


@pytest.mark.parametrize(("seen", "view", "zero", "before", "after", "by"), CAPS)
def test_missed_vetoes_cap_the_site(
    seen: Seen, view: View, zero: bool, before: str | None, after: str | None, by: tuple[str, ...]
) -> None:
    of = made(unobserved="zero" if zero else "leave_out")
    told = SiteFigure(of, sums(of, seen), view).after()
    assert (told.uncapped, told.score, told.held_by) == (number(before), number(after), by)


def test_the_caps_of_a_score_come_lowest_first() -> None:
    of = made()
    told = SiteFigure(of, sums(of, {"clean": "1", "fire": "0", "smoke": "0", "food": "0"}), "now").after()
    assert told == SiteScore(Fraction(75), ((Fraction(30), "food"), (Fraction(30), "smoke"), (Fraction(59), "fire")))


def test_only_the_lowest_cap_holds_a_score() -> None:
    """With 30 gone 59 would hold, but it is 30 that the site feels."""
    told = SiteScore(Fraction(75), ((Fraction(30), "food"), (Fraction(59), "fire")))
    assert (told.score, told.held_by) == (Fraction(30), ("food",))


CHANGES: list[tuple[Seen, Seen]] = [  # what was found, and what is found otherwise
    ({"clean": "0.5", "lost": "0.75"}, {"clean": "1"}),
    ({"clean": "0.5", "lost": "0.75"}, {"lost": "1"}),
    ({"clean": "1", "third": "0.5", "half": "0"}, {"half": "1", "third": "0"}),
    ({"clean": "1 -", "lost": "x"}, {"clean": "1 0", "lost": "0"}),  # open ones are counted
    ({"clean": "-"}, {"clean": "1"}),
    ({"clean": "1", "fire": "0"}, {"fire": "1"}),  # the cap goes
    ({"clean": "1", "fire": "0", "food": "0"}, {"food": "1"}),  # and another one is left
    ({"clean": "1", "food": "-"}, {"food": "0"}),  # the cap comes
    ({"clean": "0.5", "member": "0"}, {"member": "1"}),
]


@pytest.mark.parametrize("way", ["pooled", "tree"])
@pytest.mark.parametrize("view", ["now", "low", "high"])
@pytest.mark.parametrize(("seen", "changed"), CHANGES)
def test_a_score_with_findings_otherwise_is_that_of_the_site_then(
    seen: Seen, changed: Seen, view: View, way: str
) -> None:
    of = made(site=way)
    figure = SiteFigure(of, sums(of, seen), view)
    now = figure.after()
    assert figure.after(sums(of, changed)) == SiteFigure(of, sums(of, {**seen, **changed}), view).after()
    assert figure.after() == now  # asking changes nothing


BOUNDS: list[tuple[Seen, tuple[str, str] | None]] = [
    ({"clean": "0.5"}, ("50", "50")),
    ({"clean": "1", "scale": "-"}, ("325/4", "100")),  # at its highest 375/4: below what it is now
    ({"clean": "0.1", "scale": "-"}, ("10", "26.25")),  # (0.3 + 1/4) / 4 at its lowest: above what it is now
    ({"clean": "1 -", "fire": "1", "food": "-"}, ("30", "100")),  # 4/7, were it not for the veto
    ({"clean": "-"}, ("0", "100")),
    ({"clean": "w"}, None),
    ({"member": "-"}, None),  # open, but of no weight
]


@pytest.mark.parametrize(("seen", "ends"), BOUNDS)
def test_bounds_of_a_site(seen: Seen, ends: tuple[str, str] | None) -> None:
    of = made()
    told = sums(of, seen)
    bounds = Bounds(Fraction(ends[0]), Fraction(ends[1])) if ends is not None else None
    assert site_bounds(of, told, site_score(of, told, "now")) == bounds


AROUND: list[tuple[tuple[int | None, int | None, int | None], tuple[int, int] | None]] = [
    ((50, 40, 60), (40, 60)),
    ((30, 40, 60), (30, 60)),
    ((70, 40, 60), (40, 70)),
    ((None, 40, 60), (40, 60)),
    ((50, None, 60), None),
    ((50, 40, None), None),
    ((0, 0, 0), (0, 0)),
]


@pytest.mark.parametrize(("told", "ends"), AROUND)
def test_bounds_hold_the_figure_itself(
    told: tuple[int | None, int | None, int | None], ends: tuple[int, int] | None
) -> None:
    bounds = around(*exact(*told))
    assert bounds == (Bounds(Fraction(ends[0]), Fraction(ends[1])) if ends is not None else None)


COVERED: list[tuple[Seen, tuple[str, str] | None]] = [
    ({"clean": "1", "lost": "0", "fire": "-"}, ("5", "6")),
    ({"clean": "0.5 -", "fire": "x"}, ("3", "7")),
    ({"clean": "-", "half": "1"}, ("1/2", "7/2")),
    ({"clean": "-"}, ("0", "3")),
    ({"clean": "w n", "fire": "1"}, ("1", "1")),
    ({"clean": "w n"}, None),
    ({"member": "1", "bonus": "-", "food": "1"}, None),  # of no weight
    ({"clean": "x", "member": "1"}, ("0", "3")),
]


@pytest.mark.parametrize(("seen", "covered"), COVERED)
def test_coverage_of_a_site_goes_by_the_points_of_its_findings(seen: Seen, covered: tuple[str, str] | None) -> None:
    of = made()
    expected = Coverage(Fraction(covered[0]), Fraction(covered[1])) if covered is not None else None
    assert site_coverage(of, sums(of, seen)) == expected
