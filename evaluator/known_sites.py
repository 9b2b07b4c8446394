"""What a round knows of the sites that assessors may draw: what was found at those visited, and for each of the others
whose findings stand in for its own.

A site that nobody visited takes the findings of a donor: a visited site of its type in the nearest area above it that
has enough of them, else anywhere. A finding that nobody observed at a visited site takes that of a donor of the type.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from duibiao.evaluator.areas import Geography
from duibiao.evaluator.assessment import COUNTED, OPEN
from duibiao.evaluator.chance import Numbers
from duibiao.evaluator.columns import E9
from duibiao.evaluator.drawn_totals import NOWHERE
from duibiao.evaluator.method import Method
from duibiao.evaluator.site_figure import site_score
from duibiao.evaluator.strata import Stratum
from duibiao.evaluator.sums import PartOf, Sums, add_up


@dataclass(frozen=True)
class Found:
    """Findings of sites of one type, a row a site, a column a criterion.

    How many count, the sum of their values, how many are missed, how bad the worst is where the lowest decides;
    ``open``: nobody observed it. ``scores`` are the sites' own scores 0..100 in billionths with whether they have one,
    where the total is made of them.
    """

    keys: tuple[PartOf, ...]
    number: Numbers
    value: Numbers
    missed: Numbers
    worst: Numbers
    open: NDArray[np.bool_]
    scores: Numbers
    scored: Numbers

    def above(self, lower: Found) -> Found:
        """These rows and beneath them those of the same criteria at as many sites of the type."""
        both = {
            each.name: np.concatenate([getattr(self, each.name), getattr(lower, each.name)])
            for each in fields(self)
            if each.name != "keys"
        }
        return Found(keys=self.keys, **both)

    @cached_property
    def lowest(self) -> Numbers:
        """The columns whose lowest finding decides."""
        return np.flatnonzero((self.worst > NOWHERE).any(axis=0))

    @cached_property
    def table(self) -> Numbers:
        """Number, value and missed side by side, and the scores, so that rows are added up at once."""
        return np.hstack([self.number, self.value, self.missed, self.scores[:, None], self.scored[:, None]])


@dataclass(frozen=True)
class KnownType:
    """The sites of one drawn type. ``rows[i]`` is the place of site ``i`` among those visited, or -1; then ``pools[i]``
    is the place of its pool. A pool has the places of its donors, which are among ``lenders``: the visited sites as
    they were before anything was mended. Without any visited site nothing is known."""

    site_type: str
    strata: tuple[Stratum, ...]
    sites: tuple[str, ...]
    found: Found
    visited: tuple[str, ...]
    rows: Numbers
    pools: Numbers
    pool_areas: tuple[str, ...]  # '': donors from anywhere
    pool_donors: tuple[Numbers, ...]
    lenders: Numbers

    @property
    def unvisited(self) -> int:
        """How many of its sites nobody visited."""
        return len(self.sites) - len(self.visited)

    @property
    def drawn(self) -> int:
        """How many of its sites each draw holds."""
        return sum(min(each.wanted, len(each.sites)) for each in self.strata)


def known_types(
    method: Method, rows: pl.DataFrame, strata: Sequence[Stratum], areas: Mapping[str, str | None],
    geography: Geography, least: int, before: pl.DataFrame | None = None,
) -> tuple[KnownType, ...]:  # fmt: skip
    """What is known of every drawn type, in the order of the strata, which all have sites; ``least`` donors an area.

    ``before`` are the findings before some were mended: where nobody looked, nothing was mended.
    """
    by_type: dict[str, list[Stratum]] = defaultdict(list)
    for each in strata:
        by_type[each.site_type].append(each)
    seen = rows.filter(~pl.col("status").is_in(OPEN))
    visited = {
        kind: sorted(sites) for kind, sites in seen.group_by("site_type").agg(pl.col("site").unique()).iter_rows()
    }
    return tuple(
        _known_type(method, rows, kind, tuple(own), visited.get(kind, []), areas, geography, least, before)
        for kind, own in by_type.items()
    )


def _known_type(
    method: Method, rows: pl.DataFrame, kind: str, strata: tuple[Stratum, ...], visited: list[str],
    areas: Mapping[str, str | None], geography: Geography, least: int, before: pl.DataFrame | None,
) -> KnownType:  # fmt: skip
    sites = tuple(site for each in strata for site in each.sites)
    place = {site: at for at, site in enumerate(visited)}
    within: dict[str, list[int]] = defaultdict(list)
    for site, at in place.items():
        for area in geography.way(areas[site] or ""):
            within[area].append(at)
    wide = {area: own for area, own in within.items() if len(own) >= least}
    of_site = [
        next((area for area in geography.way(areas[site] or "") if area in wide), "") if site not in place else None
        for site in sites
    ]
    pools = sorted({area for area in of_site if area is not None})
    number = {area: at for at, area in enumerate(pools)}
    found = found_at(method, rows.filter(pl.col("site_type") == kind), visited, drawn=True)
    lenders = np.arange(len(visited), dtype=np.int64)
    if before is not None:
        found = found.above(found_at(method, before.filter(pl.col("site_type") == kind), visited, drawn=True))
        lenders += len(visited)
    return KnownType(
        site_type=kind,
        strata=strata,
        sites=sites,
        found=found,
        visited=tuple(visited),
        rows=np.array([place.get(site, -1) for site in sites], dtype=np.int64),
        pools=np.array([number[area] if area is not None else -1 for area in of_site], dtype=np.int64),
        pool_areas=tuple(pools),
        pool_donors=tuple(lenders[wide.get(area, slice(None))] for area in pools),
        lenders=lenders,
    )


def standing(method: Method, rows: pl.DataFrame, drawn: Collection[str]) -> Mapping[str, Found]:
    """What was found at sites of types that are not drawn, as it stands: one row for all sites of a type."""
    fixed = rows.filter(~pl.col("site_type").is_in(list(drawn)))
    found = {}
    for kind in sorted(set(fixed["site_type"])):
        own = fixed.filter(pl.col("site_type") == kind)
        found[kind] = found_at(method, own, sorted(set(own["site"])), drawn=False)
    return found


def found_at(method: Method, rows: pl.DataFrame, sites: Sequence[str], *, drawn: bool) -> Found:
    """The findings at some sites of one type. What is open counts nothing where the type is ``drawn``, since assessors
    look; else it counts as the method says."""
    part = method.part_of[rows["site_type"][0]] if rows.height else ""
    names = sorted(set(rows["criterion"]) & speaking(method))
    keys = tuple((part, name) for name in names)
    rules = [method.rules[name] for name in names]
    places = pl.DataFrame(
        {"site": list(sites), "#site": range(len(sites))}, schema={"site": pl.String, "#site": pl.Int64}
    )
    columns = pl.DataFrame(
        {
            "criterion": names,
            "#rule": range(len(names)),
            "nothing": [rule.nothing for rule in rules],
            "loses": [rule.loses for rule in rules],
            "lowest": [rule.over_sites == "lowest" for rule in rules],
        },
        schema={
            "criterion": pl.String, "#rule": pl.Int64, "nothing": pl.Int64, "loses": pl.Boolean, "lowest": pl.Boolean,
        },
    )  # fmt: skip
    unseen = pl.col("status").is_in(OPEN)
    zero = unseen & (method.zero and not drawn)
    counts = pl.col("status").is_in(COUNTED) | zero
    scored_as = pl.when(unseen).then("nothing").otherwise("value")
    bad = pl.when("loses").then(scored_as).otherwise(-scored_as)
    told = (
        rows.join(places, on="site")
        .join(columns, on="criterion")
        .group_by("#site", "#rule")
        .agg(
            counts.sum().cast(pl.Int64).alias("number"),
            scored_as.filter(counts).sum().alias("value"),
            (zero | (pl.col("status") == "missed")).sum().cast(pl.Int64).alias("missed"),
            bad.filter(counts & pl.col("lowest")).max().fill_null(NOWHERE).alias("worst"),
            unseen.any().alias("open"),
        )
    )
    shape, where = (len(sites), len(names)), (told["#site"].to_numpy(), told["#rule"].to_numpy())
    number, value, missed = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    worst, opened = np.full(shape, NOWHERE, dtype=np.int64), np.zeros(shape, dtype=np.bool_)
    for name, array in {"number": number, "value": value, "missed": missed, "worst": worst, "open": opened}.items():
        array[where] = told[name].to_numpy()
    scores, scored = _scores(method, rows, sites, drawn=drawn)
    return Found(keys, number, value, missed, worst, opened, scores, scored)


def speaking(method: Method) -> set[str]:
    """The criteria that a total can feel."""
    return {
        rule.id
        for rule in method.rules.values()
        if rule.weight or rule.total_cap is not None or rule.adjusts is not None
    }


def _scores(method: Method, rows: pl.DataFrame, sites: Sequence[str], *, drawn: bool) -> tuple[Numbers, Numbers]:
    """The sites' own scores in billionths and whether they have one; nothing where no part is made of them."""
    scores, scored = np.zeros(len(sites), dtype=np.int64), np.zeros(len(sites), dtype=np.int64)
    if method.by_site("total"):
        groups = add_up(method, rows.filter(~pl.col("status").is_in(OPEN)) if drawn else rows, "site")
        for at, site in enumerate(sites):
            sums: Sums = groups[site].sums
            score = site_score(method, sums, "now")
            if score is not None:
                scores[at], scored[at] = round(score * E9), 1
    return scores, scored
