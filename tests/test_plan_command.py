"""`duibiao plan`: what it promises comes true in the data, what cannot be is told at once, and where it is written."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final

import openpyxl  # type: ignore[import-untyped]
import polars as pl
import pytest
from click.testing import CliRunner, Result

from duibiao.cli import main
from duibiao.commands.forecast import forecast
from duibiao.commands.official_draw import Draw
from duibiao.commands.plan import plan
from duibiao.commands.reading import read_judgement
from duibiao.criteria.models import Quota
from duibiao.evaluator.archive import write_inputs
from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.assurance import assurance_of
from duibiao.evaluator.document import document
from duibiao.evaluator.forecast import Forecast, forecast_of
from duibiao.evaluator.mending_plan import TooDear, plan_of
from duibiao.evaluator.official_draws import DONORS, DRAWS, SEED
from duibiao.evaluator.plan_files import Reading
from duibiao.evaluator.plan_request import Wish, mark_of, next_aim, request_of, too_dear, working_days
from duibiao.evaluator.units import unit_title
from duibiao.evaluator.what_if import WrongQuestion, what_if
from tests.assessments import assessment
from tests.test_forecast import city
from tests.test_mending import HEAD, LOW, judged

SEEN = {**LOW, "M2": {"a": 0.0, "b": 0.0, "d": 1.0}}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plan")
    judgement = judged(folder / "criteria", SEEN)
    write_inputs(folder / "out" / "inputs", judgement.catalogue, judgement.submission, "", judgement.as_of)
    return folder / "out"


def run(*words: object) -> Result:
    result = CliRunner().invoke(main, ["plan", *(str(word) for word in words), "--lang", "en"])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_promise_is_the_total_of_the_data_with_these_gaps_mended(tmp_path: Path) -> None:
    judgement = judged(tmp_path / "now", SEEN)
    gaps = assess_judgement(judgement).gaps
    plan = plan_of(judgement, gaps, mark_of(assess_judgement(judgement), "pass"))
    assert plan is not None
    chosen = [gap for step in plan.steps for gap in step.gaps]
    answer = what_if(judgement.catalogue, judgement.submission, "", judgement.as_of, chosen)
    full = {"clean": "a", "safe": "b", "share": "c"}
    mended = {site: dict(row) for site, row in SEEN.items()}
    for gap in gaps:
        if gap.id in chosen:
            mended[gap.site][full[gap.criterion]] = 1.0
    after = assess_judgement(judged(tmp_path / "then", mended))
    assert answer.after.total.score == after.total.score == plan.total >= 85 > plan.now
    assert plan.steps[0].criterion == "safe"


def test_the_command_prints_steps_units_and_writes_both_files(out: Path, tmp_path: Path) -> None:
    told = run("--in", out, "--json", tmp_path / "plan.json", "--xlsx", tmp_path / "plan.xlsx")
    assert told.exit_code == 0
    assert "The cheapest way to the pass mark 85:" in told.output
    plan = json.loads((tmp_path / "plan.json").read_bytes())["plan"]
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx").active
    assert sheet is not None
    assert sheet.max_row - 3 == plan["gaps"] == sum(len(step["gaps"]) for step in plan["steps"])
    assert plan["reached"] is True


def test_the_same_question_has_the_same_answer(out: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        run("--in", out, "--aim", "total", "--budget", "3", "--json", tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result of which the official draw can be foretold."""
    folder = tmp_path_factory.mktemp("drawn")
    judgement = city(folder / "criteria")
    write_inputs(folder / "out" / "inputs", judgement.catalogue, judgement.submission, "", judgement.as_of)
    return folder / "out"


@pytest.mark.parametrize(
    ("words", "more", "told"),
    [
        ([], True, "Until 90.0% of the draws reach it: "),
        (["--chance", "0.999"], True, "99.9% is not reached within what is asked"),
        (["--chance", "0.95", "--budget", "1"], False, "Nothing more can be mended within what is asked: 95.0%"),
        (["--chance", "0.01"], False, "Official draw, chance to reach the mark: "),
    ],
)
def test_how_sure_the_plan_makes_the_mark(drawn: Path, tmp_path: Path, words: list[str], more: bool, told: str) -> None:
    answer = run("--in", drawn, *words, "--json", tmp_path / "plan.json")
    assert told in answer.output
    sure = json.loads((tmp_path / "plan.json").read_bytes())["assurance"]
    assert (sure["more"] is not None) == more


