"""Submission -> visits: the rows of one round joined to visits, by site type (design section 5, settled details).

A wide row is a visit; long-check and problem rows join the visit of the same site and day, else they make one.
Everything is ordered by content, so that the order of rows and files changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import polars as pl

from duibiao.criteria.models import Catalogue, Judged
from duibiao.evaluator.areas import geography_of
from duibiao.evaluator.submission import VISITED, Note, Submission, empty, visit_columns

# How checks and problem rows of a visit are told: one row each, with the visit that they belong to.
VISIT: Final = "visit"
ROUND_AT: Final = {key: VISITED[key] for key in ("round", "at")}


class NoDate(Exception):
    """No row of the round carries a date and no --as-of was given."""


@dataclass(frozen=True, slots=True)
class RoundVisits:
    """The visits of one round. ``frames[type]`` has visit, the columns of the submission's wide rows, no two alike.

    ``checks`` and ``problems`` are the submission's rows with their ``visit``. ``answers[questionnaire]`` has the
    answers of the round; an area of whose people there are some is visited, if only by them.
    """

    frames: Mapping[str, pl.DataFrame]
    checks: pl.DataFrame
    problems: pl.DataFrame
    notes: tuple[Note, ...]
    answers: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    round_id: str = ""

    @property
    def sites(self) -> frozenset[str]:
        """The sites that were visited."""
        return frozenset(site for frame in self.frames.values() if frame.height for site in frame["site"].unique())


def rounds_of(submission: Submission) -> list[str]:
    """The rounds in the data, from the first to the last by date; rounds without a date come first, by name."""
    start: dict[str, date] = {}
    found: set[str] = set()
    frames = [*submission.visits.values(), submission.checks, submission.problems, *submission.answers.values()]
    known = pl.concat([frame.select("round", "at") for frame in frames if frame.height] or [empty(ROUND_AT)])
    for name, first in known.group_by(pl.col("round").fill_null("")).agg(pl.col("at").min()).iter_rows():
        found.add(name)
        if first is not None:
            start[name] = first.date()
    for name, _, first, _ in submission.rounds.iter_rows():
        if name in found and first is not None:
            start[name] = first
    return sorted(found, key=lambda name: (start.get(name, date.min), name))


def last_day(submission: Submission, round_id: str) -> date:
    """The day of the last inspection or answer of a round. Raises NoDate where no row of it carries a date."""
    of_round = pl.col("round").fill_null("") == round_id
    frames = (*submission.visited.values(), submission.checks, submission.problems, *submission.answers.values())
    last = [frame.filter(of_round)["at"].max() for frame in frames]
    days = [each.date() for each in last if isinstance(each, datetime)]
    if not days:
        days = [end for name, _, _, end in submission.rounds.iter_rows() if name == round_id and end is not None]
    if not days:
        raise NoDate(round_id)
    return max(days)


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    """Give every row of ``frame`` its visit: site@time, with a number behind it where several are alike.

    Rows alike are numbered by their content; all rows stay where they are.
    """
    if frame.is_empty():
        return frame.with_columns(pl.lit(None, dtype=pl.String).alias(VISIT))
    times = frame.select(pl.col("at").unique())
    at = pl.col("at").dt
    day = pl.when(at.time() == pl.time(0)).then(at.strftime("%Y-%m-%d"))
    minute = day.when(at.truncate("1m") == pl.col("at")).then(at.strftime("%Y-%m-%dT%H:%M"))
    time = minute.otherwise(at.strftime("%Y-%m-%dT%H:%M:%S%.f")).fill_null("")
    times = times.with_columns((pl.lit("@") + time).alias("#time"))  # written once for each time, not for each visit
    shown = frame["at"].to_frame().join(times, on="at", how="left", nulls_equal=True, maintain_order="left")["#time"]
    names = frame["site"] + shown
    alike = _perhaps_alike(frame)
    if alike.any():
        names = names + _numbers(frame, alike.arg_true())
    return frame.with_columns(names.alias(VISIT))


def _numbers(frame: pl.DataFrame, alike: pl.Series) -> pl.Series:
    """#2, #3, ... for those of the rows ``alike`` before which, by their content, another of the same site and time
    comes."""
    content = [
        pl.col(name).list.join("\x1f") if isinstance(kind, pl.List) else pl.col(name)
        for name, kind in frame.schema.items()
        if name not in {"table", "row"}
    ]
    several = frame[alike].with_columns(
        alike.alias("#row"), pl.concat_str(content, separator="\x1e", ignore_nulls=True).alias("#content")
    )
    several = several.sort("site", "at", "#content")
    count = pl.int_range(pl.len()).over("site", "at") + 1
    suffix = pl.when(count > 1).then(pl.lit("#") + count.cast(pl.String)).otherwise(pl.lit(""))
    numbers = several.select("#row", suffix.alias("#number"))
    none = pl.Series([""], dtype=pl.String).new_from_index(0, frame.height)
    return none.scatter(numbers["#row"], numbers["#number"])


def _perhaps_alike(frame: pl.DataFrame) -> pl.Series:
    """Which rows are of the same site and time as another, and by a rare chance some more: those that share a hash.
    Most are not, which sorted hashes tell quickest."""
    hashes = frame.select(pl.struct("site", "at").hash()).to_series()
    ordered = hashes.sort()
    return hashes.is_in(ordered.filter(ordered == ordered.shift()).implode())


def _joined(rows: pl.DataFrame, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """``rows`` with the visit that each belongs to; null where there is none.

    The visit of the same time, else the last of the same day; without a date the last visit of the round.
    """
    if rows.is_empty():
        return rows.with_columns(pl.lit(None, dtype=pl.String).alias(VISIT))
    named = pl.col("site").is_in(rows["site"].implode())
    index = pl.concat([frame.select("site", "at", VISIT).filter(named) for frame in frames.values()])
    index = index.sort("site", "at", VISIT, nulls_last=False).with_columns(pl.col("at").dt.date().alias("day"))
    same_time = index.group_by("site", "at").agg(pl.col(VISIT).first().alias("#time"))
    same_day = index.group_by("site", "day").agg(pl.col(VISIT).last().alias("#day"))
    last = index.group_by("site").agg(pl.col(VISIT).last().alias("#last"))
    rows = rows.with_columns(pl.col("at").dt.date().alias("day"))
    rows = rows.join(same_time, on=["site", "at"], how="left").join(same_day, on=["site", "day"], how="left")
    rows = rows.join(last, on="site", how="left")
    undated = pl.when(pl.col("at").is_null()).then(pl.col("#last"))
    return rows.with_columns(pl.coalesce("#time", "#day", undated).alias(VISIT)).drop("#time", "#day", "#last", "day")


def _with_visits(
    rows: pl.DataFrame, frames: dict[str, pl.DataFrame], columns: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """``rows`` with their visits; those that only ``rows`` speak of are added to ``frames``."""
    joined = _joined(rows, frames)
    if not joined[VISIT].has_nulls():
        return joined
    _make_visits(joined, frames, columns)
    return _joined(rows, frames)


def _make_visits(rows: pl.DataFrame, frames: dict[str, pl.DataFrame], columns: Mapping[str, pl.DataFrame]) -> None:
    """Add a visit for every site and time that only ``rows`` speak of; complete where a row says so."""
    homeless = rows.filter(pl.col(VISIT).is_null())
    made = homeless.group_by("site", "site_type", "at", "round").agg(
        pl.col("inspector").min(), pl.col("complete").any()
    )
    for (site_type,), group in made.sort("site", "at").group_by("site_type"):
        name = str(site_type)
        new = _named(pl.concat([columns[name].clear(), group], how="diagonal"))
        frames[name] = pl.concat([frames[name], new])


def _told_complete(frames: dict[str, pl.DataFrame], rows: pl.DataFrame) -> None:
    """A visit is complete where any row of it says so."""
    told = rows.filter(pl.col("complete")).select(VISIT).unique().with_columns(pl.lit(value=True).alias("#told"))
    for name, frame in frames.items() if told.height else ():
        joined = frame.join(told, on=VISIT, how="left", maintain_order="left")
        frames[name] = joined.with_columns(pl.col("complete") | pl.col("#told")).drop("#told")


def round_visits(catalogue: Catalogue, submission: Submission, round_id: str) -> RoundVisits:
    """The visits of one round, with every check and problem row joined to its visit."""
    of_round = pl.col("round").fill_null("") == round_id
    sent = submission.visits
    wide = {
        name: sent[name] if name in sent else empty(visit_columns(catalogue.form(name)))
        for name in catalogue.site_types
    }
    frames = {name: _named(frame.filter(of_round) if frame.height else frame) for name, frame in wide.items()}
    answers = {name: frame.filter(of_round) for name, frame in submission.answers.items()}
    _answered(catalogue, submission, answers, frames, wide)
    checks = _with_visits(submission.checks.filter(of_round), frames, wide)
    problems = _with_visits(submission.problems.filter(of_round), frames, wide)
    _told_complete(frames, checks)
    _told_complete(frames, problems)
    order = [VISIT, "criterion", "problem", "photo", "result", "grade", "deducted"]
    checks = checks.sort(order, nulls_last=True)
    problems = problems.sort([each for each in order if each in problems.columns], nulls_last=True)
    judged, notes = _judged_values(catalogue, frames, checks)
    return RoundVisits(judged, checks, problems, notes, answers, round_id)


def _answered(
    catalogue: Catalogue,
    submission: Submission,
    answers: Mapping[str, pl.DataFrame],
    frames: dict[str, pl.DataFrame],
    wide: Mapping[str, pl.DataFrame],
) -> None:
    """Add a visit for every area whose people answered and of which no other row of the questionnaire speaks.

    Its time is that of the last answer.
    """
    geography = geography_of(submission.areas)
    for name, frame in answers.items():
        level = catalogue.site_types[name].each
        if frame.is_empty() or level is None:
            continue
        areas = geography.column(frame["area"], level)
        made = frame.select("at", "round", areas).group_by("area", "round").agg(pl.col("at").max())
        sites = submission.sites.filter(pl.col("site_type") == name).select("site", "site_type", "area")
        made = made.join(sites, on="area").join(frames[name], on="site", how="anti").drop("area").sort("site")
        new = _named(pl.concat([wide[name].clear(), made], how="diagonal"))
        frames[name] = pl.concat([frames[name], new])


def _judged_values(
    catalogue: Catalogue, frames: Mapping[str, pl.DataFrame], checks: pl.DataFrame
) -> tuple[dict[str, pl.DataFrame], tuple[Note, ...]]:
    """Put the verdicts of long checks on judged criteria into the columns of their visits.

    Deductions of several rows add up; of other verdicts that differ the lower counts, with a note.
    """
    judged = {
        version.criterion.id: version.criterion
        for dated in catalogue.criteria
        for version in dated.versions
        if isinstance(version.criterion, Judged)
    }
    notes: list[Note] = []
    filled = dict(frames)
    rows = checks.filter(pl.col("criterion").is_in(list(judged)) & (pl.col("result").ne_missing("not_applicable")))
    for (criterion, site_type), group in rows.group_by("criterion", "site_type"):
        rule = judged[str(criterion)]
        value: pl.Expr = _verdict_value(rule)
        told: pl.Expr
        differ: pl.Expr = value.drop_nulls().n_unique() > 1
        if rule.judged == "deduction":
            told, differ = pl.when(value.is_not_null().any()).then(value.sum()), pl.lit(value=False)
        elif rule.judged == "grade":
            ranks = {word: rank for rank, word in enumerate(sorted(rule.scale, key=lambda word: rule.scale[word]))}
            told = value.sort_by(
                value.replace_strict(ranks, return_dtype=pl.Int32, default=None), nulls_last=True
            ).first()
        else:
            told = value.min()
        verdicts = group.group_by(VISIT).agg(told.alias("#told"), differ.alias("#differ"))
        notes += [Note("verdicts-differ", rule.id, str(visit)) for visit in verdicts.filter("#differ")[VISIT]]
        frame = filled[str(site_type)].join(verdicts, on=VISIT, how="left", maintain_order="left")
        both = pl.col(rule.id).is_not_null() & pl.col("#told").is_not_null() & (pl.col(rule.id) != pl.col("#told"))
        notes += [Note("verdict-differs", rule.id, str(visit)) for visit in frame.filter(both)[VISIT]]
        filled[str(site_type)] = frame.with_columns(pl.coalesce(rule.id, "#told")).drop("#told", "#differ")
    return filled, tuple(sorted(notes))


def _verdict_value(rule: Judged) -> pl.Expr:
    """What a long-check row says of a judged criterion, in the kind of its field."""
    if rule.judged == "yes_no":
        return pl.when(pl.col("result") == "met").then(True).when(pl.col("result") == "missed").then(False)
    if rule.judged == "grade":
        full = next((word for word, score in rule.scale.items() if score == 1), None)
        none = next((word for word, score in rule.scale.items() if score == 0), None)
        told = (
            pl.when(pl.col("result") == "met").then(pl.lit(full)).when(pl.col("result") == "missed").then(pl.lit(none))
        )
        return pl.coalesce("grade", told)
    all_points = (
        pl.when(pl.col("result") == "met").then(0.0).when(pl.col("result") == "missed").then(float(rule.points))
    )
    return pl.coalesce("deducted", all_points)
