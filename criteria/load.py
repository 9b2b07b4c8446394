"""Criteria files -> Catalogue: every mistake of every file at once, with its place.

``read_catalogue`` keeps the places for ``lint``; ``load_catalogue`` gives the Catalogue or raises all mistakes.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from duibiao.criteria import models
from duibiao.criteria.diagnostics import CatalogueError, Diagnostic, Position, advise, diagnose
from duibiao.criteria.files import FORM_KEYS, Files, Raw, RawCriterion, catalogue_folder, shipped_catalogues
from duibiao.criteria.formula import names_written
from duibiao.criteria.language import gettext
from duibiao.criteria.models import (
    KINDS,
    RULE_KEYS,
    Catalogue,
    CatalogueHead,
    Criterion,
    DatedCriterion,
    Field,
    Place,
    SiteType,
    Source,
    Unit,
    Version,
    kinds_of,
)
from duibiao.criteria.overlay import replace_keys
from duibiao.criteria.shapes import ADVICE, KEYS_WITH_VALUES, M, build, entries_of, keyed_entries, misshapen
from duibiao.criteria.yaml_text import Node

__all__ = ["Raw", "Reading", "catalogue_folder", "load_catalogue", "read_catalogue", "shipped_catalogues"]

SAME_ON_ALL_TYPES: Final = frozenset(
    {"id", "place", "points", "over_sites", "veto", "adjust_total", "site_types", "effective"}
)
OF_VERSIONS: Final = frozenset({"changes", "by_type"})
OF_QUESTIONNAIRES: Final = frozenset("rates questions sample groups minimum_group confidence interval".split())
SAME_AT_EVERY_DATE: Final = frozenset({"id", "place", "site_types", "changes", "by_type", "effective"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A catalogue as far as it could be read, every mistake, and the places that ``lint`` needs."""

    catalogue: Catalogue | None
    diagnostics: tuple[Diagnostic, ...]
    raw: Raw
    versions: Mapping[tuple[str, date | None, str | None], Node]
    files: tuple[str, ...] = ()  # every file that was read, as messages call it


class _Criteria:
    """Works out the versions of every criterion: by date, and by site type."""

    def __init__(self, raw: Raw, found: list[Diagnostic]) -> None:
        self.raw = raw
        self.found = found
        self.versions: dict[tuple[str, date | None, str | None], Node] = {}

    def read(self) -> tuple[DatedCriterion, ...]:
        """Every criterion that could be read."""
        read = (self._dated(identity, raw) for identity, raw in self.raw.criteria.items())
        return tuple(each for each in read if each is not None)

    def _dated(self, identity: str, raw: RawCriterion) -> DatedCriterion | None:
        node = raw.node
        changes = entries_of(node, "changes", self.found)
        plain = node.without(*OF_VERSIONS)
        if raw.form is not None:
            for key in {"site_types", "by_type"} & node.mapping.keys():
                advice = gettext("it stands in a shared file (without site_type) only")
                self.found.append(diagnose("unknown-key", node.keys[key], key=key, advice=advice))
        elif "site_types" not in node.mapping:
            self.found.append(diagnose("missing-key", node.at, key="site_types"))
        elif node.mapping["site_types"].value == []:
            advice = gettext(ADVICE["too_short"]).format(min_length=1)
            self.found.append(misshapen(node.mapping["site_types"], "site_types", advice))
        by_type = [] if raw.form is not None else keyed_entries(node, "by_type", self.found)
        versions = [self._version(identity, raw, None, plain, by_type)]
        last: date | None = None
        for change in changes:
            start = change.mapping["from"].value if "from" in change.mapping else None
            if not isinstance(start, date):
                self._undated(change)
                continue
            if last is not None and start <= last:
                at = change.mapping["from"].at
                self.found.append(diagnose("dates-order", at, what="changes", later=start, earlier=last))
            for key in change.mapping.keys() & SAME_AT_EVERY_DATE:
                advice = gettext("it stays the same at every date")
                self.found.append(diagnose("unknown-key", change.keys[key], key=key, advice=advice))
            last = start
            plain = replace_keys(plain, change.without(*SAME_AT_EVERY_DATE), self.found)
            versions.append(self._version(identity, raw, start, plain, by_type))
        made = [each for each in versions if each is not None]
        return DatedCriterion(id=identity, file=raw.file, versions=tuple(made)) if len(made) == len(versions) else None

    def _undated(self, change: Node) -> None:
        if not isinstance(change.value, dict):
            self.found.append(misshapen(change, "changes", KEYS_WITH_VALUES))
        elif "from" not in change.mapping:
            self.found.append(diagnose("missing-key", change.at, key="from"))
        else:
            self.found.append(misshapen(change.mapping["from"], "from", ADVICE["date_type"]))

    def _version(
        self,
        identity: str,
        raw: RawCriterion,
        start: date | None,
        node: Node,
        by_type: Sequence[tuple[str, Node, Position]],
    ) -> Version | None:
        criterion = self._criterion(node, raw.form)
        self.versions[identity, start, None] = node
        differing: dict[str, Criterion] = {}
        for site_type, change, at in by_type:
            if not isinstance(change.value, dict):
                self.found.append(misshapen(change, site_type, KEYS_WITH_VALUES))
                continue
            for key in change.mapping.keys() & SAME_ON_ALL_TYPES:
                self.found.append(diagnose("by-type", change.keys[key], key=key))
            change = change.without(*SAME_ON_ALL_TYPES)
            if kinds_of(node.replaced(change.mapping, {}).mapping) != kinds_of(node.mapping):
                self.found.append(diagnose("by-type", at, key=gettext("the kind of rule")))
                continue
            if criterion is not None and site_type not in criterion.site_types:
                advice = advise(site_type, criterion.site_types)
                self.found.append(diagnose("unknown-site-type", at, name=site_type, advice=advice))
                continue
            merged = node.replaced(change.mapping, change.keys)
            self.versions[identity, start, site_type] = merged
            own = self._criterion(merged, raw.form)
            if own is not None:
                differing[site_type] = own
        return Version(start=start, criterion=criterion, by_type=differing) if criterion is not None else None

    def _criterion(self, node: Node, form: str | None) -> Criterion | None:
        kinds = kinds_of(node.mapping)
        if len(kinds) != 1:
            if kinds:
                self.found.append(diagnose("several-rules", node.at, kinds=", ".join(kinds)))
            else:
                advice = ", ".join(RULE_KEYS)
                self.found.append(diagnose("no-rule", node.at, kinds=advice))
            return None
        if "kind" in node.mapping:
            advice = gettext("the kind is known by its key")
            self.found.append(diagnose("unknown-key", node.keys["kind"], key="kind", advice=advice))
            return None
        extra = {} if form is None else {"site_types": (form,)}
        return build(KINDS[kinds[0]], node, self.found, extra)  # type: ignore[return-value]


