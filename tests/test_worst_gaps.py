"""The worst gaps of a criterion: the same as those that come first where all are sorted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from duibiao.evaluator.codes import MISSED, PARTIAL, Codes
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
