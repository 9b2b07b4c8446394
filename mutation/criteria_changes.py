"""Every small change of a catalogue's criteria: a limit, a score, an operator, a number or a condition, one at a time.

A value that stands for several dates or site types (a base that ``by_type`` leaves alone) is changed in all of them at
once, as an edit of the YAML would.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError

from duibiao.criteria.formula import names_written
from duibiao.criteria.models import (
    Asked,
    Catalogue,
    Criterion,
    DatedCriterion,
    DeductionEntry,
    Field,
    Information,
    Level,
    Linear,
    MissingLevel,
    SiteType,
    Version,
)

OTHER_SIDE: Final = {"at_least": "above", "above": "at_least", "at_most": "below", "below": "at_most"}
COMPARISONS: Final[Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: Final[Mapping[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
Variants = Iterator[tuple[str, Any]]  # what is said of it, the value


@dataclass(frozen=True, slots=True)
class Change:
    """One change: the file, what changes in whose rule, and the catalogue with it, of whose criteria some suffice.

    ``criteria`` are the ids of those that may come out otherwise.
    """

    file: str
    what: str
    says: str
    catalogue: Catalogue
    criteria: frozenset[str]

    def __str__(self) -> str:
        return f"{self.file}: {self.what}: {self.says}"


def changes(catalogue: Catalogue) -> Iterator[Change]:
    """Every change of every criterion, field and rate of ``catalogue``."""
    for dated in catalogue.criteria:
        yield from changes_of_criterion(catalogue, dated)
    for key in dict.fromkeys(key for kind in catalogue.site_types.values() for key in kind.fields):
        yield from _of_field(catalogue, key)
    for kind in catalogue.site_types.values():
        for name in kind.rates:
            yield from _of_rate(catalogue, kind, name)


def _made(catalogue: Catalogue, file: str, what: str, says: str, criteria: tuple[DatedCriterion, ...]) -> Change:
    altered = catalogue.model_copy(update={"criteria": criteria})
    return Change(file, what, says, altered, frozenset(each.id for each in criteria))


# ------------------------------------------------------------------ criteria


def _rules(dated: DatedCriterion) -> Iterator[Criterion]:
    """The criterion as it stands on each of its types at each of its dates."""
    for version in dated.versions:
        for site_type in version.criterion.site_types:
            yield version.on(site_type)


def changes_of_criterion(catalogue: Catalogue, dated: DatedCriterion) -> Iterator[Change]:
    """Every change of one criterion of ``catalogue``, of nothing that it reads."""
    for key, variants in VARIANTS.items():
        values: list[Any] = []
        for rule in _rules(dated):
            value = getattr(rule, key, None)
            if value not in (None, (), {}) and value not in values:
                values.append(value)
        for value in values:
            rule = next(rule for rule in _rules(dated) if getattr(rule, key, None) == value)
            for says, new in variants(value, rule):
                made = _replaced(dated, key, value, new)
                if made is not None:
                    yield _made(catalogue, dated.file, dated.id, f"{key.strip('_')}: {says}", (made,))


def _replaced(dated: DatedCriterion, key: str, old: object, new: object) -> DatedCriterion | None:
    """``dated`` with ``new`` wherever ``key`` was ``old``; None where that is no criterion."""

    def of(rule: Criterion) -> Criterion:
        if getattr(rule, key, None) != old:
            return rule
        values = {each.alias or name: getattr(rule, name) for name, each in type(rule).model_fields.items()}
        name = type(rule).model_fields[key].alias or key
        return type(rule).model_validate(values | {name: new})

    try:
        versions = tuple(
            Version(
                start=version.start,
                criterion=of(version.criterion),
                by_type={name: of(rule) for name, rule in version.by_type.items()},
            )
            for version in dated.versions
        )
    except ValidationError:
        return None
    return DatedCriterion(id=dated.id, file=dated.file, versions=versions)


# ------------------------------------------------------------------ fields and rates


def _of_field(catalogue: Catalogue, key: str) -> Iterator[Change]:
    kinds = {name: kind for name, kind in catalogue.site_types.items() if key in kind.fields}
    first = next(iter(kinds.values()))
    criteria = tuple(dated for dated in catalogue.criteria if _reads(dated, key, kinds))
    for name, says, new in _field_variants(first.fields[key]):
        site_types = dict(catalogue.site_types)
        for each, kind in kinds.items():
            changed = kind.fields[key].model_copy(update={name: new})
            site_types[each] = kind.model_copy(update={"fields": kind.fields | {key: changed}})
        altered = catalogue.model_copy(update={"site_types": site_types})
        if criteria:
            yield _made(altered, first.file, f"{first.id}.{key}", f"{name}: {says}", criteria)


def _reads(dated: DatedCriterion, key: str, kinds: Mapping[str, SiteType]) -> bool:
    """Whether a criterion comes to a finding by this field on one of these types, or asks one of them for a rate."""
    for rule in _rules(dated):
        if isinstance(rule, Asked) and rule.ask.partition(".")[0] in kinds:
            return True
        for name in kinds.keys() & {*rule.site_types} if not isinstance(rule, Information) else ():
            waiting, known = _names(rule), kinds[name].fields
            read: set[str] = set()
            while waiting:
                each = waiting.pop()
                if each in known and each not in read:
                    read.add(each)
                    waiting |= names_written(known[each].formula or "")
            if key in read:
                return True
    return False


def _names(rule: Criterion) -> set[str]:
    """Every name in the formulas of a rule."""
    texts = [getattr(rule, key, None) for key in ("pass_", "rate", "applies", "grade")]
    texts += getattr(rule, "of", ())
    texts += [each.each for each in getattr(rule, "deduct", ())]
    return {name for text in texts if text is not None for name in names_written(text)}


def _of_rate(catalogue: Catalogue, kind: SiteType, name: str) -> Iterator[Change]:
    asks = f"{kind.id}.{name}"
    criteria = tuple(
        dated
        for dated in catalogue.criteria
        if any(isinstance(rule, Asked) and rule.ask == asks for rule in _rules(dated))
    )
    for says, new in _formula(kind.rates[name]):
        changed = kind.model_copy(update={"rates": kind.rates | {name: new}})
        altered = catalogue.model_copy(update={"site_types": catalogue.site_types | {kind.id: changed}})
        yield _made(altered, kind.file, asks, says, criteria)


def _field_variants(field: Field) -> Iterator[tuple[str, str, Any]]:
    for name in ("at_least", "at_most"):
        if getattr(field, name) is not None:
            yield name, f"{getattr(field, name)} left out", None
    for says, new in _scale(field.scale):
        yield "scale", says, new
    for says, new in _formula(field.formula) if field.formula is not None else ():
        yield "formula", says, new


# ------------------------------------------------------------------ values


def _near(value: Decimal, *, share: bool) -> tuple[Decimal, Decimal]:
    """The values next to a limit: a percentage point away where it is a share, else 1, or a tenth of a large one."""
    step = Decimal("0.01") if share else max(Decimal(1), (abs(value) / 10).to_integral_value())
    return value - step, value + step


def _score(value: Decimal) -> Decimal:
    return value - Decimal("0.1") if value >= Decimal("0.1") else value + Decimal("0.1")


def _levels(levels: Sequence[Level | MissingLevel], rule: Criterion) -> Variants:
    def with_one(index: int, **values: object) -> tuple[object, ...]:
        plain = [each.model_dump(exclude_none=True) for each in levels]
        plain[index] |= values
        return tuple({key: value for key, value in each.items() if value is not None} for each in plain)

    divides = "/" in getattr(rule, "rate", "/")  # an estimate that is asked for is a share too
    for index, level in enumerate(levels):
        here = f"level {index + 1}"
        yield f"{here}: score {level.score} -> {_score(level.score)}", with_one(index, score=_score(level.score))
        if len(levels) > 1:
            yield f"{here} left out", (*levels[:index], *levels[index + 1 :])
        if isinstance(level, MissingLevel):
            yield f"{here}: missing {level.missing} -> {level.missing + 1}", with_one(index, missing=level.missing + 1)
            continue
        for limit, other in OTHER_SIDE.items():
            value = getattr(level, limit)
            if value is None:
                continue
            yield f"{here}: {limit} -> {other}", with_one(index, **{limit: None, other: value})
            for near in _near(value, share=value != int(value) or (divides and abs(value) <= 1)):
                yield f"{here}: {limit} {value} -> {near}", with_one(index, **{limit: near})


def _line(end: Decimal, rule: Criterion) -> Variants:
    step = abs(rule.full_at - rule.zero_at) / 10 if isinstance(rule, Linear) else Decimal(1)
    for new in (end - step, end + step):
        yield f"{end} -> {new}", new


def _deductions(entries: tuple[DeductionEntry, ...], rule: Criterion) -> Variants:
    for index, entry in enumerate(entries):
        ways: list[tuple[str, Decimal | None]] = [("points", entry.points * 2), ("points", entry.points / 2)]
        if entry.at_most is not None and entry.at_most < rule.points:  # else the criterion's own points are the cap
            ways += [("at_most", None), ("at_most", entry.at_most - entry.points / 2)]
        if len(entries) > 1:
            yield f"entry {index + 1} left out", entries[:index] + entries[index + 1 :]
        put = [(f"{name} -> {value}", {name: value}) for name, value in ways]
        put += [(says, {"each": new}) for says, new in _formula(entry.each, rule)]
        for says, values in put:
            changed = entry.model_copy(update=values)
            yield f"entry {index + 1}: {says}", (*entries[:index], changed, *entries[index + 1 :])


def _conditions(conditions: tuple[str, ...], rule: Criterion) -> Variants:
    for index, text in enumerate(conditions):
        if len(conditions) > 1:
            yield f"condition {index + 1} left out", conditions[:index] + conditions[index + 1 :]
        for says, new in _formula(text, rule):
            yield f"condition {index + 1}: {says}", (*conditions[:index], new, *conditions[index + 1 :])


def _scale(scale: Mapping[str, Decimal], _rule: object = None) -> Variants:
    for word, value in scale.items():
        yield f"{word}: {value} -> {_score(value)}", {**scale, word: _score(value)}


def _applies(text: str, rule: Criterion) -> Variants:
    yield "left out", None
    yield from _formula(text, rule)


def _formula(text: str, _rule: object = None) -> Variants:
    """Another comparison, number, joint, sign or member of a list, one at a time; only what is still a formula."""
    tree = ast.parse(text.replace("\n", " ").strip(), mode="eval")
    seen = {ast.unparse(tree)}
    for index, node in enumerate(ast.walk(tree)):
        for values in _puts(node):
            changed = copy.deepcopy(tree)
            each = list(ast.walk(changed))[index]
            for name, value in values.items():
                setattr(each, name, value)
            new = ast.unparse(changed)
            if new not in seen:
                seen.add(new)
                yield f"{text.strip()} -> {new}", new


def _puts(node: ast.AST) -> Iterator[dict[str, object]]:
    """The attributes of a node of a formula, each time with another value of one."""
    match node:
        case ast.Compare(ops=[op]):
            for kind in COMPARISONS[type(op)]:
                yield {"ops": [kind()]}
        case ast.BoolOp(op=op):
            yield {"op": ast.Or() if isinstance(op, ast.And) else ast.And()}
        case ast.BinOp(op=op) if type(op) in ARITHMETIC:
            yield {"op": ARITHMETIC[type(op)]()}
        case ast.Constant(value=value) if isinstance(value, int | float) and not isinstance(value, bool):
            for near in _near(Decimal(str(value)), share=isinstance(value, float) and abs(value) <= 1):
                yield {"value": int(near) if isinstance(value, int) else float(near)}
        case ast.List(elts=members) if len(members) > 1:
            for index in range(len(members)):
                yield {"elts": members[:index] + members[index + 1 :]}
        case ast.Call(func=ast.Name(id="count_true"), args=members) if len(members) > 1:
            for index in range(len(members)):
                yield {"args": members[:index] + members[index + 1 :]}
        case _:
            pass


VARIANTS: Final[Mapping[str, Callable[[Any, Criterion], Variants]]] = {
    "levels": _levels,
    "full_at": _line,
    "zero_at": _line,
    "deduct": _deductions,
    "of": _conditions,
    "scale": _scale,
    "applies": _applies,
    "pass_": _formula,
    "rate": _formula,
}
