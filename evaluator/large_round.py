"""A round too large for a word on every finding, assessed from the sums of its shares.

Every figure is the one that ``assess`` would give: total, areas, site types, units, places of the outline, criteria,
heat, stability. Words are put to the costliest gaps only; the sites and the gaps stay where they were found, in tables.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Final, Protocol

import polars as pl

from duibiao.criteria.language import Language, translations
from duibiao.evaluator.assess import estimates_of, round_of, site_results
from duibiao.evaluator.assessment import FINDINGS, Assessment, Gap, Large, Scorecard, SiteResult
from duibiao.evaluator.cell_groups import CellGroups
from duibiao.evaluator.cell_members import CellMembers
from duibiao.evaluator.figures import TotalFigure
from duibiao.evaluator.gains import GainsOf
from duibiao.evaluator.heat import DEPTH, PlacesIn, heat_of
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.losses import Losses, losses_of
from duibiao.evaluator.members import Members
from duibiao.evaluator.method import Method
from duibiao.evaluator.rollup import criterion_results, half_up, scorecards, total_card
from duibiao.evaluator.share_rows import Tables
from duibiao.evaluator.shares import NO_ROWS, Ground, Rows
from duibiao.evaluator.site_scores import places_of_scores
from duibiao.evaluator.stability import stability_of
from duibiao.evaluator.standing import CostlyGap, costliest_gaps, total_figure
from duibiao.evaluator.subtotals import Subtotals, folded, subtotals
from duibiao.evaluator.sums import Group, add_up
from duibiao.evaluator.told import Told
from duibiao.evaluator.totals import check_sums

GainsAt = Callable[[Mapping[str, Group]], GainsOf]
SHOWN: Final = 100  # the costliest gaps, which are told in words


class Shares(Protocol):
    """The rows about places, wherever they lie and are judged."""

    def sums(self, ground: Ground, loses: Collection[str], shown: int) -> Iterable[Subtotals]:
        """What the shares add to the figures, each or several together, with the ``shown`` worst gaps of each
        criterion; ``loses`` are the criteria whose values are points lost."""

    def rows_of(self, sites: Collection[str]) -> Rows:
        """All rows about a few places."""


class KeptShares(Shares, Protocol):
    """Shares that take rows in, give them back, and write what they found."""

    def add(self, rows: Rows) -> None:
        """Put rows into their shares."""

    def every_row(self) -> Rows:
        """All rows."""

    def write(self, own: Tables, numbers: pl.DataFrame, folder: Path) -> None:
        """Write sites and gaps into a folder, those of areas and units (``own``) among them; ``numbers`` says how many
        sites have each score."""


def assess_large(
    ground: Ground, shares: Shares, language: Language | None = None, earlier: Sequence[str] = (), shown: int = SHOWN
) -> tuple[Assessment, pl.DataFrame]:
    """The assessment of a round in shares, with ``earlier`` rounds before it and ``shown`` gaps; and how many sites of
    each type have each score.

    Raises OneByOne, TooLarge and Inconsistent.
    """
    base = ground.judge(NO_ROWS)
    loses = [rule.id for rule in base.method.rules.values() if rule.loses]
    own, _scores = subtotals(base, shown)
    whole = folded(loses, chain([own], shares.sums(ground, loses, shown)), shown)
    say = translations(language or ground.catalogue.head.language).gettext
    cells = CellGroups(base, whole)
    figure = total_figure(cells)
    losses = losses_of(figure)
    costliest = costliest_gaps(base.method, whole, losses, shown)
    costly = ground.judge(shares.rows_of({gap.site for gap in costliest}))
    assessment = _assessment(base, cells, whole, figure, losses, Told(costly, say), costliest)
    rounds = tuple(round_of(base.submission, each) for each in earlier)
    return replace(assessment, earlier_rounds=rounds), whole.scores


def _assessment(
    base: Judgement,
    cells: CellGroups,
    whole: Subtotals,
    figure: TotalFigure,
    losses: Losses,
    told: Told,
    costliest: Sequence[CostlyGap],
) -> Assessment:
    catalogue, method, members = base.catalogue, base.method, CellMembers(cells, told.say)
    areas, units = cells.groups(cells.by_area), cells.groups(cells.by_unit)
    total, made = total_card(figure, members.city(), losses)
    gaps, sites = _costly(
        told, whole, losses, lambda of_sites: GainsOf(method, figure, areas, units, of_sites), costliest
    )
    area_cards = scorecards(method, "area", areas, members.areas(), losses)
    assessment = Assessment(
        catalogue=catalogue,
        criteria=base.plan.criteria,
        method=method,
        round=round_of(base.submission, base.round_id),
        earlier_rounds=(),
        as_of=base.as_of,
        total=replace(total, rank=None, ranked=0),
        made=made,
        total_parts_left_out=tuple(part.part for part in total.parts if part.score is None),
        areas=area_cards,
        site_types=scorecards(method, "site_type", cells.groups(cells.by_type), members.site_types(), losses),
        units=scorecards(method, "unit", units, members.units(), losses),
        places=scorecards(method, "place", cells.groups(cells.by_place), members.places(), losses),
        results=criterion_results(method, figure.group, losses, catalogue, base.plan.criteria),
        sites=sites,
        gaps=gaps,
        open=(),
        unchecked=_unchecked(base, figure.group),
        findings=pl.DataFrame(schema=FINDINGS),
        submission=base.submission,
        notes=base.submission.notes,
        heat=heat_of(method, catalogue, area_cards, _places_in(cells)),
        stability=stability_of(method, catalogue, area_cards, areas),
        estimates=estimates_of(base),
        large=Large(sites=cells.places + cells.records, gaps=whole.gaps, notes=dict(sorted(whole.notes.items()))),
    )
    check_sums(assessment)
    return assessment


def _costly(
    told: Told, whole: Subtotals, losses: Losses, gains_at: GainsAt, costliest: Sequence[CostlyGap]
) -> tuple[tuple[Gap, ...], tuple[SiteResult, ...]]:
    """The costliest gaps in words and what mending each brings, and their sites with their places among all."""
    if not costliest:
        return (), ()
    sites, wanted = {gap.site for gap in costliest}, {(gap.site, gap.criterion) for gap in costliest}
    rows = told.rows(sites, wanted)
    groups = add_up(told.method, rows, "site")
    gains = gains_at(groups)
    gaps = told.gaps(rows, losses, gains, wanted)
    known = told.submission.sites.filter(pl.col("site").is_in(list(sites)))
    members = Members(told.plan, replace(told.submission, sites=known), told.geography, told.say, rows)
    results = site_results(told.method, members, rows, losses, groups, gains)
    places = _Places(told.method, whole.scores)
    return gaps, tuple(replace(each, card=places.of(each.card)) for each in results)


class _Places:
    """The places of sites among all of their type, from how many have each score."""

    def __init__(self, method: Method, scores: pl.DataFrame) -> None:
        self._digits = method.score.rounding.digits
        scored = scores.drop_nulls("score")
        self._ranked = dict(scored.group_by("site_type").agg(pl.col("number").sum()).iter_rows())
        self._place = {(kind, score): place for kind, score, place in places_of_scores(scores).iter_rows()}

    def of(self, card: Scorecard | None) -> Scorecard:
        """The card of a visited site, with its place."""
        assert card is not None
        shown = half_up(card.score, self._digits) if card.score is not None and not card.withheld else None
        return replace(card, rank=self._place.get((card.kind, shown)), ranked=self._ranked.get(card.kind, 0))


def _unchecked(base: Judgement, city: Group) -> tuple[str, ...]:
    """Criteria in force that no visited site observed."""
    seen = {
        criterion
        for (_, criterion), each in city.sums.items()
        if each.tally.total > each.tally.unobserved + each.tally.invalid
    }
    return tuple(each.id for each in base.plan.criteria.values() if each.kind != "show" and each.id not in seen)


def _places_in(cells: CellGroups) -> PlacesIn:
    """What was found in an area by place, two deep."""
    ways = cells.catalogue.places()
    upper = {place for place, way in ways.items() if len(way) <= DEPTH}
    listed = cells.by_area(cells.tallies).rename({"name": "area"})

    def named(area: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
        def of_area(frame: pl.DataFrame) -> pl.DataFrame:
            own = frame.join(within, on="cell", how="semi")
            return cells.by_place(own).filter(pl.col("name").is_in(upper))

        within = listed.filter(pl.col("area") == area).select("cell").unique()
        return of_area

    return lambda area: cells.groups(named(area))
