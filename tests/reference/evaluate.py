"""A catalogue folder and a data folder in, findings and every figure out: the reference that the engine is held to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from .catalogue import Catalogue, as_date, read_catalogue
from .data import (
    Tables,
    Visit,
    World,
    in_time,
    last_day,
    last_round,
    read_tables,
    unit_at,
    unit_ids,
    upward,
    visits_of,
    world_of,
)
from .look import Look
from .numeric import EXACT, Arithmetic
from .rollup import Finding, figure, level_name, part_figures, percent, places, pooled, total
from .rules import NOT_APPLICABLE, Judgement, Rule, judge, rule_of, status_of

Key = tuple[str, str, str]
Figures = dict[str, Fraction | None]
LOWER_FIRST = ("invalid", "missed", "partial", "met", NOT_APPLICABLE)


@dataclass(frozen=True)
class Result:
    """One assessment: scores 0..1, figures 0..100; a waived finding keeps the score that it would have had."""

    round: str
    as_of: date
    details: list[Finding]
    findings: dict[Key, tuple[str, Fraction | None, Fraction | None, Fraction]]  # status, score, earned, possible
    sites: Figures
    visits: dict[tuple[str, str], Fraction | None]  # (visit, site): a scorecard of its own under `each`
    parts: Figures
    total: Fraction | None
    level: str | None
    areas: Figures  # the path; empty for sites without an area
    types: Figures
    units: Figures
    outline: Figures
    ranks: dict[str, dict[str, int]]  # areas (among those of one level), units, types, sites (among those of one type)


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
    chosen = last_round(tables) if round_id is None else round_id
    world = world_of(tables, catalogue)
    visits = visits_of(tables, world, chosen)
    day = as_of or last_day(visits)
    waived = waivers(tables, world, day)
    rules = {form: [rule_of(each) for each in catalogue.in_force(form, day)] for form in catalogue.forms}
    sites = by_site(looks_of(visits, world, arithmetic))
    findings = [each for looks in sites for each in site_findings(looks, rules, waived)]
    return summary(findings, catalogue, world, chosen, day)


# --- findings ---------------------------------------------------------------------------------------------------------


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


def by_site(looks: Iterable[Look]) -> list[list[Look]]:
    """The visits of each site of each form."""
    sites: dict[tuple[str, str], list[Look]] = defaultdict(list)
    for look in looks:
        sites[look.visit.site.form, look.visit.site.key].append(look)
    return list(sites.values())


def waivers(tables: Tables, world: World, day: date) -> Mapping[str, set[str]]:
    """The criteria waived at each site on the day; a waiver's last day counts."""
    waived: dict[str, set[str]] = defaultdict(set)
    for row in tables["waivers"]:
        if "until" not in row or as_date(row["until"][:10]) >= day:
            waived[world.site(row).key].add(world.catalogue.criterion_names[row["criterion"]])
    return waived


def site_findings(looks: list[Look], rules: Mapping[str, list[Rule]], waived: Mapping[str, set[str]]) -> list[Finding]:
    """Every scored criterion of the site's type: once, or once a visit where every visit counts (5)."""
    site, catalogue = looks[0].visit.site, looks[0].world.catalogue
    exempt = waived.get(site.key, set())
    way = catalogue.forms[site.form].get("several_inspections") or catalogue.score.get("several_inspections", "latest")
    rounds = [[look] for look in looks] if way == "each" else [looks]
    return [each for several in rounds for each in chosen_findings(rules[site.form], several, exempt, way == "each")]


def chosen_findings(rules: list[Rule], looks: list[Look], exempt: set[str], named: bool) -> list[Finding]:
    """Findings over some visits of one site: each criterion from its latest visit, then `both` from its members."""
    single = {rule.id: latest([(look, judge(rule, look)) for look in looks]) for rule in rules if rule.kind != "both"}
    chosen = {key: (look, mask(judgement, key in exempt)) for key, (look, judgement) in single.items()}
    members: set[str] = set()
    for rule in rules:
        if rule.kind == "both":
            names = rule.record["both"]
            members.update(names)
            lower = lower_of([chosen[name][1] for name in names if name in chosen])
            chosen[rule.id] = (max(looks, key=lambda each: in_time(each.visit)), mask(lower, rule.id in exempt))
    return [finding(rule, *chosen[rule.id], rule.id in members, named) for rule in rules]


def latest(judged: list[tuple[Look, Judgement]]) -> tuple[Look, Judgement]:
    """The last visit whose status is anything but unobserved; at the same time, the lower (5)."""
    seen = [each for each in judged if each[1].status != "unobserved"] or judged
    last = max(in_time(look.visit) for look, _ in seen)
    tied = [each for each in seen if in_time(each[0].visit) == last]
    return tied[-1] if seen is judged else min(tied, key=lambda each: rank(each[1]))


def rank(judgement: Judgement) -> tuple[int, Fraction]:
    """The order in which one of two visits of the same time is the lower."""
    return LOWER_FIRST.index(judgement.status), judgement.score or Fraction(0)


