"""Which values a formula can take over the limits of its fields: interval arithmetic that claims only what it proves.

A ``World`` knows the limits of the fields and what was assumed of them. ``assume`` gives the world in which a
condition is true (or false), or None where no value of the fields makes it so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from typing import Final

from duibiao.criteria.expression import (
    Among,
    Arithmetic,
    Call,
    Comparison,
    Either,
    Expression,
    Has,
    Junction,
    Name,
    Negative,
    Not,
    Number,
    Word,
    type_of,
)
from duibiao.criteria.formula import names_written, parse_formula, types_of
from duibiao.criteria.models import Field
from duibiao.criteria.references import text_form

End = Fraction | float  # a float is one of the two infinities
TOLERANCE: Final = Fraction(1, 10**11)  # of the limit rule (design 4.3)
MAX_DERIVED: Final = 20  # how many fields derived from each other are looked through
LARGE: Final = 10**7  # up to which figures the limit rule is promised to be exact


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from ``low`` to ``high``, both included where finite; ``whole``: only whole ones."""

    low: End = -math.inf
    high: End = math.inf
    whole: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is no such number."""
        return self.low > self.high

    def meet(self, other: Interval) -> Interval:
        """The numbers of both."""
        return _tight(max(self.low, other.low), min(self.high, other.high), self.whole or other.whole)

    def join(self, other: Interval) -> Interval:
        """The shortest interval that holds both."""
        return Interval(min(self.low, other.low), max(self.high, other.high), self.whole and other.whole)

    def plus(self, other: Interval) -> Interval:
        """Every sum."""
        return Interval(self.low + other.low, self.high + other.high, self.whole and other.whole)

    def times(self, other: Interval) -> Interval:
        """Every product."""
        ends = [_product(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends), self.whole and other.whole)

    def inverse(self) -> Interval:
        """Every 1/x for x other than 0."""
        low: End = self.low
        high: End = self.high
        if self.whole:
            low, high = (1 if low == 0 else low), (-1 if high == 0 else high)
        if low < 0 < high or low > high:
            return EVERY_NUMBER
        if low == 0:
            return Interval(_one_over(high), math.inf)
        if high == 0:
            return Interval(-math.inf, _one_over(low))
        return Interval(_one_over(high), _one_over(low))

    @property
    def magnitude(self) -> End:
        """The largest absolute value, or a large number where there is none."""
        largest = max(_size(self.low), _size(self.high))
        return LARGE if math.isinf(largest) else largest


EVERY_NUMBER: Final = Interval()


def _product(a: End, b: End) -> End:
    return Fraction(0) if 0 in (a, b) else a * b


def _size(end: End) -> End:
    return end if end >= 0 else -end


def _one_over(a: End) -> End:
    return Fraction(0) if math.isinf(a) else 1 / Fraction(a)


def _tight(low: End, high: End, whole: bool) -> Interval:
    if whole:
        low = low if math.isinf(low) else Fraction(math.ceil(low))
        high = high if math.isinf(high) else Fraction(math.floor(high))
    return Interval(low, high, whole)


def exactly(value: Fraction | int) -> Interval:
    """The interval of one number."""
    number = Fraction(value)
    return Interval(number, number, number.denominator == 1)


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum of terms with coefficients and a constant: ``2 * a - b / c + 3``."""

    terms: Mapping[Expression, Fraction]
    constant: Fraction = Fraction(0)

    def plus(self, other: _Sum, factor: Fraction = Fraction(1)) -> _Sum:
        terms = dict(self.terms)
        for term, number in other.terms.items():
            terms[term] = terms.get(term, Fraction(0)) + factor * number
        return _Sum({t: n for t, n in terms.items() if n}, self.constant + factor * other.constant)

    def times(self, factor: Fraction) -> _Sum:
        return _Sum({}).plus(self, factor)

    def scale(self) -> Fraction:
        """The number above 0 that all is divided by, so that the largest coefficient becomes 1 or -1."""
        return max((abs(number) for number in self.terms.values()), default=abs(self.constant)) or Fraction(1)


