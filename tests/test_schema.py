"""The JSON Schema for editors: valid draft-07, at one with the loader on every file of ours, and no wider than it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from duibiao.criteria.models import KINDS
from duibiao.criteria.schema import FILES, RULE_SHAPES, criteria_schema
from duibiao.criteria.yaml_text import parse_yaml, read_yaml

HERE = Path(__file__).parent
SHIPPED = HERE.parent / "criteria" / "catalogues"
SCHEMA = criteria_schema()
GOOD = sorted([*(HERE / "good").rglob("*.yaml"), *SHIPPED.rglob("*.yaml")])
SEEN_BY_EDITORS = [
    "unknown-key", "missing-key", "wrong-type", "no-rule", "several-rules", "by-type", "formula-cut",
]  # fmt: skip


def as_json(value: Any) -> Any:
    """What an editor makes of a value: exact numbers are numbers, days are text."""
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


@cache
def validator(part: str | None) -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(SCHEMA if part is None else criteria_schema(part))


def mistakes(value: Any, part: str | None = None) -> list[str]:
    return [error.message for error in validator(part).iter_errors(as_json(value))]


def read(text: str) -> Any:
    node, found = parse_yaml(text, "f.yaml")
    assert found == []
    assert node is not None
    return node.plain()


@pytest.mark.parametrize("part", [None, *FILES])
def test_it_is_draft_07(part: str | None) -> None:
    schema = criteria_schema(part)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(schema)
    text = json.dumps(schema)
    assert "$defs" not in text
    assert '"null"' not in text
    for word in ("ge", "gt", "le", "lt", "decimal_places", "discriminator", "allow_inf_nan", "strict"):
        assert f'"{word}":' not in text
    assert json.dumps(criteria_schema(part)) == text


@pytest.mark.untraced
@pytest.mark.parametrize("path", GOOD, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_our_own_files_hold(path: Path) -> None:
    node, _ = read_yaml(path, path.name)
    assert node is not None
    assert mistakes(node.plain()) == []


@pytest.mark.untraced
def test_each_kind_of_file_holds_against_its_own_schema() -> None:
    named = {"catalogue", "tree", "units", "sources", "terms", "provenance"}
    for path in GOOD:
        node, _ = read_yaml(path, path.name)
        assert node is not None
        part = "cases" if path.name.endswith(".cases.yaml") else path.stem if path.stem in named else ""
        part = part or next((key for key in ("site_type", "questionnaire") if node.find(key)), "shared")
        assert mistakes(node.plain(), part) == [], path


@pytest.mark.parametrize("code", SEEN_BY_EDITORS)
def test_bad_files_do_not_hold(code: str) -> None:
    node, _ = read_yaml(HERE / "bad" / f"{code}.yaml", code)
    assert node is not None
    assert mistakes(node.plain())


RULE = "site_type: pier\ntitle: 渔港\ncriteria:\n  - id: a\n    title: b\n    place: c\n"


@pytest.mark.parametrize(
    "rest",
    [
        "pass: x",
        "rate: x\nlevels: [{at_least: 1, score: 1}]",
        "rate: 3\nfull_at: 1\nzero_at: 0",
        "grade: x",
        "deduct: {each: x, points: 0.1, at_most: 1}",
        "deduct: [{each: x, points: 0.1}]",
        "of: [x, y]",
        "of: [x, y]\nlevels: [{missing: 0, score: 1}]",
        "judged: yes_no",
        "judged: grade\nscale: {A: 1}",
        "ask: a.b\nlevels: [{above: 0.5, score: 1}]",
        "ask: a.b\npass: rate > 0.5",
        "both: [x, y]",
        "show: x",
        "pass: x\nlead_unit: [u, v]\nevidence: photo\npoints: 0.5\nseverity: low\nproposed: [points]",
        "pass: x\nsource: [{ref: s, scope: local, confidence: low}]\neffective: {from: 2026-01-01}",
        "pass: x\nchanges: [{from: 2026-01-01, pass: y, because: z}]",
    ],
)
def test_rules_that_hold(rest: str) -> None:
    assert mistakes(read(RULE + "".join(f"    {line}\n" for line in rest.split("\n")))) == []


@pytest.mark.parametrize(
    "rest",
    [
        "pass: [x]",
        "pass:",
        "rate: x",
        "rate: x\nlevels: []",
        "rate: x\nlevels: [{missing: 1, score: 1}]",
        "rate: x\nlevels: [{at_least: 1, score: 2}]",
        "rate: x\nlevels: [{at_least: 1, score: 1}]\nfull_at: 1",
        "rate: x\nfull_at: 1",
        "of: [x]\nlevels: [{at_least: 0, score: 1}]",
        "judged: grade",
        "judged: yes_no\nscale: {A: 1}",
        "judged: maybe",
        "ask: a.b",
        "ask: a.b\npass: x\nlevels: [{above: 0.5, score: 1}]",
        "ask: ab\npass: x",
        "both: [x]",
        "both: [x, y, z]",
        "deduct: {each: x}",
        "pass: x\npoints: -1",
        "pass: x\npoints: '3'",
        "pass: x\nseverity: hihg",
        "pass: x\nremedy: ''",
        "pass: x\nsource: {ref: s, scope: local}",
        "pass: x\nsite_types: [y]",
        "pass: x\nby_type: {y: {remedy: z}}",
        "pass: x\nchanges: [{pass: y}]",
        "pass: x\nchanges: [{from: 2026-01-01, id: y}]",
        "pass: x\nchanges: {from: 2026-01-01}",
        "pass: x\nkind: pass",
        "pass: x\nid_: pass",
    ],
)
def test_rules_that_do_not_hold(rest: str) -> None:
    assert mistakes(read(RULE + "".join(f"    {line}\n" for line in rest.split("\n"))))


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("fields: {a: {label: x, kind: count, at_least: 0, at_most: b}}", True),
        ("fields: {a: {label: x, kind: choice, options: [y]}}", True),
        ("fields: {a: {label: x, kind: grade, scale: {A: 1}}}", True),
        ("fields: {a: {label: x, kind: yes_no, formula: b > 0}}", True),
        ("fields: {a: {label: x, kind: yes_no, from: site}}", True),
        ("fields: {A: {label: x, kind: count}}", False),
        ("fields: {min: {label: x, kind: count}}", False),
        ("fields: {a: {label: x}}", False),
        ("fields: {a: {label: x, kind: cuont}}", False),
        ("fields: {a: {label: x, kind: choice}}", False),
        ("fields: {a: {label: x, kind: count, options: [y]}}", False),
        ("fields: {a: {label: x, kind: count, scale: {A: 1}}}", False),
        ("fields: {a: {label: x, kind: yes_no, at_most: 1}}", False),
        ("fields: {a: {label: x, kind: text, formula: b}}", False),
        ("fields: {a: {label: x, kind: count, formula: b, from: site}}", False),
        ("fields: [a]", False),
        ("criteria: {}", False),
        ("criteria: [{id: a, title: b, place: c, pass: x}]", False),
        ("criteria: [{id: a, title: b, place: c, pass: x, site_types: y, by_type: {y: {remedy: z}}}]", True),
        ("criteria: [{id: a, title: b, place: c, pass: x, site_types: [y], by_type: {y: {points: 2}}}]", False),
        ("questionnaire: q\ntitle: x", False),
        ("questionnaire: q\ntitle: x\nrates: {a: b / c}", True),
        ("site_type: q\ntitle: x\nrates: {a: b / c}", False),
        ("questionnaire: q\ntitle: x\nquestions: {a: {text: y, choices: [b, c], yes: b, leave_out: [d]}}", True),
        ("questionnaire: q\ntitle: x\nquestions: {a: {text: y, scale: {b: 1, c: 0}, numbered: true}}", True),
        ("questionnaire: q\ntitle: x\nsample: {weight: w}\nquestions: {a: {text: y, choices: [b]}}", True),
        ("questionnaire: q\ntitle: x\nsample: {weight: w}\nrates: {a: b / c}", False),
        ("questionnaire: q\ntitle: x\nquestions: {}", False),
        ("questionnaire: q\ntitle: x\nquestions: {a: {text: y}}", False),
        ("questionnaire: q\ntitle: x\nquestions: {a: {text: y, choices: []}}", False),
        ("questionnaire: q\ntitle: x\nquestions: {a: {text: y, choices: [b], scale: {c: 1}}}", False),
        ("questionnaire: q\ntitle: x\nquestions: {a: {text: y, scale: {c: 1}, yes: c}}", False),
        ("questionnaire: q\ntitle: x\nquestions: {a: {text: y, choices: [b], numbered: sometimes}}", False),
        ("site_type: q\ntitle: x\nquestions: {a: {text: y, choices: [b]}}", False),
        ("tree: [{id: a, title: b, under: [{id: c, title: d, under: [{id: e, titel: f}]}]}]", False),
        ("tree: [{id: a, title: b, under: [{id: c, title: d}]}]", True),
        ("catalogue: a\ntitle: b\nedition: c\nextends: national\nchange: {x: {points: 2, from: 2026-01-01}}", True),
        ("catalogue: a\nextends: national\nchange: {x: {drop: true, because: y}, z: {title: w}}", True),
        ("catalogue: a\nextends: national\nchange: {x: {drop: false}}", False),
        ("catalogue: a\nextends: national\nchange: {x: {id: y}}", False),
        ("catalogue: a\ntitle: b\nedition: c\nscore: {total: []}", False),
        ("catalogue: a\ntitle: b\nedition: c", False),
        ("market_bureau: {title: x, level: district}", True),
        ("market_bureau: {titel: x}", False),
        ("handbook: {title: x, url: https://example.org}", True),
        ("handbook: {title: x, url: ftp://example.org}", False),
        ("- {name: x, seen: {a: 1, b: true, c: [d], e: f}, expect: {g: 0.5, h: met, i: {lost: 1}}}", True),
        ("- {name: x, as_of: 2026-01-01, complete: false, problems: {a: 2}, deducted: {a: 0.5}, expect: {a: 1}}", True),
        ("- {name: x, expect: {}}", False),
        ("- {name: x, expect: {a: 2}}", False),
        ("- {name: x, expect: {a: passed}}", False),
        ("- {name: x, sees: {}, expect: {a: 1}}", False),
        ("- {seen: {}, expect: {a: 1}}", False),
    ],
)
def test_other_files(text: str, holds: bool) -> None:
    assert (mistakes(read(text)) == []) is holds


def test_every_kind_of_rule_is_in_it() -> None:
    assert set(RULE_SHAPES) == set(KINDS)
    assert [rule["title"] for rule in SCHEMA["definitions"]["criterion"]["oneOf"]] == list(KINDS)


@pytest.mark.parametrize(("name", "code"), [("good", 0), ("bad", 1)])
def test_the_tool_that_editors_and_hooks_run_agrees(name: str, code: int, tmp_path: Path) -> None:
    schema = tmp_path / "criteria.schema.json"
    schema.write_text(json.dumps(SCHEMA))
    good = [str(path) for path in sorted((HERE / "good").rglob("*.yaml"))]
    files = good if name == "good" else [str(HERE / "bad" / "unknown-key.yaml")]
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(schema), *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
