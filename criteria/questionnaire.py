"""Questionnaires (问卷): the headers and answers by which a question is known, and what must not be confused there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import permutations
from typing import TYPE_CHECKING, Final

from duibiao.criteria.diagnostics import Diagnostic, advise, diagnose
from duibiao.criteria.language import gettext
from duibiao.criteria.models import ANSWER_WORDS, Catalogue, Question, SiteType
from duibiao.criteria.references import called, collisions, field_node, header_form
from duibiao.criteria.yaml_text import Node

if TYPE_CHECKING:
    from duibiao.criteria.files import Raw

# What survey programs write before the text of a question (1、 1. Q1. (1) 第1题： 一、 3.1) and behind it ([单选题] *).
_NUMBER: Final = r"[*(\[【]?\s*(?:q|第|题目?|问题)?\s*[0-9]{1,3}%s\s*[题问]?\s*[.、:,)\]】_-]*\s*"
_NUMBERS: Final = (
    re.compile(_NUMBER % ""),
    re.compile(_NUMBER % "(?:[.-][0-9]{1,2})+"),
    re.compile(r"\(?[一二三四五六七八九十]{1,3}[、.)]\s*"),
)
_KIND: Final = re.compile(r"\s*[(\[【][^()\[\]【】]*(?:题|单选|多选|必填|必答|选填)[)\]】]\s*$")
_ENDS: Final = "?:.。!*"
_LETTER: Final = re.compile(r"\(?[a-z]\s*[.、:)]\s*(?=\S)")


def question_form(text: str) -> str:
    """How the texts of questions are compared: as headers are, without the mark at their end."""
    return header_form(text).rstrip(_ENDS)


def possible_questions(header: str) -> Iterator[str]:
    """What a header may ask, in ``question_form``: as it stands, then without what survey programs add to it."""
    yield question_form(header)
    text = unicodedata.normalize("NFKC", header).casefold().strip("* \t\r\n")
    bare = _KIND.sub("", text)
    yield question_form(bare)
    for number in _NUMBERS:
        found = number.match(bare)
        if found:
            yield question_form(bare[found.end() :])


def answer_form(text: str) -> str:
    """How answers are compared: NFKC, no blanks, no capitals, without the letter of the choice (A.支持)."""
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    return header_form(_LETTER.sub("", plain, count=1) if _LETTER.match(plain) else plain)


def check_questions(catalogue: Catalogue, raw: Raw) -> Iterator[Diagnostic]:
    """Every mistake in the questions and samples of the questionnaires of a catalogue."""
    asking = [kind for kind in catalogue.site_types.values() if kind.questions or kind.sample.columns or kind.groups]
    for kind in asking:
        node = raw.forms[kind.id][0]
        yield from _of_areas(catalogue, node, kind)
        yield from _keys(catalogue, node, kind)
        yield from _headers(raw, node, kind)
        for key, question in kind.questions.items():
            yield from _answers(node.find("questions", key) or node, key, question)
    yield from _alike(raw, [kind for kind in asking if kind.questions])


def _of_areas(catalogue: Catalogue, node: Node, kind: SiteType) -> Iterator[Diagnostic]:
    """Respondents live in areas: a questionnaire with questions is made for each area of a level, not for units."""
    levels = catalogue.head.area_levels
    if kind.each == "unit":
        yield diagnose("unknown-level", node.position("each"), name=kind.each, advice=advise(kind.each, levels))
    if not kind.questions:
        yield diagnose("missing-key", node.at, key="questions")


def _keys(catalogue: Catalogue, node: Node, kind: SiteType) -> Iterator[Diagnostic]:
    """Questions whose ids are taken: by a column of every respondent, a level of area, or a rate of the same form."""
    for key in kind.questions:
        at = node.position("questions", key, of_key=True)
        if key in ANSWER_WORDS or key in catalogue.head.area_levels:
            what, advice = gettext("the id of a question"), gettext("the word has a meaning of its own; choose another")
            yield diagnose("wrong-type", at, what=what, found=repr(key), advice=advice)
        if key in kind.rates:
            first = node.position("rates", key, of_key=True)
            yield diagnose("duplicate-id", at, id=key, first=f"{first.file}:{first.line}")


def _headers(raw: Raw, node: Node, kind: SiteType) -> Iterator[Diagnostic]:
    """Columns of one table that could not be told apart: questions, columns of the sample, fields of the form."""
    fields = [
        (
            gettext("field {name}").format(name=key),
            called(field_node(raw, kind, key), (field.label,), field.aliases, key, "label"),
        )
        for key, field in kind.fields.items()
    ]
    sample = [(key, [(header, node.position("sample", key))]) for key, header in kind.sample.columns.items()]
    groups = [(key, [(header, node.position("groups", key))]) for key, header in kind.groups.items()]
    questions = [
        (
            gettext("question {name}").format(name=key),
            called(node.find("questions", key) or node, (question.text,), question.aliases, key, "text"),
        )
        for key, question in kind.questions.items()
    ]
    yield from collisions([*fields, *sample, *groups, *questions], question_form)


def _answers(node: Node, key: str, question: Question) -> Iterator[Diagnostic]:
    """Answers that stand twice, and those of ``yes`` that nobody can give."""
    seen: dict[str, str] = {}
    for kind, answers in (("choices", question.choices), ("scale", tuple(question.scale))):
        for index, answer in enumerate(answers):
            at = node.position(kind, index) if kind == "choices" else node.position(kind, answer, of_key=True)
            if answer_form(answer) in seen:
                yield diagnose("repeated", at, name=answer, key=kind)
            seen[answer_form(answer)] = kind
    of_yes: set[str] = set()
    for index, answer in enumerate(question.yes):
        at, form = node.position("yes", index), answer_form(answer)
        if form not in seen:
            yield diagnose("unknown-option", at, name=answer, field=key, advice=advise(answer, question.choices))
        elif form in of_yes:
            yield diagnose("repeated", at, name=answer, key="yes")
        of_yes.add(form)
    left: set[str] = set()
    for index, answer in enumerate(question.leave_out):
        at, form = node.position("leave_out", index), answer_form(answer)
        if form in of_yes or seen.get(form) == "scale":
            where = "yes" if form in of_yes else "scale"
            yield diagnose("repeated", at, name=answer, key=f"{where} / leave_out")
        elif form in left:
            yield diagnose("repeated", at, name=answer, key="leave_out")
        left.add(form)


def _alike(raw: Raw, kinds: list[SiteType]) -> Iterator[Diagnostic]:
    """Questionnaires whose every question another one asks too: a table of theirs may be one of that."""
    asked = {
        kind.id: {question_form(name) for each in kind.questions.values() for name in (each.text, *each.aliases)}
        for kind in kinds
    }
    for one, other in permutations(kinds, 2):
        if all(question_form(each.text) in asked[other.id] for each in one.questions.values()):
            at = raw.forms[one.id][0].position("questions", of_key=True)
            yield diagnose("questionnaires-alike", at, one=one.title, other=other.title)
