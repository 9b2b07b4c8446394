"""Rules as texts of languages with `test ? yes : no`: only the marks of a language differ."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.peers.rules import (
    MET,
    MISSED,
    NOT_APPLICABLE,
    Both,
    Condition,
    Either,
    Leaf,
    Limit,
    Question,
    Range,
    Rule,
    Share,
    Word,
    questions,
)


@dataclass(frozen=True, slots=True)
class Language:
    """How a language writes what a rule needs; ``blank`` and ``number`` are texts to format."""

    blank: str = "{} == null"
    number: str = "{}"
    and_: str = "and"
    or_: str = "or"

    def guarded(self, rule: Rule) -> str:
        """The status of a rule as one expression that never reads a blank: question after question."""
        return self._asked(questions(rule))

    def kleene(self, rule: Rule) -> str:
        """The status of a rule that is known, for languages whose own logic has a third value."""
        found = f"({self._condition(rule.condition)} ? {MET} : {MISSED})"
        return found if rule.applies is None else f"({self._condition(rule.applies)} ? {found} : {NOT_APPLICABLE})"

    def _asked(self, question: Question | int) -> str:
        if isinstance(question, int):
            return str(question)
        told = f"({self._leaf(question.leaf)} ? {self._asked(question.yes)} : {self._asked(question.no)})"
        if not question.blank:
            return told
        blank = f" {self.or_} ".join(self.blank.format(column) for column in question.blank)
        return f"({blank} ? {self._asked(question.unknown)} : {told})"

    def _condition(self, condition: Condition) -> str:
        match condition:
            case Both(first, second):
                return f"({self._condition(first)} {self.and_} {self._condition(second)})"
            case Either(first, second):
                return f"({self._condition(first)} {self.or_} {self._condition(second)})"
            case leaf:
                return f"({self._leaf(leaf)})"

    def _leaf(self, leaf: Leaf) -> str:
        match leaf:
            case Limit(column, is_, limit):
                return f"{column} {is_} {self.number.format(limit)}"
            case Range(column, low, high):
                low_, high_ = self.number.format(low), self.number.format(high)
                return f"{column} >= {low_} {self.and_} {column} <= {high_}"
            case Share(part, whole, at_least):
                return f"{part} / {whole} >= {at_least}"
            case Word(column, word):
                return f'{column} == "{word}"'
            case yes:
                return yes.column
