"""A catalogue folder and a data folder in, findings and every figure out: the reference that the engine is held to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from .cards import Card, figure_card, places, site_card, total_card
from .catalogue import Catalogue, read_catalogue
from .data import Tables, World, last_day, last_round, read_tables, upward, visits_of, world_of
from .findings import Finding, Marks, marks_of
from .gains import Gains, Groups, Whole
from .judgements import findings_of
from .method import Method, method_of
from .numeric import EXACT, Arithmetic
from .total import Made

Key = tuple[str, str, str]
Figures = dict[str, Fraction | None]
Cards = dict[str, Card]


@dataclass(frozen=True)
class Result:
    """One assessment: scores 0..1, figures 0..100; a waived finding keeps the score that it would have had."""

    round: str
    as_of: date
    details: list[Finding]
    method: Method
    marks: Marks
    groups: dict[str, Groups]  # by dimension, the positions in `details` of every group
    card: Card  # of the total
    made: Made
    cards: dict[str, Cards]  # areas (the path; empty for sites without an area), types, units, outline, sites, visits
    ranks: dict[str, dict[str, int]]  # areas (among those of one level), units, types, sites (among those of one type)

    @cached_property
    def findings(self) -> dict[Key, tuple[str, Fraction | None, Fraction | None, Fraction]]:
        """Status, score, earned and possible of every finding by visit, site and criterion."""
        return {
            (each.visit, each.site, each.criterion): (each.status, each.score, each.earned, each.possible)
            for each in self.details
        }

    @property
    def total(self) -> Fraction | None:
        """The total, 0..100."""
        return self.card.score

    @property
    def level(self) -> str | None:
        """The level of the total."""
        return self.card.level

    @property
    def parts(self) -> Figures:
        """The parts of the total."""
        return {part: each.score for part, each in (self.card.parts or {}).items()}

    def figures(self, name: str) -> Figures:
        """The scores of areas, types, units, outline, sites or visits."""
        return {key: each.score for key, each in self.cards[name].items()}

    @cached_property
    def whole(self) -> Whole:
        """What gains and values of visits are reckoned from."""
        return Whole(self.marks, self.groups, self.method)

    def gains(self, position: int) -> Gains:
        """What mending the finding at this position gains."""
        return self.whole.gains(position, units_of(self.details[position], self.method))

    def visit_value(self, site: str) -> Fraction | None:
        """What visiting a site again tells."""
        return self.whole.visit_value(site)


def check(catalogue_dir: Path, data_dir: Path, as_of: date | None = None, round_id: str | None = None) -> Result:
    """Score one round of a data folder, the last by date unless one is named."""
    catalogue = read_catalogue(catalogue_dir)
    return assess(catalogue, read_tables(data_dir, catalogue), as_of, round_id)


def assess(
    catalogue: Catalogue,
    tables: Tables,
    as_of: date | None = None,
    round_id: str | None = None,
    arithmetic: Arithmetic = EXACT,
) -> Result:
    """The same from rows in memory, in any of the arithmetics of `numeric`."""
    findings, world, chosen, day = judge(catalogue, tables, as_of, round_id, arithmetic)
    return summary(findings, catalogue, world, chosen, day)


def judge(
    catalogue: Catalogue, tables: Tables, as_of: date | None, round_id: str | None, arithmetic: Arithmetic = EXACT
) -> tuple[list[Finding], World, str, date]:
    """The findings of a round, without any figure; and what they were judged by."""
    chosen = last_round(tables) if round_id is None else round_id
    world = world_of(tables, catalogue)
    visits = visits_of(tables, world, chosen)
    day = as_of or last_day(visits)
    return findings_of(visits, world, tables, day, arithmetic), world, chosen, day


def findings(catalogue_dir: Path, data_dir: Path) -> list[Finding]:
    """The findings of the last round of a data folder."""
    catalogue = read_catalogue(catalogue_dir)
    return judge(catalogue, read_tables(data_dir, catalogue), None, None)[0]


def summary(findings: list[Finding], catalogue: Catalogue, world: World, round_id: str, day: date) -> Result:
    """Every figure of the assessment."""
    method = method_of(catalogue)
    marks = marks_of(findings, method.zero)
    groups = {
        "areas": grouped(findings, lambda each: upward(each.area) or [""]),
        "types": grouped(findings, lambda each: [each.form]),
        "units": grouped(findings, lambda each: units_of(each, method)),
        "outline": grouped(findings, lambda each: catalogue.paths[each.place]),
        "sites": grouped(findings, lambda each: [each.site]),
        "visits": grouped(findings, lambda each: [f"{each.visit}\n{each.site}"] if each.visit else []),
    }
    card, made = total_card(marks, method)
    cards = {name: cards_of(several, marks, method, DIMENSIONS[name]) for name, several in groups.items()}
    types_of = {each.site: each.form for each in findings}
    return Result(
        round=round_id,
        as_of=day,
        details=findings,
        method=method,
        marks=marks,
        groups=groups,
        card=card,
        made=made,
        cards=cards,
        ranks={
            "areas": places_within(cards["areas"], world.areas.level, method),
            "types": places_within(cards["types"], lambda _: "", method),
            "units": places_within(cards["units"], lambda _: "", method),
            "sites": places_within(cards["sites"], types_of.__getitem__, method),
        },
    )


DIMENSIONS = {"areas": "area", "types": "site_type", "units": "unit", "outline": "place", "sites": "", "visits": ""}


def grouped(findings: Iterable[Finding], keys: Callable[[Finding], Iterable[str]]) -> Groups:
    """The positions of the findings under each key that they have."""
    groups: dict[str, list[int]] = defaultdict(list)
    for position, each in enumerate(findings):
        for key in keys(each):
            groups[key].append(position)
    return groups


def units_of(finding: Finding, method: Method) -> tuple[str, ...]:
    """The units whose figure a finding counts in: the leading ones, else the supporting ones; or all of them, once."""
    if method.both_roles:
        return tuple(dict.fromkeys([*finding.lead_units, *finding.supporting_units]))
    return finding.lead_units or finding.supporting_units


def cards_of(groups: Groups, marks: Marks, method: Method, dimension: str) -> Cards:
    """The card of every group; without a dimension they are sites, or visits."""
    among = {key: marks.among(positions) for key, positions in groups.items()}
    if not dimension:
        return {key: site_card(each, method) for key, each in among.items()}
    return {key: figure_card(each, method, dimension) for key, each in among.items()}


def places_within(cards: Cards, group: Callable[[str], str], method: Method) -> dict[str, int]:
    """Ranks among those of one group only; what is withheld, and sites without an area, take none."""
    groups: dict[str, Figures] = defaultdict(dict)
    for key, card in cards.items():
        if key and not card.withheld:
            groups[group(key)][key] = card.score
    return {key: place for each in groups.values() for key, place in places(each, method.digits).items()}
