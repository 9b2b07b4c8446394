"""The lowest and the highest score 0..1 that a rule can give on a form (5): where bounds put what is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from .catalogue import Record
from .numeric import EXACT
from .rules import Rule, by_missing, fixed

Range = tuple[Fraction, Fraction]
Ranges = Mapping[tuple[str, str], Range]  # by form and criterion
WHOLE = (Fraction(0), Fraction(1))


def ranges_of(rules: Mapping[str, list[Rule]], fields: Mapping[str, Mapping[str, Record]]) -> Ranges:
    """Every criterion on every form; a `both` from its members, read where they stand."""
    single = {
        (form, rule.id): range_of(rule, fields[form])
        for form, listed in rules.items()
        for rule in listed
        if rule.kind != "both"
    }
    pairs = {
        (form, rule.id): ends(
            end for name in rule.record["both"] for each in read_on(name, form, single) for end in each
        )
        for form, listed in rules.items()
        for rule in listed
        if rule.kind == "both"
    }
    return single | pairs


def range_of(rule: Rule, fields: Mapping[str, Record]) -> Range:
    """By the rule's kind: levels with 0, a scale, any number missing; else everything from 0 to 1."""
    record = rule.record
    if rule.kind in ("banded", "ask") and "levels" in record:
        return ends([Fraction(0), *(score(level["score"]) for level in record["levels"])])
    if rule.kind == "grade":
        return ends(score(each) for each in fields[record["grade"]]["scale"].values())
    if record.get("judged") == "grade":
        return ends(score(each) for each in record["scale"].values())
    if rule.kind == "of":
        levels = record.get("levels", [{"missing": "0", "score": "1"}])
        return ends(by_missing(missing, levels, EXACT) for missing in range(len(record["of"]) + 1))
    return WHOLE


def read_on(name: str, form: str, ranges: Ranges) -> list[Range]:
    """The ranges of a member: on the form itself if it stands there, else on the forms of areas where it does."""
    if (form, name) in ranges:
        return [ranges[form, name]]
    return [each for (_, criterion), each in ranges.items() if criterion == name]


def ends(scores: Iterable[Fraction]) -> Range:
    """The least and the greatest."""
    listed = list(scores)
    return min(listed), max(listed)


def score(text: str) -> Fraction:
    """A score written in the catalogue."""
    return fixed(text, EXACT)
