"""Plan x submission -> findings: visited sites x scored criteria, each as a code (design section 5).

Statuses are decided per visit in the order of section 5; several inspections of a site are taken per criterion; then
come waivers, and what takes the lower of two criteria.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import polars as pl

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
from duibiao.evaluator.verdicts import VERDICTS, verdicts
from duibiao.evaluator.visits import RoundVisits

__all__ = ["COLUMNS", "SLICE", "Evaluation", "evaluate", "judge", "share_e9"]

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
    waivers = submission.waivers.filter(pl.col("until").is_null() | (pl.col("until") >= plan.as_of))
    tables: dict[str, Codes] = {}
    notes: list[Note] = []
    for name, kind in plan.site_types.items():
        if frames[name].height and kind.criteria:
            told, differing = verdicts(kind, visits.checks, frames[name])
            coding = Coding(kind, frames[name], told, SLICE)
            codes = coding.codes(kind.site_type.several_inspections or plan.catalogue.score.several_inspections)
            tables[name] = _with_waivers(codes, waivers)
            notes += [*differing, *coding.notes]
    elsewhere = Elsewhere(tables, frames, geography)
    tables = {name: two_methods(table, frames[name], elsewhere) for name, table in tables.items()}
    return Evaluation(tables, frames, tuple(sorted(set(notes))), estimates)


def judge(kind: SiteTypePlan, frame: pl.DataFrame) -> pl.DataFrame:
    """The findings of prepared visits by themselves: without verdicts, waivers or a choice among visits."""
    if not kind.criteria or frame.is_empty():
        return pl.DataFrame(schema=COLUMNS)
    codes = Coding(kind, frame, pl.DataFrame(schema=VERDICTS), SLICE).codes("each")
    name = kind.site_type.id
    return findings_of({name: two_methods(codes, frame, None)}, {name: frame})


def _with_waivers(codes: Codes, waivers: pl.DataFrame) -> Codes:
    """Mark what is waived on the day of the assessment; not applicable wins over waived."""
    pairs = waivers.select("site", "criterion").filter(pl.col("criterion").is_in(codes.codes.columns))
    pairs = pairs.join(codes.rows.with_row_index("row"), on="site")
    none = pl.repeat(value=False, n=codes.height, dtype=pl.Boolean, eager=True)
    waived = [
        (none.clone().scatter(of_criterion["row"], True) & (codes.codes[str(name)] != NOT_APPLICABLE)).alias(str(name))
        for (name,), of_criterion in pairs.group_by("criterion")
    ]
    return replace(codes, waived=pl.DataFrame(waived))
