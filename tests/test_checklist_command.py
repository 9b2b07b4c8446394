"""`duibiao checklist`: whom it is for, where the files go and what they are called, and what it says where it cannot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from duibiao.reports.checklist_set import write_checklists
from tests.checklists import HOSTILE, hostile_maker, small_maker, write_city
from tests.handbook_catalogue import FILES, write_catalogue
from tests.test_cli import run

ENDINGS = {"html": b"<!doctype html>", "docx": b"PK", "xlsx": b"PK"}


pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small city: its ``criteria``, its ``data``, and ``out``, the result of checking it."""
    folder = write_city(tmp_path_factory.mktemp("city"))
    words = ("--catalogue", str(folder / "criteria"), "-o", str(folder / "out"), "--pages", "none")
    result = run("check", str(folder / "data"), *words)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def out(city: Path) -> Path:
    """The result of checking the small city."""
    return city / "out"


@pytest.fixture
def here(city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, with the criteria of the city beside it."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (tmp_path / "criteria").symlink_to(city / "criteria")
    return folder


def checklist(*words: str) -> str:
    """What is printed; it went well."""
    result = run("checklist", "--catalogue", "../criteria", *words)
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def refused(*words: str) -> str:
    """What is said where it does not go; nothing was written."""
    before = sorted(Path.cwd().rglob("*"))
    result = run("checklist", *words, *(() if "--catalogue" in words else ("--catalogue", "../criteria")))
    assert result.exit_code == 2
    assert sorted(Path.cwd().rglob("*")) == before
    return result.stderr.strip()


# ------------------------------------------------------------------ one file


@pytest.mark.parametrize("format_", ENDINGS)
def test_a_type_in_every_format_and_both_languages(here: Path, format_: str) -> None:
    for spoken, name in (("zh", "检查表_农贸市场"), ("en", "Checklist_农贸市场")):
        told = checklist("--type", "market", "--format", format_, "--lang", spoken, "--quiz")
        assert told == f"{name}.{format_}"
        assert (here / told).read_bytes().startswith(ENDINGS[format_])


def test_a_site_is_filled_with_what_was_found(here: Path, out: Path) -> None:
    sites = json.loads((out / "assessment.json").read_text("utf-8"))["sites"]
    site = next(each for each in sites if each["card"] is not None)
    checklist("--site", site["site"], "--in", str(out), "-o", "filled.html", "--lang", "en")
    checklist("--site", site["site"], "--in", str(out), "--blank", "-o", "blank.html", "--lang", "en")
    filled, blank = (Path(each).read_text("utf-8") for each in ("filled.html", "blank.html"))
    assert "Last findings" in filled
    assert "Last findings" not in blank
    assert site["name"] in filled
    assert site["name"] in blank


def test_data_alone_give_names_and_no_findings(here: Path, out: Path) -> None:
    site = json.loads((out / "assessment.json").read_text("utf-8"))["sites"][0]
    checklist("--site", site["site"], "--in", str(out.parent / "data"), "-o", "plain.html", "--lang", "en")
    text = Path("plain.html").read_text("utf-8")
    assert site["name"] in text
    assert "Last findings" not in text


def test_unit_and_area_choose_sites(here: Path, out: Path) -> None:
    sites = json.loads((out / "assessment.json").read_text("utf-8"))["sites"]
    area = next(each["area"] for each in sites if each["area"] and "/" in each["area"])
    checklist("--area", area, "--in", str(out), "-o", "area.html", "--lang", "en")
    text = Path("area.html").read_text("utf-8")
    inside = {each["name"] for each in sites if (each["area"] or "").startswith(area)}
    assert inside
    assert all("Checklist</h1>" in text or name in text for name in inside)
    checklist("--order", "points", "--type", "market", "--in", str(out), "-o", "deck.html", "--lang", "en")
    assert "lost of the total" in Path("deck.html").read_text("utf-8")


def test_a_file_is_named_after_what_it_is_for(here: Path, out: Path) -> None:
    told = checklist("--unit", "市场监管局", "--type", "market", "--in", str(out), "--lang", "zh", "--format", "xlsx")
    assert told == "检查表_市场监管局_农贸市场.xlsx"


def test_what_may_be_filled_in_is_never_overwritten(here: Path) -> None:
    path = here / "checklist.html"
    path.write_text("filled in", "utf-8")
    assert "may be filled in" in refused("--type", "market", "-o", str(path))
    assert path.read_text("utf-8") == "filled in"


def test_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    words = ["checklist", "--type", "road", "--quiz", "--catalogue", str(write_catalogue(tmp_path / "criteria"))]
    program = "import sys, duibiao.cli\nfor each in 'html docx xlsx'.split():\n"
    program += f"    duibiao.cli.main([*{words}, '--format', each, '-o', sys.argv[1] + each], standalone_mode=False)"
    for seed, zone in (("1", "Asia/Shanghai"), ("2", "UTC")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone}
        command = [sys.executable, "-c", program, f"{tmp_path}/{seed}."]
        subprocess.run(command, check=True, env=environment, capture_output=True, stdin=subprocess.DEVNULL)
    for format_ in ENDINGS:
        assert (tmp_path / f"1.{format_}").read_bytes() == (tmp_path / f"2.{format_}").read_bytes()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "Say what it is for"),
        ("--all", "--all needs a folder"),
        ("--all --type market -o x", "leave out --type"),
        ("--site S1", "add --in OUT"),
        ("--type markt", "did you mean 'market'?"),
        ("--type market --order points", "--in with a result folder"),
        ("--type market --catalogue nowhere", "No catalogue 'nowhere'"),
        ("--site 没有 --in OUT", "No site '没有'"),
        ("--unit 没有 --in OUT", "No unit '没有'"),
        ("--area 没有 --in OUT", "No area '没有'"),
        ("--type market --in OUT --in OUT", "A result stands alone"),
        ("--type market --in OUT --as-of 2026-01-01", "leave out --as-of"),
    ],
)
def test_what_cannot_be_made_is_told(here: Path, out: Path, words: str, told: str) -> None:
    given = [str(out) if each == "OUT" else each for each in words.split()]
    assert told in refused(*given)


