"""How files are understood before anything is scored: their tables, and what each column is taken for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.answers import questionnaires_of
from duibiao.evaluator.intake.formats import Format
from duibiao.evaluator.intake.headers import LEVEL, PHOTO, STANDARD, Vocabulary
from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.mapping import Given
from duibiao.evaluator.intake.read import USUAL, OpenedFiles, judged, open_files
from duibiao.evaluator.intake.reading import Reading
from duibiao.evaluator.intake.reasons import Refusal, UnreadableData
from duibiao.evaluator.intake.tables import RawTable, letters, where_silent
from duibiao.evaluator.submission import Note, Reject, Shape, group_column

# What a column is taken for: a standard meaning, a level of area, a field, a judged criterion, photos of a criterion, a
# question, a column of the sample, a group of respondents; ``not_kept`` of respondents; ``left_out`` on purpose (a
# number of rows, or by mapping.yaml); ``less_exact`` than another column; ``ambiguous``, which only mapping.yaml can
# settle; ``idle`` where its meaning does not count in this table; ``unknown``; ``unnamed`` where it has values and no
# header.
Taken = Literal[
    "standard",
    "level",
    "field",
    "criterion",
    "photo",
    "question",
    "sample",
    "group",
    "not_kept",
    "left_out",
    "less_exact",
    "ambiguous",
    "idle",
    "unknown",
    "unnamed",
]
USED: Final = frozenset({"standard", "level", "field", "criterion", "photo", "question", "sample", "group"})


@dataclass(frozen=True, slots=True)
class UnderstoodColumn:
    """One column: where it stands, what it is taken for, and how its cells are.

    ``letter`` is '' among records. ``name`` is that by which it is recognised, ``keys`` and ``title`` are its meaning;
    ``nearest`` is the known name that an unknown header comes nearest to. filled + blank are the rows of the table, all
    of them blank where the column is ``not_kept``; ``rejected`` cells of both kinds rejected their rows, ``first`` was
    the first of them.
    """

    letter: str
    header: str
    name: str
    taken: Taken
    keys: tuple[str, ...]
    title: str
    nearest: str | None
    filled: int
    blank: int
    rejected: int
    first: Reject | None


@dataclass(frozen=True, slots=True)
class UnderstoodTable:
    """One table: its shape (None where that is not known), its rows, its columns.

    Rows count from 1 as people count them; they are empty for records. ``nearest`` is the shape that unknown headers
    come nearest to, with what they lack for it. ``used`` and ``rejected`` are None where no row was judged.
    """

    file: str
    sheet: str | None
    shape: Shape | None
    given: Given
    named_after: str | None
    encoding: str | None
    titles: tuple[int, ...]
    headers: tuple[int, ...]
    no_data: tuple[int, ...]
    read: int
    used: int | None
    rejected: int | None
    nearest: tuple[Shape, list[str]] | None
    columns: tuple[UnderstoodColumn, ...]

    @property
    def place(self) -> str:
        """The file, and the sheet where there is one."""
        return f"{self.file}!{self.sheet}" if self.sheet else self.file


@dataclass(frozen=True, slots=True)
class UnderstoodFile:
    """One file, or file in a zip file, with its tables, and what is noted and refused of it or of its sheets.

    ``path`` is where it lies (in a zip file as in a folder), ``format`` None where that cannot be told.
    """

    name: str
    path: Path
    format: Format | None
    tables: tuple[UnderstoodTable, ...]
    notes: tuple[Note, ...]
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Understanding:
    """Every file that was given; ``notes`` and ``refusals`` are those that belong to none of them."""

    files: tuple[UnderstoodFile, ...]
    notes: tuple[Note, ...]
    refusals: tuple[Refusal, ...]

    @property
    def whole(self) -> bool:
        """Whether every file and every table can be used."""
        return not self.refusals and not any(each.refusals for each in self.files)


def understand(
    paths: Sequence[Path], catalogue: Catalogue, encoding: str | None = None, limits: Limits = USUAL
) -> Understanding:
    """How the files and folders at ``paths`` are understood under a catalogue; unreadable files are part of it."""
    opened = open_files(paths, catalogue, encoding, limits)
    notes: Sequence[Note] = opened.notes
    refusals = opened.refusals
    hints: Mapping[Reading, str | None] = {}
    if opened.sent or opened.mended:
        try:
            found = judged(opened, catalogue)
            notes, hints = found.submission.notes, found.hints
        except UnreadableData as error:
            refusals = [*refusals, *error.refusals]
    refusals = sorted(set(refusals))
    vocabulary = Vocabulary(catalogue)
    tables = [_table(each.raw, each, hint, opened, catalogue, vocabulary) for each, hint in hints.items()]
    tables += [_table(each, None, None, opened, catalogue, vocabulary) for each in opened.unread]
    files = tuple(
        UnderstoodFile(
            name,
            path,
            form,
            tuple(table for table in tables if table.file == name),
            tuple(note for note in notes if _about(name, note.place)),
            tuple(each for each in refusals if _about(name, each.file)),
        )
        for name, path, form in _named(opened)
    )
    return Understanding(
        files,
        tuple(note for note in notes if not any(_about(file.name, note.place) for file in files)),
        tuple(each for each in refusals if not any(_about(file.name, each.file) for file in files)),
    )


def _named(opened: OpenedFiles) -> Iterator[tuple[str, Path, Format | None]]:
    """The files that were opened, with where they lie: those in zip files as if they lay in a folder."""
    for file in opened.files:
        found = [each for each in opened.contents if each.name == file.name or each.name.startswith(f"{file.name}/")]
        for each in found:
            yield each.name, file.path / each.name.removeprefix(file.name).removeprefix("/"), each.format
        if not found:
            yield file.name, file.path, None


def _about(name: str, place: str) -> bool:
    """Whether a place is a file, a sheet of it or a row of it."""
    return place == name or place.startswith((f"{name}!", f"{name} "))


def _table(
    raw: RawTable,
    reading: Reading | None,
    hint: str | None,
    opened: OpenedFiles,
    catalogue: Catalogue,
    vocabulary: Vocabulary,
) -> UnderstoodTable:
    layout = raw.layout
    rows = (layout.titles, layout.headers, (*layout.summaries, *layout.remarks, *layout.repeated)) if layout else ()
    titles, headers, no_data = (tuple(row + 1 for row in sorted(each)) for each in rows or ((), (), ()))
    judged = reading.table() if reading is not None else None
    return UnderstoodTable(
        raw.file,
        raw.sheet,
        reading.shape if reading is not None else None,
        opened.said.of(raw.file, raw.place),
        hint,
        raw.encoding,
        titles,
        headers,
        no_data,
        len(raw.rows),
        judged.used if judged is not None else None,
        judged.rejected if judged is not None else None,
        None if reading is not None else vocabulary.nearest_shape(raw.names),
        tuple(_columns(raw, reading, hint, catalogue, vocabulary)),
    )


def _columns(
    raw: RawTable, reading: Reading | None, hint: str | None, catalogue: Catalogue, vocabulary: Vocabulary
) -> Iterator[UnderstoodColumn]:
    titles = _titles(catalogue, vocabulary)
    if reading is not None and reading.shape == "answers":
        titles |= _titles_of_answers(reading, hint, vocabulary)
    for number, (header, name) in enumerate(zip(raw.headers, raw.names, strict=True)):
        blank = int(where_silent(raw.columns[number]).sum())
        filled = len(raw.rows) - blank
        if not header and not filled:
            continue
        faults = reading.faults.get(number, []) if reading is not None else []
        taken, keys = _taken(raw, number, reading, vocabulary, titles)
        yield UnderstoodColumn(
            letters(number) if raw.lettered else "",
            header,
            name,
            taken,
            keys,
            ", ".join(dict.fromkeys(titles[key][1] for key in keys)),
            vocabulary.known.near(header) if taken == "unknown" else None,
            filled,
            blank,
            len({fault.row for fault in faults}),
            min(faults, key=lambda fault: fault.row, default=None),
        )


def _titles(catalogue: Catalogue, vocabulary: Vocabulary) -> dict[str, tuple[Taken, str]]:
    """What each key is, and how people call it."""
    judged = {dated.id for dated in catalogue.criteria}
    found: dict[str, tuple[Taken, str]] = {}
    for form in (*vocabulary.registers.values(), *vocabulary.forms.values()):
        found |= {key: ("criterion" if key in judged else "field", field.label) for key, field in form.items()}
    found |= {PHOTO + each.id: ("photo", each.versions[-1].criterion.title) for each in catalogue.criteria}
    found |= {LEVEL + key: ("level", title) for key, title in catalogue.head.area_levels.items()}
    return found | {key: ("standard", names[0]) for key, names in STANDARD.items()}


def _titles_of_answers(reading: Reading, hint: str | None, vocabulary: Vocabulary) -> dict[str, tuple[Taken, str]]:
    """What the keys of a table of answers are: questions, and columns of the sample."""
    found: dict[str, tuple[Taken, str]] = {}
    for key in questionnaires_of(reading.raw.names, reading.given, hint, vocabulary.questions):
        kind = vocabulary.questions.kinds[key]
        found |= {each: ("question", question.text) for each, question in kind.questions.items()}
        found |= {each: ("sample", header) for each, header in kind.sample.columns.items()}
        found |= {group_column(each): ("group", header) for each, header in kind.groups.items()}
    return found


def _taken(
    raw: RawTable, number: int, reading: Reading | None, vocabulary: Vocabulary, titles: dict[str, tuple[Taken, str]]
) -> tuple[Taken, tuple[str, ...]]:
    """What a column is taken for, and the keys of its meaning: several where each type of site has its own."""
    header, name = raw.headers[number], raw.names[number]
    if not header and not name:
        return "unnamed", ()
    if not name and reading is not None and reading.shape == "answers":
        return "not_kept", ()
    if not name:
        ambiguous = any(code == "ambiguous-header" and values["header"] == header for code, values in raw.remarks)
        return ("ambiguous" if ambiguous else "left_out"), ()
    known = _meanings(name, vocabulary)
    if reading is None:
        return (titles[known[0]][0] if known else "unknown"), known
    if number in reading.outranked:
        return "less_exact", ()
    used = tuple(key for key, numbers in reading.columns.items() if number in numbers)
    if not used and reading.shape == "wide":  # of no row is known which field it means; it would be one of these
        used = _fields(name, vocabulary)
    if used:
        return titles[used[0]][0], used
    return ("idle" if known else "unknown"), known


def _meanings(name: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    meaning = vocabulary.meaning(name)
    if meaning is not None:
        return (meaning,)
    registered = [vocabulary.register_field(name, kind) for kind in vocabulary.registers]
    return tuple(dict.fromkeys((*_fields(name, vocabulary), *(key for key in registered if key is not None))))


def _fields(name: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The fields and judged criteria of inspections that a name has, of every type of site."""
    found = [vocabulary.field(name, kind) for kind in vocabulary.forms]
    return tuple(dict.fromkeys(key for key in found if key is not None))
