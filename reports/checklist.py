"""Checklists as values: what is looked at, what counts as met, examples, what to tick; without or with what was last
found."""

from __future__ import annotations

import gettext as gnu
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final, Literal

from duibiao.criteria.models import Criterion, Field, SiteType
from duibiao.evaluator.assessment import Status
from duibiao.evaluator.units import unit_title
from duibiao.reports import words as vocabulary
from duibiao.reports.criterion_view import points_at_stake
from duibiao.reports.example_view import holds_on, seen_values
from duibiao.reports.field_rows import fields_of
from duibiao.reports.figures import loss_text, say_text
from duibiao.reports.form import Form, form_of
from duibiao.reports.handbook import Handbook
from duibiao.reports.quiz import Question, quiz
from duibiao.reports.reading import Mark
from duibiao.reports.rule_words import RuleWords, rule_words
from duibiao.reports.subjects import Finding, Known, Subject

Order = Literal["outline", "points"]
VERDICTS: Final[tuple[Status, ...]] = ("met", "partial", "missed", "unobserved", "not_applicable")
EXAMPLES: Final = 2


@dataclass(frozen=True, slots=True)
class Blank:
    """One thing to write down: a number with its unit, one or more of the ``words``, a text or a date.

    ``see`` is the number of the entry where it is written down already, else 0.
    """

    label: str
    kind: Literal["number", "words", "text", "date"]
    unit: str = ""
    words: tuple[str, ...] = ()
    method: str = ""
    see: int = 0


