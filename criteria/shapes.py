"""A node of a criteria file -> a model, or every mistake of its shape: unknown and missing keys, wrong types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeVar

from pydantic import ValidationError

from duibiao.criteria import models
from duibiao.criteria.diagnostics import N_, Diagnostic, Position, advise, diagnose
from duibiao.criteria.language import gettext
from duibiao.criteria.models import CriterionBase, Frozen, Place
from duibiao.criteria.yaml_text import Node

# pydantic error type -> what to write instead
ADVICE: Final[dict[str, str]] = {
    "string_type": N_("write a text (in quotes if it looks like a number)"),
    "string_too_short": N_("write a text that is not empty"),
    "string_too_long": N_("write at most 500 characters"),
    "string_pattern_mismatch": N_("write lower-case ASCII letters, digits and _, a letter first"),
    "decimal_type": N_("write a number"),
    "decimal_parsing": N_("write a number"),
    "decimal_max_places": N_("write at most 9 decimals"),
    "int_type": N_("write a whole number"),
    "bool_type": N_("write true or false"),
    "date_type": N_("write a date such as 2026-01-31"),
    "tuple_type": N_("write a list: [a, b]"),
    "dict_type": N_("write keys with values"),
    "model_type": N_("write keys with values"),
    "model_attributes_type": N_("write keys with values"),
    "literal_error": N_("write one of {expected}"),
    "greater_than": N_("write a number above {gt}"),
    "greater_than_equal": N_("write a number of at least {ge}"),
    "less_than_equal": N_("write a number of at most {le}"),
    "too_short": N_("write at least {min_length} entries"),
    "too_long": N_("write at most {max_length} entries"),
}
# what the models' own checks say
MODEL_ADVICE: Final = (
    N_("a number is needed"),
    N_("a date is needed"),
    N_("a deadline is a whole number of days from 0 to 3650, or next_round"),
    N_("options go with kind choice or choices, and only with them"),
    N_("a scale goes with kind grade, and only with it"),
    N_("a derived field is a count, number, percent or yes_no"),
    N_("a field is derived or read elsewhere, not both"),
    N_("only count, number and percent have limits"),
    N_("a level needs at_least, above, at_most or below"),
    N_("a level has at most one limit on each side"),
    N_("full_at and zero_at must differ"),
    N_("a scale goes with judged: grade, and only with it"),
    N_("ask goes with levels or with pass"),
    N_("a veto caps the site, the total or both: {site: 59}"),
    N_("an adjustment of 0 adjusts nothing"),
    N_("a question has choices or a scale, and not both"),
    N_("yes goes with choices, and only with them"),
    N_("where choices are numbered, none of them is a number itself"),
    N_("a fact has criteria or site_types, or not_encoded"),
    N_("what is not encoded needs a note that says why"),
    N_("of goes with not_encoded: duplicate, and only with it"),
)
NESTED: Final[dict[str, type[Frozen]]] = {
    "source": models.SourceRef,
    "effective": models.Effective,
    "deduct": models.DeductionEntry,
    "quota": models.Quota,
    "score": models.Score,
    "rounding": models.Rounding,
    "total": models.PartShare,
    "veto": models.Veto,
    "roll_up": models.RollUp,
    "questions": models.Question,
    "sample": models.Sample,
    "under": Place,
}
KEYS_WITH_VALUES: Final = N_("write keys with values")
M = TypeVar("M", bound=Frozen)


def shape(value: object) -> str:
    """How a value that is out of place is called in a message."""
    match value:
        case None:
            return gettext("empty")
        case dict() | Frozen():
            return gettext("keys with values")
        case list() | tuple():
            return gettext("a list")
        case bool():
            return str(value).lower()
        case str():
            return repr(value[:60])
    return str(value)


def misshapen(node: Node, what: str, advice: str) -> Diagnostic:
    """A value of a kind that cannot stand where it stands."""
    return diagnose("wrong-type", node.at, what=what, found=shape(node.plain()), advice=gettext(advice))


def entries_of(node: Node, key: str, found: list[Diagnostic]) -> list[Node]:
    """The items of the list at ``key``; nothing, and a mistake, where something else stands there."""
    child = node.find(key)
    if child is not None and not isinstance(child.value, list):
        found.append(misshapen(child, key, N_("write a list: - ...")))
    return child.items if child is not None else []


def keyed_entries(node: Node, key: str, found: list[Diagnostic]) -> list[tuple[str, Node, Position]]:
    """The entries of the mapping at ``key`` with the place of each; nothing, and a mistake, where it is none."""
    child = node.find(key)
    if child is None:
        return []
    if not isinstance(child.value, dict):
        found.append(misshapen(child, key, KEYS_WITH_VALUES))
    return [(name, each, child.keys[name]) for name, each in child.mapping.items()]


def build(model: type[M], node: Node, found: list[Diagnostic], extra: Mapping[str, object] | None = None) -> M | None:
    """Validate a node as ``model``; ``extra`` has values that the file does not write."""
    value = node.plain()
    if extra is not None and isinstance(value, dict):
        value = {**value, **extra}
    explained: list[Diagnostic] = []
    built: M | None = None
    try:
        built = model.model_validate(value)
    except ValidationError as error:
        explained += _explained(error, model, node)
    told = {(each.line, each.column) for each in explained}
    explained += [each for each in _empty(node, told) if (each.line, each.column) not in told]
    found.extend(explained)
    return None if explained else built


def _empty(node: Node, told: set[tuple[int, int]]) -> Iterator[Diagnostic]:
    """Known keys with nothing behind them: what was meant to stand there would be lost without a word."""
    for key, child in node.mapping.items():
        at = node.keys[key]
        if child.value is None and (at.line, at.column) not in told:
            yield misshapen(child, key, N_("write a value or delete the key"))
        if isinstance(child.value, dict | list):
            yield from _empty(child, told)
    for item in node.items:
        if isinstance(item.value, dict | list):
            yield from _empty(item, told)


def _known_keys(model: type[Frozen], loc: tuple[str | int, ...]) -> list[str]:
    for step in reversed(loc):
        if isinstance(step, str) and step in NESTED:
            model = NESTED[step]
            break
        if step == "levels":
            model = models.MissingLevel if model is models.NOfM else models.Level
            model = models.ScoreLevel if "score" in loc else model
            break
    return [(info.alias or name) for name, info in model.model_fields.items() if name not in {"kind", "file"}] + (
        ["changes", "by_type"] if issubclass(model, CriterionBase) else []
    )


def _explained(error: ValidationError, model: type[Frozen], node: Node) -> Iterator[Diagnostic]:
    told: set[Position] = set()  # a value that is neither of two things is told once
    errors = error.errors()
    inside = {each["loc"][:-1] for each in errors}
    for each in errors:
        loc, kind, context = each["loc"], each["type"], each.get("ctx", {})
        name = str(loc[-1]) if loc else ""
        at = node.position(*loc)
        if kind == "missing":
            yield diagnose("missing-key", at, key=name)
        elif kind == "extra_forbidden":
            advice = advise(name, _known_keys(model, loc[:-1]))
            yield diagnose("unknown-key", node.position(*loc, of_key=True), key=name, advice=advice)
        elif at not in told and not (kind == "too_short" and loc in inside):  # too short for want of what is broken
            told.add(at)
            what = ".".join(str(step) for step in loc if not str(step).startswith(("constrained", "decimal", "str")))
            if kind == "value_error":
                advice = gettext(str(context["error"]))
            else:
                advice = gettext(ADVICE.get(kind, each["msg"])).format(**context)
            found = shape(each["input"])
            yield diagnose("wrong-type", at, what=what or gettext("this"), found=found, advice=advice)
