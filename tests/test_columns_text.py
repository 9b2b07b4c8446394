"""Text in columns, as wide as terminals show it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duibiao.reports.columns_text import aligned, width


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("abc", 3), ("点位", 4), ("Ａ1", 3), ("（）", 4), ("e\u0301", 1), ("a\u200bb", 2), ("—", 1)],
)
def test_widths(text: str, columns: int) -> None:
    assert width(text) == columns


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    rows = [["列", "表头", "数"], ["A", "点位 (site)", "1"], ["AB", "x", "120"]]
    assert list(aligned(rows, "  ", (2,))) == [
        "  列  表头          数",
        "  A   点位 (site)    1",
        "  AB  x            120",
    ]


@given(st.lists(st.tuples(st.text("ab点位", max_size=6), st.text("c数", min_size=1, max_size=4)), min_size=1))
def test_the_last_column_begins_at_one_place(rows: list[tuple[str, str]]) -> None:
    lines = list(aligned(rows))
    starts = {width(line) - width(row[1]) for line, row in zip(lines, rows, strict=True)}
    assert starts == {max(width(first) for first, _ in rows) + 2}
