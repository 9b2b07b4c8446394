"""From what day deadlines are counted, and to what day what is left of them: the same words wherever they stand."""

from __future__ import annotations

from duibiao.reports import words as vocabulary
from duibiao.reports.figures import Figure, Sentence, say, say_text
from duibiao.reports.reading import Reading


def deadline_rule(reading: Reading, day: str) -> Sentence:
    """How many days from the inspection each severity has, what goes before that, and the ``day`` of the assessment."""
    _ = reading.word
    deadlines = reading.listed(
        say_text(_("{severity} {days} d"), severity=_(vocabulary.SEVERITY[key]), days=str(days))
        for key, days in reading.assessment.catalogue.score.deadlines.items()
    )
    text = _(
        "Deadlines count from the day of inspection (by severity: {deadlines}); a deadline that the criterion or "
        "the data give goes before. Days left and overdue are those on {day}."
    )
    if not deadlines:
        text = _("Deadlines are those that the data give. Days left and overdue are those on {day}.")
    return say(text, deadlines=deadlines, day=Figure(day))
