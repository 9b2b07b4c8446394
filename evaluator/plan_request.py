"""What a plan is asked for, in the words of people, held against the round: aims, budgets, efforts, what must and what
cannot be mended. Everything that cannot be is told at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, Literal

from duibiao.criteria.diagnostics import N_, advise
from duibiao.criteria.language import gettext
from duibiao.evaluator.assessment import Assessment, Gap
from duibiao.evaluator.mending_plan import Aim, AimKind, Budget, TooDear
from duibiao.evaluator.repairs import Efforts, answers_alone
from duibiao.evaluator.units import UNASSIGNED, unit_title
from duibiao.evaluator.what_if import WrongQuestion

NO_GAP: Final = N_("{place}: no gap and no criterion with gaps '{name}'; {advice}")
NO_CRITERION: Final = N_("{place}: person-days for '{name}', which is no criterion and no gap; {advice}")
NO_UNIT: Final = N_("{place}: a budget for '{name}', which has no gap to mend; {advice}")
NO_LEVEL: Final = N_("no level '{name}'; {advice}")
NO_LEVEL_TOLD: Final = N_("say which level is aimed at: --level; {advice}")
LEVEL_WITHOUT_AIM: Final = N_("--level is for --aim level; with --aim {aim} leave it out")
LOWEST_LEVEL: Final = N_("'{name}' is the lowest level and needs no plan; {advice}")
WITHHELD: Final = N_("too little was looked at for a level; aim at the total or the pass mark")
NO_BUDGET: Final = N_(
    "--budget {days}: with no person-days nothing can be mended; write a number above 0, or leave it out"
)
NEGATIVE: Final = N_("{place}: a budget of {days} person-days for '{name}'; write 0 or more")
NO_EFFORT: Final = N_("{place}: {days} person-days for '{name}'; write a number above 0")
PAST: Final = N_("--until {until} is not after {day}, the day of the round: no working day is left; write a later day")
NO_WORKING_DAY: Final = N_(
    "--until {until}: no Monday to Friday between {day}, the day of the round, and then; write a later day"
)
NO_PERSONS: Final = N_("--persons {persons}: write a number above 0")
NO_CHANCE: Final = N_("--chance {chance}: write a share above 0 and below 1, as 0.9 or 90%")
DRAW_WITHOUT_MARK: Final = N_("{option} is for a mark: with --aim total leave it out")
BOTH: Final = N_("'{name}' must be mended and cannot be mended; leave one out")
DEAR: Final = N_(
    "--must takes {days} person-days in all, and --budget is {budget}; write --budget {days} or more, or name less "
    "with --must"
)
DEAR_OF_UNIT: Final = N_(
    "--must takes {days} person-days of {name}, and {place} gives it {budget}; write {days} or more there, or name "
    "less with --must"
)
DEAR_UNTIL: Final = N_(
    "--must takes {days} person-days of {name}, and --until {until} with --persons {persons} gives it {budget}; write "
    "a later day or more persons, or name less with --must"
)
ANSWERS: Final = N_("'{name}' is what people answer: say with --efforts how many person-days change it")
Mistake = tuple[str, Mapping[str, str]]
WEEKEND: Final = 5  # Saturday, Sunday; the days that a country's calendar swaps are not known here


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked. ``chance`` is how often the official draw is to reach the mark, ``drawn`` names the options that
    were told of how it is drawn. Budgets and efforts are person-days by name; ``until`` gives each unit without a
    budget of its own the working days until then for each of its ``persons``. ``places`` says where a name stands, by
    the option that it is of, as far as that is a file."""

    aim: AimKind = "pass"
    level: str | None = None
    chance: Fraction | None = None
    drawn: Sequence[str] = ()
    budget: Fraction | None = None
    budgets: Mapping[str, Fraction] = field(default_factory=dict)
    until: date | None = None
    persons: Fraction = Fraction(1)
    efforts: Mapping[str, Fraction] = field(default_factory=dict)
    must: Sequence[str] = ()
    fixed: Sequence[str] = ()
    places: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def of_draw(self) -> tuple[str, ...]:
        """The options that ask something of the official draw."""
        return (*(["--chance"] if self.chance is not None else []), *self.drawn)

    def place(self, option: str, name: str) -> str:
        """Where a name of an option stands."""
        return self.places.get((option, name), f"--{option}")


@dataclass(frozen=True, slots=True)
class Request:
    """A wish as the engine takes it."""

    aim: Aim
    budget: Budget
    efforts: Efforts
    must: frozenset[str]
    fixed: frozenset[str]