DRAW = ("--draws", 500, "--seed", 7, "--donors", 2, "--sites", "market=1", "--per", "district")


def test_the_chance_is_that_of_the_draw_that_is_asked_for(drawn: Path, tmp_path: Path) -> None:
    """One market a district, in place of the two of the catalogue's quota."""
    judgement, one = read_judgement(drawn), {"market": Quota(per="district", sites=1)}
    made = assess_judgement(judgement, "en")
    aim = mark_of(made, "pass")
    plan, foretold = plan_of(judgement, made.gaps, aim), forecast_of(judgement, draws=500, seed=7, donors=2, asked=one)
    assert plan is not None
    assert isinstance(foretold, Forecast)
    wanted = assurance_of(judgement, made.gaps, aim, plan, foretold, asked=one)
    answer = run("--in", drawn, *DRAW, "--json", tmp_path / "one.json")
    assert "Drawn 500 times (seed 7): 2 of 7 sites whose types have a quota" in answer.output
    told = json.loads((tmp_path / "one.json").read_bytes())
    assert told["assurance"] == document(replace(made, assurance=wanted))["assurance"]
    run("--in", drawn, *DRAW[:6], "--json", tmp_path / "two.json")
    assert json.loads((tmp_path / "two.json").read_bytes())["assurance"]["now"] != told["assurance"]["now"]


def test_the_workbook_lists_the_gaps_of_the_plan_and_then_those_beyond_it(drawn: Path, tmp_path: Path) -> None:
    answer = run("--in", drawn, "--json", tmp_path / "plan.json", "--xlsx", tmp_path / "plan.xlsx")
    told = json.loads((tmp_path / "plan.json").read_bytes())
    own, more = told["plan"]["steps"], told["assurance"]["more"]["steps"]
    wanted = [
        (number, stage, step["days"]["value"])
        for number, (stage, step) in enumerate([*(("the plan", s) for s in own), *(("beyond it", s) for s in more)], 1)
        for _gap in step["gaps"]
    ]
    page = openpyxl.load_workbook(tmp_path / "plan.xlsx").worksheets[0]
    header, *rows = list(page.iter_rows(min_row=3, values_only=True))
    assert header[:4] == ("Step", "Stage", "Who mends it", "Person-days of the step")
    assert [(row[0], row[1], row[3]) for row in rows] == wanted
    assert {row[1] for row in rows} == {"the plan", "beyond it"}
    first_beyond = answer.output.split("hold for these steps too:")[1].splitlines()[4]
    assert first_beyond.split()[0] == str(len(own) + 1)


def test_forecast_and_plan_simulate_the_same_draw(drawn: Path, tmp_path: Path) -> None:
    """The same options mean the same to both; a table of quotas says what --sites and --per say."""
    (tmp_path / "quotas.csv").write_text("点位类型,层级,数量\nmarket,district,1\n", "utf-8")
    for name, quotas in (("told", DRAW[6:]), ("table", ("--quotas", tmp_path / "quotas.csv"))):
        run("--in", drawn, *DRAW[:6], *quotas, "--json", tmp_path / f"{name}.plan")
        words = ["forecast", "--in", drawn, *DRAW[:6], *quotas, "--json", tmp_path / f"{name}.forecast"]
        CliRunner().invoke(main, [*map(str, words), "--lang", "en"])
    plans = [json.loads((tmp_path / f"{name}.plan").read_bytes()) for name in ("told", "table")]
    forecasts = [json.loads((tmp_path / f"{name}.forecast").read_bytes()) for name in ("told", "table")]
    assert plans[0] == plans[1]
    assert plans[0]["forecast"] == plans[1]["forecast"] == forecasts[0] == forecasts[1]
    assert forecasts[0]["drawn"] == 2


def test_unasked_the_draw_is_that_of_check() -> None:
    for command in (forecast, plan):
        defaults = {each.name: each.default for each in command.params}
        assert (defaults["draws"], defaults["seed"], defaults["donors"]) == (DRAWS, SEED, DONORS)


