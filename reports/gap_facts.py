"""What is told of a gap beside what was seen: texts with their labels. Blank ones are left out."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from duibiao.evaluator.cells import Cell
from duibiao.reports.figures import Sentence, loss_text, signed
from duibiao.reports.gap_lines import GapLine
from duibiao.reports.plain_text import plain_text, sentence_text
from duibiao.reports.reading import Reading, trimmed


def mending(reading: Reading, line: GapLine) -> tuple[str, ...]:
    """How grave it is, what is asked and how it is mended."""
    _ = reading.word
    return _told(
        reading,
        (_("Severity"), line.severity_word),
        (_("Asked for"), line.asked),
        (_("How it is mended"), line.remedy),
    )


def duties(reading: Reading, line: GapLine, points: Fraction) -> tuple[str, ...]:
    """Who mends it by when, what it costs of the criterion's ``points`` and of the total, what mending it brings."""
    _ = reading.word
    return _told(
        reading,
        (_("Lead unit"), line.lead),
        (_("Supporting units"), line.supporting),
        (_("Responsible leader"), line.leader),
        (_("In charge of mending"), line.in_charge),
        (_("Leader of the site"), line.site_leader),
        (_("Leader of the area"), line.area_leader),
        (_("Deadline"), reading.deadline(line.deadline, line.next_round)),
        (_("Points lost"), f"{trimmed(line.points)} / {trimmed(points)}"),
        (_("Points of the total lost"), loss_text(line.lost, reading.digits)),
        (_("Gain of the total if mended alone"), signed(line.gain) if line.gain is not None else ""),
    )


def standing_at(reading: Reading, cells: Iterable[Cell]) -> tuple[str, ...]:
    """The cells of the data."""
    _ = reading.word
    return _told(reading, (_("Where"), reading.listed(each.address for each in cells)))


def colon(reading: Reading) -> str:
    """The sign between two texts."""
    return "：" if reading.language == "zh-CN" else ": "


def _told(reading: Reading, *facts: tuple[str, str | Sentence]) -> tuple[str, ...]:
    texts = ((label, plain_text(text) if isinstance(text, str) else sentence_text(text)) for label, text in facts)
    return tuple(f"{label}{colon(reading)}{text}" for label, text in texts if text)
