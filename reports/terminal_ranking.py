"""The areas in their places, on the command line, and how firmly each holds its own."""

from __future__ import annotations

from collections.abc import Iterator

from duibiao.evaluator.assessment import Scorecard
from duibiao.reports.cards_view import ranking
from duibiao.reports.figures import Figure, loss_digits, loss_text
from duibiao.reports.firmness_view import held_share, kept_note, loose_places, moving_notes, reach
from duibiao.reports.forecast_words import plain_sentence
from duibiao.reports.reading import Reading
from duibiao.reports.terminal_table import table_text


def ranking_text(reading: Reading) -> str:
    """The ranking of the highest level that has several areas, those with a place first; a line where there is none."""
    _, cards = reading.word, ranking(reading.assessment)
    if not cards:
        return _("There is no level with several areas, so nothing is ranked.") + "\n"
    heads = (
        _("Rank"), _("Area"), _("Score"), _("Level"), _("Points of the total lost"), _("Place kept"),
        _("Places it may get"),
    )  # fmt: skip
    placed = sorted(cards, key=lambda each: (each[1].rank is None, each[1].rank))
    digits = loss_digits((card.lost for _index, card in cards if card.lost is not None), reading.digits)
    table = table_text(heads, [_row(reading, index, card, digits) for index, card in placed], right=(0, 2, 4, 5))
    return table + "".join(f"{line}\n" for line in _notes(reading))


def _row(reading: Reading, index: int, card: Scorecard, digits: int) -> tuple[str, ...]:
    may = reach(reading, card.id)
    return (
        str(card.rank) if card.rank is not None else "-",
        card.title,
        _text(reading.score(card.score, f"areas.{index}.score")),
        card.level or "-",
        loss_text(card.lost, digits) if card.lost is not None else "-",
        _text(held_share(reading, card.id)),
        plain_sentence(may) if may is not None else "-",
    )


def _text(figure: Figure | None) -> str:
    return figure.text if figure is not None else "-"


def _notes(reading: Reading) -> Iterator[str]:
    """What a place kept means, which places are not firm, and what moves them."""
    for each in (kept_note(reading), loose_places(reading), *moving_notes(reading)):
        if each is not None:
            yield plain_sentence(each)
