"""The example city: its printed figures stand in the raw files, and ``check`` carries them to the result."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from playwright.sync_api import sync_playwright
from python_calamine import CalamineWorkbook

from duibiao.reports.figures import half_up
from tests import shipped
from tests.conftest import LAST_ROUND
from tests.test_page_browser import ARGUMENTS, CHROMIUM
from tests.test_query_browser import SUMS, added_up

ROOT = Path(__file__).parents[1]
CITY = ROOT / "examples" / "zhoukou"
Row = Mapping[str, object]

pytestmark = pytest.mark.untraced

SCORED = ("--no-forecast", "--no-plan")  # where only what is found now is looked at


# --- the raw files, read here without our own intake ------------------------------------------------------------------


def text_of(path: Path) -> str:
    """A text file in UTF-8, with or without BOM, or GB18030."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def rows_of(path: Path, sheet: str = "") -> list[Row]:
    """The rows of a data file; of a workbook those of one sheet, the first unless one is named."""
    match path.suffix:
        case ".csv":
            return list(csv.DictReader(text_of(path).splitlines()))
        case ".json":
            return list(json.loads(text_of(path)))
        case ".yaml":
            return list(yaml.safe_load(text_of(path)))
        case ".parquet":
            return [dict(row) for row in pl.read_parquet(path).iter_rows(named=True)]
    book = CalamineWorkbook.from_path(str(path))
    table = book.get_sheet_by_name(sheet or book.sheet_names[0]).to_python()
    return [dict(zip(map(str, table[0]), row, strict=True)) for row in table[1:]]


def shown(cell: object) -> str:
    """A cell as the README writes it: plain digits, 是 or 否."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return text.replace(",", "") if re.fullmatch(r"[\d,]+", text) else text


def chosen(rows: list[Row], condition: str) -> list[Row]:
    """The rows for which ``属地=川汇区；轮次=2025-W10`` holds; ~ means that the cell holds the text."""
    for each in condition.split("；"):
        header, sign, text = re.split("([=~])", each, maxsplit=1)
        rows = [row for row in rows if (shown(row[header]) == text if sign == "=" else text in shown(row[header]))]
    return rows


def several(cells: list[object]) -> set[str]:
    """The words that stand in cells, lists in a cell taken apart."""
    return {str(word) for cell in cells for word in (cell if isinstance(cell, list) else [cell])}


def read_off(file: str, condition: str, column: str) -> str:
    """What the README's table says that the data hold, read from the data."""
    name, _, sheet = file.partition("!")
    rows = chosen(rows_of(CITY / name, sheet), condition)
    if column == "（行数）":
        return str(len(rows))
    header, _, how = column.partition("（")
    cells = [row[header] for row in rows]
    match how.removesuffix("）"):
        case "合计":
            return str(sum(int(shown(cell)) for cell in cells))
        case "最少":
            return str(min(int(shown(cell)) for cell in cells))
        case "几种":
            return str(len(several(cells)))
    assert len(cells) == 1, f"{file}: {condition} names {len(cells)} rows"
    return shown(cells[0])


def printed() -> Iterator[tuple[str, str, str, str, str]]:
    """The README's table of printed figures: what it says, file, condition, column, value."""
    for line in (CITY / "README.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 6 and "." in cells[2]:
            yield cells[1], cells[2], cells[3], cells[4], cells[5]


@pytest.mark.parametrize(("says", "file", "condition", "column", "value"), list(printed()))
def test_printed_figures_are_what_the_data_hold(says: str, file: str, condition: str, column: str, value: str) -> None:
    assert read_off(file, condition, column) == value, says


def test_the_table_of_printed_figures_is_read() -> None:
    """A table that no longer parses would test nothing."""
    told = {value for *_, value in printed()}
    assert {"5225", "4950", "1400", "203", "112", "53", "43", "700", "600", "16", "121", "63", "60", "38"} <= told
    assert len(list(printed())) >= 40


def test_the_generator_writes_the_files_as_they_are(tmp_path: Path) -> None:
    """Text files byte for byte; of workbooks and parquet the content, as their bytes depend on the libraries."""
    script = ROOT / "benchmarks" / "make_zhoukou.py"
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True, env=environment)
    made = {path.name for path in tmp_path.iterdir()}
    assert made == {path.name for path in CITY.iterdir()} - {"README.md", "照片"}
    for name in made:
        ours, theirs = CITY / name, tmp_path / name
        if ours.suffix == ".parquet":
            assert pl.read_parquet(ours).equals(pl.read_parquet(theirs)), name
        elif ours.suffix == ".xlsx":
            assert sheets_of(ours) == sheets_of(theirs), name
        else:
            assert ours.read_bytes() == theirs.read_bytes(), name


