"""What every page of a handbook has around it: its title, the catalogue, and the way to the other pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from duibiao.reports.figures import say_text
from duibiao.reports.handbook import Handbook, Link
from duibiao.reports.words import N_

Page = Literal["index", "outline", "units", "sources", "terms"]
PAGES: Final[dict[Page, str]] = {
    "index": N_("Site types"),
    "outline": N_("Outline"),
    "units": N_("Responsible units"),
    "sources": N_("Sources"),
    "terms": N_("Terms"),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of one page; ``root`` leads from its folder to that of the handbook."""

    language: str
    title: str
    catalogue: str
    root: str
    pages: tuple[tuple[Link, bool], ...]
    digest: str


def frame(book: Handbook, title: str, current: Page, root: str = "") -> Frame:
    """The frame of the page called ``title``; ``current`` is the page of the bar that it belongs to."""
    _ = book.say
    shown = [each for each in PAGES if each != "terms" or book.terms]
    return Frame(
        language=book.language,
        title=say_text(_("{page} · {catalogue}"), page=title, catalogue=book.catalogue.head.title),
        catalogue=book.title,
        root=root,
        pages=tuple((Link(_(PAGES[each]), f"{root}{each}.html"), each == current) for each in shown),
        digest=book.catalogue.sha256,
    )
