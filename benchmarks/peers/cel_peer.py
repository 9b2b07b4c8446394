"""cel-python: CEL in pure Python, each rule transpiled to Python once."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import celpy

from benchmarks.peers.language import Language
from benchmarks.peers.rules import UNOBSERVED, Both, Rule, columns_of

if TYPE_CHECKING:
    import polars as pl

NAME: Final = "cel-python"
PACKAGES: Final = ("cel-python",)
HOW: Final = (
    "each rule compiled once with `CompiledRunner` and given only the columns that it reads, in its own types; "
    "all rules as one list took more than twice as long"
)
NULLS: Final = (
    "a blank is left out of the context, reading it is an error; CEL's `&&` and `||` absorb errors as Kleene's logic "
    "does unknowns, and the error that is left is caught and counts as unobserved"
)
_LANGUAGE: Final = Language(number="{}.0", and_="&&", or_="||")
Row: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled rule and the columns that it reads."""

    runner: Any
    columns: tuple[str, ...]

    def status(self, row: Row) -> int:
        """The status at a row."""
        try:
            return int(self.runner.evaluate({name: row[name] for name in self.columns if name in row}))
        except celpy.CELEvalError:
            return UNOBSERVED


def make(rules: Sequence[Rule]) -> list[Program]:
    """The rules as compiled programs."""
    environment = celpy.Environment(runner_class=celpy.CompiledRunner)
    return [
        Program(
            environment.program(environment.compile(_LANGUAGE.kleene(rule))),
            columns_of(rule.condition if rule.applies is None else Both(rule.condition, rule.applies)),
        )
        for rule in rules
    ]


def ready(made: list[Program], frame: pl.DataFrame) -> list[Row]:
    """What is known of each row."""
    logging.getLogger("celpy").setLevel(logging.CRITICAL)  # it would write a line for every error that is caught
    return [
        {key: celpy.json_to_cel(value) for key, value in row.items() if value is not None}
        for row in frame.iter_rows(named=True)
    ]


def judge(made: list[Program], data: list[Row]) -> Iterator[bytes]:
    """The statuses of one rule after the other."""
    for program in made:
        yield bytes([program.status(row) for row in data])
