"""A province day by day, tiny: the rounds of a lake one after the other, by the steps that docs/scale.md describes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from importlib import import_module
from io import StringIO
from pathlib import Path
from time import perf_counter
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner

from duibiao.cli import main

ROOT = Path(__file__).resolve().parent.parent


def section() -> str:
    """What docs/scale.md says of rounds that come one after the other."""
    text = (ROOT / "docs" / "scale.md").read_text("utf-8")
    return text.split("\n## Rounds that come one after the other\n")[1].split("\n## ")[0]


def steps(name: str) -> str:
    """The commands there that put the tables of a round beside those of the others."""
    lines = [line.strip() for line in section().splitlines() if re.match(r"    (rm|cp|mkdir) ", line)]
    assert len(lines) >= 2
    return "\n".join(lines).replace("2026-W10", name)


def as_documented(folder: Path) -> pl.DataFrame:
    """What the query there finds in the results below a folder."""
    (query,) = re.findall(r"^```python\n(.*?)^```$", section(), re.MULTILINE | re.DOTALL)
    known: dict[str, Any] = {}
    exec(query.replace('"results/', f'"{folder}/results/'), known)
    found: pl.DataFrame = known["added"]
    return found


@dataclass(frozen=True)
class Done:
    """A province after four days in two rounds, and what was told of them."""

    module: Any
    province: Any
    mistakes: list[str]
    told: str
    commands: list[Sequence[str]]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Done]:
    """Of four districts, with commands run in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "benchmarks")
        for name in ("made_city", "made_lake", "province"):
            patch.delitem(sys.modules, name, raising=False)
        patch.setattr(import_module("made_city"), "DISTRICTS", 4)
        module = import_module("province")

        commands: list[Sequence[str]] = []

        def command(words: Sequence[str]) -> Any:
            commands.append(words)
            start = perf_counter()
            ran = CliRunner().invoke(main, words, catch_exceptions=False)
            assert ran.exit_code == 0, ran.output
            return module.Used(perf_counter() - start, 0, 0)

        folder = tmp_path_factory.mktemp("province") / "new"
        province = module.founded(folder, criteria=20, sites=9, rows=12, round_days=2, command=command)
        with redirect_stdout(StringIO()) as told:
            mistakes = module.simulated(province, days=4, late=3)
        yield Done(module, province, mistakes, told.getvalue(), commands)


def test_rounds_added_are_what_the_whole_lake_gives(done: Done) -> None:
    assert done.mistakes == []
    days = [line.split()[:4] for line in done.told.splitlines() if line.startswith("2026-")]
    assert days == [
        ["2026-03-02", "R1", "12", "12"],
        ["2026-03-03", "R1", "12", "24"],
        ["2026-03-04", "R2", "12", "12"],
        ["2026-03-05", "R2", "12", "24"],
        ["2026-03-03", "R1", "3", "27"],  # late
    ]
    assert "2 rounds: 96 rows read" in done.told  # anew, the whole lake is read for each round
    rolled = done.module.added(done.province.results)
    assert rolled["sites"].sum() == 2 * (9 + 3)  # and in three of the four districts people were asked
    assert 0 < rolled["gaps"].sum() < 2 * 9 * 20


def test_a_round_is_scored_as_documented(done: Done) -> None:
    """From its own partitions, with the words of docs/scale.md; the catalogue aside, which is a made one."""
    (line,) = [line.strip() for line in section().splitlines() if line.startswith("    duibiao check ")]
    wanted = line.replace("2026-W10", "R1").split()[1:]
    ran = [each.removeprefix(f"{done.province.folder}/") for each in done.commands[0]]
    assert [each for each in ran if each not in {"--catalogue", "catalogue"}] == wanted


def test_by_hand_as_documented(done: Done, tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(done.province.folder / "out")
    for name in ("R1", "R2"):
        stale = tmp_path / "results" / "gaps" / f"round={name}" / "area=nowhere"
        stale.mkdir(parents=True)
        (stale / "00000000.parquet").write_bytes(b"of an earlier run")
        subprocess.run(["sh", "-e", "-c", steps(name)], cwd=tmp_path, check=True)
    assert written(tmp_path / "results") == written(done.province.results)
    rolled = done.module.added(done.province.results)
    counted = rolled.group_by("area", "site_type", "unit").agg(pl.col("sites", "earned", "possible", "gaps").sum())
    assert rows_of(as_documented(tmp_path)) == rows_of(counted)


def written(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows_of(added: pl.DataFrame) -> list[tuple[object, ...]]:
    return sorted(added.select("area", "site_type", "unit", "sites", "earned", "possible", "gaps").iter_rows())


def test_what_was_added_otherwise_is_told(done: Done, tmp_path: Path) -> None:
    anew = [done.module.Run(done.province.folder / "anew" / "R1", done.module.Used(0, 0, 0))]
    results = tmp_path / "results"
    shutil.copytree(done.province.results, results)
    assert list(done.module.mistakes_of(results, anew)) == []
    (path,) = (results / "sites" / "round=R1" / "area=City%2FD1").iterdir()
    pl.read_parquet(path).with_columns(pl.col("earned") + 1).write_parquet(path)
    sites, city, district = done.module.mistakes_of(results, anew)
    assert sites == "R1: 'sites' is not what the whole lake gives"
    assert city.startswith("R1, City: added earned ")
    assert district.startswith("R1, City/D1: added earned ")
    (path,) = (results / "gaps" / "round=R1" / "area=City%2FD1").iterdir()
    pl.read_parquet(path).head(-1).write_parquet(path)
    assert "R1: 'gaps' is not what the whole lake gives" in done.module.mistakes_of(results, anew)
    assert any(each.startswith("R1: added {'sites': 12, 'gaps': ") for each in done.module.mistakes_of(results, anew))


def test_late_rows_that_change_another_round_are_told(done: Done, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything was scored already; whoever replaces the first round damages the second."""

    def careless(province: Any, _name: str) -> None:
        for name in ("R1", "R2"):
            min((province.results / "gaps" / f"round={name}").rglob("*.parquet")).unlink()

    monkeypatch.setattr(done.module.Province, "publish", careless)
    idle = replace(done.province, command=lambda _words: done.module.Used(0, 0, 0))
    found = done.module.belated(idle, ["R1", "R2"], 4, 3)
    assert "R2: 'gaps' is not what the whole lake gives" in found
    assert found[-1] == "Late rows of R1 changed the tables of ['R1', 'R2']"
