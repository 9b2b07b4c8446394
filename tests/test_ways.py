"""The ways from what counts of criteria to the figure of a part, and what becomes of it where some count otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

import pytest

from duibiao.criteria.models import Place
from duibiao.evaluator.sums import Count
from duibiao.evaluator.ways import WAYS, combined
from tests.methods import method, number, rule

Counts = Mapping[str, Count]
OUTLINE: Final = (
    Place(id="Ⅰ-1", title="一", weight=Decimal(60), under=(
        Place(id="Ⅲ-1", title="甲", weight=Decimal(75)),
        Place(id="Ⅲ-2", title="乙", weight=Decimal(25), combine="lowest"))),
    Place(id="Ⅰ-2", title="二", weight=Decimal(40)),
    Place(id="Ⅰ-3", title="三"),
)  # fmt: skip
METHOD: Final = method(
    rule("clean", "1"),
    rule("lines", "2"),
    rule("safe", "3", place="Ⅲ-2"),
    rule("calm", "9", place="Ⅲ-2"),
    rule("last", "5", place="Ⅰ-2"),
    rule("far", "5/2", place="Ⅰ-3"),
    rule("member", "4", counts=False),
    rule("bonus", "7", adjusts="5"),
    tree=OUTLINE,
)


def counts(**told: str) -> Counts:
    """How many findings of a criterion, and their mean: ``clean="2 x 0.5"``."""
    known = {}
    for name, each in told.items():
        n, _, mean = each.partition(" x ")
        score = Fraction(mean)
        known[name] = Count(int(n), int(n) * score.numerator, score.denominator, 0)
    return known


FIGURES: list[tuple[Counts, str | None, str | None, str | None]] = [
    # what counts, and by hand: pooled, the mean of criteria, along the outline
    (counts(clean="2 x 0.5"), "1/2", "1/2", "1/2"),
    # (1 x 2 x 1/2 + 2 x 1 x 1) / 4; (1/2 + 2 x 1) / 3; both on Ⅲ-1
    (counts(clean="2 x 0.5", lines="1 x 1"), "3/4", "5/6", "5/6"),
    # (1 + 2 + 3 x 4 x 1/4) / 16; (1/2 + 2 + 3/4) / 6; 0.75 x 5/6 + 0.25 x 1/4
    (counts(clean="2 x 0.5", lines="1 x 1", safe="4 x 0.25"), "6/16", "13/24", "11/16"),
    # the lower of safe and calm stands for Ⅲ-2: (3 x 1/4 + 9 x 1) / 12 in the others; 0.75 x 1 + 0.25 x 1/4
    (counts(clean="1 x 1", safe="1 x 0.25", calm="1 x 1"), "43/52", "43/52", "13/16"),
    # 0.6 x 1/2 + 0.4 x 1: (1/2 + 5) / 6
    (counts(clean="1 x 0.5", last="1 x 1"), "11/12", "11/12", "7/10"),
    # (1/2 + 5/2) / (7/2); a place without a weight weighs 1: (60 x 1/2 + 1) / 61
    (counts(clean="1 x 0.5", far="1 x 1"), "6/7", "6/7", "31/61"),
    # what has no weight counts for nothing
    (counts(clean="1 x 0.5", member="1 x 1", bonus="3 x 1"), "1/2", "1/2", "1/2"),
    (counts(member="1 x 1", bonus="3 x 0"), None, None, None),
    ({}, None, None, None),
    (counts(clean="1 x 0"), "0", "0", "0"),
]
THREE: Final = ("pooled", "mean_of_criteria", "tree")


@pytest.mark.parametrize(("known", "pooled", "means", "tree"), FIGURES)
def test_figures_by_each_way(known: Counts, pooled: str | None, means: str | None, tree: str | None) -> None:
    figures = [WAYS[way](METHOD, known).after({}) for way in THREE]
    assert figures == [number(pooled), number(means), number(tree)]


CHANGES: list[tuple[Counts, Counts]] = [  # what counts, and what counts otherwise
    (counts(clean="2 x 0.5", lines="1 x 1"), counts(clean="2 x 0.75")),
    (counts(clean="2 x 0.5", lines="1 x 1"), counts(lines="3 x 0")),  # open ones settled: more findings, and worse
    (counts(clean="2 x 0.5", lines="1 x 1"), counts(safe="4 x 0.25")),  # none counted before
    (counts(clean="1 x 1", safe="1 x 0.25", calm="1 x 0.5"), counts(safe="2 x 1", calm="1 x 0.75")),
    (counts(clean="1 x 1", last="3 x 0.25"), counts(last="3 x 0.5", clean="5 x 0.2")),
    (counts(last="3 x 0.25", safe="1 x 0"), counts(last="3 x 0.5")),
    (counts(clean="1 x 1", member="1 x 0.5"), counts(member="2 x 1")),
    ({}, counts(clean="1 x 0.25")),
    ({}, counts(bonus="1 x 1")),
]


@pytest.mark.parametrize("way", THREE)
@pytest.mark.parametrize(("known", "changes"), CHANGES)
def test_a_figure_with_criteria_counted_otherwise_is_that_of_the_new_counts(
    way: str, known: Counts, changes: Counts
) -> None:
    made = WAYS[way](METHOD, known)
    now = made.after({})
    assert made.after(changes) == WAYS[way](METHOD, {**known, **changes}).after({})
    assert made.after({}) == now  # asking changes nothing


Branch = tuple[str, str]  # weight, figure
COMBINED: list[tuple[Literal["mean", "geometric", "lowest"], list[Branch], str | None]] = [
    ("mean", [], None),
    ("mean", [("2", "1/3")], "1/3"),
    ("mean", [("2", "1/3"), ("1", "1")], "5/9"),
    ("mean", [("2", "0"), ("1", "0")], "0"),
    ("lowest", [], None),
    ("lowest", [("2", "1"), ("1", "1/3"), ("1", "1/2")], "1/3"),
    ("geometric", [], None),
    ("geometric", [("2", "1/3")], "1/3"),  # one branch: its own value, not rounded
    ("geometric", [("2", "0")], "0"),
    ("geometric", [("1", "1"), ("1", "0"), ("1", "1")], "0"),
    ("geometric", [("1", "1"), ("1", "1/4")], "1/2"),
    ("geometric", [("1", "1"), ("3", "1/16")], "1/8"),
    ("geometric", [("1/3", "1/8"), ("2/3", "1")], "1/2"),  # weights need not be whole numbers
    ("geometric", [("1", "1"), ("1", "1")], "1"),
    ("geometric", [("1", "1/2"), ("1", "1")], "0.707106781"),  # ...186: down
    ("geometric", [("1", "1/3"), ("1", "1")], "0.577350269"),  # ...189
    ("geometric", [("1", "3/4"), ("1", "1/5")], "0.387298335"),  # ...3346: up
    # exactly half a billionth more than 0.125: logarithms alone would land beside it
    ("geometric", [("1", "0.1250000005"), ("1", "0.1250000005")], "0.125000001"),
    ("geometric", [("1", "0.1250000005"), ("2", "0.1250000005")], "0.125000001"),
    # less than half by one in the 22nd decimal: down
    ("geometric", [("1", "0.1250000004999999999999"), ("1", "0.1250000004999999999999")], "0.125"),
]


@pytest.mark.parametrize(("how", "branches", "figure"), COMBINED)
def test_branches_make_the_figure_of_a_place(how: str, branches: list[Branch], figure: str | None) -> None:
    told = [(Fraction(weight), Fraction(each)) for weight, each in branches]
    assert combined(how, told) == combined(how, told[::-1]) == number(figure)


def test_a_geometric_mean_is_the_same_in_whatever_order_its_branches_come() -> None:
    """Logarithms have sixty digits, of which forty are kept before the mean is rounded."""
    told = [(Fraction(index, 7), Fraction(index, 97)) for index in range(1, 30)]
    assert len({combined("geometric", order) for order in (told, told[::-1], told[10:] + told[:10])}) == 1
