"""What ``check`` leaves in OUT of a round too large for a word on every finding: its page, its figures, the rejects."""

from __future__ import annotations

import json
from pathlib import Path

from duibiao.criteria.language import Language
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.document import document, to_json
from duibiao.reports.large_page import render_large
from duibiao.reports.results import write_rejects


def write_large_results(folder: Path, assessment: Assessment, language: Language) -> None:
    """Write index.html, assessment.json and the rejects into a folder. Raises OSError."""
    (folder / "index.html").write_bytes(render_large(assessment, language).encode())
    (folder / "assessment.json").write_bytes(to_json(document(assessment)))
    write_rejects(folder, assessment.submission)


def is_large_result(folder: Path) -> bool:
    """Whether ``check`` left this folder of a large round, which keeps no inputs."""
    if (folder / "inputs").exists():
        return False
    try:
        told = json.loads((folder / "assessment.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(told, dict) and isinstance(told.get("large"), dict)
