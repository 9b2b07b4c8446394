"""What people answered, on the command line: every rate with its interval, by area and group."""

from __future__ import annotations

from collections.abc import Iterator

from duibiao.reports.estimates_view import EstimateRow, QuestionRows, every_figure
from duibiao.reports.forecast_words import plain_sentence
from duibiao.reports.reading import Reading
from duibiao.reports.terminal_table import table_text


def questionnaires_text(reading: Reading) -> str:
    """Every questionnaire of a round: a table for each question or rate; a line where nobody was asked."""
    return "".join(f"{block}\n" for block in _blocks(reading))


def _blocks(reading: Reading) -> Iterator[str]:
    _, told = reading.word, False
    for title, intervals, questions in every_figure(reading):
        yield f"{title}  {plain_sentence(intervals)}\n"
        for question in questions:
            yield _question(reading, question).rstrip("\n") + "\n"
        told = True
    if not told:
        yield _("No questionnaire has answers or counts in this round.")


def _question(reading: Reading, question: QuestionRows) -> str:
    _ = reading.word
    heads = (_("Of whom"), _("Share or mean"), _("Interval"), _("Answers"), _("Remarks"))
    named = "  ".join(each for each in (question.criteria, question.text) if each)
    told = f"  {question.told}\n" if question.told else ""
    return f"{named}\n{told}{table_text(heads, [_row(reading, row) for row in question.rows], right=(1, 2, 3))}"


def _row(reading: Reading, row: EstimateRow) -> tuple[str, ...]:
    value, interval, answers = (
        each.text if each is not None else "-" for each in (row.value, row.interval, row.answers)
    )
    remarks = [*(mark.word for mark in row.verdicts), *(plain_sentence(note) for note in row.notes)]
    return row.who, value, interval, answers, reading.word("; ").join(remarks)
