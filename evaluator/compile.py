"""Catalogue -> Plan: for each site type the columns to compute, as the criteria stand on one day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from duibiao.criteria.formula import names_in, types_of
from duibiao.criteria.models import Asked, Catalogue, Criterion, Field, Information, Judged, SiteType, TwoMethods
from duibiao.evaluator.columns import Columns, Steps, asked_column, bad, compare, fields_read, formula, padded
from duibiao.evaluator.rules import CompiledCriterion, compile_criterion


@dataclass(frozen=True, slots=True)
class SiteTypePlan:
    """What to compute for the visits of one site type."""

    site_type: SiteType
    stepwise: tuple[tuple[str, pl.Expr | None], ...]  # derived fields and those that they limit (None), in their order
    limits: tuple[tuple[str, pl.Expr], ...]  # field -> whether it breaks its limits
    rates: tuple[tuple[str, pl.Expr, frozenset[str]], ...]  # 'form.rate', expression, fields read
    criteria: tuple[CompiledCriterion, ...]
    steps: Steps  # what their columns read beside the fields
    shown: tuple[tuple[Information, pl.Expr], ...]  # figures for information, over a prepared frame
    elsewhere: frozenset[str]  # criteria in force that stand on other kinds of site only


@dataclass(frozen=True, slots=True)
class Plan:
    """A catalogue as it stands on one day, ready to be held against any submission."""

    catalogue: Catalogue
    as_of: date
    site_types: Mapping[str, SiteTypePlan]
    criteria: Mapping[str, Criterion]
    rules_of: Mapping[str, Mapping[str, Criterion]]  # site type -> criterion as it stands there
    members: frozenset[str]  # members of two-methods criteria: they have findings, their points do not count


def _breaks(field: Field, value: pl.Expr) -> pl.Expr | None:
    """Whether a value breaks the limits of its field; unknown is no breach. None without limits."""
    breaches: list[pl.Expr] = []
    for limit, op in ((field.at_least, "<"), (field.at_most, ">")):
        if limit is not None:
            bound: pl.Expr | float = pl.col(f"#raw:{limit}") if isinstance(limit, str) else float(limit)
            breaches.append(compare(op, value, bound).fill_null(value=False))  # type: ignore[arg-type]
    return pl.any_horizontal(breaches) if breaches else None


def _in_order(fields: Mapping[str, Field]) -> list[str]:
    """Derived fields and those that one of them limits, each after what it reads or is limited by."""
    ordered: list[str] = []

    def visit(key: str) -> bool:
        if key in ordered:
            return True
        field = fields[key]
        needs = {each for each in (field.at_least, field.at_most) if isinstance(each, str)}
        if field.formula is not None:
            needs |= names_in(formula(field.formula, types_of(fields), "any"))
        above = [visit(each) for each in sorted(needs & fields.keys())]  # all of them, not only up to the first
        if field.formula is None and not any(above):
            return False
        ordered.append(key)
        return True

    for key in fields:
        visit(key)
    return ordered


def _site_type_plan(kind: SiteType, rules: Collection[Criterion], in_force: Collection[str]) -> SiteTypePlan:
    fields, types = kind.fields, types_of(kind.fields)
    names = {key: pl.col(key) for key in fields} | {"site_type": pl.lit(kind.id)}
    counts = frozenset(key for key, field in fields.items() if field.formula is None and field.kind == "count")
    columns = Columns(names, counts)
    steps = Steps()
    shared = replace(columns, steps=steps)
    texts = {key: fields[key].formula for key in _in_order(fields)}
    stepwise = [
        (key, columns.expression(formula(text, types, "any")) if text is not None else None)
        for key, text in texts.items()
    ]
    limits = [
        (key, breach) for key, field in fields.items() if (breach := _breaks(field, pl.col(f"#raw:{key}"))) is not None
    ]
    rates = [
        (
            f"{kind.id}.{name}",
            columns.expression(formula(text, types, "number")),
            fields_read(formula(text, types, "number"), fields, types),
        )
        for name, text in kind.rates.items()
    ]
    may_break = {key for key, _ in limits} | {key for key, field in fields.items() if field.from_ not in {None, "site"}}
    may_break |= {asked_column(each.ask) for each in rules if isinstance(each, Asked)}
    compiled = [
        compile_criterion(each, shared, types, fields, may_break) for each in rules if not isinstance(each, Information)
    ]
    return SiteTypePlan(
        kind,
        tuple(stepwise),
        tuple(limits),
        tuple(rates),
        tuple(compiled),
        steps,
        tuple(
            (each, columns.expression(formula(each.show, types, "number")))
            for each in rules
            if isinstance(each, Information)
        ),
        frozenset(in_force) - {each.id for each in rules},
    )


def compile_plan(catalogue: Catalogue, as_of: date, only: Collection[str] | None = None) -> Plan:
    """The criteria in force on ``as_of`` as columns, by site type; ``only`` some of the types where that is enough."""
    wanted = {name: kind for name, kind in catalogue.site_types.items() if only is None or name in only}
    versions = catalogue.versions(as_of)
    criteria = {version.criterion.id: version.criterion for version in versions}
    rules_of: dict[str, dict[str, Criterion]] = {name: {} for name in catalogue.site_types}
    for version in versions:
        for name in rules_of.keys() & version.criterion.site_types:
            rules_of[name][version.criterion.id] = version.on(name)
    site_types = {name: _site_type_plan(kind, rules_of[name].values(), criteria) for name, kind in wanted.items()}
    members = frozenset(member for each in criteria.values() if isinstance(each, TwoMethods) for member in each.both)
    return Plan(catalogue, as_of, site_types, criteria, rules_of, members)


def prepared(plan: SiteTypePlan, frame: pl.DataFrame) -> pl.DataFrame:
    """The visits of one site type with derived fields, broken limits (``#bad:``) and rates worked out.

    ``frame`` has a column for every field that is not derived; a value that broke a limit becomes unknown.
    """
    fields = plan.site_type.fields
    recorded = [key for key, field in fields.items() if field.formula is None]
    later = dict(plan.stepwise)
    at_once = [key for key in recorded if key not in later]
    limits = dict(plan.limits)
    frame = padded(frame)
    frame = frame.with_columns([pl.col(key).alias(f"#raw:{key}") for key in recorded])

    def broken(key: str) -> pl.Expr:
        breach = limits.get(key)
        if bad(key) in frame.columns:  # read elsewhere, where it broke a limit already
            elsewhere = pl.col(bad(key)).fill_null(value=False)
            breach = elsewhere if breach is None else breach | elsewhere
        return breach if breach is not None else pl.lit(value=False)

    frame = frame.with_columns([broken(key).alias(bad(key)) for key in at_once])
    limited = [key for key in at_once if key in limits or fields[key].from_ not in {None, "site"}]
    frame = frame.with_columns([pl.when(~pl.col(bad(key))).then(pl.col(key)).alias(key) for key in limited])
    for key, expression in plan.stepwise:
        if expression is not None:
            kind = pl.Boolean if fields[key].kind == "yes_no" else pl.Float64
            frame = frame.with_columns(expression.cast(kind).alias(f"#raw:{key}"))
        frame = frame.with_columns(broken(key).alias(bad(key)))  # of a derived field what it reads is told apart
        frame = frame.with_columns(pl.when(~pl.col(bad(key))).then(pl.col(f"#raw:{key}")).alias(key))
    for name, expression, reads in plan.rates:
        rate = expression.cast(pl.Float64).alias(asked_column(name))
        frame = frame.with_columns(rate, _any_bad(reads).alias(bad(asked_column(name))))
    return frame.with_columns(
        [
            pl.lit(value=False).alias(bad(each.criterion.id))
            for each in plan.criteria
            if isinstance(each.criterion, Judged)
        ]
    )


def _any_bad(keys: frozenset[str]) -> pl.Expr:
    """Whether any of these fields broke a limit."""
    return pl.any_horizontal([pl.col(bad(key)) for key in sorted(keys)] or [pl.lit(value=False)])
