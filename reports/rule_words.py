"""How a criterion is scored, in plain words made from its rule: a sentence, what is checked, what gives which score."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, assert_never

from duibiao.criteria.models import (
    Asked,
    Banded,
    Catalogue,
    Criterion,
    Deducted,
    DeductionEntry,
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
from duibiao.evaluator.formula_words import FormulaWords
from duibiao.evaluator.numerals import number, percent
from duibiao.evaluator.question_words import answered
from duibiao.reports.figures import half_up
from duibiao.reports.words import N_

Translate = Callable[[str], str]
SIDES: Final = {
    "at_least": N_("{limit} or more"),
    "above": N_("more than {limit}"),
    "at_most": N_("{limit} or less"),
    "below": N_("less than {limit}"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """What gives which score; ``tone`` is met, partial or missed."""

    when: str
    tone: str
    gives: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is gone through; ``criterion`` is the id of the criterion that it names, or ''."""

    text: str
    criterion: str = ""


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule in words: where it applies, the sentence, the items, the steps, and what else it does."""

    applies: str
    sentence: str
    items: tuple[Item, ...] = ()
    steps: tuple[Step, ...] = ()
    more: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it in one line."""
        items = " · ".join(each.text for each in self.items)
        steps = " · ".join(f"{each.when} → {each.gives}" for each in self.steps)
        scored = " — ".join(each for each in (items, steps) if each)
        return " ".join(each for each in (self.applies, self.sentence, scored, *self.more) if each)


def rule_words(catalogue: Catalogue, kind: SiteType, criterion: Criterion, say: Translate) -> RuleWords:
    """How a criterion of a site type is scored, as it stands there."""
    newest = (each.versions[-1].criterion for each in catalogue.criteria)
    wholes = tuple(each.id for each in newest if isinstance(each, TwoMethods) and criterion.id in each.both)
    return _Teller(catalogue, kind, criterion, wholes, say).told()


def _limits(level: Level) -> list[tuple[str, Decimal]]:
    """The limits of a level by their side."""
    limits = ((side, getattr(level, side)) for side in SIDES)
    return [(side, limit) for side, limit in limits if limit is not None]


