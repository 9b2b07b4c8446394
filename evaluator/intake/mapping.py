"""mapping.yaml: what files cannot say of themselves: the type of their sites, their round, whether all was seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from duibiao.criteria.language import gettext as _
from duibiao.criteria.yaml_text import Node, parse_yaml
from duibiao.evaluator.intake.delimited import decode
from duibiao.evaluator.intake.names import Names, advise, clean
from duibiao.evaluator.intake.reasons import Refusal, Refused

_KEYS: Final = ("type", "complete", "round")


@dataclass(frozen=True, slots=True)
class Given:
    """What mapping.yaml says of one file, or of one sheet."""

    site_type: str | None = None
    round: str | None = None
    complete: bool | None = None

    def over(self, other: Given) -> Given:
        """This, with what it leaves open taken from ``other``."""
        complete = other.complete if self.complete is None else self.complete
        return Given(self.site_type or other.site_type, self.round or other.round, complete)


class _Reader:
    """Reads one mapping file; collects every mistake."""

    def __init__(self, name: str, types: Names[str]) -> None:
        self.name, self.types = name, types
        self.refusals: list[Refusal] = []

    def refuse(self, node: Node, reason: str) -> None:
        self.refusals.append(Refused("mapping", line=node.at.line, reason=reason).at(self.name))

    def site_type(self, node: Node) -> str | None:
        found = self.types.get(str(node.value))
        if not found:
            self.refuse(
                node,
                _("'{value}' is no site type").format(value=node.value) + "; " + self.types.advise(str(node.value)),
            )
        return found[0] if found else None

    def complete(self, node: Node) -> bool | None:
        if isinstance(node.value, bool):
            return node.value
        self.refuse(node, _("`complete` is true or false"))
        return None

    def round(self, node: Node) -> str | None:
        if isinstance(node.value, dict | list | bool | None):
            self.refuse(node, _("`round` is the id or the title of a round"))
            return None
        return clean(str(node.value))

    def given(self, node: Node) -> Given:
        for key in node.mapping:
            if key not in _KEYS:
                self.refuse(
                    node, _("'{key}' is not a known key here; {advice}").format(key=key, advice=advise(key, _KEYS))
                )
        kind, finished, turn = (node.find(key) for key in _KEYS)
        return Given(
            self.site_type(kind) if kind else None,
            self.round(turn) if turn else None,
            self.complete(finished) if finished else None,
        )


def read_mapping(
    raw: bytes, name: str, types: Names[str], places: Collection[str]
) -> tuple[dict[str, Given], list[Refusal]]:
    """What the mapping file ``name`` says, by file or ``file!sheet``, and every mistake in it.

    Its names are relative to its own folder; ``places`` has those that were read.
    """
    reader = _Reader(name, types)
    node, found = parse_yaml(decode(raw), name)
    for each in found:
        reader.refusals.append(Refused("mapping", line=each.line, reason=each.message).at(name))
    if node is None or found:
        return {}, reader.refusals
    files = node.find("files")
    for each in (node, files, *(files.mapping.values() if files else ())):
        if each is not None and not isinstance(each.value, dict):
            reader.refuse(each, _("write `files: {name: {type: ..., round: ..., complete: ...}}`"))
    for key in node.mapping:
        if key != "files":
            reader.refuse(
                node, _("'{key}' is not a known key here; {advice}").format(key=key, advice=advise(key, ("files",)))
            )
    folder = PurePosixPath(name).parent
    given: dict[str, Given] = {}
    for key, entry in files.mapping.items() if files else ():
        place = clean(str(folder / key))
        if place not in places:
            near = advise(place, sorted(places))
            reader.refuse(entry, _("no file or sheet is called '{key}'; {advice}").format(key=key, advice=near))
        given[place] = reader.given(entry)
    return given, reader.refusals


def given_of(mapping: Mapping[str, Given], file: str, place: str) -> Given:
    """What is said of a table: of its sheet first, then of its file."""
    return mapping.get(place, Given()).over(mapping.get(file, Given()))
