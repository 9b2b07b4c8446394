"""下发: what is sent to people. A list and a letter for each unit, and a bulletin of the round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from duibiao.criteria.language import Language, translations
from duibiao.evaluator.assessment import Assessment
from duibiao.reports.bulletin import bulletin_document, bulletin_of
from duibiao.reports.file_names import file_name, file_names
from duibiao.reports.gap_lines import UnitGaps, by_unit, gap_lines
from duibiao.reports.gaps_workbook import UNIT_COLUMNS, gaps_workbook
from duibiao.reports.notice import example_values, notice_document, notice_of
from duibiao.reports.reading import Reading
from duibiao.reports.word_document import WordTemplate
from duibiao.reports.word_templates import shipped_template

FOLDER: Final = "下发"


@dataclass(frozen=True, slots=True)
class Handout:
    """How much was written to be sent; ``unwritten`` are lists with more gaps than a sheet holds, by name."""

    lists: int
    notices: int
    unwritten: tuple[str, ...]


def own_template(raw: bytes) -> WordTemplate:
    """An office's own template of the notice, tried with made-up values. Raises UnusableTemplate."""
    template = WordTemplate(raw)
    template.render(example_values())
    return template


def write_handout(
    folder: Path, assessment: Assessment, language: Language | None = None, own: WordTemplate | None = None
) -> Handout:
    """Write the lists and letters of all units and the bulletin into 下发 below ``folder``.

    The letters come from ``own``, else from the shipped template. Raises Inconsistent where a count does not add up,
    UnusableTemplate where the own template fails on a unit's values, and OSError.
    """
    spoken = language or assessment.catalogue.head.language
    reading = Reading(assessment, translations(spoken), "none")
    _ = reading.word
    lines = gap_lines(reading)
    units = by_unit(reading, lines)
    bulletin = bulletin_of(reading, lines, units)
    place = folder / FOLDER
    place.mkdir(parents=True)
    made = bulletin_document(WordTemplate(shipped_template("bulletin", spoken)), bulletin)
    about = assessment.round.id or reading.round()
    (place / file_name(_("Bulletin"), about, ".docx")).write_bytes(made)
    titles = [(each.unit, each.title) for each in units]
    lists, letters = (
        file_names(what, titles, about, ending)
        for what, ending in ((_("Gaps to mend"), ".xlsx"), (_("Notice of gaps to mend"), ".docx"))
    )
    template = own or WordTemplate(shipped_template("notice", spoken))
    return _write_units(place, reading, units, lists, letters, template)


def _write_units(
    place: Path,
    reading: Reading,
    units: tuple[UnitGaps, ...],
    lists: Mapping[str, str],
    letters: Mapping[str, str],
    template: WordTemplate,
) -> Handout:
    _ = reading.word
    notices, unwritten = 0, []
    for each in units:
        made = gaps_workbook(reading, _("Gaps to mend: {unit}").format(unit=each.title), each.lines, UNIT_COLUMNS)
        if made is None:
            unwritten.append(lists[each.unit])
        else:
            (place / lists[each.unit]).write_bytes(made)
        if each.unit:
            letter = notice_document(template, notice_of(reading, each, lists[each.unit]))
            (place / letters[each.unit]).write_bytes(letter)
            notices += 1
    return Handout(len(units) - len(unwritten), notices, tuple(unwritten))
