"""Plan x submission -> findings: visited sites x scored criteria, each with its status, score and reason's numbers.

Statuses are decided in the order of design section 5; several inspections of a site are taken per criterion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from duibiao.criteria.models import Asked, Deducted, Graded, Judged, TwoMethods
from duibiao.evaluator.areas import Geography
from duibiao.evaluator.columns import (
    E9,
    asked_column,
    bad,
    billionths,
    deducted_column,
    exact_e9,
    normal,
    padded,
    partly_column,
    problems_column,
)
from duibiao.evaluator.compile import Plan, SiteTypePlan, prepared
from duibiao.evaluator.rules import FIRST_LEVEL, FROM_PROBLEMS, CompiledCriterion, code_column, coded, value_column
from duibiao.evaluator.submission import COLUMN_OF_KIND, Note, Submission
from duibiao.evaluator.visits import VISIT, RoundVisits

# What evaluation yields, one row a finding; ``value`` is the score in billionths, or where ``loses`` the points lost
# in billionths of a point. ``status`` is the one before waivers where ``waived`` is true.
COLUMNS: Final[dict[str, pl.DataType]] = {
    VISIT: pl.String(),
    "site": pl.String(),
    "site_type": pl.String(),
    "at": pl.Datetime("us"),
    "criterion": pl.String(),
    "status": pl.String(),
    "code": pl.UInt8(),
    "value": pl.Int64(),
    "loses": pl.Boolean(),
    "measure": pl.Float64(),
    "judged_by_hand": pl.Boolean(),
    "waived": pl.Boolean(),
}
SLICE: Final = 131_072  # visits
# "the lower" of two visits at the same time
LOWER_FIRST: Final = {"invalid": 0, "missed": 1, "partial": 2, "met": 3, "not_applicable": 4, "unobserved": 5}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Findings of one round, and the visits with all fields worked out, by site type, for the words of findings."""

    findings: pl.DataFrame
    frames: Mapping[str, pl.DataFrame]
    notes: tuple[Note, ...]


def evaluate(plan: Plan, submission: Submission, visits: RoundVisits, geography: Geography) -> Evaluation:
    """Hold every visit of the round against the criteria of its site type."""
    frames = _worked_out(plan, submission, visits, geography)
    parts: list[pl.DataFrame] = []
    notes: list[Note] = []
    for name, kind in plan.site_types.items():
        if frames[name].height and kind.criteria:
            judged, told = _with_verdicts(_judged(kind, frames[name]), kind, visits.checks)
            judged = _with_waivers(judged, submission, plan)
            mode = kind.site_type.several_inspections or plan.catalogue.score.several_inspections
            chosen, same_time = _latest(judged) if mode == "latest" else (judged, [])
            parts.append(_two_methods(chosen, kind, by_visit=mode == "each"))
            notes += [*told, *same_time]
    findings = pl.concat(parts) if parts else pl.DataFrame(schema=COLUMNS)
    findings = findings.sort("site", VISIT, "criterion")
    return Evaluation(findings, frames, tuple(sorted(set(notes))))


# ------------------------------------------------------------------ the fields of a visit


def _worked_out(
    plan: Plan, submission: Submission, visits: RoundVisits, geography: Geography
) -> dict[str, pl.DataFrame]:
    """The visits of every site type with register and area values joined, limits tested and rates worked out."""
    joined = {name: _with_register(kind, submission, visits.frames[name]) for name, kind in plan.site_types.items()}
    recorded = _recorded(plan, joined)
    frames: dict[str, pl.DataFrame] = {}
    for name, kind in plan.site_types.items():
        frame = _with_area_values(kind, joined[name], recorded, geography)
        frames[name] = prepared(kind, frame).filter(pl.col(VISIT).is_not_null())
    rates = _rates(plan, frames)
    for name, kind in plan.site_types.items():
        frame = _with_rates(kind, frames[name], rates, geography)
        frames[name] = _with_problems(kind, frame, visits.problems)
    return frames