@dataclass(frozen=True, slots=True)
class World:
    """What is known of the fields: limits, possible words, truths, and which field is never above which."""

    numbers: Mapping[str, Interval] = field(default_factory=dict)
    words: Mapping[str, frozenset[str] | None] = field(default_factory=dict)  # None: any text
    truths: Mapping[Expression, bool] = field(default_factory=dict)
    below: Mapping[str, frozenset[str]] = field(default_factory=dict)  # name -> names that it is never above
    derived: Mapping[str, Expression] = field(default_factory=dict)  # the formulas of derived fields
    _known: dict[tuple[Expression, bool | None], object] = field(default_factory=dict, init=False, compare=False)

    # numbers

    def interval(self, expression: Expression) -> Interval:
        """The values that a number can take."""
        return self._of_sum(self._sum(expression))

    def _sum(self, expression: Expression) -> _Sum:
        match expression:
            case Number(value=value):
                return _Sum({}, Fraction(value))
            case Negative(of=inner):
                return self._sum(inner).times(Fraction(-1))
            case Arithmetic(op="+" | "-" as op, left=left, right=right):
                return self._sum(left).plus(self._sum(right), Fraction(1 if op == "+" else -1))
            case Arithmetic(op="*", left=left, right=right):
                one, other = self._sum(left), self._sum(right)
                if not one.terms:
                    return other.times(one.constant)
                if not other.terms:
                    return one.times(other.constant)
            case Arithmetic(op="/", left=left, right=right):
                divisor = self._sum(right)
                if not divisor.terms and divisor.constant:
                    return self._sum(left).times(1 / divisor.constant)
        return _Sum({expression: Fraction(1)})

    def _of_sum(self, total: _Sum) -> Interval:
        """The interval of a sum; of two fields one of which is never above the other, the difference is known."""
        left = dict(total.terms)
        found = exactly(total.constant)
        for one in list(left):
            for other in list(left):
                if not (isinstance(one, Name) and isinstance(other, Name) and other.key in self.below.get(one.key, ())):
                    continue
                shared = min(abs(left[one]), abs(left[other]))
                if left[one] * left[other] < 0 and shared:
                    factor = shared if left[one] > 0 else -shared
                    gap = self._term(one).plus(self._term(other).times(exactly(-1))).meet(Interval(high=Fraction(0)))
                    found = found.plus(gap.times(exactly(factor)))
                    left[one], left[other] = left[one] - factor, left[other] + factor
        for term, number in left.items():
            if number:
                found = found.plus(self._term(term).times(exactly(number)))
        return found

    def _term(self, term: Expression) -> Interval:
        known = self._known.get((term, None))
        if not isinstance(known, Interval):
            known = self._known[term, None] = self._worked_out(term)
        return known

    def _worked_out(self, term: Expression) -> Interval:
        match term:
            case Name(key=key):
                return self.numbers.get(key, EVERY_NUMBER)
            case Arithmetic(op="*", left=left, right=right):
                return self.interval(left).times(self.interval(right))
            case Arithmetic(op="/", left=left, right=right):
                return self._ratio(self._sum(left), self._sum(right))
            case Either(condition=condition, yes=yes, no=no):
                ways = [(self._assume(condition, True), yes), (self._assume(condition, False), no)]
                found = [world.interval(way) for world, way in ways if world is not None]
                return found[0].join(found[-1]) if found else EVERY_NUMBER
            case Call(function=function, arguments=arguments):
                return self._call(function, arguments)
        return EVERY_NUMBER

    def _ratio(self, above: _Sum, below: _Sum) -> Interval:
        if not below.terms and not below.constant:
            return EVERY_NUMBER  # x/0 is unknown
        plain = self._of_sum(above).times(self._of_sum(below).inverse())
        factor, divisor = above.scale(), below.scale()
        if self._of_sum(above).high <= 0:
            factor = -factor
        if self._of_sum(below).high <= 0:
            divisor = -divisor
        one, other = above.times(1 / factor), below.times(1 / divisor)
        ratio = EVERY_NUMBER
        if self._of_sum(one).low >= 0 and self._of_sum(other).low >= 0:
            rest = self._of_sum(other.plus(one, Fraction(-1)))
            ratio = Interval(Fraction(1) if rest.high <= 0 else Fraction(0), Fraction(1) if rest.low >= 0 else math.inf)
        known = Interval(plain.low, plain.high).meet(ratio.times(exactly(factor / divisor)))
        return EVERY_NUMBER if known.empty else Interval(known.low, known.high)

    def _call(self, function: str, arguments: Sequence[Expression]) -> Interval:
        if function == "count_true":
            surely = sum(self._assume(each, False) is None for each in arguments)
            perhaps = sum(self._assume(each, True) is not None for each in arguments)
            return Interval(Fraction(surely), Fraction(perhaps), True)
        given = [self.interval(each) for each in arguments]
        first = given[0]
        match function:
            case "min" | "max":
                lows, highs = [each.low for each in given], [each.high for each in given]
                whole = all(each.whole for each in given)
                if function == "min":
                    return Interval(min(lows), min(highs), whole)
                return Interval(max(lows), max(highs), whole)
            case "abs":
                low, high = _size(first.low), _size(first.high)
                least = Fraction(0) if first.low <= 0 <= first.high else min(low, high)
                return Interval(least, max(low, high), first.whole)
            case "floor":
                return Interval(_floor(first.low), _floor(first.high), True)
            case "round":
                digits = int(given[1].low)
                return Interval(_round(first.low, digits), _round(first.high, digits), digits == 0)
        return Interval(_log(first.low, -1), _log(first.high, 1))  # log

    # conditions

    def assume(self, condition: Expression, truth: bool) -> World | None:
        """This world with the condition true (or false); None where no value of the fields makes it so."""
        once = self._assume(condition, truth)
        return None if once is None else once._assume(condition, truth)  # its last part may rule out the first

    def _assume(self, condition: Expression, truth: bool) -> World | None:
        if (condition, truth) not in self._known:
            self._known[condition, truth] = self._assumed(condition, truth)
        known = self._known[condition, truth]
        return known if isinstance(known, World) else None

    def _assumed(self, condition: Expression, truth: bool) -> World | None:
        match condition:
            case Not(of=inner):
                return self._assume(inner, not truth)
            case Junction(op=op, items=items) if (op == "and") == truth:
                return self._all_of([(each, truth) for each in items])
            case Junction(items=items):
                return _common(self, [self._assume(each, truth) for each in items])
            case Either(condition=test, yes=yes, no=no):
                ways = [self._all_of([(test, True), (yes, truth)]), self._all_of([(test, False), (no, truth)])]
                return _common(self, ways)
            case Name(key=key) if key in self.derived and condition not in self.truths:
                inside = self._assume(self.derived[key], truth)
                return None if inside is None else inside._knowing(condition, truth)
            case Name() | Has():
                return None if self.truths.get(condition, truth) != truth else self._knowing(condition, truth)
            case Among(item=item, options=options):
                return self._among(item, options, truth)
            case Comparison(op=op, left=left, right=right):
                return self._compare(op if truth else _NEGATED[op], left, right)
        return self  # observed(...)

    def _knowing(self, condition: Expression, truth: bool) -> World:
        return replace(self, truths={**self.truths, condition: truth})

    def _all_of(self, wanted: Sequence[tuple[Expression, bool]]) -> World | None:
        world: World | None = self
        for each, truth in wanted:
            world = None if world is None else world._assume(each, truth)
        return world

    def _among(self, item: Expression, options: Sequence[Expression], truth: bool) -> World | None:
        if not truth:
            return self._all_of([(Comparison("!=", item, each), True) for each in options])
        worlds = [self._compare("==", item, each) for each in options]
        found = [each for each in worlds if each is not None]
        if not found or not isinstance(item, Name):
            return found[0] if len(found) == 1 else _common(self, worlds)
        if type_of(item) == "number":
            known = [each.numbers.get(item.key, EVERY_NUMBER) for each in found]
            hull = known[0]
            for each in known[1:]:
                hull = hull.join(each)
            return replace(self, numbers={**self.numbers, item.key: hull})
        words = frozenset[str]().union(*(each.words.get(item.key) or frozenset() for each in found))
        return replace(self, words={**self.words, item.key: words})

    def _compare(self, op: str, left: Expression, right: Expression) -> World | None:
        kind = type_of(left) if type_of(left) != "any" else type_of(right)
        if kind == "number":
            return self._compare_numbers(op, left, right)
        if kind == "text":
            return self._compare_words(op == "==", left, right)
        if kind == "yes_no":
            same = [self._all_of([(left, each), (right, each if op == "==" else not each)]) for each in (True, False)]
            return _common(self, same)
        return self

    def _compare_numbers(self, op: str, left: Expression, right: Expression) -> World | None:
        total = self._sum(left).plus(self._sum(right), Fraction(-1))
        rest, between = self._of_sum(total), abs(total.constant - round(total.constant))
        slack = TOLERANCE * max(Fraction(1), Fraction(self.interval(right).magnitude))
        never = {
            ">=": rest.high < -slack,
            ">": rest.high <= TOLERANCE,
            "<=": rest.low > slack,
            "<": rest.low >= -TOLERANCE,
            "==": rest.low > slack or rest.high < -slack or (between > slack and self._of_sum(_Sum(total.terms)).whole),
            "!=": rest.low >= -TOLERANCE and rest.high <= TOLERANCE,
        }
        if never[op]:
            return None
        world = self._narrowed(left, op, self.interval(right))
        return None if world is None else world._narrowed(right, _MIRRORED[op], self.interval(left))

    def _narrowed(self, name: Expression, op: str, other: Interval) -> World | None:
        """This world where the number ``name`` compares with a value of ``other``; unchanged for anything longer."""
        if not isinstance(name, Name):
            return self
        known = self.numbers.get(name.key, EVERY_NUMBER)
        low, high = known.low, known.high
        one = Fraction(1) if known.whole else Fraction(0)  # the next whole number is the first above
        slack = TOLERANCE * max(Fraction(1), Fraction(other.magnitude))
        if op in {">=", "=="}:
            low = max(low, other.low - slack)
        if op in {"<=", "=="}:
            high = min(high, other.high + slack)
        if op == ">" and not math.isinf(other.low):
            low = max(low, Fraction(math.floor(other.low)) + one if one else other.low)
        if op == "<" and not math.isinf(other.high):
            high = min(high, Fraction(math.ceil(other.high)) - one if one else other.high)
        if op == "!=" and known.whole and other.low == other.high:
            low, high = (low + 1 if low == other.low else low), (high - 1 if high == other.low else high)
        found = _tight(low, high, known.whole)
        return None if found.empty else replace(self, numbers={**self.numbers, name.key: found})

    def _possible_words(self, expression: Expression) -> frozenset[str] | None:
        match expression:
            case Word(value=word):
                return frozenset({text_form(word)})
            case Name(key=key):
                return self.words.get(key)
            case Either(yes=yes, no=no):
                one, other = self._possible_words(yes), self._possible_words(no)
                return None if one is None or other is None else one | other
        return None

    def _compare_words(self, same: bool, left: Expression, right: Expression) -> World | None:
        one, other = self._possible_words(left), self._possible_words(right)
        if one is not None and other is not None:
            if same and not one & other:
                return None
            if not same and len(one | other) == 1:
                return None
        world = self
        for name, known, against in ((left, one, other), (right, other, one)):
            if not isinstance(name, Name) or against is None or name.key not in world.words:
                continue
            if same:
                world = world._saying(name.key, against if known is None else known & against)
            elif known is not None and len(against) == 1:
                world = world._saying(name.key, known - against)
        return world

    def _saying(self, key: str, words: frozenset[str]) -> World:
        return replace(self, words={**self.words, key: words})


