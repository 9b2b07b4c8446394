"""Catalogue x submission -> Assessment: the one function that the command line, tests and other programs call."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Final

import polars as pl

from duibiao.criteria.language import Language, translations
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.areas import geography_of
from duibiao.evaluator.assessment import (
    Assessment,
    Round,
    Scorecard,
    SiteResult,
)
from duibiao.evaluator.compile import Plan, compile_plan
from duibiao.evaluator.evaluate import evaluate
from duibiao.evaluator.members import Members
from duibiao.evaluator.rollup import (
    Member,
    PartOf,
    Scoring,
    add_up,
    criterion_results,
    pooled,
    scorecards,
)
from duibiao.evaluator.submission import Submission
from duibiao.evaluator.told import Told
from duibiao.evaluator.visits import VISIT, last_day, round_visits, rounds_of

PAGE_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")


class UnknownRound(Exception):
    """The round that was asked for is not in the data; carries those that are."""

    def __init__(self, asked: str, known: list[str]) -> None:
        self.asked, self.known = asked, known
        super().__init__(asked)


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

    Raises UnknownRound, NoDate (no row carries a date and ``as_of`` is not given) and TooLarge.
    """
    rounds = rounds_of(submission) or [""]
    if round_id is not None and round_id not in rounds:
        raise UnknownRound(round_id, rounds)
    scored = round_id if round_id is not None else rounds[-1]
    day = as_of or last_day(submission, scored)
    say = translations(language or catalogue.head.language).gettext
    geography = geography_of(submission.areas)
    visits = round_visits(catalogue, submission, scored)
    plan = compile_plan(catalogue, day, [name for name, frame in visits.frames.items() if frame.height])
    evaluation = evaluate(plan, submission, visits, geography)
    told = Told(plan, submission, visits, evaluation, geography, say)
    rows = told.rows()
    scoring = Scoring(plan)
    city = add_up(rows.with_columns(pl.lit("").alias("city")), "city").get("", {})
    factors = scoring.loss_factors(city)
    parts = scoring.parts(city)
    members = Members(plan, submission, geography, say, rows)
    total = scorecards(scoring, "total", {"": city}, {"": members.city()}, factors, lambda _: scoring.total(parts))[0]
    sites = _sites(scoring, members, rows, factors)
    gaps = told.gaps(rows, factors)
    return Assessment(
        catalogue=catalogue,
        criteria=plan.criteria,
        round=_round(submission, scored),
        earlier_rounds=tuple(_round(submission, each) for each in rounds[: rounds.index(scored)]),
        as_of=day,
        total=replace(total, rank=None, ranked=0),
        total_parts_left_out=tuple(part.part for part in parts if part.score is None),
        areas=scorecards(scoring, "area", add_up(members.by_area(), "group"), members.areas(), factors),
        site_types=scorecards(scoring, "site_type", add_up(rows, "site_type"), members.site_types(), factors),
        units=scorecards(scoring, "unit", add_up(members.by_unit(), "group"), members.units(), factors),
        places=scorecards(scoring, "place", add_up(members.by_place(), "group"), members.places(), factors),
        results=criterion_results(scoring, city, factors, catalogue),
        sites=sites,
        gaps=gaps,
        open=told.open(rows),
        shown=told.shown(),
        unchecked=_unchecked(plan, rows),
        findings=told.table(rows, scored),
        submission=submission,
        notes=tuple(sorted({*submission.notes, *visits.notes, *evaluation.notes})),
    )


def _round(submission: Submission, name: str) -> Round:
    for round_id, title, start, end in submission.rounds.iter_rows():
        if round_id == name:
            return Round(name, title or name, start, end)
    return Round(name, name, None, None)


def _unchecked(plan: Plan, rows: pl.DataFrame) -> tuple[str, ...]:
    """Criteria in force that no visited site observed."""
    seen = set(rows.filter(~pl.col("status").is_in(["unobserved", "invalid"]))["criterion"])
    return tuple(each.id for each in plan.criteria.values() if each.kind != "show" and each.id not in seen)


def _sites(
    scoring: Scoring, members: Members, rows: pl.DataFrame, factors: Mapping[PartOf, Fraction]
) -> tuple[SiteResult, ...]:
    """Every site on the register, visited or not, by type and key; under ``each`` every visit has a card too."""
    visits: dict[str, list[str]] = defaultdict(list)
    for site, visit in rows.select("site", VISIT).unique().sort("site", VISIT).iter_rows():
        visits[site].append(visit)
    catalogue = scoring.plan.catalogue
    registered = list(members.submission.sites.sort("site").iter_rows(named=True))

    def cards(group: str, wanted: dict[str, Member]) -> dict[str, Scorecard]:
        sums = add_up(rows, group)
        made = scorecards(scoring, "site", sums, wanted, factors, lambda own: pooled(scoring, own))
        return {card.id: card for card in made}

    names = {row["site"]: Member(row["name"] or row["site"], row["site_type"], row["area"], 1, 1) for row in registered}
    by_site = cards("site", {site: names[site] for site in names if site in visits})
    each = [
        name
        for name, kind in catalogue.site_types.items()
        if (kind.several_inspections or catalogue.score.several_inspections) == "each"
    ]
    several = {row["site"] for row in registered if row["site_type"] in each}
    by_visit = cards(
        VISIT, {visit: replace(names[site], title=visit) for site in several & visits.keys() for visit in visits[site]}
    )
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
        )
        for row in registered
    )
