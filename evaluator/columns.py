"""Formulas and numbers as polars columns, by the semantics of design 4.3. Unknown is null.

After every operation what is not finite becomes null. A divisor is never a literal or a scalar for polars (its
column / scalar is not IEEE division), hence the column of ones, and frames have at least two rows (``padded``).
"""

from __future__ import annotations

import math
import struct
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
from duibiao.evaluator.uniform import uniform

E9: Final = 1_000_000_000
TOLERANCE: Final = 1e-11
# With which scores are made whole billionths: a little more than t, by what floats may lack at its edge. 50 / 121 is
# exactly on it, where half a billionth less t begins, and so goes up.
OF_BILLIONTHS: Final = 1.0001 * TOLERANCE
LARGEST: Final = 1.7976931348623157e308  # of all finite numbers
ONE: Final = "#one"


def bad(key: str) -> str:
    """The column that says whether a field broke a limit."""
    return f"#bad:{key}"


def asked_column(ask: str) -> str:
    """The column with a questionnaire's rate."""
    return f"#ask:{ask}"


def estimate_columns(ask: str) -> tuple[str, str, str, str]:
    """The columns with what is told beside the estimate of a question: answers, low, high, and why there is none."""
    return f"#answers:{ask}", f"#low:{ask}", f"#high:{ask}", f"#why:{ask}"


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


def tolerance(limit: pl.Expr, t: float = TOLERANCE) -> pl.Expr:
    """t = 1e-11 x max(1, |limit|)."""
    size = limit.abs()
    return pl.when(size > 1.0).then(size).otherwise(1.0) * t


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
    """``value`` where it is a finite number, else unknown. It is read three times, so let it be a column."""
    return pl.when((value <= LARGEST) & (value >= -LARGEST)).then(value)  # quicker than is_finite; no NaN is <=


def billionths(value: pl.Expr, most: float = 1.0) -> pl.Expr:
    """``value`` between 0 and ``most`` in whole billionths, half up with the limit rule's t."""
    return half_up(scaled(value, most), most)


def scaled(value: pl.Expr, most: float) -> pl.Expr:
    """``value`` between 0 and ``most`` in billionths, before they are made whole."""
    return value.clip(0.0, most) * 1e9


def half_up(billionths: pl.Expr, most: float) -> pl.Expr:
    """Whole billionths (Int64) of what ``scaled`` gives, which is read three times; t lifts none beyond the most."""
    whole = (billionths + 0.5 + tolerance(billionths, OF_BILLIONTHS)).cast(pl.Int64)  # towards 0, which is down here
    return whole.clip(upper_bound=round(most * 1e9))


def billionths_of(value: float, most: float = 1.0) -> int:
    """``billionths`` of one number, by the same steps."""
    scaled = min(max(value, 0.0), most) * 1e9
    return min(math.floor(scaled + 0.5 + max(scaled, 1.0) * OF_BILLIONTHS), round(most * 1e9))


def stretch(holds: Callable[[float], bool], inside: float) -> tuple[float, float] | None:
    """The least and the largest finite number for which ``holds``, of a condition that holds in one stretch.

    ``inside`` is a number of that stretch; None where the condition does not hold there.
    """
    if not holds(inside):
        return None

    def end(outmost: float) -> float:
        """Halve the way between what holds and what may not, in numbers that a float can be."""
        good, beyond = _rank(inside), _rank(outmost)
        if holds(outmost):
            return outmost
        while abs(beyond - good) > 1:
            middle = (good + beyond) // 2
            good, beyond = (middle, beyond) if holds(_ranked(middle)) else (good, middle)
        return _ranked(good)

    return end(-LARGEST), end(LARGEST)


def _rank(number: float) -> int:
    """How many floats lie between 0 and a number; below 0 for negative ones."""
    (bits,) = struct.unpack("<q", struct.pack("<d", abs(number)))
    return int(bits) if number >= 0 else -int(bits)


def _ranked(rank: int) -> float:
    (number,) = struct.unpack("<d", struct.pack("<q", abs(rank)))
    return float(number) if rank >= 0 else -float(number)


def exact_e9(value: Decimal) -> int:
    """A declared number in whole billionths, half up; 0.66 is exact."""
    return math.floor(value * E9 + Decimal("0.5"))


def normal(text: str) -> str:
    """A text as it is compared: NFKC and trimmed."""
    return unicodedata.normalize("NFKC", text).strip()


# ------------------------------------------------------------------ formulas


