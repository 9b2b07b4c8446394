"""Strata: the sites of one type in one area, and how many of them assessors draw or an office should have inspected.

How many is a quota: that of the site type in the catalogue (``quota: {per: subdistrict, sites: 2}``), or another that
somebody asks for. Every area of the quota's level is a stratum, also one without a site on its register.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from duibiao.criteria.models import Catalogue, Quota, SiteType
from duibiao.evaluator.areas import Geography


@dataclass(frozen=True, slots=True)
class Stratum:
    """The sites of one type in one area of the quota's level, and how many of them are wanted.

    ``sites`` are keys on the register, sorted. ``area`` is a path, or '' for the sites that no area of the level
    holds: an office has to place them, and until then they are drawn among themselves. ``wanted`` may be above the
    number of sites: then all are drawn, and the shortage is told.
    """

    site_type: str
    area: str
    sites: tuple[str, ...]
    wanted: int

    @property
    def short(self) -> int:
        """How many sites the register lacks for what is wanted."""
        return max(0, self.wanted - len(self.sites))


def place_types(catalogue: Catalogue) -> dict[str, SiteType]:
    """The site types whose sites are places on a register: no areas or units, and no questionnaires."""
    return {
        name: kind for name, kind in catalogue.site_types.items() if kind.each is None and not kind.is_questionnaire
    }


def strata(
    catalogue: Catalogue, sites: pl.DataFrame, geography: Geography, asked: Mapping[str, Quota] = {}
) -> tuple[Stratum, ...]:
    """The strata of places, by type in the order of the catalogue and by area, those without area last.

    What is ``asked`` of a type stands in place of the catalogue's quota; types that have neither are left out.
    """
    kinds = place_types(catalogue)
    return _strata({name: asked.get(name, kind.quota) for name, kind in kinds.items()}, sites, geography)


def quota_strata(catalogue: Catalogue, sites: pl.DataFrame, geography: Geography) -> tuple[Stratum, ...]:
    """The strata of the catalogue's own quotas, those of units and areas among them."""
    return _strata({name: kind.quota for name, kind in catalogue.site_types.items()}, sites, geography)


def _strata(quotas: Mapping[str, Quota | None], sites: pl.DataFrame, geography: Geography) -> tuple[Stratum, ...]:
    placed: dict[tuple[str, str], list[str]] = defaultdict(list)
    for site, kind, area in sites.select("site", "site_type", "area").iter_rows():
        quota = quotas.get(kind)
        if quota is not None:
            placed[kind, geography.at(area, quota.per) or ""].append(site)
    return tuple(
        Stratum(name, area, tuple(sorted(placed[name, area])), quota.sites)
        for name, quota in quotas.items()
        if quota is not None
        for area in (*sorted(each for each, level in geography.levels.items() if level == quota.per), "")
        if area or placed[name, ""]
    )
