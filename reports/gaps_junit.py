"""Findings as JUnit XML: a suite a site type, a test a criterion at a site; what failed are the gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final
from xml.etree import ElementTree

from duibiao.evaluator.assessment import Scorecard, SiteResult
from duibiao.evaluator.cells import Cell
from duibiao.reports.gap_facts import colon, duties, mending, standing_at
from duibiao.reports.gap_lines import GapLine, gap_lines
from duibiao.reports.plain_text import plain_text
from duibiao.reports.reading import Reading

COLUMNS: Final = ("site_type", "site", "visit", "criterion", "status", "because")


def gaps_junit(reading: Reading, cells: Mapping[str, tuple[Cell, ...]]) -> str:
    """Every finding as a test: passed where it is met, failed where it is a gap, skipped where it does not count,
    as honours not won and members of two methods do not.

    ``cells`` are those of each gap by its id. A test keeps its class and name from round to round; a visit is named
    where every one counts by itself. Sites that nobody visited have no test; each suite tells their number.
    """
    assessment = reading.assessment
    gaps = {
        (gap.visit, gap.criterion): (line, cells.get(gap.id, ()))
        for gap, line in zip(assessment.gaps, gap_lines(reading), strict=True)
    }
    cards = {card.id: card for card in assessment.site_types}
    failed = Counter(assessment.sites[reading.places_of[gap.site]].site_type for gap in assessment.gaps)
    titles = {key: plain_text(f"{each.title} ({key})") for key, each in assessment.criteria.items()}
    classes = {each.site: _class(each) for each in assessment.sites}
    title = f"{assessment.catalogue.head.title} {reading.round()}"
    root = ElementTree.Element("testsuites", {"name": plain_text(title), **_counts(cards.values(), failed.total())})
    suites = {name: _suite(root, card, failed[name]) for name, card in cards.items()}
    several = {name for name in cards if assessment.catalogue.inspections(name) == "each"}
    for site_type, site, visit, criterion, status, because in assessment.findings.select(COLUMNS).iter_rows():
        day = f" {plain_text(visit.rpartition('@')[2])}" if site_type in several else ""
        case = ElementTree.SubElement(
            suites[site_type], "testcase", classname=classes[site], name=f"{titles[criterion]}{day}"
        )
        if (visit, criterion) in gaps:
            points = Fraction(reading.criteria[criterion, site_type].points)
            _fail(reading, case, *gaps[visit, criterion], points)
        elif status != "met":
            said = f"{reading.status(status).word}{colon(reading)}{because}"
            ElementTree.SubElement(case, "skipped", message=plain_text(said))
    ElementTree.indent(root, "")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _class(site: SiteResult) -> str:
    """The site as the class of its tests, below its type; no two are alike."""
    return plain_text(f"{site.site_type}.{site.site if site.site.endswith(site.name) else f'{site.name} {site.site}'}")


def _suite(root: ElementTree.Element, card: Scorecard, failed: int) -> ElementTree.Element:
    suite = ElementTree.SubElement(root, "testsuite", {"name": plain_text(card.title), **_counts([card], failed)})
    properties = ElementTree.SubElement(suite, "properties")
    numbers = (
        ("sites visited", card.sites), ("sites registered", card.registered),
        ("records handed in", card.records), ("records known", card.records_known),
    )  # fmt: skip
    for name, number in numbers:
        ElementTree.SubElement(properties, "property", name=name, value=str(number))
    return suite


def _counts(cards: Iterable[Scorecard], failed: int) -> dict[str, str]:
    """How many tests there are, and how many of them failed or were skipped."""
    tallies = [card.tally for card in cards]
    tests, passed = sum(each.total for each in tallies), sum(each.met for each in tallies)
    return {"tests": str(tests), "failures": str(failed), "errors": "0", "skipped": str(tests - passed - failed)}


def _fail(reading: Reading, case: ElementTree.Element, line: GapLine, cells: Iterable[Cell], points: Fraction) -> None:
    failure = ElementTree.SubElement(case, "failure", type=line.status, message=line.seen)
    facts = (*mending(reading, line), *duties(reading, line, points), *standing_at(reading, cells))
    failure.text = "\n".join(facts)
