"""What both pages look up in an assessment: names, criteria as they stand on a site type, gaps by site, bands."""

from __future__ import annotations

import gettext as gnu
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from duibiao.criteria.models import Criterion, Place, Severity
from duibiao.evaluator.assessment import (
    STATUSES,
    Assessment,
    Bounds,
    Earlier,
    Gap,
    Previous,
    Scorecard,
    ShownValue,
    SiteResult,
    Status,
    Tally,
)
from duibiao.evaluator.checkup import Checkup
from duibiao.evaluator.submission import Photo
from duibiao.evaluator.units import unit_title
from duibiao.reports import words as vocabulary
from duibiao.reports.direction import isolated
from duibiao.reports.figures import Bar, Figure, Sentence, half_up, say, score_text, width
from duibiao.reports.thumbnails import photos_by_name

if TYPE_CHECKING:
    from duibiao.reports.outlines import Outlines

Pages = Literal["all", "gaps", "none"]
NONE: Final = "—"


@dataclass(frozen=True, slots=True)
class Mark:
    """A band or status as it is shown: always colour and shape (``tone``) and a word."""

    tone: str
    word: str


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many findings have one status."""

    mark: Mark
    count: Figure


@dataclass(frozen=True, slots=True)
class SiteLink:
    """A site by name; ``page`` is empty where no page of it is written."""

    name: str
    page: str


@dataclass(frozen=True)
class Reading:
    """An assessment with the language in which it is told, the pages that are written, and what else was given.

    ``checkup`` is that of its data; ``outlines`` are those of areas, for the map.
    """

    assessment: Assessment
    words: gnu.NullTranslations
    pages: Pages
    checkup: Checkup | None = None
    outlines: Outlines | None = None

    def word(self, text: str) -> str:
        """``text`` in the language of the report."""
        return self.words.gettext(text)

    def listed(self, texts: Iterable[str]) -> str:
        """Texts in a row."""
        return ("、" if self.language == "zh-CN" else ", ").join(map(isolated, texts))

    @property
    def language(self) -> str:
        """The tag of the report's language."""
        return "zh-CN" if isinstance(self.words, gnu.GNUTranslations) else "en"

    def round(self) -> str:
        """The name of the round; where the data know no rounds, all of them."""
        _, scored = self.word, self.assessment.round
        return scored.title or scored.id or _("all data")

    def provisional(self) -> Sentence | None:
        """The line that says how many rows do not count; None where all do."""
        _, rejected = self.word, self.assessment.provisional
        if not rejected:
            return None
        return say(_("Provisional: {n} rejected rows are not counted."), n=Figure(str(rejected), "data.rejected"))

    @property
    def digits(self) -> int:
        """Decimals of a score, as the catalogue declares them."""
        return self.assessment.catalogue.score.rounding.digits

    @cached_property
    def pass_mark(self) -> Fraction:
        """The pass mark, 0..100."""
        return Fraction(self.assessment.catalogue.score.pass_mark)

    @cached_property
    def bounds(self) -> tuple[Fraction, ...]:
        """Marks that a score may not seem to reach by rounding: pass mark, limits of levels, 100."""
        levels = self.assessment.catalogue.score.levels
        return (self.pass_mark, Fraction(100), *(Fraction(each.at_least) for each in levels if each.at_least))

    @cached_property
    def file_of(self) -> Mapping[str, str]:
        """The criteria file in which each criterion stands, as messages of lint call it inside its catalogue."""
        return {each.id: each.file for each in self.assessment.catalogue.criteria}

    @cached_property
    def criteria(self) -> Mapping[tuple[str, str], Criterion]:
        """The criteria in force, as each stands on a site type."""
        versions = self.assessment.catalogue.versions(self.assessment.as_of)
        return {(each.criterion.id, kind): each.on(kind) for each in versions for kind in each.criterion.site_types}

    @cached_property
    def ways(self) -> Mapping[str, tuple[Place, ...]]:
        """Every place of the outline with the way to it from the top."""
        return self.assessment.catalogue.places()

    @cached_property
    def places_of(self) -> Mapping[str, int]:
        """Where each site stands in ``Assessment.sites``."""
        return {each.site: index for index, each in enumerate(self.assessment.sites)}

    @cached_property
    def unit_places(self) -> Mapping[str, int]:
        """Where each unit stands in ``Assessment.units``."""
        return {each.id: index for index, each in enumerate(self.assessment.units)}

    @cached_property
    def gaps_of(self) -> Mapping[str, Sequence[tuple[int, Gap]]]:
        """The gaps of each site with their places in ``Assessment.gaps``."""
        found: dict[str, list[tuple[int, Gap]]] = {}
        for index, gap in enumerate(self.assessment.gaps):
            found.setdefault(gap.site, []).append((index, gap))
        return found

    @cached_property
    def shown_of(self) -> Mapping[str, Sequence[ShownValue]]:
        """The figures for information of each site."""
        found: dict[str, list[ShownValue]] = {}
        for each in self.assessment.shown:
            found.setdefault(each.site, []).append(each)
        return found

    @cached_property
    def photos(self) -> Mapping[str, tuple[Photo, ...]]:
        """The photos by the names that rows give them."""
        return photos_by_name(self.assessment.submission.photos)

    @cached_property
    def members_of(self) -> Mapping[str, Sequence[int]]:
        """The sites that name another one as the site they belong to."""
        found: dict[str, list[int]] = {}
        for index, each in enumerate(self.assessment.sites):
            if each.part_of is not None:
                found.setdefault(each.part_of, []).append(index)
        return found

    @cached_property
    def written(self) -> frozenset[str]:
        """The sites of which a page is written; a site that was not visited has none."""
        if self.pages == "none":
            return frozenset()
        visited = (each for each in self.assessment.sites if each.card is not None)
        if self.pages == "all":
            return frozenset(each.site for each in visited)
        with_gaps = set(self.gaps_of)
        with_gaps |= {self.assessment.sites[self.places_of[each]].part_of or "" for each in self.gaps_of}
        return frozenset(each.site for each in visited if each.site in with_gaps)

    @cached_property
    def written_areas(self) -> frozenset[str]:
        """The areas of which a page may be written: all, or those with gaps, as of the sites."""
        if self.pages == "all":
            return frozenset(card.id for card in self.assessment.areas)
        sites = self.gaps_of if self.pages == "gaps" else ()
        paths = {self.assessment.sites[self.places_of[each]].area or "" for each in sites}
        return frozenset(
            "/".join(names[: depth + 1]) for names in (path.split("/") for path in paths) for depth in range(len(names))
        )

    @cached_property
    def written_units(self) -> frozenset[str]:
        """The units of which a page is written: all, or those with gaps."""
        if self.pages == "all":
            return frozenset(card.id for card in self.assessment.units)
        gaps = self.assessment.gaps if self.pages == "gaps" else ()
        return frozenset(unit for gap in gaps for unit in gap.lead_units or gap.supporting_units or ("",))

    def link(self, key: str) -> SiteLink:
        """The name and page of a site."""
        site = self.assessment.sites[self.places_of[key]]
        return SiteLink(site.name, site.page if key in self.written else "")

    @cached_property
    def city(self) -> str:
        """The one area at the top, which every reader knows; empty where there are several."""
        paths = [each.area for each in self.assessment.sites if each.area] + self.assessment.submission.areas[
            "area"
        ].to_list()
        tops = {path.split("/")[0] for path in paths}
        below = any("/" in path for path in paths)
        return tops.pop() if len(tops) == 1 and below else ""

    def area_text(self, path: str | None) -> str:
        """An area below the city: 川汇区 · 七一路街道."""
        _ = self.word
        if not path:
            return _("without area")
        names = [isolated(name) for name in path.split("/")]
        return " · ".join(names[1:] if self.city and len(names) > 1 else names)

    def unit_text(self, units: Iterable[str]) -> str:
        """Units by name, 川汇区市场监管局; a dash for none."""
        return self.listed(unit_title(self.assessment.catalogue, each) for each in units) or NONE

    def unit_kind(self, name: str) -> str:
        """The title of a unit without its area; its name where the catalogue does not know it."""
        known = self.assessment.catalogue.units.get(name)
        return known.title if known is not None else name

    def status(self, status: Status) -> Mark:
        """A status with its word."""
        return self._statuses[status]

    @cached_property
    def _statuses(self) -> Mapping[Status, Mark]:
        return {each: Mark(f"s-{each.replace('_', '-')}", self.word(vocabulary.STATUS[each])) for each in STATUSES}

    def severity(self, severity: Severity) -> Mark:
        """A severity with its word."""
        return self._severities[severity]

    @cached_property
    def _severities(self) -> Mapping[Severity, Mark]:
        return {each: Mark(f"v-{each}", self.word(word)) for each, word in vocabulary.SEVERITY.items()}

    def lies_within(self, bounds: Bounds | None, path: str) -> Sentence | None:
        """From where to where a figure could lie, where something is open; None where nothing is."""
        if bounds is None or bounds.low == bounds.high:
            return None
        low, high = (half_up(each, self.digits) for each in (bounds.low, bounds.high))
        return (Figure(low, made_from=f"{path}.low"), "–", Figure(high, made_from=f"{path}.high"))

    def trust(self, card: Scorecard, path: str, *, explained: bool = False) -> Sentence:
        """How far a score can be trusted: its bounds, where wanted with what they are, and how much was looked at."""
        _ = self.word
        told: list[str | Figure] = []
        bounds = self.lies_within(card.bounds, f"{path}.bounds")
        if bounds is not None:
            told += [_("Bounds"), " ", *bounds]
            told += [_(" (what nobody observed at its worst and best)")] if explained else []
        if card.coverage is not None:
            observed, whole = card.coverage.observed, card.coverage.of
            shown = share(observed, whole, f"{path}.coverage.observed {path}.coverage.of")
            told += [" · " if told else "", _("Coverage"), " ", shown]
        return tuple(each for each in told if each != "")

    def band(self, card: Scorecard) -> Mark | None:
        """The level of a score; without declared levels, on which side of the pass mark it is."""
        _ = self.word
        if card.score is None:
            return None
        if card.withheld:
            return Mark("none", _("too little observed"))
        passed = card.score >= self.pass_mark
        if card.level is None:
            return Mark("b1", _("passed")) if passed else Mark("b3", _("not passed"))
        return Mark(self.tones[card.level], card.level)

    @cached_property
    def tones(self) -> Mapping[str, str]:
        """The colour and shape of each level: two above the pass mark, two below it."""
        levels = self.assessment.catalogue.score.levels
        above = [each.name for each in levels if each.at_least is not None and each.at_least >= self.pass_mark]
        tones = {each.name: "b2" for each in levels} | dict.fromkeys(above, "b1")
        if len(above) > 1:
            tones[above[0]] = "b0"
        if levels and levels[-1].name not in above:
            tones[levels[-1].name] = "b3"
        return tones

    def score(self, score: Fraction | None, path: str) -> Figure | None:
        """A score with the declared decimals; None where there is none."""
        return None if score is None else Figure(score_text(score, self.digits, self.bounds), path)

    @property
    def compared(self) -> Previous | None:
        """The round before, where its figures may stand beside those of now."""
        previous = self.assessment.previous
        return previous if previous is not None and not previous.differing else None

    def earlier(self, path: str) -> Earlier | None:
        """What stands at ``path`` (areas.3, units.0, sites.12, results.7) in the round before."""
        if self.compared is None:
            return None
        name, _, index = path.partition(".")
        found: Mapping[str, Sequence[Earlier | None]] = {
            each: getattr(self.compared, each) for each in ("areas", "units", "sites", "results")
        }
        return found[name][int(index)] if name in found else None

    def change(self, score: Fraction | None, path: str) -> Figure | None:
        """By how much a score moved since the last round, from the two as they are shown; None without both."""
        before = self.earlier(path)
        now, then = self.score(score, ""), self.score(before.score, "") if before is not None else None
        if now is None or then is None:
            return None
        digits = max(len(each.text.partition(".")[2]) for each in (now, then))
        moved = Fraction(now.text) - Fraction(then.text)
        text = half_up(moved, digits)
        return Figure(f"+{text}" if moved > 0 else text, made_from=f"{path}.score previous.{path}.score")

    def move(self, rank: int | None, path: str) -> Mark | None:
        """How many places were gained or lost since the last round; None where the place is the same."""
        before = self.earlier(path)
        if before is None or rank is None or before.rank is None or before.rank == rank:
            return None
        up = before.rank - rank
        return Mark("up", f"▲{up}") if up > 0 else Mark("dn", f"▼{-up}")

    def counts(self, tally: Tally, path: str) -> tuple[StatusCount, ...]:
        """All seven statuses with their counts."""
        return tuple(
            StatusCount(self.status(each), Figure(str(getattr(tally, each)), f"{path}.{each}")) for each in STATUSES
        )

    def tally_bars(self, tally: Tally) -> tuple[Bar, ...]:
        """Met, partly met, missed and open (not observed or contradictory) as shares of their sum."""
        parts = (
            ("s-met", tally.met),
            ("s-partial", tally.partial),
            ("s-missed", tally.missed),
            ("s-unobserved", tally.unobserved + tally.invalid),
        )
        whole = sum(count for _, count in parts)
        bars, start = [], 0
        for tone, count in parts:
            if count:
                bars.append(Bar(width(Fraction(count, whole)), tone, width(Fraction(start, whole))))
            start += count
        return tuple(bars)

    def conformity(self, tally: Tally, path: str) -> Figure:
        """符合率: met / observed."""
        return share(tally.met, tally.counted, path)

    def deadline(self, day: date | None, next_round: bool) -> Sentence:
        """A deadline and how far it is from the day of the assessment; or before the ``next_round``."""
        _ = self.word
        if next_round:
            return (_("before the next round"),)
        if day is None:
            return (_("none set"),)
        left, shown = (day - self.assessment.as_of).days, Figure(day.isoformat())
        if left < 0:
            return say(_("{day} ({days} d overdue)"), day=shown, days=str(-left))
        if left == 0:
            return say(_("{day} (due today)"), day=shown)
        return say(_("{day} ({days} d left)"), day=shown, days=str(left))

    def overdue(self, gap: Gap) -> bool:
        """Whether a gap's deadline has passed."""
        return gap.deadline is not None and gap.deadline < self.assessment.as_of

    def proposed(self, keys: Iterable[str]) -> str:
        """The words for values that no source gives."""
        return self.listed(self.word(vocabulary.KEY.get(key, key)) for key in keys)

    def key_text(self, site: SiteResult) -> str:
        """The number of a site where it has one of its own, else nothing: not that of an area or unit itself."""
        itself = self.record(site) and site.site.startswith(f"{site.site_type}:")
        return "" if itself or "/" in site.site or "@" in site.site or site.site == site.name else site.site

    def kind(self, site_type: str) -> str:
        """The title of a site type."""
        return self.assessment.catalogue.site_types[site_type].title

    def record(self, site: SiteResult) -> bool:
        """Whether a site is an area or a unit, known by statistics and documents: nobody goes there."""
        return site.site_type in self.assessment.method.records

    def placed(self, site: SiteResult) -> str:
        """The type and area of a site; the type alone where the site is that area."""
        itself = site.area is not None and site.area.split("/")[-1] == site.name
        return self.kind(site.site_type) if itself else f"{self.kind(site.site_type)} · {self.area_text(site.area)}"


def share(count: Fraction | int, whole: Fraction | int, made_from: str) -> Figure:
    """A percentage with numerator and denominator; a dash where nothing is counted."""
    of = f"{trimmed(Fraction(count))} / {trimmed(Fraction(whole))}"
    if not whole:
        return Figure(NONE, made_from=made_from, of=of)
    return Figure(score_text(Fraction(count) * 100 / Fraction(whole), 1, [Fraction(100)]) + "%", "", made_from, of)


def trimmed(value: Fraction) -> str:
    """A number of points with two decimals at most."""
    text = half_up(value, 2)
    return text.rstrip("0").rstrip(".") if "." in text else text
