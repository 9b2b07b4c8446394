"""How large data may be before it is refused, so that a hostile file does no harm; an option raises all limits."""

from __future__ import annotations

from dataclasses import dataclass, fields

from duibiao.evaluator.intake.reasons import Refused


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one file and of one table; ``memory`` (bytes) and ``seconds`` hold for the process that opens a file."""

    bytes: int = 200_000_000
    unpacked: int = 1_000_000_000  # bytes that a zip file or a workbook holds
    members: int = 10_000  # files in a zip file
    columns: int = 2_000
    rows: int = 5_000_000
    cells: int = 50_000_000
    memory: int = 1 << 30
    seconds: int = 60

    def times(self, factor: float) -> Limits:
        """All limits, ``factor`` times as high."""
        return Limits(**{each.name: int(getattr(self, each.name) * factor) for each in fields(self)})

    def check(self, rows: int, columns: int) -> None:
        """Raise ``Refused`` for a table beyond the limits."""
        if columns > self.columns:
            raise Refused("too-many-columns", count=columns, limit=self.columns)
        if rows > self.rows:
            raise Refused("too-many-rows", count=rows, limit=self.rows)
        if rows * columns > self.cells:
            raise Refused("too-many-cells", limit=self.cells)
