"""YAML text -> Node: values with the place of every key and value, and YAML's traps refused.

Built from the parser's events, so that neither aliases nor depth can make it grow or recurse without end.
Numbers stay exact: an integer is an int, any other number a Decimal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import yaml

from duibiao.criteria.diagnostics import N_, Diagnostic, Position, diagnose
from duibiao.criteria.language import gettext

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # pragma: no cover - PyYAML built without libyaml
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

MAX_BYTES: Final = 5_000_000
MAX_DEPTH: Final = 30
MAX_DIGITS: Final = 40
FORMULA_KEYS: Final = frozenset("applies pass rate show each formula of rates".split())

Scalar = str | int | Decimal | bool | date | None


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a YAML file and where it stands; ``keys`` has the place of each key of a mapping.

    ``inset`` is how far the first character of a text stands behind ``at`` (1 in quotes); where that is not enough
    (blocks, escapes), ``pieces`` has what stands at once: offset in the text, line and column of the first character.
    """

    value: Scalar | dict[str, Node] | list[Node]
    at: Position
    keys: dict[str, Position] = field(default_factory=dict)
    inset: int = 0
    pieces: tuple[tuple[int, int, int], ...] = ()

    def plain(self) -> object:
        """The value without its places, as dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    @property
    def mapping(self) -> dict[str, Node]:
        """The entries of a mapping; nothing for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[Node]:
        """The items of a list; nothing for anything else."""
        return self.value if isinstance(self.value, list) else []

    def find(self, *path: str | int) -> Node | None:
        """The node at ``path``, or None."""
        node: Node | None = self
        for step in path:
            if node is None:
                return None
            if isinstance(step, int):
                node = node.items[step] if step < len(node.items) else None
            else:
                node = node.mapping.get(step)
        return node

    def position(self, *path: str | int, of_key: bool = False) -> Position:
        """The place of the deepest node of ``path`` that exists; with ``of_key`` the place of its key."""
        node, at = self, self.at
        for step in path:
            if isinstance(step, int) and node.mapping:
                continue  # one entry written without the list around it
            following = node.find(step)
            if following is None:
                break
            at = node.keys[step] if of_key and isinstance(step, str) else following.at
            node = following
        return at

    def character(self, offset: int) -> Position:
        """The place in the file of the character at ``offset`` of a text."""
        before = [piece for piece in self.pieces if piece[0] <= offset]
        if before:
            start, line, column = before[-1]
            return Position(self.at.file, line, column + offset - start)
        return Position(self.at.file, self.at.line, self.at.column + self.inset + offset)

    def replaced(self, entries: dict[str, Node], keys: dict[str, Position]) -> Node:
        """This mapping with ``entries`` put over it; an entry replaces its whole value."""
        return Node({**self.mapping, **entries}, self.at, {**self.keys, **keys})

    def without(self, *names: str) -> Node:
        """This mapping without ``names``."""
        kept = {key: node for key, node in self.mapping.items() if key not in names}
        return Node(kept, self.at, {key: at for key, at in self.keys.items() if key in kept})


@dataclass(slots=True)
class _Open:
    """A mapping or list that is still being read."""

    at: Position
    flow: bool
    entries: dict[str, Node] | None
    items: list[Node] = field(default_factory=list)
    keys: dict[str, Position] = field(default_factory=dict)
    key: str | None = None
    skip: bool = False


_DECIMAL: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RESOLVER: Final = yaml.SafeLoader("")
_FIRST: Final = frozenset(str(each) for each in yaml.SafeLoader.yaml_implicit_resolvers)  # of what is not plain text
# what YAML 1.1 reads -> what that is, and what to write
_TRAPS: Final[dict[str, tuple[str, str]]] = {
    "bool": (N_("true or false"), N_("true or false (or quotes for the word)")),
    "int": (N_("another whole number"), N_("a decimal number (or quotes for a text)")),
    "float": (N_("another number"), N_("a decimal number such as 0.5 (or quotes for a text)")),
    "timestamp": (N_("a time"), N_("a date such as 2026-01-31 (or quotes for a text)")),
    "null": (N_("nothing"), N_("null (or quotes for the word)")),
}
_ESCAPES: Final = {
    "'": re.compile(r"''|.", re.DOTALL),
    '"': re.compile(r"\\x..|\\u.{4}|\\U.{8}|\\.|.", re.DOTALL),
}


