"""OpenFisca-core: columns and rules as variables of one entity, each rule a vectorised formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from openfisca_core.entities import Entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from benchmarks.peers.rows import column_names
from benchmarks.peers.rules import (
    MET,
    MISSED,
    UNOBSERVED,
    WORDS,
    Both,
    Condition,
    Either,
    Limit,
    Range,
    Rule,
    Share,
    Word,
)

if TYPE_CHECKING:
    import polars as pl

NAME: Final = "OpenFisca-core"
PACKAGES: Final = ("openfisca-core", "numpy")
HOW: Final = "columns and rules are variables of one entity and month, rules are numpy formulas, one `calculate` each"
NULLS: Final = (
    "no null: blank numbers are NaN, yes/no is an Enum with a third value, words have a fourth; every formula keeps "
    "two masks as pandas' do. Its numbers are float32: exact enough for these rows"
)
PERIOD: Final = "2026-03"
Masks: TypeAlias = tuple[Any, Any]


class Fact(Enum):  # type: ignore[misc]
    """A yes/no answer."""

    no = "no"
    yes = "yes"
    blank = "blank"


Wording: Final = Enum("Wording", {word: word for word in (*WORDS, "blank")})


def make(rules: Sequence[Rule]) -> tuple[TaxBenefitSystem, list[str]]:
    """A system of variables."""
    row = Entity("row", "rows", "One row", "")
    system = TaxBenefitSystem([row])
    common = {"entity": row, "definition_period": DateUnit.MONTH}
    for name in column_names():
        kinds = {
            "b": {"value_type": Enum, "possible_values": Fact, "default_value": Fact.blank},
            "c": {"value_type": Enum, "possible_values": Wording, "default_value": Wording.blank},
        }
        system.add_variable(type(name, (Variable,), common | kinds.get(name[0], {"value_type": float})))
    for rule in rules:
        system.add_variable(type(rule.name, (Variable,), common | {"value_type": int, "formula": _formula(rule)}))
    names = [rule.name for rule in rules]
    system.cache_blacklist = set(names)  # what was calculated need not be kept
    return system, names


def ready(made: tuple[TaxBenefitSystem, list[str]], frame: pl.DataFrame) -> dict[str, Any]:
    """An array for each column; what is an Enum as the numbers of its values."""
    arrays: dict[str, Any] = {}
    for column in frame:
        if column.name.startswith("b"):
            arrays[column.name] = column.cast(int).fill_null(2).to_numpy().astype(np.uint8)
        elif column.name.startswith("c"):
            numbers = column.replace_strict(list(WORDS), list(range(len(WORDS))), default=None)
            arrays[column.name] = numbers.fill_null(len(WORDS)).to_numpy().astype(np.uint8)
        else:
            arrays[column.name] = column.to_numpy().astype(np.float32)
    return arrays


def judge(made: tuple[TaxBenefitSystem, list[str]], data: dict[str, Any]) -> Iterator[Any]:
    """A new simulation, in which every rule is calculated."""
    system, names = made
    simulation = SimulationBuilder().build_default_simulation(system, len(next(iter(data.values()))))
    simulation.opt_out_cache = True
    for name, array in data.items():
        simulation.set_input(name, PERIOD, array)
    for name in names:
        yield simulation.calculate(name, PERIOD).astype(np.uint8)


def _formula(rule: Rule) -> Callable[..., Any]:
    def formula(row: Any, period: Any) -> Any:
        yes, no = _masks(rule.condition, row, period)
        outside: Any = None
        if rule.applies is not None:
            within, outside = _masks(rule.applies, row, period)
            yes, no = yes & within, no & within
        found = yes.view(np.uint8) * np.uint8(MET - UNOBSERVED) + no.view(np.uint8) * np.uint8(MISSED - UNOBSERVED)
        found += np.uint8(UNOBSERVED)
        return found if outside is None else found - outside.view(np.uint8)

    return formula


def _masks(condition: Condition, row: Any, period: Any) -> Masks:
    """Where a condition surely holds, and where it surely fails."""
    match condition:
        case Both(first, second):
            (yes, no), (too, nor) = _masks(first, row, period), _masks(second, row, period)
            return yes & too, no | nor
        case Either(first, second):
            (yes, no), (too, nor) = _masks(first, row, period), _masks(second, row, period)
            return yes | too, no & nor
        case Limit(column, is_, limit):
            value = row(column, period)
            if is_ == "<=":
                return value <= limit, value > limit
            return (value >= limit, value < limit) if is_ == ">=" else (value > limit, value <= limit)
        case Range(column, low, high):
            value = row(column, period)
            return (value >= low) & (value <= high), (value < low) | (value > high)
        case Share(part, whole, at_least):  # 0 / 0 is NaN, which is neither; the rule does not apply there
            with np.errstate(invalid="ignore"):
                share = row(part, period) / row(whole, period)
            return share >= at_least, share < at_least
        case Word(column, word):
            value = row(column, period)
            same = value == Wording[word]
            return same, ~same & (value != Wording.blank)
        case _:
            value = row(condition.column, period)
            return value == Fact.yes, value == Fact.no
