"""The city page as a PDF: the browser is looked for, prints alone and without a clock, and its failure loses nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from click.testing import CliRunner, Result

from duibiao.cli import main
from duibiao.reports import browser
from duibiao.reports.browser import NAMES, NotPrinted, find_browser, printed, usual_places
from tests.conftest import LAST_ROUND
from tests.intake.city import AREAS, REGISTER, load_test_catalogue, write
from tests.test_page_browser import CHROMIUM

DAY = date(2026, 3, 9)
WIDE = {"点位": "人民市场", "日期": "2026-03-06", "地面干净": "否", "排水": "B"}


MISSING = not CHROMIUM.exists() and os.environ.get("DUIBIAO_BROWSER") != "required"
no_browser = pytest.mark.skipif(MISSING, reason="no chromium on this machine")


def program(path: Path, text: str = "exit 0") -> Path:
    """A program that does what ``text`` says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)
    return path


def check(folder: Path, *words: object, path: str = os.environ["PATH"]) -> Result:
    """Score a market in which two things are amiss."""
    (folder / "criteria").mkdir(exist_ok=True)
    load_test_catalogue(folder / "criteria")
    data = write(folder / "data", {"areas.csv": AREAS, "register.csv": REGISTER, "3月.csv": [WIDE]})
    command = ["check", str(data), "--catalogue", str(folder / "criteria"), "--lang", "zh", *map(str, words)]
    return CliRunner().invoke(main, command, env={"PATH": path})


# --- which browser ----------------------------------------------------------------------------------------------------


def test_names_on_path_come_before_usual_places(tmp_path: Path) -> None:
    place = program(tmp_path / "opt" / "chrome")
    path = {"PATH": str(tmp_path / "bin")}
    assert find_browser(path, [place.with_name("missing")]) is None
    assert find_browser(path, [place.with_name("missing"), place]) == place
    for name in ("chromium", "microsoft-edge"):
        last = program(tmp_path / "bin" / name)
        assert find_browser(path, [place]) == last
    assert find_browser({}, []) is None


def test_chrome_and_edge_come_before_a_chromium_that_may_be_a_snap() -> None:
    assert max(map(NAMES.index, ("google-chrome", "microsoft-edge"))) < NAMES.index("chromium")


@pytest.mark.parametrize(
    ("system", "environment", "expected"),
    [
        ("linux", {}, PurePosixPath("/opt/google/chrome/chrome")),
        ("darwin", {"HOME": "/Users/a"}, PurePosixPath("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")),
        ("darwin", {"HOME": "/Users/a"}, PurePosixPath("/Users/a/Applications/Chromium.app/Contents/MacOS/Chromium")),
        ("win32", {"ProgramFiles(x86)": r"C:\P"}, PureWindowsPath(r"C:\P\Microsoft\Edge\Application\msedge.exe")),
        ("win32", {"LocalAppData": r"C:\L"}, PureWindowsPath(r"C:\L\Google\Chrome\Application\chrome.exe")),
    ],
)
def test_usual_places(system: str, environment: dict[str, str], expected: object) -> None:
    assert expected in usual_places(system, environment)


def test_on_windows_only_folders_that_are_there_are_looked_in() -> None:
    assert usual_places("win32", {}) == ()


@pytest.mark.usefixtures("english")
def test_without_a_browser_nothing_is_scored_and_it_is_said_where_one_was_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "_LINUX", (str(tmp_path / "opt" / "chrome"),))
    monkeypatch.setattr(sys, "platform", "linux")
    told = check(tmp_path, "-o", tmp_path / "out", "--pdf", path=str(tmp_path))
    assert told.exit_code == 2
    assert not (tmp_path / "out").exists()
    for name in (*NAMES, str(tmp_path / "opt" / "chrome"), "--browser PATH"):
        assert name in told.output


@pytest.mark.parametrize("words", [["--pdf"], ["--browser", "chromium"]], ids=str)
def test_without_a_folder_there_is_nowhere_to_print_to(tmp_path: Path, words: list[str]) -> None:
    told = check(tmp_path, *words)
    assert told.exit_code == 2
    assert "-o OUT" in told.output


