"""What other people would answer: findings that rest on questionnaires, as they would be if assessors asked anew.

Assessors ask people of their own, as many and drawn in the same way. A share k / m of m answers is then beta-binomial:
m is the effective number of our answers (at most ``MOST``), and of the population we know from n effective answers
with share p as Beta(a + n p, b + n (1 - p)). Our share is by chance too high in one area and too low in another;
so areas of one question lend each other what they have in common: a and b come from their mean and from how much
areas differ beyond chance, in all questions together (empirical Bayes: Gelman et al. 2013, Bayesian Data Analysis, 2.4
and 5.1; Kleinman 1973). Where one area was asked they are Jeffreys' 1/2. Where many of a known population were asked, n
grows as the rest of it shrinks. A mean is normal with twice the variance of ours, within its scale. Questions and areas
are drawn by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from duibiao.criteria.models import Asked
from duibiao.evaluator.assess import estimates_of
from duibiao.evaluator.assessment import COUNTED
from duibiao.evaluator.chance import Chance, Numbers
from duibiao.evaluator.drawn_totals import NOWHERE
from duibiao.evaluator.estimates import Estimate
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.known_sites import speaking
from duibiao.evaluator.proportion import t_quantile
from duibiao.evaluator.rules import asked_scores
from duibiao.evaluator.sums import PartOf
from duibiao.evaluator.visits import VISIT

JEFFREYS: Final = 0.5
ALIKE: Final = 1e4  # answers that a question's areas lend each other at most, where they differ by chance alone
EVERYBODY: Final = 1e9  # answers, where the whole population was asked
POINTS: Final = 1000  # of a distribution, each of the same chance
MOST: Final = 10_000  # people who are asked anew
DIGITS: Final = 9


@dataclass(frozen=True)
class OtherAnswers:
    """One estimate that findings rest on: a row a finding, a column a point of what others would answer; ``values`` are
    scores in billionths, ``worst`` how bad they are where the lowest finding decides."""

    ask: str
    area: str
    findings: tuple[tuple[str, str], ...]  # visit, criterion
    keys: tuple[PartOf, ...]
    values: Numbers
    worst: Numbers

    def picked(self, seed: int, draws: int) -> Numbers:
        """A point for every draw."""
        return Chance(seed, "answers", self.ask, self.area).below(self.values.shape[1], draws)


def other_answers(judgement: Judgement, drawn: Set[str]) -> tuple[OtherAnswers, ...]:
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
    rows: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    areas = dict(judgement.submission.sites.select("site", "area").iter_rows())
    for visit, site, name, part in found.select(VISIT, "site", "criterion", "part").iter_rows():
        if f"{visit}:{name}" not in judgement.mended and method.way(part, "total") != "mean_of_sites":
            each = judgement.plan.criteria[name]
            assert isinstance(each, Asked)
            rows.setdefault((each.ask, areas.get(site) or ""), []).append((part, visit, name))
    told = {(each.ask, each.area): each for each in estimates_of(judgement) if not each.group and each.kind != "total"}
    lent = priors(tuple(each for each in told.values() if each.kind != "mean"))
    return tuple(
        _other(judgement, told[key], sorted(own), lent.get(key[0], (JEFFREYS, JEFFREYS)))
        for key, own in sorted(rows.items())
        if key in told and told[key].low is not None
    )


def _other(
    judgement: Judgement, estimate: Estimate, rows: Sequence[tuple[str, str, str]], prior: tuple[float, float]
) -> OtherAnswers:
    rates = points(judgement, estimate, prior)
    values, worst = [], []
    for _, _, name in rows:
        criterion, rule = judgement.plan.criteria[name], judgement.method.rules[name]
        assert isinstance(criterion, Asked)
        scores = np.array(asked_scores(criterion, rates.tolist()), dtype=np.int64)
        values.append(scores)
        worst.append(-scores if rule.over_sites == "lowest" else np.full(scores.size, NOWHERE, dtype=np.int64))
    return OtherAnswers(
        ask=estimate.ask,
        area=estimate.area,
        findings=tuple((visit, name) for _, visit, name in rows),
        keys=tuple((part, name) for part, _, name in rows),
        values=np.array(values),
        worst=np.array(worst),
    )


def priors(estimates: Sequence[Estimate]) -> Mapping[str, tuple[float, float]]:
    """What the areas of each question lend each other: a and b of Beta(a, b), where more than one area was asked.

    Areas of a question with mean u differ by u (1 - u) (1 / n + r (1 - 1 / n)): r, for all questions together, is what
    is left when chance is taken away; a + b is 1 / r - 1 and Jeffreys' 1/2 each.
    """
    asked: dict[str, list[tuple[float, float]]] = {}
    for each in estimates:
        if each.area and each.value is not None and each.effective:
            asked.setdefault(each.ask, []).append((float(each.value), float(each.effective)))
    means: dict[str, float] = {}
    beyond = room = 0.0
    for ask, own in sorted(asked.items()):
        if len(own) > 1:
            number = sum(answers for _, answers in own)
            mean = means[ask] = sum(share * answers for share, answers in own) / number
            for share, answers in own:
                free = mean * (1 - mean) * (1 - answers / number)
                beyond += (share - mean) ** 2 - free / answers
                room += free * (1 - 1 / answers) if answers > 1 else 0.0
    alike = min(ALIKE, room / beyond - 1) if beyond > 0 and room > beyond else ALIKE if beyond <= 0 else 0.0
    return {ask: (alike * mean + JEFFREYS, alike * (1 - mean) + JEFFREYS) for ask, mean in means.items()}


def points(judgement: Judgement, estimate: Estimate, prior: tuple[float, float]) -> NDArray[np.float64]:
    """What others would answer at the middle of each of ``POINTS`` equal shares of chance, from low to high."""
    assert estimate.value is not None
    assert estimate.effective is not None
    shares = (np.arange(POINTS) + 0.5) / POINTS
    if estimate.kind == "mean":
        scale = judgement.catalogue.site_types[estimate.questionnaire].questions[estimate.key].scale
        return np.clip(_means(estimate, shares), float(min(scale.values())), float(max(scale.values()))).round(DIGITS)
    known = float(estimate.effective)
    if estimate.population is not None and estimate.answers is not None:
        known /= max(known / EVERYBODY, 1 - estimate.answers / estimate.population)
    return _shares(float(estimate.value), known, float(estimate.effective), prior, shares)


def _means(estimate: Estimate, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import ndtri

    assert estimate.value is not None
    assert estimate.effective is not None
    assert estimate.low is not None
    assert estimate.high is not None
    freedom = max(1, round(estimate.effective) - 1)
    reach = max(estimate.high - float(estimate.value), float(estimate.value) - estimate.low)  # one end may be cut off
    error = reach / t_quantile(float(estimate.confidence), freedom)
    found: NDArray[np.float64] = float(estimate.value) + 2**0.5 * error * ndtri(shares)
    return found


def _shares(
    share: float, known: float, answers: float, prior: tuple[float, float], shares: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Quantiles of the beta-binomial distribution, as shares k / m: so many ``answers`` make the share ``known``."""
    from scipy.special import betaln, gammaln

    asked = min(MOST, max(1, round(answers)))
    yes, no = prior[0] + known * share, prior[1] + known * (1 - share)
    count = np.arange(asked + 1)
    ways = gammaln(asked + 1) - gammaln(count + 1) - gammaln(asked - count + 1)
    chances = np.exp(ways + betaln(count + yes, asked - count + no) - betaln(yes, no))
    upto = np.cumsum(chances).round(DIGITS)
    found: NDArray[np.float64] = np.searchsorted(upto, shares).clip(0, asked) / asked
    return found


def without(rows: pl.DataFrame, others: Sequence[OtherAnswers]) -> pl.DataFrame:
    """The findings that do not rest on estimates which are drawn anew."""
    drawn = [finding for each in others for finding in each.findings]
    if not drawn:
        return rows
    told = pl.DataFrame(drawn, schema={VISIT: rows.schema[VISIT], "criterion": rows.schema["criterion"]}, orient="row")
    return rows.join(told, on=[VISIT, "criterion"], how="anti")
