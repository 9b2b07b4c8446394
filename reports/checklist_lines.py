"""What stands in an entry of a checklist, line by line, for files that are made of paragraphs and cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from duibiao.reports.checklist import Blank, Checklist, Entry, Sheet
from duibiao.reports.figures import say_text
from duibiao.reports.quiz import Question

Translate = Callable[[str], str]
BOX: Final = "□"
LINE: Final = "______"
# What XML cannot hold, and marks that turn the direction of writing: shown as a sign that something stood there.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A labelled text; ``strong`` is what a reader must not miss."""

    label: str
    text: str
    strong: bool = False


def visible(text: str) -> str:
    """``text`` as a file of Word or Excel can hold it, without marks that turn what stands behind them."""
    return _UNSEEN.sub("\ufffd", text)


def told(entry: Entry, say: Translate) -> Iterator[Line]:
    """What an entry says: what is looked at, what counts, examples, what mending takes, what was last found."""
    if entry.look_for:
        yield Line(say("Look"), entry.look_for, True)
    yield Line(say("Counts"), entry.rule.text)
    if entry.examples:
        yield Line(say("Examples"), "；".join(entry.examples))
    if entry.remedy:
        yield Line(say("Mending"), entry.remedy)
    if entry.last is not None:
        yield Line(say("Last"), last(entry))


def last(entry: Entry) -> str:
    """What was last found, in one line; '' where nothing is told."""
    found = entry.last
    if found is None:
        return ""
    mark = found.mark.word if found.mark is not None else ""
    return " ".join(each for each in (mark, found.day, found.because, " · ".join(found.problems)) if each)


def about(entry: Entry, say: Translate) -> tuple[str, ...]:
    """Points and severity; its place; what was lost; who leads where that is not the one of the sheet: a line each."""
    place = f"{entry.place} · {say('proposed value')}" if entry.proposed else entry.place
    severity = say_text(say("severity: {word}"), word=entry.severity.word) if entry.severity else ""
    lines = (
        " · ".join(each for each in (entry.points, severity) if each),
        place,
        f"{say('lost of the total')} {entry.lost}" if entry.lost else "",
        entry.unit,
    )
    return tuple(each for each in lines if each)


def blank_line(blank: Blank, say: Translate) -> str:
    """A blank as it stands on paper: boxes to tick, or a line with its unit."""
    if blank.see:
        return say_text(say("{label}: see {number}"), label=blank.label, number=str(blank.see))
    if blank.kind == "words":
        return f"{blank.label} " + " ".join(f"{BOX}{word}" for word in blank.words)
    return f"{blank.label} {LINE}{blank.unit}"


def facts(sheet: Sheet, say: Translate) -> tuple[tuple[str, str], ...]:
    """What stands above a sheet: label and value; '' where it is written by hand. One inside another is not signed."""
    if sheet.inside:
        return (
            (say("Site"), sheet.name),
            (say("Number"), sheet.number),
            (say("Site type"), sheet.kind),
            (say("Responsible unit"), sheet.unit),
        )
    return (
        (say("Site"), sheet.name),
        (say("Number"), sheet.number),
        (say("Site type"), sheet.kind),
        (say("Area"), sheet.area),
        (say("Responsible unit"), sheet.unit),
        (say("Date of inspection"), ""),
        (say("Inspector (signature)"), ""),
        (say("For the site (signature)"), ""),
    )


def running(sheet: Sheet) -> str:
    """What stands above every page of a sheet."""
    return " · ".join(dict.fromkeys(each for each in (sheet.title, sheet.kind, sheet.area) if each))


def heading(sheet: Sheet, say: Translate) -> str:
    """The title of a sheet."""
    return f"{say('Attached site') if sheet.inside else say('Checklist')} {sheet.title}"


def question_title(question: Question) -> str:
    """What a question is about; the site type where there are several."""
    return f"{question.title} ({question.kind})" if question.kind else question.title


def seen_line(question: Question) -> str:
    """What was seen, in one line."""
    return "；".join(f"{label} {value}" for label, value in question.seen)


def answer_lines(question: Question, say: Translate) -> tuple[str, ...]:
    """What is said of an answer: how it is reckoned, and what counts."""
    return tuple(each for each in (question.because, f"{say('Counts')}{say(': ')}{question.rule}") if each)


def boxes(checklist: Checklist) -> tuple[str, str]:
    """The verdicts with a box before each, in two lines: what was found, and why nothing was."""
    ticks = [f"{BOX}{word}" for word in checklist.verdicts]
    return "  ".join(ticks[:3]), "  ".join(ticks[3:])
