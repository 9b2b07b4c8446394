"""How firmly areas hold their places: every scenario against the city that a changed catalogue really gives."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.assessment import CHANGED, Assessment, Scorecard
from duibiao.evaluator.judgement import judge_round
from duibiao.evaluator.rollup import half_up
from duibiao.evaluator.submission import AREAS
from tests.city import DAY, EAST, HEAD, TOP, WEST, make_catalogue, make_submission

NORTH: Final = "试验市/北区"
LEVELS: Final = [(TOP, "city"), (EAST, "district"), (WEST, "district"), (NORTH, "district")]
HANGING: Final = {
    "outline": """
tree:
  - {id: Ⅰ-1, title: 一, combine: HOW, under: [{id: Ⅲ-1, title: 子}, {id: Ⅲ-2, title: 丑}]}
  - {id: Ⅰ-2, title: 二}
"""
}
MARKET: Final = """
site_type: market
title: 市场
fields: {a: {label: 甲, kind: number}, b: {label: 乙, kind: number}, c: {label: 丙, kind: number}}
criteria:
  - {id: clean, title: 干净, place: Ⅲ-1, points: 4, rate: a, full_at: 1, zero_at: 0}
  - {id: safe, title: 安全, place: Ⅲ-2, points: 3, pass: b >= 1, veto: {site: 60}}
  - {id: fresh, title: 新鲜, place: Ⅰ-2, points: 2, rate: c, full_at: 1, zero_at: 0, applies: c >= 0}
"""
CROSSING: Final = """
site_type: crossing
title: 路口
weight: 2
fields: {d: {label: 丁, kind: number}}
criteria:
  - {id: calm, title: 有序, place: Ⅰ-2, points: 5, rate: d, full_at: 1, zero_at: 0, over_sites: lowest}
"""
TABLE: Final = """
site_type: figures
title: 统计
each: district
part: statistics
fields: {e: {label: 戊, kind: number}}
criteria:
  - {id: books, title: 藏书, place: Ⅲ-1, points: 1, rate: e, full_at: 1, zero_at: 0}
