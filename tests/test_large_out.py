"""Commands that ask for an earlier result, given that of a large round, which holds no finding one by one."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from duibiao.cli import main
from duibiao.reports.large_results import is_large_result
from tests.lake import Lake, write_lake

SAID = "is the result of a large round, which holds no finding one by one"


pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return write_lake(tmp_path_factory.mktemp("lake"), sites=12, visits=2)


@pytest.fixture(scope="module")
def out(lake: Lake) -> Path:
    """The result of a large round."""
    folder = lake.data.parent / "out"
    done = run("check", str(lake.data), "--catalogue", str(lake.catalogue), "-o", str(folder), "--large")
    assert done == (0, done[1]), done[1]
    return folder


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    return done.exit_code, done.output


@pytest.mark.parametrize(
    "words",
    [
        "explain S1 rate --in OUT",
        "what-if OUT --close S1:rate",
        "compare OUT OUT",
        "ranking --in OUT",
        "questionnaires --in OUT",
        "plan --in OUT",
        "forecast --in OUT",
        "recount OUT",
        "draw OUT --sites spot=2",
        "checklist --site S1 --in OUT",
        "check DATA --catalogue CATALOGUE --lang en --previous OUT",
        "check DATA --catalogue CATALOGUE --lang en --baseline OUT",
    ],
)
def test_a_command_says_what_it_was_given(words: str, lake: Lake, out: Path) -> None:
    names = {"OUT": str(out), "DATA": str(lake.data), "CATALOGUE": str(lake.catalogue)}
    code, said = run(*(names.get(each, each) for each in words.split()))
    told = said.strip().splitlines()
    assert code == 2, said
    assert told[-1].startswith(f"'{out}' {SAID}: ")
    assert len(told) == 1 or words.startswith("check "), said  # which tells how far it is


def test_what_it_advises_gives_the_finding(lake: Lake, out: Path, tmp_path: Path) -> None:
    """The rows of one site checked alone: the same gaps as in the tables of the large round, and they are explained."""
    gaps = pl.read_parquet(out / "gaps", hive_partitioning=True)
    site, criterion = gaps.select("site", "criterion").sort(pl.all()).row(0)
    rows = pl.scan_parquet(lake.data / "visits", hive_partitioning=True)
    rows.filter(pl.col("编号") == site).sink_parquet(tmp_path / "记录.parquet")
    beside = [str(lake.data / name) for name in ("台账.csv", "属地.csv")]
    alone = tmp_path / "alone"
    day = json.loads((out / "assessment.json").read_bytes())["rounds"]["as_of"]
    asked = [*beside, str(tmp_path / "记录.parquet"), "--catalogue", str(lake.catalogue), "--as-of", day]
    code, said = run("check", *asked, "-o", str(alone), "--pages", "none", "--no-forecast", "--no-plan")
    assert code == 0, said
    found = pl.read_parquet(alone / "findings.parquet").filter(pl.col("status").is_in(["partial", "missed"]))
    same = ["visit", "criterion", "status", "score_e9", "earned_num", "earned_den"]
    own = gaps.filter(pl.col("site") == site)
    assert found.select(same).sort(same).equals(own.select(same).sort(same))
    code, said = run("explain", site, criterion, "--in", str(alone))
    assert code == 0, said


@pytest.mark.parametrize(
    "told",
    [None, "{", "[]", "{}", '{"large": null}', "[" * 100_000],
    ids=["no", "torn", "list", "old", "whole", "deep"],
)
def test_other_folders_are_not_taken_for_one(told: str | None, tmp_path: Path) -> None:
    if told is not None:
        (tmp_path / "assessment.json").write_text(told, "utf-8")
    assert not is_large_result(tmp_path)
    code, said = run("explain", "S1", "rate", "--in", str(tmp_path))
    assert code == 2
    assert said == f"'{tmp_path}' is no output folder of `duibiao check -o`\n"


def test_a_whole_result_is_known_by_its_inputs(tmp_path: Path) -> None:
    """Its assessment.json, which may be large, is not read for that."""
    (tmp_path / "inputs").mkdir()
    (tmp_path / "assessment.json").write_text('{"large": {}}', "utf-8")
    assert not is_large_result(tmp_path)
