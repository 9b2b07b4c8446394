"""Tables of answers (问卷答卷), a row a respondent -> columns of answers; nothing else of a person is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

import polars as pl

from duibiao.criteria.language import gettext as _
from duibiao.criteria.models import Question, SiteType
from duibiao.criteria.questionnaire import answer_form
from duibiao.evaluator.intake.areas import Areas, Written, areas_in, written
from duibiao.evaluator.intake.column import Column, constant, zipped
from duibiao.evaluator.intake.frames import frame
from duibiao.evaluator.intake.headers import LEVEL, Recognised, Vocabulary
from duibiao.evaluator.intake.mapping import LEFT_OUT, Given
from duibiao.evaluator.intake.names import Names, advise, clean, fold
from duibiao.evaluator.intake.questions import Questions, headers_beside
from duibiao.evaluator.intake.reading import Reading
from duibiao.evaluator.intake.reasons import Wrong, note
from duibiao.evaluator.intake.rounds import Rounds
from duibiao.evaluator.intake.tables import RawTable, Remark
from duibiao.evaluator.intake.values import (
    BLANKS,
    Cell,
    is_blank,
    read_moment,
    read_number,
    read_population,
    read_text,
    read_word,
)
from duibiao.evaluator.submission import answer_columns, group_column

Columns = dict[str, Column[Any]]

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
    sampled = {fold(header) for kind in kinds for header in headers_beside(kind)}
    kept = {number for numbers in recognised.columns.values() for number in numbers}
    for number, name in enumerate(names):
        if fold(name) in sampled or any(questions.of(name, kind.id) is not None for kind in kinds):
            kept.add(number)
    others = [number for number in range(len(names)) if number not in kept]
    dropped = [number for number in others if not table.columns[number].where(is_blank).all()]
    nothing: Column[Cell] = constant(None, len(table.rows))
    columns = [column if number in kept else nothing for number, column in enumerate(table.columns)]
    if table.surplus:
        columns = [_without(column, list(table.surplus)) for column in columns]
    return replace(
        table,
        columns=tuple(columns),
        called={**table.called, **dict.fromkeys(others, LEFT_OUT)},
        surplus={row: [NOT_KEPT] * len(cells) for row, cells in table.surplus.items()},
        odd=dict.fromkeys(table.odd, NOT_KEPT),
        remarks=(*table.remarks, *_remarks(table, dropped, vocabulary)),
    )


def _without(column: Column[Cell], rows: list[int]) -> Column[Cell]:
    """A column that is blank in these rows."""
    blank = len(column.values)
    return Column([*column.values, None], column.numbers.clone().scatter(rows, blank))


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


def areas_of_answers(reading: Reading, levels: Sequence[str]) -> Column[Written]:
    """The area of each respondent as written, () where there is none."""
    everywhere = written((), reading.given.area)
    return areas_in(reading, levels).map(lambda area: area or everywhere)


def read_answers(
    reading: Reading, hint: str | None, placed: Column[Written], areas: Areas, rounds: Rounds, vocabulary: Vocabulary
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
    paths = reading.judge(placed, lambda area: areas.find(area) if area else None)
    moments = reading.read("date", partial(read_moment, epoch=reading.raw.epoch))
    names = reading.read("round", read_word)
    untold = reading.unread("date", "round") | set(reading.raw.surplus)
    columns: Columns = {
        "area": paths,
        "at": moments,
        "round": reading.judge(
            zipped(names, moments), lambda row: rounds.of(row[0], reading.given.round, row[1]), but=untold
        ),
        **_sample(reading, kind, paths, areas, vocabulary),
        **_groups(reading, kind),
        **_answers(reading, kind, questions),
        **reading.origin,
    }
    _refuse_too_many(reading, kind, columns, areas)
    kept = reading.accepted
    return kind.id, frame({key: values.take(kept) for key, values in columns.items()}, answer_columns(kind))


def _sample(
    reading: Reading, kind: SiteType, paths: Column[str | None], areas: Areas, vocabulary: Vocabulary
) -> Columns:
    """The columns of the sample; one that is headed by a level of area is the respondent's area at that level."""
    columns: Columns = {}
    for key, header in kind.sample.columns.items():
        meaning = vocabulary.meaning(header) or ""
        numbers = tuple(number for number, name in enumerate(reading.raw.names) if fold(name) == fold(header))
        if key in _TEXTS and meaning.startswith(LEVEL):
            columns[key] = paths.map(partial(areas.above, level=meaning.removeprefix(LEVEL)))
        elif key in _TEXTS and meaning == "area":
            columns[key] = paths
        elif numbers:
            reading.use(key, numbers)
            read = read_word if key in _TEXTS else read_population if key == "population" else _read_weight
            columns[key] = reading.read_field(key, numbers, read, reading.every)
            if key == "weight":
                _require_weights(reading, columns[key])
        elif len(reading):
            reading.notes.append(note("no-sample-column", reading.raw.place, header=header, title=kind.title))
    return columns


