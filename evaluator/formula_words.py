"""Formulas in the words of an inspector: labels for fields, per cent for shares, sentences for conditions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, assert_never

from duibiao.criteria.diagnostics import N_
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
    names_in,
    type_of,
    types_of,
)
from duibiao.criteria.models import SiteType
from duibiao.evaluator.columns import fields_read, formula
from duibiao.evaluator.numerals import number, percent
from duibiao.evaluator.spacing import fitted

COMPARED: Final = {
    ">=": N_("{left} is at least {right}"),
    ">": N_("{left} is more than {right}"),
    "<=": N_("{left} is at most {right}"),
    "<": N_("{left} is less than {right}"),
    "==": N_("{left} is {right}"),
    "!=": N_("{left} is not {right}"),
}
COMPARED_DATES: Final = {
    ">=": N_("{left} is not before {right}"),
    ">": N_("{left} is after {right}"),
    "<=": N_("{left} is not after {right}"),
    "<": N_("{left} is before {right}"),
}
COMPARED_NUMBERS: Final = {  # with each other, not with one that is written there
    "==": N_("{left} equals {right}"),
    "!=": N_("{left} differs from {right}"),
}
BOUND: Final = {
    "max": N_("{value} (at least {limit})"),
    "min": N_("{value} (at most {limit})"),
}
CALLED: Final = {
    "min": N_("the smallest of ({values})"),
    "max": N_("the largest of ({values})"),
    "abs": N_("the absolute value of {values}"),
    "floor": N_("{values} rounded down"),
    "log": N_("the natural logarithm of {values}"),
}
SPECIAL: Final = {
    "problems": N_("number of problems"),
    "deducted": N_("points deducted in the problem list"),
    "site_type": N_("site type"),
    "rate": N_("rate"),
}
OF_WHICH: Final = "其中"
Comparing = Literal["<", "<=", ">", ">=", "==", "!="]
OPPOSITE: Final[dict[str, Comparing]] = {
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "<": ">=",
    "==": "!=",
    "!=": "==",
}
_SIGN: Final = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_BINDING: Final = {"+": 1, "-": 1, "*": 2, "/": 2}
_ATOM: Final = 3


@dataclass(frozen=True, slots=True)
class FormulaWords:
    """Words the formulas of one site type in one language; ``rate`` says what the name rate stands for."""

    kind: SiteType
    say: Callable[[str], str]
    rate: str = ""

    def parsed(self, text: str | Expression) -> Expression:
        """The checked expression of a formula of the site type; one that is checked already stays as it is."""
        if not isinstance(text, str):
            return text
        names = types_of(self.kind.fields) | ({"rate": "number"} if self.rate else {})
        return formula(text, names, "any")

    def condition(self, text: str | Expression) -> str:
        """A condition as a sentence."""
        return self._condition(self.parsed(text))

    def item(self, text: str | Expression) -> str:
        """A condition as an item of a list: a yes/no field by its label alone."""
        node = self.parsed(text)
        return self.label(node.key) if isinstance(node, Name) else self._condition(node)

    def value(self, text: str | Expression, limits: Sequence[Decimal] = ()) -> str:
        """What a formula computes, in words; by the ``limits`` that it is held against, whether it is a share."""
        node = self.parsed(text)
        match node:
            case Arithmetic(op="/", left=Name() as part, right=Name() as whole) if self._percent(node, limits):
                return self._as_share(part, whole)
            case _:
                return self._value(node)

    def written(self, text: str | Expression) -> str:
        """A formula as a sentence where it is a condition, else as what it computes."""
        node = self.parsed(text)
        return self._condition(node) if type_of(node) == "yes_no" else self._value(node)

    def reads(self, text: str) -> frozenset[str]:
        """The fields that a formula reads, those behind derived ones too."""
        return fields_read(self.parsed(text), self.kind.fields, types_of(self.kind.fields))

    def unit(self, text: str | Expression) -> str:
        """The unit of what a formula computes, where it has one."""
        return self._unit(self.parsed(text)) or ""

    def label(self, key: str) -> str:
        """How an inspector knows a name of a formula; what stands on a form below its whole loses its “of which”."""
        field = self.kind.fields.get(key)
        if field is not None:
            return field.label.removeprefix(OF_WHICH)
        return self.rate if key == "rate" and self.rate else self.say(SPECIAL.get(key, key))

    def amount(self, value: Decimal, text: str | Expression, limits: Sequence[Decimal] = ()) -> str:
        """One of the ``limits`` of what ``text`` computes: 85% of a share, 2 人 of people."""
        return self._number(value, self.parsed(text), limits)

    def in_percent(self, text: str | Expression, limits: Sequence[Decimal] = ()) -> bool:
        """Whether people read what a formula computes, and the ``limits`` that it is held against, in per cent."""
        return self._percent(self.parsed(text), limits)

    # -------------------------------------------------------------- conditions

    def _condition(self, node: Expression, *, inside: bool = False) -> str:
        match node:
            case Name(key=key):
                return fitted(self.say("“{label}” is yes"), label=self.label(key))
            case Not():
                return self._negated(node.of, inside=inside)
            case Junction(op=op, items=items):
                joint = self.say(", and ") if op == "and" else self.say(", or ")
                text = joint.join(self._condition(each, inside=True) for each in items)
                return fitted(self.say("({text})"), text=text) if inside else text
            case Comparison(op=">=", left=Call(function="count_true") as counted, right=Number(value=least)):
                return self._at_least(number(least), counted)
            case Comparison(op=op, left=left, right=right):
                text = self.say(_comparing(op, left, right))
                return fitted(text, left=self.side(left, right), right=self.side(right, left))
            case Among(item=item, options=options):
                words = self.say(" or ").join(self.side(each, item) for each in options)
                return fitted(self.say("{item} is one of {words}"), item=self._value(item), words=words)
            case Has(text=Word(value=word), field=Name(key=key)):
                return fitted(self.say("“{label}” has “{word}”"), label=self.label(key), word=word)
            case Call(function="observed", arguments=(Name(key=key),)):
                return fitted(self.say("“{label}” is written down"), label=self.label(key))
            case Either(condition=condition, yes=yes, no=no):
                text = fitted(
                    self.say("if {condition}: {yes}; otherwise: {no}"),
                    condition=self._condition(condition, inside=True),
                    yes=self._condition(yes, inside=True),
                    no=self._condition(no, inside=True),
                )
                return fitted(self.say("({text})"), text=text) if inside else text
            case _:
                return self._value(node)

    def _negated(self, node: Expression, *, inside: bool) -> str:
        """That a condition does not hold, said of what it says itself."""
        match node:
            case Name(key=key):
                return fitted(self.say("“{label}” is no"), label=self.label(key))
            case Not(of=inner):
                return self._condition(inner, inside=inside)
            case Comparison(op=op, left=left, right=right):
                return self._condition(Comparison(OPPOSITE[op], left, right), inside=inside)
            case Junction(op=op, items=items):
                other = Junction("or" if op == "and" else "and", tuple(Not(each) for each in items))
                return self._condition(other, inside=inside)
            case Has(text=Word(value=word), field=Name(key=key)):
                return fitted(self.say("“{label}” has no “{word}”"), label=self.label(key), word=word)
            case Among(item=item, options=options):
                words = self.say(" or ").join(self.side(each, item) for each in options)
                return fitted(self.say("{item} is none of {words}"), item=self._value(item), words=words)
            case Call(function="observed", arguments=(Name(key=key),)):
                return fitted(self.say("“{label}” is not written down"), label=self.label(key))
            case _:
                return fitted(self.say("it is not so that {condition}"), condition=self._condition(node, inside=True))

    def _at_least(self, least: str, counted: Call) -> str:
        """That some of several conditions hold."""
        label, words = self.counted(counted)
        values = self.say(" / ").join(words)
        if label:
            text = self.say("“{label}” has at least {count} of these: {values}")
            return fitted(text, label=label, count=least, values=values)
        return fitted(self.say("at least {count} of these hold: {values}"), count=least, values=values)

    def counted(self, node: Call) -> tuple[str, tuple[str, ...]]:
        """What ``count_true`` counts: the words that it looks for in one field with its label, or '' and conditions."""
        wanted = [each for each in node.arguments if isinstance(each, Has)]
        if len(wanted) == len(node.arguments) and len({each.field for each in wanted}) == 1:
            return self.label(wanted[0].field.key), tuple(each.text.value for each in wanted)
        return "", tuple(self.item(each) for each in node.arguments)

    def side(self, node: Expression, beside: Expression) -> str:
        """One side of a comparison: a bare number takes its unit from the other side."""
        if isinstance(node, Word) and node.type == "date":
            return node.value
        if beside == Name("site_type", "text") and node == Word(self.kind.id):
            return f"“{self.kind.title}”"
        if isinstance(node, Number):
            return self._number(node.value, beside)
        if isinstance(node, Negative) and isinstance(node.of, Number):
            return self._number(-node.of.value, beside)
        if isinstance(node, Name):
            return self.label(node.key)
        return self._condition(node, inside=True) if type_of(node) == "yes_no" else self._value(node)

    def _number(self, value: Decimal, beside: Expression, limits: Sequence[Decimal] = ()) -> str:
        if self._percent(beside, limits or (value,)):
            return percent(value)
        counted = isinstance(beside, Call) and beside.function == "count_true"
        unit = self.say("items") if counted else self._unit(beside)
        return f"{number(value)} {unit}" if unit else number(value)

    def _percent(self, node: Expression, limits: Sequence[Decimal]) -> bool:
        """Whether people read a value in per cent: a share, and of two like counts one that no limit calls a rate.

        Five places for each street are no 500%.
        """
        if not self._share(node):
            return False
        match node:
            case Arithmetic(op="/", left=left, right=right) if not self._part_of(left, right):
                return bool(limits) and all(abs(each) <= 1 for each in limits)
            case _:
                return True

    # -------------------------------------------------------------- values

    def _value(self, node: Expression, binding: int = 0) -> str:
        match node:
            case Number(value=value):
                return number(value)
            case Word(value=text):
                return f"“{text}”"
            case Name(key=key):
                return self.label(key)
            case Negative(of=inner):
                return "−" + self._value(inner, _ATOM)
            case Arithmetic(op="/", left=Name() as part, right=Name() as whole) if not binding and self._part_of(
                part, whole
            ):
                return self._as_share(part, whole)
            case Arithmetic(op=op, left=left, right=right):
                own = _BINDING[op]
                written = [
                    self._within(left, right, own),
                    _SIGN[op],
                    self._within(right, left, own + 1),
                ]
                text = " ".join(written)
                return fitted(self.say("({text})"), text=text) if own < binding else text
            case Either(condition=condition, yes=yes, no=no):
                text = fitted(
                    self.say("{yes} if {condition}, otherwise {no}"),
                    condition=self._condition(condition),
                    yes=self._value(yes),
                    no=self._value(no),
                )
                return fitted(self.say("({text})"), text=text) if binding else text
            case Call(function="round", arguments=(inner, Number(value=digits))) if digits:
                return fitted(
                    self.say("{value} rounded to {digits} decimals"),
                    value=self._value(inner, _ATOM),
                    digits=number(digits),
                )
            case Call(function="round", arguments=(inner, *_)):
                return fitted(self.say("{value} rounded to a whole number"), value=self._value(inner, _ATOM))
            case Call(function="count_true"):
                label, words = self.counted(node)
                values = self.say(" / ").join(words)
                text = fitted(self.say("how many of these hold: {values}"), values=values)
                if label:
                    text = fitted(self.say("how many of these are in “{label}”: {words}"), label=label, words=values)
                return fitted(self.say("({text})"), text=text) if binding else text
            case Call(function="min" | "max" as function, arguments=(one, other)) if isinstance(
                one, Number
            ) != isinstance(other, Number):
                computed, limit = (other, one) if isinstance(one, Number) else (one, other)
                text = fitted(self.say(BOUND[function]), value=self._value(computed), limit=self.side(limit, computed))
                return fitted(self.say("({text})"), text=text) if binding else text
            case Call(function=function, arguments=arguments) if function in CALLED:
                values = self.say(" / ").join(self._argument(each) for each in arguments)
                return fitted(self.say(CALLED[function]), values=values)
            case Call() | Comparison() | Among() | Has() | Not() | Junction():
                return self._condition(node, inside=True)
            case _:
                assert_never(node)

    def _as_share(self, part: Name, whole: Name) -> str:
        return fitted(self.say("{part} as a share of {whole}"), part=self.label(part.key), whole=self.label(whole.key))

    def _within(self, node: Expression, beside: Expression, binding: int) -> str:
        """A part of a sum or product; the 1 of ``1 - share`` is 100%."""
        return percent(Decimal(1)) if self.is_whole(node, beside) else self._value(node, binding)

    def is_whole(self, node: Expression, beside: Expression) -> bool:
        """Whether a part of a sum or product is the 1 of ``1 - share``, which people read as 100%."""
        return isinstance(node, Number) and node.value == 1 and not isinstance(beside, Number) and self._share(beside)

    def _argument(self, node: Expression) -> str:
        return self._condition(node, inside=True) if type_of(node) == "yes_no" else self._value(node)

    def _share(self, node: Expression) -> bool:
        match node:
            case Name(key="rate") if self.rate:
                return True
            case Name(key=key):
                field = self.kind.fields.get(key)
                if field is None:
                    return False
                return field.kind == "percent" or (
                    field.formula is not None and self._share(self.parsed(field.formula))
                )
            case Negative(of=inner):
                return self._share(inner)
            case Arithmetic(op="/", left=left, right=right):
                unit = self._unit(left)
                return self._part_of(left, right) or (unit is not None and unit == self._unit(right))
            case Arithmetic(op="+" | "-", left=left, right=right):
                sides = [each for each in (left, right) if not isinstance(each, Number)]
                return bool(sides) and all(self._share(each) for each in sides)
            case Arithmetic(op="*", left=left, right=right):
                return self._share(left) and self._share(right)
            case Either(yes=yes, no=no):
                return self._any_share((yes, no))
            case Call(function="min" | "max" | "abs" | "round", arguments=arguments):
                return self._any_share(arguments)
            case _:
                return False

    def _part_of(self, part: Expression, whole: Expression) -> bool:
        """Whether a field is limited by the other: it can never be more, so the two make a share."""
        if not isinstance(part, Name) or not isinstance(whole, Name):
            return False
        key, seen = part.key, {part.key}
        while (field := self.kind.fields.get(key)) is not None and isinstance(field.at_most, str):
            key = field.at_most
            if key == whole.key:
                return True
            if key in seen:
                return False
            seen.add(key)
        return False

    def _any_share(self, nodes: Sequence[Expression]) -> bool:
        """Whether all are shares, bare numbers between 0 and 1 aside."""
        rest = [each for each in nodes if not (isinstance(each, Number) and 0 <= each.value <= 1)]
        return bool(rest) and all(self._share(each) for each in rest)

    def _unit(self, node: Expression) -> str | None:
        """What is counted or measured: '' for a bare count, None where there is no one unit."""
        match node:
            case Name(key="problems"):
                return ""
            case Name(key=key):
                field = self.kind.fields.get(key)
                if field is None or field.kind not in {"count", "number"}:
                    return None
                return field.unit or ""
            case Negative(of=inner):
                return self._unit(inner)
            case Arithmetic(op="+" | "-", left=left, right=right):
                return self._one_unit((left, right))
            case Call(function="min" | "max" | "abs", arguments=arguments):
                return self._one_unit(arguments)
            case Call(function="count_true"):
                return ""
            case _:
                return None

    def _one_unit(self, nodes: Sequence[Expression]) -> str | None:
        units = {self._unit(each) for each in nodes if not isinstance(each, Number)}
        return units.pop() if len(units) == 1 else None


def _comparing(op: Comparing, left: Expression, right: Expression) -> str:
    """How two sides are compared: dates come before or after, and two numbers that both are seen are equal or not."""
    if type_of(left) == "date":
        return COMPARED_DATES.get(op, COMPARED[op])
    seen = type_of(left) == "number" and bool(names_in(left)) and bool(names_in(right))
    return COMPARED_NUMBERS.get(op, COMPARED[op]) if seen else COMPARED[op]
