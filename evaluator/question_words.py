"""A question of a questionnaire in words: what its figure is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from duibiao.criteria.diagnostics import N_
from duibiao.criteria.models import Question
from duibiao.evaluator.spacing import fitted

SHARE: Final = N_("the share of {answers} among the answers to “{question}”")
MEAN: Final = N_("the mean of the answers to “{question}”")


def answered(question: Question, say: Callable[[str], str]) -> str:
    """The share or the mean that is made of the answers: the share of “支持” among the answers to “您支持参评吗”."""
    answers = say(" / ").join(f"“{each}”" for each in question.yes)
    return fitted(say(MEAN if question.scale else SHARE), question=question.text, answers=answers)
