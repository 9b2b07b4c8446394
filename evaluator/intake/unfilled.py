"""Rows of a form that nobody filled in: they name a site, and say nothing of a visit."""

from __future__ import annotations

from duibiao.evaluator.intake.headers import LEVEL, WHO, Recognised
from duibiao.evaluator.intake.tables import RawTable
from duibiao.evaluator.intake.values import is_blank


def without_unfilled(table: RawTable, recognised: Recognised) -> RawTable:
    """A table of visits without the rows that hold nothing but their site, where there is a column for the date."""
    dates = recognised.columns.get("date")
    if recognised.shape != "wide" or dates is None:
        return table
    named = {
        number
        for meaning, numbers in recognised.columns.items()
        if meaning in WHO or meaning.startswith(LEVEL)
        for number in numbers
    }
    said = [column for number, column in enumerate(table.columns) if number not in named]
    undated = [row for row, cell in enumerate(table.columns[dates[0]]) if is_blank(cell)]
    unfilled = {
        row
        for row in undated
        if row not in table.odd and row not in table.surplus and all(is_blank(column[row]) for column in said)
    }
    return table.without(unfilled, ("unfilled-rows", {"count": len(unfilled)})) if unfilled else table
