"""`make mutate-catalogue`: change the criteria one small thing at a time; the cases beside them should notice.

A change that no case notices survives: a limit could be mistyped there, and nobody would know. The gate is 95 in 100.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from itertools import islice
from pathlib import Path
from typing import Final, Literal

from duibiao.criteria.diagnostics import Diagnostic
from duibiao.criteria.load import catalogue_folder, read_catalogue
from duibiao.evaluator.cases import Case, failing, read_cases
from mutation.criteria_changes import Change, changes

GATE: Final = 95  # of 100 changes
Outcome = Literal["caught", "survived", "refused"]


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one change; ``refused`` is one that is no formula or rule any more, which does not count."""

    file: str
    what: str
    says: str
    outcome: Outcome


def outcome_of(change: Change, cases: Mapping[str, Sequence[Case]]) -> Outcome:
    """Whether a case of the criteria that a change may touch notices it; ``cases`` are by criterion."""
    touched = {id(case): case for name in sorted(change.criteria) for case in cases.get(name, ())}
    narrowed = [
        replace(case, expect={name: each for name, each in case.expect.items() if name in change.criteria})
        for case in touched.values()
    ]
    try:
        return "caught" if failing(change.catalogue, narrowed) else "survived"
    except (AssertionError, ValueError, TypeError):
        return "refused"


def try_all(folder: Path, only: Sequence[str] = (), turn: tuple[int, int] = (0, 1)) -> list[Tried]:
    """Every change of the catalogue in ``folder`` and what became of it.

    ``only`` names files or criteria (``*`` allowed); ``turn`` (k, n) takes every n-th change from the k-th.
    Raises ValueError where the cases fail without any change.
    """
    reading = read_catalogue(folder)
    found: list[Diagnostic] = list(reading.diagnostics)
    cases = read_cases(reading, found) if reading.catalogue is not None else []
    if reading.catalogue is None or found or failing(reading.catalogue, cases):
        raise ValueError(f"{folder}: the catalogue or its cases are in disorder; duibiao lint tells where")
    by_criterion: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        for name in case.expect:
            by_criterion[name].append(case)
    wanted = (each for each in changes(reading.catalogue) if _named(each, only))
    return [
        Tried(each.file, each.what, each.says, outcome_of(each, by_criterion))
        for each in islice(wanted, turn[0], None, turn[1])
    ]


def _named(change: Change, only: Sequence[str]) -> bool:
    return not only or any(fnmatch(change.file, each) or fnmatch(change.what, each) for each in only)


def report(tried: Iterable[Tried]) -> tuple[str, bool]:
    """The survivors and the count, and whether the gate is passed."""
    counted = [each for each in tried if each.outcome != "refused"]
    survivors = [f"{each.file}: {each.what}: {each.says}" for each in counted if each.outcome == "survived"]
    caught = len(counted) - len(survivors)
    share = 100 * caught / max(1, len(counted))
    told = f"{caught} of {len(counted)} changes caught by a case: {share:.1f} %, the gate is {GATE} %"
    return "\n".join([*sorted(survivors), told]), share >= GATE


def main(arguments: Sequence[str] | None = None) -> int:
    """Try every change; 0 where the gate is passed, else 1, and 2 where nothing could be proved."""
    parser = argparse.ArgumentParser(prog="python -m mutation.catalogue", description=__doc__)
    parser.add_argument("--catalogue", default="national", help="a name or a folder")
    parser.add_argument("--only", action="append", default=[], help="a file or criterion, * allowed; may be repeated")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args(arguments)
    started = time.monotonic()
    folder = catalogue_folder(chosen.catalogue)
    if folder is None:
        print(f"{chosen.catalogue}: no such catalogue", file=sys.stderr)
        return 2
    try:
        with ProcessPoolExecutor(chosen.workers) as pool:
            turns = [(number, chosen.workers) for number in range(chosen.workers)]
            parts = [pool.submit(try_all, folder, tuple(chosen.only), turn) for turn in turns]
            tried = [each for part in parts for each in part.result()]
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    text, passed = report(tried)
    print(text)
    print(f"{time.monotonic() - started:.0f} s", file=sys.stderr)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
