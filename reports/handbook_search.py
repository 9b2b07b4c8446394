"""What the search box of a handbook looks through, as a block of data inside the page."""

from __future__ import annotations

import json

from markupsafe import Markup

from duibiao.criteria.models import Criterion, SiteType
from duibiao.reports.handbook import Handbook


def search_index(book: Handbook) -> Markup:
    """Site types and criteria as JSON that can stand in a page whatever it says.

    ``types``: id -> title, words beside it. ``criteria``: id, title, what is looked for, words beside it, and by site
    type the words that differ there.
    """
    types = {kind.id: [kind.title, _type_words(book, kind)] for kind in book.catalogue.site_types.values()}
    criteria = []
    for dated in book.catalogue.criteria:
        general = book.newest(dated.id)
        there = [
            [kind, _own_words(book, book.newest(dated.id, kind), general, book.catalogue.site_types[kind])]
            for kind in book.types_of[dated.id]
        ]
        criteria.append([dated.id, general.title, general.look_for or "", _words(book, general), there])
    text = json.dumps({"types": types, "criteria": criteria}, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def _type_words(book: Handbook, kind: SiteType) -> str:
    return _joined(kind.id, *kind.aliases, kind.group)


def _words(book: Handbook, criterion: Criterion) -> str:
    place = book.ways[criterion.place][-1].title if criterion.place in book.ways else None
    sources = [book.to_source(each.ref).text for each in criterion.source]
    clauses = [text for each in criterion.source for text in (each.ref, each.clause, each.edition) if text]
    return _joined(*criterion.aliases, criterion.place, place, *sources, *clauses)


def _own_words(book: Handbook, there: Criterion, general: Criterion, kind: SiteType) -> str:
    """Its units on a site type, and the title and text that differ there."""
    units = [book.unit(each) for each in (*book.lead(there, kind), *book.supporting(there, kind))]
    differing = [
        text for text, known in ((there.title, general.title), (there.look_for, general.look_for)) if text != known
    ]
    return _joined(*units, *differing)


def _joined(*texts: str | None) -> str:
    return " ".join(dict.fromkeys(each for each in texts if each))
