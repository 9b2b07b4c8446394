"""The city page as a PDF in 下发, to hand over where nobody opens a folder."""

from __future__ import annotations

from pathlib import Path

from duibiao.criteria.language import Language, translations
from duibiao.evaluator.assessment import Assessment
from duibiao.reports.browser import printed
from duibiao.reports.file_names import file_name
from duibiao.reports.handout import FOLDER
from duibiao.reports.reading import Reading


def write_report_pdf(folder: Path, assessment: Assessment, language: Language | None, browser: Path) -> str:
    """Print ``index.html`` of a result into 下发 below ``folder``; where it lies below ``folder``.

    Raises NotPrinted, and OSError.
    """
    reading = Reading(assessment, translations(language or assessment.catalogue.head.language), "none")
    _ = reading.word
    made = printed((folder / "index.html").read_text("utf-8"), browser, assessment.as_of)
    name = file_name(_("Assessment report"), assessment.round.id or reading.round(), ".pdf")
    (folder / FOLDER).mkdir(exist_ok=True)
    (folder / FOLDER / name).write_bytes(made)
    return f"{FOLDER}/{name}"
