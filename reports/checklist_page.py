"""A checklist as a page: to print on A4, to read on a phone, self-contained like every page."""

from __future__ import annotations

from duibiao.reports.checklist import Checklist
from duibiao.reports.html import render_page


def checklist_page(checklist: Checklist) -> bytes:
    """One HTML document. The same checklist gives the same bytes."""
    return render_page("checklist.html.j2", checklist, ("page.css", "checklist.css"), ()).encode()
