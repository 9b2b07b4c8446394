"""Sums over tables of codes: the same as those over a row for every finding."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from fractions import Fraction
from math import prod
from random import Random
from typing import Any

import numpy as np
import polars as pl
import pytest

from duibiao.evaluator.codes import MET, MISSED, PARTIAL, STATUS_OF, Codes, Meaning
from duibiao.evaluator.columns import E9
from duibiao.evaluator.evaluate import Evaluation
from duibiao.evaluator.histograms import (
    Bundle,
    Terms,
    held,
    points_of_rows,
    positions,
    row_sums,
    tallies,
    values_by_group,
)
from duibiao.evaluator.rules import FIRST_LEVEL
from duibiao.evaluator.sums import TooLarge
from tests.city import judge
from tests.drawn_visits import CRITERIA, drawn_catalogue, drawn_submission

COUNTED = ("met", "partial", "missed")
GROUPS = 5
MODES = ("latest", "worst", "mean", "each")
POINTS = {name: Fraction(number + 1, 4) for number, name in enumerate(CRITERIA[:-1])}  # the last counts nothing


@pytest.fixture(scope="module", params=MODES)
def evaluation(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    catalogue = drawn_catalogue(tmp_path_factory.mktemp(request.param), request.param)
    return judge(catalogue, drawn_submission(catalogue, 11))


@pytest.fixture(scope="module")
def table(evaluation: Evaluation) -> Codes:
    return evaluation.codes["spot"]


def rows_of(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Every finding with the row of the table that it stands in, and waived as a status."""
    table = evaluation.codes["spot"]
    key = "visit" if table.by_visit else "site"
    visits = evaluation.frames["spot"]["visit"].gather(table.order.gather(table.rows["last"]))
    numbers = table.rows.select("site", visits).with_row_index("#row").select("#row", key)
    found = evaluation.findings.join(numbers, on=key, how="left")
    waived = pl.when("waived").then(pl.lit("waived")).otherwise("status").alias("status")
    return list(found.with_columns(waived).iter_rows(named=True))


def drawn_groups(table: Codes) -> list[int]:
    random = Random(3)
    return [random.choice((0, 1, 1, 4)) for _ in range(table.height)]  # 2 and 3 stay empty