def sheets_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every sheet of a workbook."""
    book = CalamineWorkbook.from_path(str(path))
    return {name: [tuple(row) for row in book.get_sheet_by_name(name).to_python()] for name in book.sheet_names}


def test_the_folder_stays_small() -> None:
    assert sum(path.stat().st_size for path in CITY.rglob("*")) < 1_200_000


def test_its_photos_are_small_and_shown_beside_the_gaps_of_the_round(city: Result) -> None:
    """Each stands on the page of its site, drawn anew, and one more would be told in the README."""
    photos = sorted((CITY / "照片").iterdir())
    assert 6 <= len(photos) <= 10
    assert all(photo.stat().st_size < 25_000 for photo in photos)
    for photo in photos:
        page = (city.folder / "site" / f"{photo.name.rpartition('-')[0]}.html").read_text("utf-8")
        assert f'alt="照片/{photo.name}"' in page, photo


def test_the_readme_counts_areas_and_sites_as_they_are() -> None:
    levels = Counter(row["层级"] for row in rows_of(CITY / "areas.csv"))
    register = sheets_of(CITY / "点位台账.xlsx")
    sites = sum(len(rows) - 1 for rows in register.values())
    told = (CITY / "README.md").read_text("utf-8")
    assert f"17 个街道，34 个社区，4 个网格，{sites} 个点位" in told
    assert levels == {"市": 1, "区县": 5, "街道": 17, "社区": 34, "网格": 4}


# --- what check makes of them -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """One OUT folder: the assessment, the findings, and what was said while it was made."""

    folder: Path
    said: str
    assessment: dict[str, Any]
    findings: list[Row]

    def finding(self, site: str, criterion: str) -> Row:
        """The one finding of a criterion at a site."""
        (found,) = self.of(criterion, site)
        return found

    def of(self, criterion: str, site: str = "") -> list[Row]:
        """The findings of a criterion, at one site or at all."""
        return [row for row in self.findings if row["criterion"] == criterion and site in ("", row["site"])]

    def page(self, site: str) -> str | None:
        """The words of a site's page, without tags; None where it has none, as nothing is to be mended there."""
        (name,) = [each["page"] for each in self.assessment["sites"] if each["site"] == site]
        page = self.folder / "site" / f"{name}.html"
        return words_of(page) if page.exists() else None


def words_of(page: Path) -> str:
    """The words of a page: tags taken out, runs of blanks made one."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", page.read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))


def check(data: Path, out: Path, *more: str) -> Result:
    """``duibiao check DATA -o OUT`` in a process of its own, without options unless ``more`` are given."""
    command = [sys.executable, "-m", "duibiao.cli", "check", str(data), "-o", str(out), *more]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return result(out, done.stdout)


def result(out: Path, said: str) -> Result:
    """An OUT folder, and what was said while it was made."""
    return Result(out, said, json.loads((out / "assessment.json").read_text("utf-8")), rows_of(out / "findings.csv"))


@pytest.fixture(scope="module")
def city(zhoukou: Callable[[str], Path]) -> Result:
    """The example as it stands."""
    out = zhoukou(LAST_ROUND)
    return result(out, (out.parent / "said.txt").read_text("utf-8"))


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The example with two cells changed: 4,700 suggestions dealt with instead of 4,950, and 203 instead of 208."""
    folder = tmp_path_factory.mktemp("changed")
    data = Path(shutil.copytree(CITY, folder / "zhoukou"))
    file = data / "区县创建材料.csv"
    text = file.read_text("utf-8-sig")
    for old, new in (('"4,950"', "4700"), ("203,208,112", "203,203,112")):
        assert text.count(old) == 1
        text = text.replace(old, new)
    file.write_text(text, "utf-8-sig")
    return check(data, folder / "out", "--pages", "gaps", *SCORED)


DOCUMENTS = "district_documents:周口市/"
# Kinds of site that stand in the register and were not visited at all, by the code in their numbers.
NOBODY_SENT = {"CC": 6, "GB": 3, "LX": 3, "CM": 2}


