"""A province day by day, at 1/1000: rounds that come one after the other in a lake. ``make bench-province``.

python benchmarks/province.py [--days 28] [--round-days 7] [--rows 2700] [--sites 2700] [--criteria 200] [--late 20]
                              [--engine local|spark] [--keep FOLDER]

Each day a partition arrives and ``duibiao check`` is given the register and the partitions of the round so far; at the
end of a round its tables are put beside those of the earlier ones, and all rounds are evaluated anew from the whole
lake, to compare. Then some rows of the first round arrive late. Ends with 1 where the rounds added are not what the
whole lake gives, or where late rows change another round than theirs. Seconds and memory are printed, never asserted;
Spark's own processes are not in the seconds of the cores, nor in the memory.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import made_city
import polars as pl
from made_lake import write_ground, write_part

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.columns import E9

HERE: Final = Path(__file__).resolve().parent
DUIBIAO: Final = Path(sys.executable).with_name("duibiao")
TABLES: Final = ("sites", "gaps")
HEAD: Final = "day        round  rows new rows read  seconds of cores peak MB   sites      gaps"


@dataclass(frozen=True)
class Used:
    """What a command used: seconds on the clock and of the cores, and MB of its largest process."""

    seconds: float
    cores: float
    peak: float


Command = Callable[[Sequence[str]], Used]


def duibiao(words: Sequence[str]) -> Used:
    """Run duibiao in a process of its own; where it does not end with 0, what it said is the end."""
    command = [sys.executable, str(HERE / "used.py"), str(DUIBIAO), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    used = json.loads(done.stdout)
    if used["code"]:
        sys.exit(done.stderr)
    return Used(used["seconds"], used["cores"], used["peak"])


@dataclass(frozen=True)
class Run:
    """What a run of ``duibiao check`` used, and what it wrote into ``out``."""

    out: Path
    used: Used

    @property
    def document(self) -> dict[str, Any]:
        """Its assessment.json."""
        found: dict[str, Any] = json.loads((self.out / "assessment.json").read_bytes())
        return found

    @property
    def rows(self) -> int:
        """How many rows of inspections it read."""
        return sum(int(each["read"]) for each in self.document["data"]["files"] if "part-" in each["file"])

    def line(self, day: date, name: str, new: int) -> str:
        """How it is told in the table."""
        large, used = self.document["large"], self.used
        return (
            f"{day} {name:<5} {new:>9,} {self.rows:>9,} {used.seconds:>8.1f} {used.cores:>8.1f} {used.peak:>7,.0f} "
            f"{large['sites']:>7,} {large['gaps']:>9,}"
        )


@dataclass(frozen=True)
class Province:
    """A lake to which days are added, the outputs of its rounds, and their tables side by side (``results``)."""

    folder: Path
    catalogue: Catalogue
    sites: int
    rows: int
    round_days: int
    engine: tuple[str, ...] = ()
    command: Command = duibiao

    @property
    def lake(self) -> Path:
        """The register, the areas, and the partitions."""
        return self.folder / "lake"

    @property
    def results(self) -> Path:
        """The tables of all rounds."""
        return self.folder / "results"

    def day(self, number: int) -> date:
        """The ``number``-th day, from 0."""
        return made_city.FIRST_DAY.date() + timedelta(days=number)

    def round_of(self, number: int) -> str:
        """The round of the ``number``-th day."""
        return f"R{number // self.round_days + 1}"

    def arrive(self, number: int) -> int:
        """A day's inspections arrive, and on the first of a round what the people asked say; how many rows are new."""
        name, day = self.round_of(number), self.day(number)
        if number % self.round_days == 0:
            asked = self.lake / "asked" / f"轮次={name}" / f"日期={day}" / "asked.parquet"
            asked.parent.mkdir(parents=True)
            people = pl.read_csv(self.folder / "people.csv")
            people.with_columns(pl.lit("people").alias("点位类型")).drop("日期").write_parquet(asked)
        return self._write(number, range(number * self.rows, (number + 1) * self.rows), "part-0.parquet")

    def arrive_late(self, number: int, days: int, rows: int) -> int:
        """Some inspections of an earlier day arrive after all days."""
        return self._write(number, range(days * self.rows, days * self.rows + rows), "part-1.parquet")

    def _write(self, number: int, numbers: range, part: str) -> int:
        visits_a_site = -(-numbers.stop // self.sites)
        made = made_city.visits(self.catalogue, self.sites * visits_a_site, visits_a_site, numbers)
        day = self.day(number)
        path = self.lake / "visits" / f"轮次={self.round_of(number)}" / f"日期={day}" / part
        write_part(path, self.catalogue, made.with_columns(pl.lit(day).cast(pl.Datetime("us")).alias("at")))
        return len(numbers)

    def check_round(self, name: str) -> Run:
        """Score a round from its own partitions."""
        return self._check(self.folder / "out" / name, [f"asked/轮次={name}", f"visits/轮次={name}"])

    def check_anew(self, name: str) -> Run:
        """Score a round from the whole lake."""
        return self._check(self.folder / "anew" / name, ["asked", "visits"], "--round", name)

    def _check(self, out: Path, data: Sequence[str], *more: str) -> Run:
        given = [str(self.lake / each) for each in ("register.csv", "areas.csv", *data)]
        asked = [*given, "--catalogue", str(self.folder / "catalogue"), "-o", str(out), "--large", *more, *self.engine]
        return Run(out, self.command(["check", *asked]))

    def publish(self, name: str) -> None:
        """Put the tables of a round beside those of the others, in the place of its earlier ones."""
        for table in TABLES:
            there = self.results / table / f"round={name}"
            shutil.rmtree(there, ignore_errors=True)
            shutil.copytree(self.folder / "out" / name / table / f"round={name}", there)

    def marks(self, name: str) -> str:
        """A hash of the tables of a round, of their names and bytes."""
        mark = hashlib.sha256()
        for path in sorted(path for table in TABLES for path in (self.results / table / f"round={name}").rglob("*")):
            mark.update(str(path.relative_to(self.results)).encode())
            mark.update(path.read_bytes() if path.is_file() else b"")
        return mark.hexdigest()


def founded(
    folder: Path,
    criteria: int,
    sites: int,
    rows: int,
    round_days: int,
    engine: tuple[str, ...] = (),
    command: Command = duibiao,
) -> Province:
    """A province in a new folder, before its first day."""
    folder.mkdir(parents=True)
    catalogue = made_city.write_catalogue(folder / "catalogue", criteria)
    write_ground(folder / "lake", catalogue, sites)
    (folder / "lake" / "people.csv").rename(folder / "people.csv")
    return Province(folder, catalogue, sites, rows, round_days, engine, command)


def added(results: Path) -> pl.DataFrame:
    """Sites, gaps, and points earned and possible of all rounds, by round, area and kind of site, as docs/scale.md adds
    them."""
    sites = pl.read_parquet(results / "sites", hive_partitioning=True)
    gaps = pl.read_parquet(results / "gaps", hive_partitioning=True)
    by = ["round", "area", "site_type"]
    points = sites.group_by(*by, "unit").agg(
        pl.len().alias("sites"), pl.col("earned", "possible").cast(pl.Int128).sum()
    )
    found = points.join(gaps.group_by(by).agg(pl.len().alias("gaps")), on=by, how="left", nulls_equal=True)
    return found.with_columns(pl.col("gaps").fill_null(0)).sort(by)


def rows_of(results: Path, table: str, name: str) -> pl.DataFrame:
    """The rows of a table in a round."""
    found = pl.read_parquet(results / table / f"round={name}", hive_partitioning=True)
    return found.sort("site", *(["visit", "criterion"] if table == "gaps" else []))


def mistakes_of(results: Path, anew: Sequence[Run]) -> Iterator[str]:
    """Where the rounds side by side are not what the runs over the whole lake say: in their tables row by row, and,
    added, in the figures of their assessment.json."""
    rolled = added(results)
    for run in anew:
        name = run.document["rounds"]["scored"]["id"]
        own = rolled.filter(pl.col("round") == name)
        for table in TABLES:
            if not rows_of(results, table, name).equals(rows_of(run.out, table, name)):
                yield f"{name}: '{table}' is not what the whole lake gives"
        found = {"sites": own["sites"].sum(), "gaps": own["gaps"].sum()}
        told = {key: run.document["large"][key] for key in found}
        if found != told:
            yield f"{name}: added {found}, the whole lake says {told}"
        for area in run.document["areas"]:
            within = own.filter((pl.col("area") == area["id"]) | pl.col("area").str.starts_with(area["id"] + "/"))
            for key, e9 in (("earned", E9), ("possible", 1)):
                points = sum(
                    (Fraction(n, unit * e9) for n, unit in within.select(key, "unit").iter_rows()), Fraction(0)
                )
                wanted = Fraction(int(area[key]["num"]), int(area[key]["den"]))
                if points != wanted:
                    yield f"{name}, {area['id']}: added {key} {points}, the whole lake says {wanted}"


def simulated(province: Province, days: int, late: int) -> list[str]:
    """Go through all days, telling of each; what is not as it should be."""
    names: list[str] = []
    mistakes: list[str] = []
    print(HEAD, flush=True)
    for number in range(days):
        name, day = province.round_of(number), province.day(number)
        new = province.arrive(number)
        run = province.check_round(name)
        print(run.line(day, name, new), flush=True)
        if (number + 1) % province.round_days and number + 1 < days:
            continue
        names.append(name)
        province.publish(name)
        anew = [province.check_anew(each) for each in names]
        mistakes += mistakes_of(province.results, anew)
        print(
            f"{name} is final. Anew from the whole lake, {len(names)} rounds: "
            f"{sum(each.rows for each in anew):,} rows read, {sum(each.used.seconds for each in anew):.1f} s, "
            f"{sum(each.used.cores for each in anew):.1f} s of cores, "
            f"peak {max(each.used.peak for each in anew):,.0f} MB",
            flush=True,
        )
        tell(added(province.results))
    if late:
        mistakes += belated(province, names, days, late)
    return mistakes


def belated(province: Province, names: Sequence[str], days: int, late: int) -> list[str]:
    """Rows of the first round arrive late: what is not as it should be once that round was scored again."""
    first, last = names[0], province.round_days - 1
    before = {each: province.marks(each) for each in names}
    new = province.arrive_late(last, days, late)
    run = province.check_round(first)
    province.publish(first)
    print(run.line(province.day(last), first, new), "(late)", flush=True)
    changed = [each for each in names if province.marks(each) != before[each]]
    tell(added(province.results))
    found = list(mistakes_of(province.results, [province.check_anew(each) for each in names]))
    return found if changed == [first] else [*found, f"Late rows of {first} changed the tables of {changed}"]


def tell(rolled: pl.DataFrame) -> None:
    """Print the rounds added."""
    earned = sum((Fraction(n, unit * E9) for n, unit in rolled.select("earned", "unit").iter_rows()), Fraction(0))
    possible = sum((Fraction(n, unit) for n, unit in rolled.select("possible", "unit").iter_rows()), Fraction(0))
    print(
        f"added: {rolled['round'].n_unique()} rounds, {rolled['sites'].sum():,} sites, {rolled['gaps'].sum():,} gaps, "
        f"{float(earned):,.3f} of {float(possible):,.0f} points",
        flush=True,
    )


def main() -> None:
    """Go through the days; 1 where something is not as it should be."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--days", type=int, default=28)
    asked.add_argument("--round-days", type=int, default=7)
    asked.add_argument("--rows", type=int, default=2_700, help="inspections a day")
    asked.add_argument("--sites", type=int, default=2_700)
    asked.add_argument("--criteria", type=int, default=200)
    asked.add_argument("--late", type=int, default=20, help="inspections of the first round that arrive at the end")
    asked.add_argument("--engine", choices=["local", "spark"], default="local")
    asked.add_argument("--master", help="where Spark runs")
    asked.add_argument("--keep", type=Path, help="a new folder, in which everything is left")
    told = asked.parse_args()
    engine = ["--engine", told.engine, *(["--master", told.master] if told.master else [])]
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = told.keep or Path(temporary) / "province"
        province = founded(folder, told.criteria, told.sites, told.rows, told.round_days, tuple(engine))
        mistakes = simulated(province, told.days, told.late)
    print("\n".join(mistakes) or "The rounds added are what the whole lake gives.")
    sys.exit(bool(mistakes))


if __name__ == "__main__":
    main()
