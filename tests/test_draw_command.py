"""`duibiao draw`: from data or a result, what is asked for, where the list goes, and what it says where it cannot."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.checklists import write_city
from tests.test_cli import run

SOME = ("--sites", "market=1", "--per", "district", "--seed", "3")


pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city of two districts with ``criteria``, ``data`` (M1 to M3, C1; M1 and M2 visited) and its result, ``out``."""
    folder = write_city(tmp_path_factory.mktemp("city"))
    words = ("--catalogue", str(folder / "criteria"), "-o", str(folder / "out"), "--pages", "none", "--lang", "en")
    result = run("check", str(folder / "data"), *words)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def here(city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder beside the city's."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in ("criteria", "data", "out"):
        (folder / name).symlink_to(city / name)
    return folder


def drawn(*words: str) -> list[str]:
    """What is printed; it went well."""
    result = run("draw", *words, "--lang", "en")
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def refused(*words: str) -> list[str]:
    """What is said where it does not go; nothing is printed."""
    result = run("draw", *words, "--lang", "en")
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr.splitlines()


@pytest.mark.usefixtures("here")
def test_data_and_their_result_draw_the_same() -> None:
    told = drawn("out", *SOME)
    assert told[1:] == [
        "农贸市场: in every 区县: 1; 2 drawn of 3, 1 reserves",
        "  1   新市场    M3  东区 · 1 drawn of 2",
        "  R1  光华市场  M1",
        "  2   安居市场  M2  西区 · 1 drawn of 1",
        "Not drawn, as nothing says how many (sites): 交通路口 1.",
    ]
    assert drawn("data", "--catalogue", "criteria", *SOME) == told


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("words", "asked"),
    [
        pytest.param(("--sites", "1", "--per", "district"), ["交通路口: in every 区县: 1", "农贸市场: in every 区县: 1"], id="every type"),
        pytest.param(
            ("--sites", "1", "--sites", "交通路口=2", "--per", "市"),
            ["交通路口: in every 市: 2", "农贸市场: in every 市: 1"],
            id="one type otherwise, by its title, and a level by its name",
        ),
        pytest.param(("--sites", "1", "--per", "district", "--type", "交通路口"), ["交通路口: in every 区县: 1"], id="one type is listed"),
        pytest.param(("--sites", "1", "--per", "区县", "--area", "西区"), ["交通路口: in every 区县: 1", "农贸市场: in every 区县: 1"],
                     id="one area is listed"),
    ],
)  # fmt: skip
def test_what_is_asked_for(words: tuple[str, ...], asked: list[str]) -> None:
    assert [line.split(";")[0] for line in drawn("out", *words) if "in every" in line] == asked


@pytest.mark.usefixtures("here")
def test_fresh_sites_are_those_that_nobody_visited() -> None:
    for source in (("out",), ("data", "--catalogue", "criteria")):
        told = "\n".join(drawn(*source, "--sites", "2", "--per", "district", "--fresh"))
        assert "新市场" in told
        assert "市场门口" in told
        assert "光华市场" not in told
        assert "Left out as visited in round -: 2 sites." in told
        assert "Nothing to draw in: 西区 (all 1 visited)" in told


def own_quota(here: Path, quota: str) -> str:
    """The criteria with another quota of markets, or none."""
    shutil.copytree(here / "criteria", here / "own")
    form = here / "own" / "sites" / "market.yaml"
    form.write_text(form.read_text("utf-8").replace("quota: {per: subdistrict, sites: 1}\n", quota), "utf-8")
    return "own"


def test_the_quota_of_the_catalogue_and_what_stands_in_its_place(here: Path) -> None:
    own = own_quota(here, "quota: {per: city, sites: 3}\n")
    for words, asked in (
        ((), "in every 市: 3"),
        (("--sites", "market=1"), "in every 市: 1"),
        (("--per", "district"), "in every 区县: 3"),
        (("--sites", "2", "--per", "district"), "in every 区县: 2"),
    ):
        told = drawn("data", "--catalogue", own, *words)
        assert [line for line in told if line.startswith(f"农贸市场: {asked};")], told


def test_without_any_quota_the_numbers_are_asked_for(here: Path) -> None:
    own = own_quota(here, "")
    assert refused("data", "--catalogue", own) == ["No site type has a quota; say how many: --sites market=2"]
    told = drawn("data", "--catalogue", own, "--sites", "market=2")
    assert "农贸市场: in every 区县: 2" in told[2]  # the highest level of which there are several areas


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(("out", "--type", "交通路口", "--type", "crossing"),
                     ["Nothing says how many of '交通路口' to draw; say it: --sites crossing=2",
                      "Nothing says how many of 'crossing' to draw; say it: --sites crossing=2"], id="a type without a quota"),
        pytest.param(
            ("out", "--sites", "marke=2", "--sites", "market=0", "--sites", "x", "--sites", "crossing=1",
             "--sites", "交通路口=2", "--per", "distric", "--type", "marked", "--area", "东区县"),
            [
                "No site type 'marke' that is a place; did you mean 'market'?",
                "--sites market=0: write a whole number from 1, as market=2 or 2",
                "--sites x: write a whole number from 1, as market=2 or 2",
                "--sites 交通路口=2: this type is named twice",
                "No level of area 'distric'; did you mean 'district'?",
                "No site type 'marked'; did you mean 'market'?",
                "No area '东区县'; did you mean '东区'?",
            ],
            id="everything at once",
        ),
        pytest.param(("out", "--sites", "1", "--per", "city", "--area", "东区"),
                     ["Nothing is drawn there: the types are drawn for larger areas; name a lower level with --per"],
                     id="an area below the level"),
        pytest.param(("out", *SOME, "-o", "a.pdf", "-o", "b"),
                     ["A list ends in .html, .xlsx, .csv, not a.pdf, b"], id="endings"),
        pytest.param(("out", "data"), ["A result stands alone: name nothing beside it"], id="a result and data"),
        pytest.param(("out", "--catalogue", "criteria"),
                     ["A result has its own criteria: leave out --catalogue"], id="a result and a catalogue"),
    ],
)  # fmt: skip
def test_what_is_refused(words: tuple[str, ...], told: list[str]) -> None:
    assert refused(*words) == told


