"""A list of drawn sites on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from duibiao.reports.columns_text import aligned
from duibiao.reports.draw_list import DrawList, Group, Line
from duibiao.reports.plain_text import plain_text

Translate = Callable[[str], str]


def draw_text(view: DrawList, say: Translate) -> str:
    """What was drawn, a table for each site type."""
    return "".join(f"{line}\n" for line in _lines(view, say))


def _lines(view: DrawList, say: Translate) -> Iterator[str]:
    yield say("Seed {seed}, register {digest}: {counted}").format(
        seed=view.seed, digest=view.digest[:12], counted=view.counted
    )
    yield from (f"  {plain_text(note)}" for note in view.notes)
    for section in view.sections:
        yield plain_text(f"{section.title}{say(': ')}{section.asked}{say('; ')}{section.counted}")
        rows = [row for group in section.groups for row in _rows(group)]
        if rows:
            yield from aligned(rows, "  ")
        if section.empty:
            yield "  " + say("Nothing to draw in: {areas}").format(areas=plain_text(section.empty))
    if view.undrawn:
        yield plain_text(view.undrawn)


def _rows(group: Group) -> Iterator[tuple[str, ...]]:
    """A row a site; the area stands on its first."""
    told = [group.area, group.counted, *group.remarks]
    for line in group.lines:
        yield plain_text(line.mark), plain_text(line.name), plain_text(_number(line)), plain_text(" · ".join(told))
        told = []


def _number(line: Line) -> str:
    """What tells the site from others of its name: its number, or where it lies."""
    return line.own or line.below
