"""Parts of one partitioned folder whose columns differ: what stops the run, and what is only noted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from duibiao.criteria.language import gettext as _
from duibiao.evaluator.intake.families import WORDS
from duibiao.evaluator.intake.names import fold
from duibiao.evaluator.intake.reasons import Refusal, Refused, note
from duibiao.evaluator.intake.tables import RawTable
from duibiao.evaluator.submission import Note, Shape

_LISTED: Final = 10


def differing(tables: Iterable[RawTable]) -> Iterator[Refusal]:
    """The columns that are of one family in most parts of a folder, and of another in some: one line each."""
    for parts in _folders((table, None) for table in tables).values():
        found: dict[str, dict[str, list[RawTable]]] = defaultdict(lambda: defaultdict(list))
        for table in parts:
            for header, family in zip(table.headers, table.families, strict=False):
                if header and family:
                    found[header][family].append(table)
        for header, families in found.items():
            usual, *others = sorted(families, key=lambda family: (-len(families[family]), families[family][0].file))
            for family in others:
                told = {"type": _(WORDS[usual]), "one": families[usual][0].file}
                told |= {"other": _(WORDS[family]), "part": families[family][0].file}
                yield Refused("types-differ", column=header, **told).at(_name(parts))


def missing(tables: Iterable[tuple[RawTable, Shape]]) -> Iterator[Note]:
    """One note for each folder with columns that some of its parts do not have, among those of one shape."""
    for parts in _folders(tables).values():
        said = {fold(name) for table in parts for name in _named(table)}
        having = Counter(header for table in parts for header in dict.fromkeys(table.headers) if header)
        lacking = {header: len(parts) - count for header, count in having.items() if fold(header) not in said}
        rarer = [(header, count) for header, count in lacking.items() if count]
        told = [
            _("'{column}' in {count} of {parts} parts").format(column=header, count=count, parts=len(parts))
            for header, count in rarer[:_LISTED]
        ]
        if told:
            more = [_("{count} more").format(count=len(rarer) - _LISTED)] if len(rarer) > _LISTED else []
            yield note("columns-missing", _name(parts), columns=", ".join([*told, *more]))


def _folders(tables: Iterable[tuple[RawTable, Shape | None]]) -> Mapping[tuple[Path, Shape | None], list[RawTable]]:
    found: dict[tuple[Path, Shape | None], list[RawTable]] = defaultdict(list)
    for table, shape in tables:
        if table.partition is not None:
            found[table.partition.path, shape].append(table)
    return found


def _named(table: RawTable) -> list[str]:
    """The columns that folders give."""
    return [name for name, _value in table.partition.values] if table.partition is not None else []


def _name(parts: Sequence[RawTable]) -> str:
    first = parts[0].partition
    return first.name if first is not None else parts[0].file
