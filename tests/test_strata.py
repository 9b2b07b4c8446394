"""Which sites of which type lie in which area, and how many of them are wanted."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pytest

from duibiao.criteria.models import Catalogue, Quota, SiteType
from duibiao.evaluator.areas import Geography
from duibiao.evaluator.strata import Stratum, quota_strata, strata
from tests import tiny_catalogue

GEOGRAPHY = Geography(
    {"周口市": "city", "周口市/川汇区": "district", "周口市/示范区": "district", "周口市/川汇区/七一路": "subdistrict"},
    {},
)
# site, type, area
REGISTER = [
    ("m2", "market", "周口市/川汇区/七一路"),
    ("m1", "market", "周口市/川汇区"),
    ("m3", "market", "周口市"),
    ("m4", "market", None),
    ("c1", "crossing", "周口市/示范区"),
    ("周口市/川汇区", "documents", "周口市/川汇区"),
]
SITES = pl.DataFrame(REGISTER, schema={"site": pl.String, "site_type": pl.String, "area": pl.String}, orient="row")
CHUANHUI, SHIFAN, QIYI = "周口市/川汇区", "周口市/示范区", "周口市/川汇区/七一路"
TWO_A_DISTRICT = Quota(per="district", sites=2)


def city(**quotas: Quota) -> Catalogue:
    """The tiny catalogue with quotas."""
    made = tiny_catalogue.catalogue()
    kinds: dict[str, SiteType] = {
        name: kind.model_copy(update={"quota": quotas.get(name)}) for name, kind in made.site_types.items()
    }
    return made.model_copy(update={"site_types": kinds})


@pytest.mark.parametrize(
    ("quotas", "asked", "found"),
    [
        pytest.param({}, {}, [], id="nothing is wanted"),
        pytest.param(
            {"market": TWO_A_DISTRICT},
            {},
            [
                Stratum("market", CHUANHUI, ("m1", "m2"), 2),
                Stratum("market", SHIFAN, (), 2),
                Stratum("market", "", ("m3", "m4"), 2),
            ],
            id="the quota of the catalogue, an area without sites, sites without area of the level",
        ),
        pytest.param(
            {"market": TWO_A_DISTRICT},
            {"market": Quota(per="subdistrict", sites=1)},
            [Stratum("market", QIYI, ("m2",), 1), Stratum("market", "", ("m1", "m3", "m4"), 1)],
            id="what is asked stands in place of the quota",
        ),
        pytest.param(
            {"market": TWO_A_DISTRICT},
            {"crossing": Quota(per="district", sites=3)},
            [
                Stratum("market", CHUANHUI, ("m1", "m2"), 2),
                Stratum("market", SHIFAN, (), 2),
                Stratum("market", "", ("m3", "m4"), 2),
                Stratum("crossing", CHUANHUI, (), 3),
                Stratum("crossing", SHIFAN, ("c1",), 3),
            ],
            id="what is asked stands beside the quotas of other types, in the order of the catalogue",
        ),
        pytest.param(
            {}, {"market": Quota(per="grid", sites=1)},
            [Stratum("market", "", ("m1", "m2", "m3", "m4"), 1)],
            id="no area of the level at all",
        ),
        pytest.param({"documents": TWO_A_DISTRICT}, {"documents": TWO_A_DISTRICT}, [], id="an area is no place"),
    ],
)  # fmt: skip
def test_strata(quotas: Mapping[str, Quota], asked: Mapping[str, Quota], found: list[Stratum]) -> None:
    catalogue = city(**quotas)
    assert list(strata(catalogue, SITES, GEOGRAPHY, asked)) == found
    assert list(strata(catalogue, SITES.reverse(), GEOGRAPHY, asked)) == found


def test_what_is_short() -> None:
    assert [each.short for each in strata(city(market=TWO_A_DISTRICT), SITES, GEOGRAPHY)] == [0, 2, 0]


def test_the_quota_of_areas_is_one_for_the_check_up() -> None:
    assert quota_strata(city(documents=Quota(per="district", sites=1)), SITES, GEOGRAPHY) == (
        Stratum("documents", CHUANHUI, ("周口市/川汇区",), 1),
        Stratum("documents", SHIFAN, (), 1),
    )
