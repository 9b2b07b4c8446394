"""The terms of a handbook: the words of the field in Chinese and English."""

from __future__ import annotations

import gettext as gnu
from dataclasses import dataclass

from duibiao.reports.handbook import Handbook
from duibiao.reports.handbook_frame import Frame, frame


@dataclass(frozen=True, slots=True)
class TermRow:
    """A word, its English, and what it means."""

    word: str
    english: str
    meaning: str


@dataclass(frozen=True, slots=True)
class TermsView:
    """Everything on the page of terms."""

    words: gnu.NullTranslations
    frame: Frame
    terms: tuple[TermRow, ...]


def terms_view(book: Handbook) -> TermsView:
    """The page of terms, in the order of their file."""
    return TermsView(
        words=book.words,
        frame=frame(book, book.say("Terms"), "terms"),
        terms=tuple(TermRow(word, term.en, term.meaning or "") for word, term in book.terms.items()),
    )