@dataclass(slots=True)
class Steps:
    """Columns that expressions share: each is worked out once, after those that it reads itself."""

    names: dict[Hashable, str] = field(default_factory=dict)
    expressions: dict[str, pl.Expr] = field(default_factory=dict)
    reads: dict[str, tuple[str, ...]] = field(default_factory=dict)  # the columns that a step reads

    def column(self, key: Hashable, make: Callable[[], pl.Expr]) -> pl.Expr:
        """The column of what ``key`` stands for; ``make`` says how to work it out."""
        if key not in self.names:
            expression = make()  # which may add steps of its own
            name = self.names[key] = f"#step:{len(self.expressions)}"
            self.expressions[name] = expression.alias(name)
            self.reads[name] = tuple(expression.meta.root_names())
        return pl.col(self.names[key])

    def behind(self, expressions: Iterable[pl.Expr]) -> tuple[list[list[pl.Expr]], set[str]]:
        """The steps that ``expressions`` read, in stages that each read only those before; and the other columns."""
        depth: dict[str, int] = {}

        def visit(name: str) -> int:
            if name not in depth:
                depth[name] = 1 + max(map(visit, self.reads[name]), default=0) if name in self.reads else 0
            return depth[name]

        for each in expressions:
            for name in each.meta.root_names():
                visit(name)
        stages: list[list[pl.Expr]] = [[] for _ in range(max(depth.values(), default=0))]
        for name, stage in depth.items():
            if stage:
                stages[stage - 1].append(self.expressions[name])
        return stages, {name for name, stage in depth.items() if not stage}


@dataclass(frozen=True, slots=True)
class Columns:
    """How names become columns in one site type; ``counts`` are fields as recorded that are whole numbers.

    With ``steps``, what is read more than once becomes a column of its own. ``own`` are names that mean something
    else in every criterion, whose id is ``criterion``.
    """

    names: Mapping[str, pl.Expr]
    counts: frozenset[str] = frozenset()
    steps: Steps | None = None
    own: frozenset[str] = frozenset()
    criterion: str = ""

    def column(self, node: Expression) -> pl.Expr:
        """The column of an expression that is read more than once."""
        if isinstance(node, Name | Number):
            return self.expression(node)
        return self.shared("", node, lambda: self.expression(node))

    def shared(self, what: str, node: Hashable, make: Callable[[], pl.Expr]) -> pl.Expr:
        """A step, or where there are none the expression itself; ``what`` is made of ``node``."""
        if self.steps is None:
            return make()
        local = isinstance(node, Expression) and bool(self.own & names_in(node))
        return self.steps.column((what, node, self.criterion if local else ""), make)

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
            case Arithmetic(op="/", left=Name(key=left), right=Name(key=right)) if {left, right} <= self.counts:
                return self._unchecked(node)  # nothing overflows
            case Arithmetic():
                return self._checked(node, lambda: self._unchecked(node))
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
                test = self.column(condition)
                return pl.when(test).then(self.expression(yes)).when(~test).then(self.expression(no))
            case Call():
                return self._call(node)
            case _:
                assert_never(node)

    def _checked(self, node: Expression, make: Callable[[], pl.Expr]) -> pl.Expr:
        return self.shared("finite", node, lambda: finite(self.shared("unchecked", node, make)))

    def _unchecked(self, node: Expression) -> pl.Expr:
        """Arithmetic before what is not finite becomes null. Sums and products of it never become finite again."""
        match node:
            case Negative(of=inner):
                return -self._unchecked(inner)
            case Arithmetic(op="+", left=left, right=right):
                return self._unchecked(left) + self._unchecked(right)
            case Arithmetic(op="-", left=left, right=right):
                return self._unchecked(left) - self._unchecked(right)
            case Arithmetic(op="*", left=left, right=right):
                return self._unchecked(left) * self._unchecked(right)
            case Arithmetic(left=left, right=right):
                divisor = self.column(right)
                apart = (divisor > TOLERANCE) | (divisor < -TOLERANCE)
                whole = divisor * pl.col(ONE)  # never a literal or a scalar for polars
                return pl.when(apart).then(self._unchecked(left) / whole)
            case _:
                return self.expression(node)

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
        values = [self.column(each) for each in node.arguments]
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
                return self._checked(node, lambda: (values[0] + tolerance(values[0])).floor())
            case "round":
                return self._checked(node, lambda: self._round(values[0], node.arguments[1]))
            case "log":
                return self._checked(node, lambda: pl.when(values[0] > 0.0).then(values[0].log()))
            case _:
                assert_never(node.function)

    def _round(self, value: pl.Expr, digits: Expression) -> pl.Expr:
        assert isinstance(digits, Number)
        scale = float(10 ** int(digits.value))
        size = value.abs() * scale
        rounded = (size + 0.5 + tolerance(size)).floor() / (pl.lit(scale) * pl.col(ONE))
        return pl.when(value < 0.0).then(-rounded).otherwise(rounded)


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
    """``frame`` with the column of ones, and with an empty row behind a single one (see the module's text).

    Columns are made anew from their series: where polars knows that a column is one value throughout (nobody recorded
    it), it may give back a single row for the whole of an expression.
    """
    frame = frame.with_columns(uniform(1.0, frame.height, pl.Float64()).alias(ONE))
    frame = pl.DataFrame(frame.get_columns())
    return pl.concat([frame, frame.shift(1)]) if frame.height == 1 else frame