@pytest.mark.usefixtures("english")
def test_a_browser_that_is_named_must_be_a_program(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no program", "utf-8")
    told = check(tmp_path, "-o", tmp_path / "out", "--browser", tmp_path / "text")
    assert (told.exit_code, (tmp_path / "out").exists()) == (2, False)
    assert "is no program" in told.output


# --- a browser that fails ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("does", "reason"),
    [
        ("exit 1", "-"),
        ("echo sandbox missing >&2; echo; exit 1", "sandbox missing"),
        ('for each; do case "$each" in --print-to-pdf=*) : > "${each#*=}";; esac; done; echo empty', "empty"),
    ],
    ids=["says nothing", "says why", "writes nothing into the file"],
)
def test_what_a_browser_said_that_printed_nothing(tmp_path: Path, does: str, reason: str) -> None:
    with pytest.raises(NotPrinted, match=f"^{reason}$"):
        printed("<p>", program(tmp_path / "browser", does), DAY)


def test_a_browser_that_does_not_start_or_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotPrinted, match="denied"):
        printed("<p>", tmp_path, DAY)
    monkeypatch.setattr(browser, "SECONDS", 0.2)
    with pytest.raises(NotPrinted, match=re.escape("> 0.2 s")):
        printed("<p>", program(tmp_path / "browser", "exec sleep 30"), DAY)


def test_a_pdf_that_fails_loses_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = check(tmp_path, "-o", out, "--browser", program(tmp_path / "browser", "echo out of paper"))
    assert told.exit_code == 2
    assert "out of paper" in told.output
    assert {"index.html", "assessment.json", "gaps.xlsx"} <= {path.name for path in out.iterdir()}
    assert list(out.rglob("*.pdf")) == []


def test_the_browser_is_asked_for_the_page_without_links_to_files_and_with_no_network(tmp_path: Path) -> None:
    keep = tmp_path / "kept"
    copy = f'for last; do :; done; cp "${{last#file://}}" {keep}.html; printf "%s\\n" "$@" > {keep}.txt'
    links = (
        '<a href="site/a.html">a</a><a class="x" href="../b.html">b</a><a href="#c">c</a><a href="https://d.cn/">d</a>'
    )
    with pytest.raises(NotPrinted):
        printed(links, program(tmp_path / "browser", copy), DAY)
    assert Path(f"{keep}.html").read_text("utf-8") == (
        '<a>a</a><a class="x">b</a><a href="#c">c</a><a href="https://d.cn/">d</a>'
    )
    told = Path(f"{keep}.txt").read_text("utf-8").splitlines()
    assert "--host-resolver-rules=MAP * ~NOTFOUND" in told
    assert ("--no-sandbox" in told) is (os.geteuid() == 0)
    (profile,) = (Path(each.partition("=")[2]) for each in told if each.startswith("--user-data-dir="))
    assert not profile.parent.exists()


def test_the_clock_of_a_pdf_stands_at_the_day_of_the_assessment(tmp_path: Path) -> None:
    stamps = "/CreationDate (D:20991231235959+08'00')/ModDate (D:20991231235959+08'00')/Title (D:20991231235959+08'00')"
    write_it = f'for each; do case "$each" in --print-to-pdf=*) printf "%s" "{stamps}" > "${{each#*=}}";; esac; done'
    made = printed("<p>", program(tmp_path / "browser", write_it), DAY)
    day = "(D:20260309000000+00'00')"
    assert made.decode() == f"/CreationDate {day}/ModDate {day}/Title (D:20991231235959+08'00')"


# --- a browser that prints --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def outs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The same city twice, in folders of different names, with and without letters."""
    made = []
    for words in (["--browser", CHROMIUM], ["--browser", CHROMIUM, "--handout"]):
        folder = tmp_path_factory.mktemp("city")
        told = check(folder, "-o", folder / "out", *words)
        assert told.exit_code == 0, told.output
        assert f"报告（可打印、转发）：{folder / 'out' / '下发' / '测评报告_全部数据.pdf'}" in told.output
        made.append(folder / "out")
    return made


