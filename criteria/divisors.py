"""Divisors that may be 0: no riders is 不适用 (`applies` says so), and never an accident of arithmetic (design 4.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from duibiao.criteria.diagnostics import Diagnostic, diagnose
from duibiao.criteria.formula import (
    Arithmetic,
    Call,
    Comparison,
    Expression,
    Junction,
    Name,
    Negative,
    Not,
    Number,
    Part,
    Type,
    names_written,
    parse_formula,
    parts_of,
    types_of,
)
from duibiao.criteria.intervals import TOLERANCE, World, world_of
from duibiao.criteria.models import (
    Banded,
    Criterion,
    Deducted,
    Field,
    Information,
    Linear,
    NOfM,
    SiteType,
    YesNo,
)
from duibiao.criteria.references import character_of, derived_from, entry_path
from duibiao.criteria.yaml_text import Node

if TYPE_CHECKING:
    from duibiao.criteria.load import Reading

Path = tuple[str | int, ...]


def formulas_of(criterion: Criterion, node: Node) -> list[tuple[Path, str]]:
    """The formulas of a criterion over the fields of its form, each with the way to it."""
    found: list[tuple[Path, str]] = [] if criterion.applies is None else [(("applies",), criterion.applies)]
    match criterion:
        case YesNo(pass_=text):
            found.append((("pass",), text))
        case Banded(rate=text) | Linear(rate=text):
            found.append((("rate",), text))
        case Deducted(deduct=entries):
            found += [(entry_path(node, "deduct", number, "each"), entry.each) for number, entry in enumerate(entries)]
        case NOfM(of=conditions):
            found += [(("of", number), text) for number, text in enumerate(conditions)]
        case Information(show=text):
            found.append((("show",), text))
        case _:
            pass  # a grade, a verdict, an estimate or two others' findings: no arithmetic of its own
    return found


def check_divisions(reading: Reading) -> Iterator[Diagnostic]:
    """Every divisor of a criterion that may be 0 where it applies, its derived fields included.

    A derived field that no criterion reads is checked by itself. Rates of questionnaires may be not estimable.
    """
    catalogue = reading.catalogue
    assert catalogue is not None
    read: dict[str, set[str]] = {name: set() for name in catalogue.site_types}
    for dated in catalogue.criteria:
        for version in dated.versions:
            for name in version.criterion.site_types:
                if name in catalogue.site_types:
                    own = reading.versions.get((dated.id, version.start, name))
                    node = own if own is not None else reading.versions[dated.id, version.start, None]
                    kind, criterion = catalogue.site_types[name], version.on(name)
                    yield from _criterion(kind, criterion, node)
                    for _, text in formulas_of(criterion, node):
                        read[name] |= derived_from(kind.fields, names_written(text))
    for kind in catalogue.site_types.values():
        node = reading.raw.forms[kind.id][0]
        divided = _Divided(kind.fields, types_of(kind.fields), world_of(kind.fields, kind.id), frozenset())
        for key, field in kind.fields.items():
            if field.formula is not None and key not in read[kind.id] and node.find("fields", key) is not None:
                yield from divided.check(node, ("fields", key, "formula"), field.formula)


def _criterion(kind: SiteType, criterion: Criterion, node: Node) -> Iterator[Diagnostic]:
    formulas = formulas_of(criterion, node)
    names = types_of(kind.fields)
    if not any("/" in text or derived_from(kind.fields, names_written(text)) for _, text in formulas):
        return
    world = world_of(kind.fields, kind.id)
    applies = parse_formula(criterion.applies, names, "yes_no")[0] if criterion.applies is not None else None
    excluded: frozenset[Expression] = frozenset()
    if applies is not None:
        excluded = frozenset(_not_zero(applies, world))
        world = world.assume(applies, True) or world
    divided = _Divided(kind.fields, names, world, excluded)
    for path, text in formulas:
        yield from divided.check(node, path, text)


def _not_zero(condition: Expression, world: World) -> Iterator[Expression]:
    """What `applies` says is not 0: x > 0, x >= 0.1, x != 0 and the like, joined by `and`."""
    match condition:
        case Junction(op="and", items=items):
            for item in items:
                yield from _not_zero(item, world)
        case Name(key=key) if key in world.derived:
            yield from _not_zero(world.derived[key], world)
        case Not(of=Comparison(op="==", left=left, right=right)):
            yield from _not_zero(Comparison("!=", left, right), world)
        case Comparison(op=op, left=left, right=right):
            for one, other, sign in ((left, right, op), (right, left, _MIRRORED[op])):
                limit = _constant(other)
                if limit is not None and _excludes_zero(sign, limit):
                    yield one


_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}


def _constant(expression: Expression) -> float | None:
    match expression:
        case Number(value=value):
            return float(value)
        case Negative(of=Number(value=value)):
            return -float(value)
    return None


def _excludes_zero(op: str, limit: float) -> bool:
    return {
        ">": limit >= 0,
        ">=": limit > 0,
        "<": limit <= 0,
        "<=": limit < 0,
        "==": limit != 0,
        "!=": limit == 0,
    }[op]


@dataclass(frozen=True, slots=True)
class _Divided:
    """Looks at the divisors of formulas over the same fields, in the same world."""

    fields: Mapping[str, Field]
    names: Mapping[str, Type]
    world: World
    excluded: frozenset[Expression]

    def check(self, node: Node, path: Path, text: str) -> Iterator[Diagnostic]:
        """Divisors in the formula at ``path``, and in the derived fields that it reads."""
        parts = parts_of(text, self.names)
        for part in parts.divisors:
            if not self.nonzero(part.expression):
                yield self._told(node, path, part.column, part)
        for name in parts.names:
            unsafe = self._unsafe(name.text)
            if unsafe is not None:
                yield self._told(node, path, name.column, unsafe)

    def _told(self, node: Node, path: Path, column: int, divisor: Part) -> Diagnostic:
        at = character_of(node, path, column)
        return diagnose("formula-division", at, divisor=divisor.text, advice=f"{divisor.text} > 0")

    def _unsafe(self, name: str) -> Part | None:
        """The first divisor that may be 0 in a derived field, or in one that it is derived from."""
        for key in sorted(derived_from(self.fields, [name])):
            for part in parts_of(self.fields[key].formula or "", self.names).divisors:
                if not self.nonzero(part.expression):
                    return part
        return None

    def nonzero(self, divisor: Expression) -> bool:
        """Whether the divisor is excluded by `applies`, or its limits do not hold 0."""
        values = self.world.interval(divisor)
        if divisor in self.excluded or values.low > TOLERANCE or values.high < -TOLERANCE:
            return True
        match divisor:
            case Negative(of=inner) | Call(function="abs", arguments=(inner,)):
                return self.nonzero(inner)
            case Arithmetic(op="*", left=left, right=right):
                return self.nonzero(left) and self.nonzero(right)
            case Arithmetic(op="/", left=left):
                return self.nonzero(left)
            case Name(key=key) if key in self.world.derived:
                return self.nonzero(self.world.derived[key])
        return False
