"""GCJ-02 and BD-09, in which Chinese maps are drawn, and the way from each to WGS-84.

GCJ-02 shifts positions within a rectangle around China by up to 700 m, BD-09 shifts those of GCJ-02 once more. The
formulas are not published by those who use them; these are the ones that are known since 2013 and agree with their
services (EvilTransform, https://github.com/googollee/eviltransform, MIT; BD-09 as in gcoord,
https://github.com/hujiulong/gcoord, MIT). Ways back are found by repetition, to less than 1e-9 degrees.
CGCS2000, of surveys since 2008, differs from WGS-84 by centimetres and is taken as the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duibiao.evaluator.intake.coordinates import LATITUDES, LONGITUDES
from duibiao.evaluator.submission import Crs

Degrees = NDArray[np.float64]
Pair = tuple[Degrees, Degrees]  # longitudes and latitudes

_AXIS: Final = 6_378_245.0  # of the Krasovsky ellipsoid, in metres
_SQUARED_ECCENTRICITY: Final = 0.00669342162296594323
_TURN: Final = np.pi * 3000 / 180
_TIMES: Final = 12  # each makes the error at least a hundred times smaller


def to_wgs84(lon: Degrees, lat: Degrees, crs: Crs) -> Pair:
    """Positions of ``crs`` in WGS-84; all in degrees."""
    if crs == "bd09":
        lon, lat = _back(gcj02_to_bd09, lon, lat)
    return _back(wgs84_to_gcj02, lon, lat) if crs in {"gcj02", "bd09"} else (lon, lat)


def wgs84_to_gcj02(lon: Degrees, lat: Degrees) -> Pair:
    """Positions of WGS-84 in GCJ-02; outside of the rectangle they are the same."""
    x, y = lon - 105, lat - 35
    waves = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    root = np.sqrt(np.abs(x))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (waves + _waves(x, 150, 300)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (waves + _waves(y, 160, 320)) * 2 / 3
    parallel = np.radians(lat)
    bulge = 1 - _SQUARED_ECCENTRICITY * np.sin(parallel) ** 2
    shift_east = np.degrees(east / (_AXIS / np.sqrt(bulge) * np.cos(parallel)))
    shift_north = np.degrees(north / (_AXIS * (1 - _SQUARED_ECCENTRICITY) / bulge**1.5))
    inside = (lon >= LONGITUDES[0]) & (lon <= LONGITUDES[1]) & (lat >= LATITUDES[0]) & (lat <= LATITUDES[1])
    return np.where(inside, lon + shift_east, lon), np.where(inside, lat + shift_north, lat)


def _waves(along: Degrees, slow: int, slowest: int) -> Degrees:
    turn = np.pi * along
    waves: Degrees = 20 * np.sin(turn) + 40 * np.sin(turn / 3)
    waves += slow * np.sin(turn / 12) + slowest * np.sin(turn / 30)
    return waves


def gcj02_to_bd09(lon: Degrees, lat: Degrees) -> Pair:
    """Positions of GCJ-02 in BD-09."""
    far = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _TURN)
    return far * np.cos(angle) + 0.0065, far * np.sin(angle) + 0.006


def _back(forth: Callable[[Degrees, Degrees], Pair], lon: Degrees, lat: Degrees) -> Pair:
    """The positions from which ``forth`` leads to these."""
    east, north = lon, lat
    for _ in range(_TIMES):
        there = forth(east, north)
        east, north = east - (there[0] - lon), north - (there[1] - lat)
    return east, north
