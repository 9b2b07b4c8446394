"""Ten million findings against the reference: ``make soak``, or ``python -m tests.soak --findings 1000000``.

Cities are drawn one after the other by their numbers. Of each every finding is compared (status, points earned and
possible, the visit that it comes from); of the twenty of the tests, with which it begins, and of every twentieth also
every figure, bound and place, and gains of a sample of its gaps. Ends with 1 where anything differs, naming the city and what differs; a city is drawn again from its number.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from time import monotonic

FIGURES = 20  # of the first cities, and of every so many after them, the figures too
TOLD = 100  # cities between two lines


@dataclass(frozen=True)
class Compared:
    """What came of one city."""

    city: int
    findings: int
    figures: bool
    cells: Counter[tuple[str, str, str]]
    differences: tuple[str, ...]


def compared(city: int) -> Compared:
    """Draw a city and compare it; every figure where the number says so."""
    from tests import test_reference

    figures = city <= FIGURES or city % FIGURES == 0
    told = test_reference.compared(city, figures=figures)
    lines = tuple(f"{name}: {line}" for name, lines in told.differences.items() for line in lines)
    return Compared(city, told.findings, figures, told.cells, lines)


def outcomes(workers: int, first: int) -> Iterator[Compared]:
    """The cities from ``first`` on, as they come, without end."""
    with ProcessPoolExecutor(workers, initializer=gc.set_threshold, initargs=(100_000, 20, 20)) as pool:
        waiting = [pool.submit(compared, first + number) for number in range(2 * workers)]
        try:
            while True:
                waiting.append(pool.submit(compared, first + 2 * workers))
                first += 1
                yield waiting.pop(0).result()
        finally:
            for each in waiting:
                each.cancel()


def main() -> int:
    """Compare until enough findings are; 1 where any differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--findings", type=int, default=10_000_000, help="how many (default 10000000)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (default: one a core)")
    parser.add_argument("--first", type=int, default=1, help="the number of the first city (default 1)")
    asked = parser.parse_args()
    began, cities, findings, figures, differing = monotonic(), 0, 0, 0, 0
    cells: Counter[tuple[str, str, str]] = Counter()
    for each in outcomes(asked.workers, asked.first):
        cities, findings, figures = cities + 1, findings + each.findings, figures + each.figures
        cells += each.cells
        differing += bool(each.differences)
        for line in each.differences[:5]:
            print(f"city {each.city}: {line}", flush=True)
        done = findings >= asked.findings
        if done or cities % TOLD == 0:
            told = f"{cities} cities, {findings:,} findings, figures of {figures} cities, {differing} cities differ"
            print(f"{told} ({monotonic() - began:.0f} s)", flush=True)
        if done:
            break
    from tests.reference import coverage

    print(coverage.text(cells))
    return 1 if differing or coverage.gaps(cells) else 0


if __name__ == "__main__":
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    sys.exit(main())
