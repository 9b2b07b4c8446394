"""What to mend first: the gaps that raise the total most within the person-days there are, or reach a mark with fewest.

The choice is made by a mixed integer programme (``mending_model``) in float64; what it promises is the total made anew
with those gaps met, exact. The choice of people without a programme stands beside it: by gain per person-day, as each
gap gains by itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import groupby
from math import floor, lcm
from typing import Final, Literal

from duibiao.evaluator.assessment import Gap, Made
from duibiao.evaluator.exact import exact_sum
from duibiao.evaluator.figures import TotalFigure
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.linear import CONSTANT, Expression, Limits, Solution, scaled
from duibiao.evaluator.mending_model import MendingModel, kinds_of
from duibiao.evaluator.method import Method
from duibiao.evaluator.repairs import Efforts, Repair, mended, repairs_of
from duibiao.evaluator.sums import Group

ZERO: Final = Fraction(0)
FINE: Final = Fraction(
    1000
)  # totals are aimed at in thousandths: the solver takes what differs by 0.000001 as the same
SAME: Final = Fraction(1, 10**9)
MILLION: Final = 10**6
FIRST: Final = 3  # steps of a plan that it is told in short with
USUAL: Final = Limits()
AimKind = Literal["total", "pass", "level"]


@dataclass(frozen=True, slots=True)
class Aim:
    """The highest total, or a ``mark`` (of the pass mark or a level) with the fewest person-days; ``gates``: the marks
    of parts that must be reached for it too."""

    kind: AimKind
    mark: Fraction | None = None
    level: str | None = None
    gates: Mapping[str, Fraction] = field(default_factory=dict)

    def reached(self, made: Made, parts: Mapping[str, Fraction | None]) -> bool:
        """Whether a total reaches the mark and its parts theirs."""
        if made.score is None or self.mark is None or made.score < self.mark:
            return False
        return all((score := parts[part]) is not None and score >= mark for part, mark in self.gates.items())


@dataclass(frozen=True, slots=True)
class Budget:
    """Person-days that there are in all, and for units; ``of_others`` is what each other unit has. None: as many as
    it takes."""

    whole: Fraction | None = None
    units: Mapping[str, Fraction] = field(default_factory=dict)
    of_others: Fraction | None = None

    @property
    def by_unit(self) -> bool:
        """Whether any unit has a budget of its own."""
        return bool(self.units) or self.of_others is not None

    def of(self, unit: str) -> Fraction | None:
        """The person-days of a unit."""
        return self.units.get(unit, self.of_others)

    def after(self, plan: MendingPlan) -> Budget:
        """What is left when a plan is carried out."""
        spent = {each.unit: each.days for each in plan.units}
        units = {
            unit: most - spent.get(unit, ZERO) for unit in {*self.units, *spent} if (most := self.of(unit)) is not None
        }
        return Budget(self.whole - plan.days if self.whole is not None else None, units, self.of_others)


BOUNDLESS: Final = Budget()


@dataclass(frozen=True, slots=True)
class PlanStep:
    """The gaps of one criterion that one unit mends, and the total after this step and all before it.

    ``reaches`` 0..1 is the score of their findings then: 1 where they are met, less where they reach a level only.
    """

    criterion: str
    unit: str
    reaches: Fraction
    gaps: tuple[str, ...]
    sites: int
    days: Fraction
    gain: Fraction
    total: Fraction


@dataclass(frozen=True, slots=True)
class UnitShare:
    """What a plan asks of a unit: gaps and person-days, of those that it has (None: no budget)."""

    unit: str
    gaps: int
    days: Fraction
    budget: Fraction | None


@dataclass(frozen=True, slots=True)
class ByGain:
    """The choice by gain per person-day, each gap mended wholly: gaps, person-days, the total after it, and whether the
    mark is reached."""

    gaps: int
    days: Fraction
    total: Fraction
    reached: bool


@dataclass(frozen=True, slots=True)
class MendingPlan:
    """What to mend first. ``total`` is promised: the figure of the city with these gaps met, all else held, exact.

    ``distance`` is how far the solver's proof leaves room for a better plan: a share of the gain, or of the person-days
    where a mark is aimed at; ``ended`` is ``stopped`` where a limit of the search ended it. ``reached`` is None without
    a mark; where the mark is not reached the plan is the highest total. ``most`` is the total with every gap met that
    may be.
    """

    aim: AimKind
    level: str | None
    mark: Fraction | None
    now: Fraction
    total: Fraction
    most: Fraction
    reached: bool | None
    days: Fraction
    budget: Fraction | None
    gaps: int
    steps: tuple[PlanStep, ...]
    units: tuple[UnitShare, ...]
    by_gain: ByGain
    distance: Fraction
    ended: Literal["best", "stopped"]

    @property
    def missing(self) -> Fraction | None:
        """What the plan's total lacks to its mark."""
        return max(ZERO, self.mark - self.total) if self.mark is not None else None

    @property
    def cheapest(self) -> CheapestWay | None:
        """The cheapest way to the mark; None where it is not reached, where it is already, or where there is none."""
        if self.mark is None or not self.reached or not self.steps:
            return None
        units = tuple(each.unit for each in self.units)
        return CheapestWay(self.mark, self.gaps, self.days, self.total, units, self.steps[:FIRST])


