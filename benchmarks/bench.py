"""Print how long things take on this machine: ``make bench``. Figures are printed, never asserted.

python benchmarks/bench.py [--visits 200000] [--criteria 200] [--sites 5000] [--only PART]

The first row of the bars is measured with --visits 1000000.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

import made_city
import polars as pl
import yaml
from python_calamine import CalamineWorkbook

from duibiao.cli import COLLECT
from duibiao.criteria.load import catalogue_folder, load_catalogue
from duibiao.criteria.models import Catalogue, Quota
from duibiao.evaluator.assess import assess
from duibiao.evaluator.codes import STATUS_OF
from duibiao.evaluator.forecast import forecast_of
from duibiao.evaluator.intake.read import read_submission
from duibiao.evaluator.judgement import Judgement, judge_round
from duibiao.evaluator.official_draws import DRAWS
from duibiao.evaluator.standing import standing
from duibiao.evaluator.submission import Submission, Table

ROOT: Final = Path(__file__).resolve().parent.parent
DUIBIAO: Final = Path(sys.executable).parent / "duibiao"
WORDED: Final = 1_000  # visits whose whole assessment, with words for every finding, is measured
COMPARED: Final = 1_000  # visits that are held against the reference
SHOWN: Final = 100  # the costliest gaps, whose gains are worked out
ROWS, FIELDS = 20_000, 36  # of the workbook, beside the columns that say which site and day
SENT, FEW, OFTEN = 5_000_000, 6, 50  # rows and fields of the parquet file, and rows a site
QUARTER: Final = 4  # growth is measured from this part of the visits
BARE: Final = "import click, pydantic, yaml, jinja2, polars"
REGISTERED, DRAWN, JUDGED_BY = 5_000, 200, 40  # sites of which some are drawn, and criteria of each
RUNS: Final = 7


def seconds(work: Callable[[], object], runs: int = RUNS) -> float:
    """The median time of ``work`` after one run to warm up."""
    work()
    taken = []
    for _ in range(runs):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return median(taken)


def run(command: Sequence[str | Path], folder: Path) -> None:
    """Run a command that must succeed; what it prints goes nowhere. As everywhere, modules are compiled once only."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([str(each) for each in command], cwd=folder, env=own, check=True, stdout=subprocess.DEVNULL)


def line(what: str, figure: str, bar: str = "") -> None:
    """One line of the table."""
    print(f"{what:<72}{figure:>18}  {bar}".rstrip(), flush=True)


def _write_city(folder: Path, criteria: int, sites: int) -> None:
    """A catalogue and a data folder (``folder`` and ``folder``-data) with one visit a site; one site stands alone."""
    catalogue = made_city.write_catalogue(folder, criteria)
    data = made_city.submission(catalogue, made_city.visits(catalogue, sites * made_city.VISITS_A_SITE).head(sites))
    where = folder.with_name(f"{folder.name}-data")
    made_city.write_csv(where, catalogue, data, data.sites["site"], people=sites > 1)


def whole_command(folder: Path) -> None:
    """One site and 100 criteria, against importing the libraries."""
    _write_city(folder / "one", 100, 1)
    bare = seconds(lambda: run([sys.executable, "-c", BARE], folder))
    check = seconds(lambda: run([DUIBIAO, "check", "one-data", "--catalogue", "one"], folder))
    pages = seconds(lambda: run([DUIBIAO, "check", "one-data", "--catalogue", "one", "-o", "one-out"], folder), 3)
    line(f"python -c '{BARE}'", f"{bare:.2f} s")
    line("check, one site x 100 criteria, whole command", f"{check:.2f} s = {check / bare:.1f} x", "(bar: 3 x)")
    line("the same with -o (pages and tables)", f"{pages:.2f} s = {pages / bare:.1f} x")


# ------------------------------------------------------------------ the engine


@dataclass(frozen=True)
class Made:
    """Made data read from files, as often as it takes."""

    catalogue: Catalogue
    path: Path

    def read(self) -> pl.DataFrame:
        """The visits as polars reads them."""
        return pl.read_parquet(self.path)

    def submission(self) -> Submission:
        """The visits with their register, waivers and problem rows."""
        return made_city.submission(self.catalogue, self.read())

    def judge(self, data: Submission) -> Judgement:
        """From accepted rows to findings as codes: visits joined, coded, chosen, waived."""
        return judge_round(self.catalogue, data, as_of=made_city.AS_OF)


