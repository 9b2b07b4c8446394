"""Criteria that nothing has shown to pass or to fail: neither a case nor seeded samples (`no-example`, a warning)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

import polars as pl

from duibiao.criteria.diagnostics import Diagnostic, Position, diagnose
from duibiao.criteria.divisors import formulas_of
from duibiao.criteria.language import gettext
from duibiao.criteria.lint import node_of, rule_mistakes
from duibiao.criteria.load import Reading
from duibiao.criteria.models import (
    RULE_KEYS,
    Asked,
    Banded,
    Catalogue,
    Criterion,
    DatedCriterion,
    Information,
    Judged,
    Level,
    Linear,
    TwoMethods,
)
from duibiao.criteria.yaml_text import Node
from duibiao.evaluator.cases import latest_day
from duibiao.evaluator.columns import (
    asked_column,
    bad,
    deducted_column,
    partly_column,
    problems_column,
)
from duibiao.evaluator.compile import SiteTypePlan, compile_plan, prepared
from duibiao.evaluator.evaluate import judge
from duibiao.evaluator.rules import CompiledCriterion
from duibiao.evaluator.samples import samples
from duibiao.evaluator.visits import VISIT

SAMPLES: Final = 2000
NOWHERE: Final = Position("")
NOT_JUDGED: Final = (Judged, TwoMethods, Information)  # an inspector's word, others' findings, no finding


def missing_examples(reading: Reading) -> list[Diagnostic]:
    """The criteria of a catalogue that loads of which neither a case nor a sample shows a pass, or a fail.

    A criterion with a mistake in its rule is left out: that is to be mended first.
    """
    catalogue = reading.catalogue
    if catalogue is None:
        return []
    shown = _shown_by_cases(reading)
    by_day: dict[date, list[DatedCriterion]] = defaultdict(list)
    for dated in catalogue.criteria:
        rule = dated.versions[-1].criterion
        if not isinstance(rule, NOT_JUDGED) and shown[dated.id] != {True, False} and not rule_mistakes(reading, dated):
            by_day[_day_in_force(catalogue, dated)].append(dated)
    found: list[Diagnostic] = []
    for day, of_day in by_day.items():
        plan = compile_plan(catalogue, day)
        for kind in plan.site_types.values():
            for each in kind.criteria:
                if each.criterion.id in {dated.id for dated in of_day}:
                    shown[each.criterion.id] |= _shown_by_samples(kind, each)
        for dated in of_day:
            found += _told(reading, dated, day, shown[dated.id])
    return sorted(set(found))


def _told(reading: Reading, dated: DatedCriterion, day: date, shown: set[bool]) -> Iterator[Diagnostic]:
    version = dated.at(day)
    assert version is not None  # the day was chosen so
    node = node_of(reading, dated.id, version.start, version.criterion.site_types[0])
    at = next(node.position(key) for key in RULE_KEYS if key in node.mapping)
    for way, what in ((True, gettext("pass")), (False, gettext("fail"))):
        if way not in shown:
            yield diagnose("no-example", at, samples=SAMPLES, what=what)


def _day_in_force(catalogue: Catalogue, dated: DatedCriterion) -> date:
    """The latest day that the catalogue speaks of on which the criterion is in force."""
    effective = dated.versions[-1].criterion.effective
    days = (latest_day(catalogue), effective.until, effective.from_)
    return next((day for day in days if day is not None and dated.at(day) is not None), latest_day(catalogue))


def _shown_by_cases(reading: Reading) -> dict[str, set[bool]]:
    """Which criteria some case expects to be met (True) or missed (False)."""
    shown: dict[str, set[bool]] = defaultdict(set)
    for node in reading.raw.cases_in_force():
        for case in node.items:
            for criterion, expected in case.mapping.get("expect", Node({}, case.at)).mapping.items():
                value = expected.value
                if value == "met" or (isinstance(value, int | Decimal) and value == 1):
                    shown[criterion].add(True)
                elif value == "missed" or (isinstance(value, int | Decimal) and value == 0):
                    shown[criterion].add(False)
    return shown


def _shown_by_samples(kind: SiteTypePlan, each: CompiledCriterion) -> set[bool]:
    """Whether samples of the form meet the criterion, and whether some miss it (or lose points by it)."""
    few = _shown_by(kind, each, SAMPLES // 10)
    return few if few == {True, False} else _shown_by(kind, each, SAMPLES)


def _shown_by(kind: SiteTypePlan, each: CompiledCriterion, number: int) -> set[bool]:
    only = replace(kind, criteria=(each,))
    frame = samples(kind.site_type.fields, 1, number, _said(each.criterion)).with_columns(
        pl.int_range(number).cast(pl.String).alias(VISIT),
        pl.lit("").alias("site"),
        pl.lit(None, dtype=pl.Datetime("us")).alias("at"),
    )
    frame = prepared(only, frame).filter(pl.col(VISIT).is_not_null())
    frame = frame.with_columns(_problems(each.criterion, frame.height))
    if isinstance(each.criterion, Asked) and asked_column(each.criterion.ask) not in frame.columns:
        frame = frame.with_columns(_asked(each.criterion, frame.height))
    found = judge(only, frame)["status"].unique().to_list()
    failed = {"missed", "partial"} if each.loses else {"missed"}
    return {way for way, statuses in ((True, {"met"}), (False, failed)) if statuses & set(found)}


def _said(criterion: Criterion) -> list[str]:
    """The formulas of a criterion, with what its levels compare them with."""
    texts = [text for _, text in formulas_of(criterion, Node({}, NOWHERE))]
    if isinstance(criterion, Banded):
        texts += [f"({criterion.rate}) >= {bound}" for level in criterion.levels for bound in _bounds(level)]
    if isinstance(criterion, Linear):
        texts += [f"({criterion.rate}) >= {bound}" for bound in (criterion.full_at, criterion.zero_at)]
    return texts


def _bounds(level: Level) -> list[Decimal]:
    return [each for each in (level.at_least, level.above, level.at_most, level.below) if each is not None]


def _problems(criterion: Criterion, height: int) -> list[pl.Series]:
    """Problem rows: none at first, then more and more of them, and points taken off."""
    counts = [float(max(0, number % 60 - 10)) for number in range(height)]
    return [
        pl.Series(problems_column(criterion.id), counts),
        pl.Series(deducted_column(criterion.id), [each / 4 for each in counts]),
        pl.Series(partly_column(criterion.id), [False] * height),
    ]


def _asked(criterion: Asked, height: int) -> list[pl.Series]:
    """Estimates of another form: every hundredth, and what lies beside the levels."""
    bounds = [float(bound) for level in criterion.levels for bound in _bounds(level)]
    beside = [bound + step for bound in bounds for step in (-1e-6, 0, 1e-6)]
    rates = [*beside, *(number / 100 for number in range(101))]
    column = asked_column(criterion.ask)
    return [
        pl.Series(column, [rates[number % len(rates)] for number in range(height)]),
        pl.Series(bad(column), [False] * height),
    ]
