"""The engine held to the reference (design, section 10): drawn cities, limits on both sides, no difference.

Every finding of twenty cities; of eight of them, which are written in every way that there is, also every figure with
its bounds, its coverage and its places, how the total was made, what mending a gap gains and what visiting a site again
tells. tests/soak.py takes the figures of all twenty, and goes on to ten million findings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from duibiao.criteria.load import load_catalogue
from duibiao.evaluator.assess import assess
from duibiao.evaluator.intake.read import read_submission
from duibiao.evaluator.judgement import judge_round
from tests.conftest import TABLE
from tests.reference import coverage, evaluate, generate, scores
from tests.reference.cards import Card
from tests.reference.coverage import Cell
from tests.reference.evaluate import Key, Result
from tests.reference.findings import COUNTED, OPEN, Finding

if TYPE_CHECKING:
    from duibiao.evaluator.assessment import Assessment, Gap, PartScore, Scorecard
    from tests.reference.cards import PartCard

CITIES = range(1, 21)
WITH_FIGURES = (1, 4, 7, 8, 10, 12, 13, 19)  # among them is every way of writing a city
FEWEST = 100_000  # findings in every run
GAPS, VISITS = 30, 5  # of a large city, how many are reckoned by brute force

EARLIER = {"rounds: column": "2026-02", "rounds: table": "二月", "rounds: none": ""}  # the round before the last

Facts = dict[Any, Any]  # what one side says, by what it says it of
Findings = dict[Key, tuple[str, Fraction | None, Fraction, str]]  # status, earned, possible, the visit


@dataclass(frozen=True)
class Outcome:
    """What one side says of a city, in the reference's terms: scores 0..1, figures 0..100, each thing by its name."""

    findings: dict[Key, tuple[str, Fraction | None, Fraction]]  # status, earned, possible
    facts: dict[str, Facts]
    gaps: Mapping[Key, Gap] | None = None
    visit_values: Mapping[str, Fraction | None] | None = None


# --- the engine -------------------------------------------------------------------------------------------------------


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
    gaps = {key_of(each_of(gap), named): gap for gap in assessment.gaps}
    assert len(gaps) == len(assessment.gaps)
    return Outcome(
        findings={key: (str(row["status"]), earned(row), Fraction(row["possible"])) for key, row in rows.items()},
        facts={
            "lead units": {key: units(row["lead_units"]) for key, row in rows.items()},
            "visits of findings": {key: moment(row["visit"]) for key, row in rows.items()},
            "gaps": dict.fromkeys(gaps, True),
            "made": made_by_engine(assessment),
            **figures_of_engine(assessment),
            **ranks_of_engine(assessment),
        },
        gaps=gaps,
        visit_values={each.site: each.visit_value for each in assessment.sites if each.card},
    )


def judged_by_engine(folders: generate.Folders, named: frozenset[str]) -> Findings:
    """The engine's findings, without any figure."""
    catalogue = load_catalogue(str(folders.catalogue))
    submission = read_submission((folders.data,), catalogue)
    assert not submission.rejected, submission.rejected
    judgement = judge_round(catalogue, submission)
    found: Findings = {}
    rows = judgement.rows.select("visit", "site", "criterion", "status", "value")
    for row in rows.iter_rows(named=True):
        rule = judgement.method.rules[row["criterion"]]
        points = rule.points * rule.score(row["value"]) if row["status"] in COUNTED else None
        key = key_of(row, named)
        assert key not in found, key
        found[key] = (str(row["status"]), points, rule.points, moment(row["visit"]))
    return found


def key_of(row: Mapping[str, object], named: frozenset[str]) -> Key:
    """(visit, site, criterion): the visit by its time where every visit counts, else empty."""
    site = str(row["site"])
    return moment(row["visit"]) if site in named else "", site, str(row["criterion"])


def each_of(gap: Gap) -> Mapping[str, object]:
    """A gap as a row."""
    return {"site": gap.site, "visit": gap.visit, "criterion": gap.criterion}


def moment(visit: object) -> str:
    """The time of a visit, as the reference writes it; of two at one time the second has #2 behind it."""
    return str(visit).rpartition("@")[2].partition("#")[0].replace("T", " ")


def earned(row: Mapping[str, object]) -> Fraction | None:
    """Points earned, None where nothing was observed."""
    above, below = row["earned_num"], row["earned_den"]
    return None if above is None or row["status"] not in COUNTED else Fraction(int(str(above)), int(str(below)))


def units(cell: object) -> tuple[str, ...]:
    """The units of a finding."""
    listed = cell.split(";") if isinstance(cell, str) else list(cell) if isinstance(cell, Iterable) else []
    return tuple(str(unit) for unit in listed if unit)


