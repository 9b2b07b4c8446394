"""Print how long things take on this machine: ``make bench``. Figures are printed, never asserted.

python benchmarks/bench.py [--visits 20000] [--criteria 200] [--sites 5000]
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

import made_city
import polars as pl

from duibiao.criteria.load import load_catalogue
from duibiao.evaluator.areas import geography_of
from duibiao.evaluator.assess import assess
from duibiao.evaluator.compile import compile_plan
from duibiao.evaluator.evaluate import evaluate
from duibiao.evaluator.visits import round_visits

ROOT: Final = Path(__file__).resolve().parent.parent
DUIBIAO: Final = Path(sys.executable).parent / "duibiao"
WORDED: Final = 20  # the whole assessment, with words for every finding, is measured on so small a part of the visits
BARE: Final = "import click, pydantic, yaml, jinja2, polars"
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
    """Run a command that must succeed; what it prints goes nowhere."""
    subprocess.run([str(each) for each in command], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def line(what: str, figure: str, bar: str = "") -> None:
    """One line of the table."""
    print(f"{what:<72}{figure:>18}  {bar}".rstrip(), flush=True)


def whole_command(folder: Path) -> None:
    """One site and 100 criteria, against importing the libraries."""
    catalogue = made_city.write_catalogue(folder / "one", 100)
    made_city.write_csv(folder / "one-data", catalogue, 1)
    bare = seconds(lambda: run([sys.executable, "-c", BARE], folder))
    check = seconds(lambda: run([DUIBIAO, "check", "one-data", "--catalogue", "one"], folder))
    pages = seconds(lambda: run([DUIBIAO, "check", "one-data", "--catalogue", "one", "-o", "one-out"], folder), 3)
    line(f"python -c '{BARE}'", f"{bare:.2f} s")
    line("check, one site x 100 criteria, whole command", f"{check:.2f} s = {check / bare:.1f} x", "(bar: 3 x)")
    line("the same with -o (pages and tables)", f"{pages:.2f} s = {pages / bare:.1f} x")


def engine(folder: Path, count: int, criteria: int) -> dict[str, float]:
    """Times of the engine on visits that stand in a parquet file, and the peak memory of this process in GB."""
    path, catalogue = folder / "visits.parquet", load_catalogue(folder / "wide")
    read = seconds(lambda: pl.read_parquet(path))
    data = made_city.submission(pl.read_parquet(path), criteria)

    def findings() -> None:
        plan = compile_plan(catalogue, made_city.AS_OF)
        evaluate(plan, data, round_visits(catalogue, data, ""), geography_of(data.areas))

    times = {"read": read, "evaluate": seconds(findings, 3)}
    times["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    part = made_city.submission(pl.read_parquet(path, n_rows=max(count // WORDED, 100)), criteria)
    start = perf_counter()
    made = assess(catalogue, part, as_of=made_city.AS_OF).findings.height
    return times | {"assess": perf_counter() - start, "findings": made}


def engine_alone(folder: Path, count: int, criteria: int) -> dict[str, float]:
    """``engine`` in a process of its own, so that its peak memory is its own."""
    catalogue = load_catalogue(folder / "wide")
    made_city.visits(catalogue, count).write_parquet(folder / "visits.parquet")
    command = [sys.executable, __file__, "--engine", str(folder), str(count), str(criteria)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    times: dict[str, float] = json.loads(told.stdout)
    return times


def many_visits(folder: Path, count: int, criteria: int) -> None:
    """Generated visits x criteria, against the time that polars needs to read the same parquet."""
    made_city.write_catalogue(folder / "wide", criteria)
    small = engine_alone(folder, count // 4, criteria)
    big = engine_alone(folder, count, criteria)
    line(f"{count:,} visits x {criteria} criteria: polars reads them", f"{big['read']:.3f} s")
    ratio = big["evaluate"] / big["read"]
    line("findings as codes (evaluate)", f"{big['evaluate']:.2f} s = {ratio:.0f} x", "(bar: 12 x at 1,000,000)")
    each = big["assess"] / big["findings"] * 1e6
    line(f"whole assessment of {big['findings']:,.0f} findings (assess)", f"{big['assess']:.1f} s = {each:.0f} us each")
    line("peak memory of evaluate", f"{big['peak']:.2f} GB", "(bar: 2 GB at 1,000,000)")
    growth = math.log(big["evaluate"] / small["evaluate"]) / math.log(4)
    line("growth exponent of evaluate, a quarter to the whole", f"{growth:.2f}", "(bar: 1.05)")


def many_sites(folder: Path, sites: int) -> None:
    """A whole check with all pages."""
    catalogue = made_city.write_catalogue(folder / "city", 20)
    made_city.write_csv(folder / "city-data", catalogue, sites)
    start = perf_counter()
    run([DUIBIAO, "check", "city-data", "--catalogue", "city", "-o", "city-out", "--pages", "all"], folder)
    line(f"check, {sites:,} sites x 20 criteria, all pages", f"{perf_counter() - start:.1f} s", "(bar: 30 s at 5,000)")
    size = (folder / "city-out" / "index.html").stat().st_size / 1e6
    line("its city page", f"{size:.2f} MB", "(bar: 2 MB)")


def first_result(folder: Path) -> None:
    """Installing wheels that are at hand, then ``new`` and ``check``."""
    wheels = folder / "wheels"
    source = folder / "source"
    ignored = shutil.ignore_patterns(".git", ".venv", "build", "out", ".*_cache", "tests", "*.egg-info")
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
    if sys.argv[1:2] == ["--engine"]:
        folder, count, criteria = sys.argv[2:]
        print(json.dumps(engine(Path(folder), int(count), int(criteria))))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=20_000)
    parser.add_argument("--criteria", type=int, default=200)
    parser.add_argument("--sites", type=int, default=5_000)
    asked = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, polars {pl.__version__}, {os.cpu_count()} cores\n")
    with tempfile.TemporaryDirectory() as name:
        whole_command(Path(name))
        many_visits(Path(name), asked.visits, asked.criteria)
        many_sites(Path(name), asked.sites)
        first_result(Path(name))


if __name__ == "__main__":
    main()
