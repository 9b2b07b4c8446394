"""Data larger than memory: what only the whole of it can tell is read at once, parts of partitioned folders in slices.

``read_lake`` reads everything but the rows of wide inspections in parts; ``part_files.slices`` has those, a slice at a
time; ``Reader.read`` judges a slice wherever it is, on this machine or another one; ``Lake.told`` adds up what is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from duibiao.criteria.language import Language, language_in_force, use
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.collector import collector_paused
from duibiao.evaluator.intake.column import constant
from duibiao.evaluator.intake.column_notes import notes_on_columns
from duibiao.evaluator.intake.inspections import Context, fields_of, inspected
from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.mended import origins, source_of
from duibiao.evaluator.intake.names import Names, site_type_names
from duibiao.evaluator.intake.part_files import Part
from duibiao.evaluator.intake.partition_columns import with_partition
from duibiao.evaluator.intake.read import USUAL, OpenedFiles, Sent, finished, judged, open_files
from duibiao.evaluator.intake.reading import Reading
from duibiao.evaluator.intake.reasons import Refusal, Refused, UnreadableData, note
from duibiao.evaluator.intake.records import records_of
from duibiao.evaluator.intake.rounds import Period
from duibiao.evaluator.intake.tables import where_blank
from duibiao.evaluator.intake.tally import Tally, total
from duibiao.evaluator.intake.unfilled import without_unfilled
from duibiao.evaluator.intake.who import whos
from duibiao.evaluator.submission import Crs, Submission


@dataclass(frozen=True, slots=True)
class Accepted:
    """What some rows of a part come to.

    ``visits`` by site type, with the columns of ``submission.visit_columns``; ``taken`` has the photos that accepted
    rows name, with the columns of ``submission.TAKEN``; ``tally`` what else is told of the rows.
    """

    visits: Mapping[str, pl.DataFrame]
    taken: pl.DataFrame
    tally: Tally


@dataclass(frozen=True, slots=True)
class Sheet:
    """A part without its rows: how its table was recognised, and what its columns are called in the file."""

    sent: Sent
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Judges rows of parts. It holds no rows, and travels as a pickle; ``sheets`` are by the number of a part."""

    context: Context
    types: Names[str]
    sheets: Mapping[int, Sheet]
    met: frozenset[tuple[str, str]]
    language: Language

    def read(self, number: int, frame: pl.DataFrame, rows: pl.Series) -> Accepted:
        """Judge some rows of the part ``number``.

        ``frame`` has the columns of its file, ``rows`` the number of each row in the file, from 1. Raises
        ``UnreadableData`` where the file contradicts its folder, or needs what only the whole of the data can tell.
        """
        if language_in_force() != self.language:
            use(self.language)
        if not rows.is_sorted():
            order = rows.arg_sort()
            frame, rows = frame[order], rows[order]
        with collector_paused():
            return self._read(number, frame, rows)

    def _read(self, number: int, frame: pl.DataFrame, rows: pl.Series) -> Accepted:
        sheet = self.sheets[number]
        raw, recognised, given = sheet.sent.raw, sheet.sent.recognised, sheet.sent.given
        table = records_of(frame.select(sheet.columns)).table(raw.file, raw.sha256)
        try:
            table = with_partition(table, raw.partition)
        except Refused as refused:
            raise UnreadableData([refused.at(raw.file)]) from None
        numbers = rows.gather([row - 1 for row in table.rows]).to_list()
        table = without_unfilled(replace(raw, columns=table.columns, rows=numbers, remarks=()), recognised)
        reading = Reading(table, recognised, given, number)
        people = whos(reading, self.types, tuple(self.context.sites.areas.levels), sheet.sent.hint)
        found = inspected(reading, people, self.context)
        if self.context.sites.met.keys() - self.met:
            raise UnreadableData([Refused("lake-needs-units").at(raw.file)])
        tally = Tally(
            number,
            frame.height,
            len(reading),
            tuple(reading.rejects),
            reading.rejected_table().rows,
            frozenset(found.visits),
            "unit" in reading.columns,
            frozenset(
                column
                for column, header in enumerate(raw.headers)
                if not header and not where_blank(table.columns[column]).all()
            ),
            len(numbers) - len(table.rows),
            found.taken.height,
            tuple(reading.noted),
        )
        return Accepted(found.visits, found.taken, tally)


