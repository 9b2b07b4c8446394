"""Runs the worked examples beside the criteria, batched per site type and day; ``lint`` joins what fails to its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

import polars as pl

from duibiao.criteria.diagnostics import Diagnostic, Position, advise, diagnose
from duibiao.criteria.language import gettext
from duibiao.criteria.load import Reading
from duibiao.criteria.models import Asked, Catalogue, Field, Judged, verdict_field
from duibiao.criteria.yaml_text import Node, Scalar
from duibiao.evaluator.assessment import STATUSES
from duibiao.evaluator.columns import (
    E9,
    asked_column,
    bad,
    deducted_column,
    exact_e9,
    normal,
    partly_column,
    problems_column,
)
from duibiao.evaluator.compile import Plan, SiteTypePlan, compile_plan, prepared
from duibiao.evaluator.evaluate import judge, share_e9
from duibiao.evaluator.numerals import share
from duibiao.evaluator.rules import FROM_PROBLEMS
from duibiao.evaluator.submission import COLUMN_OF_KIND
from duibiao.evaluator.uniform import uniform
from duibiao.evaluator.visits import VISIT

KEYS: Final = ("name", "site_type", "seen", "problems", "deducted", "complete", "as_of", "expect")


@dataclass(frozen=True, slots=True)
class Case:
    """One worked example: what was seen at a site, and what is expected of some criteria."""

    name: str
    site_type: str
    as_of: date
    seen: Mapping[str, object]
    problems: Mapping[str, float]
    deducted: Mapping[str, float]
    complete: bool
    expect: Mapping[str, Scalar | dict[str, Node]]
    places: Mapping[str, Position]


def latest_day(catalogue: Catalogue, until: date | None = None) -> date:
    """The day from which the newest values of a catalogue hold: the default day of a case.

    With ``until`` the newest that hold by then.
    """
    days = [
        day
        for dated in catalogue.criteria
        for version in dated.versions
        for day in (version.start, version.criterion.effective.from_)
        if day is not None and (until is None or day <= until)
    ]
    return max(days, default=date(2000, 1, 1))


def run_cases(reading: Reading) -> list[Diagnostic]:
    """Run every case of a catalogue that loads; what is expected and not found, and what cannot be read."""
    if reading.catalogue is None:
        return []
    found: list[Diagnostic] = []
    cases = read_cases(reading, found)
    return sorted({*found, *failing(reading.catalogue, cases)})


def read_cases(reading: Reading, found: list[Diagnostic]) -> list[Case]:
    """The cases of a catalogue that loads; what cannot be read is told in ``found``."""
    assert reading.catalogue is not None
    known = _Known(reading.catalogue)
    return [case for node in reading.raw.cases_in_force() for case in _read(known, node, found)]


@dataclass(frozen=True, slots=True)
class Batch:
    """The cases of one site type and day, as visits named 0, 1, 2 ..., with what is found of them."""

    plan: Plan
    kind: SiteTypePlan
    cases: tuple[Case, ...]
    frame: pl.DataFrame
    findings: pl.DataFrame


def failing(catalogue: Catalogue, cases: Iterable[Case]) -> list[Diagnostic]:
    """The cases that expect what is not found."""
    return mistakes(batches(catalogue, cases))


def mistakes(judged: Iterable[Batch]) -> list[Diagnostic]:
    """The cases of these batches that expect what is not found."""
    return [each for batch in judged for each in _mistakes(batch)]


def batches(catalogue: Catalogue, cases: Iterable[Case]) -> Iterator[Batch]:
    """The cases by day and site type, judged by the criteria of their day."""
    by_day: dict[date, list[Case]] = defaultdict(list)
    for case in cases:
        by_day[case.as_of].append(case)
    for day, of_day in sorted(by_day.items()):
        by_type: dict[str, list[Case]] = defaultdict(list)
        for case in of_day:
            by_type[case.site_type].append(case)
        asked = {ask.partition(".")[0] for name in by_type for ask in _asked_elsewhere(catalogue, name)}
        plan = compile_plan(catalogue, day, asked | by_type.keys())
        for site_type, of_type in by_type.items():
            kind = plan.site_types[site_type]
            frame = _whole_frame(plan, kind, of_type)
            yield Batch(plan, kind, tuple(of_type), frame, judge(kind, frame))


# ------------------------------------------------------------------ reading


class _Known:
    """What cases may name, looked up once in a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.criteria = {dated.id: dated.versions[-1].criterion for dated in catalogue.criteria}
        self.rates = {f"{kind.id}.{rate}" for kind in catalogue.site_types.values() for rate in kind.asked_for}
        self.latest_day = latest_day(catalogue)
        self._catalogue = catalogue
        self._fields: dict[str, dict[str, Field]] = {}

    def fields(self, site_type: str) -> dict[str, Field]:
        """What may be seen at a site of a type, in the questionnaires that its criteria ask too."""
        if site_type not in self._fields:
            kinds = self._catalogue.site_types
            asked = {ask.partition(".")[0] for ask in _asked_elsewhere(self._catalogue, site_type)}
            form = {key: field for key, field in kinds[site_type].fields.items() if field.formula is None}
            form |= self._catalogue.form(site_type)
            for name in sorted(asked):
                form |= {key: field for key, field in kinds[name].fields.items() if not field.formula}
            self._fields[site_type] = form
        return self._fields[site_type]


