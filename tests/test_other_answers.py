"""What other people would answer: every pair of outcomes counted out, with scipy's beta-binomial distribution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from math import sqrt
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from scipy.stats import betabinom

from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.forecast import Forecast, forecast_of
from duibiao.evaluator.judgement import Judgement, judge_round, total_of
from duibiao.evaluator.official_draws import Draws, draws_of
from duibiao.evaluator.other_answers import other_answers
from duibiao.evaluator.plan_request import ANSWERS, Wish, request_of
from duibiao.evaluator.repairs import Efforts, repairs_of
from duibiao.evaluator.what_if import WrongQuestion
from tests.city import EAST, WEST, make_catalogue, make_submission
from tests.test_forecast import registered
from tests.test_scoring import form, head

POLL = """
questionnaire: poll
title: 问卷
part: statistics
each: district
fields:
  asked: {label: 问的人数, kind: count}
  knew: {label: 知道的人数, kind: count, at_most: asked}
rates: {know: knew / asked}
questions:
  safety: {text: 您安全吗, scale: {安全: 1, 一般: 0.6, 不安全: 0.2}}
criteria:
  - {id: known, title: 知晓率, place: Ⅲ-1, ask: poll.know, levels: [{at_least: 0.8, score: 1}, {at_least: 0.5, score: 0.5}]EXTRA}
  - {id: well_known, title: 广为知晓, place: Ⅲ-2, ask: poll.know, pass: rate >= 0.9}
