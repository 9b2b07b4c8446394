"""Rows of raw cells -> RawTable: the headers, the columns below them, and how people call each cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import zip_longest
from typing import Final, TypeGuard

import polars as pl

from duibiao.evaluator.intake.column import Column, Stored, column_of
from duibiao.evaluator.intake.headers import Vocabulary
from duibiao.evaluator.intake.layout import Layout, Range, lay_out
from duibiao.evaluator.intake.partition import Partition
from duibiao.evaluator.intake.reasons import Refused, Wrong
from duibiao.evaluator.intake.values import Cell, is_blank, says_nothing
from duibiao.evaluator.uniform import uniform

_LISTED: Final = 10

# A note that a table brings along: its code and its values.
Remark = tuple[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class RawTable:
    """One table as it was sent, by columns. Rows that are blank throughout are left out.

    ``rows`` has the number of each row as people count: lines of a sheet with the headers, or records from 1.
    ``epoch`` is the day from which a workbook counts its days, None in other files.
    ``surplus`` has what stands beyond the last header, ``odd`` what is no record, and ``refused`` why a row cannot be
    used whatever it says, by the place in ``rows``; ``replaced`` is how many rows a mended file took the place of.
    ``instances`` has the submission of each row of an export, and ``repeated`` where one stands again otherwise;
    ``positions`` where the phone was (degrees of longitude and latitude, WGS-84).
    ``called`` has the names by which columns are recognised where those are not their headers, '' for not at all;
    ``filled`` the places in ``rows`` at which a column has the value of a merged cell above.
    ``partition`` is where a parquet file stands in a partitioned folder, ``families`` of what family each column of the
    file itself is; the columns of the partition stand behind those.
    """

    file: str
    sheet: str | None
    sha256: str
    headers: tuple[str, ...]
    columns: tuple[Column[Cell], ...]
    rows: Sequence[int]
    lettered: bool
    epoch: date | None = None
    surplus: Mapping[int, Sequence[Cell]] = field(default_factory=dict)
    odd: Mapping[int, str] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    instances: Sequence[str] = ()
    positions: Sequence[tuple[float, float] | None] = ()
    repeated: Mapping[int, str] = field(default_factory=dict)
    refused: Mapping[int, Wrong] = field(default_factory=dict)
    replaced: int = 0
    called: Mapping[int, str] = field(default_factory=dict)
    filled: Mapping[int, Sequence[int]] = field(default_factory=dict)
    layout: Layout | None = None
    encoding: str | None = None
    partition: Partition | None = None
    families: Sequence[str] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What each column is recognised by."""
        return self.called_by(self.called)

    def called_by(self, called: Mapping[int, str]) -> tuple[str, ...]:
        """The headers, with the names ``called`` in place of those that have one."""
        return tuple(called.get(number, header) for number, header in enumerate(self.headers))

    @property
    def place(self) -> str:
        """The file, and the sheet where there is one: ``3月.xlsx!社区``."""
        return f"{self.file}!{self.sheet}" if self.sheet else self.file

    def letter(self, column: int) -> str:
        """What stands before the row in the address of a cell: D of D7, or ``日期#`` of ``日期#7`` among records."""
        return letters(column) if self.lettered else f"{self.headers[column]}#"

    def without(self, left_out: Collection[int], *remarks: Remark) -> RawTable:
        """The table without some of its rows, by their places in ``rows``, and with remarks on it."""
        kept = [place for place in range(len(self.rows)) if place not in left_out]
        new = {place: number for number, place in enumerate(kept)}
        return replace(
            self,
            columns=tuple(column.take(kept) for column in self.columns),
            rows=[self.rows[place] for place in kept],
            surplus={new[place]: cells for place, cells in self.surplus.items() if place in new},
            odd={new[place]: text for place, text in self.odd.items() if place in new},
            instances=[self.instances[place] for place in kept] if self.instances else (),
            positions=[self.positions[place] for place in kept] if self.positions else (),
            repeated={new[place]: where for place, where in self.repeated.items() if place in new},
            filled={column: [new[place] for place in places if place in new] for column, places in self.filled.items()},
            refused={new[place]: wrong for place, wrong in self.refused.items() if place in new},
            remarks=(*self.remarks, *remarks),
        )