_NEGATED: Final = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}
_MIRRORED: Final = {"<": ">", ">=": "<=", ">": "<", "<=": ">=", "==": "==", "!=": "!="}


def _common(world: World, ways: Sequence[World | None]) -> World | None:
    """``world`` where one of several ways must hold: the way itself where there is but one."""
    open_ways = [each for each in ways if each is not None]
    if not open_ways:
        return None
    return open_ways[0] if len(open_ways) == 1 else world


def _floor(end: End) -> End:
    return end if math.isinf(end) else Fraction(math.floor(end + TOLERANCE * max(Fraction(1), abs(Fraction(end)))))


def _round(end: End, digits: int) -> End:
    if math.isinf(end):
        return end
    shifted = abs(Fraction(end)) * 10**digits
    whole = math.floor(shifted + Fraction(1, 2) + TOLERANCE * max(Fraction(1), shifted))
    return Fraction(whole if end >= 0 else -whole, 10**digits)


def _log(end: End, side: int) -> End:
    """A little below (side -1) or above (side 1) the natural logarithm."""
    if end <= 0:
        return -math.inf if side < 0 else math.inf
    return end if math.isinf(end) else Fraction(math.log(end)) + Fraction(side, 10**9)


def world_of(fields: Mapping[str, Field], site_type: str) -> World:
    """What the limits, options and scales of a form's fields say."""
    names = types_of(fields)
    below = _below(fields)
    numbers = {"problems": Interval(Fraction(0), whole=True), "deducted": Interval(Fraction(0))}
    plain = {key: each for key, each in fields.items() if each.formula is None}
    for key, each in plain.items():
        if each.kind in {"count", "number", "percent"}:
            numbers[key] = _declared(key, fields, below)
    words: dict[str, frozenset[str] | None] = {"site_type": frozenset({site_type})}
    for key, each in fields.items():
        if each.kind in {"choice", "grade", "text"}:
            words[key] = frozenset(map(text_form, [*each.options, *each.scale])) or None
    world = World(numbers, words, {}, below)
    derived: dict[str, Expression] = {}
    depth: dict[str, int] = {}
    for key in _in_order(fields):
        each = fields[key]
        expression, _ = parse_formula(each.formula or "", names, "yes_no" if each.kind == "yes_no" else "number")
        depth[key] = 1 + max((depth.get(name, 0) for name in names_written(each.formula or "")), default=0)
        if depth[key] > MAX_DERIVED:
            continue
        if expression is not None and each.kind == "yes_no":
            derived[key] = expression
            known = {truth: world.assume(expression, truth) for truth in (True, False)}
            impossible = [truth for truth, way in known.items() if way is None]
            truths = {**world.truths, Name(key, "yes_no"): not impossible[0]} if len(impossible) == 1 else world.truths
            world = replace(world, truths=truths, derived=dict(derived))
        elif expression is not None:
            derived[key] = expression
            found = world.interval(expression).meet(_declared(key, fields, below, of_kind=False))
            limits = EVERY_NUMBER if found.empty else found
            world = replace(world, numbers={**world.numbers, key: limits}, derived=dict(derived))
    return world


