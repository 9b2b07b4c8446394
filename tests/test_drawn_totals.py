"""The totals of many draws at a time are those that the exact figures give one by one, whatever the method."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from random import Random

import numpy as np
import pytest

from duibiao.criteria.models import Place
from duibiao.evaluator.drawn_totals import NOWHERE, DrawnSums, billionths, drawn_totals
from duibiao.evaluator.figures import TotalFigure
from duibiao.evaluator.method import Method
from duibiao.evaluator.site_figure import site_score
from tests import methods
from tests.methods import PARTS, City, rule

PLAIN = (rule("a"), rule("b", "2", place="Ⅲ-2"), rule("c", "0.5"))
DEDUCTS = rule("d", "3", loses=True)
LOWEST = (rule("a", lowest=True), rule("d", "3", loses=True, lowest=True), rule("c", "0.5"))
CAPS = (rule("a", total_cap="55", site_cap="30"), rule("b", "2", total_cap="70"), rule("c"))
LINES = (rule("a"), rule("b", "2"), rule("c", adjusts="4"), rule("d", "3", loses=True, adjusts="-2.5"))
SMALL_LINES = (rule("a"), rule("b", "2"), rule("c", adjusts="0.5"), rule("d", "3", loses=True, adjusts="-0.5"))
HEAVY_LINES = (rule("a"), rule("b", "2"), rule("c", adjusts="70"), rule("d", "3", loses=True, adjusts="-80"))
OF_A_PART = {"s": "on_site", "t": "on_site", "p": "documents"}  # what is found in one part only
APART = (rule("s"), rule("t", "2", place="Ⅲ-2"), rule("p"))


def outline(combine: str) -> tuple[Place, ...]:
    """Two places under one that combines them so; the second weighs 3."""
    under = (Place(id="Ⅲ-1", title="甲"), Place(id="Ⅲ-2", title="乙", weight=Decimal(3)))
    return (Place(id="Ⅰ-1", title="一", combine=combine, under=under),)  # type: ignore[arg-type]


def city(chance: Random, of: Method) -> City:
    """A few sites where some criteria were found to be something, and some not to apply."""
    kinds = chance.sample(list(PARTS), chance.randint(1, 3))
    return {
        f"{kind}-{number}": {
            name: " ".join(chance.choice(["0", "0.25", "0.5", "1", "1", "n"]) for _ in range(chance.randint(1, 2)))
            for name in of.rules
            if OF_A_PART.get(name, PARTS[kind]) == PARTS[kind] and chance.random() < 0.8
        }
        for kind in kinds
        for number in range(chance.randint(1, 3))
    }


def as_drawn(of: Method, cities: Sequence[City]) -> DrawnSums:
    """The cities as draws, a column each."""
    groups = [methods.group(of, each) for each in cities]
    keys = tuple(sorted({key for each in groups for key in each.sums}))
    number, value, missed = (np.zeros((len(keys), len(cities))) for _ in range(3))
    worst = np.full((len(keys), len(cities)), float(NOWHERE))
    totals = {kind: np.zeros(len(cities)) for kind in PARTS}
    counts = {kind: np.zeros(len(cities)) for kind in PARTS}
    for draw, group in enumerate(groups):
        for key, each in group.sums.items():
            at = keys.index(key), draw
            number[at], value[at], missed[at] = each.tally.counted, each.value, each.tally.missed
            if each.values:
                worst[at] = max(told if of.rules[key[1]].loses else -told for told, _ in each.values)
        for kind, sums in group.sites.values():
            score = site_score(of, sums, "now")
            if score is not None:
                totals[kind][draw] += float(score)
                counts[kind][draw] += 1
    return DrawnSums(keys, number, value, missed, worst, {kind: (totals[kind], counts[kind]) for kind in PARTS})


@pytest.mark.parametrize(
    "of",
    [
        pytest.param(methods.method(*PLAIN, DEDUCTS, way="pooled"), id="pooled"),
        pytest.param(methods.method(*PLAIN, DEDUCTS, way="mean_of_criteria"), id="mean of criteria"),
        pytest.param(methods.method(*PLAIN, DEDUCTS, way="mean_of_sites"), id="mean of sites"),
        pytest.param(methods.method(*PLAIN, way="tree"), id="tree"),
        pytest.param(methods.method(*PLAIN, way="tree", tree=outline("lowest")), id="tree, lowest"),
        pytest.param(methods.method(*PLAIN, way="tree", tree=outline("geometric")), id="tree, geometric"),
        pytest.param(methods.method(*LOWEST, way="mean_of_criteria"), id="the lowest finding"),
        pytest.param(methods.method(*CAPS, way="mean_of_sites", weights=(60, 40)), id="vetoes"),
        pytest.param(methods.method(*LINES, way="pooled", weights=(60, 40)), id="lines after the total"),
        pytest.param(methods.method(*LINES, *CAPS[:1], way="tree", weights=(50, 50)), id="lines and a cap"),
        pytest.param(methods.method(*SMALL_LINES, way="tree", tree=outline("lowest")), id="small lines, lowest"),
        pytest.param(methods.method(*HEAVY_LINES, way="pooled"), id="lines beyond both ends"),
        pytest.param(methods.method(*APART, way="tree", weights=(50, 50)), id="criteria of one part only"),
        pytest.param(methods.method(*PLAIN, weights=(60, 40), gate=50), id="a part with a mark of its own"),
        pytest.param(methods.method(*PLAIN, weights=(60, 40), empty_part="no_total"), id="no total without a part"),
    ],
)
def test_totals_are_those_of_the_exact_figures(of: Method) -> None:
    chance = Random(0)
    cities = [city(chance, of) for _ in range(60)]
    found = drawn_totals(of, as_drawn(of, cities))
    assert billionths(found.score).dtype == np.int64
    scores, parts = billionths(found.score).tolist(), {part: billionths(each) for part, each in found.parts.items()}
    assert parts.keys() == of.part_marks.keys()
    for draw, each in enumerate(cities):
        made = TotalFigure(of, methods.group(of, each)).made()
        assert (scores[draw] != NOWHERE) == (made.score is not None)
        below = [part for part, mark in of.part_marks.items() if NOWHERE < parts[part][draw] < mark * 10**9]
        assert tuple(below) == made.gates_failed
        if made.score is not None and made.combined is not None:
            assert abs(scores[draw] - round(made.score * 10**9)) <= 1
            assert found.combined[draw] == pytest.approx(float(made.combined + sum(x.amount for x in made.adjustments)))


def test_a_mark_that_is_reached_exactly_is_reached() -> None:
    """0.1 + 0.7 is below 0.8 in floating point."""
    assert billionths(np.array([(0.1 + 0.7) * 100, np.nan])).tolist() == [80 * 10**9, NOWHERE]
