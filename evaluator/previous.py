"""The rounds before beside this one: their totals, figures of then, what became of the gaps, why the total moved.

A round before is judged anew from its own data by its own criteria, never read from what was printed of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from duibiao.criteria.language import Language
from duibiao.evaluator.assess import assess_judgement, round_of
from duibiao.evaluator.assessment import Assessment, CriterionResult, Earlier, Previous, RoundTotal, Scorecard
from duibiao.evaluator.comparison import (
    Comparison,
    MethodsDiffer,
    NoTotal,
    compare,
    deciding_differences,
)
from duibiao.evaluator.followed import followed, followed_areas, followed_units, gap_fates
from duibiao.evaluator.judgement import Judgement, judge_round
from duibiao.evaluator.visits import NoDate, last_day, rounds_of

TREND: Final = 6  # rounds in a row, this one included


class LaterRound(Exception):
    """A round that is to stand before this one is as of a later day; carries both days."""

    def __init__(self, earlier: date, now: date) -> None:
        self.earlier, self.now = earlier, now
        super().__init__(f"{earlier} > {now}")


def earlier_judgements(judgement: Judgement) -> list[Judgement]:
    """The last rounds before this one in the same data, judged by the same criteria files."""
    submission = judgement.submission
    rounds = rounds_of(submission) or [judgement.round_id]
    before = rounds[: rounds.index(judgement.round_id)][-(TREND - 1) :]
    return [judge_round(judgement.catalogue, submission, each, _day(judgement, each)) for each in before]


def _day(judgement: Judgement, round_id: str) -> date:
    try:
        return min(last_day(judgement.submission, round_id), judgement.as_of)
    except NoDate:
        return judgement.as_of


def with_earlier(
    assessment: Assessment, now: Judgement, earlier: Sequence[Judgement], language: Language | None = None
) -> Assessment:
    """The assessment with the totals of earlier rounds, and with the last of them beside it, in words of the language.

    ``earlier`` may stand in any order. Raises LaterRound where one is as of a day after this one, TooLarge and
    Inconsistent.
    """
    for each in earlier:
        if each.as_of > now.as_of:
            raise LaterRound(each.as_of, now.as_of)
    ordered = sorted(earlier, key=lambda each: each.as_of)[-(TREND - 1) :]
    if not ordered:
        return assessment
    trend = tuple(
        RoundTotal(
            round=round_of(each.submission, each.round_id),
            as_of=each.as_of,
            score=each.total.total(),
            comparable=not deciding_differences(each.method, now.method),
        )
        for each in ordered
    )
    own = RoundTotal(assessment.round, assessment.as_of, assessment.total.score, comparable=True)
    old = assess_judgement(ordered[-1], language)
    previous = _previous(assessment, old, ordered[-1], now)
    return replace(assessment, trend=(*trend, own), previous=previous, findings_before=old.findings)


def _previous(assessment: Assessment, old: Assessment, earlier: Judgement, now: Judgement) -> Previous:
    change, differing = _change(earlier, now)
    fates = gap_fates(old, assessment)
    cards = {site.site: site.card for site in old.sites}
    return Previous(
        round=old.round,
        as_of=old.as_of,
        catalogue=old.catalogue.head.catalogue,
        edition=old.catalogue.head.edition,
        catalogue_sha256=old.catalogue.sha256,
        visited=old.total.sites,
        parts=tuple(part.part for part in old.total.parts if part.score is not None),
        total=_card(old.total),
        areas=_beside(old.areas, assessment.areas),
        units=_beside(old.units, assessment.units),
        sites=tuple(_card(card) if (card := cards.get(site.site)) else None for site in assessment.sites),
        results=_results(old.results, assessment.results),
        followed=followed(fates),
        followed_areas=followed_areas(fates, assessment.areas),
        followed_units=followed_units(fates, assessment.units),
        change=change,
        differing=differing,
    )


def _change(earlier: Judgement, now: Judgement) -> tuple[Comparison | None, tuple[tuple[str, str, str], ...]]:
    try:
        return compare(earlier, now), ()
    except MethodsDiffer as error:
        return None, error.differences
    except NoTotal:
        return None, ()


def _card(card: Scorecard) -> Earlier:
    return Earlier(card.score, card.rank, card.ranked)


def _beside(old: Iterable[Scorecard], now: Iterable[Scorecard]) -> tuple[Earlier | None, ...]:
    cards = {card.id: card for card in old}
    return tuple(_card(cards[card.id]) if card.id in cards else None for card in now)


def _results(old: Iterable[CriterionResult], now: Iterable[CriterionResult]) -> tuple[Earlier | None, ...]:
    scores = {(each.id, each.part): each.score for each in old}
    keys = [(each.id, each.part) for each in now]
    return tuple(Earlier(scores[key], None, 0) if key in scores else None for key in keys)
