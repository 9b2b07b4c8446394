"""What all tests may ask for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from coverage import Coverage
from filelock import FileLock
from hypothesis import settings

from duibiao.criteria import files, language
from duibiao.criteria.diagnostics import Diagnostic
from duibiao.criteria.yaml_text import Node, parse_yaml

# A test that fails because the machine is busy says nothing of the program.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages in English, whatever language an earlier test or the terminal has chosen."""
    monkeypatch.setattr(language, "_translations", language.translations("en"))


@pytest.fixture
def in_english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Commands that choose their language themselves speak English, and leave the language as it was."""
    monkeypatch.setenv("DUIBIAO_LANG", "en")
    language.use()
    yield
    monkeypatch.undo()
    language.use()


ROOT: Final = Path(__file__).resolve().parent.parent
NAMES: Final = ("commands", "criteria", "evaluator", "reports")  # the packages
LAST_ROUND: Final = "2025-W10"  # of the example city, and what is scored where no round is asked for


@pytest.fixture(scope="session", autouse=True)
def _shipped_files_are_parsed_once() -> Iterator[None]:
    """Half of what it takes to load a catalogue that extends national, which nearly every run of a command does."""
    parsed: dict[tuple[str, str], Node] = {}

    def once(text: str, file: str) -> tuple[Node | None, list[Diagnostic]]:
        if (text, file) in parsed:
            return parsed[text, file], []
        node, found = parse_yaml(text, file)
        if node is not None and not found and "criteria/catalogues/" in file:
            parsed[text, file] = node
        return node, found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "parse_yaml", once)
        yield


def of_all_workers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for what is made once in a run, however many workers there are."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def zhoukou(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The result of a round of the example city, what was printed beside it in ``said.txt``.

    Only the last has pages, a forecast and a plan.

    It takes ten seconds, so that all workers share the folders: they are read, and never written.
    """
    shared = of_all_workers(tmp_path_factory)

    @cache
    def of(round_id: str) -> Path:
        out = shared / f"zhoukou-{round_id}" / "out"
        more = [] if round_id == LAST_ROUND else ["--round", round_id, "--pages", "none", "--no-forecast", "--no-plan"]
        command = [sys.executable, "-m", "duibiao.cli", "check", "examples/zhoukou", "-o", str(out), *more]
        with FileLock(shared / f"zhoukou-{round_id}.lock"):
            if not out.exists():
                environment = os.environ | {"DUIBIAO_LANG": "zh", "PYTHONIOENCODING": "utf-8"}
                told = subprocess.run(
                    command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False
                )
                assert told.returncode == 0, told.stdout + told.stderr
                (out.parent / "said.txt").write_text(told.stdout, "utf-8")
        return out

    return of


@pytest.fixture(scope="session")
def national_handbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The handbook of the national catalogue, written once by the command; it is read, and never written."""
    shared = of_all_workers(tmp_path_factory)
    folder = shared / "national-handbook"
    command = [sys.executable, "-m", "duibiao.cli", "catalogue", "handbook", "national", "-o", str(folder)]
    with FileLock(shared / "national-handbook.lock"):
        if not folder.exists():
            told = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
            assert told.returncode == 0, told.stdout + told.stderr
    return folder


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network from a copy of what it is made of."""
    source, made = tmp_path_factory.mktemp("source") / "duibiao", tmp_path_factory.mktemp("wheel")
    source.mkdir()
    for name in (*NAMES, "locale", "examples"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "cli.py"):
        shutil.copy(ROOT / name, source / name)
    build = "import sys, setuptools.build_meta as backend; backend.build_wheel(sys.argv[1])"
    command = [sys.executable, "-c", build, str(made)]
    told = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    return next(made.glob("*.whl"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Tests marked ``untraced`` run without coverage, and twice as fast; so does what they set up."""
    tracing = Coverage.current() if item.get_closest_marker("untraced") else None
    if tracing is not None:
        tracing.stop()
    try:
        return (yield)
    finally:
        if tracing is not None:
            tracing.start()


# Where the table kind x status x side of the limit waits until the run's end (workers share the cache).
TABLE: Final = "duibiao/kinds and statuses on and beside the limit"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Forget the table of an earlier run."""
    if getattr(session.config, "cache", None) is not None and not hasattr(session.config, "workerinput"):
        session.config.cache.set(TABLE, "")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what the engine was held to the reference on."""
    table = config.cache.get(TABLE, "") if getattr(config, "cache", None) is not None else ""
    if table:
        terminalreporter.section("engine = reference: findings by kind, status and side of the limit")
        terminalreporter.write_line(table)
