"""Paths -> files -> tables: which files are read, how each is read, and what is said of those that are not."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePath, PurePosixPath
from typing import Final

import polars as pl

from duibiao.evaluator.intake.column_names import name_columns
from duibiao.evaluator.intake.delimited import NATIONAL, read_delimited
from duibiao.evaluator.intake.formats import ENDINGS, TEXTS, Format, format_of
from duibiao.evaluator.intake.guide import is_guide
from duibiao.evaluator.intake.headers import Vocabulary
from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.mapping import Said
from duibiao.evaluator.intake.names import clean, distinct
from duibiao.evaluator.intake.packed import Member, unpack
from duibiao.evaluator.intake.part_files import Head
from duibiao.evaluator.intake.partition import BESIDE, CHECKSUM, UNREADY, Partition, packed_partition, partition_of
from duibiao.evaluator.intake.partition_columns import with_partition
from duibiao.evaluator.intake.paths import path_text, resolved
from duibiao.evaluator.intake.reasons import Refusal, Refused, note
from duibiao.evaluator.intake.records import Records, read_json, read_parquet, read_yaml_records, records_of
from duibiao.evaluator.intake.tables import RawTable, table_of_rows
from duibiao.evaluator.intake.workbook import read_workbook
from duibiao.evaluator.intake.xform import questions_of
from duibiao.evaluator.submission import Note

# Files that may hold data and are not read: in a folder they are refused, as a note might be overlooked.
REFUSED: Final = (".xlsb", ".numbers", ".dbf", ".sav", ".rar", ".7z")
MAPPING: Final = ("mapping.yaml", "mapping.yml")
OUTLINES: Final = "outlines.geojson"  # of areas, for the map; no data
RESULT: Final = ("index.html", "assessment.json", "rejects.csv")  # ``check`` leaves the first and one of the others
_SHOWN: Final = 5  # headers in a message


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of the data, its name as messages and results give it, and the partition that it is a part of."""

    path: Path
    name: str
    partition: Partition | None = None

    def read(self, limits: Limits) -> bytes:
        """The bytes of the file; too large a file is refused unread."""
        try:
            size = self.path.stat().st_size
            if size > limits.bytes:
                raise Refused("file-too-large", size=size, limit=limits.bytes)
            return self.path.read_bytes()
        except OSError as error:
            raise Refused("no-access", reason=error.strerror or str(error)) from None


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds, or a file in a zip file: its name, its bytes, the format that these are of, its partition.

    ``path`` is that of a file that was not read yet.
    """

    name: str
    raw: bytes
    format: Format
    partition: Partition | None = None
    path: Path | None = None

    def read(self, limits: Limits) -> Content:
        """The content, read now if it was not read yet."""
        if self.path is None:
            return self
        return replace(self, raw=DataFile(self.path, self.name).read(limits), path=None)

    @property
    def mapping(self) -> bool:
        """Whether it is a mapping file, which says something of the others."""
        return PurePosixPath(self.name).name in MAPPING


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _below(folder: Path) -> Iterator[Path]:
    """The files below a folder in the order of their names, with the links to folders, hidden files and folders, and
    results that lie there."""
    for path in sorted(folder.iterdir(), key=lambda each: each.name):
        if path.is_dir() and not path.is_symlink() and not _is_hidden(path) and not _is_result(path):
            yield from _below(path)
        else:
            yield path


def _is_hidden(path: Path) -> bool:
    """Whether a file is hidden, or the lock file of an office program."""
    return path.name.startswith((".", "~$"))


def _is_result(folder: Path) -> bool:
    """Whether ``check`` made this folder: its tables are no data."""
    there = [(folder / name).is_file() for name in RESULT]
    return there[0] and any(there[1:])


def _found(paths: Sequence[Path], notes: list[Note], refusals: list[Refusal]) -> list[DataFile]:
    """The files at ``paths``, each once, sorted by name; notes tell of hidden ones, of what is linked to and of results
    among them."""
    several = len(paths) > 1
    named = set(map(resolved, paths))
    found: dict[Path, DataFile] = {}
    for given in paths:
        members: list[tuple[Path, str]] = []
        folder, top = given.parent, ""
        if given.is_dir() and _is_result(given):
            refusals.append(Refused("result-folder").at(path_text(given)))
        elif given.is_dir():
            folder = given
            top = f"{path_text(PurePath(given.resolve().name))}/" if several else ""
            for path in _below(given):
                name = clean(top + path_text(path.relative_to(given)))
                code = _unread(path)
                if code is None:
                    members.append((path, name))
                elif path.suffix != CHECKSUM and resolved(path) not in named:
                    notes.append(note(code, name))
        elif given.exists():
            members = [(given, clean(path_text(PurePath(given.name))))]
        else:
            refusals.append(Refused("not-found").at(path_text(given)))
        for path, name in members:
            inside = [path_text(PurePath(part)) for part in path.relative_to(folder).parts[:-1]]
            found.setdefault(resolved(path), DataFile(path, name, partition_of(folder, inside, path.name, top)))
    counts = Counter(file.name for file in found.values())
    files = [file if counts[file.name] == 1 else replace(file, name=path_text(file.path)) for file in found.values()]
    return sorted(files, key=lambda file: file.name)


def _unread(path: Path) -> str | None:
    """Why nothing that lies in a folder is read from here, whatever it holds: the code of a note."""
    if _is_hidden(path):
        return "hidden-file"
    if path.is_dir():
        return "linked-folder" if path.is_symlink() else "result-folder"
    return None if path.exists() else "broken-link"


def find_files(paths: Sequence[Path]) -> tuple[list[DataFile], list[Note], list[Refusal]]:
    """The data files at ``paths``, sorted by name, with notes on files of another kind and what is refused.

    In a folder the ending says which files are data; a file that was named itself is data whatever its ending.
    ``OUTLINES`` right in a folder that was given is read where the map is drawn.
    """
    notes: list[Note] = []
    refusals: list[Refusal] = []
    files: list[DataFile] = []
    named = set(map(resolved, paths))
    for file in _found(paths, notes, refusals):
        ending = _ending(file.name)
        unready = next((part for part in PurePosixPath(file.name).parts[:-1] if part in UNREADY), None)
        if unready is not None:
            above = file.name.partition(f"{unready}/")[0].rstrip("/")
            refusals.append(Refused(UNREADY[unready], name=unready).at(above or unready))
        elif file.path.is_file() and (ending in ENDINGS or resolved(file.path) in named):
            files.append(file)
        elif file.path.is_file() and ending in REFUSED:
            refusals.append(Refused("unknown-format", ending=ending).at(file.name))
        elif file.path.name in BESIDE or ending == CHECKSUM:
            continue
        elif file.path.name != OUTLINES or resolved(file.path.parent) not in named:
            notes.append(note("skipped-file", file.name))
    return files, notes, refusals


def contents_of(
    files: Sequence[DataFile],
    limits: Limits,
    notes: list[Note],
    refusals: list[Refusal],
    packed: dict[str, Member],
    in_slices: bool = False,
) -> list[Content]:
    """What the files hold, and what the zip files among them hold; adds to ``notes`` and ``refusals``.

    ``packed`` gets what lies in zip files and is no data, such as photos. Under ``in_slices`` parts of partitioned
    folders are not read yet.
    """
    found: dict[str, Content] = {}

    def add(content: Content) -> None:
        if content.name in found:
            raise Refused("same-name")
        found[content.name] = content

    for file in files:
        name = file.name
        try:
            if in_slices and file.partition is not None and _ending(name) == ".parquet" and _is_parquet(file.path):
                add(Content(name, b"", "parquet", file.partition, file.path))
                continue
            content = replace(_content(name, file.read(limits)), partition=file.partition)
            if content.format != "zip":
                add(content)
                continue
            for path, raw in unpack(content.raw, limits):
                name = f"{file.name}/{path}"
                if _ending(path) in ENDINGS:
                    partition = packed_partition(file.path, file.name, PurePosixPath(path))
                    add(replace(_packed(name, raw), partition=partition))
                else:
                    packed.setdefault(name, Member(file.path, path, hashlib.sha256(raw).hexdigest()))
                    notes.append(note("skipped-file", name))
        except Refused as refused:
            refusals.append(refused.at(name))
    return list(found.values())


def _is_parquet(path: Path) -> bool:
    """Whether a file begins like one; one that cannot be opened is told of where it is read."""
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PAR1"
    except OSError:
        return False


def _content(name: str, raw: bytes) -> Content:
    if not raw.strip():
        raise Refused("empty-file")
    return Content(name, raw, format_of(raw, _ending(name)))


def _packed(name: str, raw: bytes) -> Content:
    content = _content(name, raw)
    if content.format == "zip":
        raise Refused("zip-in-zip")
    return content


@dataclass(frozen=True, slots=True)
class Terms:
    """What a file is read under: what mapping files say, the headers that are known, the encoding of text files."""

    said: Said
    vocabulary: Vocabulary
    limits: Limits
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The tables of one file, in its order, with notes on what was not read, and sheets that are refused."""

    tables: list[RawTable]
    notes: list[Note]
    refusals: list[Refusal]


