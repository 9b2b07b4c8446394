"""A mapping.yaml to start from: what a program understood of files, written down so that it can be corrected."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from duibiao.evaluator.intake.delimited import ENCODINGS
from duibiao.evaluator.intake.mapping import SHAPES
from duibiao.evaluator.intake.names import fold
from duibiao.evaluator.intake.paths import path_text
from duibiao.evaluator.intake.understanding import USED, Understanding, UnderstoodFile, UnderstoodTable
from duibiao.reports.understanding_text import meaning_text
from duibiao.reports.words import SHAPE

Translate = Callable[[str], str]


def mapping_draft(found: Understanding, path: Path, say: Translate) -> str:
    """The text of a mapping file at ``path``. Read back, it means what was understood without it."""
    return "".join(f"{line}\n" for line in _lines(found, path.resolve().parent, say))


def _lines(found: Understanding, folder: Path, say: Translate) -> Iterator[str]:
    yield "# " + say("How duibiao understands these files. Correct what is wrong; delete what need not be said.")
    yield "# " + say("columns: a header (or a letter) of the file, and what it means; null leaves a column out.")
    entries = [line for file in found.files for line in _file(file, folder, say)]
    yield "files:" if any(not line.lstrip().startswith("#") for line in entries) else "files: {}"
    yield from entries


def _file(file: UnderstoodFile, folder: Path, say: Translate) -> Iterator[str]:
    path = file.path.resolve()
    name = path_text(path.relative_to(folder)) if path.is_relative_to(folder) else file.name
    for table in file.tables:
        yield from _table(table, _quoted(f"{name}!{table.sheet}" if table.sheet else name), say)
    for note in file.notes:
        if note.code == "skipped-table":
            yield f"  {_quoted(name + note.place.removeprefix(file.name))}: {{skip: true}}"


def _table(table: UnderstoodTable, key: str, say: Translate) -> Iterator[str]:
    columns = list(_columns(table, say))
    if all(line.lstrip().startswith("#") for line in columns):
        return  # nothing can be said of columns without names
    if table.shape is None:
        yield f"  {key}:"
        yield "    # " + say("The shape is not recognised: {shapes}").format(shapes=", ".join(SHAPES))
        yield "    # shape: ..."
        yield "    # skip: true"
        if table.nearest is not None:
            yield "    # " + say("nearest: {shape}; it lacks {lacking}").format(
                shape=table.nearest[0], lacking=" + ".join(table.nearest[1])
            )
    else:
        yield f"  {key}:  # " + say(SHAPE[table.shape])
        yield f"    shape: {table.shape}"
    if table.headers:
        yield f"    header_rows: [{', '.join(map(str, table.headers))}]"
    if table.encoding in ENCODINGS:
        yield f"    encoding: {table.encoding}"
    given = table.given
    for name, value in (("type", given.site_type), ("round", given.round), ("site", given.site), ("area", given.area)):
        if value is not None:
            yield f"    {name}: {_quoted(value)}"
    if given.complete is not None:
        yield f"    complete: {_quoted(given.complete)}"
    if given.site_type is None and table.named_after is not None:
        yield "    # " + say("type: {type}, after the name of the file or sheet").format(type=table.named_after)
    yield "    columns:"
    yield from columns


def _columns(table: UnderstoodTable, say: Translate) -> Iterator[str]:
    counts = Counter(fold(column.header) for column in table.columns)
    for column in table.columns:
        alone = bool(column.header) and counts[fold(column.header)] == 1
        name = column.header if alone else column.letter
        comment = meaning_text(column, say).replace("\n", " ")
        if not name or (not alone and fold(name) in counts):
            yield f"      # {' '.join(column.header.split())}: {comment}"
        else:
            means = _quoted(column.name) if column.taken in USED else "null"
            yield f"      {_quoted(name)}: {means}  # {comment}"


def _quoted(value: object) -> str:
    """A text in double quotes, or true or false, as YAML and JSON both write it."""
    return json.dumps(value, ensure_ascii=False)