def _read(known: _Known, node: Node, found: list[Diagnostic]) -> Iterator[Case]:
    if not isinstance(node.value, list):
        advice = gettext("write a list: - {{name: ..., seen: ..., expect: ...}}").format()
        found.append(diagnose("wrong-type", node.at, what="the cases", found="no list", advice=advice))
    for each in node.items:
        case = _case(known, each, found)
        if case is not None:
            yield case


def _case(names: _Known, node: Node, found: list[Diagnostic]) -> Case | None:
    before = len(found)
    for key in node.mapping.keys() - set(KEYS):
        found.append(diagnose("unknown-key", node.keys[key], key=key, advice=advise(key, KEYS)))
    for key in ("name", "expect"):
        if key not in node.mapping:
            found.append(diagnose("missing-key", node.at, key=key))
    name = str(node.mapping["name"].value) if "name" in node.mapping else ""
    expect = node.mapping.get("expect", Node({}, node.at))
    criteria = names.criteria
    for key in expect.mapping.keys() - criteria.keys():
        found.append(diagnose("unknown-criterion", expect.keys[key], name=key, advice=advise(key, criteria)))
    known = [criteria[key] for key in expect.mapping if key in criteria]
    if not known or len(found) > before:
        return None
    said = node.find("site_type")
    site_type = str(said.value) if said is not None else known[0].site_types[0]
    for criterion in known:
        if site_type not in criterion.site_types:
            at = said.at if said is not None else expect.keys[criterion.id]
            found.append(
                diagnose("unknown-site-type", at, name=site_type, advice=advise(site_type, criterion.site_types))
            )
            return None
    day = node.find("as_of")
    if day is not None and not isinstance(day.value, date):
        found.append(_unreadable(name, "as_of", day, gettext("write a date such as 2026-01-31")))
        return None
    seen = _seen(names, site_type, name, node.find("seen"), found)
    complete = node.find("complete")
    return Case(
        name=name,
        site_type=site_type,
        as_of=day.value if day is not None and isinstance(day.value, date) else names.latest_day,
        seen=seen,
        problems=_counts(node.find("problems"), name, criteria, found),
        deducted=_counts(node.find("deducted"), name, criteria, found),
        complete=complete.value is not False if complete is not None else True,
        expect={key: each.value for key, each in expect.mapping.items()},  # type: ignore[misc]
        places={key: each.at for key, each in expect.mapping.items()},
    )


def _unreadable(name: str, field: str, node: Node, advice: str) -> Diagnostic:
    found = repr(node.plain()) if not isinstance(node.value, str) else f"'{node.value}'"
    return diagnose("case-unreadable", node.at, name=name, field=field, found=found, advice=advice)


