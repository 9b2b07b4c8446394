"""Figures that do not add up stop the run before anything is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from duibiao.evaluator.assessment import Adjustment, Assessment, Bounds, Coverage, Gains, Made, Scorecard, Tally
from duibiao.evaluator.submission import Table
from duibiao.evaluator.totals import Inconsistent, check_totals
from tests.assessments import SITES, assessment


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
    yield "records", replace(made, total=_other(total, records=1))
    yield "known records", replace(made, total=_other(total, records_known=1))
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


# ------------------------------------------------------------------ each of them alone

HALF = Fraction(1, 2)


def _areas(made: Assessment, **changes: Any) -> Assessment:
    return replace(made, areas=(_other(made.areas[0], **changes), *made.areas[1:]))


def _at_site(made: Assessment, number: int, **changes: Any) -> Assessment:
    sites = list(made.sites)
    own = sites[number].card
    assert own is not None
    sites[number] = replace(sites[number], card=_other(own, **changes))
    return replace(made, sites=tuple(sites))


def _part(made: Assessment, **changes: Any) -> Assessment:
    parts = made.areas[0].parts
    return _areas(made, parts=(replace(parts[0], **changes), *parts[1:]))


def _ended(made: Assessment, combined: str, cap: str | None, line: str, score: str) -> Assessment:
    """The total made of its parts (``combined``), a cap and one line."""
    lines = (Adjustment("line", Fraction(line), 1, Fraction(line)),)
    told = Made(Fraction(combined), Fraction(cap) if cap is not None else None, (), lines, (), Fraction(score))
    bounds = Bounds(Fraction(0), Fraction(100))
    return replace(made, made=told, total=_other(made.total, score=Fraction(score), bounds=bounds))


def _gaining(made: Assessment, gains: Gains) -> Assessment:
    return replace(made, gaps=(replace(made.gaps[0], gains=gains), *made.gaps[1:]))


def _tables(made: Assessment, *tables: Table) -> Assessment:
    return replace(made, submission=replace(made.submission, tables=tables))


def _alone(made: Assessment) -> Iterator[tuple[Assessment, set[str]]]:
    """An assessment with one thing wrong, and everything that must be named."""
    total, listed, unlisted = made.total, made.submission.tables[0], made.submission.tables[1]
    top = made.areas[0].id
    yield replace(made, findings=made.findings[1:]), {"findings by status"}
    yield _at_site(made, 0, tally=Tally()), {"statuses of the sites"}
    yield replace(made, site_types=made.site_types[1:]), {"statuses of the site types", "visited sites by type"}
    results = (replace(made.results[0], tally=Tally()), *made.results[1:])
    yield replace(made, results=results), {"statuses of the criteria", "gaps"}
    for status in ("unobserved", "waived", "invalid"):
        left = tuple(each for each in made.open if each.status != status)
        yield replace(made, open=left), {f"findings listed as {status}"}
    yield replace(made, total=_other(total, possible=total.possible + 1)), {"points possible at sites"}
    yield _at_site(made, 0, earned=Fraction(-1)), {"points earned at sites", "earned within possible, site M-01"}
    for dimension in ("areas", "site_types", "units", "places"):
        first, *others = getattr(made, dimension)
        beyond: dict[str, Any] = {dimension: (_other(first, earned=first.possible + HALF), *others)}
        where = f"earned within possible, {first.dimension} {first.id}"
        yield replace(made, **beyond), {where}
    yield _areas(made, earned=Fraction(-1, 9)), {f"earned within possible, area {top}"}
    both = {f"score within 0..100, area {top}", f"score within its bounds, area {top}"}
    yield _areas(made, score=Fraction(-1, 9)), both
    yield _areas(made, score=Fraction(901, 9)), both
    yield _areas(made, bounds=Bounds(Fraction(-1, 9), Fraction(100))), {f"score within its bounds, area {top}"}
    yield _areas(made, bounds=Bounds(Fraction(0), Fraction(901, 9))), {f"score within its bounds, area {top}"}
    yield _areas(made, bounds=Bounds(Fraction(80), Fraction(90))), {f"score within its bounds, area {top}"}
    yield _areas(made, bounds=Bounds(Fraction(10), Fraction(20))), {f"score within its bounds, area {top}"}
    yield (
        _areas(made, score=None, bounds=Bounds(Fraction(60), Fraction(40))),
        {f"score within its bounds, area {top}"},
    )
    yield _areas(made, coverage=Coverage(Fraction(-1), Fraction(1))), {f"observed within what could be, area {top}"}
    yield _part(made, score=Fraction(1)), {f"score within its bounds, part on_site of area {top}"}
    yield (
        _part(made, coverage=Coverage(Fraction(2), Fraction(1))),
        {f"observed within what could be, part on_site of area {top}"},
    )
    yield _areas(made, cap=Fraction(76)), {f"score below its cap, area {top}"}
    # the total: 5765/76, less than 76
    what = {"the total after caps and adjustments"}
    yield _ended(made, "5765/76", None, "3", "5765/76"), what
    yield _ended(made, "5765/76", "59", "3", "62"), what  # capped once more
    yield _ended(made, "5765/76", "59", "-3", "59"), what  # the line takes what the cap left
    yield _ended(made, "5765/76", None, "30", "8045/76"), what | {"score within 0..100, total ", "score within its bounds, total "}  # fmt: skip
    yield _ended(made, "5765/76", None, "-90", "-1075/76"), what | {"score within 0..100, total ", "score within its bounds, total "}  # fmt: skip
    yield _ended(made, "75", None, "0", "75"), {"the total made of its parts"}
    yield replace(made, gaps=made.gaps[:-1]), {"gaps", "points lost by gaps"}
    yield _at_site(made, 0, lost=None), {"points lost at sites"}
    # what gains may be
    nothing = Gains(None, None, (), None, None, ())
    for beside in (Fraction(-1, 9), Fraction(901, 9)):
        for scope in ("site", "area", "part", "total"):
            told: dict[str, Any] = {scope: beside}
            yield _gaining(made, replace(nothing, **told)), {"gains of M-01:food_safe"}
        yield _gaining(made, replace(nothing, units=(("a", None), ("b", beside)))), {"gains of M-01:food_safe"}
    yield replace(made, total=_other(total, registered=8)), {"registered sites"}
    types = (_other(made.site_types[0], sites=1), *made.site_types[1:])
    yield replace(made, site_types=types), {"visited sites by type"}
    types = (_other(made.site_types[0], records=1), *made.site_types[1:])
    yield replace(made, site_types=types), {"records by type"}
    yield _tables(made, replace(listed, used=8), unlisted), {"rows of 点位台账.xlsx 点位"}
    yield _tables(made, listed, replace(unlisted, rejected=1)), {"rows of 3月.csv"}


ALONE = tuple(_alone(assessment()))


@pytest.mark.parametrize(("wrong", "named"), ALONE, ids=["+".join(sorted(named)) for _wrong, named in ALONE])
def test_what_does_not_add_up_is_named_and_nothing_else(wrong: Assessment, named: set[str]) -> None:
    with pytest.raises(Inconsistent) as stopped:
        check_totals(wrong)
    assert {each.rpartition(": ")[0] for each in stopped.value.differences} == named


def _agreeing(made: Assessment) -> Iterator[tuple[str, Assessment]]:
    """What is only just right."""
    yield "as it is", made
    yield "nothing earned", _areas(made, earned=Fraction(0))
    yield "nothing at all", _areas(made, score=Fraction(0), bounds=Bounds(Fraction(0), Fraction(0)))
    yield "everything", _areas(made, score=Fraction(100), bounds=Bounds(Fraction(100), Fraction(100)))
    yield "neither score nor bounds", _areas(made, score=None, bounds=None)
    yield "bounds without a score", _areas(made, score=None, bounds=Bounds(Fraction(0), Fraction(100)))
    yield "at its cap", _areas(made, cap=made.areas[0].score)
    yield "a cap without a score", _areas(made, score=None, cap=Fraction(1))
    yield "nothing observed", _areas(made, coverage=Coverage(Fraction(0), Fraction(1)))
    yield "everything observed", _areas(made, coverage=Coverage(Fraction(1), Fraction(1)))
    yield "capped", _ended(made, "5765/76", "59", "0", "59")
    yield "capped, then a line", _ended(made, "5765/76", "59", "-9", "50")
    yield "capped once more", _ended(made, "5765/76", "59", "9", "59")
    yield "not above 100", _ended(made, "5765/76", None, "90", "100")
    yield "not below 0", _ended(made, "5765/76", None, "-90", "0")
    yield "a cap above all", _ended(made, "5765/76", "90", "1", "5841/76")
    for gain in (None, Fraction(0), Fraction(100)):
        yield f"gains of {gain}", _gaining(made, Gains(gain, gain, (("a", gain),), gain, gain, ()))
    one = replace(made.submission.tables[0], used=7, rejected=2)
    yield "two rows rejected", _tables(made, one, made.submission.tables[1])
    yield "no site visited", assessment([replace(each, found={}) for each in SITES])
    # documents lack 5, and nothing lost a point there: a cap on a site alone
    without = tuple(replace(each, lost=Fraction(0)) if each.id == "archive" else each for each in made.results)
    gaps = tuple(replace(each, lost=Fraction(0)) if each.criterion == "archive" else each for each in made.gaps)
    capped = replace(made, results=without, gaps=gaps)
    yield "a part that only a cap holds down", _at_site(capped, 6, lost=Fraction(0))
    # where a share may stay with what nobody looked at, and where there is no total, gaps need not have it all
    lighter = replace(made, gaps=(replace(made.gaps[0], lost=Fraction(1)), *made.gaps[1:]))
    score = made.catalogue.score.model_copy(update={"unobserved": "zero"})
    head = made.catalogue.head.model_copy(update={"score": score})
    yield "unobserved counts", replace(lighter, catalogue=made.catalogue.model_copy(update={"head": head}))
    none = Made(None, None, (), (), (), None)
    yield "no total", replace(lighter, made=none, total=_other(made.total, score=None))


AGREEING = tuple(_agreeing(assessment()))


@pytest.mark.parametrize("right", [each for _, each in AGREEING], ids=[what for what, _ in AGREEING])
def test_what_adds_up_only_just_is_let_through(right: Assessment) -> None:
    check_totals(right)


def test_every_difference_has_a_line_with_what_was_found_and_what_must_be() -> None:
    made = assessment()
    wrong = replace(made, total=_other(made.total, registered=6, possible=Fraction(24)))
    with pytest.raises(Inconsistent) as stopped:
        check_totals(wrong)
    lines = ("points possible at sites: 23 instead of 24", "registered sites: 7 instead of 6")
    assert stopped.value.differences == lines
    assert str(stopped.value) == "\n".join(lines)
