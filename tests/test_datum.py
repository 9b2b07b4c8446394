"""GCJ-02 and BD-09: known pairs, there and back, and how far they lie apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duibiao.evaluator.datum import gcj02_to_bd09, to_wgs84, wgs84_to_gcj02
from duibiao.evaluator.submission import Crs

LONGITUDES, LATITUDES = st.floats(73.5, 135), st.floats(3.5, 53.5)  # China with its islands


def at(lon: float, lat: float) -> tuple[np.ndarray, np.ndarray]:
    """One position."""
    return np.array([lon]), np.array([lat])


def pair(found: tuple[np.ndarray, np.ndarray]) -> tuple[float, float]:
    """The one position that was found."""
    return float(found[0][0]), float(found[1][0])


# Pairs that the test suites of other programs print: coordtransform (wandergis), eviltransform's README.
def test_known_pairs() -> None:
    assert pair(gcj02_to_bd09(*at(116.404, 39.915))) == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-9)
    assert pair(wgs84_to_gcj02(*at(116.404, 39.915))) == pytest.approx(
        (116.41024449916938, 39.91640428150164), abs=1e-9
    )


@pytest.mark.parametrize("crs", ["wgs84", "cgcs2000"])
def test_wgs84_and_cgcs2000_stay(crs: Crs) -> None:
    assert pair(to_wgs84(*at(114.65, 33.62), crs)) == (114.65, 33.62)


def test_outside_of_the_rectangle_nothing_is_shifted() -> None:
    assert pair(wgs84_to_gcj02(*at(2.35, 48.86))) == (2.35, 48.86)


@given(LONGITUDES, LATITUDES)
def test_there_and_back(lon: float, lat: float) -> None:
    gcj = wgs84_to_gcj02(*at(lon, lat))
    assert pair(to_wgs84(*gcj, "gcj02")) == pytest.approx((lon, lat), abs=1e-9)
    assert pair(to_wgs84(*gcj02_to_bd09(*gcj), "bd09")) == pytest.approx((lon, lat), abs=1e-9)


@given(LONGITUDES, LATITUDES)
def test_the_shift_is_one_of_a_street_and_never_of_a_town(lon: float, lat: float) -> None:
    east, north = pair(wgs84_to_gcj02(*at(lon, lat)))
    assert 1e-5 < abs(east - lon) + abs(north - lat) < 0.03


def test_many_at_once_are_as_each_alone() -> None:
    lon, lat = np.linspace(75, 134, 50), np.linspace(5, 53, 50)
    together = to_wgs84(lon, lat, "bd09")
    alone = [pair(to_wgs84(*at(*each), "bd09")) for each in zip(lon, lat, strict=True)]
    assert np.allclose(np.column_stack(together), alone, rtol=0, atol=1e-12)
