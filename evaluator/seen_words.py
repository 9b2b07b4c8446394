"""What was seen at one visit, in words: the conditions that hold or do not, and what a measure comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from duibiao.criteria.diagnostics import N_
from duibiao.criteria.formula import (
    Among,
    Arithmetic,
    Call,
    Comparison,
    Expression,
    Has,
    Junction,
    Name,
    Negative,
    Not,
    Number,
    names_in,
    type_of,
)
from duibiao.criteria.models import SiteType
from duibiao.evaluator.formula_words import CALLED, OPPOSITE, FormulaWords
from duibiao.evaluator.numerals import number, percent, rounded
from duibiao.evaluator.seen import Seen, resolved
from duibiao.evaluator.spacing import fitted

Translate = Callable[[str], str]

YES, NO, BLANK = N_("yes"), N_("no"), N_("blank")
OR: Final = N_(", or ")
AND: Final = N_(", and ")
LISTED: Final = N_(" / ")
BESIDE: Final = N_(", ")
NOTED: Final = N_("{label}: {value}")
WITH: Final = N_("{text} ({noted})")
SEEN: Final = N_("seen: {value}")
AMOUNT: Final = N_("{label} {value}")
NOT_MET: Final = N_("not met: {condition}")
ONE_OF: Final = N_("{text} (one of them would do)")
SHOULD_BE: Final = {
    ">=": N_("{seen}, should be at least {limit}"),
    ">": N_("{seen}, should be more than {limit}"),
    "<=": N_("{seen}, should be at most {limit}"),
    "<": N_("{seen}, should be less than {limit}"),
    "==": N_("{seen}, should be {limit}"),
    "!=": N_("{seen}, should not be {limit}"),
}
DATE_SHOULD_BE: Final = SHOULD_BE | {
    ">=": N_("{seen}, should not be before {limit}"),
    ">": N_("{seen}, should be after {limit}"),
    "<=": N_("{seen}, should not be after {limit}"),
    "<": N_("{seen}, should be before {limit}"),
}
SOME_THERE: Final = N_("{found} of {count} are in “{label}”, missing: {words}")
ALL_THERE: Final = N_("all {count} are in “{label}”")
SOME_HOLD: Final = N_("{found} of {count} hold, these do not: {words}")
ALL_HOLD: Final = N_("all {count} hold")
_SIGN: Final = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_BINDING: Final = {"+": 1, "-": 1, "*": 2, "/": 2}
_ATOM: Final = 3


@dataclass(frozen=True)
class SeenWords:
    """Words what was seen at the visits of one site type; ``rate`` says what the name rate stands for.

    How a condition or a measure is called it keeps, as many visits share it.
    """

    kind: SiteType
    say: Translate
    rate: str = ""
    _called: dict[tuple[Expression, tuple[Decimal, ...]], str] = field(default_factory=dict, compare=False)

    @property
    def words(self) -> FormulaWords:
        """The words of formulas, without values."""
        return FormulaWords(self.kind, self.say, self.rate)

    # -------------------------------------------------------------- conditions

    def accounts(self, condition: Expression, seen: Seen) -> list[str]:
        """What makes a condition hold, fail or be unknown: each thing that was asked, with what was seen."""
        taken, decided = resolved(condition, seen)
        return [self._noted(each, decided, seen) for each in self._accounts(taken, seen)]

    def _accounts(self, node: Expression, seen: Seen) -> list[str]:
        node = _turned(node)
        if not isinstance(node, Junction):
            return [self._leaf(node, seen)]
        truth = seen.holds(node)
        concerned = [each for each in node.items if seen.holds(each) is truth]
        told = [self.accounts(each, seen) for each in concerned]
        if node.op == "or" and truth is False:  # any one of them would do
            return [self.say(OR).join(self.say(AND).join(each) for each in told)]
        return [one for each in told for one in each]

    def failings(self, condition: Expression, seen: Seen) -> list[str]:
        """Where a condition does not hold, what was seen, and what it should be where that says more than a no."""
        taken, decided = resolved(condition, seen)
        return [self._noted(each, decided, seen) for each in self._failings(taken, seen)]

    def missing(self, condition: Expression, seen: Seen) -> list[str]:
        """Where a condition does not hold, what is not there; what was seen where that says more than a no."""
        node, _ = resolved(condition, seen)
        return [self._condition(node)] if isinstance(node, Name | Has) else self.failings(condition, seen)

    def _failings(self, node: Expression, seen: Seen) -> list[str]:
        node = _turned(node)
        if not isinstance(node, Junction):
            return [self._failing(node, seen)]
        told = [self.failings(each, seen) for each in node.items if seen.holds(each) is False]
        if node.op == "or":  # any one of them would do
            text = self.say(AND).join(one for each in told for one in each)
            return [fitted(self.say(ONE_OF), text=text)]
        return [one for each in told for one in each]

    def _failing(self, node: Expression, seen: Seen) -> str:
        """One condition that does not hold: 排水通畅无积水：否, 消防通道堵占处数 1 处，应为 0 处."""
        match node:
            case Name(key=key):
                return fitted(self.say(NOTED), label=self.words.label(key), value=self.say(NO))
            case Has():
                return self._condition(Not(node))
            case Not(of=Name(key=key)):
                told = fitted(self.say(NOTED), label=self.words.label(key), value=self.say(YES))
                return fitted(self.say(SHOULD_BE["=="]), seen=told, limit=self.say(NO))
            case Comparison(op=op, left=left, right=right) if names_in(left):
                should = DATE_SHOULD_BE if type_of(left) == "date" else SHOULD_BE
                limit = self._amount(right, left, seen) if names_in(right) else self.words.side(right, left)
                return fitted(self.say(should[op]), seen=self._amount(left, right, seen), limit=limit)
            case Among(item=item, options=options) | Not(of=Among(item=item, options=options)):
                told = SHOULD_BE["!=" if isinstance(node, Not) else "=="]
                limit = self.say(" or ").join(self.words.side(each, item) for each in options)
                return fitted(self.say(told), seen=self._amount(item, options[0], seen), limit=limit)
            case _:
                return fitted(self.say(NOT_MET), condition=self._leaf(node, seen))

    def _amount(self, node: Expression, beside: Expression, seen: Seen) -> str:
        """One side of a comparison with what it was: 消防通道堵占处数 1 处."""
        if isinstance(node, Name):
            beside_it = AMOUNT if node.type in {"number", "date"} else NOTED
            return fitted(self.say(beside_it), label=self.words.label(node.key), value=self._quoted(node.key, seen))
        if isinstance(node, Call) and node.function == "count_true":
            return self._counted(node, seen)
        return fitted(self.say(NOTED), label=self.words.value(node), value=self._side(node, beside, seen))

    def _leaf(self, node: Expression, seen: Seen) -> str:
        """One condition, with what was seen where it does not say it itself: “设施”里没有“椅”（实为椅）."""
        says_all = isinstance(node, Not) and isinstance(node.of, Name)
        says_all |= isinstance(node, Comparison) and node.op == "==" and not names_in(node.right)
        if isinstance(node, Name | Has) or (says_all and seen.holds(node)):
            return self._condition(node)
        value = self._value_beside(node.of if isinstance(node, Not) else node, seen)
        if not value:
            return self._condition(node)
        return fitted(self.say(WITH), text=self._condition(node), noted=value)

    def _condition(self, node: Expression) -> str:
        if (known := self._called.get((node, ()))) is None:
            known = self._called[node, ()] = self.words.item(node)
        return known

    def _value_beside(self, node: Expression, seen: Seen) -> str:
        """What was seen of a condition that asks for more than a yes; '' where the condition says it itself."""
        match node:
            case Name(key=key) | Has(field=Name(key=key)) | Among(item=Name(key=key)):
                return fitted(self.say(SEEN), value=self._quoted(key, seen))
            case Comparison(left=Call(function="count_true") as counted, right=Number()):
                return self._counted(counted, seen)
            case Comparison(left=left, right=right):
                sides = [(left, right), (right, left)]
                told = [(one, other) for one, other in sides if names_in(one)]
                if len(told) == 1:
                    return fitted(self.say(SEEN), value=self._side(*told[0], seen))
                return self.say(BESIDE).join(self._told(*each, seen) for each in told)
            case Among(item=item):
                return fitted(self.say(SEEN), value=self._side(item, node.options[0], seen))
            case _:
                return ""

    def _told(self, node: Expression, beside: Expression, seen: Seen) -> str:
        """One of two sides that were both seen: the label with the value, or the sum."""
        value = self._side(node, beside, seen)
        return (
            fitted(self.say(NOTED), label=self.words.label(node.key), value=value) if isinstance(node, Name) else value
        )

    def _side(self, node: Expression, beside: Expression, seen: Seen) -> str:
        """What one side of a comparison was: with its sum where it is one."""
        if isinstance(node, Name):
            return self._quoted(node.key, seen)
        limits = tuple(_constants((beside,)))
        return self._summed(node, seen.value(node), limits, seen)

    # -------------------------------------------------------------- measures

    def measured(self, text: Expression, seen: Seen, result: object, limits: Sequence[Decimal] = ()) -> str:
        """What a rule measures, and what it was: 合格数占总数的比例：170 ÷ 200 = 85%."""
        node, decided = resolved(text, seen)
        if isinstance(node, Call) and node.function == "count_true":
            return self._noted(self._counted(node, seen), decided, seen)
        if (label := self._called.get((node, tuple(limits)))) is None:
            label = self._called[node, tuple(limits)] = self.words.value(node, limits)
        if isinstance(node, Name):
            told = fitted(self.say(AMOUNT), label=label, value=self.of_name(node.key, seen))
        else:
            told = fitted(self.say(NOTED), label=label, value=self._summed(node, result, limits, seen))
        return self._noted(told, decided, seen)

    def amount(self, value: object, node: Expression, limits: Sequence[Decimal]) -> str:
        """What was worked out, rounded, with its unit or in per cent."""
        if not isinstance(value, int | float):
            return self.value(value)
        if self.words.in_percent(node, limits):
            return rounded(value, limits, as_percent=True)
        unit = self.words.unit(node)
        return f"{rounded(value, limits)} {unit}" if unit else rounded(value, limits)

    def _summed(self, node: Expression, result: object, limits: Sequence[Decimal], seen: Seen) -> str:
        """The sum with the values, and what it comes to."""
        shown, amount = self.with_values(node, seen), self.amount(result, node, limits)
        return amount if amount in {shown, f"{shown} {self.words.unit(node)}"} else f"{shown} = {amount}"

    def _counted(self, node: Call, seen: Seen) -> str:
        """How many of what ``count_true`` counts are there, and which are not."""
        label, words = self.words.counted(node)
        held = [seen.holds(each) for each in node.arguments]
        if None in held:
            return fitted(self.say(NOTED), label=self.words.value(node), value=self.say(BLANK))
        missing = [word for word, there in zip(words, held, strict=True) if not there]
        some, every = (SOME_THERE, ALL_THERE) if label else (SOME_HOLD, ALL_HOLD)
        text = self.say(some if missing else every)
        return fitted(
            text, found=len(words) - len(missing), count=len(words), label=label, words=self.say(LISTED).join(missing)
        )

    def _noted(self, text: str, decided: Iterable[Expression], seen: Seen) -> str:
        """A text with what decided which branch of a choice was taken."""
        keys = dict.fromkeys(key for each in decided for key in sorted(names_in(each)))
        told = [fitted(self.say(NOTED), label=self.words.label(key), value=self.of_name(key, seen)) for key in keys]
        return fitted(self.say(WITH), text=text, noted=self.say(BESIDE).join(told)) if told else text

    def with_values(self, node: Expression, seen: Seen, binding: int = 0) -> str:
        """A sum with the values of its names."""
        match node:
            case Number(value=value):
                return number(value)
            case Name(key=key):
                return self.of_name(key, seen, unit=False)
            case Negative(of=inner):
                return "−" + self.with_values(inner, seen, _ATOM)
            case Arithmetic(op=op, left=left, right=right):
                own = _BINDING[op]
                one, other = [
                    percent(Decimal(1)) if self.words.is_whole(each, beside) else self.with_values(each, seen, at)
                    for each, beside, at in ((left, right, own), (right, left, own + 1))
                ]
                text = f"{one} {_SIGN[op]} {other}"
                return fitted(self.say("({text})"), text=text) if own < binding else text
            case Call(function="min" | "max" as function, arguments=arguments) if len(
                rest := [each for each in arguments if not isinstance(each, Number)]
            ) == 1 and seen.value(node) == seen.value(rest[0]):  # the limit is told already, and does not matter here
                return self.with_values(rest[0], seen, binding)
            case Call(function=function, arguments=arguments) if function in CALLED:
                values = self.say(LISTED).join(self.with_values(each, seen) for each in arguments)
                return fitted(self.say(CALLED[function]), values=values)
            case _:  # how many hold, and roundings: what they come to
                return self.amount(seen.value(node), node, ())

    # -------------------------------------------------------------- values

    def of_name(self, key: str, seen: Seen, *, unit: bool = True) -> str:
        """What stood for a name of a formula; what was written down as it was, what was worked out rounded."""
        if key == "site_type":
            return f"“{self.kind.title}”"
        value, known = seen.named(key), self.kind.fields.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool):
            return self.value(value)
        node = Name(key, "number")
        if known is None or known.formula is not None:
            shown = self.amount(value, node, ())
            return shown if unit or not (own := self.words.unit(node)) else shown.removesuffix(f" {own}")
        if known.kind == "percent":
            return percent(Decimal(repr(value)))
        return f"{number(value)} {known.unit}" if unit and known.unit else number(value)

    def _quoted(self, key: str, seen: Seen) -> str:
        """What stood for a name, a word in quotation marks."""
        value, shown = seen.named(key), self.of_name(key, seen)
        return f"“{shown}”" if isinstance(value, str) and key in self.kind.fields else shown

    def value(self, value: object) -> str:
        """A value as a reader writes it."""
        if value is None:
            return self.say(BLANK)
        if isinstance(value, bool):
            return self.say(YES if value else NO)
        if isinstance(value, int | float):
            return number(value)
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, list | tuple):
            return self.say(LISTED).join(str(each) for each in value) or self.say(BLANK)
        return str(value)


def _constants(nodes: Iterable[Expression]) -> Iterable[Decimal]:
    for each in nodes:
        match each:
            case Number(value=value):
                yield value
            case Negative(of=Number(value=value)):
                yield -value


def _turned(node: Expression) -> Expression:
    """A condition with what is denied told by its parts: not (a and b) is not a or not b; not a < b is a >= b."""
    match node:
        case Not(of=Junction(op=op, items=items)):
            return Junction("or" if op == "and" else "and", tuple(Not(each) for each in items))
        case Not(of=Comparison(op=op, left=left, right=right)):
            return Comparison(OPPOSITE[op], left, right)
        case _:
            return node
