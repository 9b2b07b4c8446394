"""How files are understood, as text for the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Final

from duibiao.criteria.diagnostics import N_
from duibiao.evaluator.intake.understanding import (
    USED,
    Taken,
    Understanding,
    UnderstoodColumn,
    UnderstoodFile,
    UnderstoodTable,
)
from duibiao.evaluator.submission import Note
from duibiao.reports.columns_text import aligned
from duibiao.reports.words import SHAPE

Translate = Callable[[str], str]

TAKEN_WORDS: Final[dict[Taken, str]] = {
    "standard": N_("{title} ({keys})"),
    "level": N_("level of area {title}"),
    "field": N_("field {title} ({keys})"),
    "criterion": N_("verdict on {title} ({keys})"),
    "photo": N_("photos of {title} ({keys})"),
    "question": N_("question {title} ({keys})"),
    "sample": N_("column {title} of the sample ({keys})"),
    "group": N_("column {title} of the people who answered"),
    "not_kept": N_("not kept: no question asks for it"),
    "left_out": N_("left out"),
    "less_exact": N_("not used: another column says it more exactly"),
    "ambiguous": N_("not used: not clear; say it in mapping.yaml"),
    "idle": N_("not used: {title} means nothing in this table"),
    "unknown": N_("not used: not known"),
    "unnamed": N_("not used: no header"),
}
# Notes that the table of columns says already.
_TOLD: Final = frozenset(
    "unused-column less-exact-column unnamed-column ambiguous-header title-rows header-rows summary-rows remark-rows "
    "repeated-headers".split()
)


def understanding_text(found: Understanding, say: Translate) -> str:
    """Every file with its tables and their columns."""
    return "".join(f"{line}\n" for line in _lines(found, say))


def _lines(found: Understanding, say: Translate) -> Iterator[str]:
    for file in found.files:
        yield from _file(file, say)
    yield from _notes(found.notes, "", say)
    for refusal in found.refusals:
        yield say("Cannot be used: {reason}").format(reason=refusal)


def _file(file: UnderstoodFile, say: Translate) -> Iterator[str]:
    encodings = sorted({table.encoding for table in file.tables if table.encoding})
    kinds = ", ".join([*([file.format] if file.format else []), *encodings])
    yield f"{file.name} ({kinds})" if kinds else file.name
    for table in file.tables:
        yield from _table(table, say)
    for refusal in file.refusals:
        yield "  " + say("Cannot be used: {reason}").format(reason=refusal)
    yield from _notes(file.notes, "  ", say)


def _notes(notes: Sequence[Note], indent: str, say: Translate) -> Iterator[str]:
    for note in notes:
        if note.code not in _TOLD:
            place = f"{note.place}: " if note.place else ""
            yield indent + say("Note: {note}").format(note=f"{place}{note.text}")


def _table(table: UnderstoodTable, say: Translate) -> Iterator[str]:
    name = say("sheet {name}").format(name=table.sheet) if table.sheet else say("table")
    shape = say(SHAPE[table.shape]) if table.shape else say("not recognised")
    yield f"  {name}: {shape}" + (f" ({table.shape})" if table.shape else "")
    if table.nearest is not None:
        nearest, lacking = table.nearest
        yield "    " + say("nearest: {shape}; it lacks {lacking}").format(
            shape=say(SHAPE[nearest]), lacking=" + ".join(lacking)
        )
    told = [
        (say("titles"), table.titles),
        (say("headers"), table.headers),
        (say("none of them"), table.no_data),
    ]
    rows = "; ".join(f"{what} {ranges(numbers)}" for what, numbers in told if numbers)
    if rows:
        yield "    " + say("rows: {rows}").format(rows=rows)
    if table.used is None:
        yield "    " + say("rows of data: {read}").format(read=table.read)
    else:
        yield "    " + say("Rows read {read} = used {used} + rejected {rejected}").format(
            read=table.read, used=table.used, rejected=table.rejected
        )
    heads = [say("column"), say("header"), say("meaning"), say("filled"), say("blank"), say("rejected")]
    heads.append(say("the first rejected"))
    columns = [_column(each, say) for each in table.columns]
    if any(each.rejected for each in table.columns):
        yield from aligned([heads, *columns], "    ", (3, 4, 5))
    else:
        yield from aligned([row[:5] for row in [heads, *columns]], "    ", (3, 4))


def _column(column: UnderstoodColumn, say: Translate) -> list[str]:
    meaning = meaning_text(column, say)
    first = f"{column.first.cell}: {column.first.reason}" if column.first is not None else ""
    header = column.header.replace("\n", " ")
    return [column.letter, header, meaning, str(column.filled), str(column.blank), str(column.rejected), first]


def meaning_text(column: UnderstoodColumn, say: Translate) -> str:
    """What a column is taken for, in words."""
    told = say(TAKEN_WORDS[column.taken]).format(title=column.title, keys=", ".join(column.keys))
    return f"{told}; " + say("did you mean '{name}'?").format(name=column.nearest) if column.nearest else told


def ranges(rows: Sequence[int]) -> str:
    """Rows in a line: 1, 2, 3, 7 are 1-3, 7."""
    parts: list[list[int]] = []
    for row in rows:
        if parts and parts[-1][-1] == row - 1:
            parts[-1] = [parts[-1][0], row]
        else:
            parts.append([row])
    return ", ".join("-".join(map(str, part)) for part in parts)


def understanding_document(found: Understanding) -> dict[str, object]:
    """The same as plain values for JSON."""
    return {
        "files": [
            {
                "file": file.name,
                "format": file.format,
                "tables": [_table_document(table) for table in file.tables],
                "notes": [asdict(each) for each in file.notes],
                "refusals": [asdict(each) for each in file.refusals],
            }
            for file in found.files
        ],
        "notes": [asdict(each) for each in found.notes],
        "refusals": [asdict(each) for each in found.refusals],
    }


def _table_document(table: UnderstoodTable) -> dict[str, object]:
    nearest = None if table.nearest is None else {"shape": table.nearest[0], "lacks": list(table.nearest[1])}
    return {
        "sheet": table.sheet,
        "shape": table.shape,
        "nearest": nearest,
        "encoding": table.encoding,
        "rows": {"titles": list(table.titles), "headers": list(table.headers), "no_data": list(table.no_data)},
        "read": table.read,
        "used": table.used,
        "rejected": table.rejected,
        "columns": [
            {
                "column": column.letter,
                "header": column.header,
                "used": column.taken in USED and table.shape is not None,
                "taken": column.taken,
                "keys": [key.removeprefix("@") for key in column.keys],
                "title": column.title,
                "nearest": column.nearest,
                "filled": column.filled,
                "blank": column.blank,
                "rejected": column.rejected,
                "first": None if column.first is None else asdict(column.first),
            }
            for column in table.columns
        ],
    }
