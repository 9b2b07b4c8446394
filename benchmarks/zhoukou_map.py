"""Where the example city's sites lie, and the outlines of its districts: all of it made up, near the real city.

Corners are typed; the borders between them are broken at random, each the same from both sides.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from random import Random

from zhoukou_places import Site

Point = tuple[float, float]  # degrees of longitude and of latitude, in GCJ-02

CORNERS: dict[str, Point] = {
    "A": (114.560, 33.700), "B": (114.640, 33.760), "C": (114.740, 33.780), "D": (114.860, 33.790),
    "E": (114.950, 33.720), "F": (114.930, 33.610), "G": (114.850, 33.540), "H": (114.730, 33.520),
    "I": (114.620, 33.530), "J": (114.550, 33.600), "P": (114.650, 33.680), "Q": (114.745, 33.690),
    "R": (114.770, 33.620), "S": (114.710, 33.575), "T": (114.640, 33.600),
}  # fmt: skip
BORDERS = {"川汇区": "PQRST", "淮阳区": "CDEFRQ", "开发区": "APTSHIJ", "港区": "FGHSR", "示范区": "ABCQP"}
MIDDLES: dict[str, Point] = {
    "颍北街道": (114.690, 33.665), "荷塘街道": (114.726, 33.655), "文峰街道": (114.670, 33.635),
    "人民街道": (114.715, 33.622), "南关街道": (114.692, 33.608), "龙湖街道": (114.850, 33.735),
    "弦歌街道": (114.890, 33.700), "柳岸街道": (114.820, 33.690), "羲里街道": (114.870, 33.660),
    "光华街道": (114.600, 33.655), "兴业街道": (114.595, 33.605), "建设街道": (114.650, 33.560),
    "港口街道": (114.795, 33.575), "沙河街道": (114.850, 33.580), "学苑街道": (114.640, 33.718),
    "新安街道": (114.690, 33.738), "博雅街道": (114.718, 33.713),
}  # fmt: skip
REACH = (0.026, 0.022)  # how far from the middle of its sub-district a site lies at most
BESIDE = 0.0006  # how far from the site that it belongs to
# Kinds that are nowhere: they drive, or answer the telephone.
NOWHERE = ("公交车", "出租车", "服务举报热线")


def positions(sites: list[Site], seed: str) -> dict[str, Point]:
    """Where each site lies, by its number; sites that belong to another one lie beside it."""
    found: dict[str, Point] = {}
    by_name = {site.name: site for site in sites if not site.part_of}
    for site in sites:
        if site.kind in NOWHERE:
            continue
        found[site.number] = _around(MIDDLES[site.subdistrict], REACH, f"{seed}/{site.number}")
    for site in sites:
        if site.part_of:
            parent = found[by_name[site.part_of].number]
            found[site.number] = _around(parent, (BESIDE, BESIDE), f"{seed}/{site.number}")
    return found


def _around(middle: Point, reach: Point, seed: str) -> Point:
    luck = Random(seed)
    east, north = (sum(luck.random() for _ in range(4)) / 2 - 1 for _ in range(2))  # seldom far away
    return round(middle[0] + reach[0] * east, 5), round(middle[1] + reach[1] * north, 5)


def outlines(seed: str) -> str:
    """The outlines of the districts as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "Polygon", "coordinates": [list(_ring(corners, seed))]},
        }
        for name, corners in BORDERS.items()
    ]
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'


def _ring(corners: str, seed: str) -> Iterator[list[float]]:
    """A border around, back to where it began."""
    yield list(CORNERS[corners[0]])
    for one, other in pairwise(corners + corners[0]):
        first, last = sorted((one, other))
        line = _broken(CORNERS[first], CORNERS[last], 4, Random(f"{seed}/{first}{last}"))
        yield from map(list, line[1:] if first == one else line[-2::-1])


def _broken(start: Point, end: Point, times: int, luck: Random) -> list[Point]:
    """A straight line, its middle moved aside, and so each half of it."""
    if not times:
        return [start, end]
    aside = 0.24 * (luck.random() - 0.5)
    middle = (
        round((start[0] + end[0]) / 2 + aside * (start[1] - end[1]), 5),
        round((start[1] + end[1]) / 2 + aside * (end[0] - start[0]) * 0.7, 5),
    )
    return [*_broken(start, middle, times - 1, luck), *_broken(middle, end, times - 1, luck)[1:]]
