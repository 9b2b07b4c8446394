"""The data check-up (数据体检): what a reader should know of the data before any score is believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.blank_areas import Blank, Reached, Unassigned, blank_areas, quotas, unassigned_sites
from duibiao.evaluator.columns import bad
from duibiao.evaluator.judgement import Judgement, judge_round
from duibiao.evaluator.repeated import Differing, Repeated, differing_rows, repeated_rows
from duibiao.evaluator.respondents import Respondents, respondents
from duibiao.evaluator.submission import ORIGIN, Photo, Submission
from duibiao.evaluator.unknown_columns import UnknownColumn, unknown_columns
from duibiao.evaluator.unknown_names import UnknownName, unknown_names
from duibiao.evaluator.visits import VISIT, NoDate, rounds_of
from duibiao.evaluator.words import Speaker

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Reason:
    """How many rejected rows have a reason as their first, and how many others have it too.

    The first ones add up to the rejected rows.
    """

    code: str
    rows: int
    also: int


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A value that breaks a limit of its field; it counts as unknown, and what reads it as contradictory.

    ``visit`` is empty for a value of the register.
    """

    site: str
    visit: str
    text: str
    cell: str


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A visit with problem rows that nobody called complete: without a row, nothing says that there is no problem."""

    site: str
    visit: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checkup:
    """What is to be said of the data of one round. Rows are those of all rounds, as are ``respondents``:
    read = used + rejected."""

    round: str
    read: int
    used: int
    rejected: int
    replaced: int
    reasons: tuple[Reason, ...]
    unknown: tuple[UnknownName, ...]
    repeated: tuple[Repeated, ...]
    differing: tuple[Differing, ...]
    contradictions: tuple[Contradiction, ...]
    incomplete: tuple[Incomplete, ...]
    unassigned: tuple[Unassigned, ...]
    blank: tuple[Blank, ...]
    quotas: tuple[Reached, ...]
    photos: tuple[Photo, ...]  # those that were not found
    columns: tuple[UnknownColumn, ...]
    respondents: tuple[Respondents, ...] = ()


def check_up(
    catalogue: Catalogue, submission: Submission, round_id: str | None, as_of: date | None, say: Translate
) -> Checkup:
    """Check data whose rows were not all accepted: the round that was asked for if it is left, else the last.

    Where no row carries a date, the criteria of the last date hold.
    """
    known = round_id if round_id in rounds_of(submission) else None
    try:
        judgement = judge_round(catalogue, submission, known, as_of)
    except NoDate:
        judgement = judge_round(catalogue, submission, known, date.max)
    return checkup_of(judgement, say)


def checkup_of(judgement: Judgement, say: Translate) -> Checkup:
    """Check the data of a round that has been judged."""
    catalogue, submission, round_id = judgement.catalogue, judgement.submission, judgement.round_id
    return Checkup(
        round=round_id,
        read=submission.read,
        used=submission.used,
        rejected=submission.rejected,
        replaced=submission.replaced,
        reasons=reasons(submission),
        unknown=unknown_names(catalogue, submission),
        repeated=repeated_rows(submission, round_id),
        differing=differing_rows(catalogue, submission, round_id, say),
        contradictions=_contradictions(judgement, say),
        incomplete=_incomplete(judgement),
        unassigned=unassigned_sites(judgement),
        blank=blank_areas(judgement),
        quotas=quotas(judgement),
        photos=tuple(photo for photo in submission.photos if photo.state != "found"),
        columns=unknown_columns(catalogue, submission),
        respondents=respondents(catalogue, submission),
    )


def reasons(submission: Submission) -> tuple[Reason, ...]:
    """Why rows were rejected, by code: each row once for its first reason."""
    codes: dict[tuple[str, str, int], dict[str, None]] = {}
    for each in submission.rejects:
        codes.setdefault((each.file, each.sheet, each.row), {}).setdefault(each.code)
    first = Counter(next(iter(found)) for found in codes.values())
    every = Counter(code for found in codes.values() for code in found)
    return tuple(Reason(code, first[code], every[code] - first[code]) for code in sorted(every))


def _contradictions(judgement: Judgement, say: Translate) -> tuple[Contradiction, ...]:
    """The values beyond a limit where they were written down: at a visit, or in the register."""
    submission = judgement.submission
    registered = {site: (table, row) for site, table, row in submission.sites.select("site", *ORIGIN).iter_rows()}
    found: set[Contradiction] = set()
    for name, frame in judgement.evaluation.frames.items():
        speaker = Speaker(judgement.catalogue.site_types[name], say, judgement.catalogue)
        fields = {key: field for key, field in speaker.kind.fields.items() if field.from_ in {None, "site"}}
        broken = pl.any_horizontal([pl.lit(value=False), *(pl.col(bad(key)) for key in fields)])
        for row in frame.filter(broken).iter_rows(named=True):
            for key, field in fields.items():
                if row[bad(key)]:
                    of_register = field.from_ is not None
                    table, number = registered[row["site"]] if of_register else (row["table"], row["row"])
                    cell = submission.tables[table].cell(number, key) if table is not None else ""
                    visit = "" if of_register else row[VISIT]
                    found.add(Contradiction(row["site"], visit, speaker.breach(key, field, row), cell))
    return tuple(sorted(found, key=lambda each: (each.site, each.visit, each.text)))


def _incomplete(judgement: Judgement) -> tuple[Incomplete, ...]:
    """The visits with problem rows that are not marked complete."""
    complete: set[str] = set()
    for frame in judgement.visits.frames.values():
        complete |= set(frame.filter(pl.col("complete").fill_null(value=False))[VISIT])
    cells: dict[tuple[str, str], list[str]] = {}
    problems = judgement.visits.problems.sort("site", VISIT, "table", "row")
    for site, visit, table, row in problems.select("site", VISIT, "table", "row").iter_rows():
        if visit not in complete:
            cells.setdefault((site, visit), []).append(judgement.submission.tables[table].row(row))
    return tuple(Incomplete(site, visit, tuple(at)) for (site, visit), at in cells.items())
