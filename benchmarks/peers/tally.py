"""What the answers of an engine are held against another's by: every status of every row, not only their totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from benchmarks.peers.rules import STATUSES


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one rule how many rows have each status (in the order of ``STATUSES``), and a checksum of all statuses in the
    order of the rows: two tallies with one checksum have the same status at every row."""

    counts: tuple[int, ...]
    checksum: str


def tally(statuses: Any) -> Tally:
    """Tally the statuses of one rule: bytes, or a column of UInt8 (numpy, polars). Raises ValueError for others."""
    if isinstance(statuses, bytes):
        array = np.frombuffer(statuses, np.uint8)
    else:
        array = np.ascontiguousarray(statuses.to_numpy() if hasattr(statuses, "to_numpy") else statuses)
    if array.dtype != np.uint8:
        raise ValueError(f"statuses are bytes, not {array.dtype}")
    counts = np.bincount(array, minlength=max(STATUSES) + 1)
    if counts.sum() != sum(counts[status] for status in STATUSES):
        raise ValueError(f"statuses are {sorted(STATUSES)}")
    return Tally(tuple(int(counts[status]) for status in STATUSES), blake2b(array.data, digest_size=16).hexdigest())


def differing(told: Sequence[Tally], expected: Sequence[Tally]) -> list[int]:
    """The numbers of the rules whose statuses are not those expected, at any row."""
    if len(told) != len(expected):
        return list(range(max(len(told), len(expected))))
    return [number for number, (one, other) in enumerate(zip(told, expected, strict=True)) if one != other]
