"""What a checked formula says: the small closed set of expressions, their types, and how to walk them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, assert_never

Type = Literal["number", "yes_no", "text", "texts", "date", "any"]


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Word:
    """A text in quotes; ``type`` is date where it stands beside a date."""

    value: str
    type: Literal["text", "date"] = "text"


@dataclass(frozen=True, slots=True)
class Name:
    """A field, or one of problems, deducted, site_type and rate."""

    key: str
    type: Type


@dataclass(frozen=True, slots=True)
class Negative:
    """``-x``."""

    of: Expression


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``left op right`` for one of ``+ - * /``."""

    op: Literal["+", "-", "*", "/"]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left op right``; numbers compare by the limit rule, texts and yes/no by == and != only."""

    op: Literal["<", "<=", ">", ">=", "==", "!="]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Among:
    """``item in [a, b]``; numbers compare by the limit rule."""

    item: Expression
    options: tuple[Number | Word | Negative, ...]


@dataclass(frozen=True, slots=True)
class Has:
    """``'text' in field`` for a field with several choices."""

    text: Word
    field: Name


@dataclass(frozen=True, slots=True)
class Not:
    """``not x``."""

    of: Expression


@dataclass(frozen=True, slots=True)
class Junction:
    """``a and b and ...`` or ``a or b or ...``, Kleene."""

    op: Literal["and", "or"]
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """``yes if condition else no``; unknown where the condition is."""

    condition: Expression
    yes: Expression
    no: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """One of the functions; ``round`` has the digits as a second Number."""

    function: Literal["min", "max", "abs", "round", "floor", "log", "observed", "count_true"]
    arguments: tuple[Expression, ...]


Expression = Number | Word | Name | Negative | Arithmetic | Comparison | Among | Has | Not | Junction | Either | Call


def type_of(expression: Expression) -> Type:
    """The type of a checked expression."""
    match expression:
        case Number() | Negative() | Arithmetic():
            return "number"
        case Word(type=kind):
            return kind
        case Name(type=kind):
            return kind
        case Comparison() | Among() | Has() | Not() | Junction():
            return "yes_no"
        case Either(yes=yes):
            return type_of(yes)
        case Call(function=function):
            return "yes_no" if function == "observed" else "number"
        case _:
            assert_never(expression)


def children(expression: Expression) -> tuple[Expression, ...]:
    """The direct parts of an expression, from left to right."""
    match expression:
        case Number() | Word() | Name():
            return ()
        case Negative(of=inner) | Not(of=inner):
            return (inner,)
        case Arithmetic(left=left, right=right) | Comparison(left=left, right=right):
            return (left, right)
        case Among(item=item, options=options):
            return (item, *options)
        case Has(text=text, field=field):
            return (text, field)
        case Junction(items=items):
            return items
        case Either(condition=condition, yes=yes, no=no):
            return (condition, yes, no)
        case Call(arguments=arguments):
            return arguments
        case _:
            assert_never(expression)


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and everything below it."""
    yield expression
    for child in children(expression):
        yield from walk(child)


def names_in(expression: Expression) -> frozenset[str]:
    """The fields and special names that an expression reads."""
    return frozenset(each.key for each in walk(expression) if isinstance(each, Name))
