"""Formulas and numbers as polars columns, by the semantics of design 4.3. Unknown is null.

After every operation what is not finite becomes null. A divisor is never a literal or a scalar for polars (its
column / scalar is not IEEE division), hence the column of ones, and frames have at least two rows (``padded``).
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal, assert_never

import polars as pl

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
    Type,
    Word,
    names_in,
    parse_formula,
    type_of,
)
from duibiao.criteria.models import Field

E9: Final = 1_000_000_000
TOLERANCE: Final = 1e-11
ONE: Final = "#one"


def bad(key: str) -> str:
    """The column that says whether a field broke a limit."""
    return f"#bad:{key}"


def asked_column(ask: str) -> str:
    """The column with a questionnaire's rate."""
    return f"#ask:{ask}"


def problems_column(criterion: str) -> str:
    """The column with the number of problem rows of a criterion; null where it is not known."""
    return f"#problems:{criterion}"


def deducted_column(criterion: str) -> str:
    """The column with the points deducted in the problem rows of a criterion; null where not known."""
    return f"#deducted:{criterion}"


def partly_column(criterion: str) -> str:
    """The column that says that the known problems are a lower bound (the visit is not complete)."""
    return f"#partly:{criterion}"


# ------------------------------------------------------------------ numbers


def tolerance(limit: pl.Expr) -> pl.Expr:
    """t = 1e-11 x max(1, |limit|)."""
    size = limit.abs()
    return pl.when(size > 1.0).then(size).otherwise(1.0) * TOLERANCE


def _lower(limit: pl.Expr | float) -> pl.Expr:
    if isinstance(limit, float):
        return pl.lit(limit - TOLERANCE * max(1.0, abs(limit)))
    return limit - tolerance(limit)


def _upper(limit: pl.Expr | float) -> pl.Expr:
    if isinstance(limit, float):
        return pl.lit(limit + TOLERANCE * max(1.0, abs(limit)))
    return limit + tolerance(limit)


def compare(op: Literal["<", "<=", ">", ">=", "==", "!="], value: pl.Expr, limit: pl.Expr | float) -> pl.Expr:
    """Compare numbers by the limit rule: a value exactly on a limit meets it."""
    match op:
        case ">=":
            return value >= _lower(limit)
        case "<":
            return value < _lower(limit)
        case ">":
            return value > _upper(limit)
        case "<=":
            return value <= _upper(limit)
        case "==":
            return (value >= _lower(limit)) & (value <= _upper(limit))
        case "!=":
            return (value < _lower(limit)) | (value > _upper(limit))
        case _:
            assert_never(op)


def finite(value: pl.Expr) -> pl.Expr:
    """``value`` where it is a finite number, else unknown."""
    return pl.when(value.is_finite()).then(value)


def billionths(value: pl.Expr, most: float = 1.0) -> pl.Expr:
    """``value`` between 0 and ``most`` in whole billionths, half up with the limit rule's t."""
    scaled = value.clip(0.0, most) * 1e9
    return (scaled + 0.5 + tolerance(scaled)).floor().clip(0.0, float(round(most * 1e9))).cast(pl.Int64)


def exact_e9(value: Decimal) -> int:
    """A declared number in whole billionths, half up; 0.66 is exact."""
    return math.floor(value * E9 + Decimal("0.5"))


def normal(text: str) -> str:
    """A text as it is compared: NFKC and trimmed."""
    return unicodedata.normalize("NFKC", text).strip()


# ------------------------------------------------------------------ formulas


