"""What engines that judge a row at a time share: all rules as one list, so that a row is handed over once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from benchmarks.peers.language import Language
from benchmarks.peers.rules import Rule


def as_list(rules: Sequence[Rule], language: Language) -> str:
    """All rules as one text, a list of their statuses."""
    return f"[{', '.join(language.guarded(rule) for rule in rules)}]"


def by_rule(rows: Iterable[Iterable[Any]], width: int) -> Iterator[Any]:
    """The statuses (UInt8) by rule, ``width`` of them, of what is judged by row. A row is kept as bytes, which
    Python's collector need not look through again."""
    table = np.frombuffer(b"".join([bytes(map(int, row)) for row in rows]), np.uint8)
    yield from table.reshape(-1, width).T
