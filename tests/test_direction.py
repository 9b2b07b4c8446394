"""Names written from right to left, or with marks of direction, as they stand in a line."""

from __future__ import annotations

import pytest

from duibiao.reports.direction import isolated
from duibiao.reports.figures import Figure, say


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("川汇区", "川汇区"),
        ("", ""),
        ("e\u0301 👨\u200d👩", "e\u0301 👨\u200d👩"),
        ("قەشقەر", "\u2068قەشقەر\u2069"),
        ("\u202egpj.exe", "\u2068gpj.exe\u2069"),
        ("甲\u2069\u202e乙", "\u2068甲乙\u2069"),
        ("\u200f", "\u2068\u2069"),
    ],
)
def test_what_turns_its_neighbours_is_isolated_and_all_else_stays(name: str, shown: str) -> None:
    assert isolated(name) == shown


def test_a_sentence_isolates_its_names_and_leaves_figures_alone() -> None:
    figure = Figure("3", "x")
    assert say("{who}: {n}", who="\u202e乙", n=figure) == ("\u2068乙\u2069", ": ", figure)
