"""Mended rows: tables that say of each row which rejected row of which file it stands for, put in its place.

``rejects_workbook.py`` writes such tables. A cell that nobody touched is the cell of the rejected row itself, so that
nothing changes its meaning on the way through a workbook.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from duibiao.evaluator.intake.column import column_of
from duibiao.evaluator.intake.names import clean
from duibiao.evaluator.intake.reasons import Wrong, note
from duibiao.evaluator.intake.tables import RawTable, blank_rows
from duibiao.evaluator.intake.values import Cell, is_blank, shown, text_of
from duibiao.evaluator.submission import Note

# The columns that say where a row came from, and why it was rejected.
FILE: Final = "来源文件"
SHEET: Final = "来源工作表"
ROW: Final = "来源行"
SHA256: Final = "来源sha256"
REASON: Final = "原因"
ORIGIN: Final = (FILE, SHEET, ROW, SHA256, REASON)
_NEEDED: Final = frozenset({FILE, SHEET, ROW})
_NUMBER: Final = re.compile("[0-9]{1,9}")
_SHOWN: Final = 20


def is_mended(table: RawTable) -> bool:
    """Whether a table says of its rows which rejected rows they stand for."""
    return set(table.headers) >= _NEEDED


@dataclass(frozen=True, slots=True)
class Origin:
    """The table in which a row was rejected."""

    file: str
    sheet: str
    sha256: str

    @property
    def place(self) -> str:
        """``3月.xlsx!社区``."""
        return f"{self.file}!{self.sheet}" if self.sheet else self.file


def origins(table: RawTable) -> list[tuple[Origin, int | None]]:
    """Where each row of a mended table was rejected; None where the cell holds no row number."""

    def texts(header: str) -> list[str]:
        if header not in table.headers:
            return [""] * len(table.rows)
        return [clean(text_of(cell)) for cell in table.columns[table.headers.index(header)]]

    rows = zip(*map(texts, (FILE, SHEET, SHA256, ROW)), strict=True)
    return [(Origin(*origin), int(row) if _NUMBER.fullmatch(row) else None) for *origin, row in rows]


def source_of(origin: Origin, tables: Sequence[RawTable]) -> int | None:
    """Which one of the tables a row came from: of the same content, else, where that has changed, of the same name."""
    sheets = [number for number, table in enumerate(tables) if (table.sheet or "") == origin.sheet]
    same = [number for number in sheets if tables[number].sha256 == origin.sha256]
    named = [number for number in same or sheets if _same_file(tables[number].file, origin.file)]
    found = named or same
    return found[0] if len(found) == 1 else None


def _same_file(file: str, other: str) -> bool:
    """Whether two names may be those of one file, once below a folder and once by itself."""
    return f"/{file}".endswith(f"/{other}") or f"/{other}".endswith(f"/{file}")


@dataclass(slots=True)
class _Rows:
    """The rows of a mended table that came from one source, by their places: those that replace a rejected row, with
    the place of that row; those that cannot, and why; those that were left blank; those that nobody needs."""

    replaced: dict[int, int] = field(default_factory=dict)
    refused: dict[int, Wrong] = field(default_factory=dict)
    withdrawn: list[int] = field(default_factory=list)
    unneeded: list[int] = field(default_factory=list)

    @property
    def places(self) -> list[int]:
        """The places of the rows that are judged."""
        return sorted((*self.replaced, *self.refused))


class Mending:
    """Puts the rows of mended tables in the place of those that they came from.

    ``rejected`` has, for each of ``sources``, the numbers of its rejected rows.
    """

    def __init__(self, sources: Sequence[RawTable], rejected: Sequence[Collection[int]]) -> None:
        self.sources = list(sources)
        self.notes: list[Note] = []
        self._rejected = [
            {row: place for place, row in enumerate(source.rows) if row in numbers}
            for source, numbers in zip(sources, map(frozenset, rejected), strict=True)
        ]
        self._replaced: list[dict[int, str]] = [{} for _ in sources]

    def put(self, table: RawTable) -> list[tuple[RawTable, int | None]]:
        """The parts of a mended table, each with the number of the source that its rows came from, None for none."""
        found = origins(table)
        known = {origin: source_of(origin, self.sources) for origin, _ in found}
        parts: dict[int | None, _Rows] = defaultdict(_Rows)
        blank = _blank_rows(table)
        for place, (origin, row) in enumerate(found):
            rows = parts[known[origin]]
            at = self._stands_for(origin, known[origin], row, f"{table.place} row {table.rows[place]}")
            if at is None:
                rows.unneeded.append(place)
            elif isinstance(at, Wrong):
                rows.refused[place] = at
            elif place in blank:
                rows.withdrawn.append(place)
            else:
                rows.replaced[place] = at
        made: list[tuple[RawTable, int | None]] = []
        for number in sorted(parts, key=lambda number: (number is None, number)):
            rows = parts[number]
            self._tell(table, number, rows)
            if rows.places:
                source = None if number is None else self.sources[number]
                made.append((_part(table, rows, source), number))
        return made

    def mended(self) -> list[RawTable]:
        """The sources without the rows that were replaced."""
        return [
            replace(source.without(places), replaced=source.replaced + len(places))
            for source, places in zip(self.sources, self._replaced, strict=True)
        ]

    def _stands_for(self, origin: Origin, number: int | None, row: int | None, here: str) -> int | Wrong | None:
        """The place of the rejected row that a row stands for, or why there is none; None where it is not rejected."""
        if number is None or row is None:
            return Wrong("origin-missing", value=f"{origin.place} row {row or '-'}")
        at = self._rejected[number].get(row)
        if at is None:
            return None
        if origin.sha256 not in {"", self.sources[number].sha256}:
            return Wrong("origin-changed", value=origin.place)
        kept = self._replaced[number].setdefault(at, here)
        return at if kept == here else Wrong("mended-twice", value=f"{origin.place} row {row}", kept=kept)

    def _tell(self, table: RawTable, number: int | None, rows: _Rows) -> None:
        if number is None:
            return
        source = self.sources[number].place
        for code, place, other, found in (
            ("replaced-rows", source, table.place, list(rows.replaced)),
            ("withdrawn-rows", source, table.place, rows.withdrawn),
            ("not-rejected", table.place, source, rows.unneeded),
        ):
            if found:
                numbers = ", ".join(str(table.rows[each]) for each in found[:_SHOWN])
                more = " ..." if len(found) > _SHOWN else ""
                self.notes.append(note(code, place, count=len(found), other=other, rows=numbers + more))


def _of_row(table: RawTable) -> tuple[list[int], list[int]]:
    """The columns of a mended table with the row itself, and those without header behind the origin, its surplus.

    A column 原因 before the origin is the row's own.
    """
    columns = list(enumerate(table.headers))
    added = {number for number, header in columns if header in ORIGIN and header != REASON}
    reasons = (number for number, header in columns if header == REASON and number > table.headers.index(ROW))
    added |= set(islice(reasons, 1))
    surplus = [number for number, header in columns if not header and number > max(added)]
    own = [number for number, _ in columns if number not in added and number not in surplus]
    return own, surplus


def _blank_rows(table: RawTable) -> set[int]:
    """The rows in which nothing stands but where they came from."""
    own, surplus = _of_row(table)
    blank = blank_rows((table.columns[number] for number in (*own, *surplus)), len(table.rows))
    return set(blank.arg_true()).difference(table.surplus)


def _part(table: RawTable, rows: _Rows, source: RawTable | None) -> RawTable:
    """Some rows of a mended table as a table of their own; columns keep their places, and so cells their letters."""
    own, surplus = _of_row(table)
    places = rows.places
    columns: list[Sequence[Cell]] = [[None] * len(places) for _ in table.headers]
    matched = _matched(table.headers, own, source.headers) if source is not None else {}
    for number in own:
        columns[number] = cells = list(table.columns[number].take(places))
        if source is not None and number in matched:
            original = source.columns[matched[number]]
            columns[number] = [
                _unless_touched(cell, original[rows.replaced[place]]) if place in rows.replaced else cell
                for cell, place in zip(cells, places, strict=True)
            ]
    beyond = {
        new: [*(table.columns[number][place] for number in surplus), *table.surplus.get(place, ())]
        for new, place in enumerate(places)
    }
    return replace(
        table,
        headers=tuple(header if number in own else "" for number, header in enumerate(table.headers)),
        called={**table.called, **{number: source.names[column] for number, column in matched.items()}}
        if source is not None
        else table.called,
        filled={},
        columns=tuple(map(column_of, columns)),
        rows=[table.rows[place] for place in places],
        epoch=source.epoch if source is not None else table.epoch,
        surplus={new: cells for new, cells in beyond.items() if not all(map(is_blank, cells))},
        odd={},
        refused={new: rows.refused[place] for new, place in enumerate(places) if place in rows.refused},
    )


def _matched(headers: Sequence[str], own: Collection[int], of_source: Sequence[str]) -> Mapping[int, int]:
    """The column of the source for each column of a mended table; the second 备注 is that of the second 备注."""
    places: dict[str, list[int]] = defaultdict(list)
    for number, header in enumerate(of_source):
        places[header].append(number)
    found: dict[int, int] = {}
    for number in own:
        if places[headers[number]]:
            found[number] = places[headers[number]].pop(0)
    return found


def _unless_touched(cell: Cell, original: Cell) -> Cell:
    return original if shown(cell) == shown(original) else cell
