"""duibiao with all its outputs: scores, roll-ups with bounds, gaps with what mending them brings. No peer does this."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from benchmarks.peers import catalogue
from benchmarks.peers.duibiao_peer import make, ready
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.judgement import judge_round
from duibiao.evaluator.standing import standing
from duibiao.evaluator.submission import Submission

__all__ = ["HOW", "NAME", "NULLS", "PACKAGES", "judge", "make", "ready"]

NAME: Final = "duibiao, all outputs"
PACKAGES: Final = ("duibiao", "polars", "numpy")
HOW: Final = "the same, then `standing`: scores and places of all sites, roll-ups, gaps, the gains of 100"
NULLS: Final = "as above; what is unobserved widens the bounds of every score"
SHOWN: Final = 100  # the costliest gaps, whose gains are worked out


def judge(made: Catalogue, data: Submission) -> Iterator[pl.Series]:
    """The statuses of every rule, given when every figure is there."""
    judgement = judge_round(made, data, as_of=catalogue.DAY)
    shown = standing(judgement, SHOWN)
    if shown.sites.height != len(data.sites):
        raise RuntimeError("not every site has a score")
    codes = judgement.evaluation.codes["spot"]
    for rule in codes.meanings:
        yield codes.statuses(rule)
