"""A handbook as files: index, a page per site type, outline, units, sources, terms. Same catalogue, same bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from duibiao.reports.folder import HANDBOOK
from duibiao.reports.handbook import Handbook
from duibiao.reports.handbook_view import handbook_view
from duibiao.reports.html import Translated, render_page
from duibiao.reports.outline_view import outline_view
from duibiao.reports.sources_view import sources_view
from duibiao.reports.terms_view import terms_view
from duibiao.reports.type_view import type_view
from duibiao.reports.units_view import units_view

STYLES: Final = ("page.css", "handbook.css")


def write_handbook(folder: Path, book: Handbook) -> None:
    """Write all pages into ``folder``, which is there, and handbook.json, which says what they were made of.

    Raises OSError.
    """
    _write(folder / "index.html", "handbook/index.html.j2", handbook_view(book), ("handbook.js",))
    _write(folder / "outline.html", "handbook/outline.html.j2", outline_view(book))
    _write(folder / "units.html", "handbook/units.html.j2", units_view(book))
    _write(folder / "sources.html", "handbook/sources.html.j2", sources_view(book))
    if book.terms:
        _write(folder / "terms.html", "handbook/terms.html.j2", terms_view(book))
    (folder / "type").mkdir()
    for name in book.catalogue.site_types:
        _write(folder / "type" / f"{name}.html", "handbook/type.html.j2", type_view(book, name))
    head = book.catalogue.head
    made = {
        "catalogue": head.catalogue,
        "edition": head.edition,
        "language": book.language,
        "sha256": book.catalogue.sha256,
    }
    (folder / HANDBOOK[0]).write_bytes((json.dumps(made, ensure_ascii=False, indent=2) + "\n").encode())


def _write(path: Path, template: str, view: Translated, scripts: tuple[str, ...] = ()) -> None:
    path.write_bytes(render_page(template, view, STYLES, scripts).encode())