@dataclass(frozen=True, slots=True)
class Columns:
    """How names become columns in one site type; ``plain`` are fields as recorded, safe as divisors."""

    names: Mapping[str, pl.Expr]
    plain: frozenset[str]

    def expression(self, node: Expression) -> pl.Expr:
        """The column of any expression."""
        match node:
            case Number(value=value):
                return pl.lit(float(value))
            case Word(value=value, type="date"):
                return pl.lit(date.fromisoformat(value))
            case Word(value=value):
                return pl.lit(normal(value))
            case Name(key=key):
                return self.names[key]
            case Negative(of=inner):
                return -self.expression(inner)
            case Arithmetic():
                return self._arithmetic(node)
            case Comparison():
                return self._comparison(node)
            case Among(item=item, options=options):
                return self._among(item, options)
            case Has(text=text, field=field):
                return self.names[field.key].list.contains(normal(text.value))
            case Not(of=inner):
                return ~self.expression(inner)
            case Junction(op="and", items=items):
                return pl.all_horizontal([self.expression(each) for each in items])
            case Junction(items=items):
                return pl.any_horizontal([self.expression(each) for each in items])
            case Either(condition=condition, yes=yes, no=no):
                test = self.expression(condition)
                return pl.when(test).then(self.expression(yes)).when(~test).then(self.expression(no))
            case Call():
                return self._call(node)
            case _:
                assert_never(node)

    def _arithmetic(self, node: Arithmetic) -> pl.Expr:
        left, right = self.expression(node.left), self.expression(node.right)
        if node.op == "+":
            return finite(left + right)
        if node.op == "-":
            return finite(left - right)
        if node.op == "*":
            return finite(left * right)
        if not (isinstance(node.right, Name) and node.right.key in self.plain):
            right = right * pl.col(ONE)  # never a literal or a scalar for polars
        return finite(pl.when(right.abs() > TOLERANCE).then(left / right))

    def _comparison(self, node: Comparison) -> pl.Expr:
        left = self.expression(node.left)
        if type_of(node.left) == "number":
            limit = _constant(node.right)
            return compare(node.op, left, self.expression(node.right) if limit is None else limit)
        right = self.expression(node.right)
        operators = {
            "==": left == right,
            "!=": left != right,
            "<": left < right,
            "<=": left <= right,
            ">": left > right,
            ">=": left >= right,
        }
        return operators[node.op]

    def _among(self, item: Expression, options: Sequence[Expression]) -> pl.Expr:
        value = self.expression(item)
        if type_of(item) == "number":
            limits = [_constant(each) for each in options]
            return pl.any_horizontal([compare("==", value, limit) for limit in limits if limit is not None])
        return pl.any_horizontal([value == self.expression(each) for each in options])

    def _call(self, node: Call) -> pl.Expr:
        values = [self.expression(each) for each in node.arguments]
        match node.function:
            case "observed":
                return values[0].is_not_null()
            case "count_true":
                total = values[0].cast(pl.Float64)
                for each in values[1:]:
                    total = total + each.cast(pl.Float64)
                return total
            case "min" | "max":
                known = pl.all_horizontal([each.is_not_null() for each in values])
                extreme = pl.min_horizontal(values) if node.function == "min" else pl.max_horizontal(values)
                return pl.when(known).then(extreme)
            case "abs":
                return values[0].abs()
            case "floor":
                return finite((values[0] + tolerance(values[0])).floor())
            case "round":
                return self._round(values[0], node.arguments[1])
            case "log":
                return finite(pl.when(values[0] > 0.0).then(values[0].log()))
            case _:
                assert_never(node.function)

    def _round(self, value: pl.Expr, digits: Expression) -> pl.Expr:
        assert isinstance(digits, Number)
        scale = float(10 ** int(digits.value))
        size = value.abs() * scale
        rounded = (size + 0.5 + tolerance(size)).floor() / (pl.lit(scale) * pl.col(ONE))
        return finite(pl.when(value < 0.0).then(-rounded).otherwise(rounded))


def _constant(node: Expression) -> float | None:
    match node:
        case Number(value=value):
            return float(value)
        case Negative(of=Number(value=value)):
            return -float(value)
    return None


def formula(text: str, names: Mapping[str, Type], wanted: Type) -> Expression:
    """The checked expression of a formula that loading has found to be in order."""
    expression, mistakes = parse_formula(text, names, wanted)
    assert expression is not None, f"{text!r}: {mistakes}"
    return expression


def fields_read(expression: Expression, fields: Mapping[str, Field], types: Mapping[str, Type]) -> frozenset[str]:
    """The fields that an expression reads, with those behind derived fields."""
    read: set[str] = set()
    waiting = sorted(names_in(expression) & fields.keys())
    while waiting:
        key = waiting.pop()
        read.add(key)
        text = fields[key].formula
        if text is not None:
            waiting += (names_in(formula(text, types, "any")) & fields.keys()) - read
    return frozenset(read)


def padded(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with the column of ones, and with an empty row behind a single one (see the module's text)."""
    frame = frame.with_columns(pl.Series(ONE, [1.0] * frame.height, dtype=pl.Float64))
    if frame.height == 1:
        frame = pl.concat([frame, frame.clear(1)])
    return frame