def _plain_scalar(text: str, at: Position, found: list[Diagnostic]) -> Scalar:
    """Read an unquoted scalar; what YAML 1.1 would read as something surprising is a ``yaml-trap``."""
    if text in {"", "~", "null"}:
        return None
    if text in {"true", "false"}:
        return text == "true"
    if _DECIMAL.fullmatch(text):
        if len(text) > MAX_DIGITS:
            found.append(diagnose("yaml-too-large", at, what=gettext("the length of a number"), limit=MAX_DIGITS))
            return 0
        return Decimal(text) if "." in text else int(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            read_as = gettext("no day of the calendar")
            found.append(diagnose("yaml-trap", at, text=text, read_as=read_as, write=f"'{text}'"))
            return text
    if text[0] not in _FIRST:
        return text
    tag = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    kind = str(tag).rsplit(":", 1)[-1]
    if kind == "str":
        return text
    read_as, write = _TRAPS.get(kind, (N_("an instruction to YAML"), N_("it in quotes")))
    found.append(diagnose("yaml-trap", at, text=text[:60], read_as=gettext(read_as), write=gettext(write)))
    return text


def _pieces(event: yaml.ScalarEvent, lines: list[str]) -> tuple[tuple[int, int, int], ...]:
    """Where the characters of a text stand that is not simply its source; nothing for one that is, or for a long one.

    Only formulas have mistakes inside, and they are short.
    """
    start, end = event.start_mark, event.end_mark
    assert start is not None
    assert end is not None
    if start.line == end.line:
        source = lines[start.line][start.column : end.column] if start.line < len(lines) else ""
        escaped = (event.style or "") in _ESCAPES and len(source) != len(event.value) + 2
        if not escaped or event.style is None or len(source) > 1200:
            return ()
        tokens, column, pieces = _ESCAPES[event.style].findall(source[1:-1]), start.column + 2, []
        for offset, token in enumerate(tokens):
            pieces.append((offset, start.line + 1, column))
            column += len(token)
        return tuple(pieces)
    if len(event.value) > 1200:
        return ()
    found, offset = [], 0
    first = start.line + (event.style in {"|", ">"})
    for number in range(first, min(end.line + 1, len(lines))):
        line = lines[number]
        inset = start.column if number == start.line else 0
        part = line[inset : end.column if number == end.line else None]
        text = part.strip().strip("'\"" if event.style in _ESCAPES else "")
        where = event.value.find(text, offset) if text else -1
        if where >= 0:
            found.append((where, number + 1, inset + part.index(text) + 1))
            offset = where + len(text)
    return tuple(found)


def _events(text: str, file: str, found: list[Diagnostic]) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = Position(file, mark.line + 1, mark.column + 1) if mark else Position(file)
        found.append(diagnose("yaml-syntax", at, reason=str(error.problem or error.context)))
    except yaml.YAMLError as error:  # a character that YAML does not allow
        before = text.encode()[: getattr(error, "position", 0)].decode(errors="ignore")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        found.append(diagnose("yaml-syntax", Position(file, line, column), reason=str(getattr(error, "reason", error))))


class _Builder:
    """Builds the Node of one file from the parser's events, and keeps every mistake."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.lines = text.split("\n")
        self.found: list[Diagnostic] = []
        self.root: Node | None = None
        self.stack: list[_Open] = []
        self.documents = 0
        self.last_formula: Position | None = None  # the unquoted formula inside { } that was read last

    def take(self, event: yaml.Event) -> bool:
        """Take one event; False where the rest of the file is not worth reading."""
        start = event.start_mark
        assert start is not None
        at = Position(self.file, start.line + 1, start.column + 1)
        if getattr(event, "anchor", None) is not None or getattr(event, "tag", None) is not None:
            self.found.append(diagnose("yaml-alias", at))
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, at)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(self.stack) >= MAX_DEPTH:
                what = gettext("the depth of the file")
                self.found.append(diagnose("yaml-too-large", at, what=what, limit=MAX_DEPTH))
                return False
            entries: dict[str, Node] | None = {} if isinstance(event, yaml.MappingStartEvent) else None
            self.stack.append(_Open(at, bool(event.flow_style), entries))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            done = self.stack.pop()
            self._place(Node(done.items if done.entries is None else done.entries, done.at, done.keys))
        elif isinstance(event, yaml.AliasEvent):
            self._place(Node(None, at))
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                reason = gettext("a second document; keep one a file")
                self.found.append(diagnose("yaml-syntax", at, reason=reason))
                return False
        return True

    def _scalar(self, event: yaml.ScalarEvent, at: Position) -> None:
        value: Scalar = event.value
        if event.implicit[0] and not self._is_key_of_a_question(event.value):
            value = _plain_scalar(event.value, at, self.found)
            if self._in_flow_formula():
                self.last_formula = at
                if event.value.count("(") > event.value.count(")"):
                    self.found.append(diagnose("formula-cut", at))
        self._place(Node(value, at, {}, 1 if event.style in _ESCAPES else 0, _pieces(event, self.lines)))

    def _in_flow_formula(self) -> bool:
        """Whether what comes next is a formula written inside { } or [ ], where a comma would cut it."""
        if not self.stack or not self.stack[-1].flow:
            return False
        around = self.stack[-2].key if len(self.stack) > 1 else None
        return self.stack[-1].key in FORMULA_KEYS or around in {"of", "rates"}

    def _is_key_of_a_question(self, text: str) -> bool:
        """Whether a word is the key ``yes`` of a question, which YAML 1.1 would read as true."""
        if text != "yes" or len(self.stack) < 3 or self.stack[-3].key != "questions":
            return False
        question = self.stack[-1]
        return question.entries is not None and question.key is None

    def _place(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if top.entries is None:
            top.items.append(node)
        elif top.key is None and not top.skip:
            self._take_key(top, node)
        else:
            if top.key is not None:
                top.entries[top.key] = node
            top.key, top.skip = None, False

    def _take_key(self, top: _Open, node: Node) -> None:
        assert top.entries is not None
        if isinstance(node.value, dict | list) or node.value is None:
            what, is_this, advice = gettext("a key"), gettext("empty or a list"), gettext("write a word")
            self.found.append(diagnose("wrong-type", node.at, what=what, found=is_this, advice=advice))
            top.skip = True
            return
        key = str(node.value)
        if key in top.entries:
            self.found.append(diagnose("yaml-duplicate-key", node.at, key=key, first=top.keys[key].line))
            top.skip = True
            return
        top.key = key
        top.keys[key] = node.at


def parse_yaml(text: str, file: str) -> tuple[Node | None, list[Diagnostic]]:
    """Read one YAML document; ``file`` is how messages call it.

    Returns the root node, or None where the text has none or cannot be read to its end, and every mistake found.
    """
    builder = _Builder(text, file)
    whole = all(builder.take(event) for event in _events(text, file, builder.found))
    if any(each.code == "yaml-syntax" for each in builder.found):
        whole = False
        if builder.last_formula is not None and builder.stack and builder.stack[-1].flow:
            builder.found.append(diagnose("formula-cut", builder.last_formula))
    return (builder.root if whole else None), builder.found


def read_bytes(path: Path, name: str) -> tuple[bytes | None, list[Diagnostic]]:
    """The content of a file that is no larger than MAX_BYTES; ``name`` is how messages call it."""
    try:
        if not path.is_file():
            return None, [diagnose("unreadable", Position(name), reason=gettext("it is no file"))]
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        return None, [diagnose("unreadable", Position(name), reason=error.strerror or str(error))]
    if len(raw) > MAX_BYTES:
        what = gettext("the size of the file")
        return None, [diagnose("yaml-too-large", Position(name), what=what, limit=f"{MAX_BYTES} B")]
    return raw, []


def decode(raw: bytes, name: str) -> tuple[str | None, list[Diagnostic]]:
    """The text of a file, which is UTF-8 with or without a mark at the start."""
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        reason = gettext("byte {number} is not UTF-8; save the file as UTF-8").format(number=error.start + 1)
        return None, [diagnose("unreadable", Position(name, line), reason=reason)]


def read_yaml(path: Path, name: str) -> tuple[Node | None, list[Diagnostic]]:
    """Read the YAML file at ``path``; ``name`` is how messages call it."""
    raw, mistakes = read_bytes(path, name)
    if raw is None:
        return None, mistakes
    text, mistakes = decode(raw, name)
    return (None, mistakes) if text is None else parse_yaml(text, name)
