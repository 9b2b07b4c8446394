"""Notes on rows of a table, of which the first is told and the others are counted: of parts of it, they add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from duibiao.evaluator.intake.reasons import note
from duibiao.evaluator.submission import Note


@dataclass(frozen=True, slots=True)
class Noted:
    """``count`` rows or cells of which there is the same to say; ``place`` and ``values`` are those of the first.

    ``about`` tells apart notes of one code in one table. ``first`` is the row of the first, as people count it, and its
    column, from 0.
    """

    code: str
    about: tuple[str, ...]
    first: tuple[int, int]
    count: int
    place: str
    values: Mapping[str, object]

    @property
    def note(self) -> Note:
        """The note, in the language in force."""
        return note(self.code, self.place, count=self.count, **self.values)


def added(noted: Iterable[Noted]) -> list[Noted]:
    """The notes of several parts of one table as those of all of them."""
    found: dict[tuple[str, tuple[str, ...]], Noted] = {}
    for each in noted:
        key = (each.code, each.about)
        other = found.get(key)
        if other is None:
            found[key] = each
        else:
            found[key] = replace(min(each, other, key=lambda one: one.first), count=each.count + other.count)
    return list(found.values())
