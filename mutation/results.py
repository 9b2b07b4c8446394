"""Results kept between runs, so that an interrupted run goes on and what has not changed is not run again.

A text file of JSON lines, written as the results come. What a result rests on is hashed with it: the mutated source;
for a mutant that was killed, the file of the test that killed it; for one that was not, all files of its tests.
What these import of the tests counts with them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from mutation.mutants import Mutant, sha
from mutation.settings import Target
from mutation.sources import closure, imports, module_of

Outcome = Literal["killed", "timed out", "survived"]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mutant. ``by`` is the test that failed first (empty where the mutant could not be imported);
    ``ms`` is the time that passed, ``cpu_ms`` that of the processor.
    """

    file: str
    mutant: str
    rests_on: str
    outcome: Outcome
    by: str
    line: int
    ms: int
    cpu_ms: int


class Ground:
    """The tests in one state of the project, and hashes of what results rest on."""

    def __init__(self, root: Path, leave_out: Iterable[str]) -> None:
        files = sorted((*root.glob("tests/**/*.py"), *root.glob("mutation/*_test.py")))
        texts = {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in files}
        self._texts = {module_of(name): text for name, text in texts.items()}
        self._imports = imports(texts)
        self._leave_out = tuple(leave_out)

    def rests_on(self, target: Target, outcome: Outcome, by: str) -> str:
        """The hash of the test files that an outcome rests on, with what they import of the tests.

        Empty for a kill by a test that is no longer run.
        """
        if outcome != "killed":
            return self._hash(target.tests, *self._leave_out)
        if by and (not by.startswith(target.tests) or by.startswith(self._leave_out)):
            return ""
        return self._hash([by] if by else [])

    def _hash(self, tests: Iterable[str], *more: str) -> str:
        modules = closure({"tests.conftest", *(module_of(each.partition("::")[0]) for each in tests)}, self._imports)
        return sha("\0".join([*(self._texts[each] for each in sorted(modules & self._texts.keys())), *more]))


class Results:
    """The results so far; ``add`` writes each at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: dict[tuple[str, str], Result] = {}
        for line in path.read_text("utf-8").splitlines() if path.exists() else []:
            try:
                result = Result(**json.loads(line))
            except ValueError:  # a run was interrupted while it wrote this line
                continue
            self._kept[result.file, result.mutant] = result

    def add(self, result: Result) -> None:
        """Keep a result."""
        self._kept[result.file, result.mutant] = result
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")

    def still_true(self, target: Target, mutants: Iterable[Mutant], ground: Ground) -> Mapping[str, Result]:
        """The kept results of these mutants that nothing has changed since, by the mutants' keys."""
        found = {each.key: self._kept.get((target.file, each.key)) for each in mutants}
        return {
            key: result
            for key, result in found.items()
            if result is not None and result.rests_on == ground.rests_on(target, result.outcome, result.by)
        }
