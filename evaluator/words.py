"""Why a finding is what it is, in one line: the formula with its values put in, and the level that held.

The words are part of the result, so they are made in the language of the report, not in that of the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import nan
from typing import Final, assert_never

from duibiao.criteria.diagnostics import N_
from duibiao.criteria.formula import Expression, Number, types_of, walk
from duibiao.criteria.models import (
    Asked,
    Banded,
    Catalogue,
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
from duibiao.evaluator.calculation import written
from duibiao.evaluator.columns import E9, bad, estimate_columns, formula
from duibiao.evaluator.formula_words import FormulaWords
from duibiao.evaluator.numerals import number, rounded
from duibiao.evaluator.question_words import answered
from duibiao.evaluator.rules import reads
from duibiao.evaluator.seen import Row, Seen
from duibiao.evaluator.seen_words import AND, BESIDE, LISTED, NOTED, SeenWords
from duibiao.evaluator.spacing import fitted
from duibiao.evaluator.thresholds import SIDES, limits_with_sides

Translate = Callable[[str], str]

JOINED: Final = N_("; ")
HELD: Final = N_("met: {conditions}")
UNKNOWN: Final = N_("not known: {conditions}")
FULL, NONE, PART = N_("full score"), N_("no points"), N_("{share} of the points")
THIS_RATE: Final = N_("this rate")
ASKED: Final = N_("“{questionnaire}”, {measure}")
TOLD: Final = N_("{label}: {share} ({low} to {high}, {answers} answers)")
TOLD_ALONE: Final = N_("{label}: {share} ({answers} answers)")
IN_ERROR: Final = {
    True: N_("{limit}: reached, but within the error"),
    False: N_("{limit}: not reached, but within the error"),
}
NO_INTERVAL: Final = {  # by the reason of the estimate
    "one-cluster": N_("how far off it may be cannot be said, as all who answered are of one cluster"),
    "more-than-population": N_("how far off it may be cannot be said, as there are more answers than people"),
}
NO_VALUE: Final = N_("{measure}, not estimable")
WHY_NOT: Final = {
    "hidden": N_("not shown and not scored: too few people answered, or the answers of too few could be reckoned back"),
    "nobody": N_("not estimable: nobody gave an answer that counts"),
}
LEVEL: Final = N_("{limits} gives {score}")
NO_LEVEL: Final = {  # by the limit that was missed
    "at_least": N_("below {limit}, no points"),
    "above": N_("not above {limit}, no points"),
    "at_most": N_("more than {limit}, no points"),
    "below": N_("not below {limit}, no points"),
}
LINE: Final = N_("full score at {full}, no points at {zero}; gives {score}")
LOST: Final = N_("{lost} of {points} points lost")
NOTHING_LOST: Final = N_("no points lost")
GRADE: Final = N_("{label}: {grade}, gives {score}")
MISSING: Final = N_("{missing} of {count} not met: {which}")
ALL_MET: Final = N_("all {count} met")
UNOBSERVED: Final = N_("not observed: {fields}")
NOT_COMPLETE: Final = N_("the visit is not marked complete, so the known problems may not be all")
CONTRADICTORY: Final = N_("{label} {value} is outside {limit}")
NOT_APPLICABLE: Final = N_("does not apply, as this is not so: {conditions}")
BY_HAND: Final = N_("verdict of the inspector: {verdict}")
LOWER_OF: Final = N_("the lower of “{one}” and “{other}”")
WAIVED: Final = N_("waived: {reason} (approved by {approver}, until {until}); it would have been: {because}")
LIMIT_WORDS: Final = {
    "at_least": N_("at least {limit}"),
    "above": N_("above {limit}"),
    "at_most": N_("at most {limit}"),
    "below": N_("below {limit}"),
}
LIMIT_OF_SIDE: Final = {side: LIMIT_WORDS[name] for name, side in SIDES.items()}
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


@dataclass(frozen=True)
class Speaker:
    """Words the findings of one site type in one language. What it has read of a formula or a rule it keeps."""

    kind: SiteType
    say: Translate
    catalogue: Catalogue
    _formulas: dict[str, Expression] = field(default_factory=dict, compare=False)
    _read: dict[str, frozenset[str]] = field(default_factory=dict, compare=False)
    _words: dict[str, SeenWords] = field(default_factory=dict, compare=False)
    _scores: dict[int, str] = field(default_factory=dict, compare=False)
    _levels: dict[tuple[str, int | str, int], str] = field(default_factory=dict, compare=False)

    def label(self, key: str) -> str:
        """How a reader knows a name of a formula."""
        return self.words().words.label(key)

    def value(self, value: object) -> str:
        """A value as a reader writes it."""
        return self.words().value(value)

    def words(self, form: SiteType | None = None, rate: str = "") -> SeenWords:
        """The words of what is seen in a form, this one where none is named."""
        form = form or self.kind
        known = self._words.get(f"{form.id} {rate}")
        if known is None:
            known = self._words[f"{form.id} {rate}"] = SeenWords(form, self.say, rate)
        return known

    def calculated(self, text: str, row: Row, criterion: str) -> str:
        """A formula as it stands in the catalogue, with the labels of its fields and then with their values."""
        node, seen = self.formula(text), Seen(row, self.kind.id, criterion)
        labels = written(node, self.label)

        def value(key: str) -> str:
            return f"“{self.kind.id}”" if key == "site_type" else self.words().of_name(key, seen, unit=False)

        values = written(node, value)
        return labels if labels == values else f"{labels}: {values}"

    def formula(self, text: str) -> Expression:
        """A formula of the site type, checked."""
        known = self._formulas.get(text)
        if known is None:
            known = self._formulas[text] = formula(text, types_of(self.kind.fields), "any")
        return known

    def title(self, criterion: str) -> str:
        """What a criterion is called."""
        titles = (each.versions[-1].criterion.title for each in self.catalogue.criteria if each.id == criterion)
        return next(titles, criterion)

    def joined(self, texts: Sequence[str]) -> str:
        """Several texts as one."""
        return self.say(JOINED).join(texts)

    # -------------------------------------------------------------- findings

    def because(
        self, criterion: Criterion, status: str, row: Row, value: int | None, measure: float | None, *, by_hand: bool
    ) -> str:
        """The one line for a finding; ``status`` is the one before a waiver, ``value`` as in evaluate.COLUMNS."""
        if by_hand:
            return fitted(self.say(BY_HAND), verdict=self.say(STATUS_WORDS[status]))
        if status == "not_applicable":
            return self._not_applicable(criterion, row)
        if status == "invalid":
            return self._contradictory(criterion, row)
        if status == "unobserved":
            return self._unobserved(criterion, row)
        assert value is not None or isinstance(criterion, TwoMethods)
        return self._scored(criterion, row, value or 0, measure)

    def _lower_of(self, criterion: TwoMethods) -> str:
        one, other = map(self.title, criterion.both)
        return fitted(self.say(LOWER_OF), one=one, other=other)

    def _not_applicable(self, criterion: Criterion, row: Row) -> str:
        if isinstance(criterion, TwoMethods):
            return self._lower_of(criterion)
        assert criterion.applies is not None
        return fitted(self.say(NOT_APPLICABLE), conditions=self._accounts(criterion.applies, row, criterion))

    def _accounts(self, text: str, row: Row, criterion: Criterion) -> str:
        seen = Seen(row, self.kind.id, criterion.id)
        return self.joined(self.words().accounts(self.formula(text), seen))

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
        return self.joined(own or told)

    def breach(self, key: str, field: Field, row: Row) -> str:
        """Which limit a value broke: 戴头盔人数 12 is outside at most 骑行人数 10."""
        words, raw = self.words(), Seen({key: row.get(f"#raw:{key}") for key in self.kind.fields}, self.kind.id)
        limits = []
        for side in ("at_least", "at_most"):
            limit = getattr(field, side)
            if limit is not None:
                shown = (
                    f"{self.label(limit)} {words.of_name(limit, raw)}"
                    if isinstance(limit, str)
                    else words.words.amount(limit, key)
                )
                limits.append(fitted(self.say(LIMIT_WORDS[side]), limit=shown))
        return fitted(
            self.say(CONTRADICTORY),
            label=field.label,
            value=words.of_name(key, raw),
            limit=self.say(", ").join(limits) or "-",
        )

    def read(self, criterion: Criterion) -> frozenset[str]:
        """The fields that a criterion reads, directly or through derived ones."""
        known = self._read.get(criterion.id)
        if known is None:
            known = self._read[criterion.id] = reads(criterion, types_of(self.kind.fields), self.kind.fields)
        return known

    def _unobserved(self, criterion: Criterion, row: Row) -> str:
        if isinstance(criterion, TwoMethods):
            return self._lower_of(criterion)
        read = self.read(criterion)
        if isinstance(criterion, Judged):
            return fitted(self.say(UNOBSERVED), fields=criterion.title)
        if isinstance(criterion, Asked):
            return self._unknown(criterion, row)
        blank = [
            field.label
            for key, field in self.kind.fields.items()
            if key in read and row.get(key) is None and field.formula is None
        ]
        if not blank and read & {"problems", "deducted"}:
            return self.say(NOT_COMPLETE)
        return fitted(self.say(UNOBSERVED), fields=self.say(LISTED).join(blank) or "-")

    def _scored(self, criterion: Criterion, row: Row, value: int, measure: float | None) -> str:
        assert not isinstance(criterion, Information)
        match criterion:
            case YesNo(pass_=text):
                return self._passed(self.words(), self.formula(text), Seen(row, self.kind.id, criterion.id), value)
            case Banded(rate=text, levels=levels):
                level = self._level(criterion, value, measure, self.words().words, text)
                return self.joined([self._measured(text, row, criterion, measure, limits_of(levels)), level])
            case Linear(rate=text):
                marks = (criterion.full_at, criterion.zero_at)
                full, zero = (self.words().words.amount(each, text, marks) for each in marks)
                line = fitted(self.say(LINE), full=full, zero=zero, score=self.score(value))
                return self.joined([self._measured(text, row, criterion, measure, marks), line])
            case Graded(grade=key):
                grade = self.value(row.get(key))
                return fitted(self.say(GRADE), label=self.label(key), grade=grade, score=self.score(value))
            case Deducted(deduct=entries):
                seen = Seen(row, self.kind.id, criterion.id)
                nodes = [self.formula(each.each) for each in entries]
                told = [self.words().measured(each, seen, seen.value(each)) for each in nodes]
                return self.say(BESIDE).join([self.joined(told), self._lost(criterion, value)])
            case NOfM():
                return self._missing(criterion, row)
            case Judged(judged="deduction"):
                return self._lost(criterion, value)
            case Judged():
                grade = self.value(row.get(criterion.id))
                return fitted(self.say(GRADE), label=criterion.title, grade=grade, score=self.score(value))
            case Asked(levels=levels, pass_=text):
                shown, doubt = self._asked(criterion, row, measure), self._in_error(criterion, row, measure)
                words, rate = self.measure(criterion.ask)
                if text is None:
                    level = self._level(criterion, value, measure, words.words, rate)
                    return self.joined([shown, level, *doubt])
                seen = Seen(row, words.kind.id, criterion.id, measure)
                words = self.words(words.kind, self.say(THIS_RATE))
                passed = self._passed(words, formula(text, {"rate": "number"}, "yes_no"), seen, value)
                return self.joined([shown, passed, *doubt])
            case TwoMethods():
                return self._lower_of(criterion)
            case _:
                assert_never(criterion)

    def _passed(self, words: SeenWords, condition: Expression, seen: Seen, value: int) -> str:
        """What made a condition hold, or what was seen where it does not and what it should be."""
        if value:
            return fitted(self.say(HELD), conditions=self.joined(words.accounts(condition, seen)))
        return self.joined(words.failings(condition, seen))

    def measure(self, ask: str) -> tuple[SeenWords, str]:
        """The words of a questionnaire and the formula of what is asked of it: one of its rates, or the ``rate`` that a
        question has, which is called what it is."""
        form, _, key = ask.partition(".")
        questionnaire = self.catalogue.site_types[form]
        if key in questionnaire.questions:
            return self.words(questionnaire, answered(questionnaire.questions[key], self.say)), "rate"
        return self.words(questionnaire), questionnaire.rates[key]

    def _asked_of(self, criterion: Asked) -> str:
        """What is measured: in its own form a question as it was asked, else the questionnaire with it."""
        words, rate = self.measure(criterion.ask)
        measure = words.words.value(rate, limits_asked(criterion))
        if rate == "rate" and words.kind.id == self.kind.id:
            return measure
        return fitted(self.say(ASKED), questionnaire=words.kind.title, measure=measure)

    def _unknown(self, criterion: Asked, row: Row) -> str:
        """That there is no estimate, and why where answers were given or counts were written down."""
        why = WHY_NOT.get(str(row.get(estimate_columns(criterion.ask)[-1])))
        label = self._asked_of(criterion)
        if why is not None:
            return fitted(self.say(NOTED), label=label, value=self.say(why))
        words, rate = self.measure(criterion.ask)
        counted = rate != "rate" and words.kind.id == self.kind.id
        if counted and all(row.get(each) is not None for each in words.words.reads(rate)):
            summed = words.with_values(self.formula(rate), Seen(row, self.kind.id, criterion.id))
            return fitted(self.say(NO_VALUE), measure=fitted(self.say(NOTED), label=label, value=summed))
        return fitted(self.say(UNOBSERVED), fields=label)

    def _asked(self, criterion: Asked, row: Row, measure: float | None) -> str:
        """A questionnaire's rate: with its counts in its own form, else by its name; of answers with their number."""
        words, rate = self.measure(criterion.ask)
        limits, node = limits_asked(criterion), words.words.parsed(rate)
        answers, low, high, _ = (row.get(each) for each in estimate_columns(criterion.ask))
        if answers is not None:
            ends = {"share": measure, "low": low, "high": high}
            shown = {key: words.amount(each, node, limits) for key, each in ends.items()}
            told = self.say(TOLD_ALONE if low is None else TOLD)
            return fitted(told, label=self._asked_of(criterion), answers=answers, **shown)
        if words.kind.id == self.kind.id:
            return self._measured(rate, row, criterion, measure, limits)
        return fitted(self.say(NOTED), label=self._asked_of(criterion), value=words.amount(measure, node, limits))

    def _in_error(self, criterion: Asked, row: Row, measure: float | None) -> list[str]:
        """Each limit that another sample might well put the rate on the other side of, or that nobody can tell."""
        _, low, high, reason = (row.get(each) for each in estimate_columns(criterion.ask))
        if reason in NO_INTERVAL:
            return [self.say(NO_INTERVAL[str(reason)])]
        if not isinstance(low, float) or not isinstance(high, float) or measure is None:
            return []
        (words, rate), limits = self.measure(criterion.ask), limits_asked(criterion)
        told = []
        for each in limits_with_sides(criterion):
            if each.within(low, high):
                limit = words.words.amount(Decimal(each.at.numerator) / each.at.denominator, rate, limits)
                side = fitted(self.say(LIMIT_OF_SIDE[each.side]), limit=limit)
                told.append(fitted(self.say(IN_ERROR[each.holds(Fraction(measure))]), limit=side))
        return told

    def _measured(
        self, text: str, row: Row, criterion: Criterion, measure: object, limits: Sequence[Decimal] = ()
    ) -> str:
        return self.words().measured(self.formula(text), Seen(row, self.kind.id, criterion.id), measure, limits)

    def shown(self, criterion: Information, row: Row, value: object) -> str:
        """A figure for information with what it is made of."""
        return self._measured(criterion.show, row, criterion, value)

    def _level(
        self, criterion: Banded | Asked, value: int, measure: float | None, words: FormulaWords, rate: str
    ) -> str:
        """The level that a rate is in and what that gives, or which limit of the lowest it missed."""
        levels, seen = criterion.levels, nan if measure is None else measure
        place: int | str | None = next((number for number, each in enumerate(levels) if holds(each, seen)), None)
        if place is None:
            place = next(side for side, limit in _sides(levels[-1]) if not _keeps(side, limit, seen))
        key = (criterion.id, place, value)
        if key not in self._levels:
            self._levels[key] = self._told_level(levels, place, value, words, rate)
        return self._levels[key]

    def _told_level(self, levels: Sequence[Level], place: int | str, value: int, words: FormulaWords, rate: str) -> str:
        """What a level gives, told by its number, or that none is reached, by the side of the lowest that is missed."""
        if isinstance(place, int):
            limits = self.limits(levels[place], words, rate, levels)
            return fitted(self.say(LEVEL), limits=limits, score=self.score(value))
        limit = words.amount(getattr(levels[-1], place), rate, limits_of(levels))
        return fitted(self.say(NO_LEVEL[place]), limit=limit)

    def limits(self, level: Level, words: FormulaWords, rate: str, levels: Sequence[Level]) -> str:
        """The limits of a level of a ``rate`` in words, with its unit or in per cent: at least 85%."""
        every = limits_of(levels)
        shown = [
            fitted(self.say(LIMIT_WORDS[side]), limit=words.amount(limit, rate, every)) for side, limit in _sides(level)
        ]
        return self.say(", ").join(shown)

    def score(self, value: int) -> str:
        """A score in billionths as a reader says it."""
        if (known := self._scores.get(value)) is None:
            known = self._scores[value] = self._share(value)
        return known

    def _share(self, value: int) -> str:
        whole = {E9: FULL, 0: NONE}.get(value)
        share = rounded(Fraction(value, E9), as_percent=True)
        return self.say(whole) if whole is not None else fitted(self.say(PART), share=share)

    def _lost(self, criterion: Deducted | Judged, value: int) -> str:
        if not value:
            return self.say(NOTHING_LOST)
        lost = rounded(Fraction(value, E9), (criterion.points,))
        return fitted(self.say(LOST), lost=lost, points=number(criterion.points))

    def _missing(self, criterion: NOfM, row: Row) -> str:
        seen, nodes = Seen(row, self.kind.id, criterion.id), [self.formula(each) for each in criterion.of]
        held = [seen.holds(each) for each in nodes]
        if all(held):
            return fitted(self.say(ALL_MET), count=len(nodes))

        def which(outcome: bool | None) -> str:
            told = [
                self.words().missing(node, seen) if outcome is False else self.words().accounts(node, seen)
                for node, each in zip(nodes, held, strict=True)
                if each is outcome
            ]
            return self.joined([self.say(AND).join(each) for each in told])

        missing, unknown = held.count(False), held.count(None)
        told = []
        if missing:
            told = [fitted(self.say(MISSING), missing=missing, count=len(nodes), which=which(False))]
        if unknown:
            told.append(fitted(self.say(UNKNOWN), conditions=which(None)))
        return self.joined(told)