def request_of(assessment: Assessment, wish: Wish, unread: Sequence[Mistake] = ()) -> Request:
    """A wish held against a round. Raises WrongQuestion with all that cannot be, and with what could not be read."""
    mistakes = list(unread)
    aim = _aim(assessment, wish, mistakes)
    if wish.chance is not None and not 0 < wish.chance < 1:
        mistakes.append((NO_CHANCE, {"chance": _days(wish.chance)}))
    if wish.aim == "total":
        mistakes += [(DRAW_WITHOUT_MARK, {"option": each}) for each in wish.of_draw]
    budget = _budget(assessment, wish, mistakes)
    efforts = _efforts(assessment, wish, mistakes)
    called = _called(assessment)
    must, fixed = (_gaps(called, wish, option, mistakes) for option in ("must", "fixed"))
    mistakes += [(BOTH, {"name": each}) for each in _both(called, wish, must & fixed)]
    told = {*efforts.criteria, *efforts.gaps}
    partly = {gap.criterion for gap in assessment.gaps if gap.id in told}
    answers = [
        gap.criterion if gap.criterion in {*wish.must} - partly else gap.id
        for gap in assessment.gaps
        if gap.id in must and answers_alone(assessment.criteria[gap.criterion]) and not told & {gap.id, gap.criterion}
    ]
    mistakes += [(ANSWERS, {"name": each}) for each in dict.fromkeys(answers)]
    if mistakes:
        raise WrongQuestion(mistakes)
    return Request(aim, budget, efforts, must, fixed)


def too_dear(assessment: Assessment, wish: Wish, error: TooDear) -> WrongQuestion:
    """What must be mended and is not affordable, in words, with what says so."""
    mistakes: list[Mistake] = []
    for unit, days, budget in error.over:
        told = {"days": _days(days), "budget": _days(budget)}
        if unit is None:
            mistakes.append((DEAR, told))
            continue
        title = unit_title(assessment.catalogue, unit) if unit else gettext("gaps without a unit")
        told["name"] = title
        own = next((name for name in (unit, title) if name in wish.budgets), None)
        if own is not None:
            mistakes.append((DEAR_OF_UNIT, {**told, "place": wish.place("budgets", own)}))
        else:
            until = {"until": str(wish.until), "persons": _days(wish.persons)}
            mistakes.append((DEAR_UNTIL, {**told, **until}))
    return WrongQuestion(mistakes)


def working_days(start: date, until: date) -> int:
    """Mondays to Fridays after ``start``, ``until`` included."""
    days = (start + timedelta(each) for each in range(1, (until - start).days + 1))
    return sum(each.weekday() < WEEKEND for each in days)


def mark_of(assessment: Assessment, kind: AimKind, level: str | None = None) -> Aim:
    """An aim with the marks of a round's method; ``level`` names one that has a mark."""
    score = assessment.method.score
    if kind == "pass":
        return Aim("pass", Fraction(score.pass_mark))
    if kind == "total":
        return Aim("total")
    mark = next(each.at_least for each in score.levels if each.name == level)
    assert mark is not None
    gates = assessment.method.part_marks
    scored = {part.part for part in assessment.total.parts if part.score is not None}
    return Aim("level", Fraction(mark), level, {part: gate for part, gate in gates.items() if part in scored})


def next_aim(assessment: Assessment) -> Aim | None:
    """What a plan aims at unasked: the pass mark; where it is reached the next level above, or where the
    gate of a part fails the level that the total deserves; None above all."""
    total, score = assessment.total.score, assessment.method.score
    if total is None:
        return None
    if total < Fraction(score.pass_mark):
        return mark_of(assessment, "pass")
    if assessment.total.withheld:
        return None
    marks = [(Fraction(each.at_least), each.name) for each in score.levels if each.at_least is not None]
    if assessment.made.gates_failed:  # the level is the lowest, whatever the total
        marks = [max(each for each in marks if each[0] <= total)] if any(mark <= total for mark, _ in marks) else []
    else:
        marks = [each for each in marks if each[0] > total]
    return mark_of(assessment, "level", min(marks)[1]) if marks else None


def _aim(assessment: Assessment, wish: Wish, mistakes: list[Mistake]) -> Aim:
    levels = {each.name: each.at_least for each in assessment.method.score.levels}
    marked = [name for name, mark in levels.items() if mark is not None]
    if wish.aim != "level":
        if wish.level is not None:
            mistakes.append((LEVEL_WITHOUT_AIM, {"aim": wish.aim}))
        return mark_of(assessment, wish.aim)
    if assessment.total.withheld:
        mistakes.append((WITHHELD, {}))
    elif wish.level is None:
        mistakes.append((NO_LEVEL_TOLD, {"advice": advise("", marked)}))
    elif wish.level not in levels:
        mistakes.append((NO_LEVEL, {"name": wish.level, "advice": advise(wish.level, marked)}))
    elif wish.level not in marked:
        mistakes.append((LOWEST_LEVEL, {"name": wish.level, "advice": advise("", marked)}))
    else:
        return mark_of(assessment, "level", wish.level)
    return Aim("total")