@pytest.mark.browser
@no_browser
def test_it_lies_in_the_folder_for_handing_out(outs: list[Path]) -> None:
    assert [path.name for path in (outs[0] / "下发").iterdir()] == ["测评报告_全部数据.pdf"]
    assert (outs[1] / "下发" / "测评报告_全部数据.pdf").is_file()
    assert len(list((outs[1] / "下发").iterdir())) > 1
    assert not list(outs[0].parent.glob(".out.*"))


@pytest.mark.browser
@no_browser
def test_the_same_city_makes_the_same_bytes(outs: list[Path]) -> None:
    first, second = ((out / "下发" / "测评报告_全部数据.pdf").read_bytes() for out in outs)
    assert first == second


@pytest.mark.browser
@no_browser
def test_it_is_of_this_day_names_no_place_of_this_machine_and_shows_the_score(outs: list[Path]) -> None:
    pdf = outs[0] / "下发" / "测评报告_全部数据.pdf"
    raw = pdf.read_bytes()
    assert raw.startswith(b"%PDF-")
    assert re.findall(rb"/(?:CreationDate|ModDate) \(D:(\d+)", raw) == [b"20260306000000"] * 2
    assert b"file:" not in raw
    assert str(outs[0].parent).encode() not in raw
    text = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    assert "人民市场" in text
    assert "市场干净" in text
    assert re.search(r"^(\d) ?/ ?\1$", text, re.MULTILINE)  # the last page has its number


# --- pages of the city, of sites and of units on paper --------------------------------------------------------------


@no_browser
def test_four_gaps_and_more_stand_on_a_sheet(zhoukou: Callable[[str], Path], tmp_path: Path) -> None:
    """Seventeen gaps and 32 other findings, of which the first sheet has the fewest."""
    page = (zhoukou(LAST_ROUND) / "site" / "ZK-GD-008.html").read_text("utf-8")
    assert page.count('<article class="gap') == 17
    (tmp_path / "site.pdf").write_bytes(printed(page, CHROMIUM, DAY))
    told = subprocess.run(["pdfinfo", str(tmp_path / "site.pdf")], capture_output=True, text=True, check=True).stdout
    pages = re.search(r"^Pages: +(\d+)$", told, re.MULTILINE)
    assert pages
    assert 3 <= int(pages[1]) <= 5


@no_browser
def test_the_101_gaps_of_a_unit_stand_on_six_sheets(zhoukou: Callable[[str], Path], tmp_path: Path) -> None:
    page = (zhoukou(LAST_ROUND) / "unit" / "traffic_police.html").read_text("utf-8")
    assert page.count('<th scope="row">') == 101
    (tmp_path / "unit.pdf").write_bytes(printed(page, CHROMIUM, DAY))
    told = subprocess.run(["pdfinfo", str(tmp_path / "unit.pdf")], capture_output=True, text=True, check=True).stdout
    pages = re.search(r"^Pages: +(\d+)$", told, re.MULTILINE)
    assert pages
    assert int(pages[1]) <= 6


@no_browser
def test_the_first_sheet_of_a_city_has_the_score_and_the_ten_costliest(
    zhoukou: Callable[[str], Path], tmp_path: Path
) -> None:
    page = (zhoukou(LAST_ROUND) / "index.html").read_text("utf-8")
    (tmp_path / "city.pdf").write_bytes(printed(page, CHROMIUM, DAY))
    told = subprocess.run(["pdftotext", str(tmp_path / "city.pdf"), "-"], capture_output=True, text=True, check=True)
    sheets = ["".join(each.split()) for each in told.stdout.split("\f")]
    table = page.partition('<table class="stack costliest">')[2].partition("</table>")[0]
    costliest = re.findall(r'<th scope="row">(?:<a [^>]*>)?<bdi>([^<]+)<', table)
    assert len(costliest) == 10
    assert all(each.replace(" ", "") in sheets[0] for each in costliest)
    assert "展开到第二级" in page
    assert not any("展开到第二级" in sheet for sheet in sheets)
    assert any("其中检查项最多的：" in sheet for sheet in sheets)
