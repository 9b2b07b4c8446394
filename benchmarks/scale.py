"""How long a round takes that is read in slices, on this machine and on Spark: ``make bench-scale``.

python benchmarks/scale.py [--visits 100000 1000000] [--visits-a-site 50] [--criteria 200] [--only local|spark]
    [--at-one-site 1000000] [--shares 200]

From parts of parquet to every figure of the round, nothing written; each size in a process of its own, of Spark the
second run in a session. Figures are printed, never asserted.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import made_city
from made_lake import write_lake

from duibiao.criteria.load import load_catalogue
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.backends.local import Local
from duibiao.evaluator.document import document, to_json
from duibiao.evaluator.intake.lake import Lake, read_lake
from duibiao.evaluator.large_round import assess_large
from duibiao.evaluator.shares import Ground, parted
from duibiao.evaluator.streamed import streamed
from duibiao.evaluator.visits import last_day

if TYPE_CHECKING:
    from duibiao.commands.engines import Engine


def assessed(engine: Engine, lake: Lake, catalogue: Catalogue, shares: int | None) -> tuple[Assessment, float]:
    """The round, and the seconds that reading its rows took."""
    start = perf_counter()
    number = shares or engine.shares_for(sum(part.rows for part in lake.parts))
    with engine.shares(lake, number, tabled=False) as (kept, told):
        data = streamed(lake, told)
        read = perf_counter() - start
        rest, rows = parted(catalogue, data.submission)
        kept.add(rows)
        return assess_large(Ground(catalogue, rest, "", last_day(data.dated, "")), kept)[0], read


def measured(folder: Path, kind: str, master: str, shares: int | None) -> dict[str, Any]:
    """Seconds (of Spark's second run), what of it is reading, and the peak memory of this process in MB."""
    catalogue = load_catalogue(folder / "catalogue")
    start = perf_counter()
    lake = read_lake([folder / "data"], catalogue)
    known = perf_counter() - start
    engine: Any = Local()
    if kind == "spark":
        from duibiao.evaluator.backends.spark import spark_on

        engine = spark_on(master, {})
        assessed(engine, lake, catalogue, shares)
    start = perf_counter()
    found, read = assessed(engine, lake, catalogue, shares)
    seconds = perf_counter() - start
    if kind == "spark":
        engine.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "read": read, "register": known, "peak": peak, "figures": len(to_json(document(found))),
            "total": str(found.total.score)}  # fmt: skip


def main() -> None:
    """Print a line for each size."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--visits", type=int, nargs="+", default=[100_000, 1_000_000])
    asked.add_argument("--visits-a-site", type=int, default=50)
    asked.add_argument("--criteria", type=int, default=200)
    asked.add_argument("--parts", type=int, default=10)
    asked.add_argument("--at-one-site", type=int, default=0)
    asked.add_argument("--shares", type=int, help="into how many the rows are put (default: as ever)")
    asked.add_argument("--master", default="local[2]")
    asked.add_argument("--only", choices=["local", "spark"])
    asked.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    told = asked.parse_args()
    if told.measure:
        print(json.dumps(measured(Path(told.measure[0]), told.measure[1], told.master, told.shares)))
        return
    before: dict[str, tuple[int, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for visits in told.visits:
            own = Path(folder) / str(visits)
            own.mkdir()
            catalogue = made_city.write_catalogue(own / "catalogue", told.criteria)
            write_lake(own, catalogue, visits, told.parts, told.visits_a_site, told.at_one_site)
            of_local = 0.0
            for kind in ("local", "spark") if told.only is None else (told.only,):
                command = [sys.executable, __file__, "--measure", str(own), kind, "--master", told.master]
                command += ["--shares", str(told.shares)] if told.shares else []
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                found = json.loads(done.stdout.splitlines()[-1])
                seconds = found["seconds"]
                of_local = seconds if kind == "local" else of_local
                more = f" = {seconds / of_local:.2f} x local" if kind == "spark" and of_local else ""
                if kind in before:
                    fewer, took = before[kind]
                    more += f", growth exponent {math.log(seconds / took) / math.log(visits / fewer):.2f}"
                before[kind] = visits, seconds
                print(
                    f"{visits:>11,} x {told.criteria} {kind:<6} {seconds:7.1f} s (reading {found['read']:.1f}){more}; "
                    f"peak {found['peak']:,.0f} MB; total {found['total'][:12]}...",
                    flush=True,
                )


if __name__ == "__main__":
    main()
