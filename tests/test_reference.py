"""The engine held to the reference (design, section 10): drawn cities, limits on both sides, no difference.

`DUIBIAO_CITIES=1000` draws so many cities instead of ten: the soak.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from duibiao.criteria.load import load_catalogue
from duibiao.evaluator.assess import assess
from duibiao.evaluator.intake.read import read_submission
from tests.reference import coverage, evaluate, generate
from tests.reference.coverage import Cell
from tests.reference.evaluate import Key, Result
from tests.reference.rollup import COUNTED

if TYPE_CHECKING:
    from duibiao.evaluator.assessment import Assessment

CITIES = range(1, 1 + int(os.environ.get("DUIBIAO_CITIES", "10")))
FEWEST = 100_000  # findings in every run

Figures = Mapping[str, Fraction | None]


@dataclass(frozen=True)
class Outcome:
    """What the engine says of a city, in the reference's own terms: scores 0..1, figures 0..100."""

    findings: dict[Key, tuple[str, Fraction | None, Fraction]]  # status, earned, possible
    lead_units: dict[Key, tuple[str, ...]]
    figures: dict[str, Figures]
    ranks: dict[str, dict[str, int]]


def engine(folders: generate.Folders, named: frozenset[str]) -> Outcome:
    """The engine's outcome; `named` are the sites whose every visit counts by itself."""
    catalogue = load_catalogue(str(folders.catalogue))
    submission = read_submission((folders.data,), catalogue)
    assert not submission.rejected, submission.rejected
    assessment = assess(catalogue, submission)
    rows = {key_of(row, named): row for row in assessment.findings.iter_rows(named=True)}
    assert len(rows) == assessment.findings.height
    return Outcome(
        findings={key: (str(row["status"]), earned(row), Fraction(row["possible"])) for key, row in rows.items()},
        lead_units={key: units(row["lead_units"]) for key, row in rows.items()},
        figures=figures(assessment),
        ranks=ranks(assessment),
    )


def key_of(row: Mapping[str, object], named: frozenset[str]) -> Key:
    """(visit, site, criterion): the visit by its time where every visit counts, else empty."""
    site = str(row["site"])
    moment = str(row["visit"]).rpartition("@")[2].replace("T", " ")
    return moment if site in named else "", site, str(row["criterion"])


def earned(row: Mapping[str, object]) -> Fraction | None:
    """Points earned, None where nothing counts."""
    above, below = row["earned_num"], row["earned_den"]
    return None if above is None or row["status"] not in COUNTED else Fraction(int(str(above)), int(str(below)))


def units(cell: object) -> tuple[str, ...]:
    """The units of a finding."""
    listed = cell.split(";") if isinstance(cell, str) else list(cell) if isinstance(cell, Iterable) else []
    return tuple(str(unit) for unit in listed if unit)


def figures(assessment: Assessment) -> dict[str, Figures]:
    """Every figure by what it is of."""
    return {
        "total": {"": assessment.total.score},
        "parts": {each.part: each.score for each in assessment.total.parts},
        "areas": {each.id: each.score for each in assessment.areas},
        "types": {each.id: each.score for each in assessment.site_types},
        "units": {each.id: each.score for each in assessment.units},
        "outline": {each.id: each.score for each in assessment.places},
        "sites": {each.site: each.card.score for each in assessment.sites if each.card},
    }


def ranks(assessment: Assessment) -> dict[str, dict[str, int]]:
    """Every place by what it is of."""
    cards = {"areas": assessment.areas, "types": assessment.site_types, "units": assessment.units}
    cards["sites"] = tuple(each.card for each in assessment.sites if each.card)
    return {name: {each.id: each.rank for each in several if each.rank} for name, several in cards.items()}


def expected(result: Result) -> Outcome:
    """What the reference says, in the same shape."""
    return Outcome(
        findings={key: (status, points, most) for key, (status, _, points, most) in result.findings.items()},
        lead_units={(each.visit, each.site, each.criterion): each.lead_units for each in result.details},
        figures={
            "total": {"": result.total},
            "parts": result.parts,
            "areas": result.areas,
            "types": result.types,
            "units": result.units,
            "outline": result.outline,
            "sites": result.sites,
        },
        ranks=result.ranks,
    )


def differing[K, V](ours: Mapping[K, V], theirs: Mapping[K, V]) -> dict[K, tuple[V | None, V | None]]:
    """(engine, reference) wherever they differ; what stands on one side only counts as None on the other."""
    keys = sorted(ours.keys() | theirs.keys(), key=str)
    return {key: (ours.get(key), theirs.get(key)) for key in keys if ours.get(key) != theirs.get(key)}
