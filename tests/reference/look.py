"""One visit as formulas see it: the values of its fields, what is unknown, which fields broke a limit (4.1, 5, 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from . import formula
from .catalogue import SPECIAL, Record
from .data import SEVERAL, YES, Visit, World
from .formula import Value
from .numeric import Arithmetic, Number

Compared = list[tuple[Number, Number]]


@dataclass
class Look:
    """The values of one visit: its row, the register, and what was recorded for the areas above the site."""

    visit: Visit
    world: World
    arithmetic: Arithmetic
    borrowed: Mapping[tuple[str, str], str]  # (area, field) -> cell
    counted: Mapping[tuple[str, str], Look]  # (questionnaire, area) -> the visit with its counts
    compared: Compared = field(default_factory=list)
    limits: dict[str, list[tuple[Number, str, Number]]] = field(default_factory=dict)
    criterion: str = ""
    known: dict[str, Value] = field(default_factory=dict)
    invalid: dict[str, bool] = field(default_factory=dict)
    suspect: dict[str, bool] = field(default_factory=dict)

    @property
    def fields(self) -> Mapping[str, Record]:
        """The fields as the visit's form declares them."""
        return self.world.catalogue.fields_by_form[self.visit.site.form]

    def value(self, name: str) -> Value:
        """A field's value, unknown where it is blank or broke a limit; or one of the special names."""
        if name in SPECIAL:
            return self.special(name)
        return None if self.broken(name) else self.raw(name)

    def special(self, name: str) -> Value:
        """`site_type`, and the criterion's problem rows at this visit: 0 without rows only if it is complete (6)."""
        if name == "site_type":
            return self.visit.site.form
        rows = self.visit.problems.get(self.criterion, [])
        if not rows and not self.visit.complete:
            return None
        amounts = ["1" if name == "problems" else row.get("deduction", "") for row in rows]
        return total(self.arithmetic.read(amount) for amount in amounts)

    def raw(self, name: str) -> Value:
        """The value as recorded or derived, before the field's own limits are asked."""
        if name not in self.known:
            declared = self.fields[name]
            if "formula" in declared:
                self.known[name] = self.aside(declared["formula"])
            else:
                self.known[name] = cell_value(self.cell(name, declared), declared["kind"], self.arithmetic)
        return self.known[name]

    def aside(self, text: str) -> Value:
        """The value of a formula whose inner comparisons are not the limit in question."""
        remembered, self.compared = self.compared, []
        value = formula.evaluate(text, self)
        self.compared = remembered
        return value

    def amount(self, text: str) -> Number | None:
        """A numeric formula whose own inner comparisons are not the limit in question."""
        value = self.aside(text)
        return None if value is None else formula.as_number(value)

    def cell(self, name: str, declared: Record) -> str:
        """The text recorded for a field: at the visit, in the register, or for the area of a level above the site."""
        source = declared.get("from", "")
        if not source:
            return self.visit.row.get(name, "")
        if source == "site":
            return self.visit.site.row.get(name, "")
        return self.borrowed.get((self.world.areas.at(self.visit.site.area, source), name), "")

    def limited(self, name: str) -> list[tuple[Number, str, Number]]:
        """The field's value held against each of its own limits that is known."""
        if name not in self.limits:
            value, declared = self.raw(name), self.fields[name]
            bounds = [(sign, self.bound(declared, key)) for key, sign in (("at_least", ">="), ("at_most", "<="))]
            numeric = isinstance(value, Fraction | float)
            self.limits[name] = [
                (formula.as_number(value), sign, bound) for sign, bound in bounds if numeric and bound is not None
            ]
        return self.limits[name]

    def broken(self, name: str) -> bool:
        """Whether a value lies outside its own `at_least` or `at_most`: only the field with the limit is (5)."""
        if name not in self.invalid:
            limits = self.limited(name)
            self.invalid[name] = any(not self.arithmetic.holds(value, sign, bound) for value, sign, bound in limits)
        return self.invalid[name]

    def bound(self, declared: Record, key: str) -> Number | None:
        """One limit of a field: a number, or what was recorded for another field."""
        if key not in declared:
            return None
        limit = self.raw(declared[key]) if declared[key] in self.fields else self.arithmetic.read(declared[key])
        return None if limit is None else formula.as_number(limit)

    def contradicted(self, names: Iterable[str]) -> bool:
        """Whether any of the names is invalid, or a derived field that reads one that is."""
        return any(self.tainted(name) for name in names if name not in SPECIAL)

    def tainted(self, name: str) -> bool:
        """Whether one field is invalid, or derived from one that is."""
        if name not in self.suspect:
            self.suspect[name] = self.broken(name) or self.contradicted(self.sources(name))
        return self.suspect[name]

    def sources(self, name: str) -> frozenset[str]:
        """The fields that a derived field reads."""
        declared = self.fields[name]
        return formula.parse(declared["formula"]).names if "formula" in declared else frozenset()


def total(amounts: Iterable[Number | None]) -> Number | None:
    """The sum, unknown if any part is."""
    result: Number = Fraction(0)
    for amount in amounts:
        if amount is None:
            return None
        result += amount
    return result


def cell_value(cell: str, kind_: str, arithmetic: Arithmetic) -> Value:
    """A cell as a value of its field's kind; a blank is unknown."""
    if not cell:
        return None
    match kind_:
        case "count" | "number" | "percent":
            return arithmetic.read(cell)
        case "yes_no":
            return cell in YES
        case "choices":
            return frozenset(part.strip() for part in SEVERAL.split(cell))
        case "date":
            return date.fromisoformat(cell[:10])
    return cell


@dataclass
class Estimate:
    """The single name `rate` that conditions on `ask` use (5, settled details)."""

    rate: Number | None
    arithmetic: Arithmetic
    compared: Compared

    def value(self, name: str) -> Value:
        """The estimate."""
        if name != "rate":
            raise KeyError(name)
        return self.rate