def test_where_more_are_asked_for_than_there_are_all_are_drawn(drawn: Path) -> None:
    told = run("--in", drawn, "--sites", "market=9", "--per", "district", "--draws", 100).output
    assert "Drawn 100 times (seed 2026): 7 of 7 sites whose types have a quota" in told
    assert "11 sites fewer are on the register than the quotas want; there all are drawn." in told


def test_types_without_a_site_on_the_register_are_named(tmp_path: Path) -> None:
    """A quota of markets, and a register that has none."""
    judgement = city(tmp_path / "criteria")
    sites = judgement.submission.sites.filter(pl.col("site_type") != "market")
    named = Draw(100, 1, 3, {"market": Quota(per="district", sites=1)}, ())
    assert named.nowhere(judgement) == ""
    without = replace(judgement, submission=replace(judgement.submission, sites=sites))
    title = judgement.catalogue.site_types["market"].title
    assert named.nowhere(without).endswith(f": {title}\n")


def test_who_asks_for_quotas_that_are_lacking_is_answered(tmp_path: Path) -> None:
    judgement = city(tmp_path / "criteria", quota="")
    write_inputs(tmp_path / "out" / "inputs", judgement.catalogue, judgement.submission, "", judgement.as_of)
    assert "Official draw: Not estimable: no site type" in run("--in", tmp_path / "out").output
    refused = run("--in", tmp_path / "out", "--seed", 7)
    assert (refused.exit_code, "Say how many are drawn: --sites market=2" in refused.output) == (2, True)
    told = run("--in", tmp_path / "out", "--sites", "market=2").output
    assert "Official draw, chance to reach the mark: " in told


def test_files_that_are_there_stay_as_they_are(out: Path, tmp_path: Path) -> None:
    """A workbook may be filled in."""
    for option, name in (("--json", "plan.json"), ("--xlsx", "plan.xlsx")):
        (tmp_path / name).write_bytes(b"filled in")
        told = run("--in", out, option, tmp_path / name)
        assert (told.exit_code, "is already there" in told.output) == (2, True)
        assert (tmp_path / name).read_bytes() == b"filled in"


def test_without_quotas_the_draw_cannot_be_foretold(out: Path) -> None:
    assert "Official draw: Not estimable: no site type" in run("--in", out).output
    asked = run("--in", out, "--chance", "0.9")
    assert asked.exit_code == 2
    assert "no site type with sites on the register has a quota" in asked.output


def test_a_plan_that_misses_its_mark_says_nothing_of_the_draw(drawn: Path) -> None:
    told = run("--in", drawn, "--fixed", "a", "--fixed", "b", "--fixed", "p").output
    assert "How often the official draw reaches the mark is said of plans that reach it." in told


def test_a_level_is_aimed_at(out: Path) -> None:
    assert "The cheapest way to the level 达标 (85):" in run("--in", out, "--aim", "level", "--level", "达标").output


def test_what_is_out_of_reach_says_how_far_one_gets(out: Path) -> None:
    told = run("--in", out, "--budget", "1").output
    assert "points are missing" in told
    assert told.startswith("The pass mark 85 is out of reach; the highest total instead:\n")
    level = run("--in", out, "--budget", "1", "--aim", "level", "--level", "达标").output
    assert level.startswith("The level 达标 (85) is out of reach; the highest total instead:\n")
    assert run("--in", out, "--budget", "1", "--aim", "total").output.startswith(
        "The highest total for the person-days"
    )


def test_how_far_from_the_best_is_said_where_it_is_nothing_too(out: Path) -> None:
    assert "No plan is better by more than 0 % (proved by the solver)" in run("--in", out, "--mip-gap", "0").output


