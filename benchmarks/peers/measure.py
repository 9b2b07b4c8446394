"""One engine, one number of rows, one number of rules, in a process of its own. Prints what came of it as JSON.

python -m benchmarks.peers.measure duibiao_peer ROWS.parquet 200
"""

from __future__ import annotations

import gc
import importlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from statistics import median
from time import perf_counter, process_time
from typing import Any, Final, Protocol

import polars as pl

from benchmarks.peers import memory
from benchmarks.peers.rules import Rule, rules
from benchmarks.peers.tally import Tally, tally

PASSES, PASSES_WITHIN = 5, 5.0  # after the first: at most so many, done within about so many seconds
PART: Final = 10  # this part of the rows tells, with all of them, what more rows will take


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


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass: the seconds that the engine took, what its threads took of the processor, and its answers."""

    seconds: float
    processor: float
    answers: list[Tally]

    @property
    def undisturbed(self) -> float:
        """The seconds that it takes where nobody else is at work, about: no more than those of the processor."""
        return min(self.seconds, self.processor)


def one_pass(peer: Peer, made: Any, data: Any) -> Pass:
    """Judge all rows by all rules; the answers are taken down off the clock."""
    answers: list[Tally] = []
    seconds = processor = 0.0
    start = (perf_counter(), process_time())
    statuses = iter(peer.judge(made, data))
    while True:
        found = next(statuses, None)
        seconds += perf_counter() - start[0]
        processor += process_time() - start[1]
        if found is None:
            return Pass(seconds, processor, answers)
        answers.append(tally(found))
        start = (perf_counter(), process_time())


def measure(peer: Peer, frame: pl.DataFrame, asked: Sequence[Rule]) -> dict[str, Any]:
    """Seconds to ``make``, to get ``ready``, and to ``judge`` (the median, after a first pass where more than one was
    made); seconds ``undisturbed``, of all rows and of a tenth, the ``part``; megabytes held before judging and at most;
    the answers of every rule."""
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
    passes = [one_pass(peer, made, data)]
    begun = perf_counter()
    while len(passes) <= PASSES and perf_counter() - begun + passes[0].seconds < PASSES_WITHIN:
        passes.append(one_pass(peer, made, data))
        if passes[-1].answers != passes[0].answers:
            raise RuntimeError("the answers of two passes differ")
    peak = memory.peak()
    return {
        "make": make,
        "ready": ready,
        "judge": median(each.seconds for each in passes[1:] or passes),
        "first": passes[0].seconds,
        "passes": len(passes),
        "undisturbed": min(each.undisturbed for each in passes),
        "part": min(one_pass(peer, made, part).undisturbed for _ in range(2)),
        "held": held,
        "peak": peak,
        "answers": [asdict(each) for each in passes[0].answers],
        "name": peer.NAME,
        "how": peer.HOW,
        "nulls": peer.NULLS,
        "versions": {package: version(package) for package in peer.PACKAGES},
    }


def main() -> None:
    """Measure what the command line names."""
    name, path, count = sys.argv[1:]
    peer: Peer = importlib.import_module(f"benchmarks.peers.{name}")
    print(json.dumps(measure(peer, pl.read_parquet(path), rules(int(count)))))


if __name__ == "__main__":
    main()
