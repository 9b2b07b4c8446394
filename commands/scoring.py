"""One round scored. What cannot be scored is said, and ends with 2."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NoReturn

from duibiao.commands.ending import fail
from duibiao.criteria.language import Language
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.criteria.models import Catalogue
    from duibiao.evaluator.assessment import Assessment
    from duibiao.evaluator.comparison import Comparison
    from duibiao.evaluator.judgement import Engine, Judgement
    from duibiao.evaluator.submission import Submission
    from duibiao.evaluator.sums import TooLarge
    from duibiao.evaluator.totals import Inconsistent


def score(
    catalogue: Catalogue,
    submission: Submission,
    round_id: str | None,
    as_of: date | None,
    spoken: Language,
    earlier: list[Judgement] | None = None,
    engine: Engine | None = None,
) -> tuple[Judgement, Assessment]:
    """One round scored. With ``earlier`` the rounds before it stand beside it; of an empty list those in its data.

    ``engine`` is what makes the findings; this process otherwise.
    """
    from duibiao.evaluator.assess import assess_judgement
    from duibiao.evaluator.evaluate import evaluate
    from duibiao.evaluator.judgement import UnknownRound, judge_round
    from duibiao.evaluator.sums import TooLarge
    from duibiao.evaluator.totals import Inconsistent
    from duibiao.evaluator.visits import NoDate

    try:
        judgement = judge_round(catalogue, submission, round_id, as_of, engine or evaluate)
        assessment = assess_judgement(judgement, spoken)
        if earlier or (earlier is not None and assessment.earlier_rounds):
            assessment = _beside(earlier, judgement, assessment, spoken)
    except UnknownRound as error:
        unknown_round(error.asked, error.known)
    except NoDate:
        no_date()
    except TooLarge as error:
        too_large(error)
    except Inconsistent as error:
        inconsistent(error)
    return judgement, assessment


def is_undated(submission: Submission, round_id: str | None, as_of: date | None) -> bool:
    """Whether nothing says which day's criteria hold: no row of the round, and nobody."""
    from duibiao.evaluator.visits import NoDate, last_day, rounds_of

    rounds = rounds_of(submission) or [""]
    scored = rounds[-1] if round_id is None else round_id
    if as_of is not None or scored not in rounds:
        return False
    try:
        last_day(submission, scored)
    except NoDate:
        return True
    return False


def unknown_round(asked: str, known: list[str]) -> NoReturn:
    """Say that a round is not in the data."""
    from duibiao.criteria.diagnostics import advise

    fail(_("No round '{name}' in the data; {advice}").format(name=asked, advice=advise(asked, known)))


def no_date() -> NoReturn:
    """Say that a day is missing."""
    fail(_("No row of this round carries a date; say which day's criteria hold: --as-of 2026-03-31"))


def too_large(error: TooLarge) -> NoReturn:
    """Say that sums leave the whole numbers."""
    fail(_("The sums are too large to be held exactly ({sizes}); score fewer rows at a time").format(sizes=error))


def inconsistent(error: Inconsistent) -> NoReturn:
    """Say that figures contradict each other."""
    fail(_("The figures do not add up; nothing was written: {error}").format(error=error))


def below(assessment: Assessment, mark: float) -> bool:
    """Whether the total is below a mark, or there is none."""
    total = assessment.total
    return total.score is None or total.withheld or total.score < Fraction(Decimal(str(mark)))


def _beside(earlier: list[Judgement], judgement: Judgement, assessment: Assessment, spoken: Language) -> Assessment:
    from duibiao.evaluator.previous import LaterRound, earlier_judgements, with_earlier

    try:
        return with_earlier(assessment, judgement, earlier or earlier_judgements(judgement), spoken)
    except LaterRound as error:
        fail(
            _("A result given with --previous is as of {earlier}, after this round ({now}); give earlier ones").format(
                earlier=error.earlier, now=error.now
            )
        )


def compare(before: Judgement, after: Judgement) -> Comparison:
    """Why the score changed between two results."""
    from duibiao.evaluator import comparison

    try:
        return comparison.compare(before, after)
    except comparison.MethodsDiffer as error:
        told = [f"  {what}: {old} -> {new}" for what, old, new in error.differences]
        fail("\n".join([_("The two were scored by different methods and cannot be compared:"), *told]))
    except comparison.NoTotal:
        fail(_("One of the two has no total, so there is no change to explain."))