def limits_of(levels: Sequence[Level]) -> tuple[Decimal, ...]:
    """All limits of some levels."""
    return tuple(limit for level in levels for _, limit in _sides(level))


def limits_asked(criterion: Asked) -> tuple[Decimal, ...]:
    """All numbers that a questionnaire's rate is held against."""
    if criterion.pass_ is None:
        return limits_of(criterion.levels)
    asked = walk(formula(criterion.pass_, {"rate": "number"}, "yes_no"))
    return tuple(each.value for each in asked if isinstance(each, Number))


def holds(level: Level, rate: float) -> bool:
    """Whether a rate is in a level, by the limit rule (design 4.3)."""
    return all(_keeps(side, limit, rate) for side, limit in _sides(level))


def _sides(level: Level) -> list[tuple[str, Decimal]]:
    """The limits that a level has, each with its side."""
    told = [(side, getattr(level, side)) for side in LIMIT_WORDS]
    return [(side, limit) for side, limit in told if limit is not None]


def _keeps(side: str, limit: Decimal, rate: float) -> bool:
    at = float(limit)
    near = 1e-11 * max(1.0, abs(at))
    match side:
        case "at_least":
            return rate >= at - near
        case "above":
            return rate > at + near
        case "at_most":
            return rate <= at + near
        case _:
            return rate < at - near
