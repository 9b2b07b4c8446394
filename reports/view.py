"""The city page as values: wording, order, rounding and colour are decided here, templates only place them."""

from __future__ import annotations

import gettext as gnu
from dataclasses import dataclass

from duibiao.evaluator.assessment import Assessment
from duibiao.reports.cards_view import CardTable, area_tables, place_tables, type_tables, without_area
from duibiao.reports.changes_view import ChangesView, changes_view
from duibiao.reports.deadlines_view import DeadlinesView, deadlines_section
from duibiao.reports.estimates_view import QuestionnaireView, questionnaires_view
from duibiao.reports.figures import Figure, Sentence, say, say_text
from duibiao.reports.forecast_view import ForecastView, forecast_section
from duibiao.reports.heat_view import HeatView, heat_view
from duibiao.reports.losses_view import (
    LossesView,
    criteria_sentence,
    criterion_rows,
    losses_view,
)
from duibiao.reports.map_view import MapView, map_section
from duibiao.reports.method_view import DataView, MethodView, data_section, method_section
from duibiao.reports.plan_view import PlanView, plan_view
from duibiao.reports.query_view import QueryView, query_section
from duibiao.reports.reading import Pages, Reading
from duibiao.reports.red_black_view import RedBlackView, red_black
from duibiao.reports.score_view import ScoreView, score_section
from duibiao.reports.sites_view import (
    BlankRow,
    Listing,
    UncheckedRow,
    blank_rows,
    listing,
    unchecked_rows,
    unobserved_by_criterion,
)


@dataclass(frozen=True, slots=True)
class Head:
    """Who, what and when."""

    language: str
    title: str
    catalogue: str
    round: Sentence
    facts: tuple[tuple[str, Sentence], ...]
    provisional: Sentence | None


@dataclass(frozen=True, slots=True)
class CityView:
    """Everything on the city page; ``words`` are the language in which the template's own labels stand."""

    words: gnu.NullTranslations
    head: Head
    score: ScoreView
    criteria_sentence: Sentence
    losses: LossesView
    plan: PlanView | None
    changes: ChangesView
    areas: tuple[CardTable, ...]
    assessed_before: bool  # whether there is a round before, whose gaps can be followed
    changed: bool  # whether its scores can be compared
    firm: bool  # whether it is known how firmly areas hold their places
    heat: HeatView | None
    deadlines: DeadlinesView
    site_types: CardTable
    other_types: CardTable
    record_types: CardTable
    places: CardTable
    all_places: CardTable
    forecast: ForecastView | None
    map: MapView
    red_black: RedBlackView
    query: QueryView
    blank_types: tuple[BlankRow, ...]
    blank_areas: tuple[BlankRow, ...]
    blank_records: tuple[BlankRow, ...]
    unchecked: tuple[UncheckedRow, ...]
    without_area: Sentence | None
    invalid: Listing
    unobserved: Listing
    unobserved_by_criterion: tuple[tuple[str, Figure], ...]
    waived: Listing
    questionnaires: tuple[QuestionnaireView, ...]
    data: DataView
    method: MethodView


def city_view(assessment: Assessment, words: gnu.NullTranslations, pages: Pages = "gaps") -> CityView:
    """The city page in the language of ``words``; links stand only where ``pages`` has a page written."""
    return city(Reading(assessment, words, pages))


def city(reading: Reading) -> CityView:
    """The city page of an assessment that is being read."""
    criteria = tuple(criterion_rows(reading))
    site_types, other_types, record_types = type_tables(reading)
    places, all_places = place_tables(reading)
    return CityView(
        words=reading.words,
        head=_head(reading),
        score=score_section(reading),
        criteria_sentence=criteria_sentence(reading),
        losses=losses_view(reading, criteria),
        plan=plan_view(reading),
        changes=changes_view(reading),
        areas=tuple(area_tables(reading)),
        assessed_before=reading.assessment.previous is not None,
        changed=reading.compared is not None,
        firm=reading.assessment.stability is not None,
        heat=heat_view(reading),
        deadlines=deadlines_section(reading),
        site_types=site_types,
        other_types=other_types,
        record_types=record_types,
        places=places,
        all_places=all_places,
        forecast=forecast_section(reading),
        map=map_section(reading),
        red_black=red_black(reading),
        query=query_section(reading, criteria),
        blank_types=blank_rows(reading, "site_type"),
        blank_areas=blank_rows(reading, "area"),
        blank_records=blank_rows(reading, "record"),
        unchecked=unchecked_rows(reading),
        without_area=without_area(reading),
        invalid=listing(reading, "invalid"),
        unobserved=listing(reading, "unobserved", shown=0),
        unobserved_by_criterion=unobserved_by_criterion(reading),
        waived=listing(reading, "waived"),
        questionnaires=questionnaires_view(reading),
        data=data_section(reading),
        method=method_section(reading),
    )


def _head(reading: Reading) -> Head:
    _, assessment = reading.word, reading.assessment
    head, total = assessment.catalogue.head, assessment.total
    named = reading.round()
    period = [day.isoformat() for day in (assessment.round.start, assessment.round.end) if day is not None]
    visited = (Figure(str(total.sites), "total.sites"), " / ", Figure(str(total.registered), "total.registered"))
    handed_in = (
        Figure(str(total.records), "total.records"), " / ", Figure(str(total.records_known), "total.records_known")
    )  # fmt: skip
    return Head(
        language=reading.language,
        title=say_text(_("{city} self-assessment"), city=reading.city) if reading.city else _("City self-assessment"),
        catalogue=say_text(_("{title}, edition {edition}"), title=head.title, edition=head.edition),
        round=say(_("Round {round}"), round=named)
        + ((" ", " – ".join(dict.fromkeys(period))) if period and named not in period else ()),
        facts=(
            (_("As of"), (assessment.as_of.isoformat(),)),
            (_("Sites visited"), visited),
            *(((_("Records handed in"), handed_in),) if total.records_known else ()),
            (_("Criteria that count"), _counting(reading)),
            (_("Rows used"), _rows_used(assessment)),
        ),
        provisional=reading.provisional(),
    )


def _counting(reading: Reading) -> Sentence:
    """How many criteria count by themselves, and how many only within one of two methods."""
    _, results = reading.word, reading.assessment.results
    counting = sum(each.counts for each in results)
    count = Figure(str(counting), made_from="results")
    if counting == len(results):
        return (count,)
    members = Figure(str(len(results) - counting), made_from="results")
    return say(_("{n} and {members} within criteria of two methods"), n=count, members=members)


def _rows_used(assessment: Assessment) -> Sentence:
    submission = assessment.submission
    return (Figure(str(submission.used), "data.used"), " / ", Figure(str(submission.read), "data.read"))