def _budget(assessment: Assessment, wish: Wish, mistakes: list[Mistake]) -> Budget:
    units = {each: unit_title(assessment.catalogue, each) for each in _units(assessment)}
    called = {**{title: unit for unit, title in units.items()}, **{unit: unit for unit in units}}
    own: dict[str, Fraction] = {}
    for name, days in wish.budgets.items():
        if name not in called:
            told = {"place": wish.place("budgets", name), "name": name, "advice": advise(name, list(units.values()))}
            mistakes.append((NO_UNIT, told))
        elif days < 0:
            mistakes.append((NEGATIVE, {"place": wish.place("budgets", name), "name": name, "days": _days(days)}))
        else:
            own[called[name]] = days
    if wish.budget is not None and wish.budget <= 0:
        mistakes.append((NO_BUDGET, {"days": _days(wish.budget)}))
    if wish.persons <= 0:
        mistakes.append((NO_PERSONS, {"persons": _days(wish.persons)}))
    if wish.until is None:
        return Budget(wish.budget, own)
    left = working_days(assessment.as_of, wish.until)
    if not left:
        told = {"until": wish.until.isoformat(), "day": assessment.as_of.isoformat()}
        mistakes.append((PAST if wish.until <= assessment.as_of else NO_WORKING_DAY, told))
    return Budget(wish.budget, own, wish.persons * left)


def _units(assessment: Assessment) -> list[str]:
    """The units on which the person-days of gaps fall."""
    found = {next(iter(gap.lead_units or gap.supporting_units), UNASSIGNED) for gap in assessment.gaps}
    return sorted(found - {UNASSIGNED})


def _efforts(assessment: Assessment, wish: Wish, mistakes: list[Mistake]) -> Efforts:
    gaps = {gap.id for gap in assessment.gaps}
    criteria: dict[str, Fraction] = {}
    own: dict[str, Fraction] = {}
    for name, days in wish.efforts.items():
        if name not in assessment.criteria and name not in gaps:
            told = {"place": wish.place("efforts", name), "name": name}
            mistakes.append((NO_CRITERION, {**told, "advice": advise(name, list(assessment.criteria))}))
        elif days <= 0:
            mistakes.append((NO_EFFORT, {"place": wish.place("efforts", name), "name": name, "days": _days(days)}))
        else:
            (own if name in gaps else criteria)[name] = days
    return Efforts(criteria, own)


def _called(assessment: Assessment) -> Mapping[str, Sequence[str]]:
    """The ids of gaps by what they are called: an id, site:criterion, or a criterion (all of its gaps)."""
    titles = {site.site: site.name for site in assessment.sites}
    called: dict[str, list[str]] = {}
    for gap in assessment.gaps:
        for name in dict.fromkeys(_names(gap, titles[gap.site])):
            called.setdefault(name, []).append(gap.id)
    return called


def _gaps(
    called: Mapping[str, Sequence[str]], wish: Wish, option: Literal["must", "fixed"], mistakes: list[Mistake]
) -> frozenset[str]:  # fmt: skip
    """The ids of gaps that an option means."""
    names = wish.must if option == "must" else wish.fixed
    known = sorted(called, key=lambda each: ":" in each)  # criteria first: there are fewer of them
    for name in names:
        if name not in called:
            told = {"place": wish.place(option, name), "name": name, "advice": advise(name, known)}
            mistakes.append((NO_GAP, told))
    return frozenset(gap for name in names for gap in called.get(name, ()))


def _both(called: Mapping[str, Sequence[str]], wish: Wish, gaps: frozenset[str]) -> Sequence[str]:
    """What must and cannot be mended: the names that stand in both options, and gaps that other names mean."""
    names = [name for name in dict.fromkeys(wish.must) if name in wish.fixed and name in called]
    return *names, *sorted(gaps - {gap for name in names for gap in called[name]})


def _names(gap: Gap, site: str) -> tuple[str, ...]:
    return gap.id, f"{gap.site}:{gap.criterion}", f"{site}:{gap.criterion}", gap.criterion


def _days(days: Fraction) -> str:
    """Person-days as they were told."""
    return f"{float(days):.6f}".rstrip("0").rstrip(".")
