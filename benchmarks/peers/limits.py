"""What no engine can beat: polars reading the rows from parquet, and one thread going once through the same columns.

python -m benchmarks.peers.limits ROWS.parquet
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

import numpy as np
import polars as pl

PASSES: Final = 5


def seconds(work: Callable[[], object]) -> float:
    """The median after a first pass."""
    work()
    taken = []
    for _ in range(PASSES):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return median(taken)


def limits(path: Path) -> dict[str, float]:
    """Seconds to ``read`` the parquet file and to ``stream`` the same columns, eight bytes a cell, from memory;
    ``megabytes`` of those."""
    frame = pl.read_parquet(path)
    columns = [np.random.default_rng(number).random(frame.height) for number in range(frame.width)]
    return {
        "read": seconds(lambda: pl.read_parquet(path)),
        "stream": seconds(lambda: [column.sum() for column in columns]),
        "megabytes": sum(column.nbytes for column in columns) / 2**20,
    }


if __name__ == "__main__":
    print(json.dumps(limits(Path(sys.argv[1]))))
