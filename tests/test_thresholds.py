"""The limits of criteria that ask questionnaires: which they are, and on which side of them a value lies."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from duibiao.criteria.models import Asked, Level, SourceRef
from duibiao.evaluator.thresholds import Limit, Side, limits_with_sides

TINY = Fraction(1, 10**12)


def asked(**rule: object) -> Asked:
    source = (SourceRef(ref="book", scope="national", confidence="high"),)
    return Asked.model_validate(
        {
            "id": "a",
            "title": "甲",
            "place": "Ⅲ-1",
            "site_types": ("poll",),
            "ask": "poll.support",
            "source": source,
            **rule,
        }
    )


@pytest.mark.parametrize(
    ("condition", "limits"),
    [
        ("rate >= 0.8", ["4/5 >="]), ("0.8 <= rate", ["4/5 >="]), ("0.8 < rate", ["4/5 >"]), ("0.8 > rate", ["4/5 <"]), ("rate <= 0.2", ["1/5 <="]),
        ("0.2 >= rate", ["1/5 <="]), ("rate < 0.2 or rate > 0.9", ["1/5 <", "9/10 >"]), ("rate > 0.5 and rate >= 0.5", ["1/2 >", "1/2 >="]),
        ("rate == 1", []), ("not rate >= 0.8", []), ("rate * 2 >= 1", []), ("rate >= 0.5 + 0.1", []),
    ],
)  # fmt: skip
def test_limits_of_a_condition(condition: str, limits: list[str]) -> None:
    assert [f"{each.at} {each.side}" for each in limits_with_sides(asked(**{"pass": condition}))] == limits


def test_limits_of_levels() -> None:
    levels = (
        Level(at_least=Decimal("0.9"), score=Decimal(1)),
        Level(above=Decimal("0.5"), below=Decimal("0.9"), score=Decimal("0.5")),
        Level(at_most=Decimal("0.1"), score=Decimal("0.2")),
    )
    assert [f"{each.at} {each.side}" for each in limits_with_sides(asked(levels=levels))] == [
        "1/10 <=",
        "1/2 >",
        "9/10 <",
        "9/10 >=",
    ]


@pytest.mark.parametrize(
    ("side", "below", "on", "above"),
    [(">=", False, True, True), (">", False, False, True), ("<=", True, True, False), ("<", True, False, False)],
)
def test_a_limit_by_the_rule_of_the_house(side: Side, below: bool, on: bool, above: bool) -> None:
    for at in (Fraction(17, 20), Fraction(120)):
        limit, step = Limit(at, side), Fraction(1, 10**8)
        assert [limit.holds(value) for value in (at - step, at, at + step)] == [below, on, above]
        assert limit.holds(at - TINY) is limit.holds(at + TINY) is on


@pytest.mark.parametrize(("at", "near"), [("1/2", "1e-11"), ("-1/2", "1e-11"), ("3", "3e-11"), ("-3", "3e-11")])
@pytest.mark.parametrize(
    ("side", "end", "holds"), [(">=", -1, True), (">", 1, False), ("<=", 1, True), ("<", -1, False)]
)
def test_how_near_a_limit_is_the_limit(at: str, near: str, side: Side, end: int, holds: bool) -> None:
    """At the end of what is near it is as if on the limit, a hair further it is not."""
    limit, edge = Limit(Fraction(at), side), Fraction(at) + end * Fraction(near)
    assert limit.holds(edge) is holds
    assert limit.holds(edge + end * Fraction(1, 10**15)) is not holds


@pytest.mark.parametrize(
    ("low", "high", "within"),
    [(0.8, 0.9, True), (0.86, 0.9, False), (0.8, 0.84, False), (0.85, 0.9, False), (0.8, 0.85, True)],
)
def test_an_interval_that_reaches_over_a_limit(low: float, high: float, within: bool) -> None:
    assert Limit(Fraction(17, 20), ">=").within(low, high) is within
