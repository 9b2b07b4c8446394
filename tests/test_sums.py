"""Findings added up: what counts of a criterion, one finding mended, open ones settled, rows of a table."""

from __future__ import annotations

from typing import Literal

import polars as pl
import pytest

from duibiao.evaluator.assessment import Status, Tally
from duibiao.evaluator.method import Rule
from duibiao.evaluator.sums import Ends, Group, Mended, Settled, Sum, TooLarge, View, add_up
from tests.methods import E9, exact, found, group, method, number, rule, value

LINE = rule("line", "3")
LOST = rule("lost", "4", loses=True)
STRICT = rule("strict", "2", lowest=True)
SCALE = rule("scale", "5", ends=("0.25", "0.75"))
RULES = {each.id: each for each in (LINE, LOST, STRICT, SCALE)}
HALF = E9 // 2


# ------------------------------------------------------------------ what a sum is made of


def test_a_sum_carries_scores_or_points_lost_in_billionths() -> None:
    assert found(LINE, "1 0.5 0 w n") == Sum(Tally(1, 1, 1, 0, 1, 1), E9 + HALF)
    assert found(LOST, "1 0.5 0") == Sum(Tally(1, 1, 1), 2 * E9 + 4 * E9)  # of 4 points half are lost, and all
    assert found(STRICT, "1 0.5 1") == Sum(Tally(2, 1), 2 * E9 + HALF, (), ((HALF, 1), (E9, 2)))
    assert found(SCALE, "- x 1") == Sum(Tally(1, 0, 0, 1, invalid=1), E9, (Ends(E9 // 4, 3 * E9 // 4, 2),))


def test_sums_of_two_groups_are_added_entry_by_entry() -> None:
    one = Sum(Tally(1, unobserved=3), 5, (Ends(1, 9, 2), Ends(2, 8, 1)), ((3, 1), (7, 2)))
    other = Sum(Tally(2, invalid=4), 6, (Ends(0, 9, 1), Ends(1, 9, 3)), ((2, 1), (3, 4)))
    assert one + other == Sum(
        Tally(3, unobserved=3, invalid=4),
        11,
        (Ends(0, 9, 1), Ends(1, 9, 5), Ends(2, 8, 1)),
        ((2, 1), (3, 5), (7, 2)),
    )


COUNTS: list[tuple[str, str, View, bool, tuple[int, str, str, int] | None]] = [
    # rule, what was found, view, unobserved: zero -> findings, sum of their scores, mean or lowest, missed
    ("line", "1 0.5 0", "now", False, (3, "1.5", "1/2", 1)),
    ("line", "1 0.5 0 - x", "now", False, (3, "1.5", "1/2", 1)),
    ("line", "1 0.5 0 - x", "now", True, (5, "1.5", "3/10", 3)),
    ("line", "1 0.5 0 - x", "low", False, (5, "1.5", "3/10", 3)),
    ("line", "1 0.5 0 - x", "high", False, (5, "3.5", "7/10", 1)),
    ("line", "w n -", "now", False, None),
    ("line", "w n -", "now", True, (1, "0", "0", 1)),
    ("lost", "1 0.25 -", "now", False, (2, "1.25", "5/8", 0)),
    ("lost", "1 0.25 -", "now", True, (3, "1.25", "5/12", 1)),
    ("lost", "1 0.25 -", "low", False, (3, "1.25", "5/12", 1)),
    ("lost", "1 0.25 -", "high", False, (3, "2.25", "3/4", 0)),
    ("strict", "1 0.5 0.75", "now", False, (3, "2.25", "1/2", 0)),
    ("strict", "1 1 -", "now", True, (3, "2", "0", 1)),
    ("strict", "0.5 -", "high", False, (2, "1.5", "1/2", 0)),
    ("strict", "-", "high", False, (1, "1", "1", 0)),
    ("scale", "1 - -", "low", False, (3, "1.5", "1/2", 0)),  # not missed: it cannot come out below 1/4
    ("scale", "1 - -", "high", False, (3, "2.5", "5/6", 0)),
    ("scale", "1 - -", "now", True, (3, "1", "1/3", 2)),  # nobody looked: nothing, whatever the rule could give
]


@pytest.mark.parametrize(("name", "seen", "view", "zero", "expected"), COUNTS)
def test_what_counts_of_a_criterion(
    name: str, seen: str, view: View, zero: bool, expected: tuple[int, str, str, int] | None
) -> None:
    count = found(RULES[name], seen).count(RULES[name], view=view, zero=zero)
    told = (count.n, count.s, count.m, count.missed) if count is not None else None
    assert told == ((expected[0], *exact(expected[1], expected[2]), expected[3]) if expected else None)


# ------------------------------------------------------------------ what changes a sum

MENDED: list[tuple[Rule, str, Status, str, str]] = [  # rule, found before, status and score of the mended one, after
    (LINE, "0.5 0 -", "partial", "0.5", "1 0 -"),
    (LINE, "0.5 0 x", "missed", "0", "0.5 1 x"),
    (LOST, "0.25 0 1", "partial", "0.25", "1 0 1"),
    (LOST, "0.25 0 1", "missed", "0", "0.25 1 1"),
    (STRICT, "0.5 0.5 0", "partial", "0.5", "1 0.5 0"),
    (STRICT, "0.5 1 0 -", "missed", "0", "0.5 1 1 -"),
    (STRICT, "0.5", "partial", "0.5", "1"),
]


@pytest.mark.parametrize(("of", "before", "status", "score", "after"), MENDED)
def test_a_mended_finding_is_met_and_all_others_stay(
    of: Rule, before: str, status: Status, score: str, after: str
) -> None:
    assert Mended(status, value(of, score))(found(of, before), of) == found(of, after)


SETTLED: list[tuple[Rule, str, str, Literal["low", "high"], str]] = [
    # rule, found in the group, what is open at the site, at which end, found afterwards
    (LINE, "1 - x", "-", "low", "1 0 x"),
    (LINE, "1 - x", "x", "high", "1 - 1"),
    (LINE, "1 - - x", "- x", "high", "1 1 1 -"),
    (LINE, "- -", "- -", "low", "0 0"),
    (LOST, "0.5 -", "-", "low", "0.5 0"),
    (LOST, "0.5 -", "-", "high", "0.5 1"),
    (SCALE, "1 - -", "-", "low", "1 0.25 -"),
    (SCALE, "1 - -", "- -", "high", "1 0.75 0.75"),
    (STRICT, "0.5 - -", "- -", "high", "0.5 1 1"),
    (STRICT, "0.5 - -", "-", "low", "0.5 0 -"),
    (STRICT, "0 1 -", "-", "low", "0 0 1"),
]


@pytest.mark.parametrize(("of", "before", "at_site", "end", "after"), SETTLED)
def test_open_findings_of_a_site_are_settled_at_one_end(
    of: Rule, before: str, at_site: str, end: Literal["low", "high"], after: str
) -> None:
    own = found(of, at_site)
    assert Settled(own.open, own.tally, end)(found(of, before), of) == found(of, after)


def test_settling_leaves_what_is_open_between_other_ends() -> None:
    """The same criterion, open at two site types where it can give other scores."""
    old = Sum(Tally(unobserved=3), 0, (Ends(0, E9, 1), Ends(HALF, E9, 2)))
    settled = Settled((Ends(HALF, E9, 1),), Tally(unobserved=1), "low")(old, LINE)
    assert settled == Sum(Tally(partial=1, unobserved=2), HALF, (Ends(0, E9, 1), Ends(HALF, E9, 1)))


# ------------------------------------------------------------------ rows of a table

METHOD = method(LINE, LOST, STRICT, SCALE)
LOOSE = method(LINE, LOST)
ROWS: list[tuple[str | None, str, str, str, str, str | None]] = [
    # unit, site, its type, criterion, status, score
    ("b", "market-1", "market", "line", "met", "1"),
    ("b", "market-1", "market", "lost", "partial", "0.5"),
    ("b", "road-1", "road", "line", "partial", "0.5"),
    ("b", "road-1", "road", "line", "unobserved", None),
    ("a", "market-2", "market", "line", "waived", "0"),  # what it would have been counts for nothing
    ("a", "market-2", "market", "strict", "partial", "0.5"),
    ("a", "market-3", "market", "strict", "met", "1"),
    ("a", "market-3", "market", "strict", "met", "1"),
    ("a", "road-2", "road", "strict", "missed", "0"),
    ("a", "market-3", "market", "scale", "invalid", None),
    ("a", "market-3", "market", "line", "not_applicable", None),
    (None, "papers-1", "papers", "strict", "waived", "1"),
    (None, "papers-1", "papers", "strict", "missed", "0"),
]
SCHEMA = {
    **dict.fromkeys(("unit", "site", "site_type", "part", "criterion", "status"), pl.String()),
    "value": pl.Int64(),
}


def table(rows: list[tuple[str | None, str, str, str, str, str | None]]) -> pl.DataFrame:
    """Findings as rows; the last column of ``rows`` is the score."""
    told = []
    for unit, site, kind, criterion, status, score in rows:
        exact = number(score)
        told.append(
            (unit, site, kind, METHOD.part_of[kind], criterion, status,
             RULES[criterion].value(exact) if exact is not None else None)
        )  # fmt: skip
    return pl.DataFrame(told, schema=SCHEMA, orient="row")


BY_UNIT = {
    "b": {"market-1": {"line": "1", "lost": "0.5"}, "road-1": {"line": "0.5 -"}},
    "a": {
        "market-2": {"line": "w", "strict": "0.5"},
        "market-3": {"strict": "1 1", "scale": "x", "line": "n"},
        "road-2": {"strict": "0"},
    },
    "": {"papers-1": {"strict": "w 0"}},  # rows without a unit
}


def test_rows_are_added_up_by_group_part_and_criterion() -> None:
    expected = {unit: Group(group(METHOD, city).sums, {}) for unit, city in BY_UNIT.items()}
    assert add_up(METHOD, table(ROWS), "unit") == expected


def test_rows_are_added_up_by_site_too_where_that_is_asked() -> None:
    expected = {unit: group(METHOD, city) for unit, city in BY_UNIT.items()}
    assert add_up(METHOD, table(ROWS), group="unit", by_site=True) == expected


def test_groups_sites_and_criteria_come_in_order() -> None:
    found_ = add_up(METHOD, table(ROWS[::-1]), "unit", by_site=True)
    assert list(found_) == ["", "a", "b"]
    assert list(found_["a"].sites) == ["market-2", "market-3", "road-2"]
    assert list(found_["a"].sums) == [("on_site", name) for name in ("line", "scale", "strict")]


def test_values_are_told_only_where_the_lowest_decides() -> None:
    rows = [each for each in ROWS if each[3] in {"line", "lost"}]
    (of_b,) = (each.sums for unit, each in add_up(LOOSE, table(rows), "unit").items() if unit == "b")
    assert {name: each.values for (_, name), each in of_b.items()} == {"line": (), "lost": ()}


def test_values_where_the_lowest_decides_come_in_order() -> None:
    seen = ["1", "0.9", "0.2", "0.8", "0.1", "0.7", "0.3", "0.6", "0.4", "0.5", "0.9"]
    rows = [("a", "market-1", "market", "strict", "met" if each == "1" else "partial", each) for each in seen]
    assert add_up(METHOD, table(list(rows)), "unit")["a"].sums == {("on_site", "strict"): found(STRICT, " ".join(seen))}


def test_a_group_knows_how_many_findings_have_each_status() -> None:
    assert group(METHOD, BY_UNIT["a"]).tally == Tally(2, 1, 1, 0, 1, 1, 1)
    assert Group({}, {}).tally == Tally()


TOO_LARGE = [  # values of rows whose sum might leave the numbers of 64 bits
    ((2**63 - 1,), False),
    ((-(2**63) + 1,), False),
    ((2**62, 2**62), True),
    ((-(2**62), -(2**62)), True),
    ((2**62, 1), True),  # not the sum decides: the largest, as often as there are rows
    ((2**62 - 1, 2**62 - 1), False),
    ((2**62, None), True),
    ((None, None), False),
]


@pytest.mark.parametrize(("values", "stops"), TOO_LARGE)
def test_a_sum_that_could_leave_the_exact_numbers_stops(values: tuple[int | None, ...], stops: bool) -> None:
    frame = table([("a", "market-1", "market", "lost", "partial", None)] * len(values))
    frame = frame.with_columns(pl.Series("value", values, dtype=pl.Int64))
    if stops:
        with pytest.raises(TooLarge, match=f"{len(values)} x {2**62}"):
            add_up(METHOD, frame, "unit")
    else:
        of_group = add_up(METHOD, frame, "unit")["a"]
        assert of_group.sums["on_site", "lost"].value == sum(each or 0 for each in values)
