"""Points that an inspector took off without a word on what is wrong: nobody can mend that."""

from __future__ import annotations

import polars as pl

from duibiao.criteria.models import Judged
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.visits import VISIT


def unexplained(judgement: Judgement) -> frozenset[tuple[str, str]]:
    """The visits and criteria of judged deductions that took points off and have no row that names a problem."""
    deductions = [
        each.id for each in judgement.plan.criteria.values() if isinstance(each, Judged) and each.judged == "deduction"
    ]
    named = pl.concat(
        frame.filter(pl.col("problem").is_not_null()).select(VISIT, "criterion")
        for frame in (judgement.visits.problems, judgement.visits.checks)
    )
    below = pl.col("beneath").is_in(["partial", "missed"]) & pl.col("criterion").is_in(deductions)
    found = judgement.rows.filter(below).join(named, on=[VISIT, "criterion"], how="anti")
    return frozenset(found.select(VISIT, "criterion").iter_rows())