@pytest.mark.parametrize("bins", [1, 300, 16_384])
def test_tallies(evaluation: Evaluation, table: Codes, bins: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("duibiao.evaluator.histograms.BINS", bins)
    groups = drawn_groups(table)
    counts: Counter[tuple[str, int, str]] = Counter()
    sums: Counter[tuple[str, int]] = Counter()
    for row in rows_of(evaluation):
        cell = row["criterion"], groups[row["#row"]]
        counts[*cell, row["status"]] += 1
        sums[cell] += row["value"] if row["status"] in COUNTED else 0
    found = tallies(table, np.array(groups), GROUPS).frame()
    assert dict(found.schema) == {
        "criterion": pl.String(),
        "group": pl.UInt32(),
        **dict.fromkeys(STATUS_OF, pl.Int64()),
        "value": pl.Int64(),
    }
    told = {(row["criterion"], row["group"]): row for row in found.iter_rows(named=True)}
    assert set(told) == set(sums)
    for cell, row in told.items():
        assert {name: row[name] for name in STATUS_OF} == {name: counts[*cell, name] for name in STATUS_OF}
        assert row["value"] == sums[cell]
    assert found.select(STATUS_OF).sum_horizontal().sum() == table.height * len(CRITERIA)
    assert all(found[name].sum() for name in STATUS_OF)


def test_every_row_may_be_a_group_of_its_own(evaluation: Evaluation, table: Codes) -> None:
    found = tallies(table, np.arange(table.height, dtype=np.uint8), table.height).frame()
    told = {(row["criterion"], row["group"]): row for row in found.iter_rows(named=True)}
    rows = rows_of(evaluation)
    assert len(told) == len(rows) == table.height * len(CRITERIA)
    for row in rows:
        counted = told[row["criterion"], row["#row"]]
        assert [name for name in STATUS_OF if counted[name]] == [row["status"]]
        assert counted["value"] == (row["value"] if row["status"] in COUNTED else 0)


def test_values_by_group(evaluation: Evaluation, table: Codes) -> None:
    groups = drawn_groups(table)
    for criterion in CRITERIA:
        expected = Counter(
            (groups[row["#row"]], row["value"])
            for row in rows_of(evaluation)
            if row["criterion"] == criterion and row["status"] in COUNTED
        )
        found = values_by_group(table, criterion, np.array(groups))
        assert found.rows() == [(*cell, number) for cell, number in sorted(expected.items())]
        assert dict(found.schema) == {"group": pl.UInt32(), "value": pl.Int64(), "number": pl.UInt32()}


@pytest.mark.parametrize(("block", "entries"), [(8_192, 1_024), (7, 1_024), (1, 1), (8_192, 40)])
def test_points_of_rows(
    evaluation: Evaluation, table: Codes, block: int, entries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("duibiao.evaluator.histograms.BLOCK", block)
    monkeypatch.setattr("duibiao.evaluator.histograms.ENTRIES", entries)
    earned: dict[object, Fraction] = defaultdict(Fraction)
    possible: dict[object, Fraction] = defaultdict(Fraction)
    open_: dict[object, Fraction] = defaultdict(Fraction)
    for row in rows_of(evaluation):
        points = POINTS.get(row["criterion"], Fraction(0))
        if row["status"] in COUNTED and points:
            value = Fraction(row["value"], 10**9)
            earned[row["#row"]] += points - value if row["loses"] else points * value
            possible[row["#row"]] += points
        elif row["status"] in ("unobserved", "invalid"):
            open_[row["#row"]] += points
    found = points_of_rows(table, POINTS)
    assert found.unit == 4
    numbers = range(table.height)
    assert [Fraction(each, found.unit * 10**9) for each in found.earned] == [earned[row] for row in numbers]
    assert [Fraction(each, found.unit) for each in found.possible] == [possible[row] for row in numbers]
    assert [Fraction(each, found.unit) for each in found.open] == [open_[row] for row in numbers]


@pytest.mark.parametrize(("statuses", "names"), [((PARTIAL, MISSED), {"partial", "missed"}), ((MET,), {"met"})])
def test_positions(evaluation: Evaluation, table: Codes, statuses: tuple[int, ...], names: set[str]) -> None:
    expected = sorted((row["criterion"], row["#row"]) for row in rows_of(evaluation) if row["status"] in names)
    found = [(criterion, int(row)) for criterion, rows in positions(table, statuses) for row in rows]
    assert sorted(found) == expected
    assert [criterion for criterion, _ in positions(table)] == list(CRITERIA)


@pytest.mark.parametrize(("statuses", "names"), [((PARTIAL, MISSED), {"partial", "missed"}), ((MET,), {"met"})])
def test_held_at_some_rows(evaluation: Evaluation, table: Codes, statuses: tuple[int, ...], names: set[str]) -> None:
    some = [table.height - 1, 0, 3, 3, 5, 8, 2]
    told = {(row["criterion"], row["#row"]): row["status"] in names for row in rows_of(evaluation)}
    for criterion, meaning in table.meanings.items():
        wanted = [code for code, status in enumerate(meaning.statuses) if status in statuses]
        assert held(table, criterion, wanted).tolist() == [told[criterion, row] for row in range(table.height)]
        assert held(table, criterion, wanted, np.array(some)).tolist() == [told[criterion, row] for row in some]


AT_ONCE = [  # entries of a table at most -> criteria of 7, 8 and 9 codes (with waived) in each table
    (1, [[7], [8], [9], [7]]),
    (55, [[7], [8], [9], [7]]),
    (56, [[7, 8], [9], [7]]),
    (63, [[7, 8], [9, 7]]),
    (503, [[7, 8], [9, 7]]),
    (504, [[7, 8, 9], [7]]),
    (3528, [[7, 8, 9, 7]]),
]


@pytest.mark.parametrize(("most", "together"), AT_ONCE)
def test_as_many_criteria_at_once_as_a_table_may_hold(
    table: Codes, most: int, together: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def bincount(cells: Any, minlength: int) -> Any:
        counted.append(minlength)
        return count(cells, minlength=minlength)

    def take(bundle: Bundle, codes: Codes, start: int, number: int) -> Any:
        looked_up.append(len(bundle.table))
        return sums(bundle, codes, start, number)

    counted: list[int] = []
    looked_up: list[int] = []
    count, sums = np.bincount, Bundle.sums
    monkeypatch.setattr(np, "bincount", bincount)
    monkeypatch.setattr(Bundle, "sums", take)
    monkeypatch.setattr("duibiao.evaluator.histograms.BINS", GROUPS * most)
    monkeypatch.setattr("duibiao.evaluator.histograms.ENTRIES", most)

    names = ("one", "two", "three", "four")
    meanings = {
        name: Meaning((E9, *range(size - 5)), loses=False, most=E9)
        for name, size in zip(names, (7, 8, 9, 7), strict=True)
    }
    met = pl.DataFrame(dict.fromkeys(names, [FIRST_LEVEL] * 2), schema=dict.fromkeys(names, pl.UInt8))
    none = pl.DataFrame()
    two = replace(table, rows=table.rows.head(2), meanings=meanings, codes=met, values=none, back=none, waived=none)
    assert tallies(two, np.array([4, 4]), GROUPS).values[:, 4].tolist() == [2 * E9] * 4
    assert row_sums(two, [Terms({}, dict.fromkeys(names, 2))])[0].to_list() == [8 * E9] * 2

    sizes = [prod(each) for each in together]
    assert sorted(counted[1:]) == sorted(GROUPS * each for each in sizes)  # the first counts the rows
    assert sorted(looked_up) == sorted(sizes)


def test_a_sum_that_is_too_large_is_refused(table: Codes, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TooLarge):
        row_sums(table, [Terms({}, {"passed": 2**63})])
    assert row_sums(table, [Terms({}, {"passed": 1})])[0].max() == 10**9
    most = 2 * 10**9 * (table.height - 3)  # what a finding of `lost` takes at most, and three rows in a group apart
    groups = [0, *[1] * (table.height - 3), 0, 0]
    monkeypatch.setattr("duibiao.evaluator.histograms.INT64_MAX", most)
    assert tallies(table, np.array(groups), 2).values.shape == (len(CRITERIA), 2)
    monkeypatch.setattr("duibiao.evaluator.histograms.INT64_MAX", most - 1)
    with pytest.raises(TooLarge):
        tallies(table, np.array(groups), 2)


FULL = 10**9
BOUNDS = [  # by status, by value, what a finding adds at most
    ({}, {}, 0),
    ({"c": [0, 0, 0, 4, 5, -6, 0]}, {}, 6),
    ({"c": [0, 0, 0, 4, 5, 6, 7]}, {"other": 9}, 7),
    ({}, {"c": 3}, 6 * FULL),
    ({}, {"c": -3}, 6 * FULL),
    ({"c": [8, 0, 0, 0, 0, 0, 0]}, {"c": -3}, 6 * FULL + 8),
]


@pytest.mark.parametrize(("by_status", "by_value", "bound"), BOUNDS)
def test_what_a_finding_adds_at_most(by_status: dict[str, list[int]], by_value: dict[str, int], bound: int) -> None:
    meaning = Meaning((), loses=True, most=2 * FULL)
    assert Terms(by_status, by_value).bound("c", meaning) == bound


def test_sums_of_rows_are_refused_above_the_largest_number(table: Codes, monkeypatch: pytest.MonkeyPatch) -> None:
    terms = Terms({"passed": [5] * 7}, {"lost": -1})
    monkeypatch.setattr("duibiao.evaluator.histograms.INT64_MAX", 5 + 2 * FULL)
    [found] = row_sums(table, [terms])
    lost = pl.select(pl.when(table.statuses("lost").is_in([MET, PARTIAL, MISSED])).then(table.value("lost")))
    assert found.to_list() == (5 - lost.to_series().fill_null(0)).to_list()
    monkeypatch.setattr("duibiao.evaluator.histograms.INT64_MAX", 4 + 2 * FULL)
    with pytest.raises(TooLarge):
        row_sums(table, [terms])
    with pytest.raises(TooLarge):
        row_sums(table, [Terms({}, {}), terms])
    assert [each.to_list() for each in row_sums(table, [Terms({}, {}), Terms({"seen": [1] * 7}, {})])] == [
        [0] * table.height,
        [1] * table.height,
    ]
    assert [each.to_list() for each in row_sums(table, [Terms({}, {})])] == [[0] * table.height]


def test_a_table_without_rows_adds_up_to_nothing(table: Codes) -> None:
    frames = ("rows", "codes", "values", "back", "waived")
    empty = replace(table, **{name: getattr(table, name).clear() for name in frames})
    found = tallies(empty, np.array([], np.uint8), 2)
    assert found.counts.sum() == found.values.sum() == 0
    assert found.frame().is_empty()
