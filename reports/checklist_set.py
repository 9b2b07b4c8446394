"""Checklists as files: one of them as a page, a Word document or a workbook, or a whole city's set by area."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from duibiao.reports.checklist import Checklist, Maker
from duibiao.reports.file_names import LONGEST, FileNames, file_name
from duibiao.reports.folder import CHECKLISTS

Format = Literal["html", "docx", "xlsx"]


def checklist_file(checklist: Checklist, format_: Format) -> bytes:
    """A checklist in one format. The same checklist gives the same bytes."""
    if format_ == "docx":
        from duibiao.reports.checklist_document import checklist_document

        return checklist_document(checklist)
    if format_ == "xlsx":
        from duibiao.reports.checklist_workbook import checklist_workbook

        return checklist_workbook(checklist)
    from duibiao.reports.checklist_page import checklist_page

    return checklist_page(checklist)


def default_name(checklist: Checklist, called: str, format_: Format) -> str:
    """What a checklist of something ``called`` so is named where nobody says it: 检查表_光华农贸市场.html."""
    ending = f".{format_}"
    return file_name(_called(checklist, called), LONGEST - len(ending)) + ending


def write_checklists(maker: Maker, folder: Path, format_: Format, step: Callable[[], None] = lambda: None) -> int:
    """A checklist of every site into an empty folder, in folders by area, and a list of them; returns how many.

    ``step`` is called after each. Raises OSError.
    """
    names, listed = FileNames(), []
    for subject in maker.known.subjects:
        checklist = maker.of_sites([subject])
        if checklist.sheets:
            # A site without an area must not lie among the folders of areas.
            area = maker.known.area_path(subject) or (maker.book.say("without area"),)
            below = "/".join(file_name(each) for each in area)
            kind = maker.book.catalogue.site_types[subject.kind]
            # A district is one site for its papers and one for its figures: there the type says which is meant.
            called = subject.name if kind.each is None else f"{kind.title}_{subject.name}"
            path = names.name(below, _called(checklist, called), subject.page, f".{format_}")
            (folder / below).mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(checklist_file(checklist, format_))
            listed.append({"site": subject.key, "file": path})
        step()
    head = maker.book.catalogue.head
    made = {
        "catalogue": head.catalogue,
        "edition": head.edition,
        "sha256": maker.book.catalogue.sha256,
        "as_of": maker.known.as_of.isoformat(),
        "language": maker.book.language,
        "files": listed,
    }
    (folder / CHECKLISTS[0]).write_bytes((json.dumps(made, ensure_ascii=False, indent=2) + "\n").encode())
    return len(listed)


def _called(checklist: Checklist, name: str) -> str:
    return f"{checklist.words.gettext('Checklist')}_{name}"