@dataclass(frozen=True, slots=True)
class CheapestWay:
    """The cheapest way to a mark in a few words: what it takes, where it leads, who has to do it (most person-days
    first), and the steps to begin with."""

    mark: Fraction
    gaps: int
    days: Fraction
    total: Fraction
    units: tuple[str, ...]
    first: tuple[PlanStep, ...]


class TooDear(Exception):
    """What must be mended takes more person-days than there are: unit (None for all together, '' for gaps without
    one), days, budget of each."""

    def __init__(self, over: Sequence[tuple[str | None, Fraction, Fraction]]) -> None:
        self.over = tuple(over)
        super().__init__(f"{self.over}")


@dataclass(frozen=True, slots=True)
class _Answer:
    """Repairs that were chosen, how far from the best at most, and how the search ended."""

    repairs: tuple[Repair, ...]
    distance: Fraction
    ended: Literal["best", "stopped"]


def plan_of(
    judgement: Judgement,
    gaps: Sequence[Gap],
    aim: Aim,
    budget: Budget = BOUNDLESS,
    *,
    efforts: Efforts | None = None,
    must: Collection[str] = (),
    fixed: Collection[str] = (),
    limits: Limits = USUAL,
) -> MendingPlan | None:
    """The plan of a round; None where there is no total. ``must`` and ``fixed`` are ids of gaps that are mended in any
    case, and that are not. Raises TooDear."""
    repairs = repairs_of(judgement, gaps, efforts)
    return planned(judgement.method, judgement.total.group, repairs, aim, budget, must=must, fixed=fixed, limits=limits)


def planned(
    method: Method,
    group: Group,
    repairs: Sequence[Repair],
    aim: Aim,
    budget: Budget = BOUNDLESS,
    *,
    must: Collection[str] = (),
    fixed: Collection[str] = (),
    limits: Limits = USUAL,
) -> MendingPlan | None:
    """The plan for the findings of a city, of which ``repairs`` can be met."""
    now = TotalFigure(method, group).total()
    if now is None:
        return None
    held = tuple(each for each in repairs if each.gap in must)
    free = tuple(each for each in repairs if each.gap not in must and each.gap not in fixed)
    scene = _Scene(method, mended(method.rules, group, held), free, _left(budget, held), aim)
    by_gain = scene.reaching(scene.by_gain)
    found = scene.answer(limits)
    best = max((found, replace(found, repairs=by_gain)), key=lambda each: scene.rank(each.repairs))
    chosen = held + best.repairs
    steps = tuple(_steps(method, group, chosen, scene.total(best.repairs)))
    return MendingPlan(
        aim=aim.kind,
        level=aim.level,
        mark=aim.mark,
        now=now,
        total=scene.total(best.repairs),
        most=scene.total(free),
        reached=scene.reached(best.repairs) if aim.mark is not None else None,
        days=_days(chosen),
        budget=budget.whole,
        gaps=len(chosen),
        steps=steps,
        units=_units(chosen, budget),
        by_gain=ByGain(len(held) + len(by_gain), _days(held + by_gain), scene.total(by_gain), scene.reached(by_gain)),
        distance=best.distance,
        ended=best.ended,
    )


def _left(budget: Budget, held: Sequence[Repair]) -> Budget:
    """What is left of a budget when what must be mended is mended."""
    own = {unit: _days(each) for unit, each in _by_unit(held)}
    over: list[tuple[str | None, Fraction, Fraction]] = []
    if budget.whole is not None and _days(held) > budget.whole:
        over.append((None, _days(held), budget.whole))
    for unit, days in own.items():
        most = budget.of(unit)
        if most is not None and days > most:
            over.append((unit, days, most))
    if over:
        raise TooDear(over)
    units = {
        unit: most - own.get(unit, ZERO) for unit in {*budget.units, *own} if (most := budget.of(unit)) is not None
    }
    return Budget(budget.whole - _days(held) if budget.whole is not None else None, units, budget.of_others)


