"""Gaps as SARIF 2.1.0: a rule a criterion, a result a gap, with the cells of the data where it was found."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from duibiao.criteria.models import Criterion, Severity
from duibiao.evaluator.assessment import STATUSES, Gap
from duibiao.evaluator.cells import Cell
from duibiao.evaluator.document import OTHER_DIGITS, figure, to_json
from duibiao.reports.gap_facts import colon, duties
from duibiao.reports.gap_lines import GapLine, gap_lines
from duibiao.reports.plain_text import plain_text
from duibiao.reports.reading import Reading
from duibiao.reports.sarif import file_address, sarif_log
from duibiao.reports.terminal import source_line

LEVELS: Final[Mapping[Severity, str]] = {"high": "error", "medium": "warning", "low": "note"}
# Files are named below these two, wherever they lie when the log is read.
DATA, CRITERIA = "DATA", "CRITERIA"

Json = dict[str, object]


def gaps_sarif(reading: Reading, cells: Mapping[str, tuple[Cell, ...]]) -> str:
    """One SARIF log of all gaps, the costliest first, and of every criterion in force as a rule.

    ``cells`` are those of each gap by its id. A gap has the same fingerprint in every round: site and criterion, and
    the visit where every visit counts by itself.
    """
    assessment = reading.assessment
    rules = [each for each in assessment.criteria.values() if each.kind != "show"]
    places = {rule.id: index for index, rule in enumerate(rules)}
    lines = zip(assessment.gaps, gap_lines(reading), strict=True)
    results = [_result(reading, gap, line, cells.get(gap.id, ()), places) for gap, line in lines]
    tally = assessment.total.tally
    head, scored = assessment.catalogue.head, assessment.round
    run = {
        "language": reading.language,
        "automationDetails": {"id": plain_text(f"duibiao/{head.catalogue}/{scored.id}")},
        "originalUriBaseIds": {
            DATA: {"description": _said("duibiao check DATA...")},
            CRITERIA: {"description": _said(f"duibiao check --catalogue {head.catalogue}")},
        },
        "artifacts": [
            {"location": _file(DATA, file), "hashes": {"sha-256": sha256}, "roles": ["analysisTarget"]}
            for file, sha256 in {each.file: each.sha256 for each in assessment.submission.tables}.items()
        ],
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {
            "catalogue": head.catalogue,
            "edition": plain_text(head.edition),
            "round": plain_text(scored.id),
            "asOf": assessment.as_of.isoformat(),
            "sitesVisited": assessment.total.sites,
            "sitesRegistered": assessment.total.registered,
            "recordsHandedIn": assessment.total.records,
            "recordsKnown": assessment.total.records_known,
            "findings": {status: getattr(tally, status) for status in STATUSES},
            "rejectedRows": assessment.provisional,
        },
    }
    return to_json(sarif_log([_rule(reading, each) for each in rules], run)).decode()


def _rule(reading: Reading, criterion: Criterion) -> Json:
    catalogue = reading.assessment.catalogue
    sources = [(each, catalogue.sources[each.ref]) for each in criterion.source]
    address = next((source.url for _ref, source in sources if source.url), None)
    return {
        "id": criterion.id,
        "shortDescription": _said(criterion.title),
        **({"fullDescription": _said(criterion.look_for)} if criterion.look_for else {}),
        **({"help": _said(criterion.remedy)} if criterion.remedy else {}),
        **({"helpUri": address} if address else {}),
        "defaultConfiguration": {"level": LEVELS[criterion.severity]},
        "properties": {
            "points": _number(Fraction(criterion.points)),
            "place": plain_text(
                " › ".join(f"{each.id} {each.title}" for each in reading.ways.get(criterion.place, ()))
            ),
            "siteTypes": [plain_text(reading.kind(each)) for each in criterion.site_types],
            "sources": [plain_text(source_line(ref, source, reading.word)) for ref, source in sources],
            "file": plain_text(reading.file_of[criterion.id]),
        },
    }


def _result(reading: Reading, gap: Gap, line: GapLine, cells: Sequence[Cell], places: Mapping[str, int]) -> Json:
    assessment = reading.assessment
    kind = assessment.sites[reading.places_of[gap.site]].site_type
    points = Fraction(reading.criteria[gap.criterion, kind].points)
    several = assessment.catalogue.inspections(kind) == "each"
    same = _fingerprint(gap.visit if several else gap.site, gap.criterion)
    return {
        "ruleId": gap.criterion,
        "ruleIndex": places[gap.criterion],
        "kind": "fail",
        "level": LEVELS[gap.severity],
        "message": _said(_sentence(reading, line, points)),
        "locations": _locations(reading, gap, line, cells),
        # The only name that GitHub reads; without it GitHub works one out from a line of the file.
        "partialFingerprints": {"primaryLocationLineHash": same},
        "fingerprints": {"siteAndCriterion/v1": same},
        "properties": {
            "gap": plain_text(gap.id),
            "site": plain_text(gap.site),
            "siteName": line.site,
            "siteType": line.kind,
            "area": line.area,
            "status": gap.status,
            "leadUnits": [plain_text(each) for each in gap.lead_units],
            "supportingUnits": [plain_text(each) for each in gap.supporting_units],
            "seen": gap.seen,
            "deadline": gap.deadline,
            "pointsLost": _number(gap.lost_points),
            "totalLost": _number(gap.lost),
            "photos": [plain_text(each) for each in gap.photos],
        },
    }


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _sentence(reading: Reading, line: GapLine, points: Fraction) -> str:
    """What was seen where; then who mends it by when, and what it costs."""
    chinese, between = reading.language == "zh-CN", colon(reading)
    where = f"{line.site}（{line.area}）" if chinese else f"{line.site} ({line.area})"
    seen = f"{where}{between}{line.criterion}{between}{line.seen}".rstrip("。.")
    stop, and_ = ("。", "；") if chinese else (". ", "; ")
    return f"{seen}{stop}{and_.join(duties(reading, line, points))}"


def _locations(reading: Reading, gap: Gap, line: GapLine, cells: Sequence[Cell]) -> list[Json]:
    """A location for each file with its cells; where none is known, the file of the criterion."""
    site: Json = {"name": line.site, "fullyQualifiedName": plain_text(gap.site), "kind": "site"}
    if not cells:
        place = {"physicalLocation": {"artifactLocation": _file(CRITERIA, reading.file_of[gap.criterion])}}
        rule: Json = {"name": line.criterion, "fullyQualifiedName": gap.criterion, "kind": "criterion"}
        return [{**place, "logicalLocations": [site, rule]}]
    files: dict[str, list[Json]] = {}
    for each in cells:
        address = plain_text(each.address)
        name = address.rpartition("!")[2]
        files.setdefault(each.file, []).append({"name": name, "fullyQualifiedName": address, "kind": "cell"})
    return [
        {"physicalLocation": {"artifactLocation": _file(DATA, file)}, "logicalLocations": [site, *of_file]}
        for file, of_file in files.items()
    ]


def _file(base: str, file: str) -> Json:
    """A file below a base. Of two files of one name the paths are told, which may start at the root."""
    address = file_address(file)
    return {"uri": address} if file.startswith("/") else {"uri": address, "uriBaseId": base}


def _number(value: Fraction) -> object:
    return figure(value, OTHER_DIGITS)["value"]


def _said(text: str) -> Json:
    """A message. Braces would be places to fill in, and ``[a](b)`` a link: no text of the data is either."""
    return {"text": plain_text(text).replace("{", "{{").replace("}", "}}").replace("](", "] (")}
