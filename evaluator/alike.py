"""What the areas of a question have in common, unsure as it is: its rate, and how far areas lie apart.

Our share is by chance too high in one area and too low in another; so areas of one question lend each other what they
have in common. The rate of an area is Beta(m d, (1 - m) d) around the question's own rate m; 1 / (d + 1) is the square
of ``unlike``, the standard deviation of areas as a part of the largest that can be, the same for all questions. Neither
is known: both come from their distribution given all answers (Gelman et al. 2013, Bayesian Data Analysis, 5.3), on a
lattice, and what is drawn of them holds in all areas of that draw. Before any answer all ``unlike`` from 0 to 1 are of
like chance, and m is as Jeffreys has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duibiao.evaluator.chance import Numbers

Floats = NDArray[np.float64]
JEFFREYS: Final = 0.5
COARSE: Final = 32  # points on the square root of unlike, where its lattice is looked for
LIKELY: Final = 1e-3  # times the chance of the likeliest: what is rarer is left out
UNLIKE: Final = 10  # points of unlike
RATES: Final = np.arange(-4, 4.1, 0.5)  # points of a rate, in standard deviations from its middle
DIGITS: Final = 9


@dataclass(frozen=True)
class Question:
    """The answers to one question in several areas: the share in each, and of how many answers."""

    shares: Floats
    answers: Floats

    def rates(self, unlike: Floats) -> Floats:
        """Where its rate may lie, for each of ``unlike`` a row: evenly on the scale on which its error is the same
        everywhere; nan beyond 0 and 1."""
        weight = self.answers / (1 + (self.answers - 1) * unlike[:, None] ** 2)
        number = weight.sum(axis=1)
        middle = (weight @ self.shares + JEFFREYS) / (number + 2 * JEFFREYS)
        angles = np.arcsin(np.sqrt(middle))[:, None] + RATES / (2 * np.sqrt(number))[:, None]
        return np.where((angles > 0) & (angles < np.pi / 2), np.sin(angles) ** 2, np.nan)

    def deviations(self, unlike: float) -> Floats:
        """How far each share lies from that of all, in standard errors; 0 where all answer alike."""
        number = self.answers.sum()
        mean = float(self.shares @ self.answers / number)
        apart = 1 / self.answers + unlike**2 * (1 - 1 / self.answers)
        error = mean * (1 - mean) * apart * (1 - self.answers / number)
        return np.asarray(np.divide(self.shares - mean, np.sqrt(error), out=np.zeros(error.size), where=error > 0))

    def chances(self, unlike: Floats) -> tuple[Floats, Floats]:
        """How likely each of ``unlike`` makes the answers, in logarithms; and then each rate of its row."""
        from scipy.special import betaln

        rates, apart = self.rates(unlike), (unlike**-2 - 1)[:, None]
        likely = np.zeros(rates.shape)
        yes, no = self.shares * self.answers, (1 - self.shares) * self.answers
        ours, others = apart * rates, apart * (1 - rates)
        for each, other in zip(yes, no, strict=True):
            likely += betaln(ours + each, others + other) - betaln(ours, others)
        best = np.nanmax(likely, axis=1, keepdims=True)
        weights = np.nan_to_num(np.exp(likely - best))
        weight, whole = self.answers / (1 + (self.answers - 1) * unlike[:, None] ** 2), weights.sum(axis=1)
        step = 1 / np.sqrt(weight.sum(axis=1))  # the width of a point
        return best[:, 0] + np.log(whole * step), weights / whole[:, None]


@dataclass(frozen=True)
class Alike:
    """What may be in common, and how likely it is: points of ``unlike`` with their chances, and of every question, for
    each of them a row, points of its rate with theirs."""

    unlike: Floats
    chances: Floats
    rates: Mapping[str, tuple[Floats, Floats]]

    @staticmethod
    def of(questions: Mapping[str, Question]) -> Alike:
        """What the answers to some questions tell, each asked in several areas."""
        coarse = _middles(0, 1, COARSE) ** 2
        likely = sum((each.chances(coarse)[0] for each in questions.values()), np.zeros(COARSE))
        near = np.flatnonzero(likely > likely.max() + np.log(LIKELY))
        roots = _middles(max(0, near[0] - 1) / COARSE, min(near[-1] + 2, COARSE) / COARSE, UNLIKE)
        unlike = roots**2
        told = {ask: each.chances(unlike) for ask, each in sorted(questions.items())}
        fine = sum((each for each, _ in told.values()), np.log(roots))  # a point is as wide as its root
        weights = np.exp(fine - fine.max())
        rates = {ask: (questions[ask].rates(unlike), chances) for ask, (_, chances) in told.items()}
        return Alike(unlike, weights / weights.sum(), rates)

    def deviations(self, question: Question) -> Floats:
        """Those of a question, with areas as unlike as is to be expected."""
        return question.deviations(float(self.unlike @ self.chances))

    def drawn_unlike(self, chance: Floats) -> Numbers:
        """A point of ``unlike`` for each chance 0..1."""
        return drawn(self.chances[None, :], np.zeros(chance.size, dtype=np.int64), chance)

    def drawn_rates(self, ask: str, unlike: Numbers, chance: Floats) -> Common:
        """What the areas of a question have in common in each draw."""
        rates, chances = self.rates[ask]
        at = unlike * rates.shape[1] + drawn(chances, unlike, chance)
        points, each = np.unique(at, return_inverse=True)
        apart = self.unlike[points // rates.shape[1]] ** -2 - 1
        rate = rates.ravel()[points]
        return Common(apart * rate, apart * (1 - rate), each)


@dataclass(frozen=True)
class Common:
    """Points of Beta(yes, no), of which the rates of a question's areas come, and which of them holds in each draw."""

    yes: Floats
    no: Floats
    point: Numbers

    @staticmethod
    def nothing(draws: int) -> Common:
        """Where a single area was asked: Jeffreys'."""
        half = np.array([JEFFREYS])
        return Common(half, half, np.zeros(draws, dtype=np.int64))


def _middles(low: float, high: float, number: int) -> Floats:
    """The middles of so many parts from low to high."""
    found: Floats = low + (high - low) * (np.arange(number) + 0.5) / number
    return found


def drawn(chances: Floats, row: Numbers, chance: Floats) -> Numbers:
    """The place in its row of ``chances`` that each chance 0..1 comes to."""
    upto = np.cumsum(chances, axis=1)
    return within((upto / upto[:, -1:]).round(DIGITS), row, chance)


def within(upto: Floats, row: Numbers, chance: Floats) -> Numbers:
    """The first place in its row of ``upto``, which rises to 1, that each chance does not pass."""
    flat = (upto + np.arange(upto.shape[0])[:, None]).ravel()
    return np.asarray(np.searchsorted(flat, row + chance) - row * upto.shape[1])