@dataclass(frozen=True, slots=True)
class Lake:
    """Data of which parts are read in slices.

    ``submission`` is everything but the rows of the ``parts``; its ``tables`` have them in their places, without rows.
    ``limits`` are those under which slices are read as well.
    """

    submission: Submission
    parts: tuple[Part, ...]
    reader: Reader
    limits: Limits = USUAL

    def told(self, tallies: Iterable[Tally]) -> Submission:
        """The submission with what is told of all rows of the parts: counts, rejects and notes, but no visits.

        Raises ``ValueError`` where some rows were not told of, or twice.
        """
        of_parts: dict[int, list[Tally]] = defaultdict(list)
        for each in tallies:
            of_parts[each.number].append(each)
        tables, rejected = list(self.submission.tables), list(self.submission.rejected_tables)
        rejects, notes = set(self.submission.rejects), set(self.submission.notes)
        readings: list[Reading] = []
        photos = 0
        for part in self.parts:
            tally = total(part.number, of_parts.pop(part.number, ()))
            if tally.given != part.rows:
                raise ValueError(f"{part.name}: {tally.given} of {part.rows} rows were told of")
            reading = self._of(tally)
            count, rows = len(tally.rejected), tally.rejected
            tables[part.number] = replace(reading.table(), read=tally.read, used=tally.used, rejected=count)
            rejected[part.number] = replace(reading.rejected_table(), rows=rows)
            rejects.update(tally.rejects)
            notes.update(reading.told)
            readings.append(reading)
            photos += tally.photos
        notes.update(notes_on_columns(readings))
        if of_parts:
            raise ValueError(f"no part has the number {min(of_parts)}")
        if photos:
            notes.add(note("photos-not-looked-for", "", count=photos))
        return replace(
            self.submission,
            tables=tuple(tables),
            rejected_tables=tuple(rejected),
            rejects=tuple(sorted(rejects)),
            notes=tuple(sorted(notes)),
        )

    def _of(self, tally: Tally) -> Reading:
        """The table of a part, without rows, and with the columns and notes that its rows come to."""
        sent = self.reader.sheets[tally.number].sent
        vocabulary = self.reader.context.vocabulary
        reading = Reading(sent.raw, sent.recognised, sent.given, tally.number)
        for site_type in sorted(tally.types):
            fields_of(reading, site_type, vocabulary)
        if not tally.units:
            reading.columns.pop("unit", None)
        reading.noted = list(tally.noted)
        if tally.unfilled:
            reading.notes.append(note("unfilled-rows", sent.raw.place, count=tally.unfilled))
        reading.note_columns(vocabulary, tally.read, tally.filled)
        return reading


def read_lake(
    paths: Sequence[Path],
    catalogue: Catalogue,
    *,
    round_by: Period | None = None,
    encoding: str | None = None,
    crs: Crs | None = None,
    limits: Limits = USUAL,
) -> Lake:
    """Read everything at ``paths`` but the rows of wide inspections in parts of partitioned folders.

    The parameters are those of ``read_submission``; limits of rows, cells and bytes do not hold for parts. Raises
    ``UnreadableData`` for files that cannot be used at all, and for data that must be read at once: without a register
    or a table of areas, and where mended rows came from a part.
    """
    with collector_paused():
        opened = open_files(paths, catalogue, encoding, limits, in_slices=True)
        refusals = opened.refusals or _unfit(opened)
        if refusals:
            raise UnreadableData(refusals)
        found = judged(opened, catalogue, round_by)
        submission = finished(found, opened, paths, crs)
    parts: list[Part] = []
    sheets: dict[int, Sheet] = {}
    for number, sent in enumerate(opened.sent):
        head = opened.heads.get(sent.raw.file)
        if head is not None:
            said = sent.raw.partition.values if sent.raw.partition is not None else ()
            parts.append(Part(number, sent.raw.file, head.path, dict(said), head.sha256, head.rows, head.schema))
            bare = replace(sent.raw, columns=(constant(None, 0),) * len(sent.raw.headers))
            sheets[number] = Sheet(replace(sent, raw=bare), tuple(head.schema))
    met = frozenset(found.sites.met)
    reader = Reader(found.context, site_type_names(catalogue), sheets, met, language_in_force())
    return Lake(submission, tuple(parts), reader, limits)


def _unfit(opened: OpenedFiles) -> list[Refusal]:
    """Why parts cannot be read in slices: what they need is known only where everything is read at once."""
    if not opened.heads:
        return []
    shapes = {each.recognised.shape for each in opened.sent}
    first = min(opened.heads)
    folder = next(each.raw.partition for each in opened.sent if each.raw.file == first)
    place = folder.name if folder is not None else first
    needed = {"register": "lake-needs-register", "areas": "lake-needs-areas"}
    refusals = [Refused(code).at(place) for shape, code in needed.items() if shape not in shapes]
    sources = [each.raw for each in opened.sent]
    for table, _given in opened.mended:
        for origin in {origin for origin, _row in origins(table)}:
            number = source_of(origin, sources)
            if number is not None and sources[number].file in opened.heads:
                refusals.append(Refused("lake-mended", part=sources[number].file).at(table.place))
    return refusals
