"""What the command line prints of the official draw and of what to do: the sentences on top of the city page."""

from __future__ import annotations

from collections.abc import Iterator

from duibiao.criteria.language import Language, translations
from duibiao.evaluator.assessment import Assessment
from duibiao.reports.advice_view import advice_of, cheapest_way, likely
from duibiao.reports.forecast_words import plain_sentence
from duibiao.reports.plain_text import plain_text
from duibiao.reports.reading import Reading


def advice_text(assessment: Assessment, spoken: Language) -> str:
    """The interval of the total with the chance to pass, what passes, and three sentences; what there is of them."""
    return "".join(f"{plain_text(line)}\n" for line in _lines(Reading(assessment, translations(spoken), "none")))


def _lines(reading: Reading) -> Iterator[str]:
    for sentence in (likely(reading), cheapest_way(reading)):
        if sentence:
            yield plain_sentence(sentence)
    for number, each in enumerate(advice_of(reading), 1):
        yield f"  {number}. {plain_sentence(each.sentence)}"
