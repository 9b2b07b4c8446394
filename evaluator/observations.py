"""Visits with all their fields worked out: register and area values joined, limits tested, rates, problems counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

import polars as pl

from duibiao.criteria.models import Asked
from duibiao.evaluator.areas import Geography
from duibiao.evaluator.columns import (
    asked_column,
    bad,
    deducted_column,
    estimate_columns,
    partly_column,
    problems_column,
)
from duibiao.evaluator.compile import Plan, SiteTypePlan, prepared
from duibiao.evaluator.estimates import Estimate
from duibiao.evaluator.rules import FROM_PROBLEMS
from duibiao.evaluator.submission import COLUMN_OF_KIND, Submission
from duibiao.evaluator.uniform import uniform
from duibiao.evaluator.visits import VISIT, RoundVisits

Wanted = TypeVar("Wanted")
REGISTERED: Final = "#registered"  # the row (UInt32) of a visit's site in the register
SITE: Final = "#site"  # the number (UInt32) of a visit's site among those of its frame, from 1, as registered


def observations(
    plan: Plan,
    submission: Submission,
    visits: RoundVisits,
    geography: Geography,
    estimates: Sequence[Estimate] = (),
) -> dict[str, pl.DataFrame]:
    """The visits of every site type with everything that criteria read, ``REGISTERED`` and ``SITE``.

    ``estimates`` are those of the answers of the round.
    """
    frames = {name: visits.frames[name] for name in plan.site_types}
    joined = {
        name: _with_register(plan.site_types[name], submission, frames[name].hstack([place]))
        for name, place in _registered(submission, frames).items()
    }
    recorded = _recorded(plan, joined)
    for name, kind in plan.site_types.items():
        frame = _with_area_values(kind, joined[name], recorded, geography)
        frames[name] = prepared(kind, frame).head(frame.height)  # without what pads a single row
    told = _estimated(plan, estimates)
    for name, kind in plan.site_types.items():
        frames[name] = _with_estimates(kind, frames[name], told)
    rates = _rates(plan, frames) | told
    for name, kind in plan.site_types.items():
        frame = _with_rates(kind, frames[name], rates, geography)
        frames[name] = _with_problems(kind, frame, visits.problems)
    return frames


def _registered(submission: Submission, frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.Series]:
    """``REGISTERED`` of the visits of every site type. Sites are looked up by their texts here, once for all; by
    numbers from then on."""
    register = submission.sites["site",].with_row_index(REGISTERED)
    sites = pl.concat([frame["site",] for frame in frames.values()] or [register["site",]])
    places = sites.join(register, on="site", how="left", maintain_order="left")[REGISTERED]
    found, start = {}, 0
    for name, frame in frames.items():
        found[name], start = places.slice(start, frame.height), start + frame.height
    return found


def _with_register(kind: SiteTypePlan, submission: Submission, frame: pl.DataFrame) -> pl.DataFrame:
    """Join the site's number, its area and the register's own fields."""
    place = frame[REGISTERED]
    seen = place.unique().sort()
    number = uniform(0, len(submission.sites), pl.UInt32()).scatter(seen, 1).cum_sum().gather(place).alias(SITE)
    known = submission.sites["site", "area"][seen]
    values = submission.values.get(kind.site_type.id)
    for key, field in kind.site_type.fields.items():
        if field.from_ == "site":
            if values is not None and key in values.columns:
                known = known.join(values.select("site", key), on="site", how="left", maintain_order="left")
            else:
                known = known.with_columns(pl.lit(None, dtype=COLUMN_OF_KIND[field.kind]).alias(key))
    return frame.hstack([number, *known.drop("site")[number - 1]])


def _recorded(plan: Plan, joined: Mapping[str, pl.DataFrame]) -> dict[tuple[str, str], pl.DataFrame]:
    """(level, field) -> area, value, whether it broke a limit: the last one recorded in the round."""
    wanted = {
        (field.from_, key)
        for kind in plan.site_types.values()
        for key, field in kind.site_type.fields.items()
        if field.from_ not in {None, "site"}
    }
    found: dict[tuple[str, str], pl.DataFrame] = {}
    for kind in plan.site_types.values():
        level, fields = kind.site_type.each, kind.site_type.fields
        keys = sorted(key for at, key in wanted if at == level and key in fields and fields[key].from_ is None)
        if not keys:
            continue
        blank = [
            pl.lit(None, dtype=COLUMN_OF_KIND[field.kind]).alias(key)
            for key, field in fields.items()
            if field.from_ not in {None, "site"}
        ]
        frame = prepared(kind, joined[kind.site_type.id].with_columns(blank)).sort("at", VISIT, nulls_last=False)
        for key in keys:
            known = frame.filter(pl.any_horizontal(pl.col(key).is_not_null(), bad(key)))
            found[str(level), key] = known.group_by("area").agg(pl.col(key, bad(key)).last())
    return found


def _with_area_values(
    kind: SiteTypePlan,
    frame: pl.DataFrame,
    recorded: Mapping[tuple[str, str], pl.DataFrame],
    geography: Geography,
) -> pl.DataFrame:
    for key, field in kind.site_type.fields.items():
        if field.from_ in {None, "site"}:
            continue
        level = str(field.from_)
        above = _above(frame["area"], geography.column, level)
        table = recorded.get((level, key), _nowhere(key, COLUMN_OF_KIND[field.kind])).rename({"area": "#above"})
        frame = frame.with_columns(above).join(table, on="#above", how="left", maintain_order="left").drop("#above")
    return frame


def _above(areas: pl.Series, find: Callable[[pl.Series, Wanted], pl.Series], wanted: Wanted) -> pl.Series:
    """What ``find`` says of each of ``areas``, asked once for every area."""
    ways = pl.DataFrame({"area": areas.unique()})
    ways = ways.with_columns(find(ways["area"], wanted).alias("#above"))
    return areas.to_frame().join(ways, on="area", how="left", maintain_order="left")["#above"]


def _nowhere(key: str, kind: pl.DataType) -> pl.DataFrame:
    """Area, value and whether it broke a limit, where nobody recorded it in this round."""
    return pl.DataFrame(schema={"area": pl.String(), key: kind, bad(key): pl.Boolean()})


def _rates(plan: Plan, frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """'questionnaire.rate' -> area, rate, whether a field of it broke a limit: the last estimate of the round."""
    rates: dict[str, pl.DataFrame] = {}
    for name, kind in plan.site_types.items():
        for ask, _, _ in kind.rates:
            column = asked_column(ask)
            known = frames[name].filter(pl.col(column).is_not_null() | pl.col(bad(column)))
            known = known.sort("at", VISIT, nulls_last=False)
            rates[ask] = known.group_by("area").agg(pl.col(column, bad(column)).last())
    return rates


def _estimated(plan: Plan, estimates: Sequence[Estimate]) -> dict[str, pl.DataFrame]:
    """'questionnaire.question' -> area, rate, and what words tell beside it, of every area of the questionnaire."""
    rows: dict[str, list[tuple[object, ...]]] = defaultdict(list)
    for each in estimates:
        kind = plan.catalogue.site_types[each.questionnaire]
        if each.kind in {"share", "mean"} and each.area and not each.group:
            value = float(each.value) if each.value is not None else None
            rows[f"{kind.id}.{each.key}"].append(
                (each.area, value, False, each.answers, each.low, each.high, each.reason)
            )
    return {ask: pl.DataFrame(of_ask, _estimate_columns(ask), orient="row") for ask, of_ask in rows.items()}


def _estimate_columns(ask: str) -> dict[str, pl.DataType]:
    column = asked_column(ask)
    told = dict(zip(estimate_columns(ask), (pl.Int64(), pl.Float64(), pl.Float64(), pl.String()), strict=True))
    return {"area": pl.String(), column: pl.Float64(), bad(column): pl.Boolean(), **told}


def _with_estimates(kind: SiteTypePlan, frame: pl.DataFrame, told: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Join the estimates of a questionnaire's own questions, to the last visit of each area."""
    for key in kind.site_type.questions:
        ask = f"{kind.site_type.id}.{key}"
        last = frame.sort("at", VISIT, nulls_last=False).group_by("area").agg(pl.col(VISIT).last())
        table = told.get(ask, pl.DataFrame(schema=_estimate_columns(ask))).join(last, on="area").drop("area")
        frame = frame.join(table, on=VISIT, how="left", maintain_order="left")
        frame = frame.with_columns(pl.col(bad(asked_column(ask))).fill_null(value=False))
    return frame


