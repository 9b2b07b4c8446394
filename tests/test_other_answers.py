"""What other people would answer, against scipy's beta-binomial distribution and every pair of outcomes counted out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import sqrt
from pathlib import Path
from statistics import fmean

import polars as pl
import pytest
from scipy.stats import betabinom, binom

from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.estimates import Estimate
from duibiao.evaluator.forecast import Forecast, forecast_of
from duibiao.evaluator.judgement import Judgement, judge_round, total_of
from duibiao.evaluator.official_draws import Draws, draws_of
from duibiao.evaluator.other_answers import ALIKE, JEFFREYS, MOST, POINTS, other_answers, points, priors
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


def chances(knew: int, of: int) -> Sequence[float]:
    """Of so many people asked anew so many would know: what the districts have in common, our answers, then theirs.

    17 of 20 and 26 of 30 differ by less than chance: 43 of 50, as firm as it can be, stands before both.
    """
    prior = ALIKE * 43 / 50 + JEFFREYS, ALIKE * 7 / 50 + JEFFREYS
    return [float(betabinom.pmf(number, of, prior[0] + knew, prior[1] + of - knew)) for number in range(of + 1)]


def counted_out(judgement: Judgement) -> dict[Fraction, float]:
    """The chance of every total: each number of people in each district who may know."""
    found: dict[Fraction, float] = {}
    for (east, likely), (west, too) in product(*(scores_in(area).items() for area in (EAST, WEST))):
        total = total_with(judgement, {EAST: east, WEST: west})
        found[total] = found.get(total, 0.0) + likely * too
    return found


def scores_in(area: str) -> dict[tuple[Fraction, Fraction], float]:
    """The chance of each pair of scores of the two criteria in one district."""
    knew, of = COUNTS[area]
    found: dict[tuple[Fraction, Fraction], float] = {}
    for number, chance in enumerate(chances(knew, of)):
        rate = Fraction(number, of)
        key = Fraction((rate >= Fraction(1, 2)) + (rate >= Fraction(4, 5)), 2), Fraction(rate >= Fraction(9, 10))
        found[key] = found.get(key, 0.0) + chance
    return found


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
    assert abs(float(found.mean) - mean) < 3 * sd / sqrt(found.draws) + 100 / POINTS
    for mark in found.marks:
        chance = sum(each for total, each in exact.items() if total >= mark.at_least)
        assert abs(float(mark.probability) - chance) <= 3 * sqrt(chance * (1 - chance) / found.draws) + 2 / POINTS
    assert found.asking == 1  # nothing else can differ
    assert found.next == ()


def test_a_part_of_sites_scores_stays_as_it_is(tmp_path: Path) -> None:
    judgement = poll(tmp_path, "mean_of_sites")
    assert other_answers(judgement, {"market"}) == ()
    found = draws_of(judgement)
    assert isinstance(found, Draws)
    assert len(set(found.scores.tolist())) == 1


def test_what_is_mended_stays_so(tmp_path: Path) -> None:
    judgement = poll(tmp_path)
    (east, west) = other_answers(judgement, {"market"})
    assert [(each.area, len(each.findings)) for each in (east, west)] == [(EAST, 2), (WEST, 2)]
    visit = next(visit for visit, name in east.findings if name == "well_known")
    closed = judgement.with_closed([f"{visit}:well_known"])
    assert [len(each.findings) for each in other_answers(closed, {"market"})] == [1, 2]


def test_sites_that_are_drawn_keep_what_was_found(tmp_path: Path) -> None:
    assert other_answers(poll(tmp_path), {"market", "poll"}) == ()


@pytest.mark.parametrize(
    ("share", "answers", "asked"),
    [("1/2", "50", 50), ("9/10", "100", 100), ("1", "20", 20), ("0", "3", 3), ("4/5", "33.4", 33), ("1/3", "0.2", 1)],
)
def test_shares_are_beta_binomial(tmp_path: Path, share: str, answers: str, asked: int) -> None:
    value, number = Fraction(share), Fraction(answers)
    found = points(poll(tmp_path), estimate("know", "rate", value, number), (2.0, 3.0))
    beta = float(number * value) + 2, float(number * (1 - value)) + 3
    middles = [(at + 0.5) / POINTS for at in range(POINTS)]
    assert [round(each * asked) for each in found.tolist()] == [
        int(betabinom.ppf(each, asked, *beta)) for each in middles
    ]


@pytest.mark.parametrize(
    ("told", "alike"),
    [
        ({"a": [(0.8, 50), (0.9, 50)]}, 50.0),  # 2 · 0.05² - 0.1275 / 50 = 0.00245 of 0.1275 · 49 / 50: 51
        ({"a": [(0.85, 50), (0.86, 50)]}, ALIKE),  # by chance alone
        ({"a": [(0.8, 50), (0.9, 50)], "b": [(0.5, 50), (0.5, 50)]}, ALIKE),  # one question alike, and chance for both
        ({"a": [(0.0, 50), (1.0, 50)]}, 0.0),  # as far apart as can be: nothing in common
        ({"a": [(0.8, 1), (0.9, 1)]}, ALIKE),  # single people tell nothing of districts
        ({"a": [(0.8, 50)]}, None),
    ],
)
def test_what_districts_lend_each_other(told: Mapping[str, Sequence[tuple[float, int]]], alike: float | None) -> None:
    estimates = [
        replace(estimate(key, "rate", Fraction(str(share)), Fraction(of)), area=str(at))
        for key, own in told.items()
        for at, (share, of) in enumerate(own)
    ]
    found = priors(estimates)
    if alike is None:
        assert found == {}
        return
    mean = sum(share * of for share, of in told["a"]) / sum(of for _, of in told["a"])
    assert found["poll.a"] == pytest.approx((alike * mean + 0.5, alike * (1 - mean) + 0.5), abs=0.01)


def test_a_whole_population_that_was_asked_is_known(tmp_path: Path) -> None:
    """Assessors still ask some of them only: 40 of 40 with 90 % are as binomial numbers with 0.9."""
    everybody = replace(estimate("know", "rate", Fraction(9, 10), Fraction(40)), answers=40, population=40)
    found = points(poll(tmp_path), everybody, (0.5, 0.5))
    middles = [(at + 0.5) / POINTS for at in range(POINTS)]
    assert [round(each * 40) for each in found.tolist()] == [int(binom.ppf(each, 40, 0.9)) for each in middles]


def test_no_more_people_are_asked_anew_than_make_a_difference(tmp_path: Path) -> None:
    found = points(poll(tmp_path), estimate("know", "rate", Fraction(1, 2), Fraction(10**7)), (0.5, 0.5))
    assert len({round(each * MOST) for each in found.tolist()}) > 100
    assert all(abs(each * MOST - round(each * MOST)) < 1e-6 for each in found.tolist())


def test_means_have_twice_our_variance_and_stay_on_their_scale(tmp_path: Path) -> None:
    judgement = poll(tmp_path)
    wide = points(
        judgement, replace(estimate("safety", "mean", Fraction(3, 5), Fraction(40)), low=0.5, high=0.7), (0, 0)
    )
    error = 0.1 / 2.022691  # the t quantile of 39 degrees of freedom
    assert fmean(wide) == pytest.approx(0.6)
    assert sqrt(fmean((each - 0.6) ** 2 for each in wide)) == pytest.approx(sqrt(2) * error, rel=0.01)
    high = points(
        judgement, replace(estimate("safety", "mean", Fraction(99, 100), Fraction(40)), low=0.9, high=1.0), (0, 0)
    )
    assert (max(high), min(high) >= 0.2) == (1.0, True)


def estimate(key: str, kind: str, value: Fraction, effective: Fraction) -> Estimate:
    return Estimate("poll", key, kind, EAST, "", "", Fraction(95, 100), value=value, effective=effective)  # type: ignore[arg-type]


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
