"""One engine, one number of rows, one number of rules, in a process of its own. Prints what came of it as JSON.

python -m benchmarks.peers.measure duibiao_peer ROWS.parquet 200
"""

from __future__ import annotations

import gc
import importlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from statistics import median
from time import perf_counter
from typing import Any, Final, Protocol

import polars as pl

from benchmarks.peers import memory
from benchmarks.peers.rules import Rule, rules
from benchmarks.peers.tally import Tally, tally

PASSES, PASSES_WITHIN = 5, 4.0  # after the first: at most so many, begun within so many seconds
PART: Final = 10  # how long it takes grows from this part of the rows


class Peer(Protocol):
    """What a file of an engine has. ``NULLS`` says what it does with blanks, and what guard was written for that."""

    NAME: str
    PACKAGES: tuple[str, ...]
    HOW: str
    NULLS: str

    def make(self, rules: Sequence[Rule]) -> Any:
        """The rules in the engine's own form: parsed, compiled, whatever is done once."""

    def ready(self, made: Any, frame: pl.DataFrame) -> Any:
        """The rows in the engine's own form."""

    def judge(self, made: Any, data: Any) -> Iterator[Any]:
        """For every rule, in their order, the status (UInt8) of every row, in their order."""


def one_pass(peer: Peer, made: Any, data: Any) -> tuple[float, list[Tally]]:
    """Judge all rows by all rules: the seconds that the engine took, and its answers, taken down off the clock."""
    told: list[Tally] = []
    start = perf_counter()
    statuses = iter(peer.judge(made, data))
    taken = 0.0
    while True:
        found = next(statuses, None)
        taken += perf_counter() - start
        if found is None:
            return taken, told
        told.append(tally(found))
        start = perf_counter()


def measure(peer: Peer, frame: pl.DataFrame, asked: Sequence[Rule]) -> dict[str, Any]:
    """Seconds to ``make``, to get ``ready``, and to ``judge`` (the median, after a first pass where more than one was
    made); of a tenth of the rows too; megabytes held before judging and at most; the answers of every rule."""
    start = perf_counter()
    made = peer.make(asked)
    make = perf_counter() - start
    part = peer.ready(made, frame.head(max(1, frame.height // PART)))
    start = perf_counter()
    data = peer.ready(made, frame)
    ready = perf_counter() - start
    del frame
    gc.collect()
    gc.freeze()  # the rows are not looked through again and again
    held = memory.held()
    first, answers = one_pass(peer, made, data)
    times: list[float] = []
    begun = perf_counter()
    while len(times) < PASSES and perf_counter() - begun + first < PASSES_WITHIN:
        again, same = one_pass(peer, made, data)
        if same != answers:
            raise RuntimeError("the answers of two passes differ")
        times.append(again)
    peak = memory.peak()
    return {
        "make": make,
        "ready": ready,
        "judge": median(times or [first]),
        "first": first,
        "passes": 1 + len(times),
        "part": one_pass(peer, made, part)[0],
        "held": held,
        "peak": peak,
        "answers": [asdict(each) for each in answers],
        "name": peer.NAME,
        "how": peer.HOW,
        "nulls": peer.NULLS,
        "versions": {package: version(package) for package in peer.PACKAGES},
    }


def main() -> None:
    """Measure what the command line names."""
    name, path, count = sys.argv[1:]
    peer: Peer = importlib.import_module(f"benchmarks.peers.{name}")  # type: ignore[assignment]
    print(json.dumps(measure(peer, pl.read_parquet(path), rules(int(count)))))


if __name__ == "__main__":
    main()
