"""How far a share or a mean of answers can be trusted: intervals, and how many answers a margin needs.

``answers`` is what the interval may count on: for a design other than a simple random sample the effective number,
answers / design effect (``evaluator/sample_design.py``). ``open_share`` is the share of the variance that is left after
the finite population correction (1 - n / N; 1 for a sample from many more people, 0 where everybody was asked). All
quantiles are scipy's; it takes a second to import and is imported where a figure needs it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Final

LEAST_MARGIN: Final = 1e-6
MOST_PEOPLE: Final = 10**10
MOST_EFFECT: Final = 1000
NEAR: Final = 1e-9  # so much is no answer more: what floats make of a whole number


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``low`` to ``high``, both 0..1."""

    low: float
    high: float


class NoSuchSample(ValueError):
    """A sample that cannot be planned; ``names`` are what is out of its range."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        super().__init__(*names)


@cache
def normal_quantile(confidence: float) -> float:
    """z: so many standard errors to either side hold ``confidence`` of a normal distribution (1.96 for 0.95)."""
    from scipy.special import ndtri

    return float(ndtri((1 + confidence) / 2))


@cache
def t_quantile(confidence: float, freedom: int) -> float:
    """The same of Student's t with so many degrees of freedom (2.26 for 0.95 and 9)."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + confidence) / 2))


def wilson(share: float, answers: float, confidence: float = 0.95, open_share: float = 1.0) -> Interval:
    """Wilson's score interval of a share: the values that a test against the share does not reject.

    Its coverage stays near what it says also for small samples and shares near 0 or 1, where share ± 1.96 standard
    errors fails (Brown, Cai & DasGupta 2001, "Interval estimation for a binomial proportion", Statistical Science 16;
    Newcombe 1998, Statistics in Medicine 17, method 3).
    """
    squared = normal_quantile(confidence) ** 2 * open_share / answers
    middle = (share + squared / 2) / (1 + squared)
    half = math.sqrt(squared * share * (1 - share) + squared * squared / 4) / (1 + squared)
    return _within(middle - half, middle + half, share)


def clopper_pearson(share: float, answers: float, confidence: float = 0.95, open_share: float = 1.0) -> Interval:
    """Clopper and Pearson's interval of a share: never covers less than it says, and is wider for it.

    On an effective number of answers it is Korn & Graubard's (1998, Survey Methodology 24), who also say what to do
    with shares between whole numbers of answers: the quantiles of the beta distribution take any number.
    """
    from scipy.special import betaincinv

    if open_share == 0:
        return Interval(share, share)
    tail = (1 - confidence) / 2
    number = answers / open_share
    yes, no = number * share, number * (1 - share)
    low = share if yes < NEAR else float(betaincinv(yes, no + 1, tail))
    high = share if no < NEAR else float(betaincinv(yes + 1, no, 1 - tail))
    return _within(low, high, share)


def mean_interval(mean: float, error: float, freedom: int, confidence: float = 0.95) -> Interval:
    """A mean of values 0..1 ± t standard errors: clusters less strata are the degrees of freedom (Cochran 1977)."""
    half = t_quantile(confidence, freedom) * error
    return _within(mean - half, mean + half, mean)


def _within(low: float, high: float, value: float) -> Interval:
    """Within 0..1 and around the value, also where floats end a digit beside it."""
    return Interval(max(0.0, min(low, value)), min(1.0, max(high, value)))


def answers_needed(
    margin: float,
    share: float = 0.5,
    confidence: float = 0.95,
    population: int | None = None,
    design_effect: float = 1.0,
) -> int:
    """How many answers bring an estimate within ± ``margin``: z² p (1 - p) / e², corrected for a finite population,
    times the design effect, and never more than there are people (Cochran 1977, 4.4; Kish 1965 for the effect).

    A share of 0.5 is the safe choice: no other needs more. Raises NoSuchSample.
    """
    limits: dict[str, bool] = {
        "margin": LEAST_MARGIN <= margin < 1,
        "share": 0 < share < 1,
        "confidence": 0 < confidence < 1,
        "population": population is None or 0 < population <= MOST_PEOPLE,
        "design_effect": 0 < design_effect <= MOST_EFFECT,
    }
    if not all(limits.values()):
        raise NoSuchSample(tuple(name for name, held in limits.items() if not held))
    number = normal_quantile(confidence) ** 2 * share * (1 - share) / margin**2
    if population is not None:
        number = number / (1 + (number - 1) / population)
    needed = math.ceil(number * design_effect - NEAR)
    return max(1, needed if population is None else min(needed, population))


def answers_to_settle(
    value: Fraction,
    limit: Fraction,
    spread: float,
    confidence: float,
    design_effect: float = 1.0,
    population: int | None = None,
) -> int | None:
    """With how many answers in all the interval of this very value would leave ``limit`` out.

    ``spread`` is the variance of one answer at the limit: t (1 - t) for a share, so that this is Wilson's interval
    solved for n. None where no number settles it: the value lies on the limit, and not everybody can be asked.
    """
    if value == limit:
        return population
    number = design_effect * normal_quantile(confidence) ** 2 * spread / float(value - limit) ** 2
    if population is not None:
        number = number / (1 + number / population)
    return math.ceil(number + NEAR)
