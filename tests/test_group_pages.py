"""A page for each area and each unit, with only their gaps, reached from the tables of the city page."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from duibiao.criteria.language import translations
from duibiao.evaluator.assess import page_name
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.document import document
from duibiao.reports import group_view
from duibiao.reports.group_view import group_gaps, group_views
from duibiao.reports.html import write_pages
from duibiao.reports.picture import thumbnail
from duibiao.reports.reading import Pages, Reading
from tests.assessments import assessment
from tests.hostile import TEXTS, hostile_city
from tests.test_thumbnails import drawn, photo

CHINESE = translations("zh")


@pytest.fixture(scope="module")
def made() -> Assessment:
    """The invented city."""
    return assessment()


def links(page: Path) -> set[str]:
    return set(re.findall(r'href="((?:area|unit)/[^"]+)"', page.read_text("utf-8")))


def written(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix() for group in ("area", "unit") for path in folder.glob(f"{group}/*.html")
    }


def numbers(page: str) -> list[int]:
    """The numbers of the gaps on a page."""
    return [int(each) for each in re.findall(r'<td class="place num">(\d+)</td>', page)]


@pytest.mark.parametrize("pages", ["all", "gaps", "none"])
def test_the_city_page_leads_to_every_page_and_to_no_other(made: Assessment, pages: Pages, tmp_path: Path) -> None:
    write_pages(made, tmp_path, pages)
    assert links(tmp_path / "index.html") == written(tmp_path)
    assert bool(written(tmp_path)) == (pages != "none")


def test_all_are_more_than_those_with_gaps(made: Assessment, tmp_path: Path) -> None:
    for pages in ("all", "gaps"):
        write_pages(made, tmp_path / pages, pages)
    assert written(tmp_path / "gaps") < written(tmp_path / "all")
    empty = written(tmp_path / "all") - written(tmp_path / "gaps")
    assert all(numbers((tmp_path / "all" / name).read_text("utf-8")) == [] for name in empty)


def test_an_area_has_the_gaps_of_its_sites_and_no_others(made: Assessment, tmp_path: Path) -> None:
    write_pages(made, tmp_path, "all")
    areas = {each.site: each.area or "" for each in made.sites}
    for area in ("周口市/川汇区", "周口市/川汇区/七一路街道", "周口市/淮阳区", ""):
        page = (tmp_path / "area" / f"{page_name(area)}.html").read_text("utf-8")
        wanted = [
            number
            for number, gap in enumerate(made.gaps, 1)
            if (f"{areas[gap.site]}/".startswith(f"{area}/") if area else not areas[gap.site])
        ]
        assert sorted(numbers(page)) == wanted


def test_a_unit_has_the_gaps_that_it_leads_and_no_others(made: Assessment, tmp_path: Path) -> None:
    write_pages(made, tmp_path, "all")
    for card in made.units:
        page = (tmp_path / "unit" / f"{page_name(card.id)}.html").read_text("utf-8")
        wanted = [number for number, gap in enumerate(made.gaps, 1) if card.id in gap.lead_units]
        assert sorted(numbers(page)) == wanted
        assert card.title in page


def test_figures_stand_in_the_assessment_and_links_lead_to_sites(made: Assessment, tmp_path: Path) -> None:
    write_pages(made, tmp_path, "all")
    told = json.loads(json.dumps(document(made)))
    for name in written(tmp_path):
        page = (tmp_path / name).read_text("utf-8")
        for path, text in re.findall(r'data-path="([^"]+)"[^>]*>([^<]+)<', page):
            value = told
            for step in path.split("."):
                value = value[int(step)] if isinstance(value, list) else value[step]
            value = value["value"] if isinstance(value, dict) else value
            assert abs(float(text) - float(value)) < 0.01, (name, path)
        for link in re.findall(r'href="\.\./(site/[^"]+)"', page):
            assert (tmp_path / link).is_file()


def test_a_long_list_is_cut_and_says_where_the_rest_stands(
    made: Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_view, "ROWS_SHOWN", 1)
    write_pages(made, tmp_path, "all")
    page = (tmp_path / "area" / f"{page_name('周口市/川汇区')}.html").read_text("utf-8")
    assert len(numbers(page)) == 1
    assert "gaps.xlsx" in page


def test_gaps_without_a_unit_stand_on_a_page_of_their_own(made: Assessment) -> None:
    card = replace(made.units[0], id="", title="")
    alone = replace(
        made,
        units=(*made.units, card),
        gaps=(replace(made.gaps[0], lead_units=(), supporting_units=()), *made.gaps[1:]),
    )
    page = next(
        each
        for each in group_views(Reading(alone, CHINESE, "gaps"))
        if each.group == "unit" and [told.shown for told in each.asked] == [(0,)]
    )
    assert page.name == "未定责任单位"


class _Scripts(HTMLParser):
    """What a browser would run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep scripts, pictures and handlers."""
        if tag in {"script", "img", "iframe", "object"} or any(name.startswith("on") for name, _ in attrs):
            self.found.append(tag)


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_hostile_texts_stay_texts(text: str, tmp_path: Path) -> None:
    write_pages(hostile_city(text), tmp_path / "out", "all")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    for name in written(tmp_path / "out"):
        page = (tmp_path / "out" / name).read_text("utf-8")
        parser = _Scripts()
        parser.feed(page)
        assert parser.found == []


def test_a_row_says_what_was_seen_and_its_head_what_is_asked_and_how_it_is_mended(made: Assessment) -> None:
    reading = Reading(made, CHINESE, "all")
    found = (each for view in group_views(reading) for each in view.asked if each.ask.criterion == "无问题食品")
    asked = next(found)
    assert asked.ask.asked == "现场看无问题食品。"
    assert asked.ask.remedy == "立即整改：无问题食品。"
    row = list(group_gaps(reading))[asked.shown[0]]
    assert row.problems == ("摊位出售过期食品 2 件",)
    assert row.overdue
    assert row.photos == ()


def test_what_is_asked_stands_once_above_its_gaps_and_the_costliest_first(made: Assessment, tmp_path: Path) -> None:
    twice = replace(made, gaps=(*made.gaps, made.gaps[-1]))
    write_pages(twice, tmp_path, "all")
    several = 0
    for view in group_views(Reading(twice, CHINESE, "all")):
        page = (tmp_path / view.group / f"{view.page}.html").read_text("utf-8")
        lost = [sum(twice.gaps[index].lost for index in each.shown) for each in view.asked]
        assert lost == sorted(lost, reverse=True)
        assert len({each.ask for each in view.asked}) == len(view.asked) == page.count('<tr class="ask">')
        assert numbers(page) == [index + 1 for each in view.asked for index in each.shown]
        assert all(list(each.shown) == sorted(each.shown) for each in view.asked)
        several += any(len(each.shown) > 1 for each in view.asked)
    assert several


def test_a_row_shows_its_photos_on_every_page_as_long_as_there_is_room(
    made: Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = next(gap.photos for gap in made.gaps if gap.photos)
    photos = tuple(photo(tmp_path, f"{number}.jpg", drawn(), name) for number, name in enumerate(names))
    shown = replace(made, submission=replace(made.submission, photos=photos))
    one = len(thumbnail(drawn(), group_view.PICTURE_SIDE))
    monkeypatch.setattr(group_view, "PICTURES_SHOWN", one)
    row = next(each for each in group_gaps(Reading(shown, CHINESE, "all")) if each.photos)
    assert [(each.name, bool(each.source)) for each in row.photos] == [(names[0], True), (names[1], False)]
    write_pages(shown, tmp_path / "out", "all")
    pages = [(tmp_path / "out" / each).read_text("utf-8") for each in written(tmp_path / "out")]
    with_gap = [page for page in pages if row.because in page]
    assert len(with_gap) >= 2
    assert all(page.count("<img") == 1 and f'alt="{names[0]}"' in page and names[1] in page for page in with_gap)