def _counts(node: Node | None, name: str, criteria: Mapping[str, object], found: list[Diagnostic]) -> dict[str, float]:
    counts: dict[str, float] = {}
    for key, each in node.mapping.items() if node is not None else ():
        assert node is not None
        if key not in criteria:
            found.append(diagnose("unknown-criterion", node.keys[key], name=key, advice=advise(key, criteria)))
        elif isinstance(each.value, bool) or not isinstance(each.value, int | Decimal):
            found.append(_unreadable(name, key, each, gettext("write a number")))
        else:
            counts[key] = float(each.value)
    return counts


def _seen(names: _Known, site_type: str, name: str, node: Node | None, found: list[Diagnostic]) -> dict[str, object]:
    form, rates = names.fields(site_type), names.rates
    seen: dict[str, object] = {}
    for key, each in node.mapping.items() if node is not None else ():
        assert node is not None
        field = form.get(key)
        if each.value is None:
            continue
        if key in rates and isinstance(each.value, int | Decimal):
            seen[asked_column(key)] = float(each.value)
        elif field is None:
            found.append(diagnose("unknown-field", node.keys[key], name=key, advice=advise(key, sorted(form))))
        else:
            value = _value(field, each)
            if value is None:
                found.append(_unreadable(name, key, each, _wanted(field)))
            seen[key] = value
    return seen


def _asked_elsewhere(catalogue: Catalogue, site_type: str) -> list[str]:
    """The rates of other forms that criteria of a site type ask for, at any date."""
    rules = [version.on(site_type) for dated in catalogue.criteria for version in dated.versions]
    asks = {rule.ask for rule in rules if isinstance(rule, Asked) and site_type in rule.site_types}
    return sorted(ask for ask in asks if not ask.startswith(f"{site_type}."))


def _value(field: Field, node: Node) -> object:
    value = node.plain()
    if field.kind in {"count", "number", "percent"}:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return None
        return None if field.kind == "count" and (value < 0 or value != int(value)) else float(value)
    if field.kind == "yes_no":
        return value if isinstance(value, bool) else None
    if field.kind == "date":
        return value if isinstance(value, date) else None
    if field.kind == "choices":
        words = [normal(str(each)) for each in value] if isinstance(value, list) else [normal(str(value))]
        return words if set(words) <= {normal(each) for each in field.options} else None
    if not isinstance(value, str):
        return None
    words_known = field.options or tuple(field.scale)
    return normal(value) if not words_known or normal(value) in {normal(each) for each in words_known} else None


def _wanted(field: Field) -> str:
    words = field.options or tuple(field.scale)
    if words:
        return gettext("write one of {expected}").format(expected=", ".join(words))
    return {
        "count": gettext("write a whole number"),
        "yes_no": gettext("write true or false"),
        "date": gettext("write a date such as 2026-01-31"),
        "text": gettext("write a text (in quotes if it looks like a number)"),
    }.get(field.kind, gettext("write a number"))


# ------------------------------------------------------------------ running


def _mistakes(batch: Batch) -> Iterator[Diagnostic]:
    columns = (VISIT, "criterion", "status", "value", "loses")
    findings = {
        (visit, criterion): (status, value, loses)
        for visit, criterion, status, value, loses in batch.findings.select(columns).iter_rows()
    }
    for number, case in enumerate(batch.cases):
        for criterion, expected in case.expect.items():
            result = findings.get((str(number), criterion))
            found = _told(batch.plan, criterion, result)
            wanted, agrees = _expected(batch.plan, criterion, expected, result)
            if not agrees:
                at = case.places[criterion]
                yield diagnose("case-fails", at, name=case.name, criterion=criterion, found=found, expected=wanted)


def _whole_frame(plan: Plan, kind: SiteTypePlan, cases: list[Case]) -> pl.DataFrame:
    """The cases of one site type as prepared visits, with what its criteria read elsewhere."""
    frame = _frame(kind, cases)
    extra: dict[str, pl.Series] = {}
    for each in kind.criteria:
        criterion = each.criterion
        if isinstance(criterion, Asked):
            column, broken = asked_column(criterion.ask), bad(asked_column(criterion.ask))
            form = plan.site_types[criterion.ask.partition(".")[0]]
            told = pl.Series("told", [case.seen.get(column) for case in cases], dtype=pl.Float64)
            if criterion.ask.partition(".")[2] in form.site_type.questions:
                extra |= {column: told, broken: uniform(False, len(cases), pl.Boolean())}
                continue
            asked = frame if form is kind else _frame(form, cases)
            extra |= {column: asked.select(pl.coalesce(told, column)).to_series(), broken: asked[broken]}
        if each.reads & FROM_PROBLEMS:
            extra |= _problem_columns(criterion.id, cases)
    return frame.with_columns([series.alias(name) for name, series in extra.items()])


