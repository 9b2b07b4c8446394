"""How firmly areas hold their places, beside their ranking: a share of the variants of the method, and why."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from duibiao.evaluator.assessment import Firmness
from duibiao.reports.figures import Figure, Sentence, say
from duibiao.reports.reading import Reading, share

NAMED: Final = 3  # criteria or parts that are named for one area


def held_share(reading: Reading, area: str) -> Figure | None:
    """In how many variants of all an area keeps its place; None for areas without one."""
    found = _firmness(reading, area)
    if found is None:
        return None
    index, each = found
    kept, scenarios = (sum(getattr(own, name) for own in each.kept) for name in ("kept", "scenarios"))
    return share(kept, scenarios, f"stability.areas.{index}.kept")


def reach(reading: Reading, area: str) -> Sentence | None:
    """The places that an area gets, where it gets others than its own."""
    found = _firmness(reading, area)
    if found is None or found[1].best == found[1].worst:
        return None
    index, each = found
    _, path = reading.word, f"stability.areas.{index}"
    best, worst = Figure(str(each.best), f"{path}.best"), Figure(str(each.worst), f"{path}.worst")
    return say(_("places {best} to {worst}"), best=best, worst=worst)


def kept_note(reading: Reading) -> Sentence | None:
    """What a place kept means; None where it is not known."""
    _, stability = reading.word, reading.assessment.stability
    if stability is None:
        return None
    kinds = stability.areas[0].kept
    return say(
        _(
            "Place kept: in how many of {n} variants of the method the place stays the same; each leaves out one "
            "criterion, moves its points by 10 %, or moves the weight of one part by 10 %."
        ),
        n=Figure(str(sum(each.scenarios for each in kinds)), made_from="stability.areas.0.kept"),
    )


def loose_places(reading: Reading) -> Sentence | None:
    """Which neighbouring places are not firm; None where all are, or where it is not known."""
    _, stability = reading.word, reading.assessment.stability
    placed = sorted(stability.areas, key=lambda each: each.place) if stability is not None else []
    groups: list[list[int]] = []
    for above, below in pairwise(placed):
        falls = above.place < above.worst >= below.place
        climbs = below.place > below.best <= above.place
        if not falls and not climbs:
            continue
        if groups and groups[-1][-1] == above.place:
            groups[-1].append(below.place)
        else:
            groups.append([above.place, below.place])
    if not groups:
        return None
    named = [_("places {places}").format(places=reading.listed(map(str, dict.fromkeys(each)))) for each in groups]
    return say(
        _(
            "Not firm are {places}: they may change where one criterion is left out, or its points or the weight of a "
            "part are moved by 10 %."
        ),
        places=reading.listed(named),
    )


def moving_notes(reading: Reading) -> Iterator[Sentence]:
    """For every area that moves what alone moves it."""
    _, stability = reading.word, reading.assessment.stability
    for index, each in enumerate(stability.areas if stability is not None else ()):
        if each.moved_by:
            named = [_title(reading, name) for name in each.moved_by[:NAMED]]
            yield say(
                _("{area}: {n} criteria or parts alone can move its place, as {named}."),
                area=reading.area_text(each.area),
                n=Figure(str(len(each.moved_by)), made_from=f"stability.areas.{index}.moved_by"),
                named=reading.listed(named),
            )


def _firmness(reading: Reading, area: str) -> tuple[int, Firmness] | None:
    """How firmly an area holds its place, and where that stands in assessment.json."""
    stability = reading.assessment.stability
    found = enumerate(stability.areas) if stability is not None else ()
    return next(((index, each) for index, each in found if each.area == area), None)


def _title(reading: Reading, name: str) -> str:
    """The title of a criterion or of a part."""
    parts = reading.assessment.catalogue.head.parts
    return parts[name] if name in parts else reading.assessment.criteria[name].title