class _Scene:
    """The findings as they are, what can be mended, the person-days for it, and what is aimed at."""

    def __init__(
        self, method: Method, group: Group, repairs: tuple[Repair, ...], budget: Budget, aim: Aim
    ) -> None:  # fmt: skip
        self.method, self.group, self.repairs, self.budget, self.aim = method, group, repairs, budget, aim
        order = {each.gap: number for number, each in enumerate(repairs)}
        self.by_gain = sorted(repairs, key=lambda each: (-each.gain / each.days, order[each.gap]))

    def figure(self, repairs: Sequence[Repair]) -> TotalFigure:
        """The figure of the city with some gaps met."""
        return TotalFigure(self.method, mended(self.method.rules, self.group, repairs))

    def total(self, repairs: Sequence[Repair]) -> Fraction:
        """The total with some gaps met; mending never takes away that there is one."""
        found = self.figure(repairs).total()
        assert found is not None
        return found

    def reached(self, repairs: Sequence[Repair]) -> bool:
        """Whether the mark is reached with some gaps met."""
        figure = self.figure(repairs)
        return self.aim.reached(figure.made(), {part: figure.part(part) for part in self.method.part_weights})

    def rank(self, repairs: Sequence[Repair]) -> tuple[bool, Fraction, Fraction]:
        """The better of two choices has more: the mark is reached with fewer person-days, else the total is higher."""
        days, total = -_days(repairs), self.total(repairs)
        return (True, days, total) if self.reached(repairs) else (False, total, days)

    def reaching(self, order: Iterable[Repair]) -> tuple[Repair, ...]:
        """As few of the first that can be afforded as reach the mark, or, where all do not, what all of them reach."""
        can = self._affordable(order)
        if self.reached(can):
            return can[: bisect_left(range(len(can)), True, key=lambda number: self.reached(can[:number]))]
        whole = self.total(can)
        return can[: bisect_left(range(len(can)), True, key=lambda number: self.total(can[:number]) >= whole)]

    def _affordable(self, order: Iterable[Repair]) -> tuple[Repair, ...]:
        """One after the other, those for which there are person-days left."""
        can: list[Repair] = []
        left = self.budget.whole
        of_units: dict[str, Fraction | None] = {}
        for each in order:
            own = of_units.setdefault(each.unit, self.budget.of(each.unit))
            if (left is None or each.days <= left) and (own is None or each.days <= own):
                can.append(each)
                left = left - each.days if left is not None else None
                of_units[each.unit] = own - each.days if own is not None else None
        return tuple(can)

    # ------------------------------------------------------------ the programme

    def answer(self, limits: Limits) -> _Answer:
        """What the programme chooses: for a mark, and where it is out of reach or there is none, for the total."""
        now = self.total(())
        model = MendingModel(self.method, self.group, kinds_of(self.method, self.repairs, self.budget.by_unit), now)
        rows = self._budgets(model)
        if self.aim.mark is not None:
            found = self._fewest(model, [*rows, *self._goals(model)], limits)
            if found is not None and self.reached(found.repairs):
                return found
        return self._highest(model, rows, limits)

    def _budgets(self, model: MendingModel) -> list[Expression]:
        """Rows: no more person-days than there are, in whole numbers."""
        limited = [(model.days, self.budget.whole)]
        limited += [
            (model.days_of(unit), self.budget.of(unit)) for unit in dict.fromkeys(each.unit for each in self.repairs)
        ]
        return [_within(days, most) for days, most in limited if most is not None]

    def _goals(self, model: MendingModel) -> list[Expression]:
        """Rows: the mark, and those of parts."""
        assert self.aim.mark is not None
        goals = [{**model.gain, CONSTANT: model.now - self.aim.mark}]
        for part, mark in self.aim.gates.items():
            score = model.parts[part] or {}
            goals.append({**score, CONSTANT: score.get(CONSTANT, ZERO) - mark})
        return goals

    def _fewest(self, model: MendingModel, rows: Sequence[Expression], limits: Limits) -> _Answer | None:
        """The fewest person-days for the rows, and of equal ones the highest total."""
        first = model.least(model.days, rows, limits)
        if not first.values:
            return None
        repairs = self._completed(model.taken(first))
        days = _days(repairs)
        second = model.least(scaled(-FINE, model.gain), [*rows, _within(model.days, days)], limits)
        best = max((repairs, self._completed(model.taken(second))), key=self.rank)
        return _Answer(best, _distance(days - Fraction(max(0.0, first.bound)), days), _ended(first))

    def _highest(self, model: MendingModel, rows: Sequence[Expression], limits: Limits) -> _Answer:
        """The highest total, and of equal ones that with the fewest person-days."""
        first = model.least(scaled(-FINE, model.gain), rows, limits)
        repairs = self._completed(model.taken(first))
        gain = self.total(repairs) - model.now
        second = model.least(model.days, [*rows, {**model.gain, CONSTANT: SAME - gain}], limits)
        best = max((repairs, self._completed(model.taken(second))), key=self.rank)
        most = min(float(self.total(self.repairs) - model.now), -first.bound / float(FINE))
        return _Answer(best, _distance(Fraction(most) - gain, gain), _ended(first))

    def _completed(self, taken: Sequence[Repair]) -> tuple[Repair, ...]:
        """What the solver took, and what can be afforded beside it, as far as that brings something."""
        known = {each.gap for each in taken}
        return self.reaching([*taken, *(each for each in self.by_gain if each.gap not in known)])


