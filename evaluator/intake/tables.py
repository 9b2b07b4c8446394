"""Rows of raw cells -> RawTable: the headers, the columns below them, and how people call each cell."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Final

from duibiao.evaluator.intake.names import clean
from duibiao.evaluator.intake.values import Cell, is_blank, text_of

_TITLE_ROWS: Final = 3

# A note that a table brings along: its code and its values.
Remark = tuple[str, dict[str, object]]
# The first and the last cell of a merged range, each by row and column from 0.
Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class RawTable:
    """One table as it was sent, by columns. Rows that are blank throughout are left out.

    ``rows`` has the number of each row as people count: lines of a sheet with the headers, or records from 1.
    ``surplus`` has what stands beyond the last header, and ``odd`` what is no record, by the place in ``rows``.
    ``instances`` has the submission of each row of an export, and ``repeated`` where one stands again otherwise.
    """

    file: str
    sheet: str | None
    sha256: str
    headers: tuple[str, ...]
    columns: tuple[Sequence[Cell], ...]
    rows: Sequence[int]
    lettered: bool
    workbook: bool = False
    surplus: Mapping[int, Sequence[Cell]] = field(default_factory=dict)
    odd: Mapping[int, str] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    instances: Sequence[str] = ()
    repeated: Mapping[int, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The file, and the sheet where there is one: ``3月.xlsx!社区``."""
        return f"{self.file}!{self.sheet}" if self.sheet else self.file

    def letter(self, column: int) -> str:
        """What stands before the row in the address of a cell: D of D7, or ``日期#`` of ``日期#7`` among records."""
        return letters(column) if self.lettered else f"{self.headers[column]}#"

    def without(self, left_out: Collection[int], *remarks: Remark) -> RawTable:
        """The table without some of its rows, by their places, and with remarks on it."""
        kept = [place for place in range(len(self.rows)) if place not in left_out]
        new = {place: number for number, place in enumerate(kept)}
        return replace(
            self,
            columns=tuple([column[place] for place in kept] for column in self.columns),
            rows=[self.rows[place] for place in kept],
            surplus={new[place]: cells for place, cells in self.surplus.items() if place in new},
            odd={new[place]: text for place, text in self.odd.items() if place in new},
            instances=[self.instances[place] for place in kept] if self.instances else (),
            repeated={new[place]: where for place, where in self.repeated.items() if place in new},
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


def _without_booleans(column: Sequence[object]) -> Sequence[Cell]:
    """1 and True are equal in Python, but not in a table: True becomes a text."""
    if bool in set(map(type, column)):
        return [str(cell).lower() if isinstance(cell, bool) else cell for cell in column]  # type: ignore[misc]
    return column  # type: ignore[return-value]


def _header_row(rows: Sequence[Sequence[Cell]], kept: Sequence[int]) -> int:
    """Which of the kept rows holds the headers: the first, unless titles (one filled cell) stand above it."""
    for place, number in enumerate(kept[: _TITLE_ROWS + 1]):
        if sum(not is_blank(cell) for cell in rows[number]) > 1:
            return place
    return 0


def table_of_rows(
    file: str,
    sheet: str | None,
    sha256: str,
    rows: Sequence[Sequence[Cell]],
    *,
    workbook: bool = False,
    merged: Sequence[Range] = (),
) -> RawTable | None:
    """The table in the rows of a sheet or of a CSV file, or None where nothing stands in it.

    ``merged`` has the merged ranges of a sheet.
    """
    kept = [number for number, row in enumerate(rows) if not _blank_row(row)]
    if not kept:
        return None
    top = _header_row(rows, kept)
    headers = tuple(clean(text_of(cell)) for cell in rows[kept[top]])
    data = kept[top + 1 :]
    width = len(headers)
    columns: Sequence[Sequence[object]] = [[] for _ in headers]
    if data:
        columns = list(zip_longest(*(rows[number][:width] for number in data)))
        columns = [*columns, *([[None] * len(data)] * (width - len(columns)))]
    beyond = ((place, rows[number][width:]) for place, number in enumerate(data) if len(rows[number]) > width)
    remarks: list[Remark] = [("title-rows", {"count": top})] if top else []
    below = sum(last > kept[top] for _, (last, _) in merged)
    if below:
        remarks.append(("merged-cells", {"count": below}))
    return RawTable(
        file,
        sheet,
        sha256,
        headers,
        tuple(_without_booleans(column) for column in columns),
        [number + 1 for number in data],
        lettered=True,
        workbook=workbook,
        surplus={place: cells for place, cells in beyond if not _blank_row(cells)},
        remarks=tuple(remarks),
    )
