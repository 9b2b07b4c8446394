"""Where the values stand that a gap was found by: the cells of its visit, of the register, and of the rows on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from duibiao.criteria.formula import types_of
from duibiao.criteria.models import Asked, Criterion, SiteType, TwoMethods
from duibiao.evaluator.assessment import Gap
from duibiao.evaluator.columns import fields_read, formula
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.rules import reads
from duibiao.evaluator.submission import ORIGIN
from duibiao.evaluator.visits import VISIT

# What a row says of a criterion by itself: the verdict before the words.
SAID: Final = ("result", "grade", "deduction", "earned", "problem", "criterion")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the data: its file, and the address as people read it, ``3月.xlsx!社区!D7``."""

    file: str
    address: str


def gap_cells(judgement: Judgement, gaps: Iterable[Gap]) -> Mapping[str, tuple[Cell, ...]]:
    """The cells of each gap by its id. An estimate for an area has those of its counts where it is judged by itself,
    and none where it stands for a site.

    First what was written down at the visit, then the register, then verdicts and problems row by row.
    """
    origins = _Origins(judgement)
    return {gap.id: tuple(dict.fromkeys(origins.cells(gap))) for gap in gaps}


class _Origins:
    """Which rows speak of a visit, of a site, and of a criterion at a visit."""

    def __init__(self, judgement: Judgement) -> None:
        self.tables = judgement.submission.tables
        self.kinds, self.rules = judgement.catalogue.site_types, judgement.plan.rules_of
        self.visits: dict[str, tuple[str, int | None, int | None]] = {
            visit: (name, table, row)
            for name, frame in judgement.visits.frames.items()
            for visit, table, row in frame.select(VISIT, *ORIGIN).iter_rows()
        }
        sites = judgement.submission.sites.select("site", *ORIGIN)
        self.sites = {site: (table, row) for site, table, row in sites.iter_rows()}
        self.said: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        for frame in (judgement.visits.checks, judgement.visits.problems):
            for visit, criterion, table, row in frame.select(VISIT, "criterion", *ORIGIN).iter_rows():
                self.said[visit, criterion].append((table, row))
        self.read: dict[tuple[str, str], frozenset[str]] = {}

    def cells(self, gap: Gap) -> Iterator[Cell]:
        """The cells of one gap; one of two methods rests on both of its members, where they are judged here."""
        name, *visit = self.visits[gap.visit]
        rule = self.rules[name][gap.criterion]
        members = rule.both if isinstance(rule, TwoMethods) else ()
        criteria = [each for each in (rule.id, *members) if each in self.rules[name]]
        read = frozenset().union(*(self._read(name, each) for each in criteria))
        for number, row in (visit, self.sites[gap.site]):
            if number is not None and row is not None:
                table = self.tables[number]
                yield from (Cell(table.file, table.cell(row, key)) for key in table.columns if key in read)
        for each in criteria:
            for number, row in sorted(self.said.get((gap.visit, each), ())):
                table = self.tables[number]
                key = next((key for key in SAID if key in table.columns), "")
                yield Cell(table.file, table.cell(row, key))

    def _read(self, name: str, criterion: str) -> frozenset[str]:
        key = (name, criterion)
        if key not in self.read:
            self.read[key] = fields_of(self.kinds[name], self.rules[name][criterion])
        return self.read[key]


def fields_of(kind: SiteType, criterion: Criterion) -> frozenset[str]:
    """The fields that a criterion reads on a site type; on a questionnaire those of the rate that is asked for."""
    types = types_of(kind.fields)
    if isinstance(criterion, Asked):
        questionnaire, _, rate = criterion.ask.partition(".")
        if questionnaire == kind.id and rate in kind.rates:
            return fields_read(formula(kind.rates[rate], types, "any"), kind.fields, types)
    return reads(criterion, types, kind.fields)