def _with_rates(
    kind: SiteTypePlan, frame: pl.DataFrame, rates: Mapping[str, pl.DataFrame], geography: Geography
) -> pl.DataFrame:
    """Join the rates of other forms that criteria ask for: those of the nearest area above."""
    own = {f"{kind.site_type.id}.{key}" for key in kind.site_type.asked_for}
    asked = dict.fromkeys(each.criterion.ask for each in kind.criteria if isinstance(each.criterion, Asked))
    for ask in (each for each in asked if each not in own):
        column = asked_column(ask)
        table = rates.get(ask, _nowhere(column, pl.Float64())).rename({"area": "#above"})
        above = _above(frame["area"], geography.nearest, set(table["#above"]))
        frame = frame.with_columns(above).join(table, on="#above", how="left", maintain_order="left").drop("#above")
        frame = frame.with_columns(pl.col(bad(column)).fill_null(value=False))
    return frame


def _with_problems(kind: SiteTypePlan, frame: pl.DataFrame, problems: pl.DataFrame) -> pl.DataFrame:
    """Count the problem rows of the criteria that read them; without one the count is 0 only on a complete visit."""
    complete = pl.col("complete").fill_null(value=False)
    for each in kind.criteria:
        if not each.reads & FROM_PROBLEMS:
            continue
        criterion = each.criterion.id
        of_criterion = problems.filter(pl.col("criterion") == criterion)
        deducted = pl.when(pl.col("deducted").is_not_null().all()).then(pl.col("deducted").sum())
        counted = of_criterion.group_by(VISIT).agg(
            pl.len().alias(problems_column(criterion)), deducted.alias(deducted_column(criterion))
        )
        frame = frame.join(counted, on=VISIT, how="left", maintain_order="left")
        none = pl.col(problems_column(criterion)).is_null()
        frame = frame.with_columns((~none & ~complete).alias(partly_column(criterion)))
        frame = frame.with_columns(
            [
                pl.when(none & complete).then(0.0).otherwise(pl.col(column)).alias(column)
                for column in (problems_column(criterion), deducted_column(criterion))
            ]
        )
    return frame
