"""A workbook -> its visible sheets. It is opened in a process of its own, so that a hostile one ends only that."""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from duibiao.evaluator.intake.layout import Range
from duibiao.evaluator.intake.reasons import Refused
from duibiao.evaluator.intake.tables import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from duibiao.evaluator.intake.values import Broken, Cell

CHILD: Final = Path(__file__).with_name("workbook_cells.py")
TIMEOUT: Final = 600  # seconds
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, .et, and the wrapping of a protected .xlsx
_PROTECTED: Final = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its rows from A1 on, and its merged ranges."""

    name: str
    hidden: bool
    rows: list[list[Cell]]
    merged: list[Range]


class _Cells(pickle.Unpickler):
    """Reads what the child wrote: plain values and dates, nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "datetime" and name in {"date", "datetime", "time", "timedelta"}:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name}")


def _run(raw: bytes) -> dict[str, Any]:
    limits = [str(each) for each in (MAX_COLUMNS, MAX_ROWS, MAX_CELLS)]
    command = [sys.executable, "-P", str(CHILD), *limits]
    try:
        done = subprocess.run(command, input=raw, capture_output=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        raise Refused("workbook-too-large") from None
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or [""]
        if b"memory" in done.stderr.lower() or done.returncode < 0:
            raise Refused("workbook-too-large")
        raise Refused("workbook-damaged", reason=last[0][:200])
    result: dict[str, Any] = _Cells(io.BytesIO(done.stdout)).load()
    return result


def read_workbook(raw: bytes) -> list[Sheet]:
    """The sheets of an .xlsx file, hidden ones without rows. Formulas count by their stored results."""
    if raw.startswith(_COMPOUND):
        raise Refused("workbook-protected" if _PROTECTED in raw else "workbook-old")
    result = _run(raw)
    if "code" in result:
        raise Refused(result.pop("code"), **result)
    sheets = []
    for found in result["sheets"]:
        rows: list[list[Cell]] = found["rows"]
        for row, column, text in found["broken"]:
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = Broken(text)
        sheets.append(Sheet(found["name"], found["hidden"], rows, found["merged"]))
    return sheets