def _fields(node: Node | None, found: list[Diagnostic]) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    if node is None:
        return fields
    if not isinstance(node.value, dict):
        found.append(misshapen(node, "fields", KEYS_WITH_VALUES))
    for key, each in node.mapping.items():
        built = build(Field, each, found)
        if not models.IDENTIFIER.fullmatch(key) or key in models.FORMULA_WORDS:
            taken = gettext("the word has a meaning of its own; choose another")
            advice = taken if key in models.FORMULA_WORDS else gettext(ADVICE["string_pattern_mismatch"])
            what = gettext("a field key")
            found.append(diagnose("wrong-type", node.keys[key], what=what, found=repr(key), advice=advice))
        elif built is not None:
            fields[key] = built
    return fields


def _formulas(criterion: Criterion) -> list[str]:
    texts: list[str | None] = [criterion.applies]
    match criterion:
        case models.YesNo(pass_=text):
            texts.append(text)
        case models.Banded(rate=text) | models.Linear(rate=text):
            texts.append(text)
        case models.Graded(grade=text):
            texts.append(text)
        case models.Deducted(deduct=entries):
            texts.extend(entry.each for entry in entries)
        case models.NOfM(of=conditions):
            texts.extend(conditions)
        case models.Information(show=text):
            texts.append(text)
        case models.Judged() | models.Asked() | models.TwoMethods():
            pass
    return [text for text in texts if text is not None]


def _needed(formulas: list[str], shared: Mapping[str, Field]) -> set[str]:
    """The shared fields that formulas read, with the fields that those are limited by or derived from."""
    needed: set[str] = set()
    waiting = list(formulas)
    while waiting:
        for key in sorted((names_written(waiting.pop()) & shared.keys()) - needed):
            needed.add(key)
            field = shared[key]
            waiting += [each for each in (field.formula, field.at_least, field.at_most) if isinstance(each, str)]
    return needed