def test_files_of_budgets_and_efforts(out: Path, tmp_path: Path) -> None:
    (tmp_path / "efforts.yaml").write_text("clean: 0.25\nshare: 3\n", "utf-8")
    (tmp_path / "fixed.txt").write_text("M1:clean\n\n", "utf-8")
    told = run("--in", out, "--aim", "total", "--efforts", tmp_path / "efforts.yaml", "--fixed", tmp_path / "fixed.txt",
               "--until", "2026-03-09", "--persons", "0.5", "--time-limit", "60")  # fmt: skip
    assert told.exit_code == 0
    assert "2.5" in told.output  # five working days of half a person


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--budget", "-1"], ["--budget -1: with no person-days nothing can be mended"]),
        (["--budget", "0"], ["--budget 0: with no person-days nothing can be mended; write a number above 0"]),
        (
            ["--budget", "inf", "--persons", "1e999999999"],
            ["'inf' is no number", "--persons: '1e999999999' is no number"],
        ),
        (["--must", "nothing", "--fixed", "never"], ["'nothing'; known: clean, share, safe, M", "'never'; known: "]),
        (["--must", "clean", "--fixed", "clean"], ["must be mended and cannot be mended"]),
        (
            ["--must", "clean", "--budget", "0.5"],
            ["--must takes 2 person-days in all, and --budget is 0.5; write --budget 2 or more, or name less"],
        ),
        (["--aim", "level"], ["say which level is aimed at"]),
        (["--aim", "level", "--level", "好"], ["no level '好'"]),
        (["--aim", "level", "--level", "不达标"], ["the lowest level"]),
        (["--level", "达标"], ["--level is for --aim level"]),
        (["--chance", "1"], ["--chance 1: write a share above 0 and below 1, as 0.9"]),
        (["--chance", "90"], ["--chance 90: write a share above 0 and below 1, as 0.9 or 90%"]),
        (["--chance", "100％"], ["--chance 1: write a share above 0 and below 1, as 0.9 or 90%"]),
        (["--chance", "viel"], ["--chance: 'viel' is no share; write it as 0.9 or 90%"]),
        (["--mip-gap", "nan"], ["'nan' is no number; write it in digits"]),
        (["--time-limit", "inf"], ["'inf' is no number; write it in digits"]),
        (["--chance", "0.9", "--aim", "total"], ["--chance is for a mark: with --aim total leave it out"]),
        (
            ["--aim", "total", "--seed", "7", "--sites", "market=2"],
            ["--seed is for a mark: with --aim total leave it out", "--sites is for a mark"],
        ),
        (
            ["--sites", "markt=2", "--sites", "0", "--per", "planet", "--budget", "viel"],
            ["No site type 'markt'", "--sites 0: write a whole number", "No level of area 'planet'", "'viel' is no"],
        ),
        (["--quotas", "nowhere.csv"], ["'nowhere.csv' cannot be read"]),
        (["--draws", "99"], ["99 is not in the range"]),
        (["--until", "2026-03-02"], ["is not after 2026-03-02"]),
        (
            ["--until", "2020-01-01", "--persons", "0"],
            ["--until 2020-01-01 is not after", "--persons 0: write a number"],
        ),
        (
            ["--budget", "viel", "--must", "nothing"],
            ["--budget: 'viel' is no number; write it as 40", "--must: no gap"],
        ),
    ],
)
def test_what_cannot_be_is_told(out: Path, words: list[str], told: list[str]) -> None:
    result = run("--in", out, *words)
    assert result.exit_code == 2
    assert all(each in result.output for each in told)