def letters(column: int) -> str:
    """The letters of a column of a sheet: 0 is A, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _blank_row(row: Sequence[Cell]) -> bool:
    return all(is_blank(cell) for cell in row)


def _cell(value: Cell) -> Cell:
    """A cell of a sheet; in a table 1 and True are not equal, so True becomes a text."""
    return str(value).lower() if isinstance(value, bool) else value


def blank_rows(columns: Iterable[Column[Cell]], length: int) -> pl.Series:
    """Which rows are blank in all of these columns: a Boolean for each row."""
    blank = uniform(True, length, pl.Boolean())
    for column in sorted(columns, key=_is_typed, reverse=True):  # of those it is seen at a glance
        blank &= where_blank(column)
        if not blank.any():
            break
    return blank


def where_blank(column: Column[Cell]) -> pl.Series:
    """In which rows nothing stands: a Boolean for each row."""
    return column.source.is_null() if _is_typed(column) else column.where(is_blank)


def where_silent(column: Column[Cell]) -> pl.Series:
    """In which rows nothing stands, or a sign for no data: a Boolean for each row."""
    return column.source.is_null() if _is_typed(column) else column.where(says_nothing)


def _is_typed(column: Column[Cell]) -> TypeGuard[Stored[Cell]]:
    """Whether a column is stored as numbers, days or the like, among which only null is blank."""
    if not isinstance(column, Stored):
        return False
    kind = column.source.dtype
    return kind.is_numeric() or kind.is_temporal() or kind == pl.Boolean


def table_of_rows(
    file: str,
    sheet: str | None,
    sha256: str,
    rows: Sequence[Sequence[Cell]],
    vocabulary: Vocabulary,
    *,
    epoch: date | None = None,
    merged: Sequence[Range] = (),
    header_rows: Sequence[int] = (),
    encoding: str | None = None,
) -> RawTable | None:
    """The table in the rows of a sheet or of a CSV file, or None where nothing stands in it.

    ``epoch`` is the day 0 of a workbook, ``merged`` has the merged ranges of a sheet, ``header_rows`` the rows of the
    headers (from 0) where they are given. Raises ``Refused`` where the sheet holds several tables.
    """
    layout = lay_out(rows, merged, vocabulary, header_rows)
    if layout is None:
        return None
    headers, data = layout.names, layout.data
    _refuse_side_by_side(headers)
    width = len(headers)
    columns: list[Sequence[Cell]] = [[] for _ in headers]
    if data:
        columns = list(zip_longest(*(rows[number][:width] for number in data)))
        columns = [*columns, *([[None] * len(data)] * (width - len(columns)))]
    filled: dict[int, list[int]] = defaultdict(list)
    if layout.filled:
        places = {number: place for place, number in enumerate(data)}
        for (number, column), cell in layout.filled.items():
            if column not in filled:
                columns[column] = list(columns[column])
            columns[column][places[number]] = cell  # type: ignore[index]
            filled[column].append(places[number])
    beyond = ((place, rows[number][width:]) for place, number in enumerate(data) if len(rows[number]) > width)
    return RawTable(
        file,
        sheet,
        sha256,
        headers,
        tuple(column_of(cells).map(_cell) for cells in columns),
        [number + 1 for number in data],
        lettered=True,
        epoch=epoch,
        surplus={place: cells for place, cells in beyond if not _blank_row(cells)},
        remarks=tuple(_remarks(layout, filled)),
        filled=filled,
        layout=layout,
        encoding=encoding,
    )


def _remarks(layout: Layout, filled: Mapping[int, Sequence[int]]) -> Iterator[Remark]:
    """What a reader must know of how the sheet is laid out."""
    if layout.titles:
        yield "title-rows", {"count": len(layout.titles)}
    if len(layout.headers) > 1:
        yield "header-rows", {"rows": listed(layout.headers)}
    if layout.summaries:
        yield "summary-rows", {"rows": listed(layout.summaries)}
    if layout.remarks:
        yield "remark-rows", {"rows": listed(layout.remarks)}
    if layout.repeated:
        yield "repeated-headers", {"rows": listed(layout.repeated)}
    if layout.across:
        yield "merged-cells", {"count": layout.across}
    if filled:
        names = ", ".join(f"'{layout.names[column]}' {len(places)}" for column, places in sorted(filled.items()))
        yield "filled-down", {"count": sum(map(len, filled.values())), "columns": names}


def listed(rows: Sequence[int]) -> str:
    """Rows from 0 as people count them, in a line."""
    shown = ", ".join(str(row + 1) for row in rows[:_LISTED])
    return shown + (" ..." if len(rows) > _LISTED else "")


def _refuse_side_by_side(names: Sequence[str]) -> None:
    """Refuse two tables beside each other: a column without header, and behind it the first header again."""
    first = next((column for column, name in enumerate(names) if name), 0)
    for column in range(first + 2, len(names)):
        if names[column] and names[column] == names[first] and not names[column - 1]:
            raise Refused("tables-beside", header=names[column], letter=letters(column))
