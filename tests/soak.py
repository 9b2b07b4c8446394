"""Ten million findings against the reference: ``make soak``, or ``python -m tests.soak --findings 1000000``.

Cities are drawn one after the other by their numbers. Of each every finding is compared (status, points earned and
possible, the visit that it comes from); of every twentieth also every figure, bound and place, and gains of a sample of
its gaps. Ends with 1 where anything differs, naming the city and what differs; a city is drawn again from its number.
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
from fractions import Fraction
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic

FIRST = 1001  # the numbers of the cities before are those of the tests
FIGURES = 20  # of every so many cities the figures too
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
    from tests.reference import coverage, evaluate, generate

    figures = city % FIGURES == 0
    with TemporaryDirectory() as folder:
        folders = generate.write(Path(folder), city, sites=140, forms=4, districts=12)
        if figures:
            result = evaluate.check(folders.catalogue, folders.data)
            details = result.details
            found = test_reference.differences(folders, result, Random(city))
            told = [f"{name}: {line}" for name, lines in found.items() for line in lines]
        else:
            details = evaluate.findings(folders.catalogue, folders.data)
            theirs = {
                (each.visit, each.site, each.criterion): (each.status, each.earned, each.possible, each.seen)
                for each in details
            }
            named = frozenset(each.site for each in details if each.visit)
            told = test_reference.differing(judged(folders, named), theirs)
    return Compared(city, len(details), figures, coverage.table(details), tuple(told))


def judged(
    folders: object, named: frozenset[str]
) -> dict[tuple[str, str, str], tuple[str, Fraction | None, Fraction, str]]:
    """The engine's findings: status, points earned, points possible and the visit; without any figure."""
    from duibiao.criteria.load import load_catalogue
    from duibiao.evaluator.intake.read import read_submission
    from duibiao.evaluator.judgement import judge_round
    from tests.reference.findings import COUNTED
    from tests.reference.generate import Folders
    from tests.test_reference import moment

    assert isinstance(folders, Folders)
    catalogue = load_catalogue(str(folders.catalogue))
    submission = read_submission((folders.data,), catalogue)
    assert not submission.rejected, submission.rejected
    judgement = judge_round(catalogue, submission)
    found = {}
    rows = judgement.rows.select("visit", "site", "criterion", "status", "value")
    for visit, site, criterion, status, value in rows.iter_rows():
        rule = judgement.method.rules[criterion]
        earned = rule.points * rule.score(value) if status in COUNTED else None
        key = moment(visit) if site in named else "", site, criterion
        assert key not in found, key
        found[key] = (status, earned, rule.points, moment(visit))
    return found


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
    parser.add_argument("--first", type=int, default=FIRST, help=f"the number of the first city (default {FIRST})")
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
