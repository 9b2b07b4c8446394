"""Figures that do not add up stop the run before anything is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from duibiao.evaluator.assessment import Assessment, Bounds, Coverage, Gains, Scorecard, Tally
from duibiao.evaluator.totals import Inconsistent, check_totals
from tests.assessments import assessment


def _other(card: Scorecard, **changes: Any) -> Scorecard:
    return replace(card, **changes)


def _tampered(made: Assessment) -> Iterator[tuple[str, Assessment]]:
    total = made.total
    one_more = total.tally + Tally(met=1)
    yield "findings by status", replace(made, total=_other(total, tally=one_more))
    yield "statuses of the parts", replace(made, total=_other(total, parts=total.parts[:1]))
    yield "the total as it was made", replace(made, total=_other(total, score=Fraction(80)))
    yield "the total made of its parts", replace(made, made=replace(made.made, combined=Fraction(80)))
    capped = replace(made.made, cap=Fraction(59))
    yield "the total after caps and adjustments", replace(made, made=capped)
    held = _other(made.areas[0], cap=Fraction(1))
    yield "score below its cap, area 周口市", replace(made, areas=(held, *made.areas[1:]))
    loose = _other(made.areas[0], bounds=Bounds(Fraction(0), Fraction(1)))
    yield "score within its bounds, area 周口市", replace(made, areas=(loose, *made.areas[1:]))
    without = _other(made.areas[0], bounds=None)
    yield "score within its bounds, area 周口市", replace(made, areas=(without, *made.areas[1:]))
    seen = _other(made.areas[0], coverage=Coverage(Fraction(2), Fraction(1)))
    yield "observed within what could be, area 周口市", replace(made, areas=(seen, *made.areas[1:]))
    taking = Gains(Fraction(-1), None, (), None, None, ())
    worse = replace(made.gaps[0], gains=taking)
    yield f"gains of {worse.id}", replace(made, gaps=(worse, *made.gaps[1:]))
    yield "points lost by gaps", replace(made, gaps=(replace(made.gaps[0], lost=Fraction(1)), *made.gaps[1:]))
    yield "gaps", replace(made, gaps=made.gaps[1:])
    lighter = replace(made.results[0], lost=Fraction(1))
    yield "points lost by criteria", replace(made, results=(lighter, *made.results[1:]))
    yield "findings listed as waived", replace(made, open=tuple(each for each in made.open if each.status != "waived"))
    yield "visited sites", replace(made, total=_other(total, sites=total.sites + 1))
    yield "registered sites", replace(made, total=_other(total, registered=total.registered - 1))
    yield "pages of sites", replace(made, sites=(replace(made.sites[0], page="M-02"), *made.sites[1:]))
    yield "parts left out", replace(made, total_parts_left_out=())
    yield "points earned at sites", replace(made, total=_other(total, earned=total.earned + 1))
    wrong = _other(made.areas[0], earned=made.areas[0].possible + 1, score=Fraction(101))
    yield "earned within possible, area 周口市", replace(made, areas=(wrong, *made.areas[1:]))
    yield "score within 0..100, area 周口市", replace(made, areas=(wrong, *made.areas[1:]))
    table = replace(made.submission.tables[0], used=8)
    yield (
        "rows of 点位台账.xlsx 点位",
        replace(made, submission=replace(made.submission, tables=(table, *made.submission.tables[1:]))),
    )


TAMPERED = tuple(_tampered(assessment()))


@pytest.mark.parametrize(("what", "wrong"), TAMPERED, ids=[what for what, _wrong in TAMPERED])
def test_figures_that_do_not_add_up_stop_the_run(what: str, wrong: Assessment) -> None:
    with pytest.raises(Inconsistent) as stopped:
        check_totals(wrong)
    assert any(difference.startswith(f"{what}: ") for difference in stopped.value.differences)
