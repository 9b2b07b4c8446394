"""The page of a round too large for a word on every finding: figures in plain tables, the costliest gaps in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from gettext import NullTranslations
from typing import Final

from duibiao.criteria.language import Language, translations
from duibiao.evaluator.assessment import STATUSES, Assessment, Gap, Scorecard, Tally
from duibiao.evaluator.units import unit_title
from duibiao.evaluator.words import STATUS_WORDS
from duibiao.reports.check_up_text import rows_text
from duibiao.reports.estimates_view import every_figure
from duibiao.reports.figures import half_up, score_text
from duibiao.reports.html import render_page
from duibiao.reports.reading import Reading
from duibiao.reports.terminal import made_lines, result_text
from duibiao.reports.words import COMBINE, NOTES, SEVERITY

NONE: Final = "—"
NOTES_SHOWN: Final = 500
NO_NAMES: Final[Mapping[str, str]] = {}
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A table of figures: the first ``texts`` columns hold words, the others numbers."""

    id: str
    title: str
    meaning: str
    headers: Row
    rows: tuple[Row, ...]
    texts: int = 1


@dataclass(frozen=True, slots=True)
class LargeView:
    """What the page shows."""

    words: NullTranslations
    language: str
    catalogue: str
    title: str
    round: str
    rows: str
    provisional: str
    score: str
    level: str
    verdict: str
    told: tuple[str, ...]
    tables: tuple[FigureTable, ...]
    notes: tuple[tuple[str, str], ...]
    more_notes: int


def render_large(assessment: Assessment, language: Language) -> str:
    """The page as one HTML document."""
    return render_page("large.html.j2", large_view(assessment, language), ("page.css", "city.css", "large.css"), ())


def large_view(assessment: Assessment, language: Language) -> LargeView:
    """The view of a large round."""
    return _Page(assessment, language).view()


