"""The shipped catalogues: how much there is, what each criterion owes, and cases for every status that it can have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

import pytest

from duibiao.criteria.formula import names_written
from duibiao.criteria.lint import lint_catalogue
from duibiao.criteria.load import Reading, shipped_catalogues
from duibiao.criteria.models import (
    Asked,
    Banded,
    Catalogue,
    Criterion,
    Deducted,
    Graded,
    Information,
    Judged,
    Linear,
    NOfM,
    TwoMethods,
)
from duibiao.evaluator.cases import Case, read_cases, run_cases
from duibiao.evaluator.examples import missing_examples
from mutation.catalogue import outcome_of
from mutation.criteria_changes import changes_of_criterion
from tests import shipped

EVIDENCE = {"photo", "count", "record", "interview", "document", "measure", "observe", "call"}


READINGS: Mapping[str, Reading] = {name: shipped.reading(name) for name in shipped_catalogues()}
CATALOGUE = shipped.catalogue("national")


def rules(catalogue: Catalogue) -> Iterator[tuple[str, Criterion]]:
    """Every criterion as it stands on each of its types, at every date."""
    for dated in catalogue.criteria:
        for version in dated.versions:
            for site_type in version.criterion.site_types:
                yield site_type, version.on(site_type)


def test_how_much_there_is() -> None:
    visited = {name for name, rule in rules(CATALOGUE) if CATALOGUE.site_types[name].each is None}
    assert len(visited) >= 50
    assert len(CATALOGUE.criteria) >= 300


@pytest.mark.untraced
@pytest.mark.parametrize("name", READINGS)
def test_the_linter_has_nothing_to_say(name: str) -> None:
    reading = READINGS[name]
    assert [str(each) for each in [*lint_catalogue(reading), *run_cases(reading), *missing_examples(reading)]] == []


def test_every_site_type_has_a_group_a_unit_and_something_to_look_at() -> None:
    used = {name for name, _ in rules(CATALOGUE)}
    for kind in CATALOGUE.site_types.values():
        assert kind.group or kind.is_questionnaire, kind.id
        assert kind.lead_unit, kind.id
        assert kind.id in used, kind.id


def test_every_criterion_is_written_for_the_one_who_has_to_mend_it() -> None:
    for site_type, rule in rules(CATALOGUE):
        if isinstance(rule, Information):
            continue
        assert rule.lead_unit or CATALOGUE.site_types[site_type].lead_unit, rule.id
        assert rule.evidence, rule.id
        assert set(rule.evidence) <= EVIDENCE, rule.id
        assert 8 <= len(rule.look_for or "") <= 200, rule.id
        assert 6 <= len(rule.remedy or "") <= 120, rule.id


def test_every_national_source_says_clause_or_edition() -> None:
    for _, rule in rules(CATALOGUE):
        for source in rule.source:
            if source.ref == "nankai2017":
                assert source.clause, rule.id
                assert source.edition == "2015", rule.id


# ------------------------------------------------------------------ cases


def scores_of(rule: Criterion) -> set[Decimal] | None:
    """The scores that a rule can give; None where they lie close together."""
    match rule:
        case Banded(levels=levels) | NOfM(levels=levels):
            return {each.score for each in levels} | {Decimal(0)}
        case Asked(levels=levels):
            return {each.score for each in levels} | {Decimal(0), Decimal(1)} if levels else {Decimal(0), Decimal(1)}
        case Judged(judged="grade", scale=scale):
            return set(scale.values())
        case Linear() | Deducted() | Judged(judged="deduction") | TwoMethods():
            return None
        case _:
            return {Decimal(0), Decimal(1)}


def fields_of(rule: Criterion, catalogue: Catalogue, site_type: str) -> set[str]:
    """The fields that a rule reads, through derived ones too."""
    kind = catalogue.site_types[site_type]
    texts = [getattr(rule, key, None) for key in ("pass_", "rate", "applies", "grade")]
    texts += [*getattr(rule, "of", ()), *(each.each for each in getattr(rule, "deduct", ()))]
    if isinstance(rule, Asked):
        form, _, rate = rule.ask.partition(".")
        kind, texts = catalogue.site_types[form], [catalogue.site_types[form].rates[rate]]
    waiting = {name for text in texts if text is not None for name in names_written(text)}
    read: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in kind.fields and name not in read:
            read.add(name)
            waiting |= names_written(kind.fields[name].formula or "")
    return {key for key in read if kind.fields[key].at_least is not None or kind.fields[key].at_most is not None}


def possible(rule: Criterion, catalogue: Catalogue, site_type: str) -> set[str]:
    """The statuses that a rule can have on a type; a waiver is not the rule's doing."""
    scores = scores_of(rule)
    if isinstance(rule, Graded):
        scores = set(catalogue.site_types[site_type].fields[rule.grade].scale.values())
    statuses = {"met", "missed", "unobserved"}
    if scores is None or any(0 < score < 1 for score in scores):
        statuses.add("partial")
    if isinstance(rule, Deducted) and all(each.points >= rule.points for each in rule.deduct):
        statuses.discard("partial")
    if rule.applies is not None:
        statuses.add("not_applicable")
    if fields_of(rule, catalogue, site_type):
        statuses.add("invalid")
    return statuses