def test_every_row_is_used(city: Result) -> None:
    data = city.assessment["data"]
    assert data["read"] == data["used"] == sum(each["read"] for each in data["files"])
    assert data["rejected"] == 0
    assert data["provisional"] == 0
    assert all(each["unused_columns"] == [] for each in data["files"])
    assert len(rows_of(city.folder / "rejects.csv")) == 0


def test_the_total_lies_just_below_the_pass_mark(city: Result) -> None:
    total = city.assessment["total"]
    assert total["level"] == "接近达标"
    assert 80 < total["score"]["value"] < 85
    assert city.assessment["rounds"]["scored"]["id"] == "2025-W10"
    assert [each["id"] for each in city.assessment["rounds"]["earlier"]] == ["2025-W09"]
    assert total["score"]["value"] == pytest.approx(float(re.findall(r"总分\D*([\d.]+)", city.said)[0]))


# Printed figures that a finding says: site, criterion, status, what stands in the words (and on the site's page).
SAID = [
    (DOCUMENTS + "川汇区", "suggestions_closing", "partial", r"4,?950 ÷ 5,?225 = 94\.74%"),
    (DOCUMENTS + "示范区", "ledger_closing", "partial", r"600 ÷ 700 = 85\.71%"),
    (DOCUMENTS + "开发区", "promise_signing", "met", r"1,?400 ÷ 1,?400"),
    (DOCUMENTS + "开发区", "unmanaged_rate", "met", r"11 ÷ 11"),
    (DOCUMENTS + "淮阳区", "unmanaged_rate", "invalid", r"208.*203"),
    ("ZK-LK-001", "ebike_helmet", "met", r"60 ÷ 60"),
    ("ZK-LK-004", "ebike_helmet", "partial", r"170 ÷ 200"),
    ("ZK-XQ-001", "compound_charging", "met", r"4 × 10 = 40，楼栋数：38 栋"),
    ("ZK-GY-001", "public_adverts", "met", r"公益广告数 35 处"),
    ("ZK-BM-001", "circle_15min", "met", r""),
    ("ZK-BM-001", "centre_functions", "met", r"7"),
    ("ZK-BM-001", "centre_area", "met", r"1,?500"),
    ("ZK-BM-004", "centre_area", "met", r"1,?000"),
    ("citizens:周口市/港区", "entry_rate", "met", r"(100 ÷ 100 = |：)100%"),
    ("citizens:周口市/港区", "answer_rate", "met", r"(100 ÷ 100 = |：)100%"),
    ("citizens:周口市/港区", "awareness_rate", "met", r"(100 ÷ 100 = |：)100%"),
]


@pytest.mark.parametrize(("site", "criterion", "status", "words"), SAID)
def test_printed_figures_stand_in_findings_and_on_pages(
    city: Result, site: str, criterion: str, status: str, words: str
) -> None:
    finding = city.finding(site, criterion)
    assert finding["status"] == status
    assert re.search(words, str(finding["because"]))
    page = city.page(site)
    to_mend = any(each["site"] == site for each in city.assessment["gaps"])
    assert page is not None or not to_mend
    assert page is None or re.search(words, page)


def test_printed_gaps_stand_in_the_assessment(city: Result) -> None:
    gaps = {(each["site"], each["criterion"]): each for each in city.assessment["gaps"]}
    suggestions = gaps[DOCUMENTS + "川汇区", "suggestions_closing"]
    assert re.search(r"4,?950 ÷ 5,?225", suggestions["because"])
    assert suggestions["score_e9"] == 600_000_000
    ledger = gaps[DOCUMENTS + "示范区", "ledger_closing"]
    assert re.search(r"600 ÷ 700", ledger["because"])
    assert (DOCUMENTS + "开发区", "promise_signing") not in gaps


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists() and os.environ.get("DUIBIAO_BROWSER") != "required", reason="no chromium")
@pytest.mark.filterwarnings("default::ResourceWarning")
def test_the_panel_of_every_site_adds_up_to_its_score(city: Result) -> None:
    """Its lines on paper: points possible, points lost, and the score that is shown."""
    sites = [each for each in city.assessment["sites"] if each["card"] and each["card"]["score"]]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        page = browser.new_page()
        page.goto((city.folder / "index.html").as_uri())
        told = page.evaluate(SUMS, [each["site"] for each in sites])
        browser.close()
    assert len(sites) > 790
    for site, panel in zip(sites, told, strict=True):
        possible, lost = added_up(panel)
        card = site["card"]
        assert (possible - lost, possible) == (exact(card["earned"]), exact(card["possible"])), site["site"]
        assert panel["result"] == panel["score"], site["site"]
        digits = len(panel["score"].partition(".")[2])
        assert panel["score"] == half_up(100 * (possible - lost) / possible, digits), site["site"]


