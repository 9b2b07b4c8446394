"""The table of a run, its survivors and exclusions, and what the gate finds wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mutation.exclusions import Exclusion
from mutation.mutants import Mutant, hunk
from mutation.results import Outcome, Result
from mutation.settings import Bars


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file: its source, its executable lines as coverage.py counts them, its mutants and what became of them.

    ``results`` are by the mutants' keys; ``suite_ms`` is the processor's time of all its tests without a mutation.
    """

    file: str
    source: str
    lines: int
    mutants: Sequence[Mutant]
    excluded: Mapping[Mutant, Exclusion]
    results: Mapping[str, Result]
    suite_ms: int = 0

    @property
    def counted(self) -> list[Mutant]:
        """The mutants that are not excluded."""
        return [each for each in self.mutants if each not in self.excluded]

    def number(self, outcome: Outcome) -> int:
        """How many mutants came out so."""
        found = (self.results.get(each.key) for each in self.counted)
        return sum(each is not None and each.outcome == outcome for each in found)

    @property
    def survivors(self) -> list[Mutant]:
        """The mutants that no test killed."""
        return [
            each for each in self.counted if (got := self.results.get(each.key)) and got.outcome == "survived"
        ]  # fmt: skip

    @property
    def killed(self) -> float:
        """Per cent of the counted mutants that were killed or ran out of time."""
        dead = self.number("killed") + self.number("timed out")
        return 100 * dead / len(self.counted) if self.counted else 0.0

    @property
    def per_line(self) -> float:
        """Counted mutants per executable line."""
        return len(self.counted) / self.lines if self.lines else 0.0


def faults(reports: Iterable[FileReport], bars: Bars) -> list[str]:
    """What is below a bar; empty where the gate is passed."""
    found: list[str] = []
    for each in reports:
        missing = len(each.mutants) - len(each.results)
        if missing:
            found.append(f"{each.file}: {missing} mutants were not run")
        if each.killed < bars.at_least:
            found.append(f"{each.file}: {each.killed:.1f} % killed, {bars.at_least:g} % asked for")
        if each.per_line < bars.per_line:
            found.append(f"{each.file}: {each.per_line:.2f} mutants per line, {bars.per_line:g} asked for")
        for mutant, exclusion in each.excluded.items():
            if (got := each.results.get(mutant.key)) and got.outcome != "survived":
                found.append(f"{each.file}:{mutant.line}: excluded, but {got.outcome}: {exclusion.line}")
        share = 100 * len(each.excluded) / len(each.mutants) if each.mutants else 0.0
        if share > bars.most_excluded:
            found.append(f"{each.file}: {share:.1f} % excluded, at most {bars.most_excluded:g} % allowed")
    return found


COLUMNS: Final = ("file", "lines", "mutants", "a line", "killed", "timed out", "survived", "excluded", "% killed")
TIMES: Final = ("ms", "cpu ms", "suite")


def table(reports: Sequence[FileReport]) -> str:
    """A line a file and one for all.

    ms is the time that a mutant took in the mean, cpu ms that of the processor, suite that of all its tests without a
    mutation.
    """
    rows = [(*COLUMNS, *TIMES), *(_row(each) for each in reports), _sum(reports)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [" | ".join(_cell(cell, at, widths[at]) for at, cell in enumerate(row)) for row in rows]
    rule = "-|-".join("-" * width for width in widths)
    return "\n".join([f"| {lines[0]} |", f"|-{rule}-|", *(f"| {line} |" for line in lines[1:])])


def _cell(text: str, at: int, width: int) -> str:
    return text.rjust(width) if at else text.ljust(width)


def _row(each: FileReport) -> tuple[str, ...]:
    outcomes = (each.number("killed"), each.number("timed out"), each.number("survived"), len(each.excluded))
    return (
        each.file,
        str(each.lines),
        str(len(each.counted)),
        f"{each.per_line:.2f}",
        *map(str, outcomes),
        f"{each.killed:.1f}",
        *_means(each.results.values()),
        str(each.suite_ms or "-"),
    )


def _sum(reports: Sequence[FileReport]) -> tuple[str, ...]:
    lines, mutants = sum(each.lines for each in reports), sum(len(each.counted) for each in reports)
    killed, late, alive = (
        sum(each.number(outcome) for each in reports) for outcome in ("killed", "timed out", "survived")
    )  # fmt: skip
    return (
        "all",
        str(lines),
        str(mutants),
        f"{mutants / lines if lines else 0:.2f}",
        str(killed),
        str(late),
        str(alive),
        str(sum(len(each.excluded) for each in reports)),
        f"{100 * (killed + late) / mutants if mutants else 0:.1f}",
        *_means([result for each in reports for result in each.results.values()]),
        "-",
    )


def _means(results: Collection[Result]) -> tuple[str, str]:
    number = len(results) or 1
    return f"{sum(each.ms for each in results) / number:.0f}", f"{sum(each.cpu_ms for each in results) / number:.0f}"


def text(reports: Sequence[FileReport], planted: str, wrong: Sequence[str]) -> str:
    """The whole report as Markdown."""
    survivors = [
        f"{mutant.file}:{mutant.line} ({mutant.operator})\n\n```diff\n{hunk(mutant, each.source)}\n```\n"
        for each in reports
        for mutant in each.survivors
    ]
    parts = ["# Mutants", table(reports), planted, "## Survivors", *(survivors or ["None."])]
    parts += ["## Excluded", _exclusions(reports), "## The gate", "\n".join(wrong) or "Passed."]
    return "\n\n".join(parts) + "\n"


def _exclusions(reports: Iterable[FileReport]) -> str:
    """Every exclusion once a file, with the lines and the number of mutants that it leaves out."""
    found: list[str] = []
    for each in reports:
        for exclusion in dict.fromkeys(each.excluded.values()):
            mutants = [mutant for mutant, why in each.excluded.items() if why == exclusion]
            lines = ", ".join(str(line) for line in sorted({mutant.line for mutant in mutants}))
            found.append(f"- {each.file}:{lines} `{exclusion.line}` ({len(mutants)}): {exclusion.reason}")
    return "\n".join(found) or "None."
