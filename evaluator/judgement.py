"""One round judged: its findings, and everything that they were made from; before words and figures are put to them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cached_property

import polars as pl

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.areas import Geography, geography_of
from duibiao.evaluator.compile import Plan, compile_plan
from duibiao.evaluator.evaluate import Evaluation, evaluate
from duibiao.evaluator.figures import TotalFigure
from duibiao.evaluator.method import Method, method_of
from duibiao.evaluator.submission import Submission
from duibiao.evaluator.sums import NOTHING, add_up
from duibiao.evaluator.visits import VISIT, RoundVisits, last_day, round_visits, rounds_of

Engine = Callable[[Plan, Submission, RoundVisits, Geography], Evaluation]


class UnknownRound(Exception):
    """The round that was asked for is not in the data; carries those that are."""

    def __init__(self, asked: str, known: list[str]) -> None:
        self.asked, self.known = asked, known
        super().__init__(asked)


@dataclass(frozen=True, eq=False)
class Judgement:
    """The findings of one round. ``closed`` are gaps (visit:criterion) that are taken as met, whatever was found, and
    ``raised`` gaps that are taken to reach a score 0..1 below that; ``found`` is then the round as it was found."""

    catalogue: Catalogue
    submission: Submission
    round_id: str
    as_of: date
    plan: Plan
    method: Method
    visits: RoundVisits
    geography: Geography
    evaluation: Evaluation
    closed: frozenset[str] = frozenset()
    raised: Mapping[str, Fraction] = field(default_factory=dict)
    found: Judgement | None = None

    @cached_property
    def rows(self) -> pl.DataFrame:
        """One row a finding, sorted by site, visit and criterion: what the evaluation found, with the part of the
        total, the status with waived in it, and beneath it the status that it would have had."""
        parts = {name: kind.part for name, kind in self.catalogue.site_types.items()}
        found = self.evaluation.findings.with_columns(
            pl.when("waived").then(pl.lit("waived")).otherwise("status").alias("status"),
            pl.col("status").alias("beneath"),
            pl.col("site_type").replace_strict(parts, return_dtype=pl.String, default=None).alias("part"),
        )
        if not self.mended:
            return found
        full = {name: rule.full for name, rule in self.method.rules.items()}
        level = {gap: self.method.rules[gap.rpartition(":")[2]].value(score) for gap, score in self.raised.items()}
        gap, short = pl.format("{}:{}", VISIT, "criterion"), pl.col("status").is_in(["partial", "missed"])
        met, raised = gap.is_in(list(self.closed)) & short, gap.is_in(list(level)) & short
        return found.with_columns(
            pl.when(met)
            .then(pl.col("criterion").replace_strict(full, return_dtype=pl.Int64, default=None))
            .when(raised)
            .then(gap.replace_strict(level, return_dtype=pl.Int64, default=None))
            .otherwise("value")
            .alias("value"),
            *[
                pl.when(met).then(pl.lit("met")).when(raised).then(pl.lit("partial")).otherwise(column).alias(column)
                for column in ("status", "beneath")
            ],
        )

    @property
    def mended(self) -> frozenset[str]:
        """The gaps that are taken as mended, wholly or to a level."""
        return self.closed | self.raised.keys()

    @property
    def before(self) -> Judgement:
        """The round as it was found, with nothing mended: one and the same, whatever is mended in it."""
        return self.found or self

    @property
    def total(self) -> TotalFigure:
        """The figure of the whole city."""
        return total_of(self.method, self.rows)

    def with_closed(self, gaps: Collection[str]) -> Judgement:
        """The same round with some gaps mended and all other findings as they are."""
        return replace(self, closed=self.closed | frozenset(gaps), found=self.before)

    def with_raised(self, scores: Mapping[str, Fraction]) -> Judgement:
        """The same round with gaps mended as far as a score 0..1; 1 closes them."""
        closed = [gap for gap, score in scores.items() if score == 1]
        raised = {gap: score for gap, score in scores.items() if score < 1}
        return replace(self.with_closed(closed), raised={**self.raised, **raised})


def total_of(method: Method, rows: pl.DataFrame) -> TotalFigure:
    """The figure of the city over some findings (the columns that ``add_up`` needs)."""
    city = add_up(method, rows.with_columns(pl.lit("").alias("city")), "city", by_site=method.by_site("total"))
    return TotalFigure(method, city.get("", NOTHING))


def judge_round(
    catalogue: Catalogue,
    submission: Submission,
    round_id: str | None = None,
    as_of: date | None = None,
    engine: Engine = evaluate,
) -> Judgement:
    """Judge one round of a submission (the last by date unless ``round_id`` says) as of a day.

    ``engine`` makes the findings: here, or wherever it takes the rows. Raises UnknownRound, and NoDate where no row
    carries a date and ``as_of`` is not given.
    """
    rounds = rounds_of(submission) or [""]
    if round_id is not None and round_id not in rounds:
        raise UnknownRound(round_id, rounds)
    scored = round_id if round_id is not None else rounds[-1]
    return judge(catalogue, submission, scored, as_of or last_day(submission, scored), engine)


def judge(
    catalogue: Catalogue, submission: Submission, round_id: str, as_of: date, engine: Engine = evaluate
) -> Judgement:
    """Judge the rows of one round, however many there are, by the criteria of a day."""
    geography = geography_of(submission.areas)
    visits = round_visits(catalogue, submission, round_id)
    plan = compile_plan(catalogue, as_of, [name for name, frame in visits.frames.items() if frame.height])
    evaluation = engine(plan, submission, visits, geography)
    return Judgement(
        catalogue, submission, round_id, as_of, plan, method_of(plan), visits, geography, evaluation
    )  # fmt: skip
