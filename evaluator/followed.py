"""What became of the gaps of an earlier round: mended, still there, or not settled; and which gaps are new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from duibiao.evaluator.areas import upwards
from duibiao.evaluator.assessment import Assessment, Followed, Gap, Scorecard

Fate = Literal["mended", "left", "unsettled", "new"]
Key = tuple[str, str]  # site, criterion


@dataclass(frozen=True, slots=True)
class GapFate:
    """What became of one gap, where it is and who mends it. Several visits of a site with the same gap are one."""

    fate: Fate
    area: str | None
    units: tuple[str, ...]


def gap_fates(then: Assessment, now: Assessment) -> tuple[GapFate, ...]:
    """The fate of every gap of ``then``, and the gaps of ``now`` that were none then.

    Mended is what is met now; what is neither met nor a gap now (not looked at, contradictory, waived, not applicable,
    no longer asked) is unsettled.
    """
    old, new = _gaps(then), _gaps(now)
    met = set(now.findings.filter(pl.col("status") == "met").select("site", "criterion").iter_rows())

    def fate(key: Key) -> Fate:
        return "left" if key in new else "mended" if key in met else "unsettled"

    areas = {site.site: site.area for assessment in (then, now) for site in assessment.sites}
    told = [(fate(key), key, gap) for key, gap in old.items()]
    told += [("new", key, gap) for key, gap in new.items() if key not in old]
    return tuple(GapFate(word, areas[key[0]], gap.lead_units or gap.supporting_units) for word, key, gap in told)


def _gaps(assessment: Assessment) -> dict[Key, Gap]:
    return {(gap.site, gap.criterion): gap for gap in assessment.gaps}


def followed(fates: Iterable[GapFate]) -> Followed:
    """The counts of all of them."""
    return _counts(fates, lambda _: ("",)).get("", NOTHING)


def followed_areas(fates: Iterable[GapFate], areas: Iterable[Scorecard]) -> tuple[Followed, ...]:
    """The counts of each area with all below it; '' are the sites without area."""
    found = _counts(fates, lambda each: upwards(each.area))
    return tuple(found.get(card.id, NOTHING) for card in areas)


def followed_units(fates: Iterable[GapFate], units: Iterable[Scorecard]) -> tuple[Followed, ...]:
    """The counts of each unit; a gap of several lead units counts for each."""
    found = _counts(fates, lambda each: each.units or ("",))
    return tuple(found.get(card.id, NOTHING) for card in units)


NOTHING = Followed(0, 0, 0, 0, 0)


def _counts(fates: Iterable[GapFate], groups: Callable[[GapFate], Iterable[str]]) -> dict[str, Followed]:
    counts: dict[str, Counter[Fate]] = {}
    for each in fates:
        for group in groups(each):
            counts.setdefault(group, Counter())[each.fate] += 1
    return {
        group: Followed(
            gaps=found["mended"] + found["left"] + found["unsettled"],
            mended=found["mended"],
            left=found["left"],
            unsettled=found["unsettled"],
            new=found["new"],
        )
        for group, found in counts.items()
    }