def _below(fields: Mapping[str, Field]) -> dict[str, frozenset[str]]:
    """For every field the fields that it is never above, however far."""
    direct: dict[str, set[str]] = {}
    for key, each in fields.items():
        if isinstance(each.at_most, str):
            direct.setdefault(key, set()).add(each.at_most)
        if isinstance(each.at_least, str):
            direct.setdefault(each.at_least, set()).add(key)
    return {key: _reached(key, direct) - {key} for key in direct}


def _reached(key: str, direct: Mapping[str, Iterable[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [key]
    while waiting:
        for each in direct.get(waiting.pop(), ()):
            if each not in found:
                found.add(each)
                waiting.append(each)
    return frozenset(found)


def _declared(
    key: str, fields: Mapping[str, Field], below: Mapping[str, frozenset[str]], of_kind: bool = True
) -> Interval:
    """The limits of a field: its own numbers, and those of the fields that it is never above or never below."""
    found = own_limits(fields[key], of_kind)
    for other in below.get(key, ()):
        if other in fields:
            found = found.meet(Interval(high=own_limits(fields[other]).high))
    for other, above in below.items():
        if key in above and other in fields:
            found = found.meet(Interval(low=own_limits(fields[other]).low))
    return own_limits(fields[key], of_kind) if found.empty else found


def own_limits(each: Field, of_kind: bool = True) -> Interval:
    """The limits that a field writes as numbers; a count is a whole number and never below 0."""
    low: End = -math.inf if each.at_least is None or isinstance(each.at_least, str) else Fraction(each.at_least)
    high: End = math.inf if each.at_most is None or isinstance(each.at_most, str) else Fraction(each.at_most)
    if each.kind == "count" and of_kind and each.formula is None:
        return _tight(max(low, Fraction(0)), high, True)
    return Interval(low, high)


def _in_order(fields: Mapping[str, Field]) -> list[str]:
    """The derived fields, each after those that it reads; one that reads itself is left out."""
    formulas = {key: each.formula for key, each in fields.items() if each.formula is not None}
    sorter = TopologicalSorter({key: sorted(names_written(text) & formulas.keys()) for key, text in formulas.items()})
    with suppress(CycleError):  # what is in no circle can be had all the same
        sorter.prepare()
    order: list[str] = []
    while ready := sorter.get_ready():
        order += ready
        sorter.done(*ready)
    return order