def _frame(kind: SiteTypePlan, cases: list[Case]) -> pl.DataFrame:
    """The cases as prepared visits of one form."""
    names = [str(number) for number in range(len(cases))]
    columns = {
        VISIT: pl.Series(names, dtype=pl.String),
        "site": pl.Series(names, dtype=pl.String),
        "at": pl.Series([None] * len(cases), dtype=pl.Datetime("us")),
    }
    kinds = {key: field.kind for key, field in kind.site_type.fields.items() if field.formula is None}
    kinds |= {
        each.criterion.id: verdict_field(each.criterion).kind
        for each in kind.criteria
        if isinstance(each.criterion, Judged)
    }
    for key, of_kind in kinds.items():
        columns[key] = pl.Series([case.seen.get(key) for case in cases], dtype=COLUMN_OF_KIND[of_kind])
    return prepared(kind, pl.DataFrame(columns)).filter(pl.col(VISIT).is_not_null())


def _problem_columns(criterion: str, cases: list[Case]) -> dict[str, pl.Series]:
    counts = [case.problems.get(criterion) for case in cases]
    points = [case.deducted.get(criterion) for case in cases]
    any_row = [count is not None or point is not None for count, point in zip(counts, points, strict=True)]

    def known(values: list[float | None]) -> list[float | None]:
        return [
            value if value is not None else (0.0 if case.complete and not told else None)
            for value, case, told in zip(values, cases, any_row, strict=True)
        ]

    partly = [told and not case.complete for told, case in zip(any_row, cases, strict=True)]
    return {
        problems_column(criterion): pl.Series(known(counts), dtype=pl.Float64),
        deducted_column(criterion): pl.Series(known(points), dtype=pl.Float64),
        partly_column(criterion): pl.Series(partly, dtype=pl.Boolean),
    }


def _points(plan: Plan, criterion: str) -> int:
    return exact_e9(plan.criteria[criterion].points)


def _told(plan: Plan, criterion: str, result: tuple[str, int | None, bool] | None) -> str:
    if result is None:
        return gettext("not in force")
    status, value, loses = result
    if value is None:
        return status
    score = share_e9(value, _points(plan, criterion), loses=loses)
    return f"{status} ({share(score)})" if not loses else f"{status} ({share(score)}, lost {share(value)})"


def _expected(
    plan: Plan, criterion: str, expected: object, result: tuple[str, int | None, bool] | None
) -> tuple[str, bool]:
    """What the case expects in words, and whether the result is that."""
    status, value, loses = result if result is not None else ("", None, False)
    if isinstance(expected, str):
        return expected, expected == status and expected in STATUSES
    if isinstance(expected, dict):
        lost = expected.get("lost")
        if lost is None or len(expected) > 1 or not isinstance(lost.value, int | Decimal):
            return gettext("write {expected}").format(expected="{lost: 1.5}"), False
        return f"lost {lost.value}", loses and value == exact_e9(Decimal(lost.value))
    if isinstance(expected, bool) or not isinstance(expected, int | Decimal):
        return gettext("a score, a status or {expected}").format(expected="{lost: 1.5}"), False
    wanted = exact_e9(Decimal(expected))
    if value is None:
        return str(expected), False
    score = share_e9(value, _points(plan, criterion), loses=loses)
    return str(expected), abs(score - wanted) <= _coarse(Decimal(expected))


def _coarse(expected: Decimal) -> int:
    """How far a score may be from an expected number of so many decimals: half of its last one; 0 or 1 exactly."""
    if expected in {0, 1}:
        return 0
    exponent = expected.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) else 0
    return E9 // 10**decimals // 2 if decimals >= 3 else 0
