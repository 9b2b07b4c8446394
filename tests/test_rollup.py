"""A city by hand: parts, areas, units, losses and gaps; and what must hold for any findings."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.assessment import STATUSES, Assessment, Scorecard
from duibiao.evaluator.submission import Submission
from tests.city import EAST, HEAD, TOP, WEST, assessed, make_catalogue, make_submission

FORMS = {
    "spot": """
site_type: spot
title: 点
lead_unit: bureau
fields: {a: {label: 甲, kind: number}, b: {label: 乙, kind: number}}
criteria:
  - {id: two_points, title: 两分, place: Ⅲ-1, points: 2, rate: a, full_at: 1, zero_at: 0}
  - {id: four_points, title: 四分, place: Ⅲ-2, points: 4, deduct: {each: b, points: 1}}
""",
    "figures": """
site_type: figures
title: 指标
part: statistics
each: district
fields: {c: {label: 丙, kind: number}}
criteria:
  - {id: linear, title: 线, place: Ⅲ-2, points: 3, rate: c, full_at: 1, zero_at: 0}
  - {id: other, title: 另, place: Ⅲ-1, points: 1, pass: c >= 0.5}
""",
}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return make_catalogue(tmp_path_factory.mktemp("catalogue"), FORMS)


SITES: list[dict[str, object]] = [
    {"site": "S1", "name": "一", "site_type": "spot", "area": EAST},
    {"site": "S2", "name": "二", "site_type": "spot", "area": WEST},
    {"site": "S3", "name": "三", "site_type": "spot", "area": None},
    {"site": "S4", "name": "四", "site_type": "spot", "area": WEST},  # never visited
    {"site": "figures:" + EAST, "name": "东区", "site_type": "figures", "area": EAST},
    {"site": "figures:" + WEST, "name": "西区", "site_type": "figures", "area": WEST},
]


def submission(catalogue: Catalogue) -> Submission:
    spots: list[dict[str, object]] = [
        {"site": "S1", "a": 0.8, "b": 1.0},
        {"site": "S2", "a": 0.4, "b": 0.0},
        {"site": "S3", "a": None, "b": 4.0},
    ]
    figures: list[dict[str, object]] = [{"site": "figures:" + EAST, "c": 0.5}, {"site": "figures:" + WEST, "c": 0.2}]
    return make_submission(catalogue, {"spot": spots, "figures": figures}, sites=SITES)


@pytest.fixture(scope="module")
def city(catalogue: Catalogue) -> Assessment:
    return assessed(catalogue, submission(catalogue))


def card(cards: tuple[Scorecard, ...], name: str) -> Scorecard:
    return next(each for each in cards if each.id == name)


def test_the_parts_and_the_total_by_hand(city: Assessment) -> None:
    # on_site, mean of criteria: (2 x mean(0.8, 0.4) + 4 x mean(3/4, 1, 0)) / 6
    on_site = 100 * (2 * Fraction(6, 10) + 4 * Fraction(7, 12)) / 6
    # statistics, pooled: (3 x 0.5 + 1 x 1 + 3 x 0.2 + 1 x 0) / 8
    statistics = 100 * (Fraction(3, 2) + 1 + Fraction(6, 10)) / 8
    assert [part.score for part in city.total.parts] == [on_site, statistics]
    assert city.total.score == (60 * on_site + 40 * statistics) / 100
    assert city.total.level == "不达标"


def test_areas_use_the_same_ways_on_their_own_findings(city: Assessment) -> None:
    east = 100 * (2 * Fraction(8, 10) + 4 * Fraction(3, 4)) / 6
    east_figures = 100 * (Fraction(3, 2) + 1) / 4
    assert card(city.areas, EAST).score == (60 * east + 40 * east_figures) / 100
    west = 100 * (2 * Fraction(4, 10) + 4) / 6
    west_figures = 100 * (3 * Fraction(2, 10)) / 4
    assert card(city.areas, WEST).score == (60 * west + 40 * west_figures) / 100
    assert [(each.id, each.rank, each.ranked) for each in city.areas] == [
        (TOP, 1, 1), (EAST, 1, 2), (WEST, 2, 2), ("", None, 0)]  # fmt: skip


def test_findings_without_area_stand_under_a_line_of_their_own(city: Assessment) -> None:
    unassigned = card(city.areas, "")
    assert unassigned.score == 0  # only S3: the deduction took all four points, the other is unobserved
    assert (unassigned.sites, unassigned.registered, unassigned.tally.total) == (1, 1, 2)
    assert card(city.areas, TOP).tally + unassigned.tally == city.total.tally


def test_an_empty_part_is_left_out_and_the_weights_are_scaled(catalogue: Catalogue, tmp_path: Path) -> None:
    spots: list[dict[str, object]] = [{"site": "S1", "a": 0.8, "b": 1.0}]
    only = assessed(catalogue, make_submission(catalogue, {"spot": spots}, sites=SITES))
    assert only.total.score == only.total.parts[0].score
    assert only.total_parts_left_out == ("statistics",)
    strict = make_catalogue(tmp_path, FORMS, HEAD + "  empty_part: no_total\n")
    none = assessed(strict, make_submission(strict, {"spot": spots}, sites=SITES))
    assert none.total.score is None
    assert none.total.level is None
    assert card(none.areas, EAST).score is not None  # only the total is withheld


def test_nothing_observed_gives_no_figure(catalogue: Catalogue) -> None:
    blank = assessed(catalogue, make_submission(catalogue, {"spot": [{"site": "S1"}]}, sites=SITES))
    assert blank.total.score is None
    assert blank.total.tally.unobserved == blank.total.tally.total == 2
    assert set(blank.unchecked) == {"two_points", "four_points", "linear", "other"}
    assert blank.gaps == ()


def test_units_types_places_and_sites(city: Assessment) -> None:
    assert {each.id: each.title for each in city.units} == {
        "bureau": "市场监管局",  # S3 is in no area
        f"bureau@{EAST}": "东区市场监管局",
        f"bureau@{WEST}": "西区市场监管局",
        "": "no unit given",
    }
    assert card(city.units, f"bureau@{EAST}").score == 100 * (2 * Fraction(8, 10) + 3) / 6
    assert {each.id: (each.sites, each.registered, each.records, each.records_known) for each in city.site_types} == {
        "spot": (3, 4, 0, 0),
        "figures": (0, 0, 2, 2),  # each district is one: a record, and no place
    }
    assert (city.total.sites, city.total.registered, city.total.records, city.total.records_known) == (3, 4, 2, 2)
    assert [each.id for each in city.places] == ["Ⅰ-1", "Ⅲ-1", "Ⅲ-2"]
    assert card(city.places, "Ⅰ-1").score == city.total.score
    by_site = {each.site: each.card for each in city.sites}
    assert by_site["S4"] is None
    site = by_site["S1"]
    assert site is not None
    assert site.score == 100 * (2 * Fraction(8, 10) + 3) / 6  # pooled


def test_losses_add_up_to_what_the_total_lacks(city: Assessment) -> None:
    assert city.total.score is not None
    assert sum((gap.lost for gap in city.gaps), Fraction(0)) == 100 - city.total.score
    assert sum((each.lost for each in city.results), Fraction(0)) == 100 - city.total.score
    assert city.total.lost == 100 - city.total.score
    assert [gap.lost for gap in city.gaps] == sorted((gap.lost for gap in city.gaps), reverse=True)


def test_gaps_name_unit_leader_and_deadline(city: Assessment) -> None:
    gap = next(each for each in city.gaps if each.id == "S1@2026-03-02:four_points")
    assert (gap.lost_points, gap.lead_units, gap.area_leader) == (Fraction(1), (f"bureau@{EAST}",), "东区长")
    assert (gap.leader, gap.unit_leaders, gap.site_leader) == (None, (), None)
    assert gap.deadline is not None
    assert gap.deadline.isoformat() == "2026-03-05"  # medium: three days


SCORES = st.one_of(st.none(), st.integers(0, 10).map(lambda tenth: tenth / 10))
ROWS = st.lists(
    st.tuples(st.integers(0, 3), SCORES, st.one_of(st.none(), st.integers(0, 6).map(float))), min_size=1, max_size=12
)


def _built(catalogue: Catalogue, rows: list[tuple[int, float | None, float | None]]) -> Submission:
    areas = [EAST, WEST, TOP, None]
    sites = [
        {"site": f"S{number}", "name": f"S{number}", "site_type": "spot", "area": areas[area]}
        for number, (area, _, _) in enumerate(rows)
    ]
    visits = [{"site": f"S{number}", "a": a, "b": b} for number, (_, a, b) in enumerate(rows)]
    return make_submission(catalogue, {"spot": visits}, sites=sites)


@settings(max_examples=40, deadline=None)
@given(rows=ROWS, data=st.data())
def test_what_holds_for_any_findings(
    catalogue: Catalogue, rows: list[tuple[int, float | None, float | None]], data: st.DataObject
) -> None:
    city = assessed(catalogue, _built(catalogue, rows))
    cards = [city.total, *city.areas, *city.units, *city.places, *city.site_types]
    for each in cards:
        assert each.score is None or 0 <= each.score <= 100  # never above possible
        assert each.earned <= each.possible
        assert sum(getattr(each.tally, name) for name in STATUSES) == each.tally.total
    assert city.total.tally.total == 2 * len(rows)  # visited sites x scored criteria
    lost = sum((gap.lost for gap in city.gaps), Fraction(0))
    assert lost == (100 - city.total.score if city.total.score is not None else 0)
    # order does not matter
    shuffled = data.draw(st.permutations(list(range(len(rows)))))
    submission = _built(catalogue, rows)
    mixed = replace(submission, visits={"spot": submission.visits["spot"][shuffled]}, sites=submission.sites[shuffled])
    again = assessed(catalogue, mixed)
    assert again.total == city.total
    assert (again.areas, again.units, again.places, again.gaps) == (city.areas, city.units, city.places, city.gaps)
    # meeting one more never lowers the score
    scored = [number for number, (_, a, _) in enumerate(rows) if a is not None and a < 1]
    if scored:
        chosen = data.draw(st.sampled_from(scored))
        better = [(area, 1.0 if number == chosen else a, b) for number, (area, a, b) in enumerate(rows)]
        raised = assessed(catalogue, _built(catalogue, better))
        assert raised.total.score is not None
        assert city.total.score is not None
        assert raised.total.score >= city.total.score
