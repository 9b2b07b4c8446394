"""The engine held to the reference (design, section 10): drawn cities, limits on both sides, no difference.

`DUIBIAO_CITIES=1700` draws so many cities instead of twenty: ten million findings, the soak.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from duibiao.criteria.load import load_catalogue
from duibiao.evaluator.assess import assess
from duibiao.evaluator.intake.read import read_submission
from tests.conftest import TABLE
from tests.reference import coverage, evaluate, generate
from tests.reference.coverage import Cell
from tests.reference.evaluate import Key, Result
from tests.reference.rollup import COUNTED

if TYPE_CHECKING:
    from duibiao.evaluator.assessment import Assessment

CITIES = range(1, 1 + int(os.environ.get("DUIBIAO_CITIES", "20")))
FEWEST = 100_000  # findings in every run

EARLIER = {"rounds: column": "2026-02", "rounds: table": "二月", "rounds: none": ""}  # the round before the last

Figures = Mapping[str, Fraction | None]


@dataclass(frozen=True)
class Outcome:
    """What the engine says of a city, in the reference's own terms: scores 0..1, figures 0..100."""

    findings: dict[Key, tuple[str, Fraction | None, Fraction]]  # status, earned, possible
    lead_units: dict[Key, tuple[str, ...]]
    figures: dict[str, Figures]
    ranks: dict[str, dict[str, int]]


def engine(
    folders: generate.Folders, named: frozenset[str], as_of: date | None = None, round_id: str | None = None
) -> Outcome:
    """The engine's outcome; `named` are the sites whose every visit counts by itself."""
    catalogue = load_catalogue(str(folders.catalogue))
    submission = read_submission((folders.data,), catalogue)
    assert not submission.rejected, submission.rejected
    assessment = assess(catalogue, submission, as_of=as_of, round_id=round_id)
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


def differing(ours: Mapping[Any, Any], theirs: Mapping[Any, Any]) -> list[str]:
    """`key: engine, reference` wherever they differ; what stands on one side only is None on the other."""
    keys = sorted(ours.keys() | theirs.keys(), key=str)
    return [f"{key}: {ours.get(key)}, {theirs.get(key)}" for key in keys if ours.get(key) != theirs.get(key)]


# --- many cities ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Compared:
    """One drawn city, assessed twice; the findings themselves are not kept."""

    findings: int
    cells: Counter[Cell]
    ways: frozenset[str]
    differences: dict[str, list[str]]


@cache
def compared(seed: int) -> Compared:
    """Draw a city, assess it with the engine and with the reference, and say where they differ."""
    with TemporaryDirectory() as folder:
        folders = generate.write(Path(folder), seed, sites=170, forms=4, districts=12)
        result = evaluate.check(folders.catalogue, folders.data)
        return Compared(
            len(result.findings), coverage.table(result.details), folders.ways, differences(folders, result)
        )


def differences(folders: generate.Folders, result: Result, **asked: Any) -> dict[str, list[str]]:
    """Where the engine differs from the reference's result, by what differs."""
    named = frozenset(site for visit, site, _ in result.findings if visit)
    ours, theirs = engine(folders, named, **asked), expected(result)
    return {
        "findings": differing(ours.findings, theirs.findings),
        "lead units": differing(ours.lead_units, theirs.lead_units),
        **{name: differing(ours.figures[name], theirs.figures[name]) for name in ours.figures},
        **{f"places of {name}": differing(ours.ranks[name], theirs.ranks[name]) for name in ours.ranks},
    }


@pytest.mark.parametrize("seed", CITIES)
def test_findings_are_those_of_the_reference(seed: int) -> None:
    assert compared(seed).differences["findings"] == []


@pytest.mark.parametrize("seed", CITIES)
def test_figures_and_places_are_those_of_the_reference(seed: int) -> None:
    found = {name: lines for name, lines in compared(seed).differences.items() if lines and name != "findings"}
    assert found == {}


@pytest.mark.parametrize("seed", range(101, 107))
@pytest.mark.parametrize(
    "asked", [{"as_of": date(2026, 3, 8)}, {"as_of": date(2026, 3, 11)}, {"round_id": ""}], ids=str
)
def test_another_day_and_an_earlier_round(seed: int, asked: dict[str, Any], tmp_path: Path) -> None:
    """Dated values and waivers the day before and after; the round of February where there is one."""
    folders = generate.write(tmp_path, seed, sites=40, forms=2)
    if "round_id" in asked:
        asked = {"round_id": next(name for way, name in EARLIER.items() if way in folders.ways)}
    result = evaluate.check(folders.catalogue, folders.data, **asked)
    assert result.findings
    assert {name: lines for name, lines in differences(folders, result, **asked).items() if lines} == {}


def test_every_way_of_writing_a_city_is_among_them() -> None:
    ways = frozenset().union(*(compared(seed).ways for seed in CITIES))
    assert ways == {
        "register", "no register", "rounds: column", "rounds: table", "rounds: none", "a column per level", "area paths",
        "leave_out", "no_total", "latest", "each",
    }  # fmt: skip


def test_a_difference_is_seen() -> None:
    assert differing({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}) == ["b: 2, 3", "c: None, 4"]


def test_enough_is_compared_and_no_reachable_cell_is_empty(pytestconfig: pytest.Config) -> None:
    """Every kind in every status, on a limit and on both sides of it; the table stands at the end of the run."""
    cells = sum((compared(seed).cells for seed in CITIES), Counter[Cell]())
    if pytestconfig.cache is not None:
        pytestconfig.cache.set(TABLE, coverage.text(cells))
    assert sum(compared(seed).findings for seed in CITIES) >= FEWEST
    assert coverage.gaps(cells) == []
