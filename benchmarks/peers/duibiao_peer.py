"""duibiao itself: the rules as criteria files, the rows as visits, judged by the engine that ``check`` uses."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from benchmarks.peers import catalogue
from benchmarks.peers.rules import Rule
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.judgement import judge_round
from duibiao.evaluator.submission import Submission

NAME: Final = "duibiao"
PACKAGES: Final = ("duibiao", "polars", "numpy")
HOW: Final = "a catalogue of criteria files, `judge_round`: findings as codes"
NULLS: Final = "Kleene's logic, not applicable and unobserved are its own"


def make(rules: Sequence[Rule]) -> Catalogue:
    """Write the rules as criteria files and read them."""
    with tempfile.TemporaryDirectory() as folder:
        return catalogue.catalogue(Path(folder) / "catalogue", rules)


def ready(made: Catalogue, frame: pl.DataFrame) -> Submission:
    """The rows as visits with their register."""
    return catalogue.submission(made, frame)


def judge(made: Catalogue, data: Submission) -> Iterator[pl.Series]:
    """The statuses of every rule; the plan is compiled anew each time, visits are joined and ordered."""
    codes = judge_round(made, data, as_of=catalogue.DAY).evaluation.codes["spot"]
    for rule in codes.meanings:
        yield codes.statuses(rule)
