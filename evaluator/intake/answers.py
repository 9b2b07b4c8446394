"""Tables of answers (问卷答卷), a row a respondent -> columns of answers; nothing else of a person is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

import polars as pl

from duibiao.criteria.language import gettext as _
from duibiao.criteria.models import Question, SiteType
from duibiao.criteria.questionnaire import answer_form
from duibiao.evaluator.intake.areas import Areas, Written, areas_in, written
from duibiao.evaluator.intake.frames import frame
from duibiao.evaluator.intake.headers import LEVEL, Recognised, Vocabulary
from duibiao.evaluator.intake.mapping import LEFT_OUT, Given
from duibiao.evaluator.intake.names import Names, advise, clean, fold
from duibiao.evaluator.intake.questions import Questions
from duibiao.evaluator.intake.reading import Reading
from duibiao.evaluator.intake.reasons import Wrong, note
from duibiao.evaluator.intake.rounds import Rounds
from duibiao.evaluator.intake.tables import RawTable, Remark
from duibiao.evaluator.intake.values import (
    BLANKS,
    Cell,
    is_blank,
    read_count,
    read_moment,
    read_number,
    read_text,
    read_word,
)
from duibiao.evaluator.submission import answer_columns

Columns = dict[str, list[object]]

UNANSWERED: Final = BLANKS | {"(跳过)", "(空)"}  # survey programs write these where nothing was asked, or answered
NOT_KEPT: Final = "..."  # what stands in the place of cells of which nobody knows whose column they are
_TEXTS: Final = frozenset({"stratum", "cluster"})  # columns of the sample that hold names, and may be areas


def questionnaires_of(names: Sequence[str], given: Given, hint: str | None, questions: Questions) -> list[str]:
    """The questionnaires that a table may hold answers to: by mapping.yaml, by its name, by most of its headers."""
    possible = [key for key in questions.kinds if any(questions.of(name, key) is not None for name in names)]
    for said in (given.site_type, hint):
        if said in possible:
            return [said]
    return possible if given.site_type is not None else questions.asking(names)


def only_answers(
    table: RawTable, recognised: Recognised, given: Given, hint: str | None, vocabulary: Vocabulary
) -> RawTable:
    """A table of answers without the cells of columns that nothing asks for; other tables as they are.

    Rows with more cells than headers lose all of theirs: nobody knows under which header they belong.
    """
    if recognised.shape != "answers":
        return table
    questions, names = vocabulary.questions, table.names
    kinds = [questions.kinds[key] for key in questionnaires_of(names, given, hint, questions)]
    sampled = {fold(header) for kind in kinds for header in kind.sample.columns.values()}
    kept = {number for numbers in recognised.columns.values() for number in numbers}
    for number, name in enumerate(names):
        if fold(name) in sampled or any(questions.of(name, kind.id) is not None for kind in kinds):
            kept.add(number)
    others = [number for number in range(len(names)) if number not in kept]
    dropped = [number for number in others if any(not is_blank(cell) for cell in table.columns[number])]
    nothing: Sequence[Cell] = [None] * len(table.rows)
    columns = [column if number in kept else nothing for number, column in enumerate(table.columns)]
    if table.surplus:
        columns = [[None if row in table.surplus else cell for row, cell in enumerate(column)] for column in columns]
    return replace(
        table,
        columns=tuple(columns),
        called={**table.called, **dict.fromkeys(others, LEFT_OUT)},
        surplus={row: [NOT_KEPT] * len(cells) for row, cells in table.surplus.items()},
        odd=dict.fromkeys(table.odd, NOT_KEPT),
        remarks=(*table.remarks, *_remarks(table, dropped, vocabulary)),
    )


def _remarks(table: RawTable, dropped: Sequence[int], vocabulary: Vocabulary) -> Iterator[Remark]:
    """How many columns were not kept; those that mean something elsewhere are named."""
    if dropped:
        yield "columns-not-kept", {"count": len(dropped)}
    for number in dropped:
        if vocabulary.asks(table.names[number]):
            advice = _("it is a question of another questionnaire")
            yield "unused-column", {"header": table.headers[number], "advice": advice}
        elif vocabulary.seen(table.names[number]):
            yield "unused-column", {"header": table.headers[number], "advice": _("it means nothing in this table")}


def areas_of_answers(reading: Reading, levels: Sequence[str]) -> list[Written]:
    """The area of each respondent as written, () where there is none."""
    everywhere = written((), reading.given.area)
    return [area or everywhere for area in areas_in(reading, levels)]


def read_answers(
    reading: Reading, hint: str | None, placed: Sequence[Written], areas: Areas, rounds: Rounds, vocabulary: Vocabulary
) -> tuple[str, pl.DataFrame] | None:
    """The questionnaire of a table and its answers; None, and every row rejected, where it may be of several.

    ``placed`` has the area of each row as written.
    """
    questions = vocabulary.questions
    known = questionnaires_of(reading.raw.names, reading.given, hint, questions)
    if len(known) != 1:
        for row in range(len(reading)):
            if row not in reading.raw.odd:
                reading.reject(row, Wrong("unclear-questionnaire", names=questions.titles(known)))
        return None
    kind = questions.kinds[known[0]]
    paths = _areas(reading, placed, areas)
    columns: Columns = {
        "area": list(paths),
        **_moments(reading, rounds),
        **_sample(reading, kind, paths, areas, vocabulary),
        **_answers(reading, kind, questions),
        "table": [reading.number] * len(reading),
        "row": list(reading.raw.rows),
    }
    return kind.id, frame({key: reading.keep(values) for key, values in columns.items()}, answer_columns(kind))


def _areas(reading: Reading, placed: Sequence[Written], areas: Areas) -> list[str | None]:
    """The area that each row means, None for those without one; an unknown one rejects its row."""
    found: list[str | None] = []
    for row, area in enumerate(placed):
        path: str | None = None
        if area and row not in reading.raw.odd:
            try:
                path = areas.find(area)
            except Wrong as wrong:
                reading.reject(row, wrong)
        found.append(path)
    return found


def _moments(reading: Reading, rounds: Rounds) -> Columns:
    """When each respondent was asked, and in which round."""
    moments = reading.read("date", partial(read_moment, workbook=reading.raw.workbook))
    names = reading.read("round", read_word)
    found: list[object] = []
    for row, (name, at) in enumerate(zip(names, moments, strict=True)):
        readable = not (reading.unread("date", row) or reading.unread("round", row)) and not _untold(reading, row)
        try:
            moment = at if isinstance(at, datetime) else None
            found.append(rounds.of(str(name) if name else None, reading.given.round, moment) if readable else "")
        except Wrong as wrong:
            reading.reject(row, wrong)
            found.append("")
    return {"at": moments, "round": found}


def _untold(reading: Reading, row: int) -> bool:
    """Whether nothing is known of what stands in a row, so that nothing more is said of it."""
    return row in reading.raw.odd or row in reading.raw.surplus


def _sample(
    reading: Reading, kind: SiteType, paths: Sequence[str | None], areas: Areas, vocabulary: Vocabulary
) -> Columns:
    """The columns of the sample; one that is headed by a level of area is the respondent's area at that level."""
    columns: Columns = {}
    for key, header in kind.sample.columns.items():
        meaning = vocabulary.meaning(header) or ""
        numbers = tuple(number for number, name in enumerate(reading.raw.names) if fold(name) == fold(header))
        if key in _TEXTS and meaning.startswith(LEVEL):
            columns[key] = [areas.above(path, meaning.removeprefix(LEVEL)) for path in paths]
        elif key in _TEXTS and meaning == "area":
            columns[key] = list(paths)
        elif numbers:
            reading.use(key, numbers)
            read = read_word if key in _TEXTS else _read_population if key == "population" else _read_weight
            columns[key] = reading.read_field(key, numbers, read, range(len(reading)))
            if key == "weight":
                _require_weights(reading, columns[key])
        elif len(reading):
            reading.notes.append(note("no-sample-column", reading.raw.place, header=header, title=kind.title))
    return columns