@dataclass(frozen=True, slots=True)
class Last:
    """What was found last: at one site a status with its day and, where it is not met, why; at all sites of a type how
    many have which.
    """

    mark: Mark | None
    day: str
    because: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One criterion on a checklist."""

    number: int
    id: str
    title: str
    points: str
    severity: Mark | None  # none beside what was met: nothing is amiss there
    place: str
    unit: str
    proposed: bool
    look_for: str
    rule: RuleWords
    evidence: str
    examples: tuple[str, ...]
    remedy: str
    blanks: tuple[Blank, ...]
    last: Last | None
    lost: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One checklist: of a site, or of a type for any site of it. What is '' is to be written by hand.

    ``inside`` says that the site belongs to the one whose sheet stands before: a section of that one.
    """

    key: str
    title: str
    name: str
    number: str
    kind: str
    area: str
    unit: str
    told: str
    entries: tuple[Entry, ...]
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Checklist:
    """Everything in one file; ``words`` are the language of its labels, ``verdicts`` the words beside the boxes."""

    words: gnu.NullTranslations
    language: str
    title: str
    catalogue: str
    basis: str
    digest: str
    verdicts: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    questions: tuple[Question, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a checklist is to hold: its order, whether what was last found is told, and whether it ends with a quiz."""

    order: Order = "outline"
    filled: bool = True
    quiz: bool = False


@dataclass(frozen=True, slots=True)
class _Plain:
    """What is the same on every checklist of a site type: an entry without its number, and its blanks by field."""

    entry: Entry
    blanks: tuple[tuple[str, Blank], ...]


@dataclass(frozen=True)
class Maker:
    """Makes checklists of what is ``known``, in the words and with the cases of ``book``."""

    book: Handbook
    known: Known
    wanted: Wanted = field(default_factory=Wanted)
    _plain: dict[str, tuple[_Plain, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def of_types(self, kinds: Sequence[str]) -> Checklist:
        """A sheet for each of some site types, for any site of it."""
        return self._checklist([self._of_type(kind) for kind in kinds], kinds)

    def of_sites(self, subjects: Sequence[Subject], units: Sequence[str] = ()) -> Checklist:
        """A sheet for each of some sites and what belongs to them; with ``units`` only what these lead on."""
        sheets: dict[str, Sheet] = {}
        kinds: dict[str, None] = {}
        for each in self.known.with_parts(subjects):
            sheet = self._of_site(each, units)
            if sheet.entries:
                sheets[each.key] = replace(sheet, inside=each.whole in sheets)
                kinds[each.kind] = None
        return self._checklist(list(sheets.values()), list(kinds))

    def _checklist(self, sheets: Sequence[Sheet], kinds: Sequence[str]) -> Checklist:
        _, book = self.book.say, self.book
        named = list(dict.fromkeys(each.title for each in sheets if not each.inside))
        title = book.listed(named[:3]) + (say_text(_(" and {n} more"), n=str(len(named) - 3)) if named[3:] else "")
        asked = self._ordered(kinds) if self.wanted.quiz else ()
        questions = tuple(quiz(book, asked, spread=self.wanted.order == "outline"))
        return Checklist(
            words=book.words,
            language=book.language,
            title=say_text(_("Checklist: {name}"), name=title),
            catalogue=book.title,
            basis=self._basis(),
            digest=book.catalogue.sha256,
            verdicts=tuple(_(vocabulary.STATUS[each]) for each in VERDICTS),
            sheets=tuple(sheets),
            questions=questions,
        )

    def _basis(self) -> str:
        """On what it stands: the round of which findings are told, else the day whose criteria hold."""
        _, day, assessment = self.book.say, self.known.as_of.isoformat(), self.known.assessment
        if assessment is None or not self.wanted.filled:
            return say_text(_("criteria of {day}"), day=day)
        name = assessment.round.title or assessment.round.id or _("all data")
        return say_text(_("findings of round {round}, as of {day}"), round=name, day=day)

    # -------------------------------------------------------------- sheets

    def _of_type(self, kind: str) -> Sheet:
        _ = self.book.say
        subjects = [each for each in self.known.subjects if each.kind == kind]
        lost = self._lost_at(kind, subjects)
        counted = {rule: self._counted(rule, subjects) for rule in lost if self.wanted.filled}
        lasts = {rule: each for rule, each in counted.items() if each is not None}
        visited = sum(bool(each.found) for each in subjects)
        told = say_text(_("{visited} of {sites} sites visited"), visited=str(visited), sites=str(len(subjects)))
        site_type = self.book.catalogue.site_types[kind]
        return Sheet(
            key=kind,
            title=site_type.title,
            name="",
            number="",
            kind=site_type.title,
            area="",
            unit=self.book.listed(self.book.unit(each) for each in site_type.lead_unit),
            told=told if self.known.assessment is not None and self.wanted.filled else "",
            entries=self._entries(kind, lost, lasts, {}),
        )

    def _of_site(self, subject: Subject, only: Sequence[str]) -> Sheet:
        _, book = self.book.say, self.book
        lost = {rule: found.lost for rule, found in subject.found.items()}
        units = {
            rule: book.listed(unit_title(book.catalogue, each) for each in names)
            for rule, names in subject.units.items()
        }
        usual = Counter(each for each in units.values() if each).most_common(1)
        unit = usual[0][0] if usual else ""
        if only:
            unit = book.listed(
                dict.fromkeys(unit_title(book.catalogue, each) for each in only if _leads(subject, each))
            )
        lasts = {rule: self._last(found) for rule, found in subject.found.items()} if self.wanted.filled else {}
        kept = None if not only else {rule for rule, names in subject.units.items() if set(names) & set(only)}
        entries = self._entries(subject.kind, lost, lasts, units, kept, unit)
        tally = Counter(subject.found[each.id].status for each in entries if each.id in lasts)
        shown = [_(vocabulary.STATUS[each]) + f" {tally[each]}" for each in vocabulary.STATUS if tally[each]]
        within = (self.known.names[subject.whole],) if subject.whole else ()
        return Sheet(
            key=subject.key,
            title=subject.name,
            name=subject.name,
            number=subject.number,
            kind=book.catalogue.site_types[subject.kind].title,
            area=" · ".join((*self.known.area_path(subject), *within)),
            unit=unit,
            told=book.listed(shown),
            entries=entries,
        )

    def _ordered(self, kinds: Sequence[str]) -> Iterator[tuple[SiteType, Criterion]]:
        """The criteria of some site types, each once, those that are asked first in front."""
        seen: set[str] = set()
        for kind in kinds:
            subjects = [each for each in self.known.subjects if each.kind == kind]
            rules = self._by_outline(kind)
            if self.wanted.order == "points":
                lost = self._lost_at(kind, subjects)
                rules.sort(key=lambda each: -lost[each.id])
            for rule in rules:
                if rule.id not in seen:
                    seen.add(rule.id)
                    yield self.book.catalogue.site_types[kind], rule

    def _lost_at(self, kind: str, subjects: Iterable[Subject]) -> Mapping[str, Fraction]:
        lost = dict.fromkeys((each.id for each in self.known.criteria(kind)), Fraction(0))
        for subject in subjects:
            for rule, found in subject.found.items():
                lost[rule] = lost.get(rule, Fraction(0)) + found.lost
        return lost

    def _by_outline(self, kind: str) -> list[Criterion]:
        """By the outline; of the same place as the catalogue has them."""
        places = {place: index for index, place in enumerate(self.book.ways)}
        return sorted(self.known.criteria(kind), key=lambda each: places.get(each.place, len(places)))

    def _entries(
        self,
        kind: str,
        lost: Mapping[str, Fraction],
        lasts: Mapping[str, Last],
        units: Mapping[str, str],
        kept: set[str] | None = None,
        usual: str = "",
    ) -> tuple[Entry, ...]:
        asked: dict[str, int] = {}
        made: list[Entry] = []
        plain = self._plain_entries(kind)
        if self.wanted.order == "points":
            plain = tuple(sorted(plain, key=lambda each: -lost.get(each.entry.id, Fraction(0))))
        for each in plain:
            rule = each.entry.id
            if kept is not None and rule not in kept:
                continue
            place, loses, unit = len(made) + 1, lost.get(rule, Fraction(0)), units.get(rule, "")
            blanks = tuple(replace(blank, see=asked.get(key, 0)) for key, blank in each.blanks)
            asked = {key: place for key, _ in each.blanks if key} | asked
            entry = replace(each.entry, number=place, blanks=blanks, last=lasts.get(rule))
            if entry.last is not None and entry.last.mark is not None and entry.last.mark.tone == "s-met":
                entry = replace(entry, severity=None)
            shown = loss_text(loses, 2) if loses and self.wanted.filled else ""
            made.append(replace(entry, lost=shown, unit=unit if unit != usual else ""))
        return tuple(made)

    def _plain_entries(self, kind: str) -> tuple[_Plain, ...]:
        """The entries of a site type by the outline, as they are without a site."""
        if kind not in self._plain:
            form = form_of(self.book.catalogue, kind, None, self.known.as_of)
            self._plain[kind] = tuple(
                _Plain(self._entry(form.kind, rule), tuple(self._blanks(form, rule))) for rule in self._by_outline(kind)
            )
        return self._plain[kind]

    def _entry(self, kind: SiteType, rule: Criterion) -> Entry:
        _, book = self.book.say, self.book
        return Entry(
            number=0,
            id=rule.id,
            title=rule.title,
            points=points_at_stake(book, rule),
            severity=Mark(f"v-{rule.severity}", _(vocabulary.SEVERITY[rule.severity])),
            place=rule.place,
            unit="",
            proposed=bool(rule.proposed),
            look_for=rule.look_for or "",
            rule=rule_words(book.catalogue, kind, rule, _),
            evidence=book.listed(_(vocabulary.EVIDENCE.get(each, each)) for each in rule.evidence),
            examples=tuple(self._examples(kind, rule)),
            remedy=rule.remedy or "",
            blanks=(),
            last=None,
            lost="",
        )

    # -------------------------------------------------------------- what stands in an entry

    def _examples(self, kind: SiteType, rule: Criterion) -> Iterator[str]:
        """What was seen and what came out, in cases about this criterion alone: one that is missed, one partly met.

        Those of this site type where there are any.
        """
        fitting = [
            each
            for each in self.book.worked_of.get(rule.id, ())
            if each.status in {"missed", "partial"} and len(each.case.expect) == 1 and holds_on(each, rule, kind)
        ]
        fitting = [each for each in fitting if each.case.site_type == kind.id] or fitting
        missed = [each for each in fitting if each.status == "missed"][:1]
        partial = [each for each in fitting if each.status == "partial"]
        for each in [*missed, *partial[: EXAMPLES - len(missed)]]:
            seen = self.book.listed(f"{label} {value}" for label, value in seen_values(self.book, each))
            if seen:
                yield f"{seen} → {self.book.say(vocabulary.STATUS[each.status])}"

    def _blanks(self, form: Form, rule: Criterion) -> Iterator[tuple[str, Blank]]:
        """What is written down for a criterion, by field; the number of problems of it belongs to no field."""
        read = fields_of(form.kind, rule)
        limits = {each.at_most for key, each in form.fields.items() if key in read}
        for key, each in sorted(form.fields.items(), key=lambda pair: pair[0] not in limits):  # the whole, then parts
            if key in read and form.verdicts.get(key) != "yes_no":
                yield key, self._blank(each, own=key == rule.id)
        if rule.id in form.by_problems:
            yield "", Blank(self.book.say("number of problems"), "number")

    def _blank(self, each: Field, *, own: bool) -> Blank:
        _ = self.book.say
        words = tuple(each.scale) or each.options
        if each.kind == "yes_no":
            words = (_("yes"), _("no"))
        kinds: Mapping[str, Literal["number", "text", "date"]] = {"text": "text", "date": "date"}
        unit = each.unit or ("%" if each.kind == "percent" else "")
        label = each.label
        if own:
            label = _("grade") if words else _("points lost")
        return Blank(label, "words" if words else kinds.get(each.kind, "number"), unit, words, each.method or "")

    def _last(self, found: Finding) -> Last:
        word = self.book.say(vocabulary.STATUS[found.status])
        because = found.because if found.status != "met" else ""
        return Last(Mark(f"s-{found.status.replace('_', '-')}", word), found.day, because, found.problems)

    def _counted(self, rule: str, subjects: Sequence[Subject]) -> Last | None:
        """How many sites of a type have which status, of those that have one."""
        _ = self.book.say
        tally = Counter(each.found[rule].status for each in subjects if rule in each.found)
        if not tally:
            return None
        shown = [_(vocabulary.STATUS[each]) + f" {tally[each]}" for each in vocabulary.STATUS if tally[each]]
        sites = say_text(_("of {n} sites: "), n=str(sum(tally.values())))
        return Last(None, "", sites + self.book.listed(shown))


def _leads(subject: Subject, unit: str) -> bool:
    return any(unit in units for units in subject.units.values())
