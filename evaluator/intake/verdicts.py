"""Rows about one criterion: long checks, problem lists, waivers."""

from __future__ import annotations

from decimal import Decimal

from duibiao.criteria.formula import types_of
from duibiao.criteria.models import Catalogue, Deducted, Graded, Judged
from duibiao.evaluator.intake.names import criterion_names
from duibiao.evaluator.intake.reasons import Wrong
from duibiao.evaluator.intake.values import Cell, Words, read_word
from duibiao.evaluator.rules import FROM_PROBLEMS, reads


class Asked:
    """The criteria of a catalogue, of every date: their names, where they are asked, which grades they take."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._names = criterion_names(catalogue)
        self._rules = {dated.id: [version.criterion for version in dated.versions] for dated in catalogue.criteria}
        self.types = {
            key: sorted({each for rule in rules for each in rule.site_types}) for key, rules in self._rules.items()
        }
        self._versions = {dated.id: dated.versions for dated in catalogue.criteria}
        self._words: dict[tuple[str, str], Words | None] = {}

    def read(self, cell: Cell) -> tuple[str, ...] | None:
        """The criteria that a cell may mean: several where they share a title."""
        text = read_word(cell)
        if text is None:
            return None
        found = self._names.get(text)
        if not found:
            raise Wrong("unknown-criterion", value=text, advice=self._names.advise(text))
        return tuple(sorted(found))

    def types_of(self, criteria: object) -> frozenset[str] | None:
        """The site types at which any of these criteria is asked; None where the cell was blank or not understood."""
        if not isinstance(criteria, tuple):
            return None
        return frozenset(kind for key in criteria for kind in self.types[key])

    def one(self, criteria: tuple[str, ...], site_type: str | None) -> str:
        """The one of these criteria that is asked at a site type; raises ``Wrong``."""
        titles = self._catalogue.site_types
        fitting = [key for key in criteria if site_type is None or site_type in self.types[key]]
        if not fitting and site_type is not None:
            asked = ", ".join(titles[kind].title for kind in self.types[criteria[0]])
            name = self._rules[criteria[0]][0].title
            raise Wrong("criterion-elsewhere", "criterion", criterion=name, type=titles[site_type].title, types=asked)
        if len(fitting) > 1:
            name = self._rules[fitting[0]][0].title
            raise Wrong("ambiguous-criterion", "criterion", value=name, ids=", ".join(fitting))
        return fitting[0]

    def title(self, criterion: str) -> str:
        """How people call a criterion."""
        return self._rules[criterion][0].title

    def points(self, criterion: str) -> tuple[Decimal, ...]:
        """The points of a criterion: several where they changed with time."""
        return tuple(dict.fromkeys(rule.points for rule in self._rules[criterion]))

    def deducts(self, criterion: str, site_type: str) -> bool:
        """Whether a criterion is judged by the points that problems take off."""
        rules = [version.on(site_type) for version in self._versions[criterion]]
        return any(
            isinstance(rule, Deducted) or (isinstance(rule, Judged) and rule.judged == "deduction") for rule in rules
        )

    def counts_problems(self, criterion: str, site_type: str) -> bool:
        """Whether rows of problem lists decide a criterion at a site type."""
        fields = self._catalogue.site_types[site_type].fields
        names = types_of(fields)
        rules = [version.on(site_type) for version in self._versions[criterion]]
        return any(reads(rule, names, fields) & FROM_PROBLEMS for rule in rules)

    def scores(self, criterion: str, site_type: str) -> dict[str, Decimal]:
        """The grades that a criterion takes at a site type, with the score (0 to 1) of each."""
        fields = self._catalogue.site_types[site_type].fields
        found: dict[str, Decimal] = {}
        for version in self._versions[criterion]:
            rule = version.on(site_type)
            if isinstance(rule, Judged):
                found |= rule.scale
            elif isinstance(rule, Graded) and rule.grade in fields:
                found |= fields[rule.grade].scale
        return found

    def words(self, criterion: str, site_type: str) -> Words | None:
        """The grades that a criterion takes at a site type, or None where it takes none."""
        key = (criterion, site_type)
        if key not in self._words:
            words = self.scores(criterion, site_type)
            self._words[key] = Words(tuple(words)) if words else None
        return self._words[key]

    def grade(self, text: str, criterion: str, site_type: str) -> str:
        """The grade that a text means; raises ``Wrong``."""
        words = self.words(criterion, site_type)
        if words is None:
            raise Wrong("no-scale", "grade", value=text, criterion=self._rules[criterion][0].title)
        word = words.get(text)
        if word is None:
            wrong = words.unknown(text)
            raise Wrong(wrong.code, "grade", **wrong.values)
        return word
