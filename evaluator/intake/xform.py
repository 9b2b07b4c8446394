"""Exports of ODK Central and KoboToolbox, as CSV, workbook or JSON -> tables with the headers of the form.

An export is known by columns that only such a server writes together. Then the groups before the names of questions
are left out, what the server adds is known and not told of, and a submission counts once, however often it is exported.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from duibiao.evaluator.intake.column import Column, constant, zipped
from duibiao.evaluator.intake.headers import PHOTO
from duibiao.evaluator.intake.phones import geopoints
from duibiao.evaluator.intake.tables import RawTable, Remark
from duibiao.evaluator.intake.values import Cell, is_blank, text_of

_SIGNS: Final = (
    {"KEY", "SubmissionDate"},
    {"KEY", "instanceID"},
    {"__id", "__system/submissionDate"},
    {"_uuid", "_id"},
    {"_uuid", "_submission_time"},
    {"meta/instanceID"},
    {"meta-instanceID"},
)
_TOP: Final = frozenset({"KEY", "__id", "_uuid", "meta", "meta/instanceID", "meta-instanceID"})  # one of each sign
# The columns that tell one submission from another; those in front stay the same when it is edited.
_IDENTITY: Final = ("KEY", "__id", "meta/rootUuid", "_uuid", "meta/instanceID", "meta-instanceID")
# What servers and phones add at the top, and what our own forms ask to fill in other columns.
_ADDED: Final = frozenset(
    "KEY SubmissionDate SubmitterID SubmitterName AttachmentsPresent AttachmentsExpected Status ReviewState DeviceID"
    " Edits FormVersion instanceID instanceName __id __system __version__ meta formhub start end today deviceid"
    " username phonenumber subscriberid simserial audit _id _uuid _submission_time _validation_status _notes _status"
    " _submitted_by _tags _index _attachments _geolocation _xform_id_string _bamboo_dataset_id"
    " Start Site_choice".split()
)
_REVIEW: Final = ("ReviewState", "__system/reviewState", "_validation_status", "_validation_status/uid")
_REFUSED: Final = frozenset({"rejected", "not approved", "validation_status_not_approved"})
_GROUPED: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*(?:-[A-Za-z_][A-Za-z0-9_.]*)+")
_OPTION: Final = re.compile(r"(.+)/(o[0-9a-f]{8}|none)")
_DEEPEST: Final = 20  # groups within groups; no form has as many
_CHOSEN: Final = frozenset({"1", "true"})
# Positions, with the columns that servers make of them, and addresses of photos. Keys of fields have no capitals.
_POSITION: Final = re.compile(r"(?:.*[/_-])?Position(?:[-_]\w+)?")
_LATITUDE: Final = re.compile(r"(.+)[-_][Ll]atitude")
_AXIS: Final = re.compile(r"[-_](?:[Ll](?:at|ong)itude|[Aa]ltitude|[Aa]ccuracy|precision)$")
_ADDRESS: Final = re.compile(rf"((?:.*[/-])?{PHOTO}\w+)_URL")


def unwrapped(document: object) -> object:
    """The records of a JSON document of Central (``value``) or Kobo (``results``), flat; any other as it is."""
    if isinstance(document, dict):
        if "@odata.context" in document and isinstance(document.get("value"), list):
            document = document["value"]
        elif {"count", "results"} <= document.keys() and isinstance(document["results"], list):
            document = document["results"]
    if not isinstance(document, list) or not any(isinstance(item, dict) and _TOP & item.keys() for item in document):
        return document
    flat = [_flat(item) if isinstance(item, dict) else item for item in document]
    signed = any(isinstance(item, dict) and is_export(item) for item in flat)
    return flat if signed else document


def is_page(document: object) -> bool:
    """Whether a JSON document says of itself that more submissions stand in another one."""
    return isinstance(document, dict) and (
        "@odata.nextLink" in document or ({"count", "results"} <= document.keys() and bool(document.get("next")))
    )


def _flat(item: Mapping[str, object], depth: int = 0) -> dict[str, object]:
    """A record with groups inside as one, the names joined by /; what lies too deep stays whole.

    A point of GeoJSON becomes a text as in the other formats: the latitude first.
    """
    found: dict[str, object] = {}
    for key, value in item.items():
        if isinstance(value, dict) and value.get("type") == "Point" and isinstance(value.get("coordinates"), list):
            found[key] = " ".join(map(str, reversed(value["coordinates"][:2])))
        elif isinstance(value, dict) and "coordinates" not in value and depth < _DEEPEST:
            found |= {f"{key}/{inner}": each for inner, each in _flat(value, depth + 1).items()}
        else:
            found[key] = value
    return found


def is_export(headers: Iterable[str]) -> bool:
    """Whether a table has columns that only a server of forms writes together."""
    known = set(headers)
    return any(sign <= known for sign in _SIGNS)


def questions_of(table: RawTable) -> RawTable:
    """A table as the form asked it where it is an export, else the table as it is.

    What is not a question keeps its place without header and cells, so that addresses stay those of the file. Numbers
    of such a workbook are what was typed, and never 88% shown of 0.88.
    """
    if not is_export(table.headers):
        return table
    headers, columns = list(table.headers), list(table.columns)
    identity = next((columns[headers.index(name)] for name in _IDENTITY if name in headers), None)
    refused = {
        row
        for name in _REVIEW
        if name in headers
        for row in columns[headers.index(name)].where(lambda cell: text_of(cell).lower() in _REFUSED).arg_true()
    }
    positions = _positions(headers)
    standing = geopoints(headers, columns, positions)
    given = sum(not is_blank(cell) for cell in columns[headers.index(positions[0])]) if positions else 0
    unusable = given - sum(position is not None for position in standing)
    _put_options_together(headers, columns)
    for number, header in enumerate(headers):
        photo = _ADDRESS.fullmatch(header)
        if photo and photo[1] not in headers:
            headers[number] = photo[1]
        elif photo or header in positions or header.split("/")[0].split("-")[0] in _ADDED or "@odata." in header:
            headers[number], columns[number] = "", constant(None, len(table.rows))
    seen: tuple[Remark, ...] = ()
    if unusable > 0:
        seen = (("positions-unusable", {"count": unusable, "columns": ", ".join(positions)}),)
    instances = [text_of(cell).removeprefix("uuid:") for cell in identity] if identity is not None else ()
    found = replace(
        table,
        headers=tuple(_ungrouped(headers)),
        columns=tuple(columns),
        epoch=None,
        instances=instances,
        positions=standing,
        remarks=(*table.remarks, *seen),
    )
    return found.without(refused, ("submission-refused", {"count": len(refused)})) if refused else found


def _positions(headers: Sequence[str]) -> list[str]:
    """The columns of a geopoint: those of our own forms, else of the first question with a latitude and a longitude."""
    own = [header for header in headers if _POSITION.fullmatch(header)]
    for header in headers:
        found = _LATITUDE.fullmatch(header)
        if found and not own and header.replace("atitude", "ongitude") in headers:
            own = [each for each in headers if _AXIS.sub("", each) == found[1]]
    return own


def _put_options_together(headers: list[str], columns: list[Column[Cell]]) -> None:
    """One column for a question with several choices where the export has one a choice."""
    parts: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, header in enumerate(headers):
        found = _OPTION.fullmatch(header)
        if found:
            parts[found[1]].append((number, found[2]))
    for question, options in parts.items():
        cells = [columns[number] for number, _ in options]
        first = options[0][0]
        for number, _ in options:
            headers[number], columns[number] = "", constant(None, len(cells[0]))
        if question not in headers:
            headers[first] = question
            columns[first] = zipped(*cells).map(partial(_chosen, [code for _, code in options]))


def _chosen(codes: Sequence[str], row: Sequence[Cell]) -> Cell:
    """The options that a row chooses, or nothing where it says nothing of any."""
    if all(map(is_blank, row)):
        return None
    return tuple(code for code, cell in zip(codes, row, strict=True) if text_of(cell).lower() in _CHOSEN)


def _ungrouped(headers: Sequence[str]) -> list[str]:
    """The headers without the groups before them, where no two would become one."""
    last = [
        header.rpartition("/")[2]
        if "/" in header
        else header.rpartition("-")[2]
        if _GROUPED.fullmatch(header)
        else header
        for header in headers
    ]
    often = Counter(last)
    return [short if often[short] == 1 else header for header, short in zip(headers, last, strict=True)]


def each_once(tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with every submission once. Of those that stand alike in several places the first counts.

    Where they differ, nobody knows which one holds: all of them are marked as ``repeated``.
    """
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, table in enumerate(tables):
        for row, instance in enumerate(table.instances):
            if instance:
                places[instance].append((number, row))
    left_out: dict[int, set[int]] = defaultdict(set)
    repeated: dict[int, dict[int, str]] = defaultdict(dict)
    for found in places.values():
        if len(found) == 1:
            continue
        if len({_content(tables[number], row) for number, row in found}) == 1:
            for number, row in found[1:]:
                left_out[number].add(row)
        else:
            for place, (number, row) in enumerate(found):
                other, its_row = found[place - 1]
                repeated[number][row] = f"{tables[other].place} row {tables[other].rows[its_row]}"
    marked = [replace(table, repeated=repeated[number]) for number, table in enumerate(tables)]
    return [
        table.without(left_out[number], ("submission-twice", {"count": len(left_out[number])}))
        if left_out[number]
        else table
        for number, table in enumerate(marked)
    ]


def _content(table: RawTable, row: int) -> frozenset[tuple[str, str]]:
    """What a submission says, whatever the format."""
    cells = ((header, column[row]) for header, column in zip(table.headers, table.columns, strict=True) if header)
    return frozenset(
        (header, " ".join(cell) if isinstance(cell, tuple) else text_of(cell))
        for header, cell in cells
        if not is_blank(cell)
    )
