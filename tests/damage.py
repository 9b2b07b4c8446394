"""Workbooks damaged at random, read as any other: ``make soak``, or ``python -m tests.damage --files 500``.

Of each file the reader may say what is wrong, or give the sheets as they were before the damage; or, where the format
has no checksums, values that are other ones, but as many rows, or a note that there are not. Ends with 1 where a file
takes longer than half a minute, or rows are lost without a word; a file is damaged again from its number.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache
from time import perf_counter
from typing import Final, Literal

from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.reasons import Refused
from duibiao.evaluator.intake.workbook import Workbook, read_workbook
from tests.intake.city import ods_bytes, xls_bytes, xlsx_bytes

Kind = Literal["xls", "xlsx", "ods"]
KINDS: Final[tuple[Kind, ...]] = ("xls", "xlsx", "ods")
SECONDS: Final = 30
LIMITS: Final = Limits(memory=1 << 30, seconds=SECONDS)
ROWS: Final = [
    {"点位": f"市场{n}", "日期": date(2026, 3, 1 + n % 28), "摊位数": n, "率": 0.5 + n / 1000, "备注": f"备注{n % 7}"}
    for n in range(120)
]


@cache
def sound(kind: Kind) -> bytes:
    """The workbook before the damage: two sheets, but for .ods, of which it is one."""
    if kind == "ods":
        return ods_bytes(ROWS)
    return (xls_bytes if kind == "xls" else xlsx_bytes)({"甲": ROWS, "乙": ROWS[:40]})


def damaged(number: int) -> tuple[Kind, bytes]:
    """A workbook cut off, with bytes changed, wiped out, left out or put in."""
    draw = random.Random(number)
    kind = draw.choice(KINDS)
    raw = bytearray(sound(kind))
    place = draw.randrange(1, len(raw))
    several = draw.choice([1, 2, 8, 64, 512])
    match draw.randrange(5):
        case 0:
            del raw[place:]
        case 1:
            for _ in range(several):
                raw[draw.randrange(len(raw))] = draw.randrange(256)
        case 2:
            raw[place : place + several] = bytes(len(raw[place : place + several]))
        case 3:
            del raw[place : place + several]
        case _:
            raw[place:place] = draw.randbytes(several)
    return kind, bytes(raw)


def rows_of(book: Workbook) -> list[tuple[str, int]]:
    """Each sheet with the number of its rows."""
    return [(sheet.name, len(sheet.rows)) for sheet in book.sheets]


@cache
def expected(kind: Kind) -> list[tuple[str, int]]:
    """The rows of the sound workbook."""
    return rows_of(read_workbook(sound(kind), LIMITS))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: refused with a code, read whole, flagged, or ``lost``."""

    number: int
    kind: Kind
    verdict: str
    seconds: float


def outcome(number: int) -> Outcome:
    """Read one damaged workbook."""
    kind, raw = damaged(number)
    start = perf_counter()
    try:
        book = read_workbook(raw, LIMITS)
    except Refused as refused:
        verdict = refused.code
    else:
        flagged = any(sheet.declared is not None for sheet in book.sheets)
        verdict = "read" if rows_of(book) == expected(kind) else "flagged" if flagged else "lost"
    return Outcome(number, kind, verdict, perf_counter() - start)


def main(arguments: Sequence[str] | None = None) -> int:
    """Damage and read ``--files`` workbooks; print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=20_000, help="how many (default 20000)")
    parser.add_argument("--first", type=int, default=1, help="the number of the first (default 1)")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes (default: one a core)")
    asked = parser.parse_args(arguments)
    numbers = range(asked.first, asked.first + asked.files)
    with ProcessPoolExecutor(asked.workers) as pool:
        found = list(pool.map(outcome, numbers, chunksize=20))
    for (kind, verdict), count in sorted(Counter((each.kind, each.verdict) for each in found).items()):
        print(f"{kind:<5} {verdict:<20} {count:>7,}")
    slowest = max(found, key=lambda each: each.seconds)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{len(found):,} damaged workbooks, slowest {slowest.seconds:.1f} s, this process {memory:.2f} GB")
    wrong = [each for each in found if each.verdict == "lost" or each.seconds > SECONDS]
    for each in wrong:
        print(f"wrong: file {each.number} ({each.kind}): {each.verdict}, {each.seconds:.1f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
