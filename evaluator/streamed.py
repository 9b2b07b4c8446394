"""Rows that were read in slices: what is told of them, and the submission that they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import polars as pl

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.frames import gathered
from duibiao.evaluator.intake.lake import Accepted, Lake
from duibiao.evaluator.intake.read import VISIT_ORDER
from duibiao.evaluator.intake.tally import Tally
from duibiao.evaluator.shares import Rows, places_of
from duibiao.evaluator.submission import CHECKS, PROBLEMS, Submission, empty

# When which rows about places are from: the first and the last time of each site type in each round.
TIMES: Final[dict[str, pl.DataType]] = {
    "site_type": pl.String(),
    "round": pl.String(),
    "first": pl.Datetime("us"),
    "last": pl.Datetime("us"),
    "rows": pl.Int64(),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a slice beside its accepted rows about places: counts and rejects, photos, when these rows are
    from (``TIMES``), and the rows about areas and units, which every share needs."""

    tally: Tally
    taken: pl.DataFrame
    times: pl.DataFrame
    visits: Mapping[str, pl.DataFrame]


def told_of(catalogue: Catalogue, accepted: Accepted) -> tuple[Told, Rows]:
    """What is told of accepted rows, and those about places."""
    places = places_of(catalogue)
    about = {name: frame for name, frame in accepted.visits.items() if name in places}
    others = {name: frame for name, frame in accepted.visits.items() if name not in places}
    first, last, rows = pl.col("at").min(), pl.col("at").max(), pl.len().cast(pl.Int64)
    times = [
        frame.group_by("site_type", "round").agg(first.alias("first"), last.alias("last"), rows.alias("rows"))
        for frame in about.values()
    ]
    told = Told(accepted.tally, accepted.taken, pl.concat([empty(TIMES), *times]), others)
    return told, Rows(about, empty(CHECKS), empty(PROBLEMS))


@dataclass(frozen=True, slots=True)
class Streamed:
    """All rows of some data, those about places in parts aside: ``times`` says of these when they are from."""

    submission: Submission
    times: pl.DataFrame

    @property
    def dated(self) -> Submission:
        """A submission of the same rounds and days, from which these can be told: it stands for no rows."""
        ends = [self.times.select("site_type", "round", pl.col(end).alias("at")) for end in ("first", "last")]
        marks = pl.concat(ends)
        own = self.submission
        return replace(
            own,
            visits={
                name: pl.concat([frame, marks.filter(pl.col("site_type") == name)], how="diagonal")
                for name, frame in own.visits.items()
            },
        )

    def findings_at_most(self, catalogue: Catalogue, round_id: str, as_of: date) -> int:
        """How many findings the rows about places in parts give in a round, if every site was visited once."""
        of_round = self.times.filter(pl.col("round").fill_null("") == round_id)
        rows = dict(of_round.group_by("site_type").agg(pl.col("rows").sum()).iter_rows())
        return sum(number * len(catalogue.criteria_of(name, as_of)) for name, number in rows.items())

    def whole(self, rows: Rows) -> Submission:
        """The submission with its rows about places, in the order in which rows read at once are."""
        own = self.submission
        visits = {}
        for name, frame in own.visits.items():
            frames = [frame, rows.visits[name]] if name in rows.visits else [frame]
            visits[name] = gathered([each.clone() for each in frames], frame.schema, VISIT_ORDER)
        return replace(own, visits=visits)


def streamed(lake: Lake, slices: Iterable[Told]) -> Streamed:
    """The data of a lake once all slices were told of."""
    told = list(slices)
    own = lake.told(each.tally for each in told)
    visits = {
        name: pl.concat([frame, *(each.visits[name] for each in told if name in each.visits)])
        for name, frame in own.visits.items()
    }
    taken = pl.concat([own.taken, *(each.taken for each in told)]).sort("table", "row", "criterion")
    keys = ["site_type", "round"]
    times = pl.concat([empty(TIMES), *(each.times for each in told)]).group_by(keys).agg(
        pl.col("first").min(), pl.col("last").max(), pl.col("rows").sum()
    )  # fmt: skip
    return Streamed(replace(own, visits=visits, taken=taken), times.sort(keys))
