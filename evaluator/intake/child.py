"""Files that could harm the process that opens them are opened in a child process with limits of memory and time."""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any, Final, Literal

from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.reasons import Refused

Opened = Literal["workbook", "parquet"]
HERE: Final = Path(__file__).parent
_DATES: Final = {"date", "datetime", "time", "timedelta"}


class _Values(pickle.Unpickler):
    """Reads what the child wrote: plain values and dates, nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "datetime" and name in _DATES:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name}")


def open_in_child(kind: Opened, raw: bytes, limits: Limits, *more: str) -> dict[str, Any]:
    """What the script of a ``kind`` (``workbook_cells.py``, ``parquet_cells.py``) makes of the bytes of a file.

    ``more`` are arguments of that script. Raises ``Refused`` for what it refuses, and where a limit ended it; whatever
    a damaged file does to the child, it does to nothing else.
    """
    asked = (limits.memory, limits.seconds, limits.unpacked, limits.columns, limits.rows, limits.cells)
    command = [sys.executable, "-P", str(HERE / f"{kind}_cells.py"), *map(str, asked), *more]
    try:
        done = subprocess.run(command, input=raw, capture_output=True, timeout=2 * limits.seconds, check=False)
    except subprocess.TimeoutExpired:
        raise Refused(f"{kind}-too-large") from None
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or [""]
        if b"memory" in done.stderr.lower() or done.returncode < 0:
            raise Refused(f"{kind}-too-large")
        raise Refused(f"{kind}-damaged", reason=last[0][:200])
    result: dict[str, Any] = _Values(io.BytesIO(done.stdout)).load()
    if "code" in result:
        raise Refused(result.pop("code"), **result)
    return result
