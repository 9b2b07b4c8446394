"""Catalogue x submission -> Assessment: the one function that the command line, tests and other programs call."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

import polars as pl

from duibiao.criteria.language import Language, translations
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.assessment import (
    Assessment,
    Round,
    SiteResult,
)
from duibiao.evaluator.compile import Plan
from duibiao.evaluator.estimates import Estimate, rate_estimates, with_thresholds
from duibiao.evaluator.gains import GainsOf
from duibiao.evaluator.heat import heat_of, places_of_findings
from duibiao.evaluator.judgement import Judgement, judge_round, total_of
from duibiao.evaluator.losses import Losses, losses_of
from duibiao.evaluator.members import Members
from duibiao.evaluator.mending import mending_of
from duibiao.evaluator.method import Method
from duibiao.evaluator.rollup import (
    Member,
    criterion_results,
    scorecards,
    site_cards,
    total_card,
)
from duibiao.evaluator.single_visits import single_visits
from duibiao.evaluator.stability import stability_of
from duibiao.evaluator.submission import Note, Submission
from duibiao.evaluator.sums import Group, add_up
from duibiao.evaluator.told import Told
from duibiao.evaluator.totals import check_totals
from duibiao.evaluator.unexplained import unexplained
from duibiao.evaluator.visits import VISIT, rounds_of

PAGE_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")


def page_name(key: str) -> str:
    """The name of a page: the key itself if it is plain ASCII, else 12 hex digits of its sha256."""
    return key if PAGE_NAME.fullmatch(key) else hashlib.sha256(key.encode()).hexdigest()[:12]


def assess(
    catalogue: Catalogue,
    submission: Submission,
    *,
    round_id: str | None = None,
    as_of: date | None = None,
    language: Language | None = None,
) -> Assessment:
    """Score one round of a submission (the last by date unless ``round_id`` says) as of a day.

    Raises UnknownRound, NoDate (no row carries a date and ``as_of`` is not given), TooLarge, and Inconsistent where the
    figures contradict each other.
    """
    judgement = judge_round(catalogue, submission, round_id, as_of)
    return assess_judgement(judgement, language)


def assess_judgement(judgement: Judgement, language: Language | None = None) -> Assessment:
    """Put words and figures to the findings of a round. Raises TooLarge and Inconsistent."""
    catalogue, submission, plan, method = judgement.catalogue, judgement.submission, judgement.plan, judgement.method
    rounds = rounds_of(submission) or [""]
    say = translations(language or catalogue.head.language).gettext
    told = Told(judgement, say)
    rows = told.rows()
    figure = total_of(method, rows)
    losses = losses_of(figure)
    members = Members(plan, submission, judgement.geography, say, rows)
    total, made = total_card(figure, members.city(), losses)

    def groups(frame: pl.DataFrame, dimension: str) -> dict[str, Group]:
        by_site = method.by_site(dimension) or method.by_site("total")
        return add_up(method, frame, "group" if "group" in frame.columns else dimension, by_site=by_site)

    by_area = members.by_area()
    areas, units = groups(by_area, "area"), groups(members.by_unit(), "unit")
    of_sites = groups(rows, "site")
    gains = GainsOf(method, figure, areas, units, of_sites)
    gaps = told.gaps(rows, losses, gains)
    silent = [Note("problem-not-written", criterion, visit) for visit, criterion in unexplained(judgement)]
    assessment = Assessment(
        catalogue=catalogue,
        criteria=plan.criteria,
        method=method,
        round=round_of(submission, judgement.round_id),
        earlier_rounds=tuple(round_of(submission, each) for each in rounds[: rounds.index(judgement.round_id)]),
        as_of=judgement.as_of,
        total=replace(total, rank=None, ranked=0),
        made=made,
        total_parts_left_out=tuple(part.part for part in total.parts if part.score is None),
        areas=scorecards(method, "area", areas, members.areas(), losses),
        site_types=scorecards(method, "site_type", groups(rows, "site_type"), members.site_types(), losses),
        units=scorecards(method, "unit", units, members.units(), losses),
        places=scorecards(method, "place", groups(members.by_place(), "place"), members.places(), losses),
        results=criterion_results(method, figure.group, losses, catalogue, plan.criteria),
        sites=site_results(method, members, rows, losses, of_sites, gains),
        gaps=gaps,
        open=told.open(rows),
        shown=told.shown(),
        unchecked=_unchecked(plan, rows),
        findings=told.table(rows, judgement.round_id),
        submission=submission,
        notes=tuple(sorted({*submission.notes, *judgement.visits.notes, *judgement.evaluation.notes, *silent})),
    )
    assessment = replace(
        assessment,
        mending=mending_of(judgement, figure, gaps, assessment.results),
        heat=heat_of(method, catalogue, assessment.areas, places_of_findings(method, catalogue, by_area)),
        stability=stability_of(method, catalogue, assessment.areas, areas),
        estimates=estimates_of(judgement),
        single_visits=single_visits(judgement, say),
    )
    check_totals(assessment)
    return assessment


def estimates_of(judgement: Judgement) -> tuple[Estimate, ...]:
    """What the questionnaires of a round say, of answers and of counts, beside the limits of the criteria in force."""
    evaluation, catalogue = judgement.evaluation, judgement.catalogue
    rates = rate_estimates(catalogue, evaluation.frames, judgement.geography)
    return with_thresholds((*evaluation.estimates, *rates), judgement.plan.criteria.values())


def round_of(submission: Submission, name: str) -> Round:
    """A round of the data by its id."""
    for round_id, title, start, end in submission.rounds.iter_rows():
        if round_id == name:
            return Round(name, title or name, start, end)
    return Round(name, name, None, None)


def _unchecked(plan: Plan, rows: pl.DataFrame) -> tuple[str, ...]:
    """Criteria in force that no visited site observed."""
    seen = set(rows.filter(~pl.col("status").is_in(["unobserved", "invalid"]))["criterion"])
    return tuple(each.id for each in plan.criteria.values() if each.kind != "show" and each.id not in seen)


def site_results(
    method: Method,
    members: Members,
    rows: pl.DataFrame,
    losses: Losses,
    groups: Mapping[str, Group],
    gains: GainsOf,
) -> tuple[SiteResult, ...]:
    """Every site on the register, visited or not, by type and key; under ``each`` every visit has a card too."""
    visits: dict[str, list[str]] = defaultdict(list)
    for site, visit in rows.select("site", VISIT).unique().sort("site", VISIT).iter_rows():
        visits[site].append(visit)
    catalogue = members.plan.catalogue
    registered = list(members.submission.sites.sort("site").iter_rows(named=True))
    names = {
        row["site"]: Member(
            row["name"] or row["site"],
            row["site_type"],
            row["area"],
            *((0, 0, 1, 1) if row["site_type"] in method.records else (1, 1)),
        )
        for row in registered
    }
    of_sites = site_cards(method, groups, {site: names[site] for site in names if site in visits}, losses)
    by_site = {card.id: card for card in of_sites}
    each = [name for name in catalogue.site_types if catalogue.inspections(name) == "each"]
    several = {row["site"] for row in registered if row["site_type"] in each}
    of_visits = rows.filter(pl.col("site").is_in(several))
    wanted = {visit: replace(names[site], title=visit) for site in several & visits.keys() for visit in visits[site]}
    by_visit = {
        card.id: card
        for card in site_cards(
            method, add_up(method, of_visits, VISIT, by_site=method.by_site("total")), wanted, losses
        )
    }
    order = {name: index for index, name in enumerate(catalogue.site_types)}
    registered.sort(key=lambda row: (order[row["site_type"]], row["site"]))
    return tuple(
        SiteResult(
            site=row["site"],
            name=row["name"] or row["site"],
            site_type=row["site_type"],
            area=row["area"],
            part_of=row["part_of"],
            visits=tuple(visits.get(row["site"], ())),
            card=by_site.get(row["site"]),
            visit_cards=tuple(by_visit[visit] for visit in visits.get(row["site"], ()) if visit in by_visit),
            page=page_name(row["site"]),
            visit_value=gains.visit(row["site"]) if row["site"] in by_site else None,
        )
        for row in registered
    )