def exact(figure: Mapping[str, str]) -> Fraction:
    """A figure of assessment.json."""
    return Fraction(int(figure["num"]), int(figure["den"]))


def test_sixteen_toilets_belong_to_one_market(city: Result) -> None:
    members = Counter(each["part_of"] for each in city.assessment["sites"] if each["part_of"])
    assert members == {"ZK-SC-001": 16, "ZK-SC-002": 1, "ZK-SC-003": 1}
    page = city.page("ZK-SC-001") or ""
    assert all(f"华耀城商贸市场{number}号公厕" in page for number in range(1, 17))
    rebuilt = {each["site"] for each in city.assessment["sites"] if each["part_of"]}
    assert {row["status"] for row in city.of("toilet_accessible") if row["site"] in rebuilt} == {"met"}


def test_back_streets_and_trained_people_are_counted(city: Result) -> None:
    done = [str(row["area"]).split("/")[1] for row in city.of("back_street_upgraded") if row["status"] == "met"]
    assert Counter(done) == {"川汇区": 121, "开发区": 63}
    for criterion in ("trained_in_community", "trained_in_unit"):
        ours = [row["status"] for row in city.of(criterion) if "示范区" in str(row["area"])]
        assert len(ours) >= 6
        assert set(ours) == {"met"}


def test_contradictions_are_shown_with_their_cells(city: Result) -> None:
    invalid = {each["site"]: each for each in city.assessment["open"] if each["status"] == "invalid"}
    assert set(invalid) == {
        "ZK-LK-014",
        "ZK-BX-040",
        DOCUMENTS + "淮阳区",
        "community_records:周口市/淮阳区/弦歌街道/琴台社区",
    }
    told = invalid[DOCUMENTS + "淮阳区"]
    assert "208" in told["because"]
    assert "203" in told["because"]
    assert told["cells"] == ["区县创建材料.csv!M8"]
    start = words_of(city.folder / "index.html")
    assert "数据矛盾" in start
    assert re.search(r"208\D+203", start)
    assert "区县创建材料.csv!M8" in start


def test_the_overlap_of_the_203_compounds_is_told(city: Result) -> None:
    """112 + 53 + 43 is not 203: the figure for information says by how much."""
    told = {each["site"]: each for each in city.assessment["shown"] if each["criterion"] == "unmanaged_overlap"}
    overlap = told[DOCUMENTS + "淮阳区"]
    assert overlap["value"] == {"num": "5", "den": "1", "value": 5}
    assert "112 + 53 + 43 − 203 = 5 个" in overlap["because"]


def test_unvisited_waived_and_differing_are_told(city: Result) -> None:
    absent = {each["site"] for each in city.assessment["sites"] if each["card"] is None}
    registered = {each for each in absent if ":" not in each and "@" not in each}
    missed = {each for each in registered if each.split("-")[1] not in NOBODY_SENT}
    assert len(missed) == 10
    assert {"ZK-BX-189", "ZK-BX-190"} <= missed
    assert Counter(each.split("-")[1] for each in registered - missed) == NOBODY_SENT
    assert len(absent - registered) == 5
    waived = [each["site"] for each in city.assessment["open"] if each["status"] == "waived"]
    assert Counter(waived) == {"ZK-SC-003": 2, "ZK-GD-005": 2, "ZK-GJ-002": 1}
    assert city.finding("ZK-XX-004", "fire_lane")["status"] == "missed"
    notes = {(each["code"], each["place"]) for each in city.assessment["data"]["notes"]}
    assert ("verdict-differs", "ZK-SC-005@2025-03-06") in notes


def test_what_nobody_looks_at_is_told(city: Result) -> None:
    """Kinds of site to which nobody was sent, and columns that old forms lack."""
    unchecked = set(city.assessment["unchecked"])
    assert {"taxi_meter", "heritage_intact", "outbound_manners_shown", "civilized_village_standard"} <= unchecked
    assert {"credit_platform_shown", "scenic_tips", "pe_lessons", "tableware_disinfection", "papers_23_1"} <= unchecked
    assert len(unchecked) == 29
    assert f"没有人看的标准 {len(unchecked)} 项" in (CITY / "README.md").read_text("utf-8")
    share = city.assessment["total"]["coverage"]
    assert 0.95 < share["observed"]["value"] / share["of"]["value"] < 1


