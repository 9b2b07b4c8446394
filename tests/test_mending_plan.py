"""What to mend first: the programme against every choice there is, and what it promises against the data itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random
from typing import Final

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from duibiao.criteria.models import Place
from duibiao.evaluator.figures import TotalFigure
from duibiao.evaluator.linear import Limits
from duibiao.evaluator.mending_plan import Aim, Budget, MendingPlan, TooDear, planned
from duibiao.evaluator.method import Method
from duibiao.evaluator.next_level import NextLevel
from duibiao.evaluator.repairs import Repair, mended, part_way
from duibiao.evaluator.sums import Group
from tests.methods import City, group, method, rule

EXACT: Final = Limits(gap=0.0)
MOST: Final = 5  # gaps of drawn cities: 3 ways to deal with each
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
    "market-1": {"a": "0.5", "b": "0", "c": "0", "d": "0.5", "e": "0"},
    "market-2": {"a": "1", "b": "0 1", "c": "1", "d": "1", "e": "-"},
    "road-1": {"a": "0", "d": "1"},
}


def repairs_in(of: Method, city: City, seed: int = 0, with_level: float = 0.0) -> list[Repair]:
    """Every gap of a city, with drawn person-days and units; ``with_level`` of them have a next level, a score of 0.75."""
    drawn, levels = Random(seed), Random(seed)
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
                    each = replace(each, gain=alone - now, lost=alone - now)
                    step = NextLevel(of.rules[name].value(Fraction(3, 4)), Fraction(levels.choice(["0.1", "0.4", "1"])))
                    found.append(replace(each, instead=part_way(each, step)) if levels.random() < with_level else each)
    return found


def choices(repairs: Sequence[Repair]) -> Iterator[tuple[Repair, ...]]:
    """Every gap left, mended to its next level where it has one, or mended wholly."""
    for each in product(*((None, each, each.instead) if each.instead else (None, each) for each in repairs)):
        yield tuple(repair for repair in each if repair is not None)


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
    for chosen in choices(repairs):
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
    "sites in two parts": method(*RULES, way="mean_of_sites", weights=(60, 40)),
}
FURTHER: Final[Mapping[str, City]] = {
    "criteria": {"market-3": {"d": "0"}},
    "what nobody saw is nothing": {"market-3": {"d": "-"}},
    "two parts": {"papers-1": {"a": "0", "e": "-"}},
    "sites in two parts": {
        "papers-1": {"a": "0"},
        "market-3": {"a": "1"},
        "market-4": {"a": "-"},
        "road-2": {"e": "0"},
    },
}
AIMS: Final[Mapping[str, tuple[Aim, Budget]]] = {
    "total": (Aim("total"), Budget(Fraction(6), {"x": Fraction(3)})),
    "pass": (Aim("pass", Fraction(70)), Budget()),
    "level": (Aim("level", Fraction(60), "良", {"on_site": Fraction(70)}), Budget()),
    "out of reach": (Aim("pass", Fraction(85)), Budget(Fraction(4))),
}


SEEN: Final = st.sampled_from(["0", "0.5", "1", "-", "0 0.5", "0.3 1"])
SITES: Final = ("market-1", "market-2", "road-1", "papers-1")


@st.composite
def cities(draw: st.DrawFn) -> City:
    """Four sites with a few criteria each, and no more gaps than can be tried out."""
    drawn = {
        site: {name: draw(SEEN) for name in draw(st.lists(st.sampled_from("abcde"), max_size=3, unique=True))}
        for site in SITES
    }
    gaps = sum(score not in {"1", "-"} for seen in drawn.values() for told in seen.values() for score in told.split())
    assume(0 < gaps <= MOST)
    return drawn


def budgets() -> st.SearchStrategy[Budget]:
    """Person-days in all, of one unit, of the others; each of them or no limit."""
    told = st.none() | st.integers(1, 12).map(lambda each: Fraction(each, 2))
    own = st.dictionaries(
        st.just("x"), told.filter(lambda each: each is not None).map(lambda each: each or Fraction(0))
    )
    return st.builds(Budget, told, own, told)


def holds(of: Method, city: City, aim: Aim, budget: Budget, seed: int) -> None:
    """The plan is as good as the best of all choices, its total is that of its steps, and no budget is passed."""
    whole, repairs = group(of, city), repairs_in(of, city, seed, with_level=0.5)
    plan = planned(of, whole, repairs, aim, budget, limits=EXACT)
    if plan is None:
        return
    assert ranked(plan) == searched(of, whole, repairs, aim, budget)
    assert plan.total == (plan.steps[-1].total if plan.steps else plan.now)
    assert sum((step.gain for step in plan.steps), plan.now) == plan.total
    assert all(each.budget is None or each.days <= each.budget for each in plan.units)


@pytest.mark.parametrize("aim", AIMS)
@pytest.mark.parametrize("name", METHODS)
def test_the_programme_finds_what_trying_all_choices_finds(name: str, aim: str) -> None:
    of = METHODS[name]
    city = {**CITY, **FURTHER.get(name, {})}
    whole, repairs = group(of, city), repairs_in(of, city)
    plan = planned(of, whole, repairs, *AIMS[aim], limits=EXACT)
    assert plan is not None
    assert ranked(plan) == searched(of, whole, repairs, *AIMS[aim])


@settings(max_examples=60)
@given(
    name=st.sampled_from(sorted(METHODS)),
    city=cities(),
    aim=st.sampled_from([each for each, _ in AIMS.values()]),
    budget=budgets(),
    seed=st.integers(0, 99),
)
def test_it_is_as_good_as_the_best_of_all_choices(name: str, city: City, aim: Aim, budget: Budget, seed: int) -> None:
    of = METHODS[name]
    parts = {site: of.part_of[site.partition("-")[0]] for site in city}
    holds(of, {site: seen for site, seen in city.items() if parts[site] in of.part_weights}, aim, budget, seed)


def test_what_must_be_mended_is_and_what_cannot_be_is_not() -> None:
    of = METHODS["criteria"]
    whole, repairs = group(of, CITY), repairs_in(of, CITY)
    dear = max(repairs, key=lambda each: each.days)
    best = planned(of, whole, repairs, Aim("pass", Fraction(70)))
    assert best is not None
    first = best.steps[0].gaps[0]
    plan = planned(of, whole, repairs, Aim("pass", Fraction(70)), must={dear.gap}, fixed={first})
    assert plan is not None
    chosen = {gap for step in plan.steps for gap in step.gaps}
    assert dear.gap in chosen
    assert first not in chosen
    assert plan.days >= best.days


@pytest.mark.parametrize(
    ("budget", "over"),
    [
        (Budget(Fraction(1, 4)), None),
        (Budget(None, {}, Fraction(1, 4)), "x"),
        (Budget(None, {"x": Fraction(1, 4)}), "x"),
    ],
)
def test_what_must_be_mended_and_is_too_dear_is_told(budget: Budget, over: str | None) -> None:
    of = METHODS["criteria"]
    repairs = [replace(each, unit="x") for each in repairs_in(of, CITY)]
    with pytest.raises(TooDear) as told:
        planned(of, group(of, CITY), repairs, Aim("total"), budget, must={repairs[0].gap})
    assert [(unit, most) for unit, _, most in told.value.over] == [(over, Fraction(1, 4))]


def test_without_a_total_there_is_no_plan() -> None:
    of = METHODS["criteria"]
    assert planned(of, group(of, {"market-1": {"a": "-"}}), [], Aim("total")) is None


def test_with_nothing_to_mend_the_plan_is_empty() -> None:
    of = METHODS["criteria"]
    plan = planned(of, group(of, {"market-1": {"a": "1"}}), [], Aim("pass", Fraction(85)))
    assert plan is not None
    assert plan.steps == ()
    assert plan.cheapest is None
    assert plan.reached is True
    assert plan.total == 100
    assert plan.missing == 0


def test_a_total_below_nothing_stays_nothing_until_the_lines_are_mended() -> None:
    of = method(rule("a"), rule("e", "1", adjusts="-60"), way="pooled")
    city = {"market-1": {"a": "0.5", "e": "0 0"}}
    whole, repairs = group(of, city), [replace(each, days=Fraction(1)) for each in repairs_in(of, city)]
    plan = planned(of, whole, repairs, Aim("total"), Budget(Fraction(2)), limits=EXACT)
    assert plan is not None
    assert plan.now == 0
    assert ranked(plan) == searched(of, whole, repairs, Aim("total"), Budget(Fraction(2)))


def test_a_limit_of_the_search_is_told() -> None:
    drawn = Random(1)
    of = method(*(rule(f"r{number}", str(drawn.randint(1, 9)), total_cap=str(40 + number)) for number in range(20)))
    city = {"market-1": {f"r{number}": "0 0.5 0.3" for number in range(20)}}
    repairs = [replace(each, days=Fraction(drawn.randint(50, 99), 10)) for each in repairs_in(of, city)]
    plan = planned(of, group(of, city), repairs, Aim("pass", Fraction(85)), limits=Limits(gap=0.0, seconds=1e-9))
    assert plan is not None
    assert plan.ended == "stopped"


def test_equal_gaps_are_taken_in_their_order() -> None:
    of = method(rule("a"), way="pooled")
    city = {f"market-{number}": {"a": "0"} for number in range(5)}
    repairs = [replace(each, days=Fraction(1), unit="x") for each in repairs_in(of, city)]
    plan = planned(of, group(of, city), repairs, Aim("total"), Budget(Fraction(2)))
    assert plan is not None
    assert plan.steps[0].gaps == tuple(each.gap for each in repairs[:2])


def test_vetoes_of_the_lowest_cap_come_first() -> None:
    of = method(rule("a", "5"), rule("b", total_cap="60"), rule("c", total_cap="50"), way="pooled")
    city = {"market-1": {"a": "0", "b": "0", "c": "0"}}
    plan = planned(of, group(of, city), repairs_in(of, city), Aim("pass", Fraction(90)))
    assert plan is not None
    assert [step.criterion for step in plan.steps] == ["c", "b", "a"]
    assert sum(step.gain for step in plan.steps) == plan.total - plan.now == 100
    assert plan.steps[-1].total == plan.total
