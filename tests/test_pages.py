"""The pages as files: which are written, what they ask for, that every figure can be looked up, how they look."""

from __future__ import annotations

import ast
import base64
import gettext as gnu
import hashlib
import os
import re
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError

from duibiao.criteria.language import translations, use
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.document import document
from duibiao.evaluator.submission import Note, Reject
from duibiao.reports import html
from duibiao.reports.figures import half_up
from duibiao.reports.html import render_city, render_site, write_pages
from duibiao.reports.reading import Pages, Reading
from duibiao.reports.site_view import site_view
from duibiao.reports.view import city_view
from tests.assessments import SITES, Site, assessment, submission
from tests.large_city import large_city
from tests.rounds import two_rounds
from tests.tiny_catalogue import catalogue, criterion

CHINESE = translations("zh")
REPORTS = Path(html.__file__).parent
APPROVED = Path(__file__).parent / "approved"
HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "=cmd|'/c calc'!A0",
    "\u202e\u2066gnp.exe\u2069",
    "{{ 7 * 7 }}{% raw %}",
    '"><style>*{display:none}</style>',
    "长" * 200,
)


@pytest.fixture(scope="module")
def made() -> Assessment:
    """The invented city."""
    return assessment()


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """A city in its second round."""
    return two_rounds(tmp_path_factory.mktemp("rounds"))


# --- the pages as files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pages", "written"),
    [
        ("none", set()),
        ("gaps", {"M-01", "3f9a0c1b2d4e", "T-1", "p00000000005", "p00000000006"}),
        (
            "all",
            {"M-01", "M-02", "3f9a0c1b2d4e", "5c7d9e1f3a2b", "T-1", "p00000000005", "p00000000006", "p00000000007"},
        ),
    ],
)
def test_pages_are_written_for_the_sites_asked_for(
    made: Assessment, pages: Pages, written: set[str], tmp_path: Path
) -> None:
    write_pages(made, tmp_path, pages)
    assert {path.stem for path in tmp_path.glob("site/*.html")} == written
    links = set(re.findall(r'href="site/([^"]+)\.html"', (tmp_path / "index.html").read_text("utf-8")))
    assert links == written


def test_a_site_whose_members_have_gaps_gets_a_page() -> None:
    sites = [replace(site, found=dict.fromkeys(site.found, 1)) if site.key == "M-01" else site for site in SITES]
    assert "M-01" in Reading(assessment(sites), CHINESE, "gaps").written


def test_a_page_name_cannot_leave_the_folder(made: Assessment, tmp_path: Path) -> None:
    evil = replace(made, sites=(replace(made.sites[0], page="../../etc"), *made.sites[1:]))
    with pytest.raises(ValueError, match="cannot name a page"):
        write_pages(evil, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_same_assessment_same_bytes(made: Assessment, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_pages(made, tmp_path / name, "all")
    one, two = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.html")}
        for name in ("one", "two")
    )
    assert one == two


def test_the_language_is_the_catalogues_own_whatever_the_process_speaks(made: Assessment, tmp_path: Path) -> None:
    use("en")
    try:
        write_pages(made, tmp_path / "zh")
    finally:
        use()
    write_pages(made, tmp_path / "en", language="en")
    assert '<html lang="zh-CN">' in (tmp_path / "zh" / "index.html").read_text("utf-8")
    english = (tmp_path / "en" / "index.html").read_text("utf-8")
    assert '<html lang="en">' in english
    assert "9.14" in english
    assert "short of the pass mark of" in english


class Missing(gnu.NullTranslations):
    """Chinese, remembering what has no translation."""

    def __init__(self) -> None:
        super().__init__()
        self.missing: set[str] = set()

    def gettext(self, message: str) -> str:
        """The Chinese words."""
        told = CHINESE.gettext(message)
        if told == message:
            self.missing.add(message)
        return told


def _messages() -> set[str]:
    found: set[str] = set()
    for path in [
        *REPORTS.glob("*_view.py"),
        *(REPORTS / name for name in ("view.py", "reading.py", "words.py", "query_words.py")),
    ]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "N_"}:
                found |= {
                    each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
                }
    for path in (REPORTS / "templates").rglob("*.j2"):
        found |= set(re.findall(r'_\("([^"]+)"\)', path.read_text("utf-8")))
    return found


def test_every_word_has_its_chinese() -> None:
    words = Missing()
    messages = _messages()
    assert len(messages) > 200
    for message in messages:
        told = words.gettext(message)
        assert sorted(re.findall(r"\{\w+\}", told)) == sorted(re.findall(r"\{\w+\}", message)), message
    assert words.missing == set()


