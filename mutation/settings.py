"""What a run is told: the files, their tests, the operators, the bars and the time limits."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any


class Unusable(Exception):
    """The settings, the exclusions or the tests are not in order; nothing was proved."""


@dataclass(frozen=True, slots=True)
class Bars:
    """What every file must reach. ``at_least`` and ``most_excluded`` are per cent of its mutants."""

    at_least: float
    per_line: float
    most_excluded: float


@dataclass(frozen=True, slots=True)
class Limits:
    """When a mutant is stopped: ``times`` the time of its tests without mutation, never before ``seconds``."""

    seconds: float
    times: float
    memory_mb: int


@dataclass(frozen=True, slots=True)
class Target:
    """A file under mutation with its kill suite: test files, or tests of them by name, in the order they are run."""

    file: str
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """``leave_out`` are tests (by the start of their ids) that are too slow to be run for every mutant."""

    bars: Bars
    limits: Limits
    operators: tuple[str, ...]
    leave_out: tuple[str, ...]
    load_first: tuple[str, ...]
    targets: tuple[Target, ...]


def read_settings(path: Path, root: Path) -> Settings:
    """Read the settings; ``root`` is the project, in which the patterns of files are looked up."""
    told = tomllib.loads(path.read_text("utf-8"))
    return Settings(
        bars=Bars(**told["bars"]),
        limits=Limits(**told["limits"]),
        operators=tuple(told["operators"]),
        leave_out=tuple(told["leave_out"]),
        load_first=tuple(told["load_first"]),
        targets=tuple(_targets(told["files"], root)),
    )


def _targets(groups: Iterable[Mapping[str, Any]], root: Path) -> Iterable[Target]:
    met: set[str] = set()
    for group in groups:
        tests = tuple(file for pattern in group["tests"] for file in _found(pattern, root, "tests"))
        for pattern in group["match"]:
            for file in _found(pattern, root, "files", optional=pattern in group.get("may_be_missing", ())):
                if file in met:
                    raise Unusable(f"{file} is named twice in the settings")
                met.add(file)
                yield Target(file, tests)


def _found(pattern: str, root: Path, what: str, *, optional: bool = False) -> list[str]:
    files, _, test = pattern.partition("::")
    found = sorted(path.relative_to(root).as_posix() + (f"::{test}" if test else "") for path in root.glob(files))
    if not found and not optional:
        raise Unusable(f"the settings name {what} that are not there: {pattern}")
    return found


def chosen(targets: Iterable[Target], only: Iterable[str]) -> list[Target]:
    """The targets that one of the patterns means; all of them without patterns."""
    patterns = list(only)
    return [each for each in targets if not patterns or any(fnmatchcase(each.file, pattern) for pattern in patterns)]
