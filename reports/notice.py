"""整改通知书: a letter to one unit with what it has to mend, from the shipped Word template or an office's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from duibiao.criteria.models import Severity
from duibiao.evaluator.totals import Inconsistent
from duibiao.reports import words as vocabulary
from duibiao.reports.deadline_rule import deadline_rule
from duibiao.reports.gap_lines import SEVERITIES, GapLine, UnitGaps
from duibiao.reports.plain_text import day_text, plain_text, sentence_text
from duibiao.reports.reading import Reading
from duibiao.reports.word_document import WordTemplate

SHOWN: Final = 20  # gaps in the letter itself; the list has all
LONGEST: Final = 200  # characters of a cell of the letter; the list has the whole text


@dataclass(frozen=True, slots=True)
class SeverityRow:
    """The gaps of one severity: how many, by when, how many overdue, how many without a deadline."""

    word: str
    gaps: int
    deadline: str
    last: str
    overdue: int
    undated: int


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One gap in the letter; ``number`` is that of the unit's list, ``ledger`` that of the city's."""

    number: int
    ledger: int
    site: str
    area: str
    criterion: str
    seen: str
    asked: str
    remedy: str
    severity: str
    leader: str
    in_charge: str
    site_leader: str
    area_leader: str
    lead: str
    supporting: str
    deadline: str
    day: str
    left: str
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
    undated: int
    deadlines: str
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
    provisional, undated = reading.provisional(), sum(map(_open_end, unit.lines))
    notice = Notice(
        unit=unit.title,
        round=plain_text(reading.round()),
        day=day_text(assessment.as_of, reading.language),
        catalogue=plain_text(head.title),
        edition=plain_text(head.edition),
        provisional=sentence_text(provisional) if provisional is not None else "",
        gaps=len(unit.lines),
        overdue=unit.overdue,
        undated=undated,
        deadlines=_deadlines(reading, unit),
        severities=tuple(row for each in SEVERITIES if (row := _severity(reading, unit, each)).gaps),
        lines=tuple(_line(reading, each) for each in shown),
        shown=len(shown),
        rest=len(unit.lines) - len(shown),
        workbook=workbook,
        colon="：" if reading.language == "zh-CN" else ": ",
    )
    _check(notice)
    return notice


def _deadlines(reading: Reading, unit: UnitGaps) -> str:
    """How deadlines are counted where any is set, what is asked where they have passed, why and where none is set."""
    _ = reading.word
    told = []
    if any(each.deadline is not None for each in unit.lines):
        told.append(sentence_text(deadline_rule(reading, day_text(reading.assessment.as_of, reading.language))))
    if unit.overdue:
        told.append(_overdue(reading, unit.overdue))
    later = sum(each.next_round for each in unit.lines)
    if later:
        told.append(_("{n} gaps are to be mended before the next round.").format(n=later))
    open_ends = [each for each in unit.lines if _open_end(each)]
    unseen = sum(each.seen_on is None for each in open_ends)
    for count, text in (
        (unseen, _("{n} gaps have no deadline, as their records have no date of inspection: ")),
        (len(open_ends) - unseen, _("{n} gaps have no deadline: ")),
    ):
        if count:
            told.append(
                text.format(n=count) + _("please write into the remarks of the list by when they will be mended.")
            )
    return ("" if reading.language == "zh-CN" else " ").join(told)


def _overdue(reading: Reading, count: int) -> str:
    """By when what is overdue has to be mended now: within the shortest deadline of the criteria, else at once."""
    _, days = reading.word, min(reading.assessment.catalogue.score.deadlines.values(), default=0)
    if not days:
        return _("The deadlines of {n} gaps have passed: please mend these at once and report the result.").format(
            n=count
        )
    text = _(
        "The deadlines of {n} gaps have passed: please mend these within {days} d of receiving this notice and report "
        "the result."
    )
    return text.format(n=count, days=days)


def _severity(reading: Reading, unit: UnitGaps, severity: Severity) -> SeverityRow:
    lines = [each for each in unit.lines if each.severity == severity]
    days = [each.deadline for each in lines if each.deadline is not None]
    later = sum(each.next_round for each in lines)
    open_ends = len(lines) - len(days) - later
    without = [_without_a_day(reading, each) for each, count in ((True, later), (False, open_ends)) if count]
    return SeverityRow(
        word=reading.word(vocabulary.SEVERITY[severity]),
        gaps=len(lines),
        deadline=min(days).isoformat() if days else without[0] if without else "",
        last=reading.listed([*([max(days).isoformat()] if days else []), *without]),
        overdue=sum(each.overdue for each in lines),
        undated=open_ends,
    )


def _line(reading: Reading, line: GapLine) -> NoticeLine:
    return NoticeLine(
        number=line.number,
        ledger=line.ledger,
        site=_short(line.site),
        area=_short(line.area),
        criterion=_short(line.criterion),
        seen=_short(line.seen),
        asked=_short(line.asked),
        remedy=_short(line.remedy),
        severity=line.severity_word,
        leader=_short(line.leader),
        in_charge=_short(line.in_charge),
        site_leader=_short(line.site_leader),
        area_leader=_short(line.area_leader),
        lead=_short(line.lead),
        supporting=_short(line.supporting),
        deadline=sentence_text(reading.deadline(line.deadline, line.next_round)),
        day=line.deadline.isoformat() if line.deadline is not None else _without_a_day(reading, line.next_round),
        left=_left(reading, line.left) if line.left is not None else "",
        overdue=line.overdue,
    )


def _open_end(line: GapLine) -> bool:
    """Whether nothing says by when a gap is mended."""
    return line.deadline is None and not line.next_round


def _without_a_day(reading: Reading, next_round: bool) -> str:
    return reading.word("before the next round") if next_round else reading.word("none set")


def _left(reading: Reading, days: int) -> str:
    """How far a deadline is, in days."""
    _ = reading.word
    if not days:
        return _("due today")
    return (_("{days} d left") if days > 0 else _("{days} d overdue")).format(days=abs(days))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _check(notice: Notice) -> None:
    told = Counter[str]()
    for each in notice.severities:
        told.update(gaps=each.gaps, overdue=each.overdue, undated=each.undated)
    compared = (
        ("gaps by severity", told["gaps"], notice.gaps),
        ("overdue gaps by severity", told["overdue"], notice.overdue),
        ("gaps without a deadline by severity", told["undated"], notice.undated),
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
    line = NoticeLine(1, 1, "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", False)
    severities = (SeverityRow("", 1, "", "", 0, 0), SeverityRow("", 1, "", "", 0, 0))
    return values_of(Notice("", "", "", "", "", "-", 2, 0, 0, "", severities, (line,), 1, 1, "", ""))


def notice_document(template: WordTemplate, notice: Notice) -> bytes:
    """The letter as a Word document. Raises UnusableTemplate."""
    return template.render(values_of(notice))
