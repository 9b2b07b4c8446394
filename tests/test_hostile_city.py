"""A thousand hostile names through `duibiao check` and `checklist`: on pages, in workbooks and in Word they are text."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import openpyxl  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser

from duibiao import reports
from duibiao.cli import main
from duibiao.evaluator.intake.names import clean
from duibiao.reports.plain_text import LONGEST, plain_text
from tests.hostile_sent import AREAS, HEAD, REFUSED, SITES, TEXTS, TITLE, WRITTEN, check, write_catalogue, write_data
from tests.office import SOFFICE, converted
from tests.test_page_browser import browser, open_page
from tests.test_page_browser import pytestmark as marks
from tests.word_text import part, texts

__all__ = ["browser"]

pytestmark = pytest.mark.untraced


def browser_needed(test: Callable[..., None]) -> Callable[..., None]:
    """The marks of a test that opens pages."""
    for mark in marks:
        test = mark(test)
    return test


TEMPLATES: Final = Path(reports.__file__).parent / "templates"
SAID_NOTHING: Final = {key for key, text in SITES.items() if text == "None"}  # as tables write that nothing is there
TAKEN: Final = {key: clean(text) for key, text in SITES.items() if not REFUSED.search(text)}
SEEN: Final = """
htmls => (htmls ? htmls.map(html => new DOMParser().parseFromString(html, 'text/html')) : [document]).map(page => {
  const turning = /[\\u0590-\\u08ff\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]/;
  const elements = [...page.querySelectorAll('*')];
  const texts = [], turned = [], walk = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode, block = text.parentElement.closest('p, li, td, th, dd, dt, h1, h2, h3, figcaption, option, .below');
    if (text.parentElement.closest('script')) continue;
    texts.push(text.data.replace(/[\\s\\x85]+/g, ' ').trim());
    const bare = text.data.replace(/\\u2068[^\\u2066-\\u2069]*\\u2069/g, '');
    if (turning.test(bare) && !text.parentElement.closest('bdi, .sites th > a') && block?.textContent.trim() !== text.data.trim())
      turned.push(text.data);
  }
  return {
    title: page.title,
    headings: [...page.querySelectorAll('h2')].map(each => each.textContent.trim()),
    tags: [...new Set(elements.map(each => each.localName))],
    attributes: [...new Set(elements.flatMap(each => each.getAttributeNames()))],
    links: elements.filter(each => each.href).map(each => each.getAttribute('href')),
    scripts: page.scripts.length,
    texts, turned,
  };
})
"""


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with data, catalogue and result of the hostile city."""
    folder = tmp_path_factory.mktemp("hostile")
    told = check(write_data(folder / "data"), write_catalogue(folder / "criteria"), folder / "out")
    assert told.exit_code == 0, told.output
    return folder


@pytest.fixture(scope="module")
def out(sent: Path) -> Path:
    """The result."""
    return sent / "out"


@pytest.fixture(scope="module")
def found(out: Path) -> Any:
    """assessment.json."""
    return json.loads((out / "assessment.json").read_text("utf-8"))


def line(text: str) -> str:
    """A text as the tests of pages compare it: blanks of every kind are one."""
    return re.sub(r"[\s\x85\ufeff]+", " ", text).strip()


@cache
def written_by_templates() -> tuple[set[str], set[str]]:
    """The names of all elements and attributes that stand in the templates, and those that a parser adds."""
    source = "".join(path.read_text("utf-8") for path in TEMPLATES.rglob("*.j2"))
    tags = set(re.findall(r"<([a-z][a-z0-9]*)", source)) | {"tbody"}
    return tags, set(re.findall(r'[\s}]([A-Za-z][A-Za-z0-9-]*)=["{]', source)) | {"open", "hidden"}


def scripts_of(kind: str) -> int:
    """How many scripts the templates write that are called after a kind of page: none but for the city."""
    written = [path for path in TEMPLATES.rglob("*.j2") if path.relative_to(TEMPLATES).as_posix().startswith(kind)]
    return sum(path.read_text("utf-8").count("<script") for path in written)


def harmless(seen: Any, scripts: int) -> None:
    """What a page holds is what the templates write: elements, attributes, scripts, links into the folder."""
    tags, attributes = written_by_templates()
    assert set(seen["tags"]) <= tags - {"img"}
    assert set(seen["attributes"]) <= attributes
    assert seen["scripts"] == scripts
    assert [each for each in seen["links"] if not re.fullmatch(r"(\.\./)?(#?[\w./-]+)([#?][\w=%&.@-]+)?", each)] == []
    assert seen["turned"] == []