def figures_of_engine(assessment: Assessment) -> dict[str, Facts]:
    """Every figure with what stands beside it, and the parts of all but sites."""
    cards: dict[str, Iterable[Scorecard]] = {
        "total": [assessment.total], "areas": assessment.areas, "types": assessment.site_types, "units": assessment.units,
        "outline": assessment.places, "sites": [each.card for each in assessment.sites if each.card],
    }  # fmt: skip
    visits = [(f"{moment(card.id)}\n{each.site}", card) for each in assessment.sites for card in each.visit_cards]
    found: dict[str, Facts] = {"visits": {key: beside(card) for key, card in visits}}
    for name, several in cards.items():
        listed = [
            ("" if name == "total" else card.id, card) for card in several if card.tally.total
        ]  # not the unvisited
        found[name] = {key: beside(card) for key, card in listed}
        if name != "sites":
            found[f"parts of {name}"] = {(key, part.part): within(part) for key, card in listed for part in card.parts}
    return found


def ranks_of_engine(assessment: Assessment) -> dict[str, Facts]:
    """Every place by what it is of."""
    cards = {"areas": assessment.areas, "types": assessment.site_types, "units": assessment.units}
    cards["sites"] = tuple(each.card for each in assessment.sites if each.card)
    return {
        f"ranks of {name}": {each.id: each.rank for each in several if each.rank} for name, several in cards.items()
    }


def made_by_engine(assessment: Assessment) -> Facts:
    """How the total was made."""
    made = assessment.made
    return {
        "combined": made.combined, "cap": made.cap, "capped_by": sorted(made.capped_by), "score": made.score,
        "adjustments": {each.criterion: each.amount for each in made.adjustments}, "gates_failed": sorted(made.gates_failed),
    }  # fmt: skip


# --- the reference, and what both sides say in one shape --------------------------------------------------------------


def expected(result: Result) -> Outcome:
    """What the reference says, in the same shape."""
    made = result.made
    facts: dict[str, Facts] = {
        "lead units": {(each.visit, each.site, each.criterion): each.lead_units for each in result.details},
        "visits of findings": {(each.visit, each.site, each.criterion): each.seen for each in result.details},
        "gaps": dict.fromkeys(positions_of_gaps(result), True),
        "made": {
            "combined": made.combined, "cap": made.cap, "capped_by": sorted(made.capped_by), "score": made.score,
            "adjustments": made.adjustments, "gates_failed": sorted(made.gates_failed),
        },
    }  # fmt: skip
    for name, cards in ({"total": {"": result.card}} | result.cards).items():
        facts[name] = {key: beside(card) for key, card in cards.items()}
        if name not in ("sites", "visits"):
            parts = [(key, part, each) for key, card in cards.items() for part, each in (card.parts or {}).items()]
            facts[f"parts of {name}"] = {(key, part): within(each) for key, part, each in parts}
    facts |= {f"ranks of {name}": dict(places) for name, places in result.ranks.items()}
    findings = {key: (status, points, most) for key, (status, _, points, most) in result.findings.items()}
    return Outcome(findings, facts)


def positions_of_gaps(result: Result) -> dict[Key, int]:
    """Where the missed and partial findings stand that are to be mended."""
    return {
        (each.visit, each.site, each.criterion): position
        for position, each in enumerate(result.details)
        if each.status in ("missed", "partial") and each.terms.to_mend
    }


def beside(card: Card | Scorecard) -> Facts:
    """A figure and what stands beside it."""
    return {
        "score": card.score, "level": card.level, "bounds": card.bounds and (card.bounds.low, card.bounds.high),
        "coverage": card.coverage and (card.coverage.observed, card.coverage.of), "withheld": card.withheld,
        "cap": card.cap, "capped_by": sorted(card.capped_by),
    }  # fmt: skip


def within(part: PartCard | PartScore) -> Facts:
    """A part of a figure."""
    return {
        "score": part.score, "bounds": part.bounds and (part.bounds.low, part.bounds.high),
        "coverage": part.coverage and (part.coverage.observed, part.coverage.of),
    }  # fmt: skip


def differing(ours: Mapping[Any, Any], theirs: Mapping[Any, Any]) -> list[str]:
    """`key: engine, reference` wherever they differ; what stands on one side only is None on the other."""
    if ours == theirs:
        return []
    keys = sorted(ours.keys() | theirs.keys(), key=str)
    return [f"{key}: {said(ours.get(key), theirs.get(key))}" for key in keys if ours.get(key) != theirs.get(key)]