WRONG_FILES: Final = [
    ("--efforts", "a.csv", b"criterion,days\nnone,2\nclean,0\n\nshare,lots\n",
     ["a.csv:2: person-days for 'none'", "a.csv:3: 0 person-days for 'clean'; write a number above 0",
      "a.csv:5: 'lots' for 'share' is no number"]),
    ("--efforts", "a.csv", b"clean,2\nclean,3\nshare\n",
     ["a.csv:2: 'clean' has person-days already", "a.csv:3: 'share' is no name with its person-days"]),
    ("--efforts", "a.csv", b'"clean,2\n', ["cannot be read: line 1 breaks the rules of CSV (unexpected end of data)"]),
    ("--efforts", "a.csv", "干净,2".encode("gb18030"), ["a.csv:1: person-days for '干净'"]),
    ("--efforts", "a.csv", b"PK\0\0,2", ["this is no text file"]),
    ("--must", "a.txt", b"PK\0\0", ["this is no text file"]),
    ("--budgets", "a.csv", b"unit,days\nnobody,2\n", ["a.csv:2: a budget for 'nobody'"]),
    ("--budgets", "a.csv", "示范区司法局,O.5\n".encode(),
     ["a.csv:1: 'O.5' for '示范区司法局' is no number of person-days; write it as 40 or 2.5, or a header as 'name,days'"]),
    ("--budgets", "a.csv", "市司法局;O\n".encode(), ["a.csv:1: 'O' for '市司法局' is no number"]),
    ("--budgets", "a.tsv", b'"no\nbody"\t1\nnobody\t1\n', ["a.tsv:1: a budget for 'no", "a.tsv:3: a budget for 'nobody'"]),
    ("--budgets", "a.csv", b"a\n", ["a.csv:1: 'a' is no name with its person-days; write both and nothing else"]),
    ("--budgets", "a.csv", b"\n,5\na,5,6\nlegal_line,1,5\n",
     ["a.csv:2: ',5' is no name", "a.csv:3: 'a,5,6' is no name", "a.csv:4: 'legal_line,1,5' is no name"]),
    *(("--budgets", name, text, ["--budgets: '", "holds no name; write a line each, or leave the option out"])
      for name, text in (("a.csv", b""), ("a.csv", b"\n,,\n"), ("a.csv", "单位,人天\n".encode()), ("a.yaml", b""))),
    ("--must", "a.txt", b"\n", ["--must: '", "holds no name"]),
    ("--budgets", "a.yaml", b"- 1\n", ["is no list of names with person-days"]),
    ("--budgets", "a.yaml", b"a: [1]\n", ["is no list of names with person-days"]),
    ("--budgets", "a.yaml", b"a: {", ["cannot be read"]),
    ("--budgets", "a.yaml", b"\nnobody: 1.0000001\n", ["a.yaml:2: '1.0000001' for 'nobody' is no number"]),
    ("--must", "a.txt", b"\nclean\nnothing\n", ["a.txt:3: no gap and no criterion with gaps 'nothing'"]),
]  # fmt: skip


@pytest.mark.parametrize(("option", "name", "text", "told"), WRONG_FILES)
def test_wrong_files_are_told_with_their_lines(
    out: Path, tmp_path: Path, option: str, name: str, text: bytes, told: list[str]
) -> None:
    (tmp_path / name).write_bytes(text)
    result = run("--in", out, option, tmp_path / name)
    assert result.exit_code == 2
    assert [each for each in told if each not in result.output] == []


