"""What Spark makes of a submission, beside what this process makes of it."""

from __future__ import annotations

from datetime import date

import polars as pl

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.backends.spark import Spark
from duibiao.evaluator.document import document, to_json
from duibiao.evaluator.judgement import judge_round
from duibiao.evaluator.submission import Submission


def told(catalogue: Catalogue, submission: Submission, spark: Spark | None = None) -> tuple[bytes, pl.DataFrame]:
    """The document of the last round, and its findings."""
    more = {} if spark is None else {"engine": spark.evaluate}
    judgement = judge_round(catalogue, submission, None, date(2026, 4, 1), **more)
    return to_json(document(assess_judgement(judgement))), judgement.evaluation.findings


def same(catalogue: Catalogue, submission: Submission, spark: Spark) -> None:
    (ours, findings), (theirs, expected) = told(catalogue, submission, spark), told(catalogue, submission)
    assert findings.equals(expected)
    assert ours == theirs
