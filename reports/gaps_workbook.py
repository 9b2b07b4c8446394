"""Gaps -> a workbook to work through: filter, drop-downs for the state, deadlines, colours that have their words.

Numbers, dates and texts only: no cell is a formula or a link, whatever the data hold.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from duibiao.criteria.language import Language, translations
from duibiao.criteria.models import Severity
from duibiao.evaluator.assessment import Assessment
from duibiao.reports import words as vocabulary
from duibiao.reports.deadline_rule import deadline_rule
from duibiao.reports.gap_lines import GapLine, gap_lines
from duibiao.reports.plain_text import plain_text, sentence_text
from duibiao.reports.plan_sheet import write_plan
from duibiao.reports.reading import Reading
from duibiao.reports.sheet import CELL, CENTRED, MADE, TEXT, Cell, begin, end, height, number, put
from duibiao.reports.words import N_

ROWS: Final = 1_000_000  # a sheet holds few more; such a list is not written, and that is said
MANY: Final = 50_000  # from here on rows go to the disk as they are written, for want of memory
STATES: Final = (N_("not mended"), N_("being mended"), N_("mended"), N_("asks to be struck off"))
HEADER: Final = 2  # the row of the header; above it stand the title and what the list counts
_GROUNDS: Final[dict[Severity, str]] = {"high": "#F8CBAD", "medium": "#FFE699", "low": "#E2EFDA"}
_OVERDUE: Final = "#F8CBAD"
_SOON: Final = "#FFE699"
_SOON_DAYS: Final = 1
_STATE_GROUNDS: Final = ("#FFFFFF", "#DDEBF7", "#C6E0B4", "#D9D9D9")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, how wide it is, and what of a gap it shows."""

    header: str
    width: int
    kind: str
    value: Callable[[GapLine], Cell]


# On paper stand the columns as far as 备注, as wide as an A4 page holds at full size; behind them is what else is read,
# counted and looked up.
COLUMNS: Final = (
    Column(N_("Ledger no."), 8, "whole", lambda line: line.ledger),
    Column(N_("Site"), 18, "text", lambda line: line.site),
    Column(N_("Criterion"), 16, "text", lambda line: line.criterion),
    Column(N_("What was seen"), 28, "text", lambda line: line.seen),
    Column(N_("How it is mended"), 28, "text", lambda line: line.remedy),
    Column(N_("Deadline"), 11, "deadline", lambda line: line.deadline),
    Column(N_("State"), 11, "state", lambda _line: None),
    Column(N_("Remarks"), 16, "note", lambda _line: None),
    Column(N_("Days left"), 11, "left", lambda line: line.left),
    Column(N_("Severity"), 9, "severity", lambda line: line.severity_word),
    Column(N_("Asked for"), 28, "text", lambda line: line.asked),
    Column(N_("Area"), 14, "text", lambda line: line.area),
    Column(N_("Lead unit"), 15, "text", lambda line: line.lead),
    Column(N_("Supporting units"), 15, "text", lambda line: line.supporting),
    Column(N_("Responsible leader"), 11, "text", lambda line: line.leader),
    Column(N_("In charge of mending"), 11, "text", lambda line: line.in_charge),
    Column(N_("Result of the finding"), 10, "text", lambda line: line.status_word),
    Column(N_("Seen on"), 11, "day", lambda line: line.seen_on),
    Column(N_("Points of the criterion lost"), 9, "number", lambda line: number(line.points)),
    Column(N_("The same in points of the total"), 12, "number", lambda line: number(line.lost)),
    Column(N_("Gain of the total if mended alone"), 12, "number", lambda line: number(line.gain)),
    Column(N_("Site type"), 14, "text", lambda line: line.kind),
    Column(N_("Site number"), 12, "text", lambda line: line.key),
    Column(N_("Leader of the site"), 12, "text", lambda line: line.site_leader),
    Column(N_("Leader of the area"), 14, "text", lambda line: line.area_leader),
    Column(N_("Photos"), 20, "text", lambda line: line.photos),
)
# A unit's own list is numbered by itself.
UNIT_COLUMNS: Final = (Column(N_("No."), 6, "whole", lambda line: line.number), *COLUMNS)
ON_PAPER: Final = 8
FROZEN: Final = 2
_READ: Final = 16  # the columns that are read as a whole, so that a row is as high as their texts need
_WRAPPED: Final = tuple(each for each in COLUMNS[:_READ] if each.kind == "text")


def gaps_workbook(
    reading: Reading,
    title: str,
    lines: Sequence[GapLine],
    columns: Sequence[Column] = COLUMNS,
    *,
    planned: bool = False,
) -> bytes | None:
    """The workbook of these gaps under a title; ``columns`` end with COLUMNS.

    With ``planned`` a sheet follows with what to mend first, where there is a plan: its gaps are among ``lines``. None
    where there are more gaps than a sheet holds.
    """
    if len(lines) > ROWS:
        return None
    import xlsxwriter  # type: ignore[import-untyped]

    raw = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    room = {"constant_memory": True} if len(lines) > MANY else {"in_memory": True}
    with xlsxwriter.Workbook(raw, room | plain) as book:
        book.set_properties({"title": title, "created": MADE})
        sheet = book.add_worksheet(reading.word("Gaps to mend"))
        _write(book, sheet, reading, title, lines, columns)
        if planned:
            write_plan(book, reading, lines)
    return raw.getvalue()


