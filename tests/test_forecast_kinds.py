"""The forecast of several types: all samples counted out where rates have bands, vetoes cap and records of districts
stand beside; types that nobody visited; variances against draws."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product
from math import sqrt
from pathlib import Path
from statistics import pvariance

import polars as pl
import pytest

from duibiao.evaluator.forecast import Forecast, Outlook, forecast_of
from duibiao.evaluator.judgement import Judgement, judge_round, total_of
from duibiao.evaluator.spread import Known, spread
from duibiao.evaluator.unvisited import Extreme
from tests.city import EAST, WEST, make_catalogue, make_submission
from tests.test_forecast import WAYS, registered
from tests.test_scoring import form, head

MARKET = """site_type: market
title: market
quota: {per: district, sites: 1}
fields:
  k: {label: 有, kind: count, at_most: n}
  n: {label: 共, kind: count}
  free: {label: 通道, kind: yes_no}
criteria:
  - id: share
    title: 率
    place: Ⅲ-1
    points: 2
    applies: n > 0
    rate: k / n
    levels: [{at_least: 0.9, score: 1}, {at_least: 0.5, score: 0.6}, {at_least: 0, score: 0}]
  - {id: fire, title: 消防, place: Ⅲ-2, pass: free, veto: {total: 61}}
"""
RECORD = """site_type: record
title: record
each: district
part: statistics
fields: {p: {label: 数, kind: number}}
criteria: [{id: kept, title: 档, place: Ⅲ-1, rate: p, full_at: 1, zero_at: 0}]
"""
PARTS = "[{part: on_site, weight: 80, combine: WAY}, {part: statistics, weight: 20, combine: pooled}]"
MARKETS: Mapping[str, tuple[str, int, int, bool]] = {  # area, k of n, whether the way out is free
    "m1": (EAST, 9, 10, True), "m2": (EAST, 5, 10, True), "m3": (EAST, 2, 10, False),
    "m4": (WEST, 10, 10, True), "m5": (WEST, 0, 0, True),
}  # fmt: skip
ROADS: Mapping[str, float | None] = {"r1": 1.0, "r2": 0.5, "r3": 0.0, "r4": None}


def city(folder: Path, way: str) -> Judgement:
    """Markets by district, roads by city, of which nobody visited the last, and records of the two districts."""
    road = form("road", {"r": "points: 3, over_sites: lowest" if way == "tree" else "points: 3"},
                quota="{per: city, sites: 2}")  # fmt: skip
    forms = {"market": MARKET, "road": road, "record": RECORD}
    catalogue = make_catalogue(folder, forms, head(PARTS, way, pass_mark=70))
    sites: list[dict[str, object]] = [
        {"site": site, "name": site, "site_type": "market", "area": area} for site, (area, *_) in MARKETS.items()
    ]
    sites += [{"site": site, "name": site, "site_type": "road", "area": EAST} for site in ROADS]
    sites += [{"site": f"record:{area}", "name": area, "site_type": "record", "area": area} for area in (EAST, WEST)]
    visits: dict[str, list[dict[str, object]]] = {
        "market": [{"site": site, "k": k, "n": n, "free": free} for site, (_, k, n, free) in MARKETS.items()],
        "road": [{"site": site, "f_r": seen} for site, seen in ROADS.items() if seen is not None],
        "record": [{"site": f"record:{EAST}", "p": 0.9}, {"site": f"record:{WEST}", "p": 0.7}],
    }
    return judge_round(catalogue, make_submission(catalogue, visits, sites=sites))


def counted_out(judgement: Judgement) -> Mapping[Fraction, Fraction]:
    """The chance of every total: each market of each district, each two roads, each resample of donors and pick."""
    seen = [site for site, told in ROADS.items() if told is not None]
    roads: Counter[tuple[str, ...]] = Counter(
        tuple(sorted(taken if each == "r4" else each for each in drawn))
        for resample in product(seen, repeat=max(1, len(seen) - 3))
        for taken in resample
        for drawn in combinations(ROADS, 2)
    )
    of_area = {area: [site for site, (where, *_) in MARKETS.items() if where == area] for area in (EAST, WEST)}
    found: dict[Fraction, Fraction] = defaultdict(Fraction)
    for east, west, (pair, times) in product(of_area[EAST], of_area[WEST], roads.items()):
        chance = Fraction(times, roads.total() * len(of_area[EAST]) * len(of_area[WEST]))
        found[total(judgement, (east, west, *pair))] += chance
    return found


def total(judgement: Judgement, drawn: tuple[str, ...]) -> Fraction:
    """The exact total of what stands at these sites, each under a name of its own, and of the records."""
    rows = judgement.rows
    copies = [
        rows.filter(pl.col("site") == site).with_columns(site=pl.lit(f"{number} {site}"))
        for number, site in enumerate(drawn)
    ]
    made = total_of(judgement.method, pl.concat([rows.filter(pl.col("site_type") == "record"), *copies])).total()
    assert made is not None
    return made


def forecast(judgement: Judgement, draws: int = 10_000) -> Forecast:
    found = forecast_of(judgement, draws=draws, donors=2)
    assert isinstance(found, Forecast), found
    return found


@pytest.mark.parametrize("way", WAYS)
def test_bands_vetoes_records_and_several_types_are_what_counting_out_gives(tmp_path: Path, way: str) -> None:
    judgement = city(tmp_path, way)
    found, exact = forecast(judgement), counted_out(judgement)
    assert sum(exact.values()) == 1
    mean = sum(score * chance for score, chance in exact.items())
    sd = sqrt(sum((score - mean) ** 2 * chance for score, chance in exact.items()))
    assert abs(found.mean - mean) < 3 * sd / sqrt(found.draws)
    assert float(found.sd) == pytest.approx(sd, rel=0.03)
    passed = float(sum(chance for score, chance in exact.items() if score >= 70))
    assert 0.05 < passed < 0.95
    assert abs(float(found.marks[0].probability) - passed) < 3 * sqrt(passed * (1 - passed) / found.draws)


def test_what_is_said_of_it_first(tmp_path: Path) -> None:
    found = forecast(city(tmp_path, "pooled"), draws=100)
    passed, *levels = found.marks
    low, high = found.quantiles[0].score, found.quantiles[-1].score
    assert found.outlook == Outlook(100, found.mean, 90, low, high, passed, tuple(levels), None)
    assert [each.name for each in levels] == ["优秀", "达标"]


# ------------------------------------------------------------------ the formula of the variance


def test_the_variance_is_that_of_draws_without_replacement(tmp_path: Path) -> None:
    """Four of six: within three standard errors of the formula; without the correction it is three times that."""
    seen = (0.0, 0.2, 0.5, 0.7, 0.9, 1.0)
    forms = {"market": form("market", {"a": ""}, quota="{per: city, sites: 4}")}
    catalogue = make_catalogue(tmp_path, forms, head())
    rows = [{"site": f"m{at}", "f_a": value} for at, value in enumerate(seen)]
    sites = [{"site": f"m{at}", "name": "m", "site_type": "market"} for at in range(len(seen))]
    judgement = judge_round(catalogue, make_submission(catalogue, {"market": rows}, sites=sites))
    found = forecast(replace(judgement, submission=registered(judgement)))
    values = tuple(100 * value / 4 for value in seen)
    formula = spread([Known(4, values, {})], {})
    sums = [sum(each) for each in combinations(values, 4)]
    fourth = sum((each - formula.mean) ** 4 for each in sums) / len(sums)
    error = 3 * sqrt((fourth - formula.drawing**2) / found.draws)
    assert abs(float(found.mean) - formula.mean) < 3 * sqrt(formula.drawing / found.draws)
    assert abs(float(found.sd) ** 2 - formula.drawing) < error
    assert abs(float(found.sd) ** 2 - 4 * pvariance(values)) > error  # as if a site could be drawn twice


# ------------------------------------------------------------------ types that nobody visited


@pytest.mark.parametrize(
    ("way", "rule", "worst", "best"),
    [
        *((way, "points: 2", 0.0, 1.0) for way in WAYS),
        ("mean_of_criteria", "over_sites: lowest", 0.0, 1.0),
        ("mean_of_criteria", "over_sites: lowest, deduct: {each: f_b, points: 1}", 1.0, 0.0),
        ("pooled", "veto: {total: 20}", 0.0, 1.0),
        ("mean_of_sites", "veto: {site: 30}", 0.0, 1.0),
        ("pooled", "points: 2, deduct: {each: f_b, points: 2}", 1.0, 0.0),
        ("mean_of_sites", "points: 0, adjust_total: -3", 0.0, 1.0),
    ],
)
def test_a_type_that_nobody_visited_is_held_at_both_ends(
    tmp_path: Path, way: str, rule: str, worst: float, best: float
) -> None:
    """As if both of its sites had been visited, and everything found there at its worst, or at its best."""
    forms = {
        "market": form("market", {"a": ""}, quota="{per: city, sites: 1}"),
        "road": form("road", {"b": rule}, quota="{per: city, sites: 2}"),
    }
    catalogue = make_catalogue(tmp_path, forms, head(way=way, pass_mark=60))
    sites = [{"site": name, "name": name, "site_type": kind} for name, kind in
             (("m", "market"), ("r1", "road"), ("r2", "road"))]  # fmt: skip

    def judged(*values: float) -> Judgement:
        roads = [{"site": f"r{at}", "f_b": value} for at, value in enumerate(values, 1)]
        return judge_round(catalogue, make_submission(
            catalogue, {"market": [{"site": "m", "f_a": 0.5}], "road": roads}, sites=sites
        ))  # fmt: skip

    found = forecast(judged(), draws=100)
    ends = []
    for value in (worst, best):
        score = judged(value, value).total.total()
        assert score is not None
        ends.append(Extreme(score, Fraction(int(score >= 60))))
    assert found.unvisited is not None
    assert found.unvisited.types == ("road",)
    for made, exact in zip((found.unvisited.worst, found.unvisited.best), ends, strict=True):
        assert abs(made.mean - exact.mean) <= Fraction(1, 10**9)
        assert made.passed == exact.passed
    assert (found.mean, found.visited, found.sites) == (Fraction(50), 1, 3)
    assert [each.site_type for each in found.types] == ["market"]
    assert found.outlook.unvisited == found.unvisited
