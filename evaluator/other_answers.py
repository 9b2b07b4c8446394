"""Findings that rest on questionnaires, as they would be if assessors asked anew (``evaluator/asked_anew.py``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import polars as pl

from duibiao.criteria.models import Asked
from duibiao.evaluator.asked_anew import AskedAnew, Key
from duibiao.evaluator.assessment import COUNTED
from duibiao.evaluator.chance import Numbers
from duibiao.evaluator.drawn_totals import NOWHERE
from duibiao.evaluator.estimates import rate_estimates
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.known_sites import speaking
from duibiao.evaluator.rules import asked_scores
from duibiao.evaluator.sums import PartOf
from duibiao.evaluator.visits import VISIT

Rows = tuple[tuple[str, str, str], ...]  # of each finding the part, visit and criterion


@dataclass(frozen=True)
class OtherAnswers:
    """One estimate that findings rest on: a row a finding, a column an outcome of asking others; ``values`` are scores
    in billionths, ``worst`` how bad they are where the lowest finding decides. ``outcome`` has the column of each draw.
    """

    ask: str
    area: str
    findings: tuple[tuple[str, str], ...]  # visit, criterion
    keys: tuple[PartOf, ...]
    values: Numbers
    worst: Numbers
    outcome: Numbers


@dataclass(frozen=True)
class _Asked:
    """What others would answer in the draws of a round, and the findings made of it that were wanted so far."""

    anew: AskedAnew
    made: dict[tuple[Key, Rows], OtherAnswers] = field(default_factory=dict)

    def other(self, judgement: Judgement, key: Key, rows: Rows) -> OtherAnswers:
        if (known := self.made.get((key, rows))) is None:
            known = self.made[key, rows] = _other(judgement, self.anew, key, rows)
        return known


@lru_cache(maxsize=1)
def _asked(found: Judgement, seed: int, draws: int) -> _Asked:
    """The last one is kept: a round is drawn again with more and more of it mended, and that changes no answer."""
    rates = rate_estimates(found.catalogue, found.evaluation.frames, found.geography)
    return _Asked(AskedAnew.of(found, (*found.evaluation.estimates, *rates), seed, draws))


def other_answers(judgement: Judgement, drawn: Set[str], seed: int, draws: int) -> tuple[OtherAnswers, ...]:
    """The estimates on which a total rests, with the findings made of them at sites of types that are not ``drawn``.

    Findings that are taken as mended stay so, and so does a part that is the mean of its sites' own scores.
    """
    method = judgement.method
    names = [
        name
        for name in speaking(method)
        if isinstance(each := judgement.plan.criteria[name], Asked)
    ]  # fmt: skip
    found = judgement.rows.filter(
        pl.col("criterion").is_in(names), pl.col("status").is_in(COUNTED), ~pl.col("site_type").is_in(list(drawn))
    )
    rows: dict[Key, list[tuple[str, str, str]]] = defaultdict(list)
    areas = dict(judgement.submission.sites.select("site", "area").iter_rows())
    for visit, site, name, part in found.select(VISIT, "site", "criterion", "part").iter_rows():
        if f"{visit}:{name}" not in judgement.mended and method.way(part, "total") != "mean_of_sites":
            each = judgement.plan.criteria[name]
            assert isinstance(each, Asked)
            rows[each.ask, areas.get(site) or ""].append((part, visit, name))
    asked = _asked(judgement.before, seed, draws)
    return tuple(
        asked.other(judgement, key, tuple(sorted(own))) for key, own in sorted(rows.items()) if key in asked.anew.told
    )


def _other(judgement: Judgement, anew: AskedAnew, key: Key, rows: Rows) -> OtherAnswers:
    rates, outcome = anew.answers(key)
    values, worst = [], []
    for _, _, name in rows:
        criterion, rule = judgement.plan.criteria[name], judgement.method.rules[name]
        assert isinstance(criterion, Asked)
        scores = np.array(asked_scores(criterion, rates.tolist()), dtype=np.int64)
        values.append(scores)
        worst.append(-scores if rule.over_sites == "lowest" else np.full(scores.size, NOWHERE, dtype=np.int64))
    return OtherAnswers(
        ask=key[0],
        area=key[1],
        findings=tuple((visit, name) for _, visit, name in rows),
        keys=tuple((part, name) for part, _, name in rows),
        values=np.array(values),
        worst=np.array(worst),
        outcome=outcome,
    )


def without(rows: pl.DataFrame, others: Sequence[OtherAnswers]) -> pl.DataFrame:
    """The findings that do not rest on estimates which are drawn anew."""
    drawn = [finding for each in others for finding in each.findings]
    if not drawn:
        return rows
    told = pl.DataFrame(drawn, schema={VISIT: rows.schema[VISIT], "criterion": rows.schema["criterion"]}, orient="row")
    return rows.join(told, on=[VISIT, "criterion"], how="anti")
