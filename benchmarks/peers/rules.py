"""The rules that every engine is asked to judge, written once and in no engine's own form.

A rule is a condition, and for some a condition that says where it applies. Conditions follow Kleene's three-valued
logic; a status is one of four (the numbers are those of ``duibiao.evaluator.codes``).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal, TypeAlias

NOT_APPLICABLE, UNOBSERVED, MET, MISSED = 0, 1, 3, 5
STATUSES: Final = {NOT_APPLICABLE: "not_applicable", UNOBSERVED: "unobserved", MET: "met", MISSED: "missed"}

SHARES, NUMBERS, FACTS, WORDS_COLUMNS = 12, 16, 14, 4  # columns of each kind; a share has two, its part and its whole
WORDS: Final = ("good", "fair", "bad")


@dataclass(frozen=True, slots=True)
class Limit:
    """A number on the right side of a limit."""

    column: str
    is_: Literal["<=", ">=", ">"]
    limit: int


@dataclass(frozen=True, slots=True)
class Range:
    """A number from ``low`` to ``high``, both included."""

    column: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` / ``whole`` of at least so much; judged only where the whole is above 0."""

    part: str
    whole: str
    at_least: float


@dataclass(frozen=True, slots=True)
class Yes:
    """A yes/no column that says yes."""

    column: str


@dataclass(frozen=True, slots=True)
class Word:
    """A text column with this word."""

    column: str
    word: str


@dataclass(frozen=True, slots=True)
class Both:
    """The one and the other."""

    first: Condition
    second: Condition


@dataclass(frozen=True, slots=True)
class Either:
    """The one or the other."""

    first: Condition
    second: Condition


Leaf: TypeAlias = Limit | Range | Share | Yes | Word
Condition: TypeAlias = Leaf | Both | Either


@dataclass(frozen=True, slots=True)
class Rule:
    """One criterion: not applicable where ``applies`` is false, else met or missed, unobserved where unknown."""

    name: str
    condition: Condition
    applies: Condition | None = None


def columns_of(condition: Condition) -> tuple[str, ...]:
    """The columns that a condition reads, each once."""
    match condition:
        case Both(first, second) | Either(first, second):
            return tuple(dict.fromkeys((*columns_of(first), *columns_of(second))))
        case Share(part, whole, _):
            return (whole, part)
        case _:
            return (condition.column,)


def rules(count: int) -> tuple[Rule, ...]:
    """The first ``count`` rules: eight kinds take turns; no two rules ask the same."""
    return tuple(_rule(number) for number in range(count))


def _rule(number: int) -> Rule:
    turn, round_ = number % 8, number // 8
    name = f"k{number}"
    column, lap = f"n{round_ * 7 % NUMBERS}", round_ // NUMBERS
    fact = Yes(f"b{round_ * 5 % FACTS}")
    match turn:
        case 0:
            return Rule(name, Limit(column, "<=", 88 - lap))
        case 1:
            return Rule(name, Range(column, 3 + lap, 95 - lap))
        case 2:
            return Rule(name, _facts(round_))
        case 3:
            return Rule(name, _words(round_))
        case 4:
            return Rule(name, Both(Limit(column, "<=", 97 - lap), fact))
        case 5:
            return Rule(name, Either(Limit(column, ">=", 70 - lap), Word(f"c{round_ % WORDS_COLUMNS}", "good")), fact)
        case 6:
            share = f"{round_ % SHARES}"
            limit = round(0.95 - 0.01 * (round_ // SHARES), 2)
            return Rule(name, Share(f"p{share}", f"t{share}", limit), Limit(f"t{share}", ">", 0))
        case _:
            word = Word(f"c{round_ % WORDS_COLUMNS}", WORDS[lap % 2])
            return Rule(name, Either(Both(Limit(column, "<=", 92 - lap), fact), word))


def _facts(round_: int) -> Condition:
    """The yes/no columns by themselves, then two at a time."""
    if round_ < FACTS:
        return Yes(f"b{round_}")
    first, second = list(combinations(range(FACTS), 2))[round_ - FACTS]
    return Both(Yes(f"b{first}"), Yes(f"b{second}"))


def _words(round_: int) -> Condition:
    """Every word of every text column by itself, then with a number that makes up for it."""
    word = Word(f"c{round_ % WORDS_COLUMNS}", WORDS[round_ // WORDS_COLUMNS % len(WORDS)])
    if round_ < WORDS_COLUMNS * len(WORDS):
        return word
    return Either(word, Limit(f"n{round_ % NUMBERS}", ">=", 20 + round_ % 50))


# ------------------------------------------------------------------ as questions, one after the other


@dataclass(frozen=True, slots=True)
class Question:
    """A rule for engines whose logic has two values: is a column among ``blank`` blank? else does ``leaf`` hold?

    Each way leads to the next question or to a status. No column is asked twice, so that nothing is left to guard.
    """

    blank: tuple[str, ...]
    leaf: Leaf
    unknown: Question | int
    yes: Question | int
    no: Question | int


def questions(rule: Rule) -> Question | int:
    """A rule as questions in the order of Kleene's logic."""
    if rule.applies is None:
        return _asked(rule.condition, MET, MISSED, UNOBSERVED, frozenset())
    return _then(rule.applies, rule.condition, (MET, MISSED, UNOBSERVED))


def _then(applies: Condition, condition: Condition, ends: tuple[int, int, int]) -> Question | int:
    assert not isinstance(applies, Both | Either), "what says where a rule applies is one question"
    known = frozenset(columns_of(applies))
    inner = _asked(condition, *ends, known)
    return Question(columns_of(applies), applies, UNOBSERVED, inner, NOT_APPLICABLE)


def _asked(
    condition: Condition, yes: Question | int, no: Question | int, unknown: Question | int, known: frozenset[str]
) -> Question | int:
    match condition:
        case Both(first, second):
            if yes == unknown:  # already unknown: only a no can settle it
                return _asked(first, yes, no, unknown, known)
            after_yes = _asked(second, yes, no, unknown, known)
            after_unknown = _asked(second, unknown, no, unknown, known)
            return _asked(first, after_yes, no, after_unknown, known)
        case Either(first, second):
            after_no = _asked(second, yes, no, unknown, known)
            after_unknown = _asked(second, yes, unknown, unknown, known)
            return _asked(first, yes, after_no, after_unknown, known)
        case _:
            blank = tuple(column for column in columns_of(condition) if column not in known)
            return Question(blank, condition, unknown, yes, no)
