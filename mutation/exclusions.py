"""Mutants that do not count: each by file, operator and line of source, with the reason why no test can kill it.

They are run all the same: one that a test kills was excluded wrongly.
"""

from __future__ import annotations

import tomllib
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from mutation.mutants import Mutant
from mutation.settings import Unusable


@dataclass(frozen=True, slots=True)
class Exclusion:
    """``file`` and ``operator`` may have `*`; ``line`` is the changed source without the blanks around it; ``into``,
    where given, lists what it is changed into. A mutant of several lines has them joined by a blank.
    """

    file: str
    operator: str
    line: str
    reason: str
    into: tuple[str, ...] = ()

    def means(self, mutant: Mutant) -> bool:
        """Whether this mutant is left out by it."""
        return (
            fnmatchcase(mutant.file, self.file)
            and fnmatchcase(mutant.operator, self.operator)
            and mutant.before == self.line
            and (not self.into or mutant.after in self.into)
        )


def read_exclusions(path: Path) -> tuple[Exclusion, ...]:
    """Read the exclusions; each must have its reason."""
    told = tomllib.loads(path.read_text("utf-8")).get("exclude", [])
    exclusions = tuple(Exclusion(**{**each, "into": tuple(each.get("into", ()))}) for each in told)
    for each in exclusions:
        if not each.reason.strip():
            raise Unusable(f"an exclusion without reason: {each.file}: {each.line}")
    return exclusions


def excluded(
    mutants: Iterable[Mutant], exclusions: Sequence[Exclusion], files: Container[str] | None = None
) -> dict[Mutant, Exclusion]:
    """The mutants that are left out, with the first exclusion that means them.

    An exclusion that means nothing, or nothing that an earlier one does not mean, is out of date: Unusable. ``files``
    are those that the mutants are of, where they are not all.
    """
    found: dict[Mutant, Exclusion] = {}
    for mutant in mutants:
        meant = next((each for each in exclusions if each.means(mutant)), None)
        if meant is not None:
            found[mutant] = meant
    asked = [each for each in exclusions if files is None or each.file in files]
    idle = [each for each in asked if each not in found.values()]
    if idle:
        lines = "".join(f"\n  {each.file}, {each.operator}: {each.line}" for each in idle)
        raise Unusable(f"exclusions that mean no mutant:{lines}")
    return found
