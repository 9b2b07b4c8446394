"""Paths -> tables: which files are read, how each is read, and what is said of those that are not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from duibiao.evaluator.intake.delimited import read_delimited
from duibiao.evaluator.intake.guide import is_guide
from duibiao.evaluator.intake.names import clean
from duibiao.evaluator.intake.reasons import Refusal, Refused, note
from duibiao.evaluator.intake.records import Records, read_json, read_parquet, read_yaml_records
from duibiao.evaluator.intake.tables import MAX_BYTES, RawTable, check_size, table_of_rows
from duibiao.evaluator.intake.workbook import read_workbook
from duibiao.evaluator.intake.xform import questions_of
from duibiao.evaluator.submission import Note

DELIMITED: Final = (".csv", ".tsv")
RECORDS: Final = (".json", ".yaml", ".yml", ".parquet")
WORKBOOKS: Final = (".xlsx", ".xlsm")
READ: Final = (*DELIMITED, *RECORDS, *WORKBOOKS)
# Tables that we cannot read: in a folder they are refused, as a note might be overlooked.
REFUSED: Final = (".xls", ".xlsb", ".et", ".ods", ".numbers", ".dbf", ".sav")
MAPPING: Final = ("mapping.yaml", "mapping.yml")


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


def _tables_of_workbook(raw: bytes, name: str, sha256: str, notes: list[Note]) -> list[RawTable]:
    tables: list[RawTable] = []
    for sheet in read_workbook(raw):
        if is_guide(sheet.rows):
            continue
        table = table_of_rows(name, clean(sheet.name), sha256, sheet.rows, workbook=True, merged=sheet.merged)
        if table is not None:
            tables.append(table)
        else:
            notes.append(note("hidden-sheet" if sheet.hidden else "empty-sheet", f"{name}!{sheet.name}"))
    return tables


def _lists(file: DataFile, raw: bytes) -> list[Records]:
    if file.ending == ".json":
        return read_json(raw)
    return read_parquet(raw) if file.ending == ".parquet" else read_yaml_records(raw, file.name)


def tables_of(file: DataFile, raw: bytes) -> tuple[list[RawTable], list[Note]]:
    """The tables in a file, in its order, with notes on sheets that were not read; raises ``Refused``."""
    notes: list[Note] = []
    sha256 = hashlib.sha256(raw).hexdigest()
    if not raw.strip():
        raise Refused("empty-file")
    if file.ending in WORKBOOKS:
        tables = _tables_of_workbook(raw, file.name, sha256, notes)
    elif file.ending in DELIMITED:
        table = table_of_rows(file.name, None, sha256, read_delimited(raw, file.ending))
        tables = [table] if table else []
    else:
        tables = [records.table(file.name, sha256) for records in _lists(file, raw)]
        tables = [table for table in tables if table.headers or table.odd]
    if not tables:
        raise Refused("empty-file")
    for table in tables:
        check_size(len(table.rows), len(table.headers))
    return [questions_of(table) for table in tables], notes
