"""Visits judged, and their judgements brought together into findings: one a criterion and site, or one a visit (5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from .both import OnAreas, lower_of
from .catalogue import Catalogue, as_date, optional
from .data import Tables, Visit, World, in_time, unit_at, unit_ids
from .findings import Finding, Terms
from .look import Look
from .numeric import Arithmetic
from .ranges import ranges_of
from .rules import NOT_APPLICABLE, Judgement, Rule, judge, rule_of
from .several import WAYS, Judged

Rules = Mapping[str, list[Rule]]  # in force, by form
AllTerms = Mapping[tuple[str, str], Terms]  # by form and criterion


def findings_of(
    visits: Sequence[Visit], world: World, tables: Tables, day: date, arithmetic: Arithmetic
) -> list[Finding]:
    """Every finding of a round."""
    catalogue = world.catalogue
    rules = {form: [rule_of(each) for each in catalogue.in_force(form, day)] for form in catalogue.forms}
    groups = list(groups_of(looks_of(visits, world, arithmetic), rules, waivers(tables, world, day)))
    single = [of_single_rules(group) for group in groups]
    areas = OnAreas()
    for told in single:
        for each in told.values():
            if catalogue.is_area(each.look.visit.site.form):
                areas.add(each.rule.id, each.look.visit, each.judgement)
    terms = terms_of(rules, catalogue)
    every = [each for group, told in zip(groups, single, strict=True) for each in with_pairs(group, told, areas)]
    return [finding(each, terms) for each in every]


# --- visits -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """Visits that are told of together: all of a site's, or a single one where every visit counts by itself."""

    looks: list[Look]
    way: str
    rules: list[Rule]
    exempt: set[str]  # the criteria that are waived here


def looks_of(visits: Sequence[Visit], world: World, arithmetic: Arithmetic) -> list[Look]:
    """The visits as formulas see them, with what was recorded for the areas above each site."""
    borrowed: dict[tuple[str, str], str] = {}
    counted: dict[tuple[str, str], Look] = {}
    looks = [Look(visit, world, arithmetic, borrowed, counted) for visit in visits]
    for look in sorted(looks, key=lambda each: in_time(each.visit)):  # the last one recorded stands
        form, area = look.visit.site.form, look.visit.site.area
        if world.catalogue.forms[form].get("each", "unit") != "unit":
            borrowed.update({(area, name): cell for name, cell in look.visit.row.items()})
            counted[form, area] = look
    return looks


def groups_of(looks: Iterable[Look], rules: Rules, waived: Mapping[str, set[str]]) -> Iterator[Group]:
    """The visits of each site of each form, together or one by one."""
    sites: dict[tuple[str, str], list[Look]] = defaultdict(list)
    for look in looks:
        sites[look.visit.site.form, look.visit.site.key].append(look)
    for (form, key), several in sites.items():
        way = several[0].world.catalogue.inspections(form)
        for together in [[look] for look in several] if way == "each" else [several]:
            yield Group(together, way, rules[form], waived.get(key, set()))


def waivers(tables: Tables, world: World, day: date) -> Mapping[str, set[str]]:
    """The criteria waived at each site on the day; a waiver's last day counts."""
    waived: dict[str, set[str]] = defaultdict(set)
    for row in tables["waivers"]:
        if "until" not in row or as_date(row["until"][:10]) >= day:
            waived[world.site(row).key].add(world.catalogue.criterion_names[row["criterion"]])
    return waived


# --- judgements -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """What a group of visits says of one criterion, and the visit that it comes from."""

    rule: Rule
    look: Look
    judgement: Judgement
    by_visit: bool  # whether every visit counts by itself


def of_single_rules(group: Group) -> dict[str, Told]:
    """Every criterion that has a judgement of its own."""
    return {rule.id: of_single_rule(rule, group) for rule in group.rules if rule.kind != "both"}


