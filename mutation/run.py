"""`make mutate`: try every mutant of the files in settings.toml against their tests, and hold the outcome to the bars.

The project is copied to a temporary folder first, so that it may change while this runs; nothing is written into it
but the results and the report.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from mutation.exclusions import Exclusion, excluded, read_exclusions
from mutation.mutants import Mutant, mutants_of
from mutation.report import FileReport, faults, text
from mutation.results import Ground, Outcome, Result, Results
from mutation.settings import Settings, Target, Unusable, chosen, read_settings
from mutation.trial import Job

ROOT: Final = Path(__file__).resolve().parent.parent
COPIED: Final = (
    "cli.py",
    "commands",
    "criteria",
    "evaluator",
    "examples",
    "locale",
    "mutation",
    "pyproject.toml",
    "reports",
    "tests",
)
PLANTED: Final = Target("mutation/planted.py", ("mutation/planted_test.py",))
PLANTED_OUTCOMES: Final[Mapping[str, Outcome]] = {"seen": "killed", "unseen": "survived", "endless": "timed out"}
PLANTED_SECONDS: Final = 3


# ------------------------------------------------------------------ one mutant at a time


Tried = tuple[Outcome, str, tuple[int, int]]  # the test that failed first, ms passed and ms of the processor


class Trial:
    """A warm process for one file (trial.py), as something that tells the outcome of one source after another."""

    def __init__(self, settings: Settings, target: Target, copy: Path) -> None:
        self._limits, self._target = settings.limits, target
        self._seconds = 60.0  # until the time without mutation is known
        job = Job(target.file, target.tests, settings.leave_out, settings.load_first, settings.limits.memory_mb)
        same = {"PYTHONPATH": f"{copy.parent}{os.pathsep}{copy}", "PYTHONHASHSEED": "0"}
        same |= {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # a process with threads cannot be forked
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mutation.trial"],
            cwd=copy,
            env={**os.environ, **same, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._say(asdict(job))

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()

    def unchanged(self, source: str) -> tuple[int, list[str]]:
        """Run the tests without a mutation, which must pass: the processor's ms, and the tests left out."""
        found = self._ask({"source": source, "line": 1, "seconds": self._seconds})
        if found.get("code") != 0:
            raise Unusable(f"{self._target.file}: its tests fail without a mutation: {found}")
        self._checked(found)
        self._seconds = max(self._limits.seconds, self._limits.times * found["cpu_ms"] / 1000)
        return int(found["cpu_ms"]), list(found["left_out"])

    def outcome(self, mutant: Mutant, killers: Sequence[tuple[int, str]] = ()) -> Tried:
        """What becomes of a mutant; ``killers`` are lines and the tests that killed mutants of them."""
        told = {"source": mutant.source, "line": mutant.line, "seconds": self._seconds, "killers": list(killers)}
        found = self._ask(told)
        spent = (int(found["ms"]), int(found["cpu_ms"]))
        if found.get("timed out"):
            return "timed out", "", spent
        if os.WIFSIGNALED(found.get("died", 0)):
            return "killed", "", spent
        # A test that is asked for by its name, in a file that can no longer be imported, is a wrong use for pytest: 4.
        if found.get("code") in {1, 2, 4} and found["failed"] is not None:
            return "killed", str(found["failed"]), spent
        if found.get("code") != 0:
            raise Unusable(f"{mutant.file}:{mutant.line} ({mutant.operator}): the tests could not be run: {found}")
        self._checked(found)
        return "survived", "", spent

    def _checked(self, found: Mapping[str, Any]) -> None:
        if not found["loaded"] or not found["ran"]:
            raise Unusable(f"{self._target.file}: its tests do not import it: {found}")
        if found["elsewhere"]:
            raise Unusable(f"{self._target.file}: not from the copy: {found['elsewhere']}")

    def _say(self, told: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()

    def _ask(self, told: object) -> dict[str, Any]:
        assert self._process.stdout is not None
        try:
            self._say(told)
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise Unusable(f"{self._target.file}: the process for its mutants died")
        found: dict[str, Any] = json.loads(line)
        return found


@contextmanager
def tried(settings: Settings, target: Target, copy: Path) -> Iterator[Trial]:
    """A warm process that ends with the block."""
    process = Trial(settings, target, copy)
    try:
        yield process
    finally:
        process.close()


# ------------------------------------------------------------------ a file, the control, all


def run_file(
    settings: Settings,
    target: Target,
    copy: Path,
    mutants: Sequence[Mutant],
    keep: Callable[[Mutant, Tried], None],
    killers: Sequence[tuple[int, str]],
    workers: int,
) -> tuple[int, list[str]]:
    """Try these mutants of a file in so many processes; the processor's ms of all its tests, and those left out."""
    source = (copy / target.file).read_text("utf-8")
    waiting: queue.SimpleQueue[Mutant] = queue.SimpleQueue()
    for mutant in mutants:
        waiting.put(mutant)
    lock = threading.Lock()

    def work(_number: int) -> tuple[int, list[str]]:
        with tried(settings, target, copy) as process:
            suite = process.unchanged(source)
            told = list(killers)
            while True:
                try:
                    mutant = waiting.get_nowait()
                except queue.Empty:
                    return suite
                found = process.outcome(mutant, told)
                told = []
                with lock:
                    keep(mutant, found)

    with ThreadPoolExecutor(workers) as pool:
        try:
            first, *_ = pool.map(work, range(min(workers, len(mutants) or 1)))
            return first
        finally:  # where the run is interrupted or one process fails, the others must not go on to the end
            while not waiting.empty():
                waiting.get()


def control(settings: Settings, copy: Path) -> str:
    """Try the planted mutants; a line for the report. Unusable where one comes out otherwise than planted."""
    source = (copy / PLANTED.file).read_text("utf-8")
    mutants = mutants_of(PLANTED.file, source, settings.operators)
    outcomes: dict[str, set[Outcome]] = {}

    def keep(mutant: Mutant, found: Tried) -> None:
        above = source.splitlines()[: mutant.line]
        function = next(line for line in reversed(above) if line.startswith("def ")).removeprefix("def ")
        outcomes.setdefault(function.partition("(")[0], set()).add(found[0])

    impatient = replace(settings, limits=replace(settings.limits, seconds=PLANTED_SECONDS))
    run_file(impatient, PLANTED, copy, mutants, keep, [], 1)
    return judged(outcomes, len(mutants))


def judged(outcomes: Mapping[str, set[Outcome]], number: int) -> str:
    """Whether the planted functions came out as they must; ``endless`` may be killed too, but not only."""
    wrong = [
        f"{function}: {', '.join(sorted(outcomes.get(function, ())))} instead of {wanted}"
        for function, wanted in PLANTED_OUTCOMES.items()
        if wanted not in outcomes.get(function, set())
        or (outcomes[function] != {wanted} and not (wanted == "timed out" and "survived" not in outcomes[function]))
    ]
    if wrong:
        raise Unusable("the planted mutants prove that this run proves nothing: " + "; ".join(wrong))
    return f"Planted: {number} mutants; what no test sees survived, what one sees was killed, the endless was stopped."


def executable_lines(path: Path) -> int:
    """The executable lines of a file as coverage.py counts them."""
    from coverage import Coverage

    _, lines, _, _ = Coverage(data_file=None, config_file=False).analysis(str(path))
    return len(lines)


def kept(
    results: Results,
    known: dict[str, Result],
    ground: Ground,
    target: Target,
    tell: Callable[[Mutant], None],
    mutant: Mutant,
    found: Tried,
) -> None:
    """Write down what became of a mutant, and tell it of a survivor."""
    outcome, by, (ms, cpu_ms) = found
    rests_on = ground.rests_on(target, outcome, by)
    known[mutant.key] = Result(mutant.file, mutant.key, rests_on, outcome, by, mutant.line, ms, cpu_ms)
    results.add(known[mutant.key])
    if outcome == "survived":
        tell(mutant)


def told(say: Callable[[str], None], out: Mapping[Mutant, Exclusion], mutant: Mutant) -> None:
    """Say where a mutant survived that is not excluded."""
    if mutant not in out:
        say(f"  survived: {mutant.file}:{mutant.line} {mutant.before} -> {mutant.after}")


def reports_of(
    settings: Settings, copy: Path, results: Results, only: Sequence[str], workers: int, say: Callable[[str], None]
) -> list[FileReport]:
    """Try everything that is not known yet, and report every file."""
    targets = chosen(settings.targets, only)
    sources = {each.file: (copy / each.file).read_text("utf-8") for each in targets}
    mutants = {file: mutants_of(file, source, settings.operators) for file, source in sources.items()}
    exclusions = read_exclusions(copy / "mutation" / "exclusions.toml")
    out = excluded((each for several in mutants.values() for each in several), exclusions, sources if only else None)
    ground = Ground(copy, settings.leave_out)
    reports: list[FileReport] = []
    seen_left_out: set[str] = set()
    for target in targets:
        own = {mutant: why for mutant, why in out.items() if mutant.file == target.file}
        known = dict(results.still_true(target, mutants[target.file], ground))
        waiting = [each for each in mutants[target.file] if each.key not in known]
        say(f"{target.file}: {len(mutants[target.file])} mutants, {len(known)} known")

        keep = partial(kept, results, known, ground, target, partial(told, say, own))
        killers = [(each.line, each.by) for each in known.values() if each.by]
        suite_ms, left_out = run_file(settings, target, copy, waiting, keep, killers, workers)
        seen_left_out |= set(left_out)
        lines = executable_lines(copy / target.file)
        reports.append(FileReport(target.file, sources[target.file], lines, mutants[target.file], own, known, suite_ms))
    idle = set(settings.leave_out) - seen_left_out
    if idle and not only:
        raise Unusable(f"the settings leave out tests that are not there: {', '.join(sorted(idle))}")
    return reports


def copied(root: Path, folder: Path) -> Path:
    """A copy of what the tests need, named as the package is imported."""
    copy = folder / "duibiao"
    copy.mkdir()
    for name in COPIED:
        if (root / name).is_dir():
            shutil.copytree(root / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(root / name, copy / name)
    return copy


def _stopped(_signal: int, _frame: object) -> None:
    """End in order, so that the copy is removed."""
    print("mutate: stopped; what is known is kept", file=sys.stderr)
    sys.exit(143)


def main() -> int:
    """Run, print and write the report; 0 where every bar is reached."""
    parser = argparse.ArgumentParser(prog="python -m mutation.run", description=__doc__)
    parser.add_argument(
        "--only", action="append", default=[], metavar="PATTERN", help="only these files of the settings"
    )
    parser.add_argument("--workers", type=int, default=1, help="processes that try mutants (default 1)")
    parser.add_argument("--fresh", action="store_true", help="forget the results kept so far")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, _stopped)
    here = ROOT / "mutation"
    if asked.fresh:
        (here / "results.jsonl").unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        try:
            copy = copied(ROOT, Path(folder))
            settings = read_settings(copy / "mutation" / "settings.toml", copy)
            planted = control(settings, copy)
            results = Results(here / "results.jsonl")
            reports = reports_of(
                settings, copy, results, asked.only, asked.workers, lambda line: print(line, flush=True)
            )
        except Unusable as error:
            print(f"mutate: {error}", file=sys.stderr)
            return 2
    wrong = faults(reports, settings.bars)
    report = text(reports, planted, wrong)
    (here / "report.md").write_text(report, "utf-8")
    print(report)
    return 1 if wrong or not reports else 0


if __name__ == "__main__":
    sys.exit(main())