"""
# site -> area, what was seen there; -1: not applicable.
SEEN: Final = {
    "market": {
        "M1": (EAST, {"a": 0.9, "b": 1.0, "c": 0.2}),
        "M2": (EAST, {"a": 0.5, "b": 0.0, "c": -1.0}),
        "M3": (WEST, {"a": 0.6, "b": 1.0, "c": 0.4}),
        "M4": (WEST, {"a": 0.8, "b": 1.0, "c": 0.1}),
        "M5": (NORTH, {"a": 0.3, "b": 0.0, "c": 0.9}),
    },
    "crossing": {
        "C1": (EAST, {"d": 0.4}),
        "C2": (EAST, {"d": 0.9}),
        "C3": (WEST, {"d": 0.35}),
        "C4": (NORTH, {"d": 0.8}),
    },
    "figures": {
        "F1": (EAST, {"e": 0.3}),
        "F2": (WEST, {"e": 0.5}),
        "F3": (NORTH, {"e": 0.45}),
    },
}
FORMS: Final = {"market": MARKET, "crossing": CROSSING, "figures": TABLE}
CRITERIA: Final = {"calm": 5, "books": 1, "clean": 4, "safe": 3, "fresh": 2}  # as the catalogue has them
WEIGHTS: Final = {"on_site": 60, "statistics": 40}


def assessed(folder: Path, forms: dict[str, str], head: str, how: str = "mean") -> Assessment:
    outline = HANGING["outline"].replace("HOW", how)
    catalogue = make_catalogue(folder, {**forms, "tree": outline}, head)
    visits = {kind: [{"site": site, **row} for site, (_area, row) in seen.items()] for kind, seen in SEEN.items()}
    sites = [
        {"site": site, "name": site, "site_type": kind, "area": area}
        for kind, seen in SEEN.items()
        for site, (area, _row) in seen.items()
    ]
    rows = [(area, area.rpartition("/")[2], level, TOP if area != TOP else None, None) for area, level in LEVELS]
    levels = pl.DataFrame(rows, schema=AREAS, orient="row")
    submission = make_submission(catalogue, visits, sites=sites, levels=levels)
    return assess_judgement(judge_round(catalogue, submission, "", DAY.date()))


def places(scores: dict[str, Fraction | None]) -> dict[str, int | None]:
    """Places as anybody would give them: one more than there are better ones, on two decimals."""
    shown = {area: half_up(score, 2) for area, score in scores.items() if score is not None}
    return {
        area: 1 + sum(other > shown[area] for other in shown.values()) if area in shown else None for area in scores
    }


def districts(of: Assessment) -> dict[str, Fraction | None]:
    return {card.id: card.score for card in of.areas if card.kind == "district"}


def without(forms: dict[str, str], criterion: str) -> dict[str, str]:
    """The forms without one criterion."""
    cut = {name: re.sub(rf"  - {{id: {criterion},.*\n", "", text) for name, text in forms.items()}
    return {name: text.replace("criteria:\n", "criteria: []\n") if text.endswith("criteria:\n") else text for name, text in cut.items()}  # fmt: skip


def weighed(forms: dict[str, str], criterion: str, points: str) -> dict[str, str]:
    """The forms with other points of one criterion."""
    old = rf"(id: {criterion}, .*?points: )\d+"
    return {name: re.sub(old, rf"\g<1>{points}", text) for name, text in forms.items()}


def combined(card: Scorecard, weights: dict[str, Fraction]) -> Fraction:
    known = [(weights[each.part], each.score) for each in card.parts if each.score is not None]
    return sum((weight * score for weight, score in known), Fraction(0)) / sum(weight for weight, _ in known)


def expected(folder: Path, head: str, how: str) -> list[tuple[str, str, dict[str, int | None]]]:
    """Kind of change, what is changed, and the places then: from catalogues that are really changed."""
    found = []
    for name, points in CRITERIA.items():
        left = assessed(folder / f"{name}-0", without(FORMS, name), head, how)
        found.append(("left_out", name, places(districts(left))))
        for factor in (9, 11):
            forms = weighed(FORMS, name, str(points * factor / 10))
            found.append(("points", name, places(districts(assessed(folder / f"{name}-{factor}", forms, head, how)))))
    whole = assessed(folder / "whole", FORMS, head, how)
    for part, weight in WEIGHTS.items():
        for factor in (9, 11):
            weights = {name: Fraction(known) for name, known in WEIGHTS.items()} | {part: Fraction(weight * factor, 10)}
            found.append(
                (
                    "part_weights",
                    part,
                    places({card.id: combined(card, weights) for card in whole.areas if card.id in districts(whole)}),
                )
            )
    return found


WAYS: Final = [
    ("pooled", "pooled", "mean"),
    ("mean_of_criteria", "pooled", "mean"),
    ("mean_of_sites", "pooled", "mean"),
    ("mean_of_sites", "tree", "lowest"),
    ("tree", "pooled", "mean"),
    ("tree", "pooled", "geometric"),
    ("tree", "pooled", "lowest"),
]


@pytest.mark.untraced
@pytest.mark.parametrize(("way", "site", "how"), WAYS)
def test_every_scenario_is_the_city_that_a_changed_catalogue_gives(
    tmp_path: Path, way: str, site: str, how: str
) -> None:
    head = HEAD.replace("combine: mean_of_criteria", f"combine: {way}").replace("score:\n", f"score:\n  site: {site}\n")
    now = assessed(tmp_path / "now", FORMS, head, how)
    wanted = expected(tmp_path, head, how)
    base = places(districts(now))
    found = now.stability
    assert found is not None
    assert found.level == "district"
    assert {each.area: each.place for each in found.areas} == base
    for each in found.areas:
        got = [each.place, *(places[each.area] for _, _, places in wanted)]
        assert {kept.changed: (kept.kept, kept.scenarios) for kept in each.kept} == {
            kind: (sum(places[each.area] == each.place for of, _, places in wanted if of == kind), count)
            for kind, count in (("left_out", 5), ("points", 10), ("part_weights", 4))
        }
        moving = [
            name for kind in CHANGED for of, name, places in wanted if of == kind and places[each.area] != each.place
        ]
        assert each.moved_by == tuple(dict.fromkeys(moving))
        assert (each.best, each.worst) == (min(place for place in got if place), max(place for place in got if place))


def test_the_city_moves_under_some_scenarios_and_not_under_others(tmp_path: Path) -> None:
    """So that the table above compares something."""
    found = assessed(tmp_path, FORMS, HEAD).stability
    assert found is not None
    assert any(each.moved_by for each in found.areas)
    assert any(kept.kept == kept.scenarios for each in found.areas for kept in each.kept)


def test_where_nothing_is_ranked_nothing_is_said(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, {**FORMS, "tree": HANGING["outline"].replace("HOW", "mean")})
    submission = make_submission(catalogue, {"market": [{"site": "M1", "a": 1.0, "b": 1.0, "c": 1.0}]})
    assert assess_judgement(judge_round(catalogue, submission, "", DAY.date())).stability is None


def test_a_total_of_one_part_has_no_weights_to_move(tmp_path: Path) -> None:
    """And where an area keeps nothing that counts, it has no place in that variant."""
    head = re.sub(r"total: .*", "total: [{part: on_site, weight: 100, combine: pooled}]", HEAD)
    forms = {name: text for name, text in FORMS.items() if name != "figures"}
    catalogue = make_catalogue(tmp_path, {**forms, "tree": HANGING["outline"].replace("HOW", "mean")}, head)
    sites = [{"site": "M1", "site_type": "market"}, {"site": "C1", "site_type": "crossing", "area": WEST}]
    rows = {"market": [{"site": "M1", "a": 1.0, "b": 1.0, "c": 0.5}], "crossing": [{"site": "C1", "d": 0.9}]}
    found = assess_judgement(
        judge_round(catalogue, make_submission(catalogue, rows, sites=sites), "", DAY.date())
    ).stability
    assert found is not None
    east, west = found.areas
    assert [(each.changed, each.kept, each.scenarios) for each in west.kept] == [("left_out", 2, 4), ("points", 8, 8)]
    assert east.moved_by == west.moved_by == ("calm", "fresh")  # the other one's place follows
