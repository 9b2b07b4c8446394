"""A formula as it stands in the catalogue, with labels and with the values of one visit, for those who check it."""

from __future__ import annotations

from collections.abc import Callable
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
)
from duibiao.evaluator.numerals import number

_BINDING: Final = {"or": 1, "and": 2, "not": 3, "compare": 4, "+": 5, "-": 5, "*": 6, "/": 6}
_SIGN: Final = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}


def written(node: Expression, name: Callable[[str], str], binding: int = 0) -> str:
    """A formula as text, with ``name`` for every name in it."""
    match node:
        case Number(value=value):
            return number(value)
        case Word(value=text):
            return f"“{text}”"
        case Name(key=key):
            return name(key)
        case Negative(of=inner):
            return "-" + written(inner, name, 7)
        case Arithmetic(op=op, left=left, right=right):
            own = _BINDING[op]
            text = f"{written(left, name, own)} {op} {written(right, name, own + 1)}"
        case Comparison(op=op, left=left, right=right):
            own = _BINDING["compare"]
            text = f"{written(left, name, own)} {_SIGN[op]} {written(right, name, own)}"
        case Among(item=item, options=options):
            own = _BINDING["compare"]
            inside = ", ".join(written(each, name) for each in options)
            text = f"{written(item, name, own)} ∈ [{inside}]"
        case Has(text=word, field=field):
            own = _BINDING["compare"]
            text = f"“{word.value}” ∈ {name(field.key)}"
        case Not(of=inner):
            own = _BINDING["not"]
            text = f"not {written(inner, name, own)}"
        case Junction(op=op, items=items):
            own = _BINDING[op]
            text = f" {op} ".join(written(each, name, own + 1) for each in items)
        case Either(condition=condition, yes=yes, no=no):
            own = 0
            parts = [written(each, name, 1) for each in (yes, condition, no)]
            text = f"{parts[0]} if {parts[1]} else {parts[2]}"
        case Call(function="count_true", arguments=(Has(field=chosen), *_) as arguments) if all(
            isinstance(each, Has) and each.field == chosen for each in arguments
        ):  # what was chosen is said once, not once for every option
            words = ", ".join(f"“{each.text.value}”" for each in arguments if isinstance(each, Has))
            return f"count_true({words} ∈ {name(chosen.key)})"
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(written(each, name) for each in arguments)})"
        case _:
            assert_never(node)
    return f"({text})" if own < binding else text
