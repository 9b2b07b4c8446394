"""Rows about one criterion: long checks, problem lists, waivers."""

from __future__ import annotations

from duibiao.criteria.models import Catalogue, Graded, Judged
from duibiao.evaluator.intake.names import criterion_names
from duibiao.evaluator.intake.reasons import Wrong
from duibiao.evaluator.intake.values import Cell, Words, read_number, read_word


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

    def words(self, criterion: str, site_type: str) -> Words | None:
        """The grades that a criterion takes at a site type, or None where it takes none."""
        key = (criterion, site_type)
        if key not in self._words:
            fields = self._catalogue.site_types[site_type].fields
            words: dict[str, None] = {}
            for version in self._versions[criterion]:
                rule = version.on(site_type)
                if isinstance(rule, Judged):
                    words |= dict.fromkeys(rule.scale)
                elif isinstance(rule, Graded) and rule.grade in fields:
                    words |= dict.fromkeys(fields[rule.grade].scale)
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


def read_deduction(cell: Cell) -> float | None:
    """Points lost, from 0; 分 may stand behind them."""
    value = read_number(cell, "分")
    if value is not None and value < 0:
        raise Wrong("negative-deduction")
    return value