def test_no_word_on_a_page_escapes_translation(made: Assessment) -> None:
    words = Missing()
    render_city(city_view(made, words, "all"))
    render_site(site_view(made, "M-01", words))
    assert words.missing == set()


# --- every figure can be looked up ------------------------------------------------------------------------------------


class Elements(HTMLParser):
    """All elements of a page: tag, attributes and the text up to the next tag."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.inside = False
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember the element."""
        self.inside = True
        self.found.append((tag, dict(attrs), []))

    def handle_endtag(self, tag: str) -> None:
        """What follows is not inside it."""
        self.inside = False

    def handle_data(self, data: str) -> None:
        """Remember the text with the last element."""
        self.texts.append(data)
        if self.inside:
            self.found[-1][2].append(data)


def elements(page: str) -> Elements:
    """A page, parsed."""
    parser = Elements()
    parser.feed(page)
    parser.close()
    return parser


def looked_up(told: Any, path: str) -> Any:
    """What stands in assessment.json at ``total.parts.0.score``."""
    for step in path.split("."):
        told = told[int(step)] if isinstance(told, list) else told[step]
    return told


@pytest.mark.untraced
@pytest.mark.parametrize("city", ["made", "changed"])
def test_every_figure_stands_in_the_document(city: str, request: pytest.FixtureRequest) -> None:
    made: Assessment = request.getfixturevalue(city)
    told = document(made)
    pages = [render_city(city_view(made, CHINESE, "all"))]
    pages += [render_site(site_view(made, site.site, CHINESE)) for site in made.sites]
    checked = 0
    for _tag, attributes, texts in (element for page in pages for element in elements(page).found):
        path = attributes.get("data-path")
        if path is None:
            continue
        checked += 1
        shown, known = "".join(texts).strip().rstrip("%"), looked_up(told, path)
        if isinstance(known, dict):
            exact = Fraction(int(known["num"]), int(known["den"]))
            assert shown == half_up(exact, len(shown.partition(".")[2])), path
        else:
            assert shown == str(known), path
    assert checked > 200


def test_every_figure_of_the_list_of_sites_stands_in_the_document(made: Assessment) -> None:
    """Its place is that of its row and that of its column."""
    told = document(made)
    page = render_city(city_view(made, CHINESE, "all"))
    table = "".join(re.findall(r'<table class="sites">.*?</table>', page, re.DOTALL))
    columns = re.findall(r'<th(?: class="n")?(?: data-column="(\w+)")?>', table.partition("</thead>")[0])
    assert columns == ["", "score", "", "", "lost"]
    checked = 0
    for path, row in re.findall(r"<tr data-row=([\w.]+)>(.*)", table):
        for column, text in zip(columns, re.findall(r"<t[dh][^>]*>([^<]*)", row), strict=True):
            if column and text != "—":
                known = looked_up(told, f"{path}.{column}")
                exact = Fraction(int(known["num"]), int(known["den"]))
                assert text == half_up(exact, len(text.partition(".")[2])), (path, column)
                checked += 1
    assert checked == 16


@pytest.mark.parametrize("city", ["made", "changed"])
def test_what_a_figure_is_made_from_stands_in_the_document(city: str, request: pytest.FixtureRequest) -> None:
    made: Assessment = request.getfixturevalue(city)
    told = document(made)
    page = render_city(city_view(made, CHINESE, "all"))
    sources = {
        path
        for _tag, attributes, _texts in elements(page).found
        for path in (attributes.get("data-from") or "").split()
    }
    assert len(sources) > 20
    for path in sources:
        looked_up(told, path)


def test_every_percentage_has_numerator_and_denominator_or_stands_in_the_document(made: Assessment) -> None:
    page = render_city(city_view(made, CHINESE, "all"))
    found = [(attributes, "".join(texts).strip()) for _tag, attributes, texts in elements(page).found]
    shown = [
        (attributes, text, beside)
        for (attributes, text), (_next, beside) in pairwise(found)
        if re.fullmatch(r"\d+(\.\d+)?%", text)
    ]
    assert len(shown) > 40
    for attributes, text, beside in shown:
        of = attributes.get("title") or beside
        weight = attributes.get("data-path") or attributes.get("data-from") == "total.parts"
        assert re.fullmatch(r"[\d.]+ / [\d.]+", of) or weight or text == "100%", (attributes, text)