class _Page:
    """Words the page of one assessment."""

    def __init__(self, assessment: Assessment, language: Language) -> None:
        self.of, self.language = assessment, language
        self.words = translations(language)
        self.reading = Reading(assessment, self.words, "none")
        self.say = self.words.gettext
        score = assessment.catalogue.score
        self.digits, self.mark = score.rounding.digits, Fraction(score.pass_mark)
        self.marks = (self.mark, *(Fraction(each.at_least) for each in score.levels if each.at_least is not None))

    def view(self) -> LargeView:
        """Everything on the page."""
        _, of, large = self.say, self.of, self.of.large
        assert large is not None
        total, found, head = of.total, of.submission, of.catalogue.head
        notes = [(note.place, note.text) for note in of.notes]
        rejected = _("PROVISIONAL: {count} rows were rejected and do not count").format(count=of.provisional)
        return LargeView(
            words=self.words,
            language="zh-CN" if self.language == "zh" else "en",
            catalogue=_("{title}, edition {edition}").format(title=head.title, edition=head.edition),
            title=_("{city} self-assessment").format(city=total.title),
            round=_("Round {round}, as of {day}").format(round=of.round.title or _("all data"), day=of.as_of),
            rows=rows_text(found.read, found.used, found.rejected, _),
            provisional=rejected if of.provisional else "",
            score=self._score(total.score),
            level=total.level or "",
            verdict=self._verdict(total.score),
            told=(
                *(line.strip() for line in made_lines(of, _)),
                _("Sites visited {seen} of {all}; records handed in {found} of {known}.").format(
                    seen=total.sites, all=total.registered, found=total.records, known=total.records_known
                ),
                _(
                    "This round has {gaps} gaps. The {shown} costliest are told here; the tables in the folders sites "
                    "and gaps have every one, by round and area."
                ).format(gaps=large.gaps, shown=len(of.gaps)),
            ),
            tables=tuple(self._tables()),
            notes=tuple(notes[:NOTES_SHOWN]),
            more_notes=max(0, len(notes) - NOTES_SHOWN),
        )

    # ------------------------------------------------------------------ figures

    def _score(self, score: Fraction | None) -> str:
        return score_text(score, self.digits, self.marks) if score is not None else NONE

    def _verdict(self, score: Fraction | None) -> str:
        _ = self.say
        if score is None:
            return _("no score")
        distance = self.mark - score
        reached = _("above the pass mark {mark}") if distance <= 0 else _("{gap} below the pass mark {mark}")
        return reached.format(gap=score_text(abs(distance), self.digits, (Fraction(0),)), mark=half_up(self.mark, 0))

    @staticmethod
    def _statuses(tally: Tally) -> Row:
        return tuple(str(getattr(tally, status)) for status in STATUSES)

    # ------------------------------------------------------------------ tables

    def _tables(self) -> Iterator[FigureTable]:
        _, of = self.say, self.of
        statuses = tuple(_(STATUS_WORDS[status]) for status in STATUSES)
        yield FigureTable(
            "parts",
            _("Parts"),
            "",
            (_("Part"), _("Weight"), _("Score"), *statuses),
            tuple(
                (f"{part.title} · {_(COMBINE[part.combine])}", f"{half_up(part.weight, 0)}%", self._score(part.score),
                 *self._statuses(part.tally))
                for part in of.total.parts
            ),
        )  # fmt: skip
        yield FigureTable(
            "losses",
            _("Criteria by what they cost"),
            _("All criteria that lose anything, by points of the total lost."),
            (_("Criterion"), _("Points of the total lost"), _("Score"), *statuses),
            tuple(
                (
                    result_text(of, each),
                    half_up(each.lost, 4),
                    self._score(each.score),
                    *self._statuses(each.tally),
                )
                for each in of.results
                if each.lost > 0
            ),
        )
        yield FigureTable(
            "gaps",
            _("The costliest gaps"),
            _("Those whose mending brings the total most come first."),
            (_("Site"), _("Area"), _("Criterion"), _("What was seen"), _("Severity"), _("Lead unit"), _("Deadline"),
             _("Points of the total lost"), _("Mending it brings")),
            tuple(map(self._gap, of.gaps)),
            7,
        )  # fmt: skip
        for level in dict.fromkeys(card.kind for card in of.areas):
            title = of.catalogue.head.area_levels.get(level, level) or _("no area given")
            cards = [card for card in of.areas if card.kind == level]
            yield self._cards(f"area-{level}", title, sorted(cards, key=_by_rank), self._area_names(cards))
        yield self._cards("units", _("Units"), sorted(of.units, key=lambda card: (-(card.lost or 0), card.id)))
        yield self._cards("types", _("Site types"), of.site_types)
        yield self._cards("outline", _("Outline"), of.places)
        yield FigureTable(
            "estimates",
            _("Questionnaires"),
            _("Every figure of the answers, with the limits that it misses or that lie within its error."),
            (_("Questionnaire"), _("Question"), _("Whom"), _("Limits"), _("Result"), _("Interval"), _("Answers")),
            tuple(self._estimates()),
            4,
        )
        yield FigureTable(
            "unchecked",
            _("Criteria nobody checked"),
            "",
            (_("Criterion"), _("Part")),
            tuple(self._unchecked()),
            2,
        )
        yield FigureTable(
            "row-notes",
            _("Notes on inspections"),
            _("They are counted here; nothing was left out for them."),
            (_("What is noted"), _("Times")),
            tuple((_(NOTES[code]), str(count)) for code, count in of.large.notes.items()) if of.large else (),
        )

    def _estimates(self) -> Iterator[Row]:
        for title, _sentence, questions in every_figure(self.reading):
            for question in questions:
                for row in question.rows:
                    figures = (row.value, row.interval, row.answers)
                    limits = "; ".join(mark.word for mark in row.verdicts) or NONE
                    shown = (each.text if each is not None else NONE for each in figures)
                    yield (title, question.text, row.who, limits, *shown)

    def _unchecked(self) -> Iterator[Row]:
        of = self.of
        for name in of.unchecked:
            kinds = of.criteria[name].site_types
            parts = dict.fromkeys(of.method.part_titles[of.method.part_of[kind]] for kind in kinds)
            yield f"{of.criteria[name].title} ({name})", "、".join(parts)

    def _area_names(self, cards: Iterable[Scorecard]) -> dict[str, str]:
        """The names of areas, with the areas above where several are called the same."""
        often = Counter(card.title for card in cards)
        return {card.id: self.reading.area_text(card.id) for card in cards if often[card.title] > 1}

    def _cards(
        self, id_: str, title: str, cards: Iterable[Scorecard], names: Mapping[str, str] = NO_NAMES
    ) -> FigureTable:
        _ = self.say
        rows = [
            (
                f"{'　' * (int(card.kind) - 1)}{card.title}"
                if card.dimension == "place"
                else names.get(card.id, card.title),
                self._score(card.score),
                f"{card.rank} / {card.ranked}" if card.rank is not None else NONE,
                f"{half_up(card.bounds.low, 2)}–{half_up(card.bounds.high, 2)}" if card.bounds is not None else NONE,
                f"{card.sites} / {card.registered}",
                half_up(card.lost, 2) if card.lost is not None else NONE,
                *self._statuses(card.tally),
            )
            for card in cards
        ]
        headers = (_("Name"), _("Score"), _("Rank"), _("Bounds"), _("Sites visited"), _("Points of the total lost"))
        statuses = (_(STATUS_WORDS[status]) for status in STATUSES)
        return FigureTable(id_, title, "", (*headers, *statuses), tuple(rows))

    def _gap(self, gap: Gap) -> Row:
        of = self.of
        sites = {each.site: each for each in of.sites}
        gain = gap.gains.total if gap.gains is not None else None
        return (
            sites[gap.site].name,
            sites[gap.site].area or NONE,
            of.criteria[gap.criterion].title,
            gap.because,
            self.say(SEVERITY[gap.severity]),
            "、".join(unit_title(of.catalogue, unit) for unit in gap.lead_units) or NONE,
            gap.deadline.isoformat() if gap.deadline is not None else NONE,
            half_up(gap.lost, 6),
            half_up(gain, 6) if gain is not None else NONE,
        )


def _by_rank(card: Scorecard) -> tuple[bool, int, str]:
    return (card.rank is None, card.rank or 0, card.id)
