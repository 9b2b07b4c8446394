"""One engine, one number of rows, one number of rules, in a process of its own. Prints what came of it as JSON.

python -m benchmarks.peers.measure duibiao_peer ROWS.parquet 200 15
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

from benchmarks.peers import growth, memory
from benchmarks.peers.rules import Rule, rules
from benchmarks.peers.tally import Tally, tally

PASSES, PASSES_WITHIN = 3, 4.0  # after the first: at most so many, done within about so many seconds
PARTS: Final = (100, 10)  # parts of the rows that tell what all of them will take


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


def beforehand(peer: Peer, made: Any, frame: pl.DataFrame) -> tuple[float, float]:
    """The seconds of a tenth of the rows, and what all of them will take, as far as that and a hundredth tell: the
    better of two passes each."""
    sizes = [max(1, frame.height // share) for share in PARTS]
    points: list[tuple[int, float]] = []
    for size in sizes:
        part = peer.ready(made, frame.head(size))
        points.append((size, min(one_pass(peer, made, part).undisturbed for _ in range(2))))
    return points[-1][1], growth.foreseen(points[0], points[1], frame.height)


def measure(peer: Peer, frame: pl.DataFrame, asked: Sequence[Rule], seconds: float) -> dict[str, Any]:
    """Seconds to ``make``, to get ``ready``, and to ``judge`` (the median, after a first pass where more than one was
    made); to judge a tenth of the rows, the ``part``; megabytes held before judging and at most; the answers of every
    rule. Only what is foreseen, where a pass would take longer than ``seconds``."""
    start = perf_counter()
    made = peer.make(asked)
    make = perf_counter() - start
    part, foreseen = beforehand(peer, made, frame)
    if foreseen > seconds:
        return {"state": "not run", "foreseen": foreseen}
    start = perf_counter()
    data = peer.ready(made, frame)
    ready = perf_counter() - start
    del frame
    gc.collect()
    gc.freeze()  # the rows are not looked through again and again
    held = memory.held()
    first = one_pass(peer, made, data)
    times: list[float] = []
    begun = perf_counter()
    while len(times) < PASSES and perf_counter() - begun + first.seconds < PASSES_WITHIN:
        again = one_pass(peer, made, data)
        if again.answers != first.answers:
            raise RuntimeError("the answers of two passes differ")
        times.append(again.seconds)
    return {
        "state": "measured",
        "make": make,
        "ready": ready,
        "judge": median(times or [first.seconds]),
        "first": first.seconds,
        "passes": 1 + len(times),
        "part": part,
        "held": held,
        "peak": memory.peak(),
        "answers": [asdict(each) for each in first.answers],
        "name": peer.NAME,
        "how": peer.HOW,
        "nulls": peer.NULLS,
        "versions": {package: version(package) for package in peer.PACKAGES},
    }


def main() -> None:
    """Measure what the command line names."""
    name, path, count, seconds = sys.argv[1:]
    peer: Peer = importlib.import_module(f"benchmarks.peers.{name}")
    print(json.dumps(measure(peer, pl.read_parquet(path), rules(int(count)), float(seconds))))


if __name__ == "__main__":
    main()
