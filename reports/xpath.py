"""A condition of the criteria -> an XPath of a form that hides a question only where the condition is surely false.

A form knows less than the engine: what is not answered yet is '', limits have no tolerance, registers are elsewhere.
So every translation errs towards showing. A part that cannot be said counts as possibly true, and ``None`` stands for
a whole that cannot be said.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from duibiao.criteria.expression import Among, Comparison, Expression, Has, Junction, Name, Negative, Not, Number, Word
from duibiao.criteria.models import Field
from duibiao.evaluator.intake.names import clean, option_code
from duibiao.reports.form import in_percent

TRUE: Final = "true()"
FALSE: Final = "false()"
_SIGN: Final = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "=", "!=": "!="}
_OPPOSITE: Final = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}
_MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}
_SLACK: Final = Decimal(
    "1e-9"
)  # wider than the tolerance of limits (1e-11), so that a value on a limit is never hidden


def possible(condition: Expression, fields: Mapping[str, Field], site_type: str, wanted: bool = True) -> str | None:
    """An XPath that is true wherever ``condition`` may be ``wanted`` at a site of a type, or None where it has none.

    ``fields`` are those that the form asks, by key, which is the name of the question.
    """
    match condition:
        case Not(of=inner):
            return possible(inner, fields, site_type, not wanted)
        case Junction(op=op, items=items):
            parts = [possible(each, fields, site_type, wanted) for each in items]
            return _all(parts) if (op == "and") == wanted else _any(parts)
        case Name(key=key) if key in fields:
            return f"${{{key}}} != '{'no' if wanted else 'yes'}'"
        case Comparison(op=op, left=Name(key=key), right=right):
            return _compared(key, op if wanted else _OPPOSITE[op], right, fields, site_type)
        case Comparison(op=op, left=left, right=Name(key=key)):
            return _compared(key, _MIRRORED[op if wanted else _OPPOSITE[op]], left, fields, site_type)
        case Among(item=Name(key=key), options=options):
            parts = [_compared(key, "==" if wanted else "!=", each, fields, site_type) for each in options]
            return _any(parts) if wanted else _all(parts)
        case Has(text=Word(value=word), field=Name(key=key)) if key in fields:
            chosen = f"selected(${{{key}}}, '{option_code(word)}')"
            return f"(${{{key}}} = '' or {chosen if wanted else f'not({chosen})'})"
        case _:
            return None


def _all(parts: list[str | None]) -> str | None:
    said = list(dict.fromkeys(part for part in parts if part not in {None, TRUE}))
    if FALSE in said:
        return FALSE
    told = [part for part in said if part is not None]
    return _joined(told, "and") if told else TRUE if parts and None not in parts else None


def _any(parts: list[str | None]) -> str | None:
    told = [part for part in dict.fromkeys(parts) if part is not None and part != FALSE]
    if None in parts or TRUE in told:
        return TRUE if TRUE in told else None
    return _joined(told, "or") if told else FALSE


def _joined(parts: list[str], word: str) -> str:
    return parts[0] if len(parts) == 1 else "(" + f" {word} ".join(parts) + ")"


def _compared(key: str, op: str, with_: Expression, fields: Mapping[str, Field], site_type: str) -> str | None:
    """A comparison of one answer with something that is written in the formula."""
    match with_:
        case Word(value=word) if key == "site_type":
            return TRUE if (clean(word) == clean(site_type)) == (op == "==") else FALSE
        case Word(value=word, type="text") if key in fields and fields[key].kind in {"choice", "grade"}:
            return f"(${{{key}}} = '' or ${{{key}}} {_SIGN[op]} '{option_code(word)}')"
        case Number(value=number) | Negative(of=Number(value=number)) if key in fields:
            return _limited(key, op, -number if isinstance(with_, Negative) else number, fields[key])
        case _:
            return None


def _limited(key: str, op: str, number: Decimal, field: Field) -> str | None:
    """A limit on one answer, a little wider than it is written; = and != are exact for whole numbers only."""
    slack = _SLACK * max(Decimal(1), abs(number))
    if field.kind == "count" and number == number.to_integral_value():
        slack = Decimal(0)
    elif op in {"==", "!="}:
        return None
    limit = number + slack if op in {"<", "<="} else number - slack
    if in_percent(field):
        limit *= 100
    return f"(${{{key}}} = '' or ${{{key}}} {_SIGN[op]} {plain_number(limit)})"


def plain_number(number: Decimal) -> str:
    """A number as XPath reads it: no exponent, no zeros that say nothing."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
