"""The JSON Schema (draft-07) of criteria files, for editors: made from the models, so that the two cannot differ.

An editor sees keys, types and choices; references, formulas and everything else of design 4.4 is for ``lint``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from duibiao.criteria import models
from duibiao.criteria.load import OF_VERSIONS, SAME_AT_EVERY_DATE, SAME_ON_ALL_TYPES
from duibiao.criteria.models import COMPANION_KEYS, FORMULA_WORDS, KINDS, RULE_KEYS, Frozen
from duibiao.criteria.overlay import CHANGEABLE
from duibiao.criteria.provenance import Origin, Term

Schema = dict[str, Any]
DRAFT: Final = "http://json-schema.org/draft-07/schema#"
IDENTIFIER: Final[Schema] = {"type": "string", "pattern": models.IDENTIFIER.pattern.join("^$")}
TEXT: Final[Schema] = {"type": "string", "minLength": 1}
DAY: Final[Schema] = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "description": "2026-01-31"}
LIMITS: Final = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
NOT_SCHEMA: Final = frozenset({"title", "default", "discriminator", "decimal_places", "strict", "allow_inf_nan"})
STATUSES: Final = ("met", "partial", "missed", "unobserved", "not_applicable", "invalid")
# kind of rule -> the keys that it needs, and those that it may have
RULE_SHAPES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "pass": (("pass",), ()),
    "banded": (("rate", "levels"), ()),
    "linear": (("rate", "full_at", "zero_at"), ()),
    "grade": (("grade",), ()),
    "deduct": (("deduct",), ()),
    "of": (("of",), ("levels",)),
    "judged": (("judged",), ("scale",)),
    "ask": (("ask",), ("levels", "pass")),
    "both": (("both",), ()),
    "show": (("show",), ()),
}


class _Draft7(GenerateJsonSchema):
    """What a file may write, not what the models hold: a name or a list of names, numbers as numbers."""

    schema_dialect = DRAFT

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        """A number; pydantic adds its limits as ``ge`` and the like, see ``_tidy``."""
        return {"type": "number"}

    def date_schema(self, schema: core_schema.DateSchema) -> JsonSchemaValue:
        """A day, as text: that is how YAML 1.2 reads it."""
        return dict(DAY)

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        """What the models take besides the type that they hold."""
        inner = self.generate_inner(schema["schema"])
        function: object = schema["function"]["function"]
        if function is models._names:
            return {"anyOf": [dict(TEXT), inner]}
        if function is models._one_or_more:
            return {"anyOf": [inner["items"], inner]}
        if function is models._formula:
            return {"anyOf": [inner, {"type": "number"}]}
        return inner


def criteria_schema(part: str | None = None) -> Schema:
    """The schema of one kind of file (a key of ``FILES``), or of any of them, told apart by what stands in it."""
    definitions = _definitions()
    if part is not None:
        return {"$schema": DRAFT, "allOf": [_ref(FILES[part])], "definitions": definitions}
    return {
        "$schema": DRAFT,
        "title": "duibiao: criteria files",
        "if": {"type": "array"},
        "then": _ref("cases_file"),
        "else": _first_of(
            [
                ({"required": ["site_type"]}, "site_type_file"),
                ({"required": ["questionnaire"]}, "questionnaire_file"),
                ({"required": ["tree"]}, "tree_file"),
                ({"anyOf": [{"required": ["catalogue"]}, {"required": ["score"]}]}, "catalogue_file"),
                ({"anyOf": [{"required": ["criteria"]}, {"required": ["fields"]}]}, "shared_file"),
            ],
            {"anyOf": [_ref(name) for name in ("units_file", "sources_file", "terms_file", "provenance_file")]},
        ),
        "definitions": definitions,
    }


FILES: Final[dict[str, str]] = {
    "site_type": "site_type_file",
    "shared": "shared_file",
    "questionnaire": "questionnaire_file",
    "catalogue": "catalogue_file",
    "tree": "tree_file",
    "units": "units_file",
    "sources": "sources_file",
    "terms": "terms_file",
    "provenance": "provenance_file",
    "cases": "cases_file",
}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _first_of(ways: list[tuple[Schema, str]], otherwise: Schema) -> Schema:
    for condition, name in reversed(ways):
        otherwise = {"if": condition, "then": _ref(name), "else": otherwise}
    return otherwise


def _object(properties: Mapping[str, Schema], required: Iterable[str] = (), **more: Any) -> Schema:
    found = {"type": "object", "properties": dict(properties), "additionalProperties": False, **more}
    return {**found, "required": sorted(required)} if required else found


def _tidy(value: Any) -> Any:
    """Without what pydantic adds for others: titles of keys, defaults, and null, which a file may not write."""
    if isinstance(value, list):
        return [_tidy(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {LIMITS.get(key, key): _tidy(each) for key, each in value.items() if key not in NOT_SCHEMA}
    if "properties" in value:  # its keys are names of ours
        found["properties"] = {key: _tidy(each) for key, each in value["properties"].items()}
    if isinstance(found.get("anyOf"), list):
        ways = [each for each in found["anyOf"] if each != {"type": "null"}]
        rest = {key: each for key, each in found.items() if key != "anyOf"}
        return {**rest, **ways[0]} if len(ways) == 1 else {**rest, "anyOf": ways}
    return found


def _made(model: type[Frozen], definitions: Schema) -> Schema:
    """The schema of a model; those that it refers to are put into ``definitions``."""
    made = model.model_json_schema(ref_template="#/definitions/{model}", schema_generator=_Draft7)
    definitions.update({name: _tidy(each) for name, each in made.pop("$defs", {}).items()})
    found: Schema = _tidy(made)
    return definitions[model.__name__] if "$ref" in found else found


def _definitions() -> Schema:
    found: Schema = {}
    properties, required = _criterion_keys(found)
    dated = {key: each for key, each in properties.items() if key not in SAME_AT_EVERY_DATE}
    by_type = {key: each for key, each in properties.items() if key not in SAME_ON_ALL_TYPES | OF_VERSIONS}
    found["change_from"] = _object({**dated, "from": DAY, "because": TEXT}, ["from"])
    found["on_one_type"] = _object(by_type)
    own = {key: each for key, each in properties.items() if key not in {"site_types", "by_type"}}
    found["criterion"] = _object(own, required, oneOf=_rules(found))
    found["shared_criterion"] = _object(properties, [*required, "site_types"], oneOf=_rules(found))
    found["field"] = {**_made(models.Field, found), "allOf": _of_kind()}
    names = {"pattern": IDENTIFIER["pattern"], "not": {"enum": sorted(FORMULA_WORDS)}}
    found["fields"] = {"type": "object", "propertyNames": names, "additionalProperties": _ref("field")}
    _form_files(found)
    _named_files(found, properties)
    found["cases_file"] = _cases()
    return found


def _criterion_keys(definitions: Schema) -> tuple[dict[str, Schema], list[str]]:
    """Every key that some kind of criterion has, and those that all need."""
    properties: dict[str, Schema] = {}
    for model in KINDS.values():
        for key, each in _made(model, definitions)["properties"].items():
            properties.setdefault(key, each)
    del properties["kind"]
    level, missing = _ref("Level"), _ref("MissingLevel")
    properties["levels"] = {"type": "array", "minItems": 1, "items": {"anyOf": [level, missing]}}
    properties["changes"] = {"type": "array", "items": _ref("change_from")}
    properties["by_type"] = {"type": "object", "additionalProperties": _ref("on_one_type")}
    return properties, ["id", "title", "place"]


def _rules(definitions: Schema) -> list[Schema]:
    """The kinds of rule; a criterion is exactly one of them."""
    rules = []
    for kind, (needed, allowed) in RULE_SHAPES.items():
        others = [key for key in (*RULE_KEYS, *COMPANION_KEYS) if key not in {*needed, *allowed}]
        rule: Schema = {"title": kind, "required": list(needed), "not": {"anyOf": [{"required": [k]} for k in others]}}
        if "levels" in {*needed, *allowed}:
            item = _ref("MissingLevel" if kind == "of" else "Level")
            rule["properties"] = {"levels": {"type": "array", "minItems": 1, "items": item}}
        if kind == "ask":
            rule["oneOf"] = [{"required": ["levels"]}, {"required": ["pass"]}]
        if kind == "judged":
            rule |= _goes_with("scale", "judged", ["grade"])
        rules.append(rule)
    return rules


def _goes_with(key: str, other: str, values: list[str]) -> Schema:
    """``key`` stands where ``other`` has one of ``values``, and only there."""
    condition = {"properties": {other: {"enum": values}}, "required": [other]}
    return {"if": condition, "then": {"required": [key]}, "else": {"not": {"required": [key]}}}


def _of_kind() -> list[Schema]:
    numbers = {"properties": {"kind": {"enum": ["count", "number", "percent"]}}}
    derived = {"properties": {"kind": {"enum": ["count", "number", "percent", "yes_no"]}}}
    limited = {"anyOf": [{"required": ["at_least"]}, {"required": ["at_most"]}]}
    return [
        _goes_with("options", "kind", ["choice", "choices"]),
        _goes_with("scale", "kind", ["grade"]),
        {"if": limited, "then": numbers},
        {"if": {"required": ["formula"]}, "then": {**derived, "not": {"required": ["from"]}}},
    ]


def _form_files(found: Schema) -> None:
    form = _made(models.SiteType, found)["properties"]
    rates, questions = (form.pop(key) for key in ("rates", "questions"))
    of_answers = {key: form.pop(key) for key in ("sample", "groups", "minimum_group", "confidence", "interval")}
    found["Question"] |= {"oneOf": [{"required": ["choices"]}, {"required": ["scale"], "not": {"required": ["yes"]}}]}
    found["Question"]["properties"]["choices"]["minItems"] = 1
    found["Question"]["properties"]["scale"]["minProperties"] = 1
    form = {key: each for key, each in form.items() if key not in {"id", "file"}}
    form |= {"fields": _ref("fields"), "criteria": {"type": "array", "items": _ref("criterion")}}
    found["site_type_file"] = _object({"site_type": IDENTIFIER, **form}, ["site_type", "title"])
    asked = {"rates": {**rates, "minProperties": 1}, "questions": {**questions, "minProperties": 1}}
    found["questionnaire_file"] = _object(
        {"questionnaire": IDENTIFIER, **form, **asked, **of_answers},
        ["questionnaire", "title"],
        anyOf=[{"required": [key]} for key in asked],
        dependencies={key: ["questions"] for key in ("sample", "groups", "minimum_group")},
    )
    shared = {"fields": _ref("fields"), "criteria": {"type": "array", "items": _ref("shared_criterion")}}
    found["shared_file"] = _object(shared)


def _named_files(found: Schema, criterion: Mapping[str, Schema]) -> None:
    """catalogue.yaml, tree.yaml, units.yaml, sources.yaml, terms.yaml and provenance.yaml."""
    head = _made(models.CatalogueHead, found)
    form = found["questionnaire_file"]["properties"]
    changeable = {key: each for key, each in criterion.items() if key != "id"} | {key: form[key] for key in CHANGEABLE}
    found["change"] = _object({**changeable, "from": DAY, "because": TEXT, "drop": {"const": True}})
    properties = {
        **head["properties"],
        "extends": TEXT,
        "change": {"type": "object", "additionalProperties": _ref("change")},
    }
    found["catalogue_file"] = {
        **_object(properties, ["catalogue"]),
        "if": {"required": ["extends"]},
        "then": {},
        "else": {"required": head["required"], "not": {"required": ["change"]}},
    }
    found["Place"] = _made(models.Place, found)
    found["tree_file"] = _object({"tree": {"type": "array", "items": _ref("Place")}}, ["tree"])
    found["units_file"] = {"type": "object", "additionalProperties": _made(models.Unit, found)}
    found["sources_file"] = {"type": "object", "additionalProperties": _made(models.Source, found)}
    found["terms_file"] = {"type": "object", "additionalProperties": _made(Term, found)}
    found["Origin"] = {**_made(Origin, found), **_ORIGIN}
    section = {"type": "object", "additionalProperties": _ref("Origin")}
    found["provenance_file"] = {"type": "object", "additionalProperties": section}


_ORIGIN: Final[Schema] = {
    "oneOf": [
        {"anyOf": [{"required": ["criteria"]}, {"required": ["site_types"]}]},
        {"required": ["not_encoded", "note"]},
    ],
    **_goes_with("of", "not_encoded", ["duplicate"]),
}


def _cases() -> Schema:
    numbers = {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}}
    seen = {"type": ["number", "string", "boolean", "array"], "items": {"type": "string"}}
    lost = _object({"lost": {"type": "number", "minimum": 0}}, ["lost"])
    expected = {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"enum": list(STATUSES)}, lost]}
    case = _object(
        {
            "name": TEXT,
            "site_type": IDENTIFIER,
            "seen": {"type": "object", "additionalProperties": seen},
            "problems": numbers,
            "deducted": numbers,
            "complete": {"type": "boolean"},
            "as_of": DAY,
            "expect": {"type": "object", "minProperties": 1, "additionalProperties": expected},
        },
        ["name", "expect"],
    )
    return {"type": "array", "items": case}
