"""The city page as a PDF: the browser that prints, and what was printed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from duibiao.commands.ending import fail
from duibiao.criteria.language import Language
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.evaluator.assessment import Assessment


def find_browser(chosen: str | None) -> Path:
    """The browser that prints, found before anything is scored."""
    import os
    import shutil

    from duibiao.reports.browser import NAMES, find_browser, usual_places

    if chosen is not None:
        program = shutil.which(chosen)
        if program is None:
            fail(_("--browser '{path}' is no program that can be run; nothing was scored.").format(path=chosen))
        return Path(program)
    places = usual_places(sys.platform, os.environ)
    found = find_browser(os.environ, places)
    if found is None:
        fail(
            _(
                "--pdf needs Chromium, Chrome or Edge, and none was found; nothing was scored. Looked for on PATH: "
                "{names}; at: {places}. Install one of them, or say where it is: --browser PATH; or leave out --pdf, "
                "open OUT/index.html and print it."
            ).format(names=", ".join(NAMES), places=", ".join(map(str, places)))
        )
    return found


def write_pdf(folder: Path, out: Path, assessment: Assessment, spoken: Language, browser: Path) -> str:
    """Print the city page into ``folder``, which will be ``out``, and say where it is. Raises NotPrinted."""
    from duibiao.reports.report_pdf import write_report_pdf

    name = write_report_pdf(folder, assessment, spoken, browser)
    return _("To print or send: {path}").format(path=out / name)
