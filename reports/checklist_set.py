"""Checklists as files: one of them as a page, a Word document or a workbook, or a whole city's set by area."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from duibiao.reports.checklist import Checklist, Maker
from duibiao.reports.file_names import file_name, file_names, folder_name
from duibiao.reports.folder import CHECKLISTS
from duibiao.reports.subjects import Subject

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
    return file_name(checklist.words.gettext("Checklist"), "", f".{format_}", called)


def write_checklists(maker: Maker, folder: Path, format_: Format, step: Callable[[], None] = lambda: None) -> int:
    """A checklist of every site into an empty folder, in folders by area, and a list of them; returns how many files.

    ``step`` is called after each. Raises OSError.
    """
    listed = []
    # What belongs to another site stands on the checklist of that one.
    for below, subjects in _by_folder(maker).items():
        titles = [(each.page, _called(maker, each)) for each in subjects]
        names = file_names(maker.book.say("Checklist"), titles, "", f".{format_}")
        for subject in subjects:
            checklist = maker.of_sites([subject])
            if checklist.sheets:
                path = f"{below}/{names[subject.page]}"
                (folder / below).mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(checklist_file(checklist, format_))
                listed += [{"site": each.key, "file": path} for each in checklist.sheets]
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
    return len({each["file"] for each in listed})


def _by_folder(maker: Maker) -> dict[str, list[Subject]]:
    """The sites of each folder; two areas whose folders no system would tell apart share one."""
    spelt: dict[str, str] = {}
    folders: dict[str, list[Subject]] = {}
    for subject in maker.known.subjects:
        if subject.whole:
            continue
        # A site without an area must not lie among the folders of areas.
        area = maker.known.area_path(subject) or (maker.book.say("without area"),)
        below = "/".join(folder_name(each) for each in area)
        folders.setdefault(spelt.setdefault(below.casefold(), below), []).append(subject)
    return folders


def _called(maker: Maker, subject: Subject) -> str:
    """The name of a site; a district is one site for its papers and one for its figures, there the type says which."""
    kind = maker.book.catalogue.site_types[subject.kind]
    return subject.name if kind.each is None else f"{kind.title}_{subject.name}"
