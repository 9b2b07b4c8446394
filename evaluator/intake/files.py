"""Paths -> tables: which files are read, how each is read, and what is said of those that are not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from duibiao.evaluator.intake.column_names import name_columns
from duibiao.evaluator.intake.delimited import NATIONAL, read_delimited
from duibiao.evaluator.intake.headers import Vocabulary
from duibiao.evaluator.intake.mapping import Given, Said
from duibiao.evaluator.intake.names import clean
from duibiao.evaluator.intake.reasons import Refusal, Refused, note
from duibiao.evaluator.intake.records import Records, read_json, read_parquet, read_yaml_records
from duibiao.evaluator.intake.tables import MAX_BYTES, RawTable, check_size, table_of_rows
from duibiao.evaluator.intake.workbook import read_workbook
from duibiao.evaluator.submission import Note

DELIMITED: Final = (".csv", ".tsv")
RECORDS: Final = (".json", ".yaml", ".yml", ".parquet")
WORKBOOKS: Final = (".xlsx", ".xlsm")
READ: Final = (*DELIMITED, *RECORDS, *WORKBOOKS)
# Tables that we cannot read: in a folder they are refused, as a note might be overlooked.
REFUSED: Final = (".xls", ".xlsb", ".et", ".ods", ".numbers", ".dbf", ".sav")
MAPPING: Final = ("mapping.yaml", "mapping.yml")
_SHOWN: Final = 5  # headers in a message


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of the data, and its name as messages and results give it."""

    path: Path
    name: str

    @property
    def ending(self) -> str:
        """The ending in small letters, with its dot."""
        return self.path.suffix.lower()

    def read(self) -> bytes:
        """The bytes of the file; too large a file is refused unread."""
        try:
            size = self.path.stat().st_size
            if size > MAX_BYTES:
                raise Refused("file-too-large", size=size, limit=MAX_BYTES)
            return self.path.read_bytes()
        except OSError as error:
            raise Refused("no-access", reason=error.strerror or str(error)) from None


def _below(folder: Path) -> Iterator[Path]:
    """The files below a folder, and links to folders, in the order of their names, without hidden and lock files."""
    for path in sorted(folder.iterdir(), key=lambda each: each.name):
        if path.name.startswith((".", "~$")):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _below(path)
        else:
            yield path


def _found(paths: Sequence[Path], refusals: list[Refusal]) -> list[DataFile]:
    several = len(paths) > 1
    found: dict[Path, DataFile] = {}
    for given in paths:
        if given.is_dir():
            top = f"{given.resolve().name}/" if several else ""
            members = [(path, clean(top + path.relative_to(given).as_posix())) for path in _below(given)]
        elif given.exists():
            members = [(given, clean(given.name))]
        else:
            refusals.append(Refused("not-found").at(str(given)))
            continue
        for path, name in members:
            found.setdefault(path.resolve(), DataFile(path, name))
    names = [file.name for file in found.values()]
    distinct = [file if names.count(file.name) == 1 else DataFile(file.path, str(file.path)) for file in found.values()]
    return sorted(distinct, key=lambda file: file.name)


def find_files(paths: Sequence[Path]) -> tuple[list[DataFile], list[Note], list[Refusal]]:
    """The data files at ``paths``, sorted by name, with notes on files of another kind and what is refused.

    A file that was named itself is refused where its kind is not read; in a folder it is noted.
    """
    notes: list[Note] = []
    refusals: list[Refusal] = []
    files: list[DataFile] = []
    named = {path.resolve() for path in paths}
    for file in _found(paths, refusals):
        if file.path.is_file() and file.ending in READ:
            files.append(file)
        elif file.path.is_file() and (file.path.resolve() in named or file.ending in REFUSED):
            refusals.append(Refused("unknown-format", ending=file.ending).at(file.name))
        else:
            notes.append(note("skipped-file", file.name))
    return files, notes, refusals


@dataclass(frozen=True, slots=True)
class Terms:
    """What a file is read under: what mapping files say, the headers that are known, the encoding of text files."""

    said: Said
    vocabulary: Vocabulary
    encoding: str | None = None

    def of(self, file: str, place: str) -> Given:
        """What mapping files say of a table."""
        return self.said.of(file, place)


@dataclass(frozen=True, slots=True)
class Opened:
    """The tables of one file, in its order, with notes on sheets that were not read, and sheets that are refused."""

    tables: list[RawTable]
    notes: list[Note]
    refusals: list[Refusal]


def _tables_of_workbook(raw: bytes, name: str, sha256: str, terms: Terms) -> Opened:
    opened = Opened([], [], [])
    for sheet in read_workbook(raw):
        title = clean(sheet.name)
        place = f"{name}!{title}"
        given = terms.of(name, place)
        if sheet.hidden or given.skip:
            opened.notes.append(note("hidden-sheet" if sheet.hidden else "skipped-table", place))
            continue
        try:
            table = table_of_rows(
                name,
                title,
                sha256,
                sheet.rows,
                terms.vocabulary,
                workbook=True,
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
    return opened


def _table_of_text(file: DataFile, raw: bytes, sha256: str, terms: Terms) -> list[RawTable]:
    """The table of a CSV file; raises ``Refused`` where it is more likely in Big5 than in GB18030."""
    given = terms.of(file.name, file.name)
    said = given.encoding or terms.encoding

    def table_in(encoding: str | None) -> RawTable | None:
        rows, used = read_delimited(raw, file.ending, encoding)
        rows_of_headers = given.header_rows
        return table_of_rows(
            file.name, None, sha256, rows, terms.vocabulary, header_rows=rows_of_headers, encoding=used
        )

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


def _lists(file: DataFile, raw: bytes) -> list[Records]:
    if file.ending == ".json":
        return read_json(raw)
    return read_parquet(raw) if file.ending == ".parquet" else read_yaml_records(raw, file.name)


def tables_of(file: DataFile, raw: bytes, terms: Terms) -> Opened:
    """The tables in a file; raises ``Refused`` where none can be read."""
    sha256 = hashlib.sha256(raw).hexdigest()
    if not raw.strip():
        raise Refused("empty-file")
    opened = Opened([], [], [])
    if file.ending in WORKBOOKS:
        opened = _tables_of_workbook(raw, file.name, sha256, terms)
    elif file.ending in DELIMITED:
        opened.tables.extend(_table_of_text(file, raw, sha256, terms))
    else:
        for table in (records.table(file.name, sha256) for records in _lists(file, raw)):
            if terms.of(file.name, table.place).skip:
                opened.notes.append(note("skipped-table", table.place))
            elif table.headers or table.odd:
                opened.tables.append(table)
    if not opened.tables and not opened.refusals and not any(each.code == "skipped-table" for each in opened.notes):
        raise Refused("empty-file")
    for table in opened.tables:
        check_size(len(table.rows), len(table.headers))
    named = [name_columns(table, terms.of(file.name, table.place).columns, terms.vocabulary) for table in opened.tables]
    return Opened(named, opened.notes, opened.refusals)
