"""What engines that judge a row at a time share: all rules as one list, so that a row is handed over once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from benchmarks.peers.language import Language
from benchmarks.peers.rules import Rule


def as_list(rules: Sequence[Rule], language: Language) -> str:
    """All rules as one text, a list of statuses."""
    return f"[{', '.join(language.guarded(rule) for rule in rules)}]"


def by_rule(rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """The statuses by rule of what was judged by row."""
    for column in zip(*rows, strict=True):
        yield bytes(map(int, column))
