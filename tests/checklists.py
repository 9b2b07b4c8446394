"""A small city to make checklists of: the catalogue of the handbook's tests, its register and one round of visits."""

from __future__ import annotations

import gettext as gnu
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from duibiao.criteria.load import catalogue_folder, read_catalogue
from duibiao.evaluator.assess import assess
from duibiao.reports.checklist import Maker, Wanted
from duibiao.reports.handbook import Handbook, cases_for
from duibiao.reports.subjects import Known
from tests.city import EAST, WEST, make_submission
from tests.handbook_catalogue import ATTACK, write_catalogue

HOSTILE: Final = (
    "</script><img src=x onerror=document.title='hit'>",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(1)",
    "-2",
    "../../outside",
    "CON",
    "\u202eevil\u2066 右",
    'a:b*?"<>|&{{7*7}}',
    "\x01\x0b控制",
    "长" * 200,
)


def small_maker(
    folder: Path, *, visited: bool = True, names: Mapping[str, str] | None = None, **wanted: object
) -> Maker:
    """Checklists of the small city, in English: M1 with gaps, M2 met, M3 never visited, in two districts."""
    reading = read_catalogue(write_catalogue(folder))
    catalogue = reading.catalogue
    assert catalogue is not None
    called = {"M1": "光华市场", "M2": "安居市场", "M3": "新市场"} | dict(names or {})
    sites = [
        {"site": key, "name": name, "site_type": "market", "area": WEST if key == "M2" else EAST}
        for key, name in called.items()
    ]
    visits = {"market": [
        {"site": "M1", "bad_items": 2, "advert_count": 1},
        {"site": "M2", "bad_items": 0, "advert_count": 3},
    ]}  # fmt: skip
    problems = [{"site": "M1", "site_type": "market", "criterion": "food_safe", "problem": HOSTILE[1]}]
    submission = make_submission(catalogue, visits, sites=sites, problems=problems)
    day, words = date(2026, 3, 2), gnu.NullTranslations()
    assessment = assess(catalogue, submission, as_of=day, language="en") if visited else None
    book = Handbook(catalogue, cases_for(reading, {each.id for each in catalogue.criteria}, words), {}, {}, words)
    return Maker(book, Known(catalogue, day, submission, assessment), Wanted(**wanted))  # type: ignore[arg-type]


def hostile_maker(folder: Path) -> Maker:
    """The small city with a market of each hostile name; titles of its criteria are attacks too."""
    return small_maker(folder, names={f"H{place}": name for place, name in enumerate(HOSTILE)}, quiz=True)


def national_maker(*kinds: str, **wanted: object) -> Maker:
    """Checklists of the national catalogue, with the cases of what is asked at some site types."""
    folder = catalogue_folder("national")
    assert folder is not None
    reading = read_catalogue(folder)
    catalogue = reading.catalogue
    assert catalogue is not None
    day, words = date(2026, 3, 2), gnu.NullTranslations()
    asked = {each.id for kind in kinds for each in catalogue.criteria_of(kind, day)}
    book = Handbook(catalogue, cases_for(reading, asked, words), {}, {}, words)
    return Maker(book, Known(catalogue, day), Wanted(**wanted))  # type: ignore[arg-type]


__all__ = ["ATTACK", "HOSTILE", "hostile_maker", "national_maker", "small_maker"]
