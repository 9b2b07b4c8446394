"""What the script of the city page needs beside the tables that stand in it: columns and numbers instead of repeated
words, and a column of numbers as a text with a character for each, so that 15,000 gaps stay small.
``static/city_data.js`` reads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Final

import polars as pl

from duibiao.criteria.models import Place, Severity
from duibiao.evaluator.assessment import CriterionResult, Gap, Scorecard, SingleVisit, Status
from duibiao.evaluator.intake.photos import photo_names
from duibiao.evaluator.method import Method
from duibiao.evaluator.units import unit_title
from duibiao.reports.addresses import DUE, FILTERS, NO_AREA
from duibiao.reports.figures import Figure, loss_digits, loss_text, plain
from duibiao.reports.leaders import people_text
from duibiao.reports.losses_view import gain_figure, held_text
from duibiao.reports.query_words import query_words
from duibiao.reports.reading import Mark, Reading, share
from duibiao.reports.roman import plain_roman
from duibiao.reports.thumbnails import PhotoView, Pictures
from duibiao.reports.visit_time import visit_time
from duibiao.reports.words import PICTURES

PICTURES_SHOWN: Final = 220_000  # bytes of all thumbnails on the city page, which are a third more as text
NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
HOLE: Final = "\ue000"  # where a number stood in a text; a private character, which data do not have
WEEK: Final = 7
# The characters for numbers: those of one byte first; none that JSON or HTML would write otherwise, no surrogates.
SIGNS: Final = "".join(
    chr(each) for part in (range(0x23, 0x7F), range(0xA1, 0xD800)) for each in part if chr(each) not in "<\\"
)
OPEN: Final[tuple[Status, ...]] = ("unobserved", "invalid", "waived")
SEVERITIES: Final[tuple[Severity, ...]] = ("high", "medium", "low")


class Interned:
    """Values that occur often, each once; others name them by number."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def number(self, value: Hashable) -> int:
        """The number of a value."""
        return self._numbers.setdefault(value, len(self._numbers))

    @property
    def values(self) -> list[Hashable]:
        """All values by their numbers."""
        return list(self._numbers)


