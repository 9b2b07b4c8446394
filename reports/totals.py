"""The check before anything is printed: what an assessment says in several places must agree.

A bulletin whose parts did not add up to its total was once printed and sent; here a mismatch stops the report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain
from typing import Final

from duibiao.evaluator.assessment import STATUSES, Assessment, Scorecard, Tally

Comparison = tuple[str, object, object]
NOTHING: Final = Fraction(0)


class Inconsistent(Exception):
    """The figures of an assessment contradict each other; ``differences`` has one line for each contradiction."""

    def __init__(self, differences: tuple[str, ...]) -> None:
        super().__init__("\n".join(differences))
        self.differences = differences


def check_totals(assessment: Assessment) -> None:
    """Raise ``Inconsistent`` unless statuses, points, losses, sites and rows add up everywhere they are shown."""
    checks = (_statuses, _points, _losses, _sites, _rows)
    differences = tuple(
        f"{what}: {found} instead of {expected}"
        for what, found, expected in chain.from_iterable(check(assessment) for check in checks)
        if found != expected
    )
    if differences:
        raise Inconsistent(differences)


def _statuses(assessment: Assessment) -> Iterator[Comparison]:
    total = assessment.total.tally
    found = Counter(assessment.findings["status"].to_list())
    yield "findings by status", Tally(**{status: found[status] for status in STATUSES}), total
    yield "statuses of the parts", _tally(part.tally for part in assessment.total.parts), total
    yield "statuses of the sites", _tally(card.tally for card in _site_cards(assessment)), total
    yield "statuses of the site types", _tally(card.tally for card in assessment.site_types), total
    yield "statuses of the criteria", _tally(each.tally for each in assessment.results), total
    listed = Counter(each.status for each in assessment.open)
    for status in ("unobserved", "waived", "invalid"):
        yield f"findings listed as {status}", listed[status], getattr(total, status)


def _points(assessment: Assessment) -> Iterator[Comparison]:
    total = assessment.total
    scored = [(part.weight, part.score) for part in total.parts if part.score is not None]
    if total.score is not None:
        made = sum((weight * score for weight, score in scored), NOTHING)
        yield "the total made of its parts", made, total.score * sum((weight for weight, _ in scored), NOTHING)
        without = tuple(part.part for part in total.parts if part.score is None)
        yield "parts left out", assessment.total_parts_left_out, without
    yield "points earned at sites", sum((card.earned for card in _site_cards(assessment)), NOTHING), total.earned
    yield "points possible at sites", sum((card.possible for card in _site_cards(assessment)), NOTHING), total.possible
    groups = (assessment.areas, assessment.site_types, assessment.units, assessment.places)
    for card in chain((total,), *groups, _site_cards(assessment)):
        where = f"{card.dimension} {card.id}"
        yield f"earned within possible, {where}", NOTHING <= card.earned <= card.possible, True
        yield f"score within 0..100, {where}", card.score is None or 0 <= card.score <= 100, True


def _losses(assessment: Assessment) -> Iterator[Comparison]:
    tally = assessment.total.tally
    yield "gaps", len(assessment.gaps), tally.partial + tally.missed
    if assessment.total.score is None:
        return
    lacking = 100 - assessment.total.score
    yield "points lost by criteria", sum((result.lost for result in assessment.results), NOTHING), lacking
    yield "points lost by gaps", sum((gap.lost for gap in assessment.gaps), NOTHING), lacking


def _sites(assessment: Assessment) -> Iterator[Comparison]:
    visited = sum(1 for _ in _site_cards(assessment))
    yield "visited sites", visited, assessment.total.sites
    yield "registered sites", len(assessment.sites), assessment.total.registered
    yield "visited sites by type", sum(card.sites for card in assessment.site_types), assessment.total.sites
    yield "pages of sites", len({site.page for site in assessment.sites}), len(assessment.sites)


def _rows(assessment: Assessment) -> Iterator[Comparison]:
    for table in assessment.submission.tables:
        yield f"rows of {table.file} {table.sheet or ''}".rstrip(), table.used + table.rejected, table.read


def _site_cards(assessment: Assessment) -> Iterator[Scorecard]:
    return (site.card for site in assessment.sites if site.card is not None)


def _tally(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally())
