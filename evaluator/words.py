"""Why a finding is what it is, in one line: the formula with its values put in, and the level that held.

The words are part of the result, so they are made in the language of the report, not in that of the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, assert_never

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
    types_of,
)
from duibiao.criteria.models import (
    Asked,
    Banded,
    Criterion,
    Deducted,
    Field,
    Graded,
    Information,
    Judged,
    Level,
    Linear,
    NOfM,
    SiteType,
    TwoMethods,
    YesNo,
)
from duibiao.evaluator.columns import bad, deducted_column, estimate_columns, formula, problems_column
from duibiao.evaluator.rules import reads
from duibiao.evaluator.thresholds import limits_of

Translate = Callable[[str], str]
Row = Mapping[str, object]  # one visit: field -> value, '#raw:' and '#bad:' columns too

YES, NO, BLANK = N_("yes"), N_("no"), N_("blank")
HOLDS, FAILS = N_("holds"), N_("does not hold")
PROBLEMS, DEDUCTED, SITE_TYPE = N_("problems"), N_("points deducted"), N_("site type")
RATE = N_("rate")
LEVEL: Final = N_("{limits} gives {score}")
NO_LEVEL: Final = N_("below every level")
LINE: Final = N_("full at {full}, none at {zero}; gives {score}")
LOST: Final = N_("{lost} of {points} points lost")
GRADE: Final = N_("{label}: {grade}, gives {score}")
MISSING: Final = N_("{missing} of {count} not met: {which}")
ALL_MET: Final = N_("all {count} met")
UNOBSERVED: Final = N_("not observed: {fields}")
NOT_COMPLETE: Final = N_("the visit is not marked complete, so the known problems may not be all")
CONTRADICTORY: Final = N_("{label} {value} is outside {limit}")
NOT_APPLICABLE: Final = N_("does not apply: {formula}")
BY_HAND: Final = N_("verdict of the inspector: {verdict}")
TOLD: Final = N_("{label}: {share} of {answers} answers ({low} to {high})")
TOLD_ALONE: Final = N_("{label}: {share} of {answers} answers")
IN_ERROR: Final = {True: N_("reached, but within the error"), False: N_("not reached, but within the error")}
WHY_NOT: Final = {
    "hidden": N_("not shown and not scored: too few people answered, or the answers of too few could be reckoned back"),
    "nobody": N_("not estimable: nobody gave an answer that counts"),
}
LOWER_OF: Final = N_("the lower of {one} and {other}")
WAIVED: Final = N_("waived: {reason} (approved by {approver}, until {until}); it would have been: {because}")
LIMIT_WORDS: Final = {
    "at_least": N_("at least {limit}"),
    "above": N_("above {limit}"),
    "at_most": N_("at most {limit}"),
    "below": N_("below {limit}"),
}
STATUS_WORDS: Final = {
    "met": N_("met"),
    "partial": N_("partly met"),
    "missed": N_("missed"),
    "unobserved": N_("not observed"),
    "not_applicable": N_("not applicable"),
    "waived": N_("waived"),
    "invalid": N_("contradictory data"),
}
INVALID_WORD: Final = STATUS_WORDS["invalid"]
_BINDING: Final = {"or": 1, "and": 2, "not": 3, "compare": 4, "+": 5, "-": 5, "*": 6, "/": 6}


def number(value: object) -> str:
    """A number as people write it: 170, 0.85, 0.843575; six decimals at most."""
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    assert isinstance(value, int | float)
    if value and not 1e-4 <= abs(value) < 1e15:
        return f"{value:.6g}"
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def share(value: int) -> str:
    """Billionths as a number: 600000000 is 0.6."""
    return number(Decimal(value) / 1_000_000_000)


def percent(value: float) -> str:
    """A share in per cent with two decimals at most: 83.2%."""
    return f"{number(round(value * 100, 2))}%"


@dataclass(frozen=True)
class Speaker:
    """Words the findings of one site type in one language. What it has read of a formula or a rule it keeps."""

    kind: SiteType
    say: Translate
    _formulas: dict[str, tuple[Expression, str]] = field(default_factory=dict, compare=False)
    _read: dict[str, frozenset[str]] = field(default_factory=dict, compare=False)

    def field(self, key: str) -> Field | None:
        """The field ``key`` of the form, if it is one."""
        return self.kind.fields.get(key)

    def label(self, key: str) -> str:
        """How a reader knows a name of a formula."""
        special = {"problems": PROBLEMS, "deducted": DEDUCTED, "site_type": SITE_TYPE, "rate": RATE}
        field = self.field(key)
        return field.label if field is not None else self.say(special.get(key, key))

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
            return "、".join(str(each) for each in value) or self.say(BLANK)
        return str(value)

    def written(self, node: Expression, name: Callable[[str], str], binding: int = 0) -> str:
        """A formula as text, with ``name`` for every name in it."""
        match node:
            case Number(value=value):
                return number(value)
            case Word(value=text):
                return f"“{text}”"
            case Name(key=key):
                return name(key)
            case Negative(of=inner):
                return "-" + self.written(inner, name, 7)
            case Arithmetic(op=op, left=left, right=right):
                own = _BINDING[op]
                text = f"{self.written(left, name, own)} {op} {self.written(right, name, own + 1)}"
            case Comparison(op=op, left=left, right=right):
                own = _BINDING["compare"]
                text = f"{self.written(left, name, own)} {_SIGN[op]} {self.written(right, name, own)}"
            case Among(item=item, options=options):
                own = _BINDING["compare"]
                inside = ", ".join(self.written(each, name) for each in options)
                text = f"{self.written(item, name, own)} ∈ [{inside}]"
            case Has(text=word, field=field):
                own = _BINDING["compare"]
                text = f"“{word.value}” ∈ {name(field.key)}"
            case Not(of=inner):
                own = _BINDING["not"]
                text = f"not {self.written(inner, name, own)}"
            case Junction(op=op, items=items):
                own = _BINDING[op]
                text = f" {op} ".join(self.written(each, name, own + 1) for each in items)
            case Either(condition=condition, yes=yes, no=no):
                own = 0
                parts = [self.written(each, name, 1) for each in (yes, condition, no)]
                text = f"{parts[0]} if {parts[1]} else {parts[2]}"
            case Call(function="count_true", arguments=(Has(field=chosen), *_) as arguments) if all(
                isinstance(each, Has) and each.field == chosen for each in arguments
            ):  # what was chosen is said once, not once for every option
                words = ", ".join(f"“{each.text.value}”" for each in arguments if isinstance(each, Has))
                return f"count_true({words} ∈ {name(chosen.key)})"
            case Call(function=function, arguments=arguments):
                return f"{function}({', '.join(self.written(each, name) for each in arguments)})"
            case _:
                assert_never(node)
        return f"({text})" if own < binding else text

    def filled(self, text: str, row: Row, criterion: str) -> tuple[str, str]:
        """A formula with the labels of its fields, and with their values."""
        node, labels = self._formula(text)
        special = {"problems": problems_column(criterion), "deducted": deducted_column(criterion)}

        def value(key: str) -> str:
            if key == "site_type":
                return f"“{self.kind.id}”"
            return self.value(row.get(special.get(key, key)))

        return labels, self.written(node, value)

    def _formula(self, text: str) -> tuple[Expression, str]:
        """A formula and how it reads with labels."""
        known = self._formulas.get(text)
        if known is None:
            node = formula(text, types_of(self.kind.fields), "any")
            known = self._formulas[text] = (node, self.written(node, self.label))
        return known

    # -------------------------------------------------------------- findings

    def because(
        self, criterion: Criterion, status: str, row: Row, value: int | None, measure: float | None, *, by_hand: bool
    ) -> str:
        """The one line for a finding; ``status`` is the one before a waiver, ``value`` as in evaluate.COLUMNS."""
        if by_hand:
            return self.say(BY_HAND).format(verdict=self.say(STATUS_WORDS[status]))
        if status == "not_applicable":
            return self._not_applicable(criterion, row)
        if status == "invalid":
            return self._contradictory(criterion, row)
        if status == "unobserved":
            return self._unobserved(criterion, row)
        assert value is not None or isinstance(criterion, TwoMethods)
        return self._scored(criterion, row, value or 0, measure)

    def _not_applicable(self, criterion: Criterion, row: Row) -> str:
        if isinstance(criterion, TwoMethods):
            return self.say(LOWER_OF).format(one=criterion.both[0], other=criterion.both[1])
        assert criterion.applies is not None
        labels, values = self.filled(criterion.applies, row, criterion.id)
        return self.say(NOT_APPLICABLE).format(formula=f"{labels}: {values}")

    def _contradictory(self, criterion: Criterion, row: Row) -> str:
        told = [self.breach(key, field, row) for key, field in self.kind.fields.items() if row.get(bad(key)) is True]
        if isinstance(criterion, TwoMethods) or not told:
            return self.say(INVALID_WORD)
        read = self.read(criterion)
        own = [
            self.breach(key, field, row)
            for key, field in self.kind.fields.items()
            if key in read and row.get(bad(key)) is True
        ]
        return "; ".join(own or told)

    def breach(self, key: str, field: Field, row: Row) -> str:
        """Which limit a value broke: 戴头盔人数 12 is outside at most 骑行人数 10."""
        limits = []
        for side in ("at_least", "at_most"):
            limit = getattr(field, side)
            if limit is not None:
                shown = (
                    f"{self.label(limit)} {self.value(row.get(f'#raw:{limit}'))}"
                    if isinstance(limit, str)
                    else number(limit)
                )
                limits.append(self.say(LIMIT_WORDS[side]).format(limit=shown))
        return self.say(CONTRADICTORY).format(
            label=field.label, value=self.value(row.get(f"#raw:{key}")), limit=", ".join(limits) or "-"
        )

    def read(self, criterion: Criterion) -> frozenset[str]:
        """The fields that a criterion reads, directly or through derived ones."""
        known = self._read.get(criterion.id)
        if known is None:
            known = self._read[criterion.id] = reads(criterion, types_of(self.kind.fields), self.kind.fields)
        return known

    def _unobserved(self, criterion: Criterion, row: Row) -> str:
        if isinstance(criterion, TwoMethods):
            return self.say(LOWER_OF).format(one=criterion.both[0], other=criterion.both[1])
        read = self.read(criterion)
        if isinstance(criterion, Judged):
            return self.say(UNOBSERVED).format(fields=criterion.title)
        if isinstance(criterion, Asked):
            why = WHY_NOT.get(str(row.get(estimate_columns(criterion.ask)[-1])))
            label = self._question(criterion.ask)
            return f"{label}: {self.say(why)}" if why is not None else self.say(UNOBSERVED).format(fields=label)
        blank = [
            field.label
            for key, field in self.kind.fields.items()
            if key in read and row.get(key) is None and field.formula is None
        ]
        if not blank and read & {"problems", "deducted"}:
            return self.say(NOT_COMPLETE)
        return self.say(UNOBSERVED).format(fields="、".join(blank) or "-")

    def _scored(self, criterion: Criterion, row: Row, value: int, measure: float | None) -> str:
        assert not isinstance(criterion, Information)
        match criterion:
            case YesNo(pass_=text):
                labels, values = self.filled(text, row, criterion.id)
                held = self.say(HOLDS if value else FAILS)
                return f"{labels}: {values}, {held}" if labels != values else f"{labels}, {held}"
            case Banded(rate=text, levels=levels):
                return f"{self._measured(text, row, criterion.id, measure)}; {self._level(levels, value, measure)}"
            case Linear(rate=text):
                line = self.say(LINE).format(
                    full=number(criterion.full_at), zero=number(criterion.zero_at), score=share(value)
                )
                return f"{self._measured(text, row, criterion.id, measure)}; {line}"
            case Graded(grade=key):
                return self.say(GRADE).format(label=self.label(key), grade=self.value(row.get(key)), score=share(value))
            case Deducted(deduct=entries):
                seen = "; ".join(" = ".join(self.filled(each.each, row, criterion.id)) for each in entries)
                return f"{seen}; {self._lost(criterion, value)}"
            case NOfM():
                return self._missing(criterion, row, measure)
            case Judged(judged="deduction"):
                return self._lost(criterion, value)
            case Judged():
                return self.say(GRADE).format(
                    label=criterion.title, grade=self.value(row.get(criterion.id)), score=share(value)
                )
            case Asked(ask=ask, levels=levels, pass_=text):
                shown, doubt = self._asked(ask, row, measure), self._in_error(criterion, row, measure)
                if text is None:
                    return f"{shown}; {self._level(levels, value, measure)}{doubt}"
                wanted = self.written(formula(text, {"rate": "number"}, "yes_no"), self.label)
                return f"{shown}; {wanted}, {self.say(HOLDS if value else FAILS)}{doubt}"
            case TwoMethods():
                return self.say(LOWER_OF).format(one=criterion.both[0], other=criterion.both[1])
            case _:
                assert_never(criterion)

    def _asked(self, ask: str, row: Row, measure: float | None) -> str:
        """A questionnaire's rate: with its counts in its own form, else by its name; of answers with their number."""
        form, _, rate = ask.partition(".")
        answers, low, high, _ = (row.get(each) for each in estimate_columns(ask))
        if answers is not None:
            told = self.say(TOLD_ALONE if low is None else TOLD)
            ends = {"low": low, "high": high, "share": measure}
            shown = {key: percent(end) for key, end in ends.items() if isinstance(end, float)}
            return told.format(label=self._question(ask), answers=answers, **shown)
        if form == self.kind.id:
            return self._measured(self.kind.rates[rate], row, "", measure)
        return f"{ask} = {self.value(measure)}"

    def _question(self, ask: str) -> str:
        """A question as it is asked, where it is one of this form; else the name that criteria ask for."""
        form, _, key = ask.partition(".")
        question = self.kind.questions.get(key) if form == self.kind.id else None
        return question.text if question is not None else ask

    def _in_error(self, criterion: Asked, row: Row, measure: float | None) -> str:
        """Which limits another sample might well put the rate on the other side of."""
        _, low, high, _ = (row.get(each) for each in estimate_columns(criterion.ask))
        if not isinstance(low, float) or not isinstance(high, float) or measure is None:
            return ""
        close = {each.holds(Fraction(measure)) for each in limits_of(criterion) if each.within(low, high)}
        return "".join(f"; {self.say(IN_ERROR[held])}" for held in sorted(close, reverse=True))

    def _measured(self, text: str, row: Row, criterion: str, measure: float | None) -> str:
        labels, values = self.filled(text, row, criterion)
        shown = self.value(measure)
        return f"{labels} = {values}" + ("" if values == shown else f" = {shown}")

    def _level(self, levels: Sequence[Level], value: int, measure: float | None) -> str:
        for level in levels:
            if measure is not None and holds(level, measure):
                return self.say(LEVEL).format(limits=self.limits(level), score=share(value))
        return self.say(NO_LEVEL)

    def limits(self, level: Level) -> str:
        """The limits of a level in words: at least 0.85."""
        told = [(side, getattr(level, side)) for side in LIMIT_WORDS]
        return ", ".join(
            self.say(LIMIT_WORDS[side]).format(limit=number(limit)) for side, limit in told if limit is not None
        )

    def _lost(self, criterion: Deducted | Judged, value: int) -> str:
        return self.say(LOST).format(lost=share(value), points=number(criterion.points))

    def _missing(self, criterion: NOfM, row: Row, measure: float | None) -> str:
        missing = len(criterion.of) - int(measure or 0)
        if not missing:
            return self.say(ALL_MET).format(count=len(criterion.of))
        shown = [self.filled(each, row, criterion.id) for each in criterion.of if not self._plainly_met(each, row)]
        named = "; ".join(f"{labels} ({values})" for labels, values in shown)
        return self.say(MISSING).format(missing=missing, count=len(criterion.of), which=named)

    def _plainly_met(self, text: str, row: Row) -> bool:
        """Whether a condition is one yes/no field, and that says yes."""
        node, _ = self._formula(text)
        return isinstance(node, Name) and row.get(node.key) is True


_SIGN: Final = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}


def holds(level: Level, rate: float) -> bool:
    """Whether a rate is in a level, by the limit rule (design 4.3)."""

    def t(limit: Decimal) -> float:
        return 1e-11 * max(1.0, abs(float(limit)))

    return (
        (level.at_least is None or rate >= float(level.at_least) - t(level.at_least))
        and (level.above is None or rate > float(level.above) + t(level.above))
        and (level.at_most is None or rate <= float(level.at_most) + t(level.at_most))
        and (level.below is None or rate < float(level.below) - t(level.below))
    )
