"""A small city to make checklists of: the catalogue of the handbook's tests, its register and one round of visits."""

from __future__ import annotations

import gettext as gnu
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from duibiao.criteria.load import read_catalogue
from duibiao.evaluator.assess import assess
from duibiao.reports.checklist import Checklist, Last, Maker, Wanted
from duibiao.reports.handbook import Handbook, cases_for
from duibiao.reports.reading import Mark
from duibiao.reports.rule_words import Item, RuleWords, Step
from duibiao.reports.subjects import Known
from tests import shipped
from tests.city import EAST, WEST, make_submission
from tests.handbook_catalogue import write_catalogue
from tests.hostile import TEXTS

DAY: Final = date(2026, 3, 2)
KINDS: Final = ("market", "crossing", "public_toilet", "community")
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
# A crossing that may belong to a market, as a public toilet does in the national catalogue.
CROSSING: Final = "site_type: crossing\ntitle: 交通路口\nlead_unit: market_bureau\npart_of: [market]\n"
DATA: Final = {
    "属地.csv": "属地,上级,层级\n试验市,,city\n东区,试验市,district\n西区,试验市,district\n",
    "台账.csv": "编号,点位,点位类型,属地,所属点位\nM1,光华市场,农贸市场,东区,\nM2,安居市场,农贸市场,西区,\n"
    "M3,新市场,农贸市场,东区,\nC1,市场门口,交通路口,东区,M1\n",
    "农贸市场.csv": "编号,日期,公益广告数,过期食品件数\nM1,2026-03-02,1,2\nM2,2026-03-02,3,0\n",
}


def write_city(folder: Path) -> Path:
    """The small city as files: ``criteria`` and ``data`` in ``folder``."""
    write_catalogue(folder / "criteria", crossing=CROSSING)
    (folder / "data").mkdir()
    for name, text in DATA.items():
        (folder / "data" / name).write_text(text, "utf-8")
    return folder


def small_maker(
    folder: Path,
    *,
    visited: bool = True,
    names: Mapping[str, str] | None = None,
    parts: Mapping[str, str] | None = None,
    **wanted: object,
) -> Maker:
    """Checklists of the small city, in English: M1 with gaps, M2 met, M3 never visited, in two districts.

    ``parts`` are crossings by key, with the market that each belongs to.
    """
    reading = read_catalogue(write_catalogue(folder, crossing=CROSSING))
    catalogue = reading.catalogue
    assert catalogue is not None
    called = {"M1": "光华市场", "M2": "安居市场", "M3": "新市场"} | dict(names or {})
    sites: list[dict[str, object]] = [
        {"site": key, "name": name, "site_type": "market", "area": WEST if key == "M2" else EAST}
        for key, name in called.items()
    ]
    sites += [
        {"site": key, "name": f"路口{key}", "site_type": "crossing", "area": EAST, "part_of": whole}
        for key, whole in (parts or {}).items()
    ]
    visits = {"market": [
        {"site": "M1", "bad_items": 2, "advert_count": 1},
        {"site": "M2", "bad_items": 0, "advert_count": 3},
    ]}  # fmt: skip
    problems = [{"site": "M1", "site_type": "market", "criterion": "food_safe", "problem": HOSTILE[1]}]
    submission = make_submission(catalogue, visits, sites=sites, problems=problems)
    words = gnu.NullTranslations()
    assessment = assess(catalogue, submission, as_of=DAY, language="en") if visited else None
    book = Handbook(catalogue, cases_for(reading, {each.id for each in catalogue.criteria}, words), {}, {}, words)
    return Maker(book, Known(catalogue, DAY, submission, assessment), Wanted(**wanted))  # type: ignore[arg-type]


def hostile_maker(folder: Path) -> Maker:
    """The small city with a market of each hostile name; titles of its criteria are attacks too."""
    return small_maker(folder, names={f"H{place}": name for place, name in enumerate(HOSTILE)}, quiz=True)


def hostile_texts(count: int = 1000) -> tuple[str, ...]:
    """So many texts that would do harm as anything but text, no two alike."""
    shapes = (*HOSTILE, *TEXTS.values())
    return tuple(f"{shapes[place % len(shapes)]}#{place}" for place in range(count))


def hostile_checklist(folder: Path, texts: Sequence[str]) -> Checklist:
    """The checklist of a market, again and again, until each of ``texts`` has stood in one of its places."""
    maker = small_maker(folder, quiz=True)
    made = maker.of_sites([each for each in maker.known.subjects if each.key == "M1"])
    (sheet,), entry = made.sheets, made.sheets[0].entries[0]
    left = iter(texts)

    def text() -> str:
        return next(left, "—")

    def sheets() -> Iterator[object]:
        while (name := next(left, None)) is not None:
            rule = RuleWords(text(), text(), (Item(text()), Item(text())), (Step(text(), "met", text()),), (text(),))
            blanks = (
                replace(entry.blanks[0], kind="number", label=text(), unit=text(), method=name),
                replace(entry.blanks[0], kind="words", label=text(), words=(text(), text()), unit=""),
            )
            hostile = replace(
                entry,
                title=text(), points=text(), place=text(), unit=text(), look_for=text(), rule=rule, evidence=text(),
                examples=(text(), text()), remedy=text(), blanks=blanks, lost=text(),
                last=Last(Mark("s-missed", "missed"), text(), text(), (text(), text())),
            )  # fmt: skip
            yield replace(
                sheet, title=name, name=name, number=text(), kind=text(), area=text(), unit=text(), told=text(),
                entries=(hostile,),
            )  # fmt: skip

    questions = tuple(
        replace(
            each,
            title=text(),
            kind=text(),
            seen=((text(), text()),),
            points=text(),
            rule=text(),
            because=text(),
        )
        for each in made.questions
    )
    titled = replace(made, title=text(), catalogue=text(), basis=text(), questions=questions)
    return replace(titled, sheets=tuple(sheets()))  # type: ignore[arg-type]


@cache
def _national() -> tuple[Handbook, Known]:
    """The national catalogue with the cases of what is asked at KINDS, read once."""
    reading, catalogue = shipped.reading("national"), shipped.catalogue("national")
    words = gnu.NullTranslations()
    asked = {each.id for kind in KINDS for each in catalogue.criteria_of(kind, DAY)}
    return Handbook(catalogue, cases_for(reading, asked, words), {}, {}, words), Known(catalogue, DAY)


def national_maker(**wanted: object) -> Maker:
    """Checklists of the national catalogue, with the cases of what is asked at KINDS."""
    return Maker(*_national(), Wanted(**wanted))  # type: ignore[arg-type]
