"""A draw from a small register, for tests of its list: markets, crossings and toilets in two districts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from duibiao.criteria import language
from duibiao.criteria.language import Language
from duibiao.criteria.models import Catalogue, Quota, SiteType
from duibiao.evaluator.areas import Geography
from duibiao.evaluator.draw import Drawn, draw
from duibiao.evaluator.strata import strata
from duibiao.evaluator.submission import SITES
from duibiao.reports.draw_list import Asked, DrawList, draw_list
from tests import tiny_catalogue

CITY, EAST, WEST = "周口市", "周口市/川汇区", "周口市/示范区"
GEOGRAPHY = Geography({CITY: "city", EAST: "district", WEST: "district", f"{EAST}/七一路": "subdistrict"}, {})
QUOTAS = {"market": Quota(per="district", sites=2), "crossing": Quota(per="district", sites=1)}
REGISTER: tuple[dict[str, Any], ...] = (
    {"site": "M1", "name": "光华市场", "site_type": "market", "area": f"{EAST}/七一路", "lon": 114.65, "lat": 33.62},
    {"site": "M2", "name": "安居市场", "site_type": "market", "area": EAST},
    {"site": "M3", "name": "新市场", "site_type": "market", "area": EAST},
    {"site": f"{WEST}/西市场", "name": "西市场", "site_type": "market", "area": WEST},
    {"site": "C1", "name": "市场门口", "site_type": "crossing", "area": EAST, "part_of": "M1"},
    {"site": "C2", "name": "路口", "site_type": "crossing", "area": None},
    {"site": "T1", "name": "公厕", "site_type": "toilet", "area": EAST},
    {"site": EAST, "name": "川汇区", "site_type": "documents", "area": EAST},
)


def catalogue() -> Catalogue:
    """The tiny catalogue with public toilets, of which nothing says how many are drawn."""
    made = tiny_catalogue.catalogue()
    toilet = SiteType(id="toilet", title="公共厕所", file="toilet.yaml")
    return made.model_copy(update={"site_types": {**made.site_types, "toilet": toilet}})


def register(rows: tuple[Mapping[str, Any], ...] = REGISTER) -> pl.DataFrame:
    """The sites, in so far as a draw reads them; positions are counted in gcj02."""
    return pl.DataFrame(
        [{"crs": "gcj02" if "lon" in row else None, **row} for row in rows], schema=SITES, infer_schema_length=None
    )


def drawn(
    sites: pl.DataFrame, seed: int = 7, reserve: int = 1, left_out: frozenset[str] = frozenset()
) -> tuple[Drawn, ...]:
    """What is drawn of them."""
    return draw(strata(catalogue(), sites, GEOGRAPHY, QUOTAS), seed, reserve, left_out)


def listed(
    sites: pl.DataFrame | None = None,
    *,
    left_out: frozenset[str] = frozenset(),
    spoken: Language = "en",
    **asked: Any,
) -> DrawList:
    """The list of a draw with seed 7 and a reserve in every stratum."""
    there = register() if sites is None else sites
    made = Asked(**{"seed": 7, "reserve": 1, "quotas": QUOTAS, **asked})
    return draw_list(
        catalogue(), there, drawn(there, made.seed, made.reserve, left_out), made, language.translations(spoken)
    )
