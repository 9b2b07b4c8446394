"""The files of a catalogue folder, and of those that it extends -> one Raw: merged, not yet checked."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from duibiao.criteria.diagnostics import N_, Diagnostic, Position, advise, diagnose
from duibiao.criteria.language import gettext
from duibiao.criteria.models import IDENTIFIER
from duibiao.criteria.overlay import apply_change
from duibiao.criteria.shapes import ADVICE, KEYS_WITH_VALUES, entries_of, misshapen
from duibiao.criteria.yaml_text import Node, decode, parse_yaml, read_bytes

SHIPPED: Final = Path(__file__).resolve().parent / "catalogues"
ANNOTATIONS: Final = ("provenance", "terms")  # read with the cases, and like them without a say in any score
NAMED: Final = ("catalogue", "tree", "units", "sources", *ANNOTATIONS)
FORM_KEYS: Final = frozenset(
    "site_type questionnaire title aliases group lead_unit supporting_units deadline part each part_of quota"
    " several_inspections weight fields rates questions sample groups minimum_group confidence interval"
    " criteria".split()
)
SHARED_KEYS: Final = frozenset({"fields", "criteria"})
OVERLAY_KEYS: Final = frozenset({"extends", "change"})
MAX_CHAIN: Final = 20


@dataclass(frozen=True, slots=True)
class RawCriterion:
    """A criterion as its files write it, before dates and types are worked out."""

    node: Node
    form: str | None  # the site type or questionnaire in whose file it stands; None: shared
    file: str


@dataclass(slots=True)
class Raw:
    """The files of a catalogue and of those it extends, merged but not yet checked."""

    chain: tuple[str, ...] = ()
    head: Node | None = None
    tree: Node | None = None
    units: dict[str, Node] = field(default_factory=dict)
    sources: dict[str, Node] = field(default_factory=dict)
    provenance: Node | None = None  # of the catalogue itself, not of those it extends
    terms: dict[str, Node] = field(default_factory=dict)
    forms: dict[str, tuple[Node, str]] = field(default_factory=dict)
    shared_fields: dict[str, Node] = field(default_factory=dict)  # file -> its fields
    broken_fields: set[str] = field(default_factory=set)  # declared, but with a mistake of their own
    criteria: dict[str, RawCriterion] = field(default_factory=dict)
    cases: dict[str, Node] = field(default_factory=dict)  # file -> the list of cases
    contents: list[tuple[str, str]] = field(default_factory=list)  # file, sha256
    judged_anew: dict[str, str] = field(default_factory=dict)  # criterion -> the overlay that changed how it is judged

    def cases_in_force(self) -> list[Node]:
        """The lists of cases, without what those of a base expect of criteria that an overlay judges anew."""
        return [self._still_spoken_of(file, node) for file, node in self.cases.items()]

    def _still_spoken_of(self, file: str, node: Node) -> Node:
        level = self.chain.index(file.partition("/")[0])
        void = {name for name, overlay in self.judged_anew.items() if self.chain.index(overlay) < level}
        kept: list[Node] = []
        for case in node.items:
            expect = case.find("expect")
            gone = void & expect.mapping.keys() if expect is not None else set()
            if expect is None or not gone:
                kept.append(case)
            elif gone != expect.mapping.keys():
                kept.append(case.replaced({"expect": expect.without(*gone)}, {}))
        return Node(kept, node.at) if isinstance(node.value, list) else node


def catalogue_folder(name: str, beside: Path | None = None) -> Path | None:
    """The folder that ``name`` means: a shipped catalogue, or a path (relative to ``beside``)."""
    if name in shipped_catalogues():
        return SHIPPED / name
    path = (beside or Path()) / name
    try:
        return path if path.is_dir() else None
    except OSError:  # a name that the system cannot hold
        return None


def shipped_catalogues() -> list[str]:
    """The names of the catalogues that come with the program."""
    return sorted(each.parent.name for each in SHIPPED.glob("*/catalogue.yaml"))


def _shown(path: Path) -> str:
    relative = os.path.relpath(path)
    shown = str(path) if relative.startswith("..") else relative.replace(os.sep, "/")
    return _printable(shown)


def _printable(name: str) -> str:
    """A file's name that can be printed and hashed, whatever bytes it was made of."""
    return name.encode(errors="backslashreplace").decode()


