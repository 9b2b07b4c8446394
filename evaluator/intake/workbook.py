"""A workbook -> its visible sheets. It is opened in a process of its own, so that a hostile one ends only that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from duibiao.evaluator.intake.child import open_in_child
from duibiao.evaluator.intake.layout import Range
from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.values import Broken, Cell, Percentage


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its rows from A1 on, and its merged ranges; a hidden one has no rows.

    ``declared`` is how many rows the sheet says that it has, where it says so and they were not found.
    """

    name: str
    hidden: bool
    rows: list[list[Cell]]
    merged: list[Range]
    declared: int | None = None


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of a workbook, whether it takes values from other workbooks, and the day from which it counts days."""

    sheets: list[Sheet]
    links: bool
    epoch: date


def _marked(found: dict[str, Any]) -> list[list[Cell]]:
    """The rows of a sheet, with what a cell shows where its value alone does not tell: a percentage, no result."""
    rows: list[list[Cell]] = found["rows"]
    for row, column, text in found["broken"]:
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = Broken(text)
    for row, column in found["percentages"]:
        if row < len(rows) and column < len(rows[row]):
            cell = rows[row][column]
            if isinstance(cell, int | float):
                rows[row][column] = Percentage(float(cell))
    return rows


def read_workbook(raw: bytes, limits: Limits) -> Workbook:
    """The sheets of an .xlsx, .xls, .et or .ods file. Formulas count by their stored results."""
    result = open_in_child("workbook", raw, limits)
    sheets = [
        Sheet(found["name"], found["hidden"], _marked(found), found["merged"], found.get("declared"))
        for found in result["sheets"]
    ]
    return Workbook(sheets, result["links"], result["epoch"])