def points_text(value: Fraction) -> str:
    """A number of points with two decimals at most."""
    text = half_up(value, 2)
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class _Teller:
    catalogue: Catalogue
    kind: SiteType
    criterion: Criterion
    wholes: tuple[str, ...]  # the criteria that take the lower of this one and another
    say: Translate

    def told(self) -> RuleWords:
        sentence, items, steps = self._rule()
        applies = ""
        if self.criterion.applies is not None:
            applies = self.say("Applies where {condition}; elsewhere it is not scored.").format(
                condition=FormulaWords(self.kind, self.say).condition(self.criterion.applies)
            )
        return RuleWords(applies, sentence, tuple(items), tuple(steps), tuple(self._more()))

    def _rule(self) -> tuple[str, Sequence[Item], Sequence[Step]]:
        words = FormulaWords(self.kind, self.say)
        match self.criterion:
            case YesNo(pass_=text):
                return "", (), self._either(words.condition(text))
            case Banded(rate=text, levels=levels):
                limits = [limit for level in levels for _, limit in _limits(level)]
                sentence = self._banded(words.value(text, limits), len(levels))
                return sentence, (), self._levels(levels, lambda limit: words.amount(limit, text, limits))
            case Linear(rate=text, full_at=full, zero_at=none):
                sentence = self.say("By {measure}, on a straight line between two marks.").format(
                    measure=words.value(text, (full, none))
                )
                return sentence, (), self._line(full, none, lambda limit: words.amount(limit, text, (full, none)))
            case Graded(grade=key):
                field = self.kind.fields[key]
                sentence = self.say("By the word that is written down for “{label}”.").format(label=field.label)
                return sentence, (), self._scale(field.scale)
            case Deducted(deduct=entries):
                sentence = self.say("Starts from {points} points and loses some for each problem, down to 0.").format(
                    points=self._points
                )
                return sentence, [Item(self._deduction(words, each)) for each in entries], ()
            case NOfM(of=conditions):
                sentence = self.say("{count} things are checked one by one; it counts how many are missing.").format(
                    count=len(conditions)
                )
                return sentence, [Item(words.item(each)) for each in conditions], self._missing(self.criterion)
            case Judged(judged="deduction"):
                sentence = self.say("The inspector writes down the points to take off {points}, down to 0.").format(
                    points=self._points
                )
                return sentence, (), ()
            case Judged(judged="grade", scale=scale):
                return self.say("The inspector gives one of the words below."), (), self._scale(scale)
            case Judged():
                return self.say("The inspector decides."), (), self._either(self.say("it is as asked"))
            case Asked():
                return self._asked(self.criterion)
            case TwoMethods(both=members):
                sentence = self.say("The lower of two results; those two are told, but count no points themselves.")
                return sentence, [Item(self._title(each), each) for each in members], ()
            case Information(show=text):
                sentence = self.say("A figure for information, not scored: {formula}.").format(
                    formula=words.value(text)
                )
                return sentence, (), ()
            case _:
                assert_never(self.criterion)

    @property
    def _points(self) -> str:
        return number(self.criterion.points)

    @property
    def _counts(self) -> bool:
        """Whether its points count: not where it only caps or adjusts, or is one of two methods."""
        return bool(self.criterion.points) and self.criterion.adjust_total is None and not self.wholes

    def _title(self, criterion: str) -> str:
        dated = next((each for each in self.catalogue.criteria if each.id == criterion), None)
        return dated.versions[-1].criterion.title if dated is not None else criterion

    # -------------------------------------------------------------- steps

    def _step(self, when: str, score: Decimal) -> Step:
        tone = "met" if score == 1 else "partial" if score > 0 else "missed"
        return Step(when, tone, self._gives(score))

    def _gives(self, score: Decimal) -> str:
        points = self.criterion.points
        if not self._counts:
            words = {Decimal(1): self.say("met"), Decimal(0): self.say("missed")}
            return words.get(score, percent(score))
        if score == 1:
            return self.say("full score, {points} points").format(points=self._points)
        if score == 0:
            return self.say("0 points")
        earned = points_text(Fraction(points) * Fraction(score))
        return self.say("{share}, {points} points").format(share=percent(score), points=earned)

    def _either(self, condition: str) -> list[Step]:
        return [self._step(condition, Decimal(1)), self._step(self.say("otherwise"), Decimal(0))]

    def _banded(self, measure: str, count: int) -> str:
        if count == 1:
            return self.say("By {measure}.").format(measure=measure)
        return self.say("By {measure}; the first line that holds counts.").format(measure=measure)

    def _levels(self, levels: Sequence[Level], amount: Callable[[Decimal], str]) -> list[Step]:
        steps = [self._step(self._limits(each, amount), each.score) for each in levels]
        return [*steps, self._step(self.say("otherwise"), Decimal(0))]

    def _limits(self, level: Level, amount: Callable[[Decimal], str]) -> str:
        return self.say(", and ").join(self._limit(side, limit, amount) for side, limit in _limits(level))

    def _limit(self, side: str, limit: Decimal, amount: Callable[[Decimal], str]) -> str:
        """A limit in words; nothing is below 0, and no share above 100%."""
        told = amount(limit)
        if (side == "at_most" and not limit) or (side == "at_least" and told == "100%"):
            return told
        return self.say(SIDES[side]).format(limit=told)

    def _line(self, full: Decimal, none: Decimal, amount: Callable[[Decimal], str]) -> list[Step]:
        best, worst = ("at_least", "at_most") if full > none else ("at_most", "at_least")
        return [
            self._step(self._limit(best, full, amount), Decimal(1)),
            Step(self.say("in between"), "partial", self.say("in proportion")),
            self._step(self._limit(worst, none, amount), Decimal(0)),
        ]

    def _scale(self, scale: dict[str, Decimal]) -> list[Step]:
        return [self._step(word, score) for word, score in scale.items()]

    def _missing(self, criterion: NOfM) -> list[Step]:
        count, steps, last = len(criterion.of), [], -1
        for level in criterion.levels:
            most = min(level.missing, count)
            if most <= last:
                continue
            steps.append(self._step(self._gone(last + 1, most), level.score))
            last = most
        if last < count:
            steps.append(
                self._step(self.say("more missing") if last + 1 < count else self._gone(count, count), Decimal(0))
            )
        return steps

    def _gone(self, fewest: int, most: int) -> str:
        if most == 0:
            return self.say("all there")
        if fewest == most:
            return self.say("{count} missing").format(count=most)
        return self.say("{fewest} to {most} missing").format(fewest=fewest, most=most)

    # -------------------------------------------------------------- deductions and questionnaires

    def _deduction(self, words: FormulaWords, entry: DeductionEntry) -> str:
        if entry.each == "deducted" and entry.points == 1:
            told = self.say("the points that the problem list says")
        elif entry.each == "problems":
            told = self.say("{points} points for each problem in the problem list").format(points=number(entry.points))
        else:
            told = self.say("{points} points for each 1 {unit} of {measure}").format(
                points=number(entry.points), unit=words.unit(entry.each), measure=words.value(entry.each)
            )
            told = " ".join(told.split())
        if entry.at_most is None:
            return told
        return told + self.say("; {points} points at most").format(points=number(entry.at_most))

    def _asked(self, criterion: Asked) -> tuple[str, Sequence[Item], Sequence[Step]]:
        form, _, rate = criterion.ask.partition(".")
        questionnaire = self.catalogue.site_types[form]
        if rate in questionnaire.questions:
            measure = answered(questionnaire.questions[rate], self.say)
        else:
            measure = FormulaWords(questionnaire, self.say).value(questionnaire.rates[rate])
        sentence = self.say("By the questionnaire “{questionnaire}”: {measure}.").format(
            questionnaire=questionnaire.title, measure=measure
        )
        if criterion.pass_ is not None:
            words = FormulaWords(self.kind, self.say, self.say("this rate"))
            return sentence, (), self._either(words.condition(criterion.pass_))
        return sentence, (), self._levels(criterion.levels, percent)

    # -------------------------------------------------------------- what else it does

    def _more(self) -> Iterator[str]:
        criterion = self.criterion
        if criterion.over_sites == "lowest":
            yield self.say("Over several sites the lowest counts: it is met only where all are.")
        if criterion.veto is not None and criterion.veto.site is not None:
            yield self.say("Veto: while it is missed, the site has {cap} at most.").format(
                cap=number(criterion.veto.site)
            )
        if criterion.veto is not None and criterion.veto.total is not None:
            yield self.say("Veto: while it is missed, the total is {cap} at most.").format(
                cap=number(criterion.veto.total)
            )
        adjusts = criterion.adjust_total
        if adjusts is not None and adjusts < 0:
            text = self.say(
                "Beside the points: each that is missed takes {points} points off the total, after all else."
            )
            yield text.format(points=number(-adjusts))
        if adjusts is not None and adjusts > 0:
            text = self.say("Beside the points: each that is met adds {points} points to the total, after all else.")
            yield text.format(points=number(adjusts))
        for whole in self.wholes:
            yield self.say("Counts through “{whole}”, not by itself.").format(whole=self._title(whole))
