"""The command line: help whose examples run, exit codes that mean what they say, errors that name the way out."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from duibiao.cli import main
from duibiao.criteria import language
from duibiao.reports.xlsform_check import Checked

ROOT = Path(__file__).resolve().parent.parent
STARTER = ROOT / "examples" / "starter"
EXAMPLE = re.compile(r"(?:Example:|示例：)\n((?: +duibiao .+\n?)+)")
STEP = re.compile(r"^\$ (.+)$", re.MULTILINE)  # of a console block


@pytest.fixture(autouse=True)
def _speak_english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DUIBIAO_LANG", "en")
    language.use()
    yield
    monkeypatch.undo()
    language.use()


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The starter as ``my-city`` in an empty folder, which is the current one."""
    shutil.copytree(STARTER, tmp_path / "my-city")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "my-city"


def run(*words: str) -> Result:
    """Run ``duibiao`` with these words; an error of the program itself is raised."""
    result = CliRunner().invoke(main, words)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def check(*words: str) -> Result:
    """Score the starter in English."""
    return run("check", "my-city/data", "--catalogue", "my-city/criteria", "--lang", "en", *words)


def commands(group: click.Group = main, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command, groups left out."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*above, name))
        else:
            yield (*above, name)


def reject_a_row(city: Path) -> None:
    visits = city / "data" / "农贸市场.csv"
    visits.write_text(visits.read_text("utf-8").replace("SC-02", "SC-09"), "utf-8")


# ------------------------------------------------------------------ help


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_help_has_an_example(command: tuple[str, ...]) -> None:
    told = run(*command, "--help")
    assert told.exit_code == 0
    assert EXAMPLE.search(told.stdout), told.stdout


@pytest.mark.untraced
def test_every_example_of_the_help_runs(
    city: Path, tmp_path: Path, zhoukou: Callable[[str], Path], national_handbook: Path
) -> None:
    """All in one folder and in the order of a first hour: what an example needs, an earlier one has made.

    The three that fixtures have run for all tests stand there with what they made; what is a step of the readme,
    word for word, runs with the readme.
    """
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    shutil.rmtree(city)
    already = {
        "duibiao check examples/zhoukou -o out": zhoukou("2025-W10"),
        "duibiao check examples/zhoukou --round 2025-W09 -o out-w09": zhoukou("2025-W09"),
        "duibiao catalogue handbook national -o handbook": national_handbook,
    }
    for line, made in already.items():
        (tmp_path / line.split()[-1]).symlink_to(made)
    elsewhere = set(STEP.findall((ROOT / "README.zh-CN.md").read_text("utf-8"))) - {"duibiao new my-city"}
    ran = set()
    found = {command: EXAMPLE.search(run(*command, "--help").stdout) for command in commands()}
    order = sorted(found, key=lambda words: (words != ("new",), words != ("check",), words))
    for command in order:
        match = found[command]
        assert match is not None
        for line in match[1].strip().splitlines():
            words = shlex.split(line.split(" > ")[0])[1:]
            if line.strip() not in already.keys() | elsewhere:
                told = run(*words)
                assert told.exit_code == 0, f"{line}\n{told.output}"
            ran.add(line.strip())
        assert tuple(words[: len(command)]) == command  # the last line is the command's own
    assert already.keys() <= ran


def test_help_and_version_need_no_data() -> None:
    assert "check" in run("--help").stdout
    assert run("--version").stdout.startswith("duibiao, version ")


# ------------------------------------------------------------------ check


def test_check_prints_the_score_and_writes_the_report(city: Path) -> None:
    told = check("-o", "out")
    assert told.exit_code == 0
    assert "Rows read 12 = used 12 + rejected 0" in told.stdout
    assert told.stdout.rstrip().endswith("Report: out/index.html")
    assert {path.name for path in Path("out").iterdir()} >= {
        "index.html", "check-up.html", "site", "assessment.json", "findings.csv", "findings.parquet", "rejects.csv", "inputs",
    }  # fmt: skip


def test_without_out_check_writes_nothing(city: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    assert check().exit_code == 0
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.untraced
@pytest.mark.parametrize(("mark", "code"), [("0", 0), ("40", 0), ("100", 1)])
def test_fail_under_ends_with_1_below_the_mark_only(city: Path, mark: str, code: int) -> None:
    told = check("--fail-under", mark)
    assert told.exit_code == code
    assert ("The total is below" in told.stderr) == bool(code)


@pytest.mark.untraced
def test_a_mark_that_is_met_exactly_is_not_missed(city: Path) -> None:
    check("-o", "out")
    score = json.loads(Path("out/assessment.json").read_text("utf-8"))["total"]["score"]
    assert int(score["num"]) < 100 * int(score["den"])
    above = int(score["num"]) // int(score["den"])
    assert check("--fail-under", str(above)).exit_code == 0
    assert check("--fail-under", str(above + 1)).exit_code == 1


def test_rejected_rows_end_with_2_and_no_score(city: Path) -> None:
    reject_a_row(city)
    told = check("-o", "out")
    assert told.exit_code == 2
    assert told.stdout == ""
    assert "农贸市场.csv!A3" in told.stderr
    assert "did you mean 'SC-02'?" in told.stderr
    assert "--keep-going" in told.stderr
    assert "Data check-up: 1 unknown names; " in told.stderr
    assert "农贸市场.csv!A3" in Path("out/index.html").read_text("utf-8")
    assert {path.name for path in Path("out").iterdir()} == {"index.html", "rejects.csv", "rejects.xlsx"}


@pytest.mark.untraced
def test_mended_rejects_are_checked_with_the_data(city: Path) -> None:
    reject_a_row(city)
    told = check("-o", "out")
    assert "To mend: out/rejects.xlsx. Save it under another name and check it with the data: " in told.stderr
    assert "duibiao check my-city/data rejects-mended.xlsx" in told.stderr
    shutil.copy("out/rejects.xlsx", "rejects-mended.xlsx")
    again = check("rejects-mended.xlsx", "-o", "out")
    assert again.exit_code == 2
    assert "rejects-mended.xlsx!农贸市场.csv!A2: no site is called 'SC-09'" in again.stderr
    (city / "data" / "more.csv").write_text("编号,点位,点位类型\nSC-09,新市场,农贸市场\n", "utf-8")
    mended = check("rejects-mended.xlsx")
    assert mended.exit_code == 0
    assert "Rows read 13 = used 13 + rejected 0" in mended.stdout


def test_keep_going_scores_the_rest_and_says_so(city: Path) -> None:
    reject_a_row(city)
    told = check("--keep-going", "-o", "out")
    assert told.exit_code == 0
    assert {"check-up.html", "rejects.csv", "rejects.xlsx"} <= {path.name for path in Path("out").iterdir()}
    assert "Data check-up: 1 unknown names; " in told.stdout
    assert "Rows read 12 = used 11 + rejected 1" in told.stdout
    assert "PROVISIONAL: 1 rows" in told.stdout
    assert json.loads(Path("out/assessment.json").read_text("utf-8"))["data"]["provisional"] == 1


@pytest.mark.untraced
@pytest.mark.parametrize(("pages", "count"), [("all", 6), ("none", 0)])
def test_pages_says_which_sites_get_one(city: Path, pages: str, count: int) -> None:
    assert check("-o", "out", "--pages", pages).exit_code == 0
    assert len(list(Path("out").glob("site/*.html"))) == count


@pytest.mark.untraced
@pytest.mark.parametrize(("lang", "word"), [("zh", "到访点位"), ("en", "Sites visited")])
def test_lang_decides_the_language_of_the_report(city: Path, lang: str, word: str) -> None:
    run("check", "my-city/data", "--catalogue", "my-city/criteria", "--lang", lang, "-o", "out")
    assert word in Path("out/index.html").read_text("utf-8")


def test_rounds_are_made_from_dates_when_asked(city: Path) -> None:
    told = check("--round-by", "day", "--round", "2026-03-03")
    assert told.exit_code == 0
    assert "as of 2026-03-03" in told.stdout


WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "no such data": (("check", "nowhere"), "nowhere"),
    "no data in the folder": (("check", "my-city/criteria/sites"), ""),
    "no such catalogue": (("check", "my-city/data", "--catalogue", "nationl"), "did you mean 'national'?"),
    "no such round": (("check", "my-city/data", "--catalogue", "my-city/criteria", "--lang", "en", "--round", "2030"), "No round '2030'"),
    "no day": (("check", "my-city/data", "--as-of", "2026-02-30"), "write it as 2026-03-31"),
    "a mark beyond 100": (("check", "my-city/data", "--fail-under", "101"), "101"),
    "no command": (("chek",), "Did you mean one of: 'check', 'checklist'?"),
    "no data named": (("check",), "DATA"),
    "lint of nothing": (("lint", "nationl"), "did you mean 'national'?"),
    "explain without a result": (("explain", "SC-01", "food_safe", "--in", "my-city"), "is no output folder"),
    "an unknown type or criterion": (("catalogue", "show", "national", "markt"), "did you mean 'market'?"),
    "a folder that is taken": (("new", "my-city"), "already there"),
    "a result that is no folder": (("new", "my-city/README.md/deep"), "cannot be written"),
    "a folder of somebody else": (("check", "my-city/data", "--catalogue", "my-city/criteria", "--lang", "en", "-o", "my-city"), "is not a result of duibiao"),
    "a place that cannot be written": (("check", "my-city/data", "--catalogue", "my-city/criteria", "--lang", "en", "-o", "my-city/README.md/out"), "cannot be written"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "said"), WRONG.values(), ids=WRONG)
def test_wrong_use_ends_with_2_and_says_what_to_do(city: Path, words: tuple[str, ...], said: str) -> None:
    told = run(*words)
    assert told.exit_code == 2
    assert said in told.stderr
    assert told.stderr.strip()
    assert told.stdout == ""


@pytest.mark.untraced
def test_data_without_a_date_ask_for_the_day(city: Path) -> None:
    shutil.rmtree(city / "data")
    (city / "data").mkdir()
    (city / "data" / "农贸市场.csv").write_text("点位,属地,过期变质食品件数\n甲市场,某市,0\n", "utf-8")
    told = check()
    assert told.exit_code == 2
    assert "--as-of 2026-03-31" in told.stderr
    assert check("--as-of", "2026-03-31").exit_code == 0


def test_a_catalogue_with_a_mistake_scores_nothing(city: Path) -> None:
    form = city / "criteria" / "sites" / "reading_room.yaml"
    form.write_text(form.read_text("utf-8").replace("severity: low", "severty: low"), "utf-8")
    told = check("-o", "out")
    assert told.exit_code == 2
    assert "reading_room.yaml:" in told.stderr
    assert "did you mean 'severity'?" in told.stderr
    assert not Path("out").exists()


def test_figures_that_do_not_add_up_stop_the_run(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from duibiao.evaluator import assess
    from duibiao.evaluator.totals import Inconsistent

    def wrong(_assessment: object) -> None:
        raise Inconsistent(("123 + 666 is not 785",))

    monkeypatch.setattr(assess, "check_totals", wrong)
    told = check("-o", "out")
    assert told.exit_code == 2
    assert "123 + 666 is not 785" in told.stderr
    assert not Path("out").exists()


def test_sums_beyond_the_exact_numbers_stop_the_run(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from duibiao.evaluator import assess
    from duibiao.evaluator.sums import TooLarge

    def wrong(*_words: object, **_more: object) -> None:
        raise TooLarge("10**19")

    monkeypatch.setattr(assess, "assess_judgement", wrong)
    told = check()
    assert told.exit_code == 2
    assert "10**19" in told.stderr


# ------------------------------------------------------------------ the others


def test_lint_ends_with_1_where_it_finds_something(city: Path) -> None:
    form = city / "criteria" / "sites" / "reading_room.yaml"
    form.write_text(form.read_text("utf-8").replace("remedy:", "remdy:"), "utf-8")
    told = run("lint", "my-city/criteria", "--format", "json")
    assert told.exit_code == 1
    assert "unknown-key" in told.stdout


def test_explain_shows_the_formula_with_its_values(city: Path) -> None:
    check("-o", "out")
    told = run("explain", "LK-02", "ebike_helmet", "--in", "out", "--lang", "en")
    assert told.exit_code == 0
    assert "120 ÷ 150 = 80%" in told.stdout
    by_name = run("explain", "车站路与文化路口", "ebike_helmet", "--in", "out", "--lang", "en")
    assert by_name.stdout == told.stdout


@pytest.mark.parametrize(
    ("site", "criterion", "said"),
    [("LK-03", "ebike_helmet", "LK-0"), ("LK-02", "ebike_helmets", "ebike_helmet"), ("LK-02", "food_safe", "")],
)
def test_explain_names_the_nearest_where_there_is_nothing(city: Path, site: str, criterion: str, said: str) -> None:
    check("-o", "out")
    told = run("explain", site, criterion, "--in", "out", "--lang", "en")
    assert told.exit_code == 2
    assert said in told.stderr
    assert "No finding for" in told.stderr


@pytest.mark.untraced
def test_catalogue_list_show_diff_and_schema(city: Path) -> None:
    assert "national" in run("catalogue", "list").stdout
    assert "market" in run("catalogue", "show").stdout
    assert "bad_food_items" in run("catalogue", "show", "national", "market").stdout
    assert "fire_lane_blocks == 0" in run("catalogue", "show", "national", "fire_lane").stdout
    differences = run("catalogue", "diff", "national", "my-city/criteria").stdout
    assert "+ criterion reading_room_seats" in differences
    assert "~ criterion ebike_helmet" in differences
    assert run("catalogue", "diff", "national", "national").stdout == "no difference\n"
    assert json.loads(run("catalogue", "schema").stdout)["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_new_says_what_it_made_and_what_to_do_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = run("new", "fresh")
    assert told.exit_code == 0
    *files, now = told.stdout.splitlines()
    assert sorted(files) == sorted(str(path) for path in Path("fresh").rglob("*") if path.is_file())
    words = shlex.split(now.partition("duibiao ")[2])
    assert run(*words).exit_code == 0
    assert Path("out/index.html").is_file()


# ------------------------------------------------------------------ form

OWN = ("--catalogue", "my-city/criteria")


@pytest.mark.parametrize(
    ("words", "written"),
    [
        (["--type", "market"], "market.xlsx"),
        (["--type", "菜市场", "--format", "xlsform"], "market-xlsform.xlsx"),
        (["--type", "market", "--data", "my-city/data/点位台账.csv", *OWN, "-o", "填报.xlsx"], "填报.xlsx"),
    ],
)
def test_form_writes_a_form_and_says_where(words: list[str], written: str, city: Path) -> None:
    told = run("form", *words)
    assert (told.exit_code, told.stdout) == (0, f"{written}\n")
    assert Path(written).read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("checked", "code", "message"),
    [
        (Checked(("pyxform", "ODK Validate")), 0, "Checked by pyxform, ODK Validate.\n"),
        (Checked(("pyxform",)), 0, "Checked by pyxform.\nJava is missing, so ODK Validate did not look at it.\n"),
        (Checked(()), 0, "Not checked, as pyxform is missing: pip install 'duibiao[odk]'\n"),
        (Checked(("pyxform",), "[row : 3] x"), 2, "This makes no form for phones: [row : 3] x\n"),
    ],
)
def test_a_form_for_phones_is_checked(
    checked: Checked, code: int, message: str, city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("duibiao.reports.xlsform_check.check_xlsform", lambda raw: checked)
    told = run("form", "--type", "market", "--format", "xlsform", "--as-of", "2026-03-01")
    assert (told.exit_code, told.stderr) == (code, message)
    assert Path("market-xlsform.xlsx").exists() == (code == 0)


@pytest.mark.parametrize(("lang", "sheet"), [(None, "怎么看"), ("zh", "怎么看"), ("en", "How to look")])
def test_the_notes_of_a_form_are_in_the_language_of_the_catalogue(lang: str | None, sheet: str, city: Path) -> None:
    assert run("form", "--type", "market", *(["--lang", lang] if lang else [])).exit_code == 0
    with zipfile.ZipFile("market.xlsx") as archive:
        assert f'name="{sheet}"' in archive.read("xl/workbook.xml").decode()


def test_a_form_that_is_there_is_not_overwritten(city: Path) -> None:
    Path("market.xlsx").write_text("filled in")
    told = run("form", "--type", "market")
    assert told.exit_code == 2
    assert "'market.xlsx' is already there" in told.stderr
    assert Path("market.xlsx").read_text() == "filled in"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--type", "markt"], "No site type 'markt'; did you mean 'market'?"),
        (["--type", "market", "-o", "nowhere/x.xlsx"], "'nowhere/x.xlsx' cannot be written: No such file or directory"),
        (["--type", "park", "--data", "my-city/data", *OWN], "No site of type 'park' stands in the data"),
        (["--type", "market", "--data", "my-city/dat"], "there is no such file or folder"),
    ],
)
def test_what_makes_no_form_ends_with_2_and_says_why(words: list[str], message: str, city: Path) -> None:
    told = run("form", *words)
    assert told.exit_code == 2
    assert message in told.stderr
    assert not list(Path().glob("*.xlsx"))


def test_no_form_of_a_questionnaire_that_only_asks_questions(city: Path) -> None:
    asked = "questions: {support: {text: 您支持本市参评吗, choices: [支持, 不支持], yes: [支持]}}"
    text = f"questionnaire: people\ntitle: 居民问卷\neach: district\npart: questionnaires\n{asked}\n"
    Path("my-city/criteria/people.yaml").write_text(text, "utf-8")
    told = run("form", "--type", "people", *OWN)
    assert (told.exit_code, told.stderr.split(".")[0]) == (2, "No form: 'people' has no fields to fill in")


def test_a_rejected_inspection_keeps_no_form_from_being_made(city: Path) -> None:
    reject_a_row(city)
    assert run("form", "--type", "market", "--data", "my-city/data", *OWN).exit_code == 0


@pytest.mark.parametrize("registered", [True, False])
def test_a_form_is_not_made_of_sites_of_which_rows_were_rejected(city: Path, registered: bool) -> None:
    if registered:
        with Path("my-city/data/农贸市场.csv").open("a", encoding="utf-8") as file:
            file.write("SC-99,2026-03-05\n")
        Path("my-city/data/更多.csv").write_text("编号,点位名称,点位类型,区县\n,,农贸市场,东城区\n", "utf-8")
    else:
        visits = Path("my-city/data/农贸市场.csv")
        visits.write_text(visits.read_text("utf-8").replace("2026-03-03", "3月3日"), "utf-8")
        Path("my-city/data/点位台账.csv").unlink()
    told = run("form", "--type", "market", "--data", "my-city/data", *OWN)
    assert told.exit_code == 2
    assert ("更多.csv" if registered else "农贸市场.csv!B3") in told.stderr
    assert "No form: mend the rejected rows" in told.stderr
    assert not Path("market.xlsx").exists()


# ------------------------------------------------------------------ inspect


def test_inspect_shows_how_files_are_understood(city: Path) -> None:
    told = run("inspect", "my-city/data", "--catalogue", "my-city/criteria", "--lang", "en")
    assert (told.exit_code, told.stderr) == (0, "")
    assert "inspections, a row a visit (wide)" in told.stdout
    found = json.loads(run("inspect", "my-city/data", "--catalogue", "my-city/criteria", "--format", "json").stdout)
    assert {each["format"] for each in found["files"]} == {"csv"}
    assert all(table["shape"] for each in found["files"] for table in each["tables"])


@pytest.mark.untraced
def test_inspect_writes_a_mapping_that_means_the_same(city: Path) -> None:
    before = check("-o", "out", "--pages", "none")
    mapping = city / "data" / "mapping.yaml"
    assert not mapping.exists()
    words = ("inspect", "my-city/data", "--catalogue", "my-city/criteria", "--write-mapping", str(mapping))
    assert run(*words).exit_code == 0
    assert check("-o", "out", "--pages", "none").stdout == before.stdout
    again = run(*words)
    assert (again.exit_code, "is already there" in again.stderr) == (2, True)
    nowhere = run(*words[:-1], "none/mapping.yaml")
    assert (nowhere.exit_code, "cannot be written" in nowhere.stderr) == (2, True)


def test_inspect_ends_with_2_where_something_cannot_be_used(city: Path) -> None:
    (city / "data" / "w.csv").write_text("甲,乙\n1,2\n", "utf-8")
    told = run("inspect", "my-city/data", "--catalogue", "my-city/criteria", "--lang", "en")
    assert told.exit_code == 2
    assert "w.csv: the headers are not recognised" in told.stdout


@pytest.mark.untraced
def test_the_encoding_of_text_files_may_be_said(city: Path) -> None:
    visits = city / "data" / "农贸市场.csv"
    visits.write_bytes(visits.read_text("utf-8").encode("gb18030"))
    assert check("--encoding", "utf-8").exit_code == 2
    rest = [path for path in (city / "data").glob("*.csv") if path != visits]
    for path in rest:
        path.write_bytes(path.read_text("utf-8-sig").encode("gb18030"))
    assert check("--encoding", "gb18030").exit_code == 0
    words = ("inspect", "my-city/data", "--catalogue", "my-city/criteria", "--encoding", "utf-8")
    assert run(*words).exit_code == 2
