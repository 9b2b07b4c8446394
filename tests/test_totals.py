"""Figures that do not add up stop the report before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from duibiao.evaluator.assessment import Assessment, Scorecard, Tally
from duibiao.reports.html import write_pages
from duibiao.reports.totals import Inconsistent
from tests.assessments import assessment


def _other(card: Scorecard, **changes: Any) -> Scorecard:
    return replace(card, **changes)


def _tampered(made: Assessment) -> Iterator[tuple[str, Assessment]]:
    total = made.total
    one_more = total.tally + Tally(met=1)
    yield "findings by status", replace(made, total=_other(total, tally=one_more))
    yield "statuses of the parts", replace(made, total=_other(total, parts=total.parts[:1]))
    yield "the total made of its parts", replace(made, total=_other(total, score=Fraction(80)))
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
def test_figures_that_do_not_add_up_stop_the_report(what: str, wrong: Assessment, tmp_path: Path) -> None:
    with pytest.raises(Inconsistent) as stopped:
        write_pages(wrong, tmp_path / "out")
    assert any(difference.startswith(f"{what}: ") for difference in stopped.value.differences)
    assert not (tmp_path / "out").exists()
