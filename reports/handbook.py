"""A catalogue as a handbook reads it: with its worked examples, its terms, what became of its facts, and a language."""

from __future__ import annotations

import gettext as gnu
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import quote

from duibiao.criteria.diagnostics import CatalogueError, Diagnostic
from duibiao.criteria.language import Language, translations
from duibiao.criteria.lint import lint_catalogue
from duibiao.criteria.load import Reading
from duibiao.criteria.models import Catalogue, Criterion, DatedCriterion, Place, SiteType, SourceRef, TwoMethods
from duibiao.criteria.provenance import Origins, Term, read_origins, read_terms
from duibiao.evaluator.cases import batches, mistakes, read_cases
from duibiao.evaluator.worked import Worked, work_out
from duibiao.reports import words as vocabulary
from duibiao.reports.figures import say_text

CHINESE: Final = "zh-CN"


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere; ``href`` is '' where it does not."""

    text: str
    href: str


@dataclass(frozen=True)
class Handbook:
    """What the pages look up: the catalogue, what its cases come to, and how things are said and linked."""

    catalogue: Catalogue
    worked: tuple[Worked, ...]
    origins: Origins
    terms: Mapping[str, Term]
    words: gnu.NullTranslations

    def say(self, text: str) -> str:
        """``text`` in the language of the handbook."""
        return self.words.gettext(text)

    @property
    def language(self) -> str:
        """The tag of the handbook's language."""
        return CHINESE if isinstance(self.words, gnu.GNUTranslations) else "en"

    @property
    def title(self) -> str:
        """The catalogue with its edition."""
        _, head = self.say, self.catalogue.head
        return say_text(_("{title}, edition {edition}"), title=head.title, edition=head.edition)

    def listed(self, texts: Iterable[str]) -> str:
        """Texts in a row."""
        return ("、" if self.language == CHINESE else ", ").join(texts)

    # -------------------------------------------------------------- criteria

    @cached_property
    def dated(self) -> Mapping[str, DatedCriterion]:
        """Every criterion by id."""
        return {each.id: each for each in self.catalogue.criteria}

    @cached_property
    def types_of(self) -> Mapping[str, tuple[str, ...]]:
        """The site types that each criterion stands on, or stood on at some date."""
        return {
            dated.id: tuple(dict.fromkeys(kind for version in dated.versions for kind in version.criterion.site_types))
            for dated in self.catalogue.criteria
        }

    @cached_property
    def criteria_of(self) -> Mapping[str, tuple[DatedCriterion, ...]]:
        """The criteria of each site type, in the order of the catalogue."""
        found: dict[str, list[DatedCriterion]] = {kind: [] for kind in self.catalogue.site_types}
        for dated in self.catalogue.criteria:
            for kind in self.types_of[dated.id]:
                found[kind].append(dated)
        return {kind: tuple(each) for kind, each in found.items()}

    @cached_property
    def worked_of(self) -> Mapping[str, tuple[Worked, ...]]:
        """The worked examples of each criterion, in the order of their files."""
        found: dict[str, list[Worked]] = {}
        for each in self.worked:
            found.setdefault(each.criterion.id, []).append(each)
        return {criterion: tuple(each) for criterion, each in found.items()}

    @cached_property
    def members(self) -> frozenset[str]:
        """The criteria that count through another one, which takes the lower of two."""
        newest = (each.versions[-1].criterion for each in self.catalogue.criteria)
        return frozenset(member for each in newest if isinstance(each, TwoMethods) for member in each.both)

    def newest(self, criterion: str, kind: str | None = None) -> Criterion:
        """A criterion as it stands last, on a site type or in general."""
        version = self.dated[criterion].versions[-1]
        return version.criterion if kind is None else version.on(kind)

    def home(self, criterion: str, kind: str) -> str:
        """The site type on which a criterion is best shown to a reader of ``kind``: that one, else its first."""
        kinds = self.types_of[criterion]
        return kind if kind in kinds else kinds[0]

    # -------------------------------------------------------------- what else is looked up

    @cached_property
    def ways(self) -> Mapping[str, tuple[Place, ...]]:
        """Every place of the outline with the way to it from the top."""
        return self.catalogue.places()

    def lead(self, criterion: Criterion, kind: SiteType) -> tuple[str, ...]:
        """The units that lead on a criterion of a site type, as far as the catalogue says."""
        return criterion.lead_unit or kind.lead_unit

    def supporting(self, criterion: Criterion, kind: SiteType) -> tuple[str, ...]:
        """The units that support it."""
        return criterion.supporting_units or kind.supporting_units

    def unit(self, name: str) -> str:
        """The title of a unit."""
        known = self.catalogue.units.get(name)
        return known.title if known is not None else name

    def keys(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The words for keys whose values are proposed."""
        return tuple(self.say(vocabulary.KEY.get(key, key)) for key in keys)

    def cited(self, ref: SourceRef) -> str:
        """Where in a source something stands and how sure it is."""
        _ = self.say
        parts = [
            ref.clause,
            say_text(_("edition {edition}"), edition=ref.edition) if ref.edition else None,
            _(vocabulary.SCOPE[ref.scope]),
            _(vocabulary.CONFIDENCE[ref.confidence]),
            ref.note,
        ]
        return " · ".join(part for part in parts if part)

    # -------------------------------------------------------------- links

    def to_type(self, kind: str, root: str = "") -> Link:
        """The page of a site type."""
        return Link(self.catalogue.site_types[kind].title, f"{root}type/{kind}.html")

    def to_criterion(self, criterion: str, kind: str | None = None, root: str = "") -> Link:
        """A criterion on the page of a site type, or of the first one that it stands on."""
        kind = kind if kind is not None else self.types_of[criterion][0]
        return Link(self.newest(criterion, kind).title, f"{root}type/{kind}.html#{criterion}")

    def to_place(self, place: str, root: str = "") -> Link:
        """A place of the outline."""
        title = self.ways[place][-1].title if place in self.ways else ""
        return Link(f"{place} {title}".strip(), f"{root}outline.html#{quote(place)}" if title else "")

    def to_unit(self, unit: str, root: str = "") -> Link:
        """A unit on the page of units."""
        return Link(self.unit(unit), f"{root}units.html#{quote(unit)}" if unit in self.catalogue.units else "")

    def to_source(self, source: str, root: str = "") -> Link:
        """A source on the page of sources."""
        known = self.catalogue.sources.get(source)
        return Link(known.title, f"{root}sources.html#{quote(source)}") if known else Link(source, "")


def read_handbook(reading: Reading, language: Language | None = None) -> Handbook:
    """The handbook of a catalogue, in ``language`` or the catalogue's own.

    Raises CatalogueError with every error that ``lint`` has of it, failing cases among them.
    """
    found = [*reading.diagnostics, *lint_catalogue(reading)]
    _refuse(found)
    assert reading.catalogue is not None
    cases = read_cases(reading, found)
    judged = tuple(batches(reading.catalogue, cases))
    _refuse([*found, *mistakes(judged)])
    words = translations(language or reading.catalogue.head.language)
    return Handbook(
        reading.catalogue,
        tuple(work_out(judged, words.gettext)),
        read_origins(reading.raw, []),
        read_terms(reading.raw, []),
        words,
    )


def cases_for(reading: Reading, criteria: Collection[str], words: gnu.NullTranslations) -> tuple[Worked, ...]:
    """The worked examples that speak of some criteria. Raises CatalogueError where one comes out otherwise."""
    found = list(reading.diagnostics)
    _refuse(found)
    assert reading.catalogue is not None
    wanted = set(criteria)
    cases = [case for case in read_cases(reading, found) if wanted & case.expect.keys()]
    judged = tuple(batches(reading.catalogue, cases))
    _refuse([*found, *mistakes(judged)])
    return tuple(each for each in work_out(judged, words.gettext) if each.criterion.id in wanted)


def _refuse(found: Iterable[Diagnostic]) -> None:
    errors = sorted({each for each in found if each.severity == "error"})
    if errors:
        raise CatalogueError(errors)


def each_place(nodes: Iterable[Place]) -> Iterator[Place]:
    """Every place of an outline, from the top."""
    for node in nodes:
        yield node
        yield from each_place(node.under)
