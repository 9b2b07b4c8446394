"""A warm process that tries the mutants of one file: it forks for each, and the child imports it and runs its tests.

Run as ``python -m mutation.trial`` with a copy of the project as the working folder. The first line read is the job,
every further line a mutant, both as JSON; one line is written for each. The parent loads the libraries and what does
not import the mutated file, and starts no polars query: only then may it be forked. (The threads that importing
polars starts only tidy up memory; a child does without.)
"""

from __future__ import annotations

import importlib
import json
import math
import os
import resource
import select
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from mutation.sources import independent, module_of

PYTEST = ["-q", "-x", "--no-header", "--tb=no", "--assert=plain", "-p", "no:faulthandler", "-o", "addopts="]
SAID = 3000  # the last characters of what pytest says that are kept where it could not run the tests
PATIENCE = 5  # times the seconds of the processor: when a mutant that only waits is stopped
NEAREST = 12  # tests that killed mutants nearby and are therefore run first


@dataclass(frozen=True, slots=True)
class Job:
    """What to try: the mutated file, its tests in order, those left out, the limits; see settings.py."""

    file: str
    tests: Sequence[str]
    leave_out: Sequence[str]
    load_first: Sequence[str]
    memory_mb: int


# ------------------------------------------------------------------ in the child


class Mutated(SourceFileLoader):
    """Loads a module from a given source; tracebacks name its file. ``loaded`` says whether anything asked for it."""

    def __init__(self, module: str, path: str, source: str) -> None:
        super().__init__(module, path)
        self.source = source
        self.loaded = False

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Answer for the one module; this stands in ``sys.meta_path``."""
        return spec_from_loader(name, self) if name == self.name else None

    def get_code(self, fullname: str) -> CodeType:
        """The mutated code; nothing compiled before is used."""
        self.loaded = True
        return compile(self.source, self.path, "exec", dont_inherit=True)


@dataclass(eq=False)  # pytest keeps its plugins in sets
class Watch:
    """A plugin of pytest: puts the tests in order, leaves the slow ones out and notes the first that fails."""

    first: Sequence[str]
    leave_out: Sequence[str]
    failed: str | None = None
    ran: int = 0
    left_out: list[str] = field(default_factory=list)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Order and choose the tests."""
        self.left_out = [each for each in self.leave_out if any(item.nodeid.startswith(each) for item in items)]
        rank = {name: index for index, name in enumerate(self.first)}
        items[:] = sorted(
            (item for item in items if not item.nodeid.startswith(tuple(self.leave_out))),
            key=lambda item: rank.get(item.nodeid, len(rank)),
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the first failure."""
        self.ran += report.when == "call"
        if report.failed and self.failed is None:
            self.failed = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A mutant that cannot even be imported fails here."""
        if report.failed and self.failed is None:
            self.failed = ""


def try_out(job: Job, source: str, first: Sequence[str]) -> dict[str, Any]:
    """Run the tests with the file's source replaced, in this very process."""
    loader = Mutated(module_of(job.file), str(Path(job.file).resolve()), source)
    sys.meta_path.insert(0, loader)
    watch = Watch(first, job.leave_out)
    # Its temporary folder is beside the copy: where several pytests count theirs up in one, they warn of each other.
    with tempfile.TemporaryFile() as words, tempfile.TemporaryDirectory(dir=Path.cwd().parent) as folder:
        os.dup2(words.fileno(), 1)
        code = int(pytest.main([*PYTEST, f"--basetemp={folder}/tests", *job.tests], plugins=[watch]))
        sys.stdout.flush()
        words.seek(0)
        said = words.read()[-SAID:].decode(errors="replace")
    elsewhere = [name for name in sys.modules if name.startswith("duibiao.") and not _is_here(name)]
    return {
        "code": code,
        "loaded": loader.loaded,
        "failed": watch.failed,
        "ran": watch.ran,
        "left_out": watch.left_out,
        "elsewhere": elsewhere,
        "said": said if code > 1 else "",
    }


def _is_here(module: str) -> bool:
    file = getattr(sys.modules[module], "__file__", None)
    return file is None or Path(file).is_relative_to(Path.cwd())


# ------------------------------------------------------------------ in the parent


def forked(job: Job, source: str, first: Sequence[str], seconds: float) -> dict[str, Any]:
    """Try a mutant in a child; what it found, or that it ran out of time (``timed out``) or died (``died``).

    ``seconds`` are of the processor, so that other work on the machine stops no mutant; a wait is stopped later.
    """
    began = time.monotonic()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reading)
            os.setpgid(0, 0)
            resource.setrlimit(resource.RLIMIT_AS, (job.memory_mb << 20, job.memory_mb << 20))
            resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds), math.ceil(seconds) + 1))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            os.write(writing, json.dumps(try_out(job, source, first)).encode())
            code = 0
        finally:
            if code:
                traceback.print_exc()  # all that the parent learns is that it died
            os._exit(code)
    os.close(writing)
    told = _told(reading, began + PATIENCE * seconds)
    if told is None:
        _stop(child)
    _, status, used = os.wait4(child, 0)
    late = told is None or (os.WIFSIGNALED(status) and os.WTERMSIG(status) in {signal.SIGXCPU, signal.SIGKILL})
    found: dict[str, Any] = {"timed out": True} if late else json.loads(told) if told else {"died": status}
    spent = {"ms": time.monotonic() - began, "cpu_ms": used.ru_utime + used.ru_stime}
    return {**found, **{name: round(1000 * value) for name, value in spent.items()}}


def _told(reading: int, until: float) -> bytes | None:
    """All that the child writes; None when the time is over."""
    found = b""
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        while True:
            ready, _, _ = select.select([pipe], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                return None
            part = pipe.read(65536)
            if not part:
                return found
            found += part


def _stop(child: int) -> None:
    """End the child and what it started; its group may not be its own yet."""
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(child, signal.SIGKILL)


def _warm(job: Job) -> None:
    """Load what is the same for every mutant; nothing of it may start a thread."""
    for name in job.load_first:
        importlib.import_module(name)
    if "hypothesis" in sys.modules:
        from hypothesis import settings

        settings.register_profile("mutation", derandomize=True, database=None)
        settings.load_profile("mutation")
    threads = _threads()
    texts = {path.as_posix(): path.read_text("utf-8") for path in Path().rglob("*.py")}
    for name in independent(job.file, job.tests, texts):
        importlib.import_module(name)
    if _threads() != threads:
        raise RuntimeError("loading the project started threads: it cannot be forked")


def _threads() -> int:
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else 1


def main() -> None:
    """Read the job and the mutants, and answer each."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    warnings.filterwarnings("ignore", ".*fork", DeprecationWarning)  # polars has a thread for memory; see above
    job = Job(**json.loads(sys.stdin.readline()))
    _warm(job)
    killers: list[tuple[int, str]] = []
    for line in sys.stdin:
        told = json.loads(line)
        killers += [(at, name) for at, name in told.get("killers", [])]
        near = sorted(killers, key=lambda each: abs(each[0] - told["line"]))
        first = list(dict.fromkeys(name for _, name in near))[:NEAREST]
        found = forked(job, told["source"], first, told["seconds"])
        if found.get("failed"):
            killers.append((told["line"], found["failed"]))
        answers.write(json.dumps(found) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