def of_single_rule(rule: Rule, group: Group) -> Told:
    """One criterion over the visits, and then the waiver."""
    way = WAYS["latest" if group.way == "each" else group.way]
    look, judgement = way([Judged(look, judge(rule, look)) for look in group.looks], rule)
    return Told(rule, look, mask(judgement, rule.id in group.exempt), group.way == "each")


def with_pairs(group: Group, told: Mapping[str, Told], areas: OnAreas) -> list[Told]:
    """Every criterion in its order, those on the lower of two as well."""
    return [told.get(rule.id) or of_pair(rule, group, told, areas) for rule in group.rules]


def of_pair(rule: Rule, group: Group, told: Mapping[str, Told], areas: OnAreas) -> Told:
    """The lower of two: a member on the site's own type is read there, any other at the nearest area above."""
    site, forms_of = group.looks[0].visit.site, group.looks[0].world.catalogue.forms_of
    members = [
        told[name].judgement if name in told else areas.nearest(name, site.area)
        for name in rule.record["both"]
        if name in told or site.form not in forms_of[name]
    ]
    return Told(rule, group.looks[-1], mask(lower_of(members), rule.id in group.exempt), group.way == "each")


def mask(judgement: Judgement, exempt: bool) -> Judgement:
    """A waiver hides every status but not applicable; the score it would have had is kept."""
    if not exempt or judgement.status == NOT_APPLICABLE:
        return judgement
    return Judgement("waived", judgement.score, judgement.compared)


# --- findings ---------------------------------------------------------------------------------------------------------


def terms_of(rules: Rules, catalogue: Catalogue) -> AllTerms:
    """What every criterion says of sums, by form; a member of any `both` in force counts no points anywhere."""
    members = {name for listed in rules.values() for rule in listed for name in rule.record.get("both", ())}
    ranges = ranges_of(rules, catalogue.fields_by_form)
    return {
        (form, rule.id): terms(rule, rule.id in members, ranges[form, rule.id])
        for form, listed in rules.items()
        for rule in listed
    }


def terms(rule: Rule, member: bool, scores: tuple[Fraction, Fraction]) -> Terms:
    """What one criterion says of sums."""
    record, veto = rule.record, rule.record.get("veto", {})
    return Terms(
        points=rule.points,
        member=member,
        over_sites=record.get("over_sites", "mean"),
        veto_site=optional(veto, "site"),
        veto_total=optional(veto, "total"),
        adjust_total=optional(record, "adjust_total"),
        lowest=scores[0],
        highest=scores[1],
    )


def finding(told: Told, terms: AllTerms) -> Finding:
    """The finding; a member of a `both` keeps it, and its points, but they count in no figure."""
    rule, look = told.rule, told.look
    site, catalogue = look.visit.site, look.world.catalogue
    return Finding(
        visit=look.visit.name if told.by_visit else "",
        site=site.key,
        form=site.form,
        part=catalogue.forms[site.form].get("part", "on_site"),
        area=site.area,
        place=rule.record["place"],
        criterion=rule.id,
        kind=rule.kind,
        status=told.judgement.status,
        score=told.judgement.score,
        terms=terms[site.form, rule.id],
        lead_units=units("lead_unit", rule, look),
        supporting_units=units("supporting_units", rule, look),
        compared=told.judgement.compared,
        seen=look.visit.name,
    )


def units(key: str, rule: Rule, look: Look) -> tuple[str, ...]:
    """Data row, register, `by_type`, criterion, site type: the first that says something names the units (4.1)."""
    visit, catalogue, areas = look.visit, look.world.catalogue, look.world.areas
    rows = [visit.verdicts.get(rule.id, {}), visit.row, visit.site.row]
    sources = [*rows, rule.record["by_type"], rule.record["own_units"], catalogue.forms[visit.site.form]]
    said = next((source[key] for source in sources if source.get(key)), "")
    return tuple(unit_at(unit, visit.site.area, catalogue, areas) for unit in unit_ids(said, catalogue))
