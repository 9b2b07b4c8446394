"""What a formula comes to at one visit, so that words can name the conditions that do not hold.

Findings are worked out by ``columns.py`` for all visits at once; this says the same of one (design 4.3). Unknown is
None.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, assert_never

from duibiao.criteria.formula import (
    Among,
    Arithmetic,
    Call,
    Comparison,
    Either,
    Expression,
    Has,
    Junction,
    Name,
    Negative,
    Not,
    Number,
    Word,
    type_of,
)
from duibiao.evaluator.columns import TOLERANCE, deducted_column, normal, problems_column

Row = Mapping[str, object]  # one visit: field -> value, '#raw:' and '#bad:' columns too

_SIDES: Final[dict[str, frozenset[int]]] = {  # on which sides of a limit each comparison holds
    ">=": frozenset({0, 1}),
    ">": frozenset({1}),
    "<=": frozenset({-1, 0}),
    "<": frozenset({-1}),
    "==": frozenset({0}),
    "!=": frozenset({-1, 1}),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit of a site type as a criterion sees it; ``rate`` is that of a questionnaire."""

    row: Row
    site_type: str
    criterion: str = ""
    rate: float | None = None

    def holds(self, condition: Expression) -> bool | None:
        """Whether a condition holds."""
        value = self.value(condition)
        assert value is None or isinstance(value, bool)
        return value

    def named(self, key: str) -> object:
        """What stands for a name of a formula."""
        special = {"problems": problems_column(self.criterion), "deducted": deducted_column(self.criterion)}
        if key == "site_type":
            return self.site_type
        return self.rate if key == "rate" and self.rate is not None else self.row.get(special.get(key, key))

    def value(self, node: Expression) -> object:
        """What an expression comes to."""
        match node:
            case Number(value=value):
                return float(value)
            case Word(value=text, type="date"):
                return date.fromisoformat(text)
            case Word(value=text):
                return normal(text)
            case Name(key=key):
                return self.named(key)
            case Negative(of=inner):
                return _counted(lambda x: -x, self._numbers((inner,)))
            case Arithmetic(op=op, left=left, right=right):
                return _counted(_OPERATIONS[op], self._numbers((left, right)))
            case Comparison(op=op, left=left, right=right):
                sides = [self.value(left), self.value(right)]
                return None if None in sides else _side(*sides) in _SIDES[op]
            case Among(item=item, options=options):
                known = self.value(item)
                return None if known is None else any(_side(known, self.value(each)) == 0 for each in options)
            case Has(text=word, field=field):
                chosen = self.value(field)
                return normal(word.value) in chosen if isinstance(chosen, list | tuple) else None
            case Not(of=inner):
                truth = self.holds(inner)
                return None if truth is None else not truth
            case Junction(op=op, items=items):
                told = [self.holds(each) for each in items]
                settled = op == "or"  # one true settles an "or", one false an "and"
                return settled if settled in told else None if None in told else not settled
            case Either(condition=condition):
                test = self.holds(condition)
                return None if test is None else self.value(node.yes if test else node.no)
            case Call():
                return self._called(node)
            case _:
                assert_never(node)

    def _numbers(self, nodes: Sequence[Expression]) -> list[float | None]:
        values = [self.value(each) for each in nodes]
        return [float(each) if isinstance(each, bool | int | float) else None for each in values]

    def _called(self, node: Call) -> object:
        match node.function:
            case "observed":
                return self.value(node.arguments[0]) is not None
            case "count_true":
                return _counted(lambda *each: sum(each), self._numbers(node.arguments))
            case function:
                return _counted(_FUNCTIONS[function], self._numbers(node.arguments))


def resolved(node: Expression, seen: Seen) -> tuple[Expression, tuple[Expression, ...]]:
    """An expression with only that branch of every choice that was taken, and the conditions that decided."""
    match node:
        case Either(condition=condition, yes=yes, no=no) if (test := seen.holds(condition)) is not None:
            taken, decided = resolved(yes if test else no, seen)
            return taken, (condition, *decided)
        case Arithmetic(op=op, left=left, right=right):
            (one, of_one), (other, of_other) = resolved(left, seen), resolved(right, seen)
            return Arithmetic(op, one, other), (*of_one, *of_other)
        case Comparison(op=op, left=left, right=right):
            (one, of_one), (other, of_other) = resolved(left, seen), resolved(right, seen)
            return Comparison(op, one, other), (*of_one, *of_other)
        case Call(function=function, arguments=arguments) if type_of(node) == "number":
            parts = [resolved(each, seen) for each in arguments]
            return Call(function, tuple(each for each, _ in parts)), tuple(one for _, each in parts for one in each)
        case _:
            return node, ()


def _counted(operation: Callable[..., float | None], values: Sequence[float | None]) -> float | None:
    """The result where all is known and the result is a finite number."""
    if None in values:
        return None
    result = operation(*values)
    return result if result is not None and math.isfinite(result) else None


def _side(value: object, limit: object) -> int:
    """Below (-1), on (0) or above (1): numbers by the limit rule, all else as it is."""
    if isinstance(value, float) and isinstance(limit, float):
        near = _near(limit)
        return -1 if value < limit - near else 1 if value > limit + near else 0
    return 0 if value == limit else -1 if value < limit else 1  # type: ignore[operator]


def _near(value: float) -> float:
    return TOLERANCE * max(1.0, abs(value))


def _quotient(left: float, right: float) -> float | None:
    return left / right if abs(right) > TOLERANCE else None


def _round(value: float, digits: float) -> float:
    scale = float(10 ** int(digits))
    size = abs(value) * scale
    return math.copysign(_floor(size + 0.5, size) / scale, value) if math.isfinite(size) else math.inf


def _floor(value: float, size: float | None = None) -> float:
    return float(math.floor(value + _near(value if size is None else size)))


_OPERATIONS: Final[dict[str, Callable[[float, float], float | None]]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _quotient,
}
_FUNCTIONS: Final[dict[str, Callable[..., float | None]]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "round": _round,
    "floor": _floor,
    "log": lambda value: math.log(value) if value > 0 else None,
}
