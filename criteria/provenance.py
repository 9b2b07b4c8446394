"""provenance.yaml: what became of every fact that a catalogue was made from; terms.yaml: its words in two languages.

Neither changes a score: they are read by ``lint`` and by the handbook only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import Field as Setting
from pydantic import model_validator

from duibiao.criteria.diagnostics import Diagnostic, advise, diagnose
from duibiao.criteria.files import Raw
from duibiao.criteria.models import Catalogue, Frozen, Names, Text
from duibiao.criteria.shapes import KEYS_WITH_VALUES, build, misshapen
from duibiao.criteria.yaml_text import Node

Reason = Literal[
    "duplicate", "superseded", "low_confidence", "local_only", "statistics", "not_a_criterion", "no_requirement"
]
Origins = Mapping[str, Mapping[str, "Origin"]]  # section of the facts -> id of the fact -> what became of it


class Origin(Frozen):
    """What became of one fact: the criteria or site types that hold it, or why there is none.

    A duplicate names the fact that it repeats in ``of``; ``note`` says why something was left out.
    """

    criteria: Names = ()
    site_types: Names = ()
    not_encoded: Reason | None = None
    of: Annotated[str, Setting(min_length=1)] | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _told(self) -> Self:
        if bool(self.criteria or self.site_types) == (self.not_encoded is not None):
            raise ValueError("a fact has criteria or site_types, or not_encoded")
        if self.not_encoded is not None and self.note is None:
            raise ValueError("what is not encoded needs a note that says why")
        if (self.not_encoded == "duplicate") != (self.of is not None):
            raise ValueError("of goes with not_encoded: duplicate, and only with it")
        return self


class Term(Frozen):
    """A word of the field in English, and what it means."""

    en: Text
    meaning: Text | None = None


def read_origins(raw: Raw, found: list[Diagnostic]) -> Origins:
    """provenance.yaml of the catalogue itself, not of those it extends; what cannot be read is told in ``found``."""
    origins: dict[str, dict[str, Origin]] = {}
    for section, node in raw.provenance.mapping.items() if raw.provenance is not None else ():
        if not isinstance(node.value, dict):
            found.append(misshapen(node, section, KEYS_WITH_VALUES))
        read = {fact: build(Origin, each, found) for fact, each in node.mapping.items()}
        origins[section] = {fact: origin for fact, origin in read.items() if origin is not None}
    return origins


def read_terms(raw: Raw, found: list[Diagnostic]) -> Mapping[str, Term]:
    """terms.yaml, that of an overlay over that of its base."""
    read = {word: build(Term, node, found) for word, node in raw.terms.items()}
    return {word: term for word, term in read.items() if term is not None}


def check_provenance(catalogue: Catalogue, raw: Raw) -> Iterator[Diagnostic]:
    """Names in provenance.yaml that mean nothing, and mistakes of its shape and of that of terms.yaml."""
    found: list[Diagnostic] = []
    read_terms(raw, found)
    for section, origins in read_origins(raw, found).items():
        assert raw.provenance is not None
        nodes = raw.provenance.mapping[section].mapping
        criteria = [each.id for each in catalogue.criteria]
        for fact, origin in origins.items():
            yield from _unknown(nodes[fact], "criteria", "unknown-criterion", origin.criteria, criteria)
            yield from _unknown(nodes[fact], "site_types", "unknown-site-type", origin.site_types, catalogue.site_types)
            if origin.of is not None and origin.of not in nodes:
                advice = advise(origin.of, sorted(nodes))
                found.append(diagnose("unknown-fact", nodes[fact].position("of"), name=origin.of, advice=advice))
    yield from found


def _unknown(
    node: Node, key: str, code: str, names: tuple[str, ...], known: Mapping[str, object] | list[str]
) -> Iterator[Diagnostic]:
    for index, name in enumerate(names):
        if name not in known:
            yield diagnose(code, node.position(key, index), name=name, advice=advise(name, sorted(known)))