def script_json(value: object) -> str:
    """JSON that no element of a page can end or begin in."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def column(numbers: Sequence[int]) -> str | list[int]:
    """Numbers from 0 as a text with a character for each; as they are where there are not so many characters.

    >>> column([0, 1, 90])
    '#$¡'
    """
    if max(numbers, default=0) >= len(SIGNS):
        return list(numbers)
    return "".join(SIGNS[number] for number in numbers)


def query_data(reading: Reading) -> str:
    """The data of all three tables and of the panel, as JSON."""
    return script_json(_Writer(reading).told())


def holes(text: str) -> tuple[str, str]:
    """A text with a hole for every number, and the numbers, separated by blanks.

    >>> holes("12 / 15 = 0.8")[1]
    '12 15 0.8'
    """
    if HOLE in text:
        return text, ""
    return NUMBER.sub(HOLE, text), " ".join(NUMBER.findall(text))


def led_by(reading: Reading, result: CriterionResult) -> list[str]:
    """The kinds of unit that lead a criterion at its types of site, or where none does those that support it."""
    kinds = [kind for kind in result.site_types if (result.id, kind) in reading.criteria]
    criteria = [reading.criteria[result.id, kind] for kind in kinds]
    types = [reading.assessment.catalogue.site_types[kind] for kind in kinds]
    lead = [each.lead_unit or own.lead_unit for each, own in zip(criteria, types, strict=True)]
    named = [unit for units in lead for unit in units]
    return list(dict.fromkeys(named or [unit for each in criteria for unit in each.supporting_units]))


class _Writer:
    """Writes one assessment; what occurs often is interned on the way."""

    def __init__(self, reading: Reading) -> None:
        self.reading, self.assessment = reading, reading.assessment
        self.asks, self.who, self.due, self.cost, self.texts = (Interned() for _ in range(5))
        self.cards, self.areas, self.units = (Interned() for _ in range(3))
        self.criteria = {each.id: None for each in self.assessment.results}
        self.numbers = {name: number for number, name in enumerate(self.criteria)}
        self.tree = self.assessment.method.score.site == "tree"

    def told(self) -> Mapping[str, object]:
        reading, assessment = self.reading, self.assessment
        gaps, sites = self._gaps(), self._sites()  # first: they intern what is written below
        for card in (*assessment.areas, *assessment.units):  # what has no site or gap may be asked for too
            (self.areas if card.dimension == "area" else self.units).number(card.id)
        method = assessment.method
        return {
            "words": query_words(reading),
            "filters": {table: list(names) for table, names in FILTERS.items()},
            "dues": list(DUE),
            "none": NO_AREA,
            "week": WEEK,
            "pass": plain(reading.pass_mark),
            "zero": method.zero,
            "outline": [_outline(place, self.numbers, method) for place in method.places] if self.tree else None,
            "status": {
                each: _mark(reading.status(each)) for each in ("missed", "partial", "met", "not_applicable", *OPEN)
            },
            "severity": {each: _mark(reading.severity(each)) for each in SEVERITIES},
            "levels": [each.name for each in assessment.catalogue.score.levels],
            "types": [[key, reading.kind(key)] for key in assessment.catalogue.site_types],
            "places": [[key, f"{plain_roman(key)} {way[-1].title}", len(way)] for key, way in reading.ways.items()],
            "ways": [[node.id for node in reading.ways.get(each.place, ())] for each in assessment.results],
            "kinds": [led_by(reading, each) for each in assessment.results],
            "kind": {key: reading.unit_kind(key) for key in assessment.catalogue.units},
            "criteria": [[key, method.rules[key].title, plain(method.rules[key].weight)] for key in self.criteria],
            "gaps": gaps,
            "sites": sites,
            "areas": [[path, reading.area_text(str(path))] for path in self.areas.values],
            "units": [[unit, unit_title(assessment.catalogue, str(unit))] for unit in self.units.values],
            "asks": self.asks.values,
            "who": self.who.values,
            "due": self.due.values,
            "cost": self.cost.values,
            "texts": self.texts.values,
            "cards": self.cards.values,
        }

    def _ask(self, key: str, site_type: str, *, whole: bool) -> int:
        """What a criterion asks at sites of a type; ``whole`` with what is looked for and how it is mended."""
        criterion = self.reading.criteria[key, site_type]
        told = (criterion.look_for or "", criterion.remedy or "") if whole else ("", "")
        return self.asks.number((self.numbers[key], criterion.title, *told))

    def _gaps(self) -> Mapping[str, object]:
        reading, assessment = self.reading, self.assessment
        gaps = assessment.gaps
        digits = loss_digits((gap.lost for gap in gaps), reading.digits)
        types = [assessment.sites[reading.places_of[gap.site]].site_type for gap in gaps]
        seen = [holes(gap.because) for gap in gaps]
        return {
            "site": column([reading.places_of[gap.site] for gap in gaps]),
            "ask": column([self._ask(gap.criterion, kind, whole=True) for gap, kind in zip(gaps, types, strict=True)]),
            "status": "".join(gap.status[0] for gap in gaps),
            "severity": "".join(gap.severity[0] for gap in gaps),
            "who": column([self._who(gap) for gap in gaps]),
            "due": column([self._due(gap) for gap in gaps]),
            "cost": column([self._cost(index, gap, digits) for index, gap in enumerate(gaps)]),
            "because": column([self.texts.number(text) for text, _ in seen]),
            "numbers": "|".join(numbers for _, numbers in seen),
            "problems": {str(index): list(gap.problems) for index, gap in enumerate(gaps) if gap.problems},
            "photos": self._photos(),
        }

    def _who(self, gap: Gap) -> int:
        lead = tuple(self.units.number(each) for each in gap.lead_units)
        supporting = tuple(self.units.number(each) for each in gap.supporting_units)
        return self.who.number((lead, supporting, people_text(self.reading, gap)))

    def _due(self, gap: Gap) -> int:
        words = "".join(
            each if isinstance(each, str) else each.text for each in self.reading.deadline(gap.deadline, gap.next_round)
        )
        left = (gap.deadline - self.assessment.as_of).days if gap.deadline is not None else None
        return self.due.number((words, left, gap.seen.isoformat() if gap.seen is not None else ""))

    def _cost(self, index: int, gap: Gap, digits: int) -> int:
        """Points of the total, the criterion's own points, what mending it alone brings, what then still holds down."""
        gain = gain_figure(gap, index)
        brings = gain.text if gain is not None else ""
        held = held_text(self.reading, gap)
        told = (loss_text(gap.lost, digits), plain(gap.lost_points), brings)
        return self.cost.number((*told, held) if held else told)

    def _photos(self) -> Mapping[str, Sequence[Sequence[str]]]:
        """The photos of gaps by number: name, thumbnail, else why there is none. The costliest come first; once a
        picture finds no room, the others are only named."""
        pictures = Pictures(self.reading.photos, self.reading.word, PICTURES_SHOWN)
        full = self.reading.word(PICTURES["page-full"])
        found: dict[str, list[list[str]]] = {}
        room = True
        for index, gap in enumerate(self.assessment.gaps):
            for cell in gap.photos:
                views: Iterable[PhotoView] = pictures.of([cell]) if room else _named(cell, full)
                for view in views:
                    room = room and view.why != full
                    found.setdefault(str(index), []).append([view.name, view.source, view.why])
        return found

    def _sites(self) -> Mapping[str, object]:
        """Columns of sites; the numbers of cards, and of what is there of coverage, begin at 1."""
        reading, sites = self.reading, self.assessment.sites
        types = {key: number for number, key in enumerate(self.assessment.catalogue.site_types)}
        cards = [(index, site.card) for index, site in enumerate(sites) if site.card is not None]
        seen = [(index, card.coverage) for index, card in cards if card.coverage is not None]
        coverage = {index: share(each.observed, each.of, "") for index, each in seen}
        return {
            "type": column([types[site.site_type] for site in sites]),
            "area": column([self.areas.number(site.area or "") for site in sites]),
            "key": self._keys(),
            "card": column([self._card(index) for index in range(len(sites))]),
            "open": [self._open(site.site, site.site_type) for site in sites],
            "met": [self._each_met(site.site) for site in sites] if self.tree else None,
            "bounds": "|".join(self._bounds(site.card) for site in sites),
            "moved": "|".join(self._moved(index, site.card) for index, site in enumerate(sites))
            if reading.compared is not None
            else None,
            "coverage": column(
                [
                    1 + self.texts.number(f"{coverage[index].text} ({coverage[index].of})") if index in coverage else 0
                    for index in range(len(sites))
                ]
            ),
            "cap": {
                str(index): [plain(card.cap), [self.numbers[each] for each in card.capped_by]]
                for index, card in cards
                if card.cap is not None
            },
            "visits": {
                str(reading.places_of[site]): [self._visit(each) for each in visits]
                for site, visits in reading.assessment.single_visits.items()
            },
            "parent": {
                str(index): reading.places_of[site.part_of]
                for index, site in enumerate(sites)
                if site.part_of is not None and site.part_of in reading.places_of
            },
        }

    def _visit(self, visit: SingleVisit) -> Sequence[object]:
        """When, who, and of what differs between visits the criterion, its status, and why."""
        seen = [[self.numbers[each.criterion], each.status, each.because] for each in visit.seen]
        return [visit_time(visit.visit), visit.inspector, seen]

    def _keys(self) -> Mapping[str, object]:
        """How the key of each site follows from its row (its number, its name, its area and name), or what it is."""
        kinds, other = [], {}
        for index, site in enumerate(self.assessment.sites):
            candidates = (self.reading.key_text(site), site.name, f"{site.area}/{site.name}", site.site)
            kinds.append(candidates.index(site.site))
            if kinds[-1] == len(candidates) - 1:
                other[str(index)] = site.site
        return {"kind": column(kinds), "other": other}

    def _moved(self, index: int, card: Scorecard | None) -> str:
        """By how much a site's score moved since the last round; nothing where there are not both."""
        figure = self.reading.change(card.score, f"sites.{index}") if card is not None else None
        return figure.text if figure is not None else ""

    def _bounds(self, card: Scorecard | None) -> str:
        """Low and high, as they are shown; nothing where they are one."""
        told = self.reading.lies_within(card.bounds, "") if card is not None else None
        return " ".join(each.text for each in told or () if isinstance(each, Figure))

    def _card(self, index: int) -> int:
        """How many findings are met with which points, and how many do not apply."""
        site = self.assessment.sites[index]
        if site.card is None:
            return 0
        count, points = self._met.get(site.site, (0, Fraction(0)))
        return 1 + self.cards.number((count, plain(points), site.card.tally.not_applicable))

    def _each_met(self, site: str) -> list[int]:
        """The criteria that are met at a site, each as often as it is: along the outline they do not add up alike."""
        return [self.numbers[key] for key in sorted(self._met_at.get(site, ()))]

    @cached_property
    def _met_at(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        met = self.assessment.findings.filter(pl.col("status") == "met")
        for site, criterion in met.select("site", "criterion").iter_rows():
            found.setdefault(site, []).append(criterion)
        return found

    @cached_property
    def _met(self) -> Mapping[str, tuple[int, Fraction]]:
        met = self.assessment.findings.filter(pl.col("status") == "met").group_by("site", "criterion").len()
        found: dict[str, tuple[int, Fraction]] = {}
        for site, criterion, times in met.iter_rows():
            count, points = found.get(site, (0, Fraction(0)))
            found[site] = (count + times, points + self.assessment.method.rules[criterion].weight * times)
        return found

    def _open(self, site: str, site_type: str) -> str:
        """What is not observed, contradictory or waived at a site: columns separated by blanks."""
        found = self._opened.get(site, {})
        asks = ([self._ask(key, site_type, whole=False) for key in sorted(found.get(each, ()))] for each in OPEN)
        return " ".join("".join(SIGNS[each] for each in own) for own in asks).rstrip()

    @cached_property
    def _opened(self) -> Mapping[str, Mapping[Status, Sequence[str]]]:
        found: dict[str, dict[Status, list[str]]] = {}
        for each in self.assessment.open:
            found.setdefault(each.site, {}).setdefault(each.status, []).append(each.criterion)
        return found


def _outline(place: Place, numbers: Mapping[str, int], method: Method) -> list[object]:
    """A place of the outline: title, weight, way, the criteria that hang on it, and the places under it."""
    weight = plain(Fraction(place.weight)) if place.weight is not None else "1"
    own = [numbers[each] for each in method.on_place.get(place.id, ())]
    title = f"{plain_roman(place.id)} {place.title}"
    return [title, weight, place.combine, own, [_outline(each, numbers, method) for each in place.under]]


def _mark(mark: Mark) -> list[str]:
    return [mark.tone, mark.word]


def _named(cell: str, why: str) -> Iterable[PhotoView]:
    return (PhotoView(name, why=why) for name in photo_names(cell))
