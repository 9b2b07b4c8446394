"""The peak memory of this process by itself: not what the one that started it had."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")


def _line(name: str) -> float | None:
    if not _STATUS.exists():
        return None
    lines = [line for line in _STATUS.read_text("ascii").splitlines() if line.startswith(f"{name}:")]
    return int(lines[0].split()[1]) / 1024 if lines else None


def peak() -> float:
    """The largest resident memory so far, in MB of 2^20 bytes."""
    told = _line("VmHWM")  # getrusage would count the process that started this one
    return told if told is not None else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def held() -> float:
    """The resident memory now, in MB of 2^20 bytes; the peak where the system does not tell."""
    told = _line("VmRSS")
    return told if told is not None else peak()
