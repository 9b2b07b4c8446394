"""Measure duibiao and what a user might pick instead, print the table, write the results and the page: ``make
bench-peers``.

python -m benchmarks.peers.run [--rows 1000,10000] [--criteria 50,200] [--only pandas_peer,zen_peer] [--seconds 15]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from math import inf
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from rich.console import Console

from benchmarks.peers import growth, page, plain, results, rows
from benchmarks.peers.measure import PART, PASSES
from benchmarks.peers.rules import STATUSES, rules
from benchmarks.peers.tally import Tally, differing, tally

ROOT: Final = Path(__file__).resolve().parents[2]
OWN: Final = Path(sys.executable)
OTHERS: Final = ROOT / ".venv-peers" / "bin" / "python"
DUIBIAO: Final = ("duibiao_peer", "duibiao_outputs")  # run in the project's own environment
PEERS: Final = (
    *DUIBIAO,
    "polars_peer",
    "pandas_peer",
    "openfisca_peer",
    "pandera_peer",
    "pandera_validate",
    "pointblank_peer",
    "great_expectations_peer",
    "zen_peer",
    "cel_rust_peer",
    "rule_engine_peer",
    "json_logic_peer",
    "cel_peer",
)
ROWS: Final = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
CRITERIA: Final = (50, 200, 600)
SECONDS: Final = 15.0
PATIENCE: Final = 2  # a process is stopped after so many times the seconds of one pass, and a minute
DOUBT: Final = 0.2  # of what a pass took: so much may have been others at work
READ_BY_PLAIN: Final = 1_000  # rows that the plain reference judges too


@dataclass
class Comparison:
    """One run: what is measured, what was told so far, and the answers that the others are held against."""

    peers: Sequence[str]
    seconds: float
    console: Console
    told: list[dict[str, Any]] = field(default_factory=list)
    about: dict[str, dict[str, str]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    expected: list[Tally] = field(default_factory=list)

    def cell(self, path: Path, count: int, criteria: int) -> None:
        """All engines, one after the other, on the same rows and rules."""
        self.expected = []
        for peer in self.peers:
            with self.console.status(f"{count:,} rows x {criteria} criteria: {peer}"):
                one = self._one(peer, path, count, criteria)
            self.told.append({"peer": peer, "rows": count, "criteria": criteria, **one})
            self.console.print(f"{count:>9,} x {criteria:<4} {peer:<24} {results.said(one)}", highlight=False)

    def _one(self, peer: str, path: Path, count: int, criteria: int) -> dict[str, Any]:
        foreseen = self._foreseen(peer, count, criteria)
        if foreseen > self.seconds:
            return {"state": "not run"}
        load = os.getloadavg()[0]
        python = OWN if peer in DUIBIAO else OTHERS
        command = [str(python), "-m", "benchmarks.peers.measure", peer, str(path), str(criteria)]
        limit = PATIENCE * self.seconds + 60 if foreseen else None  # the fewest rows are always run
        try:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            return {"state": "stopped", "after": limit}
        if done.returncode:
            return {"state": "failed", "why": (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]}
        figures = json.loads(done.stdout.splitlines()[-1])
        answers = [Tally(tuple(each["counts"]), each["checksum"]) for each in figures.pop("answers")]
        self.about[peer] = {key: figures.pop(key) for key in ("name", "how", "nulls")}
        self.versions |= figures.pop("versions")
        if not self.expected:
            self.expected = answers
        wrong = differing(answers, self.expected)
        for number in wrong[:5]:
            self.console.print(f"[bold red]{peer} differs[/]: {rules(criteria)[number]}", answers[number])
        totals = [sum(column) for column in zip(*(each.counts for each in answers), strict=True)]
        return {
            "state": "measured",
            **{key: round(value, 6) if isinstance(value, float) else value for key, value in figures.items()},
            "load": round(load, 2),
            "differing": len(wrong),
            "statuses": dict(zip(STATUSES.values(), totals, strict=True)),
        }

    def _foreseen(self, peer: str, count: int, criteria: int) -> float:
        """The seconds that one pass will take at least, as far as fewer rows tell; 0 for the fewest."""
        before = [each for each in self.told if (each["peer"], each["criteria"]) == (peer, criteria)]
        if not before:
            return 0
        last = before[-1]
        if last["state"] != "measured":
            return inf
        part = (max(1, last["rows"] // PART), last["part"])
        return growth.foreseen(part, (last["rows"], (1 - DOUBT) * last["undisturbed"]), count)


def against_plain(expected: Sequence[Tally], count: int, criteria: int) -> dict[str, int]:
    """The answers held against those of plain Python: how many (row, rule) pairs, and rules that differ."""
    asked = rules(criteria)
    told = [tally(statuses) for statuses in plain.statuses(asked, rows.frame(count).to_dicts())]
    return {"rows": count, "criteria": criteria, "pairs": count * criteria, "differing": len(differing(told, expected))}


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    cpus = Path("/proc/cpuinfo")
    models = [line.partition(":")[2].strip() for line in _lines(cpus) if line.startswith("model name")]
    memory = [int(line.split()[1]) for line in _lines(Path("/proc/meminfo")) if line.startswith("MemTotal")]
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory[0] / 2**20) if memory else None,
        "python": platform.python_version(),
    }


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8", errors="replace").splitlines() if path.exists() else []


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(sorted(int(each) for each in text.split(",")))


def run(asked: argparse.Namespace, console: Console) -> dict[str, Any]:
    """Measure everything that was asked for."""
    begun = perf_counter()
    wanted = asked.only.split(",") if asked.only else PEERS
    unknown = set(wanted) - set(PEERS)
    if unknown:
        raise SystemExit(f"no such engine: {', '.join(sorted(unknown))}; there are {', '.join(PEERS)}")
    peers = [peer for peer in PEERS if peer in wanted or peer == PEERS[0]]
    comparison = Comparison(peers, asked.seconds, console)
    limits: list[dict[str, Any]] = []
    reference: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        for count in asked.rows:
            path = Path(folder) / f"{count}.parquet"
            rows.frame(count).write_parquet(path)
            command = [str(OWN), "-m", "benchmarks.peers.limits", str(path)]
            for criteria in asked.criteria:  # the limits each time anew: beside what is held against them
                found = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
                limits.append({"rows": count, "criteria": criteria, **json.loads(found.stdout)})
                comparison.cell(path, count, criteria)
                if count == READ_BY_PLAIN:
                    reference = against_plain(comparison.expected, count, criteria)
            path.unlink()
    options = [
        *(["--rows", ",".join(map(str, asked.rows))] if asked.rows != ROWS else []),
        *(["--criteria", ",".join(map(str, asked.criteria))] if asked.criteria != CRITERIA else []),
        *(["--only", asked.only] if asked.only else []),
        *(["--seconds", f"{asked.seconds:g}"] if asked.seconds != SECONDS else []),
    ]
    return {
        "date": date.today().isoformat(),
        "minutes": round((perf_counter() - begun) / 60, 1),
        "machine": machine(),
        "versions": dict(sorted(({"rich": version("rich")} | comparison.versions).items())),
        "command": f"make bench-peers ARGS='{' '.join(options)}'" if options else "make bench-peers",
        "seconds": asked.seconds,
        "passes": PASSES,
        "rows": list(asked.rows),
        "criteria": list(asked.criteria),
        "reference": reference,
        "limits": limits,
        "peers": {peer: comparison.about.get(peer, {"name": peer, "how": "", "nulls": ""}) for peer in peers},
        "measurements": comparison.told,
    }


def main() -> None:
    """Measure, print, and unless it was told otherwise write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=_numbers, default=ROWS, help="numbers of rows, with commas between")
    parser.add_argument("--criteria", type=_numbers, default=CRITERIA, help="numbers of criteria, with commas between")
    parser.add_argument("--only", help="engines, with commas between; duibiao is always there to compare with")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="what takes longer for one pass is not run")
    parser.add_argument("--json", type=Path, help="write the results there and no page")
    asked = parser.parse_args()
    console = Console()
    if not console.is_terminal:
        console = Console(width=120)
    found = run(asked, console)
    for table in results.tables(found):
        console.print(table)
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    else:
        page.write(ROOT, found)
    wrong = [each for each in found["measurements"] if each.get("differing") or each["state"] == "failed"]
    if wrong or found["reference"].get("differing"):
        raise SystemExit("answers differ or an engine failed: see the lines above")


if __name__ == "__main__":
    main()
