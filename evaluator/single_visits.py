"""What each visit found by itself at sites that several visits of a round make one finding of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace

import polars as pl

from duibiao.evaluator.assessment import Seen, SingleVisit
from duibiao.evaluator.evaluate import by_visit
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.told import Told
from duibiao.evaluator.visits import VISIT


def single_visits(judgement: Judgement, say: Callable[[str], str]) -> Mapping[str, tuple[SingleVisit, ...]]:
    """The visits of every site that was visited several times in the round, the first one first.

    Sites of which each visit counts by itself (``each``) are left out: their cards tell it.
    """
    several: dict[str, list[tuple[str, str]]] = defaultdict(list)
    sites: dict[str, list[str]] = {}
    for name, frame in judgement.visits.frames.items():
        if judgement.catalogue.inspections(name) != "each" and frame["site"].is_duplicated().any():
            again = frame.filter(pl.col("site").is_duplicated()).sort("site", "at", VISIT)
            sites[name] = again["site"].unique().to_list()
            for site, visit, inspector in again.select("site", VISIT, "inspector").iter_rows():
                several[site].append((visit, inspector or ""))
    if not several:
        return {}
    found = by_visit(
        judgement.evaluation, judgement.plan, judgement.submission, judgement.visits, judgement.geography, sites
    )
    told = Told(replace(judgement, evaluation=found), say)
    observed = pl.col("beneath") != "unobserved"
    another = pl.struct("beneath", "value").filter(observed).n_unique().over("site", "criterion") > 1
    rows = told.judgement.rows.with_columns(shown=observed & another)
    rows = rows.filter(pl.col("shown") | pl.col("criterion").is_in(sorted(judgement.plan.members)))
    shown = rows.with_columns(told.because(rows)).filter("shown")
    seen: dict[str, list[Seen]] = defaultdict(list)
    for visit, criterion, status, because in shown.select(VISIT, "criterion", "beneath", "because").iter_rows():
        seen[visit].append(Seen(criterion, status, because))
    return {
        site: tuple(SingleVisit(visit, inspector, tuple(seen[visit])) for visit, inspector in visits)
        for site, visits in several.items()
    }
