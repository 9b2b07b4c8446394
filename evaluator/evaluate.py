"""Plan x submission -> findings: visited sites x scored criteria, each as a code (design section 5).

Statuses are decided per visit in the order of section 5; several inspections of a site are taken per criterion; then
come waivers, and what takes the lower of two criteria.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import polars as pl

from duibiao.criteria.models import Inspections
from duibiao.evaluator.areas import Geography
from duibiao.evaluator.codes import Codes
from duibiao.evaluator.coding import Coding
from duibiao.evaluator.compile import Plan, SiteTypePlan
from duibiao.evaluator.estimates import Estimate, answer_estimates
from duibiao.evaluator.findings import COLUMNS, findings_of
from duibiao.evaluator.observations import observations
from duibiao.evaluator.rules import NOT_APPLICABLE
from duibiao.evaluator.submission import Note, Submission
from duibiao.evaluator.two_methods import Elsewhere, share_e9, two_methods
from duibiao.evaluator.uniform import uniform
from duibiao.evaluator.verdicts import VERDICTS, verdicts
from duibiao.evaluator.visits import RoundVisits

__all__ = ["COLUMNS", "SLICE", "Evaluation", "by_visit", "evaluate", "judge", "share_e9"]

SLICE: Final = 524_288  # visits that are coded at a time


@dataclass(frozen=True)
class Evaluation:
    """Findings of one round as codes, and the visits with all fields worked out, both by site type."""

    codes: Mapping[str, Codes]
    frames: Mapping[str, pl.DataFrame]
    notes: tuple[Note, ...]
    estimates: tuple[Estimate, ...] = ()  # of the answers

    @cached_property
    def findings(self) -> pl.DataFrame:
        """One row a finding with ``COLUMNS``, by site, visit and criterion; made when it is first asked for."""
        return findings_of(self.codes, self.frames)


def evaluate(plan: Plan, submission: Submission, visits: RoundVisits, geography: Geography) -> Evaluation:
    """Hold every visit of the round against the criteria of its site type."""
    estimates = answer_estimates(plan.catalogue, visits.answers, geography)
    frames = observations(plan, submission, visits, geography, estimates)
    waivers = _waivers(plan, submission)
    tables: dict[str, Codes] = {}
    notes: list[Note] = []
    for name, kind in plan.site_types.items():
        if frames[name].height and kind.criteria:
            mode = kind.site_type.several_inspections or plan.catalogue.score.several_inspections
            tables[name], told = _coded(kind, frames[name], visits, waivers, mode)
            notes += told
    elsewhere = Elsewhere(tables, frames, geography)
    tables = {name: two_methods(table, frames[name], elsewhere) for name, table in tables.items()}
    return Evaluation(tables, frames, tuple(sorted(set(notes))), estimates)


def by_visit(
    evaluation: Evaluation, plan: Plan, submission: Submission, visits: RoundVisits, geography: Geography,
    sites: Mapping[str, Collection[str]],
) -> Evaluation:  # fmt: skip
    """What every visit of some ``sites`` (by site type) found by itself, whatever is made of several inspections."""
    waivers = _waivers(plan, submission)
    frames = {name: evaluation.frames[name].filter(pl.col("site").is_in(list(own))) for name, own in sites.items()}
    tables = {
        name: _coded(plan.site_types[name], frame, visits, waivers, "each")[0]
        for name, frame in frames.items()
        if plan.site_types[name].criteria
    }
    elsewhere = Elsewhere(evaluation.codes, evaluation.frames, geography)
    return Evaluation({name: two_methods(table, frames[name], elsewhere) for name, table in tables.items()}, frames, ())


def _waivers(plan: Plan, submission: Submission) -> pl.DataFrame:
    """What is waived on the day of the assessment."""
    return submission.waivers.filter(pl.col("until").is_null() | (pl.col("until") >= plan.as_of))


def _coded(
    kind: SiteTypePlan, frame: pl.DataFrame, visits: RoundVisits, waivers: pl.DataFrame, mode: Inspections
) -> tuple[Codes, list[Note]]:
    """The codes of the visits of one kind of site, with what is waived, and what is to be noted."""
    told, differing = verdicts(kind, visits.checks, frame)
    coding = Coding(kind, frame, told, SLICE)
    codes = coding.codes(mode)
    return _with_waivers(codes, waivers), [*differing, *coding.notes]


def judge(kind: SiteTypePlan, frame: pl.DataFrame) -> pl.DataFrame:
    """The findings of prepared visits by themselves: without verdicts, waivers or a choice among visits."""
    if not kind.criteria or frame.is_empty():
        return pl.DataFrame(schema=COLUMNS)
    codes = Coding(kind, frame, pl.DataFrame(schema=VERDICTS), SLICE).codes("each")
    name = kind.site_type.id
    return findings_of({name: two_methods(codes, frame, None)}, {name: frame})


def _with_waivers(codes: Codes, waivers: pl.DataFrame) -> Codes:
    """Mark what is waived; not applicable wins over waived."""
    if waivers.is_empty():
        return codes
    pairs = waivers.select("site", "criterion").filter(pl.col("criterion").is_in(codes.codes.columns))
    pairs = pairs.join(codes.rows.with_row_index("row"), on="site")
    none = uniform(False, codes.height, pl.Boolean())
    waived = [
        (none.clone().scatter(of_criterion["row"], True) & (codes.codes[str(name)] != NOT_APPLICABLE)).alias(str(name))
        for (name,), of_criterion in pairs.group_by("criterion")
    ]
    return replace(codes, waived=pl.DataFrame(waived))
