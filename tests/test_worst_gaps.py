"""The worst gaps of a criterion: the same as those that come first where all are sorted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import polars as pl
import pytest

from duibiao.evaluator.codes import MET, MISSED, PARTIAL, Codes, Meaning
from duibiao.evaluator.columns import E9
from duibiao.evaluator.histograms import held
from duibiao.evaluator.rules import FIRST_LEVEL, UNOBSERVED
from duibiao.evaluator.worst_gaps import worst_gaps
from tests.city import judge
from tests.drawn_visits import CRITERIA, drawn_catalogue, drawn_submission

TIMES = 9  # the sites of the drawn round stand there so many times under other names


@pytest.fixture(scope="module", params=["latest", "mean"])
def table(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Codes:
    """A table with many equals, whose rows are not in the order of their sites."""
    catalogue = drawn_catalogue(tmp_path_factory.mktemp(request.param), request.param)
    table = judge(catalogue, drawn_submission(catalogue, 11)).codes["spot"]

    def repeated(frame: pl.DataFrame) -> pl.DataFrame:
        return pl.concat([frame] * TIMES)

    again = repeated(table.rows).with_row_index("n")
    names = again.select(pl.format("{}/{}", (pl.col("n") * 37) % len(again), "site").alias("site"), "last")
    return replace(
        table,
        rows=names,
        codes=repeated(table.codes),
        values=repeated(table.values),
        back=repeated(table.back),
        waived=repeated(table.waived),
    )


def sorted_gaps(table: Codes, criterion: str) -> list[tuple[int, str, int]]:
    """How good each gap is, its site and row; the worst first, of equals the first by site."""
    meaning = table.meanings[criterion]
    told = zip(table.statuses(criterion), table.value(criterion), table.rows["site"], strict=True)
    return sorted(
        (meaning.good(value), site, row)
        for row, (status, value, site) in enumerate(told)
        if status in {PARTIAL, MISSED}
    )


@pytest.mark.parametrize("first_look", [0, 2, 64])
@pytest.mark.parametrize("shown", [0, 1, 2, 7, 40, 10_000])
def test_worst_gaps(table: Codes, shown: int, first_look: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("duibiao.evaluator.worst_gaps.FIRST_LOOK", first_look)
    by_site = table.rows["site"].arg_sort().to_numpy()
    some = 0
    for criterion in CRITERIA:
        expected = sorted_gaps(table, criterion)
        rows = worst_gaps(table, criterion, by_site, shown)
        assert sorted(rows.tolist()) == sorted(row for *_, row in expected[:shown])
        some += len(expected)
    assert some > 100


def test_a_table_without_gaps(tmp_path: Path) -> None:
    catalogue = drawn_catalogue(tmp_path, "latest")
    table = judge(catalogue, drawn_submission(catalogue, 11)).codes["spot"]
    empty = table.at(pl.Series([], dtype=pl.UInt32))
    for criterion in CRITERIA:
        assert worst_gaps(empty, criterion, empty.rows["site"].arg_sort().to_numpy(), 5).tolist() == []


# ------------------------------------------------------------------ made by hand

MADE = 1_000  # sites, in no order


def made(table: Codes, meaning: Meaning, codes: list[int], values: list[int | None] | None = None) -> Codes:
    """A table of one criterion: a site for every code."""
    sites = [f"S{place:04}" for place in Random(7).sample(range(len(codes)), len(codes))]
    none = pl.DataFrame()
    return replace(
        table,
        meanings={"rule": meaning},
        rows=pl.DataFrame({"site": sites, "last": [0] * len(codes)}),
        codes=pl.DataFrame({"rule": codes}, schema={"rule": pl.UInt8}),
        values=pl.DataFrame({"rule": values}, schema={"rule": pl.Int64}) if values is not None else none,
        back=none,
        waived=none,
    )


def valued(table: Codes, gaps: int, *, loses: bool) -> Codes:
    """Every gap has a value of its own, up to beyond what floats tell apart; what is no gap has any or none."""
    random = Random(11)
    codes = [FIRST_LEVEL + PARTIAL - MET] * gaps + [UNOBSERVED, FIRST_LEVEL] * ((MADE - gaps) // 2)
    values = [2**62 + each for each in random.sample(range(10 * MADE), gaps)] + [None, 0] * ((MADE - gaps) // 2)
    return made(table, Meaning((), loses=loses, most=2**62 + 10 * MADE), codes, values)


@pytest.mark.parametrize("loses", [False, True])
@pytest.mark.parametrize("gaps", [0, 2, 400])
@pytest.mark.parametrize("shown", [0, 1, 2, 3, 100, 399, 400, 401])
def test_the_worst_of_values_that_all_differ(table: Codes, loses: bool, gaps: int, shown: int) -> None:
    those = valued(table, gaps, loses=loses)
    rows = worst_gaps(those, "rule", those.rows["site"].arg_sort().to_numpy(), shown)
    assert sorted(rows.tolist()) == sorted(row for *_, row in sorted_gaps(those, "rule")[:shown])


def test_where_enough_of_the_first_sites_have_the_worst_gap_no_other_is_looked_at(
    table: Codes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """64 sites for each gap that is shown; levels in the order in which they are written."""
    looked_at: list[int | None] = []

    def look(codes: Codes, criterion: str, wanted: list[int], rows: Any = None) -> Any:
        looked_at.append(None if rows is None else len(rows))
        return held(codes, criterion, wanted, rows)

    monkeypatch.setattr("duibiao.evaluator.worst_gaps.held", look)
    of_levels = Meaning((E9, 0, E9 // 2), loses=False, most=E9)
    none, half = FIRST_LEVEL + 1, FIRST_LEVEL + 2
    often = made(table, of_levels, [none if place % 10 == 0 else half for place in range(MADE)])
    by_site = often.rows["site"].arg_sort().to_numpy()
    rows = worst_gaps(often, "rule", by_site, 3)
    assert sorted(rows.tolist()) == sorted(row for *_, row in sorted_gaps(often, "rule")[:3])
    assert looked_at == [3 * 64]
    seldom = made(table, of_levels, [none if place == 0 else half for place in range(MADE)])
    rows = worst_gaps(seldom, "rule", seldom.rows["site"].arg_sort().to_numpy(), 3)
    assert sorted(rows.tolist()) == sorted(row for *_, row in sorted_gaps(seldom, "rule")[:3])
    assert looked_at == [3 * 64, 3 * 64, None, None]
    looked_at.clear()
    assert worst_gaps(seldom, "rule", np.arange(MADE)[::-1], 1).tolist() == [0]  # found last, and nothing beyond
    assert looked_at == [64, None]
