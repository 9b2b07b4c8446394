"""A sheet that says of itself that it is for people: how to look, beside the table to fill in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from duibiao.evaluator.intake.values import Cell

# What stands in A1 of such a sheet. It is compared as a whole, so that no table is taken for one by chance.
GUIDE: Final = "怎么看（说明，不读入 / notes for people, not read）"


def is_guide(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the rows of a sheet, from A1 on, are such notes."""
    return bool(rows) and bool(rows[0]) and rows[0][0] == GUIDE
