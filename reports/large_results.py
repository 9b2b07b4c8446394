"""What ``check`` leaves in OUT of a round too large for a word on every finding: the city page, figures, rejects."""

from __future__ import annotations

from pathlib import Path

from duibiao.criteria.language import Language
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.checkup import Checkup
from duibiao.evaluator.document import document, to_json
from duibiao.reports.check_up import render_check_up
from duibiao.reports.html import CHECK_UP, write_pages
from duibiao.reports.results import write_rejects


def write_large_results(folder: Path, assessment: Assessment, checkup: Checkup, language: Language) -> None:
    """Write the page of the city, the check-up, assessment.json and the rejects into a folder. Raises OSError."""
    write_pages(assessment, folder, "none", language, checkup)
    page = render_check_up(checkup, assessment.catalogue, assessment.submission, language, scored=True)
    (folder / CHECK_UP).write_bytes(page.encode())
    (folder / "assessment.json").write_bytes(to_json(document(assessment)))
    write_rejects(folder, assessment.submission)