def test_the_minors_part_passes_its_gate_and_an_honour_adds_a_point(city: Result) -> None:
    (minors,) = [each for each in city.assessment["total"]["parts"] if each["part"] == "minors"]
    assert minors["at_least"]["value"] == 85 <= minors["score"]["value"]
    assert f"这一轮 {minors['score']['value']:.2f} 分" in (CITY / "README.md").read_text("utf-8")
    made = city.assessment["made"]
    assert made["gates_failed"] == []
    adjusted = {each["criterion"]: each["amount"]["value"] for each in made["adjustments"]}
    assert adjusted == {"national_honour_points": 1, "nationwide_accident_deduction": 0}
    assert city.finding("negative_list:周口市", "own_negative_list")["status"] == "partial"


def test_every_kind_of_paper_and_nearly_every_kind_of_site_is_there(city: Result) -> None:
    """Of the kinds of the catalogue only those without a site in this city have no finding."""
    kinds = {str(row["site_type"]) for row in city.findings}
    assert {each for each in shipped.catalogue("national").site_types if each not in kinds} == {
        *("metro", "art_museum", "science_museum", "tourist_hub", "exit_entry_hall"),
        *("taxi", "heritage", "travel_agency", "civilized_village_town"),
    }
    severities = Counter(each["severity"] for each in city.assessment["gaps"])
    assert severities == {"high": 164, "medium": 979, "low": 739}


def test_the_stricter_catalogue_scores_the_same_city_lower(city: Result, tmp_path: Path) -> None:
    beside = ROOT / "examples" / "zhoukou-overlay"
    local = check(CITY, tmp_path / "out", str(beside), "--catalogue", "zhoukou", "--pages", "none", *SCORED)
    assert local.assessment["data"]["rejected"] == 0
    assert all(each["unused_columns"] == [] for each in local.assessment["data"]["files"])
    statuses = {str(row["site"]).rsplit("/", 1)[1]: str(row["status"]) for row in local.of("patrol_daily")}
    assert statuses == {"川汇区": "partial", "淮阳区": "missed", "开发区": "met", "港区": "met", "示范区": "met"}
    ours, theirs = (each.assessment["total"]["score"]["value"] for each in (city, local))
    assert f"{ours:.2f} 分变成 {theirs:.2f} 分" in (CITY / "README.md").read_text("utf-8")


def test_the_other_catalogue_cannot_read_what_only_the_stricter_one_asks(tmp_path: Path) -> None:
    """Why that file lies beside the city and not in it."""
    command = ["check", "examples/zhoukou", "examples/zhoukou-overlay", "-o", str(tmp_path / "out")]
    done = subprocess.run(
        [sys.executable, "-m", "duibiao.cli", *command], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode != 0
    assert "晨查记录.csv" in done.stdout + done.stderr
    assert not (tmp_path / "out" / "assessment.json").exists()


def test_districts_are_ranked_and_units_tie(city: Result) -> None:
    districts = [each for each in city.assessment["areas"] if each["kind"] == "district"]
    assert sorted(each["rank"] for each in districts) == [1, 2, 3, 4, 5]
    places = Counter(each["rank"] for each in city.assessment["units"])
    assert places[1] > 1
    assert 2 not in places


def test_a_changed_cell_changes_the_figure(city: Result, changed: Result) -> None:
    site = DOCUMENTS + "川汇区"
    finding = changed.finding(site, "suggestions_closing")
    assert finding["status"] == "missed"
    assert re.search(r"4,?700 ÷ 5,?225", str(finding["because"]))
    page = changed.page(site) or ""
    assert re.search(r"4,?700 ÷ 5,?225", page)
    assert not re.search(r"4,?950 ÷ 5,?225", page)
    assert area_score(changed, "周口市/川汇区") < area_score(city, "周口市/川汇区")
    assert area_score(changed, "周口市/港区") == area_score(city, "周口市/港区")


def test_the_contradiction_goes_once_the_cell_is_mended(changed: Result) -> None:
    assert changed.finding(DOCUMENTS + "淮阳区", "unmanaged_rate")["status"] == "met"
    assert DOCUMENTS + "淮阳区" not in {
        each["site"] for each in changed.assessment["open"] if each["status"] == "invalid"
    }


def area_score(result: Result, area: str) -> float:
    """The score of an area."""
    (found,) = [each["score"]["value"] for each in result.assessment["areas"] if each["id"] == area]
    return float(found)