def _yaml_files(folder: Path, found: list[Diagnostic]) -> Iterator[Path]:
    """The criteria files below a folder, in the order of their names; what cannot be looked into is told."""

    def refused(error: OSError) -> None:
        at = Position(_shown(Path(error.filename or folder)))
        found.append(diagnose("unreadable", at, reason=error.strerror or str(error)))

    for root, folders, files in os.walk(folder, onerror=refused):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in folders:
            if (Path(root) / name).is_symlink():
                reason = gettext("links to folders are not followed")
                found.append(diagnose("unreadable", Position(_shown(Path(root) / name)), reason=reason))
        named = [each for each in [*files, *folders] if each.lower().endswith((".yaml", ".yml"))]
        yield from (Path(root) / name for name in sorted(named) if not name.startswith("."))


class Files:
    """Reads the files of one folder into a Raw, over what the catalogue that it extends has said."""

    def __init__(self, found: list[Diagnostic], *, with_cases: bool = True) -> None:
        self.found = found
        self.with_cases = with_cases
        self.shown: list[str] = []  # every file that was read, as messages call it

    def read(self, folder: Path, above: tuple[Path, ...] = ()) -> Raw:
        """The merged files of ``folder`` and of every catalogue below it."""
        at = Position(_shown(folder / "catalogue.yaml"))
        if folder.resolve() in above:
            self.found.append(diagnose("unknown-catalogue", at, name=folder.name, advice=gettext("it extends itself")))
            return Raw()
        if len(above) > MAX_CHAIN:
            what = gettext("the chain of catalogues that extend each other")
            self.found.append(diagnose("yaml-too-large", at, what=what, limit=MAX_CHAIN))
            return Raw()
        if not any((folder / name).is_file() for name in ("catalogue.yaml", "catalogue.yml")):
            self.found.append(
                diagnose("misplaced-file", at, what=gettext("a folder of criteria needs a catalogue.yaml"))
            )
            return Raw()
        nodes, contents = self._parse_all(folder)
        self._once(nodes)
        head = next((node for file, node in nodes.items() if file.rsplit(".", 1)[0] == "catalogue"), None)
        if head is None or not isinstance(head.value, dict):
            if head is not None:
                self.found.append(misshapen(head, gettext("this"), KEYS_WITH_VALUES))
            return Raw()
        raw = self._base(head, folder, above)
        if "catalogue" not in head.mapping and "extends" in head.mapping:
            self.found.append(diagnose("missing-key", head.at, key="catalogue"))
        name = self._name(head, folder, above)
        if name in raw.chain:
            self.found.append(diagnose("duplicate-id", head.position("catalogue"), id=name, first=raw.chain[0]))
        raw.chain, raw.provenance = (name, *raw.chain), None
        raw.head = (head if raw.head is None else raw.head.replaced(head.mapping, head.keys)).without(*OVERLAY_KEYS)
        for file, node in nodes.items():
            self._take(raw, f"{name}/{file}", file, node)
        apply_change(raw, head, self.found)
        raw.contents = sorted([*raw.contents, *((f"{name}/{file}", digest) for file, digest in contents.items())])
        return raw

    def _name(self, head: Node, folder: Path, above: tuple[Path, ...]) -> str:
        """The id of the catalogue in ``folder``, which its files are called by; the folder's name where it has none."""
        said = head.find("catalogue")
        if said is not None and isinstance(said.value, str) and IDENTIFIER.fullmatch(said.value):
            return said.value
        if said is not None and above:  # that of the overlay takes its place, so that nobody else would tell
            self.found.append(misshapen(said, "catalogue", ADVICE["string_pattern_mismatch"]))
        return _printable(folder.name)

    def _once(self, nodes: Mapping[str, Node]) -> None:
        """Say where catalogue, tree, units or sources stand twice, as .yaml and as .yml."""
        first: dict[str, Node] = {}
        for file, node in nodes.items():
            stem = file.rsplit(".", 1)[0]
            if stem in NAMED and first.setdefault(stem, node) is not node:
                self.found.append(diagnose("duplicate-id", node.at, id=stem, first=first[stem].at.file))

    def _parse_all(self, folder: Path) -> tuple[dict[str, Node], dict[str, str]]:
        """Every criteria file of a folder, and its sha256, by the file's name inside the folder."""
        nodes: dict[str, Node] = {}
        contents: dict[str, str] = {}
        for path in _yaml_files(folder, self.found):
            inside, shown = _printable(path.relative_to(folder).as_posix()), _shown(path)
            beside = path.stem.endswith(".cases") or inside.rsplit(".", 1)[0] in ANNOTATIONS
            if beside and not self.with_cases:
                continue
            self.shown.append(shown)
            content, mistakes = read_bytes(path, shown)
            text, undecoded = decode(content, shown) if content is not None else (None, [])
            node, unparsed = parse_yaml(text, shown) if text is not None else (None, [])
            mistakes = [*mistakes, *undecoded, *unparsed]
            self.found.extend(mistakes)
            if content is not None and not beside:  # cases change no score
                contents[inside] = hashlib.sha256(content).hexdigest()
            if node is not None:
                nodes[inside] = node
            elif not mistakes:
                self.found.append(
                    diagnose("misplaced-file", Position(shown), what=gettext("the file is empty; delete it"))
                )
        return nodes, contents

    def _base(self, head: Node, folder: Path, above: tuple[Path, ...]) -> Raw:
        extends = head.find("extends")
        if extends is None:
            if "change" in head.mapping:
                at = head.keys["change"]
                self.found.append(diagnose("unknown-key", at, key="change", advice=gettext("it goes with `extends`")))
            return Raw()
        base = catalogue_folder(str(extends.value), folder)
        if base is None:
            advice = advise(str(extends.value), shipped_catalogues())
            self.found.append(diagnose("unknown-catalogue", extends.at, name=str(extends.value), advice=advice))
            return Raw()
        return self.read(base, (*above, folder.resolve()))

    def _take(self, raw: Raw, name: str, file: str, node: Node) -> None:
        """Put one file into ``raw``, by its name or by its first key."""
        stem = file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        if stem.endswith(".cases"):
            raw.cases[name] = node
        elif not isinstance(node.value, dict):
            self.found.append(misshapen(node, gettext("this"), KEYS_WITH_VALUES))
        elif stem not in NAMED or "/" in file:
            self._take_form(raw, name, node)
        elif stem in {"tree", "provenance"}:
            setattr(raw, stem, node)
        elif stem in {"units", "sources", "terms"}:
            getattr(raw, stem).update(node.mapping)

    def _take_form(self, raw: Raw, name: str, node: Node) -> None:
        kind = "site_type" if "site_type" in node.mapping else "questionnaire"
        form: str | None = None
        if kind in node.mapping:
            title = node.mapping[kind]
            if not isinstance(title.value, str) or not IDENTIFIER.fullmatch(title.value):
                self.found.append(misshapen(title, kind, ADVICE["string_pattern_mismatch"]))
                return
            form = title.value
            if form in raw.forms:
                first = raw.forms[form][0].mapping.get("title", raw.forms[form][0]).at
                self.found.append(diagnose("duplicate-id", title.at, id=form, first=f"{first.file}:{first.line}"))
                return
            raw.forms[form] = (node, name)
        else:
            raw.shared_fields[name] = node.mapping.get("fields", Node({}, node.at))
        known = FORM_KEYS - {"questionnaire" if kind == "site_type" else "site_type"} if form else SHARED_KEYS
        for key in node.mapping.keys() - known:
            advice = advise(key, sorted(known if form else known | {"site_type", "questionnaire"}))
            self.found.append(diagnose("unknown-key", node.keys[key], key=key, advice=advice))
        for criterion in entries_of(node, "criteria", self.found):
            self._take_criterion(raw, RawCriterion(criterion, form, name))

    def _take_criterion(self, raw: Raw, criterion: RawCriterion) -> None:
        node = criterion.node
        if not isinstance(node.value, dict):
            self.found.append(misshapen(node, gettext("a criterion"), N_("write a list: - id: ...")))
            return
        if "id" not in node.mapping:
            self.found.append(diagnose("missing-key", node.at, key="id"))
            return
        identity = str(node.mapping["id"].plain())
        if identity in raw.criteria:
            first = raw.criteria[identity].node.mapping["id"].at
            at = node.mapping["id"].at
            self.found.append(diagnose("duplicate-id", at, id=identity, first=f"{first.file}:{first.line}"))
            return
        raw.criteria[identity] = criterion
