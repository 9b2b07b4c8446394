"""The outline of a handbook: every place with the criteria that hang on it."""

from __future__ import annotations

import gettext as gnu
from dataclasses import dataclass

from duibiao.criteria.models import Place
from duibiao.evaluator.numerals import number
from duibiao.reports.handbook import Handbook, Link, each_place
from duibiao.reports.handbook_frame import Frame, frame


@dataclass(frozen=True, slots=True)
class Hanging:
    """A criterion with the site types that it stands on, each leading to its page."""

    criterion: Link
    id: str
    types: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A place with what hangs on it and what is under it; ``count`` has the criteria on it and below."""

    id: str
    title: str
    weight: str
    depth: int
    criteria: tuple[Hanging, ...]
    under: tuple[Node, ...]
    count: int


@dataclass(frozen=True, slots=True)
class OutlineView:
    """Everything on the page of the outline."""

    words: gnu.NullTranslations
    frame: Frame
    nodes: tuple[Node, ...]
    places: int
    without: int


def outline_view(book: Handbook) -> OutlineView:
    """The page of the outline; places without a criterion on or below them are counted."""
    hanging: dict[str, list[Hanging]] = {}
    for dated in book.catalogue.criteria:
        hanging.setdefault(book.newest(dated.id).place, []).append(hung(book, dated.id))
    nodes = tuple(_node(each, hanging, 0) for each in book.catalogue.tree)
    ends = [each for each in each_place(book.catalogue.tree) if not each.under]
    return OutlineView(
        words=book.words,
        frame=frame(book, book.say("Outline"), "outline"),
        nodes=nodes,
        places=len(ends),
        without=sum(each.id not in hanging for each in ends),
    )


def hung(book: Handbook, criterion: str) -> Hanging:
    """A criterion with its site types."""
    kinds = book.types_of[criterion]
    return Hanging(
        book.to_criterion(criterion),
        criterion,
        tuple(Link(book.to_type(each).text, book.to_criterion(criterion, each).href) for each in kinds),
    )


def _node(place: Place, hanging: dict[str, list[Hanging]], depth: int) -> Node:
    own = tuple(hanging.get(place.id, ()))
    under = tuple(_node(each, hanging, depth + 1) for each in place.under)
    weight = f"{number(place.weight)}%" if place.weight is not None else ""
    return Node(place.id, place.title, weight, depth, own, under, len(own) + sum(each.count for each in under))