def status_of(expected: object, points: Decimal) -> str:
    """The status behind what a case expects: a status, a score, or points lost."""
    if isinstance(expected, str):
        return expected
    if isinstance(expected, dict):
        lost = Decimal(str(expected["lost"].value))
        return "met" if lost == 0 else "missed" if lost == points else "partial"
    score = Decimal(str(expected))
    return {Decimal(1): "met", Decimal(0): "missed"}.get(score, "partial")


def told_of(reading: Reading) -> Mapping[str, set[str]]:
    """criterion -> the statuses that its cases show."""
    assert reading.catalogue is not None
    found: dict[str, set[str]] = defaultdict(set)
    points = {each.id: each.versions[-1].criterion.points for each in reading.catalogue.criteria}
    for case in read_cases(reading, []):
        for criterion, expected in case.expect.items():
            found[criterion].add(status_of(expected, points[criterion]))
    return found


@pytest.mark.untraced
@pytest.mark.parametrize("name", READINGS)
def test_a_case_for_every_status_that_a_criterion_can_have(name: str) -> None:
    reading = READINGS[name]
    assert reading.catalogue is not None
    told, missing = told_of(reading), {}
    for site_type, rule in rules(reading.catalogue):
        if not isinstance(rule, Information):
            lacks = possible(rule, reading.catalogue, site_type) - told[rule.id]
            if lacks:
                missing[rule.id] = sorted(lacks)
    assert missing == {}


@pytest.mark.untraced
@pytest.mark.parametrize(("name", "extends"), [("national", None), ("zhoukou", "national")])
def test_a_case_exactly_on_every_limit(name: str, extends: str | None) -> None:
    """Where a limit only just holds, to turn `at_least` into `above` must make a case fail.

    Of a catalogue that extends another only what it writes itself is turned.
    """
    reading = READINGS[name]
    assert reading.catalogue is not None
    by_criterion: dict[str, list[Case]] = defaultdict(list)
    for case in read_cases(reading, []):
        for criterion in case.expect:
            by_criterion[criterion].append(case)
    sides = ("at_least -> above", "above -> at_least", "at_most -> below", "below -> at_most")
    inherited = READINGS[extends].catalogue if extends else None
    turned = [
        each
        for dated in reading.catalogue.criteria
        if inherited is None or dated not in inherited.criteria
        for each in changes_of_criterion(reading.catalogue, dated)
        if each.says.startswith("levels") and each.says.endswith(sides)
    ]
    assert len(turned) > 10
    assert [str(each) for each in turned if outcome_of(each, by_criterion) == "survived"] == []