def mask(judgement: Judgement, exempt: bool) -> Judgement:
    """A waiver hides every status but not applicable; the score it would have had is kept."""
    if not exempt or judgement.status == NOT_APPLICABLE:
        return judgement
    return Judgement("waived", judgement.score, judgement.compared)


def lower_of(members: list[Judgement]) -> Judgement:
    """The lower of two: 0 wins, then a contradiction, then the unknown; what is left out says nothing (4.2)."""
    counted = [each for each in members if each.status not in (NOT_APPLICABLE, "waived")]
    statuses = {each.status for each in counted}
    if not counted:
        return Judgement(NOT_APPLICABLE, None)
    for status in ("missed", "invalid", "unobserved"):
        if status in statuses:
            return Judgement(status, Fraction(0) if status == "missed" else None)
    score = EXACT.score(min(each.score for each in counted if each.score is not None))  # no deduction: billionths
    return Judgement(status_of(score), score)


def finding(rule: Rule, look: Look, judgement: Judgement, member: bool, named: bool) -> Finding:
    """The finding; a member of a `both` keeps it, and its points, but they count in no figure."""
    site, catalogue = look.visit.site, look.world.catalogue
    return Finding(
        visit=look.visit.name if named else "",
        site=site.key,
        form=site.form,
        part=catalogue.forms[site.form].get("part", "on_site"),
        area=site.area,
        place=rule.record["place"],
        criterion=rule.id,
        kind=rule.kind,
        status=judgement.status,
        score=judgement.score,
        possible=rule.points,
        member=member,
        lead_units=units("lead_unit", rule, look),
        supporting_units=units("supporting_units", rule, look),
        compared=judgement.compared,
    )


def units(key: str, rule: Rule, look: Look) -> tuple[str, ...]:
    """Data row, register, `by_type`, criterion, site type: the first that says something names the units (4.1)."""
    visit, catalogue, areas = look.visit, look.world.catalogue, look.world.areas
    rows = [visit.verdicts.get(rule.id, {}), visit.row, visit.site.row]
    sources = [*rows, rule.record["by_type"], rule.record["own_units"], catalogue.forms[visit.site.form]]
    said = next((source[key] for source in sources if source.get(key)), "")
    return tuple(unit_at(unit, visit.site.area, catalogue, areas) for unit in unit_ids(said, catalogue))


# --- figures ----------------------------------------------------------------------------------------------------------


def summary(findings: list[Finding], catalogue: Catalogue, world: World, round_id: str, day: date) -> Result:
    """Every figure of the assessment."""
    score = catalogue.score
    digits = int(score["rounding"]["digits"])
    sites = {key: percent(pooled(group)) for key, group in grouped(findings, lambda each: [each.site]).items()}
    visits = {(each.visit, each.site) for each in findings}
    by_visit = grouped(findings, lambda each: [f"{each.visit}\n{each.site}"])
    areas = figures(findings, lambda each: upward(each.area) or [""], score)
    types = figures(findings, lambda each: [each.form], score)
    units = figures(findings, lambda each: each.lead_units or each.supporting_units, score)
    overall = total(findings, score)
    types_of = {each.site: each.form for each in findings}
    return Result(
        round=round_id,
        as_of=day,
        details=findings,
        findings={
            (each.visit, each.site, each.criterion): (each.status, each.score, each.earned, each.possible)
            for each in findings
        },
        sites=sites,
        visits={(visit, site): percent(pooled(by_visit[f"{visit}\n{site}"])) for visit, site in visits},
        parts={part: percent(value) for part, value in part_figures(findings, score).items()},
        total=overall,
        level=level_name(overall, score["levels"]),
        areas=areas,
        types=types,
        units=units,
        outline=figures(findings, lambda each: catalogue.paths[each.place], score),
        ranks={
            "areas": places_within({path: value for path, value in areas.items() if path}, world.areas.level, digits),
            "types": places(types, digits),
            "units": places(units, digits),
            "sites": places_within(sites, types_of.__getitem__, digits),
        },
    )


def grouped(findings: Iterable[Finding], keys: Callable[[Finding], Iterable[str]]) -> Mapping[str, list[Finding]]:
    """The findings under each key that they have."""
    groups: dict[str, list[Finding]] = defaultdict(list)
    for each in findings:
        for key in keys(each):
            groups[key].append(each)
    return groups


def figures(findings: Iterable[Finding], keys: Callable[[Finding], Iterable[str]], score: dict[str, object]) -> Figures:
    """The figure of every group."""
    return {key: figure(group, score) for key, group in grouped(findings, keys).items()}


def places_within(values: Figures, group: Callable[[str], str], digits: int) -> dict[str, int]:
    """Ranks among those of one group only."""
    groups: dict[str, Figures] = defaultdict(dict)
    for key, value in values.items():
        groups[group(key)][key] = value
    return {key: place for each in groups.values() for key, place in places(each, digits).items()}
