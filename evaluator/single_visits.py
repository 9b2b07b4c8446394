"""What each visit found by itself at sites that several visits of a round make one finding of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.assessment import Assessment, Status
from duibiao.evaluator.judgement import judge_round
from duibiao.evaluator.told import Told
from duibiao.evaluator.visits import VISIT, round_visits


@dataclass(frozen=True, slots=True)
class Seen:
    """What one visit found of one criterion, in words."""

    criterion: str
    status: Status
    because: str


@dataclass(frozen=True, slots=True)
class SingleVisit:
    """One of several visits; ``seen`` has the criteria of which another visit found something else."""

    visit: str
    inspector: str
    seen: tuple[Seen, ...]


def single_visits(assessment: Assessment, say: Callable[[str], str]) -> Mapping[str, tuple[SingleVisit, ...]]:
    """The visits of every site that was visited several times in the round, the first one first.

    Sites of which each visit counts by itself (``each``) are left out: their cards tell it.
    """
    catalogue, submission, scored = assessment.catalogue, assessment.submission, assessment.round.id
    frames = round_visits(catalogue, submission, scored).frames
    several: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, frame in frames.items():
        if catalogue.inspections(name) != "each":
            again = frame.filter(pl.len().over("site") > 1).sort("site", "at", VISIT)
            for site, visit, inspector in again.select("site", VISIT, "inspector").iter_rows():
                several[site].append((visit, inspector or ""))
    if not several:
        return {}
    judgement = judge_round(_each(catalogue), submission, scored, assessment.as_of)
    codes = {
        name: each.at(each.rows["site"].is_in(list(several)).arg_true())
        for name, each in judgement.evaluation.codes.items()
    }
    rows = Told(replace(judgement, evaluation=replace(judgement.evaluation, codes=codes)), say).rows()
    another = pl.struct("beneath", "value").n_unique().over("site", "criterion") > 1
    rows = rows.filter(pl.col("beneath") != "unobserved").filter(another)
    seen: dict[str, list[Seen]] = defaultdict(list)
    for visit, criterion, status, because in rows.select(VISIT, "criterion", "beneath", "because").iter_rows():
        seen[visit].append(Seen(criterion, status, because))
    return {
        site: tuple(SingleVisit(visit, inspector, tuple(seen[visit])) for visit, inspector in visits)
        for site, visits in several.items()
    }


def _each(catalogue: Catalogue) -> Catalogue:
    """The catalogue as it would be if every visit counted by itself."""
    kinds = {
        name: kind.model_copy(update={"several_inspections": "each"}) for name, kind in catalogue.site_types.items()
    }
    return catalogue.model_copy(update={"site_types": kinds})
