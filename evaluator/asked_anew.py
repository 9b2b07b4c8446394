"""What other people would answer, if assessors asked anew.

Assessors ask people of their own, as many and drawn in the same way. A share k / m of m answers is then beta-binomial:
m is the effective number of our answers (at most ``MOST``), and of the population we know from n effective answers
with share p as Beta(a + n p, b + n (1 - p)). Areas of one question lend each other a and b
(``evaluator/alike.py``); where one area was asked they are Jeffreys' 1/2. Where many of a known population were asked,
both grow as the rest of it shrinks, and where everybody was, others say the same. A mean is normal with twice the
variance of ours, within its scale.

Where answers have no interval, as all come from one cluster, the least that it may be is taken: as if everybody had
been drawn alone.

The same people answer several questions (``evaluator/same_people.py``): in a draw the numbers of one area are high or
low together, by a Gaussian copula with one factor, which leaves the distribution of each as it is; so are the rates
that areas have in common.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from duibiao.evaluator.alike import Alike, Common, Question, drawn, within
from duibiao.evaluator.chance import Chance, Numbers
from duibiao.evaluator.estimates import Estimate
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.proportion import mean_interval, t_quantile, wilson
from duibiao.evaluator.same_people import CORRELATIONS, of_areas, of_rows

Floats = NDArray[np.float64]
Key = tuple[str, str]  # ask, area
Sheet = tuple[str, bool]  # questionnaire, whether its answers were only counted
EVERYBODY: Final = 1e9  # answers, where the whole population was asked
POINTS: Final = 1000  # of the distribution of a mean, each of the same chance
MOST: Final = 2_000  # people who are asked anew
DIGITS: Final = 9


@dataclass(frozen=True)
class AskedAnew:
    """The estimates of answers that were counted, and what is drawn for them: in each draw the same whatever rests on
    it."""

    judgement: Judgement
    told: Mapping[Key, Estimate]
    seed: int
    draws: int

    @staticmethod
    def of(judgement: Judgement, estimates: Sequence[Estimate], seed: int, draws: int) -> AskedAnew:
        """What would be answered in the place of some estimates."""
        told = {
            (each.ask, each.area): each if each.low is not None else as_if_alone(each)
            for each in estimates
            if not each.group and each.kind != "total" and _others_may_differ(each)
        }
        return AskedAnew(judgement, told, seed, draws)

    def answers(self, key: Key) -> tuple[Floats, Numbers]:
        """The outcomes that asking others may have, and which of them each draw has."""
        estimate = self.told[key]
        chance = self._together(estimate, "answers", *key)
        if estimate.kind == "mean":
            scale = self.judgement.catalogue.site_types[estimate.questionnaire].questions[estimate.key].scale
            ends = float(min(scale.values())), float(max(scale.values()))
            return means(estimate, ends), (chance * POINTS).astype(np.int64)
        common = self._common.get(estimate.ask) if estimate in self._areas.get(estimate.ask, ()) else None
        return shares(estimate, common or Common.nothing(self.draws), chance)

    @cached_property
    def _areas(self) -> Mapping[str, Sequence[Estimate]]:
        """The shares of each question in the areas of its level, where there are several."""
        found: dict[str, list[Estimate]] = defaultdict(list)
        for each in self.told.values():
            level = self.judgement.catalogue.site_types[each.questionnaire].each
            if each.kind != "mean" and each.area and self.judgement.geography.levels[each.area] == level:
                found[each.ask].append(each)
        return {ask: own for ask, own in sorted(found.items()) if len(own) > 1}

    @cached_property
    def _questions(self) -> Mapping[str, Question]:
        return {
            ask: Question(np.array([_value(each) for each in own]), np.array([known(each) for each in own]))
            for ask, own in self._areas.items()
        }

    @cached_property
    def _alike(self) -> Alike:
        return Alike.of(self._questions)

    @cached_property
    def _common(self) -> Mapping[str, Common]:
        """What the areas of each question have in common in each draw."""
        unlike = self._alike.drawn_unlike(self._chance("unlike"))
        return {
            ask: self._alike.drawn_rates(ask, unlike, self._together(own[0], "rate", ask, ""))
            for ask, own in self._areas.items()
        }

    @cached_property
    def _correlations(self) -> Mapping[Sheet, Floats]:
        """How far answers go together in each draw, by questionnaire, where it asks more than one question."""
        asked: dict[Sheet, set[str]] = defaultdict(set)
        for each in self.told.values():
            asked[_sheet(each)].add(each.key)
        return {
            sheet: self._correlation(sheet, sorted(questions))
            for sheet, questions in sorted(asked.items())
            if len(questions) > 1
        }

    def _correlation(self, sheet: Sheet, questions: Sequence[str]) -> Floats:
        name, counted = sheet
        if not counted:
            rows = self.judgement.visits.answers[name]
            return np.full(self.draws, of_rows(self.judgement.catalogue.site_types[name], rows, questions))
        deviations: dict[str, list[float]] = defaultdict(list)
        for ask, own in self._areas.items():
            if _sheet(own[0]) == sheet:
                for each, deviation in zip(own, self._alike.deviations(self._questions[ask]), strict=True):
                    deviations[each.area].append(deviation)
        chances = of_areas([np.array(each) for _, each in sorted(deviations.items())])
        at = drawn(chances[None, :], np.zeros(self.draws, dtype=np.int64), self._chance("correlation", name))
        return CORRELATIONS[at]

    def _together(self, estimate: Estimate, what: str, ask: str, area: str) -> Floats:
        """A chance 0..1 for each draw, that goes with those of other questions to the same people."""
        from scipy.special import ndtr, ndtri

        own, sheet = self._chance(what, ask, area), _sheet(estimate)
        if sheet not in self._correlations:
            return own
        part = self._correlations[sheet]
        found: Floats = ndtr(np.sqrt(part) * self._people[what, sheet, area] + np.sqrt(1 - part) * ndtri(own))
        return found

    @cached_property
    def _people(self) -> Mapping[tuple[str, Sheet, str], Floats]:
        """In each draw how far the people of an area, and everybody, are above or below what is to be expected."""
        from scipy.special import ndtri

        places = {("answers", _sheet(each), each.area) for each in self.told.values()}
        places |= {("rate", sheet, "") for sheet in self._correlations}
        return {
            (what, sheet, area): ndtri(self._chance(what, "people", sheet[0], "counted" if sheet[1] else "", area))
            for what, sheet, area in sorted(places)
            if sheet in self._correlations
        }

    def _chance(self, *names: str) -> Floats:
        """A chance between 0 and 1 for each draw."""
        return (Chance(self.seed, *names).below(2**32, self.draws) + 0.5) / 2**32


def _sheet(estimate: Estimate) -> Sheet:
    return estimate.questionnaire, estimate.kind == "rate"


def _value(estimate: Estimate) -> float:
    assert estimate.value is not None
    return float(estimate.value)


def _others_may_differ(estimate: Estimate) -> bool:
    """Whether answers were counted, and not those of everybody."""
    if estimate.low is None:
        return estimate.value is not None and estimate.answers is not None
    return estimate.population is None or estimate.population != estimate.answers


def as_if_alone(estimate: Estimate) -> Estimate:
    """An estimate without an interval with that of as many people, each drawn alone."""
    assert estimate.answers is not None
    value, number, confidence = _value(estimate), estimate.answers, float(estimate.confidence)
    if estimate.kind == "mean" and estimate.spread:
        found = mean_interval(value, sqrt(estimate.spread / (number - 1)), number - 1, confidence)
    else:
        found = wilson(value, number, confidence)
    return replace(estimate, effective=Fraction(number), low=found.low, high=found.high, population=None)


def known(estimate: Estimate) -> float:
    """From how many answers we know a share: more than there are, where they come from few people."""
    assert estimate.effective is not None
    number = float(estimate.effective)
    if estimate.population is not None and estimate.answers is not None:
        return number / max(number / EVERYBODY, 1 - estimate.answers / estimate.population)
    return number


def means(estimate: Estimate, ends: tuple[float, float]) -> Floats:
    """The mean of others' answers at the middle of each of ``POINTS`` equal shares of chance, from low to high."""
    from scipy.special import ndtri

    assert estimate.effective is not None
    assert estimate.low is not None
    assert estimate.high is not None
    value, freedom = _value(estimate), max(1, round(estimate.effective) - 1)
    reach = max(estimate.high - value, value - estimate.low)  # one end may be cut off
    error = reach / t_quantile(float(estimate.confidence), freedom)
    found: Floats = value + 2**0.5 * error * ndtri((np.arange(POINTS) + 0.5) / POINTS)
    return np.clip(found, *ends).round(DIGITS)


def shares(estimate: Estimate, common: Common, chance: Floats) -> tuple[Floats, Numbers]:
    """The shares k / m that may come, from low to high, and which of them each chance 0..1 comes to, by what holds in
    its draw."""
    share, number = _value(estimate), known(estimate)
    asked = min(MOST, max(1, round(number)))
    upto = beta_binomial(asked, common.yes + number * share, common.no + number * (1 - share))
    may = slice(int((upto.max(axis=0) == 0).sum()), int((upto.min(axis=0) < 1).sum()) + 1)
    return np.arange(asked + 1)[may] / asked, within(upto[:, may], common.point, chance)


def beta_binomial(asked: int, yes: Floats, no: Floats) -> Floats:
    """The chance of at most k of so many, a row each Beta(yes, no): by how much a k is likelier than the one before."""
    count = np.arange(asked)
    ways, said = (asked - count) / (count + 1), (count + yes[:, None]) / (asked - count - 1 + no[:, None])
    likely = np.hstack([np.zeros((yes.size, 1)), np.cumsum(np.log(ways * said), axis=1)])
    chances = np.cumsum(np.exp(likely - likely.max(axis=1, keepdims=True)), axis=1)
    return np.asarray((chances / chances[:, -1:]).round(DIGITS))
