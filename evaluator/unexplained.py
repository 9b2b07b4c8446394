"""Points that an inspector took off without a word on what is wrong: nobody can mend that."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from duibiao.criteria.models import Judged
from duibiao.evaluator.codes import MISSED, PARTIAL
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.visits import VISIT


def unexplained(judgement: Judgement, kinds: Collection[str] | None = None) -> frozenset[tuple[str, str]]:
    """The visits (of some ``kinds`` of sites) and criteria of judged deductions that took points off and have no row
    that names a problem; those that are taken as mended took none."""
    deductions = [
        each.id for each in judgement.plan.criteria.values() if isinstance(each, Judged) and each.judged == "deduction"
    ]
    evaluation = judgement.evaluation
    found = [pl.DataFrame(schema={VISIT: pl.String(), "criterion": pl.String()})]
    for name, codes in evaluation.codes.items():
        for criterion in deductions if kinds is None or name in kinds else ():
            if criterion in codes.meanings:
                below = codes.visits(criterion).filter(codes.beneath(criterion).is_in([PARTIAL, MISSED]))
                visits = evaluation.frames[name][VISIT].gather(below)
                found.append(visits.to_frame().with_columns(pl.lit(criterion).alias("criterion")))
    named = pl.concat(
        frame.filter(pl.col("problem").is_not_null()).select(VISIT, "criterion")
        for frame in (judgement.visits.problems, judgement.visits.checks)
    )
    silent = pl.concat(found).join(named, on=[VISIT, "criterion"], how="anti")
    return frozenset(pair for pair in silent.iter_rows() if ":".join(pair) not in judgement.closed)
