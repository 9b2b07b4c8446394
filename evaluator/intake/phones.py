"""Where phones stood: geopoints of ODK and Kobo exports, for sites of which the register says no position."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, cast

import polars as pl

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.column import Column
from duibiao.evaluator.intake.coordinates import Position, lies_in_china
from duibiao.evaluator.intake.reasons import note
from duibiao.evaluator.intake.tables import RawTable
from duibiao.evaluator.intake.values import Cell, text_of
from duibiao.evaluator.submission import Crs, Submission

FAR: Final = 200  # metres between the register and the phone from which on it is told
METRES: Final = 111_195  # a degree of latitude
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def geopoints(headers: Sequence[str], columns: Sequence[Column[Cell]], of: Sequence[str]) -> list[Position | None]:
    """The position of each row of an export; ``of`` are the columns of positions: one of texts, or one an axis."""
    cells = {header.lower(): columns[headers.index(header)] for header in of}
    east = next((cells[name] for name in cells if name.endswith("longitude")), None)
    north = next((cells[name] for name in cells if name.endswith("latitude")), None)
    if east is not None and north is not None:
        return [_position(text_of(lat), text_of(lon)) for lat, lon in zip(north, east, strict=True)]
    whole = next((cells[name] for name in cells if name.endswith("position")), None)
    return [] if whole is None else [_whole(text_of(cell)) for cell in whole]


def _whole(text: str) -> Position | None:
    """A geopoint in one cell: latitude, longitude, altitude and accuracy."""
    lat, lon = [*text.split(), "", ""][:2]
    return _position(lat, lon)


def _position(lat: str, lon: str) -> Position | None:
    if not (_NUMBER.fullmatch(lat) and _NUMBER.fullmatch(lon) and lies_in_china(float(lon), float(lat))):
        return None
    return float(lon), float(lat)


@dataclass(frozen=True, slots=True, order=True)
class Standing:
    """Where a phone was when a site was visited; the last visit is the greatest."""

    at: datetime
    table: int
    row: int
    position: Position


def with_positions_of_phones(submission: Submission, tables: Sequence[RawTable], catalogue: Catalogue) -> Submission:
    """With the position of the phone at its last visit (WGS-84) for each site of which the register says none.

    Notes tell how many these are, and which sites lie elsewhere by the register. Areas and units that are sites
    themselves lie nowhere.
    """
    last = _last(submission, tables, catalogue)
    sites, notes = list(submission.sites.iter_rows(named=True)), list(submission.notes)
    far: list[tuple[float, str]] = []
    filled = 0
    for site in sites:
        standing = last.get((site["site"], site["site_type"]))
        if standing is not None and site["lon"] is None:
            site["lon"], site["lat"], site["crs"] = (*standing.position, "wgs84")
            filled += 1
        elif standing is not None and site["crs"] is not None:
            metres = _metres(standing.position, (site["lon"], site["lat"]), cast(Crs, site["crs"]))
            if metres > FAR:
                far.append((metres, site["name"] or site["site"]))
    if filled:
        notes.append(note("positions-of-phones", "", count=filled))
    if far:
        metres, name = max(far)
        notes.append(note("positions-differ", "", count=len(far), limit=FAR, site=name, metres=round(metres)))
    frame = pl.DataFrame(sites, schema=submission.sites.schema)
    return replace(submission, sites=frame, notes=tuple(sorted(set(notes)))) if last else submission


def _last(
    submission: Submission, tables: Sequence[RawTable], catalogue: Catalogue
) -> Mapping[tuple[str, str], Standing]:
    """The last visit of each site, by its key and type, of which an export has the position of the phone."""
    points = {
        (number, row): position
        for number, table in enumerate(tables)
        for row, position in zip(table.rows, table.positions, strict=False)  # other tables have none
        if position is not None
    }
    last: dict[tuple[str, str], Standing] = {}
    for site_type, visits in submission.visits.items():
        if not catalogue.site_types[site_type].each and points:
            for site, at, table, row in visits.select("site", "at", "table", "row").iter_rows():
                if (table, row) in points:
                    standing = Standing(at or datetime.min, table, row, points[table, row])
                    last[site, site_type] = max(last.get((site, site_type), standing), standing)
    return last


def _metres(one: Position, other: Position, crs: Crs) -> float:
    """How far a position in WGS-84 is from another one."""
    import numpy as np

    from duibiao.evaluator.datum import to_wgs84

    lon, lat = (float(axis[0]) for axis in to_wgs84(np.array([other[0]]), np.array([other[1]]), crs))
    east = (one[0] - lon) * np.cos(np.radians(lat))
    return float(np.hypot(east, one[1] - lat) * METRES)