def said(ours: object, theirs: object) -> str:
    """What each side says; of several things at once only those that differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return "; ".join(differing(ours, theirs))
    return f"{ours}, {theirs}"


# --- many cities ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Compared:
    """One drawn city, assessed twice; the findings themselves are not kept."""

    findings: int
    cells: Counter[Cell]
    ways: frozenset[str]
    differences: dict[str, list[str]]


def compared(seed: int, *, figures: bool) -> Compared:
    """Draw a city, judge it with the engine and with the reference, and say where they differ."""
    with TemporaryDirectory() as folder:
        folders = generate.write(Path(folder), seed, sites=140, forms=4, districts=12)
        if figures:
            result = evaluate.check(folders.catalogue, folders.data)
            details, found = result.details, differences(folders, result, Random(seed))
        else:
            details = evaluate.findings(folders.catalogue, folders.data)
            found = {"findings": findings_differing(folders, details)}
        return Compared(len(details), coverage.table(details), folders.ways, found)


@cache
def city(seed: int) -> Compared:
    """One of the cities of these tests."""
    return compared(seed, figures=seed in WITH_FIGURES)


def findings_differing(folders: generate.Folders, details: Iterable[Finding]) -> list[str]:
    """Where the engine's findings differ from the reference's."""
    theirs = {
        (each.visit, each.site, each.criterion): (each.status, each.earned, each.possible, each.seen)
        for each in details
    }
    named = frozenset(site for visit, site, _ in theirs if visit)
    return differing(judged_by_engine(folders, named), theirs)


def differences(
    folders: generate.Folders, result: Result, sample: Random | None = None, **asked: Any
) -> dict[str, list[str]]:
    """Where the engine differs from the reference's result, by what differs; without a sample every gap is reckoned."""
    named = frozenset(site for visit, site, _ in result.findings if visit)
    ours, theirs = engine(folders, named, **asked), expected(result)
    return {
        "findings": differing(ours.findings, theirs.findings),
        **{name: differing(ours.facts[name], theirs.facts[name]) for name in theirs.facts},
        "gains": gains_differing(ours.gaps or {}, result, sample),
        "values of visits": visits_differing(ours.visit_values or {}, result, sample),
    }


def gains_differing(gaps: Mapping[Key, Gap], result: Result, sample: Random | None) -> list[str]:
    """The gains of the gaps, or of a sample of them."""
    positions = {key: position for key, position in positions_of_gaps(result).items() if key in gaps}
    keys = list(positions) if sample is None else sample.sample(list(positions), min(GAPS, len(positions)))
    theirs = {key: result.gains(positions[key]) for key in keys}
    ours = {key: gaps[key].gains for key in keys}
    return differing(
        {
            key: {
                "site": each.site,
                "area": each.area,
                "units": dict(each.units),
                "part": each.part,
                "total": each.total,
            }
            for key, each in ours.items()
            if each is not None
        },
        {
            key: {
                "site": each.site,
                "area": each.area,
                "units": dict(each.units),
                "part": each.part,
                "total": each.total,
            }
            for key, each in theirs.items()
        },
    )


def visits_differing(values: Mapping[str, Fraction | None], result: Result, sample: Random | None) -> list[str]:
    """The value of visiting the sites again, or some of them; it is asked of every site where something is open."""
    sites = list(result.groups["sites"])
    asked = {each.site for each in result.details if each.status in OPEN}
    chosen = sites if sample is None else sample.sample(sites, min(VISITS, len(sites)))
    ours = {site: values.get(site) for site in chosen} | {
        "asked": {key for key, each in values.items() if each is not None}
    }
    return differing(ours, {site: result.visit_value(site) for site in chosen} | {"asked": asked})


@pytest.mark.parametrize("seed", CITIES)
def test_findings_are_those_of_the_reference(seed: int) -> None:
    assert city(seed).differences["findings"] == []


@pytest.mark.parametrize("seed", WITH_FIGURES)
def test_figures_and_places_are_those_of_the_reference(seed: int) -> None:
    differences = city(seed).differences
    assert len(differences) > 1
    assert {name: lines for name, lines in differences.items() if lines and name != "findings"} == {}


@pytest.mark.parametrize("seed", range(101, 104))
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
    assert {name: lines for name, lines in differences(folders, result, Random(seed), **asked).items() if lines} == {}


@pytest.mark.parametrize("seed", range(201, 207))
def test_every_gain_and_every_value_of_a_visit(seed: int, tmp_path: Path) -> None:
    """Small cities, where all of them can be reckoned by brute force."""
    folders = generate.write(tmp_path, seed, sites=8, forms=2, districts=2)
    result = evaluate.check(folders.catalogue, folders.data)
    found = differences(folders, result)
    assert {name: lines for name, lines in found.items() if lines} == {}


WRITTEN = {
    "register", "no register", "rounds: column", "rounds: table", "rounds: none", "a column per level", "area paths",
}  # fmt: skip


def test_every_way_of_writing_a_city_is_among_those_with_figures() -> None:
    ways = frozenset().union(*(city(seed).ways for seed in WITH_FIGURES))
    assert ways == WRITTEN | scores.every_way()


def test_a_difference_is_seen() -> None:
    assert differing({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}) == ["b: 2, 3", "c: None, 4"]


def test_enough_is_compared_and_no_reachable_cell_is_empty(pytestconfig: pytest.Config) -> None:
    """Every kind in every status, on a limit and on both sides of it; the table stands at the end of the run."""
    cells = sum((city(seed).cells for seed in CITIES), Counter[Cell]())
    if getattr(pytestconfig, "cache", None) is not None:
        pytestconfig.cache.set(TABLE, coverage.text(cells))
    assert sum(city(seed).findings for seed in CITIES) >= FEWEST
    assert coverage.gaps(cells) == []