"""
PARTS = "[{part: on_site, weight: 20, combine: pooled}, {part: statistics, weight: 80, combine: WAY}]"
COUNTS = {EAST: (17, 20), WEST: (26, 30)}  # who knew, of those asked


def poll(
    folder: Path, way: str = "mean_of_criteria", extra: str = "", quota: str = "{per: district, sites: 1}"
) -> Judgement:
    """One market, visited and drawn, and a questionnaire of counts in two districts: only the answers can differ."""
    forms = {"market": form("market", {"a": ""}, quota=quota), "poll": POLL.replace("EXTRA", extra)}
    catalogue = make_catalogue(folder, forms, head(PARTS, way, pass_mark=70))
    asked = [{"site": area, "area": area, "asked": of, "knew": knew} for area, (knew, of) in COUNTS.items()]
    sites = [{"site": "m1", "name": "m1", "site_type": "market", "area": EAST}]
    sites += [{"site": area, "name": area, "site_type": "poll", "area": area} for area in COUNTS]
    visits = {"market": [{"site": "m1", "f_a": 0.5}], "poll": asked}
    judgement = judge_round(catalogue, make_submission(catalogue, visits, sites=sites))
    return replace(judgement, submission=registered(judgement))


def chances(lattice: int = 80) -> NDArray[np.float64]:
    """How likely so many in the east, a row each, and so many in the west, a column each, would know, asked anew.

    All that the districts may have in common on a fine lattice: how unlike they are, evenly from 0 to 1, and the rate
    of the question, evenly on the scale of its error; each as likely as our own answers make it.
    """
    halves = (np.arange(lattice) + 0.5) / lattice
    unlike, rate = (each.ravel() for each in np.meshgrid(halves, np.sin(halves * np.pi / 2) ** 2))
    apart = unlike**-2 - 1
    yes, no = apart * rate, apart * (1 - rate)
    weight = np.ones(yes.size)
    others = []
    for knew, of in (COUNTS[EAST], COUNTS[WEST]):
        weight *= betabinom.pmf(knew, of, yes, no)
        others.append(betabinom.pmf(np.arange(of + 1)[:, None], of, yes + knew, no + of - knew))
    found: NDArray[np.float64] = (others[0] * weight / weight.sum()) @ others[1].T
    return found


def counted_out(judgement: Judgement) -> dict[Fraction, float]:
    """The chance of every total: each number of people in each district who may know."""
    found: dict[Fraction, float] = {}
    for (east, west), chance in likely_scores().items():
        total = total_with(judgement, {EAST: east, WEST: west})
        found[total] = found.get(total, 0.0) + chance
    return found


Scores = tuple[Fraction, Fraction]


def likely_scores() -> dict[tuple[Scores, Scores], float]:
    """The chance of the scores of the two criteria in the east and in the west."""
    found: dict[tuple[Scores, Scores], float] = {}
    for (east, west), chance in np.ndenumerate(chances()):
        key = scores(Fraction(east, COUNTS[EAST][1])), scores(Fraction(west, COUNTS[WEST][1]))
        found[key] = found.get(key, 0.0) + float(chance)
    return found


def scores(rate: Fraction) -> Scores:
    """The scores of the two criteria."""
    return Fraction((rate >= Fraction(1, 2)) + (rate >= Fraction(4, 5)), 2), Fraction(rate >= Fraction(9, 10))


def total_with(judgement: Judgement, scores: Mapping[str, tuple[Fraction, Fraction]]) -> Fraction:
    """The exact total with other scores of the questionnaire."""
    rows, rules = judgement.rows, judgement.method.rules
    values, statuses = rows["value"].to_list(), rows["status"].to_list()
    for at, (site, name) in enumerate(rows.select("site", "criterion").iter_rows()):
        if site in scores:
            score = scores[site][("known", "well_known").index(name)]
            values[at] = rules[name].value(score)
            statuses[at] = "met" if score == 1 else "missed" if score == 0 else "partial"
    changed = rows.with_columns(value=pl.Series(values, dtype=pl.Int64), status=pl.Series(statuses))
    total = total_of(judgement.method, changed).total()
    assert total is not None
    return total


@pytest.mark.parametrize("extra", ["", ", over_sites: lowest", ", veto: {total: 60}"], ids=["mean", "lowest", "veto"])
@pytest.mark.parametrize("way", ["pooled", "mean_of_criteria", "tree"])
def test_the_forecast_is_what_counting_out_gives(tmp_path: Path, way: str, extra: str) -> None:
    judgement = poll(tmp_path, way, extra)
    found, exact = forecast_of(judgement), counted_out(judgement)
    assert isinstance(found, Forecast)
    mean = sum(float(total) * chance for total, chance in exact.items())
    sd = sqrt(sum((float(total) - mean) ** 2 * chance for total, chance in exact.items()))
    assert sum(exact.values()) == pytest.approx(1)
    assert abs(float(found.mean) - mean) < 3 * sd / sqrt(found.draws)
    assert float(found.sd) == pytest.approx(sd, rel=0.03)
    for mark in found.marks:
        chance = sum(each for total, each in exact.items() if total >= mark.at_least)
        assert abs(float(mark.probability) - chance) <= 3 * sqrt(chance * (1 - chance) / found.draws)
    assert found.asking == 1  # nothing else can differ
    assert found.next == ()


def test_a_part_of_sites_scores_stays_as_it_is(tmp_path: Path) -> None:
    judgement = poll(tmp_path, "mean_of_sites")
    assert other_answers(judgement, {"market"}, 1, 10) == ()
    found = draws_of(judgement)
    assert isinstance(found, Draws)
    assert len(set(found.scores.tolist())) == 1


def test_what_is_mended_stays_so(tmp_path: Path) -> None:
    judgement = poll(tmp_path)
    (east, west) = other_answers(judgement, {"market"}, 1, 10)
    assert [(each.area, len(each.findings)) for each in (east, west)] == [(EAST, 2), (WEST, 2)]
    visit = next(visit for visit, name in east.findings if name == "well_known")
    closed = judgement.with_closed([f"{visit}:well_known"])
    assert [len(each.findings) for each in other_answers(closed, {"market"}, 1, 10)] == [1, 2]


def test_sites_that_are_drawn_keep_what_was_found(tmp_path: Path) -> None:
    assert other_answers(poll(tmp_path), {"market", "poll"}, 1, 10) == ()


def test_what_people_answer_is_planned_only_where_somebody_says_what_it_takes(tmp_path: Path) -> None:
    judgement = poll(tmp_path)
    assessment = assess_judgement(judgement)
    asked = [gap.id for gap in assessment.gaps if gap.criterion == "well_known"]
    assert len(asked) == 2
    planned = {each.gap for each in repairs_of(judgement, assessment.gaps)}
    assert planned == {gap.id for gap in assessment.gaps} - set(asked)
    told = Efforts(gaps={asked[0]: Fraction(30)})
    assert {each.gap for each in repairs_of(judgement, assessment.gaps, told)} == planned | {asked[0]}
    with pytest.raises(WrongQuestion) as wrong:
        request_of(assessment, Wish(must=["well_known"], efforts={asked[0]: Fraction(30)}))
    assert wrong.value.mistakes == ((ANSWERS, {"name": asked[1]}),)
