"""The gaps in formats that other programs read, beside the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from duibiao.evaluator.cells import Cell
from duibiao.reports.gaps_junit import gaps_junit
from duibiao.reports.gaps_sarif import gaps_sarif
from duibiao.reports.reading import Reading

GAP_FORMATS: Final[Mapping[str, tuple[str, Callable[[Reading, Mapping[str, tuple[Cell, ...]]], str]]]] = {
    "junit": ("gaps.junit.xml", gaps_junit),
    "sarif": ("gaps.sarif", gaps_sarif),
}


def write_gap_formats(
    folder: Path, reading: Reading, cells: Mapping[str, tuple[Cell, ...]], formats: Iterable[str]
) -> Iterator[str]:
    """Write the gaps into ``folder`` in each of these formats; the names of the files. Raises OSError."""
    for each in dict.fromkeys(formats):
        name, text = GAP_FORMATS[each]
        (folder / name).write_bytes(text(reading, cells).encode())
        yield name
