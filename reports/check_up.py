"""The data check-up: what can be said of data whose rows were not all readable, with no score."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from gettext import NullTranslations

from duibiao.criteria.language import Language, translations
from duibiao.evaluator.submission import Reject, Submission, Table
from duibiao.reports.html import render_page


@dataclass(frozen=True, slots=True)
class CheckUpView:
    """What the check-up page shows."""

    words: NullTranslations
    language: str
    read: int
    used: int
    rejected: int
    reasons: tuple[tuple[str, int], ...]
    tables: tuple[Table, ...]
    rejects: tuple[Reject, ...]
    more: int


SHOWN = 500


def check_up(submission: Submission, language: Language) -> CheckUpView:
    """The view of a submission with rejected rows."""
    return CheckUpView(
        words=translations(language),
        language="zh-CN" if language == "zh" else "en",
        read=submission.read,
        used=submission.used,
        rejected=submission.rejected,
        reasons=tuple(sorted(Counter(each.code for each in submission.rejects).items())),
        tables=submission.tables,
        rejects=submission.rejects[:SHOWN],
        more=max(len(submission.rejects) - SHOWN, 0),
    )


def render_check_up(submission: Submission, language: Language) -> str:
    """The check-up page as one HTML document."""
    return render_page("check_up.html.j2", check_up(submission, language), ("page.css", "city.css"), ())
