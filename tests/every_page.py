"""Every kind of page that the program writes, of small cities and catalogues, by the template that it is made from."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from duibiao.criteria.load import read_catalogue
from duibiao.evaluator.assess import page_name
from duibiao.reports.check_up import render_check_up
from duibiao.reports.checklist_page import checklist_page
from duibiao.reports.draw_page import draw_page
from duibiao.reports.handbook import read_handbook
from duibiao.reports.handbook_pages import write_handbook
from duibiao.reports.html import write_pages
from duibiao.reports.large_page import render_large
from tests.assessments import assessment
from tests.checklists import small_maker
from tests.city import make_catalogue
from tests.drawn import listed, register
from tests.handbook_catalogue import write_catalogue
from tests.intake.city import AREAS, REGISTER, load_test_catalogue, read
from tests.test_check_up_page import FULL, NOTHING, WRONG
from tests.test_large_round import in_large
from tests.test_standing import FORMS, drawn

AREA: Final = page_name("周口市/川汇区")
PAGES: Final = {
    "city.html.j2": ("index.html",),
    "site.html.j2": ("site/M-01.html", "site/T-1.html"),
    "group.html.j2": (f"area/{AREA}.html", "unit/traffic_police.html"),
    "check_up.html.j2": ("check-up.html", "unscored.html"),
    "large.html.j2": ("large.html",),
    "checklist.html.j2": ("blank.html", "filled.html"),
    "draw.html.j2": ("draw.html",),
    "handbook/index.html.j2": ("handbook/index.html",),
    "handbook/type.html.j2": ("handbook/type/market.html",),
    "handbook/outline.html.j2": ("handbook/outline.html",),
    "handbook/units.html.j2": ("handbook/units.html",),
    "handbook/sources.html.j2": ("handbook/sources.html",),
    "handbook/terms.html.j2": ("handbook/terms.html",),
}
NAMES: Final = [name for names in PAGES.values() for name in names]


def write_every_page(folder: Path, work: Path) -> None:
    """Write all pages below ``folder``; what they are made of goes into ``work``."""
    write_pages(assessment(), folder, "all", checkup=NOTHING)
    catalogue = load_test_catalogue(work)
    data = {"areas.csv": AREAS, "register.csv": REGISTER, "农贸市场.csv": WRONG}
    submission = read(work / "data", catalogue, data)
    for name, checkup, scored in (("check-up", NOTHING, True), ("unscored", FULL, False)):
        page = render_check_up(checkup, catalogue, submission, "zh", scored=scored)
        (folder / f"{name}.html").write_text(page, "utf-8")
    for name, visited in (("blank", False), ("filled", True)):
        maker = small_maker(work / name, visited=visited, quiz=True)
        (folder / f"{name}.html").write_bytes(checklist_page(maker.of_sites(maker.known.subjects[: 1 + visited])))
    large, _numbers = in_large(drawn(make_catalogue(work / "large", FORMS), 1), 3)
    (folder / "large.html").write_text(render_large(large, "zh"), "utf-8")
    (folder / "draw.html").write_bytes(draw_page(listed(register(), reserve=1)))
    handbook = folder / "handbook"
    handbook.mkdir()
    write_handbook(handbook, read_handbook(read_catalogue(write_catalogue(work / "handbook"))))
