"""The page of one area or one unit as values: its score, and only its gaps, short enough to print and hand over."""

from __future__ import annotations

import gettext as gnu
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal

from duibiao.evaluator.areas import upwards
from duibiao.evaluator.assess import page_name
from duibiao.evaluator.assessment import Gap, Scorecard
from duibiao.reports.cards_view import ranking
from duibiao.reports.deadline_rule import deadline_rule
from duibiao.reports.estimates_view import QuestionRows, figures_of_areas
from duibiao.reports.figures import Figure, Sentence, loss_digits, loss_text, say, say_text
from duibiao.reports.leaders import leader_text, place_people_text
from duibiao.reports.losses_view import gain_figure, held_text
from duibiao.reports.reading import Mark, Reading, SiteLink
from duibiao.reports.thumbnails import PhotoView, Pictures

ROWS_SHOWN: Final = 500  # gaps on one page; gaps.xlsx has all
PICTURES_SHOWN: Final = 1_000_000  # bytes of the thumbnails of all rows; a row stands on some three to five pages
PICTURE_SIDE: Final = 200  # pixels of the longer side
Group = Literal["area", "unit"]


@dataclass(frozen=True, slots=True)
class GroupGap:
    """One gap as a row: what its own place adds to what is asked of all; ``number`` is that of gaps.xlsx."""

    number: str
    site: SiteLink
    where: str
    status: Mark
    because: str
    problems: tuple[str, ...]
    photos: tuple[PhotoView, ...]
    leader: str  # of the site or its area
    deadline: Sentence
    overdue: bool
    lost: Figure
    gain: Figure | None  # what mending it alone brings
    held: str  # which veto then still holds the total or the site down


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked in the same words at many places, and of whom."""

    criterion: str
    severity: Mark
    asked: str
    remedy: str
    units: str
    leader: str  # of the units, or whom the finding names


@dataclass(frozen=True, slots=True)
class AskedGaps:
    """What is asked, once, and the gaps that lack it: places in ``Assessment.gaps``, the costliest first."""

    ask: Ask
    told: Sentence
    shown: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """Everything on the page of one area or unit."""

    words: gnu.NullTranslations
    language: str
    group: Group
    page: str
    name: str
    where: str
    catalogue: str
    round: Sentence
    provisional: Sentence | None
    score: Figure | None
    band: Mark | None
    told: Sentence
    asked: tuple[AskedGaps, ...]
    gaps: Figure
    deadlines: Sentence  # from what day they are counted
    rest: Sentence | None
    asked_people: tuple[QuestionRows, ...]  # what people of an area said, a question each


def group_gaps(reading: Reading) -> Iterator[GroupGap]:
    """Every gap as a row, in the order of ``Assessment.gaps``."""
    assessment = reading.assessment
    digits = loss_digits((gap.lost for gap in assessment.gaps), reading.digits)
    pictures = Pictures(reading.photos, reading.word, PICTURES_SHOWN, PICTURE_SIDE)
    for index, gap in enumerate(assessment.gaps):
        site = assessment.sites[reading.places_of[gap.site]]
        yield GroupGap(
            number=str(index + 1),
            site=reading.link(gap.site),
            where=reading.placed(site),
            status=reading.status(gap.status),
            because=gap.because,
            problems=gap.problems,
            photos=pictures.of(gap.photos),
            leader=place_people_text(reading, gap),
            deadline=reading.deadline(gap.deadline, gap.next_round),
            overdue=reading.overdue(gap),
            lost=Figure(loss_text(gap.lost, digits), f"gaps.{index}.lost"),
            gain=gain_figure(gap, index),
            held=held_text(reading, gap),
        )


def group_views(reading: Reading) -> Iterator[GroupView]:
    """The pages of the areas that the city page compares and of those below them, then of the units."""
    of_areas, of_units = _by_area(reading), _by_unit(reading)
    asks, figures = [_ask(reading, gap) for gap in reading.assessment.gaps], figures_of_areas(reading)
    for index, card in compared_areas(reading):
        if card.id in reading.written_areas:
            view = _view(reading, "area", card, f"areas.{index}", of_areas.get(card.id, ()), asks)
            yield replace(view, asked_people=figures.get(card.id, ()))
    for index, card in enumerate(reading.assessment.units):
        if card.id in reading.written_units:
            yield _view(reading, "unit", card, f"units.{index}", of_units.get(card.id, ()), asks)


def compared_areas(reading: Reading) -> list[tuple[int, Scorecard]]:
    """The areas that stand in tables, with their places in ``Assessment.areas``."""
    levels, compared = list(reading.assessment.catalogue.head.area_levels), ranking(reading.assessment)
    shown = set(levels[levels.index(compared[0][1].kind) if compared else 0 :])
    return [(index, card) for index, card in enumerate(reading.assessment.areas) if card.kind in shown or not card.id]


def _by_area(reading: Reading) -> Mapping[str, Sequence[int]]:
    found: dict[str, list[int]] = {}
    for index, gap in enumerate(reading.assessment.gaps):
        for above in upwards(reading.assessment.sites[reading.places_of[gap.site]].area):
            found.setdefault(above, []).append(index)
    return found


def _by_unit(reading: Reading) -> Mapping[str, Sequence[int]]:
    found: dict[str, list[int]] = {}
    for index, gap in enumerate(reading.assessment.gaps):
        for unit in gap.lead_units or gap.supporting_units or ("",):
            found.setdefault(unit, []).append(index)
    return found


def _ask(reading: Reading, gap: Gap) -> Ask:
    criterion = reading.criteria[gap.criterion, reading.assessment.sites[reading.places_of[gap.site]].site_type]
    return Ask(
        criterion=criterion.title,
        severity=reading.severity(gap.severity),
        asked=criterion.look_for or "",
        remedy=criterion.remedy or "",
        units=reading.unit_text(gap.lead_units or gap.supporting_units),
        leader=leader_text(reading, gap),
    )


def _asked(reading: Reading, gaps: Sequence[int], asks: Sequence[Ask]) -> Iterator[AskedGaps]:
    """What is asked, the costliest first: what all its gaps that are shown here lose together."""
    _, all_gaps = reading.word, reading.assessment.gaps
    found: dict[Ask, list[int]] = {}
    for index in gaps:
        found.setdefault(asks[index], []).append(index)
    lost = {ask: sum((all_gaps[index].lost for index in places), Fraction(0)) for ask, places in found.items()}
    digits = loss_digits(lost.values(), reading.digits)
    for ask, places in sorted(found.items(), key=lambda each: -lost[each[0]]):
        count = Figure(str(len(places)), made_from="gaps")
        points = Figure(loss_text(lost[ask], digits), made_from="gaps")
        told = say(_("gaps: {n} · points of the total lost: {lost}"), n=count, lost=points)
        yield AskedGaps(ask, told, tuple(places))


def _view(
    reading: Reading, group: Group, card: Scorecard, path: str, gaps: Sequence[int], asks: Sequence[Ask]
) -> GroupView:
    _, assessment = reading.word, reading.assessment
    head = assessment.catalogue.head
    all_gaps = [assessment.gaps[index] for index in gaps]
    return GroupView(
        words=reading.words,
        language=reading.language,
        group=group,
        page=page_name(card.id),
        name=card.title if card.id else _("without area") if group == "area" else _("no unit named"),
        where=reading.area_text(card.parent) if card.parent and card.parent != reading.city else "",
        catalogue=say_text(_("{title}, edition {edition}"), title=head.title, edition=head.edition),
        round=say(_("Round {round}, as of {day}"), round=reading.round(), day=assessment.as_of.isoformat()),
        provisional=reading.provisional(),
        score=reading.score(card.score, f"{path}.score"),
        band=reading.band(card),
        told=_told(reading, card, path, all_gaps),
        asked=tuple(_asked(reading, gaps[:ROWS_SHOWN], asks)),
        gaps=Figure(str(len(gaps)), made_from="gaps"),
        deadlines=deadline_rule(reading, assessment.as_of.isoformat()),
        rest=say(
            _("The {shown} costliest of {n} gaps; the others stand in gaps.xlsx."),
            shown=str(ROWS_SHOWN),
            n=Figure(str(len(gaps)), made_from="gaps"),
        )
        if len(gaps) > ROWS_SHOWN
        else None,
        asked_people=(),
    )


def _told(reading: Reading, card: Scorecard, path: str, gaps: Sequence[Gap]) -> Sentence:
    """Place, points lost, how many gaps, how many of them of high severity and how many of all overdue."""
    _ = reading.word
    told: list[str | Figure] = []
    if card.rank is not None:
        place = say(_("place {rank} of {n}"), rank=Figure(str(card.rank), f"{path}.rank"), n=str(card.ranked))
        told += [*place, " · "]
    if card.lost is not None:
        lost = Figure(loss_text(card.lost, reading.digits), made_from=f"{path}.lost")
        told += [*say(_("{lost} points of the total lost"), lost=lost), " · "]
    high = Figure(str(sum(gap.severity == "high" for gap in gaps)), made_from="gaps")
    late = Figure(str(sum(reading.overdue(gap) for gap in gaps)), made_from="gaps")
    told += say(
        _("{n} gaps, of them {high} of high severity; of all gaps {late} are overdue"),
        n=Figure(str(len(gaps)), made_from="gaps"),
        high=high,
        late=late,
    )
    return tuple(told)
