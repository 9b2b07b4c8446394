"""Areas against the outline as values: where in the city what fails. Only cells below the pass mark have a colour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from duibiao.evaluator.assessment import HeatCell
from duibiao.evaluator.heat import DEPTH
from duibiao.reports.cards_view import ranking
from duibiao.reports.figures import Figure, say_text
from duibiao.reports.reading import Reading
from duibiao.reports.roman import plain_roman

STEPS = (Fraction(5), Fraction(15))  # points below the pass mark from which a cell is darker


@dataclass(frozen=True, slots=True)
class HeatFigure:
    """One cell: its score, how far below the pass mark as a tone h0..h3, and the counts behind it."""

    figure: Figure | None
    tone: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One place of the outline with the whole city's score and one cell for each area."""

    title: str
    number: str
    depth: int
    city: HeatFigure
    cells: tuple[HeatFigure, ...]


@dataclass(frozen=True, slots=True)
class HeatView:
    """The table: areas are the columns, in the order of their ranks."""

    areas: tuple[str, ...]
    rows: tuple[HeatRow, ...]

    @property
    def top(self) -> tuple[HeatRow, ...]:
        """The rows of the first depth."""
        return tuple(row for row in self.rows if row.depth == 0)


def heat_view(reading: Reading) -> HeatView | None:
    """The heat table; None where the data know no areas to compare."""
    assessment = reading.assessment
    compared = sorted(ranking(assessment), key=lambda each: (each[1].rank is None, each[1].rank or 0, each[1].id))
    if not compared or not assessment.heat:
        return None
    cells = {(cell.area, cell.place): (index, cell) for index, cell in enumerate(assessment.heat)}
    columns = [card.id for _index, card in compared]
    return HeatView(tuple(card.title for _index, card in compared), tuple(_rows(reading, cells, columns)))


def _rows(
    reading: Reading, cells: dict[tuple[str, str], tuple[int, HeatCell]], columns: list[str]
) -> Iterator[HeatRow]:
    places = {card.id: (index, card) for index, card in enumerate(reading.assessment.places)}
    for place, way in reading.ways.items():
        if len(way) > DEPTH or place not in places:
            continue
        index, card = places[place]
        yield HeatRow(
            title=card.title,
            number=plain_roman(place),
            depth=len(way) - 1,
            city=_figure(reading, card.score, f"places.{index}", card.tally.met, card.tally.counted),
            cells=tuple(_cell(reading, cells.get((area, place))) for area in columns),
        )


def _cell(reading: Reading, found: tuple[int, HeatCell] | None) -> HeatFigure:
    if found is None:
        return HeatFigure(None, "")
    index, cell = found
    return _figure(reading, cell.score, f"heat.{index}", cell.tally.met, cell.tally.counted)


def _figure(reading: Reading, score: Fraction | None, path: str, met: int, counted: int) -> HeatFigure:
    shown = reading.score(score, f"{path}.score")
    if shown is None or score is None:
        return HeatFigure(None, "")
    _ = reading.word
    of = say_text(_("conformity: {met} of {counted} findings met"), met=str(met), counted=str(counted))
    below = reading.pass_mark - score
    tone = "" if below <= 0 else f"h{1 + sum(below > step for step in STEPS)}"
    return HeatFigure(Figure(shown.text, shown.path, of=of), tone)
