"""Rows of a form that nobody filled in: they name a site, and say nothing of a visit."""

from __future__ import annotations

from duibiao.evaluator.intake.headers import LEVEL, WHO, Recognised
from duibiao.evaluator.intake.tables import RawTable, blank_rows


def without_unfilled(table: RawTable, recognised: Recognised) -> RawTable:
    """A table of visits without the rows that hold nothing but their site, where there is a column for the date.

    What the folders of a part say of all of its rows is nothing that a row says, except for the date.
    """
    dates = recognised.columns.get("date")
    if recognised.shape != "wide" or dates is None:
        return table
    named = {
        number
        for meaning, numbers in recognised.columns.items()
        if meaning in WHO or meaning.startswith(LEVEL)
        for number in numbers
    }
    if table.partition is not None:
        named |= set(range(len(table.families), len(table.headers)))
    said = [column for number, column in enumerate(table.columns) if number not in named or number == dates[0]]
    unfilled = set(blank_rows(said, len(table.rows)).arg_true()).difference(table.odd, table.surplus)
    return table.without(unfilled, ("unfilled-rows", {"count": len(unfilled)})) if unfilled else table
