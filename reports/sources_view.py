"""The sources of a handbook: what each is, which criteria cite it, and which facts became no criterion and why."""

from __future__ import annotations

import gettext as gnu
from collections.abc import Iterator
from dataclasses import dataclass

from duibiao.criteria.models import SourceRef
from duibiao.criteria.provenance import Reason
from duibiao.reports import words as vocabulary
from duibiao.reports.handbook import Handbook
from duibiao.reports.handbook_frame import Frame, frame
from duibiao.reports.outline_view import Hanging, hung


@dataclass(frozen=True, slots=True)
class Citation:
    """A criterion that cites a source, and how."""

    criterion: Hanging
    clause: str
    edition: str
    scope: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A source with all that cites it."""

    id: str
    title: str
    publisher: str
    date: str
    note: str
    url: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Facts that became no criterion for one reason; those that repeat another stand with it."""

    reason: str
    note: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the facts: how many there are, how many stand in a criterion, and the others."""

    title: str
    facts: int
    encoded: int
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class SourcesView:
    """Everything on the page of sources."""

    words: gnu.NullTranslations
    frame: Frame
    sources: tuple[SourceEntry, ...]
    sections: tuple[Section, ...]


def sources_view(book: Handbook) -> SourcesView:
    """The page of sources, those that are cited most first."""
    cited: dict[str, dict[tuple[str, SourceRef], None]] = {name: {} for name in book.catalogue.sources}
    for criterion, ref in _refs(book):
        cited.setdefault(ref.ref, {})[criterion, ref] = None
    entries = [_entry(book, name, list(refs)) for name, refs in cited.items()]
    return SourcesView(
        words=book.words,
        frame=frame(book, book.say("Sources"), "sources"),
        sources=tuple(sorted(entries, key=lambda each: (-len(each.citations), each.id))),
        sections=tuple(_sections(book)),
    )


def _refs(book: Handbook) -> Iterator[tuple[str, SourceRef]]:
    """Every citation of every criterion, at any date and on any site type."""
    for dated in book.catalogue.criteria:
        for version in dated.versions:
            for criterion in (version.criterion, *version.by_type.values()):
                for ref in criterion.source:
                    yield dated.id, ref


def _entry(book: Handbook, name: str, refs: list[tuple[str, SourceRef]]) -> SourceEntry:
    _, source = book.say, book.catalogue.sources.get(name)
    return SourceEntry(
        id=name,
        title=source.title if source is not None else name,
        publisher=(source.publisher or "") if source is not None else "",
        date=(source.date or "") if source is not None else "",
        note=(source.note or "") if source is not None else "",
        url=(source.url or "") if source is not None else "",
        citations=tuple(
            Citation(
                criterion=hung(book, criterion),
                clause=ref.clause or "",
                edition=ref.edition or "",
                scope=_(vocabulary.SCOPE[ref.scope]),
                confidence=_(vocabulary.CONFIDENCE[ref.confidence]),
                note=ref.note or "",
            )
            for criterion, ref in refs
        ),
    )


def _sections(book: Handbook) -> Iterator[Section]:
    for section, origins in book.origins.items():
        left: dict[tuple[Reason, str], list[str]] = {}
        for fact, origin in origins.items():
            if origin.not_encoded is not None:
                told = f"{fact} = {origin.of}" if origin.of is not None else fact
                left.setdefault((origin.not_encoded, origin.note or ""), []).append(told)
        yield Section(
            title=book.say(vocabulary.FACTS.get(section, section)),
            facts=len(origins),
            encoded=len(origins) - sum(len(facts) for facts in left.values()),
            left_out=tuple(
                LeftOut(book.say(vocabulary.NOT_ENCODED[reason]), note, tuple(facts))
                for (reason, note), facts in left.items()
            ),
        )
