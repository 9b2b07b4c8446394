"""Questions for people who learn the criteria: what was seen is that of a case, the answer is the engine's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from duibiao.criteria.models import Banded, Criterion, Judged, Linear, SiteType
from duibiao.evaluator.assessment import Status
from duibiao.evaluator.numerals import number
from duibiao.evaluator.worked import Worked
from duibiao.reports import words as vocabulary
from duibiao.reports.example_view import holds_on, seen_values, worth_telling
from duibiao.reports.figures import say_text
from duibiao.reports.handbook import Handbook
from duibiao.reports.rule_words import points_text, rule_words

QUESTIONS: Final = 10
CHOICES: Final[tuple[Status, ...]] = ("met", "partial", "missed", "unobserved", "not_applicable")
LETTERS: Final = "ABCDE"
# What is asked for in turn, so that no answer can be guessed; where a criterion has no such case, the next one.
_TURNS: Final[tuple[Status, ...]] = ("partial", "missed", "met", "missed", "partial", "not_applicable")


@dataclass(frozen=True, slots=True)
class Question:
    """What was seen, and how it is judged.

    ``rule`` is what counts in words, ``because`` how it is reckoned. '' are a ``because`` that says no more than the
    values, points that are not given, and the ``kind`` where all questions are of one.
    """

    number: int
    criterion: str
    kind: str
    title: str
    seen: tuple[tuple[str, str], ...]
    choices: tuple[str, ...]
    status: Status
    answer: str
    points: str
    rule: str
    because: str


def quiz(
    book: Handbook, asked: Iterable[tuple[SiteType, Criterion]], count: int = QUESTIONS, *, spread: bool = True
) -> Iterator[Question]:
    """At most ``count`` questions about these criteria, in their order; a criterion is asked twice only if need be.

    With ``spread`` they are taken from all over, else from the front. What can be partly met is asked before what is
    either met or missed, and an inspector's own verdict, where there is little to ask, last.
    """
    fitting = [(kind, rule, found) for kind, rule in asked if (found := _cases(book, kind, rule))]
    chosen: list[int] = []
    for plainness in range(3):
        places = [place for place, (_, rule, found) in enumerate(fitting) if _plainness(rule, found) == plainness]
        left = count - len(chosen)
        if spread and len(places) > left:
            places = [places[place * len(places) // left] for place in range(left)]
        chosen += places[:left]
    fitting = [fitting[place] for place in sorted(chosen)]
    several = len({kind.id for kind, _, _ in fitting}) > 1
    made = 0
    for _again in range(count):
        for kind, rule, found in fitting:
            if made == count:
                return
            if found:
                wanted = _TURNS[made % len(_TURNS)]
                # What is left keeps its order.
                found.sort(key=lambda each: (_alike(book, each), each.status != wanted))
                made += 1
                question = _question(book, made, kind, rule, found.pop(0))
                yield question if several else replace(question, kind="")


def _plainness(rule: Criterion, found: Sequence[Worked]) -> int:
    """How little there is to ask: 0 where something lies between met and missed, 2 where the verdict was seen."""
    if isinstance(rule, Judged):
        return 2
    return 0 if any(each.status == "partial" for each in found) else 1


def _cases(book: Handbook, kind: SiteType, rule: Criterion) -> list[Worked]:
    """The cases that say what was seen and come out alike on this site type; its own first, no two that look alike."""
    fitting = [
        each
        for each in book.worked_of.get(rule.id, ())
        if each.status in CHOICES and holds_on(each, rule, kind) and tuple(seen_values(book, each))
    ]
    fitting.sort(key=lambda each: (each.case.site_type != kind.id, len(each.case.expect)))
    return list({tuple(seen_values(book, each)): each for each in reversed(fitting)}.values())[::-1]


def _alike(book: Handbook, worked: Worked) -> bool:
    """Whether all that was seen is alike: nothing is to be weighed then."""
    values = [value for _, value in seen_values(book, worked)]
    return len(values) > 1 and len(set(values)) == 1


def _reckoned(book: Handbook, worked: Worked) -> bool:
    """Whether it is said how the answer is reckoned: not where the values say it or the formula reads as code."""
    code = isinstance(worked.criterion, Banded | Linear) and "count_true" in worked.criterion.rate
    return worth_telling(book, worked) and worked.status != "not_applicable" and not code


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
        rule=rule_words(book.catalogue, kind, rule, _).text,
        because=worked.because if _reckoned(book, worked) else "",
    )
