"""Paths -> Submission: every file read, every table recognised, every row used or rejected."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final

import polars as pl

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.answers import areas_of_answers, only_answers, read_answers
from duibiao.evaluator.intake.areas import Areas, Written, areas_as_written, areas_of_tables
from duibiao.evaluator.intake.collector import collector_paused
from duibiao.evaluator.intake.column import Column
from duibiao.evaluator.intake.column_notes import notes_on_columns
from duibiao.evaluator.intake.drift import differing, missing
from duibiao.evaluator.intake.files import Content, DataFile, Terms, contents_of, find_files, headed, tables_of
from duibiao.evaluator.intake.frames import frame, gathered
from duibiao.evaluator.intake.headers import Recognised, Vocabulary
from duibiao.evaluator.intake.inspections import Context, inspected, read_verdicts, read_waivers
from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.mapping import Given, Said, folders_of, read_mapping
from duibiao.evaluator.intake.mended import Mending, is_mended, origins, source_of
from duibiao.evaluator.intake.mentions import sites_as_written
from duibiao.evaluator.intake.names import Names, level_names, site_type_names
from duibiao.evaluator.intake.packed import Member
from duibiao.evaluator.intake.part_files import Head, files_in_child
from duibiao.evaluator.intake.paths import path_text
from duibiao.evaluator.intake.phones import with_positions_of_phones
from duibiao.evaluator.intake.photos import data_roots, photos_of
from duibiao.evaluator.intake.reading import Reading
from duibiao.evaluator.intake.reasons import Refusal, Refused, UnreadableData, Wrong, note
from duibiao.evaluator.intake.register import sites_of_register
from duibiao.evaluator.intake.rounds import Period, Round, Rounds, rounds_of_tables
from duibiao.evaluator.intake.sites import EachTypes, Site, Sites, area_of_each
from duibiao.evaluator.intake.tables import RawTable
from duibiao.evaluator.intake.unfilled import without_unfilled
from duibiao.evaluator.intake.units import ListedUnit, UnitRow, Units, rows_of_units, units_of_rows
from duibiao.evaluator.intake.verdicts import Asked
from duibiao.evaluator.intake.who import Who, whos
from duibiao.evaluator.intake.xform import each_once, is_export
from duibiao.evaluator.submission import (
    AREAS,
    CHECKS,
    COLUMN_OF_KIND,
    PROBLEMS,
    ROUNDS,
    SITES,
    TAKEN,
    UNITS,
    WAIVERS,
    Crs,
    Note,
    Shape,
    Submission,
    Table,
    answer_columns,
    visit_columns,
)

USUAL: Final = Limits()
VISIT_ORDER: Final = ("site", "at", "round")
ANSWER_ORDER: Final = ("area", "at", "round")
VERDICT_ORDER: Final = (*VISIT_ORDER, "criterion")
_ABOUT_CRITERIA: Final[tuple[Shape, ...]] = ("checks", "problems", "waivers")
_ABOUT_SITES: Final[tuple[Shape, ...]] = ("register", "wide", *_ABOUT_CRITERIA)
# What mapping.yaml may not say of all rows of a table; of shapes that are not here neither a site nor an area.
UNUSED_CONSTANTS: Final[Mapping[Shape, frozenset[str]]] = {
    **dict.fromkeys(_ABOUT_SITES, frozenset()),
    "answers": frozenset({"site"}),
}


def read_submission(
    paths: Sequence[Path],
    catalogue: Catalogue,
    *,
    round_by: Period | None = None,
    encoding: str | None = None,
    crs: Crs | None = None,
    limits: Limits = USUAL,
) -> Submission:
    """Read the files and folders at ``paths`` under a catalogue.

    ``round_by`` makes rounds of dates where neither a row, mapping.yaml nor a table of rounds says which it is;
    ``encoding`` is that of .csv and .tsv files of which mapping.yaml says none, instead of finding it out; ``crs`` that
    of positions of which it says none.
    Raises ``UnreadableData`` for files and tables that cannot be used at all. Everything else is in the Submission:
    for each table rows read = used + rejected, and for each rejected row every reason.
    """
    with collector_paused():
        opened = open_files(paths, catalogue, encoding, limits)
        if opened.refusals:
            raise UnreadableData(opened.refusals)
        return finished(judged(opened, catalogue, round_by), opened, paths, crs)


def finished(found: Judged, opened: OpenedFiles, paths: Sequence[Path], crs: Crs | None) -> Submission:
    """What was judged, with photos and positions. ``opened`` are the files before rows were mended."""
    submission = _with_crs(_with_photos(found.submission, opened, paths), crs)
    return with_positions_of_phones(submission, [each.raw for each in found.opened.sent], found.catalogue)


def _with_photos(submission: Submission, opened: OpenedFiles, paths: Sequence[Path]) -> Submission:
    """With the photos that rows name; those files are not noted as skipped."""
    folders = {file.name: file.path.parent.resolve() for file in opened.files}
    photos = photos_of(submission, folders, data_roots(paths), opened.packed)
    named = {photo.file for photo in photos}
    notes = tuple(each for each in submission.notes if each.code != "skipped-file" or each.place not in named)
    return replace(submission, photos=photos, notes=notes)


def _with_crs(submission: Submission, crs: Crs | None) -> Submission:
    """With ``crs`` for the positions of which mapping.yaml says none."""
    if crs is None:
        return submission
    said = pl.coalesce("crs", pl.when(pl.col("lon").is_not_null()).then(pl.lit(crs)))
    return replace(submission, sites=submission.sites.with_columns(said.alias("crs")))


@dataclass(frozen=True, slots=True)
class Sent:
    """A recognised table, what mapping.yaml says of it, and the type that it is named after."""

    raw: RawTable
    recognised: Recognised
    given: Given
    hint: str | None


@dataclass(frozen=True, slots=True)
class OpenedFiles:
    """The files, their recognised tables, mended ones that wait for the rejects of others, and what cannot be used.

    ``packed`` has what lies in zip files and is no data, ``unread`` the tables whose shape is not known. ``heads`` are
    those of the parts that are read in slices, by the names of their files: their tables are there, without rows.
    """

    files: list[DataFile]
    contents: list[Content]
    packed: Mapping[str, Member]
    said: Said
    sent: list[Sent]
    mended: list[tuple[RawTable, Given]]
    unread: list[RawTable]
    mappings: list[Table]
    notes: list[Note]
    refusals: list[Refusal]
    heads: Mapping[str, Head]


def open_files(
    paths: Sequence[Path],
    catalogue: Catalogue,
    encoding: str | None = None,
    limits: Limits = USUAL,
    in_slices: bool = False,
) -> OpenedFiles:
    """Read every file, skip those with the same content, recognise every table.

    Under ``in_slices`` no rows are read of parts of partitioned folders that hold wide inspections.
    """
    files, notes, refusals = find_files(paths)
    packed: dict[str, Member] = {}
    contents = contents_of(files, limits, notes, refusals, packed, in_slices)
    types, vocabulary = site_type_names(catalogue), Vocabulary(catalogue)
    said = Said({}, {})
    mappings: list[Table] = []
    for content in (each for each in contents if each.mapping):
        try:
            more, mistakes = read_mapping(content.raw, content.name, types, vocabulary)
        except Refused as refused:
            refusals.append(refused.at(content.name))
            continue
        said = Said({**said.given, **more.given}, {**said.lines, **more.lines})
        refusals += mistakes
        mappings.append(Table(content.name, None, hashlib.sha256(content.raw).hexdigest(), "mapping", 0, 0, 0))
    places = {file.name for file in files} | {each.name for each in contents} | {each.file for each in refusals}
    skipped = {name for name in places if said.of(name, name).skip}
    named = {place for place, given in said.given.items() if given.skip}
    notes += [note("skipped-table", each) for each in sorted({_nearest(name, named) for name in skipped})]
    refusals = [each for each in refusals if each.file not in skipped]
    terms = Terms(said, vocabulary, limits, encoding)
    tables: dict[str, list[RawTable]] = {}
    heads: dict[str, Head] = {}
    with files_in_child(limits) as in_child:
        for content in (each for each in contents if not each.mapping and each.name not in skipped):
            try:
                if content.path is not None:
                    head = in_child.head(content.path)
                    table = headed(content, head, terms)
                    if _in_slices(table, said, vocabulary):
                        heads[content.name], tables[content.name] = head, [table]
                        continue
                opened = tables_of(content.read(limits), terms)
            except Refused as refused:
                refusals.append(refused.at(content.name))
                continue
            tables[content.name] = opened.tables
            notes += opened.notes
            refusals += opened.refusals
    every = [table for each in tables.values() for table in each]
    places |= {table.place for table in every} | {each.place for each in notes} | {each.file for each in refusals}
    refusals += said.unknown(places)
    refusals += said.unmatched(every)
    refusals += differing(every)
    hints = {table.place: _named_after(table, types) for table in every}
    sent: list[Sent] = []
    mended: list[tuple[RawTable, Given]] = []
    unread: list[RawTable] = []
    for table in each_once(list(_distinct(tables, said, hints, notes))):
        given = said.of(table.file, table.place)
        if is_mended(table):
            mended.append((table, given))
            continue
        try:
            recognised = vocabulary.recognise(table.names, given.stated)
            unused = given.stated.meanings & UNUSED_CONSTANTS.get(recognised.shape, frozenset({"site", "area"}))
            if unused:
                keys = ", ".join(f"`{each}`" for each in sorted(unused, reverse=True))
                raise Refused("constant-unused", shape=recognised.shape, keys=keys)
            hint = hints[table.place]
            table = only_answers(without_unfilled(table, recognised), recognised, given, hint, vocabulary)
            sent.append(Sent(table, recognised, given, hint))
        except Refused as refused:
            unread.append(table)
            refusals.append(refused.at(table.place))
    notes += missing((each.raw, each.recognised.shape) for each in sent)
    if not sent and not mended and not refusals:
        refusals.append(Refused("no-data").at(", ".join(map(path_text, paths))))
    kept = {each.raw.file for each in sent}
    heads = {name: head for name, head in heads.items() if name in kept}
    return OpenedFiles(files, contents, packed, said, sent, mended, unread, mappings, notes, refusals, heads)


def _nearest(name: str, places: Collection[str]) -> str:
    """The one of some places of mapping.yaml that speaks of a file: itself, else the nearest folder."""
    return next(each for each in (name, *folders_of(name)) if each in places)


def _in_slices(table: RawTable, said: Said, vocabulary: Vocabulary) -> bool:
    """Whether the rows of a part may be read in slices: those of wide inspections that no server exported."""
    if is_mended(table) or is_export(table.headers):
        return False
    try:
        return vocabulary.recognise(table.names, said.of(table.file, table.place).stated).shape == "wide"
    except Refused:  # told of where all rows are read
        return False


def judged(opened: OpenedFiles, catalogue: Catalogue, round_by: Period | None = None) -> Judged:
    """Judge every row of the recognised tables; mended rows stand in the place of those that they came from.

    Raises ``UnreadableData`` for mended tables that cannot be used.
    """
    found = Judged(opened, catalogue, round_by)
    while opened.mended:
        opened = _mend(opened, found.submission, catalogue)
        found = Judged(opened, catalogue, round_by)
    return found


def _mend(opened: OpenedFiles, submission: Submission, catalogue: Catalogue) -> OpenedFiles:
    """Put mended rows in the place of those that they came from: those first whose own source waits for nothing."""
    waiting = [table for table, _ in opened.mended]
    ready = [
        number
        for number, table in enumerate(waiting)
        if all(source_of(origin, waiting) is None for origin in {origin for origin, _ in origins(table)})
    ] or list(range(len(waiting)))
    rejected = [[row.number for row in table.rows] for table in submission.rejected_tables]
    mending = Mending([each.raw for each in opened.sent], rejected)
    vocabulary, refusals = Vocabulary(catalogue), []
    parts: list[Sent] = []
    for table, said_of_it in (opened.mended[number] for number in ready):
        for part, number in mending.put(table):
            source = None if number is None else opened.sent[number]
            given = said_of_it if source is None else said_of_it.over(source.given)
            try:
                if source is not None and part.headers[: len(source.raw.headers)] == source.raw.headers:
                    recognised = source.recognised
                else:
                    recognised = vocabulary.recognise(part.names, given.stated)
                hint = None if source is None else source.hint
                part = only_answers(part, recognised, given, hint, vocabulary)
                parts.append(Sent(part, recognised, given, hint))
            except Refused as refused:
                refusals.append(refused.at(table.place))
    if refusals:
        raise UnreadableData(refusals)
    sent = [replace(each, raw=raw) for each, raw in zip(opened.sent, mending.mended(), strict=True)]
    left = [each for number, each in enumerate(opened.mended) if number not in ready]
    return replace(opened, sent=[*sent, *parts], mended=left, notes=[*opened.notes, *mending.notes])


def _named_after(table: RawTable, types: Names[str]) -> str | None:
    """The site type that a sheet, else its file, else the partitioned folder of a part is named after."""
    folder = table.partition.name if table.partition is not None else ""
    found = types.get(table.sheet or "") or types.get(PurePosixPath(table.file).stem)
    found = found or types.get(PurePosixPath(folder).name)
    return found[0] if found else None


def _distinct(
    tables: Mapping[str, Sequence[RawTable]],
    said: Said,
    hints: Mapping[str, str | None],
    notes: list[Note],
) -> Iterator[RawTable]:
    """The tables without those of files that have the same content, and the same meaning, as one before."""
    seen: dict[object, str] = {}
    for name, each in tables.items():
        meaning = tuple((said.of(name, table.place), hints[table.place], _said(table)) for table in each)
        first = seen.setdefault((each[0].sha256 if each else name, meaning), name)
        if first == name:
            yield from each
        else:
            notes.append(note("duplicate-file", name, other=first))


def _said(table: RawTable) -> Sequence[tuple[str, str | None]]:
    """What the folders of a part say of its rows: the same content counts there again."""
    return table.partition.values if table.partition is not None else ()


class Judged:
    """The tables of one submission, judged in the order in which they need one another."""

    def __init__(self, opened: OpenedFiles, catalogue: Catalogue, round_by: Period | None) -> None:
        self.opened, self.catalogue = opened, catalogue
        self.hints = {
            Reading(each.raw, each.recognised, each.given, number): each.hint for number, each in enumerate(opened.sent)
        }
        self.titles = catalogue.head.area_levels
        self.levels = tuple(self.titles)
        self.vocabulary = Vocabulary(catalogue)
        self.notes = list(opened.notes)
        self.registered = bool(self._shaped("register"))
        self.each = EachTypes(catalogue, self.registered)
        asked = Asked(catalogue)
        types = site_type_names(catalogue)
        self.criteria = {each: each.read("criterion", asked.read) for each in self._shaped(*_ABOUT_CRITERIA)}
        self.people: dict[Reading, Column[Who]] = {}
        for each in self._shaped(*_ABOUT_SITES):
            found = self.criteria.get(each)
            of_criteria = found.map(asked.types_of) if found is not None else None
            self.people[each] = whos(each, types, self.levels, self.hints[each], of_criteria)
        self.answered = {each: areas_of_answers(each, self.levels) for each in self._shaped("answers")}
        unit_rows = {each: rows_of_units(each, self.levels) for each in self._shaped("units")}
        self.areas = self._areas(unit_rows)
        self.units = Units(catalogue.units, self.areas)
        self.listed = units_of_rows(unit_rows, self.units) if unit_rows else None
        self.rounds = rounds_of_tables(self._shaped("rounds"))
        self.sites = self._sites()
        rounds = Rounds(self.rounds, bool(self._shaped("rounds")), round_by)
        self.context = Context(self.vocabulary, asked, self.sites, rounds)

    def _shaped(self, *shapes: Shape) -> list[Reading]:
        """The tables of some shapes, without parts that are read in slices."""
        return [each for each in self.hints if each.shape in shapes and each.raw.file not in self.opened.heads]

    # areas and sites

    def _areas(self, unit_rows: Mapping[Reading, Sequence[UnitRow]]) -> Areas:
        tables = self._shaped("areas")
        if tables:
            return areas_of_tables(tables, self.titles, level_names(self.catalogue))
        units = Units(self.catalogue.units, Areas((), self.titles, closed=False))
        mentions = {_of_unit(row.area, row.name, units) for rows in unit_rows.values() for row in rows}
        mentions |= {who.area for each in self._shaped("register") for who in self.people[each].values}
        for each in self._shaped("wide", "checks", "problems"):
            mentions |= {area for who in self.people[each].values for area in self._areas_of(who, units)}
        mentions |= {area for areas in self.answered.values() for area in areas.values}
        areas = areas_as_written(mentions - {()}, self.titles)
        self.notes += [
            note("area-without-level", "", area=each.path) for each in areas.by_path.values() if each.level is None
        ]
        return areas

    def _kinds(self, who: Who) -> list[str | None]:
        """What is each a site, a level of area or ``unit``, where a row means no site with a name of its own."""
        return [self.catalogue.site_types[key].each for key in self.each.of(who)]

    def _areas_of(self, who: Who, units: Units) -> Iterable[Written]:
        """The areas that a row may add to those that there are, where no table of areas says which."""
        kinds = self._kinds(who)
        if not kinds:
            return () if self.registered else (who.area,)
        levels = [level for level in kinds if level is not None and level != "unit"]
        if "unit" in kinds and who.unit is not None:
            return (_of_unit(who.area, who.unit, units),)
        return (area_of_each(who, levels[0]),) if len(levels) == 1 else ()

    def _sites(self) -> Sites:
        rejected: dict[str, str] = {}
        if self.registered:
            people = {each: self.people[each] for each in self._shaped("register")}
            sites, rejected = sites_of_register(people, self.vocabulary, self.catalogue, self.units)
        else:
            mentioned = {who for each in self._shaped("wide", "checks", "problems") for who in self.people[each].values}
            sites, notes = sites_as_written(mentioned, self.catalogue, self.areas)
            self.notes += notes
        return Sites(sites, self.catalogue, self.areas, self.units, self.listed, self.registered, rejected)

    def _each_sites(self) -> Iterator[Site]:
        """The sites that are areas or units themselves."""
        for key, kind in self.catalogue.site_types.items():
            if kind.questions and not self.vocabulary.forms[key]:
                continue  # respondents answer it; nobody can fill it in for an area
            if kind.each == "unit" and self.listed is not None:
                for unit in self.listed:
                    yield self.sites.of_listed(unit, key)
            elif kind.each == "unit":
                yield from (site for (_, site_type), site in sorted(self.sites.met.items()) if site_type == key)
            elif kind.each is not None:
                yield from (self.sites.of_area(area.path, key) for area in self.areas.at(kind.each))

    # the tables of the submission

    @cached_property
    def submission(self) -> Submission:
        """Judge every row, then put together what was accepted."""
        visits: dict[str, list[pl.DataFrame]] = defaultdict(list)
        taken: list[pl.DataFrame] = []
        for each in self._shaped("wide"):
            found = inspected(each, self.people[each], self.context)
            for key, rows in found.visits.items():
                visits[key].append(rows)
            taken.append(found.taken)
        verdicts: dict[Shape, list[pl.DataFrame]] = defaultdict(list)
        for each in self._shaped("checks", "problems"):
            verdicts[each.shape].append(read_verdicts(each, self.people[each], self.criteria[each], self.context))
        waivers = [
            read_waivers(each, self.people[each], self.criteria[each], self.context) for each in self._shaped("waivers")
        ]
        answers: dict[str, list[pl.DataFrame]] = defaultdict(list)
        rounds = self.context.rounds
        for each, placed in self.answered.items():
            read = read_answers(each, self.hints[each], placed, self.areas, rounds, self.vocabulary)
            if read is not None:
                answers[read[0]].append(read[1])
        here = [each for each in self.hints if each.raw.file not in self.opened.heads]
        for each in here:
            each.note_columns(self.vocabulary)
            self.notes += each.told
        self.notes += notes_on_columns(here)
        forms = self.vocabulary.forms
        return Submission(
            areas=self._area_frame(),
            units=_unit_frame(self.listed or ()),
            rounds=_round_frame(self.rounds),
            sites=_site_frame([*self.sites.sites, *self._each_sites()]),
            values={key: self._values(key) for key in forms},
            visits={key: gathered(visits[key], visit_columns(form), VISIT_ORDER) for key, form in forms.items()},
            checks=gathered(verdicts["checks"], CHECKS, VERDICT_ORDER),
            problems=gathered(verdicts["problems"], PROBLEMS, VERDICT_ORDER),
            waivers=gathered(waivers, WAIVERS, ("site", "criterion", "until")),
            tables=(*(each.table() for each in self.hints), *self.opened.mappings),
            rejects=tuple(sorted({reject for each in self.hints for reject in each.rejects})),
            notes=tuple(sorted(set(self.notes))),
            rejected_tables=tuple(each.rejected_table() for each in self.hints),
            answers={
                key: gathered(answers[key], answer_columns(kind), ANSWER_ORDER)
                for key, kind in self.vocabulary.questions.kinds.items()
            },
            taken=gathered(taken, TAKEN, ("table", "row", "criterion")),
        )

    def _area_frame(self) -> pl.DataFrame:
        areas = list(self.areas.by_path.values())
        columns = {key: [area.path if key == "area" else getattr(area, key) for area in areas] for key in AREAS}
        return frame(columns, AREAS)

    def _values(self, site_type: str) -> pl.DataFrame:
        fields = self.vocabulary.registers[site_type]
        schema = {"site": pl.String(), **{key: COLUMN_OF_KIND[field.kind] for key, field in fields.items()}}
        sites = sorted((site for site in self.sites.sites if site.site_type == site_type), key=lambda site: site.key)
        columns: dict[str, list[object]] = {"site": [site.key for site in sites]}
        columns |= {key: [site.values.get(key) for site in sites] for key in fields}
        return frame(columns, schema)


def _of_unit(area: Written, name: str | None, units: Units) -> Written:
    """The area of a unit as written: a name alone is of the level of the unit."""
    if len(area) != 1 or area[0][0] is not None or name is None:
        return area
    try:
        key, _ = units.find(name, "unit")
    except Wrong:  # told of where the row is judged
        return area
    return ((units.units[key].level, area[0][1]),)


def _unit_frame(units: Sequence[ListedUnit]) -> pl.DataFrame:
    columns: dict[str, list[object]] = {
        "unit": [each.unit for each in units],
        "area": [each.area or None for each in units],
        "leader": [each.leader or None for each in units],
    }
    return frame(columns, UNITS)


def _round_frame(rounds: Sequence[Round]) -> pl.DataFrame:
    columns: dict[str, list[object]] = {
        "round": [each.id for each in rounds],
        "title": [each.title for each in rounds],
        "start": [each.start for each in rounds],
        "end": [each.end for each in rounds],
    }
    return frame(columns, ROUNDS)


def _site_frame(sites: Sequence[Site]) -> pl.DataFrame:
    ordered = sorted(sites, key=lambda site: (site.key, site.site_type))
    columns: dict[str, list[object]] = {"site": [site.key for site in ordered]}
    for key in SITES:
        if key in {"lead_units", "supporting_units"}:
            columns[key] = [list(getattr(site, key)) or None for site in ordered]
        elif key != "site":
            columns[key] = [getattr(site, key) for site in ordered]
    return frame(columns, SITES)