def test_there_are_a_thousand_and_each_is_taken_or_refused_by_rule(out: Path, found: Any) -> None:
    assert len(set(TEXTS)) == 1000
    assert {each["site"]: each["name"] for each in found["sites"]} == TAKEN
    assert {each["title"] for each in found["areas"] if each["kind"] == "district"} == {clean(each) for each in AREAS}
    rejects = list(csv.DictReader(io.StringIO((out / "rejects.csv").read_text("utf-8-sig"), newline="")))
    refused = {int(each["row"]) - 1 for each in rejects if each["file"] == "点位台账.json"}
    assert refused == {number for number, text in enumerate(TEXTS) if REFUSED.search(text)}
    assert 40 < len(refused) < 80
    gaps = {gap["site"]: gap["problems"] for gap in found["gaps"]}
    assert gaps == {key: [name] if key not in SAID_NOTHING else [] for key, name in TAKEN.items()}


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def opened(sent: Path, out: Path) -> dict[str, list[Path]]:
    """Pages by kind, with a checklist of one hostile area."""
    path = sent / "checklist.html"
    words = ["checklist", "--in", str(out), "--catalogue", str(sent / "criteria" / "overlay"), "--area", AREAS[0]]
    told = CliRunner().invoke(main, [*words, "--quiz", "--lang", "zh", "-o", str(path)], catch_exceptions=False)
    assert told.exit_code == 0, told.output
    return {
        "city": [out / "index.html"],
        "check-up": [out / "check-up.html"],
        "checklist": [path],
        **{kind: sorted((out / kind).iterdir()) for kind in ("site", "area", "unit")},
    }


@browser_needed
@pytest.mark.parametrize("kind", ["city", "check-up", "checklist", "site", "area", "unit"])
def test_pages_run_nothing_and_ask_for_nothing(browser: Browser, opened: dict[str, list[Path]], kind: str) -> None:
    for path in opened[kind][:88:9]:
        page = open_page(browser, path)
        page.page.eval_on_selector_all("details", "all => all.forEach(each => { each.open = true; })")
        (written,) = page.page.evaluate(SEEN, [path.read_text("utf-8")])
        (shown,) = page.page.evaluate(SEEN)
        harmless(written, scripts_of(kind))
        assert (shown["scripts"], shown["turned"]) == (written["scripts"], [])
        assert page.page.title() != "hit"
        assert page.requests == [path.as_uri()]
        assert page.complaints == []


@browser_needed
@pytest.mark.parametrize("kind", ["site", "area", "unit"])
def test_every_name_stands_on_its_pages_as_text(
    browser: Browser, opened: dict[str, list[Path]], found: Any, kind: str
) -> None:
    page = open_page(browser, opened["check-up"][0]).page
    said: dict[str, set[str]] = {}
    parsed = page.evaluate(SEEN, [path.read_text("utf-8") for path in opened[kind]])
    for path, seen in zip(opened[kind], parsed, strict=True):
        harmless(seen, 0)
        said[path.stem] = {*seen["texts"]}
        assert [each for each in seen["headings"] if not re.fullmatch(r"(差距|其他项次|每次检查) \(\d+\)", each)] == []
    everywhere = set().union(*said.values())
    names = {line(name) for key, name in TAKEN.items() if key not in SAID_NOTHING}
    assert names - everywhere == set()
    assert line(TITLE) in everywhere
    if kind == "site":
        for key, name in TAKEN.items():
            assert line(name) in said[key], key
    else:
        cards = found[f"{kind}s"]
        assert {line(card["title"]) for card in cards if card["title"] != "市"} - everywhere == set()
    assert page.title() != "hit"


@browser_needed
def test_the_city_page_names_every_site(browser: Browser, opened: dict[str, list[Path]]) -> None:
    seen = open_page(browser, opened["city"][0], script=False).page.evaluate(SEEN)[0]
    assert {line(name) for name in TAKEN.values()} - {*seen["texts"]} == set()
    assert any(line(HEAD.replace("\u202e", "")) in each for each in seen["texts"])


@browser_needed
def test_the_check_up_says_what_was_refused(browser: Browser, opened: dict[str, list[Path]]) -> None:
    seen = open_page(browser, opened["check-up"][0]).page.evaluate(SEEN)[0]
    assert {"U+0000", "U+001B", "U+D800", "U+DC00", "U+FFFE"} <= {*seen["texts"]}


