"""How many people answered each questionnaire, by round and area, and how many of their answers are blank."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import polars as pl

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.areas import geography_of
from duibiao.evaluator.submission import Submission


@dataclass(frozen=True, slots=True)
class Respondents:
    """The people of one area ('' for those without one) who answered a questionnaire in a round.

    The area is that of the questionnaire's level; who is only known to live in an area above it stands under that one.
    answers + blank = people x questions.
    """

    questionnaire: str
    round: str
    area: str
    people: int
    answers: int
    blank: int


def respondents(catalogue: Catalogue, submission: Submission) -> tuple[Respondents, ...]:
    """Everybody who answered: by questionnaire in the order of the catalogue, by round, by area."""
    geography = geography_of(submission.areas)
    found: list[Respondents] = []
    for key, frame in submission.answers.items():
        kind = catalogue.site_types[key]
        answered = pl.sum_horizontal(pl.col(each).is_not_null().cast(pl.Int64) for each in kind.questions)
        counted = frame.group_by("round", "area").agg(pl.len(), answered.sum().alias("answers"))
        sums: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
        for name, area, people, answers in counted.iter_rows():
            place = (name, (geography.at(area, kind.each) if kind.each is not None else None) or area or "")
            sums[place] = (sums[place][0] + people, sums[place][1] + answers)
        found += [
            Respondents(key, name, area, people, answers, people * len(kind.questions) - answers)
            for (name, area), (people, answers) in sorted(sums.items())
        ]
    return tuple(found)