# --- hostile input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE, ids=["script", "formula", "bidi", "template", "style", "long"])
def test_hostile_names_stay_text(name: str) -> None:
    area = f"周口市/{name.replace('/', '／')}"
    kinds = [criterion("food_safe", name, ["market"], severity="high"), criterion("helmet", name, ["crossing"])]
    sites = [
        Site("M-01", name, "market", area, {"food_safe": 0}, page="M-01"),
        Site("K-1", name, "crossing", area, {"helmet": "invalid"}, "M-01", "K-1"),
        Site("K-2", name, "crossing", None, page="K-2"),
    ]
    rejects = [Reject(name, name, 3, "D3", "unknown-site", name, name, name)]
    made = assessment(sites, of=catalogue(kinds), data=submission(rejects, [Note("x", name, name)]))
    gap = replace(made.gaps[0], because=name, problems=(name,), photos=(name,), leader=name)
    made = replace(made, gaps=(gap, *made.gaps[1:]))
    plain = [
        _shape(render_city(city_view(assessment(), CHINESE))),
        _shape(render_site(site_view(assessment(), "M-01", CHINESE))),
    ]
    for page, harmless in zip(
        (render_city(city_view(made, CHINESE)), render_site(site_view(made, "M-01", CHINESE))), plain, strict=True
    ):
        parsed = elements(page)
        assert _shape(page) <= harmless | {("p", "class", "role")}
        assert any(name in text for text in parsed.texts)
        assert "49" not in "".join(parsed.texts) or name != HOSTILE[3]


def _shape(page: str) -> set[tuple[str, ...]]:
    """Which elements with which attributes a page is made of."""
    return {(tag, *sorted(attributes)) for tag, attributes, _texts in elements(page).found}


def test_pages_ask_for_nothing_and_run_nothing_but_their_own(made: Assessment) -> None:
    for page in (render_city(city_view(made, CHINESE, "all")), render_site(site_view(made, "M-01", CHINESE))):
        parsed = elements(page)
        for tag, attributes, _texts in parsed.found:
            assert "style" not in attributes
            assert not any(name.startswith("on") for name in attributes)
            assert "src" not in attributes
            assert tag not in {"link", "iframe", "object", "embed", "base", "form", "img"}
            assert not re.match(r"\w+:|//", attributes.get("href") or "")
        policy = next(
            a["content"] or "" for _t, a, _x in parsed.found if a.get("http-equiv") == "Content-Security-Policy"
        )
        assert policy.startswith("default-src 'none'; ")
        for tag in ("style", "script"):
            for inside in re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL):
                digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
                assert f"{tag}-src 'sha256-{digest}'" in policy
        assert "url(" not in page
        assert "@import" not in page


def test_a_name_missing_from_a_template_stops_the_page(made: Assessment) -> None:
    with pytest.raises(UndefinedError):
        html._environment().from_string("{{ view.no_such_figure }}").render(view=city_view(made, CHINESE))


def test_the_page_of_a_large_city_stays_below_two_megabytes() -> None:
    page = render_city(city_view(large_city(), CHINESE, "all"))
    assert len(re.findall(r'<tr data-row=sites\.\d+\.card><th><a href="site/SITE-', page)) == 5_000
    assert "SITE-04999" in page
    assert len(page.encode()) < 1_750_000  # leaves a quarter of a megabyte to a map, a trend and more words


# --- approved pages ---------------------------------------------------------------------------------------------------


def _approvable(page: str) -> str:
    """A page without its style and script, which have tests of their own, and without the program's version."""
    page = re.sub(r"(<style>|<script>).*?(</style>|</script>)", r"\1\2", page, flags=re.DOTALL)
    return re.sub(r"sha256-[A-Za-z0-9+/=]+", "sha256-…", page).replace(f"duibiao {version('duibiao')}", "duibiao …")


def test_where_mended_gaps_are_counted_contradictory_data_are_told_beside_what_nobody_observed(
    changed: Assessment,
) -> None:
    known = replace(changed, total=replace(changed.total, tally=replace(changed.total.tally, invalid=4)))
    facts = city_view(known, CHINESE, "all").score.facts
    assert [each.name for each in facts][3:5] == ["未检查", "上轮差距已整改"]
    told = ["".join(piece if isinstance(piece, str) else piece.text for piece in each.note) for each in facts[3:5]]
    assert told[0] == "不计分；数据矛盾 4"
    assert re.fullmatch(r"\d+ / \d+", told[1])


@pytest.mark.parametrize("name", ["city", "changed", "site"])
def test_pages_look_as_approved(name: str, made: Assessment, changed: Assessment) -> None:
    """DUIBIAO_APPROVE=1 writes the files anew; review them like code."""
    page = (
        render_city(city_view(made if name == "city" else changed, CHINESE, "all"))
        if name != "site"
        else render_site(site_view(made, "M-01", CHINESE, "all"))
    )
    approved = APPROVED / f"{name}.html"
    if os.environ.get("DUIBIAO_APPROVE"):
        approved.write_text(_approvable(page), "utf-8", newline="\n")
    assert _approvable(page) == approved.read_text("utf-8")
