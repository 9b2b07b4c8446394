"""What to mend first: the programme against every choice there is, and what it promises against the data itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain, combinations
from random import Random
from typing import Final

import pytest

from duibiao.criteria.models import Place
from duibiao.evaluator.figures import TotalFigure
from duibiao.evaluator.linear import Limits
from duibiao.evaluator.mending_plan import Aim, Budget, MendingPlan, TooDear, planned
from duibiao.evaluator.method import Method
from duibiao.evaluator.repairs import Repair, mended
from duibiao.evaluator.sums import Group
from tests.methods import City, group, method, rule

EXACT: Final = Limits(gap=0.0)
LOWEST: Final = (
    Place(id="Ⅰ-1", title="一", combine="lowest", under=(Place(id="Ⅲ-1", title="甲"), Place(id="Ⅲ-2", title="乙"))),
)
GEOMETRIC: Final = (
    Place(id="Ⅰ-1", title="一", combine="geometric", under=(Place(id="Ⅲ-1", title="甲"), Place(id="Ⅲ-2", title="乙"))),
)
RULES: Final = (
    rule("a", "3"),
    rule("b", "2", place="Ⅲ-2", total_cap="60"),
    rule("c", "1", place="Ⅲ-2", site_cap="50"),
    rule("d", "2", lowest=True),
    rule("e", "1", adjusts="-2"),
)
CITY: Final[City] = {
    "market-1": {"a": "0.5 0", "b": "0", "c": "0", "d": "0.5", "e": "0"},
    "market-2": {"a": "1", "b": "0 1", "c": "1", "d": "0", "e": "-"},
    "road-1": {"a": "0", "c": "0 0.5", "d": "0.5"},
}


def repairs_in(of: Method, city: City, seed: int = 0) -> list[Repair]:
    """Every gap of a city, with drawn person-days and units."""
    drawn = Random(seed)
    whole = group(of, city)
    now = TotalFigure(of, whole).total() or Fraction(0)
    found = []
    for site, seen in city.items():
        part = of.part_of[site.partition("-")[0]]
        for name, scores in seen.items():
            for number, score in enumerate(scores.split()):
                if score not in {"1", "-"} and of.rules[name].to_mend:
                    value = of.rules[name].value(Fraction(score))
                    days = Fraction(drawn.choice(["0.5", "1", "2", "3"]))
                    each = Repair(
                        f"{site}@{number}:{name}", site, part, name, "missed" if score == "0" else "partial", value,
                        drawn.choice(["x", "y"]), days, Fraction(0), Fraction(0),
                    )  # fmt: skip
                    alone = TotalFigure(of, mended(of.rules, whole, [each])).total() or Fraction(0)
                    found.append(replace(each, gain=alone - now, lost=alone - now))
    return found


def subsets(repairs: Sequence[Repair]) -> Iterator[tuple[Repair, ...]]:
    return chain.from_iterable(combinations(repairs, number) for number in range(len(repairs) + 1))


def days(repairs: Sequence[Repair], unit: str | None = None) -> Fraction:
    return sum((each.days for each in repairs if unit in {None, each.unit}), Fraction(0))


def affordable(repairs: Sequence[Repair], budget: Budget) -> bool:
    limits = [(budget.whole, None), *((budget.of(unit), unit) for unit in ("x", "y"))]
    return all(most is None or days(repairs, unit) <= most for most, unit in limits)


def searched(
    of: Method, whole: Group, repairs: Sequence[Repair], aim: Aim, budget: Budget
) -> tuple[bool, Fraction, Fraction]:
    """The best of all choices: a mark with the fewest person-days, else the highest total with the fewest."""
    best: tuple[bool, Fraction, Fraction] | None = None
    for chosen in subsets(repairs):
        if not affordable(chosen, budget):
            continue
        figure = TotalFigure(of, mended(of.rules, whole, chosen))
        total = figure.total()
        assert total is not None
        reached = aim.reached(figure.made(), {part: figure.part(part) for part in of.part_weights})
        rank = (True, -days(chosen), total) if reached else (False, total, -days(chosen))
        best = rank if best is None else max(best, rank)
    assert best is not None
    return best


def ranked(plan: MendingPlan) -> tuple[bool, Fraction, Fraction]:
    return (True, -plan.days, plan.total) if plan.reached else (False, plan.total, -plan.days)


METHODS: Final[Mapping[str, Method]] = {
    "pooled": method(*RULES),
    "criteria": method(*RULES, way="mean_of_criteria"),
    "sites": method(*RULES, way="mean_of_sites"),
    "sites along the outline": method(*RULES, way="mean_of_sites", site="tree"),
    "tree": method(*RULES, way="tree"),
    "lowest place": method(*RULES, way="tree", tree=LOWEST),
    "geometric place": method(*RULES, way="tree", tree=GEOMETRIC),
    "what nobody saw is nothing": method(*RULES, way="mean_of_criteria", unobserved="zero"),
    "two parts": method(*RULES, way="mean_of_criteria", weights=(60, 40), gate=70),
}
AIMS: Final[Mapping[str, tuple[Aim, Budget]]] = {
    "total": (Aim("total"), Budget(Fraction(6))),
    "total by unit": (Aim("total"), Budget(None, {"x": Fraction(3)}, Fraction(5, 2))),
    "pass": (Aim("pass", Fraction(70)), Budget()),
    "level": (Aim("level", Fraction(60), "良", {"on_site": Fraction(70)}), Budget()),
    "out of reach": (Aim("pass", Fraction(85)), Budget(Fraction(4))),
}


@pytest.mark.parametrize("aim", AIMS)
@pytest.mark.parametrize("name", METHODS)
def test_the_programme_finds_what_trying_all_choices_finds(name: str, aim: str) -> None:
    of = METHODS[name]
    city = {**CITY, "papers-1": {"a": "0"}} if name == "two parts" else CITY
    whole, repairs = group(of, city), repairs_in(of, city)
    plan = planned(of, whole, repairs, *AIMS[aim], limits=EXACT)
    assert plan is not None
    assert ranked(plan) == searched(of, whole, repairs, *AIMS[aim])