def _with_register(kind: SiteTypePlan, submission: Submission, frame: pl.DataFrame) -> pl.DataFrame:
    """Join the site's area and the register's own fields."""
    frame = frame.join(submission.sites.select("site", "area"), on="site", how="left", maintain_order="left")
    values = submission.values.get(kind.site_type.id)
    for key, field in kind.site_type.fields.items():
        if field.from_ == "site":
            if values is not None and key in values.columns:
                frame = frame.join(values.select("site", key), on="site", how="left", maintain_order="left")
            else:
                frame = frame.with_columns(pl.lit(None, dtype=COLUMN_OF_KIND[field.kind]).alias(key))
    return frame


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
            known = frame.filter(pl.col(key).is_not_null() | pl.col(bad(key))).filter(pl.col("area").is_not_null())
            last = known.group_by("area", maintain_order=True).agg(pl.col(key).last(), pl.col(bad(key)).last())
            found[str(level), key] = last
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
        above = geography.column(frame["area"], str(field.from_)).alias("#above")
        table = recorded.get((str(field.from_), key), _nowhere(key, COLUMN_OF_KIND[field.kind])).rename(
            {"area": "#above"}
        )
        frame = frame.with_columns(above).join(table, on="#above", how="left", maintain_order="left").drop("#above")
    return frame


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
            known = known.filter(pl.col("area").is_not_null()).sort("at", VISIT, nulls_last=False)
            last = known.group_by("area", maintain_order=True).agg(pl.col(column).last(), pl.col(bad(column)).last())
            rates[ask] = last
    return rates


def _with_rates(
    kind: SiteTypePlan, frame: pl.DataFrame, rates: Mapping[str, pl.DataFrame], geography: Geography
) -> pl.DataFrame:
    """Join the rates of other forms that criteria ask for: those of the nearest area above."""
    own = {ask for ask, _, _ in kind.rates}
    asked = {each.criterion.ask for each in kind.criteria if isinstance(each.criterion, Asked)}
    for ask in sorted(asked - own):
        column = asked_column(ask)
        table = rates.get(ask, _nowhere(column, pl.Float64())).rename({"area": "#above"})
        above = geography.nearest(frame["area"], set(table["#above"])).alias("#above")
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
            pl.len().cast(pl.Float64).alias(problems_column(criterion)), deducted.alias(deducted_column(criterion))
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


# ------------------------------------------------------------------ findings of visits


def judge(kind: SiteTypePlan, frame: pl.DataFrame) -> pl.DataFrame:
    """The findings of prepared visits by themselves: without verdicts, waivers or a choice among visits."""
    return _two_methods(_judged(kind, frame), kind, by_visit=True)


def _judged(kind: SiteTypePlan, frame: pl.DataFrame) -> pl.DataFrame:
    """One row a visit and criterion; visits are coded in slices, so that the columns between fit the cache."""
    parts: list[pl.DataFrame] = []
    for some in frame.iter_slices(SLICE):
        codes = coded(padded(some), kind.criteria)
        parts += [_one_criterion(kind, codes, each) for each in kind.criteria]
    return pl.concat(parts).filter(pl.col(VISIT).is_not_null()) if parts else pl.DataFrame(schema=COLUMNS)


def _one_criterion(kind: SiteTypePlan, frame: pl.DataFrame, each: CompiledCriterion) -> pl.DataFrame:
    criterion = each.criterion
    code = pl.col(code_column(criterion.id))
    if each.scores:
        codes = [FIRST_LEVEL + index for index in range(len(each.scores))]
        value = code.replace_strict(codes, each.scores, default=None, return_dtype=pl.Int64)
    else:
        value = pl.when(code >= FIRST_LEVEL).then(pl.col(value_column(criterion.id)))
    found = frame.select(
        VISIT,
        "site",
        pl.lit(kind.site_type.id).alias("site_type"),
        "at",
        pl.lit(criterion.id).alias("criterion"),
        code.alias("code"),
        value.alias("value"),
        pl.lit(each.loses).alias("loses"),
        (each.measure if each.measure is not None else pl.lit(None, dtype=pl.Float64)).alias("measure"),
        pl.lit(value=False).alias("judged_by_hand"),
        pl.lit(value=False).alias("waived"),
    )
    return _with_status(found, exact_e9(criterion.points)).select(COLUMNS.keys())


def _with_status(frame: pl.DataFrame, points: int) -> pl.DataFrame:
    """The status of each code and value; ``points`` are the criterion's, in billionths."""
    full = pl.when(pl.col("loses")).then(0).otherwise(E9)
    none = pl.when(pl.col("loses")).then(points).otherwise(0)
    status = (
        pl.when(pl.col("code") == 0)
        .then(pl.lit("not_applicable"))
        .when(pl.col("code") == 1)
        .then(pl.lit("unobserved"))
        .when(pl.col("code") == 2)
        .then(pl.lit("invalid"))
        .when(pl.col("value") == full)
        .then(pl.lit("met"))
        .when(pl.col("value") == none)
        .then(pl.lit("missed"))
        .otherwise(pl.lit("partial"))
    )
    return frame.with_columns(status.alias("status"))


