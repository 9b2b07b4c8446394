"""The map: sites as points in the colour and shape of their level, on the outlines of areas where these were given.

Everything is turned into WGS-84 and drawn by an equirectangular projection true at the middle parallel: a degree of
longitude is as much shorter than one of latitude as it is there. Within a city lengths are true to a per cent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import polars as pl

from duibiao.evaluator.assessment import SiteResult
from duibiao.evaluator.submission import Crs
from duibiao.reports.figures import Figure, Sentence, say, say_text
from duibiao.reports.reading import Mark, Reading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from shapely import MultiPolygon

    Degrees = NDArray[np.float64]

WIDTH: Final = 4000  # units of the drawing from its left to its right; so that points need no decimals
TALLEST: Final = 3400
MARGIN: Final = 120
LEAST: Final = 500  # metres that a drawing spans at least
FAR: Final = 500_000  # metres from the middle of the sites; farther away is no city
BEYOND: Final = 0.2  # of the width of all outlines, around them
EARTH: Final = 6_371_008.8  # mean radius in metres
OUTLINE_BYTES: Final = 45_000
MANY: Final = 1500  # sites from which points are drawn smaller
DOT: Final = 40  # units from the middle of a dot, so that a name beside it can be read
LABELLED: Final = 110  # units: the least radius of the largest circle inside a shape that has room for a name
BAR: Final = 0.25  # of the width, for the scale at most
NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Points:
    """The sites of one level: their points as one path, and in that order where they stand in ``Assessment.sites``."""

    mark: Mark
    count: Figure
    path: str
    sites: str


@dataclass(frozen=True, slots=True)
class Shape:
    """An outline; ``left`` and ``top`` in per cent say where its name stands, empty where there is no room for it."""

    name: str
    score: Figure | None
    path: str
    left: str
    top: str


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A length on the ground, and as much of the width of the drawing in per cent."""

    text: str
    metres: int
    width: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn, ``height`` high and WIDTH wide."""

    height: int
    dense: bool
    points: tuple[Points, ...]
    shapes: tuple[Shape, ...]
    scale: ScaleBar
    label: str

    @property
    def legend(self) -> tuple[Points, ...]:
        """The levels in the order of their words: sites without one come last, though they are drawn first."""
        return tuple(sorted(self.points, key=lambda each: each.mark.tone == "none"))


@dataclass(frozen=True, slots=True)
class MapView:
    """The map, or None where there is nothing to draw, and what is to be said of it."""

    drawing: Drawing | None
    lines: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    """How positions of WGS-84 become units of the drawing."""

    lon: float
    lat: float
    left: float  # metres east of ``lon``
    top: float  # metres north of ``lat``
    scale: float  # units a metre
    height: int

    def units(self, lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
        """Units from the left and from the top."""
        east, north = _metres(lon, lat, self.lon, self.lat)
        return (east - self.left) * self.scale, (self.top - north) * self.scale


def map_section(reading: Reading) -> MapView:
    """The map of an assessment, with the outlines that ``reading`` has."""
    _, sites = reading.word, reading.assessment.submission.sites
    placed = sites.filter(pl.col("lon").is_not_null())
    if not len(placed):
        return MapView(
            None,
            ((_("No map: the register says of no site where it lies. Columns 经度 and 纬度 in it make one."),),),
        )
    said = placed.filter(pl.col("crs").is_not_null())
    if not len(said):
        line = _(
            "No map: the register gives {n} positions, and nobody says in what they are counted. Say it: --crs gcj02 "
            "(or bd09, wgs84, cgcs2000), or `crs` in mapping.yaml."
        )
        return MapView(None, (say(line, n=Figure(str(len(placed)))),))
    return _drawn(reading, said, len(placed) - len(said))


def _drawn(reading: Reading, said: pl.DataFrame, unsaid: int) -> MapView:
    import numpy as np

    from duibiao.evaluator.datum import to_wgs84

    _, assessment = reading.word, reading.assessment
    order = sorted((reading.places_of[site], site, crs) for site, crs in said.select("site", "crs").iter_rows())
    index = np.array([place for place, _site, _crs in order])
    row = {site: number for number, site in enumerate(said["site"])}
    rows = [row[site] for _place, site, _crs in order]
    lon, lat = (said[axis].gather(rows).to_numpy().copy() for axis in ("lon", "lat"))
    kinds = np.array([crs for _place, _site, crs in order])
    for crs in np.unique(kinds):
        of = kinds == crs
        lon[of], lat[of] = to_wgs84(lon[of], lat[of], cast(Crs, str(crs)))
    outlines = _outlines_in_wgs84(reading, {str(each) for each in kinds})
    near = _near(lon, lat, outlines)
    far = [assessment.sites[place] for place in index[~near]]
    frame = _frame(lon[near], lat[near], outlines)
    x, y = frame.units(lon[near], lat[near])
    at = zip(index[near].tolist(), np.rint(x).astype(int).tolist(), np.rint(y).astype(int).tolist(), strict=True)
    drawing = Drawing(
        height=frame.height,
        dense=int(near.sum()) > MANY,
        points=_points(reading, at),
        shapes=_shapes(reading, outlines, frame, list(zip(x.tolist(), y.tolist(), strict=True))),
        scale=_scale_bar(reading, frame),
        label=say_text(_("Map of {n} sites in the colours of their levels"), n=str(int(near.sum()))),
    )
    return MapView(drawing, tuple(_lines(reading, int(near.sum()), unsaid, far)))


def _outlines_in_wgs84(reading: Reading, kinds: set[str]) -> Sequence[MultiPolygon]:
    from shapely import transform

    from duibiao.evaluator.datum import to_wgs84

    if reading.outlines is None:
        return ()
    (crs,) = (reading.outlines.crs,) if reading.outlines.crs else kinds
    return [
        transform(each.shape, lambda lon, lat: to_wgs84(lon, lat, cast(Crs, crs)), interleaved=False)
        for each in reading.outlines.shapes
    ]


def _metres(lon: Degrees, lat: Degrees, middle: float, parallel: float) -> tuple[Degrees, Degrees]:
    import numpy as np

    east = np.radians(lon - middle) * np.cos(np.radians(parallel)) * EARTH
    return east, np.radians(lat - parallel) * EARTH


def _near(lon: Degrees, lat: Degrees, outlines: Sequence[MultiPolygon]) -> NDArray[np.bool_]:
    """Which sites can be on the map: within and around the outlines, without them not too far from the middle one."""
    import numpy as np
    from shapely import total_bounds

    if outlines:
        west, south, east, north = total_bounds(list(outlines))
        more = BEYOND * max(east - west, north - south)
        near: NDArray[np.bool_] = (lon >= west - more) & (lon <= east + more)
        near &= (lat >= south - more) & (lat <= north + more)
    else:
        x, y = _metres(lon, lat, float(np.median(lon)), float(np.median(lat)))
        near = np.hypot(x, y) <= FAR
    return near


def _frame(lon: Degrees, lat: Degrees, outlines: Sequence[MultiPolygon]) -> _Frame:
    """The frame that has all of it inside, whichever way it is longer."""
    import numpy as np
    from shapely import total_bounds

    if outlines:
        west, south, east, north = total_bounds(list(outlines))
        lon, lat = np.append(lon, [west, east]), np.append(lat, [south, north])
    middle, parallel = float(lon.min() + lon.max()) / 2, float(lat.min() + lat.max()) / 2
    x, y = _metres(lon, lat, middle, parallel)
    wide, high = max(float(np.ptp(x)), LEAST), max(float(np.ptp(y)), LEAST / 2)
    scale = min((WIDTH - 2 * MARGIN) / wide, (TALLEST - 2 * MARGIN) / high)
    height = round(high * scale) + 2 * MARGIN
    return _Frame(middle, parallel, -WIDTH / 2 / scale, height / 2 / scale, scale, height)


def _points(reading: Reading, at: Iterable[tuple[int, int, int]]) -> tuple[Points, ...]:
    """The points of each level: first those without one, then the best, so that the worst are drawn over all others."""
    _, assessment = reading.word, reading.assessment
    found: dict[Mark, list[tuple[int, int, int]]] = defaultdict(list)
    for place, x, y in at:
        found[_mark(reading, assessment.sites[place])].append((place, x, y))
    words = [each.name for each in assessment.catalogue.score.levels]
    order = sorted(
        found,
        key=lambda mark: (
            mark.tone != "none",
            words.index(mark.word) if mark.word in words else 0,
            mark.tone,
            mark.word,
        ),
    )
    return tuple(
        Points(
            mark=mark,
            count=Figure(str(len(found[mark])), made_from="sites"),
            path="".join(_dot(mark.tone, x, y) for _place, x, y in found[mark]),
            sites=" ".join(str(place) for place, _x, _y in found[mark]),
        )
        for mark in order
    )


def _mark(reading: Reading, site: SiteResult) -> Mark:
    _ = reading.word
    if site.card is None:
        return Mark("none", _("not visited"))
    return reading.band(site.card) or Mark("none", _("no score"))


def _dot(tone: str, x: int, y: int) -> str:
    """A point so small that the width of its line is all of it: the caps and corners of lines give it its shape.

    A slanted line with square ends is a diamond, a level one a square, with round ends a circle. A line without any
    length would be left out on paper, where its ends are square.
    """
    return {"b0": f"M{x} {y}l1 1", "b2": f"M{x} {y}l-1 2h2z"}.get(tone, f"M{x} {y}h1")


def _shapes(
    reading: Reading, outlines: Sequence[MultiPolygon], frame: _Frame, dots: Sequence[tuple[float, float]]
) -> tuple[Shape, ...]:
    """The outlines, simplified together until they are short enough, with the scores of their areas."""
    from shapely import coverage_simplify, transform

    if reading.outlines is None:
        return ()
    drawn = [transform(each, frame.units, interleaved=False) for each in outlines]
    tolerance = 2.0
    paths = [_path(each) for each in coverage_simplify(drawn, tolerance)]
    while sum(map(len, paths)) > OUTLINE_BYTES and tolerance < WIDTH:
        tolerance *= 1.5
        paths = [_path(each) for each in coverage_simplify(drawn, tolerance)]
    found = []
    cards = reading.assessment.areas
    for outline, area, shape, path in zip(
        reading.outlines.shapes, reading.outlines.areas(reading.assessment), drawn, paths, strict=True
    ):
        room = _room(shape, dots)
        found.append(
            Shape(
                name=outline.name,
                score=None if area is None else reading.score(cards[area].score, f"areas.{area}.score"),
                path=path,
                left=_per_cent(room[0] / WIDTH) if room else "",
                top=_per_cent(room[1] / frame.height) if room else "",
            )
        )
    return tuple(found)


def _room(shape: MultiPolygon, dots: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """Where in a shape a name stands: as far as can be from its border and from dots, else from its border alone."""
    from shapely import MultiPoint, get_coordinates, maximum_inscribed_circle

    for free in (shape.difference(MultiPoint(dots).buffer(DOT, quad_segs=2)), shape):
        circle = maximum_inscribed_circle(free, tolerance=20)
        if circle.length >= LABELLED:
            (x, y), _edge = get_coordinates(circle)
            return float(x), float(y)
    return None


def _path(shape: MultiPolygon) -> str:
    """The rings of a shape in whole units, each vertex from the one before; those that come to nothing are left out."""
    from shapely import get_coordinates, get_parts, get_rings

    rings = []
    for ring in get_rings(get_parts(shape)):
        vertices = [tuple(round(each) for each in vertex) for vertex in get_coordinates(ring)[:-1].tolist()]
        vertices = [each for before, each in zip([None, *vertices], vertices, strict=False) if each != before]
        if len(vertices) < 3:
            continue
        (x, y), steps = vertices[0], []
        for left, top in vertices[1:]:
            steps.append(f"{left - x} {top - y}")
            x, y = left, top
        rings.append(f"M{vertices[0][0]} {vertices[0][1]}l{' '.join(steps)}z".replace(" -", "-"))
    return "".join(rings)


def _per_cent(share: float) -> str:
    return f"{share * 100:.2f}"


def _scale_bar(reading: Reading, frame: _Frame) -> ScaleBar:
    """The longest of 1, 2, 5, 10, 20, 50 ... metres that is no longer than a quarter of the width."""
    _, most = reading.word, WIDTH * BAR / frame.scale
    metres = max(length for power in range(7) for digit in (1, 2, 5) if (length := digit * 10**power) <= most)
    text = _("{n} km") if metres >= 1000 else _("{n} m")
    shown = metres // 1000 if metres >= 1000 else metres
    return ScaleBar(say_text(text, n=str(shown)), metres, _per_cent(metres * frame.scale / WIDTH))


def _lines(reading: Reading, shown: int, unsaid: int, far: Sequence[SiteResult]) -> Iterable[Sentence]:
    """How many sites are on the map, and why others are not; where the outlines come from."""
    _, assessment = reading.word, reading.assessment
    kinds = assessment.catalogue.site_types
    own = sum(not kinds[each.site_type].each for each in assessment.sites)
    yield say(
        _("{n} of {all} sites that are places. North is up; each point has the colour and shape of its level."),
        n=Figure(str(shown), made_from="sites"),
        all=Figure(str(own), made_from="sites"),
    )
    missing = own - shown - unsaid - len(far)
    if missing > 0:
        yield say(
            _("Of {n} sites the register does not say where they lie."), n=Figure(str(missing), made_from="sites")
        )
    if unsaid:
        line = _("Of {n} positions nobody says in what they are counted (--crs, or `crs` in mapping.yaml).")
        yield say(line, n=Figure(str(unsaid), made_from="sites"))
    if far:
        names = reading.listed(each.name for each in far[:NAMED]) + (" …" if len(far) > NAMED else "")
        line = _("{n} positions are far away from all others and are not drawn; correct them: {names}")
        yield say(line, n=Figure(str(len(far)), made_from="sites"), names=names)
    if reading.outlines is not None:
        yield from _about_outlines(reading)


def _about_outlines(reading: Reading) -> Iterable[Sentence]:
    _, outlines = reading.word, reading.outlines
    assert outlines is not None
    told = [
        f"{name} ({say_text(_('perhaps {name}'), name=near)})" if near else name
        for name, near in outlines.unmatched(reading.assessment)
    ]
    if told:
        names = reading.listed(told[:NAMED]) + (" …" if len(told) > NAMED else "")
        line = _("{n} outlines are called as no area, or as several, and have no score: {names}")
        yield say(line, n=str(len(told)), names=names)
    yield (say_text(_("Outlines: {file}, sha256 {hash}"), file=outlines.file, hash=outlines.sha256[:12]),)
