"""Questions for people who learn the criteria: what was seen is that of a case, the answer is the engine's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from duibiao.criteria.models import Criterion, Judged, SiteType
from duibiao.evaluator.assessment import Status
from duibiao.evaluator.words import number
from duibiao.evaluator.worked import Worked
from duibiao.reports import words as vocabulary
from duibiao.reports.example_view import holds_on, seen_values
from duibiao.reports.figures import say_text
from duibiao.reports.handbook import Handbook
from duibiao.reports.rule_words import points_text

QUESTIONS: Final = 10
CHOICES: Final[tuple[Status, ...]] = ("met", "partial", "missed", "unobserved", "not_applicable")
LETTERS: Final = "ABCDE"
# What is asked for in turn, so that no answer can be guessed; where a criterion has no such case, the next one.
_TURNS: Final[tuple[Status, ...]] = ("partial", "missed", "met", "missed", "partial", "not_applicable")


@dataclass(frozen=True, slots=True)
class Question:
    """What was seen, and how it is judged. ``case`` is the name of the case, ``points`` '' where none are given."""

    number: int
    criterion: str
    kind: str
    title: str
    seen: tuple[tuple[str, str], ...]
    choices: tuple[str, ...]
    status: Status
    answer: str
    points: str
    case: str
    because: str


def quiz(
    book: Handbook, asked: Iterable[tuple[SiteType, Criterion]], count: int = QUESTIONS, *, spread: bool = True
) -> Iterator[Question]:
    """At most ``count`` questions about these criteria, in their order; a criterion is asked twice only if need be.

    With ``spread`` they are taken from all over, else from the front.
    """
    fitting = [(kind, rule, found) for kind, rule in asked if (found := _cases(book, kind, rule))]
    plain = [each for each in fitting if not isinstance(each[1], Judged)]
    if spread and len(plain) > count:
        plain = [plain[place * len(plain) // count] for place in range(count)]
    # Where the inspector's own verdict is what was seen, there is little to ask.
    fitting = plain + [each for each in fitting if isinstance(each[1], Judged)]
    made = 0
    for _again in range(count):
        for kind, rule, found in fitting:
            if made == count:
                return
            if found:
                wanted = _TURNS[made % len(_TURNS)]
                found.sort(key=lambda each: each.status != wanted)  # what is left keeps its order
                made += 1
                yield _question(book, made, kind, rule, found.pop(0))


def _cases(book: Handbook, kind: SiteType, rule: Criterion) -> list[Worked]:
    """The cases that say what was seen and come out alike on this site type; its own first, no two that look alike."""
    fitting = [
        each
        for each in book.worked_of.get(rule.id, ())
        if each.status in CHOICES and holds_on(each, rule, kind) and tuple(seen_values(book, each))
    ]
    fitting.sort(key=lambda each: (each.case.site_type != kind.id, len(each.case.expect)))
    return list({tuple(seen_values(book, each)): each for each in reversed(fitting)}.values())[::-1]


def _question(book: Handbook, place: int, kind: SiteType, rule: Criterion, worked: Worked) -> Question:
    _ = book.say
    points = ""
    if worked.earned is not None and rule.points and rule.id not in book.members:
        points = say_text(
            _("{earned} of {points} points"), earned=points_text(worked.earned), points=number(rule.points)
        )
    return Question(
        number=place,
        criterion=rule.id,
        kind=kind.title,
        title=rule.title,
        seen=tuple(seen_values(book, worked)),
        choices=tuple(f"{letter} {_(vocabulary.STATUS[each])}" for letter, each in zip(LETTERS, CHOICES, strict=True)),
        status=worked.status,
        answer=f"{LETTERS[CHOICES.index(worked.status)]} {_(vocabulary.STATUS[worked.status])}",
        points=points,
        case=worked.case.name,
        because=worked.because,
    )
