"""The round before: judged from its own data, beside this one; what became of its gaps; what is not compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Final

import pytest

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.assessment import Assessment, Earlier, Followed
from duibiao.evaluator.judgement import Judgement, judge_round
from duibiao.evaluator.previous import TREND, LaterRound, earlier_judgements, with_earlier
from tests.city import EAST, TOP, WEST, make_catalogue, make_submission

MARKET: Final = """
site_type: market
title: 市场
lead_unit: bureau
fields: {a: {label: 甲, kind: number}, b: {label: 乙, kind: number}}
criteria:
  - {id: clean, title: 干净, place: Ⅲ-1, points: 1, pass: a >= 1}
  - {id: safe, title: 安全, place: Ⅲ-2, points: 1, pass: b >= 1}
"""
BAD: Final = {"a": 0.0, "b": 0.0}
GOOD: Final = {"a": 1.0, "b": 1.0}
Round = Mapping[str, Mapping[str, object]]  # site -> what was seen
AREAS_OF: Final = {"M1": EAST, "M2": WEST, "M3": WEST, "M4": TOP}
DAYS: Final = {f"R{number}": datetime(2026, number, 2) for number in range(1, 13)}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return make_catalogue(tmp_path_factory.mktemp("criteria"), {"market": MARKET})


def judged(catalogue: Catalogue, rounds: Mapping[str, Round], scored: str | None = None) -> Judgement:
    visits = [
        {"site": site, "round": name, "at": DAYS[name], **row}
        for name, seen in rounds.items()
        for site, row in seen.items()
    ]
    known = dict.fromkeys(site for seen in rounds.values() for site in seen)
    sites = [{"site": site, "name": site, "site_type": "market", "area": AREAS_OF[site]} for site in known]
    submission = make_submission(catalogue, {"market": visits}, sites=sites)
    return judge_round(catalogue, submission, scored)


def beside(catalogue: Catalogue, rounds: Mapping[str, Round]) -> Assessment:
    """The last round with those before it in the same data."""
    now = judged(catalogue, rounds)
    return with_earlier(assess_judgement(now), now, earlier_judgements(now))


# What became of the gaps of M1 in the first round: status by what is seen in the second.
FATES: Final[list[tuple[str, Round, Round, Followed]]] = [
    ("mended", {"M1": BAD}, {"M1": GOOD}, Followed(2, 2, 0, 0, 0)),
    ("still there", {"M1": BAD}, {"M1": BAD}, Followed(2, 0, 2, 0, 0)),
    ("not looked at again", {"M1": BAD}, {"M1": {"a": 1.0}}, Followed(2, 1, 0, 1, 0)),
    ("not visited again", {"M1": BAD}, {"M2": GOOD}, Followed(2, 0, 0, 2, 0)),
    ("new", {"M1": GOOD}, {"M1": {"a": 1.0, "b": 0.0}}, Followed(0, 0, 0, 0, 1)),
    ("new at another site", {"M1": BAD}, {"M1": GOOD, "M2": BAD}, Followed(2, 2, 0, 0, 2)),
    ("nothing then and now", {"M1": GOOD}, {"M1": GOOD}, Followed(0, 0, 0, 0, 0)),
]


@pytest.mark.parametrize(("then", "now", "told"), [each[1:] for each in FATES], ids=[each[0] for each in FATES])
def test_every_gap_of_the_round_before_has_a_fate(
    catalogue: Catalogue, then: Round, now: Round, told: Followed
) -> None:
    made = beside(catalogue, {"R1": then, "R2": now})
    assert made.previous is not None
    followed = made.previous.followed
    assert followed == told
    assert followed.gaps == followed.mended + followed.left + followed.unsettled
    assert followed.left + followed.new == len(made.gaps)


def test_fates_stand_with_each_area_and_each_unit(catalogue: Catalogue) -> None:
    made = beside(catalogue, {"R1": {"M1": BAD, "M2": BAD, "M4": BAD}, "R2": {"M1": GOOD, "M2": BAD, "M4": GOOD}})
    assert made.previous is not None
    areas = dict(zip((card.id for card in made.areas), made.previous.followed_areas, strict=True))
    assert areas == {
        TOP: Followed(6, 4, 2, 0, 0),
        EAST: Followed(2, 2, 0, 0, 0),
        WEST: Followed(2, 0, 2, 0, 0),
    }
    units = dict(zip((card.id for card in made.units), made.previous.followed_units, strict=True))
    assert units[f"bureau@{WEST}"] == Followed(2, 0, 2, 0, 0)
    assert units[f"bureau@{EAST}"] == Followed(2, 2, 0, 0, 0)


def test_a_unit_without_gaps_in_both_rounds_has_zeros(catalogue: Catalogue) -> None:
    made = beside(catalogue, {"R1": {"M1": GOOD, "M2": BAD}, "R2": {"M1": GOOD, "M2": BAD}})
    assert made.previous is not None
    units = dict(zip((card.id for card in made.units), made.previous.followed_units, strict=True))
    assert units[f"bureau@{EAST}"] == Followed(0, 0, 0, 0, 0)


def test_figures_of_then_stand_in_the_order_of_now(catalogue: Catalogue) -> None:
    """East 0 and west 100 then, east 100 and west 50 now; M3 is new; of M2 clean was not looked at then."""
    made = beside(
        catalogue,
        {"R1": {"M1": BAD, "M2": {"b": 1.0}}, "R2": {"M1": GOOD, "M2": {"a": 0.0, "b": 1.0}, "M3": GOOD}},
    )
    previous = made.previous
    assert previous is not None
    assert (previous.round.id, previous.as_of) == ("R1", date(2026, 1, 2))
    assert (previous.catalogue, previous.edition) == ("test", "1")
    assert previous.catalogue_sha256 == catalogue.sha256
    assert previous.total == Earlier(Fraction(25), None, 0)
    assert (previous.visited, previous.parts) == (2, ("on_site",))
    areas = dict(zip((card.id for card in made.areas), previous.areas, strict=True))
    assert areas[EAST] == Earlier(Fraction(0), 2, 2)
    assert areas[WEST] == Earlier(Fraction(100), 1, 2)
    assert [(card.rank, card.score) for card in made.areas if card.id == EAST] == [(1, Fraction(100))]
    sites = dict(zip((site.site for site in made.sites), previous.sites, strict=True))
    assert sites["M1"] is not None
    assert sites["M1"].score == 0
    assert sites["M3"] is None
    results = dict(zip((each.id for each in made.results), previous.results, strict=True))
    assert results == {"clean": Earlier(Fraction(0), None, 0), "safe": Earlier(Fraction(50), None, 0)}
    assert previous.change is not None
    assert previous.change.new - previous.change.old == sum(step.change for step in previous.change.steps)
    assert previous.change.new == made.total.score


def test_a_criterion_that_was_not_asked_then_has_no_figure_of_then(catalogue: Catalogue, tmp_path: Path) -> None:
    more = MARKET + "  - {id: seen, title: 看过, place: Ⅲ-1, points: 1, pass: a >= 0}\n"
    now = judged(make_catalogue(tmp_path, {"market": more}), {"R2": {"M1": GOOD}})
    made = with_earlier(assess_judgement(now), now, [judged(catalogue, {"R1": {"M1": BAD}})])
    assert made.previous is not None
    assert dict(zip((each.id for each in made.results), made.previous.results, strict=True))["seen"] is None
    assert made.previous.change is not None


def test_rounds_of_another_method_stand_in_the_trend_and_are_not_compared(catalogue: Catalogue, tmp_path: Path) -> None:
    zero = make_catalogue(tmp_path, {"market": MARKET}, head=HEAD_ZERO)
    now = judged(catalogue, {"R3": {"M1": GOOD}})
    earlier = [judged(zero, {"R2": {"M1": BAD}}), judged(catalogue, {"R1": {"M1": {"a": 0.0, "b": 1.0}}})]
    made = with_earlier(assess_judgement(now), now, earlier)
    assert [(each.round.id, each.score, each.comparable) for each in made.trend] == [
        ("R1", Fraction(50), True),
        ("R2", Fraction(0), False),
        ("R3", Fraction(100), True),
    ]
    assert made.previous is not None
    assert made.previous.change is None
    assert [what for what, _, _ in made.previous.differing] == ["unobserved"]


def test_without_a_total_there_is_no_change_to_split(catalogue: Catalogue) -> None:
    made = beside(catalogue, {"R1": {"M1": {}}, "R2": {"M1": GOOD}})
    assert made.previous is not None
    assert (made.previous.change, made.previous.differing) == (None, ())
    assert made.trend[0].score is None


def test_the_last_rounds_in_a_row_are_told(catalogue: Catalogue) -> None:
    made = beside(catalogue, {name: {"M1": GOOD} for name in list(DAYS)[:9]})
    assert [each.round.id for each in made.trend] == ["R4", "R5", "R6", "R7", "R8", "R9"]
    assert len(made.trend) == TREND
    assert len(earlier_judgements(judged(catalogue, {name: {"M1": GOOD} for name in list(DAYS)[:9]}))) == TREND - 1
    given = [judged(catalogue, {name: {"M1": GOOD}}) for name in list(DAYS)[:8]]
    now = judged(catalogue, {"R9": {"M1": GOOD}})
    assert [each.round.id for each in with_earlier(assess_judgement(now), now, given[::-1]).trend] == [
        each.round.id for each in made.trend
    ]


def test_the_findings_of_both_rounds_are_told_in_one_language(catalogue: Catalogue) -> None:
    now = judged(catalogue, {"R1": {"M1": BAD}, "R2": {"M1": BAD}})
    told = {}
    for spoken in ("zh", "en"):
        made = with_earlier(assess_judgement(now, spoken), now, earlier_judgements(now), spoken)
        assert made.findings_before is not None
        told[spoken] = made.findings_before["because"].to_list()
        assert told[spoken] == made.findings["because"].to_list()
    assert told["zh"] != told["en"]


def test_the_first_round_has_nothing_before_it(catalogue: Catalogue) -> None:
    made = beside(catalogue, {"R1": {"M1": GOOD}})
    assert (made.trend, made.previous) == ((), None)


def test_rounds_that_carry_no_day_are_judged_as_of_this_one(catalogue: Catalogue) -> None:
    now = judged(catalogue, {"R1": {"M1": BAD}, "R2": {"M1": GOOD}})
    undated = replace(
        now.submission,
        visits={name: frame.with_columns(at=None).cast(frame.schema) for name, frame in now.submission.visits.items()},
    )
    judgement = judge_round(catalogue, undated, "R2", date(2026, 2, 2))
    assert [each.as_of for each in earlier_judgements(judgement)] == [date(2026, 2, 2)]


def test_a_later_round_is_no_round_before(catalogue: Catalogue) -> None:
    now, later = judged(catalogue, {"R1": {"M1": GOOD}}), judged(catalogue, {"R2": {"M1": GOOD}})
    with pytest.raises(LaterRound) as refused:
        with_earlier(assess_judgement(now), now, [later])
    assert (refused.value.earlier, refused.value.now) == (date(2026, 2, 2), date(2026, 1, 2))
    assert str(refused.value) == "2026-02-02 > 2026-01-02"


def test_a_round_of_the_same_day_may_stand_before_this_one(catalogue: Catalogue) -> None:
    now, other = judged(catalogue, {"R1": {"M1": GOOD}}), judged(catalogue, {"R1": {"M1": BAD}})
    made = with_earlier(assess_judgement(now), now, [other])
    assert [each.score for each in made.trend] == [Fraction(0), Fraction(100)]


HEAD_ZERO: Final = """
catalogue: test
title: 试验目录
edition: "1"
area_levels: {city: 市, district: 区县, subdistrict: 街道}
parts: {on_site: 实地, statistics: 统计}
score:
  unobserved: zero
  levels: [{name: 优秀, at_least: 95}, {name: 达标, at_least: 85}, {name: 不达标}]
  total: [{part: on_site, weight: 60, combine: mean_of_criteria}, {part: statistics, weight: 40, combine: pooled}]
"""