@browser_needed
@pytest.mark.parametrize(
    "planted",
    [
        "<img src=x>",
        "<script>1</script>",
        "<b onclick=1>x</b>",
        '<a href="javascript:1">x</a>',
        "甲 \u202e乙 <i>丙</i>",
    ],
)
def test_what_harms_a_page_is_found(browser: Browser, opened: dict[str, list[Path]], planted: str) -> None:
    page = open_page(browser, opened["check-up"][0]).page
    raw = opened["site"][0].read_text("utf-8")
    harmless(page.evaluate(SEEN, [raw])[0], 0)
    with pytest.raises(AssertionError):
        harmless(page.evaluate(SEEN, [raw.replace("</main>", f"<p>{planted}</p></main>")])[0], 0)


# --- workbooks and tables ---------------------------------------------------------------------------------------------


def cells(path: Path) -> list[Any]:
    """All cells of a workbook that hold something; none is a formula or a link, and nothing leads out of the file."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert [name for name, raw in parts.items() if b"<f>" in raw or b'TargetMode="External"' in raw] == []
    book = openpyxl.load_workbook(path)
    held = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in held} <= {"s", "n", "d"}
    assert [cell for cell in held if cell.hyperlink is not None] == []
    return held


def test_workbooks_hold_texts_and_no_formulas(out: Path) -> None:
    wanted = {plain_text(name) for name in TAKEN.values()} - {""}
    every = cells(out / "gaps.xlsx")
    held = [cell for cell in every if (cell.parent.title, cell.column_letter) == ("整改清单", "B") and cell.row > 3]
    assert {cell.value for cell in held} == wanted
    assert {cell.data_type for cell in held} == {"s"}
    first = [cell for cell in every if (cell.parent.title, cell.column_letter) == ("先改", "E")]
    sites = {name for cell in first for name in cell.value.split("\n")} - {"点位"}
    assert sites & wanted
    assert {name for name in sites - wanted if not name.startswith("……另有")} == set()
    lists = sorted((out / "下发").glob("整改清单*.xlsx"))
    assert len(lists) == len(WRITTEN)
    for path in lists[::10]:
        names = {cell.value for cell in cells(path) if cell.column_letter == "C" and cell.row > 3}
        assert names
        assert names <= wanted
    refused = {re.sub(REFUSED, "\ufffd", text)[:LONGEST] for text in TEXTS if REFUSED.search(text)}
    assert refused <= {cell.value for cell in cells(out / "rejects.xlsx")}


@pytest.mark.parametrize("name", ["findings.csv", "rejects.csv"])
def test_tables_hold_nothing_that_a_spreadsheet_computes(out: Path, name: str) -> None:
    rows = list(csv.reader(io.StringIO((out / name).read_text("utf-8-sig"), newline="")))
    assert len(rows) > 100
    assert {len(row) for row in rows} == {len(rows[0])}
    assert [cell for row in rows for cell in row if cell[:1] in {*"=+-@＝＋－＠\t\r\n"}] == []


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not there")
def test_libreoffice_reads_the_same_names(out: Path, tmp_path: Path) -> None:
    read = converted(out / "gaps.xlsx", tmp_path, "csv:Text - txt - csv (StarCalc):44,34,76,1").read_text("utf-8")
    rows = list(csv.reader(io.StringIO(read, newline="")))[3:]
    assert {row[1] for row in rows} == {plain_text(name) for name in TAKEN.values()}


# --- Word and file names ----------------------------------------------------------------------------------------------


def test_letters_and_the_bulletin_hold_texts_only(out: Path) -> None:
    letters = sorted((out / "下发").glob("*.docx"))
    assert len(letters) == len(WRITTEN) + 1
    said: set[str] = set()
    for path in letters:
        raw = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            links = [
                ElementTree.fromstring(archive.read(each)) for each in archive.namelist() if each.endswith(".rels")
            ]
        assert [each for root in links for each in root if each.get("TargetMode") == "External"] == []
        tags = {each.tag.rpartition("}")[2] for each in part(raw).iter()}
        assert tags & {"instrText", "fldSimple", "fldChar", "hyperlink", "object", "altChunk", "drawing"} == set()
        said |= {*texts(raw)}
    whole = "\n".join(said)
    assert [each for each in WRITTEN if plain_text(clean(each)) not in whole] == []
    assert plain_text(TITLE) in whole


def test_what_is_sent_lies_in_its_folder_under_names_that_windows_takes(sent: Path, out: Path) -> None:
    names = [path.name for path in (out / "下发").iterdir()]
    assert len({name.casefold() for name in names}) == len(names) == 2 * len(WRITTEN) + 1
    assert [
        name for name in names if re.search(r'[<>:"/\\|?*\s\x00-\x1f]|[. ]$', name) or len(name.encode()) > 255
    ] == []
    assert {path.name for path in sent.iterdir()} <= {"data", "criteria", "out", "checklist.html"}
