"""整改通知书: a letter to one unit with what it has to mend, from the shipped Word template or an office's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from duibiao.criteria.models import Severity
from duibiao.evaluator.totals import Inconsistent
from duibiao.reports import words as vocabulary
from duibiao.reports.gap_lines import GapLine, UnitGaps
from duibiao.reports.plain_text import day_text, plain_text, sentence_text
from duibiao.reports.reading import NONE, Reading
from duibiao.reports.word_document import WordTemplate

SHOWN: Final = 20  # gaps in the letter itself; the list has all
LONGEST: Final = 200  # characters of a cell of the letter; the list has the whole text
_SEVERITIES: Final[tuple[Severity, ...]] = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class SeverityRow:
    """The gaps of one severity: how many, by when, how many overdue."""

    word: str
    gaps: int
    deadline: str
    last: str
    overdue: int


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One gap in the letter; ``number`` is that of the list."""

    number: int
    site: str
    area: str
    criterion: str
    seen: str
    asked: str
    remedy: str
    severity: str
    leader: str
    lead: str
    supporting: str
    deadline: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """Everything that a template of a notice may name."""

    unit: str
    round: str
    day: str
    catalogue: str
    edition: str
    provisional: str
    gaps: int
    overdue: int
    severities: tuple[SeverityRow, ...]
    lines: tuple[NoticeLine, ...]
    shown: int
    rest: int
    workbook: str
    colon: str


def notice_of(reading: Reading, unit: UnitGaps, workbook: str) -> Notice:
    """The letter about a unit's gaps, which comes with a workbook. Raises Inconsistent where its counts differ."""
    assessment, head = reading.assessment, reading.assessment.catalogue.head
    shown = unit.lines[:SHOWN]
    provisional = reading.provisional()
    notice = Notice(
        unit=unit.title,
        round=plain_text(reading.round()),
        day=day_text(assessment.as_of, reading.language),
        catalogue=plain_text(head.title),
        edition=plain_text(head.edition),
        provisional=sentence_text(provisional) if provisional is not None else "",
        gaps=len(unit.lines),
        overdue=unit.overdue,
        severities=tuple(_severity(reading, unit, each) for each in _SEVERITIES),
        lines=tuple(_line(reading, each) for each in shown),
        shown=len(shown),
        rest=len(unit.lines) - len(shown),
        workbook=workbook,
        colon="：" if reading.language == "zh-CN" else ": ",
    )
    _check(notice)
    return notice


def _severity(reading: Reading, unit: UnitGaps, severity: Severity) -> SeverityRow:
    lines = [each for each in unit.lines if each.severity == severity]
    days = [each.deadline for each in lines if each.deadline is not None]
    return SeverityRow(
        word=reading.word(vocabulary.SEVERITY[severity]),
        gaps=len(lines),
        deadline=min(days).isoformat() if days else NONE,
        last=max(days).isoformat() if days else NONE,
        overdue=sum(each.overdue for each in lines),
    )


def _line(reading: Reading, line: GapLine) -> NoticeLine:
    return NoticeLine(
        number=line.number,
        site=_short(line.site),
        area=_short(line.area),
        criterion=_short(line.criterion),
        seen=_short(line.seen),
        asked=_short(line.asked),
        remedy=_short(line.remedy),
        severity=line.severity_word,
        leader=_short(line.leader),
        lead=_short(line.lead),
        supporting=_short(line.supporting),
        deadline=sentence_text(reading.deadline(line.deadline)),
        overdue=line.overdue,
    )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _check(notice: Notice) -> None:
    told = Counter[str]()
    for each in notice.severities:
        told.update(gaps=each.gaps, overdue=each.overdue)
    compared = (
        ("gaps by severity", told["gaps"], notice.gaps),
        ("overdue gaps by severity", told["overdue"], notice.overdue),
        ("gaps in the letter and in the list", len(notice.lines) + notice.rest, notice.gaps),
    )
    wrong = tuple(
        f"{what} of {notice.unit}: {found} instead of {whole}" for what, found, whole in compared if found != whole
    )
    if wrong:
        raise Inconsistent(wrong)


def values_of(notice: Notice) -> Mapping[str, object]:
    """What a template is filled in with, by name."""
    return asdict(notice)


def example_values() -> Mapping[str, object]:
    """Values of every kind, to find out before anything is scored whether a template can be filled in."""
    line = NoticeLine(1, "", "", "", "", "", "", "", "", "", "", "", False)
    severities = (SeverityRow("", 0, "", "", 0), SeverityRow("", 1, "", "", 0))
    return values_of(Notice("", "", "", "", "", "-", 2, 0, severities, (line,), 1, 1, "", ""))


def notice_document(template: WordTemplate, notice: Notice) -> bytes:
    """The letter as a Word document. Raises UnusableTemplate."""
    return template.render(values_of(notice))