def _tables_of_workbook(content: Content, sha256: str, terms: Terms) -> Opened:
    opened = Opened([], [], [])
    book = read_workbook(content.raw, terms.limits)
    titles = distinct([clean(sheet.name) for sheet in book.sheets])
    for title, sheet in zip(titles, book.sheets, strict=True):
        place = f"{content.name}!{title}"
        given = terms.said.of(content.name, place)
        if sheet.hidden or given.skip:
            opened.notes.append(note("hidden-sheet" if sheet.hidden else "skipped-table", place))
            continue
        if is_guide(sheet.rows):
            continue
        if sheet.declared is not None:
            opened.notes.append(note("rows-missing", place, declared=sheet.declared, found=len(sheet.rows)))
        try:
            table = table_of_rows(
                content.name,
                title,
                sha256,
                sheet.rows,
                terms.vocabulary,
                epoch=book.epoch,
                merged=sheet.merged,
                header_rows=given.header_rows,
            )
        except Refused as refused:
            opened.refusals.append(refused.at(place))
            continue
        if table is not None:
            opened.tables.append(table)
        else:
            opened.notes.append(note("empty-sheet", place))
    if book.links:
        opened.notes.append(note("external-links", content.name))
    return opened


def _table_of_text(content: Content, sha256: str, terms: Terms) -> list[RawTable]:
    """The table of a CSV file; raises ``Refused`` where it is more likely in Big5 than in GB18030."""
    given = terms.said.of(content.name, content.name)
    said = given.encoding or terms.encoding

    def table_in(encoding: str | None) -> RawTable | None:
        rows, used = read_delimited(content.raw, content.format, terms.limits, encoding)
        header_rows = given.header_rows
        return table_of_rows(content.name, None, sha256, rows, terms.vocabulary, header_rows=header_rows, encoding=used)

    def knows(table: RawTable) -> bool:
        return any(map(terms.vocabulary.knows, table.headers))

    table = table_in(said)
    if table is not None and said is None and table.encoding == NATIONAL and not knows(table):
        other: RawTable | None = None
        with suppress(Refused):
            other = table_in("big5")
        if other is not None and knows(other):
            raise Refused("perhaps-big5", shown=", ".join(other.headers[:_SHOWN]))
    return [table] if table is not None else []