def test_cases_of_another_catalogue_are_not_used(here: Path, out: Path) -> None:
    other = write_catalogue(here.parent / "other", catalogue=FILES["catalogue.yaml"].replace("85", "84"))
    result = run("checklist", "--type", "market", "--in", str(out), "--catalogue", str(other), "--quiz", "-o", "a.html")
    assert result.exit_code == 0
    assert "Without examples" in result.stderr
    text = Path("a.html").read_text("utf-8")
    assert "测验" not in text
    assert "判定举例</dt>" not in text


# ------------------------------------------------------------------ a whole city


def test_every_site_has_a_file_by_area(here: Path, out: Path) -> None:
    told = checklist("--all", "--in", str(out), "-o", "set", "--lang", "zh")
    listed = json.loads(Path("set/checklists.json").read_text("utf-8"))
    of_site = {each["site"]: each["file"] for each in listed["files"]}
    files = sorted(path.relative_to("set").as_posix() for path in Path("set").rglob("*.html"))
    assert sorted({each["file"] for each in listed["files"]}) == files
    assert told == f"{len(files)} checklists: set"
    # The crossing inside a market stands on the checklist of the market.
    assert of_site["C1"] == of_site["M1"]
    assert "附属点位 <bdi>市场门口" in Path("set", of_site["C1"]).read_text("utf-8")
    sites = json.loads((out / "assessment.json").read_text("utf-8"))["sites"]
    assert of_site.keys() == {each["site"] for each in sites if each["site_type"] != "empty"}  # nothing is asked there
    assert all(Path(each).name.startswith("检查表_") for each in files)
    first = {path: Path("set", path).read_bytes() for path in files}
    checklist("--all", "--in", str(out), "-o", "set", "--lang", "zh")
    assert {path: Path("set", path).read_bytes() for path in files} == first


def test_a_folder_of_others_is_not_replaced(here: Path, out: Path) -> None:
    (here / "mine").mkdir()
    (here / "mine" / "file.txt").write_text("mine", "utf-8")
    assert "is not overwritten" in refused("--all", "--in", str(out), "-o", "mine")


@pytest.mark.parametrize("format_", ENDINGS)
def test_hostile_names_stay_inside_and_windows_takes_them(tmp_path: Path, format_: str) -> None:
    maker = hostile_maker(tmp_path / "criteria")
    folder = tmp_path / "set"
    folder.mkdir()
    count = write_checklists(maker, folder, format_)  # type: ignore[arg-type]
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "checklists.json"]
    assert len(files) == count == len(maker.known.subjects) == len(HOSTILE) + 3
    assert sorted(os.listdir(tmp_path)) == ["criteria", "set"]
    for path in files:
        assert not set(path.name) & set('<>:"/\\|?*\u202e\u2066')
        assert len(path.name) <= 60
        assert path.name == path.name.strip(" .")
        assert path.suffix == f".{format_}"
    assert len({path.as_posix().casefold() for path in files}) == count


# ------------------------------------------------------------------ names of files


def test_a_site_without_an_area_is_put_apart(tmp_path: Path) -> None:
    maker = small_maker(tmp_path / "criteria")
    assert {maker.known.area_path(each) for each in maker.known.subjects} == {("东区",), ("西区",)}
