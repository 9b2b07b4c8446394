"""A Submission: everything that a city sent, as typed columns, and what was rejected and why.

It holds rows as they were accepted; ``evaluator/visits.py`` joins them to visits. All text is NFKC and trimmed,
every number is finite, a percentage is a share (95 % is 0.95), and every name has been resolved: a site to its key,
an area to its path, a unit to its id in units.yaml, a criterion to its id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

import polars as pl

from duibiao.criteria.models import Field, SiteType

if TYPE_CHECKING:
    from duibiao.evaluator.intake.values import Cell

Crs = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]  # what coordinates are counted in
CRS: Final[tuple[Crs, ...]] = get_args(Crs)
Shape = Literal["areas", "units", "rounds", "waivers", "register", "wide", "checks", "problems", "answers", "mapping"]

# Where an accepted row came from: the number of its table in ``Submission.tables`` and its row there, from 1.
ORIGIN: Final[dict[str, pl.DataType]] = {"table": pl.UInt32(), "row": pl.UInt32()}
# Who is responsible, where the row says so itself. Units are ids of units.yaml; null where the row says nothing.
RESPONSIBLE: Final[dict[str, pl.DataType]] = {
    "lead_units": pl.List(pl.String()),
    "supporting_units": pl.List(pl.String()),
    "leader": pl.String(),
    "in_charge": pl.String(),
    "deadline": pl.Date(),
}
# Which visit a row speaks of. ``at`` has the time of day 00:00 where only a date is given.
VISITED: Final[dict[str, pl.DataType]] = {
    "site": pl.String(),
    "site_type": pl.String(),
    "at": pl.Datetime("us"),
    "round": pl.String(),
    "inspector": pl.String(),
    "complete": pl.Boolean(),
}

AREAS: Final[dict[str, pl.DataType]] = {
    "area": pl.String(),  # the path from the top: 周口市/川汇区/七一路街道
    "name": pl.String(),
    "level": pl.String(),  # a key of area_levels
    "parent": pl.String(),
    "leader": pl.String(),
}
UNITS: Final[dict[str, pl.DataType]] = {"unit": pl.String(), "area": pl.String(), "leader": pl.String()}
ROUNDS: Final[dict[str, pl.DataType]] = {
    "round": pl.String(),
    "title": pl.String(),
    "start": pl.Date(),
    "end": pl.Date(),
}
SITES: Final[dict[str, pl.DataType]] = {
    "site": pl.String(),
    "name": pl.String(),
    "site_type": pl.String(),
    "area": pl.String(),  # null: 未归属
    "unit": pl.String(),  # the unit that is the site, under ``each: unit``
    "part_of": pl.String(),
    **{key: kind for key, kind in RESPONSIBLE.items() if key not in {"in_charge", "deadline"}},
    "lon": pl.Float64(),  # degrees; null where no position can be used
    "lat": pl.Float64(),
    "crs": pl.String(),  # of Crs; null where nobody said it
    **ORIGIN,
}
CHECKS: Final[dict[str, pl.DataType]] = {
    **VISITED,
    "criterion": pl.String(),
    "result": pl.String(),  # met, missed, not_applicable
    "grade": pl.String(),  # a word of the scale
    "deducted": pl.Float64(),  # points
    "problem": pl.String(),
    "photo": pl.String(),
    **RESPONSIBLE,
    **ORIGIN,
}
PROBLEMS: Final[dict[str, pl.DataType]] = {
    **VISITED,
    "criterion": pl.String(),
    "deducted": pl.Float64(),  # points
    "problem": pl.String(),
    "photo": pl.String(),
    **RESPONSIBLE,
    **ORIGIN,
}
WAIVERS: Final[dict[str, pl.DataType]] = {
    "site": pl.String(),
    "criterion": pl.String(),
    "reason": pl.String(),
    "approver": pl.String(),
    "until": pl.Date(),
    **ORIGIN,
}
# A respondent: the area (null: 未归属), when and in which round, and how drawn; null where nothing says so.
RESPONDENT: Final[dict[str, pl.DataType]] = {
    "area": pl.String(),
    "at": pl.Datetime("us"),
    "round": pl.String(),
    "weight": pl.Float64(),
    "stratum": pl.String(),
    "cluster": pl.String(),
    "population": pl.Float64(),
}
# What a register says of the position of a site: 经度, 纬度, or both in one column.
COORDINATES: Final = ("lon", "lat", "lonlat")
# Photos that a row of inspections names as those of a criterion.
TAKEN: Final[dict[str, pl.DataType]] = {"criterion": pl.String(), "photo": pl.String(), **ORIGIN}
COLUMN_OF_KIND: Final[dict[str, pl.DataType]] = {
    "count": pl.Float64(),
    "number": pl.Float64(),
    "percent": pl.Float64(),
    "yes_no": pl.Boolean(),
    "choice": pl.String(),
    "choices": pl.List(pl.String()),
    "grade": pl.String(),
    "text": pl.String(),
    "date": pl.Date(),
}


def visit_columns(form: Mapping[str, Field]) -> dict[str, pl.DataType]:
    """The columns of wide inspection rows of one site type: the visit, the fields, who is responsible, the origin."""
    return {
        **VISITED,
        **{key: COLUMN_OF_KIND[each.kind] for key, each in form.items()},
        **RESPONSIBLE,
        **ORIGIN,
    }


def answer_columns(questionnaire: SiteType) -> dict[str, pl.DataType]:
    """The columns of the answers to one questionnaire: the respondent and their groups, an answer as declared a
    question, the origin."""
    groups = map(group_column, questionnaire.groups)
    return {**RESPONDENT, **dict.fromkeys([*groups, *questionnaire.questions], pl.String()), **ORIGIN}


def group_column(group: str) -> str:
    """The column of answers that says to which member of a group a respondent belongs."""
    return f"group:{group}"


def empty(columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """A table with these columns and no row."""
    return _empty(tuple(columns.items())).clone()


@cache
def _empty(columns: tuple[tuple[str, pl.DataType], ...]) -> pl.DataFrame:
    """Made once: a city that sends visits of three kinds needs those of sixty others."""
    return pl.DataFrame(schema=dict(columns))


@dataclass(frozen=True, slots=True)
class Table:
    """One table that was read: a file, or a sheet of one. ``columns`` has the letter of each field's column.

    read = used + rejected; a row that is blank throughout is not a row, and neither are the ``replaced`` ones, in whose
    place rows of a mended file stand. Of the ``unused_columns`` nobody knows the ``unknown_columns``.
    """

    file: str
    sheet: str | None
    sha256: str
    shape: Shape
    read: int
    used: int
    rejected: int
    columns: Mapping[str, str] = field(default_factory=dict)
    unused_columns: tuple[str, ...] = ()
    replaced: int = 0
    unknown_columns: tuple[str, ...] = ()

    def cell(self, row: int, key: str) -> str:
        """The address of a cell as people read it: ``3月.xlsx!社区!D7``."""
        return f"{self.place}!{self.columns.get(key, '')}{row}"

    def row(self, row: int) -> str:
        """The address of the cell that says whom a row speaks of."""
        key = next((key for key in ("site", "site_id", "unit", "area") if key in self.columns), "")
        return self.cell(row, key or next(iter(self.columns), ""))

    @property
    def place(self) -> str:
        """The file, and the sheet where there is one: ``3月.xlsx!社区``."""
        return f"{self.file}!{self.sheet}" if self.sheet else self.file


@dataclass(frozen=True, slots=True, order=True)
class Reject:
    """One reason why a row was rejected, and what to write instead. A row may have several."""

    file: str
    sheet: str
    row: int
    cell: str  # 'D7', or 'row 7' where the whole row is meant
    code: str
    value: str
    reason: str
    suggestion: str

    @property
    def place(self) -> str:
        """The address of the cell as people read it: ``3月.xlsx!社区!D7``."""
        return "!".join(part for part in (self.file, self.sheet, self.cell) if part)


PhotoState = Literal["found", "missing", "outside", "elsewhere"]


@dataclass(frozen=True, slots=True, order=True)
class Photo:
    """A photo that a row names.

    ``file`` is where it was ``found`` below the data, and ``sha256`` that of the file ('' where it cannot be read).
    ``outside`` where the name leads out of the data, ``elsewhere`` where it is an address of a network: neither is
    opened. ``path`` is the file, or the zip file in which it is called ``member``; neither is kept in OUT.
    """

    name: str
    state: PhotoState
    file: str
    sha256: str
    cell: str
    path: Path | None = field(default=None, compare=False)
    member: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A rejected row as it was sent: its number, its cells as typed, what stands beyond the last header, and why.

    ``causes`` pairs a column (from 0; None where the row as a whole is meant) with what is wrong and what to write.
    """

    number: int
    cells: tuple[Cell, ...]
    surplus: tuple[Cell, ...]
    causes: tuple[tuple[int | None, str], ...]