def speed(made: Made) -> dict[str, float]:
    """How long it takes to read, to judge (findings as codes) and to add up (scores, roll-ups, gaps with gains)."""
    data = made.submission()
    found = {"read": seconds(made.read), "judge": seconds(lambda: made.judge(data))}
    judgement = made.judge(data)
    shown = standing(judgement, SHOWN)
    return {
        **found,
        "stand": seconds(lambda: standing(judgement, SHOWN)),
        "gaps": shown.gaps,
        "shown": len(shown.costliest),
        "cards": sum(map(len, (shown.areas, shown.site_types, shown.units, shown.places))),
    }


def peak(made: Made) -> dict[str, float]:
    """The peak memory of a process that does nothing but read, judge and add up, in GB."""
    standing(made.judge(made.submission()), SHOWN)
    return {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2}


def against_reference(made: Made) -> dict[str, float]:
    """Findings of a thousand visits against the plain reference, which reads them as text: how many, and how many
    differ. The engine's are those that it made among all the others."""
    sys.path.insert(0, str(ROOT))
    from tests.reference.evaluate import check

    data = made.submission()
    table = made.judge(data).evaluation.codes["spot"]
    step = max(1, table.height * made_city.VISITS_A_SITE // COMPARED)
    rows = pl.int_range(0, table.height, step, dtype=pl.UInt32, eager=True)
    sites = table.rows["site"].gather(rows)
    made_city.write_csv(made.path.parent / "few", made.catalogue, data, sites)
    expected = check(made.path.parent / "catalogue", made.path.parent / "few", made_city.AS_OF).findings
    differing = 0
    for criterion, meaning in table.meanings.items():
        status = table.statuses(criterion).gather(rows)
        for site, code, value in zip(sites, status, table.value(criterion).gather(rows), strict=True):
            score = None if value is None else Fraction(meaning.good(value), meaning.most)
            differing += (STATUS_OF[code], score) != expected["", site, criterion][:2]
    return {"compared": rows.len() * len(table.meanings), "differing": differing}


def intake(made: Made) -> dict[str, float]:
    """How long it takes to read and check the parquet file as people send one, the peak memory of a process that only
    does this, and the memory of the accepted rows, both in GB."""
    start = perf_counter()
    data = read_submission([made.path.with_name("sent.parquet")], made.catalogue)
    taken = perf_counter() - start
    return {
        "used": data.used,
        "seconds": taken,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
        "held": sum(frame.estimated_size() for frame in data.visits.values()) / 1024**3,
    }


TASKS: Final = {"speed": speed, "peak": peak, "against_reference": against_reference, "intake": intake}


def alone(task: str, folder: Path) -> dict[str, float]:
    """One of ``TASKS`` in a process of its own, so that its memory is its own."""
    command = [sys.executable, __file__, "--task", task, str(folder)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, float] = json.loads(told.stdout)
    return figures


def many_visits(folder: Path, count: int, criteria: int) -> None:
    """Made visits x criteria, against the time that polars needs to read the same parquet."""
    told: dict[int, dict[str, float]] = {}
    for size in (count // QUARTER, count):
        here = folder / str(size)
        catalogue = made_city.write_catalogue(here / "catalogue", criteria)
        made_city.visits(catalogue, size).write_parquet(here / "visits.parquet")
        told[size] = alone("speed", here)
    big = told[count]
    whole = {size: each["judge"] + each["stand"] for size, each in told.items()}
    line(f"{count:,} visits x {criteria} criteria: polars reads them", f"{big['read']:.3f} s")
    line("judged: findings as codes", f"{big['judge']:.2f} s = {big['judge'] / big['read']:.1f} x")
    what = f"{big['cards']:,.0f} scorecards, {count // made_city.VISITS_A_SITE:,} sites, {big['gaps']:,.0f} gaps"
    line(f"added up: {what}, gains of {big['shown']:.0f}", f"{big['stand']:.2f} s = {big['stand'] / big['read']:.1f} x")
    line("both", f"{whole[count] / big['read']:.1f} x", "(bar: 12 x at 1,000,000)")
    growth = math.log(whole[count] / whole[count // QUARTER]) / math.log(QUARTER)
    line(f"growth exponent of both, from {count // QUARTER:,} visits", f"{growth:.2f}", "(bar: 1.05)")
    line("peak memory of a process that only does this", f"{alone('peak', here)['peak']:.2f} GB", "(bar: 2 GB)")
    held = alone("against_reference", here)
    line(
        "findings held against the reference, differing",
        f"{held['compared']:,.0f}, {held['differing']:.0f}",
        "(bar: 0)",
    )


def whole_assessment(folder: Path, criteria: int) -> None:
    """Words, figures and gaps of few visits, a row a finding."""
    catalogue = made_city.write_catalogue(folder / "worded", criteria)
    data = made_city.submission(catalogue, made_city.visits(catalogue, WORDED))
    start = perf_counter()
    made = assess(catalogue, data, as_of=made_city.AS_OF).findings.height
    taken = perf_counter() - start
    line(f"whole assessment of {made:,} findings (assess)", f"{taken:.1f} s = {taken / made * 1e6:.0f} us each")


def many_sites(folder: Path, sites: int) -> None:
    """A whole check with all pages."""
    _write_city(folder / "city", 16, sites)
    start = perf_counter()
    run([DUIBIAO, "check", "city-data", "--catalogue", "city", "-o", "city-out", "--pages", "all"], folder)
    took = perf_counter() - start
    gaps = len(json.loads((folder / "city-out" / "assessment.json").read_bytes())["gaps"])
    line(f"check, {sites:,} sites, {gaps:,} gaps, all pages", f"{took:.1f} s", "(bar: 30 s at 5,000 and 15,000)")
    start = perf_counter()
    run([DUIBIAO, "plan", "--in", "city-out", "--aim", "total", "--budget", "500"], folder)
    line(f"plan of {gaps:,} gaps, whole command", f"{perf_counter() - start:.1f} s", "(bar: 30 s at 20,000)")
    size = (folder / "city-out" / "index.html").stat().st_size / 1e6
    line("its city page", f"{size:.2f} MB", "(bar: 2 MB)")


def forecast(folder: Path) -> None:
    """The official draw, many times, where half of the sites were visited and where all were."""
    catalogue = made_city.write_catalogue(folder / "drawn", JUDGED_BY)
    frame = made_city.visits(catalogue, REGISTERED, visits_a_site=1)
    data = made_city.submission(catalogue, frame)
    register = Table("register", None, "", "register", REGISTERED, REGISTERED, 0)
    quota = {"spot": Quota(per="city", sites=DRAWN)}
    for step, visited in ((2, "half visited"), (1, "all visited")):
        visits = {**data.visits, "spot": frame.gather_every(step)}
        told = replace(data, visits=visits, tables=(register,))
        judgement = judge_round(catalogue, told, as_of=made_city.AS_OF)
        taken = seconds(lambda made=judgement: forecast_of(made, asked=quota))  # type: ignore[misc]
        what = f"{DRAWS:,} draws of {DRAWN} sites from {REGISTERED:,} x {JUDGED_BY} criteria, {visited}"
        line(what, f"{taken:.2f} s", "(bar: 1.5 s)")


def city_page(folder: Path) -> None:
    """The city page in Chromium: when it is ready, and how long a keystroke takes in its tables."""
    script = Path(__file__).with_name("page_speed.py")
    told = subprocess.run(
        [sys.executable, script, folder / "large.html"], check=True, stdout=subprocess.PIPE, text=True
    )
    figures: dict[str, float] = json.loads(told.stdout)
    line("city page of 5,000 sites and 15,000 gaps", f"{figures['bytes'] / 1e6:.2f} MB", "(bar: 2 MB)")
    line("ready in Chromium", f"{figures['ready']:.0f} ms", "(bar: 1000 ms)")
    for table in ("gaps", "sites", "criteria"):
        line(f"slowest of the keystrokes in the search of {table}", f"{figures[table]:.0f} ms", "(bar: 50 ms)")
    line("the panel of a site opens", f"{figures['panel']:.0f} ms")


def workbook(folder: Path) -> None:
    """Reading and checking a wide workbook, against what the library alone takes to open it."""
    catalogue = made_city.write_catalogue(folder / "forms", FIELDS)
    path = folder / "visits.xlsx"
    made_city.write_workbook(path, catalogue, made_city.visits(catalogue, ROWS), FIELDS)
    alone = seconds(lambda: CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(), 3)
    checked = seconds(lambda: read_submission([path], catalogue), 3)
    line(f"{ROWS:,} rows x {FIELDS + 4} columns of .xlsx: python-calamine opens them", f"{alone:.2f} s")
    line("read and checked", f"{checked:.2f} s = {checked / alone:.1f} x", "(bar: 3 x)")


def parquet(folder: Path) -> None:
    """Reading and checking millions of rows: what was accepted is held once, and nothing else of that size with it."""
    here = folder / "sent"
    catalogue = made_city.write_catalogue(here / "catalogue", FEW)
    made_city.write_parquet(here / "sent.parquet", catalogue, made_city.visits(catalogue, SENT, OFTEN), FEW)
    told = alone("intake", here)
    what = f"{told['used']:,.0f} rows x {FEW + 4} columns of parquet, {SENT // OFTEN:,} sites: read and checked"
    line(what, f"{told['seconds']:.0f} s")
    what = f"peak memory of a process that only does this; accepted rows: {told['held']:.2f} GB"
    line(what, f"{told['peak']:.2f} GB = {told['peak'] / told['held']:.1f} x", "(bar: 2 x)")


def shipped_catalogue() -> None:
    """Loading the national catalogue beside what PyYAML's C parser takes for the same bytes; linting it."""
    folder = catalogue_folder("national")
    assert folder is not None
    files = [path for path in folder.rglob("*.yaml") if not path.name.endswith((".cases.yaml", "provenance.yaml"))]
    texts = [path.read_text("utf-8") for path in files]
    plain = seconds(lambda: [yaml.load(text, yaml.CSafeLoader) for text in texts], runs=3)
    loading = seconds(lambda: load_catalogue("national"), runs=3)
    line("national catalogue: loading it, as a ratio to parsing the same YAML", f"{loading / plain:.2f} x")
    line("  the same in seconds", f"{loading:.2f} s", "(bar: 0.5 s)")
    linting = seconds(lambda: run([DUIBIAO, "lint", "national"], ROOT), runs=3)
    line("duibiao lint national, with all cases", f"{linting:.1f} s", "(bar: 10 s)")


def first_result(folder: Path) -> None:
    """Installing wheels that are at hand, then ``new`` and ``check``."""
    wheels = folder / "wheels"
    source = folder / "source"
    ignored = shutil.ignore_patterns(".git", ".venv*", "build", "out", ".*_cache", "tests", "*.egg-info")
    shutil.copytree(ROOT, source, ignore=ignored, symlinks=True)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run([*pip, "wheel", "--wheel-dir", wheels, source], folder)
    venv.create(folder / "fresh", with_pip=True)
    python = folder / "fresh" / "bin" / "python"
    start = perf_counter()
    run([python, "-m", "pip", *pip[3:], "install", "--no-index", "--find-links", wheels, "duibiao"], folder)
    line("pip install of wheels", f"{perf_counter() - start:.1f} s", "(bar: 15 s)")
    fresh = folder / "fresh" / "bin" / "duibiao"
    start = perf_counter()
    run([fresh, "new", "first"], folder)
    run([fresh, "check", "first/data", "--catalogue", "first/criteria", "-o", "first-out"], folder)
    line("duibiao new + check, the first time", f"{perf_counter() - start:.1f} s", "(bar: 3 s)")


def main() -> None:
    """Measure everything and print a line each."""
    gc.set_threshold(*COLLECT)  # as the command does
    if sys.argv[1:2] == ["--task"]:
        folder = Path(sys.argv[3])
        made = Made(load_catalogue(folder / "catalogue"), folder / "visits.parquet")
        print(json.dumps(TASKS[sys.argv[2]](made)))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=200_000)
    parser.add_argument("--criteria", type=int, default=200)
    parser.add_argument("--sites", type=int, default=5_000)
    parser.add_argument(
        "--only", choices=["engine", "intake", "catalogue", "page", "forecast"], help="measure nothing but this"
    )
    asked = parser.parse_args()
    print(_machine(), end="\n\n")
    with tempfile.TemporaryDirectory() as name:
        if asked.only in {None, "engine"}:
            many_visits(Path(name), asked.visits, asked.criteria)
        if asked.only is None:
            whole_assessment(Path(name), asked.criteria)
            whole_command(Path(name))
            many_sites(Path(name), asked.sites)
        if asked.only in {None, "forecast"}:
            forecast(Path(name))
        if asked.only in {None, "page"}:
            city_page(Path(name))
        if asked.only in {None, "intake"}:
            workbook(Path(name))
            parquet(Path(name))
        if asked.only in {None, "catalogue"}:
            shipped_catalogue()
        if asked.only is None:
            first_result(Path(name))
    print(f"\nload average {os.getloadavg()[0]:.1f}")


def _machine() -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in ("polars", "numpy"))
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}; "
        f"Python {platform.python_version()}, {versions}"
    )


if __name__ == "__main__":
    main()
