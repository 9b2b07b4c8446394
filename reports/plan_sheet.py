"""The sheet 先改 of a workbook of gaps: the steps of the plan in their order, and those beyond it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from duibiao.evaluator.official_draws import NoForecast
from duibiao.reports.figures import half_up, score_text
from duibiao.reports.forecast_words import REASONS
from duibiao.reports.gap_lines import GapLine
from duibiao.reports.plain_text import LONGEST, plain_text, sentence_text
from duibiao.reports.plan_steps import PlacedStep, plan_steps
from duibiao.reports.plan_view import beyond, plan_title, promise, unit_text
from duibiao.reports.reading import Reading
from duibiao.reports.sheet import CELL, CENTRED, DECIMALS, TEXT, Cell, Look, begin, end, height, number, put
from duibiao.reports.terminal_plan import chance_line, step_title
from duibiao.reports.words import N_

# Header, width, and how the column looks; all stand on paper. The chance is left out where nothing is known of it.
COLUMNS: Final[tuple[tuple[str, int, str], ...]] = (
    (N_("Step"), 5, "whole"),
    (N_("Stage"), 10, "stage"),
    (N_("Who mends it"), 16, "text"),
    (N_("Ledger no."), 8, "ledger"),
    (N_("Site"), 17, "text"),
    (N_("Criterion"), 18, "text"),
    (N_("What was seen"), 27, "text"),
    (N_("How it is mended"), 26, "text"),
    (N_("Gaps"), 6, "whole"),
    (N_("Person-days"), 7, "days"),
    (N_("Gain of the total"), 9, "gain"),
    (N_("Gain a person-day"), 9, "gain"),
    (N_("Total after"), 9, "total"),
    (N_("Chance to reach the mark"), 9, "chance"),
)
FROZEN: Final = 3
NAMED: Final = 5  # sites, and what was seen there
NUMBERS: Final = 40  # of the ledger, where the others are looked up; a row cannot be higher
_READ: Final = frozenset({"ledger", "text"})  # a row is as high as these need
_GROUNDS: Final = {False: "#C6E0B4", True: "#DDEBF7"}  # of the stages
_FORMATS: Final[Mapping[str, Look]] = {
    "whole": CENTRED | {"num_format": "0"},
    "ledger": CENTRED | {"num_format": "0"},
    "text": CELL | TEXT,
    "days": CELL | {"num_format": "0.0#####"},
    "gain": CELL | {"num_format": "[=0]0;[<0.00005]+0.000000;+0.0000"},
    "chance": CELL | {"num_format": '[<0.001]"<0.1%";[>0.999]">99.9%";0.0%'},  # never 0 or 100, as on the page
}


def write_plan(book: Any, reading: Reading, lines: Sequence[GapLine]) -> None:
    """Add the sheet; ``lines`` have the gaps of all steps. Without a plan, or a step, there is none."""
    steps = plan_steps(reading.assessment)
    if not steps:
        return
    _ = reading.word
    left_out = "chance" if reading.assessment.assurance is None else ""
    columns = [(_(header), width) for header, width, kind in COLUMNS if kind != left_out]
    sheet = book.add_worksheet(_("Mend first"))
    title = _("What to mend first")
    head = begin(book, sheet, title, [*_said(reading)], columns)
    looks = {kind: book.add_format(look) for kind, look in _FORMATS.items()}
    stages = {each: book.add_format(CENTRED | TEXT | {"bg_color": ground}) for each, ground in _GROUNDS.items()}
    gaps = {reading.assessment.gaps[line.ledger - 1].id: line for line in lines}
    totals = _Totals(book, reading)
    for row, each in enumerate(steps, head + 1):
        cells = _cells(reading, each, [gaps[gap] for gap in each.step.gaps])
        kinds = {"stage": stages[each.beyond], "total": totals.look(each.step.total), **looks}
        told = [(cell, column) for cell, column in zip(cells, COLUMNS, strict=True) if column[2] != left_out]
        sheet.set_row(row, height((str(cell), width) for cell, (_header, width, kind) in told if kind in _READ))
        for place, (cell, (_header, _width, kind)) in enumerate(told):
            put(sheet, row, place, cell, kinds[kind])
    end(sheet, reading, title, head, head + len(steps), FROZEN, len(columns), len(columns))


class _Totals:
    """The formats of totals: as many decimals as the page shows, so that none looks like a mark it did not reach."""

    def __init__(self, book: Any, reading: Reading) -> None:
        plan = reading.assessment.plan
        own = [plan.mark] if plan is not None and plan.mark is not None else []
        self.book, self.digits, self.bounds = book, reading.digits, (*reading.bounds, *own)

    def look(self, total: Fraction) -> Any:
        """The format of one total; the cell keeps all of its decimals."""
        _whole, point, decimals = score_text(total, self.digits, self.bounds).partition(".")
        return self.book.add_format(CELL | {"num_format": f"0{point}{'0' * len(decimals)}"})


def _said(reading: Reading) -> Iterator[str]:
    """What the plan promises, how sure it makes its mark, and what the columns of totals and chances say."""
    _, assessment = reading.word, reading.assessment
    plan, sure, forecast = assessment.plan, assessment.assurance, assessment.forecast
    assert plan is not None  # there are steps
    day = _("Round {round}, as of {day}").format(round=reading.round(), day=assessment.as_of.isoformat())
    promised = [sentence_text(each) for each in promise(reading, plan)]
    provisional = reading.provisional()
    told = [day, plan_title(reading, plan), *promised, *([sentence_text(provisional)] if provisional else [])]
    yield plain_text(" · ".join(told))
    chances = []
    if sure is not None:
        chances.append(chance_line(sure, _))
        if sure.more is not None:
            chances.append(sentence_text(beyond(reading, sure, sure.more)))
        chances.append(_("The chance is simulated after the last step of the plan and after the last of all."))
    elif isinstance(forecast, NoForecast):
        chances.append(_("Official draw: {reason}").format(reason=_(REASONS[forecast.reason])))
    if chances:
        yield plain_text(" · ".join(chances))
    yield _("Totals are made anew, exact, with all steps so far carried out and all else as it is.")


def _cells(reading: Reading, placed: PlacedStep, lines: Sequence[GapLine]) -> tuple[Cell, ...]:
    """The row of a step; ``lines`` are its gaps."""
    _, assessment, step = reading.word, reading.assessment, placed.step
    sites = list(dict.fromkeys(line.site for line in lines))
    seen = [f"{line.site}{_(': ')}{line.seen}" for line in lines] if len(lines) > 1 else [lines[0].seen]
    return (
        placed.number,
        _(placed.stage),
        plain_text(unit_text(reading, step.unit)),
        lines[0].ledger if len(lines) == 1 else _first(reading, [str(line.ledger) for line in lines], NUMBERS, ", "),
        _first(reading, sites, NAMED, "\n"),
        plain_text(step_title(assessment.criteria[step.criterion].title, step, _)),
        _first(reading, seen, NAMED, "\n"),
        "\n".join(dict.fromkeys(line.remedy for line in lines))[:LONGEST],
        len(lines),
        number(step.days),
        number(step.gain),
        number(step.gain / step.days),
        float(half_up(step.total, max(DECIMALS, reading.digits))),
        number(placed.chance),
    )


def _first(reading: Reading, texts: Sequence[str], most: int, between: str) -> str:
    """The first of some texts, and how many more there are."""
    more = len(texts) - most
    rest = "\n" + reading.word("... and {count} more").format(count=more) if more > 0 else ""
    return between.join(texts[:most])[: LONGEST - len(rest)] + rest
