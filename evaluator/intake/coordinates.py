"""Where sites lie: 经度 and 纬度 of a register. What cannot be used is noted and costs no row: only a map needs it."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from typing import Final

from duibiao.evaluator.intake.column import Column, constant, zipped
from duibiao.evaluator.intake.names import clean
from duibiao.evaluator.intake.reading import Reading
from duibiao.evaluator.intake.reasons import note
from duibiao.evaluator.intake.values import Cell, says_nothing, text_of
from duibiao.evaluator.submission import COORDINATES

Position = tuple[float, float]  # degrees of longitude and of latitude

# The rectangle in which GCJ-02 and BD-09 are shifted against WGS-84. No longitude in it is also a latitude in it.
LONGITUDES: Final = (72.004, 137.8347)
LATITUDES: Final = (0.8293, 55.8271)
_AXES: Final = {"lon": ("东经", "E", "e"), "lat": ("北纬", "N", "n")}
_DEGREES: Final = re.compile(
    r"""(-?[0-9]+(?:\.[0-9]+)?)\s*(?:[°度]\s*(?:([0-9]+(?:\.[0-9]+)?)\s*[′'’分]\s*"""
    r"""(?:([0-9]+(?:\.[0-9]+)?)\s*(?:″|′′|''|’’|"|”|秒))?)?)?"""
)
_BETWEEN: Final = re.compile(r"\s*[,;、/|]\s*|\s+")


def read_positions(reading: Reading) -> Column[Position | None]:
    """The position that each row gives, None where it gives none that can be used; the reasons are noted."""
    cells = zipped(*(reading.cells(meaning) or constant(None, len(reading)) for meaning in COORDINATES))
    judged = cells.map(_position)
    faults: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row, number in judged.rows_of([number for number, found in enumerate(judged.values) if isinstance(found, str)]):
        faults[str(judged.values[number])].append((row, number))
    for code, rows in faults.items():
        row, number = min(rows)
        value = " ".join(text_of(cell) for cell in cells.values[number] if not says_nothing(cell))
        meaning = next(meaning for meaning in COORDINATES if meaning in reading.columns)
        reading.notes.append(note(code, reading.cell(row, meaning), count=len(rows), value=value))
    return judged.map(lambda found: None if isinstance(found, str) else found)


def lies_in_china(lon: float, lat: float) -> bool:
    """Whether a position lies in the rectangle around China."""
    return LONGITUDES[0] <= lon <= LONGITUDES[1] and LATITUDES[0] <= lat <= LATITUDES[1]


def _position(cells: tuple[Cell, Cell, Cell]) -> Position | str | None:
    """The position that 经度, 纬度 and 经纬度 of one row give, or the code of what is wrong with it."""
    lon, lat, both = cells
    if says_nothing(lon) and says_nothing(lat):
        if says_nothing(both):
            return None
        lon, lat = (*_BETWEEN.split(clean(text_of(both)), maxsplit=1), None)[:2]
    if says_nothing(lon) or says_nothing(lat):
        return "coordinates-half"
    east, north = _degrees(lon, "lon"), _degrees(lat, "lat")
    if east is None or north is None:
        return "coordinates-unreadable"
    if lies_in_china(east, north):
        return east, north
    return "coordinates-swapped" if lies_in_china(north, east) else "coordinates-outside"


def _degrees(cell: Cell, axis: str) -> float | None:
    """The degrees that a cell gives: 114.65, 114.65°E, 东经114°39′, 114°39′0″; None where it gives none."""
    text = clean(text_of(cell))
    for sign in _AXES[axis]:
        text = text.removeprefix(sign).removesuffix(sign)
    found = _DEGREES.fullmatch(text.strip())
    if found is None:
        return None
    whole, minutes, seconds = (Decimal(part or 0) for part in found.groups())
    return float(whole + minutes / 60 + seconds / 3600) if max(minutes, seconds) < 60 else None
