"""mapping.yaml: what files cannot say of themselves: type, round, shape, what columns mean, and the like."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import PurePosixPath
from typing import Final, get_args

from duibiao.criteria.language import gettext as _
from duibiao.criteria.yaml_text import Node, parse_yaml
from duibiao.evaluator.intake.delimited import ENCODINGS, decode
from duibiao.evaluator.intake.headers import NEEDED, Stated, Vocabulary
from duibiao.evaluator.intake.layout import MAX_HEADER_ROWS
from duibiao.evaluator.intake.names import Names, advise, clean, fold
from duibiao.evaluator.intake.reasons import Refusal, Refused
from duibiao.evaluator.intake.tables import RawTable, letters
from duibiao.evaluator.submission import CRS, Shape

KEYS: Final = (
    *("type", "round", "complete", "shape", "columns", "header_row", "header_rows"),
    *("site", "area", "crs", "encoding", "skip"),
)
SHAPES: Final = tuple(each for each in get_args(Shape) if each in NEEDED)
LEFT_OUT: Final = ""  # what a column is called that means nothing


@dataclass(frozen=True, slots=True)
class Renamed:
    """A column as mapping.yaml calls it (a header or a letter), what it is called instead, and where that is said."""

    column: str
    name: str
    mapping: str = field(compare=False)
    line: int = field(compare=False)

    def refuse(self, reason: str) -> Refusal:
        """What is wrong with the line."""
        return Refused("mapping", line=self.line, reason=reason).at(self.mapping)


@dataclass(frozen=True, slots=True)
class Given:
    """What mapping.yaml says of one file, or of one sheet; ``header_rows`` count from 0."""

    site_type: str | None = None
    round: str | None = None
    complete: bool | None = None
    shape: Shape | None = None
    columns: tuple[Renamed, ...] = ()
    header_rows: tuple[int, ...] = ()
    site: str | None = None
    area: str | None = None
    crs: str | None = None
    encoding: str | None = None
    skip: bool | None = None

    def over(self, other: Given) -> Given:
        """This, with what it leaves open taken from ``other``; columns are those of both, these first."""
        said = {
            each.name: getattr(other if getattr(self, each.name) in (None, ()) else self, each.name)
            for each in fields(self)
        }
        named = {fold(each.column) for each in self.columns}
        more = tuple(each for each in other.columns if fold(each.column) not in named)
        return Given(**said | {"columns": (*self.columns, *more)})

    @property
    def stated(self) -> Stated:
        """What of this the headers of a table need not say."""
        meanings = [("site", self.site), ("area", self.area)]
        if self.shape == "register":
            meanings.append(("site_type", self.site_type))
        return Stated(self.shape, frozenset(name for name, value in meanings if value is not None))


NOTHING_GIVEN: Final = Given()


class _Reader:
    """Reads one mapping file; collects every mistake."""

    def __init__(self, name: str, types: Names[str], vocabulary: Vocabulary) -> None:
        self.name, self.types, self.vocabulary = name, types, vocabulary
        self.refusals: list[Refusal] = []

    def refuse(self, line: int, reason: str) -> None:
        self.refusals.append(Refused("mapping", line=line, reason=reason).at(self.name))

    def site_type(self, node: Node) -> str | None:
        found = self.types.get(str(node.value))
        if not found:
            advice = self.types.advise(str(node.value))
            self.refuse(node.at.line, _("'{value}' is no site type").format(value=node.value) + "; " + advice)
        return found[0] if found else None

    def flag(self, node: Node, key: str) -> bool | None:
        if isinstance(node.value, bool):
            return node.value
        self.refuse(node.at.line, _("`{key}` is true or false").format(key=key))
        return None

    def text(self, node: Node, reason: str) -> str | None:
        """A name; ``reason`` is what it should be."""
        if isinstance(node.value, dict | list | bool | None) or not clean(str(node.value)):
            self.refuse(node.at.line, reason)
            return None
        return clean(str(node.value))

    def word(self, node: Node, key: str, known: Collection[str]) -> str | None:
        """One of the known words."""
        if isinstance(node.value, str) and node.value in known:
            return node.value
        reason = _("'{value}' is no `{key}`; {advice}")
        advice = advise(str(node.plain()), list(known))
        self.refuse(node.at.line, reason.format(value=node.plain(), key=key, advice=advice))
        return None

    def header_rows(self, node: Node) -> tuple[int, ...]:
        """Rows that follow one another, from 0."""
        rows = node.plain() if isinstance(node.value, list) else [node.plain()]
        assert isinstance(rows, list)
        whole = [row - 1 for row in rows if isinstance(row, int) and not isinstance(row, bool) and row > 0]
        if not whole or whole != list(range(whole[0], whole[0] + len(rows))) or len(whole) > MAX_HEADER_ROWS:
            reason = _("`header_rows` is the row of the headers, or up to {most} rows that follow one another: [2, 3]")
            self.refuse(node.at.line, reason.format(most=MAX_HEADER_ROWS))
            return ()
        return tuple(whole)

    def columns(self, node: Node) -> tuple[Renamed, ...]:
        if not isinstance(node.value, dict):
            self.refuse(
                node.at.line, _("`columns` has a line for each column: its header or letter, and what it means")
            )
            return ()
        found: list[Renamed] = []
        for key, entry in node.mapping.items():
            if entry.value is None:
                name: str | None = LEFT_OUT
            else:
                reason = _("'{column}' is a field, a header such as 点位, or null to leave it out").format(column=key)
                name = self.text(entry, reason)
            if name and not self.vocabulary.knows(name):
                known = self.vocabulary.known.advise(name)
                self.refuse(entry.at.line, _("'{value}' means nothing here; {advice}").format(value=name, advice=known))
            elif name is not None:
                found.append(Renamed(clean(key), name, self.name, entry.at.line))
        return tuple(found)

    def given(self, node: Node) -> Given:
        for key in node.mapping:
            if key not in KEYS:
                reason = _("'{key}' is not a known key here; {advice}").format(key=key, advice=advise(key, KEYS))
                self.refuse(node.position(key, of_key=True).line, reason)
        if node.find("header_row") and node.find("header_rows"):
            self.refuse(node.at.line, _("write `header_row` or `header_rows`, not both"))
        said: dict[str, object] = {}
        for key, entry in node.mapping.items():
            match key:
                case "type":
                    said["site_type"] = self.site_type(entry)
                case "round":
                    said["round"] = self.text(entry, _("`round` is the id or the title of a round"))
                case "complete" | "skip":
                    said[key] = self.flag(entry, key)
                case "shape":
                    said["shape"] = self.word(entry, key, SHAPES)
                case "columns":
                    said["columns"] = self.columns(entry)
                case "header_row" | "header_rows":
                    said["header_rows"] = self.header_rows(entry)
                case "site" | "area":
                    said[key] = self.text(entry, _("`{key}` is a name").format(key=key))
                case "encoding":
                    said["encoding"] = self.word(entry, key, ENCODINGS)
                case "crs":
                    said["crs"] = self.word(entry, key, CRS)
        return Given(**said)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Said:
    """What mapping files say, by folder, file or ``file!sheet``, and the line of each."""

    given: Mapping[str, Given]
    lines: Mapping[str, tuple[str, int]]

    def of(self, file: str, place: str) -> Given:
        """What is said of a table: of its sheet first, then of its file, then of the folders that it lies in."""
        given = self.given.get(place, NOTHING_GIVEN).over(self.given.get(file, NOTHING_GIVEN))
        for folder in folders_of(file):
            given = given.over(self.given.get(folder, NOTHING_GIVEN))
        return given

    def unknown(self, places: Collection[str]) -> Iterator[Refusal]:
        """What is said of files and sheets that are not there; ``places`` has those that are."""
        for place, (mapping, line) in self.lines.items():
            if place not in places and not any(place in folders_of(each) for each in places):
                name = place.removeprefix(f"{PurePosixPath(mapping).parent}/")
                reason = _("no file or sheet is called '{key}'; {advice}")
                near = advise(place, sorted(places))
                yield Refused("mapping", line=line, reason=reason.format(key=name, advice=near)).at(mapping)

    def unmatched(self, tables: Sequence[RawTable]) -> Iterator[Refusal]:
        """What is said of columns that no table of the file or sheet has, or that several of its columns may be."""
        for place, given in self.given.items():
            ours = [table for table in tables if place in (table.place, table.file, *folders_of(table.file))]
            mapping, line = self.lines[place]
            if given.header_rows and not all(table.lettered for table in ours):
                reason = _("records have no header rows; leave out `header_rows`")
                yield Refused("mapping", line=line, reason=reason).at(mapping)
            if given.encoding and not all(table.encoding for table in ours):
                reason = _("`encoding` is for .csv and .tsv files only; leave it out")
                yield Refused("mapping", line=line, reason=reason).at(mapping)
            for each in given.columns if ours else ():
                found = [columns_called(table, each.column) for table in ours]
                if any(len(columns) > 1 for columns in found):
                    reason = _("several columns are called '{column}'; write their letters: {letters}")
                    several = next(columns for columns in found if len(columns) > 1)
                    told = ", ".join(map(letters, several))
                    yield each.refuse(reason.format(column=each.column, letters=told))
                elif not any(found):
                    reason = _("no column is called '{column}'; {advice}")
                    headers = list(dict.fromkeys(header for table in ours for header in table.headers if header))
                    yield each.refuse(reason.format(column=each.column, advice=advise(each.column, headers)))


def folders_of(file: str) -> list[str]:
    """The folders that a file lies in, from the nearest on."""
    return [str(folder) for folder in PurePosixPath(file).parents][:-1]


def columns_called(table: RawTable, name: str) -> list[int]:
    """The columns of a table with a header, else the one with a letter."""
    found = [number for number, header in enumerate(table.headers) if header and fold(header) == fold(name)]
    if not found and table.lettered:
        found = [number for number in range(len(table.headers)) if letters(number) == name.upper()]
    return found


def read_mapping(raw: bytes, name: str, types: Names[str], vocabulary: Vocabulary) -> tuple[Said, list[Refusal]]:
    """What the mapping file ``name`` says, and every mistake in it. Its names are relative to its own folder."""
    reader = _Reader(name, types, vocabulary)
    node, found = parse_yaml(decode(raw), name)
    for each in found:
        reader.refusals.append(Refused("mapping", line=each.line, reason=each.message).at(name))
    if node is None or found:
        return Said({}, {}), reader.refusals
    files = node.find("files")
    for every in (node, files, *(files.mapping.values() if files else ())):
        if every is not None and not isinstance(every.value, dict):
            reader.refuse(every.at.line, _("write `files: {name: {type: ..., round: ..., complete: ...}}`"))
    for key in node.mapping:
        if key != "files":
            reason = _("'{key}' is not a known key here; {advice}").format(key=key, advice=advise(key, ("files",)))
            reader.refuse(node.at.line, reason)
    folder = PurePosixPath(name).parent
    given: dict[str, Given] = {}
    lines: dict[str, tuple[str, int]] = {}
    for key, entry in files.mapping.items() if files else ():
        place = clean(str(folder / key))
        given[place] = reader.given(entry)
        lines[place] = name, entry.at.line
    return Said(given, lines), reader.refusals