def test_rejected_rows_of_the_register_are_mended_first(here: Path) -> None:
    (here / "sent").mkdir()
    for path in (here / "data").iterdir():
        (here / "sent" / path.name).write_bytes(
            path.read_bytes().replace("农贸市场,西区".encode(), "农贸市场,西".encode())
        )
    told = refused("sent", "--catalogue", "criteria", *SOME)
    assert told[-1] == "Nothing was drawn: mend the rejected rows of the register, the areas and the units."


def test_files_are_written_once_and_are_the_same_again(here: Path) -> None:
    files = ("-o", "list.html", "-o", "list.xlsx", "-o", "list.CSV")
    told = drawn("out", *SOME, *files)
    assert told[-3:] == ["List: list.html", "List: list.xlsx", "List: list.CSV"]
    first = {name: (here / name).read_bytes() for name in files[1::2]}
    assert [raw[:3] for raw in first.values()] == [b"<!d", b"PK\x03", b"\xef\xbb\xbf"]
    result = run("draw", "out", *SOME, *files)
    assert result.exit_code == 2
    assert "list.html" in result.stderr
    for name in first:
        (here / name).unlink()
    drawn("out", *SOME, *files)
    assert {name: (here / name).read_bytes() for name in first} == first


def test_a_list_leads_to_its_checklists(here: Path) -> None:
    """Those of the drawn sites, in the order of the list and in whatever language it was written, without reserves."""
    for spoken, read in (("zh", "en"), ("en", "zh")):
        result = run("draw", "out", *SOME, "-o", f"{spoken}.csv", "--lang", spoken)
        assert result.stderr.endswith(f"duibiao checklist --draw {spoken}.csv --in out\n")
        told = run("checklist", "--draw", f"{spoken}.csv", "--in", "out", "--catalogue", "criteria",
                   "-o", f"{spoken}.html", "--lang", read)  # fmt: skip
        assert told.exit_code == 0, told.output
        page = (here / f"{spoken}.html").read_text("utf-8")
        assert page.count("<h1>") == 2
        assert page.index("新市场") < page.index("安居市场")
        assert "光华市场" not in page
    assert run("draw", "out", *SOME).stderr.endswith("--draw LIST.csv --in out\n")
    (here / "gbk.csv").write_bytes((here / "zh.csv").read_text("utf-8-sig").encode("gb18030"))
    words = ("--in", "out", "--catalogue", "criteria", "-o", "gbk.html")
    assert run("checklist", "--draw", "gbk.csv", *words).exit_code == 0


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (None, "'list.csv' cannot be read: No such file or directory"),
        (b"", "'list.csv' is no list of `duibiao draw`: write one with -o list.csv"),
        (b"a,b\n", "'list.csv' is no list of `duibiao draw`: write one with -o list.csv"),
        (b"\xff\x00", "'list.csv' is no list of `duibiao draw`: write one with -o list.csv"),
        ("M3", "1 drawn sites are not on this register: M9"),
    ],
    ids=["none", "empty", "another table", "no text", "another register"],
)
def test_a_list_that_leads_nowhere(here: Path, raw: bytes | str | None, told: str) -> None:
    if isinstance(raw, bytes):
        (here / "list.csv").write_bytes(raw)
    elif raw is not None:
        drawn("out", *SOME, "-o", "list.csv")
        (here / "list.csv").write_bytes((here / "list.csv").read_bytes().replace(raw.encode(), b"M9"))
    result = run("checklist", "--draw", "list.csv", "--in", "out", "--catalogue", "criteria")
    assert result.exit_code == 2
    assert result.stderr.strip().endswith(told)


def test_a_table_of_quotas_stands_between_the_types_and_every_type(here: Path) -> None:
    (here / "quotas.csv").write_text("点位类型,层级,数量\n农贸市场,市,2\n", "utf-8-sig")
    for words, asked in (
        ((), ["农贸市场: in every 市: 2"]),
        (("--sites", "1"), ["交通路口: in every 区县: 1", "农贸市场: in every 市: 2"]),
        (("--sites", "market=3"), ["农贸市场: in every 市: 3"]),
        (("--per", "district"), ["农贸市场: in every 区县: 2"]),
    ):
        told = drawn("out", "--quotas", "quotas.csv", *words)
        assert [line.split(";")[0] for line in told if "in every" in line] == asked
    (here / "quotas.csv").write_text("点位类型,数量\n农贸市厂,二\n", "utf-8-sig")
    assert len(refused("out", "--quotas", "quotas.csv")) == 2
    assert refused("out", "--quotas", "none.csv") == ["'none.csv' cannot be read: No such file or directory"]
