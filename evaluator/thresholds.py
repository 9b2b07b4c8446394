"""The limits that a criterion holds a questionnaire's rate against, and on which side of them a value lies."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from duibiao.criteria.formula import Comparison, Expression, Junction, Name, Number
from duibiao.criteria.models import Asked
from duibiao.evaluator.columns import TOLERANCE, formula

Side = Literal[">=", ">", "<=", "<"]
SIDES: Final[dict[str, Side]] = {"at_least": ">=", "above": ">", "at_most": "<=", "below": "<"}
_TURNED: Final[dict[str, Side]] = {"<=": ">=", "<": ">", ">=": "<=", ">": "<"}
_TOLERANCE: Final = Fraction(repr(TOLERANCE))


@dataclass(frozen=True, slots=True, order=True)
class Limit:
    """One side of one number; ``at`` is 0..1 where the rate is a share."""

    at: Fraction
    side: Side

    def holds(self, value: Fraction) -> bool:
        """Whether a value lies on the side, by the limit rule (design 4.3): the limit itself meets >= and <=."""
        near = _TOLERANCE * max(Fraction(1), abs(self.at))
        match self.side:
            case ">=":
                return value >= self.at - near
            case ">":
                return value > self.at + near
            case "<=":
                return value <= self.at + near
            case _:
                return value < self.at - near

    def within(self, low: float, high: float) -> bool:
        """Whether the limit is held at one end of an interval and not at the other."""
        return self.holds(Fraction(low)) != self.holds(Fraction(high))


def limits_with_sides(criterion: Asked) -> tuple[Limit, ...]:
    """The limits in a criterion's levels or condition, from low to high; none where the condition says more than
    comparisons of ``rate`` with numbers."""
    if criterion.pass_ is not None:
        return tuple(sorted(set(_compared(formula(criterion.pass_, {"rate": "number"}, "yes_no")))))
    found = {
        Limit(Fraction(bound), side)
        for level in criterion.levels
        for name, side in SIDES.items()
        if (bound := getattr(level, name)) is not None
    }
    return tuple(sorted(found))


def _compared(condition: Expression) -> list[Limit]:
    match condition:
        case Junction(items=items):
            return [limit for each in items for limit in _compared(each)]
        case Comparison(op=">=" | ">" | "<=" | "<" as op, left=Name(), right=Number(value=bound)):
            return [Limit(Fraction(bound), op)]
        case Comparison(op=">=" | ">" | "<=" | "<" as op, left=Number(value=bound), right=Name()):
            return [Limit(Fraction(bound), _TURNED[op])]
    return []
