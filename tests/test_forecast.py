"""The forecast of a small city, against counting out every sample and every donor with exact totals."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product
from math import sqrt
from pathlib import Path
from statistics import pstdev
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duibiao.criteria.models import Quota
from duibiao.evaluator.drawn_totals import NOWHERE
from duibiao.evaluator.forecast import Forecast, forecast_of, histogram, moments, standard_error
from duibiao.evaluator.judgement import Judgement, judge_round, total_of
from duibiao.evaluator.known_sites import found_at
from duibiao.evaluator.official_draws import NoForecast, Reason, quantile
from duibiao.evaluator.submission import Table
from tests import methods
from tests.city import EAST, WEST, make_catalogue, make_submission
from tests.test_scoring import form, head

LOWEST, VETO = "place: Ⅲ-2, over_sites: lowest", "place: Ⅲ-2, veto: {total: 69}"
LENT = "as "
WAYS = ("pooled", "mean_of_criteria", "mean_of_sites", "tree")
PARTS = "[{part: on_site, weight: 60, combine: WAY}, {part: statistics, weight: 40, combine: pooled}]"
# site -> area and what was seen of each criterion; None: nobody visited it
Sites = Mapping[str, tuple[str, Sequence[float | None] | None]]
SMALL: Sites = {
    "m1": (EAST, (1, 0.25)),
    "m2": (EAST, (0.5, 1)),
    "m3": (EAST, None),
    "m4": (EAST, None),
    "m5": (WEST, (0, 0.75)),
    "m6": (WEST, (0.75, 1)),
    "m7": (WEST, None),
}


VISITED: Sites = {site: told for site, told in SMALL.items() if told[1] is not None}
UNVISITED: Sites = {site: (area, None) for site, (area, _) in SMALL.items()}


def city(
    folder: Path, sites: Sites = SMALL, way: str = "pooled", quota: str = "{per: district, sites: 2}",
    b: str = "place: Ⅲ-2", **more: Any,
) -> Judgement:  # fmt: skip
    """A city of markets, and the statistics of the office."""
    market = {"a": "points: 2", "b": b}
    forms = {
        "market": form("market", market, **({"quota": quota} if quota else {})),
        "papers": form("papers", {"p": ""}, part="statistics"),
    }
    catalogue = make_catalogue(folder, forms, head(PARTS, way, pass_mark=70, **more))
    visits = [{"site": site, "f_a": seen[0], "f_b": seen[1]} for site, (_, seen) in sites.items() if seen is not None]
    register = [{"site": site, "name": site, "site_type": "market", "area": area} for site, (area, _) in sites.items()]
    register.append({"site": "p1", "name": "p1", "site_type": "papers", "area": EAST})
    submission = make_submission(catalogue, {"market": visits, "papers": [{"site": "p1", "f_p": 0.8}]}, sites=register)
    return judge_round(catalogue, submission)


def forecast(judgement: Judgement, **more: Any) -> Forecast:
    found = forecast_of(judgement, donors=2, **more)
    assert isinstance(found, Forecast), found
    return found


def counted_out(judgement: Judgement, sites: Sites, wanted: int = 2) -> Mapping[Fraction, Fraction]:
    """The chance of every total: each sample of each district, each resample of its donors and each pick."""
    by_area: dict[str, list[str]] = defaultdict(list)
    for site, (area, _) in sites.items():
        by_area[area].append(site)
    bags: list[Counter[tuple[str, ...]]] = []
    for own in by_area.values():
        visited = [site for site in own if sites[site][1] is not None]
        bag: Counter[tuple[str, ...]] = Counter()
        others = [site for site in own if site not in visited]
        for resample in product(visited, repeat=max(1, len(visited) - 3)):
            for taken in product(resample, repeat=len(others)):
                stand_in = {site: f"{LENT}{donor}" for site, donor in zip(others, taken, strict=True)}
                for drawn in combinations(own, min(wanted, len(own))):
                    bag[tuple(sorted(stand_in.get(each, each) for each in drawn))] += 1
        bags.append(bag)
    found: dict[Fraction, Fraction] = defaultdict(Fraction)
    for chosen in product(*(bag.items() for bag in bags)):
        chance = Fraction(1)
        for (_, times), bag in zip(chosen, bags, strict=True):
            chance *= Fraction(times, bag.total())
        found[total(judgement, [site for each, _ in chosen for site in each])] += chance
    return found


def total(judgement: Judgement, drawn: Sequence[str]) -> Fraction:
    """The exact total if these markets are the ones that assessors find, each under a name of its own.

    What is lent to markets that nobody visited is what was found, whatever is mended.
    """
    rows, before = judgement.rows, judgement.before.rows
    copies = [
        (before if site.startswith(LENT) else rows)
        .filter(pl.col("site") == site.removeprefix(LENT))
        .with_columns(site=pl.lit(f"{number} {site}"))
        for number, site in enumerate(drawn)
    ]
    found = total_of(judgement.method, pl.concat([rows.filter(pl.col("site_type") != "market"), *copies])).total()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("way", "b"),
    [*((way, "place: Ⅲ-2") for way in WAYS), ("pooled", LOWEST), ("mean_of_criteria", VETO)],
)
def test_the_forecast_is_what_counting_out_gives(tmp_path: Path, way: str, b: str) -> None:
    """Mean, standard deviation, every quantile and every chance, within three standard errors of 10,000 draws."""
    judgement = city(tmp_path, way=way, b=b)
    found, exact = forecast(judgement), counted_out(judgement, SMALL)
    mean = sum(score * chance for score, chance in exact.items())
    sd = sqrt(sum((score - mean) ** 2 * chance for score, chance in exact.items()))
    assert abs(found.mean - mean) < 3 * sd / sqrt(found.draws)
    assert float(found.sd) == pytest.approx(sd, rel=0.03)
    for mark in found.marks:
        chance = float(sum(chance for score, chance in exact.items() if score >= mark.at_least))
        assert abs(float(mark.probability) - chance) <= 3 * sqrt(chance * (1 - chance) / found.draws)
    for each in found.quantiles:
        error = 3 * sqrt(each.share * (100 - each.share) / 10_000 / found.draws)
        nearly = Fraction(1, 10**9)  # totals here are whole billionths
        at_most = float(sum(chance for score, chance in exact.items() if score <= each.score + nearly))
        below = float(sum(chance for score, chance in exact.items() if score < each.score - nearly))
        assert below - error <= each.share / 100 <= at_most + error
    assert 0 < found.marks[0].probability < 1


@pytest.mark.parametrize("way", ["pooled", "mean_of_criteria"])
def test_the_spread_of_a_linear_total_is_the_formula(tmp_path: Path, way: str) -> None:
    """Every criterion counts at every market, so the total is linear and its variance is exact (tests/test_spread)."""
    judgement = city(tmp_path, way=way)
    found, exact = forecast(judgement), counted_out(judgement, SMALL)
    mean = sum(score * chance for score, chance in exact.items())
    variance = float(sum((score - mean) ** 2 * chance for score, chance in exact.items()))
    ten = found.more[-1]  # all three unvisited markets
    assert (ten.number, [each.site for each in found.next]) == (3, ["m7", "m3", "m4"])
    assert sum(each.drawing + each.not_knowing for each in found.types) == 1
    left = float(found.types[0].drawing) * variance  # the draw remains
    assert float(ten.sd) == pytest.approx(sqrt(left), rel=0.03)
    assert float(sum(each.narrows for each in found.next)) == pytest.approx(float(found.types[0].not_knowing))


def test_a_city_all_visited_and_all_drawn_has_one_total(tmp_path: Path) -> None:
    judgement = city(tmp_path, VISITED)
    found = forecast(replace(judgement, submission=registered(judgement)))
    assert (found.mean, found.sd) == (judgement.total.total(), Fraction(0))
    assert (found.drawn, found.visited, found.sites, found.short) == (4, 4, 4, 0)
    assert (found.more, found.next) == ((), ())
    assert [each.drawing + each.not_knowing for each in found.types] == [Fraction(0)]
    assert found.histogram.counts == (found.draws,)


@pytest.mark.parametrize(
    ("reason", "sites", "quota"),
    [
        ("no_quota", SMALL, ""),
        ("no_register", VISITED, "{per: district, sites: 2}"),
        ("no_register", {}, "{per: district, sites: 2}"),
        ("no_quota", {}, ""),
        ("nothing_visited", UNVISITED, "{per: district, sites: 2}"),
    ],
)
def test_nothing_can_be_said(tmp_path: Path, reason: Reason, sites: Sites, quota: str) -> None:
    assert forecast_of(city(tmp_path, sites, quota=quota)) == NoForecast(reason)


def test_a_register_without_sites_of_the_types_that_are_drawn(tmp_path: Path) -> None:
    judgement = city(tmp_path, {})
    assert forecast_of(replace(judgement, submission=registered(judgement))) == NoForecast("no_quota")


def test_a_total_that_a_part_is_missing_of_is_not_foretold(tmp_path: Path) -> None:
    judgement = city(tmp_path, empty_part="no_total")
    submission = judgement.submission
    papers = {**submission.visits, "papers": submission.visits["papers"].clear()}
    without = judge_round(judgement.catalogue, replace(submission, visits=papers))
    assert forecast_of(without) == NoForecast("no_total")


def test_quotas_may_be_asked_for(tmp_path: Path) -> None:
    judgement = city(tmp_path, quota="")
    found = forecast(judgement, asked={"market": Quota(per="district", sites=4)}, draws=100)
    assert (found.drawn, found.sites, found.short) == (7, 7, 1)
    assert found.types[0].drawing == 0  # all are drawn: only not knowing is left


@pytest.mark.parametrize("seed", [1, 2026])
def test_the_same_seed_gives_the_same_whatever_the_order_of_rows(tmp_path: Path, seed: int) -> None:
    judgement = city(tmp_path)
    submission = judgement.submission
    turned = replace(
        submission,
        sites=submission.sites.reverse(),
        visits={name: frame.reverse() for name, frame in submission.visits.items()},
    )
    again = judge_round(judgement.catalogue, turned)
    assert forecast(again, seed=seed, draws=500) == forecast(judgement, seed=seed, draws=500)


def test_a_forecast_once_and_for_ever(tmp_path: Path) -> None:
    """The numbers of the first version that is released; whoever kept a report must be able to make it again."""
    found = forecast(city(tmp_path), draws=1000)
    told = [
        found.mean,
        found.sd,
        *(each.score for each in found.quantiles),
        *(each.probability for each in found.marks),
    ]
    assert [str(each) for each in map(float, told)] == [
        "69.44625",
        "5.221522616",
        "60.75",
        "68.25",
        "69.5",
        "70.75",
        "78.25",
        "0.321",
        "0.0",
        "0.0",
    ]


WHERE: Mapping[str, Sites] = {
    "no donors in the area": {
        "m1": (EAST, (1, 0.25)),
        "m2": (EAST, (0.5, 1)),
        "m5": (WEST, (0, 1)),
        "m6": (WEST, None),
    },
    "enough in the area": SMALL,
}


@pytest.mark.parametrize(
    ("name", "from_area", "from_elsewhere"), [("no donors in the area", 0, 1), ("enough in the area", 3, 0)]
)
def test_where_donors_come_from(tmp_path: Path, name: str, from_area: int, from_elsewhere: int) -> None:
    (found,) = forecast(city(tmp_path, WHERE[name]), draws=100).types
    assert (found.from_area, found.from_elsewhere) == (from_area, from_elsewhere)


def test_donors_from_anywhere_are_all_visited_ones(tmp_path: Path) -> None:
    """One site in the west, nobody visited it: each of the three in the east stands in for it as often as the others."""
    sites: Sites = {"m1": (EAST, (1, 1)), "m2": (EAST, (0, 0)), "m3": (EAST, (0.5, 0.5)), "m4": (WEST, None)}
    found = forecast(city(tmp_path, sites, quota="{per: district, sites: 3}"))
    # three are certain, the fourth is any of them: the mean of four
    scores = [Fraction(60 * (each + Fraction(3, 2)), 4) + 32 for each in (Fraction(0), Fraction(1, 2), Fraction(1))]
    assert abs(found.mean - sum(scores, Fraction(0)) / 3) < 3 * found.sd / 100
    assert (found.quantiles[0].score, found.quantiles[-1].score) == (scores[0], scores[2])


def test_what_nobody_observed_is_looked_at_by_assessors(tmp_path: Path) -> None:
    """All are drawn; of one market a criterion was not observed: it takes what was found at the other two."""
    sites: Sites = {"m1": (EAST, (1, None)), "m2": (EAST, (1, 0)), "m3": (EAST, (1, 1)), "m4": (WEST, (1, 1))}
    judgement = city(tmp_path, sites, quota="{per: district, sites: 3}")
    found = forecast(replace(judgement, submission=registered(judgement)))
    # of four findings of b two are met and one is not; the fourth is met in two draws of three
    scores = [Fraction(60 * (8 + each), 12) + 32 for each in (2, 3)]
    assert (found.quantiles[0].score, found.quantiles[-1].score) == tuple(scores)
    assert abs(found.mean - (scores[0] + 2 * scores[1]) / 3) < 3 * found.sd / 100


def test_the_lowest_finding_may_be_one_that_nobody_observed(tmp_path: Path) -> None:
    """All are drawn; the one that was not observed is met or missed, as those that were observed are."""
    sites: Sites = {"m1": (EAST, (1, None)), "m2": (EAST, (1, 0)), "m3": (EAST, (1, 1))}
    judgement = city(tmp_path, {**sites, "m4": (EAST, None)}, quota="{per: district, sites: 2}", b=LOWEST)
    found = forecast(judgement)
    assert (found.quantiles[0].score, found.quantiles[-1].score) == (Fraction(72), Fraction(92))


def test_a_criterion_that_nobody_observed_anywhere_is_left_out(tmp_path: Path) -> None:
    sites: Sites = {"m1": (EAST, (1, None)), "m2": (EAST, (0.5, None)), "m3": (EAST, None)}
    found = forecast(city(tmp_path, sites, quota="{per: district, sites: 1}"), draws=100)
    assert (found.quantiles[0].score, found.quantiles[-1].score) == (Fraction(62), Fraction(92))


def test_unobserved_findings_of_what_is_not_drawn_count_as_the_method_says(tmp_path: Path) -> None:
    judgement = city(tmp_path, unobserved="zero")
    submission = judgement.submission
    papers = submission.visits["papers"].with_columns(f_p=pl.lit(None, dtype=pl.Float64))
    nothing = judge_round(judgement.catalogue, replace(submission, visits={**submission.visits, "papers": papers}))
    with_papers, without = forecast(judgement, draws=200), forecast(nothing, draws=200)
    assert with_papers.mean - without.mean == 32  # 0.8 of 40


def test_a_level_wants_that_every_part_reaches_its_own_mark_and_the_pass_mark_does_not(tmp_path: Path) -> None:
    judgement = city(tmp_path)
    method = judgement.method
    low = method.score.levels[0].model_copy(update={"at_least": method.score.pass_mark})
    levels = method.score.model_copy(update={"levels": (low, *method.score.levels[1:])})
    part = method.score.total[0].model_copy(update={"at_least": Decimal(101)})
    closed = levels.model_copy(update={"total": (part, *method.score.total[1:])})
    found, none = (
        forecast(replace(judgement, method=replace(method, score=each)), draws=100) for each in (levels, closed)
    )
    assert [found.marks[at].probability for at in (0, 1)] == [found.marks[0].probability] * 2
    assert [none.marks[at].probability for at in (0, 1)] == [found.marks[0].probability, 0]
    assert found.marks[0].probability > 0


@pytest.mark.parametrize(
    ("scores", "start", "step", "counts"),
    [
        ([5, 5, 5], 5, 1, (3,)),
        ([0, 39], 0, 1, (1, *[0] * 38, 1)),
        ([0, 40], 0, 2, (1, *[0] * 19, 1)),
        ([7, 100], 5, 5, (1, *[0] * 18, 1)),
        ([0, 10**11], 0, 5 * 10**9, (1, *[0] * 19, 1)),
    ],
)
def test_bars(scores: list[int], start: int, step: int, counts: tuple[int, ...]) -> None:
    found = histogram(np.array(scores, dtype=np.int64))
    assert (int(found.start * 10**9), int(found.step * 10**9), found.counts) == (start, step, counts)


@pytest.mark.parametrize(
    ("reached", "draws", "error"), [(0, 100, 0), (100, 100, 0), (50, 100, 0.05), (10, 1000, 0.003146427)]
)
def test_standard_errors(reached: int, draws: int, error: float) -> None:
    assert float(standard_error(reached, draws)) == pytest.approx(error, abs=2e-9)


def registered(judgement: Judgement) -> Any:
    """The data of a city that say that one table was its register."""
    table = Table("sites.csv", None, "", "register", 4, 4, 0)
    return replace(judgement.submission, tables=(table,))


def test_sites_without_area_take_from_anywhere(tmp_path: Path) -> None:
    judgement = city(tmp_path)
    submission = judgement.submission
    nowhere = pl.when(pl.col("site").is_in(["m2", "m7"])).then(None).otherwise("area")
    placed = replace(submission, sites=submission.sites.with_columns(area=nowhere))
    (found,) = forecast(judge_round(judgement.catalogue, placed), draws=100).types
    assert (found.from_area, found.from_elsewhere) == (0, 3)  # in the east a single one is left, m7 lies nowhere


@pytest.mark.parametrize(
    ("statuses", "drawn", "counted", "worst", "scores"),
    [
        (("met", "missed"), True, [[2]], [[0]], ([50 * 10**9], [1])),
        (("met", "unobserved"), True, [[1]], [[-(10**9)]], ([100 * 10**9], [1])),
        (("met", "unobserved"), False, [[2]], [[0]], ([50 * 10**9], [1])),
        (("not_applicable", "waived"), True, [[0]], [[NOWHERE]], ([0], [0])),
    ],
)
def test_what_was_found_at_a_site(
    statuses: tuple[str, str], drawn: bool, counted: list[list[int]], worst: list[list[int]],
    scores: tuple[list[int], list[int]],
) -> None:  # fmt: skip
    """What is open counts nothing where assessors will look, else as the method says: here with no score."""
    rows = pl.DataFrame(
        {
            "site": ["m", "m"], "site_type": ["market"] * 2, "part": ["on_site"] * 2, "criterion": ["a", "a"],
            "status": list(statuses), "value": [10**9 if each == "met" else 0 for each in statuses],
        }
    )  # fmt: skip
    of = methods.method(methods.rule("a", lowest=True), way="mean_of_sites", unobserved="zero")
    found = found_at(of, rows, ["m"], drawn=drawn)
    assert (found.number.tolist(), found.worst.tolist()) == (counted, worst)
    assert (found.scores.tolist(), found.scored.tolist()) == scores
    assert found.open.tolist() == [["unobserved" in statuses]]


@given(st.lists(st.integers(0, 100 * 10**9), min_size=1, max_size=30))
def test_moments_and_quantiles_are_those_of_the_textbook(scores: list[int]) -> None:
    drawn = np.array(scores, dtype=np.int64)
    mean, sd = moments(drawn)
    assert mean == Fraction(sum(scores), len(scores) * 10**9)
    assert float(sd) == pytest.approx(pstdev(scores) / 10**9, abs=2e-9)
    for share in (5, 50, 95):
        found = quantile(drawn, Fraction(share, 100)) * 10**9
        assert sum(each <= found for each in scores) * 100 >= share * len(scores)
        assert sum(each < found for each in scores) * 100 < share * len(scores)