def _site_types(
    raw: Raw, criteria: tuple[DatedCriterion, ...], shared: Mapping[str, Mapping[str, Field]], found: list[Diagnostic]
) -> dict[str, SiteType]:
    site_types: dict[str, SiteType] = {}
    for name, (node, file) in raw.forms.items():
        fields = _fields(node.find("fields"), found)
        for dated in criteria:
            for version in dated.versions:
                if dated.file in shared and name in version.criterion.site_types:
                    theirs = shared[dated.file]
                    for key in sorted(_needed(_formulas(version.on(name)), theirs)):
                        fields.setdefault(key, theirs[key])
        kind = "site_type" if "site_type" in node.mapping else "questionnaire"
        rest = node.without("site_type", "questionnaire", "fields", "criteria")
        extra = {"id": name, "file": file, "fields": fields}
        if kind == "questionnaire":
            if "rates" not in node.mapping and "questions" not in node.mapping:
                found.append(diagnose("missing-key", node.at, key="questions"))
        else:
            for key in OF_QUESTIONNAIRES & node.mapping.keys():
                advice = gettext("it stands in a questionnaire only")
                found.append(diagnose("unknown-key", node.keys[key], key=key, advice=advice))
            rest = rest.without(*OF_QUESTIONNAIRES)
        unknown = [key for key in rest.mapping if key not in FORM_KEYS]
        built = build(SiteType, rest.without(*unknown), found, extra)
        if built is not None:
            site_types[name] = built
    return site_types


def _table(model: type[M], nodes: Mapping[str, Node], found: list[Diagnostic]) -> dict[str, M]:
    built = {key: build(model, node, found) for key, node in nodes.items()}
    return {key: each for key, each in built.items() if each is not None}


def _tree(node: Node | None, found: list[Diagnostic]) -> tuple[Place, ...]:
    places = []
    if node is not None:
        for key in node.mapping.keys() - {"tree"}:
            found.append(diagnose("unknown-key", node.keys[key], key=key, advice=advise(key, ["tree"])))
        if "tree" not in node.mapping:
            found.append(diagnose("missing-key", node.at, key="tree"))
        for each in entries_of(node, "tree", found):
            place = build(Place, each, found)
            if place is not None:
                places.append(place)
    return tuple(places)


@contextmanager
def _nothing_is_garbage() -> Iterator[None]:
    """While every node that is made is kept, the collector would only search in vain, a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_nothing_is_garbage()
def read_catalogue(folder: Path, *, with_cases: bool = True) -> Reading:
    """Read the catalogue in ``folder`` with everything it extends; nothing is raised, every mistake is listed.

    Scoring needs no cases, so that it may leave them unread.
    """
    from duibiao.criteria.questionnaire import check_questions
    from duibiao.criteria.references import check_references

    found: list[Diagnostic] = []
    files = Files(found, with_cases=with_cases)
    raw = files.read(folder)
    head = build(CatalogueHead, raw.head, found) if raw.head is not None else None
    worked = _Criteria(raw, found)
    criteria = worked.read()
    shared = {file: _fields(node, found) for file, node in raw.shared_fields.items()}
    site_types = _site_types(raw, criteria, shared, found)
    written = [*raw.shared_fields.values(), *(node.find("fields") for node, _ in raw.forms.values())]
    read = [*shared.values(), *(kind.fields for kind in site_types.values())]
    raw.broken_fields = {key for node in written if node for key in node.mapping}.difference(*read)
    units, sources, tree = _table(Unit, raw.units, found), _table(Source, raw.sources, found), _tree(raw.tree, found)
    catalogue = None
    if head is not None:
        digest = hashlib.sha256("\n".join(f"{file} {sha}" for file, sha in raw.contents).encode()).hexdigest()
        catalogue = Catalogue(
            head=head, extends=raw.chain[1:], sources=sources, units=units, tree=tree, site_types=site_types,
            criteria=criteria, sha256=digest,
        )  # fmt: skip
        found.extend(check_references(catalogue, raw, worked.versions, shared))
        found.extend(check_questions(catalogue, raw))
    return Reading(catalogue, tuple(sorted(set(found))), raw, worked.versions, tuple(sorted(files.shown)))


def load_catalogue(name: str | Path) -> Catalogue:
    """Load a shipped catalogue by name, or one in a folder.

    Raises CatalogueError with every mistake, sorted by file and line.
    """
    folder = catalogue_folder(str(name))
    if folder is None:
        advice = advise(str(name), shipped_catalogues())
        raise CatalogueError([diagnose("unknown-catalogue", Position(str(name)), name=str(name), advice=advice)])
    reading = read_catalogue(folder, with_cases=False)
    errors = [each for each in reading.diagnostics if each.severity == "error"]
    if errors or reading.catalogue is None:
        raise CatalogueError(errors)
    return reading.catalogue
