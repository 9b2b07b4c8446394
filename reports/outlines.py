"""Outlines of areas, as GeoJSON that the user gives: shapes, what each is called, and what they are counted in."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from duibiao.criteria.language import gettext as _
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.intake.coordinates import lies_in_china
from duibiao.evaluator.intake.names import Names
from duibiao.evaluator.submission import Crs

if TYPE_CHECKING:
    from shapely import MultiPolygon


class UnusableOutlines(Exception):
    """A file that holds no outlines; says why and what to write instead."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One shape, in degrees, and the name that its file gives it."""

    name: str
    shape: MultiPolygon


@dataclass(frozen=True, slots=True)
class Outlines:
    """The shapes of one file. ``crs`` is None where they count in what the sites count in."""

    file: str
    sha256: str
    crs: Crs | None
    shapes: tuple[Outline, ...]

    def areas(self, assessment: Assessment) -> tuple[int | None, ...]:
        """Where the area of each shape stands in ``Assessment.areas``; None where none, or several, are called so."""
        names = _names(assessment)
        found = [names.get(each.name) for each in self.shapes]
        return tuple(each[0] if len(each) == 1 else None for each in found)

    def unmatched(self, assessment: Assessment) -> tuple[tuple[str, str | None], ...]:
        """The names of the shapes without area, each with the name of an area that comes nearest to it."""
        names = _names(assessment)
        found = zip(self.shapes, self.areas(assessment), strict=True)
        return tuple((each.name, names.near(each.name)) for each, area in found if area is None)


def _names(assessment: Assessment) -> Names[int]:
    """Areas by name and by path."""
    cards = [(index, card) for index, card in enumerate(assessment.areas) if card.id]
    return Names((name, index) for index, card in cards for name in (card.title, card.id))


def outlines_of(raw: bytes, file: str, crs: Crs | None = None) -> Outlines:
    """The outlines in a GeoJSON document: polygons with a property ``name``. Raises ``UnusableOutlines``."""
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        raise UnusableOutlines(_("it is no JSON")) from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features:
        raise UnusableOutlines(_("it has no `features`; export the areas as a GeoJSON FeatureCollection"))
    shapes = tuple(_outline(feature, number) for number, feature in enumerate(features, start=1))
    return Outlines(file, hashlib.sha256(raw).hexdigest(), crs, shapes)


def _outline(feature: Any, number: int) -> Outline:
    from shapely import GEOSException, MultiPolygon, from_geojson, get_parts, make_valid

    properties = feature.get("properties") if isinstance(feature, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str) or not name.strip():
        raise UnusableOutlines(_("feature {n} has no property `name`; give it the name of an area").format(n=number))
    try:
        shape = from_geojson(json.dumps(feature.get("geometry")))
    except GEOSException:
        shape = None
    polygons = [part for part in get_parts(make_valid(shape)) if part.geom_type == "Polygon"] if shape else []
    polygons = [each for part in polygons for each in get_parts(part)]
    if not polygons:
        raise UnusableOutlines(_("'{name}' is no polygon; outlines are polygons").format(name=name))
    found = MultiPolygon(polygons)
    west, south, east, north = found.bounds
    if not (lies_in_china(west, south) and lies_in_china(east, north)):
        reason = _("'{name}' lies outside of China; positions are degrees, 经度 before 纬度: [114.65, 33.62]")
        raise UnusableOutlines(reason.format(name=name))
    return Outline(name.strip(), found)