def _within(days: Expression, most: Fraction) -> Expression:
    """A row in whole numbers: the person-days are at most so many."""
    common = lcm(*(each.denominator for each in days.values()))
    return {**scaled(Fraction(-common), days), CONSTANT: Fraction(floor(most * common))}


def _distance(room: Fraction, of: Fraction) -> Fraction:
    """The room for something better, as a share in millionths."""
    return Fraction(max(0, round(MILLION * room / of)), MILLION) if of else ZERO


def _ended(solution: Solution) -> Literal["best", "stopped"]:
    return "best" if solution.ended == "best" else "stopped"


# ---------------------------------------------------------------- what is told


def _days(repairs: Iterable[Repair]) -> Fraction:
    return exact_sum(each.days.as_integer_ratio() for each in repairs)


def _by_unit(repairs: Iterable[Repair]) -> Iterator[tuple[str, list[Repair]]]:
    for unit, each in groupby(sorted(repairs, key=lambda each: each.unit), key=lambda each: each.unit):
        yield unit, list(each)


def _units(repairs: Sequence[Repair], budget: Budget) -> tuple[UnitShare, ...]:
    """What each unit has to do, most first."""
    shares = [UnitShare(unit, len(own), _days(own), budget.of(unit)) for unit, own in _by_unit(repairs)]
    return tuple(sorted(shares, key=lambda each: (-each.days, each.unit)))


def _steps(method: Method, group: Group, repairs: Sequence[Repair], total: Fraction) -> Iterator[PlanStep]:
    """The gaps by criterion, unit and the score they reach: first those whose veto holds the total down, the lowest cap
    first, then by what they bring before caps for a person-day."""
    together: dict[tuple[str, str, Fraction], list[Repair]] = {}
    for each in repairs:
        rule = method.rules[each.criterion]
        together.setdefault((each.criterion, each.unit, rule.score(each.after(rule))), []).append(each)
    vetoes = {each.criterion for each in repairs if each.status == "missed"}

    def order(key: tuple[str, str, Fraction]) -> tuple[object, ...]:
        cap, own = method.rules[key[0]].total_cap, together[key]
        if cap is not None and key[0] in vetoes and cap < total:
            return (0, cap, *key)
        return (1, -sum((_brings(method, each) for each in own), ZERO) / _days(own), *key)

    figure = TotalFigure(method, group)
    before = figure.total() or ZERO
    for criterion, unit, score in sorted(together, key=order):
        own = together[criterion, unit, score]
        group = mended(method.rules, group, own)
        figure = figure.with_sums(group, {(each.part, criterion) for each in own}, {each.site for each in own})
        after = figure.total() or ZERO
        yield PlanStep(
            criterion=criterion,
            unit=unit,
            reaches=score,
            gaps=tuple(each.gap for each in own),
            sites=len({each.site for each in own}),
            days=_days(own),
            gain=after - before,
            total=after,
        )
        before = after


def _brings(method: Method, repair: Repair) -> Fraction:
    """What a repair brings before caps, by plain means."""
    rule = method.rules[repair.criterion]
    rise = repair.rise(rule)
    line = abs(rule.adjusts) * rise if rule.adjusts is not None else ZERO
    return repair.lost * rise / (1 - rule.score(repair.value)) + line