def _groups(reading: Reading, kind: SiteType) -> Columns:
    """To which member of each group a respondent belongs."""
    columns: Columns = {}
    for key, header in kind.groups.items():
        numbers = tuple(number for number, name in enumerate(reading.raw.names) if fold(name) == fold(header))
        if numbers:
            column = group_column(key)
            reading.use(column, numbers)
            columns[column] = reading.read_field(column, numbers, read_word, reading.every)
        elif len(reading):
            reading.notes.append(note("no-group-column", reading.raw.place, header=header, title=kind.title))
    return columns


def _refuse_too_many(reading: Reading, kind: SiteType, columns: Columns, areas: Areas) -> None:
    """Reject rows that give their stratum another population than most of its rows (of as many, the first), and those
    beyond its population."""
    if "population" not in columns:
        return
    strata: Column[Any] = constant(None, len(reading))
    named = columns.get("stratum", strata)
    if any(each is not None for each in named.values):
        strata = named
    elif kind.each is not None:
        strata = columns["area"].map(partial(areas.above, level=kind.each))
    told = zipped(columns["round"], strata, columns["population"])
    rows: dict[tuple[object, object], dict[float, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row, number in enumerate(told.numbers):
        round_id, stratum, population = told.values[number]
        if population is not None and row not in reading.wrong:
            rows[round_id, stratum][population].append(row)
    for said in rows.values():
        people, agreed = max(said.items(), key=lambda each: len(each[1]))
        place = reading.cell(agreed[0], "population")
        for population, others in said.items():
            for row in others if population != people else ():
                values = {"value": f"{population:g}", "people": f"{people:g}", "place": place}
                reading.reject(row, Wrong("population-differs", "population", **values))
        for answers, row in enumerate(agreed, 1):
            if answers > people:
                values = {"value": f"{people:g}", "answers": str(answers)}
                reading.reject(row, Wrong("more-answers-than-people", "population", **values))


def _read_weight(cell: Cell) -> float | None:
    weight = read_number(cell)
    if weight is not None and weight <= 0:
        raise Wrong("not-above-zero")
    return weight


def _require_weights(reading: Reading, weights: Column[object]) -> None:
    shifted = pl.Series(list(reading.raw.surplus), dtype=pl.UInt32())
    blank = weights.where(lambda weight: weight is None)
    reading.reject_where(blank & ~reading.every.is_in(shifted.implode()), Wrong("missing-weight", "weight"))


def _answers(reading: Reading, kind: SiteType, questions: Questions) -> Columns:
    """What was answered to each question; a note for each question that no column asks."""
    asked = reading.fields(partial(questions.of, questionnaire=kind.id))
    headers = [header for number, header in enumerate(reading.raw.headers) if header and not reading.raw.names[number]]
    near = Names((header, header) for header in headers)
    columns: Columns = {}
    for key, question in kind.questions.items():
        if key in asked:
            reading.use(key, asked[key])
            columns[key] = reading.read_field(key, asked[key], _Answer(question), reading.every)
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