def write_gaps(folder: Path, assessment: Assessment, language: Language | None = None) -> bool:
    """Write gaps.xlsx, the gaps of the whole city; False where they are more than a sheet holds. Raises OSError."""
    reading = Reading(assessment, translations(language or assessment.catalogue.head.language), "none")
    _ = reading.word
    made = gaps_workbook(reading, _("Gaps of the whole city"), gap_lines(reading), planned=True)
    if made is not None:
        (folder / "gaps.xlsx").write_bytes(made)
    return made is not None


class _Formats:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Any, reading: Reading) -> None:
        _ = reading.word
        # the figure stays a figure, to sort and filter by; its format says the words
        days = ";".join(
            f'"{before}"0"{after}"'
            for before, after in (_("{days} d left").split("{days}"), _("{days} d overdue").split("{days}"))
        ) + ';"{}"'.format(_("due today"))
        self.of: dict[str, Any] = {
            **dict.fromkeys(("text", "note"), book.add_format(CELL | TEXT)),
            "state": book.add_format(CENTRED | TEXT),
            "whole": book.add_format(CENTRED | {"num_format": "0"}),
            **dict.fromkeys(("day", "deadline"), book.add_format(CENTRED | {"num_format": "yyyy-mm-dd"})),
            "number": book.add_format(CELL | {"num_format": "0.00####"}),
            "left": book.add_format(CENTRED | {"num_format": days}),
            "soon": book.add_format(CENTRED | {"num_format": days, "bg_color": _SOON}),
            "overdue": book.add_format(CENTRED | {"num_format": days, "bg_color": _OVERDUE, "bold": True}),
        }
        self.severities = {each: book.add_format(CENTRED | {"bg_color": _GROUNDS[each]}) for each in _GROUNDS}
        self.states = [book.add_format({"bg_color": each}) for each in _STATE_GROUNDS]


def _write(
    book: Any, sheet: Any, reading: Reading, title: str, lines: Sequence[GapLine], columns: Sequence[Column]
) -> None:
    _, formats = reading.word, _Formats(book, reading)
    before = len(columns) - len(COLUMNS)
    begin(book, sheet, title, [counted(reading, lines)], [(_(each.header), each.width) for each in columns])
    state, none_set, next_round = _(STATES[0]), _("none set"), _("before the next round")
    for row, line in enumerate(lines, HEADER + 1):
        sheet.set_row(row, height((str(each.value(line) or ""), each.width) for each in _WRAPPED))
        blank = {"state": state, "deadline": next_round if line.next_round else none_set}
        for place, column in enumerate(columns):
            value = column.value(line)
            if value is None:
                value = blank.get(column.kind)
            put(sheet, row, place, value, _format(column.kind, line, formats))
    last = HEADER + max(len(lines), 1)
    _add_states(sheet, reading, next(n for n, each in enumerate(columns) if each.kind == "state"), last, formats)
    end(sheet, reading, title, HEADER, last, before + FROZEN, before + ON_PAPER, len(columns))


def counted(reading: Reading, lines: Sequence[GapLine]) -> str:
    """What a list holds: how many gaps, how severe, how many overdue, as of when, and how deadlines are counted."""
    _ = reading.word
    severities = Counter(line.severity for line in lines)
    told = [
        _("Round {round}, as of {day}").format(round=reading.round(), day=reading.assessment.as_of.isoformat()),
        _("{n} gaps").format(n=len(lines)),
        _("severity") + " " + reading.listed(f"{_(vocabulary.SEVERITY[each])} {severities[each]}" for each in _GROUNDS),
        _("{n} overdue").format(n=sum(line.overdue for line in lines)),
        sentence_text(deadline_rule(reading, reading.assessment.as_of.isoformat())),
    ]
    provisional = reading.provisional()
    if provisional is not None:
        told.append(sentence_text(provisional))
    return plain_text(" · ".join(told))


def _format(kind: str, line: GapLine, formats: _Formats) -> Any:
    if kind == "severity":
        return formats.severities[line.severity]
    if kind == "left" and line.left is not None and line.left <= _SOON_DAYS:
        return formats.of["overdue" if line.overdue else "soon"]
    return formats.of[kind]


def _add_states(sheet: Any, reading: Reading, column: int, last: int, formats: _Formats) -> None:
    """The drop-down of the state, and the ground that each word of it takes."""
    _ = reading.word
    words = [_(each) for each in STATES]
    sheet.data_validation(
        HEADER + 1, column, last, column,
        {"validate": "list", "source": words, "error_title": _("State"), "error_message": _("one of the words")},
    )  # fmt: skip
    for word, ground in zip(words, formats.states, strict=True):
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": ground}
        sheet.conditional_format(HEADER + 1, column, last, column, rule)
