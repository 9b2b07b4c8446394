"""How time grows: the exponent of a power law through measured points."""

from __future__ import annotations

from collections.abc import Mapping
from math import log


def exponent(points: Mapping[int, float]) -> float | None:
    """The slope of log(time) over log(size) by least squares: 1 is in proportion. None of fewer than two sizes."""
    if len(points) < 2:
        return None
    xs = [log(size) for size in points]
    ys = [log(time) for time in points.values()]
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - x_mean) ** 2 for x in xs)
    return sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True)) / spread


def foreseen(part: tuple[int, float], whole: tuple[int, float], size: int) -> float:
    """The time that ``size`` would take if every further row took what those from ``part`` to ``whole`` (size, time)
    took each; what it takes to begin is not multiplied."""
    (less, sooner), (more, later) = part, whole
    return later + max(0.0, later - sooner) / (more - less) * (size - more)
