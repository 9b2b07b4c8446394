"""Figures from tables of codes are those of the whole assessment: scores, bounds, places, losses, gaps and gains."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.judgement import Judgement, judge_round
from duibiao.evaluator.rollup import half_up
from duibiao.evaluator.standing import OneByOne, Standing, standing
from duibiao.evaluator.sums import TooLarge
from tests.city import EAST, HEAD, TOP, WEST, make_catalogue, make_submission

SPOT = """
site_type: spot
title: 点
lead_unit: bureau
supporting_units: office
fields: {a: {label: 甲, kind: number}, b: {label: 乙, kind: number, at_most: 9}}
criteria:
  - {id: line, title: 线, place: Ⅲ-1, points: 2, rate: a, full_at: 1, zero_at: 0}
  - {id: lost, title: 扣, place: Ⅲ-2, points: 4.5, deduct: {each: b, points: 1}, lead_unit: office}
  - {id: fire, title: 火, place: Ⅲ-2, points: 3, pass: a > 0.5, veto: {site: 59, total: 70}, over_sites: lowest}
  - {id: band, title: 档, place: Ⅰ-1, rate: a, levels: [{at_least: 0.7, score: 1}, {at_least: 0.3, score: 0.66}]}
  - {id: line_of_its_own, title: 附, place: Ⅲ-1, pass: a < 1, adjust_total: 2}
"""
FIGURES = """
site_type: figures
title: 指标
part: statistics
each: district
fields: {c: {label: 丙, kind: number}}
criteria:
  - {id: rate, title: 率, place: Ⅲ-2, points: 3, rate: c, full_at: 1, zero_at: 0}
"""
FORMS = {"spot": SPOT, "figures": FIGURES}
WAYS = ["mean_of_criteria", "pooled", "tree"]
MODES = ["latest", "worst", "mean"]


def drawn(catalogue: Catalogue, seed: int, visits: int = 2, **more: object) -> Judgement:
    """A city of forty sites with blanks, broken limits and waivers; every site visited so often."""
    rng = Random(seed)
    sites = [
        {"site": f"S{n}", "name": f"S{n}", "site_type": "spot", "area": [EAST, WEST, TOP, None][n % 4]}
        for n in range(40)
    ]
    sites += [{"site": f"figures:{area}", "name": area, "site_type": "figures", "area": area} for area in (EAST, WEST)]
    values = [None, 0.0, 0.3, 0.5, 0.7, 1.0]
    rows = [
        {
            "site": f"S{n}",
            "at": datetime(2026, 3, 1 + k),
            "a": rng.choice(values),
            "b": rng.choice([None, 0.0, 1.0, 12.0, 4.0]),
        }
        for n in range(40)
        for k in range(visits)
    ]
    figures = [{"site": f"figures:{area}", "c": rng.choice(values)} for area in (EAST, WEST)]
    waived = [{"site": f"S{n}", "criterion": "line", "reason": "-", "approver": "-", "until": None} for n in (3, 7)]
    submission = make_submission(
        catalogue, {"spot": rows, "figures": figures}, sites=sites, waivers=waived, **more  # type: ignore[arg-type]
    )  # fmt: skip
    return judge_round(catalogue, submission)


def same(found: Standing, whole: Assessment) -> None:
    """Everything that both tell."""
    assert (found.total.score, found.total.bounds, found.total.cap) == (
        whole.total.score,
        whole.total.bounds,
        whole.total.cap,
    )
    assert (found.made, found.total.parts) == (whole.made, whole.total.parts)
    for dimension in ("areas", "site_types", "units", "places"):
        ours, theirs = (
            {
                card.id: (card.score, card.bounds, card.coverage, card.rank, card.lost, card.tally)
                for card in getattr(each, dimension)
            }
            for each in (found, whole)
        )
        assert ours == {key: told for key, told in theirs.items() if key in ours}
        assert all(not told[-1].total for key, told in theirs.items() if key not in ours)
    scores = {site: (score, place) for site, score, place in found.sites.select("site", "score", "place").iter_rows()}
    for site in whole.sites:
        if site.card is not None:
            score = half_up(site.card.score, 2) if site.card.score is not None else None
            assert scores[site.site] == (score, site.card.rank)
    assert found.gaps == len(whole.gaps)
    gaps = {(gap.site, gap.criterion): (gap.status, gap.lost, gap.gains) for gap in whole.gaps}
    for gap in found.costliest:
        assert (gap.status, gap.lost, gap.gains) == gaps[gap.site, gap.criterion]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("unobserved", ["leave_out", "zero"])
def test_figures_from_codes_are_those_of_the_assessment(way: str, unobserved: str, tmp_path: Path) -> None:
    head = HEAD.replace("mean_of_criteria", way) + f"  unobserved: {unobserved}\n  unit_roles: [lead, supporting]\n"
    judgement = drawn(make_catalogue(tmp_path, FORMS, head), len(way))
    whole = assess_judgement(judgement, "en")
    found = standing(judgement, shown=1000)
    same(found, whole)
    assert len(found.costliest) == found.gaps


@pytest.mark.parametrize("mode", MODES)
def test_with_several_inspections(mode: str, tmp_path: Path) -> None:
    judgement = drawn(make_catalogue(tmp_path, FORMS, HEAD + f"  several_inspections: {mode}\n"), 5, visits=3)
    same(standing(judgement), assess_judgement(judgement, "en"))


def test_the_costliest_come_first_and_ties_by_name(tmp_path: Path) -> None:
    judgement = drawn(make_catalogue(tmp_path, FORMS), 1)
    every, few = standing(judgement, shown=1000).costliest, standing(judgement, shown=7).costliest
    assert list(few) == list(every[:7])
    order = [(-gap.lost, gap.criterion, gap.site) for gap in every]
    assert order == sorted(order)
    assert sum((gap.lost for gap in every), Fraction(0)) > 0


def test_nothing_visited_stands_nowhere(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, FORMS)
    found = standing(judge_round(catalogue, make_submission(catalogue, {}), as_of=drawn(catalogue, 1).as_of))
    assert (found.total.score, found.gaps, found.areas, found.sites.height) == (None, 0, (), 0)


def test_what_needs_findings_one_by_one_says_so(tmp_path: Path) -> None:
    heads = {
        "mean_of_sites": HEAD.replace("pooled", "mean_of_sites"),
        "site: tree": HEAD + "  site: tree\n",
        "each": HEAD + "  several_inspections: each\n",
    }
    for reason, head in heads.items():
        with pytest.raises(OneByOne, match=reason):
            standing(drawn(make_catalogue(tmp_path / reason.replace(": ", "_"), FORMS, head), 1))
    named = [{"site": "S1", "criterion": "fire", "result": "missed", "lead_units": ["office"]}]
    with pytest.raises(OneByOne, match="rows with units of their own"):
        standing(drawn(make_catalogue(tmp_path / "rows", FORMS), 1, checks=named))


def test_without_a_criterion_by_its_lowest(tmp_path: Path) -> None:
    judgement = drawn(make_catalogue(tmp_path, {**FORMS, "spot": SPOT.replace(", over_sites: lowest", "")}), 2)
    same(standing(judgement), assess_judgement(judgement, "en"))


@pytest.mark.parametrize("points", ["99999.123456789", "99999"])  # too large to add up; to round
def test_points_beyond_the_exact_numbers_stop(points: str, tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, {**FORMS, "spot": SPOT.replace("points: 3", f"points: {points}")})
    with pytest.raises(TooLarge):
        standing(drawn(catalogue, 1))