@dataclass(frozen=True, slots=True)
class RejectedTable:
    """The rejected rows of one table, under its own headers."""

    file: str
    sheet: str | None
    sha256: str
    headers: tuple[str, ...]
    rows: tuple[RejectedRow, ...]


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """Something that did not stop a row and that a reader must know (unused columns, differing verdicts ...)."""

    code: str
    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """What a city sent. Tables have the columns declared above; ``values`` and ``visits`` are by site type.

    ``values[type]``: site + the register's own fields (``from: site``). ``visits[type]``: see ``visit_columns``.
    ``answers[questionnaire]``: a row a respondent, see ``answer_columns``; of nobody is more kept than what was asked.
    ``rejected_tables`` has what ``rejects`` speaks of; OUT/inputs does not keep it.
    """

    areas: pl.DataFrame
    units: pl.DataFrame
    rounds: pl.DataFrame
    sites: pl.DataFrame
    values: Mapping[str, pl.DataFrame]
    visits: Mapping[str, pl.DataFrame]
    checks: pl.DataFrame
    problems: pl.DataFrame
    waivers: pl.DataFrame
    tables: tuple[Table, ...] = ()
    rejects: tuple[Reject, ...] = ()
    notes: tuple[Note, ...] = ()
    rejected_tables: tuple[RejectedTable, ...] = ()
    photos: tuple[Photo, ...] = ()
    answers: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    taken: pl.DataFrame = field(default_factory=lambda: empty(TAKEN))

    @property
    def visited(self) -> dict[str, pl.DataFrame]:
        """The ``visits`` of the site types that have any: of the sixty of a catalogue most cities send few."""
        return {name: frame for name, frame in self.visits.items() if frame.height}

    @property
    def read(self) -> int:
        """Rows read in all tables."""
        return sum(table.read for table in self.tables)

    @property
    def used(self) -> int:
        """Rows used in all tables."""
        return sum(table.used for table in self.tables)

    @property
    def rejected(self) -> int:
        """Rows rejected in all tables; read = used + rejected."""
        return sum(table.rejected for table in self.tables)

    @property
    def replaced(self) -> int:
        """Rejected rows in whose place rows of a mended file stand; they are neither read, used nor rejected."""
        return sum(table.replaced for table in self.tables)
