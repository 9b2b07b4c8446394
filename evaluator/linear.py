"""A mixed integer programme in exact fractions, and its answer by HiGHS (scipy), which reckons in float64.

Columns that are the same in every row and in every aim are one column of more pieces, so that thousands of equal pieces
cost no more than one, and which of equal pieces are taken is not left to the solver: the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, inf
from typing import Any, Final, Literal

from duibiao.evaluator.native_output import silenced

CONSTANT: Final = -1
Expression = dict[int, Fraction]  # column -> factor; CONSTANT -> what is added
Stop = Literal["best", "stopped", "impossible"]


def scaled(factor: Fraction, expression: Mapping[int, Fraction]) -> Expression:
    """An expression so many times."""
    return {column: factor * each for column, each in expression.items()}


def added(expressions: Sequence[Mapping[int, Fraction]]) -> Expression:
    """The sum of expressions."""
    whole: Expression = {}
    for expression in expressions:
        for column, each in expression.items():
            whole[column] = whole.get(column, Fraction(0)) + each
    return whole


def at(expression: Mapping[int, Fraction], values: Sequence[float]) -> float:
    """The value of an expression where the columns have these values."""
    return sum(float(each) * (values[column] if column != CONSTANT else 1.0) for column, each in expression.items())


@dataclass(frozen=True, slots=True)
class Limits:
    """When the search ends: at a relative distance ``gap`` to the best that there can be, after ``nodes`` of the
    search tree, and, if so asked, after seconds (which are not the same on every machine)."""

    gap: float = 1e-4
    nodes: int = 2_000
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Solution:
    """What the solver found: the values of the columns, ``bound``: no aim lower than that exists, and how it ended."""

    values: tuple[float, ...]
    bound: float
    ended: Stop


class Programme:
    """Columns with lower <= x <= upper, and rows that say expression >= 0."""

    def __init__(self) -> None:
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.whole: list[bool] = []
        self.rows: list[Expression] = []

    def column(self, upper: float, *, lower: float = 0.0, whole: bool = False) -> int:
        """A further column, in whole numbers or not."""
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.upper) - 1

    def at_least(self, more: Mapping[int, Fraction], less: Mapping[int, Fraction]) -> None:
        """A row: ``more`` is never below ``less``."""
        self.rows.append(added([more, scaled(Fraction(-1), less)]))

    def least(self, aim: Mapping[int, Fraction], further: Sequence[Expression], limits: Limits) -> Solution:
        """Make ``aim`` as small as it can be, with ``further`` rows."""
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        rows = [*self.rows, *further]
        merged = self._merged(rows, aim)
        first = {columns[0]: index for index, columns in enumerate(merged)}
        entries = [
            (number, first[column], float(each))
            for number, row in enumerate(rows)
            for column, each in row.items()
            if column in first
        ]
        matrix = csr_array(
            (
                np.array([each for _, _, each in entries]),
                ([number for number, _, _ in entries], [column for _, column, _ in entries]),
            ),
            shape=(len(rows), len(merged)),
        )
        low = np.array([-float(row.get(CONSTANT, 0)) for row in rows])
        cost = np.zeros(len(merged))
        for column, each in aim.items():
            if column in first:
                cost[first[column]] = float(each)
        options: Any = {"mip_rel_gap": limits.gap, "node_limit": limits.nodes}
        if limits.seconds is not None:
            options["time_limit"] = limits.seconds
        with silenced():
            answer = milp(
                cost,
                integrality=np.array([int(self.whole[columns[0]]) for columns in merged]),
                bounds=Bounds(
                    np.array([self.lower[columns[0]] for columns in merged]),
                    np.array([sum(self.upper[each] for each in columns) for columns in merged]),
                ),
                constraints=LinearConstraint(matrix, low, inf),
                options=options,
            )
        if answer.x is None:
            return Solution((), -inf, "impossible" if answer.status == 2 else "stopped")
        bound = answer.mip_dual_bound if answer.mip_dual_bound is not None else answer.fun
        values = self._shared(merged, answer.x.tolist())
        return Solution(values, float(bound), "best" if answer.status == 0 else "stopped")

    def _merged(self, rows: Sequence[Expression], aim: Mapping[int, Fraction]) -> list[list[int]]:
        """The columns, those together that are the same everywhere."""
        stands: list[list[tuple[int, Fraction]]] = [[] for _ in self.upper]
        for number, row in enumerate([*rows, aim]):
            for column, each in row.items():
                if column != CONSTANT and each:
                    stands[column].append((number, each))
        found: dict[object, list[int]] = {}
        for column, where in enumerate(stands):
            found.setdefault(tuple(where) if self.whole[column] and where else column, []).append(column)
        return list(found.values())

    def _shared(self, merged: Sequence[Sequence[int]], values: Sequence[float]) -> tuple[float, ...]:
        """What each column has of what is taken of all that are the same: the first as much as they can."""
        shared = [0.0] * len(self.upper)
        for columns, value in zip(merged, values, strict=True):
            left = float(floor(value + 0.5)) if self.whole[columns[0]] else value
            for column in columns:
                shared[column] = min(left, self.upper[column])
                left -= shared[column]
        return tuple(shared)
