"""Is the forecast's range what it says? In worlds drawn at random it holds the official total in about 90 % of draws.

``python -m tests.worlds`` has the whole table (``make soak``); these are small ones.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.worlds import Truth, World, city, covered, own_round

# Kinds of worlds and how many of each. Without what areas share 80 % of the first are covered, without that the same
# people answer 78 % of the second, with as many donors as there are 77 % of the third.
SMALL = [
    (World("asked: areas alike", areas=6, questions=2, unlike=0.0, counted=False), 60),
    (World("asked: answers go together", areas=2, questions=6, joint=0.4, counted=False), 50),
    (World("seen: few sites", areas=2, unlike=0.0, sites=40, visited=4, drawn=20), 120),
    (World("both, only numbers", areas=3, questions=3, sites=20, visited=5, drawn=5), 40),
]
LEAST, MOST = 0.9, 0.95  # of what is not known at all, as how far answers go together, it rather says too much


# The last kind in every run, the others in the soak: together they take twenty seconds.
@pytest.mark.untraced
@pytest.mark.parametrize(("world", "number"), [
    pytest.param(world, number, id=world.name, marks=[] if number == 40 else pytest.mark.soak) for world, number in SMALL
])  # fmt: skip
def test_nine_of_ten_official_totals_lie_within_the_range(world: World, number: int) -> None:
    """Within three standard errors, which come from so many worlds."""
    found = covered(world, number)
    assert found.share + found.error > LEAST, str(found)
    assert found.share - found.error < MOST, str(found)


@pytest.mark.parametrize("counted", [True, False])
def test_totals_here_are_those_of_the_engine(tmp_path: Path, counted: bool) -> None:
    """Of our own round: the judged total is what these worlds' arithmetic gives."""
    world = World("", areas=3, questions=2, counted=counted, sites=4, visited=4)
    chance = np.random.default_rng(3)
    truth = Truth.drawn(world, chance)
    told = truth.answers(chance)
    judged = own_round(city(tmp_path, world), truth, told).total.total()
    assert judged is not None
    assert float(judged) == pytest.approx(truth.total(told, [np.arange(4)] * 3))