def _lists(content: Content, limits: Limits) -> list[Records]:
    match content.format:
        case "json":
            return read_json(content.raw, limits)
        case "parquet":
            return read_parquet(content.raw, limits)
        case _:
            return read_yaml_records(content.raw, content.name, limits)


def tables_of(content: Content, terms: Terms) -> Opened:
    """The tables in a file; raises ``Refused`` where none can be read."""
    sha256 = hashlib.sha256(content.raw).hexdigest()
    opened = Opened([], [], [])
    if content.format == "workbook":
        opened = _tables_of_workbook(content, sha256, terms)
    elif content.format in {"csv", "tsv"}:
        opened.tables.extend(_table_of_text(content, sha256, terms))
    else:
        partition = content.partition if content.format == "parquet" else None
        for records in _lists(content, terms.limits):
            table = with_partition(records.table(content.name, sha256), partition)
            if terms.said.of(content.name, table.place).skip:
                opened.notes.append(note("skipped-table", table.place))
            elif table.headers or table.odd:
                opened.tables.append(table)
    if ENDINGS.get(_ending(content.name), content.format) != content.format:
        code = "text-as-workbook" if content.format in TEXTS.values() else "other-ending"
        opened.notes.append(note(code, content.name))
    if not opened.tables and not opened.refusals and not any(each.code == "skipped-table" for each in opened.notes):
        raise Refused("empty-file")
    for table in opened.tables:
        terms.limits.check(len(table.rows), len(table.headers))
    asked = [questions_of(table) for table in opened.tables]
    named = [name_columns(each, terms.said.of(content.name, each.place).columns, terms.vocabulary) for each in asked]
    return Opened(named, opened.notes, opened.refusals)


def headed(content: Content, head: Head, terms: Terms) -> RawTable:
    """The table of a parquet file without its rows; raises ``Refused`` for too many columns."""
    records = records_of(pl.DataFrame(schema=head.schema))
    table = with_partition(records.table(content.name, head.sha256), content.partition)
    terms.limits.check(0, len(table.headers))
    return name_columns(table, terms.said.of(content.name, content.name).columns, terms.vocabulary)
