"""A recognised table while its rows are judged: cells by their meaning, and every reason to reject a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from itertools import repeat
from typing import Final, TypeVar

import polars as pl

from duibiao.criteria.language import gettext as _
from duibiao.evaluator.intake.column import Column, Stored, constant, zipped
from duibiao.evaluator.intake.headers import LEVEL, STANDARD, Recognised, Vocabulary
from duibiao.evaluator.intake.mapping import Given
from duibiao.evaluator.intake.noted import Noted
from duibiao.evaluator.intake.plain import Plain, as_it_is, read_plainly
from duibiao.evaluator.intake.reasons import Wrong, explain, note
from duibiao.evaluator.intake.tables import RawTable, letters, where_blank
from duibiao.evaluator.intake.values import Cell, Reader, is_blank, shown, text_of
from duibiao.evaluator.submission import COORDINATES, Note, Reject, RejectedRow, RejectedTable, Table

T = TypeVar("T")
U = TypeVar("U")

_LONGEST_VALUE: Final = 200
_UNCLEAR: Final = "ambiguous-header"  # the one remark on a table that is about a column of it
# Where the column of a meaning is missing, the columns that stand for it in messages, from the nearest on.
_INSTEAD: Final = {
    "site": ("site_id",),
    "site_id": ("site",),
    "area": ("unit", "site"),
    "unit": ("site",),
    "lead_unit": ("unit",),
}
# Meanings for which the first of two columns counts, and the other is noted.
_FIRST: Final = ("leader", "in_charge", *COORDINATES)


class Reading:
    """One table being judged. ``number`` is its place in ``Submission.tables``, ``given`` what mapping.yaml says of it.

    Rows are counted from 0 here; messages give the number and the cell as people call them.
    """

    def __init__(self, raw: RawTable, recognised: Recognised, given: Given, number: int) -> None:
        self.raw, self.shape, self.given, self.number = raw, recognised.shape, given, number
        self.columns, self.outranked = dict(recognised.columns), recognised.outranked
        self.standard = {number for numbers in self.columns.values() for number in numbers}
        self.rejects: list[Reject] = []
        self.notes: list[Note] = [note(code, raw.place, **told) for code, told in raw.remarks if code != _UNCLEAR]
        self.noted: list[Noted] = []
        self.of_columns: list[tuple[str, Note]] = [
            (str(told["header"]), note(code, raw.place, **told)) for code, told in raw.remarks if code == _UNCLEAR
        ]
        self.unknown: list[str] = []
        self.wrong: set[int] = set()
        self._causes: dict[int, list[tuple[int | None, str]]] = defaultdict(list)
        self.faults: dict[int, list[Reject]] = {}
        self._unread: dict[str, set[int]] = defaultdict(set)
        self._merged: dict[tuple[str, tuple[int, ...]], tuple[pl.Series | None, Column[Cell]]] = {}
        for row, text in raw.odd.items():
            self.reject(row, Wrong("not-a-record", value=text))
        for row, place in raw.repeated.items():
            self.reject(row, Wrong("submission-differs", value=raw.instances[row], place=place))
        for row, cells in raw.surplus.items():
            first = next(text_of(cell) for cell in cells if not is_blank(cell))
            self.reject(row, Wrong("extra-cells", value=first, count=len(cells)))
        for row, wrong in raw.refused.items():
            self.reject(row, wrong)

    def __len__(self) -> int:
        return len(self.raw.rows)

    @property
    def _emptied(self) -> bool:
        """Whether mended rows stand in the place of all rows: then nothing is said of columns that nobody read."""
        return not len(self) and self.raw.replaced > 0

    @property
    def level_columns(self) -> list[str]:
        """The meanings of the columns that give the area of one level."""
        return [meaning for meaning in self.columns if meaning.startswith(LEVEL)]

    def fields(self, field_of: Callable[[str], str | None]) -> dict[str, tuple[int, ...]]:
        """The columns of each field that ``field_of`` finds in the headers without a standard meaning here."""
        found: dict[str, tuple[int, ...]] = {}
        for number, name in enumerate(self.raw.names):
            key = field_of(name) if name and number not in self.standard else None
            if key is not None:
                found[key] = (*found.get(key, ()), number)
        return found

    def use(self, key: str, numbers: tuple[int, ...]) -> None:
        """Count the columns of a field as used."""
        self.columns[key] = tuple(dict.fromkeys((*self.columns.get(key, ()), *numbers)))

    def cells(
        self, meaning: str, numbers: tuple[int, ...] | None = None, rows: pl.Series | None = None
    ) -> Column[Cell] | None:
        """The cells of a meaning, in some of the rows or in all of them; None where no column has it.

        Where two columns mean the same, each row counts with the one that is filled; where both are and differ it is
        rejected, except for the person responsible and for coordinates: there the first column counts.
        """
        numbers = self.columns.get(meaning, ()) if numbers is None else numbers
        if not numbers:
            return None
        if len(numbers) == 1:
            return self._in(rows, numbers[0])
        known = self._merged.get((meaning, numbers))
        if known is None or known[0] is not rows:
            known = self._merged[meaning, numbers] = (rows, self._merge(meaning, numbers, rows))
        return known[1]

    def _in(self, rows: pl.Series | None, number: int) -> Column[Cell]:
        """What a column has in some of the rows, or in all of them."""
        column = self.raw.columns[number]
        return column if rows is None else column.among(rows)

    def _merge(self, meaning: str, numbers: Sequence[int], rows: pl.Series | None) -> Column[Cell]:
        merged = self._in(rows, numbers[0])
        first = self.raw.headers[numbers[0]]
        for number in numbers[1:]:
            both = zipped(merged, self._in(rows, number))
            if meaning not in _FIRST:
                differ = [value for value, pair in enumerate(both.values) if _differ(*pair)]
                for place, pair in both.rows_of(differ):
                    row = place if rows is None else rows[place]
                    told, value = map(text_of, both.values[pair])
                    self.reject(row, Wrong("columns-differ", meaning, first=first, one=told, value=value), number)
            merged = both.map(_filled)
        return merged

    def read(self, meaning: str, read: Reader, plain: Plain | None = None) -> Column[object]:
        """The values of a column, None throughout where there is none; what cannot be read rejects its row.

        ``plain`` reads what it can of a column that is stored as what it means.
        """
        cells = self.cells(meaning)
        return constant(None, len(self)) if cells is None else self._read_all(meaning, read, cells, None, None, plain)

    def read_field(
        self, key: str, numbers: tuple[int, ...], read: Reader, rows: pl.Series, plain: Plain | None = None
    ) -> Column[object]:
        """The values of a field in some of the rows, from the columns ``numbers``."""
        cells = self.cells(key, numbers, rows)
        assert cells is not None
        return self._read_all(key, read, cells, rows, numbers[0], plain)

    def _read_all(
        self,
        meaning: str,
        read: Reader,
        cells: Column[Cell],
        rows: pl.Series | None,
        column: int | None,
        plain: Plain | None,
    ) -> Column[object]:
        """The values of a column: those that are plainly right at once, the others each by itself."""
        found = read_plainly(cells, plain)
        if found is None:
            return self._read(meaning, read, cells, rows, column)
        values, others = found
        if len(others):
            among = self.every if rows is None else rows
            each = self._read(meaning, read, cells.take(others), among.gather(others), column)
            values = values.scatter(others, each.series(meaning, values.dtype))
        return Stored(values, as_it_is)

    def _read(
        self, meaning: str, read: Reader, cells: Column[Cell], rows: pl.Series | None, column: int | None
    ) -> Column[object]:
        values, wrong = _judged(cells, read)
        for place, number in cells.rows_of(wrong):
            row = place if rows is None else rows[place]
            fault = wrong[number]
            self._unread[meaning].add(row)
            told = {"value": text_of(cells.values[number])} | fault.values
            self.reject(row, Wrong(fault.code, meaning, **told), column)
        return values

    def judge(self, column: Column[T], judge: Callable[[T], U], but: Collection[int] = ()) -> Column[U | None]:
        """What each value comes to; where ``judge`` raises ``Wrong`` it is None, and its rows are rejected.

        Nothing more is said of the rows ``but``, which were rejected already, and of those that are no record.
        """
        values, wrong = _judged(column, judge)
        for row, number in column.rows_of(wrong):
            if row not in but and row not in self.raw.odd:
                self.reject(row, wrong[number])
        return values

    def reject_each(self, column: Column[Sequence[Wrong]]) -> None:
        """Reject the rows of values of which something is wrong, with all of it."""
        for row, number in column.rows_of([number for number, wrong in enumerate(column.values) if wrong]):
            for wrong in column.values[number]:
                self.reject(row, wrong)

    def unread(self, *meanings: str) -> set[int]:
        """The rows in which a cell of these meanings was rejected as unreadable."""
        return set().union(*(self._unread[meaning] for meaning in meanings))

    def column(self, meaning: str | None) -> int | None:
        """The column of a meaning, else the nearest that stands for it in messages; None where there is none."""
        if meaning is None:
            return None
        near = ("area", *reversed(self.level_columns)) if meaning == "area" or meaning.startswith(LEVEL) else ()
        for each in (meaning, *near, *_INSTEAD.get(meaning, ())):
            if each in self.columns:
                return self.columns[each][0]
        return None

    def address(self, row: int, column: int | None) -> str:
        """How people call a cell, or a row where no cell is meant."""
        number = self.raw.rows[row]
        return f"row {number}" if column is None else f"{self.raw.letter(column)}{number}"

    def cell(self, row: int, meaning: str) -> str:
        """Where the cell of a meaning stands: ``3月.xlsx!社区!D7``."""
        return f"{self.raw.place}!{self.address(row, self.column(meaning))}"

    def place(self, row: int) -> str:
        """Where a row stands: ``3月.xlsx!社区 row 7``."""
        return f"{self.raw.place} {self.address(row, None)}"

    def reject(self, row: int, wrong: Wrong, column: int | None = None) -> None:
        """Reject a row, with every reason that is found; ``faults`` has those of each column."""
        column = self.column(wrong.meaning) if column is None else column
        usual = STANDARD.get(wrong.meaning or "", ("",))[0]
        header = usual if column is None else self.raw.headers[column]
        values: dict[str, object] = {"header": header, "value": ""} | wrong.values
        values |= {name: shown(value) for name, value in values.items() if isinstance(value, str)}
        reason, suggestion = explain(wrong.code, values)
        value = str(values["value"])[:_LONGEST_VALUE]
        self.wrong.add(row)
        self._causes[row].append((column, f"{reason}; {suggestion}"))
        reject = Reject(
            self.raw.file,
            self.raw.sheet or "",
            self.raw.rows[row],
            self.address(row, column),
            wrong.code,
            value,
            reason,
            suggestion,
        )
        self.rejects.append(reject)
        if column is not None:
            self.faults.setdefault(column, []).append(reject)

    def require(self, meaning: str, values: Column[object]) -> None:
        """Reject the rows that say nothing in ``meaning``; where it could not be read they are rejected already."""
        self.reject_where(values.where(lambda value: value is None), Wrong("missing-value", meaning))

    def reject_where(self, rows: pl.Series, wrong: Wrong) -> None:
        """Reject the rows that a Boolean is true for, save those whose cell of this meaning could not be read."""
        but = self.unread(wrong.meaning or "")
        for row in rows.arg_true():
            if row not in but and row not in self.raw.odd:
                self.reject(row, wrong)

    @property
    def every(self) -> pl.Series:
        """All rows, in their order."""
        return pl.arange(len(self), dtype=pl.UInt32(), eager=True)

    @property
    def accepted(self) -> pl.Series:
        """The rows that were not rejected, in their order."""
        return self.every.filter(~self.every.is_in(list(self.wrong))) if self.wrong else self.every

    @property
    def origin(self) -> dict[str, Column[int]]:
        """The columns ``table`` and ``row``: where each row stands, as ``submission.ORIGIN`` has it."""
        return {"table": constant(self.number, len(self)), "row": Column(self.raw.rows, self.every)}

    def table(self) -> Table:
        """What becomes of this table: rows read, used and rejected, and where its columns stand."""
        raw = self.raw
        used = {number for numbers in self.columns.values() for number in numbers}
        return Table(
            raw.file,
            raw.sheet,
            raw.sha256,
            self.shape,
            len(self),
            len(self) - len(self.wrong),
            len(self.wrong),
            {meaning.removeprefix(LEVEL): raw.letter(numbers[0]) for meaning, numbers in self.columns.items()},
            ()
            if self._emptied
            else tuple(header for number, header in enumerate(raw.headers) if header and number not in used),
            raw.replaced,
            tuple(self.unknown),
        )

    def rejected_table(self) -> RejectedTable:
        """The rejected rows as they were sent, with every reason."""
        raw = self.raw
        wrong = sorted(self.wrong)
        if not wrong:
            return RejectedTable(raw.file, raw.sheet, raw.sha256, raw.headers, ())
        cells = zip(*(column.take(wrong) for column in raw.columns), strict=True) if raw.columns else repeat(())
        rows = tuple(
            RejectedRow(
                raw.rows[row],
                tuple(sent),
                (raw.odd[row],) if row in raw.odd else tuple(raw.surplus.get(row, ())),
                tuple(dict.fromkeys(self._causes[row])),
            )
            for row, sent in zip(wrong, cells, strict=False)
        )
        return RejectedTable(raw.file, raw.sheet, raw.sha256, raw.headers, rows)

    @property
    def told(self) -> list[Note]:
        """What is noted of the table and of its rows; ``of_columns`` has what is noted of its columns, by header."""
        return [*self.notes, *(each.note for each in self.noted)]

    def note_columns(
        self, vocabulary: Vocabulary, rows: int | None = None, filled: Collection[int] | None = None
    ) -> None:
        """Note the columns that are not used, and a table without rows.

        Where rows were read elsewhere, ``rows`` says how many, and ``filled`` which columns without a header hold
        something there.
        """
        raw = self.raw
        if not (len(self) if rows is None else rows):
            if self.shape != "problems" and not self._emptied:  # a list without problems is as it should be
                self.notes.append(note("no-rows", raw.place))
            return
        used = {number for numbers in self.columns.values() for number in numbers}
        seconds = {
            number: numbers[0] for key, numbers in self.columns.items() if key in _FIRST for number in numbers[1:]
        }
        for number, header in enumerate(raw.headers):
            if number in seconds:
                self._note_column(header, "second-column", first=raw.headers[seconds[number]])
            elif number in used or (header and not raw.names[number]):
                continue
            elif number in self.outranked:
                self._note_column(header, "less-exact-column", first=raw.headers[self.outranked[number]])
            elif not header:
                if number in filled if filled is not None else not where_blank(raw.columns[number]).all():
                    self._note_column(header, "unnamed-column", letter=letters(number))
            elif self.shape == "register" and vocabulary.seen(raw.names[number]):
                self._note_column(header, "field-in-register")
            elif vocabulary.of_register(raw.names[number]):
                self._note_column(header, "register-column")
            else:
                known = vocabulary.meaning(raw.names[number]) or vocabulary.known.get(raw.names[number])
                advice = _("it means nothing in this table") if known else vocabulary.known.advise(header)
                self.unknown += [] if known else [header]
                self._note_column(header, "unused-column", advice=advice)

    def _note_column(self, header: str, code: str, **values: object) -> None:
        self.of_columns.append((header, note(code, self.raw.place, header=header, **values)))


def _judged(column: Column[T], judge: Callable[[T], U]) -> tuple[Column[U | None], dict[int, Wrong]]:
    """What each value comes to, None where ``judge`` raises ``Wrong``, and those by the numbers of the values."""
    wrong: dict[int, Wrong] = {}
    found: list[U | None] = []
    for number, value in enumerate(column.values):
        try:
            found.append(judge(value))
        except Wrong as fault:
            wrong[number] = fault
            found.append(None)
    return Column(found, column.numbers), wrong


def _filled(pair: tuple[Cell, Cell]) -> Cell:
    return pair[1] if is_blank(pair[0]) else pair[0]


def _differ(cell: Cell, other: Cell) -> bool:
    return not is_blank(cell) and not is_blank(other) and text_of(cell) != text_of(other)
