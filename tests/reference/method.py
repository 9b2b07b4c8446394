"""How the total is made (4.5), read from the catalogue once: ways, weights, levels, and the outline as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from .catalogue import Catalogue, Record, optional


@dataclass(frozen=True)
class Part:
    """One part of the total: its weight in per cent, its way, and the gate that it must reach."""

    name: str
    weight: Fraction
    way: str
    at_least: Fraction | None = None


@dataclass(frozen=True)
class Node:
    """One place of the outline: its weight among its siblings, and how its branches become its figure."""

    id: str
    weight: Fraction = Fraction(1)
    combine: str = "mean"
    under: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Method:
    """Everything that turns findings into figures; `roll_up` has the dimensions that do not take the parts' own ways."""

    parts: tuple[Part, ...]
    root: Node  # the implied place above the top ones
    site: str = "pooled"
    type_weights: Mapping[str, Fraction] | None = None  # by form; 1 where it is silent
    roll_up: Mapping[str, str] | None = None
    both_roles: bool = False
    zero: bool = False  # `unobserved: zero`
    minimum_coverage: Fraction | None = None
    no_total: bool = False
    levels: tuple[tuple[str, Fraction], ...] = ()  # from high to low; the last asks for nothing
    digits: int = 2

    def weight_of(self, form: str) -> Fraction:
        """What a site type weighs in `mean_of_sites`."""
        return (self.type_weights or {}).get(form, Fraction(1))

    def way(self, part: Part, dimension: str) -> str:
        """The way of a part along a dimension (area, unit, site_type, place; the total's is empty)."""
        return (self.roll_up or {}).get(dimension, part.way)


def method_of(catalogue: Catalogue) -> Method:
    """The method that the catalogue declares."""
    score = catalogue.score
    return Method(
        parts=tuple(map(part_of, score["total"])),
        root=Node("", under=nodes(catalogue.tree)),
        site=score.get("site", "pooled"),
        type_weights={key: Fraction(form.get("weight", "1")) for key, form in catalogue.forms.items()},
        roll_up=score.get("roll_up", {}),
        both_roles="supporting" in score.get("unit_roles", ["lead"]),
        zero=score.get("unobserved") == "zero",
        minimum_coverage=optional(score, "minimum_coverage"),
        no_total=score.get("empty_part") == "no_total",
        levels=tuple((level["name"], Fraction(level.get("at_least", "0"))) for level in score["levels"]),
        digits=int(score["rounding"]["digits"]),
    )


def part_of(entry: Record) -> Part:
    """One entry of `total`."""
    return Part(entry["part"], Fraction(entry["weight"]), entry["combine"], optional(entry, "at_least"))


def nodes(listed: Iterable[Record]) -> tuple[Node, ...]:
    """Places as they stand in tree.yaml."""
    return tuple(
        Node(each["id"], Fraction(each.get("weight", "1")), each.get("combine", "mean"), nodes(each.get("under", [])))
        for each in listed
    )
