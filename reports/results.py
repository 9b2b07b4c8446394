"""What ``check`` leaves in OUT: pages, tables, the assessment, the rejects, and what was scored."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl

from duibiao.criteria.language import Language
from duibiao.criteria.models import Catalogue
from duibiao.evaluator import recount
from duibiao.evaluator.archive import write_inputs
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.checkup import Checkup
from duibiao.evaluator.document import document, to_json
from duibiao.evaluator.intake.rejects import plain, rejects_csv
from duibiao.evaluator.submission import Submission
from duibiao.reports.check_up import render_check_up
from duibiao.reports.gaps_workbook import write_gaps
from duibiao.reports.html import CHECK_UP, write_pages
from duibiao.reports.outlines import Outlines
from duibiao.reports.reading import Pages

BOM = b"\xef\xbb\xbf"


def findings_csv(findings: pl.DataFrame) -> bytes:
    """The findings as CSV: UTF-8 with BOM; several units are joined by a semicolon; no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(findings.columns)
    for row in findings.with_columns(pl.col("lead_units").list.join(";")).iter_rows():
        writer.writerow([plain(value) if isinstance(value, str) else value for value in row])
    return BOM + out.getvalue().encode()


def write_results(
    folder: Path,
    assessment: Assessment,
    checkup: Checkup,
    pages: Pages,
    language: Language,
    outlines: Outlines | None = None,
) -> bool:
    """Write a whole result into an empty folder; False where the gaps are too many for gaps.xlsx. Raises OSError."""
    write_pages(assessment, folder, pages, language, checkup, outlines)
    page = render_check_up(checkup, assessment.catalogue, assessment.submission, language, scored=True)
    (folder / CHECK_UP).write_bytes(page.encode())
    (folder / "assessment.json").write_bytes(to_json(document(assessment)))
    assessment.findings.write_parquet(folder / "findings.parquet")
    (folder / "findings.csv").write_bytes(findings_csv(assessment.findings))
    if assessment.findings_before is not None:
        (folder / recount.BEFORE).write_bytes(findings_csv(assessment.findings_before))
    write_rejects(folder, assessment.submission)
    (folder / "recount.py").write_bytes(Path(recount.__file__).read_bytes())
    write_inputs(folder / "inputs", assessment.catalogue, assessment.submission, assessment.round.id, assessment.as_of)
    return write_gaps(folder, assessment, language)


def write_check_up(
    folder: Path, checkup: Checkup, catalogue: Catalogue, submission: Submission, language: Language
) -> None:
    """Write what can be said of data with rejected rows: the check-up page and the rejects, no score."""
    page = render_check_up(checkup, catalogue, submission, language, scored=False)
    (folder / "index.html").write_bytes(page.encode())
    write_rejects(folder, submission)


def write_rejects(folder: Path, submission: Submission) -> None:
    """Write the rejects as a list, and where there are any as a workbook to mend them in."""
    (folder / "rejects.csv").write_bytes(rejects_csv(submission))
    if submission.rejected:
        from duibiao.evaluator.intake.rejects_workbook import rejects_workbook

        (folder / "rejects.xlsx").write_bytes(rejects_workbook(submission))
