"""What was read, used and rejected, and how the figures were made, as values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from importlib.metadata import version
from typing import Final

from duibiao.evaluator.submission import Note
from duibiao.reports import words as vocabulary
from duibiao.reports.cards_view import others_line
from duibiao.reports.check_up_text import check_up_line
from duibiao.reports.deadline_rule import deadline_rule
from duibiao.reports.figures import Figure, Sentence, plain, say, say_text, signed
from duibiao.reports.reading import NONE, Reading
from duibiao.reports.visit_time import visit_time

LISTED: Final = 50
FILES_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class FileRow:
    """One table that was read."""

    name: str
    shape: str
    read: Figure
    used: Figure
    rejected: Figure
    unused: str
    sha256: str  # of the whole file, with its first table


@dataclass(frozen=True, slots=True)
class RejectRow:
    """One reason why a row was rejected."""

    where: str
    value: str
    reason: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class DataView:
    """What was read, used and rejected."""

    sentence: Sentence
    check_up: str  # one line; empty where the data were not checked
    files: tuple[FileRow, ...]
    other_files: tuple[FileRow, ...]
    rejects: tuple[RejectRow, ...]
    rejects_rest: Sentence | None
    notes: tuple[tuple[str, str], ...]
    notes_rest: Sentence | None


@dataclass(frozen=True, slots=True)
class MethodView:
    """How the figures were made, and of what."""

    formula: Sentence
    lines: tuple[Sentence, ...]
    proposed: Sentence | None
    provenance: tuple[tuple[str, str], ...]


def data_section(reading: Reading) -> DataView:
    """Every table with its rows and hash, the first rejected rows, the notes."""
    _, assessment = reading.word, reading.assessment
    submission = assessment.submission
    notes = [_note(reading, each) for each in dict.fromkeys((*submission.notes, *assessment.notes))]
    files = tuple(
        FileRow(
            name=f"{table.file} · {table.sheet}" if table.sheet else table.file,
            shape=_(vocabulary.SHAPE[table.shape]),
            read=Figure(str(table.read), f"data.files.{index}.read"),
            used=Figure(str(table.used), f"data.files.{index}.used"),
            rejected=Figure(str(table.rejected), f"data.files.{index}.rejected"),
            unused=reading.listed(table.unused_columns),
            sha256=table.sha256 if index == 0 or submission.tables[index - 1].file != table.file else "",
        )
        for index, table in enumerate(submission.tables)
    )
    return DataView(
        sentence=say(
            _("{read} rows read = {used} used + {rejected} rejected"),
            read=Figure(str(submission.read), "data.read"),
            used=Figure(str(submission.used), "data.used"),
            rejected=Figure(str(submission.rejected), "data.rejected"),
        ),
        check_up=check_up_line(reading.checkup, _) if reading.checkup is not None else "",
        files=files[:FILES_SHOWN],
        other_files=files[FILES_SHOWN:],
        rejects=tuple(
            RejectRow(
                where=" ".join(part for part in (each.file, each.sheet, each.cell) if part),
                value=each.value,
                reason=each.reason,
                suggestion=each.suggestion,
            )
            for each in submission.rejects[:LISTED]
        ),
        rejects_rest=(
            say(
                _("The first {shown} of {n} reasons; all of them stand in rejects.csv."),
                shown=str(LISTED),
                n=str(len(submission.rejects)),
            )
            if len(submission.rejects) > LISTED
            else None
        ),
        notes=tuple(notes[:LISTED]),
        notes_rest=others_line(reading, LISTED, len(notes)) if len(notes) > LISTED else None,
    )


def _note(reading: Reading, note: Note) -> tuple[str, str]:
    """Where and what; notes of the evaluation name a visit (site@day) and a criterion."""
    site = note.place.rpartition("@")[0]
    where = note.place
    if site in reading.places_of:
        where = f"{reading.link(site).name} {visit_time(note.place)}".rstrip()
    text = note.text
    if note.text in reading.assessment.criteria:
        text = reading.assessment.criteria[note.text].title
    if note.code in vocabulary.NOTE:
        text = say_text(reading.word(vocabulary.NOTE[note.code]), criterion=text)
    return where, text


def method_section(reading: Reading) -> MethodView:
    """The formula of the total, the rules behind every figure, and what the run was made of."""
    _, assessment = reading.word, reading.assessment
    catalogue = assessment.catalogue
    score, titles = catalogue.score, catalogue.head.parts
    formula: list[str | Figure] = [_("Total"), " = "]
    for index, part in enumerate(score.total):
        formula += [" + "] if index else []
        formula += [Figure(plain(Fraction(part.weight)) + "%", f"total.parts.{index}.weight"), " × ", titles[part.part]]
    combined = [
        say(_("{part}: {way}"), part=titles[part.part], way=_(vocabulary.COMBINE[part.combine])) for part in score.total
    ]
    levels = [
        say_text(_("{name} from {limit}"), name=each.name, limit=plain(Fraction(each.at_least)))
        if each.at_least is not None
        else say_text(_("{name} below"), name=each.name)
        for each in score.levels
    ]
    lines: list[Sentence] = [
        *combined,
        say(_("Pass mark: {mark}"), mark=Figure(plain(reading.pass_mark), "method.pass_mark")),
        say(_("Levels: {levels}"), levels=reading.listed(levels) or NONE),
        say(
            _("Rounding: half up to {digits} decimals, for the eye only; marks and levels compare exact values."),
            digits=str(reading.digits),
        ),
        (_(vocabulary.UNOBSERVED[score.unobserved]),),
        (_(vocabulary.INSPECTIONS[score.several_inspections]),),
        (_(vocabulary.EMPTY_PART[score.empty_part]),),
        deadline_rule(reading, assessment.as_of.isoformat()),
        *_further(reading),
        (_("Points lost: what the total lacks to 100 before caps and adjustments, shared out exactly among gaps."),),
        (_("Bounds: the same figure with every finding that is open at its worst, and at its best."),),
    ]
    counted = [each for each in assessment.results if each.proposed]
    proposed = None
    if score.proposed or counted:
        proposed = say(
            _("Proposed values, which no source gives: in the total {keys}; in {n} of {all} criteria (marked there)."),
            keys=reading.proposed(score.proposed) or NONE,
            n=Figure(str(len(counted)), made_from="results"),
            all=Figure(str(len(assessment.results)), made_from="results"),
        )
    extends = [catalogue.head.catalogue, *catalogue.extends]
    return MethodView(
        formula=tuple(formula),
        lines=tuple(lines),
        proposed=proposed,
        provenance=(
            (_("Catalogue"), f"{' < '.join(extends)} · {catalogue.head.edition}"),
            (_("sha256 of the catalogue"), catalogue.sha256),
            (_("Program"), f"duibiao {version('duibiao')}"),
        ),
    )


def _further(reading: Reading) -> Iterator[Sentence]:
    """What not every catalogue has: ways along dimensions, gates, least coverage, vetoes, adjustments."""
    _, method = reading.word, reading.assessment.method
    score = method.score
    other = {name: way for name in vocabulary.DIMENSION if (way := getattr(score.roll_up, name)) is not None}
    if not other:
        yield (_("Areas, units, site types and the outline are scored in the same way over their own findings."),)
    for name, way in other.items():
        yield say(_("{part}: {way}"), part=_(vocabulary.DIMENSION[name]), way=_(vocabulary.COMBINE[way]))
    for index, part in enumerate(score.total):
        if part.at_least is not None:
            mark = Figure(plain(Fraction(part.at_least)), f"method.total.{index}.at_least")
            title = method.part_titles[part.part]
            yield say(_("{part} must reach {mark}, else the level is the lowest"), part=title, mark=mark)
    if score.minimum_coverage is not None:
        least = plain(100 * Fraction(score.minimum_coverage)) + "%"
        yield say(_("Below a coverage of {least} a figure has no level and no place."), least=least)
    for rule in method.rules.values():
        for cap, text in (
            (rule.site_cap, _("While {criterion} is missed, the site's score does not pass {cap}.")),
            (rule.total_cap, _("While {criterion} is missed, the total does not pass {cap}.")),
        ):
            if cap is not None:
                yield say(text, criterion=rule.title, cap=plain(cap))
        if rule.adjusts is not None:
            yield say(
                _("{criterion} adjusts the total by up to {amount}."), criterion=rule.title, amount=signed(rule.adjusts)
            )
        if rule.over_sites == "lowest":
            yield say(_("{criterion} counts with its lowest finding."), criterion=rule.title)