def _with_verdicts(found: pl.DataFrame, kind: SiteTypePlan, checks: pl.DataFrame) -> tuple[pl.DataFrame, list[Note]]:
    """Let verdicts of long checks decide what the fields leave open (人工判定); where both speak and differ, say so."""
    notes: list[Note] = []
    told: list[pl.DataFrame] = []
    for each in kind.criteria:
        rows = checks.filter((pl.col("criterion") == each.criterion.id) & (pl.col("site_type") == kind.site_type.id))
        if isinstance(each.criterion, Judged):
            rows = rows.filter(pl.col("result") == "not_applicable")
        if rows.height and not isinstance(each.criterion, TwoMethods):
            verdicts, differing = _verdicts(kind, each, rows)
            told.append(verdicts)
            notes += differing
    if not told:
        return found, notes
    joined = found.join(pl.concat(told), on=[VISIT, "criterion"], how="left", maintain_order="left")
    judged = joined["criterion"].is_in(
        [each.criterion.id for each in kind.criteria if isinstance(each.criterion, Judged)]
    )
    decides = (pl.col("status") == "unobserved") & pl.col("#status").is_not_null()
    decides = decides | (pl.lit(judged) & (pl.col("#status") == "not_applicable"))
    settled = pl.col("status").is_in(["met", "partial", "missed", "not_applicable"])
    other = (pl.col("status") != pl.col("#status")) | pl.col("value").ne_missing(pl.col("#value"))
    differs = joined.filter(settled & pl.col("#status").is_not_null() & other & ~decides)
    notes += [
        Note("verdict-differs", criterion, visit) for visit, criterion in differs.select(VISIT, "criterion").iter_rows()
    ]
    code = {"not_applicable": 0, "met": 3, "partial": 4, "missed": 5}
    return joined.with_columns(
        pl.when(decides).then("#status").otherwise("status").alias("status"),
        pl.when(decides).then("#value").otherwise("value").alias("value"),
        pl.when(decides)
        .then(pl.col("#status").replace_strict(code, default=1, return_dtype=pl.UInt8))
        .otherwise("code")
        .alias("code"),
        decides.alias("judged_by_hand"),
    ).select(COLUMNS.keys()), notes


def _verdicts(kind: SiteTypePlan, each: CompiledCriterion, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Note]]:
    """visit, criterion, #status, #value: what the long-check rows of one criterion say; the lower where they differ."""
    criterion, points = each.criterion, exact_e9(each.criterion.points)
    full, none = (0, points) if each.loses else (E9, 0)
    value = pl.when(pl.col("result") == "met").then(full).when(pl.col("result") == "missed").then(none)
    if isinstance(criterion, Graded):
        scale = {normal(word): exact_e9(score) for word, score in kind.site_type.fields[criterion.grade].scale.items()}
        graded = pl.col("grade").replace_strict(scale, default=None, return_dtype=pl.Int64)
        value = pl.coalesce(graded, value)  # type: ignore[assignment]
    rows = rows.with_columns(value.cast(pl.Int64).alias("#value"))
    if isinstance(criterion, Deducted):
        lost = billionths(pl.col("deducted"), float(criterion.points))
        rows = rows.with_columns(pl.coalesce(lost, "#value").alias("#value"))
    lower = pl.col("#value").max() if each.loses else pl.col("#value").min()
    total = pl.col("#value").sum().clip(0, points) if isinstance(criterion, Deducted) else lower
    if isinstance(criterion, Deducted):
        total = pl.when(pl.col("#value").is_not_null().any()).then(total)
    grouped = rows.group_by(VISIT).agg(
        total.alias("#value"),
        pl.col("result").eq_missing("not_applicable").all().alias("#none"),
        pl.col("#value").n_unique().alias("#different"),
    )
    notes = [
        Note("verdicts-differ", criterion.id, str(visit))
        for visit in grouped.filter(pl.col("#different") > 1)[VISIT].sort()
        if not isinstance(criterion, Deducted)
    ]
    grouped = grouped.with_columns(
        pl.lit(criterion.id).alias("criterion"), pl.lit(each.loses).alias("loses"),
        pl.when(pl.col("#none")).then(0).when(pl.col("#value").is_null()).then(1).otherwise(3).alias("code"),
    )  # fmt: skip
    status = _with_status(grouped.rename({"#value": "value"}), points)
    status = status.filter(pl.col("code") != 1)
    return status.select(VISIT, "criterion", pl.col("status").alias("#status"), pl.col("value").alias("#value")), notes


def _with_waivers(found: pl.DataFrame, submission: Submission, plan: Plan) -> pl.DataFrame:
    """Mark what is waived on the day of the assessment; not applicable wins over waived."""
    in_force = submission.waivers.filter(pl.col("until").is_null() | (pl.col("until") >= plan.as_of))
    pairs = in_force.select("site", "criterion").unique().with_columns(pl.lit(value=True).alias("#waived"))
    joined = found.join(pairs, on=["site", "criterion"], how="left", maintain_order="left")
    waived = pl.col("#waived").fill_null(value=False) & (pl.col("status") != "not_applicable")
    return joined.with_columns(waived.alias("waived")).drop("#waived")


