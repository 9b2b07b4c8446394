"""One-line formulas (4.3), walked over Python's own tree; None is unknown, and `and`, `or`, `not` are Kleene's."""

from __future__ import annotations

import ast
import math
import operator
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any, Protocol, cast

from .numeric import Arithmetic, Number, finite, size

Value = Number | bool | str | date | frozenset[str] | None

FUNCTIONS = frozenset("min max abs round floor log observed count_true".split())
OPERATORS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
SUMS: dict[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
}  # fmt: skip
PLAIN_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


class Scope(Protocol):
    """What a formula is read in: the values of its names, and a list that remembers which numbers were compared."""

    arithmetic: Arithmetic
    compared: list[tuple[Number, Number]]

    def value(self, name: str) -> Value:
        """The value of a field or of `problems`, `deducted`, `site_type`, `rate`; None is unknown."""
        ...


@dataclass(frozen=True)
class Formula:
    """A parsed formula and the names it reads."""

    text: str
    tree: ast.expr
    names: frozenset[str]


@lru_cache(maxsize=50_000)
def parse(text: str) -> Formula:
    """Parse one formula; anything but an expression is a SyntaxError."""
    tree = ast.parse(text.strip(), mode="eval").body
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return Formula(text, tree, frozenset(names - FUNCTIONS))


def evaluate(formula: Formula | str, scope: Scope) -> Value:
    """The formula's value in this scope."""
    return walk((parse(formula) if isinstance(formula, str) else formula).tree, scope)


def condition(formula: Formula | str, scope: Scope) -> bool | None:
    """The value of a condition: true, false or unknown."""
    value = evaluate(formula, scope)
    if value is None or isinstance(value, bool):
        return value
    raise TypeError(f"not a condition: {formula}")


def number(formula: Formula | str, scope: Scope) -> Number | None:
    """The value of a numeric formula, or unknown."""
    value = evaluate(formula, scope)
    return None if value is None else as_number(value)


def as_number(value: Value) -> Number:
    """The value, which must be a number (a yes/no is none)."""
    if isinstance(value, Fraction | float):
        return value
    raise TypeError(f"not a number: {value!r}")


def plain(text: str) -> str:
    """Text as it is compared: after NFKC and trim (5, settled details)."""
    return unicodedata.normalize("NFKC", text).strip()


def walk(node: ast.expr, scope: Scope) -> Value:
    """The value of one node."""
    if type(node) not in NODES:
        raise SyntaxError(f"not part of a formula: {ast.dump(node)}")
    return NODES[type(node)](node, scope)


def constant(node: ast.Constant, scope: Scope) -> Value:
    """A text, or a number read from its decimal digits."""
    return plain(node.value) if isinstance(node.value, str) else scope.arithmetic.read(repr(node.value))


def comparison(node: ast.Compare, scope: Scope) -> bool | None:
    """One comparison (never a chain of them), or `in`."""
    if len(node.ops) != 1:
        raise SyntaxError("one comparison at a time")
    left, sign, right = walk(node.left, scope), type(node.ops[0]), node.comparators[0]
    if sign is ast.In:
        return contained(left, right, scope)
    return compare(left, OPERATORS[sign], walk(right, scope), scope)


def junction(node: ast.BoolOp, scope: Scope) -> bool | None:
    """`and` and `or`."""
    values = [cast("bool | None", walk(each, scope)) for each in node.values]
    return all_of(values) if isinstance(node.op, ast.And) else any_of(values)


def unary(node: ast.UnaryOp, scope: Scope) -> Value:
    """`not`, and a sign before a number."""
    value = walk(node.operand, scope)
    if isinstance(node.op, ast.Not):
        return negation(cast("bool | None", value))
    if value is None:
        return None
    return -as_number(value) if isinstance(node.op, ast.USub) else as_number(value)


def choice(node: ast.IfExp, scope: Scope) -> Value:
    """a if c else b; unknown where c is."""
    chosen = walk(node.test, scope)
    return None if chosen is None else walk(node.body if chosen else node.orelse, scope)


def all_of(values: list[bool | None]) -> bool | None:
    """Kleene's and: false wins over unknown."""
    if False in values:
        return False
    return None if None in values else True


def any_of(values: list[bool | None]) -> bool | None:
    """Kleene's or: true wins over unknown."""
    if True in values:
        return True
    return None if None in values else False


def negation(value: bool | None) -> bool | None:
    """Kleene's not."""
    return None if value is None else not value


def arithmetic(node: ast.BinOp, scope: Scope) -> Number | None:
    """+ - * /; unknown with an unknown part, at x/0 and where the result is not finite."""
    left, right = walk(node.left, scope), walk(node.right, scope)
    if left is None or right is None:
        return None
    a, b = as_number(left), as_number(right)
    if isinstance(node.op, ast.Div):
        return scope.arithmetic.divide(a, b)
    return finite(SUMS[type(node.op)](a, b))


def compare(left: Value, sign: str, right: Value, scope: Scope) -> bool | None:
    """Numbers by the limit rule, dates by the calendar (ISO text is a date beside a date), texts by == and != only."""
    if left is None or right is None:
        return None
    if isinstance(left, date) or isinstance(right, date):
        return ordered(as_date(left), sign, as_date(right))
    if isinstance(left, str) and isinstance(right, str):
        return ordered(left, sign, right) if sign in ("==", "!=") else refuse(sign)
    a, b = as_number(left), as_number(right)
    scope.compared.append((a, b))
    return scope.arithmetic.holds(a, sign, b)


def refuse(sign: str) -> bool:
    """Text has no order."""
    raise TypeError(f"text is compared with {sign}")


def as_date(value: Value) -> date:
    """A date, or ISO text that says one."""
    return value if isinstance(value, date) else date.fromisoformat(cast("str", value))


def ordered(a: date | str, sign: str, b: date | str) -> bool:
    """Python's own comparison, for values without rounding."""
    return PLAIN_COMPARISONS[sign](a, b)


def contained(left: Value, right: ast.expr, scope: Scope) -> bool | None:
    """`x in [a, b]` is x == a or x == b; `'a' in services` asks a field of kind choices."""
    if isinstance(right, ast.List):
        return any_of([compare(left, "==", walk(each, scope), scope) for each in right.elts])
    several = walk(right, scope)
    return None if left is None or several is None else left in cast("frozenset[str]", several)


def call(node: ast.Call, scope: Scope) -> Value:
    """A function of 4.3; each is unknown if any argument is, `observed` apart."""
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    values = [walk(argument, scope) for argument in node.args]
    if name == "observed":
        return values[0] is not None
    if None in values:
        return None
    if name == "count_true":
        return scope.arithmetic.read(str(sum(value is True for value in values)))
    numbers = [as_number(value) for value in values]
    match name:
        case "min":
            return as_number(min(numbers))
        case "max":
            return as_number(max(numbers))
        case "abs":
            return size(numbers[0])
        case "floor":
            return scope.arithmetic.floor(numbers[0])
        case "round":
            return scope.arithmetic.round(numbers[0], int(numbers[1]) if len(numbers) > 1 else 0)
        case "log":
            return math.log(numbers[0]) if numbers[0] > 0 else None
    raise SyntaxError(f"no such function: {name}")


NODES: dict[type[ast.expr], Callable[[Any, Scope], Value]] = {
    ast.Name: lambda node, scope: scope.value(node.id),
    ast.Constant: constant,
    ast.BinOp: arithmetic,
    ast.Compare: comparison,
    ast.BoolOp: junction,
    ast.UnaryOp: unary,
    ast.IfExp: choice,
    ast.Call: call,
}
