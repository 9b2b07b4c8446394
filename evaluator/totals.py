"""What holds of every assessment, tested at the end of every run: what it says in several places must agree.

A bulletin whose parts did not add up to its total was once printed and sent; here a mismatch stops the report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain
from typing import Final

from duibiao.evaluator.assessment import STATUSES, Assessment, Bounds, Coverage, Scorecard, Tally

Comparison = tuple[str, object, object]
NOTHING: Final = Fraction(0)


class Inconsistent(Exception):
    """The figures of an assessment contradict each other; ``differences`` has one line for each contradiction."""

    def __init__(self, differences: tuple[str, ...]) -> None:
        super().__init__("\n".join(differences))
        self.differences = differences


def check_totals(assessment: Assessment) -> None:
    """Raise ``Inconsistent`` unless statuses, points, losses, sites and rows add up everywhere they are shown."""
    _check(assessment, (_statuses, _points, _made, _losses, _gains, _sites, _rows))


def check_sums(assessment: Assessment) -> None:
    """The same of a round whose sites and findings are not told one by one: what its sums say must agree."""
    _check(assessment, (_sums, _points_of_groups, _made, _losses_of_criteria, _gains, _rows))


def _check(assessment: Assessment, checks: Sequence[Callable[[Assessment], Iterator[Comparison]]]) -> None:
    differences = tuple(
        f"{what}: {found} instead of {expected}"
        for what, found, expected in chain.from_iterable(check(assessment) for check in checks)
        if found != expected
    )
    if differences:
        raise Inconsistent(differences)


def _sums(assessment: Assessment) -> Iterator[Comparison]:
    total, kinds = assessment.total, assessment.site_types
    yield "statuses of the parts", _tally(part.tally for part in total.parts), total.tally
    yield "statuses of the site types", _tally(card.tally for card in kinds), total.tally
    yield "statuses of the criteria", _tally(each.tally for each in assessment.results), total.tally
    yield "visited sites by type", sum(card.sites for card in kinds), total.sites
    yield "records by type", sum(card.records for card in kinds), total.records


def _statuses(assessment: Assessment) -> Iterator[Comparison]:
    yield from _sums(assessment)
    total = assessment.total.tally
    found = Counter(assessment.findings["status"])
    yield "findings by status", Tally(**{status: found[status] for status in STATUSES}), total
    yield "statuses of the sites", _tally(card.tally for card in _site_cards(assessment)), total
    listed = Counter(each.status for each in assessment.open)
    for status in ("unobserved", "waived", "invalid"):
        yield f"findings listed as {status}", listed[status], getattr(total, status)


def _points(assessment: Assessment) -> Iterator[Comparison]:
    total = assessment.total
    yield (
        "parts left out",
        assessment.total_parts_left_out,
        tuple(part.part for part in total.parts if part.score is None),
    )
    yield "points earned at sites", sum((card.earned for card in _site_cards(assessment)), NOTHING), total.earned
    yield "points possible at sites", sum((card.possible for card in _site_cards(assessment)), NOTHING), total.possible
    yield from _points_of_groups(assessment)


def _points_of_groups(assessment: Assessment) -> Iterator[Comparison]:
    total = assessment.total
    groups = (assessment.areas, assessment.site_types, assessment.units, assessment.places)
    for card in chain((total,), *groups, _site_cards(assessment)):
        where = f"{card.dimension} {card.id}"
        yield f"earned within possible, {where}", NOTHING <= card.earned <= card.possible, True
        told = [(where, card.score, card.bounds, card.coverage)]
        told += [(f"part {part.part} of {where}", part.score, part.bounds, part.coverage) for part in card.parts]
        for named, score, bounds, coverage in told:
            yield f"score within 0..100, {named}", score is None or 0 <= score <= 100, True
            yield f"score within its bounds, {named}", _within(score, bounds), True
            yield f"observed within what could be, {named}", _observed(coverage), True
        if card.cap is not None:
            yield f"score below its cap, {where}", card.score is None or card.score <= card.cap, True


def _within(score: Fraction | None, bounds: Bounds | None) -> bool:
    if bounds is None:
        return score is None
    return 0 <= bounds.low <= bounds.high <= 100 and (score is None or bounds.low <= score <= bounds.high)


def _observed(coverage: Coverage | None) -> bool:
    return coverage is None or 0 <= coverage.observed <= coverage.of


def _made(assessment: Assessment) -> Iterator[Comparison]:
    """The total once more from its printed parts, caps and lines."""
    total, made = assessment.total, assessment.made
    scored = [(part.weight, part.score) for part in total.parts if part.score is not None]
    whole = sum((weight for weight, _ in scored), NOTHING)
    if made.combined is not None:
        yield "the total made of its parts", sum((w * score for w, score in scored), NOTHING), made.combined * whole
        score = min(made.combined, made.cap) if made.cap is not None else made.combined
        score = max(NOTHING, min(Fraction(100), score + made.adjusted))
        yield (
            "the total after caps and adjustments",
            made.score,
            min(score, made.cap) if made.cap is not None else score,
        )
    yield "the total as it was made", total.score, made.score


def _losses(assessment: Assessment) -> Iterator[Comparison]:
    """What sites and gaps lost is what the criteria lost."""
    yield from _losses_of_criteria(assessment)
    lost = sum((result.lost for result in assessment.results), NOTHING)
    yield "points lost at sites", sum((card.lost or NOTHING for card in _site_cards(assessment)), NOTHING), lost
    if assessment.catalogue.score.unobserved == "leave_out" and assessment.made.combined is not None:
        yield "points lost by gaps", sum((gap.lost for gap in assessment.gaps), NOTHING), lost


def _losses_of_criteria(assessment: Assessment) -> Iterator[Comparison]:
    """What the criteria lost adds up to what the parts lack; a part where only caps cost something is aside."""
    rules = assessment.method.rules
    mended = (each.tally for each in assessment.results if rules[each.id].to_mend)
    gaps = assessment.large.gaps if assessment.large is not None else len(assessment.gaps)
    yield "gaps", gaps, sum(tally.partial + tally.missed for tally in mended)
    lost = sum((result.lost for result in assessment.results), NOTHING)
    scored = [part for part in assessment.total.parts if part.score is not None]
    whole = sum((part.weight for part in scored), NOTHING)
    lacking = NOTHING
    for part in scored:
        assert part.score is not None
        if any(result.lost for result in assessment.results if result.part == part.part):
            lacking += part.weight * (100 - part.score) / whole
    yield "points lost by criteria", lost, lacking


def _gains(assessment: Assessment) -> Iterator[Comparison]:
    """No gap brings a figure above what is possible, and none takes anything."""
    for gap in assessment.gaps:
        if gap.gains is not None:
            told = (gap.gains.site, gap.gains.area, gap.gains.part, gap.gains.total, *(g for _, g in gap.gains.units))
            yield f"gains of {gap.id}", all(gain is None or 0 <= gain <= 100 for gain in told), True


def _sites(assessment: Assessment) -> Iterator[Comparison]:
    total, records = assessment.total, assessment.method.records
    known = [site.site_type in records for site in assessment.sites]
    seen = [site.site_type in records for site in assessment.sites if site.card is not None]
    yield "visited sites", seen.count(False), total.sites
    yield "registered sites", known.count(False), total.registered
    yield "records", seen.count(True), total.records
    yield "known records", known.count(True), total.records_known
    yield "pages of sites", len({site.page for site in assessment.sites}), len(assessment.sites)


def _rows(assessment: Assessment) -> Iterator[Comparison]:
    for table in assessment.submission.tables:
        yield f"rows of {table.file} {table.sheet or ''}".rstrip(), table.used + table.rejected, table.read


def _site_cards(assessment: Assessment) -> Iterator[Scorecard]:
    return (site.card for site in assessment.sites if site.card is not None)


def _tally(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally())
