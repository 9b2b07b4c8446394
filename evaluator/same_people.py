"""How far answers to several questions go together, as the same people give them: one correlation a questionnaire.

Who is content with one thing is so with others, too; then a sample that is by chance too good in one question is so in
all, and a total made of them varies more. With a row a respondent the correlation is reckoned: the mean over all pairs
of questions. Where only numbers were counted, areas tell it: are some above and others below in all questions? That is
a distribution, the likelihood of normal deviations that all have one correlation and any common spread. Before it is
Beta(1, 4), with a mean of 0.2, since answers to different questions seldom go together by more than 0.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from duibiao.criteria.models import SiteType
from duibiao.evaluator.answers import worth_of

Floats = NDArray[np.float64]
ROOTS: Final = (np.arange(20) + 0.5) / 20
CORRELATIONS: Final = ROOTS**2
BEFORE: Final = ROOTS * (1 - CORRELATIONS) ** 3  # Beta(1, 4), times how wide a point is
DIGITS: Final = 6


def of_rows(kind: SiteType, answers: pl.DataFrame, questions: Sequence[str]) -> float:
    """The mean correlation, 0 to 1, of what people answered to some questions (two at least), apart from areas.

    That of the sums over everybody: who gave no answer that counts to one of two questions ties them less.
    """
    columns = []
    for key in questions:
        worth = {answer: float(each) for answer, each in worth_of(kind.questions[key]).items()}
        told = pl.col(key).replace_strict(worth, default=None, return_dtype=pl.Float64)
        columns.append((told - told.mean().over("area")).fill_null(0))
    deviations = answers.select(columns).to_numpy()
    sizes = np.sqrt((deviations**2).sum(axis=0))
    alike = np.divide(deviations, sizes, out=np.zeros(deviations.shape), where=sizes > 0)
    number = len(questions)
    squares = float((alike.sum(axis=1) ** 2).sum()) - float((sizes > 0).sum())
    return round(max(0.0, squares / (number * (number - 1))), DIGITS)


def of_areas(deviations: Sequence[Floats]) -> Floats:
    """The chance of each of ``CORRELATIONS``: of every area the deviations of its shares from those of all areas, in
    standard errors."""
    told = [each for each in deviations if each.size > 1]
    squares = np.zeros(CORRELATIONS.size)
    spread = np.zeros(CORRELATIONS.size)
    for each in told:
        common, number = each.size * each.mean() ** 2, each.size
        together = 1 + (number - 1) * CORRELATIONS
        squares += common / together + ((each**2).sum() - common) / (1 - CORRELATIONS)
        spread += np.log(together) + (number - 1) * np.log(1 - CORRELATIONS)
    if not squares.any():
        before: Floats = BEFORE / BEFORE.sum()
        return before
    free = 1 - 1 / len(told)  # of their deviations one area's follow from the others'
    likely = -free / 2 * (sum(each.size for each in told) * np.log(squares) + spread)
    chances: Floats = BEFORE * np.exp(likely - likely.max())
    return np.asarray(chances / chances.sum())
