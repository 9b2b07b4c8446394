"""What becomes of the cases beside the criteria: worked examples, with the words that a report would have for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from duibiao.criteria.models import Criterion
from duibiao.evaluator.assessment import Status
from duibiao.evaluator.cases import Batch, Case
from duibiao.evaluator.columns import E9
from duibiao.evaluator.visits import VISIT
from duibiao.evaluator.words import Speaker


@dataclass(frozen=True, slots=True)
class Worked:
    """One criterion in one case: what is found, the points earned (None where none count), and why.

    ``criterion`` is the one in force on the day of the case, as it stands on its site type.
    """

    case: Case
    criterion: Criterion
    status: Status
    earned: Fraction | None
    because: str


def work_out(judged: Iterable[Batch], say: Callable[[str], str]) -> list[Worked]:
    """Every criterion that a case expects something of, and that is in force then."""
    found: list[Worked] = []
    for batch in judged:
        rules, speaker = (
            batch.plan.rules_of[batch.kind.site_type.id],
            Speaker(batch.kind.site_type, say, batch.plan.catalogue),
        )
        seen = {row[VISIT]: row for row in batch.frame.iter_rows(named=True)}
        for row in batch.findings.iter_rows(named=True):
            case, rule = batch.cases[int(row[VISIT])], rules[row["criterion"]]
            if rule.id in case.expect:
                value, points = row["value"], Fraction(rule.points)
                earned = None
                if value is not None:
                    earned = points - Fraction(value, E9) if row["loses"] else points * Fraction(value, E9)
                because = speaker.because(rule, row["status"], seen[row[VISIT]], value, row["measure"], by_hand=False)
                found.append(Worked(case, rule, cast(Status, row["status"]), earned, because))
    return sorted(found, key=_place)


def _place(worked: Worked) -> tuple[str, int, int]:
    """Where the case expects it: the order of files and lines."""
    at = worked.case.places[worked.criterion.id]
    return at.file, at.line, at.column