def _read_weight(cell: Cell) -> float | None:
    return _above_zero(read_number(cell))


def _read_population(cell: Cell) -> float | None:
    return _above_zero(read_count(cell))


def _above_zero(value: float | None) -> float | None:
    if value is not None and value <= 0:
        raise Wrong("not-above-zero")
    return value


def _require_weights(reading: Reading, weights: Sequence[object]) -> None:
    for row, weight in enumerate(weights):
        if weight is None and not reading.unread("weight", row) and not _untold(reading, row):
            reading.reject(row, Wrong("missing-weight", "weight"))


def _answers(reading: Reading, kind: SiteType, questions: Questions) -> Columns:
    """What was answered to each question; a note for each question that no column asks."""
    asked = reading.fields(partial(questions.of, questionnaire=kind.id))
    headers = [header for number, header in enumerate(reading.raw.headers) if header and not reading.raw.names[number]]
    near = Names((header, header) for header in headers)
    columns: Columns = {}
    for key, question in kind.questions.items():
        if key in asked:
            reading.use(key, asked[key])
            columns[key] = reading.read_field(key, asked[key], _Answer(question), range(len(reading)))
        elif len(reading):
            nearest = near.near(question.text)
            advice = "" if nearest is None else f" ('{nearest}'?)"
            reading.notes.append(note("question-not-asked", reading.raw.place, text=question.text, nearest=advice))
    return columns


class _Answer:
    """Reads the answers to one question: a choice by its text or, where the question says so, by its number."""

    def __init__(self, question: Question) -> None:
        self.answers = question.answers
        self._known = {answer_form(each): clean(each) for each in question.answers}
        numbered = enumerate((*question.choices, *question.scale), 1) if question.numbered else ()
        self._known |= {str(number): clean(each) for number, each in numbered}

    def __call__(self, cell: Cell) -> str | None:
        text = read_text(cell)
        if text is None:
            return None
        answer = self._known.get(answer_form(text))
        if answer is None and text.lower() not in UNANSWERED:
            if text.isdecimal():
                raise Wrong("number-as-answer", value=text, answers=", ".join(self.answers))
            raise Wrong("unknown-answer", value=text, advice=advise(text, self.answers))
        return answer
