"""The Assessment as one documented JSON (docs/assessment.schema.json), and its provenance.

Every figure is ``{num, den, value}``: the exact fraction as text, and the rounded number. Same input, same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import to_json as to_json_text

from duibiao.criteria.models import Place, Score
from duibiao.evaluator.assessment import Assessment, Gains, HeatCell, Scorecard
from duibiao.evaluator.columns import E9
from duibiao.evaluator.comparison import Step
from duibiao.evaluator.method import Method, Rule
from duibiao.evaluator.rollup import half_up
from duibiao.evaluator.submission import Submission

if TYPE_CHECKING:  # numpy is imported where draws are simulated
    from duibiao.evaluator.forecast import Forecast
    from duibiao.evaluator.official_draws import NoForecast

SCHEMA: Final = "duibiao/assessment/1"
SCORES: Final = frozenset({"score", "pass_mark", "at_least"})  # rounded as declared; other figures to 6 decimals
OTHER_DIGITS: Final = 6
PLAIN: Final = frozenset({None.__class__, bool, int, str})  # JSON has them as they are


def figure(value: Fraction, digits: int) -> dict[str, object]:
    """An exact fraction as it stands in the document."""
    rounded = half_up(value, digits)
    number = float(Decimal(rounded).scaleb(-digits))
    return {"num": str(value.numerator), "den": str(value.denominator), "value": number}


class _Writer:
    """Turns dataclasses into JSON values; a fraction under a key of SCORES is rounded as the catalogue declares."""

    def __init__(self, digits: int) -> None:
        self.digits = digits
        self._ways: dict[type, Callable[[Any, str], object]] = {}

    def value(self, value: object, key: str = "") -> object:
        """Any value as JSON has it."""
        kind = value.__class__
        if kind in PLAIN:
            return value
        way = self._ways.get(kind)
        if way is None:
            way = self._ways[kind] = self._way(value)
        return way(value, key)

    def _way(self, value: object) -> Callable[[Any, str], object]:
        """How values of this one's class are written, which is found out once: there are millions of them."""
        match value:
            case Fraction() | Decimal() | float():
                return self._figure
            case date():
                return lambda value, _key: value.isoformat()
            case list() | tuple():
                return lambda value, key: [self.value(each, key) for each in value]
            case Mapping():
                return lambda value, _key: {str(name): self.value(each, str(name)) for name, each in value.items()}
        assert is_dataclass(value), value
        names = [each.name for each in fields(value)]

        def told(value: object, _key: str) -> dict[str, object]:
            return {name: self.value(getattr(value, name), name) for name in names}

        match value:
            case Gains():
                return lambda value, key: {
                    **told(value, key),
                    "units": {unit: self.value(gain) for unit, gain in value.units},
                }
            case Step():
                return lambda value, key: told(value, key) | {"change": self.value(value.change)}
            case Scorecard() | HeatCell():
                return lambda value, key: told(value, key) | {"counted": value.tally.counted}
            case _:
                return told

    def _figure(self, value: Fraction | Decimal | float, key: str) -> dict[str, object]:
        exact = value if isinstance(value, Fraction) else Fraction(value)
        return figure(exact, self.digits if key in SCORES else OTHER_DIGITS)


def method(of: Method, write: Callable[..., object]) -> dict[str, object]:
    """Everything that decides how findings become figures, so that anybody can recount them."""
    return {
        **of.score.model_dump(mode="json", exclude={"pass_mark", "levels", "total", "minimum_coverage"}),
        "minimum_coverage": write(of.score.minimum_coverage),
        "pass_mark": write(of.score.pass_mark, "pass_mark"),
        "levels": write([each.model_dump() for each in of.score.levels]),
        "total": write([each.model_dump() for each in of.score.total]),
        "criteria": [_rule(rule, write) for rule in of.rules.values()],
        "tree": [_place(place, write) for place in of.tree],
        "site_types": [
            {
                "id": name,
                "title": of.type_titles[name],
                "part": part,
                "weight": write(of.type_weights[name]),
                "several_inspections": of.inspections[name],
                "record": name in of.records,
            }
            for name, part in of.part_of.items()
        ],
    }


def _rule(rule: Rule, write: Callable[..., object]) -> dict[str, object]:
    caps = {"site": write(rule.site_cap), "total": write(rule.total_cap)}
    return {
        "id": rule.id,
        "title": rule.title,
        "kind": rule.kind,
        "place": rule.place,
        "points": write(rule.points),
        "counts": rule.counts,
        "over_sites": rule.over_sites,
        "veto": caps if any(caps.values()) else None,
        "adjust_total": write(rule.adjusts),
        "ranges": {name: [int(end * E9) for end in ends] for name, ends in rule.ranges.items()},
    }


def _place(place: Place, write: Callable[..., object]) -> dict[str, object]:
    return {
        "id": place.id,
        "title": place.title,
        "weight": write(place.weight),
        "combine": place.combine,
        "under": [_place(each, write) for each in place.under],
    }


def forecast_document(forecast: Forecast | NoForecast, score: Score) -> object:
    """A forecast as JSON values, as it stands in the document of an assessment."""
    return _Writer(score.rounding.digits).value(forecast)


def document(assessment: Assessment) -> dict[str, object]:
    """The assessment as JSON values; keys are the names of the Assessment's own fields."""
    score = assessment.catalogue.score
    write = _Writer(score.rounding.digits).value
    return {
        "schema": SCHEMA,
        "program": {"name": "duibiao", "version": version("duibiao")},
        "catalogue": {
            "catalogue": assessment.catalogue.head.catalogue,
            "title": assessment.catalogue.head.title,
            "edition": assessment.catalogue.head.edition,
            "extends": list(assessment.catalogue.extends),
            "sha256": assessment.catalogue.sha256,
        },
        "method": method(assessment.method, write),
        "rounds": {
            "scored": write(assessment.round),
            "earlier": write(assessment.earlier_rounds),
            "as_of": assessment.as_of.isoformat(),
        },
        "data": _data(assessment.submission)
        | {"notes": write(assessment.notes), "provisional": assessment.provisional},
        "total": write(assessment.total),
        "made": write(assessment.made),
        "total_parts_left_out": write(assessment.total_parts_left_out),
        "mending": write(assessment.mending),
        "plan": write(assessment.plan),
        "assurance": write(assessment.assurance),
        "large": write(assessment.large),
        "trend": write(assessment.trend),
        "previous": write(assessment.previous),
        "areas": write(assessment.areas),
        "site_types": write(assessment.site_types),
        "units": write(assessment.units),
        "places": write(assessment.places),
        "heat": write(assessment.heat),
        "stability": write(assessment.stability),
        "forecast": write(assessment.forecast),
        "results": write(assessment.results),
        "sites": write(assessment.sites),
        "gaps": write(assessment.gaps),
        "open": write(assessment.open),
        "shown": write(assessment.shown),
        "estimates": write(assessment.estimates),
        "unchecked": write(assessment.unchecked),
    }


def _data(submission: Submission) -> dict[str, object]:
    files = [
        {
            "file": table.file,
            "sheet": table.sheet,
            "sha256": table.sha256,
            "shape": table.shape,
            "read": table.read,
            "used": table.used,
            "rejected": table.rejected,
            "unused_columns": list(table.unused_columns),
        }
        for table in submission.tables
    ]
    return {"files": files, "read": submission.read, "used": submission.used, "rejected": submission.rejected}


def to_json(value: object) -> bytes:
    """JSON as it is written to files: UTF-8, one blank to indent, one line feed at the end."""
    return to_json_text(value, indent=1, inf_nan_mode="constants") + b"\n"
