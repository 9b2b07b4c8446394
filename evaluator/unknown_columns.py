"""Columns whose header nobody knows: each with the nearest known one, and the lines that would give it that meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.headers import Vocabulary
from duibiao.evaluator.submission import Submission
from duibiao.evaluator.yaml_line import entry, flow


@dataclass(frozen=True, slots=True)
class UnknownColumn:
    """A header that nobody knows, its table (``3月.xlsx!社区``), and the nearest known header.

    ``line`` gives the column the meaning of the nearest one, or leaves it out where none is near: it belongs below
    ``columns:`` of the table in mapping.yaml. ``alias`` is the line that makes the header an alias of a field or judged
    criterion for all data, and ``where`` the file and the entry in which it belongs; both are empty for headers that
    every catalogue has.
    """

    header: str
    table: str
    nearest: str | None
    line: str
    where: str
    alias: str


def unknown_columns(catalogue: Catalogue, submission: Submission) -> tuple[UnknownColumn, ...]:
    """The unknown columns of all tables, in the order of the tables."""
    if not any(table.unknown_columns for table in submission.tables):
        return ()
    vocabulary = Vocabulary(catalogue)
    found: list[UnknownColumn] = []
    for table in submission.tables:
        for header in table.unknown_columns:
            nearest = vocabulary.known.near(header)
            line = entry(header, nearest)
            where, alias = ("", "") if nearest is None else _alias(catalogue, vocabulary, nearest, header)
            found.append(UnknownColumn(header, table.place, nearest, line, where, alias))
    return tuple(found)


def _alias(catalogue: Catalogue, vocabulary: Vocabulary, nearest: str, header: str) -> tuple[str, str]:
    """Where an alias of the field or criterion that is called ``nearest`` belongs, and the line of its aliases."""
    named = set() if vocabulary.meaning(nearest) is not None else set(_called(vocabulary, nearest))
    keys = {key for _, key in named}
    if len(keys) != 1:  # a standard header, a level, or several fields of one name: only mapping.yaml can say which
        return "", ""
    (key,) = keys
    dated = next((each for each in catalogue.criteria if each.id == key), None)
    if dated is not None:
        criterion = dated.versions[-1].criterion
        return f"{dated.file}, id: {key}", f"aliases: {flow([*criterion.aliases, header])}"
    kinds = [catalogue.site_types[kind] for kind, _ in sorted(named)]
    file = f"{kinds[0].file}, " if len(kinds) == 1 else ""  # a shared field stands in a file that no type names
    return f"{file}fields: {key}", f"aliases: {flow([*kinds[0].fields[key].aliases, header])}"


def _called(vocabulary: Vocabulary, name: str) -> Iterator[tuple[str, str]]:
    """The types of sites and keys of the fields and judged criteria that a header names."""
    for find in (vocabulary.field, vocabulary.register_field):
        for kind in vocabulary.forms:
            key = find(name, kind)
            if key is not None:
                yield kind, key