def test_everything_that_is_wrong_is_told_at_once(out: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("clean,-1\n", "utf-8")
    (tmp_path / "empty.yaml").write_text("", "utf-8")
    result = run("--in", out, "--budget", "viel", "--efforts", tmp_path / "a.csv", "--budgets", tmp_path / "none.csv",
                 "--until", "2026-03-02", "--fixed", "never", "--level", "x")  # fmt: skip
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 6


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize(
    "text", ["测评标准,人天\nclean,0.25,\n\nshare,3", "clean;0.25\nshare;3\n", "Name,Person-days\nclean,0.25\nshare,3"]
)
def test_person_days_are_read_with_and_without_a_header_in_every_encoding(
    tmp_path: Path, text: str, encoding: str
) -> None:
    (tmp_path / "days.csv").write_bytes(text.encode(encoding))
    reading = Reading()
    assert reading.days("efforts", tmp_path / "days.csv") == {"clean": Fraction(1, 4), "share": 3}
    assert reading.mistakes == []


def test_what_must_be_mended_names_the_budget_that_it_goes_beyond(out: Path) -> None:
    """A budget of a file with its line; the days until the last with the persons."""
    made = assessment()
    unit = next(gap for gap in made.gaps if gap.lead_units).lead_units[0]
    title = unit_title(made.catalogue, unit)
    for name in (title, unit):
        wish = Wish(budgets={name: Fraction(2)}, places={("budgets", name): "b.csv:3"})
        error = too_dear(made, wish, TooDear([(unit, Fraction(5, 2), Fraction(2))]))
        assert str(error) == (
            f"--must takes 2.5 person-days of {title}, and b.csv:3 gives it 2; write 2.5 or more there, or name less "
            "with --must"
        )
    told = run("--in", out, "--must", "clean", "--until", "2026-03-03", "--persons", "0.5")
    assert told.output == (
        "--must takes 2 person-days of gaps without a unit, and --until 2026-03-03 with --persons 0.5 gives it 0.5; "
        "write a later day or more persons, or name less with --must\n"
    )


def test_one_line_says_that_a_criterion_must_and_cannot_be_mended(out: Path) -> None:
    assert run("--in", out, "--must", "clean", "--fixed", "clean").output.splitlines() == [
        "'clean' must be mended and cannot be mended; leave one out"
    ]
    gap = run("--in", out, "--must", "M1:clean", "--fixed", "clean").output.splitlines()
    assert len(gap) == 1


def test_what_cannot_be_written_is_told_before_anything_is_printed(out: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    told = run("--in", out, "--json", tmp_path / "none" / "plan.json", "--xlsx", tmp_path)
    assert (told.exit_code, len(told.output.splitlines())) == (2, 2)
    assert "plan.json' cannot be written: No such file or directory" in told.output
    assert f"'{tmp_path}' cannot be written: Is a directory" in told.output
    below = run("--in", out, "--json", tmp_path / "file" / "plan.json")
    assert below.output.endswith("cannot be written: Not a directory\n")


def test_no_working_day_is_told(tmp_path: Path) -> None:
    made = _made(tmp_path, LOW)
    friday = replace(made, as_of=date(2026, 3, 6))
    with pytest.raises(WrongQuestion, match="no Monday to Friday between 2026-03-06"):
        request_of(friday, Wish(until=date(2026, 3, 8)))


def test_budgets_and_efforts_reach_the_engine() -> None:
    made = assessment()
    gap = next(gap for gap in made.gaps if gap.lead_units)
    unit = gap.lead_units[0]
    title = unit_title(made.catalogue, unit)
    wish = Wish(budgets={title: Fraction(2)}, efforts={gap.criterion: Fraction(1), gap.id: Fraction(3)})
    asked = request_of(made, wish)
    assert asked.budget.units == {unit: 2}
    assert asked.efforts.criteria == {gap.criterion: 1}
    assert asked.efforts.gaps == {gap.id: 3}
    with pytest.raises(WrongQuestion, match="--budgets: a budget of -2"):
        request_of(made, Wish(budgets={unit: Fraction(-2)}))


def test_working_days_are_mondays_to_fridays_after_the_round() -> None:
    assert working_days(date(2026, 3, 6), date(2026, 3, 9)) == 1


def _made(folder: Path, seen: object, head: str = HEAD) -> Assessment:
    return assess_judgement(judged(folder / "c", seen, head=head))  # type: ignore[arg-type]


LEVELS = HEAD.replace("[{name: 达标", "[{name: 优, at_least: 95}, {name: 达标")
GATED = LEVELS.replace("combine: WAY}", "combine: WAY, at_least: 95}")
NINETY = {"M1": {"a": 0.9, "b": 1.0, "d": 1.0}, "F1": {"c": 0.9}}
DARK = LEVELS.replace("  levels:", "  minimum_coverage: 1\n  levels:")


@pytest.mark.parametrize(
    ("head", "seen", "aim"),
    [
        (HEAD, LOW, "pass"),
        (LEVELS, NINETY, "优"),
        (GATED, NINETY, "达标"),
        (HEAD, NINETY, None),
        (DARK, {**NINETY, "M1": {"a": 0.9, "d": 1.0}}, None),
        (HEAD, {"M1": {}}, None),
    ],
)
def test_what_a_plan_aims_at_unasked(tmp_path: Path, head: str, seen: object, aim: str | None) -> None:
    found = next_aim(_made(tmp_path, seen, head))
    assert (found and (found.level or found.kind)) == aim


def test_too_little_seen_has_no_level_to_aim_at(tmp_path: Path) -> None:
    made = _made(tmp_path, {**NINETY, "M1": {"a": 0.9, "d": 1.0}}, DARK)
    with pytest.raises(WrongQuestion, match="too little was looked at"):
        request_of(made, Wish(aim="level", level="优"))