# ------------------------------------------------------------------ several inspections


def _latest(found: pl.DataFrame) -> tuple[pl.DataFrame, list[Note]]:
    """Per site and criterion the last visit that observed it; at the same time the lower, with a note."""
    order = pl.col("status").replace_strict(LOWER_FIRST, return_dtype=pl.UInt8)
    worse = pl.when(pl.col("loses")).then(-pl.col("value")).otherwise(pl.col("value"))
    ranked = found.with_columns(
        (pl.col("status") == "unobserved").alias("#open"), order.alias("#order"), worse.alias("#worse")
    ).sort(
        ["site", "criterion", "#open", "at", "#order", "#worse", VISIT],
        descending=[False, False, False, True, False, False, False],
        nulls_last=[False, False, False, True, False, False, False],
    )
    keys = ["site", "criterion"]
    first = ranked.group_by(keys, maintain_order=True).first()
    rival = ranked.join(
        first.select(
            *keys,
            pl.col(VISIT).alias("#chosen"),
            pl.col("at").alias("#at"),
            pl.col("status").alias("#status"),
            pl.col("value").alias("#value"),
        ),
        on=keys,
        how="left",
    ).filter(
        (pl.col(VISIT) != pl.col("#chosen"))
        & pl.col("at").eq_missing(pl.col("#at"))
        & ~pl.col("#open")
        & ((pl.col("status") != pl.col("#status")) | pl.col("value").ne_missing(pl.col("#value")))
    )
    notes = [
        Note("same-time", criterion, visit) for visit, criterion in rival.select("#chosen", "criterion").iter_rows()
    ]
    return first.select(COLUMNS.keys()), notes


# ------------------------------------------------------------------ two methods


def share_e9(value: int, points: int, *, loses: bool) -> int:
    """A finding's score in billionths; for a deduction 1 - lost / points, half up. ``points`` in billionths."""
    return (2 * (points - value) * E9 + points) // (2 * points) if loses else value


def _two_methods(found: pl.DataFrame, kind: SiteTypePlan, *, by_visit: bool) -> pl.DataFrame:
    """Work out the criteria that take the lower of two others, from their members' findings."""
    key = VISIT if by_visit else "site"
    points = {each.criterion.id: exact_e9(each.criterion.points) for each in kind.criteria}
    for each in kind.criteria:
        if isinstance(each.criterion, TwoMethods):
            found = _lower_of(found, each.criterion, points, key)
    return found


def _lower_of(found: pl.DataFrame, rule: TwoMethods, points: Mapping[str, int], key: str) -> pl.DataFrame:
    """0 where a member is missed; else invalid or unobserved where one is; else the lower. What does not apply or is
    waived is left out; where nothing is left the criterion does not apply."""
    members = found.filter(
        pl.col("criterion").is_in(list(rule.both)) & ~pl.col("waived") & (pl.col("status") != "not_applicable")
    )
    rows = members.select("criterion", "value", "loses").unique().drop_nulls()
    shares = [share_e9(value, points[name], loses=loses) for name, value, loses in rows.iter_rows()]
    members = members.join(
        rows.with_columns(pl.Series("#share", shares, dtype=pl.Int64)), on=["criterion", "value", "loses"], how="left"
    )
    status = pl.col("status")
    combined = members.group_by(key).agg(
        pl.when((status == "missed").any())
        .then(pl.lit("missed"))
        .when((status == "invalid").any())
        .then(pl.lit("invalid"))
        .when((status == "unobserved").any())
        .then(pl.lit("unobserved"))
        .when((status == "partial").any())
        .then(pl.lit("partial"))
        .otherwise(pl.lit("met"))
        .alias("#status"),
        pl.col("#share").min().alias("#share"),
    )
    joined = found.join(combined, on=key, how="left", maintain_order="left")
    here = (pl.col("criterion") == rule.id) & (pl.col("status") == "met")  # it applies
    scored = pl.col("#status").is_in(["missed", "partial", "met"])
    codes = {"not_applicable": 0, "unobserved": 1, "invalid": 2, "met": 3, "partial": 4, "missed": 5}
    joined = joined.with_columns(
        pl.when(here).then(pl.col("#status").fill_null("not_applicable")).otherwise("status").alias("status"),
        pl.when(here).then(pl.when(scored).then("#share")).otherwise("value").alias("value"),
    )
    code = pl.col("status").replace_strict(codes, return_dtype=pl.UInt8)
    return joined.with_columns(
        pl.when(here).then(code).otherwise("code").alias("code"),
        (pl.col("waived") & (pl.col("status") != "not_applicable")).alias("waived"),
    ).select(COLUMNS.keys())
