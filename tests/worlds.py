"""Worlds that the forecast's assumptions describe, drawn at random: what is true, what our own round shows of it, and
what an official draw would give.

``python -m tests.worlds --worlds 1000`` tells for kinds of worlds how often the official total lies within the range that
the forecast gives for 90 % of the draws. Official totals are worked out here and not by the engine.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from math import sqrt
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.random import Generator
from numpy.typing import NDArray

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.judgement import Judgement, judge_round
from duibiao.evaluator.official_draws import Draws, draws_of, quantile
from duibiao.evaluator.submission import AREAS, Table, answer_columns
from tests.city import TOP, make_catalogue, make_submission

Floats = NDArray[np.float64]
STEPS: Final = 20  # of the scores of a question: 0.05 to 1
LOOKS: Final = 3  # criteria of a site
LOW, HIGH = Fraction(1, 20), Fraction(19, 20)  # the range of 90 %
DRAWS: Final = 1000  # of each forecast
OFFICIAL: Final = 20  # draws of each world
NEARLY: Final = 1e-6  # totals are billionths there, and floats here


@dataclass(frozen=True)
class World:
    """A kind of worlds: ``areas`` with ``asked`` people each, who answer so many ``questions``, and ``sites`` each.

    ``rate`` is what is usual, of answers and of sites. True rates of areas are beta with a standard deviation of
    ``unlike`` times the largest that can be. ``joint`` is the correlation of what one person answers to two questions
    of the same rate; None: another in every world, as usual as the forecast takes it to be. ``counted`` are answers of
    which only numbers are told. Of the sites ``visited`` each area were seen, and assessors draw ``drawn``.
    """

    name: str
    areas: int = 5
    questions: int = 0
    asked: int = 100
    rate: float = 0.85
    unlike: float = 0.08
    joint: float | None = None
    counted: bool = True
    sites: int = 1
    visited: int = 1
    drawn: int = 1

    @property
    def places(self) -> list[str]:
        """The districts."""
        return [f"{TOP}/{at:02}" for at in range(self.areas)]


WORLDS: Final = (
    World("asked: 5 areas, 10 questions", questions=10),
    World("asked: 2 areas, 2 questions", areas=2, questions=2),
    World("asked: 20 areas, 10 questions, 30 people", areas=20, questions=10, asked=30),
    World("asked: areas alike", questions=10, unlike=0.0),
    World("asked: areas very unlike", questions=10, unlike=0.3),
    World("asked: rates near 0.5", questions=10, rate=0.5),
    World("asked: rates near 0.95, 400 people", questions=10, rate=0.95, asked=400),
    World("asked: a row each", questions=10, counted=False),
    World("asked: a row each, answers go together", questions=10, joint=0.3, counted=False),
    World("asked: a row each, answers do not", questions=10, joint=0.0, counted=False),
    World("asked: only numbers, answers go together", questions=10, joint=0.3),
    World("asked: only numbers, answers do not", questions=10, joint=0.0),
    World("seen: 10 of 40 sites", sites=40, visited=10, drawn=5),
    World("seen: 3 of 40 sites", sites=40, visited=3, drawn=5),
    World("seen: 2 areas alike, 4 of 40 sites", areas=2, unlike=0.0, sites=40, visited=4, drawn=20),
    World("seen: all sites", sites=20, visited=20, drawn=5),
    World("both", questions=10, sites=40, visited=10, drawn=5),
)


def city(folder: Path, world: World) -> Catalogue:
    """A catalogue with a criterion a question and sites with three criteria, each worth as much as the others."""
    ladder = [{"at_least": at / STEPS, "score": at / STEPS} for at in range(STEPS, 0, -1)]
    numbers = range(world.questions)
    fields = {"n": {"label": "人", "kind": "count"}} | {
        f"k{at}": {"label": f"是{at}", "kind": "count", "at_most": "n"} for at in numbers
    }
    counts = {"fields": fields, "rates": {f"q{at}": f"k{at} / n" for at in numbers}}
    rows = {"questions": {f"q{at}": {"text": f"问{at}", "choices": ["是", "否"], "yes": ["是"]} for at in numbers}}
    poll = {
        "questionnaire": "poll", "title": "问", "part": "statistics", "each": "district",
        **(counts if world.counted else rows),
        "criteria": [
            {"id": f"c{at}", "title": f"率{at}", "place": "Ⅲ-1", "ask": f"poll.q{at}", "levels": ladder}
            for at in numbers
        ],
    }  # fmt: skip
    spot = {
        "site_type": "spot", "title": "点", "quota": {"per": "district", "sites": world.drawn},
        "fields": {f"f{at}": {"label": f"看{at}", "kind": "number", "at_most": 1} for at in range(LOOKS)},
        "criteria": [
            {"id": f"s{at}", "title": f"整洁{at}", "place": "Ⅲ-1", "rate": f"f{at}", "full_at": 1, "zero_at": 0}
            for at in range(LOOKS)
        ],
    }  # fmt: skip
    forms = {"spot": spot, "poll": poll} if world.questions else {"spot": spot}
    weights = {"on_site": 50, "statistics": 50} if world.questions else {"on_site": 100}
    total = [{"part": part, "weight": weight, "combine": "pooled"} for part, weight in weights.items()]
    head = {
        "catalogue": "test", "title": "试验", "edition": "1", "area_levels": {"city": "市", "district": "区县"},
        "parts": {"on_site": "实地", "statistics": "统计"},
        "score": {"levels": [{"name": "达标", "at_least": 85}, {"name": "不达标"}], "total": total},
    }  # fmt: skip
    return make_catalogue(folder, {name: json.dumps(form) for name, form in forms.items()}, json.dumps(head))


def rates(chance: Generator, mean: float, unlike: float, number: int) -> Floats:
    """True rates of so many areas."""
    if unlike == 0:
        return np.full(number, mean)
    apart = unlike**-2 - 1
    return chance.beta(mean * apart, (1 - mean) * apart, number)


@dataclass(frozen=True)
class Truth:
    """What is true in one world: how far answers go together, the rate by area and question, and what is there to see
    by area, site and criterion."""

    world: World
    joint: float
    asked: Floats
    seen: Floats

    @staticmethod
    def drawn(world: World, chance: Generator) -> Truth:
        """A world of a kind."""
        odds = np.log(world.rate / (1 - world.rate)) + chance.normal(0, 0.3, world.questions)
        means = 1 / (1 + np.exp(-odds))
        asked = np.array([rates(chance, mean, world.unlike, world.areas) for mean in means]).reshape(-1, world.areas).T
        of_area = rates(chance, world.rate, world.unlike, world.areas)
        of_site = np.array([rates(chance, mean, 0.3, world.sites) for mean in of_area])
        joint = chance.beta(1, 4) if world.joint is None else world.joint
        return Truth(
            world, joint, asked, (chance.random((world.areas, world.sites, LOOKS)) < of_site[..., None]).astype(float)
        )

    def answers(self, chance: Generator) -> NDArray[np.bool_]:
        """What people answer who are asked: by area, person and question."""
        shape = self.world.areas, self.world.asked, self.world.questions
        own, common = chance.random(shape), chance.random((*shape[:2], 1))
        told = np.where(chance.random(shape) < sqrt(self.joint), common, own)
        found: NDArray[np.bool_] = told < self.asked[:, None, :]
        return found

    def total(self, told: NDArray[np.bool_], sites: Sequence[NDArray[np.int64]]) -> float:
        """The total of these answers, and of these sites of each area."""
        parts = [np.mean([seen[drawn] for seen, drawn in zip(self.seen, sites, strict=True)])]
        if self.world.questions:
            parts.append((np.floor(told.mean(axis=1) * STEPS + NEARLY) / STEPS).mean())
        return float(100 * np.mean(parts))

    def official(self, chance: Generator) -> float:
        """The total of an official draw: its own people, its own sites."""
        sites = [chance.permutation(self.world.sites)[: self.world.drawn] for _ in self.seen]
        return self.total(self.answers(chance), sites)


def own_round(catalogue: Catalogue, truth: Truth, told: NDArray[np.bool_]) -> Judgement:
    """Our own round: what people told us, and the first sites of each area."""
    world = truth.world
    sites = [
        {"site": f"s{area}-{at}", "name": "点", "site_type": "spot", "area": place}
        for area, place in enumerate(world.places)
        for at in range(world.sites)
    ]
    visits: dict[str, Sequence[Mapping[str, object]]] = {
        "spot": [
            {"site": f"s{area}-{at}", **{f"f{look}": float(value) for look, value in enumerate(truth.seen[area, at])}}
            for area in range(world.areas)
            for at in range(world.visited)
        ]
    }
    if world.questions:
        sites += [{"site": place, "name": place, "site_type": "poll", "area": place} for place in world.places]
        counts = [{f"k{at}": int(yes) for at, yes in enumerate(each)} for each in told.sum(axis=1)]
        visits["poll"] = [
            {"site": place, **({"n": world.asked, **counted} if world.counted else {})}
            for place, counted in zip(world.places, counts, strict=True)
        ]
    levels = [(TOP, TOP, "city", None, None), *((place, place, "district", TOP, None) for place in world.places)]
    made = make_submission(catalogue, visits, sites=sites, levels=pl.DataFrame(levels, schema=AREAS, orient="row"))
    register = Table("sites.csv", None, "", "register", len(sites), len(sites), 0)
    return judge_round(catalogue, replace(made, tables=(register,), answers=_rows(catalogue, world, told)))


def _rows(catalogue: Catalogue, world: World, told: NDArray[np.bool_]) -> dict[str, pl.DataFrame]:
    """The answers, a row a respondent, where they are not counted."""
    if world.counted or not world.questions:
        return {}
    rows = [
        {"area": place, "round": "", **{f"q{at}": "是" if yes else "否" for at, yes in enumerate(person)}}
        for area, place in enumerate(world.places)
        for person in told[area].tolist()
    ]
    return {"poll": pl.DataFrame(rows, schema=answer_columns(catalogue.site_types["poll"]))}


@dataclass(frozen=True)
class Covered:
    """Of each world of a kind the shares of official totals below the range, and above it."""

    world: World
    below: Floats
    above: Floats

    @property
    def share(self) -> float:
        """The share within, over all worlds."""
        return float(1 - (self.below + self.above).mean())

    @property
    def error(self) -> float:
        """Three standard errors of that: worlds differ by themselves, the draws of one world do not."""
        return float(3 * np.std(self.below + self.above) / sqrt(self.below.size))

    def __str__(self) -> str:
        return (
            f"{self.share:6.1%} ± {self.error:5.1%}  "
            f"below {self.below.mean():5.1%}  above {self.above.mean():5.1%}  {self.world.name}"
        )


def covered(world: World, number: int, seed: int = 1) -> Covered:
    """So many worlds of a kind, and ``OFFICIAL`` draws in each."""
    with tempfile.TemporaryDirectory() as folder:
        catalogue = city(Path(folder), world)
    chance = np.random.default_rng(seed)
    missed = [_missed(catalogue, Truth.drawn(world, chance), chance) for _ in range(number)]
    return Covered(world, *np.array(missed).T)


def _missed(catalogue: Catalogue, truth: Truth, chance: Generator) -> tuple[float, float]:
    found = draws_of(own_round(catalogue, truth, truth.answers(chance)), draws=DRAWS, seed=int(chance.integers(2**31)))
    assert isinstance(found, Draws), found
    totals = np.array([truth.official(chance) for _ in range(OFFICIAL)])
    low, high = float(quantile(found.scores, LOW)) - NEARLY, float(quantile(found.scores, HIGH)) + NEARLY
    return float((totals < low).mean()), float((totals > high).mean())


def main() -> None:
    """The table of all kinds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--worlds", type=int, default=300)
    asked = parser.parse_args()
    with ProcessPoolExecutor(2) as pool:
        for each in pool.map(covered, WORLDS, [asked.worlds] * len(WORLDS)):
            print(each, flush=True)


if __name__ == "__main__":
    main()
