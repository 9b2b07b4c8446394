"""A list of drawn sites as a page: to print on A4 and tick, to read on a phone, self-contained like every page."""

from __future__ import annotations

from duibiao.reports.draw_list import DrawList
from duibiao.reports.html import render_page


def draw_page(view: DrawList) -> bytes:
    """One HTML document. The same list gives the same bytes."""
    return render_page("draw.html.j2", view, ("page.css", "draw.css"), ()).encode()
